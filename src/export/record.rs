//! What `gosanke scan` prints of one message: its place, the verdict, the evidence record and the indicators. The
//! document docs/record.md is made from the same declarations. Output is escaped by [`super::json`], not here.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde::Serialize;

use super::proof::{Recomputed, recomputed};
use crate::analysis::Analysis;
use crate::evidence::Evidence;
use crate::facts::{FactSet, Origin, Reach, Recorded, State};
use crate::record::declare::{shape, words};
use crate::record::{self, Finding, Record, Said, Shape, Word};
use crate::text::Lang;
use crate::verdict::Level;
use crate::view::indicators::{Indicator, indicators};
use crate::view::{Subject, Where};

words! {
    Level {
        Self::Clean => "clean",
        Self::Low => "low",
        Self::Medium => "medium",
        Self::High => "high",
    }
}

shape! {
    /// Where a message lies.
    Place<'a> {
        /// Version of this schema.
        schema: i64,
        /// The file, as given on the command line and found below it.
        path: &'a str,
        /// mbox only: byte of the `From ` line in the (unpacked) file.
        offset: Option<i64>,
    }
}

shape! {
    /// What is thought of a message.
    Judged<'a> {
        /// SHA-256 of the message, mbox quoting undone, line ends as LF, in hexadecimal.
        sha256: String,
        /// 0 to 100: the probability in percent, with as many digits as tell two mails apart.
        score: f64,
        /// Level of risk.
        level: Word<Level>,
        /// The probability of phishing, 0 to 1.
        probability: f64,
        /// The rules that fired: those for phishing first, heaviest first; then those against it; information last.
        findings: Vec<Finding<'a>>,
        /// The analysis broke and nothing below is known; please report it.
        failed: bool,
    }
}

shape! {
    /// What is worth passing on, defanged; the recipient's own names are left out.
    Indicators {
        /// Links that can be pressed or scanned.
        urls: Vec<String>,
        /// Hosts of the sender and of links.
        domains: Vec<String>,
        /// Addresses of machines.
        addresses: Vec<String>,
        /// Mail addresses of the sender.
        mail_addresses: Vec<String>,
        /// SHA-256 of the message and of its files.
        hashes: Vec<String>,
        /// Telephone numbers.
        phones: Vec<String>,
        /// Wallets for digital coins.
        wallets: Vec<String>,
        /// Bank accounts.
        accounts: Vec<String>,
    }
}

/// One line.
#[derive(Debug, Serialize)]
pub(super) struct Line<'a> {
    #[serde(flatten)]
    place: Place<'a>,
    #[serde(flatten)]
    judged: Judged<'a>,
    #[serde(flatten)]
    record: Record<'a>,
    indicators: Indicators,
    proof: Recomputed,
    facts: Vec<Recorded>,
}

/// One line in the short form.
#[derive(Debug, Serialize)]
pub(super) struct Brief<'a> {
    #[serde(flatten)]
    place: Place<'a>,
    sha256: String,
    date: String,
    from: &'a str,
    subject: &'a str,
    score: f64,
    level: Word<Level>,
    findings: Vec<Id<'a>>,
}

#[derive(Debug, Serialize)]
struct Id<'a> {
    id: &'a str,
}

pub(super) fn place(path: &str, offset: Option<u64>) -> Place<'_> {
    Place { schema: record::SCHEMA, path, offset: offset.and_then(|offset| i64::try_from(offset).ok()) }
}

fn subject<'a>(analysis: &'a Analysis, evidence: &'a Evidence) -> record::Subject<'a> {
    record::Subject { message: &analysis.message, evidence }
}

/// The whole record of a message.
pub(super) fn whole<'a>(place: Place<'a>, analysis: &'a Analysis, facts: &'a FactSet) -> Line<'a> {
    let verdict = &analysis.verdict;
    Line {
        indicators: list(&place, analysis, facts),
        place,
        judged: Judged {
            sha256: analysis.sha256.to_string(),
            score: verdict.percent(),
            level: Word(verdict.level),
            probability: verdict.probability,
            findings: record::findings(&verdict.findings),
            failed: analysis.failed,
        },
        record: Record::of(&subject(analysis, &analysis.evidence)),
        proof: recomputed(&analysis.proof),
        facts: told(facts),
    }
}

/// The outcomes of look-ups as lines of a recording. Whether an answer came just now, was kept or replayed is no matter of
/// the mail: so a replay prints what the run printed.
fn told(facts: &FactSet) -> Vec<Recorded> {
    let settled = |state: &State| matches!(state, State::Value(_) | State::Absent | State::Failed(_));
    facts
        .iter()
        .filter(|(_, fact)| settled(&fact.state))
        .map(|(key, fact)| {
            let mut fact = fact.clone();
            if let Origin::Asked(text) | Origin::Kept(text) = fact.origin {
                fact.origin = Origin::Recorded(text);
            }
            Recorded { key: key.clone(), fact }
        })
        .collect()
}

/// The short form of a message.
pub(super) fn brief<'a>(place: Place<'a>, analysis: &'a Analysis) -> Brief<'a> {
    let record = subject(analysis, &analysis.evidence);
    let verdict = &analysis.verdict;
    Brief {
        place,
        sha256: analysis.sha256.to_string(),
        date: record::date(&record),
        from: analysis.evidence.main_from().map_or("", |from| crate::message::clip(&from.address, 1_000)),
        subject: record::subject(&record),
        score: verdict.percent(),
        level: Word(verdict.level),
        findings: verdict.findings.iter().map(|finding| Id { id: finding.rule.id }).collect(),
    }
}

fn list(place: &Place<'_>, analysis: &Analysis, facts: &FactSet) -> Indicators {
    let found = indicators(&Subject {
        message: &analysis.message,
        bytes: &[],
        evidence: &analysis.evidence,
        facts,
        proof: &analysis.proof,
        verdict: &analysis.verdict,
        entry: Where { path: place.path, sha256: Some(analysis.sha256), ..Where::default() },
        lang: Lang::En,
        reach: Reach::Local,
        ask_key: "",
        tz: jiff::tz::TimeZone::UTC,
        moves: &[],
    });
    let texts = |list: Vec<Indicator>| list.into_iter().map(|one| one.defanged).collect();
    Indicators {
        urls: texts(found.urls),
        domains: texts(found.domains),
        addresses: texts(found.addresses),
        mail_addresses: texts(found.mail_addresses),
        hashes: texts(found.hashes),
        phones: texts(found.phones),
        wallets: texts(found.wallets),
        accounts: texts(found.accounts),
    }
}

/// The names at the top of a line, in order.
#[must_use]
pub fn names() -> Vec<&'static str> {
    let mut names: Vec<&'static str> = Vec::new();
    for shapes in [Place::shapes(), Judged::shapes(), Record::shapes()] {
        names.extend(shapes.iter().take(1).flat_map(|shape| &shape.fields).map(|field| field.name));
    }
    names.extend(["indicators", "proof", "facts"]);
    names
}

/// The generated document.
#[must_use]
pub fn document() -> String {
    let mut out = String::from(
        "# The record of `gosanke scan`\n\n\
         Made by `gosanke scan --schema`; do not edit. One JSON object a message and line, in input order. What is not\n\
         printable stands as `\\uXXXX`, so the output is safe to look at in a terminal and nothing is lost.\n\n\
         A text that is not there is empty, a number that is not there is `null`, a list is never missing. A span is the\n\
         first byte and one past the last, in the message as it is read (mbox quoting undone). Every text and every list\n\
         has a limit; `cut` says which lists are longer in the mail. URLs, hosts and addresses are live here; only\n\
         `indicators` is defanged. Names are stable within a version of the schema; new ones may come.\n\n\
         A message that could not be read has `schema`, `path`, `offset` and `error` (text), and nothing else.\n\
         `gosanke scan --brief` prints `schema`, `path`, `offset`, `sha256`, `date`, `from` (the address), `subject`, `score`,\n\
         `level` and the `id` of each finding.\n\n\
         Own rules (see own-rules.md) are written over the fields of the section \"Evidence\" and what they are made of.\n",
    );
    let mut told = BTreeSet::new();
    table(&mut out, "Place", Place::shapes().into_iter().next());
    table(&mut out, "Verdict", Judged::shapes().into_iter().next());
    out.push_str("\n`indicators` (indicators): what is worth passing on.\n");
    out.push_str("\n`proof` (recomputed): authentication, recomputed beside what the mail claims; empty where no records were asked for.\n");
    out.push_str(
        "\n`facts` (list): what look-ups and databases brought for this mail, in the order of the questions, each an object with\n\
         `key` (the question) and `fact`: `state` (`absent`, or an object with `value` or with `failed` and the reason), `origin`\n\
         (`recorded` or `database`, with who said so), `at` (Unix seconds of the answer), `ttl` (seconds) and `dnssec`. What nobody\n\
         asked is not in the list. The lines are those of a recording: `--replay` takes the output of `gosanke scan` as it takes the\n\
         log of look-ups. Empty where no look-ups were allowed (`--reach`) or replayed.\n",
    );
    table(&mut out, "Evidence", Record::shapes().into_iter().next());
    for shape in [Judged::shapes(), Indicators::shapes(), Recomputed::shapes(), Record::shapes()].into_iter().flatten()
    {
        if !["judged", "record"].contains(&shape.name.as_str()) && told.insert(shape.name.clone()) {
            let name = format!("`{}`", shape.name);
            table(&mut out, &name, Some(shape));
        }
    }
    out
}

fn table(out: &mut String, title: &str, shape: Option<Shape>) {
    let _ = write!(out, "\n## {title}\n\n| field | type | what |\n| --- | --- | --- |\n");
    for field in shape.into_iter().flat_map(|shape| shape.fields) {
        let words: Vec<String> = field.words.iter().map(|word| format!("`{word}`")).collect();
        let words = if words.is_empty() { String::new() } else { format!(" One of {}.", words.join(", ")) };
        let _ = writeln!(out, "| `{}` | {} | {}{words} |", field.name, field.kind, field.about.replace('|', "\\|"));
    }
}

//! Card section: the DNS records of a name, each with where it comes from, and what the texts among them say.

use super::About;
use crate::evidence::Domain;
use crate::facts::{Answer, Authority, Exchanger, Fact, Key, State};
use crate::text::{Words, defang};
use crate::view::lookups::state;
use crate::view::subject::clip;
use crate::view::{Doc, Line, Subject, Table, Target, Tone};

/// The most values of one record that are listed.
const VALUES: usize = 12;
/// The most names below the domain whose texts are listed.
const NAMES: usize = 24;
/// The most characters of one value, and of a name.
const LONGEST: usize = 400;
const NAME: usize = 255;

/// Says the records.
pub(super) fn tell(subject: &Subject<'_>, about: &About<'_>, doc: &mut Doc) {
    let About::Host(domain) = about else { return };
    let registrable = domain.organization();
    let mut table = Table::new(&[
        subject.say(Words::new("Record", "レコード")),
        subject.say(Words::new("Name", "名前")),
        subject.say(Words::new("Value", "値")),
        subject.say(Words::new("Known from", "出どころ")),
    ]);
    let fixed: &[(&str, Key)] = &[
        ("MX", Key::MailExchangers(domain.host.clone())),
        ("NS", Key::NameServers(registrable.to_owned())),
        ("SOA", Key::Authority(registrable.to_owned())),
        ("CAA", Key::Issuers(registrable.to_owned())),
    ];
    for (kind, key) in fixed {
        rows(subject, &mut table, kind, key, subject.facts.get(key));
    }
    let mut left = NAMES;
    for (key, fact) in subject.facts.iter() {
        if let Key::Texts(name) = key
            && below(name, registrable)
        {
            if left == 0 {
                break;
            }
            left -= 1;
            rows(subject, &mut table, kind(name), key, Some(fact));
        }
    }
    let policy = Key::MailPolicy(registrable.to_owned());
    rows(subject, &mut table, "MTA-STS", &policy, subject.facts.get(&policy));
    if table.rows.is_empty() {
        return;
    }
    doc.heading(subject.say(Words::new("DNS records", "DNS レコード")));
    doc.table(table);
    if left == 0 {
        doc.line(subject.line(Words::new("… and more names below it", "…ほかにも下位の名前があります"), Tone::Dim));
    }
    doc.gap();
}

/// The name is the domain or below it.
fn below(name: &str, domain: &str) -> bool {
    name.strip_suffix(domain).is_some_and(|front| front.is_empty() || front.ends_with('.'))
}

/// What texts at such a name are for.
fn kind(name: &str) -> &'static str {
    if name.contains("._domainkey.") {
        "DKIM"
    } else if name.starts_with("_dmarc.") {
        "DMARC"
    } else if name.starts_with("_mta-sts.") {
        "MTA-STS"
    } else if name.starts_with("_smtp._tls.") {
        "TLS-RPT"
    } else if name.contains("._bimi.") {
        "BIMI"
    } else {
        "TXT"
    }
}

/// A row for each value; one for a question without an answer. A question that nobody asked has none.
fn rows(subject: &Subject<'_>, table: &mut Table, kind: &str, key: &Key, fact: Option<&Fact>) {
    let Some(fact) = fact.filter(|fact| fact.state != State::NotAsked) else { return };
    let name = clip(&key.about(), NAME);
    let name = || {
        let domain = Domain::of(&name);
        Line::default().host(&name, domain.registrable.as_deref(), Tone::Dim)
    };
    let values = match &fact.state {
        State::Value(answer) => values(subject, answer),
        _ => Vec::new(),
    };
    if values.is_empty() {
        let value = match &fact.state {
            State::Absent => subject.line(Words::new("∅ none", "∅ なし"), Tone::Text),
            _ => Line::new("-", Tone::Dim),
        };
        table.row(vec![Line::new(kind, Tone::Text), name(), value, state(subject, Some(fact))]);
    }
    for value in values {
        let kind = if value.text().starts_with("v=spf1") { "SPF" } else { kind };
        table.row(vec![Line::new(kind, Tone::Text), name(), value, state(subject, Some(fact))]);
    }
}

fn values(subject: &Subject<'_>, answer: &Answer) -> Vec<Line> {
    let (values, all) = match answer {
        Answer::MailExchangers(list) => {
            (list.iter().take(VALUES).map(|one| exchanger(subject, one)).collect(), list.len())
        }
        Answer::Hosts(list) => (list.iter().take(VALUES).map(|name| host(name)).collect(), list.len()),
        Answer::Texts(list) | Answer::Issuers(list) => {
            (list.iter().take(VALUES).map(|text| written(text)).collect(), list.len())
        }
        Answer::Authority(one) => (vec![authority(subject, one)], 1),
        Answer::Policy(text) => {
            let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
            (lines.iter().take(VALUES).map(|line| written(line)).collect(), lines.len())
        }
        _ => return Vec::new(),
    };
    let mut values: Vec<Line> = values;
    if let Some(more) = all.checked_sub(VALUES).filter(|more| *more > 0) {
        let words = Words::new("… {0} more", "…ほか {0} 件");
        values.push(Line::new(&subject.fill(words, &[&more.to_string()]), Tone::Dim));
    }
    values
}

fn host(name: &str) -> Line {
    let name = clip(name, NAME);
    let domain = Domain::of(&name);
    Line::default().host(&name, domain.registrable.as_deref(), Tone::Text).to(Target::Host(name.clone()))
}

fn exchanger(subject: &Subject<'_>, one: &Exchanger) -> Line {
    if one.host.is_empty() {
        return subject.line(
            Words::new("none: it takes no mail (null MX)", "なし：メールを受け取らない (null MX)"),
            Tone::Medium,
        );
    }
    Line::new(&format!("{} ", one.preference), Tone::Dim).join(host(&one.host))
}

fn authority(subject: &Subject<'_>, one: &Authority) -> Line {
    let mail = defang(&clip(&one.mailbox, 120));
    let serial = one.serial.to_string();
    let words = Words::new("  responsible {0}, serial {1}", "  担当 {0}、シリアル {1}");
    host(&one.primary).with(&subject.fill(words, &[&mail, &serial]), Tone::Dim)
}

/// A text as it was written. Addresses and names in it stand as they are, to be compared; a URL is made harmless.
fn written(text: &str) -> Line {
    let short = clip(text, LONGEST);
    let shown = if short.contains("://") { defang(&short) } else { short };
    Line::new(&shown, Tone::Text).to(Target::Value(clip(text, 2_000)))
}

//! What runs, since when, and how it ended: the questions that are under way, those that ended, and what the program
//! itself did. Newest first.

use jiff::tz::TimeZone;

use super::subject::clip;
use super::time::{ago, moment};
use super::{Doc, Line, Table, Target, Tone};
use crate::facts::phrases::in_language;
use crate::facts::{Answer, Key, Origin, State};
use crate::text::{Lang, Words, defang, defang_url};

/// The most rows of each sort.
const ROWS: usize = 300;

/// A question that waits or is under way.
#[derive(Debug, Clone, PartialEq)]
pub struct Running {
    /// The question.
    pub key: Key,
    /// It was sent; else it waits.
    pub sent: bool,
    /// Milliseconds since it was wanted, or sent.
    pub since: u64,
}

/// A question that ended.
#[derive(Debug, Clone, PartialEq)]
pub struct Ended {
    /// The question.
    pub key: Key,
    /// Unix seconds.
    pub at: i64,
    /// Milliseconds from the sending to the answer.
    pub took: u64,
    /// How it ended.
    pub state: State,
    /// Who answered.
    pub origin: Origin,
}

/// A line of the program's own.
#[derive(Debug, Clone, PartialEq)]
pub struct Done {
    /// Unix seconds; `None` while it runs.
    pub at: Option<i64>,
    /// What, in words.
    pub text: String,
    /// It went wrong.
    pub failed: bool,
}

/// All of them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Jobs {
    /// Under way, longest first.
    pub running: Vec<Running>,
    /// Ended, newest first.
    pub ended: Vec<Ended>,
    /// The program's own, newest first.
    pub done: Vec<Done>,
}

/// The document. The target of a running question is its place in [`Jobs::running`].
#[must_use]
pub fn doc(jobs: &Jobs, lang: Lang, tz: &TimeZone) -> Doc {
    let mut doc = Doc::default();
    running(jobs, lang, &mut doc);
    ended(jobs, lang, tz, &mut doc);
    if !jobs.done.is_empty() {
        doc.heading(Words::new("The program", "プログラム").get(lang));
        for one in jobs.done.iter().take(ROWS) {
            let tone = if one.failed { Tone::Error } else { Tone::Text };
            let sign = match (one.at, one.failed) {
                (None, _) => "→",
                (_, true) => "✗",
                (_, false) => "✓",
            };
            let when = one.at.map_or_else(|| Words::new("now", "実行中").get(lang).to_owned(), |at| moment(at, tz));
            doc.line(Line::new(&format!("{when} {sign} "), Tone::Dim).with(&clip(&one.text, 2_000), tone).hang(4));
        }
    }
    if doc.blocks.is_empty() {
        doc.line(Line::new(Words::new("nothing has run yet", "まだ何も実行していません").get(lang), Tone::Dim));
    }
    doc
}

fn running(jobs: &Jobs, lang: Lang, doc: &mut Doc) {
    if jobs.running.is_empty() {
        return;
    }
    let counts =
        [jobs.running.iter().filter(|one| one.sent).count(), jobs.running.iter().filter(|one| !one.sent).count()]
            .map(|count| count.to_string());
    let words = Words::new("Under way: {0}, waiting: {1}", "照会中：{0} 件、待機：{1} 件");
    doc.heading(&words.fill(lang, &[&counts[0], &counts[1]]));
    let mut table = Table::new(&["", Words::new("Question", "照会").get(lang), Words::new("Since", "経過").get(lang)]);
    for (at, one) in jobs.running.iter().enumerate().take(ROWS) {
        let (sign, tone) = if one.sent { ("→", Tone::Info) } else { ("…", Tone::Dim) };
        table.row(vec![
            Line::new(sign, tone).to(Target::Item(at)),
            Line::new(&question(&one.key, lang), Tone::Text),
            Line::new(&ago((one.since / 1_000) as i64, lang), Tone::Dim),
        ]);
    }
    doc.table(table);
    if let Some(more) = jobs.running.len().checked_sub(ROWS).filter(|more| *more > 0) {
        let words = Words::new("… {0} more", "…ほか {0} 件");
        doc.line(Line::new(&words.fill(lang, &[&more.to_string()]), Tone::Dim));
    }
    doc.gap();
}

fn ended(jobs: &Jobs, lang: Lang, tz: &TimeZone, doc: &mut Doc) {
    if jobs.ended.is_empty() {
        return;
    }
    doc.heading(Words::new("Answered in this run", "この実行での回答").get(lang));
    let mut table = Table::new(&[
        Words::new("When", "時刻").get(lang),
        Words::new("Question", "照会").get(lang),
        Words::new("Ended", "結果").get(lang),
        Words::new("Answered by", "回答元").get(lang),
        Words::new("Took", "所要").get(lang),
    ]);
    for one in jobs.ended.iter().take(ROWS) {
        table.row(vec![
            Line::new(&moment(one.at, tz), Tone::Dim),
            Line::new(&question(&one.key, lang), Tone::Text),
            outcome(&one.state, lang),
            Line::new(&answered_by(&one.origin, lang), Tone::Dim),
            Line::new(&format!("{} ms", one.took), Tone::Dim),
        ]);
    }
    doc.table(table);
    doc.gap();
}

/// A question on one line; a URL in it is made harmless.
#[must_use]
pub fn question(key: &Key, lang: Lang) -> String {
    let about = key.about();
    let about = if about.contains("://") { defang_url(&about) } else { about };
    format!("{}  {}", key.asks().get(lang), clip(&about, 300))
}

fn answered_by(origin: &Origin, lang: Lang) -> String {
    match origin {
        Origin::Database(name) | Origin::Recorded(name) | Origin::Asked(name) | Origin::Kept(name) => {
            clip(&in_language(name, lang), 80)
        }
        Origin::Nobody => "-".to_owned(),
    }
}

/// How a question ended, in a few words; values are counted or named, never quoted at length.
fn outcome(state: &State, lang: Lang) -> Line {
    match state {
        State::Value(answer) => Line::new(&format!("✓ {}", brief(answer, lang)), Tone::Good),
        State::Absent => Line::new(Words::new("∅ no such record", "∅ 該当なし").get(lang), Tone::Text),
        State::Failed(why) => Line::new(&format!("✗ {}", clip(&in_language(why, lang), 160)), Tone::Error),
        State::NotAsked => Line::new(Words::new("○ called off", "○ 取り消し").get(lang), Tone::Dim),
        State::Queued | State::Asking => Line::new("…", Tone::Dim),
    }
}

/// An answer in a few words.
fn brief(answer: &Answer, lang: Lang) -> String {
    let some = |list: Vec<String>| {
        let more = list.len().saturating_sub(2);
        let mut text = list.into_iter().take(2).map(|one| clip(&one, 60)).collect::<Vec<_>>().join(", ");
        if more > 0 {
            text.push_str(&format!(" +{more}"));
        }
        text
    };
    match answer {
        Answer::Addresses(list) => some(list.iter().map(ToString::to_string).collect()),
        Answer::MailExchangers(list) => some(list.iter().map(|one| one.host.clone()).collect()),
        Answer::Names(list) | Answer::Hosts(list) | Answer::Issuers(list) => some(list.clone()),
        Answer::Texts(list) => some(list.iter().map(|text| defang(text)).collect()),
        Answer::Text(text) => clip(&defang(text), 120),
        _ => Words::new("answered", "回答あり").get(lang).to_owned(),
    }
}

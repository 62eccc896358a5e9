//! What would be asked, of whom, and who could notice: every question before it leaves, with a mark where it carries
//! something unique to the recipient. Questions that show somebody a whole URL stand apart. Sends nothing.

use std::collections::BTreeSet;

use super::subject::clip;
use super::{Block, Doc, Line, Table, Target, Tone};
use crate::evidence::Domain;
use crate::facts::phrases::notes::{self, in_plan};
use crate::facts::{Key, Reach};
use crate::text::{Lang, Words, defang_url};

/// The most rows that are listed.
const ROWS: usize = 2_000;

/// One question of the plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The question.
    pub key: Key,
    /// How far it travels.
    pub reach: Reach,
    /// Every packet, as far as that is known before the first answer: who gets it, and what it says.
    pub packets: Vec<(String, String)>,
    /// What its answer is good for.
    pub why: Words,
    /// What in it is unique to the recipient.
    pub unique: Option<Words>,
    /// The reader wants it sent.
    pub marked: bool,
}

impl Row {
    /// It leaves only after a question of its own that shows the whole URL.
    #[must_use]
    pub fn is_apart(&self) -> bool {
        self.key.needs_consent()
    }
}

/// The plan of one mail, of several, or of a thing named by hand.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Plan {
    /// The questions, most telling first.
    pub rows: Vec<Row>,
    /// Questions whose answers are at hand.
    pub known: usize,
    /// Questions beyond the limits.
    pub left_out: usize,
    /// Nothing can be sent: only a recording answers.
    pub replay: bool,
}

impl Plan {
    /// The questions that the reader wants sent.
    pub fn marked(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(|row| row.marked && !row.is_apart())
    }
}

/// The plan as a document. The target of a row is its place in [`Plan::rows`].
#[must_use]
pub fn doc(plan: &Plan, lang: Lang) -> Doc {
    let mut doc = Doc::default();
    summary(plan, lang, &mut doc);
    let groups = [
        (
            Reach::ThirdParty,
            Words::new("Third parties: the sender does not notice", "第三者への照会：送信者には気付かれません"),
        ),
        (Reach::Sender, Words::new("The sender's side can notice these", "送信者側に気付かれる可能性がある照会")),
    ];
    for (reach, title) in groups {
        let rows: Vec<(usize, &Row)> =
            plan.rows.iter().enumerate().take(ROWS).filter(|(_, row)| row.reach == reach && !row.is_apart()).collect();
        table(&rows, title, plan.replay, lang, &mut doc);
    }
    apart(plan, lang, &mut doc);
    if plan.left_out > 0 {
        let words = Words::new(
            "… {0 more question is|more questions are} beyond the limits of one mail and not asked.",
            "…1 通あたりの上限を超える {0} 件は照会しません。",
        );
        doc.line(Line::new(&words.fill(lang, &[&plan.left_out.to_string()]), Tone::Medium));
    }
    doc
}

/// How much would leave, in one line; and what a mark of uniqueness means where there is one.
fn summary(plan: &Plan, lang: Lang, doc: &mut Doc) {
    let sendable = plan.rows.iter().filter(|row| !row.is_apart()).count();
    let marked = plan.marked().count();
    let packets: usize = plan.marked().map(|row| row.packets.len()).sum();
    let receivers: BTreeSet<&str> =
        plan.marked().flat_map(|row| &row.packets).map(|(receiver, _)| receiver.as_str()).collect();
    let counts = [marked, sendable, packets, receivers.len(), plan.known].map(|count| count.to_string());
    let [marked, sendable, packets, receivers, known] = &counts;
    let words = Words::new("Marked: {0} of {1}", "選択中：{1} 件中 {0} 件");
    let mut line = Line::new(&words.fill(lang, &[marked, sendable]), Tone::Accent);
    if packets != "0" {
        let words = Words::new("   packets at first: {0}, receivers: {1}", "　最初に送るパケット：{0}、宛先：{1} か所");
        line = line.with(&words.fill(lang, &[packets, receivers]), Tone::Text);
    }
    if plan.known > 0 {
        let words = Words::new("   already answered: {0}", "　回答済み：{0} 件");
        line = line.with(&words.fill(lang, &[known]), Tone::Dim);
    }
    doc.line(line);
    // The first thing to know of what leaves, whatever the reach is and however far down the questions stand.
    let noticed = plan.marked().filter(|row| row.reach == Reach::Sender).count();
    if noticed > 0 && !plan.replay {
        let words = Words::new(
            "The sender's side can notice {0} of the marked ones.",
            "選択中の照会のうち {0} 件は差出人側に気付かれる可能性があります。",
        );
        doc.line(Line::new(&words.fill(lang, &[&noticed.to_string()]), Tone::Medium));
    }
    if plan.replay {
        let words = Words::new(
            "Recorded answers only: nothing can leave. This is what would be asked.",
            "記録された回答だけを使い、何も送信しません。照会するとすれば次のとおりです。",
        );
        doc.line(Line::new(words.get(lang), Tone::Info));
    }
    if plan.rows.iter().any(|row| row.unique.is_some()) {
        let words = Words::new(
            "! marks what is unique to the recipient: whoever gets it learns that this very mail was looked at. It is not \
             marked for sending by itself.",
            "! は受信者ごとに異なる値を含む照会です。受け取った側に、このメールを調べたことが伝わります。自動では選択されません。",
        );
        doc.line(Line::new(words.get(lang), Tone::Medium));
    }
    doc.gap();
}

fn table(rows: &[(usize, &Row)], title: Words, replay: bool, lang: Lang, doc: &mut Doc) {
    if rows.is_empty() {
        return;
    }
    doc.heading(title.get(lang));
    let titles = [
        Words::new("", ""),
        Words::new("Question", "照会"),
        Words::new("What leaves", "送信内容"),
        Words::new("To", "宛先"),
        Words::new("Why", "目的"),
    ];
    // Where nothing can leave there is nothing to mark and nobody to send it to; one reason for all need not be said.
    let one_reason = rows.len() > 1 && rows.windows(2).all(|pair| matches!(pair, [a, b] if a.1.why == b.1.why));
    let shown = |column: usize| match column {
        1 => true,
        4 => !one_reason,
        _ => !replay,
    };
    let titles: Vec<&str> =
        titles.iter().enumerate().filter(|(at, _)| shown(*at)).map(|(_, words)| words.get(lang)).collect();
    let mut table = Table::new(&titles);
    for (at, row) in rows {
        let mark = if row.marked { "[x]" } else { "[ ]" };
        let tone = if row.marked { Tone::Accent } else { Tone::Dim };
        let mut question = question(&row.key, lang);
        if let Some(unique) = row.unique {
            question = question.with(&format!("  ! {}", unique.get(lang)), Tone::Medium);
        }
        let cells = [
            Line::new(mark, tone),
            question.to(Target::Item(*at)),
            Line::new(&packets(row, lang), Tone::Text),
            Line::new(&receivers(row, lang), Tone::Text),
            Line::new(row.why.get(lang), Tone::Dim),
        ];
        table.row(cells.into_iter().enumerate().filter(|(at, _)| shown(*at)).map(|(_, cell)| cell).collect());
    }
    doc.table(table);
    doc.gap();
}

/// `addresses example.com`
fn question(key: &Key, lang: Lang) -> Line {
    let about = key.about();
    let line = Line::new(&format!("{} ", key.asks().get(lang)), Tone::Text);
    let domain = Domain::of(&about);
    match domain.registrable {
        Some(registrable) if domain.host == about => line.host(&about, Some(&registrable), Tone::Accent),
        _ => line.with(&clip(&about, 300), Tone::Accent),
    }
}

fn packets(row: &Row, lang: Lang) -> String {
    let asks: Vec<String> = row.packets.iter().take(8).map(|(_, asks)| clip(&in_plan(asks, lang), 200)).collect();
    if asks.is_empty() { "-".to_owned() } else { asks.join(" + ") }
}

fn receivers(row: &Row, lang: Lang) -> String {
    let mut told = Vec::new();
    for (receiver, _) in &row.packets {
        let receiver = notes::receiver(receiver, lang);
        if !told.contains(&receiver) {
            told.push(receiver);
        }
    }
    if told.is_empty() { "-".to_owned() } else { clip(&told.join(", "), 200) }
}

/// The questions that show somebody a whole URL.
fn apart(plan: &Plan, lang: Lang, doc: &mut Doc) {
    let rows: Vec<(usize, &Row)> = plan.rows.iter().enumerate().take(ROWS).filter(|(_, row)| row.is_apart()).collect();
    if rows.is_empty() {
        return;
    }
    doc.heading(
        Words::new("Each with a yes of its own: these show a whole URL", "URL 全体を渡す照会：一件ずつ確認します")
            .get(lang),
    );
    for (at, row) in rows {
        let (url, who) = shown(&row.key);
        let mut head = Line::new("[?] ", Tone::Medium)
            .to(Target::Item(at))
            .with(row.key.asks().get(lang), Tone::Text)
            .with("  ", Tone::Dim)
            .with(&clip(&defang_url(&url), 600), Tone::Link)
            .hang(4);
        let receivers = receivers(row, lang);
        let to = if receivers == "-" { who } else { receivers };
        if !to.is_empty() {
            head = head.with(&format!("  → {to}"), Tone::Dim);
        }
        let reach = match row.reach {
            Reach::Sender => Words::new("  the sender notices", "  送信者に気付かれます"),
            _ => Words::new("  the sender does not notice", "  送信者には気付かれません"),
        };
        head = head.with(reach.get(lang), if row.reach == Reach::Sender { Tone::Medium } else { Tone::Dim });
        if let Some(unique) = row.unique {
            head = head.with(&format!("  ! {}", unique.get(lang)), Tone::Medium);
        }
        doc.push(Block::Line(head));
    }
    doc.gap();
}

/// The URL of such a question, live, and the service that it is shown to.
#[must_use]
pub fn shown(key: &Key) -> (String, String) {
    match key {
        Key::Judged { by, thing } => (thing.to_string(), by.clone()),
        _ => (key.about(), String::new()),
    }
}

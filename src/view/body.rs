//! What the mail says, as text that no terminal obeys: each text part on its own, hidden text marked with the way it is
//! hidden. URLs and names in it are defanged.

use super::subject::clip;
use super::time::size;
use super::vocabulary::OTHER_READING;
use super::{Doc, Line, Pane, Subject, Target, Tone, left_out, page};
use crate::message::{Content, Part};
use crate::text::{Words, defang, defang_host};

/// This pane.
pub const PANE: Pane = Pane { id: "body", title: Words::new("Body", "本文"), doc };

/// The most parts whose text is shown.
const PARTS: usize = 100;
/// When the document has so many blocks, no further part is begun.
const BLOCKS: usize = 4_000;
/// The most hidden texts of one part that are told.
const HIDDEN: usize = 50;
/// A smaller share of words in common is worth a note, where there are so many words.
const UNLIKE: f32 = 0.15;
const FEW_WORDS: u32 = 3;

/// What the body says.
#[must_use]
pub fn doc(subject: &Subject<'_>) -> Doc {
    let mut doc = Doc::default();
    let parts = &subject.message.parts;
    let readable = |part: &Part| matches!(part.content, Content::Text(_) | Content::Html(_));
    let shown: Vec<usize> = parts.iter().enumerate().filter(|(_, part)| readable(part)).map(|(at, _)| at).collect();
    left_out::tell(subject, &mut doc, left_out::OF_TEXT);
    notes(subject, &mut doc);
    for (count, at) in shown.iter().enumerate() {
        let Some(part) = parts.get(*at) else { continue };
        if count >= PARTS || doc.blocks.len() > BLOCKS {
            let words = Words::new(
                "… {0 further part is|further parts are} not shown here; the Raw pane has them.",
                "…以降の {0} 個のパートは省略しました。「生データ」で見られます。",
            );
            doc.line(Line::new(&subject.fill(words, &[&(shown.len() - count).to_string()]), Tone::Info));
            break;
        }
        heading(subject, &mut doc, *at, part);
        match &part.content {
            Content::Text(text) => text_lines(subject, &mut doc, text, None),
            Content::Html(html) => {
                let text = page::text(html);
                text_lines(subject, &mut doc, &text, Some(*at));
                hidden(subject, &mut doc, *at, &text);
            }
            _ => {}
        }
        doc.gap();
    }
    if shown.is_empty() {
        if subject.evidence.body.text.trim().is_empty() {
            doc.line(subject.line(Words::new("∅ No text to read.", "∅ 読める本文がありません。"), Tone::Dim));
        } else {
            text_lines(subject, &mut doc, &subject.evidence.body.text, None);
        }
    }
    let rest = subject.evidence.body.hidden.iter().filter(|one| !shown.contains(&one.part));
    for one in rest.take(50) {
        hidden_line(subject, &mut doc, &one.how, &one.text);
    }
    doc
}

fn notes(subject: &Subject<'_>, doc: &mut Doc) {
    let body = &subject.evidence.body;
    let mut any = false;
    let mut note = |text: &str, tone: Tone| {
        doc.line(Line::new(text, tone));
        any = true;
    };
    if body.image_only {
        note(
            subject.say(Words::new(
                "! The mail is an image with almost no text: filters cannot read it, people can.",
                "! 本文はほぼ画像だけです。フィルターには読めず、人には読めます。",
            )),
            Tone::Medium,
        );
    }
    if body.form {
        note(
            subject.say(Words::new(
                "! A form stands in the mail itself: honest senders do not ask for input inside a mail.",
                "! メールの中に入力フォームがあります。正当な送信者はメール内での入力を求めません。",
            )),
            Tone::Medium,
        );
    }
    if body.controls.count > 0 {
        note(
            &subject.fill(
                Words::new(
                    "! {0 control character|control characters}; they are shown as marks.",
                    "! 制御文字が {0} 個あります（記号で表示します）。",
                ),
                &[&body.controls.count.to_string()],
            ),
            Tone::Medium,
        );
    }
    if body.invisible > 0 {
        note(
            &subject.fill(
                Words::new(
                    "! {0} invisible or direction-changing characters; they are shown as marks.",
                    "! 見えない文字や向きを変える文字が {0} 個あります（記号で表示します）。",
                ),
                &[&body.invisible.to_string()],
            ),
            Tone::Medium,
        );
    }
    if !body.hidden.is_empty() {
        note(
            &subject.fill(
                Words::new(
                    "! {0 piece of text is|pieces of text are} hidden from the reader, and marked below.",
                    "! 読み手から隠された文字列が {0} 件あります（以下に ▒ で示します）。",
                ),
                &[&body.hidden.len().to_string()],
            ),
            Tone::Medium,
        );
    }
    let differing = body.twin.as_ref().and_then(|twin| twin.differing);
    if let Some(differing) = differing.filter(|one| one.shared < UNLIKE && one.words >= FEW_WORDS) {
        let percent = format!("{:.0}", differing.shared * 100.0);
        note(
            &subject.fill(
                Words::new(
                    "! The plain text has {0} % of its words in common with the page: people see the page, many filters read the text.",
                    "! テキスト版と HTML 版に共通する語は {0} % だけです。人が見るのは HTML、多くのフィルターが読むのはテキスト版です。",
                ),
                &[&percent],
            ),
            Tone::Medium,
        );
    }
    if let Some(twin) = body.twin.as_ref().filter(|twin| !twin.text_hosts.is_empty()) {
        let hosts: Vec<String> = twin.text_hosts.iter().take(3).map(|host| defang_host(host)).collect();
        let words = Words::new("  Only the plain text links to {0}.", "  {0} へのリンクはテキスト版だけにあります。");
        note(&subject.fill(words, &[&hosts.join(", ")]), Tone::Dim);
    }
    if any {
        doc.gap();
    }
}

fn heading(subject: &Subject<'_>, doc: &mut Doc, at: usize, part: &Part) {
    let mut text = subject
        .fill(Words::new("Part {0}: {1}", "パート {0}：{1}"), &[&(at + 1).to_string(), &clip(&part.media_type, 80)]);
    if let Some(charset) = &part.charset {
        text.push_str(", ");
        text.push_str(&clip(charset, 40));
    }
    let mut line = Line::new(&text, Tone::Title).to(Target::Source(part.span));
    if part.disposition.as_deref() == Some("attachment") {
        let name = clip(part.names.first().map_or("", String::as_str), 120);
        let words = Words::new("  attached file {0}", "  添付ファイル {0}");
        line = line.with(subject.fill(words, &[&name]).trim_end(), Tone::Accent);
    }
    let siblings = |parent: usize| {
        subject
            .message
            .parts
            .iter()
            .enumerate()
            .filter(move |(_, other)| other.parent == Some(parent))
            .map(|(index, _)| index)
    };
    if let Some(parent) = part.parent {
        let alternative =
            subject.message.parts.get(parent).is_some_and(|parent| parent.media_type == "multipart/alternative");
        if alternative {
            let total = siblings(parent).take(1000).count();
            let number = siblings(parent).take(1000).position(|index| index == at).map_or(0, |index| index + 1);
            line = line.with(
                &subject.fill(
                    Words::new(
                        "  alternative {0} of {1}: a mail program shows only one",
                        "  選択肢 {0}/{1}：表示されるのは一つだけ",
                    ),
                    &[&number.to_string(), &total.to_string()],
                ),
                Tone::Dim,
            );
        }
    }
    if part.other.is_some() {
        line = line.with("  ", Tone::Dim).with(subject.say(OTHER_READING), Tone::Medium);
    }
    doc.push(super::Block::Heading(line));
}

/// Lines of a hostile text; runs of empty lines become one. What evidence found hidden in `part` is marked in its place.
fn text_lines(subject: &Subject<'_>, doc: &mut Doc, text: &str, part: Option<usize>) {
    let marks = part.map(|part| marks(subject, part)).unwrap_or_default();
    let mut count = 0;
    let mut blank = true;
    for line in text.lines() {
        if line.trim().is_empty() {
            if !blank {
                doc.gap();
            }
            blank = true;
            continue;
        }
        blank = false;
        count += 1;
        if count > subject.message.limits.lines_shown {
            let words = Words::new(
                "… cut off here after {0} lines ({1} in all); the Raw pane has the rest.",
                "…{0} 行で打ち切りました（全体 {1}）。続きは「生データ」で見られます。",
            );
            let (lines, bytes) =
                (subject.message.limits.lines_shown.to_string(), size(text.len() as u64, subject.lang));
            doc.line(Line::new(&subject.fill(words, &[&lines, &bytes]), Tone::Dim));
            return;
        }
        doc.line(marked(subject, &clip(line, subject.message.limits.line_chars), &marks));
    }
    if count == 0 {
        doc.line(subject.line(Words::new("∅ empty", "∅ 空"), Tone::Dim));
    }
}

/// Hidden text of a part with its blanks made one, and how it is hidden.
fn marks(subject: &Subject<'_>, part: usize) -> Vec<(String, String)> {
    let hidden = subject.evidence.body.hidden.iter().filter(|one| one.part == part);
    hidden.take(HIDDEN).map(|one| (flat(&one.text), clip(&one.how, 80))).filter(|(text, _)| text.len() > 1).collect()
}

fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A line whose hidden stretch, if it has one, is told apart.
fn marked(subject: &Subject<'_>, line: &str, marks: &[(String, String)]) -> Line {
    let label = |how: &str| subject.fill(Words::new("▒ hidden ({0}): ", "▒ 非表示（{0}）："), &[how]);
    for (text, how) in marks {
        // Evidence keeps only the beginning of a long hidden text, and a block of it may be several lines here.
        if text.contains(line.trim()) && line.trim().chars().count() > 2 {
            return Line::new(&label(how), Tone::Medium).with(&defang(line.trim()), Tone::Dim).indent(2);
        }
        if let Some((before, after)) = line.split_once(text.as_str()) {
            return Line::new(&defang(before), Tone::Text)
                .with(&label(how), Tone::Medium)
                .with(&defang(text), Tone::Dim)
                .with(" ▒", Tone::Medium)
                .with(&defang(after), Tone::Text);
        }
    }
    Line::new(&defang(line), Tone::Text)
}

/// Hidden texts of a part that have no line of their own above.
fn hidden(subject: &Subject<'_>, doc: &mut Doc, part: usize, text: &str) {
    for one in subject.evidence.body.hidden.iter().filter(|one| one.part == part).take(HIDDEN) {
        let head: String = flat(&one.text).chars().take(20).collect();
        if !text.contains(&head) {
            hidden_line(subject, doc, &one.how, &one.text);
        }
    }
}

fn hidden_line(subject: &Subject<'_>, doc: &mut Doc, how: &str, text: &str) {
    let label = subject.fill(Words::new("▒ hidden ({0}): ", "▒ 非表示（{0}）："), &[&clip(how, 80)]);
    doc.line(Line::new(&label, Tone::Medium).with(&defang(&clip(&flat(text), 400)), Tone::Dim).indent(2));
}

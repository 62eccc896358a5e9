//! The MIME tree: every part with its type, what the content really is, what it holds, its size, names, digests and damage.

mod inside;

pub(super) use inside::message;

use super::subject::clip;
use super::time::size;
use super::vocabulary::OTHER_READING;
use super::{Doc, Line, Pane, Subject, Target, Tone, left_out};
use crate::evidence::Attachment;
use crate::message::{Content, Part};
use crate::text::Words;

/// This pane.
pub const PANE: Pane = Pane { id: "parts", title: Words::new("Parts", "パート"), doc };

/// The most stretches outside the parts that are listed.
const UNCLAIMED: usize = 50;

/// What the parts are.
#[must_use]
pub fn doc(subject: &Subject<'_>) -> Doc {
    let mut doc = Doc::default();
    whole(subject, &mut doc);
    left_out::tell(subject, &mut doc, left_out::OF_PARTS);
    let parts = &subject.message.parts;
    if parts.is_empty() {
        doc.line(subject.line(Words::new("∅ No part could be read.", "∅ 読めるパートがありません。"), Tone::Medium));
        return doc;
    }
    let most = subject.message.limits.parts_shown;
    for (at, part) in parts.iter().enumerate().take(most) {
        let file = subject.evidence.attachments.iter().find(|file| file.part == at);
        one(subject, &mut doc, at, part, file);
    }
    if parts.len() > most {
        let words = Words::new("… and {0 more part|more parts}.", "…ほか {0} パート。");
        doc.line(Line::new(&subject.fill(words, &[&(parts.len() - most).to_string()]), Tone::Dim));
    }
    unclaimed(subject, &mut doc);
    doc
}

/// Bytes that no part shows: in front of the first part, behind the last one, beyond a limit.
fn unclaimed(subject: &Subject<'_>, doc: &mut Doc) {
    let spans = subject.message.unclaimed(subject.bytes);
    if spans.is_empty() {
        return;
    }
    let bytes: u64 = spans.iter().map(|span| u64::from(span.end - span.start)).sum();
    doc.gap();
    let words = if subject.evidence.has_unread_parts() {
        Words::new(
            "In no part that was read: {0}; mail programs may show what lies beyond the limit",
            "読み取ったパートに属さないデータ：{0}（上限を超えた部分はメールソフトでは表示されることがあります）",
        )
    } else {
        Words::new(
            "In no part: {0} that mail programs do not show",
            "どのパートにも属さないデータ：{0}（メールソフトでは表示されません）",
        )
    };
    doc.heading(&subject.fill(words, &[&size(bytes, subject.lang)]));
    for span in spans.iter().take(UNCLAIMED) {
        let start = subject.bytes.get(span.start as usize..span.end as usize).unwrap_or_default();
        let text = String::from_utf8_lossy(start.get(..400).unwrap_or(start));
        let words: Vec<&str> = text.split_whitespace().collect();
        let at = subject.fill(Words::new("byte {0}  ", "{0} バイト目  "), &[&span.start.to_string()]);
        let line = Line::new(&at, Tone::Dim).with(&clip(&words.join(" "), 200), Tone::Text);
        doc.line(line.indent(2).to(Target::Source(*span)));
    }
    if let Some(more) = spans.len().checked_sub(UNCLAIMED).filter(|more| *more > 0) {
        let words = Words::new("… and {0 more place|more places}.", "…ほか {0} か所。");
        doc.line(Line::new(&subject.fill(words, &[&more.to_string()]), Tone::Dim).indent(2));
    }
}

/// The message as a whole: where it lies, how large it is, its identity.
fn whole(subject: &Subject<'_>, doc: &mut Doc) {
    let entry = subject.entry;
    let bytes = (subject.bytes.len() as u64).max(u64::from(subject.message.size));
    let mut line = subject.line(Words::new("The whole message", "メール全体"), Tone::Title);
    line = line.with(&format!("  {}", size(bytes, subject.lang)), Tone::Text);
    doc.push(super::Block::Heading(line));
    if !entry.path.is_empty() {
        let mut path = Line::new(&clip(entry.path, 1_000), Tone::Dim).to(Target::Value(entry.path.to_owned()));
        if let Some(offset) = entry.offset {
            path = path.with(
                &subject.fill(Words::new(" at byte {0}", "、{0} バイト目から"), &[&offset.to_string()]),
                Tone::Dim,
            );
        }
        doc.line(path.indent(4));
    }
    if let Some(digest) = entry.sha256 {
        let digest = digest.to_string();
        let lines = subject.say(Words::new("  (line ends as LF)", "（改行は LF として計算）"));
        let line = Line::new("SHA-256 ", Tone::Dim).with(&digest, Tone::Text).with(lines, Tone::Dim);
        doc.line(line.indent(4).to(Target::Hash(digest.clone())));
    }
    doc.gap();
}

fn one(subject: &Subject<'_>, doc: &mut Doc, at: usize, part: &Part, file: Option<&Attachment>) {
    let indent = (part.depth.min(12) * 2) as u16;
    let attached = file.is_some_and(|file| !file.inline);
    let mut head = Line::new(&format!("{} ", at + 1), Tone::Dim)
        .with(&clip(&part.media_type, 100), if attached { Tone::Accent } else { Tone::Text })
        .indent(indent)
        .to(Target::Source(part.span))
        .to(Target::Item(at));
    if let Some(name) = part.names.first() {
        head = head.with(&format!("  \"{}\"", clip(name, 200)), Tone::Accent);
    }
    let decoded = match (&part.content, file) {
        (_, Some(file)) => Some(file.size),
        (Content::Text(text) | Content::Html(text), None) => Some(text.len() as u64),
        (Content::Binary(bytes), None) => Some(bytes.len() as u64),
        (Content::Multipart | Content::Message(_), None) => None,
    };
    if let Some(bytes) = decoded {
        head = head.with(&format!("  {}", size(bytes, subject.lang)), Tone::Text);
    }
    doc.line(head);

    let mut small: Vec<String> = Vec::new();
    small.extend(part.charset.as_deref().map(|charset| clip(charset, 40)));
    small.extend(part.encoding.as_deref().map(|encoding| clip(encoding, 40)));
    small.extend(part.disposition.as_deref().map(|word| clip(word, 40)));
    if file.is_some_and(|file| file.inline) {
        small.push(subject.say(Words::new("shown inside the body", "本文中に表示")).to_owned());
    }
    small.extend(part.content_id.as_deref().map(|id| format!("cid:{}", clip(id, 120))));
    if !small.is_empty() {
        doc.line(Line::new(&small.join(" · "), Tone::Dim).indent(indent + 4));
    }
    for name in part.names.iter().skip(1).take(8) {
        let words = Words::new(
            "! also named \"{0}\": programs can disagree",
            "! 別の名前「{0}」もあり、ソフトによって異なります",
        );
        doc.line(Line::new(&subject.fill(words, &[&clip(name, 200)]), Tone::Medium).indent(indent + 4));
    }
    if let Some(file) = file {
        about_file(subject, doc, file, indent + 4);
    }
    if part.other.is_some() {
        doc.line(subject.line(OTHER_READING, Tone::Medium).indent(indent + 4));
    }
    for damage in part.damage.iter().take(8) {
        let words = Words::new("! damaged: {0}", "! 破損：{0}");
        doc.line(Line::new(&subject.fill(words, &[subject.say(damage.words())]), Tone::Medium).indent(indent + 4));
    }
}

fn about_file(subject: &Subject<'_>, doc: &mut Doc, file: &Attachment, indent: u16) {
    if let Some(detected) = file.detected {
        let line = if detected == file.declared {
            let words = Words::new("= the content is {0}, as declared", "= 内容は申告どおり {0}");
            Line::new(&subject.fill(words, &[detected]), Tone::Dim)
        } else {
            let words = Words::new("≠ the content shows {0}, declared is {1}", "≠ 内容は {0} ですが、申告は {1}");
            Line::new(&subject.fill(words, &[detected, &clip(&file.declared, 80)]), Tone::Medium)
        };
        doc.line(line.indent(indent));
    }
    inside::about(subject, doc, file, indent);
    if let Some(hashes) = file.hashes(subject.message) {
        for (name, value) in [("SHA-256 ", hashes.sha256), ("SHA-1   ", hashes.sha1), ("MD5     ", hashes.md5)] {
            let line = Line::new(name, Tone::Dim).with(&value, Tone::Text).indent(indent);
            doc.line(line.to(Target::Hash(value)));
        }
    }
}

//! The header, field by field as it stands: decoded, and below it raw where that reads otherwise.

use super::subject::clip;
use super::{Doc, Line, Pane, Subject, Target, Tone, left_out, others};
use crate::message::{Content, Field};
use crate::text::{Words, show_bytes};

/// This pane.
pub const PANE: Pane = Pane { id: "headers", title: Words::new("Headers", "ヘッダー"), doc };

/// The most characters of a value and raw bytes of a field.
const CHARACTERS: usize = 4_000;
const BYTES: usize = 16_000;

/// What the header says.
#[must_use]
pub fn doc(subject: &Subject<'_>) -> Doc {
    let mut doc = Doc::default();
    let fields = &subject.message.fields;
    if fields.is_empty() {
        doc.line(
            subject.line(Words::new("∅ The message has no header field.", "∅ ヘッダー欄がありません。"), Tone::Medium),
        );
        return doc;
    }
    left_out::tell(subject, &mut doc, left_out::OF_HEADER);
    others::senders(subject, &mut doc);
    others::origins(subject, &mut doc);
    doc.heading(subject.say(Words::new("Decoded", "デコード後")));
    decoded(subject, &mut doc, fields);
    doc.gap();
    doc.heading(subject.say(Words::new("Raw", "原文")));
    let most = subject.message.limits.fields_shown;
    for field in fields.iter().take(most) {
        raw(subject, &mut doc, field);
    }
    for (at, part) in subject.message.parts.iter().enumerate().take(most) {
        if let Content::Message(inner) = &part.content {
            doc.gap();
            let words = Words::new("Of the message in part {0}, decoded", "パート {0} のメールのヘッダー（復号）");
            doc.heading(&subject.fill(words, &[&(at + 1).to_string()]));
            decoded(subject, &mut doc, inner);
        }
    }
    doc
}

fn decoded(subject: &Subject<'_>, doc: &mut Doc, fields: &[Field]) {
    let most = subject.message.limits.fields_shown;
    for field in fields.iter().take(most) {
        let mut line = Line::new(&clip(&field.name, 200), if field.odd_name { Tone::Medium } else { Tone::Accent })
            .with(": ", Tone::Dim)
            .with(clip(&field.value, CHARACTERS).replace('\t', " ").trim(), Tone::Text)
            .to(Target::Source(field.span))
            .to(Target::Value(clip(&field.value, 8_000).trim().to_owned()));
        if field.odd_name {
            line = line
                .with(subject.say(Words::new("  ! the name is misspelled", "  ! 欄名が崩れています")), Tone::Medium);
        }
        if subject.evidence.repeated.iter().any(|name| name.eq_ignore_ascii_case(&field.name)) {
            line = line.with(subject.say(Words::new("  ! stands more than once", "  ! 重複しています")), Tone::Medium);
        }
        doc.line(line);
    }
    if fields.len() > most {
        let words = Words::new(
            "… and {0 more field|more fields} in the Raw pane.",
            "…ほか {0} 欄（「生データ」で見られます）。",
        );
        doc.line(Line::new(&subject.fill(words, &[&(fields.len() - most).to_string()]), Tone::Dim));
    }
}

/// The bytes of a field, line by line; its unfolded text where the bytes are not at hand.
fn raw(subject: &Subject<'_>, doc: &mut Doc, field: &Field) {
    let bytes = subject.quote(field.span);
    if bytes.is_empty() {
        let text = format!("{}: {}", clip(&field.name, 200), clip(&field.raw, CHARACTERS));
        doc.line(Line::new(&text, Tone::Text).to(Target::Source(field.span)));
        return;
    }
    let cut = bytes.get(..BYTES).unwrap_or(bytes);
    for line in cut.split(|byte| *byte == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let continued = line.first().is_some_and(|byte| matches!(byte, b' ' | b'\t'));
        let text = show_bytes(line.trim_ascii_start());
        let text = if continued { text } else { show_bytes(line) };
        doc.line(
            Line::new(text.as_str(), Tone::Text).indent(if continued { 4 } else { 0 }).to(Target::Source(field.span)),
        );
    }
    if bytes.len() > BYTES {
        doc.line(
            subject
                .line(Words::new("… cut off; see the Raw pane", "…以下省略（「生データ」参照）"), Tone::Dim)
                .indent(4),
        );
    }
}

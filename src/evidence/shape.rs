//! How a message is built: which customary fields it has and lacks, and where its readable text stands.
//!
//! Facts only, read from fields and parts that [`crate::message`] already took apart; nothing here decodes or judges.

use crate::message::{Content, Message, Span, clip};

/// How a message is built.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Shape {
    /// The Subject field.
    pub subject: Span,
    /// In-Reply-To or References (RFC 5322 section 3.6.4): the mail says that it answers another.
    pub reply: Option<Span>,
    /// The subject starts with a reply or forward mark (`Re:`, `Fwd:` ...).
    pub reply_mark: bool,
    /// The first mark says that the mail was passed on (`Fwd:`).
    pub forward_mark: bool,
    /// List-Unsubscribe (RFC 2369).
    pub unsubscribe: Option<Span>,
    /// Names of the fields From, Date and Message-ID that are missing.
    pub missing: Vec<&'static str>,
    /// The first field whose name is not as RFC 5322 wants it.
    pub odd_field: Option<Span>,
    /// Readable HTML without a plain-text twin.
    pub html_only: bool,
    /// Bodies of the readable text and HTML parts, at most eight.
    pub text: Vec<Span>,
    /// Where the body of every part stands, by its index in [`Message::parts`], at most 10,000.
    pub parts: Vec<Span>,
    /// The field that marks a mailing list (List-Id, else List-Post).
    pub list: Option<Span>,
    /// The To field, else Cc.
    pub addressed: Option<Span>,
    /// Received fields whose writer looked for the client's name in reverse DNS and found none, or found that the name
    /// does not lead back (`unknown [192.0.2.1]`, `may be forged`); at most 100.
    pub nameless: Vec<Span>,
    /// The program that wrote the mail (X-Mailer, User-Agent).
    pub mailer: Option<String>,
    /// Neither To nor Cc holds an address.
    pub nobody_addressed: bool,
}

/// Marks that mail programs put in front of the subject of an answer or a forwarded mail.
const MARKS: &[&str] = &[
    "re:", "fw:", "fwd:", "aw:", "wg:", "sv:", "antw:", "odp:", "ynt:", "tr:", "rv:", "enc:", "re：", "返信:", "転送:",
];

/// Those among them that say that a mail was passed on.
const FORWARDS: &[&str] = &["fw:", "fwd:", "wg:", "tr:", "rv:", "enc:", "転送:"];

/// Reads the shape off a message.
pub(super) fn shape(message: &Message) -> Shape {
    let span = |name: &str| message.field(name).map(|field| field.span);
    let subject = message.field("Subject");
    let text: Vec<Span> = message
        .parts
        .iter()
        .filter(|part| part.disposition.as_deref() != Some("attachment") && part.other.is_none())
        .filter(|part| matches!(part.content, Content::Text(_) | Content::Html(_)))
        .map(|part| part.span)
        .take(8)
        .collect();
    let has = |html: bool| {
        let shown =
            |part: &&crate::message::Part| part.disposition.as_deref() != Some("attachment") && part.other.is_none();
        message.parts.iter().filter(shown).any(|part| {
            matches!(&part.content, Content::Html(_) if html) || matches!(&part.content, Content::Text(_) if !html)
        })
    };
    let addressed = message.all("To").chain(message.all("Cc")).any(|field| field.raw.contains('@'));
    let low = subject.map_or_else(String::new, |field| start(untagged(&field.value), 8).to_lowercase());
    Shape {
        subject: subject.map(|field| field.span).unwrap_or_default(),
        reply: span("In-Reply-To").or_else(|| span("References")),
        reply_mark: MARKS.iter().any(|mark| low.starts_with(mark)),
        forward_mark: FORWARDS.iter().any(|mark| low.starts_with(mark)),
        unsubscribe: span("List-Unsubscribe"),
        missing: ["From", "Date", "Message-ID"].into_iter().filter(|name| message.field(name).is_none()).collect(),
        odd_field: message.fields.iter().find(|field| field.odd_name).map(|field| field.span),
        html_only: has(true) && !has(false),
        text,
        parts: message.parts.iter().take(10_000).map(|part| part.span).collect(),
        list: span("List-Id").or_else(|| span("List-Post")),
        addressed: span("To").or_else(|| span("Cc")),
        nameless: message
            .all("Received")
            .take(100)
            .filter(|field| is_nameless(&field.raw))
            .map(|field| field.span)
            .collect(),
        mailer: message
            .field("X-Mailer")
            .or_else(|| message.field("User-Agent"))
            .map(|field| start(field.value.trim(), 200).to_owned()),
        nobody_addressed: !addressed,
    }
}

/// The beginning of a text, at most that many characters.
fn start(text: &str, letters: usize) -> &str {
    // No character takes more than four bytes, none less than one.
    if text.len() <= letters {
        return text;
    }
    text.char_indices().nth(letters).map_or(text, |(end, _)| text.get(..end).unwrap_or_default())
}

/// A Received line says that the client's address has no name, or one that does not lead back.
fn is_nameless(line: &str) -> bool {
    let line = clip(line, 1000).as_bytes();
    let says =
        |at: usize, words: &[u8]| line.get(at..at + words.len()).is_some_and(|found| found.eq_ignore_ascii_case(words));
    // Of the letters of `may be forged` the third is the rarest.
    memchr::memchr3_iter(b'(', b'y', b'Y', line)
        .any(|at| says(at, b"(unknown [") || at.checked_sub(2).is_some_and(|at| says(at, b"may be forged")))
}

/// The subject without the names in brackets that lists and filters put before it, at most three.
fn untagged(subject: &str) -> &str {
    let mut rest = subject.trim_start();
    for _ in 0..3 {
        let Some((_, behind)) = rest.strip_prefix('[').and_then(|tag| tag.split_once(']')) else { break };
        rest = behind.trim_start();
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::Field;

    fn field(name: &str, value: &str) -> Field {
        Field { name: name.into(), raw: value.into(), value: value.into(), ..Field::default() }
    }

    #[test]
    fn an_answer_is_known_by_its_field_and_its_mark() {
        let message = Message {
            fields: vec![
                field("Subject", "RE: lunch"),
                field("In-Reply-To", "<1@example.com>"),
                field("To", "a@example.com"),
            ],
            ..Message::default()
        };
        let shape = shape(&message);
        assert!(shape.reply.is_some() && shape.reply_mark && !shape.nobody_addressed);
        assert_eq!(shape.missing, ["From", "Date", "Message-ID"]);
    }

    #[test]
    fn a_word_that_starts_like_a_mark_is_no_mark() {
        let message = Message { fields: vec![field("Subject", "Regarding lunch")], ..Message::default() };
        assert!(!shape(&message).reply_mark);
        let tagged = Message { fields: vec![field("Subject", "[talk] Re: lunch")], ..Message::default() };
        assert!(shape(&tagged).reply_mark);
    }
}

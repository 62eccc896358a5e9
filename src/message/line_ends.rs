//! Carriage returns that stand alone (forbidden by RFC 5322 section 2.3): line ends to some programs, nothing to others. Where
//! such a line would begin a field of MIME or delimit a part, the mail is read in the other way too, and what only that
//! finds is appended, marked.
//!
//! ```text
//! X-Note: a␍Content-Type: multipart/mixed; boundary=b      one program sees a note and a text,
//! Content-Type: text/plain                                 the other one opens the parts
//! ```

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::ambiguous::{Ambiguity, AmbiguitySort, Seen, add_readings, append, is_leaf, too_large, too_many_parts};
use super::charset::Hint;
use super::mime::{Prepared, open_empty, tree};
use super::{Content, Limits, Message, Part, Quirk};

/// Fields that decide what a part is.
const FIELDS: [&[u8]; 3] = [b"content-type", b"content-disposition", b"content-transfer-encoding"];

/// Reads the message once more, where that can make a difference.
pub(super) fn add_reading(message: &mut Message, bytes: &[u8], prepared: &Prepared<'_>, hint: Hint, limits: &Limits) {
    if !steers(&prepared.bytes) {
        return;
    }
    if prepared.bytes.len() > limits.reading_bytes {
        return message.quirks.push(too_large(limits.reading_bytes));
    }
    // One byte for another: every place stays what it is.
    let next = prepared.bytes.iter().skip(1).copied().map(Some).chain([None]);
    let lone = |(byte, next): (&u8, Option<u8>)| if *byte == b'\r' && next != Some(b'\n') { b'\n' } else { *byte };
    let changed = prepared.with(prepared.bytes.iter().zip(next).map(lone).collect());
    let read = catch_unwind(AssertUnwindSafe(|| tree(&changed, hint, limits)));
    let Ok(Some(mut other)) = read else { return };
    open_empty(bytes, &mut other.parts, hint);
    // The same text with other line ends is no other part.
    let there: HashSet<_> = message.parts.iter().filter(|part| is_leaf(part)).map(essence).collect();
    for part in other.parts.iter_mut().filter(|part| is_leaf(part)) {
        if there.contains(&essence(part)) {
            part.content = Content::Binary(Vec::new());
        }
    }
    let doubtful = std::mem::take(&mut other.doubtful);
    let limits_hit = std::mem::take(&mut other.quirks).into_iter().filter(|quirk| matches!(quirk, Quirk::Limit(_)));
    let (before, mut room) = (message.parts.len(), limits.other_parts);
    let mut seen = Seen::of(message);
    append(message, other, AmbiguitySort::LineEnds, &mut seen, &mut room);
    if room == 0 {
        message.quirks.push(too_many_parts(limits.other_parts));
    }
    for quirk in limits_hit {
        if !message.quirks.contains(&quirk) {
            message.quirks.push(quirk);
        }
    }
    let parts = message.parts.iter().skip(before).filter(|part| is_leaf(part)).count() as u32;
    if parts > 0 {
        let told = Ambiguity { sort: AmbiguitySort::LineEnds, used: String::new(), other: "CR".to_owned(), parts };
        message.quirks.push(Quirk::Ambiguous(told));
    }
    // With the lines come fields that stand twice.
    if !doubtful.is_empty() {
        add_readings(message, bytes, &changed, doubtful, hint, limits);
    }
}

/// A line that ends with a carriage return alone is followed by what decides about parts.
fn steers(bytes: &[u8]) -> bool {
    memchr::memchr_iter(b'\r', bytes).any(|at| {
        let next = bytes.get(at + 1..).unwrap_or_default();
        let begins = |field: &[u8]| next.get(..field.len()).is_some_and(|next| next.eq_ignore_ascii_case(field));
        matches!(next.first(), Some(b'-' | b'c' | b'C')) && (begins(b"--") || FIELDS.iter().any(|field| begins(field)))
    })
}

/// What a part is, line ends apart.
fn essence(part: &Part) -> (String, Vec<String>, Vec<u8>) {
    let bytes: &[u8] = match &part.content {
        Content::Text(text) | Content::Html(text) => text.as_bytes(),
        Content::Binary(bytes) => bytes,
        Content::Message(_) | Content::Multipart => b"",
    };
    let bytes = bytes.iter().copied().filter(|byte| !matches!(byte, b'\r' | b'\n')).collect();
    (part.media_type.clone(), part.names.clone(), bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(mail: &str) -> (Option<u32>, Vec<String>) {
        let message = Message::parse(mail.as_bytes());
        let told = message.quirks.iter().find_map(|quirk| match quirk {
            Quirk::Ambiguous(told) => Some(told.parts),
            _ => None,
        });
        let other = message.parts.iter().filter(|part| part.other.is_some());
        (told, other.flat_map(|part| part.names.clone()).collect())
    }

    #[test]
    fn what_stands_behind_a_lone_carriage_return_is_read_in_both_ways() {
        const FILE: &str = "Content-Type: application/octet-stream; name=evil.exe\n\nMZ\n";
        for mail in [
            format!("X-A: b\rContent-Type: multipart/mixed; boundary=b\nContent-Type: text/plain\n\n--b\n\nhello\n--b\n{FILE}--b--\n"),
            "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\rContent-Disposition: attachment; filename=evil.exe\n\nx\n--b--\n".to_owned(),
            format!("Content-Type: multipart/mixed; boundary=b\n\n--b\n\nhello\r--b\n{FILE}--b--\n"),
        ] {
            let (told, names) = read(&mail);
            assert!(told.is_some_and(|parts| parts > 0), "{mail:?}");
            assert_eq!(names, ["evil.exe"], "{mail:?}");
        }
    }

    #[test]
    fn lone_carriage_returns_in_a_text_are_nothing_else() {
        for mail in [
            "Subject: x\n\nprogress 1%\rprogress 2%\rdone\n",
            "Subject: x\r\nContent-Type: text/plain\r\n\r\n--b\r\nContent-Type: x\r\n",
            "Subject: a\rb\n\ntext\n",
            "Subject: x\n\none\r--two\r--three\n",
            // All of it ends lines so: there is one way only.
            "Subject: x\rContent-Type: text/plain\r\rhello\r",
        ] {
            assert_eq!(read(mail), (None, Vec::new()), "{mail:?}");
        }
    }
}

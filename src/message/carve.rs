//! Multiparts without a usable boundary: none is named, it is empty, or no line of the body begins with it. Readers show
//! them as one text; programs that look for parts by other means see files in them. The text stays, and what lines that
//! look like delimiters part is appended, marked, as with every message that can be read in two ways.
//!
//! ```text
//! Content-Type: multipart/mixed          no boundary
//!
//! --B                                    but a line that looks like a delimiter,
//! Content-Type: text/html                and a field right behind it
//! ```

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::ambiguous::{AmbiguitySort, Seen, append, is_leaf, too_large, too_many_parts, too_many_ways};
use super::charset::Hint;
use super::damage::Damage;
use super::mime::{Prepared, open_empty, tree};
use super::{Content, Limits, Message, Part, Quirk};

/// The longest boundary (RFC 2046 section 5.1.1), with some room.
const BOUNDARY_BYTES: usize = 100;
/// The most lines that are tried.
const LINES: usize = 1_000;

/// Tells of multiparts in which nothing was found, and appends what their lines part. Costs a look at the damage of each
/// part.
pub(super) fn carve(message: &mut Message, bytes: &[u8], hint: Hint, limits: &Limits) {
    let mut broken = Vec::new();
    for (at, part) in message.parts.iter().enumerate() {
        if part.other.is_none() && is_broken(part) {
            broken.push((at, part.span));
        }
    }
    if broken.is_empty() {
        return;
    }
    let before = message.parts.len();
    let mut seen = Seen::default();
    message.parts.iter().filter(|part| is_leaf(part)).for_each(|part| {
        seen.is_new(part);
    });
    let Limits { other_readings, reading_bytes, other_parts, .. } = *limits;
    let (mut room, mut read, mut most) = (other_parts, 0_usize, other_readings);
    for (_, span) in broken {
        let body = bytes.get(span.start as usize..span.end as usize).unwrap_or_default();
        let Some(boundary) = delimiter(body) else { continue };
        read = read.saturating_add(body.len());
        if most == 0 {
            message.quirks.push(too_many_ways(other_readings));
            break;
        }
        if read > reading_bytes {
            message.quirks.push(too_large(reading_bytes));
            break;
        }
        most -= 1;
        let prepared = Prepared::headed(&boundary, body, span.start as usize);
        let Ok(Some(mut found)) = catch_unwind(AssertUnwindSafe(|| tree(&prepared, hint, limits))) else { continue };
        open_empty(bytes, &mut found.parts, hint);
        append(message, found, AmbiguitySort::Boundaries, &mut seen, &mut room);
    }
    if room == 0 {
        message.quirks.push(too_many_parts(other_parts));
    }
    message.quirks.push(Quirk::NoParts((message.parts.len() - before) as u32));
}

/// A multipart whose boundary does not serve; not one that lies too deep, and not one that is empty.
fn is_broken(part: &Part) -> bool {
    part.damage.contains(&Damage::NoParts)
        && !part.damage.iter().any(|damage| matches!(damage, Damage::TooDeep | Damage::LimitReached))
        && matches!(&part.content, Content::Text(text) if !text.trim().is_empty())
}

/// What the first line that looks like a delimiter names: two hyphens and a word, and a field of MIME in the next line.
fn delimiter(body: &[u8]) -> Option<String> {
    let first = body.starts_with(b"--").then_some(0);
    let others = memchr::memmem::find_iter(body, b"\n--").map(|at| at + 1);
    first.into_iter().chain(others).take(LINES).find_map(|at| {
        let rest = body.get(at + 2..)?;
        let window = rest.get(..BOUNDARY_BYTES).unwrap_or(rest);
        let end = memchr::memchr(b'\n', window)?;
        let field = rest.get(end + 1..)?.get(..8)?;
        let word = window.get(..end)?.trim_ascii_end();
        let fits = |byte: &u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\\') || *byte == b' ';
        let named = !word.is_empty() && word.iter().all(fits) && !word.starts_with(b" ");
        (named && field.eq_ignore_ascii_case(b"content-")).then(|| String::from_utf8_lossy(word).into_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARTS: &str = "--X1\nContent-Type: text/plain\n\nyour account is locked\n--X1\n\
        Content-Type: application/octet-stream; name=\"evil.exe\"\nContent-Transfer-Encoding: base64\n\nTVo=\n--X1--\n";

    fn read(mail: &str) -> (Option<u32>, Vec<String>, String) {
        let message = Message::parse(mail.as_bytes());
        let told = message.quirks.iter().find_map(|quirk| match quirk {
            Quirk::NoParts(parts) => Some(*parts),
            _ => None,
        });
        let names = message.parts.iter().flat_map(|part| part.names.clone()).collect();
        (told, names, crate::evidence::examine(&message, &[]).body.text)
    }

    #[test]
    fn a_multipart_without_a_usable_boundary_is_told_and_its_text_and_files_are_there() {
        for kind in [
            "multipart/mixed",
            "multipart/mixed; boundary=\"\"",
            "multipart/mixed; boundary=",
            "multipart/mixed; boundary=another",
            "multipart/mixed boundary=X1",
            "multipart/related; charset=utf-8",
        ] {
            let (told, names, text) = read(&format!("From: a@one.example\nContent-Type: {kind}\n\npreamble\n{PARTS}"));
            assert!(told.is_some_and(|parts| parts >= 2), "{kind}: {told:?}");
            assert_eq!(names, ["evil.exe"], "{kind}");
            assert!(text.contains("your account is locked"), "{kind}: {text}");
        }
    }

    #[test]
    fn a_carved_file_has_its_place_in_the_message() {
        let mail = format!("From: a@one.example\nContent-Type: multipart/mixed\n\n{PARTS}");
        let message = Message::parse(mail.as_bytes());
        let file = message.parts.iter().find(|part| !part.names.is_empty()).unwrap();
        assert_eq!(mail.get(file.span.start as usize..file.span.end as usize), Some("TVo="));
        assert_eq!((file.other, &file.content), (Some(AmbiguitySort::Boundaries), &Content::Binary(b"MZ".to_vec())));
    }

    #[test]
    fn text_alone_is_told_and_parted_by_nothing() {
        for body in ["just words\n", "words\n-- \nAnna Example\n", "--\nContent-Type: x\n", "--a line\nof text\n"] {
            let (told, names, text) = read(&format!("Content-Type: multipart/mixed\n\n{body}"));
            assert_eq!((told, names.len()), (Some(0), 0), "{body}");
            assert_eq!(text, body.trim());
        }
    }

    #[test]
    fn whole_and_empty_multiparts_are_not_told() {
        for mail in [
            format!("Content-Type: multipart/mixed; boundary=X1\n\n{PARTS}"),
            format!("Content-Type: text/plain\n\n{PARTS}"),
            "Content-Type: multipart/mixed; boundary=X1\n\n".to_owned(),
            "Content-Type: multipart/mixed\n\n \n".to_owned(),
            "Content-Type: multipart/report; boundary=X1\n\n--X1\n\nreturned\n--X1\nContent-Type: message/rfc822\n\n\
             Subject: x\nContent-Type: multipart/mixed; boundary=Y\n\n--X1--\n"
                .to_owned(),
        ] {
            assert_eq!(read(&mail).0, None, "{mail}");
        }
    }

    #[test]
    fn the_work_is_bounded() {
        let many = "--X1\nContent-Type: multipart/mixed\n\n--Y\nContent-Type: text/plain\n\nx\n".repeat(500);
        let mail = format!("Content-Type: multipart/mixed; boundary=X1\n\n{many}--X1--\n");
        let message = Message::parse(mail.as_bytes());
        assert!(message.parts.len() < 1_200);
        let told = |quirk: &Quirk| matches!(quirk, Quirk::Limit(what) if what.english().contains("other ways"));
        assert!(message.quirks.iter().any(told), "{:?}", message.quirks);
        read(&format!("Content-Type: multipart/mixed\n\n{}", "--a\n".repeat(200_000)));
    }
}

//! Fields with more parameters than the parser reads: what names the boundary or a file may stand behind a thousand others,
//! and every mail program finds it there.
//!
//! ```text
//! Content-Type: multipart/mixed; p0=x; p1=x; ... p999=x; boundary=B
//! Content-Type: multipart/mixed;XXXXXXXXXXXXXXXXXXXXXXX; boundary=B       what the parser gets to read instead
//! ```
//!
//! The parameters that mean nothing here are overwritten in place, so that every offset stays true, and the message is read
//! once more. A field of ordinary length costs a look at the length of its block.

use std::ops::Range;

use mail_parser::{HeaderName, MessagePart};

use super::Quirk;
use crate::text::Words;

/// How often a message is read anew: each time the parts that were found may have such fields again.
pub(super) const ROUNDS: usize = 4;
/// Parameters that say where parts begin, what they are and what they are called.
const KEPT: &[&str] =
    &["boundary", "name", "filename", "charset", "access-type", "url", "site", "directory", "format", "delsp"];
/// Of how many parameters that are read one of each of these names is kept; they may come in pieces (RFC 2231), and all that
/// are kept have to be fewer than are read.
const KEPT_EACH: usize = 11;

/// Where fields of the part stand that have too many; nothing for almost every part.
pub(super) fn look(part: &MessagePart<'_>, found: &mut Vec<Range<usize>>, most: usize) {
    // `a=;` is the shortest.
    if part.raw_headers().len() < 3 * most {
        return;
    }
    for name in [HeaderName::ContentType, HeaderName::ContentDisposition] {
        let Some(field) = part.headers().get(&name) else { continue };
        let value = field.raw_value();
        if memchr::memchr_iter(b';', value).nth(most).is_none() {
            continue;
        }
        let kind = if name == HeaderName::ContentType { part.content_type() } else { part.content_disposition() };
        let full = kind.is_some_and(|kind| kind.attributes().nth(most - 1).is_some());
        if full || pieces(value).nth(most + 1).is_some() {
            found.push(field.offset_start() as usize..field.offset_end() as usize);
        }
    }
}

/// Overwrites in those fields what means nothing here.
pub(super) fn shorten(bytes: &[u8], fields: &[Range<usize>], most: usize) -> Vec<u8> {
    let each = most / KEPT_EACH;
    let mut out = bytes.to_vec();
    for field in fields {
        let Some(value) = bytes.get(field.clone()) else { continue };
        let mut seen = [0_usize; KEPT.len()];
        let mut dropped_before = false;
        for (at, piece) in pieces(value).enumerate() {
            // The first one is the type.
            if at == 0 || is_kept(value.get(piece.clone()).unwrap_or_default(), &mut seen, each) {
                dropped_before = false;
                continue;
            }
            // The sign in front goes as well where the piece before it is gone.
            let start = piece.start.saturating_sub(usize::from(dropped_before));
            let place = field.start + start..field.start + piece.end;
            for byte in out.get_mut(place).into_iter().flatten().filter(|byte| !byte.is_ascii_whitespace()) {
                *byte = b'X';
            }
            dropped_before = true;
        }
    }
    out
}

/// The parameter is one of those that are kept, and not one too many of its name.
fn is_kept(piece: &[u8], seen: &mut [usize; KEPT.len()], each: usize) -> bool {
    let name = piece.split(|byte| matches!(byte, b'=' | b'*')).next().unwrap_or_default().trim_ascii();
    let place = KEPT.iter().position(|kept| name.eq_ignore_ascii_case(kept.as_bytes()));
    let Some(count) = place.and_then(|at| seen.get_mut(at)) else { return false };
    *count += 1;
    *count <= each
}

/// The type and the parameters of a value, without the semicolons between them; those in quotes and comments part nothing
/// (RFC 2045 section 5.1, RFC 5322 section 3.2).
fn pieces(value: &[u8]) -> impl Iterator<Item = Range<usize>> {
    let mut at = 0;
    let mut done = false;
    std::iter::from_fn(move || {
        if done {
            return None;
        }
        let start = at;
        let (mut quoted, mut depth) = (false, 0_usize);
        while let Some(byte) = value.get(at) {
            match byte {
                b'\\' if quoted || depth > 0 => at += 1,
                b'"' if depth == 0 => quoted = !quoted,
                b'(' if !quoted => depth += 1,
                b')' if !quoted => depth = depth.saturating_sub(1),
                b';' if !quoted && depth == 0 => {
                    at += 1;
                    return Some(start..at - 1);
                }
                _ => {}
            }
            at += 1;
        }
        done = true;
        Some(start..value.len())
    })
}

/// What is told of it: whether the fields were read to their ends in the end.
pub(super) fn told(whole: bool, most: usize) -> Quirk {
    let words = if whole {
        Words::new(
            "parameters: a field has more than {0}; of these only boundaries, names and charsets are read",
            "パラメーター：{0} 個を超える欄があり、そこからは境界・名前・文字セットだけを読みました",
        )
    } else {
        Words::new(
            "parameters: a field has more than {0}; what stands behind these is not read",
            "パラメーター：{0} 個を超える欄があり、その先は読んでいません",
        )
    };
    Quirk::limit(words, &[&most])
}

#[cfg(test)]
mod tests {
    use crate::message::{Message, Quirk, clip};

    const PARTS: &str = "--B\n\nhello\n--B\nContent-Type: application/octet-stream; name=evil.exe\n\nMZ\n--B--\n";

    fn read(mail: &str) -> (Vec<String>, bool) {
        let message = Message::parse(mail.as_bytes());
        let told = |quirk: &Quirk| matches!(quirk, Quirk::Limit(what) if what.english().starts_with("parameters:"));
        let names = message.parts.iter().flat_map(|part| part.names.clone()).collect();
        (names, message.quirks.iter().any(told))
    }

    fn many(count: usize, sep: &str) -> String {
        (0..count).fold(String::new(), |all, at| all + &format!("; p{at}=x{sep}"))
    }

    #[test]
    fn a_boundary_behind_a_thousand_parameters_is_the_boundary() {
        for (many, told) in [
            (many(900, ""), false),
            (many(1_000, ""), true),
            (many(5_000, ""), true),
            (many(1_500, "\n"), true),
            (many(1_500, "\r\n "), true),
            (format!("; q=\"a;b\"{}", many(1_500, " (a ; comment)")), true),
            (format!("{}; boundary*0=\"\"", many(1_500, "")), true),
            ("; name=x".repeat(3_000), true),
        ] {
            let many = many.replace("\n;", "\n ;");
            let mail = format!("From: a@one.example\nContent-Type: multipart/mixed{many}; boundary=B\n\n{PARTS}");
            let (names, found) = read(&mail);
            assert!(names.contains(&"evil.exe".to_owned()), "{} {names:?}", clip(&many, 20));
            assert_eq!(found, told, "{}", clip(&many, 20));
        }
    }

    #[test]
    fn the_name_of_a_file_is_found_there_too_and_in_parts_inside() {
        let many = many(1_200, "");
        let inner = format!("--C\nContent-Disposition: attachment{many}; filename=\"inner.exe\"\n\nMZ\n--C--\n");
        let mail = format!(
            "Content-Type: multipart/mixed{many}; boundary=B\n\n--B\nContent-Type: multipart/mixed{many}; boundary=C\n\n{inner}\n--B--\n"
        );
        assert_eq!(read(&mail), (vec!["inner.exe".to_owned()], true));
        let message = Message::parse(mail.as_bytes());
        let file = message.parts.iter().find(|part| !part.names.is_empty()).unwrap();
        assert_eq!(mail.get(file.span.start as usize..file.span.end as usize), Some("MZ"), "offsets stay true");
    }

    #[test]
    fn long_fields_with_few_parameters_are_left_alone() {
        for mail in [
            format!("Content-Type: multipart/mixed; x=\"{}\"; boundary=B\n\n{PARTS}", ";".repeat(5_000)),
            format!("X-Long: {}\nContent-Type: multipart/mixed; boundary=B\n\n{PARTS}", "; a=b".repeat(5_000)),
        ] {
            assert_eq!(read(&mail), (vec!["evil.exe".to_owned()], false));
        }
    }
}

//! Content that the parser would leave in the dark: text where a part's header should be, text that is declared base64
//! and is none, and uuencode, which some readers still undo.
//!
//! ```text
//! --b                                   begin 644 a.exe
//! Content-Type: text/html               M35J0``,````$````__\``+@`````````0```
//! <p>no empty line before this</p>      `
//!                                       end
//! ```
//!
//! Nothing is looked at twice, and an ordinary part costs one pass over its few header lines.

use memchr::memchr;

use super::head::scan;

/// The most bytes of a stray text that are kept.
const STRAY_BYTES: usize = 1024 * 1024;
/// The most bytes of a `begin` line that are looked at.
const UU_LINE: usize = 1_000;

/// What stands in a header block behind its fields and is none; `None` where all lines are fields.
pub(super) fn stray(block: &[u8]) -> Option<&[u8]> {
    if all_fields(block) {
        return None;
    }
    let found = scan(block);
    let rest = block.get(found.body..)?;
    let rest = rest.get(..STRAY_BYTES).unwrap_or(rest).trim_ascii();
    (!found.separator && !rest.is_empty()).then_some(rest)
}

/// Every line has a colon or continues the one above.
fn all_fields(block: &[u8]) -> bool {
    let mut rest = block;
    while !rest.is_empty() {
        let end = memchr(b'\n', rest).unwrap_or(rest.len());
        let line = rest.get(..end).unwrap_or_default();
        let fold = matches!(line.first(), Some(b' ' | b'\t' | b'\r') | None);
        // A name has no blanks: `Hello, this is: text` is no field.
        let named =
            memchr(b':', line).is_some_and(|colon| line.get(..colon).is_some_and(|name| memchr(b' ', name).is_none()));
        if !fold && !named {
            return false;
        }
        rest = rest.get(end + 1..).unwrap_or_default();
    }
    true
}

/// Declared base64, but written as text: blanks between words, and more than a twentieth of signs that base64 lacks.
pub(super) fn is_plain(raw: &[u8]) -> bool {
    let head = raw.get(..512).unwrap_or(raw).trim_ascii();
    if memchr(b' ', head).is_none() {
        return false;
    }
    let kept = raw.iter().filter(|byte| !matches!(byte, b'\r' | b'\n')).count();
    let foreign = raw
        .iter()
        .filter(|byte| {
            !(byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b'\r' | b'\n' | b'-' | b'_'))
        })
        .count();
    kept > 0 && foreign.saturating_mul(20) > kept
}

/// The transfer encodings that mean uuencode.
pub(super) fn is_uuencode(encoding: &str) -> bool {
    ["x-uuencode", "uuencode", "x-uue", "uue"].iter().any(|name| encoding.trim().eq_ignore_ascii_case(name))
}

/// The file name that uuencode gives (`begin 644 a.exe`), without the folders in front of it.
pub(super) fn uuname(raw: &[u8]) -> Option<&[u8]> {
    let line = raw.split(|byte| *byte == b'\n').find(|line| line.starts_with(b"begin "))?;
    let line = line.get(..UU_LINE).unwrap_or(line).trim_ascii();
    let name = line.splitn(3, |byte| *byte == b' ').nth(2)?.trim_ascii();
    name.rsplit(|byte| matches!(byte, b'/' | b'\\')).next().filter(|name| !name.is_empty())
}

/// Undoes uuencode (POSIX `uuencode`, historical algorithm). `None` without a `begin` line.
pub(super) fn uudecode(raw: &[u8]) -> Option<Vec<u8>> {
    let mut lines = raw.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii_end);
    lines.by_ref().find(|line| line.starts_with(b"begin "))?;
    let mut out = Vec::with_capacity(raw.len() / 4 * 3);
    for line in lines {
        if line == b"end" {
            break;
        }
        let value = |byte: u8| byte.wrapping_sub(b' ') & 0x3f;
        let Some((first, rest)) = line.split_first() else { continue };
        let wanted = out.len() + usize::from(value(*first));
        for four in rest.chunks(4) {
            // Blanks at the end of a line are lost on the way; they stand for zero.
            let [a, b, c, d] = [0, 1, 2, 3].map(|at| four.get(at).map_or(0, |byte| value(*byte)));
            out.extend([a << 2 | b >> 4, b << 4 | c >> 2, c << 6 | d]);
        }
        out.truncate(wanted);
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::{Content, Message};

    #[test]
    fn text_in_a_header_is_found_and_fields_are_left_alone() {
        for (block, expected) in [
            ("Content-Type: text/html\n<p>x</p>\n", Some("<p>x</p>")),
            ("Content-Type: text/plain\n name=x\nX-Y: z\n", None),
            ("REDACTED\n", Some("REDACTED")),
            ("Content-Type: text/plain\r\nHello: you there\r\n", None),
            ("Hello, this is: a text\nand more\n", Some("Hello, this is: a text\nand more")),
            ("", None),
            ("\n", None),
        ] {
            assert_eq!(stray(block.as_bytes()), expected.map(str::as_bytes), "{block}");
        }
    }

    #[test]
    fn the_name_of_a_uuencoded_file_leads_nowhere() {
        for (raw, name) in [
            ("begin 777 ../../../../root/.bashrc\nM!!!\n", Some(".bashrc")),
            ("x\r\nbegin 644 two words.exe\r\n", Some("two words.exe")),
            ("begin 644 C:\\temp\\a.exe\n", Some("a.exe")),
            ("begin 644 folder/\n", None),
            ("begin 644\n", None),
            ("begin with it\n", Some("it")),
            ("nothing\n", None),
        ] {
            assert_eq!(uuname(raw.as_bytes()), name.map(str::as_bytes), "{raw}");
        }
    }

    #[test]
    fn uuencode_is_undone() {
        assert_eq!(uudecode(b"x\nbegin 644 a\n#0V%T\n`\nend\ny").as_deref(), Some(&b"Cat"[..]));
        assert_eq!(uudecode(b"begin 644 a\r\n%:&5L;&\\\r\n \r\nend\r\n").as_deref(), Some(&b"hello"[..]));
        assert_eq!(uudecode(b"no begin"), None);
        uudecode(&b"begin 1 x\n".repeat(50_000));
    }

    #[test]
    fn no_text_of_a_broken_part_is_lost() {
        let text = |mail: &str| -> String {
            Message::parse(mail.as_bytes())
                .parts
                .iter()
                .map(|part| match &part.content {
                    Content::Text(text) | Content::Html(text) => text.clone(),
                    Content::Binary(bytes) => String::from_utf8_lossy(bytes).into_owned(),
                    _ => String::new(),
                })
                .collect::<Vec<_>>()
                .join("|")
        };
        let head = "Content-Type: multipart/mixed; boundary=b\n\n";
        for (mail, expected) in [
            (format!("{head}--b\nContent-Type: text/html\n<p>evil</p>\n\n--b--"), "<p>evil</p>"),
            (format!("{head}--b\nContent-Type: message/rfc822\n\nREDACTED\n\n--b--\n"), "REDACTED"),
            (format!("{head}preamble only\n--b--\n"), "preamble only"),
            (
                "Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\nPress here, please: it is not encoded.\n"
                    .to_owned(),
                "Press here, please",
            ),
            (
                "Content-Type: text/plain\nContent-Transfer-Encoding: x-uuencode\n\nbegin 644 a\n#0V%T\n`\nend\n".to_owned(),
                "Cat",
            ),
            (
                "Content-Type: multipart/mixed; boundary=b\nDate: x\n--b\nContent-Type: text/html\n\n<i>no line</i>\n--b--"
                    .to_owned(),
                "<i>no line</i>",
            ),
            ("   \nFrom: a@b.example\nContent-Type: text/html\n\n<b>x</b>".to_owned(), "<b>x</b>"),
        ] {
            assert!(text(&mail).contains(expected), "{mail}: {}", text(&mail));
        }
        let message = Message::parse(b"   \nFrom: a@b.example\n\nx");
        assert_eq!(message.fields.len(), 1, "a line of blanks in front hides no header");
    }
}

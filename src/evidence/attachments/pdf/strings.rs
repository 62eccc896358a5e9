//! Names and strings of a PDF as its bytes write them (ISO 32000-1 section 7.3), and the letters that a page shows. What they
//! mean is told elsewhere; nothing here may read the same bytes again and again, however they are arranged.

use memchr::memmem;

use crate::limits::{PDF_SEARCHED, PDF_STRINGS};

/// Bytes of strings that were read, and bytes that were searched for objects.
#[derive(Debug, Default)]
pub(super) struct Spent {
    bytes: usize,
    searched: usize,
}

impl Spent {
    /// No more is read: what is left is told as a limit.
    pub(super) fn too_much(&self) -> bool {
        self.bytes > PDF_STRINGS || self.searched > PDF_SEARCHED
    }
}

/// The bytes of a name behind its slash.
pub(super) fn raw_name(rest: &[u8]) -> &[u8] {
    let rest = rest.get(..128).unwrap_or(rest);
    let end = rest.iter().position(|byte| ENDS_NAME.get(usize::from(*byte)) == Some(&true)).unwrap_or(rest.len());
    rest.get(..end).unwrap_or_default()
}

/// The bytes that end a name: blanks, NUL and delimiters.
static ENDS_NAME: [bool; 256] = {
    let mut ends = [false; 256];
    let mut rest: &[u8] = b" \t\n\x0c\r\0()<>[]{}/%";
    while let [byte, behind @ ..] = rest {
        #[allow(clippy::indexing_slicing, reason = "a table of all bytes")]
        {
            ends[*byte as usize] = true;
        }
        rest = behind;
    }
    ends
};

/// How many letters a page shows: what stands in the strings of its text operators, in bytes.
pub(super) fn letters(content: &[u8]) -> usize {
    let mut shown = 0;
    let mut text = false;
    let mut at = 0;
    // Behind the last one no string ends: it would be searched for from each of its beginnings.
    let last = memchr::memrchr(b'>', content).unwrap_or(0);
    while let Some(byte) = content.get(at).copied() {
        match byte {
            b'(' => {
                let (_, length) = literal(content.get(at..).unwrap_or_default());
                shown += if text { length.saturating_sub(2) } else { 0 };
                at += length.max(1);
                continue;
            }
            b'<' if text && at < last && content.get(at + 1) != Some(&b'<') => {
                let length = memchr::memchr(b'>', content.get(at..).unwrap_or_default()).unwrap_or(1);
                // Fonts with two bytes a letter are the rule here.
                shown += length / 4;
                at += length.max(1);
                continue;
            }
            b'B' if content.get(at..at + 2) == Some(b"BT") => text = true,
            b'E' if content.get(at..at + 2) == Some(b"ET") => text = false,
            _ => {}
        }
        at += 1;
    }
    shown
}

/// What the strings of a page's content say, with a line end wherever anything but the spacing of letters stands between
/// two of them. Fonts that number their shapes show nothing here.
pub(super) fn shown(content: &[u8]) -> String {
    /// Spacing of more than this, in thousandths of the letter height, is a blank.
    const BLANK: f32 = -180.0;
    let mut out: Vec<u8> = Vec::new();
    // Behind the last one no string ends: it would be searched for from each of its beginnings.
    let last = memchr::memrchr(b'>', content).unwrap_or(0);
    let mut done = 0;
    for at in memchr::memchr2_iter(b'(', b'<', content) {
        if at < done {
            continue;
        }
        let rest = content.get(at..).unwrap_or_default();
        let (bytes, length) = if rest.starts_with(b"(") {
            literal(rest)
        } else if rest.get(1) == Some(&b'<') || at >= last || at > 0 && content.get(at - 1) == Some(&b'<') {
            continue;
        } else {
            let length = memchr::memchr(b'>', rest).unwrap_or(0) + 1;
            (digits(rest.get(1..length.max(2) - 1).unwrap_or_default()), length)
        };
        let gap = content.get(done..at).unwrap_or_default();
        let spacing = gap.iter().all(|byte| byte.is_ascii_digit() || b" -.\r\n".contains(byte));
        if !spacing {
            out.push(b'\n');
        } else if std::str::from_utf8(gap).is_ok_and(|gap| gap.trim().parse().is_ok_and(|by: f32| by < BLANK)) {
            out.push(b' ');
        }
        out.extend(bytes.into_iter().filter(|byte| *byte != 0));
        done = at + length.max(1);
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// The bytes that hexadecimal digits write.
pub(super) fn digits(written: &[u8]) -> Vec<u8> {
    let digits: Vec<u8> =
        written.iter().filter_map(|byte| (*byte as char).to_digit(16)).map(|digit| digit as u8).collect();
    digits
        .chunks(2)
        .map(|pair| pair.iter().fold(0, |value, digit| value << 4 | digit) << (4 * (2 - pair.len())))
        .collect()
}

/// A literal string from its parenthesis on: its bytes, and how many the whole takes.
fn literal(rest: &[u8]) -> (Vec<u8>, usize) {
    let mut out = Vec::new();
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(byte) = rest.get(at).copied() {
        at += 1;
        match byte {
            b'\\' => {
                let digits = rest
                    .get(at..)
                    .unwrap_or_default()
                    .iter()
                    .take(3)
                    .take_while(|byte| matches!(byte, b'0'..=b'7'))
                    .count();
                if digits > 0 {
                    let octal = rest.get(at..at + digits).unwrap_or_default();
                    out.push(octal.iter().fold(0_u8, |value, digit| value.wrapping_mul(8).wrapping_add(digit - b'0')));
                    at += digits;
                } else {
                    match rest.get(at) {
                        Some(b'\n' | b'\r') | None => {}
                        Some(b'n') => out.push(b'\n'),
                        Some(b'r') => out.push(b'\r'),
                        Some(b't') => out.push(b'\t'),
                        Some(other) => out.push(*other),
                    }
                    at += 1;
                }
            }
            b'(' => {
                depth += 1;
                if depth > 1 {
                    out.push(byte);
                }
            }
            b')' => {
                depth -= 1;
                if depth == 0 {
                    break;
                }
                out.push(byte);
            }
            _ => out.push(byte),
        }
        if at > 64 * 1024 {
            break;
        }
    }
    (out, at)
}

/// The string that stands next, literal or hexadecimal, as text.
pub(super) fn string(rest: &[u8], spent: &mut Spent) -> Option<String> {
    let rest = rest.get(..64 * 1024).unwrap_or(rest).trim_ascii_start();
    if spent.too_much() {
        return None;
    }
    let bytes = match rest.first()? {
        b'(' => {
            let (bytes, length) = literal(rest);
            spent.bytes += length;
            bytes
        }
        b'<' if rest.get(1) != Some(&b'<') => {
            let window = rest.get(..32 * 1024).unwrap_or(rest);
            let end = memchr::memchr(b'>', window);
            spent.bytes += end.unwrap_or(window.len());
            let end = end?;
            digits(rest.get(1..end)?)
        }
        _ => return None,
    };
    Some(text(&bytes))
}

/// A text string: UTF-16 with its mark, UTF-8, or single bytes.
pub(in crate::evidence::attachments) fn text(bytes: &[u8]) -> String {
    match bytes {
        [0xfe, 0xff, rest @ ..] => encoding_rs::UTF_16BE.decode(rest).0.into_owned(),
        [0xff, 0xfe, rest @ ..] => encoding_rs::UTF_16LE.decode(rest).0.into_owned(),
        _ => crate::message::text_of(bytes),
    }
}

pub(super) fn unescaped(raw: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((&first, behind)) = rest.split_first() {
        let digit = |at: usize| behind.get(at).and_then(|byte| (*byte as char).to_digit(16));
        if first == b'#'
            && let (Some(high), Some(low)) = (digit(0), digit(1))
        {
            out.push((high * 16 + low) as u8);
            rest = behind.get(2..).unwrap_or_default();
        } else {
            out.push(first);
            rest = behind;
        }
    }
    out
}

/// The string behind a key in the next bytes.
pub(super) fn near(rest: &[u8], key: &[u8], spent: &mut Spent) -> Option<String> {
    let window = rest.get(..512).unwrap_or(rest);
    memmem::find_iter(window, key).take(8).find_map(|at| string(window.get(at + key.len()..)?, spent))
}

/// The string of the object that a reference names: `12 0 R`.
pub(super) fn referred(rest: &[u8], bytes: &[u8], spent: &mut Spent) -> Option<String> {
    let text =
        std::str::from_utf8(rest.get(..24).unwrap_or(rest).trim_ascii_start().split(|byte| *byte == b'R').next()?)
            .ok()?;
    let mut words = text.split_ascii_whitespace();
    let (number, generation): (u32, u16) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
    if spent.too_much() {
        return None;
    }
    let head = format!("\n{number} {generation} obj");
    let at = memmem::find(bytes, head.as_bytes());
    spent.searched += at.unwrap_or(bytes.len());
    let at = at?;
    string(bytes.get(at + head.len()..)?, spent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_read_as_the_standard_says() {
        for (raw, expected) in [
            (&b"(http://a.example/x)"[..], "http://a.example/x"),
            (b" (a\\(b\\)c(d)e)", "a(b)c(d)e"),
            (b"(\\150i\\\n!)", "hi!"),
            (b"<68 69>", "hi"),
            (b"<FEFF00680069>", "hi"),
        ] {
            assert_eq!(string(raw, &mut Spent::default()).as_deref(), Some(expected));
        }
        assert_eq!(string(b"12 0 R", &mut Spent::default()), None);
        assert_eq!(unescaped(b"J#61vaScript"), b"JavaScript");
        for (content, expected) in [
            (&b"BT (Visit https://pdftext.test/x) Tj ET"[..], "\nVisit https://pdftext.test/x"),
            (b"[(at ht) -20 (tps://a.) 15.5(test/) ] TJ T* (next) Tj", "\nat https://a.test/\nnext"),
            (b"[(go) -250 (on)] TJ", "\ngo on"),
            (b"<68007474> Tj << /A 1 >> (b\\)c)", "htt\nb)c"),
            (b"<6874", ""),
        ] {
            assert_eq!(shown(content), expected);
        }
        for piece in [&b"("[..], b"<", b"<6>", b"(\\", b"()"] {
            shown(&piece.repeat(500_000));
        }
        assert_eq!(letters(b"BT /F1 12 Tf (Hello) Tj ET (no text) BT [(wor) 3 (ld)] TJ ET"), 10);
    }
}

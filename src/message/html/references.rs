//! Character references (WHATWG HTML section 13.2.5.72) and the other changes that a tokenizer makes to characters.
//!
//! Pure text to text; nothing here knows of tags.

use std::collections::HashMap;
use std::sync::LazyLock;

use foldhash::fast::FixedState;
use memchr::{memchr2, memchr3};

/// The longest name, its semicolon included (`CounterClockwiseContourIntegral;`).
const NAME_BYTES: usize = 32;
/// The longest name that may lack its semicolon (`Aacute`).
const OLD_NAME_BYTES: usize = 6;

type Names = HashMap<&'static str, (char, Option<char>), FixedState>;

/// Names with their semicolon, or without where that is allowed, and the one or two characters that they mean.
static NAMES: LazyLock<Names> = LazyLock::new(|| {
    include_str!("../../../assets/lists/references.tsv")
        .lines()
        .filter_map(|line| {
            let (name, codes) = line.split_once('\t')?;
            let mut codes = codes.split(' ').map(|code| u32::from_str_radix(code, 16).ok().and_then(char::from_u32));
            Some((name, (codes.next()??, codes.next().flatten())))
        })
        .collect()
});

/// Where a text stands, which says what is changed in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Ordinary text.
    Data,
    /// The content of `title` and `textarea`.
    Escapable,
    /// An attribute's value.
    Value,
    /// The content of `script` and its like, comments.
    Raw,
}

/// The text holds nothing that [`decode`] would change.
pub(super) fn is_plain(text: &str, place: Place) -> bool {
    let bytes = text.as_bytes();
    match place {
        Place::Data => memchr2(b'&', b'\r', bytes).is_none(),
        Place::Escapable | Place::Value => memchr3(b'&', b'\r', 0, bytes).is_none(),
        Place::Raw => memchr2(b'\r', 0, bytes).is_none(),
    }
}

/// Appends the text as it is meant. A line end of two characters stays as long as it is, so that offsets hold.
pub(super) fn decode(out: &mut String, text: &str, place: Place) {
    let mut rest = text;
    loop {
        let bytes = rest.as_bytes();
        let next = match place {
            Place::Data => memchr2(b'&', b'\r', bytes),
            Place::Escapable | Place::Value => memchr3(b'&', b'\r', 0, bytes),
            Place::Raw => memchr2(b'\r', 0, bytes),
        };
        let Some((front, behind)) = next.and_then(|at| rest.split_at_checked(at)) else { break };
        out.push_str(front);
        let length = match behind.as_bytes().first() {
            Some(b'\r') => {
                out.push('\n');
                1
            }
            Some(0) => {
                out.push('\u{fffd}');
                1
            }
            _ => reference(out, behind, place == Place::Value),
        };
        rest = behind.get(length..).unwrap_or_default();
    }
    out.push_str(rest);
}

/// Appends what a reference at the beginning of the text means; gives the bytes it takes.
fn reference(out: &mut String, text: &str, in_value: bool) -> usize {
    let behind = text.get(1..).unwrap_or_default();
    let read = match behind.as_bytes().first() {
        Some(b'#') => number(out, behind),
        Some(letter) if letter.is_ascii_alphanumeric() => name(out, behind, in_value),
        _ => None,
    };
    read.map_or_else(
        || {
            out.push('&');
            1
        },
        |length| length + 1,
    )
}

/// `#233;`, `#xe9;`
fn number(out: &mut String, text: &str) -> Option<usize> {
    let (start, radix) = if matches!(text.as_bytes().get(1), Some(b'x' | b'X')) { (2, 16) } else { (1, 10) };
    let mut code = 0_u32;
    let mut end = start;
    for digit in text.bytes().skip(start).map_while(|byte| char::from(byte).to_digit(radix)) {
        code = code.saturating_mul(radix).saturating_add(digit);
        end += 1;
    }
    if end == start {
        return None;
    }
    out.push(match code {
        0 => '\u{fffd}',
        // What Windows-1252 has there is meant.
        0x80..=0x9f => WINDOWS.get(code as usize - 0x80).copied().unwrap_or('\u{fffd}'),
        code => char::from_u32(code).unwrap_or('\u{fffd}'),
    });
    Some(end + usize::from(text.as_bytes().get(end) == Some(&b';')))
}

/// Code points 0x80 to 0x9f as the standard's table maps them.
const WINDOWS: [char; 32] = [
    '\u{20ac}', '\u{81}', '\u{201a}', '\u{192}', '\u{201e}', '\u{2026}', '\u{2020}', '\u{2021}', '\u{2c6}', '\u{2030}',
    '\u{160}', '\u{2039}', '\u{152}', '\u{8d}', '\u{17d}', '\u{8f}', '\u{90}', '\u{2018}', '\u{2019}', '\u{201c}',
    '\u{201d}', '\u{2022}', '\u{2013}', '\u{2014}', '\u{2dc}', '\u{2122}', '\u{161}', '\u{203a}', '\u{153}', '\u{9d}',
    '\u{17e}', '\u{178}',
];

/// `amp;`, `copy`: the longest name of the table that the text starts with.
fn name(out: &mut String, text: &str, in_value: bool) -> Option<usize> {
    let bytes = text.as_bytes();
    let common: &[(&[u8], char)] = match bytes.first() {
        Some(b'a') => &[(b"amp;", '&')],
        Some(b'g') => &[(b"gt;", '>')],
        Some(b'l') => &[(b"lt;", '<')],
        Some(b'n') => &[(b"nbsp;", '\u{a0}')],
        Some(b'q') => &[(b"quot;", '"')],
        _ => &[],
    };
    if let Some((name, meaning)) = common.iter().find(|(name, _)| bytes.starts_with(name)) {
        out.push(*meaning);
        return Some(name.len());
    }
    let length = bytes.iter().take(NAME_BYTES).take_while(|byte| byte.is_ascii_alphanumeric()).count();
    let whole = (bytes.get(length) == Some(&b';')).then_some(length + 1);
    // `?x=1&utm_source=y`: no name begins so.
    let longest = if may_be_old(bytes) { length.min(OLD_NAME_BYTES) } else { 0 };
    let (end, meaning) = whole
        .into_iter()
        .chain((2..=longest).rev())
        .find_map(|end| Some((end, NAMES.get(text.get(..end)?).copied()?)))?;
    // `?a=1&copy=2` is no copyright sign (section 13.2.5.73).
    let goes_on = bytes.get(end).is_some_and(|next| *next == b'=' || next.is_ascii_alphanumeric());
    if in_value && goes_on && whole != Some(end) {
        return None;
    }
    out.push(meaning.0);
    out.extend(meaning.1);
    Some(end)
}

/// Whether a name that may lack its semicolon begins with these two letters.
fn may_be_old(bytes: &[u8]) -> bool {
    let &[first, second, ..] = bytes else { return false };
    OLD_STARTS.get(usize::from(first)).is_some_and(|seconds| (seconds >> (second & 63)) & 1 == 1)
}

/// By the first byte of a name that may lack its semicolon: a bit for the lowest six bits of the second.
static OLD_STARTS: LazyLock<[u64; 128]> = LazyLock::new(|| {
    let mut starts = [0; 128];
    for name in NAMES.keys().filter(|name| !name.ends_with(';')) {
        if let &[first, second, ..] = name.as_bytes()
            && let Some(seconds) = starts.get_mut(usize::from(first))
        {
            *seconds |= 1 << (second & 63);
        }
    }
    starts
});

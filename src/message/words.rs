//! Encoded words (RFC 2047), decoded once and with patience: blanks inside a word, missing padding and vendor charset
//! names are forgiven, a word that makes no sense stays as it is.
//!
//! ```text
//! =?utf-8?B?5qW95aSp?= =?utf-8?Q?_Ichiba?=      楽天 Ichiba
//! ```
//!
//! Neighbors of one charset are joined before they are read, since mailers cut characters in two. What comes out is
//! never decoded again.

use std::borrow::Cow;
use std::sync::LazyLock;

use mail_parser::Encoding;
use memchr::memmem::{self, Finder};

use super::Limits;
use super::charset::{decode, find};

/// The longest word that is read; RFC 2047 allows 75 characters, some mailers write whole lines.
const WORD_BYTES: usize = 8_192;

/// What a word starts with; made once, since every field is searched for it.
static START: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("=?"));

/// One word: its charset, its bytes, its length as written.
struct Word<'a> {
    charset: &'a str,
    bytes: Vec<u8>,
    length: usize,
}

/// An encoded word may begin somewhere in the text.
pub(super) fn has_words(text: &str) -> bool {
    START.find(text.as_bytes()).is_some()
}

/// A value with its encoded words decoded, once; the usual number of them.
pub(crate) fn decode_words(raw: &str) -> Cow<'_, str> {
    decode_words_within(raw, Limits::DEFAULT.encoded_words)
}

/// [`decode_words`], the first `most` of them.
pub(crate) fn decode_words_within(raw: &str, most: usize) -> Cow<'_, str> {
    let Some(first) = START.find(raw.as_bytes()) else { return Cow::Borrowed(raw) };
    let mut out = String::with_capacity(raw.len());
    out.push_str(raw.get(..first).unwrap_or_default());
    let mut rest = raw.get(first..).unwrap_or_default();
    let mut pending: Option<(&str, Vec<u8>)> = None;
    let mut words = 0;
    // Blanks behind a word; no text if another word follows.
    let mut blanks = "";
    while !rest.is_empty() {
        if words < most
            && let Some(word) = read_word(rest)
        {
            words += 1;
            match &mut pending {
                Some((charset, bytes)) if charset.eq_ignore_ascii_case(word.charset) => bytes.extend(word.bytes),
                _ => {
                    flush(&mut pending, &mut out);
                    pending = Some((word.charset, word.bytes));
                }
            }
            let behind = rest.get(word.length..).unwrap_or_default();
            rest = behind.trim_start_matches([' ', '\t', '\r', '\n']);
            blanks = behind.get(..behind.len() - rest.len()).unwrap_or_default();
            continue;
        }
        flush(&mut pending, &mut out);
        out.push_str(std::mem::take(&mut blanks));
        // On to the next place where a word may start.
        let next = START.find(rest.as_bytes().get(1..).unwrap_or_default()).map_or(rest.len(), |at| at + 1);
        let next = if words < most { next } else { rest.len() };
        out.push_str(rest.get(..next).unwrap_or_default());
        rest = rest.get(next..).unwrap_or_default();
    }
    flush(&mut pending, &mut out);
    Cow::Owned(out)
}

fn flush(pending: &mut Option<(&str, Vec<u8>)>, out: &mut String) {
    if let Some((charset, bytes)) = pending.take()
        && let Some(charset) = find(charset)
    {
        out.push_str(&decode(charset, &bytes));
    }
}

/// The word at the beginning of `text`; `None` where there is none or its charset is unknown.
fn read_word(text: &str) -> Option<Word<'_>> {
    let inner = text.strip_prefix("=?")?;
    let window = inner.as_bytes().get(..WORD_BYTES).unwrap_or(inner.as_bytes());
    let charset_end = memchr::memchr(b'?', window.get(..64).unwrap_or(window))?;
    let kind = window.get(charset_end + 1)?;
    if window.get(charset_end + 2) != Some(&b'?') {
        return None;
    }
    let start = charset_end + 3;
    let body = window.get(start..)?;
    let end = memmem::find(body, b"?=")?;
    // RFC 2231 section 5 lets a language follow the charset.
    let charset = inner.get(..charset_end)?.split('*').next()?;
    find(charset)?;
    let body = body.get(..end)?;
    let bytes = match kind {
        b'B' | b'b' => Encoding::Base64.decode(body).into_owned(),
        b'Q' | b'q' => quoted(body),
        _ => return None,
    };
    Some(Word { charset, bytes, length: 2 + start + end + 2 })
}

/// The Q encoding (RFC 2047 section 4.2).
fn quoted(body: &[u8]) -> Vec<u8> {
    let hex = |at: usize| body.get(at).and_then(|byte| char::from(*byte).to_digit(16));
    let mut out = Vec::with_capacity(body.len());
    let mut at = 0;
    while let Some(byte) = body.get(at) {
        match byte {
            b'_' => out.push(b' '),
            b'=' => {
                if let (Some(high), Some(low)) = (hex(at + 1), hex(at + 2)) {
                    out.push((high * 16 + low) as u8);
                    at += 2;
                } else {
                    out.push(b'=');
                }
            }
            byte => out.push(*byte),
        }
        at += 1;
    }
    out
}

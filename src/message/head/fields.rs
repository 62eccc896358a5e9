//! Scanned ranges become fields: values unfolded, read as text, their encoded words decoded; what is odd about a name. Looks for
//! no field itself.

use std::borrow::Cow;

use memchr::{memchr, memchr2};

use super::super::charset::{Hint, bytes_to_text};
use super::super::words::has_words;
use super::super::{Field, Limits, OddName, Span, decode_words_within};
use super::{RawField, Scan, trim};

/// Takes line breaks out of a folded value and the blanks around it away; the blanks that start a continuation stay. Of
/// the value `most` bytes are kept.
pub(in crate::message) fn unfold(value: &[u8], bare_cr: bool, most: usize) -> Cow<'_, [u8]> {
    let value = value.trim_ascii();
    let value = value.get(..most).unwrap_or(value);
    if memchr(if bare_cr { b'\r' } else { b'\n' }, value).is_none() {
        return value.into();
    }
    let ending = if bare_cr { b'\r' } else { b'\n' };
    let mut out = Vec::with_capacity(value.len());
    let mut rest = value;
    while let Some((line, behind)) = memchr(ending, rest).and_then(|at| Some((rest.get(..at)?, rest.get(at + 1..)?))) {
        out.extend_from_slice(without_returns(line));
        rest = behind;
    }
    out.extend_from_slice(without_returns(rest));
    out.into()
}

fn without_returns(line: &[u8]) -> &[u8] {
    let end = line.iter().rposition(|byte| *byte != b'\r').map_or(0, |at| at + 1);
    line.get(..end).unwrap_or_default()
}

/// Turns scanned ranges into fields. `place` gives the offset in the whole message for an offset in `bytes`, or nothing
/// where the bytes do not stand in the message as they are. Gives true where a value held bytes that are no UTF-8.
pub(in crate::message) fn fields(
    bytes: &[u8],
    found: &Scan,
    place: &dyn Fn(usize) -> Option<u32>,
    hint: Hint,
    limits: &Limits,
) -> (Vec<Field>, bool) {
    let most = limits.field_bytes;
    let plain = plain_block(bytes, found);
    let mut eight_bit = false;
    let out = found
        .fields
        .iter()
        .map(|field| {
            let (name, raw) = if let Some(texts) = plain.and_then(|block| block.texts(field, found.bare_cr, most)) {
                texts
            } else {
                let (name, raw, clean) = texts(bytes, field, found.bare_cr, hint, most);
                eight_bit |= !clean;
                (name, raw)
            };
            let span = match (place(field.span.start), place(field.span.end)) {
                (Some(start), Some(end)) => Span { start, end },
                _ => Span::default(),
            };
            let value = if plain.is_some_and(|block| !block.encoded) {
                raw.clone()
            } else {
                decode_words_within(&raw, limits.encoded_words).into_owned()
            };
            Field { name, span, value, raw, odd_name: field.odd, oddity: field.odd.then(|| oddity(bytes, field)) }
        })
        .collect();
    (out, eight_bit)
}

/// Name and value of a field as text, and whether the value was UTF-8.
fn texts(bytes: &[u8], field: &RawField, bare_cr: bool, hint: Hint, most: usize) -> (String, String, bool) {
    let name = trim(bytes.get(field.name.clone()).unwrap_or_default());
    let value = unfold(bytes.get(field.value.clone()).unwrap_or_default(), bare_cr, most);
    let (raw, clean) = into_text(value, hint);
    let name = match std::str::from_utf8(name) {
        Ok(name) if memchr(0, name.as_bytes()).is_none() => name.to_owned(),
        _ => String::from_utf8_lossy(name).replace('\0', ""),
    };
    (name, raw, clean)
}

/// A header block that is UTF-8 without escapes and NUL, as nearly all are: what stands in it is text without a further
/// look.
#[derive(Clone, Copy)]
struct PlainBlock<'a> {
    /// From the beginning of the bytes to the end of the block.
    text: &'a str,
    /// An encoded word may stand in it.
    encoded: bool,
}

fn plain_block<'a>(bytes: &'a [u8], found: &Scan) -> Option<PlainBlock<'a>> {
    let bytes = bytes.get(..found.end).filter(|bytes| memchr2(0, 0x1b, bytes).is_none())?;
    let text = simdutf8::basic::from_utf8(bytes).ok()?;
    Some(PlainBlock { text, encoded: has_words(text) })
}

impl PlainBlock<'_> {
    /// Name and value of a field, as [`texts`] reads them; `None` where that has to be asked.
    fn texts(self, field: &RawField, bare_cr: bool, most: usize) -> Option<(String, String)> {
        let name = self.text.get(field.name.clone())?.trim_ascii();
        let value = self.text.get(field.value.clone())?.trim_ascii();
        if value.len() > most {
            return None;
        }
        let ending = if bare_cr { '\r' } else { '\n' };
        let mut raw = String::with_capacity(value.len());
        let mut rest = value;
        while let Some((line, behind)) = memchr(ending as u8, rest.as_bytes()).and_then(|at| rest.split_at_checked(at))
        {
            raw.push_str(line.trim_end_matches('\r'));
            rest = behind.get(1..).unwrap_or_default();
        }
        // A value of one line is taken as it stands.
        raw.push_str(if rest.len() == value.len() { rest } else { rest.trim_end_matches('\r') });
        Some((name.to_owned(), raw))
    }
}

/// [`bytes_to_text`], bytes that are UTF-8 not copied.
fn into_text(value: Cow<'_, [u8]>, hint: Hint) -> (String, bool) {
    let value = match value {
        Cow::Owned(bytes) if memchr(0x1b, &bytes).is_none() => match String::from_utf8(bytes) {
            Ok(text) => return (text, true),
            Err(error) => Cow::Owned(error.into_bytes()),
        },
        value => value,
    };
    let (text, clean) = bytes_to_text(&value, hint);
    (text.into_owned(), clean)
}

/// What is odd about a field's name.
fn oddity(bytes: &[u8], field: &RawField) -> OddName {
    let name = bytes.get(field.name.clone()).unwrap_or_default();
    // A sender in the fold of another field, whatever else its name holds.
    if field.name.start > field.span.start {
        OddName::LeadingBlank
    } else if name.contains(&b'\n') || name.contains(&b'\r') {
        OddName::Folded
    } else if name.contains(&0) {
        OddName::Nul
    } else if name.first().is_some_and(u8::is_ascii_whitespace) {
        OddName::LeadingBlank
    } else {
        OddName::BlankBeforeColon
    }
}

/// The value of the first plain field of that name, for what must be known before text is decoded.
pub(in crate::message) fn value_of<'a>(bytes: &'a [u8], scan: &Scan, name: &str, most: usize) -> Option<Cow<'a, [u8]>> {
    let field = scan.fields.iter().find(|field| {
        bytes.get(field.name.clone()).is_some_and(|found| trim(found).eq_ignore_ascii_case(name.as_bytes()))
    })?;
    Some(unfold(bytes.get(field.value.clone())?, scan.bare_cr, most))
}

//! What a list row shows before its message is analyzed. Called once for every message of a mailbox: it looks at a
//! handful of header lines and at nothing else.

use super::charset::{Hint, bytes_to_text};
use super::head::{self, RawField, scan, unfold};
use super::words::decode_words;
use super::{Limits, Summary, address, parse_date};

/// A row has bounds of its own, far below these.
const LIMITS: Limits = Limits::DEFAULT;
/// The longest subject that a row keeps.
const SUBJECT_CHARS: usize = 400;
/// The longest From that a row reads.
const FROM_BYTES: usize = 4096;

/// Reads what a list row needs from the beginning of a message: From, Subject, Date, else the newest Received line, and
/// the mbox status letters. Never panics; what is missing is empty.
#[must_use]
pub fn summarize(bytes: &[u8]) -> Summary {
    let scan = scan(bytes);
    let mut found = Found::default();
    for field in &scan.fields {
        let Some(name) = bytes.get(field.name.clone()) else { continue };
        let slot = match name.first().map(u8::to_ascii_lowercase) {
            Some(b'f') if !field.odd && name.eq_ignore_ascii_case(b"from") => &mut found.from,
            Some(b's') if name.eq_ignore_ascii_case(b"subject") => &mut found.subject,
            Some(b's') if name.eq_ignore_ascii_case(b"status") => &mut found.status,
            Some(b'd') if name.eq_ignore_ascii_case(b"date") => &mut found.date,
            Some(b'r') if name.eq_ignore_ascii_case(b"received") => &mut found.received,
            Some(b'x') if name.eq_ignore_ascii_case(b"x-status") => &mut found.x_status,
            Some(b'c') if name.eq_ignore_ascii_case(b"content-type") => &mut found.content_type,
            _ if field.odd && head::trim(name).eq_ignore_ascii_case(b"from") => &mut found.odd_from,
            _ => continue,
        };
        if slot.is_none() {
            *slot = Some(field);
        }
    }
    let hint = Hint::from_label(found.content_type.and_then(|field| charset_label(bytes, field)).as_deref());
    let text = |field: Option<&RawField>, limit: usize| {
        field.map_or_else(String::new, |field| {
            let value = unfold(bytes.get(field.value.clone()).unwrap_or_default(), scan.bare_cr, LIMITS.field_bytes);
            let value = value.get(..limit).unwrap_or(&value);
            bytes_to_text(value, hint).0.into_owned()
        })
    };
    let mut summary = Summary {
        subject: cut(decode_words(&text(found.subject, FROM_BYTES)).into()),
        status: format!("{}{}", text(found.status, 16), text(found.x_status, 16)),
        date: parse_date(&text(found.date, 256)).or_else(|| {
            let line = text(found.received, FROM_BYTES);
            line.rsplit_once(';').and_then(|(_, date)| parse_date(date))
        }),
        ..Summary::default()
    };
    for field in [found.from, found.odd_from] {
        let entries = address::parse(&text(field, FROM_BYTES), &LIMITS);
        let Some((name, entry)) = address::shown(&entries) else { continue };
        summary.address.clone_from(&entry.address);
        summary.name = name;
        if !summary.address.is_empty() {
            break;
        }
    }
    summary
}

/// At most [`SUBJECT_CHARS`] of a text.
fn cut(mut text: String) -> String {
    if let Some((end, _)) = text.char_indices().nth(SUBJECT_CHARS) {
        text.truncate(end);
    }
    text
}

/// The lines that a row is made of; the first of each kind.
#[derive(Default)]
struct Found<'a> {
    from: Option<&'a RawField>,
    odd_from: Option<&'a RawField>,
    subject: Option<&'a RawField>,
    date: Option<&'a RawField>,
    received: Option<&'a RawField>,
    status: Option<&'a RawField>,
    x_status: Option<&'a RawField>,
    content_type: Option<&'a RawField>,
}

/// The charset label of a Content-Type, found without taking the field apart.
fn charset_label(bytes: &[u8], field: &RawField) -> Option<String> {
    let value = bytes.get(field.value.clone())?;
    let value = value.get(..512).unwrap_or(value).to_ascii_lowercase();
    let at = memchr::memmem::find(&value, b"charset=")?;
    let label = value.get(at + 8..)?.iter().copied().skip_while(|byte| *byte == b'"');
    let label: Vec<u8> = label.take_while(|byte| byte.is_ascii_graphic() && !matches!(byte, b'"' | b';')).collect();
    String::from_utf8(label).ok()
}

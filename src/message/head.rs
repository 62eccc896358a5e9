//! The raw, byte-exact scan of a header block: every field with its offsets, whatever the line ends are, and whatever
//! is wrong with its name.
//!
//! ```text
//! From: a@example.com          name, value
//! From : b@example.com         odd name: blank before the colon
//! From\n : c@example.com       odd name: folded
//! ```
//!
//! It must never refuse a block, never look at a byte twice more than a fixed number of times, and never take more
//! than the limits of this room.

mod fields;

use std::ops::Range;

use memchr::memchr;

use super::{Limits, Quirk};
use crate::limits::HEADER_GAPS;
use crate::text::Words;

pub(super) use fields::{fields, unfold, value_of};

/// Fields that say whose mail this is and what it claims: they are kept of a header that is too long for all of it, so that
/// what a sender puts in front of them does not read as if they were missing.
const CORE: [&str; 15] = [
    "From",
    "Sender",
    "Reply-To",
    "To",
    "Cc",
    "Subject",
    "Date",
    "Message-ID",
    "Return-Path",
    "Authentication-Results",
    "MIME-Version",
    "Content-Type",
    "Content-Transfer-Encoding",
    "List-Id",
    "DKIM-Signature",
];
/// The most of these that are kept beyond the limits, and the most bytes of one.
const MOST_CORE: usize = 40;
const CORE_BYTES: usize = 64 * 1024;
/// Fields that there is room for from the start; most mails have fewer.
const FIELDS: usize = 64;
/// How many lines are looked at to tell a stray line from the beginning of a body.
const LOOK_AHEAD: usize = 10;

/// A field as ranges into the scanned bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RawField {
    /// The name with everything around it.
    pub(crate) name: Range<usize>,
    /// All behind the colon, folds included.
    pub(crate) value: Range<usize>,
    /// The whole field without its last line end.
    pub(super) span: Range<usize>,
    /// The name is not as RFC 5322 section 2.2 wants it.
    pub(super) odd: bool,
}

/// What a header block holds.
#[derive(Debug, Clone, Default)]
pub(crate) struct Scan {
    /// The fields, top first.
    pub(crate) fields: Vec<RawField>,
    /// First byte of the block: behind empty lines in front of it.
    pub(super) start: usize,
    /// One past its last byte, the empty line not included.
    pub(super) end: usize,
    /// First byte of the body.
    pub(super) body: usize,
    /// An empty line stands between header and body.
    pub(super) separator: bool,
    /// Line ends are bare CR.
    pub(super) bare_cr: bool,
    /// What had to be forgiven.
    pub(super) quirks: Vec<Quirk>,
    /// Lines that are no fields, or are none to other readers, and hold a line of blanks: these may end the header there.
    pub(super) gaps: Vec<Range<usize>>,
}

/// A line: where it starts, where its text ends, where the next one starts.
#[derive(Debug, Clone, Copy)]
struct Line {
    start: usize,
    end: usize,
    next: usize,
}

/// Walks over lines of one kind of line end.
struct Lines<'a> {
    bytes: &'a [u8],
    at: usize,
    ending: u8,
    /// The longest name that is kept; no registered name has more than 50 characters.
    name_bytes: usize,
}

impl Lines<'_> {
    fn peek(&self) -> Option<Line> {
        self.line_at(self.at)
    }

    fn line_at(&self, start: usize) -> Option<Line> {
        let rest = self.bytes.get(start..).filter(|rest| !rest.is_empty())?;
        let (length, next) = match memchr(self.ending, rest) {
            Some(at) => (at, start + at + 1),
            None => (rest.len(), self.bytes.len()),
        };
        let mut end = start + length;
        if self.ending == b'\n' {
            // CRCRLF is a CRLF that went through one conversion too many.
            while end > start && self.bytes.get(end - 1) == Some(&b'\r') {
                end -= 1;
            }
        }
        Some(Line { start, end, next })
    }

    fn text(&self, line: Line) -> &[u8] {
        self.bytes.get(line.start..line.end).unwrap_or_default()
    }
}

/// Scans the header block at the beginning of `bytes`.
pub(crate) fn scan(bytes: &[u8]) -> Scan {
    scan_within(bytes, &Limits::DEFAULT)
}

/// [`scan`] within limits that the reader chose.
pub(super) fn scan_within(bytes: &[u8], limits: &Limits) -> Scan {
    let window = bytes.get(..limits.header_bytes).unwrap_or(bytes);
    let bare_cr = memchr(b'\n', window).is_none() && memchr(b'\r', window).is_some();
    let ending = if bare_cr { b'\r' } else { b'\n' };
    let mut lines = Lines { bytes, at: 0, ending, name_bytes: limits.name_bytes };
    let mut scan = Scan { bare_cr, fields: Vec::with_capacity(FIELDS), ..Scan::default() };
    skip_leading_blank_lines(&mut lines, &mut scan);

    let mut kept_bytes = 0;
    let mut left_out = 0_usize;
    let mut core_left = MOST_CORE;
    let mut cut = 0_usize;
    let mut stray = 0_usize;
    let mut long_names = 0_usize;
    scan.end = lines.at;
    loop {
        let Some(first) = lines.peek() else {
            scan.body = bytes.len();
            break;
        };
        if first.start == first.end {
            scan.separator = true;
            scan.body = first.next;
            break;
        }
        let Logical { end: logical_end, next, hides } = logical(&lines, first);
        let Some(Name { range: name, colon, odd }) = name_of(&lines, first, logical_end) else {
            // A boundary line in place of the empty line: what follows are the fields of the first part.
            let boundary = lines.text(first).starts_with(b"--");
            if boundary || !fields_follow(&lines, next) {
                scan.body = first.start;
                break;
            }
            stray += 1;
            if stray <= limits.stray_lines {
                scan.quirks.push(Quirk::NotAField(first.start as u32));
            }
            if scan.gaps.len() < HEADER_GAPS && has_blank_line(&lines, first, logical_end) {
                scan.gaps.push(first.start..logical_end);
            }
            lines.at = next;
            scan.end = logical_end;
            continue;
        };
        if colon > first.end && scan.gaps.len() < HEADER_GAPS && has_blank_line(&lines, first, logical_end) {
            scan.gaps.push(first.start..logical_end);
        }
        let length = logical_end - first.start;
        let full = scan.fields.len() >= limits.header_fields || kept_bytes >= limits.header_bytes;
        let core =
            full && core_left > 0 && length <= CORE_BYTES && is_core(bytes.get(name.clone()).unwrap_or_default());
        core_left -= usize::from(core);
        if full && !core {
            left_out += 1;
        } else {
            if length > limits.field_bytes {
                cut += 1;
            }
            kept_bytes += length.min(limits.field_bytes);
            long_names += usize::from(name.end < colon);
            let value = (colon + 1).min(logical_end)..logical_end;
            scan.fields.push(RawField { name, value, span: first.start..logical_end, odd });
            if hides {
                hidden_sender(&lines, first, logical_end, limits, &mut scan.fields);
            }
        }
        lines.at = next;
        scan.end = logical_end;
    }
    if long_names > 0 {
        let most = limits.name_bytes;
        scan.quirks.push(Quirk::limit(
            Words::new("header: {0} field names cut at {1} bytes", "ヘッダー：{0} 個の欄名を {1} バイトで切りました"),
            &[&long_names, &most],
        ));
    }
    finish(bytes, &mut scan, limits, (left_out, cut, stray));
    scan
}

fn is_core(name: &[u8]) -> bool {
    CORE.iter().any(|core| name.trim_ascii().eq_ignore_ascii_case(core.as_bytes()))
}

fn finish(bytes: &[u8], scan: &mut Scan, limits: &Limits, (left_out, cut, stray): (usize, usize, usize)) {
    if !scan.separator {
        scan.quirks.push(Quirk::NoSeparator);
    }
    if stray > limits.stray_lines {
        let more = stray - limits.stray_lines;
        scan.quirks.push(Quirk::limit(
            Words::new(
                "header: {0 more line that is|more lines that are} no field",
                "ヘッダーに欄ではない行がさらに {0} 行あります",
            ),
            &[&more],
        ));
    }
    if scan.gaps.len() >= HEADER_GAPS {
        scan.quirks.push(Quirk::limit(
            Words::new(
                "header: lines of blanks beyond {0} left as they are",
                "ヘッダー：{0} 行を超える空白だけの行はそのまま残しました",
            ),
            &[&HEADER_GAPS],
        ));
    }
    if left_out > 0 {
        scan.quirks.push(Quirk::limit(
            Words::new(
                "header: {0} fields beyond {1} fields or {2} KiB left out",
                "ヘッダー：{1} 個または {2} KiB を超える {0} 個の欄を省きました",
            ),
            &[&left_out, &limits.header_fields, &(limits.header_bytes / 1024)],
        ));
    }
    if cut > 0 {
        scan.quirks.push(Quirk::limit(
            Words::new("header: {0} fields cut at {1} KiB", "ヘッダー：{0} 個の欄を {1} KiB で切りました"),
            &[&cut, &(limits.field_bytes / 1024)],
        ));
    }
    if bytes.get(scan.start..scan.end).is_some_and(|block| memchr(0, block).is_some()) {
        scan.quirks.push(Quirk::NulInHeader);
    }
}

/// Empty lines in front of a header are skipped where a field follows: many readers do so, and a mail that hides its
/// header from the others is worth looking at.
fn skip_leading_blank_lines(lines: &mut Lines<'_>, scan: &mut Scan) {
    let mut at = 0;
    while let Some(line) = lines.line_at(at) {
        if !lines.text(line).trim_ascii().is_empty() {
            if at > 0 && name_of(lines, line, logical(lines, line).end).is_some() {
                lines.at = at;
                scan.start = at;
                scan.quirks.push(Quirk::NotAField(0));
            }
            return;
        }
        at = line.next;
    }
}

/// A line with its folded continuations.
struct Logical {
    /// Where its text ends.
    end: usize,
    /// Where the line behind it starts.
    next: usize,
    /// One of the continuations starts like a From field.
    hides: bool,
}

fn logical(lines: &Lines<'_>, first: Line) -> Logical {
    let mut whole = Logical { end: first.end, next: first.next, hides: false };
    // Only a line that starts with a blank needs to be measured.
    while matches!(lines.bytes.get(whole.next), Some(b' ' | b'\t')) {
        let Some(line) = lines.line_at(whole.next).filter(|line| line.start != line.end) else { break };
        whole.hides |= matches!(lines.text(line).trim_ascii_start().first(), Some(b'f' | b'F'));
        (whole.end, whole.next) = (line.end, line.next);
    }
    whole
}

/// A line, or one of its continuations, has nothing but blanks.
fn has_blank_line(lines: &Lines<'_>, first: Line, logical_end: usize) -> bool {
    let mut at = first.start;
    while let Some(line) = lines.line_at(at).filter(|line| line.end <= logical_end) {
        if lines.text(line).trim_ascii().is_empty() {
            return true;
        }
        at = line.next;
    }
    false
}

/// Where the name of a field stands.
struct Name {
    /// What is kept of it, with all around it.
    range: Range<usize>,
    /// The colon: the end of the name, unless that was cut.
    colon: usize,
    /// It is not as RFC 5322 section 2.2 wants it.
    odd: bool,
}

/// The name of the field that starts at `first`; `None` where the line is no field.
fn name_of(lines: &Lines<'_>, first: Line, logical_end: usize) -> Option<Name> {
    let text = lines.text(first);
    let most = lines.name_bytes;
    let window = text.get(..most).unwrap_or(text);
    // Nearly all names are one run of letters with the colon behind it.
    if let Some(colon) = window.iter().position(|byte| !byte.is_ascii_graphic() || *byte == b':')
        && window.get(colon..colon + 1) == Some(b":")
        && colon > 0
        && text.get(colon + 1..colon + 3) != Some(b"//")
    {
        let colon = first.start + colon;
        return Some(Name { range: first.start..colon, colon, odd: false });
    }
    if let Some(colon) = memchr(b':', window) {
        let odd = name_shape(window.get(..colon)?)?;
        // A bare URL at the start of a body is no field.
        if text.get(colon + 1..colon + 3) == Some(b"//") {
            return None;
        }
        let colon = first.start + colon;
        return Some(Name { range: first.start..colon, colon, odd });
    }
    // A name without end: cut, since programs differ in what they make of such a field, and what follows is a header still.
    if text.len() > most
        && window.iter().all(u8::is_ascii_graphic)
        && let Some(colon) = text.iter().position(|byte| *byte == b':' || !byte.is_ascii_graphic())
        && text.get(colon) == Some(&b':')
    {
        return Some(Name { range: first.start..first.start + most, colon: first.start + colon, odd: true });
    }
    // `From` alone on a line, the colon behind the fold (RFC 5322 section 4.5 allows blanks, not a fold).
    if logical_end == first.end || name_shape(text) != Some(false) {
        return None;
    }
    let rest = lines.bytes.get(first.end..logical_end)?;
    let blank = rest.iter().take(most).take_while(|byte| byte.is_ascii_whitespace()).count();
    let colon = first.end + blank;
    (rest.get(blank) == Some(&b':')).then_some(Name { range: first.start..colon, colon, odd: true })
}

/// `None` where the bytes are no field name at all, else whether the name is odd.
fn name_shape(name: &[u8]) -> Option<bool> {
    if !name.is_empty() && name.iter().all(u8::is_ascii_graphic) {
        return Some(false);
    }
    let inner = trim(name);
    if inner.is_empty() || !inner.iter().all(|byte| byte.is_ascii_graphic() || *byte == 0) {
        return None;
    }
    Some(inner.len() != name.len() || inner.contains(&0))
}

/// A field name without the blanks and NUL bytes around it.
pub(super) fn trim(name: &[u8]) -> &[u8] {
    let blank = |byte: &u8| byte.is_ascii_whitespace() || *byte == 0;
    let start = name.iter().position(|byte| !blank(byte)).unwrap_or(name.len());
    let end = name.iter().rposition(|byte| !blank(byte)).map_or(start, |at| at + 1);
    name.get(start..end).unwrap_or_default()
}

/// Tells a stray line inside a header from the first line of a body without an empty line before it.
fn fields_follow(lines: &Lines<'_>, next: usize) -> bool {
    let mut at = next;
    for _ in 0..LOOK_AHEAD {
        let Some(line) = lines.line_at(at) else { return false };
        if line.start == line.end {
            return false;
        }
        if name_of(lines, line, line.end).is_some_and(|name| !name.odd) {
            return true;
        }
        at = line.next;
    }
    false
}

/// ` From: x <y@z>` as a continuation line: to a strict reader a part of the field above, to others a field of its own.
fn hidden_sender(lines: &Lines<'_>, first: Line, logical_end: usize, limits: &Limits, fields: &mut Vec<RawField>) {
    if first.end == logical_end {
        return;
    }
    let mut at = first.next;
    while let Some(line) = lines.line_at(at).filter(|line| line.end <= logical_end) {
        let text = lines.text(line);
        let inner = text.trim_ascii_start();
        let named = inner.get(..4).is_some_and(|name| name.eq_ignore_ascii_case(b"from"));
        if named && fields.len() < limits.header_fields {
            let behind = inner.get(4..).unwrap_or_default().trim_ascii_start();
            if behind.first() == Some(&b':') && memchr(b'@', behind).is_some() {
                let name_start = line.start + text.len() - inner.len();
                let value_start = line.end - behind.len() + 1;
                fields.push(RawField {
                    name: name_start..value_start - 1,
                    value: value_start..line.end,
                    span: line.start..line.end,
                    odd: true,
                });
            }
        }
        at = line.next;
    }
}

//! The two ways to write a header and a body before they are hashed (RFC 6376 section 3.4), byte by byte.
//!
//! ```text
//! A: X \r\n          relaxed: a:X\r\n
//! B : Y\t\r\n\tZ     relaxed: b:Y Z\r\n
//! ```
//!
//! Line ends are read as any of CRLF and LF, as mailboxes on disk have them, and written as CRLF. Each byte is looked at a
//! fixed number of times.

use std::ops::Range;

use memchr::memchr;
use sha1::Sha1;
use sha2::{Digest as _, Sha256};

/// The most fields that are looked at.
const FIELDS: usize = 2_000;
/// The most bytes of header that are looked at.
const HEADER: usize = 1 << 20;

/// `simple` or `relaxed`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(in crate::proof) enum Way {
    #[default]
    Simple,
    Relaxed,
}

/// A hash under way.
#[derive(Clone)]
pub(in crate::proof) enum Hasher {
    Sha1(Sha1),
    Sha256(Sha256),
}

impl Hasher {
    pub(in crate::proof) fn new(sha1: bool) -> Self {
        if sha1 { Self::Sha1(Sha1::new()) } else { Self::Sha256(Sha256::new()) }
    }

    pub(in crate::proof) fn update(&mut self, bytes: &[u8]) {
        match self {
            Self::Sha1(hasher) => hasher.update(bytes),
            Self::Sha256(hasher) => hasher.update(bytes),
        }
    }

    pub(in crate::proof) fn finish(self) -> Vec<u8> {
        match self {
            Self::Sha1(hasher) => hasher.finalize().to_vec(),
            Self::Sha256(hasher) => hasher.finalize().to_vec(),
        }
    }
}

/// A field of a header as bytes: its name as written, and the whole of it without its last line end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::proof) struct Raw<'a> {
    pub(in crate::proof) name: &'a [u8],
    pub(in crate::proof) whole: &'a [u8],
    /// Where it starts in the message.
    pub(in crate::proof) start: usize,
}

impl<'a> Raw<'a> {
    /// All behind the colon.
    pub(in crate::proof) fn value(&self) -> &'a [u8] {
        let colon = memchr(b':', self.whole).map_or(self.whole.len(), |at| at + 1);
        self.whole.get(colon..).unwrap_or_default()
    }

    pub(in crate::proof) fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name.as_bytes())
    }
}

/// The fields of a header block as a signer sees them: a line that starts with a blank goes on with the one above.
pub(in crate::proof) fn fields(header: &[u8]) -> Vec<Raw<'_>> {
    let header = header.get(..HEADER).unwrap_or(header);
    let mut spans: Vec<Range<usize>> = Vec::new();
    let mut at = 0;
    while at < header.len() {
        let rest = header.get(at..).unwrap_or_default();
        let next = memchr(b'\n', rest).map_or(header.len(), |end| at + end + 1);
        let continues = matches!(rest.first(), Some(b' ' | b'\t'));
        let full = spans.len() >= FIELDS;
        match spans.last_mut() {
            Some(last) if continues => last.end = next,
            _ if full => break,
            _ => spans.push(at..next),
        }
        at = next;
    }
    spans
        .into_iter()
        .filter_map(|span| {
            let whole = without_end(header.get(span.clone())?);
            let colon = memchr(b':', whole)?;
            Some(Raw { name: whole.get(..colon)?.trim_ascii_end(), whole, start: span.start })
        })
        .collect()
}

/// A line without its end.
fn without_end(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// Writes a field; without the line end where `last`, as a signature over itself is hashed.
pub(in crate::proof) fn header(way: Way, whole: &[u8], last: bool, out: &mut Vec<u8>) {
    match way {
        Way::Simple => {
            for (at, line) in whole.split(|byte| *byte == b'\n').enumerate() {
                if at > 0 {
                    out.extend_from_slice(b"\r\n");
                }
                // Every line but the last has its CR still.
                out.extend_from_slice(line.strip_suffix(b"\r").unwrap_or(line));
            }
        }
        Way::Relaxed => {
            let colon = memchr(b':', whole).unwrap_or(whole.len());
            let name = whole.get(..colon).unwrap_or_default().trim_ascii_end();
            out.extend(name.iter().map(u8::to_ascii_lowercase));
            out.push(b':');
            let value = whole.get(colon + 1..).unwrap_or_default();
            let mut blank = false;
            let mut any = false;
            for byte in value {
                match byte {
                    b' ' | b'\t' | b'\r' | b'\n' => blank = any,
                    _ => {
                        if blank {
                            out.push(b' ');
                            blank = false;
                        }
                        any = true;
                        out.push(*byte);
                    }
                }
            }
        }
    }
    if !last {
        out.extend_from_slice(b"\r\n");
    }
}

/// The hash of a body of which at most `limit` canonical bytes count, and how many canonical bytes it has in all.
pub(in crate::proof) fn body_hash(way: Way, sha1: bool, limit: Option<u64>, body: &[u8]) -> (Vec<u8>, u64) {
    let mut sink = Sink { hasher: Hasher::new(sha1), left: limit.unwrap_or(u64::MAX), written: 0, buffer: Vec::new() };
    let mut empty = 0_usize;
    let mut at = 0;
    while at < body.len() {
        let rest = body.get(at..).unwrap_or_default();
        let end = memchr(b'\n', rest);
        let line = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
        at += end.map_or(rest.len(), |end| end + 1);
        let line = if end.is_some() { line.strip_suffix(b"\r").unwrap_or(line) } else { line };
        let line = if way == Way::Relaxed { trimmed(line) } else { line };
        if line.is_empty() {
            // Empty lines at the end do not count; others are written with the next line.
            empty += 1;
            continue;
        }
        while empty > 0 {
            sink.write(b"\r\n");
            empty -= 1;
        }
        match way {
            Way::Simple => sink.write(line),
            Way::Relaxed => sink.squeezed(line),
        }
        sink.write(b"\r\n");
    }
    if way == Way::Simple && sink.written == 0 {
        sink.write(b"\r\n");
    }
    let written = sink.written;
    (sink.finish(), written)
}

/// Without blanks at its end.
fn trimmed(line: &[u8]) -> &[u8] {
    let end = line.iter().rposition(|byte| !matches!(byte, b' ' | b'\t')).map_or(0, |at| at + 1);
    line.get(..end).unwrap_or_default()
}

struct Sink {
    hasher: Hasher,
    left: u64,
    written: u64,
    buffer: Vec<u8>,
}

impl Sink {
    const ROOM: usize = 16 << 10;

    fn write(&mut self, bytes: &[u8]) {
        self.written += bytes.len() as u64;
        let take = usize::try_from(self.left).unwrap_or(usize::MAX).min(bytes.len());
        self.left -= take as u64;
        let bytes = bytes.get(..take).unwrap_or_default();
        if self.buffer.len() + bytes.len() > Self::ROOM {
            self.hasher.update(&self.buffer);
            self.buffer.clear();
        }
        if bytes.len() > Self::ROOM {
            self.hasher.update(bytes);
        } else {
            self.buffer.extend_from_slice(bytes);
        }
    }

    /// Runs of blanks as one.
    fn squeezed(&mut self, line: &[u8]) {
        let mut from = 0;
        let mut at = 0;
        while let Some(byte) = line.get(at) {
            if !matches!(byte, b' ' | b'\t') {
                at += 1;
                continue;
            }
            let run = line.get(at..).unwrap_or_default().iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
            if run > 1 || *byte == b'\t' {
                self.write(line.get(from..at).unwrap_or_default());
                self.write(b" ");
                from = at + run;
            }
            at += run;
        }
        self.write(line.get(from..).unwrap_or_default());
    }

    fn finish(mut self) -> Vec<u8> {
        self.hasher.update(&self.buffer);
        self.hasher.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(way: Way, whole: &[u8]) -> String {
        let mut out = Vec::new();
        header(way, whole, false, &mut out);
        String::from_utf8(out).unwrap()
    }

    fn hash(text: &[u8]) -> Vec<u8> {
        Sha256::digest(text).to_vec()
    }

    #[test]
    fn the_example_of_the_rfc_is_written_as_it_says() {
        // RFC 6376 section 3.4.5, with either line end.
        for end in ["\r\n", "\n"] {
            let mail = format!("A: X{end}B : Y\t{end}\tZ  {end}{end} C {end}D \t E{end}{end}{end}");
            let split = mail.find(&format!("{end}{end}")).unwrap() + end.len();
            let all = fields(&mail.as_bytes()[..split]);
            let both = |way| all.iter().map(|field| written(way, field.whole)).collect::<String>();
            assert_eq!(both(Way::Relaxed), "a:X\r\nb:Y Z\r\n");
            assert_eq!(both(Way::Simple), "A: X\r\nB : Y\t\r\n\tZ  \r\n");
            let body = &mail.as_bytes()[split + end.len()..];
            assert_eq!(body_hash(Way::Relaxed, false, None, body), (hash(b" C\r\nD E\r\n"), 9));
            assert_eq!(body_hash(Way::Simple, false, None, body), (hash(b" C \r\nD \t E\r\n"), 12));
        }
    }

    #[test]
    fn an_empty_body_and_one_without_an_end_are_what_the_rfc_makes_of_them() {
        for body in [&b""[..], b"\r\n", b"\r\n\r\n\n", b"\n"] {
            assert_eq!(body_hash(Way::Simple, false, None, body), (hash(b"\r\n"), 2));
            assert_eq!(body_hash(Way::Relaxed, false, None, body), (hash(b""), 0));
        }
        assert_eq!(body_hash(Way::Relaxed, false, None, b" \t\r\n"), (hash(b""), 0));
        assert_eq!(body_hash(Way::Simple, false, None, b"x"), (hash(b"x\r\n"), 3));
        assert_eq!(body_hash(Way::Relaxed, false, None, b"x  y\t\tz \n\n\nw"), (hash(b"x y z\r\n\r\n\r\nw\r\n"), 14));
    }

    #[test]
    fn a_limit_counts_canonical_bytes() {
        let body = b"one\ntwo\nthree\n";
        assert_eq!(body_hash(Way::Simple, false, Some(5), body), (hash(b"one\r\n"), 17));
        assert_eq!(body_hash(Way::Simple, false, Some(0), body).0, hash(b""));
        let long = vec![b'a'; 100_000];
        assert_eq!(body_hash(Way::Relaxed, false, Some(99_999), &long).0, hash(&long[..99_999]));
        assert_eq!(body_hash(Way::Relaxed, true, None, b"x").0.len(), 20);
    }

    #[test]
    fn a_field_without_a_name_is_none_and_crowds_are_bounded() {
        let raw = fields(b"From: a\r\nno colon\r\n folded: b\r\nTo : c\r\n");
        let names: Vec<&[u8]> = raw.iter().map(|field| field.name).collect();
        assert_eq!(names, [&b"From"[..], b"no colon\r\n folded", b"To"]);
        assert_eq!(fields(&b"a:b\n".repeat(5_000)).len(), FIELDS);
        assert_eq!(fields(b"A: b\n c").first().map(Raw::value), Some(&b" b\n c"[..]));
    }
}

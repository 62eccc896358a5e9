//! Recognizes what bytes are by looking at their beginning, whatever their file is called. Pure.

use super::fields;
use super::mbox::from_line;
use super::packed::is_gzip;
use super::trouble;

/// How many bytes are looked at.
pub(super) const LOOK: usize = 16 << 10;

/// What the beginning of a file looks like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Look {
    /// Nothing but blanks.
    Empty,
    /// Starts with a `From ` line, after a byte order mark or empty lines if need be.
    Mbox,
    /// Starts with header fields.
    Message,
    /// Packed.
    Gzip,
    /// Something else; the text names it.
    Other(String),
}

/// Looks at the first [`LOOK`] bytes of a file.
pub(super) fn look(head: &[u8]) -> Look {
    if is_gzip(head) {
        return Look::Gzip;
    }
    let text = head.get(leading(head)..).unwrap_or_default();
    if text.trim_ascii().is_empty() {
        return Look::Empty;
    }
    if text.starts_with(b"From ") {
        let end = memchr::memchr(b'\n', text).unwrap_or(text.len());
        let (line, rest) = text.split_at_checked(end).unwrap_or((text, &[]));
        // A line longer than what is looked at is a hostile one: nothing else begins like this for pages.
        let endless = rest.is_empty() && head.len() >= LOOK;
        if from_line::ends_in_date(line) || endless || fields::header_follows(rest.get(1..).unwrap_or_default()) {
            return Look::Mbox;
        }
    }
    // `>From ` above the header is what mbox quoting leaves of a line that a relay put there.
    if fields::begins_message(text) {
        return Look::Message;
    }
    Look::Other(name(head))
}

/// Bytes of byte order mark and empty lines before the first `From ` line or field.
pub(super) fn leading(head: &[u8]) -> usize {
    let mark = if head.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    let rest = head.get(mark..).unwrap_or_default();
    mark + rest.iter().take_while(|byte| matches!(byte, b'\n' | b'\r')).count()
}

/// A name for something that is no mail.
fn name(head: &[u8]) -> String {
    if let Some(kind) = infer::get(head) {
        return kind.mime_type().to_owned();
    }
    let text = head.trim_ascii_start();
    let words = match text.first() {
        _ if head.contains(&0) => trouble::BINARY,
        Some(b'<') => trouble::MARKUP,
        Some(b'{' | b'[') => trouble::JSON,
        _ if head.iter().filter(|byte| **byte < 32 && !byte.is_ascii_whitespace()).count() * 20 > head.len() => {
            trouble::BINARY
        }
        _ => trouble::PLAIN_TEXT,
    };
    words.en.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mail_is_recognized_by_its_beginning() {
        for (bytes, wanted) in [
            (&b"From a@example.com Thu Aug 22 16:23:28 2002\nSubject: x\n\n"[..], Look::Mbox),
            (b"\xef\xbb\xbf\r\n\nFrom a Thu Aug 22 16:23:28 2002\r\n", Look::Mbox),
            (b"From \nSubject: no date\n\n", Look::Mbox),
            (b"From me to you\n\nSubject: a letter\n", Look::Other("text without a mail header".to_owned())),
            (b"Return-Path: <a@example.com>\nSubject: x\n\nbody", Look::Message),
            (b"\n\nSubject: blank lines above\n\nbody", Look::Message),
            (b">From a Thu Aug 22 16:23:28 2002\nReceived: by b.example\n\n", Look::Message),
            (b"\x1f\x8b\x08\0", Look::Gzip),
            (b" \n\n", Look::Empty),
            (b"", Look::Empty),
            (b"\x7fELF\x02\x01\x01\0\0\0\0", Look::Other("binary data".to_owned())),
            (b"%PDF-1.4 x", Look::Other("application/pdf".to_owned())),
            (b"{\"subject\": 1}", Look::Other("JSON".to_owned())),
            (b"a = 1\nb = 2\n", Look::Other("text without a mail header".to_owned())),
        ] {
            assert_eq!(look(bytes), wanted, "{}", String::from_utf8_lossy(bytes));
        }
    }
}

//! The little that an mbox needs to know of a header: where it ends and what Content-Length says. Pure and linear;
//! not a header parser.

/// What stands at the beginning of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Header {
    /// Offset of the first body byte; `None` where the header does not end in what was given.
    pub(super) body: Option<usize>,
    /// There is at least one line.
    pub(super) any: bool,
    /// A `From ` line came before the end: another message may start there.
    pub(super) interrupted: bool,
    /// Content-Length.
    pub(super) length: Length,
}

/// What the Content-Length fields of a header say together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Length {
    /// There is none.
    #[default]
    None,
    /// All say this.
    Bytes(u64),
    /// No number, or they contradict each other.
    Nonsense,
}

const NAME: &[u8] = b"content-length";

impl Header {
    /// Reads from the first byte behind the `From ` line.
    pub(super) fn scan(bytes: &[u8]) -> Self {
        let mut header = Self::default();
        let mut at = 0;
        while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
            let Some(end) = memchr::memchr(b'\n', rest) else { break };
            let line = rest.get(..end).unwrap_or_default();
            at += end + 1;
            match line {
                [] | [b'\r'] => {
                    header.body = Some(at);
                    break;
                }
                [b'F', b'r', b'o', b'm', b' ', ..] => {
                    header.interrupted = true;
                    break;
                }
                [b'c' | b'C', ..] => header.length(line),
                _ => {}
            }
            header.any = true;
        }
        header
    }

    fn length(&mut self, line: &[u8]) {
        let Some((name, rest)) = line.split_at_checked(NAME.len()) else { return };
        if !name.eq_ignore_ascii_case(NAME) {
            return;
        }
        let Some(value) = rest.trim_ascii_start().strip_prefix(b":") else { return };
        let value = value.trim_ascii();
        let number = value.iter().all(u8::is_ascii_digit).then(|| std::str::from_utf8(value).ok()?.parse().ok());
        self.length = match (self.length, number.flatten()) {
            (Length::None, Some(bytes)) => Length::Bytes(bytes),
            (Length::Bytes(before), Some(bytes)) if before == bytes => Length::Bytes(bytes),
            _ => Length::Nonsense,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_length_is_read_in_any_case_and_refused_when_it_is_no_number() {
        for (text, wanted) in [
            (&b"Subject: a\nContent-Length: 12\n\nb"[..], Length::Bytes(12)),
            (b"CONTENT-LENGTH :12\r\n\r\n", Length::Bytes(12)),
            (b"Content-Length: 12\nContent-Length: 12\n\n", Length::Bytes(12)),
            (b"Content-Length: 12\nContent-Length: 13\n\n", Length::Nonsense),
            (b"Content-Length: -1\n\n", Length::Nonsense),
            (b"Content-Length: 18446744073709551616\n\n", Length::Nonsense),
            (b"Content-Length:\n\n", Length::Nonsense),
            (b"Content-Lengthy: 1\n\n", Length::None),
            (b"\nContent-Length: 1\n\n", Length::None),
        ] {
            assert_eq!(Header::scan(text).length, wanted, "{}", String::from_utf8_lossy(text));
        }
    }

    #[test]
    fn the_header_ends_at_the_first_empty_line() {
        assert_eq!(Header::scan(b"Subject: a\r\n\r\nb").body, Some(14));
        assert_eq!(Header::scan(b"\nb").body, Some(1));
        assert_eq!(Header::scan(b"Subject: a\n").body, None);
        assert!(Header::scan(b"Subject: a\nFrom b\n\n").interrupted);
    }
}

//! Bytes of a message that no part shows: what stands in front of the first part of a multipart, behind its last one, and
//! whatever a limit left out. Readers see nothing of it, and a program that reads differently may see just that.

use super::{Content, Message, Span};

/// The most stretches that are told.
const MOST: usize = 1_000;

impl Message {
    /// The stretches of `bytes` (the canonical message) that belong to no header and no shown part, in their order;
    /// delimiter lines (RFC 2046 section 5.1.1) and blanks are left out. With the bytes of all parts, headers and
    /// delimiters they are the whole message.
    #[must_use]
    pub fn unclaimed(&self, bytes: &[u8]) -> Vec<Span> {
        let mut claimed: Vec<Span> = vec![Span { start: 0, end: self.body_start }];
        for (at, part) in self.parts.iter().enumerate() {
            claimed.push(part.header);
            let opened = match part.content {
                Content::Multipart => true,
                // One that was packed is shown by its parts, which lie in no place of their own.
                Content::Message(_) => {
                    self.parts.get(at + 1).is_some_and(|next| next.parent == Some(at) && next.span != Span::default())
                }
                _ => false,
            };
            if !opened {
                claimed.push(part.span);
            }
        }
        claimed.sort_unstable();
        let mut out = Vec::new();
        let mut from = 0;
        let end = Span { start: bytes.len() as u32, end: bytes.len() as u32 };
        for span in claimed.into_iter().chain([end]) {
            if span.start > from {
                self.left_over(bytes, Span { start: from, end: span.start }, &mut out);
            }
            from = from.max(span.end);
            if out.len() >= MOST {
                break;
            }
        }
        out
    }

    /// What remains of a gap between two claimed stretches without delimiters and blanks: neighboring lines as one.
    fn left_over(&self, bytes: &[u8], gap: Span, out: &mut Vec<Span>) {
        let mut at = gap.start;
        let mut open: Option<Span> = None;
        let text = bytes.get(gap.start as usize..gap.end as usize).unwrap_or_default();
        for line in text.split_inclusive(|byte| *byte == b'\n') {
            let span = Span { start: at, end: at + line.len() as u32 };
            at = span.end;
            let line = line.trim_ascii();
            if self.is_delimiter(line) {
                out.extend(open.take());
            } else if !line.is_empty() {
                open = Some(Span { start: open.map_or(span.start, |open| open.start), end: span.end });
            }
        }
        out.extend(open);
    }

    fn is_delimiter(&self, line: &[u8]) -> bool {
        let Some(rest) = line.strip_prefix(b"--") else { return false };
        self.parts
            .iter()
            .filter_map(|part| part.boundary.as_deref())
            .filter_map(|boundary| rest.strip_prefix(boundary.as_bytes()))
            .any(|rest| matches!(rest.trim_ascii(), b"" | b"--"))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MAIL: &str = "From: a@one.example\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n\
        This is a multi-part message.\n\n--b\nContent-Type: text/plain\n\nseen\n--b\n\
        Content-Type: multipart/alternative; boundary=\"c c\"\n\n\n--c c\n\nalso seen\n--c c--\nhttps://hidden.example/\n\
        --b--\nbehind\n--not a delimiter\n\nthe end\n";

    fn unclaimed(mail: &str) -> Vec<&str> {
        let message = Message::parse(mail.as_bytes());
        message
            .unclaimed(mail.as_bytes())
            .into_iter()
            .map(|span| mail.get(span.start as usize..span.end as usize).unwrap())
            .collect()
    }

    #[test]
    fn what_no_part_shows_is_told() {
        assert_eq!(
            unclaimed(MAIL),
            ["This is a multi-part message.\n", "https://hidden.example/\n", "behind\n--not a delimiter\n\nthe end\n"]
        );
    }

    #[test]
    fn ordinary_mail_has_no_such_bytes() {
        for mail in [
            "From: a@one.example\n\nseen\n",
            "From: a@one.example\n\n",
            "",
            "no header at all\n",
            "From: a@one.example\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n--b--\n\n",
            "From: a@one.example\nMIME-Version: 1.0\nContent-Type: message/rfc822\n\nFrom: b@two.example\n\ninner\n",
            "From: a@one.example\nMIME-Version: 1.0\nContent-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n\
             RnJvbTogYkB0d28uZXhhbXBsZQoKaW5uZXIK\n",
        ] {
            assert_eq!(unclaimed(mail), Vec::<&str>::new(), "{mail:?}");
        }
    }

    #[test]
    fn parts_beyond_the_limit_are_left_over() {
        let parts = "--b\n\npart\n".repeat(super::super::PART_LIMIT + 5);
        let mail = format!("MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n{parts}--b--\n");
        assert!(unclaimed(&mail).len() >= 5);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn spans_lie_in_the_message_and_in_order(cut in 0..MAIL.len(), byte in any::<u8>()) {
            let mut bytes = MAIL.as_bytes().to_vec();
            bytes[cut] = byte;
            let spans = Message::parse(&bytes).unclaimed(&bytes);
            prop_assert!(spans.iter().all(|span| span.start < span.end && span.end as usize <= bytes.len()));
            prop_assert!(spans.is_sorted_by(|one, two| one.end <= two.start));
        }
    }
}

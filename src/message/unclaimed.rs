//! Bytes of a message that no part shows: what stands in front of the first part of a multipart, behind its last one, and
//! whatever a limit left out. Readers see nothing of it, and a program that reads differently may see just that.

use super::charset::{Hint, bytes_to_text};
use super::{Content, Message, Quirk, Span};
use crate::text::Words;

/// The most bytes of a boundary that are compared; as many are kept of a part's.
const BOUNDARY_BYTES: usize = 1_000;

/// A stretch of the message that no part shows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Unclaimed {
    /// Where it stands.
    pub span: Span,
    /// What it says, as text; cut where there is much of it.
    pub text: String,
}

impl Message {
    /// Keeps what no part shows, for those who do not have the bytes; `known` are its stretches where they are known.
    pub(super) fn keep_unclaimed(&mut self, bytes: &[u8], known: Option<Vec<Span>>) {
        // What has no parts is shown whole.
        if self.parts.len() < 2 {
            return;
        }
        let spans = known.unwrap_or_else(|| self.unclaimed(bytes));
        let mut room = self.limits.outside_bytes;
        let mut cut = 0_usize;
        for span in &spans {
            let whole = bytes.get(span.start as usize..span.end as usize).unwrap_or_default();
            let kept = whole.get(..room).unwrap_or(whole);
            cut += whole.len() - kept.len();
            room -= kept.len();
            let text = bytes_to_text(kept, Hint::default()).0.into_owned();
            self.outside.push(Unclaimed { span: *span, text });
        }
        let most = self.limits.outside;
        if spans.len() >= most {
            self.quirks.push(Quirk::limit(
                Words::new(
                    "outside the parts: only the first {0} stretches are told",
                    "パートの外：最初の {0} か所だけを示します",
                ),
                &[&most],
            ));
        }
        if cut > 0 {
            self.quirks.push(Quirk::limit(
                Words::new(
                    "outside the parts: {0} bytes beyond {1} KiB not searched for links",
                    "パートの外：{1} KiB を超える {0} バイトではリンクを探していません",
                ),
                &[&cut, &(self.limits.outside_bytes / 1024)],
            ));
        }
    }

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
        let mut delimiters = Delimiters { message: self, sorted: None };
        let mut out = Vec::new();
        let mut from = 0;
        let end = Span { start: bytes.len() as u32, end: bytes.len() as u32 };
        for span in claimed.into_iter().chain([end]) {
            if span.start > from {
                delimiters.left_over(bytes, Span { start: from, end: span.start }, &mut out);
            }
            from = from.max(span.end);
            if out.len() >= self.limits.outside {
                break;
            }
        }
        out.truncate(self.limits.outside);
        out
    }
}

/// The delimiters of a message, put in order when the first line asks for them: a message may have a thousand of them and
/// a million lines that look like one.
struct Delimiters<'a> {
    message: &'a Message,
    sorted: Option<Vec<&'a [u8]>>,
}

impl Delimiters<'_> {
    /// What remains of a gap between two claimed stretches without delimiters and blanks: neighboring lines as one.
    fn left_over(&mut self, bytes: &[u8], gap: Span, out: &mut Vec<Span>) {
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

    fn is_delimiter(&mut self, line: &[u8]) -> bool {
        let Some(rest) = line.strip_prefix(b"--") else { return false };
        let message = self.message;
        let known = self.sorted.get_or_insert_with(|| {
            let mut list: Vec<&[u8]> =
                message.parts.iter().filter_map(|part| part.boundary.as_deref()).map(str::as_bytes).collect();
            list.sort_unstable();
            list
        });
        let is = |rest: &[u8]| known.binary_search(&rest.get(..BOUNDARY_BYTES).unwrap_or(rest)).is_ok();
        is(rest) || rest.strip_suffix(b"--").is_some_and(|rest| is(rest.trim_ascii_end()))
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
        let parts = "--b\n\npart\n".repeat(super::super::Limits::DEFAULT.parts + 5);
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

//! What a header field looks like to somebody who has to decide whether bytes are mail at all. Pure, linear in what it
//! is given, and never a parser: fields are taken apart in `message`.

/// Names that mail has and that configuration files, sources and prose have not; lower case. `x-` counts as well.
const KNOWN: &[&str] = &[
    "apparently-to",
    "arc-authentication-results",
    "arc-message-signature",
    "arc-seal",
    "authentication-results",
    "auto-submitted",
    "autocrypt",
    "bcc",
    "cc",
    "comments",
    "content-disposition",
    "content-id",
    "content-language",
    "content-length",
    "content-transfer-encoding",
    "content-type",
    "date",
    "delivered-to",
    "delivery-date",
    "disposition-notification-to",
    "dkim-signature",
    "domainkey-signature",
    "envelope-from",
    "envelope-to",
    "errors-to",
    "feedback-id",
    "from",
    "importance",
    "in-reply-to",
    "lines",
    "list-archive",
    "list-help",
    "list-id",
    "list-post",
    "list-subscribe",
    "list-unsubscribe",
    "mail-followup-to",
    "mailing-list",
    "message-id",
    "mime-version",
    "newsgroups",
    "old-return-path",
    "organization",
    "original-recipient",
    "path",
    "precedence",
    "priority",
    "received",
    "received-spf",
    "references",
    "reply-to",
    "resent-date",
    "resent-from",
    "resent-message-id",
    "resent-to",
    "return-path",
    "return-receipt-to",
    "sender",
    "sensitivity",
    "status",
    "subject",
    "thread-index",
    "thread-topic",
    "to",
    "user-agent",
];

/// How many lines of a header are looked at.
const LINES: usize = 200;

/// What kind a line of a header is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Line {
    /// A field with a name that mail uses.
    Known,
    /// A field with any other name.
    Field,
    /// Begins with a blank: belongs to the line before.
    Folded,
    /// No field.
    Other,
}

/// Judges one line without its line end.
pub(super) fn line(line: &[u8]) -> Line {
    let Some(&first) = line.first() else { return Line::Other };
    if first == b' ' || first == b'\t' {
        return Line::Folded;
    }
    // RFC 5322 names have no length limit; real ones stay below 80, and a colon far away is prose.
    let head = line.get(..line.len().min(128)).unwrap_or_default();
    let Some(colon) = memchr::memchr(b':', head) else { return Line::Other };
    let name = head.get(..colon).unwrap_or_default().trim_ascii_end();
    if name.is_empty() || !name.iter().all(|byte| (33..=126).contains(byte)) {
        return Line::Other;
    }
    let known = name.get(..2).is_some_and(|two| two.eq_ignore_ascii_case(b"x-"))
        || KNOWN.iter().any(|known| name.eq_ignore_ascii_case(known.as_bytes()));
    if known { Line::Known } else { Line::Field }
}

/// The lines of `bytes` without their ends, LF, CRLF and bare CR alike.
pub(super) fn lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(bytes);
    std::iter::from_fn(move || {
        let now = rest?;
        if now.is_empty() {
            rest = None;
            return None;
        }
        let Some(at) = memchr::memchr2(b'\n', b'\r', now) else {
            rest = None;
            return Some(now);
        };
        let crlf = now.get(at..at + 2) == Some(b"\r\n");
        rest = now.get(at + 1 + usize::from(crlf)..);
        now.get(..at)
    })
}

/// Whether the header of a message stands at the start of `head`: what has to follow a doubtful `From ` line. The first
/// line must be a field, and one of the fields must be one that mail uses.
pub(super) fn header_follows(head: &[u8]) -> bool {
    for (nth, text) in lines(head).take(LINES).enumerate() {
        match line(text) {
            Line::Known => return true,
            Line::Field => {}
            Line::Folded if nth > 0 => {}
            Line::Folded | Line::Other => return false,
        }
    }
    false
}

/// Whether `head` is the beginning of a message. More is forgiven than by [`header_follows`], because a message that
/// starts with a damaged line is still worth looking at: known fields must be there and other lines in the minority.
pub(super) fn begins_message(head: &[u8]) -> bool {
    let (mut known, mut fields, mut other) = (0_usize, 0_usize, 0_usize);
    for text in lines(head).take(LINES) {
        if text.is_empty() {
            break;
        }
        match line(text) {
            Line::Known => known += 1,
            Line::Field => fields += 1,
            Line::Folded => {}
            Line::Other => other += 1,
        }
    }
    known > 0 && other <= known + fields
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_told_by_its_name() {
        for (text, kind) in [
            (&b"Subject: a"[..], Line::Known),
            (b"SUBJECT : a", Line::Known),
            (b"X-Mailer: a", Line::Known),
            (b"Todo: buy milk", Line::Field),
            (b" folded: line", Line::Folded),
            (b"From me to you, with: colon", Line::Other),
            (b": a", Line::Other),
            (b"", Line::Other),
        ] {
            assert_eq!(line(text), kind, "{}", String::from_utf8_lossy(text));
        }
    }

    #[test]
    fn lines_end_at_lf_crlf_and_cr() {
        let found: Vec<&[u8]> = lines(b"a\nb\r\nc\r\rd").collect();
        assert_eq!(found, [&b"a"[..], b"b", b"c", b"", b"d"]);
        assert_eq!(lines(b"").count(), 0);
    }

    #[test]
    fn prose_and_notes_are_no_header() {
        assert!(!header_follows(b"Todo: buy milk\nand honey\n"));
        assert!(!header_follows(b"\nSubject: a\n"));
        assert!(header_follows(b"Errors-To: a@example.com\nSubject: a\n"));
        assert!(header_follows(b"Odd: a\n folded\nSubject: a\n"));
    }

    #[test]
    fn a_message_may_begin_with_a_damaged_line() {
        assert!(begins_message(b"\x01\x01\x01\x01\nFrom: a@example.com\nSubject: x\n\nbody"));
        assert!(begins_message(b"Received: by a\r\tid 1\rSubject: bare CR\r\rbody"));
        assert!(!begins_message(b"# Title\n\nA page that says\nSubject: nothing\nat all, in many lines\nof prose\n"));
        assert!(!begins_message(b"name: ci\non: push\njobs:\n  build:\n"));
        assert!(!begins_message(b"{\n  \"from\": 1\n}\n"));
    }
}

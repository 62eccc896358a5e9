//! Multiparts without a usable boundary: none is named, it is empty, or no line of the body begins with it. Readers show
//! them as one text; programs that look for parts by other means see files in them. The text stays, and what lines that
//! look like delimiters part is appended, marked, as with every message that can be read in two ways.
//!
//! ```text
//! Content-Type: multipart/mixed          no boundary
//!
//! --B                                    but a line that looks like a delimiter,
//! Content-Type: text/html                and a field right behind it
//! ```
//!
//! The same is done with what stands outside of all parts that the boundary delimits: behind its end, or between lines that
//! only programs take for delimiters which compare them in another way.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::ambiguous::{Ambiguity, AmbiguitySort, Seen, append, is_leaf, too_large, too_many_parts, too_many_ways};
use super::charset::Hint;
use super::damage::Damage;
use super::mime::{Prepared, open_empty, tree};
use super::{Content, Limits, Message, Part, Quirk, Span, clip};

/// The longest boundary (RFC 2046 section 5.1.1), with some room.
const BOUNDARY_BYTES: usize = 100;
/// So much behind a line that looks like a delimiter is looked at for fields.
const HEAD_LINES: usize = 8;
const HEAD_BYTES: usize = 1_000;
/// Boundaries of the message behind which any field makes a part.
const OWN: usize = 50;

/// Tells of multiparts in which nothing was found, and appends what their lines part. Gives what belongs to no part, where that
/// was looked for and nothing was found in it.
pub(super) fn carve(message: &mut Message, bytes: &[u8], hint: Hint, limits: &Limits) -> Option<Vec<Span>> {
    let mut broken = Vec::new();
    for part in &message.parts {
        if part.other.is_none() && is_broken(part) {
            broken.push(part.span);
        }
    }
    let before = message.parts.len();
    let mut carver = Carver::within(limits);
    for span in &broken {
        let body = bytes.get(span.start as usize..span.end as usize).unwrap_or_default();
        if let Some((_, boundary)) = delimiter(body, &[]) {
            carver.try_one(message, bytes, *span, &boundary, hint, AmbiguitySort::Boundaries);
        }
    }
    if !broken.is_empty() {
        message.quirks.push(Quirk::NoParts((message.parts.len() - before) as u32));
    }
    let unclaimed = (before > 1).then(|| outside(message, bytes, &mut carver, hint)).flatten();
    if carver.room == 0 {
        message.quirks.push(too_many_parts(limits.other_parts));
    }
    unclaimed
}

/// Appends the parts that stand outside of what the boundary delimits. Gives what belongs to no part, where there are none.
fn outside(message: &mut Message, bytes: &[u8], carver: &mut Carver, hint: Hint) -> Option<Vec<Span>> {
    // A part that nothing ends goes on over lines that other programs take for delimiters.
    let endless = |part: &&Part| is_leaf(part) && part.other.is_none() && part.damage.contains(&Damage::NoBoundaryLine);
    let endless: Vec<Span> = message.parts.iter().filter(endless).map(|part| part.span).collect();
    let own: Vec<String> = message.parts.iter().filter_map(|part| part.boundary.clone()).take(OWN).collect();
    let (unclaimed, all) = (message.unclaimed(bytes), message.parts.len());
    for span in unclaimed.iter().copied().chain(endless) {
        let text = bytes.get(span.start as usize..span.end as usize).unwrap_or_default();
        // A line that delimits is left out in front of what stands behind the end.
        let mut start = if text.starts_with(b"--") { span.start } else { line_before(bytes, span.start) };
        let end = line_behind(bytes, span.end);
        // Behind one word may stand another.
        while !carver.is_over {
            let body = bytes.get(start as usize..end as usize).unwrap_or_default();
            let Some((at, word)) = delimiter(body, &own) else { break };
            let before = message.parts.len();
            carver.try_one(message, bytes, Span { start: start + at as u32, end }, &word, hint, AmbiguitySort::Outside);
            let parts = message.parts.iter().skip(before).filter(|part| is_leaf(part)).count() as u32;
            if parts > 0 {
                let used = clip(own.first().map(String::as_str).unwrap_or_default(), BOUNDARY_BYTES).to_owned();
                let told = Ambiguity { sort: AmbiguitySort::Outside, used, other: word.clone(), parts };
                message.quirks.push(Quirk::Ambiguous(told));
            }
            start += (at + behind_all(body.get(at..).unwrap_or_default(), &word)) as u32;
        }
    }
    (message.parts.len() == all).then_some(unclaimed)
}

/// Where the last line with this word ends.
fn behind_all(body: &[u8], word: &str) -> usize {
    let line = format!("--{word}");
    let last = memchr::memmem::rfind(body, line.as_bytes()).map_or(0, |at| at + line.len());
    last + memchr::memchr(b'\n', body.get(last..).unwrap_or_default()).map_or(body.len() - last, |end| end + 1)
}

/// Where the line before a place starts that begins with two hyphens; the place itself where it begins otherwise.
fn line_before(bytes: &[u8], at: u32) -> u32 {
    let before = bytes.get(..at as usize).unwrap_or_default();
    let before = before.strip_suffix(b"\n").unwrap_or(before);
    let start = memchr::memrchr(b'\n', before).map_or(0, |end| end + 1);
    if before.get(start..).is_some_and(|line| line.starts_with(b"--")) { start as u32 } else { at }
}

/// Where the line behind a place ends that begins with two hyphens, blank ones skipped; the place itself where there is none.
fn line_behind(bytes: &[u8], at: u32) -> u32 {
    let behind = bytes.get(at as usize..).unwrap_or_default();
    let rest = behind.trim_ascii_start();
    if !rest.starts_with(b"--") {
        return at;
    }
    let length = memchr::memchr(b'\n', rest).map_or(rest.len(), |end| end + 1);
    at + (behind.len() - rest.len() + length) as u32
}

/// What may still be tried and appended.
struct Carver {
    limits: Limits,
    /// Made for the first stretch: most messages have none.
    seen: Option<Seen>,
    room: usize,
    read: usize,
    most: usize,
    is_over: bool,
}

impl Carver {
    fn within(limits: &Limits) -> Self {
        let Limits { other_readings, other_parts, .. } = *limits;
        Self { limits: *limits, seen: None, room: other_parts, read: 0, most: other_readings, is_over: false }
    }

    /// Reads a stretch as the body of a multipart with this boundary.
    fn try_one(
        &mut self,
        message: &mut Message,
        bytes: &[u8],
        span: Span,
        boundary: &str,
        hint: Hint,
        sort: AmbiguitySort,
    ) {
        let body = bytes.get(span.start as usize..span.end as usize).unwrap_or_default();
        if self.is_over {
            return;
        }
        self.read = self.read.saturating_add(body.len());
        if self.most == 0 {
            self.is_over = true;
            return message.quirks.push(too_many_ways(self.limits.other_readings));
        }
        if self.read > self.limits.reading_bytes {
            self.is_over = true;
            return message.quirks.push(too_large(self.limits.reading_bytes));
        }
        self.most -= 1;
        let prepared = Prepared::headed(boundary, body, span.start as usize);
        let read = catch_unwind(AssertUnwindSafe(|| tree(&prepared, hint, &self.limits)));
        let Ok(Some(mut found)) = read else { return };
        open_empty(bytes, &mut found.parts, hint);
        let seen = self.seen.get_or_insert_with(|| Seen::of(message));
        append(message, found, sort, seen, &mut self.room);
    }
}

/// A multipart whose boundary does not serve; not one that lies too deep, and not one that is empty.
fn is_broken(part: &Part) -> bool {
    part.damage.contains(&Damage::NoParts)
        && !part.damage.iter().any(|damage| matches!(damage, Damage::TooDeep | Damage::LimitReached))
        && matches!(&part.content, Content::Text(text) if !text.trim().is_empty())
}

/// The first line that looks like a delimiter, and what it names: two hyphens and a word, and fields in the next lines, one of
/// MIME among them; any field behind a word that delimits other parts.
fn delimiter(body: &[u8], own: &[String]) -> Option<(usize, String)> {
    let first = body.starts_with(b"--").then_some(0);
    let others = memchr::memmem::find_iter(body, b"\n--").map(|at| at + 1);
    first.into_iter().chain(others).find_map(|at| {
        let rest = body.get(at + 2..)?;
        let window = rest.get(..BOUNDARY_BYTES).unwrap_or(rest);
        let end = memchr::memchr(b'\n', window)?;
        let word = window.get(..end)?.trim_ascii_end();
        let fits = |byte: &u8| byte.is_ascii_graphic() || *byte == b' ';
        if word.is_empty() || !word.iter().all(fits) || word.starts_with(b" ") {
            return None;
        }
        let word = String::from_utf8_lossy(word).into_owned();
        let is_own = own.contains(&word);
        let head = rest.get(end + 1..).unwrap_or_default();
        let fields = head.get(..HEAD_BYTES).unwrap_or(head).split(|byte| *byte == b'\n').take(HEAD_LINES);
        let mut fields = fields.take_while(|line| is_field(line));
        fields
            .any(|line| is_own || line.get(..8).is_some_and(|name| name.eq_ignore_ascii_case(b"content-")))
            .then_some((at, word))
    })
}

/// A field, or a line that goes on with one.
fn is_field(line: &[u8]) -> bool {
    let name = memchr::memchr(b':', line).and_then(|colon| line.get(..colon));
    let is_name =
        |name: &[u8]| !name.is_empty() && name.trim_ascii_end().iter().all(|byte| (b'!'..=b'~').contains(byte));
    line.starts_with(b" ") && !line.trim_ascii().is_empty() || line.starts_with(b"\t") || name.is_some_and(is_name)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARTS: &str = "--X1\nContent-Type: text/plain\n\nyour account is locked\n--X1\n\
        Content-Type: application/octet-stream; name=\"evil.exe\"\nContent-Transfer-Encoding: base64\n\nTVo=\n--X1--\n";

    fn read(mail: &str) -> (Option<u32>, Vec<String>, String) {
        let message = Message::parse(mail.as_bytes());
        let told = message.quirks.iter().find_map(|quirk| match quirk {
            Quirk::NoParts(parts) => Some(*parts),
            _ => None,
        });
        let names = message.parts.iter().flat_map(|part| part.names.clone()).collect();
        (told, names, crate::evidence::examine(&message, &[]).body.text)
    }

    #[test]
    fn a_multipart_without_a_usable_boundary_is_told_and_its_text_and_files_are_there() {
        for kind in [
            "multipart/mixed",
            "multipart/mixed; boundary=\"\"",
            "multipart/mixed; boundary=",
            "multipart/mixed; boundary=another",
            "multipart/mixed boundary=X1",
            "multipart/related; charset=utf-8",
        ] {
            let (told, names, text) = read(&format!("From: a@one.example\nContent-Type: {kind}\n\npreamble\n{PARTS}"));
            assert!(told.is_some_and(|parts| parts >= 2), "{kind}: {told:?}");
            assert_eq!(names, ["evil.exe"], "{kind}");
            assert!(text.contains("your account is locked"), "{kind}: {text}");
        }
    }

    #[test]
    fn a_carved_file_has_its_place_in_the_message() {
        let mail = format!("From: a@one.example\nContent-Type: multipart/mixed\n\n{PARTS}");
        let message = Message::parse(mail.as_bytes());
        let file = message.parts.iter().find(|part| !part.names.is_empty()).unwrap();
        assert_eq!(mail.get(file.span.start as usize..file.span.end as usize), Some("TVo="));
        assert_eq!((file.other, &file.content), (Some(AmbiguitySort::Boundaries), &Content::Binary(b"MZ".to_vec())));
    }

    #[test]
    fn text_alone_is_told_and_parted_by_nothing() {
        for body in ["just words\n", "words\n-- \nAnna Example\n", "--\nContent-Type: x\n", "--a line\nof text\n"] {
            let (told, names, text) = read(&format!("Content-Type: multipart/mixed\n\n{body}"));
            assert_eq!((told, names.len()), (Some(0), 0), "{body}");
            assert_eq!(text, body.trim());
        }
    }

    #[test]
    fn whole_and_empty_multiparts_are_not_told() {
        for mail in [
            format!("Content-Type: multipart/mixed; boundary=X1\n\n{PARTS}"),
            format!("Content-Type: text/plain\n\n{PARTS}"),
            "Content-Type: multipart/mixed; boundary=X1\n\n".to_owned(),
            "Content-Type: multipart/mixed\n\n \n".to_owned(),
            "Content-Type: multipart/report; boundary=X1\n\n--X1\n\nreturned\n--X1\nContent-Type: message/rfc822\n\n\
             Subject: x\nContent-Type: multipart/mixed; boundary=Y\n\n--X1--\n"
                .to_owned(),
        ] {
            assert_eq!(read(&mail).0, None, "{mail}");
        }
    }

    /// Boundary, body: each hides a file from programs that read it as this one does.
    #[test]
    fn parts_outside_of_what_the_boundary_delimits_are_read_too() {
        const TEXT: &str = "Content-Type: text/plain\n\nhello\n";
        const FILE: &str = "Content-Type: application/octet-stream; name=evil.exe\n\nMZ\n";
        for (boundary, body) in [
            // Behind the end.
            ("b", format!("--b\n{TEXT}--b--\n\n--b\n{FILE}--b--\n")),
            ("b", format!("--b\n{TEXT}--b--\n--c\n{FILE}--c--\n")),
            // A blank at the end of a line counts, or does not; letters of another case; a backslash, quotes.
            ("\"b \"", format!("--b \n{TEXT}--b\n{FILE}--b--\n")),
            ("B", format!("--b\n{FILE}--b--\n--B\n{TEXT}--B--\n")),
            ("\"b\\c\"", format!("--bc\n{TEXT}--bc--\n--b\\c\n{FILE}--b\\c--\n")),
            ("'b'", format!("--b\n{FILE}--b--\n--'b'\n{TEXT}--'b'--\n")),
            // Behind what would end a hasty search: other fields, lines that delimit nothing, a multipart that is empty.
            ("b", format!("--b\n{TEXT}--b--\n--b\nX-A: b\n{FILE}--b--\n")),
            ("b", format!("--b\n{TEXT}--b--\n--c\nMIME-Version: 1.0\n{FILE}--c--\n")),
            ("b", format!("--b\n{TEXT}--b--\n{}--c\n{FILE}--c--\n", "--\n".repeat(3_000))),
            ("b", format!("--b\n{TEXT}--b\nContent-Type: multipart/mixed\n\nnothing\n--b--\n--c\n{FILE}--c--\n")),
            ("b", format!("--b\n{TEXT}--b--\n--d\n{FILE}--d--\n\nwords\n--c\n\nwords\n")),
        ] {
            let mail = format!("Content-Type: multipart/mixed; boundary={boundary}\n\n{body}");
            let message = Message::parse(mail.as_bytes());
            let file = message.parts.iter().find(|part| part.names.iter().any(|name| name == "evil.exe"));
            let file = file.unwrap_or_else(|| panic!("{mail}\n{:?}", message.parts));
            assert_eq!(file.other, Some(AmbiguitySort::Outside), "{mail}");
            assert_eq!(mail.get(file.span.start as usize..file.span.end as usize).map(str::trim), Some("MZ"), "{mail}");
            let is_told = |quirk: &Quirk| matches!(quirk, Quirk::Ambiguous(told) if told.sort == AmbiguitySort::Outside && told.parts == 1);
            assert!(message.quirks.iter().any(is_told), "{mail}\n{:?}", message.quirks);
            assert!(message.outside.iter().all(|one| !one.text.contains("MZ")), "{mail}\n{:?}", message.outside);
        }
    }

    #[test]
    fn what_honest_programs_put_around_parts_is_no_part() {
        const TEXT: &str = "Content-Type: text/plain\n\nhello\n";
        for (before, behind) in [
            ("This is a multi-part message in MIME format.\n", ""),
            ("", "_______________\nTalk mailing list\nhttps://lists.example/talk\n"),
            ("", "-- \nContent of this mail is confidential\n"),
            ("", "--b--\n"),
            // The same once more says nothing new.
            ("", "--b\nContent-Type: text/plain\n\nhello\n--b--\n"),
        ] {
            let mail = format!("Content-Type: multipart/mixed; boundary=b\n\n{before}--b\n{TEXT}--b--\n{behind}");
            let message = Message::parse(mail.as_bytes());
            assert!(message.parts.iter().all(|part| part.other.is_none()), "{mail}");
            assert!(!message.quirks.iter().any(|quirk| matches!(quirk, Quirk::Ambiguous(_))), "{mail}");
        }
    }

    #[test]
    fn the_work_is_bounded() {
        let many = "--X1\nContent-Type: multipart/mixed\n\n--Y\nContent-Type: text/plain\n\nx\n".repeat(500);
        let mail = format!("Content-Type: multipart/mixed; boundary=X1\n\n{many}--X1--\n");
        let message = Message::parse(mail.as_bytes());
        assert!(message.parts.len() < 1_200);
        let told = |quirk: &Quirk| matches!(quirk, Quirk::Limit(what) if what.english().contains("other ways"));
        assert!(message.quirks.iter().any(told), "{:?}", message.quirks);
        read(&format!("Content-Type: multipart/mixed\n\n{}", "--a\n".repeat(200_000)));
    }
}

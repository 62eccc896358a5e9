//! Messages whose parts programs read in two ways: two boundaries, two types or two encodings where one may stand, an
//! encoding around a multipart, and a field that only some programs know by its name. Both ways are gone; what only the
//! other one finds is appended to the parts, marked.
//!
//! ```text
//! Content-Type: text/plain                  one program shows a text,
//! Content-Type: multipart/mixed; ...        the other one opens the parts in it
//! ```
//!
//! The other way is the same message with the field that was followed made unreadable, byte for byte in place, so that
//! every offset stays true. A mail without such fields costs a look at the names of its MIME fields. See
//! draft-chen-email-mime-ambiguity-defense.

use std::collections::HashSet;
use std::hash::BuildHasher as _;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};

use foldhash::fast::RandomState;
use mail_parser::{Encoding, Header, HeaderName, MessagePart};

use super::charset::Hint;
use super::mime::{Prepared, Tree, open_empty, tree};
use super::{Content, Limits, Message, Part, Quirk, Span, clip};
use crate::text::Words;

/// The most bytes that are told of a value.
const TOLD: usize = 200;

/// What can be read in two ways (RFC 2045 sections 5 and 6.4, RFC 2046 section 5.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AmbiguitySort {
    /// One multipart names two boundaries.
    Boundaries,
    /// Two Content-Type fields that differ.
    Types,
    /// Two Content-Transfer-Encoding fields that differ.
    Encodings,
    /// A multipart that is said to be encoded itself.
    EncodedParts,
    /// A Content-Type or Content-Transfer-Encoding field with a blank before its colon (RFC 5322 section 4.5), which many
    /// programs take for no such field.
    Names,
    /// Parts behind the end of a multipart, or behind lines that only some programs take for its delimiters.
    Outside,
    /// A carriage return alone, which some programs take for a line end.
    LineEnds,
}

/// What was read in one of two ways.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Ambiguity {
    /// What it is.
    pub sort: AmbiguitySort,
    /// The value that was followed, the whole field for [`AmbiguitySort::Names`]; empty for [`AmbiguitySort::EncodedParts`].
    pub used: String,
    /// The value that other programs follow; empty for [`AmbiguitySort::Names`].
    pub other: String,
    /// Parts that only they see, without what only holds others; they stand behind the others, with [`Part::other`].
    pub parts: u32,
}

/// What a part can be read as instead, before it is tried. Ranges are of the prepared bytes.
#[derive(Debug, Clone)]
pub(super) struct Doubtful {
    sort: AmbiguitySort,
    used: String,
    other: String,
    /// A letter of a name that is overwritten, so that nobody knows the name any more.
    blank: Vec<usize>,
    /// What is decoded, for an encoded multipart.
    body: Option<(Range<usize>, Encoding)>,
}

/// Looks for what makes programs disagree about one part; `most` other ways are gone.
pub(super) fn look(part: &MessagePart<'_>, bytes: &[u8], found: &mut Vec<Doubtful>, most: usize) {
    // One more than is read, so that it can be told.
    if found.len() > most {
        return;
    }
    let kind = part.content_type();
    let multipart = kind.is_some_and(|kind| kind.ctype().eq_ignore_ascii_case("multipart"));
    for (name, sort) in [
        (HeaderName::ContentType, AmbiguitySort::Types),
        (HeaderName::ContentTransferEncoding, AmbiguitySort::Encodings),
    ] {
        let headers = part.headers();
        let mut all = headers.all(name);
        let Some(first) = all.next() else { continue };
        let Some(second) = all.next() else {
            found.extend(odd_name(&first, sort, bytes));
            continue;
        };
        let mut fields = vec![first, second];
        fields.extend(all);
        // The parser follows the last one. Every other one is reached by hiding those behind it.
        let Some(last) = fields.pop() else { continue };
        let used = value(last.raw_value());
        let mut blank = vec![last.offset_field() as usize];
        for field in fields.into_iter().rev().take(most + 1) {
            let text = value(field.raw_value());
            if !same(sort, &text, &used) {
                found.push(Doubtful { sort, used: used.clone(), other: text, blank: blank.clone(), body: None });
            }
            blank.push(field.offset_field() as usize);
        }
    }
    if !multipart {
        return;
    }
    let mut boundaries = kind.into_iter().flat_map(|kind| kind.attributes()).filter(|(name, _)| *name == "boundary");
    if let (Some((_, used)), Some((_, other))) = (boundaries.next(), boundaries.next())
        && used != other
        && let Some(field) = part.headers().get(HeaderName::ContentType)
    {
        let range = field.offset_start() as usize..field.offset_end() as usize;
        if let Some(at) = parameter(bytes.get(range.clone()).unwrap_or_default()) {
            let (used, other) = (clip(used, TOLD).to_owned(), clip(other, TOLD).to_owned());
            let blank = vec![range.start + at];
            found.push(Doubtful { sort: AmbiguitySort::Boundaries, used, other, blank, body: None });
        }
    }
    if matches!(part.encoding(), Encoding::Base64 | Encoding::QuotedPrintable)
        && let Some(field) = part.headers().get(HeaderName::ContentTransferEncoding)
    {
        let body = part.offset_body() as usize..part.offset_end() as usize;
        // Sloppy programs write quoted-printable around parts that they did not encode: those parts are there to be seen.
        let delimiter = kind.and_then(|kind| kind.attribute("boundary")).unwrap_or_default().trim();
        let plain = bytes.get(body.clone()).is_some_and(|body| {
            !delimiter.is_empty() && memchr::memmem::find(body, format!("--{delimiter}").as_bytes()).is_some()
        });
        if part.encoding() == Encoding::QuotedPrintable && plain {
            return;
        }
        let other = value(field.raw_value());
        let blank = vec![field.offset_field() as usize];
        let body = Some((body, part.encoding()));
        found.push(Doubtful { sort: AmbiguitySort::EncodedParts, used: String::new(), other, blank, body });
    }
}

/// The only field of its name, where a blank before its colon hides it from some programs.
fn odd_name(field: &Header<'_>, sort: AmbiguitySort, bytes: &[u8]) -> Option<Doubtful> {
    let (start, end) = (field.offset_field() as usize, field.offset_end() as usize);
    let name = bytes.get(start..field.offset_start() as usize)?;
    if !name.iter().any(|byte| matches!(byte, b' ' | b'\t')) || is_default(sort, &value(field.raw_value())) {
        return None;
    }
    let used = value(bytes.get(start..end)?);
    Some(Doubtful { sort: AmbiguitySort::Names, used, other: String::new(), blank: vec![start], body: None })
}

/// A field's value on one line, cut.
fn value(raw: &[u8]) -> String {
    let raw = raw.get(..4 * TOLD).unwrap_or(raw);
    let text = String::from_utf8_lossy(raw);
    clip(&text.split_whitespace().collect::<Vec<_>>().join(" "), TOLD).to_owned()
}

/// Two values that no program treats in two ways.
fn same(sort: AmbiguitySort, one: &str, other: &str) -> bool {
    let encodings = sort == AmbiguitySort::Encodings;
    one.eq_ignore_ascii_case(other) || encodings && is_default(sort, one) && is_default(sort, other)
}

/// What is so without the field, charsets apart.
fn is_default(sort: AmbiguitySort, value: &str) -> bool {
    if sort == AmbiguitySort::Types {
        let kind = value.split(';').next().unwrap_or_default();
        return kind.trim().eq_ignore_ascii_case("text/plain");
    }
    ["7bit", "8bit", "binary", ""].iter().any(|name| value.eq_ignore_ascii_case(name))
}

/// Where the first parameter `boundary` of a field starts.
fn parameter(value: &[u8]) -> Option<usize> {
    let lower = value.to_ascii_lowercase();
    memchr::memmem::find_iter(&lower, b"boundary").take(100).find(|at| {
        let before = at.checked_sub(1).and_then(|at| lower.get(at));
        let behind = lower.get(at + 8..).unwrap_or_default().iter().find(|byte| !byte.is_ascii_whitespace());
        before.is_none_or(|byte| byte.is_ascii_whitespace() || *byte == b';') && matches!(behind, Some(b'=' | b'*'))
    })
}

/// Goes the other ways and appends to the message what only they find.
pub(super) fn add_readings(
    message: &mut Message,
    bytes: &[u8],
    prepared: &Prepared<'_>,
    doubtful: Vec<Doubtful>,
    hint: Hint,
    limits: &Limits,
) {
    let Limits { other_readings, reading_bytes, other_parts, .. } = *limits;
    if doubtful.len() > other_readings {
        message.quirks.push(too_many_ways(other_readings));
    }
    let mut seen = Seen::of(message);
    let mut room = other_parts;
    for one in doubtful.into_iter().take(other_readings) {
        let before = message.parts.len();
        if prepared.bytes.len() > reading_bytes {
            message.quirks.push(too_large(reading_bytes));
        } else if let Some((mut other, inside)) = read(prepared, &one, hint, limits) {
            match inside {
                Some(inside) => other.parts.iter_mut().filter(|part| part.span.end > inside.start).for_each(|part| {
                    (part.header, part.span) = (Span::default(), inside);
                }),
                None => open_empty(bytes, &mut other.parts, hint),
            }
            append(message, other, one.sort, &mut seen, &mut room);
        }
        // What only holds others is not counted: it says nothing.
        let parts = message.parts.iter().skip(before).filter(|part| is_leaf(part)).count() as u32;
        message.quirks.push(Quirk::Ambiguous(Ambiguity { sort: one.sort, used: one.used, other: one.other, parts }));
    }
    if room == 0 {
        message.quirks.push(too_many_parts(other_parts));
    }
}

/// Told where there are more other ways than are gone.
pub(super) fn too_many_ways(most: usize) -> Quirk {
    let words =
        Words::new("ambiguous: only {0} other ways to read it are gone", "読み方：別の読み方は {0} 通りまで調べました");
    Quirk::limit(words, &[&most])
}

/// Told where a message is too large to be read twice.
pub(super) fn too_large(most: usize) -> Quirk {
    let words = Words::new(
        "ambiguous: a message of more than {0} MiB is read in one way only",
        "読み方：{0} MiB を超えるメールは一つの読み方だけで調べました",
    );
    Quirk::limit(words, &[&(most / 1024 / 1024)])
}

/// Told where other ways give more parts than are listed.
pub(super) fn too_many_parts(most: usize) -> Quirk {
    let words = Words::new(
        "ambiguous: only {0} parts of other readings are listed",
        "読み方：別の読み方で見つかるパートは {0} 個まで表示します",
    );
    Quirk::limit(words, &[&most])
}

/// The tree as the other way has it, and the stretch of the message in which nothing has a place of its own.
fn read(prepared: &Prepared<'_>, one: &Doubtful, hint: Hint, limits: &Limits) -> Option<(Tree, Option<Span>)> {
    let mut bytes = prepared.bytes.to_vec();
    for at in &one.blank {
        *bytes.get_mut(*at)? = b'X';
    }
    let mut inside = None;
    if let Some((range, encoding)) = &one.body {
        let decoded = encoding.decode(bytes.get(range.clone())?).into_owned();
        let start = prepared.place(range.start) as u32;
        inside = Some(Span { start, end: prepared.place(range.end) as u32 });
        bytes.splice(range.clone(), decoded);
    }
    let prepared = prepared.with(bytes);
    let tree = catch_unwind(AssertUnwindSafe(|| tree(&prepared, hint, limits))).ok().flatten()?;
    Some((tree, inside))
}

pub(super) fn is_leaf(part: &Part) -> bool {
    part.content != Content::Multipart
}

/// What was seen, by a hash with a secret of this process.
#[derive(Default)]
pub(super) struct Seen {
    hashes: HashSet<u64, RandomState>,
    state: RandomState,
}

impl Seen {
    /// What stands in the parts of a message.
    pub(super) fn of(message: &Message) -> Self {
        let mut seen = Self::default();
        message.parts.iter().filter(|part| is_leaf(part)).for_each(|part| {
            seen.is_new(part);
        });
        seen
    }

    /// No part has the same content under the same type and names.
    pub(super) fn is_new(&mut self, part: &Part) -> bool {
        let content: (u8, &[u8]) = match &part.content {
            Content::Multipart => (0, b""),
            Content::Message(fields) => (1, fields.first().map_or(b"", |field| field.raw.as_bytes())),
            Content::Text(text) => (2, text.as_bytes()),
            Content::Html(text) => (3, text.as_bytes()),
            Content::Binary(bytes) => (4, bytes),
        };
        self.hashes.insert(self.state.hash_one((content, &part.media_type, &part.names)))
    }
}

/// Appends the leaves that are new, and what holds them.
pub(super) fn append(message: &mut Message, other: Tree, sort: AmbiguitySort, seen: &mut Seen, room: &mut usize) {
    let Tree { parts, mut originals, .. } = other;
    let mut wanted: Vec<bool> =
        parts.iter().map(|part| is_leaf(part) && !is_blank(part) && seen.is_new(part)).collect();
    // Children stand behind their parents, so that one walk from the end reaches every ancestor.
    for at in (0..parts.len()).rev() {
        if wanted.get(at) == Some(&true)
            && let Some(parent) = parts.get(at).and_then(|part| part.parent).and_then(|parent| wanted.get_mut(parent))
        {
            *parent = true;
        }
    }
    let mut places: Vec<Option<usize>> = Vec::with_capacity(parts.len());
    for (at, mut part) in parts.into_iter().enumerate() {
        if wanted.get(at) != Some(&true) || *room == 0 {
            places.push(None);
            continue;
        }
        *room -= 1;
        let place = message.parts.len();
        places.push(Some(place));
        part.parent = part.parent.and_then(|parent| places.get(parent).copied().flatten());
        part.other = Some(sort);
        if let Some(original) = originals.remove(&at) {
            message.originals.insert(place, original);
        }
        message.parts.push(part);
    }
}

/// Nothing stands in it.
fn is_blank(part: &Part) -> bool {
    match &part.content {
        Content::Text(text) | Content::Html(text) => text.trim().is_empty(),
        Content::Binary(bytes) => bytes.is_empty(),
        Content::Message(_) | Content::Multipart => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARTS: &str = "--b\nContent-Type: text/html\n\n<a href=http://evil.example/>x</a>\n--b--\n";

    fn read(mail: &str) -> (Message, Vec<Ambiguity>) {
        let message = Message::parse(mail.as_bytes());
        let told = message.quirks.iter().filter_map(|quirk| match quirk {
            Quirk::Ambiguous(told) => Some(told.clone()),
            _ => None,
        });
        let told = told.collect();
        (message, told)
    }

    fn others(message: &Message) -> Vec<(&str, &str)> {
        let text = |part: &'_ Part| match &part.content {
            Content::Text(text) | Content::Html(text) => Some(text.trim().to_owned()),
            _ => None,
        };
        let leaves = message.parts.iter().filter(|part| part.other.is_some() && is_leaf(part));
        leaves.map(|part| (part.media_type.as_str(), &*text(part).unwrap_or_default().leak())).collect()
    }

    #[test]
    fn both_readings_are_there_and_the_one_that_was_used_is_told() {
        let link = "<a href=http://evil.example/>x</a>";
        for (mail, sort, used, other, parts) in [
            (
                "Content-Type: multipart/mixed; boundary=\"one\"; boundary=\"two\"\n\n--one\n\nbenign\n--one--\n\
                 --two\nContent-Type: text/html\n\n<a href=http://evil.example/>x</a>\n--two--\n"
                    .to_owned(),
                AmbiguitySort::Boundaries,
                "one",
                "two",
                vec![("text/html", link)],
            ),
            (
                format!("Content-Type: multipart/mixed; boundary=b\nContent-Type: text/plain\n\n{PARTS}"),
                AmbiguitySort::Types,
                "text/plain",
                "multipart/mixed; boundary=b",
                vec![("text/html", link)],
            ),
            (
                format!("Content-Type: text/plain\nX-Between: y\nContent-type: multipart/mixed; boundary=b\n\n{PARTS}"),
                AmbiguitySort::Types,
                "multipart/mixed; boundary=b",
                "text/plain",
                vec![("text/plain", PARTS.trim())],
            ),
            (
                "Content-Transfer-Encoding: base64\nContent-Transfer-Encoding: 7bit\n\naHR0cDovL2V2aWwuZXhhbXBsZS8=\n"
                    .to_owned(),
                AmbiguitySort::Encodings,
                "7bit",
                "base64",
                vec![("text/plain", "http://evil.example/")],
            ),
            (
                "Content-Type: multipart/mixed; boundary=b\nContent-Transfer-Encoding: base64\n\n\
                 LS1iDQpDb250ZW50LVR5cGU6IHRleHQvaHRtbA0KDQo8YSBocmVmPWh0dHA6Ly9ldmlsLmV4YW1w\nbGUvPng8L2E+DQotLWItLQ0K\n"
                    .to_owned(),
                AmbiguitySort::EncodedParts,
                "",
                "base64",
                vec![("text/html", link)],
            ),
            (
                format!("Content-Type : multipart/mixed; boundary=b\n\n{PARTS}"),
                AmbiguitySort::Names,
                "Content-Type : multipart/mixed; boundary=b",
                "",
                vec![("text/plain", PARTS.trim())],
            ),
            (
                "Content-Transfer-Encoding\t: base64\n\naHR0cDovL2V2aWwuZXhhbXBsZS8=\n".to_owned(),
                AmbiguitySort::Names,
                "Content-Transfer-Encoding : base64",
                "",
                vec![("text/plain", "aHR0cDovL2V2aWwuZXhhbXBsZS8=")],
            ),
        ] {
            let (message, told) = read(&mail);
            assert_eq!(others(&message), parts, "{mail}");
            let all = message.parts.iter().filter(|part| part.other.is_some() && is_leaf(part)).count() as u32;
            assert_eq!(told, [Ambiguity { sort, used: used.into(), other: other.into(), parts: all }], "{mail}");
        }
    }

    #[test]
    fn a_part_inside_can_be_ambiguous_too() {
        let (message, told) = read(
            "Content-Type: multipart/mixed; boundary=a\n\n--a\n\nfirst\n--a\nContent-Transfer-Encoding: base64\n\
             Content-Transfer-Encoding: 8bit\nContent-Type: text/plain\n\naHR0cDovL2V2aWwuZXhhbXBsZS8=\n--a--\n",
        );
        assert_eq!(told.len(), 1);
        assert_eq!(others(&message), [("text/plain", "http://evil.example/")]);
        let part = message.parts.iter().rfind(|part| part.other.is_some()).unwrap();
        assert_eq!(message.parts.get(part.parent.unwrap()).unwrap().media_type, "multipart/mixed");
    }

    #[test]
    fn what_all_programs_read_alike_is_not_ambiguous() {
        for mail in [
            format!("Content-Type: multipart/mixed; boundary=b\n\n{PARTS}"),
            format!(
                "Content-Type: multipart/mixed; boundary=b\nContent-Type: multipart/mixed;\n boundary=b\n\n{PARTS}"
            ),
            format!("Content-Type: multipart/mixed; boundary=b\nContent-Transfer-Encoding: 7bit\n\n{PARTS}"),
            format!(
                "Content-Type: multipart/mixed; boundary=b\nContent-Transfer-Encoding: quoted-printable\n\n{PARTS}"
            ),
            "Content-Transfer-Encoding: 7bit\nContent-Transfer-Encoding: 8bit\n\ntext\n".to_owned(),
            "Content-Type : text/plain; charset=utf-8\nContent-Transfer-Encoding : 8bit\nSubject : x\n\ntext\n"
                .to_owned(),
            "Content-Type: text/plain; boundary=a; boundary=b\n\ntext\n".to_owned(),
            "Subject: x\n\ntext\n".to_owned(),
        ] {
            assert_eq!(read(&mail).1, [], "{mail}");
        }
    }

    #[test]
    fn readings_are_bounded() {
        let many =
            (0..1_000).fold(String::new(), |all, at| all + &format!("Content-Type: multipart/mixed; boundary=b{at}\n"));
        let (message, told) = read(&format!("{many}\n{PARTS}"));
        assert_eq!(told.len(), Limits::DEFAULT.other_readings);
        assert!(
            message
                .quirks
                .iter()
                .any(|quirk| matches!(quirk, Quirk::Limit(what) if what.english().contains("other ways")))
        );
        let parts = (0..900).fold(String::new(), |all, at| all + &format!("--two\n\npart {at}\n"));
        let (message, _) =
            read(&format!("Content-Type: multipart/mixed; boundary=one; boundary=two\n\n{parts}--two--\n"));
        assert_eq!(message.parts.iter().filter(|part| part.other.is_some()).count(), Limits::DEFAULT.other_parts);
        assert!(
            message
                .quirks
                .iter()
                .any(|quirk| matches!(quirk, Quirk::Limit(what) if what.english().contains("parts of other")))
        );
    }
}

//! The MIME tree: `mail_parser`'s flat list becomes our parts, with damage, limits and decoded content. What a part's header
//! says is read in `declared`, its text in `decode`.
//!
//! The parser runs behind a fence: should it panic, the message is one part with its raw text. Lists are walked, never
//! descended into, and nothing here drops a tree.

use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::LazyLock;

use mail_parser::{HeaderForm, HeaderName, MessageParser, MessagePart, PartFlags, PartKind, Source};

use super::ambiguous::{self, Doubtful};
use super::carve::carve;
use super::charset::{Hint, bytes_to_text};
use super::damage::{Damage, of_encoding, of_flags};
use super::declared::{NAME_LIMIT, joins, media_type, names, word};
use super::decode::text;
use super::head::{self, Scan, scan_within};
use super::line_ends;
use super::overlong;
use super::rescue::{is_uuencode, stray, uudecode, uuname};
use super::told;
use super::{Content, Limits, Message, Original, Part, Quirk, Span};
use crate::limits::PARSED_PARTS;
use crate::text::Words;

/// Header fields are read by our own scan; of those that the parser would read as well, only the MIME ones are needed.
static PARSER: LazyLock<MessageParser> = LazyLock::new(|| {
    let unused = [
        HeaderName::Subject,
        HeaderName::Comments,
        HeaderName::From,
        HeaderName::To,
        HeaderName::Cc,
        HeaderName::Bcc,
        HeaderName::ReplyTo,
        HeaderName::Sender,
        HeaderName::ResentFrom,
        HeaderName::ResentTo,
        HeaderName::ResentCc,
        HeaderName::ResentBcc,
        HeaderName::ResentSender,
        HeaderName::ResentMessageId,
        HeaderName::ResentDate,
        HeaderName::ListArchive,
        HeaderName::ListHelp,
        HeaderName::ListId,
        HeaderName::ListOwner,
        HeaderName::ListPost,
        HeaderName::ListSubscribe,
        HeaderName::ListUnsubscribe,
        HeaderName::MessageId,
        HeaderName::InReplyTo,
        HeaderName::References,
        HeaderName::ReturnPath,
        HeaderName::Keywords,
        HeaderName::Date,
        HeaderName::Received,
    ];
    unused
        .into_iter()
        .fold(MessageParser::new(), |parser, name| parser.header(name, HeaderForm::Ignore))
        .unknown_headers(HeaderForm::Ignore)
        .max_depth(Limits::DEFAULT.depth)
        .max_parts(PARSED_PARTS)
});

/// The bytes as the parser gets them, and the way back to offsets of the message.
pub(super) struct Prepared<'a> {
    pub(super) bytes: Cow<'a, [u8]>,
    /// Bytes of the message in front of them.
    lead: usize,
    /// Where a line end was put in that the message lacks.
    inserted: Option<usize>,
    /// Bytes in front that the message lacks.
    front: usize,
}

impl<'a> Prepared<'a> {
    fn new(bytes: &'a [u8], scan: &Scan) -> Self {
        let rest = bytes.get(scan.start..).unwrap_or_default();
        let mut prepared = Self { bytes: Cow::Borrowed(rest), lead: scan.start, inserted: None, front: 0 };
        if scan.bare_cr {
            // Same length, so that every offset stays true.
            prepared.bytes =
                rest.iter().map(|byte| if *byte == b'\r' { b'\n' } else { *byte }).collect::<Vec<u8>>().into();
        }
        for gap in &scan.gaps {
            // The parser would take a blank line among lines that are no fields for the end of the header, and what follows
            // for text. A line of letters is nothing to it, and every offset stays true.
            let gap = gap.start.saturating_sub(scan.start)..gap.end.saturating_sub(scan.start);
            for byte in prepared.bytes.to_mut().get_mut(gap).into_iter().flatten().filter(|byte| **byte != b'\n') {
                *byte = b'X';
            }
        }
        if !scan.separator && scan.body < bytes.len() {
            // The body starts without an empty line: the parser would take its first paragraph for header fields.
            let at = scan.body - scan.start;
            let (header, body) = prepared.bytes.split_at(at.min(prepared.bytes.len()));
            prepared.bytes = [header, b"\n", body].concat().into();
            prepared.inserted = Some(at);
        }
        prepared
    }

    /// The same message with other bytes of the same length.
    pub(super) fn with(&self, bytes: Vec<u8>) -> Prepared<'static> {
        Prepared { bytes: Cow::Owned(bytes), lead: self.lead, inserted: self.inserted, front: self.front }
    }

    /// A body that stands at that offset, under a header that names its boundary.
    pub(super) fn headed(boundary: &str, body: &[u8], at: usize) -> Prepared<'static> {
        let quoted = boundary.replace('\\', "\\\\").replace('"', "\\\"");
        let mut bytes = format!("Content-Type: multipart/mixed; boundary=\"{quoted}\"\n\n").into_bytes();
        let front = bytes.len();
        bytes.extend_from_slice(body);
        Prepared { bytes: Cow::Owned(bytes), lead: at, inserted: None, front }
    }

    pub(super) fn place(&self, offset: usize) -> usize {
        let before = match self.inserted {
            Some(at) if offset > at => offset - 1,
            _ => offset,
        };
        before.saturating_sub(self.front) + self.lead
    }
}

/// Takes a message apart.
pub(super) fn parse(whole: &[u8], limits: &Limits) -> Message {
    let bytes = whole.get(..limits.message_bytes).unwrap_or(whole);
    let scan = scan_within(bytes, limits);
    let declared = head::value_of(bytes, &scan, "content-type", limits.field_bytes);
    let declared = declared.and_then(|value| content_type_label(&value));
    let hint = Hint::from_label(declared.as_deref());
    let (fields, eight_bit) = head::fields(bytes, &scan, &|offset| Some(offset as u32), hint, limits);
    let mut message = Message {
        fields,
        body_start: scan.body as u32,
        size: whole.len() as u32,
        quirks: scan.quirks.clone(),
        limits: *limits,
        ..Message::default()
    };
    if eight_bit {
        message.quirks.push(Quirk::EightBitHeader);
    }
    if bytes.len() < whole.len() {
        let (read, left) = (limits.message_bytes / 1024 / 1024, whole.len() - bytes.len());
        message.quirks.push(Quirk::limit(
            Words::new(
                "message: only the first {0} MiB are read, {1} bytes left out",
                "メール：先頭の {0} MiB だけを読み、残り {1} バイトを省きました",
            ),
            &[&read, &left],
        ));
    }
    let mut prepared = Prepared::new(bytes, &scan);
    let fenced = catch_unwind(AssertUnwindSafe(|| whole_tree(&mut prepared, hint, limits)));
    let tree = match fenced {
        Ok(Some(tree)) => tree,
        failed => {
            if failed.is_err() {
                message.quirks.push(Quirk::ParserFailed);
            }
            let body = bytes.get(scan.body..).unwrap_or_default();
            Tree { parts: vec![raw_part(body, scan.body, hint)], ..Tree::default() }
        }
    };
    message.parts = tree.parts;
    open_empty(bytes, &mut message.parts, hint);
    message.quirks.extend(tree.quirks);
    message.originals = tree.originals;
    if !tree.doubtful.is_empty() {
        ambiguous::add_readings(&mut message, bytes, &prepared, tree.doubtful, hint, limits);
    }
    line_ends::add_reading(&mut message, bytes, &prepared, hint, limits);
    message.quirks.extend(told::of_damage(&message.parts));
    let unclaimed = carve(&mut message, bytes, hint, limits).filter(|_| bytes.len() == whole.len());
    message.keep_unclaimed(whole, unclaimed);
    message
}

/// A multipart in which no part was found is a text: readers show it as one.
pub(super) fn open_empty(bytes: &[u8], parts: &mut [Part], hint: Hint) {
    for at in 0..parts.len() {
        let childless = parts.get(at + 1).is_none_or(|next| next.parent != Some(at));
        let Some(part) = parts.get_mut(at).filter(|part| childless && part.content == Content::Multipart) else {
            continue;
        };
        let body = bytes.get(part.span.start as usize..part.span.end as usize).unwrap_or_default();
        if !body.trim_ascii().is_empty() {
            let body = body.get(..1024 * 1024).unwrap_or(body);
            part.content = Content::Text(bytes_to_text(body, hint).0.into_owned());
            part.damage.push(Damage::NoParts);
        }
    }
}

fn content_type_label(value: &[u8]) -> Option<String> {
    let parsed = catch_unwind(|| {
        let parsed = HeaderForm::ContentType.parse(value);
        parsed.value().as_content_type().and_then(|kind| kind.attribute("charset")).map(ToOwned::to_owned)
    });
    parsed.ok().flatten()
}

/// All of a message as one text, where nothing better can be had.
fn raw_part(body: &[u8], at: usize, hint: Hint) -> Part {
    let shown = body.get(..1024 * 1024).unwrap_or(body);
    Part {
        parent: None,
        depth: 0,
        media_type: "text/plain".to_owned(),
        charset: None,
        disposition: None,
        names: Vec::new(),
        content_id: None,
        encoding: None,
        boundary: None,
        header: Span::default(),
        span: Span { start: at as u32, end: (at + body.len()) as u32 },
        content: Content::Text(bytes_to_text(shown, hint).0.into_owned()),
        damage: Vec::new(),
        other: None,
        joins: false,
    }
}

#[derive(Default)]
pub(super) struct Tree {
    pub(super) parts: Vec<Part>,
    pub(super) quirks: Vec<Quirk>,
    pub(super) originals: std::collections::BTreeMap<usize, Original>,
    /// What other programs read otherwise.
    pub(super) doubtful: Vec<Doubtful>,
    /// Fields with more parameters than the parser reads, and such fields where nothing can be overwritten.
    overlong: Vec<std::ops::Range<usize>>,
    unread: bool,
    limits: Limits,
    decoded: usize,
    undecoded: usize,
    kept: usize,
}

/// The tree, read anew where fields have more parameters than the parser reads; `prepared` is what was read in the end.
fn whole_tree(prepared: &mut Prepared<'_>, hint: Hint, limits: &Limits) -> Option<Tree> {
    let mut found = tree(prepared, hint, limits)?;
    if found.overlong.is_empty() && !found.unread {
        return Some(found);
    }
    for _ in 0..overlong::ROUNDS {
        if found.overlong.is_empty() {
            break;
        }
        *prepared = prepared.with(overlong::shorten(&prepared.bytes, &found.overlong, limits.parameters));
        found = tree(prepared, hint, limits)?;
    }
    let whole = found.overlong.is_empty() && !found.unread;
    found.quirks.push(overlong::told(whole, limits.parameters));
    Some(found)
}

pub(super) fn tree(prepared: &Prepared<'_>, hint: Hint, limits: &Limits) -> Option<Tree> {
    let chosen;
    let parser = if limits.depth == Limits::DEFAULT.depth {
        &*PARSER
    } else {
        chosen = PARSER.clone().max_depth(limits.depth);
        &chosen
    };
    let parsed = parser.parse(prepared.bytes.as_ref())?;
    let mut tree = Tree { limits: *limits, ..Tree::default() };
    let mut deep = 0_usize;
    let mut all = 0_usize;
    let mut open = false;
    for part in parsed.parts() {
        all += 1;
        open |= part.flags().intersects(PartFlags::UNTERMINATED);
        if part.flags().intersects(PartFlags::NESTING_LIMIT) {
            deep += 1;
        }
        if part.flags().intersects(PartFlags::LIMIT_REACHED) {
            if all >= PARSED_PARTS - 1 {
                tree.quirks.push(Quirk::limit(
                    Words::new("parts: reading stopped at {0}", "パート：{0} 個で読み取りを打ち切りました"),
                    &[&PARSED_PARTS],
                ));
            } else {
                deep += 1;
            }
        }
        if tree.parts.len() < limits.parts {
            tree.add(&part, prepared, hint);
        }
    }
    if open {
        tree.quirks.push(Quirk::Unterminated);
    }
    if all > limits.parts {
        tree.quirks.push(Quirk::limit(
            Words::new("parts: the first {0} of {1} are read", "パート：{1} 個のうち最初の {0} 個を読みました"),
            &[&limits.parts, &all],
        ));
    }
    if deep > 0 {
        tree.quirks.push(Quirk::limit(
            Words::new(
                "nesting: parts deeper than {0} levels are not opened",
                "入れ子：{0} 段より深いパートは開いていません",
            ),
            &[&limits.depth],
        ));
    }
    if tree.undecoded > 0 {
        tree.quirks.push(Quirk::limit(
            Words::new(
                "decoded bytes: {0} parts left out beyond {1} MiB",
                "復号：{1} MiB を超えたため {0} 個のパートを省きました",
            ),
            &[&tree.undecoded, &(limits.decoded_bytes / 1024 / 1024)],
        ));
    }
    Some(tree)
}

impl Tree {
    fn add(&mut self, part: &MessagePart<'_>, prepared: &Prepared<'_>, hint: Hint) {
        // The parser numbers parts in document order, so a parent always stands before its children.
        let parent = part.parent().or_else(|| part.message().container()).map(|parent| parent.id() as usize);
        let depth = parent.and_then(|parent| self.parts.get(parent)).map_or(0, |parent| parent.depth + 1);
        let in_place = part.message().source() == Source::Raw;
        let span = if in_place {
            let start = prepared.place(part.offset_body() as usize);
            let end = prepared.place(part.offset_end() as usize);
            Span { start: start as u32, end: end.max(start) as u32 }
        } else {
            Span::default()
        };
        let header = if in_place && !self.parts.is_empty() {
            Span { start: prepared.place(part.offset_header() as usize) as u32, end: span.start }
        } else {
            Span::default()
        };
        let content_type = part.content_type();
        let disposition = part.content_disposition();
        self.quirks.extend(content_type.and_then(|kind| told::of_type(kind, self.parts.len())));
        let mut damage = of_flags(part.flags());
        let mut names = names(part, hint);
        if part.content_transfer_encoding().is_some_and(is_uuencode)
            && let Some(name) = uuname(part.raw_body())
        {
            let name = word(bytes_to_text(name, hint).0.trim());
            if !name.is_empty() && names.len() < NAME_LIMIT && !names.contains(&name) {
                names.push(name);
            }
        }
        if in_place {
            ambiguous::look(part, &prepared.bytes, &mut self.doubtful, self.limits.other_readings);
            overlong::look(part, &mut self.overlong, self.limits.parameters);
        } else {
            let mut fields = Vec::new();
            overlong::look(part, &mut fields, self.limits.parameters);
            self.unread |= !fields.is_empty();
        }
        let kept = disposition.is_some_and(|kind| kind.is_attachment()) || !names.is_empty();
        let mut content = self.content(part, prepared, hint, kept, in_place, &mut damage);
        // The message's own header was scanned already.
        if !self.parts.is_empty()
            && let Some(lost) = stray(part.raw_headers())
        {
            damage.push(Damage::TextInHeader);
            let lost = bytes_to_text(lost, hint).0;
            match &mut content {
                Content::Text(text) | Content::Html(text) => text.insert_str(0, &format!("{lost}\n")),
                Content::Binary(bytes) if bytes.is_empty() => *bytes = lost.into_owned().into_bytes(),
                _ => {}
            }
        }
        self.parts.push(Part {
            parent,
            depth,
            media_type: media_type(content_type, matches!(content, Content::Message(_))),
            charset: content_type.and_then(|kind| kind.attribute("charset")).map(word),
            disposition: disposition.map(|kind| word(&kind.ctype().to_ascii_lowercase())),
            names,
            content_id: part.content_id().map(|id| word(id.trim_matches(['<', '>', ' ']))),
            encoding: part.content_transfer_encoding().map(word).filter(|encoding| !encoding.is_empty()),
            boundary: content_type.and_then(|kind| kind.attribute("boundary")).map(|text| word(text.trim())),
            header,
            span,
            content,
            damage,
            other: None,
            joins: content_type.is_some_and(joins),
        });
    }

    /// What had to be forgiven in the header of a message inside, as a limit or as damage of its part.
    fn nested_header(&mut self, quirks: &[Quirk], damage: &mut Vec<Damage>) {
        for quirk in quirks {
            let told = match quirk {
                Quirk::Limit(_) if self.quirks.contains(quirk) => continue,
                Quirk::Limit(_) => {
                    self.quirks.push(quirk.clone());
                    continue;
                }
                Quirk::NotAField(_) => Damage::NoFields,
                Quirk::NulInHeader => Damage::NulInHeader,
                // Most blocks that are returned by mail servers end without an empty line.
                _ => continue,
            };
            if !damage.contains(&told) {
                damage.push(told);
            }
        }
    }

    fn content(
        &mut self,
        part: &MessagePart<'_>,
        prepared: &Prepared<'_>,
        hint: Hint,
        kept: bool,
        in_place: bool,
        damage: &mut Vec<Damage>,
    ) -> Content {
        match part.kind() {
            PartKind::Multipart => return Content::Multipart,
            PartKind::Message(nested) => {
                self.keep_original(nested.raw());
                let block = nested.root_part().raw_headers();
                let at = nested.root_part().offset_header() as usize;
                let scan = scan_within(block, &self.limits);
                self.nested_header(&scan.quirks, damage);
                let place = |offset: usize| in_place.then(|| prepared.place(at + offset) as u32);
                return Content::Message(head::fields(block, &scan, &place, hint, &self.limits).0);
            }
            PartKind::Text | PartKind::Html | PartKind::Binary | PartKind::InlineBinary => {}
        }
        // No encoding makes a body longer, so that most need not be measured.
        let longest = part.raw_body().len();
        if self.decoded.saturating_add(longest) > self.limits.decoded_bytes
            && self.decoded.saturating_add(part.decoded_len()) > self.limits.decoded_bytes
        {
            self.undecoded += 1;
            damage.push(Damage::TooLarge);
            return Content::Binary(Vec::new());
        }
        if part.content_transfer_encoding().is_some_and(is_uuencode)
            && let Some(bytes) = uudecode(part.raw_body())
        {
            self.decoded += bytes.len();
            return match part.kind() {
                PartKind::Text => Content::Text(bytes_to_text(&bytes, hint).0.into_owned()),
                PartKind::Html => Content::Html(bytes_to_text(&bytes, hint).0.into_owned()),
                _ => Content::Binary(bytes),
            };
        }
        let (bytes, problems) = part.decoded_checked();
        self.decoded += bytes.len();
        match part.kind() {
            PartKind::Text | PartKind::Html if kept => self.keep_original(&bytes),
            _ => {}
        }
        if matches!(part.kind(), PartKind::Text) && content_type_is_multipart(part) {
            // No line begins with its boundary.
            damage.push(Damage::NoParts);
        }
        match part.kind() {
            PartKind::Html => Content::Html(text(part, bytes, problems, true, damage)),
            PartKind::Text => Content::Text(text(part, bytes, problems, false, damage)),
            _ => {
                damage.extend(of_encoding(problems));
                if content_type_is_multipart(part) {
                    // Its boundary is missing or unreadable: what it holds is text to every reader.
                    damage.push(Damage::NoParts);
                    return Content::Text(bytes_to_text(&bytes, hint).0.into_owned());
                }
                Content::Binary(bytes.into_owned())
            }
        }
    }

    /// Nested messages overlap, so that the bytes kept twice are bounded on their own.
    fn keep_original(&mut self, bytes: &[u8]) {
        self.kept = self.kept.saturating_add(bytes.len());
        if self.kept > self.limits.decoded_bytes {
            return;
        }
        self.originals.insert(self.parts.len(), Original { bytes: bytes.to_vec() });
    }
}

fn content_type_is_multipart(part: &MessagePart<'_>) -> bool {
    part.content_type().is_some_and(|kind| kind.ctype().eq_ignore_ascii_case("multipart"))
}

//! The only place that names `mail_parser`: bytes become our own types, with limits and a byte-exact header scan.
//!
//! Parsers disagree about who the sender is, so [`Message::fields`] is our own scan of the raw header, in order and with
//! offsets; `mail_parser` gives the MIME tree and the decoded bodies. What had to be forgiven is listed in
//! [`Message::quirks`]. A message is never refused.

pub(crate) mod address;
pub(crate) mod ambiguous;
pub(crate) mod carve;
mod charset;
mod damage;
mod date;
mod declared;
mod decode;
pub(crate) mod head;
pub(crate) mod html;
mod line_ends;
mod mime;
pub(crate) mod outlook;
pub(crate) mod overlong;
mod rescue;
mod summary;
mod told;
pub(crate) mod unclaimed;
pub(crate) mod words;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt::Display;

pub use ambiguous::{Ambiguity, AmbiguitySort};
pub use damage::Damage;
pub use date::parse_date;
pub use summary::summarize;
pub use unclaimed::Unclaimed;
pub(crate) use words::{decode_words, decode_words_within};

pub use crate::limits::{Limits, Scope, Told};
use crate::text::Words;

/// The beginning of a text, at most `limit` bytes, no character cut in two.
pub(crate) fn clip(text: &str, limit: usize) -> &str {
    text.get(..text.floor_char_boundary(limit)).unwrap_or_default()
}

/// Text of bytes that come without a charset: UTF-8, else what the bytes show.
pub(crate) fn text_of(bytes: &[u8]) -> String {
    charset::bytes_to_text(bytes, charset::Hint::default()).0.into_owned()
}

/// A range of bytes of the canonical message, for jumping to the source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, PartialOrd, Ord)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

/// A header field as it stands in the message.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Field {
    /// The name as written, blanks around it taken off.
    pub name: String,
    /// The whole field with its name, without the last line end.
    pub span: Span,
    /// The value, unfolded, bytes that are no UTF-8 read by the message's charset or replaced; not decoded.
    pub raw: String,
    /// The value with encoded words (RFC 2047) decoded, once.
    pub value: String,
    /// The name is not as RFC 5322 wants it: blank before the colon, folded name, leading blank.
    pub odd_name: bool,
    /// What is odd about it.
    pub oddity: Option<OddName>,
}

impl Field {
    /// The field has that name, ASCII case ignored.
    #[must_use]
    #[inline]
    pub fn is(&self, name: &str) -> bool {
        // Nearly all names differ in their length or their last letter; a mail's fields are asked some thousand times.
        let last = |name: &str| name.as_bytes().last().map(u8::to_ascii_lowercase);
        self.name.len() == name.len() && last(&self.name) == last(name) && self.name.eq_ignore_ascii_case(name)
    }
}

/// Ways to write a field name that programs read differently (RFC 5322 section 2.2 allows none of them).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OddName {
    /// ` From:`: a blank in front of it, so that some take it for the end of the field above.
    LeadingBlank,
    /// `From :`
    BlankBeforeColon,
    /// The colon stands on the next line.
    Folded,
    /// A NUL byte in it or beside it.
    Nul,
}

/// What kind of content a part has after decoding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// A container of other parts.
    Multipart,
    /// `message/rfc822`: its fields; its parts follow in the list.
    Message(Vec<Field>),
    /// Text, decoded to Unicode.
    Text(String),
    /// HTML source, decoded to Unicode.
    Html(String),
    /// Anything else, transfer encoding undone.
    Binary(Vec<u8>),
}

/// A part of the MIME tree, in document order.
#[derive(Debug, Clone)]
pub struct Part {
    /// The part that holds it; `None` for the root.
    pub parent: Option<usize>,
    /// Depth below the root (0).
    pub depth: usize,
    /// Declared media type, lower case, `text/plain` where none is given.
    pub media_type: String,
    /// Declared charset.
    pub charset: Option<String>,
    /// `inline`, `attachment` or another word, lower case.
    pub disposition: Option<String>,
    /// File names given by Content-Disposition and Content-Type, distinct, decoded.
    pub names: Vec<String>,
    /// Content-ID without angle brackets.
    pub content_id: Option<String>,
    /// Content-Transfer-Encoding as declared.
    pub encoding: Option<String>,
    /// The boundary that a multipart declares (RFC 2046 section 5.1.1).
    pub boundary: Option<String>,
    /// Where the part's own header stands; empty for the root and for parts of an encoded nested message.
    pub header: Span,
    /// Where the part's body stands in the message (encoded); empty for parts of an encoded nested message.
    pub span: Span,
    /// The decoded content.
    pub content: Content,
    /// What is broken about it.
    pub damage: Vec<Damage>,
    /// It is there only for programs that read the message in another way, for this reason.
    pub other: Option<AmbiguitySort>,
    /// A line that ends with a blank goes on in the next one without it (RFC 3676, `format=flowed; delsp=yes`).
    pub joins: bool,
}

/// What had to be forgiven or was cut off; each is shown and may be a finding.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Quirk {
    /// A limit was hit; the text says which and what was left out.
    Limit(Told),
    /// No empty line between header and body.
    NoSeparator,
    /// A line in the header that is no field; byte offset.
    NotAField(u32),
    /// NUL bytes in the header.
    NulInHeader,
    /// Bytes above 127 in the header that are no UTF-8.
    EightBitHeader,
    /// The parser gave up; only the raw header and bytes are shown.
    ParserFailed,
    /// Programs can read its parts in two ways.
    Ambiguous(Ambiguity),
    /// A multipart is never closed: it was cut off, or wants to look so.
    Unterminated,
    /// A multipart without a usable boundary: it is shown as text. So many parts are found in it by lines that look like
    /// delimiters; they stand behind the others, with [`Part::other`].
    NoParts(u32),
    /// One piece of a longer message (`message/partial`): its number and of how many; 0 where it does not say.
    Partial(u32, u32),
    /// The body of that part lies elsewhere (`message/external-body`): an address, a path, or nothing where it does not
    /// say. It is never fetched.
    External(usize, String),
    /// A part says that it is base64, and is not.
    BadEncoding,
    /// A part names a transfer encoding that nobody knows.
    UnknownEncoding(String),
    /// A field gives a time that cannot be or cannot be read, as written.
    ImpossibleTime(String),
    /// From stands there and names no address; what it says.
    NoAddress(String),
}

impl Quirk {
    /// A limit was hit: what is told of it, with the figures in its places.
    pub(crate) fn limit(words: Words, values: &[&dyn Display]) -> Self {
        Self::Limit(Told::new(words, values))
    }
}

/// A message taken apart. Large: made for one message at a time and dropped.
#[derive(Debug, Clone, Default)]
pub struct Message {
    /// Every header field of the message itself, in order.
    pub fields: Vec<Field>,
    /// Offset of the first body byte.
    pub body_start: u32,
    /// Length in bytes.
    pub size: u32,
    /// The MIME tree in document order; the root is the first.
    pub parts: Vec<Part>,
    /// What had to be forgiven.
    pub quirks: Vec<Quirk>,
    /// The decoded bytes, by part, where [`Part::content`] no longer holds them as they were: named or attached text that
    /// became Unicode, and nested messages.
    pub originals: BTreeMap<usize, Original>,
    /// What stands in no part; empty in most mails.
    pub outside: Vec<Unclaimed>,
    /// How much of it was read; the rooms behind this one stay within the same limits.
    pub limits: Limits,
}

/// A part's bytes after its transfer encoding was undone and before anything else.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Original {
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// What a list row needs before the message is analyzed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// From as the list shows it: name (decoded, may be empty) and address (may be empty).
    pub name: String,
    /// Address of the sender as it should be read: the entry that has one.
    pub address: String,
    /// Subject, decoded.
    pub subject: String,
    /// Unix seconds of the Date field, else of the newest Received line.
    pub date: Option<i64>,
    /// mbox Status and X-Status letters.
    pub status: String,
}

impl Message {
    /// Takes canonical bytes apart. Never fails and never panics: what cannot be parsed is in [`Message::quirks`].
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Self {
        Self::parse_within(bytes, &Limits::DEFAULT)
    }

    /// [`Message::parse`] within limits that the reader chose.
    #[must_use]
    pub fn parse_within(bytes: &[u8], limits: &Limits) -> Self {
        mime::parse(bytes, limits)
    }

    /// The first field of that name, ASCII case ignored.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.is(name))
    }

    /// All fields of that name, top first.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Field> {
        self.fields.iter().filter(move |field| field.is(name))
    }
}

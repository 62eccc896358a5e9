//! Looks for words and patterns inside mails: in the decoded text of every part, and in header fields. Pure: bytes in,
//! which terms they hold out.
//!
//! What is searched is what a reader sees and what stands behind it: text with transfer encoding and charset undone, and of
//! HTML both its text (entities decoded, tags gone, so that `in<b>voice</b>` is "invoice") and its source. Parts that are no
//! text are not searched. Case never counts; `(?-i)` in a pattern makes it count.
//!
//! Patterns are those of the `regex` crate, which takes time linear in the text whatever the pattern is; a pattern too large
//! is refused before it is used. (The crates of ripgrep look through files line by line; here every text is in memory, a
//! few kilobytes long, and a hit may span lines, so they would add nothing.) Bodies are hostile: decoding has the limits of
//! [`crate::message`], and what was cut off is told.

#[cfg(test)]
mod tests;

use std::borrow::Cow;

use regex::{Regex, RegexBuilder, bytes};

use crate::message::html::{Event, key, read};
use crate::message::{Content, Field, Limits, Message, Quirk};
use crate::text::{Lang, Words};

/// The most terms of one query.
pub const TERMS: usize = 7;
/// The most bytes of a term.
pub const TERM_BYTES: usize = 1_000;
/// The most memory that a compiled pattern may take: it bounds the time for a byte of text.
const PATTERN_BYTES: usize = 512 * 1024;
/// The deepest nesting of groups in a pattern.
const NESTING: u32 = 50;
/// The most bytes of a page whose text is put together.
const PAGE_BYTES: usize = 8 * 1024 * 1024;

/// Where a term is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In the text of every part.
    Body,
    /// In the header fields of the mail and of messages inside it, as `Name: value`, decoded and as written.
    Header,
}

/// A term as it was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Where.
    pub place: Place,
    /// Words, or a pattern without its slashes.
    pub text: String,
    /// It is a pattern.
    pub pattern: bool,
}

/// Why a term cannot be looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// The pattern is not well-formed; the reason, in English, as the `regex` crate gives it.
    Malformed(String),
    /// It is too long, or would take too much memory.
    TooLarge,
    /// There are more than [`TERMS`].
    TooMany,
}

impl Refused {
    /// The reason in words.
    #[must_use]
    pub fn words(&self, lang: Lang) -> String {
        match self {
            Self::Malformed(why) => {
                Words::new("the pattern is not well-formed ({0})", "正規表現に誤りがあります（{0}）").fill(lang, &[why])
            }
            Self::TooLarge => Words::new("the pattern is too large", "正規表現が大きすぎます").get(lang).to_owned(),
            Self::TooMany => Words::new("at most {0} terms look inside mails", "本文・ヘッダーの条件は {0} 個までです")
                .fill(lang, &[&TERMS.to_string()]),
        }
    }
}

/// Which terms a mail holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Found {
    /// Bit n is set where term n was found.
    pub bits: u8,
    /// Something was cut off before it was searched.
    pub cut: bool,
}

impl Found {
    /// As one byte.
    #[must_use]
    pub fn byte(self) -> u8 {
        self.bits & !CUT | if self.cut { CUT } else { 0 }
    }

    /// From [`Found::byte`].
    #[must_use]
    pub fn of_byte(byte: u8) -> Self {
        Self { bits: byte & !CUT, cut: byte & CUT != 0 }
    }
}

const CUT: u8 = 1 << TERMS;

/// Terms that are looked for together, compiled. Two are equal where they look for the same.
#[derive(Debug)]
pub struct Query {
    terms: Vec<Term>,
    source: String,
}

#[derive(Debug)]
struct Term {
    place: Place,
    pattern: Regex,
    /// What the raw bytes hold wherever the decoded text holds the term, unless something is encoded.
    raw: Option<bytes::Regex>,
}

impl PartialEq for Query {
    fn eq(&self, other: &Self) -> bool {
        self.source == other.source
    }
}

impl Eq for Query {}

impl Query {
    /// Compiles terms.
    ///
    /// # Errors
    /// The first term that cannot be looked for, by its place.
    pub fn new(wanted: &[Wanted]) -> Result<Self, (usize, Refused)> {
        let mut terms = Vec::new();
        let mut source = String::new();
        for (at, one) in wanted.iter().enumerate() {
            if at >= TERMS {
                return Err((at, Refused::TooMany));
            }
            terms.push(compile(one).map_err(|why| (at, why))?);
            source.push(if one.place == Place::Body { 'b' } else { 'h' });
            source.push(if one.pattern { 'p' } else { 'w' });
            // One line a term: a line end means no more than a blank to words, and has an escape in patterns.
            source.extend(one.text.chars().map(|c| if c == '\n' { ' ' } else { c }));
            source.push('\n');
        }
        Ok(Self { terms, source })
    }

    /// The query as text, for a worker in another process.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Reads [`Query::source`]; `None` where it is none.
    #[must_use]
    pub fn of_source(source: &str) -> Option<Self> {
        let wanted = source.lines().map(|line| {
            let mut letters = line.chars();
            let place = match letters.next()? {
                'b' => Place::Body,
                'h' => Place::Header,
                _ => return None,
            };
            let pattern = match letters.next()? {
                'p' => true,
                'w' => false,
                _ => return None,
            };
            Some(Wanted { place, text: letters.as_str().to_owned(), pattern })
        });
        Self::new(&wanted.collect::<Option<Vec<_>>>()?).ok()
    }

    /// True where the raw bytes alone show that no term is there: plain ASCII words, no part encoded.
    #[must_use]
    pub fn is_ruled_out(&self, mail: &[u8]) -> bool {
        self.terms.iter().all(|term| term.raw.as_ref().is_some_and(|raw| !raw.is_match(mail))) && is_written_out(mail)
    }

    /// Which terms a mail holds. `mail` are its canonical bytes.
    #[must_use]
    pub fn find(&self, mail: &[u8]) -> Found {
        self.find_within(mail, &Limits::DEFAULT)
    }

    /// [`Query::find`] within limits that the reader chose.
    #[must_use]
    pub fn find_within(&self, mail: &[u8], limits: &Limits) -> Found {
        if self.is_ruled_out(mail) {
            return Found::default();
        }
        let is_body = self.terms.iter().any(|term| term.place == Place::Body);
        let message = Message::parse_within(if is_body { mail } else { header_of(mail) }, limits);
        let mut found = Found {
            bits: 0,
            cut: is_body && message.quirks.iter().any(|quirk| matches!(quirk, Quirk::Limit(_) | Quirk::ParserFailed)),
        };
        let all = ((1_u16 << self.terms.len()) - 1) as u8;
        self.mark(Place::Header, &mut found, |pattern| fields_hold(&message.fields, pattern));
        let mut text = String::new();
        for part in &message.parts {
            if found.bits == all {
                break;
            }
            match &part.content {
                Content::Message(fields) => {
                    self.mark(Place::Header, &mut found, |pattern| fields_hold(fields, pattern));
                }
                Content::Text(body) => self.mark(Place::Body, &mut found, |pattern| pattern.is_match(body)),
                Content::Html(page) => {
                    self.mark(Place::Body, &mut found, |pattern| pattern.is_match(page));
                    if !self.has_all(Place::Body, found) {
                        found.cut |= text_of(page, &mut text);
                        self.mark(Place::Body, &mut found, |pattern| pattern.is_match(&text));
                    }
                }
                Content::Multipart | Content::Binary(_) => {}
            }
        }
        found
    }

    /// Sets the bits of terms that are not found yet and that `holds` is true of.
    fn mark(&self, place: Place, found: &mut Found, holds: impl Fn(&Regex) -> bool) {
        for (at, term) in self.terms.iter().enumerate() {
            let bit = 1 << at;
            if term.place == place && found.bits & bit == 0 && holds(&term.pattern) {
                found.bits |= bit;
            }
        }
    }

    fn has_all(&self, place: Place, found: Found) -> bool {
        self.terms.iter().enumerate().all(|(at, term)| term.place != place || found.bits & (1 << at) != 0)
    }
}

fn compile(wanted: &Wanted) -> Result<Term, Refused> {
    if wanted.text.len() > TERM_BYTES {
        return Err(Refused::TooLarge);
    }
    let refused = |why: regex::Error| match why {
        // Several lines with the pattern and a pointer into it; the last says what is wrong.
        regex::Error::Syntax(text) => {
            let last = text.lines().last().unwrap_or_default();
            Refused::Malformed(last.trim_start_matches("error: ").to_owned())
        }
        _ => Refused::TooLarge,
    };
    let build = |pattern: &str, unicode| {
        RegexBuilder::new(pattern)
            .case_insensitive(true)
            .multi_line(true)
            .unicode(unicode)
            .size_limit(PATTERN_BYTES)
            .dfa_size_limit(4 * PATTERN_BYTES)
            .nest_limit(NESTING)
            .build()
            .map_err(refused)
    };
    if wanted.pattern {
        return Ok(Term { place: wanted.place, pattern: build(&wanted.text, true)?, raw: None });
    }
    // Between words stands whatever a mailer put there when it broke the line.
    let words: Vec<String> = wanted.text.split_whitespace().map(regex::escape).collect();
    let is_ascii = wanted.text.is_ascii();
    // ASCII letters stand for themselves only, and not for the Kelvin sign or the long s.
    let pattern = build(&words.join(r"\s+"), !is_ascii)?;
    let longest = wanted.text.split_whitespace().max_by_key(|word| word.len()).filter(|_| is_ascii);
    let raw = longest.filter(|_| wanted.place == Place::Body).and_then(|word| {
        bytes::RegexBuilder::new(&regex::escape(word)).case_insensitive(true).unicode(false).build().ok()
    });
    Ok(Term { place: wanted.place, pattern, raw })
}

/// The header with the empty line behind it: a term for header fields needs no more of the mail.
fn header_of(mail: &[u8]) -> &[u8] {
    let start = mail.iter().position(|byte| !byte.is_ascii_whitespace()).unwrap_or_default();
    let rest = mail.get(start..).unwrap_or_default();
    let plain = memchr::memmem::find(rest, b"\n\n").map(|at| at + 2);
    let dos = memchr::memmem::find(rest, b"\n\r\n").map(|at| at + 3);
    match plain.into_iter().chain(dos).min() {
        Some(end) => mail.get(..start + end).unwrap_or(mail),
        None => mail,
    }
}

fn fields_hold(fields: &[Field], pattern: &Regex) -> bool {
    fields.iter().any(|field| {
        pattern.is_match(&format!("{}: {}", field.name, field.value))
            || (field.raw != field.value && pattern.is_match(&format!("{}: {}", field.name, field.raw)))
    })
}

/// Puts the text of a page into `out`; true where the page is too long and was cut.
fn text_of(page: &str, out: &mut String) -> bool {
    const INLINE: [u64; 16] = [
        key("a"),
        key("b"),
        key("i"),
        key("u"),
        key("s"),
        key("em"),
        key("strong"),
        key("span"),
        key("font"),
        key("small"),
        key("big"),
        key("sub"),
        key("sup"),
        key("wbr"),
        key("mark"),
        key("code"),
    ];
    out.clear();
    let short = crate::message::clip(page, PAGE_BYTES);
    let cut = read(short, |event| match event {
        Event::Text(text, _) => out.push_str(text),
        Event::Open(tag) if !INLINE.contains(&tag.key) => out.push('\n'),
        Event::Close(name) if !INLINE.contains(&key(name)) => out.push('\n'),
        Event::Open(_) | Event::Close(_) | Event::Comment(..) => {}
    });
    cut.bytes || short.len() < page.len()
}

/// The text of the mail stands in its bytes as it is: no transfer encoding, no charset in which ASCII bytes mean something
/// else, no HTML, whose text comes in pieces. What is in doubt counts as encoded.
fn is_written_out(mail: &[u8]) -> bool {
    let lower: Cow<'_, [u8]> = if mail.iter().any(u8::is_ascii_uppercase) {
        Cow::Owned(mail.to_ascii_lowercase())
    } else {
        Cow::Borrowed(mail)
    };
    let has = |needle: &[u8]| memchr::memmem::find(&lower, needle).is_some();
    if memchr::memchr3(0x1b, 0xff, 0xfe, &lower).is_some() {
        return false;
    }
    if ["base64", "quoted-printable", "html", "uu", "compressed"].iter().any(|name| has(name.as_bytes())) {
        return false;
    }
    memchr::memmem::find_iter(&lower, b"charset").all(|at| {
        let rest = lower.get(at + b"charset".len()..).unwrap_or_default();
        let value = rest.iter().position(|byte| !b" \t=\"'".contains(byte)).unwrap_or(rest.len());
        let value = rest.get(value..).unwrap_or_default();
        ["us-ascii", "utf-8", "iso-8859-", "windows-125"].iter().any(|name| value.starts_with(name.as_bytes()))
    })
}

//! The tokenizer itself: the states of WHATWG HTML section 13.2.5, those that a run of bytes goes through at once as one
//! search. It only moves forward; nothing is read twice.

use std::ops::Range;

use memchr::{memchr, memchr2, memmem};

use super::references::{Place, decode, is_plain};
use super::{Attribute, Event, Piece, Place as Part, Store, Tag, key};
use crate::text::eights::{below, capitals, equal, first, front, load};

/// Reads one page.
pub(super) struct Scanner<'p> {
    page: &'p str,
    bytes: &'p [u8],
    store: Store,
    /// Text that had to be decoded.
    text: String,
    /// The most attributes that are kept of one tag.
    most: usize,
}

/// What the content of an element is read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Content {
    Markup,
    Escapable,
    Raw,
    Script,
    Plain,
}

impl Content {
    /// As in a browser without scripting: the content of `noscript` is markup. Told by the name and its [`key`].
    #[inline]
    fn of(key: u64, name: &str) -> Self {
        match key {
            TITLE | TEXTAREA => Self::Escapable,
            STYLE | IFRAME | XMP | NOEMBED | NOFRAMES => Self::Raw,
            SCRIPT => Self::Script,
            // A key of that length may be made to collide.
            PLAINTEXT if name == "plaintext" => Self::Plain,
            _ => Self::Markup,
        }
    }
}

const IFRAME: u64 = key("iframe");
const NOEMBED: u64 = key("noembed");
const NOFRAMES: u64 = key("noframes");
const PLAINTEXT: u64 = key("plaintext");
const SCRIPT: u64 = key("script");
const STYLE: u64 = key("style");
const TEXTAREA: u64 = key("textarea");
const TITLE: u64 = key("title");
const XMP: u64 = key("xmp");

/// A tag that is complete.
struct Read {
    key: u64,
    name: Piece,
    end: usize,
}

/// A name with its [`key`], and where it ends.
struct Name {
    key: u64,
    piece: Piece,
    end: usize,
}

/// What a byte is in a tag, as a set.
const KINDS: [u8; 256] = {
    let mut kinds = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        #[allow(clippy::indexing_slicing, reason = "a table of all bytes")]
        {
            kinds[byte] = match byte as u8 {
                b' ' | b'\n' | b'\t' | b'\r' | 0x0c => BLANK | ENDS_NAME,
                b'/' | b'>' => ENDS_NAME,
                b'=' => EQUALS,
                b'A'..=b'Z' | 0 => CHANGES,
                _ => 0,
            };
        }
        byte += 1;
    }
    kinds
};
const BLANK: u8 = 1;
/// It ends the name of a tag.
const ENDS_NAME: u8 = 1 << 1;
const EQUALS: u8 = 1 << 2;
/// It reads otherwise in a name than it stands.
const CHANGES: u8 = 1 << 3;

#[inline]
fn kind(byte: u8) -> u8 {
    KINDS.get(usize::from(byte)).copied().unwrap_or_default()
}

#[inline]
fn is_blank(byte: u8) -> bool {
    kind(byte) & BLANK != 0
}

/// The byte ends the name of a tag.
#[inline]
fn ends_name(byte: u8) -> bool {
    kind(byte) & ENDS_NAME != 0
}

impl<'p> Scanner<'p> {
    /// Of a tag `most` attributes are kept.
    pub(super) fn new(page: &'p str, most: usize) -> Self {
        Self { page, bytes: page.as_bytes(), store: Store::default(), text: String::new(), most }
    }

    /// Tells everything; gives true where attributes were left out.
    pub(super) fn run(mut self, visit: &mut impl FnMut(Event<'_>)) -> bool {
        // Text from `told` on is not told yet; markup is looked for from `at` on.
        let (mut told, mut at) = (0, 0);
        while let Some(mark) = self.find(b'<', at) {
            at = match (self.byte(mark + 1), self.byte(mark + 2)) {
                (Some(letter), _) if letter.is_ascii_alphabetic() => {
                    self.text(told..mark, Place::Data, visit);
                    self.open(mark, visit)
                }
                (Some(b'/'), Some(letter)) if letter.is_ascii_alphabetic() => {
                    self.text(told..mark, Place::Data, visit);
                    self.close(mark, visit)
                }
                (Some(b'/'), Some(b'>')) => {
                    self.text(told..mark, Place::Data, visit);
                    mark + 3
                }
                (Some(b'/'), Some(_)) => {
                    self.text(told..mark, Place::Data, visit);
                    self.bogus(mark, mark + 2, visit)
                }
                (Some(b'!'), _) => {
                    self.text(told..mark, Place::Data, visit);
                    self.declaration(mark, visit)
                }
                (Some(b'?'), _) => {
                    self.text(told..mark, Place::Data, visit);
                    self.bogus(mark, mark + 1, visit)
                }
                _ => {
                    at = mark + 1;
                    continue;
                }
            };
            told = at;
        }
        self.text(told..self.bytes.len(), Place::Data, visit);
        self.store.cut
    }

    #[inline]
    fn byte(&self, at: usize) -> Option<u8> {
        self.bytes.get(at).copied()
    }

    fn rest(&self, at: usize) -> &'p [u8] {
        self.bytes.get(at..).unwrap_or_default()
    }

    fn find(&self, byte: u8, from: usize) -> Option<usize> {
        memchr(byte, self.rest(from)).map(|at| from + at)
    }

    /// The first byte from there on that the test does not hold for.
    fn skip(&self, from: usize, test: impl Fn(u8) -> bool) -> usize {
        self.rest(from).iter().position(|byte| !test(*byte)).map_or(self.bytes.len(), |at| from + at)
    }

    fn text(&mut self, range: Range<usize>, place: Place, visit: &mut impl FnMut(Event<'_>)) {
        let text = self.page.get(range.clone()).unwrap_or_default();
        if text.is_empty() {
            return;
        }
        if is_plain(text, place) {
            visit(Event::Text(text, range));
        } else {
            self.text.clear();
            decode(&mut self.text, text, place);
            visit(Event::Text(&self.text, range));
        }
    }

    fn comment(&mut self, inside: Range<usize>, whole: Range<usize>, visit: &mut impl FnMut(Event<'_>)) {
        let text = self.page.get(inside).unwrap_or_default();
        if is_plain(text, Place::Raw) {
            visit(Event::Comment(text, whole));
        } else {
            self.text.clear();
            decode(&mut self.text, text, Place::Raw);
            visit(Event::Comment(&self.text, whole));
        }
    }

    /// A start tag and, where it is no markup, its content; gives the place behind both.
    fn open(&mut self, mark: usize, visit: &mut impl FnMut(Event<'_>)) -> usize {
        self.store.decoded.clear();
        self.store.attributes.clear();
        // A tag that the page ends in is none.
        let Some(Read { key, name, end }) = self.tag(mark + 1, true) else { return self.bytes.len() };
        let store = &self.store;
        let name = store.text(self.page, name);
        let content = Content::of(key, name);
        visit(Event::Open(Tag { name, key, page: self.page, store }));
        let (close, place) = match content {
            Content::Markup => return end,
            Content::Plain => (self.bytes.len(), Place::Raw),
            Content::Script => (self.end_of_script(end), Place::Raw),
            Content::Raw => (self.end_of(name, end), Place::Raw),
            Content::Escapable => (self.end_of(name, end), Place::Escapable),
        };
        self.text(end..close, place, visit);
        close
    }

    fn close(&mut self, mark: usize, visit: &mut impl FnMut(Event<'_>)) -> usize {
        self.store.decoded.clear();
        let Some(Read { name, end, .. }) = self.tag(mark + 2, false) else { return self.bytes.len() };
        visit(Event::Close(self.store.text(self.page, name)));
        end
    }

    /// The name and attributes of a tag, from its name on; `None` where the page ends in it.
    fn tag(&mut self, start: usize, keep: bool) -> Option<Read> {
        let Name { key, piece: name, end } = self.name(start, false)?;
        let mut at = end;
        loop {
            // Between attributes stands one blank, in front of the end none.
            let mut byte = self.byte(at)?;
            while byte == b'/' || is_blank(byte) {
                at += 1;
                byte = self.byte(at)?;
            }
            if byte == b'>' {
                return Some(Read { key, name, end: at + 1 });
            }
            at = self.attribute(at, keep)?;
        }
    }

    /// One attribute; gives the place behind it.
    fn attribute(&mut self, start: usize, keep: bool) -> Option<usize> {
        let Name { key, piece: name, end } = self.name(start, true)?;
        let mut at = end;
        let mut value = end..end;
        if is_blank(self.byte(at)?) {
            at = self.skip(at, is_blank);
        }
        if self.byte(at)? == b'=' {
            at += 1;
            if is_blank(self.byte(at)?) {
                at = self.skip(at, is_blank);
            }
            let quote = self.byte(at)?;
            (value, at) = if matches!(quote, b'"' | b'\'') {
                let close = self.find(quote, at + 1)?;
                (at + 1..close, close + 1)
            } else {
                let close = self.skip(at, |byte| !(is_blank(byte) || byte == b'>'));
                (at..close, close)
            };
        }
        if !keep {
            return Some(at);
        }
        if self.store.attributes.len() >= self.most {
            self.store.cut = true;
            return Some(at);
        }
        let place = Part::of(&value);
        let value = self.value(&value);
        self.store.attributes.push(Attribute { key, name, value, at: place });
        Some(at)
    }

    /// The name that starts there, in lower case: of a tag, or of an attribute, which ends at an equals sign, too, unless
    /// that stands in front. `None` where the page ends in it.
    fn name(&mut self, start: usize, attribute: bool) -> Option<Name> {
        let eight = load(self.bytes, start);
        // What is below an exclamation mark is a blank, or something that the long way knows.
        let ends = below(eight, b'!') | equal(eight, b'/') | equal(eight, b'>') | equal(eight, b'=');
        if ends != 0 && capitals(eight) == 0 {
            let length = first(ends);
            let end = start + length;
            let byte = self.byte(end)?;
            if length > 0 && (ends_name(byte) || attribute && byte == b'=') {
                return Some(Name { key: front(eight, length), piece: Piece::plain(&(start..end)), end });
            }
        }
        self.long_name(start, attribute)
    }

    /// [`Scanner::name`] for names that are long, in capitals or strange.
    fn long_name(&mut self, start: usize, attribute: bool) -> Option<Name> {
        let mut kinds = 0;
        let mut end = start;
        loop {
            let kind = kind(self.byte(end)?);
            if kind & ENDS_NAME != 0 || kind & EQUALS != 0 && attribute && end > start {
                break;
            }
            kinds |= kind;
            end += 1;
        }
        let range = start..end;
        if kinds & CHANGES == 0 {
            let name = key(self.page.get(range.clone()).unwrap_or_default());
            return Some(Name { key: name, piece: Piece::plain(&range), end });
        }
        let text = self.page.get(range).unwrap_or_default();
        let decoded = &mut self.store.decoded;
        let from = decoded.len();
        decoded
            .extend(text.chars().map(|letter| if letter == '\0' { '\u{fffd}' } else { letter.to_ascii_lowercase() }));
        let name = key(decoded.get(from..).unwrap_or_default());
        Some(Name { key: name, piece: Piece { place: Part::of(&(from..decoded.len())), decoded: true }, end })
    }

    fn value(&mut self, range: &Range<usize>) -> Piece {
        let text = self.page.get(range.clone()).unwrap_or_default();
        if is_plain(text, Place::Value) {
            return Piece::plain(range);
        }
        let decoded = &mut self.store.decoded;
        let start = decoded.len();
        decode(decoded, text, Place::Value);
        Piece { place: Part::of(&(start..decoded.len())), decoded: true }
    }

    /// Where the end tag of an element stands whose content is text.
    fn end_of(&self, name: &str, from: usize) -> usize {
        let mut at = from;
        while let Some(mark) = self.find(b'<', at) {
            if self.byte(mark + 1) == Some(b'/') && self.is_name(name, mark + 2) {
                return mark;
            }
            at = mark + 1;
        }
        self.bytes.len()
    }

    /// The name stands there, and ends there.
    fn is_name(&self, name: &str, at: usize) -> bool {
        let end = at + name.len();
        self.bytes.get(at..end).is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes()))
            && self.byte(end).is_some_and(ends_name)
    }

    /// Where the end tag of a script stands: inside `<!-- <script>` it needs a second one.
    fn end_of_script(&self, from: usize) -> usize {
        let mut at = from;
        // Not in a comment, in a comment, in a script in a comment.
        let mut depth = 0;
        loop {
            let rest = self.rest(at);
            let next = if depth == 0 { memchr(b'<', rest) } else { memchr2(b'<', b'-', rest) };
            let Some(mark) = next.map(|next| at + next) else { return self.bytes.len() };
            at = mark + 1;
            let rest = self.rest(mark);
            if depth < 2 && rest.starts_with(b"</") && self.is_name("script", mark + 2) {
                return mark;
            }
            if depth == 0 && rest.starts_with(b"<!--") {
                // The two dashes may be those of the comment's end.
                depth = 1;
                at = mark + 2;
            } else if depth > 0 && rest.starts_with(b"-->") {
                depth = 0;
                at = mark + 3;
            } else if depth == 1 && self.is_name("script", mark + 1) {
                depth = 2;
            } else if depth == 2 && rest.starts_with(b"</") && self.is_name("script", mark + 2) {
                depth = 1;
            }
        }
    }

    /// `<!`: a comment, the document type, or what is read as a comment.
    fn declaration(&mut self, mark: usize, visit: &mut impl FnMut(Event<'_>)) -> usize {
        let start = mark + 2;
        if self.rest(start).starts_with(b"--") {
            return self.read_comment(mark, visit);
        }
        let is_type = self.bytes.get(start..start + 7).is_some_and(|word| word.eq_ignore_ascii_case(b"doctype"));
        if is_type {
            return self.find(b'>', start).map_or(self.bytes.len(), |end| end + 1);
        }
        self.bogus(mark, start, visit)
    }

    fn bogus(&mut self, mark: usize, start: usize, visit: &mut impl FnMut(Event<'_>)) -> usize {
        let inside = self.find(b'>', start).unwrap_or(self.bytes.len());
        let end = self.bytes.len().min(inside + 1);
        self.comment(start..inside, mark..end, visit);
        end
    }

    fn read_comment(&mut self, mark: usize, visit: &mut impl FnMut(Event<'_>)) -> usize {
        let start = mark + 4;
        let rest = self.rest(start);
        let (length, close) = if rest.starts_with(b">") {
            (0, 1)
        } else if rest.starts_with(b"->") {
            (0, 2)
        } else {
            end_of_comment(rest)
        };
        let end = start + length + close;
        self.comment(start..start + length, mark..end, visit);
        end
    }
}

/// The length of a comment's inside and of what ends it.
fn end_of_comment(rest: &[u8]) -> (usize, usize) {
    for dashes in memmem::find_iter(rest, b"--").flat_map(|at| [at, at + 1]) {
        let behind = rest.get(dashes..).unwrap_or_default();
        if behind.starts_with(b"-->") {
            return (dashes, 3);
        }
        if behind.starts_with(b"--!>") {
            return (dashes, 4);
        }
    }
    // The page ends in the comment: dashes that could have ended it are none of it.
    let close = [&b"--!"[..], b"--", b"-"].into_iter().find(|close| rest.ends_with(close)).map_or(0, <[u8]>::len);
    (rest.len() - close, close)
}

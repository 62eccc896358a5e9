//! The tokenizer itself: the states of WHATWG HTML section 13.2.5, those that a run of bytes goes through at once as one
//! search. It only moves forward; nothing is read twice.

use std::ops::Range;

use memchr::{memchr, memchr2, memmem};

use super::references::{Place, decode, is_plain};
use super::{Attribute, Event, HTML_ATTRIBUTES, Key, Piece, Store, Tag, key};

/// Reads one page.
pub(super) struct Scanner<'p> {
    page: &'p str,
    bytes: &'p [u8],
    store: Store,
    /// Text that had to be decoded.
    text: String,
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
    /// As in a browser without scripting: the content of `noscript` is markup.
    fn of(name: &str) -> Self {
        match name {
            "title" | "textarea" => Self::Escapable,
            "style" | "iframe" | "xmp" | "noembed" | "noframes" => Self::Raw,
            "script" => Self::Script,
            "plaintext" => Self::Plain,
            _ => Self::Markup,
        }
    }
}

/// A tag that is complete.
struct Read {
    name: Piece,
    end: usize,
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\n' | b'\t' | b'\r' | 0x0c)
}

/// The byte ends the name of a tag.
fn ends_name(byte: u8) -> bool {
    is_blank(byte) || matches!(byte, b'/' | b'>')
}

impl<'p> Scanner<'p> {
    pub(super) fn new(page: &'p str) -> Self {
        Self { page, bytes: page.as_bytes(), store: Store::default(), text: String::new() }
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
        let Some(Read { name, end }) = self.tag(mark + 1, true) else { return self.bytes.len() };
        let store = &self.store;
        let name = store.text(self.page, &name);
        let content = Content::of(name);
        visit(Event::Open(Tag { name, key: key(name), page: self.page, store }));
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
        let Some(Read { name, end }) = self.tag(mark + 2, false) else { return self.bytes.len() };
        visit(Event::Close(self.store.text(self.page, &name)));
        end
    }

    /// The name and attributes of a tag, from its name on; `None` where the page ends in it.
    fn tag(&mut self, start: usize, keep: bool) -> Option<Read> {
        let end = self.skip(start, |byte| !ends_name(byte));
        let name = self.name(start..end);
        let mut at = end;
        loop {
            at = self.skip(at, |byte| is_blank(byte) || byte == b'/');
            if self.byte(at)? == b'>' {
                return Some(Read { name, end: at + 1 });
            }
            at = self.attribute(at, keep)?;
        }
    }

    /// One attribute; gives the place behind it.
    fn attribute(&mut self, start: usize, keep: bool) -> Option<usize> {
        // An equals sign in front belongs to the name.
        let mut key = Key::NEW;
        let mut end = start;
        let mut odd = false;
        loop {
            let byte = self.byte(end)?;
            if ends_name(byte) || byte == b'=' && end > start {
                break;
            }
            odd |= byte.is_ascii_uppercase() || byte == 0;
            key = key.with(byte.to_ascii_lowercase());
            end += 1;
        }
        let mut at = self.skip(end, is_blank);
        let mut value = end..end;
        if self.byte(at)? == b'=' {
            at = self.skip(at + 1, is_blank);
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
        if self.store.attributes.len() >= HTML_ATTRIBUTES {
            self.store.cut = true;
            return Some(at);
        }
        let name = if odd { self.name(start..end) } else { Piece { range: start..end, decoded: false } };
        let place = value.clone();
        let value = self.value(value);
        self.store.attributes.push(Attribute { key: key.end(), name, value, at: place });
        Some(at)
    }

    /// A name in lower case.
    fn name(&mut self, range: Range<usize>) -> Piece {
        let text = self.page.get(range.clone()).unwrap_or_default();
        if !text.bytes().any(|byte| byte.is_ascii_uppercase() || byte == 0) {
            return Piece { range, decoded: false };
        }
        let decoded = &mut self.store.decoded;
        let start = decoded.len();
        decoded
            .extend(text.chars().map(|letter| if letter == '\0' { '\u{fffd}' } else { letter.to_ascii_lowercase() }));
        Piece { range: start..decoded.len(), decoded: true }
    }

    fn value(&mut self, range: Range<usize>) -> Piece {
        let text = self.page.get(range.clone()).unwrap_or_default();
        if is_plain(text, Place::Value) {
            return Piece { range, decoded: false };
        }
        let decoded = &mut self.store.decoded;
        let start = decoded.len();
        decode(decoded, text, Place::Value);
        Piece { range: start..decoded.len(), decoded: true }
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

//! HTML as a stream of our own events, read as the WHATWG standard says (section 13.2.5, tokenization).
//!
//! Entities are decoded, names are lower case, the contents of `script`, `style`, `title` and `textarea` come as plain
//! text, as in a browser without scripting. There is no tree and no recursion, every byte is looked at a fixed number of
//! times, and every cap that is hit is told to the caller. What needs no decoding is borrowed from the page.
//!
//! ```text
//! <a href="https://example.com/?a&amp;b">here</a>
//! Open(a, href = https://example.com/?a&b), Text(here), Close(a)
//! ```

mod references;
mod scan;

#[cfg(test)]
mod tests;

use std::ops::Range;

use super::{Limits, clip};
use scan::Scanner;

/// What happens while a page is read. Ranges are byte offsets into the page.
#[derive(Debug)]
pub(crate) enum Event<'a> {
    /// A start tag, complete.
    Open(Tag<'a>),
    /// An end tag; its name.
    Close(&'a str),
    /// Text, entities decoded.
    Text(&'a str, Range<usize>),
    /// The inside of a comment and the place of the whole.
    Comment(&'a str, Range<usize>),
}

/// A start tag.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tag<'a> {
    /// Lower-case name.
    pub(crate) name: &'a str,
    /// The [`key`] of the name.
    pub(crate) key: u64,
    page: &'a str,
    store: &'a Store,
}

impl<'a> Tag<'a> {
    /// The value of an attribute; of two with the same name the first counts, as in a browser.
    pub(crate) fn get(&self, name: &str) -> Option<&'a str> {
        self.find(name).map(|(value, _)| value)
    }

    /// The value of an attribute with its place in the page.
    pub(crate) fn find(&self, name: &str) -> Option<(&'a str, Range<usize>)> {
        let wanted = key(name);
        let (page, store) = (self.page, self.store);
        let found = store.attributes.iter().find(|one| one.key == wanted && store.text(page, one.name) == name)?;
        Some((store.text(page, found.value), found.at.range()))
    }

    /// All attributes: name, value, place of the value in the page.
    pub(crate) fn attributes(&self) -> impl Iterator<Item = (&'a str, &'a str, Range<usize>)> + use<'a> {
        let (page, store) = (self.page, self.store);
        store
            .attributes
            .iter()
            .map(move |one| (store.text(page, one.name), store.text(page, one.value), one.at.range()))
    }

    /// All attributes by the [`key`] of their name: the quick way to tell those that matter from layout.
    #[inline]
    pub(crate) fn keyed(&self) -> impl Iterator<Item = (u64, &'a str, Range<usize>)> + use<'a> {
        let (page, store) = (self.page, self.store);
        store.attributes.iter().map(move |one| (one.key, store.text(page, one.value), one.at.range()))
    }
}

/// A lower-case name as a number, so that names are compared at once. Different names of at most eight bytes have
/// different numbers; longer ones come from the mail and may be made to collide, so nothing may rest on them but layout.
#[inline]
pub(crate) const fn key(name: &str) -> u64 {
    let bytes = name.as_bytes();
    let long = bytes.len() > SHORT_NAME;
    let mut key = if long { LONG_START } else { 0 };
    let mut at = 0;
    while at < bytes.len() {
        #[allow(clippy::indexing_slicing, reason = "the loop ends with the name")]
        let byte = bytes[at] as u64;
        key = if long { (key ^ byte).wrapping_mul(0x0100_0000_01b3) } else { key | byte << (8 * at) };
        at += 1;
    }
    if long { key | 1 << 63 } else { key }
}

/// The longest name, in bytes, that its [`key`] holds whole, the first byte as the lowest. A longer one sets the highest
/// bit, which a short name in ASCII has clear.
const SHORT_NAME: usize = 8;
/// Where the number of a longer name starts (FNV-1a).
const LONG_START: u64 = 0xcbf2_9ce4_8422_2325;

/// What was left out of a page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Cut {
    /// The page is longer than [`Limits::html_bytes`].
    pub(crate) bytes: bool,
    /// A tag has more than [`Limits::html_attributes`] attributes.
    pub(crate) attributes: bool,
}

/// The tag being read: one store, used again for every tag.
#[derive(Debug, Default)]
struct Store {
    /// Names and values that are not in the page as they should be read.
    decoded: String,
    attributes: Vec<Attribute>,
    cut: bool,
}

#[derive(Debug)]
struct Attribute {
    key: u64,
    name: Piece,
    value: Piece,
    at: Place,
}

/// A place in a page or in what was decoded: both are far shorter than 4 GiB.
#[derive(Debug, Clone, Copy)]
struct Place {
    start: u32,
    end: u32,
}

impl Place {
    #[inline]
    fn of(range: &Range<usize>) -> Self {
        Self { start: range.start as u32, end: range.end as u32 }
    }

    #[inline]
    fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// A piece of text, in the page or decoded.
#[derive(Debug, Clone, Copy)]
struct Piece {
    place: Place,
    decoded: bool,
}

impl Piece {
    /// As it stands in the page.
    #[inline]
    fn plain(range: &Range<usize>) -> Self {
        Self { place: Place::of(range), decoded: false }
    }
}

impl Store {
    #[inline]
    fn text<'a>(&'a self, page: &'a str, piece: Piece) -> &'a str {
        let whole = if piece.decoded { self.decoded.as_str() } else { page };
        whole.get(piece.place.range()).unwrap_or_default()
    }
}

/// Reads a page and tells `visit` what happens in it.
pub(crate) fn read(html: &str, visit: impl FnMut(Event<'_>)) -> Cut {
    read_within(html, &Limits::DEFAULT, visit)
}

/// [`read`] within limits that the reader chose.
pub(crate) fn read_within(html: &str, limits: &Limits, mut visit: impl FnMut(Event<'_>)) -> Cut {
    let page = clip(html, limits.html_bytes);
    let attributes = Scanner::new(page, limits.html_attributes).run(&mut visit);
    Cut { bytes: page.len() < html.len(), attributes }
}

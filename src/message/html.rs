//! HTML as a stream of our own events. The only place that names the tokenizer, so that it can be swapped.
//!
//! Entities are decoded, names are lower case, the contents of `script`, `style`, `title` and `textarea` come as plain
//! text, as in a browser. There is no tree and no recursion, and every cap that is hit is told to the caller.
//!
//! ```text
//! <a href="https://example.com/?a&amp;b">here</a>
//! Open(a, href = https://example.com/?a&b), Text(here), Close(a)
//! ```

use std::borrow::Cow;
use std::convert::Infallible;
use std::ops::Range;

use super::clip;
use html5gum::emitters::callback::{Callback, CallbackEmitter, CallbackEvent};
use html5gum::{Emitter, ForwardingEmitter, Span, Tokenizer};

/// The most bytes that are read of one page.
pub(crate) const HTML_BYTES: usize = 10 * 1024 * 1024;
/// The deepest nesting that a reader of these events needs to follow, as in browsers.
pub(crate) const HTML_DEPTH: usize = 512;
/// The most attributes that are kept of one tag.
pub(crate) const HTML_ATTRIBUTES: usize = 256;

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
    store: &'a Store,
}

impl<'a> Tag<'a> {
    /// The value of an attribute; of two with the same name the first counts, as in a browser.
    pub(crate) fn get(&self, name: &str) -> Option<&'a str> {
        self.find(name).map(|(value, _)| value)
    }

    /// The value of an attribute with its place in the page.
    pub(crate) fn find(&self, name: &str) -> Option<(&'a str, Range<usize>)> {
        self.attributes().find(|(key, _, _)| *key == name).map(|(_, value, at)| (value, at))
    }

    /// All attributes: name, value, place of the value in the page.
    pub(crate) fn attributes(&self) -> impl Iterator<Item = (&'a str, &'a str, Range<usize>)> + use<'a> {
        let store = self.store;
        store
            .attributes
            .iter()
            .map(|attribute| (store.text(&attribute.name), store.text(&attribute.value), attribute.at.clone()))
    }
}

/// What was left out of a page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Cut {
    /// The page is longer than [`HTML_BYTES`].
    pub(crate) bytes: bool,
    /// A tag has more than [`HTML_ATTRIBUTES`] attributes.
    pub(crate) attributes: bool,
}

/// The attributes of the tag being read: one buffer, used again for every tag.
#[derive(Debug, Default)]
struct Store {
    buffer: String,
    name: Range<usize>,
    attributes: Vec<Attribute>,
    open: bool,
    skipped: bool,
}

#[derive(Debug)]
struct Attribute {
    name: Range<usize>,
    value: Range<usize>,
    at: Range<usize>,
}

impl Store {
    fn text(&self, range: &Range<usize>) -> &str {
        self.buffer.get(range.clone()).unwrap_or_default()
    }

    fn put(&mut self, bytes: &[u8]) -> Range<usize> {
        let start = self.buffer.len();
        self.buffer.push_str(&text_of(bytes));
        start..self.buffer.len()
    }
}

fn text_of(bytes: &[u8]) -> Cow<'_, str> {
    // The lossy reader walks character by character, this one does not; what came from text is text nearly always.
    std::str::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes), Cow::Borrowed)
}

/// Reads a page and tells `visit` what happens in it.
pub(crate) fn read(html: &str, mut visit: impl FnMut(Event<'_>)) -> Cut {
    let mut cut = Cut::default();
    let page = clip(html, HTML_BYTES);
    cut.bytes = page.len() < html.len();
    // The tokenizer counts CRLF as one byte; with two line feeds in its place every offset stays true.
    let page: Cow<'_, str> = if page.contains('\r') { page.replace('\r', "\n").into() } else { page.into() };
    let mut store = Store::default();
    let mut emitter = CallbackEmitter::new(|event: CallbackEvent<'_>, span: Span<usize>| -> Option<Infallible> {
        cut.attributes |= step(&mut store, &event, &span, &mut visit);
        None
    });
    emitter.naively_switch_states(true);
    // Reading from memory cannot fail.
    let _ = Tokenizer::new_with_emitter(page.as_ref(), Patient(emitter)).finish();
    cut
}

/// An emitter that does not ask for errors, which saves the tokenizer the search for them.
struct Patient<F: Callback<Infallible, usize>>(CallbackEmitter<F, Infallible, usize>);

impl<F: Callback<Infallible, usize>> ForwardingEmitter for Patient<F> {
    type Token = Infallible;

    fn inner(&mut self) -> &mut impl Emitter<Token = Infallible> {
        &mut self.0
    }

    fn should_emit_errors(&mut self) -> bool {
        false
    }
}

/// One event of the tokenizer. Gives true where an attribute was left out.
fn step(store: &mut Store, event: &CallbackEvent<'_>, span: &Span<usize>, visit: &mut impl FnMut(Event<'_>)) -> bool {
    match event {
        CallbackEvent::OpenStartTag { name } => {
            store.buffer.clear();
            store.attributes.clear();
            store.open = true;
            store.name = store.put(name);
        }
        // Attributes of end tags come without a start tag and are no one's.
        CallbackEvent::AttributeName { name } if store.open => {
            store.skipped = store.attributes.len() >= HTML_ATTRIBUTES;
            if store.skipped {
                return true;
            }
            let name = store.put(name);
            let end = store.buffer.len();
            store.attributes.push(Attribute { name, value: end..end, at: span.end..span.end });
        }
        CallbackEvent::AttributeValue { value } if store.open && !store.skipped => {
            let value = store.put(value);
            if let Some(last) = store.attributes.last_mut() {
                last.value = value;
                last.at = span.start..span.end.max(span.start);
            }
        }
        CallbackEvent::CloseStartTag { .. } if store.open => {
            store.open = false;
            store.skipped = false;
            let store: &Store = store;
            visit(Event::Open(Tag { name: store.text(&store.name), store }));
        }
        CallbackEvent::EndTag { name } => visit(Event::Close(&text_of(name))),
        CallbackEvent::String { value } => visit(Event::Text(&text_of(value), span.start..span.end.max(span.start))),
        CallbackEvent::Comment { value } => {
            visit(Event::Comment(&text_of(value), span.start..span.end.max(span.start)));
        }
        _ => {}
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(html: &str) -> Vec<String> {
        let mut out = Vec::new();
        read(html, |event| {
            out.push(match event {
                Event::Open(tag) => {
                    let attributes: Vec<String> = tag
                        .attributes()
                        .map(|(name, value, at)| format!("{name}={value}@{}", html.get(at).unwrap()))
                        .collect();
                    format!("<{} {}", tag.name, attributes.join(" "))
                }
                Event::Close(name) => format!("</{name}"),
                Event::Text(text, at) => format!("{text}@{}", html.get(at).unwrap()),
                Event::Comment(text, _) => format!("!{text}"),
            });
        });
        out
    }

    #[test]
    fn values_are_decoded_and_their_places_are_those_of_the_page() {
        assert_eq!(
            log("<p>\r\n<A HREF=\"https://example.com/?a&amp;b\"\r\n class=x>he&lt;re</a>"),
            [
                "<p ",
                "\n\n@\r\n",
                "<a href=https://example.com/?a&b@https://example.com/?a&amp;b class=x@x",
                "he<re@he&lt;re",
                "</a",
            ]
        );
    }

    #[test]
    fn scripts_and_styles_are_text_and_comments_are_comments() {
        assert_eq!(
            log("<style>a<b</style><script>if(a<b){\"<a href=x>\"}</script><!-- <a href=y> -->z"),
            [
                "<style ",
                "a<b@a<b",
                "</style",
                "<script ",
                "if(a<b){\"<a href=x>\"}@if(a<b){\"<a href=x>\"}",
                "</script",
                "! <a href=y> ",
                "z@z"
            ]
        );
    }

    #[test]
    fn offsets_hold_behind_wide_characters_and_nul() {
        assert_eq!(
            log("日本\0語<a href='http://例え.example/'>次</a>").get(1).unwrap(),
            "<a href=http://例え.example/@http://例え.example/"
        );
    }

    #[test]
    fn the_attributes_of_a_tag_are_capped() {
        let page = format!("<a {}href=x>", "b=1 ".repeat(5000));
        let mut kept = 0;
        let cut = read(&page, |event| {
            if let Event::Open(tag) = event {
                kept = tag.attributes().count();
            }
        });
        assert_eq!((kept, cut.attributes), (HTML_ATTRIBUTES, true));
    }

    #[test]
    fn what_is_not_closed_ends_with_the_page() {
        for page in
            ["<a href=\"x", "<", "<!--", "</", "<a", "<title>x", "<plaintext>x<a>", "&#x1b;&#0;&#xd800;&unknown;"]
        {
            log(page);
        }
    }
}

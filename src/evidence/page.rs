//! One HTML page read in one pass: the text that a reader sees, the text that they do not, and every place that names a
//! URL. Iterative, with the nesting cap of browsers; what is deeper is read as if it stood at the cap.

mod elements;
mod hidden;
mod named;
mod targets;

#[cfg(test)]
mod tests;

use std::ops::Range;

use memchr::memchr2_iter;
use simdutf8::basic::from_utf8;

use elements::{Nature, is_filled_in};
use hidden::{Open, ROOT};
use named::{A, BASE, BR, IFRAME, IMG, STYLE, TD};
use targets::{sheet_urls, targets};

use super::blanks::{is_joined, push_joined};
use super::domain::has_known_suffix;
use super::links::is_url_letter;
use super::style::{Sheet, Styles};
use super::{LinkKind, UrlParts, body};
use crate::message::html::{Cut, Event, Tag, key, read_within};
use crate::message::{Limits, clip};

/// The most text that is kept of one link or hidden piece, in characters.
const PIECE_CHARS: usize = 300;
/// The most conditional comments and pages inside the page that are read.
const INNER_LIMIT: usize = 200;
/// The most bytes of them, all together: each can hold the next.
const INNER_BYTES: usize = 2 * 1024 * 1024;

/// A place that names a URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) raw: String,
    pub(super) kind: LinkKind,
    /// What a reader sees on it.
    pub(super) text: Option<String>,
    /// Place in the page.
    pub(super) at: Range<usize>,
}

/// What a page holds.
#[derive(Debug, Default)]
pub(super) struct Page {
    /// What a reader sees, lines broken where blocks end.
    pub(super) text: String,
    /// Hidden text and what hides it.
    pub(super) hidden: Vec<(String, &'static str)>,
    pub(super) links: Vec<Found>,
    pub(super) base: Option<String>,
    /// A form stands in it.
    pub(super) form: bool,
    /// Pictures that are not pixels.
    pub(super) images: usize,
    pub(super) cut: Cut,
    /// Nesting was deeper than browsers go.
    pub(super) deep: bool,
    /// Links were left out.
    pub(super) many: bool,
    /// Style rules were left out.
    pub(super) many_styles: bool,
    /// Cells of tables: where there are very many, they may draw a QR code.
    pub(super) cells: usize,
}

/// Reads a page within the usual limits.
pub(super) fn page(html: &str) -> Page {
    page_within(html, &Limits::DEFAULT)
}

/// Reads a page.
pub(super) fn page_within(html: &str, limits: &Limits) -> Page {
    // Half of a page is seldom more than markup.
    let room = (html.len() / 2).min(limits.text_bytes);
    let mut reader = Reader::within(limits);
    reader.text.reserve(room);
    reader.page.cut = read_within(html, limits, |event| reader.event(&event));
    reader.finish();
    // Conditional comments, which Outlook shows, and pages inside the page: their links count, their text would double
    // the page's or stands in a frame. What they hold inside waits its turn; there is no recursion.
    let mut done = 0;
    while let Some((text, at)) = reader.inner.get_mut(done).map(std::mem::take) {
        done += 1;
        let mut inside = Reader::within(limits);
        read_within(&text, limits, |event| inside.event(&event));
        inside.finish();
        for mut link in inside.page.links {
            link.at = at.clone();
            reader.keep(link);
        }
        inside.inner.into_iter().for_each(|(page, _)| reader.inner(&page, at.clone()));
    }
    reader.page
}

struct Reader<'l> {
    limits: &'l Limits,
    page: Page,
    /// The text so far, in whole characters.
    text: Vec<u8>,
    stack: Vec<Open>,
    /// Elements that are open beyond the cap.
    beyond: usize,
    sheet: Sheet,
    styles: Styles,
    /// The link that is open, as an index into the page's links.
    anchor: Option<usize>,
    /// A link in the text, by its index in the page's links, that ends where its piece of text does: the next piece may go
    /// on with it. With all of it so far.
    cut: Option<(usize, String)>,
    hidden: String,
    hidden_by: Option<&'static str>,
    /// Inside an element whose text is no content.
    raw: Option<Raw>,
    /// The last visible character was a blank.
    blank: bool,
    /// Pages inside the page, with their place.
    inner: Vec<(String, Range<usize>)>,
    inner_bytes: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Raw {
    Style,
    Skip,
}

impl<'l> Reader<'l> {
    fn within(limits: &'l Limits) -> Self {
        Self {
            limits,
            page: Page::default(),
            text: Vec::new(),
            stack: Vec::new(),
            beyond: 0,
            sheet: Sheet::within(limits.style_rules),
            styles: Styles::default(),
            anchor: None,
            cut: None,
            hidden: String::new(),
            hidden_by: None,
            raw: None,
            blank: false,
            inner: Vec::new(),
            inner_bytes: 0,
        }
    }

    fn event(&mut self, event: &Event<'_>) {
        match event {
            Event::Open(tag) => self.open(tag),
            Event::Close(name) => self.close(name),
            Event::Text(text, at) => self.text(text, at.clone()),
            // `<!--[if mso]> ... <![endif]-->`
            Event::Comment(text, at) => {
                if text.trim_start().starts_with("[if")
                    && let Some((_, inner)) = text.split_once('>')
                {
                    self.inner(inner, at.clone());
                }
            }
        }
    }

    fn top(&self) -> &Open {
        self.stack.last().unwrap_or(&ROOT)
    }

    fn open(&mut self, tag: &Tag<'_>) {
        let nature = Nature::of(tag.key);
        self.raw = match tag.key {
            STYLE => Some(Raw::Style),
            _ if nature.is(Nature::SKIPPED) => Some(Raw::Skip),
            _ => None,
        };
        if self.cut.is_some() && !is_inline(tag.key) {
            self.end_cut();
        }
        self.links_of(tag);
        self.page.form |= nature.is(Nature::FORM) && is_filled_in(tag);
        if tag.key == IMG {
            self.image(tag);
        } else if tag.key == TD {
            self.page.cells += 1;
        }
        if nature.is(Nature::BLOCK) || nature.is(Nature::BREAK) {
            self.line_break();
        }
        if nature.is(Nature::VOID) {
            return;
        }
        if nature.is(Nature::CLOSES_ITSELF) && self.top().name == tag.key {
            self.pop();
        }
        if self.stack.len() >= self.limits.html_depth {
            self.beyond += 1;
            self.page.deep = true;
            return;
        }
        let element = self.element(tag);
        self.stack.push(element);
    }

    fn close(&mut self, name: &str) {
        self.raw = None;
        let name = key(name);
        if name == BR || Nature::of(name).is(Nature::BLOCK) {
            self.line_break();
        }
        if self.beyond > 0 {
            self.beyond -= 1;
            return;
        }
        // An end tag without a start closes nothing; one that skips open elements closes them all.
        let Some(at) = self.stack.iter().rposition(|open| open.name == name) else { return };
        while self.stack.len() > at {
            self.pop();
        }
    }

    fn pop(&mut self) {
        if let Some(open) = self.stack.pop()
            && open.anchor
        {
            self.anchor = None;
        }
    }

    fn text(&mut self, text: &str, at: Range<usize>) {
        match self.raw {
            Some(Raw::Style) => {
                for url in sheet_urls(text) {
                    self.add(url, LinkKind::Image, at.clone());
                }
                return self.sheet.add(text);
            }
            Some(Raw::Skip) => return,
            None => {}
        }
        // What stands between most tags adds nothing to what was read.
        let stands_for_nothing = self.blank && text.bytes().all(|byte| byte.is_ascii_whitespace());
        if stands_for_nothing && self.hidden_by.is_none() && self.anchor.is_none() {
            return;
        }
        if let Some(how) = self.hidden_here() {
            if self.hidden_by != Some(how) {
                self.flush_hidden();
                self.hidden_by = Some(how);
            }
            push_text(&mut self.hidden, text, PIECE_CHARS * 4);
            return;
        }
        if self.hidden_by.is_some() && !text.trim().is_empty() {
            self.flush_hidden();
        }
        if self.cut.is_some() {
            self.go_on(text);
        }
        if let Some(link) = self.anchor.and_then(|anchor| self.page.links.get_mut(anchor)) {
            push_text(link.text.get_or_insert_default(), text, PIECE_CHARS * 4);
        } else if may_name_url(text) {
            // The place is exact where no entity was decoded.
            let exact = at.len() == text.len();
            for (raw, range) in super::links::urls_in(text, self.limits) {
                if range.end == text.len() {
                    self.cut = Some((self.page.links.len(), raw.to_owned()));
                }
                let range = if exact { at.start + range.start..at.start + range.end } else { at.clone() };
                self.keep(Found { raw: raw.to_owned(), kind: LinkKind::Text, text: None, at: range });
            }
        }
        self.visible(text);
    }

    /// Adds to a link what a piece of text goes on with.
    fn go_on(&mut self, text: &str) {
        let length = text.find(|letter: char| !is_url_letter(letter)).unwrap_or(text.len());
        let more = text.get(..length).unwrap_or_default();
        let another = more.contains("://") || more.starts_with("www.");
        match &mut self.cut {
            Some((_, whole)) if !more.is_empty() && !another && whole.len() + length <= super::url::URL_BYTES => {
                whole.push_str(more);
            }
            _ => return self.end_cut(),
        }
        if length < text.len() {
            self.end_cut();
        }
    }

    /// The link that was cut is as long as it gets. Its host stays where the longer one would be none.
    fn end_cut(&mut self) {
        let Some((at, whole)) = self.cut.take() else { return };
        let Some(link) = self.page.links.get_mut(at).filter(|link| link.raw.len() < whole.len()) else { return };
        let whole = whole.trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', '"', ')', '*']);
        let in_path = link.raw.split("://").nth(1).is_some_and(|rest| rest.contains('/'));
        let host = || UrlParts::of(whole, None).map(|url| url.domain).filter(|domain| domain.registrable.is_some());
        if in_path || host().is_some_and(|domain| has_known_suffix(&domain.host)) {
            whole.clone_into(&mut link.raw);
        }
    }

    fn visible(&mut self, text: &str) {
        let room = self.limits.text_bytes.saturating_sub(self.text.len());
        if room > 0 {
            let after_blank = self.blank || self.text.is_empty();
            self.blank = push_joined(&mut self.text, clip(text, room), after_blank);
        }
    }

    fn line_break(&mut self) {
        self.end_cut();
        self.blank = true;
        let text = &mut self.text;
        match text.last() {
            None | Some(b'\n') => return,
            Some(b' ') => _ = text.pop(),
            _ => {}
        }
        if text.last().is_some_and(|last| *last != b'\n') && text.len() < self.limits.text_bytes {
            text.push(b'\n');
        }
    }

    fn flush_hidden(&mut self) {
        let Some(how) = self.hidden_by.take() else { return };
        let text = &self.hidden;
        let says_something = text.chars().any(|letter| !body::is_invisible(letter) && letter.is_alphanumeric());
        if says_something && self.page.hidden.len() < self.limits.hidden {
            self.page.hidden.push((text.trim().chars().take(PIECE_CHARS).collect(), how));
        }
        self.hidden.clear();
    }

    fn finish(&mut self) {
        self.end_cut();
        self.flush_hidden();
        self.page.many_styles = self.sheet.cut;
        // A copy of what was found good costs less than to have the standard library find it.
        let text = from_utf8(&self.text).unwrap_or_default();
        clip(text, self.limits.text_bytes).trim_end().clone_into(&mut self.page.text);
        for link in &mut self.page.links {
            if let Some(text) = &mut link.text {
                let short = text.trim();
                let end = short.char_indices().nth(PIECE_CHARS).map_or(short.len(), |(at, _)| at);
                let start = text.len() - text.trim_start().len();
                text.truncate(start + end);
                text.drain(..start);
            }
            link.text = link.text.take().filter(|text| !text.is_empty());
        }
    }

    fn keep(&mut self, found: Found) {
        if self.page.links.len() < self.limits.page_links {
            self.page.links.push(found);
        } else {
            self.page.many = true;
        }
    }

    fn add(&mut self, raw: &str, kind: LinkKind, at: Range<usize>) -> bool {
        let raw = raw.trim();
        let before = self.page.links.len();
        let names_nothing = raw.is_empty()
            || raw.starts_with('#')
            || raw.get(..4).is_some_and(|scheme| scheme.eq_ignore_ascii_case("cid:"));
        if !names_nothing {
            let short = clip(raw, super::url::URL_BYTES);
            self.keep(Found { raw: short.to_owned(), kind, text: None, at });
        }
        self.page.links.len() > before
    }

    fn image(&mut self, tag: &Tag<'_>) {
        let pixel = |name: &str| {
            tag.get(name).is_some_and(|size| matches!(size.trim().trim_end_matches("px"), "0" | "1" | "2"))
        };
        if !(pixel("width") && pixel("height")) {
            self.page.images += 1;
        }
        if let Some(link) = self.anchor.and_then(|anchor| self.page.links.get_mut(anchor))
            && let Some(alt) = tag.get("alt").filter(|alt| !alt.trim().is_empty())
        {
            push_text(link.text.get_or_insert_default(), alt, PIECE_CHARS * 4);
        }
    }

    fn links_of(&mut self, tag: &Tag<'_>) {
        targets(tag, |raw, kind, at| {
            let is_new = self.add(raw, kind, at);
            if tag.key == A && kind == LinkKind::Anchor {
                self.anchor = is_new.then(|| self.page.links.len() - 1);
            }
        });
        match tag.key {
            BASE if self.page.base.is_none() => self.page.base = tag.get("href").map(ToOwned::to_owned),
            IFRAME => {
                if let Some((page, at)) = tag.find("srcdoc") {
                    self.inner(page, at);
                }
            }
            _ => {}
        }
    }

    /// Keeps a page inside the page for later.
    fn inner(&mut self, page: &str, at: Range<usize>) {
        self.inner_bytes = self.inner_bytes.saturating_add(page.len());
        if self.inner.len() < INNER_LIMIT && self.inner_bytes <= INNER_BYTES {
            self.inner.push((page.to_owned(), at));
        } else {
            self.page.many = true;
        }
    }
}

/// The text may hold a URL that [`super::links::urls_in`] finds.
fn may_name_url(text: &str) -> bool {
    let bytes = text.as_bytes();
    memchr2_iter(b':', b'.', bytes).any(|at| {
        bytes.get(at..).is_some_and(|rest| rest.starts_with(b":/") || rest.starts_with(b":\\"))
            || bytes.get(..=at).is_some_and(|front| front.ends_with(b"www."))
    })
}

/// An element that changes how letters look and breaks no word.
fn is_inline(tag: u64) -> bool {
    matches!(tag, named::B | named::EM | named::FONT | named::I | named::SPAN | named::STRONG | named::U | named::WBR)
}

/// Adds text with its blanks collapsed, up to about `limit` bytes.
fn push_text(out: &mut String, text: &str, limit: usize) {
    if out.len() + text.len() <= limit && is_joined(text, out.is_empty() || out.ends_with(' ')) {
        return out.push_str(text);
    }
    out.reserve(text.len().min(limit.saturating_sub(out.len())));
    for letter in text.chars() {
        if out.len() >= limit {
            return;
        }
        if letter.is_whitespace() {
            if !out.is_empty() && !out.ends_with(' ') {
                out.push(' ');
            }
        } else {
            out.push(letter);
        }
    }
}

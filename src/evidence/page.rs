//! One HTML page read in one pass: the text that a reader sees, the text that they do not, and every place that names a
//! URL. Iterative, with the nesting cap of browsers; what is deeper is read as if it stood at the cap.

use std::ops::Range;

use memchr::memmem;

use super::style::{Color, Paint, Sheet, color, same_color, style};
use super::{LinkKind, body};
use crate::message::clip;
use crate::message::html::{Cut, Event, HTML_DEPTH, Tag, read};

/// The most links that are taken from one page.
const LINK_LIMIT: usize = 20_000;
/// The most visible text that is kept of one page, in bytes.
const TEXT_BYTES: usize = 64 * 1024;
/// The most hidden pieces that are kept of one page.
const HIDDEN_LIMIT: usize = 100;
/// The most text that is kept of one link or hidden piece, in characters.
const PIECE_CHARS: usize = 300;
/// The most conditional comments that are read.
const COMMENT_LIMIT: usize = 200;

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
}

/// Reads a page.
pub(super) fn page(html: &str) -> Page {
    let mut reader = Reader::default();
    let mut conditional: Vec<(String, usize)> = Vec::new();
    reader.page.cut = read(html, |event| {
        if let Event::Comment(text, at) = &event
            && text.trim_start().starts_with("[if")
            && conditional.len() < COMMENT_LIMIT
        {
            conditional.push(((*text).to_owned(), *at));
        }
        reader.event(&event);
    });
    reader.finish();
    // `<!--[if mso]> ... <![endif]-->` is shown by Outlook; its links count, its text would only double the page's.
    for (text, at) in conditional {
        let Some(start) = text.find('>') else { continue };
        let inner = text.get(start + 1..).unwrap_or_default();
        let mut inside = Reader::default();
        read(inner, |event| inside.event(&event));
        inside.finish();
        for mut link in inside.page.links {
            // `<!--` stands in front of the comment's text.
            let shift = at + 4 + start + 1;
            link.at = link.at.start + shift..link.at.end + shift;
            reader.keep(link);
        }
    }
    reader.page
}

/// An element that is open.
#[derive(Debug, Clone, Copy)]
struct Open {
    /// Hash of its name.
    name: u64,
    hidden: Option<&'static str>,
    tiny: bool,
    color: Option<Color>,
    background: Option<Paint>,
    /// The background is given by the element or one around it.
    painted: bool,
    anchor: bool,
}

const ROOT: Open =
    Open { name: 0, hidden: None, tiny: false, color: None, background: None, painted: false, anchor: false };

#[derive(Default)]
struct Reader {
    page: Page,
    stack: Vec<Open>,
    /// Elements that are open beyond the cap.
    beyond: usize,
    sheet: Sheet,
    /// The link that is open, as an index into the page's links.
    anchor: Option<usize>,
    hidden: String,
    hidden_by: Option<&'static str>,
    /// Inside an element whose text is no content.
    raw: Option<Raw>,
    /// The last visible character was a blank.
    blank: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Raw {
    Style,
    Skip,
}

impl Reader {
    fn event(&mut self, event: &Event<'_>) {
        match event {
            Event::Open(tag) => self.open(tag),
            Event::Close(name) => self.close(name),
            Event::Text(text, at) => self.text(text, at.clone()),
            Event::Comment(..) => {}
        }
    }

    fn top(&self) -> &Open {
        self.stack.last().unwrap_or(&ROOT)
    }

    fn open(&mut self, tag: &Tag<'_>) {
        self.raw = match tag.name {
            "style" => Some(Raw::Style),
            "script" | "title" | "noframes" | "template" => Some(Raw::Skip),
            _ => None,
        };
        self.links_of(tag);
        match tag.name {
            "br" | "hr" => self.line_break(),
            "form" | "input" => self.page.form = true,
            "img" => self.image(tag),
            _ => {}
        }
        if is_block(tag.name) {
            self.line_break();
        }
        if is_void(tag.name) {
            return;
        }
        let name = hash(tag.name);
        if closes_itself(tag.name) && self.top().name == name {
            self.pop();
        }
        if self.stack.len() >= HTML_DEPTH {
            self.beyond += 1;
            self.page.deep = true;
            return;
        }
        let element = self.element(tag, name);
        self.stack.push(element);
    }

    /// The state inside an element: what is around it, changed by its own style.
    fn element(&self, tag: &Tag<'_>, name: u64) -> Open {
        let around = *self.top();
        let mut inside = Open { name, anchor: tag.name == "a", ..around };
        let (mut classes, mut id, mut own) = (None, None, None);
        for (key, value, _) in tag.attributes() {
            match key {
                "style" => own = own.or(Some(value)),
                "hidden" => inside.hidden = inside.hidden.or(Some("hidden attribute")),
                "class" => classes = classes.or(Some(value)),
                "id" => id = id.or(Some(value)),
                "bgcolor" => {
                    if let Some(color) = color(value) {
                        inside.background = Some(Paint::Plain(color));
                        inside.painted = true;
                    }
                }
                "background" if !value.is_empty() => {
                    inside.background = Some(Paint::Picture);
                    inside.painted = true;
                }
                "color" if tag.name == "font" => inside.color = color(value).or(inside.color),
                _ => {}
            }
        }
        let own = own.map(style).unwrap_or_default();
        let sheet = self.sheet.find(classes, id).unwrap_or_default();
        inside.hidden = around.hidden.or(own.hidden).or(sheet.hidden).or(inside.hidden);
        inside.tiny = own.tiny.or(sheet.tiny).unwrap_or(around.tiny);
        inside.color = own.color.or(inside.color);
        if own.background.is_some() {
            inside.background = own.background;
            inside.painted = true;
        }
        inside
    }

    fn close(&mut self, name: &str) {
        self.raw = None;
        if matches!(name, "br" | "p") || is_block(name) {
            self.line_break();
        }
        if self.beyond > 0 {
            self.beyond -= 1;
            return;
        }
        let wanted = hash(name);
        // An end tag without a start closes nothing; one that skips open elements closes them all.
        let Some(at) = self.stack.iter().rposition(|open| open.name == wanted) else { return };
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

    /// Why the text at this place is not seen.
    fn hidden_here(&self) -> Option<&'static str> {
        let top = self.top();
        if top.hidden.is_some() {
            return top.hidden;
        }
        if top.tiny {
            return Some("font-size:0");
        }
        let color = top.color?;
        match top.background {
            Some(Paint::Plain(background)) if same_color(color, background) => Some("color of the background"),
            // A page is white where nobody says otherwise.
            None if !top.painted && !self.sheet.paints && same_color(color, [255; 3]) => Some("white on white"),
            _ => None,
        }
    }

    fn text(&mut self, text: &str, at: Range<usize>) {
        match self.raw {
            Some(Raw::Style) => return self.sheet.add(text),
            Some(Raw::Skip) => return,
            None => {}
        }
        if let Some(how) = self.hidden_here() {
            if self.hidden_by != Some(how) {
                self.flush_hidden();
                self.hidden_by = Some(how);
            }
            push_text(&mut self.hidden, text, PIECE_CHARS * 4);
            return;
        }
        if !text.trim().is_empty() {
            self.flush_hidden();
        }
        if let Some(link) = self.anchor.and_then(|anchor| self.page.links.get_mut(anchor)) {
            push_text(link.text.get_or_insert_default(), text, PIECE_CHARS * 4);
        } else if memmem::find(text.as_bytes(), b"://").is_some() || memmem::find(text.as_bytes(), b"www.").is_some() {
            // The place is exact where no entity was decoded.
            let exact = at.len() == text.len();
            for (raw, range) in super::links::urls_in(text) {
                let range = if exact { at.start + range.start..at.start + range.end } else { at.clone() };
                self.keep(Found { raw: raw.to_owned(), kind: LinkKind::Text, text: None, at: range });
            }
        }
        self.visible(text);
    }

    fn visible(&mut self, text: &str) {
        // An ideographic space is text in Japanese layouts.
        let blank = |letter: char| letter.is_whitespace() && letter != '\u{3000}';
        if text.starts_with(blank) {
            self.space();
        }
        let mut words = text.split(blank).filter(|word| !word.is_empty()).peekable();
        while let Some(word) = words.next() {
            if self.page.text.len() >= TEXT_BYTES {
                return;
            }
            self.page.text.push_str(word);
            self.blank = false;
            if words.peek().is_some() {
                self.space();
            }
        }
        if text.ends_with(blank) {
            self.space();
        }
    }

    fn space(&mut self) {
        if !self.blank && !self.page.text.is_empty() {
            self.page.text.push(' ');
        }
        self.blank = true;
    }

    fn line_break(&mut self) {
        if self.page.text.ends_with(' ') {
            self.page.text.pop();
        }
        if !self.page.text.is_empty() && !self.page.text.ends_with('\n') && self.page.text.len() < TEXT_BYTES {
            self.page.text.push('\n');
        }
        self.blank = true;
    }

    fn flush_hidden(&mut self) {
        let how = self.hidden_by.take();
        let text = std::mem::take(&mut self.hidden);
        let says_something = text.chars().any(|letter| letter.is_alphanumeric() && !body::is_invisible(letter));
        if let Some(how) = how.filter(|_| says_something && self.page.hidden.len() < HIDDEN_LIMIT) {
            self.page.hidden.push((text.trim().chars().take(PIECE_CHARS).collect(), how));
        }
    }

    fn finish(&mut self) {
        self.flush_hidden();
        let length = clip(&self.page.text, TEXT_BYTES).trim_end().len();
        self.page.text.truncate(length);
        for link in &mut self.page.links {
            if let Some(text) = &mut link.text {
                let short: String = text.trim().chars().take(PIECE_CHARS).collect();
                *text = short;
            }
            link.text = link.text.take().filter(|text| !text.is_empty());
        }
    }

    fn keep(&mut self, found: Found) {
        if self.page.links.len() < LINK_LIMIT {
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
        let alt = tag.get("alt").unwrap_or_default();
        if let Some(link) = self.anchor.and_then(|anchor| self.page.links.get_mut(anchor))
            && !alt.trim().is_empty()
        {
            push_text(link.text.get_or_insert_default(), alt, PIECE_CHARS * 4);
        }
    }

    /// Every attribute of a tag that names a URL.
    fn links_of(&mut self, tag: &Tag<'_>) {
        for (key, value, at) in tag.attributes() {
            // Most attributes are layout; they are passed over before names are compared one by one.
            if matches!(
                key,
                "class" | "width" | "height" | "align" | "border" | "valign" | "id" | "alt" | "bgcolor" | "role"
            ) || key == "style" && !value.contains("url(")
            {
                continue;
            }
            match (tag.name, key) {
                ("a" | "area", "href") => {
                    let is_new = self.add(value, LinkKind::Anchor, at);
                    if tag.name == "a" {
                        self.anchor = is_new.then(|| self.page.links.len() - 1);
                    }
                }
                ("base", "href") => {
                    if self.page.base.is_none() {
                        self.page.base = Some(value.to_owned());
                    }
                    self.add(value, LinkKind::Other, at);
                }
                (_, "action" | "formaction") => {
                    self.add(value, LinkKind::Form, at);
                }
                ("img" | "input" | "image" | "picture" | "source", "src")
                | (_, "background" | "poster" | "lowsrc" | "dynsrc") => {
                    self.add(value, LinkKind::Image, at);
                }
                (_, "srcset") => {
                    for candidate in value.split(',').take(50) {
                        let url = candidate.split_whitespace().next().unwrap_or_default();
                        self.add(url, LinkKind::Image, at.clone());
                    }
                }
                ("meta", "content") => {
                    let refresh = tag.get("http-equiv").is_some_and(|kind| kind.trim().eq_ignore_ascii_case("refresh"));
                    if refresh && let Some(url) = refresh_target(value) {
                        self.add(url, LinkKind::Other, at);
                    }
                }
                (_, "style") => {
                    for url in style_urls(value) {
                        self.add(url, LinkKind::Image, at.clone());
                    }
                }
                (
                    _,
                    "src" | "href" | "xlink:href" | "data" | "cite" | "longdesc" | "ping" | "manifest" | "codebase",
                ) => {
                    self.add(value, LinkKind::Other, at);
                }
                _ => {}
            }
        }
    }
}

/// `5; url=https://...`
fn refresh_target(content: &str) -> Option<&str> {
    let lower = content.to_ascii_lowercase();
    let at = lower.find("url")?;
    let rest = content.get(at + 3..)?.trim_start().strip_prefix('=')?;
    Some(rest.trim().trim_matches(['"', '\'']))
}

/// The targets of `url(...)` in a style.
fn style_urls(style: &str) -> impl Iterator<Item = &str> {
    let mut rest = style;
    std::iter::from_fn(move || {
        let (_, behind) = rest.split_once("url(")?;
        let (inner, after) = behind.split_once(')')?;
        rest = after;
        Some(inner.trim().trim_matches(['"', '\'']))
    })
    .take(20)
}

/// Adds text with its blanks collapsed, up to about `limit` bytes.
fn push_text(out: &mut String, text: &str, limit: usize) {
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

/// FNV-1a, to compare names without keeping them. Names come from the mail: two that collide close each other, nothing
/// worse.
fn hash(name: &str) -> u64 {
    name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

fn is_void(name: &str) -> bool {
    matches!(
        name,
        "area"
            | "base"
            | "br"
            | "col"
            | "embed"
            | "hr"
            | "img"
            | "input"
            | "link"
            | "meta"
            | "param"
            | "source"
            | "track"
            | "wbr"
    )
}

fn is_block(name: &str) -> bool {
    matches!(
        name,
        "address"
            | "article"
            | "blockquote"
            | "body"
            | "center"
            | "dd"
            | "div"
            | "dl"
            | "dt"
            | "fieldset"
            | "footer"
            | "form"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "header"
            | "li"
            | "main"
            | "nav"
            | "ol"
            | "p"
            | "pre"
            | "section"
            | "table"
            | "tbody"
            | "td"
            | "tfoot"
            | "th"
            | "thead"
            | "tr"
            | "ul"
    )
}

/// Elements whose end tag may be left out: the next of the same kind ends them.
fn closes_itself(name: &str) -> bool {
    matches!(name, "p" | "li" | "td" | "th" | "tr" | "dt" | "dd" | "option" | "a")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn links(html: &str) -> Vec<(LinkKind, String, Option<String>)> {
        page(html).links.into_iter().map(|link| (link.kind, link.raw, link.text)).collect()
    }

    #[test]
    fn every_place_that_names_a_url_is_found() {
        use LinkKind::{Anchor, Form, Image, Other, Text};
        for (html, kind, raw, text) in [
            ("<a href='http://a.example/'>go <b>there</b></a>", Anchor, "http://a.example/", Some("go there")),
            ("<a href=http://a.example/><img src=cid:x alt='Log in'></a>", Anchor, "http://a.example/", Some("Log in")),
            ("<a href=&#104;ttp://a.example/?x&amp;y>z</a>", Anchor, "http://a.example/?x&y", Some("z")),
            ("<map><area href=http://a.example/></map>", Anchor, "http://a.example/", None),
            ("<form action=http://a.example/>", Form, "http://a.example/", None),
            ("<button formaction=http://a.example/>", Form, "http://a.example/", None),
            ("<img src=http://a.example/x.png>", Image, "http://a.example/x.png", None),
            ("<td background=http://a.example/x.png>", Image, "http://a.example/x.png", None),
            ("<div style=\"background:url('http://a.example/x.png')\">", Image, "http://a.example/x.png", None),
            ("<meta http-equiv=Refresh content='0; URL=http://a.example/'>", Other, "http://a.example/", None),
            ("<iframe src=http://a.example/>", Other, "http://a.example/", None),
            ("<base href=http://a.example/>", Other, "http://a.example/", None),
            ("<p>see http://a.example/ now", Text, "http://a.example/", None),
            ("<!--[if mso]><a href='http://a.example/'>x</a><![endif]-->", Anchor, "http://a.example/", Some("x")),
        ] {
            assert_eq!(links(html), [(kind, raw.to_owned(), text.map(ToOwned::to_owned))], "{html}");
        }
        assert_eq!(links("<a href=#top>x</a><img src=cid:a><!-- <a href=http://a.example/> -->"), []);
        assert_eq!(links("<img srcset='http://a.example/1 1x, http://a.example/2 2x'>").len(), 2);
    }

    #[test]
    fn text_breaks_where_blocks_end() {
        assert_eq!(
            page("<h1>Dear</h1><p>you  are\n<b>late</b><p>pay<br>now<td>a<td>b").text,
            "Dear\nyou are late\npay\nnow\na\nb"
        );
        assert_eq!(page("<title>t</title><style>.x{}</style><script>s</script>body").text, "body");
    }

    #[test]
    fn hidden_text_is_kept_apart_with_its_reason() {
        for (html, how) in [
            ("<div style='display:none'>secret</div>", "display:none"),
            ("<div style='display:none'><p>secret</p></div>", "display:none"),
            ("<span hidden>secret</span>", "hidden attribute"),
            ("<span style='font-size:0'>secret</span>", "font-size:0"),
            ("<style>.h{display:none}</style><p class=h>secret</p>", "display:none"),
            ("<font color=white>secret</font>", "white on white"),
            ("<td bgcolor=#000000><font color=#000>secret</font></td>", "color of the background"),
        ] {
            let page = page(&format!("seen {html} also seen"));
            assert_eq!(page.hidden, [("secret".to_owned(), how)], "{html}");
            assert!(!page.text.contains("secret"), "{html}");
            assert!(page.text.contains("also seen"), "{html}");
        }
    }

    #[test]
    fn text_that_can_be_seen_is_not_called_hidden() {
        for html in [
            "<td style='font-size:0'><span style='font-size:14px'>seen</span></td>",
            "<td bgcolor=#003366><font color=white>seen</font></td>",
            "<td style='background:url(x.png)'><font color=white>seen</font></td>",
            "<style>.b{background:#036}</style><td class=b><font color=white>seen</font></td>",
            "<style>@media screen{.h{display:none}}</style><p class=h>seen</p>",
            "<div style='display:none'>\u{200c}&nbsp;\u{200c}</div>seen",
        ] {
            let page = page(html);
            assert_eq!((page.hidden.as_slice(), page.text.as_str()), (&[][..], "seen"), "{html}");
        }
    }

    #[test]
    fn hostile_pages_end_soon() {
        let deep = page(&format!("{}text", "<div>".repeat(100_000)));
        assert!(deep.deep);
        assert_eq!(deep.text, "text");
        for piece in [
            "<a><b><i><p>",
            "</x>",
            "<a href=x>",
            "&amp;amp;",
            "<td>",
            "<!--",
            "<style>{",
            "<a href='http://a.example/' ",
        ] {
            page(&piece.repeat(20_000));
        }
    }
}

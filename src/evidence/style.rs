//! A small matcher for the styles that hide text: enough of CSS to know them, nothing that could be made slow.
//!
//! ```text
//! display:none   visibility:hidden   opacity:0   font-size:0   font:0/0 a   max-height:0;overflow:hidden
//! text-indent:-9999px   margin-left:-9999px   position:absolute;left:-9999px   transform:scale(0)   clip-path:inset(50%)
//! position:absolute;clip:rect(0,0,0,0)   color:rgba(0,0,0,0)   color equal to the background
//! ```

mod colors;
mod hides;
mod sheet;
#[cfg(test)]
mod tests;

use memchr::memchr;

use self::colors::background;
use self::hides::{hides, is_off_page, is_tiny, is_zero, shorthand_size, shows_no_rectangle};
use crate::message::clip;

pub(super) use self::colors::{Color, Paint, color, same_color};
pub(super) use self::sheet::Sheet;

/// The most bytes of one style attribute that are read.
const STYLE_BYTES: usize = 8 * 1024;
/// How many styles of a page are remembered, and how long one of them may be.
const REMEMBERED: usize = 8;
const REMEMBERED_BYTES: usize = 400;

/// What one style attribute says that matters here.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Style {
    /// Hidden with all that is inside, and by what.
    pub(super) hidden: Option<&'static str>,
    /// Font size is given: true where it is zero. Inside, another size can show text again.
    pub(super) tiny: Option<bool>,
    pub(super) color: Option<Color>,
    pub(super) background: Option<Paint>,
}

/// Reads a list of declarations.
pub(super) fn style(text: &str) -> Style {
    let text = clip(text, STYLE_BYTES);
    let uncommented;
    let text = if memchr(b'*', text.as_bytes()).is_some() {
        uncommented = without_comments(text);
        uncommented.as_str()
    } else {
        text
    };
    let mut out = Style::default();
    let (mut clipped, mut flat, mut away, mut placed, mut cut) = (false, None, false, false, false);
    for (name, value) in declarations(text) {
        let is = |known: &str| name.eq_ignore_ascii_case(known);
        // Nothing else is of use here; most names are told by their length and first letter.
        if !is_known(name) {
            continue;
        }
        let value = value.split('!').next().unwrap_or_default().trim();
        if let Some(how) = hides(name, value) {
            out.hidden = out.hidden.or(Some(how));
        }
        match name.len() {
            5 if is("color") => out.color = color(value).or(out.color),
            9 if is("font-size") => out.tiny = Some(is_tiny(value)),
            8 if is("overflow") => clipped = ["hidden", "clip"].iter().any(|known| value.eq_ignore_ascii_case(known)),
            4 if is("font") => out.tiny = shorthand_size(value).or(out.tiny),
            4 if is("clip") => cut = shows_no_rectangle(value),
            8 if is("position") => {
                placed = !value.eq_ignore_ascii_case("static") && !value.eq_ignore_ascii_case("relative");
            }
            6 if is("height") => flat = flat.or(is_zero(value).then_some("height:0")),
            5 if is("width") => flat = flat.or(is_zero(value).then_some("width:0")),
            10 if is("max-height") => flat = flat.or(is_zero(value).then_some("max-height:0")),
            9 if is("max-width") => flat = flat.or(is_zero(value).then_some("max-width:0")),
            4 if is("left") => away |= is_off_page(value),
            3 if is("top") => away |= is_off_page(value),
            5 if is("right") => away |= is_off_page(value),
            6 if is("bottom") => away |= is_off_page(value),
            10 if is("background") => out.background = background(value).or(out.background),
            16 if is("background-color") => out.background = background(value).or(out.background),
            16 if is("background-image") && !value.eq_ignore_ascii_case("none") => {
                out.background = Some(Paint::Picture);
            }
            _ => {}
        }
    }
    if clipped && out.hidden.is_none() {
        out.hidden = flat;
    }
    if placed && away && out.hidden.is_none() {
        out.hidden = Some("position off the page");
    }
    if placed && cut && out.hidden.is_none() {
        out.hidden = Some("clip:rect(0,0,0,0)");
    }
    out
}

/// Styles of one page that were read before: most of its elements have one of a few.
#[derive(Debug, Default)]
pub(super) struct Styles {
    known: Vec<(String, Style)>,
    /// The place of the next one that is forgotten.
    next: usize,
}

impl Styles {
    /// [`style`], remembered.
    pub(super) fn read(&mut self, text: &str) -> Style {
        if let Some((_, style)) = self.known.iter().find(|(known, _)| known == text) {
            return *style;
        }
        let style = style(text);
        if text.len() > REMEMBERED_BYTES {
            return style;
        }
        if self.known.len() < REMEMBERED {
            self.known.push((text.to_owned(), style));
        } else if let Some((known, place)) = self.known.get_mut(self.next) {
            known.clear();
            known.push_str(text);
            *place = style;
            self.next = (self.next + 1) % REMEMBERED;
        }
        style
    }
}

/// Names and values of a list of declarations; the values with the blanks around them.
fn declarations(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let bytes = text.as_bytes();
    let mut start = 0;
    std::iter::from_fn(move || {
        loop {
            let rest = bytes.get(start..).filter(|rest| !rest.is_empty())?;
            let from = start;
            // The name ends at a colon; one without is passed over.
            let length = rest.iter().position(|byte| matches!(byte, b':' | b';')).unwrap_or(rest.len());
            let colon = from + length;
            if bytes.get(colon) != Some(&b':') {
                start = colon + 1;
                continue;
            }
            let behind = bytes.get(colon + 1..).unwrap_or_default();
            let end = colon + 1 + memchr(b';', behind).unwrap_or(behind.len());
            start = end + 1;
            return Some((text.get(from..colon)?.trim(), text.get(colon + 1..end)?));
        }
    })
}

/// A name that [`style`] may have a use for, by its length and its first letter.
fn is_known(name: &str) -> bool {
    let length = name.len();
    match name.as_bytes().first().map_or(0, u8::to_ascii_lowercase) {
        b'b' => matches!(length, 6 | 10 | 16),
        b'c' => matches!(length, 4 | 5 | 9 | 18),
        b'd' => length == 7,
        b'f' => matches!(length, 4 | 6 | 9),
        b'h' => length == 6,
        b'l' => length == 4,
        b'm' => matches!(length, 6 | 8..=11),
        b'o' => matches!(length, 7 | 8),
        b'p' => length == 8,
        b'r' | b'w' => length == 5,
        b't' => matches!(length, 3 | 9 | 11),
        b'v' => length == 10,
        b'-' => length == 23,
        _ => false,
    }
}

fn without_comments(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("/*") {
        out.push_str(before);
        rest = behind.split_once("*/").map_or("", |(_, behind)| behind);
    }
    out.push_str(rest);
    out
}

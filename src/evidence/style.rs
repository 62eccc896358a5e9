//! A small matcher for the styles that hide text: enough of CSS to know them, nothing that could be made slow.
//!
//! ```text
//! display:none   visibility:hidden   opacity:0   font-size:0   max-height:0;overflow:hidden   mso-hide:all
//! text-indent:-9999px   position:absolute;left:-9999px   color equal to the background
//! ```

use std::collections::HashMap;

use foldhash::fast::RandomState;
use memchr::{memchr, memchr3_iter};

use crate::message::clip;

/// The most bytes of one style attribute that are read.
const STYLE_BYTES: usize = 8 * 1024;
/// The most bytes of style sheets that are read.
const SHEET_BYTES: usize = 256 * 1024;
/// Moved this far to the left or up, text is off the page.
const OFF_PAGE: f32 = -500.0;
/// Colors this near to each other in each channel cannot be told apart by a reader.
const COLOR_STEP: u8 = 8;

/// How many styles of a page are remembered, and how long one of them may be.
const REMEMBERED: usize = 8;
const REMEMBERED_BYTES: usize = 400;

/// Red, green, blue.
pub(super) type Color = [u8; 3];

/// What lies behind a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Paint {
    /// One color.
    Plain(Color),
    /// A picture, a gradient: not known.
    Picture,
}

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
    let (mut clipped, mut flat, mut away, mut placed) = (false, None, false, false);
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
            8 if is("overflow") => clipped = value.eq_ignore_ascii_case("hidden"),
            8 if is("position") => {
                placed = !value.eq_ignore_ascii_case("static") && !value.eq_ignore_ascii_case("relative");
            }
            6 if is("height") => flat = flat.or(is_zero(value).then_some("height:0")),
            5 if is("width") => flat = flat.or(is_zero(value).then_some("width:0")),
            10 if is("max-height") => flat = flat.or(is_zero(value).then_some("max-height:0")),
            9 if is("max-width") => flat = flat.or(is_zero(value).then_some("max-width:0")),
            4 if is("left") => away |= number(value).is_some_and(|at| at <= OFF_PAGE),
            3 if is("top") => away |= number(value).is_some_and(|at| at <= OFF_PAGE),
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
        b'b' => matches!(length, 10 | 16),
        b'c' | b'w' => length == 5,
        b'd' => length == 7,
        b'f' => length == 9,
        b'h' => length == 6,
        b'l' => length == 4,
        b'm' => matches!(length, 8..=10),
        b'o' => matches!(length, 7 | 8),
        b'p' => length == 8,
        b't' => matches!(length, 3 | 11),
        b'v' => length == 10,
        _ => false,
    }
}

/// A single declaration that hides all that is inside.
fn hides(name: &str, value: &str) -> Option<&'static str> {
    let is = |known: &str| name.eq_ignore_ascii_case(known);
    let says = |known: &str| value.eq_ignore_ascii_case(known);
    match name.len() {
        5 if is("color") => says("transparent").then_some("color:transparent"),
        7 if is("display") => says("none").then_some("display:none"),
        7 if is("opacity") => number(value).filter(|opacity| *opacity < 0.05).map(|_| "opacity:0"),
        8 if is("mso-hide") => says("all").then_some("mso-hide:all"),
        10 if is("visibility") => (says("hidden") || says("collapse")).then_some("visibility:hidden"),
        11 if is("text-indent") => {
            number(value).filter(|indent| *indent <= OFF_PAGE).map(|_| "text-indent off the page")
        }
        _ => None,
    }
}

/// A font size that shows nothing.
fn is_tiny(value: &str) -> bool {
    number(value).is_some_and(|size| size <= 0.0 || size <= 1.0 && (value.ends_with("px") || value.ends_with("pt")))
}

fn background(value: &str) -> Option<Paint> {
    if let Some(color) = value.strip_prefix('#').and_then(hex_color).filter(|_| !value.contains('(')) {
        return Some(Paint::Plain(color));
    }
    let lower = value.to_ascii_lowercase();
    if lower.contains("url(") || lower.contains("gradient(") {
        return Some(Paint::Picture);
    }
    if let Some(color) = color(value).or_else(|| value.split_whitespace().find_map(color)) {
        return Some(Paint::Plain(color));
    }
    // A color that is half transparent or has a name that is not known here: something lies behind, nobody knows what.
    let nothing = ["", "none", "transparent", "inherit", "initial", "unset"];
    (!nothing.contains(&lower.as_str())).then_some(Paint::Picture)
}

/// The number in front of a unit.
fn number(value: &str) -> Option<f32> {
    let end = value
        .find(|letter: char| !(letter.is_ascii_digit() || matches!(letter, '.' | '-' | '+')))
        .unwrap_or(value.len());
    value.get(..end)?.parse().ok()
}

fn is_zero(value: &str) -> bool {
    number(value).is_some_and(|size| size <= 0.0 || size <= 1.0 && !value.ends_with('%'))
}

/// `#fff`, `#ffffff`, `rgb(255, 255, 255)` and the names that hide text in practice.
pub(super) fn color(value: &str) -> Option<Color> {
    let value = value.trim();
    if let Some(hex) = value.strip_prefix('#') {
        return hex_color(hex);
    }
    let lower = value.get(..24).unwrap_or(value).to_ascii_lowercase();
    if let Some(inner) = lower.strip_prefix("rgb").map(|rest| rest.trim_start_matches('a')) {
        let mut numbers = inner
            .split(|letter: char| !letter.is_ascii_digit() && letter != '.')
            .filter(|part| !part.is_empty())
            .filter_map(|part| part.parse::<f32>().ok());
        let color = [numbers.next()? as u8, numbers.next()? as u8, numbers.next()? as u8];
        return numbers.next().is_none_or(|alpha| alpha > 0.9).then_some(color);
    }
    Some(match lower.as_str() {
        "white" => [255; 3],
        "black" => [0; 3],
        "red" => [255, 0, 0],
        "green" => [0, 128, 0],
        "blue" => [0, 0, 255],
        "yellow" => [255, 255, 0],
        "gray" | "grey" => [128; 3],
        "silver" => [192; 3],
        "snow" => [255, 250, 250],
        "ivory" => [255, 255, 240],
        "whitesmoke" => [245; 3],
        "ghostwhite" => [248, 248, 255],
        // `bgcolor="ffffff"` without its number sign.
        _ if lower.len() == 6 && lower.bytes().all(|byte| byte.is_ascii_hexdigit()) => return hex_color(&lower),
        _ => return None,
    })
}

fn hex_color(hex: &str) -> Option<Color> {
    let mut digits = [0; 8];
    let mut length = 0;
    let read = hex.bytes().map_while(|byte| char::from(byte).to_digit(16));
    for (place, digit) in digits.iter_mut().zip(read) {
        *place = digit as u8;
        length += 1;
    }
    match (length, digits) {
        (3 | 4, [r, g, b, ..]) => Some([r * 17, g * 17, b * 17]),
        (6.., [r1, r2, g1, g2, b1, b2, ..]) => Some([r1 * 16 + r2, g1 * 16 + g2, b1 * 16 + b2]),
        _ => None,
    }
}

/// A reader cannot tell the two apart.
pub(super) fn same_color(one: Color, other: Color) -> bool {
    one.iter().zip(other).all(|(one, other)| one.abs_diff(other) <= COLOR_STEP)
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

/// The rules of style sheets that hide by class or id. Rules inside `@media` are left out: they depend on the screen.
#[derive(Debug)]
pub(super) struct Sheet {
    /// The most rules that are kept.
    most: usize,
    classes: HashMap<String, Style, RandomState>,
    ids: HashMap<String, Style, RandomState>,
    read: usize,
    /// Rules were left out.
    pub(super) cut: bool,
    /// Some rule paints a background: then white text on nothing in particular is no finding.
    pub(super) paints: bool,
}

impl Sheet {
    pub(super) fn within(most: usize) -> Self {
        Self { most, classes: HashMap::default(), ids: HashMap::default(), read: 0, cut: false, paints: false }
    }

    /// Takes in the text of a style element.
    pub(super) fn add(&mut self, css: &str) {
        let room = SHEET_BYTES.saturating_sub(self.read);
        self.cut |= css.len() > room;
        let css = clip(css, room);
        self.read += css.len();
        let uncommented;
        let css = if memchr(b'*', css.as_bytes()).is_some() {
            uncommented = without_comments(css);
            uncommented.as_str()
        } else {
            css
        };
        let mut depth = 0_usize;
        let mut start = 0;
        let mut selector = "";
        for at in memchr3_iter(b'{', b'}', b';', css.as_bytes()) {
            match css.as_bytes().get(at) {
                Some(b'{') => {
                    if depth == 0 {
                        selector = css.get(start..at).unwrap_or_default().trim();
                    }
                    depth += 1;
                    start = at + 1;
                }
                Some(b'}') => {
                    if depth == 1 && !selector.starts_with('@') {
                        self.rule(selector, css.get(start..at).unwrap_or_default());
                    }
                    depth = depth.saturating_sub(1);
                    start = at + 1;
                }
                Some(b';') if depth == 0 => start = at + 1,
                _ => {}
            }
        }
    }

    fn rule(&mut self, selectors: &str, declarations: &str) {
        let style = style(declarations);
        self.paints |= style.background.is_some();
        if style.hidden.is_none() && style.tiny != Some(true) {
            return;
        }
        for selector in selectors.split(',').map(str::trim) {
            // `.x`, `#x`, `div.x`; what depends on surroundings is left out.
            let Some(at) = selector.find(['.', '#']) else { continue };
            let (Some(mark), Some(name)) = (selector.get(at..=at), selector.get(at + 1..)) else { continue };
            let simple = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
            if simple && !name.is_empty() && self.classes.len() + self.ids.len() >= self.most {
                self.cut = true;
            } else if simple && !name.is_empty() {
                let rules = if mark == "." { &mut self.classes } else { &mut self.ids };
                rules.insert(name.to_owned(), style);
            }
        }
    }

    /// What the sheet hides for an element with these classes and this id.
    pub(super) fn find(&self, classes: Option<&str>, id: Option<&str>) -> Option<Style> {
        let class = || {
            let classes = classes.filter(|_| !self.classes.is_empty())?;
            classes.split_whitespace().take(32).find_map(|name| self.classes.get(name).copied())
        };
        class().or_else(|| if self.ids.is_empty() { None } else { self.ids.get(id?.trim()).copied() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn styles_that_hide_are_known() {
        for text in [
            "display:none",
            "color:red; DISPLAY : NONE !important",
            "display:/**/none",
            "visibility:hidden",
            "opacity:0",
            "opacity: 0.0",
            "max-height:0;overflow:hidden",
            "overflow:hidden;width:0px",
            "mso-hide:all",
            "text-indent:-9999px",
            "position:absolute;left:-5000px",
            "color:transparent",
        ] {
            assert!(style(text).hidden.is_some(), "{text}");
        }
        assert_eq!(style("font-size:0").tiny, Some(true));
        assert_eq!(style("font-size:1px").tiny, Some(true));
    }

    #[test]
    fn a_style_that_was_forgotten_is_read_again() {
        let mut styles = Styles::default();
        for at in (0..40).chain(0..40) {
            let text = format!("font-size:{}px;x:{at}", at % 3);
            assert_eq!(styles.read(&text), style(&text), "{text}");
        }
        assert_eq!(styles.known.len(), REMEMBERED);
    }

    #[test]
    fn ordinary_styles_do_not_hide() {
        for text in [
            "display:block",
            "height:0",
            "max-width:100%;overflow:hidden",
            "opacity:0.9",
            "left:-5000px",
            "",
            ":::;;",
            "width:100%;overflow:hidden",
        ] {
            assert_eq!(style(text).hidden, None, "{text}");
        }
        assert_eq!(style("font-size:14px").tiny, Some(false));
        assert_eq!(style("font-size:0.9em").tiny, Some(false));
    }

    #[test]
    fn colors_are_read_in_every_spelling() {
        for text in ["#fff", "#FFFFFF", "white", "rgb(255,255,255)", "rgba(255, 255, 255, 1)", "ffffff"] {
            assert_eq!(color(text), Some([255; 3]), "{text}");
        }
        assert!(same_color([255; 3], [250, 255, 251]));
        assert!(!same_color([255; 3], [200; 3]));
        assert_eq!(style("background:#fff url(x.png)").background, Some(Paint::Picture));
        assert_eq!(style("background-color:rgba(0,0,0,0.05)").background, Some(Paint::Picture));
        assert_eq!(style("background-color:navy").background, Some(Paint::Picture));
        assert_eq!(style("background:transparent").background, None);
        assert_eq!(color("rgba(255,255,255,0.5)"), None);
    }

    #[test]
    fn sheets_hide_by_class_and_leave_media_rules_out() {
        let mut sheet = Sheet::within(200);
        sheet.add("/* x */ .a, div.b { display:none } @media screen { .c { display:none } } #d{font-size:0} .e .f{display:none} .g{color:red}");
        assert!(sheet.find(Some("x a"), None).is_some());
        assert!(sheet.find(Some("b"), None).is_some());
        assert!(sheet.find(None, Some("d")).is_some());
        for class in ["c", "e", "f", "g"] {
            assert!(sheet.find(Some(class), None).is_none(), "{class}");
        }
        Sheet::within(200).add(&"{".repeat(100_000));
    }
}

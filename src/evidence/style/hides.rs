//! What single declarations of a style do to text: hide it, make it too small to see, move it off the page. Pure.

use super::colors::is_clear;
use crate::message::clip;

/// Moved this far to the left or up, text is off the page: pixels.
const OFF_PAGE: f32 = -500.0;

/// A single declaration that hides all that is inside.
pub(super) fn hides(name: &str, value: &str) -> Option<&'static str> {
    let is = |known: &str| name.eq_ignore_ascii_case(known);
    let says = |known: &str| value.eq_ignore_ascii_case(known);
    match name.len() {
        5 if is("color") => is_clear(value).then_some("color:transparent"),
        6 if is("filter") => has_zero(value, "opacity").then_some("opacity:0"),
        6 if is("margin") => value.split_whitespace().take(4).any(is_off_page).then_some("margin off the page"),
        7 if is("display") => says("none").then_some("display:none"),
        7 if is("opacity") => number(value).filter(|opacity| *opacity < 0.05).map(|_| "opacity:0"),
        9 if is("clip-path") => shows_no_shape(value).then_some("clip-path shows nothing"),
        9 if is("transform") => is_moved_away(value).then_some("transform shows nothing"),
        10 if is("visibility") => (says("hidden") || says("collapse")).then_some("visibility:hidden"),
        10 if is("margin-top") => is_off_page(value).then_some("margin off the page"),
        11 if is("margin-left") => is_off_page(value).then_some("margin off the page"),
        11 if is("text-indent") => is_off_page(value).then_some("text-indent off the page"),
        18 if is("content-visibility") => says("hidden").then_some("content-visibility:hidden"),
        23 if is("-webkit-text-fill-color") => is_clear(value).then_some("color:transparent"),
        _ => None,
    }
}

/// A length that leads off the page to the left or up. A share of the page counts as so many tens of pixels.
pub(super) fn is_off_page(value: &str) -> bool {
    let Some(length) = number(value).filter(|length| *length < 0.0) else { return false };
    let unit = value.trim_start_matches(|letter: char| letter.is_ascii_digit() || matches!(letter, '.' | '-' | '+'));
    let pixels = match unit.to_ascii_lowercase().as_str() {
        "em" | "rem" | "ch" | "ex" => 16.0,
        "in" => 96.0,
        "cm" => 38.0,
        "vw" | "vh" | "%" => 10.0,
        _ => 1.0,
    };
    length * pixels <= OFF_PAGE
}

/// `opacity(0)`, `alpha(opacity=0)`: nothing but a zero behind the word.
fn has_zero(value: &str, word: &str) -> bool {
    let lower = clip(value, 64).to_ascii_lowercase();
    let Some((_, behind)) = lower.split_once(word) else { return false };
    number(behind.trim_start_matches(['(', '=', ' '])).is_some_and(|number| number < 0.05)
}

/// `0/0 a`, `0px arial`: the size in a list that says all of a font.
pub(super) fn shorthand_size(value: &str) -> Option<bool> {
    let size = value.split_whitespace().take(6).find_map(|word| {
        let size = word.split('/').next().unwrap_or_default();
        let unit = size.trim_start_matches(|letter: char| letter.is_ascii_digit() || letter == '.');
        // A number without a unit is the weight, but for a zero.
        (unit.len() < size.len() && (!unit.is_empty() || number(size).is_some_and(|size| size <= 0.0))).then_some(size)
    });
    size.map(is_tiny)
}

/// `rect(0 0 0 0)`, `rect(1px, 1px, 1px, 1px)`: the edges meet.
pub(super) fn shows_no_rectangle(value: &str) -> bool {
    let lower = clip(value, 64).to_ascii_lowercase();
    let Some(inner) = lower.strip_prefix("rect(") else { return false };
    let edges: Vec<f32> = inner.split([',', ' ', ')']).filter_map(number).take(4).collect();
    matches!(edges.as_slice(), [top, right, bottom, left] if bottom - top <= 1.0 || right - left <= 1.0)
}

/// `inset(50%)` and more, `circle(0)`, `ellipse(0 0)`, `polygon(0 0)`.
fn shows_no_shape(value: &str) -> bool {
    let lower = clip(value, 64).to_ascii_lowercase();
    let size = |name: &str| lower.strip_prefix(name).and_then(|inner| number(inner.trim_start_matches(['(', ' '])));
    let inset = size("inset").is_some_and(|inset| inset >= 50.0 && lower.contains('%'));
    inset
        || ["circle", "ellipse"].iter().any(|name| size(name).is_some_and(|size| size <= 0.0))
        || lower.starts_with("polygon(0 0)")
}

/// Scaled to nothing, turned to its edge, or moved off the page.
fn is_moved_away(value: &str) -> bool {
    let lower = clip(value, 256).to_ascii_lowercase();
    lower.split(')').take(8).any(|part| {
        let Some((name, inner)) = part.split_once('(') else { return false };
        let mut numbers = inner.split(',').map(str::trim);
        match name.trim() {
            "scale" | "scalex" | "scaley" | "scale3d" => {
                numbers.any(|size| number(size).is_some_and(|size| size.abs() < 0.05))
            }
            "rotatex" | "rotatey" => {
                numbers.any(|turn| number(turn).is_some_and(|turn| (turn.abs() - 90.0).abs() < 1.0))
            }
            "translate" | "translatex" | "translatey" | "translate3d" => {
                // A share is one of the element itself.
                numbers.any(|by| is_off_page(by) && !by.ends_with('%'))
            }
            _ => false,
        }
    })
}

/// A font size that shows nothing.
pub(super) fn is_tiny(value: &str) -> bool {
    number(value).is_some_and(|size| size <= 0.0 || size <= 1.0 && (value.ends_with("px") || value.ends_with("pt")))
}

/// The number in front of a unit.
pub(super) fn number(value: &str) -> Option<f32> {
    let end = value
        .find(|letter: char| !(letter.is_ascii_digit() || matches!(letter, '.' | '-' | '+')))
        .unwrap_or(value.len());
    value.get(..end)?.parse().ok()
}

pub(super) fn is_zero(value: &str) -> bool {
    number(value).is_some_and(|size| size <= 0.0 || size <= 1.0 && !value.ends_with('%'))
}

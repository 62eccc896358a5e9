//! Colors of styles: what a text is painted with, and what lies behind it. Pure.

use super::hides::number;
use crate::message::clip;

/// Colors this near to each other in each channel cannot be told apart by a reader.
const COLOR_STEP: u8 = 8;

/// Red, green, blue.
pub(in crate::evidence) type Color = [u8; 3];

/// What lies behind a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::evidence) enum Paint {
    /// One color.
    Plain(Color),
    /// A picture, a gradient: not known.
    Picture,
}

pub(super) fn background(value: &str) -> Option<Paint> {
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

/// `#fff`, `#ffffff`, `rgb(255, 255, 255)` and the names that hide text in practice.
pub(in crate::evidence) fn color(value: &str) -> Option<Color> {
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
pub(in crate::evidence) fn same_color(one: Color, other: Color) -> bool {
    one.iter().zip(other).all(|(one, other)| one.abs_diff(other) <= COLOR_STEP)
}

/// A color that is not painted.
pub(super) fn is_clear(value: &str) -> bool {
    if value.eq_ignore_ascii_case("transparent") {
        return true;
    }
    if let Some(hex) = value.strip_prefix('#') {
        // The last of four digits, or the last two of eight.
        let alpha = match hex.len() {
            4 => hex.get(3..),
            8 => hex.get(6..),
            _ => None,
        };
        return alpha.is_some_and(|alpha| u8::from_str_radix(alpha, 16).is_ok_and(|alpha| alpha < 0x0d));
    }
    let is_function = |name: &str| ["rgb", "hsl"].iter().any(|known| name.eq_ignore_ascii_case(known));
    if !value.get(..3).is_some_and(is_function) {
        return false;
    }
    let parts = clip(value, 64).split([',', '/', ' ', '(', ')']);
    // The first is the name.
    let alpha = parts.filter(|part| !part.is_empty()).nth(4);
    alpha.and_then(number).is_some_and(|alpha| alpha < 0.05)
}

//! QR codes: in pictures, and drawn with characters or table cells. Only what they say is kept; whether it is a link is for
//! others. Everything is bounded: the pictures of a mail share a number and a sum of pixels.
//!
//! The search is our own, because a picture is hostile: three squares with dark and light in the ratio 1:1:3:1:1 that stand
//! in a right angle, then one look at every module. A code that is bent or seen from the side is not found.

mod drawn;
mod find;
mod picture;
mod samples;
#[cfg(test)]
mod tests;

pub(super) use drawn::{CELLS, holds_drawing, in_page, in_text};
pub(super) use samples::Samples;

use crate::message::Limits;

/// The most bytes that are kept of what a code says; the largest codes hold less.
const TEXT_BYTES: usize = 4_096;
/// The smallest and the largest code, in modules a side.
const SIZES: std::ops::RangeInclusive<usize> = 21..=177;

/// What may still be spent on the pictures of a mail.
pub(super) struct Budget {
    pictures: usize,
    pixels: u64,
    /// Pictures that were not searched.
    pub(super) left_out: usize,
}

impl Default for Budget {
    fn default() -> Self {
        Self::within(&Limits::DEFAULT)
    }
}

impl Budget {
    pub(super) fn within(limits: &Limits) -> Self {
        Self { pictures: limits.pictures, pixels: limits.pixels as u64, left_out: 0 }
    }

    /// Another picture may be searched; one that may not is counted.
    pub(super) fn any_left(&mut self) -> bool {
        self.left_out += usize::from(self.pictures == 0);
        self.pictures > 0
    }

    /// Spends a picture without a format of its own; false where it may not or need not be searched.
    pub(super) fn admits(&mut self, samples: &Samples) -> bool {
        samples.pixels().is_some_and(|pixels| self.spend(pixels))
    }

    /// Spends a picture of so many pixels.
    fn spend(&mut self, pixels: u64) -> bool {
        if self.pictures == 0 || pixels > self.pixels {
            self.left_out += 1;
            return false;
        }
        self.pictures -= 1;
        self.pixels -= pixels;
        true
    }
}

/// What the codes in a picture say; empty for what is no picture.
pub(super) fn in_picture(bytes: &[u8], budget: &mut Budget) -> Vec<String> {
    if !picture::is_picture(bytes) {
        return Vec::new();
    }
    let Some(pixels) = picture::pixels(bytes) else { return Vec::new() };
    if !budget.spend(pixels) {
        return Vec::new();
    }
    picture::read(bytes).map(|plane| find::codes(&plane)).unwrap_or_default()
}

/// What the codes in a picture without a format of its own say, which [`Budget::admits`].
pub(super) fn in_samples(samples: &Samples, data: &[u8]) -> Vec<String> {
    find::codes(&samples.plane(data))
}

/// The picture inside a `data:` URL.
pub(super) fn of_data_url(url: &str) -> Option<Vec<u8>> {
    let (head, body) = url.get(5..)?.split_once(',')?;
    let encoded = head.get(..200).unwrap_or(head).to_ascii_lowercase();
    if !encoded.trim_end().ends_with(";base64") {
        return None;
    }
    if body.contains('%') {
        super::base64::decode(&super::wrappers::unescaped(body))
    } else {
        super::base64::decode(body)
    }
}

/// What a square of modules says, `dark` asked by column and row; `None` where it is no code.
fn decode(size: usize, dark: impl Fn(usize, usize) -> bool) -> Option<String> {
    if !SIZES.contains(&size) || size % 4 != 1 {
        return None;
    }
    // Cheap to ask first: the timing patterns alternate in every code.
    let odd = (8..size - 8).filter(|at| dark(*at, 6) != (at % 2 == 0) || dark(6, *at) != (at % 2 == 0)).count();
    if odd > (size - 16) / 4 + 1 {
        return None;
    }
    let grid = rqrr::Grid::new(rqrr::SimpleGrid::from_func(size, dark));
    let mut out = Vec::new();
    grid.decode_to(&mut out).ok()?;
    out.truncate(TEXT_BYTES);
    let text = String::from_utf8_lossy(&out).trim().to_owned();
    (!text.is_empty()).then_some(text)
}

//! Pictures as gray levels, under strict limits: what is no PNG, JPEG, GIF, BMP or WebP, too large or too long is not
//! decoded at all.

use std::io::Cursor;

use image::{ImageFormat, ImageReader, Limits};

/// The longest side that is decoded.
const SIDE: u32 = 8_000;
/// The most bytes that a decoder may allocate.
const ALLOCATION: u64 = 96 * 1024 * 1024;
/// The shortest side that can hold a code.
const SHORTEST: u32 = 21;
/// Larger pictures are made smaller before the search.
const ENOUGH: usize = 2_000_000;

/// Gray levels, row by row; 0 is black.
#[derive(Debug, Clone, Default)]
pub(super) struct Plane {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) gray: Vec<u8>,
}

fn format(bytes: &[u8]) -> Option<ImageFormat> {
    let format = image::guess_format(bytes.get(..64).unwrap_or(bytes)).ok()?;
    let known =
        [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Gif, ImageFormat::Bmp, ImageFormat::WebP].contains(&format);
    known.then_some(format)
}

/// The bytes begin as a picture of a kind that is read.
pub(super) fn is_picture(bytes: &[u8]) -> bool {
    bytes.len() > 60 && format(bytes).is_some()
}

fn reader(bytes: &[u8]) -> Option<ImageReader<Cursor<&[u8]>>> {
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format(bytes)?);
    let mut limits = Limits::default();
    limits.max_image_width = Some(SIDE);
    limits.max_image_height = Some(SIDE);
    limits.max_alloc = Some(ALLOCATION);
    reader.limits(limits);
    Some(reader)
}

/// How many pixels it says to have; `None` where no code fits or a limit forbids to look.
pub(super) fn pixels(bytes: &[u8]) -> Option<u64> {
    let (width, height) = reader(bytes)?.into_dimensions().ok()?;
    fits(width, height).then_some(u64::from(width) * u64::from(height))
}

/// A picture of these sides can hold a code and is not too large to look.
pub(super) fn fits(width: u32, height: u32) -> bool {
    let sides = (SHORTEST..=SIDE).contains(&width) && (SHORTEST..=SIDE).contains(&height);
    // A line or a strip holds no square that could be scanned.
    sides && width.max(height) / width.min(height) <= 30
}

/// Decodes a picture; transparent is white, as behind most mails.
pub(super) fn read(bytes: &[u8]) -> Option<Plane> {
    let picture = reader(bytes)?.decode().ok()?;
    let gray = if picture.color().has_alpha() {
        let picture = picture.to_luma_alpha8();
        picture
            .pixels()
            .map(|pixel| {
                let [luma, alpha] = pixel.0;
                let (luma, alpha) = (u32::from(luma), u32::from(alpha));
                ((luma * alpha + 255 * (255 - alpha)) / 255) as u8
            })
            .collect()
    } else {
        picture.to_luma8().into_raw()
    };
    let plane = Plane { width: picture.width() as usize, height: picture.height() as usize, gray };
    Some(smaller(plane))
}

/// Means of squares of pixels, so that no more than [`ENOUGH`] are left.
pub(super) fn smaller(plane: Plane) -> Plane {
    let mut by = 1;
    while plane.width / by * (plane.height / by) > ENOUGH {
        by += 1;
    }
    if by == 1 {
        return plane;
    }
    let (width, height) = (plane.width / by, plane.height / by);
    let mut gray = Vec::with_capacity(width * height);
    for y in 0..height {
        for x in 0..width {
            let sum: u32 = (0..by)
                .flat_map(|dy| {
                    let start = (y * by + dy) * plane.width + x * by;
                    plane.gray.get(start..start + by).unwrap_or_default()
                })
                .map(|level| u32::from(*level))
                .sum();
            gray.push((sum / (by * by) as u32) as u8);
        }
    }
    Plane { width, height, gray }
}

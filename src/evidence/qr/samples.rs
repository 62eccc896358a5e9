//! Pictures without a format of their own, as a PDF holds them (ISO 32000-1 section 8.9): rows of samples, each row at a
//! whole byte, perhaps behind a predictor. Bounded by what the caller unpacked; rows that are missing are white.

use super::picture::{Plane, fits, smaller};

/// How the samples of a picture lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in super::super) struct Samples {
    pub(in super::super) width: u32,
    pub(in super::super) height: u32,
    /// Bits of a sample: 1, 2, 4, 8 or 16.
    pub(in super::super) bits: usize,
    /// Samples of a pixel; `None` where nothing says so and the length has to.
    pub(in super::super) colors: Option<usize>,
    /// 1 for none, 2 for TIFF, 10 and more for PNG (ISO 32000-1 table 10).
    pub(in super::super) predictor: usize,
}

impl Samples {
    /// How many pixels it has; `None` where no code fits or a limit forbids to look.
    pub(super) fn pixels(&self) -> Option<u64> {
        let known = matches!(self.bits, 1 | 2 | 4 | 8 | 16);
        (known && fits(self.width, self.height)).then_some(u64::from(self.width) * u64::from(self.height))
    }

    /// The bytes of a row without the byte of its predictor.
    fn row(&self, colors: usize) -> usize {
        (self.width as usize * self.bits * colors).div_ceil(8)
    }

    /// The samples of a pixel, as the length tells them where nothing else does.
    fn colors(&self, length: usize) -> usize {
        let whole = |colors: &usize| {
            let row = self.row(*colors) + usize::from(self.predictor >= 10);
            // A line end may stand behind the last row.
            (row * self.height as usize..row * self.height as usize + 3).contains(&length)
        };
        self.colors.filter(|colors| (1..=4).contains(colors)).or([1, 3, 4].into_iter().find(whole)).unwrap_or(3)
    }

    /// The picture as gray levels.
    pub(super) fn plane(&self, data: &[u8]) -> Plane {
        let colors = self.colors(data.len());
        let (width, height, row) = (self.width as usize, self.height as usize, self.row(colors));
        let step = (colors * self.bits / 8).max(1);
        let mut gray = Vec::with_capacity(width * height);
        let mut above = vec![0; row];
        for line in data.chunks(row + usize::from(self.predictor >= 10)).take(height) {
            let mut line = line.to_vec();
            let how = if self.predictor >= 10 { line.remove(0) } else { 0 };
            line.resize(row, 255);
            match self.predictor {
                10.. => undo(how, step, &above, &mut line),
                2 if self.bits == 8 => undo(1, step, &above, &mut line),
                _ => {}
            }
            gray.extend((0..width).map(|x| self.level(&line, x, colors)));
            above = line;
        }
        gray.resize(width * height, 255);
        smaller(Plane { width, height, gray })
    }

    /// The gray level of a pixel.
    fn level(&self, line: &[u8], x: usize, colors: usize) -> u8 {
        let sample = |color: usize| {
            let at = (x * colors + color) * self.bits;
            let byte = line.get(at / 8).copied().unwrap_or(255);
            if self.bits >= 8 {
                return u32::from(byte);
            }
            let most = (1_u32 << self.bits) - 1;
            (u32::from(byte) >> (8 - self.bits - at % 8) & most) * 255 / most
        };
        let level = match colors {
            1 => sample(0),
            4 => 255 - ((sample(0) + sample(1) + sample(2)) / 3 + sample(3)).min(255),
            _ => (sample(0) * 77 + sample(1) * 150 + sample(2) * 29) >> 8,
        };
        level.min(255) as u8
    }
}

/// Undoes the filter of a row (PNG specification section 9).
fn undo(how: u8, step: usize, above: &[u8], line: &mut [u8]) {
    for at in 0..line.len() {
        let left = at.checked_sub(step).and_then(|at| line.get(at)).copied().unwrap_or(0);
        let up = above.get(at).copied().unwrap_or(0);
        let corner = at.checked_sub(step).and_then(|at| above.get(at)).copied().unwrap_or(0);
        let guess = match how {
            1 => left,
            2 => up,
            3 => u16::midpoint(left.into(), up.into()) as u8,
            4 => paeth(left, up, corner),
            _ => return,
        };
        if let Some(byte) = line.get_mut(at) {
            *byte = byte.wrapping_add(guess);
        }
    }
}

fn paeth(left: u8, up: u8, corner: u8) -> u8 {
    let whole = i16::from(left) + i16::from(up) - i16::from(corner);
    let far = |byte: u8| (whole - i16::from(byte)).abs();
    if far(left) <= far(up) && far(left) <= far(corner) {
        left
    } else if far(up) <= far(corner) {
        up
    } else {
        corner
    }
}

//! Codes in a plane of gray levels: the squares in three corners, and the modules that they span. Linear in the pixels,
//! with a bound on how many squares and triples are tried.

use super::decode;
use super::picture::Plane;

/// The most squares that are kept of one picture; noise has many, and a mail's picture rarely more than two codes.
const SQUARES: usize = 60;
/// The most triples of squares that are read as a code, for one picture and one threshold.
const TRIES: usize = 200;
/// The most codes that are taken from one picture.
const CODES: usize = 8;

/// Dark and light.
struct Bits {
    width: usize,
    height: usize,
    dark: Vec<bool>,
}

impl Bits {
    fn at(&self, x: usize, y: usize) -> bool {
        x < self.width && self.dark.get(y * self.width + x).copied().unwrap_or_default()
    }

    fn row(&self, y: usize) -> &[bool] {
        self.dark.get(y * self.width..(y + 1) * self.width).unwrap_or_default()
    }
}

/// The middle of a corner square and the size of a module there, in pixels.
#[derive(Debug, Clone, Copy)]
struct Square {
    x: f32,
    y: f32,
    unit: f32,
    seen: u32,
}

/// What the codes say, each once.
pub(super) fn codes(plane: &Plane) -> Vec<String> {
    let mut out = Vec::new();
    let level = otsu(&plane.gray);
    let global = |dark_below: bool| Bits {
        width: plane.width,
        height: plane.height,
        dark: plane.gray.iter().map(|gray| (*gray <= level) == dark_below).collect(),
    };
    search(&global(true), &mut out);
    if out.is_empty() {
        search(&global(false), &mut out);
    }
    if out.is_empty() {
        search(&local(plane), &mut out);
    }
    out
}

/// The level that parts dark from light best (Otsu 1979).
fn otsu(gray: &[u8]) -> u8 {
    let mut counts = [0_u64; 256];
    for level in gray {
        if let Some(count) = counts.get_mut(usize::from(*level)) {
            *count += 1;
        }
    }
    let total: u64 = gray.len() as u64;
    let sum: u64 = counts.iter().enumerate().map(|(level, count)| count * level as u64).sum();
    let (mut below, mut sum_below, mut best, mut level) = (0_u64, 0_u64, 0.0_f64, 127_u8);
    for (at, count) in counts.iter().enumerate() {
        below += count;
        sum_below += count * at as u64;
        let above = total - below;
        if below == 0 || above == 0 {
            continue;
        }
        let apart = sum_below as f64 / below as f64 - (sum - sum_below) as f64 / above as f64;
        let spread = below as f64 * above as f64 * apart * apart;
        if spread > best {
            (best, level) = (spread, at as u8);
        }
    }
    level
}

/// Darker than around it, for pictures with shadows.
fn local(plane: &Plane) -> Bits {
    let (width, height) = (plane.width, plane.height);
    let reach = (width.min(height) / 10).clamp(8, 80);
    // Sums of all above and to the left.
    let mut sums = vec![0_u64; (width + 1) * (height + 1)];
    for y in 0..height {
        let mut row = 0;
        for x in 0..width {
            row += u64::from(plane.gray.get(y * width + x).copied().unwrap_or_default());
            let above = sums.get(y * (width + 1) + x + 1).copied().unwrap_or_default();
            if let Some(sum) = sums.get_mut((y + 1) * (width + 1) + x + 1) {
                *sum = above + row;
            }
        }
    }
    let sum = |x: usize, y: usize| sums.get(y * (width + 1) + x).copied().unwrap_or_default();
    let mut dark = Vec::with_capacity(width * height);
    for y in 0..height {
        let (top, bottom) = (y.saturating_sub(reach), (y + reach + 1).min(height));
        for x in 0..width {
            let (left, right) = (x.saturating_sub(reach), (x + reach + 1).min(width));
            let area = ((bottom - top) * (right - left)) as u64;
            let around = sum(right, bottom) + sum(left, top) - sum(left, bottom) - sum(right, top);
            let own = u64::from(plane.gray.get(y * width + x).copied().unwrap_or_default());
            dark.push(own * area * 100 < around * 90);
        }
    }
    Bits { width, height, dark }
}

fn search(bits: &Bits, out: &mut Vec<String>) {
    let squares = squares(bits);
    let mut tries = 0;
    for (at, corner) in squares.iter().enumerate() {
        for (index, one) in squares.iter().enumerate() {
            if index == at || !alike(corner, one) {
                continue;
            }
            for other in squares.iter().skip(index + 1) {
                if std::ptr::eq(other, corner) || !alike(corner, other) || !right_angle(corner, one, other) {
                    continue;
                }
                tries += 1;
                if tries > TRIES || out.len() >= CODES {
                    return;
                }
                if let Some(text) = read(bits, corner, one, other).filter(|text| !out.contains(text)) {
                    out.push(text);
                }
            }
        }
    }
}

fn alike(one: &Square, other: &Square) -> bool {
    let (small, large) = (one.unit.min(other.unit), one.unit.max(other.unit));
    large <= small * 1.4 + 0.5
}

/// Two sides of the same length that stand upright on each other, long enough for a code.
fn right_angle(corner: &Square, one: &Square, other: &Square) -> bool {
    let (ax, ay, bx, by) = (one.x - corner.x, one.y - corner.y, other.x - corner.x, other.y - corner.y);
    let (a, b) = (ax.hypot(ay), bx.hypot(by));
    a > corner.unit * 12.0 && (a - b).abs() < a.max(b) * 0.12 && (ax * bx + ay * by).abs() < a * b * 0.12
}

/// Reads the modules that three squares span. Which of the two sides is the upper one does not matter: codes are read
/// mirrored as well.
fn read(bits: &Bits, corner: &Square, one: &Square, other: &Square) -> Option<String> {
    let (ax, ay, bx, by) = (one.x - corner.x, one.y - corner.y, other.x - corner.x, other.y - corner.y);
    let unit = (corner.unit + one.unit + other.unit) / 3.0;
    let guess = (f32::midpoint(ax.hypot(ay), bx.hypot(by)) / unit + 7.0 - 17.0) / 4.0;
    let guess = guess.round().clamp(1.0, 40.0) as usize;
    // The size of a module is known to a fraction of a pixel only; the timing patterns tell which guess is right.
    [0, 1, -1, 2, -2, 3, -3].iter().find_map(|off: &isize| {
        let size = guess.checked_add_signed(*off)? * 4 + 17;
        let across = size as f32 - 7.0;
        decode(size, |x, y| {
            let (u, v) = ((x as f32 - 3.0) / across, (y as f32 - 3.0) / across);
            let (px, py) = (corner.x + ax * u + bx * v, corner.y + ay * u + by * v);
            px >= 0.0 && py >= 0.0 && bits.at(px as usize, py as usize)
        })
    })
}

/// Every place where a row and the column through its middle both run 1:1:3:1:1.
fn squares(bits: &Bits) -> Vec<Square> {
    let mut out: Vec<Square> = Vec::new();
    for y in 0..bits.height {
        let row = bits.row(y);
        let (mut runs, mut length, mut color) = ([0_usize; 5], 0, false);
        for (x, dark) in row.iter().copied().chain([false]).enumerate() {
            if dark == color && x < row.len() {
                length += 1;
                continue;
            }
            // A run ends: the last five are dark, light, dark, light, dark where a dark one ends.
            runs.rotate_left(1);
            if let Some(last) = runs.last_mut() {
                *last = length;
            }
            if color
                && let Some(unit) = ratio(runs)
                && let Some(square) = confirmed(bits, x as f32 - unit * 3.5, y, unit)
            {
                note(&mut out, square);
                if out.len() >= SQUARES {
                    return seen_often(out);
                }
            }
            color = dark;
            length = 1;
        }
    }
    seen_often(out)
}

/// Squares of real codes are crossed by several rows where a module has several pixels.
fn seen_often(mut squares: Vec<Square>) -> Vec<Square> {
    squares.retain(|square| square.unit < 2.0 || square.seen >= 2);
    squares
}

fn note(out: &mut Vec<Square>, square: Square) {
    let near = |known: &&mut Square| {
        (known.x - square.x).abs() < known.unit * 1.5 && (known.y - square.y).abs() < known.unit * 1.5
    };
    match out.iter_mut().find(near) {
        Some(known) => {
            let seen = known.seen as f32;
            known.x = (known.x * seen + square.x) / (seen + 1.0);
            known.y = (known.y * seen + square.y) / (seen + 1.0);
            known.unit = (known.unit * seen + square.unit) / (seen + 1.0);
            known.seen += 1;
        }
        None => out.push(square),
    }
}

/// The size of a module where five runs are 1:1:3:1:1.
fn ratio(runs: [usize; 5]) -> Option<f32> {
    let total: usize = runs.iter().sum();
    if total < 7 || runs.contains(&0) {
        return None;
    }
    let total = total as f32;
    let unit = total / 7.0;
    let near = |run: f32, units: f32| (run - unit * units).abs() <= unit * if units > 1.0 { 0.9 } else { 0.6 };
    let units = [1.0, 1.0, 3.0, 1.0, 1.0];
    runs.iter().zip(units).all(|(run, units)| near(*run as f32, units)).then_some(unit)
}

/// The column through the middle runs alike; then the row through the true middle.
fn confirmed(bits: &Bits, x: f32, y: usize, unit: f32) -> Option<Square> {
    let column = x.max(0.0) as usize;
    let (center_y, unit_y) = cross(unit, y, bits.height, |at| bits.at(column, at))?;
    let row = center_y as usize;
    let (center_x, unit_x) = cross(unit, column, bits.width, |at| bits.at(at, row))?;
    let fits = unit_x.max(unit_y) <= unit_x.min(unit_y) * 1.6 + 0.5;
    fits.then_some(Square { x: center_x, y: center_y, unit: f32::midpoint(unit_x, unit_y), seen: 1 })
}

/// Runs on both sides of a dark place on a line; the middle and the module where they are 1:1:3:1:1.
fn cross(unit: f32, start: usize, end: usize, dark: impl Fn(usize) -> bool) -> Option<(f32, f32)> {
    let most = (unit * 6.0) as usize + 4;
    if !dark(start) {
        return None;
    }
    let (mut first, mut last) = (start, start);
    while first > 0 && start - first < most && dark(first - 1) {
        first -= 1;
    }
    while last + 1 < end && last - start < most && dark(last + 1) {
        last += 1;
    }
    // Two more runs on each side.
    let mut runs = [0, 0, last - first + 1, 0, 0];
    let [far_left, left, _, right, far_right] = &mut runs;
    let mut at = first;
    for (run, color) in [(left, false), (far_left, true)] {
        while at > 0 && *run < most && dark(at - 1) == color {
            at -= 1;
            *run += 1;
        }
    }
    let mut at = last;
    for (run, color) in [(right, false), (far_right, true)] {
        while at + 1 < end && *run < most && dark(at + 1) == color {
            at += 1;
            *run += 1;
        }
    }
    let unit = ratio(runs)?;
    Some(((first + last + 1) as f32 / 2.0, unit))
}

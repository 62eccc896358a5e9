//! Where a reader is in a laid-out document: the line under the cursor and the first row on the screen, and how both
//! move. Panes and layers read alike. No drawing, no I/O.

use crate::view::Tone;

use super::doc::Laid;

/// Where the reader is in one document.
#[derive(Debug, Clone, Default)]
pub struct Position {
    /// Logical line under the cursor.
    pub stop: usize,
    /// First row on the screen.
    pub offset: usize,
    /// Rows that fitted when last drawn.
    pub height: usize,
}

impl Position {
    /// Takes how many rows fit, and moves the first row so that the cursor's line is in sight.
    pub fn fit(&mut self, laid: &Laid, height: usize) {
        self.height = height;
        self.stop = self.stop.min(laid.stops.len().saturating_sub(1));
        if let Some(stop) = laid.stops.get(self.stop).filter(|stop| stop.rows > height.max(1)) {
            // A line taller than the place is scrolled through; its ends are as far as that goes.
            let first = if self.stop == 0 { 0 } else { stop.row };
            self.offset = self.offset.clamp(first, stop.row + stop.rows - height.max(1));
        } else if let Some(stop) = laid.stops.get(self.stop) {
            let last = stop.row + stop.rows.min(height.max(1));
            // The first line takes what stands above it (a map, a table's head) along.
            let first = if self.stop == 0 { 0 } else { stop.row };
            if first < self.offset {
                self.offset = first;
            } else if stop.row >= self.offset + height || (self.stop > 0 && last > self.offset + height) {
                // The first line never pushes what stands above it out of sight.
                self.offset = last.saturating_sub(height);
            }
        }
        self.offset = self.offset.min(laid.rows.len().saturating_sub(height));
    }

    /// Moves the cursor by rows of the screen; a long line scrolls before the cursor leaves it.
    pub fn step(&mut self, laid: &Laid, by: isize) {
        let Some(stop) = laid.stops.get(self.stop) else { return };
        let height = self.height.max(1);
        let count = laid.stops.len();
        if by == 1 && stop.row + stop.rows > self.offset + height && stop.rows > height {
            self.offset += 1;
        } else if by == -1 && stop.row < self.offset && stop.rows > height {
            self.offset -= 1;
        } else if by == -1 && self.stop == 0 {
            self.offset = 0;
        } else if by.unsigned_abs() == 1 {
            self.stop = self.stop.saturating_add_signed(by).min(count.saturating_sub(1));
        } else {
            // Within a line taller than the place, a page is a page of that line.
            let inside = stop.rows > height;
            let from = if inside { self.offset.max(stop.row) } else { stop.row };
            let row = from.saturating_add_signed(by);
            let mut next = laid.stops.partition_point(|stop| stop.row <= row).saturating_sub(1);
            let at_end = self.offset + height >= stop.row + stop.rows;
            if inside && next == self.stop && at_end && by > 0 {
                next += 1;
            }
            self.stop = next.min(count.saturating_sub(1));
            self.offset = self.offset.saturating_add_signed(by);
        }
    }

    /// The next line that matches a search, or the next finding where nothing is searched. Turns round at the end.
    #[must_use]
    pub fn next(&self, laid: &Laid, search: &str, forward: bool) -> Option<usize> {
        let needle = search.to_lowercase();
        let (here, count) = (self.stop, laid.stops.len());
        let hit = |index: &usize| {
            laid.stops.get(*index).is_some_and(|stop| {
                if needle.is_empty() {
                    matches!(stop.tone, Tone::Low | Tone::Medium | Tone::High | Tone::Error)
                } else {
                    stop.text.to_lowercase().contains(&needle)
                }
            })
        };
        if forward {
            (here + 1..count).find(hit).or_else(|| (0..=here).find(hit))
        } else {
            (0..here).rev().find(hit).or_else(|| (here..count).rev().find(hit))
        }
    }
}

//! The inspector: the open mail, its panes with their cursors, search and zoom. No drawing, no I/O.

use std::collections::HashMap;

use crate::analysis::Analysis;
use crate::text::Lang;
use crate::view::{Doc, PANES, Target, Tone};

use super::doc::{Laid, lay};

/// A mail that was read and analyzed for the inspector.
#[derive(Debug)]
pub struct OpenMail {
    /// Its row.
    pub index: u32,
    /// Its canonical bytes.
    pub bytes: Vec<u8>,
    /// What was found.
    pub analysis: Analysis,
}

/// Where the reader is in one pane.
#[derive(Debug, Clone, Default)]
pub struct Position {
    /// Logical line under the cursor.
    pub stop: usize,
    /// First row on the screen.
    pub offset: usize,
    /// Rows that fitted when last drawn.
    pub height: usize,
}

/// A document with its layout for one width.
#[derive(Debug, Default)]
struct Kept {
    doc: Option<Doc>,
    laid: Laid,
    width: u16,
    map_rows: u16,
    fresh: bool,
}

/// The panes of the open mail.
#[derive(Debug)]
pub struct Inspector {
    /// The pane with the keys.
    pub focus: usize,
    /// Shown alone.
    pub zoom: bool,
    positions: Vec<Position>,
    kept: HashMap<usize, Kept>,
    /// What is searched in the pane with the keys; empty is nothing.
    pub search: String,
    /// Pane, search and hits as last counted.
    hits: Option<(usize, String, usize)>,
}

impl Default for Inspector {
    fn default() -> Self {
        Self {
            focus: 0,
            zoom: false,
            positions: vec![Position::default(); PANES.len()],
            kept: HashMap::new(),
            search: String::new(),
            hits: None,
        }
    }
}

impl Inspector {
    /// Forgets documents: another mail is shown, or more is known of the same one. Of the same mail positions and layouts
    /// stay until the next frame lays the new documents out, and its bytes are what they were.
    pub fn forget(&mut self, same: bool) {
        self.hits = None;
        if !same {
            self.kept.clear();
            self.positions = vec![Position::default(); PANES.len()];
            return;
        }
        let raw = pane("raw");
        for (_, kept) in self.kept.iter_mut().filter(|(pane, _)| **pane != raw) {
            kept.doc = None;
        }
    }

    /// The layout of a pane for a width; `doc` makes the document where it is not there yet.
    pub fn laid(&mut self, pane: usize, width: u16, map_rows: u16, doc: impl FnOnce() -> Doc) -> &Laid {
        let kept = self.kept.entry(pane).or_default();
        if kept.doc.is_none() {
            kept.doc = Some(doc());
            kept.fresh = false;
        }
        if (!kept.fresh || kept.width != width || kept.map_rows != map_rows)
            && let Some(doc) = &kept.doc
        {
            kept.laid = lay(doc, width, map_rows);
            kept.width = width;
            kept.map_rows = map_rows;
            kept.fresh = true;
        }
        &kept.laid
    }

    /// The document of a pane has to be made.
    #[must_use]
    pub fn wants(&self, pane: usize) -> bool {
        self.kept.get(&pane).is_none_or(|kept| kept.doc.is_none())
    }

    /// The layout as it was last made.
    #[must_use]
    pub fn last(&self, pane: usize) -> Option<&Laid> {
        self.kept.get(&pane).map(|kept| &kept.laid)
    }

    /// Where the reader is in a pane.
    #[must_use]
    pub fn position(&self, pane: usize) -> Position {
        self.positions.get(pane).cloned().unwrap_or_default()
    }

    /// Tells how many rows fit into a pane, and moves its first row so that the cursor's line is in sight.
    pub fn fit(&mut self, pane: usize, height: usize) -> Position {
        let Some(laid) = self.kept.get(&pane).map(|kept| &kept.laid) else { return Position::default() };
        let Some(position) = self.positions.get_mut(pane) else { return Position::default() };
        position.height = height;
        position.stop = position.stop.min(laid.stops.len().saturating_sub(1));
        if let Some(stop) = laid.stops.get(position.stop).filter(|stop| stop.rows > height.max(1)) {
            // A line taller than the pane is scrolled through; its ends are as far as that goes.
            let first = if position.stop == 0 { 0 } else { stop.row };
            position.offset = position.offset.clamp(first, stop.row + stop.rows - height.max(1));
        } else if let Some(stop) = laid.stops.get(position.stop) {
            let last = stop.row + stop.rows.min(height.max(1));
            // The first line takes what stands above it (a map, a table's head) along.
            let first = if position.stop == 0 { 0 } else { stop.row };
            if first < position.offset {
                position.offset = first;
            } else if stop.row >= position.offset + height || (position.stop > 0 && last > position.offset + height) {
                // The first line never pushes what stands above it out of sight.
                position.offset = last.saturating_sub(height);
            }
        }
        position.offset = position.offset.min(laid.rows.len().saturating_sub(height));
        position.clone()
    }

    /// Moves the cursor of the focused pane by rows of the screen; a long line scrolls before the cursor leaves it.
    pub fn step(&mut self, by: isize) {
        let pane = self.focus;
        let Some(laid) = self.kept.get(&pane).map(|kept| &kept.laid) else { return };
        let Some(position) = self.positions.get_mut(pane) else { return };
        let Some(stop) = laid.stops.get(position.stop) else { return };
        let height = position.height.max(1);
        let count = laid.stops.len();
        if by == 1 && stop.row + stop.rows > position.offset + height && stop.rows > height {
            position.offset += 1;
        } else if by == -1 && stop.row < position.offset && stop.rows > height {
            position.offset -= 1;
        } else if by == -1 && position.stop == 0 {
            position.offset = 0;
        } else if by.unsigned_abs() == 1 {
            position.stop = position.stop.saturating_add_signed(by).min(count.saturating_sub(1));
        } else {
            // Within a line taller than the pane, a page is a page of that line.
            let inside = stop.rows > height;
            let from = if inside { position.offset.max(stop.row) } else { stop.row };
            let row = from.saturating_add_signed(by);
            let mut next = laid.stops.partition_point(|stop| stop.row <= row).saturating_sub(1);
            let at_end = position.offset + height >= stop.row + stop.rows;
            if inside && next == position.stop && at_end && by > 0 {
                next += 1;
            }
            position.stop = next.min(count.saturating_sub(1));
            position.offset = position.offset.saturating_add_signed(by);
        }
    }

    /// Puts the cursor of a pane on a logical line.
    pub fn go(&mut self, pane: usize, stop: usize) {
        if let Some(position) = self.positions.get_mut(pane) {
            position.stop = stop;
        }
    }

    /// The number of logical lines of the focused pane.
    #[must_use]
    pub fn stops(&self) -> usize {
        self.last(self.focus).map_or(0, |laid| laid.stops.len())
    }

    /// What stands behind the cursor's line.
    #[must_use]
    pub fn targets(&self) -> &[Target] {
        let stop = self.position(self.focus).stop;
        self.last(self.focus).and_then(|laid| laid.stops.get(stop)).map_or(&[], |stop| &stop.targets)
    }

    /// The text of the cursor's line.
    #[must_use]
    pub fn line_text(&self) -> Option<&str> {
        let stop = self.position(self.focus).stop;
        self.last(self.focus)?.stops.get(stop).map(|stop| stop.text.as_str())
    }

    /// Goes to the next line that matches the search, or to the next finding when nothing is searched. Turns round at
    /// the end. Gives false where there is none.
    pub fn next(&mut self, forward: bool) -> bool {
        let needle = self.search.to_lowercase();
        let pane = self.focus;
        let Some(laid) = self.last(pane) else { return false };
        let here = self.position(pane).stop;
        let count = laid.stops.len();
        let hit = |index: &usize| {
            laid.stops.get(*index).is_some_and(|stop| {
                if needle.is_empty() {
                    matches!(stop.tone, Tone::Low | Tone::Medium | Tone::High | Tone::Error)
                } else {
                    stop.text.to_lowercase().contains(&needle)
                }
            })
        };
        let found = if forward {
            (here + 1..count).find(hit).or_else(|| (0..=here).find(hit))
        } else {
            (0..here).rev().find(hit).or_else(|| (here..count).rev().find(hit))
        };
        if let Some(index) = found {
            self.go(pane, index);
        }
        found.is_some()
    }

    /// How many lines of the focused pane match the search.
    pub fn hits(&mut self) -> usize {
        if let Some((pane, search, hits)) = &self.hits
            && *pane == self.focus
            && *search == self.search
        {
            return *hits;
        }
        let needle = self.search.to_lowercase();
        let stops = self.last(self.focus).map_or(&[][..], |laid| &laid.stops);
        let hits = stops.iter().filter(|stop| !needle.is_empty() && stop.text.to_lowercase().contains(&needle)).count();
        self.hits = Some((self.focus, self.search.clone(), hits));
        hits
    }

    /// Jumps to the place in the source that the cursor's line rests on.
    pub fn jump(&mut self, raw: usize) -> bool {
        let Some(Target::Source(span)) =
            self.targets().iter().find(|target| matches!(target, Target::Source(_))).cloned()
        else {
            return false;
        };
        let stop = self.last(raw).and_then(|laid| laid.stop_at_source(span.start));
        if let Some(stop) = stop {
            self.go(raw, stop);
        }
        stop.is_some()
    }
}

/// The title of a pane.
#[must_use]
pub fn title(pane: usize, lang: Lang) -> &'static str {
    PANES.get(pane).map_or("", |pane| pane.title.get(lang))
}

/// The index of a pane by its id.
#[must_use]
pub fn pane(id: &str) -> usize {
    PANES.iter().position(|pane| pane.id == id).unwrap_or_default()
}

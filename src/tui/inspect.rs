//! The inspector: the open mail, its panes with their cursors, search and zoom. No drawing, no I/O.

use std::cell::OnceCell;
use std::collections::HashMap;

use crate::analysis::Analysis;
use crate::message::Span;
use crate::text::Lang;
use crate::view::raw::Rows;
use crate::view::{Doc, PANES, Target};

use super::doc::{Laid, lay};
pub use super::reading::Position;

/// The pane that stands below the list.
pub const PREVIEW: &str = "verdict";

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
    /// The pane that a jump to the source came from, until the keys are moved otherwise.
    pub from: Option<usize>,
    /// Where the rows of the source begin, once somebody asked.
    rows: OnceCell<Rows>,
    positions: Vec<Position>,
    kept: HashMap<usize, Kept>,
    /// The preview of the mail before, for the moment until this one is read.
    before: Laid,
    /// The byte that the source is shown around, where it is too long to be shown at once.
    pub source_at: u32,
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
            from: None,
            positions: vec![Position::default(); PANES.len()],
            kept: HashMap::new(),
            before: Laid::default(),
            source_at: 0,
            rows: OnceCell::new(),
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
            if let Some(kept) = self.kept.remove(&pane(PREVIEW)).filter(|kept| kept.fresh) {
                self.before = kept.laid;
            }
            self.kept.clear();
            self.from = None;
            self.source_at = 0;
            self.rows = OnceCell::new();
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

    /// The preview as it stood for the mail before.
    #[must_use]
    pub fn before(&self) -> &Laid {
        &self.before
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
        position.fit(laid, height);
        position.clone()
    }

    /// Moves the cursor of the focused pane by rows of the screen; a long line scrolls before the cursor leaves it.
    pub fn step(&mut self, by: isize) {
        let pane = self.focus;
        let Some(laid) = self.kept.get(&pane).map(|kept| &kept.laid) else { return };
        let Some(position) = self.positions.get_mut(pane) else { return };
        position.step(laid, by);
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
        let pane = self.focus;
        let Some(laid) = self.last(pane) else { return false };
        let found = self.position(pane).next(laid, &self.search, forward);
        if let Some(index) = found {
            self.go(pane, index);
        }
        found.is_some()
    }

    /// How many lines of the focused pane match the search.
    pub fn hits(&mut self) -> usize {
        if let Some(hits) = self.counted() {
            return hits;
        }
        let needle = self.search.to_lowercase();
        let stops = self.last(self.focus).map_or(&[][..], |laid| &laid.stops);
        let hits = stops.iter().filter(|stop| !needle.is_empty() && stop.text.to_lowercase().contains(&needle)).count();
        self.hits = Some((self.focus, self.search.clone(), hits));
        hits
    }

    /// Where the rows of the source begin: `bytes` are those of the open mail.
    pub fn rows(&self, bytes: &[u8]) -> &Rows {
        self.rows.get_or_init(|| Rows::of(bytes))
    }

    /// The place in the source that the cursor's line rests on.
    #[must_use]
    pub fn source_here(&self) -> Option<Span> {
        self.targets().iter().find_map(|target| match target {
            Target::Source(span) => Some(*span),
            _ => None,
        })
    }

    /// Puts the cursor of the source on the row that holds a byte.
    pub fn go_to_source(&mut self, raw: usize, offset: u32) -> bool {
        let stop = self.last(raw).and_then(|laid| laid.stop_at_source(offset));
        if let Some(stop) = stop {
            self.go(raw, stop);
        }
        stop.is_some()
    }

    /// The document of one pane is made anew.
    pub fn renew(&mut self, pane: usize) {
        if let Some(kept) = self.kept.get_mut(&pane) {
            kept.doc = None;
        }
    }

    /// Takes hits of the focused pane that were counted in more than its document.
    pub fn keep_hits(&mut self, hits: usize) {
        self.hits = Some((self.focus, self.search.clone(), hits));
    }

    /// The hits of the focused pane, where they were counted.
    #[must_use]
    pub fn counted(&self) -> Option<usize> {
        let (pane, search, hits) = self.hits.as_ref()?;
        (*pane == self.focus && *search == self.search).then_some(*hits)
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

//! A document that lies over the screen and is read like a pane: a cursor, scrolling, values behind its lines. It keeps
//! its place when the document is made anew. No drawing, no I/O.

use crate::view::{Doc, Target};

use super::super::action::Action;
use super::super::doc::{Laid, Stop, lay};
use super::super::reading::Position;

/// The document with its layout and the reader's place.
#[derive(Debug, Default)]
pub struct Sheet {
    laid: Laid,
    width: u16,
    fresh: bool,
    /// The cursor was put where reading starts.
    placed: bool,
    position: Position,
}

impl Sheet {
    /// The document is out of date: the next frame makes it anew.
    pub fn forget(&mut self) {
        self.fresh = false;
    }

    /// Lays the document out for a width, where it has changed or the width has; `doc` makes it. The cursor starts on the
    /// first row of a list, where there is one.
    pub fn lay(&mut self, width: u16, doc: impl FnOnce() -> Doc) {
        if !self.fresh || self.width != width {
            self.laid = lay(&doc(), width, 0);
            self.width = width;
            self.fresh = true;
        }
        if !self.placed {
            self.placed = true;
            let row = |stop: &Stop| stop.targets.iter().any(|target| matches!(target, Target::Item(_)));
            self.position.stop = self.laid.stops.iter().position(row).unwrap_or_default();
        }
    }

    /// Takes how many rows fit.
    pub fn fit(&mut self, height: u16) {
        self.position.fit(&self.laid, usize::from(height));
    }

    /// The layout.
    #[must_use]
    pub fn laid(&self) -> &Laid {
        &self.laid
    }

    /// The reader's place.
    #[must_use]
    pub fn position(&self) -> &Position {
        &self.position
    }

    /// Does what moves the cursor. Gives false where the action is another one.
    pub fn act(&mut self, action: Action) -> bool {
        let page = (self.position.height as isize - 1).max(1);
        let last = self.laid.stops.len().saturating_sub(1);
        match action {
            Action::Down => self.position.step(&self.laid, 1),
            Action::Up => self.position.step(&self.laid, -1),
            Action::HalfDown => self.position.step(&self.laid, (page / 2).max(1)),
            Action::HalfUp => self.position.step(&self.laid, -(page / 2).max(1)),
            Action::PageDown => self.position.step(&self.laid, page),
            Action::PageUp => self.position.step(&self.laid, -page),
            Action::Top => self.position.stop = 0,
            Action::Bottom => self.position.stop = last,
            Action::NextHit | Action::PreviousHit => {
                if let Some(stop) = self.position.next(&self.laid, "", action == Action::NextHit) {
                    self.position.stop = stop;
                }
            }
            _ => return false,
        }
        true
    }

    /// What stands behind the cursor's line.
    #[must_use]
    pub fn targets(&self) -> &[Target] {
        self.laid.stops.get(self.position.stop).map_or(&[], |stop| &stop.targets)
    }

    /// The text of the cursor's line.
    #[must_use]
    pub fn line_text(&self) -> Option<&str> {
        self.laid.stops.get(self.position.stop).map(|stop| stop.text.as_str())
    }
}

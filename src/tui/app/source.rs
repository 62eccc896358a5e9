//! The way to the source: from a line to the bytes that it rests on, and to those of a large mail that are not shown at once.

use regex::bytes::{Regex, RegexBuilder};

use super::super::inspect::pane;
use super::super::msg::Cmd;
use super::App;
use crate::text::Words;

/// The most rows that are counted.
const HITS: usize = 100_000;
/// Bytes that are searched at once for the last match.
const BLOCK: usize = 64 * 1024;

impl App {
    /// Jumps to the bytes that the line under the cursor rests on.
    pub(super) fn jump(&mut self) -> Vec<Cmd> {
        let raw = pane("raw");
        let here = self.inspector.source_here();
        if self.inspector.focus == raw {
            // Here a line stands for itself, but for those that lead to what is not shown.
            if let Some(span) = here.filter(|span| !self.is_shown(span.start)) {
                self.show_source(span.start);
            }
            return Vec::new();
        }
        if here.is_some_and(|span| self.show_source(span.start)) {
            let beside = super::super::layout::inspector_screen(self.area(), self.inspector.focus, self.inspector.zoom);
            if !beside.panes.iter().any(|(shown, _)| *shown == raw) {
                self.inspector.from = Some(self.inspector.focus);
                self.inspector.focus = raw;
            }
            Vec::new()
        } else {
            self.tell(
                Words::new(
                    "this line does not rest on one place of the source",
                    "この行に対応する原文の箇所は一つに決まりません",
                ),
                &[],
            )
        }
    }

    /// The byte is among those that the source shows at once.
    fn is_shown(&self, offset: u32) -> bool {
        self.open_mail().is_none_or(|mail| {
            let (start, end) = self.inspector.rows(&mail.bytes).shown(self.inspector.source_at);
            start <= offset && end.is_none_or(|end| offset < end)
        })
    }

    /// Puts the cursor of the source on a byte, and shows another stretch of it where that has to be.
    fn show_source(&mut self, offset: u32) -> bool {
        let raw = pane("raw");
        if !self.is_shown(offset) {
            self.inspector.source_at = offset;
            self.inspector.renew(raw);
        }
        if self.inspector.wants(raw) {
            // Logical lines do not depend on the width, so any will do to find one.
            let doc = self.pane_doc(raw);
            self.inspector.laid(raw, 80, 0, || doc);
        }
        self.inspector.go_to_source(raw, offset)
    }

    /// What is searched in a source that is not shown at once.
    fn searched_beyond(&self) -> Option<Regex> {
        let mail = self.open_mail().filter(|_| self.inspector.focus == pane("raw"))?;
        let shown = self.inspector.rows(&mail.bytes).shown(self.inspector.source_at);
        if self.inspector.search.is_empty() || shown == (0, None) {
            return None;
        }
        RegexBuilder::new(&regex::escape(&self.inspector.search)).case_insensitive(true).build().ok()
    }

    /// Goes to the next line of the focused pane that matches the search, or to the next finding. Gives false where there is
    /// none.
    pub(super) fn find_next(&mut self, forward: bool) -> bool {
        let Some(wanted) = self.searched_beyond() else { return self.inspector.next(forward) };
        let Some(mail) = self.open_mail() else { return false };
        let here = self.inspector.source_here().unwrap_or_default();
        let found = if forward {
            // A line that leads to others stands for none of them.
            let from = if self.is_shown(here.start) { here.end } else { here.start };
            let behind = wanted.find_at(&mail.bytes, (from as usize).min(mail.bytes.len()));
            behind.or_else(|| wanted.find(&mail.bytes)).map(|found| found.start())
        } else {
            let before = mail.bytes.get(..here.start as usize).unwrap_or_default();
            last(&wanted, before, &self.inspector.search).or_else(|| last(&wanted, &mail.bytes, &self.inspector.search))
        };
        let found = found.map(|found| found as u32);
        found.is_some_and(|offset| self.show_source(offset))
    }

    /// How many lines of the focused pane match the search, shown at once or not; in a large source not beyond a bound.
    pub fn hits(&mut self) -> usize {
        if self.inspector.counted().is_none()
            && let (Some(wanted), Some(mail)) = (self.searched_beyond(), self.open_mail())
        {
            let rows = self.inspector.rows(&mail.bytes);
            let (mut hits, mut at) = (0, Some(0));
            while let Some(found) = at.and_then(|at| wanted.find_at(&mail.bytes, at as usize)) {
                hits += 1;
                // A row counts once.
                at = rows.start(rows.of_offset(found.start() as u32) + 1).filter(|_| hits < HITS);
            }
            self.inspector.keep_hits(hits);
        }
        self.inspector.hits()
    }
}

/// Where the last match begins.
fn last(wanted: &Regex, bytes: &[u8], search: &str) -> Option<usize> {
    let mut end = bytes.len();
    while end > 0 {
        let start = end.saturating_sub(BLOCK);
        // One may lie across the end of a block; letters of another case may be longer.
        let block = bytes.get(start..(end + 3 * search.len()).min(bytes.len())).unwrap_or_default();
        if let Some(found) = wanted.find_iter(block).last() {
            return Some(start + found.start());
        }
        end = start;
    }
    None
}

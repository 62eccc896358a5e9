//! The way to the source: from a line to the bytes that it rests on, and to those of a large mail that are not shown at once.

use std::ops::Range;

use regex::bytes::{Regex, RegexBuilder};

use super::super::inspect::pane;
use super::super::msg::Cmd;
use super::App;
use crate::text::Words;
use crate::view::raw;

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

    /// The bytes that the source shows at once.
    fn stretch(&self) -> Range<u32> {
        self.open_mail().map_or(0..0, |mail| raw::stretch(&mail.bytes, self.inspector.source_at))
    }

    fn is_shown(&self, offset: u32) -> bool {
        // The last row stands for all that is behind the end.
        let end = self.open_mail().map_or(0, |mail| mail.bytes.len()) as u32;
        self.stretch().contains(&offset.min(end.saturating_sub(1)))
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
        if self.inspector.search.is_empty() || self.stretch() == (0..mail.bytes.len() as u32) {
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
            wanted.find_at(&mail.bytes, (here.end as usize).min(mail.bytes.len())).or_else(|| wanted.find(&mail.bytes))
        } else {
            let before = mail.bytes.get(..here.start as usize).unwrap_or_default();
            wanted.find_iter(before).last().or_else(|| wanted.find_iter(&mail.bytes).last())
        };
        let found = found.map(|found| found.start() as u32);
        found.is_some_and(|offset| self.show_source(offset))
    }

    /// How many lines of the focused pane match the search, shown at once or not.
    pub fn hits(&mut self) -> usize {
        if self.inspector.counted().is_none()
            && let (Some(wanted), Some(mail)) = (self.searched_beyond(), self.open_mail())
        {
            let rows = raw::Rows::of(&mail.bytes);
            let mut hits: Vec<usize> =
                wanted.find_iter(&mail.bytes).map(|found| rows.of_offset(found.start() as u32)).collect();
            hits.dedup();
            self.inspector.keep_hits(hits.len());
        }
        self.inspector.hits()
    }
}

//! Which rows are shown, and in which order: newcomers find their places among the others, a change of sort or filter puts all
//! anew. The cursor stays on its message, which is told by index; nothing here may move it elsewhere.

use std::cmp::Ordering;

use super::super::rows::Places;
use super::{List, Sort};

impl List {
    /// Puts the rows from `first` on into order and filter.
    pub(super) fn arrived(&mut self, first: u32) {
        let added: Vec<u32> = (first..self.rows.len() as u32).collect();
        if !self.filter.is_empty() {
            self.passing.truncate(first as usize);
            let near = self.filter.passing(&self.rows, first);
            self.passing.extend(self.sought.screen(&self.filter, near, first as usize));
        }
        if self.sort == Sort::Mailbox && !self.reverse {
            let passing: Vec<u32> = added.iter().copied().filter(|index| self.passes(*index)).collect();
            self.order.extend(passing);
            self.sorted.extend(added);
        } else {
            self.merge(added);
            self.order = self.passed();
        }
    }

    /// The rows that pass the filter, in order.
    fn passed(&self) -> Vec<u32> {
        if self.filter.is_empty() {
            return self.sorted.clone();
        }
        self.sorted.iter().copied().filter(|index| self.passes(*index)).collect()
    }

    fn passes(&self, index: u32) -> bool {
        self.filter.is_empty() || self.passing.get(index as usize).copied().unwrap_or_default()
    }

    /// Filters anew, where what the filter looks at has changed.
    pub fn filter_again(&mut self) {
        let here = self.current_index();
        self.choose();
        self.order = self.passed();
        self.stay(here);
    }

    fn choose(&mut self) {
        let near = if self.filter.is_empty() { Vec::new() } else { self.filter.passing(&self.rows, 0) };
        self.passing = self.sought.screen(&self.filter, near, 0);
    }

    /// Takes newcomers into the sorted order: a few find their places by halving, many are sorted with all the others.
    fn merge(&mut self, added: Vec<u32>) {
        if added.len() >= self.sorted.len() / 8 {
            self.sorted = self.rows.sort((0..self.rows.len() as u32).collect(), self.sort, self.reverse);
            return;
        }
        let old = std::mem::take(&mut self.sorted);
        self.sorted = self.merged(&old, added);
    }

    /// Rows in order, with others put among them.
    pub(super) fn merged(&self, old: &[u32], added: Vec<u32>) -> Vec<u32> {
        let added = self.rows.sort(added, self.sort, self.reverse);
        let mut merged = Vec::with_capacity(old.len() + added.len());
        let mut rest = old;
        for index in added {
            let before = rest.partition_point(|other| self.compare(*other, index) == Ordering::Less);
            let (head, tail) = rest.split_at(before);
            merged.extend_from_slice(head);
            merged.push(index);
            rest = tail;
        }
        merged.extend_from_slice(rest);
        merged
    }

    /// Where a row that is not shown would stand.
    pub(super) fn place_of(&self, index: u32) -> usize {
        self.order.partition_point(|other| self.compare(*other, index) == Ordering::Less)
    }

    fn compare(&self, a: u32, b: u32) -> Ordering {
        let order = self.rows.compare(a, b, self.sort);
        if self.reverse { order.reverse() } else { order }
    }

    /// Puts the first rows where they belong in the mailbox; whether that is seen.
    pub(in crate::tui) fn place(&mut self, places: Places) -> bool {
        self.rows.take_places(places);
        let seen = self.sort == Sort::Mailbox;
        if seen {
            self.refresh();
        }
        seen
    }

    /// Builds the order anew: after a change of sort, filter or of what they rest on.
    pub fn refresh(&mut self) {
        let here = self.current_index();
        self.sorted = self.rows.sort((0..self.rows.len() as u32).collect(), self.sort, self.reverse);
        self.choose();
        self.order = self.passed();
        self.stay(here);
    }
}

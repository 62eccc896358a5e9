//! The rows that an action is for: one by one, a range, or the one under the cursor. What is selected is never lost to a sort
//! or a filter.

use super::List;

impl List {
    /// The rows that an action is for: the selected ones, else the one under the cursor.
    #[must_use]
    pub fn chosen(&self) -> Vec<u32> {
        if self.selected == 0 {
            return self.current_index().into_iter().collect();
        }
        // Selected is selected, whether the filter of this moment shows it or not.
        self.sorted.iter().copied().filter(|index| self.rows.is_selected(*index)).collect()
    }

    /// Turns the selection of the current row and goes on.
    pub fn toggle(&mut self) {
        if let Some(index) = self.current_index() {
            let on = !self.rows.is_selected(index);
            self.rows.select(index, on);
            self.selected = if on { self.selected + 1 } else { self.selected.saturating_sub(1) };
        }
        self.go((self.cursor + 1).min(self.order.len().saturating_sub(1)));
    }

    /// Starts a range, or selects all from its start to the cursor.
    pub fn select_range(&mut self) {
        let Some(start) = self.range.take() else {
            self.range = self.current_index();
            return;
        };
        let Some(from) = self.order.iter().position(|index| *index == start) else { return };
        let (low, high) = (from.min(self.cursor), from.max(self.cursor));
        for index in self.order.iter().skip(low).take(high + 1 - low) {
            self.selected += usize::from(self.rows.select(*index, true));
        }
    }

    /// Selects these rows as well.
    pub(in crate::tui) fn select_these(&mut self, rows: &[u32]) {
        for index in rows {
            self.selected += usize::from(self.rows.select(*index, true));
        }
    }

    /// Selects nothing.
    pub fn select_none(&mut self) {
        self.range = None;
        self.selected = 0;
        self.rows.select_none();
    }

    /// How many are selected.
    #[must_use]
    pub fn selected(&self) -> usize {
        self.selected
    }
}

#[cfg(test)]
mod tests {
    use super::super::Sort;
    use super::super::tests::dated;
    use super::*;

    #[test]
    fn a_range_selects_from_its_start_to_the_cursor_in_either_direction() {
        let mut list = List::new(Sort::Mailbox, false);
        list.add((0..6).map(dated).collect::<Vec<_>>().into());
        list.go(4);
        list.select_range();
        list.go(2);
        list.select_range();
        assert_eq!(list.chosen(), [2, 3, 4]);
        list.select_none();
        assert_eq!(list.chosen(), [2]);
    }
}

//! Rows that pass or fail by what was found inside their mails, which becomes known bit by bit. A row that was not searched
//! yet does not pass; one that was found finds its place in the order that is shown. No drawing, no I/O.

use std::sync::Arc;

use crate::search::{Found, Query, Refused};

use super::{Filter, List};

/// The row was searched; the bits below are those of the terms.
const DONE: u8 = 1 << crate::search::TERMS;

/// What was found, row by row. Empty where nothing is looked for.
#[derive(Debug, Default)]
pub(super) struct Sought {
    query: Option<Arc<Query>>,
    /// Which rows pass everything else.
    near: Vec<bool>,
    /// What is known of each row.
    known: Vec<u8>,
    /// Rows that pass everything else, and how many of them were searched.
    wanted: usize,
    done: usize,
}

impl Sought {
    /// Looks for something else, or for nothing.
    pub(super) fn ask(&mut self, query: Option<&Arc<Query>>) {
        if self.query.as_ref() != query {
            *self = Self { query: query.cloned(), ..Self::default() };
        }
    }

    /// These rows stand for other bytes than before.
    pub(super) fn forget(&mut self, rows: &[u32]) {
        for row in rows {
            if let Some(known) = self.known.get_mut(*row as usize) {
                *known = 0;
            }
        }
    }

    /// Which rows pass, of those from `first` on that pass everything else where `near` says so.
    pub(super) fn screen(&mut self, filter: &Filter, near: Vec<bool>, first: usize) -> Vec<bool> {
        if self.query.is_none() {
            return near;
        }
        if first == 0 {
            (self.wanted, self.done) = (0, 0);
        }
        self.known.resize(first + near.len(), 0);
        self.near.truncate(first);
        let known = self.known.get(first..).unwrap_or_default();
        let mut passing = near.clone();
        for (passes, known) in passing.iter_mut().zip(known).filter(|(passes, _)| **passes) {
            let is_done = known & DONE != 0;
            self.wanted += 1;
            self.done += usize::from(is_done);
            *passes = is_done && filter.holds_inside(known & !DONE);
        }
        self.near.extend(near);
        passing
    }
}

impl List {
    /// What is looked for inside the mails.
    #[must_use]
    pub fn query(&self) -> Option<&Arc<Query>> {
        self.filter.query()
    }

    /// Terms that look inside mails and cannot be used, and why.
    #[must_use]
    pub fn refused_terms(&self) -> &[(String, Refused)] {
        self.filter.refused()
    }

    /// How many rows were searched, of how many that pass everything else.
    #[must_use]
    pub fn searched(&self) -> (usize, usize) {
        (self.sought.done, self.sought.wanted)
    }

    /// The rows that are still to be searched, in the order of the list.
    #[must_use]
    pub fn to_search(&self) -> Vec<u32> {
        let Sought { near, known, .. } = &self.sought;
        let open = |index: &u32| {
            let at = *index as usize;
            near.get(at) == Some(&true) && known.get(at).is_some_and(|known| known & DONE == 0)
        };
        self.sorted.iter().copied().filter(open).collect()
    }

    /// Takes in what was found inside some mails: those that match appear at their places, the cursor stays on its mail.
    pub fn found_inside(&mut self, results: impl IntoIterator<Item = (u32, Found)>) {
        let mut hits = Vec::new();
        for (index, found) in results {
            let at = index as usize;
            let Some(known) = self.sought.known.get_mut(at) else { continue };
            let is_new = *known & DONE == 0;
            *known = found.bits & !DONE | DONE;
            if self.sought.near.get(at) != Some(&true) {
                continue;
            }
            self.sought.done += usize::from(is_new);
            if self.filter.holds_inside(found.bits)
                && let Some(passes) = self.passing.get_mut(at)
                && !std::mem::replace(passes, true)
            {
                hits.push(index);
            }
        }
        if !hits.is_empty() {
            let here = self.current_index();
            let old = std::mem::take(&mut self.order);
            self.order = self.merged(&old, hits);
            self.stay(here);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::list::tests::row;
    use crate::tui::row::Sort;

    fn list(subjects: &[&str]) -> List {
        let mut list = List::new(Sort::Subject, false);
        list.add(subjects.iter().map(|text| row("a", "a@a.example", text)).collect::<Vec<_>>().into());
        list
    }

    fn shown(list: &List) -> Vec<String> {
        list.order.iter().map(|index| list.row(*index).unwrap().summary.subject).collect()
    }

    fn hit(index: u32) -> (u32, Found) {
        (index, Found { bits: 1, cut: false })
    }

    fn miss(index: u32) -> (u32, Found) {
        (index, Found::default())
    }

    #[test]
    fn what_is_found_streams_into_the_order_and_the_cursor_stays_on_its_mail() {
        let mut list = list(&["d", "b", "e", "a", "c"]);
        list.set_filter("body:x");
        assert_eq!((shown(&list).len(), list.searched(), list.to_search()), (0, (0, 5), vec![3, 1, 4, 0, 2]));
        list.found_inside([hit(4), miss(2)]);
        list.found_inside([hit(0)]);
        assert_eq!((shown(&list), list.searched()), (vec!["c".into(), "d".into()], (3, 5)));
        list.go(1);
        list.found_inside([hit(3), hit(1)]);
        assert_eq!(shown(&list), ["a", "b", "c", "d"]);
        assert_eq!(list.current().unwrap().summary.subject, "d");
        assert_eq!(list.searched(), (5, 5));
        list.found_inside([hit(3)]);
        assert_eq!(shown(&list).len(), 4, "what is found twice appears once");
    }

    #[test]
    fn other_terms_narrow_what_is_searched_and_keep_what_is_known() {
        let mut list = list(&["red", "green", "reed"]);
        list.set_filter("body:x re");
        list.found_inside([hit(0), miss(1)]);
        list.set_filter("body:x ree");
        assert_eq!((shown(&list).len(), list.searched(), list.to_search()), (0, (1, 2), vec![2]));
        list.set_filter("body:x");
        assert_eq!((shown(&list), list.searched()), (vec!["red".into()], (2, 3)));
        list.set_filter("-body:x");
        assert_eq!((shown(&list), list.searched()), (vec!["green".into()], (2, 3)), "the same is looked for");
        list.set_filter("body:y");
        assert_eq!((shown(&list).len(), list.searched()), (0, (0, 3)), "something else is looked for");
        list.set_filter("");
        assert_eq!(shown(&list).len(), 3);
        assert_eq!((list.searched(), list.to_search()), ((0, 0), vec![]));
    }

    #[test]
    fn rows_that_come_and_rows_that_change_are_to_be_searched() {
        let mut list = list(&["b", "d"]);
        list.set_filter("body:x");
        list.found_inside([hit(0), hit(1)]);
        list.add(vec![row("a", "a@a.example", "c")].into());
        assert_eq!((shown(&list), list.to_search()), (vec!["b".into(), "d".into()], vec![2]));
        list.found_inside([hit(2)]);
        assert_eq!(shown(&list), ["b", "c", "d"]);
        list.replace(Vec::new(), &[1]);
        assert_eq!((shown(&list), list.to_search()), (vec!["b".into(), "c".into()], vec![1]));
        list.sort = Sort::Mailbox;
        list.reverse = true;
        list.refresh();
        assert_eq!(shown(&list), ["c", "b"]);
    }
}

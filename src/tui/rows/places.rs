//! Where the first rows of a Maildir belong: they may have come before all of its names were read, out of order. All others stand
//! in the order of the mailbox.

use std::path::Path;
use std::sync::Arc;

use super::{Heads, Starts};

/// For each of the first rows, how many of the others stand before it; empty where all stand in order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Places(Vec<u32>);

impl Places {
    /// A key that stands to those of other rows as the rows do in the mailbox.
    pub(super) fn of(&self, row: u32) -> (u32, bool, u32) {
        match self.0.get(row as usize) {
            Some(before) => (*before, false, row),
            None => (row - self.0.len() as u32, true, row),
        }
    }

    /// Whether all stand in order.
    pub(in crate::tui) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Where the rows of the first batch belong among the others, by the names of their files.
pub(in crate::tui) fn places_of(parts: &[Arc<Heads>]) -> Places {
    let Some((first, others)) = parts.split_first() else { return Places::default() };
    let mut starts = Starts::default();
    let mut count = 0_u32;
    for heads in others {
        starts.push(count);
        count += heads.len() as u32;
    }
    let name = |heads: &Heads, at: usize| heads.entry(at)?.file;
    let other = |row: u32| starts.find(row).and_then(|(part, at)| name(others.get(part)?, at));
    let before = |file: &Path| {
        let (mut low, mut high) = (0, count);
        while low < high {
            let middle = low + (high - low) / 2;
            if other(middle).is_some_and(|other| other.file_name() < file.file_name()) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    };
    let places: Vec<u32> = (0..first.len()).map(|at| name(first, at).map_or(0, |file| before(&file))).collect();
    Places(if places.iter().all(|before| *before == 0) { Vec::new() } else { places })
}

#[cfg(test)]
mod tests {
    use super::super::{Rows, Sort};
    use super::*;
    use crate::mailbox::{Entry, Flags};
    use crate::message::Summary;
    use crate::tui::row::Row;

    fn batch(names: &[&str]) -> Arc<Heads> {
        let row = |name: &&str| {
            let file = Some(Arc::from(Path::new("cur").join(name)));
            let entry =
                Entry { folder: 0, file, range: None, flags: Flags::default(), doubts: Vec::new(), problem: None };
            Row::new(entry, Summary::default())
        };
        Arc::new(Heads::of(&names.iter().map(row).collect::<Vec<_>>()))
    }

    #[test]
    fn the_first_rows_stand_where_their_names_do() {
        for batches in [
            &[&["5", "7"][..], &["1", "2", "3"], &["4", "6", "8"]][..],
            &[&["8", "9"], &["1"], &["2", "3", "4"]],
            &[&["1", "2"], &["3"]],
            &[&["3", "4"], &["1", "2"], &["5"]],
            &[&["1", "5"], &["2", "3", "4"]],
            &[&["1"]],
            &[&["2", "3"], &[], &["1"]],
        ] {
            let parts: Vec<Arc<Heads>> = batches.iter().map(|names| batch(names)).collect();
            let names: Vec<&str> = batches.iter().copied().flatten().copied().collect();
            let mut rows = Rows::default();
            for heads in &parts {
                rows.push(Arc::clone(heads), None, &mut |_| {});
            }
            rows.take_places(places_of(&parts));
            let order = |reverse| -> Vec<&str> {
                let sorted = rows.sort((0..names.len() as u32).collect(), Sort::Mailbox, reverse);
                sorted.into_iter().map(|row| names[row as usize]).collect()
            };
            let mut wanted = names.clone();
            wanted.sort_unstable();
            assert_eq!(order(false), wanted);
            wanted.reverse();
            assert_eq!(order(true), wanted);
            assert_eq!(places_of(&parts).is_empty(), names.is_sorted(), "{names:?}");
        }
    }
}

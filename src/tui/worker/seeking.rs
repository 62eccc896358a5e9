//! Looking inside mails: the analysis threads take some rows of the search at a time, behind what is on the screen and before
//! the background. Another search, or another folder, ends it at the next batch.

use std::sync::Arc;

use tokio::sync::mpsc::error::SendError;

use crate::mailbox::{Entry, Spare};
use crate::search::Query;

use super::super::msg::Msg;
use super::queue::Queue;
use super::{Analyst, Shared, Workers, lock, read};

/// Mails that a thread searches before it tells what it found: a few at first, so that the first hits come at once.
const FEW: usize = 8;
/// ... and later.
const MANY: usize = 64;

/// A search that goes on.
#[derive(Debug)]
pub(super) struct Seeking {
    search: u64,
    query: Arc<Query>,
    rows: Vec<u32>,
    next: usize,
}

/// Rows for one thread.
#[derive(Debug)]
pub(super) struct Batch {
    search: u64,
    query: Arc<Query>,
    rows: Vec<(u32, Option<Entry>)>,
}

impl Queue {
    /// The next rows to search.
    pub(super) fn seek(&mut self) -> Option<Batch> {
        let seeking = self.seeking.as_mut()?;
        let count = if seeking.next < FEW * 8 { FEW } else { MANY };
        let rows: Vec<u32> = seeking.rows.iter().skip(seeking.next).take(count).copied().collect();
        seeking.next += rows.len();
        let (search, query) = (seeking.search, Arc::clone(&seeking.query));
        if seeking.next >= seeking.rows.len() {
            self.seeking = None;
        }
        let rows = rows.into_iter().map(|row| (row, self.entry(row).filter(|entry| entry.problem.is_none())));
        Some(Batch { search, query, rows: rows.collect() }).filter(|batch| !batch.rows.is_empty())
    }

    /// Has rows of a search looked into once more; nothing where another search is under way.
    fn seek_again(&mut self, search: u64, query: Arc<Query>, again: Vec<u32>) {
        let seeking = self.seeking.get_or_insert_with(|| Seeking { search, query, rows: Vec::new(), next: 0 });
        if seeking.search == search {
            seeking.rows.extend(again);
        }
    }
}

impl Workers {
    /// Looks inside mails; what was looked for before is forgotten.
    pub fn search(&self, search: u64, query: Arc<Query>, rows: Vec<u32>) {
        lock(&self.shared.queue).seeking = Some(Seeking { search, query, rows, next: 0 });
        self.shared.work.notify_all();
    }

    /// Looks inside mails no more.
    pub fn end_search(&self) {
        lock(&self.shared.queue).seeking = None;
    }
}

/// Searches the mails of a batch, and tells. Every row gets an answer, so that the end is known by counting: those that came
/// to stand for other bytes meanwhile get theirs when they have been searched again.
pub(super) fn look(
    shared: &Shared,
    analyst: &Analyst,
    (generation, since): (u64, u64),
    batch: Batch,
    spare: &Spare,
) -> Result<(), SendError<Msg>> {
    let Batch { search, query, rows } = batch;
    let entries: Vec<Entry> = rows.iter().filter_map(|(_, entry)| entry.clone()).collect();
    let mut results = analyst.find(&entries, &query, &|entry| read(shared, entry, spare), spare).into_iter();
    let mut found = Vec::with_capacity(rows.len());
    let mut queue = lock(&shared.queue);
    let mut again = Vec::new();
    for (index, entry) in rows {
        let (one, death) = entry.and_then(|_| results.next()).unwrap_or_default();
        if queue.generation == generation && queue.is_stale(index, since) {
            again.push(index);
            continue;
        }
        if let Some(death) = death {
            let _ = shared.out.send(Msg::Died { generation, index, death, identity: None });
        }
        found.push((index, one));
    }
    if !again.is_empty() {
        queue.seek_again(search, query, again);
        shared.work.notify_all();
    }
    shared.out.send(Msg::Searched { generation, search, found })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::rows::Heads;

    fn rows(queue: &mut Queue) -> Option<(u64, Vec<u32>)> {
        queue.seek().map(|batch| (batch.search, batch.rows.into_iter().map(|(row, _)| row).collect()))
    }

    #[test]
    fn rows_are_taken_in_their_order_and_a_new_search_ends_the_old_one() {
        let mut queue = Queue::default();
        let row = crate::tui::list::tests::row("a", "a@a.example", "b");
        queue.add(Arc::new(Heads::of(&vec![row; 200])), []);
        let query = Arc::new(Query::of_source("bwx\n").unwrap());
        let seek = |search, rows: Vec<u32>| Some(Seeking { search, query: Arc::clone(&query), rows, next: 0 });
        queue.seeking = seek(1, (0..200).rev().collect());
        assert_eq!(rows(&mut queue), Some((1, (192..200).rev().collect())));
        queue.seeking = seek(2, (0..100).collect());
        let mut all = Vec::new();
        while let Some((search, rows)) = rows(&mut queue) {
            assert_eq!(search, 2);
            all.extend(rows);
        }
        assert_eq!(all, (0..100).collect::<Vec<u32>>());
        assert!(queue.seeking.is_none());
        queue.seek_again(2, Arc::clone(&query), vec![7, 9]);
        queue.seek_again(1, Arc::clone(&query), vec![8]);
        queue.seek_again(2, Arc::clone(&query), vec![3]);
        assert_eq!(rows(&mut queue), Some((2, vec![7, 9, 3])));
    }
}

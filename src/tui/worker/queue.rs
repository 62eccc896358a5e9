//! What the threads have to do, in its order: what is on the screen, what is searched, the background. Hands out work and
//! does none.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::mailbox::Entry;

use super::super::list::Arrived;
use super::super::rows::{Heads, Starts};
use super::seeking::{Batch as Sought, Seeking};

/// Messages that a thread takes from the background at once.
const BATCH: usize = 16;

/// What is to be done for the folder that is shown.
#[derive(Debug, Default)]
pub(super) struct Queue {
    /// The run that the entries belong to.
    pub(super) generation: u64,
    pub(super) parts: Vec<Arc<Heads>>,
    pub(super) starts: Starts,
    /// One for each row.
    taken: Vec<bool>,
    pub(super) first: VecDeque<u32>,
    next: usize,
    /// Rows of which it is known which mail they are, or soon will be; those beyond the end are not.
    named: Vec<bool>,
    next_unnamed: usize,
    pub(super) seeking: Option<Seeking>,
    /// Until then, or until the listing is at its end, only what is on the screen is judged.
    pub(super) patient: Option<Instant>,
    pub(super) stop: bool,
    /// How often rows came to stand for other bytes, and for each row that did when it last did.
    turns: u64,
    turned: HashMap<u32, u64>,
}

/// What a thread does next.
pub(super) enum Work {
    Analyze(Vec<(u32, Entry)>),
    /// Works out which mails these are.
    Name(Vec<(u32, Entry)>),
    /// Looks inside these.
    Seek(Sought),
}

impl Queue {
    /// One whose background waits until then, or until the listing is at its end.
    pub(super) fn waiting(until: Instant) -> Self {
        Self { patient: Some(until), ..Self::default() }
    }

    /// One that knows of some rows which mails they are.
    pub(super) fn naming(named: Vec<bool>) -> Self {
        Self { named, ..Self::default() }
    }

    /// What is to be done next: what is on the screen, then what somebody searches for; then every row is judged, then it is
    /// worked out which mails they are.
    pub(super) fn work(&mut self, name_at_once: bool) -> Option<Work> {
        if self.first.is_empty()
            && let Some(batch) = self.seek()
        {
            return Some(Work::Seek(batch));
        }
        let batch = self.take();
        if !batch.is_empty() {
            if name_at_once {
                for (index, _) in &batch {
                    drop(self.name(*index as usize));
                }
            }
            return Some(Work::Analyze(batch));
        }
        let mut batch = Vec::new();
        while self.patience().is_none() && batch.len() < BATCH && self.next_unnamed < self.taken.len() {
            batch.extend(self.name(self.next_unnamed));
            self.next_unnamed += 1;
        }
        (!batch.is_empty()).then_some(Work::Name(batch))
    }

    /// How many rows there are.
    pub(super) fn len(&self) -> usize {
        self.taken.len()
    }

    /// How long the background still waits for the listing.
    pub(super) fn patience(&self) -> Option<Duration> {
        self.patient.and_then(|until| until.checked_duration_since(Instant::now()))
    }

    /// Takes the naming of a row upon the thread that asks.
    fn name(&mut self, index: usize) -> Option<(u32, Entry)> {
        if self.named.len() <= index {
            self.named.resize(index + 1, false);
        }
        if std::mem::replace(self.named.get_mut(index)?, true) {
            return None;
        }
        self.entry(index as u32).filter(|entry| entry.problem.is_none()).map(|entry| (index as u32, entry))
    }

    /// The next rows to analyze: those on the screen one by one, then the background in batches.
    fn take(&mut self) -> Vec<(u32, Entry)> {
        let mut batch = Vec::new();
        while let Some(index) = self.first.pop_front() {
            batch.extend(self.claim(index as usize));
            if batch.len() >= 2 {
                return batch;
            }
        }
        while self.patience().is_none() && batch.len() < BATCH && self.next < self.taken.len() {
            batch.extend(self.claim(self.next));
            self.next += 1;
        }
        batch
    }

    fn claim(&mut self, index: usize) -> Option<(u32, Entry)> {
        let taken = self.taken.get_mut(index)?;
        if std::mem::replace(taken, true) {
            return None;
        }
        self.entry(index as u32).map(|entry| (index as u32, entry))
    }

    /// The moment, for [`Queue::is_stale`].
    pub(super) fn turns(&self) -> u64 {
        self.turns
    }

    /// Whether a row has come to stand for other bytes since then: what was found in those before is not said of these.
    pub(super) fn is_stale(&self, index: u32, since: u64) -> bool {
        self.turned.get(&index).is_some_and(|turn| *turn > since)
    }

    /// Has rows analyzed and named once more: they stand for other bytes now.
    pub(super) fn again(&mut self, rows: &[u32]) {
        self.turns += 1;
        self.turned.extend(rows.iter().map(|index| (*index, self.turns)));
        for index in rows.iter().map(|index| *index as usize) {
            if let Some(taken) = self.taken.get_mut(index) {
                *taken = false;
            }
            if let Some(named) = self.named.get_mut(index) {
                *named = false;
            }
            self.next = self.next.min(index);
            self.next_unnamed = self.next_unnamed.min(index);
        }
    }

    /// Where the message of a row is.
    pub(super) fn entry(&self, index: u32) -> Option<Entry> {
        let (part, at) = self.starts.find(index)?;
        self.parts.get(part)?.entry(at)
    }

    /// Takes a batch in; `taken` are those that need no analysis.
    pub(super) fn add(&mut self, heads: Arc<Heads>, taken: impl IntoIterator<Item = bool>) {
        let start = self.taken.len();
        self.starts.push(start as u32);
        self.taken.extend(taken);
        self.taken.resize(start + heads.len(), false);
        self.parts.push(heads);
    }

    /// Takes a batch in with what is known of it.
    pub(super) fn arrived(&mut self, (heads, known): &Arrived) {
        let start = self.taken.len();
        let known = known.as_deref();
        let done = |at: usize| known.is_some_and(|known| known.is_done(at)) || !heads.is_readable(at);
        self.add(Arc::clone(heads), (0..heads.len()).map(done));
        if let Some(known) = known {
            self.named.resize(self.named.len().max(self.taken.len()), false);
            for (at, slot) in self.named.iter_mut().skip(start).enumerate() {
                *slot |= known.identity(at).is_some();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn queue(rows: usize) -> Queue {
        let mut queue = Queue::default();
        add(&mut queue, rows);
        queue
    }

    fn add(queue: &mut Queue, rows: usize) {
        let row = crate::tui::list::tests::row("a", "a@a.example", "b");
        queue.add(Arc::new(Heads::of(&vec![row; rows])), []);
    }

    fn rows(work: Option<Work>) -> Option<(bool, Vec<u32>)> {
        Some(match work? {
            Work::Analyze(batch) => (true, batch.into_iter().map(|(index, _)| index).collect()),
            Work::Name(batch) => (false, batch.into_iter().map(|(index, _)| index).collect()),
            Work::Seek(_) => panic!("nothing is looked for"),
        })
    }

    #[test]
    fn every_row_is_judged_before_any_is_named() {
        let mut queue = queue(3);
        queue.first = [2].into();
        assert_eq!(rows(queue.work(false)), Some((true, vec![2, 0, 1])));
        assert_eq!(rows(queue.work(false)), Some((false, vec![0, 1, 2])));
        assert_eq!(rows(queue.work(false)), None);
    }

    #[test]
    fn what_was_named_at_once_is_not_named_again() {
        let mut queue = queue(3);
        queue.first = [0, 1].into();
        assert_eq!(rows(queue.work(true)), Some((true, vec![0, 1])));
        assert_eq!(rows(queue.work(false)), Some((true, vec![2])));
        assert_eq!(rows(queue.work(false)), Some((false, vec![2])));
        assert_eq!(rows(queue.work(true)), None);
    }

    #[test]
    fn what_was_found_in_bytes_that_are_no_more_is_stale() {
        let mut queue = queue(3);
        let since = queue.turns();
        assert_eq!(rows(queue.work(true)), Some((true, vec![0, 1, 2])));
        queue.again(&[1]);
        let stale = |queue: &Queue, since| [0, 1, 2].map(|index| queue.is_stale(index, since));
        assert_eq!(stale(&queue, since), [false, true, false]);
        let since = queue.turns();
        assert_eq!(rows(queue.work(true)), Some((true, vec![1])));
        queue.again(&[2]);
        assert_eq!(stale(&queue, since), [false, false, true]);
    }

    #[test]
    fn rows_that_come_late_are_named_as_well() {
        let mut queue = queue(1);
        while queue.work(false).is_some() {}
        add(&mut queue, 1);
        assert_eq!(rows(queue.work(false)), Some((true, vec![1])));
        assert_eq!(rows(queue.work(false)), Some((false, vec![1])));
    }
}

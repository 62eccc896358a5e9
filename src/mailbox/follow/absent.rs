//! Messages that were not found: a rename while a folder is read can hide one once, so that it takes two looks to call it
//! gone.

use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

use super::{Change, Look};

/// So long a message must be missing before it is gone.
const MISSING: Duration = Duration::from_secs(1);

/// The messages that are missing, and since when, and those that are gone; by their indices.
#[derive(Debug, Default)]
pub(super) struct Absent {
    missing: HashMap<u32, Instant>,
    gone: HashSet<u32>,
}

impl Absent {
    /// None is missing that was there; those that are gone do not count.
    pub(super) fn is_none_missing(&self) -> bool {
        self.missing.is_empty()
    }

    /// Whether a message is missing or gone.
    pub(super) fn holds(&self, index: u32) -> bool {
        self.missing.contains_key(&index) || self.gone.contains(&index)
    }

    /// Whether it is gone.
    pub(super) fn is_gone(&self, index: u32) -> bool {
        self.gone.contains(&index)
    }

    /// A message is there. True where it was gone.
    pub(super) fn back(&mut self, index: u32) -> bool {
        self.missing.remove(&index);
        self.gone.remove(&index)
    }

    /// A message was not found: the look says that it left, or when to look again.
    pub(super) fn lose(&mut self, index: u32, now: Instant, look: &mut Look) {
        if self.gone.contains(&index) {
            return;
        }
        let since = *self.missing.entry(index).or_insert(now);
        let left = MISSING.saturating_sub(now.saturating_duration_since(since));
        if left.is_zero() {
            self.missing.remove(&index);
            self.gone.insert(index);
            look.changes.push(Change::Left(index));
        } else {
            look.again = Some(look.again.map_or(left, |again| again.max(left)));
        }
    }
}

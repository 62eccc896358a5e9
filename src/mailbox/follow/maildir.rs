//! The names of a Maildir against a new listing of it. A name is remembered as two numbers, one of its base and one of
//! the whole, with keys that nobody outside can guess.

use std::hash::{BuildHasher as _, RandomState};
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;
use std::time::Instant;

use super::super::Entry;
use super::super::maildir::{Item, entry, path_of, split_name};
use super::absent::Absent;
use super::{Change, Look};

/// The messages of a Maildir as far as they were handed out.
#[derive(Debug, Default)]
pub(super) struct Names {
    keys: RandomState,
    /// In the order of the base.
    known: Vec<Name>,
    /// `known` is in order up to here.
    sorted: usize,
    count: u32,
    absent: Absent,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Name {
    base: u64,
    whole: u64,
    index: u32,
}

impl Names {
    /// Takes note of an entry.
    pub(super) fn add(&mut self, entry: &Entry) {
        let path = entry.file.as_deref().unwrap_or_else(|| Path::new(""));
        let name = Name { index: self.count, ..self.name(path.as_os_str().as_bytes()) };
        self.known.push(name);
        self.count += 1;
    }

    /// No message is missing that was there.
    pub(super) fn are_all_there(&self) -> bool {
        self.absent.is_none_missing()
    }

    /// `path` is `cur/1.a:2,S`.
    fn name(&self, path: &[u8]) -> Name {
        let file = path.rsplit(|byte| *byte == b'/').next().unwrap_or_default();
        Name { base: self.keys.hash_one(split_name(file).0), whole: self.keys.hash_one(path), index: 0 }
    }

    /// Compares with a listing; `is_there` asks the disk for one file.
    pub(super) fn look(&mut self, items: &[Item], folder: u16, now: Instant, is_there: &dyn Fn(&Path) -> bool) -> Look {
        if self.sorted < self.known.len() {
            self.known.sort_unstable();
            self.sorted = self.known.len();
        }
        let mut listed: Vec<Name> = Vec::with_capacity(items.len());
        for (at, item) in items.iter().enumerate() {
            listed.push(Name { index: at as u32, ..self.name(path_of(item).as_os_str().as_bytes()) });
        }
        listed.sort_unstable();
        let mut look = Look::default();
        let (mut moved, mut came, mut lost) = (Vec::new(), Vec::new(), Vec::new());
        let (mut at, mut on) = (0, 0);
        loop {
            let base = match (self.known.get(at), listed.get(on)) {
                (Some(known), Some(new)) => known.base.min(new.base),
                (Some(one), None) | (None, Some(one)) => one.base,
                (None, None) => break,
            };
            let first = at;
            let known = group(&self.known, &mut at, base);
            let new = group(&listed, &mut on, base);
            // The usual: one message, and nothing happened to it.
            if let ([one], [other]) = (known, new)
                && one.whole == other.whole
                && !self.absent.holds(one.index)
            {
                continue;
            }
            let mut new = new.to_vec();
            let mut renamed = Vec::new();
            for (place, one) in (first..).zip(known) {
                match new.iter().position(|other| other.whole == one.whole) {
                    Some(same) => {
                        let same = new.swap_remove(same);
                        if self.absent.back(one.index) {
                            moved.push((place, same));
                        }
                    }
                    None => renamed.push((place, one.index)),
                }
            }
            for (place, index) in renamed {
                match new.pop() {
                    Some(other) => moved.push((place, other)),
                    None => lost.push(index),
                }
            }
            came.append(&mut new);
        }
        for (place, other) in moved {
            let (Some(one), Some(item)) = (self.known.get_mut(place), items.get(other.index as usize)) else {
                continue;
            };
            one.whole = other.whole;
            self.absent.back(one.index);
            look.changes.push(Change::Moved { index: one.index, entry: Box::new(entry(folder, item)) });
        }
        for index in lost {
            self.absent.lose(index, now, &mut look);
        }
        if !came.is_empty() {
            // In the order of the listing, which is the order of delivery.
            came.sort_unstable_by_key(|name| name.index);
            let found = came.iter().filter_map(|name| items.get(name.index as usize));
            // A name that is gone again was one half of a rename.
            let entries: Vec<Entry> = found
                .map(|item| entry(folder, item))
                .filter(|entry| entry.file.as_deref().is_some_and(is_there))
                .collect();
            for entry in &entries {
                self.add(entry);
            }
            if !entries.is_empty() {
                look.changes.push(Change::Came(entries));
            }
        }
        look
    }
}

/// The names with this base from `at` on, which is moved behind them.
fn group<'n>(names: &'n [Name], at: &mut usize, base: u64) -> &'n [Name] {
    let rest = names.get(*at..).unwrap_or_default();
    let count = rest.iter().take_while(|name| name.base == base).count();
    *at += count;
    rest.get(..count).unwrap_or_default()
}

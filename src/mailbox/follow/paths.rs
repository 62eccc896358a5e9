//! The files of a tree against a new walk through it: which came, which are gone, which have another name or other bytes.
//! A file is remembered as numbers: of its path, of what it is on the disk, of how it stood. A mailbox that stands in the
//! tree as one file and changes has the whole tree read again.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher as _, RandomState};
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use super::super::source::Is;
use super::super::stamps::{Stamps, is_after, noted};
use super::super::tree::{Step, Tree};
use super::super::{Entry, Standing};
use super::absent::Absent;
use super::{Change, Look};
use crate::text::Words;

/// So long nobody must have written to a mailbox before the tree is read again for it.
const REST: Duration = Duration::from_secs(1);

/// In the place of an index: a file that has no row.
const SILENT: u32 = u32::MAX;
/// In the place of an index: a file that is a mailbox and may have many.
const MAILBOX: u32 = u32::MAX - 1;

const CHANGED: Words = Words::new(
    "a mailbox in this folder changed; the folder is read again",
    "フォルダー内のメールボックスが変更されたため、読み直しました",
);

/// The files of a tree as far as they were handed out.
#[derive(Debug, Default)]
pub(super) struct Paths {
    keys: RandomState,
    /// In the order of the path's number.
    known: Vec<Known>,
    count: u32,
    absent: Absent,
    folders: Stamps<PathBuf>,
    /// A mailbox is being written to.
    restless: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Known {
    path: u64,
    /// Which file it is and how it stands; 0 for what is no file.
    state: u64,
    index: u32,
}

/// A file that a walk came across.
struct Met {
    below: PathBuf,
    is: Is,
    in_maildir: bool,
    path: u64,
    state: u64,
}

impl Paths {
    /// Takes note of rows.
    pub(super) fn listed(&mut self, tree: &Tree, entries: &[Entry]) {
        let mut mailbox = None;
        for entry in entries {
            if let Some(file) = &entry.file {
                let path = self.keys.hash_one(file.as_os_str().as_bytes());
                if entry.range.is_none() {
                    self.known.push(Known { path, state: self.state(tree, file), index: self.count });
                } else if mailbox != Some(path) {
                    mailbox = Some(path);
                    self.known.push(Known { path, state: self.state(tree, file), index: MAILBOX });
                }
            }
            self.count += 1;
        }
    }

    /// The folders that have to be watched.
    pub(super) fn folders(&self) -> impl Iterator<Item = &Path> {
        self.folders.folders().map(PathBuf::as_path)
    }

    fn state(&self, tree: &Tree, file: &Path) -> u64 {
        let hash =
            |stands: Standing| self.keys.hash_one((stands.device, stands.inode, stands.size, stands.changed)).max(1);
        tree.standing(file).map_or(0, hash)
    }

    /// Walks through the tree where a folder changed, or where the system gave a hint.
    pub(super) fn look(&mut self, tree: &Tree, folder: u16, now: Instant, hinted: bool) -> Look {
        let walk = hinted
            || self.restless
            || !self.absent.is_none_missing()
            || self.folders.is_due(|below| tree.changed(below));
        if !walk {
            return Look::default();
        }
        self.put_in_order();
        let began = SystemTime::now();
        let mut folders = Vec::new();
        let mut seen = vec![false; self.known.len()];
        let (mut came, mut others) = (Vec::new(), Vec::new());
        for step in tree.walk() {
            let (below, is, in_maildir) = match step {
                Step::Maildir(below) | Step::Folder(below) => {
                    let stamp = noted(tree.changed(&below), began);
                    folders.push((below, stamp));
                    continue;
                }
                Step::Closed(_, _, true) => continue,
                Step::Closed(below, _, false) => (below, Is::Folder, false),
                Step::File(below, is, in_maildir) => (below, is, in_maildir),
            };
            let path = self.keys.hash_one(below.as_os_str().as_bytes());
            let state = self.state(tree, &below);
            let met = Met { below, is, in_maildir, path, state };
            match self.known.binary_search_by_key(&path, |known| known.path) {
                Err(_) => came.push(met),
                Ok(place) => {
                    if let Some(slot) = seen.get_mut(place) {
                        *slot = true;
                    }
                    let known = self.known.get(place).copied();
                    if known.is_some_and(|known| known.state != state || self.absent.is_gone(known.index)) {
                        others.push((place, met));
                    } else if let Some(known) = known {
                        self.absent.back(known.index);
                    }
                }
            }
        }
        let rewatch = self.folders.replace(folders);
        let mut look = Look { rewatch, ..Look::default() };
        let lost = seen.iter().enumerate().filter(|(_, seen)| !**seen).map(|(place, _)| place).collect();
        self.settle(tree, folder, now, (came, others, lost), &mut look);
        look
    }

    /// Says what happened: `came` were not known, `others` stand otherwise than before, `lost` were not met.
    fn settle(
        &mut self,
        tree: &Tree,
        folder: u16,
        now: Instant,
        (mut came, others, lost): (Vec<Met>, Vec<(usize, Met)>, Vec<usize>),
        look: &mut Look,
    ) {
        let index_of = |known: &[Known], place: usize| known.get(place).map_or(SILENT, |known| known.index);
        let is_mailbox = |known: &[Known], place: usize| index_of(known, place) == MAILBOX;
        let (boxes, others): (Vec<_>, Vec<_>) =
            others.into_iter().partition(|(place, _)| is_mailbox(&self.known, *place));
        // Reading everything again has to wait until whoever writes is done.
        self.restless = boxes.iter().any(|(_, met)| {
            let changed = tree.standing(&met.below).map(|stands| stands.changed);
            changed.is_some_and(|changed| is_after(changed, SystemTime::now() - REST))
        });
        if self.restless {
            look.again = Some(REST);
        } else if !boxes.is_empty() || lost.iter().any(|place| is_mailbox(&self.known, *place)) {
            look.changes = vec![Change::Replaced(CHANGED)];
            return;
        }
        let has_row = |place: &usize| self.known.get(*place).filter(|known| known.state > 0 && known.index < MAILBOX);
        let mut by_state: HashMap<u64, usize> =
            lost.iter().filter_map(|place| Some((has_row(place)?.state, *place))).collect();
        let mut renamed = HashSet::new();
        // The same file under another name.
        came.retain(|met| {
            let Some(place) = by_state.get(&met.state).copied() else { return true };
            let mut entries = tree.rows_of(folder, met.below.clone(), met.is, met.in_maildir);
            let (1, Some(entry)) = (entries.len(), entries.pop()) else { return true };
            let Some(known) = self.known.get_mut(place) else { return true };
            known.path = met.path;
            self.absent.back(known.index);
            look.changes.push(Change::Moved { index: known.index, entry: Box::new(entry) });
            renamed.insert(known.index);
            by_state.remove(&met.state);
            false
        });
        for (place, met) in others {
            let index = index_of(&self.known, place);
            if index == SILENT {
                if let Some(known) = self.known.get_mut(place) {
                    known.state = met.state;
                }
                came.push(met);
                continue;
            }
            let mut entries = tree.rows_of(folder, met.below, met.is, met.in_maildir);
            match (entries.len(), entries.pop()) {
                (1, Some(entry)) if entry.range.is_none() => {
                    if let Some(known) = self.known.get_mut(place) {
                        known.state = met.state;
                    }
                    self.absent.back(index);
                    look.changes.push(Change::Rewritten { index, entry: Box::new(entry) });
                }
                // A message that is no more one: a mailbox, or nothing that is shown.
                _ => {
                    look.changes = vec![Change::Replaced(CHANGED)];
                    return;
                }
            }
        }
        let lost = lost.into_iter().map(|place| index_of(&self.known, place)).filter(|index| *index < MAILBOX);
        for index in lost.filter(|index| !renamed.contains(index)) {
            self.absent.lose(index, now, look);
        }
        self.take_in(tree, folder, came, look);
    }

    /// New files, in the order of the walk.
    fn take_in(&mut self, tree: &Tree, folder: u16, came: Vec<Met>, look: &mut Look) {
        let mut all = Vec::new();
        for Met { below, is, in_maildir, path, state } in came {
            let entries = tree.rows_of(folder, below, is, in_maildir);
            let index = match entries.as_slice() {
                [] => SILENT,
                [one] if one.range.is_none() => self.count,
                _ => MAILBOX,
            };
            self.known.push(Known { path, state, index });
            self.count += entries.len() as u32;
            all.extend(entries);
        }
        if !all.is_empty() {
            look.changes.push(Change::Came(all));
        }
    }

    /// In the order of the paths, each once: what is known of a path last counts, and a row before none.
    fn put_in_order(&mut self) {
        self.known.sort_by_key(|known| (known.path, known.index == SILENT));
        self.known.dedup_by_key(|known| known.path);
    }
}

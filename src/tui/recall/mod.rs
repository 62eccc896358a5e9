//! What was seen of a mailbox before: rows and badges come from the cache as far as the mailbox is still what it was.
//!
//! - An mbox whose file stands as it stood is taken whole from the cache; nothing of it is listed.
//! - A Maildir whose two folders stand as they stood is taken whole as well, since its names are the same. Whether its files
//!   are, is asked of each behind that: what is another mail is read anew, and nothing is kept of such a mailbox.
//! - Anything else is listed as if it were new. A row that is the same mail as one that was kept takes over its badge:
//!   in a Maildir or a tree by name, size, inode and time, in an mbox by length and by the bytes of its beginning, and
//!   where these are not all of it, by its place as well.
//!
//! Whatever does not fit is listed and judged again. Reads and writes the cache, never a mailbox.

mod keep;
mod state;
#[cfg(test)]
mod tests;

use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasher as _, Hasher as _};
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use foldhash::quality::FixedState;

use crate::mailbox::{Entry, Kind, MANY, Opened, Standing, lasting_name};
use crate::message::Summary;
use crate::store::{RowCache, RowKey};

pub(super) use self::keep::{Keep, Writer};
pub(super) use self::state::State;
use super::list::Arrived;
use super::rows::{Findings, Heads, encode};

/// Takes a folder out of the cache; all of it where that is not to be done.
fn forget(cache: &mut RowCache, key: &RowKey) {
    if cache.forget(key).is_err() {
        let _ = cache.clear();
    }
}

/// Where the cache is, and what decides what badges say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recall {
    /// The data directory.
    pub data_dir: PathBuf,
    /// Hash of program, weights, own rules, own side and recorded answers.
    pub rules: [u8; 32],
}

/// One listing with what the cache knows of its folder.
pub(super) struct Session {
    cache: RowCache,
    key: RowKey,
    folder: u16,
    keys: Keys,
    /// How the mailbox stood when the listing began; `None` where only its files can tell.
    before: Option<Standing>,
    state: Option<State>,
    /// The next batch that was not read from the cache yet.
    next: usize,
    /// Batches that were read before anybody asked for them.
    ahead: VecDeque<Kept>,
    old: Vec<Option<Old>>,
    /// Something that was kept could not be read.
    damaged: bool,
    /// Which row had a key.
    rows: HashMap<u64, (u32, u16)>,
}

/// Gives rows their keys, with a secret that nobody outside knows.
#[derive(Debug, Clone)]
pub(super) struct Keys(FixedState);

impl Keys {
    /// The key of a message in an mbox.
    pub(super) fn of_range(&self, (start, end): (u64, u64), head: &[u8]) -> u64 {
        let mut hasher = self.0.build_hasher();
        hasher.write_u64(end.saturating_sub(start));
        hasher.write(head);
        // What is not all here may differ behind: then the place has to be the same as well.
        if (head.len() as u64) + 512 < end.saturating_sub(start) {
            hasher.write_u64(start);
        }
        hasher.finish().max(1)
    }

    /// A number that only the same mail has at another time; 0 where nothing can tell. `head` are the bytes that its row
    /// is made of, where they were read.
    pub(super) fn of(&self, mailbox: &Opened, entry: &Entry, head: Option<&[u8]>) -> u64 {
        match (entry.range, head, &entry.file) {
            (Some(range), Some(head), None) => self.of_range(range, head),
            (None, _, Some(_)) => {
                mailbox.standing_of(entry).map_or(0, |standing| self.of_file(mailbox, entry, &standing))
            }
            _ => 0,
        }
    }

    /// The key of a message that is a file in a Maildir or a tree, which stands like that; 0 where there is no such file.
    pub(super) fn of_file(&self, mailbox: &Opened, entry: &Entry, standing: &Standing) -> u64 {
        let Some(file) = &entry.file else { return 0 };
        let mut hasher = self.0.build_hasher();
        match mailbox.folder(entry.folder).map(|folder| folder.kind) {
            Some(Kind::Maildir) => hasher.write(lasting_name(file)),
            _ => hasher.write(file.as_os_str().as_bytes()),
        }
        hasher.write_u64(standing.device);
        hasher.write_u64(standing.inode);
        hasher.write_u64(standing.size);
        hasher.write_i64(standing.changed.0);
        hasher.write_u64(standing.changed.1);
        hasher.finish().max(1)
    }
}

/// A batch as it was kept: rows, their keys, what was found, and the sum.
type Kept = (Heads, Vec<u64>, Findings, u64);

/// A batch that was kept, whose rows are looked for one by one.
struct Old {
    heads: Heads,
    findings: Findings,
    left: usize,
}

impl Session {
    /// Opens the cache for a folder; `None` where it is of a kind that is not kept, or there is no cache to be had.
    pub(super) fn begin(recall: &Recall, mailbox: &Opened, folder: u16) -> Option<Self> {
        let place = mailbox.folder(folder)?;
        if !matches!(place.kind, Kind::Maildir | Kind::Mbox(_) | Kind::Tree) {
            return None;
        }
        let before = mailbox.standing(folder);
        if matches!(place.kind, Kind::Mbox(_)) && before.is_none() {
            return None;
        }
        let path = std::fs::canonicalize(&place.path).ok()?.into_os_string().into_vec();
        let key = RowKey { path, rules: recall.rules };
        let cache = RowCache::open(&recall.data_dir).ok()?;
        let secret = cache.secret()?;
        let seed = secret.first_chunk().copied().map(u64::from_le_bytes)?;
        let state = cache.state(&key).ok().flatten().and_then(|state| State::read(&state));
        Some(Self {
            cache,
            key,
            folder,
            keys: Keys(FixedState::with_seed(seed)),
            before,
            state,
            next: 0,
            ahead: VecDeque::new(),
            damaged: false,
            old: Vec::new(),
            rows: HashMap::new(),
        })
    }

    /// How the mailbox stood when the listing began.
    pub(super) fn before(&self) -> Option<Standing> {
        self.before
    }

    /// Where it is kept.
    pub(super) fn key(&self) -> &RowKey {
        &self.key
    }

    /// Whether the mailbox is what it was, so that its rows need not be listed.
    pub(super) fn is_same(&self) -> bool {
        self.before.is_some() && self.state.as_ref().is_some_and(|state| state.exact && state.standing == self.before)
    }

    /// Forgets all that was kept of the folder.
    pub(super) fn forget(&mut self) {
        forget(&mut self.cache, &self.key);
    }

    /// Whether anything was kept: where nothing was, no key has to be looked for.
    pub(super) fn knows_any(&self) -> bool {
        self.state.is_some()
    }

    /// How many rows were kept.
    pub(super) fn kept_rows(&self) -> u64 {
        self.state.as_ref().map_or(0, |state| state.rows)
    }

    /// The files that the listing which was kept began with, where a listing may begin out of order: those of a large Maildir.
    pub(super) fn first_files(&self) -> Vec<Arc<Path>> {
        let first = self.state.as_ref().filter(|state| state.rows >= MANY as u64).and_then(|state| state.sums.first());
        let Some((heads, ..)) = first.and_then(|sum| self.read(0, *sum)) else { return Vec::new() };
        (0..heads.len()).filter_map(|at| heads.entry(at)?.file).collect()
    }

    /// The next batch as it was kept, with the keys of its rows and its sum; `None` at the end, and where it cannot be
    /// trusted.
    pub(super) fn next_part(&mut self) -> Option<(Arrived, Vec<u64>, u64)> {
        let (heads, keys, findings, sum) = self.read_next()?;
        Some(((Arc::new(heads), Some(Arc::new(findings))), keys, sum))
    }

    /// Whether something that was kept could not be read: then nothing of it may stay.
    pub(super) fn is_damaged(&self) -> bool {
        self.damaged
    }

    /// Reads a batch before it is asked for; false where so many wait already, or there is none.
    pub(super) fn read_ahead(&mut self, batches: usize) -> bool {
        let reads = self.ahead.len() < batches && !self.is_at_end();
        if reads {
            let read = self.read_next();
            self.ahead.extend(read);
        }
        reads
    }

    /// Whether there is nothing more to be read.
    fn is_at_end(&self) -> bool {
        self.state.as_ref().is_none_or(|state| self.next >= state.sums.len())
    }

    /// Whether every batch that was kept was taken whole, in its order.
    pub(super) fn is_used_up(&self) -> bool {
        self.ahead.is_empty() && self.old.is_empty() && self.is_at_end()
    }

    /// The next batch as it was kept, with its sum, where it is of these files, all of them and no other, under the names
    /// that they have.
    pub(super) fn same(&mut self, keys: &[u64], entries: &[Entry]) -> Option<(Arrived, u64)> {
        while self.read_ahead(1) {}
        let (heads, kept, findings, sum) = self.ahead.pop_front()?;
        if kept == keys && !kept.contains(&0) && heads.are_of(entries) {
            return Some(((Arc::new(heads), Some(Arc::new(findings))), sum));
        }
        self.ahead.push_front((heads, kept, findings, sum));
        None
    }

    fn next_read(&mut self) -> Option<Kept> {
        self.ahead.pop_front().or_else(|| self.read_next())
    }

    fn read_next(&mut self) -> Option<Kept> {
        let sum = *self.state.as_ref()?.sums.get(self.next)?;
        let number = self.next;
        self.next += 1;
        let read = self.read(number, sum);
        self.damaged |= read.is_none();
        read
    }

    fn read(&self, number: usize, sum: u64) -> Option<Kept> {
        let pieces = self.cache.pieces(&self.key, number, sum).ok()??;
        if state::sum_of(&pieces.heads)? != sum {
            return None;
        }
        let (heads, keys) = encode::read_heads(&pieces.heads, self.folder)?;
        let found = pieces.found.and_then(|found| encode::read_found(&found, sum, heads.len()));
        let mut findings = found.unwrap_or_else(|| Findings::new(heads.len()));
        if let Some(names) = pieces.names {
            // What cannot be read is worked out again.
            let _ = encode::read_names(&names, sum, &heads, &mut findings);
        }
        Some((heads, keys, findings, sum))
    }

    /// What gives rows their keys.
    pub(super) fn keys(&self) -> &Keys {
        &self.keys
    }

    /// Reads as much of the cache as rows with these keys may stand in: mailboxes keep their order, so it is the next
    /// batches, and some more where mails are new or gone.
    pub(super) fn look_for(&mut self, keys: &[u64]) {
        let mut steps = keys.len() / 256 + 4;
        let missing = |rows: &HashMap<u64, (u32, u16)>| keys.iter().any(|key| *key > 0 && !rows.contains_key(key));
        while steps > 0 && missing(&self.rows) {
            steps -= 1;
            if self.ahead.is_empty() && self.is_at_end() {
                return;
            }
            let Some((heads, keys, findings, _)) = self.next_read() else { continue };
            let part = self.old.len() as u32;
            for (at, key) in keys.into_iter().enumerate().filter(|(_, key)| *key > 0) {
                self.rows.insert(key, (part, at as u16));
            }
            let left = heads.len();
            self.old.push(Some(Old { heads, findings, left }));
        }
    }

    /// What a header said of the mail with that key.
    pub(super) fn summary(&self, key: u64) -> Option<Summary> {
        let (part, at) = *self.rows.get(&key).filter(|_| key > 0)?;
        let old = self.old.get(part as usize)?.as_ref()?;
        old.heads.is_readable(usize::from(at)).then(|| old.heads.summary(usize::from(at)))?
    }

    /// Lets row `at` of new findings take over what was found in the mail with that key.
    pub(super) fn take_over(&mut self, key: u64, into: &mut Findings, at: usize) {
        let Some((part, there)) = self.rows.remove(&key).filter(|_| key > 0) else { return };
        let Some(slot) = self.old.get_mut(part as usize) else { return };
        let Some(old) = slot else { return };
        into.take_over(at, &old.findings, usize::from(there));
        old.left -= 1;
        if old.left == 0 {
            *slot = None;
        }
    }
}

//! An mbox that grows, shrinks or is written anew. What was listed stays as long as the file is the same one, starts as it
//! did, and its bytes before the old end are as they were; only what stands behind is searched. A look holds a read lock
//! for its few milliseconds and waits for nobody: a file that another program has locked is looked at later.

use std::hash::{BuildHasher as _, RandomState};
use std::ops::ControlFlow;

use super::super::blob::{Origin, dot_lock};
use super::super::mbox::{Mbox, Place, list_from};
use super::super::source::Source;
use super::super::stamps::is_fresh;
use super::super::{Entry, Flags, Problem};
use super::{Change, Look};
use crate::text::Words;

/// Bytes at the beginning and before the old end that must be as they were.
const ENDS: u64 = 4096;

const SHORTER: Words =
    Words::new("the mailbox became shorter; it is read again", "メールボックスが短くなったため、読み直しました");
const ANOTHER: Words = Words::new(
    "the mailbox was replaced by another file; it is read again",
    "メールボックスが別のファイルに置き換えられたため、読み直しました",
);
const REWRITTEN: Words = Words::new(
    "another program rewrote the mailbox; it is read again",
    "他のプログラムがメールボックスを書き換えたため、読み直しました",
);

/// An mbox as far as it was listed.
#[derive(Debug)]
pub(in super::super) struct Growth {
    keys: RandomState,
    /// The file as it was before the listing.
    file: (u64, u64),
    /// What `stat` said before the listing: length and time of change.
    before: Option<(u64, (i64, u64))>,
    /// The same when it was last looked at.
    seen: Option<(u64, (i64, u64))>,
    /// Of so many bytes at the beginning.
    head: (u64, u64),
    /// Of the bytes before `end`, once they were looked at.
    tail: Option<u64>,
    /// Where the listing ended.
    end: u64,
    /// Index and offset of the last message.
    last: Option<(u32, u64)>,
    count: u32,
}

impl Growth {
    /// The state of an mbox before its listing; `None` where it is not on disk, or packed.
    pub(super) fn of(mailbox: &Mbox) -> Option<Self> {
        if matches!(mailbox.plain_origin()?, Origin::Memory(..)) {
            return None;
        }
        let source = mailbox.plain_origin()?.open().ok()?;
        let keys = RandomState::new();
        let begins = source.len().min(ENDS);
        let head = (begins, keys.hash_one(source.bytes(0, begins).ok()?));
        Some(Self {
            keys,
            file: source.file()?,
            before: source.now(),
            seen: None,
            head,
            tail: None,
            end: 0,
            last: None,
            count: 0,
        })
    }

    /// Takes note of entries.
    pub(super) fn listed(&mut self, entries: &[Entry]) {
        for entry in entries {
            if let Some((start, end)) = entry.range {
                self.last = Some((self.count, start));
                self.end = end;
            }
            self.count += 1;
        }
        self.tail = None;
    }

    /// Compares the file with what was listed.
    pub(super) fn look(&mut self, mailbox: &Mbox, folder: u16) -> Result<Look, Problem> {
        let Some(origin) = mailbox.plain_origin() else { return Ok(Look::default()) };
        let source = origin.open()?;
        let now = source.now();
        if self.seen.is_some() && now == self.seen && source.file() == Some(self.file) {
            return Ok(Look::default());
        }
        // Held until `source` is dropped.
        if dot_lock(origin) || !source.lock_for_reading() {
            return Ok(Look { locked: true, again: Some(super::AGAIN), ..Look::default() });
        }
        // What was written before the lock was there counts.
        let now = source.now();
        let source = source.renewed();
        if let Some(why) = self.differs(&source)? {
            return Ok(Look { changes: vec![Change::Replaced(why)], ..Look::default() });
        }
        let mut look = Look::default();
        if source.len() > self.end {
            self.grow(&source, folder, &mut look)?;
        }
        self.tail = Some(self.tail_of(&source)?);
        self.seen = now;
        if now.is_some_and(|(_, changed)| is_fresh(changed)) {
            // A clock that is not fine enough may give the next change the same time.
            self.seen = None;
            look.again = Some(super::AGAIN);
        }
        Ok(look)
    }

    /// Why the file is not the one that was listed.
    fn differs(&self, source: &Source) -> Result<Option<Words>, Problem> {
        if source.file() != Some(self.file) {
            return Ok(Some(ANOTHER));
        }
        if source.len() < self.end {
            return Ok(Some(SHORTER));
        }
        let same_head = self.keys.hash_one(source.bytes(0, self.head.0)?) == self.head.1;
        let same_tail = match (self.tail, self.before) {
            (Some(tail), _) => self.tail_of(source)? == tail,
            // Nobody looked yet. What was appended during the listing is no harm; what has the old length is.
            (None, Some((len, _))) => source.len() != len || source.now() == self.before,
            (None, None) => true,
        };
        Ok((!same_head || !same_tail || !self.starts(source)?).then_some(REWRITTEN))
    }

    /// A message starts where the last one started.
    fn starts(&self, source: &Source) -> Result<bool, Problem> {
        Ok(match self.last {
            Some((_, start)) => source.bytes(start, start + 5)? == b"From ",
            None => true,
        })
    }

    fn tail_of(&self, source: &Source) -> Result<u64, Problem> {
        Ok(self.keys.hash_one(source.bytes(self.end.saturating_sub(ENDS), self.end)?))
    }

    /// Lists what was appended. The last message is looked at again: it may have been half written.
    fn grow(&mut self, source: &Source, folder: u16, look: &mut Look) -> Result<(), Problem> {
        let from = self.last.map_or(0, |(_, start)| start);
        if source.bytes(from, from + 5)? != b"From " {
            // What follows an empty file is no mailbox, or not yet.
            return Ok(());
        }
        let mut found: Vec<Place> = Vec::new();
        list_from(source, from, &mut |place| {
            found.push(place);
            ControlFlow::Continue(())
        })?;
        let entry = |place: Place| Entry {
            folder,
            file: None,
            range: Some(place.range),
            flags: Flags::default(),
            doubts: place.doubts,
            problem: None,
        };
        let mut found = found.into_iter().map(entry);
        if let Some((index, _)) = self.last
            && let Some(again) = found.next()
            && again.range.is_some_and(|(_, end)| end != self.end)
        {
            self.end = again.range.map_or(self.end, |(_, end)| end);
            look.changes.push(Change::Moved { index, entry: Box::new(again) });
        }
        let came: Vec<Entry> = found.collect();
        if !came.is_empty() {
            self.listed(&came);
            look.changes.push(Change::Came(came));
        }
        Ok(())
    }
}

//! mbox: one file, many messages, each behind a `From ` line. Lists them in one pass and reads one at a time; never
//! holds the file in memory and never writes.
//!
//! An entry is only a place in the file, so the first rows are there after the first block. Two things belong to the
//! file as a whole: how `From ` lines were quoted ([`judge`]), and whether an empty line goes before each separator.
//! Neither is needed to list, and both are needed to give a message's exact bytes, on which its identity rests; so they
//! must be the same whether a message is read before, during or after the listing. Both are therefore functions of the
//! file alone, come from the same scan that lists it, and are fixed as soon as the rest of the file cannot change them:
//! after 1,024 separators, and after 400 messages with quoted lines. A message that is read before the listing got there
//! makes that scan itself, only as far as needed, and only if it ends in an empty line or holds a `>From ` line.

pub(super) mod from_line;
mod header;
mod judge;
#[cfg(test)]
mod round_trip;
mod scan;
#[cfg(test)]
mod tests;

use std::ops::ControlFlow;
use std::sync::{Mutex, PoisonError};

use self::header::{Header, Length};
use self::judge::Judge;
use self::scan::{Found, Head, Step, scan};
use super::blob::{Blob, Origin};
use super::identity::{Canonical, Quoting};
use super::look::{LOOK, leading};
use super::source::Source;
use super::trouble::{CHANGED, OVER, unreadable};
use super::{Doubt, MESSAGE_LIMIT, Problem, Progress, See, Seen, Variant};
use crate::text::Words;

/// Messages in the first batch, so that a screen can be drawn.
const FIRST: usize = 64;
/// Messages in a later batch.
const BATCH: usize = 4096;
/// Bytes searched after which a batch is handed over however small it is.
const STRIDE: u64 = 16 << 20;
/// Room for the `From ` line in front of a message.
const LINE: u64 = 4 << 20;

/// One mbox.
#[derive(Debug)]
pub(super) struct Mbox {
    blob: Blob,
    variant: Known<Variant>,
    bare: Known<bool>,
}

/// Something that the file as a whole decides, as soon as it is known.
#[derive(Debug)]
struct Known<T>(Mutex<Option<T>>);

impl<T: Copy> Known<T> {
    const fn nothing() -> Self {
        Self(Mutex::new(None))
    }

    fn get(&self) -> Option<T> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, value: Option<T>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = value;
    }
}

/// A message's place and what is uncertain about it.
pub(super) struct Place {
    pub(super) range: (u64, u64),
    pub(super) doubts: Vec<Doubt>,
}

impl Mbox {
    pub(super) fn new(blob: Blob) -> Self {
        Self { blob, variant: Known::nothing(), bare: Known::nothing() }
    }

    /// Where its bytes come from.
    pub(super) fn origin(&self) -> &Origin {
        self.blob.origin()
    }

    /// Where its bytes come from; `None` where it is packed.
    pub(super) fn plain_origin(&self) -> Option<&Origin> {
        self.blob.plain_origin()
    }

    /// The variant as far as it is known: `None` until a listing or a reading has judged it.
    pub(super) fn variant(&self) -> Option<Variant> {
        self.variant.get()
    }

    /// A guess from the beginning of the file, for a folder's title.
    pub(super) fn guess(head: Vec<u8>) -> Variant {
        let start = leading(&head) as u64;
        let source = Source::Memory(std::sync::Arc::new(head));
        let mut judge = Judge::default();
        // Memory cannot fail to be read.
        let _ = scan(&source, start, &mut judge, &mut |_, _| ControlFlow::Continue(()));
        judge.variant()
    }

    /// Lists the messages in batches; the last call may carry why there are not more. `see` gets places and beginnings of
    /// messages before their batch, where they are at hand: the same bytes as [`Mbox::head`] gives.
    pub(super) fn index(
        &self,
        mut see: Option<&mut See<'_>>,
        sink: &mut dyn FnMut(Vec<Place>, Progress, Option<Words>) -> ControlFlow<()>,
    ) -> Result<(), Problem> {
        // The file may be another one than at the last listing.
        self.blob.renew();
        self.variant.set(None);
        self.bare.set(None);
        let (source, cut) = self.blob.open()?;
        let total = Some(source.len());
        let (mut batch, mut size, mut handed, mut done) = (Vec::new(), FIRST, 0, 0);
        let finished = self.run(&source, &mut |step, _| {
            match step {
                Step::Message(Found { start, end, doubts }, head) => {
                    if let (Some(see), Some(head)) = (&mut see, head) {
                        self.show((start, end), &head, see);
                    }
                    done = start;
                    batch.push(Place { range: (start, end), doubts });
                }
                Step::Searched(at) => done = at,
            }
            if batch.len() >= size || done >= handed + STRIDE {
                size = BATCH;
                handed = done;
                return sink(std::mem::take(&mut batch), Progress { done, total }, None);
            }
            ControlFlow::Continue(())
        })?;
        if finished {
            if let (Some(last), Some(cut)) = (batch.last_mut(), cut) {
                let doubt = if cut == OVER { Doubt::TooLarge } else { Doubt::Truncated };
                if !last.doubts.contains(&doubt) {
                    last.doubts.push(doubt);
                }
            }
            let _ = sink(batch, Progress { done: source.len(), total }, cut);
        }
        Ok(())
    }

    /// Scans and keeps what the scan finds out about the file. Tells whether it came to the end.
    fn run(&self, source: &Source, sink: &mut dyn FnMut(Step<'_>, &Judge) -> ControlFlow<()>) -> Result<bool, Problem> {
        if source.len() == 0 {
            // It was a mailbox when it was opened: somebody took every message out of it.
            return Ok(true);
        }
        let first = leading(&source.head(LOOK)?) as u64;
        if source.bytes(first, first + 5)? != b"From " {
            return Err(unreadable(CHANGED));
        }
        let mut judge = Judge::default();
        let finished = scan(source, first, &mut judge, &mut |step, judge| {
            if judge.decided() {
                self.variant.set(Some(judge.variant()));
            }
            if judge.spacing_decided() {
                self.bare.set(Some(judge.is_bare()));
            }
            sink(step, judge)
        })?;
        if finished {
            self.variant.set(Some(judge.variant()));
            self.bare.set(Some(judge.is_bare()));
        }
        Ok(finished)
    }

    /// Makes sure that `known` is known, scanning as far as that needs.
    fn judged<T: Copy>(&self, source: &Source, known: &Known<T>) -> Result<Option<T>, Problem> {
        if known.get().is_none() {
            self.run(source, &mut |_, _| {
                if known.get().is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            })?;
        }
        Ok(known.get())
    }

    /// The canonical bytes of the message at `range`, in a buffer that may have been used before.
    pub(super) fn read(&self, range: (u64, u64), room: Vec<u8>) -> Result<Canonical, Problem> {
        let (source, _) = self.blob.open()?;
        let end = range.1.min(range.0.saturating_add(MESSAGE_LIMIT + LINE));
        let mut bytes = message(&source, range.0, end, room)?;
        let limit = usize::try_from(MESSAGE_LIMIT).unwrap_or(usize::MAX);
        if bytes.len() > limit || end < range.1 {
            bytes.truncate(limit);
        } else {
            self.strip_separator(&source, &mut bytes)?;
        }
        let mut quoting = Quoting::None;
        if quoted_line(&bytes).is_some() {
            quoting = Quoting::Kept;
            if self.judged(&source, &self.variant)? == Some(Variant::Mboxrd) {
                bytes = unquoted(&bytes);
                quoting = Quoting::Undone;
            }
        }
        if bytes.is_empty() { Err(Problem::Empty) } else { Ok(Canonical::new(bytes, quoting)) }
    }

    /// The first bytes of the message at `range`. Ends at the first quoted line if the variant is not yet known: a head
    /// must not wait for a judgment.
    pub(super) fn head(&self, range: (u64, u64), limit: usize) -> Result<Vec<u8>, Problem> {
        let (source, _) = self.blob.open()?;
        let end = range.1.min(range.0.saturating_add(limit as u64 + 512));
        let mut bytes = match message(&source, range.0, end, Vec::new()) {
            Ok(bytes) if bytes.len() >= limit || end == range.1 => bytes,
            // A `From ` line that is longer than the room for it.
            _ => {
                let end = range.1.min(range.0.saturating_add(limit as u64 + LINE));
                message(&source, range.0, end, Vec::new())?
            }
        };
        bytes.truncate(limit);
        if let Some(at) = quoted_line(&bytes) {
            match self.variant() {
                Some(Variant::Mboxrd) => bytes = unquoted(&bytes),
                Some(_) => {}
                None => bytes.truncate(at),
            }
        }
        Ok(bytes)
    }

    /// Shows the beginning of a message as [`Mbox::head`] gives it.
    fn show(&self, range: (u64, u64), head: &Head<'_>, see: &mut See<'_>) {
        let Head { bytes, header, marked } = *head;
        let quoted = if marked { quoted_line(bytes) } else { None };
        match (quoted, self.variant()) {
            (Some(_), Some(Variant::Mboxrd)) => see(Seen { range, head: &unquoted(bytes), header: None }),
            (Some(at), None) => {
                let header = header.filter(|header| *header <= at);
                see(Seen { range, head: bytes.get(..at).unwrap_or_default(), header });
            }
            _ => see(Seen { range, head: bytes, header }),
        }
    }

    /// Takes away the empty line that belongs to the next separator.
    fn strip_separator(&self, source: &Source, bytes: &mut Vec<u8>) -> Result<(), Problem> {
        let blank = match bytes.as_slice() {
            [.., b'\n', b'\r', b'\n'] | [b'\r', b'\n'] => 2,
            [.., b'\n', b'\n'] | [b'\n'] => 1,
            _ => return Ok(()),
        };
        let header = Header::scan(bytes);
        if let (Length::Bytes(length), Some(body)) = (header.length, header.body) {
            let end = (body as u64).saturating_add(length);
            if end == bytes.len() as u64 {
                // The empty line is the message's own.
                return Ok(());
            }
        }
        if self.judged(source, &self.bare)? != Some(true) {
            bytes.truncate(bytes.len() - blank);
        }
        Ok(())
    }
}

/// Lists the messages of `source` from `start` on, where a message must start. What the whole file was judged to be
/// stays.
pub(super) fn list_from(
    source: &Source,
    start: u64,
    sink: &mut dyn FnMut(Place) -> ControlFlow<()>,
) -> Result<(), Problem> {
    let mut judge = Judge::default();
    scan(source, start, &mut judge, &mut |step, _| match step {
        Step::Message(Found { start, end, doubts }, _) => sink(Place { range: (start, end), doubts }),
        Step::Searched(_) => ControlFlow::Continue(()),
    })?;
    Ok(())
}

/// The bytes between the `From ` line at `start` and `end`.
fn message(source: &Source, start: u64, end: u64, room: Vec<u8>) -> Result<Vec<u8>, Problem> {
    let mut bytes = source.bytes_into(start, end, room)?;
    if !bytes.starts_with(b"From ") {
        return Err(unreadable(CHANGED));
    }
    let line = memchr::memchr(b'\n', &bytes).map_or(bytes.len(), |at| at + 1);
    bytes.drain(..line);
    Ok(bytes)
}

/// Offset of the first line that is `From ` behind one or more `>`.
fn quoted_line(bytes: &[u8]) -> Option<usize> {
    memchr::memmem::find_iter(bytes, b">From ").find_map(|at| line_of_marks(bytes, at))
}

/// The start of the line in which `at` stands, if nothing but `>` stands before it. Looks back no further than a line
/// that mail may have (RFC 5322 section 2.1.1), so that a megabyte of marks is not walked again and again.
pub(super) fn line_of_marks(bytes: &[u8], at: usize) -> Option<usize> {
    let from = at.saturating_sub(998);
    let before = bytes.get(from..at)?;
    let marks = before.iter().rev().take_while(|byte| **byte == b'>').count();
    let start = at - marks;
    (start == 0 || bytes.get(start - 1) == Some(&b'\n')).then_some(start)
}

/// `bytes` with one `>` less on every quoted line.
fn unquoted(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut done = 0;
    for at in memchr::memmem::find_iter(bytes, b">From ") {
        if let Some(start) = line_of_marks(bytes, at) {
            out.extend_from_slice(bytes.get(done..start).unwrap_or_default());
            done = start + 1;
        }
    }
    out.extend_from_slice(bytes.get(done..).unwrap_or_default());
    out
}

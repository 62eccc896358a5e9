//! Reads the heads of messages for their rows, many at a time: on as many threads as there are cores where the bytes are at
//! hand, on more where files have to be waited for, since a cold disk answers many as fast as one. Reads heads and nothing else.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::mailbox::{Entry, HEAD, Opened, Seen, Standing};
use crate::message::{Summary, summarize};

use super::super::list::Row;
use super::super::recall::Keys;
use super::STACK;

/// Threads that open files which have to be waited for.
const OPENERS: usize = 16;
/// Time for a file, to one thread, beyond which it was waited for.
const SLOW: Duration = Duration::from_micros(100);
/// Files after which it is looked whether they are waited for.
const STEP: usize = 4096;
/// Fewer messages are not worth a thread.
const FEW: usize = 32;
/// Bytes of a file that nearly every header ends in.
const SOON: usize = 8 * 1024;
/// Bytes that are read of a message whose header does not end in [`HEAD`]: who sends it, and its subject, may stand behind
/// fields that nobody reads.
const FAR: usize = 1024 * 1024;

/// Beginnings of messages that a listing came by.
#[derive(Debug, Default)]
pub(super) struct Ahead {
    /// Header after header.
    text: Vec<u8>,
    found: Vec<Found>,
}

#[derive(Debug, Clone, Copy)]
struct Found {
    /// Where the message starts in its mailbox.
    start: u64,
    key: u64,
    from: usize,
    to: usize,
}

impl Ahead {
    /// Takes the beginning of a message: its key, where rows have some, and its header.
    pub(super) fn see(&mut self, Seen { range, head, header: length }: Seen<'_>, keys: Option<&Keys>) {
        let from = self.text.len();
        self.text.extend_from_slice(length.and_then(|length| head.get(..length)).unwrap_or_else(|| header(head)));
        let key = keys.map_or(0, |keys| keys.of_range(range, head));
        self.found.push(Found { start: range.0, key, from, to: self.text.len() });
    }

    /// Nothing is at hand any more.
    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.found.clear();
    }

    /// What is at hand of each of these messages. Both stand in the order of the mailbox.
    fn of(&self, entries: &[Entry]) -> Vec<Option<Found>> {
        let mut found = self.found.iter().copied().peekable();
        entries
            .iter()
            .map(|entry| {
                let (start, _) = entry.range?;
                while found.next_if(|one| one.start < start).is_some() {}
                found.next_if(|one| one.start == start)
            })
            .collect()
    }
}

/// The header with the empty line behind it; all there is where none is in sight.
fn header(head: &[u8]) -> &[u8] {
    let from = head.iter().position(|byte| !matches!(byte, b'\r' | b'\n')).unwrap_or_default();
    let ends = |at: &usize| matches!(head.get(at + 1..), Some([b'\n', ..] | [b'\r', b'\n', ..]));
    let end = memchr::memchr_iter(b'\n', head.get(from..).unwrap_or_default()).map(|at| from + at).find(ends);
    end.and_then(|end| head.get(..end + 3)).unwrap_or(head)
}

/// How many threads do the work.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Hands {
    /// Cores that are free for it.
    pub(super) cores: usize,
    /// Files were waited for, so that many are asked for at the same time.
    slow: bool,
}

/// The keys of messages that tell by their files what they are; 0 for others.
pub(super) fn keys(mailbox: &Opened, keys: &Keys, entries: &[Entry], hands: &mut Hands) -> Vec<u64> {
    hands.on_each(entries, &|_, entry| keys.of(mailbox, entry, None))
}

/// The rows of messages, and the keys of those that have none yet (`known` is empty where there are no keys). Where a summary is
/// known, nothing is read.
pub(super) fn rows(
    mailbox: &Opened,
    keys: Option<&Keys>,
    entries: &[Entry],
    known: &[(u64, Option<Summary>)],
    ahead: &Ahead,
    hands: &mut Hands,
) -> Vec<(Row, u64)> {
    let at_hand = ahead.of(entries);
    hands.on_each(entries, &|at, entry| {
        let (key, summary) = known.get(at).map_or((0, None), |(key, summary)| (*key, summary.clone()));
        if let Some(summary) = summary {
            return (Row::new(entry.clone(), summary), key);
        }
        // A header that has no end in what was at hand is read as far as it goes.
        if let Some(found) = at_hand.get(at).copied().flatten().filter(|found| found.to - found.from < HEAD) {
            let head = ahead.text.get(found.from..found.to).unwrap_or_default();
            return (Row::new(entry.clone(), summarize(head)), found.key);
        }
        let (row, head, standing) = read_standing(mailbox, entry.clone());
        let readable = row.entry.problem.is_none();
        let key = match (keys, standing) {
            (Some(keys), _) if key == 0 && readable && entry.range.is_some() => keys.of(mailbox, entry, Some(&head)),
            (Some(keys), Some(standing)) if key == 0 && readable => keys.of_file(mailbox, entry, &standing),
            _ => key,
        };
        (row, key)
    })
}

/// The row of a message, and the bytes that it is made of: its head is read, no more.
pub(super) fn read(mailbox: &Opened, entry: Entry) -> (Row, Vec<u8>) {
    let (row, head, _) = read_standing(mailbox, entry);
    (row, head)
}

/// The same with how its file stood, where it is one.
fn read_standing(mailbox: &Opened, entry: Entry) -> (Row, Vec<u8>, Option<Standing>) {
    if entry.problem.is_some() {
        return (Row::new(entry, Summary::default()), Vec::new(), None);
    }
    let is_whole = |head: &[u8], room: usize| head.len() < room || header(head).len() < head.len();
    let read = if entry.range.is_some() {
        mailbox.read_head(&entry, HEAD).map(|head| (head, None))
    } else {
        mailbox.read_head_of_file(&entry, SOON).and_then(|(head, standing)| {
            // One whose header is longer is read once more.
            if is_whole(&head, SOON) { Ok((head, standing)) } else { mailbox.read_head_of_file(&entry, HEAD) }
        })
    };
    let read = read.and_then(|(head, standing)| {
        if is_whole(&head, HEAD) { Ok((head, standing)) } else { Ok((mailbox.read_head(&entry, FAR)?, standing)) }
    });
    match read {
        Ok((mut head, standing)) => {
            let summary = summarize(&head);
            // What a message is known by in the cache is its beginning.
            head.truncate(HEAD);
            (Row::new(entry, summary), head, standing)
        }
        Err(problem) => (Row::new(Entry { problem: Some(problem), ..entry }, Summary::default()), Vec::new(), None),
    }
}

impl Hands {
    /// Does the same for each message, in order.
    fn on_each<T: Send>(&mut self, entries: &[Entry], work: &(dyn Fn(usize, &Entry) -> T + Sync)) -> Vec<T> {
        if entries.first().is_none_or(|entry| entry.range.is_some()) {
            return on_threads(self.cores, entries, work);
        }
        let mut out = Vec::with_capacity(entries.len());
        for (number, files) in entries.chunks(STEP).enumerate() {
            let threads = if self.slow { OPENERS.max(self.cores) } else { self.cores };
            let began = Instant::now();
            out.extend(on_threads(threads, files, &|at, entry| work(number * STEP + at, entry)));
            // Once and for all: many threads at a file that is at hand take turns, which looks like waiting too.
            let busy = threads.min(files.len().div_ceil(FEW)).max(1);
            self.slow |= began.elapsed() * busy as u32 > SLOW * files.len() as u32;
        }
        out
    }
}

/// Does the same for each message, in order, on so many threads; whoever is done with a piece takes the next one.
fn on_threads<T: Send>(threads: usize, entries: &[Entry], work: &(dyn Fn(usize, &Entry) -> T + Sync)) -> Vec<T> {
    let piece = entries.len().div_ceil(threads.max(1) * 4).max(FEW);
    let pieces: Vec<&[Entry]> = entries.chunks(piece).collect();
    let next = AtomicUsize::new(0);
    let take = || -> Vec<(usize, Vec<T>)> {
        let mut done = Vec::new();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let Some(entries) = pieces.get(number) else { return done };
            let start = number * piece;
            done.push((number, entries.iter().enumerate().map(|(at, entry)| work(start + at, entry)).collect()));
        }
    };
    let take = &take;
    if threads <= 1 || pieces.len() <= 1 {
        return take().into_iter().flat_map(|(_, done)| done).collect();
    }
    let mut all = thread::scope(|scope| {
        let others: Vec<_> = (1..threads.min(pieces.len()))
            .map(|_| thread::Builder::new().name("heads".to_owned()).stack_size(STACK).spawn_scoped(scope, take))
            .collect();
        let mut all = take();
        // Where the system has no thread left, there was no other one that took a piece.
        for thread in others.into_iter().flatten() {
            match thread.join() {
                Ok(done) => all.extend(done),
                // A defect: whoever listens for those hears of it.
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        all
    });
    all.sort_unstable_by_key(|(number, _)| *number);
    all.into_iter().flat_map(|(_, done)| done).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_ends_with_its_empty_line() {
        for (head, wanted) in [
            (&b"a: b\n\nbody\n\n"[..], &b"a: b\n\n"[..]),
            (b"a: b\r\n\r\nbody", b"a: b\r\n\r\n"),
            (b"\n\r\na: b\n\nbody", b"\n\r\na: b\n\n"),
            (b"a: b\n\n", b"a: b\n\n"),
            (b"a: b\nc: d\n", b"a: b\nc: d\n"),
            (b"a: b\rc: d\r\rbody", b"a: b\rc: d\r\rbody"),
            (b"\n\n", b"\n\n"),
            (b"", b""),
        ] {
            let found = header(head);
            assert!(
                found.starts_with(wanted) && found.len() <= wanted.len() + 1,
                "{:?}",
                String::from_utf8_lossy(found)
            );
            assert_eq!(summarize(found), summarize(head));
        }
    }

    #[test]
    fn what_a_listing_came_by_is_what_reading_gives() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("box");
        let mut text = Vec::new();
        for number in 0..400 {
            let body = "text >From here\n>From there\n".repeat(number * 31 % 900);
            text.extend(
                format!("From a@b.example Mon Nov  2 10:00:00 2026\nFrom: s{number}@b.example\nSubject: {number}\n\n{body}\n")
                    .into_bytes(),
            );
        }
        std::fs::write(&path, text).unwrap();
        let opened = crate::mailbox::open(&[path]).unwrap();
        let ahead = std::cell::RefCell::new(Ahead::default());
        let mut heads = Vec::new();
        let mut entries = Vec::new();
        let mut see = |seen: Seen<'_>| {
            ahead.borrow_mut().see(seen, None);
            heads.push((seen.range, seen.head.to_vec()));
        };
        opened
            .index_seeing(0, Some(&mut see), &mut |found, _| {
                entries.extend(found);
                std::ops::ControlFlow::Continue(())
            })
            .unwrap();
        assert_eq!(entries.len(), 400);
        assert_eq!(heads.len(), 400, "also those that a block's end goes through");
        for entry in &entries {
            if let Some((_, head)) = heads.iter().find(|(range, _)| Some(*range) == entry.range) {
                let read = opened.read_head(entry, HEAD).unwrap();
                // Before the file is judged, a head ends at the first quoted line.
                assert!(read == *head || read.starts_with(head) && read[head.len()..].starts_with(b">From "));
            }
        }
        let mut hands = Hands { cores: 2, ..Hands::default() };
        let rows = rows(&opened, None, &entries, &[], &ahead.borrow(), &mut hands);
        for (at, (row, _)) in rows.into_iter().enumerate() {
            assert_eq!((row.entry.range, row.summary.subject), (entries[at].range, at.to_string()));
        }
    }

    #[test]
    fn a_sender_behind_a_long_header_is_in_the_row() {
        let padding = format!("X-Padding: {}\n", "x".repeat(40)).repeat(900);
        for (name, separator) in [("one.eml", ""), ("box.mbox", "From a@b.example Mon Nov  2 10:00:00 2026\n")] {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join(name);
            let text = format!("{separator}{padding}From: Far <far@a.example>\nSubject: far\n\nhi\n");
            std::fs::write(&path, text).unwrap();
            let opened = crate::mailbox::open(&[path]).unwrap();
            let (mut ahead, mut entries) = (Ahead::default(), Vec::new());
            let mut see = |seen: Seen<'_>| ahead.see(seen, None);
            let mut take = |found: Vec<Entry>, _| {
                entries.extend(found);
                std::ops::ControlFlow::Continue(())
            };
            opened.index_seeing(0, Some(&mut see), &mut take).unwrap();
            let rows = rows(&opened, None, &entries, &[], &ahead, &mut Hands::default());
            let found: Vec<_> = rows.iter().map(|(row, _)| (&*row.summary.address, &*row.summary.subject)).collect();
            assert_eq!(found, [("far@a.example", "far")], "{name}");
        }
    }
}

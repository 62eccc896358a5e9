//! What stands in the mailbox, as the list keeps it: rows of a fixed size over one text for each batch. Made once by the
//! thread that lists and shared with the threads that read; nothing here changes later, and nothing is kept that the
//! mailbox can be asked for again.

use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::path::PathBuf;
use std::sync::Arc;

use crate::mailbox::{Doubt, Entry, Flags, Problem};
use crate::message::Summary;

use super::Row;

/// The most rows of one batch.
pub const MOST: usize = 4096;
/// The most bytes that are kept of a name, an address or a subject: more than any head of a mail can say honestly.
const TEXT: usize = 16 * 1024;

/// One row, but for its texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::tui) struct Head {
    /// Unix seconds; read it where [`DATED`] is set.
    pub(super) date: i64,
    /// Byte range in an mbox; read it where [`RANGED`] is set.
    pub(super) start: u64,
    pub(super) end: u64,
    /// Where `name address\nsubject\n` begins in the text of the batch.
    pub(super) text: u32,
    /// Where the file's name begins among the files of the batch.
    pub(super) file: u32,
    /// Lengths in bytes.
    pub(super) name: u16,
    pub(super) address: u16,
    pub(super) subject: u16,
    pub(super) file_len: u16,
    /// One more than the place among the problems of the batch; 0 where there is none.
    pub(super) problem: u16,
    pub(super) folder: u16,
    /// Flags, one bit each in the order of [`flag_bits`].
    pub(super) flags: u8,
    /// Doubts, one bit each in the order of [`DOUBTS`].
    pub(super) doubts: u8,
    pub(super) bits: u8,
    /// The flags that Status and X-Status say, which are among the others as well.
    pub(super) status: u8,
}

pub(super) const DATED: u8 = 1;
pub(super) const RANGED: u8 = 2;
pub(super) const FILED: u8 = 4;
/// Holds a letter outside ASCII that has another form in lower case.
pub(super) const CASED: u8 = 8;

/// The doubts in the order of their bits.
const DOUBTS: [Doubt; 6] = [
    Doubt::UncertainStart,
    Doubt::UncertainEnd,
    Doubt::SeparatorLookalike,
    Doubt::Truncated,
    Doubt::WrongContentLength,
    Doubt::TooLarge,
];

/// A batch of rows with their texts.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Heads {
    pub(super) rows: Vec<Head>,
    pub(super) text: String,
    pub(super) files: Vec<u8>,
    pub(super) problems: Vec<Problem>,
}

impl Heads {
    /// Takes rows in, [`MOST`] of them at most.
    #[must_use]
    pub fn of(rows: &[Row]) -> Self {
        let mut heads = Self { rows: Vec::with_capacity(rows.len().min(MOST)), ..Self::default() };
        rows.iter().take(MOST).for_each(|row| heads.push(&row.entry, &row.summary));
        heads.text.shrink_to_fit();
        heads.files.shrink_to_fit();
        heads
    }

    fn push(&mut self, entry: &Entry, summary: &Summary) {
        let [name, address, subject] = [&summary.name, &summary.address, &summary.subject].map(|text| clipped(text));
        let mut head = Head {
            date: summary.date.unwrap_or_default(),
            text: self.text.len() as u32,
            file: self.files.len() as u32,
            name: name.len() as u16,
            address: address.len() as u16,
            subject: subject.len() as u16,
            folder: entry.folder,
            // The letters have the order of the flags.
            flags: flag_bits(entry.flags) | status_bits(&summary.status),
            doubts: doubt_bits(&entry.doubts),
            bits: if summary.date.is_some() { DATED } else { 0 },
            status: status_bits(&summary.status),
            ..Head::default()
        };
        if let Some((start, end)) = entry.range {
            (head.start, head.end) = (start, end);
            head.bits |= RANGED;
        }
        if let Some(file) = &entry.file {
            let bytes = file.as_os_str().as_bytes();
            head.file_len = u16::try_from(bytes.len()).unwrap_or(u16::MAX);
            self.files.extend_from_slice(bytes.get(..usize::from(head.file_len)).unwrap_or_default());
            head.bits |= FILED;
        }
        if let Some(problem) = &entry.problem {
            let at = self.problems.iter().position(|other| other == problem).unwrap_or(self.problems.len());
            if at == self.problems.len() {
                self.problems.push(problem.clone());
            }
            head.problem = at as u16 + 1;
        }
        for (text, end) in [(name, ' '), (address, '\n'), (subject, '\n')] {
            self.text.push_str(text);
            self.text.push(end);
            if !text.is_ascii() && text.chars().any(|c| !c.is_ascii() && !c.to_lowercase().eq([c])) {
                head.bits |= CASED;
            }
        }
        self.rows.push(head);
    }

    /// How many rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Whether a row stands for a mail that can be read.
    #[must_use]
    pub fn is_readable(&self, at: usize) -> bool {
        self.rows.get(at).is_some_and(|head| head.problem == 0)
    }

    /// Whether these rows stand for exactly these files, under these names, and all can be read.
    pub(in crate::tui) fn are_of(&self, entries: &[Entry]) -> bool {
        let is_of = |(head, entry): (&Head, &Entry)| {
            let name = entry.file.as_ref().map(|file| file.as_os_str().as_bytes());
            head.problem == 0
                && entry.problem.is_none()
                && head.folder == entry.folder
                && head.range() == entry.range
                && self.file(head) == name
                && usize::from(head.file_len) == name.map_or(0, <[u8]>::len)
                && head.doubts == doubt_bits(&entry.doubts)
                && head.flags == flag_bits(entry.flags) | head.status
        };
        self.rows.len() == entries.len() && self.rows.iter().zip(entries).all(is_of)
    }

    /// Where a message is.
    #[must_use]
    pub fn entry(&self, at: usize) -> Option<Entry> {
        let head = self.rows.get(at)?;
        Some(Entry {
            folder: head.folder,
            file: self.file(head).map(|file| Arc::from(PathBuf::from(OsString::from_vec(file.to_vec())))),
            range: head.range(),
            flags: flags_of(head.flags),
            doubts: DOUBTS
                .into_iter()
                .enumerate()
                .filter_map(|(bit, doubt)| (head.doubts & 1 << bit != 0).then_some(doubt))
                .collect(),
            problem: self.problem(head).cloned(),
        })
    }

    /// A row as it was taken in.
    pub(in crate::tui) fn row(&self, at: usize) -> Option<Row> {
        Some(Row::new(self.entry(at)?, self.summary(at)?))
    }

    /// What its header says.
    #[must_use]
    pub fn summary(&self, at: usize) -> Option<Summary> {
        let head = self.rows.get(at)?;
        Some(Summary {
            name: self.name(head).to_owned(),
            address: self.address(head).to_owned(),
            subject: self.subject(head).to_owned(),
            date: head.date(),
            status: STATUS
                .iter()
                .enumerate()
                .filter_map(|(bit, letter)| (head.status & 1 << bit != 0).then_some(*letter))
                .collect(),
        })
    }

    /// The file's name below the folder.
    pub(super) fn file(&self, head: &Head) -> Option<&[u8]> {
        let from = head.file as usize;
        (head.bits & FILED != 0).then(|| self.files.get(from..from + usize::from(head.file_len)).unwrap_or_default())
    }

    pub(super) fn problem(&self, head: &Head) -> Option<&Problem> {
        self.problems.get(usize::from(head.problem.checked_sub(1)?))
    }

    fn cut(&self, from: u32, before: usize, len: u16) -> &str {
        let from = from as usize + before;
        self.text.get(from..from + usize::from(len)).unwrap_or_default()
    }

    pub(super) fn name(&self, head: &Head) -> &str {
        self.cut(head.text, 0, head.name)
    }

    pub(super) fn address(&self, head: &Head) -> &str {
        self.cut(head.text, usize::from(head.name) + 1, head.address)
    }

    /// Name and address with a blank between them.
    pub(super) fn sender(&self, head: &Head) -> &str {
        self.text.get(head.text as usize..head.subject_at().saturating_sub(1)).unwrap_or_default()
    }

    pub(super) fn subject(&self, head: &Head) -> &str {
        self.cut(head.text, head.subject_at() - head.text as usize, head.subject)
    }
}

impl Head {
    pub(super) fn date(&self) -> Option<i64> {
        (self.bits & DATED != 0).then_some(self.date)
    }

    pub(super) fn range(&self) -> Option<(u64, u64)> {
        (self.bits & RANGED != 0).then_some((self.start, self.end))
    }

    /// Where the subject begins in the text of the batch.
    pub(super) fn subject_at(&self) -> usize {
        self.text as usize + usize::from(self.name) + usize::from(self.address) + 2
    }

    /// Behind the end of its text.
    pub(super) fn text_end(&self) -> usize {
        self.subject_at() + usize::from(self.subject) + 1
    }
}

fn clipped(text: &str) -> &str {
    text.get(..text.floor_char_boundary(TEXT)).unwrap_or_default()
}

/// The letters of Status and X-Status in the order of their bits.
const STATUS: [char; 5] = ['R', 'A', 'F', 'D', 'T'];

fn status_bits(status: &str) -> u8 {
    STATUS.iter().enumerate().map(|(bit, letter)| u8::from(status.contains(*letter)) << bit).sum()
}

fn flag_bits(flags: Flags) -> u8 {
    let all = [flags.seen, flags.replied, flags.flagged, flags.trashed, flags.draft, flags.passed];
    all.into_iter().enumerate().map(|(bit, set)| u8::from(set) << bit).sum()
}

pub(super) fn flags_of(bits: u8) -> Flags {
    let has = |bit: u8| bits & 1 << bit != 0;
    Flags { seen: has(0), replied: has(1), flagged: has(2), trashed: has(3), draft: has(4), passed: has(5) }
}

fn doubt_bits(doubts: &[Doubt]) -> u8 {
    let bit = |doubt: &Doubt| DOUBTS.iter().position(|other| other == doubt).map_or(0, |at| 1 << at);
    doubts.iter().map(bit).fold(0, |bits, bit| bits | bit)
}

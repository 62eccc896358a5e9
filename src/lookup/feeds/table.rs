//! A compiled feed on disk: sorted records in blocks, found with one small read each.
//!
//! ```text
//! gosanke feed 1\n | length of the head (4 bytes, little endian) | head (JSON) | SHA-256 of the head
//! index: for each block its first key and the first 16 bytes of its SHA-256
//! notes: for each its length (1 byte) and its text
//! blocks of records: key, number of the note (2 bytes), day (2 bytes), all big endian
//! ```
//!
//! The head says how long everything is and what SHA-256 index and notes have, so that a file that was cut or damaged is
//! noticed when it is opened, and a damaged block when it is read. Index and notes are kept in memory (some 28 bytes for
//! 256 lines); the blocks are read with `pread` and never mapped.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{FileExt as _, OpenOptionsExt as _};
use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::facts::listing::{Holds, NetworkKind};
use crate::text::{Lang, Sentence, Words};

/// How every file begins.
const MAGIC: &[u8] = b"gosanke feed 1\n";
/// The longest head.
const HEAD: usize = 64 * 1024;
/// Bytes of a block, at most.
const BLOCK: usize = 4096;
/// Bytes of a block's checksum.
const CHECK: usize = 16;
/// Note and day behind the key.
const TAIL: usize = 4;
/// The most records of a file: 32 MB of keys for two million lines.
pub(super) const RECORDS: usize = 8_000_000;
/// The most notes of a file.
pub(super) const NOTES: usize = 60_000;
/// The most bytes of a note.
pub(super) const NOTE: usize = 120;

/// What a file says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Head {
    /// Id of the feed.
    pub id: String,
    /// Its name for readers.
    pub title: String,
    /// What it collects.
    pub holds: Holds,
    /// Of what kind its networks are, where it has networks.
    pub network: Option<NetworkKind>,
    /// Whose they are, where all belong to one.
    pub operator: Option<String>,
    /// The day of the data as the feed says it, else of the download or the file: `2026-11-20`.
    pub dated: String,
    /// Unix seconds of the download, or of the moment when the file was given by hand.
    pub fetched: i64,
    /// Where it comes from: a URL without keys, or the name of a file.
    pub from: String,
    /// `ETag` of the download, to be asked with next time.
    pub etag: Option<String>,
    /// `Last-Modified` of the download.
    pub modified: Option<String>,
    /// Lines that were taken.
    pub lines: u64,
    /// Lines that were nothing that is looked for, or too long.
    pub skipped: u64,
    /// A limit was met.
    pub cut: Option<Cut>,
    /// SHA-256 of what was read, in hexadecimal.
    pub sha256: String,
    /// Bytes that were read.
    pub bytes: u64,
    /// Bytes of a key.
    pub(super) key: usize,
    /// Number of records.
    pub(super) records: usize,
    /// Number of notes and their bytes.
    pub(super) notes: (usize, usize),
    /// SHA-256 of index and notes.
    pub(super) check: String,
}

/// Which limit was met; the rest of the feed was left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Cut {
    /// More bytes than this are not read.
    Bytes(u64),
    /// More records than this are not kept.
    Records(usize),
}

const TOO_LARGE: Words = Words::new("the feed is larger than a file may be", "フィードがファイルの上限を超えています");

impl Cut {
    /// The same for people.
    #[must_use]
    pub fn words(self, lang: Lang) -> String {
        match self {
            Self::Bytes(bytes) => {
                let words = Words::new(
                    "larger than {0} MiB: the rest was left out",
                    "{0} MiB を超えるため、残りは取り込んでいません",
                );
                words.fill(lang, &[&(bytes >> 20).to_string()])
            }
            Self::Records(records) => {
                let words = Words::new(
                    "more than {0} entries: the rest was left out",
                    "{0} 件を超えるため、残りは取り込んでいません",
                );
                words.fill(lang, &[&records.to_string()])
            }
        }
    }
}

impl Head {
    fn record(&self) -> usize {
        self.key + TAIL
    }

    /// Records of a block.
    fn in_block(&self) -> usize {
        (BLOCK / self.record().max(1)).max(1)
    }

    fn blocks(&self) -> usize {
        self.records.div_ceil(self.in_block())
    }

    /// The numbers make sense: no key without bytes, nothing over its limit.
    fn holds(&self) -> bool {
        (1..=64).contains(&self.key)
            && self.records <= RECORDS
            && self.notes.0 <= NOTES
            && self.notes.1 <= NOTES * (NOTE + 1)
    }
}

/// Why a file cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.words().en)]
pub enum Damage {
    /// It is not there or cannot be read.
    Unreadable,
    /// It is no compiled feed, or one of another version.
    Foreign,
    /// It was cut or changed.
    Damaged,
}

/// A record that was found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Found {
    /// Its key.
    pub(super) key: Vec<u8>,
    /// What the feed writes beside it.
    pub(super) note: Option<String>,
    /// Days since 2000-01-01; 0 where the feed says none.
    pub(super) day: u16,
}

/// An open file.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) head: Head,
    file: File,
    index: Vec<u8>,
    notes: Vec<String>,
    /// Where the blocks begin.
    start: u64,
}

impl Table {
    /// Opens a file and checks everything but the blocks.
    pub(super) fn open(path: &Path) -> Result<Self, Damage> {
        // O_NONBLOCK: a pipe that stands where a file should be must not hold up the program.
        let flags = (rustix::fs::OFlags::NONBLOCK | rustix::fs::OFlags::CLOEXEC).bits().cast_signed();
        let file = OpenOptions::new().read(true).custom_flags(flags).open(path).map_err(|_| Damage::Unreadable)?;
        let data = file.metadata().map_err(|_| Damage::Unreadable)?;
        if !data.is_file() {
            return Err(Damage::Unreadable);
        }
        let read = |at: u64, length: usize| {
            // Said by the file itself: more than there is of it is never made room for.
            if at.saturating_add(length as u64) > data.len() {
                return Err(Damage::Damaged);
            }
            let mut bytes = vec![0; length];
            file.read_exact_at(&mut bytes, at).map_err(|_| Damage::Damaged)?;
            Ok(bytes)
        };
        let front = read(0, MAGIC.len() + 4).map_err(|_| Damage::Foreign)?;
        let length = front.strip_prefix(MAGIC).and_then(|rest| rest.first_chunk::<4>()).ok_or(Damage::Foreign)?;
        let length = usize::try_from(u32::from_le_bytes(*length)).unwrap_or(usize::MAX);
        if length > HEAD {
            return Err(Damage::Damaged);
        }
        let mut at = front.len() as u64;
        let head = read(at, length + 32)?;
        at += head.len() as u64;
        let (text, check) = head.split_at_checked(length).ok_or(Damage::Damaged)?;
        if Sha256::digest(text).as_slice() != check {
            return Err(Damage::Damaged);
        }
        let head: Head = serde_json::from_slice(text).map_err(|_| Damage::Damaged)?;
        if !head.holds() {
            return Err(Damage::Damaged);
        }
        let index = read(at, head.blocks() * (head.key + CHECK))?;
        at += index.len() as u64;
        let notes = read(at, head.notes.1)?;
        at += notes.len() as u64;
        let sum = Sha256::new().chain_update(&index).chain_update(&notes).finalize();
        let whole = at + (head.records * head.record()) as u64;
        if hex(&sum) != head.check || data.len() != whole {
            return Err(Damage::Damaged);
        }
        let notes = unpack(&notes, head.notes.0).ok_or(Damage::Damaged)?;
        Ok(Self { head, file, index, notes, start: at })
    }

    /// The record with this key.
    pub(super) fn get(&self, key: &[u8]) -> Result<Option<Found>, Damage> {
        Ok(self.at_or_before(key)?.filter(|found| found.key == key))
    }

    /// The record with the greatest key that is not after this one.
    pub(super) fn at_or_before(&self, key: &[u8]) -> Result<Option<Found>, Damage> {
        let entry = self.head.key + CHECK;
        let first = |block: usize| self.index.get(block * entry..).and_then(|rest| rest.get(..self.head.key));
        let (mut low, mut high) = (0, self.head.blocks());
        while low < high {
            let middle = low + (high - low) / 2;
            if first(middle).is_some_and(|first| first <= key) { low = middle + 1 } else { high = middle }
        }
        let Some(block) = low.checked_sub(1) else { return Ok(None) };
        let bytes = self.block(block)?;
        let last = bytes
            .chunks_exact(self.head.record())
            .take_while(|record| record.get(..self.head.key).is_some_and(|have| have <= key))
            .last();
        Ok(last.and_then(|record| self.found(record)))
    }

    /// Reads every block, which is the only way to know that all of them are whole.
    pub(super) fn verify(&self) -> Result<(), Damage> {
        (0..self.head.blocks()).try_for_each(|block| self.block(block).map(drop))
    }

    fn found(&self, record: &[u8]) -> Option<Found> {
        let (key, tail) = record.split_at_checked(self.head.key)?;
        let [n0, n1, d0, d1] = *tail.first_chunk::<TAIL>()?;
        let note = usize::from(u16::from_be_bytes([n0, n1])).checked_sub(1).and_then(|at| self.notes.get(at)).cloned();
        Some(Found { key: key.to_vec(), note, day: u16::from_be_bytes([d0, d1]) })
    }

    fn block(&self, block: usize) -> Result<Vec<u8>, Damage> {
        let (record, in_block) = (self.head.record(), self.head.in_block());
        let count = in_block.min(self.head.records.saturating_sub(block * in_block));
        let mut bytes = vec![0; count * record];
        let at = self.start + (block * in_block * record) as u64;
        self.file.read_exact_at(&mut bytes, at).map_err(|_| Damage::Damaged)?;
        let entry = self.head.key + CHECK;
        let check = self.index.get(block * entry + self.head.key..).and_then(|rest| rest.get(..CHECK));
        let sum = Sha256::digest(&bytes);
        if check.is_none() || sum.get(..CHECK) != check {
            return Err(Damage::Damaged);
        }
        Ok(bytes)
    }
}

/// Writes a file: to a new one beside it, to the disk, and then into its place, so that a broken write loses nothing.
/// `records` are sorted by key and each as long as the head says.
pub(super) fn write(path: &Path, mut head: Head, notes: &[String], records: &[u8]) -> std::io::Result<()> {
    let record = head.record();
    head.records = records.len() / record.max(1);
    let mut index = Vec::with_capacity(head.blocks() * (head.key + CHECK));
    for block in records.chunks(head.in_block() * record) {
        index.extend_from_slice(block.get(..head.key).unwrap_or_default());
        index.extend_from_slice(Sha256::digest(block).get(..CHECK).unwrap_or_default());
    }
    let notes_packed = pack(notes);
    head.notes = (notes.len(), notes_packed.len());
    head.check = hex(&Sha256::new().chain_update(&index).chain_update(&notes_packed).finalize());
    let text = serde_json::to_vec(&head).map_err(std::io::Error::other)?;
    let length = u32::try_from(text.len()).ok().filter(|_| text.len() <= HEAD && head.holds());
    let length = length.ok_or_else(|| std::io::Error::other(Sentence::from(TOO_LARGE)))?;
    whole(path, &mut |file| {
        file.write_all(MAGIC)?;
        file.write_all(&length.to_le_bytes())?;
        file.write_all(&text)?;
        file.write_all(&Sha256::digest(&text))?;
        file.write_all(&index)?;
        file.write_all(&notes_packed)?;
        file.write_all(records)
    })
}

/// Puts a file in place as a whole or not at all.
pub(super) fn whole(path: &Path, fill: &mut dyn FnMut(&mut File) -> std::io::Result<()>) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let fresh = folder.join(format!(".{name}.{}.new", std::process::id()));
    let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::CLOEXEC;
    let done = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .custom_flags(flags.bits().cast_signed())
        .open(&fresh)
        .and_then(|mut file| {
            fill(&mut file)?;
            file.sync_all()
        })
        .and_then(|()| std::fs::rename(&fresh, path));
    if done.is_err() {
        // What is left of it is of no use to anybody.
        let _ = std::fs::remove_file(&fresh);
    }
    // So that the new name survives a power cut; a folder that cannot be opened is none of the data's.
    let _ = File::open(folder).and_then(|folder| folder.sync_all());
    done
}

fn pack(notes: &[String]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for note in notes {
        bytes.push(u8::try_from(note.len()).unwrap_or_default());
        bytes.extend_from_slice(if note.len() <= 255 { note.as_bytes() } else { &[] });
    }
    bytes
}

fn unpack(mut bytes: &[u8], count: usize) -> Option<Vec<String>> {
    let mut notes = Vec::with_capacity(count);
    for _ in 0..count {
        let (length, rest) = bytes.split_first()?;
        let (text, rest) = rest.split_at_checked(usize::from(*length))?;
        notes.push(String::from_utf8(text.to_vec()).ok()?);
        bytes = rest;
    }
    bytes.is_empty().then_some(notes)
}

/// Lower-case hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
        for digit in [byte >> 4, byte & 15] {
            out.push(char::from_digit(u32::from(digit), 16).unwrap_or_default());
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(count: u32) -> (tempfile::TempDir, std::path::PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("feeds/sample.feed");
        let mut records = Vec::new();
        for number in 0..count {
            // Every other key, so that there is something between.
            records.extend_from_slice(&(number * 2).to_be_bytes());
            records.extend_from_slice(&u16::try_from(number % 3).unwrap().to_be_bytes());
            records.extend_from_slice(&u16::try_from(number % 7).unwrap().to_be_bytes());
        }
        let head = Head { id: "sample".into(), key: 4, ..Head::default() };
        write(&path, head, &["one".into(), "二".into()], &records).unwrap();
        (folder, path)
    }

    #[test]
    fn every_record_is_found_and_nothing_else() {
        for count in [0, 1, 511, 512, 513, 5_000] {
            let (_folder, path) = sample(count);
            let table = Table::open(&path).unwrap();
            assert_eq!(table.head.records, count as usize);
            table.verify().unwrap();
            // Both ends of every block and some between.
            for number in (0..count).filter(|number| matches!(number % 512, 0 | 1 | 170 | 510 | 511)) {
                let found = table.get(&(number * 2).to_be_bytes()).unwrap().unwrap();
                let note = [None, Some("one"), Some("二")][(number % 3) as usize];
                assert_eq!((found.note.as_deref(), u32::from(found.day)), (note, number % 7));
                assert_eq!(table.get(&(number * 2 + 1).to_be_bytes()).unwrap(), None);
                let before = table.at_or_before(&(number * 2 + 1).to_be_bytes()).unwrap().unwrap();
                assert_eq!(before.key, (number * 2).to_be_bytes());
            }
            assert_eq!(table.get(&u32::MAX.to_be_bytes()).unwrap(), None);
        }
    }

    #[test]
    fn any_changed_byte_and_any_cut_is_noticed() {
        let (_folder, path) = sample(600);
        let good = std::fs::read(&path).unwrap();
        let noticed = |bytes: &[u8]| {
            std::fs::write(&path, bytes).unwrap();
            Table::open(&path).and_then(|table| table.verify()).is_err()
        };
        for at in (0..good.len()).step_by(97).chain([0, 15, 19, good.len() - 1]) {
            let mut bytes = good.clone();
            bytes[at] ^= 1;
            assert!(noticed(&bytes), "byte {at}");
        }
        for length in [0, 5, 19, 100, good.len() / 2, good.len() - 1] {
            assert!(noticed(&good[..length]), "cut to {length}");
        }
        let mut longer = good.clone();
        longer.push(0);
        assert!(noticed(&longer));
        assert!(!noticed(&good));
    }

    #[test]
    fn a_file_that_lies_about_its_sizes_takes_no_memory() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.feed");
        for length in [u32::MAX, 60_000] {
            let mut bytes = MAGIC.to_vec();
            bytes.extend_from_slice(&length.to_le_bytes());
            bytes.extend_from_slice(b"{}");
            std::fs::write(&path, &bytes).unwrap();
            assert_eq!(Table::open(&path).unwrap_err(), Damage::Damaged);
        }
        for (key, records) in [(0, 5), (usize::MAX, 5), (12, usize::MAX), (12, RECORDS)] {
            let head = Head { key, records, ..Head::default() };
            let text = serde_json::to_vec(&head).unwrap();
            let mut bytes = MAGIC.to_vec();
            bytes.extend_from_slice(&u32::try_from(text.len()).unwrap().to_le_bytes());
            bytes.extend_from_slice(&text);
            bytes.extend_from_slice(&Sha256::digest(&text));
            std::fs::write(&path, &bytes).unwrap();
            assert_eq!(Table::open(&path).unwrap_err(), Damage::Damaged, "{key} {records}");
        }
        std::fs::write(&path, b"something else").unwrap();
        assert_eq!(Table::open(&path).unwrap_err(), Damage::Foreign);
        assert_eq!(Table::open(folder.path()).unwrap_err(), Damage::Unreadable);
    }

    #[test]
    fn a_write_that_fails_leaves_the_old_file_and_no_rest() {
        let (folder, path) = sample(3);
        let before = std::fs::read(&path).unwrap();
        assert!(
            whole(&path, &mut |file| {
                file.write_all(b"half")?;
                Err(std::io::Error::other("full"))
            })
            .is_err()
        );
        assert_eq!(std::fs::read(&path).unwrap(), before);
        assert_eq!(std::fs::read_dir(folder.path().join("feeds")).unwrap().count(), 1);
    }
}

//! Compiling what a feed says into a table: hashed, sorted, each once.
//!
//! A line costs 32 bytes while it is compiled and on disk. Every limit that is met is said in the head of the table.

use std::collections::HashMap;
use std::io::{self, BufReader, Read};

use flate2::bufread::MultiGzDecoder;
use sha2::{Digest as _, Sha256};

use super::address::{Address, HASH, Hash, Sort, hash};
use super::read::{Entry, Format, Told, read};
use super::table::{self, Cut, Head, NOTES, RECORDS};
use super::{FeedError, Limits};
use crate::text::cause;

/// Bytes of the key of a network: its first and its last address.
pub(super) const NETWORK: usize = 32;

/// What is compiled so far.
pub(super) struct Builder {
    limits: Limits,
    names: Vec<[u8; HASH + 4]>,
    networks: Vec<(u128, u128)>,
    notes: HashMap<String, u16>,
    sum: Sha256,
    bytes: u64,
    lines: u64,
    skipped: u64,
    dated: Option<String>,
    cut: Option<Cut>,
}

impl Builder {
    pub(super) fn new(limits: Limits) -> Self {
        Self {
            limits,
            names: Vec::new(),
            networks: Vec::new(),
            notes: HashMap::new(),
            sum: Sha256::new(),
            bytes: 0,
            lines: 0,
            skipped: 0,
            dated: None,
            cut: None,
        }
    }

    /// Reads a file of a feed, packed with gzip or not.
    pub(super) fn take(&mut self, source: &mut dyn Read, format: Format) -> Result<(), FeedError> {
        let mut watched =
            Watched { source, sum: std::mem::take(&mut self.sum), bytes: 0, room: self.limits.bytes, over: false };
        let told = self.unpack(&mut watched, format);
        let (bytes, over) = (watched.bytes, watched.over);
        self.sum = watched.sum;
        self.bytes += bytes;
        if over {
            self.cut = Some(Cut::Bytes(self.limits.bytes));
        }
        let told = told.map_err(|why| FeedError::Unreadable(cause(&why)))?;
        if told.page {
            return Err(FeedError::Page);
        }
        if let Some(promised) = told.promised.filter(|promised| *promised != told.lines && self.cut.is_none()) {
            return Err(FeedError::Short { promised, found: told.lines });
        }
        self.lines += told.lines;
        self.skipped += told.skipped;
        // The newest of several parts.
        self.dated = told.dated.or(self.dated.take());
        Ok(())
    }

    /// It has networks.
    pub(super) fn has_networks(&self) -> bool {
        !self.networks.is_empty()
    }

    /// It has nothing.
    pub(super) fn is_empty(&self) -> bool {
        self.networks.is_empty() && self.names.is_empty()
    }

    fn unpack(&mut self, watched: &mut Watched<'_>, format: Format) -> io::Result<Told> {
        let limit = self.limits.bytes;
        let mut plain = BufReader::with_capacity(1 << 16, watched);
        let packed = io::BufRead::fill_buf(&mut plain)?.starts_with(&[0x1f, 0x8b]);
        if !packed {
            return self.understand(&mut plain, format);
        }
        // What a small file unpacks to is bounded as well.
        let mut inside = Read::take(MultiGzDecoder::new(plain), limit);
        let told = self.understand(&mut BufReader::with_capacity(1 << 16, &mut inside), format)?;
        if inside.limit() == 0 {
            self.cut = Some(Cut::Bytes(limit));
        }
        Ok(told)
    }

    fn understand(&mut self, source: &mut dyn io::BufRead, format: Format) -> io::Result<Told> {
        read(source, format, &mut |entry| {
            match entry {
                Entry::Named(address, note, day) => {
                    let note = note.map_or(0, |note| self.note(note));
                    match address {
                        Address::Url { whole, host, .. } => {
                            self.put(hash(Sort::Url, &whole), note, day);
                            self.put(hash(Sort::HostOfUrl, &host), note, day);
                        }
                        Address::Host(host) => self.put(hash(Sort::Host, &host), note, day),
                        Address::System(number) => self.put(hash(Sort::System, &number.to_string()), note, day),
                    }
                }
                Entry::Network(prefix) => self.networks.push(prefix.range()),
            }
            let room = self.names.len() + self.networks.len() + 1 < self.limits.records;
            if !room {
                self.cut = Some(Cut::Records(self.limits.records));
            }
            room
        })
    }

    fn put(&mut self, key: Hash, note: u16, day: u16) {
        let mut record = [0; HASH + 4];
        let tail = note.to_be_bytes().into_iter().chain(day.to_be_bytes());
        for (to, from) in record.iter_mut().zip(key.into_iter().chain(tail)) {
            *to = from;
        }
        self.names.push(record);
    }

    /// The number of a note; 0 where there is no room for another.
    fn note(&mut self, note: &str) -> u16 {
        if let Some(known) = self.notes.get(note) {
            return *known;
        }
        let Some(number) = u16::try_from(self.notes.len() + 1).ok().filter(|number| usize::from(*number) <= NOTES)
        else {
            return 0;
        };
        self.notes.insert(note.to_owned(), number);
        number
    }

    /// Writes the table. `head` brings what is known of the download; the rest is put in here.
    pub(super) fn write(mut self, path: &std::path::Path, mut head: Head) -> Result<Head, FeedError> {
        head.key = if self.has_networks() { NETWORK } else { HASH };
        let records = if self.has_networks() { self.sorted_networks() } else { self.sorted_names() };
        if records.is_empty() {
            return Err(FeedError::Empty);
        }
        head.lines = self.lines;
        head.skipped = self.skipped;
        head.bytes = self.bytes;
        head.cut = self.cut;
        head.sha256 = table::hex(&self.sum.finalize());
        if let Some(dated) = self.dated {
            head.dated = dated;
        }
        let mut notes: Vec<(String, u16)> = self.notes.into_iter().collect();
        notes.sort_unstable_by_key(|(_, number)| *number);
        let notes: Vec<String> = notes.into_iter().map(|(note, _)| note).collect();
        table::write(path, head.clone(), &notes, &records).map_err(|why| FeedError::Unwritable(cause(&why)))?;
        Ok(head)
    }

    fn sorted_names(&mut self) -> Vec<u8> {
        self.names.sort_unstable();
        // The same address twice: its first day, and a note where either has one.
        self.names.dedup_by(|later, kept| {
            let same = later.first_chunk::<HASH>() == kept.first_chunk::<HASH>();
            if same {
                let [.., n0, n1, d0, d1] = *later;
                let [.., k0, k1, e0, e1] = &mut *kept;
                if [*k0, *k1] == [0, 0] {
                    (*k0, *k1) = (n0, n1);
                }
                if [d0, d1] != [0, 0] && ([*e0, *e1] == [0, 0] || [d0, d1] < [*e0, *e1]) {
                    (*e0, *e1) = (d0, d1);
                }
            }
            same
        });
        std::mem::take(&mut self.names).into_flattened()
    }

    fn sorted_networks(&mut self) -> Vec<u8> {
        self.networks.sort_unstable();
        // Networks inside others, and those that begin where another ends, are one.
        self.networks.dedup_by(|later, kept| {
            let touches = later.0 <= kept.1.saturating_add(1);
            if touches {
                kept.1 = kept.1.max(later.1);
            }
            touches
        });
        let networks = std::mem::take(&mut self.networks);
        let record = |(first, last): (u128, u128)| {
            first.to_be_bytes().into_iter().chain(last.to_be_bytes()).chain([0; 4]).collect::<Vec<u8>>()
        };
        networks.into_iter().flat_map(record).collect()
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 512 << 20, records: RECORDS }
    }
}

/// A reader that counts, sums and stops.
struct Watched<'a> {
    source: &'a mut dyn Read,
    sum: Sha256,
    bytes: u64,
    room: u64,
    over: bool,
}

impl Read for Watched<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let left = self.room.saturating_sub(self.bytes);
        if left == 0 {
            // One byte more tells a file of just this size from a larger one.
            self.over |= self.source.read(&mut [0])? > 0;
            return Ok(0);
        }
        let length = into.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        let into = into.get_mut(..length).unwrap_or_default();
        let got = self.source.read(into)?;
        self.bytes += got as u64;
        self.sum.update(into.get(..got).unwrap_or_default());
        Ok(got)
    }
}

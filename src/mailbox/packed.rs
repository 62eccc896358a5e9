//! Undoes gzip, within limits: a small file that unpacks to a huge one is stopped long before the memory is gone.
//! One layer only, nothing is written to disk.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::source::Source;
use super::trouble::{DAMAGED, OVER};
use crate::text::Words;

/// What all packed mailboxes opened together, and standard input, may take in memory.
pub(super) const MEMORY_LIMIT: u64 = 2 << 30;
/// How much a file may grow: mail shrinks to a third or a tenth, a bomb to a thousandth.
const RATIO: u64 = 200;
/// What every file may grow to, whatever its ratio.
const FREE: u64 = 64 << 20;

/// The first bytes of every gzip file with the only method there is (RFC 1952).
pub(super) fn is_gzip(head: &[u8]) -> bool {
    head.starts_with(&[0x1f, 0x8b, 8])
}

/// What was unpacked, and why not more.
#[derive(Debug)]
pub(super) struct Unpacked {
    pub(super) bytes: Arc<Vec<u8>>,
    /// The packed data did not end where it should: damaged, or over the limit.
    pub(super) cut: Option<Words>,
}

/// Unpacks `source`, taking what it needs from `budget` (bytes left).
pub(super) fn unpack(source: &Source, budget: &AtomicU64) -> Unpacked {
    let limit = source.len().saturating_mul(RATIO).max(FREE).min(budget.load(Ordering::Relaxed));
    let unpacked = unpack_to(source, limit);
    let taken = unpacked.bytes.len() as u64;
    let _ = budget.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| Some(left.saturating_sub(taken)));
    unpacked
}

/// Nobody needs it any more: others may take its room.
pub(super) fn give_back(unpacked: &Unpacked, budget: &AtomicU64) {
    budget.fetch_add(unpacked.bytes.len() as u64, Ordering::Relaxed);
}

/// Unpacks at most `limit` bytes of `source`.
pub(super) fn unpack_to(source: &Source, limit: u64) -> Unpacked {
    let stream = io::BufReader::with_capacity(64 << 10, Stream { source, at: 0 });
    let mut bytes = Vec::new();
    let result = flate2::bufread::MultiGzDecoder::new(stream).take(limit.saturating_add(1)).read_to_end(&mut bytes);
    let over = bytes.len() as u64 > limit;
    bytes.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let cut = if over {
        Some(OVER)
    } else if result.is_err() {
        Some(DAMAGED)
    } else {
        None
    };
    Unpacked { bytes: Arc::new(bytes), cut }
}

/// Reads a source from its beginning.
struct Stream<'a> {
    source: &'a Source,
    at: u64,
}

impl Read for Stream<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let count = self.source.read_at(buf, self.at)?;
        self.at += count as u64;
        Ok(count)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use std::io::Write as _;

    /// Packs for a test.
    pub(in crate::mailbox) fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn source(bytes: Vec<u8>) -> Source {
        Source::Memory(Arc::new(bytes))
    }

    #[test]
    fn several_members_are_one_file() {
        let mut packed = gzip(b"one ");
        packed.extend(gzip(b"two"));
        let unpacked = unpack(&source(packed), &AtomicU64::new(100));
        assert_eq!((unpacked.bytes.as_slice(), unpacked.cut), (&b"one two"[..], None));
    }

    #[test]
    fn what_stands_before_damage_is_kept() {
        let mut packed = gzip(&b"a line of mail\n".repeat(5000));
        packed.truncate(packed.len() - 10);
        let unpacked = unpack(&source(packed), &AtomicU64::new(1 << 20));
        assert!(unpacked.bytes.starts_with(b"a line of mail\n"));
        assert_eq!(unpacked.cut, Some(DAMAGED));
    }

    #[test]
    fn a_bomb_stops_at_the_limit_and_uses_up_the_budget() {
        let packed = source(gzip(&vec![0; 3 << 20]));
        let budget = AtomicU64::new(1 << 20);
        let unpacked = unpack(&packed, &budget);
        assert_eq!((unpacked.bytes.len(), unpacked.cut), (1 << 20, Some(OVER)));
        assert_eq!(budget.load(Ordering::Relaxed), 0);
    }
}

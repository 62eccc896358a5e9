//! The order of rows. All rows are put in order by numbers that are read once for each row, never by comparing texts
//! that lie far apart: equal texts are found by their hash, and only one of them is compared.

use std::cmp::Ordering;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::Arc;
use std::thread;

use super::heads::CASED;
use super::{At, Heads, Part, Places, Rows, Sort};

/// Rows beyond which two threads share the work.
const MANY: usize = 100_000;
/// Bits of a row's position inside a key.
const PLACE: u32 = 28;
/// Bits of a text's beginning inside a key.
const FIRST: u32 = 56;
/// So few texts are compared one with another.
const FEW: usize = 8;

impl Rows {
    /// Puts rows into an order. Rows that are alike stay in the order of the mailbox.
    pub(in crate::tui) fn sort(&self, rows: Vec<u32>, by: Sort, reverse: bool) -> Vec<u32> {
        let mut sorted = match by {
            Sort::Mailbox => {
                let mut rows = rows;
                rows.sort_unstable_by_key(|row| self.places.of(*row));
                rows
            }
            Sort::Date | Sort::Score => self.by_number(rows, by),
            Sort::Sender | Sort::Subject => match self.ranks.iter().find(|(ranked, _)| *ranked == by) {
                Some((_, ranks)) => self.by_rank(rows, ranks, by),
                None => self.by_text(&rows, by),
            },
        };
        if reverse {
            sorted.reverse();
        }
        sorted
    }

    /// How two rows stand to each other.
    pub(in crate::tui) fn compare(&self, a: u32, b: u32, by: Sort) -> Ordering {
        let (Some(left), Some(right)) = (self.at(a), self.at(b)) else { return a.cmp(&b) };
        match by {
            Sort::Mailbox => self.places.of(a).cmp(&self.places.of(b)),
            Sort::Date | Sort::Score => number(left, by).cmp(&number(right, by)),
            Sort::Sender | Sort::Subject => text(left, by, |left| text(right, by, |right| left.cmp(right))),
        }
        .then(a.cmp(&b))
    }

    fn by_number(&self, rows: Vec<u32>, by: Sort) -> Vec<u32> {
        if rows.len() < 1 << PLACE {
            let keys = sorted_keys(&rows, &|rows| {
                let mut keys: Vec<u64> = Vec::with_capacity(rows.len());
                self.each(rows, &mut |index, row| keys.push(number(row, by) << PLACE | u64::from(index)));
                keys
            });
            return keys.into_iter().map(|key| (key & ((1 << PLACE) - 1)) as u32).collect();
        }
        let mut rows = rows;
        rows.sort_unstable_by_key(|index| (self.at(*index).map_or(u64::MAX, |row| number(row, by)), *index));
        rows
    }

    /// Hands over rows in turn. Those that stand one behind the other, as all of them do, need not be looked for one by one.
    fn each(&self, rows: &[u32], told: &mut dyn FnMut(u32, At<'_>)) {
        let Some(first) = rows.first().copied() else { return };
        let in_a_row = (first..).zip(rows).all(|(a, b)| a == *b);
        let Some((part, at)) = self.starts.find(first).filter(|_| in_a_row) else {
            rows.iter().filter_map(|index| Some((*index, self.at(*index)?))).for_each(|(index, row)| told(index, row));
            return;
        };
        let parts = self.parts.get(part..).unwrap_or_default();
        let all = parts.iter().flat_map(|part| {
            let found = |at: usize| part.found.get(at).copied().unwrap_or_default();
            part.heads.rows.iter().enumerate().map(move |(at, head)| At { heads: &part.heads, head, found: found(at) })
        });
        rows.iter().zip(all.skip(at)).for_each(|(index, row)| told(*index, row));
    }

    /// Takes where the first rows belong in the mailbox.
    pub(in crate::tui) fn take_places(&mut self, places: Places) {
        self.places = places;
    }

    /// Takes the places of rows in the order by their texts, as [`ranks_of`] gives them.
    pub(in crate::tui) fn take_ranks(&mut self, ranks: Vec<(Sort, Vec<u32>)>) {
        self.ranks = ranks;
    }

    /// By the places that were worked out; rows that came since are put between the others.
    fn by_rank(&self, rows: Vec<u32>, ranks: &[u32], by: Sort) -> Vec<u32> {
        let (old, new): (Vec<u32>, Vec<u32>) = rows.into_iter().partition(|row| (*row as usize) < ranks.len());
        if old.is_empty() {
            return self.by_text(&new, by);
        }
        let mut places = vec![u32::MAX; ranks.len()];
        for row in old {
            if let Some(slot) = ranks.get(row as usize).and_then(|rank| places.get_mut(*rank as usize)) {
                *slot = row;
            }
        }
        places.retain(|row| *row != u32::MAX);
        let mut sorted = Vec::with_capacity(places.len() + new.len());
        let mut rest = places.as_slice();
        for row in self.by_text(&new, by) {
            let before = rest.partition_point(|other| self.compare(*other, row, by) == Ordering::Less);
            let (head, tail) = rest.split_at(before);
            sorted.extend_from_slice(head);
            sorted.push(row);
            rest = tail;
        }
        sorted.extend_from_slice(rest);
        sorted
    }

    /// By text: the first bytes, then a hash, then the position, in one number. Runs with the same first bytes are put in
    /// order by one text of each hash.
    fn by_text(&self, rows: &[u32], by: Sort) -> Vec<u32> {
        let state = RandomState::new();
        let keys = sorted_keys(rows, &|rows| {
            let mut keys: Vec<u128> = Vec::with_capacity(rows.len());
            self.each(rows, &mut |index, row| {
                keys.push(text(row, by, |text| key_of(text, &state) << PLACE | u128::from(index)));
            });
            keys
        });
        let mut sorted = Vec::with_capacity(keys.len());
        for run in keys.chunk_by(|a, b| a >> (128 - FIRST) == b >> (128 - FIRST)) {
            // Rows that have one text, as far as their hash tells.
            let alike = run.chunk_by(|a, b| a >> PLACE == b >> PLACE);
            let mut alike: Vec<Alike<'_>> = alike.map(|rows| Alike { next: 0, rows }).collect();
            if alike.len() > 1 {
                self.by_rest(&mut alike, by);
            }
            sorted.extend(alike.iter().flat_map(|alike| alike.rows).copied().map(place));
        }
        sorted
    }

    /// Puts texts in order that begin with the same bytes: by the next bytes, then those that are still alike by the bytes
    /// behind these. No text is looked at more often than it has bytes by sixteen.
    fn by_rest(&self, all: &mut [Alike<'_>], by: Sort) {
        // Where some stand that are to be put in order, and how many bytes of their texts are the same.
        let mut left = vec![(0..all.len(), FIRST as usize / 8)];
        while let Some((range, same)) = left.pop() {
            let from = range.start;
            let Some(some) = all.get_mut(range) else { continue };
            if some.len() <= FEW || !self.read_next(some, same, by) {
                some.sort_unstable_by(|a, b| self.compare(a.first(), b.first(), by));
                continue;
            }
            let mut at = from;
            for run in some.chunk_by(|a, b| a.next == b.next) {
                if run.len() > 1 {
                    left.push((at..at + run.len(), same + 16));
                }
                at += run.len();
            }
        }
    }

    /// Puts texts in order by sixteen bytes, `at` bytes from their beginning; false where no text is so long. Many are done by
    /// two threads.
    fn read_next(&self, some: &mut [Alike<'_>], at: usize, by: Sort) -> bool {
        let read = |some: &mut [Alike<'_>]| {
            let mut longer = false;
            for one in &mut *some {
                one.next = self.at(one.first()).map_or(0, |row| {
                    text(row, by, |text| {
                        longer |= text.len() > at;
                        bytes_at(text, at)
                    })
                });
            }
            some.sort_unstable_by_key(|one| one.next);
            longer
        };
        if some.len() < MANY / 4 {
            return read(some);
        }
        let (left, right) = some.split_at_mut(some.len() / 2);
        let longer = thread::scope(|scope| {
            let other = scope.spawn(|| read(right));
            let left = read(left);
            // A thread that broke has left its half as it was, which the sorting below does not mind.
            left | other.join().unwrap_or(true)
        });
        // Two halves in order are merged by this.
        some.sort_by_key(|one| one.next);
        longer
    }
}

/// For each row of these batches its place in the order by a text.
pub(in crate::tui) fn ranks_of(parts: &[Arc<Heads>], by: Sort) -> Vec<u32> {
    let mut rows = Rows::default();
    for heads in parts.iter().filter(|heads| !heads.is_empty()) {
        rows.starts.push(rows.len);
        rows.len += heads.len() as u32;
        rows.parts.push(Part { heads: Arc::clone(heads), found: Vec::new(), identities: Vec::new() });
    }
    let all: Vec<u32> = (0..rows.len).collect();
    let mut ranks = vec![0; all.len()];
    for (rank, row) in (0..).zip(rows.by_text(&all, by)) {
        if let Some(slot) = ranks.get_mut(row as usize) {
            *slot = rank;
        }
    }
    ranks
}

/// Rows that have one text.
struct Alike<'k> {
    /// Bytes of it as a number.
    next: u128,
    /// Their keys.
    rows: &'k [u128],
}

impl Alike<'_> {
    fn first(&self) -> u32 {
        self.rows.first().copied().map_or(0, place)
    }
}

/// The place of a row in its key.
fn place(key: u128) -> u32 {
    (key & ((1 << PLACE) - 1)) as u32
}

/// Sixteen bytes of a text as a number that has their order.
fn bytes_at(text: &[u8], at: usize) -> u128 {
    let mut bytes = [0; 16];
    for (slot, byte) in bytes.iter_mut().zip(text.get(at..).unwrap_or_default()) {
        *slot = *byte;
    }
    u128::from_be_bytes(bytes)
}

/// The keys of rows in order; many are made and sorted by two threads.
fn sorted_keys<K: Copy + Ord + Send>(rows: &[u32], keys_of: &(dyn Fn(&[u32]) -> Vec<K> + Sync)) -> Vec<K> {
    let sorted = |rows: &[u32]| {
        let mut keys = keys_of(rows);
        keys.sort_unstable();
        keys
    };
    if rows.len() < MANY {
        return sorted(rows);
    }
    let (left, right) = rows.split_at(rows.len() / 2);
    let (left, right) = thread::scope(|scope| {
        let other = scope.spawn(|| sorted(right));
        let left = sorted(left);
        // A thread that broke leaves nothing to merge; the rows are then sorted here.
        (left, other.join().unwrap_or_else(|_| sorted(right)))
    });
    merged(&left, &right)
}

fn merged<K: Copy + Ord>(left: &[K], right: &[K]) -> Vec<K> {
    let mut out = Vec::with_capacity(left.len() + right.len());
    let (mut left, mut right) = (left.iter().peekable(), right.iter().peekable());
    while let (Some(a), Some(b)) = (left.peek(), right.peek()) {
        out.extend(if a <= b { left.next() } else { right.next() });
    }
    out.extend(left);
    out.extend(right);
    out
}

/// A number that is smaller the earlier a row comes: 36 bits at most. Dates beyond a thousand years from 1970 count as
/// equal.
fn number(row: At<'_>, by: Sort) -> u64 {
    const HALF: i64 = 1 << 35;
    if by == Sort::Score {
        let found = row.found;
        let rank = if found.is_judged() { 1 + found.level() as u64 * 256 + u64::from(found.score) } else { 0 };
        return (1 << 16) - rank;
    }
    match row.head.date() {
        Some(date) => (HALF - 1 - date.clamp(1 - HALF, HALF - 1)) as u64,
        None => (1 << 36) - 1,
    }
}

/// 56 bits of the text's beginning and 44 of its hash.
fn key_of(text: &[u8], state: &RandomState) -> u128 {
    let mut first = [0; 8];
    for (slot, byte) in first.iter_mut().skip(1).zip(text) {
        *slot = *byte;
    }
    u128::from(u64::from_be_bytes(first)) << 44 | u128::from(state.hash_one(text) >> 20)
}

/// Calls `told` with the text that a row is sorted by, in lower case.
fn text<T>(row: At<'_>, by: Sort, told: impl FnOnce(&[u8]) -> T) -> T {
    let written = if by == Sort::Sender { row.heads.sender(row.head) } else { row.heads.subject(row.head) };
    let ready = |lower: &str| if by == Sort::Sender { told(lower.as_bytes()) } else { told(bare(lower).as_bytes()) };
    if row.head.bits & CASED != 0 {
        return ready(&written.to_lowercase());
    }
    let mut room = [0; 256];
    match room.get_mut(..written.len()) {
        Some(room) => {
            room.copy_from_slice(written.as_bytes());
            room.make_ascii_lowercase();
            // Lower case of ASCII letters leaves UTF-8 what it is.
            ready(simdutf8::basic::from_utf8(room).unwrap_or_default())
        }
        None => ready(&written.to_ascii_lowercase()),
    }
}

/// A subject without reply and forward prefixes.
fn bare(subject: &str) -> &str {
    let mut rest = subject.trim_start();
    while let Some((prefix, after)) = rest.split_once(':') {
        if !matches!(prefix, "re" | "fw" | "fwd" | "aw" | "sv") {
            break;
        }
        rest = after.trim_start();
    }
    rest
}

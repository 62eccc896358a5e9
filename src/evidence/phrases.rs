//! Many phrases looked for at once: the beginnings of words are compared with the beginnings of all phrases by a table of
//! bits, and only where that says "perhaps" the phrases themselves are compared. Without regard to ASCII case.
//!
//! A phrase that starts with a Latin letter or digit is found at the start of a word only; others, as Japanese has no blanks,
//! at every character. What a phrase means, and whether it must end with a word, is the caller's business.

use crate::text::blocks::{BLOCK, block, mask};
use crate::text::eights::{all, front, load};

/// Blanks that must stand behind a text that is searched.
pub(super) const PADDING: usize = 8;
/// Bits of the table.
const BITS: usize = 1 << 16;
/// Hashes that are next to each other and looked through together; with some thousand phrases hardly one phrase each.
const GROUP: usize = 16;
const GROUPS: usize = BITS / GROUP;
/// Bytes of the beginning of a phrase that are compared at once, as far as it is so long: two characters of Japanese and more.
const LONG: usize = 8;
/// Of a phrase that is shorter.
const LATIN: usize = 4;
const WIDE: usize = 6;
/// Of the shortest.
const SHORT: usize = 3;

/// Phrases, ready to be looked for.
#[derive(Debug)]
pub(super) struct Phrases {
    /// Two bits of one number for the hash of each beginning.
    table: Box<Bits>,
    /// A bit for the first two bytes of those that are too short for the two longer kinds of beginnings.
    pairs: Box<Bits>,
    /// Beginnings with their phrases, in the order of the hash.
    begin: Vec<Beginning>,
    /// Where in that order the beginnings of each group of hashes start.
    groups: Vec<u16>,
    texts: Vec<&'static str>,
}

/// How a phrase begins and ends: enough to tell nearly all that it is not.
#[derive(Debug, Clone, Copy)]
struct Beginning {
    key: u64,
    /// The last eight bytes, without case, or all of them.
    last: u64,
    /// Bytes from the first letter or digit on.
    length: u16,
    /// Bytes in front of it.
    lead: u16,
    phrase: u16,
}

/// Where a phrase stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Match {
    // In this order: matches are told by where they end, the longer first.
    pub(super) end: usize,
    pub(super) start: usize,
    /// Index of the phrase.
    pub(super) phrase: usize,
}

impl Phrases {
    pub(super) fn new(texts: Vec<&'static str>) -> Self {
        let mut table = Box::new([0_u64; BITS / 64]);
        let mut pairs = Box::new([0_u64; BITS / 64]);
        let mut begin: Vec<Beginning> = Vec::with_capacity(texts.len());
        for (at, text) in texts.iter().enumerate() {
            let bytes = text.as_bytes().get(lead(text)..).unwrap_or_default();
            if bytes.is_empty() {
                continue;
            }
            let start = load(bytes, 0);
            let key = match bytes.len() {
                LONG.. => key(start, LONG),
                length if length >= middle(start) => key(start, middle(start)),
                // A phrase of two letters ends with its word.
                length => {
                    let eight = start | all(b' ') << (8 * length.min(7));
                    set(&mut pairs, pair(eight));
                    short(eight)
                }
            };
            let (length, lead) = (bytes.len() as u16, lead(text) as u16);
            begin.push(Beginning { key, last: last(bytes, bytes.len()), length, lead, phrase: at as u16 });
            let hash = hash(key);
            for bit in [first_bit(hash), second_bit(hash)] {
                set(&mut table, word(hash) * 64 + bit as usize);
            }
        }
        begin.sort_unstable_by_key(|one| (place(hash(one.key)), one.key, one.phrase));
        let groups = (0..=GROUPS)
            .map(|group| begin.partition_point(|one| place(hash(one.key)) / GROUP < group) as u16)
            .collect();
        Self { table, pairs, begin, groups, texts }
    }

    /// The matches in a text that ends in [`PADDING`] blanks, at most about `limit`, in the order of their ends.
    pub(super) fn find(&self, text: &str, limit: usize) -> Vec<Match> {
        let bytes = text.as_bytes();
        let mut out = Vec::new();
        let mut carry = 0;
        for at in (0..bytes.len()).step_by(BLOCK) {
            let block = block(bytes, at);
            let word = mask(&block, |byte| byte.is_ascii_alphanumeric());
            // Bytes that start a word, and bytes that start a character beyond ASCII.
            let mut starts = word & !(word << 1 | carry) | mask(&block, |byte| byte >= 0xc0);
            carry = word >> (BLOCK - 1);
            while starts != 0 {
                let start = at + starts.trailing_zeros() as usize;
                starts &= starts - 1;
                let eight = load(bytes, start);
                // All three are asked before anything is decided: hardly any word begins like a phrase.
                let perhaps = self.may_begin(key(eight, LONG))
                    | self.may_begin(key(eight, middle(eight)))
                    | self.pairs.get(pair(eight) / 64).map_or(0, |word| word >> (pair(eight) % 64));
                if perhaps & 1 == 1 {
                    self.look(bytes, start, &mut out);
                }
            }
            if out.len() >= limit {
                break;
            }
        }
        out.sort_unstable();
        out
    }

    /// A number whose lowest bit tells whether a phrase may begin so.
    #[inline]
    fn may_begin(&self, key: u64) -> u64 {
        let hash = hash(key);
        self.table.get(word(hash)).map_or(0, |word| (word >> first_bit(hash)) & (word >> second_bit(hash)))
    }

    #[cold]
    fn look(&self, bytes: &[u8], start: usize, out: &mut Vec<Match>) {
        let eight = load(bytes, start);
        for key in [key(eight, LONG), key(eight, middle(eight)), short(eight)] {
            if self.may_begin(key) & 1 == 1 {
                self.compare(bytes, start, key, out);
            }
        }
    }

    fn compare(&self, bytes: &[u8], start: usize, key: u64, out: &mut Vec<Match>) {
        let group = place(hash(key)) / GROUP;
        let (first, end) = (self.groups.get(group), self.groups.get(group + 1));
        let (Some(first), Some(end)) = (first.copied(), end.copied()) else { return };
        let begin = self.begin.get(usize::from(first)..usize::from(end)).unwrap_or_default();
        for one in begin.iter().filter(|one| one.key == key) {
            let end = start + usize::from(one.length);
            // Many phrases begin alike; few of them end alike, too.
            if end > bytes.len() || last(bytes.get(start..).unwrap_or_default(), one.length.into()) != one.last {
                continue;
            }
            let phrase = usize::from(one.phrase);
            let Some(text) = self.texts.get(phrase) else { continue };
            let Some(start) = start.checked_sub(one.lead.into()) else { continue };
            if bytes.get(start..end).is_some_and(|found| found.eq_ignore_ascii_case(text.as_bytes())) {
                out.push(Match { end, start, phrase });
            }
        }
    }
}

/// The last eight of the first `length` bytes, or all of these, without case.
fn last(bytes: &[u8], length: usize) -> u64 {
    match length.checked_sub(8) {
        Some(at) => load(bytes, at) | all(0x20),
        None => front(load(bytes, 0) | all(0x20), length),
    }
}

/// Signs in front of the first letter (`@nifty`).
fn lead(phrase: &str) -> usize {
    phrase.bytes().take_while(|byte| byte.is_ascii() && !byte.is_ascii_alphanumeric()).count()
}

/// The first bytes without case. Other characters lose a bit as well; the phrases are compared whole afterwards.
#[inline]
const fn key(eight: u64, length: usize) -> u64 {
    let mask = u64::MAX >> (64 - 8 * length);
    (eight | all(0x20)) & mask
}

/// How much of a beginning is compared where the phrase is shorter than [`LONG`].
#[inline]
const fn middle(eight: u64) -> usize {
    if eight & 0x80 == 0 { LATIN } else { WIDE }
}

/// The first three bytes without case; behind a Latin letter a third that is no letter or digit counts as a blank.
const fn short(eight: u64) -> u64 {
    let key = key(eight, SHORT);
    let third = (eight >> 16) as u8;
    if eight & 0x80 == 0 && !third.is_ascii_alphanumeric() { key & 0xffff | 0x20_0000 } else { key }
}

/// The highest bits of it tell beginnings apart.
#[inline]
const fn hash(key: u64) -> u64 {
    key.wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// The place of a beginning in the order of hashes.
#[inline]
const fn place(hash: u64) -> usize {
    (hash >> 48) as usize
}

/// The number of the table in which its two bits stand.
#[inline]
const fn word(hash: u64) -> usize {
    (hash >> 54) as usize
}

#[inline]
const fn first_bit(hash: u64) -> u64 {
    (hash >> 48) & 63
}

#[inline]
const fn second_bit(hash: u64) -> u64 {
    (hash >> 42) & 63
}

/// The place of the first two bytes, without case.
#[inline]
const fn pair(eight: u64) -> usize {
    (key(eight, 2)) as usize
}

/// A table of bits.
type Bits = [u64; BITS / 64];

fn set(table: &mut Bits, bit: usize) {
    if let Some(word) = table.get_mut(bit / 64) {
        *word |= 1 << (bit % 64);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const WORDS: &[&str] = &[
        "verify your account",
        "verify",
        "account",
        "au",
        "UPS",
        "本人確認",
        "楽天",
        "確認",
        "échéance",
        "24時間",
        "act now",
    ];

    /// The same by one comparison after the other, for ASCII.
    fn slowly(text: &str) -> Vec<Match> {
        let lower = text.to_ascii_lowercase();
        let is_word = |letter: Option<char>| letter.is_some_and(|letter| letter.is_ascii_alphanumeric());
        let mut out = Vec::new();
        for (phrase, word) in WORDS.iter().enumerate() {
            let small = word.to_ascii_lowercase();
            for start in 0..text.len() {
                let (Some(before), Some(here)) = (lower.get(..start), lower.get(start..)) else { continue };
                let Some(behind) = here.strip_prefix(small.as_str()) else { continue };
                let inside = is_word(before.chars().next_back()) && is_word(word.chars().next());
                let goes_on = word.len() == 2 && is_word(behind.chars().next());
                if !inside && !goes_on {
                    out.push(Match { end: start + word.len(), start, phrase });
                }
            }
        }
        out.sort_unstable();
        out
    }

    proptest! {
        #[test]
        fn nothing_is_missed_and_nothing_invented(pieces in prop::collection::vec(prop::sample::select(vec![
            "verify your account", "Verify", " ", "ACCOUNT", "au", "ups", "-", "x", "本人", "確認", "楽", "天", "éch", "é", "échéance",
            "24時間", "act", " now", ".", "1",
        ]), 0..20)) {
            let text = format!("{}{}", pieces.concat(), " ".repeat(PADDING));
            // Byte positions inside characters are no starts.
            if text.is_ascii() {
                prop_assert_eq!(Phrases::new(WORDS.to_vec()).find(&text, 5_000), slowly(&text));
            } else {
                let found = Phrases::new(WORDS.to_vec()).find(&text, 5_000);
                for word in WORDS.iter().filter(|word| !word.starts_with(|c: char| c.is_ascii_alphanumeric())) {
                    let count = found.iter().filter(|found| WORDS[found.phrase] == *word).count();
                    prop_assert_eq!(count, text.matches(word).count(), "{}", word);
                }
            }
        }
    }

    #[test]
    fn a_name_of_two_letters_is_found_in_front_of_any_sign() {
        for text in ["auをご利用", "au.", "AU-x", "au", "(au)"] {
            let found = Phrases::new(WORDS.to_vec()).find(&format!("{text}{}", " ".repeat(PADDING)), 10);
            assert!(found.iter().any(|found| WORDS[found.phrase] == "au"), "{text}");
        }
    }

    #[test]
    fn the_longer_of_two_that_end_together_is_told_first() {
        let found =
            Phrases::new(WORDS.to_vec()).find(&format!("please verify your account{}", " ".repeat(PADDING)), 10);
        let words: Vec<&str> = found.iter().map(|found| WORDS[found.phrase]).collect();
        assert_eq!(words, ["verify", "verify your account", "account"]);
    }
}

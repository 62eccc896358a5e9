//! Many phrases looked for at once: the beginnings of words are compared with the beginnings of all phrases by a table of
//! bits, and only where that says "perhaps" the phrases themselves are compared. Without regard to ASCII case.
//!
//! A phrase that starts with a Latin letter or digit is found at the start of a word only; others, as Japanese has no blanks,
//! at every character. What a phrase means, and whether it must end with a word, is the caller's business.

use crate::text::eights::{HIGH, all, first, load, words};

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
    /// A bit for the hash of each beginning.
    table: Box<Bits>,
    /// A bit for the first two bytes of those that are too short for the two longer kinds of beginnings.
    pairs: Box<Bits>,
    /// Beginnings with their phrases, in the order of the hash.
    begin: Vec<(u64, u16)>,
    /// Where in that order the beginnings of each group of hashes start.
    groups: Vec<u16>,
    texts: Vec<&'static str>,
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
        let mut begin: Vec<(u64, u16)> = Vec::with_capacity(texts.len());
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
            begin.push((key, at as u16));
            set(&mut table, hash(key));
        }
        begin.sort_unstable_by_key(|(key, phrase)| (hash(*key), *key, *phrase));
        let groups =
            (0..=GROUPS).map(|group| begin.partition_point(|(key, _)| hash(*key) / GROUP < group) as u16).collect();
        Self { table, pairs, begin, groups, texts }
    }

    /// The matches in a text that ends in [`PADDING`] blanks, at most about `limit`, in the order of their ends.
    pub(super) fn find(&self, text: &str, limit: usize) -> Vec<Match> {
        let bytes = text.as_bytes();
        let mut out = Vec::new();
        let mut carry = 0;
        let mut at = 0;
        while at < bytes.len() {
            let eight = load(bytes, at);
            let word = words(eight);
            // Bytes that start a word, and bytes that start a character beyond ASCII.
            let mut starts = (word & !((word << 8) | carry)) | (eight & (eight << 1) & HIGH);
            carry = word >> 56;
            while starts != 0 {
                let start = at + first(starts);
                starts &= starts - 1;
                let eight = load(bytes, start);
                // All three are asked before anything is decided: hardly any word begins like a phrase.
                let perhaps = is_set(&self.table, hash(key(eight, LONG)))
                    | is_set(&self.table, hash(key(eight, middle(eight))))
                    | is_set(&self.pairs, pair(eight));
                if perhaps & 1 == 1 {
                    self.look(bytes, start, &mut out);
                }
            }
            if out.len() >= limit {
                break;
            }
            at += 8;
        }
        out.sort_unstable();
        out
    }

    #[cold]
    fn look(&self, bytes: &[u8], start: usize, out: &mut Vec<Match>) {
        let eight = load(bytes, start);
        for key in [key(eight, LONG), key(eight, middle(eight)), short(eight)] {
            if is_set(&self.table, hash(key)) & 1 == 1 {
                self.compare(bytes, start, key, out);
            }
        }
    }

    fn compare(&self, bytes: &[u8], start: usize, key: u64, out: &mut Vec<Match>) {
        let group = hash(key) / GROUP;
        let (first, end) = (self.groups.get(group), self.groups.get(group + 1));
        let (Some(first), Some(end)) = (first.copied(), end.copied()) else { return };
        let begin = self.begin.get(usize::from(first)..usize::from(end)).unwrap_or_default();
        for (_, phrase) in begin.iter().filter(|(known, _)| *known == key) {
            let phrase = usize::from(*phrase);
            let Some(text) = self.texts.get(phrase) else { continue };
            let Some(start) = start.checked_sub(lead(text)) else { continue };
            let end = start + text.len();
            let Some(found) = bytes.get(start..end) else { continue };
            // Many phrases begin alike; few of them end alike, too.
            let last = |bytes: &[u8]| bytes.last().map(u8::to_ascii_lowercase);
            if last(found) == last(text.as_bytes()) && found.eq_ignore_ascii_case(text.as_bytes()) {
                out.push(Match { end, start, phrase });
            }
        }
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

/// The place of a beginning in the table.
#[inline]
const fn hash(key: u64) -> usize {
    (key.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 48) as usize
}

/// The place of the first two bytes, without case.
#[inline]
const fn pair(eight: u64) -> usize {
    (key(eight, 2)) as usize
}

/// A table of bits.
type Bits = [u64; BITS / 64];

/// A number whose lowest bit is that of the table.
#[inline]
fn is_set(table: &Bits, bit: usize) -> u64 {
    table.get(bit / 64 % table.len()).map_or(0, |word| word >> (bit % 64))
}

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

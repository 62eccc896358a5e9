//! The plain text of a mail beside the HTML that a reader sees in its place: how many of its words the page has as well.
//! Filters often read the one, people the other; what is written to mislead a filter has nothing in common with what people
//! see.
//!
//! Nearly always both say the same, which a sample of words tells. Else words are compared by their hashes in tables of bits of
//! fixed size, the first 16 KiB of either side; nothing is kept of them. Where there is no alternative this costs nothing.

use memchr::memmem;

use super::{Link, LinkKind};
use crate::message::clip;
use crate::text::blocks::{BLOCK, block, mask};
use crate::text::eights::{HIGH, all, front, load};

/// The most text of either side that is compared, in bytes.
const TEXT_BYTES: usize = 16 * 1024;
/// Bits of a table: two for every word, so that a text of the most bytes fills a tenth of it.
const BITS: usize = 1 << 16;
/// The shortest word that counts, in bytes.
const SHORTEST: usize = 3;
/// The most hosts that are kept.
const HOSTS: usize = 10;
/// Words of a text that are looked for in the page before all are compared.
const SAMPLE: usize = 10;
/// So many of them have to be there for both to say the same.
const MOST: usize = 6;
/// Bytes in which the next word of a sample stands.
const AHEAD: usize = 64;
/// The longest word of a sample, in bytes.
const LONGEST: usize = 24;

/// A plain text and the HTML in whose place it stands.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Twin {
    /// The part with the plain text.
    pub text: usize,
    /// The part with the page.
    pub page: usize,
    /// How their words differ; `None` where a sample says that both say the same.
    pub differing: Option<Differing>,
    /// Hosts of links that stand in the plain text and not in the page, at most ten.
    pub text_hosts: Vec<String>,
    /// Hosts of links that stand in the page and not in the plain text, at most ten; empty where the plain text has none.
    pub page_hosts: Vec<String>,
}

/// How the words of a text and a page differ.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Differing {
    /// Different words of the plain text.
    pub words: u32,
    /// Different words of the page.
    pub page_words: u32,
    /// Words that both have, as a share of the words of the side that has fewer; 0 to 1.
    pub shared: f32,
}

impl Twin {
    /// Compares a text with a page, each with its part.
    pub(super) fn of((text_at, text): (usize, &str), (page_at, page): (usize, &str)) -> Self {
        let (text, page) = (clip(text, TEXT_BYTES), clip(page, TEXT_BYTES));
        let differing = if alike(text, page) { None } else { Differing::of(text, page) };
        Self { text: text_at, page: page_at, differing, ..Self::default() }
    }

    /// Compares the hosts of their links.
    pub(super) fn hosts(&mut self, links: &[Link]) {
        let of = |part: usize| {
            let pressed = |kind| matches!(kind, LinkKind::Anchor | LinkKind::Text | LinkKind::Form);
            let here = links.iter().filter(|link| link.part == Some(part) && pressed(link.kind));
            let hosts = here.filter_map(|link| link.target().map(|url| url.domain.host.as_str()));
            let mut hosts: Vec<&str> = hosts.filter(|host| !host.is_empty()).collect();
            hosts.sort_unstable();
            hosts.dedup();
            hosts
        };
        let text = of(self.text);
        if text.is_empty() {
            return;
        }
        let page = of(self.page);
        let only = |here: &[&str], there: &[&str]| -> Vec<String> {
            let alone = here.iter().filter(|host| there.binary_search(host).is_err());
            alone.take(HOSTS).map(|host| (*host).to_owned()).collect()
        };
        self.text_hosts = only(&text, &page);
        self.page_hosts = only(&page, &text);
    }
}

impl Differing {
    /// Compares all words; `None` where one side has none.
    fn of(text: &str, page: &str) -> Option<Self> {
        let mut out = Self::default();
        let mut seen = Table::new();
        words(page, |hash| out.page_words += u32::from(seen.add(hash)));
        let (mut own, mut both) = (Table::new(), 0);
        words(text, |hash| {
            if own.add(hash) {
                out.words += 1;
                both += u32::from(seen.has(hash));
            }
        });
        let fewer = out.words.min(out.page_words);
        out.shared = both.min(fewer) as f32 / fewer as f32;
        (fewer > 0).then_some(out)
    }
}

/// Most words of a sample of the text stand in the page.
fn alike(text: &str, page: &str) -> bool {
    let (step, page) = (text.len() / SAMPLE, page.as_bytes());
    let (mut found, mut last) = (0, 0);
    for number in 0..SAMPLE {
        // Both say it in the same order, so that the next one hardly ever stands in front of the last one.
        let place = sample(text, number * step).and_then(|word| {
            let (before, behind) = page.split_at_checked(last)?;
            memmem::find(behind, word).map(|at| last + at).or_else(|| memmem::find(before, word))
        });
        found += usize::from(place.is_some());
        last = place.unwrap_or(last);
        // No word that is left could change it.
        if found >= MOST || found + SAMPLE - number <= MOST {
            break;
        }
    }
    found >= MOST
}

/// The next word of some length from a place on; in a script without blanks, three characters.
fn sample(text: &str, at: usize) -> Option<&[u8]> {
    let bytes = text.as_bytes();
    let rest = bytes.get(at..bytes.len().min(at + AHEAD))?;
    let mut blank = at == 0;
    for (skip, byte) in rest.iter().enumerate() {
        if blank && (byte.is_ascii_alphabetic() || *byte >= 0x80) {
            let word = bytes.get(at + skip..)?;
            let length =
                word.iter().take(LONGEST).take_while(|byte| byte.is_ascii_alphanumeric() || **byte >= 0x80).count();
            let ends = word.get(length).is_none_or(|byte| byte.is_ascii_whitespace() || b".,;!?".contains(byte));
            if length > SHORTEST && ends {
                return word.get(..length);
            }
        }
        blank = byte.is_ascii_whitespace();
    }
    let start = text.ceil_char_boundary(at);
    let mut letters = text.get(start..)?.char_indices();
    let word = letters.by_ref().take(3).all(|(_, letter)| !letter.is_ascii() && letter.is_alphanumeric());
    let end = letters.next().map_or(text.len(), |(end, _)| start + end);
    bytes.get(start..end).filter(|_| word)
}

/// Words by their hashes.
struct Table(Box<[u64; BITS / 64]>);

impl Table {
    fn new() -> Self {
        Self(Box::new([0; BITS / 64]))
    }

    fn bits(hash: u64) -> [(usize, u64); 2] {
        [hash >> 48, hash >> 32 & 0xffff].map(|bit| ((bit / 64) as usize, 1 << (bit % 64)))
    }

    /// Keeps a word; true where it is a new one.
    fn add(&mut self, hash: u64) -> bool {
        let mut new = false;
        for (place, bit) in Self::bits(hash) {
            if let Some(word) = self.0.get_mut(place) {
                new |= *word & bit == 0;
                *word |= bit;
            }
        }
        new
    }

    fn has(&self, hash: u64) -> bool {
        Self::bits(hash).into_iter().all(|(place, bit)| self.0.get(place).is_some_and(|word| word & bit != 0))
    }
}

/// The words of a text, hashed without regard to case: addresses and numbers are none, and scripts without blanks go by
/// pairs of characters.
fn words(text: &str, mut word: impl FnMut(u64)) {
    let bytes = text.as_bytes();
    let (mut start, mut open, mut done) = (0, false, 0);
    // One block more, which is empty: the last word ends there.
    for at in (0..=bytes.len()).step_by(BLOCK) {
        let inside = mask(&block(bytes, at), |byte| byte.is_ascii_alphanumeric() || byte >= 0x80);
        let mut edges = inside ^ (inside << 1 | u64::from(open));
        while edges != 0 {
            let edge = at + edges.trailing_zeros() as usize;
            edges &= edges - 1;
            if !open {
                start = edge;
            } else if start >= done {
                done = one(text, start, edge, &mut word);
            }
            open = !open;
        }
    }
}

/// One word; gives where the next may begin.
#[inline]
fn one(text: &str, start: usize, end: usize, word: &mut impl FnMut(u64)) -> usize {
    let (bytes, length) = (text.as_bytes(), end - start);
    if length <= 8 {
        // Letters have a bit that digits lack.
        let eight = if length == 8 { load(bytes, start) } else { front(load(bytes, start), length) };
        if eight & HIGH == 0 {
            if matches!(length, 4 | 5) && bytes.get(end..).is_some_and(|behind| behind.starts_with(b"://")) {
                return end + address(bytes.get(end..).unwrap_or_default());
            }
            if length >= SHORTEST && eight & all(0x40) != 0 {
                word(mixed(eight | all(0x20)));
            }
            return end;
        }
    }
    let run = bytes.get(start..end).unwrap_or_default();
    if run.iter().any(|byte| (0xe3..=0xed).contains(byte)) {
        pairs(text.get(start..end).unwrap_or_default(), word);
    } else if length >= SHORTEST && !run.iter().all(u8::is_ascii_digit) {
        word(hash(bytes, start, end));
    }
    end
}

/// How long the rest of an address is.
fn address(rest: &[u8]) -> usize {
    rest.iter().take_while(|byte| byte.is_ascii_graphic() && !matches!(byte, b'<' | b'>' | b'"')).count()
}

/// Characters of a text without blanks, two by two.
fn pairs(run: &str, word: &mut impl FnMut(u64)) {
    let mut before = None;
    for letter in run.chars() {
        // Punctuation parts words there as well.
        let letter = Some(letter).filter(|letter| letter.is_alphanumeric());
        if let (Some(left), Some(right)) = (before, letter) {
            word(mixed(u64::from(u32::from(left)) << 32 | u64::from(u32::from(right))));
        }
        before = letter;
    }
}

/// A word, eight bytes at a time, in small letters.
fn hash(bytes: &[u8], start: usize, end: usize) -> u64 {
    (start..end).step_by(8).fold(0, |sum, at| {
        let left = end - at;
        let eight = if left >= 8 { load(bytes, at) } else { front(load(bytes, at), left) };
        mixed(sum ^ (eight | all(0x20)))
    })
}

fn mixed(number: u64) -> u64 {
    let number = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (number ^ number >> 29).wrapping_mul(0xbf58_476d_1ce4_e5b9)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::examine;
    use crate::message::Message;

    fn twin(text: &str, page: &str) -> Option<Twin> {
        let mail = format!(
            "Content-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain; charset=utf-8\n\n{text}\n--b\nContent-Type: text/html; charset=utf-8\n\n{page}\n--b--\n"
        );
        examine(&Message::parse(mail.as_bytes()), &[]).body.twin
    }

    #[test]
    fn what_both_sides_say_is_shared_whatever_its_case_and_marks() {
        let long =
            "Your order has shipped today and will be with you on Friday morning if nothing else happens on the way. ";
        assert_eq!(
            twin(&long.repeat(4), &format!("<p>{}</p>", long.repeat(4))).unwrap().differing,
            None,
            "a sample tells"
        );
        for (text, page) in [
            ("Your Order has shipped today", "<p>YOUR <b>order</b> has&nbsp;shipped</p><p>today, thanks</p>"),
            ("ご注文の商品を発送しました。", "<p>ご注文の<b>商品を発送</b>しました</p>"),
            ("See https://a.example/x?y=z the report", "<a href=https://a.example/x>See the report</a>"),
            ("Größe und Übersicht", "<p>Gr&ouml;&szlig;e und &Uuml;bersicht</p>"),
        ] {
            let found = twin(text, page).unwrap().differing;
            assert!(found.is_none_or(|found| found.shared > 0.99), "{text}: {found:?}");
        }
    }

    #[test]
    fn a_text_of_another_matter_shares_nothing() {
        for (text, page) in [
            (
                "celerity shy conjuncture circuit guardhouse poultry",
                "<p>Your account was limited. Log in to restore it.</p>",
            ),
            ("明日の会議は中止になりました", "<p>お支払い方法を更新してください</p>"),
        ] {
            let found = twin(text, page).unwrap().differing.unwrap();
            assert!(found.shared < 0.01 && found.words >= 5, "{text}: {found:?}");
        }
    }

    #[test]
    fn without_an_alternative_or_words_there_is_nothing_to_compare() {
        assert_eq!(twin("", "<p>words of a page</p>").unwrap().differing, None);
        assert_eq!(twin("words of a text", "<img src=x>").unwrap().differing, None);
        assert_eq!(examine(&Message::parse(b"Subject: x\n\nwords"), &[]).body.twin, None);
    }

    #[test]
    fn hosts_that_one_side_has_alone_are_told() {
        let found = twin(
            "Go to https://www.example.com/a and https://other.example/",
            "<a href=https://www.example.com/a>Go to</a> <a href=https://login.example.net/>there</a>",
        )
        .unwrap();
        assert_eq!(found.text_hosts, ["other.example"]);
        assert_eq!(found.page_hosts, ["login.example.net"]);
        let found = twin("Go there", "<a href=https://login.example.net/>Go there</a>").unwrap();
        assert!(found.page_hosts.is_empty(), "a text without links leaves out nothing");
    }
}

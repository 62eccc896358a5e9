//! Blanks and letters without width: the two things that tear phrases apart. Texts are looked at in blocks, so that what
//! holds neither costs next to nothing.
//!
//! Pure text to text; it knows nothing of mails.

use std::ops::Range;

use memchr::memchr_iter;
use simdutf8::basic::from_utf8;

use super::body::is_invisible;
use crate::text::blocks::{BLOCK, block, mask};
use crate::text::eights::{HIGH, all, below, equal, first, load};

/// Bytes behind a block that belong to characters that start in it.
const BEHIND: usize = 2;

/// The text with every run of blanks as one and without letters that have no width, so that phrases are found across
/// line ends. At the end stand `padding` blanks, so that a search may read on.
pub(super) fn one_line(text: &str, padding: usize) -> String {
    let mut out = Vec::with_capacity(text.len() + padding + BLOCK);
    join::<true>(&mut out, text, true);
    if out.last() == Some(&b' ') {
        out.pop();
    }
    out.extend(std::iter::repeat_n(b' ', padding));
    // Only whole characters were added; a copy costs less than to have the standard library find that.
    from_utf8(&out).unwrap_or_default().to_owned()
}

/// [`one_line`] of a text in which only line ends stand in the way.
pub(super) fn lines_joined(text: &str, padding: usize) -> String {
    let mut out = String::with_capacity(text.len() + padding);
    let mut from = 0;
    for at in memchr_iter(b'\n', text.as_bytes()) {
        out.push_str(text.get(from..at).unwrap_or_default());
        out.push(' ');
        from = at + 1;
    }
    out.push_str(text.get(from..).unwrap_or_default());
    out.extend(std::iter::repeat_n(' ', padding));
    out
}

/// Adds text with every run of blanks as one, an ideographic space being text as in Japanese layouts. `after_blank` says
/// that the text so far is empty or ends in a blank; the result says the same of it now.
pub(super) fn push_joined(out: &mut Vec<u8>, text: &str, after_blank: bool) -> bool {
    join::<false>(out, text, after_blank)
}

/// No blank but single spaces stands in the text, and none at its beginning `after_blank`; some that are so are not told.
pub(super) fn is_joined(text: &str, after_blank: bool) -> bool {
    let bytes = text.as_bytes();
    let mut after_blank = after_blank;
    for at in (0..bytes.len()).step_by(8) {
        let eight = load(bytes, at);
        let blanks = blanks(eight);
        if stops::<true>(eight, blanks, bytes, at, after_blank) != 0 || blanks != equal(eight, b' ') {
            return false;
        }
        after_blank = blanks >> 63 != 0;
    }
    true
}

/// Adds text with every run of blanks as one. `LINE`: an ideographic space is a blank, and letters without width are left
/// out. Blocks of plain Latin are taken whole, others by eight bytes.
fn join<const LINE: bool>(out: &mut Vec<u8>, text: &str, mut after_blank: bool) -> bool {
    let bytes = text.as_bytes();
    out.reserve(bytes.len() + BLOCK);
    let mut at = 0;
    while at < bytes.len() {
        let block = block(bytes, at);
        let end = at + block.len();
        if mask(&block, is_odd) == 0 {
            after_blank = push_plain(out, &block, bytes.len().min(end) - at, after_blank);
            at = end;
        } else {
            (at, after_blank) = push_odd::<LINE>(out, text, at..bytes.len().min(end), after_blank);
        }
    }
    after_blank
}

/// A byte that is neither ASCII nor of a letter from U+00C0 to U+00FF, nor inside any character.
fn is_odd(byte: u8) -> bool {
    (byte >= 0xc0) & (byte != 0xc3)
}

/// A blank of ASCII.
fn is_blank(byte: u8) -> bool {
    (byte == b' ') | (byte.wrapping_sub(0x09) < 5)
}

/// Adds the first `length` bytes of a block in which nothing is odd; tells whether they end in a blank.
fn push_plain(out: &mut Vec<u8>, block: &[u8; BLOCK], length: usize, after_blank: bool) -> bool {
    let blank = mask(block, is_blank);
    let mut kept = !(blank & (blank << 1 | u64::from(after_blank))) & u64::MAX >> (BLOCK - length);
    // Of every run that is kept a whole block is stored, which costs less than to store just the run.
    let mut spaced = [0; 2 * BLOCK];
    spaced.iter_mut().zip(block).for_each(|(place, byte)| *place = if is_blank(*byte) { b' ' } else { *byte });
    while kept != 0 {
        let start = kept.trailing_zeros();
        let run = (kept >> start).trailing_ones();
        let length = out.len() + run as usize;
        let rest: &[u8; BLOCK] = spaced.get(start as usize..).and_then(<[u8]>::first_chunk).unwrap_or(block);
        out.extend_from_slice(rest);
        out.truncate(length);
        kept &= u64::MAX.checked_shl(start + run).unwrap_or_default();
    }
    blank >> (length - 1) & 1 == 1
}

/// Adds the text from the start of the range to its end, and what belongs to its last character; gives the place behind,
/// and whether that ends in a blank.
fn push_odd<const LINE: bool>(
    out: &mut Vec<u8>,
    text: &str,
    range: Range<usize>,
    mut after_blank: bool,
) -> (usize, bool) {
    let bytes = text.as_bytes();
    let mut at = range.start;
    while at < range.end {
        let eight = load(bytes, at);
        let blanks = blanks(eight);
        let stops = stops::<LINE>(eight, blanks, bytes, at, after_blank);
        let plain = if stops == 0 { 8.min(bytes.len() - at) } else { first(stops) };
        // All eight are stored at once, as if every blank were a space; what is too much is taken off again.
        let marked = (blanks >> 7) * 0xff;
        let length = out.len() + plain;
        out.extend_from_slice(&(eight & !marked | all(b' ') & marked).to_le_bytes());
        out.truncate(length);
        if plain > 0 {
            after_blank = (blanks >> (8 * plain - 1)) & 1 == 1;
        }
        at += plain;
        if stops == 0 {
            continue;
        }
        if bytes.get(at).is_some_and(|byte| is_blank(*byte)) {
            // A blank behind another, and what follows.
            at += bytes.get(at..).unwrap_or_default().iter().take_while(|byte| is_blank(**byte)).count();
            after_blank = true;
            continue;
        }
        let letter = text.get(at..).and_then(|rest| rest.chars().next()).unwrap_or('\u{fffd}');
        at += letter.len_utf8();
        if letter.is_whitespace() && (LINE || letter != '\u{3000}') {
            if !after_blank {
                out.push(b' ');
            }
            after_blank = true;
        } else if !(LINE && is_invisible(letter)) {
            out.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
            after_blank = false;
        }
    }
    (at, after_blank)
}

/// The bytes that are blanks of ASCII.
#[inline]
fn blanks(eight: u64) -> u64 {
    equal(eight, b' ') | below(eight, 0x0e) & !below(eight, 0x09)
}

/// The bytes at which a character begins that may have to be changed: a blank behind another, one beyond ASCII, a letter
/// without width. Some are none.
#[inline]
fn stops<const LINE: bool>(eight: u64, blanks: u64, bytes: &[u8], at: usize, after_blank: bool) -> u64 {
    let mut stops = blanks & (blanks << 8 | if after_blank { 0x80 } else { 0 });
    if eight & HIGH != 0 {
        stops |= equal(eight, 0xc2) | equal(eight, 0xe1) | equal(eight, 0xe2);
        if LINE {
            stops |= equal(eight, 0xcd) | equal(eight, 0xd8) | equal(eight, 0xef) | equal(eight, 0xf3);
            // Kana and kanji start with the same byte.
            let kana = equal(eight, 0xe3);
            if kana != 0 {
                let next = load(bytes, at + 1);
                stops |= kana & (equal(next, 0x80) | equal(next, 0x85));
            }
        }
    }
    stops
}

/// Whether the text may hold letters without width; false for nearly every text.
pub(super) fn may_hide_letters(text: &str) -> bool {
    any_block(text, may_hide)
}

/// Looks at the text by blocks, each with the bytes behind it, so that the compiler takes many bytes at once.
fn any_block(text: &str, test: impl Fn(&[u8]) -> bool) -> bool {
    let bytes = text.as_bytes();
    bytes.windows(BLOCK + BEHIND).step_by(BLOCK).any(&test)
        || test(bytes.get(bytes.len().saturating_sub(BLOCK + BEHIND)..).unwrap_or_default())
}

fn may_hide(bytes: &[u8]) -> bool {
    let behind = bytes.get(1..).unwrap_or_default();
    bytes.iter().zip(behind).fold(0_u8, |odd, (byte, next)| {
        let rare =
            u8::from(*byte == 0xcd) | u8::from(*byte == 0xd8) | u8::from(*byte == 0xe1) | u8::from(*byte == 0xf3);
        let soft_hyphen = u8::from(*byte == 0xc2) & u8::from(*next == 0xad);
        let filler = u8::from(*byte == 0xe3) & u8::from(*next == 0x85);
        let mark = u8::from(*byte == 0xef) & (u8::from(*next == 0xbb) | u8::from(*next == 0xbe));
        odd | rare | soft_hyphen | filler | mark
    }) != 0
        || bytes.windows(3).fold(0_u8, |odd, three| {
            let &[first, second, third] = three else { return odd };
            // Quotation marks and dashes stand in the same row of Unicode.
            let row = u8::from(first == 0xe2);
            let space = u8::from(second == 0x80)
                & (u8::from(third.wrapping_sub(0x8b) < 5) | u8::from(third.wrapping_sub(0xaa) < 5));
            let sign = u8::from(second == 0x81) & u8::from(third >= 0xa0);
            odd | row & (space | sign)
        }) != 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const PIECES: &[&str] = &[
        "word",
        " ",
        "  ",
        "\n",
        "\r\n",
        "\t",
        "日本語",
        "\u{3000}",
        "\u{a0}",
        "\u{200b}",
        "é",
        "“",
        "…",
        "\u{2003}",
        "\u{feff}",
        "\u{3164}",
        "\u{e0041}",
        "a long run of plain words that fills a block and more",
        "長い文章が続きますので、注意してください。",
        "\u{1}",
        "\0",
        "1",
    ];

    /// The same, word by word.
    fn slowly(text: &str) -> String {
        let words: Vec<String> = text
            .split_whitespace()
            .map(|word| word.chars().filter(|letter| !is_invisible(*letter)).collect())
            .filter(|word: &String| !word.is_empty())
            .collect();
        words.join(" ")
    }

    proptest! {
        #[test]
        fn blanks_become_one_however_the_text_is_cut(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..40)) {
            let text = pieces.concat();
            prop_assert_eq!(one_line(&text, 0), slowly(&text));
            prop_assert_eq!(one_line(&text, 8), slowly(&text) + "        ");
        }
    }

    /// Text as the page's own rule joins it, letter by letter.
    fn joined_slowly(text: &str, wide: bool) -> String {
        let mut out = String::new();
        for letter in text.chars() {
            if letter.is_whitespace() && (wide || letter != '\u{3000}') {
                if !out.is_empty() && !out.ends_with(' ') {
                    out.push(' ');
                }
            } else {
                out.push(letter);
            }
        }
        out
    }

    proptest! {
        #[test]
        fn joined_text_is_the_same_in_one_piece_or_in_many(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..40)) {
            let text = pieces.concat();
            let mut whole = Vec::new();
            push_joined(&mut whole, &text, true);
            prop_assert_eq!(String::from_utf8(whole.clone()), Ok(joined_slowly(&text, false)));
            for (after_blank, front) in [(true, ""), (false, "x")] {
                let joined = joined_slowly(&format!("{front}{text}"), true);
                prop_assert!(!is_joined(&text, after_blank) || joined.strip_prefix(front) == Some(text.as_str()));
            }
            let mut parts = Vec::new();
            pieces.iter().fold(true, |after_blank, piece| push_joined(&mut parts, piece, after_blank));
            prop_assert_eq!(&parts, &whole);
        }

        #[test]
        fn letters_without_width_are_not_passed_over(letter in any::<char>()) {
            if is_invisible(letter) {
                let text = format!("x{letter}y");
                prop_assert!(may_hide_letters(&text));
            }
        }
    }

    #[test]
    fn bait_for_joining_ends_soon() {
        for piece in [" ", "\n", "x  ", "“", "\u{200b}", "\u{3000}", "é ", "\u{34f} ", "ｱ", "\u{a0}x", "a\u{ad}", "\0"]
        {
            let text = piece.repeat(2_000_000 / piece.len());
            one_line(&text, 8);
            is_joined(&text, false);
            push_joined(&mut Vec::new(), &text, true);
        }
    }

    #[test]
    fn ordinary_texts_are_joined_already() {
        for text in ["Unsubscribe", "Shop now and save more", "déjà vu", "a b ", "", "配信停止"] {
            assert!(is_joined(text, false), "{text}");
        }
        assert!(
            !is_joined(" x", true) && is_joined(" x", false) && !is_joined("a  b", false) && !is_joined("a\nb", false)
        );
    }

    #[test]
    fn every_letter_without_width_and_every_blank_is_known_by_its_first_bytes() {
        for letter in ('\u{80}'..='\u{ffff}').chain('\u{e0000}'..='\u{e01ff}') {
            if !(is_invisible(letter) || letter.is_whitespace()) {
                continue;
            }
            let text = format!("{letter}{}", "x".repeat(BLOCK + BEHIND));
            if is_invisible(letter) {
                assert!(may_hide_letters(&text), "{letter:?}");
            }
            assert!(!one_line(&text, 0).contains(letter), "{letter:?}");
        }
    }
}

//! Blanks and letters without width: the two things that tear phrases apart. Texts are looked at in blocks, so that what
//! holds neither costs next to nothing.
//!
//! Pure text to text; it knows nothing of mails.

use memchr::memchr_iter;

use super::body::is_invisible;
use crate::text::eights::{HIGH, below, equal, first, load};

/// Bytes that are looked at together.
const BLOCK: usize = 32;
/// Bytes behind a block that belong to characters that start in it.
const BEHIND: usize = 2;

/// The text with every run of blanks as one and without letters that have no width, so that phrases are found across
/// line ends. At the end stand `padding` blanks, so that a search may read on.
pub(super) fn one_line(text: &str, padding: usize) -> String {
    let mut out = String::with_capacity(text.len() + padding);
    join::<true, true>(&mut out, text, true);
    if out.ends_with(' ') {
        out.pop();
    }
    out.extend(std::iter::repeat_n(' ', padding));
    out
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
pub(super) fn push_joined(out: &mut String, text: &str, after_blank: bool) -> bool {
    join::<false, false>(out, text, after_blank)
}

/// [`push_joined`] where an ideographic space is a blank as any other.
pub(super) fn push_words(out: &mut String, text: &str, after_blank: bool) -> bool {
    join::<true, false>(out, text, after_blank)
}

/// Adds text with every run of blanks as one. `WIDE`: an ideographic space is a blank. `DROP`: letters without width are
/// left out. Runs in which nothing is to be changed are found eight bytes at a time and copied whole.
fn join<const WIDE: bool, const DROP: bool>(out: &mut String, text: &str, mut after_blank: bool) -> bool {
    let bytes = text.as_bytes();
    // What stands from `from` on is not copied yet; what stands in front of `at` is looked at.
    let (mut from, mut at) = (0, 0);
    while at < bytes.len() {
        let eight = load(bytes, at);
        let mut stops = stops::<WIDE, DROP>(eight, bytes, at, after_blank);
        let left = bytes.len() - at;
        if left < 8 {
            stops &= (1 << (8 * left)) - 1;
        }
        if stops == 0 {
            at += left.min(8);
            after_blank = bytes.get(at - 1) == Some(&b' ');
            continue;
        }
        let stop = at + first(stops);
        if stop > at {
            after_blank = bytes.get(stop - 1) == Some(&b' ');
        }
        let byte = bytes.get(stop).copied().unwrap_or_default();
        let letter = if byte < 0x80 {
            char::from(byte)
        } else {
            text.get(stop..).and_then(|rest| rest.chars().next()).unwrap_or('\u{fffd}')
        };
        at = stop + letter.len_utf8();
        if letter.is_whitespace() && (WIDE || letter != '\u{3000}') {
            out.push_str(text.get(from..stop).unwrap_or_default());
            if !after_blank {
                out.push(' ');
            }
            (from, after_blank) = (at, true);
        } else if DROP && is_invisible(letter) {
            out.push_str(text.get(from..stop).unwrap_or_default());
            from = at;
        } else {
            after_blank = false;
        }
    }
    out.push_str(text.get(from..).unwrap_or_default());
    after_blank
}

/// The bytes at which a character begins that may have to be changed: a blank that is no space, a space behind another, a
/// letter without width. Some are none.
#[inline]
fn stops<const WIDE: bool, const DROP: bool>(eight: u64, bytes: &[u8], at: usize, after_blank: bool) -> u64 {
    let spaces = equal(eight, b' ');
    let mut stops = below(eight, b' ') | spaces & (spaces << 8 | if after_blank { 0x80 } else { 0 });
    if eight & HIGH != 0 {
        stops |= equal(eight, 0xc2) | equal(eight, 0xe1) | equal(eight, 0xe2);
        if DROP {
            stops |= equal(eight, 0xcd) | equal(eight, 0xd8) | equal(eight, 0xef) | equal(eight, 0xf3);
        }
        if WIDE || DROP {
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
            let mut whole = String::new();
            push_joined(&mut whole, &text, true);
            prop_assert_eq!(&whole, &joined_slowly(&text, false));
            let mut words = String::new();
            push_words(&mut words, &text, true);
            prop_assert_eq!(&words, &joined_slowly(&text, true));
            let mut parts = String::new();
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

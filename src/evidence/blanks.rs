//! Blanks and letters without width: the two things that tear phrases apart. Texts are looked at in blocks, so that what
//! holds neither costs next to nothing.
//!
//! Pure text to text; it knows nothing of mails.

use super::body::is_invisible;

/// Bytes that are looked at together.
const BLOCK: usize = 32;
/// Bytes behind a block that belong to characters and runs that start in it.
const BEHIND: usize = 2;

/// The text with every run of blanks as one and without letters that have no width, so that phrases are found across
/// line ends. At the end stand `padding` blanks, so that a search may read on.
pub(super) fn one_line(text: &str, padding: usize) -> String {
    let mut out = Vec::with_capacity(text.len() + padding);
    let mut rest = text.trim_start();
    let mut after_blank = true;
    while !rest.is_empty() {
        let plain = rest.floor_char_boundary(plain_blocks(rest.as_bytes()));
        let (front, behind) = rest.split_at_checked(plain).unwrap_or((rest, ""));
        let front = front.strip_prefix(char::is_whitespace).filter(|_| after_blank).unwrap_or(front);
        out.extend(front.bytes().map(|byte| if byte <= b' ' { b' ' } else { byte }));
        if let Some(last) = out.last() {
            after_blank = *last == b' ';
        }
        let (block, behind) = behind.split_at_checked(behind.ceil_char_boundary(BLOCK)).unwrap_or((behind, ""));
        for letter in block.chars() {
            if letter.is_whitespace() {
                if !after_blank {
                    out.push(b' ');
                }
                after_blank = true;
            } else if !is_invisible(letter) {
                out.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
                after_blank = false;
            }
        }
        rest = behind;
    }
    out.truncate(out.trim_ascii_end().len());
    out.extend(std::iter::repeat_n(b' ', padding));
    // Only whole characters were added.
    String::from_utf8(out).unwrap_or_default()
}

/// Adds text with every run of blanks as one, an ideographic space being text as in Japanese layouts. `after_blank` says
/// that the text so far is empty or ends in a blank; the result says the same of it now.
pub(super) fn push_joined(out: &mut String, text: &str, mut after_blank: bool) -> bool {
    let mut from = 0;
    let mut next = 0;
    while let Some(rest) = text.get(next..).filter(|rest| !rest.is_empty()) {
        let plain = plain_blocks(rest.as_bytes());
        let starts_blank = rest.as_bytes().first().is_some_and(|byte| *byte <= b' ');
        if plain > 0 && !(after_blank && starts_blank) && only_spaces(rest.as_bytes().get(..plain).unwrap_or_default())
        {
            next += rest.floor_char_boundary(plain);
            after_blank = rest.as_bytes().get(plain - 1) == Some(&b' ');
            continue;
        }
        let end = text.len().min(next + BLOCK);
        while next < end {
            let byte = text.as_bytes().get(next).copied().unwrap_or_default();
            let (length, blank) = match byte {
                b' ' | 0x09..=0x0d => (1, true),
                ..0x80 => (1, false),
                // Only these start blanks; all others are passed over.
                0xc2 | 0xe1..=0xe3 => {
                    let letter = text.get(next..).and_then(|rest| rest.chars().next()).unwrap_or_default();
                    (letter.len_utf8(), letter.is_whitespace() && letter != '\u{3000}')
                }
                0xc0..0xe0 => (2, false),
                0xe0..0xf0 => (3, false),
                _ => (4, false),
            };
            if blank && (byte != b' ' || after_blank) {
                out.push_str(text.get(from..next).unwrap_or_default());
                if !after_blank {
                    out.push(' ');
                }
                from = next + length;
            }
            after_blank = blank;
            next += length;
        }
    }
    out.push_str(text.get(from..).unwrap_or_default());
    after_blank
}

/// Blanks are spaces, no line ends.
fn only_spaces(bytes: &[u8]) -> bool {
    bytes.iter().fold(0_u8, |odd, byte| odd | u8::from(*byte < b' ')) == 0
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

/// The bytes at the beginning, in whole blocks, in which nothing but single blanks has to be changed.
fn plain_blocks(bytes: &[u8]) -> usize {
    let windows = bytes.windows(BLOCK + BEHIND).step_by(BLOCK);
    windows.take_while(|window| is_plain(window)).count() * BLOCK
}

/// No two blanks stand together, and no character is a wide blank or has no width; some that are none are taken for one.
fn is_plain(window: &[u8]) -> bool {
    // Of a length that the compiler knows, so that it needs no loop.
    let chunk = |at: usize| window.get(at..).and_then(|rest| rest.first_chunk::<BLOCK>());
    let (Some(bytes), Some(behind), Some(last)) = (chunk(0), chunk(1), chunk(2)) else { return false };
    if bytes.is_ascii() {
        let two = |odd: u8, (byte, next): (&u8, &u8)| odd | u8::from(*byte <= b' ') & u8::from(*next <= b' ');
        return bytes.iter().zip(behind).fold(0, two) == 0;
    }
    let mut odd = 0_u8;
    for ((byte, next), third) in bytes.iter().zip(behind).zip(last) {
        let blank = u8::from(*byte <= b' ');
        let next_blank = u8::from(*next <= b' ');
        // The first bytes of all those characters, as far as scripts do not start with them letter by letter.
        let rare = u8::from(matches!(*byte, 0xc2 | 0xcd | 0xd8 | 0xe1 | 0xe2 | 0xef | 0xf3));
        let ideographic = u8::from(*byte == 0xe3) & u8::from(*next == 0x80) & u8::from(*third == 0x80);
        let filler = u8::from(*byte == 0xe3) & u8::from(*next == 0x85);
        odd |= blank & next_blank | rare | ideographic | filler;
    }
    odd == 0
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
    fn joined_slowly(text: &str) -> String {
        let mut out = String::new();
        for letter in text.chars() {
            if letter.is_whitespace() && letter != '\u{3000}' {
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
            prop_assert_eq!(&whole, &joined_slowly(&text));
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
            assert_eq!(plain_blocks(text.as_bytes()), 0, "{letter:?}");
        }
    }
}

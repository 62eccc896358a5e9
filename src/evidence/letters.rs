//! Letters that are not what they look like: look-alikes of other alphabets inside words, characters without width
//! between letters, and kanji that Japanese does not write.
//!
//! Facts about characters, no judgment. Text in ASCII costs one look.

use std::sync::LazyLock;

use encoding_rs::SHIFT_JIS;

use super::script::Script;

/// The most text that is looked at, in characters.
pub(super) const LIMIT: usize = 20_000;
/// The most examples that are kept.
pub(super) const EXAMPLES: usize = 5;
/// Bytes that are looked at together.
const BLOCK: usize = 32;

/// What was found in sender names, subject and visible text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Letters {
    /// Words that mix Latin letters with look-alikes of other alphabets, in name or subject; at most five.
    pub mixed_in_head: Vec<String>,
    /// The same in the text.
    pub mixed: Vec<String>,
    /// How many such words the text has.
    pub mixed_count: u32,
    /// Places where an invisible character stands between two Latin letters, in name or subject.
    pub split_in_head: u32,
    /// The same in the text.
    pub split: u32,
    /// Kanji in a Japanese text that Japanese character sets do not have: those of simplified Chinese; each once, at most five.
    pub foreign_kanji: Vec<char>,
    /// Hiragana in the text.
    pub hiragana: u32,
}

/// The Latin letter that a letter of another alphabet looks like (a part of Unicode TS 39, in its safe direction).
pub(super) fn look_alike(letter: char) -> Option<char> {
    Some(match letter {
        '\u{430}' | '\u{3b1}' => 'a',
        '\u{435}' => 'e',
        '\u{43e}' | '\u{3bf}' | '\u{585}' => 'o',
        '\u{440}' | '\u{3c1}' => 'p',
        '\u{441}' => 'c',
        '\u{443}' => 'y',
        '\u{445}' => 'x',
        '\u{455}' => 's',
        '\u{456}' | '\u{3b9}' => 'i',
        '\u{458}' => 'j',
        '\u{4bb}' => 'h',
        '\u{501}' => 'd',
        '\u{51b}' => 'q',
        '\u{51d}' => 'w',
        '\u{3bd}' => 'v',
        '\u{410}' | '\u{391}' => 'A',
        '\u{412}' | '\u{392}' => 'B',
        '\u{421}' => 'C',
        '\u{415}' | '\u{395}' => 'E',
        '\u{41d}' | '\u{397}' => 'H',
        '\u{406}' | '\u{399}' => 'I',
        '\u{408}' => 'J',
        '\u{41a}' | '\u{39a}' => 'K',
        '\u{41c}' | '\u{39c}' => 'M',
        '\u{39d}' => 'N',
        '\u{41e}' | '\u{39f}' => 'O',
        '\u{420}' | '\u{3a1}' => 'P',
        '\u{405}' => 'S',
        '\u{422}' | '\u{3a4}' => 'T',
        '\u{425}' | '\u{3a7}' => 'X',
        '\u{423}' | '\u{3a5}' => 'Y',
        '\u{396}' => 'Z',
        _ => return None,
    })
}

/// The plain letter of a letter that is only styled: wide, mathematical, in a circle, small capital.
pub(crate) fn styled(letter: char) -> Option<char> {
    let latin = |offset: u32| {
        let at = offset % 52;
        char::from_u32(if at < 26 { u32::from('A') + at } else { u32::from('a') + at - 26 })
    };
    let code = u32::from(letter);
    match letter {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(code - 0xfee0),
        '\u{1d400}'..='\u{1d6a3}' => latin(code - 0x1_d400),
        '\u{24b6}'..='\u{24e9}' => latin(code - 0x24b6),
        '\u{1f130}'..='\u{1f149}' => char::from_u32(code - 0x1_f130 + 0x41),
        '\u{1f150}'..='\u{1f169}' => char::from_u32(code - 0x1_f150 + 0x41),
        '\u{1f170}'..='\u{1f189}' => char::from_u32(code - 0x1_f170 + 0x41),
        _ => small_capital(letter),
    }
}

/// Letters of phonetic alphabets that look like small capitals.
fn small_capital(letter: char) -> Option<char> {
    Some(match letter {
        '\u{1d00}' => 'a',
        '\u{299}' => 'b',
        '\u{1d04}' => 'c',
        '\u{1d05}' => 'd',
        '\u{1d07}' => 'e',
        '\u{a730}' => 'f',
        '\u{262}' => 'g',
        '\u{29c}' => 'h',
        '\u{26a}' => 'i',
        '\u{1d0a}' => 'j',
        '\u{1d0b}' => 'k',
        '\u{29f}' => 'l',
        '\u{1d0d}' => 'm',
        '\u{274}' => 'n',
        '\u{1d0f}' => 'o',
        '\u{1d18}' => 'p',
        '\u{280}' => 'r',
        '\u{a731}' => 's',
        '\u{1d1b}' => 't',
        '\u{1d1c}' => 'u',
        '\u{1d20}' => 'v',
        '\u{1d21}' => 'w',
        '\u{28f}' => 'y',
        '\u{1d22}' => 'z',
        _ => return None,
    })
}

/// Stands between letters without being seen. Selectors of kanji variants and of emoji look the same, so their
/// neighbors decide.
pub(crate) fn breaks(letter: char) -> bool {
    matches!(letter, '\u{34f}' | '\u{fe00}'..='\u{fe0e}' | '\u{e0100}'..='\u{e01ef}')
        || super::body::is_invisible(letter)
}

/// Writes a word as the eye reads it, in plain letters, and without what breaks it apart. Words in an alphabet of their
/// own stay as they are.
pub(super) fn plain(word: &str, out: &mut String) {
    let latin = word.chars().any(|letter| letter.is_ascii_alphabetic());
    for letter in word.chars().filter(|letter| !breaks(*letter)) {
        let seen = look_alike(letter).filter(|_| latin).or_else(|| styled(letter));
        out.push(seen.unwrap_or(letter));
    }
}

/// The text as the eye reads it, every word by itself; at most `limit` characters.
pub(crate) fn as_seen(text: &str, limit: usize) -> String {
    let end = text.char_indices().nth(limit).map_or(text.len(), |(at, _)| at);
    seen(text.get(..end).unwrap_or_default())
}

/// The text as the eye reads it, every word by itself.
pub(super) fn seen(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (at, word) in text.split(' ').enumerate() {
        if at > 0 {
            out.push(' ');
        }
        if word.is_ascii() { out.push_str(word) } else { plain(word, &mut out) }
    }
    out
}

/// Looks at the sender names, the subject and the text, which is written in `script`.
pub(super) fn letters<'a>(head: impl Iterator<Item = &'a str>, text: &str, script: Script) -> Letters {
    let mut out = Letters::default();
    for line in head.filter(|line| !line.is_ascii()) {
        let (words, _, split) = look(line);
        out.mixed_in_head.extend(words);
        out.split_in_head = out.split_in_head.saturating_add(split);
    }
    out.mixed_in_head.truncate(EXAMPLES);
    if script.disguises {
        (out.mixed, out.mixed_count, out.split) = look(text);
    }
    out.hiragana = script.hiragana;
    if script.japanese > JAPANESE {
        out.foreign_kanji = script.foreign_kanji;
    }
    out
}

/// Mixed words (a few of them, and how many), and broken places.
fn look(text: &str) -> (Vec<String>, u32, u32) {
    let text = first_letters(text);
    let mut found = Found::default();
    let mut word = Word::default();
    // The last letter before invisible characters, where there was one.
    let (mut last, mut broken) = (' ', false);
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        // Of plain letters only the word at the end may go on to something else.
        if let Some(block) = rest.get(..BLOCK).filter(|block| !broken && !word.other && block.is_ascii()) {
            at += BLOCK;
            let tail = block.bytes().rev().take_while(u8::is_ascii_alphabetic).count();
            if tail < BLOCK {
                word = Word { start: at - tail, open: tail > 0, ..Word::default() };
            } else if !word.open {
                word = Word { start: at - tail, open: true, ..Word::default() };
            }
            word.latin |= tail > 0;
            last = block.chars().next_back().unwrap_or(' ');
            continue;
        }
        let block = rest.get(..rest.ceil_char_boundary(BLOCK)).unwrap_or(rest);
        for (offset, letter) in block.char_indices() {
            if breaks(letter) {
                broken = true;
                continue;
            }
            if broken && last.is_ascii_alphabetic() && letter.is_ascii_alphabetic() {
                found.split = found.split.saturating_add(1);
            }
            (last, broken) = (letter, false);
            if letter.is_alphabetic() {
                if !word.open {
                    word = Word { start: at + offset, open: true, ..Word::default() };
                }
                word.latin |= letter.is_ascii();
                word.other |= !letter.is_ascii() && look_alike(letter).is_some();
            } else {
                found.end(text, &word, at + offset);
                word = Word::default();
            }
        }
        at += block.len();
    }
    found.end(text, &word, text.len());
    (found.examples, found.count, found.split)
}

/// As much of the text as is looked at.
fn first_letters(text: &str) -> &str {
    if text.len() <= LIMIT {
        return text;
    }
    let mut letters = text.chars();
    letters.nth(LIMIT - 1);
    text.get(..text.len() - letters.as_str().len()).unwrap_or(text)
}

/// A word that is being read.
#[derive(Default)]
struct Word {
    start: usize,
    open: bool,
    /// It has Latin letters.
    latin: bool,
    /// It has look-alikes of them.
    other: bool,
}

#[derive(Default)]
struct Found {
    examples: Vec<String>,
    count: u32,
    split: u32,
}

impl Found {
    /// A word ends in front of `end`.
    fn end(&mut self, text: &str, word: &Word, end: usize) {
        if !(word.latin && word.other) {
            return;
        }
        self.count = self.count.saturating_add(1);
        if self.examples.len() < EXAMPLES {
            let word = text.get(word.start..end).unwrap_or_default();
            self.examples.push(word.chars().filter(|letter| !breaks(*letter)).take(40).collect());
        }
    }
}

/// A kanji that no Japanese character set of mail has (JIS X 0208 with the vendors' additions), so that a Japanese
/// keyboard hardly gives it.
pub(super) fn is_foreign_kanji(letter: char) -> bool {
    let Some(at) = (letter as usize).checked_sub(*KANJI.start() as usize) else { return false };
    FOREIGN.get(at / 64).is_some_and(|bits| (bits >> (at % 64)) & 1 == 1)
}

/// With a greater share than this a text is Japanese.
const JAPANESE: f32 = 0.3;

const KANJI: std::ops::RangeInclusive<char> = '\u{4e00}'..='\u{9fff}';

/// A bit for each of [`KANJI`]: no Japanese character set of mail has it.
static FOREIGN: LazyLock<Vec<u64>> = LazyLock::new(|| {
    // All that the character set has, decoded at once: asking for each kanji would take long.
    let leads = (0x81..=0x9f).chain(0xe0..=0xfc);
    let pairs: Vec<u8> = leads.flat_map(|lead| (0x40..=0xfc).flat_map(move |trail| [lead, trail])).collect();
    let (known, _) = SHIFT_JIS.decode_without_bom_handling(&pairs);
    let mut bits = vec![u64::MAX; 0x5200 / 64];
    for letter in known.chars().filter(|letter| KANJI.contains(letter)) {
        let at = letter as usize - *KANJI.start() as usize;
        if let Some(word) = bits.get_mut(at / 64) {
            *word &= !(1 << (at % 64));
        }
    }
    bits
});

#[cfg(test)]
mod tests {
    use super::*;

    fn of(head: &str, text: &str) -> Letters {
        letters([head].into_iter(), text, Script { japanese: 1.0, ..Script::of(text) })
    }

    /// The same, letter by letter.
    fn slowly(text: &str) -> (Vec<String>, u32, u32) {
        let (mut examples, mut count, mut split) = (Vec::new(), 0, 0);
        let (mut latin, mut other, mut last, mut broken) = (false, false, ' ', false);
        let mut word = String::new();
        for letter in text.chars().take(LIMIT).chain([' ']) {
            if breaks(letter) {
                broken = true;
                continue;
            }
            split += u32::from(broken && last.is_ascii_alphabetic() && letter.is_ascii_alphabetic());
            (last, broken) = (letter, false);
            if letter.is_alphabetic() {
                latin |= letter.is_ascii();
                other |= look_alike(letter).is_some();
                word.push(letter);
                continue;
            }
            if latin && other {
                count += 1;
                if examples.len() < EXAMPLES {
                    examples.push(word.chars().take(40).collect());
                }
            }
            (latin, other) = (false, false);
            word.clear();
        }
        (examples, count, split)
    }

    proptest::proptest! {
        #[test]
        fn blocks_change_nothing(pieces in proptest::collection::vec(
            proptest::sample::select(vec![
                "a", "Z", " ", "\u{200b}", "\u{fe00}", "\u{435}", "\u{43e}", "Москва", "日本語", "かな", "é", "1",
                "a long run of plain words that fills a block and more", "oneverylongwordthatfillsmorethanasingleblock",
            ]),
            0..60,
        )) {
            let text = pieces.concat();
            proptest::prop_assert_eq!(look(&text), slowly(&text));
        }
    }

    #[test]
    fn long_texts_are_looked_at_up_to_the_limit() {
        let text = "日本 p\u{430}y ".repeat(LIMIT / 5);
        assert_eq!(look(&text), slowly(&text));
    }

    #[test]
    fn look_alikes_inside_latin_words_are_found_and_whole_words_of_another_language_are_not() {
        assert_eq!(of("M\u{435}t\u{430}mask", "").mixed_in_head, ["M\u{435}t\u{430}mask"]);
        assert_eq!(of("", "D\u{435}ar cust\u{43e}mer").mixed_count, 2);
        for text in ["IT-компания и 3D модель", "Ελληνικά και English", "µTorrent 5 Ω", "naïve café"]
        {
            assert_eq!(of(text, text), Letters { hiragana: 0, ..Letters::default() }, "{text}");
        }
    }

    #[test]
    fn characters_without_width_count_only_between_letters() {
        assert_eq!(of("", "pay\u{200b}pal we\u{e0121}b").split, 2);
        assert_eq!(of("", "preheader \u{200c} \u{200c} \u{34f} text").split, 0);
        assert_eq!(of("", "葛\u{e0100}飾区 ❤\u{fe0f}").split, 0);
    }

    #[test]
    fn kanji_of_simplified_chinese_stand_out_in_japanese() {
        assert_eq!(of("", "ご确认ください").foreign_kanji, ['确', '认']);
        assert!(of("", "髙橋様、ご確認ください。﨑と彅も").foreign_kanji.is_empty());
    }

    #[test]
    fn foreign_are_the_kanji_that_cannot_be_written() {
        for letter in KANJI.step_by(7) {
            assert_eq!(is_foreign_kanji(letter), SHIFT_JIS.encode(&letter.to_string()).2, "{letter}");
        }
    }

    #[test]
    fn what_the_eye_reads() {
        assert_eq!(as_seen("\u{1d0d}y ＥＴＣ利用照会 P\u{430}yPal", 100), "my ETC利用照会 PayPal");
        assert_eq!(as_seen("Москва", 100), "Москва");
    }
}

//! What a text is written in, told in one pass: how much of it is Japanese, and whether it holds letters that deserve a
//! closer look.
//!
//! Pure text to numbers; it judges nothing. Text in ASCII costs one look, and Latin inside other text goes by blocks.

use super::body::is_invisible;
use super::letters::{EXAMPLES, LIMIT, breaks, is_foreign_kanji, look_alike};
use crate::text::blocks::{BLOCK, block, mask};

/// Bytes of other scripts that are looked at letter by letter before plain Latin is tried again.
const OTHER: usize = 32;

/// What a text is written in.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Script {
    /// Share of Japanese script among all characters that are not blank, 0 to 1; kanji without any kana is Chinese.
    pub(super) japanese: f32,
    /// Hiragana, within the limit of [`super::letters`].
    pub(super) hiragana: u32,
    /// Kanji that Japanese mail does not write, whatever the language; each once, at most five.
    pub(super) foreign_kanji: Vec<char>,
    /// Characters without width or that turn the direction; those that join emoji and Indic letters are no trick.
    pub(super) invisible: u32,
    /// Letters stand there that look like Latin ones, or that break words apart; without width some of them are.
    pub(super) disguises: bool,
    /// Blanks beyond ASCII stand there.
    pub(super) wide_blanks: bool,
}

impl Script {
    /// Looks at a text.
    pub(super) fn of(text: &str) -> Self {
        let mut out = Self::default();
        if text.is_ascii() {
            return out;
        }
        let mut count = Count::default();
        let bytes = text.as_bytes();
        // A block at a time, where all is plain Latin; a character that began in front of `at` is counted.
        let mut at = 0;
        while at < bytes.len() {
            let block = block(bytes, at);
            if bytes.len() - at >= BLOCK && mask(&block, is_latin) == u64::MAX {
                count.seen += BLOCK - mask(&block, is_inside).count_ones() as usize;
                count.blank += mask(&block, is_blank).count_ones() as usize;
                at += BLOCK;
                continue;
            }
            let end = at + OTHER;
            at = text.ceil_char_boundary(at);
            let front = text.get(..at).unwrap_or_default();
            count.before = front.chars().next_back().unwrap_or(' ');
            for letter in text.get(at..).unwrap_or_default().chars() {
                if at >= end {
                    break;
                }
                out.add(letter, &mut count);
                at += letter.len_utf8();
            }
        }
        let all = count.seen - count.blank;
        if count.kana * 20 >= count.han && all > 0 {
            out.japanese = (count.kana + count.han) as f32 / all as f32;
        }
        out
    }

    fn add(&mut self, letter: char, count: &mut Count) {
        match letter {
            ..'\u{80}' => count.blank += usize::from(is_blank(letter as u8)),
            '\u{3041}'..='\u{30ff}' => {
                count.kana += 1;
                self.hiragana += u32::from(letter <= '\u{3096}' && count.seen < LIMIT);
            }
            '\u{4e00}'..='\u{9fff}' => {
                count.han += 1;
                if is_foreign_kanji(letter)
                    && count.seen < LIMIT
                    && self.foreign_kanji.len() < EXAMPLES
                    && !self.foreign_kanji.contains(&letter)
                {
                    self.foreign_kanji.push(letter);
                }
            }
            '\u{3001}' | '\u{3002}' | '\u{3005}' | '\u{3400}'..='\u{4dbf}' => count.han += 1,
            '\u{31f0}'..='\u{31ff}' | '\u{ff66}'..='\u{ff9f}' => count.kana += 1,
            _ if letter.is_whitespace() => {
                count.blank += 1;
                self.wide_blanks = true;
            }
            _ if is_invisible(letter) => {
                let joins = matches!(letter, '\u{200d}' | '\u{200c}')
                    && !count.before.is_ascii()
                    && !is_invisible(count.before);
                self.invisible = self.invisible.saturating_add(u32::from(!joins));
                self.disguises = true;
            }
            _ => self.disguises = self.disguises || breaks(letter) || look_alike(letter).is_some(),
        }
        count.seen += 1;
        count.before = letter;
    }
}

/// What is counted on the way.
struct Count {
    seen: usize,
    blank: usize,
    kana: usize,
    han: usize,
    before: char,
}

impl Default for Count {
    fn default() -> Self {
        Self { seen: 0, blank: 0, kana: 0, han: 0, before: ' ' }
    }
}

/// A byte of ASCII, of the letters from U+00C0 to U+00FF, or inside any character.
fn is_latin(byte: u8) -> bool {
    byte < 0xc0 || byte == 0xc3
}

/// A byte inside a character, behind its first.
fn is_inside(byte: u8) -> bool {
    byte.wrapping_sub(0x80) < 0x40
}

/// White space of ASCII as Unicode has it.
fn is_blank(byte: u8) -> bool {
    (byte == b' ') | (byte.wrapping_sub(0x09) < 5)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::body::count_invisible;
    use super::*;

    #[test]
    fn japanese_is_told_by_its_kana() {
        let share = |text| Script::of(text).japanese;
        assert!(share("お客様のアカウントが停止されました") > 0.9);
        assert!(share("您的账户已被停用请立即验证") < 0.1);
        assert!(share("ordinary words") < 0.1);
        assert!(share("") < 0.1);
    }

    #[test]
    fn every_letter_that_disguises_is_seen() {
        for letter in ('\u{80}'..='\u{ffff}').chain('\u{e0000}'..='\u{e01ff}') {
            let expected = breaks(letter) || look_alike(letter).is_some();
            assert_eq!(Script::of(&format!("x{letter}y")).disguises, expected, "{letter:?}");
        }
        assert!(!Script::of("“ordinary” text – with signs… お客様、").disguises);
    }

    /// The share of Japanese, letter by letter.
    fn slowly(text: &str) -> f32 {
        let (mut kana, mut han, mut all) = (0_usize, 0_usize, 0_usize);
        for letter in text.chars().filter(|letter| !letter.is_whitespace()) {
            all += 1;
            match letter {
                '\u{3041}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}' | '\u{ff66}'..='\u{ff9f}' => kana += 1,
                '\u{3005}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{3001}' | '\u{3002}' => han += 1,
                _ => {}
            }
        }
        if kana * 20 < han || all == 0 { 0.0 } else { (kana + han) as f32 / all as f32 }
    }

    proptest! {
        #[test]
        fn blocks_change_nothing(pieces in prop::collection::vec(
            prop_oneof![
                "[ -~\t\r\n\u{1c}]{0,70}".boxed(),
                "[あ-んア-ン一-龠、。\u{3000}]{0,12}".boxed(),
                "[a-zà-ÿ \n\u{b}\u{7f}\u{d7}]{0,40}".boxed(),
                "[\u{200b}-\u{200e}é👨\u{a0}\u{2003}ｱ-ﾝ\u{ad}]{0,5}".boxed(),
            ],
            0..12,
        )) {
            let text = pieces.concat();
            let script = Script::of(&text);
            prop_assert_eq!(script.japanese.to_bits(), slowly(&text).to_bits());
            prop_assert_eq!(script.invisible, count_invisible(&text));
        }
    }
}

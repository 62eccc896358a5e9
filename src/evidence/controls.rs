//! Characters that steer what shows a text instead of standing in it: controls, and line breaks that are no line ends. No
//! program that people write mail with puts them there.

/// So many characters are looked at for the end of a sequence.
const LONGEST: usize = 4096;

/// How many there are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Controls {
    /// Control characters (Unicode Cc) but tab and line ends, separators of lines and paragraphs, interlinear marks.
    pub count: u32,
    /// Sequences that move a terminal's cursor, name its window or write its clipboard (ECMA-48 section 5.6: CSI, OSC, DCS,
    /// SOS, PM, APC; and a reset). Colors are none, which people paste with what programs print; nor are shifts to another
    /// character set, of which text in ISO-2022-JP without its label is full; nor are the C1 letters that UTF-8 becomes
    /// which was read as windows-1252.
    pub sequences: u32,
}

impl Controls {
    /// Counts those of a text.
    pub(super) fn of(text: &str) -> Self {
        let mut found = Self::default();
        if !text.bytes().any(may_begin) {
            return found;
        }
        for (at, letter) in text.char_indices().filter(|(_, letter)| is_control(*letter)) {
            found.count += 1;
            let rest = text.get(at + letter.len_utf8()..).unwrap_or_default();
            found.sequences += u32::from(drives(letter, rest));
        }
        found
    }

    /// Both together.
    pub(super) fn and(self, other: Self) -> Self {
        Self {
            count: self.count.saturating_add(other.count),
            sequences: self.sequences.saturating_add(other.sequences),
        }
    }
}

/// A control character with what stands behind it is a command.
fn drives(letter: char, rest: &str) -> bool {
    let (kind, rest) = match letter {
        '\u{1b}' => match rest.chars().next() {
            Some(kind) => (kind, rest.get(kind.len_utf8()..).unwrap_or_default()),
            None => return false,
        },
        '\u{90}' | '\u{98}' | '\u{9b}' | '\u{9d}'..='\u{9f}' => {
            // Each has a form of two characters (ECMA-48 section 5.3).
            (char::from(letter as u8 - 0x40), rest)
        }
        _ => return false,
    };
    match kind {
        '[' => rest
            .chars()
            .take(LONGEST)
            .find(|c| !(' '..='?').contains(c))
            .is_some_and(|end| end != 'm' && ('@'..='~').contains(&end)),
        // Those end with a sign of their own; without one, an escape is meant all the same. The next control decides, so that
        // a text full of them is walked once.
        ']' | 'P' | 'X' | '^' | '_' => {
            let next = || rest.chars().take(LONGEST).find(|c| c.is_control());
            letter == '\u{1b}' || matches!(next(), Some('\u{7}' | '\u{1b}' | '\u{9c}'))
        }
        'c' => letter == '\u{1b}',
        _ => false,
    }
}

/// The first byte of one in UTF-8, or of a few letters more.
fn may_begin(byte: u8) -> bool {
    byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r') || matches!(byte, 0x7f | 0xc2 | 0xe2 | 0xef)
}

fn is_control(letter: char) -> bool {
    letter.is_control() && !matches!(letter, '\t' | '\n' | '\r')
        || matches!(letter, '\u{2028}' | '\u{2029}' | '\u{fff9}'..='\u{fffb}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_full_of_them_is_walked_once() {
        let text = "\u{9d}".repeat(2_000_000);
        let begun = std::time::Instant::now();
        assert_eq!(Controls::of(&text), Controls { count: 2_000_000, sequences: 0 });
        // Each begins one without an end, which is not looked for behind the next.
        assert!(begun.elapsed().as_secs() < 10, "{:?}", begun.elapsed());
    }

    #[test]
    fn controls_are_counted_and_what_people_write_is_not() {
        for (text, count, sequences) in [
            ("\u{1b}[2J\u{1b}]52;c;eA==\u{7} and \0\u{8}", 5, 2),
            ("\u{9b}1A \u{9d}0;x\u{9c}", 3, 2),
            // Colors; UTF-8 quotes that were read as windows-1252.
            ("\u{1b}[32mok\u{1b}[0m", 2, 0),
            ("â€\u{9d} and â€\u{9d}, \u{90}", 3, 0),
            ("\u{1b}", 1, 0),
            ("a\u{2028}b\u{2029}c\u{fff9}d\u{c}", 4, 0),
            // Undeclared ISO-2022-JP.
            ("\u{1b}$B$3$s\u{1b}(B", 2, 0),
            ("a\tb\r\nc \u{a0}é — 日本語 ﾊﾝｶｸ €", 0, 0),
            ("", 0, 0),
        ] {
            assert_eq!(Controls::of(text), Controls { count, sequences }, "{text:?}");
        }
    }
}

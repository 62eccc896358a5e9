//! Characters that steer what shows a text instead of standing in it: controls, and line breaks that are no line ends. No
//! program that people write mail with puts them there.

/// How many there are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Controls {
    /// Control characters (Unicode Cc) but tab and line ends, separators of lines and paragraphs, interlinear marks.
    pub count: u32,
    /// Those of them that begin a sequence which moves a terminal's cursor, names its window or writes its clipboard
    /// (ECMA-48 section 5.6: CSI, OSC, DCS, SOS, PM, APC; and a reset). Shifts to another character set are none: text in
    /// ISO-2022-JP without its label is full of them.
    pub sequences: u32,
}

impl Controls {
    /// Counts those of a text.
    pub(super) fn of(text: &str) -> Self {
        let mut found = Self::default();
        if !text.bytes().any(may_begin) {
            return found;
        }
        let mut letters = text.chars().peekable();
        while let Some(letter) = letters.next() {
            found.count += u32::from(is_control(letter));
            let begins = match letter {
                '\u{1b}' => letters.peek().is_some_and(|next| "[]PX^_c".contains(*next)),
                '\u{90}' | '\u{98}' | '\u{9b}' | '\u{9d}'..='\u{9f}' => true,
                _ => false,
            };
            found.sequences += u32::from(begins);
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
    fn controls_are_counted_and_what_people_write_is_not() {
        for (text, count, sequences) in [
            ("\u{1b}[2J\u{1b}]52;c;eA==\u{7} and \0\u{8}", 5, 2),
            ("\u{9b}1A \u{9d}0;x\u{9c}", 3, 2),
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

//! Runs of digits in a text, as they are written to be dialed or paid to, whatever stands between and in place of the
//! digits: `1-800-555-0199`, `(8O5) 555 O143`, `０１２０－０００－０００`, `①⑧⓪⓪ …`.
//!
//! Pure text to groups of digits; it does not know what a number means. Everything is bounded by [`Run`]'s limits.

use super::super::body::is_invisible;

/// The most characters between two groups.
const GAP: usize = 4;
/// The most groups of a run: as many as an international number has digits, and its prefix.
const GROUPS: usize = 16;
/// The most digits of one group.
const GROUP_DIGITS: usize = 24;

/// How a digit is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Written {
    /// ASCII.
    Plain,
    /// Full width, as Japanese sets it: no disguise.
    Wide,
    /// In a circle, in a mathematical alphabet.
    Odd,
}

/// The digit that a character shows.
pub(super) fn digit(letter: char) -> Option<(u8, Written)> {
    let code = u32::from(letter);
    let (value, written) = match letter {
        '0'..='9' => (code - 0x30, Written::Plain),
        '\u{ff10}'..='\u{ff19}' => (code - 0xff10, Written::Wide),
        '\u{2460}'..='\u{2468}' => (code - 0x245f, Written::Odd),
        '\u{24ea}' | '\u{24ff}' => (0, Written::Odd),
        '\u{2776}'..='\u{277e}' => (code - 0x2775, Written::Odd),
        '\u{2780}'..='\u{2788}' => (code - 0x277f, Written::Odd),
        '\u{278a}'..='\u{2792}' => (code - 0x2789, Written::Odd),
        '\u{1d7ce}'..='\u{1d7ff}' => ((code - 0x1_d7ce) % 10, Written::Odd),
        _ => return None,
    };
    Some((b'0' + value as u8, written))
}

/// The digit that a letter is taken for.
fn letter_for(letter: char) -> Option<u8> {
    match letter {
        'O' | 'o' => Some(b'0'),
        'I' | 'l' => Some(b'1'),
        _ => None,
    }
}

/// A group of digits, and how it is parted from the one before.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Group {
    /// ASCII digits.
    pub(super) digits: String,
    /// Where it ends in the text.
    pub(super) end: usize,
    /// A letter stands for a digit, or a digit is disguised.
    pub(super) odd: bool,
    /// A hyphen, dot or bracket stands in front of it.
    pub(super) joined: bool,
    /// A bracket stands in front of it.
    pub(super) bracket: bool,
    /// Nothing but a dot stands in front of it, as in a decimal number.
    pub(super) dot: bool,
}

/// Groups of digits that belong together.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Run {
    pub(super) groups: Vec<Group>,
    /// Where it begins, with the plus or the bracket in front of it.
    pub(super) start: usize,
    /// A plus stands in front of it.
    pub(super) plus: bool,
}

/// What may stand between two groups, and whether it joins them (blanks alone do not).
fn separator(letter: char) -> Option<bool> {
    match letter {
        ' ' | '\u{a0}' | '\u{3000}' | '\u{2002}'..='\u{200a}' | '\u{202f}' => Some(false),
        '-'
        | '.'
        | '('
        | ')'
        | '['
        | ']'
        | '\u{2010}'..='\u{2015}'
        | '\u{2212}'
        | '\u{ff0d}'
        | '\u{ff08}'
        | '\u{ff09}'
        | '\u{30fc}'
        | '\u{ff0e}'
        | '\u{ff65}'
        | '\u{30fb}'
        | '\u{b7}'
        | '\u{2022}'
        | '*'
        | '_'
        | '~' => Some(true),
        _ => None,
    }
}

fn opens(letter: char) -> bool {
    matches!(letter, '(' | '[' | '\u{ff08}')
}

/// A character in front of a number that makes it a piece of something else: a word, an address, a version.
fn glues(letter: char) -> bool {
    letter.is_ascii_alphanumeric()
        || matches!(letter, '-' | '.' | '/' | '_' | '=' | '#' | '%' | '&' | '@' | '\\' | '$' | '+' | '\'' | '~' | ',')
}

/// Reads the run whose first digit stands at `at`; gives where its first group ends, and the run unless what stands in front
/// of it makes it a piece of something else.
pub(super) fn run(text: &str, at: usize) -> (usize, Option<Run>) {
    let mut run = Run { start: at, ..Run::default() };
    let front = text.get(..at).unwrap_or_default();
    let mut before = front.chars().rev().take(3);
    let mut last = before.next();
    // `(+81` and `+(81` both are written.
    for _ in 0..2 {
        match last {
            Some('+' | '\u{ff0b}') if !run.plus => run.plus = true,
            Some(letter) if opens(letter) => {}
            _ => break,
        }
        run.start -= last.map_or(0, char::len_utf8);
        last = before.next();
    }
    if last.is_some_and(glues) {
        let rest = text.get(at..).unwrap_or_default();
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        return (at + digits.max(1), None);
    }
    let mut end = at;
    let mut gap = Gap::default();
    while run.groups.len() < GROUPS {
        let Some(group) = group(text, end, gap) else { break };
        let glued = group.1;
        end = group.0.end;
        run.groups.push(group.0);
        if glued {
            break;
        }
        let Some((next, found)) = between(text, end) else { break };
        (end, gap) = (next, found);
    }
    let end = run.groups.first().map_or(at + 1, |group| group.end);
    (end, (!run.groups.is_empty()).then_some(run))
}

#[derive(Debug, Clone, Copy, Default)]
struct Gap {
    joined: bool,
    bracket: bool,
    dot: bool,
}

/// What stands between a group and the next, and where that begins.
fn between(text: &str, at: usize) -> Option<(usize, Gap)> {
    let mut gap = Gap::default();
    let mut end = at;
    let (mut blanks, mut signs) = (0, 0);
    for letter in text.get(at..)?.chars() {
        if is_invisible(letter) {
            end += letter.len_utf8();
            continue;
        }
        let Some(joins) = separator(letter) else { break };
        blanks += usize::from(!joins);
        signs += 1;
        if signs > GAP || blanks > 2 {
            return None;
        }
        gap.joined |= joins;
        gap.bracket |= opens(letter);
        end += letter.len_utf8();
    }
    gap.dot = text.get(at..end) == Some(".");
    (end > at).then_some((end, gap))
}

/// The group that begins at `at`, and whether a word goes on right behind it.
fn group(text: &str, at: usize, gap: Gap) -> Option<(Group, bool)> {
    let mut group = Group { end: at, joined: gap.joined, bracket: gap.bracket, dot: gap.dot, ..Group::default() };
    let (mut real, mut letters, mut end) = (false, false, at);
    let mut rest = text.get(at..)?.chars().peekable();
    while let Some(letter) = rest.peek().copied() {
        if let Some((value, written)) = digit(letter) {
            if group.digits.len() >= GROUP_DIGITS {
                return None;
            }
            group.digits.push(char::from(value));
            group.odd |= written == Written::Odd;
            real = true;
        } else if let Some(value) = letter_for(letter) {
            group.digits.push(char::from(value));
            letters = true;
        } else if is_invisible(letter) || matches!(letter, '\u{fe0f}' | '\u{20e3}') {
            // A keycap is a digit with a frame; what has no width parts digits for a filter only.
            let inside = real && letter != '\u{fe0f}';
            end += letter.len_utf8();
            rest.next();
            group.odd |= inside && rest.peek().is_some_and(|next| digit(*next).is_some()) || letter == '\u{20e3}';
            if letter == '\u{20e3}' {
                group.end = end;
            }
            continue;
        } else {
            break;
        }
        end += letter.len_utf8();
        group.end = end;
        rest.next();
    }
    let glued = rest.peek().is_some_and(|next| next.is_alphabetic() && next.is_ascii());
    // Letters are digits only among digits, and in no word; a number that a word is glued to keeps its plain digits.
    if !real || letters && glued {
        return plain(text, at, gap).map(|group| (group, true));
    }
    group.odd |= letters;
    Some((group, glued))
}

/// The plain digits at `at`.
fn plain(text: &str, at: usize, gap: Gap) -> Option<Group> {
    let rest = text.get(at..)?;
    let length = rest.bytes().take(GROUP_DIGITS).take_while(u8::is_ascii_digit).count();
    let digits = rest.get(..length).filter(|digits| !digits.is_empty())?.to_owned();
    Some(Group { digits, end: at + length, odd: false, joined: gap.joined, bracket: gap.bracket, dot: gap.dot })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn groups(text: &str) -> Vec<String> {
        let at = text.char_indices().find(|(_, letter)| digit(*letter).is_some()).unwrap().0;
        run(text, at).1.map(|run| run.groups.into_iter().map(|group| group.digits).collect()).unwrap_or_default()
    }

    #[test]
    fn digits_are_read_however_they_are_written() {
        for (text, expected) in [
            ("call 1-800-555-0199 now", vec!["1", "800", "555", "0199"]),
            ("+1-(818)-555-0186", vec!["1", "818", "555", "0186"]),
            ("(8O5) 555-O143", vec!["805", "555", "0143"]),
            ("1-8OO-555-01lO", vec!["1", "800", "555", "0110"]),
            ("０１２０－０００－０００", vec!["0120", "000", "000"]),
            ("①⑧⓪⓪ 555", vec!["1800", "555"]),
            ("𝟖𝟎𝟓.555.0143", vec!["805", "555", "0143"]),
            ("8\u{200b}05 555", vec!["805", "555"]),
            ("8\u{fe0f}\u{20e3}0\u{fe0f}\u{20e3}5", vec!["805"]),
            ("1 810 555-0168Automated", vec!["1", "810", "555", "0168"]),
            ("10 Oak Lane", vec!["10"]),
            ("5 Ill", vec!["5"]),
        ] {
            assert_eq!(groups(text), expected, "{text}");
        }
    }

    #[test]
    fn pieces_of_something_else_are_no_run() {
        for text in ["PP-065-617-349", "v1.2.3", "x=123", "a/2026", "$399.99", "++20210805102428"] {
            assert!(groups(text).is_empty(), "{text}");
        }
        assert_eq!(groups("12     34"), ["12"], "columns of a table");
    }

    #[test]
    fn disguise_is_told() {
        let odd = |text: &str| run(text, 0).1.unwrap().groups.iter().any(|group| group.odd);
        assert!(odd("8OO") && odd("8\u{200b}05") && odd("8\u{20e3}05"));
        assert!(!odd("800-555") && !run("８００", 0).1.unwrap().groups.iter().any(|group| group.odd));
    }
}

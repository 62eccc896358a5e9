//! One JSON line a message; `super::record` says which fields.
//!
//! The output is safe to look at in a terminal: what is not printable stands as `\uXXXX`, so that nothing is lost.

use serde::Serialize;
use unicode_segmentation::UnicodeSegmentation as _;

use super::record::{brief, place, whole};
use crate::analysis::Analysis;
use crate::facts::FactSet;
use crate::text::show;

/// How much of a message is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Form {
    /// The whole record.
    #[default]
    Whole,
    /// Place, score, level and the ids of the findings.
    Brief,
}

/// The line of a message.
#[must_use]
pub fn message(path: &str, offset: Option<u64>, analysis: &Analysis, facts: &FactSet, form: Form) -> String {
    let place = place(path, offset);
    match form {
        Form::Whole => line(&whole(place, analysis, facts)),
        Form::Brief => line(&brief(place, analysis)),
    }
}

/// The line of a message that could not be read.
#[must_use]
pub fn error(path: &str, offset: Option<u64>, why: &str) -> String {
    #[derive(Serialize)]
    struct Failed<'a> {
        #[serde(flatten)]
        place: super::record::Place<'a>,
        error: &'a str,
    }
    line(&Failed { place: place(path, offset), error: why })
}

/// Whether a text that somebody else made can stand as the line of a message at this place: one line, an object that begins
/// with the place, safe to look at in a terminal. It is not parsed: whoever made it can lie about the message anyway, and
/// about no other one.
#[must_use]
pub fn is_line_of(text: &str, path: &str, offset: Option<u64>) -> bool {
    let begin = printable(serde_json::to_string(&place(path, offset)).unwrap_or_default());
    let Some(body) = text.strip_suffix('\n') else { return false };
    let follows = begin.strip_suffix('}').and_then(|begin| body.strip_prefix(begin));
    follows.is_some_and(|rest| rest.starts_with(',') && rest.ends_with('}')) && is_printable(body)
}

/// Nothing in it that [`printable`] would escape.
fn is_printable(text: &str) -> bool {
    next_odd(text, 0).is_none()
}

/// The first character from `from` on that a terminal should not see, and where it stands. Looks at 64 bytes at once, as
/// nearly all of a line is plain.
fn next_odd(text: &str, from: usize) -> Option<(usize, char)> {
    let mut at = from;
    loop {
        let plain = text
            .as_bytes()
            .get(at..)?
            .chunks(64)
            .take_while(|chunk| chunk.iter().fold(true, |all, byte| all & (0x20..0x7f).contains(byte)));
        // Plain bytes are whole characters, so this is a border.
        at += plain.map(<[u8]>::len).sum::<usize>();
        let rest = text.get(at..).filter(|rest| !rest.is_empty())?;
        for c in rest.chars().take(64) {
            if !((' '..='~').contains(&c) || is_letter(c) || is_plain(c)) {
                return Some((at, c));
            }
            at += c.len_utf8();
        }
    }
}

fn line(record: &impl Serialize) -> String {
    // A record holds nothing that JSON cannot say.
    let text = serde_json::to_string(record).unwrap_or_default();
    let mut out = printable(text);
    out.push('\n');
    out
}

/// Letters that every terminal shows as they are; looked at first, because there are many of them.
fn is_letter(c: char) -> bool {
    matches!(c, 'ぁ'..='ゖ' | 'ァ'..='ヺ' | 'ー' | '、'..='〃' | '々'..='】' | '一'..='龠' | '！'..='～' | 'À'..='ɏ' | 'А'..='я' | '가'..='힣')
}

/// JSON in which every character that a terminal should not see is an escape.
fn printable(json: String) -> String {
    let Some(mut odd) = next_odd(&json, 0) else { return json };
    let mut out = String::with_capacity(json.len() + json.len() / 8);
    let mut units = [0; 2];
    let mut from = 0;
    loop {
        let (at, c) = odd;
        out.push_str(json.get(from..at).unwrap_or_default());
        // Combining marks alone are printable; a run of them is not. Escaping each is safe and loses nothing.
        for unit in c.encode_utf16(&mut units) {
            out.push_str(&format!("\\u{unit:04x}"));
        }
        from = at + c.len_utf8();
        let Some(next) = next_odd(&json, from) else { break };
        odd = next;
    }
    out.push_str(json.get(from..).unwrap_or_default());
    out
}

fn is_plain(c: char) -> bool {
    let mut bytes = [0; 4];
    let text: &str = c.encode_utf8(&mut bytes);
    show(text).as_str() == text && unicode_width::UnicodeWidthChar::width(c) > Some(0) && stands_alone(c)
}

/// Whether it makes one character with no neighbor, whatever that is. Some that have a width do (half-width voiced marks,
/// Thai vowels, Hangul that begins a syllable, the letters of flags), and a run of them is one character without end.
fn stands_alone(c: char) -> bool {
    let text: String = ['a', c, c, 'a'].into_iter().collect();
    text.graphemes(true).count() == 4
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_should_not_see_is_escaped_and_nothing_is_lost() {
        let hostile = "a\u{1b}[2J\u{9b}0m\u{202e}\u{200b}\u{e0041}e\u{301}\u{2028}\n銀行 é";
        let text = error("x\u{7f}.eml", Some(7), hostile);
        let body = text.strip_suffix('\n').unwrap();
        assert!(body.chars().all(|c| !c.is_control() && !('\u{200b}'..='\u{202e}').contains(&c)), "{body:?}");
        assert!(body.contains("銀行 é"));
        let back: serde_json::Value = serde_json::from_str(body).unwrap();
        assert_eq!(back["error"], hostile);
        assert_eq!((back["schema"].as_u64(), back["offset"].as_u64()), (Some(2), Some(7)));
        assert!(back.get("score").is_none());
    }

    #[test]
    fn a_run_that_makes_one_character_is_escaped() {
        for c in ['\u{301}', 'ﾟ', 'ำ', '\u{1100}', '🇯', '🏻', '\u{903}'] {
            let hostile = format!("a{}b", c.to_string().repeat(40));
            let text = error("x.eml", None, &hostile);
            let body = text.strip_suffix('\n').unwrap();
            assert_eq!(show(body).as_str(), body);
            assert_eq!(serde_json::from_str::<serde_json::Value>(body).unwrap()["error"], hostile);
        }
        assert!(error("x.eml", None, "ﾊﾞﾝｸ ภา 한 😀 ع").contains("ｸ ภา 한 😀 ع"));
    }

    #[test]
    fn a_line_that_somebody_else_made_is_let_through_only_for_its_place_and_without_controls() {
        let place = ("a/ü.eml", Some(7));
        let line = |rest: &str| format!("{{\"schema\":2,\"path\":\"a/ü.eml\",\"offset\":7{rest}");
        for rest in [",\"x\":1}\n", &format!(",\"x\":\"{}銀行 é\"}}\n", "a".repeat(200))] {
            assert!(is_line_of(&line(rest), place.0, place.1), "{rest}");
        }
        let long = format!(",\"x\":\"{}銀{}\u{1b}\"}}\n", "a".repeat(130), "b".repeat(90));
        for rest in ["}", "}\n", ",\"x\":1}", ",\"x\":1\n", ",\n}\n", ",\u{9b}}\n", ",\u{202e}}\n", ",\r}\n", &long] {
            assert!(!is_line_of(&line(rest), place.0, place.1), "{rest:?}");
        }
        assert!(!is_line_of(&line(",\"x\":1}\n"), "b.eml", Some(7)));
        assert!(!is_line_of(&line(",\"x\":1}\n"), place.0, None));
        assert!(!is_line_of("", "", None) && !is_line_of("\n", "", None));
    }

    #[test]
    fn letters_that_are_not_looked_at_twice_are_printable() {
        let letters = ('\0'..=char::MAX).filter(|c| is_letter(*c));
        assert!(letters.clone().count() > 20_000);
        assert_eq!(letters.filter(|c| !is_plain(*c)).collect::<String>(), "");
    }
}

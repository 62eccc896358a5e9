//! File names as a screen shows them and as a system takes them: what pretends to be another ending, and how. Pure text.
//!
//! ```text
//! invoice\u{202e}fdp.exe      shown as invoiceexe.pdf, taken as .exe
//! scan.pdf            .exe    the ending stands out of sight
//! ```

use super::found::FileKind;
use super::kind::{ending, of_ending};
use crate::evidence::body::is_invisible;
use crate::message::decode_words;

/// The most characters of a name that are looked at.
const CHARS: usize = 1_000;
/// A run of blanks that pushes what follows out of a list's column.
const BLANKS: usize = 8;

/// How a name pretends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum NameTrick {
    /// Characters that turn the direction of what follows.
    Direction,
    /// Other characters that take no room.
    Invisible,
    /// A harmless ending stands in front of the real one.
    DoubleEnding,
    /// A run of blanks pushes the real ending out of sight.
    BlankRun,
    /// Dots or blanks behind the ending, which systems cut off.
    TrailingDots,
    /// The name is encoded once more, so that filters see no ending.
    Encoded,
    /// The name holds a path.
    Path,
    /// Control characters.
    Control,
}

/// A name taken apart.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Naming {
    /// As a screen that follows direction marks shows it, where that differs.
    pub shown: Option<String>,
    /// As a system takes it, where that differs: decoded, without a path, without what is cut off.
    pub meant: Option<String>,
    /// How it pretends.
    pub tricks: Vec<NameTrick>,
}

/// Takes a name apart.
#[must_use]
pub fn naming(name: &str) -> Naming {
    let mut naming = Naming::default();
    // Nearly every name is a plain one.
    let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'(' | b')'));
    if plain {
        return naming;
    }
    let name: String = name.chars().take(CHARS).collect();
    let mut add = |trick: NameTrick, holds: bool| {
        if holds {
            naming.tricks.push(trick);
        }
    };
    add(NameTrick::Direction, name.contains(turns));
    add(NameTrick::Invisible, name.chars().any(|letter| is_invisible(letter) && !turns(letter) && letter != '\u{ad}'));
    add(NameTrick::Control, name.chars().any(char::is_control));
    let decoded = decoded(&name);
    add(NameTrick::Encoded, decoded.is_some());
    let whole = decoded.as_deref().unwrap_or(&name);
    let last = whole.rsplit(['/', '\\']).next().unwrap_or(whole);
    add(
        NameTrick::Path,
        last.len() < whole.len() && (whole.contains("..") || whole.contains(":\\") || whole.starts_with('/')),
    );
    let bare: String = last.chars().filter(|letter| !is_invisible(*letter) && !letter.is_control()).collect();
    let cut = bare.trim_end_matches(['.', ' ', '\u{3000}']);
    let opens = |name: &str| of_ending(ending(name)) != FileKind::Unknown;
    add(NameTrick::TrailingDots, cut.len() < bare.len() && opens(cut) && bare.ends_with('.'));
    add(NameTrick::DoubleEnding, doubled(cut));
    add(NameTrick::BlankRun, blank_run(cut));
    naming.shown = name.contains(turns).then(|| shown(&name));
    naming.meant = (cut != name).then(|| cut.to_owned());
    naming
}

fn turns(letter: char) -> bool {
    matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// What stands behind a right-to-left override is shown backwards, up to the mark that ends it.
fn shown(name: &str) -> String {
    let mut out = String::new();
    let mut turned: Option<String> = None;
    for letter in name.chars() {
        match (letter, &mut turned) {
            ('\u{202e}' | '\u{202b}' | '\u{2067}', _) => {
                out.extend(turned.take().unwrap_or_default().chars().rev());
                turned = Some(String::new());
            }
            ('\u{202c}' | '\u{2069}' | '\u{202d}' | '\u{202a}' | '\u{2066}', _) => {
                out.extend(turned.take().unwrap_or_default().chars().rev());
            }
            (letter, _) if is_invisible(letter) => {}
            (letter, Some(turned)) => turned.push(letter),
            (letter, None) => out.push(letter),
        }
    }
    out.extend(turned.unwrap_or_default().chars().rev());
    out
}

/// The name with one more encoding undone, where it has one: encoded words that stood inside quotes are left to mail
/// programs, which read them all the same; percent signs are not.
fn decoded(name: &str) -> Option<String> {
    if name.contains("=?") && name.contains("?=") {
        let plain = decode_words(name);
        return (plain != name).then(|| plain.into_owned());
    }
    if !name.contains('%') {
        return None;
    }
    let mut out = Vec::with_capacity(name.len());
    let mut rest = name.as_bytes();
    let mut tricky = false;
    while let Some((&first, behind)) = rest.split_first() {
        let digit = |at: usize| behind.get(at).and_then(|byte| (*byte as char).to_digit(16));
        if first == b'%'
            && let (Some(high), Some(low)) = (digit(0), digit(1))
        {
            let byte = (high * 16 + low) as u8;
            // Only a hidden dot, slash or letter pretends; a blank as %20 is clumsiness.
            tricky |= matches!(byte, b'.' | b'/' | b'\\') || byte.is_ascii_alphanumeric();
            out.push(byte);
            rest = behind.get(2..).unwrap_or_default();
        } else {
            out.push(first);
            rest = behind;
        }
    }
    String::from_utf8(out).ok().filter(|_| tricky)
}

/// A harmless ending right in front of one that opens otherwise.
fn doubled(name: &str) -> bool {
    let last = ending(name);
    let Some(front) = name.len().checked_sub(last.len() + 1).and_then(|at| name.get(..at)) else { return false };
    let before = ending(front.trim_end());
    // `.com` behind a harmless ending is a program; alone it is a host far more often.
    let opens = last.eq_ignore_ascii_case("com") || pretending(last);
    !before.is_empty() && harmless(before) && opens
}

/// Endings that hide behind a harmless one: what runs, what a browser shows, what holds further files.
fn pretending(ending: &str) -> bool {
    let kind = of_ending(ending);
    kind.runs()
        || kind.browses()
        || kind == FileKind::DiskImage
        || matches!(&*ending.to_ascii_lowercase(), "rar" | "ace" | "7z" | "one")
}

/// Endings of documents, pictures, sound.
pub(super) fn harmless(ending: &str) -> bool {
    matches!(of_ending(ending), FileKind::Pdf | FileKind::Office | FileKind::Rtf | FileKind::Image | FileKind::Media)
        || matches!(&*ending.to_ascii_lowercase(), "txt" | "log")
}

fn blank_run(name: &str) -> bool {
    let Some((front, _)) = name.rsplit_once('.') else { return false };
    let mut run = 0_usize;
    front.chars().any(|letter| {
        run = if letter.is_whitespace() || matches!(letter, '_' | '\u{3000}' | '\u{a0}') { run + 1 } else { 0 };
        run >= BLANKS
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_pretend_are_told_from_names_that_do_not() {
        use NameTrick::*;
        for (name, tricks) in [
            ("report.pdf", vec![]),
            ("invoice.2026.pdf", vec![]),
            ("Q3 100%.xlsx", vec![]),
            ("見積書（最終）.pdf", vec![]),
            ("archive.tar.gz", vec![]),
            ("mail.example.com", vec![]),
            ("invoice\u{202e}fdp.exe", vec![Direction]),
            ("invoice.pdf.exe", vec![DoubleEnding]),
            ("請求書.pdf                                  .exe", vec![DoubleEnding, BlankRun]),
            ("photo.jpg.com", vec![DoubleEnding]),
            ("scan.pdf.html", vec![DoubleEnding]),
            ("run.exe...", vec![TrailingDots]),
            ("run%2eexe", vec![Encoded]),
            ("..\\..\\start\\run.bat", vec![Path]),
            ("in\u{200b}voice.pdf", vec![Invisible]),
            ("a\u{1b}[2J.txt", vec![Control]),
        ] {
            assert_eq!(naming(name).tricks, tricks, "{name}");
        }
    }

    #[test]
    fn a_turned_name_is_told_as_shown_and_as_meant() {
        let found = naming("invoice\u{202e}fdp.exe");
        assert_eq!(found.shown.as_deref(), Some("invoiceexe.pdf"));
        assert_eq!(found.meant.as_deref(), Some("invoicefdp.exe"));
        assert_eq!(naming("..\\..\\start\\run.bat").meant.as_deref(), Some("run.bat"));
        assert_eq!(naming("run.exe...").meant.as_deref(), Some("run.exe"));
    }
}

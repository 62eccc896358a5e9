//! The one door for text that comes from outside.
//!
//! What a terminal would obey, or a reader would not see, becomes a mark that stands in the line like any other text:
//! `␛` for a control character, `<U+202E>` for everything else, `<U+200B x40>` for a run, `<+1996>` for combining
//! characters beyond the fourth. Nothing here may let a character of [`super::invisible`] through, and nothing here cuts.
//!
//! ```
//! use gosanke::text::{show, show_bytes, show_lines};
//!
//! assert_eq!(show("pay\u{200b}pal \u{1b}[2J").as_str(), "pay<U+200B>pal ␛[2J");
//! assert_eq!(show_bytes(b"caf\xe9").as_str(), r"caf\xe9");
//! assert_eq!(show_lines("a\tb\r\nc").iter().map(|line| line.as_str()).collect::<Vec<_>>(), ["a       b", "c"]);
//! ```

use std::fmt;

use unicode_segmentation::UnicodeSegmentation as _;

use super::invisible::{is_look_of, is_marked, is_plain};
use super::width::char_columns;

/// The most zero-width characters that one grapheme keeps.
pub(crate) const CELL_MARKS: usize = 4;
/// The most bytes that one grapheme keeps; a terminal holds a grapheme in one cell.
pub(crate) const CELL_BYTES: usize = 32;
/// The most columns that one grapheme takes (a conjunct of four letters).
const MOST_COLUMNS: usize = 4;
/// A run of one invisible character longer than this is written once, with its count.
const MOST_REPEATED: usize = 3;
/// Distance of tab stops in columns.
const TAB: usize = 8;

/// Text that is safe to send to a terminal or to write into a report: no control, format, separator, tag or
/// private-use character, no over-long combining run, no line break.
///
/// There is no way to make one but [`show`] and its siblings.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, serde::Serialize)]
#[serde(transparent)]
pub struct Shown(String);

impl Shown {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// True where there is no text.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds `other` behind this text.
    pub fn push(&mut self, other: &Self) {
        self.0.push_str(&other.0);
    }

    /// A part of a `Shown` is one as well; only for text that was cut between two graphemes.
    pub(super) fn part(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Display for Shown {
    /// Keeps width and fill of the format, counted in characters; see [`super::pad`] for columns.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl AsRef<str> for Shown {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl PartialEq<str> for Shown {
    fn eq(&self, other: &str) -> bool {
        self.0 == other
    }
}

impl PartialEq<&str> for Shown {
    fn eq(&self, other: &&str) -> bool {
        self.0 == *other
    }
}

/// Makes `text` printable on one line. Idempotent. CR, LF and TAB become marks as every other control.
#[must_use]
pub fn show(text: &str) -> Shown {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return Shown(text.to_owned());
    }
    let mut line = Line::with_capacity(text.len() + text.len() / 8);
    text.chars().for_each(|c| line.push(c));
    line.finish()
}

/// Makes a text of several lines printable, one [`Shown`] a line. Lines end at LF, CRLF, CR, VT, FF, U+2028 and U+2029;
/// a line end at the very end of the text does not open another line. Tabs become blanks up to the next eighth column.
#[must_use]
pub fn show_lines(text: &str) -> Vec<Shown> {
    let mut lines = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(['\n', '\r', '\u{b}', '\u{c}', '\u{2028}', '\u{2029}']);
        let (line, from) = rest.split_at(end.unwrap_or(rest.len()));
        lines.push(show_tabbed(line));
        rest = from.strip_prefix("\r\n").unwrap_or_else(|| {
            let mut chars = from.chars();
            chars.next();
            chars.as_str()
        });
    }
    lines
}

/// Makes bytes printable: UTF-8 where they are, `\xNN` where they are not.
#[must_use]
pub fn show_bytes(bytes: &[u8]) -> Shown {
    use fmt::Write as _;
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            // Writing into a string does not fail.
            let _ = write!(text, "\\x{byte:02x}");
        }
    }
    show(&text)
}

/// What a cell of a terminal may hold: no more than one grapheme of a [`Shown`] can be. For a second look at what a screen
/// is about to send; it makes nothing, as it is asked for every cell that changes.
#[must_use]
pub fn is_fit_for_cell(symbol: &str) -> bool {
    if symbol.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return true;
    }
    let marks = || symbol.chars().filter(|c| char_columns(*c) == 0).count();
    symbol.len() <= CELL_BYTES && symbol.chars().all(|c| !is_marked(c)) && marks() <= CELL_MARKS
}

/// One line with its tabs as blanks.
fn show_tabbed(line: &str) -> Shown {
    let mut pieces = line.split('\t');
    let mut shown = pieces.next().map(show).unwrap_or_default();
    let mut column = super::columns(&shown);
    for piece in pieces {
        let blanks = TAB - column % TAB;
        let piece = show(piece);
        column += blanks + super::columns(&piece);
        shown.0.extend(std::iter::repeat_n(' ', blanks));
        shown.push(&piece);
    }
    shown
}

/// A line in the making.
struct Line {
    out: String,
    /// The invisible character that stands at the end, and how often; not yet written.
    run: Option<(char, usize)>,
    /// A character was seen that can join with its neighbors.
    joins: bool,
    /// The line ends in a mark: a combining character would sit on it.
    after_mark: bool,
}

impl Line {
    fn with_capacity(bytes: usize) -> Self {
        Self { out: String::with_capacity(bytes), run: None, joins: false, after_mark: true }
    }

    fn push(&mut self, c: char) {
        if is_plain(c) {
            self.end_run();
            self.out.push(c);
            self.after_mark = false;
        } else if self.run.is_none() && is_look_of(c, self.out.chars().next_back()) {
            // Left out: see there.
        } else if is_marked(c) {
            self.mark(c);
        } else {
            self.end_run();
            if self.after_mark && char_columns(c) == 0 {
                self.out.push('\u{25cc}');
            }
            self.out.push(c);
            self.joins = true;
            self.after_mark = false;
        }
    }

    fn mark(&mut self, c: char) {
        let picture = match u32::from(c) {
            code @ 0..=0x1f => char::from_u32(0x2400 + code),
            0x7f => Some('\u{2421}'),
            _ => None,
        };
        if let Some(picture) = picture {
            self.end_run();
            self.out.push(picture);
            self.after_mark = true;
            return;
        }
        match &mut self.run {
            Some((last, count)) if *last == c => *count += 1,
            _ => {
                self.end_run();
                self.run = Some((c, 1));
            }
        }
    }

    /// Writes the invisible characters that wait.
    fn end_run(&mut self) {
        use fmt::Write as _;
        let Some((c, count)) = self.run.take() else { return };
        let code = u32::from(c);
        // Writing into a string does not fail.
        if count > MOST_REPEATED {
            let _ = write!(self.out, "<U+{code:04X} x{count}>");
        } else {
            (0..count).for_each(|_| {
                let _ = write!(self.out, "<U+{code:04X}>");
            });
        }
        self.after_mark = true;
    }

    fn finish(mut self) -> Shown {
        self.end_run();
        if !self.joins {
            return Shown(self.out);
        }
        Shown(limit_graphemes(&self.out))
    }
}

/// Keeps of every grapheme what a cell can hold, and says how many characters were left out.
fn limit_graphemes(text: &str) -> String {
    use fmt::Write as _;
    let mut out = String::with_capacity(text.len());
    for grapheme in text.graphemes(true) {
        let (mut bytes, mut marks, mut columns, mut left_out) = (0, 0, 0, 0_usize);
        for c in grapheme.chars() {
            let width = char_columns(c);
            let zero = usize::from(width == 0);
            let fits =
                bytes + c.len_utf8() <= CELL_BYTES && marks + zero <= CELL_MARKS && columns + width <= MOST_COLUMNS;
            if left_out > 0 || !fits {
                left_out += 1;
            } else {
                bytes += c.len_utf8();
                marks += zero;
                columns += width;
                out.push(c);
            }
        }
        if left_out > 0 {
            // Writing into a string does not fail.
            let _ = write!(out, "<+{left_out}>");
        }
    }
    out
}

#[cfg(test)]
mod tests;

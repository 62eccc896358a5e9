//! Columns of a terminal: measuring, cutting and wrapping.
//!
//! A text is as wide as its graphemes are, one by one, as a terminal (and `ratatui`) puts them into cells. Ambiguous
//! characters count one column. Nothing here gives a text that is wider than asked, and nothing splits a grapheme.
//!
//! ```
//! use gosanke::text::{cut_host, pad, show, wrap};
//!
//! let host = show("verylonglabel.account.evil.example");
//! assert_eq!(cut_host(&host, Some("evil.example"), 22).as_str(), "very…ount.evil.example");
//! assert_eq!(pad(&show("漢字"), 3).as_str(), "漢…");
//! assert_eq!(wrap(&show("one two"), 5).len(), 2);
//! ```

use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use super::Shown;

/// Stands where something was cut; one column.
const CUT: &str = "…";

/// Columns that the text takes in a terminal.
#[must_use]
pub fn columns(text: &Shown) -> usize {
    columns_of(text.as_str())
}

fn columns_of(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.graphemes(true).map(grapheme_columns).sum() }
}

pub(super) fn grapheme_columns(grapheme: &str) -> usize {
    if grapheme.len() == 1 { 1 } else { grapheme.width() + grapheme.chars().filter(|c| is_sound_mark(*c)).count() }
}

/// Columns of a character by itself; none for what has no place of its own.
pub(crate) fn char_columns(c: char) -> usize {
    if is_sound_mark(c) { 1 } else { c.width().unwrap_or(0) }
}

/// A half-width voiced mark of Japanese (`ｶﾞ`, `ﾊﾟ`). To Unicode it belongs to the letter before it, and it has no width; a
/// terminal gives it a column, and `ratatui` does.
fn is_sound_mark(c: char) -> bool {
    matches!(c, '\u{ff9e}' | '\u{ff9f}')
}

/// The longest beginning of `text` that fits in `width` columns, and what is left.
fn split_start(text: &str, width: usize) -> (&str, &str) {
    if text.is_ascii() {
        return text.split_at_checked(width).unwrap_or((text, ""));
    }
    let mut used = 0;
    for (at, grapheme) in text.grapheme_indices(true) {
        used += grapheme_columns(grapheme);
        if used > width {
            return text.split_at(at);
        }
    }
    (text, "")
}

/// The longest end of `text` that fits in `width` columns.
fn end_of(text: &str, width: usize) -> &str {
    let mut used = 0;
    for (at, grapheme) in text.grapheme_indices(true).rev() {
        used += grapheme_columns(grapheme);
        if used > width {
            return text.get(at + grapheme.len()..).unwrap_or_default();
        }
    }
    text
}

/// The text in at most `width` columns, with `…` where its end was cut.
#[must_use]
pub fn cut_end(text: &Shown, width: usize) -> Shown {
    let (fits, rest) = split_start(text.as_str(), width);
    if rest.is_empty() {
        return text.clone();
    }
    if width == 0 {
        return Shown::default();
    }
    let (kept, _) = split_start(fits, width - 1);
    Shown::part(format!("{kept}{CUT}"))
}

/// A host in at most `width` columns, cut in the middle so that `registrable` (its right end) always shows in full; the
/// right end is never cut: where even that has no room, the left of it gives way. `host` may be written defanged.
#[must_use]
pub fn cut_host(host: &Shown, registrable: Option<&str>, width: usize) -> Shown {
    let text = host.as_str();
    let (fits, rest) = split_start(text, width);
    if rest.is_empty() {
        return host.clone();
    }
    if fits.is_empty() || width == 0 {
        return Shown::default();
    }
    let keep = registrable.and_then(|name| kept_end(text, name)).unwrap_or_default();
    let needed = columns_of(keep);
    if !keep.is_empty() && needed == width {
        return Shown::part(keep.to_owned());
    }
    if needed >= width {
        return Shown::part(format!("{CUT}{}", end_of(text, width - 1)));
    }
    // What the registrable domain and the mark leave is shared by the beginning and the labels before the domain.
    let free = width - 1 - needed;
    let (start, _) = split_start(text, free / 2);
    let end = end_of(text, width - 1 - columns_of(start));
    Shown::part(format!("{start}{CUT}{end}"))
}

/// The end of `host` that is the registrable domain, plain or defanged.
fn kept_end<'a>(host: &'a str, registrable: &str) -> Option<&'a str> {
    [registrable.to_owned(), registrable.replace('.', "[.]")].iter().find_map(|name| {
        let at = host.len().checked_sub(name.len())?;
        let end = host.get(at..)?;
        let before = host.get(..at)?;
        let whole_labels = before.is_empty() || before.ends_with(['.', ']', '@', '/']);
        (!name.is_empty() && whole_labels && end.eq_ignore_ascii_case(name)).then_some(end)
    })
}

/// The text cut or filled with blanks to exactly `width` columns.
#[must_use]
pub fn pad(text: &Shown, width: usize) -> Shown {
    let cut = cut_end(text, width);
    let missing = width.saturating_sub(columns(&cut));
    if missing == 0 { cut } else { Shown::part(format!("{cut}{:missing$}", "")) }
}

/// The text in lines of at most `width` columns, broken at blanks where there are some, between any two graphemes where
/// there are none (URLs, Japanese). The blanks at a break are left out. A grapheme that is wider than a whole line
/// becomes `…`; no line at all for a width of 0. An empty text is one empty line.
#[must_use]
pub fn wrap(text: &Shown, width: usize) -> Vec<Shown> {
    let text = text.as_str();
    if width == 0 {
        return Vec::new();
    }
    if text.len() <= width && text.is_ascii() {
        return vec![Shown::part(text.to_owned())];
    }
    let mut lines = Wrapped { width, ..Wrapped::default() };
    for grapheme in text.graphemes(true) {
        lines.push(grapheme);
    }
    lines.finish()
}

/// Where a line may end: how many bytes of it stay, where the next line begins, and the columns up to there.
#[derive(Clone, Copy)]
struct Break {
    end: usize,
    next: usize,
    columns: usize,
}

/// Lines in the making.
#[derive(Default)]
struct Wrapped {
    width: usize,
    done: Vec<Shown>,
    line: String,
    columns: usize,
    /// The last place where the line may end.
    last: Option<Break>,
    /// The last grapheme was a blank.
    blank: bool,
    /// The last grapheme was wide, and what it was.
    wide: bool,
    opens: bool,
    /// A line ended just now: blanks belong to the break.
    at_break: bool,
}

impl Wrapped {
    fn push(&mut self, grapheme: &str) {
        let mut grapheme = grapheme;
        let mut columns = grapheme_columns(grapheme);
        if columns > self.width {
            (grapheme, columns) = (CUT, 1);
        }
        let blank = grapheme == " " || grapheme == "\u{3000}";
        if blank && self.at_break {
            return;
        }
        let wide = columns == 2 && !blank;
        if !blank {
            if self.blank {
                // The blanks before stay out of both lines.
                let end = self.line.trim_end_matches([' ', '\u{3000}']).len();
                if end > 0 {
                    self.last = Some(Break { end, next: self.line.len(), columns: self.columns });
                }
            } else if (wide || self.wide) && !self.line.is_empty() && !self.opens && !closes(grapheme) {
                let end = self.line.len();
                self.last = Some(Break { end, next: end, columns: self.columns });
            }
        }
        if self.columns + columns > self.width {
            if blank {
                self.end_line(self.line.len());
                self.at_break = true;
                return;
            }
            while self.columns + columns > self.width && !self.line.is_empty() {
                self.break_line();
            }
        }
        self.line.push_str(grapheme);
        self.columns += columns;
        self.blank = blank;
        self.wide = wide;
        self.opens = matches!(grapheme, "「" | "『" | "（" | "【" | "〔" | "“" | "〈" | "《");
        self.at_break = false;
    }

    /// Ends the line at the last place that is good for it, or right here.
    fn break_line(&mut self) {
        let Some(place) = self.last else {
            self.end_line(self.line.len());
            return;
        };
        let rest = self.line.get(place.next..).unwrap_or_default().to_owned();
        let columns = self.columns - place.columns;
        self.end_line(place.end);
        self.line = rest;
        self.columns = columns;
    }

    fn end_line(&mut self, end: usize) {
        let line = self.line.get(..end).unwrap_or_default().trim_end_matches([' ', '\u{3000}']);
        // A line of blanks only is an indent that has no room.
        if !line.is_empty() {
            self.done.push(Shown::part(line.to_owned()));
        }
        self.line.clear();
        self.columns = 0;
        self.last = None;
        self.blank = false;
        self.wide = false;
        self.opens = false;
    }

    fn finish(mut self) -> Vec<Shown> {
        if !self.line.is_empty() || self.done.is_empty() {
            self.done.push(Shown::part(self.line));
        }
        self.done
    }
}

/// Characters that no Japanese line begins with.
fn closes(grapheme: &str) -> bool {
    matches!(
        grapheme,
        "、" | "。"
            | "，"
            | "．"
            | "」"
            | "』"
            | "）"
            | "】"
            | "〕"
            | "”"
            | "〉"
            | "》"
            | "！"
            | "？"
            | "："
            | "；"
            | "ー"
            | "々"
            | "ゃ"
            | "ゅ"
            | "ょ"
            | "っ"
            | "ャ"
            | "ュ"
            | "ョ"
            | "ッ"
            | "…"
            | ","
            | "."
            | ")"
            | "!"
            | "?"
            | ":"
            | ";"
    )
}

#[cfg(test)]
mod tests;

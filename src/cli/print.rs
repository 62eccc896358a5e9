//! Documents and JSON on their way to standard output. Whatever comes from strangers is defanged or printable ASCII there.

use std::fmt::Write as _;

use crate::text::{Shown, columns, defang, show, wrap};
use crate::tui::doc::lay;
use crate::view::{Block, Doc, Line};

/// Columns where the output is no terminal: a name that is broken in two cannot be copied.
const COLUMNS: u16 = 200;

/// A document as text: defanged, laid out for the terminal or for a file.
pub(super) fn text(doc: &Doc) -> String {
    let width = crate::tui::columns().unwrap_or(COLUMNS).max(40);
    let laid = lay(&harmless(doc), width, 0);
    let mut out = String::new();
    for row in &laid.rows {
        let mut line = " ".repeat(usize::from(row.indent));
        for (piece, _) in &row.pieces {
            line.push_str(piece.as_str());
        }
        // One empty line parts what is to be parted.
        if !line.trim().is_empty() || !(out.is_empty() || out.ends_with("\n\n")) {
            out.push_str(line.trim_end());
            out.push('\n');
        }
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

/// The document with every indicator in it defanged, and nothing to be cut.
fn harmless(doc: &Doc) -> Doc {
    let line = |line: &Line| {
        let mut line = line.clone();
        for piece in &mut line.pieces {
            piece.text = show(&defang(piece.text.as_str()));
            piece.keep = None;
        }
        line
    };
    let mut out = Doc::default();
    for block in &doc.blocks {
        out.push(match block {
            Block::Heading(text) => Block::Heading(line(text)),
            Block::Line(text) => Block::Line(line(text)),
            Block::Table(table) => {
                let mut table = table.clone();
                for cell in table.rows.iter_mut().flatten() {
                    *cell = line(cell);
                }
                Block::Table(table)
            }
            other => other.clone(),
        });
    }
    out
}

/// Text whose lines end where words do, for a terminal of so many columns. What stands in columns goes on below its column: a
/// line is broken behind its last run of blanks. A line with a word that has no room (a path, an address to be copied) is left
/// to the terminal.
pub(super) fn folded(text: &str, width: usize) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.lines() {
        let folded = if columns(&show(line)) > width { fold(line, width) } else { None };
        out.push_str(folded.as_deref().unwrap_or(line));
        out.push('\n');
    }
    out
}

fn fold(line: &str, width: usize) -> Option<String> {
    let own = line.len() - line.trim_start().len();
    // Behind the last gap that leaves a third of the width.
    let gap = line
        .match_indices("  ")
        .map(|(at, _)| at + line.get(at..).map_or(0, |rest| rest.len() - rest.trim_start_matches(' ').len()))
        .filter(|at| line.get(..*at).is_some_and(|head| columns(&show(head)) <= width * 2 / 3))
        .last();
    let (head, tail) = line.split_at_checked(gap.unwrap_or(own))?;
    let indent = columns(&show(head));
    let room = width.checked_sub(indent)?;
    if tail.split(|c: char| c == ' ' || !c.is_ascii()).any(|word| word.len() > room) {
        return None;
    }
    let lines = wrap(&show(tail), room);
    let begins = format!("\n{}", " ".repeat(indent));
    Some(head.to_owned() + &lines.iter().map(Shown::as_str).collect::<Vec<_>>().join(&begins))
}

/// A line of JSON in printable ASCII: whatever comes from strangers obeys nobody.
pub(super) fn ascii(json: &str) -> String {
    let mut out = String::with_capacity(json.len() + 1);
    for c in json.chars() {
        if matches!(c, ' '..='~') {
            out.push(c);
        } else {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                // Writing to a string cannot fail.
                let _ = write!(out, "\\u{unit:04x}");
            }
        }
    }
    out.push('\n');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_where_words_do_and_columns_stay_columns() {
        for (text, width, expected) in [
            ("short\n", 20, "short\n"),
            ("one two three four\n", 10, "one two\nthree four\n"),
            ("  one two three four\n", 10, "  one two\n  three\n  four\n"),
            ("rule  what it is about\nnext\n", 16, "rule  what it is\n      about\nnext\n"),
            ("a  b   日本語の長い説明\n", 17, "a  b   日本語の長\n       い説明\n"),
            // A gap too far right is none.
            ("a name of some length  and more\n", 16, "a name of some\nlength  and more\n"),
            // What has no room is copied whole.
            ("at  https://service.example/list.txt\n", 20, "at  https://service.example/list.txt\n"),
            ("\n\nx\n", 5, "\n\nx\n"),
        ] {
            assert_eq!(folded(text, width), expected);
        }
    }

    #[test]
    fn json_is_printable_ascii_and_the_same_for_a_reader() {
        let line = ascii(&serde_json::to_string("a\u{1b}銀\u{1f600}\u{202e}").unwrap());
        assert!(line.trim_end().bytes().all(|byte| (b' '..=b'~').contains(&byte)), "{line}");
        assert_eq!(serde_json::from_str::<String>(&line).unwrap(), "a\u{1b}銀\u{1f600}\u{202e}");
    }
}

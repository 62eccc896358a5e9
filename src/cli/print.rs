//! Documents and JSON on their way to standard output. Whatever comes from strangers is defanged or printable ASCII there.

use std::fmt::Write as _;

use crate::text::{defang, show};
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
    fn json_is_printable_ascii_and_the_same_for_a_reader() {
        let line = ascii(&serde_json::to_string("a\u{1b}銀\u{1f600}\u{202e}").unwrap());
        assert!(line.trim_end().bytes().all(|byte| (b' '..=b'~').contains(&byte)), "{line}");
        assert_eq!(serde_json::from_str::<String>(&line).unwrap(), "a\u{1b}銀\u{1f600}\u{202e}");
    }
}

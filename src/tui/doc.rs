//! A document laid out for a width: logical lines become screen rows, tables stand side by side where they fit and
//! become records of `title: value` where they do not. Cutting and wrapping happen here, drawing does not.

use crate::text::{Shown, columns, cut_end, cut_host, show, wrap};
use crate::view::{Block, Doc, Line, Piece, Pin, Table, Target, Tone};

/// One row of the screen.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Row {
    /// Columns from the left.
    pub indent: u16,
    /// What stands there.
    pub pieces: Vec<(Shown, Tone)>,
    /// The logical line it belongs to: an index into [`Laid::stops`].
    pub stop: Option<usize>,
    /// A row of the map: its index and the row inside it.
    pub map: Option<(usize, u16)>,
    /// A heading.
    pub heading: bool,
}

/// A logical line that the cursor can stand on.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Stop {
    /// Its first row.
    pub row: usize,
    /// How many rows it takes.
    pub rows: usize,
    /// What stands behind it.
    pub targets: Vec<Target>,
    /// Its text, for searching.
    pub text: String,
    /// The weightiest tone in it, for jumping between findings.
    pub tone: Tone,
}

/// A laid-out document.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Laid {
    /// Every row.
    pub rows: Vec<Row>,
    /// Every logical line.
    pub stops: Vec<Stop>,
    /// The maps.
    pub maps: Vec<Vec<Pin>>,
    /// Rows that a map takes.
    pub map_rows: u16,
    /// Columns that it was laid out for.
    pub width: u16,
}

/// Lays `doc` out for `width` columns; a map takes `map_rows` rows.
#[must_use]
pub fn lay(doc: &Doc, width: u16, map_rows: u16) -> Laid {
    let mut laid = Laid { map_rows, width, ..Laid::default() };
    for block in &doc.blocks {
        match block {
            Block::Gap => laid.rows.push(Row::default()),
            Block::Heading(line) => laid.line(line, width, true),
            Block::Line(line) => laid.line(line, width, false),
            Block::Table(table) => laid.table(table, width),
            Block::Map(pins) => laid.map(pins),
        }
    }
    laid
}

impl Laid {
    fn map(&mut self, pins: &[Pin]) {
        if self.map_rows == 0 {
            return;
        }
        let index = self.maps.len();
        self.maps.push(pins.to_vec());
        self.rows.extend((0..self.map_rows).map(|row| Row { map: Some((index, row)), ..Row::default() }));
    }

    fn stop(&mut self, targets: Vec<Target>, text: String, tone: Tone, rows: Vec<Row>) {
        let index = self.stops.len();
        self.stops.push(Stop { row: self.rows.len(), rows: rows.len(), targets, text, tone });
        self.rows.extend(rows.into_iter().map(|row| Row { stop: Some(index), ..row }));
    }

    fn line(&mut self, line: &Line, width: u16, heading: bool) {
        let indent = line.indent.min(width / 3);
        let hang = line.hang.min(width / 4);
        let room = width.saturating_sub(indent).max(1);
        let rows = flow(&line.pieces, room, room.saturating_sub(hang).max(1))
            .into_iter()
            .enumerate()
            .map(|(index, pieces)| {
                let indent = if index == 0 { indent } else { indent + hang };
                Row { indent, pieces, heading, ..Row::default() }
            })
            .collect();
        self.stop(line.targets.clone(), line.text(), weightiest(&line.pieces), rows);
    }

    fn table(&mut self, table: &Table, width: u16) {
        let widths = fit(table, width);
        let Some(widths) = widths else {
            self.records(table, width);
            return;
        };
        if table.columns.iter().any(|title| !title.as_str().is_empty()) {
            let cells: Vec<Vec<Vec<(Shown, Tone)>>> = table
                .columns
                .iter()
                .zip(&widths)
                .map(|(title, width)| vec![vec![(cut_end(title, usize::from(*width)), Tone::Dim)]])
                .collect();
            self.rows.extend(beside(&cells, &widths));
        }
        for cells in &table.rows {
            let laid: Vec<Vec<Vec<(Shown, Tone)>>> = cells
                .iter()
                .zip(&widths)
                .map(|(cell, width)| flow(&cell.pieces, (*width).max(1), (*width).max(1)))
                .collect();
            let rows = beside(&laid, &widths);
            let pieces: Vec<Piece> = cells.iter().flat_map(|cell| cell.pieces.iter().cloned()).collect();
            let text = cells.iter().map(Line::text).collect::<Vec<_>>().join("  ");
            self.stop(row_targets(cells), text, weightiest(&pieces), rows);
        }
    }

    fn records(&mut self, table: &Table, width: u16) {
        for (index, cells) in table.rows.iter().enumerate() {
            if index > 0 {
                self.rows.push(Row::default());
            }
            let mut rows = Vec::new();
            for (title, cell) in table.columns.iter().zip(cells) {
                if cell.text().trim().is_empty() {
                    continue;
                }
                let mut pieces = Vec::new();
                if !title.as_str().is_empty() {
                    pieces.push(Piece { text: show(&format!("{title}: ")), tone: Tone::Dim, keep: None });
                }
                pieces.extend(cell.pieces.iter().cloned());
                let indent = u16::from(!rows.is_empty()) * 2;
                let room = width.saturating_sub(indent).max(1);
                rows.extend(flow(&pieces, room, room).into_iter().map(|pieces| Row {
                    indent,
                    pieces,
                    ..Row::default()
                }));
            }
            let pieces: Vec<Piece> = cells.iter().flat_map(|cell| cell.pieces.iter().cloned()).collect();
            let text = cells.iter().map(Line::text).collect::<Vec<_>>().join("  ");
            self.stop(row_targets(cells), text, weightiest(&pieces), rows);
        }
    }

    /// The logical line that holds `offset` of the message, or the last one before it.
    #[must_use]
    pub fn stop_at_source(&self, offset: u32) -> Option<usize> {
        let mut best = None;
        for (index, stop) in self.stops.iter().enumerate() {
            for target in &stop.targets {
                if let Target::Source(span) = target
                    && span.start <= offset
                {
                    best = Some(index);
                    if offset < span.end {
                        return best;
                    }
                }
            }
        }
        best
    }
}

fn row_targets(cells: &[Line]) -> Vec<Target> {
    cells.iter().flat_map(|cell| cell.targets.iter().cloned()).collect()
}

/// The tone that a reader should notice first.
fn weightiest(pieces: &[Piece]) -> Tone {
    let rank = |tone: Tone| match tone {
        Tone::High | Tone::Error => 4,
        Tone::Medium => 3,
        Tone::Low => 2,
        Tone::Good => 1,
        _ => 0,
    };
    pieces.iter().map(|piece| piece.tone).max_by_key(|tone| rank(*tone)).unwrap_or_default()
}

/// Widths for the columns of a table, or `None` where it does not fit side by side.
fn fit(table: &Table, width: u16) -> Option<Vec<u16>> {
    const GAP: u16 = 2;
    const NARROWEST: u16 = 8;
    /// An IPv4 address.
    const WORD: u16 = 15;
    let count = table.columns.len();
    let natural: Vec<u16> = (0..count)
        .map(|column| {
            let cells = table.rows.iter().filter_map(|row| row.get(column));
            let widest = cells.map(|cell| cell.pieces.iter().map(|piece| columns(&piece.text)).sum::<usize>()).max();
            let title = table.columns.get(column).map_or(0, columns);
            widest.unwrap_or(0).max(title).min(400) as u16
        })
        .collect();
    let gaps = GAP * (count.saturating_sub(1)) as u16;
    let room = width.checked_sub(gaps)?;
    let mut widths = natural.clone();
    let total = |widths: &[u16]| widths.iter().map(|width| u32::from(*width)).sum::<u32>();
    // The widest column gives way until all fit; none gets so narrow that it would break an address.
    let floors: Vec<u16> = (0..count)
        .map(|column| {
            let cells = table.rows.iter().filter_map(|row| row.get(column));
            let pieces = cells.flat_map(|cell| &cell.pieces).filter(|piece| piece.keep.is_none());
            let words = pieces.flat_map(|piece| piece.text.as_str().split(' '));
            let longest = words.filter(|word| word.is_ascii()).map(str::len).max().unwrap_or(0);
            (longest.min(usize::from(WORD)) as u16).max(NARROWEST)
        })
        .collect();
    while total(&widths) > u32::from(room) {
        let shrinkable = widths.iter_mut().zip(&floors).filter(|(width, floor)| **width > **floor);
        let (widest, _) = shrinkable.max_by_key(|(width, _)| **width)?;
        *widest -= 1;
    }
    // A table whose text would stand in slivers reads better as records.
    let squeezed = widths.iter().zip(&natural).any(|(width, natural)| *width < 13 && *natural > width * 3);
    (!squeezed).then_some(widths)
}

/// Cells of several rows each, side by side.
fn beside(cells: &[Vec<Vec<(Shown, Tone)>>], widths: &[u16]) -> Vec<Row> {
    let height = cells.iter().map(Vec::len).max().unwrap_or(0).max(1);
    (0..height)
        .map(|index| {
            let mut pieces: Vec<(Shown, Tone)> = Vec::new();
            for (column, (cell, width)) in cells.iter().zip(widths).enumerate() {
                let mut used = 0;
                for (text, tone) in cell.get(index).into_iter().flatten() {
                    used += columns(text);
                    pieces.push((text.clone(), *tone));
                }
                if column + 1 < cells.len() {
                    let fill = usize::from(*width).saturating_sub(used) + 2;
                    pieces.push((show(&" ".repeat(fill)), Tone::Text));
                }
            }
            Row { pieces, ..Row::default() }
        })
        .collect()
}

/// Pieces in rows of at most `first` columns for the first row and `rest` for the others. A host that is longer than a
/// row is cut in its middle; other text wraps.
fn flow(pieces: &[Piece], first: u16, rest: u16) -> Vec<Vec<(Shown, Tone)>> {
    let (first, rest) = (usize::from(first), usize::from(rest));
    let mut rows: Vec<Vec<(Shown, Tone)>> = vec![Vec::new()];
    let mut used = 0;
    for piece in pieces {
        let width = if rows.len() == 1 { first } else { rest };
        let size = columns(&piece.text);
        if used + size <= width {
            used += size;
            push(&mut rows, piece.text.clone(), piece.tone);
            continue;
        }
        if let Some(keep) = &piece.keep {
            let width = if used > 0 { rest } else { width };
            if used > 0 {
                rows.push(Vec::new());
            }
            let cut = cut_host(&piece.text, Some(keep), width);
            used = columns(&cut);
            push(&mut rows, cut, piece.tone);
            continue;
        }
        // What is left of the row is filled first, where a word still fits there, or where no row would hold the word.
        let text = piece.text.as_str();
        let room = width.saturating_sub(used);
        let head_end = if used == 0 && first == rest { 0 } else { fitting(text, room, rest) };
        let (head, tail) = text.split_at_checked(head_end).unwrap_or(("", text));
        if !head.is_empty() {
            let head = show(head.trim_end());
            used += columns(&head);
            push(&mut rows, head, piece.tone);
        }
        let tail = if used == 0 { tail } else { tail.trim_start() };
        if tail.is_empty() {
            continue;
        }
        for (index, part) in wrap(&show(tail), rest.max(1)).into_iter().enumerate() {
            if index > 0 || used > 0 {
                rows.push(Vec::new());
                used = 0;
            }
            used += columns(&part);
            push(&mut rows, part, piece.tone);
        }
    }
    rows
}

fn push(rows: &mut [Vec<(Shown, Tone)>], text: Shown, tone: Tone) {
    if let Some(row) = rows.last_mut() {
        row.push((text, tone));
    }
}

/// Bytes of the longest run of whole words of `text` in `room` columns; of a first word that no row of `rest` columns
/// would hold, as much as fits.
fn fitting(text: &str, room: usize, rest: usize) -> usize {
    let mut used = 0;
    let mut end = 0;
    for word in text.split_inclusive(' ') {
        let size = columns(&show(word.trim_end()));
        if used + size > room {
            // Japanese has no blanks: its lines end between any two characters.
            let left = room.saturating_sub(used);
            if !word.is_ascii() && left >= 4 {
                return end + broken(word, left);
            }
            if end == 0 && size > rest && room >= 8 {
                return broken(word, room);
            }
            break;
        }
        used += columns(&show(word));
        end += word.len();
    }
    end
}

/// Bytes of the longest beginning of `word` in `room` columns, cut between graphemes.
fn broken(word: &str, room: usize) -> usize {
    // What may not begin a line takes the character before it along.
    const NOT_FIRST: &str = "、。，．・：；？！）」』】］｝〉》ーぁぃぅぇぉっゃゅょァィゥェォッャュョ";
    let mut used = 0;
    let (mut end, mut before) = (0, 0);
    for (at, grapheme) in unicode_segmentation::UnicodeSegmentation::grapheme_indices(word, true) {
        used += columns(&show(grapheme));
        if used > room {
            return if NOT_FIRST.contains(grapheme) { before } else { end };
        }
        before = end;
        end = at + grapheme.len();
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(laid: &Laid) -> Vec<String> {
        laid.rows
            .iter()
            .map(|row| {
                let text: String = row.pieces.iter().map(|(text, _)| text.as_str()).collect();
                format!("{}{}", " ".repeat(row.indent.into()), text).trim_end().to_owned()
            })
            .collect()
    }

    fn table() -> Doc {
        let mut doc = Doc::default();
        doc.push(Block::Table(Table {
            columns: vec![show("house"), show("domain"), show("author")],
            rows: vec![
                vec![
                    Line::new("Return-Path", Tone::Text),
                    Line::new("a.example", Tone::Link),
                    Line::new("anyone", Tone::Dim),
                ],
                vec![
                    Line::new("Received", Tone::Text),
                    Line::new("relay.example.net", Tone::Link).to(Target::Host("relay.example.net".into())),
                    Line::new("your own server", Tone::Good),
                ],
            ],
        }));
        doc
    }

    #[test]
    fn a_table_stands_side_by_side_where_it_fits() {
        assert_eq!(
            texts(&lay(&table(), 60, 0)),
            [
                "house        domain             author",
                "Return-Path  a.example          anyone",
                "Received     relay.example.net  your own server",
            ]
        );
    }

    #[test]
    fn a_table_becomes_records_where_it_does_not() {
        let laid = lay(&table(), 24, 0);
        assert_eq!(
            texts(&laid),
            [
                "house: Return-Path",
                "  domain: a.example",
                "  author: anyone",
                "",
                "house: Received",
                "  domain:",
                "  relay.example.net",
                "  author: your own",
                "  server",
            ]
        );
        assert_eq!(laid.stops.len(), 2);
        assert_eq!(laid.stops[1].targets, [Target::Host("relay.example.net".into())]);
    }

    #[test]
    fn pieces_flow_over_rows_and_none_is_wider_than_asked() {
        let mut doc = Doc::default();
        doc.line(
            Line::new("the sender says ", Tone::Text)
                .with("一番長い日本語の名前です", Tone::Accent)
                .with(" and more", Tone::Text),
        );
        for width in 8..60 {
            for row in &lay(&doc, width, 0).rows {
                let used: usize = row.pieces.iter().map(|(text, _)| columns(text)).sum();
                assert!(used + usize::from(row.indent) <= usize::from(width), "{width}: {row:?}");
            }
        }
    }

    #[test]
    fn a_hanging_line_keeps_its_head_free() {
        let mut doc = Doc::default();
        doc.line(Line::new("   12 | ", Tone::Dim).with("one two three four", Tone::Text).hang(8));
        doc.line(Line::new("   99 | ", Tone::Dim).with(&"x".repeat(30), Tone::Text).hang(8));
        let long = "x".repeat(24);
        assert_eq!(
            texts(&lay(&doc, 32, 0)),
            ["   12 | one two three four", &format!("   99 | {long}"), "        xxxxxx"]
        );
        assert_eq!(texts(&lay(&doc, 20, 0))[1], "     three four");
    }

    #[test]
    fn pieces_that_end_in_a_blank_do_not_run_over_the_edge() {
        let mut doc = Doc::default();
        doc.line(Line::new("12345", Tone::Text).with("abcde ", Tone::Text).with("vwxyz", Tone::Text));
        assert_eq!(texts(&lay(&doc, 10, 0)), ["12345abcde", "vwxyz"]);
    }

    #[test]
    fn japanese_goes_on_behind_a_name_and_no_row_begins_with_a_full_stop() {
        let mut doc = Doc::default();
        doc.line(Line::new("a.example", Tone::Link).with("は誰でも書けます。次の行", Tone::Text));
        let rows = texts(&lay(&doc, 25, 0));
        assert!(rows[0].starts_with("a.exampleは誰"), "{rows:?}");
        assert!(rows.iter().all(|row| !row.starts_with('。')), "{rows:?}");
    }

    #[test]
    fn the_source_of_an_offset_is_the_line_that_holds_it() {
        let mut doc = Doc::default();
        for start in [0, 10, 20] {
            doc.line(Line::new("x", Tone::Text).to(Target::Source(crate::message::Span { start, end: start + 10 })));
        }
        let laid = lay(&doc, 20, 0);
        assert_eq!(laid.stop_at_source(15), Some(1));
        assert_eq!(laid.stop_at_source(99), Some(2));
        assert_eq!(Laid::default().stop_at_source(0), None);
    }

    #[test]
    fn a_map_takes_its_rows_and_a_pane_without_room_none() {
        let mut doc = Doc::default();
        doc.push(Block::Map(Vec::new()));
        assert_eq!(lay(&doc, 40, 9).rows.len(), 9);
        assert_eq!(lay(&doc, 40, 0).rows.len(), 0);
    }
}

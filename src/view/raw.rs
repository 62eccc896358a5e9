//! The bytes as they are, line by line with their offsets. Never decodes, never defangs. Every row stands for a known
//! range of bytes, so that any other pane can lead here.

use std::ops::Range;

use super::{Doc, Line, Pane, Subject, Target, Tone};
use crate::message::Span;
use crate::text::{Words, show_bytes};

/// This pane.
pub const PANE: Pane = Pane { id: "raw", title: Words::new("Raw", "生データ"), doc };

/// Rows of the document. Of a message with more it shows a stretch, and leads to those before and behind it.
pub const LIMIT: usize = 100_000;

/// Bytes of the document; with rows of base64 the first limit comes first.
const BYTES: u32 = 8 * 1024 * 1024;

/// Rows of the stretch that stand before the place which is looked at; of its bytes a quarter at most.
const BEFORE: usize = LIMIT / 4;

/// Bytes of a row: longer lines of the message are several rows, so that no line is too long to draw.
const ROW: usize = 1_000;

/// Where every row of a message begins.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rows {
    starts: Vec<u32>,
}

impl Rows {
    /// Finds the rows; one walk over the bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        let mut starts = Vec::new();
        let mut at = 0;
        for end in memchr::memchr_iter(b'\n', bytes).map(|end| end + 1).chain(std::iter::once(bytes.len())) {
            while at < end {
                starts.push(at as u32);
                // A line end alone is no row of its own.
                at = if end - at <= ROW + 2 { end } else { at + ROW };
            }
        }
        Self { starts }
    }

    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.starts.len()
    }

    /// True for a message without a byte.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.starts.is_empty()
    }

    /// The row that holds a byte; the last one for a byte behind the end.
    #[must_use]
    pub fn of_offset(&self, offset: u32) -> usize {
        self.starts.partition_point(|start| *start <= offset).saturating_sub(1)
    }

    /// The rows that a document shows at once, so that the byte `at` is among them.
    #[must_use]
    pub fn stretch(&self, at: u32) -> Range<usize> {
        let start_of = |row: usize| self.starts.get(row).copied().unwrap_or_default();
        let row = self.of_offset(at);
        let first = row.saturating_sub(BEFORE).max(self.of_offset(start_of(row).saturating_sub(BYTES / 4)));
        let start = start_of(first);
        let end = (first + LIMIT).min(self.of_offset(start.saturating_add(BYTES)) + 1).min(self.len());
        first..end
    }

    /// The bytes of [`Rows::stretch`]; `None` stands for the end of the message.
    #[must_use]
    pub fn shown(&self, at: u32) -> (u32, Option<u32>) {
        let stretch = self.stretch(at);
        (self.start(stretch.start).unwrap_or_default(), self.start(stretch.end))
    }

    /// Where a row begins.
    #[must_use]
    pub fn start(&self, row: usize) -> Option<u32> {
        self.starts.get(row).copied()
    }

    /// `count` rows from row `from` on; fewer at the end.
    #[must_use]
    pub fn lines(&self, bytes: &[u8], from: usize, count: usize) -> Vec<Line> {
        let end = from.saturating_add(count).min(self.starts.len());
        (from..end).filter_map(|row| self.line(bytes, row)).collect()
    }

    fn line(&self, bytes: &[u8], row: usize) -> Option<Line> {
        let start = *self.starts.get(row)?;
        let end = self.starts.get(row + 1).map_or(bytes.len(), |next| *next as usize);
        let text = bytes.get(start as usize..end)?;
        let text = text.strip_suffix(b"\n").unwrap_or(text);
        let text = text.strip_suffix(b"\r").unwrap_or(text);
        let before = (start as usize).checked_sub(1).and_then(|before| bytes.get(before));
        // A row that continues a long line is marked, since no line end stands before it.
        let bar = if start == 0 || before == Some(&b'\n') { " │ " } else { " ┆ " };
        Some(
            Line::new(&format!("{start:>8}{bar}"), Tone::Dim)
                .with(show_bytes(text).as_str(), Tone::Text)
                .hang(11)
                .to(Target::Source(Span { start, end: end as u32 })),
        )
    }
}

/// The row of the document that holds a byte: `doc.blocks[line_of_offset(..)]`, as far as the document reaches.
#[must_use]
pub fn line_of_offset(bytes: &[u8], offset: u32) -> usize {
    Rows::of(bytes).of_offset(offset)
}

/// `count` rows of the bytes from row `from_line` on. For more than one window keep a [`Rows`].
#[must_use]
pub fn raw_lines(bytes: &[u8], from_line: usize, count: usize) -> Vec<Line> {
    Rows::of(bytes).lines(bytes, from_line, count)
}

/// The bytes, one block a row, from the first on.
#[must_use]
pub fn doc(subject: &Subject<'_>) -> Doc {
    doc_at(subject, &Rows::of(subject.bytes), 0)
}

/// The bytes, one block a row of `rows`, the one with the byte `at` among them. Where there are more, a line in front and one at
/// the end say how many, and lead there.
#[must_use]
pub fn doc_at(subject: &Subject<'_>, rows: &Rows, at: u32) -> Doc {
    let mut doc = Doc::default();
    let stretch = rows.stretch(at);
    let leads = |words: Words, count: usize, to: u32| {
        Line::new(&subject.fill(words, &[&count.to_string()]), Tone::Info)
            .to(Target::Source(Span { start: to, end: to.saturating_add(1) }))
    };
    if let Some(first) = rows.starts.get(stretch.start).filter(|first| **first > 0) {
        let words = Words::new(
            "… {0 more row stands|more rows stand} before these; Enter shows them.",
            "…この前に {0} 行あります。Enter で表示します。",
        );
        doc.line(leads(words, stretch.start, first - 1));
    }
    for line in rows.lines(subject.bytes, stretch.start, stretch.len()) {
        doc.line(line);
    }
    if let Some(next) = rows.starts.get(stretch.end) {
        let words = Words::new(
            "… {0 more row follows|more rows follow}; Enter shows them.",
            "…この後に {0} 行あります。Enter で表示します。",
        );
        doc.line(leads(words, rows.len() - stretch.end, *next));
    }
    if rows.is_empty() {
        doc.line(subject.line(Words::new("∅ No byte to show.", "∅ 表示するバイトがありません。"), Tone::Dim));
    }
    doc
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_belongs_to_one_row() {
        let long = vec![b'x'; 3 * ROW + 7];
        for bytes in [&b""[..], b"a", b"a\n", b"a\r\n\r\nb", b"\n\n\n", &long] {
            let rows = Rows::of(bytes);
            let lines = rows.lines(bytes, 0, usize::MAX);
            let mut at = 0;
            for line in &lines {
                let Some(Target::Source(span)) = line.targets.first() else { panic!("no span") };
                assert_eq!(span.start, at);
                assert!(span.end > span.start);
                at = span.end;
            }
            assert_eq!(at as usize, bytes.len());
            assert_eq!(lines.len(), rows.len());
        }
    }

    #[test]
    fn an_offset_is_found_on_its_row() {
        let bytes = b"From: a\r\nTo: b\r\n\r\nbody";
        let rows = Rows::of(bytes);
        assert_eq!([0, 8, 9, 16, 18, 21, 999].map(|at| rows.of_offset(at)), [0, 0, 1, 2, 3, 3, 3]);
        let lines = raw_lines(bytes, 1, 1);
        assert_eq!(lines[0].text(), "       9 │ To: b");
        assert_eq!(line_of_offset(bytes, 12), 1);
    }

    #[test]
    fn a_long_line_is_several_rows_and_says_so() {
        let bytes = vec![b'x'; 2 * ROW + 500];
        let lines = raw_lines(&bytes, 0, 10);
        assert_eq!(lines.len(), 3);
        assert!(lines[0].text().contains('│') && lines[1].text().contains('┆'));
    }

    #[test]
    fn a_window_behind_the_end_is_empty() {
        assert!(raw_lines(b"a\n", 7, usize::MAX).is_empty());
    }

    #[test]
    fn every_byte_of_a_large_mail_is_in_some_stretch_and_leads_to_the_next() {
        for row in ["x\n".to_owned(), format!("{}\n", "x".repeat(76)), format!("{}\n", "x".repeat(999))] {
            let rows = Rows::of(&row.repeat(250_000).into_bytes());
            let mut at = 0;
            loop {
                let (start, end) = rows.shown(at);
                assert!(start <= at && end.is_none_or(|end| at < end), "{at}: {start} {end:?}");
                let Some(end) = end else { break };
                at = end;
            }
            assert_eq!(rows.shown(u32::MAX).1, None);
        }
        assert_eq!(Rows::of(b"a\nb").shown(3), (0, None));
        assert_eq!(Rows::of(b"").shown(0), (0, None));
    }
}

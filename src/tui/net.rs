//! The second net under the screen. Text becomes cells through [`crate::text::show`] alone; should a defect ever let
//! anything else into a cell, it ends here: what a terminal would obey, or a reader would not see, is not sent.
//!
//! Nothing here may draw, and nothing here may let a cell pass because of where it comes from.

use std::io;

use ratatui::backend::{Backend, ClearType, WindowSize};
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Size};

use crate::text::is_fit_for_cell;

/// What stands where a cell was refused.
const REFUSED: &str = "\u{fffd}";

/// A backend whose cells are looked at once more.
#[derive(Debug)]
pub(super) struct Net<B> {
    inner: B,
    refused: u64,
}

impl<B> Net<B> {
    pub(super) fn new(inner: B) -> Self {
        Self { inner, refused: 0 }
    }

    /// How many cells were refused since this was last asked: each of them is a defect of the program.
    pub(super) fn take_refused(&mut self) -> u64 {
        std::mem::take(&mut self.refused)
    }
}

impl<B: io::Write> io::Write for Net<B> {
    /// For the sequences that frame a picture; no text goes this way.
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.inner.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

impl<B: Backend> Backend for Net<B> {
    type Error = B::Error;

    fn draw<'a, I>(&mut self, content: I) -> Result<(), Self::Error>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        // A cell is borrowed for as long as the picture, so those that stand in for others have to be there before.
        let cells: Vec<(u16, u16, &Cell)> = content.collect();
        let stand_ins: Vec<Cell> = cells
            .iter()
            .filter(|(.., cell)| !is_fit_for_cell(cell.symbol()))
            .map(|(.., cell)| {
                let mut instead = Cell::new(REFUSED);
                instead.set_style(cell.style());
                instead
            })
            .collect();
        if stand_ins.is_empty() {
            return self.inner.draw(cells.into_iter());
        }
        self.refused = self.refused.saturating_add(stand_ins.len() as u64);
        let mut instead = stand_ins.iter();
        let passed = cells.into_iter().map(|(x, y, cell)| {
            let cell = if is_fit_for_cell(cell.symbol()) { cell } else { instead.next().unwrap_or(&Cell::EMPTY) };
            (x, y, cell)
        });
        self.inner.draw(passed)
    }

    fn append_lines(&mut self, count: u16) -> Result<(), Self::Error> {
        self.inner.append_lines(count)
    }

    fn hide_cursor(&mut self) -> Result<(), Self::Error> {
        self.inner.hide_cursor()
    }

    fn show_cursor(&mut self) -> Result<(), Self::Error> {
        self.inner.show_cursor()
    }

    fn get_cursor_position(&mut self) -> Result<Position, Self::Error> {
        self.inner.get_cursor_position()
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> Result<(), Self::Error> {
        self.inner.set_cursor_position(position)
    }

    fn clear(&mut self) -> Result<(), Self::Error> {
        self.inner.clear()
    }

    fn clear_region(&mut self, clear_type: ClearType) -> Result<(), Self::Error> {
        self.inner.clear_region(clear_type)
    }

    fn size(&self) -> Result<Size, Self::Error> {
        self.inner.size()
    }

    fn window_size(&mut self) -> Result<WindowSize, Self::Error> {
        self.inner.window_size()
    }

    fn flush(&mut self) -> Result<(), Self::Error> {
        self.inner.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::backend::{CrosstermBackend, TestBackend};
    use ratatui::style::{Color, Style};

    /// What a defect could put into a cell; the widgets themselves would not.
    const BAD: [&str; 12] = [
        "\u{1b}[2J",
        "\u{7}",
        "\n",
        "\u{9b}31m",
        "a\u{202e}b",
        "\u{200b}",
        "x\u{200d}y",
        "\u{e0041}",
        "\u{2028}",
        "\u{f8ff}",
        "a\u{300}\u{301}\u{302}\u{303}\u{304}",
        "\u{1f468}\u{1f468}\u{1f468}\u{1f468}\u{1f468}\u{1f468}\u{1f468}\u{1f468}\u{1f468}",
    ];

    #[test]
    fn what_a_terminal_would_obey_is_not_sent_and_is_counted() {
        for bad in BAD {
            let mut net = Net::new(TestBackend::new(4, 1));
            let mut cell = Cell::new(bad);
            cell.set_style(Style::new().fg(Color::Red));
            let good = Cell::new("a");
            net.draw([(0, 0, &good), (1, 0, &cell), (2, 0, &good)].into_iter()).unwrap();
            let symbols: Vec<&str> = net.inner.buffer().content.iter().map(Cell::symbol).collect();
            assert_eq!(symbols, ["a", "\u{fffd}", "a", " "], "{bad:?}");
            assert_eq!(net.inner.buffer()[(1, 0)].fg, Color::Red);
            assert_eq!((net.take_refused(), net.take_refused()), (1, 0));
        }
    }

    #[test]
    fn no_byte_of_a_bad_cell_reaches_the_terminal() {
        for bad in BAD {
            let mut sent = Vec::new();
            let mut net = Net::new(CrosstermBackend::new(&mut sent));
            let cell = Cell::new(bad);
            net.draw([(0, 0, &cell)].into_iter()).unwrap();
            let sent = String::from_utf8(sent).unwrap();
            assert!(sent.contains('\u{fffd}') && !sent.contains(bad), "{bad:?} {sent:?}");
        }
    }

    #[test]
    fn ordinary_cells_pass_as_they_are() {
        for good in ["a", " ", "é", "あ", "─", "█", "e\u{301}", "◌\u{300}\u{301}\u{302}\u{303}", "␛", "\u{fffd}", "क्ष"]
        {
            let mut net = Net::new(TestBackend::new(3, 1));
            let cell = Cell::new(good);
            net.draw([(0, 0, &cell)].into_iter()).unwrap();
            assert_eq!(net.inner.buffer()[(0, 0)].symbol(), good);
            assert_eq!(net.take_refused(), 0);
        }
    }
}

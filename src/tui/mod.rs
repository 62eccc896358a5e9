//! The only place with a terminal: guard, input, update, keymap, theme, layout, panes and layers.
//!
//! Elm-style: [`app::App::update`] takes a message and gives wishes, without I/O; the loop here carries them out. One
//! `select!` stands over signals, input, results of threads and timers. A frame is drawn when something changed, at
//! most every 16 ms, after the queue was drained; an idle program does nothing.

pub mod action;
pub mod app;
mod begun;
mod clipboard;
pub mod doc;
pub mod filter;
pub mod inspect;
pub mod keymap;
pub mod layer;
pub mod layout;
pub mod list;
pub mod marks;
pub mod msg;
mod net;
mod pane;
pub mod reading;
mod recall;
pub mod row;
pub mod rows;
mod run;
mod terminal;
pub mod theme;
#[cfg(feature = "fuzzing")]
pub(crate) mod trip;
mod watch;
pub mod worker;

pub use begun::Begun;
pub use recall::Recall;
pub use run::{Launch, run};
pub use terminal::columns;

/// Draws the state of the program; for the loop and for tests that compare screens.
pub fn draw(app: &mut app::App, frame: &mut ratatui::Frame) {
    pane::draw(app, frame);
}

/// The forms of the cache of rows, for [`crate::fuzzing`].
#[cfg(feature = "fuzzing")]
pub(crate) mod doors {
    use super::rows::encode::{Sealed, found, heads, read_found, read_heads, read_names};

    /// Reads a piece with its right name and checksum around `body`. `Some` where it is one: whether writing it again
    /// gives the same bytes.
    pub(crate) fn piece(kind: [u8; 4], body: &[u8]) -> Option<bool> {
        let mut sealed = Sealed::new(kind, body.len());
        sealed.put(body);
        let bytes = sealed.done();
        let sum = body.first_chunk::<8>().map_or(0, |sum| u64::from_le_bytes(*sum));
        if let Some((rows, keys)) = read_heads(&bytes, 0) {
            for at in 0..rows.len() {
                let _ = rows.row(at);
            }
            let mut findings = super::rows::Findings::default();
            let _ = read_names(&bytes, sum, &rows, &mut findings);
            return Some(
                read_heads(&heads(&rows, &keys), 0)
                    .is_some_and(|(again, same)| again.len() == rows.len() && same == keys),
            );
        }
        let rows =
            body.get(8..12).and_then(|count| count.first_chunk::<4>()).map_or(0, |count| u32::from_le_bytes(*count));
        let findings = read_found(&bytes, sum, (rows as usize).min(super::rows::MOST))?;
        Some(found(&findings, sum) == bytes)
    }
}

//! The only place with a terminal: guard, input, update, keymap, theme, layout, panes and layers.
//!
//! Elm-style: [`app::App::update`] takes a message and gives wishes, without I/O; the loop here carries them out. One
//! `select!` stands over signals, input, results of threads and timers. A frame is drawn when something changed, at
//! most every 16 ms, after the queue was drained; an idle program does nothing.

pub mod action;
pub mod app;
mod clipboard;
pub mod doc;
pub mod filter;
pub mod inspect;
pub mod keymap;
pub mod layer;
pub mod layout;
pub mod list;
pub mod msg;
mod pane;
pub mod reading;
mod recall;
pub mod row;
pub mod rows;
mod run;
mod terminal;
pub mod theme;
mod watch;
pub mod worker;

pub use recall::Recall;
pub use run::{Launch, run};
pub use terminal::columns;

/// Draws the state of the program; for the loop and for tests that compare screens.
pub fn draw(app: &mut app::App, frame: &mut ratatui::Frame) {
    pane::draw(app, frame);
}

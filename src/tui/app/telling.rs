//! What the reader is told beside panes and list: the toast of a moment, and the jobs layer that keeps it. It never asks
//! for anything, and a warning is never only a toast.

use super::super::action::Action;
use super::super::msg::Cmd;
use super::{App, Job, Toast, Told};
use crate::text::Words;

/// Milliseconds that a toast stays.
pub(super) const TOAST: u64 = 5_000;
/// Lines that the jobs layer keeps.
const JOBS: usize = 500;

impl App {
    /// Writes a line into the jobs layer.
    pub fn log(&mut self, text: String, failed: bool) {
        if self.jobs.len() >= JOBS {
            self.jobs.pop_front();
        }
        self.jobs.push_back(Job { at: self.now, text, failed });
    }

    pub(super) fn toast(&mut self, text: String, failed: bool) {
        self.log(text.clone(), failed);
        let of = if failed { Told::Failed } else { Told::Done };
        self.toast = Some(Toast { text, of, until: self.clock + TOAST });
    }

    /// A key was pressed: what was told before it speaks of something else. What went wrong stays its time, and so does what
    /// may lie below a layer.
    pub(super) fn told_enough(&mut self) {
        if self.layers.is_empty() {
            self.toast.take_if(|toast| toast.of != Told::Failed);
        }
    }

    /// Tells what is so, where nothing was done.
    pub(super) fn tell(&mut self, words: Words, values: &[&str]) -> Vec<Cmd> {
        let text = words.fill(self.lang, values);
        self.log(text.clone(), false);
        self.toast = Some(Toast { text, of: Told::Note, until: self.clock + TOAST });
        Vec::new()
    }

    /// Writes warnings into the jobs layer, and says that they are there.
    pub fn warn(&mut self, warnings: Vec<String>) {
        let some = !warnings.is_empty();
        // Until somebody has read them, they are one list.
        self.warned += warnings.len();
        for warning in warnings {
            self.log(warning, true);
        }
        if some {
            let count = self.warned.to_string();
            let jobs = self.keymap.label(Action::Jobs);
            let words = Words::new("warnings: {0}; {1} shows them", "警告 {0} 件: {1} で表示");
            let text = words.fill(self.lang, &[&count, &jobs]);
            self.toast = Some(Toast { text, of: Told::Failed, until: self.clock + TOAST });
        }
    }

    pub(super) fn fail(&mut self, why: &str) {
        self.toast(why.to_owned(), true);
    }
}

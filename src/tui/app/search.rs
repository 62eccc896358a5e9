//! Looking inside mails in the background: when a search begins, goes on and ends. It follows from the filter: what is typed
//! is looked for once typing pauses, another query ends the one before, rows that come late are searched when they are
//! there.

use crate::search::Found;
use crate::text::{Words, grouped};
use crate::tui::msg::Cmd;

use super::App;

/// Milliseconds without another key before a search begins.
const PAUSE: u64 = 200;

/// The search of the list that is shown.
#[derive(Debug, Default)]
pub struct Search {
    /// Number of the latest search; what belongs to another one is dropped.
    number: u64,
    /// What it is for: the run and the filter as typed.
    about: Option<(u64, String)>,
    /// When it begins, by the clock.
    due: Option<u64>,
    /// Rows that no answer came for yet.
    left: usize,
    /// The reader ended it.
    stopped: bool,
    unread: usize,
    cut: usize,
}

impl Search {
    /// Whether mails are being searched.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.left > 0
    }

    /// Whether the reader ended it before its end.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.stopped
    }
}

impl App {
    /// Brings the search to what the filter asks for.
    pub(super) fn follow_search(&mut self) -> Vec<Cmd> {
        if self.list.query().is_none() {
            let was = self.search.left > 0;
            if self.search.about.is_some() {
                self.search = Search { number: self.search.number, ..Search::default() };
            }
            return was.then_some(Cmd::EndSearch).into_iter().collect();
        }
        let mut commands = Vec::new();
        let (done, wanted) = self.list.searched();
        let same = self
            .search
            .about
            .as_ref()
            .is_some_and(|(generation, text)| *generation == self.generation && *text == self.list.filter_text);
        if !same {
            if self.search.left > 0 {
                commands.push(Cmd::EndSearch);
            }
            let about = Some((self.generation, self.list.filter_text.clone()));
            self.search = Search { number: self.search.number, about, ..Search::default() };
        }
        let idle = self.search.left == 0 && self.search.due.is_none() && !self.search.stopped;
        if idle && done < wanted {
            self.search.due = Some(self.clock + PAUSE);
            commands.push(Cmd::Wake(PAUSE));
        }
        commands
    }

    /// Begins the search that is due.
    pub(super) fn begin_search(&mut self) -> Option<Cmd> {
        self.search.due.filter(|due| *due <= self.clock)?;
        self.search.due = None;
        let query = self.list.query()?.clone();
        let rows = self.list.to_search();
        if rows.is_empty() {
            return None;
        }
        self.search.number += 1;
        self.search.left = rows.len();
        Some(Cmd::Search { search: self.search.number, query, rows })
    }

    /// Takes in what was found in some mails.
    pub(super) fn searched(&mut self, search: u64, found: Vec<(u32, Option<Found>)>) -> Vec<Cmd> {
        if search != self.search.number || self.search.left == 0 {
            return self.unchanged();
        }
        self.search.left = self.search.left.saturating_sub(found.len());
        self.search.unread += found.iter().filter(|(_, found)| found.is_none()).count();
        self.search.cut += found.iter().filter(|(_, found)| found.is_some_and(|found| found.cut)).count();
        self.list.found_inside(found.into_iter().map(|(index, found)| (index, found.unwrap_or_default())));
        if self.search.left == 0 {
            self.search_ended();
        }
        Vec::new()
    }

    fn search_ended(&mut self) {
        let (done, _) = self.list.searched();
        let words = Words::new("searched {0 mail|mails}: {1 match|matches}", "{0} 通を検索: {1} 通が一致");
        let mut text = words.fill(self.lang, &[&grouped(done as u64), &grouped(self.list.order.len() as u64)]);
        let (unread, cut) = (self.search.unread, self.search.cut);
        if unread > 0 {
            let words = Words::new("; {0} could not be searched", "、検索できなかったメール {0} 通");
            text.push_str(&words.fill(self.lang, &[&grouped(unread as u64)]));
        }
        if cut > 0 {
            let words = Words::new("; of {0} only a part", "、一部のみ検索したメール {0} 通");
            text.push_str(&words.fill(self.lang, &[&grouped(cut as u64)]));
        }
        // What could not be searched may be what is looked for.
        if unread + cut > 0 {
            self.toast(text, true);
        } else {
            self.log(text, false);
        }
    }

    /// Ends the search, and keeps what it found; `None` where none runs.
    pub(super) fn stop_search(&mut self) -> Option<Vec<Cmd>> {
        if self.search.left == 0 && self.search.due.is_none() {
            return None;
        }
        self.search.left = 0;
        self.search.due = None;
        self.search.stopped = true;
        let (done, wanted) = self.list.searched();
        let words = Words::new("search ended at {0} of {1 mail|mails}", "検索を中止しました（{1} 通中 {0} 通まで）");
        let mut commands = self.tell(words, &[&grouped(done as u64), &grouped(wanted as u64)]);
        commands.push(Cmd::EndSearch);
        Some(commands)
    }
}

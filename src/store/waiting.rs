//! Changes that the disk does not take now: it is full, it cannot be written, another program holds the database. They wait
//! here in their order, are told, and are tried again; none is dropped before the program ends, and then that is told too.
//!
//! Where there is no database to write at all, marks live in memory; each change is done there and waits as well, and all
//! of them go to the database once it can be opened.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::time::Duration;

use super::error::sqlite;
use super::keeper::{Change, Event};
use super::open::{Trouble, trouble};
use super::{Error, Store};
use crate::text::{Sentence, Words};

/// How long until what waits is tried again.
pub(super) const RETRY: Duration = Duration::from_secs(if cfg!(test) { 1 } else { 5 });
/// The most changes that wait; what comes behind them is refused.
const MOST: usize = 10_000;
/// Why what changes in memory waits.
const NOWHERE: Words = Words::new("there is no database that can be written", "書き込めるデータベースがありません");
/// Told where the file of the database is another one than it was.
const ELSEWHERE: Words = Words::new(
    "another database of marks was put in the place of the one that was open; its marks are shown now",
    "開いていた印のデータベースが別のものに置き換えられたため、新しいほうの印を表示します",
);

/// Told where there is no file of that name any more.
const GONE: Words = Words::new(
    "the database of marks was taken away while it was open; its marks are written into a new one",
    "開いていた印のデータベースがなくなったため、印を新しいデータベースへ書き込みました",
);

/// A store, and what is still to be written to it.
pub(super) struct Desk {
    store: Store,
    folder: Option<PathBuf>,
    waiting: VecDeque<Change>,
    why: Sentence,
}

/// Where the open database stands now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Where it stood.
    Same,
    /// It was somewhere else; the one that stands there is open now.
    Other,
    /// It is gone, and none can be made.
    Nowhere,
}

impl Desk {
    pub(super) fn new(store: Store, folder: Option<PathBuf>) -> Self {
        // Without the database, what keeps it from being one was told when it was opened.
        Self { store, folder, waiting: VecDeque::new(), why: NOWHERE.into() }
    }

    pub(super) fn store(&mut self) -> &mut Store {
        &mut self.store
    }

    pub(super) fn is_waiting(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// Facts were written beside, or were not: as long as somebody holds the database, nothing else waits for it in vain.
    pub(super) fn put(&self, done: bool) {
        self.store.be_patient(done && !self.is_waiting());
    }

    /// There ought to be a database, and there is none.
    fn is_makeshift(&self) -> bool {
        self.store.in_memory && self.folder.is_some()
    }

    /// Does a change, or lets it wait.
    pub(super) fn take(&mut self, change: Change, report: &mut impl FnMut(Event)) {
        if self.waiting.len() >= MOST {
            let error = Error::Waiting(MOST, self.why.clone());
            report(Event::Failed { token: change.token(), error });
            return;
        }
        match (self.follow(report), &change) {
            (Place::Same, _) | (Place::Other, Change::Mark { .. } | Change::Note { .. }) => {}
            // The last step there may be another program's; what is to be taken back is in the database that is gone.
            (Place::Other, Change::Undo { token }) => {
                report(Event::Undone { token: *token, undone: None });
                return;
            }
            (Place::Nowhere, _) => {
                self.waiting.push_back(change);
                self.told(report);
                return;
            }
        }
        if self.is_makeshift() {
            let done = change.apply(&mut self.store);
            // What changed nothing here must change nothing there. And what is taken back here was done here, last of all
            // that waits: it is not written at all. There, the last step may be another program's.
            let waits = match &done {
                Event::Saved { changed, .. } => !changed.is_empty(),
                Event::Undone { undone: Some(_), .. } => {
                    self.waiting.pop_back();
                    false
                }
                _ => false,
            };
            let news = waits || matches!(done, Event::Undone { undone: Some(_), .. });
            report(done);
            if waits {
                self.waiting.push_back(change);
            }
            if news {
                self.told(report);
            }
            return;
        }
        if self.waiting.is_empty() {
            match change.attempt(&mut self.store) {
                Ok(done) => report(done),
                Err(why) => {
                    self.why = why;
                    self.waiting.push_back(change);
                    // One wait is enough; then the next try comes, and others are not kept waiting.
                    self.store.be_patient(false);
                    self.told(report);
                }
            }
            return;
        }
        // Behind those that wait: changes are done in their order.
        self.waiting.push_back(change);
        if !self.write(report) {
            self.told(report);
        }
    }

    /// Goes over to the database that stands under the name now, where that is another one. Where none does, the marks of the
    /// one that is gone are written anew.
    fn follow(&mut self, report: &mut impl FnMut(Event)) -> Place {
        let Some(folder) = self.folder.as_ref().filter(|folder| !self.store.is_in_place(folder)) else {
            return Place::Same;
        };
        let gone = (!Store::is_there(folder)).then(|| self.store.readable());
        let opened = Store::open(folder).ok().filter(|opened| gone.is_none() || !opened.store.in_memory);
        let Some(mut opened) = opened else {
            // The old one still has its marks, and is kept for them until there is a place for a new one.
            self.why = NOWHERE.into();
            return Place::Nowhere;
        };
        report(Event::Warned(if gone.is_some() { GONE } else { ELSEWHERE }.into()));
        for warning in opened.warnings {
            report(Event::Warned(warning));
        }
        if let Some(Err(error)) = gone.map(|marks| opened.store.carry(&marks)) {
            report(Event::Warned(error.sentence()));
        }
        let marks = opened.store.marks();
        self.store = opened.store;
        if let Ok(marks) = marks {
            report(Event::Reload(marks));
        }
        Place::Other
    }

    /// Tries what waits once more.
    pub(super) fn again(&mut self, report: &mut impl FnMut(Event)) {
        if self.follow(report) == Place::Nowhere {
            return;
        }
        let before = self.waiting.len();
        if !self.write(report) && self.waiting.len() != before {
            self.told(report);
        }
    }

    /// The last try.
    pub(super) fn end(&mut self, report: &mut impl FnMut(Event)) {
        let is_nowhere = self.is_waiting() && self.follow(report) == Place::Nowhere;
        self.store.be_patient(true);
        if self.is_waiting() && (is_nowhere || !self.write(report)) {
            report(Event::Lost { count: self.waiting.len(), why: self.why.clone() });
        }
    }

    fn told(&self, report: &mut impl FnMut(Event)) {
        report(Event::Waiting { count: self.waiting.len(), why: self.why.clone() });
    }

    /// Writes what waits as far as the disk takes it; true where nothing waits any more.
    fn write(&mut self, report: &mut impl FnMut(Event)) -> bool {
        let before = self.waiting.len();
        let mut landed = 0;
        let was_makeshift = self.is_makeshift();
        if was_makeshift {
            let Some(opened) = self.folder.as_ref().and_then(|folder| Store::open(folder).ok()) else {
                return false;
            };
            // What it says each time that it is tried was said before.
            if opened.store.in_memory || opened.store.read_only {
                return false;
            }
            for warning in opened.warnings {
                report(Event::Warned(warning));
            }
            self.store = opened.store;
        }
        while let Some(change) = self.waiting.front() {
            match change.attempt(&mut self.store) {
                Ok(failed @ Event::Failed { .. }) => report(failed),
                Ok(done) => {
                    landed += 1;
                    // What was in memory only was shown as done when it was done there.
                    if !was_makeshift {
                        report(done);
                    }
                }
                Err(why) => {
                    self.why = why;
                    break;
                }
            }
            self.waiting.pop_front();
        }
        self.store.be_patient(!self.is_waiting());
        if was_makeshift && let Ok(marks) = self.store.marks() {
            report(Event::Reload(marks));
        }
        if !self.is_waiting() && landed > 0 {
            report(Event::Landed { count: landed });
        } else if !self.is_waiting() && before > 0 {
            // All of it was refused, which was said of each.
            self.told(report);
        }
        !self.is_waiting()
    }
}

impl Change {
    fn token(&self) -> u64 {
        match self {
            Self::Mark { token, .. } | Self::Note { token, .. } | Self::Undo { token } => *token,
        }
    }

    fn done(&self, store: &mut Store) -> Result<Event, Error> {
        match self {
            Self::Mark { identities, mark, at, token } => {
                store.set_mark(identities, *mark, *at).map(|changed| Event::Saved { token: *token, changed })
            }
            Self::Note { identity, note, at, token } => {
                store.set_note(*identity, note, *at).map(|changed| Event::Saved { token: *token, changed })
            }
            Self::Undo { token } => store.undo().map(|undone| Event::Undone { token: *token, undone }),
        }
    }

    fn apply(&self, store: &mut Store) -> Event {
        self.done(store).unwrap_or_else(|error| Event::Failed { token: self.token(), error })
    }

    /// What is to be reported; or why it has to wait.
    fn attempt(&self, store: &mut Store) -> Result<Event, Sentence> {
        match self.done(store) {
            Err(Error::Sqlite(error)) if matches!(trouble(&error), Trouble::Locked(_)) => Err(sqlite(&error)),
            Err(error) => Ok(Event::Failed { token: self.token(), error }),
            Ok(event) => Ok(event),
        }
    }
}

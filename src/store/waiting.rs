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
use super::{Error, Marks, Opened, Store};
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

/// Told where there was no file of that name any more.
const GONE: Words = Words::new(
    "the database of marks was taken away while it was open; its marks are in the one that stands there now",
    "開いていた印のデータベースがなくなったため、印を今あるデータベースへ書き込みました",
);

/// A store, and what is still to be written to it.
pub(super) struct Desk {
    store: Store,
    folder: Option<PathBuf>,
    waiting: VecDeque<Change>,
    why: Sentence,
    /// No file stands under the name, or none that has [`Desk::owed`].
    is_gone: bool,
    /// What is in no file any more, once the file is gone.
    owed: Marks,
}

/// Where the open database stands now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Spot {
    /// Where it stood.
    Same,
    /// It was somewhere else; the one that stands there is open now.
    Other,
    /// It is gone, and its marks cannot be brought into another.
    Nowhere,
}

impl Desk {
    pub(super) fn new(store: Store, folder: Option<PathBuf>) -> Self {
        // Without the database, what keeps it from being one was told when it was opened.
        let mut desk =
            Self { store, folder, waiting: VecDeque::new(), why: NOWHERE.into(), is_gone: false, owed: Marks::new() };
        desk.remember();
        desk
    }

    /// What is in memory from the start was read in a file that can be taken away.
    fn remember(&mut self) {
        self.is_gone = false;
        self.owed = if self.is_makeshift() { self.store.readable() } else { Marks::new() };
    }

    pub(super) fn store(&mut self) -> &mut Store {
        &mut self.store
    }

    pub(super) fn is_waiting(&self) -> bool {
        self.count() > 0
    }

    /// Changes that are not on disk, and marks that are not there any more.
    fn count(&self) -> usize {
        self.waiting.len() + if self.is_gone { self.owed.len() } else { 0 }
    }

    /// Facts were written beside, or were not: as long as somebody holds the database, nothing else waits for it in vain.
    pub(super) fn put(&self, done: bool) {
        self.store.be_patient(done && !self.is_waiting());
    }

    /// Steps that wait and are not taken back by others that wait.
    fn steps(&self) -> usize {
        self.waiting.iter().fold(0, |steps, change| steps_after(steps, change).unwrap_or(0))
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
            // The last step there may be another program's; what is to be taken back is in the database that is gone.
            (Spot::Other | Spot::Nowhere, Change::Undo { token }) if self.steps() == 0 => {
                report(Event::Undone { token: *token, undone: None });
                if self.is_waiting() {
                    self.told(report);
                }
                return;
            }
            (Spot::Same | Spot::Other, _) => {}
            (Spot::Nowhere, _) => {
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

    /// Finds out whether the file is gone. What was in it is read while it can be.
    fn notice(&mut self, report: &mut impl FnMut(Event)) {
        if self.is_gone || self.folder.as_ref().is_none_or(|folder| Store::is_there(folder)) {
            return;
        }
        self.is_gone = true;
        if !self.is_makeshift() {
            self.store.be_patient(true);
            self.owed = match self.store.marks() {
                Ok(marks) => marks,
                Err(error) => {
                    report(Event::Warned(error.sentence()));
                    self.store.readable()
                }
            };
        }
    }

    /// Goes over to the database that stands under the name now, where that is another one. Where none did, the marks of the
    /// one that is gone are brought into it.
    fn follow(&mut self, report: &mut impl FnMut(Event)) -> Spot {
        let was_gone = self.is_gone && !self.is_makeshift();
        let Some(folder) = self.folder.clone().filter(|folder| !self.store.is_in_place(folder)) else {
            if was_gone {
                // It is back.
                self.arrived(report);
            }
            return Spot::Same;
        };
        self.notice(report);
        let opened = Store::open_after(&folder, Some(&self.store)).ok();
        // One that only a newer version can write shows its own marks, and takes none.
        let fits = |opened: &Opened| !(opened.store.in_memory || self.is_gone && opened.store.read_only);
        let Some(mut opened) = opened.filter(fits) else {
            // The old one still has its marks, and is kept for them until there is a place for a new one.
            self.why = NOWHERE.into();
            return Spot::Nowhere;
        };
        // Told in any case: the next try finds things in order.
        let warnings = opened.warnings.into_iter().map(Event::Warned);
        if self.is_gone
            && let Err(error) = opened.store.bring(&self.owed)
        {
            warnings.for_each(report);
            self.why = error.reason();
            return Spot::Nowhere;
        }
        report(Event::Warned(if self.is_gone { GONE } else { ELSEWHERE }.into()));
        warnings.for_each(&mut *report);
        let marks = opened.store.marks();
        self.store = opened.store;
        if let Ok(marks) = marks {
            report(Event::Reload(marks));
        }
        self.drop_undos(report);
        if was_gone {
            self.arrived(report);
        } else {
            self.remember();
        }
        Spot::Other
    }

    /// Marks that no file had are in one.
    fn arrived(&mut self, report: &mut impl FnMut(Event)) {
        let count = self.owed.len();
        self.remember();
        if self.waiting.is_empty() {
            report(Event::Landed { count });
        } else {
            self.told(report);
        }
    }

    /// Takes out what waits to take back steps of a database that is not open any more.
    fn drop_undos(&mut self, report: &mut impl FnMut(Event)) {
        let mut steps = 0;
        self.waiting.retain(|change| {
            let after = steps_after(steps, change);
            steps = after.unwrap_or(0);
            if after.is_none() {
                report(Event::Undone { token: change.token(), undone: None });
            }
            after.is_some()
        });
    }

    /// Looks whether another process wrote, or did something to the file.
    pub(super) fn look(&mut self, report: &mut impl FnMut(Event)) {
        if self.follow(report) == Spot::Nowhere {
            self.told(report);
        }
    }

    /// Tries what waits once more.
    pub(super) fn again(&mut self, report: &mut impl FnMut(Event)) {
        let before = self.count();
        let is_written = self.follow(report) != Spot::Nowhere && self.write(report);
        if !is_written && self.count() != before {
            self.told(report);
        }
    }

    /// The last try.
    pub(super) fn end(&mut self, report: &mut impl FnMut(Event)) {
        // `follow` does not look where marks live in memory: what was read in a file may be gone with it.
        self.notice(report);
        let is_nowhere = self.follow(report) == Spot::Nowhere;
        self.store.be_patient(true);
        if self.is_waiting() && (is_nowhere || !self.write(report)) {
            report(Event::Lost { count: self.count(), why: self.why.clone() });
        }
    }

    fn told(&self, report: &mut impl FnMut(Event)) {
        report(Event::Waiting { count: self.count(), why: self.why.clone() });
    }

    /// Writes what waits as far as the disk takes it; true where nothing waits any more.
    fn write(&mut self, report: &mut impl FnMut(Event)) -> bool {
        let before = self.waiting.len();
        let mut landed = 0;
        let was_makeshift = self.is_makeshift();
        if was_makeshift {
            self.notice(report);
            let Some(mut opened) = self.folder.as_ref().and_then(|folder| Store::open(folder).ok()) else {
                return false;
            };
            // What it says each time that it is tried was said before.
            if opened.store.in_memory || opened.store.read_only {
                return false;
            }
            if self.is_gone {
                if let Err(error) = opened.store.bring(&self.owed) {
                    self.why = error.reason();
                    return false;
                }
                landed += self.owed.len();
            }
            for warning in opened.warnings {
                report(Event::Warned(warning));
            }
            self.store = opened.store;
            self.remember();
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

/// How many steps can be taken back behind a change, of those that there were before it; `None` where it takes one back and
/// there is none.
fn steps_after(steps: usize, change: &Change) -> Option<usize> {
    match change {
        Change::Mark { .. } | Change::Note { .. } => Some(steps + 1),
        Change::Undo { .. } => steps.checked_sub(1),
    }
}

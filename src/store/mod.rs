//! The only place that names SQLite: triage marks with notes and their history, look-up answers kept between runs,
//! and the cache of rows.
//!
//! - [`Store`] is the database itself; every call may wait for the disk.
//! - [`Keeper`] owns a store on a thread of its own, so that a screen never waits; it reports what is saved.
//! - [`Kept`] hands look-up answers to the engine of `lookup`.
//! - [`MoveLog`] is a database of its own: what quarantine is about to move, and how that ended.
//! - [`RowCache`] is a database of its own: rows and badges of mailboxes that were seen before.
//!
//! A mark that was reported as saved is on disk (write-ahead log, `synchronous=FULL`): it survives a kill at any moment.
//! Two processes can use one database. A damaged file is set aside and never deleted; a file of a newer version is only
//! read; where nothing can be written, marks live in memory and a warning says so. The mailbox is never touched here.

use std::collections::HashMap;

use crate::mailbox::Identity;

mod error;
mod facts;
mod keeper;
mod killers;
mod marks;
mod mend;
mod moves;
mod open;
mod opening;
mod rows;
mod schema;
mod waiting;

pub use error::Error;
pub use facts::Kept;
pub use keeper::{Event, Keeper};
pub use moves::{How, MOVES_FILE, Move, MoveLog, MoveState, Place};
pub use open::{FILE, Opened};
pub use opening::Opening;
pub use rows::{CachedFolder, Later, MOST_BYTES, Pieces, ROWS_FILE, RowCache, RowKey};

/// The most bytes of a note.
pub const NOTE_LIMIT: usize = 64 * 1024;

/// A person's judgment of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mark {
    /// An attack.
    Malicious,
    /// Not sure, look again.
    Suspicious,
    /// Honest mail.
    Benign,
}

/// What is stored of a message. The default is a message that nobody marked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Marked {
    /// The mark.
    pub mark: Option<Mark>,
    /// The note; empty where there is none. Not yet made printable.
    pub note: String,
    /// Unix seconds of the last change.
    pub at: i64,
}

/// All marks and notes.
pub type Marks = HashMap<Identity, Marked>;

/// What an undo brought back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undone {
    /// The messages of that step with what they have now; a message without mark and note has the default.
    pub restored: Vec<(Identity, Marked)>,
}

/// The database of marks and kept answers. Not for the screen's thread: see [`Keeper`].
#[derive(Debug)]
pub struct Store {
    connection: rusqlite::Connection,
    /// Written by a newer version: nothing is changed.
    read_only: bool,
    /// Without a file: gone at the end.
    in_memory: bool,
    /// `PRAGMA data_version` when the marks were last read: another value means that another process wrote.
    version: i64,
    /// Device and number of its file, as it was found under its name.
    file: Option<open::FileId>,
    /// The same of its log.
    log: Option<open::FileId>,
    /// All marks, as they were read when the file was opened, until somebody wants them or changes one.
    read: Option<Marks>,
}

impl Mark {
    /// The number in the database. Never reuse one.
    pub(crate) fn number(self) -> i64 {
        match self {
            Self::Malicious => 1,
            Self::Suspicious => 2,
            Self::Benign => 3,
        }
    }

    /// The mark of a number; `None` for one that this version does not know.
    pub(crate) fn of(number: i64) -> Option<Self> {
        [Self::Malicious, Self::Suspicious, Self::Benign].into_iter().find(|mark| mark.number() == number)
    }
}

impl Store {
    /// True where marks do not outlive the program.
    #[must_use]
    pub fn is_in_memory(&self) -> bool {
        self.in_memory
    }

    /// True where marks cannot be changed.
    #[must_use]
    pub fn is_read_only(&self) -> bool {
        self.read_only
    }
}

#[cfg(test)]
mod tests;

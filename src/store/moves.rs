//! The log of intents of quarantine: what is about to be moved, and how that ended. A database of its own: it is written
//! with `synchronous=FULL` before and behind every move, and damage to it reaches no mark.

use std::ffi::{OsStr, OsString};
use std::fs::{File, OpenOptions, TryLockError};
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags, OptionalExtension as _, Row, params};

use super::mend::set_aside;
use super::open::{Trouble, connect, create, journal, sound, trouble};
use crate::mailbox::Identity;
use crate::text::{Words, cause};

/// The database in the data directory.
pub const MOVES_FILE: &str = "quarantine.db";
/// `PRAGMA application_id`: "gosq".
const APPLICATION: i32 = 0x676f_7371;
/// `PRAGMA user_version`.
const VERSION: i64 = 1;
const NEWER: Words = Words::new("it was written by a newer gosanke", "新しい版の gosanke のものです");
const FOREIGN: Words = Words::new("it is not a log of gosanke", "gosanke の記録ではありません");
/// The lock is taken.
const IN_USE: Words = Words::new("another gosanke moves mails at this moment", "他の gosanke がメールを移動中です");

const TABLES: &str = "
CREATE TABLE moves (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    run INTEGER NOT NULL,
    state INTEGER NOT NULL,
    how INTEGER NOT NULL,
    back INTEGER,
    digest BLOB NOT NULL CHECK (length(digest) = 32),
    dev INTEGER NOT NULL,
    ino INTEGER NOT NULL,
    from_root BLOB NOT NULL,
    from_below BLOB NOT NULL,
    from_part BLOB NOT NULL,
    from_name BLOB NOT NULL,
    to_root BLOB NOT NULL,
    to_below BLOB NOT NULL,
    to_part BLOB NOT NULL,
    to_name BLOB NOT NULL,
    at INTEGER NOT NULL
);
CREATE INDEX moves_state ON moves (state);
";

/// How far a move is. The numbers stand in the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MoveState {
    /// About to happen, or happening.
    Intended = 1,
    /// Done, and on disk.
    Done = 2,
    /// Done, and taken back later.
    TakenBack = 3,
    /// Did not happen: the mail is where it was.
    GivenUp = 4,
}

/// What is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// One name is changed.
    Rename = 1,
    /// Copied to another file system, then taken away.
    Across = 2,
    /// Copied; the original stays.
    Copy = 3,
}

/// A file of a Maildir.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The folder that the user named, absolute.
    pub root: PathBuf,
    /// The Maildir below it; empty for the folder itself.
    pub below: PathBuf,
    /// `cur` or `new`; empty where the place is no Maildir.
    pub part: OsString,
    /// The file's name.
    pub name: OsString,
}

impl Place {
    /// The whole path, for people.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        joined(self.folder(), &self.name)
    }

    /// The path of its folder, for people.
    pub(crate) fn folder(&self) -> PathBuf {
        joined(joined(self.root.clone(), self.below.as_os_str()), &self.part)
    }
}

/// A path without the slash that an empty part leaves at its end.
fn joined(mut path: PathBuf, part: &OsStr) -> PathBuf {
    if !part.is_empty() {
        path.push(part);
    }
    path
}

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Move {
    /// Its number.
    pub id: i64,
    /// The run that it belongs to.
    pub run: i64,
    /// What is done.
    pub how: How,
    /// The move that this one takes back.
    pub back: Option<i64>,
    /// Which mail it is.
    pub digest: Identity,
    /// Device and number of the file; zero for a copy.
    pub node: (u64, u64),
    /// Where the mail is.
    pub from: Place,
    /// Where it goes.
    pub to: Place,
}

/// The log. One program at a time: the lock is held as long as this lives.
#[derive(Debug)]
pub struct MoveLog {
    connection: Connection,
    _lock: File,
}

impl MoveLog {
    /// Opens the log in `data_dir`, making it where it is missing. A damaged one is set aside and told.
    ///
    /// # Errors
    /// Another program moves mails at this moment, nothing can be written there, or the log is of a newer version.
    pub fn open(data_dir: &Path) -> Result<(Self, Option<PathBuf>), super::Error> {
        let held = |why: std::io::Error| super::Error::Held(cause(&why));
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(data_dir).map_err(held)?;
        let lock = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .custom_flags(rustix::fs::OFlags::NOFOLLOW.bits().cast_signed())
            .open(data_dir.join(format!("{MOVES_FILE}.lock")))
            .map_err(held)?;
        lock.try_lock().map_err(|why| match why {
            TryLockError::WouldBlock => super::Error::Held(IN_USE.into()),
            TryLockError::Error(why) => held(why),
        })?;
        let path = data_dir.join(MOVES_FILE);
        let (connection, aside) = match attempt(&path) {
            Ok(connection) => (connection, None),
            Err(Trouble::Locked(why)) => return Err(super::Error::Held(why)),
            Err(Trouble::Damaged(_)) => {
                let aside = set_aside(&path).map_err(held)?;
                let again =
                    attempt(&path).map_err(|(Trouble::Locked(why) | Trouble::Damaged(why))| super::Error::Held(why))?;
                (again, Some(aside))
            }
        };
        Ok((Self { connection, _lock: lock }, aside))
    }

    /// A number for the moves of one command.
    ///
    /// # Errors
    /// SQLite cannot read.
    pub fn next_run(&self) -> Result<i64, super::Error> {
        let last: Option<i64> = self.connection.query_row("SELECT max(run) FROM moves", [], |row| row.get(0))?;
        Ok(last.unwrap_or(0).saturating_add(1))
    }

    /// Writes what is about to happen; it is on disk when this returns. Gives the row's number.
    ///
    /// # Errors
    /// Nothing was written, so nothing may be moved.
    pub fn intend(&mut self, row: &Move, at: i64) -> Result<i64, super::Error> {
        let (from, to) = (&row.from, &row.to);
        self.connection.execute(
            "INSERT INTO moves (run, state, how, back, digest, dev, ino, from_root, from_below, from_part, from_name, \
             to_root, to_below, to_part, to_name, at) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)",
            params![
                row.run,
                MoveState::Intended as i64,
                row.how as i64,
                row.back,
                row.digest.0,
                row.node.0.cast_signed(),
                row.node.1.cast_signed(),
                from.root.as_os_str().as_bytes(),
                from.below.as_os_str().as_bytes(),
                from.part.as_bytes(),
                from.name.as_bytes(),
                to.root.as_os_str().as_bytes(),
                to.below.as_os_str().as_bytes(),
                to.part.as_bytes(),
                to.name.as_bytes(),
                at
            ],
        )?;
        Ok(self.connection.last_insert_rowid())
    }

    /// The move turned out to go to another file system.
    ///
    /// # Errors
    /// Nothing was written.
    pub fn goes_across(&mut self, id: i64) -> Result<(), super::Error> {
        self.connection.execute("UPDATE moves SET how = ?2 WHERE id = ?1", params![id, How::Across as i64])?;
        Ok(())
    }

    /// Writes how a move ended; one that takes another back settles that one, too.
    ///
    /// # Errors
    /// Nothing was written; the next run finds out.
    pub fn settle(&mut self, id: i64, state: MoveState) -> Result<(), super::Error> {
        let change = self.connection.transaction()?;
        change.execute("UPDATE moves SET state = ?2 WHERE id = ?1", params![id, state as i64])?;
        if state == MoveState::Done {
            change.execute(
                "UPDATE moves SET state = ?2 WHERE id = (SELECT back FROM moves WHERE id = ?1)",
                params![id, MoveState::TakenBack as i64],
            )?;
        }
        change.commit()?;
        Ok(())
    }

    /// Moves that a killed run left behind, oldest first.
    ///
    /// # Errors
    /// SQLite cannot read.
    pub fn unsettled(&self) -> Result<Vec<Move>, super::Error> {
        self.select("state = 1 ORDER BY id")
    }

    /// What the last run that moved anything moved and nobody took back, newest first.
    ///
    /// # Errors
    /// SQLite cannot read.
    pub fn last(&self) -> Result<Vec<Move>, super::Error> {
        self.select(
            "state = 2 AND back IS NULL AND run = (SELECT max(run) FROM moves WHERE state = 2 AND back IS NULL) \
             ORDER BY id DESC",
        )
    }

    /// One row, with its state.
    ///
    /// # Errors
    /// SQLite cannot read.
    pub fn state(&self, id: i64) -> Result<Option<i64>, super::Error> {
        let query = "SELECT state FROM moves WHERE id = ?1";
        Ok(self.connection.query_row(query, [id], |row| row.get(0)).optional()?)
    }

    fn select(&self, which: &str) -> Result<Vec<Move>, super::Error> {
        let mut query = self.connection.prepare(&format!(
            "SELECT id, run, how, back, digest, dev, ino, from_root, from_below, from_part, from_name, \
             to_root, to_below, to_part, to_name FROM moves WHERE {which}"
        ))?;
        let rows = query.query_map([], read)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<Move> {
    let how: i64 = row.get(2)?;
    let text = |at: usize| -> rusqlite::Result<OsString> { Ok(OsString::from_vec(row.get(at)?)) };
    let place = |at: usize| -> rusqlite::Result<Place> {
        Ok(Place { root: text(at)?.into(), below: text(at + 1)?.into(), part: text(at + 2)?, name: text(at + 3)? })
    };
    Ok(Move {
        id: row.get(0)?,
        run: row.get(1)?,
        how: match how {
            2 => How::Across,
            3 => How::Copy,
            _ => How::Rename,
        },
        back: row.get(3)?,
        digest: Identity(row.get(4)?),
        node: (row.get::<_, i64>(5)?.cast_unsigned(), row.get::<_, i64>(6)?.cast_unsigned()),
        from: place(7)?,
        to: place(11)?,
    })
}

fn attempt(path: &Path) -> Result<Connection, Trouble> {
    create(path)?;
    let mut connection = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE).map_err(|error| trouble(&error))?;
    let look = |connection: &Connection| -> rusqlite::Result<(i32, i64, i64)> {
        Ok((
            connection.pragma_query_value(None, "application_id", |row| row.get(0))?,
            connection.pragma_query_value(None, "user_version", |row| row.get(0))?,
            connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?,
        ))
    };
    let found = look(&connection).map_err(|error| trouble(&error))?;
    sound(&connection)?;
    let mut setup = || -> rusqlite::Result<()> {
        connection.pragma_update(None, "journal_mode", journal(path))?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        if found == (0, 0, 0) {
            let change = connection.transaction()?;
            change.execute_batch(TABLES)?;
            change.pragma_update(None, "application_id", APPLICATION)?;
            change.pragma_update(None, "user_version", VERSION)?;
            change.commit()?;
        }
        Ok(())
    };
    match found {
        (0, 0, 0) | (APPLICATION, VERSION, _) => setup().map_err(|error| trouble(&error))?,
        (APPLICATION, ..) => return Err(Trouble::Locked(NEWER.into())),
        _ => return Err(Trouble::Damaged(FOREIGN.into())),
    }
    Ok(connection)
}

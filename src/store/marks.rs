//! Marks, notes and undo. Every change is one transaction that writes the new state and what it was before.

use std::collections::HashMap;
use std::time::Duration;

use rusqlite::{ErrorCode, OptionalExtension as _, Row, Transaction, TransactionBehavior, params};

use super::open::BUSY;
use super::{Error, Mark, Marked, Marks, NOTE_LIMIT, Store, Undone};
use crate::mailbox::Identity;

/// The most rows of history; the oldest whole steps beyond it are forgotten.
const HISTORY: i64 = 1_000_000;

impl Store {
    /// All marks and notes.
    ///
    /// # Errors
    /// SQLite cannot read.
    pub fn marks(&mut self) -> Result<Marks, Error> {
        let version = self.data_version()?;
        let marks = match self.read.take() {
            Some(marks) if self.version == version => marks,
            _ => self.every_mark()?,
        };
        // Not before they were read: what could not be is read at the next look.
        self.version = version;
        Ok(marks)
    }

    /// Reads all marks and keeps them for whoever wants them first.
    pub(super) fn read_ahead(&mut self) -> rusqlite::Result<()> {
        self.version = self.connection.pragma_query_value(None, "data_version", |row| row.get(0))?;
        self.read = Some(self.every_mark()?);
        Ok(())
    }

    pub(super) fn every_mark(&self) -> rusqlite::Result<Marks> {
        let mut query = self.connection.prepare_cached("SELECT identity, mark, note, at FROM marks")?;
        query.query_map([], marked)?.collect()
    }

    /// Marks messages, or takes their marks away. One step for undo, however many they are. Gives those that changed
    /// with what they have now; a message that has that mark already is left alone.
    ///
    /// # Errors
    /// Nothing was changed; see [`Error`].
    pub fn set_mark(
        &mut self,
        identities: &[Identity],
        mark: Option<Mark>,
        at: i64,
    ) -> Result<Vec<(Identity, Marked)>, Error> {
        self.step(identities, at, |marked| marked.mark = mark)
    }

    /// Writes a note on a message; an empty one takes it away. One step for undo.
    ///
    /// # Errors
    /// Nothing was changed; see [`Error`].
    pub fn set_note(&mut self, identity: Identity, note: &str, at: i64) -> Result<Vec<(Identity, Marked)>, Error> {
        if note.len() > NOTE_LIMIT {
            return Err(Error::NoteTooLong);
        }
        self.step(&[identity], at, |marked| note.clone_into(&mut marked.note))
    }

    /// Takes back the last step that is in the history, whoever made it; `None` where there is none.
    ///
    /// # Errors
    /// Nothing was changed; see [`Error`].
    pub fn undo(&mut self) -> Result<Option<Undone>, Error> {
        let change = self.begin()?;
        let Some(restored) = take_back(&change)? else { return Ok(None) };
        change.commit()?;
        Ok(Some(Undone { restored }))
    }

    /// Marks a message and takes that back, and leaves no trace of either: whether both go as they should. A damaged file
    /// may be sound for `SQLite` and hold counters that no step can be numbered by; that is to be known before a mark is lost.
    /// Nothing is tried where another process is writing.
    pub(super) fn rehearse(&mut self) -> rusqlite::Result<bool> {
        let one = Identity([0; 32]);
        self.connection.busy_timeout(Duration::ZERO)?;
        let tried = self.connection.transaction_with_behavior(TransactionBehavior::Immediate).and_then(|change| {
            write(&change, &[one], 0, |marked| marked.note.push(' '))?;
            take_back(&change)
        });
        self.connection.busy_timeout(BUSY)?;
        match tried {
            Ok(back) => Ok(back.is_some_and(|back| matches!(&*back, [(identity, _)] if *identity == one))),
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => Ok(true),
            Err(error) => Err(error),
        }
    }

    /// True where another process wrote since [`Store::marks`] was last called.
    ///
    /// # Errors
    /// SQLite cannot read.
    pub fn changed_elsewhere(&self) -> Result<bool, Error> {
        Ok(self.data_version()? != self.version)
    }

    fn data_version(&self) -> Result<i64, Error> {
        Ok(self.connection.pragma_query_value(None, "data_version", |row| row.get(0))?)
    }

    pub(super) fn begin(&mut self) -> Result<Transaction<'_>, Error> {
        if self.read_only {
            return Err(Error::ReadOnly);
        }
        self.read = None;
        // Immediate: a change that reads first must not find, when it writes, that another process was quicker.
        Ok(self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?)
    }

    fn step(
        &mut self,
        identities: &[Identity],
        at: i64,
        edit: impl Fn(&mut Marked),
    ) -> Result<Vec<(Identity, Marked)>, Error> {
        let change = self.begin()?;
        let changed = write(&change, identities, at, edit)?;
        if !changed.is_empty() {
            forget(&change, HISTORY)?;
            change.commit()?;
        }
        Ok(changed)
    }

    /// Puts marks into the database, past the history.
    pub(super) fn carry(&mut self, marks: &Marks) -> Result<(), Error> {
        self.read = None;
        let change = self.connection.unchecked_transaction()?;
        for (identity, marked) in marks {
            put(&change, *identity, marked)?;
        }
        change.commit()?;
        Ok(())
    }

    /// Puts the marks of a database that is gone into this one, which may have others by now: the later of two stays, also where
    /// it took a mark away.
    pub(super) fn bring(&mut self, marks: &Marks) -> Result<(), Error> {
        let change = self.begin()?;
        let latest: HashMap<[u8; 32], i64> = change
            .prepare(
                "SELECT identity, max(at) FROM \
                 (SELECT identity, at FROM marks UNION ALL SELECT identity, at FROM changes) GROUP BY identity",
            )?
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<rusqlite::Result<_>>()?;
        for (identity, marked) in marks {
            if latest.get(&identity.0).is_none_or(|at| *at < marked.at) {
                put(&change, *identity, marked)?;
            }
        }
        Ok(change.commit()?)
    }

    /// The marks that can be read.
    pub(super) fn readable(&self) -> Marks {
        let mut marks = Marks::new();
        let Ok(mut query) = self.connection.prepare("SELECT identity, mark, note, at FROM marks") else { return marks };
        let Ok(rows) = query.query_map([], marked) else { return marks };
        for row in rows {
            let (identity, mut marked) = match row {
                Ok(read) => read,
                // An error of SQLite stands in for the rest of the file, and may repeat without end.
                Err(error) if error.sqlite_error_code().is_some() => break,
                Err(_) => continue,
            };
            if marked.note.len() > NOTE_LIMIT {
                marked.note = String::new();
            }
            marks.insert(identity, marked);
        }
        marks
    }
}

/// Writes a step and what it changed, without committing. Gives what it changed.
fn write(
    change: &Transaction<'_>,
    identities: &[Identity],
    at: i64,
    edit: impl Fn(&mut Marked),
) -> rusqlite::Result<Vec<(Identity, Marked)>> {
    // AUTOINCREMENT: the number of a step that was undone does not come back.
    let last: i64 = change
        .query_row("SELECT seq FROM sqlite_sequence WHERE name = 'changes'", [], |row| row.get(0))
        .optional()?
        .unwrap_or(0);
    let step = last.checked_add(1).ok_or(rusqlite::Error::IntegralValueOutOfRange(0, last))?;
    let mut changed = Vec::new();
    for identity in identities {
        let before = change
            .prepare_cached("SELECT identity, mark, note, at FROM marks WHERE identity = ?1")?
            .query_row([identity.0], marked)
            .optional()?
            .map(|(_, marked)| marked)
            .unwrap_or_default();
        let mut after = before.clone();
        edit(&mut after);
        if after == before {
            continue;
        }
        after.at = at;
        put(change, *identity, &after)?;
        change
            .prepare_cached(
                "INSERT INTO changes \
                 (step, identity, before_mark, before_note, before_at, after_mark, after_note, at) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            )?
            .execute(params![
                step,
                identity.0,
                before.mark.map(Mark::number),
                before.note,
                before.at,
                after.mark.map(Mark::number),
                after.note,
                at
            ])?;
        changed.push((*identity, shown(after)));
    }
    Ok(changed)
}

/// Forgets the oldest whole steps beyond so many rows, but never the last one, however long it is.
pub(super) fn forget(change: &Transaction<'_>, rows: i64) -> rusqlite::Result<usize> {
    // Ids have holes after an undo, so this forgets a little early at most.
    change.execute(
        "DELETE FROM changes WHERE step < (SELECT max(step) FROM changes) AND step <= \
         (SELECT step FROM changes WHERE id <= (SELECT max(id) FROM changes) - ?1 ORDER BY id DESC LIMIT 1)",
        [rows],
    )
}

/// Takes back the last step of the history, without committing. Gives what is there again.
fn take_back(change: &Transaction<'_>) -> rusqlite::Result<Option<Vec<(Identity, Marked)>>> {
    let last: Option<i64> = change.query_row("SELECT max(step) FROM changes", [], |row| row.get(0))?;
    let Some(step) = last else { return Ok(None) };
    let mut restored = Vec::new();
    {
        let mut query = change.prepare_cached(
            "SELECT identity, before_mark, before_note, before_at FROM changes WHERE step = ?1 ORDER BY id DESC",
        )?;
        let mut rows = query.query([step])?;
        while let Some(row) = rows.next()? {
            let (identity, before) = marked(row)?;
            put(change, identity, &before)?;
            restored.push((identity, before));
        }
    }
    change.execute("DELETE FROM changes WHERE step = ?1", [step])?;
    Ok(Some(restored))
}

/// A message without mark and note is one that nobody touched.
fn shown(marked: Marked) -> Marked {
    if marked.mark.is_none() && marked.note.is_empty() { Marked::default() } else { marked }
}

fn put(change: &Transaction<'_>, identity: Identity, marked: &Marked) -> rusqlite::Result<()> {
    if marked.mark.is_none() && marked.note.is_empty() {
        change.prepare_cached("DELETE FROM marks WHERE identity = ?1")?.execute([identity.0])?;
    } else {
        change
            .prepare_cached(
                "INSERT INTO marks (identity, mark, note, at) VALUES (?1, ?2, ?3, ?4) \
                 ON CONFLICT (identity) DO UPDATE SET mark = ?2, note = ?3, at = ?4",
            )?
            .execute(params![identity.0, marked.mark.map(Mark::number), marked.note, marked.at])?;
    }
    Ok(())
}

/// A row of identity, mark, note and time.
fn marked(row: &Row<'_>) -> rusqlite::Result<(Identity, Marked)> {
    let mark: Option<i64> = row.get(1)?;
    Ok((Identity(row.get(0)?), Marked { mark: mark.and_then(Mark::of), note: row.get(2)?, at: row.get(3)? }))
}

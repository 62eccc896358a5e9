//! Mails that ended the process in which they were analyzed: the next run does not open them by itself. Kept by what
//! identifies their bytes, so that a copy is known as well.

use rusqlite::{OptionalExtension as _, params};

use super::{Error, Store};
use crate::mailbox::Identity;

/// The most that are kept; the oldest are forgotten first.
const MOST: i64 = 10_000;

impl Store {
    /// All of them, newest first.
    ///
    /// # Errors
    /// SQLite cannot read.
    pub fn killers(&self) -> Result<Vec<Identity>, Error> {
        // A database of a newer version may do without.
        let there: Option<i64> = self
            .connection
            .query_row("SELECT 1 FROM sqlite_schema WHERE name = 'killers'", [], |row| row.get(0))
            .optional()?;
        if there.is_none() {
            return Ok(Vec::new());
        }
        let mut query = self.connection.prepare("SELECT identity FROM killers ORDER BY at DESC LIMIT ?1")?;
        let rows = query.query_map([MOST], |row| Ok(Identity(row.get(0)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Remembers a mail that ended its process at `at` (Unix seconds).
    ///
    /// # Errors
    /// Nothing was changed; see [`Error`].
    pub fn add_killer(&mut self, identity: Identity, at: i64) -> Result<(), Error> {
        let change = self.begin()?;
        change.execute("INSERT OR REPLACE INTO killers (identity, at) VALUES (?1, ?2)", params![identity.0, at])?;
        change.execute(
            "DELETE FROM killers WHERE identity IN (SELECT identity FROM killers ORDER BY at DESC LIMIT -1 OFFSET ?1)",
            [MOST],
        )?;
        change.commit()?;
        Ok(())
    }

    /// Forgets one: it was opened, and did no harm.
    ///
    /// # Errors
    /// Nothing was changed; see [`Error`].
    pub fn forgive(&mut self, identity: Identity) -> Result<(), Error> {
        let change = self.begin()?;
        change.execute("DELETE FROM killers WHERE identity = ?1", [identity.0])?;
        change.commit()?;
        Ok(())
    }
}

//! Look-up answers kept between runs, and how often who was asked. Answers can be asked for again, so they never delay a
//! mark and a lost one is no loss.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::{Connection, OpenFlags, OptionalExtension as _, params};

use super::keeper::Line;
use super::{Error, Store, open};
use crate::facts::{Fact, Key};
use crate::lookup::{Counted, Keep};

/// The most answers that are kept; those that expire first make room.
const MOST: i64 = 100_000;
/// The most bytes of one key or answer.
const LIMIT: usize = 64 * 1024;

/// Seconds.
const HOUR: i64 = 3_600;
/// Hours for which it is known how often somebody was asked: longer than any limit reaches back.
const HOURS: i64 = 48;

/// One answer to be kept.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) key: String,
    pub(super) fact: String,
    pub(super) at: i64,
    pub(super) expires: i64,
}

impl Entry {
    /// As it is stored; `None` where it is too large to be worth it.
    pub(super) fn new(key: &Key, fact: &Fact, expires: i64) -> Option<Self> {
        let key = serde_json::to_string(key).ok()?;
        let json = serde_json::to_string(fact).ok()?;
        let fits = key.len() <= LIMIT && json.len() <= LIMIT;
        fits.then_some(Self { key, fact: json, at: fact.at.unwrap_or_default(), expires })
    }
}

impl Store {
    /// Keeps an answer until `expires`, Unix seconds.
    ///
    /// # Errors
    /// See [`Error`].
    pub fn put_fact(&mut self, key: &Key, fact: &Fact, expires: i64) -> Result<(), Error> {
        let entries: Vec<Entry> = Entry::new(key, fact, expires).into_iter().collect();
        self.put_entries(&entries, &[])
    }

    /// The answer kept for a key that is fresh at `now`, with the moment at which it expires.
    ///
    /// # Errors
    /// SQLite cannot read.
    pub fn fact(&self, key: &Key, now: i64) -> Result<Option<(Fact, i64)>, Error> {
        Ok(read(&self.connection, key, now)?)
    }

    /// Forgets the answers that are stale at `now`, and those beyond the limit. Gives how many went.
    ///
    /// # Errors
    /// See [`Error`].
    pub fn expire_facts(&mut self, now: i64) -> Result<usize, Error> {
        let change = self.begin()?;
        let stale = change.execute("DELETE FROM facts WHERE expires <= ?1", [now])?;
        let beyond = change.execute(
            "DELETE FROM facts WHERE key IN (SELECT key FROM facts ORDER BY expires DESC LIMIT -1 OFFSET ?1)",
            [MOST],
        )?;
        change.execute("DELETE FROM asked WHERE hour <= ?1", [now / HOUR - HOURS])?;
        change.commit()?;
        Ok(stale + beyond)
    }

    /// How often each provider was asked in each hour since `since`, Unix seconds.
    ///
    /// # Errors
    /// SQLite cannot read.
    pub fn counted(&self, since: i64) -> Result<Vec<Counted>, Error> {
        Ok(counted(&self.connection, since)?)
    }

    /// Keeps answers and counts in one transaction.
    pub(super) fn put_entries(&mut self, entries: &[Entry], counts: &[Counted]) -> Result<(), Error> {
        if entries.is_empty() && counts.is_empty() {
            return Ok(());
        }
        let change = self.begin()?;
        for one in counts {
            change
                .prepare_cached(
                    "INSERT INTO asked (provider, hour, count) VALUES (?1, ?2, ?3)
                     ON CONFLICT (provider, hour) DO UPDATE SET count = count + excluded.count",
                )?
                .execute(params![one.provider, one.hour, one.count])?;
        }
        for entry in entries {
            change
                .prepare_cached("INSERT OR REPLACE INTO facts (key, fact, at, expires) VALUES (?1, ?2, ?3, ?4)")?
                .execute(params![entry.key, entry.fact, entry.at, entry.expires])?;
        }
        change.commit()?;
        Ok(())
    }
}

fn read(connection: &Connection, key: &Key, now: i64) -> rusqlite::Result<Option<(Fact, i64)>> {
    let Ok(key) = serde_json::to_string(key) else { return Ok(None) };
    let found: Option<(String, i64)> = connection
        .prepare_cached("SELECT fact, expires FROM facts WHERE key = ?1 AND expires > ?2")?
        .query_row(params![key, now], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    // An answer in a form that this version does not read is asked for again.
    Ok(found
        .filter(|(json, _)| json.len() <= LIMIT)
        .and_then(|(json, expires)| serde_json::from_str(&json).ok().map(|fact| (fact, expires))))
}

fn counted(connection: &Connection, since: i64) -> rusqlite::Result<Vec<Counted>> {
    let mut rows = connection.prepare("SELECT provider, hour, count FROM asked WHERE hour >= ?1 LIMIT 10000")?;
    // What is no count (somebody else wrote into the file) is as good as the most that can be counted.
    let count = |count: i64| u32::try_from(count.max(0)).unwrap_or(u32::MAX);
    rows.query_map([since / HOUR], |row| {
        Ok(Counted { provider: row.get(0)?, hour: row.get(1)?, count: count(row.get(2)?) })
    })?
    .collect()
}

/// Kept answers for the engine: reads on its own connection, which waits for no writer, and hands writes to the
/// [`super::Keeper`]'s thread.
#[derive(Debug, Clone)]
pub struct Kept {
    reader: Arc<Mutex<Option<Connection>>>,
    line: Line,
}

impl Kept {
    /// `path` is that of the database; none where it lives in memory, and then nothing is kept.
    pub(super) fn new(path: Option<&Path>, line: Line) -> Self {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let reader = path.and_then(|path| {
            let connection = Connection::open_with_flags(path, flags).ok()?;
            open::harden(&connection).ok()?;
            // A screen's thread asks: better no answer than a wait.
            connection.busy_timeout(std::time::Duration::from_millis(5)).ok()?;
            Some(connection)
        });
        Self { reader: Arc::new(Mutex::new(reader)), line }
    }
}

impl Keep for Kept {
    fn get(&self, key: &Key, now: i64) -> Option<(Fact, i64)> {
        let reader = self.reader.lock().unwrap_or_else(PoisonError::into_inner);
        read(reader.as_ref()?, key, now).ok().flatten()
    }

    fn put(&self, key: &Key, fact: &Fact, expires: i64) {
        if let Some(entry) = Entry::new(key, fact, expires) {
            self.line.keep(entry);
        }
    }

    fn counted(&self, since: i64) -> Vec<Counted> {
        let reader = self.reader.lock().unwrap_or_else(PoisonError::into_inner);
        reader.as_ref().and_then(|reader| counted(reader, since).ok()).unwrap_or_default()
    }

    fn count(&self, provider: &str, now: i64) {
        self.line.count(Counted { provider: provider.to_owned(), hour: now.div_euclid(HOUR), count: 1 });
    }
}

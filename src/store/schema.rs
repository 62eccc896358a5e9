//! The tables, version by version. A released version never changes; a new one is a new step in [`STEPS`].

use rusqlite::{Connection, TransactionBehavior};

/// `PRAGMA application_id`: "gosk". A database with tables but another id belongs to somebody else.
pub(super) const APPLICATION: i32 = 0x676f_736b;

/// What brings a database from version n to n + 1.
///
/// - `marks`: one row per marked message; `mark` as `Mark::number`, `at` Unix seconds.
/// - `changes`: what every step changed, for undo; rows of one `step` belong together, `id` only grows.
/// - `killers`: mails that ended the process in which they were analyzed, `at` Unix seconds.
/// - `facts`: look-up answers; `key` and `fact` are JSON, `at` and `expires` Unix seconds.
/// - `asked`: how often a provider with a limit for a day was asked in an hour (Unix seconds divided by 3,600).
const STEPS: &[&str] = &[
    "
CREATE TABLE marks (
    identity BLOB PRIMARY KEY CHECK (length(identity) = 32),
    mark INTEGER,
    note TEXT NOT NULL DEFAULT '',
    at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE changes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    step INTEGER NOT NULL,
    identity BLOB NOT NULL,
    before_mark INTEGER,
    before_note TEXT NOT NULL,
    before_at INTEGER NOT NULL,
    after_mark INTEGER,
    after_note TEXT NOT NULL,
    at INTEGER NOT NULL
);
CREATE INDEX changes_step ON changes (step);
CREATE TABLE facts (
    key TEXT PRIMARY KEY,
    fact TEXT NOT NULL,
    at INTEGER NOT NULL,
    expires INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX facts_expires ON facts (expires);
",
    "
CREATE TABLE killers (
    identity BLOB PRIMARY KEY CHECK (length(identity) = 32),
    at INTEGER NOT NULL
) WITHOUT ROWID;
",
    "
CREATE TABLE IF NOT EXISTS asked (
    provider TEXT NOT NULL,
    hour INTEGER NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (provider, hour)
) WITHOUT ROWID;
",
];

/// Where a database stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// Ours, and now of this version.
    Ready,
    /// Ours, of a newer version.
    Newer,
    /// Not ours.
    Foreign,
}

/// This version.
pub(super) fn version() -> i64 {
    STEPS.len() as i64
}

/// Brings a database to this version.
pub(super) fn migrate(connection: &mut Connection) -> rusqlite::Result<Standing> {
    let standing = look(connection)?;
    if standing != Some(Standing::Ready) {
        if let Some(other) = standing {
            return Ok(other);
        }
        let change = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        // Another process may have been quicker.
        let from: i64 = change.pragma_query_value(None, "user_version", |row| row.get(0))?;
        for step in STEPS.iter().skip(usize::try_from(from).unwrap_or(usize::MAX)) {
            change.execute_batch(step)?;
        }
        change.pragma_update(None, "application_id", APPLICATION)?;
        change.pragma_update(None, "user_version", version().max(from))?;
        change.commit()?;
    }
    Ok(Standing::Ready)
}

/// Whether every table and index of this version stands there as it was made, that of `SQLite`'s own counters among them,
/// and nothing that acts by itself. A damaged file may be sound for `SQLite` and name a column otherwise: it opens, and refuses
/// what is to be kept.
pub(super) fn is_whole(connection: &Connection) -> rusqlite::Result<bool> {
    let fresh = Connection::open_in_memory()?;
    for step in STEPS {
        fresh.execute_batch(step)?;
    }
    // What has no text is made by `SQLite` out of the rest.
    let mut made = fresh.prepare("SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE sql IS NOT NULL")?;
    let mut there = connection
        .prepare("SELECT count(*) FROM sqlite_schema WHERE (type, name, tbl_name, sql) = (?1, ?2, ?3, ?4)")?;
    let mut rows = made.query([])?;
    while let Some(row) = rows.next()? {
        let text = |at: usize| row.get::<_, String>(at);
        if there.query_row((text(0)?, text(1)?, text(2)?, text(3)?), |row| row.get::<_, i64>(0))? != 1 {
            return Ok(false);
        }
    }
    connection.query_row("SELECT count(*) FROM sqlite_schema WHERE type = 'trigger'", [], |row| {
        Ok(row.get::<_, i64>(0)? == 0)
    })
}

/// Where a database stands; `None`: older or empty.
pub(super) fn look(connection: &Connection) -> rusqlite::Result<Option<Standing>> {
    let version_there: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let application: i32 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    Ok(match (application, version_there) {
        (APPLICATION, there) if there > version() => Some(Standing::Newer),
        (APPLICATION, there) if there == version() => Some(Standing::Ready),
        (APPLICATION, _) => None,
        (0, 0) if tables == 0 => None,
        _ => Some(Standing::Foreign),
    })
}

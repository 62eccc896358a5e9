//! Mending a damaged database: what can still be read of its marks goes into a new one, which takes its place. The damaged
//! one keeps its name until the new one is on disk, so that a kill or a full disk at any moment leaves one of them to start
//! from.

use std::fs::File;
use std::path::{Path, PathBuf};

use rusqlite::OpenFlags;

use super::error::sqlite;
use super::open::{FileId, Trouble, connect, create, file, harden};
use super::{Marks, Store, schema};
use crate::text::{Sentence, Words, cause};

/// What may stand beside a database and belongs to it, behind its name.
pub(super) const LOGS: [&str; 3] = ["-wal", "-shm", "-journal"];
/// Those with changes in them; the other is an index.
const CHANGES: [&str; 2] = ["-wal", "-journal"];
/// The new database while it is written.
const MAKING: &str = ".making";
/// The new database once all is in it.
const WHOLE: &str = ".mended";
/// The most damaged files that are kept side by side.
const ASIDE: u32 = 1_000;

/// Puts a new database into the place of a damaged one. Gives the name that this has now, and how many marks came over.
///
/// # Errors
/// The damaged one is where it was, unless [`finish`] has something to do.
pub(super) fn mend(path: &Path) -> Result<(PathBuf, usize), Sentence> {
    let saved = salvage(path);
    let making = beside(path, MAKING);
    // One that an earlier run did not bring to its end.
    remove(&making);
    if let Err(Trouble::Damaged(why) | Trouble::Locked(why)) = make(&making, &saved) {
        remove(&making);
        return Err(why);
    }
    let swapped = std::fs::rename(&making, beside(path, WHOLE)).and_then(|()| {
        sync(path)?;
        swap(path)
    });
    Ok((swapped.map_err(|why| cause(&why))?, saved.len()))
}

/// Ends what a run began that was killed: a new database waits for its place. Gives the name that the damaged one has now;
/// `None` where nothing waits.
///
/// # Errors
/// A file cannot be renamed; nothing is lost.
pub(super) fn finish(path: &Path) -> std::io::Result<Option<PathBuf>> {
    is_under_way(path).then(|| swap(path)).transpose()
}

/// The new one takes the place of the damaged one, whose name it gives.
fn swap(path: &Path) -> std::io::Result<PathBuf> {
    let aside = set_aside(path)?;
    std::fs::rename(beside(path, WHOLE), path)?;
    sync(path)?;
    Ok(aside)
}

/// A new database waits for its place.
pub(super) fn is_under_way(path: &Path) -> bool {
    beside(path, WHOLE).is_file()
}

/// Renames the database with its log and index to the first free name. The logs go first: whoever is cut short begins again
/// at the same name.
pub(super) fn set_aside(path: &Path) -> std::io::Result<PathBuf> {
    let free = free(|n| beside(path, &aside(n)).exists()).map_err(std::io::Error::other)?;
    if free > 1 && !path.exists() {
        // It was renamed before somebody was cut short, and its logs before it; one that stands here is another's.
        leave(path)?;
        return Ok(beside(path, &aside(free - 1)));
    }
    let end = aside(free);
    rename_logs(path, &end)?;
    let named = beside(path, &end);
    if path.exists() {
        std::fs::rename(path, &named)?;
    }
    Ok(named)
}

/// Takes the log of another database away from a name: SQLite would play it into the next one, or drop it. Whoever moved that
/// database may come for it. Gives the name of a log that has changes.
pub(super) fn leave(path: &Path) -> std::io::Result<Option<PathBuf>> {
    let name = |n: u32, part: &str| beside(path, &format!(".left-{n}{part}"));
    let changes = CHANGES.iter().find(|part| has_bytes(&beside(path, part)));
    let Some(changes) = changes else {
        for part in LOGS {
            match std::fs::remove_file(beside(path, part)) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        return Ok(None);
    };
    let free = free(|n| LOGS.iter().any(|part| name(n, part).exists())).map_err(std::io::Error::other)?;
    rename_logs(path, &format!(".left-{free}"))?;
    Ok(Some(name(free, changes)))
}

/// Renames the logs of a database to what belongs to the name with this end.
fn rename_logs(path: &Path, end: &str) -> std::io::Result<()> {
    LOGS.iter().map(|part| (beside(path, part), part)).filter(|(from, _)| from.exists()).try_for_each(|(from, part)| {
        // The log belongs to its database under the same name.
        std::fs::rename(from, beside(path, &format!("{end}{part}")))
    })
}

/// A log with changes stands beside a database, or stood there and was set aside by somebody who was cut short.
pub(super) fn has_log(path: &Path) -> bool {
    let end = free(|n| beside(path, &aside(n)).exists()).map(aside);
    LOGS.iter().any(|part| {
        has_bytes(&beside(path, part))
            || end.as_ref().is_ok_and(|end| has_bytes(&beside(path, &format!("{end}{part}"))))
    })
}

/// Which file the log is.
pub(super) fn log(path: &Path) -> Option<FileId> {
    file(&beside(path, "-wal"))
}

fn has_bytes(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|data| data.len() > 0)
}

/// The first number that is free for a file that is kept.
fn free(is_taken: impl Fn(u32) -> bool) -> Result<u32, Sentence> {
    let words =
        Words::new("too many damaged files and old logs are kept", "残してある壊れたファイルや古い記録が多すぎます");
    (1..=ASIDE).find(|n| !is_taken(*n)).ok_or_else(|| words.into())
}

/// What stands behind the name of a file that is set aside.
fn aside(n: u32) -> String {
    format!(".damaged-{n}")
}

/// The marks that can be read of a file, wherever it is on its way, and however little can be written there.
pub(super) fn at_rest(path: &Path) -> Marks {
    let waits = !path.is_file() && is_under_way(path);
    let path = if waits { &beside(path, WHOLE) } else { path };
    if !path.is_file() {
        return Marks::new();
    }
    let there = salvage(path);
    if !there.is_empty() {
        return there;
    }
    // On a read-only file system a database with a log only opens as one that nobody changes.
    let escaped: String = path
        .display()
        .to_string()
        .chars()
        .map(|c| if matches!(c, '?' | '#' | '%') { format!("%{:02X}", u32::from(c)) } else { c.to_string() })
        .collect();
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    match rusqlite::Connection::open_with_flags(format!("file:{escaped}?immutable=1"), flags) {
        Ok(connection) if harden(&connection).is_ok() => Store::on(connection).readable(),
        _ => Marks::new(),
    }
}

/// What can be read of the marks in a file that cannot be used.
fn salvage(path: &Path) -> Marks {
    // Of no length, it has none, and SQLite would take away the log beside it.
    if std::fs::metadata(path).is_ok_and(|data| data.len() == 0) {
        return Marks::new();
    }
    connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY)
        .map(|connection| Store::on(connection).readable())
        .unwrap_or_default()
}

/// Writes a whole database, all of which is on disk when this returns.
fn make(path: &Path, marks: &Marks) -> Result<(), Trouble> {
    create(path)?;
    let refused = |error: &rusqlite::Error| Trouble::Locked(sqlite(error));
    let mut connection = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE).map_err(|error| refused(&error))?;
    // Without a log beside it, so that one name is all of it.
    connection
        .pragma_update(None, "journal_mode", "DELETE")
        .and_then(|()| connection.pragma_update(None, "synchronous", "FULL"))
        .and_then(|()| schema::migrate(&mut connection))
        .map_err(|error| refused(&error))?;
    Store::on(connection).carry(marks).map_err(|error| Trouble::Locked(error.reason()))
}

fn remove(path: &Path) {
    for part in LOGS.into_iter().chain([""]) {
        let _ = std::fs::remove_file(beside(path, part));
    }
}

/// Names are on disk when this returns.
fn sync(path: &Path) -> std::io::Result<()> {
    path.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())
}

fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    PathBuf::from(name)
}

//! The cache of rows and badges: a database of its own beside that of the marks, so that no damage to the one reaches
//! the other, and so that it can be thrown away at any moment. It keeps pieces of bytes with sums that whoever wrote
//! them can read; nothing here knows what they mean, and nothing that comes out of here may be trusted unread.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags, OptionalExtension as _, TransactionBehavior, params};

use super::mend::LOGS;
use super::open::{create, harden, journal};

/// The cache in the data directory.
pub const ROWS_FILE: &str = "rows.db";
/// "gosr".
const APPLICATION: i32 = 0x676f_7372;
/// The form of the tables; another one is thrown away.
const VERSION: i32 = 4;
/// The most bytes of all pieces; folders that were opened least recently make room.
pub const MOST_BYTES: u64 = 1 << 30;
/// Seconds after which a folder that was not opened is forgotten.
const AGE: i64 = 90 * 24 * 3600;
/// The most bytes of one piece.
const PIECE: usize = 64 << 20;
/// The most pieces of one folder.
const PIECES: usize = 1 << 16;

const TABLES: &str = "
CREATE TABLE secret (bytes BLOB NOT NULL);
CREATE TABLE boxes (
    id INTEGER PRIMARY KEY,
    path BLOB NOT NULL,
    rules BLOB NOT NULL,
    state BLOB NOT NULL,
    rows INTEGER NOT NULL,
    used INTEGER NOT NULL,
    UNIQUE (path, rules)
);
CREATE TABLE heads (box INTEGER, number INTEGER, sum INTEGER NOT NULL, piece BLOB NOT NULL, PRIMARY KEY (box, number));
CREATE TABLE found (box INTEGER, number INTEGER, sum INTEGER NOT NULL, piece BLOB NOT NULL, PRIMARY KEY (box, number));
CREATE TABLE names (box INTEGER, number INTEGER, sum INTEGER NOT NULL, piece BLOB NOT NULL, PRIMARY KEY (box, number));
";

/// The tables of pieces.
const OF_BOX: [&str; 3] = ["heads", "found", "names"];

/// The cache.
#[derive(Debug)]
pub struct RowCache {
    connection: Connection,
}

/// Which folder, and under which rules its badges were made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowKey {
    /// The folder's path, as bytes.
    pub path: Vec<u8>,
    /// Whatever decides what badges say: program, weights, own rules, own side, recorded answers.
    pub rules: [u8; 32],
}

/// The pieces of one batch of rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pieces {
    /// What stands in the mailbox.
    pub heads: Vec<u8>,
    /// What was found.
    pub found: Option<Vec<u8>>,
    /// Which mails they are.
    pub names: Option<Vec<u8>>,
}

/// What the cache holds of a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CachedFolder {
    /// Its path.
    pub path: PathBuf,
    /// Rows.
    pub rows: u64,
    /// Bytes of its pieces.
    pub bytes: u64,
    /// Unix seconds of the last opening.
    pub used: i64,
}

/// Something that is written about a batch after its rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Later {
    /// What was found.
    Found,
    /// Which mails they are.
    Names,
}

impl RowCache {
    /// Opens the cache in `data_dir`, making it where it is missing or cannot be used.
    ///
    /// # Errors
    /// Nothing can be written there, or the file belongs to another program.
    pub fn open(data_dir: &Path) -> Result<Self, super::Error> {
        use std::os::unix::fs::DirBuilderExt as _;
        let _ = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(data_dir);
        let path = data_dir.join(ROWS_FILE);
        match attempt(&path) {
            Ok(Some(cache)) => return Ok(cache),
            Ok(None) => return Err(super::Error::ReadOnly),
            Err(error) if is_damage(&error) => {}
            Err(error) => return Err(error.into()),
        }
        // Whoever has it open goes on with what has no name any more; it is a cache.
        for end in LOGS.into_iter().chain([""]) {
            let _ = std::fs::remove_file(format!("{}{end}", path.display()));
        }
        attempt(&path)?.ok_or(super::Error::ReadOnly)
    }

    /// Opens the cache where there is one, and makes none.
    #[must_use]
    pub fn existing(data_dir: &Path) -> Option<Self> {
        data_dir.join(ROWS_FILE).is_file().then(|| Self::open(data_dir).ok()).flatten()
    }

    /// Bytes that nobody outside knows, the same as long as the cache lives.
    #[must_use]
    pub fn secret(&self) -> Option<Vec<u8>> {
        let found = self.connection.query_row("SELECT bytes FROM secret LIMIT 1", [], |row| row.get(0));
        found.ok().filter(|bytes: &Vec<u8>| bytes.len() == 32)
    }

    /// The state under which a folder was kept.
    ///
    /// # Errors
    /// SQLite cannot read.
    pub fn state(&self, key: &RowKey) -> Result<Option<Vec<u8>>, super::Error> {
        let found = self
            .connection
            .query_row("SELECT state FROM boxes WHERE path = ?1 AND rules = ?2", params![key.path, key.rules], |row| {
                row.get(0)
            })
            .optional()?;
        Ok(found.filter(|state: &Vec<u8>| state.len() <= PIECES * 8 + 4096))
    }

    /// The pieces of one batch, where they are kept under that sum.
    ///
    /// # Errors
    /// SQLite cannot read.
    pub fn pieces(&self, key: &RowKey, number: usize, sum: u64) -> Result<Option<Pieces>, super::Error> {
        let mut statement = self.connection.prepare_cached(
            "SELECT heads.piece, found.piece, names.piece FROM boxes JOIN heads ON heads.box = boxes.id
             LEFT JOIN found ON found.box = heads.box AND found.number = heads.number AND found.sum = heads.sum
             LEFT JOIN names ON names.box = heads.box AND names.number = heads.number AND names.sum = heads.sum
             WHERE boxes.path = ?1 AND boxes.rules = ?2 AND heads.number = ?3 AND heads.sum = ?4",
        )?;
        let mut rows = statement.query(params![key.path, key.rules, number as i64, sum as i64])?;
        let Some(row) = rows.next()? else { return Ok(None) };
        let piece = |at: usize| -> Option<Vec<u8>> {
            row.get_ref(at).ok()?.as_blob_or_null().ok()?.filter(|piece| piece.len() <= PIECE).map(<[u8]>::to_vec)
        };
        Ok(piece(0).map(|heads| Pieces { heads, found: piece(1), names: piece(2) }))
    }

    /// Keeps the rows of a folder, all at once: `piece` gives the sum and the bytes of each batch in order (no bytes where
    /// they have to be there under that sum), `state` what they are kept under once their sums are known. Batches that are
    /// there with the same sum stay, with what was found in them. False where it is too much to be kept, or something is
    /// not there that had to be.
    ///
    /// # Errors
    /// SQLite refuses; then nothing is changed.
    pub fn put_rows(
        &mut self,
        key: &RowKey,
        (rows, now): (u64, i64),
        piece: &mut dyn FnMut(usize) -> Option<(u64, Option<Vec<u8>>)>,
        state: &mut dyn FnMut(&[u64]) -> Vec<u8>,
    ) -> Result<bool, super::Error> {
        let change = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        change.execute(
            "INSERT INTO boxes (path, rules, state, rows, used) VALUES (?1, ?2, x'', ?3, ?4)
             ON CONFLICT (path, rules) DO UPDATE SET rows = ?3, used = ?4",
            params![key.path, key.rules, rows as i64, now],
        )?;
        let id: i64 = change.query_row(
            "SELECT id FROM boxes WHERE path = ?1 AND rules = ?2",
            params![key.path, key.rules],
            |row| row.get(0),
        )?;
        let mut sums = Vec::new();
        let mut total = 0;
        {
            let mut there = change.prepare("SELECT sum, length(piece) FROM heads WHERE box = ?1 AND number = ?2")?;
            let mut put =
                change.prepare("INSERT OR REPLACE INTO heads (box, number, sum, piece) VALUES (?1, ?2, ?3, ?4)")?;
            while let Some((sum, piece)) = piece(sums.len()) {
                let number = sums.len() as i64;
                let old: Option<(i64, i64)> =
                    there.query_row(params![id, number], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
                let old = old.filter(|(old, _)| *old == sum as i64).map(|(_, len)| len as usize);
                let Some(len) = piece.as_ref().map(Vec::len).or(old) else { return Ok(false) };
                total += len as u64;
                if sums.len() >= PIECES || total > MOST_BYTES / 2 || len > PIECE {
                    return Ok(false);
                }
                if let (None, Some(piece)) = (old, piece) {
                    put.execute(params![id, number, sum as i64, piece])?;
                }
                sums.push(sum);
            }
        }
        for table in OF_BOX {
            change.execute(
                &format!("DELETE FROM {table} WHERE box = ?1 AND number >= ?2"),
                params![id, sums.len() as i64],
            )?;
        }
        change.execute("UPDATE boxes SET state = ?2 WHERE id = ?1", params![id, state(&sums)])?;
        change.commit()?;
        Ok(true)
    }

    /// Keeps what was learnt about a batch later, where the batch is still there with that sum.
    ///
    /// # Errors
    /// SQLite refuses; then nothing is changed.
    pub fn put_later(&mut self, key: &RowKey, pieces: &[(usize, u64, Later, Vec<u8>)]) -> Result<(), super::Error> {
        let change = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for (number, sum, later, piece) in pieces.iter().filter(|(.., piece)| piece.len() <= PIECE) {
            let table = match later {
                Later::Found => "found",
                Later::Names => "names",
            };
            change
                .prepare_cached(&format!(
                    "INSERT OR REPLACE INTO {table} (box, number, sum, piece)
                     SELECT heads.box, heads.number, heads.sum, ?5 FROM heads JOIN boxes ON boxes.id = heads.box
                     WHERE boxes.path = ?1 AND boxes.rules = ?2 AND heads.number = ?3 AND heads.sum = ?4"
                ))?
                .execute(params![key.path, key.rules, *number as i64, *sum as i64, piece])?;
        }
        change.commit()?;
        Ok(())
    }

    /// Forgets a folder.
    ///
    /// # Errors
    /// SQLite refuses.
    pub fn forget(&mut self, key: &RowKey) -> Result<(), super::Error> {
        let change = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        change.execute("DELETE FROM boxes WHERE path = ?1 AND rules = ?2", params![key.path, key.rules])?;
        for table in OF_BOX {
            change.execute(&format!("DELETE FROM {table} WHERE box NOT IN (SELECT id FROM boxes)"), [])?;
        }
        change.commit()?;
        Ok(())
    }

    /// Notes that a folder was opened; forgets what is old, what was made under other rules long ago, and what is beyond
    /// the limit. For once in a run.
    ///
    /// # Errors
    /// SQLite refuses.
    pub fn expire(&mut self, key: &RowKey, now: i64) -> Result<(), super::Error> {
        self.shrink(Some(key), now, MOST_BYTES)
    }

    fn shrink(&mut self, key: Option<&RowKey>, now: i64, most: u64) -> Result<(), super::Error> {
        let change = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        if let Some(key) = key {
            change.execute(
                "UPDATE boxes SET used = ?3 WHERE path = ?1 AND rules = ?2",
                params![key.path, key.rules, now],
            )?;
            // The same folder under rules that hold no more.
            change.execute("DELETE FROM boxes WHERE path = ?1 AND rules <> ?2", params![key.path, key.rules])?;
        }
        // A clock that was wrong once must not keep a folder for ever.
        change.execute("DELETE FROM boxes WHERE used < ?1 OR used > ?2", [now - AGE, now + AGE])?;
        let sizes = sizes(&change)?;
        let mut kept = 0;
        for (id, folder) in sizes {
            kept += folder.bytes;
            if kept > most {
                change.execute("DELETE FROM boxes WHERE id = ?1", [id])?;
            }
        }
        let mut gone = 0;
        for table in OF_BOX {
            gone += change.execute(&format!("DELETE FROM {table} WHERE box NOT IN (SELECT id FROM boxes)"), [])?;
        }
        change.commit()?;
        if gone > 0 {
            self.connection.execute_batch("PRAGMA incremental_vacuum")?;
        }
        Ok(())
    }

    /// What is kept, the folder opened last first.
    ///
    /// # Errors
    /// SQLite cannot read.
    pub fn folders(&self) -> Result<Vec<CachedFolder>, super::Error> {
        Ok(sizes(&self.connection)?.into_iter().map(|(_, folder)| folder).collect())
    }

    /// Forgets everything, and gives the room back.
    ///
    /// # Errors
    /// SQLite refuses.
    pub fn clear(&mut self) -> Result<(), super::Error> {
        let change = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        change.execute("DELETE FROM boxes", [])?;
        for table in OF_BOX {
            change.execute(&format!("DELETE FROM {table}"), [])?;
        }
        change.commit()?;
        self.connection.execute_batch("PRAGMA incremental_vacuum; PRAGMA wal_checkpoint(TRUNCATE)")?;
        Ok(())
    }
}

/// Folders with their numbers, the one opened last first.
fn sizes(connection: &Connection) -> rusqlite::Result<Vec<(i64, CachedFolder)>> {
    use std::os::unix::ffi::OsStringExt as _;
    let mut statement = connection.prepare(
        "SELECT id, path, rows, used,
            (SELECT coalesce(sum(length(piece)), 0) FROM heads WHERE box = id)
            + (SELECT coalesce(sum(length(piece)), 0) FROM found WHERE box = id)
            + (SELECT coalesce(sum(length(piece)), 0) FROM names WHERE box = id)
         FROM boxes ORDER BY used DESC, id DESC",
    )?;
    let number = |value: i64| u64::try_from(value).unwrap_or_default();
    let found = statement.query_map([], |row| {
        let path: Vec<u8> = row.get(1)?;
        let path = PathBuf::from(std::ffi::OsString::from_vec(path));
        let folder = CachedFolder { path, rows: number(row.get(2)?), used: row.get(3)?, bytes: number(row.get(4)?) };
        Ok((row.get(0)?, folder))
    })?;
    found.collect()
}

/// Opens the file; `None` where it is somebody else's.
fn attempt(path: &Path) -> rusqlite::Result<Option<RowCache>> {
    if create(path).is_err() {
        return Ok(None);
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags)?;
    harden(&connection)?;
    // Nobody waits for the disk: what a system that breaks down leaves of a cache is not believed unread.
    connection.pragma_update(None, "synchronous", "OFF")?;
    let version: i32 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let application: i32 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    if (application, version) == (APPLICATION, VERSION) {
        // A file whose header forbids writing would never learn anything again.
        if connection.is_readonly("main")? {
            return Err(rusqlite::Error::InvalidQuery);
        }
        return Ok(Some(RowCache { connection }));
    }
    let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    match application {
        0 if tables == 0 => {}
        APPLICATION => return Err(rusqlite::Error::InvalidQuery),
        _ => return Ok(None),
    }
    // Long pieces: large pages are read in fewer steps.
    connection.pragma_update(None, "page_size", 65_536)?;
    connection.pragma_update(None, "auto_vacuum", "INCREMENTAL")?;
    connection.pragma_update(None, "journal_mode", journal(path))?;
    let change = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Another process may have been quicker.
    let there: i64 = change.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    if there == 0 {
        change.execute_batch(TABLES)?;
        change.execute("INSERT INTO secret (bytes) VALUES (randomblob(32))", [])?;
        change.pragma_update(None, "application_id", APPLICATION)?;
        change.pragma_update(None, "user_version", VERSION)?;
    }
    change.commit()?;
    Ok(Some(RowCache { connection }))
}

/// Whether the file itself is at fault, and not the moment.
fn is_damage(error: &rusqlite::Error) -> bool {
    use rusqlite::ErrorCode;
    matches!(error, rusqlite::Error::InvalidQuery)
        || matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(path: &str) -> RowKey {
        RowKey { path: path.as_bytes().to_vec(), rules: [1; 32] }
    }

    fn put(cache: &mut RowCache, key: &RowKey, state: &[u8], pieces: &[(u64, Vec<u8>)], now: i64) {
        let mut piece = |at: usize| pieces.get(at).cloned().map(|(sum, piece)| (sum, Some(piece)));
        assert!(cache.put_rows(key, (1, now), &mut piece, &mut |_| state.to_vec()).unwrap());
    }

    #[test]
    fn what_was_found_stays_with_batches_that_did_not_change() {
        let folder = tempfile::tempdir().unwrap();
        let mut cache = RowCache::open(folder.path()).unwrap();
        let key = key("/mail/a");
        put(&mut cache, &key, b"s1", &[(1, vec![1]), (2, vec![2])], 100);
        let later = [(0, 1, Later::Found, vec![10]), (1, 2, Later::Names, vec![20]), (1, 9, Later::Found, vec![99])];
        cache.put_later(&key, &later).unwrap();
        put(&mut cache, &key, b"s2", &[(1, vec![1]), (3, vec![3])], 100);
        assert_eq!(cache.state(&key).unwrap().as_deref(), Some(&b"s2"[..]));
        let again = RowCache::open(folder.path()).unwrap();
        let kept = Pieces { heads: vec![1], found: Some(vec![10]), names: None };
        assert_eq!(again.pieces(&key, 0, 1).unwrap(), Some(kept));
        assert_eq!(again.pieces(&key, 1, 3).unwrap(), Some(Pieces { heads: vec![3], found: None, names: None }));
        assert_eq!(again.pieces(&key, 1, 2).unwrap(), None);
        assert_eq!(cache.pieces(&RowKey { rules: [2; 32], ..key.clone() }, 0, 1).unwrap(), None);
        put(&mut cache, &key, b"s3", &[], 100);
        assert_eq!(cache.pieces(&key, 0, 1).unwrap(), None);
    }

    #[test]
    fn old_folders_and_those_beyond_the_limit_go() {
        let folder = tempfile::tempdir().unwrap();
        let mut cache = RowCache::open(folder.path()).unwrap();
        for (path, at) in [("/a", 1), ("/b", AGE + 5), ("/c", AGE + 6)] {
            put(&mut cache, &key(path), b"s", &[(1, vec![0; 1000])], at);
        }
        cache.shrink(None, AGE + 6, 5000).unwrap();
        let paths = |cache: &RowCache| cache.folders().unwrap().into_iter().map(|one| one.path).collect::<Vec<_>>();
        assert_eq!(paths(&cache), [PathBuf::from("/c"), PathBuf::from("/b")]);
        cache.shrink(None, AGE + 6, 1500).unwrap();
        assert_eq!(paths(&cache), [PathBuf::from("/c")]);
        cache.clear().unwrap();
        assert!(paths(&cache).is_empty());
    }

    #[test]
    fn rubbish_in_its_place_is_replaced_and_another_programs_database_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(ROWS_FILE);
        std::fs::write(&path, vec![7; 9000]).unwrap();
        assert!(RowCache::open(folder.path()).unwrap().folders().unwrap().is_empty());
        std::fs::remove_file(&path).unwrap();
        let other = Connection::open(&path).unwrap();
        other.execute_batch("CREATE TABLE theirs (a); PRAGMA application_id = 5").unwrap();
        drop(other);
        assert!(RowCache::open(folder.path()).is_err());
        assert!(path.is_file());
    }

    #[test]
    fn one_whose_header_forbids_writing_is_made_anew() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(ROWS_FILE);
        let mut cache = RowCache::open(folder.path()).unwrap();
        put(&mut cache, &key("/a"), b"1", &[(1, vec![7; 9])], 1);
        cache.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
        drop(cache);
        let mut bytes = std::fs::read(&path).unwrap();
        bytes[18] = 109;
        std::fs::write(&path, bytes).unwrap();
        let mut cache = RowCache::open(folder.path()).unwrap();
        assert_eq!(cache.state(&key("/a")).unwrap(), None);
        put(&mut cache, &key("/b"), b"2", &[(1, vec![7; 9])], 2);
        assert_eq!(cache.state(&key("/b")).unwrap().as_deref(), Some(&b"2"[..]));
    }

    #[test]
    fn only_its_owner_reads_it() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let mut cache = RowCache::open(folder.path()).unwrap();
        put(&mut cache, &key("/a"), b"s", &[(1, vec![0; 1000])], 1);
        for file in std::fs::read_dir(folder.path()).unwrap() {
            assert_eq!(file.unwrap().metadata().unwrap().permissions().mode() & 0o077, 0);
        }
    }
}

//! Opening the database, whatever state its file is in: a user never loses marks without a message, and never the program.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::error::sqlite;
use super::schema::{self, Standing};
use super::{Store, mend};
use crate::text::{Sentence, Value, Words, cause};

/// The database in the data directory.
pub const FILE: &str = "gosanke.db";
/// How long a write waits for another process.
pub(super) const BUSY: Duration = Duration::from_secs(if cfg!(test) { 3 } else { 10 });
/// Another process is at work on the file.
const CHANGED: Words = Words::new("another process changed it", "他のプロセスが書き換えました");

/// An open store, and what a person should know of how it was opened.
#[derive(Debug)]
pub struct Opened {
    /// The store.
    pub store: Store,
    /// Sentences; empty where all is well.
    pub warnings: Vec<Sentence>,
}

/// Why a file is not used as it is.
pub(super) enum Trouble {
    /// Its content is no database, or a broken one, or somebody else's; it is set aside.
    Damaged(Sentence),
    /// It cannot be written here.
    Locked(Sentence),
}

impl Store {
    pub(super) fn on(connection: Connection) -> Self {
        Self { connection, read_only: false, in_memory: false, version: 0, file: None, log: None, read: None }
    }

    /// A store without a file.
    ///
    /// # Errors
    /// SQLite has no memory.
    pub fn in_memory() -> Result<Self, super::Error> {
        let mut connection = Connection::open_in_memory()?;
        schema::migrate(&mut connection)?;
        Ok(Self { in_memory: true, ..Self::on(connection) })
    }

    /// Opens `gosanke.db` in `data_dir`, making both where they are missing.
    ///
    /// A damaged file becomes `gosanke.db.damaged-N` once what can still be read of its marks stands in a new one. One of a
    /// newer version is opened read-only. Where nothing can be written, marks are kept in memory, together with those
    /// that could be read. A log beside no database is kept as `gosanke.db.left-N-wal`. Each of these is a warning.
    ///
    /// # Errors
    /// Not even a database in memory can be made.
    pub fn open(data_dir: &Path) -> Result<Opened, super::Error> {
        Self::open_after(data_dir, None)
    }

    /// The same, where a store was open until now: its log is not the one of a database that was put into its place.
    pub(super) fn open_after(data_dir: &Path, before: Option<&Self>) -> Result<Opened, super::Error> {
        let mut warnings = Vec::new();
        let path = data_dir.join(FILE);
        // Two processes that start at once must not both set the file aside.
        let lock = match prepare(data_dir) {
            Ok(lock) => lock,
            Err(why) => return without_writing(&path, why, warnings),
        };
        let mut opening = Opening { path: &path, has_lock: lock.is_some(), warnings: &mut warnings };
        match opening.store(before) {
            Ok(store) => Ok(Opened { store, warnings }),
            Err(why) => without_writing(&path, why, warnings),
        }
    }

    /// Some file stands under the name.
    pub(super) fn is_there(data_dir: &Path) -> bool {
        file(&data_dir.join(FILE)).is_some()
    }

    /// Its file still stands under its name. Another process may have set it aside as a damaged one and put a new one there:
    /// what is written then is in a file that nobody opens any more.
    pub(super) fn is_in_place(&self, data_dir: &Path) -> bool {
        self.file.is_none() || file(&data_dir.join(FILE)) == self.file
    }

    /// How long a write waits from now on where another process writes: some seconds, or not at all.
    pub(super) fn be_patient(&self, patient: bool) {
        let _ = self.connection.busy_timeout(if patient { BUSY } else { Duration::ZERO });
    }
}

/// A database while it is opened. Each step fails with the reason why nothing can be written there.
struct Opening<'a> {
    path: &'a Path,
    /// This process holds the lock: no other is at the same steps.
    has_lock: bool,
    warnings: &'a mut Vec<Sentence>,
}

impl Opening<'_> {
    fn store(&mut self, before: Option<&Store>) -> Result<Store, Sentence> {
        self.end_mending()?;
        // A link to a place that is away is none that is missing.
        let is_missing = self.path.symlink_metadata().is_err();
        if is_missing || before.is_some_and(|one| self.has_log_of(one)) {
            self.leave_log()?;
        }
        // Ours are never of no length, but for a moment: to SQLite it is a new one.
        if self.is_empty() {
            self.tell_empty()?;
        }
        let mut store = match attempt(self.path) {
            Ok(store) => store,
            Err(Trouble::Locked(why)) => {
                if is_missing && self.is_empty() {
                    // Ours, which the disk did not take. Found empty, it would be told as somebody's loss.
                    let _ = std::fs::remove_file(self.path);
                }
                return Err(why);
            }
            Err(Trouble::Damaged(why)) => self.mended(why)?,
        };
        if store.read_only {
            let words = Words::new(
                "{0} was written by a newer gosanke: marks are shown but cannot be changed",
                "{0} は新しい版の gosanke のものです。印は表示しますが、変更できません",
            );
            self.warn(words, [self.path.into()]);
        }
        (store.file, store.log) = (file(self.path), mend::log(self.path));
        Ok(store)
    }

    fn warn<const N: usize>(&mut self, words: Words, values: [Value; N]) {
        self.warnings.push(Sentence::new(words, values));
    }

    fn is_empty(&self) -> bool {
        std::fs::metadata(self.path).is_ok_and(|data| data.is_file() && data.len() == 0)
    }

    /// Ends what an earlier run began to mend.
    fn end_mending(&mut self) -> Result<(), Sentence> {
        if !self.has_lock {
            // Whoever holds the lock may be about to put it there.
            return if mend::is_under_way(self.path) { Err(CHANGED.into()) } else { Ok(()) };
        }
        if let Some(aside) = mend::finish(self.path).map_err(|error| cause(&error))? {
            let words = Words::new(
                "{0} was damaged and is kept as {1}; an earlier run ended while it was mended",
                "{0} は壊れていたため {1} として残しました（以前の実行が修復の途中で終了していました）",
            );
            self.warn(words, [self.path.into(), (&aside).into()]);
        }
        Ok(())
    }

    /// Another database was put into the place of the one that was open, beside its log.
    fn has_log_of(&self, before: &Store) -> bool {
        let there = file(self.path);
        there.is_some()
            && there != before.file
            && before.log.is_some()
            && before.log == mend::log(self.path)
            // Another process that opened it beside that log has made it its own.
            && is_unused(self.path)
    }

    /// Keeps a log that is not the one of what is opened.
    fn leave_log(&mut self) -> Result<(), Sentence> {
        if !self.has_lock {
            // Whoever holds the lock may be about to put a database there.
            return Err(CHANGED.into());
        }
        if let Some(left) = mend::leave(self.path).map_err(|error| cause(&error))? {
            let words = Words::new(
                "the last changes of a database that does not stand there any more are kept as {0}",
                "そこになくなったデータベースの直前の変更の記録を {0} として残しました",
            );
            self.warn(words, [(&left).into()]);
        }
        Ok(())
    }

    /// Tells that the file is empty, and keeps the log beside it, which SQLite would take away: the last changes may be in
    /// there.
    fn tell_empty(&mut self) -> Result<(), Sentence> {
        let has_log = mend::has_log(self.path);
        if has_log && !self.has_lock {
            return Err(CHANGED.into());
        }
        let aside = has_log.then(|| mend::set_aside(self.path)).transpose().map_err(|error| cause(&error))?;
        let words = Words::new(
            "{0} was empty: if it held marks, something else took them away; quit, and a copy of yours can be put in its place",
            "{0} が空でした。印が入っていた場合は外部の要因で失われています。控えがあれば、終了してから置き換えてください",
        );
        self.warn(words, [self.path.into()]);
        if let Some(aside) = aside {
            let words =
                Words::new("the log of its last changes is kept beside {0}", "直前の変更の記録は {0} の隣に残しました");
            self.warn(words, [(&aside).into()]);
        }
        Ok(())
    }

    /// Puts a new database into the place of a damaged one, and opens it.
    fn mended(&mut self, why: Sentence) -> Result<Store, Sentence> {
        if !self.has_lock {
            // Whoever holds the lock may be mending this very file.
            return Err(why);
        }
        let (aside, count) = match mend::mend(self.path) {
            Ok(done) => done,
            Err(refused) => {
                let words = Words::new(
                    "{0} is damaged ({1}) and stays as it is until a new one can be written",
                    "{0} は壊れています（{1}）。新しいファイルを書けるようになるまで、そのまま残します",
                );
                self.warn(words, [self.path.into(), why.into()]);
                return Err(refused);
            }
        };
        let words =
            Words::new("{0} was damaged ({1}) and is kept as {2}", "{0} は壊れていたため（{1}）、{2} として残しました");
        self.warn(words, [self.path.into(), why.into(), (&aside).into()]);
        let words = if count > 0 {
            Words::new("{0 mark was|marks were} carried over", "印 {0} 件を引き継ぎました")
        } else {
            Words::new(
                "no mark or note could be read in it, so there are none now",
                "印もメモも読み取れなかったため、空の状態から始めます",
            )
        };
        self.warn(words, [count.into()]);
        attempt(self.path).map_err(|(Trouble::Locked(why) | Trouble::Damaged(why))| why)
    }
}

/// No other process has the database open: SQLite holds a lock on a file with a log as long as it is open (SQLite,
/// "Write-Ahead Logging").
fn is_unused(path: &Path) -> bool {
    use rustix::fs::{FlockOperation, fcntl_lock};
    let file = OpenOptions::new().read(true).write(true).open(path);
    file.is_ok_and(|file| fcntl_lock(&file, FlockOperation::NonBlockingLockExclusive).is_ok())
}

/// Device and number of a file.
pub(super) type FileId = (u64, u64);

/// Which file stands there.
pub(super) fn file(path: &Path) -> Option<FileId> {
    std::fs::metadata(path).ok().map(|data| (data.dev(), data.ino()))
}

/// Makes the directory and takes the lock that is held while the database is opened.
fn prepare(data_dir: &Path) -> Result<Option<File>, Sentence> {
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(data_dir).map_err(|error| cause(&error))?;
    let file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .custom_flags(rustix::fs::OFlags::NOFOLLOW.bits().cast_signed())
        .open(data_dir.join(format!("{FILE}.lock")))
        .map_err(|error| cause(&error))?;
    for _ in 0..100 {
        if file.try_lock().is_ok() {
            return Ok(Some(file));
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    // A process that hangs with the lock must not keep others from their marks; SQLite has its own locks.
    Ok(None)
}

/// Opens and brings the database up to date.
fn attempt(path: &Path) -> Result<Store, Trouble> {
    create(path)?;
    let mut connection = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE).map_err(|error| trouble(&error))?;
    match schema::look(&connection).map_err(|error| trouble(&error))? {
        Some(Standing::Foreign) => {
            let words = Words::new("it is not a database of gosanke", "gosanke のデータベースではありません");
            return Err(Trouble::Damaged(words.into()));
        }
        Some(Standing::Newer) => {
            drop(connection);
            let connection = connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY).map_err(|error| trouble(&error))?;
            return Ok(Store { read_only: true, ..Store::on(connection) });
        }
        Some(Standing::Ready) | None => {}
    }
    sound(&connection)?;
    let setup = |connection: &mut Connection| -> rusqlite::Result<Standing> {
        connection.pragma_update(None, "journal_mode", journal(path))?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        schema::migrate(connection)
    };
    match setup(&mut connection).map_err(|error| trouble(&error))? {
        Standing::Ready => {
            let whole = schema::is_whole(&connection).map_err(|error| trouble(&error))?;
            let mut store = Store::on(connection);
            // Every row is read: one that cannot be would hide all marks, each time that they are read.
            if whole && store.rehearse().map_err(|error| trouble(&error))? {
                store.read_ahead().map_err(|error| trouble(&error))?;
                return Ok(store);
            }
            let words = Words::new("its tables are not as they were made", "表の中身が作られたときと違います");
            Err(Trouble::Damaged(words.into()))
        }
        Standing::Newer | Standing::Foreign => Err(Trouble::Locked(CHANGED.into())),
    }
}

/// How `SQLite` keeps the last changes. A log with an index in shared memory breaks where machines share a folder over a
/// network (SQLite, "Write-Ahead Logging").
pub(super) fn journal(path: &Path) -> &'static str {
    #[cfg(target_os = "linux")]
    if rustix::fs::statfs(path).is_ok_and(|system| is_shared(system.f_type as u32)) {
        return "DELETE";
    }
    let _ = path;
    "WAL"
}

/// A file system of a network, by its number (statfs(2)): NFS, SMB, 9P, AFS, Ceph.
#[cfg(target_os = "linux")]
fn is_shared(number: u32) -> bool {
    [0x6969, 0xff53_4d42, 0xfe53_4d42, 0x517b, 0x0102_1997, 0x5346_414f, 0x00c3_6400].contains(&number)
}

/// Makes the file with our mode, which SQLite gives to its log and index too.
pub(super) fn create(path: &Path) -> Result<(), Trouble> {
    let locked = |error: std::io::Error| Trouble::Locked(cause(&error));
    match std::fs::metadata(path) {
        Ok(data) if !data.is_file() => {
            Err(Trouble::Locked(Words::new("it is not a regular file", "通常のファイルではありません").into()))
        }
        Ok(data) => {
            if data.permissions().mode() & 0o077 != 0 {
                // Notes may quote confidential mail. A failure shows when the file is written.
                let _ = std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600));
            }
            // Opening for writing is the honest test; the mode says nothing on a read-only file system.
            OpenOptions::new().write(true).open(path).map(drop).map_err(locked)
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map(drop).map_err(locked)
        }
        Err(error) => Err(locked(error)),
    }
}

pub(super) fn connect(path: &Path, mode: OpenFlags) -> rusqlite::Result<Connection> {
    let connection = Connection::open_with_flags(path, mode | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    harden(&connection)?;
    Ok(connection)
}

/// The file may come from anywhere: no triggers, views or functions hidden in its schema may run (SQLite, "Defense
/// against the dark arts").
pub(super) fn harden(connection: &Connection) -> rusqlite::Result<()> {
    use rusqlite::config::DbConfig;
    connection.busy_timeout(BUSY)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "cell_size_check", true)?;
    Ok(())
}

/// Checks the whole file: marks are few, a check takes milliseconds, and a broken page found later would be a lost mark.
pub(super) fn sound(connection: &Connection) -> Result<(), Trouble> {
    let said: String =
        connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0)).map_err(|error| trouble(&error))?;
    if said != "ok" {
        let said = said.lines().next().unwrap_or_default();
        // SQLite names pages and indices; that is for whoever mends it, and English.
        let words = Words::new("{0}", "内部の検査に通りません");
        return Err(Trouble::Damaged(Sentence::new(words, [said.into()])));
    }
    // Its first page can say that it may only be read (SQLite file format, 1.3.3). Nobody sees that until a mark is lost.
    if connection.is_readonly("main").map_err(|error| trouble(&error))? {
        let words = Words::new("its header forbids writing", "ヘッダーが書き込みを禁じています");
        return Err(Trouble::Damaged(words.into()));
    }
    Ok(())
}

pub(super) fn trouble(error: &rusqlite::Error) -> Trouble {
    match error.sqlite_error_code() {
        Some(
            ErrorCode::ReadOnly
            | ErrorCode::CannotOpen
            | ErrorCode::PermissionDenied
            | ErrorCode::DatabaseBusy
            | ErrorCode::DatabaseLocked
            | ErrorCode::DiskFull
            | ErrorCode::SystemIoFailure
            | ErrorCode::FileLockingProtocolFailed
            | ErrorCode::OutOfMemory,
        ) => Trouble::Locked(sqlite(error)),
        _ => Trouble::Damaged(sqlite(error)),
    }
}

/// A store in memory that starts with what the file, read where it lies, still gives.
pub(super) fn without_writing(path: &Path, why: Sentence, mut warnings: Vec<Sentence>) -> Result<Opened, super::Error> {
    let mut store = Store::in_memory()?;
    store.carry(&mend::at_rest(path))?;
    let words = Words::new(
        "{0}: {1}; changes of marks are kept in memory, and are lost at the end unless it can be written before",
        "{0}: {1}。印の変更はメモリーに置きます。書き込めるようにならなければ終了時に失われます",
    );
    warnings.push(Sentence::new(words, [path.into(), why.into()]));
    Ok(Opened { store, warnings })
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn only_a_folder_of_a_network_does_without_the_log() {
        assert!(is_shared(0x6969) && is_shared(0xff53_4d42) && !is_shared(0xef53) && !is_shared(0x0102_1994));
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(journal(folder.path()), "WAL");
    }
}

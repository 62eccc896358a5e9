//! Damaged files: what is said of them, what is kept of them, and what the next run finds where one was ended in between.

use std::collections::HashSet;
use std::path::Path;

use super::{id, open, told};
use crate::store::*;

#[test]
fn a_damaged_file_is_set_aside_and_nothing_is_lost_silently() {
    for (name, damage) in [
        ("text", (|path: &Path| std::fs::write(path, "not a database at all").unwrap()) as fn(&Path)),
        ("other", |path: &Path| {
            std::fs::remove_file(path).unwrap();
            rusqlite::Connection::open(path).unwrap().execute_batch("CREATE TABLE theirs (x)").unwrap();
        }),
        ("pages", |path: &Path| {
            let mut bytes = std::fs::read(path).unwrap();
            let middle = bytes.len() / 2;
            bytes[middle..].fill(0x5a);
            std::fs::write(path, bytes).unwrap();
        }),
        // The version that a writer must know: "it is a newer one, read only".
        ("header", |path: &Path| {
            let mut bytes = std::fs::read(path).unwrap();
            bytes[18] = 109;
            std::fs::write(path, bytes).unwrap();
        }),
        ("cut", |path: &Path| {
            let bytes = std::fs::read(path).unwrap();
            std::fs::write(path, &bytes[..bytes.len() / 2]).unwrap();
        }),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE);
        for round in 1..=2 {
            let mut store = Store::open(folder.path()).unwrap().store;
            let ids: Vec<Identity> = (0..50).map(id).collect();
            store.set_mark(&ids, Some(Mark::Malicious), 1).unwrap();
            store.connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
            drop(store);
            damage(&path);
            let content = std::fs::read(&path).unwrap();
            let opened = Store::open(folder.path()).unwrap();
            let also: Vec<String> = opened.warnings.iter().skip(1).map(ToString::to_string).collect();
            let none = "no mark or note could be read in it, so there are none now";
            assert!(also == [none] || also == ["50 marks were carried over"], "{name}: {also:?}");
            let aside = folder.path().join(format!("{FILE}.damaged-{round}"));
            assert!(told(&opened, folder.path()).contains(aside.to_str().unwrap()), "{name}: {:?}", opened.warnings);
            assert_eq!(std::fs::read(aside).unwrap(), content, "{name}: the damaged file is kept as it was");
            assert!(!opened.store.is_in_memory() && !opened.store.is_read_only());
        }
        assert_eq!(Store::open(folder.path()).unwrap().warnings, [], "{name}");
    }
}

#[test]
fn marks_in_a_broken_database_are_carried_over() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = open(folder.path());
    store.set_mark(&[id(1), id(2)], Some(Mark::Benign), 1).unwrap();
    // Break another table than that of the marks.
    store.connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    let page: i64 = store
        .connection
        .query_row("SELECT rootpage FROM sqlite_schema WHERE name = 'facts'", [], |row| row.get(0))
        .unwrap();
    let size: i64 = store.connection.pragma_query_value(None, "page_size", |row| row.get(0)).unwrap();
    drop(store);
    let path = folder.path().join(FILE);
    let mut bytes = std::fs::read(&path).unwrap();
    let at = usize::try_from((page - 1) * size).unwrap();
    bytes[at..at + 100].fill(0xff);
    std::fs::write(&path, bytes).unwrap();
    let mut opened = Store::open(folder.path()).unwrap();
    assert!(told(&opened, folder.path()).ends_with("damaged-1"), "{:?}", opened.warnings);
    assert_eq!(opened.warnings[1].to_string(), "2 marks were carried over");
    assert_eq!(opened.store.marks().unwrap().len(), 2);
}

#[test]
fn a_database_that_is_sound_and_not_as_it_was_made_is_set_aside() {
    // For SQLite the file is as sound as before.
    let schema = |change: &str| {
        format!("PRAGMA writable_schema = ON; UPDATE sqlite_schema SET {change}; PRAGMA writable_schema = RESET")
    };
    for change in [
        "ALTER TABLE changes RENAME COLUMN after_note TO afteR_nose".to_owned(),
        schema("sql = 'CREATE TABLE sqlite_sequence(name,se_)' WHERE name = 'sqlite_sequence'"),
        "UPDATE sqlite_sequence SET seq = NULL".to_owned(),
        "UPDATE sqlite_sequence SET seq = 9223372036854775807".to_owned(),
        // A step of this number would not be the last one, and another be undone in its place.
        "UPDATE sqlite_sequence SET seq = -7".to_owned(),
        "UPDATE changes SET step = 'x'".to_owned(),
        // The index goes on to say what the table no longer does.
        "CREATE TEMP TABLE kept AS SELECT * FROM sqlite_schema WHERE name = 'changes_step'; \
         PRAGMA writable_schema = ON; DELETE FROM sqlite_schema WHERE name = 'changes_step'; \
         PRAGMA writable_schema = RESET; UPDATE changes SET before_at = 5, step = 5; PRAGMA writable_schema = ON; \
         INSERT INTO sqlite_schema SELECT * FROM kept; PRAGMA writable_schema = RESET"
            .to_owned(),
        "CREATE TRIGGER refuse BEFORE INSERT ON marks BEGIN SELECT RAISE(ABORT, 'no'); END".to_owned(),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let mut store = open(folder.path());
        store.set_mark(&[id(1)], Some(Mark::Benign), 1).unwrap();
        drop(store);
        // A connection as others open it: ours lets nobody do such things.
        rusqlite::Connection::open(folder.path().join(FILE)).unwrap().execute_batch(&change).unwrap();
        let mut opened = Store::open(folder.path()).unwrap();
        assert!(told(&opened, folder.path()).ends_with("damaged-1"), "{change}");
        assert_eq!(opened.warnings[1].to_string(), "1 mark was carried over", "{change}");
        opened.store.set_mark(&[id(2)], Some(Mark::Malicious), 2).unwrap();
        assert_eq!(opened.store.marks().unwrap().len(), 2);
    }
}

#[test]
fn an_empty_file_is_told_and_a_missing_one_is_not() {
    let folder = tempfile::tempdir().unwrap();
    assert!(Store::open(folder.path()).unwrap().warnings.is_empty());
    assert!(Store::open(folder.path()).unwrap().warnings.is_empty());
    std::fs::write(folder.path().join(FILE), "").unwrap();
    let mut opened = Store::open(folder.path()).unwrap();
    assert!(opened.warnings.len() == 1 && told(&opened, folder.path()).contains("was empty"), "{:?}", opened.warnings);
    opened.store.set_mark(&[id(2)], Some(Mark::Malicious), 2).unwrap();
    drop(opened);
    assert!(Store::open(folder.path()).unwrap().warnings.is_empty());
    // SQLite would take a log away that stands beside an empty database.
    for part in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(folder.path().join(format!("{FILE}{part}")));
    }
    std::fs::write(folder.path().join(FILE), "").unwrap();
    std::fs::write(folder.path().join(format!("{FILE}-wal")), "the last changes").unwrap();
    let opened = Store::open(folder.path()).unwrap();
    assert!(
        opened.warnings.len() == 2 && opened.warnings[1].to_string().contains("kept beside"),
        "{:?}",
        opened.warnings
    );
    let kept = std::fs::read(folder.path().join(format!("{FILE}.damaged-1-wal"))).unwrap();
    assert_eq!(kept, b"the last changes");
    drop(opened);
    // And one beside none, whose database somebody may have moved first.
    std::fs::remove_file(folder.path().join(FILE)).unwrap();
    std::fs::write(folder.path().join(format!("{FILE}-wal")), "later changes").unwrap();
    let opened = Store::open(folder.path()).unwrap();
    assert!(
        opened.warnings.len() == 1 && opened.warnings[0].to_string().contains(".left-1-wal"),
        "{:?}",
        opened.warnings
    );
    let kept = std::fs::read(folder.path().join(format!("{FILE}.left-1-wal"))).unwrap();
    assert_eq!(kept, b"later changes");
}

#[test]
fn a_mark_that_cannot_be_read_does_not_hide_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = open(folder.path());
    store.set_mark(&[id(1), id(2), id(3)], Some(Mark::Benign), 1).unwrap();
    store.connection.execute("UPDATE marks SET at = 'x' WHERE identity = ?1", [id(2).0]).unwrap();
    assert!(store.marks().is_err());
    assert_eq!(store.readable().into_keys().collect::<HashSet<_>>(), HashSet::from([id(1), id(3)]));
    drop(store);
    // Opened again, the file is set aside with that row in it.
    let mut opened = Store::open(folder.path()).unwrap();
    assert_eq!(opened.warnings[1].to_string(), "2 marks were carried over");
    assert_eq!(opened.store.marks().unwrap().len(), 2);
}

/// A database with two marks, damaged beside them.
fn damaged(folder: &Path) {
    let mut store = open(folder);
    store.set_mark(&[id(1), id(2)], Some(Mark::Benign), 1).unwrap();
    store.connection.execute_batch("UPDATE sqlite_sequence SET seq = NULL").unwrap();
}

#[test]
fn a_damaged_database_keeps_its_name_until_a_new_one_can_be_written() {
    let folder = tempfile::tempdir().unwrap();
    damaged(folder.path());
    let content = std::fs::read(folder.path().join(FILE)).unwrap();
    // Stands for a disk without room.
    let making = folder.path().join(format!("{FILE}.making"));
    std::fs::create_dir_all(making.join("x")).unwrap();
    for _ in 0..2 {
        let mut opened = Store::open(folder.path()).unwrap();
        assert!(told(&opened, folder.path()).contains("stays as it is"), "{:?}", opened.warnings);
        assert!(opened.warnings[1].to_string().contains("kept in memory"));
        assert!(opened.store.is_in_memory());
        assert_eq!(opened.store.marks().unwrap().len(), 2);
        assert_eq!(std::fs::read(folder.path().join(FILE)).unwrap(), content);
    }
    std::fs::remove_dir_all(making).unwrap();
    let mut opened = Store::open(folder.path()).unwrap();
    assert_eq!(opened.warnings[1].to_string(), "2 marks were carried over");
    assert!(!opened.store.is_in_memory());
    assert_eq!(opened.store.marks().unwrap().len(), 2);
}

#[test]
fn a_run_that_ends_while_it_mends_is_ended_by_the_next() {
    // What was renamed before the kill.
    for renamed in [&[][..], &["-wal"], &["-wal", ""]] {
        let folder = tempfile::tempdir().unwrap();
        let name = |end: &str| folder.path().join(format!("{FILE}{end}"));
        damaged(folder.path());
        let mut whole = open(&folder.path().join("whole"));
        whole.set_mark(&[id(1), id(2)], Some(Mark::Benign), 1).unwrap();
        drop(whole);
        std::fs::rename(folder.path().join("whole").join(FILE), name(".mended")).unwrap();
        std::fs::write(name("-wal"), "the log").unwrap();
        for part in renamed {
            std::fs::rename(name(part), name(&format!(".damaged-1{part}"))).unwrap();
        }
        let mut opened = Store::open(folder.path()).unwrap();
        assert!(
            told(&opened, folder.path()).contains("damaged-1; an earlier run ended while"),
            "{:?}",
            opened.warnings
        );
        assert_eq!(opened.warnings.len(), 1);
        assert_eq!(opened.store.marks().unwrap().len(), 2, "{renamed:?}");
        assert_eq!(std::fs::read(name(".damaged-1-wal")).unwrap(), b"the log");
        assert!(name(".damaged-1").is_file() && !name(".mended").exists());
        drop(opened);
        assert_eq!(Store::open(folder.path()).unwrap().warnings, []);
    }
}

#[test]
fn a_damaged_log_of_moves_is_set_aside_and_a_newer_one_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(MOVES_FILE);
    std::fs::write(&path, "not a database at all, but long enough to be looked at").unwrap();
    let (log, aside) = MoveLog::open(folder.path()).unwrap();
    assert!(std::fs::read(aside.unwrap()).unwrap().starts_with(b"not a database"));
    assert!(matches!(MoveLog::open(folder.path()), Err(Error::Held(_))), "one program at a time");
    assert!(log.unsettled().unwrap().is_empty());
    drop(log);
    rusqlite::Connection::open(&path).unwrap().pragma_update(None, "user_version", 9).unwrap();
    let content = std::fs::read(&path).unwrap();
    assert!(matches!(MoveLog::open(folder.path()), Err(Error::Held(why)) if why.to_string().contains("newer")));
    assert_eq!(std::fs::read(&path).unwrap(), content);
}

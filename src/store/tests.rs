//! The store: marks that last, undo, and files in every bad state.

use std::io::BufRead as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::facts::{Answer, Fact, Key, Origin, State};
use crate::lookup::Keep as _;

fn id(n: u8) -> Identity {
    Identity([n; 32])
}

fn open(folder: &Path) -> Store {
    let opened = Store::open(folder).unwrap();
    assert_eq!(opened.warnings, Vec::<String>::new());
    opened.store
}

fn marked(mark: Mark, at: i64) -> Marked {
    Marked { mark: Some(mark), note: String::new(), at }
}

#[test]
fn marks_and_notes_are_there_after_opening_again() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("made/by/open");
    let mut store = open(&folder);
    assert_eq!(store.marks().unwrap(), Marks::new());
    assert_eq!(store.set_mark(&[id(1), id(2)], Some(Mark::Malicious), 5).unwrap().len(), 2);
    store.set_note(id(2), "重要\u{1b}[2J\n", 6).unwrap();
    store.set_mark(&[id(1)], None, 7).unwrap();
    // A process that is killed closes nothing.
    #[expect(clippy::disallowed_methods, reason = "a killed process does not drop its store either")]
    std::mem::forget(store);
    let note = Marked { note: "重要\u{1b}[2J\n".into(), ..marked(Mark::Malicious, 6) };
    assert_eq!(open(&folder).marks().unwrap(), Marks::from([(id(2), note)]));
    for entry in std::fs::read_dir(&folder).unwrap() {
        let entry = entry.unwrap();
        assert_eq!(entry.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{:?}", entry.file_name());
    }
}

#[test]
fn undo_takes_back_step_after_step_also_after_opening_again() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = open(folder.path());
    store.set_mark(&[id(1), id(2), id(3)], Some(Mark::Benign), 1).unwrap();
    assert_eq!(store.set_mark(&[id(1)], Some(Mark::Benign), 2).unwrap(), [], "no change is no step");
    store.set_mark(&[id(2)], Some(Mark::Malicious), 3).unwrap();
    store.set_note(id(2), "look", 4).unwrap();
    drop(store);
    let mut store = open(folder.path());
    assert_eq!(store.undo().unwrap().unwrap().restored, [(id(2), marked(Mark::Malicious, 3))]);
    assert_eq!(store.undo().unwrap().unwrap().restored, [(id(2), marked(Mark::Benign, 1))]);
    store.set_mark(&[id(9)], Some(Mark::Suspicious), 5).unwrap();
    assert_eq!(store.undo().unwrap().unwrap().restored, [(id(9), Marked::default())]);
    let last = store.undo().unwrap().unwrap().restored;
    assert_eq!(last.len(), 3);
    assert!(last.iter().all(|(_, marked)| *marked == Marked::default()));
    assert_eq!(store.undo().unwrap(), None);
    assert_eq!(store.marks().unwrap(), Marks::new());
}

#[test]
fn a_message_that_is_named_twice_in_one_step_comes_back_whole() {
    let mut store = Store::in_memory().unwrap();
    store.set_mark(&[id(1)], Some(Mark::Benign), 1).unwrap();
    store.set_mark(&[id(1), id(1)], None, 2).unwrap();
    store.undo().unwrap();
    assert_eq!(store.marks().unwrap(), Marks::from([(id(1), marked(Mark::Benign, 1))]));
}

#[test]
fn a_note_beyond_the_limit_is_refused() {
    let mut store = Store::in_memory().unwrap();
    store.set_note(id(1), &"x".repeat(NOTE_LIMIT), 1).unwrap();
    assert!(matches!(store.set_note(id(1), &"y".repeat(NOTE_LIMIT + 1), 2), Err(Error::NoteTooLong)));
    assert_eq!(store.marks().unwrap()[&id(1)].note.len(), NOTE_LIMIT);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_sequence_of_changes_and_undos_equals_a_model(
        steps in prop::collection::vec((0..6_u8, prop::collection::vec(0..4_u8, 1..4)), 1..40)
    ) {
        let mut store = Store::in_memory().unwrap();
        let mut model = vec![Marks::new()];
        for (at, (what, who)) in (1_i64..).zip(steps) {
            let ids: Vec<Identity> = who.iter().map(|n| id(*n)).collect();
            let mark = Mark::of(what.into());
            let mut next = model.last().unwrap().clone();
            match what {
                0..4 => {
                    store.set_mark(&ids, mark, at).unwrap();
                    for id in &ids {
                        let have = next.entry(*id).or_default();
                        if have.mark != mark {
                            *have = Marked { mark, at, ..have.clone() };
                        }
                    }
                }
                4 => {
                    let note = if who.len() == 1 { String::new() } else { format!("{}", who.len()) };
                    store.set_note(ids[0], &note, at).unwrap();
                    let have = next.entry(ids[0]).or_default();
                    if have.note != note {
                        *have = Marked { note, at, ..have.clone() };
                    }
                }
                _ => {
                    let undone = store.undo().unwrap();
                    prop_assert_eq!(undone.is_some(), model.len() > 1);
                    if model.len() > 1 {
                        model.pop();
                    }
                    next = model.last().unwrap().clone();
                }
            }
            next.retain(|_, marked| marked.mark.is_some() || !marked.note.is_empty());
            if &next != model.last().unwrap() {
                model.push(next);
            }
            prop_assert_eq!(&store.marks().unwrap(), model.last().unwrap());
        }
    }
}

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
            assert_eq!(opened.warnings.len(), 1, "{name}: {:?}", opened.warnings);
            let aside = folder.path().join(format!("{FILE}.damaged-{round}"));
            assert!(opened.warnings[0].contains(aside.to_str().unwrap()), "{name}: {:?}", opened.warnings);
            assert_eq!(std::fs::read(aside).unwrap(), content, "{name}: the damaged file is kept as it was");
            assert!(!opened.store.is_in_memory() && !opened.store.is_read_only());
        }
        assert_eq!(Store::open(folder.path()).unwrap().warnings, Vec::<String>::new(), "{name}");
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
    assert!(opened.warnings[0].contains("2 marks were carried over"), "{:?}", opened.warnings);
    assert_eq!(opened.store.marks().unwrap().len(), 2);
}

#[test]
fn an_empty_file_is_a_new_database() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(FILE), "").unwrap();
    open(folder.path()).set_mark(&[id(1)], Some(Mark::Benign), 1).unwrap();
}

#[test]
fn a_database_of_a_newer_version_is_only_read() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = open(folder.path());
    store.set_mark(&[id(1)], Some(Mark::Suspicious), 1).unwrap();
    store.connection.execute_batch("ALTER TABLE marks ADD COLUMN colour TEXT; PRAGMA user_version = 99").unwrap();
    drop(store);
    let mut opened = Store::open(folder.path()).unwrap();
    assert!(opened.warnings[0].contains("newer gosanke"), "{:?}", opened.warnings);
    let store = &mut opened.store;
    assert!(store.is_read_only());
    assert_eq!(store.marks().unwrap().len(), 1);
    assert!(matches!(store.set_mark(&[id(1)], None, 2), Err(Error::ReadOnly)));
    assert!(matches!(store.set_note(id(1), "x", 2), Err(Error::ReadOnly)));
    assert!(matches!(store.undo(), Err(Error::ReadOnly)));
    assert!(store.put_fact(&Key::Owner("a.test".into()), &Fact::default(), 9).is_err());
    assert_eq!(store.marks().unwrap().len(), 1);
}

#[test]
fn where_nothing_can_be_written_marks_live_in_memory() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "x").unwrap();
    let held = folder.path().join("held");
    std::fs::create_dir_all(held.join(FILE)).unwrap();
    for data_dir in [file.join("below a file"), held, "/proc/none".into()] {
        let mut opened = Store::open(&data_dir).unwrap();
        assert!(opened.warnings[0].contains("kept in memory"), "{:?}", opened.warnings);
        assert!(opened.store.is_in_memory());
        opened.store.set_mark(&[id(1)], Some(Mark::Benign), 1).unwrap();
        assert_eq!(opened.store.marks().unwrap().len(), 1);
    }
}

#[test]
fn marks_that_can_only_be_read_are_shown_from_memory() {
    let folder = tempfile::tempdir().unwrap();
    open(folder.path()).set_mark(&[id(1)], Some(Mark::Benign), 1).unwrap();
    let content = std::fs::read(folder.path().join(FILE)).unwrap();
    // Stands for a place where no file can be made; the tests may run as root, whom modes do not stop.
    std::fs::remove_file(folder.path().join(format!("{FILE}.lock"))).unwrap();
    std::fs::create_dir(folder.path().join(format!("{FILE}.lock"))).unwrap();
    let mut opened = Store::open(folder.path()).unwrap();
    assert!(opened.warnings[0].contains("kept in memory"), "{:?}", opened.warnings);
    assert_eq!(opened.store.marks().unwrap().len(), 1);
    opened.store.set_mark(&[id(1)], None, 2).unwrap();
    opened.store.undo().unwrap();
    assert_eq!(opened.store.marks().unwrap().len(), 1);
    assert_eq!(std::fs::read(folder.path().join(FILE)).unwrap(), content);
}

#[test]
fn two_programs_use_one_database() {
    let folder = tempfile::tempdir().unwrap();
    let (mut one, mut two) = (open(folder.path()), open(folder.path()));
    one.marks().unwrap();
    two.marks().unwrap();
    one.set_mark(&[id(1)], Some(Mark::Malicious), 1).unwrap();
    assert!(!one.changed_elsewhere().unwrap(), "one's own change is no news");
    assert!(two.changed_elsewhere().unwrap());
    two.set_mark(&[id(2)], Some(Mark::Benign), 2).unwrap();
    assert_eq!(two.marks().unwrap().len(), 2);
    assert!(!two.changed_elsewhere().unwrap());
    // Undo is common: the last step goes first, whoever made it.
    assert_eq!(one.undo().unwrap().unwrap().restored[0].0, id(2));
    let threads: Vec<_> = [one, two]
        .into_iter()
        .zip([10_u8, 60])
        .map(|(mut store, first)| {
            std::thread::spawn(move || {
                (first..first + 20).for_each(|n| {
                    store.set_mark(&[id(n)], Some(Mark::Benign), 3).unwrap();
                });
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
    assert_eq!(open(folder.path()).marks().unwrap().len(), 41);
}

const CHILD: &str = "GOSANKE_TEST_STORE_CHILD";

/// Runs only as the child of the test below.
#[test]
fn child_that_marks_until_it_is_killed() {
    let Some(folder) = std::env::var_os(CHILD) else { return };
    let mut store = open(Path::new(&folder));
    for n in 0..=255 {
        store.set_mark(&[id(n)], Some(Mark::Malicious), n.into()).unwrap();
        println!("saved {n}");
    }
    std::thread::sleep(Duration::from_mins(1));
}

#[test]
fn what_was_said_to_be_saved_survives_a_kill() {
    for stop in [3, 40] {
        let folder = tempfile::tempdir().unwrap();
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "store::tests::child_that_marks_until_it_is_killed", "--nocapture", "--test-threads=1"])
            .env(CHILD, folder.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = std::io::BufReader::new(child.stdout.take().unwrap()).lines();
        // The first line carries the harness's own words before ours.
        let said = lines.map_while(Result::ok).filter(|line| line.contains("saved ")).take(stop).count();
        child.kill().unwrap();
        child.wait().unwrap();
        let marks = open(folder.path()).marks().unwrap();
        assert_eq!(said, stop);
        assert!((0..stop as u8).all(|n| marks.get(&id(n)) == Some(&marked(Mark::Malicious, n.into()))), "{marks:?}");
    }
}

fn fact(text: &str, at: i64) -> Fact {
    Fact {
        state: State::Value(Answer::Text(text.into())),
        origin: Origin::Asked("192.0.2.53".into()),
        at: Some(at),
        ttl: Some(60),
        dnssec: None,
    }
}

#[test]
fn answers_are_kept_until_they_expire() {
    let mut store = Store::in_memory().unwrap();
    let (a, b) = (Key::Owner("a.test".into()), Key::Names("2001:db8::1".parse().unwrap()));
    store.put_fact(&a, &fact("x", 1), 100).unwrap();
    store.put_fact(&a, &fact("y", 2), 200).unwrap();
    store.put_fact(&b, &fact("z", 2), 50).unwrap();
    assert_eq!(store.fact(&a, 199).unwrap(), Some((fact("y", 2), 200)));
    assert_eq!(store.fact(&a, 200).unwrap(), None);
    assert_eq!(store.fact(&b, 10).unwrap().map(|(_, expires)| expires), Some(50));
    assert_eq!(store.expire_facts(50).unwrap(), 1);
    assert_eq!(store.fact(&b, 10).unwrap(), None);
    store.put_fact(&b, &fact(&"x".repeat(100_000), 2), 50).unwrap();
    assert_eq!(store.fact(&b, 10).unwrap(), None, "too large to keep");
    store.connection.execute("UPDATE facts SET fact = '{'", []).unwrap();
    assert_eq!(store.fact(&a, 10).unwrap(), None, "a form that is not read is asked for again");
}

/// A keeper, the events it sent, and what it said first.
fn keeper(folder: Option<&Path>) -> (Keeper, mpsc::Receiver<Event>, Marks) {
    let (send, events) = mpsc::channel();
    let keeper = Keeper::start(folder.map(Path::to_path_buf), move |event| {
        let _ = send.send(event);
    });
    let Event::Opened { marks, .. } = next(&events) else { panic!("not opened") };
    (keeper, events, marks)
}

fn next(events: &mpsc::Receiver<Event>) -> Event {
    events.recv_timeout(Duration::from_secs(20)).unwrap()
}

#[test]
fn the_keeper_tells_when_a_change_is_on_disk() {
    let folder = tempfile::tempdir().unwrap();
    let (keeper, events, marks) = keeper(Some(folder.path()));
    assert_eq!(marks, Marks::new());
    keeper.mark(vec![id(1)], Some(Mark::Malicious), 1, 11).unwrap();
    keeper.note(id(1), "n".into(), 2, 12).unwrap();
    keeper.note(id(1), "n".repeat(NOTE_LIMIT + 1), 3, 13).unwrap();
    keeper.undo(14).unwrap();
    let Event::Saved { token: 11, changed } = next(&events) else { panic!() };
    assert_eq!(changed, [(id(1), marked(Mark::Malicious, 1))]);
    assert_eq!(open(folder.path()).marks().unwrap()[&id(1)].mark, Some(Mark::Malicious));
    assert!(matches!(next(&events), Event::Saved { token: 12, .. }));
    assert!(matches!(next(&events), Event::Failed { token: 13, error: Error::NoteTooLong }));
    assert!(matches!(next(&events), Event::Undone { token: 14, undone: Some(_) }));
    // What was handed over is done before the keeper is gone, also while others hold a line to it.
    let kept = keeper.kept();
    for n in 0..100 {
        keeper.mark(vec![id(n)], Some(Mark::Benign), 4, 15).unwrap();
    }
    drop(keeper);
    kept.put(&Key::Owner("a.test".into()), &fact("late", 1), 100);
    assert_eq!(open(folder.path()).marks().unwrap().len(), 100);
}

#[test]
fn a_change_of_another_program_is_reported() {
    let folder = tempfile::tempdir().unwrap();
    let (keeper, events, _) = keeper(Some(folder.path()));
    keeper.look().unwrap();
    keeper.mark(vec![id(1)], Some(Mark::Malicious), 1, 1).unwrap();
    assert!(matches!(next(&events), Event::Saved { token: 1, .. }));
    open(folder.path()).set_mark(&[id(2)], Some(Mark::Benign), 2).unwrap();
    keeper.look().unwrap();
    let Event::Reload(marks) = next(&events) else { panic!() };
    assert_eq!(marks.len(), 2);
}

#[test]
fn kept_answers_reach_the_next_run() {
    let folder = tempfile::tempdir().unwrap();
    let (first, _events, _) = keeper(Some(folder.path()));
    let kept = first.kept();
    let key = |n: usize| Key::Owner(format!("{n}.test"));
    for n in 0..1_000 {
        kept.put(&key(n), &fact("x", 1), 100);
    }
    drop(first);
    let (second, _events, _) = keeper(Some(folder.path()));
    let kept = second.kept();
    assert_eq!(kept.get(&key(0), 99), Some((fact("x", 1), 100)));
    assert_eq!(kept.get(&key(999), 99), Some((fact("x", 1), 100)));
    assert_eq!(kept.get(&key(0), 100), None);
    second.expire(100).unwrap();
    drop(second);
    assert_eq!(open(folder.path()).fact(&key(1), 0).unwrap(), None);
}

#[test]
fn how_often_somebody_was_asked_reaches_the_next_run() {
    let folder = tempfile::tempdir().unwrap();
    let old = open(folder.path());
    old.connection.execute_batch("DROP TABLE asked; PRAGMA user_version = 2").unwrap();
    drop(old);
    let hour = |n: i64| 1_000 * 3_600 + n * 3_600;
    for _ in 0..2 {
        let (run, _events, _) = keeper(Some(folder.path()));
        let kept = run.kept();
        for n in 0..300 {
            kept.count(if n % 3 == 0 { "virustotal" } else { "zen" }, hour(n / 200) + 5);
            kept.put(&Key::Owner(format!("{n}.test")), &fact("x", 1), 100);
        }
    }
    let (last, _events, _) = keeper(Some(folder.path()));
    let mut counted: Vec<_> =
        last.kept().counted(hour(0)).into_iter().map(|one| (one.provider, one.hour, one.count)).collect();
    counted.sort();
    let expected = [("virustotal", 1_000, 134), ("virustotal", 1_001, 66), ("zen", 1_000, 266), ("zen", 1_001, 134)];
    assert_eq!(counted, expected.map(|(who, hour, count)| (who.to_owned(), hour, count)));
    assert_eq!(last.kept().counted(hour(1)).len(), 2);
    last.expire(hour(48)).unwrap();
    drop(last);
    assert_eq!(open(folder.path()).counted(0).unwrap().len(), 2, "two days are enough");
}

#[test]
fn a_keeper_without_a_folder_works_in_memory() {
    let (keeper, events, _) = keeper(None);
    keeper.mark(vec![id(1)], Some(Mark::Malicious), 1, 1).unwrap();
    assert!(matches!(next(&events), Event::Saved { token: 1, .. }));
    let kept = keeper.kept();
    kept.put(&Key::Owner("a.test".into()), &fact("x", 1), 100);
    assert_eq!(kept.get(&Key::Owner("a.test".into()), 0), None);
}

#[test]
fn a_full_disk_refuses_a_mark_and_loses_none() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = open(folder.path());
    store.set_mark(&[id(1)], Some(Mark::Malicious), 1).unwrap();
    // SQLite's own limit of pages gives the error of a full disk.
    let pages: i64 = store.connection.pragma_query_value(None, "page_count", |row| row.get(0)).unwrap();
    store.connection.pragma_update(None, "max_page_count", pages).unwrap();
    let long = "n".repeat(NOTE_LIMIT);
    let error = store.set_note(id(2), &long, 2).unwrap_err();
    assert!(error.to_string().contains("full"), "{error}");
    let many: Vec<Identity> = (0..=255).map(id).collect();
    assert!(store.set_mark(&many, Some(Mark::Benign), 3).is_err());
    assert_eq!(store.marks().unwrap(), Marks::from([(id(1), marked(Mark::Malicious, 1))]));
    assert_eq!(open(folder.path()).marks().unwrap().len(), 1);
    store.connection.pragma_update(None, "max_page_count", 1_000_000).unwrap();
    store.set_note(id(2), &long, 4).unwrap();
    assert_eq!(open(folder.path()).marks().unwrap().len(), 2);
}

#[test]
fn what_the_disk_does_not_take_waits_in_its_order_and_is_told() {
    use super::keeper::Change;
    use super::waiting::Desk;
    let folder = tempfile::tempdir().unwrap();
    let mut store = open(folder.path());
    store.set_mark(&[id(1)], Some(Mark::Malicious), 1).unwrap();
    let pages: i64 = store.connection.pragma_query_value(None, "page_count", |row| row.get(0)).unwrap();
    store.connection.pragma_update(None, "max_page_count", pages).unwrap();
    let mut desk = Desk::new(store, Some(folder.path().to_owned()));
    let (mut told, mut events) = (Vec::new(), Vec::new());
    let note = |n: u8| Change::Note { identity: id(n), note: "n".repeat(NOTE_LIMIT), at: 2, token: u64::from(n) };
    desk.take(note(2), &mut |event| told.push(event));
    assert!(matches!(&told[..], [Event::Waiting { count: 1, why }] if why.contains("full")), "{told:?}");
    // A small change would still fit, but not before the one that was made first; an undo is for what stands before it.
    let mark = Change::Mark { identities: vec![id(1)], mark: Some(Mark::Benign), at: 3, token: 3 };
    desk.take(mark, &mut |event| events.push(event));
    desk.take(Change::Undo { token: 4 }, &mut |event| events.push(event));
    assert!(matches!(&events[..], [Event::Waiting { count: 2, .. }, Event::Waiting { count: 3, .. }]), "{events:?}");
    events.clear();
    desk.again(&mut |event| events.push(event));
    assert!(desk.is_waiting() && events.is_empty(), "nothing new is no news: {events:?}");
    assert_eq!(desk.store().marks().unwrap(), Marks::from([(id(1), marked(Mark::Malicious, 1))]));
    desk.store().connection.pragma_update(None, "max_page_count", 1_000_000).unwrap();
    desk.again(&mut |event| events.push(event));
    let [
        Event::Saved { token: 2, .. },
        Event::Saved { token: 3, .. },
        Event::Undone { token: 4, undone: Some(_) },
        last,
    ] = &events[..]
    else {
        panic!("{events:?}")
    };
    assert!(matches!(last, Event::Landed { count: 3 }) && !desk.is_waiting());
    let marks = open(folder.path()).marks().unwrap();
    assert_eq!((marks.len(), marks[&id(1)].mark), (2, Some(Mark::Malicious)));
}

#[test]
fn what_waits_at_the_end_is_tried_once_more_and_told_where_it_is_lost() {
    use super::keeper::Change;
    use super::waiting::Desk;
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let pages: i64 = store.connection.pragma_query_value(None, "page_count", |row| row.get(0)).unwrap();
    store.connection.pragma_update(None, "max_page_count", pages).unwrap();
    let mut desk = Desk::new(store, Some(folder.path().to_owned()));
    let note = Change::Note { identity: id(2), note: "n".repeat(NOTE_LIMIT), at: 2, token: 2 };
    desk.take(note, &mut |_| ());
    let mut events = Vec::new();
    desk.end(&mut |event| events.push(event));
    assert!(matches!(&events[..], [Event::Lost { count: 1, why }] if why.contains("full")), "{events:?}");
}

#[test]
fn marks_in_memory_come_to_the_disk_when_it_can_be_written() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    // A file stands where the data folder is to be.
    std::fs::write(&data, "x").unwrap();
    let (send, events) = mpsc::channel();
    let keeper = Keeper::start(Some(data.clone()), move |event| drop(send.send(event)));
    let Event::Opened { in_memory: true, warnings, .. } = next(&events) else { panic!("not in memory") };
    assert!(warnings[0].contains("unless it can be written"), "{warnings:?}");
    keeper.mark(vec![id(1)], Some(Mark::Malicious), 1, 1).unwrap();
    assert!(matches!(next(&events), Event::Saved { token: 1, .. }));
    assert!(matches!(next(&events), Event::Waiting { count: 1, .. }));
    // Nothing to take back in the database, so nothing is taken back there later.
    keeper.undo(2).unwrap();
    keeper.undo(3).unwrap();
    assert!(matches!(next(&events), Event::Undone { token: 2, undone: Some(_) }));
    assert!(matches!(next(&events), Event::Waiting { count: 2, .. }));
    assert!(matches!(next(&events), Event::Undone { token: 3, undone: None }));
    keeper.mark(vec![id(2)], Some(Mark::Benign), 4, 4).unwrap();
    assert!(matches!(next(&events), Event::Saved { token: 4, .. }));
    std::fs::remove_file(&data).unwrap();
    drop(keeper);
    let rest: Vec<Event> = events.into_iter().collect();
    assert!(matches!(rest.last(), Some(Event::Landed { count: 3 })), "{rest:?}");
    assert_eq!(open(&data).marks().unwrap(), Marks::from([(id(2), marked(Mark::Benign, 4))]));
}

#[test]
fn mails_that_ended_their_process_are_known_to_the_next_run_until_they_are_forgiven() {
    let folder = tempfile::tempdir().unwrap();
    let (keeper, _events, _) = keeper(Some(folder.path()));
    for n in 1..=3 {
        keeper.killer(id(n), i64::from(n)).unwrap();
    }
    keeper.forgive(id(2)).unwrap();
    drop(keeper);
    let mut store = open(folder.path());
    assert_eq!(store.killers().unwrap(), [id(3), id(1)]);
    store.add_killer(id(1), 9).unwrap();
    assert_eq!(store.killers().unwrap(), [id(1), id(3)]);
}

#[test]
fn a_database_of_the_first_version_learns_to_remember() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = open(folder.path());
    store.set_mark(&[id(1)], Some(Mark::Malicious), 1).unwrap();
    store.connection.execute_batch("DROP TABLE killers; DROP TABLE asked; PRAGMA user_version = 1").unwrap();
    drop(store);
    let mut store = open(folder.path());
    store.add_killer(id(7), 1).unwrap();
    assert_eq!((store.killers().unwrap(), store.marks().unwrap().len()), (vec![id(7)], 1));
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
    assert!(matches!(MoveLog::open(folder.path()), Err(Error::Held(why)) if why.contains("newer")));
    assert_eq!(std::fs::read(&path).unwrap(), content);
}

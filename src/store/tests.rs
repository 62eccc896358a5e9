//! The store: marks that last, undo, and files in every bad state. The thread before it has a room of its own.

mod damaged;
mod keeper;

use std::io::BufRead as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::facts::{Answer, Fact, Key, Origin, State};
use crate::text::{Lang, latin_words};

fn id(n: u8) -> Identity {
    Identity([n; 32])
}

fn open(folder: &Path) -> Store {
    let opened = Store::open(folder).unwrap();
    assert_eq!(opened.warnings, []);
    opened.store
}

/// The first warning in English; in Japanese there is no English but names.
fn told(opened: &Opened, folder: &Path) -> String {
    let told = &opened.warnings[0];
    let said = told.words(Lang::Ja).replace(folder.to_str().unwrap(), "");
    let names = ["gosanke", "db", "damaged", "SQLite", "os", "error", "file", "below", "a", "held", "proc", "none"];
    assert!(latin_words(&said).iter().all(|word| names.contains(word)), "{said}");
    told.to_string()
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
fn a_step_is_never_forgotten_for_its_own_length() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = open(folder.path());
    store.set_mark(&[id(1)], Some(Mark::Benign), 1).unwrap();
    store.set_mark(&(2..9).map(id).collect::<Vec<_>>(), Some(Mark::Malicious), 2).unwrap();
    let change = store.begin().unwrap();
    assert_eq!(marks::forget(&change, 3).unwrap(), 1);
    change.commit().unwrap();
    assert_eq!(store.undo().unwrap().unwrap().restored.len(), 7);
    assert_eq!(store.undo().unwrap(), None);
}

#[test]
fn opening_beside_one_that_writes_waits_for_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = open(folder.path());
    store.set_mark(&[id(1)], Some(Mark::Benign), 1).unwrap();
    let writing = store.begin().unwrap();
    let began = std::time::Instant::now();
    let opened = Store::open(folder.path()).unwrap();
    assert!(began.elapsed() < std::time::Duration::from_secs(5));
    assert!(opened.warnings.is_empty() && !opened.store.in_memory);
    drop(writing);
}

#[test]
fn a_database_of_a_newer_version_is_only_read() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = open(folder.path());
    store.set_mark(&[id(1)], Some(Mark::Suspicious), 1).unwrap();
    store.connection.execute_batch("ALTER TABLE marks ADD COLUMN colour TEXT; PRAGMA user_version = 99").unwrap();
    drop(store);
    let mut opened = Store::open(folder.path()).unwrap();
    assert!(told(&opened, folder.path()).contains("newer gosanke"), "{:?}", opened.warnings);
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
        assert!(told(&opened, folder.path()).contains("kept in memory"), "{:?}", opened.warnings);
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
    assert!(told(&opened, folder.path()).contains("kept in memory"), "{:?}", opened.warnings);
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

/// Another process that marks in a folder, and has said so many times that something is saved.
fn child(folder: &Path, stop: usize) -> Child {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "store::tests::child_that_marks_until_it_is_killed", "--nocapture", "--test-threads=1"])
        .env(CHILD, folder)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = std::io::BufReader::new(child.stdout.take().unwrap()).lines();
    // The first line carries the harness's own words before ours.
    assert_eq!(lines.map_while(Result::ok).filter(|line| line.contains("saved ")).take(stop).count(), stop);
    child
}

fn kill(mut child: Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn what_was_said_to_be_saved_survives_a_kill() {
    for stop in [3, 40] {
        let folder = tempfile::tempdir().unwrap();
        kill(child(folder.path(), stop));
        let marks = open(folder.path()).marks().unwrap();
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

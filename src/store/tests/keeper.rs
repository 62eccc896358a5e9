//! The keeper's thread: what it says of each change and when, what waits for a disk that is full or is not there, and what
//! the next run finds of it. How a file in a bad state is opened is no business of these tests.

use std::path::Path;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use super::{child, fact, id, kill, marked, open};
use crate::facts::Key;
use crate::lookup::Keep as _;
use crate::store::keeper::Change;
use crate::store::open::BUSY;
use crate::store::waiting::{Desk, RETRY};
use crate::store::{Error, Event, FILE, Keeper, Mark, Marks, NOTE_LIMIT, Store};

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
fn a_database_that_was_replaced_takes_what_is_marked_from_then_on() {
    let folder = tempfile::tempdir().unwrap();
    let (keeper, events, _) = keeper(Some(folder.path()));
    keeper.mark(vec![id(1)], Some(Mark::Malicious), 1, 1).unwrap();
    assert!(matches!(next(&events), Event::Saved { token: 1, .. }));
    // Another process finds it damaged, carries its marks over and marks one more.
    for part in ["", "-wal", "-shm"] {
        let name = |end: &str| folder.path().join(format!("{FILE}{part}{end}"));
        let _ = std::fs::rename(name(""), name(".aside"));
    }
    open(folder.path()).set_mark(&[id(1), id(2)], Some(Mark::Benign), 2).unwrap();
    keeper.mark(vec![id(3)], Some(Mark::Suspicious), 3, 2).unwrap();
    assert!(matches!(next(&events), Event::Warned(why) if why.to_string().contains("another database")));
    let Event::Reload(marks) = next(&events) else { panic!() };
    assert_eq!(marks, Marks::from([(id(1), marked(Mark::Benign, 2)), (id(2), marked(Mark::Benign, 2))]));
    assert!(matches!(next(&events), Event::Saved { token: 2, .. }));
    // Taken away for good: what was marked in it is not lost with it. An undo is not done in another database.
    for part in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(folder.path().join(format!("{FILE}{part}")));
    }
    keeper.undo(3).unwrap();
    assert!(matches!(next(&events), Event::Warned(why) if why.to_string().contains("taken away")));
    let Event::Reload(marks) = next(&events) else { panic!() };
    assert_eq!(marks.len(), 3);
    assert!(matches!(next(&events), Event::Undone { token: 3, undone: None }));
    keeper.mark(vec![id(4)], Some(Mark::Suspicious), 3, 4).unwrap();
    assert!(matches!(next(&events), Event::Saved { token: 4, .. }));
    // Where none can be made, the change waits until one can, and the marks of the old one come over then.
    for part in ["", "-wal", "-shm", ".lock"] {
        let _ = std::fs::remove_file(folder.path().join(format!("{FILE}{part}")));
    }
    let lock = folder.path().join(format!("{FILE}.lock"));
    std::fs::create_dir(&lock).unwrap();
    keeper.mark(vec![id(5)], Some(Mark::Suspicious), 4, 5).unwrap();
    assert!(matches!(next(&events), Event::Waiting { count: 5, .. }), "the marks that no file has wait, too");
    std::fs::remove_dir(&lock).unwrap();
    assert!(matches!(next(&events), Event::Warned(why) if why.to_string().contains("taken away")));
    assert!(matches!(next(&events), Event::Reload(marks) if marks.len() == 4));
    assert!(matches!(next(&events), Event::Waiting { count: 1, .. }));
    assert!(matches!(next(&events), Event::Saved { token: 5, .. }));
    assert!(matches!(next(&events), Event::Landed { count: 1 }));
    drop(keeper);
    assert_eq!(open(folder.path()).marks().unwrap().len(), 5);
}

#[test]
fn the_marks_of_a_database_that_is_gone_get_into_the_next_one_whoever_makes_it() {
    let folder = tempfile::tempdir().unwrap();
    let name = |end: &str| folder.path().join(format!("{FILE}{end}"));
    let (keeper, events, _) = keeper(Some(folder.path()));
    keeper.mark((1..=200).map(id).collect(), Some(Mark::Malicious), 2, 1).unwrap();
    assert!(matches!(next(&events), Event::Saved { token: 1, .. }));
    assert!(std::fs::metadata(name("-wal")).unwrap().len() > 0);
    std::fs::remove_file(name("")).unwrap();
    // It is noticed without a change. No new one can be made at first.
    let _ = std::fs::remove_file(name(".lock"));
    std::fs::create_dir(name(".lock")).unwrap();
    keeper.look().unwrap();
    assert!(matches!(next(&events), Event::Waiting { count: 200, .. }));
    keeper.undo(2).unwrap();
    assert!(matches!(next(&events), Event::Undone { token: 2, undone: None }));
    assert!(matches!(next(&events), Event::Waiting { count: 200, .. }));
    keeper.mark(vec![id(201)], Some(Mark::Benign), 3, 3).unwrap();
    assert!(matches!(next(&events), Event::Waiting { count: 201, .. }));
    // A link to a place that is away is left as it is.
    std::os::unix::fs::symlink(name(".away"), name("")).unwrap();
    std::fs::remove_dir(name(".lock")).unwrap();
    keeper.mark(vec![id(202)], Some(Mark::Benign), 4, 4).unwrap();
    assert!(matches!(next(&events), Event::Waiting { count: 202, .. }));
    assert!(name("").symlink_metadata().unwrap().is_symlink());
    // Somebody else is quicker, and has an older, a later and another mark.
    let other = tempfile::tempdir_in(folder.path()).unwrap();
    let mut theirs = open(other.path());
    for (n, at) in [(1, 1), (2, 9), (203, 9)] {
        theirs.set_mark(&[id(n)], Some(Mark::Benign), at).unwrap();
    }
    // And took one away.
    theirs.set_mark(&[id(4)], Some(Mark::Malicious), 1).unwrap();
    theirs.set_mark(&[id(4)], None, 9).unwrap();
    drop(theirs);
    std::fs::rename(other.path().join(FILE), name("")).unwrap();
    assert!(matches!(next(&events), Event::Warned(why) if why.to_string().contains("taken away")));
    assert!(matches!(next(&events), Event::Warned(why) if why.to_string().contains(".left-1-wal")));
    let Event::Reload(marks) = next(&events) else { panic!() };
    let kinds = [1, 2, 3, 203].map(|n| marks[&id(n)].mark);
    assert_eq!(kinds, [Mark::Malicious, Mark::Benign, Mark::Malicious, Mark::Benign].map(Some));
    assert!(!marks.contains_key(&id(4)));
    assert!(matches!(next(&events), Event::Waiting { count: 2, .. }));
    assert!(matches!(next(&events), Event::Saved { token: 3, .. }));
    assert!(matches!(next(&events), Event::Saved { token: 4, .. }));
    assert!(matches!(next(&events), Event::Landed { .. }));
    drop(keeper);
    let mut opened = Store::open(folder.path()).unwrap();
    assert!(opened.warnings.is_empty(), "{:?}", opened.warnings);
    assert_eq!(opened.store.marks().unwrap().len(), 202);
    // Whoever moved the database away may still come for its log.
    assert!(std::fs::metadata(name(".left-1-wal")).unwrap().len() > 0);
}

#[test]
fn a_log_gets_into_no_database_that_is_put_beside_it() {
    let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    open(other.path()).set_mark(&(50..=90).map(id).collect::<Vec<_>>(), Some(Mark::Benign), 1).unwrap();
    let (keeper, events, _) = keeper(Some(folder.path()));
    keeper.mark(vec![id(1)], Some(Mark::Malicious), 1, 1).unwrap();
    assert!(matches!(next(&events), Event::Saved { token: 1, .. }));
    // A copy is put in the place of the database, while that is open.
    std::fs::rename(other.path().join(FILE), folder.path().join(FILE)).unwrap();
    keeper.look().unwrap();
    assert!(matches!(next(&events), Event::Warned(why) if why.to_string().contains("another database")));
    assert!(matches!(next(&events), Event::Warned(why) if why.to_string().contains(".left-1-wal")));
    assert!(matches!(next(&events), Event::Reload(marks) if marks.len() == 41 && !marks.contains_key(&id(1))));
    drop(keeper);
    let mut opened = Store::open(folder.path()).unwrap();
    assert!(opened.warnings.is_empty(), "{:?}", opened.warnings);
    assert_eq!(opened.store.marks().unwrap().len(), 41);
}

#[test]
fn a_log_that_another_process_has_made_its_own_is_left_to_it() {
    let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    open(other.path());
    let (keeper, events, _) = keeper(Some(folder.path()));
    std::fs::rename(other.path().join(FILE), folder.path().join(FILE)).unwrap();
    let child = child(folder.path(), 256);
    keeper.mark(vec![id(0)], Some(Mark::Benign), 300, 1).unwrap();
    assert!(matches!(next(&events), Event::Warned(why) if why.to_string().contains("another database")));
    assert!(matches!(next(&events), Event::Reload(marks) if marks.len() == 256));
    assert!(matches!(next(&events), Event::Saved { token: 1, .. }));
    drop(keeper);
    kill(child);
    let marks = open(folder.path()).marks().unwrap();
    assert_eq!((marks.len(), marks[&id(0)].mark), (256, Some(Mark::Benign)));
}

#[test]
fn a_database_that_is_away_for_a_while_owes_nothing_when_it_is_back() {
    let folder = tempfile::tempdir().unwrap();
    let name = |end: &str| folder.path().join(format!("{FILE}{end}"));
    let (keeper, events, _) = keeper(Some(folder.path()));
    keeper.mark(vec![id(1), id(2)], Some(Mark::Benign), 1, 1).unwrap();
    assert!(matches!(next(&events), Event::Saved { token: 1, .. }));
    std::fs::remove_file(name(".lock")).unwrap();
    std::fs::create_dir(name(".lock")).unwrap();
    std::fs::rename(name(""), name(".away")).unwrap();
    keeper.look().unwrap();
    assert!(matches!(next(&events), Event::Waiting { count: 2, .. }));
    std::fs::rename(name(".away"), name("")).unwrap();
    assert!(matches!(next(&events), Event::Landed { count: 2 }));
    std::fs::remove_dir(name(".lock")).unwrap();
    keeper.mark(vec![id(3)], Some(Mark::Benign), 2, 2).unwrap();
    assert!(matches!(next(&events), Event::Saved { token: 2, .. }));
    drop(keeper);
    assert!(events.into_iter().next().is_none());
    assert_eq!(open(folder.path()).marks().unwrap().len(), 3);
}

#[test]
fn marks_of_a_database_that_is_gone_are_written_at_the_end_or_told_as_lost() {
    let folder = tempfile::tempdir().unwrap();
    let name = |end: &str| folder.path().join(format!("{FILE}{end}"));
    for is_lost in [false, true] {
        let (keeper, events, _) = keeper(Some(folder.path()));
        keeper.mark((1..=3).map(id).collect(), Some(Mark::Benign), 1, 1).unwrap();
        assert!(matches!(next(&events), Event::Saved { token: 1, .. }));
        for part in ["", "-wal", "-shm", ".lock"] {
            let _ = std::fs::remove_file(name(part));
        }
        if is_lost {
            std::fs::create_dir(name(".lock")).unwrap();
        }
        drop(keeper);
        let rest: Vec<Event> = events.into_iter().collect();
        let told = rest.iter().any(|event| matches!(event, Event::Lost { count: 3, .. }));
        assert_eq!(
            (told, Store::open(folder.path()).unwrap().store.marks().unwrap().len()),
            (is_lost, if is_lost { 0 } else { 3 })
        );
        let _ = std::fs::remove_dir(name(".lock"));
    }
}

#[test]
fn marks_that_are_only_shown_survive_their_file() {
    for writes in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        let name = |end: &str| folder.path().join(format!("{FILE}{end}"));
        open(folder.path()).set_mark(&[id(1)], Some(Mark::Malicious), 1).unwrap();
        std::fs::remove_file(name(".lock")).unwrap();
        std::fs::create_dir(name(".lock")).unwrap();
        let (keeper, events, marks) = keeper(Some(folder.path()));
        assert_eq!(marks.len(), 1);
        if writes {
            keeper.mark(vec![id(2)], Some(Mark::Benign), 2, 1).unwrap();
            assert!(matches!(next(&events), Event::Saved { token: 1, .. }));
            assert!(matches!(next(&events), Event::Waiting { count: 1, .. }));
        }
        std::fs::remove_file(name("")).unwrap();
        std::fs::remove_dir(name(".lock")).unwrap();
        drop(keeper);
        let rest: Vec<Event> = events.into_iter().collect();
        assert!(matches!(rest.last(), Some(Event::Landed { .. })), "{rest:?}");
        assert_eq!(open(folder.path()).marks().unwrap().len(), 1 + usize::from(writes));
    }
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
fn what_the_disk_does_not_take_waits_in_its_order_and_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = open(folder.path());
    store.set_mark(&[id(1)], Some(Mark::Malicious), 1).unwrap();
    let pages: i64 = store.connection.pragma_query_value(None, "page_count", |row| row.get(0)).unwrap();
    store.connection.pragma_update(None, "max_page_count", pages).unwrap();
    let mut desk = Desk::new(store, Some(folder.path().to_owned()));
    let (mut told, mut events) = (Vec::new(), Vec::new());
    let note = |n: u8| Change::Note { identity: id(n), note: "n".repeat(NOTE_LIMIT), at: 2, token: u64::from(n) };
    desk.take(note(2), &mut |event| told.push(event));
    assert!(matches!(&told[..], [Event::Waiting { count: 1, why }] if why.to_string().contains("full")), "{told:?}");
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
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let pages: i64 = store.connection.pragma_query_value(None, "page_count", |row| row.get(0)).unwrap();
    store.connection.pragma_update(None, "max_page_count", pages).unwrap();
    let mut desk = Desk::new(store, Some(folder.path().to_owned()));
    let note = Change::Note { identity: id(2), note: "n".repeat(NOTE_LIMIT), at: 2, token: 2 };
    desk.take(note, &mut |_| ());
    let mut events = Vec::new();
    desk.end(&mut |event| events.push(event));
    assert!(matches!(&events[..], [Event::Lost { count: 1, why }] if why.to_string().contains("full")), "{events:?}");
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
    assert!(warnings[0].to_string().contains("unless it can be written"), "{warnings:?}");
    keeper.mark(vec![id(1)], Some(Mark::Malicious), 1, 1).unwrap();
    assert!(matches!(next(&events), Event::Saved { token: 1, .. }));
    assert!(matches!(next(&events), Event::Waiting { count: 1, .. }));
    // Nothing to take back in the database, so nothing is taken back there later.
    keeper.undo(2).unwrap();
    keeper.undo(3).unwrap();
    assert!(matches!(next(&events), Event::Undone { token: 2, undone: Some(_) }));
    // And what was taken back is not written.
    assert!(matches!(next(&events), Event::Waiting { count: 0, .. }));
    assert!(matches!(next(&events), Event::Undone { token: 3, undone: None }));
    keeper.mark(vec![id(2)], Some(Mark::Benign), 4, 4).unwrap();
    assert!(matches!(next(&events), Event::Saved { token: 4, .. }));
    std::fs::remove_file(&data).unwrap();
    drop(keeper);
    let rest: Vec<Event> = events.into_iter().collect();
    assert!(matches!(rest.last(), Some(Event::Landed { count: 1 })), "{rest:?}");
    assert_eq!(open(&data).marks().unwrap(), Marks::from([(id(2), marked(Mark::Benign, 4))]));
}

#[test]
fn somebody_who_holds_the_database_is_waited_for_once() {
    let folder = tempfile::tempdir().unwrap();
    let mut other = open(folder.path());
    let held = other.begin().unwrap();
    let (keeper, events, _) = keeper(Some(folder.path()));
    let began = Instant::now();
    for n in 1..=4 {
        keeper.mark(vec![id(n)], Some(Mark::Benign), 1, n.into()).unwrap();
    }
    for count in 1..=4 {
        assert!(matches!(next(&events), Event::Waiting { count: told, .. } if told == count));
    }
    assert!(began.elapsed() < BUSY * 2, "{:?}", began.elapsed());
    drop(held);
    drop(keeper);
    assert_eq!(open(folder.path()).marks().unwrap().len(), 4);
}

#[test]
fn what_waits_is_tried_again_while_other_things_come_in() {
    let folder = tempfile::tempdir().unwrap();
    let mut other = open(folder.path());
    let held = other.begin().unwrap();
    let (keeper, events, _) = keeper(Some(folder.path()));
    keeper.mark(vec![id(1)], Some(Mark::Benign), 1, 1).unwrap();
    assert!(matches!(next(&events), Event::Waiting { count: 1, .. }));
    drop(held);
    let began = Instant::now();
    while began.elapsed() < RETRY * 10 {
        keeper.look().unwrap();
        std::thread::sleep(Duration::from_millis(100));
        if events.try_iter().any(|event| matches!(event, Event::Landed { count: 1 })) {
            return;
        }
    }
    panic!("it was not tried again");
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

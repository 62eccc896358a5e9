//! Trees of files, files that were named one by one, and folders that come, while they are followed.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use super::super::packed::tests::gzip;
use super::super::{Kind, Problem, open};
use super::Hint;
use super::tests::{MAIL, Reader};

fn mail(subject: &str) -> Vec<u8> {
    format!("From: a@example.com\nSubject: {subject}\n\nbody\n").into_bytes()
}

fn write(root: &Path, name: &str, bytes: &[u8]) {
    let path = root.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

#[test]
fn a_tree_of_files_is_followed() {
    let root = tempfile::tempdir().unwrap();
    let at = |name: &str| root.path().join(name);
    for name in ["a.eml", "sub/b.eml", "sub/.hidden"] {
        write(root.path(), name, &mail(name));
    }
    let mut reader = Reader::of(root.path());
    assert_eq!(reader.rows.len(), 3);
    assert_eq!(reader.look(), Vec::<String>::new());
    write(root.path(), "late/c.eml", &mail("c"));
    write(root.path(), "sub/.index", b"no mail");
    assert_eq!(reader.look(), ["1 came"]);
    assert_eq!(reader.look(), Vec::<String>::new());
    // Another name is the same row, other bytes are another mail in it.
    fs::rename(at("a.eml"), at("late/d.eml")).unwrap();
    assert_eq!(reader.look(), ["0 moved"]);
    write(root.path(), "late/c.eml", &mail("another text"));
    assert_eq!(reader.look(), ["3 rewritten"]);
    fs::remove_file(at("sub/b.eml")).unwrap();
    assert_eq!(reader.look(), ["2 left"]);
    write(root.path(), "sub/b.eml", &mail("back"));
    assert_eq!(reader.look(), ["2 rewritten"], "what is there again is the row that it was");
    assert_eq!(reader.look(), Vec::<String>::new());
    let mut wanted: Vec<PathBuf> = ["late/c.eml", "late/d.eml", "sub/.hidden", "sub/b.eml"].map(PathBuf::from).into();
    wanted.sort();
    assert_eq!(reader.files(), wanted);
}

#[test]
fn a_mailbox_in_a_tree_that_changes_has_the_tree_read_again() {
    let root = tempfile::tempdir().unwrap();
    let stored = |count: usize| b"From a@example.com Thu Aug 22 16:23:28 2002\nSubject: x\n\ntext\n\n".repeat(count);
    write(root.path(), "a.eml", MAIL);
    write(root.path(), "box", &stored(2));
    let mut reader = Reader::of(root.path());
    assert_eq!(reader.look(), Vec::<String>::new());
    write(root.path(), "box", &stored(3));
    let file = fs::File::options().write(true).open(root.path().join("box")).unwrap();
    file.set_modified(std::time::SystemTime::now() + Duration::from_secs(100)).unwrap();
    assert_eq!(reader.look(), Vec::<String>::new(), "somebody writes to it");
    file.set_modified(std::time::SystemTime::now() - Duration::from_secs(100)).unwrap();
    assert_eq!(reader.look(), ["replaced"]);
    assert_eq!(reader.rows.len(), 4);
    write(root.path(), "c/box", &stored(2));
    assert_eq!(reader.look(), ["2 came"]);
    fs::remove_file(root.path().join("box")).unwrap();
    assert_eq!(reader.look(), ["replaced"]);
    assert_eq!(reader.rows.len(), 3);
}

#[test]
fn a_packed_mailbox_that_becomes_another_one_is_unpacked_again() {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("box.gz");
    let stored = |count: usize, quoted: &str| {
        let mail = format!("From a@example.com Thu Aug 22 16:23:28 2002\nSubject: x\n\n{quoted}>From here\n\n");
        gzip(mail.repeat(count).as_bytes())
    };
    let put = |bytes: Vec<u8>, age: u64| {
        fs::write(&path, bytes).unwrap();
        let file = fs::File::options().write(true).open(&path).unwrap();
        file.set_modified(SystemTime::now() - Duration::from_secs(age)).unwrap();
    };
    put(stored(2, ""), 200);
    let mut reader = Reader::of(&path);
    let texts = |reader: &Reader| -> Vec<String> {
        reader.rows.iter().map(|(row, _)| String::from_utf8(reader.opened.read(row).unwrap()).unwrap()).collect()
    };
    assert_eq!(reader.look(), Vec::<String>::new());
    let first = texts(&reader);
    fs::write(&path, &stored(3, "")[..30]).unwrap();
    assert_eq!(reader.look(), Vec::<String>::new(), "somebody writes to it");
    assert_eq!(texts(&reader), first, "what was unpacked stays until then");
    fs::remove_file(&path).unwrap();
    assert_eq!((reader.look(), texts(&reader)), (Vec::new(), first));
    // Another way of quoting, which the file as a whole decides.
    put(stored(30, ">"), 100);
    assert_eq!(reader.look(), ["replaced"]);
    let fresh = texts(&Reader::of(&path));
    assert_eq!((reader.rows.len(), texts(&reader)), (30, fresh));
    assert_eq!(reader.look(), Vec::<String>::new());
}

#[test]
fn a_packed_message_that_was_named_is_read_again() {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("a.eml.gz");
    fs::write(&path, gzip(&mail("one"))).unwrap();
    let mut reader = Reader::of(&path);
    assert_eq!(reader.opened.read(&reader.rows[0].0).unwrap(), mail("one"));
    fs::write(&path, gzip(&mail("another"))).unwrap();
    assert_eq!(reader.look(), ["0 rewritten"]);
    assert_eq!(reader.opened.read(&reader.rows[0].0).unwrap(), mail("another"));
}

#[test]
fn files_that_were_named_are_followed() {
    let root = tempfile::tempdir().unwrap();
    let paths = ["a.eml", "b.eml"].map(|name| root.path().join(name));
    for path in &paths {
        fs::write(path, MAIL).unwrap();
    }
    let opened = open(&paths).unwrap();
    let mut follower = opened.follow(0).unwrap();
    let now = Instant::now();
    assert!(follower.look(&opened, now).unwrap().changes.is_empty());
    fs::write(&paths[1], mail("another")).unwrap();
    let look = follower.look(&opened, now).unwrap();
    assert!(matches!(look.changes.as_slice(), [super::Change::Rewritten { index: 1, .. }]), "{look:?}");
    // One file alone.
    let mut reader = Reader::of(&paths[0]);
    fs::remove_file(&paths[0]).unwrap();
    assert_eq!(reader.look(), ["0 left"]);
    fs::write(&paths[0], MAIL).unwrap();
    assert_eq!(reader.look(), ["0 rewritten"]);
    assert_eq!(reader.rows[0].0.problem, None::<Problem>);
}

#[test]
fn a_maildir_that_another_program_makes_is_a_folder_from_then_on() {
    let root = tempfile::tempdir().unwrap();
    for part in ["cur", "new", "tmp", ".Sent/cur"] {
        fs::create_dir_all(root.path().join(part)).unwrap();
    }
    write(root.path(), "cur/1.a:2,", MAIL);
    let mut reader = Reader::of(root.path());
    let now = Instant::now();
    let look = reader.follower.look(&reader.opened, now).unwrap();
    assert!(look.folders.is_empty() && look.rewatch, "{look:?}");
    // As a server makes it: its parts come one after the other.
    fs::create_dir(root.path().join(".Archive.2027")).unwrap();
    assert!(reader.follower.look(&reader.opened, now).unwrap().folders.is_empty());
    write(root.path(), ".Archive.2027/cur/1.b:2,", MAIL);
    let look = reader.follower.look(&reader.opened, now).unwrap();
    assert_eq!(look.folders, [2]);
    let folder = reader.opened.folder(2).unwrap();
    assert_eq!((folder.name.as_str(), folder.kind), ("Archive/2027", Kind::Maildir));
    assert_eq!(folder.path, root.path().join(".Archive.2027"));
    let mut count = 0;
    reader
        .opened
        .index(2, &mut |batch, _| {
            count += batch.iter().filter(|entry| reader.opened.read(entry).is_ok()).count();
            std::ops::ControlFlow::Continue(())
        })
        .unwrap();
    assert_eq!(count, 1);
    assert!(reader.opened.follow(2).is_some());
    assert!(reader.follower.look(&reader.opened, now).unwrap().folders.is_empty());
}

#[test]
fn a_hint_comes_with_changes_and_not_with_reading() {
    let root = tempfile::tempdir().unwrap();
    let (mailbox, other) = (root.path().join("box"), root.path().join("other"));
    fs::write(&mailbox, MAIL).unwrap();
    let names = Hint::of_names([root.path().to_owned()]).watch();
    let files = Hint::of_files([root.path().to_owned()]).watch();
    let file = Hint::of_these([mailbox.as_path()]).watch();
    let (none, some) = (Duration::from_millis(1), Duration::from_secs(20));
    assert_eq!(fs::read(&mailbox).unwrap(), MAIL);
    assert!(!names.wait(none) && !files.wait(none) && !file.wait(none));
    fs::write(&other, MAIL).unwrap();
    assert!(names.wait(some) && files.wait(some) && !file.wait(none));
    fs::write(&mailbox, mail("longer than it was before")).unwrap();
    assert!(file.wait(some) && files.wait(some));
    names.bell().ring();
    assert!(names.wait(some), "somebody rang");
    assert!(!names.wait(none), "a file that is written to has the name that it had");
}

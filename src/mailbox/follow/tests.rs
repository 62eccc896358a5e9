//! Mailboxes that other programs write to while they are followed, against a listing from scratch.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::super::{Entry, Opened, open};
use super::{Change, Follower};

pub(super) const MAIL: &[u8] = b"From: a@example.com\nSubject: hello\n\nbody\n";

fn list(opened: &Opened) -> Vec<Entry> {
    let mut all = Vec::new();
    opened
        .index(0, &mut |batch, _| {
            all.extend(batch);
            ControlFlow::Continue(())
        })
        .unwrap();
    all
}

#[test]
fn a_maildir_that_was_moved_away_is_noticed_and_stays_what_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let (path, other) = (folder.path().join("Mail"), folder.path().join("Old"));
    let make = || {
        for part in ["cur", "new", "tmp", ".Sub/cur", ".Sub/new"] {
            fs::create_dir_all(path.join(part)).unwrap();
        }
        for at in ["cur/1.a:2,S", ".Sub/cur/2.a:2,"] {
            fs::write(path.join(at), MAIL).unwrap();
        }
    };
    make();
    let opened = open(std::slice::from_ref(&path)).unwrap();
    assert_eq!(opened.folders().len(), 2);
    let all = |wanted: bool| assert!((0..2).all(|folder| opened.is_elsewhere(folder) == wanted), "{wanted}");
    all(false);
    fs::rename(&path, &other).unwrap();
    all(true);
    make();
    all(true);
    assert_eq!(opened.read(&list(&opened)[0]).unwrap(), MAIL, "its mails are read as before");
    fs::remove_dir_all(&path).unwrap();
    fs::rename(&other, &path).unwrap();
    all(false);
}

/// What a reader knows of a folder that he follows.
pub(super) struct Reader {
    pub(super) opened: Opened,
    pub(super) follower: Follower,
    pub(super) rows: Vec<(Entry, bool)>,
    now: Instant,
    replaced: usize,
}

impl Reader {
    pub(super) fn of(path: &Path) -> Self {
        let opened = open(&[path.to_owned()]).unwrap();
        let follower = opened.follow(0).unwrap();
        let mut reader = Self { opened, follower, rows: Vec::new(), now: Instant::now(), replaced: 0 };
        reader.list();
        reader
    }

    fn list(&mut self) {
        self.follower = self.opened.follow(0).unwrap();
        let entries = list(&self.opened);
        self.follower.listed(&self.opened, &entries);
        self.rows = entries.into_iter().map(|entry| (entry, true)).collect();
    }

    /// Looks as long as something is open, and tells what happened in short.
    pub(super) fn look(&mut self) -> Vec<String> {
        let mut told = Vec::new();
        // As the system would have said: nothing waits here for it.
        self.follower.hinted();
        for _ in 0..3 {
            let look = self.follower.look(&self.opened, self.now).unwrap();
            for change in look.changes {
                match change {
                    Change::Came(entries) => {
                        told.push(format!("{} came", entries.len()));
                        self.rows.extend(entries.into_iter().map(|entry| (entry, true)));
                    }
                    Change::Moved { index, entry } => {
                        told.push(format!("{index} moved"));
                        self.rows[index as usize] = (*entry, true);
                    }
                    Change::Rewritten { index, entry } => {
                        told.push(format!("{index} rewritten"));
                        self.rows[index as usize] = (*entry, true);
                    }
                    Change::Left(index) => {
                        told.push(format!("{index} left"));
                        self.rows[index as usize].1 = false;
                    }
                    Change::Replaced(_) => {
                        told.push("replaced".to_owned());
                        self.replaced += 1;
                        self.list();
                    }
                }
            }
            if look.locked {
                told.push("locked".to_owned());
            }
            match look.again {
                Some(again) => self.now += again,
                None => break,
            }
        }
        told
    }

    pub(super) fn files(&self) -> Vec<PathBuf> {
        let there = self.rows.iter().filter(|(_, there)| *there);
        let mut files: Vec<PathBuf> = there.filter_map(|(entry, _)| Some(entry.file.as_ref()?.to_path_buf())).collect();
        files.sort_unstable();
        files
    }

    fn ranges(&self) -> Vec<(u64, u64)> {
        self.rows.iter().filter_map(|(entry, _)| entry.range).collect()
    }
}

fn maildir(names: &[&str]) -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    for part in ["new", "cur", "tmp"] {
        fs::create_dir(root.path().join(part)).unwrap();
    }
    for name in names {
        fs::write(root.path().join(name), MAIL).unwrap();
    }
    root
}

#[test]
fn deliveries_flags_moves_and_deletions_by_others_are_followed() {
    let root = maildir(&["new/1.a", "cur/2.a:2,S"]);
    let at = |name: &str| root.path().join(name);
    let mut reader = Reader::of(root.path());
    assert_eq!(reader.look(), Vec::<String>::new());
    fs::write(at("new/3.a"), MAIL).unwrap();
    assert_eq!(reader.look(), ["1 came"]);
    fs::rename(at("new/1.a"), at("cur/1.a:2,")).unwrap();
    fs::rename(at("cur/2.a:2,S"), at("cur/2.a:2,FS")).unwrap();
    assert_eq!(reader.look().len(), 2);
    assert!(reader.rows.iter().any(|(entry, _)| entry.flags.flagged && entry.flags.seen));
    fs::remove_file(at("new/3.a")).unwrap();
    assert_eq!(reader.look(), ["2 left"]);
    assert_eq!(reader.look(), Vec::<String>::new());
    fs::write(at("cur/3.a:2,T"), MAIL).unwrap();
    assert_eq!(reader.look(), ["2 moved"], "what is there again is the row that it was");
    assert_eq!(
        reader.files(),
        list(&reader.opened).iter().map(|e| e.file.clone().unwrap().to_path_buf()).collect::<Vec<_>>()
    );
}

#[test]
fn a_message_is_gone_only_when_a_second_look_a_second_later_misses_it() {
    let root = maildir(&["cur/1.a:2,"]);
    let mut reader = Reader::of(root.path());
    fs::rename(root.path().join("cur/1.a:2,"), root.path().join("away")).unwrap();
    let look = reader.follower.look(&reader.opened, reader.now).unwrap();
    assert!(look.changes.is_empty() && look.again == Some(Duration::from_secs(1)), "{look:?}");
    fs::rename(root.path().join("away"), root.path().join("cur/1.a:2,")).unwrap();
    reader.now += Duration::from_secs(1);
    assert_eq!(reader.look(), Vec::<String>::new());
}

#[test]
fn two_files_with_one_base_name_are_two_messages() {
    let root = maildir(&["cur/1.a:2,S", "cur/1.a:2,F"]);
    let mut reader = Reader::of(root.path());
    assert_eq!(reader.rows.len(), 2);
    assert_eq!(reader.look(), Vec::<String>::new());
    fs::remove_file(root.path().join("cur/1.a:2,S")).unwrap();
    assert_eq!(reader.look().len(), 1);
    assert_eq!(reader.files(), [PathBuf::from("cur/1.a:2,F")]);
}

/// Ends the other program however this test ends: a scope waits for its threads.
struct Ends<'s>(&'s AtomicBool);

impl Drop for Ends<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[test]
fn no_row_vanishes_or_doubles_while_another_program_renames() {
    let names: Vec<String> = (0..200).map(|number| format!("cur/{number:03}.a:2,S")).collect();
    let root = maildir(&names.iter().map(String::as_str).collect::<Vec<_>>());
    let mut reader = Reader::of(root.path());
    assert_eq!(reader.rows.len(), 200);
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let _end = Ends(&stop);
        scope.spawn(|| {
            let mut flags = [["S", "FS"]; 200].map(|pair| pair.into_iter().cycle());
            for number in (0..200).cycle() {
                if stop.load(Ordering::Relaxed) {
                    break;
                }
                let all = &mut flags[number];
                let from = all.next().unwrap();
                let to = all.clone().next().unwrap();
                let at = |flag: &str| root.path().join(format!("cur/{number:03}.a:2,{flag}"));
                fs::rename(at(from), at(to)).unwrap();
            }
        });
        for _ in 0..100 {
            let told = reader.look();
            assert!(told.iter().all(|what| what.ends_with("moved")), "{told:?}");
        }
    });
    reader.look();
    assert_eq!(reader.files().len(), 200);
}

fn message(number: usize) -> Vec<u8> {
    let body = "text ".repeat(number * 37 % 400);
    format!("From a@example.com Thu Aug 22 16:23:28 2002\nSubject: {number}\n\n{body}\n\n").into_bytes()
}

fn append(path: &Path, bytes: &[u8]) {
    OpenOptions::new().append(true).open(path).unwrap().write_all(bytes).unwrap();
}

#[test]
fn what_is_appended_to_an_mbox_comes() {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("box");
    fs::write(&path, [message(1), message(2)].concat()).unwrap();
    let mut reader = Reader::of(&path);
    assert_eq!(reader.look(), Vec::<String>::new());
    append(&path, &message(3));
    assert_eq!(reader.look(), ["1 came"]);
    // A message that is written in two steps, by a program that locks nothing.
    let slow = message(4);
    append(&path, &slow[..60]);
    assert_eq!(reader.look(), ["1 came"]);
    append(&path, &slow[60..]);
    assert_eq!(reader.look(), ["3 moved"]);
    append(&path, &[message(5), message(6)].concat());
    assert_eq!(reader.look(), ["2 came"]);
    assert_eq!(reader.ranges(), list(&reader.opened).iter().filter_map(|entry| entry.range).collect::<Vec<_>>());
    assert_eq!(reader.replaced, 0);
}

#[test]
fn an_mbox_that_is_shorter_another_one_or_rewritten_is_read_again() {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("box");
    fs::write(&path, [message(1), message(2), message(3)].concat()).unwrap();
    let mut reader = Reader::of(&path);
    reader.look();
    fs::write(&path, [message(1), message(3)].concat()).unwrap();
    assert_eq!(reader.look(), ["replaced"]);
    fs::write(root.path().join("other"), [message(7), message(8), message(9)].concat()).unwrap();
    fs::rename(root.path().join("other"), &path).unwrap();
    assert_eq!(reader.look(), ["replaced"]);
    // As long as before, with another letter in it, as a program does that writes Status fields in place.
    let mut bytes = fs::read(&path).unwrap();
    let last = bytes.len() - 10;
    bytes[last] = b'X';
    fs::write(&path, &bytes).unwrap();
    assert_eq!(reader.look(), ["replaced"]);
    fs::write(&path, b"").unwrap();
    assert_eq!(reader.look(), ["replaced"]);
    assert_eq!(reader.rows.len(), 0);
    append(&path, &message(5));
    assert_eq!(reader.look(), ["1 came"]);
}

#[test]
fn a_locked_mbox_is_left_alone_until_it_is_free() {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("box");
    fs::write(&path, message(1)).unwrap();
    let mut reader = Reader::of(&path);
    reader.look();
    let lock = root.path().join("box.lock");
    fs::write(&lock, "").unwrap();
    append(&path, &message(2));
    assert_eq!(reader.look(), ["locked"; 3]);
    fs::remove_file(&lock).unwrap();
    assert_eq!(reader.look(), ["1 came"]);
}

#[test]
fn rounds_of_truncation_and_appending_leave_the_right_list() {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("box");
    fs::write(&path, message(0)).unwrap();
    let mut reader = Reader::of(&path);
    let mut held: Vec<usize> = vec![0];
    let mut dice = 0x2545_f491_4f6c_dd1d_u64;
    // `GOSANKE_ROUNDS=10000` for a long run.
    let rounds = std::env::var("GOSANKE_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(400);
    for round in 1..rounds {
        dice ^= dice << 13;
        dice ^= dice >> 7;
        dice ^= dice << 17;
        if dice.is_multiple_of(5) && held.len() > 3 {
            held.truncate(held.len() / 2);
            let size: usize = held.iter().map(|number| message(*number).len()).sum();
            OpenOptions::new().write(true).open(&path).unwrap().set_len(size as u64).unwrap();
        }
        append(&path, &message(round));
        held.push(round);
        reader.look();
        let wanted: Vec<(u64, u64)> = held
            .iter()
            .scan(0, |at, number| {
                let start = *at;
                *at += message(*number).len() as u64;
                Some((start, *at))
            })
            .collect();
        assert_eq!(reader.ranges(), wanted, "round {round}");
    }
    assert!(reader.replaced > 5, "{}", reader.replaced);
}

#[test]
fn what_cannot_change_is_not_followed() {
    assert!(super::super::demo().follow(0).is_none());
}

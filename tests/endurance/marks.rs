//! Marks through kills and full disks: what the screen showed is on disk, once, and on the mail that it was made on. What is
//! wanted is worked out beside the program, never read from it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use gosanke::mailbox::Identity;
use gosanke::store::{FILE, Mark, Store};

use super::pty::{PATIENCE, Pty};
use super::{Dice, MAILS, kill, mailbox, times};

type Marks = BTreeMap<usize, char>;

/// What is on disk: the mark of each mail; panics at a mark on anything that is no mail of ours.
fn on_disk(data: &Path, mails: &BTreeMap<Identity, usize>) -> Marks {
    let opened = Store::open(data).unwrap();
    assert_eq!(opened.warnings, [], "the database is not sound");
    let mut store = opened.store;
    let letter = |mark: Option<Mark>| match mark {
        Some(Mark::Malicious) => 'm',
        Some(Mark::Suspicious) => 's',
        Some(Mark::Benign) => 'b',
        None => ' ',
    };
    let marks = store.marks().unwrap();
    let mark = |(identity, marked): (&Identity, &gosanke::store::Marked)| {
        (*mails.get(identity).expect("a mark on a mail that is none"), letter(marked.mark))
    };
    marks.iter().map(mark).collect()
}

/// How many changes the history holds.
fn steps(data: &Path) -> i64 {
    let connection = rusqlite::Connection::open(data.join(FILE)).unwrap();
    connection.query_row("SELECT count(*) FROM changes", [], |row| row.get(0)).unwrap()
}

/// The marks that the screen shows.
fn on_screen(screen: &vt100::Screen) -> Marks {
    let mut marks = Marks::new();
    for row in screen.contents().lines() {
        let Some((before, behind)) = row.split_once("errand number ") else { continue };
        let Some(number) = behind.get(..2).and_then(|text| text.parse().ok()) else { continue };
        // Border, room, selection, mark.
        let mark = before.chars().skip_while(|c| matches!(c, '│' | '┃')).nth(2).unwrap_or(' ');
        if matches!(mark, 'm' | 's' | 'b') {
            marks.insert(number, mark);
        }
    }
    marks
}

/// One change that a reader makes: key, and what the marks are then. The cursor stands on `row` before it.
fn next_step(dice: &mut Dice, marks: &Marks, row: usize) -> (char, Marks) {
    let key = ['m', 's', 'b', 'x'][dice.throw(4) as usize];
    let mut after = marks.clone();
    if key == 'x' {
        after.remove(&row);
    } else {
        after.insert(row, key);
    }
    (key, after)
}

/// Reads until the screen shows these marks; false where the program is gone first.
fn waits_for(pty: &mut Pty, wanted: &Marks) -> bool {
    let end = Instant::now() + PATIENCE;
    while on_screen(pty.screen.screen()) != *wanted {
        match pty.output.recv_timeout(end.saturating_duration_since(Instant::now()).min(Duration::from_millis(200))) {
            Ok(bytes) => pty.feed(&bytes),
            Err(std::sync::mpsc::RecvTimeoutError::Disconnected) => return false,
            Err(_) => {
                if pty.child.try_wait().unwrap().is_some() {
                    return false;
                }
                assert!(Instant::now() < end, "{wanted:?} never shows:\n{}", pty.screen.screen().contents());
            }
        }
    }
    true
}

fn open(mails: &Path, data: &Path) -> Pty {
    let arguments = ["--no-cache", "--sort", "mailbox", &mails.to_string_lossy()].map(ToOwned::to_owned);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    Pty::start(&arguments, &[("GOSANKE_DATA_DIR", &data.to_string_lossy())])
}

#[test]
#[ignore = "takes minutes; GOSANKE_TIMES kills"]
fn killed_at_any_moment_it_loses_doubles_and_misplaces_no_mark() {
    let count = times(10);
    let folder = tempfile::tempdir().unwrap();
    let (box_at, data) = (folder.path().join("mail"), folder.path().join("data"));
    let mails = mailbox(&box_at);
    let mut dice = Dice(0x2545_f491_4f6c_dd1d);
    let mut marks = Marks::new();
    let (mut confirmed, mut history, mut in_between, mut early) = (0_u64, 0_i64, 0, 0);
    for number in 0..count {
        let mut pty = open(&box_at, &data);
        let id = pty.child.process_id().unwrap();
        // Some are killed while they start, most while marks are made.
        let at_start = number % 10 == 0;
        let moment = dice.throw(400);
        let strike = move || {
            std::thread::spawn(move || {
                std::thread::sleep(Duration::from_millis(moment));
                kill("-KILL", id);
            })
        };
        let early_killer = at_start.then(strike);
        // What may be on disk: what the screen showed last, or what the key behind it makes of that.
        let mut wanted = marks.clone();
        let mut row = 0;
        let mut lived = waits_for_list(&mut pty) && waits_for(&mut pty, &marks);
        early += usize::from(!lived);
        let killer = early_killer.unwrap_or_else(strike);
        while lived {
            let (key, after) = next_step(&mut dice, &marks, row);
            if after == marks {
                // No change: nothing would show that it is done. The cursor moves on all the same.
                pty.writer.write_all(b"j").and_then(|()| pty.writer.flush()).ok();
            } else {
                pty.writer.write_all(key.to_string().as_bytes()).and_then(|()| pty.writer.flush()).ok();
                wanted.clone_from(&after);
                lived = waits_for(&mut pty, &after);
                if lived {
                    marks = after;
                    confirmed += 1;
                    history += 1;
                }
            }
            row += 1;
            if row == MAILS {
                pty.writer.write_all(b"g").and_then(|()| pty.writer.flush()).ok();
                row = 0;
            }
            lived &= pty.child.try_wait().unwrap().is_none();
        }
        killer.join().unwrap();
        let _ = pty.child.wait();
        drop(pty);
        let disk = if data.join(FILE).exists() { on_disk(&data, &mails) } else { Marks::new() };
        assert!(disk == marks || disk == wanted, "run {number}: shown {marks:?}, wanted {wanted:?}, on disk {disk:?}");
        if disk != marks {
            in_between += 1;
            history += 1;
        }
        marks = disk;
        if data.join(FILE).exists() {
            assert_eq!(steps(&data), history, "run {number}: a change is doubled or missing in the history");
        }
    }
    println!(
        "| kill -9 | {count} runs, {confirmed} marks shown as saved | 0 lost, 0 doubled, 0 on the wrong mail | {in_between} were saved and not shown yet, {early} killed before the list stood |"
    );
}

/// The list stands, and it is known which mail each row is.
fn waits_for_list(pty: &mut Pty) -> bool {
    let end = Instant::now() + PATIENCE;
    let all = |screen: &vt100::Screen| {
        let text = screen.contents();
        text.matches("errand number").count() >= MAILS && !text.contains("analyzed") && !text.contains("listing")
    };
    while !all(pty.screen.screen()) {
        match pty.output.recv_timeout(Duration::from_millis(100)) {
            Ok(bytes) => pty.feed(&bytes),
            Err(std::sync::mpsc::RecvTimeoutError::Disconnected) => return false,
            Err(_) => {
                if pty.child.try_wait().unwrap().is_some() {
                    return false;
                }
                assert!(Instant::now() < end, "no list:\n{}", pty.screen.screen().contents());
            }
        }
    }
    true
}

/// Fills the file system of a folder to the last page.
fn fill(path: &Path) {
    use std::io::Write as _;
    let mut file = std::fs::File::create(path).unwrap();
    for size in [1 << 16, 4096, 1] {
        let block = vec![1; size];
        while file.write_all(&block).is_ok() {}
    }
}

#[test]
#[ignore = "takes minutes, and a small file system in GOSANKE_SMALL_DISK; GOSANKE_TIMES runs"]
fn full_disks_lose_double_and_misplace_no_mark() {
    let small = PathBuf::from(std::env::var_os("GOSANKE_SMALL_DISK").expect("GOSANKE_SMALL_DISK is not set"));
    let disk = rustix::fs::statvfs(&small).unwrap();
    assert!(disk.f_blocks * disk.f_frsize <= 64 << 20, "it is filled to its end: give it a file system of a few MB");
    let count = times(4);
    let folder = tempfile::tempdir().unwrap();
    let box_at = folder.path().join("mail");
    let mails = mailbox(&box_at);
    let mut dice = Dice(0x0bad_cafe_1234_5678);
    let (mut saved, mut waited, mut told) = (0, 0, 0);
    for number in 0..count {
        let data = small.join(format!("data-{number}"));
        let filler = small.join("filler");
        let before = number % 4 == 3;
        if before {
            // Full before it starts: marks live in memory, which is told, and come to the disk when there is room.
            std::fs::create_dir_all(&data).unwrap();
            fill(&filler);
        }
        let mut pty = open(&box_at, &data);
        assert!(waits_for_list(&mut pty), "it left: {}", String::from_utf8_lossy(&pty.raw));
        let mut marks = Marks::new();
        let mut row = 0;
        for _ in 0..dice.throw(6) {
            marks.insert(row, 'm');
            pty.keys("m");
            assert!(waits_for(&mut pty, &marks));
            row += 1;
            saved += usize::from(!before);
        }
        if !before {
            fill(&filler);
        }
        // Notes of some size, so that what is free inside the log does not hold them; then marks behind them.
        let on_screen_before = marks.clone();
        let mut tries = 0;
        while !pty.screen.screen().contents().contains("NOT SAVED") {
            tries += 1;
            assert!(tries < 12, "nothing is told of a full disk:\n{}", pty.screen.screen().contents());
            pty.keys("t");
            pty.sees(" note on ");
            pty.keys(&format!("\u{1b}[200~{}\u{1b}[201~", "x".repeat(9_000)));
            pty.sees("xxxxxxxx");
            pty.keys("\r");
            pty.until("the end of the prompt", |screen| !screen.contents().contains(" note on "));
            let until = Instant::now() + Duration::from_millis(600);
            while Instant::now() < until && !pty.screen.screen().contents().contains("NOT SAVED") {
                if let Ok(bytes) = pty.output.recv_timeout(Duration::from_millis(20)) {
                    pty.feed(&bytes);
                }
            }
            pty.keys("j");
            row += 1;
        }
        waited += 1;
        if !before {
            assert_eq!(
                on_disk_marks_only(&data, &mails),
                on_screen_before,
                "run {number}: what was shown is not there"
            );
        }
        if number % 2 == 0 {
            // Room again: the next mark brings everything to the disk.
            std::fs::remove_file(&filler).unwrap();
            let row = row.min(MAILS - 1);
            pty.keys("b");
            marks.insert(row, 'b');
            pty.until("all saved", |screen| !screen.contents().contains("NOT SAVED"));
            assert!(waits_for(&mut pty, &marks));
            pty.keys("q");
            assert_eq!(pty.ends(), 0);
        } else if before {
            std::fs::remove_file(&filler).unwrap();
            // The last try is made when it leaves.
            leave(&mut pty);
        } else {
            leave(&mut pty);
            let text = String::from_utf8_lossy(&pty.raw).into_owned();
            // Leaving may make room by itself: then the last try brings everything to the disk.
            let lost = text.contains("not saved, and lost");
            let notes = notes_on_disk(&data, &mails);
            assert!(lost != (notes == tries), "run {number}: {notes} of {tries} notes, told: {lost}");
            told += usize::from(lost);
            std::fs::remove_file(&filler).unwrap();
        }
        drop(pty);
        assert_eq!(on_disk_marks_only(&data, &mails), marks, "run {number}");
        std::fs::remove_dir_all(&data).unwrap();
    }
    println!(
        "| full disk | {count} runs, {saved} marks before it was full | 0 lost, 0 doubled, 0 on the wrong mail | {waited} times told and waited, {told} times told at the end |"
    );
}

/// Leaves, where that is asked or not: what waited may be on the disk by now.
fn leave(pty: &mut Pty) {
    pty.keys("q");
    let until = Instant::now() + Duration::from_millis(500);
    while Instant::now() < until && !pty.screen.screen().contents().contains("Leave?") {
        if let Ok(bytes) = pty.output.recv_timeout(Duration::from_millis(20)) {
            pty.feed(&bytes);
        }
    }
    pty.keys("y");
    assert_eq!(pty.ends(), 0);
}

/// Mails with a note on disk.
fn notes_on_disk(data: &Path, mails: &BTreeMap<Identity, usize>) -> usize {
    let copy = copied(data);
    on_disk(copy.path(), mails);
    let marks = Store::open(copy.path()).unwrap().store.marks().unwrap();
    marks.values().filter(|marked| !marked.note.is_empty()).count()
}

fn copied(data: &Path) -> tempfile::TempDir {
    let copy = tempfile::tempdir().unwrap();
    for entry in std::fs::read_dir(data).unwrap() {
        let entry = entry.unwrap();
        if entry.file_name().to_string_lossy().starts_with(FILE) {
            std::fs::copy(entry.path(), copy.path().join(entry.file_name())).unwrap();
        }
    }
    copy
}

/// As [`on_disk`], without mails that have a note only; the file system may be full, so a copy is opened.
fn on_disk_marks_only(data: &Path, mails: &BTreeMap<Identity, usize>) -> Marks {
    let copy = copied(data);
    on_disk(copy.path(), mails).into_iter().filter(|(_, mark)| *mark != ' ').collect()
}

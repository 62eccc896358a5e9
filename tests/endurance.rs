//! Many times over, with the real program in a real terminal: every way to leave gives the terminal back; a kill at any
//! moment loses no mark that the screen showed, doubles none and puts none on another mail; a full disk neither.
//!
//! ```text
//! GOSANKE_TIMES=200 cargo test --profile measure --ignore-rust-version --test endurance -- --ignored --nocapture exits
//! GOSANKE_TIMES=1000 cargo test ... --test endurance -- --ignored --nocapture killed
//! GOSANKE_SMALL_DISK=folder GOSANKE_TIMES=200 cargo test ... --test endurance -- --ignored --nocapture full
//! ```
//!
//! All of it is ignored unless asked for: it takes minutes. Without `GOSANKE_TIMES` each is tried a few times; `GOSANKE_EXITS` names
//! the ways to leave that are tried (their beginning, `panic`). `GOSANKE_SMALL_DISK`
//! is a folder on a file system of its own of a few MB, which is filled and emptied; that test is left out without one.

#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "a test that cannot go on fails"
)]

mod pty;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use gosanke::mailbox::Identity;
use gosanke::store::{FILE, Mark, Store};

use self::pty::{PATIENCE, Pty};

/// Mails of the mailbox: all on one screen.
const MAILS: usize = 13;

fn times(usual: usize) -> usize {
    std::env::var("GOSANKE_TIMES").ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// Marsaglia's xorshift: the same choices in every run.
struct Dice(u64);

impl Dice {
    fn throw(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % sides.max(1)
    }
}

fn workers_of(id: u32) -> Vec<u32> {
    let list = std::fs::read_dir(format!("/proc/{id}/task")).into_iter().flatten().flatten();
    let children = list.filter_map(|task| std::fs::read_to_string(task.path().join("children")).ok());
    children.flat_map(|list| list.split_whitespace().filter_map(|id| id.parse().ok()).collect::<Vec<u32>>()).collect()
}

fn kill(signal: &str, id: u32) {
    let _ = std::process::Command::new("kill").args([signal, &id.to_string()]).status();
}

/// Leaves in one way; the wait before it is chosen by the dice.
fn leave(kind: &str, dice: &mut Dice) {
    if let Some(place) = kind.strip_prefix("panic: ") {
        return leave_broken(place, dice);
    }
    let mut pty = Pty::start(&["demo"], &[]);
    pty.sees("HIGH");
    std::thread::sleep(Duration::from_millis(dice.throw(40)));
    match kind {
        "quit" => pty.keys("q"),
        "SIGTERM" => pty.signal("-TERM"),
        "SIGHUP" => pty.signal("-HUP"),
        "SIGINT" => pty.signal("-INT"),
        "SIGTSTP and SIGCONT" => {
            pty.signal("-TSTP");
            pty.until("the main screen", |screen| !screen.alternate_screen());
            let end = Instant::now() + PATIENCE;
            while pty.state() != 'T' {
                assert!(Instant::now() < end, "it does not stop");
                std::thread::sleep(Duration::from_millis(2));
            }
            pty.is_restored();
            pty.signal("-CONT");
            pty.until("the alternate screen", vt100::Screen::alternate_screen);
            pty.sees("HIGH");
            pty.keys("q");
        }
        "death of a worker" => {
            for worker in workers_of(pty.child.process_id().unwrap()) {
                kill("-KILL", worker);
            }
            // It lives, and answers.
            pty.keys("\r");
            pty.sees("Return-Path");
            pty.keys("q");
        }
        other => panic!("{other} is no way to leave"),
    }
    pty.ends();
    pty.is_restored();
}

/// Leaves where a thread panicked (`tui/trip.rs`): that of the screen ends the program, which says why; any other one leaves
/// the screen as it is, without a word over it, and the program goes on.
fn leave_broken(place: &str, dice: &mut Dice) {
    let folder = tempfile::tempdir().unwrap();
    let box_at = folder.path().join("mail");
    mailbox(&box_at);
    let mut pty = Pty::start(&[&box_at.to_string_lossy()], &[("GOSANKE_TEST_PANIC", place)]);
    if matches!(place, "screen" | "frame") {
        assert_eq!(pty.ends(), 4);
        let text = String::from_utf8_lossy(&pty.raw).into_owned();
        assert!(text.contains("a test asked for it"), "{text}");
        return pty.is_restored();
    }
    // What does not list shows no row.
    if place == "list" {
        pty.until("a word of the failure", |screen| screen.contents().contains("defect"));
    } else {
        pty.sees("errand number");
    }
    if place == "store" {
        pty.keys("m");
    }
    std::thread::sleep(Duration::from_millis(dice.throw(40)));
    for keys in ["j", "\r", "?"] {
        pty.keys(keys);
    }
    // It lives: the help comes up, and goes.
    pty.sees("Help: ");
    pty.keys("\u{1b}");
    pty.until("the end of the help", |screen| !screen.contents().contains("Help: "));
    pty.keys("q");
    assert_eq!(pty.ends(), 0, "a panic in {place} is no reason to fail");
    let text = String::from_utf8_lossy(&pty.raw).into_owned();
    // A thread may be at work before the screen is there, and when it is gone; then it is told like everything else.
    let (before, rest) = text.split_once("\u{1b}[?1049h").unwrap_or_else(|| panic!("no screen: {text:?}"));
    let (screen, behind) = rest.split_once("\u{1b}[?1049l").unwrap_or_else(|| panic!("not left: {text:?}"));
    assert!(!screen.contains("a test asked for it"), "something was written over the screen: {text}");
    for beside in [before, behind] {
        let told = beside.matches("a test asked for it").count();
        assert_eq!(told, beside.matches("gosanke: panicked at").count(), "not told by ourselves: {beside}");
    }
    pty.is_restored();
}

const EXITS: [&str; 15] = [
    "quit",
    "SIGTERM",
    "SIGHUP",
    "SIGINT",
    "SIGTSTP and SIGCONT",
    "death of a worker",
    "panic: screen",
    "panic: frame",
    "panic: analysis",
    "panic: open",
    "panic: list",
    "panic: follow",
    "panic: cache",
    "panic: store",
    "panic: lookups",
];

#[test]
#[ignore = "takes minutes; GOSANKE_TIMES times each"]
fn exits_of_every_kind_give_the_terminal_back() {
    let count = times(3);
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let only = std::env::var("GOSANKE_EXITS").unwrap_or_default();
    for kind in EXITS.into_iter().filter(|kind| kind.starts_with(&only)) {
        let began = Instant::now();
        for _ in 0..count {
            leave(kind, &mut dice);
        }
        println!("| {kind} | {count} of {count} | {} ms each |", began.elapsed().as_millis() / count as u128);
    }
}

/// The terminal is gone without a signal: no process of its group hears of it, and reading it gives an end or an error.
#[test]
#[ignore = "takes minutes; GOSANKE_TIMES times"]
fn exits_of_a_vanished_terminal_take_two_seconds_at_most() {
    let count = times(3);
    let (mut longest, mut busiest) = (Duration::ZERO, 0);
    for _ in 0..count {
        // A session of its own whose leader ignores the hangup, so that no signal arrives.
        let mut command = portable_pty::CommandBuilder::new("/bin/sh");
        command.args(["-c", &format!("trap '' HUP; '{}' demo; exit 0", env!("CARGO_BIN_EXE_gosanke"))]);
        let mut pty = Pty::spawn(command, &[], tempfile::tempdir().unwrap());
        pty.sees("HIGH");
        let shell = pty.child.process_id().unwrap();
        let program = workers_of(shell)[0];
        let before = ticks(program);
        let began = Instant::now();
        vanish(&mut pty);
        let mut used = 0;
        while alive(program) {
            used = ticks(program).saturating_sub(before).max(used);
            assert!(began.elapsed() < PATIENCE, "it stays without a terminal");
            std::thread::sleep(Duration::from_millis(5));
        }
        longest = longest.max(began.elapsed());
        busiest = busiest.max(used);
    }
    println!(
        "| vanished terminal | {count} of {count} | longest {} ms, most computing {} ms |",
        longest.as_millis(),
        busiest * 10
    );
    assert!(longest <= Duration::from_secs(2), "{longest:?}");
}

/// Takes the other end of the terminal away, whoever holds it.
fn vanish(pty: &mut Pty) {
    drop(std::mem::replace(&mut pty.output, std::sync::mpsc::channel().1));
    // The thread that reads wakes up, finds nobody to tell, and lets its end go.
    pty.keys("j");
    drop(std::mem::replace(&mut pty.writer, Box::new(std::io::sink())));
    let other = portable_pty::native_pty_system().openpty(portable_pty::PtySize::default()).unwrap();
    drop(std::mem::replace(&mut pty.master, other.master));
}

fn alive(id: u32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
    stat.rsplit_once(") ").is_some_and(|(_, rest)| !rest.starts_with('Z') && !rest.starts_with('X'))
}

/// Computing time in hundredths of a second.
fn ticks(id: u32) -> u64 {
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit_once(") ").map(|(_, rest)| rest.split(' ').collect()).unwrap_or_default();
    fields.get(11..13).unwrap_or_default().iter().filter_map(|field| field.parse::<u64>().ok()).sum()
}

// ---------------------------------------------------------------------------------------------------------------------

fn subject(number: usize) -> String {
    format!("errand number {number:02}")
}

fn mail(number: usize) -> String {
    format!(
        "From: Ann <ann@shop.example>\nTo: bob@two.example\nSubject: {}\nDate: Mon, 2 Mar 2026 10:{number:02}:00 +0000\n\nhello {number}\n",
        subject(number)
    )
}

fn mailbox(folder: &Path) -> BTreeMap<Identity, usize> {
    for part in ["cur", "new", "tmp"] {
        std::fs::create_dir_all(folder.join(part)).unwrap();
    }
    (0..MAILS)
        .map(|number| {
            let text = mail(number);
            std::fs::write(folder.join(format!("cur/17000000{number:02}.M1P1.host:2,")), &text).unwrap();
            (Identity::of(text.as_bytes()), number)
        })
        .collect()
}

type Marks = BTreeMap<usize, char>;

/// What is on disk: the mark of each mail; panics at a mark on anything that is no mail of ours.
fn on_disk(data: &Path, mails: &BTreeMap<Identity, usize>) -> Marks {
    let opened = Store::open(data).unwrap();
    assert_eq!(opened.warnings, Vec::<String>::new(), "the database is not sound");
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
            pty.sees(" note: ");
            pty.keys(&format!("\u{1b}[200~{}\u{1b}[201~", "x".repeat(9_000)));
            pty.sees(" note: xxxxxxxx");
            pty.keys("\r");
            pty.until("the end of the prompt", |screen| !screen.contents().contains(" note: "));
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
            pty.keys("q");
            assert_eq!(pty.ends(), 0);
        } else {
            pty.keys("q");
            assert_eq!(pty.ends(), 0);
            let text = String::from_utf8_lossy(&pty.raw).into_owned();
            // Leaving may make room by itself: then the last try brings everything to the disk.
            let lost = text.contains("could not be saved and are lost");
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

//! Every way to leave: by key, by signal, with a thread that panicked, with a terminal that vanished. What is looked at is the
//! terminal and how long it takes; marks are another room's.

use std::time::{Duration, Instant};

use super::pty::{PATIENCE, Pty};
use super::{Dice, kill, mailbox, times};

fn workers_of(id: u32) -> Vec<u32> {
    let list = std::fs::read_dir(format!("/proc/{id}/task")).into_iter().flatten().flatten();
    let children = list.filter_map(|task| std::fs::read_to_string(task.path().join("children")).ok());
    children.flat_map(|list| list.split_whitespace().filter_map(|id| id.parse().ok()).collect::<Vec<u32>>()).collect()
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
        "SIGQUIT" => pty.signal("-QUIT"),
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

const EXITS: [&str; 16] = [
    "quit",
    "SIGTERM",
    "SIGHUP",
    "SIGINT",
    "SIGQUIT",
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
        pty.vanish();
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

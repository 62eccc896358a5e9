//! The real program in a real terminal: start, resize, suspend, quit, panic, signals. Whatever way it leaves, the
//! terminal is as it was before.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    missing_docs,
    reason = "a test that cannot go on fails"
)]

mod pty;

use std::time::{Duration, Instant};

use portable_pty::{CommandBuilder, PtySize};

use self::pty::{PATIENCE, Pty, cells};

#[test]
fn it_starts_opens_a_mail_and_quits() {
    let mut pty = Pty::start(&["demo"], &[]);
    pty.sees("HIGH ▲");
    assert!(pty.screen.screen().alternate_screen());
    pty.keys("\r");
    pty.sees("Return-Path");
    pty.keys("q");
    assert_eq!(pty.ends(), 0);
    pty.is_restored();
}

#[test]
#[cfg(target_os = "linux")]
fn a_run_with_a_screen_gives_free_memory_back_unless_told_otherwise() {
    for (told, holds) in [(None, "0"), (Some("25"), "25")] {
        let environment: Vec<(&str, &str)> = told.map(|told| ("MIMALLOC_PURGE_DELAY", told)).into_iter().collect();
        let mut pty = Pty::start(&["demo"], &environment);
        pty.sees("HIGH ▲");
        let process = pty.child.process_id().unwrap();
        let environment = std::fs::read(format!("/proc/{process}/environ")).unwrap();
        let wanted = format!("MIMALLOC_PURGE_DELAY={holds}");
        assert!(environment.split(|byte| *byte == 0).any(|one| one == wanted.as_bytes()), "{wanted}");
        pty.keys("q");
        assert_eq!(pty.ends(), 0);
    }
}

#[test]
fn it_follows_the_size_of_the_terminal() {
    let mut pty = Pty::start(&["demo"], &[]);
    pty.sees("HIGH ▲");
    pty.master.resize(PtySize { rows: 8, cols: 30, pixel_width: 0, pixel_height: 0 }).unwrap();
    pty.screen.screen_mut().set_size(cells(8), cells(30));
    pty.sees("40x10");
    pty.master.resize(PtySize { rows: 40, cols: 140, pixel_width: 0, pixel_height: 0 }).unwrap();
    pty.screen.screen_mut().set_size(cells(40), cells(140));
    pty.sees("HIGH ▲");
    pty.keys("q");
    assert_eq!(pty.ends(), 0);
    pty.is_restored();
}

#[test]
fn it_suspends_and_comes_back() {
    let mut pty = Pty::start(&["demo"], &[]);
    pty.sees("HIGH ▲");
    pty.keys("\u{1a}");
    pty.until("the main screen", |screen| !screen.alternate_screen());
    let end = Instant::now() + PATIENCE;
    while pty.state() != 'T' {
        assert!(Instant::now() < end, "it does not stop");
        std::thread::sleep(Duration::from_millis(5));
    }
    pty.is_restored();
    pty.signal("-CONT");
    pty.until("the alternate screen", vt100::Screen::alternate_screen);
    pty.sees("HIGH ▲");
    pty.keys("q");
    assert_eq!(pty.ends(), 0);
    pty.is_restored();
}

#[test]
fn every_signal_that_ends_it_restores_the_terminal() {
    for signal in ["-TERM", "-HUP", "-INT"] {
        let mut pty = Pty::start(&["demo"], &[]);
        pty.sees("HIGH ▲");
        pty.signal(signal);
        pty.ends();
        pty.is_restored();
    }
}

/// The program with one mail, marked while another program holds the database of marks.
fn marked_in_vain(data: &std::path::Path) -> (Pty, rusqlite::Connection) {
    let mail = data.join("one.eml");
    std::fs::write(&mail, "From: a@a.example\nSubject: errand\n\nhi\n").unwrap();
    let environment = [("GOSANKE_DATA_DIR", data.to_str().unwrap())];
    let mut pty = Pty::start(&[mail.to_str().unwrap()], &environment);
    pty.sees("How it adds up");
    pty.keys("s");
    let began = Instant::now();
    let other = loop {
        let other = rusqlite::Connection::open(data.join("gosanke.db")).unwrap();
        other.busy_timeout(PATIENCE).unwrap();
        let saved = other.query_row("SELECT count(*) FROM marks", [], |row| row.get::<_, i64>(0));
        if matches!(saved, Ok(1)) {
            break other;
        }
        assert!(began.elapsed() < PATIENCE, "{saved:?}");
        std::thread::sleep(Duration::from_millis(10));
    };
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    pty.keys("m");
    (pty, other)
}

#[test]
fn leaving_tells_what_it_waits_for_and_can_be_cut_short() {
    let data = tempfile::tempdir().unwrap();
    let (mut pty, other) = marked_in_vain(data.path());
    pty.keys("q");
    pty.sees("still being written; Ctrl-C");
    pty.is_restored();
    pty.signal("-INT");
    pty.ends();
    assert!(String::from_utf8_lossy(&pty.raw).contains("left before all marks and files were written"));
    drop(other);
}

#[test]
fn a_terminal_that_is_closed_takes_no_mark_with_it() {
    let data = tempfile::tempdir().unwrap();
    let (mut pty, other) = marked_in_vain(data.path());
    pty.vanish();
    std::thread::sleep(Duration::from_secs(3));
    assert!(pty.child.try_wait().unwrap().is_none(), "it did not wait for the database");
    drop(other);
    let end = Instant::now() + PATIENCE;
    while pty.child.try_wait().unwrap().is_none() {
        assert!(Instant::now() < end, "it does not end");
        std::thread::sleep(Duration::from_millis(20));
    }
    let marks = gosanke::store::Store::open(data.path()).unwrap().store.marks().unwrap();
    assert_eq!(marks.values().map(|marked| marked.mark).collect::<Vec<_>>(), [Some(gosanke::store::Mark::Malicious)]);
}

#[test]
fn a_panic_of_the_screen_restores_the_terminal_and_says_why() {
    let mut pty = Pty::start(&["demo"], &[("GOSANKE_TEST_PANIC", "screen")]);
    assert_eq!(pty.ends(), 4);
    pty.is_restored();
    let text = String::from_utf8_lossy(&pty.raw).into_owned();
    assert!(text.contains("panicked"), "{text}");
}

#[test]
fn no_color_draws_no_color() {
    let mut pty = Pty::start(&["demo"], &[("NO_COLOR", "1")]);
    pty.sees("HIGH ▲");
    let screen = pty.screen.screen();
    for row in 0..30 {
        for column in 0..100 {
            if let Some(cell) = screen.cell(row, column) {
                assert_eq!(cell.fgcolor(), vt100::Color::Default, "{row},{column} {}", cell.contents());
                assert_eq!(cell.bgcolor(), vt100::Color::Default, "{row},{column} {}", cell.contents());
            }
        }
    }
    pty.keys("q");
    pty.ends();
}

#[test]
fn a_mail_on_standard_input_opens_while_keys_come_from_the_terminal() {
    let data = tempfile::tempdir().unwrap();
    let mail = data.path().join("mail.eml");
    std::fs::write(
        &mail,
        "From: Ann <ann@shop.example>\nSubject: piped\nDate: Mon, 2 Mar 2026 10:00:00 +0000\n\nhello\n",
    )
    .unwrap();
    let mut command = CommandBuilder::new("/bin/sh");
    command.args(["-c", &format!("'{}' - < '{}'", env!("CARGO_BIN_EXE_gosanke"), mail.display())]);
    let mut pty = Pty::spawn(command, &[], data);
    pty.sees("piped");
    pty.keys("q");
    assert_eq!(pty.ends(), 0);
    pty.is_restored();
}

#[test]
fn a_filter_shows_a_terminal_nothing_that_it_would_obey() {
    let data = tempfile::tempdir().unwrap();
    let text = data.path().join("text");
    std::fs::write(&text, "\u{1b}]0;x\u{7} http://a.example/ \u{9b}31m \u{202e}\nsecond\n").unwrap();
    let (program, text) = (env!("CARGO_BIN_EXE_gosanke"), text.display().to_string());
    for name in ["defang", "refang"] {
        let mut command = CommandBuilder::new("/bin/sh");
        command.args(["-c", &format!("'{program}' {name} < '{text}'")]);
        let mut pty = Pty::spawn(command, &[], tempfile::tempdir().unwrap());
        pty.sees("second");
        assert_eq!(pty.ends(), 0);
        let raw = String::from_utf8(pty.raw.clone()).unwrap();
        assert!(raw.contains("␛]0;x␇") && raw.contains("<U+202E>") && raw.contains("<U+009B>"), "{raw:?}");
        assert!(!raw.contains(['\u{1b}', '\u{7}', '\u{9b}', '\u{202e}']), "{raw:?}");
    }
    // Whoever pipes it on gets what was there.
    let piped =
        std::process::Command::new("/bin/sh").args(["-c", &format!("'{program}' defang < '{text}' | cat")]).output();
    assert!(String::from_utf8(piped.unwrap().stdout).unwrap().starts_with("\u{1b}]0;x\u{7} hxxp://a[.]example/"));
}

#[test]
fn nothing_is_drawn_while_nothing_happens() {
    let mut pty = Pty::start(&["demo"], &[]);
    pty.sees("HIGH ▲");
    // What belongs to the start may still come.
    let end = Instant::now() + PATIENCE;
    while pty.output.recv_timeout(Duration::from_millis(700)).is_ok() {
        assert!(Instant::now() < end, "an idle screen never stops writing");
    }
    assert!(pty.output.recv_timeout(Duration::from_millis(700)).is_err(), "an idle screen writes");
    pty.keys("q");
    pty.ends();
}

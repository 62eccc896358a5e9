//! Mailboxes that other programs write to while they are open in the real program, in a real terminal.

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

use std::fs;
use std::path::Path;

use self::pty::Pty;

fn mail(number: usize) -> String {
    format!(
        "From: Sender {number} <s{number}@example.org>\nTo: b@example.net\nSubject: message {number:03}\n\
         Date: Mon, 01 Jun 2026 10:{:02}:{:02} +0000\nMessage-ID: <{number}@example.org>\n\nbody {number}\n",
        number / 60,
        number % 60
    )
}

fn maildir(count: usize) -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    for part in ["new", "cur", "tmp"] {
        fs::create_dir(root.path().join(part)).unwrap();
    }
    for number in 1..=count {
        fs::write(root.path().join(format!("cur/{number:03}.host:2,S")), mail(number)).unwrap();
    }
    root
}

fn deliver(root: &Path, number: usize) {
    let name = format!("{number:03}.host");
    fs::write(root.join("tmp").join(&name), mail(number)).unwrap();
    fs::rename(root.join("tmp").join(&name), root.join("new").join(&name)).unwrap();
}

/// The line of the screen that holds `text`.
fn line(screen: &vt100::Screen, text: &str) -> Option<String> {
    screen.contents().lines().find(|line| line.contains(text)).map(ToOwned::to_owned)
}

/// The cursor is on the line that holds `text`.
fn is_current(screen: &vt100::Screen, text: &str) -> bool {
    let at = screen.contents().lines().position(|line| line.contains(text));
    let cell = at.and_then(|at| screen.cell(at as u16, 5));
    cell.is_some_and(|cell| cell.inverse() || cell.bgcolor() != vt100::Color::Default)
}

#[test]
fn a_maildir_is_followed_and_the_cursor_stays_on_its_mail() {
    let root = maildir(5);
    let mut pty = Pty::start(&[root.path().to_str().unwrap()], &[("GOSANKE_SORT", "date")]);
    pty.sees("message 001");
    // The newest stands on top; the cursor goes to the one below it.
    pty.keys("j");
    pty.until("the cursor", |screen| is_current(screen, "message 004"));
    deliver(root.path(), 6);
    deliver(root.path(), 7);
    pty.sees("message 007");
    pty.until("the cursor", |screen| is_current(screen, "message 004"));
    fs::rename(root.path().join("cur/002.host:2,S"), root.path().join("cur/002.host:2,FS")).unwrap();
    pty.until("the flag", |screen| line(screen, "message 002").is_some_and(|line| line.contains(" F ")));
    fs::remove_file(root.path().join("cur/003.host:2,S")).unwrap();
    pty.until("the loss", |screen| line(screen, "message 003").is_some_and(|line| line.contains("gone")));
    pty.keys("q");
    assert_eq!(pty.ends(), 0);
}

#[test]
fn a_folder_that_another_program_makes_can_be_opened() {
    let root = maildir(3);
    let mut pty = Pty::start(&[root.path().to_str().unwrap()], &[]);
    pty.sees("message 003");
    for part in ["cur", "new", "tmp"] {
        fs::create_dir_all(root.path().join(".Reports.2026").join(part)).unwrap();
    }
    fs::write(root.path().join(".Reports.2026/cur/9.host:2,"), mail(9)).unwrap();
    pty.sees("new folder: Reports/2026");
    pty.keys("f");
    pty.sees("Reports/2026");
    pty.keys("j\r");
    pty.sees("message 009");
    // And it is followed like any other.
    deliver(&root.path().join(".Reports.2026"), 10);
    pty.sees("message 010");
    pty.keys("q");
    assert_eq!(pty.ends(), 0);
}

#[test]
fn a_folder_of_message_files_is_followed() {
    let root = tempfile::tempdir().unwrap();
    for number in 1..=3 {
        fs::write(root.path().join(format!("{number}.eml")), mail(number)).unwrap();
    }
    let mut pty = Pty::start(&[root.path().to_str().unwrap()], &[]);
    pty.sees("message 003");
    fs::create_dir(root.path().join("more")).unwrap();
    fs::write(root.path().join("more/4.eml"), mail(4)).unwrap();
    pty.sees("message 004");
    fs::write(root.path().join("more/5.eml"), mail(5)).unwrap();
    pty.sees("message 005");
    fs::write(root.path().join("2.eml"), mail(222)).unwrap();
    pty.sees("message 222");
    fs::remove_file(root.path().join("1.eml")).unwrap();
    pty.until("the loss", |screen| line(screen, "message 001").is_some_and(|line| line.contains("gone")));
    pty.keys("q");
    assert_eq!(pty.ends(), 0);
}

#[test]
fn an_mbox_that_grows_and_is_rewritten_is_shown_right() {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("box");
    let stored = |numbers: &[usize]| -> String {
        let one = |number: &usize| format!("From a@example.org Mon Jun  1 10:00:00 2026\n{}\n", mail(*number));
        numbers.iter().map(one).collect()
    };
    fs::write(&path, stored(&[1, 2, 3, 4])).unwrap();
    let mut pty = Pty::start(&[path.to_str().unwrap()], &[("GOSANKE_SORT", "date")]);
    pty.sees("message 004");
    pty.keys("jj");
    pty.until("the cursor", |screen| is_current(screen, "message 002"));
    fs::write(&path, stored(&[1, 2, 3, 4, 5])).unwrap();
    pty.sees("message 005");
    // Another program takes a mail out.
    fs::write(&path, stored(&[2, 4, 5])).unwrap();
    pty.until("the loss", |screen| line(screen, "message 003").is_none() && line(screen, "message 005").is_some());
    pty.until("the cursor", |screen| is_current(screen, "message 002"));
    pty.keys("q");
    assert_eq!(pty.ends(), 0);
}

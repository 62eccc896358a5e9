//! A mail that ended the process in which it was analyzed: its row says so and what to do, it is opened only when somebody
//! asks for it, and it is forgiven once it did no harm. And changes that wait for the disk: they stay on the screen.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "a test that cannot go on fails"
)]

mod drive;

use drive::Drive;
use gosanke::analysis::{Analysis, Own, analyze};
use gosanke::facts::FactSet;
use gosanke::mailbox::Identity;
use gosanke::sandbox::Death;
use gosanke::signal::Weights;
use gosanke::tui::inspect::OpenMail;
use gosanke::tui::msg::{Cmd, Msg};

const MAIL: &[u8] = b"From: a@example.net\nSubject: hello\n\nhello\n";

fn opened(drive: &Drive, analysis: Analysis) -> Msg {
    let index = drive.app.list.current_index().unwrap();
    let mail = Box::new(OpenMail { index, bytes: MAIL.to_vec(), analysis });
    Msg::Opened { generation: drive.app.generation, mail }
}

fn died(drive: &Drive, death: Death) -> Msg {
    let index = drive.app.list.current_index().unwrap();
    Msg::Died { generation: drive.app.generation, index, death, identity: Some(Identity::of(MAIL)) }
}

#[test]
fn a_mail_that_ended_its_process_is_remembered_and_its_row_says_what_to_do() {
    let mut drive = Drive::demo(120, 30);
    let msg = died(&drive, Death::Signal(11));
    let wishes = drive.app.update(msg);
    assert!(wishes.contains(&Cmd::Killer(Identity::of(MAIL))), "{wishes:?}");
    drive.draw();
    drive.sees("ended its process; Enter tries again");
    // Opening it as the cursor stands on it is the same mail's second word: neither told nor kept twice.
    let msg = died(&drive, Death::Known);
    let wishes = drive.app.update(msg);
    assert!(!wishes.iter().any(|wish| matches!(wish, Cmd::Killer(_))), "{wishes:?}");
}

#[test]
fn a_mail_of_an_earlier_run_is_opened_when_somebody_asks_and_forgiven_when_it_does_no_harm() {
    let mut drive = Drive::demo(120, 30);
    drive.app.killers.insert(Identity::of(MAIL));
    let msg = died(&drive, Death::Known);
    let wishes = drive.app.update(msg);
    assert!(!wishes.iter().any(|wish| matches!(wish, Cmd::Killer(_))), "{wishes:?}");
    let msg = opened(&drive, Analysis::failed(MAIL));
    drive.send(msg);
    drive.draw();
    drive.sees("not opened by itself");
    let index = drive.app.list.current_index().unwrap();
    let enter = crossterm::event::KeyEvent::from(crossterm::event::KeyCode::Enter);
    let wishes = drive.app.update(Msg::Key(enter));
    assert!(wishes.contains(&Cmd::OpenAnyway(index)), "{wishes:?}");
    let analysis = analyze(MAIL, &[], &FactSet::default(), &Weights::default(), &Own::default());
    let msg = opened(&drive, analysis);
    let wishes = drive.app.update(msg);
    assert!(wishes.contains(&Cmd::Forgive(Identity::of(MAIL))), "{wishes:?}");
    assert!(drive.app.killers.is_empty() && drive.app.dead.is_empty());
    drive.draw();
    drive.misses("not opened by itself");
}

#[test]
fn what_was_not_analyzed_has_no_verdict() {
    let mut drive = Drive::demo(120, 40);
    let msg = died(&drive, Death::Hung);
    drive.send(msg);
    let msg = opened(&drive, Analysis::failed(MAIL));
    drive.send(msg);
    drive.draw();
    drive.misses("nothing speaks against it");
    for (number, pane) in gosanke::view::PANES.iter().enumerate() {
        let said = format!("{:?}", drive.app.pane_doc(number));
        let told = said.contains("This mail was not analyzed: its analysis took too long");
        assert_eq!(told, pane.id != "raw", "{}: {said}", pane.id);
    }
    // Nor is anything to be copied that would read as a harmless mail.
    drive.keys("y s").sees("This mail was not analyzed").misses("copied");
}

#[test]
fn a_folder_that_cannot_be_read_is_not_an_empty_one() {
    let mut drive = Drive::demo(120, 30);
    drive.app.list = gosanke::tui::list::List::new(drive.app.list.sort, false);
    let why = gosanke::mailbox::Problem::Unreadable("permission denied".into());
    drive.send(Msg::Listed { generation: drive.app.generation, error: Some(why) });
    drive.draw();
    drive.sees("this folder cannot be read").misses("no mail in this folder");
}

#[test]
fn changes_that_wait_for_the_disk_are_told_until_they_are_there() {
    let mut drive = Drive::demo(120, 30);
    drive.send(Msg::Waiting { count: 3, why: "database or disk is full".into() });
    drive.draw();
    drive.sees("3 NOT SAVED");
    drive.sees("database or disk is full");
    // Leaving now may lose them: that is asked, as long as it is so. Who says no goes on.
    drive.keys("q").sees("Leave? 3 changes of marks and notes could not be saved yet");
    assert!(!drive.keys("n").misses("Leave?").app.leaving);
    drive.keys("q").sees("Leave?");
    drive.send(Msg::Waiting { count: 0, why: String::new() });
    drive.draw();
    drive.misses("NOT SAVED").misses("Leave?");
    drive.sees("what waited is on disk now: 3 changes");
    drive.keys("q");
    assert!(drive.app.leaving);
}

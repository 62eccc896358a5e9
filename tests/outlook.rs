//! Outlook items and messages inside messages, as a user meets them: opened by name, in a folder and by `scan`, and read in
//! the same panes as any other mail.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    dead_code,
    missing_docs,
    reason = "a test that cannot go on fails; not every helper is used by every test program"
)]

mod drive;
mod samples;

use std::ops::ControlFlow;

use drive::Drive;
use gosanke::evidence::LinkKind;
use gosanke::facts::FactSet;
use gosanke::mailbox::{self, Kind};
use gosanke::text::Lang;
use gosanke::tui::theme::Depth;

fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// An Outlook item with a body, a page attached and a sender.
fn item() -> Vec<u8> {
    let attach = "/__attach_version1.0_#00000000";
    samples::compound(&[
        ("/__properties_version1.0", &[0; 32]),
        ("/__substg1.0_0037001F", &wide("Your mailbox is full")),
        ("/__substg1.0_0042001F", &wide("Mail Desk")),
        ("/__substg1.0_5D02001F", &wide("desk@sender.example")),
        ("/__substg1.0_1000001F", &wide("Log in: https://outlook-item.example/login")),
        (&format!("{attach}/__properties_version1.0"), &[0; 8]),
        (&format!("{attach}/__substg1.0_3707001F"), &wide("notice.html")),
        (&format!("{attach}/__substg1.0_37010102"), b"<html><a href=https://attached.example/>x</a></html>"),
    ])
}

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.msg"), item()).unwrap();
    std::fs::write(folder.path().join("b.msg"), item()).unwrap();
    std::fs::write(folder.path().join("c.doc"), samples::compound(&[("/WordDocument", b"x")])).unwrap();
    folder
}

#[test]
fn an_item_opens_like_any_other_message() {
    let folder = folder();
    let opened = mailbox::open(&[folder.path().join("a.msg")]).unwrap();
    assert_eq!(opened.folders()[0].kind, Kind::Message);
    let opened = mailbox::open(&[folder.path().to_owned()]).unwrap();
    let mut rows = Vec::new();
    opened
        .index(0, &mut |entries, _| {
            rows.extend(entries);
            ControlFlow::Continue(())
        })
        .unwrap();
    assert_eq!(rows.iter().filter(|row| row.problem.is_none()).count(), 2);
    let bytes = opened.read(&rows[0]).unwrap();
    assert!(bytes.starts_with(b"From: \"Mail Desk\" <desk@sender.example>\r\n"));
    assert_eq!(opened.read_head(&rows[0], 40).unwrap(), bytes[..40]);
    let evidence = samples::read(&String::from_utf8(bytes).unwrap());
    assert_eq!(evidence.subject, "Your mailbox is full");
    let links: Vec<(&str, LinkKind)> = evidence.links.iter().map(|link| (link.raw.as_str(), link.kind)).collect();
    assert!(links.contains(&("https://outlook-item.example/login", LinkKind::Text)), "{links:?}");
    assert!(links.contains(&("https://attached.example/", LinkKind::Attachment)), "{links:?}");
}

#[test]
fn scan_reads_items() {
    let folder = folder();
    let out = std::process::Command::new(env!("CARGO_BIN_EXE_gosanke"))
        .arg("scan")
        .arg(folder.path().join("a.msg"))
        .output()
        .unwrap();
    let text = String::from_utf8(out.stdout).unwrap();
    assert!(text.contains("\"subject\":\"Your mailbox is full\"") && text.contains("notice.html"), "{text}");
}

#[test]
fn an_item_in_a_mail_is_told_and_its_links_are_listed() {
    let evidence = samples::read(&samples::mail("see", "fwd.msg", &item()));
    let nested = evidence.nested.first().unwrap();
    assert_eq!((nested.subject.as_str(), nested.links), ("Your mailbox is full", 2));
    assert!(evidence.links.iter().any(|link| link.raw == "https://outlook-item.example/login" && link.part == Some(2)));
}

#[test]
fn a_message_inside_opens_in_the_same_panes_and_back_leads_out() {
    let inner = "From: Bank <bank@evil.example>\nSubject: Your account is closed\nMIME-Version: 1.0\n\nhttps://inner.example/x\n";
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.eml");
    std::fs::write(&path, samples::mail("see the forwarded mail", "account.eml", inner.as_bytes())).unwrap();
    let mailbox = mailbox::open(&[path]).unwrap();
    let mut drive = Drive::open(mailbox, FactSet::default(), 120, 40, Lang::En, Depth::Mono);
    drive.keys("Enter 9 z").sees("a message: Bank").sees("SHA-1");
    drive.keys("/").text("a message: Bank").keys("Enter n Enter");
    drive.sees("Your account is closed");
    assert_eq!(drive.app.open_mail().unwrap().analysis.evidence.subject, "Your account is closed");
    drive.keys("Esc Esc Esc");
    assert_eq!(drive.app.open_mail().unwrap().analysis.evidence.subject, "The papers");
}

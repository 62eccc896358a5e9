//! `gosanke lookup` as a script meets it: cards, recorded lines, plans and exit codes. No network: a recording answers.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    missing_docs,
    reason = "a test that cannot go on fails"
)]

use std::io::Write as _;
use std::process::{Command, Output, Stdio};

use gosanke::facts::{Key, Recorded};

const RECORDING: &str = concat!(
    r#"{"key":{"addresses":"www.evil.test"},"fact":{"state":{"value":{"addresses":["198.51.100.9"]}},"origin":{"asked":"192.0.2.53"},"at":1793600000}}"#,
    "\n",
    r#"{"key":{"place":"198.51.100.9"},"fact":{"state":{"value":{"place":{"country":"FI","asn":64500,"network":"Example \u001b[2J Hosting"}}}}}"#,
    "\n",
    r#"{"key":{"texts":"www.evil.test"},"fact":{"state":{"value":{"texts":["v=spf1 \u202e https://evil.test/ -all"]}}}}"#,
    "\n",
    r#"{"key":{"mail_exchangers":"www.evil.test"},"fact":{"state":"absent"}}"#,
    "\n",
);

fn gosanke(arguments: &[&str], input: &str) -> Output {
    let folder = tempfile::tempdir().unwrap();
    let recording = folder.path().join("answers.jsonl");
    std::fs::write(&recording, RECORDING).unwrap();
    let mut command = program();
    command.env_clear().env("HOME", folder.path()).arg("lookup").args(arguments);
    command.arg("--data-dir").arg(folder.path()).arg("--replay").arg(&recording);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // A program that does not read its input may be gone already.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_gosanke"))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn a_card_is_told_as_text_defanged_and_printable() {
    let out = gosanke(&["www.evil.test"], "");
    let told = text(&out.stdout);
    assert_eq!(out.status.code(), Some(0), "{}", text(&out.stderr));
    for want in ["www[.]evil[.]test", "198[.]51[.]100[.]9", "AS64500", "Finland", "MX", "none"] {
        assert!(told.contains(want), "{want} is missing in:\n{told}");
    }
    for never in ["\u{1b}", "\u{202e}", "https://", "www.evil.test", "198.51.100.9"] {
        assert!(!told.contains(never), "{never:?} in:\n{told}");
    }
    assert!(text(&gosanke(&["www.evil.test", "--lang", "ja"], "").stdout).contains("フィンランド"));
}

#[test]
fn lines_of_json_are_a_recording_that_answers_again() {
    let out = gosanke(&["www.evil.test", "--json"], "");
    let lines: Vec<Recorded> = text(&out.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let keys: Vec<&Key> = lines.iter().map(|line| &line.key).collect();
    assert!(keys.contains(&&Key::Addresses("www.evil.test".into())), "{keys:?}");
    assert!(keys.contains(&&Key::Place("198.51.100.9".parse().unwrap())), "what follows from an answer is there, too");
    assert!(out.stdout.iter().all(|byte| matches!(byte, b' '..=b'~' | b'\n')));
    let folder = tempfile::tempdir().unwrap();
    let again = folder.path().join("again.jsonl");
    std::fs::write(&again, &out.stdout).unwrap();
    let mut command = program();
    command.env_clear().env("HOME", folder.path()).args(["lookup", "www.evil.test", "--json", "--data-dir"]);
    let second = command.arg(folder.path()).arg("--replay").arg(&again).output().unwrap();
    let keys_of = |bytes: &[u8]| -> Vec<Key> {
        text(bytes).lines().map(|line| serde_json::from_str::<Recorded>(line).unwrap().key).collect()
    };
    assert_eq!(keys_of(&second.stdout), keys_of(&out.stdout));
}

#[test]
fn targets_come_from_standard_input_and_each_is_told_once() {
    let out = gosanke(&["-", "--json"], "www[.]evil[.]test\n\nWWW.EVIL.TEST.\nhxxps://www[.]evil[.]test/x\n");
    let lines: Vec<String> = text(&out.stdout).lines().map(ToOwned::to_owned).collect();
    let unique: std::collections::HashSet<&String> = lines.iter().collect();
    assert!(!lines.is_empty() && unique.len() == lines.len());
}

#[test]
fn what_is_no_target_is_told_and_nothing_is_looked_up() {
    for target in ["x y", "localhost", "a..b", "ftp://evil.test/", "\u{1b}[2J"] {
        let out = gosanke(&["www.evil.test", target], "");
        assert_eq!(out.status.code(), Some(2), "{target:?}");
        assert!(out.stdout.is_empty());
        assert!(!text(&out.stderr).contains('\u{1b}'));
    }
}

#[test]
fn a_recording_that_cannot_be_read_is_said() {
    let mut command = program();
    let out = command.args(["lookup", "evil.test", "--replay", "/does/not/exist"]).output().unwrap();
    assert_eq!(out.status.code(), Some(3));
}

#[test]
fn a_plan_says_what_would_leave_and_sends_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let plan = |more: &[&str]| {
        let mut command = program();
        command.env_clear().env("HOME", folder.path()).args(["lookup", "evil.test", "--plan", "--data-dir"]);
        // A resolver that nobody answers for: a packet would be a failure, not an answer.
        text(&command.arg(folder.path()).args(["--resolver", "192.0.2.53"]).args(more).output().unwrap().stdout)
    };
    let local = plan(&[]);
    assert!(local.contains("A evil[.]test") && local.contains("[ ]"), "{local}");
    assert!(!local.contains("[x]  "), "nothing leaves at the local reach:\n{local}");
    assert!(plan(&["--reach", "sender"]).contains("[x]  "));
    let lines = plan(&["--json"]);
    for line in lines.lines() {
        let value: serde_json::Value = serde_json::from_str(line).unwrap();
        assert_eq!(value["leaves"], false, "{line}");
    }
    assert!(lines.contains("192.0.2.53"));
    assert!(!folder.path().join("lookups.log").exists());
}

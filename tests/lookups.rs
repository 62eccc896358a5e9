//! Look-ups as a script sees them: what leaves equals the plan, the log holds whatever was shown, a replay prints the same
//! bytes, a second run asks only for what is missing. Against a DNS server on loopback that these tests start themselves.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    missing_docs,
    reason = "a test that cannot go on fails"
)]

mod nameserver;

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use gosanke::facts::{Key, Recorded, State};
use gosanke::lookup::entries;
use nameserver::NameServer;

/// A mail of one sender and one link, whose names are found nowhere else.
fn mail(n: usize) -> String {
    format!(
        "Return-Path: <b@s{n}.example.net>\n\
         Received: from h{n}.example.net (h{n}.example.net [11.1.{}.{}]) by mx.example.org; Mon, 2 Mar 2026 10:00:00 +0000\n\
         From: Shop <a@s{n}.example.net>\nTo: me@example.org\nSubject: mail {n}\nDate: Mon, 2 Mar 2026 10:00:00 +0000\n\n\
         https://l{n}.example.com/x\n",
        n / 200 % 200 + 1,
        n % 200 + 1
    )
}

fn mails(folder: &Path, count: usize) {
    std::fs::create_dir_all(folder.join("mails")).unwrap();
    for n in 0..count {
        std::fs::write(folder.join(format!("mails/{n:05}.eml")), mail(n)).unwrap();
    }
}

fn gosanke(folder: &Path, arguments: &[&str]) -> Command {
    let config = folder.join("empty.toml");
    // Name servers only: the one that is asked stands on this machine.
    std::fs::write(&config, "services = []\ndns_lists = []\n").unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_gosanke"));
    command
        .args(arguments)
        .current_dir(folder)
        .env("GOSANKE_CONFIG", config)
        .env("GOSANKE_DATA_DIR", folder.join("data"))
        .env("LC_ALL", "C.UTF-8")
        .env("HOME", folder)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    gosanke(folder, arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

/// Every fact of a scan's output.
fn facts(output: &str) -> Vec<Recorded> {
    output
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .flat_map(|line| serde_json::from_value::<Vec<Recorded>>(line["facts"].clone()).unwrap())
        .collect()
}

fn log(folder: &Path) -> Vec<Recorded> {
    let mut lines = Vec::new();
    entries(&folder.join("data"), &mut |entry| lines.push(entry.recorded)).unwrap();
    lines
}

#[test]
fn a_scan_asks_and_the_next_one_only_for_what_is_missing() {
    let folder = tempfile::tempdir().unwrap();
    let server = NameServer::start(Duration::ZERO);
    mails(folder.path(), 3);
    let resolver = server.address.to_string();
    let scan = ["scan", "--reach", "sender", "--resolver", &resolver, "mails"];
    let local = run(folder.path(), &["scan", "--resolver", &resolver, "mails"]);
    assert_eq!((server.heard().len(), text(&local.stderr)), (0, ""), "nothing leaves without being told to");
    assert!(!folder.path().join("data").exists(), "and nothing is written");
    assert!(facts(text(&local.stdout)).is_empty());

    let first = run(folder.path(), &scan);
    assert_eq!(first.status.code(), Some(0), "{}", text(&first.stderr));
    let heard = server.heard();
    assert!(heard.contains("A l1.example.com.") && heard.contains("AAAA l1.example.com."), "{heard:?}");
    assert!(heard.contains("PTR 2.1.1.11.in-addr.arpa."), "{heard:?}");
    assert!(text(&first.stderr).contains("look-ups sent"), "{}", text(&first.stderr));
    let found = facts(text(&first.stdout));
    let address = found.iter().find(|line| line.key == Key::Addresses("l1.example.com".into())).unwrap();
    assert!(matches!(address.fact.state, State::Value(_)), "{address:?}");
    assert!(found.iter().any(|line| matches!(line.key, Key::Place(_))), "an address leads to its place");

    server.forget();
    mails(folder.path(), 4);
    let second = run(folder.path(), &scan);
    let again = server.heard();
    assert!(!again.is_empty() && again.iter().all(|question| !heard.contains(question)), "{again:?}");
    let same = text(&second.stdout).lines().take(3).collect::<Vec<_>>();
    assert_eq!(same, text(&first.stdout).lines().collect::<Vec<_>>(), "what is known from before is as good");
}

#[test]
fn a_replay_prints_the_same_bytes_and_asks_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let server = NameServer::start(Duration::ZERO);
    mails(folder.path(), 20);
    let resolver = server.address.to_string();
    let live = run(folder.path(), &["scan", "--reach", "sender", "--resolver", &resolver, "mails"]);
    server.forget();
    let export = run(folder.path(), &["lookups", "--json"]);
    std::fs::write(folder.path().join("export.jsonl"), &export.stdout).unwrap();
    std::fs::write(folder.path().join("scan.jsonl"), &live.stdout).unwrap();
    assert!(facts(text(&live.stdout)).iter().any(|line| matches!(line.fact.state, State::Failed(_))), "failures, too");
    for recording in ["data", "data/lookups.jsonl", "export.jsonl", "scan.jsonl"] {
        for reach in ["local", "sender"] {
            let replayed = run(
                folder.path(),
                &["scan", "--reach", reach, "--resolver", &resolver, "--replay", recording, "mails"],
            );
            assert_eq!(text(&replayed.stderr), "", "{recording}");
            // What a database said is recorded in the output of a scan, and in no log.
            let said = text(&live.stdout).to_owned();
            let said = if recording == "scan.jsonl" { said.replace("{\"database\":", "{\"recorded\":") } else { said };
            assert!(text(&replayed.stdout) == said, "{recording}, {reach}: not the same bytes");
        }
    }
    assert_eq!(server.heard(), BTreeSet::new());
    let none = run(folder.path(), &["scan", "--replay", "mails/00001.eml", "mails"]);
    assert_eq!((none.status.code(), text(&none.stdout)), (Some(3), ""));
    assert!(text(&none.stderr).contains("not a recording"), "{}", text(&none.stderr));
}

#[test]
fn when_the_time_is_up_every_mail_is_printed_and_the_next_run_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    // Each answer takes longer than the whole time.
    let server = NameServer::start(Duration::from_secs(30));
    mails(folder.path(), 40);
    let resolver = server.address.to_string();
    let scan = ["scan", "--reach", "sender", "--resolver", &resolver, "--deadline", "1s", "mails"];
    let started = Instant::now();
    let cut = run(folder.path(), &scan);
    assert!(started.elapsed() < Duration::from_secs(20), "{:?}", started.elapsed());
    assert_eq!((cut.status.code(), text(&cut.stdout).lines().count()), (Some(0), 40));
    assert!(text(&cut.stderr).contains("the time is up"), "{}", text(&cut.stderr));
    assert!(facts(text(&cut.stdout)).iter().all(|line| matches!(line.key, Key::Place(_))));
    server.delay(Duration::ZERO);
    let scan = ["scan", "--reach", "sender", "--resolver", &resolver, "mails"];
    let whole = run(folder.path(), &scan);
    assert!(text(&whole.stderr).contains(" 0 left"), "{}", text(&whole.stderr));
    assert!(facts(text(&whole.stdout)).iter().any(|line| line.key == Key::Addresses("l39.example.com".into())));
}

#[test]
fn a_kill_in_the_middle_loses_nothing_that_was_shown_and_a_replay_of_its_log_shows_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let server = NameServer::start(Duration::from_millis(5));
    mails(folder.path(), 2_000);
    let resolver = server.address.to_string();
    let mut child: Child =
        gosanke(folder.path(), &["scan", "--reach", "sender", "--resolver", &resolver, "mails"]).spawn().unwrap();
    let mut shown = String::new();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    while shown.lines().count() < 30 {
        assert!(out.read_line(&mut shown).unwrap() > 0, "it ended by itself");
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let facts: Vec<Recorded> = facts(&shown).into_iter().filter(|line| !matches!(line.key, Key::Place(_))).collect();
    assert!(facts.len() > 100, "{}", facts.len());
    let logged = log(folder.path());
    for line in &facts {
        let there = logged.iter().any(|other| other.key == line.key && other.fact.state == line.fact.state);
        assert!(there, "shown and not in the log: {line:?}");
    }
    // The log of a program that was killed is read and gone on with.
    let list = run(folder.path(), &["lookups", "--about", "s0.example.net"]);
    assert_eq!(list.status.code(), Some(0), "{}", text(&list.stderr));
    assert!(text(&list.stdout).contains("s0[.]example[.]net"), "{}", text(&list.stdout));
    std::fs::OpenOptions::new()
        .append(true)
        .open(folder.path().join("data/lookups.jsonl"))
        .unwrap()
        .write_all(b"{\"time\":\"2026-")
        .unwrap();
    let list = run(folder.path(), &["lookups", "--json"]);
    assert!(text(&list.stderr).contains("1 line could not be read"), "{}", text(&list.stderr));
    // Whatever was shown before the kill comes out of its log again, verdicts and all, byte for byte.
    let before = log(folder.path()).len();
    let replayed = run(folder.path(), &["scan", "--replay", "data", "mails"]);
    let again: Vec<&str> = text(&replayed.stdout).lines().take(shown.lines().count()).collect();
    assert_eq!(again, shown.lines().collect::<Vec<_>>());
    assert!(shown.contains("\"score\":"), "{}", &shown[..200]);
    assert_eq!(log(folder.path()).len(), before, "a replay asks nobody");
}

#[test]
fn the_list_of_look_ups_is_for_people_and_the_export_for_machines() {
    let folder = tempfile::tempdir().unwrap();
    let nothing = run(folder.path(), &["lookups"]);
    assert_eq!((nothing.status.code(), text(&nothing.stdout)), (Some(0), ""));
    assert!(text(&nothing.stderr).contains("no look-up"), "{}", text(&nothing.stderr));
    let server = NameServer::start(Duration::ZERO);
    mails(folder.path(), 2);
    let resolver = server.address.to_string();
    run(folder.path(), &["scan", "--reach", "sender", "--resolver", &resolver, "mails"]);
    let all = run(folder.path(), &["lookups"]);
    assert!(text(&all.stdout).contains("dns  addresses l1[.]example[.]com: "), "{}", text(&all.stdout));
    assert!(text(&all.stdout).contains(&resolver), "{}", text(&all.stdout));
    let some = run(folder.path(), &["lookups", "--about", "hxxps://l1[.]example[.]com", "--since", "1h"]);
    assert!(text(&some.stdout).lines().count() < text(&all.stdout).lines().count());
    let late = run(folder.path(), &["lookups", "--since", "2099-01-01"]);
    assert_eq!(text(&late.stdout), "");
    assert_eq!(run(folder.path(), &["lookups", "--since", "soon"]).status.code(), Some(2));
    let export = run(folder.path(), &["lookups", "--json", "--about", "l1.example.com"]);
    let lines: Vec<Recorded> = text(&export.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(lines.iter().any(|line| line.key == Key::Addresses("l1.example.com".into())));
}

#[test]
fn a_download_stands_in_the_log_and_a_replay_passes_it_over() {
    let folder = tempfile::tempdir().unwrap();
    // Nobody answers there, so nothing gets further than this machine.
    let update = run(folder.path(), &["feeds", "--resolver", "127.0.0.1:9", "update", "openphish"]);
    assert_eq!(update.status.code(), Some(3), "{}", text(&update.stderr));
    let list = run(folder.path(), &["lookups"]);
    assert!(text(&list.stdout).contains("feeds  "), "{}", text(&list.stdout));
    assert!(text(&list.stdout).contains(": fetched by order; "), "{}", text(&list.stdout));
    mails(folder.path(), 1);
    let replayed = run(folder.path(), &["scan", "--replay", "data", "mails"]);
    assert!(facts(text(&replayed.stdout)).iter().all(|line| matches!(line.key, Key::Place(_))));
}

//! Workers as real processes: they are confined, they come to the words of their host, and what ends, hangs, bloats or
//! lies costs one mail.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "a test that cannot go on fails"
)]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use gosanke::analysis::{self, Own};
use gosanke::facts::FactSet;
use gosanke::mailbox::{Identity, Spare};
use gosanke::sandbox::{Answer, Death, Forerunner, Lane, Launch, Limits, Pool, Request, Setup, StartError, Want};
use gosanke::signal::Weights;

const PROGRAM: &str = env!("CARGO_BIN_EXE_gosanke");

fn launch() -> Launch {
    let limits = Limits { time: Duration::from_mins(1), ..Limits::default() };
    Launch::of_program(PathBuf::from(PROGRAM), &["--sandboxed-worker"], &Setup::default()).unwrap().with(limits)
}

fn mail(number: usize) -> Vec<u8> {
    format!("From: a{number}@example.net\nSubject: {number}\n\nhttps://h{number}.example.org/\n").into_bytes()
}

/// No path of a file holds a NUL: a worker of a debug build does what stands behind it.
fn request(number: usize, path: &str) -> Request {
    Request { want: Want::Brief, doubts: Vec::new(), path: path.into(), offset: None, bytes: mail(number).into() }
}

fn expected(number: usize) -> Answer {
    let (facts, weights, own) = (FactSet::default(), Weights::default(), Own::default());
    Answer::Brief(analysis::brief(&mail(number), &[], &facts, &weights, &own))
}

/// Ten mails of which the fourth does something; all others are answered.
fn with_fourth(launch: &Launch, path: &str) -> Death {
    let mut lane = Lane::start(launch).unwrap();
    for number in 0..10 {
        lane.push(request(number, if number == 3 { path } else { "" }));
    }
    let mut death = None;
    for number in 0..10 {
        match lane.take().unwrap().outcome {
            Ok(answer) => assert_eq!(answer, expected(number), "mail {number}"),
            Err(why) if number == 3 => death = Some(why),
            Err(why) => panic!("mail {number}: {why:?}"),
        }
    }
    assert!(lane.is_empty() && lane.take().is_none());
    death.expect("the fourth was answered")
}

#[test]
#[cfg(target_os = "linux")]
fn a_worker_gets_out_nowhere() {
    let run = Command::new(PROGRAM).args(["--lang", "en", "doctor", "--sandbox"]).output().unwrap();
    let text = String::from_utf8(run.stdout).unwrap();
    // What the kernel of the machine lacks is told; what there is has to hold.
    assert!(!text.contains("NOT refused") && !text.contains("no answer"), "{text}");
    // Those of a worker, and those of the process of the screen.
    assert_eq!(text.matches(": refused (").count(), 14 + 6, "{text}");
    let whole = text.contains("whole:") && text.contains("confined to its mailboxes");
    assert_eq!(run.status.code(), Some(i32::from(!whole)), "{text}");
}

#[cfg(debug_assertions)]
mod misbehaving {
    use super::*;

    #[test]
    fn an_abort_costs_one_mail() {
        assert_eq!(with_fourth(&launch(), "\0signal"), Death::Signal(6));
    }

    #[test]
    fn a_stack_that_runs_out_costs_one_mail() {
        assert!(matches!(with_fourth(&launch(), "\0deep"), Death::Signal(6 | 11)));
    }

    #[test]
    fn memory_that_runs_out_costs_one_mail() {
        assert!(matches!(with_fourth(&launch(), "\0bloat"), Death::Signal(6 | 9 | 11)));
    }

    #[test]
    fn an_exit_costs_one_mail() {
        assert_eq!(with_fourth(&launch(), "\0leave"), Death::Left);
    }

    #[test]
    fn garbage_costs_one_mail() {
        assert_eq!(with_fourth(&launch(), "\0garbage"), Death::Garbled);
    }

    #[test]
    fn what_hangs_is_stopped_and_costs_one_mail() {
        let launch = launch().with(Limits { time: Duration::from_secs(2), ..Limits::default() });
        assert_eq!(with_fourth(&launch, "\0hang"), Death::Hung);
    }

    #[test]
    fn the_mail_that_killed_is_remembered_and_no_other() {
        let pool = Pool::of(&launch(), 1, None).unwrap();
        let mut guest = pool.guest();
        guest.push(request(1, ""));
        guest.push(request(2, "\0signal"));
        assert!(guest.take().unwrap().outcome.is_ok());
        assert!(guest.take().unwrap().outcome.is_err());
        drop(guest);
        assert!(pool.is_killer(&Identity::of(&mail(2))) && !pool.is_killer(&Identity::of(&mail(1))));
        assert_eq!(pool.killers(), [Identity::of(&mail(2))]);
        let (bytes, tasted) = pool.taste(&[], mail(5).into(), true);
        assert_eq!((bytes, tasted), (mail(5).into(), Ok(true)));
    }
}

#[test]
fn a_worker_that_somebody_kills_costs_no_mail() {
    let mut lane = Lane::start(&launch()).unwrap();
    lane.greet().unwrap();
    for number in 0..50 {
        lane.push(request(number, ""));
        if number % 10 == 5 {
            let killed = Command::new("kill").args(["-9", &lane.id().unwrap().to_string()]).status().unwrap();
            assert!(killed.success());
        }
        if number % 3 == 0 {
            assert_eq!(lane.take().unwrap().outcome, Ok(expected(number / 3)));
        }
    }
    for number in 17..50 {
        assert_eq!(lane.take().unwrap().outcome, Ok(expected(number)), "mail {number}");
    }
}

#[test]
fn a_worker_that_has_done_its_share_is_replaced_without_a_loss() {
    let launch = launch().with(Limits { mails: 3, ..Limits::default() });
    let mut lane = Lane::start(&launch).unwrap();
    let first = lane.id();
    for number in 0..10 {
        lane.push(request(number, ""));
    }
    for number in 0..10 {
        assert_eq!(lane.take().unwrap().outcome, Ok(expected(number)), "mail {number}");
    }
    assert_ne!(lane.id(), first);
}

#[test]
fn large_mails_go_over_while_answers_come_back() {
    let mut lane = Lane::start(&launch()).unwrap();
    let body = "https://example.org/ a line of text\n".repeat(60_000);
    for number in 0..6 {
        let bytes = format!("From: a@example.net\nSubject: {number}\n\n{body}").into_bytes();
        lane.push(Request {
            want: Want::Line,
            doubts: Vec::new(),
            path: "x".into(),
            offset: None,
            bytes: bytes.into(),
        });
    }
    for number in 0..6 {
        let Ok(Answer::Line(_, line)) = lane.take().unwrap().outcome else { panic!("mail {number}") };
        assert!(line.contains(&format!("\"subject\":\"{number}\"")));
    }
}

#[test]
fn a_program_that_is_no_worker_is_noticed_at_the_start() {
    // One ends at once, one speaks another language, one says nothing and stays, one is not there.
    let limits = Limits { time: Duration::from_millis(500), ..Limits::default() };
    let shell =
        |script: &str| Launch::of_program("/bin/sh".into(), &["-c", script], &Setup::default()).unwrap().with(limits);
    for script in ["exit 0", "printf 'gosanke 0.0.1, an older one'; exec cat", "exec sleep 30"] {
        assert_eq!(Pool::of(&shell(script), 2, None).unwrap_err(), StartError::Silent, "{script}");
    }
    // A greeting of another version: 6 bytes follow, kind 16, version 9.
    let other = shell(r"cat > /dev/null & printf '\006\000\000\000\020\011\000\002\002\002'; sleep 30");
    assert_eq!(Pool::of(&other, 1, None).unwrap_err(), StartError::Silent);
    let missing = Launch::of_program("/nonexistent/gosanke".into(), &[], &Setup::default()).unwrap();
    assert!(matches!(Pool::of(&missing, 1, None), Err(StartError::System(_))));
}

#[test]
fn a_worker_that_was_started_before_serves_and_another_one_where_it_did_not_come_up() {
    let launch = launch().with(Limits { time: Duration::from_secs(5), ..Limits::default() });
    let shell = |script: &str| Forerunner::of_program(Path::new("/bin/sh"), &["-c", script]);
    let early = Forerunner::of_program(Path::new(PROGRAM), &["--sandboxed-worker"]);
    assert!(early.is_some());
    for early in [early, shell("exit 0"), shell("printf 'no worker says this'; exec cat"), None] {
        let pool = Pool::of(&launch, 2, early).unwrap();
        assert_eq!(pool.held(), Pool::of(&launch, 1, None).unwrap().held());
        let (bytes, tasted) = pool.taste(&[], mail(7).into(), true);
        assert_eq!((bytes, tasted), (mail(7).into(), Ok(true)));
    }
}

#[test]
fn many_threads_share_few_workers() {
    let pool = Pool::of(&launch(), 2, None).unwrap();
    pool.warm();
    assert_eq!(pool.count(), 2);
    std::thread::scope(|scope| {
        for thread in 0..6 {
            let pool = pool.clone();
            scope.spawn(move || {
                let spare = Spare::default();
                for round in 0..5 {
                    let first = thread * 100 + round * 10;
                    let batch = (first..first + 4).map(|number| (Vec::new(), mail(number).into()));
                    for (number, brief) in (first..).zip(pool.brief(batch, true, &spare)) {
                        let brief = brief.unwrap();
                        assert_eq!(brief.identity, Some(Identity::of(&mail(number))));
                        let Answer::Brief(expected) = expected(number) else { panic!("no brief") };
                        assert_eq!(brief.digest, expected.digest);
                    }
                }
            });
        }
    });
}

#[test]
fn scan_prints_the_same_with_and_without_workers() {
    let folder = tempfile::tempdir().unwrap();
    let mbox = folder.path().join("all.mbox");
    let mut text = Vec::new();
    for number in 0..300 {
        text.extend(b"From a@example.net Mon Mar  2 10:00:00 2026\n");
        text.extend(mail(number));
        text.push(b'\n');
    }
    std::fs::write(&mbox, text).unwrap();
    std::fs::write(folder.path().join("empty.eml"), "").unwrap();
    let scan = |mode: &str, arguments: &[&str]| {
        let mut run = Command::new(PROGRAM);
        run.env("GOSANKE_SANDBOX", mode).arg("scan").args(arguments).arg(folder.path());
        let run = run.output().unwrap();
        (run.stdout, run.stderr, run.status.code())
    };
    // With the demo come recorded answers: the workers taste, and this process goes on.
    for extra in [&["--brief"][..], &["--demo"]] {
        let plain = scan("off", &[extra, &["--jobs", "1"]].concat());
        assert!(plain.0.split(|byte| *byte == b'\n').count() > 300);
        for (mode, jobs) in [("on", "1"), ("on", "3"), ("require", "0")] {
            let confined = scan(mode, &[extra, &["--jobs", jobs]].concat());
            assert!(confined == plain, "{mode} {jobs} {}", String::from_utf8_lossy(&confined.1));
        }
    }
}

/// The program's processes that analyze mails.
#[cfg(target_os = "linux")]
fn workers_of(parent: u32) -> Vec<String> {
    let said = |path: String| std::fs::read_to_string(path).unwrap_or_default();
    let children = said(format!("/proc/{parent}/task/{parent}/children"));
    let is_worker = |id: &&str| said(format!("/proc/{id}/cmdline")).contains("--sandboxed-worker");
    children.split_whitespace().filter(is_worker).map(str::to_owned).collect()
}

#[test]
#[cfg(target_os = "linux")]
fn a_scan_in_which_a_worker_hangs_names_the_mail_and_ends_with_3() {
    use std::io::{BufRead as _, BufReader, Read as _, Write as _};
    use std::process::Stdio;
    let folder = tempfile::tempdir().unwrap();
    let (config, first) = (folder.path().join("config.toml"), folder.path().join("first.eml"));
    std::fs::write(&config, "[limits]\nseconds = 5\n").unwrap();
    std::fs::write(&first, mail(1)).unwrap();
    let mut run = Command::new(PROGRAM);
    run.env("GOSANKE_SANDBOX", "on")
        .args(["--lang", "en", "--config"])
        .arg(&config)
        .args(["scan", "--brief", "--jobs", "1"])
        .arg(&first)
        .arg("-");
    run.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut run = run.spawn().unwrap();
    let (mut lines, mut line) = (BufReader::new(run.stdout.take().unwrap()), String::new());
    lines.read_line(&mut line).unwrap();
    assert!(line.contains("a1@example.net"), "{line}");
    // It has answered once. Now it stands still, and is not heard from again.
    let workers = workers_of(run.id());
    assert!(!workers.is_empty(), "no worker is found in /proc");
    assert!(Command::new("kill").arg("-STOP").args(&workers).status().unwrap().success());
    let is_still = |id: &String| {
        let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap();
        stat.rsplit_once(") ").unwrap().1.starts_with('T')
    };
    while !workers.iter().all(is_still) {
        std::thread::sleep(Duration::from_millis(5));
    }
    run.stdin.take().unwrap().write_all(&mail(2)).unwrap();
    line.clear();
    lines.read_to_string(&mut line).unwrap();
    let run = run.wait_with_output().unwrap();
    let told = String::from_utf8(run.stderr).unwrap();
    assert_eq!(run.status.code(), Some(3), "{line}{told}");
    assert_eq!(line.lines().count(), 1, "{line}");
    for want in ["\"path\":\"-\"", "\"error\":", "took too long"] {
        assert!(line.contains(want), "{want} is missing in {line}");
    }
    assert!(told.contains("the lines with \"error\" say what and why"), "{told}");
}

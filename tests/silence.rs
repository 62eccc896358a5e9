//! Offline means offline: the real program goes through every pane and layer in a pseudo-terminal, in the default reach,
//! and makes no internet socket. Watched in up to three ways, as far as the machine allows them; a way that it does not
//! allow is told and left out, and never fails a test:
//!
//! - the kernel's list of the program's open files, after every key: each socket in it must be a local one (Unix);
//! - the kernel's counters in an empty network namespace of its own (`unshare -rn`): nothing was even tried there;
//! - `strace`: every call that makes a socket, one by one.

#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    missing_docs,
    reason = "a test that cannot go on fails"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

/// Longest wait for anything; a loaded machine must not fail a test.
const PATIENCE: Duration = Duration::from_mins(1);
/// The screen has settled when nothing more comes for so long.
const QUIET: Duration = Duration::from_millis(30);

/// Every pane by its key, and each to its end.
const PANES: [&str; 10] = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "0"];

/// What this machine lets a test see.
struct Means {
    namespace: bool,
    strace: bool,
}

impl Means {
    fn found() -> Self {
        let works = |program: &str, arguments: &[&str]| {
            let mut command = Command::new(program);
            command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
            command.status().is_ok_and(|status| status.success())
        };
        // Traced inside the namespace, as the program will be.
        let namespace = works("unshare", &["-rn", "true"]);
        let strace = if namespace {
            works("unshare", &["-rn", "strace", "-f", "-qq", "-o", "/dev/null", "true"])
        } else {
            works("strace", &["-f", "-qq", "-o", "/dev/null", "true"])
        };
        Self { namespace, strace }
    }

    /// The words before the program's name.
    fn prefix(&self, trace: &Path) -> Vec<String> {
        let mut words: Vec<String> = Vec::new();
        if self.namespace {
            words.extend(["unshare", "-rn"].map(ToOwned::to_owned));
        }
        if self.strace {
            let calls = "trace=socket,socketpair,connect,bind,sendto,sendmsg,sendmmsg";
            words.extend(["strace", "-f", "-qq", "-e", calls, "-o"].map(ToOwned::to_owned));
            words.push(trace.display().to_string());
        }
        words
    }

    fn told(&self) -> String {
        let way = |there: bool, name: &str, why: &str| {
            if there { format!("{name}: yes") } else { format!("{name}: left out, {why}") }
        };
        [
            "open sockets after every key: yes".to_owned(),
            way(self.namespace, "counters of an empty network namespace", "`unshare -rn` does not work here"),
            way(self.strace, "strace", "it does not work here"),
        ]
        .join("; ")
    }
}

/// The program in a terminal, and its traces.
struct Watched {
    child: Box<dyn Child + Send + Sync>,
    _master: Box<dyn MasterPty + Send>,
    writer: Box<dyn std::io::Write + Send>,
    output: Receiver<Vec<u8>>,
    screen: vt100::Parser,
    /// The program itself, below whatever watches it.
    process: u32,
    means: Means,
    trace: PathBuf,
    counters: BTreeMap<String, u64>,
    looks: usize,
    sockets: BTreeSet<String>,
    folder: tempfile::TempDir,
}

impl Watched {
    fn start(arguments: &[&str], mails: &[(&str, String)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (name, mail) in mails {
            std::fs::write(folder.path().join(name), mail).unwrap();
        }
        std::fs::write(folder.path().join("empty.toml"), "").unwrap();
        let means = Means::found();
        let trace = folder.path().join("trace");
        let mut words = means.prefix(&trace);
        words.push(env!("CARGO_BIN_EXE_gosanke").to_owned());
        words.extend(arguments.iter().map(|word| (*word).to_owned()));
        let mut command = CommandBuilder::new(&words[0]);
        command.args(&words[1..]);
        command.cwd(folder.path());
        environment(folder.path(), |name, value| command.env(name, value));
        let pair =
            native_pty_system().openpty(PtySize { rows: 40, cols: 140, pixel_width: 0, pixel_height: 0 }).unwrap();
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().unwrap();
        let writer = pair.master.take_writer().unwrap();
        let (sender, output) = channel();
        std::thread::spawn(move || {
            let mut block = [0; 8192];
            while let Ok(count) = reader.read(&mut block) {
                if count == 0 || sender.send(block[..count].to_vec()).is_err() {
                    break;
                }
            }
        });
        let process = child.process_id().unwrap();
        let mut watched = Self {
            child,
            _master: pair.master,
            writer,
            output,
            screen: vt100::Parser::new(cells(40), cells(140), 0),
            process,
            means,
            trace,
            counters: BTreeMap::new(),
            looks: 0,
            sockets: BTreeSet::new(),
            folder,
        };
        watched.sees("@");
        watched.process = itself(process);
        watched.counters = watched.counted();
        watched
    }

    fn feed(&mut self, wait: Duration) -> bool {
        let Ok(bytes) = self.output.recv_timeout(wait) else { return false };
        self.screen.process(&bytes);
        true
    }

    fn sees(&mut self, text: &str) {
        let end = Instant::now() + PATIENCE;
        while !self.screen.screen().contents().contains(text) {
            let left = end.saturating_duration_since(Instant::now());
            assert!(self.feed(left), "{text:?} did not come:\n{}", self.screen.screen().contents());
        }
    }

    /// Types, waits until the screen stands still, and looks at the open files.
    fn keys(&mut self, keys: &str) {
        self.writer.write_all(keys.as_bytes()).unwrap();
        self.writer.flush().unwrap();
        while self.feed(QUIET) {}
        self.look();
    }

    /// Every socket among the open files must be a local one.
    fn look(&mut self) {
        let Ok(files) = std::fs::read_dir(format!("/proc/{}/fd", self.process)) else { return };
        let ids: BTreeSet<String> = files
            .filter_map(|file| std::fs::read_link(file.ok()?.path()).ok())
            .filter_map(|to| Some(to.to_str()?.strip_prefix("socket:[")?.strip_suffix(']')?.to_owned()))
            .collect();
        let unix = std::fs::read_to_string(format!("/proc/{}/net/unix", self.process)).unwrap_or_default();
        let unix: BTreeSet<&str> = unix.lines().filter_map(|line| line.split_whitespace().nth(6)).collect();
        for id in &ids {
            assert!(unix.contains(id.as_str()), "socket {id} is not a local one:\n{}", self.screen.screen().contents());
        }
        self.sockets.extend(ids);
        self.looks += 1;
    }

    /// What was tried in the network namespace, where it is one of its own: `Ip OutRequests` and the like.
    fn counted(&self) -> BTreeMap<String, u64> {
        if !self.means.namespace {
            return BTreeMap::new();
        }
        let mut out = BTreeMap::new();
        for file in ["snmp", "netstat", "snmp6"] {
            let text = std::fs::read_to_string(format!("/proc/{}/net/{file}", self.process)).unwrap_or_default();
            let mut lines = text.lines();
            while let Some(line) = lines.next() {
                if file == "snmp6" {
                    let mut words = line.split_whitespace();
                    if let (Some(name), Some(Ok(value))) = (words.next(), words.next().map(str::parse)) {
                        out.insert(name.to_owned(), value);
                    }
                    continue;
                }
                let (Some((group, names)), Some(values)) = (line.split_once(':'), lines.next()) else { continue };
                let values = values.split_once(':').map_or("", |(_, values)| values);
                for (name, value) in names.split_whitespace().zip(values.split_whitespace()) {
                    out.insert(format!("{group}.{name}"), value.parse().unwrap_or(0));
                }
            }
        }
        let sent = |name: &String| {
            ["OutRequests", "OutNoRoutes", "ActiveOpens", "OutDatagrams", "OutSegs", "AttemptFails", "OutMsgs"]
                .iter()
                .any(|end| name.ends_with(end))
        };
        out.retain(|name, _| sent(name));
        out
    }

    /// Quits, and holds everything that was seen against the promise.
    fn was_silent(mut self, what: &str) {
        let counters = self.counted();
        // Out of whatever is open.
        self.keys("\u{1b}");
        self.keys("\u{1b}");
        let end = Instant::now() + PATIENCE;
        while self.child.try_wait().unwrap().is_none() {
            assert!(Instant::now() < end, "it does not end:\n{}", self.screen.screen().contents());
            // A crowded machine hands Escape and the letter over together, which is another key: once more, then. The
            // program may be gone already.
            let _ = self.writer.write_all(b"q");
            let again = Instant::now() + Duration::from_secs(1);
            while Instant::now() < again && self.child.try_wait().unwrap().is_none() {
                self.feed(Duration::from_millis(20));
            }
        }
        if self.means.namespace {
            assert!(counters.contains_key("Ip.OutRequests") && counters.contains_key("Ip.OutNoRoutes"), "{counters:?}");
            assert_eq!(counters, self.counters, "the kernel counted packets, or tries at them");
            assert!(counters.values().all(|count| *count == 0), "{counters:?}");
        }
        let calls = traced(&self.trace, self.means.strace);
        println!(
            "{what}: {} looks at the open files, {} local sockets, no other; {}; calls of strace: {calls:?}",
            self.looks,
            self.sockets.len(),
            self.means.told(),
        );
        assert!(self.looks > 100, "the tour was not made");
        // Not even a log of look-ups is begun.
        let data = self.folder.path().join("data");
        assert!(!data.join("lookups.jsonl").exists());
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// How often each family was named in a trace; fails where a family of the internet is among them.
fn traced(trace: &Path, there: bool) -> BTreeMap<String, usize> {
    let mut calls = BTreeMap::new();
    if !there {
        return calls;
    }
    let text = std::fs::read_to_string(trace).unwrap();
    for line in text.lines() {
        for family in ["AF_INET6", "AF_INET", "AF_PACKET", "AF_NETLINK"] {
            assert!(!line.contains(family), "a socket was made, or used: {line}");
        }
        for call in ["socket(", "socketpair(", "connect(", "sendto(", "sendmsg(", "sendmmsg(", "bind("] {
            if line.contains(&format!(" {call}")) {
                *calls.entry(call.trim_end_matches('(').to_owned()).or_insert(0) += 1;
            }
        }
    }
    assert!(!calls.is_empty(), "the trace is empty: the program's own signals take a pair of local sockets");
    calls
}

fn environment<'a>(folder: &'a Path, mut set: impl FnMut(&'a str, std::ffi::OsString)) {
    for (name, value) in [("TERM", "xterm-256color"), ("LC_ALL", "C.UTF-8"), ("TZ", "UTC")] {
        set(name, value.into());
    }
    set("GOSANKE_DATA_DIR", folder.join("data").into());
    set("GOSANKE_CONFIG", folder.join("empty.toml").into());
    set("HOME", folder.into());
    // A name server that the environment could name would be asked in a higher reach only.
    set("RES_OPTIONS", "timeout:1".into());
}

fn cells(count: u16) -> std::num::NonZeroU16 {
    std::num::NonZeroU16::new(count).unwrap()
}

/// The program below `unshare` and `strace`: the first child that is neither.
fn itself(start: u32) -> u32 {
    let name = |process: u32| std::fs::read_to_string(format!("/proc/{process}/comm")).unwrap_or_default();
    let mut process = start;
    while !name(process).starts_with("gosanke") {
        let child = std::fs::read_dir("/proc").unwrap().filter_map(|entry| {
            let id: u32 = entry.ok()?.file_name().to_str()?.parse().ok()?;
            let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
            let parent: u32 = stat.rsplit_once(") ")?.1.split(' ').nth(1)?.parse().ok()?;
            (parent == process).then_some(id)
        });
        process = child.min().expect("the program is not there");
    }
    process
}

/// Mails that name hosts in every place from which a question could be made.
fn mails() -> Vec<(&'static str, String)> {
    let plain = "Return-Path: <bounce@shop.example>\n\
        Received: from mail.shop.example (unknown [203.0.113.5]) by mx.example.org; Mon, 2 Nov 2026 10:00:00 +0900\n\
        DKIM-Signature: v=1; a=rsa-sha256; d=shop.example; s=k1; h=from:subject; bh=AAAA; b=AAAA\n\
        Authentication-Results: mx.example.org; spf=pass smtp.mailfrom=shop.example\n\
        From: Shop <news@shop.example>\nTo: anna@example.org\nSubject: your account\n\
        Date: Mon, 2 Nov 2026 10:00:00 +0900\nMessage-ID: <1@shop.example>\n\
        List-Unsubscribe: <https://out.example/u?t=1>\nDisposition-Notification-To: <read@shop.example>\n\n\
        Press https://k7q2x9m4bz81.evil.test/login?e=anna or https://192.0.2.9/ or http://bit.ly/abc\n";
    let page = "From: Bank <a@bank.example>\nTo: anna@example.org\nSubject: page\n\
        Date: Mon, 2 Nov 2026 11:00:00 +0900\nMIME-Version: 1.0\n\
        Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/html; charset=utf-8\n\n\
        <html><head><link rel=stylesheet href=https://css.example/a.css><link rel=preload href=https://pre.example/>\
        <link rel=dns-prefetch href=//prefetch.example></head><body><img src=https://pixel.example/1.gif>\
        <form action=https://post.example/p><input type=password></form>\
        <a href=https://www.evil.example/>https://www.bank.example/</a></body></html>\n\
        --b\nContent-Type: message/external-body; access-type=URL; URL=\"http://body.example/x\"\n\nContent-Type: text/plain\n\n\
        --b\nContent-Type: message/rfc822\n\nFrom: x@inner.example\nSubject: inner\n\nhttps://inner.example/\n--b--\n";
    vec![("1.eml", plain.to_owned()), ("2.eml", page.to_owned())]
}

/// Every pane on some mails, and every layer over the list and over a pane. Sends nothing: a question needs a key more.
fn tour(watched: &mut Watched, mails: usize) {
    for layer in ["?", ":", "o", "f", "R", "p", "w", "J", "/", "t", "y"] {
        watched.keys(layer);
        watched.keys("\u{1b}");
    }
    for _ in 0..mails {
        watched.keys("\r");
        for pane in PANES {
            watched.keys(pane);
            watched.keys("G");
        }
        watched.keys("z");
        watched.keys("z");
        for layer in ["w", "p", "r", "R", "J", "y", "M", "?"] {
            watched.keys("4");
            watched.keys("n");
            watched.keys(layer);
            watched.keys("G");
            watched.keys("\u{1b}");
        }
        watched.keys("\u{1b}");
        watched.keys("\u{1b}");
        watched.keys("j");
    }
    for key in ["m", "u", " ", "v", "V", "od", "os", "g", "G", "\u{4}", "\u{15}"] {
        watched.keys(key);
    }
}

#[test]
fn a_tour_of_the_demo_makes_no_internet_socket() {
    let mut watched = Watched::start(&["demo"], &[]);
    tour(&mut watched, 4);
    // The demo asks nobody, even where somebody says yes to all.
    for key in ["g", "\r", "r", "a", "\r", "\u{1b}", "\u{1b}", "R", "s", "y", "j", "\r", "r", "\r"] {
        watched.keys(key);
    }
    watched.was_silent("demo");
}

#[test]
fn a_tour_of_a_mailbox_in_the_default_reach_makes_no_internet_socket() {
    let mails = mails();
    let mut watched = Watched::start(&["1.eml", "2.eml"], &mails);
    watched.sees("local");
    tour(&mut watched, mails.len() + 1);
    watched.was_silent("mailbox");
}

#[test]
fn commands_make_no_internet_socket_without_being_told_to() {
    let folder = tempfile::tempdir().unwrap();
    for (name, mail) in mails() {
        std::fs::write(folder.path().join(name), mail).unwrap();
    }
    std::fs::write(folder.path().join("empty.toml"), "").unwrap();
    let means = Means::found();
    if !means.strace {
        println!("left out: {}", means.told());
        return;
    }
    let trace = folder.path().join("trace");
    for arguments in [
        &["scan", "."][..],
        &["lookup", "www.evil.example", "203.0.113.5", "https://k7q2x9m4bz81.evil.test/login?e=anna"],
        &["lookups"],
        &["feeds"],
        &["doctor"],
        &["scan", "--replay", "empty.toml", "1.eml"],
    ] {
        let words = means.prefix(&trace);
        let mut command = Command::new(&words[0]);
        command.args(&words[1..]).arg(env!("CARGO_BIN_EXE_gosanke")).args(arguments).current_dir(folder.path());
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        environment(folder.path(), |name, value| {
            command.env(name, value);
        });
        command.status().unwrap();
        let text = std::fs::read_to_string(&trace).unwrap();
        // The doctor's confined process tries to make one, and is refused.
        let made =
            |line: &str| (line.contains("AF_INET") || line.contains("AF_PACKET")) && !line.contains("= -1 EPERM");
        assert!(!text.lines().any(made), "{arguments:?}:\n{text}");
        println!(
            "gosanke {}: {} calls that concern sockets, none for the internet",
            arguments[0],
            text.lines().count()
        );
    }
    // Whoever is told to ask does it, and the watch is awake.
    let words = means.prefix(&trace);
    let mut command = Command::new(&words[0]);
    command.args(&words[1..]).arg(env!("CARGO_BIN_EXE_gosanke")).current_dir(folder.path());
    command.args(["scan", "--reach", "sender", "--resolver", "127.0.0.1:9", "--deadline", "1s", "1.eml"]);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    std::fs::write(folder.path().join("empty.toml"), "services = []\n").unwrap();
    environment(folder.path(), |name, value| {
        command.env(name, value);
    });
    command.status().unwrap();
    let text = std::fs::read_to_string(&trace).unwrap();
    assert!(text.contains("AF_INET"), "a watch that sees nothing proves nothing");
}

//! Ten thousand names at once: a folder is enriched against a name server on loopback that takes 50 ms for every answer,
//! and the screen stays quick meanwhile. Measures, so it is left out of ordinary runs, and says nothing of a build without
//! optimization:
//!
//! ```text
//! cargo test --profile measure --ignore-rust-version --test many_names -- --ignored --nocapture --test-threads 1
//! ```

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

use std::io::{Read as _, Write as _};
use std::num::NonZeroU16;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use nameserver::NameServer;
use portable_pty::{CommandBuilder, PtySize, native_pty_system};

const MAILS: usize = 10_000;
const DELAY: Duration = Duration::from_millis(50);
/// For all names together.
const TIME: Duration = Duration::from_secs(30);
const MEMORY: u64 = 200 << 20;
/// From a key to its frame, for 99 of 100 keys.
const KEY: Duration = Duration::from_millis(16);

/// A mail with one link, to a host that no other mail names; the sender is one of few.
fn mails(folder: &Path) {
    std::fs::create_dir_all(folder.join("mails")).unwrap();
    for n in 0..MAILS {
        let mail = format!(
            "Return-Path: <b@shop{m}.example.net>\n\
             Received: from h.example.net (h.example.net [11.1.1.1]) by mx.example.org; Mon, 2 Mar 2026 10:00:00 +0000\n\
             From: Shop <a@shop{m}.example.net>\nTo: me@example.org\nSubject: mail {n}\n\
             Date: Mon, 2 Mar 2026 10:00:00 +0000\nMessage-ID: <{n}@shop{m}.example.net>\n\nhttps://l{n}.example{n}.com/x\n",
            m = n % 20,
        );
        std::fs::write(folder.join(format!("mails/{n:05}.eml")), mail).unwrap();
    }
    std::fs::write(
        folder.join("empty.toml"),
        "services = []\ndns_lists = []\nlookups_at_once = 256\n[pace]\ndns = \"at_once=256\"\n",
    )
    .unwrap();
}

fn environment(folder: &Path) -> Vec<(&'static str, std::ffi::OsString)> {
    vec![
        ("GOSANKE_CONFIG", folder.join("empty.toml").into()),
        ("GOSANKE_DATA_DIR", folder.join("data").into()),
        ("LC_ALL", "C.UTF-8".into()),
        ("TERM", "xterm-256color".into()),
        ("HOME", folder.into()),
    ]
}

/// The most memory that a process has held so far, in bytes.
fn highest(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|text| text.parse::<u64>().ok()).unwrap_or(0) << 10
}

#[test]
#[ignore = "measures; see the head of this file"]
fn a_folder_of_ten_thousand_names_is_scanned_within_half_a_minute() {
    let folder = tempfile::tempdir().unwrap();
    let server = NameServer::start(DELAY);
    mails(folder.path());
    let mut command = Command::new(env!("CARGO_BIN_EXE_gosanke"));
    command.args(["scan", "--reach", "sender", "--resolver", &server.address.to_string(), "mails"]);
    command.current_dir(folder.path()).envs(environment(folder.path()));
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let started = Instant::now();
    let mut child = command.spawn().unwrap();
    let mut out = child.stdout.take().unwrap();
    let (mut lines, mut block, mut memory) = (0, vec![0; 1 << 16], 0);
    while let Ok(count) = out.read(&mut block) {
        memory = memory.max(highest(child.id()));
        if count == 0 {
            break;
        }
        lines += memchr::memchr_iter(b'\n', &block[..count]).count();
    }
    assert!(child.wait().unwrap().success());
    let took = started.elapsed();
    let heard = server.heard();
    let names = heard.iter().filter(|one| one.starts_with("A l")).count();
    println!(
        "scan: {lines} mails, {names} hosts of links, {} questions, {} packets, {:.1} s, {:.0} questions a second, {} MiB",
        heard.len(),
        server.packets().len(),
        took.as_secs_f64(),
        heard.len() as f64 / took.as_secs_f64(),
        memory >> 20
    );
    assert_eq!((lines, names), (MAILS, MAILS));
    assert!(took < TIME && memory < MEMORY, "{took:?}, {memory} bytes");
}

struct Screen {
    writer: Box<dyn std::io::Write + Send>,
    output: Receiver<(Instant, Vec<u8>)>,
    parser: vt100::Parser,
}

impl Screen {
    /// Takes in what comes until then. Gives when the last of it came.
    fn read(&mut self, wait: Duration) -> Option<Instant> {
        let (mut at, mut bytes) = self.output.recv_timeout(wait).ok()?;
        loop {
            self.parser.process(&bytes);
            let Ok(next) = self.output.try_recv() else { return Some(at) };
            (at, bytes) = next;
        }
    }

    fn sees(&mut self, done: impl Fn(&str) -> bool) {
        let end = Instant::now() + Duration::from_mins(2);
        while !done(&self.parser.screen().contents()) {
            assert!(Instant::now() < end, "it did not come:\n{}", self.parser.screen().contents());
            self.read(Duration::from_millis(100));
        }
    }

    fn keys(&mut self, keys: &str) {
        self.writer.write_all(keys.as_bytes()).unwrap();
        self.writer.flush().unwrap();
    }

    /// The row under the cursor: the only line with another ground.
    fn row(&self) -> Option<u16> {
        let screen = self.parser.screen();
        let marked = |row: u16| {
            let cell = screen.cell(row, 12);
            cell.is_some_and(|cell| cell.inverse() || cell.bgcolor() != vt100::Color::Default)
        };
        (3..26).find(|row| marked(*row))
    }
}

#[test]
#[ignore = "measures; see the head of this file"]
fn the_screen_stays_quick_while_ten_thousand_names_are_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let server = NameServer::start(DELAY);
    mails(folder.path());
    let pair = native_pty_system().openpty(PtySize { rows: 45, cols: 160, pixel_width: 0, pixel_height: 0 }).unwrap();
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_gosanke"));
    command.args(["--reach", "sender", "--resolver", &server.address.to_string(), "mails"]);
    command.cwd(folder.path());
    for (name, value) in environment(folder.path()) {
        command.env(name, value);
    }
    let mut child = pair.slave.spawn_command(command).unwrap();
    drop(pair.slave);
    let process = child.process_id().unwrap();
    let mut reader = pair.master.try_clone_reader().unwrap();
    let (sender, output) = channel();
    std::thread::spawn(move || {
        let mut block = vec![0; 1 << 16];
        while let Ok(count) = reader.read(&mut block) {
            if count == 0 || sender.send((Instant::now(), block[..count].to_vec())).is_err() {
                break;
            }
        }
    });
    let size = |count: u16| NonZeroU16::new(count).unwrap();
    let mut screen = Screen {
        writer: pair.master.take_writer().unwrap(),
        output,
        parser: vt100::Parser::new(size(45), size(160), 0),
    };
    screen.sees(|text| text.contains("mail 1"));
    // Every mail is analyzed and selected, and everything that they want is asked for.
    std::thread::sleep(Duration::from_secs(6));
    let alone = highest(process);
    screen.keys("gvGv");
    screen.read(Duration::from_millis(500));
    screen.keys("r");
    screen.sees(|text| text.contains("Marked:"));
    screen.read(Duration::from_millis(500));
    if std::env::var_os("GOSANKE_SHOW").is_some() {
        println!("{}", screen.parser.screen().contents());
    }
    screen.keys("a\r");
    let started = Instant::now();
    screen.sees(|text| !text.contains("Marked:"));
    let first = started.elapsed();
    // The frame to its end.
    for _ in 0..5 {
        screen.read(Duration::from_millis(60));
    }
    assert!(screen.row().is_some(), "no row is under the cursor:\n{}", screen.parser.screen().contents());
    let mut times = Vec::new();
    let mut ended = None;
    // The cursor stands on the last mail.
    let mut down = false;
    while started.elapsed() < 2 * TIME {
        let before = screen.row();
        let sent = Instant::now();
        screen.keys(if down { "j" } else { "k" });
        let mut at = None;
        while at.is_none() && sent.elapsed() < Duration::from_secs(2) {
            let came = screen.read(Duration::from_millis(200));
            at = came.filter(|_| screen.row() != before);
        }
        times.push(at.map_or(Duration::from_secs(2), |at| at.saturating_duration_since(sent)));
        if times.len() % 8 == 0 {
            down = !down;
        }
        // Seldom, as it takes the server's time.
        if ended.is_none() && times.len() % 16 == 0 && server.count("AAAA l") >= MAILS {
            ended = Some(Instant::now());
        }
        if ended.is_some_and(|ended| ended.elapsed() > Duration::from_secs(1)) {
            break;
        }
        screen.read(Duration::from_millis(20));
    }
    if std::env::var_os("GOSANKE_SHOW").is_some() {
        println!("{}", screen.parser.screen().contents());
    }
    let memory = highest(process);
    child.kill().unwrap();
    child.wait().unwrap();
    let asked = server.heard().len();
    times.sort();
    let at = |part: usize| times[(times.len() * part / 1000).min(times.len() - 1)];
    println!(
        "screen: sent after {first:?}; {asked} questions in {:?}; {} keys: median {:?}, p99 {:?}, longest {:?}; {} MiB (before: {} MiB)",
        ended.map(|ended| ended - started),
        times.len(),
        at(500),
        at(990),
        at(999),
        memory >> 20,
        alone >> 20
    );
    assert!(ended.is_some_and(|ended| ended - started < TIME), "not all were asked");
    assert!(times.len() > 50 && at(990) < KEY, "{:?}", at(990));
    assert!(memory < MEMORY, "{memory} bytes");
}

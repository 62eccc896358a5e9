//! The generated set of hostile mails and mailboxes through the real program: `GOSANKE_HOSTILE` names the folder with its
//! manifest. Every case has to end in time, within its memory, with lines that a terminal may see, with as many messages
//! as there are, and with the flag that its `expect` asks for. Writes a table of all cases to standard output. What other
//! machines answer goes through the doors of the fuzz targets, databases of places and files of the reader through the
//! program.
//!
//! Time is computing time, of the program and of its workers: a crowded machine makes no case slow. The clock has ten times
//! as long, so that nothing that waits or hangs gets by.
//!
//! ```text
//! GOSANKE_HOSTILE=folder cargo test --release --ignore-rust-version --test hostile -- --ignored --nocapture
//! ```

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "a test that cannot go on fails"
)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use gosanke::analysis::DEFECT;
use gosanke::text::show;
use serde::Deserialize;

const PROGRAM: &str = env!("CARGO_BIN_EXE_gosanke");
/// A program without optimization is given this many times the time.
const SLOWER: u32 = if cfg!(debug_assertions) { 25 } else { 1 };
/// The budget of a mailbox is that of its first screen; this reads all of it.
const WHOLE: u32 = 6;
/// The budget of a mailbox is that of opening it. A message as long as a message may be (MB) is then held twice more: in the
/// worker, and there as text.
const LONGEST: u64 = 50;
/// So many times the computing time may pass on the clock.
const CLOCK: u32 = 10;
/// Beside its work, the program has this much (MB): itself, its tables, and a worker a core that has the same again.
const ITSELF: u64 = if cfg!(debug_assertions) { 60 } else { 40 };

#[derive(Deserialize)]
#[serde(untagged)]
enum Manifest {
    List(Vec<Case>),
    Under { cases: Vec<Case> },
}

#[derive(Deserialize)]
struct Case {
    id: String,
    file: String,
    kind: String,
    expect: String,
    messages: Option<usize>,
    budget_ms: u32,
    budget_mb: u64,
    #[serde(default)]
    bytes: u64,
}

/// What has to stand in the output: the flag or the fact that `expect` asks for.
const SAID: &[(&str, &[&str])] = &[
    ("M01", &["\"limit\""]),
    ("M03", &["\"limit\""]),
    ("M04", &["\"limit\""]),
    ("M05", &["\"limit\""]),
    ("M10", &["ambiguous"]),
    ("M11", &["ambiguous"]),
    ("M15", &["unterminated"]),
    ("M16", &["unclaimed"]),
    ("M19", &["\"limit\""]),
    ("M22", &["ambiguous"]),
    ("M23", &["ambiguous"]),
    ("M26", &["\"limit\""]),
    ("M28", &["\"limit\""]),
    ("M31", &["evil.exe", "evil.example"]),
    ("M33", &["\"limit\""]),
    ("H01", &["\"limit\""]),
    ("H02", &["\"limit\""]),
    ("H03", &["no-separator"]),
    ("H07", &["nul-in-header"]),
    ("H08", &["several-from"]),
    ("H09", &["several-from", "field-name-odd", "from-name-folded"]),
    ("H10", &["fields-repeated"]),
    ("H11", &["\"limit\""]),
    ("H12", &["\"limit\""]),
    ("H13", &["\"limit\""]),
    ("H14", &["name-holds-foreign-address"]),
    ("H15", &["\"limit\""]),
    ("H16", &["\"limit\""]),
    ("H19", &["\"limit\""]),
    ("H20", &["\"limit\""]),
    ("H21", &["\"limit\""]),
    ("H23", &["from-byte-stray"]),
    ("H25", &["\"limit\""]),
    ("H26", &["\"limit\""]),
    ("H28", &["eight-bit-header"]),
    ("H29", &["not-a-field"]),
    ("E01", &["\"limit\""]),
    ("E08", &["bashrc"]),
    ("X01", &["\"limit\""]),
    ("X02", &["\"limit\""]),
    ("X03", &["\"limit\""]),
    ("X09", &["\"limit\""]),
    ("L01", &["\"limit\""]),
    ("L02", &["evil.example", "link-user-info"]),
    ("L03", &["link-host-disguised"]),
    ("L05", &["link-address-literal", "link-host-disguised", "192.0.2.7"]),
    ("L06", &["link-punycode", "link-mixed-script"]),
    ("L10", &["link-carries-recipient"]),
    ("L16", &["link-text-lies"]),
    ("A03", &["name-turned-around"]),
    ("A07", &["archive-bomb"]),
    ("A08", &["archive-in-archive", "\"limit\""]),
    ("A09", &["archive-bomb"]),
    ("A10", &["\"limit\""]),
    ("A11", &["archive-leads-out"]),
    ("A14", &["archive-bomb"]),
    ("A15", &["archive-leads-out"]),
    ("A16", &["attachment-type-lies", "shortcut-attached", "disk-image-attached"]),
    ("A18", &["pdf-starts-program"]),
    ("A19", &["template-from-elsewhere", "macro-starts-itself"]),
    ("A22", &["\"limit\""]),
    ("C01", &["truncated"]),
    ("D02", &["not a regular file"]),
    ("D03", &["not a regular file"]),
    ("D04", &["the file is empty"]),
];

/// Files that are no mail: the program says so and leaves with 3.
const NO_MAIL: &[&str] = &["H04", "H05", "H06", "C16"];
/// One row for every entry that was not opened comes on top of the messages.
const MORE_ROWS: &[&str] = &["D02", "D03"];
/// A folder of empty messages: nothing in it could be read.
const ALL_EMPTY: &[&str] = &["C10"];

/// What a run gave.
struct Run {
    code: Option<i32>,
    out: String,
    err: String,
    /// Computing time.
    time: Duration,
    /// Time on the clock.
    clock: Duration,
    /// Most memory in MB: of the program and of its largest worker together.
    memory: u64,
}

/// Computing time of all processes that this one has waited for, and of those that they have waited for.
fn computed() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit_once(") ").map(|(_, rest)| rest.split(' ').collect()).unwrap_or_default();
    // Fields 16 and 17 of proc(5), in hundredths of a second.
    let ticks: u64 = fields.get(13..15).unwrap_or_default().iter().filter_map(|field| field.parse::<u64>().ok()).sum();
    Duration::from_millis(ticks * 10)
}

fn run(path: &Path) -> Run {
    start(&["--lang", "en", "scan", &path.to_string_lossy()])
}

fn start(arguments: &[&str]) -> Run {
    let (began, before) = (Instant::now(), computed());
    let mut child = Command::new(PROGRAM)
        .args(arguments)
        .env_clear()
        .env("GOSANKE_SANDBOX", "require")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let (mut out, mut err) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
    let id = child.id();
    let (text, told, peaks) = std::thread::scope(|scope| {
        let text = scope.spawn(move || {
            let mut text = Vec::new();
            out.read_to_end(&mut text).unwrap();
            text
        });
        let told = scope.spawn(move || {
            let mut text = Vec::new();
            err.read_to_end(&mut text).unwrap();
            text
        });
        let mut peaks: BTreeMap<u32, u64> = BTreeMap::new();
        while child.try_wait().unwrap().is_none() {
            for id in std::iter::once(id).chain(children(id)) {
                if let Some(peak) = peak(id) {
                    peaks.insert(id, peak);
                }
            }
            std::thread::sleep(Duration::from_millis(3));
            assert!(began.elapsed() < Duration::from_mins(10), "{arguments:?} does not end");
        }
        (text.join().unwrap(), told.join().unwrap(), peaks)
    });
    let own = peaks.get(&id).copied().unwrap_or_default();
    let worker = peaks.iter().filter(|(other, _)| **other != id).map(|(_, peak)| *peak).max().unwrap_or_default();
    let code = child.wait().unwrap().code();
    Run {
        code,
        out: String::from_utf8(text).expect("a scan prints text"),
        err: String::from_utf8(told).expect("a scan complains in text"),
        time: computed().saturating_sub(before),
        clock: began.elapsed(),
        memory: (own + worker) / 1024,
    }
}

/// Peak memory of a process in KB.
fn peak(id: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?.trim().trim_end_matches(" kB").parse().ok()
}

fn children(id: u32) -> Vec<u32> {
    let Ok(tasks) = std::fs::read_dir(format!("/proc/{id}/task")) else { return Vec::new() };
    let lists = tasks.flatten().filter_map(|task| std::fs::read_to_string(task.path().join("children")).ok());
    lists.flat_map(|list| list.split_whitespace().filter_map(|id| id.parse().ok()).collect::<Vec<u32>>()).collect()
}

/// A terminal may see it as it is: character by character, as long clusters of emoji are cut on a screen only.
fn is_safe(text: &str) -> bool {
    let shown = |c: char| show(&c.to_string()).as_str() == c.to_string();
    text.chars().all(|c| matches!(c, '\n' | ' '..='~') || shown(c))
}

fn problems(case: &Case, run: &Run) -> Vec<String> {
    let mut wrong = Vec::new();
    let is = |list: &[&str]| list.contains(&case.id.as_str());
    let expected = if is(NO_MAIL) || is(ALL_EMPTY) { Some(3) } else { Some(0) };
    if run.code != expected {
        wrong.push(format!("left with {:?}: {}", run.code, run.err.trim()));
    }
    let lines: Vec<serde_json::Value> = run.out.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    if lines.len() != run.out.lines().count() {
        wrong.push("a line is no JSON".to_owned());
    }
    if !is_safe(&run.out) || !is_safe(&run.err) {
        wrong.push("a control character is in the output".to_owned());
    }
    if let Some(messages) = case.messages.filter(|_| !is(NO_MAIL))
        && (lines.len() < messages || lines.len() > messages && !is(MORE_ROWS))
    {
        wrong.push(format!("{} messages of {messages}", lines.len()));
    }
    let dead = ["confined process", DEFECT.en, "took too long"];
    let errors = lines.iter().filter_map(|line| line["error"].as_str());
    if let Some(error) = errors.clone().find(|error| dead.iter().any(|dead| error.contains(dead))) {
        wrong.push(error.to_owned());
    }
    let whole = if case.kind == "eml" { 1 } else { WHOLE };
    let most = Duration::from_millis(u64::from(case.budget_ms * SLOWER * whole));
    if run.time > most || run.clock > most * CLOCK {
        let [time, clock, most] = [run.time, run.clock, most].map(|time| time.as_millis());
        wrong.push(format!("{time} ms ({clock} on the clock) of {most}"));
    }
    let longest = if case.kind != "eml" && case.bytes > LONGEST << 20 { 2 * LONGEST } else { 0 };
    if run.memory > case.budget_mb + 2 * ITSELF + longest {
        wrong.push(format!("{} MB of {}", run.memory, case.budget_mb));
    }
    let said = SAID.iter().filter(|(id, _)| *id == case.id).flat_map(|(_, said)| said.iter());
    for missing in said.filter(|said| !run.out.contains(**said)) {
        wrong.push(format!("does not say {missing}"));
    }
    wrong
}

/// What a file of the reader, a database or an answer gave: what is wrong with it, and what it took.
fn other(case: &Case, path: &Path) -> (Vec<String>, Duration, u64) {
    let name = path.to_string_lossy();
    let folder = tempfile::tempdir().unwrap();
    let program = |arguments: &[&str], expected: &[&str]| {
        let run = start(arguments);
        let mut wrong = Vec::new();
        if run.code != Some(0) {
            wrong.push(format!("left with {:?}: {}", run.code, run.err.trim()));
        }
        // Columns of `geo` stand apart by tabs.
        if !is_safe(&run.out.replace('\t', " ")) || !is_safe(&run.err) {
            wrong.push("a control character is in the output".to_owned());
        }
        let said = format!("{}{}", run.out, run.err);
        wrong.extend(expected.iter().filter(|text| !said.contains(**text)).map(|text| format!("does not say {text}")));
        (wrong, run.time, run.memory)
    };
    let config = |expected: &[&str]| program(&["--lang", "en", "--config", &name, "config"], expected);
    match (case.id.as_str(), case.kind.as_str()) {
        (_, "mmdb") => program(
            &["--lang", "en", "--geo", &name, "geo", "192.0.2.7", "198.51.100.9", "2001:db8::1"],
            &["192.0.2.7"],
        ),
        ("F01" | "F02" | "F03", _) => config(&["gosanke:", "reach = \"local\""]),
        ("F04" | "F05" | "F06", _) => config(&["gosanke:"]),
        ("F07", _) => program(&["--lang", "en", "--rules", &name, "rules"], &["gosanke:"]),
        ("F10", _) => {
            let path = folder.path().join("config.toml");
            std::fs::write(&path, format!("allow_files = [\"{name}\"]\n")).unwrap();
            program(&["--lang", "en", "--config", &path.to_string_lossy(), "rules"], &["gosanke:"])
        }
        ("F08" | "F09", _) => here(|wrong| {
            std::fs::copy(path, folder.path().join(gosanke::store::FILE)).unwrap();
            let opened = gosanke::store::Store::open(folder.path()).unwrap();
            if !opened.warnings.iter().any(|told| told.to_string().contains("damaged")) || opened.store.is_in_memory() {
                wrong.push("it is not set aside with a word".to_owned());
            }
            let kept = std::fs::read(folder.path().join("gosanke.db.damaged-1")).ok();
            if kept != std::fs::read(path).ok() {
                wrong.push("what was there is not kept as it was".to_owned());
            }
        }),
        (_, "dns" | "http" | "rdap" | "whois") => here(|wrong| {
            let bytes = std::fs::read(path).unwrap();
            wrong.extend(answer(&case.kind, &case.id, &bytes));
        }),
        _ => (vec![format!("nothing knows {}", case.kind)], Duration::ZERO, 0),
    }
}

/// Runs something in this process.
fn here(run: impl FnOnce(&mut Vec<String>)) -> (Vec<String>, Duration, u64) {
    let began = Instant::now();
    let mut wrong = Vec::new();
    run(&mut wrong);
    (wrong, began.elapsed(), 0)
}

/// What another machine says, through the reader of its kind.
fn answer(kind: &str, id: &str, bytes: &[u8]) -> Option<String> {
    use gosanke::facts::Key;
    use gosanke::fuzzing;
    let (texts, body) = match kind {
        "dns" => {
            let texts = fuzzing::dns(bytes, "a.test.");
            if matches!(id, "N02" | "N04" | "N09" | "N10") && texts.as_ref().is_some_and(|texts| !texts.is_empty()) {
                return Some(format!("it is believed: {texts:?}"));
            }
            (texts.unwrap_or_default(), 0)
        }
        "http" => {
            let answer = fuzzing::http(bytes);
            let page = answer.as_ref().and_then(|answer| fuzzing::webpage(Some("text/html"), &answer.body));
            let shown = page.map(|(shown, _)| serde_json::to_string(&shown).unwrap());
            let headers = answer.as_ref().map(|answer| answer.headers.len()).unwrap_or_default();
            if headers > 256 {
                return Some(format!("{headers} header fields"));
            }
            (shown.into_iter().collect(), answer.map(|answer| answer.body.len()).unwrap_or_default())
        }
        "rdap" => (written(fuzzing::rdap(bytes, &Key::Owner("a.test".into()))), 0),
        _ => (written(fuzzing::whois(bytes, None, &Key::Owner("a.test".into()), false)), 0),
    };
    if body > 1 << 20 {
        return Some(format!("{body} bytes of a body"));
    }
    let size: usize = texts.iter().map(String::len).sum();
    if size > 2 << 20 {
        return Some(format!("{size} bytes are kept"));
    }
    texts.iter().any(|text| text.chars().any(char::is_control)).then(|| "a control character is kept".to_owned())
}

fn written(registration: Option<gosanke::facts::registration::Registration>) -> Vec<String> {
    registration.map(|registration| serde_json::to_string(&registration).unwrap()).into_iter().collect()
}

#[test]
#[ignore = "takes its folder from GOSANKE_HOSTILE"]
fn every_hostile_mail_and_mailbox_does_what_is_expected_of_it() {
    let folder = PathBuf::from(std::env::var_os("GOSANKE_HOSTILE").expect("GOSANKE_HOSTILE is not set"));
    let manifest = std::fs::read_to_string(folder.join("manifest.json")).unwrap();
    let cases = match serde_json::from_str(&manifest).unwrap() {
        Manifest::List(cases) | Manifest::Under { cases } => cases,
    };
    let mut table = String::from("| case | ms | MB | lines | result |\n|---|---|---|---|---|\n");
    let (mut count, mut failed) = (0, Vec::new());
    let only = std::env::var("GOSANKE_CASES").unwrap_or_default();
    for case in cases.iter().filter(|case| only.is_empty() || only.split(',').any(|id| case.id.starts_with(id))) {
        count += 1;
        if !matches!(case.kind.as_str(), "eml" | "mbox" | "maildir") {
            let (mut wrong, time, memory) = other(case, &folder.join(&case.file));
            if time > Duration::from_millis(u64::from(case.budget_ms * SLOWER)) || memory > case.budget_mb + 2 * ITSELF
            {
                wrong.push(format!("{} ms, {memory} MB", time.as_millis()));
            }
            let result = if wrong.is_empty() { "ok".to_owned() } else { wrong.join("; ") };
            let _ = writeln!(table, "| {} | {} | {memory} |  | {result} |", case.id, time.as_millis());
            if !wrong.is_empty() {
                failed.push(format!("{}: {result} (expected: {})", case.id, case.expect));
            }
            continue;
        }
        let run = run(&folder.join(&case.file));
        let wrong = problems(case, &run);
        let result = if wrong.is_empty() { "ok".to_owned() } else { wrong.join("; ") };
        let lines = run.out.lines().count();
        let _ = writeln!(table, "| {} | {} | {} | {lines} | {result} |", case.id, run.time.as_millis(), run.memory);
        if !wrong.is_empty() {
            failed.push(format!("{}: {result} (expected: {})", case.id, case.expect));
        }
    }
    println!("{table}\n{count} cases, {} failed", failed.len());
    assert!(count > 0 && failed.is_empty(), "{}", failed.join("\n"));
}

//! A worker that tries to break out, so that a reader sees what holds on his machine. Every try is harmless where it
//! succeeds: nothing is written, nobody is sent anything, no other process is touched. Used by `gosanke doctor --sandbox`.

use std::io::Read as _;
use std::process::{ExitCode, Stdio};

use super::PROBE;
use super::confine::{Confinement, MEMORY, Strength, begin, finish};
use super::lane::{command, program};
use crate::text::Words;

/// The most bytes of a report.
const MOST: u64 = 4_096;

/// What became of a try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The system refused it, with this error number.
    Refused(i32),
    /// It succeeded: this is a way out.
    Succeeded,
    /// Nothing came back: the worker ended at or before this try.
    NoWord,
}

/// One try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Try {
    /// The system call, for those who know: `openat2`.
    pub call: &'static str,
    /// What it would have given.
    pub about: Words,
    /// What became of it.
    pub outcome: Outcome,
}

/// A try gives the error number with which it was refused.
type Attempt = fn(&Outside) -> Result<(), i32>;

/// What has to be asked before the walls stand.
struct Outside {
    parent: Option<rustix::process::Pid>,
}

const TRIES: &[(&str, Words, Attempt)] = &[
    ("open", Words::new("read a file", "ファイルの読み取り"), attempts::read_file),
    ("open", Words::new("write a file", "ファイルへの書き込み"), attempts::write_file),
    ("open", Words::new("list a folder", "フォルダーの一覧"), attempts::list_folder),
    ("openat2", Words::new("read a file, the newer way", "ファイルの読み取り（新しい方式）"), attempts::open_newer),
    ("socket", Words::new("UDP (DNS)", "UDP（DNS）"), attempts::udp),
    ("socket", Words::new("TCP", "TCP"), attempts::tcp),
    ("socket", Words::new("local sockets", "ローカルソケット"), attempts::local),
    ("fork", Words::new("start a process", "プロセスの起動"), attempts::fork),
    ("clone", Words::new("start a thread", "スレッドの起動"), attempts::thread),
    ("kill", Words::new("send a signal to its parent", "親プロセスへのシグナル"), attempts::kill),
    // What ptrace gives is had through this file as well; the call itself has no safe form, and is not on the allow-list.
    ("ptrace", Words::new("look into its parent's memory", "親プロセスのメモリの参照"), attempts::peek),
    ("setrlimit", Words::new("lift its own limits", "自身の上限の解除"), attempts::lift),
    ("allocate", Words::new("take more memory than its share", "上限を超えるメモリの確保"), attempts::bloat),
    // Last, as there is nobody left to tell of a success.
    ("execve", Words::new("become another program", "別のプログラムの実行"), attempts::exec),
];

/// The program as a worker that tries to break out. It writes one line a try, `number errno`, 0 for a success.
pub(super) fn main() -> ExitCode {
    let outside = Outside { parent: rustix::process::getppid() };
    let held = finish(begin());
    let bytes = [held.files, held.calls, held.limits].map(Strength::byte);
    let [files, calls, limits] = bytes;
    let mut told = say(&format!("{PROBE} {files} {calls} {limits}\n"));
    for (number, (_, _, attempt)) in TRIES.iter().enumerate() {
        let refused = attempt(&outside).err().unwrap_or(0);
        told &= say(&format!("{number} {refused}\n"));
    }
    if told { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// A line at once; shorter than what a pipe takes whole.
fn say(line: &str) -> bool {
    rustix::io::write(rustix::stdio::stdout(), line.as_bytes()) == Ok(line.len())
}

/// Starts a worker that tries, and gives what holds and what became of each try. `None` where no worker can be started.
///
/// # Errors
/// The system's reason where no process can be started.
pub fn tries() -> std::io::Result<(Option<Confinement>, Vec<Try>)> {
    let mut child = command(&program()?, Stdio::null()).arg(PROBE).spawn()?;
    let mut text = String::new();
    if let Some(out) = child.stdout.take() {
        let _ = out.take(MOST).read_to_string(&mut text);
    }
    // It has closed its end or said too much: it is at its end, or is ended.
    let _ = child.kill();
    let _ = child.wait();
    Ok(read(&text))
}

fn read(text: &str) -> (Option<Confinement>, Vec<Try>) {
    let mut lines = text.lines();
    let held = lines.next().and_then(|line| {
        let mut words = line.strip_prefix(PROBE)?.split_whitespace();
        let mut strength = || Strength::of_byte(words.next()?.parse().ok()?);
        Some(Confinement { files: strength()?, calls: strength()?, limits: strength()? })
    });
    let outcomes: Vec<(usize, i32)> = lines
        .filter_map(|line| {
            let (number, refused) = line.split_once(' ')?;
            Some((number.parse().ok()?, refused.parse().ok()?))
        })
        .collect();
    let tries = TRIES.iter().enumerate().map(|(number, (call, about, _))| {
        let outcome = outcomes.iter().find(|(other, _)| *other == number).map_or(Outcome::NoWord, |(_, refused)| {
            if *refused == 0 { Outcome::Succeeded } else { Outcome::Refused(*refused) }
        });
        Try { call, about: *about, outcome }
    });
    (held, tries.collect())
}

mod attempts {
    use std::fs;
    use std::io;
    use std::os::unix::process::CommandExt as _;
    use std::process::{Command, Stdio};
    use std::thread;

    use super::{MEMORY, Outside};

    fn number(why: &io::Error) -> i32 {
        // An error without a number is a refusal all the same.
        why.raw_os_error().filter(|number| *number != 0).unwrap_or(1)
    }

    fn refused<T>(result: io::Result<T>) -> Result<(), i32> {
        result.map(drop).map_err(|why| number(&why))
    }

    fn errno<T>(result: rustix::io::Result<T>) -> Result<(), i32> {
        result.map(drop).map_err(rustix::io::Errno::raw_os_error)
    }

    pub(super) fn read_file(_: &Outside) -> Result<(), i32> {
        refused(fs::File::open("/etc/passwd"))
    }

    /// Opens for writing what loses nothing by it.
    pub(super) fn write_file(_: &Outside) -> Result<(), i32> {
        refused(fs::OpenOptions::new().write(true).open("/dev/null"))
    }

    pub(super) fn list_folder(_: &Outside) -> Result<(), i32> {
        refused(fs::read_dir("/"))
    }

    #[cfg(target_os = "linux")]
    pub(super) fn open_newer(_: &Outside) -> Result<(), i32> {
        use rustix::fs::{CWD, Mode, OFlags, ResolveFlags, openat2};
        errno(openat2(CWD, "/etc/passwd", OFlags::RDONLY, Mode::empty(), ResolveFlags::empty()))
    }

    #[cfg(not(target_os = "linux"))]
    pub(super) fn open_newer(outside: &Outside) -> Result<(), i32> {
        read_file(outside)
    }

    fn socket(family: rustix::net::AddressFamily, kind: rustix::net::SocketType) -> Result<(), i32> {
        errno(rustix::net::socket(family, kind, None))
    }

    pub(super) fn udp(_: &Outside) -> Result<(), i32> {
        socket(rustix::net::AddressFamily::INET, rustix::net::SocketType::DGRAM)
    }

    pub(super) fn tcp(_: &Outside) -> Result<(), i32> {
        socket(rustix::net::AddressFamily::INET6, rustix::net::SocketType::STREAM)
    }

    pub(super) fn local(_: &Outside) -> Result<(), i32> {
        socket(rustix::net::AddressFamily::UNIX, rustix::net::SocketType::STREAM)
    }

    /// Where it succeeds there is no worker left to say so; the other program says nothing, which is told as no word.
    pub(super) fn exec(_: &Outside) -> Result<(), i32> {
        Err(number(&Command::new("/bin/true").exec()))
    }

    pub(super) fn fork(_: &Outside) -> Result<(), i32> {
        let started = Command::new("/bin/true").stdin(Stdio::inherit()).stdout(Stdio::inherit()).spawn();
        refused(started.and_then(|mut child| child.wait()))
    }

    pub(super) fn thread(_: &Outside) -> Result<(), i32> {
        refused(thread::Builder::new().spawn(|| ()).map(thread::JoinHandle::join))
    }

    /// Signal 0: only asks whether it might.
    pub(super) fn kill(outside: &Outside) -> Result<(), i32> {
        errno(outside.parent.map_or(Err(rustix::io::Errno::SRCH), rustix::process::test_kill_process))
    }

    pub(super) fn peek(outside: &Outside) -> Result<(), i32> {
        let parent = outside.parent.map_or(1, |parent| parent.as_raw_nonzero().get());
        refused(fs::File::open(format!("/proc/{parent}/mem")))
    }

    pub(super) fn lift(_: &Outside) -> Result<(), i32> {
        use rustix::process::{Resource, Rlimit, setrlimit};
        errno(setrlimit(Resource::As, Rlimit { current: None, maximum: None }))
    }

    pub(super) fn bloat(_: &Outside) -> Result<(), i32> {
        let mut list: Vec<u8> = Vec::new();
        list.try_reserve_exact(usize::try_from(MEMORY).unwrap_or(usize::MAX)).map_err(|_| 12)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_read_and_what_is_missing_is_no_success() {
        let (held, tries) = read(&format!("{PROBE} 2 2 1\n0 13\n1 0\n2 x\n99 1\n"));
        let held = held.unwrap();
        assert_eq!((held.files, held.calls, held.limits), (Strength::Whole, Strength::Whole, Strength::Some));
        let outcomes: Vec<Outcome> = tries.iter().map(|one| one.outcome).collect();
        assert_eq!(outcomes[..3], [Outcome::Refused(13), Outcome::Succeeded, Outcome::NoWord]);
        assert!(outcomes[3..].iter().all(|outcome| *outcome == Outcome::NoWord));
    }

    #[test]
    fn a_report_that_is_none_tells_nothing() {
        for text in ["", "\n", "gosanke 0.1\n", &format!("{PROBE} 2 2\n"), &format!("{PROBE} 9 9 9\n0 1\n")] {
            assert_eq!(read(text).0, None, "{text:?}");
        }
    }
}

//! A worker that tries to break out, so that a reader sees what holds on his machine. Every try is harmless where it
//! succeeds: nothing is written, nobody is sent anything, no other process is touched. Used by `gosanke doctor --sandbox`.

use std::io::Read as _;
use std::process::{ExitCode, Stdio};

use super::confine::{Confinement, MEMORY, Strength, begin, finish};
use super::host::{Ground, HostConfinement, confine_host};
use super::launch::{command, program};
use super::{HOST_PROBE, PROBE};
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

/// What the process of the screen must not be able to do.
const HOST_TRIES: &[(&str, Words, Attempt)] = &[
    (
        "open",
        Words::new("list a folder that is no mailbox", "メールボックス以外のフォルダーの一覧"),
        attempts::list_elsewhere,
    ),
    ("open", Words::new("write outside its folders", "自身のフォルダー以外への書き込み"), attempts::write_elsewhere),
    ("bind", Words::new("listen at a TCP port", "TCP ポートでの待ち受け"), attempts::listen),
    ("socket", Words::new("talk to the kernel (netlink)", "カーネルとの通信（netlink）"), attempts::netlink),
    ("chroot", Words::new("change its root folder", "ルートフォルダーの変更"), attempts::root),
    ("setns", Words::new("enter another namespace", "別の名前空間への移動"), attempts::namespace),
];

/// The program, confined as the screen is, without a mailbox.
pub(super) fn host_main() -> ExitCode {
    let outside = Outside { parent: None };
    let held = confine_host(&Ground::default());
    let [files, calls] = [held.files, held.calls].map(Strength::byte);
    let first = format!("{HOST_PROBE} {files} {calls}\n");
    if tell(&first, HOST_TRIES, &outside) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// As [`tries`], for the process of the screen.
///
/// # Errors
/// The system's reason where no process can be started.
pub fn host_tries() -> std::io::Result<(Option<HostConfinement>, Vec<Try>)> {
    let (first, tries) = ask(HOST_PROBE, HOST_TRIES)?;
    let mut strengths = first.iter().map(|byte| Strength::of_byte(*byte));
    let held = match (strengths.next().flatten(), strengths.next().flatten()) {
        (Some(files), Some(calls)) => Some(HostConfinement { files, calls }),
        _ => None,
    };
    Ok((held, tries))
}

/// The program as a worker that tries to break out. It writes one line a try, `number errno`, 0 for a success.
pub(super) fn main() -> ExitCode {
    let outside = Outside { parent: rustix::process::getppid() };
    let held = finish(begin());
    let bytes = [held.files, held.calls, held.limits].map(Strength::byte);
    let [files, calls, limits] = bytes;
    let first = format!("{PROBE} {files} {calls} {limits}\n");
    if tell(&first, TRIES, &outside) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn tell(first: &str, tries: &[(&str, Words, Attempt)], outside: &Outside) -> bool {
    let mut told = say(first);
    for (number, (_, _, attempt)) in tries.iter().enumerate() {
        let refused = attempt(outside).err().unwrap_or(0);
        told &= say(&format!("{number} {refused}\n"));
    }
    told
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
    let (first, tries) = ask(PROBE, TRIES)?;
    let mut strengths = first.iter().map(|byte| Strength::of_byte(*byte));
    let mut strength = || strengths.next().flatten();
    let held = match (strength(), strength(), strength()) {
        (Some(files), Some(calls), Some(limits)) => Some(Confinement { files, calls, limits }),
        _ => None,
    };
    Ok((held, tries))
}

/// Starts a process that tries; gives the numbers of its first line, none where it did not start as one.
fn ask(probe: &str, tries: &'static [(&'static str, Words, Attempt)]) -> std::io::Result<(Vec<u8>, Vec<Try>)> {
    let mut child = command(&program()?, Stdio::null()).arg(probe).spawn()?;
    let mut text = String::new();
    if let Some(out) = child.stdout.take() {
        let _ = out.take(MOST).read_to_string(&mut text);
    }
    // It has closed its end or said too much: it is at its end, or is ended.
    let _ = child.kill();
    let _ = child.wait();
    Ok(read(&text, probe, tries))
}

fn read(text: &str, probe: &str, tries: &'static [(&'static str, Words, Attempt)]) -> (Vec<u8>, Vec<Try>) {
    let mut lines = text.lines();
    let first = lines.next().and_then(|line| line.strip_prefix(probe)).unwrap_or_default();
    // All of them, or none.
    let first = first.split_whitespace().map(|word| word.parse().ok()).collect::<Option<Vec<u8>>>().unwrap_or_default();
    let outcomes: Vec<(usize, i32)> = lines
        .filter_map(|line| {
            let (number, refused) = line.split_once(' ')?;
            Some((number.parse().ok()?, refused.parse().ok()?))
        })
        .collect();
    let tries = tries.iter().enumerate().map(|(number, (call, about, _))| {
        let outcome = outcomes.iter().find(|(other, _)| *other == number).map_or(Outcome::NoWord, |(_, refused)| {
            if *refused == 0 { Outcome::Succeeded } else { Outcome::Refused(*refused) }
        });
        Try { call, about: *about, outcome }
    });
    (first, tries.collect())
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

    /// A folder that everybody has, and that is no part of what the program needs.
    pub(super) fn list_elsewhere(_: &Outside) -> Result<(), i32> {
        refused(fs::read_dir("/var"))
    }

    /// Opens for writing what is there already, and writes nothing.
    pub(super) fn write_elsewhere(_: &Outside) -> Result<(), i32> {
        refused(fs::OpenOptions::new().write(true).open("/proc/self/comm"))
    }

    pub(super) fn listen(_: &Outside) -> Result<(), i32> {
        refused(std::net::TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, 0)))
    }

    #[cfg(target_os = "linux")]
    pub(super) fn netlink(_: &Outside) -> Result<(), i32> {
        socket(rustix::net::AddressFamily::NETLINK, rustix::net::SocketType::RAW)
    }

    #[cfg(not(target_os = "linux"))]
    pub(super) fn netlink(_: &Outside) -> Result<(), i32> {
        Err(1)
    }

    pub(super) fn root(_: &Outside) -> Result<(), i32> {
        errno(rustix::process::chroot("/"))
    }

    /// Its own one, where it may: nothing changes by that.
    #[cfg(target_os = "linux")]
    pub(super) fn namespace(_: &Outside) -> Result<(), i32> {
        use std::os::fd::AsFd as _;
        let own = fs::File::open("/proc/self/ns/uts").map_err(|why| number(&why))?;
        errno(rustix::thread::move_into_link_name_space(own.as_fd(), None))
    }

    #[cfg(not(target_os = "linux"))]
    pub(super) fn namespace(_: &Outside) -> Result<(), i32> {
        Err(1)
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
        let (first, tries) = read(&format!("{PROBE} 2 2 1\n0 13\n1 0\n2 x\n99 1\n"), PROBE, TRIES);
        assert_eq!(first, [2, 2, 1]);
        let outcomes: Vec<Outcome> = tries.iter().map(|one| one.outcome).collect();
        assert_eq!(outcomes[..3], [Outcome::Refused(13), Outcome::Succeeded, Outcome::NoWord]);
        assert!(outcomes[3..].iter().all(|outcome| *outcome == Outcome::NoWord));
    }

    #[test]
    fn a_report_that_is_none_tells_nothing() {
        for text in ["", "\n", "gosanke 0.1\n", &format!("{PROBE} 2 x 2\n")] {
            assert!(read(text, PROBE, TRIES).0.is_empty(), "{text:?}");
        }
    }
}

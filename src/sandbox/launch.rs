//! A worker as a process: which program is started, with what of its surroundings, how its pipes are laid and how it is ended
//! for certain. Nothing of a mail goes over here, and it must never outlive whoever holds it.

use std::ffi::OsStr;
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use super::protocol;
use super::setup::Setup;
use super::{Death, WORKER};
use crate::message;
use crate::text::{Lang, Sentence, Words, cause};

/// What a pipe is asked to hold, so that a batch goes over at once.
#[cfg(target_os = "linux")]
const PIPE: usize = 1 << 20;

/// The program to start as a worker: this one, even where its file was replaced meanwhile.
pub(super) fn program() -> std::io::Result<PathBuf> {
    let own = PathBuf::from("/proc/self/exe");
    if own.exists() { Ok(own) } else { std::env::current_exe() }
}

/// A command with nothing of this program's surroundings in it: no environment, no folder of the user's, no terminal.
pub(super) fn command(program: &Path, input: Stdio) -> Command {
    let mut command = Command::new(program);
    // The allocator reserves address space in steps that fit the worker's share.
    command.env_clear().env("MIMALLOC_ARENA_RESERVE", "128MiB").current_dir("/");
    command.stdin(input).stdout(Stdio::piped()).stderr(Stdio::null());
    command
}

/// What bounds a worker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The longest that one mail may take.
    pub time: Duration,
    /// After this many mails a worker is replaced by a fresh one ...
    pub mails: u64,
    /// ... or after this many bytes.
    pub bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { time: Duration::from_secs(message::Limits::DEFAULT.seconds as u64), mails: 50_000, bytes: 1 << 30 }
    }
}

/// How workers are started. Cheap to copy.
#[derive(Debug, Clone)]
pub struct Launch {
    program: PathBuf,
    arguments: Vec<String>,
    /// The first frame that a worker gets.
    pub(super) setup: Arc<[u8]>,
    pub(super) limits: Limits,
}

/// A worker cannot be started.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.words(Lang::En))]
pub enum StartError {
    /// The system's reason.
    System(Sentence),
    /// The setup has no form that can be sent; the words of whoever refused it.
    Setup(String),
    /// It ended, or did not greet as a worker of this version does.
    Silent,
}

impl StartError {
    /// In the reader's language.
    #[must_use]
    pub fn words(&self, lang: Lang) -> String {
        let (words, why) = match self {
            Self::System(why) => {
                (Words::new("no process can be started: {0}", "プロセスを起動できません: {0}"), why.words(lang))
            }
            Self::Setup(why) => (Words::new("it cannot be set up: {0}", "設定を渡せません: {0}"), why.clone()),
            Self::Silent => {
                let words = "隔離されたワーカーとして起動しませんでした";
                (Words::new("the process did not start as a confined worker", words), String::new())
            }
        };
        words.fill(lang, &[&why])
    }
}

impl Launch {
    /// Workers of this program.
    ///
    /// # Errors
    /// The program's own file cannot be found, or the setup cannot be sent.
    pub fn new(setup: &Setup) -> Result<Self, StartError> {
        let program = program().map_err(|why| StartError::System(cause(&why)))?;
        Self::of_program(program, &[WORKER], setup)
    }

    /// Workers of another program: for tests.
    ///
    /// # Errors
    /// The setup cannot be sent.
    pub fn of_program(program: PathBuf, arguments: &[&str], setup: &Setup) -> Result<Self, StartError> {
        let json = setup.to_bytes().map_err(StartError::Setup)?;
        let arguments = arguments.iter().map(|argument| (*argument).to_owned()).collect();
        let time = Duration::from_secs(setup.own.side.limits.seconds as u64);
        let limits = Limits { time, ..Limits::default() };
        Ok(Self { program, arguments, setup: protocol::setup(&json).into(), limits })
    }

    /// With other limits.
    #[must_use]
    pub fn with(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Starts the process.
    pub(super) fn spawn(&self) -> Result<Process, StartError> {
        Process::start(&self.program, &self.arguments)
    }
}

/// A worker that is started before it is known what it will be told: it comes up meanwhile. It holds nothing of a mail, and
/// ends where this is dropped.
#[derive(Debug)]
pub struct Forerunner(pub(super) Process);

impl Forerunner {
    /// Starts it. `None` where the system refuses, which the pool finds out again and tells.
    #[must_use]
    pub fn start() -> Option<Self> {
        Self::of_program(&program().ok()?, &[WORKER])
    }

    /// Of another program: for tests.
    #[must_use]
    pub fn of_program(program: &Path, arguments: &[&str]) -> Option<Self> {
        Process::start(program, arguments).ok().map(Self)
    }
}

/// A worker that runs, and both its pipes; it ends where this is dropped.
#[derive(Debug)]
pub(super) struct Process {
    child: Child,
    pub(super) input: ChildStdin,
    pub(super) output: ChildStdout,
}

impl Process {
    /// Starts a program as a worker; its pipes do not block.
    fn start(program: &Path, arguments: &[impl AsRef<OsStr>]) -> Result<Self, StartError> {
        let system = |why: std::io::Error| StartError::System(cause(&why));
        let mut child = command(program, Stdio::piped()).args(arguments).spawn().map_err(system)?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(StartError::Silent);
        };
        let process = Self { child, input, output };
        rustix::io::ioctl_fionbio(&process.input, true).map_err(|why| system(why.into()))?;
        rustix::io::ioctl_fionbio(&process.output, true).map_err(|why| system(why.into()))?;
        // More room only makes it faster; a system may refuse it.
        #[cfg(target_os = "linux")]
        {
            let _ = rustix::pipe::fcntl_setpipe_size(&process.input, PIPE);
            let _ = rustix::pipe::fcntl_setpipe_size(&process.output, PIPE);
        }
        Ok(process)
    }

    pub(super) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Ends it for certain, and says how it ended; by its own doing if it had ended before.
    pub(super) fn end(mut self) -> Death {
        // A pipe closes a moment before its process can be waited for.
        let mut gone = None;
        for _ in 0..20 {
            gone = self.child.try_wait().ok().flatten();
            if gone.is_some() {
                break;
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        if gone.is_none() {
            let _ = self.child.kill();
            gone = self.child.wait().ok();
        }
        gone.and_then(|status| status.signal()).map_or(Death::Left, Death::Signal)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if !matches!(self.child.try_wait(), Ok(Some(_))) {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::latin_words;

    #[test]
    fn why_no_worker_starts_is_told_in_both_languages() {
        let denied = cause(&std::io::ErrorKind::PermissionDenied.into());
        for error in [StartError::System(denied), StartError::Setup("7".to_owned()), StartError::Silent] {
            let ja = error.words(Lang::Ja);
            assert!(error.to_string().is_ascii() && error.to_string() == error.words(Lang::En));
            assert!(latin_words(&ja).is_empty(), "{ja}");
        }
    }

    #[test]
    fn a_mail_may_take_as_long_as_the_reader_says() {
        let mut setup = Setup::default();
        let time = |setup: &Setup| Launch::of_program("x".into(), &[], setup).unwrap().limits.time;
        assert_eq!(time(&setup), Duration::from_secs(10));
        let side = Arc::make_mut(&mut setup.own.side);
        assert!(side.limits.set("seconds", 3) && !side.limits.set("seconds", 0));
        assert_eq!(time(&setup), Duration::from_secs(3));
    }
}

//! Mails are parsed and analyzed in processes of their own: the same binary, started before anything is shown, confined so
//! that a parser that a mail took over has no file, no socket, no other program and no more than its share of memory.
//!
//! ```text
//!  host (screen, scan)                                    worker (confined)
//!  Lane: hands out, waits, replaces  ── requests ──>      one mail after the other
//!                                    <── answers ───      through the rooms of `analysis`
//! ```
//!
//! - `protocol`: length-prefixed frames over two pipes. Bounded, versioned; whoever decodes trusts no length.
//! - `setup`: what a worker gets at its start: weights, own rules, own side, facts.
//! - `confine`: what is taken away, per platform; what the kernel lacks is a value, never silence.
//! - `host`: what is taken away from the process of the screen and the look-ups.
//! - `worker`: the loop in the child. `probe`: the same child tries to break out, for `gosanke doctor --sandbox`.
//! - `launch`: a worker as a process: which program, with what, and its end.
//! - `lane`: one worker as the host sees it. A worker that dies, hangs, bloats or talks nonsense is replaced, and the mails
//!   that it held are tried again one by one: it costs the one mail that does it twice.
//! - `pool`: lanes for several threads, and the memory of mails that killed a worker.
//!
//! A worker is believed only what it says of the mail that it was given: what comes back is bounded, decoded with checks,
//! and its texts are made printable like all others. Nothing here opens a mailbox or draws.

mod anew;
mod confine;
mod host;
mod lane;
mod launch;
mod pool;
mod probe;
mod protocol;
mod setup;
#[cfg(test)]
mod tests;
mod worker;

use std::process::ExitCode;

use crate::text::{Lang, Words};

pub use anew::begin_anew;
pub use confine::{Confinement, Strength};
pub use host::{Ground, HostConfinement, confine_host};
pub use lane::{Done, Lane};
pub use launch::{Forerunner, Launch, Limits, StartError};
pub use pool::{Guest, Pool};
pub use probe::{Outcome, Try, host_tries, tries};
pub use protocol::{Answer, Request, Want};
pub use setup::Setup;

/// What the hidden first argument of a worker is.
const WORKER: &str = "--sandboxed-worker";
/// What the hidden first argument of a worker that tries to break out is.
const PROBE: &str = "--sandboxed-probe";
/// What the hidden first argument of a process is that is confined as the screen is, and tries the same.
const HOST_PROBE: &str = "--confined-host-probe";

/// The worker's door: runs the worker where the program was started as one, and gives its exit code.
#[must_use]
pub fn door() -> Option<ExitCode> {
    let first = std::env::args_os().nth(1)?;
    if first == WORKER {
        Some(worker::main())
    } else if first == PROBE {
        Some(probe::main())
    } else if first == HOST_PROBE {
        Some(probe::host_main())
    } else {
        None
    }
}

/// What became of a mail whose worker did not come back with an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Death {
    /// The worker was ended by this signal: a stack or memory that ran out, a defect.
    Signal(i32),
    /// The worker left by itself.
    Left,
    /// The worker did not come to an end in the time that a mail has.
    Hung,
    /// The worker answered what no worker answers.
    Garbled,
    /// There is no worker, and none can be started.
    NoWorker,
    /// It was not given to a worker: it ended one before, in this run or an earlier one, and nobody asked for it again.
    Known,
}

impl Death {
    /// The mail is to blame: it is not opened again without being asked for.
    #[must_use]
    pub fn is_of_mail(self) -> bool {
        !matches!(self, Self::NoWorker | Self::Known)
    }

    /// What happened, in few words for a row; `key` opens a mail.
    #[must_use]
    pub fn brief(self, lang: Lang, key: &str) -> String {
        let words = match self {
            Self::Signal(_) | Self::Left => {
                Words::new("ended its process; {0} tries again", "隔離プロセスが異常終了（{0} で再試行）")
            }
            Self::Hung => Words::new("took too long; {0} tries again", "時間切れで中止（{0} で再試行）"),
            Self::Garbled => Words::new(
                "attacked its confined process? {0} tries again",
                "隔離プロセスへの攻撃の疑い（{0} で再試行）",
            ),
            Self::NoWorker => Words::new("not analyzed: no confined process", "未解析: 隔離プロセスなし"),
            Self::Known => Words::new(
                "not opened by itself: it ended a process before; {0} tries again",
                "以前プロセスを異常終了させたため自動では開きません（{0} で再試行）",
            ),
        };
        words.fill(lang, &[key])
    }

    /// What happened, for people; a whole sentence.
    #[must_use]
    pub fn words(self, lang: Lang) -> String {
        let words = match self {
            Self::Signal(_) => Words::new(
                "its analysis ended the confined process (signal {0}: memory or stack ran out, or a defect); it can still be looked at raw",
                "解析中に隔離プロセスが終了しました（シグナル {0}：メモリまたはスタックの不足、もしくは不具合）。生データは表示できます",
            ),
            Self::Left => Words::new(
                "the confined process left in the middle of it; it can still be looked at raw",
                "解析の途中で隔離プロセスが終了しました。生データは表示できます",
            ),
            Self::Hung => Words::new(
                "its analysis took too long and was stopped; it can still be looked at raw",
                "解析に時間がかかりすぎるため中止しました。生データは表示できます",
            ),
            Self::Garbled => Words::new(
                "the confined process answered with something that is no answer and was stopped; take this mail for an attack on the program",
                "隔離プロセスが不正な応答を返したため停止しました。プログラム自体を狙った攻撃の可能性があります",
            ),
            Self::NoWorker => Words::new(
                "no confined process can be started, so it was not analyzed",
                "隔離プロセスを起動できないため、解析していません",
            ),
            Self::Known => Words::new(
                "it ended the process that analyzed it before, so it is not opened by itself; opening it from the list tries again, and it can be looked at raw",
                "以前に解析プロセスを異常終了させたため、自動では開きません。一覧から開くと再試行します。生データは表示できます",
            ),
        };
        let signal = if let Self::Signal(signal) = self { signal.to_string() } else { String::new() };
        words.fill(lang, &[&signal])
    }
}

/// Both ends of the pipes, for [`crate::fuzzing`].
#[cfg(feature = "fuzzing")]
pub(crate) mod doors {
    use super::protocol::{self, FromHost, FromWorker, PREFIX, Request};
    use super::setup::Setup;

    /// Reads a frame as a worker does. `Some` where it is one: whether writing it again gives the same bytes.
    pub(crate) fn from_host(frame: &[u8]) -> Option<bool> {
        Some(match protocol::from_host(frame)? {
            FromHost::Setup(json) => {
                // Reading a setup may fail; writing what was read has to work.
                Setup::of_bytes(json).is_none_or(|setup| setup.to_bytes().is_ok())
                    && protocol::setup(json).get(PREFIX..) == Some(frame)
            }
            FromHost::Mail(mail) => {
                let request = Request {
                    want: mail.want,
                    doubts: mail.doubts,
                    path: mail.path.to_owned(),
                    offset: mail.offset,
                    bytes: mail.bytes.to_vec().into(),
                };
                let again = [protocol::mail_head(mail.number, &request), request.bytes.to_vec()].concat();
                // A number that is not there is written as 0, and only so many doubts are passed on.
                let Some(FromHost::Mail(same)) = protocol::from_host(again.get(PREFIX..)?) else { return Some(false) };
                same.number == mail.number && same.offset == request.offset && same.bytes == mail.bytes
            }
        })
    }

    /// Reads a frame as a host does. `Some` where it is one: whether writing it again and reading that gives the same.
    pub(crate) fn from_worker(frame: &[u8]) -> Option<bool> {
        let read = protocol::from_worker(frame)?;
        let mut again = Vec::new();
        match &read {
            FromWorker::Hello(held) => protocol::hello(&mut again, *held),
            FromWorker::Answer(number, answer) => protocol::answer(&mut again, *number, answer),
        }
        let length = protocol::length(&again, protocol::ANSWER).ok()??;
        let body = again.get(PREFIX..)?;
        Some(body.len() == length && protocol::from_worker(body).as_ref() == Some(&read))
    }
}

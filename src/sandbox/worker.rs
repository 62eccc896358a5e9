//! The worker: confines itself, is set up, and takes one mail after the other through the rooms until its host closes the
//! pipe. It reads what its host says and nothing else, and it prints nothing but answers.
//!
//! Answers wait in a buffer until there is nothing more to read, until they are many, or until they are old: so mails
//! need few system calls, and a host still sees progress.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::thread;
use std::time::{Duration, Instant};

use rustix::buffer::spare_capacity;

use super::confine::{Confinement, begin, finish};
use super::protocol::{self, Answer, FromHost, Mail, PREFIX, REQUEST, SETUP, Want};
use super::setup::Setup;
use crate::analysis::{self, analyze, take_apart};
use crate::export::json;
use crate::search::Query;

/// Stack of the thread that parses.
const STACK: usize = 8 << 20;
/// What is asked of the system at once.
const CHUNK: usize = 256 * 1024;
/// Answers go out when they are this many bytes ...
const FULL: usize = 128 * 1024;
/// ... or this old.
const OLD: Duration = Duration::from_millis(50);

/// Left because the host closed the pipe.
const ENDED: u8 = 0;
/// The host said what no host says.
const REFUSED: u8 = 3;
/// No thread.
const NO_THREAD: u8 = 4;

/// The program as a worker.
pub(super) fn main() -> ExitCode {
    // Caught and answered; nothing is ever printed.
    std::panic::set_hook(Box::new(|_| ()));
    let begun = begin();
    let thread = thread::Builder::new().stack_size(STACK).spawn(move || {
        let held = finish(begun);
        serve(&mut Pipes { out: Vec::with_capacity(FULL * 2) }, held)
    });
    match thread.map(thread::JoinHandle::join) {
        Ok(Ok(code)) => ExitCode::from(code),
        Ok(Err(_)) => ExitCode::from(REFUSED),
        Err(_) => ExitCode::from(NO_THREAD),
    }
}

/// Where requests come from and answers go: the pipes, or buffers of a test.
pub(super) trait Ends {
    /// Appends what is there to `to`; waits for it. False at the end.
    fn read(&mut self, to: &mut Vec<u8>) -> bool;
    /// Answers that have not gone yet.
    fn out(&mut self) -> &mut Vec<u8>;
    /// Lets them go. False where nobody reads any more.
    fn flush(&mut self) -> bool;
}

struct Pipes {
    out: Vec<u8>,
}

impl Ends for Pipes {
    fn read(&mut self, to: &mut Vec<u8>) -> bool {
        loop {
            match rustix::io::read(rustix::stdio::stdin(), spare_capacity(to)) {
                Ok(count) => return count > 0,
                Err(rustix::io::Errno::INTR) => {}
                Err(_) => return false,
            }
        }
    }

    fn out(&mut self) -> &mut Vec<u8> {
        &mut self.out
    }

    fn flush(&mut self) -> bool {
        let mut rest = self.out.as_slice();
        while !rest.is_empty() {
            match rustix::io::write(rustix::stdio::stdout(), rest) {
                Ok(count) if count > 0 => rest = rest.get(count..).unwrap_or_default(),
                Err(rustix::io::Errno::INTR) => {}
                _ => return false,
            }
        }
        self.out.clear();
        true
    }
}

/// Serves until the end; gives the exit code. It greets when it is set up.
pub(super) fn serve(ends: &mut impl Ends, held: Confinement) -> u8 {
    let mut buffer: Vec<u8> = Vec::new();
    let mut start = 0;
    let mut setup: Option<Setup> = None;
    let mut asked: Option<Query> = None;
    let mut flushed = Instant::now();
    loop {
        let rest = buffer.get(start..).unwrap_or_default();
        let most = if setup.is_some() { REQUEST } else { SETUP };
        let whole = match protocol::length(rest, most) {
            Err(_) => return REFUSED,
            Ok(Some(length)) => rest.get(PREFIX..PREFIX + length),
            Ok(None) => None,
        };
        let Some(frame) = whole else {
            let length = protocol::length(rest, most).ok().flatten().unwrap_or_default();
            let missing = (PREFIX + length).saturating_sub(rest.len());
            // Before it waits, it says what it has to say.
            if !ends.flush() {
                return ENDED;
            }
            buffer.drain(..start);
            start = 0;
            // One large mail is no reason to keep its room.
            if buffer.is_empty() {
                buffer.shrink_to(4 * CHUNK);
            }
            buffer.reserve_exact(missing.max(CHUNK));
            if !ends.read(&mut buffer) {
                return ENDED;
            }
            flushed = Instant::now();
            continue;
        };
        match (protocol::from_host(frame), &setup) {
            (Some(FromHost::Setup(json)), None) => match Setup::of_bytes(json) {
                Some(made) => {
                    setup = Some(made);
                    protocol::hello(ends.out(), held);
                }
                None => return REFUSED,
            },
            (Some(FromHost::Mail(mail)), Some(setup)) => {
                let answer =
                    catch_unwind(AssertUnwindSafe(|| answer(&mail, setup, &mut asked))).unwrap_or(Answer::Broke);
                protocol::answer(ends.out(), mail.number, &answer);
            }
            _ => return REFUSED,
        }
        start += PREFIX + frame.len();
        if ends.out().len() >= FULL || flushed.elapsed() >= OLD {
            if !ends.flush() {
                return ENDED;
            }
            flushed = Instant::now();
        }
    }
}

/// What a test asks of a worker: no path of a file holds a NUL, so no mail gets here. Not in a release.
#[cfg(debug_assertions)]
fn misbehave(how: &str) {
    match how {
        "signal" => std::process::abort(),
        "leave" => std::process::exit(7),
        "hang" => loop {
            thread::yield_now();
        },
        "bloat" => {
            let mut all = Vec::new();
            loop {
                all.push(std::hint::black_box(vec![0_u8; 64 << 20]));
            }
        }
        "garbage" => {
            let _ = rustix::io::write(rustix::stdio::stdout(), &[0xff; 64]);
        }
        "deep" => {
            fn deeper(depth: u64) -> u64 {
                let room = std::hint::black_box([depth; 64]);
                if depth == u64::MAX { room.iter().sum() } else { deeper(depth + 1) | 1 }
            }
            let _ = std::hint::black_box(deeper(0));
        }
        _ => {}
    }
}

/// `asked` is the query of the mail before: many mails in a row are asked the same.
fn answer(mail: &Mail<'_>, setup: &Setup, asked: &mut Option<Query>) -> Answer {
    #[cfg(debug_assertions)]
    if let Some(how) = mail.path.strip_prefix('\0') {
        misbehave(how);
    }
    let Setup { facts, weights, own, form } = setup;
    match mail.want {
        Want::Line => {
            let analysis = analyze(mail.bytes, &mail.doubts, facts, weights, own);
            Answer::Line(analysis.verdict.level, json::message(mail.path, mail.offset, &analysis, facts, *form))
        }
        Want::Brief => Answer::Brief(analysis::brief(mail.bytes, &mail.doubts, facts, weights, own)),
        Want::Taste => {
            let mut analysis = take_apart(mail.bytes, &mail.doubts, weights, own);
            analysis.judge(facts, weights);
            Answer::Fine
        }
        Want::Find => {
            if asked.as_ref().is_none_or(|query| query.source() != mail.path) {
                *asked = Query::of_source(mail.path);
            }
            asked
                .as_ref()
                .map_or(Answer::Broke, |query| Answer::Found(query.find_within(mail.bytes, &setup.own.side.limits)))
        }
    }
}

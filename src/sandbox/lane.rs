//! One worker as its host sees it: mails go in, answers come out in the same order. One thread uses a lane at a time.
//!
//! Everything is written and read without blocking, so that neither side ever waits for the other with a full pipe. A
//! worker that ends, says nothing for too long, or says what is no answer is ended and replaced; the mails that it held are
//! then tried one by one, and the one that ends a fresh worker, or ends two, is given up. None else is lost.

use std::collections::VecDeque;
use std::io::IoSlice;
use std::time::{Duration, Instant};

use rustix::buffer::spare_capacity;
use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::Death;
use super::confine::Confinement;
use super::launch::{Launch, Process, StartError};
use super::protocol::{self, ANSWER, Answer, FromWorker, PREFIX, Request};
use crate::export::json;

/// What is asked of the system at once.
const CHUNK: usize = 256 * 1024;
/// How long is waited at once. Time in which the whole program stood still counts as one of these only.
const TICK: Duration = Duration::from_millis(250);
/// How often in a row a worker may fail to start.
const STARTS: u32 = 3;
/// How many workers a mail ends before it is given up: one may have been ended by somebody else.
const DEATHS: u32 = 2;

/// A mail in a lane.
#[derive(Debug)]
struct Task {
    request: Request,
    head: Vec<u8>,
    /// Workers that ended while they had this mail alone.
    deaths: u32,
}

/// A mail that came out of a lane.
#[derive(Debug)]
pub struct Done {
    /// What went in.
    pub request: Request,
    /// What the worker says of it, or what became of the worker.
    pub outcome: Result<Answer, Death>,
}

/// One worker, and the mails that it has.
#[derive(Debug)]
pub struct Lane {
    launch: Launch,
    process: Option<Process>,
    held: Confinement,
    /// Mails without an answer, oldest first.
    tasks: VecDeque<Task>,
    bytes: usize,
    /// How many of them have been sent, or have begun to be.
    sent: usize,
    /// Bytes of the newest of these that are still to be written; of the setup where nothing was sent yet.
    unwritten: usize,
    /// The worker is being set up; it greets when that is done.
    greeting: bool,
    /// What came and is no whole answer yet.
    buffer: Vec<u8>,
    /// Answers in order.
    done: VecDeque<Done>,
    /// This many mails go one by one.
    alone: usize,
    /// Mails and bytes that this worker was given.
    given: u64,
    handled: u64,
    /// Number of the next answer.
    number: u32,
    /// Time without a word.
    silent: Duration,
    /// Starts in a row that failed.
    failed: u32,
}

/// What a moment brought.
enum Moment {
    Fine,
    Ended,
    Garbage,
    Hung,
}

impl Lane {
    /// Starts a worker; [`Self::greet`] waits until it stands.
    ///
    /// # Errors
    /// The system starts no process.
    pub fn start(launch: &Launch) -> Result<Self, StartError> {
        let mut lane = Self::idle(launch.clone());
        lane.begin()?;
        Ok(lane)
    }

    /// A lane with a worker that was started before; [`Self::greet`] tells whether it stands.
    pub(super) fn with(launch: &Launch, process: Process) -> Self {
        let mut lane = Self::idle(launch.clone());
        lane.take_over(process);
        lane
    }

    /// The same without its mails and its worker; another one is started when it is needed.
    #[must_use]
    pub fn anew(self) -> Self {
        Self::idle(self.launch.clone())
    }

    /// A lane whose worker is started when it is needed.
    pub(super) fn idle(launch: Launch) -> Self {
        Self {
            launch,
            process: None,
            held: Confinement::default(),
            tasks: VecDeque::new(),
            bytes: 0,
            sent: 0,
            unwritten: 0,
            greeting: false,
            buffer: Vec::new(),
            done: VecDeque::new(),
            alone: 0,
            given: 0,
            handled: 0,
            number: 0,
            silent: Duration::ZERO,
            failed: 0,
        }
    }

    /// Waits until the worker stands, and says what confines it.
    ///
    /// # Errors
    /// It does not start as a worker.
    pub fn greet(&mut self) -> Result<Confinement, StartError> {
        while self.greeting {
            if !matches!(self.moment(), Moment::Fine) {
                self.process = None;
                return Err(StartError::Silent);
            }
        }
        Ok(self.held)
    }

    /// What confines the worker.
    #[must_use]
    pub fn held(&self) -> Confinement {
        self.held
    }

    /// Mails that went in and did not come out.
    #[must_use]
    pub fn len(&self) -> usize {
        self.tasks.len() + self.done.len()
    }

    /// There is no mail in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bytes of the mails that wait for an answer.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// The process of the worker: for tests.
    #[must_use]
    pub fn id(&self) -> Option<u32> {
        self.process.as_ref().map(Process::id)
    }

    /// Takes a mail in. Does not wait.
    pub fn push(&mut self, request: Request) {
        // The number is only there to notice a worker that answers out of order.
        let number = self.number.wrapping_add(self.tasks.len() as u32);
        let head = protocol::mail_head(number, &request);
        self.bytes += request.bytes.len();
        self.tasks.push_back(Task { request, head, deaths: 0 });
    }

    /// The answer to the oldest mail, or why there is none; waits for it. `None` where there is no mail.
    pub fn take(&mut self) -> Option<Done> {
        loop {
            if let Some(done) = self.done.pop_front() {
                return Some(done);
            }
            self.tasks.front()?;
            if self.process.is_none() && self.begin().is_err() {
                self.failed += 1;
                if self.failed >= STARTS {
                    self.settle(Err(Death::NoWorker));
                }
                continue;
            }
            match self.moment() {
                Moment::Fine => {}
                Moment::Ended => {
                    let death = self.end();
                    self.mourn(death);
                }
                Moment::Garbage => {
                    drop(self.process.take());
                    self.mourn(Death::Garbled);
                }
                Moment::Hung => {
                    drop(self.process.take());
                    self.mourn(Death::Hung);
                }
            }
        }
    }

    /// Starts a fresh worker.
    fn begin(&mut self) -> Result<(), StartError> {
        let process = self.launch.spawn()?;
        self.take_over(process);
        Ok(())
    }

    /// Goes on with a worker to which nothing was sent yet.
    fn take_over(&mut self, process: Process) {
        self.buffer.clear();
        self.sent = 0;
        self.unwritten = self.launch.setup.len();
        self.greeting = true;
        self.given = 0;
        self.handled = 0;
        self.silent = Duration::ZERO;
        self.process = Some(process);
    }

    /// Starts the worker if there is none.
    pub(super) fn warm(&mut self) {
        if self.process.is_none() {
            let _ = self.begin();
        }
    }

    fn end(&mut self) -> Death {
        self.process.take().map_or(Death::Left, Process::end)
    }

    /// A worker is gone: says who is given up, and how the others go on.
    fn mourn(&mut self, death: Death) {
        let sent = std::mem::take(&mut self.sent);
        if sent == 0 {
            // It had no mail that could be to blame.
            self.failed += 1;
            if self.failed >= STARTS {
                self.settle(Err(Death::NoWorker));
            }
            return;
        }
        // Answers may still have been in its hands, so that not the oldest is to blame: only one that was alone is. One that
        // had all the time to itself is not given it again.
        if let Some(oldest) = self.tasks.front_mut().filter(|_| sent == 1) {
            oldest.deaths += 1;
            if death == Death::Hung || oldest.deaths >= DEATHS {
                self.settle(Err(death));
                self.alone = self.alone.saturating_sub(1);
                return;
            }
        }
        self.alone = self.alone.max(sent);
    }

    /// The oldest mail has its answer.
    fn settle(&mut self, answer: Result<Answer, Death>) {
        if let Some(task) = self.tasks.pop_front() {
            self.bytes = self.bytes.saturating_sub(task.request.bytes.len());
            self.number = self.number.wrapping_add(1);
            self.done.push_back(Done { request: task.request, outcome: answer });
        }
    }

    /// The worker has had its share.
    fn is_tired(&self) -> bool {
        self.given >= self.launch.limits.mails || self.handled >= self.launch.limits.bytes
    }

    /// The next mail may be sent.
    fn may_send(&self) -> bool {
        self.sent < self.tasks.len() && !self.greeting && !self.is_tired() && (self.alone == 0 || self.sent == 0)
    }

    /// Writes what can be written, reads what there is; waits a tick at most.
    fn moment(&mut self) -> Moment {
        // One that has done its share, and has nothing left, makes room for a fresh one.
        if self.is_tired() && self.sent == 0 && !self.greeting {
            drop(self.process.take());
            return if self.begin().is_ok() { Moment::Fine } else { Moment::Ended };
        }
        if self.unwritten == 0 && self.may_send() {
            self.choose();
        }
        let Some(process) = &self.process else { return Moment::Ended };
        let mut fds = [
            PollFd::new(&process.output, PollFlags::IN),
            PollFd::new(&process.input, if self.unwritten > 0 { PollFlags::OUT } else { PollFlags::empty() }),
        ];
        let began = Instant::now();
        let wait = Timespec { tv_sec: 0, tv_nsec: TICK.subsec_nanos().into() };
        match poll(&mut fds, Some(&wait)) {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(_) => return Moment::Ended,
        }
        let [output, input] = fds.map(|fd| fd.revents());
        if self.sent > 0 || self.greeting {
            self.silent += began.elapsed().min(TICK);
        }
        if !output.is_empty() {
            match self.read() {
                Moment::Fine => {}
                other => return other,
            }
        } else if input.intersects(PollFlags::ERR | PollFlags::HUP) {
            return Moment::Ended;
        }
        if input.contains(PollFlags::OUT) {
            return self.write();
        }
        if self.silent >= self.launch.limits.time { Moment::Hung } else { Moment::Fine }
    }

    /// Takes up the next mail for sending.
    fn choose(&mut self) {
        if let Some(task) = self.tasks.get(self.sent) {
            self.unwritten = task.head.len() + task.request.bytes.len();
            self.given += 1;
            self.handled += self.unwritten as u64;
            // The clock of a mail begins when it is the oldest one.
            if self.sent == 0 {
                self.silent = Duration::ZERO;
            }
            self.sent += 1;
        }
    }

    /// Writes as many mails as the pipe takes.
    fn write(&mut self) -> Moment {
        loop {
            let Some(process) = &self.process else { return Moment::Ended };
            let (head, bytes): (&[u8], &[u8]) = if self.greeting {
                (&self.launch.setup, &[])
            } else {
                match self.sent.checked_sub(1).and_then(|newest| self.tasks.get(newest)) {
                    Some(task) => (&task.head, &task.request.bytes),
                    None => return Moment::Fine,
                }
            };
            let done = (head.len() + bytes.len()).saturating_sub(self.unwritten);
            let (head, bytes) = match head.get(done..) {
                Some(head) => (head, bytes),
                None => (&[][..], bytes.get(done - head.len()..).unwrap_or_default()),
            };
            match rustix::io::writev(&process.input, &[IoSlice::new(head), IoSlice::new(bytes)]) {
                Ok(0) => return Moment::Ended,
                Ok(count) => self.unwritten = self.unwritten.saturating_sub(count),
                Err(rustix::io::Errno::AGAIN) => return Moment::Fine,
                Err(rustix::io::Errno::INTR) => continue,
                Err(_) => return Moment::Ended,
            }
            if self.unwritten == 0 {
                if !self.may_send() {
                    return Moment::Fine;
                }
                self.choose();
            }
        }
    }

    /// Reads what there is, and takes the answers out of it.
    fn read(&mut self) -> Moment {
        let Some(process) = &self.process else { return Moment::Ended };
        self.buffer.reserve(CHUNK);
        match rustix::io::read(&process.output, spare_capacity(&mut self.buffer)) {
            Ok(0) => return Moment::Ended,
            Ok(_) => {}
            Err(rustix::io::Errno::AGAIN | rustix::io::Errno::INTR) => return Moment::Fine,
            Err(_) => return Moment::Ended,
        }
        let buffer = std::mem::take(&mut self.buffer);
        let mut start = 0;
        loop {
            let rest = buffer.get(start..).unwrap_or_default();
            let length = match protocol::length(rest, ANSWER) {
                Ok(None) => break,
                Err(_) => return Moment::Garbage,
                Ok(Some(length)) => length,
            };
            let Some(frame) = rest.get(PREFIX..PREFIX + length) else { break };
            start += PREFIX + length;
            match (protocol::from_worker(frame), self.greeting) {
                (Some(FromWorker::Hello(held)), true) if self.unwritten == 0 => {
                    self.held = held;
                    self.greeting = false;
                }
                (Some(FromWorker::Answer(number, answer)), false) if self.expects(number, &answer) => {
                    self.silent = Duration::ZERO;
                    self.failed = 0;
                    self.sent -= 1;
                    self.alone = self.alone.saturating_sub(1);
                    self.settle(Ok(answer));
                }
                _ => return Moment::Garbage,
            }
        }
        self.buffer = buffer;
        self.buffer.drain(..start);
        if self.buffer.is_empty() {
            self.buffer.shrink_to(4 * CHUNK);
        }
        Moment::Fine
    }

    /// The oldest mail was sent whole, has this number, and this is an answer to what was asked.
    fn expects(&self, number: u32, answer: &Answer) -> bool {
        let whole = self.sent > 1 || self.sent == 1 && self.unwritten == 0;
        let Some(Task { request, .. }) = self.tasks.front() else { return false };
        let safe = match answer {
            Answer::Line(_, line) => json::is_line_of(line, &request.path, request.offset),
            _ => true,
        };
        whole && number == self.number && request.want.takes(answer) && safe
    }
}

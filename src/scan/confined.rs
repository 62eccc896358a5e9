//! Scanning with confined workers: threads read mails and hand them over, workers make their lines, and the lines are
//! printed in input order. Memory is bounded by the mails that are under way, not by the folder.
//!
//! A thread keeps its worker busy: it reads the next mails while the worker analyzes those before.

use std::collections::{BTreeMap, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, SyncSender, TryRecvError, channel, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use super::{Line, Outcome, Part, Place, Settings, analyzed, read, walk};
use crate::export::Output;
use crate::mailbox::{Entry, Opened, Spare};
use crate::sandbox::{Answer, Death, Done, Guest, Pool, Request, Want};
use crate::text::{Sentence, Words};

const GONE: Words = Words::new("every thread that reads mails is gone", "メールを読むスレッドがすべて終了しました");
const BROKE: Words = Words::new(
    "a thread that reads mails broke; this is a defect of gosanke",
    "メールを読むスレッドが異常終了しました。gosanke の不具合です",
);

/// Mails that are handed to a thread at once, and printed at once.
const GROUP: usize = 16;
/// The most mails, and bytes of mails, that a worker has at once: enough that it never waits for its host.
const AHEAD: usize = 48;
const AHEAD_BYTES: usize = 1 << 20;
/// Groups under way, for each worker.
const GROUPS: usize = 6;

/// Mails for a thread.
struct Group {
    number: u64,
    folder: Arc<Path>,
    entries: Vec<Entry>,
}

/// The number that a thread gives that broke.
const BROKEN: u64 = u64::MAX;

/// Their lines.
type Lines = (u64, Vec<Line>);

pub(super) fn scan(opened: &Opened, settings: &Settings, pool: &Pool, out: &mut Output) -> std::io::Result<Outcome> {
    thread::scope(|scope| {
        let most = pool.count() * GROUPS;
        let (give, groups) = sync_channel::<Group>(most);
        let (done, lines) = channel::<Lines>();
        let groups = Arc::new(Mutex::new(groups));
        for _ in 0..pool.count() {
            let (groups, done) = (Arc::clone(&groups), done.clone());
            scope.spawn(move || Runner { opened, settings, groups: &groups, done: &done }.run(pool));
        }
        drop(done);
        Printer {
            give: Some(give),
            lines,
            out,
            outcome: Outcome::default(),
            next: 0,
            given: 0,
            most,
            early: BTreeMap::new(),
        }
        .run(opened)
    })
}

/// Hands groups out and prints their lines in order.
struct Printer<'a> {
    give: Option<SyncSender<Group>>,
    lines: Receiver<Lines>,
    out: &'a mut Output,
    outcome: Outcome,
    /// The group that is printed next.
    next: u64,
    given: u64,
    most: usize,
    /// Groups that are done before their turn, and lines that stand for themselves.
    early: BTreeMap<u64, Vec<Line>>,
}

impl Printer<'_> {
    fn run(mut self, opened: &Opened) -> std::io::Result<Outcome> {
        let incomplete = walk(opened, &mut |part| {
            match part {
                Part::Batch(folder, batch) => {
                    let folder: Arc<Path> = folder.into();
                    for entries in batch.chunks(GROUP) {
                        self.room()?;
                        if self.out.closed {
                            break;
                        }
                        let group =
                            Group { number: self.given, folder: Arc::clone(&folder), entries: entries.to_vec() };
                        self.given += 1;
                        let given = self.give.as_ref().is_some_and(|give| give.send(group).is_ok());
                        if !given {
                            return Err(std::io::Error::other(Sentence::from(GONE)));
                        }
                    }
                }
                Part::Problem(text) => {
                    // In its place in the order.
                    while self.next < self.given && !self.out.closed {
                        self.wait()?;
                    }
                    self.out.write(&text)?;
                }
            }
            Ok(self.out.closed)
        })?;
        self.outcome.incomplete |= incomplete;
        // Nobody gets more: the threads end when they are done.
        self.give = None;
        while self.next < self.given && !self.out.closed {
            self.wait()?;
        }
        self.out.flush()?;
        Ok(self.outcome)
    }

    /// Waits until another group may go out, and prints what is there.
    fn room(&mut self) -> std::io::Result<()> {
        while let Ok(lines) = self.lines.try_recv() {
            self.take(lines)?;
        }
        while self.given - self.next >= self.most as u64 && !self.out.closed {
            self.wait()?;
        }
        Ok(())
    }

    fn wait(&mut self) -> std::io::Result<()> {
        let gone = |_| std::io::Error::other(Sentence::from(GONE));
        let lines = self.lines.recv().map_err(gone)?;
        self.take(lines)
    }

    fn take(&mut self, (number, lines): Lines) -> std::io::Result<()> {
        if number == BROKEN {
            return Err(std::io::Error::other(Sentence::from(BROKE)));
        }
        self.early.insert(number, lines);
        while let Some(lines) = self.early.remove(&self.next) {
            self.next += 1;
            for line in lines {
                self.outcome.count(&line);
                if !self.out.closed {
                    self.out.write(&line.text)?;
                }
            }
        }
        Ok(())
    }
}

/// A thread with its worker.
struct Runner<'a> {
    opened: &'a Opened,
    settings: &'a Settings,
    groups: &'a Mutex<Receiver<Group>>,
    done: &'a Sender<Lines>,
}

/// A mail that a runner has taken up.
struct Slot {
    place: Place,
    /// There where it could not be read: no worker has it.
    line: Option<Line>,
    /// The last of its group.
    ends: Option<u64>,
}

/// What there is to do.
enum Next {
    Group(Group),
    /// Nothing at the moment.
    Later,
    /// Nothing any more.
    Ended,
}

impl Runner<'_> {
    fn run(&self, pool: &Pool) {
        let all = AssertUnwindSafe(|| self.all(pool));
        if catch_unwind(all).is_err() {
            let _ = self.done.send((BROKEN, Vec::new()));
        }
    }

    fn all(&self, pool: &Pool) {
        let (guest, spare) = (pool.guest(), Spare::default());
        let mut hand = Hand { runner: self, guest, slots: VecDeque::new(), spare, lines: Vec::new() };
        let mut ended = false;
        loop {
            while !ended && hand.has_room() {
                // It waits only where nothing is under way.
                match self.next(hand.slots.is_empty()) {
                    Next::Group(group) => hand.feed(&group),
                    Next::Later => break,
                    Next::Ended => ended = true,
                }
            }
            if ended && hand.slots.is_empty() {
                return;
            }
            hand.settle();
        }
    }

    fn next(&self, wait: bool) -> Next {
        if wait {
            let groups = self.groups.lock().unwrap_or_else(PoisonError::into_inner);
            return groups.recv().map_or(Next::Ended, Next::Group);
        }
        // Whoever holds it waits, so there is nothing.
        let Ok(groups) = self.groups.try_lock() else { return Next::Later };
        match groups.try_recv() {
            Ok(group) => Next::Group(group),
            Err(TryRecvError::Empty) => Next::Later,
            Err(TryRecvError::Disconnected) => Next::Ended,
        }
    }
}

/// What a thread has in hand.
struct Hand<'a> {
    runner: &'a Runner<'a>,
    guest: Guest<'a>,
    /// Mails that were taken up, oldest first.
    slots: VecDeque<Slot>,
    spare: Spare,
    /// Lines of the oldest group.
    lines: Vec<Line>,
}

impl Hand<'_> {
    fn has_room(&self) -> bool {
        let (mails, bytes) = self.guest.load();
        mails < AHEAD && bytes < AHEAD_BYTES && self.slots.len() < 2 * AHEAD
    }

    /// Reads the mails of a group and hands them to the worker.
    fn feed(&mut self, group: &Group) {
        let last = group.entries.len().saturating_sub(1);
        for (at, entry) in group.entries.iter().enumerate() {
            while !self.has_room() {
                self.settle();
            }
            let place = Place::of(&group.folder, entry);
            let line = match read(self.runner.opened, &group.folder, entry, self.spare.take()) {
                Ok(bytes) => {
                    let bytes = bytes.into();
                    let (path, offset) = (place.path.clone(), place.offset);
                    let doubts = entry.doubts.clone();
                    self.guest.push(Request { want: Want::Line, doubts, path, offset, bytes });
                    None
                }
                Err(line) => Some(line),
            };
            self.slots.push_back(Slot { place, line, ends: (at == last).then_some(group.number) });
        }
    }

    /// The oldest mail gets its line; a group that has all of its lines goes out.
    fn settle(&mut self) {
        let Some(slot) = self.slots.pop_front() else { return };
        let line = match slot.line {
            Some(line) => line,
            None => self.answer(&slot.place),
        };
        self.lines.push(line);
        if let Some(number) = slot.ends {
            // Where nobody prints any more, nobody misses it.
            let _ = self.runner.done.send((number, std::mem::take(&mut self.lines)));
        }
    }

    fn answer(&mut self, place: &Place) -> Line {
        let settings = self.runner.settings;
        let Some(Done { request, outcome }) = self.guest.take() else { return place.broken() };
        let line = match outcome {
            Ok(Answer::Line(level, text)) => Line { text, level: Some(level), ..Line::default() },
            Ok(_) => place.broken(),
            Err(Death::NoWorker) if !settings.confined_only => {
                Line { unconfined: true, ..analyzed(place, &request.bytes, &request.doubts, settings) }
            }
            Err(death) => place.dead(death),
        };
        self.spare.give(request.bytes.into_bytes());
        line
    }
}

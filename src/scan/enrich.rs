//! Asking what mails want while they are scanned: a window of mails is in flight, each asks, hears and asks on, and they
//! are printed in input order as soon as nothing more will come.
//!
//! Memory is bounded by the window, not by the folder. When the time is up, what is under way is called off, and the rest
//! of the folder is printed with what is known: no mail is left out. Answers are kept by the engine, so that the next run
//! asks only for what is missing. Never asks what needs a person's consent.

use std::collections::{HashMap, HashSet, VecDeque};
use std::fmt;
use std::hash::{BuildHasher as _, RandomState};
use std::time::{Duration, Instant};

use tokio::runtime::Runtime;
use tokio::sync::mpsc::UnboundedReceiver;

use super::flight::{Asked, Flight};
use crate::analysis::Analysis;
use crate::facts::{Fact, Key, Origin, Reach, Recorded, State};
use crate::lookup::{self, Engine, Priority, Update};
use crate::text::Sentence;
use crate::wants::Services;

/// The most mails in flight.
const WINDOW: usize = 512;
/// The most bytes of their messages.
const WINDOW_BYTES: usize = 48 << 20;
/// How often progress is told.
const TICK: Duration = Duration::from_millis(200);
/// The most questions that are counted once each; beyond that a question may be counted twice.
const COUNTED: usize = 1 << 20;

/// How it stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    /// Mails printed.
    pub mails: u64,
    /// Questions that left.
    pub asked: u64,
    /// Of these, still without an answer.
    pub open: usize,
    /// Questions that an earlier run or a recording had answered.
    pub known: u64,
    /// Questions that stay unasked because the time is up.
    pub left: u64,
    /// Until the time is up.
    pub remaining: Option<Duration>,
    /// The time is up.
    pub over: bool,
}

/// Who is told how it stands, some times a second.
pub type Watcher = Box<dyn FnMut(&Progress)>;

/// Asks for mails. One for a whole run.
pub struct Enricher {
    engine: Engine,
    updates: UnboundedReceiver<Update>,
    /// The engine's own thread.
    runtime: Runtime,
    services: Services,
    reach: Reach,
    until: Option<Instant>,
    over: bool,
    /// Number of the first mail of the window.
    first: u64,
    flights: VecDeque<Ready>,
    bytes: usize,
    /// Who waits for a question that is on its way. The engine is asked once for all of them.
    askers: Askers,
    counts: Counts,
    mails: u64,
    watcher: Option<Watcher>,
    told: Instant,
}

type Askers = HashMap<Key, Vec<u64>>;

/// A mail in the window, or a place in it that is printed as it is.
enum Ready {
    /// Waits for facts.
    Mail { flight: Box<Flight>, place: Place, size: usize },
    /// Could not be read.
    Line(String),
}

/// Where a mail lies.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub(super) path: String,
    pub(super) offset: Option<u64>,
}

/// What leaves the window.
pub(super) enum Done {
    Mail(Box<Flight>, Place),
    Line(String),
}

/// A voice over the fields of an enricher, beside its window.
macro_rules! voice {
    ($enricher:ident) => {
        Voice {
            engine: &$enricher.engine,
            reach: $enricher.reach,
            askers: &mut $enricher.askers,
            counts: &mut $enricher.counts,
        }
    };
}

impl Enricher {
    /// Starts the engine on a thread of its own. The time begins now.
    ///
    /// # Errors
    /// The system has no thread left.
    pub fn start(
        settings: lookup::Settings,
        services: Services,
        reach: Reach,
        deadline: Option<Duration>,
        watcher: Option<Watcher>,
    ) -> std::io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("lookups")
            .enable_all()
            .build()?;
        let (engine, updates) = Engine::start(settings, runtime.handle());
        let now = Instant::now();
        Ok(Self {
            engine,
            updates,
            runtime,
            services,
            reach,
            // A deadline that no clock can show is none.
            until: deadline.and_then(|deadline| now.checked_add(deadline)),
            over: false,
            first: 0,
            flights: VecDeque::new(),
            bytes: 0,
            askers: Askers::new(),
            counts: Counts::default(),
            mails: 0,
            watcher,
            told: now,
        })
    }

    /// How it stands.
    #[must_use]
    pub fn progress(&self) -> Progress {
        let (waiting, under_way) = self.engine.pending();
        Progress {
            mails: self.mails,
            asked: self.engine.sent(),
            open: waiting + under_way,
            known: self.counts.known.count(),
            left: self.counts.left.count(),
            remaining: self.until.map(|until| until.saturating_duration_since(Instant::now())),
            over: self.over,
        }
    }

    /// Warnings of the engine since the last call.
    #[must_use]
    pub fn warnings(&self) -> Vec<Sentence> {
        self.engine.warnings()
    }

    /// The window has no room for another mail.
    pub(super) fn is_full(&self) -> bool {
        self.flights.len() >= WINDOW || self.bytes >= WINDOW_BYTES
    }

    /// A mail enters; `size` is that of its message in bytes.
    pub(super) fn enter(&mut self, place: Place, analysis: Analysis, size: usize) {
        let number = self.first + self.flights.len() as u64;
        let mut flight = Box::new(Flight::new(number, analysis));
        self.bytes += size;
        self.check_time();
        let reach = (!self.over).then_some(self.reach);
        flight.advance(&self.services, reach, &mut voice!(self));
        self.flights.push_back(Ready::Mail { flight, place, size });
        self.hear();
    }

    /// What could not be read takes its place in the order.
    pub(super) fn enter_line(&mut self, line: String) {
        self.flights.push_back(Ready::Line(line));
    }

    /// The next mail in order for which nothing more will come. With `wait`, waits for it; without, gives what is there.
    pub(super) fn next(&mut self, wait: bool) -> Option<Done> {
        self.hear();
        loop {
            match self.flights.front()? {
                Ready::Mail { flight, .. } if !flight.is_done() => {
                    if !wait {
                        return None;
                    }
                    self.wait();
                }
                _ => break,
            }
        }
        self.first += 1;
        match self.flights.pop_front()? {
            Ready::Mail { flight, place, size } => {
                self.bytes = self.bytes.saturating_sub(size);
                self.mails += 1;
                self.tell();
                Some(Done::Mail(flight, place))
            }
            Ready::Line(line) => Some(Done::Line(line)),
        }
    }

    /// Waits for news, for the end of the time, or a moment, and takes in what came.
    fn wait(&mut self) {
        let now = Instant::now();
        let until =
            self.until.filter(|_| !self.over).map_or(TICK, |until| until.saturating_duration_since(now).min(TICK));
        // The timer is made inside the runtime, which it belongs to.
        let updates = &mut self.updates;
        let received = self.runtime.block_on(async { tokio::time::timeout(until, updates.recv()).await });
        if let Ok(Some(update)) = received {
            self.take(&update);
        }
        self.check_time();
        self.hear();
        self.tell();
    }

    /// When the time is up, everything that is under way is called off; from then on only what is known counts.
    fn check_time(&mut self) {
        if !self.over && self.until.is_some_and(|until| Instant::now() >= until) {
            self.over = true;
            self.engine.cancel();
            // Every mail uses what is known now, and waits for nothing.
            while let Ok(update) = self.updates.try_recv() {
                self.take(&update);
            }
            self.advance(|_| true);
        }
    }

    /// Takes in what has come, and lets those mails ask on that heard something.
    fn hear(&mut self) {
        while let Ok(update) = self.updates.try_recv() {
            self.take(&update);
        }
        let room = self.flights.iter().any(is_waiting) && self.engine.has_room();
        if room || self.flights.iter().any(is_new) {
            self.advance(|ready| is_new(ready) || room && is_waiting(ready));
        }
    }

    fn advance(&mut self, which: impl Fn(&Ready) -> bool) {
        let reach = (!self.over).then_some(self.reach);
        for ready in self.flights.iter_mut().filter(|ready| which(ready)) {
            if let Ready::Mail { flight, .. } = ready {
                flight.advance(&self.services, reach, &mut voice!(self));
            }
        }
    }

    fn take(&mut self, update: &Update) {
        if matches!(update.fact.state, State::Queued | State::Asking) {
            return;
        }
        let asked = self.askers.remove(&update.key).unwrap_or_default();
        for number in asked {
            let index = number.checked_sub(self.first).and_then(|index| usize::try_from(index).ok());
            let Some(Ready::Mail { flight, .. }) = index.and_then(|index| self.flights.get_mut(index)) else {
                continue;
            };
            flight.hear(&update.key, &update.fact, &mut voice!(self));
        }
    }

    fn tell(&mut self) {
        if self.told.elapsed() < TICK {
            return;
        }
        self.told = Instant::now();
        let progress = self.progress();
        if let Some(watcher) = &mut self.watcher {
            watcher(&progress);
        }
    }
}

impl fmt::Debug for Enricher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Enricher")
            .field("reach", &self.reach)
            .field("flights", &self.flights.len())
            .finish_non_exhaustive()
    }
}

/// Heard something.
fn is_new(ready: &Ready) -> bool {
    matches!(ready, Ready::Mail { flight, .. } if flight.news)
}

/// Has questions that found no room.
fn is_waiting(ready: &Ready) -> bool {
    matches!(ready, Ready::Mail { flight, .. } if flight.is_waiting())
}

/// Asks the engine and counts.
struct Voice<'a> {
    engine: &'a Engine,
    reach: Reach,
    askers: &'a mut Askers,
    counts: &'a mut Counts,
}

impl Asked for Voice<'_> {
    fn known(&mut self, key: &Key) -> Option<Fact> {
        let fact = self.engine.known(key)?;
        self.counts.at_hand(key, &fact);
        Some(fact)
    }

    fn ask(&mut self, mail: u64, keys: Vec<Key>) -> (Vec<Recorded>, Vec<Key>) {
        let mut under_way = Vec::new();
        let mut new = Vec::new();
        for key in keys {
            match self.askers.get_mut(&key) {
                Some(mails) => {
                    mails.push(mail);
                    under_way.push(Recorded { key, fact: Fact { state: State::Queued, ..Fact::default() } });
                }
                None => new.push(key),
            }
        }
        let (mut lines, left) = self.engine.offer(new, self.reach, 0, Priority::Background);
        for Recorded { key, fact } in &lines {
            self.counts.at_hand(key, fact);
            if matches!(fact.state, State::Queued | State::Asking) {
                self.askers.insert(key.clone(), vec![mail]);
            }
        }
        lines.append(&mut under_way);
        (lines, left)
    }

    fn left(&mut self, key: &Key) {
        self.counts.left.add(key);
    }
}

#[derive(Debug, Default)]
struct Counts {
    known: Distinct,
    left: Distinct,
}

impl Counts {
    fn at_hand(&mut self, key: &Key, fact: &Fact) {
        if matches!(fact.origin, Origin::Kept(_) | Origin::Recorded(_)) {
            self.known.add(key);
        }
    }
}

/// Counts each question once, without keeping it.
#[derive(Debug, Default)]
struct Distinct {
    seen: HashSet<u64>,
    state: RandomState,
    beyond: u64,
}

impl Distinct {
    fn add(&mut self, key: &Key) {
        let hash = self.state.hash_one(key);
        if self.seen.len() < COUNTED {
            self.seen.insert(hash);
        } else if !self.seen.contains(&hash) {
            self.beyond += 1;
        }
    }

    fn count(&self) -> u64 {
        self.seen.len() as u64 + self.beyond
    }
}

//! The engine's inside: what can be said at once, and the tasks.
//!
//! The board is held for moments only and never while a task is made or a provider runs. Every way in which a task can end
//! (an answer, a timeout, a call-off, a panic, the end of the runtime) goes through the drop of its slot.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, Weak};
use std::time::{Duration, Instant};

use tokio::runtime::Handle;
use tokio::sync::mpsc;

use super::board::{Board, Next, OFFERED, Stage, WAITING};
use super::pace::{Why, jitter, wait};
use super::{Clock, Priority, Settings, Update};
use crate::facts::phrases::reason;
use crate::facts::{Answer, Fact, Key, Origin, Reach, State};
use crate::lookup::cache;
use crate::lookup::gate::{Consent, Leave};
use crate::lookup::geo::Geo;
use crate::lookup::log::{self, Log};
use crate::lookup::{Again, Keep, Outcome, Provider, Recording, Work};
use crate::text::Sentence;

/// The most answers to other questions that are taken along with one.
const ALONG: usize = 256;

pub(super) struct Inner {
    providers: Vec<Arc<dyn Provider>>,
    recording: Recording,
    replay_only: bool,
    keep: Option<Arc<dyn Keep>>,
    pub(super) geo: RwLock<Arc<Geo>>,
    clock: Clock,
    timeout: Duration,
    at_once: usize,
    seed: u64,
    handle: Handle,
    updates: mpsc::UnboundedSender<Update>,
    work: Mutex<Board>,
}

/// How a question is asked.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asking {
    pub(super) reach: Reach,
    pub(super) generation: u64,
    pub(super) priority: Priority,
    /// How many new questions this call may still put on the board.
    pub(super) room: usize,
    /// The asker would rather come again than be refused.
    pub(super) patient: bool,
}

impl Inner {
    pub(super) fn new(
        settings: Settings,
        providers: Vec<Arc<dyn Provider>>,
        handle: &Handle,
    ) -> (Self, mpsc::UnboundedReceiver<Update>) {
        // Bounded by the board: at most `WAITING` questions with some generations each are under way.
        let (updates, receiver) = mpsc::unbounded_channel();
        let pace = |provider: &Arc<dyn Provider>| {
            let own = settings.paces.iter().find(|(id, _)| id == provider.id());
            own.map_or_else(|| provider.pace(), |(_, change)| change.over(provider.pace()))
        };
        let board = Board::new(providers.iter().map(pace).collect(), Log::new(settings.data_dir.as_deref()));
        let inner = Self {
            providers,
            recording: settings.recording,
            replay_only: settings.replay_only,
            keep: settings.keep,
            geo: RwLock::new(settings.geo),
            clock: settings.clock,
            timeout: settings.timeout,
            at_once: settings.at_once.max(1),
            seed: settings.seed,
            handle: handle.clone(),
            updates,
            work: Mutex::new(board),
        };
        (inner, receiver)
    }

    pub(super) fn geo(&self) -> Arc<Geo> {
        Arc::clone(&self.geo.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn board(&self) -> MutexGuard<'_, Board> {
        self.work.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What a recording, a database or the key itself says.
    pub(super) fn local(&self, key: &Key) -> Option<Fact> {
        if let Some(fact) = self.recording.get(key) {
            return Some(fact.clone());
        }
        if let Key::Place(address) = key {
            return Some(self.geo().place(*address));
        }
        // A provider speaks of its own keys only.
        self.providers.iter().filter(|provider| provider.answers(key)).find_map(|provider| provider.without_asking(key))
    }

    /// What the network answered before, in this run or an earlier one.
    pub(super) fn remembered(&self, key: &Key) -> Option<Fact> {
        if self.replay_only {
            return None;
        }
        let now = (self.clock)();
        if let Some(fact) = self.board().cache.get(key, now) {
            return Some(fact.clone());
        }
        let (mut fact, expires) = self.keep.as_ref()?.get(key, now)?;
        if let Origin::Asked(receiver) = fact.origin {
            fact.origin = Origin::Kept(receiver);
        }
        let bytes = size(&fact);
        self.board().cache.put(key, fact.clone(), expires, bytes);
        Some(fact)
    }

    /// Who would be asked: the first provider that the reach allows, else the first that answers such a key.
    pub(super) fn provider(&self, key: &Key, reach: Reach) -> Option<&Arc<dyn Provider>> {
        if self.replay_only {
            return None;
        }
        let answering = || self.providers.iter().filter(|provider| provider.answers(key));
        answering().find(|provider| key.reach().max(provider.reach()) <= reach).or_else(|| answering().next())
    }

    /// The provider for a key, with leave to ask it.
    pub(super) fn leave(&self, key: &Key, reach: Reach, consent: Option<&Consent>) -> Option<(usize, Leave)> {
        if self.replay_only {
            return None;
        }
        self.providers
            .iter()
            .enumerate()
            .filter(|(_, provider)| provider.answers(key))
            .find_map(|(index, provider)| Leave::new(key, provider.reach(), reach, consent).map(|leave| (index, leave)))
    }

    /// Puts a question on the board, or joins the one that is there. `None`: there is no room for it now, and its asker is
    /// patient.
    pub(super) fn enter(&self, key: &Key, consent: Option<&Consent>, asking: &mut Asking) -> Option<Fact> {
        let in_state = |state| Some(Fact { state, ..Fact::default() });
        let Some((provider, leave)) = self.leave(key, asking.reach, consent) else { return in_state(State::NotAsked) };
        let mut board = self.board();
        if let Some(under_way) = board.join(key, asking.generation, asking.priority) {
            return in_state(if under_way { State::Asking } else { State::Queued });
        }
        let most = if asking.patient { OFFERED } else { WAITING };
        if asking.room == 0 || board.waiting() >= most {
            return if asking.patient { None } else { in_state(State::Failed(reason::TOO_MANY.en.to_owned())) };
        }
        asking.room -= 1;
        board.enter(key, provider, leave, asking.generation, asking.priority);
        in_state(State::Queued)
    }

    /// Lets out what there is room for. One thread at a time: whoever comes while another is at it only leaves its
    /// change on the board. The board is not held while a task is made, as a runtime that ends drops it on the spot.
    pub(super) fn pump(self: &Arc<Self>) {
        let mut board = self.board();
        if board.pumping {
            return;
        }
        board.pumping = true;
        if !board.counted && !board.jobs.is_empty() {
            board.counted = true;
            self.count_in(&mut board);
        }
        loop {
            let key = match board.next(Instant::now(), self.at_once) {
                Next::Go(key) => key,
                Next::GiveUp(keys, why) => {
                    self.give_up(&mut board, &keys, why);
                    continue;
                }
                Next::At(when) => {
                    if board.alarm.is_none_or(|set| when < set) {
                        board.alarm = Some(when);
                        drop(board);
                        self.wake_at(when);
                        board = self.board();
                        // Something may have changed while the board was free.
                        continue;
                    }
                    break;
                }
                Next::Nothing => break,
            };
            let Some(job) = board.jobs.get_mut(&key) else { continue };
            let Some(asked) = self.providers.get(job.provider) else { continue };
            let (id, provider, permit) = (job.id, job.provider, job.leave.permit());
            job.stage = Stage::Asking(Instant::now(), None);
            job.tries += 1;
            let tries = job.tries;
            self.tell(&key, &Fact { state: State::Asking, ..Fact::default() }, &job.generations);
            board.sent += u64::from(tries == 1);
            let timeout = match board.lines.get_mut(provider) {
                Some(line) => {
                    line.running += 1;
                    if let (Some(keep), true) = (&self.keep, line.turns.has_day()) {
                        keep.count(asked.id(), (self.clock)());
                    }
                    line.pace.timeout.unwrap_or(self.timeout)
                }
                None => self.timeout,
            };
            drop(board);
            let work = asked.run(&key, permit);
            let slot =
                Slot { inner: Arc::clone(self), key: key.clone(), id, provider, tries, since: None, settled: false };
            let task = self.handle.spawn(slot.carry(work, timeout)).abort_handle();
            board = self.board();
            match board.jobs.get_mut(&key) {
                Some(job) if job.id == id && job.tries == tries => {
                    if let Stage::Asking(_, place) = &mut job.stage {
                        *place = Some(task);
                    }
                }
                // Called off, or done already.
                _ => task.abort(),
            }
        }
        board.pumping = false;
    }

    /// The questions of earlier runs count for the limits of a day. Read once, with the first question of a run.
    fn count_in(&self, board: &mut Board) {
        let Some(keep) = &self.keep else { return };
        if !board.lines.iter().any(|line| line.turns.has_day()) {
            return;
        }
        let (now, clock) = (Instant::now(), (self.clock)());
        let earlier = keep.counted(clock.saturating_sub(86_400));
        for (line, provider) in board.lines.iter_mut().zip(&self.providers) {
            let own = earlier.iter().filter(|one| one.provider == provider.id());
            line.turns.seed(now, clock, own.map(|one| (one.hour, one.count)));
        }
    }

    /// Comes back when the next question has its turn.
    fn wake_at(self: &Arc<Self>, when: Instant) {
        let inner: Weak<Self> = Arc::downgrade(self);
        self.handle.spawn(async move {
            tokio::time::sleep_until(when.into()).await;
            let Some(inner) = inner.upgrade() else { return };
            let mut board = inner.board();
            if board.alarm == Some(when) {
                board.alarm = None;
            }
            drop(board);
            inner.pump();
        });
    }

    /// Ends questions whose turn would come too late. Nothing was sent for them, so the log says nothing.
    fn give_up(&self, board: &mut Board, keys: &[Key], why: Why) {
        let words = match why {
            Why::Spent => reason::SPENT,
            Why::Asked => reason::PAUSED,
        };
        let fact = Fact { state: State::Failed(words.en.to_owned()), ..Fact::default() };
        for key in keys {
            // Already out of its line.
            if let Some(job) = board.jobs.remove(key) {
                self.tell(key, &fact, &job.generations);
            }
        }
    }

    /// Ends a try: logs, remembers, keeps and tells. `None`: it was called off, or its provider panicked.
    fn settle(&self, slot: &Slot, outcome: Option<Outcome>) {
        let Some(provider) = self.providers.get(slot.provider) else { return };
        let now = (self.clock)();
        let mut board = self.board();
        let mine = board.jobs.get(&slot.key).is_some_and(|job| job.id == slot.id);
        let outcome = outcome.unwrap_or_else(|| {
            let state = if mine { State::Failed(reason::INTERNAL.en.to_owned()) } else { State::NotAsked };
            Outcome::new(state, None)
        });
        let receiver = outcome.receiver.unwrap_or_else(|| provider.receiver(&slot.key));
        let again = outcome.again.filter(|_| matches!(outcome.state, State::Failed(_)));
        let later = again.filter(|_| mine).and_then(|again| self.later(&mut board, slot, again));
        let fact = Fact {
            state: outcome.state,
            origin: Origin::Asked(receiver),
            at: Some(now),
            ttl: outcome.ttl,
            dnssec: outcome.dnssec,
        };
        let mut note = Note { board: &mut board, slot, provider: provider.id(), now };
        if let Some(when) = later {
            note.write(&slot.key, &Fact { state: State::Queued, ..fact.clone() }, failure(&fact.state), false);
            board.put_back(&slot.key, when);
            let waits = Fact { state: State::Queued, ..Fact::default() };
            if let Some(job) = board.jobs.get(&slot.key) {
                self.tell(&slot.key, &waits, &job.generations);
            }
            return;
        }
        let bytes = note.write(&slot.key, &fact, None, false);
        if !mine {
            return;
        }
        let Some(job) = board.remove(&slot.key) else { return };
        self.remember(&mut board, &slot.key, &fact, bytes, now);
        let along = self.along(&mut board, slot, &fact, outcome.also, &job.generations, now);
        drop(board);
        self.tell(&slot.key, &fact, &job.generations);
        for (key, fact, generations) in along {
            self.tell(&key, &fact, &generations);
        }
    }

    /// When a try that failed is made again.
    fn later(&self, board: &mut Board, slot: &Slot, again: Again) -> Option<Instant> {
        let now = Instant::now();
        let line = board.lines.get_mut(slot.provider)?;
        if let Again::After(asked) = again {
            line.turns.pause(now + asked.min(Duration::from_hours(24)));
        }
        wait(again, slot.tries, &line.pace, jitter(self.seed, slot.id, slot.tries)).map(|wait| now + wait)
    }

    /// Answers to other questions that came in the same packets: each becomes a fact of its own. Who waits for one of them
    /// is served; one that is under way brings its own answer. Gives what has to be told to whom.
    fn along(
        &self,
        board: &mut Board,
        slot: &Slot,
        with: &Fact,
        also: Vec<(Key, Answer)>,
        generations: &[u64],
        now: i64,
    ) -> Vec<(Key, Fact, Vec<u64>)> {
        let Some(provider) = self.providers.get(slot.provider) else { return Vec::new() };
        let mut out = Vec::new();
        for (key, answer) in also.into_iter().take(ALONG).filter(|(key, _)| *key != slot.key) {
            let fact = Fact { state: State::Value(answer), ..with.clone() };
            let bytes = Note { board: &mut *board, slot, provider: provider.id(), now }.write(&key, &fact, None, true);
            self.remember(board, &key, &fact, bytes, now);
            let mut told = generations.to_vec();
            if board.jobs.get(&key).is_some_and(|job| !matches!(job.stage, Stage::Asking(..)))
                && let Some(job) = board.remove(&key)
            {
                told.extend(job.generations.into_iter().filter(|other| !generations.contains(other)));
            }
            out.push((key, fact, told));
        }
        out
    }

    /// Puts a fact where it is found again.
    fn remember(&self, board: &mut Board, key: &Key, fact: &Fact, bytes: usize, now: i64) {
        let Some(seconds) = cache::lifetime(key, fact) else { return };
        let expires = now.saturating_add(i64::from(seconds));
        board.cache.put(key, fact.clone(), expires, bytes);
        if let (Some(keep), true) = (&self.keep, cache::lasting(fact)) {
            keep.put(key, fact, expires);
        }
    }

    pub(super) fn call_off(&self, which: impl Fn(&Key, Reach) -> bool) {
        let mut board = self.board();
        let mut tasks = Vec::new();
        for key in board.beyond(which) {
            let Some(job) = board.remove(&key) else { continue };
            if let Stage::Asking(_, Some(task)) = job.stage {
                tasks.push(task);
            }
            self.tell(&key, &Fact::default(), &job.generations);
        }
        drop(board);
        tasks.iter().for_each(tokio::task::AbortHandle::abort);
    }

    fn tell(&self, key: &Key, fact: &Fact, generations: &[u64]) {
        for generation in generations {
            // The receiver may be gone at the end of the program.
            let _ = self.updates.send(Update { key: key.clone(), fact: fact.clone(), generation: *generation });
        }
    }

    /// What providers have to tell a person.
    pub(super) fn warnings(&self) -> impl Iterator<Item = Sentence> {
        self.providers.iter().flat_map(|provider| provider.warnings()).map(Sentence::from)
    }

    /// Id of the provider at `index`.
    pub(super) fn provider_id(&self, index: usize) -> &'static str {
        self.providers.get(index).map_or("", |provider| provider.id())
    }
}

/// About how long a fact is as text.
fn size(fact: &Fact) -> usize {
    serde_json::to_string(fact).map_or(0, |text| text.len())
}

fn failure(state: &State) -> Option<&str> {
    match state {
        State::Failed(why) => Some(why),
        _ => None,
    }
}

/// What goes into the log.
struct Note<'a> {
    board: &'a mut Board,
    slot: &'a Slot,
    provider: &'static str,
    now: i64,
}

impl Note<'_> {
    /// Writes a line, where something can have gone out. Gives about how long the answer is as text.
    fn write(&mut self, key: &Key, fact: &Fact, why: Option<&str>, along: bool) -> usize {
        let Some(since) = self.slot.since else { return 0 };
        let receiver = match &fact.origin {
            Origin::Asked(receiver) => receiver.as_str(),
            _ => "",
        };
        let (bytes, warning) = self.board.log.write(&log::Line {
            time: log::time(self.now),
            provider: self.provider,
            receiver,
            took: log::millis(since.elapsed()),
            tries: self.slot.tries,
            along,
            why,
            key,
            fact,
        });
        self.board.warnings.extend(warning);
        bytes
    }
}

/// A place among those under way; given back when the task ends, however it ends.
struct Slot {
    inner: Arc<Inner>,
    key: Key,
    id: u64,
    provider: usize,
    tries: u32,
    /// When the task began: before that no packet can have gone out.
    since: Option<Instant>,
    settled: bool,
}

impl Slot {
    /// The task. A provider that panics and a task that is given up drop the slot, which settles the question too.
    async fn carry(mut self, work: Work, timeout: Duration) {
        self.since = Some(Instant::now());
        let outcome = tokio::time::timeout(timeout, work).await.unwrap_or_else(|_| Outcome {
            again: Some(Again::Soon),
            ..Outcome::new(State::Failed(reason::TIMEOUT.en.to_owned()), None)
        });
        self.settled = true;
        self.inner.settle(&self, Some(outcome));
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        if !self.settled {
            self.inner.settle(self, None);
        }
        if let Some(line) = self.inner.board().lines.get_mut(self.provider) {
            line.running = line.running.saturating_sub(1);
        }
        self.inner.pump();
    }
}

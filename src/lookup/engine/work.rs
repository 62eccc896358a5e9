//! The engine's inside: the board of what waits and what is under way, and the tasks.
//!
//! The board is held for moments only and never while a task is made or a provider runs. Every way in which a task can end
//! (an answer, a timeout, a call-off, a panic, the end of the runtime) goes through the drop of its slot.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::{Duration, Instant};

use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tokio::task::AbortHandle;

use super::{Clock, Priority, Settings, Update};
use crate::facts::phrases::reason;
use crate::facts::{Fact, Key, Origin, Reach, State};
use crate::lookup::cache::{self, Cache};
use crate::lookup::geo::Geo;
use crate::lookup::log::{self, Log};
use crate::lookup::{Keep, Outcome, Permit, Provider, Recording, Work};

/// The most questions that wait.
const WAITING: usize = 8_192;
/// The most generations that wait for one question.
const ASKERS: usize = 64;

pub(super) struct Inner {
    providers: Vec<Arc<dyn Provider>>,
    recording: Recording,
    replay_only: bool,
    keep: Option<Arc<dyn Keep>>,
    pub(super) geo: RwLock<Arc<Geo>>,
    clock: Clock,
    timeout: Duration,
    at_once: usize,
    handle: Handle,
    updates: mpsc::UnboundedSender<Update>,
    work: Mutex<Board>,
}

/// What is under way.
pub(super) struct Board {
    jobs: HashMap<Key, Job>,
    /// Waiting keys of each provider, first to go first.
    queues: Vec<BTreeMap<(Priority, u64), Key>>,
    /// Under way for each provider. Counts tasks, called off ones included until they are gone.
    running: Vec<usize>,
    next: u64,
    /// Someone is in [`Inner::pump`].
    pumping: bool,
    cache: Cache,
    log: Log,
    warnings: Vec<String>,
}

struct Job {
    id: u64,
    priority: Priority,
    provider: usize,
    generations: Vec<u64>,
    stage: Stage,
}

enum Stage {
    Waiting(Permit),
    Asking(Option<AbortHandle>),
}

impl Inner {
    pub(super) fn new(
        settings: Settings,
        providers: Vec<Arc<dyn Provider>>,
        handle: &Handle,
    ) -> (Self, mpsc::UnboundedReceiver<Update>) {
        // Bounded by the board: at most `WAITING` questions with `ASKERS` generations are under way.
        let (updates, receiver) = mpsc::unbounded_channel();
        let board = Board {
            jobs: HashMap::new(),
            queues: providers.iter().map(|_| BTreeMap::new()).collect(),
            running: providers.iter().map(|_| 0).collect(),
            next: 0,
            pumping: false,
            cache: Cache::default(),
            log: Log::new(settings.data_dir.as_deref()),
            warnings: Vec::new(),
        };
        let inner = Self {
            providers,
            recording: settings.recording,
            replay_only: settings.replay_only,
            keep: settings.keep,
            geo: RwLock::new(settings.geo),
            clock: settings.clock,
            timeout: settings.timeout,
            at_once: settings.at_once.max(1),
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

    /// The recording, the databases, and keys that answer themselves.
    pub(super) fn local(&self, key: &Key) -> Option<Fact> {
        if let Some(fact) = self.recording.get(key) {
            return Some(fact.clone());
        }
        if let Key::Place(address) = key {
            return Some(self.geo().place(*address));
        }
        self.providers.iter().find_map(|provider| provider.without_asking(key))
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
        self.board().cache.put(key, fact.clone(), expires);
        Some(fact)
    }

    /// The provider for a key, with leave to run it.
    pub(super) fn permit(&self, key: &Key, reach: Reach) -> Option<(usize, Permit)> {
        if self.replay_only {
            return None;
        }
        self.providers.iter().enumerate().find_map(|(index, provider)| {
            provider
                .answers(key)
                .then(|| Permit::new(key, provider.reach(), reach))
                .flatten()
                .map(|leave| (index, leave))
        })
    }

    /// Puts a question on the board, or joins the one that is there.
    pub(super) fn enter(&self, key: &Key, reach: Reach, generation: u64, priority: Priority, room: &mut usize) -> Fact {
        let in_state = |state| Fact { state, ..Fact::default() };
        let Some((provider, permit)) = self.permit(key, reach) else { return in_state(State::NotAsked) };
        let mut board = self.board();
        let Board { jobs, queues, next, .. } = &mut *board;
        if let Some(job) = jobs.get_mut(key) {
            if !job.generations.contains(&generation) {
                // The oldest asker has long moved on.
                if job.generations.len() >= ASKERS {
                    job.generations.remove(0);
                }
                job.generations.push(generation);
            }
            if let (Stage::Waiting(_), Some(queue)) = (&job.stage, queues.get_mut(job.provider))
                && priority < job.priority
                && let Some(key) = queue.remove(&(job.priority, job.id))
            {
                job.priority = priority;
                queue.insert((priority, job.id), key);
            }
            return in_state(match job.stage {
                Stage::Waiting(_) => State::Queued,
                Stage::Asking(_) => State::Asking,
            });
        }
        let waiting: usize = queues.iter().map(BTreeMap::len).sum();
        if *room == 0 || waiting >= WAITING {
            return in_state(State::Failed(reason::TOO_MANY.en.to_owned()));
        }
        *room -= 1;
        *next += 1;
        let job = Job { id: *next, priority, provider, generations: vec![generation], stage: Stage::Waiting(permit) };
        if let Some(queue) = queues.get_mut(provider) {
            queue.insert((priority, job.id), key.clone());
        }
        jobs.insert(key.clone(), job);
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
        while let Some((key, provider)) = board.first(&self.providers, self.at_once) {
            let Some(job) = board.jobs.get_mut(&key) else { continue };
            let Stage::Waiting(permit) = std::mem::replace(&mut job.stage, Stage::Asking(None)) else { continue };
            let Some(asked) = self.providers.get(provider) else { continue };
            let id = job.id;
            self.tell(&key, &Fact { state: State::Asking, ..Fact::default() }, &job.generations);
            if let Some(count) = board.running.get_mut(provider) {
                *count += 1;
            }
            drop(board);
            let work = asked.run(&key, permit);
            let slot = Slot { inner: Arc::clone(self), key: key.clone(), id, provider, since: None, settled: false };
            let task = self.handle.spawn(slot.carry(work, self.timeout)).abort_handle();
            board = self.board();
            match board.jobs.get_mut(&key) {
                Some(job) if job.id == id => job.stage = Stage::Asking(Some(task)),
                // Called off, or done already.
                _ => task.abort(),
            }
        }
        board.pumping = false;
    }

    /// Ends a question: logs, remembers, keeps and tells. `None`: it was called off, or its provider panicked.
    fn settle(&self, slot: &Slot, outcome: Option<Outcome>) {
        let Some(provider) = self.providers.get(slot.provider) else { return };
        let now = (self.clock)();
        let mut board = self.board();
        let mine = board.jobs.get(&slot.key).is_some_and(|job| job.id == slot.id);
        let job = if mine { board.jobs.remove(&slot.key) } else { None };
        let outcome = outcome.unwrap_or_else(|| {
            let state = if job.is_some() { State::Failed(reason::INTERNAL.en.to_owned()) } else { State::NotAsked };
            Outcome::new(state, None)
        });
        let receiver = outcome.receiver.clone().unwrap_or_else(|| provider.receiver(&slot.key));
        if let Some(since) = slot.since {
            let line = log::Line {
                at: now,
                provider: provider.id(),
                key: &slot.key,
                receiver: &receiver,
                outcome: &log::outcome(&outcome.state),
                took: since.elapsed(),
            };
            let warning = board.log.write(&line);
            board.warnings.extend(warning);
        }
        let Some(job) = job else { return };
        let fact = Fact {
            state: outcome.state,
            origin: Origin::Asked(receiver),
            at: Some(now),
            ttl: outcome.ttl,
            dnssec: outcome.dnssec,
        };
        let expires = cache::lifetime(&fact).map(|seconds| now.saturating_add(i64::from(seconds)));
        if let Some(expires) = expires {
            board.cache.put(&slot.key, fact.clone(), expires);
        }
        drop(board);
        if let (Some(keep), Some(expires), true) = (&self.keep, expires, cache::lasting(&fact)) {
            keep.put(&slot.key, &fact, expires);
        }
        self.tell(&slot.key, &fact, &job.generations);
    }

    pub(super) fn call_off(&self, which: impl Fn(&Key) -> bool) {
        let mut board = self.board();
        let keys: Vec<Key> = board.jobs.keys().filter(|key| which(key)).cloned().collect();
        let mut tasks = Vec::new();
        for key in keys {
            let Some(job) = board.jobs.remove(&key) else { continue };
            if let Some(queue) = board.queues.get_mut(job.provider) {
                queue.remove(&(job.priority, job.id));
            }
            if let Stage::Asking(Some(task)) = job.stage {
                tasks.push(task);
            }
            self.tell(&key, &Fact::default(), &job.generations);
        }
        drop(board);
        tasks.iter().for_each(AbortHandle::abort);
    }

    fn tell(&self, key: &Key, fact: &Fact, generations: &[u64]) {
        for generation in generations {
            // The receiver may be gone at the end of the program.
            let _ = self.updates.send(Update { key: key.clone(), fact: fact.clone(), generation: *generation });
        }
    }
}

impl Board {
    /// How many wait and how many are under way.
    pub(super) fn pending(&self) -> (usize, usize) {
        let waiting = self.queues.iter().map(BTreeMap::len).sum();
        (waiting, self.jobs.len().saturating_sub(waiting))
    }

    pub(super) fn take_warnings(&mut self) -> Vec<String> {
        std::mem::take(&mut self.warnings)
    }

    /// Takes the first waiting key whose provider has room.
    fn first(&mut self, providers: &[Arc<dyn Provider>], at_once: usize) -> Option<(Key, usize)> {
        if self.running.iter().sum::<usize>() >= at_once {
            return None;
        }
        let (index, _) = self
            .queues
            .iter()
            .enumerate()
            .filter(|(index, _)| {
                let limit = providers.get(*index).map_or(0, |provider| provider.pace().at_once);
                self.running.get(*index).is_some_and(|count| *count < limit)
            })
            .filter_map(|(index, queue)| queue.keys().next().map(|first| (index, *first)))
            .min_by_key(|(_, first)| *first)?;
        self.queues.get_mut(index)?.pop_first().map(|(_, key)| (key, index))
    }
}

/// A place among those under way; given back when the task ends, however it ends.
struct Slot {
    inner: Arc<Inner>,
    key: Key,
    id: u64,
    provider: usize,
    /// When the task began: before that no packet can have gone out.
    since: Option<Instant>,
    settled: bool,
}

impl Slot {
    /// The task. A provider that panics and a task that is given up drop the slot, which settles the question too.
    async fn carry(mut self, work: Work, timeout: Duration) {
        self.since = Some(Instant::now());
        let outcome = tokio::time::timeout(timeout, work)
            .await
            .unwrap_or_else(|_| Outcome::new(State::Failed(reason::TIMEOUT.en.to_owned()), None));
        self.settled = true;
        self.inner.settle(&self, Some(outcome));
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        if !self.settled {
            self.inner.settle(self, None);
        }
        if let Some(count) = self.inner.board().running.get_mut(self.provider) {
            *count = count.saturating_sub(1);
        }
        self.inner.pump();
    }
}

//! The board: what waits, what is under way, and who goes next. It knows nothing of tasks, answers or the network.

use std::collections::{BTreeMap, HashMap};
use std::time::Instant;

use tokio::task::AbortHandle;

use super::Priority;
use super::pace::{Turn, Turns, Why};
use crate::facts::{Key, Reach};
use crate::lookup::Pace;
use crate::lookup::cache::Cache;
use crate::lookup::gate::Leave;
use crate::lookup::log::Log;
use crate::text::Sentence;

/// The most questions that wait.
pub(super) const WAITING: usize = 8_192;
/// Of these, the most that were offered patiently: the rest is for those who cannot wait for room.
pub(super) const OFFERED: usize = 6_144;
/// The most generations that wait for one question.
const ASKERS: usize = 64;

/// What is under way.
pub(super) struct Board {
    pub(super) jobs: HashMap<Key, Job>,
    pub(super) lines: Vec<Line>,
    next: u64,
    /// Questions that were let out.
    pub(super) sent: u64,
    /// Someone is letting questions out.
    pub(super) pumping: bool,
    /// What earlier runs asked was counted in.
    pub(super) counted: bool,
    /// When somebody will come and look.
    pub(super) alarm: Option<Instant>,
    pub(super) cache: Cache,
    pub(super) log: Log,
    pub(super) warnings: Vec<Sentence>,
}

/// A question.
pub(super) struct Job {
    pub(super) id: u64,
    pub(super) priority: Priority,
    pub(super) provider: usize,
    pub(super) generations: Vec<u64>,
    pub(super) leave: Leave,
    /// How often it was tried.
    pub(super) tries: u32,
    pub(super) stage: Stage,
}

/// Where a question stands.
pub(super) enum Stage {
    Waiting,
    /// Waits for its next try.
    Later(Instant),
    /// Since when, and the task where it is made.
    Asking(Instant, Option<AbortHandle>),
}

/// The waiting line of a provider.
pub(super) struct Line {
    /// First to go first.
    queue: BTreeMap<(Priority, u64), Key>,
    /// Those that are tried again, first to come first.
    later: BTreeMap<(Instant, u64), Key>,
    /// Under way. Counts tasks, called off ones included until they are gone.
    pub(super) running: usize,
    pub(super) turns: Turns,
    pub(super) pace: Pace,
}

/// What to do next.
pub(super) enum Next {
    /// Let this question out; it is taken from its line.
    Go(Key),
    /// These do not get their turn in time.
    GiveUp(Vec<Key>, Why),
    /// Come back then.
    At(Instant),
    /// Come back when something ends.
    Nothing,
}

impl Board {
    pub(super) fn new(paces: Vec<Pace>, log: Log) -> Self {
        let line = |pace: Pace| Line {
            queue: BTreeMap::new(),
            later: BTreeMap::new(),
            running: 0,
            turns: Turns::new(&pace),
            pace,
        };
        Self {
            jobs: HashMap::new(),
            lines: paces.into_iter().map(line).collect(),
            next: 0,
            sent: 0,
            pumping: false,
            counted: false,
            alarm: None,
            cache: Cache::default(),
            log,
            warnings: Vec::new(),
        }
    }

    /// How many wait.
    pub(super) fn waiting(&self) -> usize {
        self.lines.iter().map(|line| line.queue.len() + line.later.len()).sum()
    }

    /// How many wait and how many are under way.
    pub(super) fn pending(&self) -> (usize, usize) {
        let waiting = self.waiting();
        (waiting, self.jobs.len().saturating_sub(waiting))
    }

    /// Puts a new question at the end of those of its priority.
    pub(super) fn enter(&mut self, key: &Key, provider: usize, leave: Leave, generation: u64, priority: Priority) {
        self.next += 1;
        let id = self.next;
        let job = Job { id, priority, provider, generations: vec![generation], leave, tries: 0, stage: Stage::Waiting };
        if let Some(line) = self.lines.get_mut(provider) {
            line.queue.insert((priority, id), key.clone());
        }
        self.jobs.insert(key.clone(), job);
    }

    /// Joins a question that is there, and pulls it forward where that is needed. Gives true where it is under way, false
    /// where it waits, and none where nobody asked it.
    pub(super) fn join(&mut self, key: &Key, generation: u64, priority: Priority) -> Option<bool> {
        let job = self.jobs.get_mut(key)?;
        if !job.generations.contains(&generation) {
            // The oldest asker has long moved on.
            if job.generations.len() >= ASKERS {
                job.generations.remove(0);
            }
            job.generations.push(generation);
        }
        let asking = matches!(job.stage, Stage::Asking(..));
        if priority < job.priority {
            if let (Stage::Waiting, Some(line)) = (&job.stage, self.lines.get_mut(job.provider))
                && let Some(key) = line.queue.remove(&(job.priority, job.id))
            {
                line.queue.insert((priority, job.id), key);
            }
            job.priority = priority;
        }
        Some(asking)
    }

    /// Takes a question off the board, wherever it stands.
    pub(super) fn remove(&mut self, key: &Key) -> Option<Job> {
        let job = self.jobs.remove(key)?;
        if let Some(line) = self.lines.get_mut(job.provider) {
            match &job.stage {
                Stage::Waiting => {
                    line.queue.remove(&(job.priority, job.id));
                }
                Stage::Later(when) => {
                    line.later.remove(&(*when, job.id));
                }
                Stage::Asking(..) => {}
            }
        }
        Some(job)
    }

    /// Puts a question that was under way back, for another try.
    pub(super) fn put_back(&mut self, key: &Key, when: Instant) {
        let Some(job) = self.jobs.get_mut(key) else { return };
        job.stage = Stage::Later(when);
        if let Some(line) = self.lines.get_mut(job.provider) {
            line.later.insert((when, job.id), key.clone());
        }
    }

    /// Every question whose leave ends below a reach, or that `which` names.
    pub(super) fn beyond(&self, which: impl Fn(&Key, Reach) -> bool) -> Vec<Key> {
        self.jobs.iter().filter(|(key, job)| which(key, job.leave.needs())).map(|(key, _)| key.clone()).collect()
    }

    /// Who goes next: the first by priority, then by age, among those whose provider has room and its turn.
    pub(super) fn next(&mut self, now: Instant, at_once: usize) -> Next {
        let mut soonest: Option<Instant> = None;
        let mut best: Option<(usize, (Priority, u64))> = None;
        let full = self.lines.iter().map(|line| line.running).sum::<usize>() >= at_once;
        for (index, line) in self.lines.iter_mut().enumerate() {
            line.ripen(now, &mut self.jobs);
            if let Some(((when, _), _)) = line.later.first_key_value() {
                soonest = Some(soonest.map_or(*when, |other| other.min(*when)));
            }
            let Some((first, _)) = line.queue.first_key_value() else { continue };
            match line.turns.next(now) {
                Turn::Late(why) => {
                    let keys = std::mem::take(&mut line.queue).into_values().collect();
                    return Next::GiveUp(keys, why);
                }
                Turn::At(when) => soonest = Some(soonest.map_or(when, |other| other.min(when))),
                Turn::Now if full || line.running >= line.pace.at_once.max(1) => {}
                Turn::Now if best.is_none_or(|(_, other)| *first < other) => best = Some((index, *first)),
                Turn::Now => {}
            }
        }
        let taken = best.and_then(|(index, _)| {
            let line = self.lines.get_mut(index)?;
            line.turns.take(now);
            line.queue.pop_first()
        });
        match (taken, soonest) {
            (Some((_, key)), _) => Next::Go(key),
            (None, Some(when)) => Next::At(when),
            (None, None) => Next::Nothing,
        }
    }
}

impl Line {
    /// What has waited long enough for its next try joins the queue, at its old place.
    fn ripen(&mut self, now: Instant, jobs: &mut HashMap<Key, Job>) {
        while self.later.first_key_value().is_some_and(|((when, _), _)| *when <= now) {
            let Some((_, key)) = self.later.pop_first() else { break };
            let Some(job) = jobs.get_mut(&key) else { continue };
            job.stage = Stage::Waiting;
            self.queue.insert((job.priority, job.id), key);
        }
    }
}

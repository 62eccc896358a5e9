//! Lanes for several threads. Whoever has mails borrows a lane, hands them in and takes the answers out; nobody else uses
//! it meanwhile. The pool remembers which mails killed a worker, so that none of them is opened by itself again.

use std::collections::HashSet;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use super::Death;
use super::confine::Confinement;
use super::lane::{Done, Lane};
use super::launch::{Forerunner, Launch, StartError};
use super::protocol::{Answer, Request, Want};
use super::setup::Setup;
use crate::analysis::Brief;
use crate::mailbox::{Canonical, Doubt, Identity, Spare};
use crate::search::{Found, Query};

/// The most mails that are remembered as deadly.
const REMEMBERED: usize = 10_000;

/// Some workers. Cheap to copy; the last copy ends them.
#[derive(Debug, Clone)]
pub struct Pool(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    held: Confinement,
    count: usize,
    idle: Mutex<Vec<Lane>>,
    free: Condvar,
    /// The one that is kept for tasting.
    taster: Mutex<Option<Lane>>,
    killers: Mutex<HashSet<Identity>>,
}

/// Bytes of mails that may wait for their answers before one more is read.
const WAITING: usize = 4 << 20;

/// A poisoned lock means that a thread panicked while it held it; the data are plain lists and stay usable.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Pool {
    /// Makes room for `count` workers (at least one, at most 65), starts the first, unless one comes up already, and waits
    /// until it stands: so it is known whether there can be any. The others are started when they are needed, or by
    /// [`Self::warm`].
    ///
    /// # Errors
    /// The worker does not start.
    pub fn start(setup: &Setup, count: usize, early: Option<Forerunner>) -> Result<Self, StartError> {
        Self::of(&Launch::new(setup)?, count, early)
    }

    /// The same with other workers or limits.
    ///
    /// # Errors
    /// The worker does not start.
    pub fn of(launch: &Launch, count: usize, early: Option<Forerunner>) -> Result<Self, StartError> {
        let early = early.map(|Forerunner(process)| Self::around(Lane::with(launch, process), launch, count));
        // One that did not come up says nothing of the next one.
        match early {
            Some(Ok(pool)) => Ok(pool),
            _ => Self::around(Lane::start(launch)?, launch, count),
        }
    }

    fn around(mut first: Lane, launch: &Launch, count: usize) -> Result<Self, StartError> {
        let count = count.clamp(1, 65);
        let held = first.greet()?;
        let mut lanes: Vec<Lane> = (1..count).map(|_| Lane::idle(launch.clone())).collect();
        // On top: it is lent first.
        lanes.push(first);
        Ok(Self(Arc::new(Shared {
            held,
            count,
            idle: Mutex::new(lanes),
            free: Condvar::new(),
            taster: Mutex::default(),
            killers: Mutex::default(),
        })))
    }

    /// Keeps the worker that stands for [`Self::taste`] alone, where there are more than one: the mail under the cursor
    /// then never waits behind a batch, and its worker has the priority of whoever started this pool, whatever that of the
    /// threads is that start the others.
    pub fn keep_a_taster(&self) {
        let mut idle = lock(&self.0.idle);
        let mut taster = lock(&self.0.taster);
        if idle.len() > 1 && taster.is_none() {
            *taster = idle.pop();
        }
    }

    /// Starts the workers that are not borrowed, and does not wait for them. One that does not start is tried again when it
    /// is needed.
    pub fn warm(&self) {
        for lane in lock(&self.0.idle).iter_mut() {
            lane.warm();
        }
    }

    /// What confines its workers: for the doctor and the status line.
    #[must_use]
    pub fn held(&self) -> Confinement {
        self.0.held
    }

    /// How many workers there are: that many threads find one without waiting.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.count
    }

    /// Borrows a lane; waits until one is free.
    #[must_use]
    pub fn guest(&self) -> Guest<'_> {
        let mut idle = lock(&self.0.idle);
        loop {
            if let Some(lane) = idle.pop() {
                return Guest { pool: self, lane: Some(lane), tastes: false };
            }
            idle = self.0.free.wait(idle).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// What rows keep of mails, in their order; with `named` their identities, too. A defect that was caught gives a brief
    /// without a digest, as without workers; a death comes with the mail that it befell.
    #[must_use]
    pub fn brief(
        &self,
        mails: impl IntoIterator<Item = (Vec<Doubt>, Canonical)>,
        named: bool,
        spare: &Spare,
    ) -> Vec<Result<Brief, (Death, Identity)>> {
        let request = |(doubts, bytes)| Request { want: Want::Brief, doubts, path: String::new(), offset: None, bytes };
        self.each(mails.into_iter().map(request), spare, |outcome, bytes| {
            // Found out here: a worker that was taken over must not pass a mail off as one that bears a mark.
            let identity = named.then(|| bytes.identity());
            match outcome {
                Ok(Answer::Brief(brief)) => Ok(Brief { identity, ..brief }),
                // The lane lets nothing else through than a defect that was caught.
                Ok(_) => Ok(Brief { identity, digest: None }),
                // Of these bytes: the file may hold others by now.
                Err(death) => Err((death, identity.unwrap_or_else(|| bytes.identity()))),
            }
        })
    }

    /// Which terms of a query mails hold, in their order; `None` for a mail on which a defect was caught.
    #[must_use]
    pub fn find(
        &self,
        mails: impl IntoIterator<Item = Canonical>,
        query: &Query,
        spare: &Spare,
    ) -> Vec<Result<Option<Found>, Death>> {
        let path = query.source();
        let request =
            |bytes| Request { want: Want::Find, doubts: Vec::new(), path: path.to_owned(), offset: None, bytes };
        self.each(mails.into_iter().map(request), spare, |outcome, _| {
            outcome.map(|answer| match answer {
                Answer::Found(found) => Some(found),
                // The lane lets nothing else through than a defect that was caught.
                _ => None,
            })
        })
    }

    /// Hands mails to one worker and makes something of each answer, in order. The next mail is read only while few bytes
    /// wait, so that a batch of the largest mails needs no more memory than one of them and a little.
    fn each<T>(
        &self,
        requests: impl Iterator<Item = Request>,
        spare: &Spare,
        made: impl Fn(Result<Answer, Death>, &Canonical) -> T,
    ) -> Vec<T> {
        let mut guest = self.guest();
        let mut out = Vec::with_capacity(requests.size_hint().0);
        let made = |Done { request, outcome }| {
            let made = made(outcome, &request.bytes);
            spare.give(request.bytes.into_bytes());
            made
        };
        for request in requests {
            guest.push(request);
            while guest.load().1 >= WAITING {
                let Some(done) = guest.take() else { break };
                out.push(made(done));
            }
        }
        while let Some(done) = guest.take() {
            out.push(made(done));
        }
        out
    }

    /// Lets a worker analyze and prepare a mail before anybody else does: `Ok(true)` where that went well, `Ok(false)` where
    /// a defect was caught, the death where the worker did not live to tell. The bytes come back. What is `awaited` has a
    /// worker that nobody else gets.
    pub fn taste(&self, doubts: &[Doubt], bytes: Canonical, awaited: bool) -> (Canonical, Result<bool, Death>) {
        let taster = awaited.then(|| lock(&self.0.taster).take()).flatten();
        let mut guest = match taster {
            Some(lane) => Guest { pool: self, lane: Some(lane), tastes: true },
            None => self.guest(),
        };
        guest.push(Request { want: Want::Taste, doubts: doubts.to_vec(), path: String::new(), offset: None, bytes });
        match guest.take() {
            Some(done) => (done.request.bytes, done.outcome.map(|answer| answer == Answer::Fine)),
            None => (Canonical::default(), Err(Death::NoWorker)),
        }
    }

    /// The mail killed a worker: it is not opened without being asked for.
    #[must_use]
    pub fn is_killer(&self, identity: &Identity) -> bool {
        lock(&self.0.killers).contains(identity)
    }

    /// Whether any mail killed a worker: then it is worth finding out which ones these are.
    #[must_use]
    pub fn has_killers(&self) -> bool {
        !lock(&self.0.killers).is_empty()
    }

    /// It was opened once more, and did no harm.
    pub fn forgive(&self, identity: &Identity) {
        lock(&self.0.killers).remove(identity);
    }

    /// Every mail that killed a worker, for whoever keeps that beyond the end of the program.
    #[must_use]
    pub fn killers(&self) -> Vec<Identity> {
        lock(&self.0.killers).iter().copied().collect()
    }

    /// Mails that killed a worker in an earlier run.
    pub fn remember(&self, identities: impl IntoIterator<Item = Identity>) {
        let mut killers = lock(&self.0.killers);
        for identity in identities {
            if killers.len() < REMEMBERED {
                killers.insert(identity);
            }
        }
    }
}

/// A borrowed lane; it goes back when this is dropped.
#[derive(Debug)]
pub struct Guest<'a> {
    pool: &'a Pool,
    /// There until it is given back.
    lane: Option<Lane>,
    /// It is the one that is kept for tasting.
    tastes: bool,
}

impl Guest<'_> {
    /// As [`Lane::take`], and remembers a mail that killed its worker.
    pub fn take(&mut self) -> Option<Done> {
        let done = self.lane.as_mut()?.take()?;
        if matches!(done.outcome, Err(death) if death.is_of_mail()) {
            self.pool.remember([done.request.bytes.identity()]);
        }
        Some(done)
    }

    /// Takes a mail in. Does not wait.
    pub fn push(&mut self, request: Request) {
        if let Some(lane) = &mut self.lane {
            lane.push(request);
        }
    }

    /// Mails that went in and did not come out, and the bytes of those that wait for an answer.
    #[must_use]
    pub fn load(&self) -> (usize, usize) {
        self.lane.as_ref().map_or((0, 0), |lane| (lane.len(), lane.bytes()))
    }
}

impl Drop for Guest<'_> {
    fn drop(&mut self) {
        let Some(lane) = self.lane.take() else { return };
        // One that was left in the middle of something begins anew.
        let lane = if lane.is_empty() { lane } else { lane.anew() };
        if self.tastes {
            *lock(&self.pool.0.taster) = Some(lane);
            return;
        }
        lock(&self.pool.0.idle).push(lane);
        self.pool.0.free.notify_one();
    }
}

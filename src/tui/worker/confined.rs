//! Who analyzes the mails of the screen: confined processes where there are any, else the threads of this one. A mail
//! that ends its process costs itself: its row says so, and it can still be looked at raw.

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;

use crate::analysis::{self, Analysis, Brief, Own, analyze};
use crate::facts::FactSet;
use crate::mailbox::{Canonical, Doubt, Entry, Identity, Spare};
use crate::sandbox::{Death, Pool};
use crate::search::{Found, Query};
use crate::signal::Weights;
use crate::store::Opening;

use super::{Line, lock};

/// Analyzes.
#[derive(Debug, Default)]
pub struct Analyst {
    /// What is known from the start (a recording); later facts are judged by the screen.
    pub facts: FactSet,
    /// Weights.
    pub weights: Weights,
    /// The reader's side and rules.
    pub own: Own,
    /// The confined processes.
    pub pool: Option<Pool>,
    /// What no confined process can analyze is not analyzed.
    pub confined_only: bool,
    /// Mails that ended a process in an earlier run: they are opened when somebody asks for them.
    pub avoid: Mutex<HashSet<Identity>>,
    /// Where it is written down what is being analyzed in this process.
    pub opening: Option<Opening>,
}

/// What became of a mail that was to be judged for its row.
pub(super) struct Judged {
    pub(super) brief: Brief,
    /// The confined process did not survive it.
    pub(super) death: Option<Death>,
}

impl Judged {
    fn dead(identity: Option<Identity>, death: Death) -> Self {
        Self { brief: Brief { identity, digest: None }, death: Some(death) }
    }
}

impl Analyst {
    /// Judges a batch of mails, in order. `read` gives the bytes of one, or nothing where they cannot be had.
    pub(super) fn briefs(
        &self,
        entries: &[Entry],
        named: bool,
        read: &dyn Fn(&Entry) -> Option<Canonical>,
        spare: &Spare,
    ) -> Vec<Judged> {
        let nothing = || Judged { brief: Brief::default(), death: None };
        let avoids = self.avoids();
        let Some(pool) = &self.pool else {
            let here = |entry: &Entry| {
                let bytes = read(entry)?;
                let judged = match avoids.then(|| self.avoided(&bytes)).flatten() {
                    Some(identity) => Judged::dead(Some(identity), Death::Known),
                    None => self.here(entry, &bytes, named),
                };
                spare.give(bytes.into_bytes());
                Some(judged)
            };
            return entries.iter().map(|entry| here(entry).unwrap_or_else(nothing)).collect();
        };
        // Those that are there; and of these, those that go to no worker.
        let mut there = Vec::with_capacity(entries.len());
        let mails = entries.iter().filter_map(|entry| {
            let bytes = read(entry);
            let avoided = bytes.as_ref().filter(|_| avoids).and_then(|bytes| self.avoided(bytes));
            there.push((bytes.is_some(), avoided));
            bytes.filter(|_| avoided.is_none()).map(|bytes| (entry.doubts.clone(), bytes))
        });
        let mut briefs = pool.brief(mails, named, spare).into_iter();
        let judged = |(entry, (there, avoided)): (&Entry, (bool, Option<Identity>))| {
            if avoided.is_some() {
                return Judged::dead(avoided, Death::Known);
            }
            let Some(brief) = there.then(|| briefs.next()).flatten() else { return nothing() };
            match brief {
                Ok(brief) => Judged { brief, death: None },
                Err((Death::NoWorker, _)) if !self.confined_only => {
                    read(entry).map_or_else(nothing, |bytes| self.here(entry, &bytes, named))
                }
                Err((death, identity)) => Judged::dead(Some(identity), death),
            }
        };
        entries.iter().zip(there).map(judged).collect()
    }

    /// Which terms of a query mails hold, in order; nothing where a mail could not be searched. What its bytes alone rule out
    /// goes to no worker.
    pub(super) fn find(
        &self,
        entries: &[Entry],
        query: &Query,
        read: &dyn Fn(&Entry) -> Option<Canonical>,
        spare: &Spare,
    ) -> Vec<(Option<Found>, Option<Death>)> {
        let avoids = self.avoids();
        let here =
            |bytes: &[u8]| catch_unwind(AssertUnwindSafe(|| query.find_within(bytes, &self.own.side.limits))).ok();
        let mut out: Vec<(Option<Found>, Option<Death>)> = Vec::with_capacity(entries.len());
        let mut places = Vec::new();
        let mails = entries.iter().enumerate().filter_map(|(at, entry)| {
            let (found, left) = match (&self.pool, read(entry)) {
                (_, None) => (None, None),
                (_, Some(bytes)) if avoids && self.avoided(&bytes).is_some() => {
                    out.push((None, Some(Death::Known)));
                    return None;
                }
                (_, Some(bytes)) if query.is_ruled_out(&bytes) => {
                    spare.give(bytes.into_bytes());
                    (Some(Found::default()), None)
                }
                (None, Some(bytes)) => {
                    let found = here(&bytes);
                    spare.give(bytes.into_bytes());
                    (found, None)
                }
                (Some(_), Some(bytes)) => {
                    places.push(at);
                    (None, Some(bytes))
                }
            };
            out.push((found, None));
            left
        });
        let answers = match &self.pool {
            Some(pool) => pool.find(mails, query, spare),
            // Nothing is left over for a worker.
            None => mails.map(|_| Ok(None)).collect(),
        };
        for (at, answer) in places.into_iter().zip(answers) {
            let (Some(slot), Some(entry)) = (out.get_mut(at), entries.get(at)) else { continue };
            *slot = match answer {
                Ok(found) => (found, None),
                Err(Death::NoWorker) if !self.confined_only => (read(entry).and_then(|bytes| here(&bytes)), None),
                Err(death) => (None, Some(death)),
            };
        }
        for ((found, _), entry) in out.iter_mut().zip(entries) {
            if let Some(found) = found {
                found.cut |= entry.doubts.contains(&Doubt::TooLarge);
            }
        }
        out
    }

    /// Whether there is any mail that is not opened by itself; where there is none, nobody has to know which mail is which.
    fn avoids(&self) -> bool {
        !lock(&self.avoid).is_empty() || self.pool.as_ref().is_some_and(Pool::has_killers)
    }

    /// Which mail it is, where it is one of those.
    fn avoided(&self, bytes: &Canonical) -> Option<Identity> {
        let identity = bytes.identity();
        let known =
            lock(&self.avoid).contains(&identity) || self.pool.as_ref().is_some_and(|pool| pool.is_killer(&identity));
        known.then_some(identity)
    }

    /// Judges in this process.
    fn here(&self, entry: &Entry, bytes: &Canonical, named: bool) -> Judged {
        let _opened = self.opening.as_ref().map(|opening| opening.enter(bytes.identity()));
        let run = AssertUnwindSafe(|| analysis::brief(bytes, &entry.doubts, &self.facts, &self.weights, &self.own));
        let brief = catch_unwind(run).unwrap_or_default();
        Judged { brief: Brief { identity: named.then(|| bytes.identity()), ..brief }, death: None }
    }

    /// Lets a confined process take a mail apart, before anybody else does. Where it may not be analyzed here then: what
    /// became of that process, or nothing where it caught a defect.
    pub(super) fn admit(
        &self,
        doubts: &[Doubt],
        bytes: Canonical,
        anyway: bool,
        line: Line,
    ) -> (Canonical, Result<(), Option<Death>>) {
        if !anyway && self.avoids() && self.avoided(&bytes).is_some() {
            return (bytes, Err(Some(Death::Known)));
        }
        let Some(pool) = &self.pool else { return (bytes, Ok(())) };
        let (bytes, tasted) = pool.taste(doubts, bytes, line == Line::Front);
        let admitted = match tasted {
            Ok(true) => Ok(()),
            Ok(false) => Err(None),
            Err(Death::NoWorker) if !self.confined_only => Ok(()),
            Err(death) => Err(Some(death)),
        };
        (bytes, admitted)
    }

    /// Takes a mail apart for the inspector, after a confined process has done the same and lived: panes are made from
    /// values that are too many to be sent. What cannot be analyzed can still be looked at raw.
    ///
    /// A mail that ended a process before is opened only with `anyway`.
    pub(super) fn open(&self, entry: &Entry, bytes: Canonical, anyway: bool) -> (Canonical, Analysis, Option<Death>) {
        let (bytes, admitted) = self.admit(&entry.doubts, bytes, anyway, Line::Front);
        if let Err(death) = admitted {
            let analysis = Analysis::failed(&bytes).of(&bytes);
            return (bytes, analysis, death);
        }
        let opened = self.opening.as_ref().map(|opening| opening.enter(bytes.identity()));
        let run = AssertUnwindSafe(|| {
            let mut analysis = analyze(&bytes, &entry.doubts, &self.facts, &self.weights, &self.own);
            analysis.prepare(&bytes);
            analysis
        });
        let analysis = catch_unwind(run).unwrap_or_else(|_| Analysis::failed(&bytes)).of(&bytes);
        drop(opened);
        if anyway && !analysis.failed {
            lock(&self.avoid).remove(&analysis.identity);
            if let Some(pool) = &self.pool {
                pool.forgive(&analysis.identity);
            }
        }
        (bytes, analysis, None)
    }
}

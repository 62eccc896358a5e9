//! The engine: questions in, facts out, and every packet accounted for.
//!
//! [`Engine::ask`] and [`Engine::known`] answer at once what can be answered without a packet: from a recording, from the
//! databases of places, from what was answered before in this run or kept from an earlier one. The rest waits in a queue
//! by priority, at most so many at a time and as fast as each provider allows, and comes back through the channel as
//! [`Update`]s. A question that is under way is not asked twice, however many ask it; every asker's generation gets its
//! own update, so a screen can drop those that it no longer waits for. What failed in passing is tried again, later and
//! later. An answer is in the log before anybody is told. Never blocks on the network, never decides for itself how far a
//! question may travel.

use std::collections::HashSet;
use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use tokio::runtime::Handle;
use tokio::sync::mpsc;

use super::geo::Geo;
use super::{Consent, Keep, Pace, Provider, Proxy, Recording, Servers, providers};
use crate::facts::{Fact, Key, Reach, Recorded};
use crate::text::Sentence;

mod apart;
mod board;
mod pace;
mod plan;
mod work;

pub use apart::Apart;
pub use plan::Planned;

use board::Stage;
use work::{Asking, Inner};

/// The most new questions of one call: a mail with more hosts than this wants to make noise.
const ONE_CALL: usize = 256;

/// Unix seconds, from outside.
pub type Clock = Arc<dyn Fn() -> i64 + Send + Sync>;

/// The machine's clock.
#[must_use]
pub fn system_clock() -> Clock {
    Arc::new(|| jiff::Timestamp::now().as_second())
}

/// What an engine is made with.
pub struct Settings {
    /// Whom the DNS provider asks.
    pub servers: Servers,
    /// Where HTTP and WHOIS go through.
    pub proxy: Option<Proxy>,
    /// How a visitor of links presents itself.
    pub visit: super::Manner,
    /// Keys of services.
    pub keys: Arc<super::keys::Keys>,
    /// The services that may be asked, by their ids.
    pub services: Vec<String>,
    /// The block lists over DNS that may be asked: ids of the shipped table, and zones of the reader's own.
    pub lists: Vec<String>,
    /// When a question is given up.
    pub timeout: Duration,
    /// The most questions that are under way at once, all providers together.
    pub at_once: usize,
    /// What the user changed in the pace of a provider, by its id.
    pub paces: Vec<(String, PaceChange)>,
    /// What the waits between tries are drawn from.
    pub seed: u64,
    /// Where the log of look-ups is written; without it there is no log.
    pub data_dir: Option<PathBuf>,
    /// Answers that win over everything.
    pub recording: Recording,
    /// Nothing but the recording and the databases of places answers; no question goes out at any reach.
    pub replay_only: bool,
    /// Answers of earlier runs.
    pub keep: Option<Arc<dyn Keep>>,
    /// Databases of places.
    pub geo: Arc<Geo>,
    /// The clock.
    pub clock: Clock,
    /// A made-up Internet: where its addresses really are, and whose certificates are good there.
    #[cfg(test)]
    pub(crate) world: Option<(super::dial::Detour, rustls::RootCertStore)>,
}

impl Settings {
    /// The system's name servers, 6 seconds, 8 at once, the embedded database of places, nothing kept or recorded.
    #[must_use]
    pub fn new(clock: Clock) -> Self {
        Self {
            servers: Servers::System,
            proxy: None,
            visit: super::Manner::default(),
            keys: Arc::default(),
            services: Vec::new(),
            lists: Vec::new(),
            timeout: Duration::from_secs(6),
            at_once: 8,
            paces: Vec::new(),
            seed: 0,
            data_dir: None,
            recording: Recording::default(),
            replay_only: false,
            keep: None,
            geo: Arc::new(Geo::embedded()),
            clock,
            #[cfg(test)]
            world: None,
        }
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("servers", &self.servers)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

/// What a user changes in the pace of a provider: because he pays for more, or wants to be quieter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PaceChange {
    /// The most questions under way at once.
    pub at_once: Option<u32>,
    /// The most questions in a minute; 0 for no limit.
    pub per_minute: Option<u32>,
    /// The most questions in a day; 0 for no limit.
    pub per_day: Option<u32>,
}

impl PaceChange {
    /// The provider's own pace with these changes.
    fn over(&self, own: Pace) -> Pace {
        let limit = |change: Option<u32>, own| change.map_or(own, |most| (most > 0).then_some(most));
        Pace {
            at_once: self.at_once.map_or(own.at_once, |most| most.max(1) as usize),
            per_minute: limit(self.per_minute, own.per_minute),
            per_day: limit(self.per_day, own.per_day),
            ..own
        }
    }
}

/// Who goes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Priority {
    /// The message that is looked at.
    #[default]
    Selected,
    /// A message on the screen.
    Visible,
    /// Any other.
    Background,
}

/// News of a question that went out.
#[derive(Debug, Clone, PartialEq)]
pub struct Update {
    /// The question.
    pub key: Key,
    /// Its state now: asking, the outcome, or not asked where it was called off.
    pub fact: Fact,
    /// The generation that asked.
    pub generation: u64,
}

/// A question that is under way, for a list of what runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posted {
    /// The question.
    pub key: Key,
    /// Who asks.
    pub provider: &'static str,
    /// For how long it has been under way.
    pub since: Duration,
    /// How often it was tried, the present try included.
    pub tries: u32,
}

/// Answers questions. Cheap to clone; all clones are one engine.
#[derive(Clone)]
pub struct Engine {
    inner: Arc<Inner>,
}

impl Engine {
    /// An engine and the channel of its updates. Starts no task and opens nothing until a question is let out.
    #[must_use]
    pub fn start(settings: Settings, handle: &Handle) -> (Self, mpsc::UnboundedReceiver<Update>) {
        let providers = providers(&settings);
        Self::start_with(settings, providers, handle)
    }

    pub(crate) fn start_with(
        settings: Settings,
        providers: Vec<Arc<dyn Provider>>,
        handle: &Handle,
    ) -> (Self, mpsc::UnboundedReceiver<Update>) {
        let (inner, receiver) = Inner::new(settings, providers, handle);
        (Self { inner: Arc::new(inner) }, receiver)
    }

    /// What can be said of a key without a packet; `None` where only the network could answer.
    #[must_use]
    pub fn known(&self, key: &Key) -> Option<Fact> {
        self.inner.local(key).or_else(|| self.inner.remembered(key))
    }

    /// Asks, with the priority of the message that is looked at. See [`Engine::ask_with`].
    pub fn ask(&self, keys: impl IntoIterator<Item = Key>, reach: Reach, generation: u64) -> Vec<Recorded> {
        self.ask_with(keys, reach, generation, Priority::Selected)
    }

    /// Asks for `keys` and gives the present state of each: an answer where it needs no packet, not asked where
    /// `reach` does not allow one, else queued or asking; only those get [`Update`]s later.
    pub fn ask_with(
        &self,
        keys: impl IntoIterator<Item = Key>,
        reach: Reach,
        generation: u64,
        priority: Priority,
    ) -> Vec<Recorded> {
        let asking = Asking { reach, generation, priority, room: ONE_CALL, patient: false };
        self.questions(keys.into_iter().map(|key| (key, None)), asking, false).0
    }

    /// As [`Engine::ask`], but what was answered before by the network is asked for again.
    pub fn ask_anew(&self, keys: impl IntoIterator<Item = Key>, reach: Reach, generation: u64) -> Vec<Recorded> {
        let asking = Asking { reach, generation, priority: Priority::Selected, room: ONE_CALL, patient: false };
        self.questions(keys.into_iter().map(|key| (key, None)), asking, true).0
    }

    /// Asks what a person said yes to, each consent for its own question and once. What was answered before by the network
    /// is asked for again: a visit is made because somebody wants it made now.
    pub fn ask_consented(
        &self,
        consents: impl IntoIterator<Item = Consent>,
        reach: Reach,
        generation: u64,
    ) -> Vec<Recorded> {
        let asking = Asking { reach, generation, priority: Priority::Selected, room: ONE_CALL, patient: false };
        self.questions(consents.into_iter().map(|yes| (yes.key().clone(), Some(yes))), asking, true).0
    }

    /// As [`Engine::ask_with`] for whoever works through a large folder: there is no limit to one call, and a question
    /// that finds no room on the board is neither asked nor failed but handed back, to be offered again when answers have
    /// come. Room is kept free for those who look at a screen.
    pub fn offer(
        &self,
        keys: impl IntoIterator<Item = Key>,
        reach: Reach,
        generation: u64,
        priority: Priority,
    ) -> (Vec<Recorded>, Vec<Key>) {
        let asking = Asking { reach, generation, priority, room: usize::MAX, patient: true };
        self.questions(keys.into_iter().map(|key| (key, None)), asking, false)
    }

    fn questions(
        &self,
        keys: impl Iterator<Item = (Key, Option<Consent>)>,
        mut asking: Asking,
        anew: bool,
    ) -> (Vec<Recorded>, Vec<Key>) {
        let mut seen = HashSet::new();
        let (mut lines, mut left) = (Vec::new(), Vec::new());
        for (key, consent) in keys {
            if !seen.insert(key.clone()) {
                continue;
            }
            let at_hand = self.inner.local(&key).or_else(|| {
                // What may not be asked again is still known.
                let again = anew && self.inner.leave(&key, asking.reach, consent.as_ref()).is_some();
                if again { None } else { self.inner.remembered(&key) }
            });
            match at_hand.or_else(|| self.inner.enter(&key, consent.as_ref(), &mut asking)) {
                Some(fact) => lines.push(Recorded { key, fact }),
                None => left.push(key),
            }
        }
        self.inner.pump();
        (lines, left)
    }

    /// Calls everything off: what waits is not sent, what is under way is given up, and its askers are told that it was
    /// not asked.
    pub fn cancel(&self) {
        self.inner.call_off(|_, _| true);
    }

    /// Calls off what a lower reach does not allow.
    pub fn limit(&self, reach: Reach) {
        self.inner.call_off(|_, needs| needs > reach);
    }

    /// Calls off one question, whoever asked it.
    pub fn call_off(&self, key: &Key) {
        self.inner.call_off(|other, _| other == key);
    }

    /// What is under way, longest first, and how many more wait.
    #[must_use]
    pub fn under_way(&self) -> (Vec<Posted>, usize) {
        let board = self.inner.board();
        let now = Instant::now();
        let mut posted: Vec<Posted> = board
            .jobs
            .iter()
            .filter_map(|(key, job)| match &job.stage {
                Stage::Asking(since, _) => Some(Posted {
                    key: key.clone(),
                    provider: self.inner.provider_id(job.provider),
                    since: now.saturating_duration_since(*since),
                    tries: job.tries,
                }),
                Stage::Waiting | Stage::Later(_) => None,
            })
            .collect();
        posted.sort_by(|a, b| (b.since, &a.key).cmp(&(a.since, &b.key)));
        (posted, board.waiting())
    }

    /// How many questions wait and how many are under way.
    #[must_use]
    pub fn pending(&self) -> (usize, usize) {
        self.inner.board().pending()
    }

    /// There is room for questions that are offered, and not only for one or two.
    #[must_use]
    pub fn has_room(&self) -> bool {
        self.inner.board().waiting() < board::OFFERED / 2
    }

    /// How many questions were let out so far, further tries not counted.
    #[must_use]
    pub fn sent(&self) -> u64 {
        self.inner.board().sent
    }

    /// Warnings since the last call, for a person to read.
    #[must_use]
    pub fn warnings(&self) -> Vec<Sentence> {
        let mut warnings = std::mem::take(&mut self.inner.board().warnings);
        warnings.extend(self.inner.warnings());
        warnings
    }

    /// The databases of places in use.
    #[must_use]
    pub fn geo(&self) -> Arc<Geo> {
        self.inner.geo()
    }

    /// Uses other databases of places from now on.
    pub fn set_geo(&self, geo: Arc<Geo>) {
        *self.inner.geo.write().unwrap_or_else(PoisonError::into_inner) = geo;
    }

    /// Opens the user's databases ([`Geo::open`]) on a thread of its own, uses them from then on, and calls `done` with
    /// the warnings; places that were known before may be asked for again then.
    pub fn load_geo(
        &self,
        files: Vec<PathBuf>,
        data_dir: Option<PathBuf>,
        done: impl FnOnce(Vec<Sentence>) + Send + 'static,
    ) {
        let engine = self.clone();
        std::thread::spawn(move || {
            let (geo, warnings) = Geo::open(&files, data_dir.as_deref());
            engine.set_geo(Arc::new(geo));
            done(warnings);
        });
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (waiting, asking) = self.pending();
        f.debug_struct("Engine").field("waiting", &waiting).field("asking", &asking).finish()
    }
}

#[cfg(test)]
#[path = "engine/tests.rs"]
mod tests;
#[cfg(test)]
#[path = "engine/tests_hostile.rs"]
mod tests_hostile;
#[cfg(test)]
#[path = "engine/tests_limits.rs"]
mod tests_limits;
#[cfg(test)]
#[path = "engine/tests_plan.rs"]
mod tests_plan;
#[cfg(test)]
#[path = "engine/tests_world.rs"]
pub(super) mod tests_world;

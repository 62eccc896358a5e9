//! The only place with network or address databases: it takes a key and gives a fact, and never sees a mail.
//!
//! - [`geo::Geo`] answers [`Key::Place`] from databases on this machine, at once and without a packet.
//! - [`Engine`] answers everything: from a [`Recording`], from databases, from what was answered before, and last, where
//!   the reach allows it, from the network through a [`Provider`]. With [`Reach::Local`] no provider can be run and no
//!   socket exists: see `gate`.
//!
//! To add a provider, write one file that implements [`Provider`] and name it in `providers` below.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use crate::facts::{Answer, Dnssec, Fact, Key, Reach, State};
use crate::text::Words;

mod anycast;
pub mod blocklists;
mod cache;
mod certificates;
mod csv;
mod database;
pub mod dial;
mod dns;
mod engine;
pub mod feeds;
mod file;
mod gate;
pub mod geo;
mod geofeed;
mod history;
pub mod http;
pub mod keys;
mod log;
mod mail_policy;
#[cfg(test)]
mod mmdb;
mod name;
mod networks;
mod pieces;
pub mod policy;
mod prefix;
mod rdap;
mod recording;
pub mod registries;
mod reserved;
mod routes;
mod servers;
pub mod services;
#[cfg(test)]
pub(crate) mod test_dns;
#[cfg(test)]
pub(crate) mod test_web;
mod visit;
mod whois;

pub use dial::Proxy;
pub use engine::{Apart, Clock, Engine, PaceChange, Planned, Posted, Priority, Settings, Update, system_clock};
pub use gate::{Consent, Permit};
pub use log::{Entry, FILE as LOG_FILE, Read, entries};
pub use recording::Recording;
pub use servers::{Server, Servers};
pub use visit::Manner;

/// What a provider brings back for one question.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Outcome {
    /// [`State::Value`], [`State::Absent`] or [`State::Failed`].
    pub state: State,
    /// Seconds for which the source lets the answer be used again.
    pub ttl: Option<u32>,
    /// What DNSSEC says of it.
    pub dnssec: Option<Dnssec>,
    /// Who answered, where that is only known afterwards (a referral); else [`Provider::receiver`].
    pub receiver: Option<String>,
    /// Answers to other questions that came along in the same packets (the aliases beside the addresses).
    pub also: Vec<(Key, Answer)>,
    /// Another try may bring more: the answer was lost, or the service asked to wait. Counts with [`State::Failed`] only.
    pub again: Option<Again>,
}

/// When a question may be tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Again {
    /// By the engine's own back-off.
    Soon,
    /// Not before this time has passed (`Retry-After`); the service itself is left alone so long.
    After(Duration),
    /// Not before this time has passed, but others may be asked: one of the many that a provider asks wants to be left
    /// alone.
    NotBefore(Duration),
}

impl Outcome {
    /// An outcome with nothing but a state and a lifetime.
    #[must_use]
    pub fn new(state: State, ttl: Option<u32>) -> Self {
        Self { state, ttl, ..Self::default() }
    }
}

/// One packet (or one exchange) that a question would send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// Who gets it: `192.0.2.53:53`, `rdap.example.test (HTTPS)`.
    pub receiver: String,
    /// What it says, as a person reads it: `A example.com.`, `GET https://rdap.example.test/domain/example.com`. Behind it
    /// may stand a note in brackets: one that begins with "then" says whom an answer may lead on to, any other one under
    /// which condition the packet leaves at all.
    pub asks: String,
}

/// How a provider wants to be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// The most questions under way at once.
    pub at_once: usize,
    /// The most questions in a minute, where its operator sets a limit.
    pub per_minute: Option<u32>,
    /// The most questions in a day, where its operator sets a limit.
    pub per_day: Option<u32>,
    /// When one question is given up; `None` is the engine's own limit.
    pub timeout: Option<Duration>,
    /// How often a question whose outcome allows it is tried in all.
    pub tries: u32,
}

impl Default for Pace {
    fn default() -> Self {
        Self { at_once: 8, per_minute: None, per_day: None, timeout: None, tries: 1 }
    }
}

/// A provider's work on one question.
pub type Work = Pin<Box<dyn Future<Output = Outcome> + Send>>;

/// Someone on the network who answers a kind of question.
pub trait Provider: Send + Sync {
    /// Short name for the log: `dns`.
    fn id(&self) -> &'static str;

    /// How far its packets travel.
    fn reach(&self) -> Reach;

    /// True for the keys that it answers.
    fn answers(&self, key: &Key) -> bool;

    /// Whom it asks about a key, for the log and the origin of a fact.
    fn receiver(&self, key: &Key) -> String;

    /// Every packet that a question would send, as far as that is known before the first answer.
    fn plan(&self, key: &Key) -> Vec<Query>;

    /// Packets that go out beside the first question of a run and not again: control questions, which show whether
    /// what comes back can be believed. None once they were answered.
    fn once(&self, key: &Key) -> Vec<Query> {
        let _ = key;
        Vec::new()
    }

    /// How it wants to be asked.
    fn pace(&self) -> Pace {
        Pace::default()
    }

    /// What it found out about those whom it asks and a person has to know, each once.
    fn warnings(&self) -> Vec<Words> {
        Vec::new()
    }

    /// What can be said of a key without asking: that it cannot be asked, or that it answers itself.
    fn without_asking(&self, key: &Key) -> Option<Fact> {
        let _ = key;
        None
    }

    /// Asks. The permit is spent with the question.
    fn run(&self, key: &Key, permit: Permit) -> Work;
}

/// Where answers are kept between runs. Calls come from the screen's thread: `get` reads a row, `put` only hands over.
pub trait Keep: Send + Sync {
    /// The fact kept for a key that is still fresh at `now`, with the moment (Unix seconds) at which it expires.
    fn get(&self, key: &Key, now: i64) -> Option<(Fact, i64)>;

    /// Keeps a fact until `expires`, Unix seconds.
    fn put(&self, key: &Key, fact: &Fact, expires: i64);

    /// How often each provider was asked in each hour since `since` (Unix seconds), for limits that hold for a day.
    fn counted(&self, since: i64) -> Vec<Counted> {
        let _ = since;
        Vec::new()
    }

    /// A provider was asked once more, at `now` (Unix seconds).
    fn count(&self, provider: &str, now: i64) {
        let _ = (provider, now);
    }
}

/// How often a provider was asked within an hour, by all runs of the program together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// [`Provider::id`].
    pub provider: String,
    /// The hour: Unix seconds divided by 3,600.
    pub hour: i64,
    /// How often.
    pub count: u32,
}

/// Every provider, in the order in which they are looked through for a key.
fn providers(settings: &Settings) -> Vec<Arc<dyn Provider>> {
    let resolver = Arc::new(dns::Resolver::new(settings.servers.clone(), settings.timeout).controlled());
    let dns: Arc<dyn Provider> = Arc::new(dns::Dns::new(Arc::clone(&resolver)));
    let visits = visit::Visits::new(client(settings), Arc::clone(&dns), settings.visit.clone());
    let mail_policies = mail_policy::MailPolicies::new(client(settings), &dns, settings.visit.clone());
    let client = client(settings);
    let registries = Arc::new(registries::Registries::new(settings.data_dir.as_deref()));
    let mut providers: Vec<Arc<dyn Provider>> =
        vec![Arc::new(feeds::Feeds::new(settings.data_dir.as_deref())), Arc::clone(&dns), Arc::new(visits)];
    providers.push(Arc::new(mail_policies));
    providers.extend(blocklists::providers(&settings.lists, &resolver, settings.timeout, &settings.keys));
    if settings.services.iter().any(|name| name == routes::ID) {
        providers.push(Arc::new(routes::Routes::new(Arc::clone(&resolver), settings.timeout)));
    }
    // Who names no service at all wants nobody asked but name servers.
    if !settings.services.is_empty() {
        providers.push(Arc::new(rdap::Rdap::new(client.clone(), Arc::clone(&registries))));
        providers.push(Arc::new(whois::Whois::new(dialer(settings), registries)));
    }
    // Behind a proxy nobody here asks for the addresses of receivers.
    let names = (!client.has_proxy()).then_some(&dns);
    providers.extend(services::named(&client, names, settings));
    providers
}

/// Which questions an engine with these settings could put to somebody, whatever the reach. Sends nothing.
pub fn able(settings: &Settings) -> impl Fn(&Key) -> bool + use<> {
    let providers = providers(settings);
    let replay_only = settings.replay_only;
    move |key| !replay_only && providers.iter().any(|provider| provider.answers(key))
}

/// What a person has to know of these name servers: whether they invent or deny names. Asks two control questions of
/// nobody's name, and nothing at all in the local reach.
pub async fn doubts(servers: &Servers, timeout: Duration, reach: Reach) -> Vec<Words> {
    if reach == Reach::Local {
        return Vec::new();
    }
    dns::Resolver::new(servers.clone(), timeout).controlled().doubts().await
}

/// The readers of what others send, for [`crate::fuzzing`].
#[cfg(feature = "fuzzing")]
pub(crate) mod doors {
    use super::Key;
    use crate::facts::listing::Seen;
    use crate::facts::registration::Registration;

    pub(crate) fn dns(bytes: &[u8], asked: &str) -> Option<Vec<String>> {
        super::dns::read::of_bytes(bytes, asked)
    }

    pub(crate) fn rdap(body: &[u8], key: &Key) -> Option<Registration> {
        super::rdap::of_body(body.to_vec(), key)
    }

    pub(crate) fn whois(bytes: &[u8], charset: Option<&str>, key: &Key, finder: bool) -> Option<Registration> {
        super::whois::of_bytes(bytes, charset, key, finder)
    }

    pub(crate) fn http(bytes: &[u8]) -> Option<super::http::Response> {
        super::http::of_bytes(bytes)
    }

    pub(crate) fn feed(bytes: &[u8]) -> Vec<(u64, u64)> {
        super::feeds::of_bytes(bytes)
    }

    pub(crate) fn history(bytes: &[u8]) -> Vec<Seen> {
        super::history::of_bodies(bytes)
    }

    pub(crate) fn geofeed(bytes: &[u8]) -> usize {
        super::geofeed::Geofeed::parse(bytes).1.len()
    }
}

/// The HTTP client that follows the user's choice of resolver and proxy: for providers and for commands that download.
/// Opens nothing before its first request.
#[must_use]
pub fn client(settings: &Settings) -> http::Client {
    #[cfg(test)]
    if let Some((_, roots)) = &settings.world {
        return http::Client::trusting(dialer(settings), roots.clone());
    }
    http::Client::new(dialer(settings))
}

/// The DNS questions that finding a receiver's address takes; none behind a proxy, which finds it by itself.
fn name_questions(names: Option<&Arc<dyn Provider>>, host: &str) -> Vec<Query> {
    let literal = host.parse::<std::net::IpAddr>().is_ok();
    names.filter(|_| !literal).map_or_else(Vec::new, |names| names.plan(&Key::Addresses(host.to_owned())))
}

fn dialer(settings: &Settings) -> dial::Dialer {
    let resolver = Arc::new(dns::Resolver::new(settings.servers.clone(), settings.timeout));
    let names = dial::ByProvider(Arc::new(dns::Dns::new(resolver)));
    let dialer = dial::Dialer::new(Arc::new(names), settings.proxy.clone());
    #[cfg(test)]
    let dialer = dialer.with_detour(settings.world.as_ref().map(|(detour, _)| Arc::clone(detour)));
    dialer
}

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

use crate::facts::{Fact, Key, Reach, State};

mod anycast;
mod cache;
mod database;
mod dns;
mod engine;
mod file;
mod gate;
pub mod geo;
mod geofeed;
mod log;
#[cfg(test)]
mod mmdb;
mod name;
mod prefix;
mod recording;
mod reserved;
mod servers;

pub use engine::{Clock, Engine, Priority, Settings, Update, system_clock};
pub use gate::Permit;
pub use log::FILE as LOG_FILE;
pub use recording::Recording;
pub use servers::{Server, Servers};

/// What a provider brings back for one question.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// [`State::Value`], [`State::Absent`] or [`State::Failed`].
    pub state: State,
    /// Seconds for which the source lets the answer be used again.
    pub ttl: Option<u32>,
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

    /// Whom it asks, for the log and the origin of a fact.
    fn receiver(&self) -> String;

    /// The most questions that it has under way at once.
    fn at_once(&self) -> usize {
        8
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
}

/// Every provider, in the order in which they are looked through for a key.
fn providers(settings: &Settings) -> Vec<Arc<dyn Provider>> {
    vec![Arc::new(dns::Dns::new(settings.servers.clone(), settings.timeout))]
}

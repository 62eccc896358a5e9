//! The safe visit: where a link leads, hop by hop, and what stands at its end. Text only; nothing is run, sent or kept.
//!
//! Each address is asked by HEAD and, where that does not already send on, by GET, with no cookie, no referrer and the
//! words of a browser. Every hop is checked anew, after its name was resolved: what is not the public Internet on the
//! usual ports is refused and told (see [`super::policy`]). Redirects count by `Location`, `Refresh`, a `meta` tag and by
//! scripts that name their target in plain letters. From the page's own host its small picture is asked for, once.
//! [`crate::webpage`] reads the page; its bytes are not kept.
//!
//! A visit leaves only after somebody was shown the URL and said yes ([`Key::needs_consent`]).

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use url::{Host, Url};

use super::dial::Failure;
use super::http::{Client, Request, Response};
use super::policy::Policy;
use super::{Outcome, Pace, Permit, Provider, Query, Work};
use crate::facts::phrases::connection;
use crate::facts::phrases::notes::{self, noted};
use crate::facts::{Fact, Key, Reach, State};

mod walk;

#[cfg(test)]
mod tests;

use walk::{Times, Walk};

/// Seconds for which a visit counts as fresh: long enough for a working day, as pages of this kind live for hours.
const KEPT: u32 = 6 * 3600;

/// How a visitor presents itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manner {
    /// `User-Agent`.
    pub agent: String,
    /// `Accept-Language`.
    pub languages: String,
}

impl Default for Manner {
    /// As the most common browser for people who want to look like everybody else.
    fn default() -> Self {
        Self {
            agent: "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0".to_owned(),
            languages: "en-US,en;q=0.5".to_owned(),
        }
    }
}

/// An answer on its way.
type Fetching = Pin<Box<dyn Future<Output = Result<Response, Failure>> + Send>>;

/// The web as a visitor sees it: the client, or a made-up one in tests.
trait Web: Send + Sync {
    /// Asks once; follows nothing.
    fn fetch(&self, request: Request, permit: Permit) -> Fetching;
}

impl Web for Client {
    fn fetch(&self, request: Request, permit: Permit) -> Fetching {
        let client = self.clone();
        Box::pin(async move { Self::fetch(&client, request, &permit).await })
    }
}

/// Visits links.
pub(super) struct Visits {
    web: Arc<dyn Web>,
    manner: Manner,
    policy: Policy,
    times: Times,
    /// Who finds the addresses of hosts, for the plan; nobody does behind a proxy.
    names: Option<Arc<dyn Provider>>,
}

impl Visits {
    /// A visitor that goes out by `client`, whose hosts' addresses `names` finds.
    pub(super) fn new(client: Client, names: Arc<dyn Provider>, manner: Manner) -> Self {
        let names = (!client.has_proxy()).then_some(names);
        Self { web: Arc::new(client), manner, policy: Policy::Public, times: Times::USUAL, names }
    }
}

impl Provider for Visits {
    fn id(&self) -> &'static str {
        "visit"
    }

    fn reach(&self) -> Reach {
        Reach::Sender
    }

    fn answers(&self, key: &Key) -> bool {
        matches!(key, Key::Page(_))
    }

    fn receiver(&self, key: &Key) -> String {
        target(key).ok().and_then(|url| url.host_str().map(ToOwned::to_owned)).unwrap_or_default()
    }

    /// The host's address, both requests for the page, and its picture where the page does not name another.
    fn plan(&self, key: &Key) -> Vec<Query> {
        let Ok(mut url) = target(key) else { return Vec::new() };
        let mut plan = Vec::new();
        if let (Some(names), Some(Host::Domain(host))) = (&self.names, url.host()) {
            plan = names.plan(&Key::Addresses(host.trim_end_matches('.').to_owned()));
        }
        let scheme = if url.scheme() == "https" { "HTTPS" } else { "HTTP" };
        let receiver = format!("{} ({scheme})", url.host_str().unwrap_or_default());
        // What is never sent is not shown as if it were.
        url.set_fragment(None);
        let _ = (url.set_username(""), url.set_password(None));
        let picture = url.join("/favicon.ico").ok();
        let asks = [noted(&format!("HEAD {url}"), notes::SENDS_ON), noted(&format!("GET {url}"), notes::NOT_SENT_ON)];
        let asks = asks.into_iter().chain(picture.map(|url| noted(&format!("GET {url}"), notes::NO_OTHER_PICTURE)));
        plan.extend(asks.map(|asks| Query { receiver: receiver.clone(), asks }));
        plan
    }

    fn pace(&self) -> Pace {
        Pace { at_once: 2, timeout: Some(self.times.whole + Duration::from_secs(5)), ..Pace::default() }
    }

    fn without_asking(&self, key: &Key) -> Option<Fact> {
        if !self.answers(key) {
            return None;
        }
        let why = target(key).and_then(|url| walk::refused(&url, self.policy).map_or(Ok(()), Err)).err()?;
        Some(Fact { state: State::Failed(why), ..Fact::default() })
    }

    fn run(&self, key: &Key, permit: Permit) -> Work {
        let walk = Walk::new(self, permit);
        let url = target(key);
        Box::pin(async move {
            match url {
                Ok(url) => walk.run(url).await,
                Err(why) => Outcome::new(State::Failed(why), None),
            }
        })
    }
}

/// The URL of a key; else why it is none.
fn target(key: &Key) -> Result<Url, String> {
    let Key::Page(text) = key else { return Err(connection::ADDRESS.en.to_owned()) };
    Url::parse(text).map_err(|_| connection::ADDRESS.en.to_owned())
}

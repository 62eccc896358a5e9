//! RDAP (RFC 7480, 9082, 9083): who registered a domain, a block of addresses or an AS number, asked of the registry that
//! IANA names for it.
//!
//! A question is one exchange over https. A registry may send it on to another one; that is followed a few times, to
//! public hosts and over https only. Where a registry of domains keeps no registrants itself (`.com`), its link to the
//! registrar is followed once. Whatever comes is hostile: read up to a limit of bytes, depth and entries, and what is
//! left out is told. Never follows any other link, never asks for more than one thing, never sends who asks.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use url::Url;

use super::dial::Failure;
use super::http::{Client, Request, Response};
use super::policy::Policy;
use super::registries::manners::PAUSE;
use super::registries::{Registries, Source, known_as};
use super::{Again, Outcome, Pace, Permit, Provider, Query, Work};
use crate::facts::phrases::notes::{self, noted};
use crate::facts::phrases::registry;
use crate::facts::registration::Registration;
use crate::facts::{Answer, Fact, Key, Reach, State};
use crate::text::Words;

mod card;
mod object;
mod read;
#[cfg(test)]
mod tests;

pub(super) use read::{complete, note, prefix};

use object::Object;

/// The media type of answers (RFC 7480 section 4.2), and what servers send in its place.
const ACCEPT: &str = "application/rdap+json, application/json;q=0.8";
/// The most redirects that are followed.
const REDIRECTS: usize = 4;
/// Bytes of an answer.
const BODY: usize = 1 << 20;
/// Each exchange is given up after this.
const EXCHANGE: Duration = Duration::from_secs(10);
/// A question of up to two answers, with the waits for its turns.
const QUESTION: Duration = Duration::from_secs(40);
/// Between two questions to one host.
const GAP: Duration = Duration::from_millis(200);

/// The provider.
pub(crate) struct Rdap {
    asker: Arc<Asker>,
}

struct Asker {
    client: Client,
    registries: Arc<Registries>,
    bounds: Bounds,
}

/// Where a question may go.
#[derive(Debug, Clone, Copy)]
struct Bounds {
    /// The server of the tables.
    first: Policy,
    /// Where that one sends it.
    onward: Policy,
    /// Only https.
    secure: bool,
}

impl Rdap {
    /// A provider that asks the servers of `registries` through `client`.
    pub(crate) fn new(client: Client, registries: Arc<Registries>) -> Self {
        let bounds = Bounds { first: Policy::Public, onward: Policy::Public, secure: true };
        Self { asker: Arc::new(Asker { client, registries, bounds }) }
    }

    /// Where a key is asked; `None` where not over RDAP.
    fn url(&self, key: &Key) -> Option<Url> {
        let Some(Source::Rdap(base)) = self.asker.registries.source(key) else { return None };
        let path = match key {
            Key::Owner(name) => format!("domain/{}", name.trim_end_matches('.')),
            Key::Block(address) => format!("ip/{}", address.to_canonical()),
            Key::System(number) => format!("autnum/{number}"),
            _ => return None,
        };
        base.join(&path).ok()
    }
}

impl Provider for Rdap {
    fn id(&self) -> &'static str {
        "rdap"
    }

    fn reach(&self) -> Reach {
        Reach::ThirdParty
    }

    fn answers(&self, key: &Key) -> bool {
        matches!(self.asker.registries.source(key), Some(Source::Rdap(_)))
    }

    fn receiver(&self, key: &Key) -> String {
        self.url(key).as_ref().and_then(Url::host_str).unwrap_or_default().to_owned()
    }

    fn plan(&self, key: &Key) -> Vec<Query> {
        let Some(url) = self.url(key).filter(|_| self.without_asking(key).is_none()) else { return Vec::new() };
        let receiver = self.receiver(key);
        let names = self.asker.client.announces(&receiver);
        names
            .into_iter()
            .chain([Query {
                receiver: format!("{receiver} (HTTPS)"),
                asks: noted(&format!("GET {url}"), notes::REGISTRAR_NAMED),
            }])
            .collect()
    }

    fn pace(&self) -> Pace {
        Pace { timeout: Some(QUESTION), tries: 2, ..Pace::default() }
    }

    fn without_asking(&self, key: &Key) -> Option<Fact> {
        self.asker.registries.without_asking(key)
    }

    fn run(&self, key: &Key, permit: Permit) -> Work {
        let (asker, key, url) = (Arc::clone(&self.asker), key.clone(), self.url(key));
        Box::pin(async move {
            let Some(url) = url else { return Outcome::default() };
            let mut asked = Vec::new();
            let outcome = asker.ask(&key, url, &permit, &mut asked).await;
            Outcome { receiver: (!asked.is_empty()).then(|| asked.join(", ")), ..outcome }
        })
    }
}

/// Why there is no answer.
enum Nothing {
    /// The registry has no such thing.
    Absent,
    /// It failed, and whether another try helps.
    Failed(String, Option<Again>),
}

impl From<Failure> for Nothing {
    fn from(failure: Failure) -> Self {
        let again = match failure.again() {
            // One of many registries asks for it.
            Some(Again::After(time)) => Some(Again::NotBefore(time)),
            again => again,
        };
        Self::Failed(failure.text(), again)
    }
}

impl From<Words> for Nothing {
    fn from(words: Words) -> Self {
        Self::Failed(words.en.to_owned(), None)
    }
}

impl From<Nothing> for Outcome {
    fn from(nothing: Nothing) -> Self {
        match nothing {
            Nothing::Absent => Self::new(State::Absent, None),
            Nothing::Failed(why, again) => Self { again, ..Self::new(State::Failed(why), None) },
        }
    }
}

impl Asker {
    /// Asks a registry and, where it keeps only half of what is known, the registrar. `asked` gets the hosts.
    async fn ask(&self, key: &Key, url: Url, permit: &Permit, asked: &mut Vec<String>) -> Outcome {
        let (object, at) = match self.follow(url, self.bounds.first, permit, asked).await {
            Ok(came) => came,
            Err(nothing) => return nothing.into(),
        };
        if !object.fits(key) {
            return Nothing::from(registry::NOT_RDAP).into();
        }
        let mut registration = read::registration(&object, key);
        registration.registry = at.host_str().map(known_as);
        if let Some(link) = self.related(&object, key, &at) {
            self.complete(&mut registration, key, link, permit, asked).await;
        }
        Outcome::new(State::Value(Answer::Registration(Box::new(registration))), None)
    }

    /// Adds what the registrar knows and the registry does not.
    async fn complete(
        &self,
        registration: &mut Registration,
        key: &Key,
        link: Url,
        permit: &Permit,
        asked: &mut Vec<String>,
    ) {
        match self.follow(link, self.bounds.onward, permit, asked).await {
            Ok((object, _)) if object.fits(key) => read::complete(registration, read::registration(&object, key)),
            _ => read::note(registration, registry::REGISTRAR_SILENT),
        }
    }

    /// One answer, wherever the registry sends the question. Gives the URL that answered as well.
    async fn follow(
        &self,
        mut url: Url,
        mut policy: Policy,
        permit: &Permit,
        asked: &mut Vec<String>,
    ) -> Result<(Object, Url), Nothing> {
        let mut seen: Vec<Url> = Vec::new();
        loop {
            if seen.contains(&url) || seen.len() > REDIRECTS {
                return Err(registry::CIRCLES.into());
            }
            let response = self.exchange(&url, policy, permit, asked).await?;
            let Some(next) = self.sent_on(&response, &url)? else {
                return Ok((object(&response)?, url));
            };
            seen.push(url);
            url = next;
            policy = self.bounds.onward;
        }
    }

    async fn exchange(
        &self,
        url: &Url,
        policy: Policy,
        permit: &Permit,
        asked: &mut Vec<String>,
    ) -> Result<Response, Nothing> {
        let host = url.host_str().unwrap_or_default().to_owned();
        self.registries.manners.turn(&host, GAP).await?;
        let mut request = Request::get(url.clone()).with("accept", ACCEPT);
        request.policy = policy;
        request.limits.body = BODY;
        request.limits.time = EXCHANGE;
        let outcome = self.client.fetch(request, permit).await;
        // Only to whom something was sent.
        if !matches!(outcome, Err(Failure::NotPublic(_) | Failure::Name(_))) && !asked.contains(&host) {
            asked.push(host.clone());
        }
        let response = outcome?;
        if response.status == 429 || response.status == 503 && response.retry_after().is_some() {
            let wait = response.retry_after().unwrap_or(PAUSE);
            self.registries.manners.leave_alone(&host, wait);
            return Err(Failure::Wait(wait).into());
        }
        Ok(response)
    }

    /// Where a registry sends the question on to (RFC 7480 section 5.2); `None` where it answers itself.
    fn sent_on(&self, response: &Response, from: &Url) -> Result<Option<Url>, Nothing> {
        match response.status {
            200 => Ok(None),
            301 | 302 | 303 | 307 | 308 => {
                let place = response.header("location").and_then(|place| from.join(place).ok());
                place.filter(|url| self.may_ask(url)).map(Some).ok_or_else(|| registry::ASTRAY.into())
            }
            404 => Err(Nothing::Absent),
            400..=499 => Err(Nothing::Failed(format!("{}; HTTP {}", registry::REFUSES.en, response.status), None)),
            status => Err(Nothing::Failed(format!("{}; HTTP {status}", registry::BROKEN.en), Some(Again::Soon))),
        }
    }

    /// The registrar's own answer, where the registry of a domain keeps no registrant and names it: a link whose last part
    /// is the very domain, to another host.
    fn related(&self, object: &Object, key: &Key, at: &Url) -> Option<Url> {
        let Key::Owner(name) = key else { return None };
        if object.has_registrant() {
            return None;
        }
        object.related.iter().filter_map(|href| href.parse::<Url>().ok()).find(|url| {
            let last = url.path_segments().and_then(|mut parts| parts.next_back()).unwrap_or_default();
            self.may_ask(url)
                && url.query().is_none()
                && url.host_str() != at.host_str()
                && last.trim_end_matches('.').eq_ignore_ascii_case(name)
        })
    }

    /// A URL that a registry may name: https on its usual port, without a login.
    fn may_ask(&self, url: &Url) -> bool {
        let scheme = url.scheme() == "https" || url.scheme() == "http" && !self.bounds.secure;
        let usual = url.port().is_none() || self.bounds.onward == Policy::Anywhere;
        scheme && usual && url.username().is_empty() && url.password().is_none() && url.has_host()
    }
}

/// What the body of an answer is read as.
#[cfg(feature = "fuzzing")]
pub(super) fn of_body(body: Vec<u8>, key: &Key) -> Option<Registration> {
    let response = Response { status: 200, headers: Vec::new(), body, cut: None, peer: None, tls: None };
    let object = object(&response).ok()?;
    object.fits(key).then(|| read::registration(&object, key))
}

/// The answer of a server.
fn object(response: &Response) -> Result<Object, Nothing> {
    if let Some(cut) = response.cut {
        let again = (cut != super::http::Cut::Bytes).then_some(Again::Soon);
        return Err(Nothing::Failed(cut.words().en.to_owned(), again));
    }
    // Bounded in depth by the reader itself (128 levels).
    let value: Value = serde_json::from_slice(&response.body)
        .map_err(|error| Nothing::Failed(format!("{}; JSON: {error}", registry::NOT_RDAP.en), None))?;
    // Some servers say "not found" in the body alone (RFC 9083 section 6).
    if value.get("errorCode").and_then(Value::as_u64) == Some(404) {
        return Err(Nothing::Absent);
    }
    Object::read(&value).ok_or_else(|| registry::NOT_RDAP.into())
}

//! One visit: from address to address, each written down with what it answered, until a page, a refusal or a limit.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;
use url::{Host, Url};

use super::{Fetching, KEPT, Manner, Visits, Web};
use crate::facts::phrases::{connection, visit};
use crate::facts::visit::{Stop, Visit};
use crate::facts::{Answer, State};
use crate::lookup::dial::Failure;
use crate::lookup::http::{Cut, Limits, Method, Request, Response, Trust};
use crate::lookup::name;
use crate::lookup::policy::Policy;
use crate::lookup::{Outcome, Permit};
use crate::webpage::{self, Examined, Fetched};

/// How long a visit may take.
#[derive(Debug, Clone, Copy)]
pub(super) struct Times {
    /// All hops together.
    pub(super) whole: Duration,
    /// One request, so that one slow hop leaves time for the rest.
    pub(super) one: Duration,
}

impl Times {
    /// For somebody who waits for it.
    pub(super) const USUAL: Self = Self { whole: Duration::from_secs(10), one: Duration::from_secs(4) };
}

/// The most redirects that are followed.
pub(super) const HOPS: usize = 5;
/// The most bytes of a header.
const HEAD_BYTES: usize = 64 * 1024;
/// The most bytes of a picture of a site.
const ICON_BYTES: usize = 256 * 1024;
/// The most bytes of an address that are kept.
const URL_BYTES: usize = 4_096;
/// The most bytes of another header field that are kept.
const FIELD_BYTES: usize = 300;

/// Why an address is not asked at all, known without a packet.
pub(super) fn refused(url: &Url, policy: Policy) -> Option<String> {
    let because = |failure: &Failure| Some(failure.text());
    let (Some(host), Some(port)) = (url.host(), url.port_or_known_default()) else {
        return because(&Failure::Because(connection::ADDRESS));
    };
    if !matches!(url.scheme(), "http" | "https") {
        return because(&Failure::Because(connection::ADDRESS));
    }
    if !policy.port(port) {
        return because(&Failure::Because(connection::PORT));
    }
    let address = match host {
        Host::Ipv4(four) => four.into(),
        Host::Ipv6(six) => six.into(),
        Host::Domain(text) => match name::host(text) {
            name::Host::Address(address) => address,
            // Onion names are for a proxy to judge.
            name::Host::Refused(why) if text.trim_end_matches('.').rsplit('.').next() != Some("onion") => {
                return Some(why.en.to_owned());
            }
            _ => return None,
        },
    };
    if policy.address(address).is_some() { None } else { because(&Failure::NotPublic(address)) }
}

/// A visit on its way.
pub(super) struct Walk {
    web: Arc<dyn Web>,
    manner: Manner,
    policy: Policy,
    times: Times,
    permit: Permit,
    ends: Instant,
    visit: Visit,
    /// Where it has been, without fragments.
    been: Vec<Url>,
    /// Why the last request failed, for whether another try may bring more.
    failure: Option<Failure>,
}

/// Where an answer sends on.
struct Onward {
    to: String,
    how: String,
}

impl Walk {
    pub(super) fn new(visits: &Visits, permit: Permit) -> Self {
        Self {
            web: Arc::clone(&visits.web),
            manner: visits.manner.clone(),
            policy: visits.policy,
            times: visits.times,
            permit,
            ends: Instant::now() + visits.times.whole,
            visit: Visit::default(),
            been: Vec::new(),
            failure: None,
        }
    }

    pub(super) async fn run(mut self, start: Url) -> Outcome {
        self.ends = Instant::now() + self.times.whole;
        let mut next = Some(start);
        while let Some(url) = next.take() {
            next = match self.may_go(&url) {
                Ok(()) => self.stop(url).await,
                Err(why) => {
                    self.refuse(url.as_str(), why);
                    None
                }
            };
        }
        self.outcome()
    }

    /// A first address that gave no answer is no visit; a refusal after its name was resolved is one.
    fn outcome(self) -> Outcome {
        if let ([only], Some(failure)) = (self.visit.hops.as_slice(), &self.failure)
            && only.refused.is_some()
            && !matches!(failure, Failure::NotPublic(_))
        {
            return failure.outcome();
        }
        Outcome::new(State::Value(Answer::Visit(Box::new(self.visit))), Some(KEPT))
    }

    fn may_go(&self, url: &Url) -> Result<(), String> {
        if let Some(why) = refused(url, self.policy) {
            return Err(why);
        }
        let because = |words: crate::text::Words| Err(words.en.to_owned());
        if self.been.contains(&bare(url)) {
            return because(visit::LOOP);
        }
        if self.been.len() > HOPS {
            return because(visit::TOO_MANY_HOPS);
        }
        if Instant::now() >= self.ends {
            return because(visit::OUT_OF_TIME);
        }
        Ok(())
    }

    /// Writes down an address that is not gone to.
    fn refuse(&mut self, url: &str, why: String) {
        self.visit.hops.push(Stop { url: short(url, URL_BYTES), refused: Some(why.clone()), ..Stop::default() });
        self.visit.ended = Some(why);
    }

    /// Goes to one address. Gives the next one.
    async fn stop(&mut self, url: Url) -> Option<Url> {
        self.been.push(bare(&url));
        let head = self.ask(&url, Method::Head).await;
        let mut before = None;
        match head {
            Ok(answer) => {
                let mut stop = stop(&url, "HEAD", &answer);
                if let Some(onward) = location(&answer) {
                    return self.follow(&url, stop, onward);
                }
                stop.how = None;
                before = Some(stop);
            }
            // Some servers do not know HEAD, some hang up on it. Where nobody was reached, GET reaches nobody.
            Err(failure) if is_final(&failure) => return self.fail(&url, "HEAD", failure),
            Err(_) => {}
        }
        let answer = match self.ask(&url, Method::Get).await {
            Ok(answer) => answer,
            Err(failure) => {
                self.visit.hops.extend(before);
                return self.fail(&url, "GET", failure);
            }
        };
        let got = stop(&url, "GET", &answer);
        // What HEAD was told is kept where it is something else.
        self.visit.hops.extend(before.filter(|before| before.status != got.status));
        if let Some(onward) = location(&answer) {
            return self.follow(&url, got, onward);
        }
        let Examined { shown, icon, onward } = webpage::examine(&Fetched {
            url: &url,
            media: answer.header("content-type"),
            body: &answer.body,
            cut: answer.cut.is_some(),
        });
        let refresh = answer.header("refresh").and_then(webpage::refresh);
        let onward = refresh
            .map(|to| Onward { to: to.to_owned(), how: "Refresh".to_owned() })
            .or_else(|| onward.map(|onward| Onward { to: onward.to, how: onward.how.to_owned() }))
            .filter(|onward| url.join(&onward.to).map_or(true, |next| bare(&next) != bare(&url)));
        let page = shown.file.is_none() && (200..300).contains(&answer.status);
        let number = shown.favicon;
        self.visit.page = Some(shown);
        if let Some(onward) = onward {
            return self.follow(&url, got, onward);
        }
        self.visit.hops.push(got);
        self.visit.ended = answer.cut.filter(|cut| *cut != Cut::Bytes).map(|cut| cut.words().en.to_owned());
        if let Some(icon) = icon.filter(|_| page && number.is_none()) {
            let number = self.icon(icon).await;
            if let Some(shown) = &mut self.visit.page {
                shown.favicon = number;
            }
        }
        None
    }

    /// Writes down a stop that sends on.
    fn follow(&mut self, from: &Url, mut stop: Stop, onward: Onward) -> Option<Url> {
        let next = from.join(&onward.to);
        stop.to = Some(short(next.as_ref().map_or(onward.to.as_str(), Url::as_str), URL_BYTES));
        stop.how = Some(onward.how);
        self.visit.hops.push(stop);
        if next.is_err() {
            self.refuse(&onward.to, visit::NOT_AN_ADDRESS.en.to_owned());
        }
        next.ok()
    }

    /// Writes down an address that gave no answer.
    fn fail(&mut self, url: &Url, method: &str, failure: Failure) -> Option<Url> {
        let why = failure.text();
        let address = if let Failure::NotPublic(address) = &failure { Some(*address) } else { None };
        self.visit.hops.push(Stop {
            url: short(url.as_str(), URL_BYTES),
            address,
            method: method.to_owned(),
            refused: Some(why.clone()),
            ..Stop::default()
        });
        self.visit.ended = Some(why);
        self.failure = Some(failure);
        None
    }

    /// The number of the site's picture; nothing where it is sent elsewhere or is no picture.
    async fn icon(&self, url: Url) -> Option<i32> {
        if refused(&url, self.policy).is_some() || Instant::now() >= self.ends {
            return None;
        }
        let mut request = self.request(url, Method::Get);
        request.limits.body = ICON_BYTES;
        let request = request.with("Accept", "image/avif,image/webp,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5");
        let answer = self.fetch(request).await.ok()?;
        let media = answer.header("content-type").unwrap_or_default().to_ascii_lowercase();
        let picture = answer.status == 200 && answer.cut.is_none() && !answer.body.is_empty();
        (picture && !media.starts_with("text/html")).then(|| webpage::favicon(&answer.body))
    }

    fn ask(&self, url: &Url, method: Method) -> Fetching {
        let accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
        self.fetch(self.request(url.clone(), method).with("Accept", accept))
    }

    fn fetch(&self, request: Request) -> Fetching {
        self.web.fetch(request, self.permit.again())
    }

    fn request(&self, url: Url, method: Method) -> Request {
        let left = self.ends.saturating_duration_since(Instant::now());
        let limits = Limits {
            head: HEAD_BYTES,
            body: webpage::PAGE_BYTES,
            time: left.min(self.times.one),
            quiet: self.times.one,
        };
        let request = Request { method, limits, policy: self.policy, trust: Trust::Record, ..Request::get(url) };
        let manner = [("User-Agent", &self.manner.agent), ("Accept-Language", &self.manner.languages)];
        manner
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .fold(request, |request, (name, value)| request.with(name, value))
    }
}

/// Another method brings no more.
fn is_final(failure: &Failure) -> bool {
    match failure {
        Failure::Name(_) | Failure::NotPublic(_) => true,
        Failure::Because(words) => [
            connection::ADDRESS,
            connection::PORT,
            connection::NO_ADDRESS,
            connection::UNREACHABLE,
            connection::NO_ROOM,
            connection::TLS,
            connection::PROXY_AWAY,
            connection::PROXY_REFUSES,
        ]
        .iter()
        .any(|one| one.en == words.en),
        Failure::Wait(_) => false,
    }
}

/// What an answer says of its sender.
fn stop(url: &Url, method: &str, answer: &Response) -> Stop {
    let field = |name: &str| answer.header(name).map(|value| short(value, FIELD_BYTES));
    Stop {
        url: short(url.as_str(), URL_BYTES),
        address: answer.peer.map(|peer| peer.ip()),
        method: method.to_owned(),
        status: Some(answer.status),
        server: field("server"),
        media: field("content-type"),
        certificate: answer.tls.as_ref().and_then(crate::lookup::http::Tls::certificate),
        distrust: answer.tls.as_ref().and_then(|tls| tls.verified.clone().err()),
        ..Stop::default()
    }
}

/// Where a redirect of HTTP leads (RFC 9110 section 15.4).
fn location(answer: &Response) -> Option<Onward> {
    let to = answer.header("location").map(str::trim).filter(|to| !to.is_empty())?;
    matches!(answer.status, 300..=303 | 305..=308).then(|| Onward { to: to.to_owned(), how: answer.status.to_string() })
}

fn bare(url: &Url) -> Url {
    let mut url = url.clone();
    url.set_fragment(None);
    url
}

/// At most so many bytes, no character cut in two.
fn short(text: &str, limit: usize) -> String {
    text.get(..text.floor_char_boundary(limit)).unwrap_or_default().to_owned()
}

//! Services with an interface of their own that say what they know of a name, an address, a file or a URL.
//!
//! One file each, one row each: what it knows, which key it wants, how often it may be asked, what a question says and
//! how its answer is read. Names and digests are asked about before whole URLs, and a URL leaves only after somebody was
//! shown it ([`Key::needs_consent`]). A key goes into a header field or a form and is never part of a plan, a receiver or
//! a fact. Nothing is asked of a service that the setting `services` does not name.

use std::sync::Arc;
use std::time::Duration;

use url::Url;

use super::dial::Failure;
use super::http::{Client, Limits, Method, Request, Response};
use super::keys::{Keys, variable};
use super::policy::Policy;
use super::{Again, Outcome, Pace, Permit, Provider, Query, Work, certificates, history};
use crate::facts::listing::{Judgement, Thing};
use crate::facts::phrases::notes::noted;
use crate::facts::phrases::{connection, lists};
use crate::facts::{Answer, Fact, Key, Origin, Reach, State};
use crate::text::Words;

mod abuseipdb;
mod canonical;
mod internetdb;
mod phishtank;
mod safebrowsing;
#[cfg(test)]
mod tests;
mod urlscan;
mod virustotal;

/// The most bytes of an answer.
const BODY: usize = 4 << 20;
/// The most bytes of a value that is kept.
const VALUE: usize = 200;
/// How long an answer is waited for.
const PATIENCE: Duration = Duration::from_secs(30);
/// Seconds for which an answer counts as fresh, where the service does not say.
const KEPT: u32 = 6 * 3600;

/// What a service knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Knows {
    /// Domains.
    pub domains: bool,
    /// Addresses.
    pub addresses: bool,
    /// Files by their SHA-256.
    pub files: bool,
    /// Whole URLs.
    pub urls: bool,
}

/// How a key is handed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum KeyGoes {
    /// There is none.
    Nowhere,
    /// In this header field.
    Header(&'static str),
    /// In this field of a form; the service answers without one, too.
    Form(&'static str),
}

/// A service.
pub(crate) struct Row {
    /// Its id in [`Key::Judged`] and in the setting `services`; its key has the same name.
    pub(crate) id: &'static str,
    /// Its name for readers.
    pub(crate) title: &'static str,
    /// Where it is.
    base: &'static str,
    /// What it knows.
    pub(crate) knows: Knows,
    key: KeyGoes,
    pace: Pace,
    /// The questions about a thing, in their order; all but the first may not be needed.
    asks: fn(&Thing) -> Vec<Ask>,
    read: Read,
}

/// How answers are read.
enum Read {
    /// One question, one answer.
    Once(fn(&Thing, &[u8]) -> Option<Reading>),
    /// Search first, submit only where nothing was found, and wait for the result.
    Scan,
}

/// One request.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Ask {
    /// Path and query below the base.
    path: String,
    /// Fields of a form; a POST where there are any.
    form: Vec<(&'static str, String)>,
    /// A body of JSON; a POST where there is one.
    json: Option<String>,
    /// What the reader of a plan has to know besides.
    note: Option<Words>,
}

impl Ask {
    fn get(path: String) -> Self {
        Self { path, ..Self::default() }
    }
}

/// What an answer says.
#[derive(Debug, Clone, PartialEq, Default)]
struct Reading {
    /// `None`: it knows nothing of the thing.
    judgement: Option<Judgement>,
    /// Seconds for which it says it holds.
    ttl: Option<u32>,
}

/// Every service.
const ROWS: &[&Row] =
    &[&virustotal::ROW, &urlscan::ROW, &abuseipdb::ROW, &safebrowsing::ROW, &phishtank::ROW, &internetdb::ROW];

/// Id, name and knowledge of every service.
pub fn all() -> impl Iterator<Item = (&'static str, &'static str, Knows)> {
    ROWS.iter().map(|row| (row.id, row.title, row.knows))
}

/// The providers of everything that a user has named, logs of certificates and passive DNS included.
pub(super) fn named(
    client: &Client,
    names: Option<&Arc<dyn Provider>>,
    settings: &super::Settings,
) -> Vec<Arc<dyn Provider>> {
    let keys = &settings.keys;
    let mut all = providers(client, names, keys, &settings.services);
    let named = |id: &str| settings.services.iter().any(|name| name == id);
    if named(certificates::ID) {
        all.push(Arc::new(certificates::Certificates::new(client, names)));
    }
    // One of them answers: the first that has what it needs, else the first, which says what is missing.
    let histories: Vec<_> = history::Source::ALL.into_iter().filter(|source| named(source.id())).collect();
    let ready = histories.iter().find(|source| source.is_ready(keys));
    if let Some(source) = ready.or(histories.first()) {
        all.push(Arc::new(history::History::new(*source, client, names, keys)));
    }
    all
}

/// Ids that the setting `services` may name, with the name of each.
pub const NAMES: [(&str, &str); 11] = [
    ("virustotal", "VirusTotal"),
    ("urlscan", "urlscan.io"),
    ("abuseipdb", "AbuseIPDB"),
    ("safebrowsing", "Google Safe Browsing"),
    ("phishtank", "PhishTank"),
    ("internetdb", "Shodan InternetDB"),
    (certificates::ID, "crt.sh"),
    ("dnsdb", "Farsight DNSDB"),
    ("circl", "CIRCL passive DNS"),
    ("mnemonic", "mnemonic passive DNS"),
    (super::routes::ID, "Team Cymru IP to ASN"),
];

/// What can be asked, of all that the services that a user has named know.
#[must_use]
pub fn offers(named: &[String]) -> Offers {
    let has = |id: &str| named.iter().any(|name| name == id);
    Offers {
        services: all().filter(|(id, ..)| has(id)).map(|(id, _, knows)| (id, knows)).collect(),
        certificates: has(certificates::ID),
        history: history::Source::ALL.into_iter().any(|source| has(source.id())),
    }
}

/// See [`offers`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Offers {
    /// Services with what they know.
    pub services: Vec<(&'static str, Knows)>,
    /// Logs of certificates.
    pub certificates: bool,
    /// Passive DNS.
    pub history: bool,
}

/// The providers of the services that a user has named.
fn providers(
    client: &Client,
    names: Option<&Arc<dyn Provider>>,
    keys: &Arc<Keys>,
    named: &[String],
) -> Vec<Arc<dyn Provider>> {
    let wanted = ROWS.iter().filter(|row| named.iter().any(|name| name == row.id));
    let service = |row: &&'static Row| Arc::new(Service::new(row, client, names, keys)) as Arc<dyn Provider>;
    wanted.map(service).collect()
}

/// A service that can be asked.
pub(crate) struct Service {
    row: &'static Row,
    client: Client,
    names: Option<Arc<dyn Provider>>,
    keys: Arc<Keys>,
    base: String,
    policy: Policy,
    /// Between two looks for a result.
    pause: Duration,
}

impl Service {
    fn new(row: &'static Row, client: &Client, names: Option<&Arc<dyn Provider>>, keys: &Arc<Keys>) -> Self {
        Self {
            row,
            client: client.clone(),
            names: names.cloned(),
            keys: Arc::clone(keys),
            base: row.base.to_owned(),
            policy: Policy::Public,
            pause: urlscan::PAUSE,
        }
    }

    fn host(&self) -> String {
        Url::parse(&self.base).ok().and_then(|url| url.host_str().map(ToOwned::to_owned)).unwrap_or_default()
    }

    fn asker(&self) -> Asker {
        Asker {
            row: self.row,
            client: self.client.clone(),
            keys: Arc::clone(&self.keys),
            base: self.base.clone(),
            policy: self.policy,
        }
    }
}

impl Provider for Service {
    fn id(&self) -> &'static str {
        self.row.id
    }

    fn reach(&self) -> Reach {
        Reach::ThirdParty
    }

    fn answers(&self, key: &Key) -> bool {
        let Key::Judged { by, thing } = key else { return false };
        let knows = self.row.knows;
        by == self.row.id
            && match thing {
                Thing::Domain(_) => knows.domains,
                Thing::Address(_) => knows.addresses,
                Thing::File(_) => knows.files,
                Thing::Url(_) => knows.urls,
            }
            && !(self.row.asks)(thing).is_empty()
    }

    fn receiver(&self, _: &Key) -> String {
        format!("{} (HTTPS)", self.host())
    }

    fn plan(&self, key: &Key) -> Vec<Query> {
        let Key::Judged { thing, .. } = key else { return Vec::new() };
        let mut plan = super::name_questions(self.names.as_ref(), &self.host());
        let receiver = self.receiver(key);
        plan.extend((self.row.asks)(thing).into_iter().map(|ask| {
            let base = &self.base;
            let Ask { path, form, json, note } = ask;
            let asks = match (form.is_empty(), &json) {
                (true, None) => format!("GET {base}{path}"),
                (false, _) => {
                    let fields: Vec<String> = form.iter().map(|(name, value)| format!("{name}={value}")).collect();
                    format!("POST {base}{path} {}", fields.join(" "))
                }
                (true, Some(body)) => format!("POST {base}{path} {body}"),
            };
            Query { receiver: receiver.clone(), asks: noted(&asks, note) }
        }));
        plan
    }

    fn pace(&self) -> Pace {
        self.row.pace
    }

    fn without_asking(&self, key: &Key) -> Option<Fact> {
        let wants = matches!(self.row.key, KeyGoes::Header(_)) && self.keys.get(self.row.id).is_none();
        (self.answers(key) && wants).then(|| Fact {
            state: State::Failed(format!("{}; {}", lists::NO_KEY.en, variable(self.row.id))),
            origin: Origin::Nobody,
            ..Fact::default()
        })
    }

    fn run(&self, key: &Key, permit: Permit) -> Work {
        let (asker, pause) = (self.asker(), self.pause);
        let thing = match key {
            Key::Judged { thing, .. } => Some(thing.clone()),
            _ => None,
        };
        Box::pin(async move {
            let Some(thing) = thing else { return Outcome::default() };
            let asked = (asker.row.asks)(&thing);
            match asker.row.read {
                Read::Scan => urlscan::scan(&asker, &thing, &asked, pause, &permit).await,
                Read::Once(read) => match asked.first() {
                    Some(ask) => asker.once(ask, &thing, read, &permit).await,
                    None => Outcome::new(State::Failed(connection::ADDRESS.en.to_owned()), None),
                },
            }
        })
    }
}

/// Sends the requests of one question.
struct Asker {
    row: &'static Row,
    client: Client,
    keys: Arc<Keys>,
    base: String,
    policy: Policy,
}

impl Asker {
    /// One request and its reading.
    async fn once(
        &self,
        ask: &Ask,
        thing: &Thing,
        read: fn(&Thing, &[u8]) -> Option<Reading>,
        permit: &Permit,
    ) -> Outcome {
        let response = match self.send(ask, permit).await {
            Ok(response) => response,
            Err(outcome) => return *outcome,
        };
        match read(thing, &response.body) {
            Some(reading) => reading.outcome(),
            None => Outcome::new(State::Failed(connection::MALFORMED.en.to_owned()), None),
        }
    }

    /// One request; every answer but a good one is an outcome already.
    async fn send(&self, ask: &Ask, permit: &Permit) -> Result<Response, Box<Outcome>> {
        let failed = |why: &Failure| Box::new(why.outcome());
        let url = Url::parse(&format!("{}{}", self.base, ask.path))
            .map_err(|_| failed(&Failure::Because(connection::ADDRESS)))?;
        let mut request = Request::get(url).with("accept", "application/json");
        request.policy = self.policy;
        request.limits = Limits { body: BODY, time: PATIENCE, ..Limits::default() };
        let secret = self.keys.get(self.row.id);
        let mut form: Vec<(&str, String)> = ask.form.clone();
        match (self.row.key, secret) {
            (KeyGoes::Header(name), Some(secret)) => request = request.with(name, secret),
            (KeyGoes::Form(name), Some(secret)) => form.push((name, secret.to_owned())),
            _ => {}
        }
        if !ask.form.is_empty() {
            let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&form).finish();
            request.method = Method::Post(body.into_bytes());
            request = request.with("content-type", "application/x-www-form-urlencoded");
        } else if let Some(body) = &ask.json {
            request.method = Method::Post(body.clone().into_bytes());
            request = request.with("content-type", "application/json");
        }
        let response = self.client.fetch(request, permit).await.map_err(|why| failed(&why))?;
        status(&response, !matches!(self.row.key, KeyGoes::Nowhere))
            .map_or(Ok(response), |outcome| Err(Box::new(outcome)))
    }
}

/// What an answer's status alone says; `None` for a good one.
pub(super) fn status(response: &Response, keyed: bool) -> Option<Outcome> {
    let said = |words: crate::text::Words, again| {
        Some(Outcome { again, ..Outcome::new(State::Failed(words.en.to_owned()), None) })
    };
    match response.status {
        200..=299 if response.cut.is_some() => said(lists::CUT, None),
        200..=299 => None,
        404 => Some(Outcome::new(State::Absent, Some(KEPT))),
        401 | 403 if keyed => said(lists::REFUSED, None),
        401 | 403 => said(lists::FORBIDS, None),
        429 | 503 | 509 => {
            let wait = response.retry_after().unwrap_or(Duration::from_mins(1));
            said(connection::WAIT, Some(Again::After(wait)))
        }
        500..=599 => said(lists::SERVER, Some(Again::Soon)),
        _ => said(lists::STATUS, None),
    }
}

impl Reading {
    fn outcome(self) -> Outcome {
        let state = self.judgement.map_or(State::Absent, |judgement| State::Value(Answer::Judgement(judgement)));
        Outcome::new(state, Some(self.ttl.unwrap_or(KEPT)))
    }
}

/// Lines of a judgement, bounded: at most twenty of two hundred bytes.
#[derive(Debug, Default)]
struct Said(Vec<(String, String)>);

impl Said {
    fn put(&mut self, name: crate::text::Words, value: impl Into<Option<String>>) {
        let value: Option<String> = value.into();
        if let Some(value) = value.map(|value| clip(&value)).filter(|value| !value.is_empty() && self.0.len() < 20) {
            self.0.push((name.en.to_owned(), value));
        }
    }
}

/// At most [`VALUE`] bytes, on one line.
pub(super) fn clip(text: &str) -> String {
    let mut end = text.len().min(VALUE);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let cut = end < text.len();
    let text: String = text.get(..end).unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
    if cut { format!("{text}...") } else { text }
}

/// The first few of a list, and how many more there are.
fn few<T: ToString>(list: &[T]) -> Option<String> {
    let shown: Vec<String> = list.iter().take(8).map(ToString::to_string).collect();
    let more = list.len().saturating_sub(shown.len());
    let rest = if more > 0 { format!(" +{more}") } else { String::new() };
    (!shown.is_empty()).then(|| shown.join(", ") + &rest)
}

/// The day and minute of a moment in Unix seconds, UTC.
fn moment(seconds: i64) -> Option<String> {
    let time = jiff::Timestamp::from_second(seconds).ok()?.to_zoned(jiff::tz::TimeZone::UTC);
    (seconds > 0).then(|| time.strftime("%Y-%m-%d %H:%M UTC").to_string())
}

/// A text as one part of a query.
fn escaped(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

//! WHOIS on port 43 (RFC 3912): registrations where a registry has no RDAP, Japan's among them.
//!
//! A question is one line and the text that comes back. Which server is asked says the table of registries; IANA's server
//! finds the others. Referrals are followed a few times, to public hosts with a name and on the same port only. Texts have
//! no standard form, so `fields` lists what registries call things. Answers are hostile: bounded in bytes, lines and
//! time, and what is left out is told.

use std::sync::Arc;
use std::time::Duration;

use super::dial::{Dialer, Failure};
use super::policy::Policy;
use super::rdap::{complete, note};
use super::registries::manners::PAUSE;
use super::registries::{Registries, Source, WhoisServer, known_as};
use super::{Again, Outcome, Pace, Permit, Provider, Query, Work};
use crate::facts::phrases::notes::{self, noted};
use crate::facts::phrases::{connection, registry};
use crate::facts::registration::Registration;
use crate::facts::{Answer, Fact, Key, Reach, State};
use crate::text::Words;

mod fields;
mod lines;
mod read;
mod talk;
#[cfg(test)]
mod tests;

use read::{Referral, Said, read};
use talk::{PATIENCE, Patience, decode, talk};

/// RFC 3912.
const PORT: u16 = 43;
/// The most referrals that are followed.
const REFERRALS: usize = 3;
/// A question with its referrals and the waits for its turns.
const QUESTION: Duration = Duration::from_secs(50);
/// Between two questions to one host.
const GAP: Duration = Duration::from_secs(1);
/// Knows only who knows.
const FINDER: &str = "whois.iana.org";

/// What servers want to be sent that are found by a referral, and what they write in: domain, block and AS number.
const FORMS: &[(&str, [&str; 3], Option<&str>)] = &[
    ("whois.arin.net", ["{}", "n + {}", "a + {}"], None),
    // Without the people, whom their databases count against the asker.
    ("whois.ripe.net", ["-r {}", "-r {}", "-r AS{}"], None),
    ("whois.apnic.net", ["-r {}", "-r {}", "-r AS{}"], None),
    ("whois.afrinic.net", ["-r {}", "-r {}", "-r AS{}"], None),
    ("whois.lacnic.net", ["{}", "{}", "AS{}"], None),
    ("whois.nic.ad.jp", ["{}/e", "{}/e", "AS {}/e"], Some("iso-2022-jp")),
    ("whois.jprs.jp", ["{}/e", "{}/e", "{}/e"], Some("iso-2022-jp")),
    ("whois.verisign-grs.com", ["domain {}", "{}", "{}"], None),
    ("whois.denic.de", ["-T dn {}", "{}", "{}"], None),
];

/// The provider.
pub(crate) struct Whois {
    asker: Arc<Asker>,
}

struct Asker {
    dialer: Dialer,
    registries: Arc<Registries>,
    policy: Policy,
    port: u16,
    patience: Patience,
}

impl Whois {
    /// A provider that asks the servers of `registries`, connected to by `dialer`.
    pub(crate) fn new(dialer: Dialer, registries: Arc<Registries>) -> Self {
        let asker = Asker { dialer, registries, policy: Policy::AnyPort, port: PORT, patience: PATIENCE };
        Self { asker: Arc::new(asker) }
    }

    fn server(&self, key: &Key) -> Option<WhoisServer> {
        match self.asker.registries.source(key) {
            Some(Source::Whois(server)) => Some(server),
            _ => None,
        }
    }
}

impl Provider for Whois {
    fn id(&self) -> &'static str {
        "whois"
    }

    fn reach(&self) -> Reach {
        Reach::ThirdParty
    }

    fn answers(&self, key: &Key) -> bool {
        self.server(key).is_some()
    }

    fn receiver(&self, key: &Key) -> String {
        self.server(key).map(|server| server.host.to_owned()).unwrap_or_default()
    }

    fn plan(&self, key: &Key) -> Vec<Query> {
        let Some(server) = self.server(key).filter(|_| self.without_asking(key).is_none()) else { return Vec::new() };
        let asks = noted(&Line::first(server, key).query, notes::SERVER_NAMED);
        let receiver = format!("{}:{PORT} (WHOIS)", server.host);
        self.asker.dialer.announces(server.host).into_iter().chain([Query { receiver, asks }]).collect()
    }

    fn pace(&self) -> Pace {
        Pace { at_once: 4, timeout: Some(QUESTION), tries: 2, ..Pace::default() }
    }

    fn without_asking(&self, key: &Key) -> Option<Fact> {
        self.asker.registries.without_asking(key)
    }

    fn run(&self, key: &Key, permit: Permit) -> Work {
        let (asker, key, server) = (Arc::clone(&self.asker), key.clone(), self.server(key));
        Box::pin(async move {
            let Some(server) = server else { return Outcome::default() };
            let mut asked = Vec::new();
            let outcome = asker.ask(&key, Line::first(server, &key), &permit, &mut asked).await;
            Outcome { receiver: (!asked.is_empty()).then(|| asked.join(", ")), ..outcome }
        })
    }
}

/// What a server is sent, and what it writes in.
struct Line {
    host: String,
    query: String,
    charset: Option<&'static str>,
}

impl Line {
    /// For the server of the table.
    fn first(server: WhoisServer, key: &Key) -> Self {
        let about = subject(key);
        Self { host: server.host.to_owned(), query: server.query.replace("{}", &about), charset: server.charset }
    }

    /// For a server that another one named.
    fn to(host: String, key: &Key) -> Self {
        let form = FORMS.iter().find(|(own, ..)| *own == host);
        let ([domain, block, system], charset) =
            form.map_or((["{}", "{}", "AS{}"], None), |(_, forms, charset)| (*forms, *charset));
        let form = match key {
            Key::System(_) => system,
            Key::Block(_) => block,
            _ => domain,
        };
        Self { query: form.replace("{}", &subject(key)), host, charset }
    }
}

/// What a key is about, as it is sent. Keys hold host names, addresses and numbers only: no line break gets in.
fn subject(key: &Key) -> String {
    match key {
        Key::Owner(name) => name.trim_end_matches('.').to_owned(),
        Key::Block(address) => address.to_canonical().to_string(),
        Key::System(number) => number.to_string(),
        _ => String::new(),
    }
}

/// What the bytes of an answer are read as.
#[cfg(feature = "fuzzing")]
pub(super) fn of_bytes(bytes: &[u8], charset: Option<&str>, key: &Key, finder: bool) -> Option<Registration> {
    match read(&decode(bytes, charset), key, finder) {
        Said::Registered(registration, _) => Some(*registration),
        _ => None,
    }
}

fn failed(words: Words, again: Option<Again>) -> Outcome {
    Outcome { again, ..Outcome::new(State::Failed(words.en.to_owned()), None) }
}

fn from_failure(failure: &Failure) -> Outcome {
    let again = match failure.again() {
        // One of many registries asks for it.
        Some(Again::After(time)) => Some(Again::NotBefore(time)),
        again => again,
    };
    Outcome { again, ..Outcome::new(State::Failed(failure.text()), None) }
}

impl Asker {
    async fn ask(&self, key: &Key, first: Line, permit: &Permit, asked: &mut Vec<String>) -> Outcome {
        let mut line = first;
        // A registry's answer, to which the registrar may add.
        let mut known: Option<Registration> = None;
        for _ in 0..=REFERRALS {
            let said = match self.exchange(key, &line, permit, asked).await {
                Ok(said) => said,
                Err(outcome) => return known.map_or(outcome, |known| half(known, registry::REGISTRAR_SILENT)),
            };
            let next = match (said, &mut known) {
                (Said::Registered(more, _), Some(known)) => {
                    complete(known, *more);
                    break;
                }
                (_, Some(known)) => {
                    note(known, registry::REGISTRAR_SILENT);
                    break;
                }
                (Said::Registered(mut found, referral), None) => {
                    found.registry = Some(known_as(&line.host));
                    known = Some(*found);
                    referral
                }
                (Said::Elsewhere(referral), None) => Some(referral),
                (Said::Absent, None) if line.host == FINDER => return failed(registry::SILENT, None),
                (Said::Absent, None) => return Outcome::new(State::Absent, None),
                (Said::Wait, None) => {
                    self.registries.manners.leave_alone(&line.host, PAUSE);
                    return failed(connection::WAIT, Some(Again::NotBefore(PAUSE)));
                }
                (Said::Refused, None) => return failed(registry::REFUSES, None),
                (Said::Unreadable, None) => return failed(registry::UNREADABLE, None),
            };
            match (next, &mut known) {
                (Some(Referral::To(host)), _) if !asked.contains(&host) => line = Line::to(host, key),
                (Some(Referral::To(_)), None) => return failed(registry::CIRCLES, None),
                (Some(Referral::Nowhere), None) => return failed(registry::ASTRAY, None),
                (Some(Referral::Nowhere), Some(known)) => {
                    note(known, registry::NOT_FOLLOWED);
                    break;
                }
                _ => break,
            }
        }
        known.map_or_else(|| failed(registry::CIRCLES, None), value)
    }

    /// Asks one server.
    async fn exchange(
        &self,
        key: &Key,
        line: &Line,
        permit: &Permit,
        asked: &mut Vec<String>,
    ) -> Result<Said, Outcome> {
        self.registries.manners.turn(&line.host, GAP).await.map_err(|failure| from_failure(&failure))?;
        let server = (line.host.as_str(), self.port);
        let outcome = talk(&self.dialer, server, self.policy, &line.query, self.patience, permit).await;
        // Only to whom something was sent.
        if !matches!(outcome, Err(Failure::NotPublic(_) | Failure::Name(_))) {
            asked.push(line.host.clone());
        }
        let came = outcome.map_err(|failure| from_failure(&failure))?;
        let mut said = read(&decode(&came.bytes, line.charset), key, line.host == FINDER);
        if let (Said::Registered(found, _), Some(cut)) = (&mut said, came.cut) {
            note(found, cut.words());
        }
        Ok(said)
    }
}

fn value(registration: Registration) -> Outcome {
    Outcome::new(State::Value(Answer::Registration(Box::new(registration))), None)
}

fn half(mut registration: Registration, words: Words) -> Outcome {
    note(&mut registration, words);
    value(registration)
}

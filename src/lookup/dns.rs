//! DNS: addresses with the aliases that led to them, mail exchangers, name servers, starts of authority, texts,
//! certificate issuers and the names of addresses.
//!
//! Names are checked and made absolute before a packet is built, so no search domain is ever added. A key is one packet,
//! addresses are two (A and AAAA); nothing that an answer names is asked for on the way. Answers are hostile: bounded in
//! number, and names and texts come back as printable ASCII with other bytes escaped.

mod control;
pub(crate) mod read;
mod resolver;

use std::sync::Arc;

use hickory_resolver::proto::rr::{Name, RData, RecordType};

pub(crate) use resolver::{Found, Nothing, Resolver};

use super::name::{Host, host};
use super::{Again, Outcome, Pace, Permit, Provider, Query, Work, reserved};
use crate::facts::phrases::{reason, source};
use crate::facts::{Answer, Authority, Dnssec, Fact, Key, Origin, Reach, State};
use crate::text::Words;
pub(crate) use read::plain;

/// How often a question whose answer was lost is tried in all; each try is two packets at most.
const TRIES: u32 = 2;

/// The provider.
pub(crate) struct Dns {
    resolver: Arc<Resolver>,
}

impl Dns {
    /// A provider that asks through `resolver`.
    pub(crate) fn new(resolver: Arc<Resolver>) -> Self {
        Self { resolver }
    }
}

/// The name in a key of this provider, and the kinds of records that it asks for.
fn question(key: &Key) -> Option<(&str, &'static [RecordType])> {
    Some(match key {
        Key::Addresses(name) | Key::Aliases(name) => (name, &[RecordType::A, RecordType::AAAA]),
        Key::MailExchangers(name) => (name, &[RecordType::MX]),
        Key::NameServers(name) => (name, &[RecordType::NS]),
        Key::Authority(name) => (name, &[RecordType::SOA]),
        Key::Texts(name) => (name, &[RecordType::TXT]),
        Key::Issuers(name) => (name, &[RecordType::CAA]),
        _ => return None,
    })
}

impl Provider for Dns {
    fn id(&self) -> &'static str {
        "dns"
    }

    fn reach(&self) -> Reach {
        Reach::Sender
    }

    fn answers(&self, key: &Key) -> bool {
        question(key).is_some() || matches!(key, Key::Names(_))
    }

    fn receiver(&self, _: &Key) -> String {
        self.resolver.receiver()
    }

    fn plan(&self, key: &Key) -> Vec<Query> {
        let asks = match (question(key), key) {
            (Some((name, kinds)), _) => match host(name) {
                Host::Name(name) => kinds.iter().map(|kind| format!("{kind} {name}")).collect(),
                Host::Address(_) | Host::Refused(_) => Vec::new(),
            },
            (None, Key::Names(address)) if !reserved::nameless(*address) => {
                vec![format!("PTR {}", Name::from(*address))]
            }
            _ => Vec::new(),
        };
        asks.into_iter().map(|asks| Query { receiver: self.receiver(key), asks }).collect()
    }

    fn once(&self, key: &Key) -> Vec<Query> {
        let asks = self.resolver.control.as_ref().map(control::Control::asks).unwrap_or_default();
        asks.into_iter().map(|asks| Query { receiver: self.receiver(key), asks }).collect()
    }

    fn pace(&self) -> Pace {
        Pace { tries: TRIES, ..Pace::default() }
    }

    fn warnings(&self) -> Vec<Words> {
        self.resolver.control.as_ref().map(control::Control::warnings).unwrap_or_default()
    }

    fn without_asking(&self, key: &Key) -> Option<Fact> {
        let (state, origin) = match (key, question(key)) {
            (Key::Names(address), _) if reserved::nameless(*address) => (failed(reason::NO_REVERSE), Origin::Nobody),
            (_, Some((text, _))) => match (host(text), key) {
                (Host::Name(_), _) => return None,
                (Host::Address(address), Key::Addresses(_)) => {
                    (State::Value(Answer::Addresses(vec![address])), Origin::Database(source::LITERAL.en.to_owned()))
                }
                (Host::Address(_), _) => (failed(reason::NOT_A_NAME), Origin::Nobody),
                (Host::Refused(why), _) => (failed(why), Origin::Nobody),
            },
            _ => return None,
        };
        Some(Fact { state, origin, ..Fact::default() })
    }

    fn run(&self, key: &Key, _: Permit) -> Work {
        let (key, resolver) = (key.clone(), Arc::clone(&self.resolver));
        Box::pin(async move {
            if let Key::Names(address) = key {
                return one(&resolver, Name::from(address), RecordType::PTR).await;
            }
            let Some((text, kinds)) = question(&key) else { return Outcome::default() };
            let name = match absolute(text) {
                Ok(name) => name,
                Err(why) => return Outcome::new(failed(why), None),
            };
            match (&key, kinds) {
                (Key::Addresses(_) | Key::Aliases(_), _) => addresses(&resolver, &key, text, name).await,
                (Key::Authority(_), _) => authority(&resolver, name).await,
                (_, [kind, ..]) => one(&resolver, name, *kind).await,
                _ => Outcome::default(),
            }
        })
    }
}

fn failed(why: Words) -> State {
    State::Failed(why.en.to_owned())
}

/// An absolute name for hickory.
pub(crate) fn absolute(text: &str) -> Result<Name, Words> {
    match host(text) {
        Host::Name(name) => {
            let labels = name.trim_end_matches('.').split('.').map(str::as_bytes);
            let mut name = Name::from_labels(labels).map_err(|_| reason::NOT_A_NAME)?;
            name.set_fqdn(true);
            Ok(name)
        }
        Host::Address(_) => Err(reason::NOT_A_NAME),
        Host::Refused(why) => Err(why),
    }
}

/// The name of a control question: one that nobody else may be asked for.
fn absolute_control(text: &str) -> Option<Name> {
    let mut name = Name::from_labels(text.trim_end_matches('.').split('.').map(str::as_bytes)).ok()?;
    name.set_fqdn(true);
    Some(name)
}

/// An outcome that says what was left out, beside who answered.
fn noted(resolver: &Resolver, mut outcome: Outcome, notes: &[Words]) -> Outcome {
    if !notes.is_empty() {
        let said = notes.iter().map(|note| note.en);
        outcome.receiver =
            Some(std::iter::once(resolver.receiver().as_str()).chain(said).collect::<Vec<_>>().join("; "));
    }
    outcome
}

async fn one(resolver: &Resolver, name: Name, kind: RecordType) -> Outcome {
    let found = match resolver.checked(name.clone(), kind).await {
        Ok(found) => found,
        Err(nothing) => return without(&nothing),
    };
    let (answer, empty, cut) = match kind {
        RecordType::MX => {
            let mut kept = read::belonging(&name, &found.records, read::exchanger);
            kept.list.sort_by(|a, b| (a.preference, &a.host).cmp(&(b.preference, &b.host)));
            (Answer::MailExchangers(kept.list.clone()), kept.list.is_empty(), kept.cut)
        }
        RecordType::TXT => {
            let kept = read::texts(&name, &found.records);
            let all_too_long = kept.list.is_empty() && kept.cut;
            if all_too_long {
                return Outcome::new(failed(reason::TOO_LARGE), None);
            }
            (Answer::Texts(kept.list.clone()), kept.list.is_empty(), kept.cut)
        }
        RecordType::CAA => {
            let kept = read::belonging(&name, &found.records, read::issuer);
            (Answer::Issuers(kept.list.clone()), kept.list.is_empty(), kept.cut)
        }
        RecordType::PTR => {
            let kept = read::belonging(&name, &found.records, read::host);
            (Answer::Names(kept.list.clone()), kept.list.is_empty(), kept.cut)
        }
        _ => {
            let kept = read::belonging(&name, &found.records, read::host);
            (Answer::Hosts(kept.list.clone()), kept.list.is_empty(), kept.cut)
        }
    };
    let state = if empty { State::Absent } else { State::Value(answer) };
    let outcome = Outcome { state, ttl: found.ttl, dnssec: found.dnssec, ..Outcome::default() };
    noted(resolver, outcome, if cut { &[reason::CUT] } else { &[] })
}

/// A question without an answer.
fn without(nothing: &Nothing) -> Outcome {
    match *nothing {
        Nothing::Absent { ttl, .. } => Outcome::new(State::Absent, ttl),
        Nothing::Failed(why, again) => Outcome { again, ..Outcome::new(failed(why), None) },
    }
}

/// Both families of addresses, and the aliases that lead to them.
async fn addresses(resolver: &Resolver, key: &Key, text: &str, name: Name) -> Outcome {
    let (four, six) =
        tokio::join!(resolver.checked(name.clone(), RecordType::A), resolver.checked(name.clone(), RecordType::AAAA));
    let mut found = Vec::new();
    let mut aliases: Vec<String> = Vec::new();
    let (mut ttl, mut absent_ttl) = (None, None);
    let mut why: Option<(Words, Option<Again>)> = None;
    let mut dnssec: Vec<Option<Dnssec>> = Vec::new();
    let mut cut = false;
    for answer in [four, six] {
        match answer {
            Ok(Found { records, ttl: lifetime, dnssec: said, .. }) => {
                ttl = shorter(ttl, lifetime);
                dnssec.push(said);
                let kept = read::belonging(&name, &records, read::address);
                let chain = read::aliases(&name, &records);
                cut |= kept.cut || chain.cut;
                found.extend(kept.list);
                if chain.list.len() > aliases.len() {
                    aliases = chain.list.iter().map(plain).collect();
                }
            }
            Err(Nothing::Absent { ttl, .. }) => absent_ttl = shorter(absent_ttl, ttl),
            Err(Nothing::Failed(words, again)) => why = why.or(Some((words, again))),
        }
    }
    let mut seen = std::collections::HashSet::new();
    found.retain(|address| seen.insert(*address));
    cut |= found.len() > read::RECORDS;
    found.truncate(read::RECORDS);
    let addresses = (!found.is_empty()).then_some(Answer::Addresses(found));
    let hosts = (!aliases.is_empty()).then_some(Answer::Hosts(aliases));
    let (mine, other) = match key {
        Key::Aliases(_) => (hosts, addresses.map(|answer| (Key::Addresses(text.to_owned()), answer))),
        _ => (addresses, hosts.map(|answer| (Key::Aliases(text.to_owned()), answer))),
    };
    let half = why.is_some() && mine.is_some();
    let mut outcome = match (mine, why) {
        // One family is enough to compare with; that the other failed is told beside it.
        (Some(answer), None) => Outcome::new(State::Value(answer), ttl),
        // Kept as shortly as may be: the other half may be had by the next who asks.
        (Some(answer), Some(_)) => Outcome::new(State::Value(answer), Some(0)),
        (None, Some((why, again))) => Outcome { again, ..Outcome::new(failed(why), None) },
        (None, None) => Outcome::new(State::Absent, ttl.or(absent_ttl)),
    };
    // Signed is what is signed in every part.
    outcome.dnssec = dnssec
        .iter()
        .copied()
        .reduce(|one, other| if one == other { one } else { Some(Dnssec::Indeterminate) })
        .flatten();
    outcome.also = other.into_iter().collect();
    let notes: Vec<Words> =
        [(cut, reason::CUT), (half, reason::HALF)].into_iter().filter(|(is, _)| *is).map(|(_, note)| note).collect();
    noted(resolver, outcome, &notes)
}

/// The start of authority of the zone that a name lies in: where the name has none of its own, the zone says so with its
/// own record (RFC 2308 section 3).
async fn authority(resolver: &Resolver, name: Name) -> Outcome {
    let told = |zone: &Name, data: &RData| match data {
        RData::SOA(soa) if zone.zone_of(&name) => Some(read::authority(zone, soa)),
        _ => None,
    };
    let value =
        |found: Authority, ttl, dnssec| Outcome { dnssec, ..Outcome::new(State::Value(Answer::Authority(found)), ttl) };
    match resolver.checked(name.clone(), RecordType::SOA).await {
        Ok(found) => {
            let beside = found.authorities.iter().filter(|_| !found.no_name);
            let mut all = found.records.iter().chain(beside);
            match all.find_map(|record| told(&record.name, &record.data).map(|told| (told, record.ttl))) {
                Some((authority, ttl)) => value(authority, Some(ttl), found.dnssec),
                None => Outcome::new(State::Absent, found.ttl),
            }
        }
        Err(Nothing::Absent { no_name: false, zone: Some(zone), ttl }) if zone.name.zone_of(&name) => {
            value(read::authority(&zone.name, &zone.data), ttl, None)
        }
        Err(nothing) => without(&nothing),
    }
}

fn shorter(a: Option<u32>, b: Option<u32>) -> Option<u32> {
    a.into_iter().chain(b).min()
}

#[cfg(test)]
mod tests;

#[cfg(test)]
#[path = "dns/zone_tests.rs"]
mod zone_tests;

#[cfg(test)]
#[path = "dns/control_tests.rs"]
mod control_tests;

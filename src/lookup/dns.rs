//! DNS: A, AAAA, MX and PTR through hickory.
//!
//! Names are checked and made absolute before a packet is built, so no search domain is ever added; `/etc/hosts` is not
//! read, as a mail's sender is judged by what the world sees. The resolver is made with the first permitted question:
//! before that there is no socket and no look at the system's configuration. Answers are hostile: bounded in number, and
//! names come back as printable ASCII with other bytes escaped.

use std::fmt::Write as _;
use std::net::IpAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use hickory_resolver::TokioResolver;
use hickory_resolver::config::{ResolveHosts, ResolverConfig, ResolverOpts};
use hickory_resolver::lookup::Lookup;
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::net::{DnsError, NetError};
use hickory_resolver::proto::op::ResponseCode;
use hickory_resolver::proto::rr::{Name, RData, RecordType};
use hickory_resolver::system_conf::read_system_conf;

use super::name::{Host, host};
use super::servers::Servers;
use super::{Outcome, Permit, Provider, Query, Work, reserved};
use crate::facts::phrases::{reason, source};
use crate::facts::{Answer, Exchanger, Fact, Key, Origin, Reach, State};
use crate::text::Words;

/// The most records that are kept of an answer.
const RECORDS: usize = 64;
/// The most name servers of the system that are used.
const SERVERS: usize = 8;

/// The provider.
pub(crate) struct Dns {
    servers: Servers,
    timeout: Duration,
    ready: Arc<OnceLock<Option<Ready>>>,
}

struct Ready {
    resolver: TokioResolver,
    receiver: String,
}

impl Dns {
    /// A provider that asks `servers` and gives up on a question after `timeout`.
    pub(crate) fn new(servers: Servers, timeout: Duration) -> Self {
        Self { servers, timeout, ready: Arc::default() }
    }
}

impl Provider for Dns {
    fn id(&self) -> &'static str {
        "dns"
    }

    fn reach(&self) -> Reach {
        Reach::Sender
    }

    fn answers(&self, key: &Key) -> bool {
        matches!(key, Key::Addresses(_) | Key::MailExchangers(_) | Key::Names(_))
    }

    fn receiver(&self, _: &Key) -> String {
        match self.ready.get() {
            Some(Some(ready)) => ready.receiver.clone(),
            _ => self.servers.to_string(),
        }
    }

    fn plan(&self, key: &Key) -> Vec<Query> {
        let asks = match key {
            Key::Addresses(host) => vec![format!("A {host}."), format!("AAAA {host}.")],
            Key::MailExchangers(host) => vec![format!("MX {host}.")],
            Key::Names(address) => vec![format!("PTR {}", Name::from(*address))],
            _ => Vec::new(),
        };
        asks.into_iter().map(|asks| Query { receiver: self.receiver(key), asks }).collect()
    }

    fn without_asking(&self, key: &Key) -> Option<Fact> {
        let (state, origin) = match key {
            Key::Addresses(text) => match host(text) {
                Host::Name(_) => return None,
                Host::Address(address) => {
                    (State::Value(Answer::Addresses(vec![address])), Origin::Database(source::LITERAL.en.to_owned()))
                }
                Host::Refused(why) => (failed(why), Origin::Nobody),
            },
            Key::MailExchangers(text) => match host(text) {
                Host::Name(_) => return None,
                Host::Address(_) => (failed(reason::NOT_A_NAME), Origin::Nobody),
                Host::Refused(why) => (failed(why), Origin::Nobody),
            },
            Key::Names(address) if reserved::nameless(*address) => (failed(reason::NO_REVERSE), Origin::Nobody),
            _ => return None,
        };
        Some(Fact { state, origin, ..Fact::default() })
    }

    fn run(&self, key: &Key, _: Permit) -> Work {
        let (key, ready) = (key.clone(), Arc::clone(&self.ready));
        let (servers, timeout) = (self.servers.clone(), self.timeout);
        Box::pin(async move {
            let Some(ready) = ready.get_or_init(|| build(&servers, timeout)) else {
                return Outcome::new(failed(reason::NO_RESOLVER), None);
            };
            match key {
                Key::Addresses(text) => addresses(&ready.resolver, &text).await,
                Key::MailExchangers(text) => exchangers(&ready.resolver, &text).await,
                Key::Names(address) => names(&ready.resolver, address).await,
                _ => Outcome::default(),
            }
        })
    }
}

/// Makes the resolver; `None` where there is no server to ask.
fn build(servers: &Servers, timeout: Duration) -> Option<Ready> {
    let (name_servers, receiver, mut options) = match servers {
        Servers::List(list) => {
            (list.iter().map(super::Server::config).collect(), servers.to_string(), ResolverOpts::default())
        }
        Servers::System => {
            let (config, options) = read_system_conf().ok()?;
            let mut name_servers = config.into_parts().2;
            name_servers.truncate(SERVERS);
            let names: Vec<String> = name_servers.iter().map(|server| server.ip.to_string()).collect();
            (name_servers, format!("system ({})", names.join(", ")), options)
        }
    };
    if name_servers.is_empty() {
        return None;
    }
    // One retry: a packet may get lost, or the first of several servers be dead.
    options.timeout = timeout / 2;
    options.attempts = 1;
    options.num_concurrent_reqs = 1;
    options.use_hosts_file = ResolveHosts::Never;
    // The engine caches; asking again must ask.
    options.cache_size = 0;
    // Guessing an answer must also guess the letters' case.
    options.case_randomization = true;
    let mut builder = TokioResolver::builder_with_config(
        ResolverConfig::from_name_servers(name_servers),
        TokioRuntimeProvider::default(),
    );
    *builder.options_mut() = options;
    builder.build().ok().map(|resolver| Ready { resolver, receiver })
}

fn failed(why: Words) -> State {
    State::Failed(why.en.to_owned())
}

/// An absolute name for hickory.
fn absolute(text: &str) -> Result<Name, Words> {
    match host(text) {
        Host::Name(name) => Name::from_ascii(&name).map_err(|_| reason::NOT_A_NAME),
        Host::Address(_) => Err(reason::NOT_A_NAME),
        Host::Refused(why) => Err(why),
    }
}

async fn addresses(resolver: &TokioResolver, text: &str) -> Outcome {
    let name = match absolute(text) {
        Ok(name) => name,
        Err(why) => return Outcome::new(failed(why), None),
    };
    let (four, six) =
        tokio::join!(resolver.lookup(name.clone(), RecordType::A), resolver.lookup(name, RecordType::AAAA));
    let mut found: Vec<IpAddr> = Vec::new();
    let mut ttl = None;
    let mut why = None;
    for answer in [four, six] {
        match answer {
            Ok(lookup) => {
                ttl = shorter(ttl, lifetime(&lookup));
                found.extend(lookup.answers().iter().filter_map(|record| match &record.data {
                    RData::A(address) => Some(IpAddr::from(address.0)),
                    RData::AAAA(address) => Some(IpAddr::from(address.0)),
                    _ => None,
                }));
            }
            Err(error) => why = why.or(explain(&error)),
        }
    }
    let mut seen = std::collections::HashSet::new();
    found.retain(|address| seen.insert(*address));
    found.truncate(RECORDS);
    let state = match (found.is_empty(), why) {
        // One family is enough to compare with; that the other failed would only hide it.
        (false, _) => State::Value(Answer::Addresses(found)),
        (true, Some(why)) => failed(why),
        (true, None) => State::Absent,
    };
    Outcome::new(state, ttl)
}

async fn exchangers(resolver: &TokioResolver, text: &str) -> Outcome {
    let name = match absolute(text) {
        Ok(name) => name,
        Err(why) => return Outcome::new(failed(why), None),
    };
    one(resolver.lookup(name, RecordType::MX).await, |lookup| {
        let mut list: Vec<Exchanger> = lookup
            .answers()
            .iter()
            .filter_map(|record| match &record.data {
                RData::MX(mx) => Some(Exchanger { preference: mx.preference, host: plain(&mx.exchange) }),
                _ => None,
            })
            .take(RECORDS)
            .collect();
        list.sort_by(|a, b| (a.preference, &a.host).cmp(&(b.preference, &b.host)));
        (!list.is_empty()).then_some(Answer::MailExchangers(list))
    })
}

async fn names(resolver: &TokioResolver, address: IpAddr) -> Outcome {
    one(resolver.lookup(Name::from(address), RecordType::PTR).await, |lookup| {
        let list: Vec<String> = lookup
            .answers()
            .iter()
            .filter_map(|record| match &record.data {
                RData::PTR(name) => Some(plain(name)),
                _ => None,
            })
            .take(RECORDS)
            .collect();
        (!list.is_empty()).then_some(Answer::Names(list))
    })
}

fn one(answer: Result<Lookup, NetError>, read: impl FnOnce(&Lookup) -> Option<Answer>) -> Outcome {
    match answer {
        Ok(lookup) => Outcome::new(read(&lookup).map_or(State::Absent, State::Value), lifetime(&lookup)),
        Err(error) => Outcome::new(explain(&error).map_or(State::Absent, failed), None),
    }
}

/// A name from an answer: printable ASCII, lower case, without the last dot, any other byte as `\DDD` (RFC 1035 section
/// 5.1, decimal); the root (a null MX) is empty.
fn plain(name: &Name) -> String {
    let mut text = String::new();
    for label in name {
        if !text.is_empty() {
            text.push('.');
        }
        for byte in label {
            match byte {
                b'.' | b'\\' => text.extend(['\\', char::from(*byte)]),
                b'!'..=b'~' => text.push(char::from(byte.to_ascii_lowercase())),
                _ => {
                    let _ = write!(text, "\\{byte:03}");
                }
            }
        }
    }
    text
}

/// The shortest TTL of an answer.
fn lifetime(lookup: &Lookup) -> Option<u32> {
    lookup.answers().iter().map(|record| record.ttl).min()
}

fn shorter(a: Option<u32>, b: Option<u32>) -> Option<u32> {
    a.into_iter().chain(b).min()
}

/// Why an answer failed, in words; `None` where it is an answer: there is no such record.
fn explain(error: &NetError) -> Option<Words> {
    Some(match error {
        NetError::Dns(DnsError::NoRecordsFound(none)) => match none.response_code {
            ResponseCode::NoError | ResponseCode::NXDomain => return None,
            ResponseCode::ServFail => reason::SERVFAIL,
            ResponseCode::Refused => reason::REFUSED,
            _ => reason::RCODE,
        },
        NetError::Dns(DnsError::ResponseCode(code)) => match *code {
            ResponseCode::NXDomain => return None,
            ResponseCode::ServFail => reason::SERVFAIL,
            ResponseCode::Refused => reason::REFUSED,
            _ => reason::RCODE,
        },
        NetError::Timeout | NetError::Busy => reason::TIMEOUT,
        NetError::Io(error) if error.kind() == std::io::ErrorKind::TimedOut => reason::TIMEOUT,
        // Truncated: the rest of an answer that did not fit never came.
        NetError::Io(_) | NetError::NoConnections | NetError::Truncated => reason::UNREACHABLE,
        NetError::RustlsError(_) | NetError::H2(_) | NetError::Decode(_) | NetError::ParseInt(_) => reason::TLS,
        _ => reason::MALFORMED,
    })
}

#[cfg(test)]
#[path = "dns/tests.rs"]
mod tests;

//! Shodan InternetDB: what stands on an IPv4 address, as of its last weekly scan. Wants no key; free for
//! non-commercial use. <https://internetdb.shodan.io/>

use serde::Deserialize;

use super::{Ask, KeyGoes, Knows, PATIENCE, Pace, Read, Reading, Row, Said, few};
use crate::facts::listing::{Judgement, Severity, Thing};
use crate::facts::phrases::said;

/// Tags that say that the machine serves criminals or was taken over by them.
const BAD: [&str; 4] = ["c2", "malware", "compromised", "doublepulsar"];

pub(super) const ROW: Row = Row {
    id: "internetdb",
    title: "Shodan InternetDB",
    base: "https://internetdb.shodan.io",
    knows: Knows { domains: false, addresses: true, files: false, urls: false },
    key: KeyGoes::Nowhere,
    // No limit is published; one a second is what its users keep to.
    pace: Pace { at_once: 1, per_minute: Some(60), per_day: None, timeout: Some(PATIENCE), tries: 2 },
    asks,
    read: Read::Once(read),
};

fn asks(thing: &Thing) -> Vec<Ask> {
    match thing {
        Thing::Address(address) if address.is_ipv4() => vec![Ask::get(format!("/{address}"))],
        _ => Vec::new(),
    }
}

#[derive(Debug, Deserialize)]
#[serde(default)]
#[derive(Default)]
struct Host {
    ports: Vec<u32>,
    hostnames: Vec<String>,
    tags: Vec<String>,
    vulns: Vec<String>,
    cpes: Vec<String>,
    detail: Option<String>,
}

fn read(thing: &Thing, body: &[u8]) -> Option<Reading> {
    let host: Host = serde_json::from_slice(body).ok()?;
    if host.detail.is_some() && host.ports.is_empty() {
        return Some(Reading::default());
    }
    let bad = host.tags.iter().any(|tag| BAD.contains(&tag.as_str()));
    let mut lines = Said::default();
    lines.put(said::PORTS, few(&host.ports));
    lines.put(said::NAMES, few(&host.hostnames));
    lines.put(said::TAGS, few(&host.tags));
    lines.put(said::SOFTWARE, few(&host.cpes));
    lines.put(said::WEAKNESSES, few(&host.vulns));
    let link = Some(format!("https://www.shodan.io/host/{thing}"));
    let severity = bad.then_some(Severity::Attack);
    let judgement = Judgement { severity, votes: None, said: lines.0, link };
    Some(Reading { judgement: Some(judgement), ttl: Some(86_400) })
}

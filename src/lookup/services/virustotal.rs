//! VirusTotal, API v3: files by SHA-256, domains, addresses, and URLs after consent. Only looks up; nothing is ever
//! submitted. <https://docs.virustotal.com/reference/overview>

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;

use super::{Ask, KeyGoes, Knows, PATIENCE, Pace, Read, Reading, Row, Said, few, moment};
use crate::facts::listing::{Judgement, Severity, Thing};
use crate::facts::phrases::said;

/// Engines from which on a thing is called bad; one or two of ninety are often wrong.
const SURE: u32 = 3;

pub(super) const ROW: Row = Row {
    id: "virustotal",
    title: "VirusTotal",
    base: "https://www.virustotal.com",
    knows: Knows { domains: true, addresses: true, files: true, urls: true },
    key: KeyGoes::Header("x-apikey"),
    // The public API: 4 a minute, 500 a day.
    pace: Pace { at_once: 1, per_minute: Some(4), per_day: Some(500), timeout: Some(PATIENCE), tries: 2 },
    asks,
    read: Read::Once(read),
};

fn asks(thing: &Thing) -> Vec<Ask> {
    vec![Ask::get(match thing {
        Thing::Domain(name) => format!("/api/v3/domains/{name}"),
        Thing::Address(address) => format!("/api/v3/ip_addresses/{address}"),
        Thing::File(hash) => format!("/api/v3/files/{hash}"),
        Thing::Url(url) => format!("/api/v3/urls/{}", URL_SAFE_NO_PAD.encode(url)),
    })]
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Envelope {
    data: Option<Data>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Data {
    id: String,
    attributes: Attributes,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Attributes {
    last_analysis_stats: BTreeMap<String, u32>,
    reputation: Option<i64>,
    last_analysis_date: Option<i64>,
    first_submission_date: Option<i64>,
    creation_date: Option<i64>,
    popular_threat_classification: Option<Threat>,
    meaningful_name: Option<String>,
    type_description: Option<String>,
    categories: BTreeMap<String, String>,
    tags: Vec<String>,
    title: Option<String>,
    last_final_url: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Threat {
    suggested_threat_label: Option<String>,
}

fn read(thing: &Thing, body: &[u8]) -> Option<Reading> {
    let data = serde_json::from_slice::<Envelope>(body).ok()?.data?;
    let has = data.attributes;
    let count = |name: &str| has.last_analysis_stats.get(name).copied().unwrap_or_default();
    let bad = count("malicious");
    let all = has.last_analysis_stats.values().fold(0, |sum: u32, one| sum.saturating_add(*one));
    let severity = match bad {
        0 if count("suspicious") == 0 => None,
        SURE.. => Some(Severity::Attack),
        _ => Some(Severity::Note),
    };
    let mut lines = Said::default();
    let threat = has.popular_threat_classification.and_then(|threat| threat.suggested_threat_label);
    lines.put(said::THREAT, threat);
    lines.put(said::NAME, has.meaningful_name);
    lines.put(said::KIND, has.type_description);
    let mut categories: Vec<String> = has.categories.into_values().collect();
    categories.sort();
    categories.dedup();
    lines.put(said::CATEGORIES, few(&categories));
    lines.put(said::TAGS, few(&has.tags));
    lines.put(said::TITLE, has.title);
    lines.put(said::LEADS_TO, has.last_final_url);
    lines.put(said::REGISTERED, has.creation_date.and_then(moment));
    lines.put(said::FIRST_SEEN, has.first_submission_date.and_then(moment));
    lines.put(said::CHECKED, has.last_analysis_date.and_then(moment));
    lines.put(said::REPUTATION, has.reputation.filter(|points| *points != 0).map(|points| points.to_string()));
    let hash = data.id.len() == 64 && data.id.bytes().all(|byte| byte.is_ascii_hexdigit());
    let page = match thing {
        Thing::Domain(name) => Some(format!("domain/{name}")),
        Thing::Address(address) => Some(format!("ip-address/{address}")),
        Thing::File(hash) => Some(format!("file/{hash}")),
        Thing::Url(_) => hash.then(|| format!("url/{}", data.id)),
    };
    let judgement = Judgement {
        severity,
        votes: (all > 0).then_some((bad, all)),
        said: lines.0,
        link: page.map(|page| format!("https://www.virustotal.com/gui/{page}")),
    };
    Some(Reading { judgement: Some(judgement), ttl: None })
}

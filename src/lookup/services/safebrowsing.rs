//! Google Safe Browsing v5: only the first four bytes of hashes leave, those of the host and path in the spellings that
//! the service wants (`canonical`); whether one of the full hashes that come back is ours is decided here.
//! <https://developers.google.com/safe-browsing/reference/rest/v5/hashes/search>

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use super::canonical::expressions;
use super::{Ask, KeyGoes, Knows, PATIENCE, Pace, Read, Reading, Row, Said, escaped, few};
use crate::facts::listing::{Judgement, Severity, Thing};
use crate::facts::phrases::said;

pub(super) const ROW: Row = Row {
    id: "safebrowsing",
    title: "Google Safe Browsing",
    base: "https://safebrowsing.googleapis.com",
    knows: Knows { domains: true, addresses: false, files: false, urls: true },
    key: KeyGoes::Header("x-goog-api-key"),
    // The usual quota is 10,000 a day; for non-commercial use.
    pace: Pace { at_once: 4, per_minute: Some(120), per_day: Some(10_000), timeout: Some(PATIENCE), tries: 2 },
    asks,
    read: Read::Once(read),
};

/// The SHA-256 of every spelling under which a page or its host may be listed.
fn digests(thing: &Thing) -> Vec<[u8; 32]> {
    let text = match thing {
        Thing::Domain(name) => format!("http://{name}/"),
        other => other.to_string(),
    };
    expressions(&text).iter().map(|expression| Sha256::digest(expression).into()).collect()
}

fn asks(thing: &Thing) -> Vec<Ask> {
    let mut prefixes: Vec<String> = digests(thing)
        .iter()
        .map(|digest| STANDARD.encode(digest.get(..4).unwrap_or_default()))
        .map(|prefix| format!("hashPrefixes={}", escaped(&prefix)))
        .collect();
    // In the order of their values: the order of the spellings would tell which belongs to the host.
    prefixes.sort();
    prefixes.dedup();
    if prefixes.is_empty() {
        return Vec::new();
    }
    vec![Ask::get(format!("/v5/hashes:search?{}", prefixes.join("&")))]
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Found {
    full_hashes: Vec<FullHash>,
    cache_duration: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct FullHash {
    full_hash: String,
    full_hash_details: Vec<Detail>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Detail {
    threat_type: String,
    attributes: Vec<String>,
}

const THREATS: &[&str] = &["MALWARE", "SOCIAL_ENGINEERING", "UNWANTED_SOFTWARE", "POTENTIALLY_HARMFUL_APPLICATION"];

fn read(thing: &Thing, body: &[u8]) -> Option<Reading> {
    let found: Found = serde_json::from_slice(body).ok()?;
    let seconds = found.cache_duration.as_deref().and_then(|text| text.strip_suffix('s')?.parse::<f64>().ok());
    let ttl = seconds.filter(|seconds| seconds.is_finite()).map(|seconds| seconds.clamp(60.0, 86_400.0) as u32);
    let ours: Vec<String> = digests(thing).iter().map(|digest| STANDARD.encode(digest)).collect();
    let same = |hash: &str| {
        let plain = hash.replace('-', "+").replace('_', "/");
        ours.iter().any(|own| own.trim_end_matches('=') == plain.trim_end_matches('='))
    };
    let mut threats: Vec<String> = found
        .full_hashes
        .into_iter()
        .filter(|one| same(&one.full_hash))
        .flat_map(|one| one.full_hash_details)
        // A canary must not be acted on, and a page in a frame is not the page.
        .filter(|detail| !detail.attributes.iter().any(|one| matches!(one.as_str(), "CANARY" | "FRAME_ONLY")))
        .map(|detail| detail.threat_type)
        // Others are to be disregarded (its reference, "ThreatType").
        .filter(|threat| THREATS.contains(&threat.as_str()))
        .collect();
    threats.sort();
    threats.dedup();
    if threats.is_empty() {
        return Some(Reading { judgement: None, ttl });
    }
    let mut lines = Said::default();
    lines.put(said::THREAT, few(&threats));
    let judgement = Judgement { severity: Some(Severity::Attack), votes: None, said: lines.0, link: None };
    Some(Reading { judgement: Some(judgement), ttl })
}

//! PhishTank's check of one URL, after consent. Works without a key, but rarely. <https://phishtank.org/api_info.php>

use serde::Deserialize;

use super::{Ask, KeyGoes, Knows, PATIENCE, Pace, Read, Reading, Row, Said};
use crate::facts::listing::{Judgement, Severity, Thing};
use crate::facts::phrases::said;

pub(super) const ROW: Row = Row {
    id: "phishtank",
    title: "PhishTank",
    base: "https://checkurl.phishtank.com",
    knows: Knows { domains: false, addresses: false, files: false, urls: true },
    key: KeyGoes::Form("app_key"),
    // Told in the header fields of its answers; one every few seconds is safe.
    pace: Pace { at_once: 1, per_minute: Some(10), per_day: None, timeout: Some(PATIENCE), tries: 2 },
    asks,
    read: Read::Once(read),
};

fn asks(thing: &Thing) -> Vec<Ask> {
    let form = vec![("url", thing.to_string()), ("format", "json".to_owned())];
    vec![Ask { path: "/checkurl/".to_owned(), form, ..Ask::default() }]
}

#[derive(Debug, Deserialize)]
struct Envelope {
    results: Results,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Results {
    in_database: bool,
    phish_detail_page: Option<String>,
    verified: bool,
    verified_at: Option<String>,
    valid: bool,
}

fn read(_: &Thing, body: &[u8]) -> Option<Reading> {
    let results = serde_json::from_slice::<Envelope>(body).ok()?.results;
    if !results.in_database {
        return Some(Reading::default());
    }
    let severity = match (results.verified, results.valid) {
        (true, true) => Some(Severity::Attack),
        // People looked at it and found it harmless.
        (true, false) => None,
        (false, _) => Some(Severity::Note),
    };
    let mut lines = Said::default();
    lines.put(said::CHECKED, results.verified_at);
    let link = results.phish_detail_page.filter(|link| {
        ["https://phishtank.org/", "http://www.phishtank.com/", "https://www.phishtank.com/"]
            .iter()
            .any(|own| link.starts_with(own))
            && link.len() < 200
    });
    Some(Reading { judgement: Some(Judgement { severity, votes: None, said: lines.0, link }), ttl: None })
}

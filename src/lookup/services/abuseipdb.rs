//! AbuseIPDB, API v2: how often an address was reported. It counts every kind of abuse, mostly guessing of passwords, so
//! that a high score is a note on the machine and no proof of phishing. <https://docs.abuseipdb.com/>

use serde::Deserialize;

use super::{Ask, KeyGoes, Knows, PATIENCE, Pace, Read, Reading, Row, Said, escaped};
use crate::facts::listing::{Judgement, Severity, Thing};
use crate::facts::phrases::said;

pub(super) const ROW: Row = Row {
    id: "abuseipdb",
    title: "AbuseIPDB",
    base: "https://api.abuseipdb.com",
    knows: Knows { domains: false, addresses: true, files: false, urls: false },
    key: KeyGoes::Header("key"),
    // The free plan: 1,000 checks a day.
    pace: Pace { at_once: 2, per_minute: Some(60), per_day: Some(1_000), timeout: Some(PATIENCE), tries: 2 },
    asks,
    read: Read::Once(read),
};

fn asks(thing: &Thing) -> Vec<Ask> {
    let address = escaped(&thing.to_string());
    vec![Ask::get(format!("/api/v2/check?ipAddress={address}&maxAgeInDays=90"))]
}

#[derive(Debug, Deserialize)]
struct Envelope {
    data: Data,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Data {
    abuse_confidence_score: u32,
    total_reports: u64,
    num_distinct_users: u64,
    last_reported_at: Option<String>,
    usage_type: Option<String>,
    isp: Option<String>,
    domain: Option<String>,
    is_tor: Option<bool>,
    is_whitelisted: Option<bool>,
}

fn read(thing: &Thing, body: &[u8]) -> Option<Reading> {
    let data = serde_json::from_slice::<Envelope>(body).ok()?.data;
    if data.total_reports == 0 && data.usage_type.is_none() && data.isp.is_none() {
        return Some(Reading::default());
    }
    let listed = data.is_whitelisted != Some(true);
    let severity = match data.abuse_confidence_score {
        75.. if data.num_distinct_users >= 3 && listed => Some(Severity::Spam),
        25.. if listed => Some(Severity::Note),
        _ => None,
    };
    let mut lines = Said::default();
    lines.put(said::CONFIDENCE, format!("{} %", data.abuse_confidence_score.min(100)));
    lines.put(said::REPORTS, format!("{} ({})", data.total_reports, data.num_distinct_users));
    lines.put(said::LAST_REPORT, data.last_reported_at);
    lines.put(said::USE, data.usage_type);
    lines.put(said::PROVIDER, data.isp);
    lines.put(said::DOMAIN, data.domain);
    lines.put(said::TAGS, (data.is_tor == Some(true)).then(|| "Tor".to_owned()));
    let link = Some(format!("https://www.abuseipdb.com/check/{thing}"));
    Some(Reading { judgement: Some(Judgement { severity, votes: None, said: lines.0, link }), ttl: None })
}

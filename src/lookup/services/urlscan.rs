//! urlscan.io: what it saw of a domain, an address or a URL. It is searched first; only where nothing is found, and only
//! for a URL that somebody consented to, the URL is submitted, as private, and the result is waited for. Submitting makes
//! urlscan.io visit the page. <https://urlscan.io/docs/api/>

use std::time::Duration;

use serde::Deserialize;

use super::{Ask, Asker, KeyGoes, Knows, Outcome, Pace, Permit, Read, Reading, Row, Said, escaped, few};
use crate::facts::State;
use crate::facts::listing::{Judgement, Severity, Thing};
use crate::facts::phrases::{connection, lists, notes, said};

/// Looks for a result after it was submitted; with the pause between them most of a minute.
const LOOKS: usize = 8;
/// Between two of them.
pub(super) const PAUSE: Duration = Duration::from_millis(if cfg!(test) { 20 } else { 6_000 });

pub(super) const ROW: Row = Row {
    id: "urlscan",
    title: "urlscan.io",
    base: "https://urlscan.io",
    knows: Knows { domains: true, addresses: true, files: false, urls: true },
    key: KeyGoes::Header("api-key"),
    // The free plan: 60 private scans and 1,000 searches a day.
    pace: Pace {
        at_once: 2,
        per_minute: Some(30),
        per_day: Some(1_000),
        timeout: Some(Duration::from_secs(90)),
        tries: 1,
    },
    asks,
    read: Read::Scan,
};

fn asks(thing: &Thing) -> Vec<Ask> {
    // Quotes and backslashes would end the quoted text of the query.
    let quoted = |text: &str| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""));
    let search = |query: &str| Ask::get(format!("/api/v1/search/?q={}&size=20", escaped(query)));
    match thing {
        Thing::Domain(name) => vec![search(&format!("page.domain:{}", quoted(name)))],
        Thing::Address(address) => vec![search(&format!("page.ip:{}", quoted(&address.to_string())))],
        Thing::Url(url) => {
            let submission = serde_json::json!({ "url": url, "visibility": "private" });
            let submit = Ask {
                path: "/api/v1/scan/".to_owned(),
                json: Some(submission.to_string()),
                note: Some(notes::SUBMITS),
                ..Ask::default()
            };
            let look = Ask { note: Some(notes::LOOKS), ..Ask::get("/api/v1/result/…/".to_owned()) };
            vec![search(&format!("page.url:{}", quoted(url))), submit, look]
        }
        Thing::File(_) => Vec::new(),
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Search {
    results: Vec<Scan>,
    total: u64,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Scan {
    task: Task,
    page: Page,
    verdicts: Verdicts,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Task {
    time: Option<String>,
    uuid: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Page {
    url: Option<String>,
    title: Option<String>,
    ip: Option<String>,
    country: Option<String>,
    asnname: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Verdicts {
    malicious: bool,
    overall: Overall,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Overall {
    malicious: bool,
    brands: Vec<serde_json::Value>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Submitted {
    uuid: String,
}

/// Searches, and for a URL that nobody scanned before submits it and waits.
pub(super) async fn scan(asker: &Asker, thing: &Thing, asked: &[Ask], pause: Duration, permit: &Permit) -> Outcome {
    let Some(search) = asked.first() else {
        return Outcome::new(State::Failed(connection::ADDRESS.en.to_owned()), None);
    };
    let found = asker.once(search, thing, searched, permit).await;
    let (State::Absent, Thing::Url(_), Some(submit)) = (&found.state, thing, asked.get(1)) else { return found };
    let submitted = match asker.send(submit, permit).await {
        Ok(response) => serde_json::from_slice::<Submitted>(&response.body).ok().map(|one| one.uuid),
        Err(outcome) => return *outcome,
    };
    // It becomes a part of an address: nothing but what an id is made of.
    let id = submitted
        .filter(|id| (1..=64).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-'));
    let Some(id) = id else {
        return Outcome::new(State::Failed(connection::MALFORMED.en.to_owned()), None);
    };
    // The log has one line for it all, and says that more than a question left.
    let receiver = Some(format!("urlscan.io (HTTPS); {}", lists::SUBMITTED.en));
    for _ in 0..LOOKS {
        tokio::time::sleep(pause).await;
        let look = Ask::get(format!("/api/v1/result/{id}/"));
        let outcome = asker.once(&look, thing, result, permit).await;
        // Not there yet.
        if outcome.state != State::Absent {
            return Outcome { receiver, ..outcome };
        }
    }
    Outcome { receiver, ..Outcome::new(State::Failed(lists::NOT_READY.en.to_owned()), None) }
}

fn searched(_: &Thing, body: &[u8]) -> Option<Reading> {
    let search: Search = serde_json::from_slice(body).ok()?;
    if search.results.is_empty() {
        return Some(Reading::default());
    }
    let bad = search.results.iter().filter(|scan| scan.verdicts.malicious || scan.verdicts.overall.malicious).count();
    let mut lines = Said::default();
    lines.put(said::SCANS, search.total.max(search.results.len() as u64).to_string());
    let mut times: Vec<&str> = search.results.iter().filter_map(|scan| scan.task.time.as_deref()).collect();
    times.sort_unstable();
    lines.put(said::LAST_SEEN, times.last().map(|time| (*time).to_owned()));
    let newest = search.results.first();
    lines.put(said::TITLE, newest.and_then(|scan| scan.page.title.clone()));
    lines.put(said::LEADS_TO, newest.and_then(|scan| scan.page.url.clone()));
    let link = newest.and_then(|scan| scan.task.uuid.as_deref()).and_then(page);
    let count = u32::try_from(search.results.len()).unwrap_or(u32::MAX);
    let bad = u32::try_from(bad).unwrap_or(u32::MAX);
    let severity = (bad > 0).then_some(Severity::Attack);
    let judgement = Judgement { severity, votes: (bad > 0).then_some((bad, count)), said: lines.0, link };
    Some(Reading { judgement: Some(judgement), ttl: None })
}

fn result(_: &Thing, body: &[u8]) -> Option<Reading> {
    let scan: Scan = serde_json::from_slice(body).ok()?;
    let mut lines = Said::default();
    let brands: Vec<String> = scan
        .verdicts
        .overall
        .brands
        .iter()
        .filter_map(|brand| brand.as_str().or_else(|| brand.get("name")?.as_str()).map(ToOwned::to_owned))
        .collect();
    lines.put(said::BRAND, few(&brands));
    lines.put(said::TITLE, scan.page.title);
    lines.put(said::LEADS_TO, scan.page.url);
    let place = [scan.page.ip, scan.page.country, scan.page.asnname];
    let place: Vec<String> = place.into_iter().flatten().collect();
    lines.put(said::SERVER, few(&place));
    let severity = (scan.verdicts.malicious || scan.verdicts.overall.malicious).then_some(Severity::Attack);
    let link = scan.task.uuid.as_deref().and_then(page);
    Some(Reading { judgement: Some(Judgement { severity, votes: None, said: lines.0, link }), ttl: Some(86_400) })
}

/// The page of a scan.
fn page(id: &str) -> Option<String> {
    let fits = id.len() <= 64 && id.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    fits.then(|| format!("https://urlscan.io/result/{id}/"))
}

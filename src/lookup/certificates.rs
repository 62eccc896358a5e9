//! Certificate transparency (RFC 9162): which certificates the logs know for a registrable domain, by crt.sh's search.
//! Tells when the first one was issued, the newest ones, and the names beside it. <https://crt.sh>
//!
//! Two questions: for the name itself, and for the names below it. The answer is bounded, and an answer that breaks off
//! is read as far as it goes.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use url::Url;

use super::http::{Client, Cut, Limits, Request, Response};
use super::policy::Policy;
use super::{Again, Outcome, Pace, Permit, Provider, Query, Work, pieces, services};
use crate::facts::listing::{Certificate, Logged};
use crate::facts::phrases::notes::{self, noted};
use crate::facts::phrases::{connection, lists};
use crate::facts::{Answer, Key, Reach, State};
use crate::text::Words;

/// The id in the setting `services`.
pub(super) const ID: &str = "crtsh";
/// The most bytes of one answer: some 20,000 certificates.
const BODY: usize = 8 << 20;
/// Certificates that are kept.
const KEPT: usize = 20;
/// Names that are kept.
const NAMES: usize = 100;
/// Seconds for which an answer counts as fresh.
const TTL: u32 = 86_400;
/// It is slow: half a minute is usual for a name with many certificates.
const PATIENCE: Duration = Duration::from_mins(1);

/// Asks crt.sh.
pub(super) struct Certificates {
    client: Client,
    names: Option<Arc<dyn Provider>>,
    base: String,
    policy: Policy,
}

impl Certificates {
    pub(super) fn new(client: &Client, names: Option<&Arc<dyn Provider>>) -> Self {
        Self {
            client: client.clone(),
            names: names.cloned(),
            base: "https://crt.sh".to_owned(),
            policy: Policy::Public,
        }
    }
}

fn asks(base: &str, domain: &str) -> [String; 2] {
    // `%` stands for whatever comes before; the service wants it escaped as everywhere in a query.
    let search = |what: &str| format!("{base}/?q={what}{domain}&output=json&deduplicate=Y");
    [search(""), search("%25.")]
}

impl Provider for Certificates {
    fn id(&self) -> &'static str {
        ID
    }

    fn reach(&self) -> Reach {
        Reach::ThirdParty
    }

    fn answers(&self, key: &Key) -> bool {
        matches!(key, Key::Certificates(domain) if is_name(domain))
    }

    fn receiver(&self, _: &Key) -> String {
        "crt.sh (HTTPS)".to_owned()
    }

    fn plan(&self, key: &Key) -> Vec<Query> {
        let Key::Certificates(domain) = key else { return Vec::new() };
        let receiver = self.receiver(key);
        let ask = |(asks, note): (String, Option<Words>)| {
            let mut queries = super::name_questions(self.names.as_ref(), "crt.sh");
            queries.push(Query { receiver: receiver.clone(), asks: noted(&format!("GET {asks}"), note) });
            queries
        };
        asks(&self.base, domain).into_iter().zip([None, Some(notes::WHERE_ANSWERED)]).flat_map(ask).collect()
    }

    fn pace(&self) -> Pace {
        // No limit is published; it answers with errors when it is asked too fast.
        Pace { at_once: 1, per_minute: Some(10), per_day: None, timeout: Some(PATIENCE * 2), tries: 2 }
    }

    fn run(&self, key: &Key, permit: Permit) -> Work {
        let (client, policy, base) = (self.client.clone(), self.policy, self.base.clone());
        let domain = match key {
            Key::Certificates(domain) => domain.clone(),
            _ => String::new(),
        };
        Box::pin(async move {
            let mut found = Found::new(&domain);
            let [own, below] = asks(&base, &domain);
            if let Err(outcome) = ask(&client, &own, policy, &permit, &mut found).await {
                return *outcome;
            }
            // Without the names below it is an answer still, as long as there is one.
            let below = ask(&client, &below, policy, &permit, &mut found).await;
            if found.count == 0
                && let Err(outcome) = below
            {
                return *outcome;
            }
            found.outcome()
        })
    }
}

/// A name of several labels, of letters that need no escaping.
fn is_name(text: &str) -> bool {
    text.contains('.')
        && text.len() <= 253
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'))
        && text.parse::<std::net::IpAddr>().is_err()
}

async fn ask(
    client: &Client,
    url: &str,
    policy: Policy,
    permit: &Permit,
    found: &mut Found,
) -> Result<(), Box<Outcome>> {
    let failed = |words: crate::text::Words, again| {
        Box::new(Outcome { again, ..Outcome::new(State::Failed(words.en.to_owned()), None) })
    };
    let url = Url::parse(url).map_err(|_| failed(connection::ADDRESS, None))?;
    let mut request = Request::get(url).with("accept", "application/json");
    request.policy = policy;
    request.limits = Limits { body: BODY, time: PATIENCE, quiet: PATIENCE, ..Limits::default() };
    let response: Response = client.fetch(request, permit).await.map_err(|why| Box::new(why.outcome()))?;
    match services::status(&response, false) {
        // An answer that is longer than the limit is read as far as it goes.
        _ if response.status == 200 && matches!(response.cut, None | Some(Cut::Bytes)) => {}
        // What it says instead of "nothing found".
        Some(outcome) if response.status == 404 && outcome.state == State::Absent => return Ok(()),
        Some(outcome) => return Err(Box::new(outcome)),
        None => {}
    }
    let start = response.body.trim_ascii_start();
    if !start.starts_with(b"[") {
        // A page that says that it is busy comes with status 200, too.
        let again = start.starts_with(b"<").then_some(Again::Soon);
        return Err(failed(if again.is_some() { lists::SERVER } else { connection::MALFORMED }, again));
    }
    let read = pieces::objects(&mut &*response.body, |object| {
        if let Ok(row) = serde_json::from_slice::<Row>(object) {
            found.take(&row);
        }
        true
    });
    read.map(drop).map_err(|_| failed(connection::MALFORMED, None))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Row {
    id: Option<u64>,
    issuer_name: String,
    name_value: String,
    not_before: Option<String>,
    not_after: Option<String>,
}

/// What was found so far.
struct Found {
    domain: String,
    count: u32,
    first: Option<i64>,
    /// The newest ones, with the service's number of each.
    newest: Vec<(Option<u64>, Certificate)>,
    siblings: BTreeSet<String>,
    seen: std::collections::HashSet<u64>,
}

impl Found {
    fn new(domain: &str) -> Self {
        Self {
            domain: domain.to_owned(),
            count: 0,
            first: None,
            newest: Vec::new(),
            siblings: BTreeSet::new(),
            seen: std::collections::HashSet::new(),
        }
    }

    fn take(&mut self, row: &Row) {
        if row.id.is_some_and(|id| !self.seen.insert(id)) {
            return;
        }
        let ours =
            |name: &str| name.strip_suffix(&self.domain).is_some_and(|front| front.is_empty() || front.ends_with('.'));
        let names: Vec<String> = row
            .name_value
            .lines()
            .take(200)
            .map(|name| name.trim().to_ascii_lowercase())
            .filter(|name| name.len() <= 253 && is_name(name.trim_start_matches("*.")))
            .collect();
        // A search finds more than names: organizations, mail addresses.
        if !names.iter().any(|name| ours(name.trim_start_matches("*."))) {
            return;
        }
        self.count = self.count.saturating_add(1);
        let not_before = row.not_before.as_deref().and_then(seconds);
        self.first = match (self.first, not_before) {
            (Some(first), Some(this)) => Some(first.min(this)),
            (first, this) => first.or(this),
        };
        for name in &names {
            let plain = name.trim_start_matches("*.");
            if self.siblings.len() < NAMES && ours(plain) && *plain != self.domain {
                self.siblings.insert(plain.to_owned());
            }
        }
        let certificate = Certificate {
            issuer: issuer(&row.issuer_name),
            names: names.into_iter().take(20).collect(),
            not_before,
            not_after: row.not_after.as_deref().and_then(seconds),
            sha256: None,
        };
        let at = self.newest.partition_point(|(_, other)| other.not_before >= certificate.not_before);
        if at < KEPT {
            self.newest.insert(at, (row.id, certificate));
            self.newest.truncate(KEPT);
        }
    }

    fn outcome(self) -> Outcome {
        if self.count == 0 {
            return Outcome::new(State::Absent, Some(TTL));
        }
        let logged = Logged {
            first: self.first,
            certificates: self.newest.into_iter().map(|(_, certificate)| certificate).collect(),
            siblings: self.siblings.into_iter().collect(),
            found: self.count,
        };
        Outcome::new(State::Value(Answer::Logged(logged)), Some(TTL))
    }
}

/// Organization or common name of `C=US, O=Let's Encrypt, CN=R3`; both where they differ.
fn issuer(name: &str) -> String {
    let part = |label: &str| {
        let at = name.find(&format!("{label}="))?;
        let rest = name.get(at + label.len() + 1..)?;
        let value = match rest.strip_prefix('"') {
            Some(quoted) => quoted.split('"').next()?,
            None => rest.split(", ").next()?,
        };
        Some(services::clip(value))
    };
    match (part("O"), part("CN")) {
        (Some(organization), Some(common)) if common != organization => format!("{organization} ({common})"),
        (Some(one), _) | (None, Some(one)) => one,
        (None, None) => services::clip(name),
    }
}

/// `2026-04-02T21:18:57`, UTC.
fn seconds(text: &str) -> Option<i64> {
    let moment: jiff::civil::DateTime = text.trim().get(..19)?.parse().ok()?;
    Some(moment.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_second())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lookup::test_web::{Reply, Web, ask as put, client};

    fn provider(web: &Web) -> Certificates {
        Certificates { base: web.at(""), policy: Policy::Anywhere, ..Certificates::new(&client(), None) }
    }

    fn row(id: u64, names: &str, day: &str) -> String {
        format!(
            r#"{{"issuer_ca_id":1,"issuer_name":"C=US, O=Some CA, CN=S1","common_name":"x","name_value":"{names}","id":{id},"entry_timestamp":"{day}T10:00:00.1","not_before":"{day}T09:00:00","not_after":"2027-01-01T00:00:00","serial_number":"00"}}"#
        )
    }

    fn logged(web: &Web) -> Logged {
        match put(&provider(web), &Key::Certificates("evil.example".into())).state {
            State::Value(Answer::Logged(logged)) => logged,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_first_the_newest_and_the_names_beside_are_told() {
        let web = Web::serve(|heard| {
            Reply::ok(if heard.target.contains("%25.") {
                let www = row(2, "www.evil.example", "2026-11-19");
                format!(
                    "[{},{},{}]",
                    www,
                    row(3, r"*.login.evil.example\nEVIL.example", "2026-11-20"),
                    row(1, "evil.example", "2026-11-18")
                )
            } else {
                let other = row(9, "notevil.example", "2020-01-01");
                let mail = row(8, "someone@evil.example", "2020-01-01");
                format!("[{},{other},{mail}]", row(1, "evil.example", "2026-11-18"))
            })
        });
        let found = logged(&web);
        assert_eq!(found.found, 3);
        assert_eq!(found.first, seconds("2026-11-18T09:00:00"));
        assert_eq!(found.siblings, ["login.evil.example", "www.evil.example"]);
        assert_eq!(found.certificates[0].names, ["*.login.evil.example", "evil.example"]);
        assert_eq!(found.certificates[0].issuer, "Some CA (S1)");
        assert_eq!(found.certificates.last().unwrap().not_before, found.first);
        let asked: Vec<String> = web.heard().into_iter().map(|heard| heard.target).collect();
        let plan = provider(&web).plan(&Key::Certificates("evil.example".into()));
        let planned: Vec<String> = plan
            .iter()
            .map(|query| {
                query.asks.replace(&format!("GET {}", web.at("")), "").replace(" (where the first was answered)", "")
            })
            .collect();
        assert_eq!(asked, planned);
    }

    #[test]
    fn an_answer_without_end_is_read_as_far_as_it_goes() {
        let rows: Vec<String> = (0..60_000).map(|id| row(id, &format!("n{id}.evil.example"), "2026-11-18")).collect();
        let text = format!("[{}]", rows.join(","));
        assert!(text.len() > BODY);
        let web = Web::serve(move |_| Reply::ok(&text));
        let found = logged(&web);
        assert!(found.found > 1_000 && found.certificates.len() == KEPT && found.siblings.len() == NAMES);
    }

    #[test]
    fn nothing_found_trouble_and_nonsense_are_told_apart() {
        for (reply, expected) in [
            (Reply::ok("[]"), State::Absent),
            (Reply::new(404, ""), State::Absent),
            (Reply::ok("<html>busy</html>"), State::Failed(lists::SERVER.en.into())),
            (Reply::new(502, ""), State::Failed(lists::SERVER.en.into())),
            (Reply::new(429, ""), State::Failed(connection::WAIT.en.into())),
            (Reply::ok("{}"), State::Failed(connection::MALFORMED.en.into())),
            (Reply::ok("[[[[[[{\"id\":"), State::Absent),
            (Reply::ok(r#"[{"id":-1,"name_value":7},{"name_value":"\u001b[2J\u202e.evil.example"}]"#), State::Absent),
        ] {
            let web = Web::serve(move |_| reply.clone());
            assert_eq!(put(&provider(&web), &Key::Certificates("evil.example".into())).state, expected);
        }
    }

    #[test]
    fn only_names_are_asked_about() {
        let web = Web::serve(|_| Reply::ok("[]"));
        let one = provider(&web);
        for name in ["evil", "192.0.2.1", "a b.example", "a&q=.example", "", "%.example"] {
            assert!(!one.answers(&Key::Certificates(name.into())), "{name}");
        }
        assert_eq!(issuer("O=\"EXAMPLE, INC.\", CN=EXAMPLE, INC."), "EXAMPLE, INC. (EXAMPLE)");
        assert_eq!(issuer("nothing"), "nothing");
        assert_eq!(seconds("nonsense"), None);
    }
}

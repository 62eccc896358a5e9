//! Passive DNS: what others saw of a name or an address in the past. Three services, asked in this order where the user
//! has named them and they have what they need:
//!
//! - Farsight DNSDB, API v2, with a key: JSON lines, each record in a frame of its own;
//! - CIRCL, with user and password: the common output format (draft-dulaunoy-dnsop-passive-dns-cof), JSON lines;
//! - mnemonic's public interface, without a key: up to 1,000 records as JSON.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use url::Url;

use super::http::{Client, Cut, Limits, Request};
use super::keys::{Keys, variable};
use super::policy::Policy;
use super::{Outcome, Pace, Permit, Provider, Query, Work, pieces, services};
use crate::facts::listing::Seen;
use crate::facts::phrases::{connection, lists};
use crate::facts::{Answer, Fact, Key, Reach, State};

/// The most bytes of an answer.
const BODY: usize = 2 << 20;
/// The most records that are kept, the newest first.
const KEPT: usize = 100;
/// Seconds for which an answer counts as fresh.
const TTL: u32 = 86_400;
const PATIENCE: Duration = Duration::from_secs(30);

/// A service of passive DNS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// Farsight DNSDB.
    Dnsdb,
    /// CIRCL.
    Circl,
    /// mnemonic.
    Mnemonic,
}

impl Source {
    /// In the order in which they are asked.
    pub(super) const ALL: [Self; 3] = [Self::Dnsdb, Self::Circl, Self::Mnemonic];

    /// The id in the setting `services`; the key has the same name.
    pub(super) fn id(self) -> &'static str {
        match self {
            Self::Dnsdb => "dnsdb",
            Self::Circl => "circl",
            Self::Mnemonic => "mnemonic",
        }
    }

    fn base(self) -> &'static str {
        match self {
            Self::Dnsdb => "https://api.dnsdb.info",
            Self::Circl => "https://www.circl.lu",
            Self::Mnemonic => "https://api.mnemonic.no",
        }
    }

    fn path(self, what: &str) -> String {
        let address = what.parse::<std::net::IpAddr>().is_ok();
        match self {
            Self::Dnsdb if address => format!("/dnsdb/v2/lookup/rdata/ip/{what}?limit={KEPT}"),
            Self::Dnsdb => format!("/dnsdb/v2/lookup/rrset/name/{what}?limit={KEPT}"),
            Self::Circl => format!("/pdns/query/{what}"),
            Self::Mnemonic => format!("/pdns/v3/{what}?limit={KEPT}"),
        }
    }

    /// It wants no key, or there is one.
    pub(super) fn is_ready(self, keys: &Keys) -> bool {
        self == Self::Mnemonic || self.login(keys).is_some()
    }

    /// The header field that carries the key.
    fn login(self, keys: &Keys) -> Option<(&'static str, String)> {
        match self {
            Self::Dnsdb => Some(("x-api-key", keys.get("dnsdb")?.to_owned())),
            Self::Circl => {
                let (user, password) = keys.login("circl")?;
                let both = STANDARD.encode(format!("{user}:{password}"));
                Some(("authorization", format!("Basic {both}")))
            }
            Self::Mnemonic => None,
        }
    }
}

/// Asks one of them.
pub(super) struct History {
    source: Source,
    client: Client,
    names: Option<Arc<dyn Provider>>,
    keys: Arc<Keys>,
    base: String,
    policy: Policy,
}

impl History {
    pub(super) fn new(source: Source, client: &Client, names: Option<&Arc<dyn Provider>>, keys: &Arc<Keys>) -> Self {
        Self {
            source,
            client: client.clone(),
            names: names.cloned(),
            keys: Arc::clone(keys),
            base: source.base().to_owned(),
            policy: Policy::Public,
        }
    }

    fn host(&self) -> &str {
        self.base.split("://").nth(1).unwrap_or_default()
    }
}

impl Provider for History {
    fn id(&self) -> &'static str {
        self.source.id()
    }

    fn reach(&self) -> Reach {
        Reach::ThirdParty
    }

    fn answers(&self, key: &Key) -> bool {
        // What is put into the path has to be a name or an address.
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b':');
        matches!(key, Key::History(what) if what.contains(['.', ':']) && what.len() <= 253 && what.bytes().all(fits))
    }

    fn receiver(&self, _: &Key) -> String {
        format!("{} (HTTPS)", self.host())
    }

    fn plan(&self, key: &Key) -> Vec<Query> {
        let Key::History(what) = key else { return Vec::new() };
        let mut plan = super::name_questions(self.names.as_ref(), self.host());
        let asks = format!("GET {}{}", self.base, self.source.path(what));
        plan.push(Query { receiver: self.receiver(key), asks });
        plan
    }

    fn pace(&self) -> Pace {
        // Public users of mnemonic have a small allowance; the others say theirs in the contract.
        Pace { at_once: 2, per_minute: Some(30), per_day: Some(1_000), timeout: Some(PATIENCE), tries: 2 }
    }

    fn without_asking(&self, key: &Key) -> Option<Fact> {
        (!self.source.is_ready(&self.keys) && self.answers(key)).then(|| Fact {
            state: State::Failed(format!("{}; {}", lists::NO_KEY.en, variable(self.source.id()))),
            ..Fact::default()
        })
    }

    fn run(&self, key: &Key, permit: Permit) -> Work {
        let (client, policy, source) = (self.client.clone(), self.policy, self.source);
        let what = match key {
            Key::History(what) => what.clone(),
            _ => String::new(),
        };
        let url = Url::parse(&format!("{}{}", self.base, source.path(&what)));
        let login = source.login(&self.keys);
        Box::pin(async move {
            let failed = |words: crate::text::Words| Outcome::new(State::Failed(words.en.to_owned()), None);
            let Ok(url) = url else { return failed(connection::ADDRESS) };
            let mut request = Request::get(url).with("accept", "application/json, application/x-ndjson");
            request.policy = policy;
            request.limits = Limits { body: BODY, time: PATIENCE, ..Limits::default() };
            if let Some((name, value)) = login {
                request = request.with(name, &value);
            }
            let response = match client.fetch(request, &permit).await {
                Ok(response) => response,
                Err(why) => return why.outcome(),
            };
            let cut = response.status == 200 && response.cut == Some(Cut::Bytes);
            if let Some(outcome) = services::status(&response, true).filter(|_| !cut) {
                return outcome;
            }
            match read(source, &response.body) {
                None => failed(connection::MALFORMED),
                Some(seen) if seen.is_empty() => Outcome::new(State::Absent, Some(TTL)),
                Some(seen) => Outcome::new(State::Value(Answer::History(seen)), Some(TTL)),
            }
        })
    }
}

/// The records of an answer, newest first; `None` where it is none.
fn read(source: Source, body: &[u8]) -> Option<Vec<Seen>> {
    let mut seen: Vec<Seen> = Vec::new();
    match source {
        Source::Mnemonic => {
            let answer: Mnemonic = serde_json::from_slice(body).ok()?;
            seen.extend(answer.data.into_iter().take(10_000).map(|row| Seen {
                name: tidy(&row.query),
                kind: services::clip(&row.rrtype).to_uppercase(),
                value: tidy(&row.answer),
                first: row.first_seen_timestamp.map(|millis| millis / 1000),
                last: row.last_seen_timestamp.map(|millis| millis / 1000),
            }));
        }
        Source::Circl | Source::Dnsdb => {
            let mut wrong = 0;
            pieces::objects(&mut &*body, |object| {
                let line: Option<Line> = serde_json::from_slice(object).ok();
                let Some(line) = line else {
                    wrong += 1;
                    return true;
                };
                // DNSDB frames its records, and says where it begins and ends.
                let record = line.obj.map(|record| *record).unwrap_or(line.record);
                for value in record.rdata.into_iter().flat_map(Data::all).take(50) {
                    seen.push(Seen {
                        name: tidy(&record.rrname),
                        kind: services::clip(&record.rrtype).to_uppercase(),
                        value: tidy(&value),
                        first: record.time_first.or(record.zone_time_first),
                        last: record.time_last.or(record.zone_time_last),
                    });
                }
                seen.len() < 10_000
            })
            .ok()?;
            if seen.is_empty() && (wrong > 0 || !body.trim_ascii().is_empty() && !body.contains(&b'{')) {
                return None;
            }
        }
    }
    seen.retain(|one| !one.name.is_empty() && !one.value.is_empty());
    seen.sort_by(|one, other| other.last.cmp(&one.last).then_with(|| one.cmp_key(other)));
    seen.dedup();
    seen.truncate(KEPT);
    Some(seen)
}

/// What every service's answer would be read as.
#[cfg(feature = "fuzzing")]
pub(super) fn of_bodies(body: &[u8]) -> Vec<Seen> {
    [Source::Mnemonic, Source::Circl, Source::Dnsdb]
        .into_iter()
        .filter_map(|source| read(source, body))
        .flatten()
        .collect()
}

/// Lower case, without the last dot, bounded.
fn tidy(text: &str) -> String {
    services::clip(text).trim_end_matches('.').to_lowercase()
}

trait CmpKey {
    fn cmp_key(&self, other: &Self) -> std::cmp::Ordering;
}

impl CmpKey for Seen {
    fn cmp_key(&self, other: &Self) -> std::cmp::Ordering {
        (&self.name, &self.kind, &self.value).cmp(&(&other.name, &other.kind, &other.value))
    }
}

#[derive(Debug, Deserialize)]
struct Mnemonic {
    data: Vec<MnemonicRow>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct MnemonicRow {
    query: String,
    answer: String,
    rrtype: String,
    first_seen_timestamp: Option<i64>,
    last_seen_timestamp: Option<i64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Line {
    obj: Option<Box<Record>>,
    #[serde(flatten)]
    record: Record,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Record {
    rrname: String,
    rrtype: String,
    rdata: Option<Data>,
    time_first: Option<i64>,
    time_last: Option<i64>,
    zone_time_first: Option<i64>,
    zone_time_last: Option<i64>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Data {
    One(String),
    Many(Vec<String>),
}

impl Data {
    fn all(self) -> Vec<String> {
        match self {
            Self::One(one) => vec![one],
            Self::Many(many) => many,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lookup::test_web::{Reply, Web, ask, client};

    fn provider(source: Source, web: &Web, keys: Keys) -> History {
        let keys = Arc::new(keys);
        History { base: web.at(""), policy: Policy::Anywhere, ..History::new(source, &client(), None, &keys) }
    }

    fn keys() -> Keys {
        let mut keys = Keys::default();
        keys.put("dnsdb", "secret-key").unwrap();
        keys.put("circl", "me:secret-word").unwrap();
        keys
    }

    fn history(source: Source, reply: &'static str, what: &str) -> (State, Vec<crate::lookup::test_web::Heard>) {
        let web = Web::serve(move |_| Reply::ok(reply));
        let one = provider(source, &web, keys());
        let key = Key::History(what.into());
        assert!(!format!("{:?} {}", one.plan(&key), one.receiver(&key)).contains("secret"));
        (ask(&one, &key).state, web.heard())
    }

    fn rows(state: State) -> Vec<String> {
        let State::Value(Answer::History(seen)) = state else { panic!("{state:?}") };
        seen.iter().map(|one| format!("{} {} {} {:?}", one.name, one.kind, one.value, one.last)).collect()
    }

    const COF: &str = "{\"rrname\":\"evil.example.\",\"rrtype\":\"A\",\"rdata\":\"192.0.2.9\",\"time_first\":1790000000,\"time_last\":1795000000,\"count\":3}\n\
        {\"rrname\":\"evil.example\",\"rrtype\":\"NS\",\"rdata\":[\"ns1.example.\",\"ns2.example.\"],\"time_first\":1780000000,\"time_last\":1796000000}\n";

    #[test]
    fn the_common_output_format_is_read() {
        let (state, heard) = history(Source::Circl, COF, "evil.example");
        assert_eq!(
            rows(state),
            [
                "evil.example NS ns1.example Some(1796000000)",
                "evil.example NS ns2.example Some(1796000000)",
                "evil.example A 192.0.2.9 Some(1795000000)"
            ]
        );
        assert_eq!(heard[0].target, "/pdns/query/evil.example");
        let sent = STANDARD.encode(b"me:secret-word");
        assert_eq!(heard[0].header("authorization"), Some(format!("Basic {sent}").as_str()));
    }

    #[test]
    fn framed_records_are_read() {
        let text = "{\"cond\":\"begin\"}\n\
            {\"obj\":{\"count\":3,\"time_first\":1790000000,\"time_last\":1795000000,\"rrname\":\"evil.example.\",\"rrtype\":\"A\",\"bailiwick\":\"example.\",\"rdata\":[\"192.0.2.9\"]}}\n\
            {\"cond\":\"succeeded\"}\n";
        let (state, heard) = history(Source::Dnsdb, text, "192.0.2.9");
        assert_eq!(rows(state), ["evil.example A 192.0.2.9 Some(1795000000)"]);
        assert_eq!(heard[0].target, "/dnsdb/v2/lookup/rdata/ip/192.0.2.9?limit=100");
        assert_eq!(heard[0].header("x-api-key"), Some("secret-key"));
        let (state, _) = history(Source::Dnsdb, "{\"cond\":\"begin\"}\n{\"cond\":\"succeeded\"}\n", "evil.example");
        assert_eq!(state, State::Absent);
    }

    #[test]
    fn the_service_without_a_key_is_read() {
        let text = r#"{"responseCode":200,"count":1,"data":[{"rrclass":"in","rrtype":"a","query":"evil.example","answer":"192.0.2.9","firstSeenTimestamp":1790000000000,"lastSeenTimestamp":1795000000123,"times":3,"tlp":"white"}]}"#;
        let (state, heard) = history(Source::Mnemonic, text, "evil.example");
        assert_eq!(rows(state), ["evil.example A 192.0.2.9 Some(1795000000)"]);
        assert_eq!(heard[0].target, "/pdns/v3/evil.example?limit=100");
        assert!(heard[0].header("authorization").is_none() && heard[0].header("x-api-key").is_none());
        assert_eq!(history(Source::Mnemonic, r#"{"responseCode":200,"data":[]}"#, "evil.example").0, State::Absent);
    }

    #[test]
    fn hostile_answers_do_no_harm() {
        for source in Source::ALL {
            for text in ["nonsense", "[[[[[[", "{\"rrname\":7}", "\u{1b}[2J"] {
                assert!(matches!(history(source, text, "evil.example").0, State::Failed(_)), "{source:?} {text}");
            }
        }
        let long: &'static str = Box::leak(COF.repeat(20_000).into_boxed_str());
        assert!(rows(history(Source::Circl, long, "evil.example").0).len() <= KEPT);
    }

    #[test]
    fn without_a_key_nothing_is_asked_and_the_reason_is_said() {
        let web = Web::serve(|_| Reply::ok(COF));
        let key = Key::History("evil.example".into());
        for source in [Source::Dnsdb, Source::Circl] {
            let fact = provider(source, &web, Keys::default()).without_asking(&key).unwrap();
            let State::Failed(why) = fact.state else { panic!() };
            assert!(why.contains("GOSANKE_KEY_"), "{why}");
        }
        assert_eq!(provider(Source::Mnemonic, &web, Keys::default()).without_asking(&key), None);
        for what in ["", "evil", "a/../b.example", "evil.example?x", "a b.example"] {
            assert!(!provider(Source::Mnemonic, &web, Keys::default()).answers(&Key::History(what.into())), "{what}");
        }
    }
}

//! Block lists over DNS (RFC 5782): the lists of the shipped table and the reader's own, one provider each.
//!
//! ```text
//! 192.0.2.7 on zen    ->  A 7.2.0.192.zen.spamhaus.org.
//! evil.example on dbl ->  A evil.example.dbl.spamhaus.org.
//! ```
//!
//! With the first question of a run two more go out: for the entry that every list has and for the one that none has. Where
//! these are answered otherwise the list is gone, has a wildcard, or the name server in between lies: then nothing that
//! comes back is believed, neither a listing nor that there is none. A refusal is told as such, and the list is left alone. The text that a list keeps
//! beside an entry is asked for only where the entry is listed; it is hostile like everything that comes back.
//!
//! Spamhaus answers whoever has a key at names that hold it (Data Query Service). The key is a label on the wire and
//! nowhere else: a plan, a receiver, a fact and the log have `(key)` in its place.
//!
//! ```text
//! 192.0.2.7 on zen with a key  ->  A 7.2.0.192.<key>.zen.dq.spamhaus.net.
//! ```

use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use hickory_resolver::proto::rr::{Name, RecordType};
use tokio::sync::Mutex;

use super::dns::{Nothing, Resolver, absolute, read};
use super::keys::{HIDDEN, Keys};
use super::name::{Host, host, reversed};
use super::{Again, Outcome, Pace, Permit, Provider, Query, Work, reserved};
use crate::facts::blocklists::{BlockList, Meaning};
use crate::facts::listing::{Code, Listing};
use crate::facts::phrases::notes::{self, noted};
use crate::facts::phrases::{lists, reason, registry};
use crate::facts::{Answer, Fact, Key, Reach, State};
use crate::text::Words;

/// For how long a list whose test entries got no answer is left alone.
const SILENT: Duration = Duration::from_mins(1);
/// For how long a list is left alone that refuses to answer or cannot be believed.
const LEFT_ALONE: Duration = Duration::from_hours(1);
/// The most questions to one list in a minute: they are free for those who ask little.
const PER_MINUTE: u32 = 600;
/// The most in a day.
const PER_DAY: u32 = 50_000;

/// Lists that are asked at other names by whoever has a key: id, zone behind the key, name of the key.
const KEYED: [(&str, &str, &str); 2] =
    [("zen", "zen.dq.spamhaus.net", "spamhaus"), ("dbl", "dbl.dq.spamhaus.net", "spamhaus")];

/// One list.
pub(crate) struct List {
    asker: Arc<Asker>,
    timeout: Duration,
}

struct Asker {
    list: BlockList,
    resolver: Arc<Resolver>,
    /// The key, in lower case, and the zone behind it.
    keyed: Option<(String, &'static str)>,
    /// What its test entries said, and when.
    control: Mutex<Option<(Instant, Control)>>,
    /// The test entries were answered: they are not asked for again in this run.
    settled: std::sync::atomic::AtomicBool,
}

/// What the test entries say.
#[derive(Debug, Clone)]
enum Control {
    /// It is a block list that works.
    Sound,
    /// It is not to be believed, and why, in English.
    Unsound(&'static str),
    /// No answer.
    Silent(Words, Option<Again>),
}

impl Control {
    /// How long it is believed; a list that works, for the whole run.
    fn lasts(&self) -> Option<Duration> {
        match self {
            Self::Sound => None,
            Self::Unsound(_) => Some(LEFT_ALONE),
            Self::Silent(..) => Some(SILENT),
        }
    }
}

/// What came back for one entry.
#[derive(Debug)]
enum Reply {
    Listed(Vec<Code>, Option<u32>),
    Clean(Option<u32>),
    Refused(&'static str),
    Foreign,
    Silent(Words, Option<Again>),
}

/// The providers of the lists that a reader has named.
pub(super) fn providers(
    named: &[String],
    resolver: &Arc<Resolver>,
    timeout: Duration,
    keys: &Keys,
) -> Vec<Arc<dyn Provider>> {
    let lists = offers(named).into_iter();
    lists.map(|list| Arc::new(List::new(list, resolver, timeout, keys)) as Arc<dyn Provider>).collect()
}

/// The lists that the setting names, each once; what is no list is passed over.
#[must_use]
pub fn offers(named: &[String]) -> Vec<BlockList> {
    let mut out: Vec<BlockList> = Vec::new();
    for list in named.iter().filter_map(|text| BlockList::named(text)) {
        if out.iter().all(|other| other.id != list.id) {
            out.push(list);
        }
    }
    out
}

impl List {
    fn new(list: BlockList, resolver: &Arc<Resolver>, timeout: Duration, keys: &Keys) -> Self {
        let place = KEYED.iter().find(|(id, ..)| *id == list.id);
        let keyed = place.and_then(|(_, zone, name)| Some((keys.get(name)?.to_ascii_lowercase(), *zone)));
        let resolver = Arc::clone(resolver);
        let asker = Asker { list, resolver, keyed, control: Mutex::default(), settled: false.into() };
        Self { asker: Arc::new(asker), timeout }
    }

    /// The entry that a key of this list asks about.
    fn entry<'k>(&self, key: &'k Key) -> Option<&'k str> {
        match key {
            Key::Listed { list, name } if *list == *self.asker.list.id => Some(name),
            _ => None,
        }
    }
}

impl Provider for List {
    fn id(&self) -> &'static str {
        match &self.asker.list.id {
            std::borrow::Cow::Borrowed(id) => id,
            std::borrow::Cow::Owned(_) => "own-list",
        }
    }

    fn reach(&self) -> Reach {
        Reach::ThirdParty
    }

    /// An address is never asked of a list of names: its operator counts that against the asker.
    fn answers(&self, key: &Key) -> bool {
        self.entry(key).is_some_and(|entry| entry.parse::<IpAddr>().is_ok() != self.asker.list.names)
    }

    fn receiver(&self, _: &Key) -> String {
        format!("{} via {}", self.asker.zone(HIDDEN), self.asker.resolver.receiver())
    }

    fn plan(&self, key: &Key) -> Vec<Query> {
        if self.without_asking(key).is_some() {
            return Vec::new();
        }
        let Some(Ok(name)) = self.entry(key).map(|entry| self.asker.shown(entry)) else { return Vec::new() };
        let asks = [format!("A {name}"), noted(&format!("TXT {name}"), notes::WHERE_LISTED)];
        asks.into_iter().map(|asks| Query { receiver: self.receiver(key), asks }).collect()
    }

    fn once(&self, key: &Key) -> Vec<Query> {
        if self.asker.settled.load(std::sync::atomic::Ordering::Relaxed) || self.without_asking(key).is_some() {
            return Vec::new();
        }
        let list = &self.asker.list;
        let names = [list.listed, list.clean].into_iter().filter_map(|entry| self.asker.shown(entry).ok());
        names.map(|name| Query { receiver: self.receiver(key), asks: format!("A {name}") }).collect()
    }

    fn pace(&self) -> Pace {
        Pace {
            per_minute: Some(PER_MINUTE),
            per_day: Some(PER_DAY),
            // A question, and the text beside it.
            timeout: Some(self.timeout.saturating_mul(2) + Duration::from_secs(1)),
            tries: 2,
            ..Pace::default()
        }
    }

    fn without_asking(&self, key: &Key) -> Option<Fact> {
        let entry = self.entry(key).filter(|_| self.answers(key))?;
        let why = match entry.parse::<IpAddr>() {
            Ok(address) if is_inside(address) => Some(registry::NOBODYS_ADDRESS),
            Ok(_) => self.asker.name(entry).err(),
            Err(_) => match host(entry) {
                Host::Name(_) => self.asker.name(entry).err(),
                Host::Address(_) => Some(reason::NOT_A_NAME),
                Host::Refused(why) => Some(why),
            },
        };
        why.map(|why| Fact { state: failed(why.en), ..Fact::default() })
    }

    fn run(&self, key: &Key, _: Permit) -> Work {
        let (asker, entry) = (Arc::clone(&self.asker), self.entry(key).map(ToOwned::to_owned));
        Box::pin(async move {
            match entry {
                Some(entry) => asker.ask(&entry).await,
                None => Outcome::default(),
            }
        })
    }
}

fn failed(why: &str) -> State {
    State::Failed(why.to_owned())
}

/// An address that no list could have. Those for examples are asked for, as names for examples are.
fn is_inside(address: IpAddr) -> bool {
    use crate::facts::phrases::reserved::{DOCUMENTATION, DOCUMENTATION_V6, DOCUMENTATION_V6_NEW};
    let examples = [DOCUMENTATION.en, DOCUMENTATION_V6.en, DOCUMENTATION_V6_NEW.en];
    reserved::reserved(address).is_some_and(|what| !examples.contains(&what.en))
}

impl Asker {
    /// Where its entries stand, with `key` in the place of a key.
    fn zone(&self, key: &str) -> String {
        self.keyed.as_ref().map_or_else(|| self.list.zone.to_string(), |(_, zone)| format!("{key}.{zone}"))
    }

    /// The name at which an entry stands, absolute, as a person may see it.
    fn shown(&self, entry: &str) -> Result<String, Words> {
        let name = self.name(entry)?;
        Ok(match &self.keyed {
            Some((key, zone)) => name.replace(&format!(".{key}.{zone}."), &format!(".{HIDDEN}.{zone}.")),
            None => name,
        })
    }

    /// The name at which an entry stands, absolute; with the key in it where there is one.
    fn name(&self, entry: &str) -> Result<String, Words> {
        let key = self.keyed.as_ref().map_or("", |(key, _)| key);
        if !key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') || key.len() > 63 {
            return Err(lists::BAD_KEY);
        }
        let labels = entry.parse::<IpAddr>().map_or_else(|_| entry.trim_end_matches('.').to_owned(), reversed);
        match host(&format!("{labels}.{}", self.zone(key))) {
            Host::Name(name) => Ok(name),
            Host::Address(_) => Err(reason::NOT_A_NAME),
            Host::Refused(why) => Err(why),
        }
    }

    async fn ask(&self, entry: &str) -> Outcome {
        let (reply, control) = tokio::join!(self.reply(entry), self.control());
        let silent = |why: Words, again| Outcome { again, ..Outcome::new(failed(why.en), None) };
        match (reply, control) {
            // Whoever refuses, or cannot be believed, is left alone: more questions bring nothing but trouble.
            (Reply::Refused(why), _) | (_, Control::Unsound(why)) => {
                Outcome { again: Some(Again::After(LEFT_ALONE)), ..Outcome::new(failed(why), None) }
            }
            (Reply::Silent(why, again), _) | (_, Control::Silent(why, again)) => silent(why, again),
            (Reply::Foreign, Control::Sound) => Outcome::new(failed(lists::FOREIGN.en), None),
            (Reply::Clean(ttl), Control::Sound) => Outcome::new(State::Absent, ttl),
            (Reply::Listed(codes, ttl), Control::Sound) => {
                let listing = Listing { codes, reason: self.text(entry).await };
                Outcome::new(State::Value(Answer::Listing(listing)), ttl)
            }
        }
    }

    /// What the list says of an entry.
    async fn reply(&self, entry: &str) -> Reply {
        let name = match self.name(entry).and_then(|name| absolute(&name)) {
            Ok(name) => name,
            Err(why) => return Reply::Silent(why, None),
        };
        match self.resolver.ask(name.clone(), RecordType::A).await {
            Ok(found) => {
                let addresses = read::belonging(&name, &found.records, read::address).list;
                if addresses.is_empty() {
                    return Reply::Clean(found.ttl);
                }
                match self.list.meaning(&addresses) {
                    Meaning::Listed(codes) => Reply::Listed(codes, found.ttl),
                    Meaning::Refused(why) => Reply::Refused(why),
                    Meaning::Foreign => Reply::Foreign,
                }
            }
            Err(Nothing::Absent { ttl, .. }) => Reply::Clean(ttl),
            Err(Nothing::Failed(why, again)) => Reply::Silent(why, again),
        }
    }

    /// What the list's own test entries say: asked once in a run, by the first question.
    async fn control(&self) -> Control {
        let mut kept = self.control.lock().await;
        if let Some((at, known)) = &*kept
            && known.lasts().is_none_or(|time| at.elapsed() < time)
        {
            return known.clone();
        }
        let (listed, clean) = tokio::join!(self.reply(self.list.listed), self.reply(self.list.clean));
        let found = match (listed, clean) {
            (Reply::Refused(why), _) | (_, Reply::Refused(why)) => Control::Unsound(why),
            (Reply::Silent(why, again), _) | (_, Reply::Silent(why, again)) => Control::Silent(why, again),
            (_, Reply::Listed(..) | Reply::Foreign) => Control::Unsound(lists::ANSWERS_ALL.en),
            (Reply::Foreign, Reply::Clean(_)) => Control::Unsound(lists::FOREIGN.en),
            (Reply::Clean(_), Reply::Clean(_)) if self.keyed.is_some() => Control::Unsound(lists::NOTHING_BY_KEY.en),
            (Reply::Clean(_), Reply::Clean(_)) => Control::Unsound(lists::ANSWERS_NOTHING.en),
            (Reply::Listed(..), Reply::Clean(_)) => Control::Sound,
        };
        self.settled.store(!matches!(found, Control::Silent(..)), std::sync::atomic::Ordering::Relaxed);
        *kept = Some((Instant::now(), found.clone()));
        found
    }

    /// The text beside an entry; none where it does not come.
    async fn text(&self, entry: &str) -> Option<String> {
        let name: Name = absolute(&self.name(entry).ok()?).ok()?;
        let found = self.resolver.ask(name.clone(), RecordType::TXT).await.ok()?;
        let text = read::texts(&name, &found.records).list.into_iter().next()?;
        let text = match &self.keyed {
            Some((key, _)) => hidden(&text, key),
            None => text,
        };
        Some(super::services::clip(&text)).filter(|text| !text.is_empty())
    }
}

/// A text without the key, in whatever letters a server repeats it.
fn hidden(text: &str, key: &str) -> String {
    let lower = text.to_ascii_lowercase();
    let (mut out, mut from) = (String::new(), 0);
    for (at, _) in lower.match_indices(key) {
        out.push_str(text.get(from..at).unwrap_or_default());
        out.push_str(HIDDEN);
        from = at + key.len();
    }
    out.push_str(text.get(from..).unwrap_or_default());
    out
}

#[cfg(test)]
#[path = "blocklists/tests.rs"]
mod tests;

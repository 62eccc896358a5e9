//! Answers of this run and how long an answer may be used again. Pure: the clock is a parameter.

use std::collections::{HashMap, VecDeque};

use crate::facts::{Fact, Key, State};

const MINUTE: u32 = 60;
const HOUR: u32 = 60 * MINUTE;
const DAY: u32 = 24 * HOUR;

/// How long a failure is remembered: long enough not to ask in circles, short enough to try again by hand.
const FAILED: u32 = 30;
/// The most answers in memory.
const COUNT: usize = 65_536;
/// The most bytes of them, as text; what goes is kept on disk where there is one.
const BYTES: usize = 48 << 20;
/// What a key and a place in the tables cost beside the answer's own text.
const OVERHEAD: usize = 200;

/// For how long answers to one kind of question may be used again, in seconds.
struct Terms {
    /// An answer, where its source says nothing.
    usual: u32,
    /// The shortest, whatever the source says: a TTL of zero would ask again at every keystroke.
    shortest: u32,
    /// The longest, whatever the source says.
    longest: u32,
    /// There is no such record, where its source says nothing; always shorter than an answer.
    absent: u32,
    /// The longest for that.
    absent_longest: u32,
}

/// DNS: as the zone says, a day at most; a negative answer a quarter of an hour at most (RFC 2308 allows more, but a
/// phishing domain is registered, used and gone within hours).
const DNS: Terms =
    Terms { usual: HOUR, shortest: MINUTE, longest: DAY, absent: 5 * MINUTE, absent_longest: 15 * MINUTE };
/// Registries and logs of certificates change slowly, and count who asks often.
const REGISTRY: Terms = Terms { usual: DAY, shortest: DAY, longest: DAY, absent: HOUR, absent_longest: HOUR };
/// Services say for how long; some give a few answers a day.
const SERVICE: Terms = Terms { usual: HOUR, shortest: 5 * MINUTE, longest: 7 * DAY, absent: HOUR, absent_longest: DAY };
/// A visit is never made again unasked, so what it brought stays in view.
const VISIT: Terms =
    Terms { usual: 30 * DAY, shortest: 30 * DAY, longest: 30 * DAY, absent: HOUR, absent_longest: HOUR };

fn terms(key: &Key) -> &'static Terms {
    match key {
        Key::Addresses(_)
        | Key::MailExchangers(_)
        | Key::Names(_)
        | Key::Aliases(_)
        | Key::NameServers(_)
        | Key::Authority(_)
        | Key::Texts(_)
        | Key::Issuers(_)
        | Key::Listed { .. }
        | Key::Place(_)
        | Key::Feeds(_) => &DNS,
        Key::Owner(_) | Key::Block(_) | Key::System(_) | Key::Announced(_) | Key::Certificates(_) => &REGISTRY,
        Key::Reputation(_) | Key::Judged { .. } | Key::History(_) | Key::MailPolicy(_) => &SERVICE,
        Key::Page(_) => &VISIT,
    }
}

/// Seconds for which `fact` may be used again; `None` where it must not be kept.
pub(crate) fn lifetime(key: &Key, fact: &Fact) -> Option<u32> {
    let terms = terms(key);
    match fact.state {
        State::Value(_) => Some(fact.ttl.unwrap_or(terms.usual).clamp(terms.shortest, terms.longest)),
        State::Absent => Some(fact.ttl.unwrap_or(terms.absent).clamp(MINUTE, terms.absent_longest)),
        State::Failed(_) => Some(FAILED),
        State::NotAsked | State::Queued | State::Asking => None,
    }
}

/// True where a fact is worth keeping for a later run: a failure is not.
pub(crate) fn lasting(fact: &Fact) -> bool {
    matches!(fact.state, State::Value(_) | State::Absent)
}

struct Held {
    fact: Fact,
    expires: i64,
    bytes: usize,
}

/// Answers by key, each with the moment from which it is stale.
#[derive(Default)]
pub(crate) struct Cache {
    facts: HashMap<Key, Held>,
    /// Keys in the order in which they came, for making room.
    order: VecDeque<Key>,
    bytes: usize,
}

impl Cache {
    /// Puts a fact until `expires`, Unix seconds. `bytes` is about how long it is as text.
    pub(crate) fn put(&mut self, key: &Key, fact: Fact, expires: i64, bytes: usize) {
        let bytes = bytes.saturating_add(OVERHEAD);
        self.bytes += bytes;
        if let Some(before) = self.facts.insert(key.clone(), Held { fact, expires, bytes }) {
            self.bytes = self.bytes.saturating_sub(before.bytes);
        } else {
            self.order.push_back(key.clone());
        }
        while self.order.len() > COUNT || self.bytes > BYTES {
            let Some(oldest) = self.order.pop_front() else { break };
            if let Some(gone) = self.facts.remove(&oldest) {
                self.bytes = self.bytes.saturating_sub(gone.bytes);
            }
        }
    }

    /// The fact for a key, where it is fresh at `now`.
    pub(crate) fn get(&self, key: &Key, now: i64) -> Option<&Fact> {
        self.facts.get(key).filter(|held| now < held.expires).map(|held| &held.fact)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Answer;
    use crate::facts::listing::Thing;

    fn fact(state: State, ttl: Option<u32>) -> Fact {
        Fact { state, ttl, ..Fact::default() }
    }

    #[test]
    fn lifetimes_are_bounded_on_both_sides_and_absence_is_shorter() {
        let value = || State::Value(Answer::Names(vec![]));
        let name = Key::Addresses("a.test".into());
        let owner = Key::Owner("a.test".into());
        let judged = Key::Judged { by: "service".into(), thing: Thing::Domain("a.test".into()) };
        let page = Key::Page("https://a.test/".into());
        for (key, state, ttl, seconds) in [
            (&name, value(), Some(0), Some(60)),
            (&name, value(), Some(3_600), Some(3_600)),
            (&name, value(), None, Some(3_600)),
            (&name, value(), Some(u32::MAX), Some(86_400)),
            (&name, State::Absent, None, Some(300)),
            (&name, State::Absent, Some(120), Some(120)),
            (&name, State::Absent, Some(86_400), Some(900)),
            (&name, State::Failed("x".into()), None, Some(30)),
            (&name, State::Asking, None, None),
            (&name, State::NotAsked, None, None),
            (&owner, value(), Some(5), Some(86_400)),
            (&owner, State::Absent, None, Some(3_600)),
            (&judged, value(), Some(2 * 86_400), Some(2 * 86_400)),
            (&judged, value(), None, Some(3_600)),
            (&page, value(), None, Some(30 * 86_400)),
        ] {
            assert_eq!(lifetime(key, &fact(state.clone(), ttl)), seconds, "{key:?} {state:?} {ttl:?}");
        }
    }

    #[test]
    fn a_stale_answer_is_not_given_and_the_oldest_make_room() {
        let mut cache = Cache::default();
        let key = |n: usize| Key::Owner(n.to_string());
        cache.put(&key(0), fact(State::Absent, None), 100, 10);
        assert!(cache.get(&key(0), 99).is_some());
        assert!(cache.get(&key(0), 100).is_none());
        for n in 1..=COUNT {
            cache.put(&key(n), fact(State::Absent, None), 100, 10);
            cache.put(&key(n), fact(State::Absent, None), 200, 10);
        }
        assert!(cache.get(&key(0), 0).is_none());
        assert!(cache.get(&key(1), 150).is_some());
        assert_eq!((cache.facts.len(), cache.bytes), (COUNT, COUNT * (OVERHEAD + 10)));
    }

    #[test]
    fn large_answers_make_room_by_their_bytes() {
        let mut cache = Cache::default();
        for n in 0..100 {
            cache.put(&Key::Page(n.to_string()), fact(State::Absent, None), 100, 1 << 20);
        }
        assert!(cache.bytes <= BYTES && cache.facts.len() == cache.order.len());
        assert!(cache.get(&Key::Page("0".into()), 0).is_none());
        assert!(cache.get(&Key::Page("99".into()), 0).is_some());
        cache.put(&Key::Page("x".into()), fact(State::Absent, None), 100, 1 << 30);
        assert_eq!((cache.facts.len(), cache.bytes), (0, 0), "what is larger than all room is not held");
    }
}

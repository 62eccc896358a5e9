//! Answers of this run and how long an answer may be used again. Pure: the clock is a parameter.

use std::collections::{HashMap, VecDeque};

use crate::facts::{Fact, Key, State};

/// The shortest time that an answer is kept, in seconds: a TTL of zero would ask again at every keystroke.
const SHORTEST: u32 = 60;
/// The longest.
const LONGEST: u32 = 86_400;
/// How long it is remembered that there is no such record.
const ABSENT: u32 = 300;
/// How long a failure is remembered: long enough not to ask in circles, short enough to try again by hand.
const FAILED: u32 = 30;
/// The most answers in memory.
const SIZE: usize = 65_536;

/// Seconds for which `fact` may be used again; `None` where it must not be kept.
pub(crate) fn lifetime(fact: &Fact) -> Option<u32> {
    match fact.state {
        State::Value(_) => Some(fact.ttl.unwrap_or(LONGEST).clamp(SHORTEST, LONGEST)),
        State::Absent => Some(ABSENT),
        State::Failed(_) => Some(FAILED),
        State::NotAsked | State::Queued | State::Asking => None,
    }
}

/// True where a fact is worth keeping for a later run: a failure is not.
pub(crate) fn lasting(fact: &Fact) -> bool {
    matches!(fact.state, State::Value(_) | State::Absent)
}

/// Answers by key, each with the moment from which it is stale.
#[derive(Debug, Default)]
pub(crate) struct Cache {
    facts: HashMap<Key, (Fact, i64)>,
    /// Keys in the order in which they came, for making room.
    order: VecDeque<Key>,
}

impl Cache {
    /// Puts a fact until `expires`, Unix seconds.
    pub(crate) fn put(&mut self, key: &Key, fact: Fact, expires: i64) {
        if self.facts.insert(key.clone(), (fact, expires)).is_none() {
            self.order.push_back(key.clone());
        }
        while self.order.len() > SIZE {
            if let Some(oldest) = self.order.pop_front() {
                self.facts.remove(&oldest);
            }
        }
    }

    /// The fact for a key, where it is fresh at `now`.
    pub(crate) fn get(&self, key: &Key, now: i64) -> Option<&Fact> {
        self.facts.get(key).filter(|(_, expires)| now < *expires).map(|(fact, _)| fact)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Answer;

    fn fact(state: State, ttl: Option<u32>) -> Fact {
        Fact { state, ttl, ..Fact::default() }
    }

    #[test]
    fn lifetimes_are_bounded_on_both_sides() {
        let value = || State::Value(Answer::Names(vec![]));
        for (state, ttl, seconds) in [
            (value(), Some(0), Some(60)),
            (value(), Some(3_600), Some(3_600)),
            (value(), Some(u32::MAX), Some(86_400)),
            (State::Absent, Some(86_400), Some(300)),
            (State::Failed("x".into()), None, Some(30)),
            (State::Asking, None, None),
            (State::NotAsked, None, None),
        ] {
            assert_eq!(lifetime(&fact(state.clone(), ttl)), seconds, "{state:?} {ttl:?}");
        }
    }

    #[test]
    fn a_stale_answer_is_not_given_and_the_oldest_make_room() {
        let mut cache = Cache::default();
        let key = |n: usize| Key::Owner(n.to_string());
        cache.put(&key(0), fact(State::Absent, None), 100);
        assert!(cache.get(&key(0), 99).is_some());
        assert!(cache.get(&key(0), 100).is_none());
        for n in 1..=SIZE {
            cache.put(&key(n), fact(State::Absent, None), 100);
            cache.put(&key(n), fact(State::Absent, None), 200);
        }
        assert!(cache.get(&key(0), 0).is_none());
        assert!(cache.get(&key(1), 150).is_some());
        assert_eq!(cache.facts.len(), SIZE);
    }
}

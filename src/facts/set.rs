//! All that is known at one moment, and the questions that rooms ask of it. Holds answers; finds out nothing itself.

use std::collections::BTreeMap;
use std::net::IpAddr;

use super::listing::{FeedHit, Judgement, Thing};
use super::registration::Registration;
use super::visit::Visit;
use super::{Answer, Fact, Key, Origin, Place, Recorded, State, phrases};

/// All facts known at one moment.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FactSet {
    pub(super) facts: BTreeMap<Key, Fact>,
}

impl FactSet {
    /// The fact for `key`; [`State::NotAsked`] where nothing is known.
    #[must_use]
    pub fn get(&self, key: &Key) -> Option<&Fact> {
        self.facts.get(key)
    }

    /// The state for `key`.
    #[must_use]
    pub fn state(&self, key: &Key) -> &State {
        self.facts.get(key).map_or(&State::NotAsked, |fact| &fact.state)
    }

    /// Puts a fact in place of what was known. Gives true where that changed something.
    pub fn put(&mut self, key: Key, fact: Fact) -> bool {
        if self.facts.get(&key) == Some(&fact) {
            return false;
        }
        self.facts.insert(key, fact);
        true
    }

    /// The hits in feeds that are known, each with the URL, host or system that was looked for.
    pub fn feeds(&self) -> impl Iterator<Item = (&str, &[FeedHit])> {
        let asked = self.facts.range(Key::Feeds(String::new())..).map_while(|(key, fact)| match key {
            Key::Feeds(text) => Some((text.as_str(), fact)),
            _ => None,
        });
        asked.filter_map(|(text, fact)| match &fact.state {
            State::Value(Answer::Feeds(hits)) => Some((text, hits.as_slice())),
            _ => None,
        })
    }

    /// What services said, each with its id and what it was asked about.
    pub fn judgements(&self) -> impl Iterator<Item = (&str, &Thing, &Judgement)> {
        let first = Key::Judged { by: String::new(), thing: Thing::Domain(String::new()) };
        let asked = self.facts.range(first..).map_while(|(key, fact)| match key {
            Key::Judged { by, thing } => Some((by.as_str(), thing, fact)),
            _ => None,
        });
        asked.filter_map(|(by, thing, fact)| match &fact.state {
            State::Value(Answer::Judgement(judgement)) => Some((by, thing, judgement)),
            _ => None,
        })
    }

    /// The visits that are known, each with the URL at which it began.
    pub fn visits(&self) -> impl Iterator<Item = (&str, &Visit)> {
        let pages = self.facts.range(Key::Page(String::new())..).map_while(|(key, fact)| match key {
            Key::Page(url) => Some((url.as_str(), fact)),
            _ => None,
        });
        pages.filter_map(|(url, fact)| match &fact.state {
            State::Value(Answer::Visit(visit)) => Some((url, visit.as_ref())),
            _ => None,
        })
    }

    /// What registries said of domains, each with its registrable domain; questions without an answer are among them.
    pub fn owners(&self) -> impl Iterator<Item = (&str, &Fact)> {
        self.facts.range(Key::Owner(String::new())..).map_while(|(key, fact)| match key {
            Key::Owner(name) => Some((name.as_str(), fact)),
            _ => None,
        })
    }

    /// What a registry said of a domain, where that is known.
    #[must_use]
    pub fn registration(&self, domain: &str) -> Option<&Registration> {
        match self.state(&Key::Owner(domain.to_owned())) {
            State::Value(Answer::Registration(registration)) => Some(registration),
            _ => None,
        }
    }

    /// Forgets the places that databases gave, for when other databases are at hand; recorded ones stay.
    pub fn forget_database_places(&mut self) {
        self.facts.retain(|key, fact| {
            !(matches!(key, Key::Place(_)) && matches!(fact.origin, Origin::Database(_) | Origin::Nobody))
        });
    }

    /// Forgets what databases on this machine said, where more than `most` facts are known: they say it again to whoever
    /// asks. What was asked of others, and what was recorded, stays.
    pub fn make_room(&mut self, most: usize) {
        if self.facts.len() > most {
            self.facts.retain(|_, fact| !matches!(fact.origin, Origin::Database(_)));
        }
    }

    /// The addresses of `host`, where they are known.
    #[must_use]
    pub fn addresses(&self, host: &str) -> Option<&[IpAddr]> {
        match self.state(&Key::Addresses(host.to_owned())) {
            State::Value(Answer::Addresses(list)) => Some(list),
            _ => None,
        }
    }

    /// Of the addresses of `host` only those of one family are known: the question for the other failed.
    #[must_use]
    pub fn is_half(&self, host: &str) -> bool {
        let Some(fact) = self.get(&Key::Addresses(host.to_owned())) else { return false };
        match &fact.origin {
            Origin::Database(text) | Origin::Recorded(text) | Origin::Asked(text) | Origin::Kept(text) => {
                matches!(fact.state, State::Value(_)) && text.contains(phrases::reason::HALF.en)
            }
            Origin::Nobody => false,
        }
    }

    /// The place of `address`, where it is known.
    #[must_use]
    pub fn place(&self, address: IpAddr) -> Option<&Place> {
        match self.state(&Key::Place(address)) {
            State::Value(Answer::Place(place)) => Some(place),
            _ => None,
        }
    }

    /// Somebody asked for texts at some name: without any, nothing can be proved.
    #[must_use]
    pub fn has_texts(&self) -> bool {
        let first = Key::Texts(String::new());
        self.facts.range(first..).next().is_some_and(|(key, _)| matches!(key, Key::Texts(_)))
    }

    /// Every fact, in the order of its key.
    pub fn iter(&self) -> impl Iterator<Item = (&Key, &Fact)> {
        self.facts.iter()
    }

    /// Number of facts.
    #[must_use]
    pub fn len(&self) -> usize {
        self.facts.len()
    }

    /// True where nothing is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.facts.is_empty()
    }
}

impl FromIterator<Recorded> for FactSet {
    fn from_iter<I: IntoIterator<Item = Recorded>>(lines: I) -> Self {
        Self { facts: lines.into_iter().map(|line| (line.key, line.fact)).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_is_made_of_what_can_be_had_again() {
        let mut facts = FactSet::default();
        let origins = [
            Origin::Database("db".into()),
            Origin::Recorded("r".into()),
            Origin::Asked("a".into()),
            Origin::Kept("k".into()),
            Origin::Nobody,
        ];
        for (last, origin) in (1..).zip(origins) {
            facts.put(Key::Place([192, 0, 2, last].into()), Fact { origin, ..Fact::default() });
        }
        facts.make_room(5);
        assert_eq!(facts.len(), 5, "there is room");
        facts.make_room(4);
        assert_eq!(facts.len(), 4);
        assert!(facts.get(&Key::Place([192, 0, 2, 1].into())).is_none());
    }
}

//! Answers that were recorded earlier: a JSON array of [`Recorded`]. A key that is in a recording is answered from it at
//! any reach and never from the network, so the demo, the tests and an old report need no packet.

use std::collections::HashMap;
use std::path::Path;

use super::file;
use crate::facts::{Fact, FactSet, Key, Origin, Recorded, State};

/// The most bytes of a recording.
const LIMIT: u64 = 16 << 20;

/// Recorded answers by key.
#[derive(Debug, Clone, Default)]
pub struct Recording {
    facts: HashMap<Key, Fact>,
}

impl Recording {
    /// Reads a recording. Lines without an outcome (not asked, queued, asking) are left out; an answer that does not say
    /// that it was recorded is marked so, with its own source kept in the text.
    ///
    /// # Errors
    /// A sentence: too large, or where the JSON is wrong.
    pub fn load(json: &[u8]) -> Result<Self, String> {
        if json.len() as u64 > LIMIT {
            return Err(format!("the recording is larger than {} MiB", LIMIT >> 20));
        }
        let lines: Vec<Recorded> = serde_json::from_slice(json).map_err(|error| format!("not a recording: {error}"))?;
        Ok(lines.into_iter().collect())
    }

    /// Reads a recording from a file.
    ///
    /// # Errors
    /// As [`Recording::load`], and where the file cannot be read.
    pub fn open(path: &Path) -> Result<Self, String> {
        file::read(path, LIMIT).and_then(|bytes| Self::load(&bytes)).map_err(|why| format!("{}: {why}", path.display()))
    }

    /// The recorded fact for a key.
    #[must_use]
    pub fn get(&self, key: &Key) -> Option<&Fact> {
        self.facts.get(key)
    }

    /// Adds another recording; what is in both is taken from `other`.
    pub fn merge(&mut self, other: Self) {
        self.facts.extend(other.facts);
    }

    /// Number of answers.
    #[must_use]
    pub fn len(&self) -> usize {
        self.facts.len()
    }

    /// True where there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.facts.is_empty()
    }

    /// The outcomes in `facts` as a recording that [`Recording::load`] takes, for a report that can be rebuilt.
    #[must_use]
    pub fn write(facts: &FactSet) -> String {
        let lines: Vec<Recorded> = facts
            .iter()
            .filter(|(_, fact)| settled(&fact.state))
            .map(|(key, fact)| Recorded { key: key.clone(), fact: fact.clone() })
            .collect();
        // Keys and facts are plain data: the only error left is a float that is not finite, which no place has.
        serde_json::to_string_pretty(&lines).unwrap_or_else(|_| "[]".to_owned())
    }
}

impl FromIterator<Recorded> for Recording {
    fn from_iter<I: IntoIterator<Item = Recorded>>(lines: I) -> Self {
        let facts = lines
            .into_iter()
            .filter(|line| settled(&line.fact.state))
            .map(|Recorded { key, mut fact }| {
                fact.origin = match fact.origin {
                    Origin::Recorded(text) | Origin::Database(text) | Origin::Asked(text) | Origin::Kept(text) => {
                        Origin::Recorded(text)
                    }
                    Origin::Nobody => Origin::Recorded(String::new()),
                };
                (key, fact)
            })
            .collect();
        Self { facts }
    }
}

fn settled(state: &State) -> bool {
    matches!(state, State::Value(_) | State::Absent | State::Failed(_))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Answer;

    #[test]
    fn a_recording_gives_back_what_was_written() {
        let mut facts = FactSet::default();
        let key = Key::Addresses("example.com".into());
        let value = State::Value(Answer::Addresses(vec!["192.0.2.7".parse().unwrap()]));
        facts.put(
            key.clone(),
            Fact {
                state: value.clone(),
                origin: Origin::Asked("192.0.2.53".into()),
                at: Some(7),
                ttl: Some(60),
                dnssec: None,
            },
        );
        facts.put(Key::Names("192.0.2.7".parse().unwrap()), Fact { state: State::Asking, ..Fact::default() });
        let recording = Recording::load(Recording::write(&facts).as_bytes()).unwrap();
        assert_eq!(recording.len(), 1);
        let fact = recording.get(&key).unwrap();
        assert_eq!((&fact.state, fact.at), (&value, Some(7)));
        assert_eq!(fact.origin, Origin::Recorded("192.0.2.53".into()));
    }

    #[test]
    fn what_is_no_recording_is_refused_with_its_place() {
        assert!(Recording::load(b"[{]").unwrap_err().contains("line 1"));
        assert!(Recording::load(br#"{"key": 1}"#).is_err());
        assert!(Recording::load(b"[]").unwrap().is_empty());
        let deep = "[".repeat(100_000);
        assert!(Recording::load(deep.as_bytes()).is_err());
    }
}

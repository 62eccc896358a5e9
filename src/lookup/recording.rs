//! Answers that were recorded earlier. A key that is in a recording is answered from it at any reach and never from the
//! network, so the demo, the tests and an old report need no packet.
//!
//! A recording is a JSON array of [`Recorded`], or JSON lines: each a [`Recorded`] with whatever else beside it (the log of
//! look-ups, `gosanke lookups --json`), or an object with a list of them in `facts` (what `gosanke scan` prints). Where a
//! question stands in it several times, the last answer holds.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read as _};
use std::path::Path;

use serde::Deserialize;

use super::log::{self, Entry};
use crate::facts::{Fact, FactSet, Key, Origin, Recorded, State};
use crate::text::{Sentence, Words, cause};

/// The most bytes of a recording that is one array.
const LIMIT: u64 = 16 << 20;
/// The most bytes of one of lines: more than all files of a log.
const LINES_LIMIT: u64 = 256 << 20;

/// No line of it is one of a recording.
const NOTHING: Words = Words::new(
    "not a recording: neither a JSON array nor JSON lines",
    "記録として読めません（JSON の配列でも、1 行 1 件の JSON でもありません）",
);

/// Recorded answers by key.
#[derive(Debug, Clone, Default)]
pub struct Recording {
    facts: HashMap<Key, Fact>,
    skipped: u64,
}

/// A line of a recording.
#[derive(Deserialize)]
#[serde(untagged)]
enum Line {
    One(Box<Recorded>),
    Several { facts: Vec<Recorded> },
}

impl Recording {
    /// Reads a recording. Lines without an outcome (not asked, queued, asking) are left out; an answer that does not say
    /// that it was recorded is marked so, with its own source kept in the text.
    ///
    /// # Errors
    /// A sentence: too large, where the JSON of an array is wrong, or that there is no line of a recording in it.
    pub fn load(json: &[u8]) -> Result<Self, Sentence> {
        Self::read(&mut &*json)
    }

    /// Reads a recording from a file, or the log of look-ups from the folder that it is in.
    ///
    /// # Errors
    /// As [`Recording::load`], and where the file cannot be read.
    pub fn open(path: &Path) -> Result<Self, Sentence> {
        if path.is_dir() {
            let mut recording = Self::default();
            let read = log::entries(path, &mut |Entry { recorded, .. }| recording.put(recorded))?;
            recording.skipped = read.skipped;
            return Ok(recording);
        }
        log::open(path)
            .and_then(|file| Self::read(&mut BufReader::new(file)))
            .map_err(|why| Sentence::new(Words::new("{0}: {1}", "{0}: {1}"), [path.into(), why.into()]))
    }

    fn read(from: &mut impl BufRead) -> Result<Self, Sentence> {
        let mut recording = Self::default();
        if first(from)? == Some(b'[') {
            let mut json = Vec::new();
            from.take(LIMIT + 1).read_to_end(&mut json).map_err(|error| cause(&error))?;
            if json.len() as u64 > LIMIT {
                return Err(too_large(LIMIT));
            }
            let lines: Vec<Recorded> = serde_json::from_slice(&json).map_err(|error| not_json(&error))?;
            return Ok(lines.into_iter().collect());
        }
        let mut from = from.take(LINES_LIMIT + 1);
        let read = log::lines(&mut from, &mut |line| match line {
            Line::One(one) => recording.put(*one),
            Line::Several { facts } => facts.into_iter().for_each(|one| recording.put(one)),
        })?;
        if from.limit() == 0 {
            return Err(too_large(LINES_LIMIT));
        }
        if read.lines == 0 && read.skipped > 0 {
            return Err(NOTHING.into());
        }
        recording.skipped = read.skipped;
        Ok(recording)
    }

    /// Takes an answer in, in place of an earlier one. What is no outcome is left out.
    fn put(&mut self, line: Recorded) {
        if !settled(&line.fact.state) {
            return;
        }
        let mut fact = line.fact;
        fact.origin = Origin::Recorded(match fact.origin {
            Origin::Recorded(text) | Origin::Database(text) | Origin::Asked(text) | Origin::Kept(text) => text,
            Origin::Nobody => String::new(),
        });
        self.facts.insert(line.key, fact);
    }

    /// How many lines could not be read: the end of a log of a program that was killed, or something else altogether.
    #[must_use]
    pub fn skipped(&self) -> u64 {
        self.skipped
    }

    /// The recorded fact for a key.
    #[must_use]
    pub fn get(&self, key: &Key) -> Option<&Fact> {
        self.facts.get(key)
    }

    /// Every question that is answered, in no order.
    pub fn keys(&self) -> impl Iterator<Item = &Key> {
        self.facts.keys()
    }

    /// Every answer, as facts.
    #[must_use]
    pub fn facts(&self) -> FactSet {
        self.facts.iter().map(|(key, fact)| Recorded { key: key.clone(), fact: fact.clone() }).collect()
    }

    /// Adds another recording; what is in both is taken from `other`.
    pub fn merge(&mut self, other: Self) {
        self.facts.extend(other.facts);
        self.skipped += other.skipped;
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
        let mut recording = Self::default();
        lines.into_iter().for_each(|line| recording.put(line));
        recording
    }
}

/// The first byte that is not a blank, which is not taken.
fn first(from: &mut impl BufRead) -> Result<Option<u8>, Sentence> {
    loop {
        let buffer = from.fill_buf().map_err(|error| cause(&error))?;
        let Some(byte) = buffer.first().copied() else { return Ok(None) };
        if !byte.is_ascii_whitespace() {
            return Ok(Some(byte));
        }
        from.consume(1);
    }
}

fn too_large(limit: u64) -> Sentence {
    let words = Words::new("the recording is larger than {0} MiB", "記録が {0} MiB を超えています");
    Sentence::new(words, [(limit >> 20).into()])
}

/// The parser knows English only; the place is what helps.
fn not_json(error: &serde_json::Error) -> Sentence {
    let words = Words::new("not a recording: {0}", "記録として読めません（{1} 行 {2} 桁）");
    Sentence::new(words, [error.to_string().into(), error.line().into(), error.column().into()])
}

fn settled(state: &State) -> bool {
    matches!(state, State::Value(_) | State::Absent | State::Failed(_))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Answer;
    use crate::text::Lang;

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
        assert!(Recording::load(b"[{]").unwrap_err().to_string().contains("line 1"));
        for (bytes, ja) in [
            (&b"[{]"[..], "記録として読めません（1 行 3 桁）"),
            (br#"{"key": 1}"#, "記録として読めません（JSON の配列でも、1 行 1 件の JSON でもありません）"),
        ] {
            assert_eq!(Recording::load(bytes).unwrap_err().words(Lang::Ja), ja);
        }
        assert!(Recording::load(b"[]").unwrap().is_empty());
        let deep = "[".repeat(100_000);
        assert!(Recording::load(deep.as_bytes()).is_err());
        assert!(Recording::load(b"From: a@example.com\n\nHello\n").is_err());
        assert!(Recording::load(b"").unwrap().is_empty());
    }

    #[test]
    fn lines_are_read_the_last_answer_holds_and_what_is_no_line_is_counted() {
        let text = concat!(
            r#"{"time":"2026-11-21T21:56:43Z","provider":"rdap","tries":1,"key":{"owner":"a.example"},"fact":{"state":"absent","origin":{"asked":"x"}}}"#,
            "\n",
            r#"{"key":{"owner":"a.example"},"fact":{"state":{"value":{"text":"somebody"}},"origin":{"asked":"y"},"at":7}}"#,
            "\n",
            r#"{"key":{"owner":"a.example"},"fact":{"state":"queued"}}"#,
            "\n",
            r#"{"schema":2,"path":"a.eml","facts":[{"key":{"owner":"b.example"},"fact":{"state":"absent"}}]}"#,
            "\n",
            r#"{"key":{"own"#,
        );
        let recording = Recording::load(text.as_bytes()).unwrap();
        assert_eq!((recording.len(), recording.skipped()), (2, 1));
        let fact = recording.get(&Key::Owner("a.example".into())).unwrap();
        assert_eq!(fact.state, State::Value(Answer::Text("somebody".into())));
        assert_eq!((&fact.origin, fact.at), (&Origin::Recorded("y".into()), Some(7)));
        assert_eq!(recording.get(&Key::Owner("b.example".into())).unwrap().state, State::Absent);
    }

    #[test]
    fn a_folder_is_read_as_the_log_in_it() {
        let folder = tempfile::tempdir().unwrap();
        assert!(Recording::open(folder.path()).unwrap().is_empty(), "no log yet");
        let line = |host: &str| format!("{{\"key\":{{\"owner\":\"{host}\"}},\"fact\":{{\"state\":\"absent\"}}}}\n");
        std::fs::write(folder.path().join(log::FILE), line("b.example")).unwrap();
        std::fs::write(folder.path().join(format!("{}.1", log::FILE)), line("a.example")).unwrap();
        assert_eq!(Recording::open(folder.path()).unwrap().len(), 2);
        assert_eq!(Recording::open(&folder.path().join(log::FILE)).unwrap().len(), 1);
        assert!(
            Recording::open(&folder.path().join("none"))
                .unwrap_err()
                .to_string()
                .contains("none: there is no such file")
        );
    }
}

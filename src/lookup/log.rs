//! `lookups.jsonl`: one line for every question that went out and every answer that came back, so that a user can read
//! what left the machine and why, and replay it.
//!
//! ```text
//! {"time":"2026-11-21T21:56:43Z","provider":"dns","receiver":"192.0.2.53:53","took":31,"tries":1,
//!  "key":{"addresses":"example.com"},"fact":{"state":{"value":{"addresses":["192.0.2.7"]}},"origin":{"asked":"192.0.2.53:53"},"at":1795298203,"ttl":300}}
//! ```
//!
//! (one line in the file). `took` is in milliseconds. Every line is a line of a recording as [`super::Recording`] reads
//! it. Appended to, never rewritten; made with the first question, mode 0600; at most [`FILES`] files of [`SIZE`] bytes,
//! the oldest goes. A line is one write, made before anybody is told its answer: a program that is killed loses no answer
//! that was shown. What is not printable ASCII stands as `\uXXXX`, as names come from mails and answers from strangers.
//! Several processes may write: each line is appended whole, and only one of them at a time moves the files on.

use std::fs::{File, OpenOptions};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Serialize;

use crate::facts::phrases::reason;
use crate::facts::{Fact, Key, State};
use crate::text::{Sentence, Words, cause};

mod read;

pub use read::{Entry, Read, entries};
pub(super) use read::{lines, open};

/// The name of the log in the data directory; older ones have `.1`, `.2` and so on behind it.
pub const FILE: &str = "lookups.jsonl";
/// The most files.
pub(crate) const FILES: usize = 8;
/// From how many bytes on a file is followed by a new one.
pub(crate) const SIZE: u64 = 16 << 20;
/// The most bytes of a line.
pub(crate) const LINE: usize = 1 << 20;

/// The log. Without a data directory it writes nothing.
#[derive(Debug)]
pub(crate) struct Log {
    path: Option<PathBuf>,
    file: Option<File>,
    size: u64,
    /// The last line may have been cut off: the next begins on a line of its own.
    torn: bool,
    /// Said once, the first time that a line could not be written.
    failed: bool,
}

/// One try of one question, or an answer that came along with one.
#[derive(Debug, Serialize)]
pub(crate) struct Line<'a> {
    pub(crate) time: String,
    pub(crate) provider: &'a str,
    pub(crate) receiver: &'a str,
    /// Milliseconds.
    pub(crate) took: u64,
    /// The how-manieth try it was.
    pub(crate) tries: u32,
    /// Came along with the answer to another question.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) along: bool,
    /// Why there is no outcome yet, where there is none: the question is tried again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) why: Option<&'a str>,
    pub(crate) key: &'a Key,
    pub(crate) fact: &'a Fact,
}

/// The time of a line.
pub(crate) fn time(at: i64) -> String {
    jiff::Timestamp::from_second(at).map_or_else(|_| String::new(), |time| time.to_string())
}

/// Whole milliseconds.
pub(crate) fn millis(took: Duration) -> u64 {
    u64::try_from(took.as_millis()).unwrap_or(u64::MAX)
}

impl Log {
    pub(crate) fn new(data_dir: Option<&Path>) -> Self {
        Self { path: data_dir.map(|folder| folder.join(FILE)), file: None, size: SIZE, torn: false, failed: false }
    }

    /// The same with shorter files.
    #[cfg(test)]
    pub(crate) fn with_size(mut self, size: u64) -> Self {
        self.size = size;
        self
    }

    /// Appends a line. Gives its length in bytes, and a warning the first time that this fails.
    pub(crate) fn write(&mut self, line: &Line<'_>) -> (usize, Option<Sentence>) {
        let text = line.text();
        let length = text.len();
        let Some(path) = self.path.clone() else { return (length, None) };
        let warning = match self.append(&path, text) {
            Ok(()) => None,
            Err(_) if self.failed => None,
            Err(error) => {
                self.failed = true;
                let words = Words::new(
                    "{0}: the log of look-ups cannot be written ({1})",
                    "{0}: 照会の記録に書き込めません（{1}）",
                );
                Some(Sentence::new(words, [(&path).into(), cause(&error).into()]))
            }
        };
        (length, warning)
    }

    fn append(&mut self, path: &Path, mut text: String) -> std::io::Result<()> {
        if let Some(file) = self.file.take_if(|file| !is_at(file, path)) {
            // Another process moved the log on, or the user took it away.
            drop(file);
        }
        let mut file = match self.file.take() {
            Some(file) => file,
            None => self.open(path)?,
        };
        if file.metadata()?.len() >= self.size && advance(&file, path) {
            file = self.open(path)?;
        }
        if self.torn {
            text.insert(0, '\n');
        }
        // One call for the whole line, so that lines of several processes do not mix.
        let done = file.write_all(text.as_bytes());
        self.torn = done.is_err();
        self.file = Some(file);
        done
    }

    fn open(&mut self, path: &Path) -> std::io::Result<File> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        // O_NOFOLLOW: a link must not lead the log into another file. O_NONBLOCK: nor a pipe hold up the program.
        let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK | rustix::fs::OFlags::CLOEXEC;
        let mut file = OpenOptions::new()
            .read(true)
            .append(true)
            .create(true)
            .mode(0o600)
            .custom_flags(flags.bits().cast_signed())
            .open(path)?;
        if !file.metadata()?.is_file() {
            return Err(std::io::Error::other(Sentence::from(super::file::NOT_REGULAR)));
        }
        // A program that was killed, or a disk that was full, may have left half a line.
        let mut last = [b'\n'];
        if file.seek(SeekFrom::End(-1)).is_ok() {
            file.read_exact(&mut last)?;
        }
        self.torn = last != [b'\n'];
        Ok(file)
    }
}

/// The path still leads to this file.
fn is_at(file: &File, path: &Path) -> bool {
    let same = |a: &std::fs::Metadata, b: &std::fs::Metadata| (a.dev(), a.ino()) == (b.dev(), b.ino());
    matches!((file.metadata(), std::fs::symlink_metadata(path)), (Ok(a), Ok(b)) if same(&a, &b))
}

/// Moves every file on by one place, so that a new one can begin. False where another process is at it, or a file cannot
/// be moved: then the present one goes on growing, which is better than a lost line.
fn advance(file: &File, path: &Path) -> bool {
    if file.try_lock().is_err() {
        return false;
    }
    // Whoever was quicker holds a lock on the same file, which is then no longer at its place.
    if !is_at(file, path) {
        return true;
    }
    for at in (0..FILES.saturating_sub(1)).rev() {
        let from = numbered(path, at);
        // The last one is written over: the oldest goes.
        if from.exists() && std::fs::rename(&from, numbered(path, at + 1)).is_err() {
            return false;
        }
    }
    true
}

/// The file that is `at` places older than the present one.
fn numbered(path: &Path, at: usize) -> PathBuf {
    if at == 0 { path.to_owned() } else { PathBuf::from(format!("{}.{at}", path.display())) }
}

impl Line<'_> {
    fn text(&self) -> String {
        // Keys and facts are plain data: nothing that JSON cannot say.
        let mut text = ascii(serde_json::to_string(self).unwrap_or_default());
        if text.len() > LINE {
            let fact = Fact { state: State::Failed(reason::TOO_LONG.en.to_owned()), ..self.fact.clone() };
            let line = Line { time: self.time.clone(), fact: &fact, ..*self };
            text = ascii(serde_json::to_string(&line).unwrap_or_default());
        }
        text.push('\n');
        text
    }
}

/// JSON in printable ASCII: every other character, which can only stand in a string, as `\uXXXX`.
pub(crate) fn ascii(json: String) -> String {
    if json.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
        return json;
    }
    let mut out = String::with_capacity(json.len() + json.len() / 4);
    let mut units = [0; 2];
    for c in json.chars() {
        if (' '..='~').contains(&c) {
            out.push(c);
        } else {
            for unit in c.encode_utf16(&mut units) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;
    use crate::facts::{Answer, Origin};
    use crate::lookup::Recording;

    fn fact(answer: Answer) -> Fact {
        let origin = Origin::Asked("192.0.2.53:53".into());
        Fact { state: State::Value(answer), origin, at: Some(0), ttl: Some(300), dnssec: None }
    }

    fn line<'a>(key: &'a Key, fact: &'a Fact) -> Line<'a> {
        let receiver = "192.0.2.53:53";
        Line { time: time(0), provider: "dns", receiver, took: 31, tries: 1, along: false, why: None, key, fact }
    }

    fn text(folder: &Path, name: &str) -> String {
        std::fs::read_to_string(folder.join(name)).unwrap()
    }

    #[test]
    fn a_line_says_when_who_what_where_and_what_came_back() {
        let folder = tempfile::tempdir().unwrap();
        let mut log = Log::new(Some(folder.path()));
        let path = folder.path().join(FILE);
        assert!(!path.exists(), "nothing asked, nothing written");
        let key = Key::Addresses("a.example".into());
        let value = fact(Answer::Addresses(vec!["192.0.2.7".parse().unwrap()]));
        assert_eq!(log.write(&line(&key, &value)).1, None);
        assert_eq!(
            text(folder.path(), FILE),
            concat!(
                r#"{"time":"1970-01-01T00:00:00Z","provider":"dns","receiver":"192.0.2.53:53","took":31,"tries":1,"#,
                r#""key":{"addresses":"a.example"},"fact":{"state":{"value":{"addresses":["192.0.2.7"]}},"#,
                r#""origin":{"asked":"192.0.2.53:53"},"at":0,"ttl":300}}"#,
                "\n"
            )
        );
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn nothing_that_a_terminal_obeys_is_written_and_nothing_is_lost() {
        let folder = tempfile::tempdir().unwrap();
        let mut log = Log::new(Some(folder.path()));
        let key = Key::Addresses("a\u{1b}[2J\n\tb\u{202e}\\\u{7f}\u{9b}".into());
        let value = fact(Answer::Text("銀行\u{1f600}\0\u{2028}".into()));
        log.write(&line(&key, &value));
        let text = text(folder.path(), FILE);
        assert!(text.trim_end_matches('\n').chars().all(|c| (' '..='~').contains(&c)), "{text:?}");
        let back = Recording::load(text.as_bytes()).unwrap();
        assert_eq!(back.get(&key).unwrap().state, value.state);
    }

    #[test]
    fn files_move_on_and_the_oldest_goes() {
        let folder = tempfile::tempdir().unwrap();
        let mut log = Log::new(Some(folder.path())).with_size(1_000);
        // A second process with the same log.
        let mut other = Log::new(Some(folder.path())).with_size(1_000);
        let value = fact(Answer::Text("x".repeat(300)));
        for n in 0..100 {
            let key = Key::Owner(format!("h{n}.example"));
            let writer = if n % 2 == 0 { &mut log } else { &mut other };
            assert_eq!(writer.write(&line(&key, &value)).1, None);
        }
        let mut names: Vec<String> = std::fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        let expected: Vec<String> =
            std::iter::once(FILE.to_owned()).chain((1..FILES).map(|at| format!("{FILE}.{at}"))).collect();
        assert_eq!(names, expected);
        let mut found = Vec::new();
        let told = entries(folder.path(), &mut |entry| found.push(entry.recorded.key.about())).unwrap();
        assert_eq!(told, Read { lines: found.len() as u64, skipped: 0 });
        let last: Vec<String> = (100 - found.len()..100).map(|n| format!("h{n}.example")).collect();
        assert_eq!(found, last, "the newest, in order, none missing in between");
        assert!(found.len() >= (FILES - 1) * 2);
    }

    #[test]
    fn half_a_line_is_noticed_and_the_next_one_is_whole() {
        let folder = tempfile::tempdir().unwrap();
        let (one, two) = (Key::Owner("a.example".into()), Key::Owner("b.example".into()));
        let value = fact(Answer::Text("x".into()));
        Log::new(Some(folder.path())).write(&line(&one, &value));
        let whole = text(folder.path(), FILE);
        std::fs::write(folder.path().join(FILE), format!("{whole}{}", whole.split_at(whole.len() / 2).0)).unwrap();
        Log::new(Some(folder.path())).write(&line(&two, &value));
        let mut found = Vec::new();
        let told = entries(folder.path(), &mut |entry| found.push(entry.recorded.key)).unwrap();
        assert_eq!((found, told), (vec![one, two], Read { lines: 2, skipped: 1 }));
    }

    #[test]
    fn an_answer_that_is_too_long_is_told_and_not_written() {
        let folder = tempfile::tempdir().unwrap();
        let mut log = Log::new(Some(folder.path()));
        let key = Key::Owner("a.example".into());
        log.write(&line(&key, &fact(Answer::Text("x".repeat(LINE)))));
        let text = text(folder.path(), FILE);
        assert!(text.len() < 1_000 && text.contains(reason::TOO_LONG.en), "{text}");
    }

    #[test]
    fn a_log_that_cannot_be_written_is_said_once() {
        let folder = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink("/dev/null", folder.path().join(FILE)).unwrap();
        let mut log = Log::new(Some(folder.path()));
        let (key, value) = (Key::Addresses("a.example".into()), Fact::default());
        assert!(log.write(&line(&key, &value)).1.unwrap().to_string().contains("cannot be written"));
        assert_eq!(log.write(&line(&key, &value)).1, None);
    }

    #[test]
    fn a_log_that_was_taken_away_begins_anew() {
        let folder = tempfile::tempdir().unwrap();
        let mut log = Log::new(Some(folder.path()));
        let (key, value) = (Key::Addresses("a.example".into()), Fact::default());
        log.write(&line(&key, &value));
        std::fs::remove_file(folder.path().join(FILE)).unwrap();
        log.write(&line(&key, &value));
        assert_eq!(text(folder.path(), FILE).lines().count(), 1);
    }
}

//! `lookups.log`: one line for every question that went out, so that a user can read what left the machine and why.
//!
//! ```text
//! 2026-11-21T21:56:43Z<TAB>dns<TAB>addresses example.com<TAB>to 192.0.2.53:53<TAB>2 addresses<TAB>31 ms
//! ```
//!
//! Appended to, never rewritten; made on the first question, mode 0600. Whatever is not printable ASCII is escaped, as
//! names come from mails and answers from strangers.

use std::fmt::Write as _;
use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::facts::{Answer, Key, State};

/// The name of the log in the data directory.
pub const FILE: &str = "lookups.log";
/// The most characters of one field.
const FIELD: usize = 400;

/// The log. Without a data directory it writes nothing.
#[derive(Debug, Default)]
pub(crate) struct Log {
    path: Option<PathBuf>,
    file: Option<File>,
    /// Said once, the first time that a line could not be written.
    failed: bool,
}

/// One question that went out.
#[derive(Debug)]
pub(crate) struct Line<'a> {
    pub(crate) at: i64,
    pub(crate) provider: &'a str,
    pub(crate) key: &'a Key,
    pub(crate) receiver: &'a str,
    pub(crate) outcome: &'a str,
    pub(crate) took: Duration,
}

impl Log {
    pub(crate) fn new(data_dir: Option<&Path>) -> Self {
        Self { path: data_dir.map(|folder| folder.join(FILE)), ..Self::default() }
    }

    /// Appends a line. Gives a warning the first time that this fails.
    pub(crate) fn write(&mut self, line: &Line<'_>) -> Option<String> {
        let path = self.path.as_ref()?;
        let written = match &mut self.file {
            Some(file) => file.write_all(line.text().as_bytes()),
            None => open(path).and_then(|mut file| {
                file.write_all(line.text().as_bytes())?;
                self.file = Some(file);
                Ok(())
            }),
        };
        match written {
            Ok(()) => None,
            Err(_) if self.failed => None,
            Err(error) => {
                self.failed = true;
                Some(format!("{}: the log of look-ups cannot be written ({error})", path.display()))
            }
        }
    }
}

fn open(path: &Path) -> std::io::Result<File> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    // O_NOFOLLOW: a link must not lead the log into another file. O_NONBLOCK: nor a pipe hold up the program.
    let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK | rustix::fs::OFlags::CLOEXEC;
    OpenOptions::new().append(true).create(true).mode(0o600).custom_flags(flags.bits().cast_signed()).open(path)
}

impl Line<'_> {
    fn text(&self) -> String {
        let time = jiff::Timestamp::from_second(self.at).map_or_else(|_| "-".to_owned(), |time| time.to_string());
        let mut text = time;
        for field in [self.provider, &question(self.key), &format!("to {}", self.receiver), self.outcome] {
            text.push('\t');
            escape(field, &mut text);
        }
        let _ = writeln!(text, "\t{} ms", self.took.as_millis());
        text
    }
}

/// What was asked, in words.
fn question(key: &Key) -> String {
    format!("{} {}", key.asks().en, key.about())
}

/// What came back, in words.
pub(crate) fn outcome(state: &State) -> String {
    match state {
        State::Value(Answer::Addresses(list)) => format!("{} addresses", list.len()),
        State::Value(Answer::MailExchangers(list)) => format!("{} exchangers", list.len()),
        State::Value(Answer::Names(list)) => format!("{} names", list.len()),
        State::Value(Answer::Texts(list) | Answer::Hosts(list) | Answer::Issuers(list)) => {
            format!("{} records", list.len())
        }
        State::Value(_) => "answered".to_owned(),
        State::Absent => "no such record".to_owned(),
        State::Failed(why) => why.clone(),
        State::NotAsked | State::Queued | State::Asking => "given up".to_owned(),
    }
}

fn escape(text: &str, out: &mut String) {
    for c in text.chars().take(FIELD) {
        match c {
            '\\' => out.push_str("\\\\"),
            ' '..='~' => out.push(c),
            _ => {
                let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn line<'a>(key: &'a Key, receiver: &'a str) -> Line<'a> {
        Line { at: 0, provider: "dns", key, receiver, outcome: "2 addresses", took: Duration::from_millis(31) }
    }

    #[test]
    fn a_line_says_when_who_what_where_and_how_it_ended() {
        let folder = tempfile::tempdir().unwrap();
        let mut log = Log::new(Some(folder.path()));
        let path = folder.path().join(FILE);
        assert!(!path.exists(), "nothing asked, nothing written");
        let key = Key::Addresses("a.example".into());
        assert_eq!(log.write(&line(&key, "192.0.2.53:53")), None);
        let hostile = Key::Addresses("a\u{1b}[2J\n\tb\u{202e}\\".into());
        assert_eq!(log.write(&line(&hostile, "192.0.2.53:53")), None);
        assert_eq!(
            std::fs::read_to_string(&path).unwrap(),
            "1970-01-01T00:00:00Z\tdns\taddresses a.example\tto 192.0.2.53:53\t2 addresses\t31 ms\n\
             1970-01-01T00:00:00Z\tdns\taddresses a\\u{1b}[2J\\u{a}\\u{9}b\\u{202e}\\\\\tto 192.0.2.53:53\t2 addresses\t31 ms\n"
        );
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn a_log_that_cannot_be_written_is_said_once() {
        let folder = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink("/dev/null", folder.path().join(FILE)).unwrap();
        let mut log = Log::new(Some(folder.path()));
        let key = Key::Addresses("a.example".into());
        assert!(log.write(&line(&key, "x")).unwrap().contains("cannot be written"));
        assert_eq!(log.write(&line(&key, "x")), None);
    }
}

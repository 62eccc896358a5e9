//! Reading the log: line by line, oldest first, in constant memory. A line that cannot be read (the end of a program that
//! was killed) is counted and left out; nothing is ever repaired or written here.

use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Read as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::{FILE, FILES, LINE, numbered};
use crate::facts::Recorded;
use crate::lookup::file;
use crate::text::{Sentence, Words, cause};

/// One line of the log. Fields other than the question and its fact are empty in the lines of a mere recording.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// When the line was written, RFC 3339.
    #[serde(default)]
    pub time: String,
    /// Who asked: `dns`.
    #[serde(default)]
    pub provider: String,
    /// Who was asked.
    #[serde(default)]
    pub receiver: String,
    /// Milliseconds until the outcome.
    #[serde(default)]
    pub took: u64,
    /// The how-manieth try it was; 0 where that is not known.
    #[serde(default)]
    pub tries: u32,
    /// Came along with the answer to another question.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub along: bool,
    /// Why there was no outcome yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// The question with what came back.
    #[serde(flatten)]
    pub recorded: Recorded,
}

impl Entry {
    /// The line as it stands in a log, line end included: printable ASCII.
    #[must_use]
    pub fn line(&self) -> String {
        // Plain data: nothing that JSON cannot say.
        let mut text = super::ascii(serde_json::to_string(self).unwrap_or_default());
        text.push('\n');
        text
    }
}

/// How much was read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Read {
    /// Lines that were handed on.
    pub lines: u64,
    /// Lines that could not be read.
    pub skipped: u64,
}

/// Hands every line of the log in a data directory to `each`, oldest file first; or every line of one file. A directory
/// without a log has an empty log.
///
/// # Errors
/// A sentence with the path: a file cannot be read.
pub fn entries(from: &Path, each: &mut dyn FnMut(Entry)) -> Result<Read, Sentence> {
    let mut read = Read::default();
    let whole = from.is_dir();
    for at in (0..if whole { FILES } else { 1 }).rev() {
        let path = if whole { numbered(&from.join(FILE), at) } else { from.to_owned() };
        if whole && !path.exists() {
            continue;
        }
        let done = open(&path).and_then(|file| lines(&mut BufReader::new(file), each));
        let part =
            done.map_err(|why| Sentence::new(Words::new("{0}: {1}", "{0}: {1}"), [(&path).into(), why.into()]))?;
        read.lines += part.lines;
        read.skipped += part.skipped;
    }
    Ok(read)
}

/// Opens a regular file for reading; symbolic links are followed, these are the user's own folders.
pub(in crate::lookup) fn open(path: &Path) -> Result<File, Sentence> {
    let flags = (rustix::fs::OFlags::NONBLOCK | rustix::fs::OFlags::CLOEXEC).bits().cast_signed();
    let opened = OpenOptions::new().read(true).custom_flags(flags).open(path).map_err(|error| cause(&error))?;
    let data = opened.metadata().map_err(|error| cause(&error))?;
    if data.is_file() { Ok(opened) } else { Err(file::NOT_REGULAR.into()) }
}

/// Hands every line that can be read to `each`. `T` is what a line has to be.
pub(in crate::lookup) fn lines<T: for<'de> Deserialize<'de>>(
    from: &mut impl BufRead,
    each: &mut dyn FnMut(T),
) -> Result<Read, Sentence> {
    let mut read = Read::default();
    let mut line = Vec::new();
    loop {
        line.clear();
        let most = LINE as u64 + 2;
        let size = from.by_ref().take(most).read_until(b'\n', &mut line).map_err(|error| cause(&error))?;
        if size == 0 {
            return Ok(read);
        }
        let whole = line.ends_with(b"\n") || (size as u64) < most;
        if line.trim_ascii().is_empty() {
            continue;
        }
        match serde_json::from_slice(&line) {
            Ok(entry) if whole => {
                each(entry);
                read.lines += 1;
            }
            _ => read.skipped += 1,
        }
        if !whole {
            pass_over(from)?;
        }
    }
}

/// Leaves out the rest of a line that is too long.
fn pass_over(from: &mut impl BufRead) -> Result<(), Sentence> {
    loop {
        let buffer = from.fill_buf().map_err(|error| cause(&error))?;
        if buffer.is_empty() {
            return Ok(());
        }
        let (size, end) = match memchr::memchr(b'\n', buffer) {
            Some(at) => (at + 1, true),
            None => (buffer.len(), false),
        };
        from.consume(size);
        if end {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Key;

    const ONE: &str = r#"{"key":{"owner":"a.example"},"fact":{"state":"absent"}}"#;

    #[test]
    fn lines_that_are_no_lines_are_counted_and_passed_over() {
        let long = format!("{{\"x\":\"{}\"}}", "a".repeat(3 * LINE));
        let deep = "[".repeat(200_000);
        let text = format!("{ONE}\n\n{long}\n{deep}\n\u{feff}\nnull\n{ONE}");
        let mut keys = Vec::new();
        let read =
            lines(&mut text.as_bytes(), &mut |entry: Entry| keys.push((entry.recorded.key, entry.tries))).unwrap();
        assert_eq!(keys, [(Key::Owner("a.example".into()), 0), (Key::Owner("a.example".into()), 0)]);
        assert_eq!(read, Read { lines: 2, skipped: 4 });
    }

    #[test]
    fn a_line_goes_out_as_it_came_in() {
        let text = concat!(
            r#"{"time":"2026-11-21T21:56:43Z","provider":"rdap","receiver":"rdap.example.test (HTTPS)","took":310,"tries":2,"#,
            r#""why":"no answer in time","key":{"owner":"a.example"},"fact":{"state":"queued","origin":"nobody","at":null,"ttl":null}}"#,
            "\n"
        );
        let mut out = String::new();
        lines(&mut text.as_bytes(), &mut |entry: Entry| out.push_str(&entry.line())).unwrap();
        assert_eq!(out, text);
    }
}

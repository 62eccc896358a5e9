//! Reading the one file, bounded, and taking it apart into names, values and lines. Whatever is wrong with it comes back
//! as a [`Defect`]; nothing here decides what a setting means.

use std::io::Read as _;
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::Path;

use toml::de::{DeTable, DeValue};

use super::error::Defect;
use super::given::Given;
use crate::text::cause;

/// The most bytes of a file.
const LIMIT: u64 = 64 * 1024;

/// A value of the file.
#[derive(Debug, PartialEq)]
pub(super) struct Entry {
    /// `theme`, or `weights` with a name.
    pub(super) key: String,
    /// The name inside a table.
    pub(super) name: Option<String>,
    /// The line that it stands on, from 1.
    pub(super) line: usize,
    /// The value.
    pub(super) given: Given,
}

/// Reads a regular file of at most 64 KiB; `None` where there is none. Devices and pipes are not opened.
pub(super) fn read(path: &Path) -> Result<Option<String>, Defect> {
    read_within(path, LIMIT)
}

/// The same with a limit of its own, in bytes.
pub(super) fn read_within(path: &Path, limit: u64) -> Result<Option<String>, Defect> {
    let unreadable = |error: std::io::Error| Defect::Unreadable(cause(&error));
    match std::fs::metadata(path) {
        Ok(metadata) if !metadata.is_file() => return Err(Defect::NotRegular),
        Ok(_) => {}
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unreadable(error)),
    }
    let flags = rustix::fs::OFlags::NONBLOCK | rustix::fs::OFlags::CLOEXEC;
    let file = std::fs::OpenOptions::new()
        .read(true)
        .custom_flags(flags.bits().cast_signed())
        .open(path)
        .map_err(unreadable)?;
    // What was looked at can have been replaced before it was opened.
    let metadata = file.metadata().map_err(unreadable)?;
    if !metadata.is_file() {
        return Err(Defect::NotRegular);
    }
    if metadata.mode() & 0o002 != 0 {
        return Err(Defect::WritableByAll);
    }
    let mut bytes = Vec::new();
    file.take(limit + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > limit {
        return Err(Defect::TooLarge(limit / 1024));
    }
    String::from_utf8(bytes).map(Some).map_err(|_| Defect::NotText)
}

/// Takes TOML apart. Tables inside of tables become [`Given::Other`].
///
/// # Errors
/// The first thing that is no TOML, with its line.
pub(super) fn entries(text: &str) -> Result<Vec<Entry>, (Defect, Option<usize>)> {
    let document = DeTable::parse(text).map_err(|error| {
        let line = error.span().map(|span| line_of(text, span.start));
        (Defect::Syntax(error.message().chars().take(200).collect()), line)
    })?;
    let mut entries = Vec::new();
    for (key, value) in document.get_ref() {
        let name = key.get_ref().to_string();
        let Some(table) = value.get_ref().as_table() else {
            let given = given(value.get_ref(), text, value.span());
            entries.push(Entry { key: name, name: None, line: line_of(text, key.span().start), given });
            continue;
        };
        if table.is_empty() {
            let given = Given::Other("{}".to_owned());
            entries.push(Entry { key: name.clone(), name: None, line: line_of(text, key.span().start), given });
        }
        entries.extend(table.iter().map(|(inner, value)| Entry {
            key: name.clone(),
            name: Some(inner.get_ref().to_string()),
            line: line_of(text, inner.span().start),
            given: given(value.get_ref(), text, value.span()),
        }));
    }
    // Maps of the parser are sorted by name; people read from the top.
    entries.sort_by_key(|entry| entry.line);
    Ok(entries)
}

fn given(value: &DeValue<'_>, text: &str, span: std::ops::Range<usize>) -> Given {
    let other = || Given::Other(text.get(span.clone()).unwrap_or_default().chars().take(80).collect());
    match value {
        DeValue::String(text) => Given::Text(text.to_string()),
        DeValue::Boolean(flag) => Given::Bool(*flag),
        DeValue::Integer(number) if number.radix() == 10 => {
            number.as_str().parse().map_or_else(|_| other(), Given::Number)
        }
        DeValue::Float(number) => number.as_str().parse().map_or_else(|_| other(), Given::Number),
        DeValue::Array(items) => {
            let items: Option<Vec<String>> =
                items.iter().map(|item| item.get_ref().as_str().map(ToOwned::to_owned)).collect();
            items.map_or_else(other, Given::List)
        }
        _ => other(),
    }
}

fn line_of(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1
}

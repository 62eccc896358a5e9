//! Feeds: lists of phishing pages, malware and networks that the reader has downloaded or put down by hand, searched on
//! this machine.
//!
//! - [`FEEDS`] has one row for each that the program knows; `gosanke feeds` lists, updates, adds and removes them.
//! - Whatever its form, a feed is compiled into a sorted table of hashes in `feeds/` of the data directory
//!   (`table`): a million lines are opened in a few milliseconds and searched with one small read.
//! - [`Key::Feeds`] is answered at once and without a packet, like a place: by the very URL (or the same without its
//!   query), else by the very host; each hit says which ([`Part`]). A name is never cut to its registrable domain here:
//!   who asks decides which names stand for one owner, so that one bad page on a shared platform says nothing of its
//!   neighbors; and a host that many share is judged by its URLs only (`signal`).
//!
//! Nothing here fetches anything of its own accord.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::{Outcome, Permit, Provider, Query, Work, log};
use crate::facts::listing::{FeedHit, Part};
use crate::facts::phrases::{lists, reason, source};
use crate::facts::{Answer, Fact, Key, Origin, Reach, State};
use crate::text::Sentence;

mod address;
mod build;
mod download;
mod error;
mod read;
mod rows;
mod shelf;
mod table;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_update;
mod update;

pub use error::FeedError;
pub use read::Format;
pub use rows::{Collects, FEEDS, Feed, Source, feed};
pub(crate) use shelf::Shelf;
pub use shelf::{Entry, Given, add, any, list, remove};
pub use table::{Cut, Damage, Head};
pub use update::{News, Update, Updated, day, update};

use address::{Address, Sort, hash};

/// The folder of compiled feeds in the data directory.
pub const FOLDER: &str = "feeds";

/// How much of a feed is read.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes, unpacked.
    pub bytes: u64,
    /// Records: two for a URL, one for a host or network.
    pub records: usize,
}

/// An id that can be a file's name: small letters, digits and dashes.
#[must_use]
pub fn is_id(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=40).contains(&text.len()) && text.bytes().all(fits) && !text.starts_with('-')
}

/// How many entries and how many lines that are none the bytes of a feed's file have, read as every form.
#[cfg(feature = "fuzzing")]
pub(super) fn of_bytes(bytes: &[u8]) -> Vec<(u64, u64)> {
    let one = |(_, format): &(&str, Format)| {
        let mut entries = 0;
        let told = read::read(&mut &*bytes, *format, &mut |_| {
            entries += 1;
            true
        });
        (entries, told.unwrap_or_default().skipped)
    };
    Format::NAMES.iter().map(one).collect()
}

/// The provider of [`Key::Feeds`]. Its feeds are opened at the first question.
#[derive(Debug)]
pub(crate) struct Feeds {
    folder: Option<PathBuf>,
    shelf: OnceLock<Shelf>,
}

impl Feeds {
    pub(crate) fn new(data_dir: Option<&Path>) -> Self {
        Self { folder: data_dir.map(|folder| folder.join(FOLDER)), shelf: OnceLock::new() }
    }

    /// What the feeds say of a URL, a host or a system (`AS64496`); `None` where there is no feed to look into.
    fn look(&self, text: &str) -> Option<Fact> {
        let folder = self.folder.as_deref()?;
        let shelf = self.shelf.get_or_init(|| Shelf::open(folder));
        if shelf.is_empty() {
            return None;
        }
        let mut hits = Vec::new();
        let mut broken = !shelf.damaged.is_empty();
        let address = Address::of(text);
        for table in &shelf.names {
            match address.as_ref().map_or(Ok(None), |address| one(table, address)) {
                Ok(hit) => hits.extend(hit),
                Err(_) => broken = true,
            }
        }
        let dates: Vec<String> =
            shelf.names.iter().map(|table| format!("{}, {}", table.head.title, table.head.dated)).collect();
        let origin = Origin::Database(if dates.is_empty() { source::FEEDS.en.to_owned() } else { dates.join("; ") });
        let state = match (hits.is_empty(), broken) {
            (false, _) => State::Value(Answer::Feeds(hits)),
            // "Not in any feed" must not be said of one that could not be read.
            (true, true) => State::Failed(lists::FEED_DAMAGED.en.to_owned()),
            (true, false) => State::Absent,
        };
        Some(Fact { state, origin, ..Fact::default() })
    }
}

/// The best that one feed says of an address.
fn one(table: &table::Table, address: &Address) -> Result<Option<FeedHit>, Damage> {
    let ways: Vec<(Part, Sort, String)> = match address {
        Address::Url { whole, path, host } => std::iter::once((Part::Url, Sort::Url, whole.clone()))
            .chain(path.iter().map(|path| (Part::Path, Sort::Url, path.clone())))
            .chain([(Part::Host, Sort::Host, host.clone()), (Part::Beside, Sort::HostOfUrl, host.clone())])
            .collect(),
        Address::Host(host) => {
            vec![(Part::Host, Sort::Host, host.clone()), (Part::Beside, Sort::HostOfUrl, host.clone())]
        }
        Address::System(number) => vec![(Part::Host, Sort::System, number.to_string())],
    };
    for (part, sort, text) in ways {
        if let Some(found) = table.get(&hash(sort, &text))? {
            return Ok(Some(FeedHit {
                feed: table.head.id.clone(),
                dated: table.head.dated.clone(),
                exact: part == Part::Url,
                note: found.note,
                part,
                since: read::of_day(found.day),
                holds: table.head.holds,
            }));
        }
    }
    Ok(None)
}

impl Provider for Feeds {
    fn id(&self) -> &'static str {
        "feeds"
    }

    fn reach(&self) -> Reach {
        Reach::Local
    }

    fn answers(&self, key: &Key) -> bool {
        matches!(key, Key::Feeds(_))
    }

    fn receiver(&self, _: &Key) -> String {
        source::FEEDS.en.to_owned()
    }

    fn plan(&self, _: &Key) -> Vec<Query> {
        Vec::new()
    }

    fn without_asking(&self, key: &Key) -> Option<Fact> {
        match key {
            Key::Feeds(text) => self.look(text),
            _ => None,
        }
    }

    fn run(&self, _: &Key, _: Permit) -> Work {
        // Never reached: no permit is made for a local provider.
        Box::pin(async { Outcome::new(State::Failed(reason::INTERNAL.en.to_owned()), None) })
    }
}
/// Writes a download into the log of look-ups: when, from where, and why it failed where it did. Gives a warning where the
/// log cannot be written.
#[must_use]
pub fn note(
    data_dir: &Path,
    now: i64,
    address: &str,
    took: std::time::Duration,
    failed: Option<&str>,
) -> Option<Sentence> {
    let host = url::Url::parse(address).ok().and_then(|url| url.host_str().map(ToOwned::to_owned)).unwrap_or_default();
    let ordered = lists::ORDERED.en;
    let why = failed.map_or_else(|| ordered.to_owned(), |failed| format!("{ordered}; {failed}"));
    // No answer to a question: a replay passes it over.
    let (key, fact) = (Key::Feeds(address.to_owned()), Fact { at: Some(now), ..Fact::default() });
    let line = log::Line {
        time: log::time(now),
        provider: "feeds",
        receiver: &format!("{host} (HTTPS)"),
        took: log::millis(took),
        tries: 1,
        along: false,
        why: Some(&why),
        key: &key,
        fact: &fact,
    };
    log::Log::new(Some(data_dir)).write(&line).1
}

//! The folder of compiled feeds: what is in it, putting one in, taking one out.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::address::{Sort, hash};
use super::build::{Builder, NETWORK};
use super::rows::{Collects, FEEDS, Feed};
use super::table::{Damage, Head, Table};
use super::{FOLDER, FeedError, Format, Limits, feed, is_id};
use crate::facts::listing::{Holds, Mark, NetworkKind};
use crate::lookup::file::NOT_REGULAR;
use crate::text::{Sentence, Words, cause};

/// The most files of the folder that are looked at.
const FILES: usize = 100;
/// The ending of a compiled feed.
const ENDING: &str = "feed";

/// The feeds that can be searched.
#[derive(Debug, Default)]
pub(crate) struct Shelf {
    /// Those with URLs, hosts and systems, by id.
    pub(super) names: Vec<Table>,
    /// Those with networks, by id.
    pub(super) networks: Vec<Table>,
    /// Files that cannot be used.
    pub(super) damaged: Vec<(String, Damage)>,
}

impl Shelf {
    /// Opens every feed of a folder. A folder that is not there holds none.
    pub(crate) fn open(folder: &Path) -> Self {
        let mut shelf = Self::default();
        for (id, path) in files(folder) {
            match Table::open(&path) {
                Ok(table) if table.head.key == NETWORK => shelf.networks.push(table),
                Ok(table) => shelf.names.push(table),
                Err(why) => shelf.damaged.push((id, why)),
            }
        }
        shelf
    }

    /// Files that cannot be used, for a person to read.
    pub(crate) fn warnings(&self) -> Vec<Sentence> {
        let words = Words::new(
            "feed {0} {1}; `gosanke feeds update {0}` fetches it anew",
            "フィード {0} {1}。`gosanke feeds update {0}` で取得し直せます",
        );
        let line = |(id, why): &(String, Damage)| Sentence::new(words, [id.into(), why.words().into()]);
        self.damaged.iter().map(line).collect()
    }

    /// What the lists of networks say of an address in IPv4-mapped form. A block that is damaged says nothing: the file
    /// is told of by `gosanke feeds`.
    pub(crate) fn networks_of(&self, address: u128) -> impl Iterator<Item = Mark> {
        let mut key = [0xff; NETWORK];
        for (to, from) in key.iter_mut().zip(address.to_be_bytes()) {
            *to = from;
        }
        self.networks.iter().filter_map(move |table| {
            let found = table.at_or_before(&key).ok().flatten()?;
            let last = found.key.last_chunk::<16>()?;
            // A list of one's own says of no kind.
            let kind = table.head.network.unwrap_or(NetworkKind::Own);
            (address <= u128::from_be_bytes(*last)).then(|| mark(&table.head, kind, table.head.operator.clone()))
        })
    }

    /// What the lists of criminals' systems say of one.
    pub(crate) fn criminal(&self, system: u32) -> impl Iterator<Item = Mark> {
        let criminal = self.names.iter().filter(|table| table.head.holds == Holds::Criminal);
        criminal.filter_map(move |table| {
            let found = table.get(&hash(Sort::System, &system.to_string())).ok().flatten()?;
            Some(mark(&table.head, NetworkKind::Criminal, found.note))
        })
    }

    pub(super) fn is_empty(&self) -> bool {
        self.names.is_empty() && self.damaged.is_empty()
    }
}

fn mark(head: &Head, kind: NetworkKind, name: Option<String>) -> Mark {
    Mark { kind, name, list: head.title.clone(), dated: head.dated.clone() }
}

/// Ids and paths in a folder, by id.
fn files(folder: &Path) -> Vec<(String, PathBuf)> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut files: Vec<(String, PathBuf)> = entries
        .take(FILES * 10)
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|ending| ending == ENDING))
        .filter_map(|path| Some((path.file_stem()?.to_str()?.to_owned(), path)))
        .filter(|(id, _)| is_id(id))
        .collect();
    files.sort();
    files.truncate(FILES);
    files
}

/// True where a data directory has a feed, so that it is worth asking.
#[must_use]
pub fn any(data_dir: &Path) -> bool {
    !data_dir.as_os_str().is_empty() && !files(&data_dir.join(FOLDER)).is_empty()
}

/// A feed as a reader sees it.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its id.
    pub id: String,
    /// What the program knows of it; `None` for a list of the reader's own.
    pub feed: Option<&'static Feed>,
    /// What is on disk; `None` where it was never fetched.
    pub head: Option<Result<Head, Damage>>,
    /// Bytes on disk.
    pub size: u64,
}

/// Every feed that the program knows and every one that is there, the known ones first. Reads every file whole, so that
/// damage is found here and not by chance.
#[must_use]
pub fn list(data_dir: &Path) -> Vec<Entry> {
    let folder = data_dir.join(FOLDER);
    let mut there = files(&folder);
    let mut look = |id: &str| {
        let at = there.iter().position(|(have, _)| have == id)?;
        let (_, path) = there.remove(at);
        Some(whole(&path))
    };
    let mut entries: Vec<Entry> = FEEDS
        .iter()
        .map(|feed| {
            let found = look(feed.id);
            let size = found.as_ref().map_or(0, |(_, size)| *size);
            Entry { id: feed.id.to_owned(), feed: Some(feed), head: found.map(|(head, _)| head), size }
        })
        .collect();
    entries.extend(there.into_iter().map(|(id, path)| {
        let (head, size) = whole(&path);
        Entry { id, feed: None, head: Some(head), size }
    }));
    entries
}

fn whole(path: &Path) -> (Result<Head, Damage>, u64) {
    let size = std::fs::symlink_metadata(path).map_or(0, |data| data.len());
    let head = Table::open(path).and_then(|table| {
        table.verify()?;
        Ok(table.head)
    });
    (head, size)
}

/// A file that is given by hand.
#[derive(Debug, Clone, Default)]
pub struct Given {
    /// The feed that it is, or a new id for a list of the reader's own.
    pub id: String,
    /// Its form, where it is not found out.
    pub format: Format,
    /// The day of the file, where it does not say one itself.
    pub dated: String,
    /// Unix seconds.
    pub now: i64,
    /// How much is read.
    pub limits: Limits,
}

/// Takes a file as a feed.
///
/// # Errors
/// It cannot be read, it is not what the feed should be, or it cannot be stored; what was there before stays.
pub fn add(data_dir: &Path, file: &Path, given: &Given) -> Result<Head, FeedError> {
    let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let mut source = open(file)?;
    let mut builder = Builder::new(given.limits);
    let known = feed(&given.id);
    let format = match (given.format, known) {
        (Format::Auto, Some(feed)) => feed.format,
        (format, _) => format,
    };
    builder.take(&mut source, format)?;
    let mut head = blank(&given.id)?;
    head.dated.clone_from(&given.dated);
    head.fetched = given.now;
    head.from = name;
    store(data_dir, builder, head)
}

/// The head of a feed before it is compiled.
pub(super) fn blank(id: &str) -> Result<Head, FeedError> {
    if !is_id(id) {
        return Err(FeedError::BadId(id.to_owned()));
    }
    let mut head = Head { id: id.to_owned(), title: id.to_owned(), holds: Holds::Own, ..Head::default() };
    if let Some(feed) = feed(id) {
        feed.title.clone_into(&mut head.title);
        match feed.collects {
            Collects::Addresses(holds) => head.holds = holds,
            Collects::Systems => head.holds = Holds::Criminal,
            Collects::Networks(kind, name) => {
                head.holds = Holds::Criminal;
                head.network = Some(kind);
                head.operator = name.map(ToOwned::to_owned);
            }
        }
    }
    Ok(head)
}

/// Writes a compiled feed into its place.
pub(super) fn store(data_dir: &Path, builder: Builder, head: Head) -> Result<Head, FeedError> {
    let networks = matches!(feed(&head.id).map(|feed| feed.collects), Some(Collects::Networks(..)));
    if feed(&head.id).is_some() && builder.has_networks() != networks && !builder.is_empty() {
        return Err(FeedError::Sort);
    }
    let path = path(data_dir, &head.id);
    builder.write(&path, head)
}

/// Where a feed is.
pub(super) fn path(data_dir: &Path, id: &str) -> PathBuf {
    data_dir.join(FOLDER).join(format!("{id}.{ENDING}"))
}

/// Takes a feed away; false where there was none.
///
/// # Errors
/// The id cannot be one, or the file cannot be removed.
pub fn remove(data_dir: &Path, id: &str) -> Result<bool, FeedError> {
    if !is_id(id) {
        return Err(FeedError::BadId(id.to_owned()));
    }
    // What came of downloads that broke off, and the parts of a feed that has several.
    let _ = std::fs::remove_dir_all(data_dir.join(FOLDER).join(format!("{id}.parts")));
    match std::fs::remove_file(path(data_dir, id)) {
        Ok(()) => Ok(true),
        Err(why) if why.kind() == std::io::ErrorKind::NotFound => Ok(false),
        Err(why) => Err(FeedError::Unwritable(cause(&why))),
    }
}

/// Opens a file to be read from its beginning. Regular files only, as a pipe may never end.
pub(super) fn open(file: &Path) -> Result<impl Read, FeedError> {
    use std::os::unix::fs::OpenOptionsExt as _;
    let flags = (rustix::fs::OFlags::NONBLOCK | rustix::fs::OFlags::CLOEXEC).bits().cast_signed();
    let opened = std::fs::OpenOptions::new().read(true).custom_flags(flags).open(file);
    let checked = opened.and_then(|file: File| {
        let regular = file.metadata()?.is_file();
        if regular { Ok(file) } else { Err(std::io::Error::other(Sentence::from(NOT_REGULAR))) }
    });
    checked.map_err(|why| FeedError::Unreadable(cause(&why)))
}

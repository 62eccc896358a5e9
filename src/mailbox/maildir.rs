//! Maildir: one file a message in `cur` and `new`, flags in the names. Lists names without opening the files and never
//! trusts one listing alone; never shows `tmp`, never renames.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::ops::ControlFlow;
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use rustix::io::Errno;

use super::source::{Is, Root, Source, join, problem};
use super::trouble::{GONE, unreadable};
use super::{Entry, Flags, Problem, Progress, Standing};

/// Entries in the first batch.
const FIRST: usize = 64;
/// Entries in a later batch.
const BATCH: usize = 4096;
/// Names beyond which somebody who waits gets some before all are read: fewer are read in a few milliseconds.
pub(crate) const MANY: usize = 8192;
/// Listings of a folder that changes while it is listed.
const LISTINGS: usize = 3;

/// A Maildir, or a subfolder of one.
#[derive(Debug)]
pub(super) struct Maildir {
    root: Arc<Root>,
    /// Its place below the root; empty for the root itself.
    below: PathBuf,
    /// The names as they were when one was looked for that is gone, and when that was.
    again: Mutex<Option<(Instant, Arc<Vec<Item>>)>>,
}

/// Whether `name` is one of the three folders that make a Maildir.
pub(super) fn is_part(name: &[u8]) -> bool {
    matches!(name, b"cur" | b"new" | b"tmp")
}

/// Whether a folder with these entries is a Maildir; `tmp` may be missing.
pub(super) fn is_maildir<'a>(mut items: impl Iterator<Item = &'a (Vec<u8>, Is)>) -> bool {
    items.any(|(name, is)| *is == Is::Folder && matches!(name.as_slice(), b"cur" | b"new"))
}

/// Base name and info: `1.a.host:2,FS` is `1.a.host` and `FS`. File systems that cannot have a colon use `;` or `!`.
/// The experimental info `1,` has no flags.
pub(super) fn split_name(name: &[u8]) -> (&[u8], &[u8]) {
    let info = |at: &usize| {
        matches!(name.get(*at), Some(b':' | b';' | b'!'))
            && matches!(name.get(at + 1), Some(b'1' | b'2'))
            && name.get(at + 2) == Some(&b',')
    };
    let Some(at) = (0..name.len()).rev().find(info) else { return (name, &[]) };
    let flags = if name.get(at + 1) == Some(&b'2') { name.get(at + 3..) } else { None };
    (name.get(..at).unwrap_or_default(), flags.unwrap_or_default())
}

/// The flags in a file's name; letters that mean nothing here are passed over.
pub(super) fn flags(name: &[u8]) -> Flags {
    let (_, info) = split_name(name);
    let has = |letter| info.contains(&letter);
    Flags {
        seen: has(b'S'),
        replied: has(b'R'),
        flagged: has(b'F'),
        trashed: has(b'T'),
        draft: has(b'D'),
        passed: has(b'P'),
    }
}

/// When `new` and `cur` were last changed.
pub(super) type Stamp = [Option<(i64, u64)>; 2];

/// A file: its name, the folder it is in (`new` or `cur`), what it is.
pub(super) type Item = (Vec<u8>, &'static str, Is);

impl Maildir {
    pub(super) fn new(root: Arc<Root>, below: PathBuf) -> Self {
        Self { root, below, again: Mutex::default() }
    }

    /// Lists all messages, oldest name first: names begin with the time of delivery.
    pub(super) fn index(
        &self,
        folder: u16,
        sink: &mut dyn FnMut(Vec<Entry>, Progress) -> ControlFlow<()>,
    ) -> Result<(), Problem> {
        self.index_from(folder, None, sink)
    }

    /// The same for somebody who waits: of a large Maildir some messages come before all names are read, and the others behind
    /// them in order. `first` are the files to begin with, as a listing before did, as far as they are there; where there are
    /// none, it begins with the latest of those names that the directory gives first.
    pub(super) fn index_at_once(
        &self,
        folder: u16,
        first: &[Arc<Path>],
        sink: &mut dyn FnMut(Vec<Entry>, Progress) -> ControlFlow<()>,
    ) -> Result<(), Problem> {
        self.index_from(folder, Some(first), sink)
    }

    fn index_from(
        &self,
        folder: u16,
        first: Option<&[Arc<Path>]>,
        sink: &mut dyn FnMut(Vec<Entry>, Progress) -> ControlFlow<()>,
    ) -> Result<(), Problem> {
        let mut ahead = first.map_or_else(Vec::new, |first| self.still_there(first));
        let entries = |items: &[Item]| items.iter().map(|item| entry(folder, item)).collect::<Vec<_>>();
        let mut flow = ControlFlow::Continue(());
        let mut begin = |some: &[Item]| flow = sink(entries(some), Progress { done: some.len() as u64, total: None });
        if !ahead.is_empty() {
            begin(&ahead);
        }
        let waits = first.is_some() && ahead.is_empty();
        let items = self.settled_telling(&mut |items| {
            if waits && ahead.is_empty() && items.len() == MANY {
                ahead = latest(items);
                begin(&ahead);
            }
        })?;
        self.forget();
        if flow.is_break() {
            return Ok(());
        }
        let gone = places(&items, &ahead);
        let total = Some((items.len() + ahead.len() - gone.len()) as u64);
        let mut done = ahead.len();
        // Windows are cut as if none had been handed out, so that they are the same whichever these were. Names are given back
        // as they are handed out, so that rows need no room beside them.
        let (mut at, mut size) = (0, FIRST);
        let mut items = items.into_iter();
        loop {
            let window = items.by_ref().take(size).enumerate().filter(|(place, _)| !gone.contains(&(at + place)));
            let batch: Vec<Entry> = window.map(|(_, item)| entry(folder, &item)).collect();
            at += size;
            size = BATCH;
            let (end, idle) = (items.len() == 0, batch.is_empty() && done > 0);
            done += batch.len();
            if !idle && sink(batch, Progress { done: done as u64, total }).is_break() || end {
                return Ok(());
            }
        }
    }

    /// Which of these files are there.
    fn still_there(&self, files: &[Arc<Path>]) -> Vec<Item> {
        let item = |file: &Arc<Path>| {
            let part = ["cur", "new"].into_iter().find(|part| file.starts_with(part))?;
            let name = file.file_name()?.as_bytes().to_vec();
            self.standing(file).map(|_| (name, part, Is::File))
        };
        files.iter().filter_map(item).collect()
    }

    /// Some messages, without reading all names: those that the directory gives first.
    pub(super) fn some(&self, folder: u16, count: usize) -> Vec<Entry> {
        let names = |part| {
            let found = self.root.list_some(&self.below.join(part), count).unwrap_or_default();
            found.into_iter().map(move |(name, is)| (name, part, is))
        };
        let items = ["cur", "new"].into_iter().flat_map(names);
        let messages = items.filter(|(name, _, is)| !name.starts_with(b".") && *is == Is::File);
        messages.take(count).map(|item| entry(folder, &item)).collect()
    }

    /// The names of a folder that may be changing. A rename while the directory is read can hide a message from the
    /// listing, so a folder that changed meanwhile is listed again, and a message seen in any listing is kept.
    pub(super) fn settled(&self) -> Result<Vec<Item>, Problem> {
        let items = self.settled_telling(&mut |_| {});
        self.forget();
        items
    }

    /// The same; `told` sees the names of the first listing each time that there is one more.
    fn settled_telling(&self, told: &mut dyn FnMut(&[Item])) -> Result<Vec<Item>, Problem> {
        let mut before = self.stamp();
        let mut items = self.once(told)?;
        let mut changing = false;
        for _ in 1..LISTINGS {
            let after = self.stamp();
            if after == before {
                break;
            }
            changing = true;
            before = after;
            let again = self.once(&mut |_| {})?;
            let mut missed: HashMap<Vec<u8>, Item> =
                items.into_iter().map(|item| (split_name(&item.0).0.to_vec(), item)).collect();
            for item in &again {
                missed.remove(split_name(&item.0).0);
            }
            items = again;
            items.extend(missed.into_values());
        }
        items.sort_unstable();
        if changing {
            self.drop_renamed(&mut items);
        }
        Ok(items)
    }

    /// A listing during a rename can hold both names. Of names with one base those stay that are there and stand for
    /// files of their own, and the last one in any case. Asking for names alone is not enough: between two questions the
    /// file may be renamed again, so that every name was there when it was asked for.
    fn drop_renamed(&self, items: &mut Vec<Item>) {
        let mut places: HashMap<&[u8], Vec<usize>> = HashMap::new();
        for (at, (name, ..)) in items.iter().enumerate() {
            places.entry(split_name(name).0).or_default().push(at);
        }
        let mut dropped = HashSet::new();
        for group in places.into_values().filter(|group| group.len() > 1) {
            let mut files = HashSet::new();
            let alone = |at: &usize| {
                let Some((name, part, _)) = items.get(*at) else { return false };
                match self.root.number(&join(&self.below.join(part), name)) {
                    Ok(number) => files.insert(number),
                    Err(errno) => errno != Errno::NOENT,
                }
            };
            let (stay, go): (Vec<usize>, Vec<usize>) = group.into_iter().partition(alone);
            dropped.extend(go.into_iter().rev().skip(usize::from(stay.is_empty())));
        }
        let mut at = 0..;
        items.retain(|_| at.next().is_none_or(|at| !dropped.contains(&at)));
    }

    pub(super) fn stamp(&self) -> Stamp {
        ["new", "cur"].map(|part| self.root.changed(&self.below.join(part)))
    }

    /// One listing: `new` first, because that is the way that messages move.
    fn once(&self, told: &mut dyn FnMut(&[Item])) -> Result<Vec<Item>, Problem> {
        let mut items = Vec::new();
        let mut missing = 0;
        for part in ["new", "cur"] {
            let mut add = |(name, is): (Vec<u8>, Is)| {
                // Names that begin with a dot are not messages (maildir(5)).
                if !name.starts_with(b".") {
                    items.push((name, part, is));
                    told(&items);
                }
            };
            match self.root.list_each(&self.below.join(part), usize::MAX, &mut add) {
                Ok(()) => {}
                // A link or a file in the place of the folder is not followed; the other folder may still be there.
                Err(Errno::NOENT | Errno::NOTDIR | Errno::LOOP) => missing += 1,
                Err(errno) => return Err(problem(errno)),
            }
        }
        if missing == 2 { Err(unreadable(GONE)) } else { Ok(items) }
    }

    /// How its two folders stand, as one: the same as long as nothing was delivered, renamed or removed. `None` where there
    /// are none.
    pub(super) fn folders(&self) -> Option<Standing> {
        let both = ["cur", "new"].map(|part| self.root.folder_standing(&self.below.join(part)));
        let [cur, new] = both.map(Option::unwrap_or_default);
        let mut hasher = DefaultHasher::new();
        both.hash(&mut hasher);
        let latest = Standing { changed: cur.changed.max(new.changed), touched: cur.touched.max(new.touched), ..cur };
        both.iter().any(Option::is_some).then(|| Standing { size: 0, ends: hasher.finish(), ..latest })
    }

    /// Whether it was moved away from the place that it was opened at.
    pub(super) fn is_elsewhere(&self, path: &Path) -> bool {
        self.root.is_elsewhere(&self.below, path)
    }

    /// How the file of a message stands.
    pub(super) fn standing(&self, file: &Path) -> Option<Standing> {
        self.root.standing(&self.below.join(file))
    }

    /// Whether a file has exactly this name at the moment.
    pub(super) fn is_there(&self, file: &Path) -> bool {
        self.root.file(&self.below.join(file)).err() != Some(Errno::NOENT)
    }

    /// Opens a message. Where its name is gone, the same base name with other flags is looked for before it is said to
    /// be gone.
    pub(super) fn open(&self, file: &Path) -> Result<Source, Problem> {
        let gone = match self.root.file(&self.below.join(file)) {
            Ok(source) => return Ok(source),
            Err(Errno::NOENT) => unreadable(GONE),
            Err(errno) => return Err(problem(errno)),
        };
        let Some(name) = file.file_name() else { return Err(gone) };
        let (base, _) = split_name(name.as_bytes());
        let mut since = None;
        for _ in 0..LISTINGS {
            let items = self.names(since);
            let mut others = of_base(&items, base).peekable();
            if others.peek().is_none() {
                break;
            }
            let file = |(_, (name, part, _)): (usize, &Item)| self.root.file(&join(&self.below.join(part), name)).ok();
            if let Some(source) = others.find_map(file) {
                return Ok(source);
            }
            since = Some(Instant::now());
        }
        Err(gone)
    }

    /// The names, read since then or, where it does not matter, whenever. Another program may rename a hundred thousand files
    /// while they are being opened: one listing serves all who look for theirs. What every listing after that of the file
    /// lacks is gone, so that an old one tells of that as well as a new one.
    fn names(&self, since: Option<Instant>) -> Arc<Vec<Item>> {
        let mut again = self.again.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((began, items)) = again.as_ref()
            && since.is_none_or(|since| *began >= since)
        {
            return Arc::clone(items);
        }
        let began = Instant::now();
        // What could not be read now is asked for again.
        let Ok(items) = self.settled_telling(&mut |_| {}) else { return Arc::default() };
        let items = Arc::new(items);
        *again = Some((began, Arc::clone(&items)));
        items
    }

    /// Forgets names that were read before those that somebody knows now.
    pub(super) fn forget(&self) {
        *self.again.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

/// The last names of these, in order.
fn latest(items: &[Item]) -> Vec<Item> {
    let mut files: Vec<&Item> = items.iter().filter(|(_, _, is)| *is == Is::File).collect();
    files.sort_unstable();
    files.iter().skip(files.len().saturating_sub(FIRST)).map(|item| (*item).clone()).collect()
}

/// Those of these names, which are in order, that have one base, and their places.
fn of_base<'i>(items: &'i [Item], base: &'i [u8]) -> impl Iterator<Item = (usize, &'i Item)> {
    let from = items.partition_point(|(name, ..)| name.as_slice() < base);
    let alike = items.iter().enumerate().skip(from).take_while(move |(_, (name, ..))| name.starts_with(base));
    alike.filter(move |(_, (name, ..))| split_name(name).0 == base)
}

/// Where in the order of names those stand that were handed out before: under their names, or under others that their files got
/// meanwhile.
fn places(items: &[Item], ahead: &[Item]) -> HashSet<usize> {
    let mut places = HashSet::new();
    let (same, renamed): (Vec<&Item>, Vec<&Item>) = ahead.iter().partition(|item| items.binary_search(item).is_ok());
    places.extend(same.iter().filter_map(|item| items.binary_search(item).ok()));
    for (name, ..) in renamed {
        let mut free = of_base(items, split_name(name).0).filter(|(at, _)| !places.contains(at));
        if let Some((at, _)) = free.next() {
            places.insert(at);
        }
    }
    places
}

/// The path of a file below its Maildir.
pub(super) fn path_of((name, part, _): &Item) -> PathBuf {
    let mut path = Vec::with_capacity(name.len() + 4);
    path.extend_from_slice(part.as_bytes());
    path.push(b'/');
    path.extend_from_slice(name);
    PathBuf::from(std::ffi::OsString::from_vec(path))
}

/// The entry of a file.
pub(super) fn entry(folder: u16, item: &Item) -> Entry {
    let (name, _, is) = item;
    Entry {
        folder,
        file: Some(Arc::from(path_of(item))),
        range: None,
        flags: flags(name),
        doubts: Vec::new(),
        problem: (*is != Is::File).then_some(Problem::NotRegular),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_stand_behind_the_last_info_mark() {
        let all = Flags { seen: true, replied: true, flagged: true, trashed: true, draft: true, passed: true };
        let seen = Flags { seen: true, ..Flags::default() };
        for (name, base, wanted) in [
            (&b"1.a:2,SSSFRTDP"[..], &b"1.a"[..], all),
            (b"2.a:2,abcz", b"2.a", Flags::default()),
            (b"3.a:1,exp", b"3.a", Flags::default()),
            (b"4.a!2,S", b"4.a", seen),
            (b"4.a;2,S", b"4.a", seen),
            (b"5.a", b"5.a", Flags::default()),
            (b"6.a:2,", b"6.a", Flags::default()),
            (b"7:2,F.a:2,S", b"7:2,F.a", seen),
            (b"8.\xff\xfe:2,S", b"8.\xff\xfe", seen),
        ] {
            assert_eq!((split_name(name).0, flags(name)), (base, wanted), "{}", String::from_utf8_lossy(name));
        }
    }

    #[test]
    fn what_was_handed_out_is_found_again_under_its_name_or_another() {
        let items = |names: &[&str]| -> Vec<Item> {
            names.iter().map(|name| (name.as_bytes().to_vec(), "cur", Is::File)).collect()
        };
        for (all, ahead, wanted) in [
            (&["1:2,", "2:2,", "3:2,"][..], &["2:2,"][..], &[1_usize][..]),
            (&["1:2,", "2:2,S", "3:2,"], &["2:2,"], &[1]),
            // It came from `new`, without an info.
            (&["1", "2:2,S", "3"], &["2"], &[1]),
            // Two files of one base, one of them renamed.
            (&["2:2,FS", "2:2,T"], &["2:2,S", "2:2,T"], &[0, 1]),
            (&["2:2,FS", "2:2,T"], &["2:2,T"], &[1]),
            // Gone, and others whose names begin alike.
            (&["20:2,", "2x:2,"], &["2:2,"], &[]),
            (&[], &["2:2,"], &[]),
        ] {
            let mut found: Vec<usize> = places(&items(all), &items(ahead)).into_iter().collect();
            found.sort_unstable();
            assert_eq!(found, wanted, "{all:?} {ahead:?}");
        }
    }

    #[test]
    fn whatever_was_renamed_since_opens_and_what_was_deleted_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        let at = |file: String| folder.path().join(file);
        let cur = |number: u32, flags: &str| at(format!("cur/{number}.a:2,{flags}"));
        let new = |number: u32| PathBuf::from(format!("new/{number}.a"));
        for part in ["cur", "new"] {
            std::fs::create_dir(at(part.to_owned())).unwrap();
        }
        (10..60).for_each(|number| std::fs::write(at(format!("new/{number}.a")), "text").unwrap());
        let maildir = Maildir::new(Arc::new(Root::open(folder.path()).unwrap()), PathBuf::new());
        let list = || {
            let mut files = 0;
            maildir
                .index(0, &mut |some, _| {
                    files += some.len();
                    ControlFlow::Continue(())
                })
                .unwrap();
            files
        };
        let opens = |number: u32| maildir.open(&new(number)).is_ok();
        assert_eq!(list(), 50);
        (10..60).for_each(|number| std::fs::rename(at(format!("new/{number}.a")), cur(number, "S")).unwrap());
        assert!((10..60).all(opens));
        // Names that were read for these are old now.
        (10..35).for_each(|number| std::fs::rename(cur(number, "S"), cur(number, "FS")).unwrap());
        (40..50).for_each(|number| std::fs::remove_file(cur(number, "S")).unwrap());
        for number in 10..60 {
            assert_eq!(opens(number), !(40..50).contains(&number), "{number}");
        }
        // One that came since and is known by a listing.
        std::fs::write(at("new/99.a".to_owned()), "text").unwrap();
        assert!(!opens(98), "its names are at hand now");
        assert_eq!(list(), 41);
        std::fs::rename(at("new/99.a".to_owned()), cur(99, "RS")).unwrap();
        assert!(opens(99));
    }

    #[test]
    fn two_names_of_one_file_are_one_message_and_two_files_of_one_base_are_two() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join("cur").join(name);
        std::fs::create_dir(at("")).unwrap();
        for name in ["1:2,S", "2:2,S", "2:2,T", "3:2,S"] {
            std::fs::write(at(name), name).unwrap();
        }
        // What a listing and a question see of a file that is renamed to and fro between them.
        std::fs::hard_link(at("1:2,S"), at("1:2,FS")).unwrap();
        let maildir = Maildir::new(Arc::new(Root::open(folder.path()).unwrap()), PathBuf::new());
        let names = ["1:2,FS", "1:2,S", "2:2,S", "2:2,T", "3:2,FS", "3:2,S", "4:2,FS", "4:2,S"];
        let mut items: Vec<Item> = names.map(|name| (name.as_bytes().to_vec(), "cur", Is::File)).to_vec();
        maildir.drop_renamed(&mut items);
        let left: Vec<_> = items.iter().map(|(name, ..)| String::from_utf8_lossy(name)).collect();
        assert_eq!(left, ["1:2,FS", "2:2,S", "2:2,T", "3:2,S", "4:2,S"]);
    }
}

//! Maildirs that other programs make below an opened folder while it is open. They get the numbers behind those that were
//! there at opening, and keep them. Lists folders only, and those only again that changed; never opens a message.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::SystemTime;

use super::folder_name::folder_name;
use super::maildir::Maildir;
use super::source::Root;
use super::tree::{Step, Walk};
use super::{Folder, Kind, Opened, Place};

/// The most folders that may come while the program runs; those beyond it are there at the next opening.
const MOST: usize = 256;
/// The most steps of a walk in search of them.
const WALK: usize = 500_000;

/// A folder that the user named, in which Maildirs stand.
#[derive(Debug)]
pub(super) struct Trunk {
    /// As the user gave it.
    pub(super) path: PathBuf,
    pub(super) root: Arc<Root>,
    /// Stands before the names of its folders; empty where it is the only one.
    pub(super) prefix: String,
}

/// What came after opening.
#[derive(Debug, Default)]
pub(super) struct Late {
    trunks: Vec<Trunk>,
    slots: Vec<OnceLock<(Folder, Place)>>,
    seen: Mutex<Seen>,
}

/// A folder by its trunk and path below it, and when it was changed.
type Watched = (usize, PathBuf, Option<(i64, u64)>);

#[derive(Debug, Default)]
struct Seen {
    /// Maildirs by trunk and path below it.
    known: HashSet<(usize, PathBuf)>,
    /// The other folders of the last walk, and when they were changed; `None` where that may not tell the next change.
    folders: Vec<Watched>,
    count: usize,
    walked: bool,
}

impl Late {
    /// `known` are the Maildirs of each trunk that are there already.
    pub(super) fn new(trunks: Vec<Trunk>, known: HashSet<(usize, PathBuf)>) -> Self {
        let slots = if trunks.is_empty() { 0 } else { MOST };
        let seen = Mutex::new(Seen { known, ..Seen::default() });
        Self { trunks, slots: (0..slots).map(|_| OnceLock::new()).collect(), seen }
    }

    /// The folder that came as number `at`.
    pub(super) fn get(&self, at: usize) -> Option<&(Folder, Place)> {
        self.slots.get(at)?.get()
    }

    /// The folders that have to be watched for others to come, as far as they are known.
    pub(super) fn to_watch(&self) -> Vec<PathBuf> {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let path = |(trunk, below, _): &Watched| Some(self.trunks.get(*trunk)?.path.join(below));
        seen.folders.iter().filter_map(path).collect()
    }

    /// Looks for Maildirs that came. Gives the numbers of the new ones, and whether other folders are to be watched.
    fn look(&self) -> (Vec<usize>, bool) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let changed = |(trunk, below, before): &Watched| {
            before.is_none() || self.trunks.get(*trunk).is_none_or(|trunk| trunk.root.changed(below) != *before)
        };
        if self.trunks.is_empty() || seen.walked && !seen.folders.iter().any(changed) {
            return (Vec::new(), false);
        }
        let began = SystemTime::now();
        let (mut new, mut folders) = (Vec::new(), Vec::new());
        for (number, trunk) in self.trunks.iter().enumerate() {
            for (step, _) in Walk::new(&trunk.root, None).zip(0..WALK) {
                let below = match step {
                    Step::Maildir(below) => {
                        if !seen.known.contains(&(number, below.clone())) && seen.count < MOST {
                            let at = seen.count;
                            if self.slots.get(at).is_some_and(|slot| slot.set(trunk.folder(&below)).is_ok()) {
                                new.push(at);
                                seen.count += 1;
                                seen.known.insert((number, below.clone()));
                            }
                        }
                        below
                    }
                    Step::Folder(below) => below,
                    Step::Closed(..) | Step::File(..) => continue,
                };
                // What changed while it was walked through may change again within the same tick.
                let stamp = trunk.root.changed(&below).filter(|stamp| !super::follow::is_after(*stamp, began));
                folders.push((number, below, stamp));
            }
        }
        let paths = |folders: &[Watched]| -> Vec<(usize, PathBuf)> {
            folders.iter().map(|(trunk, below, _)| (*trunk, below.clone())).collect()
        };
        let others = paths(&seen.folders) != paths(&folders);
        seen.walked = true;
        seen.folders = folders;
        (new, others)
    }
}

impl Trunk {
    fn folder(&self, below: &Path) -> (Folder, Place) {
        let name = match folder_name(below) {
            name if name.is_empty() => "INBOX".to_owned(),
            name if self.prefix.is_empty() => name,
            name => format!("{}/{name}", self.prefix),
        };
        let path = if below.as_os_str().is_empty() { self.path.clone() } else { self.path.join(below) };
        let place = Place::Maildir(Maildir::new(Arc::clone(&self.root), below.to_owned()));
        (Folder { name, path, kind: Kind::Maildir }, place)
    }
}

impl Opened {
    /// A folder by its number; those that came while the mailbox was open stand behind [`Opened::folders`].
    #[must_use]
    pub fn folder(&self, folder: u16) -> Option<&Folder> {
        let at = usize::from(folder);
        self.folders.get(at).or_else(|| self.late.get(at - self.folders.len()).map(|(folder, _)| folder))
    }

    /// The same with how it is read.
    pub(super) fn reading(&self, folder: u16) -> Option<&Place> {
        let at = usize::from(folder);
        self.places.get(at).or_else(|| self.late.get(at - self.places.len()).map(|(_, place)| place))
    }

    /// Looks for Maildirs that other programs made. Gives the numbers of the new ones, and whether other folders than before
    /// are to be watched for more.
    pub(super) fn look_for_folders(&self) -> (Vec<u16>, bool) {
        let (new, others) = self.late.look();
        let number = |at: usize| u16::try_from(self.folders.len() + at).ok();
        (new.into_iter().filter_map(number).collect(), others)
    }
}

//! Maildirs that other programs make below an opened folder while it is open. They get the numbers behind those that were
//! there at opening, and keep them. Lists folders only, and those only again that changed; never opens a message.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::SystemTime;

use super::folder_name::folder_name;
use super::maildir::Maildir;
use super::source::Root;
use super::stamps::{Stamps, noted};
use super::tree::{Step, Walk};
use super::{Folder, Kind, Opened, Place};
use crate::text::Words;

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

/// A folder by its trunk and path below it.
type Spot = (usize, PathBuf);

#[derive(Debug, Default)]
struct Seen {
    /// Maildirs by trunk and path below it.
    known: HashSet<Spot>,
    /// All folders of the last walk.
    folders: Stamps<Spot>,
    count: usize,
    /// It was said that there are too many.
    told: bool,
}

/// What a look for new folders gave.
#[derive(Debug, Default)]
pub(super) struct Others {
    /// The numbers of the new ones.
    pub(super) folders: Vec<u16>,
    /// Other folders than before are to be watched for more.
    pub(super) rewatch: bool,
    /// There are too many; said once.
    pub(super) limit: Option<Words>,
}

const MANY: Words = Words::new(
    "more than 256 folders came while this mailbox is open; those beyond are shown at the next opening",
    "開いている間に追加されたフォルダーが 256 個を超えました。超過分は次に開いたときに表示します",
);
const LARGE: Words = Words::new(
    "there are too many files and folders to search all of them for new folders; those that are not found are shown at the next opening",
    "ファイルとフォルダーが多すぎるため、新しいフォルダーの検索を途中で打ち切りました。見つからなかったものは次に開いたときに表示します",
);

impl Late {
    /// `known` are the Maildirs of each trunk that are there already.
    pub(super) fn new(trunks: Vec<Trunk>, known: HashSet<Spot>) -> Self {
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
        let path = |(trunk, below): &Spot| Some(self.trunks.get(*trunk)?.path.join(below));
        seen.folders.folders().filter_map(path).collect()
    }

    /// Looks for Maildirs that came; their numbers count from the first that did.
    fn look(&self) -> (Vec<usize>, bool, Option<Words>) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let changed = |(trunk, below): &Spot| self.trunks.get(*trunk)?.root.changed(below);
        if self.trunks.is_empty() || !seen.folders.is_due(changed) {
            return (Vec::new(), false, None);
        }
        let began = SystemTime::now();
        let (mut new, mut folders, mut limit) = (Vec::new(), Vec::new(), None);
        for (number, trunk) in self.trunks.iter().enumerate() {
            for (step, steps) in Walk::new(&trunk.root, None).zip(0..) {
                if steps >= WALK {
                    limit = Some(LARGE);
                    break;
                }
                let below = match step {
                    Step::Maildir(below) => {
                        if !seen.known.contains(&(number, below.clone())) {
                            let at = seen.count;
                            if self.slots.get(at).is_some_and(|slot| slot.set(trunk.folder(&below)).is_ok()) {
                                new.push(at);
                                seen.count += 1;
                                seen.known.insert((number, below.clone()));
                            } else {
                                limit = Some(MANY);
                            }
                        }
                        below
                    }
                    Step::Folder(below) => below,
                    Step::Closed(..) | Step::File(..) => continue,
                };
                let stamp = noted(trunk.root.changed(&below), began);
                folders.push(((number, below), stamp));
            }
        }
        let others = seen.folders.replace(folders);
        let limit = limit.filter(|_| !seen.told);
        seen.told |= limit.is_some();
        (new, others, limit)
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

    /// Looks for Maildirs that other programs made.
    pub(super) fn look_for_folders(&self) -> Others {
        let (new, rewatch, limit) = self.late.look();
        let number = |at: usize| u16::try_from(self.folders.len() + at).ok();
        Others { folders: new.into_iter().filter_map(number).collect(), rewatch, limit }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_beyond_the_most_that_may_come_are_told_once() {
        let base = tempfile::tempdir().unwrap();
        let make = |name: String| std::fs::create_dir_all(base.path().join(name).join("cur")).unwrap();
        make(".a".to_owned());
        make(String::new());
        let opened = crate::mailbox::open(&[base.path().to_owned()]).unwrap();
        let there = opened.folders().len();
        for number in 0..=MOST {
            make(format!(".new{number:03}"));
        }
        let Others { folders, limit, .. } = opened.look_for_folders();
        assert_eq!((folders.len(), limit), (MOST, Some(MANY)));
        assert!([MANY.en, MANY.ja].iter().all(|words| words.contains(&MOST.to_string())), "they name the number");
        assert!(folders.iter().all(|number| usize::from(*number) >= there && opened.folder(*number).is_some()));
        make(".one-more".to_owned());
        let Others { folders, limit, .. } = opened.look_for_folders();
        assert_eq!((folders.len(), limit), (0, None));
    }
}

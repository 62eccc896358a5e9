//! Follows a folder while it is open: what other programs deliver, flag, move, delete or rewrite. A listing is the truth,
//! a hint of the system only says when to list; nothing is called gone before two listings a second apart missed it.
//! Never writes, and keeps no name of a message: it is known by numbers.

mod absent;
mod hint;
mod maildir;
mod mbox;
mod named;
mod packed;
mod paths;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_files;

use std::time::{Duration, Instant};

use self::maildir::Names;
use self::mbox::Growth;
use self::named::Named;
use self::packed::Packed;
use self::paths::Paths;
use super::late::Others;
use super::maildir::Stamp;
use super::stamps::is_fresh;
use super::{Entry, Opened, Place, Problem};
use crate::text::Words;

pub use self::hint::{Bell, Hint, Watch};

/// A file that another program has locked is looked at again after this time.
const AGAIN: Duration = Duration::from_millis(250);

/// What happened to a folder. An index counts the entries in the order in which they were handed out: those of the
/// listing, then those that came.
#[derive(Debug)]
pub enum Change {
    /// New messages; they stand behind all others.
    Came(Vec<Entry>),
    /// The same message with another name or other flags, with more bytes than before, or there again.
    Moved {
        /// Which.
        index: u32,
        /// As it is now.
        entry: Box<Entry>,
    },
    /// The file of a message has other bytes.
    Rewritten {
        /// Which.
        index: u32,
        /// As it is now.
        entry: Box<Entry>,
    },
    /// No longer there.
    Left(u32),
    /// The file is another one, or shorter: its entries mean nothing any more, list it again. Says what happened.
    Replaced(Words),
}

/// What a look at a folder gave.
#[derive(Debug, Default)]
pub struct Look {
    /// What happened, in an order in which it can be applied.
    pub changes: Vec<Change>,
    /// Look again after this time, whether there is a hint or not.
    pub again: Option<Duration>,
    /// Another program has locked the file: it was left alone.
    pub locked: bool,
    /// Maildirs that came beside this folder or below it, by their numbers.
    pub folders: Vec<u16>,
    /// What [`Follower::hint`] says is another thing than before.
    pub rewatch: bool,
    /// What is not looked for any more, where there is too much of it; said once.
    pub limit: Option<Words>,
}

/// The state of a folder as its reader knows it.
#[derive(Debug)]
pub struct Follower {
    folder: u16,
    known: Known,
    /// The system said that something happened.
    hinted: bool,
}

#[derive(Debug)]
enum Known {
    /// The names, and when the folders were changed at the last look, or before the listing.
    Maildir(Names, Option<Stamp>),
    Mbox(Box<Growth>),
    Packed(Packed),
    Paths(Paths),
    Named(Named),
}

impl Opened {
    /// Begins to follow a folder; before its listing, so that nothing is missed. `None` for what cannot change: standard
    /// input, the demo.
    #[must_use]
    pub fn follow(&self, folder: u16) -> Option<Follower> {
        let known = match self.reading(folder)? {
            Place::Maildir(maildir) => {
                let stamp = maildir.stamp();
                let rested = !stamp.into_iter().flatten().any(is_fresh);
                Known::Maildir(Names::default(), Some(stamp).filter(|_| rested))
            }
            Place::Mbox(mailbox) if mailbox.plain_origin().is_some() => Known::Mbox(Box::new(Growth::of(mailbox)?)),
            Place::Mbox(mailbox) => Known::Packed(Packed::of(mailbox.origin())?),
            Place::Tree(_) => Known::Paths(Paths::default()),
            Place::Message(blob) => Known::Named(Named::of([blob].into_iter())?),
            Place::Files(files) => Known::Named(Named::of(files.iter().map(|(_, blob)| blob))?),
            Place::Demo => return None,
        };
        Some(Follower { folder, known, hinted: false })
    }

    /// Whether another program has locked the file of a folder, as it does while it delivers.
    #[must_use]
    pub fn is_locked(&self, folder: u16) -> bool {
        let Some(Place::Mbox(mailbox)) = self.reading(folder) else { return false };
        let Some(origin) = mailbox.plain_origin() else { return false };
        super::blob::dot_lock(origin) || origin.open().is_ok_and(|source| !source.lock_for_reading())
    }

    /// Whether a Maildir was moved away from its path, or another one put in its place. It is held open, so that its mails
    /// stay what they are; what stands at the path now is another mailbox, that nobody opened.
    #[must_use]
    pub fn is_elsewhere(&self, folder: u16) -> bool {
        let (Some(Place::Maildir(maildir)), Some(folder)) = (self.reading(folder), self.folder(folder)) else {
            return false;
        };
        maildir.is_elsewhere(&folder.path)
    }
}

impl Follower {
    /// Takes note of entries that the listing handed out, in its order.
    pub fn listed(&mut self, opened: &Opened, entries: &[Entry]) {
        match (&mut self.known, opened.reading(self.folder)) {
            (Known::Maildir(names, _), _) => entries.iter().for_each(|entry| names.add(entry)),
            (Known::Mbox(growth), _) => growth.listed(entries),
            (Known::Paths(paths), Some(Place::Tree(tree))) => paths.listed(tree, entries),
            (Known::Packed(_) | Known::Paths(_) | Known::Named(_), _) => {}
        }
    }

    /// The system gave a hint: a file may have other bytes although its folder is what it was.
    pub fn hinted(&mut self) {
        self.hinted = true;
    }

    /// Looks at the folder. `now` is the time on a clock that only goes forward.
    ///
    /// # Errors
    /// The folder cannot be read at the moment; what is known of it stays.
    pub fn look(&mut self, opened: &Opened, now: Instant) -> Result<Look, Problem> {
        let hinted = std::mem::take(&mut self.hinted);
        match (&mut self.known, opened.place(self.folder)?) {
            (Known::Maildir(names, seen), Place::Maildir(maildir)) => {
                let Others { folders, rewatch, limit } = opened.look_for_folders();
                let stamp = maildir.stamp();
                // Without a change of its folders there is nothing to list, however many messages there are.
                if *seen == Some(stamp) && names.are_all_there() {
                    maildir.forget();
                    return Ok(Look { folders, rewatch, limit, ..Look::default() });
                }
                let mut look = names.look(&maildir.settled()?, self.folder, now, &|file| maildir.is_there(file));
                let rested = !stamp.into_iter().flatten().any(is_fresh);
                *seen = Some(stamp).filter(|_| rested);
                if !rested {
                    look.again = Some(look.again.map_or(AGAIN, |again| again.max(AGAIN)));
                }
                Ok(Look { folders, rewatch, limit, ..look })
            }
            (Known::Mbox(growth), Place::Mbox(mailbox)) => growth.look(mailbox, self.folder),
            (Known::Packed(packed), Place::Mbox(mailbox)) => Ok(packed.look(mailbox.origin())),
            (Known::Paths(paths), Place::Tree(tree)) => Ok(paths.look(tree, self.folder, now, hinted)),
            (Known::Named(named), Place::Message(blob)) => {
                Ok(named.look(now, std::iter::once((None, blob)), self.folder))
            }
            (Known::Named(named), Place::Files(files)) => {
                Ok(named.look(now, files.iter().map(|(path, blob)| (Some(path), blob)), self.folder))
            }
            _ => Ok(Look::default()),
        }
    }

    /// What to watch for hints: folders, and whether only changes of the file of that name in it count.
    #[must_use]
    pub fn hint(&self, opened: &Opened) -> Option<Hint> {
        let folder = opened.folder(self.folder)?;
        Some(match &self.known {
            Known::Maildir(..) => {
                let parts = ["new", "cur"].map(|part| folder.path.join(part));
                Hint::of_names(parts.into_iter().chain(opened.late.to_watch()))
            }
            Known::Paths(paths) => Hint::of_files(paths.folders().map(|below| folder.path.join(below))),
            Known::Named(_) => match opened.reading(self.folder)? {
                Place::Files(files) => Hint::of_these(files.iter().map(|(path, _)| path.as_ref())),
                _ => Hint::of_these([folder.path.as_path()]),
            },
            Known::Mbox(_) | Known::Packed(_) => Hint::of_these([folder.path.as_path()]),
        })
    }
}

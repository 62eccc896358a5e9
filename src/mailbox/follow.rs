//! Follows a folder while it is open: what other programs deliver, flag, move, delete or rewrite. A listing is the truth,
//! a hint of the system only says when to list; nothing is called gone before two listings a second apart missed it.
//! Never writes, and never keeps a name: a message is known by two numbers.

mod hint;
mod maildir;
mod mbox;
#[cfg(test)]
mod tests;

use std::time::{Duration, Instant};

use self::maildir::Names;
use self::mbox::Growth;
use super::maildir::Stamp;
use super::{Entry, Opened, Place, Problem};
use crate::text::Words;

pub use self::hint::{Hint, Watch};

/// A file that another program has locked is looked at again after this time.
const AGAIN: Duration = Duration::from_millis(250);

/// File systems count time in steps up to this size.
const FRESH: Duration = Duration::from_millis(50);

/// Whether something was changed a moment ago, by the clock that file systems use: the next change may get the same time.
fn is_fresh((seconds, nanos): (i64, u64)) -> bool {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    let changed = Duration::from_secs(u64::try_from(seconds).unwrap_or_default()) + Duration::from_nanos(nanos);
    now.saturating_sub(changed) < FRESH
}

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
}

/// The state of a folder as its reader knows it.
#[derive(Debug)]
pub struct Follower {
    folder: u16,
    known: Known,
}

#[derive(Debug)]
enum Known {
    /// The names, and when the folders were changed at the last look.
    Maildir(Names, Option<Stamp>),
    Mbox(Box<Growth>),
}

impl Opened {
    /// Begins to follow a folder; before its listing, so that nothing is missed. `None` for what cannot change, or is
    /// not followed: a tree of files, single files, packed files, standard input, the demo.
    #[must_use]
    pub fn follow(&self, folder: u16) -> Option<Follower> {
        let known = match self.places.get(usize::from(folder))? {
            Place::Maildir(_) => Known::Maildir(Names::default(), None),
            Place::Mbox(mailbox) => Known::Mbox(Box::new(Growth::of(mailbox)?)),
            Place::Message(_) | Place::Files(_) | Place::Tree(_) | Place::Demo => return None,
        };
        Some(Follower { folder, known })
    }
}

impl Opened {
    /// Whether another program has locked the file of a folder, as it does while it delivers.
    #[must_use]
    pub fn is_locked(&self, folder: u16) -> bool {
        let Some(Place::Mbox(mailbox)) = self.places.get(usize::from(folder)) else { return false };
        let Some(origin) = mailbox.plain_origin() else { return false };
        super::blob::dot_lock(origin) || origin.open().is_ok_and(|source| !source.lock_for_reading())
    }
}

impl Follower {
    /// Takes note of entries that the listing handed out, in its order.
    pub fn listed(&mut self, entries: &[Entry]) {
        match &mut self.known {
            Known::Maildir(names, _) => entries.iter().for_each(|entry| names.add(entry)),
            Known::Mbox(growth) => growth.listed(entries),
        }
    }

    /// Looks at the folder. `now` is the time on a clock that only goes forward.
    ///
    /// # Errors
    /// The folder cannot be read at the moment; what is known of it stays.
    pub fn look(&mut self, opened: &Opened, now: Instant) -> Result<Look, Problem> {
        match (&mut self.known, opened.place(self.folder)?) {
            (Known::Maildir(names, seen), Place::Maildir(maildir)) => {
                let stamp = maildir.stamp();
                // Without a change of its folders there is nothing to list, however many messages there are.
                if *seen == Some(stamp) && names.are_all_there() {
                    return Ok(Look::default());
                }
                let mut look = names.look(&maildir.settled()?, self.folder, now, &|file| maildir.is_there(file));
                let rested = !stamp.into_iter().flatten().any(is_fresh);
                *seen = Some(stamp).filter(|_| rested);
                if !rested {
                    look.again = Some(look.again.map_or(AGAIN, |again| again.max(AGAIN)));
                }
                Ok(look)
            }
            (Known::Mbox(growth), Place::Mbox(mailbox)) => growth.look(mailbox, self.folder),
            _ => Ok(Look::default()),
        }
    }

    /// What to watch for hints: folders, and whether only changes of the file of that name in it count.
    #[must_use]
    pub fn hint(&self, opened: &Opened) -> Option<Hint> {
        let folder = opened.folders.get(usize::from(self.folder))?;
        Some(match &self.known {
            Known::Maildir(..) => Hint::folders(["new", "cur"].map(|part| folder.path.join(part))),
            Known::Mbox(_) => Hint::file(&folder.path),
        })
    }
}

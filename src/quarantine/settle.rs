//! What a killed run left behind: both ends of every open row are looked at, and the row is settled. Only a second copy
//! that this program made is ever taken away, and only once the other one is whole and on disk.

use std::io;

use super::carry::{content, hidden, hide, temporary};
use super::now::{folder_now, now};
use super::{Quarantine, Settled, Trouble, folder_of};
use crate::mailbox::Identity;
use crate::save::folder::Folder;
use crate::store::{How, Move, MoveState};

impl Quarantine {
    /// Settles what an earlier run left open. To be called before anything is moved.
    ///
    /// # Errors
    /// The log cannot be read or written.
    pub fn settle(&mut self) -> Result<Vec<Settled>, Trouble> {
        let mut told = Vec::new();
        for row in self.log.unsettled()? {
            let state = match row.how {
                How::Rename => renamed(&row),
                How::Across => crossed(&row),
                How::Copy => copied(&row),
            };
            told.push(match state {
                Ok(true) => {
                    self.log.settle(row.id, MoveState::Done)?;
                    Settled::Done(row.to.path())
                }
                Ok(false) => {
                    self.log.settle(row.id, MoveState::GivenUp)?;
                    Settled::Stayed(row.from.path())
                }
                // A disk that is not mounted now may be tomorrow.
                Err(_) => Settled::Open(row.from.path()),
            });
        }
        Ok(told)
    }
}

/// One name was changed, or was about to be. True where the mail is at its new place.
fn renamed(row: &Move) -> io::Result<bool> {
    let (source, target) = (folder_of(&row.from)?, folder_of(&row.to)?);
    let there = now(&row.to, Some(row.node))?.is_some();
    if there {
        // Where the file system cannot rename without replacing, there may be two names for it.
        if source.node(&row.from.name)? == Some(row.node) && !source.is(&target) {
            source.remove(&row.from.name)?;
        }
        target.sync()?;
        source.sync()?;
    }
    Ok(there)
}

/// The mail was on its way to another file system. True where it is there, and the original gone.
fn crossed(row: &Move) -> io::Result<bool> {
    let (source, target) = (folder_of(&row.from)?, folder_of(&row.to)?);
    clear(row);
    let away = hidden(row.id);
    let original = source.node(&away)? == Some(row.node);
    if holds(row)? {
        target.sync()?;
        if original || hide(row, &source)? {
            source.remove(&away)?;
        }
        source.sync()?;
        return Ok(true);
    }
    if original {
        source.move_to(&away, &source, &row.from.name)?;
        source.sync()?;
    }
    Ok(false)
}

/// The mail was about to be copied. True where the copy is whole.
fn copied(row: &Move) -> io::Result<bool> {
    let target = folder_of(&row.to)?;
    clear(row);
    let there = holds(row)?;
    target.sync()?;
    Ok(there)
}

/// Whether the file at the new place is the mail.
fn holds(row: &Move) -> io::Result<bool> {
    let Some((folder, place)) = folder_now(&row.to, None)? else { return Ok(false) };
    let (mut file, _) = folder.open(&place.name)?;
    Ok(Identity::of(&content(&mut file)?) == row.digest)
}

/// Takes away a copy that did not get its name.
fn clear(row: &Move) {
    let waiting = Folder::there(&row.to.root).and_then(|root| root.below(&row.to.below.join("tmp")));
    if let Ok(waiting) = waiting {
        let _ = waiting.remove(&temporary(row.id));
        let _ = waiting.sync();
    }
}

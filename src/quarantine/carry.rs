//! One mail from place to place, step by step. Every step that a kill can follow leaves a state that `settle.rs` knows.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, Read as _};
use std::os::unix::ffi::OsStringExt as _;
use std::path::{Path, PathBuf};

use super::now::{folder_now, now, split};
use super::{Quarantine, Step, Taken, Trouble, reach, refused_in};
use crate::mailbox::{Identity, MESSAGE_LIMIT, Sha256};
use crate::save::folder::Folder;
use crate::store::{How, Move, MoveState, Place};

/// Names that are tried where one is taken.
const TRIES: u32 = 10_000;
/// So often a mail may be renamed while its name is looked for.
const RENAMES: u32 = 16;
/// The longest name that most file systems take.
const LONGEST: usize = 255;

impl Quarantine {
    /// Moves a mail; `meant` tells of the file's bytes whether it is the one. Gives where it is now.
    pub(super) fn carry(
        &mut self,
        from: &Place,
        mut to: Place,
        back: Option<i64>,
        meant: &dyn Fn(&[u8]) -> Result<bool, Trouble>,
    ) -> Result<Place, Trouble> {
        let from = &now(from, None)?.ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))?;
        if !split(&from.name).1.is_empty() {
            // A name with flags is one of `cur` (maildir(5)), wherever the mail was before it had them.
            to.part = OsString::from("cur");
        }
        let (source, target) = (reach(from)?, reach(&to)?);
        let (mut file, node) = source.open(&from.name)?;
        let bytes = content(&mut file)?;
        let whole = file.metadata()?.len() == bytes.len() as u64;
        if !meant(&bytes)? {
            return Err(Trouble::Changed);
        }
        let digest = Identity::of(&bytes);
        for _ in 0..TRIES {
            to.name = free(&target, &from.name)?;
            let mut row =
                Move { id: 0, run: self.run, how: How::Rename, back, digest, node, from: from.clone(), to: to.clone() };
            row.id = self.log.intend(&row, self.now)?;
            (self.probe)(Step::Intended)?;
            if source.node(&from.name)? != Some(node) {
                self.log.settle(row.id, MoveState::GivenUp)?;
                return Err(Trouble::Changed);
            }
            match source.move_to(&from.name, &target, &to.name) {
                Ok(()) => {}
                Err(why) if why.kind() == io::ErrorKind::CrossesDevices => {
                    self.across(&row, &source, &target, whole.then_some((&bytes, &file)))?;
                    return Ok(to);
                }
                Err(why) => {
                    self.log.settle(row.id, MoveState::GivenUp)?;
                    if why.kind() == io::ErrorKind::AlreadyExists {
                        continue;
                    }
                    return Err(why.into());
                }
            }
            (self.probe)(Step::Renamed)?;
            if target.node(&to.name)? != Some(node) {
                // Somebody put another file under that name between the look and the move: it goes back.
                target.move_to(&to.name, &source, &from.name)?;
                self.log.settle(row.id, MoveState::GivenUp)?;
                return Err(Trouble::Changed);
            }
            target.sync()?;
            source.sync()?;
            (self.probe)(Step::Synced)?;
            self.log.settle(row.id, MoveState::Done)?;
            return Ok(to);
        }
        Err(io::Error::from(io::ErrorKind::AlreadyExists).into())
    }

    /// To another file system: a whole copy first, then the original goes.
    fn across(
        &mut self,
        row: &Move,
        source: &Folder,
        target: &Folder,
        whole: Option<(&Vec<u8>, &File)>,
    ) -> Result<(), Trouble> {
        let Some((bytes, file)) = whole else {
            self.log.settle(row.id, MoveState::GivenUp)?;
            return Err(Trouble::TooLarge);
        };
        self.log.goes_across(row.id)?;
        if let Err(trouble) = self.place(row.id, &row.to, target, bytes, Some(file)) {
            // Before the copy has its name, nothing has happened.
            if let Trouble::Folder(_, why) = &trouble
                && why.kind() == io::ErrorKind::AlreadyExists
            {
                self.log.settle(row.id, MoveState::GivenUp)?;
            }
            return Err(trouble);
        }
        let (at_target, at_source) = (refused_in(&row.to), refused_in(&row.from));
        let copied = target.node(&row.to.name).map_err(&at_target)?;
        let hid = match hide(row, source) {
            // The original may not go (its folder cannot be written): a copy at every try helps nobody. It is the last one
            // unless the original stands there, and is left alone then.
            Err(why) if copied.is_some() && now(&row.from, Some(row.node))?.is_some() => {
                if target.node(&row.to.name).map_err(&at_target)? == copied {
                    target.remove(&row.to.name).map_err(&at_target)?;
                    target.sync().map_err(&at_target)?;
                    self.log.settle(row.id, MoveState::GivenUp)?;
                }
                return Err(at_source(why));
            }
            hid => hid.map_err(&at_source)?,
        };
        if hid {
            (self.probe)(Step::Hidden)?;
            source.remove(&hidden(row.id)).map_err(&at_source)?;
            (self.probe)(Step::Removed)?;
        }
        source.sync().map_err(&at_source)?;
        self.log.settle(row.id, MoveState::Done)?;
        Ok(())
    }

    /// A whole copy under the name of a place: in `tmp` first, as Maildirs want it. It belongs to whom the original belongs.
    fn place(
        &mut self,
        id: i64,
        to: &Place,
        target: &Folder,
        bytes: &[u8],
        original: Option<&File>,
    ) -> Result<(), Trouble> {
        let home = Place { part: OsString::new(), ..to.clone() };
        let tmp = Place { part: OsString::from("tmp"), ..to.clone() };
        reach(&home)?.make(&tmp.part).map_err(refused_in(&home))?;
        let waiting = reach(&tmp)?;
        let name = temporary(id);
        waiting.put_here(&name, bytes, original).map_err(refused_in(&tmp))?;
        (self.probe)(Step::Copied)?;
        let linked = waiting.link(&name, target, &to.name).map_err(refused_in(to));
        if linked.is_ok() {
            target.sync().map_err(refused_in(to))?;
            (self.probe)(Step::Linked)?;
        }
        waiting.remove(&name).map_err(refused_in(&tmp))?;
        linked
    }

    /// Copies a mail that does not stand in a Maildir.
    pub(super) fn copy(&mut self, from: &Path, bytes: &[u8], into: &Path) -> Result<Taken, Trouble> {
        // Of the copy, which is a file of its own.
        let identity = Identity::of(bytes);
        let name = OsString::from(format!("gosanke-{}:2,", Sha256::of(bytes)));
        let mut to =
            Place { root: into.to_owned(), below: PathBuf::new(), part: OsString::from("cur"), name: name.clone() };
        let target = reach(&to)?;
        // The name says which mail it is; a second copy of it helps nobody.
        if let Some((folder, there)) = folder_now(&to, None)?
            && Identity::of(&content(&mut folder.open(&there.name)?.0)?) == identity
        {
            return Ok(Taken::There(there.path()));
        }
        to.name = free(&target, &name)?;
        let from = Place {
            root: std::path::absolute(from)?,
            below: PathBuf::new(),
            part: OsString::new(),
            name: OsString::new(),
        };
        let row = Move {
            id: 0,
            run: self.run,
            how: How::Copy,
            back: None,
            digest: identity,
            node: (0, 0),
            from,
            to: to.clone(),
        };
        let id = self.log.intend(&row, self.now)?;
        (self.probe)(Step::Intended)?;
        self.place(id, &to, &target, bytes, None)?;
        self.log.settle(id, MoveState::Done)?;
        Ok(Taken::Copied(to.path()))
    }
}

/// The original of a copied mail loses its name, whatever that is by now. The answer is false where it is gone already:
/// another file under its name stays.
pub(super) fn hide(row: &Move, source: &Folder) -> io::Result<bool> {
    let away = hidden(row.id);
    for _ in 0..RENAMES {
        let Some((folder, place)) = folder_now(&row.from, Some(row.node))? else { return Ok(false) };
        match folder.move_to(&place.name, source, &away) {
            // Renamed between the look and the move.
            Err(why) if why.kind() == io::ErrorKind::NotFound => continue,
            done => done?,
        }
        if source.node(&away)? == Some(row.node) {
            return Ok(true);
        }
        source.move_to(&away, &folder, &place.name)?;
    }
    Err(io::ErrorKind::NotFound.into())
}

/// The name of an original that is about to go. Names with a dot in front are no mails (maildir(5)).
pub(super) fn hidden(id: i64) -> OsString {
    OsString::from(format!(".gosanke-move-{id}"))
}

/// The name of a copy that is not whole yet.
pub(super) fn temporary(id: i64) -> OsString {
    OsString::from(format!("gosanke-{id}"))
}

/// The bytes of a file; of one beyond the limit of a message its beginning, which is what its identity is made of.
pub(super) fn content(file: &mut File) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.take(MESSAGE_LIMIT).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The name itself, byte for byte, or with a count in front of its flags where it is taken.
fn free(target: &Folder, name: &OsStr) -> io::Result<OsString> {
    let (base, info) = split(name);
    for count in 1..=TRIES {
        let candidate = if count == 1 {
            name.to_owned()
        } else {
            let end = format!("_{count}");
            let room = LONGEST.saturating_sub(end.len() + info.len());
            let base = base.get(..room.min(base.len())).unwrap_or_default();
            OsString::from_vec([base, end.as_bytes(), info].concat())
        };
        if !target.has(&candidate)? {
            return Ok(candidate);
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

//! Quarantine: mails are moved out of their Maildirs into another Maildir, and copied out of everything else. It can be
//! taken back.
//!
//! However and whenever the program is killed, every mail is in exactly one of both places: a row of intent is on disk
//! before a file is touched ([`crate::store::MoveLog`]), and the next run settles what was left. Files are compared by
//! device and number before and after the move, folders are open handles, no link is followed and nothing is ever
//! replaced. It never rewrites an mbox, and never deletes the last copy of anything.

mod carry;
mod now;
mod settle;
#[cfg(test)]
mod tests;

use std::ffi::{OsStr, OsString};
use std::io;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use crate::mailbox::{self, Entry, Identity, Kind, Opened};
use crate::save::folder::Folder;
use crate::store::{self, MoveLog, Place};
use crate::text::{Lang, Sentence, Words, cause};

/// Moments at which a test may stop the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The row of intent is on disk.
    Intended,
    /// The file has its new name.
    Renamed,
    /// Both folders are on disk.
    Synced,
    /// The copy is complete under `tmp`.
    Copied,
    /// The copy has its name.
    Linked,
    /// The original has a name that nobody reads.
    Hidden,
    /// The original is gone.
    Removed,
}

/// What became of a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taken {
    /// Moved, from and to.
    Moved(PathBuf, PathBuf),
    /// Copied, to.
    Copied(PathBuf),
    /// It is in quarantine already.
    There(PathBuf),
}

/// How a move that a killed run left behind was settled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Settled {
    /// It is done: the mail is there.
    Done(PathBuf),
    /// It did not happen: the mail is where it was, or another program took it.
    Stayed(PathBuf),
    /// It cannot be told now; the next run looks again.
    Open(PathBuf),
}

/// Why a mail was not moved. It is where it was, unless the log holds an open row: then the next run settles it.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// The file is not the mail that was meant, or no longer.
    #[error("the mail changed meanwhile")]
    Changed,
    /// The mail is larger than what is copied.
    #[error("the mail is too large to be copied to another file system")]
    TooLarge,
    /// The quarantine would be a folder of mails of a mailbox.
    #[error("{path} holds the mails of a mailbox", path = .0.display())]
    Inside(PathBuf),
    /// A folder cannot be made, reached or written.
    #[error("{path}: {1}", path = .0.display())]
    Folder(PathBuf, io::Error),
    /// The system refused.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The log refused.
    #[error(transparent)]
    Log(#[from] store::Error),
    /// The mail cannot be read.
    #[error("{0}")]
    Unreadable(mailbox::Problem),
}

impl Trouble {
    /// In the reader's language.
    #[must_use]
    pub fn words(&self, lang: Lang) -> String {
        let words = match self {
            Self::Changed => {
                Words::new("the mail changed or was moved meanwhile", "メールが変更または移動されています")
            }
            Self::TooLarge => Words::new(
                "it is too large to be copied to another file system",
                "大きすぎるため、別のファイルシステムへコピーできません",
            ),
            Self::Inside(path) => {
                let words = Words::new(
                    "{0} holds the mails of a mailbox; name a folder of its own",
                    "{0} はメールボックスのメールを置くフォルダーです。別のフォルダーを指定してください",
                );
                return words.fill(lang, &[&path.display().to_string()]);
            }
            Self::Folder(path, why) => {
                let words = Words::new("the folder {0}: {1}", "フォルダー {0}：{1}");
                return words.fill(lang, &[&path.display().to_string(), &cause(why).words(lang)]);
            }
            Self::Io(why) => return cause(why).words(lang),
            Self::Log(why) => {
                let words = Words::new("the log of moved mails: {0}", "移動の記録：{0}");
                return words.fill(lang, &[&why.words(lang)]);
            }
            Self::Unreadable(why) => return why.words(lang),
        };
        words.get(lang).to_owned()
    }
}

/// A mail that was to go back: where it was in quarantine, and where it is now.
pub type Back = (PathBuf, Result<PathBuf, Trouble>);

/// What is called at each step; an error stops everything there, as a kill would.
pub type Probe = Box<dyn FnMut(Step) -> io::Result<()> + Send>;

/// A run of quarantine.
pub struct Quarantine {
    log: MoveLog,
    run: i64,
    now: i64,
    probe: Probe,
}

impl Quarantine {
    /// Opens the log in `data_dir`. Call [`Quarantine::settle`] first. The second value tells of a log that was damaged.
    ///
    /// # Errors
    /// The log cannot be opened, or another run is under way.
    pub fn open(data_dir: &Path, now: i64) -> Result<(Self, Option<Sentence>), Trouble> {
        let (log, aside) = MoveLog::open(data_dir)?;
        let run = log.next_run()?;
        let warning = aside.map(|aside| {
            let words = Words::new(
                "the log of moved mails was damaged and is kept as {0}; what is in it cannot be taken back by --undo",
                "移動の記録が壊れていたため {0} として残しました。その分は --undo で戻せません",
            );
            Sentence::new(words, [aside.as_path().into()])
        });
        Ok((Self { log, run, now, probe: Box::new(|_| Ok(())) }, warning))
    }

    /// Calls `probe` at each step, for tests.
    #[must_use]
    pub fn probed(mut self, probe: Probe) -> Self {
        self.probe = probe;
        self
    }

    /// Takes a mail into the Maildir `into`, which is made where it is missing.
    ///
    /// # Errors
    /// See [`Trouble`].
    pub fn take(&mut self, opened: &Opened, entry: &Entry, identity: Identity, into: &Path) -> Result<Taken, Trouble> {
        let into = std::path::absolute(into)?;
        if is_inside_maildir(&into) {
            return Err(Trouble::Inside(into));
        }
        for part in PARTS {
            let made = Folder::named(&into).and_then(|folder| folder.make(OsStr::new(part)));
            made.map_err(|why| Trouble::Folder(into.clone(), why))?;
        }
        let read = || opened.read_whole(entry, Vec::new()).map_err(Trouble::Unreadable);
        let Some(from) = place_of(opened, entry)? else {
            let bytes = read()?;
            if bytes.identity() != identity {
                return Err(Trouble::Changed);
            }
            let from = opened.folder(entry.folder).map(|folder| entry.path_below(&folder.path));
            return self.copy(&from.unwrap_or_default(), &bytes, &into);
        };
        let meant = |raw: &[u8]| -> Result<bool, Trouble> {
            // What is packed, or an Outlook item, is known by the mail in it.
            Ok(Identity::of(raw) == identity || read()?.identity() == identity)
        };
        let to = Place { root: into, below: PathBuf::new(), part: OsString::from("cur"), name: from.name.clone() };
        if reach(&from)?.is(&reach(&to)?) {
            return Ok(Taken::There(from.path()));
        }
        let path = from.path();
        self.carry(&from, to, None, &meant).map(|to| Taken::Moved(path, to.path()))
    }

    /// Takes the last run back: each mail goes where it came from. Copies stay. Gives what came of each.
    ///
    /// # Errors
    /// The log cannot be read.
    pub fn undo(&mut self) -> Result<Vec<Back>, Trouble> {
        let mut done = Vec::new();
        for row in self.log.last()? {
            if row.how == store::How::Copy {
                continue;
            }
            let path = row.to.path();
            let digest = row.digest;
            let meant = |raw: &[u8]| -> Result<bool, Trouble> { Ok(Identity::of(raw) == digest) };
            let back = self.carry(&row.to, row.from, Some(row.id), &meant).map(|place| place.path());
            done.push((path, back));
        }
        Ok(done)
    }
}

/// The folders of a Maildir.
const PARTS: [&str; 3] = ["tmp", "new", "cur"];

/// It is, or would be below, the `cur`, `new` or `tmp` of a Maildir: what is put there is no mail to the one who reads it.
fn is_inside_maildir(into: &Path) -> bool {
    // The place counts, not the way there: links and `..` are followed as far as it exists.
    let there = into.ancestors().find_map(|above| Some((above, above.canonicalize().ok()?)));
    let place =
        there.map(|(above, real)| into.strip_prefix(above).map_or_else(|_| real.clone(), |rest| real.join(rest)));
    place.unwrap_or_else(|| into.to_owned()).ancestors().any(|folder| {
        folder.file_name().is_some_and(|name| PARTS.iter().any(|part| name == *part))
            && folder.parent().is_some_and(|above| PARTS.iter().all(|part| above.join(part).is_dir()))
    })
}

/// Where a mail stands, where that is a file of a Maildir that can be moved.
fn place_of(opened: &Opened, entry: &Entry) -> Result<Option<Place>, Trouble> {
    let folders = opened.folders();
    let (Some(folder), Some(file)) = (opened.folder(entry.folder), &entry.file) else { return Ok(None) };
    if folder.kind != Kind::Maildir || entry.range.is_some() {
        return Ok(None);
    }
    let (Some(part), Some(name)) = (file.parent(), file.file_name()) else { return Ok(None) };
    if !matches!(part.as_os_str().as_bytes(), b"cur" | b"new") {
        return Ok(None);
    }
    // The way from the folder that the user named to a subfolder is gone step by step.
    let root = folders.iter().filter(|other| folder.path.starts_with(&other.path)).map(|other| other.path.as_path());
    let root = root.min_by_key(|path| path.components().count()).unwrap_or(&folder.path);
    let below = folder.path.strip_prefix(root).unwrap_or(Path::new("")).to_owned();
    Ok(Some(Place { root: std::path::absolute(root)?, below, part: part.into(), name: name.to_owned() }))
}

/// The open folder of a place, or which one cannot be opened.
fn reach(place: &Place) -> Result<Folder, Trouble> {
    folder_of(place).map_err(refused_in(place))
}

/// Names the folder in which the system refused.
fn refused_in(place: &Place) -> impl Fn(io::Error) -> Trouble {
    |why| Trouble::Folder(place.folder(), why)
}

/// The open folder of a place.
fn folder_of(place: &Place) -> io::Result<Folder> {
    Folder::there(&place.root)?.below(&place.below.join(&place.part))
}

//! The only place that reads mail from disk: Maildir, mbox, single messages, folder trees, standard input and the
//! compiled-in demo, recognized by looking and not by name.
//!
//! Files are read with `pread`, never mapped, opened below a directory handle with `O_NOFOLLOW|O_NONBLOCK|O_CLOEXEC`,
//! and only regular files are accepted. Nothing here ever writes.
//!
//! [`open`] looks at beginnings only; [`Opened::index`] lists in batches and streams; [`Opened::read`] gives the bytes
//! of one message (of an Outlook item the mail that it stands for), which are the same whether the listing has ended or not (`mbox/mod.rs` says what that takes). Packed
//! files and standard input are held in memory, within one limit for all of them together.

mod blob;
#[cfg(test)]
mod corpora_tests;
mod demo;
mod discover;
mod fields;
mod files;
mod folder_name;
mod follow;
mod identity;
mod late;
mod look;
mod maildir;
mod mbox;
mod packed;
mod source;
mod spare;
mod stamps;
mod standing;
#[cfg(test)]
mod tests;
mod tree;
mod trouble;

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use follow::{Bell, Change, Follower, Hint, Look, Watch};
pub use identity::{Canonical, Identity, Sha256, names};
pub(crate) use maildir::MANY;
pub use spare::Spare;
pub use standing::{Standing, lasting_name};
pub use trouble::{OpenError, Problem};

use self::blob::Blob;
use self::files::Files;
use self::late::Late;
use self::maildir::Maildir;
use self::mbox::Mbox;
use self::source::Source;
use self::tree::Tree;
use crate::message::outlook;

/// What a folder was recognized as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A Maildir (`cur`, `new`), or one of its subfolders.
    Maildir,
    /// An mbox file, with the variant that the file as a whole was judged to be.
    Mbox(Variant),
    /// One message in one file.
    Message,
    /// A tree of message files.
    Tree,
    /// Standard input, kept in memory.
    Stdin,
    /// The demo compiled into the program.
    Demo,
}

/// How an mbox quotes `From ` lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Variant {
    /// `From ` is quoted once; `>From ` is not reversible and stays.
    Mboxo,
    /// Every `>*From ` has one `>` more; one is taken away.
    Mboxrd,
    /// mboxo quoting with Content-Length.
    Mboxcl,
    /// No quoting, Content-Length only.
    Mboxcl2,
}

/// Flags of a message as its mailbox records them (Maildir info, mbox Status and X-Status).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Flags {
    /// Seen (S; Status R).
    pub seen: bool,
    /// Replied (R; X-Status A).
    pub replied: bool,
    /// Flagged (F).
    pub flagged: bool,
    /// Trashed (T; X-Status D).
    pub trashed: bool,
    /// Draft (D; X-Status T).
    pub draft: bool,
    /// Passed on (P).
    pub passed: bool,
}

/// What made the reading of a message uncertain; shown on that message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Doubt {
    /// Starts at a `From ` line that lacks the empty line or the date, but header fields follow.
    UncertainStart,
    /// The message before ended at such a line.
    UncertainEnd,
    /// Holds a `From ` line that looks like a separator but was kept as body.
    SeparatorLookalike,
    /// The last message of an mbox ends without a line end, or inside its header.
    Truncated,
    /// Content-Length pointed elsewhere than to a separator and was not believed.
    WrongContentLength,
    /// Larger than the limit: only its beginning was read.
    TooLarge,
}

/// One message's place. Small: a mailbox of a million holds a million of these.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Index into [`Opened::folders`].
    pub folder: u16,
    /// The file below the folder's root; `None` where the folder is itself one file.
    pub file: Option<Arc<Path>>,
    /// Byte range in the (unpacked) file for mbox, including the `From ` line; `None` for a whole file.
    pub range: Option<(u64, u64)>,
    /// Flags as the mailbox records them by name; mbox Status is read with the header.
    pub flags: Flags,
    /// What was uncertain.
    pub doubts: Vec<Doubt>,
    /// Why it cannot be read.
    pub problem: Option<Problem>,
}

impl Entry {
    /// The file that holds the message, below the path of its folder.
    #[must_use]
    pub fn path_below(&self, folder: &Path) -> PathBuf {
        self.file.as_ref().map_or_else(|| folder.to_owned(), |file| folder.join(file))
    }
}

/// A folder that can be listed.
#[derive(Debug)]
pub struct Folder {
    /// The name to show: `INBOX`, `.Archive.2024` as `Archive/2024`, a file's name. Not yet made printable.
    pub name: String,
    /// The path as the user gave it, joined with the folder's own.
    pub path: PathBuf,
    /// What it is.
    pub kind: Kind,
}

/// A set of opened mailboxes. May be used from several threads at once.
#[derive(Debug)]
pub struct Opened {
    folders: Vec<Folder>,
    /// How each folder is read, in the same order.
    places: Vec<Place>,
    /// Those that came later.
    late: Late,
}

/// How a folder is read.
#[derive(Debug)]
enum Place {
    Maildir(Maildir),
    Mbox(Mbox),
    Message(Blob),
    Files(Files),
    Tree(Tree),
    Demo,
}

/// The most bytes that are read of one message; more is cut off with [`Doubt::TooLarge`].
pub const MESSAGE_LIMIT: u64 = crate::limits::MESSAGE_BYTES as u64;

/// Bytes of a message that its row is made of.
pub const HEAD: usize = 16 * 1024;

/// The beginning of a message that a listing came by.
#[derive(Debug, Clone, Copy)]
pub struct Seen<'a> {
    /// Its place, as its entry has it.
    pub range: (u64, u64),
    /// Its first [`HEAD`] bytes.
    pub head: &'a [u8],
    /// How many of these are its header, with the empty line behind it; `None` where the listing does not know.
    pub header: Option<usize>,
}

/// Gets the beginnings of messages.
pub type See<'s> = dyn FnMut(Seen<'_>) + 's;

/// Recognizes `paths` by looking at them. `-` is standard input. Reads no more than it needs to tell what they are.
///
/// # Errors
/// The first path that is missing, unreadable, empty or not mail.
pub fn open(paths: &[PathBuf]) -> Result<Opened, OpenError> {
    let mut discovery = discover::Discovery::new(paths.len() > 1);
    for path in paths {
        if path == Path::new("-") && rustix::termios::isatty(std::io::stdin()) {
            return Err(OpenError::not_mail(path, trouble::TERMINAL.en));
        }
        discovery.path(path, &mut std::io::stdin().lock())?;
    }
    Ok(discovery.done())
}

/// The demo compiled into the program.
#[must_use]
pub fn demo() -> Opened {
    let folder = Folder { name: "demo".to_owned(), path: PathBuf::from("demo"), kind: Kind::Demo };
    Opened { folders: vec![folder], places: vec![Place::Demo], late: Late::default() }
}

impl Opened {
    /// The folders in the order given, subfolders behind their folder.
    #[must_use]
    pub fn folders(&self) -> &[Folder] {
        &self.folders
    }

    /// What a folder is, as far as is known by now: [`Folder::kind`] rests on the beginning of an mbox, this on as much
    /// of it as its listing or reading has judged.
    #[must_use]
    pub fn kind(&self, folder: u16) -> Option<Kind> {
        let kind = self.folder(folder)?.kind;
        Some(match (kind, self.reading(folder)) {
            (Kind::Mbox(guess), Some(Place::Mbox(mailbox))) => Kind::Mbox(mailbox.variant().unwrap_or(guess)),
            _ => kind,
        })
    }

    /// Lists the messages of one folder in mailbox order, in batches as they are found: the first batch is small so that
    /// a screen can be drawn at once. `progress` is bytes or files read so far and in all. Ends early when `sink` breaks.
    /// A batch may be empty: it only tells the progress.
    ///
    /// # Errors
    /// The folder cannot be read any more.
    pub fn index(
        &self,
        folder: u16,
        sink: &mut dyn FnMut(Vec<Entry>, Progress) -> ControlFlow<()>,
    ) -> Result<(), Problem> {
        self.index_seeing(folder, None, sink)
    }

    /// The same for somebody who waits, seeing as [`Opened::index_seeing`]: of a large Maildir some messages come
    /// before all names are read. They stand out of order, and all others behind them in order. `first` are the files to
    /// begin with, those that an earlier listing began with, so that both have one order.
    ///
    /// # Errors
    /// As [`Opened::index`].
    pub fn index_at_once(
        &self,
        folder: u16,
        first: &[Arc<Path>],
        see: Option<&mut See<'_>>,
        sink: &mut dyn FnMut(Vec<Entry>, Progress) -> ControlFlow<()>,
    ) -> Result<(), Problem> {
        match self.place(folder)? {
            Place::Maildir(maildir) => maildir.index_at_once(folder, first, sink),
            _ => self.index_seeing(folder, see, sink),
        }
    }

    /// The same; `see` gets the beginnings of messages that the listing came by anyway, in order and before their batch. They
    /// are what [`Opened::read_head`] would give; who is not shown has to be read.
    ///
    /// # Errors
    /// As [`Opened::index`].
    pub fn index_seeing(
        &self,
        folder: u16,
        see: Option<&mut See<'_>>,
        sink: &mut dyn FnMut(Vec<Entry>, Progress) -> ControlFlow<()>,
    ) -> Result<(), Problem> {
        let entry =
            |file, range, doubts, problem| Entry { folder, file, range, flags: Flags::default(), doubts, problem };
        match self.place(folder)? {
            Place::Maildir(maildir) => maildir.index(folder, sink),
            Place::Tree(tree) => tree.index(folder, sink),
            Place::Mbox(mailbox) => mailbox.index(see, &mut |places, progress, cut| {
                let found = places.into_iter().map(|place| entry(None, Some(place.range), place.doubts, None));
                // The row that says why there are not more stands behind the last message.
                let end = cut.map(|why| entry(None, None, Vec::new(), Some(trouble::unreadable(why))));
                sink(found.chain(end).collect(), progress)
            }),
            Place::Message(blob) => {
                let _ = sink(vec![files::entry_of(blob, folder)], Progress { done: 1, total: Some(1) });
                Ok(())
            }
            Place::Files(files) => {
                let total = Some(files.len() as u64);
                let mut done = 0;
                let entries: Vec<Entry> = files.entries(folder).collect();
                for batch in entries.chunks(256) {
                    done += batch.len() as u64;
                    if sink(batch.to_vec(), Progress { done, total }).is_break() {
                        break;
                    }
                }
                Ok(())
            }
            Place::Demo => {
                let named = |(name, _): &(&str, _)| Some(Arc::from(Path::new(name)));
                let batch: Vec<Entry> =
                    demo::MAILS.iter().map(|mail| entry(named(mail), None, Vec::new(), None)).collect();
                let total = batch.len() as u64;
                let _ = sink(batch, Progress { done: total, total: Some(total) });
                Ok(())
            }
        }
    }

    /// Some messages of a folder, as many as `count` where it has them, found without listing all of it.
    #[must_use]
    pub fn some(&self, folder: u16, count: usize) -> Vec<Entry> {
        if let Ok(Place::Maildir(maildir)) = self.place(folder) {
            return maildir.some(folder, count);
        }
        let mut some = Vec::new();
        let _ = self.index(folder, &mut |batch, _| {
            some.extend(batch.into_iter().take(count.saturating_sub(some.len())));
            if some.len() < count { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
        some
    }

    /// The canonical bytes of a message: without the `From ` line, mbox quoting undone, line ends as in the file. At most
    /// [`MESSAGE_LIMIT`] bytes: exactly as many means that the rest was cut off.
    ///
    /// # Errors
    /// The file is gone, changed its kind or is refused.
    pub fn read(&self, entry: &Entry) -> Result<Vec<u8>, Problem> {
        self.read_into(entry, Vec::new())
    }

    /// The same in a buffer that was used before, see [`Spare`].
    ///
    /// # Errors
    /// As [`Opened::read`].
    pub fn read_into(&self, entry: &Entry, room: Vec<u8>) -> Result<Vec<u8>, Problem> {
        self.read_whole(entry, room).map(Canonical::into_bytes)
    }

    /// The same, for whoever wants to know which mail it is.
    ///
    /// # Errors
    /// As [`Opened::read`].
    pub fn read_whole(&self, entry: &Entry, room: Vec<u8>) -> Result<Canonical, Problem> {
        if let Some(range) = entry.range {
            return self.in_mailbox(entry, |mailbox| mailbox.read(range, room));
        }
        head_of(&self.source(entry)?, usize::try_from(MESSAGE_LIMIT).unwrap_or(usize::MAX), room).map(Canonical::from)
    }

    /// Which mail it is.
    ///
    /// # Errors
    /// As [`Opened::read`].
    pub fn identify(&self, entry: &Entry) -> Result<Identity, Problem> {
        self.read_whole(entry, Vec::new()).map(|mail| mail.identity())
    }

    /// The first bytes of a message, enough for its header (at most `limit`). May end before the first quoted `From `
    /// line of an mbox, and may end with the empty line that belongs to the next separator.
    ///
    /// # Errors
    /// As [`Opened::read`].
    pub fn read_head(&self, entry: &Entry, limit: usize) -> Result<Vec<u8>, Problem> {
        if let Some(range) = entry.range {
            return self.in_mailbox(entry, |mailbox| mailbox.head(range, limit));
        }
        head_of(&self.source(entry)?, limit, Vec::new())
    }

    /// The same of a message that is a file of its own, and how that file stood when it was opened.
    ///
    /// # Errors
    /// As [`Opened::read`].
    pub fn read_head_of_file(&self, entry: &Entry, limit: usize) -> Result<(Vec<u8>, Option<Standing>), Problem> {
        if entry.range.is_some() {
            return Ok((self.read_head(entry, limit)?, None));
        }
        let source = self.source(entry)?;
        let standing = source.standing();
        Ok((head_of(&source, limit, Vec::new())?, standing))
    }

    fn place(&self, folder: u16) -> Result<&Place, Problem> {
        self.reading(folder).ok_or_else(|| trouble::unreadable(trouble::GONE))
    }

    /// Does `what` with the mbox that an entry with a range stands in.
    fn in_mailbox<T>(&self, entry: &Entry, what: impl FnOnce(&Mbox) -> Result<T, Problem>) -> Result<T, Problem> {
        match (self.place(entry.folder)?, &entry.file) {
            (Place::Mbox(mailbox), _) => what(mailbox),
            (Place::Tree(tree), Some(file)) => match tree.mailbox_of(file) {
                Some(mailbox) => what(&mailbox),
                None => Err(trouble::unreadable(trouble::GONE)),
            },
            _ => Err(trouble::unreadable(trouble::GONE)),
        }
    }

    /// The file of an entry without a range, not yet unpacked where it stands in a folder.
    fn source(&self, entry: &Entry) -> Result<Source, Problem> {
        match (self.place(entry.folder)?, &entry.file) {
            (Place::Maildir(maildir), Some(file)) => maildir.open(file),
            (Place::Tree(tree), Some(file)) => tree.open(file),
            (Place::Files(files), Some(file)) => files.open(file),
            (Place::Message(blob), _) => Ok(blob.open()?.0),
            (Place::Demo, Some(file)) => demo::MAILS
                .iter()
                .find(|(name, _)| Path::new(name) == file.as_ref())
                .map(|(_, bytes)| Source::Static(bytes))
                .ok_or_else(|| trouble::unreadable(trouble::GONE)),
            // A row without a message, behind the last one.
            _ => Err(entry.problem.clone().unwrap_or_else(|| trouble::unreadable(trouble::GONE))),
        }
    }
}

/// The first bytes of a file that is one message, unpacked if need be.
fn head_of(source: &Source, limit: usize, room: Vec<u8>) -> Result<Vec<u8>, Problem> {
    let head = source.head_into(limit, room)?;
    if packed::is_gzip(&head) {
        return Ok(Arc::unwrap_or_clone(packed::unpack_to(source, limit as u64).bytes));
    }
    if outlook::is_compound(&head) {
        let whole = source.head(usize::try_from(MESSAGE_LIMIT).unwrap_or(usize::MAX))?;
        if let Some(mut bytes) = outlook::canonical(&whole) {
            bytes.truncate(limit);
            return Ok(bytes);
        }
    }
    if head.is_empty() { Err(Problem::Empty) } else { Ok(head) }
}

/// How far an index run is. Units are bytes for one file and files for a folder.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    /// Done so far.
    pub done: u64,
    /// In all, where known.
    pub total: Option<u64>,
}

/// Files in memory, for [`crate::fuzzing`].
#[cfg(feature = "fuzzing")]
pub(crate) mod doors {
    use std::ops::ControlFlow;
    use std::sync::Arc;
    use std::sync::atomic::AtomicU64;

    use super::blob::{Blob, Origin};
    use super::mbox::Mbox;
    use super::source::Source;
    use super::{Flags, maildir};

    /// A message of an mbox: its place with the `From ` line, its bytes, and its first 100 bytes.
    pub(crate) type Message = ((u64, u64), Vec<u8>, Vec<u8>);

    /// The messages of an mbox.
    pub(crate) fn mbox(bytes: &[u8]) -> Vec<Message> {
        let origin = Origin::Memory(Source::Memory(Arc::new(bytes.to_vec())), None);
        let mailbox = Mbox::new(Blob::new(origin, false, Arc::new(AtomicU64::new(0))));
        let mut places = Vec::new();
        let _ = mailbox.index(None, &mut |found, _, _| {
            places.extend(found.into_iter().map(|place| place.range));
            ControlFlow::Continue(())
        });
        let read = |place| {
            (
                place,
                mailbox.read(place, Vec::new()).unwrap_or_default().into_bytes(),
                mailbox.head(place, 100).unwrap_or_default(),
            )
        };
        places.into_iter().map(read).collect()
    }

    /// A file's name in a Maildir: what stands before its info, and its flags.
    pub(crate) fn maildir_name(name: &[u8]) -> (&[u8], Flags) {
        (maildir::split_name(name).0, maildir::flags(name))
    }

    /// The name of a folder of a Maildir tree, decoded.
    pub(crate) fn folder_name(below: &std::path::Path) -> String {
        super::folder_name::folder_name(below)
    }
}

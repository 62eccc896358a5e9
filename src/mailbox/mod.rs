//! The only place that reads mail from disk: Maildir, mbox, single messages, folder trees, standard input and the
//! compiled-in demo, recognized by looking and not by name.
//!
//! Files are read with `pread`, never mapped, opened below a directory handle with `O_NOFOLLOW|O_NONBLOCK|O_CLOEXEC`,
//! and only regular files are accepted. Nothing here ever writes.

use std::fmt;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

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

/// The SHA-256 of a message's bytes, mbox quoting undone and line ends normalized to LF.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Identity(pub [u8; 32]);

impl Identity {
    /// The identity of canonical bytes as [`Opened::read`] gives them: SHA-256 with CRLF taken as LF.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        use sha2::Digest as _;
        let mut hash = sha2::Sha256::new();
        let mut rest = bytes;
        while let Some(at) = memchr::memmem::find(rest, b"\r\n") {
            hash.update(rest.get(..at).unwrap_or_default());
            rest = rest.get(at + 1..).unwrap_or_default();
        }
        hash.update(rest);
        Self(hash.finalize().into())
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
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

/// Why a message could not be read; the list shows a row with it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// The system refused.
    #[error("{0}")]
    Unreadable(String),
    /// A link, device, pipe or directory where a file should be.
    #[error("not a regular file, not opened")]
    NotRegular,
    /// No byte in it.
    #[error("the file is empty")]
    Empty,
    /// No header field at its start.
    #[error("not a mail message")]
    NotMail,
}

/// Where a path does not open at all. The texts name the path and say what to do.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Nothing at that path.
    #[error("{path}: no such file or folder; check the spelling, or give the path of a Maildir, an mbox or a message")]
    Missing {
        /// The path, printable.
        path: String,
    },
    /// The system refused.
    #[error("{path}: cannot be read ({why}); check its permissions")]
    Unreadable {
        /// The path, printable.
        path: String,
        /// The system's reason.
        why: String,
    },
    /// Nothing in it.
    #[error("{path}: is empty; there is no mail to show")]
    Empty {
        /// The path, printable.
        path: String,
    },
    /// Something else than mail.
    #[error("{path}: does not look like mail ({why}); give a Maildir, an mbox, a message file or a folder of them")]
    NotMail {
        /// The path, printable.
        path: String,
        /// What it looks like instead.
        why: String,
    },
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

/// A set of opened mailboxes.
#[derive(Debug)]
pub struct Opened {
    folders: Vec<Folder>,
}

/// The most bytes that are read of one message; more is cut off with [`Doubt::TooLarge`].
pub const MESSAGE_LIMIT: u64 = 50 * 1024 * 1024;

/// Recognizes `paths` by looking at them. `-` is standard input. Reads no more than it needs to tell what they are.
///
/// # Errors
/// The first path that is missing, unreadable, empty or not mail.
pub fn open(paths: &[PathBuf]) -> Result<Opened, OpenError> {
    let _ = paths;
    Ok(Opened { folders: Vec::new() })
}

/// The demo compiled into the program.
#[must_use]
pub fn demo() -> Opened {
    Opened { folders: Vec::new() }
}

impl Opened {
    /// The folders in the order given, subfolders behind their folder.
    #[must_use]
    pub fn folders(&self) -> &[Folder] {
        &self.folders
    }

    /// Lists the messages of one folder in mailbox order, in batches as they are found: the first batch is small so that
    /// a screen can be drawn at once. `progress` is bytes or files read so far and in all. Ends early when `sink` breaks.
    ///
    /// # Errors
    /// The folder cannot be read any more.
    pub fn index(
        &self,
        folder: u16,
        sink: &mut dyn FnMut(Vec<Entry>, Progress) -> ControlFlow<()>,
    ) -> Result<(), Problem> {
        let _ = (folder, sink);
        Ok(())
    }

    /// The canonical bytes of a message: without the `From ` line, mbox quoting undone, line ends as in the file.
    ///
    /// # Errors
    /// The file is gone, changed its kind or is refused.
    pub fn read(&self, entry: &Entry) -> Result<Vec<u8>, Problem> {
        let _ = entry;
        Err(Problem::Empty)
    }

    /// The first bytes of a message, enough for its header (at most `limit`).
    ///
    /// # Errors
    /// As [`Opened::read`].
    pub fn read_head(&self, entry: &Entry, limit: usize) -> Result<Vec<u8>, Problem> {
        let _ = (entry, limit);
        Err(Problem::Empty)
    }
}

/// How far an index run is. Units are bytes for one file and files for a folder.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    /// Done so far.
    pub done: u64,
    /// In all, where known.
    pub total: Option<u64>,
}

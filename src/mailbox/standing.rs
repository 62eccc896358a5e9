//! What tells whether a file is still what it was: for a cache of what was found in it. Reads beginnings and ends only,
//! and never follows a link.

use std::hash::{DefaultHasher, Hasher as _};

use super::blob::Origin;
use super::source::Source;
use super::{Entry, Opened, Place};

/// Bytes at both ends of an mbox that are compared.
const ENDS: u64 = 64 * 1024;

/// What the system says of a file. Two that are equal stand for one file with the same content, unless somebody set its
/// times back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Standing {
    /// The device.
    pub device: u64,
    /// Its number there.
    pub inode: u64,
    /// Bytes.
    pub size: u64,
    /// Last change of the content: Unix seconds and nanoseconds.
    pub changed: (i64, u64),
    /// Last change of content, name, owner or mode.
    pub touched: (i64, u64),
    /// Of the bytes at both ends; 0 where they were not read.
    pub ends: u64,
}

impl Standing {
    pub(super) fn of(stat: &rustix::fs::Stat) -> Self {
        // The types of the fields differ from system to system.
        #[allow(clippy::useless_conversion, clippy::unnecessary_cast)]
        Self {
            device: stat.st_dev as u64,
            inode: stat.st_ino.into(),
            size: u64::try_from(stat.st_size).unwrap_or_default(),
            changed: (stat.st_mtime.into(), u64::try_from(stat.st_mtime_nsec).unwrap_or_default()),
            touched: (stat.st_ctime.into(), u64::try_from(stat.st_ctime_nsec).unwrap_or_default()),
            ends: 0,
        }
    }
}

impl Opened {
    /// How the file of a folder that is one mbox stands, or the two folders of a Maildir, which tell of names only: whether
    /// its files are what they were, each says for itself. `None` for every other kind of folder, and for what is not on disk.
    #[must_use]
    pub fn standing(&self, folder: u16) -> Option<Standing> {
        let mailbox = match self.reading(folder)? {
            Place::Mbox(mailbox) => mailbox,
            Place::Maildir(maildir) => return maildir.folders(),
            _ => return None,
        };
        let origin = mailbox.origin();
        if matches!(origin, Origin::Memory(..)) {
            return None;
        }
        let source = origin.open().ok()?;
        let standing = source.standing()?;
        Some(Standing { ends: ends(&source, standing.size)?, ..standing })
    }

    /// Whether the file of a folder that is one mbox still begins with what stood there before, as far as its ends tell:
    /// it may have grown. A Maildir's mails are files of their own, and each is known by how it stands.
    #[must_use]
    pub fn still_begins(&self, folder: u16, before: &Standing) -> bool {
        let mailbox = match self.reading(folder) {
            Some(Place::Mbox(mailbox)) => mailbox,
            Some(Place::Maildir(_)) => return true,
            _ => return false,
        };
        let Ok(source) = mailbox.origin().open() else { return false };
        let now = source.standing().unwrap_or_default();
        (now.device, now.inode) == (before.device, before.inode)
            && now.size >= before.size
            && ends(&source, before.size) == Some(before.ends)
    }

    /// How the file stands that is the whole of a message in a Maildir or a tree, without opening it.
    #[must_use]
    pub fn standing_of(&self, entry: &Entry) -> Option<Standing> {
        match (self.reading(entry.folder)?, &entry.file, entry.range) {
            (Place::Maildir(maildir), Some(file), None) => maildir.standing(file),
            (Place::Tree(tree), Some(file), None) => tree.standing(file),
            _ => None,
        }
    }
}

/// A number for the bytes at both ends.
fn ends(source: &Source, size: u64) -> Option<u64> {
    let mut hasher = DefaultHasher::new();
    hasher.write(&source.bytes(0, size.min(ENDS)).ok()?);
    hasher.write(&source.bytes(size.saturating_sub(ENDS), size).ok()?);
    Some(hasher.finish())
}

/// The name of a Maildir's file without its flags, as bytes: what stays when flags change.
#[must_use]
pub fn lasting_name(file: &std::path::Path) -> &[u8] {
    use std::os::unix::ffi::OsStrExt;
    let name = file.file_name().map(OsStrExt::as_bytes).unwrap_or_default();
    super::maildir::split_name(name).0
}

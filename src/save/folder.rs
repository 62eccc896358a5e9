//! A folder held open, and what may be done below it. Whatever happens to its path meanwhile, only this folder is
//! written: names are single components, links are not followed, nothing that exists is replaced.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, Write as _};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, PermissionsExt as _};
use std::path::{Component, Path};
use std::sync::atomic::{AtomicU32, Ordering};

use rustix::fs::{AtFlags, FileType, Mode, OFlags};
use rustix::io::Errno;

const FOLDER: OFlags = OFlags::RDONLY.union(OFlags::NOFOLLOW).union(OFlags::DIRECTORY).union(OFlags::CLOEXEC);
const READ: OFlags =
    OFlags::RDONLY.union(OFlags::NOFOLLOW).union(OFlags::NONBLOCK).union(OFlags::CLOEXEC).union(OFlags::NOCTTY);
const WRITE: OFlags =
    OFlags::WRONLY.union(OFlags::CREATE).union(OFlags::EXCL).union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC);
/// Temporary names that are tried.
const TRIES: u32 = 100;

/// An open folder.
#[derive(Debug)]
pub struct Folder(OwnedFd);

/// Which file it is: device and number.
pub type Node = (u64, u64);

impl Folder {
    /// Opens the folder that the user named, making it (0700) where it is missing; links in the user's own path are
    /// followed.
    ///
    /// # Errors
    /// It cannot be made or opened, or is no folder.
    pub fn named(path: &Path) -> io::Result<Self> {
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(path)?;
        Self::there(path)
    }

    /// Opens the folder that the user named; links in the user's own path are followed.
    ///
    /// # Errors
    /// It cannot be opened, or is no folder.
    pub fn there(path: &Path) -> io::Result<Self> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        Ok(Self(rustix::fs::open(path, flags, Mode::empty())?))
    }

    /// Opens the folder `below` this one, step by step, so that no part of the way can be a link.
    ///
    /// # Errors
    /// A step is missing, a link or no folder.
    pub fn below(&self, below: &Path) -> io::Result<Self> {
        let mut at = rustix::fs::openat(&self.0, c".", FOLDER, Mode::empty())?;
        for step in below.components() {
            let Component::Normal(name) = step else { return Err(Errno::INVAL.into()) };
            at = rustix::fs::openat(&at, name, FOLDER, Mode::empty())?;
        }
        Ok(Self(at))
    }

    /// Makes a folder (0700) in this one. True where it is new; one that is there already is fine.
    ///
    /// # Errors
    /// It cannot be made.
    pub fn make(&self, name: &OsStr) -> io::Result<bool> {
        match rustix::fs::mkdirat(&self.0, component(name)?, Mode::from_raw_mode(0o700)) {
            Ok(()) => Ok(true),
            Err(Errno::EXIST) => Ok(false),
            Err(errno) => Err(errno.into()),
        }
    }

    /// Takes an empty folder away; one that is not empty stays, without a word.
    pub fn unmake(&self, name: &OsStr) {
        if let Ok(name) = component(name) {
            let _ = rustix::fs::unlinkat(&self.0, name, AtFlags::REMOVEDIR);
        }
    }

    /// The names in it that are wanted.
    ///
    /// # Errors
    /// The system's.
    pub fn names(&self, mut wanted: impl FnMut(&OsStr) -> bool) -> io::Result<Vec<OsString>> {
        let mut names = Vec::new();
        for entry in rustix::fs::Dir::read_from(&self.0)? {
            let entry = entry?;
            let name = OsStr::from_bytes(entry.file_name().to_bytes());
            if wanted(name) {
                names.push(name.to_owned());
            }
        }
        Ok(names)
    }

    /// Whether it is the user's own and nobody else may write into it.
    #[must_use]
    pub fn is_private(&self) -> bool {
        let others = Mode::WGRP | Mode::WOTH;
        rustix::fs::fstat(&self.0).is_ok_and(|stat| {
            stat.st_uid == rustix::process::geteuid().as_raw() && !Mode::from_raw_mode(stat.st_mode).intersects(others)
        })
    }

    /// Writes a new file (0600): under a temporary name first, synchronized, then under its own. Nothing half-written
    /// stays where that fails.
    ///
    /// # Errors
    /// `AlreadyExists` where the name is taken; else why it cannot be written.
    pub fn put(&self, name: &OsStr, bytes: &[u8]) -> io::Result<()> {
        let (file, temporary) = self.temporary()?;
        let written =
            fill(file, bytes).and_then(|()| self.move_to(OsStr::from_bytes(temporary.as_bytes()), self, name));
        if written.is_err() {
            let _ = rustix::fs::unlinkat(&self.0, temporary.as_str(), AtFlags::empty());
        }
        written
    }

    /// Writes a new file under exactly this name and synchronizes it; for a folder that nobody reads (`tmp`). It gets owner,
    /// mode and time of the file that it is `like`, as far as the system lets us; else it is ours (0600).
    ///
    /// # Errors
    /// `AlreadyExists` where the name is taken; else why it cannot be written. Nothing half-written stays.
    pub fn put_here(&self, name: &OsStr, bytes: &[u8], like: Option<&File>) -> io::Result<()> {
        let mode = Mode::RUSR | Mode::WUSR;
        let mut file = File::from(rustix::fs::openat(&self.0, component(name)?, WRITE, mode)?);
        let written = file.write_all(bytes).and_then(|()| {
            if let Some(other) = like {
                liken(&file, other)?;
            }
            file.sync_all()
        });
        if written.is_err() {
            let _ = rustix::fs::unlinkat(&self.0, name, AtFlags::empty());
        }
        written
    }

    fn temporary(&self) -> io::Result<(File, String)> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let mode = Mode::RUSR | Mode::WUSR;
        for _ in 0..TRIES {
            let name = format!(".gosanke-{}-{}.part", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
            match rustix::fs::openat(&self.0, name.as_str(), WRITE, mode) {
                Ok(file) => return Ok((File::from(file), name)),
                Err(Errno::EXIST) => {}
                Err(errno) => return Err(errno.into()),
            }
        }
        Err(Errno::EXIST.into())
    }

    /// Gives a file another name, in this folder or in another of the same file system, without ever replacing one.
    ///
    /// # Errors
    /// `AlreadyExists` where the name is taken, `CrossesDevices` where it would have to be copied; else why not.
    pub fn move_to(&self, name: &OsStr, other: &Self, to: &OsStr) -> io::Result<()> {
        let (name, to) = (component(name)?, component(to)?);
        #[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
        match rustix::fs::renameat_with(&self.0, name, &other.0, to, rustix::fs::RenameFlags::NOREPLACE) {
            // The file system does not know the flag.
            Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => {}
            done => return Ok(done?),
        }
        rustix::fs::linkat(&self.0, name, &other.0, to, AtFlags::empty())?;
        match rustix::fs::unlinkat(&self.0, name, AtFlags::empty()) {
            // Somebody else took the first name away, or the answer to our doing so was lost on a network: it is moved.
            Ok(()) | Err(Errno::NOENT) => Ok(()),
            Err(errno) => {
                // It must not stand there twice. Both names were there a moment ago: no last one is taken away.
                let two = rustix::fs::statat(&other.0, to, AtFlags::SYMLINK_NOFOLLOW)?.st_nlink > 1;
                if two {
                    rustix::fs::unlinkat(&other.0, to, AtFlags::empty())?;
                }
                Err(errno.into())
            }
        }
    }

    /// A second name for a file of this folder, which is never one that exists.
    ///
    /// # Errors
    /// The name is taken, or the file system knows no second names.
    pub fn link(&self, name: &OsStr, other: &Self, to: &OsStr) -> io::Result<()> {
        Ok(rustix::fs::linkat(&self.0, component(name)?, &other.0, component(to)?, AtFlags::empty())?)
    }

    /// Takes a name away.
    ///
    /// # Errors
    /// It cannot be taken away.
    pub fn remove(&self, name: &OsStr) -> io::Result<()> {
        Ok(rustix::fs::unlinkat(&self.0, component(name)?, AtFlags::empty())?)
    }

    /// Which regular file has this name; `None` where there is none, or something else.
    ///
    /// # Errors
    /// The folder does not tell.
    pub fn node(&self, name: &OsStr) -> io::Result<Option<Node>> {
        match rustix::fs::statat(&self.0, component(name)?, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(stat) if FileType::from_raw_mode(stat.st_mode) == FileType::RegularFile => Ok(Some(node(&stat))),
            Ok(_) | Err(Errno::NOENT) => Ok(None),
            Err(errno) => Err(errno.into()),
        }
    }

    /// Whether anything has this name.
    ///
    /// # Errors
    /// The folder does not tell.
    pub fn has(&self, name: &OsStr) -> io::Result<bool> {
        match rustix::fs::statat(&self.0, component(name)?, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(_) => Ok(true),
            Err(Errno::NOENT) => Ok(false),
            Err(errno) => Err(errno.into()),
        }
    }

    /// Opens a regular file for reading, with what it is.
    ///
    /// # Errors
    /// It is missing, a link, no regular file, or refused.
    pub fn open(&self, name: &OsStr) -> io::Result<(File, Node)> {
        let file = rustix::fs::openat(&self.0, component(name)?, READ, Mode::empty())?;
        let stat = rustix::fs::fstat(&file)?;
        if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile {
            return Err(Errno::LOOP.into());
        }
        Ok((File::from(file), node(&stat)))
    }

    /// Whether both are the same folder.
    #[must_use]
    pub fn is(&self, other: &Self) -> bool {
        match (rustix::fs::fstat(&self.0), rustix::fs::fstat(&other.0)) {
            (Ok(one), Ok(other)) => node(&one) == node(&other),
            _ => false,
        }
    }

    /// Waits until the names in this folder are on disk.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn sync(&self) -> io::Result<()> {
        match rustix::fs::fsync(&self.0) {
            // Some file systems know no such thing for folders.
            Ok(()) | Err(Errno::INVAL | Errno::NOTSUP) => Ok(()),
            Err(errno) => Err(errno.into()),
        }
    }
}

impl AsFd for Folder {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

fn fill(mut file: File, bytes: &[u8]) -> io::Result<()> {
    file.write_all(bytes)?;
    file.sync_all()
}

/// Gives a file owner, mode and time of another, as far as the system lets us. Only an administrator may give files away:
/// where the owner stays another, the mode does not become wider than ours.
fn liken(file: &File, other: &File) -> io::Result<()> {
    let (wanted, ours) = (other.metadata()?, file.metadata()?);
    // Servers take the time of arrival from it (Dovecot, "INTERNALDATE"). First of all: a file given away may not be touched.
    let _ = wanted.modified().and_then(|time| file.set_modified(time));
    let is_owned = (wanted.uid(), wanted.gid()) == (ours.uid(), ours.gid())
        || std::os::unix::fs::fchown(file, Some(wanted.uid()), Some(wanted.gid())).is_ok();
    if is_owned {
        let _ = file.set_permissions(std::fs::Permissions::from_mode(wanted.mode() & 0o777));
    }
    Ok(())
}

// The types differ from system to system.
#[allow(clippy::useless_conversion, clippy::unnecessary_cast)]
fn node(stat: &rustix::fs::Stat) -> Node {
    (stat.st_dev as u64, stat.st_ino.into())
}

/// A name that is one component: nothing else is ever given to the system.
fn component(name: &OsStr) -> io::Result<&OsStr> {
    let bytes = name.as_bytes();
    let one = !bytes.is_empty() && bytes != b"." && bytes != b".." && !bytes.contains(&b'/') && !bytes.contains(&0);
    if one { Ok(name) } else { Err(Errno::INVAL.into()) }
}

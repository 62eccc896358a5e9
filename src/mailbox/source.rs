//! Opens and reads files: below a directory handle, never through a link, regular files only, with `pread`. Never
//! writes and never maps.

use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use rustix::buffer::spare_capacity;
use rustix::fs::{FileType, Mode, OFlags};
use rustix::io::Errno;

use super::Problem;
use super::Standing;

const FILE: OFlags =
    OFlags::RDONLY.union(OFlags::NOFOLLOW).union(OFlags::NONBLOCK).union(OFlags::CLOEXEC).union(OFlags::NOCTTY);
const FOLDER: OFlags = OFlags::RDONLY.union(OFlags::NOFOLLOW).union(OFlags::DIRECTORY).union(OFlags::CLOEXEC);

/// A folder that the user named, held open: whatever happens to its path, reading stays below it.
#[derive(Debug)]
pub(super) struct Root(OwnedFd);

/// What a directory says about one of its entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Is {
    /// A regular file.
    File,
    /// A directory.
    Folder,
    /// A link, device, pipe or socket.
    Other,
}

/// One entry of a directory: its name as bytes, and what it is.
pub(super) type Item = (Vec<u8>, Is);

impl Root {
    /// Opens the folder that the user named; a link in the user's own path is followed.
    pub(super) fn open(path: &Path) -> Result<Self, Errno> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        rustix::fs::open(path, flags, Mode::empty()).map(Self)
    }

    /// Opens the folder `below` this one, step by step so that no part of the way can be a link.
    fn folder(&self, below: &Path) -> Result<OwnedFd, Errno> {
        let mut at = rustix::fs::openat(&self.0, c".", FOLDER, Mode::empty())?;
        for step in below.components() {
            let Component::Normal(name) = step else { return Err(Errno::INVAL) };
            at = rustix::fs::openat(&at, name, FOLDER, Mode::empty())?;
        }
        Ok(at)
    }

    /// Opens the regular file `below` this folder.
    pub(super) fn file(&self, below: &Path) -> Result<Source, Errno> {
        let name = below.file_name().ok_or(Errno::INVAL)?;
        if let Some(fd) = self.at_once(below) {
            return Source::regular(fd?);
        }
        let open = |fd: &OwnedFd| rustix::fs::openat(fd, name, FILE, Mode::empty());
        let fd = match below.parent() {
            Some(parent) if parent.as_os_str().is_empty() => open(&self.0),
            Some(parent) => open(&self.folder(parent)?),
            None => return Err(Errno::INVAL),
        }?;
        Source::regular(fd)
    }

    /// Opens a file in one step, where the system can be told that no part of the way may be a link or lead out; `None` where
    /// it cannot, and the way has to be gone step by step.
    #[cfg(target_os = "linux")]
    fn at_once(&self, below: &Path) -> Option<Result<OwnedFd, Errno>> {
        use rustix::fs::ResolveFlags;
        if !below.components().all(|step| matches!(step, Component::Normal(_))) {
            return None;
        }
        let within = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS | ResolveFlags::NO_MAGICLINKS;
        match rustix::fs::openat2(&self.0, below, FILE, Mode::empty(), within) {
            // An old kernel, a sandbox that forbids it, or a rename in the moment of looking.
            Err(Errno::NOSYS | Errno::PERM | Errno::INVAL | Errno::AGAIN | Errno::TOOBIG) => None,
            opened => Some(opened),
        }
    }

    #[cfg(not(target_os = "linux"))]
    #[allow(clippy::unused_self, reason = "others can")]
    fn at_once(&self, _: &Path) -> Option<Result<OwnedFd, Errno>> {
        None
    }

    /// Whether another folder, or none, stands where the user named the one `below` this: `path` is its place by name.
    /// False where the system does not tell.
    pub(super) fn is_elsewhere(&self, below: &Path, path: &Path) -> bool {
        let node = |stat: rustix::fs::Stat| (stat.st_dev, stat.st_ino);
        let Ok(own) = self.folder(below).and_then(rustix::fs::fstat).map(node) else { return false };
        match rustix::fs::stat(path).map(node) {
            Ok(there) => there != own,
            Err(errno) => matches!(errno, Errno::NOENT | Errno::NOTDIR),
        }
    }

    /// The entries of the folder `below`, in the order of the directory, without `.` and `..`.
    pub(super) fn list(&self, below: &Path) -> Result<Vec<Item>, Errno> {
        self.list_some(below, usize::MAX)
    }

    /// The first entries of [`Root::list`], `.` and `..` counted.
    pub(super) fn list_some(&self, below: &Path, count: usize) -> Result<Vec<Item>, Errno> {
        let mut items = Vec::new();
        self.list_each(below, count, &mut |item| items.push(item))?;
        Ok(items)
    }

    /// Hands them over one by one, as they are read.
    pub(super) fn list_each(&self, below: &Path, count: usize, told: &mut dyn FnMut(Item)) -> Result<(), Errno> {
        let fd = self.folder(below)?;
        for entry in rustix::fs::Dir::read_from(&fd)?.take(count) {
            let entry = entry?;
            let name = entry.file_name();
            if matches!(name.to_bytes(), b"." | b"..") {
                continue;
            }
            let kind = match entry.file_type() {
                // Some file systems do not say it in the directory.
                FileType::Unknown => rustix::fs::statat(&fd, name, rustix::fs::AtFlags::SYMLINK_NOFOLLOW)
                    .map_or(FileType::Unknown, |stat| FileType::from_raw_mode(stat.st_mode)),
                known => known,
            };
            let is = match kind {
                FileType::RegularFile => Is::File,
                FileType::Directory => Is::Folder,
                _ => Is::Other,
            };
            told((name.to_bytes().to_vec(), is));
        }
        Ok(())
    }

    /// How the file `below` stands, without opening it.
    pub(super) fn standing(&self, below: &Path) -> Option<Standing> {
        let stat = rustix::fs::statat(&self.0, below, rustix::fs::AtFlags::SYMLINK_NOFOLLOW).ok()?;
        (FileType::from_raw_mode(stat.st_mode) == FileType::RegularFile).then(|| Standing::of(&stat))
    }

    /// How the folder `below` stands; `None` where it cannot be opened.
    pub(super) fn folder_standing(&self, below: &Path) -> Option<Standing> {
        self.folder(below).and_then(rustix::fs::fstat).ok().map(|stat| Standing::of(&stat))
    }

    /// Which file stands at `below`: device and number, a link as itself.
    pub(super) fn number(&self, below: &Path) -> Result<(u64, u64), Errno> {
        let stat = rustix::fs::statat(&self.0, below, rustix::fs::AtFlags::SYMLINK_NOFOLLOW)?;
        let Standing { device, inode, .. } = Standing::of(&stat);
        Ok((device, inode))
    }

    /// When the folder `below` was last changed; `None` where that cannot be told.
    pub(super) fn changed(&self, below: &Path) -> Option<(i64, u64)> {
        let stat = rustix::fs::fstat(self.folder(below).ok()?).ok()?;
        // The types of the two differ from system to system.
        #[allow(clippy::useless_conversion)]
        Some((stat.st_mtime.into(), u64::try_from(stat.st_mtime_nsec).unwrap_or_default()))
    }
}

/// Joins a name, which may be any bytes, to a path.
pub(super) fn join(below: &Path, name: &[u8]) -> PathBuf {
    below.join(std::ffi::OsStr::from_bytes(name))
}

/// Bytes that can be read at any place: an open file, or memory.
#[derive(Debug, Clone)]
pub(super) enum Source {
    /// A regular file, and how it stood when it was opened.
    File(Arc<File>, Standing),
    /// Standard input, or what was packed.
    Memory(Arc<Vec<u8>>),
    /// Compiled in.
    Static(&'static [u8]),
}

impl Source {
    /// Takes an open descriptor if it is a regular file.
    fn regular(fd: OwnedFd) -> Result<Self, Errno> {
        let stat = rustix::fs::fstat(&fd)?;
        if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile {
            // The same answer as for a link that was not followed.
            return Err(Errno::LOOP);
        }
        Ok(Self::File(Arc::new(File::from(fd)), Standing::of(&stat)))
    }

    /// Opens a file that the user named; a link in the user's own path is followed.
    pub(super) fn named(path: &Path) -> Result<Self, Errno> {
        // Asked first, because opening a device can already do something.
        let stat = rustix::fs::stat(path)?;
        if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile {
            return Err(Errno::LOOP);
        }
        Self::regular(rustix::fs::open(path, FILE.difference(OFlags::NOFOLLOW), Mode::empty())?)
    }

    /// How the file stood when it was opened; `None` where there is none.
    pub(super) fn standing(&self) -> Option<Standing> {
        if let Self::File(_, standing) = self { Some(*standing) } else { None }
    }

    /// Size in bytes when it was opened.
    pub(super) fn len(&self) -> u64 {
        match self {
            Self::File(_, standing) => standing.size,
            Self::Memory(bytes) => bytes.len() as u64,
            Self::Static(bytes) => bytes.len() as u64,
        }
    }

    /// Which file it is: device and number. `None` for memory.
    pub(super) fn file(&self) -> Option<(u64, u64)> {
        let Standing { device, inode, .. } = Standing::of(&self.stat()?);
        Some((device, inode))
    }

    /// Its length and when it was last changed, as they are now. `None` for memory.
    pub(super) fn now(&self) -> Option<(u64, (i64, u64))> {
        let stat = self.stat()?;
        #[allow(clippy::useless_conversion)]
        let changed = (stat.st_mtime.into(), u64::try_from(stat.st_mtime_nsec).unwrap_or_default());
        Some((u64::try_from(stat.st_size).unwrap_or_default(), changed))
    }

    /// The same file with the length that it has now.
    pub(super) fn renewed(self) -> Self {
        match (self.stat(), self) {
            (Some(stat), Self::File(file, _)) => Self::File(file, Standing::of(&stat)),
            (_, other) => other,
        }
    }

    fn stat(&self) -> Option<rustix::fs::Stat> {
        if let Self::File(file, _) = self { rustix::fs::fstat(file).ok() } else { None }
    }

    /// Takes a read lock on the whole file, which ends when the file is closed (`fcntl`, as deliverers use it). False
    /// where another program holds a lock for writing; true as well where the file system knows no locks.
    pub(super) fn lock_for_reading(&self) -> bool {
        let Self::File(file, _) = self else { return true };
        let lock = rustix::fs::fcntl_lock(file, rustix::fs::FlockOperation::NonBlockingLockShared);
        !matches!(lock, Err(Errno::AGAIN | Errno::ACCESS))
    }

    /// Fills `buf` from `offset`; fewer bytes only at the end.
    pub(super) fn read_at(&self, mut buf: &mut [u8], mut offset: u64) -> io::Result<usize> {
        let Self::File(file, _) = self else {
            let from = self.in_memory(offset);
            let count = from.len().min(buf.len());
            if let (Some(to), Some(from)) = (buf.get_mut(..count), from.get(..count)) {
                to.copy_from_slice(from);
            }
            return Ok(count);
        };
        let mut done = 0;
        while !buf.is_empty() {
            match rustix::io::pread(file, &mut *buf, offset) {
                Ok(0) => break,
                Ok(count) => {
                    done += count;
                    offset += count as u64;
                    buf = buf.get_mut(count..).unwrap_or_default();
                }
                Err(Errno::INTR) => {}
                Err(errno) => return Err(errno.into()),
            }
        }
        Ok(done)
    }

    /// The bytes from `start` to `end`, or to the end of the file if that comes before.
    pub(super) fn bytes(&self, start: u64, end: u64) -> Result<Vec<u8>, Problem> {
        self.bytes_into(start, end, Vec::new())
    }

    /// The same in a buffer that was used before.
    pub(super) fn bytes_into(&self, start: u64, end: u64, mut bytes: Vec<u8>) -> Result<Vec<u8>, Problem> {
        bytes.clear();
        let count = usize::try_from(end.saturating_sub(start)).unwrap_or(usize::MAX);
        let Self::File(file, _) = self else {
            let from = self.in_memory(start);
            bytes.extend_from_slice(from.get(..count).unwrap_or(from));
            return Ok(bytes);
        };
        if bytes.capacity() > count {
            // Only so much of it: what stands behind is another message.
            bytes.resize(count, 0);
            let read = self.read_at(&mut bytes, start).map_err(|error| Problem::refused(&error))?;
            bytes.truncate(read);
            return Ok(bytes);
        }
        // Fresh room is not cleared before it is filled.
        bytes.reserve_exact(count);
        while bytes.len() < count {
            let at = start + bytes.len() as u64;
            match rustix::io::pread(file, spare_capacity(&mut bytes), at) {
                Ok(0) => break,
                Ok(_) | Err(Errno::INTR) => {}
                Err(errno) => return Err(Problem::refused(&errno.into())),
            }
        }
        // The allocator may have given more room than was asked for, and all of it is filled.
        bytes.truncate(count);
        Ok(bytes)
    }

    /// What stands in memory from `offset` on; nothing of a file.
    fn in_memory(&self, offset: u64) -> &[u8] {
        let bytes: &[u8] = match self {
            Self::File(..) => &[],
            Self::Memory(bytes) => bytes,
            Self::Static(bytes) => bytes,
        };
        usize::try_from(offset).ok().and_then(|at| bytes.get(at..)).unwrap_or_default()
    }

    /// The first `limit` bytes.
    pub(super) fn head(&self, limit: usize) -> Result<Vec<u8>, Problem> {
        self.head_into(limit, Vec::new())
    }

    /// The same in a buffer that was used before.
    pub(super) fn head_into(&self, limit: usize, room: Vec<u8>) -> Result<Vec<u8>, Problem> {
        self.bytes_into(0, self.len().min(limit as u64), room)
    }
}

/// What a refusal to open means for one message.
pub(super) fn problem(errno: Errno) -> Problem {
    match errno {
        // A link that is not followed, a directory, a socket without a listener, a device without a driver.
        Errno::LOOP | Errno::ISDIR | Errno::NXIO | Errno::NODEV | Errno::MLINK => Problem::NotRegular,
        other => Problem::refused(&other.into()),
    }
}

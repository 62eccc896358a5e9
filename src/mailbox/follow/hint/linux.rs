//! Hints on Linux: inotify with a mask of changes. Reading is not in it, so that the program's own reading of a hundred
//! thousand files wakes nobody and fills no queue. No thread of its own: whoever waits reads the events.

use std::ffi::OsString;
use std::mem::MaybeUninit;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt as _;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustix::event::{EventfdFlags, PollFd, PollFlags, Timespec, eventfd, poll};
use rustix::fs::inotify::{CreateFlags, ReadFlags, Reader, WatchFlags, add_watch, init};

use super::Hint;

/// Bytes of events that are read at a time.
const ROOM: usize = 16 * 1024;

/// Entries come, go and are renamed; the folder itself goes.
const NAMES: WatchFlags = WatchFlags::CREATE
    .union(WatchFlags::DELETE)
    .union(WatchFlags::MOVED_FROM)
    .union(WatchFlags::MOVED_TO)
    .union(WatchFlags::DELETE_SELF)
    .union(WatchFlags::MOVE_SELF);
/// ... and files are written to, or get other times or rights.
const FILES: WatchFlags = NAMES.union(WatchFlags::MODIFY).union(WatchFlags::CLOSE_WRITE).union(WatchFlags::ATTRIB);

/// A watch that is kept; it ends when it is dropped.
#[derive(Debug)]
pub struct Watch {
    bell: Bell,
    /// `None` where the system has none to give: then the clock has to do.
    inotify: Option<OwnedFd>,
    only: Vec<OsString>,
}

/// Wakes whoever waits with a [`Watch`].
#[derive(Debug, Clone)]
pub struct Bell(Option<Arc<OwnedFd>>);

impl Bell {
    /// Rings; a bell that rings already need not ring twice.
    pub fn ring(&self) {
        if let Some(bell) = &self.0 {
            let _ = rustix::io::write(bell, &1u64.to_ne_bytes());
        }
    }
}

impl Watch {
    pub(super) fn of(hint: Hint) -> Self {
        let bell = Bell(eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK).ok().map(Arc::new));
        let inotify = init(CreateFlags::CLOEXEC | CreateFlags::NONBLOCK).ok();
        if let Some(inotify) = &inotify {
            // A folder that is missing now may come later: the clock finds it. One that stands in both lists is watched for
            // all that both ask.
            for (folders, mask) in [(&hint.names, NAMES), (&hint.files, FILES)] {
                for folder in folders {
                    let _ = add_watch(inotify, folder, mask | WatchFlags::MASK_ADD);
                }
            }
        }
        Self { bell, inotify, only: hint.only }
    }

    /// A bell for whoever wants the one that waits to wake up: to end, or to look at once.
    #[must_use]
    pub fn bell(&self) -> Bell {
        self.bell.clone()
    }

    /// Waits for a hint, `longest` at most. True where there was one.
    #[must_use]
    pub fn wait(&self, longest: Duration) -> bool {
        let end = Instant::now() + longest;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            if !self.sleep(left) {
                return false;
            }
            let rung = self.bell.0.as_ref().is_some_and(|bell| rustix::io::read(bell, &mut [0; 8]).is_ok());
            if self.counts() || rung {
                return true;
            }
        }
    }

    /// Sleeps until something can be read; false where nothing came.
    fn sleep(&self, longest: Duration) -> bool {
        let both = [self.bell.0.as_deref(), self.inotify.as_ref()];
        let mut waiting: Vec<PollFd<'_>> =
            both.into_iter().flatten().map(|fd| PollFd::new(fd, PollFlags::IN)).collect();
        let time = Timespec {
            tv_sec: i64::try_from(longest.as_secs()).unwrap_or(i64::MAX),
            tv_nsec: longest.subsec_nanos().into(),
        };
        match poll(&mut waiting, Some(&time)) {
            Ok(count) => count > 0,
            // A signal: as good as a hint that nobody meant.
            Err(rustix::io::Errno::INTR) => true,
            Err(_) => {
                std::thread::sleep(longest.min(Duration::from_secs(1)));
                false
            }
        }
    }

    /// Reads all events; whether any of them counts.
    fn counts(&self) -> bool {
        let Some(inotify) = &self.inotify else { return false };
        let mut room = [MaybeUninit::uninit(); ROOM];
        let mut events = Reader::new(inotify, &mut room);
        let mut counts = false;
        while let Ok(event) = events.next() {
            // What happens to a file that is watched itself, or to a folder, has no name.
            let counted = event.file_name().is_none_or(|name| {
                self.only.is_empty() || self.only.iter().any(|only| only.as_bytes() == name.to_bytes())
            });
            // A watch that ended by itself is told by what ended it.
            counts |= counted && !event.events().contains(ReadFlags::IGNORED);
        }
        counts
    }
}

//! Hints of the system that a folder changed: they only say when to look. Where the system gives none, the clock does.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::Duration;

use notify::{RecursiveMode, Watcher as _};

/// What is to be watched.
#[derive(Debug, Clone)]
pub struct Hint {
    folders: Vec<PathBuf>,
    /// Only what happens to this file in the folder counts, and to its lock.
    file: Option<OsString>,
}

impl Hint {
    pub(super) fn folders(folders: impl IntoIterator<Item = PathBuf>) -> Self {
        Self { folders: folders.into_iter().collect(), file: None }
    }

    /// The folder in which a file stands: a file that is replaced by another one would be lost from sight itself.
    pub(super) fn file(path: &Path) -> Self {
        // Where the user's own path is a link, the file behind it changes.
        let path = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let folder = match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
            _ => PathBuf::from("."),
        };
        Self { folders: vec![folder], file: path.file_name().map(ToOwned::to_owned) }
    }

    /// Begins to watch.
    #[must_use]
    pub fn watch(self) -> Watch {
        let (ring, bell) = sync_channel(1);
        let watcher = self.watcher(ring.clone());
        Watch { ring, bell, _watcher: watcher }
    }

    fn watcher(&self, ring: SyncSender<()>) -> Option<notify::RecommendedWatcher> {
        let file = self.file.clone();
        let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            let counts = match (&event, &file) {
                // Reading is no change.
                (Ok(event), _) if event.kind.is_access() => false,
                (Ok(event), Some(file)) => {
                    event.need_rescan() || event.paths.iter().any(|path| path.file_name() == Some(file))
                }
                // An overflow, or trouble: look.
                _ => true,
            };
            if counts {
                // A bell that rings already need not ring twice.
                let _ = ring.try_send(());
            }
        })
        .ok()?;
        for folder in &self.folders {
            // A part that is missing now may come later: the clock finds it.
            let _ = watcher.watch(folder, RecursiveMode::NonRecursive);
        }
        Some(watcher)
    }
}

/// A watch that is kept; it ends when it is dropped.
#[derive(Debug)]
pub struct Watch {
    ring: SyncSender<()>,
    bell: Receiver<()>,
    _watcher: Option<notify::RecommendedWatcher>,
}

impl Watch {
    /// A bell pull for whoever wants the follower to wake up: to end, or to look at once.
    #[must_use]
    pub fn ring(&self) -> SyncSender<()> {
        self.ring.clone()
    }

    /// Waits for a hint, `longest` at most. True where there was one.
    #[must_use]
    pub fn wait(&self, longest: Duration) -> bool {
        !matches!(self.bell.recv_timeout(longest), Err(RecvTimeoutError::Timeout))
    }
}

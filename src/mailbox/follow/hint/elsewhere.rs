//! Hints of systems other than Linux, as the notify crate gives them.

use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::Duration;

use notify::{RecursiveMode, Watcher as _};

use super::Hint;

/// A watch that is kept; it ends when it is dropped.
#[derive(Debug)]
pub struct Watch {
    ring: SyncSender<()>,
    bell: Receiver<()>,
    _watcher: Option<notify::RecommendedWatcher>,
}

/// Wakes whoever waits with a [`Watch`].
#[derive(Debug, Clone)]
pub struct Bell(SyncSender<()>);

impl Bell {
    /// Rings; a bell that rings already need not ring twice.
    pub fn ring(&self) {
        let _ = self.0.try_send(());
    }
}

impl Watch {
    pub(super) fn of(hint: Hint) -> Self {
        let (ring, bell) = sync_channel(1);
        let watcher = watcher(hint, ring.clone());
        Self { ring, bell, _watcher: watcher }
    }

    /// A bell for whoever wants the one that waits to wake up: to end, or to look at once.
    #[must_use]
    pub fn bell(&self) -> Bell {
        Bell(self.ring.clone())
    }

    /// Waits for a hint, `longest` at most. True where there was one.
    #[must_use]
    pub fn wait(&self, longest: Duration) -> bool {
        !matches!(self.bell.recv_timeout(longest), Err(RecvTimeoutError::Timeout))
    }
}

fn watcher(hint: Hint, ring: SyncSender<()>) -> Option<notify::RecommendedWatcher> {
    let only = hint.only;
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        let counts = match &event {
            // Reading is no change.
            Ok(event) if event.kind.is_access() => false,
            Ok(event) if !only.is_empty() => {
                let named = |path: &std::path::PathBuf| {
                    path.file_name().is_some_and(|name| only.iter().any(|only| only == name))
                };
                event.need_rescan() || event.paths.iter().any(named)
            }
            // An overflow, or trouble: look.
            _ => true,
        };
        if counts {
            let _ = ring.try_send(());
        }
    })
    .ok()?;
    for folder in hint.names.iter().chain(&hint.files) {
        // A part that is missing now may come later: the clock finds it.
        let _ = watcher.watch(folder, RecursiveMode::NonRecursive);
    }
    Some(watcher)
}

//! Hints of the system that a folder changed: they only say when to look. Where the system gives none, the clock does.

#[cfg(not(target_os = "linux"))]
mod elsewhere;
#[cfg(target_os = "linux")]
mod linux;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

#[cfg(not(target_os = "linux"))]
pub use self::elsewhere::{Bell, Watch};
#[cfg(target_os = "linux")]
pub use self::linux::{Bell, Watch};

/// The most folders that are watched; the clock finds what happens in the others.
const MOST: usize = 4096;

/// What is to be watched.
#[derive(Debug, Clone, Default)]
pub struct Hint {
    /// Only entries that come, go or get another name count.
    names: Vec<PathBuf>,
    /// Also what is written into the files in them counts; or files themselves.
    files: Vec<PathBuf>,
    /// Of what happens in folders only what happens to these names counts; all, where there is none.
    only: Vec<OsString>,
}

impl Hint {
    /// Folders in which a file never changes: Maildir.
    pub(super) fn of_names(folders: impl IntoIterator<Item = PathBuf>) -> Self {
        Self { names: folders.into_iter().take(MOST).collect(), ..Self::default() }
    }

    /// Folders with files that may change.
    pub(super) fn of_files(folders: impl IntoIterator<Item = PathBuf>) -> Self {
        Self { files: folders.into_iter().take(MOST).collect(), ..Self::default() }
    }

    /// Files, and the folders in which they stand: a file that is replaced by another one would be lost from sight itself.
    pub(super) fn of_these<'p>(paths: impl IntoIterator<Item = &'p Path>) -> Self {
        let mut hint = Self::default();
        for path in paths.into_iter().take(MOST) {
            // Where the user's own path is a link, the file behind it changes.
            let path = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
            let folder = match path.parent() {
                Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
                _ => PathBuf::from("."),
            };
            if !hint.names.contains(&folder) {
                hint.names.push(folder);
            }
            hint.files.push(path.clone());
            hint.only.extend(path.file_name().map(ToOwned::to_owned));
        }
        hint
    }

    /// Begins to watch.
    #[must_use]
    pub fn watch(self) -> Watch {
        Watch::of(self)
    }
}

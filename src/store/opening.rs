//! Which mails are being analyzed in this process just now, so that the next run knows what ended this one: no confined
//! process survives the end of its host to tell. One small file a process, `opening.PID`, with a place for each thread.
//!
//! It only has to outlive the process, not the power: nothing here waits for the disk. A file without its process is what
//! is left of a run that was ended in the middle of a mail; it is read once and removed.

use std::fs::{File, OpenOptions};
use std::io::Read as _;
use std::os::unix::fs::{FileExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use crate::mailbox::Identity;

/// Places of a file: more threads than analyze at once.
const PLACES: usize = 64;
/// Bytes of a place.
const PLACE: usize = 32;
/// The most files of earlier runs that are looked at.
const MOST: usize = 256;
const NAME: &str = "opening.";

/// The file of this process. Dropped, it is gone.
#[derive(Debug)]
pub struct Opening {
    file: File,
    path: PathBuf,
    free: Mutex<Vec<usize>>,
}

/// A mail that is being analyzed, until this is dropped.
#[derive(Debug)]
pub struct Opened<'a> {
    opening: &'a Opening,
    place: Option<usize>,
}

impl Opening {
    /// Makes the file of this process in `data_dir`, and gives the mails in whose middle earlier ones were ended. `None`
    /// where no file can be made: then nothing is remembered.
    #[must_use]
    pub fn start(data_dir: &Path) -> (Option<Self>, Vec<Identity>) {
        let left = left_behind(data_dir);
        let path = data_dir.join(format!("{NAME}{}", std::process::id()));
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .custom_flags(rustix::fs::OFlags::NOFOLLOW.bits().cast_signed())
            .open(&path)
            .ok()
            // Held for as long as the process lives: so others know that it does.
            .filter(|file| file.try_lock().is_ok() && file.set_len((PLACES * PLACE) as u64).is_ok());
        let opening = file.map(|file| Self { file, path, free: Mutex::new((0..PLACES).collect()) });
        (opening, left)
    }

    /// The process leaves in order: whatever its threads are at is no reason to be careful next time.
    pub fn leave(&self) {
        let _ = std::fs::remove_file(&self.path);
    }

    /// A mail is about to be analyzed here.
    #[must_use]
    pub fn enter(&self, identity: Identity) -> Opened<'_> {
        let place = self.free.lock().ok().and_then(|mut free| free.pop());
        if let Some(place) = place {
            let _ = self.file.write_all_at(&identity.0, (place * PLACE) as u64);
        }
        Opened { opening: self, place }
    }
}

impl Drop for Opened<'_> {
    fn drop(&mut self) {
        let Some(place) = self.place else { return };
        let _ = self.opening.file.write_all_at(&[0; PLACE], (place * PLACE) as u64);
        if let Ok(mut free) = self.opening.free.lock() {
            free.push(place);
        }
    }
}

impl Drop for Opening {
    fn drop(&mut self) {
        self.leave();
    }
}

/// What processes left that are no more.
fn left_behind(data_dir: &Path) -> Vec<Identity> {
    let Ok(entries) = std::fs::read_dir(data_dir) else { return Vec::new() };
    let ours = |name: &std::ffi::OsStr| {
        let pid = name.to_str().and_then(|name| name.strip_prefix(NAME));
        pid.is_some_and(|pid| !pid.is_empty() && pid.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let files = entries.flatten().filter(|entry| ours(&entry.file_name())).take(MOST);
    let mut left = Vec::new();
    for path in files.map(|entry| entry.path()) {
        let flags = (rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK).bits().cast_signed();
        let Ok(file) = OpenOptions::new().read(true).custom_flags(flags).open(&path) else { continue };
        let dead = file.metadata().is_ok_and(|data| data.is_file()) && file.try_lock().is_ok();
        if !dead {
            continue;
        }
        let mut bytes = Vec::new();
        let _ = (&file).take((PLACES * PLACE) as u64).read_to_end(&mut bytes);
        let places = bytes.chunks_exact(PLACE).filter_map(|place| <[u8; PLACE]>::try_from(place).ok());
        left.extend(places.filter(|place| *place != [0; PLACE]).map(Identity));
        let _ = std::fs::remove_file(&path);
    }
    left
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_in_whose_middle_a_process_ended_is_known_to_the_next() {
        let folder = tempfile::tempdir().unwrap();
        let (first, left) = Opening::start(folder.path());
        let first = first.unwrap();
        assert_eq!(left, []);
        let deadly = first.enter(Identity([7; 32]));
        drop(first.enter(Identity([8; 32])));
        // A second program at the same time takes nothing from the first.
        assert_eq!(left_behind(folder.path()), []);
        // Its end: the lock is gone, the file is not.
        let bytes = std::fs::read(&first.path).unwrap();
        drop(deadly);
        drop(first);
        std::fs::write(folder.path().join("opening.1"), bytes).unwrap();
        std::fs::write(folder.path().join("opening.x"), [9; 32]).unwrap();
        let (_second, left) = Opening::start(folder.path());
        assert_eq!(left, [Identity([7; 32])]);
        assert!(!folder.path().join("opening.1").exists() && folder.path().join("opening.x").exists());
    }

    #[test]
    fn a_run_that_ends_well_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let (opening, _) = Opening::start(folder.path());
        drop(opening.unwrap().enter(Identity([1; 32])));
        assert_eq!(left_behind(folder.path()), []);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn what_is_no_file_of_ours_blocks_nothing() {
        let folder = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink("/dev/zero", folder.path().join("opening.2")).unwrap();
        std::fs::create_dir(folder.path().join("opening.3")).unwrap();
        let (opening, left) = Opening::start(folder.path());
        assert!(opening.is_some() && left.is_empty());
        assert!(Opening::start(&folder.path().join("missing")).0.is_none());
    }
}

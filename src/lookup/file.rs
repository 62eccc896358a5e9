//! Bounded reading of the user's own data files (databases, overrides, recordings): regular files only, never mapped,
//! never more than a limit. Mail is not read here.

use std::fs::OpenOptions;
use std::io::Read as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use crate::text::{Sentence, Words, cause};

/// A folder, a pipe, a device.
pub(crate) const NOT_REGULAR: Words = Words::new("not a regular file", "通常のファイルではありません");

/// Reads a whole regular file of at most `limit` bytes. Symbolic links are followed: these are the user's own folders.
///
/// # Errors
/// A sentence that says why not; without the path.
pub(crate) fn read(path: &Path, limit: u64) -> Result<Vec<u8>, Sentence> {
    // O_NONBLOCK: a pipe that stands where a file should be must not hold up the start.
    let flags = (rustix::fs::OFlags::NONBLOCK | rustix::fs::OFlags::CLOEXEC).bits().cast_signed();
    let file = OpenOptions::new().read(true).custom_flags(flags).open(path).map_err(|error| cause(&error))?;
    let data = file.metadata().map_err(|error| cause(&error))?;
    if !data.is_file() {
        return Err(NOT_REGULAR.into());
    }
    if data.len() > limit {
        return Err(too_large(limit));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(data.len()).unwrap_or_default());
    // The file may grow while it is read.
    file.take(limit + 1).read_to_end(&mut bytes).map_err(|error| cause(&error))?;
    if bytes.len() as u64 > limit {
        return Err(too_large(limit));
    }
    Ok(bytes)
}

fn too_large(limit: u64) -> Sentence {
    let words = Words::new("larger than the limit of {0} MiB", "上限の {0} MiB を超えています");
    Sentence::new(words, [(limit >> 20).into()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_regular_files_within_the_limit_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        std::fs::write(&path, b"12345").unwrap();
        assert_eq!(read(&path, 5).unwrap(), b"12345");
        assert!(read(&path, 4).unwrap_err().to_string().contains("larger"));
        assert!(read(folder.path(), 5).is_err());
        let missing = read(&folder.path().join("none"), 5).unwrap_err();
        assert_eq!(missing.to_string(), "there is no such file or folder (os error 2)");
        let pipe = folder.path().join("pipe");
        // No system call for it is common to Linux and macOS.
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        assert_eq!(read(&pipe, 5).unwrap_err(), NOT_REGULAR.into());
    }
}

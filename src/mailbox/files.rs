//! Single messages that were named one by one: `gosanke *.eml` is one list, not a folder for each file.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use super::blob::Blob;
use super::source::Source;
use super::{Doubt, Entry, Flags, MESSAGE_LIMIT, Problem, trouble};

/// The files, in the order given.
#[derive(Debug, Default)]
pub(super) struct Files {
    files: Vec<(Arc<Path>, Blob)>,
    places: HashMap<Arc<Path>, usize>,
}

impl Files {
    /// Takes one more; the same path twice is one file.
    pub(super) fn push(&mut self, path: &Path, blob: Blob) {
        let path: Arc<Path> = Arc::from(path);
        if !self.places.contains_key(&path) {
            self.places.insert(Arc::clone(&path), self.files.len());
            self.files.push((path, blob));
        }
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.files.len()
    }

    /// The files in order, each with its place on disk; `None` for what is read only once, into memory.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&Arc<Path>, &Blob)> {
        self.files.iter().map(|(path, blob)| (path, blob))
    }

    /// The bytes of one.
    pub(super) fn open(&self, file: &Path) -> Result<Source, Problem> {
        let blob = self.places.get(file).and_then(|at| self.files.get(*at)).map(|(_, blob)| blob);
        Ok(blob.ok_or_else(|| trouble::unreadable(trouble::GONE))?.open()?.0)
    }

    /// An entry for each.
    pub(super) fn entries(&self, folder: u16) -> impl Iterator<Item = Entry> + '_ {
        self.files.iter().map(move |(path, blob)| Entry { file: Some(Arc::clone(path)), ..entry_of(blob, folder) })
    }
}

/// The entry of a file that is one message.
pub(super) fn entry_of(blob: &Blob, folder: u16) -> Entry {
    let (mut doubts, mut problem) = (Vec::new(), None);
    match blob.open() {
        Ok((source, _)) if source.len() > MESSAGE_LIMIT => doubts.push(Doubt::TooLarge),
        Ok((_, Some(_))) => doubts.push(Doubt::Truncated),
        Ok((_, None)) => {}
        Err(why) => problem = Some(why),
    }
    Entry { folder, file: None, range: None, flags: Flags::default(), doubts, problem }
}

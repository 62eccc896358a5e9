//! One file that can be opened again and again: a path of the user's, a file below an opened folder, or memory. Packed
//! files are unpacked when first needed, again before a listing where they became others, and never to disk.

use std::path::PathBuf;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::packed::{self, Unpacked};
use super::source::{self, Root, Source};
use super::{Problem, Standing};
use crate::text::Words;

/// Where the bytes come from. A file is opened for each reading: a thousand mailboxes do not hold a thousand
/// descriptors.
#[derive(Debug, Clone)]
pub(super) enum Origin {
    /// A path that the user gave.
    Path(PathBuf),
    /// A file below a folder.
    Below(Arc<Root>, PathBuf),
    /// Already in memory, and why there is not more of it.
    Memory(Source, Option<Words>),
}

impl Origin {
    /// Opens the bytes as they are stored.
    pub(super) fn open(&self) -> Result<Source, Problem> {
        match self {
            Self::Path(path) => Source::named(path).map_err(source::problem),
            Self::Below(root, below) => root.file(below).map_err(source::problem),
            Self::Memory(source, _) => Ok(source.clone()),
        }
    }

    /// How the file stands now; `None` where it is gone, and for memory.
    pub(super) fn standing(&self) -> Option<Standing> {
        match self {
            Self::Path(path) => Source::named(path).ok()?.standing(),
            Self::Below(root, below) => root.standing(below),
            Self::Memory(..) => None,
        }
    }
}

/// A lock file older than this was left behind by a program that is no more; deliverers judge alike.
const LEFT_BEHIND: Duration = Duration::from_mins(5);

/// Whether another program has laid its lock file (`name.lock`) beside a file that the user named.
pub(super) fn dot_lock(origin: &Origin) -> bool {
    let Origin::Path(path) = origin else { return false };
    let mut lock = path.as_os_str().to_owned();
    lock.push(".lock");
    let Ok(about) = std::fs::symlink_metadata(lock) else { return false };
    let age = about.modified().ok().and_then(|then| then.elapsed().ok()).unwrap_or_default();
    age < LEFT_BEHIND
}

/// A file, packed or not.
#[derive(Debug)]
pub(super) struct Blob {
    origin: Origin,
    packed: bool,
    budget: Arc<AtomicU64>,
    /// With how the file stood then.
    unpacked: Mutex<Option<(Option<Standing>, Unpacked)>>,
}

impl Blob {
    /// `budget` is the memory in bytes that is left for unpacking.
    pub(super) fn new(origin: Origin, packed: bool, budget: Arc<AtomicU64>) -> Self {
        Self { origin, packed, budget, unpacked: Mutex::new(None) }
    }

    /// Where its bytes come from.
    pub(super) fn origin(&self) -> &Origin {
        &self.origin
    }

    /// Where its bytes come from, where they are read as they are stored.
    pub(super) fn plain_origin(&self) -> Option<&Origin> {
        (!self.packed).then_some(&self.origin)
    }

    /// The bytes, unpacked, and why there are not more of them.
    pub(super) fn open(&self) -> Result<(Source, Option<Words>), Problem> {
        if !self.packed {
            let cut = if let Origin::Memory(_, cut) = &self.origin { *cut } else { None };
            return Ok((self.origin.open()?, cut));
        }
        let mut unpacked = self.unpacked.lock().unwrap_or_else(PoisonError::into_inner);
        if unpacked.is_none() {
            let source = self.origin.open()?;
            *unpacked = Some((source.standing(), packed::unpack(&source, &self.budget)));
        }
        let Some((_, unpacked)) = unpacked.as_ref() else { return self.origin.open().map(|source| (source, None)) };
        Ok((Source::Memory(Arc::clone(&unpacked.bytes)), unpacked.cut))
    }

    /// Forgets what was unpacked where the packed file is another one now, so that a new listing is one of what is there.
    /// Where it is gone, what was unpacked is all that is left, and stays.
    pub(super) fn renew(&self) {
        let mut unpacked = self.unpacked.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.origin.standing();
        let is_other = |stood: &Option<Standing>| now.is_some() && now != *stood;
        if let Some((_, old)) = unpacked.take_if(|(stood, _)| is_other(stood)) {
            packed::give_back(&old, &self.budget);
        }
    }
}

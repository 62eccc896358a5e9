//! Message files that the user named one by one: whether each is still there, and still what it was. Asks the system how
//! they stand; reads nothing.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use super::super::blob::Blob;
use super::super::files::entry_of;
use super::super::{Entry, Standing};
use super::absent::Absent;
use super::{Change, Look};

/// How the files stood, in the order of the rows; `None` for those that never change, in memory.
#[derive(Debug)]
pub(super) struct Named {
    stood: Vec<Option<Standing>>,
    absent: Absent,
}

impl Named {
    /// Takes note of them before they are listed; `None` where none of them can change.
    pub(super) fn of<'b>(blobs: impl Iterator<Item = &'b Blob>) -> Option<Self> {
        let stood: Vec<_> = blobs.map(|blob| blob.origin().standing()).collect();
        let some = stood.iter().any(Option::is_some);
        some.then(|| Self { stood, absent: Absent::default() })
    }

    /// Asks for all of them.
    pub(super) fn look<'b>(
        &mut self,
        now: Instant,
        files: impl Iterator<Item = (Option<&'b Arc<Path>>, &'b Blob)>,
        folder: u16,
    ) -> Look {
        let mut look = Look::default();
        for ((index, stood), (file, blob)) in (0u32..).zip(&mut self.stood).zip(files) {
            let Some(before) = *stood else { continue };
            let Some(stands) = blob.origin().standing() else {
                self.absent.lose(index, now, &mut look);
                continue;
            };
            if self.absent.back(index) || stands != before {
                *stood = Some(stands);
                // It may be another file in its place.
                look.rewatch = true;
                blob.renew();
                let entry = Entry { file: file.cloned(), ..entry_of(blob, folder) };
                look.changes.push(Change::Rewritten { index, entry: Box::new(entry) });
            }
        }
        look
    }
}

//! A packed mailbox: it is written as a whole, so it is either what it was or another one. Asks the system how the file
//! stands; the listing unpacks.

use std::time::{Duration, SystemTime};

use super::super::Standing;
use super::super::blob::Origin;
use super::super::stamps::is_after;
use super::{Change, Look};
use crate::text::Words;

/// So long nobody must have written to it before it is unpacked again: half a file does not unpack.
const REST: Duration = Duration::from_secs(1);

const ANOTHER: Words = Words::new(
    "the packed mailbox became another file; it is read again",
    "圧縮されたメールボックスが別の内容になったため、読み直しました",
);

/// How it stood before it was listed.
#[derive(Debug)]
pub(super) struct Packed(Standing);

impl Packed {
    /// `None` where there is no file.
    pub(super) fn of(origin: &Origin) -> Option<Self> {
        origin.standing().map(Self)
    }

    /// Asks how it stands now. What is gone may come back: until then, all that is shown is what was unpacked.
    pub(super) fn look(&mut self, origin: &Origin) -> Look {
        match origin.standing() {
            Some(stands) if stands != self.0 && is_after(stands.changed, SystemTime::now() - REST) => {
                Look { again: Some(REST), rewatch: true, ..Look::default() }
            }
            Some(stands) if stands != self.0 => {
                self.0 = stands;
                Look { changes: vec![Change::Replaced(ANOTHER)], ..Look::default() }
            }
            Some(_) | None => Look::default(),
        }
    }
}

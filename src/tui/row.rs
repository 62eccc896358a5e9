//! A row of the list, and what rows can be sorted by.

use crate::analysis::Brief;
use crate::mailbox::{Entry, Identity};
use crate::message::Summary;
use crate::store::Mark;
use crate::view::row::Digest;

/// A message in the list, unpacked: as it comes from the mailbox, and as one row is looked at. The list itself keeps
/// [`super::rows::Rows`].
#[derive(Debug, Clone)]
pub struct Row {
    /// Where it is.
    pub entry: Entry,
    /// Sender, subject, date.
    pub summary: Summary,
    /// What the analysis found, once it is there.
    pub brief: Option<Brief>,
    /// Which mail it is, wherever a copy of it stands; worked out at once where there are marks, else when all rows are
    /// judged.
    pub identity: Option<Identity>,
    /// The mark.
    pub mark: Option<Mark>,
    /// It has a note.
    pub noted: bool,
    /// Chosen with the selection keys.
    pub selected: bool,
}

impl Row {
    /// A row for a message whose header was read.
    #[must_use]
    pub fn new(mut entry: Entry, summary: Summary) -> Self {
        // mbox keeps its flags in Status and X-Status.
        entry.flags.seen |= summary.status.contains('R');
        entry.flags.replied |= summary.status.contains('A');
        entry.flags.flagged |= summary.status.contains('F');
        entry.flags.trashed |= summary.status.contains('D');
        entry.flags.draft |= summary.status.contains('T');
        Self { entry, summary, brief: None, identity: None, mark: None, noted: false, selected: false }
    }

    /// What the analysis found.
    #[must_use]
    pub fn digest(&self) -> Option<&Digest> {
        self.brief.as_ref()?.digest.as_ref()
    }
}

/// What the list is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sort {
    /// Date, newest first.
    #[default]
    Date,
    /// Score, highest first.
    Score,
    /// Sender's name, A first.
    Sender,
    /// Subject, A first, `Re:` and the like ignored.
    Subject,
    /// As the mailbox holds them.
    Mailbox,
}

impl Sort {
    /// Names of the configuration.
    pub const NAMES: [(&'static str, Self); 5] = [
        ("date", Self::Date),
        ("score", Self::Score),
        ("sender", Self::Sender),
        ("subject", Self::Subject),
        ("mailbox", Self::Mailbox),
    ];

    /// The name of the configuration.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, sort)| *sort == self).map_or("", |(name, _)| name)
    }
}

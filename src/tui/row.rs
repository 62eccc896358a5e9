//! A row of the list, and what rows can be sorted by.

use crate::analysis::Brief;
use crate::mailbox::{Entry, Identity};
use crate::message::Summary;
use crate::store::Mark;
use crate::view::row::Digest;

/// A message in the list.
#[derive(Debug, Clone)]
pub struct Row {
    /// Where it is.
    pub entry: Entry,
    /// Sender, subject, date.
    pub summary: Summary,
    /// Lower-case sender and subject, for the filter: `name address\n subject`.
    pub hay: Box<str>,
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
        let hay = format!("{} {}\n{}", summary.name, summary.address, summary.subject).to_lowercase();
        // mbox keeps its flags in Status and X-Status.
        entry.flags.seen |= summary.status.contains('R');
        entry.flags.replied |= summary.status.contains('A');
        entry.flags.flagged |= summary.status.contains('F');
        entry.flags.trashed |= summary.status.contains('D');
        Self { entry, summary, hay: hay.into(), brief: None, identity: None, mark: None, noted: false, selected: false }
    }

    /// Lower-case sender.
    #[must_use]
    pub fn sender_hay(&self) -> &str {
        self.hay.split_once('\n').map_or("", |(sender, _)| sender)
    }

    /// Lower-case subject.
    #[must_use]
    pub fn subject_hay(&self) -> &str {
        self.hay.split_once('\n').map_or("", |(_, subject)| subject)
    }

    /// What the analysis found.
    #[must_use]
    pub fn digest(&self) -> Option<&Digest> {
        self.brief.as_ref()?.digest.as_ref()
    }

    /// A link host holds `word`.
    #[must_use]
    pub fn has_host(&self, word: &str) -> bool {
        self.digest().is_some_and(|digest| digest.hosts.iter().any(|host| host.contains(word)))
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

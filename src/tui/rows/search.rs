//! Which rows hold what was typed. The texts of a batch are made lower case in one go and searched in one go, which is
//! faster than going from row to row, and needs no second copy of them in memory.

use memchr::memmem::Finder;

use crate::mailbox::Flags;

use super::heads::{CASED, flags_of};
use super::{Found, Part, Rows};

/// Where a text is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::tui) enum Field {
    /// Sender and subject.
    Both,
    /// Name and address of the sender.
    Sender,
    /// The subject.
    Subject,
}

/// A text that is looked for, in lower case.
#[derive(Debug)]
pub(in crate::tui) struct Needle<'n> {
    finder: Finder<'n>,
    text: &'n str,
}

impl<'n> Needle<'n> {
    pub(in crate::tui) fn new(text: &'n str) -> Self {
        Self { finder: Finder::new(text), text }
    }
}

/// What a filter may ask of a row beside its texts.
#[derive(Clone, Copy)]
pub(in crate::tui) struct Facet {
    pub(in crate::tui) found: Found,
    pub(in crate::tui) flags: Flags,
    pub(in crate::tui) doubted: bool,
    pub(in crate::tui) broken: bool,
}

impl Rows {
    /// The batches from the one that begins at row `first` on.
    pub(in crate::tui) fn parts_from(&self, first: u32) -> &[Part] {
        let from = self.starts.0.partition_point(|start| *start < first);
        self.parts.get(from..).unwrap_or_default()
    }

    /// For each list of hosts whether one of them holds `word`.
    pub(in crate::tui) fn hosts_holding(&self, word: &str) -> Vec<bool> {
        self.hosts.holding(word)
    }
}

impl Part {
    pub(in crate::tui) fn len(&self) -> usize {
        self.found.len()
    }

    /// The texts in lower case, into a buffer that is used again.
    pub(in crate::tui) fn lower_into(&self, buffer: &mut Vec<u8>) {
        buffer.clear();
        buffer.extend_from_slice(self.heads.text.as_bytes());
        buffer.make_ascii_lowercase();
    }

    /// Sets `hits` for rows whose texts hold the needle. `lower` comes from [`Part::lower_into`].
    pub(in crate::tui) fn mark_texts(&self, needle: &Needle<'_>, field: Field, lower: &[u8], hits: &mut [bool]) {
        let rows = &self.heads.rows;
        let len = needle.text.len();
        let (mut at, mut row) = (0, 0);
        while let Some(hit) = lower.get(at..).and_then(|rest| needle.finder.find(rest)).map(|hit| hit + at) {
            // Rows stand in the order of their texts: most hits are near the last one.
            while rows.get(row).is_some_and(|head| head.text_end() <= hit) {
                row += 1;
            }
            let Some(head) = rows.get(row) else { return };
            let subject = head.subject_at();
            let inside = match field {
                Field::Both => hit + len <= head.text_end(),
                Field::Sender => hit + len < subject,
                Field::Subject => hit >= subject && hit + len < head.text_end(),
            };
            if inside && let Some(slot) = hits.get_mut(row) {
                *slot = true;
            }
            at = match field {
                Field::Subject if !inside && hit < subject => subject,
                Field::Both | Field::Sender | Field::Subject if inside || hit >= subject => head.text_end(),
                _ => hit + 1,
            };
        }
        for (head, slot) in rows.iter().zip(hits).filter(|(head, slot)| head.bits & CASED != 0 && !**slot) {
            let (sender, subject) = (self.heads.sender(head), self.heads.subject(head));
            *slot = match field {
                Field::Both => format!("{sender}\n{subject}").to_lowercase().contains(needle.text),
                Field::Sender => sender.to_lowercase().contains(needle.text),
                Field::Subject => subject.to_lowercase().contains(needle.text),
            };
        }
    }

    /// Sets `hits` for rows whose links lead to hosts that hold a word; see [`Rows::hosts_holding`].
    pub(in crate::tui) fn mark_hosts(&self, holding: &[bool], hits: &mut [bool]) {
        for (found, slot) in self.found.iter().zip(hits) {
            *slot |= holding.get(found.hosts as usize).copied().unwrap_or_default();
        }
    }

    /// Sets `hits` for rows of which `told` is true.
    pub(in crate::tui) fn mark_facets(&self, told: impl Fn(Facet) -> bool, hits: &mut [bool]) {
        for ((head, found), slot) in self.heads.rows.iter().zip(&self.found).zip(hits) {
            let (doubted, broken) = (head.doubts != 0, head.problem != 0);
            *slot = told(Facet { found: *found, flags: flags_of(head.flags), doubted, broken });
        }
    }
}

impl Facet {
    pub(in crate::tui) fn noted(self) -> bool {
        self.found.bits & super::NOTED != 0
    }

    pub(in crate::tui) fn selected(self) -> bool {
        self.found.bits & super::SELECTED != 0
    }

    pub(in crate::tui) fn attachments(self) -> u16 {
        self.found.attachments
    }

    pub(in crate::tui) fn links(self) -> u16 {
        self.found.links
    }
}

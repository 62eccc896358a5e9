//! The rows of a list as they are kept: some ninety bytes and their texts, so that a million of them are small and fast
//! to search and to sort. Positions are those of the mailbox and never change. No drawing, no I/O.

pub(super) mod encode;
mod findings;
mod found;
mod heads;
mod order;
mod places;
mod search;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::Arc;

use crate::analysis::Brief;
use crate::mailbox::Identity;
use crate::tui::marks::Held;

pub use self::findings::Findings;
pub use self::heads::{Heads, MOST};
pub(in crate::tui) use self::order::ranks_of;
pub(in crate::tui) use self::places::{Places, places_of};
pub use super::row::{Row, Sort};

use self::found::{BY_LINK, NAMED, NOTED, SELECTED};
pub(in crate::tui) use self::found::{Found, Hosts};
use self::heads::Head;
pub(in crate::tui) use self::search::{Facet, Field, Needle};

/// A batch of rows as it stands in the list.
#[derive(Debug)]
pub(in crate::tui) struct Part {
    heads: Arc<Heads>,
    found: Vec<Found>,
    /// Which mails they are; empty until one is known.
    identities: Vec<Identity>,
}

/// Batches of rows one behind the other, and where each begins: what list and threads share.
#[derive(Debug, Default)]
pub(in crate::tui) struct Starts(Vec<u32>);

impl Starts {
    /// Takes a batch that begins at `start`.
    pub(in crate::tui) fn push(&mut self, start: u32) {
        self.0.push(start);
    }

    /// The batch that holds a row, and its place there.
    pub(in crate::tui) fn find(&self, index: u32) -> Option<(usize, usize)> {
        let part = self.0.partition_point(|start| *start <= index).checked_sub(1)?;
        Some((part, (index - self.0.get(part)?) as usize))
    }
}

/// The rows.
#[derive(Debug, Default)]
pub struct Rows {
    parts: Vec<Part>,
    starts: Starts,
    len: u32,
    hosts: Hosts,
    /// For each of the first rows its place in the order by a text, where that was worked out.
    ranks: Vec<(Sort, Vec<u32>)>,
    places: Places,
}

/// One row of the list, not unpacked.
#[derive(Clone, Copy)]
struct At<'a> {
    heads: &'a Heads,
    head: &'a Head,
    found: Found,
}

impl Rows {
    /// How many.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len as usize
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Takes a batch in, behind the others, with what is known of it. Calls `campaign` with the key of each row that is
    /// judged: 0 where it has none.
    pub(in crate::tui) fn push(
        &mut self,
        heads: Arc<Heads>,
        findings: Option<&Findings>,
        campaign: &mut dyn FnMut(u64),
    ) {
        if heads.is_empty() {
            return;
        }
        self.starts.push(self.len);
        self.len += heads.len() as u32;
        let (found, identities) = match findings.filter(|findings| findings.found.len() == heads.len()) {
            Some(findings) => {
                let places = self.hosts.adopt(&findings.hosts);
                let here = |found: &Found| {
                    if found.is_done() {
                        campaign(found.campaign);
                    }
                    Found { hosts: places.get(found.hosts as usize).copied().unwrap_or_default(), ..*found }
                };
                (findings.found.iter().map(here).collect(), findings.identities.clone())
            }
            None => (vec![Found::default(); heads.len()], Vec::new()),
        };
        self.parts.push(Part { heads, found, identities });
    }

    /// Puts another state of a batch, with as many rows, in its place. Gives the change in how many can be read.
    pub(in crate::tui) fn replace(&mut self, part: usize, heads: Arc<Heads>) -> isize {
        let Some(part) = self.parts.get_mut(part).filter(|part| part.heads.len() == heads.len()) else { return 0 };
        let readable = |heads: &Heads| (0..heads.len()).filter(|at| heads.is_readable(*at)).count() as isize;
        let change = readable(&heads) - readable(&part.heads);
        part.heads = heads;
        change
    }

    /// Takes back what the analysis found of a row, but not its mark. Gives the key of its campaign where it had a
    /// finding.
    pub(in crate::tui) fn forget(&mut self, index: u32) -> Option<u64> {
        let found = self.found_mut(index)?;
        let old = *found;
        found.forget();
        old.is_done().then_some(old.campaign)
    }

    /// The batches, as the threads share them.
    pub(in crate::tui) fn batches(&self) -> impl Iterator<Item = &Arc<Heads>> {
        self.parts.iter().map(|part| &part.heads)
    }

    fn at(&self, index: u32) -> Option<At<'_>> {
        let (part, at) = self.starts.find(index)?;
        let part = self.parts.get(part)?;
        let found = part.found.get(at).copied().unwrap_or_default();
        Some(At { heads: &part.heads, head: part.heads.rows.get(at)?, found })
    }

    fn found_mut(&mut self, index: u32) -> Option<&mut Found> {
        let (part, at) = self.starts.find(index)?;
        self.parts.get_mut(part)?.found.get_mut(at)
    }

    /// What is kept of the analysis of a row.
    pub(in crate::tui) fn found(&self, index: u32) -> Option<Found> {
        self.at(index).map(|row| row.found)
    }

    /// A row, unpacked.
    #[must_use]
    pub fn get(&self, index: u32) -> Option<Row> {
        let (part, at) = self.starts.find(index)?;
        let part = self.parts.get(part)?;
        let (heads, found) = (&part.heads, *part.found.get(at)?);
        let summary = heads.summary(at)?;
        let identity = part.identities.get(at).copied().filter(|_| found.bits & NAMED != 0);
        let digest = found.digest(&summary.address, &self.hosts);
        Some(Row {
            entry: heads.entry(at)?,
            summary,
            brief: found.is_done().then_some(Brief { identity, digest }),
            identity,
            mark: found.mark(),
            noted: found.bits & NOTED != 0,
            selected: found.bits & SELECTED != 0,
        })
    }

    /// All rows, unpacked one by one.
    pub fn iter(&self) -> impl Iterator<Item = Row> {
        (0..self.len).filter_map(|index| self.get(index))
    }

    /// Whether a row stands for a mail that can be read and is not judged yet.
    pub(in crate::tui) fn is_waiting(&self, index: u32) -> bool {
        self.at(index).is_some_and(|row| !row.found.is_done() && row.head.problem == 0)
    }

    /// Which mail a row is, where that is known.
    pub(in crate::tui) fn identity(&self, index: u32) -> Option<Identity> {
        let (part, at) = self.starts.find(index)?;
        let part = self.parts.get(part)?;
        part.found.get(at).filter(|found| found.bits & NAMED != 0).and_then(|_| part.identities.get(at).copied())
    }

    /// For each row in turn whether it needs no analysis any more, and whether it is known which mail it is.
    pub(in crate::tui) fn standing(&self) -> (Vec<bool>, Vec<bool>) {
        let each = |bit: fn(Found) -> bool| {
            let of = move |part: &Part| -> Vec<bool> {
                let pairs = part.heads.rows.iter().zip(&part.found);
                pairs.map(|(head, found)| bit(*found) || head.problem > 0).collect()
            };
            self.parts.iter().flat_map(of).collect()
        };
        (each(Found::is_done), each(|found| found.bits & NAMED != 0))
    }

    /// Takes what the analysis found. Gives the key of the campaign, 0 for none, where it is the row's
    /// first finding.
    pub(in crate::tui) fn set_brief(&mut self, index: u32, brief: &Brief) -> Option<u64> {
        let (part, at) = self.starts.find(index)?;
        let part = self.parts.get_mut(part)?;
        let head = part.heads.rows.get(at)?;
        let found = part.found.get_mut(at)?;
        let first = !found.is_done();
        *found = Found::of(brief, part.heads.address(head), &mut self.hosts, *found);
        first.then_some(found.campaign)
    }

    /// Takes which mail a row is.
    pub(in crate::tui) fn set_identity(&mut self, index: u32, identity: Identity) {
        let Some((part, at)) = self.starts.find(index) else { return };
        let Some(part) = self.parts.get_mut(part) else { return };
        if part.identities.is_empty() {
            part.identities = vec![Identity([0; 32]); part.heads.len()];
        }
        if let (Some(slot), Some(found)) = (part.identities.get_mut(at), part.found.get_mut(at)) {
            *slot = identity;
            found.set(NAMED, true);
        }
    }

    /// Takes the mark of one row.
    pub(in crate::tui) fn set_mark(&mut self, index: u32, held: Held<'_>) {
        if let Some(found) = self.found_mut(index) {
            put_mark(found, held);
        }
    }

    /// Asks for each row of which it is known which mail it is what its mark is; `None` leaves it.
    pub(in crate::tui) fn remark<'a>(&mut self, told: impl Fn(&Identity) -> Option<Held<'a>>) {
        for part in &mut self.parts {
            for (found, identity) in part.found.iter_mut().zip(&part.identities) {
                if found.bits & NAMED != 0
                    && let Some(held) = told(identity)
                {
                    put_mark(found, held);
                }
            }
        }
    }

    /// Whether a row is selected.
    pub(in crate::tui) fn is_selected(&self, index: u32) -> bool {
        self.at(index).is_some_and(|row| row.found.bits & SELECTED != 0)
    }

    /// Selects a row or not; tells whether that is a change.
    pub(in crate::tui) fn select(&mut self, index: u32, on: bool) -> bool {
        let Some(found) = self.found_mut(index) else { return false };
        let was = found.bits & SELECTED != 0;
        found.set(SELECTED, on);
        was != on
    }

    /// Selects nothing.
    pub(in crate::tui) fn select_none(&mut self) {
        self.parts.iter_mut().flat_map(|part| &mut part.found).for_each(|found| found.set(SELECTED, false));
    }

    /// The campaign of a row: its key, and whether it rests on a link.
    pub(in crate::tui) fn campaign(&self, index: u32) -> Option<(u64, bool)> {
        let found = self.found(index)?;
        (found.campaign > 0).then_some((found.campaign, found.bits & BY_LINK != 0))
    }

    /// The addresses of at most `most` senders of a campaign.
    pub(in crate::tui) fn senders(&self, campaign: u64, most: usize) -> impl Iterator<Item = &str> {
        let rows =
            self.parts.iter().flat_map(|part| part.heads.rows.iter().zip(&part.found).map(move |row| (part, row)));
        let members = rows.filter(move |(_, (_, found))| found.campaign == campaign);
        members.take(most).map(|(part, (head, _))| part.heads.address(head))
    }

    /// Takes back what the analysis found of every row; for tests.
    pub fn forget_findings(&mut self) {
        self.parts.iter_mut().flat_map(|part| &mut part.found).for_each(|found| *found = Found::default());
    }
}

fn put_mark(found: &mut Found, held: Held<'_>) {
    found.set_mark(held.mark, !held.note.is_empty());
}

/// Counts of campaigns by key.
pub(in crate::tui) type Campaigns = HashMap<u64, u32>;

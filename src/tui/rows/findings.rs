//! What was found in the rows of one batch, apart from any list: how threads collect it, how a cache keeps it, and how
//! it comes into a list together with its rows.

use crate::analysis::Brief;
use crate::mailbox::Identity;

use super::found::{DONE, Found, Hosts, NAMED};
use super::heads::Heads;

/// Findings of one batch, one for each row.
#[derive(Debug, Default)]
pub struct Findings {
    pub(super) found: Vec<Found>,
    pub(super) hosts: Hosts,
    /// Empty until one is known.
    pub(super) identities: Vec<Identity>,
}

impl Findings {
    /// Nothing is known of so many rows.
    #[must_use]
    pub fn new(rows: usize) -> Self {
        Self { found: vec![Found::default(); rows], ..Self::default() }
    }

    /// Takes what was found in a row of `heads`; what is there already stays.
    pub fn set(&mut self, heads: &Heads, at: usize, brief: &Brief) {
        let (Some(head), Some(found)) = (heads.rows.get(at), self.found.get_mut(at)) else { return };
        if !found.is_done() {
            *found = Found::of(brief, heads.address(head), &mut self.hosts, *found);
        }
    }

    /// Takes which mail a row is.
    pub fn name(&mut self, at: usize, identity: Identity) {
        if self.identities.is_empty() {
            self.identities = vec![Identity([0; 32]); self.found.len()];
        }
        if let (Some(slot), Some(found)) = (self.identities.get_mut(at), self.found.get_mut(at)) {
            *slot = identity;
            found.set(NAMED, true);
        }
    }

    /// What was found stands elsewhere by now: only which mails the rows are is still of use here.
    pub fn drop_hosts(&mut self) {
        self.hosts = Hosts::default();
        self.found.iter_mut().for_each(|found| found.hosts = 0);
    }

    /// Takes over what another batch knows of a row that holds the same mail.
    pub fn take_over(&mut self, at: usize, from: &Self, there: usize) {
        let (Some(slot), Some(other)) = (self.found.get_mut(at), from.found.get(there)) else { return };
        if other.is_done() {
            *slot = Found { hosts: self.hosts.put(from.hosts.get(other.hosts)), bits: other.bits & !NAMED, ..*other };
        }
        if let Some(identity) = from.identity(there) {
            self.name(at, identity);
        }
    }

    /// Whether a row is judged.
    #[must_use]
    pub fn is_done(&self, at: usize) -> bool {
        self.found.get(at).is_some_and(|found| found.bits & DONE != 0)
    }

    /// Which mail a row is, where that is known.
    #[must_use]
    pub fn identity(&self, at: usize) -> Option<Identity> {
        let named = self.found.get(at).is_some_and(|found| found.bits & NAMED != 0);
        if named { self.identities.get(at).copied() } else { None }
    }

    /// Whether it is known of any row which mail it is.
    #[must_use]
    pub fn is_named(&self) -> bool {
        !self.identities.is_empty()
    }

    /// All identities; what is not known is zero, and none is known where there are none.
    #[must_use]
    pub fn identities(&self) -> &[Identity] {
        &self.identities
    }

    /// Whether every row that can be read is judged.
    #[must_use]
    pub fn all_done(&self, heads: &Heads) -> bool {
        (0..heads.len()).all(|at| self.is_done(at) || !heads.is_readable(at))
    }

    /// Whether it is known of every row that can be read which mail it is.
    #[must_use]
    pub fn all_named(&self, heads: &Heads) -> bool {
        (0..heads.len()).all(|at| self.identity(at).is_some() || !heads.is_readable(at))
    }
}

//! A mail as the rules see it: its evidence, and what several of them ask of it, each worked out once and only where
//! somebody asks.
//!
//! It reads as the [`Evidence`] itself; the questions are functions of `gate`, which keep their answers here. It lives
//! for one run over the rules and must never outlive a change of the evidence.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::ops::Deref;

use foldhash::fast::RandomState;

use crate::evidence::{Address, Brand, Evidence, Link, UrlParts};

/// The evidence of one mail, with room for the answers that several rules want.
#[derive(Debug)]
pub struct Seen<'a> {
    evidence: &'a Evidence,
    pub(super) over_list: OnceCell<bool>,
    pub(super) listed: OnceCell<bool>,
    pub(super) aligned: OnceCell<bool>,
    pub(super) answering: OnceCell<bool>,
    pub(super) forwarded: OnceCell<bool>,
    pub(super) service: OnceCell<bool>,
    pub(super) brand_on_list: OnceCell<Option<&'static Brand>>,
    pub(super) borrowed: OnceCell<Option<(&'static Brand, &'a Address)>>,
    pub(super) pressable: OnceCell<Vec<(&'a Link, &'a UrlParts)>>,
    pub(super) telling: OnceCell<Vec<(&'a Link, &'a UrlParts)>>,
    pub(super) hosts: OnceCell<Vec<(&'a Link, &'a UrlParts)>>,
    pub(super) home: OnceCell<HashMap<&'a str, bool, RandomState>>,
    pub(super) targets: OnceCell<usize>,
    pub(super) named: OnceCell<Vec<&'static Brand>>,
    pub(super) owner: OnceCell<Option<&'static Brand>>,
}

impl<'a> Seen<'a> {
    /// The evidence, nothing asked yet.
    #[must_use]
    pub fn of(evidence: &'a Evidence) -> Self {
        Self {
            evidence,
            over_list: OnceCell::new(),
            listed: OnceCell::new(),
            aligned: OnceCell::new(),
            answering: OnceCell::new(),
            forwarded: OnceCell::new(),
            service: OnceCell::new(),
            brand_on_list: OnceCell::new(),
            borrowed: OnceCell::new(),
            pressable: OnceCell::new(),
            telling: OnceCell::new(),
            hosts: OnceCell::new(),
            home: OnceCell::new(),
            targets: OnceCell::new(),
            named: OnceCell::new(),
            owner: OnceCell::new(),
        }
    }

    /// The evidence itself, for as long as it lives.
    #[must_use]
    pub fn evidence(&self) -> &'a Evidence {
        self.evidence
    }
}

impl Deref for Seen<'_> {
    type Target = Evidence;

    fn deref(&self) -> &Evidence {
        self.evidence
    }
}

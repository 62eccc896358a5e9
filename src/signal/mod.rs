//! The rules: pure functions of evidence and facts. One item per rule owns everything that is known of it.
//!
//! To add a rule, write one item in its family's file and name it in that family's list. Title and reason are told to
//! the reader; the weight is in log-odds points (see `verdict`), positive where it speaks for phishing, negative where
//! it speaks for honest mail. A rule of weight zero is information: it is told and counts nothing.
//!
//! An identity check alone proves little: "Return-Path differs from From" holds for 30 % of phishing and 62 % of old list
//! mail. Rules therefore ask `gate` for the innocent reasons before they speak. No rule may name a campaign, look at
//! anything but its two arguments, or fire more than once for one mail.

mod answers;
pub mod asks;
mod attachments;
mod authentication;
mod bait;
mod body;
mod brand;
mod clocks;
mod filters;
mod forgery;
mod gate;
mod habits;
mod imitated;
mod injection;
mod inner;
mod letters;
mod lexicon;
mod link_brands;
mod links;
mod listed;
mod listed_sender;
mod lists;
mod lookalike;
mod model;
mod names;
mod networks;
mod path;
mod payees;
mod pressure;
mod proof;
mod registration;
mod registration_sender;
mod seen;
mod sender;
mod structure;
mod targets;
#[cfg(test)]
mod tests;
mod visits;
mod weights;

use crate::evidence::{Domain, Evidence};
use crate::facts::FactSet;
use crate::message::Span;
use crate::proof::Proof;
use crate::text::Words;

pub use model::{Fitted, Levels, Mails, Model, Origin, SHIPPED};
pub use seen::Seen;
pub use weights::Weights;

/// A host that ordinary mail of any sender has: of a free mail provider, a social network, a counter of a mail service,
/// a gateway, a landlord of companies' pages, or of fonts and scripts.
#[must_use]
pub fn everyday(domain: &Domain) -> bool {
    gate::everyday(domain)
}

/// How a finding proves what it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// The bytes themselves show it.
    Direct,
    /// It follows from two or more things put beside each other.
    Correlated,
    /// Experience says so; it can be wrong.
    Heuristic,
}

/// A family of rules: one file each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Family {
    /// Who the mail says it is from.
    Sender,
    /// The way it came.
    Path,
    /// SPF, DKIM, DMARC as claimed.
    Authentication,
    /// Where its links lead.
    Links,
    /// What it says.
    Body,
    /// What is attached.
    Attachments,
    /// How it is built.
    Structure,
    /// What the reader's own lists say.
    Lists,
    /// Rules of the reader, from files of his.
    Own,
}

impl Family {
    /// How many there are.
    pub const COUNT: usize = Self::Own as usize + 1;

    /// The most that the family may say in one direction: what the reader said himself is not cut.
    #[must_use]
    pub fn cap(self, usual: f64) -> f64 {
        if matches!(self, Self::Lists | Self::Own) { f64::INFINITY } else { usual }
    }
}

/// What a rule's check found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Hit {
    /// Values for the places in the rule's reason, not yet made printable.
    pub values: Vec<String>,
    /// The bytes it rests on.
    pub spans: Vec<Span>,
}

/// A rule.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// Stable, lower case with dashes, the family's word not repeated: `link-text-lies`.
    pub id: &'static str,
    /// Its family.
    pub family: Family,
    /// A few words for a list.
    pub title: Words,
    /// A sentence that explains one finding to its reader; `{0}` ... are filled from [`Hit::values`].
    pub reason: Words,
    /// What would make it a false alarm, in a sentence: the innocent reasons that the reader can check.
    pub innocent: Words,
    /// Log-odds points as people set them: where a fit starts and what it is held at. Zero is information.
    pub weight: f32,
    /// How it proves.
    pub kind: Kind,
    /// RFC sections, papers, tools whose idea it is.
    pub references: &'static [&'static str],
    /// The check. Gives one hit however often the thing occurs.
    pub check: fn(&Seen<'_>, &FactSet) -> Option<Hit>,
}

/// A rule that fired.
#[derive(Debug, Clone)]
pub struct Finding {
    /// The rule.
    pub rule: &'static Rule,
    /// Its weight as configured.
    pub weight: f32,
    /// What it found.
    pub hit: Hit,
}

impl Hit {
    /// A hit with the values for the reason and the bytes it rests on.
    fn new<const N: usize>(values: [&str; N], spans: Vec<Span>) -> Self {
        Self { values: values.into_iter().map(ToOwned::to_owned).collect(), spans }
    }
}

/// The families in their order; what is told of one family may stand in several files.
const FAMILIES: &[&[Rule]] = &[
    sender::RULES,
    answers::RULES,
    names::RULES,
    imitated::RULES,
    inner::RULES,
    forgery::RULES,
    registration_sender::RULES,
    listed_sender::RULES,
    path::RULES,
    clocks::RULES,
    networks::RULES,
    authentication::RULES,
    proof::RULES,
    injection::RULES,
    links::RULES,
    link_brands::RULES,
    targets::RULES,
    listed::RULES,
    visits::RULES,
    registration::RULES,
    body::RULES,
    pressure::RULES,
    bait::RULES,
    payees::RULES,
    letters::RULES,
    attachments::RULES,
    structure::RULES,
    filters::RULES,
    habits::RULES,
    lists::RULES,
];

/// Every rule, family by family, in the order of their files.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    FAMILIES.iter().copied().flatten()
}

/// The rule of an id.
#[must_use]
pub fn rule(id: &str) -> Option<&'static Rule> {
    rules().find(|rule| rule.id == id)
}

/// Runs every rule that is not switched off. A rule whose own weight is zero runs as information.
#[must_use]
pub fn run(evidence: &Evidence, facts: &FactSet, weights: &Weights) -> Vec<Finding> {
    run_proved(evidence, Proof::NOTHING, facts, weights)
}

/// [`run`] with what was recomputed of the mail's authentication.
#[must_use]
pub fn run_proved(evidence: &Evidence, proof: &Proof, facts: &FactSet, weights: &Weights) -> Vec<Finding> {
    let seen = Seen::proved(evidence, proof);
    rules()
        .zip(weights.in_order())
        .filter_map(|(rule, weight)| {
            let weight = (*weight)?;
            (rule.check)(&seen, facts).map(|hit| Finding { rule, weight, hit })
        })
        .collect()
}

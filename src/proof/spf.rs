//! SPF recomputed (RFC 7208): may this address send for that domain, and which term of which record says so?
//!
//! ```text
//! shop.example      v=spf1 include:_spf.mail.example -all
//!   _spf.mail.example   v=spf1 ip4:192.0.2.0/24 -all      <- ip4:192.0.2.0/24 lets 192.0.2.7 pass
//! ```
//!
//! Evaluated over facts: a missing one becomes a wish ([`Spf::wants`]), and the evaluation runs again when it is there, so
//! that no more is asked than the record needs, in its own order. The limits of section 4.6.4 hold: ten terms that ask,
//! two answers without a record, ten mail exchangers. Asks nobody and has no clock. What SPF says today may differ from
//! what it said when the mail came.

mod evaluate;
mod macros;
mod record;

use std::net::IpAddr;

use crate::facts::{FactSet, Key};
use evaluate::Run;

/// The result of a check (RFC 7208 section 2.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SpfResult {
    /// The domain publishes no record.
    None,
    /// The record says nothing of the address.
    Neutral,
    /// The address may send for the domain.
    Pass,
    /// It may not.
    Fail,
    /// It probably may not.
    SoftFail,
    /// A question was not answered; another day it may be.
    TempError,
    /// The record cannot be evaluated.
    PermError,
}

impl SpfResult {
    /// The word of RFC 8601.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Neutral => "neutral",
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::SoftFail => "softfail",
            Self::TempError => "temperror",
            Self::PermError => "permerror",
        }
    }
}

/// Why a record cannot be evaluated, or a question was not answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SpfProblem {
    /// A term is wrong; as it is written.
    Syntax(String),
    /// Bytes beyond ASCII, or control characters.
    NotAscii,
    /// The domain has more than one record.
    TwoRecords(String),
    /// `include` or `redirect` leads to a domain without a record.
    NoRecord(String),
    /// More than ten terms that ask.
    TooManyLookups,
    /// More than two answers without a record.
    TooManyVoids,
    /// A term names a domain with more than ten mail exchangers.
    TooManyExchangers(String),
    /// The answer for this name failed; the reason in English.
    Unanswered(String, String),
}

/// What one term said, in the order of evaluation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// How many includes and redirects deep.
    pub depth: u8,
    /// The domain whose record it stands in.
    pub domain: String,
    /// The term as written; empty for the end of a record of which nothing matched.
    pub term: String,
    /// What came of it.
    pub outcome: StepOutcome,
    /// It is one of those that led to the result.
    pub decides: bool,
}

/// What came of a term.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepOutcome {
    /// It matched, which means this result.
    Match(SpfResult),
    /// It did not match.
    NoMatch,
    /// It led to another record, whose result this was.
    Led(SpfResult),
    /// Nobody knows yet.
    Open,
}

/// A check and how it came about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spf {
    /// The result; `None` while something is still wanted.
    pub result: Option<SpfResult>,
    /// The domain that was checked: of MAIL FROM, or of HELO where that is empty.
    pub domain: String,
    /// It is HELO that was checked.
    pub helo: bool,
    /// The address that was checked.
    pub address: IpAddr,
    /// The terms that were evaluated, at most 200.
    pub path: Vec<Step>,
    /// There were more.
    pub path_cut: bool,
    /// Terms that asked, of ten.
    pub lookups: u8,
    /// Answers without a record, of two.
    pub voids: u8,
    /// Why it failed.
    pub problem: Option<SpfProblem>,
    /// The sender's own explanation of a fail, where it was at hand: hostile text.
    pub explanation: Option<String>,
    /// What has to be asked before it can go on.
    pub wants: Vec<Key>,
}

impl Spf {
    /// The terms that led to the result, outermost first.
    pub fn decisive(&self) -> impl Iterator<Item = &Step> {
        self.path.iter().filter(|step| step.decides)
    }
}

/// Checks whether `address` may send for the domain of `mail_from` (an address, or a bare domain; empty for a null
/// reverse path, then `helo` is checked).
#[must_use]
pub fn check(facts: &FactSet, address: IpAddr, helo: &str, mail_from: &str) -> Spf {
    let address = address.to_canonical();
    let by_helo = mail_from.is_empty();
    let from = if by_helo { helo } else { mail_from };
    let (local, domain) = from.rsplit_once('@').unwrap_or(("", from));
    let local = if local.is_empty() { "postmaster" } else { local };
    let sender = format!("{local}@{domain}");
    let mut run = Run::new(facts, address, helo, &sender);
    let result = run.check(domain);
    let mut spf = Spf {
        result: None,
        domain: super::known::spelled(domain),
        helo: by_helo,
        address,
        path: Vec::new(),
        path_cut: false,
        lookups: 0,
        voids: 0,
        problem: None,
        explanation: None,
        wants: Vec::new(),
    };
    run.finish(result, &mut spf);
    spf
}

#[cfg(test)]
mod suite_tests;
#[cfg(test)]
mod tests;

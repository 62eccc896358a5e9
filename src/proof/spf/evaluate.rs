//! The evaluation of SPF records, term by term, over facts.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::macros::{self, Values};
use super::record::{Bits, Mechanism, Qualifier, Record, Term, is_record};
use super::{Spf, SpfProblem, SpfResult, Step, StepOutcome};
use crate::facts::phrases::reason;
use crate::facts::{FactSet, Key};
use crate::proof::known::{self, Known};

/// Terms that ask (section 4.6.4).
const LOOKUPS: u8 = 10;
/// Answers without a record.
const VOIDS: u8 = 2;
/// Mail exchangers of one term, and names of one address.
const NAMES: usize = 10;
/// The most steps that are kept.
const STEPS: usize = 200;

/// Why an evaluation stops before its end.
pub(super) enum Stop {
    Want,
    Perm(SpfProblem),
    Temp(SpfProblem),
}

/// One evaluation.
pub(super) struct Run<'a> {
    facts: &'a FactSet,
    address: IpAddr,
    helo: &'a str,
    sender: &'a str,
    lookups: u8,
    voids: u8,
    steps: Vec<Step>,
    cut: bool,
    wants: Vec<Key>,
    keys: Vec<Key>,
    explanation: Option<String>,
    /// `%{p}`, once it was needed.
    validated: Option<String>,
}

impl<'a> Run<'a> {
    pub(super) fn new(facts: &'a FactSet, address: IpAddr, helo: &'a str, sender: &'a str) -> Self {
        Self {
            facts,
            address,
            helo,
            sender,
            lookups: 0,
            voids: 0,
            steps: Vec::new(),
            cut: false,
            wants: Vec::new(),
            keys: Vec::new(),
            explanation: None,
            validated: None,
        }
    }

    /// The whole check for the domain of the sender.
    pub(super) fn check(&mut self, domain: &str) -> Result<SpfResult, Stop> {
        // Section 4.3: what is no name of a host has no record.
        let literal = domain.starts_with('[') || domain.parse::<IpAddr>().is_ok();
        if literal || !known::is_name(domain) || !domain.trim_end_matches('.').contains('.') || !domain.is_ascii() {
            return Ok(SpfResult::None);
        }
        let result = self.domain(&known::spelled(domain), 0);
        self.mark();
        result
    }

    pub(super) fn finish(self, result: Result<SpfResult, Stop>, spf: &mut Spf) {
        let (result, problem) = match result {
            Ok(result) => (Some(result), None),
            Err(Stop::Want) => (None, None),
            Err(Stop::Perm(problem)) => (Some(SpfResult::PermError), Some(problem)),
            Err(Stop::Temp(problem)) => (Some(SpfResult::TempError), Some(problem)),
        };
        spf.result = result;
        spf.problem = problem;
        spf.path = self.steps;
        spf.path_cut = self.cut;
        spf.lookups = self.lookups;
        spf.voids = self.voids;
        spf.wants = self.wants;
        spf.keys = self.keys;
        if result == Some(SpfResult::Fail) {
            spf.explanation = self.explanation;
        }
    }

    /// check_host() for one domain (section 4). Nested at most as deep as terms may ask: ten.
    fn domain(&mut self, domain: &str, depth: u8) -> Result<SpfResult, Stop> {
        self.look(Key::Texts(domain.to_owned()));
        let texts = match known::texts(self.facts, domain) {
            Known::Value(texts) => texts,
            Known::Nothing => return Ok(SpfResult::None),
            known => return Err(self.stop(known, domain)),
        };
        let mut records = texts.iter().filter(|text| is_record(text));
        let Some(bytes) = records.next() else { return Ok(SpfResult::None) };
        if records.next().is_some() {
            return Err(Stop::Perm(SpfProblem::TwoRecords(domain.to_owned())));
        }
        if !bytes.iter().all(|byte| (b' '..=b'~').contains(byte)) {
            return Err(Stop::Perm(SpfProblem::NotAscii));
        }
        let text = String::from_utf8_lossy(bytes);
        let record =
            Record::read(&text).map_err(|term| Stop::Perm(SpfProblem::Syntax(term.chars().take(200).collect())))?;
        for term in &record.terms {
            let at = self.step(depth, domain, term.text, StepOutcome::Open);
            let matched = self.term(term, domain, depth, at)?;
            let outcome = if matched { StepOutcome::Match(meant(term.qualifier)) } else { StepOutcome::NoMatch };
            self.settle(at, outcome);
            if matched {
                let result = meant(term.qualifier);
                if result == SpfResult::Fail {
                    self.explain(record.explanation, domain);
                }
                return Ok(result);
            }
        }
        if let Some(target) = record.redirect {
            let at = self.step(depth, domain, &format!("redirect={target}"), StepOutcome::Open);
            self.count()?;
            let target = self.target(target, domain)?;
            let result = if known::is_name(&target) { self.domain(&target, depth + 1)? } else { SpfResult::None };
            self.settle(at, StepOutcome::Led(result));
            return match result {
                SpfResult::None => Err(Stop::Perm(SpfProblem::NoRecord(target))),
                result => Ok(result),
            };
        }
        self.step(depth, domain, "", StepOutcome::Match(SpfResult::Neutral));
        Ok(SpfResult::Neutral)
    }

    fn term(&mut self, term: &Term<'_>, domain: &str, depth: u8, at: Option<usize>) -> Result<bool, Stop> {
        match &term.mechanism {
            Mechanism::All => Ok(true),
            Mechanism::Ip4(network, bits) => Ok(within(self.address, IpAddr::V4(*network), *bits)),
            Mechanism::Ip6(network, bits) => Ok(within(self.address, IpAddr::V6(*network), *bits)),
            Mechanism::Include(target) => {
                self.count()?;
                let target = self.target(target, domain)?;
                let result = if known::is_name(&target) { self.domain(&target, depth + 1)? } else { SpfResult::None };
                if result != SpfResult::Pass {
                    // What was found on the way explains nothing.
                    self.explanation = None;
                }
                self.settle(at, StepOutcome::Led(result));
                match result {
                    SpfResult::Pass => Ok(true),
                    SpfResult::None => Err(Stop::Perm(SpfProblem::NoRecord(target))),
                    _ => Ok(false),
                }
            }
            Mechanism::A(target, bits) => {
                self.count()?;
                let target = self.target(target.unwrap_or("%{d}"), domain)?;
                Ok(self.family(&target)?.is_some_and(|list| any_within(&list, self.address, *bits)))
            }
            Mechanism::Mx(target, bits) => self.exchangers(target.unwrap_or("%{d}"), *bits, domain),
            Mechanism::Exists(target) => {
                self.count()?;
                let target = self.target(target, domain)?;
                // Only A records count, whatever family the client is of (section 5.7).
                match self.ask(&target, Key::Addresses, known::addresses)? {
                    Some(list) if list.iter().any(IpAddr::is_ipv4) => Ok(true),
                    Some(_) => self.whole(&target).and_then(|()| self.void()).map(|()| false),
                    None => Ok(false),
                }
            }
            Mechanism::Ptr(target) => {
                self.count()?;
                let target = self.target(target.unwrap_or("%{d}"), domain)?;
                let target = known::spelled(&target);
                Ok(self.validated()?.iter().any(|name| is_below(name, &target)))
            }
        }
    }

    fn exchangers(&mut self, target: &str, bits: Bits, domain: &str) -> Result<bool, Stop> {
        self.count()?;
        let target = self.target(target, domain)?;
        let Some(list) = self.ask(&target, Key::MailExchangers, known::exchangers)? else { return Ok(false) };
        if list.len() > NAMES {
            return Err(Stop::Perm(SpfProblem::TooManyExchangers(target)));
        }
        let mut open = false;
        for exchanger in &list {
            if exchanger.host.is_empty() {
                continue;
            }
            match self.family(&exchanger.host) {
                Ok(Some(addresses)) if any_within(&addresses, self.address, bits) => {
                    // An earlier exchanger may still be open: whatever it says, this one matches.
                    self.wants.clear();
                    return Ok(true);
                }
                Ok(_) => {}
                // The others may be asked in the same breath.
                Err(Stop::Want) => open = true,
                Err(stop) => return Err(stop),
            }
        }
        if open { Err(Stop::Want) } else { Ok(false) }
    }

    /// Counts a term that asks.
    fn count(&mut self) -> Result<(), Stop> {
        if self.lookups >= LOOKUPS {
            return Err(Stop::Perm(SpfProblem::TooManyLookups));
        }
        self.lookups += 1;
        Ok(())
    }

    fn void(&mut self) -> Result<(), Stop> {
        if self.voids >= VOIDS {
            return Err(Stop::Perm(SpfProblem::TooManyVoids));
        }
        self.voids += 1;
        Ok(())
    }

    /// What is known of a name; `None` where there is no such record, or no such name can be.
    fn ask<T>(
        &mut self,
        name: &str,
        key: fn(String) -> Key,
        read: fn(&FactSet, &str) -> Known<T>,
    ) -> Result<Option<T>, Stop> {
        if !known::is_name(name) {
            return Ok(None);
        }
        self.look(key(known::spelled(name)));
        match read(self.facts, name) {
            Known::Value(value) => Ok(Some(value)),
            Known::Nothing => self.void().map(|()| None),
            known => Err(self.stop(known, name)),
        }
    }

    /// The addresses of a host that are of the client's family.
    fn family(&mut self, name: &str) -> Result<Option<Vec<IpAddr>>, Stop> {
        let Some(mut list) = self.ask(name, Key::Addresses, known::addresses)? else { return Ok(None) };
        list.retain(|one| one.is_ipv4() == self.address.is_ipv4());
        if list.is_empty() {
            self.whole(name)?;
            self.void()?;
        }
        Ok(Some(list))
    }

    /// Stops where a family of addresses that decides was asked for in vain, while the other one came (section 2.6.6).
    fn whole(&self, name: &str) -> Result<(), Stop> {
        if self.facts.is_half(&known::spelled(name)) {
            return Err(Stop::Temp(SpfProblem::Unanswered(name.to_owned(), reason::HALF.en.to_owned())));
        }
        Ok(())
    }

    /// Notes a question.
    fn look(&mut self, key: Key) {
        if !self.keys.contains(&key) {
            self.keys.push(key);
        }
    }

    fn stop<T>(&mut self, known: Known<T>, name: &str) -> Stop {
        match known {
            Known::Wanted(key) => {
                if !self.wants.contains(&key) {
                    self.wants.push(key);
                }
                Stop::Want
            }
            Known::Failed(why) => Stop::Temp(SpfProblem::Unanswered(name.to_owned(), why)),
            Known::Value(_) | Known::Nothing => Stop::Want,
        }
    }

    /// The name that a domain-spec means here (section 7.3).
    fn target(&mut self, spec: &str, domain: &str) -> Result<String, Stop> {
        let validated = if macros::needs_validated(spec) { self.best_validated(domain)? } else { String::new() };
        let expanded = macros::expand(spec, &self.values(domain, &validated));
        Ok(shortened(&expanded).to_owned())
    }

    fn values<'b>(&'b self, domain: &'b str, validated: &'b str) -> Values<'b> {
        Values {
            sender: self.sender,
            domain,
            helo: self.helo,
            address: self.address,
            validated,
            receiver: "unknown",
            at: 0,
        }
    }

    /// The names of the address that lead back to it (section 5.5). A failure on the way makes a name no name.
    fn validated(&mut self) -> Result<Vec<String>, Stop> {
        self.look(Key::Names(self.address));
        let names = match known::names(self.facts, self.address) {
            Known::Value(names) => names,
            Known::Nothing => {
                self.void()?;
                return Ok(Vec::new());
            }
            Known::Failed(_) => return Ok(Vec::new()),
            known @ Known::Wanted(_) => return Err(self.stop(known, "")),
        };
        let mut validated = Vec::new();
        let mut open = false;
        for name in names.iter().take(NAMES) {
            self.look(Key::Addresses(known::spelled(name)));
            match known::addresses(self.facts, name) {
                Known::Value(list) if list.contains(&self.address) => validated.push(known::spelled(name)),
                known @ Known::Wanted(_) => {
                    self.stop(known, name);
                    open = true;
                }
                _ => {}
            }
        }
        if open { Err(Stop::Want) } else { Ok(validated) }
    }

    /// `%{p}`: the domain itself, else a name below it, else any (section 7.3). It asks, and counts once.
    fn best_validated(&mut self, domain: &str) -> Result<String, Stop> {
        if let Some(known) = &self.validated {
            return Ok(known.clone());
        }
        self.count()?;
        let names = self.validated()?;
        let best = names
            .iter()
            .find(|name| *name == domain)
            .or_else(|| names.iter().find(|name| is_below(name, domain)))
            .or_else(|| names.first())
            .map_or("unknown", String::as_str)
            .to_owned();
        self.validated = Some(best.clone());
        Ok(best)
    }

    /// The sender's words about a fail (section 6.2). Nothing is asked for them: they are told where they are at hand.
    fn explain(&mut self, spec: Option<&str>, domain: &str) {
        // What is looked at for it counts nowhere.
        let (wants, lookups, voids) = (self.wants.len(), self.lookups, self.voids);
        let told = spec.and_then(|spec| {
            let target = self.target(spec, domain).ok()?;
            let Known::Value(texts) = known::texts(self.facts, &target) else { return None };
            let [text] = texts.as_slice() else { return None };
            let text = std::str::from_utf8(text).ok().filter(|text| macros::sound(text, true))?;
            let validated = if macros::needs_validated(text) { self.best_validated(domain).ok() } else { None };
            Some(macros::expand(text, &self.values(domain, validated.as_deref().unwrap_or("unknown"))))
        });
        self.wants.truncate(wants);
        (self.lookups, self.voids) = (lookups, voids);
        self.explanation = told;
    }

    fn step(&mut self, depth: u8, domain: &str, term: &str, outcome: StepOutcome) -> Option<usize> {
        if self.steps.len() >= STEPS {
            self.cut = true;
            return None;
        }
        let (domain, term) = (domain.to_owned(), term.chars().take(300).collect());
        self.steps.push(Step { depth, domain, term, outcome, decides: false });
        Some(self.steps.len() - 1)
    }

    /// Writes down what came of a step; what led to another record keeps that record's result.
    fn settle(&mut self, at: Option<usize>, outcome: StepOutcome) {
        if let Some(step) = at.and_then(|at| self.steps.get_mut(at))
            && !(matches!(step.outcome, StepOutcome::Led(_)) && outcome == StepOutcome::NoMatch)
        {
            step.outcome = outcome;
        }
    }

    /// Marks the steps that led to the result: the last one, and the includes and redirects that led to it.
    fn mark(&mut self) {
        let mut depth = u8::MAX;
        for step in self.steps.iter_mut().rev() {
            if step.depth < depth {
                step.decides = true;
                depth = step.depth;
            }
        }
    }
}

/// What a match of a mechanism with this sign says.
fn meant(qualifier: Qualifier) -> SpfResult {
    match qualifier {
        Qualifier::Pass => SpfResult::Pass,
        Qualifier::Fail => SpfResult::Fail,
        Qualifier::SoftFail => SpfResult::SoftFail,
        Qualifier::Neutral => SpfResult::Neutral,
    }
}

/// At most 253 bytes: labels are taken off the left.
fn shortened(name: &str) -> &str {
    let mut name = name.strip_suffix('.').unwrap_or(name);
    while name.len() > 253 {
        let Some((_, rest)) = name.split_once('.') else { break };
        name = rest;
    }
    name
}

/// `name` is `domain` or ends in `.domain`.
fn is_below(name: &str, domain: &str) -> bool {
    name.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

fn any_within(list: &[IpAddr], address: IpAddr, bits: Bits) -> bool {
    list.iter().any(|one| within(address, *one, if one.is_ipv4() { bits.four } else { bits.six }))
}

/// The first `bits` of both addresses agree.
fn within(address: IpAddr, network: IpAddr, bits: u8) -> bool {
    match (address, network) {
        (IpAddr::V4(one), IpAddr::V4(other)) => {
            let mask = u32::MAX.checked_shl(32 - u32::from(bits.min(32))).unwrap_or(0);
            (Ipv4Addr::to_bits(one) ^ Ipv4Addr::to_bits(other)) & mask == 0
        }
        (IpAddr::V6(one), IpAddr::V6(other)) => {
            let mask = u128::MAX.checked_shl(128 - u32::from(bits.min(128))).unwrap_or(0);
            (Ipv6Addr::to_bits(one) ^ Ipv6Addr::to_bits(other)) & mask == 0
        }
        _ => false,
    }
}

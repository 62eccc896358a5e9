//! The chain of forwarders recomputed (RFC 8617): does every seal hold, and does the newest forwarder's signature still fit
//! the mail?
//!
//! A chain that holds proves who sealed what he found, never that he told the truth: it is worth as much as its sealers.

use std::collections::BTreeMap;

use super::dkim::canonical::{Hasher, Raw, Way, header};
use super::dkim::signature::{Kind, without_value};
use super::dkim::{self, Algorithm, Bodies, Dkim, DkimResult, KeyRecord};
use super::known::{self, Known};
use super::tags::Tags;
use crate::evidence::base64;
use crate::facts::{FactSet, Key};

/// The most sets that a chain may have (section 4.2.1).
const SETS: u8 = 50;

/// Why a chain does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ArcFlaw {
    /// A field of this set is missing, twice there or unreadable.
    Set(u8),
    /// More sets than allowed.
    TooMany,
    /// This set says itself that the chain before it did not hold.
    SaysFail(u8),
    /// The seal of this set does not fit.
    Seal(u8),
    /// The signature of the newest set does not fit the mail any more.
    Message(DkimResult),
}

/// What came of a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ArcResult {
    /// Every seal holds, and the newest signature fits.
    Pass,
    /// It does not hold.
    Fail(ArcFlaw),
    /// A key is gone, of this set: nothing can be said.
    KeyGone(u8),
    /// A key was asked for and no answer came; the reason in English.
    Unanswered(String),
}

/// A chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arc {
    /// `None` while keys are not at hand.
    pub result: Option<ArcResult>,
    /// Who sealed, first forwarder first.
    pub sealers: Vec<String>,
    /// The keys that have to be asked for.
    pub wants: Vec<Key>,
}

/// A seal until its key comes.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Seal {
    domain: String,
    selector: String,
    algorithm: Algorithm,
    value: Vec<u8>,
    hash: Vec<u8>,
}

/// A chain until its keys come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Prepared {
    flaw: Option<ArcFlaw>,
    sealers: Vec<String>,
    seals: Vec<Seal>,
    message: Option<dkim::Prepared>,
}

/// The three fields of a set, as places in the header.
#[derive(Default)]
struct Set {
    results: Vec<usize>,
    message: Vec<usize>,
    seal: Vec<usize>,
}

/// Hashes what each seal covers; `None` where there is no chain.
pub(super) fn prepare(fields: &[Raw<'_>], bodies: &mut Bodies<'_>) -> Option<Prepared> {
    let mut sets: BTreeMap<u8, Set> = BTreeMap::new();
    let mut flaw = None;
    for (at, field) in fields.iter().enumerate() {
        let kind = match field.name.get(4..) {
            Some(rest) if field.name.get(..4).is_some_and(|start| start.eq_ignore_ascii_case(b"arc-")) => rest,
            _ => continue,
        };
        let number = number(field);
        if number.is_some_and(|number| number > u64::from(SETS)) {
            flaw = flaw.or(Some(ArcFlaw::TooMany));
        }
        let set = sets.entry(number.and_then(|number| u8::try_from(number).ok()).unwrap_or(0)).or_default();
        if kind.eq_ignore_ascii_case(b"authentication-results") {
            set.results.push(at);
        } else if kind.eq_ignore_ascii_case(b"message-signature") {
            set.message.push(at);
        } else if kind.eq_ignore_ascii_case(b"seal") {
            set.seal.push(at);
        }
    }
    sets.retain(|_, set| !(set.results.is_empty() && set.message.is_empty() && set.seal.is_empty()));
    if sets.is_empty() {
        return None;
    }
    let mut out = Prepared { flaw, sealers: Vec::new(), seals: Vec::new(), message: None };
    let whole = |set: &Set| match (set.results.as_slice(), set.message.as_slice(), set.seal.as_slice()) {
        ([results], [message], [seal]) => Some((*results, *message, *seal)),
        _ => None,
    };
    let mut before = Hasher::new(false);
    let mut written = Vec::new();
    for (expected, (number, set)) in (1..=SETS).zip(&sets) {
        let Some((results, message, seal)) = whole(set).filter(|_| *number == expected) else {
            out.flaw = out.flaw.or(Some(ArcFlaw::Set(*number)));
            return Some(out);
        };
        for place in [results, message] {
            written.clear();
            header(Way::Relaxed, fields.get(place).map_or(b"", |field| field.whole), false, &mut written);
            before.update(&written);
        }
        let Some(field) = fields.get(seal) else { return Some(out) };
        match read_seal(field, expected, &before) {
            Ok(read) => {
                out.sealers.push(read.domain.clone());
                out.seals.push(read);
            }
            Err(why) => {
                out.flaw = out.flaw.or(Some(why));
                return Some(out);
            }
        }
        written.clear();
        header(Way::Relaxed, field.whole, false, &mut written);
        before.update(&written);
    }
    if let Some((_, message, _)) = sets.values().next_back().and_then(whole) {
        out.message = Some(dkim::one(fields, message, Kind::Arc, bodies));
    }
    Some(out)
}

/// `i=` of a field: the first tag of ARC-Authentication-Results, any of the others.
fn number(field: &Raw<'_>) -> Option<u64> {
    let value = field.value();
    let first = value.split(|byte| *byte == b';').next().unwrap_or_default();
    let tags = if field.is("arc-authentication-results") { Tags::read(first) } else { Tags::read(value) };
    tags.number("i").and_then(Result::ok)
}

fn read_seal(field: &Raw<'_>, number: u8, before: &Hasher) -> Result<Seal, ArcFlaw> {
    let tags = Tags::read(field.value());
    let tight = |name: &str| tags.tight(name).filter(|text| !text.is_empty()).ok_or(ArcFlaw::Set(number));
    // Section 4.1.3: a seal covers all fields of the chain and names none.
    if tags.broken || tags.get("h").is_some() {
        return Err(ArcFlaw::Set(number));
    }
    match (tight("cv")?.to_ascii_lowercase().as_str(), number) {
        ("none", 1) | ("pass", 2..) => {}
        ("fail", _) => return Err(ArcFlaw::SaysFail(number)),
        _ => return Err(ArcFlaw::Set(number)),
    }
    let algorithm = match tight("a")?.to_ascii_lowercase().as_str() {
        "rsa-sha256" => Algorithm::RsaSha256,
        "ed25519-sha256" => Algorithm::Ed25519,
        _ => return Err(ArcFlaw::Set(number)),
    };
    let value = base64(&tight("b")?).ok_or(ArcFlaw::Set(number))?;
    let mut written = Vec::new();
    header(Way::Relaxed, &without_value(field.whole), true, &mut written);
    let mut hasher = before.clone();
    hasher.update(&written);
    let domain = tight("d")?.trim_end_matches('.').to_ascii_lowercase();
    Ok(Seal { domain, selector: tight("s")?.to_ascii_lowercase(), algorithm, value, hash: hasher.finish() })
}

/// Puts keys beside the seals, newest first (section 5.2). Seals that held before are not computed again.
pub(super) fn prove(prepared: &Prepared, facts: &FactSet, at: Option<i64>, before: Option<&Arc>) -> Arc {
    let mut out = Arc { result: None, sealers: prepared.sealers.clone(), wants: Vec::new() };
    if let Some(flaw) = &prepared.flaw {
        out.result = Some(ArcResult::Fail(flaw.clone()));
        return out;
    }
    if let Some(before) = before.filter(|before| matches!(before.result, Some(ArcResult::Pass | ArcResult::Fail(_)))) {
        return before.clone();
    }
    // Which keys are wanted shows before anything is computed.
    let message = prepared.message.as_ref().map(|message| dkim::prove_one(message, facts, at, None));
    if let Some(Dkim { result: None, key: Some(key), .. }) = &message {
        out.wants.push(key.clone());
    }
    let keys: Vec<_> = (1..)
        .zip(&prepared.seals)
        .map(|(number, seal)| {
            let name = format!("{}._domainkey.{}", seal.selector, seal.domain);
            (number, seal, known::texts(facts, &name))
        })
        .collect();
    for (_, _, known) in &keys {
        if let Known::Wanted(key) = known
            && !out.wants.contains(key)
        {
            out.wants.push(key.clone());
        }
    }
    out.result = match message.and_then(|message| message.result) {
        Some(DkimResult::Pass) | None => None,
        Some(DkimResult::KeyGone) => Some(ArcResult::KeyGone(prepared.seals.len() as u8)),
        Some(DkimResult::Unanswered(why)) => Some(ArcResult::Unanswered(why)),
        Some(result) => Some(ArcResult::Fail(ArcFlaw::Message(result))),
    };
    if out.result.is_some() || !out.wants.is_empty() {
        return out;
    }
    for (number, seal, known) in keys.iter().rev() {
        let texts = match known {
            Known::Value(texts) => texts,
            Known::Failed(why) => {
                out.result = Some(ArcResult::Unanswered(why.clone()));
                return out;
            }
            Known::Nothing | Known::Wanted(_) => {
                out.result = Some(ArcResult::KeyGone(*number));
                return out;
            }
        };
        let Ok(key) = KeyRecord::of(texts) else {
            out.result = Some(ArcResult::KeyGone(*number));
            return out;
        };
        if !key.fits(seal.algorithm) || !key.verifies(seal.algorithm, &seal.hash, &seal.value) {
            out.result = Some(ArcResult::Fail(ArcFlaw::Seal(*number)));
            return out;
        }
    }
    out.result = Some(ArcResult::Pass);
    out
}

#[cfg(test)]
mod tests;

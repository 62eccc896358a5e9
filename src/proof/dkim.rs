//! DKIM recomputed, signature by signature (RFC 6376, RFC 8301, RFC 8463).
//!
//! In two steps, so that a key that comes late does not need the bytes again: `prepare` hashes header and body once and
//! keeps some hundred bytes of each signature; `prove` puts the key beside them. Whether the body was changed shows
//! without a key. A key that is gone proves nothing either way: domains take old keys away. Asks nobody and has no clock.

pub(super) mod canonical;
mod key;
pub(super) mod signature;

use std::collections::HashMap;

use crate::facts::{FactSet, Key};
use crate::message::Span;
use canonical::{Hasher, Raw, Way, body_hash};
pub(super) use key::KeyRecord;
use key::SHORTEST;
use signature::{Kind, Signature, without_value};

use super::known::{self, Known};

/// The most signatures that are looked at.
pub const SIGNATURES: usize = 10;
/// The most times that a body is hashed: once for each way, hash and length that signatures name.
const BODIES: usize = 4;

/// How something was signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Algorithm {
    /// RSA over SHA-256.
    RsaSha256,
    /// RSA over SHA-1, which proves nothing any more (RFC 8301 section 3.1).
    RsaSha1,
    /// Ed25519 over SHA-256 (RFC 8463).
    Ed25519,
}

impl Algorithm {
    /// As the field writes it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::RsaSha256 => "rsa-sha256",
            Self::RsaSha1 => "rsa-sha1",
            Self::Ed25519 => "ed25519-sha256",
        }
    }
}

/// What makes a signature void, whatever its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flaw {
    /// It is no list of tags.
    Syntax,
    /// A tag that has to be there is not.
    Missing(&'static str),
    /// `v=` is not 1.
    Version,
    /// `a=` is none that is known.
    Algorithm,
    /// `c=` is none that is known.
    Canonicalization,
    /// `q=` is not DNS.
    Query,
    /// `h=` does not name From.
    FromUnsigned,
    /// `i=` is not below `d=`.
    Identity,
    /// `x=` is not after `t=`.
    Times,
    /// More bodies would have to be hashed than are.
    TooMany,
}

/// Why a key cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyFlaw {
    /// There are texts, and none is a key.
    NoKey,
    /// `p=` is empty: the domain took it back.
    Revoked,
    /// It is not for mail, or not for this algorithm or name.
    OtherUse,
    /// Its kind is none that is known.
    OtherKind,
    /// It is no key.
    Unreadable,
    /// It is larger than what is computed with (8192 bits).
    TooLarge,
}

/// What came of a signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DkimResult {
    /// It holds: the domain signed what is there.
    Pass,
    /// The body is not the one that was signed.
    BodyChanged,
    /// The signature is not one over these fields with this key.
    Wrong,
    /// It holds, but its time was over when the mail came; Unix seconds of the end.
    Expired(i64),
    /// It holds, with a key so short (in bits) that others may have made it.
    KeyWeak(u32),
    /// It holds, over a hash that others may have made it fit (SHA-1).
    HashWeak,
    /// There is no key at its name: old mail outlives its keys, and a forged signature never had one.
    KeyGone,
    /// There is one that cannot be used.
    KeyUnusable(KeyFlaw),
    /// The signature is void.
    Void(Flaw),
    /// The key's name was asked for and no answer came; the reason in English.
    Unanswered(String),
}

impl DkimResult {
    /// The word of RFC 8601 section 2.7.1.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::BodyChanged | Self::Wrong => "fail",
            Self::Expired(_) | Self::KeyWeak(_) | Self::HashWeak => "policy",
            Self::KeyGone | Self::KeyUnusable(_) | Self::Void(_) => "permerror",
            Self::Unanswered(_) => "temperror",
        }
    }

    /// It says for certain that nothing is proved, whatever became of keys since.
    #[must_use]
    pub fn is_broken(&self) -> bool {
        matches!(self, Self::BodyChanged | Self::Wrong | Self::Void(_))
    }
}

/// A signature with what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dkim {
    /// `d=`, lower case; empty where it cannot be read.
    pub domain: String,
    /// `s=`.
    pub selector: String,
    /// `i=`.
    pub identity: String,
    /// `a=`.
    pub algorithm: Option<Algorithm>,
    /// `None` while the key is not at hand.
    pub result: Option<DkimResult>,
    /// Where the body was changed: the header's signature holds all the same.
    pub header_holds: Option<bool>,
    /// Length of the key in bits.
    pub bits: Option<u32>,
    /// The domain only tries signing out (`t=y`).
    pub testing: bool,
    /// Fields that a reader believes, that are there and not signed: `Subject`, `To`.
    pub unsigned: Vec<&'static str>,
    /// Bytes of the body that `l=` leaves unsigned: anybody may have added them.
    pub unsigned_bytes: u64,
    /// Unix seconds of `t=`.
    pub signed_at: Option<i64>,
    /// The field.
    pub span: Span,
    /// What has to be asked for its key.
    pub key: Option<Key>,
    /// The texts that were taken for the key, so that nothing is computed twice.
    pub(super) seen: Option<Vec<Vec<u8>>>,
}

/// What is kept of a signature until its key comes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Prepared {
    pub(super) signature: Result<Signature, (String, Flaw)>,
    pub(super) header_hash: Vec<u8>,
    pub(super) body_holds: bool,
    unsigned: Vec<&'static str>,
    unsigned_bytes: u64,
    span: Span,
}

/// A way, SHA-1, and how many canonical bytes count.
type Wanted = (Way, bool, Option<u64>);

/// The bodies of a mail, hashed as often as signatures want it and no more.
pub(super) struct Bodies<'a> {
    body: &'a [u8],
    known: Vec<(Wanted, (Vec<u8>, u64))>,
}

impl<'a> Bodies<'a> {
    pub(super) fn of(body: &'a [u8]) -> Self {
        Self { body, known: Vec::new() }
    }

    /// The hash, and the canonical length of the whole body; `None` where it would be hashed too often.
    pub(super) fn hash(&mut self, way: Way, sha1: bool, limit: Option<u64>) -> Option<(Vec<u8>, u64)> {
        let wanted = (way, sha1, limit);
        if let Some((_, found)) = self.known.iter().find(|(of, _)| *of == wanted) {
            return Some(found.clone());
        }
        if self.known.len() >= BODIES {
            return None;
        }
        let found = body_hash(way, sha1, limit, self.body);
        self.known.push((wanted, found.clone()));
        Some(found)
    }
}

/// Hashes what each signature covers.
pub(super) fn prepare(fields: &[Raw<'_>], bodies: &mut Bodies<'_>, most: usize) -> Vec<Prepared> {
    let own = fields.iter().enumerate().filter(|(_, field)| field.is("dkim-signature")).take(most.min(SIGNATURES));
    own.map(|(at, _)| one(fields, at, Kind::Dkim, bodies)).collect()
}

/// Hashes what one signature covers.
pub(super) fn one(fields: &[Raw<'_>], at: usize, kind: Kind, bodies: &mut Bodies<'_>) -> Prepared {
    let Some(field) = fields.get(at) else { return void(Flaw::Syntax) };
    let span = Span { start: field.start as u32, end: (field.start + field.whole.len()) as u32 };
    let signature = match Signature::read(field, kind) {
        Ok(signature) => signature,
        Err(why) => return Prepared { signature: Err(why), span, ..void(Flaw::Syntax) },
    };
    let sha1 = signature.algorithm == Algorithm::RsaSha1;
    // A length beyond the end (some signers count before they write canonically) covers the whole body.
    let Some((body, whole)) = bodies.hash(signature.body, sha1, signature.length) else {
        return Prepared { signature: Err((signature.domain, Flaw::TooMany)), span, ..void(Flaw::TooMany) };
    };
    let mut hasher = Hasher::new(sha1);
    let mut written = Vec::new();
    for signed in selected(fields, at, &signature.fields) {
        written.clear();
        canonical::header(signature.header, signed.whole, false, &mut written);
        hasher.update(&written);
    }
    written.clear();
    canonical::header(signature.header, &without_value(field.whole), true, &mut written);
    hasher.update(&written);
    let there = |name: &str| fields.iter().any(|field| field.is(name));
    let unsigned = [("subject", "Subject"), ("to", "To")]
        .into_iter()
        .filter(|(name, _)| there(name) && !signature.fields.iter().any(|signed| signed == name))
        .map(|(_, name)| name)
        .collect();
    Prepared {
        header_hash: hasher.finish(),
        body_holds: body == signature.body_hash,
        unsigned,
        unsigned_bytes: signature.length.map_or(0, |length| whole.saturating_sub(length)),
        span,
        signature: Ok(signature),
    }
}

fn void(flaw: Flaw) -> Prepared {
    Prepared {
        signature: Err((String::new(), flaw)),
        header_hash: Vec::new(),
        body_holds: false,
        unsigned: Vec::new(),
        unsigned_bytes: 0,
        span: Span::default(),
    }
}

/// The fields that `h=` names, in its order: of several the lowest first (section 5.4.2); a name that is not there, or is
/// named more often than it is there, stands for nothing.
fn selected<'a>(fields: &[Raw<'a>], own: usize, names: &[String]) -> Vec<Raw<'a>> {
    let mut places: HashMap<String, Vec<usize>> = HashMap::new();
    for (at, field) in fields.iter().enumerate().filter(|(at, _)| *at != own) {
        let name = String::from_utf8_lossy(field.name).to_ascii_lowercase();
        places.entry(name).or_default().push(at);
    }
    let next = |name: &String| places.get_mut(name).and_then(Vec::pop).and_then(|at| fields.get(at)).copied();
    names.iter().filter_map(next).collect()
}

/// The question for the key of a signature.
fn question(signature: &Signature) -> Key {
    Key::Texts(known::spelled(&format!("{}._domainkey.{}", signature.selector, signature.domain)))
}

/// Puts keys beside signatures. `at` is when the mail came (Unix seconds), where that is known; `before` is what came of
/// it the last time.
pub(super) fn prove(prepared: &[Prepared], facts: &FactSet, at: Option<i64>, before: &[Dkim]) -> Vec<Dkim> {
    let prove = |(index, one): (usize, &Prepared)| prove_one(one, facts, at, before.get(index));
    prepared.iter().enumerate().map(prove).collect()
}

/// Puts a key beside one signature.
pub(super) fn prove_one(prepared: &Prepared, facts: &FactSet, at: Option<i64>, before: Option<&Dkim>) -> Dkim {
    let signature = match &prepared.signature {
        Ok(signature) => signature,
        Err((domain, flaw)) => {
            return Dkim {
                domain: domain.clone(),
                result: Some(DkimResult::Void(*flaw)),
                span: prepared.span,
                ..Dkim::nothing()
            };
        }
    };
    let mut out = Dkim {
        domain: signature.domain.clone(),
        selector: signature.selector.clone(),
        identity: signature.identity.clone(),
        algorithm: Some(signature.algorithm),
        unsigned: prepared.unsigned.clone(),
        unsigned_bytes: prepared.unsigned_bytes,
        signed_at: signature.signed_at,
        span: prepared.span,
        key: Some(question(signature)),
        ..Dkim::nothing()
    };
    let name = format!("{}._domainkey.{}", signature.selector, signature.domain);
    match known::texts(facts, &name) {
        Known::Value(texts) => {
            if let Some(before) = before.filter(|before| before.seen.as_ref() == Some(&texts)) {
                return before.clone();
            }
            judge(prepared, signature, &texts, at, &mut out);
            out.seen = Some(texts);
        }
        Known::Nothing => out.result = Some(DkimResult::KeyGone),
        Known::Failed(why) => out.result = Some(DkimResult::Unanswered(why)),
        Known::Wanted(_) => {}
    }
    if !prepared.body_holds {
        out.result = Some(DkimResult::BodyChanged);
    }
    out
}

fn judge(prepared: &Prepared, signature: &Signature, texts: &[Vec<u8>], at: Option<i64>, out: &mut Dkim) {
    let key = match KeyRecord::of(texts) {
        Ok(key) => key,
        Err(KeyFlaw::NoKey) => {
            out.result = Some(DkimResult::KeyGone);
            return;
        }
        Err(flaw) => {
            out.result = Some(DkimResult::KeyUnusable(flaw));
            return;
        }
    };
    out.bits = Some(key.bits());
    out.testing = key.testing;
    let own_name =
        signature.identity.rsplit_once('@').is_some_and(|(_, own)| own.eq_ignore_ascii_case(&signature.domain));
    if !key.fits(signature.algorithm) || key.strict && !own_name {
        out.result = Some(DkimResult::KeyUnusable(KeyFlaw::OtherUse));
        return;
    }
    let holds = key.verifies(signature.algorithm, &prepared.header_hash, &signature.value);
    out.header_holds = Some(holds);
    let over = signature.expires.filter(|end| at.is_some_and(|at| at > *end));
    out.result = Some(if !holds {
        DkimResult::Wrong
    } else if signature.algorithm != Algorithm::Ed25519 && key.bits() < SHORTEST {
        DkimResult::KeyWeak(key.bits())
    } else if signature.algorithm == Algorithm::RsaSha1 {
        DkimResult::HashWeak
    } else if let Some(end) = over {
        DkimResult::Expired(end)
    } else {
        DkimResult::Pass
    });
}

impl Dkim {
    /// A signature of which nothing was hashed yet.
    pub(super) fn open(signature: &crate::evidence::Signature) -> Self {
        Self {
            domain: signature.signer().host,
            selector: signature.selector.clone(),
            span: signature.span,
            ..Self::nothing()
        }
    }

    pub(super) fn nothing() -> Self {
        Self {
            domain: String::new(),
            selector: String::new(),
            identity: String::new(),
            algorithm: None,
            result: None,
            header_holds: None,
            bits: None,
            testing: false,
            unsigned: Vec::new(),
            unsigned_bytes: 0,
            signed_at: None,
            span: Span::default(),
            key: None,
            seen: None,
        }
    }
}

#[cfg(test)]
mod tests;

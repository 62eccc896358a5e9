//! Authentication recomputed: what SPF, DKIM, DMARC and ARC say of a mail by its own bytes and by facts, beside what
//! somebody claims in it.
//!
//! ```text
//! bytes ── prepare ──> Prepared ─┐
//! Evidence ──────────────────────┼── prove ──> Proof (results, and what has to be asked next)
//! FactSet ───────────────────────┘
//! ```
//!
//! Pure: no network, no clock. What is missing becomes a wish (a [`crate::facts::Key`]), and everything is computed again
//! when it is there. A claim is never taken over from the mail, and nothing here judges: `signal` does. Costs nothing where
//! a mail has no signature and nobody asked for a text.

pub mod arc;
pub mod dkim;
pub mod dmarc;
mod known;
pub mod policies;
pub mod spf;
mod tags;

use std::net::IpAddr;

use crate::evidence::{AuthClaim, Domain, Evidence, is_public};
use crate::facts::{FactSet, Key};
use crate::message::Message;
use dkim::Bodies;
use dkim::canonical::fields;

/// What is kept of a mail's bytes for the day on which keys come: some hundred bytes for each signature.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Prepared {
    dkim: Vec<dkim::Prepared>,
    arc: Option<arc::Prepared>,
}

/// What was recomputed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Proof {
    /// SPF of the envelope, for the machine at the boundary. `None` where there is no boundary, or nobody asked.
    pub spf: Option<spf::Spf>,
    /// SPF of the From domain for the same machine, where that is another organization: is it one of From's own?
    pub author: Option<spf::Spf>,
    /// Each signature, top first.
    pub dkim: Vec<dkim::Dkim>,
    /// DMARC of the From domain.
    pub dmarc: Option<dmarc::Dmarc>,
    /// The chain of forwarders, where there is one.
    pub arc: Option<arc::Arc>,
    /// Days between the mail and the answers about SPF: what they say was not asked when it came.
    pub days: Option<i64>,
}

impl Proof {
    /// Nothing was recomputed.
    pub const NOTHING: &'static Self =
        &Self { spf: None, author: None, dkim: Vec::new(), dmarc: None, arc: None, days: None };

    /// The checks that were made of the machine at the boundary: of the envelope, and of From where that is another
    /// organization.
    pub fn paths(&self) -> impl Iterator<Item = &spf::Spf> {
        self.spf.iter().chain(&self.author)
    }

    /// What SPF says of the machine at the boundary and this domain, where it was asked.
    #[must_use]
    pub fn machine_of(&self, domain: &Domain) -> Option<&spf::Spf> {
        self.paths().find(|spf| !spf.helo && Domain::of(&spf.domain).same_organization(domain))
    }
}

/// Why a key is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// May the machine send for the domain?
    Spf,
    /// The key of a signature.
    Dkim,
    /// The policy of the From domain.
    Dmarc,
    /// The key of a seal.
    Arc,
}

/// Hashes what signatures and seals cover.
#[must_use]
pub fn prepare(bytes: &[u8], message: &Message) -> Prepared {
    let sealed = |name: &str| {
        name.eq_ignore_ascii_case("dkim-signature")
            || name.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("arc-"))
    };
    if !message.fields.iter().any(|field| sealed(&field.name)) {
        return Prepared::default();
    }
    let (header, body) = bytes.split_at(bytes.len().min(message.body_start as usize));
    let all = fields(header);
    let mut bodies = Bodies::of(body);
    Prepared { dkim: dkim::prepare(&all, &mut bodies, message.limits.signatures), arc: arc::prepare(&all, &mut bodies) }
}

/// Whom the envelope names, and which machine brought it.
struct Envelope<'a> {
    address: IpAddr,
    helo: &'a str,
    /// `None` where nobody wrote it down.
    from: Option<String>,
}

fn envelope(evidence: &Evidence) -> Option<Envelope<'_>> {
    let hop = evidence.boundary_hop()?;
    let address = hop.address.filter(|address| is_public(*address))?;
    let claimed = |claim: &&AuthClaim| claim.inside && claim.method == "spf";
    let from = match &evidence.triad.return_path {
        Some(path) => Some(path.address.clone()),
        None => evidence.auth.iter().find(claimed).and_then(|claim| claim.domain.as_ref()).map(|own| own.host.clone()),
    };
    Some(Envelope { address, helo: hop.helo.as_deref().unwrap_or_default(), from })
}

/// SPF of the envelope and, where that is another organization, of From.
fn paths(evidence: &Evidence, facts: &FactSet) -> (Option<spf::Spf>, Option<spf::Spf>) {
    let Some(envelope) = envelope(evidence) else { return (None, None) };
    let check = |from: &str| spf::check(facts, envelope.address, envelope.helo, from);
    let path = envelope.from.as_deref().map(check);
    let author = evidence.from_domain().filter(|from| {
        let own = path.as_ref().filter(|path| !path.helo).map(|path| Domain::of(&path.domain));
        own.is_none_or(|own| !own.same_organization(from))
    });
    (path, author.map(|from| check(&from.host)))
}

/// Puts facts beside what was prepared; where nothing was, signatures stay open. `before` is what came of it the last time:
/// what was computed is not computed again.
#[must_use]
pub fn prove(evidence: &Evidence, prepared: Option<&Prepared>, facts: &FactSet, before: &Proof) -> Proof {
    let came = evidence.boundary_hop().and_then(|hop| hop.time).or(evidence.date);
    let dkim = match prepared {
        Some(prepared) => dkim::prove(&prepared.dkim, facts, came, &before.dkim),
        None if !facts.has_texts() => Vec::new(),
        None => evidence.signatures.iter().take(dkim::SIGNATURES).map(dkim::Dkim::open).collect(),
    };
    if !facts.has_texts() {
        return Proof { dkim, ..Proof::default() };
    }
    let chain = prepared.and_then(|prepared| prepared.arc.as_ref());
    let arc = chain.map(|chain| arc::prove(chain, facts, came, before.arc.as_ref()));
    let (spf, author) = paths(evidence, facts);
    let dmarc = evidence.from_domain().map(|from| dmarc::check(facts, from, spf.as_ref(), &dkim));
    let asked = spf.as_ref().and_then(|spf| facts.get(&Key::Texts(spf.domain.clone()))).and_then(|fact| fact.at);
    let days = asked.zip(came).map(|(asked, came)| asked.saturating_sub(came) / 86_400);
    Proof { spf, author, dkim, dmarc, arc, days }
}

/// Every question whose answer proves something of this mail, answered or not: most telling first, each once. Needs no
/// bytes, so it can be planned before a mail is opened again; it grows while answers come, as SPF asks one by one.
#[must_use]
pub fn keys(evidence: &Evidence, facts: &FactSet) -> Vec<(Key, Purpose)> {
    let mut out: Vec<(Key, Purpose)> = Vec::new();
    let mut ask = |key: Key, purpose: Purpose| {
        if !out.iter().any(|(known, _)| *known == key) {
            out.push((key, purpose));
        }
    };
    let (spf, author) = paths(evidence, facts);
    for key in spf.into_iter().chain(author).flat_map(|spf| spf.keys) {
        ask(key, Purpose::Spf);
    }
    if let Some(from) = evidence.from_domain() {
        for name in from.registrable.iter().chain([&from.host]) {
            ask(Key::Texts(known::spelled(&format!("_dmarc.{name}"))), Purpose::Dmarc);
        }
        for key in dmarc::walk_keys(facts, from) {
            ask(key, Purpose::Dmarc);
        }
    }
    let name =
        |selector: &str, signer: &Domain| Key::Texts(known::spelled(&format!("{selector}._domainkey.{}", signer.host)));
    for signature in evidence.signatures.iter().take(dkim::SIGNATURES) {
        if !signature.selector.is_empty() && !signature.domain.is_empty() {
            ask(name(&signature.selector, &signature.signer()), Purpose::Dkim);
        }
    }
    for set in evidence.chain.iter().take(dkim::SIGNATURES) {
        for (selector, signer) in [(&set.selector, &set.sealer), (&set.message_selector, &set.signer)] {
            if !selector.is_empty() && !signer.is_empty() {
                ask(name(selector, &Domain::of(signer)), Purpose::Arc);
            }
        }
    }
    out
}

#[cfg(test)]
mod corpora_tests;
#[cfg(test)]
mod signing;
#[cfg(test)]
pub(crate) mod test_keys;
#[cfg(test)]
mod tests;

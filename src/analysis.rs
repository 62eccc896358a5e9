//! One message through the rooms: bytes to message to evidence to findings to verdict. The screen and `scan` both go
//! this way, so that they cannot disagree.

use std::sync::Arc;

use crate::evidence::{self, Evidence, examine_for};
use crate::facts::FactSet;
use crate::mailbox::{Canonical, Doubt, Identity, Sha256, names};
use crate::message::{Message, Quirk};
use crate::proof::{self, Prepared, Proof};
use crate::record::Subject;
use crate::rulebook::Rulebook;
use crate::signal::{Finding, Weights, run_proved};
use crate::text::Words;
use crate::verdict::{Verdict, judge_by};
use crate::view::row::{Digest, digest};

/// What the reader set up: whose machines are his, whom he trusts, and his own rules. Cheap to copy.
#[derive(Debug, Clone, Default)]
pub struct Own {
    /// His side.
    pub side: Arc<evidence::Own>,
    /// His rules.
    pub rules: Rulebook,
}

/// A message with all that was found in it.
#[derive(Debug, Clone)]
pub struct Analysis {
    /// What marks are kept by.
    pub identity: Identity,
    /// What others know it by.
    pub sha256: Sha256,
    /// The message taken apart.
    pub message: Message,
    /// What it gives away.
    pub evidence: Evidence,
    /// What is kept of its bytes until keys come; `None` where nobody wants it proved.
    pub prepared: Option<Prepared>,
    /// Its authentication, recomputed.
    pub proof: Proof,
    /// What follows from it.
    pub verdict: Verdict,
    /// What the reader's own rules found; they ask nobody, so late answers leave it as it is.
    pub own: Vec<Finding>,
    /// The analysis broke: there is nothing but the bytes.
    pub failed: bool,
}

/// What is told where the program itself failed on a mail.
pub const DEFECT: Words = Words::new(
    "its analysis failed; this is a defect of gosanke, please report it",
    "解析に失敗しました。gosanke の不具合です。ご報告ください",
);

/// Takes canonical bytes through every room.
#[must_use]
pub fn analyze(bytes: &[u8], doubts: &[Doubt], facts: &FactSet, weights: &Weights, own: &Own) -> Analysis {
    let mut analysis = apart(bytes, doubts, weights, own);
    // Hashing what was signed is worth it only where there is anything to hold it against.
    if facts.has_texts() {
        analysis.prepare(bytes);
    }
    analysis.judge(facts, weights);
    analysis
}

/// As [`analyze`], but not judged yet: for whoever waits for facts first.
#[must_use]
pub fn take_apart(bytes: &[u8], doubts: &[Doubt], weights: &Weights, own: &Own) -> Analysis {
    let mut analysis = apart(bytes, doubts, weights, own);
    analysis.prepare(bytes);
    analysis
}

fn apart(bytes: &[u8], doubts: &[Doubt], weights: &Weights, own: &Own) -> Analysis {
    let message = Message::parse_within(bytes, &own.side.limits);
    let evidence = examine_for(&own.side, &message, doubts);
    let own = own.rules.run(&Subject { message: &message, evidence: &evidence }, weights);
    let (identity, sha256) = names(bytes);
    Analysis {
        identity,
        sha256,
        message,
        evidence,
        prepared: None,
        proof: Proof::default(),
        verdict: Verdict::default(),
        own,
        failed: false,
    }
}

/// What a list row keeps of canonical bytes, and no more: it has no identity, as nobody has asked yet whose copy it is.
#[must_use]
pub fn brief(bytes: &[u8], doubts: &[Doubt], facts: &FactSet, weights: &Weights, own: &Own) -> Brief {
    let message = Message::parse_within(bytes, &own.side.limits);
    let evidence = examine_for(&own.side, &message, doubts);
    let own = own.rules.run(&Subject { message: &message, evidence: &evidence }, weights);
    let prepared = facts.has_texts().then(|| proof::prepare(bytes, &message));
    let proof = proof::prove(&evidence, prepared.as_ref(), facts, Proof::NOTHING);
    let verdict = judge_by(weights, found(&evidence, &proof, &own, facts, weights));
    Brief { identity: None, digest: Some(digest(&evidence, &verdict)) }
}

/// What all rules found.
fn found(evidence: &Evidence, proof: &Proof, own: &[Finding], facts: &FactSet, weights: &Weights) -> Vec<Finding> {
    let mut found = run_proved(evidence, proof, facts, weights);
    found.extend_from_slice(own);
    found
}

impl Analysis {
    /// What is left where the analysis broke.
    #[must_use]
    pub fn failed(bytes: &[u8]) -> Self {
        let quirks = vec![Quirk::ParserFailed];
        let message = Message { size: bytes.len() as u32, quirks: quirks.clone(), ..Message::default() };
        let (identity, sha256) = names(bytes);
        Self {
            identity,
            sha256,
            message,
            evidence: Evidence { quirks, ..Evidence::default() },
            prepared: None,
            proof: Proof::default(),
            verdict: Verdict::default(),
            own: Vec::new(),
            failed: true,
        }
    }

    /// Has the identity that these bytes have in their mailbox.
    #[must_use]
    pub fn of(mut self, bytes: &Canonical) -> Self {
        // That of the bytes alone is known.
        if bytes.is_quoted() {
            self.identity = bytes.identity();
        }
        self
    }

    /// Judges again, with new facts.
    pub fn judge(&mut self, facts: &FactSet, weights: &Weights) {
        if self.failed {
            return;
        }
        self.proof = proof::prove(&self.evidence, self.prepared.as_ref(), facts, &self.proof);
        self.verdict = judge_by(weights, found(&self.evidence, &self.proof, &self.own, facts, weights));
    }

    /// Makes ready for keys that come later: for a mail that somebody looks at. `bytes` are those of the analysis.
    pub fn prepare(&mut self, bytes: &[u8]) {
        if self.prepared.is_none() && !self.failed {
            let prepared = proof::prepare(bytes, &self.message);
            self.proof = proof::prove(&self.evidence, Some(&prepared), &FactSet::default(), &self.proof);
            self.prepared = Some(prepared);
        }
    }

    /// What follows from other facts; nothing here changes.
    #[must_use]
    pub fn judged_with(&self, facts: &FactSet, weights: &Weights) -> Verdict {
        if self.failed {
            return Verdict::default();
        }
        let proof = proof::prove(&self.evidence, self.prepared.as_ref(), facts, &self.proof);
        judge_by(weights, found(&self.evidence, &proof, &self.own, facts, weights))
    }

    /// What the list keeps of it.
    #[must_use]
    pub fn brief(&self) -> Brief {
        Brief { identity: Some(self.identity), digest: (!self.failed).then(|| digest(&self.evidence, &self.verdict)) }
    }
}

/// What a list row keeps of an analysis.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Brief {
    /// What marks are kept by; `None` where it could not be read, or nobody has worked it out yet.
    pub identity: Option<Identity>,
    /// What the row says; `None` where the analysis failed: the mail can still be looked at raw.
    pub digest: Option<Digest>,
}

//! Authentication as recomputed, in the record of `gosanke scan`: SPF, signatures, DMARC and the chain of forwarders, each
//! with its result as one word. Stands beside what the mail claims (`auth`), and is empty where nobody asked for records.

use crate::message::clip;
use crate::proof::arc::ArcResult;
use crate::proof::dkim::DkimResult;
use crate::proof::dmarc::{DmarcResult, Method, Policy};
use crate::proof::spf::{Spf, SpfResult};
use crate::proof::{self, arc, dkim, dmarc};
use crate::record::Word;
use crate::record::declare::{shape, words};

/// The most bytes of a text.
const TEXT: usize = 1_000;
/// The most entries of a list.
const LIST: usize = 100;

words! {
    SpfResult {
        Self::None => "none",
        Self::Neutral => "neutral",
        Self::Pass => "pass",
        Self::Fail => "fail",
        Self::SoftFail => "softfail",
        Self::TempError => "temperror",
        Self::PermError => "permerror",
    }
    DkimResult {
        Self::Pass => "pass",
        Self::BodyChanged => "body_changed",
        Self::Wrong => "wrong",
        Self::Expired(_) => "expired",
        Self::KeyWeak(_) => "key_weak",
        Self::HashWeak => "hash_weak",
        Self::KeyGone => "key_gone",
        Self::KeyUnusable(_) => "key_unusable",
        Self::Void(_) => "void",
        Self::Unanswered(_) => "unanswered",
    }
    DmarcResult {
        Self::None => "none",
        Self::Pass => "pass",
        Self::Fail => "fail",
        Self::Undecided => "undecided",
        Self::Unanswered(_) => "unanswered",
    }
    ArcResult {
        Self::Pass => "pass",
        Self::Fail(_) => "fail",
        Self::KeyGone(_) => "key_gone",
        Self::Unanswered(_) => "unanswered",
    }
    Method {
        Self::Own => "own",
        Self::List => "list",
        Self::Walk => "walk",
        Self::Both => "both",
    }
    Policy {
        Self::None => "none",
        Self::Quarantine => "quarantine",
        Self::Reject => "reject",
    }
}

shape! {
    /// May the machine send for a domain (SPF, RFC 7208)?
    PathCheck {
        /// The result; null while an answer is missing.
        result: Option<Word<SpfResult>>,
        /// Whose record was asked for.
        host: String,
        /// The machine at the trust boundary.
        address: String,
        /// It was asked of the machine's own name, as the envelope named no sender.
        helo: bool,
        /// The terms that decided, outermost record first: `example.com include:spf.example.net`.
        decided: Vec<String>,
        /// Terms that asked the DNS; more than ten are an error.
        lookups: i64,
    }
}

shape! {
    /// One signature (DKIM, RFC 6376), checked over the bytes of the mail.
    SignatureCheck {
        /// The result. A key that is gone proves nothing: old mail outlives its keys.
        result: Option<Word<DkimResult>>,
        /// Who signed (`d=`).
        host: String,
        /// Which key (`s=`).
        selector: String,
        /// Fields that readers trust and that are not signed, though the mail has them.
        unsigned: Vec<&'static str>,
        /// Bytes behind the signed part of the body (`l=`).
        unsigned_bytes: i64,
        /// Bits of the key.
        bits: Option<i64>,
    }
}

shape! {
    /// The policy of the From domain (DMARC, RFC 9989).
    PolicyCheck {
        /// The result; null while an answer is missing.
        result: Option<Word<DmarcResult>>,
        /// The From domain.
        host: String,
        /// What its owner asks for; null where there is no record.
        policy: Option<Word<Policy>>,
        /// Where the record stands; empty where there is none.
        record_at: String,
        /// How it was found: at the From domain itself, above it by the public suffix list, by a DNS tree walk, or by both
        /// alike; null where there is none.
        found_by: Option<Word<Method>>,
        /// `t=y`: its owner only tests it, and expects the next weaker policy.
        testing: bool,
    }
}

shape! {
    /// The chain of forwarders (ARC, RFC 8617).
    ChainCheck {
        /// The result; null while an answer is missing.
        result: Option<Word<ArcResult>>,
        /// Who sealed, first forwarder first.
        sealers: Vec<String>,
    }
}

shape! {
    /// Authentication, recomputed from the mail's bytes and from records that were asked for or replayed.
    Recomputed {
        /// SPF of the envelope, for the machine at the trust boundary.
        spf: Option<PathCheck>,
        /// SPF of the From domain for the same machine, where that is another organization: is it one of From's own?
        author: Option<PathCheck>,
        /// Signatures whose result is known, top first.
        dkim: Vec<SignatureCheck>,
        /// DMARC of the From domain.
        dmarc: Option<PolicyCheck>,
        /// The chain of forwarders, where there is one.
        arc: Option<ChainCheck>,
        /// Days between the mail and the answers: what records say now was perhaps not said when it came.
        days: Option<i64>,
    }
}

/// What was recomputed.
pub(super) fn recomputed(proof: &proof::Proof) -> Recomputed {
    Recomputed {
        spf: proof.spf.as_ref().map(path),
        author: proof.author.as_ref().map(path),
        dkim: proof.dkim.iter().filter(|one| one.result.is_some()).take(LIST).map(signature).collect(),
        dmarc: proof.dmarc.as_ref().map(policy),
        arc: proof.arc.as_ref().map(chain),
        days: proof.days,
    }
}

fn text(text: &str) -> String {
    clip(text, TEXT).to_owned()
}

fn path(spf: &Spf) -> PathCheck {
    let decided = spf.path.iter().filter(|step| step.decides).take(LIST);
    PathCheck {
        result: spf.result.map(Word),
        host: text(&spf.domain),
        address: spf.address.to_string(),
        helo: spf.helo,
        decided: decided.map(|step| text(&format!("{} {}", step.domain, step.term))).collect(),
        lookups: i64::from(spf.lookups),
    }
}

fn signature(one: &dkim::Dkim) -> SignatureCheck {
    SignatureCheck {
        result: one.result.clone().map(Word),
        host: text(&one.domain),
        selector: text(&one.selector),
        unsigned: one.unsigned.clone(),
        unsigned_bytes: i64::try_from(one.unsigned_bytes).unwrap_or(i64::MAX),
        bits: one.bits.map(i64::from),
    }
}

fn policy(one: &dmarc::Dmarc) -> PolicyCheck {
    PolicyCheck {
        result: one.result.clone().map(Word),
        host: text(&one.domain),
        policy: one.record.as_ref().map(|record| Word(record.policy)),
        record_at: one.record.as_ref().map(|record| text(&record.at)).unwrap_or_default(),
        found_by: one.method.filter(|_| one.record.is_some()).map(Word),
        testing: one.record.as_ref().is_some_and(|record| record.testing),
    }
}

fn chain(one: &arc::Arc) -> ChainCheck {
    ChainCheck {
        result: one.result.clone().map(Word),
        sealers: one.sealers.iter().take(LIST).map(|sealer| text(sealer)).collect(),
    }
}

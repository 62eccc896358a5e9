//! One message through the rooms: bytes to message to evidence to findings to verdict. The screen and `scan` both go
//! this way, so that they cannot disagree.

pub use crate::evidence::Own;
use crate::evidence::{Evidence, examine_for};
use crate::facts::FactSet;
use crate::mailbox::{Doubt, Identity};
use crate::message::{Message, Quirk};
use crate::signal::{Weights, run};
use crate::verdict::{Verdict, judge};
use crate::view::row::{Digest, digest};

/// A message with all that was found in it.
#[derive(Debug, Clone)]
pub struct Analysis {
    /// SHA-256 of the canonical bytes.
    pub identity: Identity,
    /// The message taken apart.
    pub message: Message,
    /// What it gives away.
    pub evidence: Evidence,
    /// What follows from it.
    pub verdict: Verdict,
    /// The analysis broke: there is nothing but the bytes.
    pub failed: bool,
}

/// What is told where the program itself failed on a mail.
pub const DEFECT: &str = "its analysis failed; this is a defect of gosanke, please report it";

/// Takes canonical bytes through every room.
#[must_use]
pub fn analyze(bytes: &[u8], doubts: &[Doubt], facts: &FactSet, weights: &Weights, own: &Own) -> Analysis {
    let message = Message::parse(bytes);
    let evidence = examine_for(own, &message, doubts);
    let verdict = judge(run(&evidence, facts, weights));
    Analysis { identity: Identity::of(bytes), message, evidence, verdict, failed: false }
}

impl Analysis {
    /// What is left where the analysis broke.
    #[must_use]
    pub fn failed(bytes: &[u8]) -> Self {
        let quirks = vec![Quirk::ParserFailed];
        let message = Message { size: bytes.len() as u32, quirks: quirks.clone(), ..Message::default() };
        Self {
            identity: Identity::of(bytes),
            message,
            evidence: Evidence { quirks, ..Evidence::default() },
            verdict: Verdict::default(),
            failed: true,
        }
    }

    /// Judges again, with new facts.
    pub fn judge(&mut self, facts: &FactSet, weights: &Weights) {
        if self.failed {
            return;
        }
        self.verdict = judge(run(&self.evidence, facts, weights));
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
    /// SHA-256 of the message; `None` where it could not be read.
    pub identity: Option<Identity>,
    /// What the row says; `None` where the analysis failed: the mail can still be looked at raw.
    pub digest: Option<Digest>,
}

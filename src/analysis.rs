//! One message through the rooms: bytes to message to evidence to findings to verdict. The screen and `scan` both go
//! this way, so that they cannot disagree.

use crate::evidence::{Evidence, LinkKind, examine};
use crate::facts::FactSet;
use crate::mailbox::{Doubt, Identity};
use crate::message::Message;
use crate::signal::{Weights, run};
use crate::verdict::{Level, Verdict, judge};
use crate::view;

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
}

/// Takes canonical bytes through every room.
#[must_use]
pub fn analyze(bytes: &[u8], doubts: &[Doubt], facts: &FactSet, weights: &Weights) -> Analysis {
    let message = Message::parse(bytes);
    let evidence = examine(&message, doubts);
    let verdict = judge(run(&evidence, facts, weights));
    Analysis { identity: Identity::of(bytes), message, evidence, verdict }
}

impl Analysis {
    /// Judges again, with new facts.
    pub fn judge(&mut self, facts: &FactSet, weights: &Weights) {
        self.verdict = judge(run(&self.evidence, facts, weights));
    }

    /// What the list keeps of it.
    #[must_use]
    pub fn brief(&self) -> Brief {
        let evidence = &self.evidence;
        let mut hosts: Vec<&str> = evidence
            .links
            .iter()
            .filter_map(|link| link.url.as_ref())
            .map(|url| url.domain.host.as_str())
            .filter(|host| !host.is_empty())
            .collect();
        hosts.sort_unstable();
        hosts.dedup();
        hosts.truncate(50);
        Brief {
            identity: Some(self.identity),
            score: self.verdict.score,
            level: self.verdict.level,
            links: evidence.links.iter().any(|link| !matches!(link.kind, LinkKind::Header)),
            attachments: evidence.attachments.iter().any(|file| !file.inline),
            authentication: view::row::authentication(evidence),
            hosts: hosts.join(" ").into(),
            campaign: view::campaign::campaign_key(evidence),
            failed: false,
        }
    }
}

/// What a list row keeps of an analysis.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Brief {
    /// SHA-256 of the message; `None` where it could not be read.
    pub identity: Option<Identity>,
    /// 0 to 100.
    pub score: u8,
    /// The level.
    pub level: Level,
    /// It has links outside its header.
    pub links: bool,
    /// It has files.
    pub attachments: bool,
    /// What authentication says.
    pub authentication: view::row::Authentication,
    /// Its link hosts, with a blank between them.
    pub hosts: Box<str>,
    /// Mails with the same key belong to one campaign.
    pub campaign: Option<u64>,
    /// The analysis itself failed; the mail can still be looked at raw.
    pub failed: bool,
}

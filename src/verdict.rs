//! Findings become a probability, a level and the reasons in order of weight. Pure.

use crate::signal::Finding;

/// A level of risk, for the badge and for `--fail-on`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Nothing that speaks against it.
    #[default]
    Clean,
    /// Something to know.
    Low,
    /// Look before you press anything.
    Medium,
    /// Take it for an attack.
    High,
}

/// The judgment of one message.
#[derive(Debug, Clone, Default)]
pub struct Verdict {
    /// 0 to 100: the probability in percent, rounded.
    pub score: u8,
    /// The level.
    pub level: Level,
    /// The findings, those that speak for phishing first, heaviest first; then those that speak against.
    pub findings: Vec<Finding>,
}

/// Weighs findings.
#[must_use]
pub fn judge(findings: Vec<Finding>) -> Verdict {
    Verdict { findings, ..Verdict::default() }
}

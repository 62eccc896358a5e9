//! Findings become a probability, a level and the reasons in order of weight. Pure.
//!
//! The model is a naive sum: a prior in log-odds plus the weights of the findings. Findings of one family often have one
//! cause, so what a family says for phishing, and what it says against, is cut at a cap each; ten rules that see the
//! same forged name cannot outvote everything else. The sum goes through the logistic function to a probability.
//!
//! ```text
//! x = PRIOR + sum over families of ( min(CAP_FOR, sum of its positive weights) + max(-CAP_AGAINST, sum of its negative) )
//! score = round(100 / (1 + e^-x))
//! ```
//!
//! Both cuts rise with what they cut, so a further finding for phishing never lowers the score. Findings of weight 0 are
//! information. Equal findings give an equal verdict, whatever order they come in.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use crate::signal::{Family, Finding};

/// Log-odds of phishing for a mail of which no rule says anything: about 1 in 20.
const PRIOR: f64 = -3.0;
/// Most that one family may say for phishing.
const CAP_FOR: f64 = 4.5;
/// Most that one family may say against it: whoever sends can type what speaks for him, so less.
const CAP_AGAINST: f64 = 3.5;
/// Least scores of the levels low, medium and high.
const THRESHOLDS: [(u8, Level); 3] = [(85, Level::High), (50, Level::Medium), (30, Level::Low)];

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

impl Level {
    /// The level of a score: clean below 30, low below 50, medium below 85, else high.
    #[must_use]
    pub fn of(score: u8) -> Self {
        THRESHOLDS.into_iter().find(|(least, _)| score >= *least).map_or(Self::Clean, |(_, level)| level)
    }
}

/// The judgment of one message.
#[derive(Debug, Clone, Default)]
pub struct Verdict {
    /// 0 to 100: the probability in percent, rounded.
    pub score: u8,
    /// The level.
    pub level: Level,
    /// The findings, those that speak for phishing first, heaviest first; then those that speak against; information last.
    pub findings: Vec<Finding>,
}

/// Weighs findings.
#[must_use]
pub fn judge(mut findings: Vec<Finding>) -> Verdict {
    findings.sort_by(order);
    let mut families: BTreeMap<u8, (Family, f64, f64)> = BTreeMap::new();
    for finding in &findings {
        let weight = f64::from(finding.weight);
        if !weight.is_finite() {
            continue;
        }
        let family = finding.rule.family;
        let (_, for_, against) = families.entry(family as u8).or_insert((family, 0.0, 0.0));
        if weight > 0.0 {
            *for_ += weight;
        } else {
            *against -= weight;
        }
    }
    let sum: f64 = families
        .values()
        .map(|(family, for_, against)| for_.min(family.cap(CAP_FOR)) - against.min(family.cap(CAP_AGAINST)))
        .sum();
    let probability = 1.0 / (1.0 + (-(PRIOR + sum)).exp());
    // A probability between 0 and 1, so the cast is exact.
    let score = (probability * 100.0).round() as u8;
    Verdict { score, level: Level::of(score), findings }
}

/// For phishing before against before information, heaviest first, then by id.
fn order(one: &Finding, other: &Finding) -> Ordering {
    let rank = |finding: &Finding| match finding.weight.partial_cmp(&0.0) {
        Some(Ordering::Greater) => 0,
        Some(Ordering::Less) => 1,
        _ => 2,
    };
    rank(one)
        .cmp(&rank(other))
        .then_with(|| other.weight.abs().total_cmp(&one.weight.abs()))
        .then_with(|| one.rule.id.cmp(other.rule.id))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::signal::{Hit, rule, rules};

    fn finding(id: &str, weight: f32) -> Finding {
        Finding { rule: rule(id).unwrap(), weight, hit: Hit::default() }
    }

    fn any_findings() -> impl Strategy<Value = Vec<Finding>> {
        let count = rules().count();
        prop::collection::vec((0..count, -6.0_f32..6.0), 0..40).prop_map(|list| {
            list.into_iter()
                .map(|(index, weight)| Finding { rule: rules().nth(index).unwrap(), weight, hit: Hit::default() })
                .collect()
        })
    }

    #[test]
    fn a_mail_without_findings_is_clean() {
        let verdict = judge(Vec::new());
        assert_eq!((verdict.score, verdict.level), (5, Level::Clean));
    }

    #[test]
    fn one_family_alone_cannot_pass_its_cap() {
        let one = judge(vec![finding("several-from", 9.0)]);
        let ten = judge(vec![finding("several-from", 9.0); 10]);
        assert_eq!(one.score, ten.score);
    }

    #[test]
    fn findings_stand_for_then_against_then_information() {
        let verdict = judge(vec![
            finding("message-id-elsewhere", 0.0),
            finding("aligned-pass", -1.0),
            finding("link-shortener", 1.0),
            finding("link-text-lies", 2.0),
        ]);
        let ids: Vec<_> = verdict.findings.iter().map(|finding| finding.rule.id).collect();
        assert_eq!(ids, ["link-text-lies", "link-shortener", "aligned-pass", "message-id-elsewhere"]);
    }

    #[test]
    fn levels_begin_where_the_document_says() {
        use Level::{Clean, High, Low, Medium};
        let levels = [0, 29, 30, 49, 50, 84, 85, 100].map(Level::of);
        assert_eq!(levels, [Clean, Clean, Low, Low, Medium, Medium, High, High]);
    }

    #[test]
    fn a_weight_that_is_no_number_counts_nothing() {
        assert_eq!(judge(vec![finding("link-text-lies", f32::NAN)]).score, judge(Vec::new()).score);
    }

    proptest! {
        #[test]
        fn a_further_finding_for_phishing_never_lowers_the_score(
            list in any_findings(), index in 0..rules().count(), weight in 0.0_f32..6.0
        ) {
            let before = judge(list.clone());
            let more = Finding { rule: rules().nth(index).unwrap(), weight, hit: Hit::default() };
            let after = judge(list.into_iter().chain([more]).collect());
            prop_assert!(after.score >= before.score);
            prop_assert!(after.level >= before.level);
        }

        #[test]
        fn the_order_of_the_findings_does_not_matter(list in any_findings()) {
            let forward = judge(list.clone());
            let backward = judge(list.into_iter().rev().collect());
            prop_assert_eq!(forward.score, backward.score);
        }
    }
}

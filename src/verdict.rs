//! Findings become a probability, a level and the reasons in order of weight. Pure.
//!
//! The model is a sum: log-odds of a mail of which no rule says anything plus the weights of the findings. Findings of one
//! family often have one cause, so what a family says for phishing, and what it says against, is cut at a cap each; ten
//! rules that see the same forged name cannot outvote everything else. The sum goes through the logistic function to a
//! probability. Weights, caps, bias and the levels' borders are those of a [`Model`]: they are fitted, see `fit`.
//!
//! ```text
//! x = bias + sum over families of ( min(cap for, sum of its positive weights) - min(cap against, sum of its negative) )
//! probability = 1 / (1 + e^-x)
//! ```
//!
//! Both cuts rise with what they cut, so a further finding for phishing never lowers the score. Findings of weight 0 are
//! information. Equal findings give an equal verdict, whatever order they come in.

use std::cmp::Ordering;

use crate::signal::{Family, Finding, Model, Weights};

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
    /// The level of log-odds.
    #[must_use]
    pub fn of(log_odds: f64, model: &Model) -> Self {
        let levels = &model.levels;
        if log_odds >= levels.high {
            Self::High
        } else if log_odds >= levels.medium {
            Self::Medium
        } else if log_odds >= levels.low {
            Self::Low
        } else {
            Self::Clean
        }
    }
}

/// The judgment of one message.
#[derive(Debug, Clone, Default)]
pub struct Verdict {
    /// 1 to 99: the probability in percent, rounded; no rule makes certain.
    pub score: u8,
    /// The level.
    pub level: Level,
    /// The findings, those that speak for phishing first, heaviest first; then those that speak against; information last.
    pub findings: Vec<Finding>,
    /// The probability of phishing.
    pub probability: f64,
    /// The sum that it comes from.
    pub sum: Sum,
    /// What it was weighed with.
    pub weights: Weights,
}

/// How a verdict adds up, in log-odds.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sum {
    /// The share of phishing that is taken for granted.
    pub base: f64,
    /// What it says that all the other rules are silent.
    pub silence: f64,
    /// What was cut away, by family: below zero where it spoke for phishing.
    pub cut: Vec<(Family, f64)>,
    /// The result.
    pub total: f64,
}

impl Verdict {
    /// The probability in percent, for machines: as many digits as tell two mails apart.
    #[must_use]
    pub fn percent(&self) -> f64 {
        (self.probability * 1e7).round() / 1e5
    }
}

/// Weighs findings by the shipped model.
#[must_use]
pub fn judge(findings: Vec<Finding>) -> Verdict {
    judge_by(&Weights::default(), findings)
}

/// Weighs findings by the reader's model. The weights are those of the findings.
#[must_use]
pub fn judge_by(weights: &Weights, mut findings: Vec<Finding>) -> Verdict {
    let model = weights.model();
    findings.sort_by(order);
    let mut families = [(None, 0.0, 0.0); Family::COUNT];
    for finding in &findings {
        let weight = f64::from(finding.weight);
        if !weight.is_finite() {
            continue;
        }
        let Some((family, for_, against)) = families.get_mut(finding.rule.family as usize) else { continue };
        *family = Some(finding.rule.family);
        if weight > 0.0 {
            *for_ += weight;
        } else {
            *against -= weight;
        }
    }
    let base = (model.base_rate / (1.0 - model.base_rate)).ln();
    let mut sum = Sum { base, silence: model.bias - base, cut: Vec::new(), total: model.bias };
    for (family, for_, against) in families {
        let cap = |usual: f64| family.map_or(usual, |family: Family| family.cap(usual));
        let (kept_for, kept_against) = (for_.min(cap(model.cap_for)), against.min(cap(model.cap_against)));
        sum.total += kept_for - kept_against;
        for cut in [kept_for - for_, against - kept_against] {
            if let Some(family) = family.filter(|_| cut != 0.0) {
                sum.cut.push((family, cut));
            }
        }
    }
    let probability = 1.0 / (1.0 + (-sum.total).exp());
    // Between 1 and 99, so the cast is exact.
    let score = (probability * 100.0).round().clamp(1.0, 99.0) as u8;
    Verdict { score, level: Level::of(sum.total, model), findings, probability, sum, weights: weights.clone() }
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
        assert_eq!(verdict.level, Level::Clean);
        assert!(verdict.probability < Model::shipped().base_rate && verdict.score >= 1);
        assert!((verdict.sum.base + verdict.sum.silence - verdict.sum.total).abs() < 1e-9);
    }

    #[test]
    fn one_family_alone_cannot_pass_its_cap() {
        let one = judge(vec![finding("several-from", 9.0)]);
        let ten = judge(vec![finding("several-from", 9.0); 10]);
        assert!((one.probability - ten.probability).abs() < 1e-12);
        assert_eq!(ten.sum.cut.len(), 1);
    }

    #[test]
    fn the_sum_adds_up() {
        let findings =
            vec![finding("several-from", 9.0), finding("aligned-pass", -9.0), finding("link-text-lies", 2.0)];
        let sum = judge(findings).sum;
        let cut: f64 = sum.cut.iter().map(|(_, cut)| cut).sum();
        assert!((sum.base + sum.silence + 2.0 + cut - sum.total).abs() < 1e-6, "{sum:?}");
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
    fn levels_begin_where_the_model_says() {
        use Level::{Clean, High, Low, Medium};
        let model = Model::default();
        let levels = [-9.0, -1.1, -1.0, -0.1, 0.0, 1.9, 2.0, 9.0].map(|x| Level::of(x, &model));
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
            prop_assert!(after.probability >= before.probability);
            prop_assert!(after.level >= before.level);
        }

        #[test]
        fn the_order_of_the_findings_does_not_matter(list in any_findings()) {
            let forward = judge(list.clone());
            let backward = judge(list.into_iter().rev().collect());
            prop_assert!((forward.probability - backward.probability).abs() < 1e-9);
        }
    }
}

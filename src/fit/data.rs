//! What a fit is made from: which rules fired on which mail, of which source, and whether it was phishing.

use std::collections::BTreeMap;

use super::Settings;

/// A rule as the fit sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct RuleRow {
    /// Its id.
    pub id: String,
    /// Its family, as a number.
    pub family: usize,
    /// The weight that people set. Zero is information and stays zero.
    pub prior: f64,
    /// Whether the mail, or two things put beside each other, prove it; else it is experience, or what anyone can type.
    pub proved: bool,
}

/// Where mails come from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Source {
    /// Its name.
    pub name: String,
    /// Sources of one age can be compared: a rule has to hold within it.
    pub era: String,
}

/// One mail.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// Index of its source.
    pub source: usize,
    /// Whether it is phishing.
    pub phish: bool,
    /// Mails of equal key are tested together: a campaign must not be learned from one half and found in the other.
    pub key: u64,
    /// Indices of the rules that fired, ascending, each once.
    pub rules: Vec<usize>,
}

/// All of it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Data {
    /// Rules.
    pub rules: Vec<RuleRow>,
    /// Sources.
    pub sources: Vec<Source>,
    /// Mails.
    pub samples: Vec<Sample>,
}

/// Mails on which the same rules fired, with the weight of those that are phishing and of those that are not.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Row {
    pub(super) rules: Vec<usize>,
    pub(super) phish: f64,
    pub(super) ham: f64,
}

impl Data {
    /// The weight of a mail of each source, by class: the square root of the mails of a source is what it counts, and the
    /// classes stand to each other as `balance` says. All together they count as many as there are mails.
    pub(super) fn shares(&self, chosen: &[usize], settings: &Settings) -> Vec<(f64, f64)> {
        let mut counts = vec![(0.0_f64, 0.0_f64); self.sources.len()];
        for sample in chosen.iter().filter_map(|at| self.samples.get(*at)) {
            if let Some((phish, ham)) = counts.get_mut(sample.source) {
                *(if sample.phish { phish } else { ham }) += 1.0;
            }
        }
        let total = |of: fn(&(f64, f64)) -> f64| counts.iter().map(|count| of(count).sqrt()).sum::<f64>();
        let (phish, ham) = (total(|count| count.0), total(|count| count.1));
        let all = chosen.len() as f64;
        // A source of n mails counts sqrt(n) in all, so each of its mails 1 / sqrt(n).
        let each = |n: f64, total: f64, share: f64| if n > 0.0 { share * all / (total * n.sqrt()) } else { 0.0 };
        counts.iter().map(|(p, h)| (each(*p, phish, settings.balance), each(*h, ham, 1.0 - settings.balance))).collect()
    }

    /// Chosen mails as rows of equal findings.
    pub(super) fn rows(&self, chosen: &[usize], settings: &Settings) -> Vec<Row> {
        let shares = self.shares(chosen, settings);
        let mut rows: BTreeMap<&[usize], (f64, f64)> = BTreeMap::new();
        for sample in chosen.iter().filter_map(|at| self.samples.get(*at)) {
            let (phish, ham) = shares.get(sample.source).copied().unwrap_or_default();
            let row = rows.entry(&sample.rules).or_default();
            if sample.phish {
                row.0 += phish;
            } else {
                row.1 += ham;
            }
        }
        rows.into_iter().map(|(rules, (phish, ham))| Row { rules: rules.to_vec(), phish, ham }).collect()
    }

    /// How many mails are phishing, and how many are not.
    #[must_use]
    pub fn classes(&self) -> (usize, usize) {
        let phish = self.samples.iter().filter(|mail| mail.phish).count();
        (phish, self.samples.len() - phish)
    }

    /// All mails.
    #[must_use]
    pub fn all(&self) -> Vec<usize> {
        (0..self.samples.len()).collect()
    }

    /// How often each rule fires on phishing and on ham, as a mean over sources (each by the square root of its mails).
    #[must_use]
    pub fn rates(&self) -> Vec<(f64, f64)> {
        let even = Settings { balance: 0.5, ..Settings::default() };
        let all = self.all();
        let shares = self.shares(&all, &even);
        let half = self.samples.len() as f64 / 2.0;
        let mut rates = vec![(0.0, 0.0); self.rules.len()];
        for sample in &self.samples {
            let (phish, ham) = shares.get(sample.source).copied().unwrap_or_default();
            for rule in &sample.rules {
                if let Some(rate) = rates.get_mut(*rule) {
                    if sample.phish {
                        rate.0 += phish / half;
                    } else {
                        rate.1 += ham / half;
                    }
                }
            }
        }
        rates
    }
}

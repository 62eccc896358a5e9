//! The fitted weights: what `assets/weights.toml` holds, read once.
//!
//! `gosanke rules --fit` and the example `fit` write such a file from labelled mail; docs/weights.md tells how. A rule
//! that the file does not name has the weight that was set by hand. Nothing here reads a disk: a user's own file is
//! handed over as text.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::text::{Sentence, Words};

/// The shipped file.
pub const SHIPPED: &str = include_str!("../../assets/weights.toml");

/// Fitted weights, and all that turns findings into a probability.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(default)]
pub struct Model {
    /// The day of the fit, as YYYY-MM-DD.
    pub date: String,
    /// Mails of the fit.
    pub mails: Mails,
    /// The share of phishing that is taken for granted before a mail is looked at.
    pub base_rate: f64,
    /// Log-odds of a mail of which no rule says anything: less than the base rate's, as silence says something, too.
    pub bias: f64,
    /// Most that one rule may say.
    pub cap_rule: f64,
    /// Most that one family may say for phishing.
    pub cap_for: f64,
    /// Most that one family may say against it.
    pub cap_against: f64,
    /// Least log-odds of the levels.
    pub levels: Levels,
    /// What the fit is worth on mail that it has not seen.
    pub figures: BTreeMap<String, f64>,
    /// The sources of its mails.
    pub sources: BTreeMap<String, Origin>,
    /// By rule id.
    pub rules: BTreeMap<String, Fitted>,
}

/// How many mails a fit was made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize)]
pub struct Mails {
    /// Phishing.
    pub phish: u32,
    /// Honest mail.
    pub ham: u32,
}

/// Least log-odds of the levels.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize)]
pub struct Levels {
    /// Something to know.
    pub low: f64,
    /// At most 1 in 100 ham mails is called phishing.
    pub medium: f64,
    /// At most 1 in 1,000.
    pub high: f64,
}

/// A source of mails, and what becomes of it on mail that is not in the fit.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct Origin {
    /// `phish` or `ham`.
    pub class: String,
    /// What it is compared with.
    pub age: String,
    /// Its mails.
    pub mails: u32,
}

/// What is known of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct Fitted {
    /// Log-odds points.
    pub weight: f32,
    /// What was set by hand when the fit was made.
    pub prior: f32,
    /// Share of phishing on which it fires, every source counted by the square root of its mails.
    pub phish: f32,
    /// The same of ham.
    pub ham: f32,
}

impl Default for Levels {
    fn default() -> Self {
        Self { low: -1.0, medium: 0.0, high: 2.0 }
    }
}

impl Default for Model {
    /// The weights set by hand: what holds where there is no file.
    fn default() -> Self {
        Self {
            date: String::new(),
            mails: Mails::default(),
            base_rate: 0.05,
            bias: -3.0,
            cap_rule: 4.5,
            cap_for: 4.5,
            cap_against: 3.5,
            levels: Levels::default(),
            figures: BTreeMap::new(),
            sources: BTreeMap::new(),
            rules: BTreeMap::new(),
        }
    }
}

impl Model {
    /// Reads a file of weights.
    ///
    /// # Errors
    /// It is no TOML, or a number in it makes no sense; the text says which, after the line where it stands.
    pub fn read(text: &str) -> Result<Self, Sentence> {
        let model: Self = toml::from_str(text).map_err(|why| {
            let before = why.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
            let line = before.matches('\n').count() + 1;
            Sentence::new(Words::new("line {0}: {1}", "{0} 行目: {1}"), [line.into(), why.message().into()])
        })?;
        match model.wrong() {
            None => Ok(model),
            Some((key, why)) => {
                let stands = |line: &str| {
                    line.trim_start().strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with('='))
                };
                let line = text.lines().position(stands).map_or(1, |at| at + 1);
                let words = Words::new("line {0}: {1}: {2}", "{0} 行目: {1}: {2}");
                Err(Sentence::new(words, [line.into(), key.into(), why.into()]))
            }
        }
    }

    /// A number that makes no sense, by its key.
    fn wrong(&self) -> Option<(&str, Words)> {
        let Levels { low, medium, high } = self.levels;
        let numbers = [
            ("bias", self.bias),
            ("cap_rule", self.cap_rule),
            ("cap_for", self.cap_for),
            ("cap_against", self.cap_against),
            ("low", low),
            ("medium", medium),
            ("high", high),
        ];
        if !(0.000_01..=0.99).contains(&self.base_rate) {
            return Some((
                "base_rate",
                Words::new("a share between 0 and 1 is wanted", "0 から 1 までの割合を書いてください"),
            ));
        }
        if let Some((key, _)) = numbers.iter().find(|(_, number)| !(number.is_finite() && number.abs() <= 100.0)) {
            return Some((
                key,
                Words::new("a number from -100 to 100 is wanted", "-100 から 100 までの数を書いてください"),
            ));
        }
        if !(low <= medium && medium <= high) {
            let words =
                Words::new("levels have to rise: low, medium, high", "low、medium、high の順に大きくしてください");
            return Some(("medium", words));
        }
        if let Some((key, _)) = numbers.iter().find(|(key, cap)| key.starts_with("cap_") && *cap < 0.0) {
            return Some((key, Words::new("a cap is at least 0", "上限は 0 以上です")));
        }
        let beyond = |rule: &Fitted| !(rule.weight.is_finite() && rule.weight.abs() <= 20.0);
        let (id, _) = self.rules.iter().find(|(_, rule)| beyond(rule))?;
        Some((id, Words::new("a weight is a number from -20 to 20", "重みは -20 から 20 までの数です")))
    }

    /// The shipped model.
    #[must_use]
    pub fn shipped() -> &'static Self {
        static MODEL: LazyLock<Model> = LazyLock::new(|| Model::read(SHIPPED).unwrap_or_default());
        &MODEL
    }

    /// The weight of a rule: the fitted one, else the one set by hand.
    #[must_use]
    pub fn weight(&self, rule: &super::Rule) -> f32 {
        self.rules.get(rule.id).map_or(rule.weight, |fitted| fitted.weight)
    }
}

#[cfg(test)]
mod tests {
    use super::super::rule;
    use super::*;

    #[test]
    fn the_shipped_file_is_read_and_names_rules_that_there_are() {
        let model = Model::read(SHIPPED).unwrap();
        assert_eq!(&model, Model::shipped());
        assert!(!model.date.is_empty() && model.mails.phish > 1_000 && model.mails.ham > 1_000);
        for id in model.rules.keys() {
            assert!(rule(id).is_some(), "{id} is in assets/weights.toml and no rule; fit again");
        }
    }

    #[test]
    fn every_weight_has_the_sign_of_the_one_set_by_hand_and_keeps_its_cap() {
        let model = Model::shipped();
        for (id, fitted) in &model.rules {
            let Some(rule) = rule(id) else { continue };
            assert!(fitted.weight * rule.weight >= 0.0, "{id}: {} against {}", fitted.weight, rule.weight);
            assert!(rule.weight != 0.0 || fitted.weight == 0.0, "{id} is information");
            assert!(f64::from(fitted.weight.abs()) <= model.cap_rule + 0.01, "{id}: {}", fitted.weight);
        }
    }

    #[test]
    fn what_only_experience_says_against_phishing_counts_little() {
        for (id, fitted) in &Model::shipped().rules {
            let Some(rule) = rule(id) else { continue };
            let least = if rule.kind == super::super::Kind::Heuristic { -0.5 } else { rule.weight.min(0.0) };
            assert!(fitted.weight >= least - 0.006, "{id}: {}", fitted.weight);
        }
    }

    #[test]
    fn the_file_keeps_what_the_levels_promise() {
        let model = Model::shipped();
        let Levels { low, medium, high } = model.levels;
        assert!(model.bias < low && low < medium && medium < high);
        assert!(model.figures.get("area").is_some_and(|area| *area > 0.95));
    }

    #[test]
    fn a_wrong_file_is_told_and_never_half_read() {
        for (text, told) in [
            ("date = \"\"\nbias = ", "line 2:"),
            ("base_rate = 2.0", "line 1: base_rate"),
            ("bias = nan", "number"),
            ("[levels]\nlow = 1.0\nmedium = 0.0\nhigh = 2.0", "line 3: medium: levels"),
            ("[rules]\na = { weight = 99.0, prior = 0.0, phish = 0.0, ham = 0.0 }", "line 2: a: a weight"),
            ("cap_for = -1.0", "cap"),
        ] {
            let why = Model::read(text).unwrap_err();
            assert!(why.to_string().contains(told), "{text}: {why}");
        }
        assert_eq!(Model::read("").unwrap(), Model::default());
    }
}

//! How good a fit is on mail that it has not seen: parts of every source in turn, and whole sources in turn.

use super::curve::straighten;
use super::{Bin, Curve, Data, Fit, Limits, Note, Settings, Solution, curve, fit, log_odds, reliability, score};

/// What became of a source that was left out.
#[derive(Debug, Clone, PartialEq)]
pub struct Left {
    /// Index of the source.
    pub source: usize,
    /// Its mails.
    pub mails: usize,
    /// Whether it is phishing.
    pub phish: bool,
    /// Share of its mails above the 1 in 100 and the 1 in 1,000 score of the other ham, with the source left out.
    pub above: (f64, f64),
    /// The same where each source is in the fit, but the mail itself is not.
    pub held_out: (f64, f64),
    /// Share of its mails at medium or above, and at high, in cross-validation.
    pub levels: (f64, f64),
}

/// A fit and what is known of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Study {
    /// The fit on everything, its scale and bias set for the base rate.
    pub fit: Fit,
    /// What the weights were multiplied with so that the score is a probability; the caps, too.
    pub scale: f64,
    /// On the mails that it was fitted to.
    pub seen: Curve,
    /// On mails that were not in the fit.
    pub held_out: Curve,
    /// With whole sources left out.
    pub left: Vec<Left>,
    /// Reliability, log loss and Brier score of held-out mails at the base rate.
    pub reliability: (Vec<Bin>, f64, f64),
    /// Least log-odds of low, medium and high.
    pub levels: [f64; 3],
    /// Held-out log-odds of every mail, at the base rate.
    pub scores: Vec<f64>,
}

/// Fits, and fits again without parts of the data to see what the fit is worth.
#[must_use]
pub fn study(data: &Data, settings: &Settings) -> Study {
    let all = data.all();
    let mut whole = fit(data, &all, settings);
    let test = |solution: &Solution, at: usize| {
        data.samples.get(at).map_or(0.0, |sample| score(data, settings, solution, &sample.rules))
    };
    let mut scores = vec![0.0; data.samples.len()];
    let folds = settings.folds.max(2) as u64;
    for fold in 0..folds {
        let inside = |at: &usize| data.samples.get(*at).is_some_and(|sample| sample.key % folds == fold);
        let rest: Vec<usize> = all.iter().copied().filter(|at| !inside(at)).collect();
        let part = fit(data, &rest, settings);
        for at in all.iter().copied().filter(inside) {
            if let Some(score) = scores.get_mut(at) {
                *score = test(&part.solution, at);
            }
        }
    }
    let seen: Vec<f64> = all.iter().map(|at| test(&whole.solution, *at)).collect();
    let mut left = left(data, settings, &scores);
    // Straightened in the balance of the fit, then moved to the base rate.
    let shares = data.shares(&all, settings);
    let weighed = |score: f64, at: usize| {
        let Some(sample) = data.samples.get(at) else { return (score, 0.0, 0.0) };
        let (phish, ham) = shares.get(sample.source).copied().unwrap_or_default();
        if sample.phish { (score, phish, 0.0) } else { (score, 0.0, ham) }
    };
    let pairs: Vec<_> = scores.iter().enumerate().map(|(at, score)| weighed(*score, at)).collect();
    let (scale, shift) = straighten(&pairs);
    let shift = shift + log_odds(settings.base_rate) - log_odds(settings.balance);
    for score in &mut scores {
        *score = scale * *score + shift;
    }
    let limits = Limits::of(data, settings).0;
    let rules = data.rules.iter().zip(limits).zip(&whole.notes);
    for (weight, ((rule, (least, _)), note)) in whole.solution.weights.iter_mut().zip(rules) {
        // What was set by hand stands as it was set.
        *weight = match note {
            Note::Rare | Note::Unseen | Note::Held => rule.prior,
            // Scaling must not give what a sender can type more than people did.
            _ if rule.prior < 0.0 => (*weight * scale).max(least),
            Note::Swings => (*weight * scale).min(rule.prior),
            _ => *weight * scale,
        };
    }
    whole.solution.bias = scale * whole.solution.bias + shift;
    let to_base = (settings.base_rate / settings.balance, (1.0 - settings.base_rate) / (1.0 - settings.balance));
    let at_base: Vec<_> = scores
        .iter()
        .zip(&pairs)
        .map(|(score, (_, phish, ham))| (*score, phish * to_base.0, ham * to_base.1))
        .collect();
    let levels = levels(&at_base, settings);
    for left in &mut left {
        let own = data.samples.iter().zip(&scores).filter(|(mail, _)| mail.source == left.source);
        let above = |least: f64| own.clone().filter(|(_, score)| **score >= least).count() as f64 / left.mails as f64;
        left.levels = (above(levels[1]), above(levels[2]));
    }
    Study {
        fit: whole,
        scale,
        seen: of_classes(data, &seen),
        held_out: of_classes(data, &scores),
        left,
        reliability: reliability(&at_base),
        levels,
        scores,
    }
}

fn of_classes(data: &Data, scores: &[f64]) -> Curve {
    let class = |phish: bool| -> Vec<f64> {
        data.samples.iter().zip(scores).filter(|(sample, _)| sample.phish == phish).map(|(_, score)| *score).collect()
    };
    curve(&class(true), &class(false))
}

/// The levels' borders: 3 in 100, 1 in 100 and 1 in 1,000 of held-out ham at most, counted by mail as well as with every
/// source by the square root of its mails, so that a small source with harder mails is not lost among many easy ones.
fn levels(scores: &[(f64, f64, f64)], settings: &Settings) -> [f64; 3] {
    let mut ham: Vec<(f64, f64)> = scores.iter().filter(|one| one.2 > 0.0).map(|one| (one.0, one.2)).collect();
    ham.sort_by(|one, other| other.0.total_cmp(&one.0));
    let border = |rate: f64, even: bool| {
        let weight = |one: &(f64, f64)| if even { 1.0 } else { one.1 };
        let all: f64 = ham.iter().map(weight).sum();
        let mut above = 0.0;
        for one in &ham {
            above += weight(one);
            if above > rate * all {
                // Just above the first ham mail that is one too many.
                return one.0 + settings.margin;
            }
        }
        f64::NEG_INFINITY
    };
    // Easy ham would let a level begin at any score: below these shares none does, however easy the ham is.
    [(0.03, 0.1), (0.01, 0.3), (0.001, 0.8)]
        .map(|(rate, share)| border(rate, true).max(border(rate, false)).max(log_odds(share)))
}

/// Every source left out in turn.
fn left(data: &Data, settings: &Settings, held_out: &[f64]) -> Vec<Left> {
    let all = data.all();
    let of = |source: usize| move |at: &usize| data.samples.get(*at).is_some_and(|sample| sample.source == source);
    let above = |own: &[f64], ham: &[f64]| {
        let figures = curve(own, ham);
        (figures.at_hundredth, figures.at_thousandth)
    };
    let ham_but = |source: usize, score: &dyn Fn(usize) -> f64| -> Vec<f64> {
        let ham = |at: &usize| data.samples.get(*at).is_some_and(|mail| !mail.phish && mail.source != source);
        all.iter().copied().filter(ham).map(score).collect()
    };
    (0..data.sources.len())
        .filter_map(|source| {
            let own: Vec<usize> = all.iter().copied().filter(of(source)).collect();
            let first = data.samples.get(*own.first()?)?;
            let rest: Vec<usize> = all.iter().copied().filter(|at| !of(source)(at)).collect();
            let part = fit(data, &rest, settings);
            let fresh =
                |at: usize| data.samples.get(at).map_or(0.0, |mail| score(data, settings, &part.solution, &mail.rules));
            let known = |at: usize| held_out.get(at).copied().unwrap_or(0.0);
            let take = |score: &dyn Fn(usize) -> f64| own.iter().copied().map(score).collect::<Vec<_>>();
            Some(Left {
                source,
                mails: own.len(),
                phish: first.phish,
                above: above(&take(&fresh), &ham_but(source, &fresh)),
                held_out: above(&take(&known), &ham_but(source, &known)),
                levels: (0.0, 0.0),
            })
        })
        .collect()
}

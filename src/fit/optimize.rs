//! The optimizer: coordinate descent on a regularized logistic loss, within limits, with the families' caps.
//!
//! One weight after the other takes a Newton step towards the least loss, is held within its limits, and is halved until
//! the loss falls. The caps make the sum a broken line, so the least found is one near the start, which is the weights
//! set by hand: that is where it should be looked for.

use super::data::Row;
use super::{Data, RuleRow, Settings};

/// Least and most that each weight may be.
#[derive(Debug, Clone, PartialEq)]
pub struct Limits(pub Vec<(f64, f64)>);

/// Weights and the log-odds of a mail without findings, for the balance of the fit.
#[derive(Debug, Clone, PartialEq)]
pub struct Solution {
    /// One for each rule.
    pub weights: Vec<f64>,
    /// Log-odds without findings.
    pub bias: f64,
}

/// Sweeps at most; usually a dozen do.
const SWEEPS: usize = 400;
/// A sweep that moves no weight by more ends it.
const STILL: f64 = 1e-5;

impl Limits {
    /// A rule keeps its side; information stays information. What speaks for phishing may grow to one and a half times
    /// what was set and a half point more. What speaks against it may only shrink, and counts little where nothing
    /// proves it: whoever sends can type it.
    #[must_use]
    pub fn of(data: &Data, settings: &Settings) -> Self {
        let limit = |rule: &RuleRow| {
            if rule.prior > 0.0 {
                (0.0, (1.5 * rule.prior + 0.5).min(settings.most))
            } else {
                (rule.prior.max(if rule.proved { -settings.most } else { -settings.typed }), 0.0)
            }
        };
        Self(data.rules.iter().map(limit).collect())
    }
}

/// Log-odds of a mail on which `rules` fired, for the balance of the fit.
#[must_use]
pub fn score(data: &Data, settings: &Settings, solution: &Solution, rules: &[usize]) -> f64 {
    let families = data.rules.iter().map(|rule| rule.family + 1).max().unwrap_or(0);
    let mut sums = vec![(0.0, 0.0); families];
    for at in rules {
        let weight = solution.weights.get(*at).copied().unwrap_or(0.0);
        if let Some(sum) = data.rules.get(*at).and_then(|rule| sums.get_mut(rule.family)) {
            add(sum, weight, 1.0);
        }
    }
    solution.bias + sums.iter().map(|sum| cut(*sum, settings)).sum::<f64>()
}

fn add(sum: &mut (f64, f64), weight: f64, sign: f64) {
    if weight > 0.0 {
        sum.0 += sign * weight;
    } else {
        sum.1 -= sign * weight;
    }
}

fn cut(sum: (f64, f64), settings: &Settings) -> f64 {
    sum.0.min(settings.cap_for) - sum.1.min(settings.cap_against)
}

/// The state of the descent.
struct Descent<'a> {
    settings: &'a Settings,
    rows: &'a [Row],
    family: Vec<usize>,
    /// Rows by rule.
    of_rule: Vec<Vec<usize>>,
    /// Sums by row and family.
    sums: Vec<Vec<(f64, f64)>>,
    /// Log-odds by row.
    x: Vec<f64>,
}

/// Loss of a row at log-odds `x`.
fn loss(row: &Row, x: f64) -> f64 {
    // log(1 + e^-x) without overflow.
    let soft = |x: f64| if x > 0.0 { (-x).exp().ln_1p() } else { x.exp().ln_1p() - x };
    row.phish * soft(x) + row.ham * soft(-x)
}

impl Descent<'_> {
    /// Slope and bend of the loss when every log-odds of `rows` rises.
    fn slope(&self, rows: impl Iterator<Item = usize>) -> (f64, f64) {
        rows.filter_map(|at| Some((self.rows.get(at)?, self.x.get(at)?))).fold((0.0, 0.0), |(slope, bend), (row, x)| {
            let p = super::probability(*x);
            let all = row.phish + row.ham;
            (slope + all * p - row.phish, bend + all * p * (1.0 - p))
        })
    }

    /// The sum of a row with one weight changed from `old` to `new`.
    fn moved(&self, at: usize, family: usize, old: f64, new: f64) -> Option<(f64, (f64, f64))> {
        let sum = *self.sums.get(at)?.get(family)?;
        let mut next = sum;
        add(&mut next, old, -1.0);
        add(&mut next, new, 1.0);
        Some((self.x.get(at)? + cut(next, self.settings) - cut(sum, self.settings), next))
    }

    /// Takes one weight to where the loss is least; gives the new one.
    fn weight(&mut self, rule: usize, old: f64, prior: f64, (least, most): (f64, f64)) -> f64 {
        let family = self.family.get(rule).copied().unwrap_or(0);
        let rows = self.of_rule.get(rule).cloned().unwrap_or_default();
        let ridge = self.settings.ridge;
        // Where the family is cut already, a change of this weight does nothing.
        let open = |at: &usize| {
            let sum = self.sums.get(*at).and_then(|sums| sums.get(family)).copied().unwrap_or_default();
            if prior > 0.0 { sum.0 < self.settings.cap_for } else { sum.1 < self.settings.cap_against }
        };
        let (slope, bend) = self.slope(rows.iter().copied().filter(open));
        let mut step = -(slope + ridge * (old - prior)) / (bend + ridge);
        let penalty = |weight: f64| ridge / 2.0 * (weight - prior).powi(2);
        for _ in 0..20 {
            let new = (old + step).clamp(least, most);
            let change: f64 = rows
                .iter()
                .filter_map(|at| {
                    let row = self.rows.get(*at)?;
                    Some(loss(row, self.moved(*at, family, old, new)?.0) - loss(row, *self.x.get(*at)?))
                })
                .sum::<f64>()
                + penalty(new)
                - penalty(old);
            if change <= 0.0 {
                for at in rows {
                    if let Some((x, sum)) = self.moved(at, family, old, new) {
                        if let Some(own) = self.x.get_mut(at) {
                            *own = x;
                        }
                        if let Some(own) = self.sums.get_mut(at).and_then(|sums| sums.get_mut(family)) {
                            *own = sum;
                        }
                    }
                }
                return new;
            }
            step /= 2.0;
        }
        old
    }
}

/// Fits weights to the chosen mails, starting at `start` or at the weights set by hand.
pub(super) fn optimize(
    data: &Data,
    chosen: &[usize],
    settings: &Settings,
    limits: &Limits,
    start: Option<&Solution>,
) -> Solution {
    let rows = data.rows(chosen, settings);
    let families = data.rules.iter().map(|rule| rule.family + 1).max().unwrap_or(0);
    let mut solution = start.cloned().unwrap_or_else(|| Solution {
        weights: data.rules.iter().map(|rule| rule.prior).collect(),
        bias: super::log_odds(settings.balance) - 2.0,
    });
    for (weight, (least, most)) in solution.weights.iter_mut().zip(&limits.0) {
        *weight = weight.clamp(*least, *most);
    }
    let mut of_rule = vec![Vec::new(); data.rules.len()];
    let mut sums = vec![vec![(0.0, 0.0); families]; rows.len()];
    for (at, (row, sums)) in rows.iter().zip(&mut sums).enumerate() {
        for rule in &row.rules {
            let (Some(list), Some(info)) = (of_rule.get_mut(*rule), data.rules.get(*rule)) else { continue };
            list.push(at);
            if let Some(sum) = sums.get_mut(info.family) {
                add(sum, solution.weights.get(*rule).copied().unwrap_or(0.0), 1.0);
            }
        }
    }
    let x = sums.iter().map(|sums| solution.bias + sums.iter().map(|sum| cut(*sum, settings)).sum::<f64>()).collect();
    let family = data.rules.iter().map(|rule| rule.family).collect();
    let mut descent = Descent { settings, rows: &rows, family, of_rule, sums, x };
    for _ in 0..SWEEPS {
        let (slope, bend) = descent.slope(0..rows.len());
        let step = (-slope / bend.max(1e-6)).clamp(-2.0, 2.0);
        solution.bias += step;
        for x in &mut descent.x {
            *x += step;
        }
        let mut most = step.abs();
        for (at, (rule, limit)) in data.rules.iter().zip(&limits.0).enumerate() {
            if rule.prior == 0.0 {
                continue;
            }
            let Some(old) = solution.weights.get(at).copied() else { continue };
            let new = descent.weight(at, old, rule.prior, *limit);
            most = most.max((new - old).abs());
            if let Some(weight) = solution.weights.get_mut(at) {
                *weight = new;
            }
        }
        if most < STILL {
            break;
        }
    }
    solution
}

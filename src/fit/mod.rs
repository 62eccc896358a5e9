//! Weights learned from labelled mail: a logistic regression over findings that stays close to what people set by hand.
//!
//! The program must not learn a collection. So it sees nothing of a mail but which rules fired; a rule may become
//! weaker, and stronger only up to a limit, but never change its side; what the data do not say stays as it was set; every
//! source counts by the square root of its mails, so that none outvotes the others; and a weight that does not survive
//! leaving one source out, or that has the wrong sign among mails of one age, is taken back. The model that is fitted,
//! caps of families included, is the one that `verdict` applies.
//!
//! Pure: the same samples in the same order give the same weights, without any randomness. Nothing here reads a mail.

mod asset;
mod curve;
mod data;
mod optimize;
mod robust;
mod study;
#[cfg(test)]
mod tests;

pub use asset::{page, write};
pub use curve::{Bin, Curve, curve, reliability};
pub use data::{Data, RuleRow, Sample, Source};
pub use optimize::{Limits, Solution, score};
pub use robust::{Fit, Note, fit};
pub use study::{Left, Study, study};

/// What can be turned in a fit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// The share of phishing among the mails that are to be judged; the score is a probability for it.
    pub base_rate: f64,
    /// The share of phishing in the fit itself. Below one half, a false alarm costs more than a miss.
    pub balance: f64,
    /// How strongly a weight is held at the one set by hand, in mails of full doubt.
    pub ridge: f64,
    /// Most that one rule may say.
    pub most: f64,
    /// Most that one rule may say against it where nothing proves it.
    pub typed: f64,
    /// Most that one family may say for phishing.
    pub cap_for: f64,
    /// Most that one family may say against it.
    pub cap_against: f64,
    /// The part of a weight that has to be left whichever source is left out.
    pub hold: f64,
    /// How far above the held-out ham the levels' borders lie, in log-odds: other ham will be a little worse.
    pub margin: f64,
    /// Parts of the cross-validation.
    pub folds: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            base_rate: 0.2,
            balance: 0.2,
            ridge: 12.0,
            most: 4.5,
            typed: 0.5,
            cap_for: 6.0,
            cap_against: 2.5,
            hold: 0.5,
            margin: 0.1,
            folds: 5,
        }
    }
}

/// Log-odds of a share.
#[must_use]
pub fn log_odds(share: f64) -> f64 {
    (share / (1.0 - share)).ln()
}

/// The probability of log-odds.
#[must_use]
pub fn probability(log_odds: f64) -> f64 {
    1.0 / (1.0 + (-log_odds).exp())
}

//! How well scores tell two classes apart, and whether they are probabilities.

/// Figures of a set of scores.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Curve {
    /// Area under the ROC curve; a tie counts half.
    pub area: f64,
    /// Share of phishing above the score that at most 1 in 100 ham mails passes.
    pub at_hundredth: f64,
    /// Share of phishing above the score that at most 1 in 1,000 ham mails passes.
    pub at_thousandth: f64,
    /// The two scores.
    pub thresholds: (f64, f64),
}

/// The score that at most `rate` of `ham` is above, and the share of `phish` above it.
fn caught(phish: &[f64], ham: &[f64], rate: f64) -> (f64, f64) {
    let mut ordered = ham.to_vec();
    ordered.sort_by(|one, other| other.total_cmp(one));
    let threshold = ordered.get((rate * ordered.len() as f64) as usize).copied().unwrap_or(f64::NEG_INFINITY);
    let above = phish.iter().filter(|score| **score > threshold).count();
    (above as f64 / phish.len().max(1) as f64, threshold)
}

/// The figures of scores of phishing and of ham.
#[must_use]
pub fn curve(phish: &[f64], ham: &[f64]) -> Curve {
    let mut all: Vec<(f64, bool)> =
        phish.iter().map(|score| (*score, true)).chain(ham.iter().map(|score| (*score, false))).collect();
    all.sort_by(|one, other| one.0.total_cmp(&other.0));
    let (mut below, mut area) = (0.0, 0.0);
    for tie in all.chunk_by(|one, other| one.0.total_cmp(&other.0).is_eq()) {
        let phish = tie.iter().filter(|(_, phish)| *phish).count() as f64;
        let ham = tie.len() as f64 - phish;
        area += phish * (below + ham / 2.0);
        below += ham;
    }
    let pairs = phish.len() as f64 * ham.len() as f64;
    let (at_hundredth, hundredth) = caught(phish, ham, 0.01);
    let (at_thousandth, thousandth) = caught(phish, ham, 0.001);
    Curve {
        area: if pairs > 0.0 { area / pairs } else { 0.0 },
        at_hundredth,
        at_thousandth,
        thresholds: (hundredth, thousandth),
    }
}

/// A class of scores of a reliability table.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Bin {
    /// Least and most probability.
    pub range: (f64, f64),
    /// Share of all mails.
    pub share: f64,
    /// The mean probability told.
    pub told: f64,
    /// The share that was phishing.
    pub was: f64,
}

/// The reliability table of (log-odds, weight as phishing, weight as ham), with log loss and Brier score.
#[must_use]
pub fn reliability(scores: &[(f64, f64, f64)]) -> (Vec<Bin>, f64, f64) {
    const EDGES: [f64; 9] = [0.0, 0.01, 0.05, 0.2, 0.5, 0.8, 0.95, 0.99, 1.000_001];
    let all: f64 = scores.iter().map(|(_, phish, ham)| phish + ham).sum();
    let (mut loss, mut brier) = (0.0, 0.0);
    for (x, phish, ham) in scores {
        let p = super::probability(*x);
        loss += phish * (-x).exp().ln_1p() + ham * x.exp().ln_1p();
        brier += phish * (1.0 - p).powi(2) + ham * p.powi(2);
    }
    let bin = |least: f64, most: f64| {
        let mut bin = Bin { range: (least, most.min(1.0)), ..Bin::default() };
        for (x, phish, ham) in scores {
            let p = super::probability(*x);
            if (least..most).contains(&p) {
                bin.share += phish + ham;
                bin.told += (phish + ham) * p;
                bin.was += phish;
            }
        }
        if bin.share > 0.0 {
            bin.told /= bin.share;
            bin.was /= bin.share;
        }
        bin.share /= all.max(f64::MIN_POSITIVE);
        bin
    };
    let bins = EDGES.iter().zip(EDGES.iter().skip(1)).map(|(least, most)| bin(*least, *most)).collect();
    (bins, loss / all.max(f64::MIN_POSITIVE), brier / all.max(f64::MIN_POSITIVE))
}

/// Least and most slope: few mails, or mails that are told apart without an error, would give any.
const SLOPES: (f64, f64) = (0.5, 2.0);

/// Slope and shift that make `slope * x + shift` the log-odds that scores really have.
pub(super) fn straighten(scores: &[(f64, f64, f64)]) -> (f64, f64) {
    let (mut slope, mut shift) = (1.0_f64, 0.0_f64);
    for _ in 0..50 {
        // Gradient and Hessian of the logistic loss in (slope, shift).
        let (mut g, mut h) = ([0.0; 2], [0.0; 3]);
        for (x, phish, ham) in scores {
            let p = super::probability(slope * x + shift);
            let (error, bend) = ((phish + ham) * p - phish, (phish + ham) * p * (1.0 - p));
            g = [g[0] + error * x, g[1] + error];
            h = [h[0] + bend * x * x, h[1] + bend * x, h[2] + bend];
        }
        let determinant = h[0] * h[2] - h[1] * h[1];
        if determinant.abs() < 1e-9 {
            break;
        }
        let step = ((h[2] * g[0] - h[1] * g[1]) / determinant, (h[0] * g[1] - h[1] * g[0]) / determinant);
        slope -= step.0.clamp(-0.5, 0.5);
        shift -= step.1.clamp(-1.0, 1.0);
        if step.0.abs() + step.1.abs() < 1e-9 {
            break;
        }
    }
    if (SLOPES.0..=SLOPES.1).contains(&slope) && shift.is_finite() {
        return (slope, shift);
    }
    slope = if slope.is_nan() { 1.0 } else { slope.clamp(SLOPES.0, SLOPES.1) };
    shift = 0.0;
    for _ in 0..50 {
        let (mut g, mut h) = (0.0, 0.0);
        for (x, phish, ham) in scores {
            let p = super::probability(slope * x + shift);
            g += (phish + ham) * p - phish;
            h += (phish + ham) * p * (1.0 - p);
        }
        if h < 1e-9 {
            break;
        }
        shift -= (g / h).clamp(-1.0, 1.0);
    }
    (slope, shift)
}

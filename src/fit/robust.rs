//! A fit that takes back what it learned of one source or of one age only.

use super::optimize::optimize;
use super::{Data, Limits, Settings, Solution};

/// Why a rule's weight is not what the data alone would have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Note {
    /// Fitted.
    Fitted,
    /// It fired on no mail: the weight set by hand stands.
    Unseen,
    /// It fired on too few mails to learn from: the weight set by hand stands.
    Rare,
    /// It tells how mails were collected: what other filters said stands where they were collected. As set by hand.
    Held,
    /// It is information.
    Information,
    /// Among the mails of one age it fires the wrong way round: it tells ages apart, not fraud. No weight.
    Contrary,
    /// Without one of the sources nothing is left of it. No weight.
    Vanishes,
    /// Without one of the sources it would be another weight: the least of all, and no more than was set by hand.
    Swings,
}

/// Rules about what other filters wrote. Whether such fields are there tells where a collection was made, so that a fit on
/// collections learns nothing true about them.
pub(super) const HELD: &[&str] = &["filter-called-phishing", "subject-stamped"];

/// A fit.
#[derive(Debug, Clone, PartialEq)]
pub struct Fit {
    /// What was fitted, for the balance of the fit.
    pub solution: Solution,
    /// One for each rule.
    pub notes: Vec<Note>,
    /// The least that is left of each weight when a source is left out, with that source.
    pub least: Vec<(f64, usize)>,
}

/// Mails of an age, phishing and ham, on which a rule must have fired before its direction there counts.
const HEARD: f64 = 8.0;
/// Mails on which a rule must have fired before its weight counts as learned.
const RARE: usize = 5;

/// Fits weights to the chosen mails.
#[must_use]
pub fn fit(data: &Data, chosen: &[usize], settings: &Settings) -> Fit {
    let mut limits = Limits::of(data, settings);
    let mut notes = notes(data, chosen);
    for (at, contrary) in contrary(data, chosen).into_iter().enumerate() {
        if contrary && let (Some(limit), Some(note)) = (limits.0.get_mut(at), notes.get_mut(at)) {
            *limit = (0.0, 0.0);
            *note = Note::Contrary;
        }
    }
    // They count nothing in the fit and its figures, and are given what was set by hand afterwards.
    for (at, _) in data.rules.iter().enumerate().filter(|(_, rule)| HELD.contains(&&*rule.id)) {
        if let (Some(limit), Some(note)) = (limits.0.get_mut(at), notes.get_mut(at))
            && !matches!(note, Note::Unseen | Note::Information)
        {
            *limit = (0.0, 0.0);
            *note = Note::Held;
        }
    }
    let full = optimize(data, chosen, settings, &limits, None);
    let mut left = Vec::new();
    for source in 0..data.sources.len() {
        let rest: Vec<usize> = chosen
            .iter()
            .copied()
            .filter(|at| data.samples.get(*at).is_some_and(|sample| sample.source != source))
            .collect();
        let both = [true, false]
            .iter()
            .all(|phish| rest.iter().any(|at| data.samples.get(*at).is_some_and(|sample| sample.phish == *phish)));
        if rest.len() < chosen.len() && both {
            left.push((source, optimize(data, &rest, settings, &limits, Some(&full))));
        }
    }
    let mut pinned = false;
    let mut all_least = Vec::new();
    for (at, rule) in data.rules.iter().enumerate() {
        let weight = full.weights.get(at).copied().unwrap_or(0.0);
        let sizes = left.iter().map(|(source, one)| (one.weights.get(at).map_or(0.0, |weight| weight.abs()), *source));
        let least = sizes.fold((weight.abs(), usize::MAX), |a, b| if b.0 < a.0 { b } else { a });
        all_least.push((least.0 * rule.prior.signum(), least.1));
        let (Some(limit), Some(note)) = (limits.0.get_mut(at), notes.get_mut(at)) else { continue };
        // A weight below a tenth changes no verdict; whether it swings is noise.
        if *note != Note::Fitted || weight.abs() < 0.1 {
            continue;
        }
        let (new, why) = if least.0 < 0.1 {
            (0.0, Note::Vanishes)
        } else if least.0 < settings.hold * weight.abs() {
            (least.0.min(rule.prior.abs()) * rule.prior.signum(), Note::Swings)
        } else {
            continue;
        };
        *limit = (new, new);
        *note = why;
        pinned = true;
    }
    let solution = if pinned { optimize(data, chosen, settings, &limits, Some(&full)) } else { full };
    Fit { solution, notes, least: all_least }
}

fn notes(data: &Data, chosen: &[usize]) -> Vec<Note> {
    let mut fired = vec![0_usize; data.rules.len()];
    for sample in chosen.iter().filter_map(|at| data.samples.get(*at)) {
        for rule in &sample.rules {
            if let Some(count) = fired.get_mut(*rule) {
                *count += 1;
            }
        }
    }
    data.rules
        .iter()
        .zip(fired)
        .map(|(rule, fired)| match rule.prior {
            0.0 => Note::Information,
            _ if fired == 0 => Note::Unseen,
            _ if fired < RARE => Note::Rare,
            _ => Note::Fitted,
        })
        .collect()
}

/// Rules that fire the wrong way round among the mails of one age.
fn contrary(data: &Data, chosen: &[usize]) -> Vec<bool> {
    let mut eras: Vec<&str> = data.sources.iter().map(|source| source.era.as_str()).collect();
    eras.sort_unstable();
    eras.dedup();
    let mut wrong = vec![false; data.rules.len()];
    for era in eras {
        let mut mails = (0.0, 0.0);
        let mut fired = vec![(0.0_f64, 0.0_f64); data.rules.len()];
        for sample in chosen.iter().filter_map(|at| data.samples.get(*at)) {
            if data.sources.get(sample.source).is_none_or(|source| source.era != era) {
                continue;
            }
            let count = |pair: &mut (f64, f64)| *(if sample.phish { &mut pair.0 } else { &mut pair.1 }) += 1.0;
            count(&mut mails);
            sample.rules.iter().for_each(|rule| {
                if let Some(pair) = fired.get_mut(*rule) {
                    count(pair);
                }
            });
        }
        if mails.0 == 0.0 || mails.1 == 0.0 {
            continue;
        }
        for ((rule, fired), wrong) in data.rules.iter().zip(fired).zip(&mut wrong) {
            let phish = (fired.0 + 0.5) / (mails.0 + 1.0);
            let ham = (fired.1 + 0.5) / (mails.1 + 1.0);
            *wrong |= rule.prior != 0.0 && fired.0 + fired.1 >= HEARD && (phish / ham).ln() * rule.prior.signum() < 0.0;
        }
    }
    wrong
}

//! Which answer moved the score of the open mail, and by how much. Kept while the program runs; a mail that is opened with
//! answers at hand gets its moves by judging with fewer of them.

use std::collections::HashMap;

use crate::facts::{Fact, FactSet, Key, State};
use crate::mailbox::Identity;
use crate::view::Moved;

use super::super::inspect::OpenMail;
use super::{App, Mode, Selected};

/// Moves that are kept of one mail, and mails that are kept.
const MOVES: usize = 64;
const MAILS: usize = 1_000;
/// A smaller change of the sum is none.
const LEAST: f64 = 1e-6;

/// The moves by mail.
pub(super) type Moves = HashMap<Identity, Vec<Moved>>;

impl App {
    /// The moves of the open mail.
    #[must_use]
    pub fn moves(&self) -> &[Moved] {
        self.open_mail().and_then(|mail| self.moves.get(&mail.analysis.identity)).map_or(&[], Vec::as_slice)
    }

    /// Answers arrived and the mail was judged again: writes down what moved. Several answers at once are taken apart.
    pub(super) fn moved(&mut self, settled: &[Key], before: f64, score: u8) {
        let Selected::Here(mail) = &self.selected else { return };
        let (after, now) = (mail.analysis.verdict.sum.total, mail.analysis.verdict.score);
        if (after - before).abs() < LEAST {
            return;
        }
        let moves = match settled {
            [] => return,
            [key] => vec![Moved { key: key.clone(), at: Some(self.now), before, after, score: (score, now) }],
            _ => {
                let (without, answers): (Vec<_>, Vec<_>) =
                    relevant(&self.facts, &self.relevant).into_iter().partition(|(key, _)| !settled.contains(key));
                let mut moves = apart(mail, &without, &answers, &self.weights);
                for one in &mut moves {
                    one.at = Some(self.now);
                }
                moves
            }
        };
        let identity = mail.analysis.identity;
        if self.moves.len() >= MAILS && !self.moves.contains_key(&identity) {
            self.moves.clear();
        }
        let kept = self.moves.entry(identity).or_default();
        kept.extend(moves);
        let over = kept.len().saturating_sub(MOVES);
        kept.drain(..over);
    }

    /// A mail was opened with answers at hand (recorded, kept, or of another mail): finds out which of them moved it.
    pub(super) fn trace_moves(&mut self) {
        if self.mode != Mode::Inspect {
            return;
        }
        let wants = self.wanted();
        let Selected::Here(mail) = &self.selected else { return };
        let identity = mail.analysis.identity;
        if self.moves.contains_key(&identity) || mail.analysis.failed {
            return;
        }
        let answers: Vec<(Key, Fact)> = wants
            .keys()
            .filter_map(|key| self.facts.get(key).map(|fact| (key.clone(), fact.clone())))
            .filter(|(_, fact)| is_settled(fact))
            .collect();
        if answers.is_empty() {
            return;
        }
        let moves = apart(mail, &[], &answers, &self.weights);
        if self.moves.len() >= MAILS {
            self.moves.clear();
        }
        self.moves.insert(identity, moves);
        // The list showed the verdict already, without them.
        self.inspector.forget(true);
    }
}

fn is_settled(fact: &Fact) -> bool {
    matches!(fact.state, State::Value(_) | State::Absent | State::Failed(_))
}

/// The settled facts that the mail wants.
fn relevant(facts: &FactSet, wanted: &std::collections::HashSet<Key>) -> Vec<(Key, Fact)> {
    let known = wanted.iter().filter_map(|key| facts.get(key).map(|fact| (key.clone(), fact.clone())));
    let mut list: Vec<(Key, Fact)> = known.filter(|(_, fact)| is_settled(fact)).collect();
    list.sort_by(|a, b| a.0.cmp(&b.0));
    list
}

/// Judges with more and more of `answers`, halving where the sum differs: few judgements for few moves.
fn apart(
    mail: &OpenMail,
    without: &[(Key, Fact)],
    answers: &[(Key, Fact)],
    weights: &crate::signal::Weights,
) -> Vec<Moved> {
    let judged = |count: usize| -> (f64, u8) {
        let facts = without.iter().chain(answers.iter().take(count)).cloned();
        let facts = facts.map(|(key, fact)| crate::facts::Recorded { key, fact }).collect();
        let verdict = mail.analysis.judged_with(&facts, weights);
        (verdict.sum.total, verdict.score)
    };
    let (first, last) = (judged(0), judged(answers.len()));
    let mut spans = vec![((0, first), (answers.len(), last))];
    let mut moves = Vec::new();
    while let Some(((low, before), (high, after))) = spans.pop() {
        if (after.0 - before.0).abs() < LEAST {
            continue;
        }
        if high - low == 1 {
            if let Some((key, fact)) = answers.get(low) {
                let (key, at) = (key.clone(), fact.at);
                moves.push(Moved { key, at, before: before.0, after: after.0, score: (before.1, after.1) });
            }
            continue;
        }
        let middle = low.midpoint(high);
        let between = judged(middle);
        // The first half is looked at first.
        spans.push(((middle, between), (high, after)));
        spans.push(((low, before), (middle, between)));
    }
    moves
}

//! What would leave: for each question who would be asked, and with which packets. Made from the same tables as the
//! asking itself, so that what is shown is what is sent. Sends nothing.

use super::Engine;
use crate::facts::{Key, Reach};
use crate::lookup::Query;

/// One question as it would be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// The question.
    pub key: Key,
    /// How far it would travel.
    pub reach: Reach,
    /// Who would ask.
    pub provider: &'static str,
    /// Every packet, as far as that is known before the first answer; empty where none is needed.
    pub queries: Vec<Query>,
    /// The answer is at hand, or the question is on its way already: nothing new leaves.
    pub known: bool,
    /// It leaves only with a [`super::Consent`] to exactly this question.
    pub consent: bool,
    /// The reach that was given lets it out.
    pub allowed: bool,
}

impl Planned {
    /// It leaves where it is asked now, without a further word.
    #[must_use]
    pub fn leaves(&self) -> bool {
        self.allowed && !self.known && !self.consent
    }
}

impl Engine {
    /// What asking for `keys` under `reach` would send. Questions that nobody can answer are left out, and so is
    /// everything while only a recording answers.
    #[must_use]
    pub fn plan(&self, keys: impl IntoIterator<Item = Key>, reach: Reach) -> Vec<Planned> {
        let mut seen = std::collections::HashSet::new();
        // What goes out once stands beside the first question that sends it.
        let mut once: Vec<Query> = Vec::new();
        keys.into_iter()
            .filter(|key| seen.insert(key.clone()))
            .filter_map(|key| {
                let provider = self.inner.provider(&key, reach)?;
                let needs = key.reach().max(provider.reach());
                let known = self.known(&key).is_some() || self.inner.board().jobs.contains_key(&key);
                let mut queries = if known { Vec::new() } else { provider.plan(&key) };
                if !queries.is_empty() {
                    let more: Vec<Query> = provider.once(&key).into_iter().filter(|one| !once.contains(one)).collect();
                    once.extend(more.iter().cloned());
                    queries.extend(more);
                }
                Some(Planned {
                    reach: needs,
                    provider: provider.id(),
                    queries,
                    known,
                    consent: key.needs_consent(),
                    allowed: needs > Reach::Local && needs <= reach,
                    key,
                })
            })
            .collect()
    }
}

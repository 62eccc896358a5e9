//! What a worker is set up with: the same weights, rules, own side and facts as its host, so that both come to the same
//! words. Sent once a worker as JSON; numbers that decide are sent as text or as bits, so that none is rounded.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::analysis::Own;
use crate::evidence;
use crate::export::json::Form;
use crate::facts::{FactSet, Recorded};
use crate::rulebook;
use crate::signal::{Model, Weights};

/// What mails are analyzed with.
#[derive(Debug, Clone, Default)]
pub struct Setup {
    /// Facts known from the start.
    pub facts: FactSet,
    /// Weights of rules.
    pub weights: Weights,
    /// The reader's own side and rules.
    pub own: Own,
    /// How much of a message a line of `scan` holds.
    pub form: Form,
}

#[derive(Serialize, Deserialize)]
struct Sent {
    /// As TOML, which keeps every digit.
    model: String,
    /// Bits of the weights that the reader changed.
    changed: BTreeMap<String, u32>,
    side: evidence::Own,
    rules: Vec<(PathBuf, String)>,
    facts: Vec<Recorded>,
    brief: bool,
}

impl Setup {
    /// As bytes.
    ///
    /// # Errors
    /// A part has no such form; in words.
    pub(super) fn to_bytes(&self) -> Result<Vec<u8>, String> {
        let sent = Sent {
            model: toml::to_string(self.weights.model()).map_err(|why| why.to_string())?,
            changed: self.weights.changes().iter().map(|(id, weight)| (id.clone(), weight.to_bits())).collect(),
            side: (*self.own.side).clone(),
            rules: self.own.rules.sources().to_vec(),
            facts: self.facts.iter().map(|(key, fact)| Recorded { key: key.clone(), fact: fact.clone() }).collect(),
            brief: self.form == Form::Brief,
        };
        serde_json::to_vec(&sent).map_err(|why| why.to_string())
    }

    /// From bytes; `None` where they are no setup.
    pub(super) fn of_bytes(bytes: &[u8]) -> Option<Self> {
        let sent: Sent = serde_json::from_slice(bytes).ok()?;
        let changed = sent.changed.into_iter().map(|(id, bits)| (id, f32::from_bits(bits))).collect();
        // The host has told what is wrong with a rule; the rest holds here as there.
        let (rules, _) = rulebook::read(&sent.rules);
        Some(Self {
            facts: sent.facts.into_iter().collect(),
            weights: Weights::of(Model::read(&sent.model).ok()?, changed),
            own: Own { side: Arc::new(sent.side), rules },
            form: if sent.brief { Form::Brief } else { Form::Whole },
        })
    }
}

//! What each rule weighs for this reader: the model that he uses, and what he changed by hand. Put together once, so that
//! no mail pays for it.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use super::{Model, Rule, rules};

/// The weights in force. Cheap to copy.
#[derive(Debug, Clone)]
pub struct Weights(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    model: Model,
    /// By place in [`rules`]; `None` is switched off.
    order: Vec<Option<f32>>,
    /// What the reader changed, by rule id: his own rules are found here.
    changed: BTreeMap<String, f32>,
}

impl Default for Weights {
    /// The shipped weights.
    fn default() -> Self {
        static SHIPPED: LazyLock<Weights> = LazyLock::new(|| Weights::of(Model::shipped().clone(), BTreeMap::new()));
        SHIPPED.clone()
    }
}

impl Weights {
    /// The weights of a model with changes by rule id; a change to zero switches a rule off. Not a number would poison
    /// every sum; such a change counts as not made.
    #[must_use]
    pub fn of(model: Model, mut changed: BTreeMap<String, f32>) -> Self {
        changed.retain(|_, weight| weight.is_finite());
        let order = rules()
            .map(|rule| match changed.get(rule.id) {
                Some(weight) => (*weight != 0.0).then_some(*weight),
                None => Some(model.weight(rule)),
            })
            .collect();
        Self(Arc::new(Inner { model, order, changed }))
    }

    /// The shipped weights with changes by rule id.
    #[must_use]
    pub fn changed_by(changed: BTreeMap<String, f32>) -> Self {
        Self::of(Model::shipped().clone(), changed)
    }

    /// The model.
    #[must_use]
    pub fn model(&self) -> &Model {
        &self.0.model
    }

    /// What the rule weighs; `None` where it is switched off. For a shipped or an own rule.
    #[must_use]
    pub fn of_rule(&self, rule: &Rule) -> Option<f32> {
        match self.changed(rule.id) {
            Some(weight) => (weight != 0.0).then_some(weight),
            None => Some(self.0.model.weight(rule)),
        }
    }

    /// What the reader set for a rule by its id.
    #[must_use]
    pub fn changed(&self, id: &str) -> Option<f32> {
        self.0.changed.get(id).copied()
    }

    /// All that the reader set, by rule id.
    #[must_use]
    pub fn changes(&self) -> &BTreeMap<String, f32> {
        &self.0.changed
    }

    /// By place in [`rules`].
    pub(super) fn in_order(&self) -> &[Option<f32>] {
        &self.0.order
    }
}

//! Which limits were hit while files were looked into, each once.

use std::collections::BTreeMap;
use std::fmt::Display;

use crate::limits::Told;
use crate::text::Words;

/// The limits that were hit, by their English words.
#[derive(Debug, Default)]
pub(super) struct Hits(BTreeMap<&'static str, Told>);

impl Hits {
    /// A limit was hit. How much more there is of it is not known: the rest is not looked at.
    pub(super) fn hit(&mut self, words: Words) {
        self.hit_with(words, &[]);
    }

    /// The same, told with its figures.
    pub(super) fn hit_with(&mut self, words: Words, values: &[&dyn Display]) {
        self.0.entry(words.en).or_insert_with(|| Told::new(words, values));
    }

    /// What is told of them.
    pub(super) fn told(self) -> Vec<Told> {
        self.0.into_values().collect()
    }

    #[cfg(test)]
    pub(super) fn contains(&self, english: &str) -> bool {
        self.0.contains_key(english)
    }
}

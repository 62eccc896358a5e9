//! The findings of a mail, as they stand in the record.

use super::declare::{Word, shape};
use super::{LIST, bytes, short};
use crate::signal::{self, Family, Kind};

shape! {
    /// A rule that fired.
    Finding<'a> {
        /// The rule.
        id: &'a str,
        /// Its family.
        family: Word<Family>,
        /// How it proves what it says.
        kind: Word<Kind>,
        /// Its weight in log-odds points, as configured.
        weight: f64,
        /// The rule in a few words, in English.
        title: &'a str,
        /// What it found: the values for the places of its reason.
        values: Vec<&'a str>,
        /// The bytes that it rests on.
        spans: Vec<[i64; 2]>,
    }
}

/// The findings, in the order given.
#[must_use]
pub fn findings(list: &[signal::Finding]) -> Vec<Finding<'_>> {
    let finding = |finding: &'_ signal::Finding| -> Finding<'_> {
        Finding {
            id: finding.rule.id,
            family: Word(finding.rule.family),
            kind: Word(finding.rule.kind),
            // As it is written down, not as the nearest binary fraction in twice the digits.
            weight: (f64::from(finding.weight) * 1000.0).round() / 1000.0,
            title: finding.rule.title.en,
            values: Vec::new(),
            spans: finding.hit.spans.iter().take(LIST).map(|span| bytes(*span)).collect(),
        }
    };
    list.iter()
        .take(LIST)
        .map(|one| Finding {
            values: one.hit.values.iter().take(LIST).map(|value| short(value)).collect(),
            ..finding(one)
        })
        .collect()
}

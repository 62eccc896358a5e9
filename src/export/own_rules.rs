//! Rules in full, in both languages, and the reader's own rules as a list, for `gosanke rules`.

use std::fmt::Write as _;

use super::rules::{family, kind, reason};
use crate::signal::{Model, Rule, Weights};
use crate::text::{Lang, Words, show};

/// The reader's own rules in a few lines of text, with the weights in force; empty where there are none.
#[must_use]
pub fn list<'a>(rules: impl Iterator<Item = &'a Rule>, weights: &Weights, lang: Lang) -> String {
    let mut out = String::new();
    for rule in rules {
        if out.is_empty() {
            let _ = writeln!(out, "\n{}", family(rule.family).get(lang));
        }
        let weight = weights.changed(rule.id).unwrap_or(rule.weight);
        let changed = if (weight - rule.weight).abs() > f32::EPSILON { "*" } else { " " };
        let _ = writeln!(out, "  {weight:>+5.1}{changed} {:<32} {}", rule.id, show(rule.title.get(lang)));
    }
    out
}

/// A rule in full: what it says, what would make it a false alarm, its weight, its sources; first in the reader's
/// language.
#[must_use]
pub fn explain(rule: &Rule, lang: Lang) -> String {
    let own = matches!(rule.family, crate::signal::Family::Own);
    let weight = if own { rule.weight } else { Model::shipped().weight(rule) };
    let mut out = format!("{} {weight:+.1}\n", rule.id);
    let other = if lang == Lang::Ja { Lang::En } else { Lang::Ja };
    for lang in [lang, other] {
        let _ = writeln!(
            out,
            "\n{}\n{} · {}\n{}",
            show(rule.title.get(lang)),
            family(rule.family).get(lang),
            kind(rule.kind).get(lang),
            show(&reason(rule, lang))
        );
        let innocent = rule.innocent.get(lang);
        if !innocent.is_empty() {
            let words = Words::new("A false alarm where: {0}", "誤検知の可能性: {0}");
            let _ = writeln!(out, "{}", show(&words.fill(lang, &[innocent])));
        }
    }
    out.push('\n');
    for reference in rule.references {
        let _ = writeln!(out, "- {}", show(reference));
    }
    out
}

//! The reader's own rules: TOML files with CEL expressions over the evidence record, beside the rules of `signal`.
//!
//! ```toml
//! [[rule]]
//! id = "own-invoice-as-web-page"
//! title = "An invoice as a web page"
//! reason = "{0} calls itself an invoice and is a web page."
//! weight = 2.0
//! when = 'attachments.exists(f, f.detected == "text/html" && f.name.lower().contains("invoice"))'
//! values = ['attachments.filter(f, f.detected == "text/html")[0].name']
//! at = 'attachments'
//! ```
//!
//! A rule is read once (`read`), looked through before it is used (`check`: unknown names, types, patterns, depth) and
//! bound to what it asks for, so that a mail costs only the fields that some rule names. What goes wrong on a mail is a
//! finding, [`FAILED`]; nothing that a rule or a mail does ends the program. Files are read elsewhere: this room is pure.

mod check;
mod problem;
mod read;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use cel::extractors::This;
use cel::{Context, Env, IdedExpr, Value, to_value};
use regex::Regex;

use crate::message::{Span, clip};
use crate::record::{Section, Subject};
use crate::signal::{Family, Finding, Hit, Kind, Rule, Weights};
use crate::text::Words;

pub use problem::Problem;
pub use read::read;

/// The most bytes of a value that a rule gives for its reason, and of an error.
const VALUE: usize = 400;
/// The most spans of a finding.
const SPANS: usize = 50;

/// Told where an own rule could not be applied to a mail.
pub static FAILED: Rule = Rule {
    id: "own-rule-failed",
    family: Family::Own,
    title: Words::new("An own rule could not be applied", "独自ルールを適用できなかった"),
    reason: Words::new(
        "The rule {0} stopped with an error on this mail ({1}); {2} more did. It counts nothing here. Mend its expression.",
        "ルール {0} はこのメールでエラーになりました（{1}）。ほかに {2} 件あります。判定には数えていません。式を直してください。",
    ),
    innocent: Words::new(
        "It says nothing of the mail: the rule does not fit it.",
        "メールについては何も示していません。ルールの式が合わないだけです。",
    ),
    weight: 0.0,
    kind: Kind::Direct,
    references: &["own rules"],
    check: |_, _| None,
};

/// A rule of the reader.
#[derive(Debug)]
struct Own {
    rule: &'static Rule,
    when: IdedExpr,
    values: Vec<IdedExpr>,
    at: Option<IdedExpr>,
}

/// The rules of the reader, ready to run. Cheap to copy.
#[derive(Clone, Default)]
pub struct Rulebook(Option<Arc<Bound>>);

struct Bound {
    rules: Vec<Own>,
    /// Fields of the record that some rule names.
    fields: BTreeSet<&'static str>,
    patterns: Arc<Vec<Regex>>,
    env: Arc<Env>,
    /// The files that it was read from, and their texts.
    sources: Vec<(std::path::PathBuf, String)>,
}

impl fmt::Debug for Rulebook {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_list().entries(self.rules().map(|rule| rule.id)).finish()
    }
}

impl Rulebook {
    /// The rules, in the order of their files.
    pub fn rules(&self) -> impl Iterator<Item = &'static Rule> {
        self.0.iter().flat_map(|bound| &bound.rules).map(|own| own.rule)
    }

    /// The files that it was read from, and their texts: whoever reads them gets the same rules.
    #[must_use]
    pub fn sources(&self) -> &[(std::path::PathBuf, String)] {
        self.0.as_ref().map(|bound| bound.sources.as_slice()).unwrap_or_default()
    }

    /// There is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// Runs every rule that is not switched off. What stops with an error becomes one finding of [`FAILED`].
    #[must_use]
    pub fn run(&self, subject: &Subject<'_>, weights: &Weights) -> Vec<Finding> {
        let Some(bound) = &self.0 else { return Vec::new() };
        let context = bound.context(subject);
        let mut found = Vec::new();
        let mut failed: Vec<(&str, String)> = Vec::new();
        for own in &bound.rules {
            let weight = weights.changed(own.rule.id);
            if weight == Some(0.0) {
                continue;
            }
            match own.fires(&context) {
                Ok(false) => {}
                Ok(true) => {
                    let hit = hit(own, &context);
                    found.push(Finding { rule: own.rule, weight: weight.unwrap_or(own.rule.weight), hit });
                }
                Err(why) => failed.push((own.rule.id, why)),
            }
        }
        if let Some((id, why)) = failed.first() {
            let others = (failed.len() - 1).to_string();
            let values = vec![(*id).to_owned(), why.clone(), others];
            found.push(Finding { rule: &FAILED, weight: 0.0, hit: Hit { values, spans: Vec::new() } });
        }
        found
    }
}

impl Rulebook {
    /// What every rule says of a mail, in their order: whether it fires, or why it stopped.
    #[must_use]
    pub fn trial(&self, subject: &Subject<'_>) -> Vec<Result<bool, String>> {
        let Some(bound) = &self.0 else { return Vec::new() };
        let context = bound.context(subject);
        bound.rules.iter().map(|own| own.fires(&context)).collect()
    }
}

impl Own {
    fn fires(&self, context: &Context<'_, '_>) -> Result<bool, String> {
        match evaluate(&self.when, context)? {
            Value::Bool(fires) => Ok(fires),
            other => Err(format!("gives {}, not true or false", other.type_of())),
        }
    }
}

impl Bound {
    /// The functions, and the fields of this mail that some rule names.
    fn context(&self, subject: &Subject<'_>) -> Context<'static, 'static> {
        let mut context = Context::with_env(Arc::clone(&self.env));
        functions(&mut context, &self.patterns);
        for name in &self.fields {
            // A record holds nothing that CEL cannot say.
            let value = to_value(Section { name, subject: *subject }).unwrap_or(Value::Null);
            context.add_variable_from_value(*name, value);
        }
        context
    }
}

/// What expressions may call besides CEL's own.
fn functions(context: &mut Context<'_, '_>, patterns: &Arc<Vec<Regex>>) {
    let patterns = Arc::clone(patterns);
    // None of these names is one of the standard library's, so none is refused.
    let _ = context.add_function(check::KNOWN_PATTERN, move |This(text): This<Arc<String>>, at: i64| -> bool {
        usize::try_from(at).ok().and_then(|at| patterns.get(at)).is_some_and(|pattern| pattern.is_match(&text))
    });
    let _ =
        context.add_function("lower", |This(text): This<Arc<String>>| -> Arc<String> { Arc::new(text.to_lowercase()) });
    let _ = context.add_function("below", |This(host): This<Arc<String>>, domain: Arc<String>| -> bool {
        let domain = domain.trim_end_matches('.').to_ascii_lowercase();
        host.strip_suffix(&domain).is_some_and(|left| !domain.is_empty() && (left.is_empty() || left.ends_with('.')))
    });
}

/// The value of an expression; an error in words. A defect of the evaluator is an error like any other.
fn evaluate(expression: &IdedExpr, context: &Context<'_, '_>) -> Result<Value, String> {
    match catch_unwind(AssertUnwindSafe(|| Value::resolve(expression, context))) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(why)) => Err(clip(&why.to_string(), VALUE).to_owned()),
        Err(_) => Err("the evaluator broke".to_owned()),
    }
}

fn hit(own: &Own, context: &Context<'_, '_>) -> Hit {
    let values = own.values.iter().map(|value| match evaluate(value, context) {
        Ok(value) => said(&value),
        Err(_) => "?".to_owned(),
    });
    let mut spans = Vec::new();
    if let Some(Ok(value)) = own.at.as_ref().map(|at| evaluate(at, context)) {
        collect(&value, &mut spans);
    }
    Hit { values: values.collect(), spans }
}

/// A value as a text for a reason: texts and numbers as they are, lists with commas.
fn said(value: &Value) -> String {
    match value {
        Value::String(text) => clip(text, VALUE).to_owned(),
        Value::Int(number) => number.to_string(),
        Value::UInt(number) => number.to_string(),
        Value::Float(number) => number.to_string(),
        Value::Bool(flag) => flag.to_string(),
        Value::List(list) => {
            let flat = list.iter().filter(|value| !matches!(value, Value::List(_) | Value::Map(_)));
            let texts: Vec<String> = flat.take(20).map(said).collect();
            clip(&texts.join(", "), VALUE).to_owned()
        }
        _ => "?".to_owned(),
    }
}

/// The spans of an object, or of the objects of a list.
fn collect(value: &Value, spans: &mut Vec<Span>) {
    let one = |value: &Value| {
        let Value::Map(map) = value else { return None };
        let Some(Value::List(pair)) = map.get(&cel::objects::KeyRef::String("span")) else { return None };
        let [Value::Int(start), Value::Int(end)] = pair.as_slice() else { return None };
        Some(Span { start: u32::try_from(*start).ok()?, end: u32::try_from(*end).ok()? })
    };
    match value {
        Value::List(list) => spans.extend(list.iter().filter_map(one).filter(|span| span.start < span.end).take(SPANS)),
        other => spans.extend(one(other).filter(|span| span.start < span.end)),
    }
}

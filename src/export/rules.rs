//! The rules as a table, for `gosanke rules` and for the generated document.

use crate::signal::{Family, Kind, Rule, Weights, rules};
use crate::text::{Lang, Words};

/// The name of a family.
fn family(family: Family) -> Words {
    match family {
        Family::Sender => Words::new("Sender", "差出人"),
        Family::Path => Words::new("Path", "経路"),
        Family::Authentication => Words::new("Authentication", "認証"),
        Family::Links => Words::new("Links", "リンク"),
        Family::Body => Words::new("Body", "本文"),
        Family::Attachments => Words::new("Attachments", "添付"),
        Family::Structure => Words::new("Structure", "構造"),
        Family::Lists => Words::new("Your lists", "自分のリスト"),
        Family::Own => Words::new("Own rules", "独自ルール"),
    }
}

fn kind(kind: Kind) -> Words {
    match kind {
        Kind::Direct => Words::new("direct", "直接"),
        Kind::Correlated => Words::new("correlated", "相関"),
        Kind::Heuristic => Words::new("heuristic", "経験則"),
    }
}

/// A rule's reason with its places as an ellipsis.
fn reason(rule: &Rule, lang: Lang) -> String {
    rule.reason.fill(lang, &["…"; 10])
}

/// Every rule in a few lines of text, with the weights in force.
#[must_use]
pub fn text(weights: &Weights, lang: Lang) -> String {
    let mut out = String::new();
    let mut last = None;
    for rule in rules() {
        if last != Some(rule.family) {
            last = Some(rule.family);
            out.push_str(&format!("\n{}\n", family(rule.family).get(lang)));
        }
        let weight = weights.0.get(rule.id).copied().unwrap_or(rule.weight);
        let changed = if (weight - rule.weight).abs() > f32::EPSILON { "*" } else { " " };
        out.push_str(&format!(
            "  {weight:>+5.1}{changed} {:<32} {} ({})\n",
            rule.id,
            rule.title.get(lang),
            kind(rule.kind).get(lang)
        ));
    }
    out.trim_start().to_owned()
}

/// One rule in full; `None` where there is none of that name.
#[must_use]
pub fn one(id: &str, lang: Lang) -> Option<String> {
    let rule = rules().find(|rule| rule.id == id)?;
    let mut out = format!(
        "{}: {}\n{} · {} · {:+.1}\n\n{}\n",
        rule.id,
        rule.title.get(lang),
        family(rule.family).get(lang),
        kind(rule.kind).get(lang),
        rule.weight,
        reason(rule, lang)
    );
    for reference in rule.references {
        out.push_str(&format!("- {reference}\n"));
    }
    Some(out)
}

/// The generated document.
#[must_use]
pub fn markdown() -> String {
    let mut out = String::from(
        "# Rules\n\nMade by `gosanke rules --markdown`; do not edit. The weight is in log-odds points: positive speaks for \
         an attack, negative\nagainst it, zero is information. *Direct*: the bytes themselves show it. *Correlated*: it \
         follows from two things put beside\neach other. *Heuristic*: experience says so. A weight is changed, and a rule \
         switched off with 0, in the section `[weights]`\nof the configuration.\n",
    );
    let mut last = None;
    for rule in rules() {
        if last != Some(rule.family) {
            last = Some(rule.family);
            out.push_str(&format!("\n## {}\n", family(rule.family).en));
        }
        out.push_str(&format!(
            "\n### `{}`\n\n**{}** · {} · {:+.1}\n\n{}\n",
            rule.id,
            rule.title.en,
            kind(rule.kind).en,
            rule.weight,
            reason(rule, Lang::En)
        ));
        for reference in rule.references {
            out.push_str(&format!("- {reference}\n"));
        }
    }
    out
}

//! The rules as a table, for `gosanke rules` and for the generated document.

use crate::signal::{Family, Kind, Model, Rule, Weights, rules};
use crate::text::{Lang, Words};

/// The name of a family.
pub(super) fn family(family: Family) -> Words {
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

pub(super) fn kind(kind: Kind) -> Words {
    match kind {
        Kind::Direct => Words::new("direct", "直接"),
        Kind::Correlated => Words::new("correlated", "相関"),
        Kind::Heuristic => Words::new("heuristic", "経験則"),
    }
}

/// A rule's reason with its places as an ellipsis.
pub(super) fn reason(rule: &Rule, lang: Lang) -> String {
    rule.reason.fill(lang, &["…"; 10])
}

/// A share in percent with as many digits as tell something: `57`, `2.1`, `0.04`, `0`.
fn percent(share: f32) -> String {
    let percent = share * 100.0;
    if percent == 0.0 {
        "0".to_owned()
    } else if percent < 0.1 {
        format!("{percent:.2}")
    } else if percent < 10.0 {
        format!("{percent:.1}")
    } else {
        format!("{percent:.0}")
    }
}

/// How often the rule fires on phishing and on ham; `None` where no mail of the fit had it.
fn rates(rule: &Rule) -> Option<(String, String)> {
    Model::shipped().rules.get(rule.id).map(|fitted| (percent(fitted.phish), percent(fitted.ham)))
}

/// `+1.8 (set by hand +1.2) · fires on 18 % of phishing, 0.2 % of ham`.
fn known(rule: &Rule, lang: Lang) -> String {
    let weight = format!("{:+.1}", Model::shipped().weight(rule));
    let prior = format!("{:+.1}", rule.weight);
    match rates(rule) {
        Some((phish, ham)) => Words::new(
            "{0} (set by hand {1}) · fires on {2} % of phishing, {3} % of ham",
            "{0}（手で決めた値 {1}）· フィッシングの {2} %、正当なメールの {3} % に該当",
        )
        .fill(lang, &[&weight, &prior, &phish, &ham]),
        None => Words::new("{0}, set by hand: not fitted", "{0}（手で決めた値。学習対象外）").fill(lang, &[&weight]),
    }
}

/// Every rule in a few lines of text, with the weights in force and the shares of phishing and of ham that it fires on.
#[must_use]
pub fn text(weights: &Weights, lang: Lang) -> String {
    let mut out = String::from(
        Words::new(
            "weight, % of phishing and % of ham that it fires on (docs/weights.md), rule; * is a weight of your own\n",
            "重み、該当するフィッシングの割合 (%)、該当する正当なメールの割合 (%)（docs/weights.md）、ルール。* は自分で変えた重み\n",
        )
        .get(lang),
    );
    let mut last = None;
    for rule in rules() {
        if last != Some(rule.family) {
            last = Some(rule.family);
            out.push_str(&format!("\n{}\n", family(rule.family).get(lang)));
        }
        let shipped = Model::shipped().weight(rule);
        let weight = weights.of_rule(rule).unwrap_or_default();
        let changed = if (weight - shipped).abs() > f32::EPSILON { "*" } else { " " };
        let (phish, ham) = rates(rule).unwrap_or_else(|| ("-".to_owned(), "-".to_owned()));
        out.push_str(&format!(
            "  {weight:>+5.1}{changed} {phish:>5} {ham:>5}  {:<32} {} ({})\n",
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
        "{}: {}\n{} · {}\n{}\n\n{}\n",
        rule.id,
        rule.title.get(lang),
        family(rule.family).get(lang),
        kind(rule.kind).get(lang),
        known(rule, lang),
        reason(rule, lang)
    );
    if !rule.innocent.get(lang).is_empty() {
        let words = Words::new("A false alarm where: {0}", "誤検知の可能性: {0}");
        out.push_str(&format!("{}\n", words.fill(lang, &[rule.innocent.get(lang)])));
    }
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
         follows from two things put beside\neach other. *Heuristic*: experience says so. Weights are fitted \
         ([weights.md](weights.md)); one is changed,\nand a rule switched off with 0, in the section `[weights]` of the configuration.\n",
    );
    let mut last = None;
    for rule in rules() {
        if last != Some(rule.family) {
            last = Some(rule.family);
            out.push_str(&format!("\n## {}\n", family(rule.family).en));
        }
        out.push_str(&format!(
            "\n### `{}`\n\n**{}** · {} · {}\n\n{}\n",
            rule.id,
            rule.title.en,
            kind(rule.kind).en,
            known(rule, Lang::En),
            reason(rule, Lang::En)
        ));
        if !rule.innocent.en.is_empty() {
            out.push_str(&format!("\n*False alarms*: {}\n", rule.innocent.en));
        }
        for reference in rule.references {
            out.push_str(&format!("- {reference}\n"));
        }
    }
    out
}

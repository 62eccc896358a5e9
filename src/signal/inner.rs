//! A mail that was passed on, judged by who wrote it first: the lines that mail programs put above a forwarded text.
//!
//! Those lines are text and anyone can type them, so they accuse and never excuse.

use super::{Family, Hit, Kind, Rule, Seen, brand, gate};
use crate::evidence::Domain;
use crate::facts::FactSet;
use crate::text::Words;

/// The rules of this file, of the family of who a mail says it is from.
pub(super) const RULES: &[Rule] = &[Rule {
    id: "passed-on-impostor",
    family: Family::Sender,
    title: Words::new("Passed on: a brand that did not write it", "転送された元の差出人がブランドを騙る"),
    reason: Words::new(
        "The mail was passed on. The one who wrote it first calls itself \"{0}\", but wrote from {1}, which is not a domain of {2}.",
        "転送されたメールです。元の差出人は「{0}」と名乗っていますが、送信元 {1} は {2} のドメインではありません。",
    ),
    innocent: Words::new(
        "A dealer or partner with the brand in its name, or somebody who asks you about a suspicious mail.",
        "ブランド名を名前に含む代理店や、怪しいメールについて相談する知人の転送でも起きます。",
    ),
    weight: 2.0,
    kind: Kind::Correlated,
    references: &["RFC 2076 section 3.13: forwarded text is free text", "Sublime rules on forwarded threads (idea)"],
    check: passed_on_impostor,
}];

/// What mail programs write before the first author, lower case.
const FROM: &[&str] =
    &["from:", "von:", "de:", "da:", "van:", "från:", "od:", "差出人:", "送信者:", "送信元:", "发件人:", "寄件者:"];

/// How far down the lines of a forwarded text begin, in lines.
const LINES: usize = 60;

/// The first author of a forwarded text: name, address and its domain.
fn first_author(text: &str) -> Option<(&str, &str, Domain)> {
    gate::top(text, 6_000).lines().take(LINES).find_map(|line| {
        let line = line.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '>' | '*' | '|')).trim_end();
        let low = gate::top(line, 24).to_lowercase();
        let mark = FROM.iter().find(|mark| low.starts_with(**mark))?;
        let rest = line.get(mark.len()..)?.trim_start_matches(|c: char| c.is_whitespace() || c == '*');
        let open = rest.find(['<', '['])?;
        let name = rest.get(..open)?.trim().trim_matches(['"', '\'']);
        let address = rest.get(open + 1..)?.split(['>', ']']).next()?;
        let address = address.trim().trim_start_matches("mailto:");
        let domain = Domain::of_address(address)?;
        (!name.is_empty()).then_some((name, address, domain))
    })
}

fn passed_on_impostor(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    if !evidence.shape.forward_mark || gate::listed(evidence) {
        return None;
    }
    let (name, address, domain) = first_author(&evidence.body.text)?;
    let named = brand::named(name);
    let other = brand::owner(&domain).is_some() && !gate::free_mail(&domain);
    if other || named.iter().any(|own| brand::owns(own, &domain)) {
        return None;
    }
    let brand = named.first()?.names.first()?;
    Some(Hit::new([name, address, brand], gate::everything(evidence)))
}

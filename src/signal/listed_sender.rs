//! What block lists over DNS say of the domain that a mail is from. A part of the family of senders; what lists say of links
//! stands in `listed`, of the machine that delivered in `networks`.

use super::listed::{self, Sort};
use super::{Family, Hit, Kind, Rule, Seen, gate};
use crate::facts::FactSet;
use crate::text::Words;

/// The rules of this file.
pub(super) const RULES: &[Rule] = &[Rule {
    id: "sender-domain-listed",
    family: Family::Sender,
    title: Words::new("Sender's domain is on a block list", "ブロックリストに載る送信元ドメイン"),
    reason: Words::new(
        "The mail is from {0}, which is on {1} ({2}).",
        "差出人のドメイン {0} は {1} に掲載されています（{2}）。",
    ),
    innocent: Words::new(
        "A sender of advertising whom some call a spammer, or a list that is slow to forget.",
        "一部からスパムとみなされる広告配信の場合や、リストの更新の遅れの場合です。",
    ),
    weight: 1.8,
    kind: Kind::Correlated,
    references: &["RFC 5782", "Spamhaus DBL, SURBL, URIBL: their own documentation", "assets/lists/blocklists.tsv"],
    check: sender_domain_listed,
}];

fn sender_domain_listed(evidence: &Seen<'_>, facts: &FactSet) -> Option<Hit> {
    facts.listings().next()?;
    let from = evidence.main_from()?;
    let domain = from.domain.as_ref().filter(|domain| !gate::free_mail(domain) && !gate::everyday(domain))?;
    let names = [domain.host.as_str(), domain.organization()];
    let bad = |code: &_| listed::sort_of(code).is_some_and(|sort| sort > Sort::Abused);
    let found = listed::blocked(facts, &names, |_| true, bad)?;
    Some(Hit::new([&domain.host, &found.lists, &found.meaning], vec![from.span]))
}

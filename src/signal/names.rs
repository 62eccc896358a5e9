//! What a sender's name claims: a site that is not the sender's, an office, a number.
//!
//! Names only; addresses and brands stand in `sender`.

use super::{Family, Hit, Kind, Rule, Seen, brand, gate};
use crate::evidence::Domain;
use crate::facts::FactSet;
use crate::text::Words;

/// The rules of this file, of the family of who a mail says it is from.
pub(super) const RULES: &[Rule] = &[Rule {
    id: "name-is-foreign-site",
    family: Family::Sender,
    title: Words::new("Name is the address of another site", "表示名が別サイトのドメイン"),
    reason: Words::new(
        "The sender's name is the site {0}, but the mail is from {1}.",
        "表示名は {0} というサイト名ですが、差出人のドメインは {1} です。",
    ),
    innocent: Words::new(
        "A shop that writes from the domain of its parent company or of its mail service.",
        "親会社や配信サービスのドメインから送る店でも起きます。",
    ),
    weight: 1.5,
    kind: Kind::Correlated,
    references: &["rspamd SPOOF_DISPLAY_NAME (idea)", "Sublime display name with a domain (idea)"],
    check: name_is_foreign_site,
}];

fn name_is_foreign_site(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    let (name, author) = gate::author(evidence)?;
    let own = author.domain.as_ref()?;
    if !name.contains('.') || name.contains('@') {
        return None;
    }
    let seen = crate::evidence::as_seen(name, 200).to_lowercase();
    let site = seen
        .split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-')))
        .map(|word| word.trim_matches(['.', '-']))
        .filter(|word| word.len() >= 6 && word.contains('.') && !word.contains(".."))
        .map(Domain::of)
        .find(|site| {
            site.registrable.is_some()
                && site
                    .host
                    .rsplit('.')
                    .next()
                    .is_some_and(|ending| ending.len() >= 2 && ending.bytes().all(|c| c.is_ascii_lowercase()))
        })?;
    let known = brand::owner(own).is_some() && !gate::free_mail(own);
    // A paper that writes from its publisher's domain leads to itself; with a brand's name a forger may lead there too.
    let leads_there =
        brand::owner(&site).is_none() && gate::telling(evidence).any(|(_, url)| gate::related(&site, &url.domain));
    if leads_there {
        return None;
    }
    (!gate::related(&site, own) && !known && !gate::listed(evidence) && !gate::answering(evidence))
        .then(|| Hit::new([&site.host, &own.host], vec![author.span]))
}

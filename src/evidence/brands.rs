//! Known brands: their names as mails write them and the domains that are truly theirs.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use foldhash::fast::FixedState;

use super::Domain;

/// Names that are also everyday words, family names or short abbreviations: they name the brand only where they are the
/// whole name, or are followed by a word of service.
pub(crate) const EVERYDAY: &[&str] = &[
    "ana", "apple", "au", "aws", "chase", "citi", "cpi", "discord", "dmm", "epos", "etc", "fanza", "google", "irs",
    "jal", "ledger", "line", "meta", "metamask", "monex", "nomura", "norton", "nuro", "ocn", "outlook", "psn", "slack",
    "steam", "stripe", "suica", "teams", "telegram", "ups", "usps", "visa", "webmail", "wise", "zoom",
];

/// Words that make an everyday name a brand's: `Chase Online`, `Apple Support`.
pub(crate) const SERVICE: &[&str] = &[
    "account",
    "accounts",
    "alert",
    "alerts",
    "bank",
    "billing",
    "business",
    "card",
    "care",
    "center",
    "centre",
    "customer",
    "delivery",
    "express",
    "help",
    "id",
    "inc",
    "info",
    "id",
    "mail",
    "notice",
    "notification",
    "notifications",
    "online",
    "order",
    "orders",
    "pay",
    "payment",
    "payments",
    "security",
    "service",
    "services",
    "store",
    "support",
    "team",
    "update",
    "verification",
    "wallet",
];

/// A brand of `assets/lists/brands_seed.psv`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Brand {
    /// Short stable name.
    pub id: &'static str,
    /// `bank`, `shop`, `card` ...
    pub sector: &'static str,
    /// Names as mails write them, Latin and Japanese; the first is the one to show.
    pub names: Vec<&'static str>,
    /// Official registrable domains, and hosts where only a part of a domain is the brand's.
    pub domains: Vec<&'static str>,
}

static BRANDS: LazyLock<Vec<Brand>> = LazyLock::new(|| {
    include_str!("../../assets/lists/brands_seed.psv")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| {
            let mut columns = line.split('|').map(str::trim);
            let (id, sector) = (columns.next()?, columns.next()?);
            let mut list = || -> Vec<&'static str> {
                let column = columns.next().unwrap_or_default();
                column.split(',').map(str::trim).filter(|item| !item.is_empty()).collect()
            };
            let (names, domains) = (list(), list());
            (!id.is_empty() && !names.is_empty()).then_some(Brand { id, sector, names, domains })
        })
        .collect()
});

/// Brand ids by domain; of brands that share a domain the first owns it.
static OWNERS: LazyLock<HashMap<&'static str, &'static str, FixedState>> = LazyLock::new(|| {
    let mut owners = HashMap::default();
    for brand in BRANDS.iter() {
        for domain in &brand.domains {
            owners.entry(*domain).or_insert(brand.id);
        }
    }
    owners
});

/// Every known brand.
#[must_use]
pub fn brands() -> &'static [Brand] {
    &BRANDS
}

/// The brand with that id.
#[must_use]
pub fn brand(id: &str) -> Option<&'static Brand> {
    BRANDS.iter().find(|brand| brand.id == id)
}

/// True where `domain` is one of the brand's own.
#[must_use]
pub fn is_official(id: &str, domain: &Domain) -> bool {
    brand(id).is_some_and(|brand| brand.domains.iter().any(|official| domain.is_below(official)))
}

/// The id of the brand that a domain belongs to.
#[must_use]
pub fn owner(domain: &Domain) -> Option<&'static str> {
    let mut rest = Some(domain.host.as_str());
    while let Some(host) = rest {
        if let Some(id) = OWNERS.get(host) {
            return Some(id);
        }
        rest = host.split_once('.').map(|(_, rest)| rest);
    }
    None
}

/// Names with the place of their brand in the list, and the automaton that finds them.
type Names = (Vec<(String, usize)>, Option<AhoCorasick>);

/// Every name of every brand, lower case, with the brand's place in the list; and one automaton over them.
static NAMES: LazyLock<Names> = LazyLock::new(|| {
    let names: Vec<(String, usize)> = brands()
        .iter()
        .enumerate()
        .flat_map(|(index, brand)| brand.names.iter().map(move |name| (name.to_lowercase(), index)))
        .collect();
    let automaton = AhoCorasick::new(names.iter().map(|(name, _)| name)).ok();
    (names, automaton)
});

/// The letters of a brand's name in a text, be it a word there or a part of one (see [`apart`]).
#[derive(Debug, Clone)]
pub(crate) struct Mention {
    pub(crate) brand: &'static Brand,
    /// The name, lower case.
    pub(crate) name: &'static str,
    /// Where it stands.
    pub(crate) at: Range<usize>,
}

/// Every mention of a brand in a lower-case text, in the order of their ends; they may overlap.
pub(crate) fn mentions(lower: &str) -> impl Iterator<Item = Mention> + '_ {
    let (names, automaton) = &*NAMES;
    automaton.iter().flat_map(move |automaton| automaton.find_overlapping_iter(lower)).filter_map(move |hit| {
        let (name, index) = names.get(hit.pattern().as_usize())?;
        Some(Mention { brand: brands().get(*index)?, name, at: hit.start()..hit.end() })
    })
}

/// A word ends between the two characters: one is no letter, or they are of different scripts. Kanji and hiragana run
/// on without blanks, so only Latin and katakana words need an end.
pub(crate) fn apart(outside: Option<char>, inside: Option<char>) -> bool {
    let class = |c: char| match c {
        'a'..='z' | 'A'..='Z' | '0'..='9' => 1,
        '\u{30a1}'..='\u{30ff}' => 2,
        _ => 0,
    };
    match (outside.map(class), inside.map(class)) {
        (Some(left), Some(right)) => left != right || left == 0,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_list_is_a_brand_with_domains() {
        assert!(brands().len() > 100);
        for brand in brands() {
            assert!(!brand.domains.is_empty(), "{}", brand.id);
            for domain in &brand.domains {
                assert!(domain.contains('.') && !domain.contains(char::is_whitespace), "{} {domain}", brand.id);
            }
        }
    }

    #[test]
    fn lookalikes_are_not_official() {
        assert!(is_official("amazon", &Domain::of("www.amazon.co.jp")));
        assert!(!is_official("amazon", &Domain::of("amazon.co.jp.evil.example")));
        assert!(!is_official("amazon", &Domain::of("notamazon.co.jp")));
    }
}

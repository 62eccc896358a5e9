//! Known brands: their names as mails write them and the domains that are truly theirs.

use std::collections::{HashMap, HashSet};
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

/// The same in Japanese, where no blank stands between: `ANAカード`, `LINE公式`.
pub(crate) const SERVICE_JA: &[&str] =
    &["カード", "公式", "銀行", "サービス", "サポート", "事務局", "カスタマー", "お客様", "会員", "ペイ"];

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

/// Domains of brands below which their customers have names or files of their own: no word of the brand.
pub(crate) const TENANTS: &[&str] = &[
    "amazonaws.com",
    "amazonses.com",
    "awsapps.com",
    "azure.com",
    "blogspot.com",
    "cloudfront.net",
    "dropboxusercontent.com",
    "ezweb.ne.jp",
    "githubusercontent.com",
    "googlegroups.com",
    "googleapis.com",
    "googleusercontent.com",
    "ocn.ne.jp",
    "onmicrosoft.com",
    "sakura.ne.jp",
    "secureserver.net",
    "sharepoint.com",
    "windows.net",
    "xserver.jp",
    "zaq.ne.jp",
];

/// Brands by the domains that they own; of brands that share one the first of the list has it.
static OWNERS: LazyLock<HashMap<&'static str, usize, FixedState>> = LazyLock::new(|| {
    let mut owners = HashMap::default();
    for (index, brand) in BRANDS.iter().enumerate() {
        for own in &brand.domains {
            owners.entry(*own).or_insert(index);
        }
    }
    owners
});

/// The organizations that the domains of brands belong to.
static ORGANIZATIONS: LazyLock<HashSet<String, FixedState>> =
    LazyLock::new(|| OWNERS.keys().map(|own| Domain::of(own).organization().to_owned()).collect());

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

/// The domain is one of the brand's own, or below one of them, and not a customer's.
pub(crate) fn owns(brand: &Brand, domain: &Domain) -> bool {
    !domain.private_suffix
        && !TENANTS.iter().any(|own| domain.is_below(own))
        && brand.domains.iter().any(|own| domain.is_below(own))
}

/// The brand that owns the domain.
#[must_use]
pub fn owner(domain: &Domain) -> Option<&'static Brand> {
    // One look tells most domains from those of brands. Below a private suffix the brand's own name can be the suffix.
    if !domain.private_suffix && domain.registrable.as_ref().is_some_and(|own| !ORGANIZATIONS.contains(own.as_str())) {
        return None;
    }
    let names = std::iter::successors(Some(&*domain.host), |host| host.split_once('.').map(|(_, rest)| rest));
    let index = names.take(20).find_map(|name| OWNERS.get(name))?;
    brands().get(*index).filter(|brand| owns(brand, domain))
}

/// The brand's domain that the word is, letter by letter.
pub(crate) fn domain_named(word: &str) -> Option<&'static str> {
    OWNERS.get_key_value(word).map(|(own, _)| *own)
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
        // The middle dot between them parts words.
        '\u{30a1}'..='\u{30fa}' | '\u{30fc}'..='\u{30ff}' => 2,
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
    fn a_brand_owns_its_domains_and_neither_lookalikes_nor_what_its_customers_put_there() {
        let owner = |host: &str| owner(&Domain::of(host)).map(|brand| brand.id);
        for host in ["amazon.co.jp", "www.amazon.co.jp"] {
            assert_eq!(owner(host), Some("amazon"), "{host}");
        }
        for host in [
            "amazon.co.jp.evil.example",
            "notamazon.co.jp",
            "bucket.s3.us-east-1.amazonaws.com",
            "x.z22.web.core.windows.net",
            "storage.googleapis.com",
            "x.example",
        ] {
            assert_eq!(owner(host), None, "{host}");
        }
    }
}

//! Known brands: their names as mails write them and the domains that are truly theirs.

use std::collections::HashMap;
use std::sync::LazyLock;

use foldhash::fast::FixedState;

use super::Domain;

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

/// The brand that a domain belongs to.
pub(super) fn owner(domain: &Domain) -> Option<&'static str> {
    let mut rest = Some(domain.host.as_str());
    while let Some(host) = rest {
        if let Some(id) = OWNERS.get(host) {
            return Some(id);
        }
        rest = host.split_once('.').map(|(_, rest)| rest);
    }
    None
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

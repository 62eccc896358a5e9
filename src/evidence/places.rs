//! What lists know of a host: which service it belongs to, and whether it only leads on to another. One look-up a host;
//! nothing here judges, and a name that merely contains a listed one is not it.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::LazyLock;

use super::Domain;
use super::wrappers::Wrapper;

/// What the lists say of a host.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Place {
    bits: u16,
    wrappers: Option<&'static [Wrapper]>,
}

/// A URL shortener.
pub(super) const SHORTENER: u16 = 1;
/// Pages of anyone.
pub(super) const HOSTING: u16 = 1 << 1;
/// Forms of anyone.
pub(super) const FORM: u16 = 1 << 2;
/// Files of anyone.
pub(super) const SHARE: u16 = 1 << 3;
/// Names for machines with changing addresses.
pub(super) const DYNAMIC: u16 = 1 << 4;
/// A gateway to IPFS.
pub(super) const IPFS: u16 = 1 << 5;
/// A content network: random names by design.
pub(super) const CDN: u16 = 1 << 6;
/// A page of links.
pub(super) const LINK_PAGE: u16 = 1 << 7;

impl Place {
    pub(super) fn is(self, bit: u16) -> bool {
        self.bits & bit != 0
    }

    /// The redirectors and gateways that the host may be, by path.
    pub(super) fn wrappers(self) -> &'static [Wrapper] {
        self.wrappers.unwrap_or_default()
    }

    /// What the lists say of a host and the names above it; of wrappers those of the most specific name count.
    pub(super) fn of(domain: &Domain) -> Self {
        let mut place = Self::default();
        if domain.host.is_empty() {
            return place;
        }
        let names = std::iter::successors(Some(&*domain.host), |rest| rest.split_once('.').map(|(_, rest)| rest));
        for name in names.filter(|name| name.contains('.')).take(20) {
            if let Some(known) = TABLE.get(name) {
                place.bits |= known.bits;
                place.wrappers = place.wrappers.or(known.wrappers);
            }
        }
        if !domain.private_suffix && place.wrappers.is_none() {
            let label = domain.organization().split('.').next().unwrap_or_default();
            place.wrappers = LABELS.get(label).and_then(|known| known.wrappers);
        }
        place
    }
}

/// FNV-1a: the keys are our own, and the names asked for are short.
#[derive(Default)]
pub(super) struct Fnv(u64);

impl Hasher for Fnv {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        let start = if self.0 == 0 { 0xcbf2_9ce4_8422_2325 } else { self.0 };
        self.0 = bytes.iter().fold(start, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3));
    }
}

type Table = HashMap<&'static str, Place, BuildHasherDefault<Fnv>>;

fn lines(list: &'static str) -> impl Iterator<Item = &'static str> {
    list.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// Rows of redirectors by host, in the order of the list.
static WRAPPERS: LazyLock<HashMap<&'static str, Vec<Wrapper>>> = LazyLock::new(|| {
    let mut by_host: HashMap<&'static str, Vec<Wrapper>> = HashMap::new();
    for line in lines(include_str!("../../assets/lists/redirectors.tsv")) {
        if let Some((host, wrapper)) = Wrapper::row(line) {
            by_host.entry(host).or_default().push(wrapper);
        }
    }
    by_host
});

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut table = Table::default();
    let mut put = |name: &'static str, bit: u16| table.entry(name).or_default().bits |= bit;
    for name in lines(include_str!("../../assets/lists/link_in_bio.txt")) {
        put(name, LINK_PAGE);
    }
    for name in lines(include_str!("../../assets/lists/url_shorteners.txt")) {
        put(name, SHORTENER);
    }
    for name in lines(include_str!("../../assets/lists/ipfs_gateways.txt")) {
        put(name, IPFS);
    }
    for line in lines(include_str!("../../assets/lists/places.tsv")) {
        let Some((name, kind)) = line.split_once('\t') else { continue };
        let bit = match kind.trim() {
            "hosting" => HOSTING,
            "form" => FORM,
            "share" => SHARE,
            "dynamic" => DYNAMIC,
            "ipfs" => IPFS,
            "cdn" => CDN,
            _ => 0,
        };
        put(name, bit);
    }
    for (host, rows) in WRAPPERS.iter().filter(|(host, _)| !host.ends_with(".*")) {
        table.entry(host).or_default().wrappers = Some(rows);
    }
    table
});

/// Organizations whose redirector works under every ending (`google.*`).
static LABELS: LazyLock<Table> = LazyLock::new(|| {
    let rows = WRAPPERS.iter().filter_map(|(host, rows)| Some((host.strip_suffix(".*")?, rows)));
    rows.map(|(label, rows)| (label, Place { bits: 0, wrappers: Some(rows) })).collect()
});

#[cfg(test)]
mod tests {
    use super::*;

    fn place(host: &str) -> Place {
        Place::of(&Domain::of(host))
    }

    #[test]
    fn a_listed_name_counts_for_all_below_it_and_for_nothing_beside_it() {
        for (host, bit) in [
            ("bit.ly", SHORTENER),
            ("shop.weebly.com", HOSTING),
            ("docs.google.com", HOSTING),
            ("login-3.azurefd.net", HOSTING),
            ("form.jotform.com", FORM),
            ("xgf.nu", SHARE),
            ("12.gigafile.nu", SHARE),
            ("home.duckdns.org", DYNAMIC),
            ("gateway.ipfs.io", IPFS),
            ("d1234.cloudfront.net", CDN),
            ("linktr.ee", LINK_PAGE),
        ] {
            assert!(place(host).is(bit), "{host}");
        }
        for host in ["notweebly.com", "weebly.com.evil.example", "www.google.com", "example.com", "", "192.0.2.1"] {
            assert_eq!(place(host).bits, 0, "{host}");
        }
    }

    #[test]
    fn every_row_of_the_lists_is_read() {
        let rows = lines(include_str!("../../assets/lists/redirectors.tsv")).count();
        assert_eq!(WRAPPERS.values().map(Vec::len).sum::<usize>(), rows);
        for line in lines(include_str!("../../assets/lists/places.tsv")) {
            let host = line.split('\t').next().unwrap();
            assert!(place(host).bits != 0, "{line}");
        }
        for list in [
            include_str!("../../assets/lists/redirectors.tsv"),
            include_str!("../../assets/lists/places.tsv"),
            include_str!("../../assets/lists/ipfs_gateways.txt"),
            include_str!("../../assets/lists/link_in_bio.txt"),
            include_str!("../../assets/lists/url_shorteners.txt"),
        ] {
            let head: String = list.lines().take(5).collect::<Vec<_>>().join("\n");
            assert!(head.contains("source: ") && head.contains("licence: "), "{head}");
        }
    }

    #[test]
    fn wrappers_are_those_of_the_most_specific_name() {
        assert!(!place("www.google.co.jp").wrappers().is_empty());
        assert!(!place("nam02.safelinks.protection.outlook.com").wrappers().is_empty());
        assert!(place("google.evil.example").wrappers().is_empty());
        assert!(place("outlook.com").wrappers().is_empty());
    }
}

//! Networks that answer from many places, so that a pin on the map would be a lie: `assets/lists/anycast.tsv`.

use std::net::IpAddr;
use std::sync::LazyLock;

use super::prefix::{Prefix, PrefixMap};

const LIST: &str = include_str!("../../assets/lists/anycast.tsv");

static MAP: LazyLock<PrefixMap<&'static str>> = LazyLock::new(|| {
    let mut map = PrefixMap::default();
    for (prefix, name) in rows() {
        if let Some(prefix) = Prefix::parse(prefix) {
            map.insert(prefix, name);
        }
    }
    map
});

fn rows() -> impl Iterator<Item = (&'static str, &'static str)> {
    LIST.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('\t'))
}

/// The name of the anycast or content network that `address` belongs to.
pub(crate) fn network(address: IpAddr) -> Option<&'static str> {
    MAP.get(address).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_the_list_is_a_prefix_with_a_name() {
        for line in LIST.lines().filter(|line| !line.starts_with('#')) {
            let (prefix, name) = line.split_once('\t').expect(line);
            assert!(Prefix::parse(prefix).is_some(), "{line}");
            assert!(!name.is_empty() && !name.contains('\t') && name.len() < 80, "{line}");
        }
        assert_eq!(MAP.len(), rows().count(), "a prefix stands twice");
        assert!(MAP.len() > 150);
    }

    #[test]
    fn content_networks_are_named_and_ordinary_hosts_are_not() {
        for (address, name) in [
            ("13.107.213.46", Some("Microsoft edge network (Azure Front Door, anycast)")),
            ("104.16.132.229", Some("Cloudflare (anycast)")),
            ("2606:4700::6810:84e5", Some("Cloudflare (anycast)")),
            ("185.199.108.153", Some("GitHub Pages (content network)")),
            ("8.8.8.8", Some("Google Public DNS (anycast)")),
            ("209.85.220.41", None),
            ("117.120.49.144", None),
            ("95.216.42.246", None),
            ("52.140.204.1", None),
        ] {
            assert_eq!(network(address.parse().unwrap()), name, "{address}");
        }
    }
}

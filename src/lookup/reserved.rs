//! Addresses that stand for nobody on the Internet: private, loopback, documentation and the like.
//!
//! Source: the IANA IPv4 and IPv6 special-purpose address registries (RFC 6890). Says what an address is, never where.

use std::net::IpAddr;
use std::sync::LazyLock;

use super::prefix::{Prefix, PrefixMap};
use crate::facts::phrases::reserved as words;
use crate::text::Words;

/// Prefix and what it is.
const TABLE: &[(&str, Words)] = &[
    ("0.0.0.0/8", words::UNSPECIFIED),
    ("10.0.0.0/8", words::PRIVATE),
    ("100.64.0.0/10", words::SHARED),
    ("127.0.0.0/8", words::LOOPBACK),
    ("169.254.0.0/16", words::LINK_LOCAL),
    ("172.16.0.0/12", words::PRIVATE),
    ("192.0.0.0/24", words::PROTOCOL),
    ("192.0.2.0/24", words::DOCUMENTATION),
    ("192.88.99.0/24", words::RELAY),
    ("192.168.0.0/16", words::PRIVATE),
    ("198.18.0.0/15", words::BENCHMARK),
    ("198.51.100.0/24", words::DOCUMENTATION),
    ("203.0.113.0/24", words::DOCUMENTATION),
    ("224.0.0.0/4", words::MULTICAST),
    ("240.0.0.0/4", words::FUTURE),
    ("::", words::UNSPECIFIED),
    ("::1", words::LOOPBACK),
    ("64:ff9b::/96", words::NAT64),
    ("64:ff9b:1::/48", words::NAT64),
    ("100::/64", words::DISCARD),
    ("2001::/32", words::TEREDO),
    ("2001:db8::/32", words::DOCUMENTATION_V6),
    ("2002::/16", words::SIX_TO_FOUR),
    ("3fff::/20", words::DOCUMENTATION_V6_NEW),
    ("fc00::/7", words::UNIQUE_LOCAL),
    ("fe80::/10", words::LINK_LOCAL_V6),
    ("ff00::/8", words::MULTICAST_V6),
];

static MAP: LazyLock<PrefixMap<Words>> = LazyLock::new(|| {
    let mut map = PrefixMap::default();
    for (prefix, words) in TABLE {
        if let Some(prefix) = Prefix::parse(prefix) {
            map.insert(prefix, *words);
        }
    }
    map
});

/// What a reserved address is; `None` for one that can belong to somebody.
pub(crate) fn reserved(address: IpAddr) -> Option<Words> {
    MAP.get(address).copied()
}

/// True where asking for the name of `address` can only be a mistake. Private addresses are allowed: the analyst's own
/// resolver may know them.
pub(crate) fn nameless(address: IpAddr) -> bool {
    address.is_loopback() || address.is_unspecified() || address.is_multicast()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_the_table_is_a_prefix() {
        assert_eq!(MAP.len(), TABLE.len());
    }

    #[test]
    fn reserved_addresses_are_called_what_they_are() {
        for (address, words) in [
            ("192.0.2.7", Some(words::DOCUMENTATION)),
            ("203.0.113.255", Some(words::DOCUMENTATION)),
            ("127.0.0.1", Some(words::LOOPBACK)),
            ("10.1.2.3", Some(words::PRIVATE)),
            ("172.31.255.255", Some(words::PRIVATE)),
            ("172.32.0.1", None),
            ("100.64.0.1", Some(words::SHARED)),
            ("255.255.255.255", Some(words::FUTURE)),
            ("::1", Some(words::LOOPBACK)),
            ("2001:db8::7", Some(words::DOCUMENTATION_V6)),
            ("2001:4860:4860::8888", None),
            ("fe80::1", Some(words::LINK_LOCAL_V6)),
            ("95.216.42.246", None),
        ] {
            assert_eq!(reserved(address.parse().unwrap()), words, "{address}");
        }
    }
}

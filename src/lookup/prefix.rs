//! A map from address prefixes to values; the longest prefix wins.
//!
//! IPv4 prefixes are kept as IPv4-mapped IPv6, so one table serves both. Nothing here reads files.

use std::collections::HashMap;
use std::net::IpAddr;

/// Prefixes with their values. A look-up costs one hash probe for each distinct prefix length that is present.
#[derive(Debug, Clone)]
pub(crate) struct PrefixMap<T> {
    /// Tables by prefix length, longest first.
    tables: Vec<(u8, HashMap<u128, T>)>,
}

impl<T> Default for PrefixMap<T> {
    fn default() -> Self {
        Self { tables: Vec::new() }
    }
}

impl<T> PrefixMap<T> {
    /// Puts a value; bits of `address` behind `length` are ignored. A prefix that is there already is replaced.
    pub(crate) fn insert(&mut self, prefix: Prefix, value: T) {
        let Prefix { bits, length } = prefix;
        let at = match self.tables.binary_search_by(|(have, _)| length.cmp(have)) {
            Ok(at) => at,
            Err(at) => {
                self.tables.insert(at, (length, HashMap::new()));
                at
            }
        };
        if let Some((_, table)) = self.tables.get_mut(at) {
            table.insert(bits, value);
        }
    }

    /// The value of the longest prefix that holds `address`.
    pub(crate) fn get(&self, address: IpAddr) -> Option<&T> {
        let bits = mapped(address);
        self.tables.iter().find_map(|(length, table)| table.get(&(bits & mask(*length))))
    }

    /// Number of prefixes.
    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.tables.iter().map(|(_, table)| table.len()).sum()
    }
}

/// An address prefix in IPv4-mapped form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Prefix {
    bits: u128,
    length: u8,
}

impl Prefix {
    /// Reads `192.0.2.0/24`, `2001:db8::/32` or a single address.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (address, length) = match text.split_once('/') {
            Some((address, length)) => {
                // `u8::from_str` takes "+8"; a prefix length is digits only.
                if length.is_empty() || !length.bytes().all(|byte| byte.is_ascii_digit()) {
                    return None;
                }
                (address, Some(length.parse::<u8>().ok()?))
            }
            None => (text, None),
        };
        let address: IpAddr = address.parse().ok()?;
        let longest = if address.is_ipv4() { 32 } else { 128 };
        let length = length.unwrap_or(longest);
        if length > longest {
            return None;
        }
        let length = length + (128 - longest);
        Some(Self { bits: mapped(address) & mask(length), length })
    }

    /// The address lies in it.
    pub(crate) fn holds(self, address: IpAddr) -> bool {
        mapped(address) & mask(self.length) == self.bits
    }

    /// How many bits it fixes, of 128: an IPv4 prefix counts as IPv4-mapped IPv6.
    pub(crate) fn length(self) -> u8 {
        self.length
    }

    /// Its first and last address in IPv4-mapped form.
    pub(crate) fn range(self) -> (u128, u128) {
        (self.bits, self.bits | !mask(self.length))
    }

    /// More than anybody has: shorter than 8 bits in IPv4 and 12 in IPv6. A list with such a line would name the world.
    pub(crate) fn is_vast(self) -> bool {
        let v4 = self.bits >> 32 == 0xffff && self.length >= 96;
        self.length < if v4 { 104 } else { 12 }
    }
}

/// An address in IPv4-mapped form.
pub(crate) fn mapped(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(v4) => v4.to_ipv6_mapped().to_bits(),
        IpAddr::V6(v6) => v6.to_bits(),
    }
}

fn mask(length: u8) -> u128 {
    u128::MAX.checked_shl(128 - u32::from(length.min(128))).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_prefix_wins_in_both_families() {
        let mut map = PrefixMap::default();
        for (prefix, value) in
            [("192.0.2.0/24", "net"), ("192.0.2.128/25", "half"), ("192.0.2.200", "host"), ("2001:db8::/32", "six")]
        {
            map.insert(Prefix::parse(prefix).unwrap(), value);
        }
        for (address, value) in [
            ("192.0.2.1", Some("net")),
            ("192.0.2.129", Some("half")),
            ("192.0.2.200", Some("host")),
            ("192.0.3.1", None),
            ("2001:db8:1::1", Some("six")),
            ("::ffff:192.0.2.1", Some("net")),
            ("::1", None),
        ] {
            assert_eq!(map.get(address.parse().unwrap()).copied(), value, "{address}");
        }
        assert_eq!(map.len(), 4);
    }

    #[test]
    fn what_is_no_prefix_is_refused() {
        for text in ["", "192.0.2.0/33", "192.0.2.0/+8", "192.0.2.0/", "2001:db8::/129", "192.0.2/24", "x/8", "/8"] {
            assert_eq!(Prefix::parse(text), None, "{text}");
        }
        assert!(Prefix::parse("0.0.0.0/0").is_some());
        assert!(Prefix::parse("::/0").is_some());
    }
}

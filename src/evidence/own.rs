//! What the reader says of his own side: his domains, the names under which his servers write results, his networks. It
//! decides where the trust boundary is before any rule does. Said by the configuration, never taken from a mail.
//!
//! ```text
//! 192.0.2.0/24, 2001:db8::/32, 192.0.2.7        networks
//! mx.example.com, example.com                   authserv-ids (RFC 8601 section 2.5), case ignored
//! ```

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use super::{Domain, Lists};
use crate::message::Limits;

/// The reader's own side. Empty where nothing was configured.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Own {
    /// Domains of the reader's organization: hosts below them write on his side, mail in their name that comes from
    /// outside is worth a question.
    pub domains: Vec<String>,
    /// Names under which his servers write Authentication-Results.
    pub authserv_ids: Vec<String>,
    /// Networks of his own mail servers: a client in them is no stranger.
    pub relays: Vec<Network>,
    /// Organizations through whose machines nearly all of the mailbox's mail comes in, his own first; found in the mails
    /// by [`super::usual`].
    pub usual: Vec<String>,
    /// Whom he trusts, what he knows as bad, whose names are borrowed.
    pub lists: Lists,
    /// How much of a mail he wants read: what mails are parsed within; behind that, what counts is
    /// [`crate::message::Message::limits`].
    pub limits: Limits,
}

impl Own {
    /// Nothing is known of the reader's side.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.domains.is_empty() && self.authserv_ids.is_empty() && self.relays.is_empty() && self.lists.is_empty()
    }

    /// The host is one of the own domains or below one.
    #[must_use]
    pub fn holds_host(&self, host: &str) -> bool {
        if self.domains.is_empty() {
            return false;
        }
        let host = Domain::of(host);
        self.domains.iter().any(|own| host.is_below(Domain::of(own).host.as_str()))
    }

    /// The address is in one of the own networks.
    #[must_use]
    pub fn holds_address(&self, address: IpAddr) -> bool {
        self.relays.iter().any(|network| network.holds(address))
    }

    /// The name is one under which the own servers write.
    #[must_use]
    pub fn writes_as(&self, authserv_id: &str) -> bool {
        self.authserv_ids.iter().any(|own| own.eq_ignore_ascii_case(authserv_id))
    }
}

/// A block of addresses: the first `bits` bits of `address` count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub struct Network {
    /// Any address of the block.
    pub address: IpAddr,
    /// Length of the prefix: up to 32 (IPv4) or 128 (IPv6).
    pub bits: u8,
}

/// A text is no network: `192.0.2.0/24`, `2001:db8::/32` or a single address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotANetwork;

impl fmt::Display for NotANetwork {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("no network; write 192.0.2.0/24, 2001:db8::/32 or one address")
    }
}

impl std::error::Error for NotANetwork {}

impl FromStr for Network {
    type Err = NotANetwork;

    fn from_str(text: &str) -> Result<Self, NotANetwork> {
        let (address, bits) = match text.trim().split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text.trim(), None),
        };
        let address: IpAddr = address.parse().map_err(|_| NotANetwork)?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = match bits {
            Some(bits) if !bits.is_empty() && bits.bytes().all(|byte| byte.is_ascii_digit()) => {
                bits.parse().ok().filter(|bits| *bits <= most).ok_or(NotANetwork)?
            }
            Some(_) => return Err(NotANetwork),
            None => most,
        };
        Ok(Self { address, bits })
    }
}

impl fmt::Display for Network {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}/{}", self.address, self.bits)
    }
}

impl Network {
    /// The address is in the block. IPv4 addresses written as IPv6 count as what they map.
    #[must_use]
    pub fn holds(&self, address: IpAddr) -> bool {
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(own), IpAddr::V4(other)) => {
                same_start(u128::from(own.to_bits()) << 96, u128::from(other.to_bits()) << 96, self.bits)
            }
            (IpAddr::V6(own), IpAddr::V6(other)) => same_start(own.to_bits(), other.to_bits(), self.bits),
            _ => false,
        }
    }
}

fn same_start(one: u128, other: u128, bits: u8) -> bool {
    (one ^ other).leading_zeros() >= u32::from(bits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_holds_its_own_addresses_and_no_others() {
        for (network, address, expected) in [
            ("192.0.2.0/24", "192.0.2.200", true),
            ("192.0.2.0/24", "192.0.3.1", false),
            ("192.0.2.0/24", "::ffff:192.0.2.9", true),
            ("192.0.2.7", "192.0.2.7", true),
            ("192.0.2.7", "192.0.2.6", false),
            ("0.0.0.0/0", "198.51.100.1", true),
            ("0.0.0.0/0", "2001:db8::1", false),
            ("2001:db8::/32", "2001:db8:1::1", true),
            ("2001:db8::/32", "2001:db9::1", false),
        ] {
            let network: Network = network.parse().unwrap();
            assert_eq!(network.holds(address.parse().unwrap()), expected, "{network} {address}");
        }
    }

    #[test]
    fn what_is_no_network_is_refused() {
        for text in ["", "x", "192.0.2.0/33", "192.0.2.0/", "192.0.2.0/+1", "2001:db8::/129", "192.0.2/24", "a/24"] {
            assert!(text.parse::<Network>().is_err(), "{text}");
        }
    }

    #[test]
    fn own_names_are_compared_by_label_and_case_is_ignored() {
        let own = Own {
            domains: vec!["Example.com".into()],
            authserv_ids: vec!["mx.example.com".into()],
            relays: vec!["192.0.2.0/24".parse().unwrap()],
            ..Own::default()
        };
        assert!(own.holds_host("MX1.example.com.") && own.holds_host("example.com"));
        assert!(!own.holds_host("badexample.com") && !own.holds_host("example.com.evil.test"));
        assert!(own.writes_as("MX.Example.com") && !own.writes_as("example.com"));
        assert!(own.holds_address("192.0.2.1".parse().unwrap()));
        assert!(Own::default().is_empty() && !Own::default().holds_host("example.com"));
    }
}

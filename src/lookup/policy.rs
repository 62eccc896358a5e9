//! Where a connection may go: refuses what is not the public Internet, so that no answer and no redirect makes this
//! program talk to the inside of somebody's network (server-side request forgery).
//!
//! Source: the IANA special-purpose address registries (RFC 6890). Forms that carry an IPv4 address (mapped, NAT64) are
//! judged by what they carry; 6to4 and Teredo tunnels are refused, as nobody honest is reached through them any more.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::reserved;

/// Where a connection may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Policy {
    /// Public addresses on the usual ports only. For every address that was read somewhere.
    #[default]
    Public,
    /// Public addresses on any port, for a receiver whose port somebody wrote down on purpose.
    AnyPort,
    /// Any address on any port: a server that the user named, or a server on loopback in a test.
    Anywhere,
}

/// An address of a cloud's own control service that lies among public ones.
const CLOUD_CONTROL: Ipv4Addr = Ipv4Addr::new(168, 63, 129, 16);

impl Policy {
    /// The port may be gone to.
    #[must_use]
    pub fn port(self, port: u16) -> bool {
        match self {
            Self::Public => matches!(port, 80 | 443),
            Self::AnyPort | Self::Anywhere => port != 0,
        }
    }

    /// The address to go to, unwrapped; `None` where it may not be gone to.
    #[must_use]
    pub fn address(self, address: IpAddr) -> Option<IpAddr> {
        let address = address.to_canonical();
        match self {
            Self::Public | Self::AnyPort => global(address).then_some(address),
            Self::Anywhere => Some(address),
        }
    }
}

/// True for an address that machines on the whole Internet can reach.
#[must_use]
pub fn global(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(four) => global_v4(four),
        IpAddr::V6(six) => global_v6(six),
    }
}

fn global_v4(address: Ipv4Addr) -> bool {
    reserved::reserved(IpAddr::V4(address)).is_none() && address != CLOUD_CONTROL
}

fn global_v6(address: Ipv6Addr) -> bool {
    let [first, second, third, ..] = address.segments();
    // NAT64 (RFC 6052): a resolver in a network without IPv4 gives such addresses for every host that has only IPv4.
    if let [0x64, 0xff9b, 0, 0, 0, 0, high, low] = address.segments() {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        return global_v4(Ipv4Addr::new(a, b, c, d));
    }
    // Global unicast (RFC 4291 section 2.5.4); all else, unique local and the old mapped forms included, is not.
    if first & 0xe000 != 0x2000 {
        return false;
    }
    match (first, second, third) {
        // Protocol assignments 2001::/23 with Teredo, benchmarking and ORCHID; documentation; 6to4.
        (0x2001, 0..=0x01ff | 0xdb8, _) | (0x2002, ..) => false,
        (0x3fff, second, _) => second > 0x0fff,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_whole_internet_reaches_is_global() {
        for (address, expected) in [
            ("8.8.8.8", true),
            ("95.216.42.246", true),
            ("192.31.196.1", true),
            ("0.0.0.0", false),
            ("0.1.2.3", false),
            ("10.0.0.1", false),
            ("100.64.0.1", false),
            ("100.100.100.200", false),
            ("100.128.0.1", true),
            ("127.0.0.1", false),
            ("127.255.255.254", false),
            ("168.63.129.16", false),
            ("169.254.169.254", false),
            ("172.16.0.1", false),
            ("172.31.255.255", false),
            ("172.32.0.1", true),
            ("192.0.0.192", false),
            ("192.0.2.1", false),
            ("192.88.99.1", false),
            ("192.168.1.1", false),
            ("198.18.0.1", false),
            ("198.51.100.1", false),
            ("203.0.113.1", false),
            ("224.0.0.1", false),
            ("240.0.0.1", false),
            ("255.255.255.255", false),
            ("::", false),
            ("::1", false),
            ("::127.0.0.1", false),
            ("::8.8.8.8", false),
            ("::ffff:127.0.0.1", false),
            ("::ffff:169.254.169.254", false),
            ("::ffff:8.8.8.8", true),
            ("64:ff9b::8.8.8.8", true),
            ("64:ff9b::10.0.0.1", false),
            ("64:ff9b::169.254.169.254", false),
            ("64:ff9b:1::8.8.8.8", false),
            ("100::1", false),
            ("2001::1", false),
            ("2001:0:808:808::1", false),
            ("2001:2::1", false),
            ("2001:20::1", false),
            ("2001:db8::1", false),
            ("2001:200::1", true),
            ("2001:4860:4860::8888", true),
            ("2002:7f00:1::1", false),
            ("2002:808:808::1", false),
            ("2620:4f:8000::1", true),
            ("3fff::1", false),
            ("3fff:1000::1", true),
            ("4000::1", false),
            ("5f00::1", false),
            ("fc00::1", false),
            ("fd00:ec2::254", false),
            ("fe80::1", false),
            ("fec0::1", false),
            ("ff02::1", false),
        ] {
            assert_eq!(global(address.parse().unwrap()), expected, "{address}");
        }
    }

    #[test]
    fn a_policy_refuses_ports_and_unwraps_addresses() {
        let mapped: IpAddr = "::ffff:8.8.8.8".parse().unwrap();
        assert_eq!(Policy::Public.address(mapped), Some("8.8.8.8".parse().unwrap()));
        let here: IpAddr = "127.0.0.1".parse().unwrap();
        assert_eq!(Policy::AnyPort.address(here), None);
        assert_eq!(Policy::Anywhere.address(here), Some(here));
        for (policy, port, expected) in [
            (Policy::Public, 80, true),
            (Policy::Public, 443, true),
            (Policy::Public, 8080, false),
            (Policy::Public, 22, false),
            (Policy::AnyPort, 43, true),
            (Policy::AnyPort, 0, false),
            (Policy::Anywhere, 40_000, true),
        ] {
            assert_eq!(policy.port(port), expected, "{policy:?} {port}");
        }
    }
}

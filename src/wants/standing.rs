//! What a host is to the reader, as far as that decides what is worth asking about it. Lists and names only; whether the
//! mail is honest is decided by the rules.

use crate::evidence::{Domain, HostClass, Own, brand_of, mail_service};
use crate::signal::everyday;

/// Endings that no public server has (RFC 6761, RFC 6762, RFC 7686, RFC 8375, ICANN's reservation of `internal`), and
/// those that insides of networks are called by. Asking would only tell others what they are called.
const INSIDE: &[&str] = &[
    "localhost",
    "local",
    "localdomain",
    "invalid",
    "onion",
    "internal",
    "intranet",
    "corp",
    "home",
    "lan",
    "private",
    "arpa",
    "alt",
];

/// What a host is to the reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// His own, or of somebody he trusts: nothing is asked.
    Own,
    /// Of a big name, a mail service or a gateway: what registries and lists say of it is known to everybody.
    Everyday,
    /// Shared by many customers: what registries say is about the landlord.
    Shared,
    /// Anybody's.
    Stranger,
}

/// The standing of a host; `classes` are those of a link that leads there.
pub(super) fn standing(domain: &Domain, classes: &[HostClass], own: &Own) -> Standing {
    if own.holds_host(&domain.host) || own.lists.trusts_host(&domain.host) {
        return Standing::Own;
    }
    let shared = |class: &HostClass| {
        matches!(
            class,
            HostClass::Shortener
                | HostClass::FreeHosting
                | HostClass::FormBuilder
                | HostClass::FileShare
                | HostClass::DynamicDns
                | HostClass::IpfsGateway
                | HostClass::LinkPage
                | HostClass::ContentNetwork
        )
    };
    if domain.private_suffix || classes.iter().any(shared) {
        Standing::Shared
    } else if everyday(domain) || brand_of(domain).is_some() || mail_service(domain).is_some() {
        Standing::Everyday
    } else {
        Standing::Stranger
    }
}

/// A name that a server on the Internet could answer for. Names kept for examples and tests count: recordings answer
/// them, and whoever asks the network refuses them by himself.
pub(super) fn is_public_name(name: &str) -> bool {
    let Some((_, last)) = name.rsplit_once('.') else { return false };
    name.len() <= 253
        && name.split('.').all(|label| (1..=63).contains(&label.len()))
        && !last.bytes().all(|byte| byte.is_ascii_digit())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'))
        && !INSIDE.contains(&last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_only_insides_of_networks_have_are_not_public() {
        for name in ["example.com", "_dmarc.example.com", "a_b.evil.test", "xn--r8jz45g.xn--zckzah"] {
            assert!(is_public_name(name), "{name}");
        }
        for name in [
            "",
            "localhost",
            "mailhub",
            "nas.local",
            "pc1.corp",
            "192.0.2.1",
            "a..b",
            "é.example",
            "x y.example",
            "2001:db8::1",
        ] {
            assert!(!is_public_name(name), "{name}");
        }
        assert!(!is_public_name(&format!("{}.example", "a".repeat(64))));
    }

    #[test]
    fn a_host_stands_where_lists_and_the_reader_put_it() {
        let mut own = Own { domains: vec!["example.jp".into()], ..Own::default() };
        own.lists.allow("friend.example").unwrap();
        for (host, classes, expected) in [
            ("mx.example.jp", &[][..], Standing::Own),
            ("www.friend.example", &[], Standing::Own),
            ("www.amazon.co.jp", &[], Standing::Everyday),
            ("u1.ct.sendgrid.net", &[], Standing::Everyday),
            ("gmail.com", &[], Standing::Everyday),
            ("x.azurefd.net", &[], Standing::Shared),
            ("forms.host.example", &[HostClass::FormBuilder], Standing::Shared),
            ("evil.example", &[HostClass::RandomName], Standing::Stranger),
            ("amazon.co.jp.evil.example", &[], Standing::Stranger),
        ] {
            assert_eq!(standing(&Domain::of(host), classes, &own), expected, "{host}");
        }
    }
}

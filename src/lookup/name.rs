//! Which host names may be asked of the DNS: checked before a packet is made, as they come from mails.

use std::net::IpAddr;

use crate::facts::phrases::reason;
use crate::text::Words;

/// Names that no public server has (RFC 6761, RFC 6762, RFC 7686, RFC 8375, ICANN's reservation of `internal`). Asking
/// would only tell a resolver what the inside of somebody's network is called.
const LOCAL: [&str; 7] = ["localhost", "local", "invalid", "onion", "internal", "arpa", "alt"];

/// What a host name is good for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Host {
    /// A name to ask for, absolute: lower case with a dot at its end, so that no search domain is added.
    Name(String),
    /// The host is an address already.
    Address(IpAddr),
    /// Not to be asked, and why.
    Refused(Words),
}

/// Looks at a host as it stands in a key.
pub(crate) fn host(text: &str) -> Host {
    if text.len() > 254 {
        return Host::Refused(reason::NOT_A_NAME);
    }
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    if let Ok(address) = bare.parse() {
        return Host::Address(address);
    }
    let name = text.strip_suffix('.').unwrap_or(text);
    if name.len() > 253 || !name.split('.').all(label) {
        return Host::Refused(reason::NOT_A_NAME);
    }
    let Some((_, last)) = name.rsplit_once('.') else { return Host::Refused(reason::SPECIAL_NAME) };
    // Such a "name" is a mistyped address: no top-level domain is a number (RFC 3696 section 2).
    if last.bytes().all(|byte| byte.is_ascii_digit()) {
        return Host::Refused(reason::NOT_A_NAME);
    }
    if LOCAL.iter().any(|local| last.eq_ignore_ascii_case(local)) {
        return Host::Refused(reason::SPECIAL_NAME);
    }
    Host::Name(format!("{}.", name.to_ascii_lowercase()))
}

/// An address as the first labels of a name in a zone of addresses (RFC 5782 section 2.1 and 2.4): octets or nibbles, the
/// last first.
pub(crate) fn reversed(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(four) => {
            let [a, b, c, d] = four.octets();
            format!("{d}.{c}.{b}.{a}")
        }
        IpAddr::V6(six) => {
            let nibbles = six.octets().into_iter().rev().flat_map(|byte| [byte & 15, byte >> 4]);
            nibbles.map(|nibble| format!("{nibble:x}")).collect::<Vec<_>>().join(".")
        }
    }
}

/// Letters, digits, hyphen; the underscore, which real names of phishing hosts and DKIM records have; and what else the
/// left side of a mail address is made of (RFC 5322 section 3.2.3), as macros of SPF put that into names.
fn label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_!#$%&'*+/=?^`{|}~".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_turned_around() {
        for (address, labels) in [
            ("192.0.2.7", "7.2.0.192"),
            ("::ffff:192.0.2.7", "7.2.0.192"),
            ("2001:db8::7", "7.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2"),
        ] {
            assert_eq!(reversed(address.parse().unwrap()), labels);
        }
    }

    #[test]
    fn only_public_host_names_are_asked_for() {
        let name = |text: &str| Host::Name(text.into());
        let long = "a".repeat(64);
        let longest = format!("{}.test", vec!["a".repeat(62); 4].join("."));
        for (text, expected) in [
            ("Example.COM", name("example.com.")),
            ("example.com.", name("example.com.")),
            ("_dmarc.xn--r8jz45g.jp", name("_dmarc.xn--r8jz45g.jp.")),
            ("user+tag=x._spf.example.com", name("user+tag=x._spf.example.com.")),
            ("192.0.2.7", Host::Address("192.0.2.7".parse().unwrap())),
            ("[2001:db8::7]", Host::Address("2001:db8::7".parse().unwrap())),
            ("", Host::Refused(reason::NOT_A_NAME)),
            (".", Host::Refused(reason::NOT_A_NAME)),
            ("a..b", Host::Refused(reason::NOT_A_NAME)),
            (".a.b", Host::Refused(reason::NOT_A_NAME)),
            ("a b.test", Host::Refused(reason::NOT_A_NAME)),
            ("a\u{0}.test", Host::Refused(reason::NOT_A_NAME)),
            ("例え.test", Host::Refused(reason::NOT_A_NAME)),
            ("a\\046b.test", Host::Refused(reason::NOT_A_NAME)),
            ("256.1.2.3", Host::Refused(reason::NOT_A_NAME)),
            (&format!("{long}.test"), Host::Refused(reason::NOT_A_NAME)),
            (&longest, Host::Refused(reason::NOT_A_NAME)),
            ("mailserver", Host::Refused(reason::SPECIAL_NAME)),
            ("localhost", Host::Refused(reason::SPECIAL_NAME)),
            ("printer.LOCAL", Host::Refused(reason::SPECIAL_NAME)),
            ("abc.onion", Host::Refused(reason::SPECIAL_NAME)),
            ("1.0.0.127.in-addr.arpa", Host::Refused(reason::SPECIAL_NAME)),
        ] {
            assert_eq!(host(text), expected, "{text:?}");
        }
    }
}

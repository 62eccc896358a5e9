//! What a reader names to be looked up: a host, an address, a URL, an autonomous system or a file's digest, live or made
//! harmless, as it is copied from anywhere.

use std::net::IpAddr;

use crate::evidence::{Domain, UrlParts, literal};
use crate::text::refang;

/// The longest target.
const LONGEST: usize = 8_000;

/// A thing to be looked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A host or a domain.
    Host(Domain),
    /// An address.
    Address(IpAddr),
    /// A whole URL as a browser writes it, with its parts.
    Url(Box<UrlParts>),
    /// An autonomous system.
    System(u32),
    /// A file, by its SHA-256 in lower-case hexadecimal digits.
    File(String),
}

impl Target {
    /// Reads a target; `None` where it is none of them.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.is_empty() || text.len() > LONGEST || text.contains(char::is_whitespace) {
            return None;
        }
        let text = refang(text);
        if text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Some(Self::File(text.to_ascii_lowercase()));
        }
        if let Some(number) = text.get(..2).filter(|start| start.eq_ignore_ascii_case("as")).and_then(|_| text.get(2..))
            && let Ok(number) = number.parse()
        {
            return Some(Self::System(number));
        }
        if let Some(address) = literal(&text) {
            return Some(Self::Address(address));
        }
        if text.contains("://") || text.contains('/') {
            return Self::url(&text);
        }
        let host = text.rsplit_once('@').map_or(text.as_str(), |(_, host)| host);
        let domain = Domain::of(host);
        let labels = domain.host.split('.').all(|label| {
            !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
        });
        (labels && domain.host.contains('.') && domain.host.len() <= 253).then_some(Self::Host(domain))
    }

    fn url(text: &str) -> Option<Self> {
        let whole = if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
        let parts = UrlParts::of(&whole, None)?;
        let web = matches!(parts.scheme.as_str(), "http" | "https");
        let host = parts.address.is_some() || parts.domain.host.contains('.');
        (web && host).then(|| Self::Url(Box::new(parts)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_read_as_they_are_copied() {
        for text in ["evil.example", "EVIL.example.", "evil[.]example", "anna@evil.example", "anna[at]evil[.]example"] {
            assert_eq!(Target::parse(text), Some(Target::Host(Domain::of("evil.example"))), "{text}");
        }
        for text in ["192.0.2.1", "192[.]0[.]2[.]1", "[192.0.2.1]", "::ffff:192.0.2.1"] {
            assert_eq!(Target::parse(text), Some(Target::Address("192.0.2.1".parse().unwrap())), "{text}");
        }
        assert_eq!(Target::parse("AS64496"), Some(Target::System(64_496)));
        assert_eq!(Target::parse("as64496"), Some(Target::System(64_496)));
        assert_eq!(Target::parse(&"A".repeat(64)), Some(Target::File("a".repeat(64))));
        for (text, normal) in [
            ("hxxps://evil[.]example/x?y", "https://evil.example/x?y"),
            ("evil.example/x", "http://evil.example/x"),
            ("http://192.0.2.1/", "http://192.0.2.1/"),
        ] {
            let Some(Target::Url(url)) = Target::parse(text) else { panic!("{text}") };
            assert_eq!(url.normal, normal, "{text}");
        }
        for text in [
            "",
            "localhost",
            "a b.example",
            "AS",
            "ASx.",
            "ftp://evil.example/",
            "javascript://x.example/",
            "a..b",
            "evil!.example",
        ] {
            assert_eq!(Target::parse(text), None, "{text}");
        }
        assert_eq!(Target::parse(&"a.".repeat(5_000)), None);
    }
}

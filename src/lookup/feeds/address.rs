//! What is looked for in feeds: one spelling for URLs, hosts and systems, the same for a feed's line and a mail's link.
//!
//! ```text
//! HTTPS://user@Evil.Example.:443/Login/?#top  ->  the URL evil.example/Login
//! http://evil.example:8080/a?b=c              ->  the URL evil.example:8080/a?b=c, without its query evil.example:8080/a
//! 3221225985                                  ->  nothing; http://3221225985/ is the host 192.0.2.1
//! ```
//!
//! Scheme, user name, fragment, default port, an empty query and a final slash do not tell pages apart; the case of path
//! and query does. Never changes what is shown to a reader.

use sha2::{Digest as _, Sha256};
use url::{Host, Url};

use crate::text::refang;

/// The longest line that is taken for an address.
const LENGTH: usize = 8 * 1024;
/// Bytes of a hash that are kept. A stranger who wants his host to look listed would have to find one of 2^96.
pub(super) const HASH: usize = 12;

/// The beginning of the SHA-256 of what is looked for.
pub(super) type Hash = [u8; HASH];

/// Something that feeds list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Address {
    /// A URL.
    Url {
        /// Host, port, path and query.
        whole: String,
        /// The same without the query, where there is one and the path says something.
        path: Option<String>,
        /// The host.
        host: String,
    },
    /// A host, listed as such.
    Host(String),
    /// An autonomous system.
    System(u32),
}

/// What a hash stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    /// A URL.
    Url,
    /// The host of a URL.
    HostOfUrl,
    /// A host.
    Host,
    /// An autonomous system.
    System,
}

impl Address {
    /// Reads a URL, a host or `AS64496` as it stands in a feed or a mail; defanged ones too. `None` for anything else.
    pub(super) fn of(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.is_empty() || text.len() > LENGTH {
            return None;
        }
        let refanged;
        // Most lines are live: the copy is made for those that are not.
        let text = if text.contains(['[', '(', '{']) || text.get(..2).is_some_and(|two| two.eq_ignore_ascii_case("hx"))
        {
            refanged = refang(text);
            refanged.as_str()
        } else {
            text
        };
        if let Some(number) = system(text) {
            return Some(Self::System(number));
        }
        if text.contains("://") {
            return url(text);
        }
        if text.contains(['/', '?']) {
            return url(&format!("http://{}", text.trim_start_matches('/')));
        }
        host(text).map(Self::Host)
    }
}

/// The hash under which something is kept.
pub(super) fn hash(sort: Sort, text: &str) -> Hash {
    let tag: &[u8] = match sort {
        Sort::Url => b"url\0",
        Sort::HostOfUrl => b"of\0",
        Sort::Host => b"host\0",
        Sort::System => b"as\0",
    };
    let digest = Sha256::new().chain_update(tag).chain_update(text.as_bytes()).finalize();
    let mut short = Hash::default();
    for (to, from) in short.iter_mut().zip(digest.iter()) {
        *to = *from;
    }
    short
}

/// `AS64496`.
fn system(text: &str) -> Option<u32> {
    let digits = text.strip_prefix("AS").or_else(|| text.strip_prefix("as"))?;
    let fits = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    fits.then(|| digits.parse().ok()).flatten()
}

fn url(text: &str) -> Option<Address> {
    let url = Url::parse(text).ok()?;
    if !matches!(url.scheme(), "http" | "https" | "ftp") {
        return None;
    }
    let host = name(&url.host()?)?;
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    let path = url.path().trim_end_matches('/');
    let front = format!("{host}{port}{path}");
    Some(match url.query().filter(|query| !query.is_empty()) {
        Some(query) => {
            let whole = format!("{front}?{query}");
            Address::Url { whole, path: (!path.is_empty()).then_some(front), host }
        }
        None => Address::Url { whole: front, path: None, host },
    })
}

fn host(text: &str) -> Option<String> {
    let text = text.trim_end_matches('.').trim_start_matches("*.");
    if let Ok(address) = text.parse::<std::net::IpAddr>() {
        return Some(address.to_canonical().to_string());
    }
    // `Host::parse` takes any number for an address: `2026` in a list of hosts is no host.
    if !text.contains('.') || text.contains([' ', '\t', ',', '"', '@', ':']) {
        return None;
    }
    name(&Host::parse(text).ok()?.as_ref_str())
}

/// The host's one spelling; `None` for a single label.
fn name(host: &Host<&str>) -> Option<String> {
    match host {
        Host::Domain(name) => {
            let name = name.trim_matches('.');
            (name.contains('.') && name.len() <= 253).then(|| name.to_owned())
        }
        Host::Ipv4(address) => Some(address.to_string()),
        Host::Ipv6(address) => Some(address.to_canonical().to_string()),
    }
}

/// A view of an owned host.
trait AsRefStr {
    fn as_ref_str(&self) -> Host<&str>;
}

impl AsRefStr for Host<String> {
    fn as_ref_str(&self) -> Host<&str> {
        match self {
            Self::Domain(name) => Host::Domain(name),
            Self::Ipv4(address) => Host::Ipv4(*address),
            Self::Ipv6(address) => Host::Ipv6(*address),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(text: &str) -> String {
        match Address::of(text) {
            Some(Address::Url { whole, .. }) => whole,
            Some(Address::Host(host)) => format!("host {host}"),
            Some(Address::System(number)) => format!("system {number}"),
            None => String::new(),
        }
    }

    #[test]
    fn one_page_has_one_spelling() {
        for (text, expected) in [
            ("HTTPS://user:pass@Evil.Example.:443/Login/?#top", "evil.example/Login"),
            ("http://evil.example", "evil.example"),
            ("https://evil.example/", "evil.example"),
            ("http://evil.example:8080/a?b=c#d", "evil.example:8080/a?b=c"),
            ("https://evil.example/?id=1", "evil.example?id=1"),
            ("hxxps://evil[.]example/x", "evil.example/x"),
            ("evil.example/x", "evil.example/x"),
            ("//evil.example/x", "evil.example/x"),
            ("http://例え.テスト/お", "xn--r8jz45g.xn--zckzah/%E3%81%8A"),
            ("http://3221225985/x", "192.0.2.1/x"),
            ("http://[::ffff:192.0.2.1]/x", "192.0.2.1/x"),
            ("http://evil.example/A", "evil.example/A"),
            ("http://evil.example/a/../b", "evil.example/b"),
            ("ftp://evil.example/x.exe", "evil.example/x.exe"),
            ("evil.example", "host evil.example"),
            ("*.Evil.Example.", "host evil.example"),
            ("192.0.2.1", "host 192.0.2.1"),
            ("2001:db8::0:1", "host 2001:db8::1"),
            ("AS64496", "system 64496"),
        ] {
            assert_eq!(whole(text), expected, "{text}");
        }
        for text in [
            "",
            "com",
            "2026",
            "a b.example",
            "mailto:a@b.example",
            "javascript:alert(1)",
            "http://",
            "http://com/",
            "a@b.example",
            "AS",
            "ASx",
            "https://[zz]/",
            "one,two.example",
        ] {
            assert_eq!(whole(text), "", "{text}");
        }
        assert_eq!(Address::of(&format!("http://evil.example/{}", "a".repeat(LENGTH))), None);
    }

    #[test]
    fn a_query_is_left_out_only_where_the_path_says_something() {
        let path = |text| match Address::of(text) {
            Some(Address::Url { path, .. }) => path,
            _ => None,
        };
        assert_eq!(path("http://evil.example/a?b"), Some("evil.example/a".into()));
        assert_eq!(path("http://evil.example/?b"), None);
        assert_eq!(path("http://evil.example/a"), None);
    }

    #[test]
    fn the_same_text_of_two_sorts_is_kept_apart() {
        assert_ne!(hash(Sort::Url, "evil.example"), hash(Sort::Host, "evil.example"));
        assert_ne!(hash(Sort::HostOfUrl, "evil.example"), hash(Sort::Host, "evil.example"));
    }
}

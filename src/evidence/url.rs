//! URLs taken apart as a browser would (WHATWG URL), and the classes that a host belongs to.
//!
//! ```text
//! https://bank.example@evil.example:8443/x   user info bank.example, host evil.example, port 8443
//! http://3221225985/                         the address 192.0.2.1
//! ```

mod share;
mod shown;

use std::net::IpAddr;

use url::{Host, Position, Url};

use super::Domain;
use super::domain::has_known_suffix;
use crate::message::clip;
use crate::text::plain_url::{PlainUrl, is_plain_rest};
use share::share;
pub(super) use shown::{host_in_text, looks_like_a_file};

/// The most bytes of a URL that are taken apart; the host stands at its beginning.
pub(super) const URL_BYTES: usize = 16 * 1024;

/// A URL taken apart as a browser would (WHATWG).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UrlParts {
    /// `https` ...
    pub scheme: String,
    /// User info before `@`, where there is some.
    pub user_info: Option<String>,
    /// The host.
    pub domain: Domain,
    /// The host is an address, in whatever spelling it was written.
    pub address: Option<IpAddr>,
    /// Port where it is not the scheme's own.
    pub port: Option<u16>,
    /// Path, query and fragment.
    pub path: String,
    /// The whole URL as a browser would write it.
    pub normal: String,
}

/// A class that a host list or the shape of the host gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum HostClass {
    /// A URL shortener.
    Shortener,
    /// Free hosting or a cloud front door: anyone may have a name there.
    FreeHosting,
    /// An address instead of a name.
    Literal,
    /// Punycode.
    Punycode,
    /// Letters of several scripts in one label.
    MixedScript,
    /// A builder of forms and surveys.
    FormBuilder,
    /// A place for files of anyone.
    FileShare,
    /// A name for a machine with a changing address (dynamic DNS).
    DynamicDns,
    /// A gateway to IPFS, where nobody can take a page down.
    IpfsGateway,
    /// A page of links (link in bio).
    LinkPage,
    /// A content network that gives out random names.
    ContentNetwork,
    /// An address of a private network or of the reader's own machine.
    PrivateAddress,
    /// The registrable name is no word that anyone could say.
    RandomName,
    /// A label of more than 30 characters.
    LongLabel,
    /// More than four labels in front of the registrable domain.
    ManyLabels,
    /// A domain of a known brand; the brand's id.
    Brand(&'static str),
}

impl UrlParts {
    /// Takes a URL apart; `base` is the page's own base. A bare `www.` name is read as a browser's address bar would.
    #[must_use]
    pub fn of(raw: &str, base: Option<&Url>) -> Option<Self> {
        Self::with(raw, base, Domain::of)
    }

    /// [`UrlParts::of`] for who knows the domains of hosts already.
    pub(super) fn with(raw: &str, base: Option<&Url>, domain: impl FnOnce(&str) -> Domain) -> Option<Self> {
        let raw = clip(raw, URL_BYTES).trim();
        if let Some(plain) = Plain::of(raw) {
            return Some(plain.parts(domain));
        }
        if let Some(mail) = plain_mail(raw) {
            return Some(mail);
        }
        if let Some(share) = share(raw) {
            return Some(share);
        }
        let parsed = match (Url::parse(raw), base) {
            (Ok(url), _) => url,
            (Err(url::ParseError::RelativeUrlWithoutBase), Some(base)) => base.join(raw).ok()?,
            (Err(url::ParseError::RelativeUrlWithoutBase), None) if names_a_host(raw) => {
                Url::parse(&format!("http://{}", raw.trim_start_matches('/'))).ok()?
            }
            _ => return None,
        };
        Some(Self::from(parsed))
    }
}

/// An address that needs no parser.
struct Plain<'a> {
    raw: &'a str,
    pieces: PlainUrl<'a>,
}

impl<'a> Plain<'a> {
    fn of(raw: &'a str) -> Option<Self> {
        PlainUrl::of(raw).map(|pieces| Self { raw, pieces })
    }

    fn parts(self, domain: impl FnOnce(&str) -> Domain) -> UrlParts {
        let PlainUrl { scheme, host, rest } = self.pieces;
        let written = |parts: &[&str]| {
            let mut out = String::with_capacity(self.raw.len() + 1);
            for part in parts {
                out.push_str(part);
            }
            out
        };
        // A path begins with a slash.
        let (path, normal) = if rest.starts_with('/') {
            (rest.to_owned(), self.raw.to_owned())
        } else {
            let front = self.raw.get(..self.raw.len() - rest.len()).unwrap_or_default();
            (written(&["/", rest]), written(&[front, "/", rest]))
        };
        UrlParts {
            scheme: scheme.to_owned(),
            user_info: None,
            domain: domain(host),
            address: None,
            port: None,
            path,
            normal,
        }
    }
}

/// `mailto:` and an address with nothing that would have to be escaped.
fn plain_mail(raw: &str) -> Option<UrlParts> {
    let path = raw.strip_prefix("mailto:").filter(|path| !path.starts_with('/'))?;
    if !is_plain_rest(path.as_bytes()) {
        return None;
    }
    let address = path.split(['?', '#']).next().unwrap_or_default();
    Some(UrlParts {
        scheme: "mailto".to_owned(),
        domain: Domain::of_address(address).unwrap_or_default(),
        path: path.to_owned(),
        normal: raw.to_owned(),
        ..UrlParts::default()
    })
}

impl From<Url> for UrlParts {
    fn from(url: Url) -> Self {
        let (domain, address) = match url.host() {
            Some(Host::Domain(name)) => (Domain::of_parsed(name), None),
            Some(Host::Ipv4(v4)) => (Domain::of(&v4.to_string()), Some(IpAddr::V4(v4))),
            Some(Host::Ipv6(v6)) => {
                let address = IpAddr::V6(v6).to_canonical();
                (Domain::of(&address.to_string()), Some(address))
            }
            None if url.scheme() == "mailto" => (Domain::of_address(url.path()).unwrap_or_default(), None),
            None => (Domain::default(), None),
        };
        let user_info = match (url.username(), url.password()) {
            ("", None) => None,
            (user, None) => Some(user.to_owned()),
            (user, Some(password)) => Some(format!("{user}:{password}")),
        };
        Self {
            scheme: url.scheme().to_owned(),
            user_info,
            domain,
            address,
            port: url.port(),
            // Path, query and fragment are the rest of the whole.
            path: url[Position::BeforePath..].to_owned(),
            normal: url.into(),
        }
    }
}

/// `www.example.com/x` or `//example.com/x`, but not `image.png` or `page.html`.
fn names_a_host(raw: &str) -> bool {
    let host = raw.trim_start_matches('/').split(['/', '?', '#', ':']).next().unwrap_or_default();
    host.contains('.')
        && !host.starts_with('.')
        && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_') || byte >= 128)
        && (raw.starts_with("//")
            || (has_known_suffix(&host.to_lowercase()) || says_web(host)) && Domain::of(host).registrable.is_some())
}

/// `www.` and two labels, the last of letters: it names a host whatever its ending is.
fn says_web(host: &str) -> bool {
    let name = host.get(..4).filter(|start| start.eq_ignore_ascii_case("www.")).and_then(|_| host.get(4..));
    let ending = name.and_then(|name| name.rsplit_once('.')).map(|(_, ending)| ending);
    ending.is_some_and(|ending| ending.len() >= 2 && ending.bytes().all(|byte| byte.is_ascii_alphabetic()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const PIECES: &[&str] = &[
        "http://",
        "https://",
        "HTTP://",
        "http:/",
        "ftp://",
        "a",
        "b.example",
        "example.com",
        ".",
        "..",
        "/",
        "//",
        "?",
        "#",
        "%2e",
        "%2E.",
        "%41",
        "%",
        "-",
        "--",
        "xn--",
        "xn--r8jz45g",
        "1",
        "0x1",
        "192.0.2.1",
        "@",
        ":",
        ":80",
        ":8443",
        "_",
        "\\",
        "'",
        "\"",
        "<",
        ">",
        "`",
        "{",
        "}",
        "^",
        "|",
        "[",
        "]",
        "[::1]",
        "~",
        "!",
        "&amp;",
        "=",
        "+",
        "A",
        "Example",
        "é",
        "。",
        " ",
        "\t",
        "\u{7f}",
        "\u{1}",
        "*",
        "$",
        ",",
        ";",
        "(",
        ")",
        "login.php",
        "/./",
        "/../",
        "/.x",
        "/x.",
        "a..b",
        "-a",
        "a-",
        "oneverylonglabelthatismorethansixtythreebytesandmorethansixtythreebytes",
    ];

    proptest! {
        #[test]
        fn what_needs_no_parser_is_read_as_the_parser_reads_it(
            scheme in prop::sample::select(vec!["", "http://", "https://"]),
            host in prop::sample::select(vec!["", "a", "b.example", "www.b-c.example", "1.example", "b.1", "b.0x1", "b.x1"]),
            pieces in prop::collection::vec(prop::sample::select(PIECES), 0..8),
        ) {
            let raw = format!("{scheme}{host}{}", pieces.concat());
            let raw = raw.trim();
            if let Some(plain) = Plain::of(raw) {
                let parsed = Url::parse(raw).ok().map(UrlParts::from);
                prop_assert_eq!(Some(plain.parts(Domain::of)), parsed, "{}", raw);
            }
        }

        #[test]
        fn mail_addresses_are_read_as_the_parser_reads_them(
            pieces in prop::collection::vec(prop::sample::select(PIECES), 0..8),
            rest in "[ -~]{0,20}",
        ) {
            for rest in [pieces.concat(), rest] {
                let raw = format!("mailto:{rest}");
                let raw = raw.trim();
                if let Some(plain) = plain_mail(raw) {
                    prop_assert_eq!(Some(plain), Url::parse(raw).ok().map(UrlParts::from), "{}", raw);
                }
            }
        }

        #[test]
        fn any_printable_address_is_read_as_the_parser_reads_it(rest in "[ -~]{0,40}", host in "[a-z0-9.-]{1,12}") {
            let raw = format!("http://{host}{rest}");
            let raw = raw.trim();
            if let Some(plain) = Plain::of(raw) {
                let parsed = Url::parse(raw).ok().map(UrlParts::from);
                prop_assert_eq!(Some(plain.parts(Domain::of)), parsed, "{}", raw);
            }
        }
    }

    #[test]
    fn ordinary_addresses_need_no_parser() {
        for raw in [
            "https://www.example.com/a/b.html?x=1&y=%20z#top",
            "http://example.com",
            "https://a-b.example.co.jp?x",
            "https://example.com/~x/index_2.php;a=(b)|c^[1]",
        ] {
            assert!(Plain::of(raw).is_some(), "{raw}");
        }
        for raw in [
            "https://a@example.com/",
            "https://example.com:8443/",
            "https://192.0.2.1/",
            "https://example.com/a/../b",
            "https://example.com/ x",
            "https://xn--r8jz45g.example/",
            "https://EXAMPLE.com/",
            "https://example.com./",
            "https://0x7f.1/",
            "https://example.com/%2e%2e/",
        ] {
            assert!(Plain::of(raw).is_none(), "{raw}");
        }
    }

    #[test]
    fn hosts_are_those_that_a_browser_opens() {
        for (raw, host, user, address) in [
            ("https://Example.COM/a", "example.com", None, None),
            ("https://bank.example@evil.example/", "evil.example", Some("bank.example"), None),
            ("http:\\\\evil.example\\x", "evil.example", None, None),
            ("https:evil.example", "evil.example", None, None),
            ("ht\ntps://ev\til.example/", "evil.example", None, None),
            ("http://3221225985/", "192.0.2.1", None, Some("192.0.2.1")),
            ("http://0300.0.2.1/", "192.0.2.1", None, Some("192.0.2.1")),
            ("http://0xC0000201/", "192.0.2.1", None, Some("192.0.2.1")),
            ("http://[::ffff:192.0.2.1]/", "192.0.2.1", None, Some("192.0.2.1")),
            ("http://192.513/", "192.0.2.1", None, Some("192.0.2.1")),
            ("http://0xc0.0.0x2.01/", "192.0.2.1", None, Some("192.0.2.1")),
            ("http://192.0.2.1./", "192.0.2.1", None, Some("192.0.2.1")),
            ("http://%65vil.example/", "evil.example", None, None),
            ("http://evil．example/", "evil.example", None, None),
            ("http://EVIL.example./", "evil.example", None, None),
            ("http://ＥＶＩＬ.example/", "evil.example", None, None),
            ("https://evil.example\\@bank.example/", "evil.example", None, None),
            ("https://a@b@evil.example/", "evil.example", Some("a%40b"), None),
            ("http:/evil.example", "evil.example", None, None),
            ("http:////evil.example", "evil.example", None, None),
            ("www.example.com/x", "www.example.com", None, None),
            ("//example.com/x", "example.com", None, None),
            ("http://例え.テスト/", "xn--r8jz45g.xn--zckzah", None, None),
            ("http://evil。example/", "evil.example", None, None),
            ("mailto:a@one.example?subject=x", "one.example", None, None),
            ("javascript:alert(1)", "", None, None),
        ] {
            let parts = UrlParts::of(raw, None).unwrap_or_else(|| panic!("{raw}"));
            assert_eq!(parts.domain.host, host, "{raw}");
            assert_eq!(parts.user_info.as_deref(), user, "{raw}");
            assert_eq!(parts.address, address.map(|address| address.parse().unwrap()), "{raw}");
        }
        for raw in ["", "#top", "image.png", "page.html", "http://", "http://a b/", "http://[zz]/", "/path"] {
            assert_eq!(UrlParts::of(raw, None), None, "{raw}");
        }
    }

    #[test]
    fn what_a_browser_takes_for_a_part_of_the_host_is_one() {
        for (url, host) in [
            ("https://a.example&amp;:8080/x", "a.example&amp;"),
            ("https://'/x", "'"),
            ("https://bank.example'.evil.example;/", "bank.example'.evil.example;"),
            ("https://A.example./", "a.example"),
        ] {
            assert_eq!(UrlParts::of(url, None).unwrap().domain.host, host, "{url}");
        }
    }

    #[test]
    fn a_base_completes_relative_urls() {
        let base = Url::parse("https://evil.example/a/").unwrap();
        assert_eq!(UrlParts::of("b?c", Some(&base)).unwrap().normal, "https://evil.example/a/b?c");
    }
}

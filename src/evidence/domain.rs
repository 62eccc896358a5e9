//! Host names: one spelling for all of them, and what the public suffix list says about who may own them.
//!
//! ```text
//! Mail.Bank.CO.JP.  ->  host mail.bank.co.jp, registrable bank.co.jp
//! x.github.io       ->  registrable x.github.io, a customer's name below a private suffix
//! [192.0.2.1]       ->  host 192.0.2.1, no registrable domain
//! ```

use std::borrow::Cow;
use std::collections::HashSet;
use std::hash::BuildHasherDefault;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::LazyLock;

use publicsuffix::{List, Psl as _, Type};

use super::places::Fnv;

/// The longest name that is taken apart (RFC 1035 section 2.3.4 allows 253 characters).
const HOST_CHARS: usize = 300;

static SUFFIXES: LazyLock<List> =
    LazyLock::new(|| List::from_bytes(include_bytes!("../../assets/lists/public_suffix_list.dat")).unwrap_or_default());

/// A host name or domain with what the public suffix list says of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Domain {
    /// Lower-case ASCII (A-label) name without trailing dot, as in the mail otherwise.
    pub host: String,
    /// The registrable domain (eTLD+1); `None` for a bare suffix, an address literal or a name without a known shape.
    pub registrable: Option<String>,
    /// The name sits below a private suffix (`azurefd.net`, `github.io`): the registrable part belongs to a customer.
    pub private_suffix: bool,
}

impl Domain {
    /// From a name as it stands in a mail: any case, Unicode, brackets or dots around it.
    #[must_use]
    pub fn of(host: &str) -> Self {
        if let Some(plain) = Plain::of(host) {
            return plain.domain();
        }
        let host = normal(host);
        if host.is_empty() || literal(&host).is_some() {
            return Self { host: host.into_owned(), ..Self::default() };
        }
        let (registrable, private_suffix) = split(&host);
        Self { registrable: registrable.map(ToOwned::to_owned), private_suffix, host: host.into_owned() }
    }

    /// From a name as a URL parser gives it: it is the one that would be asked for, quotes and semicolons included, so only
    /// the dot behind it is taken off.
    #[must_use]
    pub(super) fn of_parsed(host: &str) -> Self {
        let host = host.trim_end_matches('.');
        if let Some(plain) = Plain::of(host) {
            return plain.domain();
        }
        if literal(host).is_some() {
            return Self::of(host);
        }
        let (registrable, private_suffix) = split(host);
        Self { registrable: registrable.map(ToOwned::to_owned), private_suffix, host: host.to_owned() }
    }

    /// From a mail address; `None` where it has no domain.
    #[must_use]
    pub fn of_address(address: &str) -> Option<Self> {
        crate::message::address::domain_of(address).map(Self::of).filter(|domain| !domain.host.is_empty())
    }

    /// The name that tells organizations apart: the registrable domain, else the host.
    #[must_use]
    pub fn organization(&self) -> &str {
        self.registrable.as_deref().unwrap_or(&self.host)
    }

    /// The labels in front of the registrable domain, without the dot between; empty where there are none.
    #[must_use]
    pub fn subdomain(&self) -> &str {
        let organization = self.organization();
        self.host.strip_suffix(organization).unwrap_or_default().trim_end_matches('.')
    }

    /// Both are the same registrable domain.
    #[must_use]
    pub fn same_organization(&self, other: &Self) -> bool {
        !self.host.is_empty() && self.organization() == other.organization()
    }

    /// The host is `name` or ends in `.name`.
    #[must_use]
    pub fn is_below(&self, name: &str) -> bool {
        self.host.strip_suffix(name).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    }
}

/// How one identity relates to the From domain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Agreement {
    /// The very same host.
    Equal,
    /// The same registrable domain.
    SameOrganization,
    /// Another organization.
    Different,
    /// One of the two is not there or has no domain.
    Unknown,
}

impl Agreement {
    /// Puts two domains side by side.
    #[must_use]
    pub fn between(one: Option<&Domain>, other: Option<&Domain>) -> Self {
        match (one, other) {
            (Some(one), Some(other)) if one.host.is_empty() || other.host.is_empty() => Self::Unknown,
            (Some(one), Some(other)) if one.host == other.host => Self::Equal,
            (Some(one), Some(other)) if one.same_organization(other) => Self::SameOrganization,
            (Some(_), Some(_)) => Self::Different,
            _ => Self::Unknown,
        }
    }
}

/// The registrable domain of a lower-case name without trailing dot, and whether it is below a private suffix. Top
/// level domains that nobody has listed count as suffixes (the list's own default rule).
fn split(host: &str) -> (Option<&str>, bool) {
    let bytes = host.as_bytes();
    let Some(top) = memchr::memrchr(b'.', bytes) else { return (None, false) };
    if bytes.windows(2).any(|pair| pair == b"..") || host.starts_with('.') {
        return (None, false);
    }
    let before = bytes.get(..top).and_then(|front| memchr::memrchr(b'.', front));
    split_at(host, before.map_or(0, |dot| dot + 1), top + 1)
}

/// [`split`] of a name whose last label but one begins at `tail`, and whose last one at `top`.
fn split_at(host: &str, tail: usize, top: usize) -> (Option<&str>, bool) {
    // No rule of the list goes further down than the last label: so it is with most.
    if top > 1
        && let (Some(tail), Some(top)) = (host.get(tail..), host.get(top..).filter(|top| !top.is_empty()))
        && !DEEP.contains(top)
        && !DEEP.contains(tail)
    {
        return (Some(tail), false);
    }
    by_list(host)
}

/// A name that stands there as [`normal`] would write it and is no address, with the places of its last labels: so are
/// most, and one look at each byte tells.
struct Plain<'a> {
    host: &'a str,
    /// Where the last label but one begins, and the last one; `None` where there is no dot.
    tail: Option<(usize, usize)>,
}

impl<'a> Plain<'a> {
    fn of(host: &'a str) -> Option<Self> {
        let bytes = host.as_bytes();
        let (first, last) = (*bytes.first()?, *bytes.last()?);
        if !first.is_ascii_lowercase() && !first.is_ascii_digit() || matches!(last, b'-' | b'_') {
            return None;
        }
        let (mut label, mut tail) = (0, None);
        for (at, byte) in bytes.iter().enumerate() {
            match byte {
                b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' => {}
                // Two dots leave a label empty.
                b'.' if at > label => (tail, label) = (Some((label, at + 1)), at + 1),
                _ => return None,
            }
        }
        if last == b'.' || first.is_ascii_digit() && literal(host).is_some() {
            return None;
        }
        Some(Self { host, tail })
    }

    fn domain(&self) -> Domain {
        let (registrable, private_suffix) =
            self.tail.map_or((None, false), |(tail, top)| split_at(self.host, tail, top));
        Domain { registrable: registrable.map(ToOwned::to_owned), private_suffix, host: self.host.to_owned() }
    }
}

/// Private suffixes below which names are sold and registered as below a country's: whoever has one has a domain, not a place
/// at somebody's. From the private section of the list, CentralNic's and those of other registries.
const REGISTRIES: &[&str] = &[
    "ae.org",
    "africa.com",
    "biz.ua",
    "br.com",
    "cn.com",
    "co.ca",
    "co.com",
    "co.cz",
    "co.dk",
    "co.nl",
    "co.no",
    "co.ua",
    "com.de",
    "com.se",
    "de.com",
    "eu.com",
    "gb.net",
    "gr.com",
    "hu.net",
    "in.net",
    "jp.net",
    "jpn.com",
    "mex.com",
    "ru.com",
    "sa.com",
    "se.net",
    "uk.com",
    "uk.net",
    "us.com",
    "us.org",
    "za.bz",
    "za.com",
];

/// [`split`] by the list itself.
fn by_list(host: &str) -> (Option<&str>, bool) {
    let labels = host.as_bytes().rsplit(|byte| *byte == b'.');
    let info = SUFFIXES.find(labels);
    let suffix = || host.get(host.len().checked_sub(info.len)?..);
    let private = info.typ == Some(Type::Private) && !suffix().is_some_and(|suffix| REGISTRIES.contains(&suffix));
    let Some(front) = host.len().checked_sub(info.len + 1) else { return (None, private) };
    let start = host.get(..front).and_then(|front| front.rfind('.')).map_or(0, |dot| dot + 1);
    (host.get(start..).filter(|_| front > 0), private)
}

/// The ends of all rules that have more than one label: two labels, or the last one in front of which stands a star.
static DEEP: LazyLock<HashSet<&'static str, BuildHasherDefault<Fnv>>> = LazyLock::new(|| {
    let lines = include_str!("../../assets/lists/public_suffix_list.dat").lines();
    let rules = lines.filter(|line| !line.starts_with("//")).filter_map(|line| line.split_whitespace().next());
    rules
        .filter_map(|rule| {
            let (front, top) = rule.rsplit_once('.')?;
            let at = front.rfind('.').map_or(0, |dot| dot + 1);
            if front == "*" { Some(top) } else { rule.get(at..).map(|tail| tail.trim_start_matches('!')) }
        })
        .collect()
});

/// True where the last label is one that the public suffix list knows, so that `invoice.pdf` is no host.
pub(crate) fn has_known_suffix(host: &str) -> bool {
    let labels = host.as_bytes().rsplit(|byte| *byte == b'.');
    SUFFIXES.find(labels).typ.is_some()
}

/// Lower-case A-label form without brackets and outer dots.
fn normal(host: &str) -> Cow<'_, str> {
    let host = host.trim().trim_matches(['[', ']', '<', '>', '"', '\'', ',', ';']).trim_matches('.');
    let host = match host.get(..5) {
        Some(tag) if tag.eq_ignore_ascii_case("ipv6:") => host.get(5..).unwrap_or_default(),
        _ => host,
    };
    if host.is_ascii() {
        if host.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return host.to_ascii_lowercase().into();
        }
        return host.into();
    }
    if host.len() <= HOST_CHARS
        && let Ok(url::Host::Domain(name)) = url::Host::parse(host)
    {
        return name.trim_matches('.').to_owned().into();
    }
    host.to_lowercase().into()
}

/// An address literal as mail writes it: `192.0.2.1`, `[192.0.2.1]`, `IPv6:2001:db8::1`, a port or zone behind it. Mapped
/// addresses (`::ffff:192.0.2.1`) become what they map.
pub(crate) fn literal(text: &str) -> Option<IpAddr> {
    let inked = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_graphic);
    let text = if inked(text.as_bytes().first()) && inked(text.as_bytes().last()) { text } else { text.trim() };
    let first = text.bytes().next()?;
    if !(first.is_ascii_hexdigit() || matches!(first, b'[' | b':' | b'I' | b'i')) {
        return None;
    }
    // A name that starts like a number to the base of 16, as `a.example` does.
    if first.is_ascii_alphabetic() && memchr::memchr(b':', text.as_bytes()).is_none() {
        return None;
    }
    let inner = match text.strip_prefix('[') {
        Some(rest) => rest.split(']').next()?,
        None => text,
    };
    let inner = match inner.get(..5) {
        Some(tag) if tag.eq_ignore_ascii_case("ipv6:") => inner.get(5..)?,
        _ => inner,
    };
    let inner = inner.split('%').next()?;
    if let Ok(address) = inner.parse::<IpAddr>() {
        return Some(address.to_canonical());
    }
    // `192.0.2.1:2525` and `192.0.2.1.2525` (OpenSMTPD, Ecelerity).
    let (front, port) = inner.rsplit_once(':')?;
    if port.is_empty() || !port.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    front.parse::<Ipv4Addr>().ok().map(IpAddr::V4)
}

/// The usual spelling of an address; that of the short kind is written without the machinery of formats.
pub(crate) fn spelled(address: IpAddr) -> String {
    let IpAddr::V4(v4) = address else { return address.to_string() };
    let mut out = String::with_capacity("255.255.255.255".len());
    for (at, octet) in v4.octets().into_iter().enumerate() {
        if at > 0 {
            out.push('.');
        }
        let digit = |value: u8| char::from(b'0' + value % 10);
        if octet >= 100 {
            out.push(digit(octet / 100));
        }
        if octet >= 10 {
            out.push(digit(octet / 10));
        }
        out.push(digit(octet));
    }
    out
}

/// An address that other networks can reach. Documentation addresses count as public: examples are written with them.
pub(crate) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => is_public_v6(v6),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, ..] = address.octets();
    !(a == 0
        || a >= 224
        || address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || (a == 100 && (64..128).contains(&b))
        || (a == 198 && (18..20).contains(&b)))
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let [first, second, third, ..] = address.segments();
    if first == 0x2002 {
        // 6to4 carries an IPv4 address; large operators number their inside with private ones.
        let [a, b] = second.to_be_bytes();
        let [c, d] = third.to_be_bytes();
        return is_public_v4(Ipv4Addr::new(a, b, c, d));
    }
    (0x2000..0x4000).contains(&first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn registrable_domains_follow_the_list() {
        for (host, registrable, private) in [
            ("Mail.Bank.CO.JP.", Some("bank.co.jp"), false),
            ("example.com", Some("example.com"), false),
            ("co.jp", None, false),
            ("com", None, false),
            ("localhost", None, false),
            ("x.y.github.io", Some("y.github.io"), true),
            ("www.bank.example", Some("bank.example"), false),
            ("[192.0.2.1]", None, false),
            ("IPv6:2001:db8::1", None, false),
            ("", None, false),
            ("a..b", None, false),
            ("city.kawasaki.jp", Some("city.kawasaki.jp"), false),
        ] {
            let domain = Domain::of(host);
            assert_eq!((domain.registrable.as_deref(), domain.private_suffix), (registrable, private), "{host}");
        }
        assert_eq!(Domain::of("例え.テスト").host, "xn--r8jz45g.xn--zckzah");
        assert_eq!(Domain::of("a.b.example.com").subdomain(), "a.b");
    }

    #[test]
    fn the_short_way_and_the_list_agree_on_every_rule() {
        let lines = include_str!("../../assets/lists/public_suffix_list.dat").lines();
        let rules = lines.filter(|line| !line.starts_with("//") && !line.trim().is_empty());
        for rule in rules.chain(["unlisted", "a.unlisted", "b.com", "x-y.jp"]) {
            let rule = rule.trim().trim_start_matches('!').replace('*', "star");
            for host in [rule.clone(), format!("a.{rule}"), format!("a.b.{rule}"), format!("c.a-b.{rule}")] {
                if host.contains('.') {
                    assert_eq!(split(&host), by_list(&host), "{host}");
                }
            }
        }
    }

    #[test]
    fn the_short_way_and_the_long_one_read_a_name_alike() {
        for host in [
            "example.com",
            "a.b.example.co.jp",
            "a..b",
            "a.b.",
            ".a.b",
            "localhost",
            "192.0.2.1",
            "1.example",
            "192.0.2.1.2",
            "x_y.example",
            "-a.example",
            "a-.example",
            "a.-b",
            "a.b-",
            "a.b_",
            "A.example",
            "",
            "-",
            "a",
            "a.",
            "co.jp",
            "x.github.io",
            "10.0.0.256",
            "com",
        ] {
            let slow = normal(host);
            let (registrable, private_suffix) = if literal(&slow).is_some() { (None, false) } else { split(&slow) };
            let slow =
                Domain { registrable: registrable.map(ToOwned::to_owned), private_suffix, host: slow.to_string() };
            assert_eq!(Domain::of(host), slow, "{host}");
        }
    }

    #[test]
    fn agreement_is_about_organizations() {
        let of = |host: &str| Some(Domain::of(host));
        for (one, other, agreement) in [
            (of("example.com"), of("EXAMPLE.com"), Agreement::Equal),
            (of("a.example.com"), of("b.example.com"), Agreement::SameOrganization),
            (of("a.co.jp"), of("b.co.jp"), Agreement::Different),
            (of("a.github.io"), of("b.github.io"), Agreement::Different),
            (of("example.com"), None, Agreement::Unknown),
            (of(""), of(""), Agreement::Unknown),
        ] {
            assert_eq!(Agreement::between(one.as_ref(), other.as_ref()), agreement);
        }
    }

    #[test]
    fn literals_are_addresses_and_versions_are_not() {
        for (text, address) in [
            ("192.0.2.1", Some("192.0.2.1")),
            ("[192.0.2.1]", Some("192.0.2.1")),
            ("[192.0.2.1]:2525", Some("192.0.2.1")),
            ("[192.0.2.1:2525]", Some("192.0.2.1")),
            ("[IPv6:2001:db8::1]", Some("2001:db8::1")),
            ("IPv6:::ffff:192.0.2.1", Some("192.0.2.1")),
            ("15.20.7409.028", None),
            ("999.1.1.1", None),
            ("010.1.1.1", None),
            ("mail.example.com", None),
            ("1.2.3", None),
        ] {
            assert_eq!(literal(text), address.map(|address| address.parse().unwrap()), "{text}");
        }
    }

    #[test]
    fn addresses_are_spelled_as_ever() {
        for text in ["0.0.0.0", "192.0.2.1", "10.99.100.255", "2001:db8::1", "1.22.109.90"] {
            assert_eq!(spelled(text.parse().unwrap()), text);
        }
    }

    #[test]
    fn private_addresses_are_not_public() {
        for (address, public) in [
            ("10.0.0.1", false),
            ("127.0.0.1", false),
            ("100.64.0.1", false),
            ("192.0.2.1", true),
            ("8.8.8.8", true),
            ("fe80::1", false),
            ("::1", false),
            ("2001:db8::1", true),
            ("2002:a05:6000::1", false),
            ("fd00::1", false),
        ] {
            assert_eq!(is_public(address.parse().unwrap()), public, "{address}");
        }
    }
}

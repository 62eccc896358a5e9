//! The grammar of an SPF record (RFC 7208 sections 4.5, 4.6, 5, 6 and 12).
//!
//! ```text
//! v=spf1 ip4:192.0.2.0/24 a:mail.example.com//64 ?include:_spf.example.net redirect=_spf.example.org
//! ```
//!
//! The whole record is read before anything of it is evaluated: one wrong term anywhere makes it void. Looks up nothing.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::macros;

/// The most terms that are read of a record; more only slow a reader down.
const TERMS: usize = 1_000;

/// The sign in front of a mechanism: what a match says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Qualifier {
    Pass,
    Fail,
    SoftFail,
    Neutral,
}

/// How many leading bits of an address have to agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Bits {
    pub(super) four: u8,
    pub(super) six: u8,
}

/// What a term asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Mechanism<'a> {
    All,
    Include(&'a str),
    /// Without a name the domain itself.
    A(Option<&'a str>, Bits),
    Mx(Option<&'a str>, Bits),
    Ptr(Option<&'a str>),
    Ip4(Ipv4Addr, u8),
    Ip6(Ipv6Addr, u8),
    Exists(&'a str),
}

/// A directive as it is written and as it is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Term<'a> {
    pub(super) text: &'a str,
    pub(super) qualifier: Qualifier,
    pub(super) mechanism: Mechanism<'a>,
}

/// A record.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Record<'a> {
    pub(super) terms: Vec<Term<'a>>,
    pub(super) redirect: Option<&'a str>,
    pub(super) explanation: Option<&'a str>,
}

/// The text is an SPF record (section 4.5): the version, and behind it a blank or nothing.
pub(super) fn is_record(text: &[u8]) -> bool {
    text.get(..6).is_some_and(|version| version.eq_ignore_ascii_case(b"v=spf1"))
        && matches!(text.get(6), None | Some(b' '))
}

impl<'a> Record<'a> {
    /// Reads a record, the version included.
    ///
    /// # Errors
    /// The first term that is wrong, as it is written.
    pub(super) fn read(text: &'a str) -> Result<Self, &'a str> {
        let mut record = Self::default();
        let terms = text.get(6..).unwrap_or_default();
        for (at, term) in terms.split(' ').filter(|term| !term.is_empty()).enumerate() {
            if at >= TERMS || record.term(term).is_none() {
                return Err(term);
            }
        }
        Ok(record)
    }

    fn term(&mut self, text: &'a str) -> Option<()> {
        if let Some((name, value)) = modifier(text) {
            let known = if name.eq_ignore_ascii_case("redirect") {
                &mut self.redirect
            } else if name.eq_ignore_ascii_case("exp") {
                &mut self.explanation
            } else {
                return macros::sound(value, false).then_some(());
            };
            if known.is_some() || !is_domain(value) {
                return None;
            }
            *known = Some(value);
            return Some(());
        }
        let (qualifier, rest) = match text.as_bytes().first()? {
            b'+' => (Qualifier::Pass, text.get(1..)?),
            b'-' => (Qualifier::Fail, text.get(1..)?),
            b'~' => (Qualifier::SoftFail, text.get(1..)?),
            b'?' => (Qualifier::Neutral, text.get(1..)?),
            _ => (Qualifier::Pass, text),
        };
        self.terms.push(Term { text, qualifier, mechanism: mechanism(rest)? });
        Some(())
    }
}

/// `name=value`; a mechanism has `:` or `/` behind its name.
fn modifier(text: &str) -> Option<(&str, &str)> {
    let (name, value) = text.split_once('=')?;
    let first = name.as_bytes().first()?;
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    (first.is_ascii_alphabetic() && name.bytes().all(fits)).then_some((name, value))
}

fn mechanism(text: &str) -> Option<Mechanism<'_>> {
    let end = text.find([':', '/']).unwrap_or(text.len());
    let (name, rest) = text.split_at_checked(end)?;
    let value = rest.strip_prefix(':');
    Some(match name.to_ascii_lowercase().as_str() {
        "all" if rest.is_empty() => Mechanism::All,
        "include" => Mechanism::Include(value.filter(|domain| is_domain(domain))?),
        "exists" => Mechanism::Exists(value.filter(|domain| is_domain(domain))?),
        "ptr" => Mechanism::Ptr(match value {
            None if rest.is_empty() => None,
            value => Some(value.filter(|domain| is_domain(domain))?),
        }),
        "a" | "mx" => {
            let (domain, bits) = match value {
                Some(value) => {
                    let (domain, bits) = prefixes(value)?;
                    (Some(domain).filter(|domain| is_domain(domain)), Some(bits))
                }
                None => (None, prefixes(rest).filter(|(front, _)| front.is_empty()).map(|(_, bits)| bits)),
            };
            if value.is_some() && domain.is_none() {
                return None;
            }
            if name.len() == 1 { Mechanism::A(domain, bits?) } else { Mechanism::Mx(domain, bits?) }
        }
        "ip4" => {
            let value = value?;
            let (network, bits) = value.split_once('/').map_or((value, None), |(net, bits)| (net, Some(bits)));
            Mechanism::Ip4(network.parse().ok()?, bits.map_or(Some(32), |bits| length(bits, 32))?)
        }
        "ip6" => {
            let value = value?;
            let (network, bits) = value.split_once('/').map_or((value, None), |(net, bits)| (net, Some(bits)));
            Mechanism::Ip6(network.parse().ok()?, bits.map_or(Some(128), |bits| length(bits, 128))?)
        }
        _ => return None,
    })
}

/// Takes `/24`, `//64` or `/24//64` off the end. A name may hold slashes as well, so only what looks like one counts.
fn prefixes(text: &str) -> Option<(&str, Bits)> {
    let all = Bits { four: 32, six: 128 };
    let number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let Some((front, last)) = text.rsplit_once('/').filter(|(_, last)| number(last)) else {
        // A slash in the last label of a name cannot be meant.
        return Some((text, all));
    };
    let Some(front) = front.strip_suffix('/') else {
        return Some((front, Bits { four: length(last, 32)?, ..all }));
    };
    let six = length(last, 128)?;
    match front.rsplit_once('/').filter(|(_, four)| number(four)) {
        Some((front, four)) => Some((front, Bits { four: length(four, 32)?, six })),
        None => Some((front, Bits { six, ..all })),
    }
}

/// A number of bits without leading zeros.
fn length(text: &str, most: u8) -> Option<u8> {
    if text.len() > 1 && text.starts_with('0') || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse().ok().filter(|bits| *bits <= most)
}

/// domain-spec (section 7.1): a macro-string that ends in a macro or in a dot and a top label.
fn is_domain(text: &str) -> bool {
    if text.is_empty() || !macros::sound(text, false) {
        return false;
    }
    if macros::ends_in_macro(text) {
        return true;
    }
    let name = text.strip_suffix('.').unwrap_or(text);
    name.rsplit_once('.').is_some_and(|(_, top)| {
        let bytes = top.as_bytes();
        let inner = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'-';
        bytes.iter().all(inner)
            && bytes.first().is_some_and(u8::is_ascii_alphanumeric)
            && bytes.last().is_some_and(u8::is_ascii_alphanumeric)
            && !bytes.iter().all(u8::is_ascii_digit)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_read_whole() {
        let text = "v=spf1  ip4:192.0.2.0/24 a:mail.example.com/28//64 mx//48 ?include:_spf.%{d2} ~exists:%{ir}.x.test \
                    -ptr redirect=_spf.example.org exp=why.%{d} unknown=%{i} +all ";
        let record = Record::read(text).unwrap();
        let mechanisms: Vec<&Mechanism<'_>> = record.terms.iter().map(|term| &term.mechanism).collect();
        let bits = |four, six| Bits { four, six };
        assert_eq!(
            mechanisms,
            [
                &Mechanism::Ip4("192.0.2.0".parse().unwrap(), 24),
                &Mechanism::A(Some("mail.example.com"), bits(28, 64)),
                &Mechanism::Mx(None, bits(32, 48)),
                &Mechanism::Include("_spf.%{d2}"),
                &Mechanism::Exists("%{ir}.x.test"),
                &Mechanism::Ptr(None),
                &Mechanism::All,
            ]
        );
        assert_eq!((record.redirect, record.explanation), (Some("_spf.example.org"), Some("why.%{d}")));
        assert_eq!(record.terms[4].qualifier, Qualifier::SoftFail);
        assert_eq!(record.terms[3].text, "?include:_spf.%{d2}");
    }

    #[test]
    fn one_wrong_term_makes_a_record_void() {
        for term in [
            "all:x.test",
            "all/8",
            "include",
            "include:",
            "include:a.test/24",
            "a:",
            "a:museum",
            "a:museum.",
            "a:111.222.33.44",
            "a:foo-bar",
            "a:foo.-com",
            "a/33",
            "a//129",
            "a/032",
            "a:abc.test/A",
            "a//33/8",
            "mx:%{x}.test",
            "ptr/0",
            "ptr:",
            "exists:",
            "exists",
            "ip4:192.0.2",
            "ip4:192.0.2.1/",
            "ip4:192.0.2.1/33",
            "ip4:192.0.2.1//32",
            "ip4",
            "ip6:2001:db8::/129",
            "ip6:x",
            "redirect=",
            "redirect=a",
            "exp=",
            "unknown",
            "moo:x.test",
            "-all\u{1b}",
            "x=%{t}",
            "--all",
        ] {
            assert_eq!(Record::read(&format!("v=spf1 mx {term} -all")), Err(term), "{term}");
        }
        assert!(Record::read("v=spf1 redirect=a.test redirect=b.test").is_err());
        assert!(Record::read(&format!("v=spf1{}", " a".repeat(20_000))).is_err());
    }

    #[test]
    fn only_the_version_alone_or_with_a_blank_behind_it_makes_a_record() {
        for (text, is) in [
            (&b"v=spf1"[..], true),
            (b"V=SPF1 -all", true),
            (b"v=spf10 -all", false),
            (b"v=spf1-all", false),
            (b" v=spf1 -all", false),
            (b"", false),
        ] {
            assert_eq!(is_record(text), is, "{text:?}");
        }
    }
}

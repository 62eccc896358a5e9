//! A DKIM-Signature or ARC-Message-Signature field: what it claims (RFC 6376 section 3.5, RFC 8617 section 4.1.2).

use super::canonical::{Raw, Way};
use super::{Algorithm, Flaw};
use crate::evidence::base64;
use crate::proof::tags::Tags;

/// A signature as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::proof) struct Signature {
    pub(in crate::proof) algorithm: Algorithm,
    pub(in crate::proof) domain: String,
    pub(in crate::proof) selector: String,
    /// `i=`; the domain with an empty left side where it is not given.
    pub(in crate::proof) identity: String,
    pub(in crate::proof) fields: Vec<String>,
    pub(in crate::proof) header: Way,
    pub(in crate::proof) body: Way,
    pub(in crate::proof) length: Option<u64>,
    pub(in crate::proof) body_hash: Vec<u8>,
    pub(in crate::proof) value: Vec<u8>,
    pub(in crate::proof) signed_at: Option<i64>,
    pub(in crate::proof) expires: Option<i64>,
}

/// Which field it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::proof) enum Kind {
    Dkim,
    /// ARC-Message-Signature: no version, and `i=` is the number of its set.
    Arc,
}

impl Signature {
    /// Reads a field.
    ///
    /// # Errors
    /// What makes it void, with the domain as far as it can be read.
    pub(in crate::proof) fn read(field: &Raw<'_>, kind: Kind) -> Result<Self, (String, Flaw)> {
        let tags = Tags::read(field.value());
        let domain = tags.tight("d").unwrap_or_default().trim_end_matches('.').to_ascii_lowercase();
        read(&tags, kind, &domain).map_err(|flaw| (domain, flaw))
    }
}

fn read(tags: &Tags<'_>, kind: Kind, domain: &str) -> Result<Signature, Flaw> {
    if tags.broken {
        return Err(Flaw::Syntax);
    }
    if kind == Kind::Dkim && tags.get("v") != Some(b"1") {
        return Err(if tags.get("v").is_some() { Flaw::Version } else { Flaw::Missing("v") });
    }
    let tight = |name: &'static str| tags.tight(name).filter(|text| !text.is_empty()).ok_or(Flaw::Missing(name));
    let algorithm = match tight("a")?.to_ascii_lowercase().as_str() {
        "rsa-sha256" => Algorithm::RsaSha256,
        "rsa-sha1" => Algorithm::RsaSha1,
        "ed25519-sha256" => Algorithm::Ed25519,
        _ => return Err(Flaw::Algorithm),
    };
    let selector = tight("s")?.to_ascii_lowercase();
    tight("d")?;
    let fields = tags.items("h").filter(|list| list.iter().any(|name| !name.is_empty())).ok_or(Flaw::Missing("h"))?;
    if !fields.iter().any(|name| name == "from") {
        return Err(Flaw::FromUnsigned);
    }
    let (header, body) = ways(tags.tight("c").as_deref())?;
    if let Some(methods) = tags.items("q")
        && !methods.iter().any(|method| method == "dns/txt" || method == "dns")
    {
        return Err(Flaw::Query);
    }
    let number = |name: &str| tags.number(name).transpose().map_err(|()| Flaw::Syntax);
    let seconds = |value: Option<u64>| value.map(|value| i64::try_from(value).unwrap_or(i64::MAX));
    let (signed_at, expires) = (seconds(number("t")?), seconds(number("x")?));
    let identity = match (kind, tags.tight("i")) {
        (Kind::Dkim, Some(identity)) => identity,
        _ => format!("@{domain}"),
    };
    let own = identity.rsplit_once('@').map(|(_, host)| host.trim_end_matches('.').to_ascii_lowercase());
    let below =
        own.is_some_and(|own| own.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')));
    if !below {
        return Err(Flaw::Identity);
    }
    if signed_at.zip(expires).is_some_and(|(signed, expires)| expires <= signed) {
        return Err(Flaw::Times);
    }
    let bytes = |name: &'static str| base64(&tight(name)?).filter(|bytes| !bytes.is_empty()).ok_or(Flaw::Syntax);
    Ok(Signature {
        algorithm,
        domain: domain.to_owned(),
        selector,
        identity,
        fields,
        header,
        body,
        length: number("l")?,
        body_hash: bytes("bh")?,
        value: bytes("b")?,
        signed_at,
        expires,
    })
}

/// `c=`: header and body; `relaxed` alone is for the header.
fn ways(text: Option<&str>) -> Result<(Way, Way), Flaw> {
    let Some(text) = text.map(str::to_ascii_lowercase) else { return Ok((Way::Simple, Way::Simple)) };
    let way = |word: &str| match word {
        "simple" => Ok(Way::Simple),
        "relaxed" => Ok(Way::Relaxed),
        _ => Err(Flaw::Canonicalization),
    };
    match text.split_once('/') {
        Some((header, body)) => Ok((way(header)?, way(body)?)),
        None => Ok((way(&text)?, Way::Simple)),
    }
}

/// The field with the value of its `b=` taken out, as it is hashed.
pub(in crate::proof) fn without_value(whole: &[u8]) -> Vec<u8> {
    let colon = memchr::memchr(b':', whole).map_or(whole.len(), |at| at + 1);
    let (name, value) = whole.split_at(colon);
    let mut out = name.to_vec();
    for (at, tag) in value.split(|byte| *byte == b';').enumerate() {
        if at > 0 {
            out.push(b';');
        }
        match tag.iter().position(|byte| *byte == b'=') {
            Some(sign) if tag.get(..sign).unwrap_or_default().trim_ascii() == b"b" => {
                out.extend_from_slice(tag.get(..=sign).unwrap_or_default());
            }
            _ => out.extend_from_slice(tag),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proof::dkim::canonical::fields;

    const GOOD: &str =
        "v=1; a=rsa-sha256; d=Mail.Example.com; s=S1; c=relaxed; h=From:To; bh=YWJj; b=ZGVm; i=@mail.example.com";

    fn of(value: &str) -> Result<Signature, Flaw> {
        let field = format!("DKIM-Signature: {value}\r\n");
        let all = fields(field.as_bytes());
        Signature::read(&all[0], Kind::Dkim).map_err(|(_, flaw)| flaw)
    }

    #[test]
    fn a_signature_is_read() {
        let signature = of(GOOD).unwrap();
        assert_eq!((signature.domain.as_str(), signature.selector.as_str()), ("mail.example.com", "s1"));
        assert_eq!((signature.header, signature.body), (Way::Relaxed, Way::Simple));
        assert_eq!((signature.body_hash.as_slice(), signature.value.as_slice()), (&b"abc"[..], &b"def"[..]));
    }

    #[test]
    fn what_makes_a_signature_void_is_named() {
        for (from, to, flaw) in [
            ("v=1; ", "", Flaw::Missing("v")),
            ("v=1", "v=2", Flaw::Version),
            ("rsa-sha256", "rsa-md5", Flaw::Algorithm),
            ("h=From:To", "h=To", Flaw::FromUnsigned),
            ("h=From:To", "h=", Flaw::Missing("h")),
            ("s=S1; ", "", Flaw::Missing("s")),
            ("d=Mail.Example.com; ", "", Flaw::Missing("d")),
            ("c=relaxed", "c=loose/simple", Flaw::Canonicalization),
            ("bh=YWJj", "bh=!", Flaw::Syntax),
            ("b=ZGVm", "b=", Flaw::Missing("b")),
            ("i=@mail.example.com", "i=@other.example", Flaw::Identity),
            ("i=@mail.example.com", "i=@xmail.example.com", Flaw::Identity),
            ("i=@mail.example.com", "q=http", Flaw::Query),
            ("i=@mail.example.com", "l=-1", Flaw::Syntax),
            ("i=@mail.example.com", "t=20; x=10", Flaw::Times),
            ("i=@mail.example.com", "a=rsa-sha256", Flaw::Syntax),
        ] {
            assert_eq!(of(&GOOD.replace(from, to)), Err(flaw), "{to}");
        }
    }

    #[test]
    fn only_its_own_value_is_taken_out_of_a_field() {
        for (field, left) in [
            ("D: b=abc; bh=def", "D: b=; bh=def"),
            ("D: bh=b=; b = ab\r\n c=", "D: bh=b=; b ="),
            ("D: a=1;\r\n\tb=x;\r\n\tc=2", "D: a=1;\r\n\tb=;\r\n\tc=2"),
            ("D: a=1", "D: a=1"),
        ] {
            assert_eq!(without_value(field.as_bytes()), left.as_bytes());
        }
    }
}

//! A server's certificate as a fact: who issued it, for which names, from when until when. Reads DER (X.509, RFC 5280);
//! judges nothing.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};
use x509_parser::extensions::{GeneralName, ParsedExtension};
use x509_parser::prelude::{FromDer as _, X509Certificate};
use x509_parser::x509::X509Name;

use crate::facts::listing::Certificate;

/// The most names that are kept.
const NAMES: usize = 100;
/// The longest name.
const LENGTH: usize = 255;

/// Reads a certificate; `None` where the bytes are none.
#[must_use]
pub fn certificate(der: &[u8]) -> Option<Certificate> {
    let (_, parsed) = X509Certificate::from_der(der).ok()?;
    let mut names: Vec<String> = Vec::new();
    for extension in parsed.extensions() {
        if let ParsedExtension::SubjectAlternativeName(list) = extension.parsed_extension() {
            names.extend(list.general_names.iter().filter_map(name).take(NAMES));
        }
    }
    if names.is_empty() {
        // Only here may the common name speak (RFC 6125 section 6.4.4), and only to be told.
        names.extend(first(parsed.subject(), true).map(|name| short(&name.to_lowercase())));
    }
    let mut seen = std::collections::HashSet::new();
    names.retain(|name| seen.insert(name.clone()));
    names.truncate(NAMES);
    let issuer = parsed.issuer();
    Some(Certificate {
        issuer: first(issuer, false).or_else(|| first(issuer, true)).map(|text| short(&text)).unwrap_or_default(),
        names,
        not_before: Some(parsed.validity().not_before.timestamp()),
        not_after: Some(parsed.validity().not_after.timestamp()),
        sha256: Some(hex(&Sha256::digest(der))),
    })
}

/// The first common name (or else organization) that a name carries.
fn first(name: &X509Name<'_>, common: bool) -> Option<String> {
    let mut parts: Box<dyn Iterator<Item = _>> =
        if common { Box::new(name.iter_common_name()) } else { Box::new(name.iter_organization()) };
    parts.find_map(|part| part.as_str().ok()).map(str::to_owned)
}

fn name(name: &GeneralName<'_>) -> Option<String> {
    match name {
        GeneralName::DNSName(text) => Some(short(&text.to_lowercase())),
        GeneralName::IPAddress(bytes) => match bytes.len() {
            4 => <[u8; 4]>::try_from(*bytes).ok().map(|bytes| std::net::Ipv4Addr::from(bytes).to_string()),
            16 => <[u8; 16]>::try_from(*bytes).ok().map(|bytes| std::net::Ipv6Addr::from(bytes).to_string()),
            _ => None,
        },
        _ => None,
    }
}

fn short(text: &str) -> String {
    text.chars().take(LENGTH).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(64), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

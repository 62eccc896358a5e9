//! The **Who** card: everything that is known of one host, address, link, network or file, each line with its source and
//! time. A card is a document like any pane; the screen, `gosanke lookup` and exports write the same one.
//!
//! Each section has its file with `pub(super) fn tell(subject, about, doc)`, which writes its heading and lines, or
//! nothing at all where it has nothing to say of such a thing. No section asks anything, and none tells what nobody
//! answered as if the answer were "no".

mod address;
mod dns;
mod host;
mod lists;
mod network;
mod policies;
pub(super) mod registration;
#[cfg(test)]
mod tests;
mod visit;

use std::net::IpAddr;

use super::lookups::named;
use super::vocabulary::roles;
use super::{Block, Doc, Line, Subject, Target, Tone};
use crate::evidence::{Domain, UrlParts, literal};
use crate::text::{Words, defang_url};

/// What a card is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About<'a> {
    /// A host; its registrable domain is in it.
    Host(&'a Domain),
    /// An address.
    Address(IpAddr),
    /// A whole URL, live. Sections show it defanged.
    Url(&'a str),
    /// An autonomous system.
    System(u32),
    /// A file, by its SHA-256 in lower-case hexadecimal digits.
    File(&'a str),
}

type Section = fn(&Subject<'_>, &About<'_>, &mut Doc);

/// The sections, in the order of the card.
const SECTIONS: &[Section] = &[
    host::tell,
    address::tell,
    registration::tell,
    network::tell,
    lists::tell,
    dns::tell,
    policies::tell,
    visit::tell,
];

/// The card. A link has a part for itself and one for its host.
#[must_use]
pub fn card(subject: &Subject<'_>, about: &About<'_>) -> Doc {
    let mut doc = Doc::default();
    head(subject, about, &mut doc);
    sections(subject, about, &mut doc);
    if let About::Url(url) = about
        && let Some(parts) = UrlParts::of(url, None)
    {
        doc.gap();
        doc.heading(subject.say(Words::new("Its host", "リンク先のホスト")));
        let about = parts.address.map_or(About::Host(&parts.domain), About::Address);
        head(subject, &about, &mut doc);
        sections(subject, &about, &mut doc);
    }
    doc
}

fn sections(subject: &Subject<'_>, about: &About<'_>, doc: &mut Doc) {
    for tell in SECTIONS {
        tell(subject, about, doc);
    }
}

/// What a value names: the thing that a card can be about. A URL, an address, `AS64496`, a digest, or a host.
#[must_use]
pub fn named_by(target: &Target) -> Option<Named> {
    match target {
        Target::Url(url) => UrlParts::of(url, None)
            .filter(|parts| matches!(parts.scheme.as_str(), "http" | "https" | "ftp") && !parts.domain.host.is_empty())
            .map(|parts| Named::Url(parts.normal)),
        Target::Host(host) => match literal(host) {
            Some(address) => Some(Named::Address(address)),
            None => Some(Domain::of(host)).filter(|domain| domain.host.contains('.')).map(Named::Host),
        },
        Target::Address(mail) => Domain::of_address(mail).map(Named::Host),
        Target::Hash(hash) if hash.len() == 64 => Some(Named::File(hash.to_ascii_lowercase())),
        Target::Value(text) => text.strip_prefix("AS").and_then(|number| number.parse().ok()).map(Named::System),
        Target::Hash(_) | Target::Source(_) | Target::Nested(_) | Target::Item(_) => None,
    }
}

/// The thing that a card is about, owned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Named {
    /// See [`About::Host`].
    Host(Domain),
    /// See [`About::Address`].
    Address(IpAddr),
    /// See [`About::Url`].
    Url(String),
    /// See [`About::System`].
    System(u32),
    /// See [`About::File`].
    File(String),
}

impl Named {
    /// What a card is to be about.
    #[must_use]
    pub fn about(&self) -> About<'_> {
        match self {
            Self::Host(domain) => About::Host(domain),
            Self::Address(address) => About::Address(*address),
            Self::Url(url) => About::Url(url),
            Self::System(number) => About::System(*number),
            Self::File(hash) => About::File(hash),
        }
    }

    /// Its name as the head of a card writes it; a URL is defanged.
    #[must_use]
    pub fn title(&self) -> String {
        match self {
            Self::Host(domain) => domain.host.clone(),
            Self::Address(address) => address.to_string(),
            Self::Url(url) => defang_url(url),
            Self::System(number) => format!("AS{number}"),
            Self::File(hash) => hash.clone(),
        }
    }
}

/// What it is called, and which parts it plays in the mail.
fn head(subject: &Subject<'_>, about: &About<'_>, doc: &mut Doc) {
    let title = match about {
        About::Host(domain) => named(domain),
        About::Address(address) => Line::new(&address.to_string(), Tone::Accent).to(Target::Host(address.to_string())),
        About::Url(url) => Line::new(&defang_url(url), Tone::Link).to(Target::Url((*url).to_owned())),
        About::System(number) => {
            Line::new(&format!("AS{number}"), Tone::Accent).to(Target::Value(format!("AS{number}")))
        }
        About::File(hash) => Line::new(hash, Tone::Accent).to(Target::Hash((*hash).to_owned())),
    };
    doc.push(Block::Heading(title));
    let host = subject.evidence.hosts.iter().find(|host| match about {
        About::Host(domain) => host.domain.host == domain.host,
        About::Address(address) => host.address == Some(*address),
        About::Url(_) | About::System(_) | About::File(_) => false,
    });
    if let Some(host) = host {
        doc.line(label(subject, IN_THE_MAIL).with(&roles(&host.roles, subject.lang), Tone::Text));
    }
}

const IN_THE_MAIL: Words = Words::new("in the mail", "メール内での役割");

/// The beginning of a line: what is told, two columns in.
fn label(subject: &Subject<'_>, words: Words) -> Line {
    Line::new(subject.say(words), Tone::Dim).with("  ", Tone::Dim).indent(2).hang(2)
}

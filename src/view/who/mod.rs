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
mod registration;
mod visit;

use std::net::IpAddr;

use super::{Doc, Subject};
use crate::evidence::Domain;

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
const SECTIONS: &[Section] =
    &[host::tell, address::tell, registration::tell, network::tell, lists::tell, dns::tell, visit::tell];

/// The card.
#[must_use]
pub fn card(subject: &Subject<'_>, about: &About<'_>) -> Doc {
    let mut doc = Doc::default();
    for tell in SECTIONS {
        tell(subject, about, &mut doc);
    }
    doc
}

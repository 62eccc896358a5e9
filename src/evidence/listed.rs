//! What the reader's own lists say of a mail: senders that he trusts, what he knows as bad, people whose names are
//! borrowed. States which entry names what, and never what follows from it. Costs nothing where there are no lists.
//!
//! ```text
//! example.com          the domain and everything below it
//! anna@example.com     one mail address
//! 192.0.2.0/24         a network                    (block only)
//! 64 hexadecimal digits   SHA-256 of a file         (block only)
//! ```

use std::collections::HashSet;

use super::{Domain, Evidence, Network, Own};
use crate::message::{Message, Span, clip};

/// The most networks and people of a list.
const FEW: usize = 1_000;
/// The most links, hosts and files of a mail that are looked up.
const LOOKED_UP: usize = 5_000;

/// The reader's lists.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Lists {
    allow: Names,
    block: Names,
    vips: Vec<Person>,
}

/// A text cannot be an entry of its list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotAnEntry;

#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
struct Names {
    domains: HashSet<String>,
    mail: HashSet<String>,
    hashes: HashSet<String>,
    networks: Vec<Network>,
}

#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
struct Person {
    name: String,
    words: Vec<String>,
    address: String,
}

/// What the lists say of one mail.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listed {
    /// The entry of the trusted senders that names From. Anyone can type a From: it counts only where it is proved.
    pub allowed: Option<String>,
    /// What the reader knows as bad, the first of each sort.
    pub blocked: Vec<Blocked>,
    /// From has the name of one of his people and another address: the name as he wrote it, and the real address.
    pub vip: Option<(String, String)>,
    /// From is in one of his own domains.
    pub own_domain: bool,
}

/// What sort of thing is on the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BlockedSort {
    /// An address or domain of From, Sender, Reply-To or Return-Path.
    Sender,
    /// The host of a link.
    Link,
    /// The address that delivered the mail.
    Machine,
    /// An attached file.
    File,
}

/// One thing that the reader knows as bad.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blocked {
    /// Its sort.
    pub sort: BlockedSort,
    /// The thing, as the mail has it.
    pub value: String,
    /// The entry that names it.
    pub entry: String,
    /// Where it stands.
    pub span: Span,
}

impl Lists {
    /// Nothing is on any of them.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.vips.is_empty() && self.allow.is_empty() && self.block.is_empty()
    }

    /// The host is one that he trusts, or below one.
    #[must_use]
    pub fn trusts_host(&self, host: &str) -> bool {
        self.allow.host(host).is_some()
    }

    /// Trusts a domain or a mail address.
    ///
    /// # Errors
    /// Anything else.
    pub fn allow(&mut self, entry: &str) -> Result<(), NotAnEntry> {
        self.allow.name(entry)
    }

    /// Knows a domain, a mail address, a network or a hash as bad.
    ///
    /// # Errors
    /// Anything else.
    pub fn block(&mut self, entry: &str) -> Result<(), NotAnEntry> {
        let entry = entry.trim();
        if entry.len() == 64 && entry.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            self.block.hashes.insert(entry.to_ascii_lowercase());
            return Ok(());
        }
        match entry.parse() {
            Ok(network) if self.block.networks.len() < FEW => {
                self.block.networks.push(network);
                Ok(())
            }
            Ok(_) => Err(NotAnEntry),
            Err(_) => self.block.name(entry),
        }
    }

    /// Knows a person: `Anna Example <anna@example.com>`.
    ///
    /// # Errors
    /// No name, or no address.
    pub fn vip(&mut self, entry: &str) -> Result<(), NotAnEntry> {
        let (name, rest) = entry.split_once('<').ok_or(NotAnEntry)?;
        let address = rest.trim().strip_suffix('>').ok_or(NotAnEntry)?.trim().to_lowercase();
        let (name, words) = (name.trim().trim_matches('"').to_owned(), words(name));
        let known = words.concat().chars().count() >= 2 && Domain::of_address(&address).is_some();
        if !known || self.vips.len() >= FEW {
            return Err(NotAnEntry);
        }
        self.vips.push(Person { name, words, address });
        Ok(())
    }
}

impl Names {
    fn is_empty(&self) -> bool {
        self.domains.is_empty() && self.mail.is_empty() && self.hashes.is_empty() && self.networks.is_empty()
    }

    fn name(&mut self, entry: &str) -> Result<(), NotAnEntry> {
        let entry = entry.trim();
        if let Some((local, domain)) = entry.split_once('@').filter(|(local, _)| !local.is_empty()) {
            let domain = Domain::of(domain).host;
            if domain.is_empty() {
                return Err(NotAnEntry);
            }
            self.mail.insert(format!("{}@{domain}", local.to_lowercase()));
            return Ok(());
        }
        let host = Domain::of(entry.trim_start_matches('@').trim_start_matches("*.")).host;
        // A single label would name half of the world.
        let is_name = |text: &str| text.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_'));
        if !host.contains('.') || !is_name(&host) || host.parse::<std::net::IpAddr>().is_ok() {
            return Err(NotAnEntry);
        }
        self.domains.insert(host);
        Ok(())
    }

    /// The entry that names a host: itself or a domain above it.
    fn host(&self, host: &str) -> Option<String> {
        if self.domains.is_empty() || host.len() > 500 {
            return None;
        }
        let above = host.match_indices('.').filter_map(|(at, _)| host.get(at + 1..));
        std::iter::once(host).chain(above).find(|name| self.domains.contains(*name)).map(ToOwned::to_owned)
    }

    /// The entry that names a mail address: itself or its domain.
    fn sender(&self, address: &super::Address) -> Option<String> {
        let domain = address.domain.as_ref()?;
        if !self.mail.is_empty() {
            let local = address.address.rsplit_once('@').map_or("", |(local, _)| clip(local, 500));
            let whole = format!("{}@{}", local.to_lowercase(), domain.host);
            if self.mail.contains(&whole) {
                return Some(whole);
            }
        }
        self.host(&domain.host)
    }

    fn machine(&self, address: std::net::IpAddr) -> Option<String> {
        self.networks.iter().find(|network| network.holds(address)).map(ToString::to_string)
    }
}

/// What the lists say of a mail whose other evidence is complete.
pub(super) fn listed(own: &Own, message: &Message, evidence: &Evidence) -> Listed {
    if own.lists.is_empty() && own.domains.is_empty() {
        return Listed::default();
    }
    let from = evidence.main_from();
    Listed {
        allowed: from.and_then(|from| own.lists.allow.sender(from)),
        blocked: if own.lists.block.is_empty() { Vec::new() } else { blocked(&own.lists.block, message, evidence) },
        vip: from.and_then(|from| borrowed(own, from)),
        own_domain: evidence.from_domain().is_some_and(|domain| own.holds_host(&domain.host)),
    }
}

fn blocked(names: &Names, message: &Message, evidence: &Evidence) -> Vec<Blocked> {
    let people = evidence.from.iter().map(|reading| &reading.address).chain(&evidence.sender).chain(&evidence.reply_to);
    let sender = people.chain(&evidence.triad.return_path).find_map(|one| {
        let entry = names.sender(one)?;
        Some(Blocked { sort: BlockedSort::Sender, value: one.address.clone(), entry, span: one.span })
    });
    let link = evidence.links.iter().take(LOOKED_UP).find_map(|link| {
        // What stands in a wrapped link counts as the link itself.
        let ways = link.url.iter().chain(link.steps.iter().map(|step| &step.url));
        let named = |url: &super::UrlParts| names.host(&url.domain.host).or_else(|| names.machine(url.address?));
        let (url, entry) = ways.into_iter().find_map(|url| Some((url, named(url)?)))?;
        Some(Blocked { sort: BlockedSort::Link, value: url.domain.host.clone(), entry, span: link.span })
    });
    let machine = evidence.boundary_hop().and_then(|hop| {
        let address = hop.address?;
        let entry = names.machine(address)?;
        Some(Blocked { sort: BlockedSort::Machine, value: address.to_string(), entry, span: hop.span })
    });
    let file = evidence.attachments.iter().take(LOOKED_UP).find_map(|file| {
        // Hashing is only worth it where there is something to compare with.
        let hashes = if names.hashes.is_empty() { None } else { file.hashes(message) }?;
        let entry = names.hashes.get(&hashes.sha256)?.clone();
        let value = file.name.clone().unwrap_or_else(|| entry.clone());
        let span = evidence.shape.parts.get(file.part).copied().unwrap_or_default();
        Some(Blocked { sort: BlockedSort::File, value, entry, span })
    });
    [sender, link, machine, file].into_iter().flatten().collect()
}

/// The person whose name stands before an address of another organization.
fn borrowed(own: &Own, from: &super::Address) -> Option<(String, String)> {
    if own.lists.vips.is_empty() || from.name.is_empty() {
        return None;
    }
    let domain = from.domain.as_ref()?;
    let seen = words(clip(&from.name, 500));
    let person = own.lists.vips.iter().find(|person| names(&seen, &person.words))?;
    // A person may have several addresses: each is one entry.
    let real = own
        .lists
        .vips
        .iter()
        .filter(|other| other.words == person.words)
        .any(|other| Domain::of_address(&other.address).is_some_and(|own| own.same_organization(domain)));
    (!real && !own.holds_host(&domain.host)).then(|| (person.name.clone(), person.address.clone()))
}

/// The words of a name as the eye sees them: case, order of look-alike letters and punctuation do not count.
fn words(name: &str) -> Vec<String> {
    let seen: String = unicode_security::skeleton(&name.to_lowercase()).collect();
    seen.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(ToOwned::to_owned).collect()
}

/// The words of a person all stand in the name seen; names without blanks between their parts count as well.
fn names(seen: &[String], person: &[String]) -> bool {
    let joined = person.concat();
    person.iter().all(|word| seen.contains(word)) && person.len() > 1
        || seen.concat() == joined
        || !joined.is_ascii() && joined.chars().count() >= 3 && seen.concat().contains(&joined)
}

#[cfg(test)]
mod tests {
    use super::super::examine_for;
    use super::*;

    fn own() -> Own {
        let mut lists = Lists::default();
        for entry in ["partner.example", "boss@free.example", "@colon.example", "*.star.example"] {
            lists.allow(entry).unwrap();
        }
        for entry in ["bad.test", "one@mixed.test", "198.51.100.0/24", &"Ab".repeat(32)] {
            lists.block(entry).unwrap();
        }
        for entry in
            ["Anna Example <anna@own.example>", "Anna Example <anna@home.example>", "山田 太郎 <taro@own.example>"]
        {
            lists.vip(entry).unwrap();
        }
        Own { domains: vec!["own.example".into()], lists, ..Own::default() }
    }

    fn listed(head: &str, body: &str) -> Listed {
        examine_for(&own(), &Message::parse(format!("{head}\n\n{body}\n").as_bytes()), &[]).known
    }

    #[test]
    fn trusted_senders_are_found_by_address_domain_and_subdomain() {
        for (from, expected) in [
            ("a@partner.example", Some("partner.example")),
            ("a@mail.partner.example", Some("partner.example")),
            ("Boss@Free.example", Some("boss@free.example")),
            ("other@free.example", None),
            ("a@colon.example", Some("colon.example")),
            ("a@x.star.example", Some("star.example")),
            ("a@notpartner.example", None),
            ("a@partner.example.evil.test", None),
        ] {
            assert_eq!(listed(&format!("From: {from}"), "").allowed.as_deref(), expected, "{from}");
        }
    }

    #[test]
    fn bad_senders_links_machines_and_files_are_found_once_each() {
        let head = "Received: from x (x [198.51.100.9]) by mx.own.example with ESMTP; Mon, 2 Mar 2026 10:00:01 +0000\n\
            From: a@good.example\nReply-To: ONE@mixed.test";
        let found = listed(head, "see https://www.bad.test/ and https://bad.test/ and https://good.example/");
        let sorts: Vec<_> =
            found.blocked.iter().map(|one| (one.sort, one.value.as_str(), one.entry.as_str())).collect();
        assert_eq!(
            sorts,
            [
                (BlockedSort::Sender, "ONE@mixed.test", "one@mixed.test"),
                (BlockedSort::Link, "www.bad.test", "bad.test"),
                (BlockedSort::Machine, "198.51.100.9", "198.51.100.0/24"),
            ]
        );
        assert!(listed("From: two@mixed.test", "https://notbad.test/").blocked.is_empty());
    }

    #[test]
    fn a_file_is_known_by_its_hash() {
        let mut own = Own::default();
        // SHA-256 of "hello".
        own.lists.block("2CF24DBA5FB0A30E26E83B2AC5B9E29E1B161E5C1FA7425E73043362938B9824").unwrap();
        let mail = "From: a@b.example\nContent-Type: application/octet-stream; name=x.bin\n\
            Content-Disposition: attachment\nContent-Transfer-Encoding: base64\n\naGVsbG8=\n";
        let found = examine_for(&own, &Message::parse(mail.as_bytes()), &[]).known;
        assert_eq!((found.blocked[0].sort, found.blocked[0].value.as_str()), (BlockedSort::File, "x.bin"));
    }

    #[test]
    fn the_name_of_a_person_elsewhere_is_found_however_it_is_written() {
        for (from, expected) in [
            ("Anna Example <x@free.example>", true),
            ("\"EXAMPLE, Anna\" <x@free.example>", true),
            ("\"Anna Example (CEO)\" <x@free.example>", true),
            ("=?UTF-8?B?0JBubmEgRXhhbXBsZQ==?= <x@free.example>", true),
            ("山田太郎 <x@free.example>", true),
            ("山田 太郎（代表） <x@free.example>", true),
            ("Anna Example <anna@own.example>", false),
            ("Anna Example <anna@mail.own.example>", false),
            ("Anna Example <a@home.example>", false),
            ("Anna Other <x@free.example>", false),
            ("Example <x@free.example>", false),
            ("<anna@free.example>", false),
        ] {
            assert_eq!(listed(&format!("From: {from}"), "").vip.is_some(), expected, "{from}");
        }
    }

    #[test]
    fn what_cannot_be_an_entry_is_refused() {
        let mut lists = Lists::default();
        for entry in ["", "com", "a b.example", "@", "a@", "http://x.example/"] {
            assert_eq!((lists.allow(entry), lists.block(entry)), (Err(NotAnEntry), Err(NotAnEntry)), "{entry}");
        }
        assert_eq!(lists.allow("192.0.2.1"), Err(NotAnEntry));
        for entry in ["Anna", "<a@b.example>", "Anna <nowhere>", "A <a@b.example>"] {
            assert_eq!(lists.vip(entry), Err(NotAnEntry), "{entry}");
        }
        assert!(lists.is_empty());
    }
}

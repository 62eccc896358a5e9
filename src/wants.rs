//! Which questions a mail, or a thing that a reader names, wants answered: keys in the order in which their answers tell
//! most, each once, each with the reason to ask.
//!
//! Pure: nothing is asked here, and whether a question may leave is decided elsewhere. The list grows when facts arrive
//! (an address leads to its place, its block and the lists) and never forgets a question because it was answered. What
//! would only make noise is left out: the reader's own hosts, the everyday hosts of big names, names and addresses that
//! nobody on the Internet has. Registrable domains come before full hosts; what costs no packet comes first.
//!
//! ```text
//! Evidence, FactSet, Services  ->  Place(192.0.2.1), Addresses(example.com), Owner(evil.example), ... Page(https://...)
//! ```

mod about;
mod mail;
mod standing;
mod target;
#[cfg(test)]
mod tests;
mod unique;

use std::collections::HashSet;
use std::net::IpAddr;
use std::sync::Arc;

use crate::evidence::{Evidence, Own, is_public};
use crate::facts::listing::Thing;
use crate::facts::{FactSet, Key, Reach};
use crate::text::Words;

pub use target::Target;
pub use unique::unique;

/// The most questions to the DNS that one mail wants; block lists are asked over DNS as well.
pub const DNS_LIMIT: usize = 64;
/// The most other questions that leave the machine.
const REST_LIMIT: usize = 64;
/// The most questions that are answered on this machine.
const LOCAL_LIMIT: usize = 256;

/// One question that a mail wants answered.
#[derive(Debug, Clone, PartialEq)]
pub struct Want {
    /// The question.
    pub key: Key,
    /// What its answer is good for.
    pub why: Words,
    /// What in it is unique to the recipient: whoever answers learns that this very mail was looked at.
    pub unique: Option<Words>,
}

impl Want {
    /// It may leave within the reach without another question: it shows nobody a whole URL and carries nothing that is
    /// unique to the recipient.
    #[must_use]
    pub fn is_quiet(&self) -> bool {
        self.unique.is_none() && !self.key.needs_consent()
    }
}

/// Everything that is wanted.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Wants {
    /// The questions, most telling first, each once.
    pub list: Vec<Want>,
    /// How many more there would be beyond the limits.
    pub left_out: usize,
}

impl Wants {
    /// The questions alone.
    pub fn keys(&self) -> impl Iterator<Item = &Key> {
        self.list.iter().map(|want| &want.key)
    }

    /// The questions that a reach lets out without anybody being asked: see [`Want::is_quiet`]. Local ones are among them.
    pub fn quiet(&self, reach: Reach) -> impl Iterator<Item = &Key> {
        self.list.iter().filter(move |want| want.is_quiet() && want.key.reach() <= reach).map(|want| &want.key)
    }
}

/// A block list over DNS that can be asked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BlockList {
    /// Its id, as in [`Key::Listed`].
    pub id: String,
    /// It lists names.
    pub names: bool,
    /// It lists addresses.
    pub addresses: bool,
}

/// A service with an interface of its own that can be asked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Service {
    /// Its id, as in [`Key::Judged`].
    pub id: String,
    /// It knows domains.
    pub domains: bool,
    /// It knows addresses.
    pub addresses: bool,
    /// It knows files by their SHA-256.
    pub files: bool,
    /// It knows whole URLs.
    pub urls: bool,
}

/// What can be asked in this run, and whose side the reader is on. The default can ask nothing but DNS.
#[derive(Debug, Clone, Default)]
pub struct Services {
    /// The reader's own side and the senders that he trusts.
    pub own: Arc<Own>,
    /// Block lists.
    pub lists: Vec<BlockList>,
    /// Services.
    pub services: Vec<Service>,
    /// Feeds lie on this machine.
    pub feeds: bool,
    /// Registries can be asked: of domains, blocks of addresses and autonomous systems.
    pub registries: bool,
    /// A service that watches routes can be asked.
    pub routes: bool,
    /// Logs of certificates can be asked.
    pub certificates: bool,
    /// A service of passive DNS can be asked.
    pub history: bool,
    /// Links can be visited, and policies fetched from their own servers.
    pub visits: bool,
}

/// What a mail wants to know, with what is known now.
#[must_use]
pub fn wants(evidence: &Evidence, facts: &FactSet, services: &Services) -> Wants {
    let mut asked = Collector::new(facts, services, unique::recipients(evidence));
    mail::wants(evidence, &mut asked);
    asked.out
}

/// What a thing that a reader names wants to know, whoever it belongs to.
#[must_use]
pub fn about(target: &Target, facts: &FactSet, services: &Services) -> Wants {
    let mut asked = Collector::new(facts, services, Vec::new());
    about::wants(target, &mut asked);
    asked.out
}

/// The questions about files, by their SHA-256 in lower-case hexadecimal digits: digests are made where the bytes are.
#[must_use]
pub fn files(hashes: &[String], services: &Services) -> Wants {
    let facts = FactSet::default();
    let mut asked = Collector::new(&facts, services, Vec::new());
    for hash in hashes {
        asked.file(hash);
    }
    asked.out
}

/// Gathers questions: each once, none that nobody could answer, and no more than the limits.
struct Collector<'a> {
    facts: &'a FactSet,
    services: &'a Services,
    recipients: Vec<String>,
    seen: HashSet<Key>,
    dns: usize,
    rest: usize,
    local: usize,
    out: Wants,
}

impl<'a> Collector<'a> {
    fn new(facts: &'a FactSet, services: &'a Services, recipients: Vec<String>) -> Self {
        Self { facts, services, recipients, seen: HashSet::new(), dns: 0, rest: 0, local: 0, out: Wants::default() }
    }

    fn ask(&mut self, key: Key, why: Words) {
        if self.seen.contains(&key) {
            return;
        }
        let (count, limit) = if key.reach() == Reach::Local {
            (&mut self.local, LOCAL_LIMIT)
        } else if over_dns(&key) {
            (&mut self.dns, DNS_LIMIT)
        } else {
            (&mut self.rest, REST_LIMIT)
        };
        self.seen.insert(key.clone());
        if *count >= limit {
            self.out.left_out += 1;
            return;
        }
        *count += 1;
        let unique = unique(&key, &self.recipients);
        self.out.list.push(Want { key, why, unique });
    }

    /// Asks a question about a name, where it is one that somebody on the Internet could answer for.
    fn name(&mut self, name: &str, key: fn(String) -> Key, why: Words) {
        if standing::is_public_name(name) {
            self.ask(key(name.to_owned()), why);
        }
    }

    /// Asks a question about an address, where it is one that somebody on the Internet has.
    fn address(&mut self, address: IpAddr, key: fn(IpAddr) -> Key, why: Words) {
        if is_public(address) {
            self.ask(key(address), why);
        }
    }

    fn listed_name(&mut self, name: &str, why: Words) {
        if standing::is_public_name(name) {
            let services = self.services;
            for list in services.lists.iter().filter(|list| list.names) {
                self.ask(Key::Listed { list: list.id.clone(), name: name.to_owned() }, why);
            }
        }
    }

    fn listed_address(&mut self, address: IpAddr, why: Words) {
        if is_public(address) {
            let services = self.services;
            for list in services.lists.iter().filter(|list| list.addresses) {
                self.ask(Key::Listed { list: list.id.clone(), name: address.to_string() }, why);
            }
        }
    }

    fn judged(&mut self, knows: fn(&Service) -> bool, thing: &Thing, why: Words) {
        let services = self.services;
        for service in services.services.iter().filter(|service| knows(service)) {
            self.ask(Key::Judged { by: service.id.clone(), thing: thing.clone() }, why);
        }
    }

    fn judged_domain(&mut self, name: &str, why: Words) {
        if standing::is_public_name(name) {
            self.judged(|service| service.domains, &Thing::Domain(name.to_owned()), why);
        }
    }

    fn judged_address(&mut self, address: IpAddr, why: Words) {
        if is_public(address) {
            self.judged(|service| service.addresses, &Thing::Address(address), why);
        }
    }

    fn file(&mut self, hash: &str) {
        if hash.len() == 64 && hash.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')) {
            let why = Words::new("is the file known as bad?", "既知の不正ファイルか");
            self.judged(|service| service.files, &Thing::File(hash.to_owned()), why);
        }
    }
}

/// The question goes to a name server.
fn over_dns(key: &Key) -> bool {
    matches!(
        key,
        Key::Addresses(_)
            | Key::MailExchangers(_)
            | Key::Names(_)
            | Key::Aliases(_)
            | Key::NameServers(_)
            | Key::Authority(_)
            | Key::Texts(_)
            | Key::Issuers(_)
            | Key::Listed { .. }
    )
}

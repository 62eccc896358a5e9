//! What of a mail is worth putting on a list: URLs, domains, addresses, mail addresses, hashes, telephone numbers, wallets
//! and bank accounts, each once, live and defanged. The recipient's own names are left out, and a mail cannot talk its own names out of the list by putting
//! them into To.

use std::collections::BTreeSet;
use std::net::IpAddr;

use super::Subject;
use super::place::private;
use super::vocabulary::pressable;
use crate::evidence::{BoundaryReason, Domain, Role};
use crate::text::{defang, defang_address, defang_host, defang_url, show};

/// The most of each kind.
const LIMIT: usize = 500;

/// One indicator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Indicator {
    /// As machines want it.
    pub live: String,
    /// As people should pass it on: one line of printable ASCII.
    pub defanged: String,
}

/// All indicators of a mail, each kind without repetition and in the order of the mail.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Indicators {
    /// Links that can be pressed or scanned.
    pub urls: Vec<Indicator>,
    /// Hosts of the sender and of links.
    pub domains: Vec<Indicator>,
    /// IP addresses: of the path, and those that the hosts resolve to.
    pub addresses: Vec<Indicator>,
    /// Mail addresses of the sender.
    pub mail_addresses: Vec<Indicator>,
    /// SHA-256 of attached files; the same in both forms.
    pub hashes: Vec<Indicator>,
    /// Telephone numbers; the same in both forms.
    pub phones: Vec<Indicator>,
    /// Wallets for digital coins; the same in both forms.
    pub wallets: Vec<Indicator>,
    /// Bank accounts, with their banks where these are named.
    pub accounts: Vec<Indicator>,
}

impl Indicators {
    /// All of them, in the order of the fields.
    pub fn all(&self) -> impl Iterator<Item = &Indicator> {
        let net = [&self.urls, &self.domains, &self.addresses, &self.mail_addresses, &self.hashes];
        net.into_iter().chain([&self.phones, &self.wallets, &self.accounts]).flatten()
    }

    /// True where there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.all().next().is_none()
    }
}

fn add(list: &mut Vec<Indicator>, seen: &mut BTreeSet<String>, live: &str, defang: fn(&str) -> String) {
    let live = live.trim();
    if live.is_empty() || list.len() >= LIMIT || live.len() > 8_000 || !seen.insert(live.to_lowercase()) {
        return;
    }
    list.push(Indicator { live: live.to_owned(), defanged: defang(live) });
}

/// The indicators of one mail.
#[must_use]
pub fn indicators(subject: &Subject<'_>) -> Indicators {
    let evidence = subject.evidence;
    let own = Own::of(subject);
    let mut found = Indicators::default();

    let mut seen = BTreeSet::new();
    for link in evidence.links.iter().filter(|link| pressable(link.kind)) {
        for url in link.ways() {
            let web = ["http", "https", "ftp"].contains(&url.scheme.as_str());
            if web && !own.holds(&url.domain) {
                add(&mut found.urls, &mut seen, &url.normal, defang_url);
            }
        }
    }

    let telling =
        |role: &Role| matches!(role, Role::From | Role::ReturnPath | Role::ReplyTo | Role::BoundaryHelo | Role::Link);
    let mut seen_names = BTreeSet::new();
    let mut seen_addresses = BTreeSet::new();
    let mut address = |list: &mut Vec<Indicator>, one: IpAddr| {
        if !private(one) && !own.addresses.contains(&one) {
            add(list, &mut seen_addresses, &one.to_string(), defang_host);
        }
    };
    let triad = &evidence.triad;
    for index in triad.boundary.map(|one| one.hop).into_iter().chain(triad.oldest) {
        if let Some(one) = evidence.hops.get(index).and_then(|hop| hop.address) {
            address(&mut found.addresses, one);
        }
    }
    for host in evidence.hosts.iter().filter(|host| host.roles.iter().any(telling)) {
        if own.holds(&host.domain) {
            continue;
        }
        if let Some(one) = host.address {
            address(&mut found.addresses, one);
        }
        if host.domain.host.parse::<IpAddr>().is_err() && host.domain.host.contains('.') {
            add(&mut found.domains, &mut seen_names, &host.domain.host, defang_host);
        }
        // Where a link leads is the attacker's; where a claimed name leads may be the imitated party's. An address that
        // many share says nothing of either.
        let shared = |one: &IpAddr| subject.facts.place(*one).is_some_and(|place| place.anycast);
        if host.roles.contains(&Role::Link) {
            let known = subject.facts.addresses(&host.domain.host).unwrap_or_default();
            for one in known.iter().filter(|one| !shared(one)).take(8) {
                address(&mut found.addresses, *one);
            }
        }
    }

    let mut seen = BTreeSet::new();
    let path = triad.return_path.iter();
    let people = evidence.from.iter().map(|reading| &reading.address).chain(path).chain(&evidence.reply_to);
    for one in people.chain(&evidence.sender).filter(|one| one.address.contains('@')) {
        if !own.mail.contains(&one.address.to_lowercase()) {
            add(&mut found.mail_addresses, &mut seen, &one.address, defang_address);
        }
    }

    let mut seen = BTreeSet::new();
    if let Some(digest) = subject.entry.sha256 {
        add(&mut found.hashes, &mut seen, &digest.to_string(), str::to_owned);
    }
    let files = &evidence.attachments;
    for file in files.iter().filter(|file| !file.inline).chain(files.iter().filter(|file| file.inline)) {
        if let Some(hash) = file.sha256(subject.message) {
            add(&mut found.hashes, &mut seen, &hash, str::to_owned);
        }
    }

    let (contacts, mut seen) = (&evidence.contacts, BTreeSet::new());
    let plain = |text: &str| show(&defang(text)).as_str().to_owned();
    for one in &contacts.phones {
        add(&mut found.phones, &mut seen, &one.number, plain);
    }
    for one in &contacts.wallets {
        // Case is a part of an address.
        found.wallets.push(Indicator { live: one.address.clone(), defanged: one.address.clone() });
    }
    for one in &contacts.accounts {
        add(&mut found.accounts, &mut seen, &format!("{} {}", one.bank, one.number), plain);
    }
    found
}

/// What belongs to the recipient.
#[derive(Debug, Default)]
struct Own {
    /// Hosts and registrable domains.
    names: BTreeSet<String>,
    addresses: BTreeSet<IpAddr>,
    /// Mail addresses, lower case.
    mail: BTreeSet<String>,
}

impl Own {
    /// Only what the recipient's side wrote makes a name its own. To and Cc are typed by the sender: they excuse a name
    /// only as long as nothing of the sender's bears it.
    fn of(subject: &Subject<'_>) -> Self {
        let evidence = subject.evidence;
        let mut own = Self::default();
        let boundary = evidence.triad.boundary.filter(|one| one.reason != BoundaryReason::OnlyAddress);
        if let Some(boundary) = boundary {
            for (index, hop) in evidence.hops.iter().enumerate().take(boundary.hop + 1) {
                own.names.extend(hop.by.as_deref().map(str::to_lowercase));
                let for_whom = hop.recipient.as_deref().and_then(|to| to.rsplit_once('@'));
                own.names.extend(for_whom.map(|(_, domain)| domain.to_lowercase()));
                if index < boundary.hop {
                    own.addresses.extend(hop.address);
                }
            }
            // Delivered-To and the like, where they stand above the boundary's line.
            let above = evidence.hops.get(boundary.hop).map_or(0, |hop| hop.span.start);
            let written = |name: &str| ["delivered-to", "x-original-to", "envelope-to"].contains(&name);
            for field in subject.message.fields.iter().take(200).filter(|field| field.span.start < above) {
                if written(&field.name.to_ascii_lowercase()) {
                    own.names.extend(field.value.trim().rsplit_once('@').map(|(_, domain)| domain.to_lowercase()));
                }
            }
        }
        let senders = |role: &Role| matches!(role, Role::From | Role::ReturnPath | Role::ReplyTo | Role::Link);
        for to in evidence.recipients.iter().take(500) {
            own.mail.insert(to.address.to_lowercase());
            if let Some(domain) = &to.domain {
                let used = evidence
                    .hosts
                    .iter()
                    .any(|host| host.roles.iter().any(senders) && same_organization(&host.domain, domain));
                if !used {
                    own.names.insert(domain.host.clone());
                }
            }
        }
        own
    }

    fn holds(&self, domain: &Domain) -> bool {
        let registrable = domain.registrable.as_deref();
        self.names.contains(&domain.host)
            || registrable.is_some_and(|name| {
                self.names
                    .iter()
                    .any(|own| own == name || own.strip_suffix(name).is_some_and(|left| left.ends_with('.')))
            })
    }
}

fn same_organization(one: &Domain, other: &Domain) -> bool {
    one.host == other.host || (one.registrable.is_some() && one.registrable == other.registrable)
}

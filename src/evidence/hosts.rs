//! Hosts and addresses that matter, with the parts they play.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::net::IpAddr;

use foldhash::fast::RandomState;

use super::domain::spelled;
use super::{Domain, Evidence, LinkKind};

/// So many hosts are looked through one by one.
const FEW: usize = 12;

/// A role that a host plays in the mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// Domain of From.
    From,
    /// Domain of Return-Path.
    ReturnPath,
    /// Domain of Reply-To.
    ReplyTo,
    /// Right side of Message-ID.
    MessageId,
    /// HELO name of the oldest line.
    OldestHelo,
    /// HELO name at the boundary.
    BoundaryHelo,
    /// Address of the oldest line.
    OldestAddress,
    /// Address at the boundary.
    BoundaryAddress,
    /// Host of a link that a reader can press, or of a form.
    Link,
    /// Host of an image or of another loaded resource.
    Resource,
}

/// A host or an address that matters, with the roles it plays, in the order of the roles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Host {
    /// Its name; for a bare address the address in its usual spelling.
    pub domain: Domain,
    /// The address, where the mail itself says it (an address literal, or the client address of a hop).
    pub address: Option<IpAddr>,
    /// Its roles.
    pub roles: Vec<Role>,
}

/// A host in one of its roles.
struct Played<'a> {
    role: Role,
    domain: Cow<'a, Domain>,
    address: Option<IpAddr>,
}

impl<'a> Played<'a> {
    fn of(role: Role, domain: Option<Cow<'a, Domain>>) -> Option<Self> {
        let domain = domain.filter(|domain| !domain.host.is_empty())?;
        // A name ends with a letter and has no colon.
        let host = &domain.host;
        let literal = host.bytes().next_back().is_some_and(|last| last.is_ascii_digit()) || host.contains(':');
        let address = if literal { host.parse().ok() } else { None };
        Some(Self { role, domain, address })
    }
}

/// Collects the hosts of a mail, at most so many.
pub(super) fn hosts(evidence: &Evidence, most: usize) -> Vec<Host> {
    let mut all: Vec<Played<'_>> = Vec::with_capacity(16);
    let mut put = |role, domain| all.extend(Played::of(role, domain));
    for reading in &evidence.from {
        put(Role::From, reading.address.domain.as_ref().map(Cow::Borrowed));
    }
    let path = evidence.triad.return_path.as_ref();
    put(Role::ReturnPath, path.and_then(|path| path.domain.as_ref()).map(Cow::Borrowed));
    for address in &evidence.reply_to {
        put(Role::ReplyTo, address.domain.as_ref().map(Cow::Borrowed));
    }
    put(Role::MessageId, evidence.triad.message_id_domain.as_ref().map(Cow::Borrowed));
    let hops = [
        (evidence.oldest_hop(), Role::OldestHelo, Role::OldestAddress),
        (evidence.boundary_hop(), Role::BoundaryHelo, Role::BoundaryAddress),
    ];
    for (hop, name, number) in hops {
        let Some(hop) = hop else { continue };
        let helo = hop.helo.as_deref().map(Domain::of).filter(|domain| domain.host.contains(['.', ':']));
        put(name, helo.map(Cow::Owned));
        // A literal has nothing that a list could say of it.
        let host = hop.address.map(spelled);
        put(number, host.map(|host| Cow::Owned(Domain { host, ..Domain::default() })));
    }
    let mut seen: HashSet<(&str, bool), RandomState> = HashSet::default();
    let mut before = ("", false);
    for link in evidence.links.iter().filter(|link| link.kind != LinkKind::Unclaimed) {
        let pressed = matches!(
            link.kind,
            LinkKind::Anchor | LinkKind::Text | LinkKind::Form | LinkKind::Header | LinkKind::Qr | LinkKind::Attachment
        );
        let role = if pressed { Role::Link } else { Role::Resource };
        for url in link.ways().filter(|url| matches!(url.scheme.as_str(), "http" | "https" | "ftp")) {
            let domain = &url.domain;
            // Links of one host stand together.
            let now = (&*domain.host, pressed);
            if now == std::mem::replace(&mut before, now) {
                continue;
            }
            // Each host may be here twice, so that what is left out shows as a full list.
            if seen.len() < 2 * most && seen.insert(now) && !domain.host.is_empty() {
                all.push(Played { role, domain: Cow::Borrowed(domain), address: url.address });
            }
        }
    }
    // Of equal roles in the order in which they were found.
    all.sort_by_key(|played| played.role);
    merged(all, most)
}

/// One entry a host, with all its roles.
fn merged(all: Vec<Played<'_>>, most: usize) -> Vec<Host> {
    let mut out: Vec<Host> = Vec::with_capacity(all.len().min(most));
    let mut index: HashMap<String, usize, RandomState> = HashMap::default();
    for Played { role, domain, address } in all {
        let known = match out.len() {
            ..=FEW => out.iter().position(|host| host.domain.host == domain.host),
            _ => index.get(&domain.host).copied(),
        };
        if let Some(host) = known.and_then(|at| out.get_mut(at)) {
            if !host.roles.contains(&role) {
                host.roles.push(role);
            }
            host.address = host.address.or(address);
        } else if out.len() < most {
            out.push(Host { domain: domain.into_owned(), address, roles: vec![role] });
            // Looking through all of them would take long where there are many.
            if out.len() > FEW {
                let from = if index.is_empty() { 0 } else { out.len() - 1 };
                let new = out.iter().enumerate().skip(from);
                index.extend(new.map(|(at, host)| (host.domain.host.clone(), at)));
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::Message;

    fn read(mail: &str) -> Evidence {
        super::super::examine(&Message::parse(mail.as_bytes()), &[])
    }

    const MAIL: &str = "Return-Path: <b@bounce.one.example>\nReceived: from h.one.example (r.one.example [192.0.2.1]) by mx.two.example; date\n\
                        From: a@mail.one.example\nMessage-ID: <1@mail.one.example>\nContent-Type: text/html\n\n\
                        <a href=http://evil.example/>x</a><img src=http://img.example/x.png><a href=http://198.51.100.7/>y</a>";

    #[test]
    fn a_host_has_all_its_roles() {
        let hosts = read(MAIL).hosts;
        let roles = |name: &str| {
            hosts.iter().find(|host| host.domain.host == name).map(|host| host.roles.clone()).unwrap_or_default()
        };
        assert_eq!(roles("mail.one.example"), [Role::From, Role::MessageId]);
        assert_eq!(roles("h.one.example"), [Role::OldestHelo, Role::BoundaryHelo]);
        assert_eq!(roles("192.0.2.1"), [Role::OldestAddress, Role::BoundaryAddress]);
        assert_eq!(roles("evil.example"), [Role::Link]);
        assert_eq!(roles("img.example"), [Role::Resource]);
        assert_eq!(
            hosts.iter().find(|host| host.domain.host == "198.51.100.7").unwrap().address,
            "198.51.100.7".parse().ok()
        );
    }

    #[test]
    fn many_hosts_are_each_told_once() {
        let links: Vec<String> =
            (0..60).map(|at| format!("http://h{at}.example/ ftp://h{}.example/x", at / 2)).collect();
        let hosts = read(&format!("From: a@h3.example\n\n{}", links.join(" "))).hosts;
        assert_eq!(hosts.len(), 60);
        assert_eq!(hosts.first().unwrap().roles, [Role::From, Role::Link]);
        let names: HashSet<&str> = hosts.iter().map(|host| &*host.domain.host).collect();
        assert_eq!(names.len(), 60);
    }

    #[test]
    fn what_a_wrapper_hides_is_a_host_and_the_gateway_is_none() {
        let hosts = read("Subject: x\n\nhttps://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fwww.google.com%2Furl%3Fq%3Dhttps%3A%2F%2Fevil.example%2F").hosts;
        let names: Vec<&str> = hosts.iter().map(|host| &*host.domain.host).collect();
        assert_eq!(names, ["www.google.com", "evil.example"]);
    }
}

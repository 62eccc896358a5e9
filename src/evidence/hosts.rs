//! Hosts and addresses that matter, with the parts they play.

use std::collections::{BTreeMap, HashSet};
use std::net::IpAddr;

use super::{Domain, Evidence, LinkKind};

/// The most hosts that are kept.
const HOST_LIMIT: usize = 500;

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

/// Collects the hosts of a mail.
pub(super) fn hosts(evidence: &Evidence) -> Vec<Host> {
    let mut all: BTreeMap<(Role, usize), (Domain, Option<IpAddr>)> = BTreeMap::new();
    let mut put = |role: Role, domain: Option<Domain>, address: Option<IpAddr>| {
        let domain = domain.or_else(|| address.map(|address| Domain::of(&address.to_string())));
        if let Some(domain) = domain.filter(|domain| !domain.host.is_empty()) {
            let literal = address.or_else(|| domain.host.parse().ok());
            let at = all.len();
            all.insert((role, at), (domain, literal));
        }
    };
    for reading in &evidence.from {
        put(Role::From, reading.address.domain.clone(), None);
    }
    put(Role::ReturnPath, evidence.triad.return_path.as_ref().and_then(|path| path.domain.clone()), None);
    for address in &evidence.reply_to {
        put(Role::ReplyTo, address.domain.clone(), None);
    }
    put(Role::MessageId, evidence.triad.message_id_domain.clone(), None);
    let named = |name: Option<&str>| name.map(Domain::of).filter(|domain| domain.host.contains(['.', ':']));
    if let Some(oldest) = evidence.oldest_hop() {
        put(Role::OldestHelo, named(oldest.helo.as_deref()), None);
        put(Role::OldestAddress, None, oldest.address);
    }
    if let Some(boundary) = evidence.boundary_hop() {
        put(Role::BoundaryHelo, named(boundary.helo.as_deref()), None);
        put(Role::BoundaryAddress, None, boundary.address);
    }
    let mut seen: HashSet<(&str, bool)> = HashSet::new();
    for link in &evidence.links {
        let pressed = matches!(
            link.kind,
            LinkKind::Anchor | LinkKind::Text | LinkKind::Form | LinkKind::Header | LinkKind::Qr | LinkKind::Attachment
        );
        for url in link.ways().filter(|url| matches!(url.scheme.as_str(), "http" | "https" | "ftp")) {
            if seen.len() < HOST_LIMIT && seen.insert((&url.domain.host, pressed)) {
                put(if pressed { Role::Link } else { Role::Resource }, Some(url.domain.clone()), url.address);
            }
        }
    }
    let mut out: Vec<Host> = Vec::new();
    let mut index: BTreeMap<String, usize> = BTreeMap::new();
    for ((role, _), (domain, address)) in all {
        if let Some(host) = index.get(&domain.host).and_then(|at| out.get_mut(*at)) {
            if !host.roles.contains(&role) {
                host.roles.push(role);
            }
            host.address = host.address.or(address);
        } else if out.len() < HOST_LIMIT {
            index.insert(domain.host.clone(), out.len());
            out.push(Host { domain, address, roles: vec![role] });
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
    fn what_a_wrapper_hides_is_a_host_and_the_gateway_is_none() {
        let hosts = read("Subject: x\n\nhttps://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fwww.google.com%2Furl%3Fq%3Dhttps%3A%2F%2Fevil.example%2F").hosts;
        let names: Vec<&str> = hosts.iter().map(|host| &*host.domain.host).collect();
        assert_eq!(names, ["www.google.com", "evil.example"]);
    }
}

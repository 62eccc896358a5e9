//! The questions of a mail, in the order in which their answers tell most. Who sends and who delivers, whose the links
//! are and since when, what lists say of both, and last what is shown only after a question.

use std::collections::HashSet;
use std::net::IpAddr;

use super::Collector;
use super::standing::{Standing, is_public_name, standing};
use crate::evidence::{Domain, Evidence, HostClass, Link, LinkKind, Role, UrlParts, is_public};
use crate::facts::listing::Thing;
use crate::facts::{Answer, Key, State};
use crate::proof::{self, Purpose};
use crate::text::Words;

/// The most hosts of links that are asked about.
const HOSTS: usize = 15;
/// The most links that are looked for in feeds.
const FEEDS: usize = 100;
/// The most links that a visit is offered for.
const VISITS: usize = 8;
/// The most addresses of one host, and names of one address, that are followed.
const FOLLOWED: usize = 3;

const SENDER: Words =
    Words::new("does the sender lead to the machine that delivered?", "送信者は配送したサーバーと結び付くか");
const MACHINE: Words = Words::new("who is the machine that delivered?", "配送したサーバーは誰のものか");
const SPF: Words = Words::new("SPF: may that machine send for it?", "SPF: そのサーバーに送信の資格があるか");
const DMARC: Words = Words::new("DMARC: what does the domain ask for?", "DMARC: ドメインが求める扱い");
const DKIM: Words = Words::new("DKIM: is the key still there?", "DKIM: 公開鍵がまだあるか");
const ARC: Words = Words::new("ARC: is the forwarder's key still there?", "ARC: 転送者の公開鍵がまだあるか");
const POLICY: Words = Words::new("how is its mail protected on the way?", "配送経路の保護設定");
const LINK: Words = Words::new("where does the link lead?", "リンク先はどこにあるか");
const AGE: Words = Words::new("whose is it, and since when?", "誰がいつ登録したか");
const KNOWN: Words = Words::new("is it known as bad?", "悪用の報告があるか");
const PLACE: Words = Words::new("where is it?", "どこにあるか");
const NETWORK: Words = Words::new("whose network is it in?", "誰のネットワークか");
const FIRST: Words = Words::new("when was it first seen, and beside what?", "初出の時期と、並んで現れた名前");
const SETUP: Words = Words::new("how is the domain set up?", "ドメインの設定");
const SHOWS: Words = Words::new("what does the page show?", "ページに何が表示されるか");

/// A host that a link leads to.
struct Leads<'a> {
    domain: &'a Domain,
    address: Option<IpAddr>,
    standing: Standing,
}

/// Asks for everything that a mail wants.
pub(super) fn wants(evidence: &Evidence, asked: &mut Collector<'_>) {
    let links = leads(evidence, asked);
    let machines = machines(evidence, asked);
    let people = people(evidence, asked);
    local(evidence, &links, &machines, asked);
    sender(evidence, &machines, asked);
    for link in links.iter().filter(|link| link.standing == Standing::Stranger) {
        registered(link.domain, asked);
    }
    for (domain, _) in people.iter().filter(|(_, standing)| *standing == Standing::Stranger) {
        registered(domain, asked);
    }
    for link in &links {
        if let Some(registrable) = &link.domain.registrable {
            asked.name(registrable, Key::Addresses, LINK);
        }
        asked.name(&link.domain.host, Key::Addresses, LINK);
    }
    proofs(evidence, asked);
    lists(&links, &machines, &people, asked);
    networks(&links, &machines, asked);
    background(&links, &people, asked);
    setup(evidence, &links, asked);
    consent(evidence, &links, asked);
}

/// The public machines that delivered or claim to have: the boundary's first.
fn machines(evidence: &Evidence, asked: &Collector<'_>) -> Vec<IpAddr> {
    let mut out = Vec::new();
    for hop in [evidence.boundary_hop(), evidence.oldest_hop()].into_iter().flatten() {
        if let Some(address) = hop.address
            && !asked.services.own.holds_address(address)
            && !out.contains(&address)
        {
            out.push(address);
        }
    }
    out
}

/// The domains that people in the mail write from or are answered at, each organization once.
fn people<'a>(evidence: &'a Evidence, asked: &Collector<'_>) -> Vec<(&'a Domain, Standing)> {
    let mut seen = HashSet::new();
    let from = evidence.from.iter().map(|reading| &reading.address);
    from.chain(&evidence.triad.return_path)
        .chain(&evidence.reply_to)
        .filter_map(|person| person.domain.as_ref())
        .filter(|domain| seen.insert(domain.organization()))
        .take(HOSTS)
        .map(|domain| (domain, standing(domain, &[], &asked.services.own)))
        .collect()
}

/// The hosts that links lead to, wrappers taken off, strangers first, the reader's own left out.
fn leads<'a>(evidence: &'a Evidence, asked: &Collector<'_>) -> Vec<Leads<'a>> {
    let mut seen = HashSet::new();
    let mut out: Vec<Leads<'a>> = Vec::new();
    for (link, url) in pressed(evidence) {
        // The classes are those of the last stop; a stop before it was passed, not chosen.
        let last = link.target().is_some_and(|target| target.domain == url.domain);
        let classes: &[HostClass] = if last { &link.classes } else { &[] };
        if seen.insert(&url.domain.host) {
            let standing = standing(&url.domain, classes, &asked.services.own);
            out.push(Leads { domain: &url.domain, address: url.address, standing });
        }
    }
    out.retain(|link| {
        let somewhere = match link.address {
            Some(address) => is_public(address),
            None => is_public_name(&link.domain.host),
        };
        somewhere && !matches!(link.standing, Standing::Own | Standing::Everyday)
    });
    out.sort_by_key(|link| link.standing != Standing::Stranger);
    out.truncate(HOSTS);
    out
}

/// Every stop of the links that a reader can press.
fn pressed(evidence: &Evidence) -> impl Iterator<Item = (&Link, &UrlParts)> {
    let pressed = |link: &&Link| {
        matches!(
            link.kind,
            LinkKind::Anchor | LinkKind::Text | LinkKind::Form | LinkKind::Header | LinkKind::Qr | LinkKind::Attachment
        )
    };
    evidence
        .links
        .iter()
        .filter(pressed)
        .flat_map(|link| link.ways().map(move |url| (link, url)))
        .filter(|(_, url)| matches!(url.scheme.as_str(), "http" | "https" | "ftp") && !url.domain.host.is_empty())
}

/// The addresses of a host as far as they are known.
fn known(asked: &Collector<'_>, host: &str) -> Vec<IpAddr> {
    asked.facts.addresses(host).unwrap_or_default().iter().take(FOLLOWED).copied().collect()
}

/// What costs no packet: places and feeds.
fn local(evidence: &Evidence, links: &[Leads<'_>], machines: &[IpAddr], asked: &mut Collector<'_>) {
    for address in machines {
        asked.ask(Key::Place(*address), PLACE);
    }
    for host in &evidence.hosts {
        if let Some(address) = host.address {
            asked.ask(Key::Place(address), PLACE);
        }
        let known = asked.facts.addresses(&host.domain.host).unwrap_or_default();
        for address in known {
            asked.ask(Key::Place(*address), PLACE);
        }
    }
    let organizations = links.iter().filter_map(|link| link.domain.registrable.as_deref());
    let from = evidence.from_domain().and_then(|from| from.registrable.as_deref());
    for name in organizations.chain(from) {
        for address in known(asked, name) {
            asked.ask(Key::Place(address), PLACE);
        }
    }
    if asked.services.feeds {
        let mut seen = HashSet::new();
        for (_, url) in pressed(evidence).filter(|(_, url)| seen.insert(&url.normal)).take(FEEDS) {
            asked.ask(Key::Feeds(url.normal.clone()), KNOWN);
        }
        // Feeds of domains mean the hosts below them, too; of shared ones each customer stands for himself.
        for link in links.iter().filter(|link| link.standing == Standing::Stranger && !link.domain.private_suffix) {
            if let Some(registrable) = link.domain.registrable.as_ref().filter(|name| **name != link.domain.host) {
                asked.ask(Key::Feeds(registrable.clone()), KNOWN);
            }
        }
    }
}

/// The central question: does the sender's domain lead to the machine that delivered, and do that machine's names?
fn sender(evidence: &Evidence, machines: &[IpAddr], asked: &mut Collector<'_>) {
    if let Some(from) = evidence.from_domain()
        && !asked.services.own.holds_host(&from.host)
    {
        if let Some(registrable) = &from.registrable {
            asked.name(registrable, Key::Addresses, SENDER);
        }
        asked.name(&from.host, Key::Addresses, SENDER);
        asked.name(&from.host, Key::MailExchangers, SENDER);
    }
    for address in machines {
        asked.address(*address, Key::Names, MACHINE);
    }
    let path = evidence.triad.return_path.as_ref().and_then(|path| path.domain.as_ref());
    if let Some(path) = path.filter(|path| !asked.services.own.holds_host(&path.host)) {
        asked.name(&path.host, Key::Addresses, SENDER);
    }
    for host in evidence.hosts.iter().filter(|host| host.roles.contains(&Role::BoundaryHelo)) {
        if !asked.services.own.holds_host(&host.domain.host) {
            asked.name(&host.domain.host, Key::Addresses, MACHINE);
        }
    }
    for address in machines {
        // A name counts only where it leads back.
        let names = match asked.facts.state(&Key::Names(*address)) {
            State::Value(Answer::Names(names)) => names.iter().take(FOLLOWED).cloned().collect(),
            _ => Vec::new(),
        };
        for name in names {
            asked.name(&name, Key::Addresses, MACHINE);
        }
    }
}

/// What the domain's own records say of who may send for it.
fn proofs(evidence: &Evidence, asked: &mut Collector<'_>) {
    for (key, purpose) in proof::keys(evidence, asked.facts) {
        let why = match purpose {
            Purpose::Spf => SPF,
            Purpose::Dmarc => DMARC,
            Purpose::Dkim => DKIM,
            Purpose::Arc => ARC,
        };
        match key {
            Key::Texts(name) => asked.name(&name, Key::Texts, why),
            Key::Addresses(name) => asked.name(&name, Key::Addresses, why),
            Key::MailExchangers(name) => asked.name(&name, Key::MailExchangers, why),
            Key::Names(address) => asked.address(address, Key::Names, why),
            _ => {}
        }
    }
}

/// The registration of a domain; of a customer's name below a shared one the registry knows nothing.
fn registered(domain: &Domain, asked: &mut Collector<'_>) {
    if asked.services.registries
        && let Some(registrable) = domain.registrable.as_deref().filter(|_| !domain.private_suffix)
    {
        asked.name(registrable, Key::Owner, AGE);
    }
}

/// What block lists and services say.
fn lists(links: &[Leads<'_>], machines: &[IpAddr], people: &[(&Domain, Standing)], asked: &mut Collector<'_>) {
    let strangers = people.iter().filter(|(_, standing)| *standing == Standing::Stranger);
    let own_name = |link: &&Leads<'_>| link.standing == Standing::Stranger || link.domain.private_suffix;
    let names: Vec<&str> = links
        .iter()
        .filter(own_name)
        .filter_map(|link| link.domain.registrable.as_deref())
        .chain(strangers.filter_map(|(domain, _)| domain.registrable.as_deref()))
        .collect();
    if let Some(machine) = machines.first() {
        asked.listed_address(*machine, KNOWN);
    }
    for name in &names {
        asked.listed_name(name, KNOWN);
    }
    for name in names {
        asked.judged_domain(name, KNOWN);
    }
    if let Some(machine) = machines.first() {
        asked.judged_address(*machine, KNOWN);
    }
    // An address that many share says nothing of one of them.
    for link in links.iter().filter(|link| link.standing == Standing::Stranger) {
        for address in addresses(link, asked) {
            asked.listed_address(address, KNOWN);
            asked.judged_address(address, KNOWN);
        }
    }
}

/// The addresses of a link's host, without those that are served from everywhere.
fn addresses(link: &Leads<'_>, asked: &Collector<'_>) -> Vec<IpAddr> {
    let known = link.address.into_iter().chain(known(asked, &link.domain.host));
    known.filter(|address| !asked.facts.place(*address).is_some_and(|place| place.anycast)).collect()
}

/// Whose networks they are in.
fn networks(links: &[Leads<'_>], machines: &[IpAddr], asked: &mut Collector<'_>) {
    let machine = machines.first().copied();
    let hosts: Vec<IpAddr> = links.iter().flat_map(|link| addresses(link, asked).into_iter().take(1)).collect();
    for address in machine.into_iter().chain(hosts) {
        network(address, asked);
    }
}

/// The block, the route and the autonomous system of an address.
pub(super) fn network(address: IpAddr, asked: &mut Collector<'_>) {
    if asked.services.registries {
        asked.address(address, Key::Block, NETWORK);
    }
    if asked.services.routes {
        asked.address(address, Key::Announced, NETWORK);
    }
    if asked.services.registries {
        for system in systems(address, asked) {
            asked.ask(Key::System(system), NETWORK);
        }
    }
}

/// The autonomous systems of an address as far as they are known: from the routes, else from the databases.
fn systems(address: IpAddr, asked: &Collector<'_>) -> Vec<u32> {
    match asked.facts.state(&Key::Announced(address)) {
        State::Value(Answer::Announced(announced)) if !announced.systems.is_empty() => {
            announced.systems.iter().take(FOLLOWED).copied().collect()
        }
        _ => asked.facts.place(address).and_then(|place| place.asn).into_iter().collect(),
    }
}

/// Certificates and passive DNS.
fn background(links: &[Leads<'_>], people: &[(&Domain, Standing)], asked: &mut Collector<'_>) {
    let strangers = links.iter().filter(|link| link.standing == Standing::Stranger);
    let mut names: Vec<&str> = strangers.filter_map(|link| link.domain.registrable.as_deref()).collect();
    let count = names.len();
    let people = people.iter().filter(|(_, standing)| *standing == Standing::Stranger);
    names.extend(people.filter_map(|(domain, _)| domain.registrable.as_deref()));
    for (at, name) in names.into_iter().enumerate() {
        if at < count && asked.services.certificates {
            asked.name(name, Key::Certificates, FIRST);
        }
        if asked.services.history {
            asked.name(name, Key::History, FIRST);
        }
    }
}

/// How the sender's domain and those of links are set up.
fn setup(evidence: &Evidence, links: &[Leads<'_>], asked: &mut Collector<'_>) {
    for link in links.iter().filter(|link| link.standing == Standing::Stranger) {
        if let Some(name) = &link.domain.registrable {
            asked.name(name, Key::NameServers, SETUP);
            asked.name(name, Key::Issuers, SETUP);
        }
    }
    let from = evidence.from_domain().filter(|from| !asked.services.own.holds_host(&from.host));
    let Some(name) = from.and_then(|from| from.registrable.as_ref()) else { return };
    asked.name(name, Key::NameServers, SETUP);
    asked.name(name, Key::Authority, SETUP);
    mail_policy(name, asked);
}

/// The records and the policy by which a domain protects its mail on the way and shows its sign.
pub(super) fn mail_policy(name: &str, asked: &mut Collector<'_>) {
    for label in ["_mta-sts", "_smtp._tls", "default._bimi"] {
        asked.name(&format!("{label}.{name}"), Key::Texts, POLICY);
    }
    // The policy lies on the domain's own server; it is there only where a record says so.
    let announced = matches!(
        asked.facts.state(&Key::Texts(format!("_mta-sts.{name}"))),
        State::Value(Answer::Texts(texts)) if texts.iter().any(|text| text.starts_with("v=STSv1"))
    );
    if announced && asked.services.visits {
        asked.name(name, Key::MailPolicy, POLICY);
    }
}

/// What leaves only after a question that shows the whole URL.
fn consent(evidence: &Evidence, links: &[Leads<'_>], asked: &mut Collector<'_>) {
    let mut seen = HashSet::new();
    let kept = |url: &UrlParts| links.iter().any(|link| link.domain.host == url.domain.host);
    // The address as the mail has it: a visit passes the wrappers by itself. One at each host tells most.
    let urls: Vec<String> = evidence
        .links
        .iter()
        .filter(|link| !matches!(link.kind, LinkKind::Image | LinkKind::Other | LinkKind::Unclaimed))
        .filter_map(|link| link.target())
        .filter(|url| matches!(url.scheme.as_str(), "http" | "https") && kept(url))
        .filter(|url| seen.insert(&url.domain.host))
        .take(VISITS)
        .map(|url| url.normal.clone())
        .collect();
    for url in urls {
        asked.judged(|service| service.urls, &Thing::Url(url.clone()), KNOWN);
        if asked.services.visits {
            asked.ask(Key::Page(url.clone()), SHOWS);
        }
        passed(&url, asked);
    }
}

/// What a visit passed that the link did not name: where each hop is, and whose the last host is.
pub(super) fn passed(url: &str, asked: &mut Collector<'_>) {
    let facts = asked.facts;
    let State::Value(Answer::Visit(visit)) = facts.state(&Key::Page(url.to_owned())) else { return };
    for address in visit.hops.iter().filter_map(|stop| stop.address) {
        asked.address(address, Key::Place, PLACE);
    }
    let last = visit.hops.iter().rev().find(|stop| stop.status.is_some());
    let Some(domain) = last.and_then(|stop| UrlParts::of(&stop.url, None)).map(|parts| parts.domain) else { return };
    if asked.services.registries && !domain.private_suffix {
        asked.name(domain.organization(), Key::Owner, AGE);
    }
}

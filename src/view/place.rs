//! Where the machines are: the world map with lettered pins and the table that the letters key to. A place that nobody
//! knows gets no pin, and an address served from many places gets none either.

use std::net::IpAddr;

use super::countries::region;
use super::delivery::machine;
use super::lookups::{country_of, network, network_of, state};
use super::vocabulary::roles;
use super::{Block, Doc, Line, Pane, Pin, Subject, Table, Target, Tone};
use crate::evidence::{Domain, Role};
use crate::facts::{Key, Place};
use crate::text::Words;

/// This pane.
pub const PANE: Pane = Pane { id: "place", title: Words::new("Place", "場所"), doc };

/// What every map must carry.
pub const ATTRIBUTION: &str = "IP geolocation by DB-IP (db-ip.com), CC BY 4.0, reduced. AS data: University of Oregon \
     RouteViews, Number Resource Organization and DB-IP, CC BY 4.0, via ip-location-db. Country names: Unicode CLDR, \
     Unicode-3.0. Coordinates of countries: GeoNames, CC BY 4.0.";

/// The most addresses that are listed, and of one host.
const PLACES: usize = 60;
const OF_ONE_HOST: usize = 4;

/// An address worth a place, with everyone who uses it.
#[derive(Debug)]
struct Spot {
    address: IpAddr,
    domains: Vec<Domain>,
    roles: Vec<Role>,
}

/// What the map shows.
#[must_use]
pub fn doc(subject: &Subject<'_>) -> Doc {
    let mut doc = Doc::default();
    let spots = spots(subject);
    let (pins, letters) = pins(subject, &spots);
    doc.push(Block::Map(pins));
    if spots.is_empty() {
        doc.line(subject.line(
            Words::new(
                "No address is known yet: neither does the mail name one, nor was one asked for.",
                "アドレスがまだ分かりません。メールに書かれておらず、照会もしていません。",
            ),
            Tone::Dim,
        ));
    }
    doc.table(table(subject, &spots, &letters));
    unresolved(subject, &mut doc);
    if spots.iter().any(|spot| subject.facts.place(spot.address).is_some_and(|place| place.anycast)) {
        doc.line(subject.line(
            Words::new(
                "Anycast: the same address is served from many places at once, so no place means anything.",
                "エニーキャスト：同じアドレスが世界の多くの場所から提供されているため、場所に意味はありません。",
            ),
            Tone::Info,
        ));
    }
    doc.line(subject.line(
        Words::new(
            "A place is where a database believes a network's address to be, often only its operator's city. It never \
             says who sits there.",
            "場所は、データベースが推定したネットワークの所在地で、事業者の都市にすぎないことも多くあります。誰がそこに\
             いるかは分かりません。",
        ),
        Tone::Dim,
    ));
    doc.line(Line::new(ATTRIBUTION, Tone::Dim));
    doc
}

/// Addresses in the order of what they tell: the machine that delivered, the other sides of the sender, then links.
fn spots(subject: &Subject<'_>) -> Vec<Spot> {
    let mut spots: Vec<Spot> = Vec::new();
    let mut add = |address: IpAddr, domain: Option<&Domain>, roles: &[Role]| {
        let at = spots.iter().position(|spot| spot.address == address).or_else(|| {
            (spots.len() < PLACES).then(|| {
                spots.push(Spot { address, domains: Vec::new(), roles: Vec::new() });
                spots.len() - 1
            })
        });
        let Some(spot) = at.and_then(|at| spots.get_mut(at)) else {
            return;
        };
        if let Some(domain) = domain.filter(|domain| !spot.domains.contains(domain)) {
            spot.domains.push(domain.clone());
        }
        for role in roles {
            if !spot.roles.contains(role) {
                spot.roles.push(*role);
            }
        }
        spot.roles.sort_unstable();
    };
    if let Some(machine) = machine(subject) {
        let role = if machine.proof.is_some() { Role::BoundaryAddress } else { Role::OldestAddress };
        add(machine.address, None, &[role]);
    }
    let oldest = subject.evidence.triad.oldest.and_then(|index| subject.evidence.hops.get(index));
    if let Some(address) = oldest.and_then(|hop| hop.address).filter(|one| !private(*one)) {
        add(address, None, &[Role::OldestAddress]);
    }
    for host in subject.evidence.hosts.iter().take(400) {
        // Pictures and style sheets say little about who sends; their places would crowd the map.
        if host.roles == [Role::Resource] {
            continue;
        }
        let bare = host.domain.host.parse::<IpAddr>().is_ok();
        let domain = (!bare).then_some(&host.domain);
        if let Some(address) = host.address.filter(|one| !private(*one)) {
            add(address, domain, &host.roles);
        }
        for address in subject.facts.addresses(&host.domain.host).unwrap_or_default().iter().take(OF_ONE_HOST) {
            add(*address, domain, &host.roles);
        }
    }
    spots
}

/// Addresses that are nowhere on a map.
pub(super) fn private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(four) => {
            four.is_private()
                || four.is_loopback()
                || four.is_link_local()
                || four.is_unspecified()
                || four.is_multicast()
        }
        IpAddr::V6(six) => {
            six.to_ipv4_mapped().is_some_and(|four| private(IpAddr::V4(four)))
                || six.is_loopback()
                || six.is_unspecified()
                || six.is_unique_local()
                || six.is_unicast_link_local()
                || six.is_multicast()
        }
    }
}

fn pinned(place: &Place) -> Option<(f64, f64)> {
    let (latitude, longitude) = place.coordinates.filter(|_| !place.anycast)?;
    ((-90.0..=90.0).contains(&latitude) && (-180.0..=180.0).contains(&longitude)).then_some((latitude, longitude))
}

/// Pins, and the letter of every spot that has one. Spots at the very same place share a letter.
fn pins(subject: &Subject<'_>, spots: &[Spot]) -> (Vec<Pin>, Vec<Option<char>>) {
    let mut pins: Vec<Pin> = Vec::new();
    let mut free = ('A'..='Z').chain('a'..='z');
    let letters = spots
        .iter()
        .map(|spot| {
            let (latitude, longitude) = pinned(subject.facts.place(spot.address)?)?;
            let same =
                |pin: &&Pin| (pin.latitude - latitude).abs() < 0.001 && (pin.longitude - longitude).abs() < 0.001;
            if let Some(pin) = pins.iter().find(same) {
                return Some(pin.letter);
            }
            let letter = free.next()?;
            pins.push(Pin { letter, latitude, longitude, tone: side(spot) });
            Some(letter)
        })
        .collect();
    (pins, letters)
}

/// Link side or sender side.
fn side(spot: &Spot) -> Tone {
    if spot.roles.iter().all(|role| matches!(role, Role::Link | Role::Resource)) { Tone::Link } else { Tone::Accent }
}

fn table(subject: &Subject<'_>, spots: &[Spot], letters: &[Option<char>]) -> Table {
    let mut table = Table::new(&[
        subject.say(Words::new("Pin", "ピン")),
        subject.say(Words::new("Who", "誰")),
        subject.say(Words::new("Address", "アドレス")),
        subject.say(Words::new("Country", "国")),
        subject.say(Words::new("Region, city", "地域・都市")),
        subject.say(Words::new("Network", "ネットワーク")),
        subject.say(Words::new("Says who", "出典")),
    ]);
    for (spot, letter) in spots.iter().zip(letters) {
        let tone = side(spot);
        let mut who = Line::default();
        for domain in spot.domains.iter().take(3) {
            who = who.host(&domain.host, domain.registrable.as_deref(), tone).with(" ", Tone::Dim);
        }
        let roles = roles(&spot.roles, subject.lang);
        let who = if who.pieces.is_empty() {
            who.with(&roles, Tone::Text)
        } else {
            who.with(&subject.fill(Words::new("({0})", "（{0}）"), &[&roles]), Tone::Dim)
        };
        let fact = subject.facts.get(&Key::Place(spot.address));
        table.row(vec![
            letter.map_or_else(|| Line::new("-", Tone::Dim), |letter| Line::new(&letter.to_string(), tone)),
            who,
            Line::new(&spot.address.to_string(), Tone::Text).to(Target::Host(spot.address.to_string())),
            country_of(subject, spot.address),
            town(subject, spot.address),
            network_of(subject, spot.address),
            fact.map_or_else(
                || subject.line(Words::new("○ not looked up", "○ 未検索"), Tone::Dim),
                |fact| state(subject, Some(fact)),
            ),
        ]);
    }
    table
}

pub(super) fn town(subject: &Subject<'_>, address: IpAddr) -> Line {
    let Some(place) = subject.facts.place(address) else {
        return Line::new("-", Tone::Dim);
    };
    if place.anycast {
        return subject.line(Words::new("no pin: no place means anything", "ピンなし：場所に意味はない"), Tone::Info);
    }
    let mut parts: Vec<&str> = Vec::new();
    if let Some(name) = place.region.as_deref() {
        parts.push(region(name, place.country.as_deref(), subject.lang));
    }
    // Cities named after their region, and cities that carry it already, are said once.
    let city = place.city.as_deref().unwrap_or_default();
    if !city.is_empty() && parts.first().is_none_or(|region| *region != city) {
        if parts.first().is_some_and(|region| city.starts_with(&format!("{region}, "))) {
            parts.clear();
        }
        parts.push(city);
    }
    let text = parts.join(", ");
    if pinned(place).is_some() {
        return Line::new(if text.is_empty() { "-" } else { &text }, Tone::Text);
    }
    let missing = if place.country.is_some() || !text.is_empty() {
        Words::new("country only, no pin", "国のみ（ピンなし）")
    } else if network(place, subject.lang).is_empty() {
        Words::new("not known", "不明")
    } else {
        Words::new("network only, no pin", "ネットワークのみ（ピンなし）")
    };
    if text.is_empty() {
        return subject.line(missing, Tone::Dim);
    }
    Line::new(&text, Tone::Text)
        .with(" ", Tone::Dim)
        .with(subject.say(Words::new("(no pin)", "（ピンなし）")), Tone::Dim)
}

/// Link hosts and sender's domains whose addresses nobody asked for: they are not on the map, and that is said.
fn unresolved(subject: &Subject<'_>, doc: &mut Doc) {
    let open = subject
        .evidence
        .hosts
        .iter()
        .filter(|host| host.roles.iter().any(|role| matches!(role, Role::From | Role::ReturnPath | Role::Link)))
        .filter(|host| host.address.is_none() && host.domain.host.parse::<IpAddr>().is_err())
        .filter(|host| subject.facts.addresses(&host.domain.host).is_none());
    for host in open.take(20) {
        doc.line(
            Line::default()
                .host(&host.domain.host, host.domain.registrable.as_deref(), Tone::Dim)
                .with("  ", Tone::Dim)
                .join(state(subject, subject.facts.get(&Key::Addresses(host.domain.host.clone()))))
                .to(Target::Host(host.domain.host.clone())),
        );
    }
}

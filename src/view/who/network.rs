//! Card section: where an address is, who announces it, and whose network that is.

use std::net::IpAddr;

use super::{About, label};
use crate::facts::{Announced, Answer, Key, Place, State};
use crate::text::Words;
use crate::view::lookups::{country_of, network, state};
use crate::view::place::town;
use crate::view::subject::clip;
use crate::view::{Doc, Line, Subject, Target, Tone, country};

/// The most systems that are listed.
const SYSTEMS: usize = 8;

/// Says place and network.
pub(super) fn tell(subject: &Subject<'_>, about: &About<'_>, doc: &mut Doc) {
    let About::Address(address) = about else { return };
    doc.heading(subject.say(Words::new("Place and network", "所在地とネットワーク")));
    place(subject, *address, doc);
    announced(subject, *address, doc);
    doc.gap();
}

fn place(subject: &Subject<'_>, address: IpAddr, doc: &mut Doc) {
    let fact = subject.facts.get(&Key::Place(address));
    let Some(place) = subject.facts.place(address) else {
        doc.line(label(subject, Words::new("place", "所在地")).join(state(subject, fact)));
        return;
    };
    let source = state(subject, fact);
    doc.line(
        label(subject, Words::new("place", "所在地"))
            .join(country_of(subject, address))
            .with("  ", Tone::Dim)
            .join(town(subject, address))
            .with("  ", Tone::Dim)
            .join(source),
    );
    doc.line(label(subject, Words::new("network", "ネットワーク")).join(whose(subject, place)));
}

fn whose(subject: &Subject<'_>, place: &Place) -> Line {
    let name = network(place, subject.lang);
    let line = match name.as_str() {
        "" => Line::new("-", Tone::Dim),
        name => Line::new(name, Tone::Text),
    };
    match place.asn {
        Some(number) => line.to(Target::Value(format!("AS{number}"))),
        None => line,
    }
}

fn announced(subject: &Subject<'_>, address: IpAddr, doc: &mut Doc) {
    let fact = subject.facts.get(&Key::Announced(address));
    let label = || label(subject, Words::new("route", "経路情報"));
    match fact.map(|fact| &fact.state) {
        Some(State::Value(Answer::Announced(one))) => {
            doc.line(label().join(route(subject, one)).with("  ", Tone::Dim).join(state(subject, fact)));
            if let Some(line) = difference(subject, address, one) {
                doc.line(line);
            }
        }
        Some(_) => doc.line(label().join(state(subject, fact))),
        None => {}
    }
}

/// The databases know another network for the address: they are older, or it changed hands.
fn difference(subject: &Subject<'_>, address: IpAddr, one: &Announced) -> Option<Line> {
    let number = subject.facts.place(address)?.asn.filter(|number| !one.systems.contains(number))?;
    let words = Words::new(
        "the databases have AS{0}: it was announced by another network when they were made",
        "データベースでは AS{0}。作成時とは別のネットワークから広告されています",
    );
    (!one.systems.is_empty()).then(|| {
        let text = subject.fill(words, &[&number.to_string()]);
        label(subject, Words::new("difference", "相違")).with(&text, Tone::Medium)
    })
}

/// `192.0.2.0/24, AS64496 EXAMPLE-NET, ripencc, Japan, given out 2010-01-01`
fn route(subject: &Subject<'_>, one: &Announced) -> Line {
    let mut parts: Vec<String> = one.prefix.iter().map(|prefix| clip(prefix, 60)).collect();
    let systems: Vec<String> = one.systems.iter().take(SYSTEMS).map(|number| format!("AS{number}")).collect();
    let name = one.name.as_deref().map(|name| format!(" {}", clip(name, 80))).unwrap_or_default();
    if !systems.is_empty() || !name.is_empty() {
        parts.push(format!("{}{name}", systems.join(" ")).trim().to_owned());
    }
    parts.extend(one.registry.iter().map(|registry| clip(registry, 40)));
    parts.extend(one.country.iter().map(|code| country(code, subject.lang).to_owned()));
    if let Some(date) = &one.allocated {
        parts.push(subject.fill(Words::new("given out {0}", "{0} 割り当て"), &[&clip(date, 40)]));
    }
    let line = Line::new(&parts.join(subject.say(Words::new(", ", "、"))), Tone::Text);
    match one.systems.first() {
        Some(number) => line.to(Target::Value(format!("AS{number}"))),
        None => line,
    }
}

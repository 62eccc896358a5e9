//! What an RDAP answer says, as a [`Registration`].

use std::net::IpAddr;

use super::object::{Cut, Entity, Object};
use crate::facts::Key;
use crate::facts::phrases::registry;
use crate::facts::registration::{Registration, Registry};
use crate::lookup::registries::{country, date, withheld};
use crate::text::Words;

/// The most name servers, words of status and abuse contacts that are kept.
const KEPT: usize = 16;

/// The registration in an answer.
pub(super) fn registration(object: &Object, key: &Key) -> Registration {
    let mut cut = object.cut;
    let mut no_date = false;
    let mut when = |actions: &[&str]| {
        let dates = object.events.iter().filter(|(action, _)| actions.contains(&action.as_str()));
        dates
            .filter_map(|(_, text)| {
                let read = date(text);
                no_date |= read.is_none();
                read
            })
            .max()
    };
    // Registered again after it was given up: that is when the present one began.
    let created = when(&["registration", "reregistration"]);
    let changed = when(&["last changed"]);
    let expires = when(&["expiration"]).or_else(|| when(&["registrar expiration"]));
    let people: Vec<&Entity> = object.entities.iter().collect();
    let with = |role: &str| people.iter().find(|entity| entity.plays(role)).copied();
    let registrant = registrant(&people);
    let owner = registrant.and_then(|entity| entity.card.who()).map(ToOwned::to_owned);
    let is_domain = matches!(key, Key::Owner(_));
    let mut out = Registration {
        handle: handle(object, key),
        name: if is_domain {
            object.unicode.clone().filter(|name| Some(name.to_lowercase()) != object.ascii)
        } else {
            object.name.clone()
        },
        registrar: with("registrar")
            .and_then(|entity| entity.card.who().or(entity.handle.as_deref()).map(ToOwned::to_owned)),
        registrant: owner.or_else(|| object.remark.clone().filter(|text| !is_domain && !withheld(text))),
        country: object
            .country
            .as_deref()
            .and_then(|text| country(text, &mut cut.texts))
            .or_else(|| registrant.and_then(|entity| entity.card.country.clone())),
        created,
        changed,
        expires,
        name_servers: object.name_servers.clone(),
        status: object.status.clone(),
        abuse: abuse(&people),
        signed: object.signed,
        registry: None,
        by: Registry::Rdap,
        cut: None,
    };
    for list in [&mut out.name_servers, &mut out.status, &mut out.abuse] {
        let mut seen = std::collections::HashSet::new();
        list.retain(|text| seen.insert(text.clone()));
        cut.entries |= list.len() > KEPT;
        list.truncate(KEPT);
    }
    notes(&mut out, cut, no_date);
    out
}

/// Whose it is: an organization before a maintainer, whose card holds only his handle.
fn registrant<'a>(people: &[&'a Entity]) -> Option<&'a Entity> {
    let mut holders = people.iter().filter(|entity| entity.plays("registrant"));
    let org = |entity: &&&Entity| {
        entity.card.kind.as_deref() == Some("org")
            || entity.handle.as_deref().is_some_and(|handle| handle.starts_with("ORG-"))
    };
    let named = |entity: &&&Entity| entity.card.who().is_none_or(|who| Some(who) != entity.handle.as_deref());
    holders.clone().find(org).or_else(|| holders.find(named)).copied()
}

fn notes(registration: &mut Registration, cut: Cut, no_date: bool) {
    if cut.entries {
        note(registration, registry::CUT_LIST);
    }
    if cut.texts {
        note(registration, registry::CUT_TEXT);
    }
    if no_date {
        note(registration, registry::NO_DATE);
    }
}

/// Adds a sentence to what is said of the answer's completeness.
pub(in crate::lookup) fn note(registration: &mut Registration, words: Words) {
    match &mut registration.cut {
        Some(text) if text.split("; ").any(|own| own == words.en) => {}
        Some(text) => {
            text.push_str("; ");
            text.push_str(words.en);
        }
        None => registration.cut = Some(words.en.to_owned()),
    }
}

/// Fills what the registry left open with what the registrar says. What both say is the registry's.
pub(in crate::lookup) fn complete(registration: &mut Registration, other: Registration) {
    let fill = |own: &mut Option<String>, other: Option<String>| *own = own.take().or(other);
    fill(&mut registration.name, other.name);
    fill(&mut registration.registrar, other.registrar);
    fill(&mut registration.registrant, other.registrant);
    fill(&mut registration.country, other.country);
    registration.created = registration.created.or(other.created);
    registration.changed = registration.changed.or(other.changed);
    registration.expires = registration.expires.or(other.expires);
    registration.signed = registration.signed.or(other.signed);
    if registration.name_servers.is_empty() {
        registration.name_servers = other.name_servers;
    }
    for contact in other.abuse {
        if registration.abuse.len() < KEPT && !registration.abuse.contains(&contact) {
            registration.abuse.push(contact);
        }
    }
    for sentence in other.cut.iter().flat_map(|text| text.split("; ")) {
        if let Some(words) = crate::facts::phrases::all().find(|words| words.en == sentence) {
            note(registration, words);
        }
    }
}

/// What was registered, as it is written: a domain, a prefix or range, `AS64496`.
fn handle(object: &Object, key: &Key) -> String {
    match key {
        Key::Owner(name) => object.ascii.clone().unwrap_or_else(|| name.clone()),
        Key::Block(_) => match (object.prefixes.as_slice(), &object.range) {
            ([one], _) => one.clone(),
            (_, Some((first, last))) => prefix(first, last).unwrap_or_else(|| format!("{first} - {last}")),
            ([first, ..], None) => first.clone(),
            ([], None) => String::new(),
        },
        Key::System(number) => match object.numbers {
            Some((first, last)) if first != last => format!("AS{first} - AS{last}"),
            _ => format!("AS{number}"),
        },
        _ => String::new(),
    }
}

/// The prefix that a range is, where it is one.
pub(in crate::lookup) fn prefix(first: &str, last: &str) -> Option<String> {
    let (first, last): (IpAddr, IpAddr) = (bare(first).parse().ok()?, bare(last).parse().ok()?);
    let (low, high, width) = match (first, last) {
        (IpAddr::V4(low), IpAddr::V4(high)) => (u128::from(low.to_bits()), u128::from(high.to_bits()), 32),
        (IpAddr::V6(low), IpAddr::V6(high)) => (low.to_bits(), high.to_bits(), 128),
        _ => return None,
    };
    let differ = low ^ high;
    let free = 128 - differ.leading_zeros();
    let whole = low & differ == 0 && (free == 0 || differ == u128::MAX >> (128 - free)) && low <= high;
    whole.then(|| format!("{first}/{}", width - free))
}

/// An address without a length behind it, as LACNIC writes `192.0.2.0/24`.
fn bare(text: &str) -> &str {
    text.split('/').next().unwrap_or_default().trim()
}

/// Where to complain: whoever has that part, wherever he stands; else the registrar or, for blocks, whoever answers for
/// the network's technical side is not taken in his place.
fn abuse(people: &[&Entity]) -> Vec<String> {
    let mut found = Vec::new();
    let mut left: Vec<&Entity> = people.iter().rev().copied().collect();
    while let Some(entity) = left.pop() {
        if entity.plays("abuse") {
            found.extend(entity.card.mail.iter().chain(&entity.card.telephones).cloned());
        }
        left.extend(entity.entities.iter().rev());
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_that_is_a_prefix_is_written_as_one() {
        for (first, last, expected) in [
            ("192.0.2.0", "192.0.2.255", Some("192.0.2.0/24")),
            ("192.0.2.7", "192.0.2.7", Some("192.0.2.7/32")),
            ("0.0.0.0", "255.255.255.255", Some("0.0.0.0/0")),
            ("192.0.2.0/24", "192.0.2.255/24", Some("192.0.2.0/24")),
            ("2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", Some("2001:db8::/32")),
            ("::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", Some("::/0")),
            ("192.0.2.0", "192.0.2.254", None),
            ("192.0.2.128", "192.0.3.127", None),
            ("192.0.2.255", "192.0.2.0", None),
            ("192.0.2.0", "2001:db8::", None),
            ("x", "y", None),
        ] {
            assert_eq!(prefix(first, last).as_deref(), expected, "{first} {last}");
        }
    }
}

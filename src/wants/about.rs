//! The questions about one thing that a reader names. He asked for it: nothing is left out because it would be noise.

use std::net::IpAddr;

use super::{Collector, Target, mail};
use crate::evidence::{Domain, UrlParts};
use crate::facts::listing::Thing;
use crate::facts::{Answer, Key, State};
use crate::text::Words;

/// The most addresses of a host, and names of an address, that are followed.
const FOLLOWED: usize = 4;
const ASKED: Words = Words::new("asked for", "指定された調査");

/// Asks for everything about a target.
pub(super) fn wants(target: &Target, asked: &mut Collector<'_>) {
    match target {
        Target::Host(domain) => host(domain, asked),
        Target::Address(one) => address(*one, asked),
        Target::Url(url) => self::url(url, asked),
        Target::System(number) => {
            if asked.services.registries {
                asked.ask(Key::System(*number), ASKED);
            }
        }
        Target::File(hash) => asked.file(hash),
    }
}

fn url(url: &UrlParts, asked: &mut Collector<'_>) {
    if asked.services.feeds {
        asked.ask(Key::Feeds(url.normal.clone()), ASKED);
    }
    match url.address {
        Some(one) => address(one, asked),
        None => host(&url.domain, asked),
    }
    asked.judged(|service| service.urls, &Thing::Url(url.normal.clone()), ASKED);
    if asked.services.visits {
        asked.ask(Key::Page(url.normal.clone()), ASKED);
    }
    mail::passed(&url.normal, asked);
}

fn host(domain: &Domain, asked: &mut Collector<'_>) {
    let registrable = domain.registrable.as_deref().unwrap_or(&domain.host);
    let known: Vec<IpAddr> =
        asked.facts.addresses(&domain.host).unwrap_or_default().iter().take(FOLLOWED).copied().collect();
    for one in &known {
        asked.ask(Key::Place(*one), ASKED);
    }
    if asked.services.feeds {
        asked.ask(Key::Feeds(domain.host.clone()), ASKED);
    }
    if asked.services.registries && !domain.private_suffix {
        asked.name(registrable, Key::Owner, ASKED);
    }
    asked.name(registrable, Key::Addresses, ASKED);
    asked.name(&domain.host, Key::Addresses, ASKED);
    asked.name(&domain.host, Key::MailExchangers, ASKED);
    asked.name(registrable, Key::NameServers, ASKED);
    asked.name(registrable, Key::Authority, ASKED);
    asked.name(&domain.host, Key::Texts, ASKED);
    asked.name(&format!("_dmarc.{registrable}"), Key::Texts, ASKED);
    asked.name(registrable, Key::Issuers, ASKED);
    mail::mail_policy(registrable, asked);
    asked.listed_name(registrable, ASKED);
    asked.judged_domain(registrable, ASKED);
    if asked.services.certificates {
        asked.name(registrable, Key::Certificates, ASKED);
    }
    if asked.services.history {
        asked.name(&domain.host, Key::History, ASKED);
    }
    for one in known {
        asked.address(one, Key::Names, ASKED);
        mail::network(one, asked);
        asked.listed_address(one, ASKED);
    }
}

fn address(one: IpAddr, asked: &mut Collector<'_>) {
    asked.ask(Key::Place(one), ASKED);
    if asked.services.feeds {
        asked.ask(Key::Feeds(one.to_string()), ASKED);
    }
    asked.address(one, Key::Names, ASKED);
    let names = match asked.facts.state(&Key::Names(one)) {
        State::Value(Answer::Names(names)) => names.iter().take(FOLLOWED).cloned().collect(),
        _ => Vec::new(),
    };
    for name in names {
        asked.name(&name, Key::Addresses, ASKED);
    }
    mail::network(one, asked);
    asked.listed_address(one, ASKED);
    asked.judged_address(one, ASKED);
    if asked.services.history && crate::evidence::is_public(one) {
        asked.ask(Key::History(one.to_string()), ASKED);
    }
}

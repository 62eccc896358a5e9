//! Card section: what a name is, and where it leads. What others wrote down about it stands here as well.

use super::{About, label};
use crate::evidence::{Domain, brand_of, mail_service, unicode_host};
use crate::facts::{Answer, Key, State};
use crate::text::{Words, defang};
use crate::view::lookups::{address_line, country_of, network_of, origin, state};
use crate::view::subject::clip;
use crate::view::{Doc, Line, Subject, Table, Target, Tone};

/// The most addresses that are listed, and the most other names.
const LISTED: usize = 16;

/// Says what the host is.
pub(super) fn tell(subject: &Subject<'_>, about: &About<'_>, doc: &mut Doc) {
    let About::Host(domain) = about else { return };
    name(subject, domain, doc);
    written(subject, domain, doc);
    doc.gap();
    addresses(subject, domain, doc);
}

/// What somebody wrote down of the host, a sentence each; what registries and services say stands in their sections.
fn written(subject: &Subject<'_>, domain: &Domain, doc: &mut Doc) {
    let questions = [
        (Words::new("owner", "所有者"), Key::Owner as fn(String) -> Key),
        (Words::new("reputation", "評判"), Key::Reputation),
        (Words::new("page", "ページ"), Key::Page),
    ];
    for (words, key) in questions {
        let names = std::iter::once(domain.host.as_str()).chain(domain.registrable.as_deref());
        let facts = names.filter_map(|name| subject.facts.get(&key(name.to_owned())));
        for fact in facts {
            if let State::Value(Answer::Text(text)) = &fact.state {
                let text = clip(&defang(text), 600);
                doc.line(
                    label(subject, words).with(&text, Tone::Text).with("  ", Tone::Dim).join(origin(subject, fact)),
                );
                break;
            }
        }
    }
}

/// What the name alone tells.
fn name(subject: &Subject<'_>, domain: &Domain, doc: &mut Doc) {
    let own_letters = unicode_host(&domain.host);
    if own_letters != domain.host {
        let words = Words::new("as it may be shown", "画面での見え方");
        doc.line(label(subject, words).with(&own_letters, Tone::Medium));
    }
    match &domain.registrable {
        Some(registrable) if *registrable != domain.host => {
            let line = Line::default().host(registrable, Some(registrable), Tone::Accent);
            let mut line = label(subject, Words::new("registrable domain", "登録ドメイン")).join(line);
            if domain.private_suffix {
                line = line.with(subject.say(SHARED), Tone::Info);
            }
            doc.line(line.to(Target::Host(registrable.clone())));
        }
        Some(_) if domain.private_suffix => {
            doc.line(
                label(subject, Words::new("registrable domain", "登録ドメイン")).with(subject.say(SHARED), Tone::Info),
            );
        }
        Some(_) => {}
        None => {
            let words = Words::new(
                "a suffix or a name of an unknown shape: nobody can own it",
                "登録できる形のドメイン名ではありません",
            );
            doc.line(
                label(subject, Words::new("registrable domain", "登録ドメイン")).with(subject.say(words), Tone::Info),
            );
        }
    }
    if let Some(brand) = brand_of(domain) {
        let name = brand.names.first().copied().unwrap_or(brand.id);
        doc.line(label(subject, Words::new("brand", "ブランド")).with(name, Tone::Good));
    }
    if let Some(service) = mail_service(domain) {
        doc.line(label(subject, Words::new("mail service", "メール配信サービス")).with(service, Tone::Info));
    }
}

const SHARED: Words = Words::new("  a customer's name below a shared domain", "  共用ドメインの下にある利用者の名前");

/// Where the name leads, address by address.
fn addresses(subject: &Subject<'_>, domain: &Domain, doc: &mut Doc) {
    let key = Key::Addresses(domain.host.clone());
    let fact = subject.facts.get(&key);
    doc.heading(subject.say(Words::new("Addresses", "アドレス")));
    if let State::Value(Answer::Hosts(names)) = subject.facts.state(&Key::Aliases(domain.host.clone())) {
        let mut line = label(subject, Words::new("alias of", "別名 (CNAME) の先"));
        for (at, name) in names.iter().take(LISTED).enumerate() {
            if at > 0 {
                line = line.with(" → ", Tone::Dim);
            }
            let name = clip(name, 255);
            let alias = Domain::of(&name);
            line = line.host(&name, alias.registrable.as_deref(), Tone::Text).to(Target::Host(name.clone()));
        }
        doc.line(line);
    }
    let known = subject.facts.addresses(&domain.host).unwrap_or_default();
    if known.is_empty() {
        doc.line(state(subject, fact).indent(2));
        doc.gap();
        return;
    }
    let mut table = Table::new(&[
        subject.say(Words::new("Address", "アドレス")),
        subject.say(Words::new("Network", "ネットワーク")),
        subject.say(Words::new("Country", "国")),
        subject.say(Words::new("Known from", "出どころ")),
    ]);
    for address in known.iter().take(LISTED) {
        table.row(vec![
            address_line(*address),
            network_of(subject, *address),
            country_of(subject, *address),
            state(subject, fact),
        ]);
    }
    doc.table(table);
    if let Some(more) = known.len().checked_sub(LISTED).filter(|more| *more > 0) {
        let words = Words::new("… {0} more", "…ほか {0} 件");
        doc.line(Line::new(&subject.fill(words, &[&more.to_string()]), Tone::Dim).indent(2));
    }
    doc.gap();
}

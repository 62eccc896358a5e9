//! Card section: the names of an address, whether they lead back to it, and which hosts lead to it.

use std::net::IpAddr;

use super::{About, label};
use crate::evidence::Domain;
use crate::facts::{Answer, Key, State};
use crate::text::Words;
use crate::view::lookups::{named, state};
use crate::view::subject::clip;
use crate::view::{Doc, Line, Subject, Table, Tone};

/// The most names that are listed.
const LISTED: usize = 16;

/// Says what the address is called.
pub(super) fn tell(subject: &Subject<'_>, about: &About<'_>, doc: &mut Doc) {
    let About::Address(address) = about else { return };
    doc.gap();
    doc.heading(subject.say(Words::new("Names", "名前")));
    let fact = subject.facts.get(&Key::Names(*address));
    match subject.facts.state(&Key::Names(*address)) {
        State::Value(Answer::Names(names)) => {
            let mut table = Table::new(&[
                subject.say(Words::new("Name (reverse DNS)", "逆引きの名前")),
                subject.say(Words::new("Leads back here?", "正引きで戻るか")),
                subject.say(Words::new("Known from", "出どころ")),
            ]);
            for name in names.iter().take(LISTED) {
                table.row(vec![
                    named(&Domain::of(&clip(name, 255))),
                    back(subject, name, *address),
                    state(subject, fact),
                ]);
            }
            doc.table(table);
        }
        _ => doc.line(label(subject, Words::new("reverse DNS", "逆引き")).join(state(subject, fact))),
    }
    hosts(subject, *address, doc);
    doc.gap();
}

/// Whether a name has the address: only then does it say something (RFC 1912 section 2.1).
fn back(subject: &Subject<'_>, name: &str, address: IpAddr) -> Line {
    let fact = subject.facts.get(&Key::Addresses(name.to_owned()));
    match subject.facts.addresses(name) {
        Some(list) if list.contains(&address) => subject.line(Words::new("✓ yes", "✓ 戻る"), Tone::Good),
        Some(_) => subject.line(
            Words::new("✗ no: anyone can call his address so", "✗ 戻らない（逆引きの名前は誰でも自由に付けられる）"),
            Tone::Medium,
        ),
        None => state(subject, fact),
    }
}

/// Hosts that are known to have the address.
fn hosts(subject: &Subject<'_>, address: IpAddr, doc: &mut Doc) {
    let mut found = Vec::new();
    for (key, fact) in subject.facts.iter() {
        if let (Key::Addresses(host), State::Value(Answer::Addresses(list))) = (key, &fact.state)
            && list.contains(&address)
            && found.len() <= LISTED
        {
            found.push(host);
        }
    }
    for host in found.iter().take(LISTED) {
        doc.line(label(subject, Words::new("address of", "このアドレスを持つホスト")).join(named(&Domain::of(host))));
    }
    if found.len() > LISTED {
        doc.line(subject.line(Words::new("… and more hosts", "…ほかにもあります"), Tone::Dim).indent(2));
    }
}

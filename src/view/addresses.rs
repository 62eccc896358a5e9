//! The addresses of every host that matters, with network, country and the state of the look-up; on top, whether the
//! sender's domain resolves to the machine that delivered. An unasked question is never shown as an empty answer.

use std::net::IpAddr;

use super::brief;
use super::delivery::{answer, remark};
use super::lookups::{address_line, country_of, named, network_of, state};
use super::vocabulary::roles;
use super::{Doc, Line, Pane, Subject, Table, Tone};
use crate::evidence::{Host, Role};
use crate::facts::{Answer, Key, Origin, Reach, State};
use crate::text::Words;

/// This pane.
pub const PANE: Pane = Pane { id: "addresses", title: Words::new("Addresses", "アドレス"), doc };

/// The most hosts and the most addresses of one host that are listed.
const HOSTS: usize = 200;
const ADDRESSES: usize = 8;

/// What is known of the hosts' addresses.
#[must_use]
pub fn doc(subject: &Subject<'_>) -> Doc {
    let mut doc = Doc::default();
    doc.heading(subject.say(Words::new(
        "Does the sender's domain resolve to the machine that delivered?",
        "送信者のドメインのアドレスは、配送したサーバーと一致するか？",
    )));
    central(subject, &mut doc);
    doc.gap();
    hosts(subject, &mut doc);
    names(subject, &mut doc);
    exchangers(subject, &mut doc);
    owners(subject, &mut doc);
    note(subject, &mut doc);
    doc
}

/// The answer for From, and for Return-Path where that is another domain.
pub(super) fn central(subject: &Subject<'_>, doc: &mut Doc) {
    let from = subject.from_domain();
    let path = subject.evidence.triad.return_path.as_ref().and_then(|path| path.domain.as_ref());
    if from.is_none() && path.is_none() {
        let words = Words::new("? The mail names no sender's domain.", "? 送信者のドメインが書かれていません。");
        doc.line(subject.line(words, Tone::Medium));
    }
    let path = path.filter(|path| from.is_none_or(|from| from.host != path.host));
    for (label, domain) in [("From: ", from), ("Return-Path: ", path)] {
        if let Some(domain) = domain {
            doc.line(Line::new(label, Tone::Dim).join(answer(subject, domain)));
        }
    }
    if let Some(line) = [from, path].into_iter().flatten().find_map(|domain| remark(subject, domain)) {
        doc.line(line);
    }
}

fn hosts(subject: &Subject<'_>, doc: &mut Doc) {
    let all = &subject.evidence.hosts;
    if all.is_empty() {
        doc.line(subject.line(Words::new("The mail names no host.", "ホストは書かれていません。"), Tone::Dim));
        return;
    }
    let mut table = Table::new(&[
        subject.say(Words::new("Host", "ホスト")),
        subject.say(Words::new("Role", "役割")),
        subject.say(Words::new("Address", "アドレス")),
        subject.say(Words::new("Network", "ネットワーク")),
        subject.say(Words::new("Country", "国")),
        subject.say(Words::new("Known from", "出どころ")),
    ]);
    for host in all.iter().take(HOSTS) {
        rows(subject, &mut table, host);
    }
    doc.table(table);
    if let Some(more) = all.len().checked_sub(HOSTS).filter(|more| *more > 0) {
        let words = Words::new("… and {0 more host|more hosts}.", "…ほか {0} 件のホスト。");
        doc.line(Line::new(&subject.fill(words, &[&more.to_string()]), Tone::Dim));
    }
    doc.gap();
}

fn rows(subject: &Subject<'_>, table: &mut Table, host: &Host) {
    let bare = host.domain.host.is_empty() || host.domain.host.parse::<IpAddr>().is_ok();
    let name = || {
        if bare { subject.line(Words::new("(no name)", "（名前なし）"), Tone::Dim) } else { named(&host.domain) }
    };
    let roles = || Line::new(&roles(&host.roles, subject.lang), role_tone(host));
    let dash = || Line::new("-", Tone::Dim);
    if let Some(address) = host.address {
        table.row(vec![
            name(),
            roles(),
            address_line(address),
            network_of(subject, address),
            country_of(subject, address),
            subject.line(Words::new("■ the mail itself", "■ メール自身"), Tone::Text),
        ]);
    }
    // A bare address has nothing to resolve.
    if bare {
        return;
    }
    let key = Key::Addresses(host.domain.host.clone());
    let known = subject.facts.addresses(&host.domain.host).unwrap_or_default();
    for address in known.iter().take(ADDRESSES) {
        table.row(vec![
            name(),
            roles(),
            address_line(*address),
            network_of(subject, *address),
            country_of(subject, *address),
            state(subject, subject.facts.get(&key)),
        ]);
    }
    if known.is_empty() {
        table.row(vec![name(), roles(), dash(), dash(), dash(), state(subject, subject.facts.get(&key))]);
    } else if known.len() > ADDRESSES {
        let words = Words::new("… {0} more", "…ほか {0} 件");
        let more = Line::new(&subject.fill(words, &[&(known.len() - ADDRESSES).to_string()]), Tone::Dim);
        table.row(vec![name(), roles(), more, dash(), dash(), dash()]);
    }
}

fn role_tone(host: &Host) -> Tone {
    if host.roles.contains(&Role::Link) { Tone::Link } else { Tone::Text }
}

/// Reverse names of the addresses that the path names.
fn names(subject: &Subject<'_>, doc: &mut Doc) {
    let mut table = Table::new(&[
        subject.say(Words::new("Address", "アドレス")),
        subject.say(Words::new("Names (reverse DNS)", "逆引きの名前")),
        subject.say(Words::new("Known from", "出どころ")),
    ]);
    for host in subject.evidence.hosts.iter().take(HOSTS) {
        let Some(address) = host.address else { continue };
        let Some(fact) = subject.facts.get(&Key::Names(address)) else { continue };
        let names = match &fact.state {
            State::Value(Answer::Names(names)) => names.iter().take(8).cloned().collect::<Vec<_>>().join(", "),
            _ => "-".to_owned(),
        };
        table.row(vec![address_line(address), Line::new(&names, Tone::Text), state(subject, Some(fact))]);
    }
    if !table.rows.is_empty() {
        doc.table(table);
        doc.gap();
    }
}

/// Mail exchangers of the sender's domains.
fn exchangers(subject: &Subject<'_>, doc: &mut Doc) {
    let mut table = Table::new(&[
        subject.say(Words::new("Domain", "ドメイン")),
        subject.say(Words::new("Mail exchangers", "MX サーバー")),
        subject.say(Words::new("Known from", "出どころ")),
    ]);
    for host in subject.evidence.hosts.iter().take(HOSTS) {
        let Some(fact) = subject.facts.get(&Key::MailExchangers(host.domain.host.clone())) else { continue };
        let list = match &fact.state {
            State::Value(Answer::MailExchangers(list)) => {
                list.iter().take(8).map(|mx| format!("{} {}", mx.preference, mx.host)).collect::<Vec<_>>().join(", ")
            }
            _ => "-".to_owned(),
        };
        table.row(vec![named(&host.domain), Line::new(&list, Tone::Text), state(subject, Some(fact))]);
    }
    if !table.rows.is_empty() {
        doc.table(table);
        doc.gap();
    }
}

/// Owners and reputation, where somebody looked them up.
fn owners(subject: &Subject<'_>, doc: &mut Doc) {
    let mut any = false;
    for host in subject.evidence.hosts.iter().take(HOSTS) {
        let lines = match host.address.filter(|_| host.domain.host.parse::<IpAddr>().is_ok()) {
            Some(address) => brief::of_address(subject, address),
            None => brief::lines(subject, &host.domain),
        };
        if lines.is_empty() {
            continue;
        }
        if !any {
            doc.heading(subject.say(Words::new("What else is known of them", "ほかに分かっていること")));
            any = true;
        }
        doc.line(named(&host.domain));
        for line in lines {
            doc.line(line.indent(2));
        }
    }
    if any {
        doc.gap();
    }
}

fn note(subject: &Subject<'_>, doc: &mut Doc) {
    let asked = subject.facts.iter().any(|(_, fact)| matches!(fact.origin, Origin::Asked(_) | Origin::Kept(_)));
    let words = match subject.reach {
        Reach::Local if asked => Words::new(
            "The reach is local: no further question is asked of the network by itself.",
            "範囲は「ローカル」です。これ以上、自動では照会しません。",
        ),
        Reach::Local => Words::new(
            "Nothing was asked of the network: what is known comes from the mail, recordings and databases on this \
             machine.",
            "ネットワークには何も照会していません。メール、記録、手元のデータベースから分かることだけを示しています。",
        ),
        Reach::ThirdParty => Words::new(
            "Only registries and lists may be asked. Names of the sender are not asked: its servers would notice.",
            "登録機関やリストだけに照会します。送信者の名前は、相手のサーバーに気付かれるため照会しません。",
        ),
        Reach::Sender => Words::new(
            "DNS is asked for these names. Whoever serves them can notice the questions.",
            "これらの名前を DNS に照会します。名前を管理する者には気付かれることがあります。",
        ),
    };
    doc.line(subject.line(words, Tone::Dim));
}

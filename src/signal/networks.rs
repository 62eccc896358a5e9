//! Whose network the delivering machine is in, by dated lists: a part of the family of the way. A cloud or a hosting
//! provider says nothing, as most honest mail is sent from one; these are the networks that honest senders do not choose.
//!
//! Lists are as of their day, and addresses change hands: the weights are careful and set by hand.

use std::net::IpAddr;

use super::{Family, Hit, Kind, Rule, Seen, gate, listed};
use crate::evidence::{Hop, is_public, spelled};
use crate::facts::FactSet;
use crate::facts::listing::{Code, Mark, NetworkKind, Severity, Thing};
use crate::text::Words;

/// The rules of this file.
pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "delivered-from-criminals",
        family: Family::Path,
        title: Words::new("Delivered from a network of criminals", "犯罪者が支配するネットワークからの配送"),
        reason: Words::new(
            "{0} delivered the mail and is in a network that {1} of {2} lists as run by criminals or taken over by them.",
            "メールを配送した {0} は、{2} 付の {1} が犯罪者の運用または乗っ取りとして挙げるネットワークにあります。",
        ),
        innocent: Words::new(
            "The network changed hands since the day of the list.",
            "一覧の作成後にネットワークの持ち主が変わった場合です。",
        ),
        weight: 2.5,
        kind: Kind::Correlated,
        references: &["Spamhaus DROP and ASN-DROP"],
        check: delivered_from_criminals,
    },
    Rule {
        id: "delivered-through-hiding",
        family: Family::Path,
        title: Words::new("Delivered through a service that hides senders", "発信元を隠すサービスからの配送"),
        reason: Words::new(
            "{0} delivered the mail and is an exit of {1} as of {2}: whoever sent it hid where from.",
            "メールを配送した {0} は、{2} 時点で {1} の出口です。送信者は発信元を隠しています。",
        ),
        innocent: Words::new(
            "People who guard their privacy send that way, mostly through the server of a provider; the address may have changed hands.",
            "匿名性を重んじる人が使っている場合や、アドレスの持ち主が変わった場合です。",
        ),
        weight: 1.2,
        kind: Kind::Heuristic,
        references: &["Tor bulk exit list", "assets/lists/networks-2026-10-05.tsv"],
        check: delivered_through_hiding,
    },
    Rule {
        id: "machine-judged-bad",
        family: Family::Path,
        title: Words::new("A service calls the delivering machine bad", "判定サービスが問題視する送信サーバー"),
        reason: Words::new(
            "{1} has many reports of abuse by {0}, which delivered the mail ({2}).",
            "メールを配送した {0} について、{1} に悪用の報告が多数あります（{2}）。",
        ),
        innocent: Words::new(
            "A machine that many customers share, one of whom behaved badly; reports of another kind of abuse.",
            "共用サーバーの他の利用者が原因の場合や、メール以外の悪用の報告である場合です。",
        ),
        weight: 0.8,
        kind: Kind::Correlated,
        references: &["AbuseIPDB, VirusTotal, Shodan InternetDB: their own documentation"],
        check: machine_judged_bad,
    },
    Rule {
        id: "machine-listed",
        family: Family::Path,
        title: Words::new("Delivering machine is on a block list", "ブロックリストに掲載された送信サーバー"),
        reason: Words::new(
            "{0} delivered the mail and is on {1} ({2}).",
            "メールを配送した {0} は {1} に掲載されています（{2}）。",
        ),
        innocent: Words::new(
            "A machine that many customers share, or one that was cleaned and not yet taken off the list.",
            "共用サーバーの他の利用者が原因の場合や、対処後に掲載が残っている場合です。",
        ),
        weight: 1.5,
        kind: Kind::Correlated,
        references: &["RFC 5782", "SpamAssassin 20_dnsbl_tests.cf, rspamd rbl (idea)", "assets/lists/blocklists.tsv"],
        check: machine_listed,
    },
    Rule {
        id: "machine-no-mail-server",
        family: Family::Path,
        title: Words::new("Delivered straight from a customer's line", "利用者回線からの直接配送"),
        reason: Words::new(
            "{0} delivered the mail by itself; {1} has it as an address from which no mail is expected ({2}).",
            "メールを直接配送した {0} は、{1} ではメールの直接送信を想定しないアドレスです（{2}）。",
        ),
        innocent: Words::new(
            "Somebody runs a mail server at home, or the provider reported too large a block.",
            "自宅でメールサーバーを運用している場合や、事業者の申告範囲が広すぎる場合です。",
        ),
        weight: 0.7,
        kind: Kind::Correlated,
        references: &["Spamhaus PBL", "SpamAssassin RCVD_IN_PBL", "RFC 5782"],
        check: machine_no_mail_server,
    },
];

/// The machine that handed the mail to the recipient's side, where that says something of the sender: what came over a
/// list or was forwarded was handed over by somebody else.
fn machine<'a>(evidence: &'a Seen<'_>) -> Option<(IpAddr, &'a Hop)> {
    let direct = !gate::over_list(evidence) && !gate::forwarded(evidence) && !gate::service(evidence);
    gate::delivered_by(evidence).filter(|(address, _)| direct && is_public(*address))
}

/// What a list says of today's owner says nothing of the one of long ago.
const LATER: i64 = 30 * 86_400;

/// What block lists say of the delivering machine, where its codes fit. The machine at the boundary only: a customer's line
/// behind the server of a provider is where mail comes from. Who logged in is the recipient's own.
fn blocked(evidence: &Seen<'_>, facts: &FactSet, fits: fn(&Code) -> bool) -> Option<Hit> {
    facts.listings().next()?;
    let (address, hop) = machine(evidence)?;
    // RFC 3848: `ESMTPA`, `ESMTPSA`.
    let with = hop.with.as_deref().unwrap_or_default().to_ascii_uppercase();
    if with.ends_with("SMTPA") || with.ends_with("SMTPSA") {
        return None;
    }
    let came = hop.time.or(evidence.date);
    let name = spelled(address);
    let near = |at: Option<i64>| came.zip(at).is_none_or(|(came, at)| at.saturating_sub(came) <= LATER);
    let found = listed::blocked(facts, &[&name], near, fits)?;
    Some(Hit::new([&name, &found.lists, &found.meaning], vec![hop.span]))
}

fn machine_listed(evidence: &Seen<'_>, facts: &FactSet) -> Option<Hit> {
    blocked(evidence, facts, |code| code.weight >= Severity::Spam)
}

fn machine_no_mail_server(evidence: &Seen<'_>, facts: &FactSet) -> Option<Hit> {
    if machine_listed(evidence, facts).is_some() {
        return None;
    }
    blocked(evidence, facts, |code| code.weight == Severity::Note)
}

fn marked<'f>(facts: &'f FactSet, address: IpAddr, kinds: &[NetworkKind]) -> Option<&'f Mark> {
    facts.place(address)?.marks.iter().find(|mark| kinds.contains(&mark.kind))
}

fn delivered_from_criminals(evidence: &Seen<'_>, facts: &FactSet) -> Option<Hit> {
    let (address, hop) = gate::delivered_by(evidence)?;
    let mark = marked(facts, address, &[NetworkKind::Criminal])?;
    Some(Hit::new([&spelled(address), &mark.list, &mark.dated], vec![hop.span]))
}

fn delivered_through_hiding(evidence: &Seen<'_>, facts: &FactSet) -> Option<Hit> {
    let (address, hop) = gate::delivered_by(evidence)?;
    let mark = marked(facts, address, &[NetworkKind::Tor, NetworkKind::Vpn])?;
    machine(evidence)?;
    let name = mark.name.as_deref().unwrap_or(&mark.list);
    Some(Hit::new([&spelled(address), name, &mark.dated], vec![hop.span]))
}

fn machine_judged_bad(evidence: &Seen<'_>, facts: &FactSet) -> Option<Hit> {
    facts.judgements().next()?;
    let (address, hop) = machine(evidence)?;
    facts.judgements().find_map(|(by, thing, judgement)| {
        let ours = matches!(thing, Thing::Address(judged) if *judged == address);
        let bad = judgement.severity >= Some(Severity::Spam);
        let detail = judgement.said.first().map_or(by, |(_, value)| value.as_str());
        (ours && bad).then(|| Hit::new([&spelled(address), by, detail], vec![hop.span]))
    })
}

//! What the reader himself said: whom he trusts, what he knows as bad, whose names are borrowed, which domains are his.
//!
//! What he knows as bad decides, so the verdict does not cut it. Whom he trusts counts only where his own side proved
//! the sender: a From is quickly typed.

use super::{Family, Hit, Kind, Rule, Seen, gate};
use crate::evidence::{AuthResult, Blocked, BlockedSort, BoundaryReason};
use crate::facts::FactSet;
use crate::text::Words;

/// The rules of this family.
pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "allowed-sender",
        family: Family::Lists,
        title: Words::new("On your list of trusted senders", "信頼する送信者の一覧にある"),
        reason: Words::new(
            "The sender is on your list ({0}), and your side ({1}) proved that the mail is from there.",
            "差出人は信頼リスト（{0}）にあり、受信側（{1}）で本人からと認証されています。",
        ),
        innocent: Words::new(
            "This speaks for the mail. A trusted sender's account can have been taken over: look at what it asks for.",
            "これはメールを支持する所見です。ただし、信頼する相手のアカウントが乗っ取られていることもあります。何を求められているかを確かめてください。",
        ),
        weight: -4.0,
        kind: Kind::Correlated,
        references: &["configuration: allow", "RFC 7489 section 3.1"],
        check: allowed_sender,
    },
    Rule {
        id: "blocked-sender",
        family: Family::Lists,
        title: Words::new("The sender is on your block list", "差出人がブロックリストにある"),
        reason: Words::new("{0} is on your block list ({1}).", "{0} はブロックリスト（{1}）にあります。"),
        innocent: Words::new(
            "The entry is too wide, for example a provider that many people use, or out of date.",
            "多くの人が使う事業者など、登録の範囲が広すぎる場合や、登録が古い場合があります。",
        ),
        weight: 9.0,
        kind: Kind::Direct,
        references: &["configuration: block"],
        check: blocked_sender,
    },
    Rule {
        id: "blocked-link",
        family: Family::Lists,
        title: Words::new("A link leads to your block list", "リンク先がブロックリストにある"),
        reason: Words::new(
            "A link leads to {0}, which is on your block list ({1}).",
            "リンク先の {0} はブロックリスト（{1}）にあります。",
        ),
        innocent: Words::new(
            "The mail quotes the address to warn of it, or the entry names a host that honest pages use as well.",
            "注意喚起のために引用されている場合や、正規のページも使うホストが登録されている場合があります。",
        ),
        weight: 9.0,
        kind: Kind::Direct,
        references: &["configuration: block"],
        check: blocked_link,
    },
    Rule {
        id: "blocked-machine",
        family: Family::Lists,
        title: Words::new("The delivering machine is on your block list", "送信元サーバーがブロックリストにある"),
        reason: Words::new(
            "{0} delivered the mail to your side and is on your block list ({1}).",
            "受信側へ配送した {0} はブロックリスト（{1}）にあります。",
        ),
        innocent: Words::new(
            "The address belongs to a provider by now that many senders share, or the entry is out of date.",
            "多くの送信者が共用する事業者のアドレスになっている場合や、登録が古い場合があります。",
        ),
        weight: 9.0,
        kind: Kind::Direct,
        references: &["configuration: block"],
        check: blocked_machine,
    },
    Rule {
        id: "blocked-file",
        family: Family::Lists,
        title: Words::new("An attached file is on your block list", "添付ファイルがブロックリストにある"),
        reason: Words::new(
            "The file {0} has the SHA-256 {1}, which is on your block list.",
            "添付ファイル {0} の SHA-256（{1}）はブロックリストにあります。",
        ),
        innocent: Words::new(
            "The hash is that of something harmless that often comes along, such as a logo or an empty file.",
            "ロゴ画像や空のファイルなど、無害で頻繁に添付されるもののハッシュが登録されている場合があります。",
        ),
        weight: 9.0,
        kind: Kind::Direct,
        references: &["configuration: block"],
        check: blocked_file,
    },
    Rule {
        id: "vip-name-elsewhere",
        family: Family::Lists,
        title: Words::new("The name of one of your people, another address", "重要人物の名前だがアドレスが別"),
        reason: Words::new(
            "The name is that of {0}, whose address is {1}; this mail is from {2}.",
            "表示名は {0}（本来のアドレスは {1}）ですが、このメールは {2} から届いています。",
        ),
        innocent: Words::new(
            "The person writes from a private or a new address, or somebody else has the same name. Ask on another way; add the address to the list if it is true.",
            "本人が私用や新しいアドレスから送っている場合や、同姓同名の別人の場合があります。別の手段で確かめ、本人なら一覧に追加してください。",
        ),
        weight: 3.0,
        kind: Kind::Correlated,
        references: &["configuration: vips", "FBI IC3: business email compromise"],
        check: vip_name_elsewhere,
    },
    Rule {
        id: "own-domain-from-outside",
        family: Family::Lists,
        title: Words::new("In your own name, from outside", "自組織を名乗るが外部から届いた"),
        reason: Words::new(
            "The sender is in your own domain {0}, but {1} delivered the mail, which is none of your machines, and nothing proves the sender.",
            "差出人は自組織のドメイン {0} ですが、配送したのは自組織のものではない {1} で、差出人を裏付ける認証もありません。",
        ),
        innocent: Words::new(
            "A service that sends in your name (newsletter, scanner, payroll) and does not sign; let it sign, or name its network in relays.",
            "自組織の名前で送る外部サービス（メール配信、複合機、給与など）が署名していない場合があります。署名を設定するか、そのネットワークを relays に登録してください。",
        ),
        weight: 2.5,
        kind: Kind::Correlated,
        references: &["configuration: own_domains, relays", "RFC 7489 section 6.6"],
        check: own_domain_from_outside,
    },
];

fn allowed_sender(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    let entry = evidence.known.allowed.as_deref()?;
    let claim = gate::aligned_claim(evidence)?;
    let server = if claim.server.is_empty() { "?" } else { &claim.server };
    Some(Hit::new([entry, server], vec![claim.span]))
}

fn blocked(evidence: &Seen<'_>, sort: BlockedSort) -> Option<Hit> {
    let Blocked { value, entry, span, .. } = evidence.known.blocked.iter().find(|one| one.sort == sort)?;
    Some(Hit::new([value.as_str(), entry.as_str()], vec![*span]))
}

fn blocked_sender(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    blocked(evidence, BlockedSort::Sender)
}

fn blocked_link(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    blocked(evidence, BlockedSort::Link)
}

fn blocked_machine(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    blocked(evidence, BlockedSort::Machine)
}

fn blocked_file(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    blocked(evidence, BlockedSort::File)
}

fn vip_name_elsewhere(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    let (name, real) = evidence.known.vip.as_ref()?;
    let from = evidence.evidence().main_from()?;
    // List software puts its own address into From and the author's into Reply-To.
    let own = crate::evidence::Domain::of_address(real);
    let author = gate::author(evidence).and_then(|(_, author)| author.domain.as_ref());
    if author.zip(own.as_ref()).is_some_and(|(author, own)| author.same_organization(own)) {
        return None;
    }
    Some(Hit::new([name, real, &from.address], vec![from.span]))
}

fn own_domain_from_outside(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    if !evidence.known.own_domain || gate::aligned(evidence) || gate::listed(evidence) || gate::forwarded(evidence) {
        return None;
    }
    let proved = evidence.auth.iter().any(|claim| claim.inside && claim.aligned && claim.result == AuthResult::Pass);
    // One line alone may be the own server's word about the own client.
    let sure = evidence.triad.boundary.is_some_and(|boundary| boundary.reason != BoundaryReason::OnlyAddress);
    let (address, hop) = gate::delivered_by(evidence).filter(|_| sure && !proved)?;
    if !crate::evidence::is_public(address) {
        return None;
    }
    let mut spans = gate::from_span(evidence);
    spans.push(hop.span);
    Some(Hit::new([evidence.from_domain()?.host.as_str(), &address.to_string()], spans))
}

//! The way the mail came: what the delivering machine called itself, and whether the sender's domain leads to it.
//!
//! Only the line at the trust boundary is taken for true; the lines below it may have been typed by the sender.

use std::net::IpAddr;

use super::{Family, Hit, Kind, Rule, Seen, brand, gate};
use crate::evidence::{BoundaryReason, Domain, is_public, literal, spelled};
use crate::facts::{Answer, FactSet, Key, State};
use crate::text::Words;

/// The rules of this family.
pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "helo-claims-loopback",
        family: Family::Path,
        title: Words::new("Delivering machine calls itself localhost", "送信サーバーが localhost を名乗る"),
        reason: Words::new(
            "The machine at {1} introduced itself as {0}. A mail server says its own public name; this is how scripts on hired or hijacked machines speak.",
            "{1} の機械が {0} と名乗って接続しています。正規のメールサーバーは自分の公開名を名乗ります。乗っ取った機械や使い捨てのプログラムに多い名乗り方です。",
        ),
        innocent: Words::new(
            "A badly configured office server or a program on the sender's own machine.",
            "設定の行き届かない社内サーバーや、送信者の手元のプログラムの場合です。",
        ),
        weight: 1.5,
        kind: Kind::Direct,
        references: &["RFC 5321 section 4.1.1.1", "rspamd HELO_BAREIP, SpamAssassin RCVD_HELO_IP_MISMATCH"],
        check: helo_claims_loopback,
    },
    Rule {
        id: "helo-no-name",
        family: Family::Path,
        title: Words::new("Delivering machine gives no full name", "送信サーバーが正式な名前を名乗らない"),
        reason: Words::new(
            "The machine at {1} introduced itself as {0}, which is not a full host name.",
            "{1} の機械が {0} と名乗っています。完全なホスト名ではありません。",
        ),
        innocent: Words::new(
            "A desktop or a device that sends directly, such as a printer inside the company.",
            "社内の複合機やパソコンが直接送った場合です。",
        ),
        weight: 1.0,
        kind: Kind::Direct,
        references: &["RFC 5321 section 4.1.1.1"],
        check: helo_no_name,
    },
    Rule {
        id: "helo-false-address",
        family: Family::Path,
        title: Words::new("Delivering machine gives a false address", "送信サーバーが偽の IP アドレスを名乗る"),
        reason: Words::new(
            "The machine at {1} introduced itself with the address {0}, which is not its own.",
            "{1} の機械が、自分のものではないアドレス {0} を名乗っています。",
        ),
        innocent: Words::new(
            "A server behind an address translation that says its inner address.",
            "アドレス変換の内側のアドレスをそのまま名乗るサーバーの場合です。",
        ),
        weight: 2.0,
        kind: Kind::Direct,
        references: &["RFC 5321 section 4.1.3", "SpamAssassin RCVD_HELO_IP_MISMATCH"],
        check: helo_false_address,
    },
    Rule {
        id: "helo-claims-sender",
        family: Family::Path,
        title: Words::new("Delivering machine only claims the sender's name", "送信サーバーが差出人の名を騙る"),
        reason: Words::new(
            "The machine at {1} introduced itself as {0}, a name of the sender's organization, but the receiving server found {2} for that address.",
            "{1} の機械が差出人の組織の名 {0} を名乗っていますが、受信側がそのアドレスから調べた名前は {2} でした。",
        ),
        innocent: Words::new(
            "The organization hired a machine whose reverse name was never set.",
            "組織が借りたサーバーで、逆引き名が設定されていない場合です。",
        ),
        weight: 1.2,
        kind: Kind::Correlated,
        references: &["RFC 5321 section 4.1.4", "SpamAssassin KHOP_HELO_FCRDNS"],
        check: helo_claims_sender,
    },
    Rule {
        id: "helo-claims-recipient",
        family: Family::Path,
        title: Words::new("Delivering machine claims the recipient's name", "送信サーバーが受信側の名を騙る"),
        reason: Words::new(
            "The machine at {1} introduced itself as {0}, a name of the recipient's own organization, but the receiving server found {2} for that address. Programs that send spam do that to look like a machine of the house.",
            "{1} の機械が受信者自身の組織の名 {0} を名乗っていますが、受信側がそのアドレスから調べた名前は {2} でした。内部の機械に見せかける迷惑メール送信プログラムの手口です。",
        ),
        innocent: Words::new(
            "A machine of the recipient's own organization elsewhere, without a reverse name of its own.",
            "受信者の組織が外部に置いた機械で、逆引き名が設定されていない場合です。",
        ),
        weight: 1.5,
        kind: Kind::Correlated,
        references: &["RFC 5321 section 4.1.4", "Postfix check_helo_access, rspamd HFILTER_HELO"],
        check: helo_claims_recipient,
    },
    Rule {
        id: "delivered-by-nameless",
        family: Family::Path,
        title: Words::new("Delivering machine has no name of its own", "送信サーバーに逆引き名がない"),
        reason: Words::new(
            "The receiving server looked for the name of {0} and found none that leads back to it. Mail servers have one; home computers and hired machines often do not.",
            "受信側が {0} の名前を調べましたが、対応する名前がありませんでした。メールサーバーなら普通は設定されています。",
        ),
        innocent: Words::new(
            "A small organization that never had its reverse name set.",
            "逆引きを設定していない小さな組織のサーバーの場合です。",
        ),
        weight: 1.0,
        kind: Kind::Direct,
        references: &["RFC 1912 section 2.1", "rspamd RDNS_NONE, SpamAssassin MAY_BE_FORGED"],
        check: delivered_by_nameless,
    },
    Rule {
        id: "sender-address-elsewhere",
        family: Family::Path,
        title: Words::new(
            "Sender's domain does not lead to the delivering machine",
            "差出人ドメインと実際の送信サーバーが一致しない",
        ),
        reason: Words::new(
            "{0} resolves to {1}, but the mail was delivered by {2}, and no signature, list or mail service explains the difference.",
            "{0} のアドレスは {1} ですが、実際にメールを渡したのは {2} です。署名・メーリングリスト・配信サービスによる説明もつきません。",
        ),
        innocent: Words::new(
            "Many organizations send from other machines than their web site; SPF answers this better.",
            "Web サイトとは別の機械から送る組織は珍しくありません。SPF の結果のほうが確かです。",
        ),
        weight: 1.2,
        kind: Kind::Correlated,
        references: &[
            "the manual method of Japanese write-ups",
            "phishing_pot: the boundary line holds the true address in 99.6 %",
        ],
        check: sender_address_elsewhere,
    },
    Rule {
        id: "sender-address-here",
        family: Family::Path,
        title: Words::new(
            "Sender's domain leads to the delivering machine",
            "差出人ドメインと実際の送信サーバーが一致",
        ),
        reason: Words::new(
            "{0} resolves to {1}, the machine that delivered the mail. The sender address is probably not forged; the machine may still be hijacked.",
            "{0} のアドレスは、メールを渡した {1} と一致します。差出人の詐称ではなさそうですが、サーバーが乗っ取られている可能性は残ります。",
        ),
        innocent: Words::new(
            "A hijacked web server sends from its own address, too.",
            "乗っ取られた Web サーバーからの送信でも一致します。",
        ),
        weight: -0.5,
        kind: Kind::Correlated,
        references: &["the manual method of Japanese write-ups"],
        check: sender_address_here,
    },
    Rule {
        id: "sender-domain-absent",
        family: Family::Path,
        title: Words::new("Sender's domain does not exist", "差出人ドメインが存在しない"),
        reason: Words::new(
            "DNS knows neither an address nor a mail exchanger of {0}: nobody can be reached there.",
            "DNS に {0} のアドレスもメールサーバーも登録されていません。返事の届かない差出人です。",
        ),
        innocent: Words::new(
            "The domain was given up after the mail was sent, or the resolver answered wrongly.",
            "受信後に廃止されたドメインや、リゾルバーの誤答の場合です。",
        ),
        weight: 2.0,
        kind: Kind::Direct,
        references: &["RFC 5321 section 5.1", "rspamd FROMHOST_NORES_A_OR_MX"],
        check: sender_domain_absent,
    },
    Rule {
        id: "link-in-another-country",
        family: Family::Path,
        title: Words::new("Sender and link are in different countries", "送信元とリンク先の国が異なる"),
        reason: Words::new(
            "The mail was delivered from {0}, its link {1} is served from {2}. For information: honest mail is often spread like this.",
            "送信元は {0}、リンク先 {1} は {2} にあります。参考情報です。正規のメールでもよくあります。",
        ),
        innocent: Words::new(
            "Mail services and content networks spread over the world.",
            "配信サービスや CDN は世界中に分散しています。",
        ),
        weight: 0.0,
        kind: Kind::Correlated,
        references: &["the manual method of Japanese write-ups"],
        check: link_in_another_country,
    },
    Rule {
        id: "oldest-line-unproved",
        family: Family::Path,
        title: Words::new("The oldest Received line is unproved", "最古の Received は裏付けがない"),
        reason: Words::new(
            "The oldest Received line names {0}, but the machine that really delivered is {1}. The sender could have typed the older line; relays make such lines as well.",
            "最古の Received は {0} を示しますが、実際にメールを渡したのは {1} です。古い行は送信者が書き足せます。中継でも同じ形になります。",
        ),
        innocent: Words::new(
            "Every relay, mail service and home connection makes such lines.",
            "中継、配信サービス、家庭の回線でも同じ形になります。",
        ),
        weight: 0.0,
        kind: Kind::Correlated,
        references: &["RFC 5321 section 4.4", "phishing_pot: differs in 24.3 % of phishing"],
        check: oldest_line_unproved,
    },
];

fn helo_claims_loopback(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    let (address, hop) = gate::delivered_by(evidence)?;
    let helo = hop.helo.as_deref()?;
    let named = ["localhost", "localhost.localdomain"].iter().any(|name| helo.eq_ignore_ascii_case(name));
    let own = named || literal(helo).is_some_and(|claimed| claimed.is_loopback());
    (own && is_public(address)).then(|| Hit::new([helo, &spelled(address)], vec![hop.span]))
}

fn helo_false_address(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    let (address, hop) = gate::delivered_by(evidence)?;
    let helo = hop.helo.as_deref()?;
    let claimed = literal(helo)?;
    // A machine behind a home router says its inner address.
    (is_public(claimed) && is_public(address) && claimed.is_ipv4() == address.is_ipv4() && claimed != address)
        .then(|| Hit::new([helo, &spelled(address)], vec![hop.span]))
}

fn helo_claims_sender(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    let domain = evidence.from_domain()?;
    helo_claims(evidence, |claimed| claimed.organization() == domain.organization())
}

fn helo_claims_recipient(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    let from = evidence.from_domain().map(Domain::organization);
    // Where the sender claims that name as well, it is told as the sender's.
    helo_claims(evidence, |claimed| Some(claimed.organization()) != from && gate::of_recipient(evidence, claimed))
}

/// The delivering machine said a name of that organization, and the receiving server found no such name for its address.
fn helo_claims(evidence: &Seen<'_>, theirs: impl Fn(&Domain) -> bool) -> Option<Hit> {
    if gate::aligned(evidence) || gate::listed(evidence) || gate::forwarded(evidence) {
        return None;
    }
    let (address, hop) = gate::delivered_by(evidence)?;
    let helo = hop.helo.as_deref()?.to_ascii_lowercase();
    let claimed = Domain::of(&helo);
    if !is_public(address) || !helo.contains('.') || literal(&helo).is_some() || !theirs(&claimed) {
        return None;
    }
    let reverse = match hop.reverse.as_deref() {
        Some(name) => name.trim_end_matches('.').to_ascii_lowercase(),
        None if evidence.shape.nameless.contains(&hop.span) => "unknown".to_owned(),
        None => return None,
    };
    let own = claimed.organization();
    let within = reverse == own || reverse.strip_suffix(own).is_some_and(|left| left.ends_with('.'));
    (!within).then(|| Hit::new([&helo, &spelled(address), &reverse], vec![hop.span]))
}

fn delivered_by_nameless(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    let (address, hop) = gate::delivered_by(evidence)?;
    (is_public(address) && evidence.shape.nameless.contains(&hop.span) && !gate::listed(evidence))
        .then(|| Hit::new([&spelled(address)], vec![hop.span]))
}

fn helo_no_name(evidence: &Seen<'_>, facts: &FactSet) -> Option<Hit> {
    let (address, hop) = gate::delivered_by(evidence)?;
    let helo = hop.helo.as_deref()?;
    let bare = !helo.contains('.') || literal(helo).is_some();
    let told = helo_claims_loopback(evidence, facts).or_else(|| helo_false_address(evidence, facts)).is_some();
    (bare && is_public(address) && !helo.is_empty() && !told)
        .then(|| Hit::new([helo, &spelled(address)], vec![hop.span]))
}

/// The names under which the From domain may be known: the host and its organization.
fn names(domain: &Domain) -> impl Iterator<Item = &str> {
    let organization = domain.organization();
    std::iter::once(domain.host.as_str()).chain((organization != domain.host).then_some(organization))
}

/// The addresses of the From domain and of its mail exchangers, as far as they are known.
fn sender_addresses<'a>(domain: &'a Domain, facts: &'a FactSet) -> impl Iterator<Item = IpAddr> + 'a {
    let own = names(domain).filter_map(|name| facts.addresses(name)).flatten().copied();
    let exchangers = names(domain)
        .filter_map(|name| match facts.state(&Key::MailExchangers(name.to_owned())) {
            State::Value(Answer::MailExchangers(list)) => Some(list),
            _ => None,
        })
        .flatten()
        .filter_map(|exchanger| facts.addresses(&exchanger.host))
        .flatten()
        .copied();
    own.chain(exchangers)
}

fn sender_address_elsewhere(evidence: &Seen<'_>, facts: &FactSet) -> Option<Hit> {
    let from = evidence.main_from()?;
    let domain = from.domain.as_ref()?;
    let (address, hop) = gate::delivered_by(evidence)?;
    if !evidence.excuses.is_empty() || gate::aligned(evidence) || !is_public(address) {
        return None;
    }
    let known = facts.addresses(&domain.host)?;
    let first = known.first()?.to_string();
    let network = |address: IpAddr| facts.place(address).and_then(|place| place.asn);
    let delivering = network(address);
    // The family that the machine is of was asked for in vain: the sender's address may be among those.
    if facts.is_half(&domain.host) && !known.iter().any(|own| own.is_ipv4() == address.is_ipv4()) {
        return None;
    }
    let near = sender_addresses(domain, facts)
        .any(|own| own == address || (delivering.is_some() && network(own) == delivering));
    (!near).then(|| Hit::new([&domain.host, &first, &spelled(address)], vec![from.span, hop.span]))
}

fn sender_address_here(evidence: &Seen<'_>, facts: &FactSet) -> Option<Hit> {
    let from = evidence.main_from()?;
    let domain = from.domain.as_ref()?;
    let (address, hop) = gate::delivered_by(evidence)?;
    // The one address that the mail shows may have been typed: it speaks for nobody.
    if evidence.triad.boundary?.reason == BoundaryReason::OnlyAddress {
        return None;
    }
    sender_addresses(domain, facts)
        .any(|own| own == address)
        .then(|| Hit::new([&domain.host, &spelled(address)], vec![from.span, hop.span]))
}

fn sender_domain_absent(evidence: &Seen<'_>, facts: &FactSet) -> Option<Hit> {
    let from = evidence.main_from()?;
    let domain = from.domain.as_ref()?;
    let absent = |key: fn(String) -> Key| *facts.state(&key(domain.host.clone())) == State::Absent;
    // A domain may have mail exchangers only, so both questions must have been answered.
    (absent(Key::Addresses) && absent(Key::MailExchangers)).then(|| Hit::new([&domain.host], vec![from.span]))
}

fn link_in_another_country(evidence: &Seen<'_>, facts: &FactSet) -> Option<Hit> {
    let (address, hop) = gate::delivered_by(evidence)?;
    let country = |address: IpAddr| {
        facts.place(address).filter(|place| !place.anycast).and_then(|place| place.country.as_deref())
    };
    let here = country(address)?;
    gate::telling(evidence).find_map(|(link, url)| {
        let served =
            url.address.into_iter().chain(facts.addresses(&url.domain.host).unwrap_or_default().iter().copied());
        let there = served.filter_map(country).find(|there| *there != here)?;
        let owned = brand::owner(&url.domain).is_some();
        (!owned).then(|| Hit::new([here, &url.domain.host, there], vec![hop.span, link.span]))
    })
}

fn oldest_line_unproved(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    let (address, hop) = gate::delivered_by(evidence)?;
    let oldest = evidence.hops.get(evidence.triad.oldest?)?;
    let claimed = oldest.address.filter(|claimed| is_public(*claimed) && *claimed != address)?;
    (oldest.span != hop.span).then(|| Hit::new([&spelled(claimed), &spelled(address)], vec![oldest.span, hop.span]))
}

//! SPF, DKIM and DMARC as claimed in the mail. Only claims written on the recipient's side of the boundary count.
//!
//! A pass proves which domain sent, never that the domain is honest: 24 % of phishing passes DMARC for a domain of its own.

use super::{Family, Hit, Kind, Rule, Seen, gate};
use crate::evidence::{AuthClaim, AuthResult, relayed};
use crate::facts::FactSet;
use crate::text::Words;

/// The rules of this family.
pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "dmarc-fail",
        family: Family::Authentication,
        title: Words::new("DMARC failed", "DMARC 不合格"),
        reason: Words::new(
            "Your side ({1}) checked the mail against the policy of {0} and it failed: neither SPF nor DKIM passed for that domain.",
            "受信側（{1}）の検査で、{0} のポリシーに照らして不合格でした。SPF も DKIM もこのドメインとして合格していません。",
        ),
        innocent: Words::new(
            "A mailing list or a forwarder changed the mail on the way.",
            "メーリングリストや転送の途中で変更された場合です。",
        ),
        weight: 1.2,
        kind: Kind::Direct,
        references: &["RFC 7489 section 6.6", "phishing_pot base rate: 8.3 % of phishing"],
        check: dmarc_fail,
    },
    Rule {
        id: "spf-fail",
        family: Family::Authentication,
        title: Words::new("SPF failed", "SPF 不合格"),
        reason: Words::new(
            "Your side ({1}) found that {0} does not allow the delivering machine to send for it.",
            "受信側（{1}）の検査で、送信した機械は {0} からの送信を許可されていませんでした。",
        ),
        innocent: Words::new(
            "The mail was forwarded: the forwarder is not the sender's machine.",
            "転送されたメールの場合です。転送元は送信者のサーバーではありません。",
        ),
        weight: 0.8,
        kind: Kind::Direct,
        references: &["RFC 7208 section 2.6", "rspamd weighs a single failure 1"],
        check: spf_fail,
    },
    Rule {
        id: "nothing-vouches",
        family: Family::Authentication,
        title: Words::new("No check vouches for the sender", "差出人を裏付ける認証がない"),
        reason: Words::new(
            "Your side ({1}) checked the mail, and neither SPF nor DKIM nor DMARC passed for {0}.",
            "受信側（{1}）で検査されましたが、{0} としては SPF・DKIM・DMARC のどれも合格していません。",
        ),
        innocent: Words::new(
            "A small sender without SPF and DKIM, or a mail that was forwarded.",
            "SPF や DKIM を設定していない小さな送信者や、転送メールの場合です。",
        ),
        weight: 1.8,
        kind: Kind::Correlated,
        references: &["RFC 8601", "phishing_pot: dmarc=pass in 24.1 % of phishing only"],
        check: nothing_vouches,
    },
    Rule {
        id: "brand-unproved",
        family: Family::Authentication,
        title: Words::new("A brand's address without proof", "ブランドのアドレスだが証明がない"),
        reason: Words::new(
            "The address is in {0}, a domain of {1}, but your side found no valid signature of {1}. Large senders sign their mail.",
            "アドレスは {1} のドメイン {0} ですが、受信側で {1} の正しい署名が確認されていません。大手の送信者は署名を付けます。",
        ),
        innocent: Words::new(
            "A forwarder or list broke the signature, or the brand's list of domains is out of date.",
            "転送やメーリングリストで署名が壊れた場合や、公式ドメインの一覧が古い場合です。",
        ),
        weight: 1.2,
        kind: Kind::Correlated,
        references: &["RFC 7489 section 3.1", "SpamAssassin FSL_NOT_FROM_* (idea)"],
        check: brand_unproved,
    },
    Rule {
        id: "relay-saw-failure",
        family: Family::Authentication,
        title: Words::new("SPF failed where the mail came in first", "最初の受け取り時に SPF 失敗"),
        reason: Words::new(
            "The first relay ({0}) found that the sender may not send for {1}. That your side found SPF in order is true of the relay's machines only.",
            "最初に受け取った中継サーバー（{0}）では {1} の SPF が失敗しています。受信側での合格は、中継サーバーが許可されているというだけです。",
        ),
        innocent: Words::new(
            "A company that hands its mail to its provider from machines that its SPF record leaves out.",
            "SPF に載せていない自社サーバーから契約先の中継に渡している会社の場合です。",
        ),
        weight: 1.5,
        kind: Kind::Direct,
        references: &["RFC 8617 section 4.1.1", "4.7 % of 1,887 phishing mails, none of 2,616 others"],
        check: relay_saw_failure,
    },
    Rule {
        id: "aligned-pass",
        family: Family::Authentication,
        title: Words::new("The sender's domain is proved", "差出人ドメインは認証済み"),
        reason: Words::new(
            "Your side ({1}) found a valid proof that the mail is from {0}. That says who sent it, not that the sender is honest.",
            "受信側（{1}）で {0} からの送信であることが確認されています。差出人の正体は分かりますが、善意の証明ではありません。",
        ),
        innocent: Words::new(
            "Fraudsters sign mail from domains of their own; hijacked accounts pass, too.",
            "詐欺師も自前のドメインで署名します。乗っ取られたアカウントも合格します。",
        ),
        weight: -0.7,
        kind: Kind::Direct,
        references: &["RFC 7489 section 3.1", "RFC 6376"],
        check: aligned_pass,
    },
    Rule {
        id: "brand-proved",
        family: Family::Authentication,
        title: Words::new("A brand's own mail, proved", "ブランド本人からと認証済み"),
        reason: Words::new(
            "The mail is from {0}, a domain of {1}, and your side verified it.",
            "{1} の公式ドメイン {0} からのメールで、受信側で認証されています。",
        ),
        innocent: Words::new(
            "An account or a form of the brand was misused to send it.",
            "そのブランドのアカウントや投稿機能が悪用された場合は当てはまりません。",
        ),
        weight: -2.5,
        kind: Kind::Correlated,
        references: &["RFC 7489 section 3.1"],
        check: brand_proved,
    },
];

/// The mail went through hands that break honest checks.
pub(super) fn passed_on(evidence: &Seen<'_>) -> bool {
    gate::listed(evidence) || gate::forwarded(evidence)
}

/// The claim's domain, else the From domain.
fn about(evidence: &Seen<'_>, claim: &AuthClaim) -> String {
    claim.domain.as_ref().or_else(|| evidence.from_domain()).map_or_else(String::new, |domain| domain.host.clone())
}

/// The first failure of a method on the recipient's side, unless something explains it.
fn failure(evidence: &Seen<'_>, method: &str) -> Option<Hit> {
    if passed_on(evidence) || gate::aligned(evidence) {
        return None;
    }
    let claim = evidence
        .auth
        .iter()
        .find(|claim| claim.inside && claim.method == method && claim.result == AuthResult::Fail)?;
    let about = about(evidence, claim);
    (!about.is_empty()).then(|| Hit::new([about.as_str(), server_of(claim)], vec![claim.span]))
}

fn dmarc_fail(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    failure(evidence, "dmarc")
}

fn spf_fail(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    failure(evidence, "spf")
}

/// The first claim on the recipient's side, where it checked and nothing passed for the From organization.
fn unproved<'a>(evidence: &Seen<'a>) -> Option<&'a AuthClaim> {
    if passed_on(evidence) {
        return None;
    }
    let mut inside = evidence.evidence().auth.iter().filter(|claim| claim.inside);
    let proved = inside.clone().any(|claim| claim.aligned && claim.result == AuthResult::Pass);
    if proved || gate::aligned(evidence) {
        return None;
    }
    inside.next()
}

fn nothing_vouches(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    let claim = unproved(evidence)?;
    let domain = evidence.from_domain()?;
    Some(Hit::new([domain.host.as_str(), server_of(claim)], vec![claim.span]))
}

fn brand_unproved(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    let claim = unproved(evidence)?;
    let domain = evidence.from_domain()?;
    let brand = gate::owner(evidence)?;
    let mut spans = gate::from_span(evidence);
    spans.push(claim.span);
    Some(Hit::new([&domain.host, brand.names.first()?], spans))
}

fn relay_saw_failure(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    if passed_on(evidence) {
        return None;
    }
    let claim = relayed(&evidence.auth)?;
    Some(Hit::new([server_of(claim), &about(evidence, claim)], vec![claim.span]))
}

fn aligned_pass(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    let claim = gate::aligned_claim(evidence)?;
    let domain = evidence.from_domain()?;
    Some(Hit::new([domain.host.as_str(), server_of(claim)], vec![claim.span]))
}

fn brand_proved(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    let claim = gate::aligned_claim(evidence)?;
    let domain = evidence.from_domain()?;
    // Anyone may have an address at a free mail provider, and a name below a private suffix.
    if gate::free_mail(domain) || domain.private_suffix {
        return None;
    }
    let brand = gate::owner(evidence)?;
    Some(Hit::new([&domain.host, brand.names.first()?], vec![claim.span]))
}

/// The server that wrote a claim; Exchange Online leaves its name out.
fn server_of(claim: &AuthClaim) -> &str {
    if claim.server.is_empty() { "?" } else { &claim.server }
}

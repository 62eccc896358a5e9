//! Brands in links: a host or a path that names a brand which does not own it, and a brand's mail that leads elsewhere.

use super::links::lie;
use super::{Family, Hit, Kind, Rule, Seen, brand, gate, lookalike};
use crate::evidence::{Domain, LinkKind, UrlParts};
use crate::facts::FactSet;
use crate::message::Span;
use crate::text::Words;

/// The rules of this file.
pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "link-brand-in-label",
        family: Family::Links,
        title: Words::new("Brand's name inside a foreign link host", "リンク先のホスト名にブランド名が紛れている"),
        reason: Words::new(
            "The link host {0} carries the name of {1} in a label, but the domain does not belong to it.",
            "リンク先 {0} には {1} の名前が入っていますが、{1} のドメインではありません。",
        ),
        innocent: Words::new(
            "A service that gives every customer a host with the customer's name in it.",
            "顧客名入りのホスト名を割り当てるサービスの場合です。",
        ),
        weight: 2.2,
        kind: Kind::Correlated,
        references: &["SpamAssassin SPOOF_COM2COM, FORGED_URL_DOM (idea)"],
        check: link_brand_in_label,
    },
    Rule {
        id: "link-brand-in-path",
        family: Family::Links,
        title: Words::new("Brand's domain inside the path of a link", "リンクのパスにブランドのドメイン名がある"),
        reason: Words::new(
            "The link leads to {0}; the {1} in it is only a folder's name.",
            "リンク先は {0} です。URL 中の {1} はフォルダー名にすぎません。",
        ),
        innocent: Words::new(
            "A news article, a review or a shop's page about that brand.",
            "そのブランドを扱う記事、評価、販売店のページの場合です。",
        ),
        weight: 1.5,
        kind: Kind::Correlated,
        references: &["SpamAssassin URI_IN_URI_* (idea)"],
        check: link_brand_in_path,
    },
    Rule {
        id: "link-lookalike",
        family: Family::Links,
        title: Words::new("Link host looks like a brand's", "リンク先がブランドのドメインに酷似"),
        reason: Words::new(
            "The link host {0} looks like {1}, but is another one.",
            "リンク先 {0} は {1} に似せた別のドメインです。",
        ),
        innocent: Words::new(
            "Another organization that happens to have a name one letter away.",
            "偶然一文字違いの別組織の場合です。",
        ),
        weight: 2.5,
        kind: Kind::Correlated,
        references: &["Unicode TS 39", "rspamd URL_HOMOGRAPH_ATTACK"],
        check: link_lookalike,
    },
    Rule {
        id: "link-shows-brand",
        family: Family::Links,
        title: Words::new(
            "Link shows a brand's address and leads elsewhere",
            "ブランドの URL を表示し、別の場所に誘導",
        ),
        reason: Words::new(
            "The link shows {0}, an address of {1}, and leads to {2}, which is not {1}'s.",
            "リンクの表示は {1} の {0} ですが、行き先は {1} のものではない {2} です。",
        ),
        innocent: Words::new(
            "A mail that counts who presses, through a service that nobody knows here.",
            "未知の配信サービスを経由してクリック数を数えるメールの場合です。",
        ),
        weight: 1.0,
        kind: Kind::Correlated,
        references: &["rspamd PHISHING", "Sublime rules: brand impersonation (idea)"],
        check: link_shows_brand,
    },
    Rule {
        id: "brand-mail-leads-elsewhere",
        family: Family::Links,
        title: Words::new("Mail in a brand's name leads elsewhere", "ブランドを名乗るがリンクは別の場所"),
        reason: Words::new(
            "The mail is in the name of {0}, but its link leads to {1}, and no proved sender explains that.",
            "メールは {0} を名乗っていますが、リンク先は {1} です。差出人の認証による裏付けもありません。",
        ),
        innocent: Words::new(
            "A newsletter or a partner's mail that mentions the brand.",
            "そのブランドに触れるメールマガジンや提携先のメールの場合です。",
        ),
        weight: 1.3,
        kind: Kind::Correlated,
        references: &["Sublime rules: brand impersonation (idea)"],
        check: brand_mail_leads_elsewhere,
    },
];

/// The first link whose host is not the sender's own and of whose host `test` gives something, each host asked once.
fn foreign_host<'a, T>(evidence: &Seen<'a>, test: impl Fn(&'a Domain) -> Option<T>) -> Option<(T, &'a UrlParts, Span)> {
    let from = evidence.from_domain();
    let own = |domain: &Domain| {
        gate::aligned(evidence) && from.is_some_and(|from| from.organization() == domain.organization())
    };
    gate::hosts(evidence)
        .filter(|(_, url)| url.address.is_none() && !own(&url.domain) && !gate::wraps(&url.domain))
        .take(60)
        .find_map(|(link, url)| Some((test(&url.domain)?, url, link.span)))
}

fn link_brand_in_label(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    if gate::listed(evidence) {
        return None;
    }
    // A proved brand may keep its pages with a service, under its own name.
    let proved = evidence.from_domain().filter(|_| gate::aligned(evidence));
    let ((brand, _), url, span) = foreign_host(evidence, |host| {
        brand::in_label(host).filter(|(brand, _)| {
            let with_landlord =
                || gate::rents_out(host) && gate::brands_own(evidence).is_some_and(|own| own.id == brand.id);
            // A program that breaks lines cuts a host short: `static.brand.co` for `static.brand.com`.
            let cut = || brand.domains.iter().any(|own| own.starts_with(host.organization()));
            !proved.is_some_and(|from| brand::owns(brand, from)) && !with_landlord() && !cut()
        })
    })?;
    Some(Hit::new([&url.domain.host, brand.names.first()?], vec![span]))
}

fn link_shows_brand(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    let (link, shown, url) = lie(evidence, |shown| brand::owner(shown).is_some())?;
    let brand = brand::owner(shown).filter(|brand| !brand::owns(brand, &url.domain))?;
    Some(Hit::new([&shown.host, *brand.names.first()?, &url.domain.host], vec![link.span]))
}

fn link_lookalike(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    let ((_, real), url, span) = foreign_host(evidence, lookalike::looks_like)?;
    Some(Hit::new([&url.domain.host, real], vec![span]))
}

fn link_brand_in_path(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    if gate::listed(evidence) || gate::aligned(evidence) {
        return None;
    }
    gate::telling(evidence).filter(|(_, url)| brand::owner(&url.domain).is_none()).find_map(|(link, url)| {
        // Folders only: behind the question mark stand the targets of honest redirectors.
        let path = url.path.as_bytes().split(|byte| *byte == b'?').next()?;
        let path = path.get(..300).unwrap_or(path);
        memchr::memchr(b'.', path)?;
        let folders = path.split(|byte| *byte == b'/').filter(|folder| memchr::memchr(b'.', folder).is_some());
        let own = folders
            .filter_map(|folder| std::str::from_utf8(folder).ok())
            .find_map(|folder| brand::domain_named(folder.to_ascii_lowercase().trim_start_matches("www.")))?;
        Some(Hit::new([&url.domain.host, own], vec![link.span]))
    })
}

fn brand_mail_leads_elsewhere(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    if gate::listed(evidence) || gate::aligned(evidence) || gate::answering(evidence) {
        return None;
    }
    let from = evidence.main_from()?;
    let domain = from.domain.as_ref()?;
    let owner = gate::owner(evidence).filter(|_| !gate::free_mail(domain));
    let brand = owner.or_else(|| gate::named(evidence).first().copied())?;
    // The brand's own site among the targets is usual in fraud as well, so every other host counts; but a mail whose
    // links nearly all lead home is honest.
    let (mut home, mut away, mut first) = (0_usize, 0_usize, None);
    // What stands in the plain text in place of a page is seen by nobody.
    let page = gate::telling(evidence).any(|(link, _)| link.kind == LinkKind::Anchor);
    for (link, url) in gate::telling(evidence).filter(|(link, _)| !(page && link.kind == LinkKind::Text)) {
        if brand::owns(brand, &url.domain) || owner.is_none() && gate::home(evidence, &url.domain) {
            home += 1;
        } else {
            away += 1;
            first = first.or(Some((link, url)));
        }
    }
    let (link, url) = first.filter(|_| away > home)?;
    Some(Hit::new([brand.names.first()?, &url.domain.host], vec![from.span, link.span]))
}

//! What feeds, services, block lists and logs of certificates say of the links. A part of the family of links. Reads facts only; a mail
//! of whose links nothing is known costs one look at the facts.
//!
//! A host that many share is judged by its whole URL only: one bad page on a platform says nothing of its neighbors.
//! These rules are in no fit, as no collection has recorded answers: their weights are set by hand.

use super::{Family, Hit, Kind, Rule, Seen, brand, gate};
use crate::evidence::{HostClass, Link, LinkKind, UrlParts, UrlTrait, is_public};
use crate::facts::listing::{Code, FeedHit, Holds, NetworkKind, Part, Severity, Thing};
use crate::facts::{Answer, FactSet, Key, State};
use crate::text::Words;

/// The most URLs that are looked up in the facts.
const URLS: usize = 100;
/// A first certificate this many seconds older than the mail, or younger, was made for it.
const YOUNG: i64 = 14 * 86_400;
/// The clocks of two machines may differ, and mails wait.
const LATER: i64 = 2 * 86_400;
/// Of more certificates than this the first may not have come along.
const CERTIFICATES: u32 = 2_000;

/// The rules of this file.
pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "link-in-feed",
        family: Family::Links,
        title: Words::new("Link is in a feed of phishing or malware", "フィッシングや不正プログラムの一覧にあるリンク"),
        reason: Words::new(
            "{0} stands in the feed {1} of {2} ({3}).",
            "{0} は、{2} 付のフィード {1} に載っています（{3}）。",
        ),
        innocent: Words::new(
            "The mail quotes the address to warn of it, or the page was cleaned since the day of the feed.",
            "注意喚起のために引用されている場合や、一覧の作成後にページが修復された場合です。",
        ),
        weight: 4.0,
        kind: Kind::Direct,
        references: &[
            "gosanke feeds: what each feed says of itself",
            "SpamAssassin Phishing plugin, rspamd phishing (idea)",
        ],
        check: link_in_feed,
    },
    Rule {
        id: "link-host-in-feed",
        family: Family::Links,
        title: Words::new("Link leads to a host that a feed names", "一覧に載ったホストへのリンク"),
        reason: Words::new(
            "The feed {1} of {2} names {0} ({3}); the page that the mail links is not the one that it has.",
            "{2} 付のフィード {1} に {0} があります（{3}）。ただし、メールのリンク先そのものではありません。",
        ),
        innocent: Words::new(
            "An honest site of which one page was broken into, or a host that many share and that no list of ours knows.",
            "正規サイトの一部のページだけが改ざんされた場合や、多数の利用者が共用するホストの場合です。",
        ),
        weight: 2.0,
        kind: Kind::Correlated,
        references: &["gosanke feeds: what each feed says of itself"],
        check: link_host_in_feed,
    },
    Rule {
        id: "link-judged-bad",
        family: Family::Links,
        title: Words::new("A service calls the link bad", "判定サービスが危険とするリンク"),
        reason: Words::new(
            "{1} calls {0} phishing or malware ({2}).",
            "{1} が {0} をフィッシングまたは不正プログラムと判定しています（{2}）。",
        ),
        innocent: Words::new(
            "Services take over each other's mistakes, and forget a cleaned site slowly.",
            "サービス間で誤判定が広まる場合や、修復後も判定が残っている場合があります。",
        ),
        weight: 3.0,
        kind: Kind::Correlated,
        references: &["VirusTotal, urlscan.io, Google Safe Browsing, PhishTank: their own documentation"],
        check: link_judged_bad,
    },
    Rule {
        id: "link-listed-attack",
        family: Family::Links,
        title: Words::new(
            "Link leads to a domain that is listed as an attack",
            "攻撃用としてリストに載るドメインへのリンク",
        ),
        reason: Words::new("{0} is on {1} ({2}).", "{0} は {1} に掲載されています（{2}）。"),
        innocent: Words::new(
            "The mail quotes the address to warn of it, or the list is wrong or slow to forget.",
            "注意喚起のために引用されている場合や、リストの誤り・更新の遅れの場合です。",
        ),
        weight: 3.0,
        kind: Kind::Correlated,
        references: &["RFC 5782", "Spamhaus DBL, SURBL: their own documentation", "assets/lists/blocklists.tsv"],
        check: |evidence, facts| link_listed(evidence, facts, Sort::Attack),
    },
    Rule {
        id: "link-listed",
        family: Family::Links,
        title: Words::new("Link leads to a domain on a block list", "ブロックリストに載るドメインへのリンク"),
        reason: Words::new("{0} is on {1} ({2}).", "{0} は {1} に掲載されています（{2}）。"),
        innocent: Words::new(
            "A sender of advertising whom some call a spammer, or a list that is slow to forget.",
            "一部からスパムとみなされる広告配信の場合や、リストの更新の遅れの場合です。",
        ),
        weight: 1.8,
        kind: Kind::Correlated,
        references: &["RFC 5782", "SpamAssassin 25_uribl.cf, rspamd rbl (idea)", "assets/lists/blocklists.tsv"],
        check: |evidence, facts| link_listed(evidence, facts, Sort::Spam),
    },
    Rule {
        id: "link-listed-abused",
        family: Family::Links,
        title: Words::new("Link leads to a site that was abused", "悪用された正規サイトへのリンク"),
        reason: Words::new(
            "{0} is an honest domain that others abused: it is on {1} ({2}).",
            "{0} は他者に悪用された正規のドメインとして {1} に掲載されています（{2}）。",
        ),
        innocent: Words::new(
            "The mail leads to the honest part of the site, or the site was cleaned.",
            "サイトの正規の部分へのリンクの場合や、すでに修復されている場合です。",
        ),
        weight: 0.8,
        kind: Kind::Correlated,
        references: &["Spamhaus DBL: abused legit", "SURBL: CR", "assets/lists/blocklists.tsv"],
        check: |evidence, facts| link_listed(evidence, facts, Sort::Abused),
    },
    Rule {
        id: "link-network-criminal",
        family: Family::Links,
        title: Words::new("Link leads into a network of criminals", "犯罪者が支配するネットワークへのリンク"),
        reason: Words::new(
            "{0} is at {1}, in a network that {2} of {3} lists as run by criminals or taken over by them.",
            "{0} のアドレス {1} は、{3} 付の {2} が犯罪者の運用または乗っ取りとして挙げるネットワークにあります。",
        ),
        innocent: Words::new(
            "Such networks rent to anybody; an honest customer may be among them.",
            "そのネットワークに正規の利用者が混じっている場合です。",
        ),
        weight: 2.5,
        kind: Kind::Correlated,
        references: &["Spamhaus DROP and ASN-DROP"],
        check: link_network_criminal,
    },
    Rule {
        id: "link-certificate-new",
        family: Family::Links,
        title: Words::new("First certificate days before the mail", "メール直前に初めて証明書が発行されたリンク先"),
        reason: Words::new(
            "The first certificate that the public logs have for {0} was issued {1 day|days} before the mail.",
            "公開ログにある {0} の最初の証明書は、メールの {1} 日前に発行されています。",
        ),
        innocent: Words::new(
            "A new site, or an old one that used no certificate until then.",
            "新しく開設されたサイトや、それまで証明書を使っていなかったサイトの場合です。",
        ),
        weight: 1.5,
        kind: Kind::Heuristic,
        references: &["RFC 9162", "Bijmans et al., Catching phishers by their bait, USENIX Security 2021"],
        check: link_certificate_new,
    },
];

/// Every stop of the links that a reader can press, as feeds are asked about them; none where nothing is known.
fn stops<'a>(evidence: &Seen<'a>) -> impl Iterator<Item = (&'a Link, &'a UrlParts)> {
    let pressed = |link: &&Link| {
        matches!(link.kind, LinkKind::Anchor | LinkKind::Text | LinkKind::Form | LinkKind::Qr | LinkKind::Attachment)
            && !link.traits.contains(&UrlTrait::Defanged)
    };
    let links = evidence.evidence().links.iter().filter(pressed);
    links.flat_map(|link| link.ways().map(move |url| (link, url))).take(URLS)
}

/// What feeds have of a stop.
fn hits<'f>(facts: &'f FactSet, text: &str) -> &'f [FeedHit] {
    match facts.state(&Key::Feeds(text.to_owned())) {
        State::Value(Answer::Feeds(hits)) => hits,
        _ => &[],
    }
}

/// What is told of a hit: its feed, its day, and what stands beside the line, or since when.
fn told<'h>(hit: &'h FeedHit, other: &'h str) -> [&'h str; 3] {
    let beside = hit.note.as_deref().or(hit.since.as_deref()).unwrap_or(other);
    [&hit.feed, &hit.dated, beside]
}

/// What a feed collects, as a word.
fn sort(hit: &FeedHit) -> &'static str {
    match hit.holds {
        Holds::Phishing => "phishing",
        Holds::Malware => "malware",
        Holds::Criminal => "criminal",
        Holds::Own => "own list",
    }
}

fn link_in_feed(evidence: &Seen<'_>, facts: &FactSet) -> Option<Hit> {
    facts.feeds().next()?;
    stops(evidence).find_map(|(link, url)| {
        let best = hits(facts, &url.normal).iter().max_by_key(|hit| hit.part)?;
        // A shared page without its query (`/url?q=`) is the platform's own.
        let whole = best.part == Part::Url || best.part == Part::Path && !is_shared(link, url);
        let [feed, dated, beside] = told(best, sort(best));
        whole.then(|| Hit::new([&url.normal, feed, dated, beside], vec![link.span]))
    })
}

fn link_host_in_feed(evidence: &Seen<'_>, facts: &FactSet) -> Option<Hit> {
    facts.feeds().next()?;
    if link_in_feed(evidence, facts).is_some() {
        return None;
    }
    let own = |link: &Link, url: &UrlParts| !is_shared(link, url) && !gate::leads_home(evidence, &url.domain);
    stops(evidence).filter(|(link, url)| own(link, url)).find_map(|(link, url)| {
        let of_url = hits(facts, &url.normal).iter().find(|hit| matches!(hit.part, Part::Host | Part::Beside));
        // Whoever lists a whole domain means the hosts below it, too; of a shared one they are strangers to each other.
        let registrable = url.domain.registrable.as_deref().filter(|_| !url.domain.private_suffix);
        let of_domain = || hits(facts, registrable?).iter().find(|hit| hit.part == Part::Host);
        let hit = of_url.or_else(of_domain)?;
        let [feed, dated, beside] = told(hit, sort(hit));
        Some(Hit::new([&url.domain.host, feed, dated, beside], vec![link.span]))
    })
}

/// What block lists say of one thing.
pub(super) struct Blocked {
    /// The lists, `dbl, surbl`.
    pub(super) lists: String,
    /// The worst of what they say, in English.
    pub(super) meaning: String,
}

/// The listings of any of these names whose codes fit, asked near enough to the mail; the costly test last.
pub(super) fn blocked(
    facts: &FactSet,
    names: &[&str],
    near: impl Fn(Option<i64>) -> bool,
    fits: impl Fn(&Code) -> bool,
) -> Option<Blocked> {
    let mut lists: Vec<&str> = Vec::new();
    let mut worst: Option<&Code> = None;
    for (list, name, listing, at) in facts.listings() {
        if !names.contains(&name) || !near(at) {
            continue;
        }
        let found = listing.codes.iter().filter(|code| fits(code)).max_by_key(|code| code.weight);
        let Some(code) = found else { continue };
        if !lists.contains(&list) {
            lists.push(list);
        }
        if worst.is_none_or(|worst| worst.weight < code.weight) {
            worst = Some(code);
        }
    }
    worst.map(|code| Blocked { lists: lists.join(", "), meaning: code.meaning.clone() })
}

/// What sort of domain the lists take it for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Sort {
    /// An honest one that was abused.
    Abused,
    /// A spammer's, or seen in spam.
    Spam,
    /// Made for phishing or malware.
    Attack,
}

/// The sort that a code means; none where it only notes something.
pub(super) fn sort_of(code: &Code) -> Option<Sort> {
    match (code.weight, code.abused) {
        (Severity::Note, _) => None,
        (_, true) => Some(Sort::Abused),
        (Severity::Spam, false) => Some(Sort::Spam),
        (Severity::Attack, false) => Some(Sort::Attack),
    }
}

fn link_listed(evidence: &Seen<'_>, facts: &FactSet, sort: Sort) -> Option<Hit> {
    facts.listings().next()?;
    let any = |names: &[&str], sort| blocked(facts, names, |_| true, |code| sort_of(code) == Some(sort));
    // A proved sender's own site may have been broken into; a spammer proves himself, too.
    let home = |url: &UrlParts| sort == Sort::Abused && gate::leads_home(evidence, &url.domain);
    gate::hosts(evidence).filter(|(link, url)| !is_shared(link, url) && !home(url)).find_map(|(link, url)| {
        let names = [url.domain.host.as_str(), url.domain.organization()];
        let found = any(&names, sort)?;
        // Each link is told by the worst that is said of it.
        let worse = [Sort::Spam, Sort::Attack].into_iter().filter(|other| *other > sort);
        worse
            .into_iter()
            .all(|other| any(&names, other).is_none())
            .then(|| Hit::new([&url.domain.host, &found.lists, &found.meaning], vec![link.span]))
    })
}

/// The host is one that many share, so that what is said of a page on it says nothing of another.
fn is_shared(link: &Link, url: &UrlParts) -> bool {
    let domain = &url.domain;
    let last = link.target().is_some_and(|target| target == url);
    let shared = |class: &HostClass| {
        matches!(
            class,
            HostClass::Shortener
                | HostClass::FormBuilder
                | HostClass::FileShare
                | HostClass::IpfsGateway
                | HostClass::LinkPage
                | HostClass::ContentNetwork
                | HostClass::Brand(_)
        )
    };
    // A customer's own name below a shared one is the customer's; the bare platform is everybody's.
    let platform = domain.registrable.is_none() && url.address.is_none()
        || link.classes.contains(&HostClass::FreeHosting) && !domain.private_suffix;
    // What is not the last stop is a wrapper or a counter that many use.
    platform
        || !last
        || link.classes.iter().any(shared)
        || gate::everyday(domain)
        || gate::wraps(domain)
        || brand::owner(domain).is_some()
}

fn link_judged_bad(evidence: &Seen<'_>, facts: &FactSet) -> Option<Hit> {
    let bad = |severity: Option<Severity>| severity == Some(Severity::Attack);
    let mut judged = facts.judgements().filter(|(_, _, judgement)| bad(judgement.severity)).peekable();
    judged.peek()?;
    judged.find_map(|(by, thing, judgement)| {
        let (link, url) = stops(evidence).find(|(link, url)| match thing {
            Thing::Url(judged) => url.normal == *judged,
            Thing::Domain(name) => {
                (url.domain.host == *name || url.domain.organization() == name) && !is_shared(link, url)
            }
            Thing::Address(_) | Thing::File(_) => false,
        })?;
        let what = match thing {
            Thing::Url(_) => &url.normal,
            _ => &url.domain.host,
        };
        let votes = judgement.votes.map(|(bad, all)| format!("{bad}/{all}"));
        let said = judgement.said.first().map(|(_, value)| value.clone());
        let detail = votes.or(said).unwrap_or_else(|| by.to_owned());
        Some(Hit::new([what, by, &detail], vec![link.span]))
    })
}

fn link_network_criminal(evidence: &Seen<'_>, facts: &FactSet) -> Option<Hit> {
    gate::hosts(evidence).filter(|(link, url)| !is_shared(link, url)).find_map(|(link, url)| {
        let known = facts.addresses(&url.domain.host).unwrap_or_default();
        let addresses = url.address.iter().chain(known).filter(|address| is_public(**address)).take(8);
        let (address, mark) = addresses.into_iter().find_map(|address| {
            let marks = &facts.place(*address)?.marks;
            Some((address, marks.iter().find(|mark| mark.kind == NetworkKind::Criminal)?))
        })?;
        Some(Hit::new([&url.domain.host, &address.to_string(), &mark.list, &mark.dated], vec![link.span]))
    })
}

fn link_certificate_new(evidence: &Seen<'_>, facts: &FactSet) -> Option<Hit> {
    let mail = gate::delivered_by(evidence).and_then(|(_, hop)| hop.time).or(evidence.date)?;
    gate::hosts(evidence).find_map(|(link, url)| {
        let registrable = url.domain.registrable.as_deref()?;
        let State::Value(Answer::Logged(logged)) = facts.state(&Key::Certificates(registrable.to_owned())) else {
            return None;
        };
        let before = mail.checked_sub(logged.first?)?;
        let young = (-LATER..=YOUNG).contains(&before) && logged.found <= CERTIFICATES;
        let days = (before.max(0) / 86_400).to_string();
        (young && !gate::leads_home(evidence, &url.domain)).then(|| Hit::new([registrable, &days], vec![link.span]))
    })
}

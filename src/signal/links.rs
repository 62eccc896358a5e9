//! Where the links lead: hosts that lie, hide or belong to anyone.
//!
//! Only links that a reader can press are judged; images and header links are shown elsewhere.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::{Family, Hit, Kind, Rule, Seen, brand, gate, lexicon};
use crate::evidence::{Domain, HostClass, Link, LinkKind, UrlParts, carried_address};
use crate::facts::FactSet;
use crate::text::Words;

/// The rules of this family.
pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "link-text-lies",
        family: Family::Links,
        title: Words::new("Link text names another host", "リンクの表示と行き先が異なる"),
        reason: Words::new(
            "The link shows {0} but leads to {1}, which belongs to someone else.",
            "リンクの表示は {0} ですが、実際の行き先は別組織の {1} です。",
        ),
        innocent: Words::new(
            "A newsletter that counts presses through its mail service.",
            "配信サービスを経由してクリック数を数えるメールマガジンの場合です。",
        ),
        weight: 1.2,
        kind: Kind::Direct,
        references: &[
            "phishing_pot base rate: 4.4 % of phishing, 0 of 2,550 ham",
            "rspamd PHISHING, SpamAssassin SPOOFED_URL",
        ],
        check: link_text_lies,
    },
    Rule {
        id: "link-user-info",
        family: Family::Links,
        title: Words::new("Link hides its host behind an @", "@ の前に偽のホスト名があるリンク"),
        reason: Words::new(
            "The link begins with {0}@, which is no host: it leads to {1}.",
            "リンクは {0}@ で始まりますが、これは行き先ではありません。実際には {1} につながります。",
        ),
        innocent: Words::new(
            "A link to a device or a test server that takes a log-in in the address.",
            "URL にログイン情報を書く機器や試験用サーバーの場合です。",
        ),
        weight: 2.0,
        kind: Kind::Direct,
        references: &[
            "RFC 3986 section 7.6",
            "rspamd URL_USER_PASSWORD",
            "phishing_pot base rate: 1.1 % of phishing, 0 of ham",
        ],
        check: link_user_info,
    },
    Rule {
        id: "link-address-literal",
        family: Family::Links,
        title: Words::new("Link leads to a bare address", "リンク先が IP アドレス"),
        reason: Words::new(
            "The link leads to {0} without a name. Honest services have a name.",
            "リンク先が名前のない {0} です。まともなサービスには名前があります。",
        ),
        innocent: Words::new(
            "A colleague's link to a machine of your own network.",
            "同僚が送った、社内ネットワークの機器へのリンクの場合です。",
        ),
        weight: 2.3,
        kind: Kind::Direct,
        references: &["phishing_pot base rate: 1.6 % of phishing, 0 of 2,550 ham", "rspamd URL_NUMERIC_IP"],
        check: link_address_literal,
    },
    Rule {
        id: "link-punycode",
        family: Family::Links,
        title: Words::new("Link host with letters of another script", "国際化ドメインのリンク"),
        reason: Words::new(
            "The host {0} is written with letters outside ASCII; some look like others.",
            "ホスト {0} は英数字以外の文字で書かれています。見た目の似た文字が使われることがあります。",
        ),
        innocent: Words::new(
            "The organization really has a name in that script.",
            "組織名が本当にその文字を使う場合です。",
        ),
        weight: 1.0,
        kind: Kind::Heuristic,
        references: &["RFC 3492", "Unicode TS 39"],
        check: link_punycode,
    },
    Rule {
        id: "link-long-label",
        family: Family::Links,
        title: Words::new("Link host with a very long random label", "リンク先に長い無意味な文字列"),
        reason: Words::new(
            "The link host {0} has a label of {1} characters. It pushes the real domain out of sight.",
            "リンク先 {0} には {1} 文字もの文字列が含まれ、本当のドメインを見えにくくしています。",
        ),
        innocent: Words::new(
            "Services that put a customer's key into the host name.",
            "顧客ごとの鍵をホスト名に入れるサービスの場合です。",
        ),
        weight: 2.0,
        kind: Kind::Heuristic,
        references: &["write-ups of mails aimed at mail server administrators, 2022"],
        check: link_long_label,
    },
    Rule {
        id: "link-shortener",
        family: Family::Links,
        title: Words::new("Link through a shortener", "短縮 URL のリンク"),
        reason: Words::new(
            "The link goes through {0}, which hides where it leads.",
            "リンクは短縮サービス {0} を経由し、行き先が隠れています。",
        ),
        innocent: Words::new(
            "Clubs, shops and social networks shorten links, too.",
            "団体、店舗、SNS も短縮 URL を使います。",
        ),
        weight: 1.4,
        kind: Kind::Direct,
        references: &["phishing_pot: t.co in 817, tinyurl in 84, bit.ly in 47 of 7,910 mails"],
        check: link_shortener,
    },
    Rule {
        id: "link-free-hosting",
        family: Family::Links,
        title: Words::new("Link to a place where anyone may publish", "誰でも公開できる場所へのリンク"),
        reason: Words::new(
            "The link leads to {0}: anyone may publish under such a name, also without paying.",
            "リンク先 {0} は、誰でも（無料でも）公開できる場所です。",
        ),
        innocent: Words::new(
            "Small projects, clubs and forms of real companies live there as well.",
            "小さな団体や、企業の正規のフォームもそこにあります。",
        ),
        weight: 1.4,
        kind: Kind::Heuristic,
        references: &[
            "Sublime free_subdomain_hosts (idea)",
            "phishing_pot: storage.googleapis.com in 434, amazonaws.com in 264 of 7,910 mails",
        ],
        check: link_free_hosting,
    },
    Rule {
        id: "link-redirector",
        family: Family::Links,
        title: Words::new("Link through a big site's redirector", "大手サイトの転送機能を経由するリンク"),
        reason: Words::new(
            "The link starts at {0}, which only leads on to an address written inside the link. It borrows the good name of that site.",
            "リンクは {0} から始まりますが、URL に書かれた別の場所へ転送されるだけです。大手サイトの信用を借りる手口です。",
        ),
        innocent: Words::new(
            "Search results and notices of that site itself use the same form.",
            "そのサイト自身の検索結果や通知でも同じ形が使われます。",
        ),
        weight: 1.2,
        kind: Kind::Direct,
        references: &[
            "Sublime open_redirect rules, rspamd HAS_GOOGLE_REDIR (idea)",
            "phishing_pot: google.com in 211, linkedin.com in 208 of 7,910 mails",
        ],
        check: link_redirector,
    },
    Rule {
        id: "link-odd-port",
        family: Family::Links,
        title: Words::new("Link with an unusual port", "リンクのポート番号が特殊"),
        reason: Words::new(
            "The link leads to port {1} of {0}; public web sites use the usual ones.",
            "リンク先は {0} のポート {1} です。一般公開のサイトは通常のポートを使います。",
        ),
        innocent: Words::new(
            "A company's own application or a test server.",
            "社内アプリケーションや試験用サーバーの場合です。",
        ),
        weight: 1.0,
        kind: Kind::Direct,
        references: &["RFC 9110 section 4.2"],
        check: link_odd_port,
    },
    Rule {
        id: "link-carries-recipient",
        family: Family::Links,
        title: Words::new("Link carries your address", "リンクに受信者のアドレスが埋め込まれている"),
        reason: Words::new(
            "The link to {0} carries the address that the mail was sent to, so that the page can fill it in or tell that you pressed it.",
            "{0} へのリンクに宛先のアドレスが埋め込まれています。偽の画面に自動入力したり、押したことを知るために使われます。",
        ),
        innocent: Words::new(
            "Newsletters do so for unsubscribing and for preferences.",
            "メールマガジンの配信停止や設定変更でも使われます。",
        ),
        weight: 0.5,
        kind: Kind::Direct,
        references: &["Sublime recipient_address_in_link (idea)"],
        check: link_carries_recipient,
    },
    Rule {
        id: "no-link-home",
        family: Family::Links,
        title: Words::new("No link leads to the sender's organization", "差出人の組織へのリンクが一つもない"),
        reason: Words::new(
            "None of the links leads to {0}; the first leads to {1}.",
            "リンクのどれも {0} につながりません（最初のリンク先は {1}）。",
        ),
        innocent: Words::new(
            "Whoever sends through a service often links only to the service.",
            "配信サービスから送る場合、リンクがサービスのものだけになることがあります。",
        ),
        weight: 0.8,
        kind: Kind::Heuristic,
        references: &["phishing_pot base rate: 90.8 % of phishing with links"],
        check: no_link_home,
    },
    Rule {
        id: "many-links",
        family: Family::Links,
        title: Words::new("Many different links", "多数の異なるリンク"),
        reason: Words::new(
            "The mail has {0} different links, as newsletters have. Fraud usually wants one to be pressed.",
            "異なるリンクが {0} 個あり、メールマガジンに多い形です。詐欺メールは一つのリンクを押させようとするのが普通です。",
        ),
        innocent: Words::new(
            "A forger who copied a whole newsletter.",
            "メールマガジンを丸ごと写した偽物では当てはまりません。",
        ),
        weight: -0.8,
        kind: Kind::Heuristic,
        references: &["SpamAssassin easy_ham and hard_ham, phishing_pot: counts of distinct links"],
        check: many_links,
    },
    Rule {
        id: "link-plain-http",
        family: Family::Links,
        title: Words::new("Log-in link without encryption", "暗号化されていないログイン用リンク"),
        reason: Words::new(
            "The mail speaks of an account or log-in, and its link to {0} is not encrypted.",
            "アカウントやログインに関する内容なのに、{0} へのリンクは暗号化されていません。",
        ),
        innocent: Words::new("An old but honest site.", "古いまま運営されている正規のサイトの場合です。"),
        weight: 0.9,
        kind: Kind::Heuristic,
        references: &["rspamd HTTP_TO_HTTPS (idea)"],
        check: link_plain_http,
    },
];

fn link_text_lies(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    let (link, shown, url) = lie(evidence, |_| true)?;
    Some(Hit::new([&shown.host, &url.domain.host], vec![link.span]))
}

/// The first link that shows a host, such a one as is wanted, and leads to somebody else, with the host that it shows.
pub(super) fn lie<'a>(
    evidence: &Seen<'a>,
    wanted: impl Fn(&Domain) -> bool,
) -> Option<(&'a Link, &'a Domain, &'a UrlParts)> {
    if !gate::pressable(evidence).any(|(link, _)| link.text_host.as_ref().is_some_and(&wanted)) {
        return None;
    }
    let from = evidence.from_domain();
    let proved = gate::aligned(evidence);
    // A newsletter shows many hosts and leads to all of them over one counter, each by an address of its own.
    let mut shown_by: BTreeMap<&str, (BTreeSet<&str>, BTreeSet<&str>)> = BTreeMap::new();
    for (link, url) in gate::pressable(evidence) {
        if let Some(shown) = &link.text_host {
            let (hosts, pages) = shown_by.entry(url.domain.organization()).or_default();
            hosts.insert(shown.organization());
            pages.insert(&url.normal);
        }
    }
    let crowded = targets(evidence) >= 10;
    let many = |target: &Domain| {
        let own = from.is_some_and(|from| from.organization() == target.organization());
        let counter = |(hosts, pages): &(BTreeSet<_>, BTreeSet<_>)| hosts.len() >= 3 && pages.len() >= hosts.len();
        own && crowded || shown_by.get(target.organization()).is_some_and(counter)
    };
    gate::pressable(evidence).filter(|(link, _)| link.kind == LinkKind::Anchor).find_map(|(link, url)| {
        let shown = link.text_host.as_ref().filter(|shown| wanted(shown))?;
        if gate::related(shown, &url.domain) || gate::wraps(&url.domain) || shown.registrable.is_none() {
            return None;
        }
        // A proved sender that shows its own address may lead there through a counting service; so may list software, to
        // the list's own machines.
        let own = from.is_some_and(|from| gate::related(from, shown) || gate::home(evidence, &url.domain));
        let lists_own = gate::listed(evidence) && gate::of_list(evidence, &url.domain);
        let counted = own && proved || lists_own || proved && gate::service(evidence);
        (!counted && !many(&url.domain)).then_some((link, shown, url))
    })
}

fn link_user_info(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    let (link, url) = gate::first_link(evidence, |_, url| url.user_info.as_ref().is_some_and(|info| !info.is_empty()))?;
    Some(Hit::new([url.user_info.as_deref()?, &url.domain.host], vec![link.span]))
}

fn link_address_literal(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    if gate::listed(evidence) {
        return None;
    }
    let (link, url) = gate::first_link(evidence, |_, url| {
        url.address.is_some_and(|address| match address {
            std::net::IpAddr::V4(four) => !(four.is_private() || four.is_loopback() || four.is_unspecified()),
            std::net::IpAddr::V6(six) => !(six.is_loopback() || six.is_unspecified() || six.is_unique_local()),
        })
    })?;
    Some(Hit::new([&url.domain.host], vec![link.span]))
}

fn link_punycode(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    let (link, url) = gate::hosts(evidence).find(|(_, url)| {
        url.domain.host.split('.').any(|label| label.starts_with("xn--")) && !gate::home(evidence, &url.domain)
    })?;
    Some(Hit::new([&url.domain.host], vec![link.span]))
}

fn link_long_label(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    if gate::aligned(evidence) {
        return None;
    }
    let (link, url) = gate::hosts(evidence).find(|(_, url)| {
        url.address.is_none() && longest(&url.domain.host) > 30 && !gate::home(evidence, &url.domain)
    })?;
    Some(Hit::new([&url.domain.host, &longest(&url.domain.host).to_string()], vec![link.span]))
}

/// Length of the longest label.
fn longest(host: &str) -> usize {
    host.split('.').map(str::len).max().unwrap_or_default()
}

/// The first link of a class that is not the sender's own service.
fn classed<'a>(evidence: &Seen<'a>, class: HostClass) -> Option<(&'a Link, &'a UrlParts)> {
    if gate::listed(evidence) {
        return None;
    }
    gate::first_link(evidence, |link, url| {
        gate::is(link, class) && !gate::resource(&url.domain) && !gate::home(evidence, &url.domain)
    })
}

fn link_shortener(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    let (link, url) = classed(evidence, HostClass::Shortener)?;
    Some(Hit::new([&url.domain.host], vec![link.span]))
}

fn link_free_hosting(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    let (link, url) = classed(evidence, HostClass::FreeHosting)?;
    Some(Hit::new([&url.domain.host], vec![link.span]))
}

fn link_redirector(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    if gate::listed(evidence) || gate::answering(evidence) {
        return None;
    }
    gate::pressable(evidence).find_map(|(link, target)| {
        let (url, _) = link.redirector()?;
        let own = |domain: &Domain| gate::home(evidence, domain);
        // A counting service that leads to the sender's own pages is no borrowed name.
        let inside = gate::related(&url.domain, &target.domain);
        (!inside && !own(&url.domain) && !own(&target.domain)).then(|| Hit::new([&url.domain.host], vec![link.span]))
    })
}

fn link_odd_port(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    if gate::listed(evidence) {
        return None;
    }
    let (link, url) = gate::first_link(evidence, |_, url| url.port.is_some())?;
    Some(Hit::new([&url.domain.host, &url.port?.to_string()], vec![link.span]))
}

fn link_carries_recipient(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    if gate::listed(evidence) || gate::service(evidence) || evidence.shape.unsubscribe.is_some() {
        return None;
    }
    let addresses: Vec<String> = evidence
        .recipients
        .iter()
        .take(3)
        .filter(|own| own.address.contains('@'))
        .map(|own| own.address.to_ascii_lowercase())
        .collect();
    let (link, url) = gate::first_link(evidence, |_, url| {
        !gate::home(evidence, &url.domain) && carried_address(&url.path, &addresses).is_some()
    })?;
    Some(Hit::new([&url.domain.host], vec![link.span]))
}

fn no_link_home(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    if gate::listed(evidence) || gate::answering(evidence) || gate::service(evidence) && gate::aligned(evidence) {
        return None;
    }
    let domain = evidence.from_domain()?;
    let (link, url) = gate::telling(evidence).next()?;
    let home = gate::pressable(evidence)
        .any(|(_, url)| gate::home(evidence, &url.domain) || gate::leads_home(evidence, &url.domain));
    (!home && !gate::free_mail(domain)).then(|| Hit::new([domain.organization(), &url.domain.host], vec![link.span]))
}

fn link_plain_http(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    if gate::listed(evidence) || gate::aligned(evidence) {
        return None;
    }
    let (link, url) = gate::telling(evidence).find(|(link, url)| {
        let honest = || gate::home(evidence, &url.domain) || brand::owner(&url.domain).is_some();
        url.scheme == "http" && link.kind != LinkKind::Text && !honest()
    })?;
    lexicon::in_text(lexicon::ACCOUNT_TROUBLE, evidence)?;
    Some(Hit::new([&url.domain.host], vec![link.span]))
}

/// How many different pages the links lead to.
fn targets(evidence: &Seen<'_>) -> usize {
    *evidence.targets.get_or_init(|| {
        let links = gate::pressable(evidence);
        let mut pages: HashSet<&str, foldhash::fast::RandomState> = HashSet::default();
        pages.reserve(links.size_hint().0);
        pages.extend(links.filter_map(|(_, url)| {
            let end = memchr::memchr(b'#', url.normal.as_bytes()).unwrap_or(url.normal.len());
            url.normal.get(..end)
        }));
        pages.len()
    })
}

fn many_links(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    let first = gate::pressable(evidence).next()?.0.span;
    // Most mails have fewer links than that, whatever they lead to.
    gate::pressable(evidence).nth(14)?;
    let count = targets(evidence);
    (count >= 15).then(|| Hit::new([&count.to_string()], vec![first]))
}

//! What is odd about the addresses that links lead to: hosts in disguise, names that nobody could say, places where
//! anyone may put a form, codes to be scanned. A part of the family of links.

use super::{Family, Hit, Kind, Rule, Seen, gate};
use crate::evidence::{Domain, HostClass, LinkKind, StepKind, UrlTrait};
use crate::facts::FactSet;
use crate::text::Words;

/// The rules of this file.
pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "link-host-disguised",
        family: Family::Links,
        title: Words::new("Link writes its host so that it is not read", "ホストを読み取れない形で書いたリンク"),
        reason: Words::new(
            "The link writes its host in a way that people do not read ({0}); a browser opens {1}.",
            "リンクのホストは人には読み取れない書き方です（{0}）。ブラウザーが開くのは {1} です。",
        ),
        innocent: Words::new(
            "A page made by a faulty program, with a stray backslash or line break in the address.",
            "作成ソフトの不具合で、URL に余計な円記号や改行が入った場合です。",
        ),
        weight: 2.0,
        kind: Kind::Direct,
        references: &[
            "WHATWG URL, host parsing and IPv4 parser",
            "rspamd URL_BACKSLASH_PATH, URL_NUMERIC_IP (idea)",
            "measured: 1.2 % of 1,887 phishing mails, 0 of 2,616 ham",
        ],
        check: link_host_disguised,
    },
    Rule {
        id: "link-odd-scheme",
        family: Family::Links,
        title: Words::new("Link runs or opens something else than a page", "ページ以外を実行・起動するリンク"),
        reason: Words::new(
            "The link begins with {0}: which does not show a page but runs, opens or sends something.",
            "リンクは {0}: で始まります。ページの表示ではなく、何かの実行・起動・送信につながります。",
        ),
        innocent: Words::new(
            "Old newsletters and intranet mails hold such links by mistake.",
            "古いメールマガジンや社内メールに誤って含まれることがあります。",
        ),
        weight: 0.8,
        kind: Kind::Heuristic,
        references: &["CVE-2022-30190, CVE-2023-23397 (ideas)", "measured: 0.6 % of phishing, 0.1 % of ham"],
        check: link_odd_scheme,
    },
    Rule {
        id: "link-random-name",
        family: Family::Links,
        title: Words::new("Link to a name that nobody could say", "誰にも読めない名前へのリンク"),
        reason: Words::new(
            "The name {0} is no word: such names are registered by the hundred and thrown away.",
            "{0} は語になっていません。このような名前は大量に登録され、使い捨てられます。",
        ),
        innocent: Words::new(
            "Abbreviations of organizations and names of technical hosts can look like that.",
            "団体の略称や技術的なホスト名の場合もあります。",
        ),
        weight: 0.8,
        kind: Kind::Heuristic,
        references: &["Sublime rules on random-looking domains (idea)", "measured: 0.6 % of phishing, 0 of 2,616 ham"],
        check: link_random_name,
    },
    Rule {
        id: "link-many-labels",
        family: Family::Links,
        title: Words::new("Link host of very many labels", "ラベルが極端に多いリンク先"),
        reason: Words::new(
            "The link host {0} has so many labels that its real end, {1}, is out of sight.",
            "リンク先 {0} はラベルが多すぎて、本当のドメイン {1} が見えにくくなっています。",
        ),
        innocent: Words::new(
            "Large organizations name the machines of their departments so.",
            "大きな組織が部門ごとのサーバーに付けた名前の場合です。",
        ),
        weight: 1.5,
        kind: Kind::Direct,
        references: &["rspamd URL_EXCESSIVE_DOTS (idea)", "measured: 0.3 % of phishing, 0 of 2,616 ham"],
        check: link_many_labels,
    },
    Rule {
        id: "link-mixed-script",
        family: Family::Links,
        title: Words::new("Link host mixes scripts", "複数の文字体系が混ざったリンク先"),
        reason: Words::new(
            "The link host {0} mixes letters of several scripts; it reads like {1}.",
            "リンク先 {0} は複数の文字体系を混ぜた名前で、{1} のように見えます。",
        ),
        innocent: Words::new(
            "A registered name that plays with two scripts.",
            "二つの文字体系を組み合わせた正規の名前の場合です。",
        ),
        weight: 1.5,
        kind: Kind::Direct,
        references: &["Unicode TS 39 section 5.1", "too rare in the collections to be measured"],
        check: link_mixed_script,
    },
    Rule {
        id: "link-form-builder",
        family: Family::Links,
        title: Words::new("Link to a form that anyone can make", "誰でも作れるフォームへのリンク"),
        reason: Words::new(
            "The link leads to a form at {0}: the owner of such a form sees all that is typed into it.",
            "リンク先は {0} のフォームです。入力した内容はフォームの作成者にすべて見えます。",
        ),
        innocent: Words::new(
            "Surveys, clubs and events use such forms all the time.",
            "アンケートや催しの申し込みでもよく使われます。",
        ),
        weight: 0.9,
        kind: Kind::Heuristic,
        references: &["Sublime free_file_hosts and form rules (idea)", "measured: 0.4 % of phishing, 0.1 % of ham"],
        check: link_form_builder,
    },
    Rule {
        id: "link-dynamic-dns",
        family: Family::Links,
        title: Words::new("Link to a free name for any machine", "ダイナミック DNS の名前へのリンク"),
        reason: Words::new(
            "The link leads to {0}, a dynamic name: anyone gets one for a machine at home in a minute, without a trace.",
            "リンク先 {0} はダイナミック DNS の名前です。誰でもすぐに、足跡を残さず取得できます。",
        ),
        innocent: Words::new("Private servers of hobbyists have such names.", "個人が自宅に置いたサーバーの場合です。"),
        weight: 1.0,
        kind: Kind::Heuristic,
        references: &["MISP warning list dynamic-dns (idea)", "measured: 0.1 % of phishing, ham only on lists"],
        check: link_dynamic_dns,
    },
    Rule {
        id: "link-ipfs",
        family: Family::Links,
        title: Words::new("Link to a page that nobody can take down", "削除できないページ（IPFS）へのリンク"),
        reason: Words::new(
            "The link leads over {0} to IPFS, where a page stays whoever complains about it.",
            "リンクは {0} 経由で IPFS につながります。通報しても消えない場所です。",
        ),
        innocent: Words::new("Mails among people who build with IPFS.", "IPFS を使う開発者どうしのメールの場合です。"),
        weight: 2.0,
        kind: Kind::Direct,
        references: &["rspamd HAS_IPFS_GATEWAY_URL", "too rare in the collections to be measured"],
        check: link_ipfs,
    },
    Rule {
        id: "link-site-files",
        family: Family::Links,
        title: Words::new("Link into the folders of a site's software", "サイトの内部フォルダーへのリンク"),
        reason: Words::new(
            "The link leads into a folder of {0} that visitors never see. Pages appear there when a site was broken into.",
            "リンクは {0} の、閲覧者が通常開かないフォルダーを指しています。侵入されたサイトに偽ページが置かれる場所です。",
        ),
        innocent: Words::new(
            "The owner of a site links to his own file by mistake.",
            "サイトの管理者が誤って内部ファイルにリンクした場合です。",
        ),
        weight: 1.5,
        kind: Kind::Direct,
        references: &["rspamd HACKED_WP_PHISHING", "measured: 0.1 % of phishing, 0 of 2,616 ham"],
        check: link_site_files,
    },
    Rule {
        id: "qr-code-leads-away",
        family: Family::Links,
        title: Words::new("QR code leads to someone else", "QR コードの行き先が別組織"),
        reason: Words::new(
            "A QR code in the mail leads to {0}. It moves the reader to a phone, where no filter of the office watches.",
            "メール内の QR コードの行き先は {0} です。職場のフィルターが届かないスマートフォンへ誘導する手口です。",
        ),
        innocent: Words::new(
            "Tickets, payment slips and invitations carry codes, too.",
            "チケット、払込票、招待状の QR コードの場合です。",
        ),
        weight: 1.2,
        kind: Kind::Direct,
        references: &[
            "Sublime QR code rules (idea), FBI IC3 PSA I-011822",
            "measured: 0 of 1,887 phishing mails (none holds a code), 0.04 % of ham",
        ],
        check: qr_code_leads_away,
    },
    Rule {
        id: "link-through-several",
        family: Family::Links,
        title: Words::new("Link through several redirectors", "複数の転送を重ねたリンク"),
        reason: Words::new(
            "The link passes {0} services one after another before it reaches {1}.",
            "リンクは {0} 個のサービスを次々に経由して {1} につながります。",
        ),
        innocent: Words::new(
            "Advertising counts a press at several services.",
            "広告では複数のサービスがクリックを数えます。",
        ),
        weight: 1.0,
        kind: Kind::Direct,
        references: &[
            "Sublime: four or more nested link rewriters (idea)",
            "measured: 0.1 % of phishing, 0 of 2,616 ham",
        ],
        check: link_through_several,
    },
];

/// The first link to a foreign host of a class.
fn classed(evidence: &Seen<'_>, class: HostClass) -> Option<Hit> {
    if gate::listed(evidence) {
        return None;
    }
    let (link, url) =
        gate::first_link(evidence, |link, url| gate::is(link, class) && !gate::home(evidence, &url.domain))?;
    Some(Hit::new([&url.domain.host], vec![link.span]))
}

fn link_host_disguised(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    let odd = |one: &UrlTrait| matches!(one, UrlTrait::Disguised | UrlTrait::OddAddress);
    let (link, _) = gate::first_link(evidence, |link, _| link.traits.iter().any(odd))?;
    let written = link.raw.split_once(':').map_or(&*link.raw, |(_, rest)| rest).trim_start_matches('/');
    let written: String = written.chars().take(60).take_while(|letter| !matches!(letter, '/' | '?' | '#')).collect();
    Some(Hit::new([&written, &link.url.as_ref()?.domain.host], vec![link.span]))
}

fn link_odd_scheme(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    if gate::listed(evidence) || gate::aligned(evidence) {
        return None;
    }
    let link = evidence.links.iter().take(500).find(|link| {
        matches!(link.kind, LinkKind::Anchor | LinkKind::Text | LinkKind::Form | LinkKind::Qr)
            && link.traits.contains(&UrlTrait::OddScheme)
    })?;
    // `javascript:;` and the like do nothing.
    let does_something =
        link.raw.split_once(':').is_some_and(|(_, rest)| rest.len() > 8 && rest.contains(['(', '/', '\\', ',']));
    does_something.then(|| Hit::new([link.url.as_ref().map_or("", |url| &url.scheme)], vec![link.span]))
}

fn link_random_name(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    if gate::aligned(evidence) {
        return None;
    }
    classed(evidence, HostClass::RandomName)
}

fn link_many_labels(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    if gate::listed(evidence) || gate::aligned(evidence) {
        return None;
    }
    let (link, url) = gate::first_link(evidence, |link, url| {
        gate::is(link, HostClass::ManyLabels) && !gate::home(evidence, &url.domain)
    })?;
    Some(Hit::new([&url.domain.host, url.domain.organization()], vec![link.span]))
}

fn link_mixed_script(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    let (link, url) = gate::first_link(evidence, |link, url| {
        gate::is(link, HostClass::MixedScript) && !gate::home(evidence, &url.domain)
    })?;
    let shown = crate::evidence::unicode_host(&url.domain.host);
    Some(Hit::new([&url.domain.host, &shown], vec![link.span]))
}

fn link_form_builder(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    classed(evidence, HostClass::FormBuilder)
}

fn link_dynamic_dns(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    classed(evidence, HostClass::DynamicDns)
}

fn link_ipfs(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    if gate::listed(evidence) {
        return None;
    }
    let (link, url) = gate::first_link(evidence, |link, url| {
        !gate::home(evidence, &url.domain)
            && (gate::is(link, HostClass::IpfsGateway) || link.traits.contains(&UrlTrait::IpfsPath))
    })?;
    Some(Hit::new([&url.domain.host], vec![link.span]))
}

fn link_site_files(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    if gate::listed(evidence) {
        return None;
    }
    let (link, url) = gate::first_link(evidence, |link, url| {
        link.traits.contains(&UrlTrait::SiteFiles) && !gate::home(evidence, &url.domain)
    })?;
    Some(Hit::new([&url.domain.host], vec![link.span]))
}

fn qr_code_leads_away(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    if gate::listed(evidence) || gate::service(evidence) && gate::aligned(evidence) {
        return None;
    }
    // The sender's own word under another ending is proved by nothing but a signature.
    let home = |domain: &Domain| {
        gate::home(evidence, domain) && gate::aligned(evidence)
            || evidence.from_domain().is_some_and(|from| from.organization() == domain.organization())
    };
    let (link, url) = gate::first_link(evidence, |link, url| link.kind == LinkKind::Qr && !home(&url.domain))?;
    Some(Hit::new([&url.domain.host], vec![link.span]))
}

fn link_through_several(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    if gate::listed(evidence) || gate::aligned(evidence) {
        return None;
    }
    let passed = |link: &crate::evidence::Link| {
        let steps = link.steps.iter().filter(|step| step.kind != StepKind::Gateway).count();
        steps + usize::from(link.sealed.is_some_and(|(_, kind)| kind != StepKind::Gateway))
    };
    let (link, url) = gate::first_link(evidence, |link, url| passed(link) >= 2 && !gate::home(evidence, &url.domain))?;
    Some(Hit::new([&passed(link).to_string(), &url.domain.host], vec![link.span]))
}

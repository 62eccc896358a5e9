//! The two write-ups: every step that the method yields is told.

use super::{Case, address, domain, told};
use crate::evidence::{
    Boundary, BoundaryReason, Hop, HostClass, Link, LinkKind, Reading, ReadingKind, Role, Stamp, Triad, UrlParts,
};
use crate::facts::{Answer, Key, Place};
use crate::message::Span;
use crate::text::Lang;
use crate::verdict::{Level, Verdict};
use crate::view::campaign::{campaign_key, group};
use crate::view::indicators::indicators;
use crate::view::{addresses, hops, links, place, summary, triad, verdict};

const LINK_A: &str = "mail-secureweb0qa2ce8ndm9asbhssywklsycmqmybohl.nayyabgroup.com";

fn link(host: &str, registrable: &str, path: &str) -> Link {
    Link {
        raw: format!("https://{host}{path}"),
        url: Some(UrlParts {
            scheme: "https".into(),
            domain: domain(host, registrable),
            path: path.into(),
            normal: format!("https://{host}{path}"),
            ..UrlParts::default()
        }),
        kind: LinkKind::Anchor,
        text: Some("Release messages".into()),
        text_host: None,
        part: Some(0),
        span: Span { start: 100, end: 180 },
        count: 2,
        ..Link::default()
    }
}

fn hop(helo: &str, from: &str, by: &str) -> Hop {
    Hop {
        helo: Some(helo.into()),
        address: Some(from.parse().unwrap()),
        by: Some(by.into()),
        with: Some("ESMTPS".into()),
        time: Some(1_650_897_850),
        span: Span { start: 10, end: 90 },
        ..Hop::default()
    }
}

/// Write-up A, as its mail with this sender has it.
pub(crate) fn a(from: &str) -> Case {
    let mut case = Case { bytes: vec![b'x'; 400], ..Case::default() };
    case.evidence.subject = "[spam] message returner to sender/rcpt(2)".into();
    case.evidence.stamp = Some(Stamp { text: "[spam]".into(), rest: "message returner to sender/rcpt(2)".into() });
    case.evidence.from = vec![Reading { address: address("bounce@02.postmaster", from), kind: ReadingKind::Plain }];
    case.evidence.recipients = vec![address("", "info@example.jp")];
    case.evidence.hops = vec![hop("www.hairgrance-shop.com", "117.120.49.144", "fmail02.kagoya.net")];
    case.evidence.triad = Triad {
        return_path: Some(address("", "info@estprime.com")),
        message_id: Some("202204252344.23PNiE2M021322-23PNiE2N021322@fmail02.kagoya.net".into()),
        message_id_domain: Some(domain("fmail02.kagoya.net", "kagoya.net")),
        message_id_span: Span::default(),
        oldest: Some(0),
        boundary: Some(Boundary { hop: 0, reason: BoundaryReason::FirstForeignClient }),
    };
    case.evidence.links = vec![link(LINK_A, "nayyabgroup.com", "/?user=info")];
    case.host("estprime.com", Some("estprime.com"), None, &[Role::From, Role::ReturnPath]);
    case.host("www.hairgrance-shop.com", Some("hairgrance-shop.com"), None, &[Role::BoundaryHelo]);
    case.host("117.120.49.144", None, Some("117.120.49.144"), &[Role::OldestAddress, Role::BoundaryAddress]);
    case.host(LINK_A, Some("nayyabgroup.com"), None, &[Role::Link]);
    case.resolves("estprime.com", "117.120.49.144");
    case.resolves(LINK_A, "95.216.42.246");
    case.stands(
        "117.120.49.144",
        Place {
            country: Some("JP".into()),
            region: Some("Toyama".into()),
            city: Some("Ushijima-shinmachi".into()),
            coordinates: Some((36.7, 137.21)),
            ..Place::default()
        },
    );
    case.stands(
        "95.216.42.246",
        Place {
            country: Some("FI".into()),
            city: Some("Tuusula".into()),
            coordinates: Some((60.4, 25.03)),
            asn: Some(24940),
            network: Some("Hetzner Online GmbH".into()),
            ..Place::default()
        },
    );
    case.recorded(Key::Owner("nayyabgroup.com".into()), Answer::Text("a person in Lahore, Pakistan".into()));
    case.verdict = Verdict { score: 96, level: Level::High, findings: vec![], ..Verdict::default() };
    case
}

/// Write-up B.
pub(crate) fn b() -> Case {
    let mut case = Case { bytes: vec![b'x'; 400], ..Case::default() };
    case.evidence.subject = "重要なexample.jp通知-72時間でのパスワードの有効期限".into();
    case.evidence.from = vec![Reading {
        address: address("example.jp_サポート | info@example.jp", "support@kagoya.net"),
        kind: ReadingKind::Plain,
    }];
    case.evidence.recipients = vec![address("", "info@example.jp")];
    case.evidence.hops = vec![hop("[127.0.0.1]", "52.140.204.1", "mx.example.jp")];
    case.evidence.triad = Triad {
        return_path: Some(address("", "support@kagoya.net")),
        message_id: Some("f90a3fe7-cf5a-33a9-4edd-08447dfcbadb@kagoya.net".into()),
        message_id_domain: Some(domain("kagoya.net", "kagoya.net")),
        message_id_span: Span::default(),
        oldest: Some(0),
        boundary: Some(Boundary { hop: 0, reason: BoundaryReason::FirstForeignClient }),
    };
    let mut target =
        link("kagoya-support-notification.azurefd.net", "kagoya-support-notification.azurefd.net", "/login");
    target.url.as_mut().unwrap().domain.private_suffix = true;
    target.classes = vec![HostClass::FreeHosting];
    target.text = Some("https://www.kagoya.jp/".into());
    target.text_host = Some(domain("www.kagoya.jp", "kagoya.jp"));
    case.evidence.links = vec![target];
    case.host("kagoya.net", Some("kagoya.net"), None, &[Role::From, Role::ReturnPath, Role::MessageId]);
    case.host("52.140.204.1", None, Some("52.140.204.1"), &[Role::OldestAddress, Role::BoundaryAddress]);
    let host = "kagoya-support-notification.azurefd.net";
    case.host(host, Some(host), None, &[Role::Link]);
    case.resolves("kagoya.net", "203.142.206.12");
    case.resolves(host, "13.107.213.46");
    case.stands(
        "52.140.204.1",
        Place {
            country: Some("JP".into()),
            region: Some("Saitama".into()),
            coordinates: Some((35.86, 139.65)),
            network: Some("Microsoft".into()),
            ..Place::default()
        },
    );
    case.stands(
        "13.107.213.46",
        Place {
            country: Some("CN".into()),
            city: Some("Beijing".into()),
            coordinates: Some((39.9, 116.4)),
            network: Some("Microsoft".into()),
            anycast: true,
            ..Place::default()
        },
    );
    case.recorded(Key::Reputation(host.into()), Answer::Text("not known to the service".into()));
    case.verdict = Verdict { score: 98, level: Level::High, findings: vec![], ..Verdict::default() };
    case
}

#[track_caller]
fn holds(text: &str, wanted: &[&str]) {
    for want in wanted {
        assert!(text.contains(want), "{want:?} is missing in:\n{text}");
    }
}

#[test]
fn write_up_a_has_a_sender_domain_that_resolves_to_the_machine() {
    let case = a("info@estprime.com");
    let text = told(&triad::doc(&case.subject(Lang::En)));
    holds(
        &text,
        &[
            "info@estprime.com; anyone can type that",
            "The machine that delivered is 117.120.49.144 (calls itself www.hairgrance-shop.com, Japan)",
            "proved: the recipient's own server",
            "= Yes, equal: estprime.com resolves to 117.120.49.144",
            "[spam]",
            "Return-Path | estprime.com | 117.120.49.144 | ✎ the sender | = equal",
            "Message-ID | fmail02.kagoya.net | - | ✎ the sender | ≠ different",
            "Received, oldest = boundary | www.hairgrance-shop.com | 117.120.49.144",
            "address = equal; name ≠ different",
            "Return-Path is where bounces go",
        ],
    );
    let text = told(&addresses::doc(&case.subject(Lang::Ja)));
    holds(
        &text,
        &["= 一致：estprime.com", "◎ 記録：HEARTLAND write-up 2022-04-26", "■ メール自身", "日本", "フィンランド"],
    );
}

#[test]
fn write_up_a_is_on_the_map_with_both_sides() {
    let case = a("info@estprime.com");
    let text = told(&place::doc(&case.subject(Lang::Ja)));
    holds(
        &text,
        &[
            "[A 36.7 137.21][B 60.4 25.03]",
            "117.120.49.144 | 日本 | 富山県, Ushijima-shinmachi",
            "95.216.42.246 | フィンランド | Tuusula | AS24940 Hetzner Online GmbH | ◎ 記録",
            "DB-IP",
        ],
    );
}

#[test]
fn write_up_a_has_its_link_defanged_and_split() {
    let case = a("info@estprime.com");
    let text = told(&links::doc(&case.subject(Lang::En)));
    holds(
        &text,
        &[
            "nayyabgroup[.]com",
            "×2",
            "subdomain  mail-secureweb0qa2ce8ndm9asbhssywklsycmqmybohl (a label of 46 characters)",
            "registrable domain  nayyabgroup.com",
            "95.216.42.246  AS24940 Hetzner Online GmbH  Finland",
            "owner  a person in Lahore, Pakistan  ◎ recorded",
        ],
    );
    assert!(!text.contains("https://"), "no live link:\n{text}");
}

#[test]
fn the_three_mails_of_write_up_a_are_one_campaign_of_three_senders() {
    let senders = ["info@estprime.com", "info@neoplanning.net", "info@jugiappone.net"];
    let keys: Vec<String> = senders.iter().map(|from| campaign_key(&a(from).evidence).unwrap()).collect();
    let other = campaign_key(&b().evidence).unwrap();
    let members = keys.iter().map(String::as_str).zip(senders).chain([(other.as_str(), "support@kagoya.net")]);
    let groups = group(members);
    assert_eq!(groups.len(), 1);
    let campaign = groups[keys[0].as_str()];
    assert_eq!((campaign.mails, campaign.senders), (3, 3));
    assert_eq!(campaign.short(), "×3");

    let case = a(senders[1]);
    let mut subject = case.subject(Lang::En);
    subject.entry.campaign = Some(campaign);
    holds(&told(&verdict::doc(&subject)), &["3 mails here share this subject and link domain, from 3 senders"]);
    holds(&told(&summary::doc(&subject)), &["from 3 senders"]);
}

#[test]
fn write_up_b_has_a_sender_domain_that_resolves_elsewhere() {
    let case = b();
    let text = told(&triad::doc(&case.subject(Lang::En)));
    holds(
        &text,
        &[
            "≠ No, they differ: kagoya.net resolves to 203.142.206.12, but 52.140.204.1 delivered.",
            "calls itself [127.0.0.1], Microsoft, Japan",
            "Return-Path | kagoya.net | 203.142.206.12 | ✎ the sender | = equal",
            "address ≠ different",
        ],
    );
    let text = told(&addresses::doc(&case.subject(Lang::En)));
    holds(
        &text,
        &["nothing in the mail explains the difference", "anycast, no single place", "not known to the service"],
    );
    let text = told(&hops::doc(&case.subject(Lang::Ja)));
    holds(&text, &["◀ 境界", "名乗り [127.0.0.1]"]);
}

#[test]
fn write_up_b_gets_no_pin_for_an_anycast_address() {
    let case = b();
    let text = told(&place::doc(&case.subject(Lang::En)));
    holds(&text, &["[A 35.86 139.65]", "- | ", "13.107.213.46 | anycast, no single place", "no place means anything"]);
    assert!(!text.contains("39.9"), "no pin in Beijing:\n{text}");
}

#[test]
fn write_up_b_has_a_link_text_that_names_another_host() {
    let case = b();
    let text = told(&links::doc(&case.subject(Lang::En)));
    holds(
        &text,
        &[
            "≠ leads to kagoya-support-notification.azurefd.net",
            "free hosting or cloud front door",
            "a customer's name",
        ],
    );
}

#[test]
fn write_up_b_is_advised_for_japan_with_the_law() {
    let case = b();
    for lang in [Lang::En, Lang::Ja] {
        let text = told(&verdict::doc(&case.subject(lang)));
        holds(&text, &["info@antiphishing.jp", "meiwaku@dekyo.or.jp", "特定電子メール法", "HIGH ▲"]);
    }
}

#[test]
fn indicators_leave_out_what_is_the_recipients_own() {
    let case = a("info@estprime.com");
    let found = indicators(&case.subject(Lang::En));
    let live =
        |list: &[crate::view::indicators::Indicator]| list.iter().map(|one| one.live.clone()).collect::<Vec<_>>();
    assert_eq!(live(&found.urls), [format!("https://{LINK_A}/?user=info")]);
    assert_eq!(live(&found.domains), ["estprime.com", "www.hairgrance-shop.com", LINK_A]);
    assert_eq!(live(&found.addresses), ["117.120.49.144", "95.216.42.246"]);
    assert_eq!(live(&found.mail_addresses), ["info@estprime.com"]);
    assert!(found.all().all(|one| one.defanged.is_ascii() && !one.defanged.contains("http")));
    assert!(found.domains.iter().all(|one| one.defanged.contains("[.]")));
}

#[test]
fn a_mail_cannot_talk_its_names_out_of_the_indicators() {
    let mut case = a("info@estprime.com");
    case.evidence.recipients = vec![address("", "you@nayyabgroup.com"), address("", "you@estprime.com")];
    let found = indicators(&case.subject(Lang::En));
    assert!(found.domains.iter().any(|one| one.live == LINK_A));
    assert!(found.domains.iter().any(|one| one.live == "estprime.com"));
    assert_eq!(found.urls.len(), 1);
}

#[test]
fn a_summary_can_be_passed_on() {
    for (case, lang) in [(a("info@estprime.com"), Lang::En), (b(), Lang::Ja)] {
        let text = told(&summary::doc(&case.subject(lang)));
        assert!(!text.contains("https://") && !text.contains("http://"), "{text}");
        for name in ["estprime.com", "kagoya.net", "nayyabgroup.com", "azurefd.net", "117.120.49.144", "52.140.204.1"] {
            assert!(!text.contains(name), "{name} is live in:\n{text}");
        }
        holds(&text, &["HIGH ▲", "[.]", "[@]"]);
    }
}

#[test]
fn lists_answers_and_mails_without_a_mark_of_their_own_are_no_campaign() {
    use crate::evidence::Excuse;
    let mut list = a("info@estprime.com").evidence;
    list.excuses = vec![Excuse::List("users.example.org".into())];
    assert_eq!(campaign_key(&list), None);
    let mut answer = a("info@estprime.com").evidence;
    answer.stamp = None;
    answer.subject = "Re: lunch".into();
    assert_eq!(campaign_key(&answer), None);
    let mut short = a("info@estprime.com").evidence;
    short.links.clear();
    short.body.text = "see you".into();
    assert_eq!(campaign_key(&short), None);
}

#[test]
fn the_same_words_to_different_recipients_are_one_campaign() {
    let mail = |to: &str, number: u32| {
        let mut evidence = a("info@estprime.com").evidence;
        evidence.links.clear();
        evidence.stamp = None;
        evidence.recipients = vec![address("", to)];
        evidence.subject = format!("Invoice {number} for {to}");
        evidence.body.text = format!("Dear {to}, your invoice {number} is overdue, please transfer the amount today.");
        campaign_key(&evidence)
    };
    assert_eq!(mail("a@example.com", 17), mail("info@example.jp", 2_345));
    assert!(mail("a@example.com", 17).is_some());
}

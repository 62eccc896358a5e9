//! Cards and short lines told by hand-made facts.

use super::*;
use crate::facts::listing::{Code, Listing, Logged, Severity};
use crate::facts::registration::Registration;
use crate::facts::{Announced, Answer, Authority, Dnssec, Exchanger, Fact, Key, Origin, Place, State};
use crate::text::Lang;
use crate::view::tests::{Case, told};

const MAIL: i64 = 1_793_600_000;

fn card_of(case: &Case, named: &Named, lang: Lang) -> String {
    told(&card(&case.subject(lang), &named.about()))
}

fn host(name: &str) -> Named {
    Named::Host(Domain::of(name))
}

fn known() -> Case {
    let mut case = Case::default();
    case.evidence.date = Some(MAIL);
    case.resolves("www.evil.test", "198.51.100.9");
    case.stands(
        "198.51.100.9",
        Place {
            country: Some("FI".into()),
            asn: Some(64_500),
            network: Some("Example Hosting".into()),
            ..Place::default()
        },
    );
    case.recorded(Key::Aliases("www.evil.test".into()), Answer::Hosts(vec!["edge.cdn.test".into()]));
    case.recorded(
        Key::MailExchangers("www.evil.test".into()),
        Answer::MailExchangers(vec![Exchanger { preference: 10, host: "mx.evil.test".into() }]),
    );
    case.recorded(Key::Texts("evil.test".into()), Answer::Texts(vec!["v=spf1 ip4:192.0.2.1 -all".into()]));
    case.recorded(Key::Texts("_dmarc.evil.test".into()), Answer::Texts(vec!["v=DMARC1; p=none".into()]));
    case.recorded(Key::Texts("other.test".into()), Answer::Texts(vec!["not of this domain".into()]));
    let authority = Authority {
        zone: "evil.test".into(),
        primary: "ns1.evil.test".into(),
        mailbox: "host@evil.test".into(),
        serial: 7,
    };
    case.recorded(Key::Authority("evil.test".into()), Answer::Authority(authority));
    case
}

#[test]
fn a_host_has_its_addresses_aliases_and_records_with_their_sources() {
    let case = known();
    let text = card_of(&case, &host("www.evil.test"), Lang::En);
    for want in [
        "registrable domain  evil.test",
        "198.51.100.9 | AS64500 Example Hosting | Finland | ◎ recorded",
        "alias of  edge.cdn.test",
        "MX | www.evil.test | 10 mx.evil.test",
        "SPF | evil.test | v=spf1 ip4:192.0.2.1 -all",
        "DMARC | _dmarc.evil.test | v=DMARC1; p=none",
        "SOA | evil.test | ns1.evil.test  responsible host[@]evil[.]test, serial 7",
    ] {
        assert!(text.contains(want), "{want} is missing in:\n{text}");
    }
    assert!(!text.contains("not of this domain"));
    assert!(!text.contains("CAA"), "what nobody asked has no row");
    assert!(card_of(&case, &host("www.evil.test"), Lang::Ja).contains("フィンランド"));
}

#[test]
fn the_policies_of_a_domain_and_the_word_on_signatures_are_told() {
    let mut case = known();
    let texts = |text: &str| Answer::Texts(vec![text.to_owned()]);
    case.recorded(Key::Texts("_mta-sts.evil.test".into()), texts("v=STSv1; id=1"));
    case.recorded(Key::Texts("_smtp._tls.evil.test".into()), texts("v=TLSRPTv1; rua=mailto:a@evil.test"));
    case.recorded(Key::Texts("default._bimi.evil.test".into()), texts("v=BIMI1; l=https://evil.test/a.svg"));
    let card = |case: &Case, lang| card_of(case, &host("www.evil.test"), lang);
    let text = card(&case, Lang::En);
    for want in [
        "(MTA-STS)  announced; the policy itself is not known",
        "(TLS-RPT)  mailto:a[@]evil[.]test",
        "(BIMI)  hxxps://evil[.]test/a.svg  without a certificate",
    ] {
        assert!(text.contains(want), "{want} is missing in:\n{text}");
    }
    let policy = "version: STSv1\nmode: enforce\nmx: mx.evil.test\nmax_age: 604800";
    case.recorded(Key::MailPolicy("evil.test".into()), Answer::Policy(policy.into()));
    assert!(card(&case, Lang::En).contains("enforced: it takes mail encrypted only  mx mx.evil.test  for 7 days"));
    assert!(card(&case, Lang::Ja).contains("必須：暗号化された配送だけを受け付ける  mx mx.evil.test  有効 7 日"));
    case.recorded(
        Key::Texts("_mta-sts.evil.test".into()),
        Answer::Texts(vec!["v=STSv1; id=1".into(), "v=STSv1; id=2".into()]),
    );
    assert!(card(&case, Lang::En).contains("(MTA-STS)  a record that cannot be read, or more than one"));
    assert!(!card_of(&known(), &host("www.evil.test"), Lang::En).contains("MTA-STS"), "nobody asked");

    let signed = |dnssec| {
        let mut case = known();
        let mut fact = case.facts.get(&Key::Texts("evil.test".into())).unwrap().clone();
        fact.dnssec = Some(dnssec);
        case.facts.put(Key::Texts("evil.test".into()), fact);
        card(&case, Lang::En)
    };
    assert!(signed(Dnssec::Secure).contains("DNSSEC ✓"));
    assert!(signed(Dnssec::Bogus).contains("DNSSEC ✗ the signature does not hold"));
    assert!(!signed(Dnssec::Indeterminate).contains("DNSSEC"));
}

#[test]
fn what_was_not_asked_is_not_told_as_missing() {
    let text = card_of(&Case::default(), &host("evil.test"), Lang::En);
    assert!(text.contains("○ not asked (press r to ask)"), "{text}");
    assert!(!text.contains('∅') && !text.contains("no such record"), "{text}");
}

#[test]
fn an_address_is_told_with_names_that_lead_back_and_names_that_do_not() {
    let mut case = known();
    let address: IpAddr = "198.51.100.9".parse().unwrap();
    let names = ["www.evil.test", "www.bank.test", "unasked.test"].map(ToOwned::to_owned).to_vec();
    case.recorded(Key::Names(address), Answer::Names(names));
    case.resolves("www.bank.test", "192.0.2.80");
    let announced = Announced {
        systems: vec![64_500],
        prefix: Some("198.51.100.0/24".into()),
        registry: Some("ripencc".into()),
        ..Announced::default()
    };
    case.recorded(Key::Announced(address), Answer::Announced(announced));
    let text = card_of(&case, &Named::Address(address), Lang::En);
    for want in [
        "www.evil.test | ✓ yes",
        "www.bank.test | ✗ no: anyone can call his address so",
        "unasked.test | ○ not asked",
        "address of  www.evil.test",
        "place  Finland",
        "network  AS64500 Example Hosting",
        "route  198.51.100.0/24, AS64500, ripencc",
    ] {
        assert!(text.contains(want), "{want} is missing in:\n{text}");
    }
}

#[test]
fn a_route_that_differs_from_the_databases_is_told() {
    let address: IpAddr = "198.51.100.9".parse().unwrap();
    let card = |systems: Vec<u32>| {
        let mut case = known();
        case.recorded(Key::Announced(address), Answer::Announced(Announced { systems, ..Announced::default() }));
        card_of(&case, &Named::Address(address), Lang::En)
    };
    assert!(card(vec![64_501]).contains("the databases have AS64500"));
    for same in [vec![64_501, 64_500], vec![]] {
        assert!(!card(same).contains("the databases have"));
    }
}

#[test]
fn block_lists_are_told_apart_on_the_card() {
    let mut case = known();
    let address: IpAddr = "198.51.100.9".parse().unwrap();
    let on = |list: &str| Key::Listed { list: list.into(), name: "198.51.100.9".into() };
    let code = |last: u8, meaning: &str, weight| Code {
        address: IpAddr::from([127, 0, 0, last]),
        meaning: meaning.into(),
        weight,
        abused: false,
    };
    let codes = vec![
        code(2, "run by a spammer (SBL)", Severity::Spam),
        code(10, "not meant to send mail by itself, says its provider (PBL)", Severity::Note),
    ];
    let reason = Some("see https://check.example/\u{1b}[2J".into());
    case.recorded(on("zen"), Answer::Listing(Listing { codes, reason }));
    case.facts.put(on("spamcop"), Fact { state: State::Absent, ..Fact::default() });
    let refused = State::Failed("the list was asked too often".into());
    case.facts.put(on("barracuda"), Fact { state: refused, ..Fact::default() });
    case.facts.put(on("dnsbl.example.net"), Fact { state: State::Asking, ..Fact::default() });
    case.facts.put(on("unasked.example.net"), Fact::default());
    let other = Key::Listed { list: "dbl".into(), name: "evil.test".into() };
    case.recorded(other, Answer::Listing(Listing::default()));
    let text = card_of(&case, &Named::Address(address), Lang::En);
    for want in [
        "block list  zen  run by a spammer (SBL), not meant to send mail by itself",
        "block list  spamcop  ∅ not listed",
        "block list  barracuda  ✗ failed: the list was asked too often",
        "block list  dnsbl.example.net  → asking",
    ] {
        assert!(text.contains(want), "{want} is missing in:\n{text}");
    }
    assert!(!text.contains("unasked.example.net") && !text.contains("  dbl  "), "{text}");
    assert!(!text.contains("https://") && !text.contains('\u{1b}'), "{text}");
    let text = card_of(&case, &Named::Address(address), Lang::Ja);
    for want in ["スパム業者の発信元 (SBL)", "リストへの照会が多すぎる", "∅ 掲載なし"] {
        assert!(text.contains(want), "{want} is missing in:\n{text}");
    }
}

#[test]
fn a_link_is_told_with_its_host_and_never_live() {
    let text = card_of(&known(), &Named::Url("https://www.evil.test/login?x=1".into()), Lang::En);
    assert!(text.contains("hxxps://www[.]evil[.]test/login?x=1") && text.contains("Its host"), "{text}");
    assert!(text.contains("198.51.100.9") && !text.contains("https://"), "{text}");
}

#[test]
fn values_name_what_a_card_can_be_about() {
    for (target, named) in [
        (Target::Host("Evil.TEST".into()), Some(host("evil.test"))),
        (Target::Host("192.0.2.1".into()), Some(Named::Address("192.0.2.1".parse().unwrap()))),
        (Target::Address("a@evil.test".into()), Some(host("evil.test"))),
        (Target::Url("https://evil.test/x".into()), Some(Named::Url("https://evil.test/x".into()))),
        (Target::Url("mailto:a@evil.test".into()), None),
        (Target::Url("javascript:alert(1)".into()), None),
        (Target::Value("AS64500".into()), Some(Named::System(64_500))),
        (Target::Value("AS of today".into()), None),
        (Target::Hash("A".repeat(64)), Some(Named::File("a".repeat(64)))),
        (Target::Hash("a".repeat(32)), None),
        (Target::Host("localhost".into()), None),
        (Target::Item(0), None),
    ] {
        assert_eq!(named_by(&target), named, "{target:?}");
    }
}

#[test]
fn a_pane_says_in_short_whose_a_host_is_how_young_and_what_lists_say() {
    let mut case = known();
    let registration = Registration {
        handle: "evil.test".into(),
        registrar: Some("Cheap Names Ltd".into()),
        created: Some(MAIL - 4 * 86_400),
        ..Registration::default()
    };
    case.recorded(Key::Owner("evil.test".into()), Answer::Registration(Box::new(registration)));
    let listed = |list: &str| Key::Listed { list: list.into(), name: "evil.test".into() };
    let code = Code {
        address: "127.0.1.4".parse().unwrap(),
        meaning: "phishing domain".into(),
        weight: Severity::Attack,
        abused: false,
    };
    case.recorded(listed("dbl"), Answer::Listing(Listing { codes: vec![code], reason: None }));
    case.facts.put(listed("surbl"), Fact { state: State::Absent, ..Fact::default() });
    case.facts.put(listed("uribl"), Fact { state: State::Asking, origin: Origin::Nobody, ..Fact::default() });
    let logged = Logged { first: Some(MAIL - 40 * 86_400), found: 3, ..Logged::default() };
    case.recorded(Key::Certificates("evil.test".into()), Answer::Logged(logged));
    let domain = Domain::of("www.evil.test");
    let lines = crate::view::brief::lines(&case.subject(Lang::En), &domain);
    let text: Vec<String> = lines.iter().map(Line::text).collect();
    let text = text.join("\n");
    for want in [
        ", 4 days before the mail; Cheap Names Ltd",
        "✗ dbl: phishing domain",
        "· not on surbl",
        "uribl → asking",
        "3 in the logs, the first since",
        "40 days before the mail",
    ] {
        assert!(text.contains(want), "{want} is missing in:\n{text}");
    }
    assert!(lines.iter().flat_map(|line| &line.pieces).any(|piece| piece.tone == Tone::High));
    assert!(crate::view::brief::lines(&Case::default().subject(Lang::En), &domain).is_empty());
}

#[test]
fn hostile_answers_are_bounded_and_made_visible() {
    let mut case = Case::default();
    let bad = "\u{1b}[2J\u{202e}https://evil.test/\n".repeat(1_000);
    case.recorded(Key::Texts("evil.test".into()), Answer::Texts(vec![bad.clone(); 100]));
    case.recorded(Key::Issuers("evil.test".into()), Answer::Issuers(vec![bad.clone(); 100]));
    case.recorded(Key::NameServers("evil.test".into()), Answer::Hosts(vec![bad.clone(); 100]));
    case.recorded(Key::MailPolicy("evil.test".into()), Answer::Policy(bad.clone()));
    case.recorded(Key::Addresses("evil.test".into()), Answer::Addresses(vec!["192.0.2.1".parse().unwrap(); 5_000]));
    case.recorded(Key::Owner("evil.test".into()), Answer::Text(bad));
    let text = card_of(&case, &host("evil.test"), Lang::En);
    assert!(text.len() < 100_000, "{} bytes", text.len());
    assert!(!text.contains('\u{1b}') && !text.contains('\u{202e}'));
}

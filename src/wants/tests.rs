//! What mails and targets want: cases like real mail, with reserved names.

use super::*;
use crate::evidence::{examine, examine_for};
use crate::facts::visit::{Stop, Visit};
use crate::facts::{Answer, Fact, Place, State};
use crate::message::Message;

const MAIL: &str = "Return-Path: <b@bounce.one.example>\n\
    Received: from h.one.example (r.one.example [192.0.2.1]) by mx.two.example; Mon, 2 Nov 2026 10:00:00 +0900\n\
    DKIM-Signature: v=1; a=rsa-sha256; d=one.example; s=s2026; h=from; bh=x; b=y\n\
    From: Example <a@mail.one.example>\nTo: info@two.example\nMessage-ID: <1@mail.one.example>\nContent-Type: text/html\n\n\
    <a href=http://login.evil.test/account/>x</a><img src=http://img.example/x.png><a href=http://198.51.100.7/>y</a>";

fn read(mail: &str) -> Evidence {
    examine(&Message::parse(mail.as_bytes()), &[])
}

/// Everything can be asked.
fn all() -> Services {
    Services {
        own: Arc::default(),
        lists: vec![
            BlockList { id: "zen".into(), names: false, addresses: true },
            BlockList { id: "dbl".into(), names: true, addresses: false },
        ],
        services: vec![Service { id: "virustotal".into(), domains: true, addresses: true, files: true, urls: true }],
        feeds: true,
        registries: true,
        routes: true,
        certificates: true,
        history: true,
        visits: true,
    }
}

fn keys(mail: &str, facts: &FactSet, services: &Services) -> Vec<Key> {
    wants(&read(mail), facts, services).keys().cloned().collect()
}

fn known(key: Key, answer: Answer) -> FactSet {
    [crate::facts::Recorded { key, fact: Fact { state: State::Value(answer), ..Fact::default() } }]
        .into_iter()
        .collect()
}

fn listed(list: &str, name: &str) -> Key {
    Key::Listed { list: list.into(), name: name.into() }
}

#[test]
fn every_question_is_asked_once_and_the_central_one_first() {
    let keys = keys(MAIL, &FactSet::default(), &all());
    let judged = |thing: Thing| Key::Judged { by: "virustotal".into(), thing };
    let one = "192.0.2.1".parse().unwrap();
    for key in [
        Key::Place(one),
        Key::Place("198.51.100.7".parse().unwrap()),
        Key::Feeds("http://login.evil.test/account/".into()),
        Key::Addresses("one.example".into()),
        Key::Addresses("mail.one.example".into()),
        Key::MailExchangers("mail.one.example".into()),
        Key::Names(one),
        Key::Addresses("bounce.one.example".into()),
        Key::Addresses("h.one.example".into()),
        Key::Owner("evil.test".into()),
        Key::Owner("one.example".into()),
        Key::Addresses("evil.test".into()),
        Key::Addresses("login.evil.test".into()),
        Key::Texts("mail.one.example".into()),
        Key::Texts("bounce.one.example".into()),
        Key::Texts("s2026._domainkey.one.example".into()),
        Key::Texts("_dmarc.one.example".into()),
        Key::Texts("_dmarc.mail.one.example".into()),
        listed("zen", "192.0.2.1"),
        listed("zen", "198.51.100.7"),
        listed("dbl", "evil.test"),
        listed("dbl", "one.example"),
        Key::Block(one),
        Key::Announced(one),
        judged(Thing::Domain("evil.test".into())),
        judged(Thing::Address(one)),
        Key::Certificates("evil.test".into()),
        Key::History("evil.test".into()),
        Key::NameServers("evil.test".into()),
        Key::Issuers("evil.test".into()),
        Key::Authority("one.example".into()),
        Key::Texts("_mta-sts.one.example".into()),
        Key::Texts("default._bimi.one.example".into()),
        judged(Thing::Url("http://login.evil.test/account/".into())),
        Key::Page("http://login.evil.test/account/".into()),
    ] {
        assert_eq!(keys.iter().filter(|other| **other == key).count(), 1, "{key:?} in {keys:#?}");
    }
    let at = |key: &Key| keys.iter().position(|other| other == key).unwrap();
    assert!(at(&Key::Addresses("evil.test".into())) < at(&Key::Addresses("login.evil.test".into())));
    assert!(at(&Key::Addresses("one.example".into())) < at(&Key::Addresses("mail.one.example".into())));
    let first_out = keys.iter().position(|key| key.reach() > Reach::Local).unwrap();
    assert!(keys.iter().skip(first_out).all(|key| key.reach() > Reach::Local), "local answers first");
    let first_shown = keys.iter().position(Key::needs_consent).unwrap();
    assert!(keys.iter().skip(first_shown).all(Key::needs_consent), "what shows a URL comes last");
    assert!(!keys.iter().any(|key| key.about().contains("img.example")), "pictures are not asked about");
    assert!(!keys.contains(&Key::Addresses("198.51.100.7".into())), "an address has no address");
}

#[test]
fn an_address_that_arrives_leads_to_its_place_its_network_and_the_lists() {
    let address: IpAddr = "203.0.113.9".parse().unwrap();
    let mut facts = known(Key::Addresses("login.evil.test".into()), Answer::Addresses(vec![address]));
    let before = keys(MAIL, &FactSet::default(), &all());
    let after = keys(MAIL, &facts, &all());
    for key in [Key::Place(address), Key::Block(address), listed("zen", "203.0.113.9")] {
        assert!(!before.contains(&key) && after.contains(&key), "{key:?}");
    }
    assert!(before.iter().all(|key| after.contains(key)), "nothing is forgotten");
    let place = Place { asn: Some(64_500), ..Place::default() };
    facts.put(Key::Place(address), Fact { state: State::Value(Answer::Place(place)), ..Fact::default() });
    assert!(keys(MAIL, &facts, &all()).contains(&Key::System(64_500)));
    let place = Place { asn: Some(64_500), anycast: true, ..Place::default() };
    facts.put(Key::Place(address), Fact { state: State::Value(Answer::Place(place)), ..Fact::default() });
    assert!(!keys(MAIL, &facts, &all()).contains(&listed("zen", "203.0.113.9")), "it is everybody's");
}

#[test]
fn a_name_of_the_machine_has_to_lead_back() {
    let names = Answer::Names(vec!["static-1.hosting.test".into(), "printer.local".into()]);
    let facts = known(Key::Names("192.0.2.1".parse().unwrap()), names);
    let keys = keys(MAIL, &facts, &all());
    assert!(keys.contains(&Key::Addresses("static-1.hosting.test".into())));
    assert!(!keys.contains(&Key::Addresses("printer.local".into())));
}

#[test]
fn a_policy_is_fetched_only_where_a_record_announces_it() {
    let texts = Answer::Texts(vec!["v=STSv1; id=20261101".into()]);
    let facts = known(Key::Texts("_mta-sts.one.example".into()), texts);
    assert!(keys(MAIL, &facts, &all()).contains(&Key::MailPolicy("one.example".into())));
    assert!(!keys(MAIL, &FactSet::default(), &all()).contains(&Key::MailPolicy("one.example".into())));
}

#[test]
fn what_cannot_be_asked_is_not_wanted() {
    for key in keys(MAIL, &FactSet::default(), &Services::default()) {
        assert!(key.reach() == Reach::Local || over_dns(&key), "{key:?}");
        assert!(!matches!(key, Key::Listed { .. } | Key::Feeds(_)), "{key:?}");
    }
}

#[test]
fn big_names_and_the_readers_own_are_no_noise() {
    let mail = "Return-Path: <x@amazon.co.jp>\nReceived: from a (a [10.1.2.3]) by mx.two.example; Mon, 2 Nov 2026 10:00:00 +0900\n\
        From: <x@amazon.co.jp>\nTo: info@two.example\nContent-Type: text/html\n\n\
        <a href=https://www.amazon.co.jp/x>x</a><a href=https://portal.two.example/y>y</a><a href=https://www.facebook.com/z>z</a>\
        <a href=https://shop.azurefd.net/>a</a><a href=http://nas.local/>n</a><a href=http://192.168.0.1/>r</a>";
    let own = Own { domains: vec!["two.example".into()], ..Own::default() };
    let services = Services { own: Arc::new(own.clone()), ..all() };
    let evidence = examine_for(&own, &Message::parse(mail.as_bytes()), &[]);
    let keys: Vec<Key> = wants(&evidence, &FactSet::default(), &services).keys().cloned().collect();
    assert!(keys.contains(&Key::Addresses("amazon.co.jp".into())), "does the sender deliver?");
    assert!(keys.contains(&Key::Texts("_dmarc.amazon.co.jp".into())));
    assert!(!keys.contains(&Key::Owner("amazon.co.jp".into())), "everybody knows whose that is");
    assert!(!keys.contains(&listed("dbl", "amazon.co.jp")));
    assert!(keys.contains(&Key::Addresses("shop.azurefd.net".into())));
    assert!(!keys.contains(&Key::Owner("shop.azurefd.net".into())), "a registry knows the landlord only");
    for key in keys.iter().filter(|key| key.reach() > Reach::Local) {
        for quiet in ["two.example", "facebook", "nas.local", "192.168", "10.1.2.3"] {
            assert!(!key.about().contains(quiet), "{key:?}");
        }
    }
}

#[test]
fn a_mail_of_many_links_stays_within_the_limits_and_says_so() {
    let links: Vec<String> = (0..600).map(|at| format!("https://h{at}.evil{at}.test/p")).collect();
    let mail = format!("From: a@one.example\nSubject: x\n\n{}", links.join("\n"));
    let found = wants(&read(&mail), &FactSet::default(), &all());
    assert!(found.keys().filter(|key| over_dns(key)).count() <= DNS_LIMIT);
    assert!(found.list.len() <= DNS_LIMIT + REST_LIMIT + LOCAL_LIMIT);
    assert!(found.left_out > 0);
    assert!(found.keys().any(|key| *key == Key::Addresses("one.example".into())), "the sender is not crowded out");
    assert_eq!(wants(&read(MAIL), &FactSet::default(), &all()).left_out, 0);
}

#[test]
fn a_label_made_for_the_recipient_is_marked_and_not_quiet() {
    let mail = "From: a@one.example\nTo: info@two.example\n\nhttps://k7q2x9m4bz.evil.test/x?e=1";
    let found = wants(&read(mail), &FactSet::default(), &all());
    let want = |key: &Key| found.list.iter().find(|want| want.key == *key).unwrap();
    assert!(want(&Key::Addresses("k7q2x9m4bz.evil.test".into())).unique.is_some());
    assert!(want(&Key::Addresses("evil.test".into())).is_quiet());
    assert!(want(&Key::Page("https://k7q2x9m4bz.evil.test/x?e=1".into())).unique.is_some());
    let quiet: Vec<&Key> = found.quiet(Reach::Sender).collect();
    assert!(quiet.iter().all(|key| !key.about().contains("k7q2x9m4bz") || key.reach() == Reach::Local));
    assert!(found.quiet(Reach::ThirdParty).all(|key| key.reach() <= Reach::ThirdParty));
}

#[test]
fn a_target_is_asked_about_whoever_it_belongs_to() {
    let services = Services { own: Arc::new(Own { domains: vec!["two.example".into()], ..Own::default() }), ..all() };
    let of = |text: &str| -> Vec<Key> {
        about(&Target::parse(text).unwrap(), &FactSet::default(), &services).keys().cloned().collect()
    };
    let keys = of("www.two.example");
    for key in [
        Key::Owner("two.example".into()),
        Key::Addresses("www.two.example".into()),
        Key::NameServers("two.example".into()),
        Key::Texts("_dmarc.two.example".into()),
        Key::Certificates("two.example".into()),
        listed("dbl", "two.example"),
    ] {
        assert!(keys.contains(&key), "{key:?}");
    }
    let keys = of("192.0.2.1");
    for key in [Key::Names("192.0.2.1".parse().unwrap()), listed("zen", "192.0.2.1"), Key::History("192.0.2.1".into())]
    {
        assert!(keys.contains(&key), "{key:?}");
    }
    assert_eq!(of("10.0.0.1"), [Key::Place("10.0.0.1".parse().unwrap()), Key::Feeds("10.0.0.1".into())]);
    assert_eq!(of("AS64500"), [Key::System(64_500)]);
    assert_eq!(of(&"a".repeat(64)), [Key::Judged { by: "virustotal".into(), thing: Thing::File("a".repeat(64)) }]);
    assert!(of("https://evil.test/x").contains(&Key::Page("https://evil.test/x".into())));
}

#[test]
fn a_visit_leads_to_the_places_it_passed_and_to_the_owner_at_its_end() {
    let stop = |url: &str, address: &str| Stop {
        url: url.into(),
        address: Some(address.parse().unwrap()),
        status: Some(200),
        ..Stop::default()
    };
    let hops = vec![
        stop("https://go.evil.test/x", "198.51.100.7"),
        stop("https://login.landing.test/in", "203.0.113.9"),
        Stop { url: "http://10.0.0.1/".into(), refused: Some("no".into()), ..Stop::default() },
    ];
    let page = Key::Page("https://go.evil.test/x".into());
    let facts = known(page, Answer::Visit(Box::new(Visit { hops, ..Visit::default() })));
    let mail = "From: a@sender.test\n\nhttps://go.evil.test/x";
    let about = about(&Target::parse("https://go.evil.test/x").unwrap(), &facts, &all());
    for keys in [keys(mail, &facts, &all()), about.keys().cloned().collect()] {
        for key in [
            Key::Place("198.51.100.7".parse().unwrap()),
            Key::Place("203.0.113.9".parse().unwrap()),
            Key::Owner("landing.test".into()),
        ] {
            assert!(keys.contains(&key), "{key:?}");
        }
        assert!(!keys.contains(&Key::Place("10.0.0.1".parse().unwrap())));
    }
}

#[test]
fn files_are_asked_about_by_their_digest_only() {
    let hashes = ["0".repeat(64), "no digest".to_owned()];
    let keys: Vec<Key> = files(&hashes, &all()).keys().cloned().collect();
    assert_eq!(keys, [Key::Judged { by: "virustotal".into(), thing: Thing::File("0".repeat(64)) }]);
}

#[test]
fn names_and_addresses_of_a_hostile_mail_become_no_questions() {
    for host in ["a\u{1b}[2J.evil.test", "..", "-", "x_y..test", &"a.".repeat(300), &format!("{}.test", "b".repeat(80))]
    {
        let mail =
            format!("From: a@{host}\nReturn-Path: <a@{host}>\nDKIM-Signature: d={host}; s=x y\u{7}\n\nhttp://{host}/");
        for key in keys(&mail, &FactSet::default(), &all()) {
            assert!(
                key.reach() == Reach::Local
                    || key.needs_consent()
                    || key.about().bytes().all(|byte| byte.is_ascii_graphic() || byte == b' '),
                "{key:?}"
            );
        }
    }
}

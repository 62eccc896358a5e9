//! The DNS provider against a real server on loopback: each key is answered, by exactly the packets of its plan.

use std::time::Duration;

use super::super::test_dns::{By, TestDns};
use super::*;
use crate::facts::{Authority, Exchanger};

const ZONES: &[(&str, &str)] = &[
    (
        "shop.test.",
        "@ IN SOA ns1.shop.test. host.master.shop.test. 2026112101 3600 600 86400 60\n\
         @ NS ns1.shop.test.\n@ NS ns2.other.test.\n@ 120 A 192.0.2.7\n@ AAAA 2001:db8::7\n\
         @ MX 10 mx.shop.test.\n@ TXT \"v=spf1 mx \" \"-all\"\n@ TXT \"site-verification=1\"\n\
         @ CAA 0 issue \"ca.example\"\n@ CAA 128 issuewild \";\"\n\
         www 90 CNAME shop.test.\nm CNAME www\n_dmarc TXT \"v=DMARC1; p=reject\"\n\
         mx A 192.0.2.25\n",
    ),
    ("quiet.test.", "@ MX 0 .\n"),
    ("2.0.192.in-addr.arpa.", "7 PTR shop.test.\n7 PTR WWW.shop.test.\n"),
];

async fn outcome(server: &TestDns, key: &Key) -> Outcome {
    let mut resolver = Resolver::new(server.servers(), Duration::from_secs(10));
    resolver.roots = server.certificate.iter().cloned().collect();
    let provider = Dns::new(Arc::new(resolver));
    assert!(provider.answers(key), "{key:?}");
    let plan = provider.plan(key);
    assert!(plan.iter().all(|query| query.receiver == server.servers().to_string()), "{plan:?}");
    let before = server.heard().len();
    let outcome = provider.run(key, Permit::new(key, Reach::Sender, Reach::Sender).unwrap()).await;
    let mut planned: Vec<String> = plan.into_iter().map(|query| query.asks).collect();
    planned.sort();
    assert_eq!(server.asked(before), planned, "{key:?}");
    outcome
}

fn hosts(list: &[&str]) -> Answer {
    Answer::Hosts(list.iter().map(|host| (*host).to_owned()).collect())
}

#[tokio::test]
async fn every_key_of_the_dns_is_answered_by_the_packets_of_its_plan() {
    let server = TestDns::start(ZONES).await;
    let addresses = |list: &[&str]| Answer::Addresses(list.iter().map(|one| one.parse().unwrap()).collect());
    let texts = |list: &[&str]| Answer::Texts(list.iter().map(|one| (*one).to_owned()).collect());
    let both = addresses(&["192.0.2.7", "2001:db8::7"]);
    let shop = || "shop.test".to_owned();
    for (key, answer, ttl) in [
        (Key::Addresses(shop()), both.clone(), 120),
        (Key::Addresses("m.shop.test".into()), both, 90),
        (Key::Aliases("m.shop.test".into()), hosts(&["www.shop.test", "shop.test"]), 90),
        (
            Key::MailExchangers(shop()),
            Answer::MailExchangers(vec![Exchanger { preference: 10, host: "mx.shop.test".into() }]),
            300,
        ),
        (
            Key::MailExchangers("quiet.test".into()),
            Answer::MailExchangers(vec![Exchanger { preference: 0, host: String::new() }]),
            300,
        ),
        (Key::NameServers(shop()), hosts(&["ns1.shop.test", "ns2.other.test"]), 300),
        (Key::Texts(shop()), texts(&["v=spf1 mx -all", "site-verification=1"]), 300),
        (Key::Texts("_dmarc.shop.test".into()), texts(&["v=DMARC1; p=reject"]), 300),
        (Key::Issuers(shop()), Answer::Issuers(vec!["issue \"ca.example\"".into(), "128 issuewild \";\"".into()]), 300),
        (
            Key::Names("192.0.2.7".parse().unwrap()),
            Answer::Names(vec!["shop.test".into(), "www.shop.test".into()]),
            300,
        ),
    ] {
        let found = outcome(&server, &key).await;
        let mut state = found.state;
        if let State::Value(Answer::Hosts(list) | Answer::Names(list) | Answer::Issuers(list)) = &mut state
            && !matches!(key, Key::Aliases(_))
        {
            list.sort();
        }
        let mut answer = answer;
        if let Answer::Issuers(list) = &mut answer {
            list.sort();
        }
        assert_eq!((state, found.ttl), (State::Value(answer), Some(ttl)), "{key:?}");
        assert_eq!(found.receiver, None);
    }
}

#[tokio::test]
async fn aliases_come_along_with_addresses_and_the_other_way_round() {
    let server = TestDns::start(ZONES).await;
    let key = Key::Addresses("m.shop.test".into());
    let aliases = Key::Aliases("m.shop.test".into());
    let found = outcome(&server, &key).await;
    assert_eq!(found.also, [(aliases.clone(), hosts(&["www.shop.test", "shop.test"]))]);
    let State::Value(answer) = found.state else { panic!("no address") };
    assert_eq!(outcome(&server, &aliases).await.also, [(key, answer)]);
    assert_eq!(outcome(&server, &Key::Addresses("shop.test".into())).await.also, []);
    assert_eq!(outcome(&server, &Key::Aliases("shop.test".into())).await.state, State::Absent);
}

#[tokio::test]
async fn the_zone_of_a_name_says_who_is_responsible() {
    let server = TestDns::start(ZONES).await;
    let shop = Authority {
        zone: "shop.test".into(),
        primary: "ns1.shop.test".into(),
        mailbox: "host@master.shop.test".into(),
        serial: 2_026_112_101,
    };
    for host in ["shop.test", "mx.shop.test"] {
        let found = outcome(&server, &Key::Authority(host.into())).await;
        assert_eq!(found.state, State::Value(Answer::Authority(shop.clone())), "{host}");
    }
    // A name that is not there has no zone of its own.
    assert_eq!(outcome(&server, &Key::Authority("nobody.shop.test".into())).await.state, State::Absent);
}

#[tokio::test]
async fn what_is_not_there_is_absent_with_the_zones_own_lifetime() {
    let server = TestDns::start(ZONES).await;
    for (key, ttl) in [
        (Key::Texts("nobody.shop.test".into()), Some(60)),
        (Key::NameServers("mx.shop.test".into()), Some(60)),
        (Key::Issuers("quiet.test".into()), Some(120)),
        (Key::Texts("_dmarc.elsewhere.example".into()), Some(120)),
        (Key::Names("192.0.2.9".parse().unwrap()), Some(120)),
    ] {
        let found = outcome(&server, &key).await;
        assert_eq!((found.state, found.ttl), (State::Absent, ttl), "{key:?}");
    }
}

#[tokio::test]
async fn a_question_carries_no_word_of_who_asks_and_its_letters_are_mixed() {
    let server = TestDns::start(ZONES).await;
    outcome(&server, &Key::Addresses("shop.test".into())).await;
    let heard = server.heard();
    assert!(heard.iter().all(|one| !one.subnet && one.wants_word), "{heard:?}");
}

#[tokio::test]
async fn tls_and_https_bring_the_same_answers_from_a_server_whose_certificate_is_trusted() {
    for by in [By::Tls, By::Https] {
        let server = TestDns::start_as(by, ZONES, None).await;
        let found = outcome(&server, &Key::Texts("shop.test".into())).await;
        assert!(matches!(&found.state, State::Value(Answer::Texts(list)) if list.len() == 2), "{by:?}: {found:?}");
        // Nobody on the way can have changed it, and the server says nothing of signatures.
        assert_eq!(found.dnssec, Some(Dnssec::Indeterminate));

        let stranger = Dns::new(Arc::new(Resolver::new(server.servers(), Duration::from_secs(10))));
        let key = Key::Texts("quiet.test".into());
        let permit = Permit::new(&key, Reach::Sender, Reach::Sender).unwrap();
        assert!(matches!(stranger.run(&key, permit).await.state, State::Failed(_)), "{by:?}");
        assert!(server.heard().iter().all(|one| one.name != "quiet.test."), "asked a server that nobody trusts");
    }
}

#[tokio::test]
async fn what_cannot_be_asked_has_no_plan() {
    let resolver = Resolver::new("192.0.2.53".parse().unwrap(), Duration::from_secs(1));
    let provider = Dns::new(Arc::new(resolver));
    for key in [
        Key::Addresses("192.0.2.7".into()),
        Key::Texts("bad name.test".into()),
        Key::NameServers("localhost".into()),
        Key::Names("127.0.0.1".parse().unwrap()),
        Key::Owner("shop.test".into()),
    ] {
        assert_eq!(provider.plan(&key), [], "{key:?}");
    }
    assert!(provider.without_asking(&Key::Issuers("192.0.2.7".into())).is_some());
    assert!(!provider.answers(&Key::Owner("shop.test".into())));
}

//! Mails for the rules of `listed` and `networks`. The facts are those of a reader whose feeds, services and lists of
//! networks know evil.test, and one page on each of several platforms.

use super::{Case, FactSet};
use crate::facts::listing::{FeedHit, Holds, Judgement, Logged, Mark, NetworkKind, Part, Severity, Thing};
use crate::facts::{Answer, Fact, Key, Place, State};

/// 2026-11-21 10:00:03, when the mails of these cases were delivered.
const DELIVERED: i64 = 1_795_255_203;

fn put(facts: &mut FactSet, key: Key, answer: Answer) {
    facts.put(key, Fact { state: State::Value(answer), ..Fact::default() });
}

fn feeds() -> FactSet {
    let mut facts = FactSet::default();
    for (text, part, note) in [
        ("https://www.evil.test/login", Part::Url, Some("A Brand")),
        ("https://www.evil.test/login?id=7", Part::Path, None),
        ("https://www.evil.test/", Part::Beside, None),
        ("https://other.evil.test/x", Part::Host, None),
        ("named.test", Part::Host, None),
        // Whatever is on a platform, another page on it is somebody else's.
        ("https://docs.google.com/forms/d/1", Part::Url, None),
        ("https://docs.google.com/forms/d/2", Part::Beside, None),
        ("https://bit.ly/3abcdef", Part::Beside, None),
        ("https://drive.google.com/open?id=8", Part::Path, None),
        ("https://customer.github.io/in", Part::Beside, None),
        ("https://www.sender.example/", Part::Beside, None),
    ] {
        let hit = FeedHit {
            feed: "jpcert".into(),
            dated: "2026-11-20".into(),
            exact: part == Part::Url,
            note: note.map(Into::into),
            part,
            since: Some("2026-11-19".into()),
            holds: Holds::Phishing,
        };
        put(&mut facts, Key::Feeds(text.into()), Answer::Feeds(vec![hit]));
    }
    facts.put(Key::Feeds("https://clean.test/".into()), Fact { state: State::Absent, ..Fact::default() });
    facts
}

fn services() -> FactSet {
    let mut facts = FactSet::default();
    for (by, thing, severity) in [
        ("virustotal", Thing::Domain("evil.test".into()), Some(Severity::Attack)),
        ("virustotal", Thing::Domain("doubted.test".into()), Some(Severity::Note)),
        ("virustotal", Thing::Domain("clean.test".into()), None),
        ("virustotal", Thing::Domain("google.com".into()), Some(Severity::Attack)),
        ("phishtank", Thing::Url("https://docs.google.com/forms/d/1".into()), Some(Severity::Attack)),
        ("abuseipdb", Thing::Address("198.51.100.9".parse().unwrap()), Some(Severity::Spam)),
        ("abuseipdb", Thing::Address("198.51.100.8".parse().unwrap()), Some(Severity::Note)),
    ] {
        let said = vec![("confidence of abuse".into(), "97 %".into())];
        let judgement = Judgement { severity, votes: Some((9, 90)), said, link: None };
        put(&mut facts, Key::Judged { by: by.into(), thing }, Answer::Judgement(judgement));
    }
    facts
}

fn networks() -> FactSet {
    let mut facts = FactSet::default();
    for (address, kind) in [
        ("198.51.100.1", NetworkKind::Criminal),
        ("198.51.100.2", NetworkKind::Tor),
        ("198.51.100.3", NetworkKind::Vpn),
        ("198.51.100.4", NetworkKind::Cloud),
        ("198.51.100.5", NetworkKind::Hosting),
    ] {
        let mark = Mark { kind, name: None, list: "a list".into(), dated: "2026-11-20".into() };
        let place = Place { marks: vec![mark], ..Place::default() };
        put(&mut facts, Key::Place(address.parse().unwrap()), Answer::Place(place));
    }
    let addresses = |list: &[&str]| Answer::Addresses(list.iter().map(|text| text.parse().unwrap()).collect());
    put(&mut facts, Key::Addresses("evil.test".into()), addresses(&["203.0.113.200", "198.51.100.1"]));
    put(&mut facts, Key::Addresses("cloud.test".into()), addresses(&["198.51.100.4"]));
    facts
}

fn certificates() -> FactSet {
    let mut facts = FactSet::default();
    for (name, days, found) in [
        ("fresh.test", 3, 4),
        ("after.test", -1, 1),
        ("old.test", 400, 9),
        ("later.test", -30, 1),
        ("huge.test", 3, 90_000),
        ("sender.example", 3, 1),
    ] {
        let logged = Logged { first: Some(DELIVERED - days * 86_400), found, ..Logged::default() };
        put(&mut facts, Key::Certificates(name.into()), Answer::Logged(logged));
    }
    facts
}

pub(super) const CASES: &[Case] = &[
    Case {
        rule: "link-in-feed",
        fires: &[
            ("", "see https://www.evil.test/login"),
            ("", "see https://www.evil.test/login?id=7"),
            // The very page on a platform.
            ("", "see https://docs.google.com/forms/d/1"),
        ],
        silent: &[
            ("", "see https://www.evil.test/"),
            ("", "see https://clean.test/"),
            ("", "see https://docs.google.com/forms/d/2"),
            // A shared page whose query says where it leads.
            ("", "see https://drive.google.com/open?id=8"),
            // Quoted so that nobody presses it.
            ("", "we warn of hxxps://www.evil[.]test/login"),
            ("", "no link"),
        ],
        facts: feeds,
    },
    Case {
        rule: "link-host-in-feed",
        fires: &[
            ("", "see https://www.evil.test/"),
            ("", "see https://other.evil.test/x"),
            ("", "see https://www.named.test/y"),
            ("", "see https://customer.github.io/in"),
        ],
        silent: &[
            // Told by the other rule.
            ("", "see https://www.evil.test/login"),
            ("", "see https://clean.test/"),
            ("", "see https://docs.google.com/forms/d/2"),
            ("", "see https://bit.ly/3abcdef"),
            ("", "see https://notnamed.test/"),
            // The sender's own, proved: one page of it was broken into.
            (
                "Authentication-Results: mx.example.org; dkim=pass header.d=sender.example",
                "see https://www.sender.example/",
            ),
        ],
        facts: feeds,
    },
    Case {
        rule: "link-judged-bad",
        fires: &[("", "see https://www.evil.test/x"), ("", "see https://docs.google.com/forms/d/1")],
        silent: &[
            ("", "see https://doubted.test/x"),
            ("", "see https://clean.test/x"),
            // A whole platform is not bad, whatever somebody says.
            ("", "see https://docs.google.com/forms/d/2"),
            ("", "see https://notevil.test/x"),
            ("", "no link"),
        ],
        facts: services,
    },
    Case {
        rule: "link-network-criminal",
        fires: &[("", "see https://evil.test/"), ("", "see http://198.51.100.1/x")],
        silent: &[("", "see https://cloud.test/"), ("", "see https://other.test/"), ("", "no link")],
        facts: networks,
    },
    Case {
        rule: "link-certificate-new",
        fires: &[("", "see https://www.fresh.test/"), ("", "see https://after.test/")],
        silent: &[
            ("", "see https://old.test/"),
            ("", "see https://later.test/"),
            // So many that the first did not come along.
            ("", "see https://huge.test/"),
            ("", "see https://unknown.test/"),
            (
                "Authentication-Results: mx.example.org; dkim=pass header.d=sender.example",
                "see https://www.sender.example/",
            ),
        ],
        facts: certificates,
    },
    Case {
        rule: "delivered-from-criminals",
        fires: &[(
            "Received: from x.example (x.example [198.51.100.1])\n\tby mx.example.org (Postfix) with ESMTPS id 1; Sat, 21 Nov 2026 10:00:03 +0000",
            "",
        )],
        silent: &[
            (
                "Received: from x.example (x.example [198.51.100.4])\n\tby mx.example.org (Postfix) with ESMTPS id 1; Sat, 21 Nov 2026 10:00:03 +0000",
                "",
            ),
            ("", ""),
        ],
        facts: networks,
    },
    Case {
        rule: "delivered-through-hiding",
        fires: &[
            (
                "Received: from x.example (x.example [198.51.100.2])\n\tby mx.example.org (Postfix) with ESMTPS id 1; Sat, 21 Nov 2026 10:00:03 +0000",
                "",
            ),
            (
                "Received: from x.example (x.example [198.51.100.3])\n\tby mx.example.org (Postfix) with ESMTPS id 1; Sat, 21 Nov 2026 10:00:03 +0000",
                "",
            ),
        ],
        silent: &[
            (
                "Received: from x.example (x.example [198.51.100.5])\n\tby mx.example.org (Postfix) with ESMTPS id 1; Sat, 21 Nov 2026 10:00:03 +0000",
                "",
            ),
            // The exit stands on a line that the sender could have typed, behind the server of a provider.
            (
                "Received: from mail.sender.example (mail.sender.example [203.0.113.5])\n\tby mx.example.org (Postfix) with ESMTPS id 1; Sat, 21 Nov 2026 10:00:03 +0000\nReceived: from home (x [198.51.100.2])\n\tby mail.sender.example with ESMTPSA id 2; Sat, 21 Nov 2026 10:00:01 +0000",
                "",
            ),
        ],
        facts: networks,
    },
    Case {
        rule: "machine-judged-bad",
        fires: &[(
            "Received: from x.example (x.example [198.51.100.9])\n\tby mx.example.org (Postfix) with ESMTPS id 1; Sat, 21 Nov 2026 10:00:03 +0000",
            "",
        )],
        silent: &[
            (
                "Received: from x.example (x.example [198.51.100.8])\n\tby mx.example.org (Postfix) with ESMTPS id 1; Sat, 21 Nov 2026 10:00:03 +0000",
                "",
            ),
            ("", ""),
        ],
        facts: services,
    },
];

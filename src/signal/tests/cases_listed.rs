//! Mails for the rules of `listed`, `listed_sender` and `networks`. The facts are those of a reader whose feeds, services and lists of
//! networks know evil.test, and one page on each of several platforms.

use super::{Case, FactSet};
use crate::facts::blocklists::{BlockList, Meaning};
use crate::facts::listing::{FeedHit, Holds, Judgement, Listing, Logged, Mark, NetworkKind, Part, Severity, Thing};
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

/// Listings as the table of block lists explains them.
fn block_lists() -> FactSet {
    let mut facts = FactSet::default();
    let mut list = |list: &str, name: &str, code: &str, after: i64| {
        let Meaning::Listed(codes) = BlockList::named(list).unwrap().meaning(&[code.parse().unwrap()]) else {
            panic!()
        };
        let state = State::Value(Answer::Listing(Listing { codes, reason: None }));
        let fact = Fact { state, at: Some(DELIVERED + after), ..Fact::default() };
        facts.put(Key::Listed { list: list.into(), name: name.into() }, fact);
    };
    for (on, name, code) in [
        ("zen", "198.51.100.11", "127.0.0.2"),
        ("spamcop", "198.51.100.11", "127.0.0.2"),
        ("zen", "198.51.100.12", "127.0.0.4"),
        ("spamcop", "198.51.100.12", "127.0.0.2"),
        ("zen", "198.51.100.13", "127.0.0.10"),
        ("dbl", "evil.test", "127.0.1.4"),
        ("surbl", "evil.test", "127.0.0.72"),
        ("dbl", "spammer.test", "127.0.1.2"),
        ("uribl", "spammer.test", "127.0.0.2"),
        ("dbl", "abused.test", "127.0.1.104"),
        ("dbl", "both.test", "127.0.1.104"),
        ("surbl", "both.test", "127.0.0.8"),
        ("uribl", "young.test", "127.0.0.8"),
        ("dbl", "google.com", "127.0.1.4"),
        ("dbl", "gmail.com", "127.0.1.4"),
    ] {
        list(on, name, code, 3_600);
    }
    list("zen", "198.51.100.15", "127.0.0.2", 365 * 86_400);
    let refused = || Fact { state: State::Failed("the list was asked too often".into()), ..Fact::default() };
    facts.put(Key::Listed { list: "zen".into(), name: "198.51.100.14".into() }, refused());
    facts.put(Key::Listed { list: "dbl".into(), name: "refused.test".into() }, refused());
    facts.put(
        Key::Listed { list: "dbl".into(), name: "clean.test".into() },
        Fact { state: State::Absent, ..Fact::default() },
    );
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
    Case {
        rule: "machine-listed",
        fires: &[
            (
                "Received: from x.example (x.example [198.51.100.11])\n\tby mx.example.org (Postfix) with ESMTPS id 1; Sat, 21 Nov 2026 10:00:03 +0000",
                "",
            ),
            (
                "Received: from x.example (x.example [198.51.100.12])\n\tby mx.example.org (Postfix) with ESMTPS id 1; Sat, 21 Nov 2026 10:00:03 +0000",
                "",
            ),
        ],
        silent: &[
            // A customer's line, a refusal and what no list has.
            (
                "Received: from x.example (x.example [198.51.100.13])\n\tby mx.example.org (Postfix) with ESMTPS id 1; Sat, 21 Nov 2026 10:00:03 +0000",
                "",
            ),
            (
                "Received: from x.example (x.example [198.51.100.14])\n\tby mx.example.org (Postfix) with ESMTPS id 1; Sat, 21 Nov 2026 10:00:03 +0000",
                "",
            ),
            ("", ""),
            // Asked a year after the mail came.
            (
                "Received: from x.example (x.example [198.51.100.15])\n\tby mx.example.org (Postfix) with ESMTPS id 1; Sat, 21 Nov 2026 10:00:03 +0000",
                "",
            ),
            // A customer behind the server of his provider, and one who logged in at the recipient's.
            (
                "Received: from mail.sender.example (mail.sender.example [203.0.113.5])\n\tby mx.example.org (Postfix) with ESMTPS id 1; Sat, 21 Nov 2026 10:00:03 +0000\nReceived: from home (x [198.51.100.11])\n\tby mail.sender.example with ESMTPSA id 2; Sat, 21 Nov 2026 10:00:01 +0000",
                "",
            ),
            (
                "Received: from x.example (x.example [198.51.100.11])\n\tby mx.example.org (Postfix) with ESMTPSA id 1; Sat, 21 Nov 2026 10:00:03 +0000",
                "",
            ),
            // A mailing list handed it over.
            (
                "Received: from lists.talk.example (lists.talk.example [198.51.100.11])\n\tby mx.example.org (Postfix) with ESMTPS id 1; Sat, 21 Nov 2026 10:00:03 +0000\nReturn-Path: <talk-bounces@lists.talk.example>\nTo: talk@lists.talk.example\nList-Id: Talk <talk.lists.talk.example>\nList-Post: <mailto:talk@lists.talk.example>",
                "",
            ),
        ],
        facts: block_lists,
    },
    Case {
        rule: "machine-no-mail-server",
        fires: &[(
            "Received: from x.example (x.example [198.51.100.13])\n\tby mx.example.org (Postfix) with ESMTPS id 1; Sat, 21 Nov 2026 10:00:03 +0000",
            "",
        )],
        silent: &[
            // Told by the other rule.
            (
                "Received: from x.example (x.example [198.51.100.12])\n\tby mx.example.org (Postfix) with ESMTPS id 1; Sat, 21 Nov 2026 10:00:03 +0000",
                "",
            ),
            ("", ""),
            (
                "Received: from x.example (x.example [198.51.100.13])\n\tby mx.example.org (Postfix) with ESMTPSA id 1; Sat, 21 Nov 2026 10:00:03 +0000",
                "",
            ),
            (
                "Received: from mail.sender.example (mail.sender.example [203.0.113.5])\n\tby mx.example.org (Postfix) with ESMTPS id 1; Sat, 21 Nov 2026 10:00:03 +0000\nReceived: from home (x [198.51.100.13])\n\tby mail.sender.example with ESMTPSA id 2; Sat, 21 Nov 2026 10:00:01 +0000",
                "",
            ),
        ],
        facts: block_lists,
    },
    Case {
        rule: "sender-domain-listed",
        fires: &[("From: Shop <a@evil.test>", ""), ("From: Shop <a@mail.spammer.test>", "")],
        silent: &[
            ("", ""),
            ("From: Club <a@abused.test>", ""),
            ("From: Club <a@young.test>", ""),
            ("From: Club <a@refused.test>", ""),
            ("From: Club <a@notevil.test>", ""),
            // Everybody's provider is not bad, whatever somebody says.
            ("From: Anna <a@gmail.com>", ""),
        ],
        facts: block_lists,
    },
    Case {
        rule: "link-listed-attack",
        fires: &[("", "see https://www.evil.test/x"), ("", "see https://spammer.test/x and https://evil.test/")],
        silent: &[
            ("", "see https://spammer.test/x"),
            ("", "see https://abused.test/x"),
            ("", "see https://young.test/x"),
            ("", "see https://refused.test/x"),
            ("", "see https://clean.test/x"),
            ("", "see https://notevil.test/x"),
            ("", "we warn of hxxps://www.evil[.]test/login"),
            ("", "no link"),
            // A whole platform is not bad, whatever somebody says.
            ("", "see https://docs.google.com/forms/d/2"),
        ],
        facts: block_lists,
    },
    Case {
        rule: "link-listed",
        fires: &[
            ("", "see https://shop.spammer.test/x"),
            // A spammer proves himself, too.
            (
                "From: Shop <a@spammer.test>\nAuthentication-Results: mx.example.org; dkim=pass header.d=spammer.test",
                "see https://spammer.test/x",
            ),
        ],
        silent: &[
            // Told by the rule on attacks.
            ("", "see https://evil.test/x"),
            ("", "see https://abused.test/x"),
            ("", "see https://young.test/x"),
            ("", "no link"),
        ],
        facts: block_lists,
    },
    Case {
        rule: "link-listed-abused",
        fires: &[("", "see https://abused.test/wp-content/x")],
        silent: &[
            ("", "see https://spammer.test/x"),
            // One list calls it abused, another made for phishing.
            ("", "see https://both.test/x"),
            ("", "see https://clean.test/x"),
            (
                "From: Club <a@abused.test>\nAuthentication-Results: mx.example.org; dkim=pass header.d=abused.test",
                "see https://abused.test/x",
            ),
        ],
        facts: block_lists,
    },
];

//! Mails for the rules about the way.

use super::{Case, FactSet};
use crate::facts::{Answer, Exchanger, Fact, Key, Origin, Place, State};

/// sender.example leads to 203.0.113.5, other.example to 198.51.100.7, gone.example nowhere.
fn known() -> FactSet {
    let mut facts = FactSet::default();
    let mut put = |key: Key, state: State| facts.put(key, Fact { state, ..Fact::default() });
    let addresses = |list: &[&str]| State::Value(Answer::Addresses(list.iter().map(|a| a.parse().unwrap()).collect()));
    let place = |country: &str, asn: u32, anycast: bool| {
        State::Value(Answer::Place(Place {
            country: Some(country.into()),
            asn: Some(asn),
            anycast,
            ..Place::default()
        }))
    };
    put(Key::Addresses("sender.example".into()), addresses(&["203.0.113.5"]));
    put(Key::Addresses("other.example".into()), addresses(&["198.51.100.7"]));
    put(Key::Addresses("near.example".into()), addresses(&["203.0.113.99"]));
    put(Key::Addresses("relayed.example".into()), addresses(&["198.51.100.7"]));
    put(
        Key::MailExchangers("relayed.example".into()),
        State::Value(Answer::MailExchangers(vec![Exchanger { preference: 10, host: "sender.example".into() }])),
    );
    put(Key::Addresses("gone.example".into()), State::Absent);
    put(Key::MailExchangers("gone.example".into()), State::Absent);
    put(Key::Addresses("mailonly.example".into()), State::Absent);
    put(
        Key::MailExchangers("mailonly.example".into()),
        State::Value(Answer::MailExchangers(vec![Exchanger { preference: 10, host: "mx.example".into() }])),
    );
    put(Key::Addresses("cdn.example".into()), addresses(&["192.0.2.80"]));
    let half = Fact {
        state: addresses(&["2001:db8::80"]),
        origin: Origin::Asked("192.0.2.53:53; only one of IPv4 and IPv6 was answered".into()),
        ..Fact::default()
    };
    put(Key::Place("203.0.113.5".parse().unwrap()), place("JP", 64_500, false));
    put(Key::Place("203.0.113.99".parse().unwrap()), place("JP", 64_500, false));
    put(Key::Place("198.51.100.7".parse().unwrap()), place("FI", 64_501, false));
    put(Key::Place("192.0.2.80".parse().unwrap()), place("CN", 64_502, true));
    facts.put(Key::Addresses("half.example".into()), half);
    facts
}

pub(super) const CASES: &[Case] = &[
    Case {
        rule: "helo-claims-loopback",
        fires: &[
            (
                "Received: from [127.0.0.1] (unknown [203.0.113.5]) by mx.example.org with ESMTP id 1; Sat, 21 Nov 2026 10:00:03 +0000",
                "",
            ),
            (
                "Received: from localhost (unknown [203.0.113.5]) by mx.example.org with ESMTP id 1; Sat, 21 Nov 2026 10:00:03 +0000",
                "",
            ),
        ],
        silent: &[
            ("", ""),
            (
                "Received: from mail.sender.example (mail.sender.example [203.0.113.5]) by mx.example.org with ESMTP id 1; Sat, 21 Nov 2026 10:00:03 +0000\nReceived: from localhost (localhost [127.0.0.1]) by mail.sender.example with ESMTP id 2; Sat, 21 Nov 2026 10:00:02 +0000",
                "",
            ),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "helo-no-name",
        fires: &[(
            "Received: from WIN-8K2 (unknown [203.0.113.5]) by mx.example.org with ESMTP id 1; Sat, 21 Nov 2026 10:00:03 +0000",
            "",
        )],
        silent: &[
            ("", ""),
            (
                "Received: from localhost (unknown [203.0.113.5]) by mx.example.org with ESMTP id 1; Sat, 21 Nov 2026 10:00:03 +0000",
                "",
            ),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "helo-false-address",
        fires: &[(
            "Received: from 198.51.100.9 (unknown [203.0.113.5]) by mx.example.org with ESMTP id 1; Sat, 21 Nov 2026 10:00:03 +0000",
            "",
        )],
        silent: &[
            (
                "Received: from [203.0.113.5] (unknown [203.0.113.5]) by mx.example.org with ESMTP id 1; Sat, 21 Nov 2026 10:00:03 +0000",
                "",
            ),
            (
                "Received: from [192.168.0.7] (unknown [203.0.113.5]) by mx.example.org with ESMTP id 1; Sat, 21 Nov 2026 10:00:03 +0000",
                "",
            ),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "helo-claims-sender",
        fires: &[
            (
                "Received: from sender.example (dial-7.isp.example [203.0.113.5]) by mx.example.org with ESMTP id 1; Sat, 21 Nov 2026 10:00:03 +0000",
                "",
            ),
            (
                "Received: from sender.example (unknown [203.0.113.5]) by mx.example.org with ESMTP id 1; Sat, 21 Nov 2026 10:00:03 +0000",
                "",
            ),
        ],
        silent: &[
            (
                "Received: from sender.example (out7.sender.example [203.0.113.5]) by mx.example.org with ESMTP id 1; Sat, 21 Nov 2026 10:00:03 +0000",
                "",
            ),
            (
                "Received: from mail.host.example (dial-7.isp.example [203.0.113.5]) by mx.example.org with ESMTP id 1; Sat, 21 Nov 2026 10:00:03 +0000",
                "",
            ),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "helo-claims-recipient",
        fires: &[
            (
                "Received: from mail.example.org (dial-7.isp.example [203.0.113.5]) by mx.example.org with ESMTP id 1; Sat, 21 Nov 2026 10:00:03 +0000\nTo: reader@example.org",
                "",
            ),
            (
                "Received: from EXAMPLE.ORG (unknown [203.0.113.5]) by mx.example.org with ESMTP id 1; Sat, 21 Nov 2026 10:00:03 +0000\nTo: reader@example.org",
                "",
            ),
        ],
        silent: &[
            // A machine of the house, by its own name.
            (
                "Received: from mail.example.org (branch.example.org [203.0.113.5]) by mx.example.org with ESMTP id 1; Sat, 21 Nov 2026 10:00:03 +0000\nTo: reader@example.org",
                "",
            ),
            // Its sender claims the name as well.
            (
                "Received: from example.org (unknown [203.0.113.5]) by mx.example.org with ESMTP id 1; Sat, 21 Nov 2026 10:00:03 +0000\nFrom: a@example.org\nTo: reader@example.org",
                "",
            ),
            // A provider of everybody's is nobody's house.
            (
                "Received: from gmail.com (unknown [203.0.113.5]) by mx.example.org with ESMTP id 1; Sat, 21 Nov 2026 10:00:03 +0000\nTo: reader@gmail.com",
                "",
            ),
            (
                "Received: from mail.host.example (unknown [203.0.113.5]) by mx.example.org with ESMTP id 1; Sat, 21 Nov 2026 10:00:03 +0000\nTo: reader@example.org",
                "",
            ),
            (
                "Received: from notexample.org (unknown [203.0.113.5]) by mx.example.org with ESMTP id 1; Sat, 21 Nov 2026 10:00:03 +0000\nTo: reader@example.org",
                "",
            ),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "delivered-by-nameless",
        fires: &[(
            "Received: from mail.host.example (unknown [203.0.113.5]) by mx.example.org with ESMTP id 1; Sat, 21 Nov 2026 10:00:03 +0000",
            "",
        )],
        silent: &[
            (
                "Received: from mail.host.example (mail.host.example [203.0.113.5]) by mx.example.org with ESMTP id 1; Sat, 21 Nov 2026 10:00:03 +0000",
                "",
            ),
            (
                "Received: from mail.host.example (unknown [203.0.113.5]) by mx.example.org with ESMTP id 1; Sat, 21 Nov 2026 10:00:03 +0000\nList-Id: <talk.lists.example>\nTo: talk@lists.example",
                "",
            ),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "sender-address-elsewhere",
        fires: &[("From: x@other.example", "")],
        silent: &[
            ("", ""),
            ("From: x@near.example", ""),
            ("From: x@relayed.example", ""),
            ("From: x@unknown.example", ""),
            // Its IPv4 addresses were asked for in vain.
            ("From: x@half.example", ""),
            ("From: x@other.example\nList-Id: <talk.lists.example>\nTo: talk@lists.example", ""),
            ("Authentication-Results: mx.example.org; dkim=pass header.d=other.example\nFrom: x@other.example", ""),
        ],
        facts: known,
    },
    Case {
        rule: "sender-address-here",
        fires: &[("", ""), ("From: x@relayed.example", "")],
        silent: &[("From: x@other.example", ""), ("From: x@unknown.example", "")],
        facts: known,
    },
    Case {
        rule: "sender-domain-absent",
        fires: &[("From: x@gone.example", "")],
        silent: &[("From: x@mailonly.example", ""), ("From: x@unknown.example", ""), ("", "")],
        facts: known,
    },
    Case {
        rule: "link-in-another-country",
        fires: &[("", "see https://other.example/x")],
        silent: &[
            ("", "see https://near.example/x"),
            ("", "see https://cdn.example/x"),
            ("", "see https://unknown.example/x"),
        ],
        facts: known,
    },
    Case {
        rule: "oldest-line-unproved",
        fires: &[(
            "Received: from mail.sender.example (mail.sender.example [203.0.113.5]) by mx.example.org with ESMTP id 1; Sat, 21 Nov 2026 10:00:03 +0000\nReceived: from www.example.net (www.example.net [198.51.100.7]) by mail.sender.example with ESMTP id 2; Sat, 21 Nov 2026 10:00:02 +0000",
            "",
        )],
        silent: &[("", "")],
        facts: FactSet::default,
    },
];

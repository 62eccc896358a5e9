//! Mails for the rules of `lists`. The reader of these tests trusts partner.example, knows bad.test, 198.51.100.66 and a
//! file as bad, owns own.example, and works for Cleo Chief.

use super::*;

const PROVED: &str =
    "Authentication-Results: mx.example.org; dkim=pass header.d=partner.example\nFrom: a@partner.example";

pub(super) const CASES: &[Case] = &[
    Case {
        rule: "allowed-sender",
        fires: &[(PROVED, "")],
        silent: &[
            ("From: a@partner.example", ""),
            ("Authentication-Results: mx.example.org; dkim=fail header.d=partner.example\nFrom: a@partner.example", ""),
            ("Authentication-Results: mx.example.org; dkim=pass header.d=other.example\nFrom: a@partner.example", ""),
            ("Authentication-Results: mx.example.org; dkim=pass header.d=other.example\nFrom: a@other.example", ""),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "blocked-sender",
        fires: &[("From: a@mail.bad.test", ""), ("Reply-To: x@bad.test", ""), ("Return-Path: <x@bad.test>", "")],
        silent: &[("From: a@notbad.test", ""), ("To: reader@bad.test", "")],
        facts: FactSet::default,
    },
    Case {
        rule: "blocked-link",
        fires: &[("", "see https://www.bad.test/x"), ("", "see http://198.51.100.66/x")],
        silent: &[("", "see https://bad.test.example/x"), ("", "see http://198.51.100.67/x")],
        facts: FactSet::default,
    },
    Case {
        rule: "blocked-machine",
        fires: &[(
            "Received: from x.example (x.example [198.51.100.66])\n\tby mx.example.org (Postfix) with ESMTPS id 1; Sat, 21 Nov 2026 10:00:03 +0000",
            "",
        )],
        silent: &[("", "")],
        facts: FactSet::default,
    },
    Case {
        rule: "blocked-file",
        fires: &[(
            "Content-Type: application/octet-stream; name=x.bin\nContent-Disposition: attachment\nContent-Transfer-Encoding: base64",
            "aGVsbG8=",
        )],
        silent: &[(
            "Content-Type: application/octet-stream; name=x.bin\nContent-Disposition: attachment\nContent-Transfer-Encoding: base64",
            "aGVsbG8h",
        )],
        facts: FactSet::default,
    },
    Case {
        rule: "vip-name-elsewhere",
        fires: &[("From: Cleo Chief <ceo@elsewhere.example>", "")],
        silent: &[
            ("From: Cleo Chief <cleo@own.example>", ""),
            ("From: Cleo Sample <ceo@elsewhere.example>", ""),
            (
                "From: Cleo Chief via Talk <talk@lists.example>\nReply-To: Cleo Chief <cleo@own.example>\nList-Id: <talk.lists.example>\nTo: talk@lists.example",
                "",
            ),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "own-domain-from-outside",
        fires: &[(
            "Received: from x.elsewhere.example (x.elsewhere.example [203.0.113.77])\n\tby mx.own.example (Postfix) with ESMTPS id 1; Sat, 21 Nov 2026 10:00:03 +0000\nFrom: payroll@own.example\nTo: reader@own.example",
            "",
        )],
        silent: &[
            ("", ""),
            (
                "Authentication-Results: mx.own.example; dkim=pass header.d=own.example\nReceived: from laptop.own.example (laptop.own.example [203.0.113.77])\n\tby mx.own.example (Postfix) with ESMTPS id 1; Sat, 21 Nov 2026 10:00:03 +0000\nFrom: payroll@own.example",
                "",
            ),
            (
                "Received: from relay.own.example (relay.own.example [192.0.2.200])\n\tby mx.own.example (Postfix) with ESMTPS id 1; Sat, 21 Nov 2026 10:00:03 +0000\nFrom: payroll@own.example",
                "",
            ),
        ],
        facts: FactSet::default,
    },
];

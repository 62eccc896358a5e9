//! Mails for the rules that name ways of forging a sender.

use super::{Case, FactSet};

pub(super) const CASES: &[Case] = &[
    Case {
        rule: "from-twice",
        fires: &[("From: a@sender.example\nFrom: b@bank.example", "")],
        silent: &[("From: a@sender.example\nFrom: Anna <a@sender.example>", ""), ("From: a@sender.example", "")],
        facts: FactSet::default,
    },
    Case {
        rule: "from-behind-blank",
        fires: &[("X-Note: x\n From: b@bank.example\nFrom: a@sender.example", "")],
        silent: &[
            ("X-Note: x\n From: nobody\nFrom: a@sender.example", ""),
            ("Subject: News\n from: our office\nFrom: a@sender.example", ""),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "from-before-colon-blank",
        fires: &[("From: a@sender.example\nFrom : b@bank.example", "")],
        silent: &[("From : a@sender.example", ""), ("Subject : x\nFrom: a@sender.example", "")],
        facts: FactSet::default,
    },
    Case {
        rule: "from-name-folded",
        fires: &[("From\n : b@bank.example\nFrom: a@sender.example", "")],
        silent: &[("From:\n a@sender.example", "")],
        facts: FactSet::default,
    },
    Case {
        rule: "from-missing-other-speaks",
        fires: &[("-From\nSender: admin@bank.example", ""), ("From: \nResent-From: admin@bank.example", "")],
        silent: &[
            ("-From", ""),
            ("From: a@sender.example\nSender: b@sender.example", ""),
            ("From: a@sender.example\nResent-From: b@other.example", ""),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "from-several-addresses",
        fires: &[("From: Anna <a@sender.example>, Bank <b@bank.example>", "")],
        silent: &[
            ("From: Anna <a@sender.example>, Bert <b@mail.sender.example>", ""),
            ("From: \"Example, Anna\" <a@sender.example>", ""),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "from-quoted-pair",
        fires: &[("From: <a@bank.example>\\\\,<b@sender.example>", "")],
        silent: &[
            ("From: \"Anna \\\\\"A\\\\\" Example\" <a@sender.example>", ""),
            ("From: <a@bank.example>,<b@sender.example>", ""),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "from-bare-and-bracketed",
        fires: &[
            ("From: a@bank.example,<b@sender.example>", ""),
            ("From: a@bank.example <b@sender.example>", ""),
            ("From: a@bank.example<b@sender.example>", ""),
        ],
        silent: &[
            ("From: a@sender.example <b@sender.example>", ""),
            ("From: Anna a@bank.example <b@sender.example>", ""),
            ("From: a@bank.example (Anna) <b@sender.example>", ""),
            ("From: a@sender.example, <b@sender.example>", ""),
            ("From: \"a@bank.example\" <b@sender.example>", ""),
            ("From: a@sender.example <a@sender.example>", ""),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "from-behind-brackets",
        fires: &[("From: <b@sender.example>a@bank.example", ""), ("From: Anna <b@sender.example> a@bank.example", "")],
        silent: &[("From: Anna <b@sender.example> (Example)", ""), ("From: a@sender.example <a@sender.example>", "")],
        facts: FactSet::default,
    },
    Case {
        rule: "from-source-route",
        fires: &[("From: <@relay.example:a@bank.example>", "")],
        silent: &[("From: Anna: <a@sender.example>", "")],
        facts: FactSet::default,
    },
    Case {
        rule: "from-address-encoded",
        fires: &[
            ("From: =?utf-8?B?QmFuayA8YWRtaW5AYmFuay5leGFtcGxlPg==?=", ""),
            ("From: <=?utf-8?Q?a=40bank.example?=@sender.example>", ""),
        ],
        silent: &[
            ("From: =?utf-8?Q?Caf=C3=A9?= <a@sender.example>", ""),
            ("From: =?utf-8?Q?a=40sender.example?= <a@sender.example>", ""),
            ("From: =?utf-8?Q?Anna_=40_Caf=C3=A9?= <a@sender.example>", ""),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "from-character-invisible",
        fires: &[("From: <a@bank.example\u{200b}.sender.example>", ""), ("From: a@bank.example\u{3000}", "")],
        silent: &[
            ("From: \u{682a}\u{3000}\u{5c71}\u{7530} <a@sender.example>", ""),
            ("From: caf\u{e9} <a@sender.example>", ""),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "from-direction-turned",
        fires: &[("From: <a@\u{202e}elpmaxe.knab>", "")],
        silent: &[("From: \u{200f}\u{5d0}\u{5d1} <a@sender.example>", "")],
        facts: FactSet::default,
    },
    Case {
        rule: "from-byte-stray",
        fires: &[
            ("From: <a@bank.example\u{1}.sender.example>", ""),
            ("From: <a@bank.example\u{fffd}.sender.example>", ""),
        ],
        silent: &[("From: \u{fffd}x <a@sender.example>", ""), ("From: <ann\u{e9}@sender.example>", "")],
        facts: FactSet::default,
    },
    Case {
        rule: "from-two-domains",
        fires: &[("From: <a@bank@sender.example>", "")],
        silent: &[("From: \"a@b\"@sender.example", ""), ("From: \"a@bank.example\" <a@sender.example>", "")],
        facts: FactSet::default,
    },
    Case {
        rule: "account-of-another",
        fires: &[("Return-Path: <bert.miller@sender.example>\nFrom: admin@sender.example", "")],
        silent: &[
            ("Return-Path: <bounce-77@sender.example>\nFrom: admin@sender.example", ""),
            ("Return-Path: <anna@sender.example>\nFrom: Anna <a.example@sender.example>", ""),
            (
                "Return-Path: <bert@sender.example>\nFrom: admin@sender.example\nSubject: Re: lunch\nIn-Reply-To: <1@example.org>",
                "",
            ),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "sender-of-another",
        fires: &[
            ("-Return-Path\nSender: x@host.example", ""),
            ("Return-Path: <x@host.example>\nSender: x@host.example", ""),
        ],
        silent: &[
            ("Sender: x@host.example", ""),
            ("-Return-Path\nSender: talk-bounces@lists.example", ""),
            ("-Return-Path\nSender: x@mail.sender.example", ""),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "bounces-to-nobody",
        fires: &[("Return-Path: <>", "")],
        silent: &[
            ("Return-Path: <>\nFrom: MAILER-DAEMON@sender.example", ""),
            ("Return-Path: <>\nAuto-Submitted: auto-replied", ""),
            ("Return-Path: <>\nContent-Type: multipart/report; boundary=x", ""),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "path-comment",
        fires: &[("Return-Path: <(any@bank.example>", ""), ("Return-Path: <any@bank.example(a.sender.example>", "")],
        silent: &[("Return-Path: <anna@sender.example> (bounces)", "")],
        facts: FactSet::default,
    },
    Case {
        rule: "path-two-domains",
        fires: &[("Return-Path: <any@bank.example'@sender.example>", "")],
        silent: &[
            ("Return-Path: <o'neil@sender.example>", ""),
            ("Return-Path: <\"a@b\"@sender.example>", ""),
            ("Return-Path: <SRS0=ab=cd=example.org=anna@sender.example>", ""),
            ("Return-Path: <bounce-reader@mx=example.org@sender.example>", ""),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "path-source-route",
        fires: &[("Return-Path: <@bank.example:any@sender.example>", "")],
        silent: &[("Return-Path: <prvs=1:2@sender.example>", "")],
        facts: FactSet::default,
    },
    Case {
        rule: "path-domain-odd",
        fires: &[("Return-Path: <any@bank.example'a.sender.example>", "")],
        silent: &[("Return-Path: <any@[192.0.2.1]>", ""), ("Return-Path: <any@[IPv6:2001:db8::1]>", "")],
        facts: FactSet::default,
    },
    Case {
        rule: "signature-byte",
        fires: &[
            (
                "DKIM-Signature: v=1; a=rsa-sha256; d=sender.example; s=s1\u{1}.x; h=From:To:Subject:Date; bh=eA==; b=eA==",
                "",
            ),
            (
                "DKIM-Signature: v=1; a=rsa-sha256; d=bank.example.\u{0}.sender.example; s=s1; h=From:To:Subject:Date; bh=eA==; b=eA==",
                "",
            ),
        ],
        silent: &[(
            "DKIM-Signature: v=1; a=rsa-sha256; d=sender.example; s=s1; h=From:To:Subject:Date; bh=eA==; b=eA==",
            "",
        )],
        facts: FactSet::default,
    },
    Case {
        rule: "signature-quote",
        fires: &[
            (
                "DKIM-Signature: v=1; a=rsa-sha256; d=bank.example'a.sender.example; s=s1; h=From:To:Subject:Date; bh=eA==; b=eA==",
                "",
            ),
            (
                "DKIM-Signature: v=1; a=rsa-sha256; d=bank.example(a.sender.example; s=s1; h=From:To:Subject:Date; bh=eA==; b=eA==",
                "",
            ),
        ],
        silent: &[
            ("DKIM-Signature: v=1; a=rsa-sha256; d=sender.example; s=s1; h=From:To:Subject:Date; bh=eA==; b=eA==", ""),
            (
                "DKIM-Signature: v=1; a=rsa-sha256; d=sender.example; s=\n\ts1; h=From:To:Subject:Date; bh=eA==; b=eA==",
                "",
            ),
            (
                "DKIM-Signature: v=1; a=rsa-sha256; d=sender.example; s=_s.1-a; h=From:To:Subject:Date; bh=eA==; b=eA==",
                "",
            ),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "signature-field-added",
        fires: &[(
            "Subject: x\nSubject: y\nDKIM-Signature: v=1; a=rsa-sha256; d=sender.example; s=s1; h=From:To:Subject:Date; bh=eA==; b=eA==",
            "",
        )],
        silent: &[
            (
                "Subject: x\nSubject: y\nDKIM-Signature: v=1; a=rsa-sha256; d=sender.example; s=s1; h=From:To:Subject:Subject:Date; bh=eA==; b=eA==",
                "",
            ),
            ("DKIM-Signature: v=1; a=rsa-sha256; d=sender.example; s=s1; h=From:To:Subject:Date; bh=eA==; b=eA==", ""),
            ("Subject: x\nSubject: y", ""),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "signature-leaves-out",
        fires: &[("DKIM-Signature: v=1; a=rsa-sha256; d=sender.example; s=s1; h=From:To:Date; bh=eA==; b=eA==", "")],
        silent: &[
            ("DKIM-Signature: v=1; a=rsa-sha256; d=sender.example; s=s1; h=From:To:Subject:Date; bh=eA==; b=eA==", ""),
            (
                "DKIM-Signature: v=1; a=rsa-sha256; d=sender.example; s=s1; h=From:To:Date; bh=eA==; b=eA==\nDKIM-Signature: v=1; a=rsa-sha256; d=sender.example; s=s1; h=From:To:Subject:Date; bh=eA==; b=eA==",
                "",
            ),
            ("", ""),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "signature-partial",
        fires: &[(
            "DKIM-Signature: v=1; a=rsa-sha256; d=sender.example; s=s1; l=10; h=From:To:Subject:Date; bh=eA==; b=eA==",
            LONG,
        )],
        silent: &[
            (
                "DKIM-Signature: v=1; a=rsa-sha256; d=sender.example; s=s1; l=10; h=From:To:Subject:Date; bh=eA==; b=eA==",
                "short",
            ),
            (
                "DKIM-Signature: v=1; a=rsa-sha256; d=sender.example; s=s1; h=From:To:Subject:Date; bh=eA==; b=eA==",
                LONG,
            ),
            (
                "List-Id: <talk.lists.example>\nTo: talk@lists.example\nDKIM-Signature: v=1; a=rsa-sha256; d=sender.example; s=s1; l=10; h=From:To:Subject:Date; bh=eA==; b=eA==",
                LONG,
            ),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "path-below-sender",
        fires: &[(
            "Return-Path: <x@mailfrom.sender.example>\nReceived: from host.test (host.test [203.0.113.5]) by mx.example.org; Sat, 21 Nov 2026 10:00:03 +0000",
            "",
        )],
        silent: &[
            ("Return-Path: <x@mailfrom.sender.example>", ""),
            (
                "Return-Path: <x@mailfrom.sender.example>\nReceived: from host.test (host.test [203.0.113.5]) by mx.example.org; Sat, 21 Nov 2026 10:00:03 +0000\nDKIM-Signature: v=1; a=rsa-sha256; d=sender.example; s=s1; h=From:To:Subject:Date; bh=eA==; b=eA==",
                "",
            ),
            (
                "Received: from host.test (host.test [203.0.113.5]) by mx.example.org; Sat, 21 Nov 2026 10:00:03 +0000",
                "",
            ),
            (
                "Authentication-Results: mx.example.org; spf=pass smtp.mailfrom=mailfrom.sender.example\nReturn-Path: <x@mailfrom.sender.example>\nReceived: from host.test (host.test [203.0.113.5]) by mx.example.org; Sat, 21 Nov 2026 10:00:03 +0000",
                "",
            ),
        ],
        facts: FactSet::default,
    },
];

/// A body that goes on behind what is signed.
const LONG: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\naaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

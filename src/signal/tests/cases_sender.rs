//! Mails for the rules about the sender.

use super::{Case, FactSet};

pub(super) const CASES: &[Case] = &[
    Case {
        rule: "from-list-malformed",
        fires: &[("From: Example Bank, x91 <a@host.example>", ""), ("From: Prize Team, <a@host.example>", "")],
        silent: &[("From: \"Example Bank, x91\" <a@host.example>", ""), ("From: a@host.example", "")],
        facts: FactSet::default,
    },
    Case {
        rule: "sender-punycode",
        fires: &[("From: a@xn--robnhood-e2a.example", ""), ("From: Support <support@robínhood.example>", "")],
        silent: &[("From: a@robinhood.example", ""), ("From: \"Robínhood\" <a@sender.example>", "")],
        facts: FactSet::default,
    },
    Case {
        rule: "several-from",
        fires: &[
            ("From: a@sender.example\nFrom: b@example.com", ""),
            ("From: Anna <a@sender.example>, \"Bank\" <b@example.com>", ""),
        ],
        silent: &[
            ("From: Anna <a@sender.example>, Bert <b@sender.example>", ""),
            ("From: Anna <a@sender.example>\nSender: b@example.com", ""),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "name-holds-foreign-address",
        fires: &[
            ("From: \"service@example.com\" <x@host.example>", ""),
            ("From: \"サポート | info@example.org\" <x@host.example>", ""),
        ],
        silent: &[
            ("From: \"anna@sender.example\" <anna@sender.example>", ""),
            (
                "From: \"anna@example.com via Talk\" <talk@lists.example>\nList-Id: Talk <talk.lists.example>\nTo: talk@lists.example",
                "",
            ),
            ("From: \"Anna at Example\" <anna@sender.example>", ""),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "name-imitates-brand",
        fires: &[
            ("From: PayPal Service <x@host.example>", ""),
            ("From: =?UTF-8?B?5LiJ5LqV5L2P5Y+L44Kr44O844OJ?= <info@host.example>", ""),
            ("From: Chase Online <x@host.example>", ""),
            (
                "From: PayPal via Devs <dev@lists.example>\nReply-To: PayPal <x@host.example>\nList-Id: <dev.lists.example>\nTo: dev@lists.example",
                "",
            ),
        ],
        silent: &[
            ("From: PayPal <service@intl.paypal.com>", ""),
            ("From: Chase Miller <chase@sender.example>", ""),
            (
                "From: PayPal via Devs <dev@lists.example>\nReply-To: service@paypal.com\nList-Id: <dev.lists.example>\nTo: dev@lists.example",
                "",
            ),
            (
                "From: Anna via PayPal Devs <dev@lists.example>\nReply-To: anna@sender.example\nList-Id: <dev.lists.example>\nTo: dev@lists.example",
                "",
            ),
            ("From: Anna <anna@sender.example>\nSubject: PayPal", ""),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "brand-on-list",
        fires: &[(
            "From: PayPal via Talk <talk@lists.example>\nReply-To: service@paypal.com\nSubject: [Talk] Verify your account\nList-Id: <talk.lists.example>\nTo: talk@lists.example",
            "x",
        )],
        silent: &[
            (
                "From: PayPal via Talk <talk@lists.example>\nReply-To: service@paypal.com\nSubject: [Talk] Release 7\nList-Id: <talk.lists.example>\nTo: talk@lists.example",
                "x",
            ),
            ("From: PayPal <service@paypal.com>\nSubject: Verify your account", "x"),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "name-in-disguise",
        fires: &[
            ("From: =?UTF-8?Q?P=CD=8Fa=CD=8Fy=CD=8FPal?= <x@host.example>", ""),
            ("From: W e l c o m e <x@host.example>", ""),
            ("Subject: \u{1d40d}\u{1d41e}\u{1d42d}\u{1d41f} plan", ""),
        ],
        silent: &[("From: A B Example <x@host.example>", ""), ("Subject: Plan B or C", "")],
        facts: FactSet::default,
    },
    Case {
        rule: "name-looks-like-brand",
        fires: &[
            ("From: PayPaI <x@host.example>", ""),
            ("From: Arnazon <x@host.example>", ""),
            ("From: \"A.m.a.z.o.n\" <x@host.example>", ""),
            ("From: =?UTF-8?B?44Oh44OO44Os44Kr44Oq?= <x@host.example>", ""),
            ("Subject: Your PayPaI account", ""),
        ],
        silent: &[
            ("From: PayPal <x@host.example>", ""),
            ("From: PayPaI <x@paypal.com>", ""),
            ("From: A. B. C. Example <x@host.example>", ""),
            ("From: Modern Corner <x@host.example>", ""),
            ("Subject: Your PayPal account", ""),
            ("Subject: mails of PayPaI\nList-Id: <talk.lists.example>\nTo: talk@lists.example", ""),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "sender-address-broken",
        fires: &[("From: Tax <office@%host.example>", "")],
        silent: &[("From: Tax <office+7@host.example>", ""), ("From: Tax <office@[203.0.113.5]>", "")],
        facts: FactSet::default,
    },
    Case {
        rule: "brand-in-sender-domain",
        fires: &[("From: Service <x@paypal-security.example>", ""), ("From: Service <x@paypal.com.host.example>", "")],
        silent: &[("From: Service <x@paypal.com>", ""), ("From: Service <x@sender.example>", "")],
        facts: FactSet::default,
    },
    Case {
        rule: "sender-lookalike",
        fires: &[
            ("From: Service <x@micros0ft.com>", ""),
            ("From: Service <x@rnicrosoft.com>", ""),
            ("From: Service <x@faceb00k.com>", ""),
        ],
        silent: &[
            ("From: Service <x@b00ks.example>", ""),
            ("From: Service <x@microsoft.com>", ""),
            ("From: Service <x@sender.example>", ""),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "reply-to-free-mail",
        fires: &[("Reply-To: Anna <anna1978@gmail.com>", "")],
        silent: &[
            ("Reply-To: anna@sender.example", ""),
            ("Reply-To: anna1978@gmail.com\nList-Id: <talk.lists.example>\nTo: talk@lists.example", ""),
            ("From: anna@gmail.com\nReply-To: anna2@gmail.com", ""),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "reply-to-elsewhere",
        fires: &[("Reply-To: desk@example.net", "")],
        silent: &[
            ("Reply-To: desk@help.sender.example", ""),
            ("Reply-To: anna1978@gmail.com", ""),
            ("Reply-To: talk@lists.example\nList-Id: <talk.lists.example>\nTo: talk@lists.example", ""),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "name-claims-office",
        fires: &[
            ("From: Mail Administrator <x@host.example>", ""),
            ("From: \"example.org IT Support\" <x@host.example>", ""),
            ("From: =?UTF-8?B?44K144O844OQ44O8566h55CG6ICF?= <x@host.example>", ""),
        ],
        silent: &[
            ("From: Mail Administrator <admin@example.org>", ""),
            ("From: Mail Delivery System <MAILER-DAEMON@host.example>\nReturn-Path: <>", ""),
            ("From: Summit Support <x@host.example>", ""),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "own-domain-unproved",
        fires: &[(
            "Authentication-Results: mx.example.org; spf=fail smtp.mailfrom=host.example; dkim=none\nFrom: Boss <boss@example.org>",
            "",
        )],
        silent: &[
            (
                "Authentication-Results: mx.example.org; dkim=pass header.d=example.org\nFrom: Boss <boss@example.org>",
                "",
            ),
            ("From: Boss <boss@example.org>", ""),
            ("Authentication-Results: mx.example.org; spf=fail smtp.mailfrom=host.example; dkim=none", ""),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "name-unlike-address",
        fires: &[("From: Garden Tools Club <noreply@host.example>", "https://other.example/x")],
        silent: &[
            ("From: Anna Example <anna@sender.example>", "https://other.example/x"),
            ("From: Garden Tools Club <noreply@host.example>", "no link"),
            ("From: Garden Tools Club <gtc@host.example>", "https://other.example/x"),
            (
                "From: Garden Tools Club <noreply@host.example>\nList-Id: <talk.lists.example>\nTo: talk@lists.example",
                "https://other.example/x",
            ),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "sender-random",
        fires: &[("From: Service <x7k2q9w4@host.example>", ""), ("From: Service <info@wqxkzrtplm.example>", "")],
        silent: &[
            ("From: Service <service2026@sender.example>", ""),
            (
                "From: Service <x7k2q9w4@sender.example>\nAuthentication-Results: mx.example.org; dkim=pass header.d=sender.example",
                "",
            ),
        ],
        facts: FactSet::default,
    },
];

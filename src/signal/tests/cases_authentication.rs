//! Mails for the rules about authentication as claimed.

use super::{Case, FactSet};

pub(super) const CASES: &[Case] = &[
    Case {
        rule: "dmarc-fail",
        fires: &[(
            "Authentication-Results: mx.example.org; spf=none; dmarc=fail (p=none) header.from=sender.example",
            "",
        )],
        silent: &[
            ("Authentication-Results: mx.example.org; dmarc=pass header.from=sender.example", ""),
            (
                "Authentication-Results: mx.example.org; dmarc=fail header.from=sender.example\nList-Id: <talk.lists.example>\nTo: talk@lists.example",
                "",
            ),
            ("", "dmarc=fail"),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "spf-fail",
        fires: &[("Authentication-Results: mx.example.org; spf=fail smtp.mailfrom=sender.example", "")],
        silent: &[
            ("Authentication-Results: mx.example.org; spf=softfail smtp.mailfrom=sender.example", ""),
            (
                "Authentication-Results: mx.example.org; spf=fail smtp.mailfrom=sender.example; dkim=pass header.d=sender.example",
                "",
            ),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "nothing-vouches",
        fires: &[(
            "Authentication-Results: mx.example.org; spf=none smtp.mailfrom=sender.example; dkim=none; dmarc=none",
            "",
        )],
        silent: &[
            ("Authentication-Results: mx.example.org; spf=pass smtp.mailfrom=sender.example; dkim=none", ""),
            ("", ""),
            (
                "Authentication-Results: mx.example.org; spf=pass smtp.mailfrom=lists.example\nList-Id: <talk.lists.example>\nTo: talk@lists.example",
                "",
            ),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "relay-saw-failure",
        fires: &[(
            "Authentication-Results: mx.example.org; spf=pass smtp.mailfrom=sender.example; dkim=none; dmarc=pass header.from=sender.example\nReceived: from relay.example (relay.example [203.0.113.5])\n\tby mx.example.org (Postfix) with ESMTPS id 4AB12; Sat, 21 Nov 2026 10:00:03 +0000\nARC-Authentication-Results: i=1; mx.relay.example 1; spf=fail (sender ip is 203.0.113.9) smtp.mailfrom=sender.example; dkim=none",
            "",
        )],
        silent: &[
            (
                "Authentication-Results: mx.example.org; spf=pass smtp.mailfrom=sender.example\nReceived: from relay.example (relay.example [203.0.113.5])\n\tby mx.example.org (Postfix) with ESMTPS id 4AB12; Sat, 21 Nov 2026 10:00:03 +0000\nARC-Authentication-Results: i=1; mx.relay.example 1; spf=pass smtp.mailfrom=sender.example",
                "",
            ),
            // A forwarder that sends under its own name.
            (
                "Authentication-Results: mx.example.org; spf=pass smtp.mailfrom=relay.example\nReceived: from relay.example (relay.example [203.0.113.5])\n\tby mx.example.org (Postfix) with ESMTPS id 4AB12; Sat, 21 Nov 2026 10:00:03 +0000\nARC-Authentication-Results: i=1; mx.relay.example 1; spf=fail smtp.mailfrom=sender.example",
                "",
            ),
            // Nobody here accepted it.
            ("ARC-Authentication-Results: i=1; mx.relay.example 1; spf=fail smtp.mailfrom=sender.example", ""),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "brand-unproved",
        fires: &[(
            "Authentication-Results: mx.example.org; spf=softfail smtp.mailfrom=paypal.com; dkim=none\nFrom: PayPal <service@paypal.com>",
            "",
        )],
        silent: &[
            (
                "Authentication-Results: mx.example.org; dkim=pass header.d=paypal.com\nFrom: PayPal <service@paypal.com>",
                "",
            ),
            ("Authentication-Results: mx.example.org; spf=softfail; dkim=none", ""),
            ("From: PayPal <service@paypal.com>", ""),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "aligned-pass",
        fires: &[
            ("Authentication-Results: mx.example.org; dkim=pass header.d=sender.example", ""),
            (
                "Authentication-Results: mx.example.org; spf=pass smtp.mailfrom=sender.example; dkim=pass header.d=sender.example\nReceived: from relay.example (relay.example [203.0.113.5])\n\tby mx.example.org (Postfix) with ESMTPS id 4AB12; Sat, 21 Nov 2026 10:00:03 +0000\nARC-Authentication-Results: i=1; mx.relay.example 1; spf=fail smtp.mailfrom=sender.example",
                "",
            ),
        ],
        silent: &[
            // DMARC rests on SPF, and that on the relay's machines.
            (
                "Authentication-Results: mx.example.org; spf=pass smtp.mailfrom=sender.example; dkim=none; dmarc=pass header.from=sender.example\nReceived: from relay.example (relay.example [203.0.113.5])\n\tby mx.example.org (Postfix) with ESMTPS id 4AB12; Sat, 21 Nov 2026 10:00:03 +0000\nARC-Authentication-Results: i=1; mx.relay.example 1; spf=softfail smtp.mailfrom=sender.example",
                "",
            ),
            ("Authentication-Results: mx.example.org; dkim=pass header.d=example.com", ""),
            ("Authentication-Results: mx.example.org; dkim=fail header.d=sender.example", ""),
            ("", ""),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "brand-proved",
        fires: &[(
            "Authentication-Results: mx.example.org; dkim=pass header.d=paypal.com\nFrom: PayPal <service@paypal.com>",
            "",
        )],
        silent: &[
            ("From: PayPal <service@paypal.com>", ""),
            ("Authentication-Results: mx.example.org; dkim=pass header.d=gmail.com\nFrom: Google <x@gmail.com>", ""),
            ("Authentication-Results: mx.example.org; dkim=pass header.d=sender.example", ""),
        ],
        facts: FactSet::default,
    },
];

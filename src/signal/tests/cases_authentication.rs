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
        fires: &[("Authentication-Results: mx.example.org; dkim=pass header.d=sender.example", "")],
        silent: &[
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

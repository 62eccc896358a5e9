//! Mails whose domains were asked about, with what the registries said. The usual mail was delivered on 2026-11-21.

use super::{Case, FactSet};
use crate::facts::registration::Registration;
use crate::facts::{Answer, Fact, Key, State};

/// 2026-11-21T10:00:03Z, when the usual mail was delivered.
const SENT: i64 = 1_795_255_203;
const DAY: i64 = 86_400;
const LINK: (&str, &str) = ("", "Log in: https://login.host.example/in\n");
const OTHER: (&str, &str) = ("", "Log in: https://login.other.example/in\n");
const UNDATED: (&str, &str) = ("-Date\n-Received", "Log in: https://login.host.example/in\n");
/// The Date field lies; the recipient's own server does not.
const FORGED: (&str, &str) = ("Date: Mon, 1 Jan 2001 00:00:00 +0000", "Log in: https://login.host.example/in\n");
const BRANDS: (&str, &str) = ("", "Log in: https://www.paypal.com/in\n");
const HOSTED: (&str, &str) = ("", "Log in: https://shop.azurefd.net/in\n");
const SAFE: (&str, &str) = ("", "It said: hxxps://login[.]host[.]example/in\n");
const SENDER: (&str, &str) = ("", "Hello\n");
const ANSWERS: (&str, &str) = ("From: Anna <anna@other.example>\nReply-To: anna@sender.example", "Hello\n");
const STRANGER: (&str, &str) = ("From: Anna <anna@other.example>", "Hello\n");
const BRAND: (&str, &str) = ("From: PayPal <service@paypal.com>", "Hello\n");

/// What every registry in these cases says: of the link's domain, the sender's, and domains of a brand and of customers.
fn known(change: impl Fn(&mut Registration)) -> FactSet {
    let mut facts = FactSet::default();
    for name in ["host.example", "sender.example", "paypal.com", "azurefd.net", "shop.azurefd.net"] {
        let mut own = Registration { handle: name.to_owned(), created: Some(1), ..Registration::default() };
        change(&mut own);
        let state = State::Value(Answer::Registration(Box::new(own)));
        facts.put(Key::Owner(name.to_owned()), Fact { state, at: Some(SENT + DAY), ..Fact::default() });
    }
    facts
}

fn registered(days_before: i64) -> FactSet {
    known(|own| {
        own.created = Some(SENT - days_before * DAY);
        // Nobody publishes a registrant, and that says nothing.
        own.registrant = None;
    })
}

fn stands_at(word: &str) -> FactSet {
    known(|own| own.status = vec!["client transfer prohibited".to_owned(), word.to_owned()])
}

fn absent() -> FactSet {
    let mut facts = FactSet::default();
    for name in ["host.example", "sender.example", "paypal.com", "shop.azurefd.net"] {
        facts.put(Key::Owner(name.to_owned()), Fact { state: State::Absent, ..Fact::default() });
    }
    let failed = Fact { state: State::Failed("the service asks to wait".to_owned()), ..Fact::default() };
    facts.put(Key::Owner("other.example".to_owned()), failed);
    facts
}

pub(super) const CASES: &[Case] = &[
    Case {
        rule: "link-domain-new",
        fires: &[LINK, FORGED],
        silent: &[OTHER, UNDATED, BRANDS, HOSTED, SAFE],
        facts: || registered(3),
    },
    Case { rule: "link-domain-new", fires: &[], silent: &[LINK], facts: || registered(14) },
    Case { rule: "link-domain-new", fires: &[], silent: &[LINK], facts: || registered(-2) },
    Case { rule: "link-domain-new", fires: &[], silent: &[LINK], facts: || registered(4_000) },
    Case {
        rule: "link-domain-new",
        fires: &[LINK],
        silent: &[],
        facts: || known(|own| own.created = Some(SENT + 3_600)),
    },
    Case { rule: "link-domain-new", fires: &[], silent: &[LINK], facts: || known(|own| own.created = Some(i64::MIN)) },
    Case { rule: "link-domain-young", fires: &[LINK], silent: &[OTHER, BRANDS, HOSTED], facts: || registered(30) },
    Case { rule: "link-domain-young", fires: &[], silent: &[LINK], facts: || registered(3) },
    Case { rule: "link-domain-young", fires: &[], silent: &[LINK], facts: || registered(60) },
    Case {
        rule: "link-domain-changed",
        fires: &[LINK],
        silent: &[OTHER, BRANDS],
        facts: || known(|own| own.changed = Some(SENT - 2 * DAY)),
    },
    Case {
        rule: "link-domain-changed",
        fires: &[],
        silent: &[LINK],
        facts: || known(|own| own.changed = Some(SENT + 2 * DAY)),
    },
    Case {
        rule: "link-domain-changed",
        fires: &[],
        silent: &[LINK],
        facts: || {
            known(|own| {
                // Changed as a part of being registered.
                own.created = Some(SENT - 3 * DAY);
                own.changed = Some(SENT - 2 * DAY);
            })
        },
    },
    Case { rule: "link-domain-later", fires: &[LINK], silent: &[OTHER, UNDATED, BRANDS], facts: || registered(-400) },
    Case { rule: "link-domain-later", fires: &[], silent: &[LINK], facts: || registered(0) },
    Case {
        rule: "link-domain-held",
        fires: &[LINK, UNDATED],
        silent: &[OTHER, BRANDS, HOSTED, SAFE],
        facts: || stands_at("client hold"),
    },
    Case { rule: "link-domain-held", fires: &[LINK], silent: &[], facts: || stands_at("Suspended (2027/03/31)") },
    Case { rule: "link-domain-held", fires: &[], silent: &[LINK], facts: || stands_at("Connected (2027/03/31)") },
    Case { rule: "link-domain-held", fires: &[], silent: &[LINK], facts: || stands_at("server delete prohibited") },
    Case {
        rule: "link-domain-expired",
        fires: &[LINK],
        silent: &[OTHER, BRANDS],
        facts: || known(|own| own.expires = Some(SENT - 9 * DAY)),
    },
    Case {
        rule: "link-domain-expired",
        fires: &[],
        silent: &[LINK],
        facts: || known(|own| own.expires = Some(SENT + 9 * DAY)),
    },
    Case { rule: "link-domain-gone", fires: &[LINK], silent: &[OTHER, BRANDS, HOSTED, SAFE], facts: absent },
    Case { rule: "sender-domain-new", fires: &[SENDER, ANSWERS], silent: &[STRANGER, BRAND], facts: || registered(1) },
    Case { rule: "sender-domain-new", fires: &[], silent: &[SENDER], facts: || registered(20) },
    Case {
        rule: "sender-domain-young",
        fires: &[SENDER, ANSWERS],
        silent: &[STRANGER, BRAND],
        facts: || registered(20),
    },
    Case {
        rule: "sender-domain-changed",
        fires: &[SENDER, ANSWERS],
        silent: &[STRANGER, BRAND],
        facts: || known(|own| own.changed = Some(SENT - 2 * DAY)),
    },
    Case {
        rule: "sender-domain-later",
        fires: &[SENDER, ANSWERS],
        silent: &[STRANGER, BRAND],
        facts: || registered(-400),
    },
    Case {
        rule: "sender-domain-held",
        fires: &[SENDER, ANSWERS],
        silent: &[STRANGER, BRAND],
        facts: || stands_at("serverHold"),
    },
    Case { rule: "sender-domain-unregistered", fires: &[SENDER, ANSWERS], silent: &[STRANGER, BRAND], facts: absent },
];

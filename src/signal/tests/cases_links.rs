//! Mails for the rules about links.

use super::{Case, FactSet};

const HTML: &str = "Content-Type: text/html; charset=utf-8";
const HTML_LIST: &str = "Content-Type: text/html; charset=utf-8\nList-Id: <talk.lists.example>\nTo: talk@lists.example";
const HTML_SIGNED: &str =
    "Authentication-Results: mx.example.org; dkim=pass header.d=sender.example\nContent-Type: text/html; charset=utf-8";

pub(super) const CASES: &[Case] = &[
    Case {
        rule: "link-text-lies",
        fires: &[
            (HTML, "<a href=\"https://host.example/x\">https://www.example.com/login</a>"),
            (HTML_SIGNED, "<a href=\"https://host.example/x\">www.example.com</a>"),
            // Many hosts over one address: no counter could tell the pages apart.
            (
                HTML,
                "<a href=\"https://c.example/\">example.com</a><a href=\"https://c.example/\">example.net</a><a href=\"https://c.example/\">example.org</a>",
            ),
            (HTML, "<a href=\"https://host.example/x\">Sign in (www.example.com)</a>"),
            (HTML_LIST, "<a href=\"https://host.example/x\">www.example.com</a>"),
        ],
        silent: &[
            (HTML, "<a href=\"https://login.example.com/x\">www.example.com</a>"),
            (HTML, "<a href=\"https://host.example/x\">press here</a>"),
            (HTML_SIGNED, "<a href=\"https://click.host.example/x\">www.sender.example</a>"),
            (HTML_LIST, "<a href=\"https://click.lists.example/x\">www.example.com</a>"),
            (
                HTML,
                "<a href=\"https://c.example/1\">example.com</a><a href=\"https://c.example/2\">example.net</a><a href=\"https://c.example/3\">example.org</a>",
            ),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "link-user-info",
        fires: &[(HTML, "<a href=\"https://www.example.com@host.example/x\">log in</a>")],
        silent: &[(HTML, "<a href=\"https://host.example/@anna\">profile</a>")],
        facts: FactSet::default,
    },
    Case {
        rule: "link-address-literal",
        fires: &[(HTML, "<a href=\"http://203.0.113.9/x\">log in</a>")],
        silent: &[
            (HTML, "<a href=\"http://192.168.1.1/\">the router</a>"),
            (HTML, "<a href=\"http://host.example/203.0.113.9\">x</a>"),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "link-punycode",
        fires: &[(HTML, "<a href=\"https://xn--bcher-kva.example/\">x</a>")],
        silent: &[
            (HTML, "<a href=\"https://bucher.example/\">x</a>"),
            (
                "From: a@xn--bcher-kva.example\nContent-Type: text/html",
                "<a href=\"https://xn--bcher-kva.example/\">x</a>",
            ),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "link-brand-in-label",
        fires: &[
            (HTML, "<a href=\"https://kagoya-support-notification.azurefd.net/x\">x</a>"),
            (HTML, "<a href=\"https://www.paypal.com.host.example/x\">x</a>"),
        ],
        silent: &[
            (HTML, "<a href=\"https://www.paypal.com/x\">x</a>"),
            (HTML, "<a href=\"https://shop.host.example/paypal\">x</a>"),
            (HTML_LIST, "<a href=\"https://paypal-sdk.host.example/\">x</a>"),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "link-brand-in-path",
        fires: &[(HTML, "<a href=\"https://host.example/www.paypal.com/login.php\">x</a>")],
        silent: &[
            (HTML, "<a href=\"https://host.example/out?to=www.paypal.com/login\">x</a>"),
            (HTML, "<a href=\"https://host.example/how-to-use-paypal\">x</a>"),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "link-lookalike",
        fires: &[
            (HTML, "<a href=\"https://www.micros0ft.com/x\">x</a>"),
            (HTML, "<a href=\"https://www.amaz0n.com/x\">x</a>"),
            (HTML, "<a href=\"https://login.outl00k.com/x\">x</a>"),
        ],
        silent: &[
            (HTML, "<a href=\"https://studio10.example/x\">x</a>"),
            (HTML, "<a href=\"https://www.outlook.com/x\">x</a>"),
            (HTML, "<a href=\"https://www.microsoft.com/x\">x</a>"),
            (HTML, "<a href=\"https://host.example/\">x</a>"),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "link-long-label",
        fires: &[(HTML, "<a href=\"https://mail-secureweb0qa2ce8ndm9asbhssywklsycmqmybohl.host.example/\">x</a>")],
        silent: &[
            (HTML, "<a href=\"https://mail.host.example/mail-secureweb0qa2ce8ndm9asbhssywklsycmqmybohl\">x</a>"),
            (HTML, "<a href=\"https://a0qa2ce8ndm9asbhssywklsycmqmybohl.sender.example/\">x</a>"),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "link-shortener",
        fires: &[(HTML, "<a href=\"https://bit.ly/3xYz\">x</a>")],
        silent: &[
            (HTML, "<a href=\"https://host.example/bit.ly\">x</a>"),
            (HTML_LIST, "<a href=\"https://bit.ly/3xYz\">x</a>"),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "link-free-hosting",
        fires: &[(HTML, "<a href=\"https://login-3.azurefd.net/x\">x</a>")],
        silent: &[
            (HTML, "<a href=\"https://host.example/x\">x</a>"),
            (HTML_LIST, "<a href=\"https://talk.github.io/\">x</a>"),
            (HTML, "<a href=\"https://www.shop.eu.com/x\">x</a>"),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "link-redirector",
        fires: &[(HTML, "<a href=\"https://www.google.com/url?q=https://host.example/x\">x</a>")],
        silent: &[
            (HTML, "<a href=\"https://www.google.com/maps?q=station\">x</a>"),
            (HTML, "<a href=\"https://host.example/url?q=x\">x</a>"),
            (HTML, "<a href=\"https://www.google.com/url?q=https://maps.google.com/x\">x</a>"),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "link-odd-port",
        fires: &[(HTML, "<a href=\"http://host.example:8081/x\">x</a>")],
        silent: &[
            (HTML, "<a href=\"http://host.example:80/x\">x</a>"),
            (HTML, "<a href=\"https://host.example/8081\">x</a>"),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "link-carries-recipient",
        fires: &[(HTML, "<a href=\"https://host.example/x#reader@example.org\">x</a>")],
        silent: &[
            (HTML, "<a href=\"https://www.sender.example/?m=reader@example.org\">x</a>"),
            (HTML, "<a href=\"https://host.example/x\">x</a>"),
            (
                "List-Unsubscribe: <https://host.example/u>\nContent-Type: text/html",
                "<a href=\"https://host.example/x#reader@example.org\">x</a>",
            ),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "link-shows-brand",
        fires: &[
            (HTML, "<a href=\"https://host.example/x\">https://www.paypal.com/login</a>"),
            (HTML_LIST, "<a href=\"https://host.example/x\">www.paypal.com</a>"),
        ],
        silent: &[
            (HTML, "<a href=\"https://www.paypal.com/x\">www.paypal.com</a>"),
            (HTML, "<a href=\"https://host.example/x\">www.example.com</a>"),
            (
                "Authentication-Results: mx.example.org; dkim=pass header.d=paypal.com\nFrom: PayPal <service@paypal.com>\nContent-Type: text/html",
                "<a href=\"https://click.host.example/x\">www.paypal.com</a>",
            ),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "brand-mail-leads-elsewhere",
        fires: &[
            // The honest links of the plain text are seen by nobody.
            (
                "From: PayPal <service@host.example>\nContent-Type: multipart/alternative; boundary=b",
                "--b\n\nhttps://www.paypal.com/a https://www.paypal.com/b https://www.paypal.com/c\n--b\nContent-Type: text/html\n\n<a href=\"https://other.example/x\">log in</a>\n--b--\n",
            ),
            (
                "From: PayPal <service@paypal.com>\nContent-Type: text/html",
                "<a href=\"https://host.example/x\">log in</a>",
            ),
            (
                "From: Netflix <x@host.example>\nContent-Type: text/html",
                "<a href=\"https://other.example/x\">log in</a>",
            ),
        ],
        silent: &[
            (
                "From: PayPal <service@paypal.com>\nContent-Type: text/html",
                "<a href=\"https://www.paypal.com/x\">log in</a>",
            ),
            (
                "Authentication-Results: mx.example.org; dkim=pass header.d=paypal.com\nFrom: PayPal <service@paypal.com>\nContent-Type: text/html",
                "<a href=\"https://host.example/x\">offer</a>",
            ),
            ("Subject: Your Netflix membership", "no link"),
            (HTML, "<a href=\"https://host.example/x\">slides</a>"),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "no-link-home",
        fires: &[(HTML, "<a href=\"https://host.example/x\">x</a>")],
        silent: &[
            (HTML, "<a href=\"https://host.example/x\">x</a> <a href=\"https://www.sender.example/\">us</a>"),
            (HTML, "no link"),
            (
                "Subject: Re: x\nIn-Reply-To: <1@example.org>\nContent-Type: text/html",
                "<a href=\"https://host.example/x\">x</a>",
            ),
            ("From: anna@gmail.com\nContent-Type: text/html", "<a href=\"https://host.example/x\">x</a>"),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "many-links",
        fires: &[(
            HTML,
            "<a href=\"https://host.example/0\">0</a><a href=\"https://host.example/1\">1</a><a href=\"https://host.example/2\">2</a><a href=\"https://host.example/3\">3</a><a href=\"https://host.example/4\">4</a><a href=\"https://host.example/5\">5</a><a href=\"https://host.example/6\">6</a><a href=\"https://host.example/7\">7</a><a href=\"https://host.example/8\">8</a><a href=\"https://host.example/9\">9</a><a href=\"https://host.example/10\">10</a><a href=\"https://host.example/11\">11</a><a href=\"https://host.example/12\">12</a><a href=\"https://host.example/13\">13</a><a href=\"https://host.example/14\">14</a><a href=\"https://host.example/15\">15</a>",
        )],
        silent: &[(HTML, "<a href=\"https://host.example/x\">x</a><a href=\"https://host.example/x#2\">x</a>")],
        facts: FactSet::default,
    },
    Case {
        rule: "link-plain-http",
        fires: &[(HTML, "Please verify your account. <a href=\"http://host.example/x\">x</a>")],
        silent: &[
            (HTML, "Please verify your account. <a href=\"https://host.example/x\">x</a>"),
            (HTML, "Photos of the trip. <a href=\"http://host.example/x\">x</a>"),
            // The sender's own site, and a brand's, are not what is wrong with the mail.
            (HTML, "Please verify your account. <a href=\"http://www.sender.example/x\">x</a>"),
            (HTML, "Please verify your account. <a href=\"http://www.paypal.com/x\">x</a>"),
        ],
        facts: FactSet::default,
    },
];

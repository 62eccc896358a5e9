//! Mails for the rules about stories, copyright lines, pictures and forwarded texts.

use super::{Case, FactSet};

/// A mail whose bill is a document, with so much text of its own.
macro_rules! billed {
    ($page:literal) => {
        concat!(
            "--b\n\nPlease find the document attached.\n--b\nContent-Type: application/pdf; name=bill.pdf\n",
            "Content-Disposition: attachment; filename=bill.pdf\n\n%PDF-1.4\n1 0 obj\n<</Length 1>>\nstream\nBT ",
            $page,
            " ET\nendstream\nendobj\n--b--"
        )
    };
}

const HTML: &str = "Content-Type: text/html; charset=utf-8";

pub(super) const CASES: &[Case] = &[
    Case {
        rule: "parcel-story",
        fires: &[
            ("Subject: Delivery", "Your parcel could not be delivered. Confirm your address: https://host.example/x"),
            (
                "Subject: お知らせ",
                "お荷物のお届けにあがりましたが不在のため持ち帰りました。ご確認ください。https://host.example/x",
            ),
        ],
        silent: &[
            (
                "From: Mail delivery <notice@sender.example>\nSubject: Your mailbox is full",
                "Two messages could not be delivered to your mailbox. Confirm within 24 hours or your account will be closed: https://login.other.example/x",
            ),
            ("Subject: Delivery", "Your parcel could not be delivered; come to the counter."),
            (
                "Subject: Delivery\nAuthentication-Results: mx.example.org; dkim=pass header.d=sender.example",
                "Your parcel could not be delivered. https://www.sender.example/x",
            ),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "reward-story",
        fires: &[
            ("Subject: Hello", "You have been selected for a short survey: https://host.example/x"),
            ("Subject: Hallo", "Sie wurden ausgewählt. https://host.example/x"),
        ],
        silent: &[
            ("Subject: Hello", "You have been selected as speaker; we meet on Monday."),
            (
                "Subject: Hello\nAuthentication-Results: mx.example.org; dkim=pass header.d=sender.example",
                "Your gift card is here: https://www.sender.example/card",
            ),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "romance-story",
        fires: &[("Subject: hi", "Lonely women near you: http://host.example/x")],
        silent: &[
            ("Subject: hi", "The book is about lonely women of the coast."),
            ("Subject: Re: hi\nIn-Reply-To: <1@sender.example>", "A film about single women: https://host.example/x"),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "cure-or-credit",
        fires: &[("Subject: Offer", "Compare home insurance quotes and save: http://host.example/x")],
        silent: &[
            ("Subject: Offer", "The home insurance quotes are in the folder."),
            ("Subject: Re: Offer\nIn-Reply-To: <1@sender.example>", "My car insurance is https://host.example/x"),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "wallet-story",
        fires: &[(
            "Subject: Update",
            "Your wallet will be suspended. Please verify your recovery phrase: https://host.example/x",
        )],
        silent: &[
            ("Subject: Update", "Your wallet lies at the desk, please verify your things are complete."),
            ("Subject: Update", "A talk about hardware wallet makers: https://host.example/x"),
            // An application of a credit card.
            ("Subject: お知らせ", "アプリ「イオンウォレット」からご確認ください。 https://host.example/x"),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "charge-to-call-about",
        fires: &[
            (
                "Subject: Invoice",
                "Your subscription has been renewed and 399.99 will be charged.\nTo cancel this order please call +1 (202) 555-0143.",
            ),
            (
                "Subject: Your order is now active",
                "Billing Statement Date: 26 February\nMembership renewal: USD 505.44, auto debit.\nSupport Line Contact: 1 810 555-0168",
            ),
            (
                "Subject: Receipt",
                "Dear customer, 489.99 has been charged. Did not order it? To dispute dial 1-8OO-555-O199 at once.",
            ),
            (
                "Subject: ご購入ありがとうございます",
                "セキュリティソフトの年間契約は自動更新されました。ご請求金額は49,800円です。\nキャンセルの場合は 050-0000-1234 までお電話ください。",
            ),
            (
                "Subject: Invitation\nContent-Type: multipart/mixed; boundary=b",
                "--b\n\nSee below\n--b\nContent-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Automatic renewal\nDESCRIPTION:399.99 will be charged today.\\nTo cancel call us: (202) 555-\n 0143\nEND:VEVENT\nEND:VCALENDAR\n--b--",
            ),
            // The bill is a document, from an address that anyone can have.
            (
                "From: Billing Desk <billing.desk.77@gmail.com>\nSubject: Order\nContent-Type: multipart/mixed; boundary=b",
                billed!("(Your plan will renew: 399.99 USD) Tj (To cancel call us: 1-800-555-0199) Tj"),
            ),
        ],
        silent: &[
            (
                "From: Example Print Shop <office@sender.example>\nSubject: Order\nContent-Type: multipart/mixed; boundary=b",
                billed!(
                    "(Invoice number 2231, thank you for your purchase) Tj (Questions? Please call 202-555-0143) Tj"
                ),
            ),
            (
                "From: Anna <anna77@gmail.com>\nSubject: Notes\nContent-Type: multipart/mixed; boundary=b",
                billed!("(Minutes of Monday) Tj (Please call me: 202-555-0143) Tj"),
            ),
            ("Subject: Invoice", "Your subscription has been renewed. Thank you."),
            ("Subject: Lunch", "Please call me, my number is +1 (202) 555-0143."),
            (
                "Subject: Invoice",
                "Your subscription has been renewed. To cancel call us within 10 days of 2026-11-22 10:00.",
            ),
            ("Subject: 歯科の予約", "ご予約ありがとうございます。変更は 03-0000-1234 までお電話ください。"),
            (
                "Subject: Invitation\nContent-Type: multipart/mixed; boundary=b",
                "--b\n\nSee below\n--b\nContent-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Budget\nDESCRIPTION:Please call in: (202) 555-0143\nEND:VEVENT\nEND:VCALENDAR\n--b--",
            ),
            (
                "Subject: Invoice",
                "Your subscription has been renewed. Please call +1 (202) 555-0143 or see https://www.sender.example/help",
            ),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "secret-recorded",
        fires: &[
            (
                "Subject: Your device",
                "I have access to all your mail and recorded you. Send 900 USD in Bitcoin within two days.",
            ),
            (
                "Subject: Last warning",
                "I recorded you through your webcam. Pay to 1BitcoinEaterAddressDontSendf59kuE or all your contacts see it.",
            ),
            (
                "Subject: 警告",
                "あなたのウェブカメラで録画しました。48時間以内に T9yD14Nj9j7xAB4dbGeiX9h8unkKHxuWwb へ送金してください。",
            ),
        ],
        silent: &[
            ("Subject: Your device", "I have access to the shared folder now."),
            ("Subject: Your device", "Your webcam ships today, serial 1HitcoinEaterAddressDontSendf59kuE."),
            ("Subject: News", "How bitcoin works, a talk on Monday."),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "fortune-story",
        fires: &[(
            "From: Barrister <a.barrister@sender.example>\nReply-To: barrister77@gmail.com\nSubject: Proposal",
            "My client died without next of kin and left 8 million dollars.",
        )],
        silent: &[
            ("Subject: Proposal", "The estate has no next of kin; we talk on Monday."),
            ("From: Anna <anna77@gmail.com>\nSubject: Lunch", "See you at noon."),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "copyright-of-another",
        fires: &[(
            "From: Account <info@host.example>\nSubject: Notice",
            "Please log in: https://host.example/x\n\n\u{a9} 2026 PayPal, Inc. All rights reserved.",
        )],
        silent: &[
            (
                "From: PayPal <service@paypal.com>\nSubject: Notice",
                "Your receipt.\n\n\u{a9} 2026 PayPal, Inc. All rights reserved.",
            ),
            ("Subject: Notice", "\u{a9} 2026 Harbor Example. All rights reserved. Pay with PayPal\nor by card."),
            (
                "Subject: Re: Notice\nIn-Reply-To: <1@sender.example>",
                "They close with \u{a9} 2026 PayPal, as the real one does.",
            ),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "picture-leads-away",
        fires: &[(
            HTML,
            "<html><body><a href=\"https://host.example/x\"><img src=\"https://host.example/a.png\" width=600 height=800></a></body></html>",
        )],
        silent: &[
            (
                HTML,
                "<html><body><a href=\"https://www.sender.example/x\"><img src=\"https://www.sender.example/a.png\" width=600 height=800></a></body></html>",
            ),
            (
                HTML,
                "<html><body><p>Here is the picture of the harbor that you asked me for last week, taken from the tower on Sunday; I hope that it is large enough for the print.</p><a href=\"https://host.example/x\"><img src=\"https://host.example/a.png\"></a></body></html>",
            ),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "passed-on-impostor",
        fires: &[(
            "Subject: Fw: Your account",
            "Is this real?\n\n________\nFrom: PayPal Service <help@host.example>\nSent: Monday\nSubject: Your account\n\nLog in.",
        )],
        silent: &[
            (
                "Subject: Fw: Your receipt",
                "See below.\n\nFrom: PayPal Service <service@paypal.com>\nSent: Monday\n\nYour receipt.",
            ),
            ("Subject: Fw: lunch", "From: Bea Example <bea@host.example>\nSent: Monday\n\nAt noon?"),
            ("Subject: Your account", "From: PayPal Service <help@host.example>\nLog in."),
        ],
        facts: FactSet::default,
    },
];

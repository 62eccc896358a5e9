//! Mails for the rules about numbers in disguise, accounts that changed and plain text unlike its page.

use super::{Case, FactSet};

const TWO: &str = "Content-Type: multipart/alternative; boundary=b";
/// The page that stands beside a plain text.
macro_rules! beside {
    ($text:literal, $page:literal) => {
        concat!(
            "--b\nContent-Type: text/plain; charset=utf-8\n\n",
            $text,
            "\n--b\nContent-Type: text/html; charset=utf-8\n\n<html><body>",
            $page,
            "</body></html>\n--b--"
        )
    };
}

pub(super) const CASES: &[Case] = &[
    Case {
        rule: "number-disguised",
        fires: &[
            ("Subject: Renewal", "Call our billing desk at 1-8OO-555-O199 today."),
            ("Subject: Renewal", "Support: (8O5) 555-0143"),
            ("Subject: Renewal", "toll free ①⑧⓪⓪-⑤⑤⑤-⓪①⑨⑨"),
            ("Subject: 更新", "サポートは 0𝟏20-000-0𝟎0 へ"),
        ],
        silent: &[
            ("Subject: Renewal", "Call our billing desk at 1-800-555-0199 today."),
            ("Subject: 更新", "サポートは ０１２０－０００－０００ へ"),
            ("Subject: Flat", "Flat 1O1, 805 Oak Lane, see you at 10"),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "account-changed",
        fires: &[
            (
                "Subject: Invoice 2231",
                "Please note that our bank details have changed. Pay into IBAN DE89 3704 0044 0532 0130 00 from now on.",
            ),
            (
                "Subject: Re: Invoice 2231\nIn-Reply-To: <1@sender.example>",
                "Kindly use the new wire instructions. Routing number 021000021, account number 000123456789.",
            ),
            (
                "Subject: お振込先変更のお願い",
                "振込先口座が変更になりましたので、下記へお願いいたします。\n見本銀行 例示支店 普通 1234567",
            ),
        ],
        silent: &[
            ("Subject: Invoice 2231", "Please pay into IBAN DE89 3704 0044 0532 0130 00 as usual."),
            ("Subject: Invoice 2231", "Our bank details have changed; I will call you tomorrow."),
            ("Subject: ご請求書", "お振込先：見本銀行 例示支店 普通 1234567"),
            ("Subject: 口座情報の変更", "変更を受け付けました。受付番号は 1234567 です。"),
        ],
        facts: FactSet::default,
    },
    Case {
        rule: "text-unlike-page",
        fires: &[
            (
                TWO,
                beside!(
                    "celerity shy conjuncture circuit guardhouse poultry yokuts pedagogue clamorous bedrock",
                    "<p>We could not take the payment for your membership this month. Please log in and change the card, or your films end on Friday. Thank you for watching with us, the whole team wishes you a pleasant week.</p>"
                ),
            ),
            (
                TWO,
                beside!(
                    "明日の会議は中止になりました。資料は来週お送りします。",
                    "<p>お客様のカードが一時的に利用停止となっています。ご本人確認のため、下記のボタンから手続きを完了してください。</p>"
                ),
            ),
        ],
        silent: &[
            (
                TWO,
                beside!(
                    "We could not take the payment for your membership this month. Please change the card.",
                    "<p>We could not take the <b>payment</b> for your membership this month. Please change the card by Friday, so that films go on without a break for the whole family.</p>"
                ),
            ),
            // A note that there is no text.
            (
                TWO,
                beside!(
                    "View this newsletter online",
                    "<p>Five gardens in autumn: what to plant now, which tools to clean, and when the market opens. Our gardeners answer questions on Thursday evening.</p>"
                ),
            ),
            (
                "Content-Type: multipart/alternative; boundary=b\nAuthentication-Results: mx.example.org; dkim=pass header.d=sender.example",
                beside!(
                    "Your mail program cannot display pages; open the address in another program instead",
                    "<p>Five gardens in autumn: what to plant now, which tools to clean, and when the market opens. Our gardeners answer questions on Thursday evening.</p>"
                ),
            ),
        ],
        facts: FactSet::default,
    },
];

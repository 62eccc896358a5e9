//! Numbers, wallets and accounts in the links pane, the summary and the indicators, and plain text unlike its page in the body
//! pane.

use super::{Case, told};
use crate::evidence::examine;
use crate::message::Message;
use crate::text::Lang;
use crate::view::{Line, body, indicators, links, summary};

fn case(mail: &str) -> Case {
    let message = Message::parse(mail.as_bytes());
    let evidence = examine(&message, &[]);
    Case { message, evidence, ..Case::default() }
}

const NAMED: &str = "From: a@sender.example\nContent-Type: text/plain; charset=utf-8\n\n\
    Call 1-8OO-555-O199 or 0120-000-000.\nPay to 1BitcoinEaterAddressDontSendf59kuE\n\
    or IBAN DE89 3704 0044 0532 0130 00, or お振込先 見本銀行 例示支店 普通 1234567\n\
    この文は日本語で書かれており、番号も日本の書き方で読まれます。\n";

#[test]
fn what_can_be_called_or_paid_stands_behind_the_links() {
    let case = case(NAMED);
    let text = told(&links::doc(&case.subject(Lang::En)));
    for want in [
        "The mail holds no link",
        "To be called or paid",
        "telephone  +18005550199  \"1-8OO-555-O199\"  North America  toll-free  ! in disguise",
        "telephone  0120000000  \"0120-000-000\"  Japan  toll-free",
        "wallet  1BitcoinEaterAddressDontSendf59kuE  Bitcoin  checksum holds",
        "IBAN  DE89370400440532013000",
        "account  普通 1234567  見本銀行 例示支店",
    ] {
        assert!(text.contains(want), "{want} is missing in:\n{text}");
    }
    let text = told(&links::doc(&case.subject(Lang::Ja)));
    for want in ["電話番号・送金先", "通話無料", "! 偽装あり", "チェックサム一致", "口座  普通 1234567"]
    {
        assert!(text.contains(want), "{want} is missing in:\n{text}");
    }
    let plain = self::case("From: a@sender.example\n\nNothing to call.\n");
    assert!(!told(&links::doc(&plain.subject(Lang::En))).contains("called or paid"));
}

#[test]
fn they_are_indicators_and_stand_in_the_summary() {
    let case = case(NAMED);
    let found = indicators::indicators(&case.subject(Lang::En));
    let live = |list: &[indicators::Indicator]| list.iter().map(|one| one.live.clone()).collect::<Vec<_>>();
    assert_eq!(live(&found.phones), ["+18005550199", "0120000000"]);
    assert_eq!(live(&found.wallets), ["1BitcoinEaterAddressDontSendf59kuE"]);
    assert_eq!(live(&found.accounts), ["DE89370400440532013000", "見本銀行 例示支店 普通 1234567"]);
    let text: Vec<String> = summary::lines(&case.subject(Lang::En)).iter().map(Line::text).collect();
    assert!(text.iter().any(|line| line == "Telephone: +18005550199"), "{text:?}");
    assert!(text.iter().any(|line| line.starts_with("Wallet: 1Bitcoin")), "{text:?}");
}

#[test]
fn plain_text_of_another_matter_is_told_above_the_body() {
    let mail = |text: &str| {
        format!(
            "Content-Type: multipart/alternative; boundary=b\n\n--b\n\n{text}\n--b\nContent-Type: text/html\n\n<p>Your account was limited, log in to restore it.</p>\n--b--\n"
        )
    };
    let other = case(&mail("celerity shy conjuncture circuit https://other.example/"));
    let told_of = |case: &Case, lang| told(&body::doc(&case.subject(lang)));
    assert!(told_of(&other, Lang::En).contains("0 % of its words in common"));
    assert!(told_of(&other, Lang::En).contains("Only the plain text links to other[.]example"));
    assert!(told_of(&other, Lang::Ja).contains("共通する語は 0 % だけです"));
    let same = case(&mail("Your account was limited, log in to restore it."));
    assert!(!told_of(&same, Lang::En).contains("in common"));
}

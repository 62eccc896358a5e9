//! Texts with numbers, wallets and accounts, and such that only look so.

use super::*;
use crate::evidence::examine;
use crate::message::Message;

fn look(text: &str) -> Contacts {
    let mut out = Contacts::default();
    let japanese = if text.chars().any(|letter| ('\u{3041}'..='\u{9fff}').contains(&letter)) { 0.5 } else { 0.0 };
    out.look(text, japanese, 50, |at| (None, Span { start: at.start as u32, end: at.end as u32 }));
    out
}

fn phones(text: &str) -> Vec<String> {
    look(text).phones.into_iter().map(|phone| phone.number).collect()
}

#[test]
fn numbers_of_north_america_are_read_in_every_spelling() {
    for (text, expected) in [
        ("To cancel call 1-800-555-0199 today", "+18005550199"),
        ("Call +1 (202) 555-0143", "+12025550143"),
        ("contact us at: 📞 +1-(818)-555-0186  Thank you", "+18185550186"),
        ("Support Line Contact: 1 810 555-0168Automated Mail", "+18105550168"),
        ("call our helpdesk at (252)555-0199", "+12525550199"),
        ("Call 1-8OO-555-O199", "+18005550199"),
        ("Help: (8O5) 555 O143", "+18055550143"),
        ("dial 1 8 0 0 5 5 5 0 1 9 9 now", "+18005550199"),
        ("toll free ①⑧⓪⓪-⑤⑤⑤-⓪①⑨⑨", "+18005550199"),
        ("phone 𝟖𝟎𝟓.𝟓𝟓𝟓.𝟎𝟏𝟒𝟑", "+18055550143"),
        ("call 8005550199", "+18005550199"),
        ("１－８００－５５５－０１９９", "+18005550199"),
        ("805.555.0143", "+18055550143"),
    ] {
        assert_eq!(phones(text), [expected], "{text}");
    }
}

#[test]
fn japanese_numbers_are_read_in_every_spelling() {
    for (text, expected) in [
        ("お問い合わせは 0120-000-000 まで", "0120000000"),
        ("フリーダイヤル０１２０－００－００００", "0120000000"),
        ("サポートデスク：050-0000-1234", "+815000001234"),
        ("東京本社 03-0000-1234", "+81300001234"),
        ("電話（０３）００００－１２３４", "+81300001234"),
        ("連絡先 090-0000-1234", "+819000001234"),
        ("ナビダイヤル 0570-000-111", "0570000111"),
        ("TEL:+81-3-0000-1234", "+81300001234"),
        ("TEL +81 (0)3 0000 1234", "+81300001234"),
        ("0800-000-1234 にお電話ください", "08000001234"),
        ("電話 0123-45-0000", "+81123450000"),
    ] {
        assert_eq!(phones(text), [expected], "{text}");
    }
    let free: Vec<bool> = look("0120-000-000 または 03-0000-1234").phones.iter().map(|phone| phone.toll_free).collect();
    assert_eq!(free, [true, false]);
}

#[test]
fn other_countries_are_read_with_a_plus_or_beside_a_word() {
    for (text, expected) in [
        ("+44 20 7946 0958", "+442079460958"),
        ("Phone: +39 335 555 0000", "+393355550000"),
        ("WhatsApp: +37120000000", "+37120000000"),
        ("please call 0044 131 496 0000", "+441314960000"),
        ("Tel: 0131 496 0000", "01314960000"),
        ("+31 (0)20 555 0000", "+31205550000"),
    ] {
        assert_eq!(phones(text), [expected], "{text}");
    }
}

#[test]
fn what_only_looks_like_a_number_is_none() {
    for text in [
        "Case ID Number: PP-065-617-349",
        "Order 8005550199 was shipped",
        "on 2026-11-22 10:00 and 2026-11-23 11:30",
        "call us on 2026-11-22",
        "++20210805102428+1fdec59bffc1",
        "192.0.2.100 203.0.113.200",
        "1,234,567,890 yen",
        "ISBN 978-4-00-000000-0",
        "4111 1111 1111 1111",
        "Invoice no. 2026-0001-0002",
        "〒100-0001 東京都千代田区千代田1-1",
        "受付番号 0123456789012",
        "2026年11月22日 10:00〜18:00",
        "Call 1-100-555-0199",
        "10 20 30 40 50 60 70",
        "Your code: 1  3  7  6  7  8  9  5  1  2  4",
        "call from 109.252.84.170",
        "telemetry 14450.111391",
        "",
    ] {
        assert!(phones(text).is_empty(), "{text}: {:?}", phones(text));
    }
}

#[test]
fn disguise_is_told_and_usual_spellings_are_none() {
    let disguised = |text: &str| look(text).phones.first().unwrap().disguised;
    for text in
        ["1-8OO-555-O199", "(8O5) 555-0143", "call 1 8 0 0 5 5 5 0 1 9 9", "①⑧⓪⓪-⑤⑤⑤-⓪①⑨⑨", "1-8\u{200b}00-555-0199"]
    {
        assert!(disguised(text), "{text}");
    }
    for text in ["1-800-555-0199", "１－８００－５５５－０１９９", "+44 20 7946 0958", "0120-000-000"] {
        assert!(!disguised(text), "{text}");
    }
}

#[test]
fn accounts_are_read_where_digits_and_words_agree() {
    let accounts = |text: &str| -> Vec<(String, String)> {
        look(text).accounts.into_iter().map(|account| (account.number, account.bank)).collect()
    };
    for (text, number, bank) in [
        ("IBAN: DE89 3704 0044 0532 0130 00, BIC X", "DE89370400440532013000", ""),
        ("GB29NWBK60161331926819", "GB29NWBK60161331926819", ""),
        ("お振込先：見本銀行 例示支店 普通 1234567", "普通 1234567", "見本銀行 例示支店"),
        (
            "銀行名：見本銀行\n支店名：例示支店\n口座種別：当座\n口座番号：１２３４５６７",
            "当座 1234567",
            "見本銀行 例示支店",
        ),
        ("Routing number: 021000021, Account number: 000123456789", "021000021 000123456789", ""),
        ("Account No. 12345678 / ABA: 011000015", "011000015 12345678", ""),
    ] {
        assert_eq!(accounts(text), [(number.to_owned(), bank.to_owned())], "{text}");
    }
    for text in [
        "IBAN: DE88 3704 0044 0532 0130 00",
        "DE8272787738DN",
        "FR12487773327",
        "MA038501234GB",
        "お客様番号 1234567",
        "見本銀行からのお知らせ。受付番号は 1234567 です。",
        "普通の日に 1234567 人が来ました",
        "Routing number: 021000022, Account number: 123456789",
        "Routing slip 021000021",
        "The routing number is on your check.",
    ] {
        assert!(accounts(text).is_empty(), "{text}: {:?}", accounts(text));
    }
}

#[test]
fn a_mail_tells_where_its_numbers_stand() {
    let mail = "Subject: x\nContent-Type: text/plain\n\nTo cancel call 1-800-555-0199 now.\n";
    let found = examine(&Message::parse(mail.as_bytes()), &[]).contacts;
    let phone = found.phones.first().unwrap();
    assert_eq!(mail.get(phone.span.start as usize..phone.span.end as usize), Some("1-800-555-0199"));
    assert_eq!((phone.part, phone.toll_free, phone.link), (Some(0), true, false));
}

#[test]
fn links_that_dial_are_numbers_and_join_those_of_the_text() {
    let mail = "Subject: x\nContent-Type: text/html\n\n<a href=\"tel:+12025550143\">(202) 555-0143</a>\
        <a href=\"tel:0120-000-000\">電話</a><a href=\"tel:110\">x</a><a href=\"tel:01234%20555000\">y</a>\n";
    let found = examine(&Message::parse(mail.as_bytes()), &[]).contacts;
    let told: Vec<_> = found.phones.iter().map(|phone| (phone.number.as_str(), phone.link)).collect();
    assert_eq!(told, [("+12025550143", true), ("0120000000", true), ("01234555000", true)]);
}

#[test]
fn pages_of_documents_are_read_as_well() {
    let mail = "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nSee the document.\n--b\n\
        Content-Type: application/pdf; name=a.pdf\nContent-Disposition: attachment; filename=a.pdf\n\n\
        %PDF-1.4\n1 0 obj\n<</Length 1>>\nstream\nBT (To cancel your order call 1-800-555-0199) Tj ET\nendstream\nendobj\n--b--\n";
    let found = examine(&Message::parse(mail.as_bytes()), &[]);
    let told: Vec<_> = found.contacts.phones.iter().map(|phone| (phone.number.as_str(), phone.part)).collect();
    assert_eq!(told, [("+18005550199", Some(2))]);
    assert!(found.file_themes.of(crate::evidence::Theme::Call).is_some());
    assert!(found.themes.of(crate::evidence::Theme::Call).is_none(), "the mail itself says nothing of it");
}

#[test]
fn bait_for_numbers_ends_soon() {
    for piece in [
        "1",
        "1 ",
        "1-",
        "8OO",
        "O",
        "+",
        "(+",
        "00",
        "①",
        "０",
        "1\u{200b}",
        "DE89",
        "DE89 ",
        "普通 1234567",
        "021000021 routing account ",
        "a1",
        "1BitcoinEaterAddressDontSendf59kuE ",
        "4",
        "bc1q",
        "0x0",
    ] {
        let text = piece.repeat(64 * 1024 / piece.len());
        look(&text);
    }
}

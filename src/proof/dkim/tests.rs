//! Signatures that hold, and every way in which one does not.

use proptest::prelude::*;

use super::*;
use crate::facts::phrases::reason;
use crate::message::Message;
use crate::proof::signing::{Hand, by_hand, ed25519, ed25519_record, facts, rsa, rsa_record};

const MAIL: &str = "From: Shop <info@shop.example>\r\nTo: Anna <anna@example.org>\r\nSubject: Your  order\r\n\tof today\r\n\
                    Date: Sat, 21 Nov 2026 10:00:00 +0900\r\nMessage-ID: <1@shop.example>\r\n\r\n\
                    Hello  Anna, \r\n\r\nyour order is on its way.\t\r\n\r\n\r\n";
const HEADERS: &[&str] = &["From", "To", "Subject", "Date"];
const KEY: &str = "s1._domainkey.shop.example";

fn all(mail: &[u8], facts: &FactSet, at: Option<i64>) -> Vec<Dkim> {
    let prepared = crate::proof::prepare(mail, &Message::parse(mail));
    prove(&prepared.dkim, facts, at, &[])
}

fn first(mail: &[u8], record: &str) -> Dkim {
    all(mail, &facts(&[(KEY, record)]), None).remove(0)
}

#[test]
fn what_another_program_signed_holds_in_every_way_of_writing() {
    for relaxed in [(true, true), (true, false), (false, true), (false, false)] {
        for (signed, record) in [
            (rsa(MAIL.as_bytes(), "shop.example", HEADERS, relaxed, false), rsa_record()),
            (ed25519(MAIL.as_bytes(), "shop.example", HEADERS, relaxed), ed25519_record()),
        ] {
            let proved = first(&signed, &record);
            assert_eq!(proved.result, Some(DkimResult::Pass), "{relaxed:?}");
            assert_eq!((proved.domain.as_str(), proved.selector.as_str()), ("shop.example", "s1"));
            assert_eq!((proved.unsigned.len(), proved.unsigned_bytes), (0, 0));
            // A mailbox on disk has bare line feeds.
            let stored = String::from_utf8(signed).unwrap().replace("\r\n", "\n");
            assert_eq!(first(stored.as_bytes(), &record).result, Some(DkimResult::Pass), "{relaxed:?}");
        }
    }
    assert_eq!(
        first(&rsa(MAIL.as_bytes(), "shop.example", HEADERS, (true, true), false), &rsa_record()).bits,
        Some(2048)
    );
}

#[test]
fn a_change_on_the_way_is_told_apart() {
    let signed = String::from_utf8(rsa(MAIL.as_bytes(), "shop.example", HEADERS, (true, true), false)).unwrap();
    let strict = String::from_utf8(rsa(MAIL.as_bytes(), "shop.example", HEADERS, (false, false), false)).unwrap();
    let footer = format!("{signed}--\r\nA mailing list\r\n");
    let proved = first(footer.as_bytes(), &rsa_record());
    assert_eq!((proved.result, proved.header_holds), (Some(DkimResult::BodyChanged), Some(true)));
    let both = footer.replace("Your  order", "Your account");
    assert_eq!(first(both.as_bytes(), &rsa_record()).header_holds, Some(false));
    let subject = signed.replace("Your  order", "Your account");
    assert_eq!(first(subject.as_bytes(), &rsa_record()).result, Some(DkimResult::Wrong));
    let blanks =
        |mail: &str| mail.replace("Your  order\r\n\tof", "Your order  of").replace("Hello  Anna, ", "Hello Anna,");
    assert_eq!(first(blanks(&signed).as_bytes(), &rsa_record()).result, Some(DkimResult::Pass));
    assert_eq!(first(blanks(&strict).as_bytes(), &rsa_record()).result, Some(DkimResult::BodyChanged));
    let added = signed.replace("Message-ID", "X-Spam: no\r\nMessage-ID");
    assert_eq!(first(added.as_bytes(), &rsa_record()).result, Some(DkimResult::Pass));
    // A second From above the signed one: the signature covers the lower one.
    let two = format!("From: Bank <info@bank.example>\r\n{signed}");
    assert_eq!(first(two.as_bytes(), &rsa_record()).result, Some(DkimResult::Pass));
}

#[test]
fn the_state_of_the_key_is_told_and_an_old_mail_does_not_fail_for_it() {
    let signed = rsa(MAIL.as_bytes(), "shop.example", HEADERS, (true, true), false);
    let public = crate::proof::test_keys::RSA_2048.public;
    let cut = public.get(..public.len() - 40).unwrap();
    let other = Hand::Rsa1024.record();
    let unusable = |flaw| Some(DkimResult::KeyUnusable(flaw));
    for (record, expected) in [
        ("-", Some(DkimResult::KeyGone)),
        ("some other text", Some(DkimResult::KeyGone)),
        ("v=DKIM2; p=AAAA", Some(DkimResult::KeyGone)),
        ("!", Some(DkimResult::Unanswered(reason::SERVFAIL.en.into()))),
        ("v=DKIM1; p=", unusable(KeyFlaw::Revoked)),
        ("v=DKIM1; p=\\027[2J", unusable(KeyFlaw::Unreadable)),
        ("v=DKIM1; p=AAAA", unusable(KeyFlaw::Unreadable)),
        (&format!("v=DKIM1; p={cut}"), unusable(KeyFlaw::Unreadable)),
        (&format!("v=DKIM1; k=ed25519; p={public}"), unusable(KeyFlaw::Unreadable)),
        (&format!("v=DKIM1; k=dsa; p={public}"), unusable(KeyFlaw::OtherKind)),
        (&format!("v=DKIM1; s=web; p={public}"), unusable(KeyFlaw::OtherUse)),
        (&format!("v=DKIM1; h=sha1; p={public}"), unusable(KeyFlaw::OtherUse)),
        (&ed25519_record(), unusable(KeyFlaw::OtherUse)),
        (&other, Some(DkimResult::Wrong)),
        (&format!("p={public}"), Some(DkimResult::Pass)),
        (&format!("v=DKIM1; n=x; h=sha1:sha256; s=*; t=y:s; p={public}"), Some(DkimResult::Pass)),
    ] {
        assert_eq!(first(&signed, record).result, expected, "{record}");
    }
    assert!(first(&signed, &format!("t=y; p={public}")).testing);
    let open = all(&signed, &FactSet::default(), None).remove(0);
    assert_eq!((open.result, open.key), (None, Some(Key::Texts(KEY.into()))));
}

#[test]
fn a_body_that_was_changed_shows_without_any_key() {
    let mut signed = rsa(MAIL.as_bytes(), "shop.example", HEADERS, (true, true), false);
    signed.extend(b"more\r\n");
    let proved = all(&signed, &FactSet::default(), None).remove(0);
    assert_eq!((proved.result, proved.header_holds), (Some(DkimResult::BodyChanged), None));
    assert_eq!(first(&signed, "-").result, Some(DkimResult::BodyChanged));
}

#[test]
fn a_key_that_comes_late_needs_no_bytes_and_is_computed_with_once() {
    let signed = rsa(MAIL.as_bytes(), "shop.example", HEADERS, (true, true), false);
    let prepared = crate::proof::prepare(&signed, &Message::parse(&signed));
    drop(signed);
    let before = prove(&prepared.dkim, &FactSet::default(), None, &[]);
    let facts = facts(&[(KEY, &rsa_record())]);
    let proved = prove(&prepared.dkim, &facts, None, &before);
    assert_eq!(proved[0].result, Some(DkimResult::Pass));
    // What was computed is taken over, as long as the key is the same.
    let mut marked = proved.clone();
    marked[0].bits = Some(7);
    assert_eq!(prove(&prepared.dkim, &facts, None, &marked)[0].bits, Some(7));
    assert_eq!(
        prove(&prepared.dkim, &crate::proof::signing::facts(&[(KEY, "-")]), None, &marked)[0].result,
        Some(DkimResult::KeyGone)
    );
}

#[test]
fn what_a_signature_leaves_open_is_named() {
    let mail = MAIL.replace("Anna, ", "Anna,").replace(".\t\r\n\r\n\r\n", ".\r\n").replace("Hello  ", "Hello ");
    let whole = rsa(mail.as_bytes(), "shop.example", &["From"], (true, true), true);
    let proved = first(&whole, &rsa_record());
    assert_eq!((proved.result, proved.unsigned_bytes), (Some(DkimResult::Pass), 0));
    assert_eq!(proved.unsigned, ["Subject", "To"]);
    let mut longer = whole;
    longer.extend(b"<a href=http://evil.example>x</a>\r\n");
    let proved = first(&longer, &rsa_record());
    assert_eq!(proved.result, Some(DkimResult::Pass));
    assert!(proved.unsigned_bytes >= 35, "{}", proved.unsigned_bytes);
}

#[test]
fn what_proves_too_little_is_no_pass() {
    let tags = "d=shop.example; s=s1";
    for (hand, tags, at, expected) in [
        (Hand::Rsa2048, tags, None, DkimResult::Pass),
        (Hand::Rsa1024, tags, None, DkimResult::Pass),
        (Hand::Rsa768, tags, None, DkimResult::KeyWeak(768)),
        (Hand::Sha1, tags, None, DkimResult::HashWeak),
        (Hand::Rsa2048, "d=shop.example; s=s1; t=100; x=200", Some(150), DkimResult::Pass),
        (Hand::Rsa2048, "d=shop.example; s=s1; t=100; x=200", Some(250), DkimResult::Expired(200)),
        (Hand::Rsa2048, "d=shop.example; s=s1; t=100; x=200", None, DkimResult::Pass),
        (Hand::Rsa2048, "d=shop.example; s=s1; i=a@news.shop.example", None, DkimResult::Pass),
        (Hand::Rsa2048, "d=shop.example; s=s1; l=5000000", None, DkimResult::Pass),
    ] {
        let mail = by_hand(hand, MAIL, tags, &["from", "subject"]);
        let proved = all(mail.as_bytes(), &facts(&[(KEY, &hand.record())]), at).remove(0);
        assert_eq!(proved.result, Some(expected), "{tags}");
    }
    let below = by_hand(Hand::Rsa2048, MAIL, "d=shop.example; s=s1; i=a@news.shop.example", &["from"]);
    let strict = format!("{}; t=s", Hand::Rsa2048.record());
    assert_eq!(first(below.as_bytes(), &strict).result, Some(DkimResult::KeyUnusable(KeyFlaw::OtherUse)));
}

#[test]
fn a_monstrous_key_is_refused_before_anything_is_computed() {
    // DER: SEQUENCE { INTEGER modulus, INTEGER exponent }, as a bare RSAPublicKey.
    let integer = |bytes: &[u8]| {
        let length = bytes.len() as u32;
        [&[2, 0x84][..], &length.to_be_bytes(), bytes].concat()
    };
    let key = |modulus: &[u8], exponent: &[u8]| {
        let inside = [integer(modulus), integer(exponent)].concat();
        let der = [&[0x30, 0x84][..], &(inside.len() as u32).to_be_bytes(), &inside].concat();
        format!("v=DKIM1; p={}", crate::proof::signing::encoded(&der))
    };
    let signed = rsa(MAIL.as_bytes(), "shop.example", HEADERS, (true, true), false);
    let huge = [&[0_u8][..], &[0xff; 8_192]].concat();
    for record in [
        key(&huge, &[1, 0, 1]),
        key(&[1], &[3]),
        key(&[0, 0xff, 0xff], &[1, 0, 1]),
        key(&[&[0_u8][..], &[0xff; 256]].concat(), &huge),
        format!("v=DKIM1; p={}", "A".repeat(60_000)),
    ] {
        let result = first(&signed, &record).result;
        let refused = matches!(result, Some(DkimResult::KeyUnusable(_) | DkimResult::Wrong));
        assert!(refused, "{result:?}");
    }
}

#[test]
fn crowds_of_signatures_are_bounded() {
    let one = String::from_utf8(rsa(MAIL.as_bytes(), "shop.example", HEADERS, (true, true), false)).unwrap();
    let field = one.strip_suffix(MAIL).unwrap();
    let crowd = format!("{}{MAIL}", field.repeat(30));
    let proved = all(crowd.as_bytes(), &facts(&[(KEY, &rsa_record())]), None);
    assert_eq!((proved.len(), proved.iter().filter(|one| one.result == Some(DkimResult::Pass)).count()), (10, 10));
    let lengths: String =
        (1..9).map(|length| field.replace("v=1;", &format!("v=1; l={length};"))).collect::<Vec<_>>().concat();
    let proved = all(format!("{lengths}{MAIL}").as_bytes(), &FactSet::default(), None);
    assert_eq!(proved.iter().filter(|one| one.result == Some(DkimResult::Void(Flaw::TooMany))).count(), 4);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn whatever_another_program_signs_holds(
        subject in "[ -~]{0,60}(\r\n[ \t][ -~]{1,30}){0,2}",
        body in "([ -~\t]{0,40}(\r\n){1,3}){0,6}",
        header_relaxed: bool,
        body_relaxed: bool,
    ) {
        let mail = format!("From: a@shop.example\r\nSubject:{subject}\r\nTo: b@example.org\r\n\r\n{body}");
        let signed = ed25519(mail.as_bytes(), "shop.example", &["From", "Subject"], (header_relaxed, body_relaxed));
        prop_assert_eq!(first(&signed, &ed25519_record()).result, Some(DkimResult::Pass));
    }

    #[test]
    fn no_bytes_break_the_preparation(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let mail = [&b"DKIM-Signature: v=1; a=rsa-sha256; d=a.test; s=b; h=from; bh=AAAA; b=AAAA\r\nARC-Seal: i=1"[..], &bytes].concat();
        let prepared = crate::proof::prepare(&mail, &Message::parse(&mail));
        prove(&prepared.dkim, &FactSet::default(), None, &[]);
    }
}

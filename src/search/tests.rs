//! Words and patterns are found in every encoding a mail can have, and nothing is ruled out that is there.

use proptest::prelude::*;

use super::*;

fn wanted(text: &str) -> Wanted {
    let (place, rest) = match text.strip_prefix("header:") {
        Some(rest) => (Place::Header, rest),
        None => (Place::Body, text),
    };
    match rest.strip_prefix('/') {
        Some(inner) => Wanted { place, text: inner.trim_end_matches('/').into(), pattern: true },
        None => Wanted { place, text: rest.into(), pattern: false },
    }
}

fn holds(mail: &[u8], text: &str) -> bool {
    Query::new(&[wanted(text)]).unwrap().find(mail).bits == 1
}

fn mail(head: &str, body: &[u8]) -> Vec<u8> {
    [b"From: a@shop.example\nSubject: x\nMIME-Version: 1.0\n", head.as_bytes(), b"\n", body].concat()
}

#[test]
fn a_word_is_found_in_every_encoding() {
    let (sjis, ..) = encoding_rs::SHIFT_JIS.encode("ご請求の件");
    let (euc, ..) = encoding_rs::EUC_JP.encode("ご請求の件");
    let (jis, ..) = encoding_rs::ISO_2022_JP.encode("ご請求の件");
    for (head, body, word) in [
        ("", &b"your Invoice\n"[..], "invoice"),
        ("", b"two\nwords here\n", "two words"),
        ("Content-Transfer-Encoding: quoted-printable\n", b"your inv=6Fice, and a soft br=\neak\n", "invoice"),
        ("Content-Transfer-Encoding: quoted-printable\n", b"your inv=6Fice, and a soft br=\neak\n", "soft break"),
        ("Content-Transfer-Encoding: base64\n", b"eW91ciBpbnZv\naWNlIDQyCg==\n", "invoice 42"),
        ("Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n", "ご請求の件".as_bytes(), "請求"),
        (
            "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n",
            b"44GU6KuL5rGC44Gu5Lu2Cg==\n",
            "請求",
        ),
        ("Content-Type: text/plain; charset=shift_jis\nContent-Transfer-Encoding: 8bit\n", &sjis, "請求"),
        ("Content-Type: text/plain; charset=euc-jp\nContent-Transfer-Encoding: 8bit\n", &euc, "請求"),
        ("Content-Type: text/plain; charset=iso-2022-jp\nContent-Transfer-Encoding: 7bit\n", &jis, "請求"),
        ("Content-Type: text/plain; charset=iso-8859-1\n", b"\xdcberweisung\n", "überweisung"),
        ("Content-Type: text/plain; charset=utf-16le\n", b"i\0n\0v\0o\0i\0c\0e\0", "invoice"),
        ("Content-Type: text/html\n", b"<p>in<b>voi</b>ce &#35531;&#27714;</p>", "invoice"),
        ("Content-Type: text/html\n", b"<p>in<b>voi</b>ce &#35531;&#27714;</p>", "請求"),
        ("Content-Type: text/html\n", b"<a href='https://evil.example/x'>here</a>", "evil.example"),
    ] {
        let mail = mail(head, body);
        assert!(holds(&mail, word), "{head:?} {word}");
        assert!(!holds(&mail, "absent"), "{head:?}");
    }
}

#[test]
fn parts_and_messages_inside_are_searched_and_files_are_not() {
    let mail = mail(
        "Content-Type: multipart/mixed; boundary=b\n",
        b"--b\n\nfirst\n--b\nContent-Type: message/rfc822\n\nSubject: =?utf-8?Q?inner_subject?=\n\ninner body\n--b\n\
          Content-Type: application/octet-stream\nContent-Transfer-Encoding: base64\n\nc2VjcmV0IGZpbGU=\n--b--\n",
    );
    for (text, is_there) in [
        ("first", true),
        ("inner body", true),
        ("inner subject", false),
        ("header:inner", false),
        ("secret", false),
        ("header:/^from: .*shop/", true),
        ("header:shop", true),
        ("header:first", false),
    ] {
        assert_eq!(holds(&mail, text), is_there, "{text}");
    }
    let both = Query::new(&[wanted("first"), wanted("header:inner")]).unwrap();
    assert_eq!(both.find(&mail).bits, 3, "with the body read, messages inside have their fields read");
}

#[test]
fn fields_are_found_decoded_and_as_written() {
    let mail = b"From: =?utf-8?B?6KuL5rGC?= <a@shop.example>\nX-Mailer: Kit\n 2\n\nbody X-Other: y\n";
    for (text, is_there) in [
        ("header:請求", true),
        ("header:=?utf-8?B?6KuL", true),
        ("header:x-mailer: kit 2", true),
        ("header:/^x-mailer: .*2$/", true),
        ("header:x-other", false),
        ("header:/(?-i)x-mailer/", false),
    ] {
        assert_eq!(holds(mail, text), is_there, "{text}");
    }
}

#[test]
fn patterns_are_bounded_and_their_errors_told() {
    for (text, why) in [
        ("/[/", Refused::Malformed("unclosed character class".into())),
        ("/a**(/", Refused::Malformed("unclosed group".into())),
        ("/(a{1000}){1000}/", Refused::TooLarge),
        ("/\\w{1,1000}x/", Refused::TooLarge),
    ] {
        assert_eq!(Query::new(&[wanted(text)]).unwrap_err(), (0, why), "{text}");
    }
    assert_eq!(Query::new(&[wanted(&"x".repeat(1_001))]).unwrap_err(), (0, Refused::TooLarge));
    assert_eq!(Query::new(&vec![wanted("x"); 8]).unwrap_err(), (7, Refused::TooMany));
    let slow = mail("", "a".repeat(200_000).as_bytes());
    assert!(!holds(&slow, "/(a*)*b/"), "linear, whatever the pattern");
    assert!(holds(&mail("", b"pay 300\nnow"), "/pay \\d+\\s+now/"));
    assert!(holds(&mail("", b"one\nTwo"), "/^two$/"));
}

#[test]
fn a_query_goes_over_a_pipe() {
    let query = Query::new(&[wanted("two  words"), wanted("header:/a\\nb/")]).unwrap();
    assert_eq!(Query::of_source(query.source()), Some(query));
    for bad in ["x", "bz", "b", "bp["] {
        assert!(Query::of_source(bad).is_none(), "{bad}");
    }
    assert_eq!(Found::of_byte(Found { bits: 127, cut: true }.byte()), Found { bits: 127, cut: true });
}

#[test]
fn what_may_be_encoded_is_not_ruled_out_by_its_bytes() {
    let query = Query::new(&[wanted("invoice")]).unwrap();
    for (mail, is_out) in [
        (mail("", b"hello"), true),
        (mail("Content-Type: text/plain; charset=\"UTF-8\"\n", "こんにちは".as_bytes()), true),
        (mail("", b"invoice"), false),
        (mail("Content-Transfer-Encoding: Base64\n", b"aW52b2ljZQ=="), false),
        (mail("Content-Type: text/HTML\n", b"in<b>voice"), false),
        (mail("Content-Type: text/plain; charset=utf-7\n", b"+AGk-nvoice"), false),
        (mail("Content-Type: text/plain; charset*0=ut;\n charset*1=f-16\n", b"x"), false),
        (mail("Content-Transfer-Encoding: x-uue\n", b"x"), false),
    ] {
        assert_eq!(query.is_ruled_out(&mail), is_out, "{}", String::from_utf8_lossy(&mail));
    }
    assert!(!Query::new(&[wanted("/invoice/")]).unwrap().is_ruled_out(b"x"));
    assert!(!Query::new(&[wanted("請求")]).unwrap().is_ruled_out(b"x"));
}

proptest! {
    #[test]
    fn nothing_that_is_there_is_ruled_out(
        charset in prop::sample::select(vec!["us-ascii", "utf-8", "iso-8859-1", "utf-16", "utf-7", "iso-2022-jp", "gb18030", "hz-gb-2312"]),
        body in prop::collection::vec(prop::sample::select(vec![&b"ab"[..], b"A", b"\0", b"\x1b$B", b"\xff\xfe", b"+AGE-", b"=61", b"~{", b"\xc5\xbf", b"b "]), 0..8),
    ) {
        let mail = mail(&format!("Content-Type: text/plain; charset={charset}\n"), &body.concat());
        let query = Query::new(&[wanted("ab")]).unwrap();
        if query.is_ruled_out(&mail) {
            let message = Message::parse(&mail);
            for part in &message.parts {
                if let Content::Text(text) = &part.content {
                    prop_assert!(!text.to_ascii_lowercase().contains("ab"), "{text:?}");
                }
            }
        }
    }
}

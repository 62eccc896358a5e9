//! The message room as a whole: odd headers, damaged structure, limits. Must never need a file outside the crate.

use super::*;

fn values(bytes: &[u8], name: &str) -> Vec<String> {
    Message::parse(bytes).all(name).map(|field| field.value.clone()).collect()
}

fn text_of(message: &Message, at: usize) -> &str {
    match &message.parts.get(at).unwrap().content {
        Content::Text(text) | Content::Html(text) => text,
        other => panic!("not text: {other:?}"),
    }
}

#[test]
fn fields_stand_where_their_spans_say() {
    let mail = b"Received: from a\r\n by b\r\nSubject: x\r\n\r\nbody";
    let message = Message::parse(mail);
    let field = message.field("received").unwrap();
    assert_eq!(mail.get(field.span.start as usize..field.span.end as usize).unwrap(), b"Received: from a\r\n by b");
    assert_eq!(field.raw, "from a by b");
    assert_eq!(mail.get(message.body_start as usize..).unwrap(), b"body");
    assert!(message.quirks.is_empty(), "{:?}", message.quirks);
}

#[test]
fn every_odd_spelling_of_from_is_found_and_marked() {
    for (mail, odd) in [
        (&b"From: a@example.com\n\nx"[..], false),
        (b"From : a@example.com\n\nx", true),
        (b"From\n : a@example.com\n\nx", true),
        (b" From: a@example.com\nTo: b@example.com\n\nx", true),
        (b"From\0: a@example.com\n\nx", true),
        (b"To: b@example.com\n From: a@example.com\n\nx", true),
        (b"\n\nFrom: a@example.com\n\nx", false),
        (b"From: a@example.com\r\rx", false),
    ] {
        let message = Message::parse(mail);
        let field = message.field("From").unwrap_or_else(|| panic!("{}", String::from_utf8_lossy(mail)));
        assert_eq!((field.raw.as_str(), field.odd_name), ("a@example.com", odd), "{}", String::from_utf8_lossy(mail));
        assert_eq!(text_of(&message, 0).trim_end(), "x");
    }
}

#[test]
fn a_list_of_header_names_in_a_signature_is_no_hidden_sender() {
    assert_eq!(
        values(b"DKIM-Signature: v=1; h=To\n From:Subject; d=example.com\nFrom: a@example.com\n\nx", "from").len(),
        1
    );
}

#[test]
fn a_body_without_an_empty_line_before_it_is_kept_whole() {
    let mail = b"From: a@example.com\nSubject: x\nDear customer, see\nhttp://example.com/a\n\nsecond\n";
    let message = Message::parse(mail);
    assert_eq!(message.fields.len(), 2);
    assert!(message.quirks.contains(&Quirk::NoSeparator));
    assert_eq!(text_of(&message, 0), "Dear customer, see\nhttp://example.com/a\n\nsecond\n");
    let span = message.parts.first().unwrap().span;
    assert_eq!(mail.get(span.start as usize..span.end as usize).unwrap(), &mail[message.body_start as usize..]);
}

#[test]
fn a_stray_line_does_not_end_the_header() {
    let message = Message::parse(b"From: a@example.com\ngarbage\nSubject: x\n\nbody");
    assert_eq!(message.field("subject").unwrap().value, "x");
    assert_eq!(message.quirks, [Quirk::NotAField(20)]);
}

#[test]
fn text_without_any_header_is_a_body() {
    let message = Message::parse(b"just some words\nand more\n");
    assert!(message.fields.is_empty());
    assert_eq!(text_of(&message, 0), "just some words\nand more\n");
}

#[test]
fn nothing_at_all_is_a_message_too() {
    for mail in [&b""[..], b"\0", b"\n", b"\r\n\r\n", b":", b": x\n"] {
        assert!(!Message::parse(mail).parts.is_empty(), "{mail:?}");
    }
}

#[test]
fn encoded_words_are_decoded_once_and_raw_japanese_is_read() {
    let nested = "Subject: =?utf-8?B?PT91dGYtOD9RP3g/PQ==?=\n\nx";
    assert_eq!(values(nested.as_bytes(), "subject"), ["=?utf-8?Q?x?="]);
    let split = "Subject: =?ISO-2022-JP?B?GyRCJDMkbBsoQg==?= =?ISO-2022-JP?B?GyRCJE8bKEI=?=\n\nx";
    assert_eq!(values(split.as_bytes(), "subject"), ["これは"]);
    assert_eq!(values(b"Subject: =?cp932?B?gqCCog==?=\n\nx", "subject"), ["あい"]);
    assert_eq!(values(b"Subject: \x82\xb1\x82\xf1\x82\xc9\x82\xbf\x82\xcd\n\nx", "subject"), ["こんにちは"]);
    assert_eq!(values(b"Subject: \xa4\xb3\xa4\xf3\xa4\xcb\xa4\xc1\xa4\xcf\n\nx", "subject"), ["こんにちは"]);
    assert_eq!(values(b"Subject: \x1b$B$3$s\x1b(B\n\nx", "subject"), ["こん"]);
    assert_eq!(values(b"Subject: Andr\xe9s Caf\xe9\n\nx", "subject"), ["Andrés Café"]);
    assert_eq!(values("Subject: 重要なお知らせ\n\nx".as_bytes(), "subject"), ["重要なお知らせ"]);
}

#[test]
fn bodies_with_a_missing_or_wrong_charset_are_read() {
    let sjis = b"\x82\xb1\x82\xf1\x82\xc9\x82\xbf\x82\xcd";
    for (head, charset_known) in [
        ("Content-Type: text/plain; charset=Shift_JIS\n\n", true),
        ("Content-Type: text/plain; charset=cp932\n\n", false),
        ("Content-Type: text/plain\n\n", false),
        ("Content-Type: text/plain; charset=us-ascii\n\n", false),
        ("Content-Type: text/plain; charset=x-nonsense\n\n", false),
    ] {
        let message = Message::parse(&[head.as_bytes(), sjis].concat());
        assert_eq!(text_of(&message, 0), "こんにちは", "{head}");
        assert!(!charset_known || message.parts.first().unwrap().damage.is_empty());
    }
    let meta = b"Content-Type: text/html\n\n<meta charset=shift_jis>\x83\x65\x83\x58\x83\x67";
    assert_eq!(text_of(&Message::parse(meta), 0), "<meta charset=shift_jis>テスト");
}

#[test]
fn parts_come_in_document_order_with_nested_messages() {
    let mail = "Content-Type: multipart/mixed; boundary=a\n\n--a\n\nfirst\n--a\nContent-Type: message/rfc822\n\n\
                Subject: inner\nContent-Type: multipart/alternative; boundary=b\n\n--b\n\nplain\n--b\nContent-Type: text/html\n\n<p>html\n--b--\n\
                --a\nContent-Type: application/octet-stream; name=\"=?utf-8?B?6KuL5rGC?=.pdf\"\nContent-Transfer-Encoding: base64\n\
                Content-Disposition: attachment; filename*=utf-8''%E8%AB%8B%E6%B1%82.exe\n\nAAEC\n--a--\n";
    let message = Message::parse(mail.as_bytes());
    let shape: Vec<(usize, Option<usize>, &str)> =
        message.parts.iter().map(|part| (part.depth, part.parent, part.media_type.as_str())).collect();
    assert_eq!(
        shape,
        [
            (0, None, "multipart/mixed"),
            (1, Some(0), "text/plain"),
            (1, Some(0), "message/rfc822"),
            (2, Some(2), "multipart/alternative"),
            (3, Some(3), "text/plain"),
            (3, Some(3), "text/html"),
            (1, Some(0), "application/octet-stream"),
        ]
    );
    let Content::Message(fields) = &message.parts.get(2).unwrap().content else { panic!() };
    let span = fields.first().unwrap().span;
    assert_eq!(mail.get(span.start as usize..span.end as usize), Some("Subject: inner"));
    let file = message.parts.get(6).unwrap();
    assert_eq!(file.names, ["請求.exe", "請求.pdf"]);
    assert_eq!(file.content, Content::Binary(vec![0, 1, 2]));
    assert_eq!(mail.get(file.span.start as usize..file.span.end as usize), Some("AAEC"));
}

#[test]
fn damage_is_told() {
    let message =
        Message::parse(b"Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Transfer-Encoding: base64\n\n@@@\n");
    assert!(message.parts.first().unwrap().damage.contains(&Damage::Unclosed), "{:?}", message.parts);
    assert!(message.parts.get(1).unwrap().damage.contains(&Damage::BadEncoding), "{:?}", message.parts);
}

#[test]
fn limits_are_told_and_nothing_takes_long() {
    let many = [b"Received: from a by b; date\n".repeat(20_000), b"\nbody".to_vec()].concat();
    let message = Message::parse(&many);
    assert_eq!(message.fields.len(), Limits::DEFAULT.header_fields);
    assert!(message.quirks.iter().any(|quirk| matches!(quirk, Quirk::Limit(_))));
    let long = [b"Subject: ".to_vec(), vec![b'a'; 1 << 20], b"\n\nbody".to_vec()].concat();
    assert_eq!(Message::parse(&long).field("subject").unwrap().value.len(), Limits::DEFAULT.field_bytes);
    let parts = ["Content-Type: multipart/mixed; boundary=a\n\n".to_owned(), "--a\n\nx\n".repeat(20_000)].concat();
    let message = Message::parse(parts.as_bytes());
    assert_eq!(message.parts.len(), Limits::DEFAULT.parts);
    assert!(message.quirks.iter().any(|quirk| matches!(quirk, Quirk::Limit(_))));
    let deep = "Content-Type: message/rfc822\n\n".repeat(20_000);
    let message = Message::parse(deep.as_bytes());
    assert!(message.parts.len() <= Limits::DEFAULT.depth + 1);
    assert!(message.quirks.iter().any(|quirk| matches!(quirk, Quirk::Limit(_))), "{:?}", message.quirks);
}

#[test]
fn a_header_that_is_too_long_keeps_who_and_what_behind_its_limit() {
    let padding = "X-Padding: a\n".repeat(Limits::DEFAULT.header_fields + 3);
    let who = "FROM: a@a.example\nX-More: b\nSubject: far\n";
    let message = Message::parse(format!("{padding}{who}\nbody").as_bytes());
    let value = |name: &str| message.field(name).map(|field| field.value.trim().to_owned());
    assert_eq!((value("from").as_deref(), value("subject").as_deref()), (Some("a@a.example"), Some("far")));
    assert_eq!(message.fields.len(), Limits::DEFAULT.header_fields + 2);
    // Not without end, and nothing that is as long as it likes.
    let many = format!("{padding}{}\nbody", "Subject: x\n".repeat(5_000));
    assert!(Message::parse(many.as_bytes()).fields.len() < Limits::DEFAULT.header_fields + 100);
    let long = format!("{padding}Subject: {}\n\nbody", "x".repeat(100_000));
    assert_eq!(Message::parse(long.as_bytes()).fields.len(), Limits::DEFAULT.header_fields);
}

#[test]
fn the_row_shows_the_entry_that_has_an_address() {
    for (from, name, address) in [
        ("Plain Name <a@example.com>", "Plain Name", "a@example.com"),
        ("Some Brand, x1y2 <a@example.com>", "Some Brand, x1y2", "a@example.com"),
        ("=?utf-8?B?5qW95aSp?= <a@example.com>", "楽天", "a@example.com"),
        ("\"Brand@brand.example\", <a@example.com>", "Brand@brand.example", "a@example.com"),
        ("a@example.com (Old Style)", "Old Style", "a@example.com"),
        ("<a@example.com>", "", "a@example.com"),
        ("Only a name", "Only a name", ""),
        ("=?utf-8?Q?Foo,_Bar?= <a@example.com>", "Foo, Bar", "a@example.com"),
        ("Foo: Bar <a@example.com>", "Foo: Bar", "a@example.com"),
        ("", "", ""),
    ] {
        let row = summarize(format!("Subject: s\nFrom: {from}\nDate: Mon, 25 Apr 2022 10:00:00 +0900\n\n").as_bytes());
        assert_eq!((row.name.as_str(), row.address.as_str()), (name, address), "{from}");
        assert_eq!(row.date, Some(1_650_848_400));
    }
}

#[test]
fn a_row_without_a_date_takes_that_of_the_newest_received_line() {
    let row = summarize(b"Received: from a by b; Mon, 25 Apr 2022 10:00:00 +0900\nReceived: x; Mon, 25 Apr 2012 10:00:00 +0900\nStatus: RO\nX-Status: A\n\n");
    assert_eq!((row.date, row.status.as_str()), (Some(1_650_848_400), "ROA"));
}

#[test]
fn address_lists_of_every_shape_end() {
    for text in [
        "(", "((((", "\"", "<", "<<<<", ",,,,", "a:b;c", ";;;", "\\", "=?", "=?=?=?", "@", "<@>", "<(a@b>", "日本<",
        "a@b c@d",
    ] {
        address::parse(text, &Limits::DEFAULT);
    }
    let nested = format!("{}x{} <a@example.com>", "(".repeat(100_000), ")".repeat(100_000));
    assert_eq!(address::parse(&nested, &Limits::DEFAULT).first().unwrap().address, "a@example.com");
    for piece in ["(", "\"", "<", "=?", "a@b,", "a@b ", "<a>", ";", ":", "(a)", "\"a\""] {
        address::parse(&piece.repeat(100_000), &Limits::DEFAULT);
    }
}

#[test]
fn what_is_odd_in_the_header_of_a_message_inside_is_told() {
    let nested = |header: &str| {
        let mail = format!(
            "From: a@shop.example\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: message/rfc822\n\n\
             {header}\n\ninner\n--b--\n"
        );
        let message = Message::parse(mail.as_bytes());
        let damage = message.parts.iter().find(|part| part.media_type == "message/rfc822").unwrap().damage.clone();
        (damage, message.quirks)
    };
    let route = "Received: from mail.two.example (mail.two.example [192.0.2.7])\n(using TLSv1.3 with cipher X)\n\
        by mx.shop.example; Thu, 12 Feb 2026 12:21:04 +0000\nSubject: x";
    assert_eq!(nested(route).0, [Damage::NoFields]);
    assert_eq!(nested("Subject: a\0b").0, [Damage::NulInHeader]);
    let (damage, quirks) = nested(&"X-A: b\n".repeat(Limits::DEFAULT.header_fields + 5));
    assert!(damage.is_empty(), "{damage:?}");
    let told = |quirk: &Quirk| matches!(quirk, Quirk::Limit(what) if what.english().contains("header: 5 fields"));
    assert!(quirks.iter().any(told), "{quirks:?}");
    let (damage, quirks) = nested("From: b@two.example\nSubject: y");
    assert!(damage.is_empty() && quirks.is_empty(), "{damage:?} {quirks:?}");
}

#[test]
fn a_line_of_blanks_behind_a_stray_line_ends_no_header() {
    let parts = "--b\nContent-Type: text/html\n\n<a href=http://evil.example/>x</a>\n--b--\n";
    for gap in ["junk\n \n", "junk\n\t\nmore\n", "\u{c}\n", "junk\n \n folded\n", "junk\r\n \r\n", "junk\n \nmore\n \n"]
    {
        let mail = format!(
            "From: a@one.example\n{gap}Content-Type: multipart/mixed; boundary=b\nTo: b@two.example\n\n{parts}"
        );
        let message = Message::parse(mail.as_bytes());
        assert!(message.field("content-type").is_some() && message.field("to").is_some(), "{gap:?}");
        let link =
            message.parts.iter().find(|part| matches!(&part.content, Content::Html(text) if text.contains("evil")));
        assert!(link.is_some(), "{gap:?}: {:?}", message.parts);
        assert_eq!(message.parts.first().unwrap().span.start, message.body_start, "{gap:?}");
        assert!(message.quirks.iter().any(|quirk| matches!(quirk, Quirk::NotAField(_))), "{gap:?}");
    }
    // The parser knows no name whose colon stands behind a fold.
    let mail = format!("From: a@one.example\nX-A\n : b\n \njunk\nContent-Type: multipart/mixed; boundary=b\n\n{parts}");
    let message = Message::parse(mail.as_bytes());
    assert_eq!(message.parts.first().unwrap().span.start, message.body_start);
    assert_eq!(message.field("x-a").unwrap().value, "b");
    // A line of blanks behind a field is its continuation, and an empty line is the end.
    for (gap, ends) in [("X-A: b\n \n", false), ("junk\n\n", true)] {
        let mail = format!("From: a@one.example\n{gap}Content-Type: multipart/mixed; boundary=b\n\n{parts}");
        assert_eq!(Message::parse(mail.as_bytes()).field("content-type").is_none(), ends, "{gap:?}");
    }
}

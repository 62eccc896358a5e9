//! Outlook items made by the tests: what they say comes out as an ordinary mail.

use std::io::{Cursor, Write as _};

use cfb::CompoundFile;

use super::*;
use crate::message::{Content, Message};

type Writing = CompoundFile<Cursor<Vec<u8>>>;

fn new() -> Writing {
    CompoundFile::create(Cursor::new(Vec::new())).unwrap()
}

fn put(file: &mut Writing, path: &str, bytes: &[u8]) {
    file.create_stream(path).unwrap().write_all(bytes).unwrap();
}

fn text(file: &mut Writing, base: &str, id: u16, value: &str) {
    let wide: Vec<u8> = value.encode_utf16().flat_map(u16::to_le_bytes).collect();
    put(file, &format!("{base}/__substg1.0_{id:04X}001F"), &wide);
}

fn properties(file: &mut Writing, base: &str, header: usize, values: &[(u16, u16, u64)]) {
    let mut out = vec![0; header];
    for (id, kind, value) in values {
        out.extend_from_slice(&kind.to_le_bytes());
        out.extend_from_slice(&id.to_le_bytes());
        out.extend_from_slice(&6_u32.to_le_bytes());
        out.extend_from_slice(&value.to_le_bytes());
    }
    put(file, &format!("{base}/__properties_version1.0"), &out);
}

fn finish(mut file: Writing) -> Vec<u8> {
    file.flush().unwrap();
    file.into_inner().into_inner()
}

/// 2026-11-21 10:00:00 UTC as a FILETIME.
const MOMENT: u64 = (1_795_255_200 + 11_644_473_600) * 10_000_000;

fn item() -> Vec<u8> {
    let mut file = new();
    properties(&mut file, "", 32, &[(0x0039, 0x0040, MOMENT), (0x3fde, 0x0003, 65001)]);
    text(&mut file, "", 0x0037, "請求書のご確認 invoice");
    text(&mut file, "", 0x0042, "Billing \"Desk\"");
    text(&mut file, "", 0x5d02, "billing@sender.example");
    text(&mut file, "", 0x1000, "See https://plain.example/x");
    put(&mut file, "/__substg1.0_10130102", "<p>Pay <a href=\"https://html.example/支払\">here</a></p>".as_bytes());
    file.create_storage("/__recip_version1.0_#00000000").unwrap();
    properties(&mut file, "/__recip_version1.0_#00000000", 8, &[(0x0c15, 0x0003, 1)]);
    text(&mut file, "/__recip_version1.0_#00000000", 0x3001, "Reader");
    text(&mut file, "/__recip_version1.0_#00000000", 0x39fe, "reader@example.org");
    file.create_storage("/__attach_version1.0_#00000000").unwrap();
    properties(&mut file, "/__attach_version1.0_#00000000", 8, &[(0x3705, 0x0003, 1)]);
    text(&mut file, "/__attach_version1.0_#00000000", 0x3707, "請求書.pdf");
    put(&mut file, "/__attach_version1.0_#00000000/__substg1.0_37010102", b"%PDF-1.4 x");
    let inner = "/__attach_version1.0_#00000001/__substg1.0_3701000D";
    file.create_storage_all(inner).unwrap();
    properties(&mut file, "/__attach_version1.0_#00000001", 8, &[(0x3705, 0x0003, 5)]);
    properties(&mut file, inner, 24, &[(0x0039, 0x0040, MOMENT)]);
    text(&mut file, inner, 0x0037, "inner");
    text(&mut file, inner, 0x1000, "https://inner.example/");
    finish(file)
}

#[test]
fn an_item_becomes_an_ordinary_mail() {
    let mail = canonical(&item()).unwrap();
    let message = Message::parse(&mail);
    assert!(message.quirks.is_empty(), "{:?}", message.quirks);
    let field = |name: &str| message.field(name).unwrap().value.clone();
    assert_eq!(field("Subject"), "請求書のご確認 invoice");
    assert!(field("From").contains("<billing@sender.example>"));
    assert_eq!(field("To"), "\"Reader\" <reader@example.org>");
    assert_eq!(field("Date"), "Sat, 21 Nov 2026 10:00:00 +0000");
    let kinds: Vec<&str> = message.parts.iter().map(|part| part.media_type.as_str()).collect();
    assert_eq!(
        kinds,
        [
            "multipart/mixed",
            "multipart/alternative",
            "text/plain",
            "text/html",
            "application/octet-stream",
            "message/rfc822",
            "text/plain"
        ]
    );
    assert!(matches!(&message.parts[3].content, Content::Html(html) if html.contains("https://html.example/支払")));
    assert_eq!(message.parts[4].names, ["請求書.pdf"]);
    assert!(matches!(&message.parts[4].content, Content::Binary(bytes) if bytes == b"%PDF-1.4 x"));
    assert!(matches!(&message.parts[6].content, Content::Text(text) if text.contains("https://inner.example/")));
}

#[test]
fn transport_headers_are_taken_as_they_came() {
    let mut file = new();
    properties(&mut file, "", 32, &[]);
    text(
        &mut file,
        "",
        0x007d,
        "Microsoft Mail Internet Headers Version 2.0\r\nReceived: from a.example\r\n\tby b.example; x\r\nFrom: Anna <anna@a.example>\r\nContent-Type: multipart/mixed;\r\n\tboundary=\"x\"\r\nSubject: as sent\r\n\r\n",
    );
    text(&mut file, "", 0x0037, "as stored");
    text(&mut file, "", 0x1000, "body");
    let mail = String::from_utf8(canonical(&finish(file)).unwrap()).unwrap();
    assert!(mail.starts_with("Received: from a.example\r\n\tby b.example; x\r\nFrom: Anna"), "{mail}");
    assert!(mail.contains("Subject: as sent") && !mail.contains("boundary"));
    assert_eq!(mail.matches("Content-Type:").count(), 1);
    assert_eq!(mail.matches("Subject:").count(), 1);
}

#[test]
fn what_is_no_item_is_left_alone_and_damage_ends() {
    let whole = item();
    assert!(is_item(&whole));
    assert!(canonical(b"From: a@b.example\n\n").is_none());
    let mut other = new();
    put(&mut other, "/WordDocument", b"x");
    assert!(!is_item(&finish(other)));
    for at in (0..whole.len()).step_by(97) {
        let mut broken = whole.clone();
        broken[at] ^= 0xff;
        let _ = canonical(&broken);
        let _ = canonical(&whole[..at]);
    }
}

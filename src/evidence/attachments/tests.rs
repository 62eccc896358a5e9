//! Files as parts of a mail. Samples of every format stand in `tests/attachments.rs`.

use super::*;
use crate::message::Message;

fn files(mail: &str) -> Vec<Attachment> {
    super::super::examine(&Message::parse(mail.as_bytes()), &[]).attachments
}

fn with(head: &str, body: &str) -> String {
    format!("Content-Type: multipart/mixed; boundary=b\n\n--b\n\ntext\n--b\n{head}\n\n{body}\n--b--\n")
}

#[test]
fn what_a_file_claims_stands_beside_what_it_is() {
    let found = files(&with(
        "Content-Type: application/pdf; name=invoice.pdf\nContent-Transfer-Encoding: base64",
        "TVqQAAMAAAAEAAAA//8AALgAAAAAAAAAQAAAAAAAAAA=",
    ));
    let file = found.first().unwrap();
    assert_eq!(file.name.as_deref(), Some("invoice.pdf"));
    assert_eq!(file.declared, "application/pdf");
    assert!(file.detected.is_some_and(|kind| kind != "application/pdf"), "{file:?}");
    assert_eq!(file.size, 32);
}

#[test]
fn the_hash_is_that_of_the_bytes_and_not_of_their_reading() {
    let mail = with(
        "Content-Type: text/html; charset=iso-8859-1; name=a.html\nContent-Transfer-Encoding: quoted-printable",
        "<html>=E9",
    );
    let message = Message::parse(mail.as_bytes());
    let found = super::super::examine(&message, &[]).attachments;
    let file = found.first().unwrap();
    assert_eq!(file.size, 7);
    assert_eq!(file.hashes(&message).unwrap(), hashes::hashes(b"<html>\xe9"));
    assert_eq!(file.detected, Some("text/html"));
}

#[test]
fn the_text_of_a_mail_is_no_file_and_an_embedded_picture_is_inline() {
    assert!(files("Subject: x\n\nbody").is_empty());
    let found =
        files(&with("Content-Type: image/png\nContent-ID: <x@y>\nContent-Transfer-Encoding: base64", "iVBORw0KGgo="));
    assert!(found.first().unwrap().inline);
    let nested = files(&with("Content-Type: message/rfc822", "Subject: x\n\nbody"));
    assert_eq!(nested.first().unwrap().declared, "message/rfc822");
}

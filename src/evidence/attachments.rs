//! Attached and embedded files: what they are called, what they claim to be, what their bytes show. Nothing is opened.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

use super::body::Roles;
use crate::message::html::{self, Event};
use crate::message::{Content, Message, Part};

/// The most files that are listed.
const FILE_LIMIT: usize = 500;

/// An attached or embedded file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// The part.
    pub part: usize,
    /// The name, where it has one.
    pub name: Option<String>,
    /// The declared media type.
    pub declared: String,
    /// The media type that the content shows.
    pub detected: Option<&'static str>,
    /// Decoded bytes.
    pub size: u64,
    /// SHA-256 of the decoded bytes, lower-case hex; empty where they were not kept (beyond a limit).
    pub sha256: String,
    /// Shown inside the body (`cid:` image), not listed as a file.
    pub inline: bool,
    /// It is a web page that asks for a password or holds a form.
    pub form: bool,
}

/// The files of a message; those inside nested messages too, since a reader can open them.
pub(super) fn attachments(message: &Message, roles: &Roles) -> Vec<Attachment> {
    message
        .parts
        .iter()
        .enumerate()
        .filter(|(at, part)| is_listed(message, roles, *at, part))
        .take(FILE_LIMIT)
        .map(|(at, part)| attachment(message, at, part))
        .collect()
}

fn is_listed(message: &Message, roles: &Roles, at: usize, part: &Part) -> bool {
    match &part.content {
        Content::Multipart => false,
        Content::Message(_) => true,
        Content::Text(_) | Content::Html(_) => {
            let named = !part.names.is_empty() || part.disposition.as_deref() == Some("attachment");
            let calendar = part.media_type != "text/plain" && part.media_type != "text/html" && part.parent.is_some();
            named && (part.parent.is_some() || part.disposition.as_deref() == Some("attachment"))
                || calendar && !roles.nested(at)
        }
        // The bare status of a bounce and signatures are files as well: they can be looked at.
        Content::Binary(bytes) => !bytes.is_empty() || part.parent.is_some() || message.parts.len() == 1,
    }
}

fn attachment(message: &Message, at: usize, part: &Part) -> Attachment {
    let (size, sha256, detected) = match (&part.content, message.originals.get(&at)) {
        (Content::Binary(bytes), _) if bytes.is_empty() && part.damage.contains(&"not decoded: too large") => {
            (u64::from(part.span.end - part.span.start), String::new(), None)
        }
        (Content::Binary(bytes), _) => (bytes.len() as u64, hex(&Sha256::digest(bytes)), detect(bytes)),
        (Content::Message(_), Some(original)) => (original.size, hex(&original.sha256), Some("message/rfc822")),
        (Content::Text(text) | Content::Html(text), Some(original)) => {
            (original.size, hex(&original.sha256), detect(text.as_bytes()))
        }
        (Content::Text(text) | Content::Html(text), None) => {
            (text.len() as u64, String::new(), detect(text.as_bytes()))
        }
        (Content::Message(_) | Content::Multipart, _) => {
            (u64::from(part.span.end - part.span.start), String::new(), None)
        }
    };
    let shown_inside = part.content_id.is_some() && part.disposition.as_deref() != Some("attachment");
    let inline = part.media_type.starts_with("image/")
        && (shown_inside || part.disposition.as_deref() == Some("inline") && part.content_id.is_some());
    Attachment {
        part: at,
        name: part.names.first().cloned(),
        declared: part.media_type.clone(),
        detected,
        size,
        sha256,
        inline,
        form: matches!(&part.content, Content::Html(html) | Content::Text(html) if detected == Some("text/html") && holds_form(html)),
    }
}

/// The page holds a form or a field for a password.
fn holds_form(page: &str) -> bool {
    let mut found = false;
    html::read(page, |event| {
        if let Event::Open(tag) = event {
            let password =
                tag.name == "input" && tag.get("type").is_some_and(|kind| kind.eq_ignore_ascii_case("password"));
            found |= tag.name == "form" || password;
        }
    });
    found
}

/// The media type that the first bytes show.
fn detect(bytes: &[u8]) -> Option<&'static str> {
    let window = bytes.get(..16 * 1024).unwrap_or(bytes);
    if let Some(kind) = infer::get(window) {
        return Some(kind.mime_type());
    }
    // What a browser would run although nothing but its text says so.
    let start = window.trim_ascii_start();
    let head: Vec<u8> = start.get(..256).unwrap_or(start).to_ascii_lowercase();
    let has = |needle: &[u8]| memchr::memmem::find(&head, needle).is_some();
    if head.starts_with(b"<svg") || head.starts_with(b"<?xml") && has(b"<svg") {
        return Some("image/svg+xml");
    }
    if head.starts_with(b"<!doctype html") || has(b"<html") || has(b"<script") || has(b"<body") {
        return Some("text/html");
    }
    if head.starts_with(b"begin:vcalendar") {
        return Some("text/calendar");
    }
    None
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
        // Writing to a string cannot fail.
        let _ = write!(out, "{byte:02x}");
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

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
        let found = files(&with(
            "Content-Type: text/html; charset=iso-8859-1; name=a.html\nContent-Transfer-Encoding: quoted-printable",
            "<html>=E9",
        ));
        let file = found.first().unwrap();
        assert_eq!(file.size, 7);
        assert_eq!(file.sha256, hex(&Sha256::digest(b"<html>\xe9")));
        assert_eq!(file.detected, Some("text/html"));
    }

    #[test]
    fn the_text_of_a_mail_is_no_file_and_an_embedded_picture_is_inline() {
        assert!(files("Subject: x\n\nbody").is_empty());
        let found = files(&with(
            "Content-Type: image/png\nContent-ID: <x@y>\nContent-Transfer-Encoding: base64",
            "iVBORw0KGgo=",
        ));
        assert!(found.first().unwrap().inline);
        let nested = files(&with("Content-Type: message/rfc822", "Subject: x\n\nbody"));
        assert_eq!(nested.first().unwrap().declared, "message/rfc822");
        assert_eq!(nested.first().unwrap().sha256.len(), 64);
    }
}

//! Attached and embedded files: what they are called, what they claim to be, what their bytes show and what they hold.
//! One file of this folder per format, each a pure function over bounded bytes: nothing is written, run or asked for.

mod cab;
mod found;
mod gzip;
mod hashes;
mod hits;
mod inspect;
mod kind;
mod lnk;
mod mail;
mod name;
mod office;
mod ole;
mod onenote;
mod page;
mod passwords;
mod pdf;
mod rar;
mod rtf;
mod scripts;
mod sealed;
mod sevenz;
mod tar;
#[cfg(test)]
mod tests;
mod tnef;
mod uu;
mod vba;
mod zip;

use std::borrow::Cow;

pub use found::{Entry, Feature, FileKind, Hashes, Inside, Listing, Nested, Trait};
pub use mail::nested_bytes;
pub use name::{NameTrick, Naming, naming};
pub(crate) use page::builds;

use super::body::Roles;
use super::qr;
use crate::limits::Told;
use crate::message::{Content, Damage, Message, Part};
use crate::text::Words;
pub(in crate::evidence) use inspect::FileLink;
use inspect::{File, Inspector};

/// Told where there are more files than are listed.
const LISTED: Words =
    Words::new("attachments: more than are listed", "添付ファイル：一覧に載せきれないファイルがあります");

/// An attached or embedded file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
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
    /// Shown inside the body (`cid:` image), not listed as a file.
    pub inline: bool,
    /// It is a web page that asks for a password or holds a form.
    pub form: bool,
    /// What opening it would do.
    pub kind: FileKind,
    /// How its name reads and pretends.
    pub naming: Naming,
    /// What was found in it.
    pub inside: Inside,
}

impl Attachment {
    /// Digests of its decoded bytes, made when somebody asks; `None` where the bytes were not kept (beyond a limit).
    #[must_use]
    pub fn hashes(&self, message: &Message) -> Option<Hashes> {
        detached(message, self.part).map(|bytes| hashes::hashes(&bytes))
    }

    /// The SHA-256 of [`Self::hashes`] alone, where nobody wants the others.
    #[must_use]
    pub fn sha256(&self, message: &Message) -> Option<String> {
        detached(message, self.part).map(|bytes| hashes::sha256(&bytes))
    }
}

/// What the files of a mail gave.
pub(super) struct Files {
    pub(super) list: Vec<Attachment>,
    /// Links that stand in them and are not links of parts of their own.
    pub(super) links: Vec<FileLink>,
    /// Messages inside, in the order of the parts.
    pub(super) nested: Vec<Nested>,
    /// What QR codes in pictures inside files say, each with the part.
    pub(super) codes: Vec<(usize, String)>,
    /// What is left to spend on pictures.
    pub(super) pictures: qr::Budget,
    /// The beginnings of what documents say, each with the part.
    pub(super) said: Vec<(usize, String)>,
    /// Limits that were hit.
    pub(super) limits: Vec<Told>,
}

/// The decoded bytes of a part as they would be saved.
pub(super) fn detached(message: &Message, at: usize) -> Option<Cow<'_, [u8]>> {
    if let Some(original) = message.originals.get(&at) {
        return Some(Cow::Borrowed(&original.bytes));
    }
    match &message.parts.get(at)?.content {
        Content::Binary(bytes) if !bytes.is_empty() => Some(Cow::Borrowed(bytes)),
        _ => None,
    }
}

/// The files of a message; those inside nested messages too, since a reader can open them. `subject` and `body` are where
/// the password of an archive may stand; `pictures` is what the pictures of the mail itself left to be spent.
pub(super) fn attachments(message: &Message, roles: &Roles, subject: &str, body: &str, pictures: qr::Budget) -> Files {
    let most = &message.limits;
    let mut inspector = Inspector::new(subject, body, most);
    inspector.pictures = pictures;
    let mut listed = message.parts.iter().enumerate().filter(|(at, part)| is_listed(message, roles, *at, part));
    let mut list: Vec<Attachment> =
        listed.by_ref().take(most.listed).map(|(at, part)| attachment(&mut inspector, message, at, part)).collect();
    if listed.next().is_some() {
        inspector.limits.hit(LISTED);
    }
    in_text(&mut inspector, message, &mut list);
    if list.iter().any(|file| file.inside.features.len() >= most.findings) {
        inspector.limits.hit(Words::new(
            "files: more was found in one than is kept",
            "ファイル：見つかった特徴が多く、一部だけを記録したファイルがあります",
        ));
    }
    let limits = std::mem::take(&mut inspector.limits).told();
    let Inspector { links, nested, codes, pictures, said, .. } = inspector;
    Files { list, links, nested, codes, pictures, said, limits }
}

/// Files that stand in plain text belong to the part of that text.
fn in_text(inspector: &mut Inspector<'_>, message: &Message, list: &mut Vec<Attachment>) {
    for (at, part) in message.parts.iter().enumerate() {
        let Content::Text(text) = &part.content else { continue };
        let (files, more) = uu::files(text, &message.limits);
        if more {
            inspector.limits.hit(Words::new(
                "attachments: more files in a text than are read",
                "添付ファイル：本文に埋め込まれたファイルが多く、一部だけを読みました",
            ));
        }
        if list.len() + files.len() > message.limits.listed {
            inspector.limits.hit(LISTED);
        }
        for (name, bytes) in files.into_iter().take(message.limits.listed.saturating_sub(list.len())) {
            let detected = kind::detect(&bytes);
            let naming = name::naming(&name);
            let meant = naming.meant.as_deref().unwrap_or(&name);
            let kind = kind::kind(detected, meant, "");
            let file = File { name: meant, bytes: &bytes, kind, detected, within: None, depth: 0, links_known: false };
            let inside = inspector.attached(at, &file);
            let form = inside.has(Trait::Form) || inside.has(Trait::PasswordField);
            let size = bytes.len() as u64;
            let declared = String::new();
            list.push(Attachment {
                part: at,
                name: Some(name),
                declared,
                detected,
                size,
                inline: false,
                form,
                kind,
                naming,
                inside,
            });
        }
    }
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

fn attachment(inspector: &mut Inspector<'_>, message: &Message, at: usize, part: &Part) -> Attachment {
    let declared = part.media_type.clone();
    let name = part.names.first().cloned();
    let shown_inside = part.content_id.is_some() && part.disposition.as_deref() != Some("attachment");
    let inline = part.media_type.starts_with("image/")
        && (shown_inside || part.disposition.as_deref() == Some("inline") && part.content_id.is_some());
    let whole = u64::from(part.span.end - part.span.start);
    let (bytes, size, links_known): (&[u8], u64, bool) = match (&part.content, message.originals.get(&at)) {
        (Content::Binary(bytes), _) if bytes.is_empty() && part.damage.contains(&Damage::TooLarge) => {
            (&[], whole, false)
        }
        (Content::Binary(bytes), _) => (bytes, bytes.len() as u64, false),
        (Content::Text(text) | Content::Html(text), original) => {
            let size = original.map_or(text.len() as u64, |original| original.bytes.len() as u64);
            (text.as_bytes(), size, true)
        }
        (Content::Message(fields), original) => {
            // Its links are links of the mail itself.
            inspector.message(Nested { part: at, ..mail::head(fields) });
            (&[], original.map_or(whole, |original| original.bytes.len() as u64), true)
        }
        (Content::Multipart, _) => (&[], whole, true),
    };
    let detected = match &part.content {
        Content::Message(_) => Some("message/rfc822"),
        _ => kind::detect(bytes),
    };
    let naming = name.as_deref().map(name::naming).unwrap_or_default();
    let meant = naming.meant.as_deref().or(name.as_deref()).unwrap_or_default();
    let kind = kind::kind(detected, meant, &declared);
    // Pictures and sounds hold nothing that is looked for here.
    let opaque =
        matches!(kind, FileKind::Image | FileKind::Media | FileKind::Signature | FileKind::Card | FileKind::Calendar);
    let inside = if opaque || bytes.is_empty() {
        Inside::default()
    } else {
        let file = File { name: meant, bytes, kind, detected, within: None, depth: 0, links_known };
        inspector.attached(at, &file)
    };
    let form = inside.has(Trait::Form) || inside.has(Trait::PasswordField);
    Attachment { part: at, name, declared, detected, size, inline, form, kind, naming, inside }
}

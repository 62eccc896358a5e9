//! Messages that lie in files: mails saved as files, Outlook items. Their heads are told, their links go into the list,
//! their own attachments are looked into, one level of the same budget deeper.

use super::found::{FileKind, Inside, Nested};
use super::inspect::{File, Inspector};
use super::{detached, kind};
use crate::evidence::page;
use crate::message::outlook::canonical;
use crate::message::{Content, Field, Message, Quirk, parse_date};
use crate::text::Words;

/// An Outlook item (MS-OXMSG).
pub(super) fn outlook(inspector: &mut Inspector<'_>, file: &File<'_>, inside: &mut Inside) {
    if let Some(bytes) = canonical(file.bytes) {
        message(inspector, file, &bytes, inside);
    }
}

/// A mail saved as a file.
pub(super) fn look(inspector: &mut Inspector<'_>, file: &File<'_>, inside: &mut Inside) {
    // The parts of one that was attached as a message are parts of the mail itself.
    if !file.links_known {
        message(inspector, file, file.bytes, inside);
    }
}

fn message(inspector: &mut Inspector<'_>, file: &File<'_>, bytes: &[u8], inside: &mut Inside) {
    let message = Message::parse_within(bytes, &inspector.most);
    let before = inspector.link_count();
    let most = inspector.most.inner_parts;
    if message.parts.len() > most || message.quirks.iter().any(|quirk| matches!(quirk, Quirk::Limit(_))) {
        inspector.limits.hit(Words::new(
            "messages inside: one is larger than is looked into",
            "添付メール：大きいため一部だけを調べたものがあります",
        ));
    }
    for part in message.parts.iter().take(most) {
        match &part.content {
            Content::Html(html) => {
                for found in page::page_within(html, &inspector.most).links {
                    inspector.link(&found.raw, found.text.as_deref());
                }
            }
            Content::Text(text) => inspector.links_of(text),
            Content::Binary(bytes) if !bytes.is_empty() => {
                let name = part.names.first().map_or("", String::as_str);
                let detected = kind::detect(bytes);
                if !matches!(kind::kind(detected, name, &part.media_type), FileKind::Image | FileKind::Media) {
                    inspector.child(file, if name.is_empty() { &part.media_type } else { name }, bytes, inside);
                }
            }
            Content::Binary(_) | Content::Multipart | Content::Message(_) => {}
        }
    }
    let links = inspector.link_count() - before;
    let nested =
        Nested { part: inspector.part, within: file.within.map(ToOwned::to_owned), links, ..head(&message.fields) };
    inspector.message(nested);
}

/// What the head of a message says.
pub(super) fn head(fields: &[Field]) -> Nested {
    let value = |name: &str| {
        fields
            .iter()
            .find(|field| field.name.eq_ignore_ascii_case(name))
            .map(|field| field.value.trim().chars().take(300).collect())
    };
    Nested {
        from: value("from").unwrap_or_default(),
        subject: value("subject").unwrap_or_default(),
        date: fields
            .iter()
            .find(|field| field.name.eq_ignore_ascii_case("date"))
            .and_then(|field| parse_date(&field.raw)),
        ..Nested::default()
    }
}

/// The canonical bytes of a nested message of a mail, so that it can be opened as one of its own: those of a part that is
/// a message, or of a file that holds one. `None` where the bytes were not kept.
#[must_use]
pub fn nested_bytes(message: &Message, nested: &Nested) -> Option<Vec<u8>> {
    if nested.within.is_some() {
        return None;
    }
    let bytes = detached(message, nested.part)?;
    canonical(&bytes).or_else(|| Some(bytes.into_owned()))
}

//! What a part's own header says of it: media type and file names. Bounded words, no body.

use mail_parser::{ContentType, HeaderForm, HeaderName, MessagePart};

use super::charset::{Hint, bytes_to_text};
use super::clip;

/// The longest media type, charset, name or Content-ID that is kept, in bytes.
pub(super) const WORD_BYTES: usize = 1_000;
/// The most names that are kept of one part.
pub(super) const NAME_LIMIT: usize = 8;

/// The media type in lower case; `text/plain` where none is given.
pub(super) fn media_type(kind: Option<ContentType<'_>>, message: bool) -> String {
    let Some(kind) = kind else { return if message { "message/rfc822" } else { "text/plain" }.to_owned() };
    let top = kind.ctype();
    let mut out = match kind.subtype() {
        Some(sub) => [top, "/", sub].concat(),
        None if top.is_empty() || top.eq_ignore_ascii_case("text") => "text/plain".to_owned(),
        None => top.to_owned(),
    };
    out.truncate(out.floor_char_boundary(WORD_BYTES));
    out.make_ascii_lowercase();
    out
}

/// Programs that know RFC 3676 put the lines of this text together without the blank at their end.
pub(super) fn joins(kind: ContentType<'_>) -> bool {
    let is = |name, word| kind.attribute(name).is_some_and(|value| value.trim().eq_ignore_ascii_case(word));
    is("delsp", "yes") && is("format", "flowed")
}

/// File names of Content-Disposition and Content-Type. Names whose bytes are no UTF-8 are read once more by a guess.
pub(super) fn names(part: &MessagePart<'_>, hint: Hint) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut keep = |name: &str| {
        let name = word(name.trim());
        if !name.is_empty() && out.len() < NAME_LIMIT && !out.contains(&name) {
            out.push(name);
        }
    };
    for (header, wanted) in [(HeaderName::ContentDisposition, "filename"), (HeaderName::ContentType, "name")] {
        let kind = match header {
            HeaderName::ContentDisposition => part.content_disposition(),
            _ => part.content_type(),
        };
        let Some(kind) = kind else { continue };
        let Some(raw) = part.headers().get(header).map(|field| field.raw_value()) else { continue };
        if raw.is_ascii() && !raw.contains(&0x1b) || std::str::from_utf8(raw).is_ok() && !raw.contains(&0x1b) {
            kind.attributes().filter(|(key, _)| *key == wanted).for_each(|(_, name)| keep(name));
            continue;
        }
        let (text, _) = bytes_to_text(raw, hint);
        let parsed = HeaderForm::ContentType.parse(text.as_bytes());
        if let Some(kind) = parsed.value().as_content_type() {
            kind.attributes().filter(|(key, _)| *key == wanted).for_each(|(_, name)| keep(name));
        }
    }
    out
}

/// A word of a header, cut.
pub(super) fn word(text: &str) -> String {
    clip(text, WORD_BYTES).to_owned()
}

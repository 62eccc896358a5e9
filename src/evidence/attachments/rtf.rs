//! RTF: embedded objects, what loads by itself, templates from elsewhere, links. Group nesting is not followed, since the
//! exploits of this format lie about it.

use super::found::{Inside, Trait};
use super::inspect::{File, Inspector, add};
use super::{kind, ole};

/// The most bytes that are read.
const BYTES: usize = 16 * 1024 * 1024;
/// The most objects that are decoded.
const OBJECTS: usize = 30;
/// The most bytes of one object that are decoded.
const OBJECT: usize = 4 * 1024 * 1024;
/// CLSID of the equation editor, as it stands in objects.
const EQUATION: [u8; 8] = [0x02, 0xce, 0x02, 0x00, 0x00, 0x00, 0x00, 0x00];

/// Looks into a document.
pub(super) fn look(inspector: &mut Inspector<'_>, file: &File<'_>, inside: &mut Inside) {
    let bytes = file.bytes.get(..BYTES).unwrap_or(file.bytes);
    let find = |needle: &[u8]| memchr::memmem::find(bytes, needle);
    if find(b"\\objupdate").is_some() || find(b"\\objautlink").is_some() {
        add(inside, Trait::ObjectUpdate, "", file.within);
    }
    for at in memchr::memmem::find_iter(bytes, b"\\objdata").take(OBJECTS) {
        object(inspector, file, &hex(bytes.get(at + 8..).unwrap_or_default()), inside);
    }
    if let Some(at) = find(b"\\*\\template") {
        let target = crate::message::text_of(value(bytes.get(at + 11..).unwrap_or_default()));
        if target.contains("://") || target.starts_with("\\\\") {
            add(inside, Trait::RemoteTemplate, target.trim(), file.within);
            inspector.link(target.trim(), None);
        }
    }
    for at in memchr::memmem::find_iter(bytes, b"HYPERLINK").take(2_000) {
        let text = crate::message::text_of(value(bytes.get(at..).unwrap_or_default()));
        inspector.links_of(&text);
    }
    if find(b"DDEAUTO").is_some() {
        add(inside, Trait::Dde, "DDEAUTO", file.within);
    }
}

/// What stands up to the end of the group, at most a few hundred bytes.
fn value(rest: &[u8]) -> &[u8] {
    let window = rest.get(..2048).unwrap_or(rest);
    let end = window.iter().position(|byte| matches!(byte, b'}' | b'\n')).unwrap_or(window.len());
    window.get(..end).unwrap_or_default()
}

/// The bytes of an object: hexadecimal digits with anything between them, control words skipped, up to the group's end.
fn hex(rest: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut half = None;
    let mut bytes = rest.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        match byte {
            b'\\' => {
                while bytes
                    .next_if(|next| next.is_ascii_alphanumeric() || matches!(next, b'*' | b'-' | b'\''))
                    .is_some()
                {}
            }
            // The group ends where digits have come; groups in between are noise.
            b'}' if out.len() > 16 => break,
            _ => {
                let Some(digit) = (byte as char).to_digit(16) else { continue };
                match half.take() {
                    None => half = Some(digit as u8),
                    Some(high) => out.push(high << 4 | digit as u8),
                }
                if out.len() >= OBJECT {
                    break;
                }
            }
        }
    }
    out
}

/// An embedded object (MS-OLEDS section 2.2.5): its class, and the file that it is.
fn object(inspector: &mut Inspector<'_>, file: &File<'_>, data: &[u8], inside: &mut Inside) {
    let class = data.get(8..12).and_then(|four| four.try_into().ok()).map_or(0, u32::from_le_bytes) as usize;
    let class = data.get(12..12 + class.min(64)).unwrap_or_default();
    let class: String = class.iter().filter(|byte| byte.is_ascii_graphic()).map(|byte| *byte as char).collect();
    let has = |needle: &[u8]| memchr::memmem::find(data, needle).is_some();
    if class.to_ascii_lowercase().starts_with("equation")
        || has(&EQUATION)
        || has(b"E\0q\0u\0a\0t\0i\0o\0n\0 \0N\0a\0t\0i\0v\0e\0")
    {
        add(inside, Trait::Equation, &class, file.within);
        return;
    }
    add(inside, Trait::Embedded, &class, file.within);
    if class.eq_ignore_ascii_case("package") {
        // Behind the class come two empty names and the length of the native data, whose own head is two bytes shorter.
        let start = 12 + class.len() + 1 + 8 + 4;
        let native = data.get(start..).unwrap_or_default();
        let padded: Vec<u8> = [&[0; 4], native].concat();
        ole::package(inspector, file, &padded, inside);
    } else if let Some(at) = memchr::memmem::find(data, crate::message::outlook::COMPOUND) {
        inspector.child(file, "object", data.get(at..).unwrap_or_default(), inside);
    } else if let Some(at) = memchr::memmem::find(data, b"PK\x03\x04").filter(|_| kind::detect(data).is_none()) {
        inspector.child(file, "object", data.get(at..).unwrap_or_default(), inside);
    }
}

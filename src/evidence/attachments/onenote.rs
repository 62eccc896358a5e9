//! OneNote sections (MS-ONESTORE): the files that are embedded in them, found by the mark in front of each.

use super::found::{FileKind, Inside, Trait};
use super::inspect::{File, Inspector, add};
use super::lnk::wide_text;
use crate::evidence::links::urls_in;

/// FileDataStoreObject, guidHeader (section 2.6.13).
const MARK: [u8; 16] = [0xe7, 0x16, 0xe3, 0xbd, 0x65, 0x26, 0x11, 0x45, 0xa4, 0xc4, 0x8d, 0x4d, 0x0b, 0x7a, 0x9e, 0xac];
/// The most embedded files that are looked at.
const FILES: usize = 50;
/// The most bytes that are searched for addresses.
const TEXT: usize = 4 * 1024 * 1024;

/// Looks into a section.
pub(super) fn look(inspector: &mut Inspector<'_>, file: &File<'_>, inside: &mut Inside) {
    for (at, number) in memchr::memmem::find_iter(file.bytes, &MARK).zip(1..=FILES) {
        let length =
            file.bytes.get(at + 16..at + 24).and_then(|eight| eight.try_into().ok()).map_or(0, u64::from_le_bytes);
        let start = at + 36;
        let end = usize::try_from(length).ok().and_then(|length| start.checked_add(length));
        let bytes =
            end.and_then(|end| file.bytes.get(start..end)).or_else(|| file.bytes.get(start..)).unwrap_or_default();
        let name = format!("embedded file {number}");
        let kind = inspector.child(file, &name, bytes, inside);
        // Pictures are part of every section; anything else was put there to be pressed.
        if !matches!(kind, FileKind::Image | FileKind::Media) && !bytes.is_empty() {
            let what = super::kind::detect(bytes).unwrap_or("a file of unknown type");
            add(inside, Trait::OneNoteFile, what, file.within);
        }
    }
    let text = wide_text(file.bytes.get(..TEXT).unwrap_or(file.bytes));
    for (raw, _) in urls_in(&text, &inspector.most) {
        if !raw.contains("schemas.") && !raw.contains("w3.org") {
            inspector.link(raw, None);
        }
    }
}

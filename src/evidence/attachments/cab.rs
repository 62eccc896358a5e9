//! Cabinet files (MS-CAB): their list by the table of files. Nothing is unpacked.

use super::found::{Entry, Inside, Trait};
use super::inspect::{File, Inspector, add, holds, name_text};
use super::kind;

/// Lists a cabinet.
pub(super) fn look(inspector: &mut Inspector<'_>, file: &File<'_>, inside: &mut Inside) {
    let bytes = file.bytes;
    let short = |at: usize| bytes.get(at..at.checked_add(2)?)?.try_into().ok().map(u16::from_le_bytes);
    let long = |at: usize| bytes.get(at..at.checked_add(4)?)?.try_into().ok().map(u32::from_le_bytes);
    let (Some(start), Some(count)) = (long(16), short(28)) else {
        return add(inside, Trait::Unlistable, "damaged", file.within);
    };
    let mut at = start as usize;
    for _ in 0..count {
        if !inspector.next_name(inside) {
            return;
        }
        let Some(size) = long(at) else { return add(inside, Trait::Unlistable, "damaged", file.within) };
        let rest = bytes.get(at + 16..).unwrap_or_default();
        let window = rest.get(..300).unwrap_or(rest);
        let length = memchr::memchr(0, window).unwrap_or(window.len());
        let name = name_text(window.get(..length).unwrap_or_default());
        let kind = kind::kind(None, &name, "");
        holds(file, kind, &name, inside);
        let row = Entry { name, size: size.into(), packed: None, kind, encrypted: false, depth: 0 };
        inspector.list(file, "cab", row, inside);
        at += 16 + length + 1;
    }
}

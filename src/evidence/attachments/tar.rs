//! tar (POSIX.1-2017 ustar and pax): the list of an archive that is already in memory, and its entries looked into.

use tar::Archive;

use super::found::{Entry, FileKind, Inside, Trait};
use super::inspect::{File, Inspector, add, holds, name_text};
use super::kind;

/// Looks into an archive.
pub(super) fn look(inspector: &mut Inspector<'_>, file: &File<'_>, inside: &mut Inside) {
    entries(inspector, file, file.bytes, "tar", inside);
}

/// Lists the bytes of an archive that belong to `file`, packed or not.
pub(super) fn entries(
    inspector: &mut Inspector<'_>,
    file: &File<'_>,
    bytes: &[u8],
    format: &'static str,
    inside: &mut Inside,
) {
    let mut archive = Archive::new(bytes);
    let Ok(entries) = archive.entries() else {
        return add(inside, Trait::Unlistable, "damaged", file.within);
    };
    for entry in entries {
        if !inspector.next_name(inside) {
            return;
        }
        let Ok(mut entry) = entry else {
            return add(inside, Trait::Unlistable, "damaged", file.within);
        };
        let name = name_text(&entry.path_bytes());
        let (size, claimed) = (entry.size(), entry.header().size().unwrap_or_default());
        let what = entry.header().entry_type();
        if what.is_dir() {
            continue;
        }
        if what.is_symlink() || what.is_hard_link() || what.is_character_special() || what.is_block_special() {
            add(inside, Trait::LinkEntry, &name, file.within);
        }
        // Two sizes for one entry: readers disagree about where the next one starts.
        if size != claimed && claimed != 0 {
            add(inside, Trait::Overlap, &name, file.within);
        }
        let kind = kind::kind(None, &name, "");
        let row = Entry { name: name.clone(), size, packed: None, kind, encrypted: false, depth: 0 };
        inspector.list(file, format, row, inside);
        holds(file, kind, &name, inside);
        if what.is_file() && inspector.wants(kind) && !inspector.exhausted() {
            let limit = if kind == FileKind::Unknown { 64 * 1024 } else { inspector.most.file_bytes };
            if let Some((bytes, _)) = inspector.unpack(&mut entry, limit) {
                inspector.child(file, &name, &bytes, inside);
            }
        }
    }
}

//! gzip (RFC 1952): the one file that it holds, bounded; a tar archive in it is listed as one.

use std::io::Read as _;

use flate2::bufread::{GzDecoder, MultiGzDecoder};

use super::found::{Entry, Inside, Trait};
use super::inspect::{File, Inspector, UNPACKED, add, bomb, name_text};
use super::{kind, tar};

/// Looks into a packed file.
pub(super) fn look(inspector: &mut Inspector<'_>, file: &File<'_>, inside: &mut Inside) {
    // One byte makes the decoder read its header.
    let mut first = GzDecoder::new(file.bytes);
    let _ = first.read(&mut [0; 1]);
    let named = first.header().and_then(|header| header.filename()).map(name_text);
    // Several members are one file (section 2.2).
    let most = inspector.most.file_bytes;
    let Some((bytes, more)) = inspector.unpack(&mut MultiGzDecoder::new(file.bytes), most) else {
        return add(inside, Trait::Unlistable, "damaged", file.within);
    };
    // The last four bytes claim the size; of a larger file nothing else is known.
    let claimed = file.bytes.last_chunk::<4>().map_or(0, |four| u32::from_le_bytes(*four));
    let size = if more { u64::from(claimed).max(bytes.len() as u64) } else { bytes.len() as u64 };
    let packed = file.bytes.len() as u64;
    if more {
        inspector.limits.hit(UNPACKED);
        if bytes.len() as u64 / packed.max(1) > 200 || bomb(size, packed) {
            add(inside, Trait::Bomb, &format!("{packed} → {size}"), file.within);
        }
    }
    if kind::detect(&bytes) == Some("application/x-tar") {
        return tar::entries(inspector, file, &bytes, "tar.gz", inside);
    }
    let front = file.name.rsplit(['/', '\\']).next().unwrap_or_default();
    let front = [".gz", ".GZ", ".z"].iter().find_map(|ending| front.strip_suffix(ending)).unwrap_or("data");
    let name = named.unwrap_or_else(|| front.to_owned());
    let kind = kind::kind(kind::detect(&bytes), &name, "");
    let entry = Entry { name: name.clone(), size, packed: Some(packed), kind, encrypted: false, depth: 0 };
    inspector.list(file, "gzip", entry, inside);
    inspector.child(file, &name, &bytes, inside);
}

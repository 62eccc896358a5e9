//! RAR 4 and 5: their list by the headers of their entries. Nothing is unpacked.
//!
//! RAR 5 headers are chains of variable-length numbers (seven bits a byte, low first); RAR 4 headers have fixed fields.

use super::found::{Entry, Inside, Trait};
use super::inspect::{File, Inspector, add, holds, name_text};
use super::kind;

/// Lists an archive.
pub(super) fn look(inspector: &mut Inspector<'_>, file: &File<'_>, inside: &mut Inside) {
    let done = if let Some(rest) = file.bytes.strip_prefix(b"Rar!\x1a\x07\x01\0") {
        five(inspector, file, rest, inside)
    } else if let Some(rest) = file.bytes.strip_prefix(b"Rar!\x1a\x07\0") {
        four(inspector, file, rest, inside)
    } else {
        None
    };
    if done.is_none() && inside.listing.is_none() && !inside.has(Trait::Encrypted) {
        add(inside, Trait::Unlistable, "damaged", file.within);
    }
}

/// A reader over numbers.
struct Numbers<'a>(&'a [u8]);

impl<'a> Numbers<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    /// A number of variable length.
    fn variable(&mut self) -> Option<u64> {
        let mut value = 0_u64;
        for shift in (0..63).step_by(7) {
            let byte = *self.take(1)?.first()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(value);
            }
        }
        None
    }

    fn short(&mut self) -> Option<u16> {
        self.take(2)?.try_into().ok().map(u16::from_le_bytes)
    }

    fn long(&mut self) -> Option<u32> {
        self.take(4)?.try_into().ok().map(u32::from_le_bytes)
    }
}

fn five(inspector: &mut Inspector<'_>, file: &File<'_>, rest: &[u8], inside: &mut Inside) -> Option<()> {
    let mut rest = Numbers(rest);
    while !rest.0.is_empty() && inspector.next_name(inside) {
        rest.take(4)?;
        let size = usize::try_from(rest.variable()?).ok()?;
        let mut header = Numbers(rest.take(size)?);
        let (what, flags) = (header.variable()?, header.variable()?);
        let extra = if flags & 1 == 1 { usize::try_from(header.variable()?).ok()? } else { 0 };
        let packed = if flags & 2 == 2 { header.variable()? } else { 0 };
        match what {
            // The headers behind it are encrypted, names and all.
            4 => {
                add(inside, Trait::Encrypted, "AES, names as well", file.within);
                return Some(());
            }
            5 => return Some(()),
            2 => {
                // The extra area ends the header; its first record may say that the data are encrypted.
                let mut records = Numbers(header.0.get(header.0.len().saturating_sub(extra)..)?);
                let locked = extra > 0 && records.variable().and_then(|_| records.variable()) == Some(1);
                let (own, unpacked) = (header.variable()?, header.variable()?);
                header.variable()?;
                if own & 2 == 2 {
                    header.take(4)?;
                }
                if own & 4 == 4 {
                    header.take(4)?;
                }
                header.variable()?;
                header.variable()?;
                let length = usize::try_from(header.variable()?).ok()?;
                let name = name_text(header.take(length)?);
                if own & 1 == 0 {
                    row(inspector, file, name, unpacked, packed, locked, inside);
                }
            }
            _ => {}
        }
        rest.take(usize::try_from(packed).ok()?)?;
    }
    Some(())
}

fn four(inspector: &mut Inspector<'_>, file: &File<'_>, rest: &[u8], inside: &mut Inside) -> Option<()> {
    let mut rest = Numbers(rest);
    while !rest.0.is_empty() && inspector.next_name(inside) {
        rest.take(2)?;
        let what = *rest.take(1)?.first()?;
        let (flags, size) = (rest.short()?, usize::from(rest.short()?));
        let mut header = Numbers(rest.take(size.checked_sub(7)?)?);
        if what == 0x73 && flags & 0x80 != 0 {
            add(inside, Trait::Encrypted, "AES, names as well", file.within);
            return Some(());
        }
        if what == 0x7b {
            return Some(());
        }
        let mut follows = 0;
        if what == 0x74 {
            let (packed, unpacked) = (header.long()?, header.long()?);
            header.take(11)?;
            let length = usize::from(header.short()?);
            header.take(4)?;
            if flags & 0x100 != 0 {
                header.take(8)?;
            }
            let raw = header.take(length)?;
            // A packed Unicode form may stand behind the plain one.
            let plain = raw.split(|byte| *byte == 0).next().unwrap_or(raw);
            follows = packed as usize;
            let folder = flags & 0xe0 == 0xe0;
            let locked = flags & 4 != 0;
            if !folder {
                row(inspector, file, name_text(plain), unpacked.into(), packed.into(), locked, inside);
            }
        } else if flags & 0x8000 != 0 {
            follows = header.long()? as usize;
        }
        rest.take(follows)?;
    }
    Some(())
}

fn row(
    inspector: &mut Inspector<'_>,
    file: &File<'_>,
    name: String,
    size: u64,
    packed: u64,
    encrypted: bool,
    inside: &mut Inside,
) {
    let kind = kind::kind(None, &name, "");
    if encrypted {
        add(inside, Trait::Encrypted, "AES", file.within);
    }
    if super::inspect::bomb(size, packed) {
        add(inside, Trait::Bomb, &format!("{name}: {packed} → {size}"), file.within);
    }
    holds(file, kind, &name, inside);
    inspector.list(file, "rar", Entry { name, size, packed: Some(packed), kind, encrypted, depth: 0 }, inside);
}

//! Outlook items (MS-OXMSG): a `.msg` file becomes the bytes of an ordinary mail, so that every other room reads it like
//! any other message. Transport headers are taken as they came; where there are none, what the item says of itself stands
//! in their place. Bodies and files become base64 parts. Nothing is read but the bytes given.

mod mail;
pub(crate) mod rtf;

use std::io::{Cursor, Read as _};

use cfb::CompoundFile;

/// The deepest item inside an item that is opened.
const DEPTH: usize = 8;
/// The most recipients and the most files that are read of an item.
const MEMBERS: usize = 500;
/// The most properties of fixed size that are looked through, and the most bytes of their list.
const FIXED: usize = 4_096;
const FIXED_BYTES: usize = 32 + FIXED * 16;
/// First bytes of a compound file (MS-CFB section 2.2).
pub(crate) const COMPOUND: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

type Compound<'b> = CompoundFile<Cursor<&'b [u8]>>;

/// The file may be an Outlook item, as far as its first bytes tell.
#[must_use]
pub(crate) fn is_compound(head: &[u8]) -> bool {
    head.starts_with(COMPOUND)
}

/// The file is an Outlook item.
#[must_use]
pub(crate) fn is_item(bytes: &[u8]) -> bool {
    is_compound(bytes) && fenced(|| Some(open(bytes)?.is_stream("/__properties_version1.0"))).unwrap_or_default()
}

/// The item as an ordinary mail (RFC 5322, RFC 2045); `None` where the bytes are no Outlook item.
#[must_use]
pub(crate) fn canonical(bytes: &[u8]) -> Option<Vec<u8>> {
    if !is_compound(bytes) {
        return None;
    }
    fenced(|| {
        let compound = open(bytes)?;
        if !compound.is_stream("/__properties_version1.0") {
            return None;
        }
        // Streams of a damaged file can share their sectors: all that is read together is bounded by the file.
        let mut reader = Reader { compound, left: bytes.len().saturating_mul(2), items: 0 };
        Some(mail::write(&mut reader, "", 0))
    })
}

fn open(bytes: &[u8]) -> Option<Compound<'_>> {
    CompoundFile::open(Cursor::new(bytes)).ok()
}

/// The crate reads hostile files without loops; should one of its checks fail hard, on opening or on reading a stream, the
/// file is no item.
fn fenced<T>(read: impl FnOnce() -> Option<T> + std::panic::UnwindSafe) -> Option<T> {
    std::panic::catch_unwind(read).ok().flatten()
}

/// Reads properties of an item.
struct Reader<'b> {
    compound: Compound<'b>,
    /// Bytes that may still be read.
    left: usize,
    /// Items written so far, for boundaries that differ.
    items: usize,
}

impl Reader<'_> {
    fn stream(&mut self, path: &str) -> Option<Vec<u8>> {
        let left = self.left;
        let bytes = self.beginning(path, left)?;
        self.left -= bytes.len();
        Some(bytes)
    }

    /// The first bytes of a stream.
    fn beginning(&mut self, path: &str, limit: usize) -> Option<Vec<u8>> {
        if !self.compound.is_stream(path) {
            return None;
        }
        let stream = self.compound.open_stream(path).ok()?;
        let mut bytes = Vec::new();
        // What stands before damage is kept.
        let _ = stream.take(limit as u64).read_to_end(&mut bytes);
        Some(bytes)
    }

    /// A text property of the storage at `base`: in Unicode, else in the item's code page.
    fn text(&mut self, base: &str, id: u16) -> Option<String> {
        let text = if let Some(wide) = self.stream(&format!("{base}/__substg1.0_{id:04X}001F")) {
            encoding_rs::UTF_16LE.decode_without_bom_handling(&wide).0.into_owned()
        } else {
            let narrow = self.stream(&format!("{base}/__substg1.0_{id:04X}001E"))?;
            let page =
                self.number(base, 0x3ffd).or_else(|| self.number(base, 0x3fde)).or_else(|| self.number("", 0x3ffd));
            decode(page, &narrow)
        };
        let text = text.trim_end_matches('\0').to_owned();
        (!text.is_empty()).then_some(text)
    }

    fn binary(&mut self, base: &str, id: u16) -> Option<Vec<u8>> {
        self.stream(&format!("{base}/__substg1.0_{id:04X}0102"))
    }

    /// A property of fixed size, as the eight bytes of its value.
    fn fixed(&mut self, base: &str, id: u16) -> Option<[u8; 8]> {
        // The list is read for each property that is asked for; it is short, and is not counted.
        let bytes = self.beginning(&format!("{base}/__properties_version1.0"), FIXED_BYTES)?;
        // The header differs between the item, one inside it, and its members (section 2.4.1); entries do not.
        let header = match base {
            "" => 32,
            _ if base.ends_with("000D") => 24,
            _ => 8,
        };
        bytes.get(header..)?.chunks_exact(16).take(FIXED).find_map(|entry| {
            let own = entry.get(2..4)?.try_into().ok().map(u16::from_le_bytes)?;
            (own == id).then(|| entry.get(8..16)?.try_into().ok()).flatten()
        })
    }

    fn number(&mut self, base: &str, id: u16) -> Option<u32> {
        self.fixed(base, id).and_then(|value| value.first_chunk::<4>().map(|four| u32::from_le_bytes(*four)))
    }

    /// Unix seconds of a time property.
    fn time(&mut self, base: &str, id: u16) -> Option<i64> {
        let ticks = u64::from_le_bytes(self.fixed(base, id)?);
        let seconds = i64::try_from(ticks / 10_000_000).ok()?.checked_sub(11_644_473_600)?;
        (ticks > 0).then_some(seconds)
    }

    /// The storages at `base` whose names start with `start`, in the order of their names.
    fn members(&self, base: &str, start: &str) -> Vec<String> {
        let root = if base.is_empty() { "/" } else { base };
        let Ok(entries) = self.compound.read_storage(root) else { return Vec::new() };
        let mut names: Vec<String> = entries
            .filter(|entry| entry.is_storage() && entry.name().starts_with(start))
            .map(|entry| format!("{base}/{}", entry.name()))
            .take(MEMBERS)
            .collect();
        names.sort_unstable();
        names
    }
}

/// Bytes in a Windows code page as text.
pub(crate) fn decode(page: Option<u32>, bytes: &[u8]) -> String {
    match page.and_then(encoding) {
        Some(encoding) => encoding.decode_without_bom_handling(bytes).0.into_owned(),
        None => super::text_of(bytes),
    }
}

/// The encoding of a Windows code page, where it is one that occurs in mail.
fn encoding(page: u32) -> Option<&'static encoding_rs::Encoding> {
    let label: &[u8] = match page {
        65001 => b"utf-8",
        932 | 943 => b"shift_jis",
        50220..=50222 => b"iso-2022-jp",
        51932 | 20932 => b"euc-jp",
        936 => b"gbk",
        54936 => b"gb18030",
        949 | 51949 => b"euc-kr",
        950 => b"big5",
        874 => b"windows-874",
        20866 => b"koi8-r",
        28592 => b"iso-8859-2",
        28605 => b"iso-8859-15",
        28591 | 20127 | 1252 => b"windows-1252",
        1250 => b"windows-1250",
        1251 => b"windows-1251",
        1253 => b"windows-1253",
        1254 => b"windows-1254",
        1255 => b"windows-1255",
        1256 => b"windows-1256",
        1257 => b"windows-1257",
        1258 => b"windows-1258",
        _ => return None,
    };
    encoding_rs::Encoding::for_label(label)
}

#[cfg(test)]
pub(crate) mod tests;

//! winmail.dat (MS-OXTNEF): the files that Outlook wraps into one, looked into as if they were attached, and the body that
//! only it holds. Every length is a claim: slices are taken, nothing is allocated by it.

use super::found::{Entry, Inside};
use super::inspect::{File, Inspector, add, name_text, text};
use super::{Trait, kind};
use crate::evidence::page;
use crate::message::outlook::{decode, rtf};

/// The most attributes that are read.
const ATTRIBUTES: usize = 10_000;
/// The most properties of one list that are read.
const PROPERTIES: usize = 5_000;
/// The most files that are looked into.
const FILES: usize = 200;

/// A file as it is put together from several attributes.
#[derive(Default)]
struct Packed<'b> {
    title: String,
    long: String,
    data: &'b [u8],
    item: &'b [u8],
}

/// Takes a file from the front of a slice.
struct Slice<'b>(&'b [u8]);

impl<'b> Slice<'b> {
    fn take(&mut self, count: usize) -> Option<&'b [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn short(&mut self) -> Option<u16> {
        self.take(2)?.try_into().ok().map(u16::from_le_bytes)
    }

    fn long(&mut self) -> Option<u32> {
        self.take(4)?.try_into().ok().map(u32::from_le_bytes)
    }

    /// Bytes with their length in front, padded to four.
    fn counted(&mut self) -> Option<&'b [u8]> {
        let length = self.long()? as usize;
        let bytes = self.take(length)?;
        // The padding of the last one may be missing.
        let _ = self.take((4 - length % 4) % 4);
        Some(bytes)
    }
}

/// Looks into a wrapped mail.
pub(super) fn look(inspector: &mut Inspector<'_>, file: &File<'_>, inside: &mut Inside) {
    let mut rest = Slice(file.bytes.get(6..).unwrap_or_default());
    let mut files: Vec<Packed<'_>> = Vec::new();
    let mut page = None;
    let mut whole = false;
    for _ in 0..ATTRIBUTES {
        if rest.0.len() < 9 {
            whole = rest.0.is_empty();
            break;
        }
        let Some((id, data)) = attribute(&mut rest) else { break };
        match id {
            // attOemCodepage, attBody, attMAPIProps.
            0x9007 => page = data.first_chunk::<4>().map(|four| u32::from_le_bytes(*four)),
            0x800c => body(inspector, &decode(page, data), inside),
            0x9003 => properties(data, |id, value, wide| message(inspector, id, value, wide, page, inside)),
            // attAttachRenddata starts a file; then its title, its bytes, its properties.
            0x9002 if files.len() < FILES => files.push(Packed::default()),
            0x8010 => {
                if let Some(file) = files.last_mut() {
                    file.title = plain(data, page, false);
                }
            }
            0x800f => {
                if let Some(file) = files.last_mut() {
                    file.data = data;
                }
            }
            0x9005 => {
                if let Some(file) = files.last_mut() {
                    properties(data, |id, value, wide| match id {
                        0x3707 => file.long = plain(value, page, wide),
                        // An object: its interface in front, then the file itself.
                        0x3701 => file.item = value.get(16..).unwrap_or_default(),
                        _ => {}
                    });
                }
            }
            _ => {}
        }
    }
    if !whole {
        add(inside, Trait::Unlistable, "damaged, or its lengths lie", file.within);
    }
    for (packed, number) in files.iter().zip(1..) {
        open(inspector, file, packed, number, inside);
    }
}

fn attribute<'b>(rest: &mut Slice<'b>) -> Option<(u16, &'b [u8])> {
    rest.take(1)?;
    let id = rest.short()?;
    rest.short()?;
    let length = rest.long()? as usize;
    let data = rest.take(length)?;
    rest.short()?;
    Some((id, data))
}

fn open(inspector: &mut Inspector<'_>, file: &File<'_>, packed: &Packed<'_>, number: usize, inside: &mut Inside) {
    let name = [&packed.long, &packed.title].into_iter().find(|name| !name.is_empty()).cloned();
    let name = name.unwrap_or_else(|| format!("file {number}"));
    let bytes = if packed.data.is_empty() { packed.item } else { packed.data };
    let kind = kind::kind(kind::detect(bytes), &name, "");
    let size = bytes.len() as u64;
    inspector.list(
        file,
        "winmail.dat",
        Entry { name: name.clone(), size, packed: None, kind, encrypted: false, depth: 0 },
        inside,
    );
    inspector.child(file, &name, bytes, inside);
}

/// A property of the message itself.
fn message(inspector: &mut Inspector<'_>, id: u16, value: &[u8], wide: bool, page: Option<u32>, inside: &mut Inside) {
    match id {
        0x1000 => body(inspector, &plain(value, page, wide), inside),
        0x1013 => html(inspector, &decode(page, value), inside),
        0x1009 => {
            if let Some(rich) = rtf::unpack(value) {
                match rtf::content(&rich, page) {
                    rtf::Content::Html(source) => html(inspector, &source, inside),
                    rtf::Content::Text(source) => body(inspector, &source, inside),
                }
            }
        }
        _ => {}
    }
}

fn body(inspector: &mut Inspector<'_>, source: &str, inside: &mut Inside) {
    let source = source.trim_end_matches('\0');
    inspector.links_of(source);
    if !inside.text.contains(source.trim()) {
        text(inside, source);
    }
}

fn html(inspector: &mut Inspector<'_>, source: &str, inside: &mut Inside) {
    let page = page::page_within(source, &inspector.most);
    for found in &page.links {
        inspector.link(&found.raw, found.text.as_deref());
    }
    text(inside, &page.text);
}

fn plain(value: &[u8], page: Option<u32>, wide: bool) -> String {
    let text = if wide {
        encoding_rs::UTF_16LE.decode_without_bom_handling(value).0.into_owned()
    } else if page.is_some() {
        decode(page, value)
    } else {
        name_text(value)
    };
    text.trim_end_matches('\0').to_owned()
}

/// Goes through a list of properties: id, value, and whether it is UTF-16.
fn properties<'b>(data: &'b [u8], mut visit: impl FnMut(u16, &'b [u8], bool)) {
    let mut rest = Slice(data);
    let Some(count) = rest.long() else { return };
    for _ in 0..(count as usize).min(PROPERTIES) {
        if property(&mut rest, &mut visit).is_none() {
            return;
        }
    }
}

fn property<'b>(rest: &mut Slice<'b>, visit: &mut impl FnMut(u16, &'b [u8], bool)) -> Option<()> {
    let (kind, id) = (rest.short()?, rest.short()?);
    if id >= 0x8000 {
        rest.take(16)?;
        if rest.long()? == 0 {
            rest.long()?;
        } else {
            rest.counted()?;
        }
    }
    let fixed = match kind & 0x0fff {
        0x02 | 0x03 | 0x04 | 0x0a | 0x0b => 4,
        0x05 | 0x06 | 0x07 | 0x14 | 0x40 => 8,
        0x48 => 16,
        0x1e | 0x1f | 0x102 | 0x0d => 0,
        _ => return None,
    };
    let many = kind & 0x1000 != 0 || fixed == 0;
    let count = if many { rest.long()? as usize } else { 1 };
    for _ in 0..count.min(PROPERTIES) {
        let value = if fixed > 0 { rest.take(fixed)? } else { rest.counted()? };
        visit(id, value, kind & 0x0fff == 0x1f);
    }
    Some(())
}

//! Compound files (MS-CFB): Office documents of the old formats, encrypted new ones, and the projects and objects that
//! new ones keep in them.

use std::io::Cursor;

use cfb::CompoundFile;

use super::found::{Inside, Trait};
use super::inspect::{File, Inspector, add, name_text};
use super::lnk::wide_text;
use super::{mail, office};
use crate::text::Words;

/// The most bytes of one stream that are read.
const STREAM: usize = 8 * 1024 * 1024;
/// Told where not every module is unpacked.
const MORE_MODULES: Words =
    Words::new("macros: more modules than are unpacked", "マクロ：モジュールが多く、一部だけを展開しました");
/// The most records of a workbook that are gone through.
const RECORDS: usize = 200_000;

type Compound<'f> = CompoundFile<Cursor<&'f [u8]>>;

struct Stream {
    path: String,
    name: String,
    length: u64,
}

/// Looks into a document.
pub(super) fn look(inspector: &mut Inspector<'_>, file: &File<'_>, inside: &mut Inside) {
    let Ok(mut compound) = CompoundFile::open(Cursor::new(file.bytes)) else {
        return add(inside, Trait::Unlistable, "damaged compound file", file.within);
    };
    // Some programs write items without the class of an item.
    if compound.is_stream("/__properties_version1.0") {
        return mail::outlook(inspector, file, inside);
    }
    let mut modules = 0;
    for stream in streams(inspector, &compound) {
        let low = stream.name.to_ascii_lowercase();
        let way = stream.path.to_ascii_lowercase();
        match &*low {
            "encryptedpackage" => add(inside, Trait::Encrypted, "Office", file.within),
            "_vba_project" => add(inside, Trait::Macro, &stream.path, file.within),
            "equation native" => add(inside, Trait::Equation, &stream.path, file.within),
            "\u{1}ole10native" => {
                if let Some(bytes) = read(inspector, &mut compound, &stream) {
                    package(inspector, file, &bytes, inside);
                }
            }
            "package" | "contents" if way.contains("objectpool") || way.contains("mbd") => {
                if let Some(bytes) = read(inspector, &mut compound, &stream) {
                    add(inside, Trait::Embedded, &stream.path, file.within);
                    inspector.child(file, &stream.name, &bytes, inside);
                }
            }
            "workbook" | "book" => {
                if let Some(bytes) = read(inspector, &mut compound, &stream) {
                    workbook(inspector, file, &bytes, inside);
                }
            }
            "worddocument" => {
                if let Some(bytes) = read(inspector, &mut compound, &stream) {
                    word(inspector, file, &bytes, inside);
                }
            }
            _ if way.contains("vba/") && low != "dir" && !low.starts_with("__srp") => {
                modules += 1;
                if modules > inspector.most.modules {
                    inspector.limits.hit(MORE_MODULES);
                } else if let Some(bytes) = read(inspector, &mut compound, &stream) {
                    office::code(inspector, file, &bytes, inside);
                }
            }
            _ => {}
        }
    }
}

/// Looks into the project of a new document, which is a compound file of its own.
pub(super) fn project(inspector: &mut Inspector<'_>, file: &File<'_>, bytes: &[u8], inside: &mut Inside) {
    let Ok(mut compound) = CompoundFile::open(Cursor::new(bytes)) else { return };
    let modules = streams(inspector, &compound).into_iter().filter(|stream| {
        let low = stream.name.to_ascii_lowercase();
        low != "dir"
            && low != "_vba_project"
            && !low.starts_with("__srp")
            && stream.path.to_ascii_lowercase().contains("vba/")
    });
    for (at, stream) in modules.enumerate() {
        if at >= inspector.most.modules {
            inspector.limits.hit(MORE_MODULES);
            break;
        }
        if let Some(bytes) = read(inspector, &mut compound, &stream) {
            office::code(inspector, file, &bytes, inside);
        }
    }
}

fn streams(inspector: &mut Inspector<'_>, compound: &Compound<'_>) -> Vec<Stream> {
    // The root stands in front of them.
    let most = inspector.most.streams + 1;
    if compound.walk().nth(most).is_some() {
        inspector.limits.hit(Words::new(
            "documents: more streams than are gone through",
            "文書：ストリームが多く、一部だけを調べました",
        ));
    }
    compound
        .walk()
        .take(most)
        .filter(cfb::Entry::is_stream)
        .map(|entry| Stream {
            path: entry.path().to_string_lossy().into_owned(),
            name: entry.name().to_owned(),
            length: entry.len(),
        })
        .collect()
}

fn read(inspector: &mut Inspector<'_>, compound: &mut Compound<'_>, stream: &Stream) -> Option<Vec<u8>> {
    if stream.length == 0 {
        return None;
    }
    let mut reader = compound.open_stream(&stream.path).ok()?;
    inspector.unpack(&mut reader, STREAM).map(|(bytes, _)| bytes)
}

/// A packaged file (MS-OLEDS section 2.3.6 and what the packager writes): its names and its bytes.
pub(super) fn package(inspector: &mut Inspector<'_>, file: &File<'_>, native: &[u8], inside: &mut Inside) {
    let mut rest = native.get(6..).unwrap_or_default();
    let mut text = || {
        let end = memchr::memchr(0, rest.get(..1024).unwrap_or(rest))?;
        let (text, behind) = rest.split_at_checked(end)?;
        rest = behind.get(1..)?;
        Some(name_text(text))
    };
    let (Some(label), Some(name)) = (text(), text()) else {
        return add(inside, Trait::Embedded, "", file.within);
    };
    let data = (|| {
        let rest = rest.get(4..)?;
        let (length, rest) = rest.split_first_chunk::<4>()?;
        let rest = rest.get(u32::from_le_bytes(*length) as usize..)?;
        let (length, rest) = rest.split_first_chunk::<4>()?;
        Some(rest.get(..u32::from_le_bytes(*length) as usize).unwrap_or(rest))
    })();
    let name = name.rsplit(['/', '\\']).next().map_or(label, ToOwned::to_owned);
    add(inside, Trait::Embedded, &name, file.within);
    inspector.child(file, &name, data.unwrap_or_default(), inside);
}

/// The records of a workbook (MS-XLS): macro sheets, encryption, links.
fn workbook(inspector: &mut Inspector<'_>, file: &File<'_>, bytes: &[u8], inside: &mut Inside) {
    let mut rest = bytes;
    for _ in 0..RECORDS {
        let Some((head, behind)) = rest.split_first_chunk::<4>() else { return };
        let [low, high, short, long] = *head;
        let length = usize::from(u16::from_le_bytes([short, long]));
        let Some((data, next)) = behind.split_at_checked(length) else { return };
        rest = next;
        match u16::from_le_bytes([low, high]) {
            // FilePass: what follows is encrypted.
            0x2f => {
                add(inside, Trait::Encrypted, "Excel", file.within);
                return;
            }
            // BoundSheet8: type 1 is a macro sheet of Excel 4.
            0x85 if data.get(5) == Some(&1) => {
                let hidden = data.get(4).is_some_and(|state| state & 3 != 0);
                add(inside, Trait::ExcelFourMacro, if hidden { "hidden sheet" } else { "sheet" }, file.within);
            }
            // HLink.
            0x1b8 => {
                let text = wide_text(data);
                inspector.links_of(&text);
            }
            _ => {}
        }
    }
}

/// The text stream of a Word document: encryption, fields with links and DDE.
fn word(inspector: &mut Inspector<'_>, file: &File<'_>, bytes: &[u8], inside: &mut Inside) {
    // FibBase (MS-DOC section 2.5.2): bit 8 of the flags says that it is encrypted.
    if bytes.get(11).is_some_and(|flags| flags & 1 == 1) {
        return add(inside, Trait::Encrypted, "Word", file.within);
    }
    let narrow: String =
        bytes.iter().map(|byte| if (0x20..0x7f).contains(byte) { *byte as char } else { '\n' }).collect();
    for text in [narrow, wide_text(bytes)] {
        for line in text.lines().map(str::trim_start) {
            if line.starts_with("HYPERLINK") {
                inspector.links_of(line);
            } else if line.starts_with("DDEAUTO") || line.starts_with("DDE ") {
                add(inside, Trait::Dde, line, file.within);
            }
        }
    }
}

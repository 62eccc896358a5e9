//! ZIP (APPNOTE.TXT): its list, what its entries are, encryption of both kinds and passwords for it. OOXML documents,
//! which are ZIP archives, go on to their own reader.

use std::io::Cursor;

use zip::ZipArchive;
use zip::read::ZipReadOptions;

use super::found::{Entry, FileKind, Inside, Trait};
use super::inspect::{FILES_SPENT, File, Inspector, add, bomb, holds, name_text};
use super::{kind, office};

/// So many entries are added up at least, names read or not.
const ADDED: usize = 100_000;
/// The most bytes of a name that is believed without a directory: no system makes a longer way (PATH_MAX).
const LONGEST: usize = 4_096;
/// The most bytes of an entry that a password is proved on.
const PROOF: u64 = 4 * 1024 * 1024;

pub(super) type Archive<'f> = ZipArchive<Cursor<&'f [u8]>>;

/// Looks into an archive.
pub(super) fn look(inspector: &mut Inspector<'_>, file: &File<'_>, inside: &mut Inside) {
    let Ok(mut archive) = ZipArchive::new(Cursor::new(file.bytes)) else {
        return by_headers(inspector, file, inside);
    };
    if archive.index_for_name("[Content_Types].xml").is_some() {
        return office::look(inspector, file, &mut archive, inside);
    }
    if archive.index_for_name("mimetype").is_some() && file.kind == FileKind::Office {
        return office::open_document(inspector, file, &mut archive, inside);
    }
    let program =
        ["META-INF/MANIFEST.MF", "AndroidManifest.xml"].iter().find(|name| archive.index_for_name(name).is_some());
    if program.is_some() && !file.kind.runs() {
        add(inside, Trait::Holds(FileKind::Program), file.name, file.within);
    }
    if archive.offset() > 0 && !file.kind.runs() {
        add(inside, Trait::Prefixed, &archive.offset().to_string(), file.within);
    }
    if archive.has_overlapping_files().unwrap_or_default() {
        add(inside, Trait::Overlap, "", file.within);
    }
    if archive.has_duplicate_names() {
        // The crate gives the last one of each name; programs disagree about which of them they open.
        add(inside, Trait::SameNames, "", file.within);
    }
    let rows = list(inspector, file, &mut archive, inside);
    open(inspector, file, &mut archive, &rows, inside);
}

/// The file ends as an archive does, whatever stands in front: a program, a picture, garbage.
pub(super) fn ends(bytes: &[u8]) -> bool {
    let window = bytes.len().saturating_sub(66 * 1024);
    memchr::memmem::find(bytes.get(window..).unwrap_or_default(), b"PK\x05\x06").is_some()
}

struct Row {
    index: usize,
    name: String,
    size: u64,
    kind: FileKind,
    encrypted: bool,
}

fn list(inspector: &mut Inspector<'_>, file: &File<'_>, archive: &mut Archive<'_>, inside: &mut Inside) -> Vec<Row> {
    let mut rows = Vec::new();
    let (mut total, mut locked, mut more) = (0_u64, None, true);
    // One more than names are read, so that it can be told.
    for index in 0..archive.len().min(ADDED.max(inspector.most.names + 1)) {
        let Ok(entry) = archive.by_index_data(index) else { continue };
        more = more && inspector.next_name(inside);
        if !more {
            total = total.saturating_add(entry.size());
            continue;
        }
        let name = match entry.name() {
            Ok(name) if entry.name_raw() == name.as_bytes() => name.into_owned(),
            // The crate reads names without a mark as code page 437.
            _ => name_text(entry.name_raw()),
        };
        let (size, packed) = (entry.size(), entry.compressed_size());
        total = total.saturating_add(size);
        if entry.is_symlink() {
            add(inside, Trait::LinkEntry, &name, file.within);
        }
        if entry.is_dir() {
            continue;
        }
        let encrypted = entry.encrypted();
        if encrypted && locked.is_none() {
            let aes = entry.compression() == zip::CompressionMethod::AES || entry.version_needed() >= 51;
            locked = Some(if aes { "AES" } else { "ZipCrypto" });
        }
        let kind = kind::kind(None, &name, "");
        if bomb(size, packed) {
            add(inside, Trait::Bomb, &format!("{name}: {packed} → {size}"), file.within);
        }
        holds(file, kind, &name, inside);
        let row = Entry { name: name.clone(), size, packed: Some(packed), kind, encrypted, depth: 0 };
        inspector.list(file, "zip", row, inside);
        rows.push(Row { index, name, size, kind, encrypted });
    }
    if bomb(total, file.bytes.len() as u64) {
        add(inside, Trait::Bomb, &format!("{} → {total}", file.bytes.len()), file.within);
    }
    if let Some(how) = locked {
        add(inside, Trait::Encrypted, how, file.within);
    }
    rows
}

/// Looks into the entries that may hold something, the small ones of a telling kind first.
fn open(inspector: &mut Inspector<'_>, file: &File<'_>, archive: &mut Archive<'_>, rows: &[Row], inside: &mut Inside) {
    let mut password = None;
    if let Some(row) = rows.iter().filter(|row| row.encrypted && row.size > 0).min_by_key(|row| row.size) {
        password = fitting(inspector, archive, row.index);
        let Some(found) = &password else {
            return unlocked(inspector, file, archive, rows, None, inside);
        };
        add(inside, Trait::PasswordFits, found, file.within);
    }
    unlocked(inspector, file, archive, rows, password.as_deref(), inside);
}

fn unlocked(
    inspector: &mut Inspector<'_>,
    file: &File<'_>,
    archive: &mut Archive<'_>,
    rows: &[Row],
    password: Option<&str>,
    inside: &mut Inside,
) {
    // What can do or hold most comes first, so that no number of texts or pictures takes the budget away from it.
    let of_turn = |turn: u8| rows.iter().filter(move |row| self::turn(row.kind) == turn);
    // To try a password on an entry costs much, whether it fits or not.
    let mut sealed = inspector.most.files;
    for row in (0..3).flat_map(of_turn).filter(|row| !row.encrypted || password.is_some()) {
        if inspector.exhausted() {
            return;
        }
        if !inspector.wants(row.kind) {
            continue;
        }
        if row.encrypted {
            let Some(left) = sealed.checked_sub(1) else {
                inspector.limits.hit(FILES_SPENT);
                continue;
            };
            sealed = left;
        }
        let limit = if row.kind == FileKind::Unknown { 64 * 1024 } else { inspector.most.file_bytes };
        let options = ZipReadOptions::new().password(password.map(str::as_bytes));
        let Ok(mut entry) = archive.by_index_with_options(row.index, options) else { continue };
        if let Some((bytes, _)) = inspector.unpack(&mut entry, limit) {
            drop(entry);
            inspector.child(file, &row.name, &bytes, inside);
        }
    }
}

/// When an entry of that kind is looked into.
const fn turn(kind: FileKind) -> u8 {
    match kind {
        FileKind::Image => 2,
        FileKind::Text | FileKind::Unknown => 1,
        _ => 0,
    }
}

/// A word of the mail that opens the entry. The old cipher lets one wrong word in 256 pass, so that the entry's check sum
/// has to come out, too.
fn fitting(inspector: &mut Inspector<'_>, archive: &mut Archive<'_>, index: usize) -> Option<String> {
    for word in inspector.passwords() {
        inspector.tries = inspector.tries.checked_sub(1)?;
        let Ok(mut entry) = archive.by_index_decrypt(index, word.as_bytes()) else { continue };
        let mut proof = std::io::Read::take(&mut entry, PROOF);
        if std::io::copy(&mut proof, &mut std::io::sink()).is_ok() {
            return Some(word);
        }
    }
    None
}

/// An archive whose directory cannot be read is listed by the headers in front of its entries, as repair tools do.
fn by_headers(inspector: &mut Inspector<'_>, file: &File<'_>, inside: &mut Inside) {
    add(inside, Trait::Unlistable, "its directory is damaged; listed by the headers of its entries", file.within);
    let number =
        |at: usize| file.bytes.get(at..at + 4).and_then(|four| four.try_into().ok()).map_or(0, u32::from_le_bytes);
    let short =
        |at: usize| file.bytes.get(at..at + 2).and_then(|two| two.try_into().ok()).map_or(0, u16::from_le_bytes);
    let finder = memchr::memmem::Finder::new(b"PK\x03\x04");
    let mut next = 0;
    while let Some(at) = file.bytes.get(next..).and_then(|rest| finder.find(rest)).map(|found| next + found) {
        if !inspector.next_name(inside) {
            return;
        }
        let length = usize::from(short(at + 26));
        // Right behind it, whatever length it claims: a name must not swallow the headers behind it.
        next = at + 4;
        let Some(raw) = file.bytes.get(at + 30..at + 30 + length).filter(|raw| (1..=LONGEST).contains(&raw.len()))
        else {
            continue;
        };
        let name = name_text(raw);
        if name.ends_with('/') {
            continue;
        }
        let encrypted = short(at + 6) & 1 == 1;
        let kind = kind::kind(None, &name, "");
        if encrypted {
            add(inside, Trait::Encrypted, "", file.within);
        }
        holds(file, kind, &name, inside);
        let row = Entry {
            name,
            size: number(at + 22).into(),
            packed: Some(number(at + 18).into()),
            kind,
            encrypted,
            depth: 0,
        };
        inspector.list(file, "zip", row, inside);
    }
}

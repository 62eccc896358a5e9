//! 7z: its list, encryption of names and contents, passwords for it. Before the crate reads a header that is itself packed,
//! its claims are checked here: the size that it unpacks to, the memory and the work that its coders ask for.

use std::io::Cursor;

use sevenz_rust2::{Archive, BlockDecoder, Password};

use super::found::{Entry, Inside, Trait};
use super::inspect::{File, Inspector, add, bomb, holds};
use super::kind;
use crate::text::Words;

/// The most bytes of a header, unpacked: some 20,000 names. Of few bytes the crate makes many entries.
const HEADER: u64 = 2 * 1024 * 1024;
/// What an archive costs whose header is not what it claims to be.
const FAILED: u64 = 64 * 1024;
/// The largest dictionary that is made.
const DICTIONARY: u32 = 64 * 1024 * 1024;
/// The most rounds of key derivation, as a power of two; 7-Zip writes 19.
const ROUNDS: u8 = 19;
const AES: &[u8] = &[0x06, 0xf1, 0x07, 0x01];
const LZMA: &[u8] = &[0x03, 0x01, 0x01];
const LZMA2: &[u8] = &[0x21];

/// Looks into an archive.
pub(super) fn look(inspector: &mut Inspector<'_>, file: &File<'_>, inside: &mut Inside) {
    let Some((locked, size)) = checked(file.bytes) else {
        return add(inside, Trait::Unlistable, "its header is damaged or asks for too much", file.within);
    };
    if !inspector.has_room_for(size) {
        return add(inside, Trait::Unlistable, "its header asks for too much", file.within);
    }
    if !locked {
        let read = Archive::read(&mut Cursor::new(file.bytes), &Password::empty());
        inspector.headers = inspector.headers.saturating_sub(if read.is_ok() { size } else { FAILED });
        match read {
            Ok(archive) => list(inspector, file, &archive, None, inside),
            Err(_) => add(inside, Trait::Unlistable, "damaged", file.within),
        }
        return;
    }
    add(inside, Trait::Encrypted, "AES, names as well", file.within);
    for word in inspector.passwords() {
        let Some(left) = inspector.slow_tries.checked_sub(1) else {
            inspector.limits.hit(Words::new(
                "archives: more words of the mail than are tried as passwords",
                "アーカイブ：パスワードとして試せなかった語が残っています",
            ));
            return;
        };
        inspector.slow_tries = left;
        let password = Password::new(&word);
        if let Ok(archive) = Archive::read(&mut Cursor::new(file.bytes), &password) {
            inspector.headers = inspector.headers.saturating_sub(size);
            add(inside, Trait::PasswordFits, &word, file.within);
            return list(inspector, file, &archive, Some(password), inside);
        }
    }
}

fn list(
    inspector: &mut Inspector<'_>,
    file: &File<'_>,
    archive: &Archive,
    mut password: Option<Password>,
    inside: &mut Inside,
) {
    let locked = archive.blocks.iter().any(|block| block.coders.iter().any(|coder| coder.encoder_method_id() == AES));
    let mut total = 0_u64;
    // The names are in memory already; those beyond the limit are only added up.
    let mut more = true;
    for entry in &archive.files {
        total = total.saturating_add(entry.size);
        more = more && inspector.next_name(inside);
        if !more || entry.is_directory {
            continue;
        }
        let kind = kind::kind(None, &entry.name, "");
        holds(file, kind, &entry.name, inside);
        let row = Entry { name: entry.name.clone(), size: entry.size, packed: None, kind, encrypted: locked, depth: 0 };
        inspector.list(file, "7z", row, inside);
    }
    if bomb(total, file.bytes.len() as u64) {
        add(inside, Trait::Bomb, &format!("{} → {total}", file.bytes.len()), file.within);
    }
    if locked && password.is_none() {
        add(inside, Trait::Encrypted, "AES", file.within);
        password = fitting(inspector, file, archive, inside);
        if password.is_none() {
            return;
        }
    }
    let password = password.unwrap_or_else(Password::empty);
    for block in 0..archive.blocks.len().min(100) {
        if inspector.exhausted() || !modest(archive, block) {
            return;
        }
        open(inspector, file, archive, block, &password, inside);
    }
}

/// A word of the mail that opens the first entry whose check sum can be proved.
fn fitting(inspector: &mut Inspector<'_>, file: &File<'_>, archive: &Archive, inside: &mut Inside) -> Option<Password> {
    let block = (0..archive.blocks.len().min(100)).find(|block| modest(archive, *block))?;
    let most = inspector.most.file_bytes;
    for word in inspector.passwords() {
        inspector.slow_tries = inspector.slow_tries.checked_sub(1)?;
        let password = Password::new(&word);
        let mut source = Cursor::new(file.bytes);
        let mut proved = false;
        let run =
            BlockDecoder::new(1, block, archive, &password, &mut source).for_each_entries(&mut |entry, reader| {
                if entry.size == 0 {
                    return Ok(true);
                }
                let mut proof = std::io::Read::take(reader, most as u64);
                std::io::copy(&mut proof, &mut std::io::sink())?;
                proved = entry.has_crc;
                Ok(false)
            });
        if run.is_ok() && proved {
            add(inside, Trait::PasswordFits, &word, file.within);
            return Some(password);
        }
    }
    None
}

/// Looks into the entries of one block, from its beginning as far as the budget goes.
fn open(
    inspector: &mut Inspector<'_>,
    file: &File<'_>,
    archive: &Archive,
    block: usize,
    password: &Password,
    inside: &mut Inside,
) {
    let mut source = Cursor::new(file.bytes);
    // An entry that is only skipped has to be unpacked as well: a block with a giant in front is not gone through.
    let most = inspector.most.file_bytes;
    let mut left = most as u64;
    let _ = BlockDecoder::new(1, block, archive, password, &mut source).for_each_entries(&mut |entry, reader| {
        let Some(rest) = left.checked_sub(entry.size) else { return Ok(false) };
        left = rest;
        let kind = kind::kind(None, &entry.name, "");
        let open = !entry.is_directory && inspector.wants(kind);
        if open && let Some((bytes, _)) = inspector.unpack(reader, most) {
            inspector.child(file, &entry.name, &bytes, inside);
        }
        Ok(!inspector.exhausted())
    });
}

/// The coders of a block ask for memory and work within reason.
fn modest(archive: &Archive, block: usize) -> bool {
    archive.blocks.get(block).is_some_and(|block| {
        block.coders.iter().all(|coder| coder_is_modest(coder.encoder_method_id(), coder.properties()))
    })
}

fn coder_is_modest(id: &[u8], properties: &[u8]) -> bool {
    match id {
        AES => properties.first().is_some_and(|first| first & 0x3f <= ROUNDS),
        LZMA => properties
            .get(1..5)
            .and_then(|four| four.try_into().ok())
            .is_some_and(|four| u32::from_le_bytes(four) <= DICTIONARY),
        // The byte says half of a power of two, in steps of a half: 28 is 64 MiB.
        LZMA2 => properties.first().is_some_and(|size| *size <= 28),
        _ => true,
    }
}

/// A reader over the header (7zFormat.txt).
struct Header<'a>(&'a [u8]);

impl<'a> Header<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn byte(&mut self) -> Option<u8> {
        self.take(1)?.first().copied()
    }

    /// A number: the leading ones of its first byte count the bytes that follow.
    fn number(&mut self) -> Option<u64> {
        let first = self.byte()?;
        let more = first.leading_ones() as usize;
        let rest = self.take(more)?;
        let low = rest.iter().rev().fold(0_u64, |value, byte| value << 8 | u64::from(*byte));
        let high = if more >= 7 { 0 } else { u64::from(first & (0x7f >> more)) };
        Some(low | high.checked_shl(8 * more as u32).unwrap_or_default())
    }
}

/// Checks what the crate would believe; whether the header is encrypted, and its size. `None` where it asks for too much.
fn checked(bytes: &[u8]) -> Option<(bool, u64)> {
    let number = |at: usize| bytes.get(at..at + 8)?.try_into().ok().map(u64::from_le_bytes);
    // Without a check sum the crate would search for a header: such an archive is damaged on purpose or by accident.
    if bytes.get(8..12)? == [0; 4] {
        return None;
    }
    let start = usize::try_from(number(12)?.checked_add(32)?).ok()?;
    let end = start.checked_add(usize::try_from(number(20)?).ok()?)?;
    let mut header = Header(bytes.get(start..end)?);
    let size = header.0.len() as u64;
    if header.byte()? != 0x17 {
        return (size <= HEADER).then_some((false, size));
    }
    let mut next = header.byte()?;
    if next == 0x06 {
        header.number()?;
        let streams = header.number()?;
        next = header.byte()?;
        if next == 0x09 {
            for _ in 0..streams.min(64) {
                header.number()?;
            }
            next = header.byte()?;
        }
        if next == 0x0a {
            if header.byte()? == 0 {
                return None;
            }
            header.take(usize::try_from(streams.checked_mul(4)?).ok()?)?;
            next = header.byte()?;
        }
        if next != 0 || streams > 64 {
            return None;
        }
        next = header.byte()?;
    }
    if next != 0x07 || header.byte()? != 0x0b || header.number()? != 1 || header.byte()? != 0 {
        return None;
    }
    let coders = header.number()?;
    let mut locked = false;
    for _ in 0..coders.min(5) {
        let flags = header.byte()?;
        let id = header.take(usize::from(flags & 15))?;
        // One stream in and out, as the crate wants it for headers.
        if flags & 0x10 != 0 && (header.number()?, header.number()?) != (1, 1) {
            return None;
        }
        let length = if flags & 0x20 != 0 { header.number()? } else { 0 };
        let properties = header.take(usize::try_from(length).ok()?)?;
        locked |= id == AES;
        if !coder_is_modest(id, properties) {
            return None;
        }
    }
    for _ in 0..coders.checked_sub(1)?.min(4) {
        header.number()?;
        header.number()?;
    }
    if coders > 4 || header.byte()? != 0x0c {
        return None;
    }
    let mut size = 0;
    for _ in 0..coders {
        size = header.number()?.max(size);
    }
    (size <= HEADER).then_some((locked, size))
}

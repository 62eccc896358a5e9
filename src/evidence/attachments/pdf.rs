//! PDF (ISO 32000): what it does when it is opened, where its links lead, what it embeds. The file is read from its first
//! byte to its last, object streams unpacked within bounds, so that a forged table of contents hides nothing; only an
//! encrypted one goes through the crate, which knows the ciphers.

use flate2::read::ZlibDecoder;
use memchr::memmem;

use super::found::{FileKind, Inside, Trait};
use super::inspect::{File, Inspector, add, holds};
use super::sealed;

/// The most bytes of a stream that are unpacked.
const STREAM: usize = 4 * 1024 * 1024;
/// The most streams that are gone through.
const STREAMS: usize = 20_000;
/// The most names that are looked at.
const NAMES: usize = 2_000_000;
/// The most bytes of page content that are read for their words.
const CONTENT: usize = 512 * 1024;
/// The most bytes of strings that are read: a string that never ends would be read again from each of its names.
const STRINGS: usize = 16 * 1024 * 1024;
/// The most bytes that are searched for what references name: each is a search through a piece of the file.
const SEARCHED: usize = 32 * 1024 * 1024;
/// Fewer letters than this are hardly a word.
pub(super) const FEW_LETTERS: usize = 250;

/// What the names of a file add up to.
#[derive(Debug, Default)]
pub(super) struct Sums {
    pub(super) pages: u32,
    pub(super) fonts: u32,
    pub(super) pictures: u32,
    pub(super) letters: usize,
    pub(super) links: usize,
    pub(super) encrypted: bool,
    /// Content that could not be read for its words.
    pub(super) unread: bool,
    /// What was spent on strings.
    spent: Spent,
}

/// Bytes of strings that were read, and bytes that were searched for objects.
#[derive(Debug, Default)]
struct Spent {
    bytes: usize,
    searched: usize,
}

impl Spent {
    fn too_much(&self) -> bool {
        self.bytes > STRINGS || self.searched > SEARCHED
    }
}

/// Looks into a document.
pub(super) fn look(inspector: &mut Inspector<'_>, file: &File<'_>, inside: &mut Inside) {
    let mut sums = Sums::default();
    // The key stands in the trailer, which is never encrypted itself.
    if memmem::find(file.bytes, b"/Encrypt").is_some() {
        sums.encrypted = sealed::look(inspector, file, &mut sums, inside);
    }
    let mut rest = file.bytes;
    for _ in 0..STREAMS {
        if sums.encrypted {
            return total(file, &sums, inside);
        }
        let Some(piece) = next_stream(rest) else { break };
        names(inspector, file, piece.before, &mut sums, inside);
        stream(inspector, file, piece.dictionary, piece.data, &mut sums, inside);
        rest = piece.rest;
    }
    if next_stream(rest).is_some() {
        inspector.limits.insert("pdf: more streams than are read");
    }
    names(inspector, file, rest, &mut sums, inside);
    if sums.spent.too_much() {
        inspector.limits.insert("pdf: more strings and references than are read");
    }
    total(file, &sums, inside);
}

/// What follows from the sums.
fn total(file: &File<'_>, sums: &Sums, inside: &mut Inside) {
    if file.depth == 0 {
        inside.pages = (sums.pages > 0).then_some(sums.pages);
    }
    let readable = !sums.encrypted && !sums.unread;
    if readable && sums.pictures > 0 && sums.fonts == 0 {
        add(inside, Trait::PdfPictures, "", file.within);
    }
    let bare = readable && sums.letters < FEW_LETTERS;
    if (1..=2).contains(&sums.pages) && (1..=3).contains(&sums.links) && bare {
        add(inside, Trait::PdfOnlyLink, "", file.within);
    }
}

/// A stream and what stands around it.
struct Piece<'b> {
    before: &'b [u8],
    dictionary: &'b [u8],
    data: &'b [u8],
    rest: &'b [u8],
}

/// The next stream.
fn next_stream(bytes: &[u8]) -> Option<Piece<'_>> {
    let mut from = 0;
    loop {
        let at = from + memmem::find(bytes.get(from..)?, b"stream")?;
        let behind = bytes.get(at + 6..)?;
        let ends = at >= 3 && bytes.get(at - 3..at) == Some(b"end");
        let starts = behind.starts_with(b"\n") || behind.starts_with(b"\r");
        if ends || !starts {
            from = at + 6;
            continue;
        }
        let before = bytes.get(..at)?;
        let object = memmem::rfind(before.get(before.len().saturating_sub(8192)..)?, b"obj");
        let dictionary =
            object.map_or(before, |object| before.get(before.len().saturating_sub(8192) + object..).unwrap_or(before));
        let data = behind.strip_prefix(b"\r\n").or_else(|| behind.get(1..))?;
        let end = memmem::find(data, b"endstream").unwrap_or(data.len());
        let (data, rest) = data.split_at_checked(end)?;
        return Some(Piece { before, dictionary, data, rest: rest.get(9..).unwrap_or_default() });
    }
}

fn stream(
    inspector: &mut Inspector<'_>,
    file: &File<'_>,
    dictionary: &[u8],
    data: &[u8],
    sums: &mut Sums,
    inside: &mut Inside,
) {
    let names = NameSet::of(dictionary);
    if names.has(b"XRef") {
        return;
    }
    let packed = names.has(b"FlateDecode") || names.has(b"Fl");
    let other = [&b"LZWDecode"[..], b"ASCII85Decode", b"ASCIIHexDecode", b"RunLengthDecode", b"A85", b"AHx"];
    let filtered = other.iter().any(|name| names.has(name));
    let mut unpack = |limit: usize| {
        if packed {
            inspector.unpack(&mut ZlibDecoder::new(data), limit).map(|(bytes, _)| bytes)
        } else {
            Some(data.to_vec())
        }
    };
    if names.has(b"ObjStm") {
        match unpack(STREAM).filter(|_| !filtered) {
            Some(bytes) => self::names(inspector, file, &bytes, sums, inside),
            None => sums.unread = true,
        }
    } else if names.has(b"EmbeddedFile") {
        let bytes = unpack(STREAM).unwrap_or_default();
        add(inside, Trait::PdfFile, super::kind::detect(&bytes).unwrap_or_default(), file.within);
        inspector.child(file, "embedded file", &bytes, inside);
    } else if names.has(b"JavaScript") || names.has(b"JS") {
        add(inside, Trait::PdfScript, "", file.within);
    } else if !names.has(b"Image") && !names.has(b"Metadata") && !names.has(b"Length1") && !names.has(b"FontFile3") {
        // What is left are pages, forms and character maps: only words on pages count.
        let is_font =
            ["CIDFontType0C", "Type1C", "CMap", "OpenType", "Pattern"].iter().any(|name| names.has(name.as_bytes()));
        if is_font || names.has(b"FunctionType") || names.has(b"ShadingType") {
            return;
        }
        if filtered {
            sums.unread = true;
        } else if sums.letters < FEW_LETTERS
            && let Some(bytes) = unpack(CONTENT)
        {
            sums.letters += letters(&bytes);
        }
    }
}

/// The names in a dictionary.
struct NameSet<'a>(Vec<&'a [u8]>);

impl<'a> NameSet<'a> {
    fn of(dictionary: &'a [u8]) -> Self {
        let names = memchr::memchr_iter(b'/', dictionary)
            .take(500)
            .map(|at| raw_name(dictionary.get(at + 1..).unwrap_or_default()));
        Self(names.collect())
    }

    fn has(&self, name: &[u8]) -> bool {
        self.0.contains(&name)
    }
}

/// The bytes of a name behind its slash.
fn raw_name(rest: &[u8]) -> &[u8] {
    let rest = rest.get(..128).unwrap_or(rest);
    let end = rest.iter().position(|byte| ENDS_NAME.get(usize::from(*byte)) == Some(&true)).unwrap_or(rest.len());
    rest.get(..end).unwrap_or_default()
}

/// The bytes that end a name: blanks, NUL and delimiters.
static ENDS_NAME: [bool; 256] = {
    let mut ends = [false; 256];
    let mut rest: &[u8] = b" \t\n\x0c\r\0()<>[]{}/%";
    while let [byte, behind @ ..] = rest {
        #[allow(clippy::indexing_slicing, reason = "a table of all bytes")]
        {
            ends[*byte as usize] = true;
        }
        rest = behind;
    }
    ends
};

/// How many letters a page shows: what stands in the strings of its text operators, in bytes.
fn letters(content: &[u8]) -> usize {
    let mut shown = 0;
    let mut text = false;
    let mut at = 0;
    // Behind the last one no string ends: it would be searched for from each of its beginnings.
    let last = memchr::memrchr(b'>', content).unwrap_or(0);
    while let Some(byte) = content.get(at).copied() {
        match byte {
            b'(' => {
                let (_, length) = literal(content.get(at..).unwrap_or_default());
                shown += if text { length.saturating_sub(2) } else { 0 };
                at += length.max(1);
                continue;
            }
            b'<' if text && at < last && content.get(at + 1) != Some(&b'<') => {
                let length = memchr::memchr(b'>', content.get(at..).unwrap_or_default()).unwrap_or(1);
                // Fonts with two bytes a letter are the rule here.
                shown += length / 4;
                at += length.max(1);
                continue;
            }
            b'B' if content.get(at..at + 2) == Some(b"BT") => text = true,
            b'E' if content.get(at..at + 2) == Some(b"ET") => text = false,
            _ => {}
        }
        at += 1;
    }
    shown
}

/// A literal string from its parenthesis on: its bytes, and how many the whole takes.
fn literal(rest: &[u8]) -> (Vec<u8>, usize) {
    let mut out = Vec::new();
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(byte) = rest.get(at).copied() {
        at += 1;
        match byte {
            b'\\' => {
                let digits = rest
                    .get(at..)
                    .unwrap_or_default()
                    .iter()
                    .take(3)
                    .take_while(|byte| matches!(byte, b'0'..=b'7'))
                    .count();
                if digits > 0 {
                    let octal = rest.get(at..at + digits).unwrap_or_default();
                    out.push(octal.iter().fold(0_u8, |value, digit| value.wrapping_mul(8).wrapping_add(digit - b'0')));
                    at += digits;
                } else {
                    match rest.get(at) {
                        Some(b'\n' | b'\r') | None => {}
                        Some(b'n') => out.push(b'\n'),
                        Some(b'r') => out.push(b'\r'),
                        Some(b't') => out.push(b'\t'),
                        Some(other) => out.push(*other),
                    }
                    at += 1;
                }
            }
            b'(' => {
                depth += 1;
                if depth > 1 {
                    out.push(byte);
                }
            }
            b')' => {
                depth -= 1;
                if depth == 0 {
                    break;
                }
                out.push(byte);
            }
            _ => out.push(byte),
        }
        if at > 64 * 1024 {
            break;
        }
    }
    (out, at)
}

/// The string that stands next, literal or hexadecimal, as text.
fn string(rest: &[u8], spent: &mut Spent) -> Option<String> {
    let rest = rest.get(..64 * 1024).unwrap_or(rest).trim_ascii_start();
    if spent.too_much() {
        return None;
    }
    let bytes = match rest.first()? {
        b'(' => {
            let (bytes, length) = literal(rest);
            spent.bytes += length;
            bytes
        }
        b'<' if rest.get(1) != Some(&b'<') => {
            let window = rest.get(..32 * 1024).unwrap_or(rest);
            let end = memchr::memchr(b'>', window);
            spent.bytes += end.unwrap_or(window.len());
            let end = end?;
            let digits: Vec<u8> = rest
                .get(1..end)?
                .iter()
                .filter_map(|byte| (*byte as char).to_digit(16).map(|digit| digit as u8))
                .collect();
            digits
                .chunks(2)
                .map(|pair| pair.iter().fold(0, |value, digit| value << 4 | digit) << (4 * (2 - pair.len())))
                .collect()
        }
        _ => return None,
    };
    Some(text(&bytes))
}

/// A text string: UTF-16 with its mark, UTF-8, or single bytes.
pub(super) fn text(bytes: &[u8]) -> String {
    match bytes {
        [0xfe, 0xff, rest @ ..] => encoding_rs::UTF_16BE.decode(rest).0.into_owned(),
        [0xff, 0xfe, rest @ ..] => encoding_rs::UTF_16LE.decode(rest).0.into_owned(),
        _ => crate::message::text_of(bytes),
    }
}

/// Goes through the names of a piece of the file.
fn names(inspector: &mut Inspector<'_>, file: &File<'_>, bytes: &[u8], sums: &mut Sums, inside: &mut Inside) {
    let mut before: Vec<u8> = Vec::new();
    for at in memchr::memchr_iter(b'/', bytes).take(NAMES) {
        let raw = raw_name(bytes.get(at + 1..).unwrap_or_default());
        let rest = bytes.get(at + 1 + raw.len()..).unwrap_or_default();
        // `/J#61vaScript` is `/JavaScript`.
        let plain = if raw.contains(&b'#') { unescaped(raw) } else { raw.to_vec() };
        name(inspector, file, &before, &plain, rest, bytes, sums, inside);
        before = plain;
    }
}

fn unescaped(raw: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((&first, behind)) = rest.split_first() {
        let digit = |at: usize| behind.get(at).and_then(|byte| (*byte as char).to_digit(16));
        if first == b'#'
            && let (Some(high), Some(low)) = (digit(0), digit(1))
        {
            out.push((high * 16 + low) as u8);
            rest = behind.get(2..).unwrap_or_default();
        } else {
            out.push(first);
            rest = behind;
        }
    }
    out
}

/// One name, with the one before it and what follows.
#[expect(clippy::too_many_arguments, reason = "a table of names, each of which needs something else")]
fn name(
    inspector: &mut Inspector<'_>,
    file: &File<'_>,
    before: &[u8],
    name: &[u8],
    rest: &[u8],
    bytes: &[u8],
    sums: &mut Sums,
    inside: &mut Inside,
) {
    let spent = &mut sums.spent;
    let mut note = |what: Trait, detail: &str| add(inside, what, detail, file.within);
    match (before, name) {
        (b"Type", b"Page") => sums.pages = sums.pages.saturating_add(1),
        (b"Type", b"Font") | (_, b"BaseFont") => sums.fonts = sums.fonts.saturating_add(1),
        (b"Subtype", b"Image") => sums.pictures = sums.pictures.saturating_add(1),
        (_, b"URI") => {
            let target = string(rest, spent).or_else(|| referred(rest, bytes, spent));
            if let Some(target) = target.filter(|target| names_a_place(target)) {
                sums.links += 1;
                inspector.link(&target, None);
            }
        }
        (_, b"JS") | (b"S", b"JavaScript") => {
            let script = string(rest, spent).unwrap_or_default();
            for (raw, _) in crate::evidence::links::urls_in(&script) {
                inspector.link(raw, None);
            }
            note(Trait::PdfScript, &script);
        }
        (_, b"OpenAction") if !rest.trim_ascii_start().starts_with(b"[") => note(Trait::PdfOpenAction, ""),
        (_, b"AA") => note(Trait::PdfOpenAction, "AA"),
        (b"S", b"Launch") => {
            let target = near(rest, b"/F", spent).or_else(|| near(rest, b"/Win", spent)).unwrap_or_default();
            note(Trait::PdfLaunch, &target);
        }
        (b"S", b"SubmitForm") => {
            let target = near(rest, b"/F", spent).unwrap_or_default();
            if target.contains(':') {
                sums.links += 1;
                inspector.link(&target, None);
            }
            note(Trait::PdfSubmit, &target);
        }
        (b"S", b"GoToR" | b"GoToE" | b"ImportData") => {
            let target = near(rest, b"/F", spent).unwrap_or_default();
            if target.contains("://") || target.starts_with("\\\\") {
                inspector.link(&target, None);
            }
            note(Trait::PdfRemote, &target);
        }
        (b"Type", b"Filespec") => {
            if let Some(name) = near(rest, b"/UF", spent).or_else(|| near(rest, b"/F", spent)) {
                let kind = super::kind::kind(None, &name, "");
                note(Trait::PdfFile, &name);
                if kind != FileKind::Unknown {
                    holds(file, kind, &name, inside);
                }
            }
        }
        (_, b"XFA") => note(Trait::PdfXfa, ""),
        _ => {}
    }
}

/// The text can be an address: what a cipher left of one cannot.
pub(super) fn names_a_place(target: &str) -> bool {
    target.contains(['.', ':', '/']) && !target.contains(|letter: char| letter.is_control() || letter == '\u{fffd}')
}

/// The string behind a key in the next bytes.
fn near(rest: &[u8], key: &[u8], spent: &mut Spent) -> Option<String> {
    let window = rest.get(..512).unwrap_or(rest);
    memmem::find_iter(window, key).take(8).find_map(|at| string(window.get(at + key.len()..)?, spent))
}

/// The string of the object that a reference names: `12 0 R`.
fn referred(rest: &[u8], bytes: &[u8], spent: &mut Spent) -> Option<String> {
    let text =
        std::str::from_utf8(rest.get(..24).unwrap_or(rest).trim_ascii_start().split(|byte| *byte == b'R').next()?)
            .ok()?;
    let mut words = text.split_ascii_whitespace();
    let (number, generation): (u32, u16) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
    if spent.too_much() {
        return None;
    }
    let head = format!("\n{number} {generation} obj");
    let at = memmem::find(bytes, head.as_bytes());
    spent.searched += at.unwrap_or(bytes.len());
    let at = at?;
    string(bytes.get(at + head.len()..)?, spent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_read_as_the_standard_says() {
        for (raw, expected) in [
            (&b"(http://a.example/x)"[..], "http://a.example/x"),
            (b" (a\\(b\\)c(d)e)", "a(b)c(d)e"),
            (b"(\\150i\\\n!)", "hi!"),
            (b"<68 69>", "hi"),
            (b"<FEFF00680069>", "hi"),
        ] {
            assert_eq!(string(raw, &mut Spent::default()).as_deref(), Some(expected));
        }
        assert_eq!(string(b"12 0 R", &mut Spent::default()), None);
        assert_eq!(unescaped(b"J#61vaScript"), b"JavaScript");
        assert_eq!(letters(b"BT /F1 12 Tf (Hello) Tj ET (no text) BT [(wor) 3 (ld)] TJ ET"), 10);
    }

    #[test]
    fn strings_without_end_and_references_to_nothing_are_not_read_again_and_again() {
        for piece in [&b"/URI ("[..], b"/JS <41", b"/URI 7 0 R ", b"/S /Launch /F ("] {
            let bytes = piece.repeat(1024 * 1024 / piece.len());
            let file = File {
                name: "a.pdf",
                bytes: &bytes,
                kind: FileKind::Pdf,
                detected: None,
                within: None,
                depth: 0,
                links_known: false,
            };
            let mut inspector = Inspector::new("", "", &crate::message::Limits::DEFAULT);
            let started = std::time::Instant::now();
            look(&mut inspector, &file, &mut Inside::default());
            assert!(started.elapsed().as_secs() < 20, "{piece:?}: {:?}", started.elapsed());
            assert!(inspector.limits.contains("pdf: more strings and references than are read"), "{piece:?}");
        }
        assert_eq!(letters(&[b"BT ", b"<".repeat(2 * 1024 * 1024).as_slice()].concat()), 0);
    }
}

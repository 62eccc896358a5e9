//! PDF (ISO 32000): what it does when it is opened, where its links lead, what it embeds. The file is read from its first
//! byte to its last, object streams unpacked within bounds, so that a forged table of contents hides nothing; only an
//! encrypted one goes through the crate, which knows the ciphers.

use flate2::read::ZlibDecoder;
use memchr::memmem;

use super::found::{FileKind, Inside, Trait};
use super::inspect::{File, Inspector, add, holds};
use super::sealed;
use crate::text::Words;
use strings::{Spent, letters, near, raw_name, referred, shown, string, unescaped};

pub(super) mod pictures;
mod strings;

pub(super) use strings::text;

/// The most bytes of a stream that are unpacked.
const STREAM: usize = 4 * 1024 * 1024;
/// The most names that are looked at.
const NAMES: usize = 2_000_000;
/// The most bytes of page content that are read for their words.
const CONTENT: usize = 512 * 1024;
/// Told where they are spent.
const TOO_MUCH_TEXT: Words = Words::new(
    "pdf: more text of pages than is searched for links",
    "PDF：ページの本文が長く、一部だけでリンクを探しました",
);
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
    /// Bytes of page content that were searched for links.
    pub(super) searched: usize,
    /// What was spent on strings.
    spent: Spent,
}

/// Looks into a document.
pub(super) fn look(inspector: &mut Inspector<'_>, file: &File<'_>, inside: &mut Inside) {
    let mut sums = Sums::default();
    // The key stands in the trailer, which is never encrypted itself.
    if memmem::find(file.bytes, b"/Encrypt").is_some() {
        sums.encrypted = sealed::look(inspector, file, &mut sums, inside);
    }
    let mut rest = file.bytes;
    for _ in 0..inspector.most.pdf_streams {
        if sums.encrypted {
            return total(file, &sums, inside);
        }
        let Some(piece) = next_stream(rest) else { break };
        names(inspector, file, piece.before, &mut sums, inside);
        stream(inspector, file, piece.dictionary, piece.data, &mut sums, inside);
        rest = piece.rest;
    }
    if next_stream(rest).is_some() {
        inspector
            .limits
            .hit(Words::new("pdf: more streams than are read", "PDF：ストリームが多く、一部だけを読みました"));
    }
    names(inspector, file, rest, &mut sums, inside);
    if sums.spent.too_much() {
        inspector.limits.hit(Words::new(
            "pdf: more strings and references than are read",
            "PDF：文字列や参照が多く、一部だけを読みました",
        ));
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
    if names.has(b"Image") && !names.has(b"ObjStm") && !names.has(b"EmbeddedFile") {
        return pictures::look(inspector, &pictures::Head::of(dictionary, &names.0), data);
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
    } else if !names.has(b"Metadata") && !names.has(b"Length1") && !names.has(b"FontFile3") {
        // What is left are pages, forms and character maps: only words on pages count.
        let is_font =
            ["CIDFontType0C", "Type1C", "CMap", "OpenType", "Pattern"].iter().any(|name| names.has(name.as_bytes()));
        if is_font || names.has(b"FunctionType") || names.has(b"ShadingType") {
            return;
        }
        sums.unread |= filtered;
        if sums.searched >= inspector.most.pdf_bytes {
            inspector.limits.hit(TOO_MUCH_TEXT);
        } else if let Some(bytes) = pictures::unfiltered(inspector, &names.0, data, CONTENT) {
            sums.searched += bytes.len();
            if bytes.len() >= CONTENT {
                inspector.limits.hit(TOO_MUCH_TEXT);
            }
            if !filtered && sums.letters < FEW_LETTERS {
                sums.letters += letters(&bytes);
            }
            // Programs of pages only show strings, maps of characters hold as many.
            if memmem::find(&bytes, b"Tj").or_else(|| memmem::find(&bytes, b"TJ")).is_some() {
                let text = shown(&bytes);
                inspector.links_of(&text);
                inspector.says(&text);
            }
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
            for (raw, _) in crate::evidence::links::urls_in(&script, &inspector.most) {
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

#[cfg(test)]
mod tests {
    use super::*;

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

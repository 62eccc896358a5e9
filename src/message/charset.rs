//! Bytes to Unicode: header bytes above 127, and bodies whose charset is missing or wrong.
//!
//! A declared charset is believed where the bytes fit it. Where none is declared, the order is UTF-8, ISO-2022-JP by
//! its escapes, EUC-JP, Shift_JIS, windows-1252. Nothing here fails: what fits nothing is replaced.

use std::borrow::Cow;

use encoding_rs::{EUC_JP, Encoding, SHIFT_JIS};
use mail_parser::Charset;
use memchr::memmem;

/// What the rest of the message says about its charset.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Hint(Option<Charset>);

impl Hint {
    /// From a charset label as declared, unknown labels ignored.
    pub(super) fn from_label(label: Option<&str>) -> Self {
        Self(label.and_then(find))
    }
}

/// The charset for a label; knows the Japanese vendor names that the WHATWG list lacks.
pub(super) fn find(label: &str) -> Option<Charset> {
    let label = label.trim();
    Charset::from_label(label.as_bytes()).or_else(|| {
        let lower = label.get(..24).unwrap_or(label).to_ascii_lowercase();
        let usual: &[u8] = match lower.as_str() {
            "cp932" | "ibm932" | "x-ms-cp932" | "ms_kanji" | "shift-jis" | "x-sjis-jp" => b"shift_jis",
            "eucjp" | "euc_jp" | "eucjp-ms" | "eucjp-win" | "cp51932" | "x-eucjp" => b"euc-jp",
            "iso2022jp" | "iso-2022-jp-1" | "iso-2022-jp-2" | "iso-2022-jp-3" | "iso-2022-jp-ms" | "jis"
            | "cp50220" | "cp50221" | "cp50222" => b"iso-2022-jp",
            "utf8mb4" | "utf_8" | "unicode-1-1-utf-8" => b"utf-8",
            "cp936" | "gb-2312" => b"gbk",
            _ => return None,
        };
        Charset::from_label(usual)
    })
}

/// Header or body bytes as text; false where they are neither ASCII nor UTF-8 and had to be read by a guess.
pub(super) fn bytes_to_text(bytes: &[u8], hint: Hint) -> (Cow<'_, str>, bool) {
    shown_by(bytes, hint).unwrap_or_else(|| (Charset::Windows1252.decode(bytes), false))
}

/// [`bytes_to_text`]; `None` where nothing better is left than windows-1252.
pub(super) fn shown_by(bytes: &[u8], hint: Hint) -> Option<(Cow<'_, str>, bool)> {
    match simdutf8::basic::from_utf8(bytes) {
        Ok(text) if !has_escape(bytes) => Some((Cow::Borrowed(text), true)),
        Ok(text) => Some((iso_2022_jp(bytes).map_or(Cow::Borrowed(text), Cow::Owned), true)),
        Err(_) => guess(bytes, hint).map(|text| (Cow::Owned(text), false)),
    }
}

fn has_escape(bytes: &[u8]) -> bool {
    memchr::memchr(0x1b, bytes).is_some()
        && (memmem::find(bytes, b"\x1b$").is_some() || memmem::find(bytes, b"\x1b(").is_some())
}

/// Reads bytes by ISO-2022-JP where their escapes make sense.
fn iso_2022_jp(bytes: &[u8]) -> Option<String> {
    let bytes = without_idle_escapes(bytes);
    let (text, malformed) = Charset::from_label(b"iso-2022-jp")?.decode_checked(&bytes);
    (!malformed).then(|| text.into_owned())
}

/// Reads bytes in a charset; never fails.
pub(super) fn decode(charset: Charset, bytes: &[u8]) -> String {
    if bytes.contains(&0x1b) && Charset::from_label(b"iso-2022-jp") == Some(charset) {
        return charset.decode(&without_idle_escapes(bytes)).into_owned();
    }
    charset.decode(bytes).into_owned()
}

/// Takes out escapes of ISO-2022-JP that another one follows at once. Mailers write them at every end of an encoded word
/// and line; the web's decoder takes each for an attack and puts a replacement character in its place.
fn without_idle_escapes(bytes: &[u8]) -> Cow<'_, [u8]> {
    let escape = |at: usize| -> Option<usize> {
        match bytes.get(at..at + 3)? {
            [0x1b, b'(', b'B' | b'J' | b'I'] | [0x1b, b'$', b'@' | b'B'] => Some(3),
            [0x1b, b'$', b'('] if bytes.get(at + 3) == Some(&b'D') => Some(4),
            _ => None,
        }
    };
    let mut out: Option<Vec<u8>> = None;
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        if *byte == 0x1b
            && let Some(length) = escape(at)
            && escape(at + length).is_some()
        {
            out.get_or_insert_with(|| bytes.get(..at).unwrap_or_default().to_vec());
            at += length;
            continue;
        }
        if let Some(out) = &mut out {
            out.push(*byte);
        }
        at += 1;
    }
    out.map_or(Cow::Borrowed(bytes), Cow::Owned)
}

/// Reads bytes that are no UTF-8; `None` where they show no other charset than windows-1252.
fn guess(bytes: &[u8], hint: Hint) -> Option<String> {
    // They are no UTF-8, whoever says so.
    if let Some(charset) = hint.0.filter(|charset| *charset != Charset::Utf8) {
        let (text, malformed) = charset.decode_checked(bytes);
        if !malformed {
            return Some(text.into_owned());
        }
    }
    if has_escape(bytes)
        && let Some(text) = iso_2022_jp(bytes)
    {
        return Some(text);
    }
    for (charset, encoding) in [(Charset::EucJp, EUC_JP), (Charset::ShiftJis, SHIFT_JIS)] {
        // Without replacement the first byte that does not fit ends it; a byte order mark rules over any charset.
        let text = match Encoding::for_bom(bytes) {
            Some(_) => Some(charset.decode_checked(bytes)).filter(|(_, malformed)| !malformed).map(|(text, _)| text),
            None => encoding.decode_without_bom_handling_and_without_replacement(bytes),
        };
        if let Some(text) = text.filter(|text| reads_as_japanese(text)) {
            return Some(text.into_owned());
        }
    }
    // Mostly UTF-8 with a few broken bytes stays UTF-8; one cut character must not turn a page into mojibake.
    let (whole, broken) = as_utf8(bytes);
    (whole > broken * 2).then(|| String::from_utf8_lossy(bytes).into_owned())
}

/// How many characters beyond ASCII are whole when the bytes are read as UTF-8, and how many are broken or replaced.
fn as_utf8(bytes: &[u8]) -> (usize, usize) {
    const STRIDE: usize = 32;
    let (mut whole, mut broken) = (0, 0);
    let mut rest = bytes;
    loop {
        while let Some((_, behind)) = rest.split_at_checked(STRIDE).filter(|(window, _)| window.is_ascii()) {
            rest = behind;
        }
        let Some(start) = rest.iter().position(|byte| !byte.is_ascii()) else { return (whole, broken) };
        rest = rest.get(start..).unwrap_or_default();
        let length = rest.iter().position(u8::is_ascii).unwrap_or(rest.len());
        let (run, behind) = rest.split_at_checked(length).unwrap_or((rest, &[]));
        rest = behind;
        // One alone, as accents stand in western text, is never whole.
        if run.len() == 1 {
            broken += 1;
            continue;
        }
        for chunk in run.utf8_chunks() {
            for letter in chunk.valid().chars() {
                if letter == char::REPLACEMENT_CHARACTER {
                    broken += 1;
                } else {
                    whole += 1;
                }
            }
            broken += usize::from(!chunk.invalid().is_empty());
        }
    }
}

/// A western word with one accent also decodes as a lone kanji; Japanese has kana, or runs of its characters.
fn reads_as_japanese(text: &str) -> bool {
    let (mut kana, mut lone, mut wide, mut run) = (0_usize, 0_usize, 0_usize, 0_usize);
    let mut halfwidth = 0_usize;
    for letter in text.chars().chain(std::iter::once('.')) {
        if letter.is_ascii() {
            if run == 1 {
                lone += 1;
            }
            run = 0;
            continue;
        }
        run += 1;
        wide += 1;
        match letter {
            '\u{3041}'..='\u{30fe}' => kana += 1,
            '\u{ff61}'..='\u{ff9f}' => halfwidth += 1,
            _ => {}
        }
    }
    wide > 0 && halfwidth * 2 <= wide && (kana > 0 || lone == 0)
}

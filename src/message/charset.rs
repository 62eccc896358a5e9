//! Bytes to Unicode: header bytes above 127, and bodies whose charset is missing or wrong.
//!
//! A declared charset is believed where the bytes fit it. Where none is declared, the order is UTF-8, ISO-2022-JP by
//! its escapes, EUC-JP, Shift_JIS, windows-1252. Nothing here fails: what fits nothing is replaced.

use std::borrow::Cow;

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
    match std::str::from_utf8(bytes) {
        Ok(text) if !has_escape(bytes) => (Cow::Borrowed(text), true),
        Ok(text) => (iso_2022_jp(bytes).map_or(Cow::Borrowed(text), Cow::Owned), true),
        Err(_) => (Cow::Owned(guess(bytes, hint)), false),
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

/// Reads bytes that are no UTF-8.
pub(super) fn guess(bytes: &[u8], hint: Hint) -> String {
    if let Some(charset) = hint.0 {
        let (text, malformed) = charset.decode_checked(bytes);
        if !malformed {
            return text.into_owned();
        }
    }
    if has_escape(bytes)
        && let Some(text) = iso_2022_jp(bytes)
    {
        return text;
    }
    for label in [&b"euc-jp"[..], b"shift_jis"] {
        let Some(charset) = Charset::from_label(label) else { continue };
        let (text, malformed) = charset.decode_checked(bytes);
        if !malformed && reads_as_japanese(&text) {
            return text.into_owned();
        }
    }
    // Mostly UTF-8 with a few broken bytes stays UTF-8; one cut character must not turn a page into mojibake.
    let lossy = String::from_utf8_lossy(bytes);
    let broken = lossy.matches(char::REPLACEMENT_CHARACTER).count();
    let whole = lossy.chars().filter(|letter| !letter.is_ascii()).count() - broken;
    if whole > broken * 2 {
        return lossy.into_owned();
    }
    Charset::from_label(b"windows-1252")
        .map_or_else(|| lossy.into_owned(), |charset| charset.decode(bytes).into_owned())
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

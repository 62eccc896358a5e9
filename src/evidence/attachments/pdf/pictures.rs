//! Pictures of a PDF (ISO 32000-1 section 8.9), for their QR codes: JPEG as it is, samples behind Flate, ASCII85 and
//! hexadecimal digits. What was packed by a fax or by JPEG 2000 is not read. Each picture counts as one of the mail, and
//! nothing is unpacked before it may be searched.

use flate2::read::ZlibDecoder;
use memchr::memmem;

use super::super::inspect::Inspector;
use crate::evidence::qr;

/// What a picture says of itself.
#[derive(Debug)]
pub(in crate::evidence::attachments) struct Head<'a> {
    samples: qr::Samples,
    /// Names of its dictionary, in order: the filters are among them.
    names: Vec<&'a [u8]>,
}

impl<'a> Head<'a> {
    /// From the bytes of its dictionary and the names in it.
    pub(super) fn of(dictionary: &[u8], names: &[&'a [u8]]) -> Self {
        let number = |key: &[u8]| number(dictionary, key);
        Self::new(names.to_vec(), number, number(b"Predictor").unwrap_or(1))
    }

    /// From its names and what asks for its numbers by their key.
    pub(in crate::evidence::attachments) fn new(
        names: Vec<&'a [u8]>,
        number: impl Fn(&[u8]) -> Option<usize>,
        predictor: usize,
    ) -> Self {
        let has = |name: &[u8]| names.contains(&name);
        let colors = if has(b"DeviceGray") || has(b"CalGray") || has(b"Indexed") {
            Some(1)
        } else if has(b"DeviceRGB") || has(b"CalRGB") {
            Some(3)
        } else {
            has(b"DeviceCMYK").then_some(4)
        };
        let side = |key: &[u8]| number(key).and_then(|side| u32::try_from(side).ok()).unwrap_or_default();
        let samples = qr::Samples {
            width: side(b"Width"),
            height: side(b"Height"),
            bits: number(b"BitsPerComponent").unwrap_or(1),
            colors,
            predictor,
        };
        Self { samples, names }
    }
}

/// The number behind a key; a reference to one is none.
fn number(dictionary: &[u8], key: &[u8]) -> Option<usize> {
    memmem::find_iter(dictionary, key).take(8).find_map(|at| {
        let key_starts = at.checked_sub(1).and_then(|before| dictionary.get(before)) == Some(&b'/');
        let rest = dictionary.get(at + key.len()..)?.trim_ascii_start();
        let length = rest.iter().take(8).take_while(|byte| byte.is_ascii_digit()).count();
        let digits = std::str::from_utf8(rest.get(..length)?).ok()?;
        key_starts.then_some(digits)?.parse().ok()
    })
}

/// Searches a picture for QR codes.
pub(in crate::evidence::attachments) fn look(inspector: &mut Inspector<'_>, head: &Head<'_>, data: &[u8]) {
    let jpeg = head.names.iter().any(|name| matches!(*name, b"DCTDecode" | b"DCT"));
    let wanted = if jpeg { inspector.pictures.any_left() } else { inspector.pictures.admits(&head.samples) };
    if !wanted {
        return;
    }
    let most = inspector.most.file_bytes;
    let Some(bytes) = unfiltered(inspector, &head.names, data, most) else { return };
    if jpeg {
        return inspector.picture(&bytes);
    }
    let found = qr::in_samples(&head.samples, &bytes);
    let part = inspector.part;
    inspector.codes.extend(found.into_iter().map(|text| (part, text)));
}

/// Takes the filters off, in their order; `None` where one is not known here.
pub(super) fn unfiltered(inspector: &mut Inspector<'_>, names: &[&[u8]], data: &[u8], limit: usize) -> Option<Vec<u8>> {
    let mut bytes: Option<Vec<u8>> = None;
    for name in names {
        let now = bytes.as_deref().unwrap_or(data);
        let next = match *name {
            b"FlateDecode" | b"Fl" => inspector.unpack(&mut ZlibDecoder::new(now), limit)?.0,
            b"ASCII85Decode" | b"A85" => base85(now),
            b"ASCIIHexDecode" | b"AHx" => hexadecimal(now),
            b"LZWDecode" | b"LZW" | b"RunLengthDecode" | b"RL" | b"CCITTFaxDecode" | b"CCF" | b"JBIG2Decode"
            | b"JPXDecode" | b"Crypt" => return None,
            _ => continue,
        };
        bytes = Some(next);
    }
    Some(bytes.unwrap_or_else(|| data.to_vec()))
}

/// ASCII85 (ISO 32000-1 section 7.4.3), up to its end mark or the first byte that does not belong.
pub(super) fn base85(data: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(data.len() / 5 * 4);
    let (mut group, mut count) = (0_u32, 0_usize);
    for byte in data.iter().filter(|byte| !byte.is_ascii_whitespace()) {
        match byte {
            b'z' if count == 0 => out.extend([0; 4]),
            b'!'..=b'u' => {
                group = group.wrapping_mul(85).wrapping_add(u32::from(byte - b'!'));
                count += 1;
                if count == 5 {
                    out.extend(group.to_be_bytes());
                    (group, count) = (0, 0);
                }
            }
            _ => break,
        }
    }
    if count > 1 {
        for _ in count..5 {
            group = group.wrapping_mul(85).wrapping_add(84);
        }
        out.extend(group.to_be_bytes().into_iter().take(count - 1));
    }
    out
}

/// Hexadecimal digits (ISO 32000-1 section 7.4.2).
fn hexadecimal(data: &[u8]) -> Vec<u8> {
    super::strings::digits(data.split(|byte| *byte == b'>').next().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_of_letters_are_undone() {
        assert_eq!(base85(b"87cURD]i,\"Ebo80~>"), b"Hello World!");
        assert_eq!(base85(b"z!!~>"), [0, 0, 0, 0, 0]);
        assert_eq!(hexadecimal(b"48 65 6C6c 6f7>"), b"Hellop");
        assert_eq!(number(b"<</ImageWidth 9/Width 300 /Height 12 0 R>>", b"Width"), Some(300));
    }
}

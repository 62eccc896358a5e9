//! Base64 (RFC 4648) as header fields and services want it. Writes only; nothing is read back.

const STANDARD: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const FOR_URLS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// With the usual letters and padding (section 4).
pub(crate) fn standard(bytes: &[u8]) -> String {
    let mut out = letters(bytes, STANDARD);
    while !out.len().is_multiple_of(4) {
        out.push('=');
    }
    out
}

/// With the letters for URLs, without padding (section 5).
pub(crate) fn for_urls(bytes: &[u8]) -> String {
    letters(bytes, FOR_URLS)
}

fn letters(bytes: &[u8], alphabet: &[u8; 64]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let mut three = [0_u8; 3];
        for (to, from) in three.iter_mut().zip(chunk) {
            *to = *from;
        }
        let [a, b, c] = three.map(u32::from);
        let bits = a << 16 | b << 8 | c;
        for at in 0..=chunk.len() {
            let six = bits >> (18 - 6 * at) & 63;
            out.push(alphabet.get(six as usize).map_or('A', |letter| char::from(*letter)));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vectors_of_the_standard_hold() {
        for (bytes, text) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(standard(bytes.as_bytes()), text);
            assert_eq!(for_urls(bytes.as_bytes()), text.trim_end_matches('='));
        }
        assert_eq!((standard(&[0xfb, 0xff]), for_urls(&[0xfb, 0xff])), ("+/8=".into(), "-_8".into()));
    }
}

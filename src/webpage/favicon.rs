//! The number by which search engines of hosts know the picture of a site: MurmurHash3 (x86, 32 bits) of its bytes in
//! base64 with line ends, as a signed number. Pure; two sites with the same picture have the same number.
//!
//! ```text
//! bytes -> base64, a line end after every 76 letters and at the end (RFC 2045) -> MurmurHash3_x86_32, seed 0 -> i32
//! ```

/// Letters of a line of base64 (RFC 2045 section 6.8).
const LINE_BYTES: usize = 57;

/// The number of a picture, as `http.favicon.hash` of Shodan has it.
pub(crate) fn favicon(bytes: &[u8]) -> i32 {
    let mut text = Vec::with_capacity(bytes.len() / 3 * 4 + bytes.len() / LINE_BYTES + 8);
    for line in bytes.chunks(LINE_BYTES) {
        for group in line.chunks(3) {
            text.extend(letters(group));
        }
        text.push(b'\n');
    }
    murmur3(&text, 0).cast_signed()
}

/// One to three bytes as four letters of base64 (RFC 4648 section 4).
fn letters(group: &[u8]) -> [u8; 4] {
    let at = |place: usize| u32::from(group.get(place).copied().unwrap_or_default());
    let bits = at(0) << 16 | at(1) << 8 | at(2);
    let letter = |place: usize| {
        if place > group.len() {
            return b'=';
        }
        match (bits >> (18 - 6 * place) & 63) as u8 {
            value @ 0..26 => b'A' + value,
            value @ 26..52 => b'a' + (value - 26),
            value @ 52..62 => b'0' + (value - 52),
            62 => b'+',
            _ => b'/',
        }
    };
    [letter(0), letter(1), letter(2), letter(3)]
}

/// MurmurHash3_x86_32 (Austin Appleby, public domain).
fn murmur3(bytes: &[u8], seed: u32) -> u32 {
    let mix = |word: u32| word.wrapping_mul(0xcc9e_2d51).rotate_left(15).wrapping_mul(0x1b87_3593);
    let (words, rest) = bytes.as_chunks::<4>();
    let mut hash = seed;
    for word in words {
        hash = (hash ^ mix(u32::from_le_bytes(*word))).rotate_left(13).wrapping_mul(5).wrapping_add(0xe654_6b64);
    }
    let last = rest.iter().rev().fold(0_u32, |word, byte| word << 8 | u32::from(*byte));
    hash ^= mix(last);
    hash ^= bytes.len() as u32;
    hash = (hash ^ hash >> 16).wrapping_mul(0x85eb_ca6b);
    hash = (hash ^ hash >> 13).wrapping_mul(0xc2b2_ae35);
    hash ^ hash >> 16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_gives_the_published_values() {
        // Ian Boyd's vectors, and those in the manual of the Python module.
        for (bytes, seed, hash) in [
            (&b""[..], 0, 0),
            (b"", 1, 0x514e_28b7),
            (b"", 0xffff_ffff, 0x81f1_6f39),
            (b"\xff\xff\xff\xff", 0, 0x7629_3b50),
            (b"\x21\x43\x65\x87", 0, 0xf55b_516b),
            (b"\x21\x43\x65\x87", 0x5082_edee, 0x2362_f9de),
            (b"\x21\x43\x65", 0, 0x7e4a_8634),
            (b"\x21\x43", 0, 0xa0f7_b07a),
            (b"\x21", 0, 0x7266_1cf4),
            (b"\0\0\0\0", 0, 0x2362_f9de),
            (b"\0\0\0", 0, 0x85f0_b427),
            (b"\0\0", 0, 0x30f4_c306),
            (b"\0", 0, 0x514e_28b7),
            (b"aaaa", 0x9747_b28c, 0x5a97_808a),
            (b"Hello, world!", 0x9747_b28c, 0x2488_4cba),
        ] {
            assert_eq!(murmur3(bytes, seed), hash, "{bytes:?} {seed:x}");
        }
        assert_eq!(murmur3(b"foo", 0).cast_signed(), -156_908_512);
        assert_eq!(murmur3(b"foo", 42).cast_signed(), -1_322_301_282);
    }

    #[test]
    fn a_picture_has_the_number_that_search_engines_give_it() {
        // Made with Python: mmh3.hash(base64.encodebytes(bytes)).
        let all: Vec<u8> = (0..=255).collect();
        for (bytes, number) in [
            (&b""[..], 0),
            (b"a", -316_242_180),
            (&all, -757_223_386),
            (&b"\0\0\x01\0".repeat(40), 359_394_935),
            (&[b'x'; 57], -419_094_338),
            (&[b'x'; 58], -160_383_347),
            (&[b'x'; 114], 1_609_114_011),
        ] {
            assert_eq!(favicon(bytes), number, "{} bytes", bytes.len());
        }
    }
}

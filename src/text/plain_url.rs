//! Addresses of the web that stand there as a browser would write them: so are nearly all, and they need no parser.
//!
//! ```text
//! https://www.example.com/a/b.html?x=1     scheme https, host www.example.com, the rest from the slash on
//! https://EXAMPLE.com/  https://192.0.2.1/  https://a.example/../b      none: a parser has to look at them
//! ```
//!
//! What is doubtful is refused. Never decodes, never allocates.

/// The longest host of a name (RFC 1035 section 2.3.4).
const HOST_BYTES: usize = 253;

/// An address in its three pieces.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PlainUrl<'a> {
    /// `http` or `https`.
    pub(crate) scheme: &'static str,
    /// A name in small letters, no address.
    pub(crate) host: &'a str,
    /// Path, query and fragment; may be empty or begin with `?` or `#`.
    pub(crate) rest: &'a str,
}

impl<'a> PlainUrl<'a> {
    /// The pieces of `raw`; `None` where a parser has to look at it.
    pub(crate) fn of(raw: &'a str) -> Option<Self> {
        let (scheme, behind) = match raw.strip_prefix("https://") {
            Some(behind) => ("https", behind),
            None => ("http", raw.strip_prefix("http://")?),
        };
        let length = host_length(behind.as_bytes())?;
        let (host, rest) = behind.split_at_checked(length)?;
        is_plain_rest(rest.as_bytes()).then_some(Self { scheme, host, rest })
    }
}

/// The length of a host that stands there, in small letters, and is a name: its last label starts with a letter.
fn host_length(bytes: &[u8]) -> Option<usize> {
    let (mut before, mut label) = (b'.', 0);
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'a'..=b'z' | b'0'..=b'9' => {}
            // Two dashes may announce letters of another script (`xn--`), two dots an empty label.
            b'-' if before != b'-' => {}
            b'.' if before != b'.' => label = at + 1,
            b'/' | b'?' | b'#' => return ends_as_a_name(bytes, label, at),
            _ => return None,
        }
        before = *byte;
    }
    ends_as_a_name(bytes, label, bytes.len())
}

fn ends_as_a_name(bytes: &[u8], label: usize, end: usize) -> Option<usize> {
    (bytes.get(label..end)?.first()?.is_ascii_lowercase() && end <= HOST_BYTES).then_some(end)
}

/// What a byte is in a path, query or fragment.
const PLAIN: [u8; 256] = {
    let mut kinds = [ODD; 256];
    let mut byte = 0x21;
    while byte < 0x7f {
        #[allow(clippy::indexing_slicing, reason = "a table of all bytes")]
        {
            kinds[byte] = match byte as u8 {
                // Escaped or turned in one of the three.
                b'"' | b'<' | b'>' | b'`' | b'{' | b'}' | b'\\' | b'\'' => ODD,
                b'.' => DOT,
                b'%' => PERCENT,
                _ => 0,
            };
        }
        byte += 1;
    }
    kinds
};
const ODD: u8 = 1;
const DOT: u8 = 2;
const PERCENT: u8 = 4;

/// A browser leaves the rest of the address as it is: nothing is to be escaped, and no segment is dots only.
pub(crate) fn is_plain_rest(rest: &[u8]) -> bool {
    rest.iter().enumerate().all(|(at, byte)| {
        let segment = |at: usize| at.checked_sub(1).is_none_or(|before| rest.get(before) == Some(&b'/'));
        match PLAIN.get(usize::from(*byte)) {
            Some(0) => true,
            Some(&DOT) => !segment(at),
            Some(&PERCENT) => !matches!(rest.get(at + 1..at + 3), Some([b'2', b'e' | b'E'])),
            _ => false,
        }
    })
}

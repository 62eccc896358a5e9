//! Cutting a stream into pieces of bounded size: lines, JSON objects, runs that may be address prefixes.
//!
//! A feed is hostile: it may have no line ends, a string of a gigabyte, or depth without end. Whatever is longer than a
//! piece may be is skipped and counted; nothing is held but the one piece.

use std::io::{self, BufRead};

/// The longest line or object.
pub(crate) const PIECE: usize = 32 * 1024;
/// The longest text of an address prefix.
const PREFIX: usize = 64;

/// What was left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Left {
    /// Pieces over the limit.
    pub(crate) long: u64,
}

/// Calls `each` with every line, without its end; false ends it.
pub(crate) fn lines(source: &mut dyn BufRead, mut each: impl FnMut(&[u8]) -> bool) -> io::Result<Left> {
    let mut left = Left::default();
    let mut line: Vec<u8> = Vec::with_capacity(1024);
    let mut long = false;
    loop {
        let chunk = source.fill_buf()?;
        if chunk.is_empty() {
            break;
        }
        let end = memchr::memchr2(b'\n', b'\r', chunk);
        let part = chunk.get(..end.unwrap_or(chunk.len())).unwrap_or_default();
        if line.len() + part.len() > PIECE {
            long = true;
            line.clear();
        }
        if !long {
            line.extend_from_slice(part);
        }
        let used = part.len() + usize::from(end.is_some());
        source.consume(used);
        if end.is_some() {
            left.long += u64::from(long);
            if !long && !line.is_empty() && !each(&line) {
                return Ok(left);
            }
            line.clear();
            long = false;
        }
    }
    left.long += u64::from(long);
    if !long && !line.is_empty() {
        each(&line);
    }
    Ok(left)
}

/// Calls `each` with every outermost JSON object: the items of an array, the lines of JSON lines. False ends it. What
/// stands between is not checked.
pub(crate) fn objects(source: &mut dyn BufRead, mut each: impl FnMut(&[u8]) -> bool) -> io::Result<Left> {
    let mut left = Left::default();
    let mut object: Vec<u8> = Vec::with_capacity(1024);
    let (mut depth, mut text, mut escaped, mut long) = (0_u64, false, false, false);
    loop {
        let chunk = source.fill_buf()?;
        if chunk.is_empty() {
            break;
        }
        let used = chunk.len();
        for byte in chunk.iter().copied() {
            let mut ended = false;
            if text {
                match byte {
                    _ if escaped => escaped = false,
                    b'\\' => escaped = true,
                    b'"' => text = false,
                    _ => {}
                }
            } else {
                match byte {
                    b'"' => text = true,
                    b'{' => depth += 1,
                    b'}' if depth > 0 => {
                        depth -= 1;
                        ended = depth == 0;
                    }
                    _ => {}
                }
            }
            if depth > 0 || ended {
                long |= object.len() >= PIECE;
                if !long {
                    object.push(byte);
                }
            }
            if ended {
                left.long += u64::from(long);
                if !long && !each(&object) {
                    return Ok(left);
                }
                object.clear();
                long = false;
            }
        }
        source.consume(used);
    }
    left.long += u64::from(depth > 0);
    Ok(left)
}

/// Calls `each` with every run of letters that address prefixes are written with and that has a dot or a colon in it.
/// Text behind `#` or `;` on its line is left out where `comments` says so. False ends it.
pub(crate) fn prefixes(source: &mut dyn BufRead, comments: bool, mut each: impl FnMut(&str) -> bool) -> io::Result<()> {
    let mut run: Vec<u8> = Vec::with_capacity(PREFIX);
    let (mut long, mut comment) = (false, false);
    loop {
        let chunk = source.fill_buf()?;
        let done = chunk.is_empty();
        let used = chunk.len();
        // The end of the stream ends the last run.
        for byte in chunk.iter().copied().chain(done.then_some(b'\n')) {
            let fits = byte.is_ascii_hexdigit() || matches!(byte, b'.' | b':' | b'/');
            if fits && !comment {
                long |= run.len() >= PREFIX;
                if !long {
                    run.push(byte);
                }
                continue;
            }
            let text = std::str::from_utf8(&run).unwrap_or_default();
            // The colon behind a name is not part of an address, but `::1` and `2001:db8::` are.
            let text = if text.contains("::") { text } else { text.trim_matches(':') };
            if !long && text.contains(['.', ':']) && !each(text) {
                return Ok(());
            }
            run.clear();
            long = false;
            comment = comments && (comment || matches!(byte, b'#' | b';')) && !matches!(byte, b'\n' | b'\r');
        }
        source.consume(used);
        if done {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::BufReader;

    /// A reader that hands out few bytes at a time, so that every piece is cut somewhere.
    fn slow(bytes: &[u8]) -> BufReader<&[u8]> {
        BufReader::with_capacity(7, bytes)
    }

    fn all_lines(bytes: &[u8]) -> (Vec<String>, u64) {
        let mut out = Vec::new();
        let left = lines(&mut slow(bytes), |line| {
            out.push(String::from_utf8_lossy(line).into_owned());
            true
        });
        (out, left.unwrap().long)
    }

    fn all_objects(bytes: &[u8]) -> (Vec<String>, u64) {
        let mut out = Vec::new();
        let left = objects(&mut slow(bytes), |line| {
            out.push(String::from_utf8_lossy(line).into_owned());
            true
        });
        (out, left.unwrap().long)
    }

    #[test]
    fn lines_end_as_every_system_ends_them_and_empty_ones_are_none() {
        assert_eq!(all_lines(b"one\r\ntwo\n\n\rthree").0, ["one", "two", "three"]);
        assert_eq!(all_lines(b"").0, [""; 0]);
    }

    #[test]
    fn a_line_without_end_is_counted_and_what_follows_is_read() {
        let mut bytes = vec![b'x'; PIECE * 3];
        bytes.extend_from_slice(b"\nshort\n");
        let (lines, long) = all_lines(&bytes);
        assert_eq!((lines, long), (vec!["short".to_owned()], 1));
        assert_eq!(all_lines(&vec![b'x'; PIECE * 2]), (Vec::new(), 1));
    }

    #[test]
    fn objects_are_found_in_arrays_lines_and_members() {
        let lines = br#"[{"a":1},{"b":"}{\"\\"}] {"c":[{"d":2},{}]}
{"f":4}"#;
        assert_eq!(all_objects(lines).0, [r#"{"a":1}"#, r#"{"b":"}{\"\\"}"#, r#"{"c":[{"d":2},{}]}"#, r#"{"f":4}"#]);
        for broken in [&b"}}}}"[..], b"{\"a", b"[[[[", b"\"", b"{{{{{"] {
            assert_eq!(all_objects(broken).0, [""; 0]);
        }
    }

    #[test]
    fn an_object_without_end_is_counted() {
        let mut bytes = b"[{\"a\":\"".to_vec();
        bytes.extend(vec![b'x'; PIECE * 2]);
        bytes.extend_from_slice(b"\"},{\"b\":1}]");
        assert_eq!(all_objects(&bytes), (vec![r#"{"b":1}"#.to_owned()], 1));
        // Depth costs nothing.
        assert_eq!(all_objects(&vec![b'{'; 1 << 20]).0, [""; 0]);
    }

    #[test]
    fn prefixes_are_found_wherever_they_stand() {
        let mut out = Vec::new();
        let text = r#"{"ip_prefix":"192.0.2.0/24", "x": ["2001:db8::/32","12:33"], a 198.51.100.7
# 203.0.113.1
::1"#;
        prefixes(&mut slow(text.as_bytes()), true, |one| {
            out.push(one.to_owned());
            true
        })
        .unwrap();
        assert_eq!(out, ["192.0.2.0/24", "2001:db8::/32", "12:33", "198.51.100.7", "::1"]);
        let mut count = 0;
        let endless = ".".repeat(100_000);
        prefixes(&mut slow(endless.as_bytes()), false, |_| {
            count += 1;
            true
        })
        .unwrap();
        assert_eq!(count, 0);
    }
}

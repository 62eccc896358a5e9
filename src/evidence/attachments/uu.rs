//! Files that stand in plain text, as mail carried them before MIME (POSIX `uuencode`, historical algorithm): some readers
//! still list them. Nothing that merely looks like the first line counts: the lines behind it have to have the length that
//! they say.
//!
//! ```text
//! begin 644 cat.txt
//! #0V%T
//! `
//! end
//! ```

use memchr::memmem;

use crate::message::Limits;

/// The most bytes of a name.
const NAME: usize = 255;
const BEGIN: &str = "begin ";

/// The files of a text with their names, and whether there are more than are read.
pub(super) fn files(text: &str, limits: &Limits) -> (Vec<(String, Vec<u8>)>, bool) {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(start) = begins(rest) {
        let (line, behind) = line(rest.get(start..).unwrap_or_default());
        rest = behind;
        let Some(name) = name(line) else { continue };
        let Some((bytes, left)) = decode(rest, limits.file_bytes) else { continue };
        if out.len() >= limits.text_files {
            return (out, true);
        }
        out.push((name.to_owned(), bytes));
        rest = left;
    }
    (out, false)
}

/// Where the next line stands that could begin a file.
fn begins(text: &str) -> Option<usize> {
    if text.starts_with(BEGIN) { Some(0) } else { memmem::find(text.as_bytes(), b"\nbegin ").map(|at| at + 1) }
}

/// The first line without its end, and what is behind it.
fn line(text: &str) -> (&str, &str) {
    let (line, behind) = text.split_once('\n').unwrap_or((text, ""));
    (line.strip_suffix('\r').unwrap_or(line), behind)
}

/// The name in `begin 644 name`, without the folders in front of it.
fn name(line: &str) -> Option<&str> {
    let (mode, name) = line.strip_prefix(BEGIN)?.split_once(' ')?;
    let is_mode = matches!(mode.len(), 3 | 4) && mode.bytes().all(|byte| matches!(byte, b'0'..=b'7'));
    let name = name.trim().rsplit(['/', '\\']).next().filter(|name| !name.is_empty() && is_mode)?;
    let end = (0..=NAME.min(name.len())).rev().find(|end| name.is_char_boundary(*end))?;
    name.get(..end)
}

/// The bytes of the lines up to `end`, and what is behind it. `None` where the first line is none; a file that is cut
/// short ends where it is.
fn decode(text: &str, most: usize) -> Option<(Vec<u8>, &str)> {
    let mut out: Vec<u8> = Vec::new();
    let mut rest = text;
    let mut lines = 0;
    while !rest.is_empty() {
        let (this, behind) = line(rest);
        if this.trim_end() == "end" {
            rest = behind;
            break;
        }
        let Some(wanted) = length(this) else { break };
        rest = behind;
        lines += 1;
        if out.len() >= most {
            continue;
        }
        let end = out.len() + wanted;
        let value = |byte: u8| byte.wrapping_sub(b' ') & 0x3f;
        for four in this.as_bytes().get(1..).unwrap_or_default().chunks(4) {
            // Blanks at the end of a line are lost on the way; they stand for zero.
            let [a, b, c, d] = [0, 1, 2, 3].map(|at| four.get(at).map_or(0, |byte| value(*byte)));
            out.extend([a << 2 | b >> 4, b << 4 | c >> 2, c << 6 | d]);
        }
        out.resize(end, 0);
    }
    (lines > 0 && !out.is_empty()).then_some((out, rest))
}

/// How many bytes a line says that it holds, where it can hold them.
fn length(line: &str) -> Option<usize> {
    let bytes = line.as_bytes();
    let first = *bytes.first()?;
    if !bytes.iter().all(|byte| matches!(byte, b' '..=b'`')) {
        return None;
    }
    let wanted = usize::from(first.wrapping_sub(b' ') & 0x3f);
    let full = wanted.div_ceil(3) * 4;
    // A checksum may stand behind it, and blanks may be lost.
    let held = bytes.len() - 1;
    (held <= full + 1 && held + 3 >= full.min(4) && (held * 4 >= full * 3 || wanted == 0)).then_some(wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(text: &str) -> (Vec<(String, Vec<u8>)>, bool) {
        super::files(text, &Limits::DEFAULT)
    }

    const CAT: &str = "begin 644 cat.txt\n#0V%T\n`\nend\n";

    fn names(text: &str) -> Vec<(String, String)> {
        files(text).0.into_iter().map(|(name, bytes)| (name, String::from_utf8_lossy(&bytes).into_owned())).collect()
    }

    #[test]
    fn files_in_plain_text_are_found_with_their_names() {
        let cat = || ("cat.txt".to_owned(), "Cat".to_owned());
        for (text, expected) in [
            (CAT.to_owned(), vec![cat()]),
            (format!("see the file\n\n{CAT}\nregards\n"), vec![cat()]),
            (CAT.replace('\n', "\r\n"), vec![cat()]),
            (format!("{CAT}{CAT}"), vec![cat(), cat()]),
            ("begin 644 cat.txt\n#0V%T\n".to_owned(), vec![cat()]),
            (CAT.replace("cat.txt", "../../etc/cron.d/cat.txt"), vec![cat()]),
            (CAT.replace("cat.txt", "C:\\a\\cat.txt"), vec![cat()]),
            ("begin 0755 two words.exe\n#0V%T\nend\n".to_owned(), vec![("two words.exe".into(), "Cat".into())]),
        ] {
            assert_eq!(names(&text), expected, "{text}");
        }
    }

    #[test]
    fn prose_that_begins_is_no_file() {
        for text in [
            "",
            "begin ",
            "begin 644 ",
            "begin 644 cat.txt\n",
            "begin 644 cat.txt\nend\n",
            "begin 644 cat.txt\nThis is how such a file begins: it has a mode and a name.\n",
            "begin at 9 and end at 5\n",
            "we begin 644 days later\n#0V%T\n",
            "begin 999 cat.txt\n#0V%T\nend\n",
            "begin 644 cat.txt\n`\nend\n",
            "begin 644 /\n#0V%T\nend\n",
        ] {
            assert_eq!(names(text), [], "{text:?}");
        }
    }

    #[test]
    fn lines_that_lie_about_their_length_give_what_they_say_at_most() {
        assert_eq!(files("begin 644 a\nM0V%T\nend\n").0, [], "77 bytes in four letters");
        assert_eq!(files("begin 644 a\n#0V%T\nM0\nend\n").0, [("a".to_owned(), b"Cat".to_vec())]);
    }

    #[test]
    fn many_files_are_bounded_and_told() {
        let (list, more) = files(&CAT.repeat(Limits::DEFAULT.text_files + 5));
        assert_eq!((list.len(), more), (Limits::DEFAULT.text_files, true));
        assert!(!files(&CAT.repeat(Limits::DEFAULT.text_files)).1);
        let long = format!("begin 644 {}\n#0V%T\nend\n", "あ".repeat(1_000));
        assert!(files(&long).0[0].0.len() <= NAME);
    }
}

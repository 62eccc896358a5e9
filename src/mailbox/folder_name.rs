//! The name under which a folder is shown: `.Archive.2024` as `Archive/2024`, names in modified UTF-7 as what they say.
//! Pure. What comes out is not yet printable.

use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

/// The name of the folder `below` a root; empty for the root itself.
pub(super) fn folder_name(below: &Path) -> String {
    let names = below.components().map(|step| {
        let name = step.as_os_str().as_bytes();
        let text = String::from_utf8_lossy(name);
        // Maildir++: a leading dot marks a subfolder, further dots divide.
        let text = text.strip_prefix('.').map_or_else(|| text.to_string(), |rest| rest.replace('.', "/"));
        decode(&text).unwrap_or(text)
    });
    names.collect::<Vec<_>>().join("/")
}

/// Modified UTF-7 (RFC 3501 section 5.1.3), in which IMAP servers write folder names; `None` where `name` is none.
fn decode(name: &str) -> Option<String> {
    let mut out = String::with_capacity(name.len());
    let mut rest = name;
    while let Some((plain, coded)) = rest.split_once('&') {
        let (coded, behind) = coded.split_once('-')?;
        out.push_str(plain);
        if coded.is_empty() {
            out.push('&');
        } else {
            out.push_str(&decode_run(coded)?);
        }
        rest = behind;
    }
    out.push_str(rest);
    Some(out)
}

fn decode_run(coded: &str) -> Option<String> {
    let (mut bits, mut count, mut units) = (0_u32, 0, Vec::new());
    for byte in coded.bytes() {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b',' => 63,
            _ => return None,
        };
        bits = (bits << 6) | u32::from(value);
        count += 6;
        if count >= 16 {
            count -= 16;
            units.push((bits >> count) as u16);
            bits &= (1 << count) - 1;
        }
    }
    if count >= 6 || bits != 0 {
        return None;
    }
    String::from_utf16(&units).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_named_as_a_reader_knows_them() {
        for (path, wanted) in [
            ("", ""),
            (".Archive.2024", "Archive/2024"),
            ("Archive/2024", "Archive/2024"),
            (".&j,dg0TDhMPww6w-", "迷惑メール"),
            (".Q&-A", "Q&A"),
            ("R&D", "R&D"),
            (".&x-", "&x-"),
        ] {
            assert_eq!(folder_name(Path::new(path)), wanted);
        }
    }
}

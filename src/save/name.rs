//! The name that a part gets on disk. Nothing of a mail's own name is trusted: only its last component counts, only
//! letters, digits and `.-_+` stay, and a number in front and a hash behind make sure that no name is hidden, an option,
//! a device or the same as another. Pure.

use std::fmt::Write as _;

use crate::text::char_columns;

/// The most bytes of a name.
pub const LONGEST: usize = 120;
/// The most characters of an extension; longer is no extension.
const EXTENSION: usize = 10;
/// Letters that nothing is drawn for: the fillers of Hangul.
const UNSEEN: [char; 4] = ['\u{115f}', '\u{1160}', '\u{3164}', '\u{ffa0}'];

/// Extensions of parts that come without a name.
const USUAL: &[(&str, &str)] = &[
    ("text/plain", "txt"),
    ("text/html", "html"),
    ("text/calendar", "ics"),
    ("message/rfc822", "eml"),
    ("application/pdf", "pdf"),
    ("application/zip", "zip"),
    ("image/png", "png"),
    ("image/jpeg", "jpg"),
    ("image/gif", "gif"),
];

/// The name of part `number` (as the parts pane counts, from 1): `03-invoice-1a2b3c4d.pdf`. At most [`LONGEST`] bytes.
#[must_use]
pub fn file_name(number: usize, given: Option<&str>, media_type: &str, sha256: &[u8; 32]) -> String {
    let last = given.and_then(|name| name.rsplit(['/', '\\']).find(|part| !part.trim().is_empty())).unwrap_or_default();
    let (stem, extension) = split(last);
    let mut hash = String::new();
    for byte in sha256.iter().take(4) {
        let _ = write!(hash, "{byte:02x}");
    }
    let usual = || USUAL.iter().find(|(known, _)| *known == media_type).map_or("bin", |(_, extension)| extension);
    let end = match extension {
        Some(extension) => format!("-{hash}.{extension}"),
        None if last.is_empty() => format!("-{hash}.{}", usual()),
        None => format!("-{hash}"),
    };
    let start = format!("{number:02}-");
    let mut stem = clean(stem);
    if stem.is_empty() {
        "part".clone_into(&mut stem);
    }
    let room = LONGEST.saturating_sub(start.len() + end.len());
    stem.truncate(stem.floor_char_boundary(room));
    format!("{start}{}{end}", stem.trim_end_matches(['.', '_', '-']))
}

/// The names that are tried for a file, the given one first and at most so many.
pub fn tried(name: &str, most: u32) -> impl Iterator<Item = String> + '_ {
    std::iter::once(name.to_owned()).chain((2..=most).map(move |count| again(name, count)))
}

/// The same name with a count, for where it is taken: `03-invoice-1a2b3c4d-2.pdf`.
#[must_use]
pub fn again(name: &str, count: u32) -> String {
    match name.rsplit_once('.') {
        Some((stem, extension)) => format!("{stem}-{count}.{extension}"),
        None => format!("{name}-{count}"),
    }
}

/// What stands before the last dot, and the extension where there is an ordinary one. Dots and blanks at the end are what
/// some systems drop, so they do not count.
fn split(name: &str) -> (&str, Option<String>) {
    let unseen = |c: char| c == '.' || c == '_' || !kept(c);
    let name = name.trim_end_matches(unseen);
    let Some((stem, extension)) = name.rsplit_once('.') else { return (name, None) };
    let ordinary = (1..=EXTENSION).contains(&extension.len()) && extension.bytes().all(|b| b.is_ascii_alphanumeric());
    if ordinary { (stem, Some(extension.to_ascii_lowercase())) } else { (name, None) }
}

/// Characters off the list become `_`, a run of them one.
fn clean(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars().take(LONGEST) {
        if kept(c) {
            out.push(c);
        } else if !out.ends_with('_') {
            out.push('_');
        }
    }
    out.trim_matches(['.', '_', '-', ' ']).to_owned()
}

/// Letters and digits of any script that are seen, and four signs.
fn kept(c: char) -> bool {
    matches!(c, '.' | '-' | '_' | '+') || c.is_alphanumeric() && !UNSEEN.contains(&c) && char_columns(c) > 0
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn named(name: &str) -> String {
        file_name(3, Some(name), "application/octet-stream", &[0xab; 32])
    }

    #[test]
    fn only_the_cleaned_last_component_stays() {
        for (name, wanted) in [
            ("invoice.pdf", "03-invoice-abababab.pdf"),
            ("../../../../etc/cron.d/x", "03-x-abababab"),
            ("/etc/passwd", "03-passwd-abababab"),
            ("C:\\Users\\a\\evil.EXE", "03-evil-abababab.exe"),
            ("..", "03-part-abababab"),
            ("a/..", "03-part-abababab"),
            ("-rf", "03-rf-abababab"),
            (".bashrc", "03-part-abababab.bashrc"),
            ("CON", "03-CON-abababab"),
            ("com1.txt", "03-com1-abababab.txt"),
            ("a\u{202e}fdp.exe", "03-a_fdp-abababab.exe"),
            ("a\u{200b}b.txt", "03-a_b-abababab.txt"),
            ("x\u{1b}[31m\r\n\0.txt", "03-x_31m-abababab.txt"),
            ("請求書.pdf", "03-請求書-abababab.pdf"),
            ("\u{3164}.exe", "03-part-abababab.exe"),
            ("report.pdf .exe. . ", "03-report.pdf-abababab.exe"),
            ("x.txt:stream", "03-x.txt_stream-abababab"),
            ("$(reboot).sh", "03-reboot-abababab.sh"),
        ] {
            assert_eq!(named(name), wanted, "{name:?}");
        }
        assert_eq!(file_name(1, None, "text/html", &[0; 32]), "01-part-00000000.html");
        assert_eq!(file_name(1, Some(" "), "x/y", &[0; 32]), "01-part-00000000.bin");
    }

    #[test]
    fn long_names_are_cut_at_a_character_and_keep_their_extension() {
        for name in ["a".repeat(1_000_000) + ".docm", "請".repeat(5_000) + ".docm", "x.".repeat(300) + "docm"] {
            let name = named(&name);
            assert!(name.len() <= LONGEST && name.ends_with("-abababab.docm"), "{name}");
        }
    }

    #[test]
    fn a_taken_name_gets_a_count_before_its_extension() {
        assert_eq!(again("03-a-00.pdf", 2), "03-a-00-2.pdf");
        assert_eq!(again("03-a-00", 9), "03-a-00-9");
    }

    proptest! {
        #[test]
        fn no_name_is_hidden_an_option_or_a_path(name in "\\PC{0,40}|[./\\\\\\x00-\\x1f~ -]{0,40}") {
            let name = named(&name);
            prop_assert!(name.starts_with("03-") && name.len() <= LONGEST);
            prop_assert!(!name.contains(['/', '\\', '\0', ':', '\n']) && !name.ends_with('.'));
            prop_assert!(name.chars().all(kept));
        }
    }
}

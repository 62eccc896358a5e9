//! Shortcuts: what they open, as far as it can be read (MS-SHLLINK, Internet shortcuts). Nothing is followed.

use super::found::{FileKind, Inside, Trait};
use super::inspect::{File, Inspector, add};
use crate::message::{clip, text_of};

/// The most bytes of a shortcut that are read.
const BYTES: usize = 64 * 1024;

/// Looks into a shortcut.
pub(super) fn look(inspector: &mut Inspector<'_>, file: &File<'_>, inside: &mut Inside) {
    let bytes = file.bytes.get(..BYTES).unwrap_or(file.bytes);
    if file.detected == Some("application/x-url") {
        let text = text_of(bytes);
        for line in text.lines().take(100) {
            if let Some((key, value)) = line.split_once('=')
                && ["url", "iconfile", "baseurl"].iter().any(|name| key.trim().eq_ignore_ascii_case(name))
            {
                inspector.link(value, None);
            }
        }
        return;
    }
    // Its texts are counted UTF-16; the counts may lie, the letters do not.
    let wide = wide_text(bytes);
    let lower = wide.to_ascii_lowercase();
    for command in [
        "powershell",
        "cmd.exe",
        "mshta",
        "rundll32",
        "wscript",
        "cscript",
        "curl",
        "certutil",
        "bitsadmin",
        "regsvr32",
        "conhost",
        "forfiles",
        "msiexec",
    ] {
        if lower.contains(command) {
            add(inside, Trait::Holds(FileKind::Script), command, file.within);
        }
    }
    inspector.links_of(&wide);
}

/// The readable UTF-16 of some bytes, whatever stands between, from both ways to pair them.
pub(super) fn wide_text(bytes: &[u8]) -> String {
    let mut out = String::new();
    for start in [0, 1] {
        let mut run = String::new();
        for pair in bytes.get(start..).unwrap_or_default().chunks_exact(2) {
            match pair {
                [letter @ 0x20..=0x7e, 0] => run.push(*letter as char),
                _ if run.len() >= 6 => {
                    out.push_str(&run);
                    out.push('\n');
                    run.clear();
                }
                _ => run.clear(),
            }
        }
        if run.len() >= 6 {
            out.push_str(&run);
            out.push('\n');
        }
    }
    clip(&out, 256 * 1024).to_owned()
}

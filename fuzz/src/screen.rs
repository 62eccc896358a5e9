//! A target that looks at a mail with random keys on a screen of a random size.

#[path = "../../tests/drive/mod.rs"]
mod drive;

use gosanke::facts::FactSet;
use gosanke::text::Lang;
use gosanke::tui::theme::Depth;

use drive::Drive;

const KEYS: [&str; 40] = [
    "j", "k", "Enter", "Esc", "Tab", "g", "G", "C-d", "C-u", "1", "2", "3", "4", "5", "6", "7", "8", "9", "0", "z",
    "v", "/", "n", "N", "?", ":", "s", "y", "r", "u", "m", "Space", "PgDn", "Up", "Down", "f", "h", "l", "x", "-",
];

/// Width, height, language, number of keys, keys, then the mail.
pub fn render(bytes: &[u8]) {
    let Some(([width, height, lang, count], rest)) = bytes.split_first_chunk::<4>() else { return };
    let (width, height) = (u16::from(*width).clamp(1, 200), u16::from(*height % 80).max(1));
    let lang = if lang % 2 == 0 { Lang::En } else { Lang::Ja };
    let (keys, mail) = rest.split_at(usize::from(count % 16).min(rest.len()));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.eml");
    let mail = [b"From: a@one.example\n", mail].concat();
    std::fs::write(&path, mail).unwrap();
    let Ok(opened) = gosanke::mailbox::open(&[path]) else { return };
    let mut drive = Drive::open(opened, FactSet::default(), width, height, lang, Depth::True);
    assert_clean(&drive);
    for key in keys {
        drive.keys(KEYS[usize::from(*key) % KEYS.len()]);
        assert_clean(&drive);
        if drive.left {
            break;
        }
    }
}

/// No cell holds what a terminal would obey.
fn assert_clean(drive: &Drive) {
    for cell in &drive.buffer().content {
        let symbol = cell.symbol();
        assert!(symbol.len() <= 32, "a cell of {} bytes", symbol.len());
        if symbol.as_bytes() != b" " {
            super::assert_safe(symbol);
        }
    }
}

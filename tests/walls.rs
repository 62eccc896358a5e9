//! The walls between the rooms stand: what each room may import, and which powers it has. Read from the source text, so
//! that a new `use` line or a full path is noticed at once.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    missing_docs,
    reason = "a test that cannot go on fails"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Room, and the rooms that it may name. Nothing on the left of the flow names what stands to its right.
const ARROWS: &[(&str, &[&str])] = &[
    ("text", &[]),
    // One list of limits, for whoever keeps, reads or tells them.
    ("limits", &["text"]),
    ("facts", &["text"]),
    // Only to turn an Outlook item into an ordinary mail.
    ("mailbox", &["text", "limits", "message"]),
    ("message", &["text", "limits"]),
    ("evidence", &["text", "limits", "facts", "mailbox", "message"]),
    ("proof", &["text", "facts", "message", "evidence"]),
    ("signal", &["text", "facts", "mailbox", "message", "evidence", "proof"]),
    ("wants", &["text", "facts", "evidence", "proof", "signal"]),
    ("record", &["text", "facts", "mailbox", "message", "evidence", "signal"]),
    ("fit", &[]),
    ("rulebook", &["text", "message", "evidence", "record", "signal"]),
    ("verdict", &["signal"]),
    ("view", &["text", "facts", "mailbox", "message", "evidence", "proof", "signal", "verdict"]),
    // A page is read with what mails are read with: the tokenizer, the list of brands.
    ("webpage", &["text", "facts", "message", "evidence"]),
    // It names the room that reads a fetched page, and no room that reads a mail.
    ("lookup", &["text", "facts", "webpage"]),
    ("store", &["text", "facts", "mailbox", "lookup"]),
    ("save", &["text", "mailbox", "message"]),
    // It writes through the handles of `save`, and its log of intents is a database.
    ("quarantine", &["text", "mailbox", "store", "save"]),
    ("config", &["text", "limits", "facts"]),
    (
        "analysis",
        &[
            "text", "facts", "mailbox", "message", "evidence", "proof", "record", "rulebook", "signal", "verdict",
            "view",
        ],
    ),
    (
        "export",
        &["text", "limits", "facts", "message", "evidence", "proof", "record", "analysis", "signal", "verdict", "view"],
    ),
    ("search", &["text", "message"]),
    // It takes mails through the rooms in another process, and no mailbox or screen.
    (
        "sandbox",
        &[
            "text", "facts", "mailbox", "message", "evidence", "rulebook", "signal", "verdict", "view", "analysis",
            "export", "search",
        ],
    ),
    (
        "scan",
        &[
            "text", "facts", "mailbox", "message", "signal", "verdict", "wants", "analysis", "lookup", "export",
            "sandbox",
        ],
    ),
];

/// Rooms without any power: the same input gives the same output.
const PURE: &[&str] = &[
    "text", "limits", "message", "evidence", "facts", "proof", "signal", "wants", "record", "rulebook", "verdict",
    "view", "analysis", "fit", "webpage", "search",
];

/// What is written in the source, the rooms that may, and why.
const POWERS: &[(&str, &[&str])] = &[
    ("mail_parser", &["message"]),
    ("rusqlite", &["store"]),
    ("hickory_", &["lookup"]),
    ("maxminddb", &["lookup"]),
    ("TcpStream", &["lookup"]),
    ("UdpSocket", &["lookup"]),
    ("tokio::net", &["lookup"]),
    ("ratatui", &["tui"]),
    ("crossterm", &["tui"]),
    ("process::Command", &["tui", "sandbox"]),
    ("landlock", &["sandbox"]),
    ("seccompiler", &["sandbox"]),
    ("io::stdout", &["tui", "export", "cli"]),
    ("println!", &["cli"]),
    ("print!", &["cli"]),
    ("notify::", &["mailbox"]),
    ("html5gum", &["message"]),
    ("cel::", &["rulebook"]),
    ("cfb::", &["message", "evidence"]),
    // Unbounded reading: what is read may be hostile.
    ("fs::read(", &[]),
    ("fs::read_to_string", &[]),
    // Cells take control characters; widgets and `set_string` do not, and one file looks at every byte itself.
    ("set_symbol", &[]),
    ("set_char", &["tui/pane/paint.rs"]),
];

/// Readers of formats, and the only folder that may name them: one file each.
const READERS: &[&str] =
    &["zip::ZipArchive", "zip::read", "sevenz_rust2", "tar::Archive", "cfb::", "lopdf", "md5::", "sha1::"];

/// What no pure room may name.
const IMPURE: &[&str] = &[
    "std::fs",
    "std::env",
    "std::thread",
    "std::process",
    "SystemTime",
    "Instant::now",
    "Timestamp::now",
    "Zoned::now",
    "TimeZone::system",
    "tokio",
    "rustix",
    "rand::",
];

#[test]
fn no_room_names_what_stands_to_its_right() {
    let arrows: BTreeMap<&str, &[&str]> = ARROWS.iter().copied().collect();
    let rooms: Vec<String> = sources().into_iter().map(|(room, ..)| room).collect();
    let mut wrong = Vec::new();
    for (room, path, code) in sources() {
        let Some(allowed) = arrows.get(room.as_str()) else { continue };
        for other in &rooms {
            let named = code.contains(&format!("crate::{other}::")) || code.contains(&format!("crate::{other};"));
            if *other != room && named && !allowed.contains(&other.as_str()) {
                wrong.push(format!("{} names {other}", path.display()));
            }
        }
    }
    wrong.sort();
    wrong.dedup();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn powers_are_used_only_where_they_belong() {
    let mut wrong = Vec::new();
    for (room, path, code) in sources() {
        for (power, rooms) in POWERS {
            // A room, or a single file.
            let allowed = rooms.iter().any(|place| *place == room || path.ends_with(place));
            if !allowed && has(&code, power) {
                wrong.push(format!("{} uses {power}", path.display()));
            }
        }
        if PURE.contains(&room.as_str()) {
            for power in IMPURE {
                if has(&code, power) {
                    wrong.push(format!("{} is pure and uses {power}", path.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn readers_of_formats_stand_in_their_folder_only() {
    let mut wrong = Vec::new();
    for (_, path, code) in sources() {
        let path = path.display().to_string();
        let own = path.contains("evidence/attachments/") || path.contains("message/outlook");
        // Old signatures are made over SHA-1.
        let hash = path.contains("proof/dkim/canonical");
        for reader in READERS {
            if !(own || hash && *reader == "sha1::") && has(&code, reader) {
                wrong.push(format!("{path} uses {reader}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_room_of_the_flow_is_there() {
    let rooms: Vec<String> = sources().into_iter().map(|(room, ..)| room).collect();
    for (room, _) in ARROWS {
        assert!(rooms.iter().any(|other| other == room), "{room} has no source; mend the table");
    }
}

#[test]
fn every_file_says_what_it_is_for_and_stays_short() {
    for (_, path, _) in sources() {
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.starts_with("//!"), "{} has no opening words", path.display());
        assert!(text.lines().count() <= 600, "{} is over 600 lines", path.display());
    }
}

#[test]
fn nothing_maps_files_and_nothing_is_unsafe() {
    for (_, path, code) in sources() {
        for word in ["mmap", "unsafe "] {
            assert!(!has(&code, word), "{} uses {word}", path.display());
        }
    }
}

/// A word that is not a part of a longer name.
fn has(code: &str, word: &str) -> bool {
    code.match_indices(word)
        .any(|(at, _)| !code[..at].chars().next_back().is_some_and(|before| before.is_alphanumeric() || before == '_'))
}

/// Room, path and code without comments and tests of every source file.
fn sources() -> Vec<(String, PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    files.sort();
    files
        .into_iter()
        .filter_map(|path| {
            let inside = path.strip_prefix(&root).unwrap();
            // Tests may do more: they make files and start servers.
            let is_test = |part: &str| part.contains("tests") || part.contains("corpora");
            if inside.components().any(|part| is_test(&part.as_os_str().to_string_lossy())) {
                return None;
            }
            let room = inside.components().next().unwrap().as_os_str().to_string_lossy();
            let room = room.trim_end_matches(".rs").to_owned();
            let text = fs::read_to_string(&path).unwrap();
            let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
            let code: String =
                code.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n");
            Some((room, path, code))
        })
        .collect()
}

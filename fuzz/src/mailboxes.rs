//! Targets over files and frames of our own forms, and over mailboxes.

use std::path::Path;
use std::sync::LazyLock;

use gosanke::fuzzing;
use gosanke::mailbox::Identity;
use gosanke::store::{FILE, Mark, ROWS_FILE, RowCache, Store};

/// The messages of an mbox lie one behind the other and are the file.
pub fn mbox(bytes: &[u8]) {
    let messages = fuzzing::mbox(bytes);
    let mut end = None;
    for ((start, stop), message, head) in &messages {
        assert!(start < stop, "an empty place");
        assert!(end.is_none_or(|end| end == *start), "a gap or an overlap at {start}");
        end = Some(*stop);
        assert!(message.len() as u64 <= stop - start, "longer than its place");
        assert!(head.len() <= 100);
        // A quoted line that the head's end cuts in two is not known for one; whole lines are the message's.
        let lines = head.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1).min(message.len());
        assert!(message.starts_with(&head[..lines]), "the head is another one");
    }
    if let (Some(end), Some(((start, _), ..))) = (end, messages.first()) {
        assert_eq!(end, bytes.len() as u64, "the end is nobody's");
        assert!(
            // A byte order mark and blank lines may stand there.
            bytes[..*start as usize].iter().all(|byte| byte.is_ascii_whitespace() || b"\xef\xbb\xbf".contains(byte)),
            "the beginning is nobody's"
        );
    }
}

/// Names of files and folders in a Maildir.
pub fn maildir_name(bytes: &[u8]) {
    use std::os::unix::ffi::OsStrExt as _;
    let (base, flags) = fuzzing::maildir_name(bytes);
    assert!(bytes.starts_with(base));
    assert!(base.len() < bytes.len() || flags == gosanke::mailbox::Flags::default(), "flags from nowhere");
    let name = fuzzing::folder_name(Path::new(std::ffi::OsStr::from_bytes(bytes)));
    assert!(name.len() <= 3 * bytes.len() + 16);
}

/// Pieces of the cache of rows.
pub fn rows(bytes: &[u8]) {
    for kind in [*b"gsh1", *b"gsf1"] {
        assert_ne!(fuzzing::rows_piece(kind, bytes), Some(false), "written again, it is another one");
    }
}

/// Frames between the program and its confined processes.
pub fn frames(bytes: &[u8]) {
    assert_ne!(fuzzing::frame_from_host(bytes), Some(false), "to a worker");
    assert_ne!(fuzzing::frame_from_worker(bytes), Some(false), "from a worker");
}

/// A small database of the program.
static DATABASE: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let mut opened = Store::open(folder.path()).unwrap();
    opened.store.set_mark(&[Identity([7; 32])], Some(Mark::Malicious), 1).unwrap();
    drop(opened);
    std::fs::read(folder.path().join(FILE)).unwrap()
});

/// A store opens whatever its file holds, and keeps what it is given. An odd first byte: the rest are changes of a sound
/// file (place u16, byte); else the rest is the file.
pub fn state(bytes: &[u8]) {
    let Some((choice, rest)) = bytes.split_first() else { return };
    let file = if choice % 2 == 1 {
        let mut file = DATABASE.clone();
        for change in rest.chunks_exact(3).take(200) {
            let at = usize::from(u16::from_le_bytes([change[0], change[1]]));
            if let Some(byte) = file.get_mut(at) {
                *byte = change[2];
            }
        }
        file
    } else {
        rest.to_vec()
    };
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(FILE), &file).unwrap();
    std::fs::write(folder.path().join(ROWS_FILE), &file).unwrap();
    let mut opened = Store::open(folder.path()).expect("a store opens, if only in memory");
    let one = Identity([9; 32]);
    if !opened.store.is_read_only() {
        if let Err(why) = opened.store.set_mark(&[one], Some(Mark::Malicious), 2) {
            panic!("a store that opened for writing does not write: {why}");
        }
        let marks = opened.store.marks().expect("a store that took a mark gives it back");
        assert!(marks.contains_key(&one), "the mark is not there");
    }
    let _ = RowCache::open(folder.path());
}

//! Opening, listing and reading of whole mailboxes on disk.

use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{PermissionsExt as _, symlink};

use super::discover::Discovery;
use super::packed::tests::gzip;
use super::*;
use crate::text::Lang;

const MAIL: &[u8] = b"From: a@example.com\nSubject: hello\n\nbody\n";
const MBOX: &[u8] =
    b"From a Thu Aug 22 16:23:28 2002\nSubject: 1\n\none\n\nFrom b Fri Aug 23 16:23:28 2002\nSubject: 2\n\ntwo\n\n";

fn put(root: &Path, file: &[u8], bytes: &[u8]) {
    let path = root.join(std::ffi::OsStr::from_bytes(file));
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, bytes).unwrap();
}

fn tree(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    for (file, bytes) in files {
        put(root.path(), file.as_bytes(), bytes);
    }
    root
}

fn open_one(path: &Path) -> Opened {
    open(&[path.to_owned()]).unwrap()
}

fn list(opened: &Opened, folder: u16) -> Vec<Entry> {
    let mut all = Vec::new();
    opened
        .index(folder, &mut |batch, _| {
            all.extend(batch);
            ControlFlow::Continue(())
        })
        .unwrap();
    all
}

fn names(opened: &Opened) -> Vec<(&str, Kind)> {
    opened.folders().iter().map(|folder| (folder.name.as_str(), folder.kind)).collect()
}

/// File name and problem of each row.
fn rows(opened: &Opened, folder: u16) -> Vec<(String, Option<Problem>)> {
    let row = |entry: Entry| {
        let name = entry.file.map(|file| file.display().to_string()).unwrap_or_default();
        (name, entry.problem)
    };
    list(opened, folder).into_iter().map(row).collect()
}

#[test]
fn an_opened_mailbox_goes_from_thread_to_thread() {
    fn shared<T: Send + Sync>() {}
    shared::<Opened>();
}

#[test]
fn a_maildir_has_its_subfolders_and_shows_no_tmp() {
    let root = tree(&[
        ("cur/2.b:2,FS", MAIL),
        ("new/1.a", MAIL),
        ("tmp/9.partial", MAIL),
        (".Archive.2024/cur/3.c:2,S", MAIL),
        ("Plain/new/4.d", MAIL),
        ("dovecot-uidlist", b"3 V1 N2\n1 :../../etc/passwd\n"),
        (".DS_Store", b"\0\0\0\x01Bud1"),
    ]);
    let opened = open_one(root.path());
    assert_eq!(names(&opened), [("INBOX", Kind::Maildir), ("Archive/2024", Kind::Maildir), ("Plain", Kind::Maildir)]);
    let inbox = list(&opened, 0);
    assert_eq!(rows(&opened, 0), [("new/1.a".to_owned(), None), ("cur/2.b:2,FS".to_owned(), None)]);
    assert_eq!(inbox[1].flags, Flags { seen: true, flagged: true, ..Flags::default() });
    assert_eq!(opened.read(&inbox[1]).unwrap(), MAIL);
    assert_eq!(opened.read_head(&inbox[1], 5).unwrap(), b"From:");
    assert_eq!(opened.read(&list(&opened, 1)[0]).unwrap(), MAIL);
}

#[test]
fn names_may_be_any_bytes() {
    let root = tempfile::tempdir().unwrap();
    let all: &[&[u8]] = &[b"cur/1.\x1b]0;x\x07:2,S", b"cur/2.a\nb:2,", b"cur/3.\xff\xfe:2,S", b"cur/-rf:2,S"];
    for name in all {
        put(root.path(), name, MAIL);
    }
    let opened = open_one(root.path());
    let found = list(&opened, 0);
    assert_eq!(found.len(), all.len());
    assert!(found.iter().all(|entry| opened.read(entry).as_deref() == Ok(MAIL)));
}

#[test]
fn links_pipes_and_folders_among_messages_are_rows_that_are_not_opened() {
    let root = tree(&[("cur/1.real:2,S", MAIL), ("cur/5.dir:2,S/x", MAIL)]);
    symlink("/etc/passwd", root.path().join("cur/2.link:2,S")).unwrap();
    symlink("3.loop", root.path().join("cur/3.loop")).unwrap();
    let pipe = root.path().join("cur/4.fifo");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    symlink("/", root.path().join(".evil")).unwrap();
    let opened = open_one(root.path());
    assert_eq!(opened.folders().len(), 1);
    let found = list(&opened, 0);
    assert_eq!(found.len(), 5);
    for entry in &found[1..] {
        assert_eq!(entry.problem, Some(Problem::NotRegular));
        assert_eq!(opened.read(entry), Err(Problem::NotRegular), "{:?}", entry.file);
    }
}

#[test]
fn a_message_whose_flags_changed_is_still_found() {
    let root = tree(&[("new/1.a", MAIL), ("cur/2.b:2,", MAIL), ("cur/3.c:2,", MAIL)]);
    let opened = open_one(root.path());
    let found = list(&opened, 0);
    std::fs::rename(root.path().join("new/1.a"), root.path().join("cur/1.a:2,S")).unwrap();
    std::fs::rename(root.path().join("cur/2.b:2,"), root.path().join("cur/2.b:2,FS")).unwrap();
    std::fs::remove_file(root.path().join("cur/3.c:2,")).unwrap();
    assert_eq!(opened.read(&found[0]).unwrap(), MAIL);
    assert_eq!(opened.read(&found[1]).unwrap(), MAIL);
    assert_eq!(opened.read(&found[2]), Err(trouble::unreadable(trouble::GONE)));
}

#[test]
fn a_folder_that_became_a_link_is_not_followed() {
    let elsewhere = tree(&[("cur/1.a", b"Subject: not yours\n\n")]);
    let root = tree(&[("cur/1.a", MAIL), ("new/x", MAIL)]);
    let opened = open_one(root.path());
    let found = list(&opened, 0);
    std::fs::remove_dir_all(root.path().join("cur")).unwrap();
    symlink(elsewhere.path().join("cur"), root.path().join("cur")).unwrap();
    let entry = found.iter().find(|entry| entry.file.as_deref() == Some(Path::new("cur/1.a"))).unwrap();
    assert!(opened.read(entry).is_err());
    assert_eq!(rows(&opened, 0), [("new/x".to_owned(), None)]);
}

#[test]
fn a_tree_lists_mail_in_the_order_of_paths_and_says_what_is_none() {
    let root = tree(&[
        ("b.eml", MAIL),
        ("a/2", MAIL),
        ("a/1.txt", b"just a note\n"),
        ("a/empty", b""),
        ("c.mbox", MBOX),
        ("d.gz", &gzip(MAIL)),
        ("e.mbox.gz", &gzip(MBOX)),
        (".hidden", b"not mail"),
    ]);
    symlink("/etc/passwd", root.path().join("z.link")).unwrap();
    let opened = open_one(root.path());
    assert_eq!(opened.folders()[0].kind, Kind::Tree);
    let found = list(&opened, 0);
    let wanted = [
        ("a/1.txt", Some(Problem::NotMail)),
        ("a/2", None),
        ("a/empty", Some(Problem::Empty)),
        ("b.eml", None),
        ("c.mbox", None),
        ("c.mbox", None),
        ("d.gz", None),
        ("e.mbox.gz", None),
        ("e.mbox.gz", None),
        ("z.link", Some(Problem::NotRegular)),
    ];
    assert_eq!(rows(&opened, 0), wanted.map(|(name, problem)| (name.to_owned(), problem)));
    assert_eq!(opened.read(&found[0]).unwrap(), b"just a note\n", "a file that is no mail can still be looked at");
    assert_eq!(opened.read(&found[5]).unwrap(), b"Subject: 2\n\ntwo\n");
    assert_eq!(opened.read(&found[6]).unwrap(), MAIL);
    assert_eq!(opened.read(&found[8]).unwrap(), b"Subject: 2\n\ntwo\n");
    assert_eq!(opened.read_head(&found[8], 7).unwrap(), b"Subject");
    // Whatever stood in a buffer before, and however much room it has.
    for (entry, room) in found.iter().flat_map(|entry| [0, 3, 50, 5_000].map(|room| (entry, room))) {
        assert_eq!(opened.read_into(entry, vec![b'x'; room]), opened.read(entry), "{:?}, room {room}", entry.file);
    }
}

#[test]
fn a_tree_may_hold_maildirs_and_a_maildir_may_hold_other_mail() {
    let root = tree(&[("saved/x.eml", MAIL), ("work/cur/1.a:2,S", MAIL), ("work/.Old/new/2.b", MAIL)]);
    let opened = open_one(root.path());
    let own = root.path().file_name().unwrap().to_string_lossy().into_owned();
    assert_eq!(names(&opened), [(own.as_str(), Kind::Tree), ("work", Kind::Maildir), ("work/Old", Kind::Maildir)]);
    assert_eq!(rows(&opened, 0), [("saved/x.eml".to_owned(), None)]);

    let root = tree(&[("cur/1.a:2,S", MAIL), ("subscriptions", b"a\n"), ("exported.eml", MAIL)]);
    let opened = open_one(root.path());
    assert_eq!(opened.folders().iter().map(|folder| folder.kind).collect::<Vec<_>>(), [Kind::Maildir, Kind::Tree]);
    assert_eq!(rows(&opened, 1), [("exported.eml".to_owned(), None)]);
}

#[test]
fn folders_nested_without_end_are_left_at_a_depth() {
    let root = tree(&[("new/1.x", MAIL)]);
    std::fs::create_dir_all(root.path().join("d/".repeat(300))).unwrap();
    assert_eq!(open_one(root.path()).folders().len(), 1);
    put(root.path(), "d/y.eml".as_bytes(), MAIL);
    let opened = open_one(root.path());
    let found = rows(&opened, 1);
    assert_eq!(found.len(), 2);
    assert_eq!(found[0].1, Some(trouble::unreadable(trouble::DEEP)));
}

#[test]
fn one_file_is_a_message_or_an_mbox_packed_or_not_whatever_its_name() {
    let root = tree(&[("1.mbox", MAIL), ("2.eml", MBOX), ("3.txt", &gzip(MAIL)), ("4", &gzip(MBOX))]);
    let paths = ["1.mbox", "2.eml", "3.txt", "4"].map(|name| root.path().join(name));
    let mbox = Kind::Mbox(Variant::Mboxrd);
    for (path, kind) in paths.iter().zip([Kind::Message, mbox, Kind::Message, mbox]) {
        let opened = open_one(path);
        assert_eq!(opened.folders()[0].kind, kind, "{}", path.display());
        assert_eq!(opened.kind(0), Some(kind));
        let found = list(&opened, 0);
        assert_eq!(found.len(), if kind == mbox { 2 } else { 1 });
        let last = opened.read(found.last().unwrap()).unwrap();
        assert_eq!(last, if kind == mbox { b"Subject: 2\n\ntwo\n" } else { MAIL });
    }
    assert_eq!(open_one(&paths[0]).kind(9), None);
}

#[test]
fn a_packed_mailbox_that_is_damaged_gives_what_is_there_and_says_so() {
    let mut packed = gzip(&MBOX.repeat(2000));
    packed.truncate(packed.len() - 12);
    let root = tree(&[("a.gz", &packed)]);
    let opened = open_one(&root.path().join("a.gz"));
    let found = list(&opened, 0);
    assert!(found.len() > 100);
    let last = found.last().unwrap();
    assert_eq!(last.problem, Some(trouble::unreadable(trouble::DAMAGED)));
    assert_eq!(opened.read(last), Err(trouble::unreadable(trouble::DAMAGED)));
    assert!(found[found.len() - 2].doubts.contains(&Doubt::Truncated));
}

#[test]
fn standard_input_is_a_message_or_an_mbox() {
    for (bytes, count) in [(MAIL, 1), (MBOX, 2), (gzip(MBOX).as_slice(), 2)] {
        let mut discovery = Discovery::new(false);
        discovery.path(Path::new("-"), &mut &*bytes).unwrap();
        let opened = discovery.done();
        assert_eq!(names(&opened), [("-", Kind::Stdin)]);
        let found = list(&opened, 0);
        assert_eq!(found.len(), count);
        assert!(opened.read(&found[count - 1]).unwrap().ends_with(if count == 1 { b"body\n" } else { b"\ntwo\n" }));
    }
    assert!(matches!(Discovery::new(false).path(Path::new("-"), &mut &b""[..]), Err(OpenError::Empty { .. })));
}

#[test]
fn what_does_not_open_says_why() {
    let root = tree(&[
        ("empty", b""),
        ("blank", b"\n \n"),
        ("elf", b"\x7fELF\x02\x01\x01\0\0\0\0"),
        ("twice.gz", &gzip(&gzip(MAIL))),
        ("notes/a.txt", b"a note\n"),
    ]);
    std::fs::create_dir(root.path().join("nothing")).unwrap();
    let error = |name: &str| open(&[root.path().join(name)]).unwrap_err();
    assert!(matches!(error("missing"), OpenError::Missing { .. }));
    assert!(matches!(error("elf/under"), OpenError::Missing { .. }));
    assert!(matches!(error("empty"), OpenError::Empty { .. }));
    assert!(matches!(error("blank"), OpenError::Empty { .. }));
    assert!(matches!(error("nothing"), OpenError::Empty { .. }));
    assert!(error("elf").to_string().contains("binary data"));
    assert!(error("twice.gz").words(Lang::Ja).contains("二重に圧縮"));
    assert!(error("notes").to_string().contains("no mail among the files in it"));
    assert!(open(&[PathBuf::from("/dev/null")]).unwrap_err().to_string().contains("pipe its content in"));
}

#[test]
fn what_may_not_be_read_is_a_row_and_not_an_end() {
    let root =
        tree(&[("cur/1.ok:2,S", MAIL), ("cur/2.empty:2,S", b""), ("cur/3.locked:2,S", MAIL), (".locked/cur/x", MAIL)]);
    for locked in ["cur/3.locked:2,S", ".locked"] {
        std::fs::set_permissions(root.path().join(locked), std::fs::Permissions::from_mode(0o000)).unwrap();
    }
    let opened = open_one(root.path());
    assert_eq!(names(&opened), [("INBOX", Kind::Maildir), ("locked", Kind::Maildir)]);
    let found = list(&opened, 0);
    assert_eq!(opened.read(&found[0]).unwrap(), MAIL);
    assert_eq!(opened.read(&found[1]), Err(Problem::Empty));
    // The system administrator may read everything.
    if !rustix::process::geteuid().is_root() {
        assert_eq!(opened.read(&found[2]), Err(trouble::unreadable(trouble::DENIED)));
        assert_eq!(opened.index(1, &mut |_, _| ControlFlow::Continue(())), Err(trouble::unreadable(trouble::DENIED)));
    }
    std::fs::set_permissions(root.path().join(".locked"), std::fs::Permissions::from_mode(0o700)).unwrap();
}

#[test]
fn the_demo_is_a_folder_in_memory() {
    let opened = demo();
    assert_eq!(names(&opened), [("demo", Kind::Demo)]);
    for entry in list(&opened, 0) {
        assert!(opened.read(&entry).is_ok());
    }
}

#[test]
fn messages_named_one_by_one_are_one_list_in_their_order() {
    let root = tree(&[("b.eml", MAIL), ("a.eml", MAIL), ("box.mbox", MBOX)]);
    let path = |name: &str| root.path().join(name);
    let opened = open(&[path("b.eml"), path("box.mbox"), path("a.eml"), path("b.eml")]).unwrap();
    assert_eq!(names(&opened).iter().map(|(name, _)| *name).collect::<Vec<_>>(), ["messages", "box.mbox"]);
    let entries = list(&opened, 0);
    let files: Vec<_> = entries.iter().filter_map(|entry| entry.file.as_deref()).collect();
    assert_eq!(files, [path("b.eml"), path("a.eml")], "the same file twice is one");
    assert_eq!(opened.read(&entries[1]).unwrap(), MAIL);
    assert_eq!(entries[1].path_below(&opened.folders()[0].path), path("a.eml"));
    let alone = open_one(&path("a.eml"));
    assert_eq!(names(&alone), [("a.eml", Kind::Message)]);
}

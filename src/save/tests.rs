//! Saving, below folders that somebody else is changing.

use std::collections::HashSet;
use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use super::*;

/// A mail with a body and these attachments.
fn mail(files: &[(&str, &str)]) -> Message {
    let mut text = String::from(
        "From: a@b.example\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nhi\n",
    );
    for (name, content) in files {
        text.push_str(&format!(
            "--b\nContent-Type: application/octet-stream\nContent-Disposition: attachment; filename=\"{name}\"\n\n{content}\n"
        ));
    }
    text.push_str("--b--\n");
    Message::parse(text.as_bytes())
}

fn job(message: &Message, to: &Path, sealed: bool) -> Job {
    Job::new(message, Sha256([7; 32]), &Choice::Files, sealed, to)
}

/// Everything below a folder: path and content.
fn below(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.is_symlink() {
            found.extend(below(&path));
        } else {
            found.push((path.display().to_string(), fs::read(&path).unwrap_or_default()));
        }
    }
    found.sort();
    found
}

#[test]
fn files_get_clean_names_and_can_neither_be_read_by_others_nor_run() {
    let root = tempfile::tempdir().unwrap();
    let message = mail(&[("../../etc/x.exe", "one"), (".bashrc", "two"), ("a.txt", "three")]);
    let job = job(&message, &root.path().join("new/out"), false);
    let saved = job.write().unwrap();
    assert_eq!(saved.names.len(), 3);
    assert!(saved.names[0].starts_with("03-x-") && saved.names[0].contains(".exe"), "{:?}", saved.names);
    for (name, content) in saved.names.iter().zip(["one", "two", "three"]) {
        let path = saved.folder.join(name);
        assert_eq!(fs::read_to_string(&path).unwrap(), content);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o7777, 0o600);
    }
    assert_eq!(fs::metadata(&saved.folder).unwrap().permissions().mode() & 0o777, 0o700);
    assert_eq!(job.lines(Lang::En).len(), 4);
}

#[test]
fn the_same_name_many_times_makes_as_many_files_and_a_second_time_replaces_none() {
    let root = tempfile::tempdir().unwrap();
    let files = vec![("same.txt", "same"); 900];
    let message = mail(&files);
    let first = job(&message, root.path(), false).write().unwrap();
    let before = below(root.path());
    assert_eq!(before.len(), 900);
    let second = job(&message, root.path(), false).write().unwrap();
    let all: HashSet<&String> = first.names.iter().chain(&second.names).collect();
    assert_eq!(all.len(), 1_800);
    assert_eq!(below(root.path()).len(), 1_800);
    let many = mail(&vec![("same.txt", "same"); 2_000]);
    let cut = job(&many, root.path(), false);
    assert!(cut.cut && cut.lines(Lang::En).last().unwrap().contains("more parts than are read"));
}

#[test]
fn what_is_shown_before_is_what_is_written() {
    let root = tempfile::tempdir().unwrap();
    let message = mail(&[("a.txt", "one")]);
    for sealed in [false, true] {
        for _ in 0..3 {
            let job = job(&message, root.path(), sealed);
            let shown = job.lines(Lang::En);
            let saved = job.write().unwrap();
            assert!(shown.iter().any(|line| line.contains(&saved.names[0])), "{shown:?} {:?}", saved.names);
        }
    }
}

#[test]
fn links_that_stand_in_the_way_are_not_followed() {
    let (root, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let message = mail(&[("a.txt", "one")]);
    let job = job(&message, root.path(), false);
    symlink(outside.path(), root.path().join(&job.folder)).unwrap();
    let saved = job.write().unwrap();
    assert_eq!(saved.folder, root.path().join(format!("{}-2", job.folder)));
    // A folder that others may write into is not taken either.
    let open = root.path().join(format!("{}-2", job.folder));
    fs::set_permissions(&open, fs::Permissions::from_mode(0o777)).unwrap();
    let saved = job.write().unwrap();
    assert_eq!(saved.folder, root.path().join(format!("{}-3", job.folder)));
    symlink(outside.path().join("x"), saved.folder.join(name::again(&saved.names[0], 2))).unwrap();
    let saved = job.write().unwrap();
    assert!(saved.names[0].contains("-3."), "{:?}", saved.names);
    assert!(below(outside.path()).is_empty());
}

#[test]
fn a_folder_swapped_for_a_link_while_files_are_saved_leads_nowhere() {
    let (root, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let message = mail(&[("a.txt", "one"), ("b.txt", "two")]);
    let job = job(&message, root.path(), false);
    let done = AtomicBool::new(false);
    let own = root.path().join(&job.folder);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for count in 0.. {
                if done.load(Ordering::Relaxed) {
                    break;
                }
                let _ = fs::rename(&own, root.path().join(format!("away-{count}")));
                let _ = symlink(outside.path(), &own);
                let _ = fs::remove_file(&own);
            }
        });
        for _ in 0..300 {
            // It may fail where the folder is a link at that moment; it must not lead there.
            if let Ok(saved) = job.write() {
                assert_eq!(saved.names.len(), 2);
            }
        }
        done.store(true, Ordering::Relaxed);
    });
    assert!(below(outside.path()).is_empty(), "{:?}", below(outside.path()));
}

#[test]
fn what_cannot_be_written_is_told_and_leaves_nothing_behind() {
    let root = tempfile::tempdir().unwrap();
    fs::write(root.path().join("file"), "x").unwrap();
    let message = mail(&[("a.txt", "one")]);
    let trouble = job(&message, &root.path().join("file"), false).write().unwrap_err();
    assert!(!trouble.words(Lang::En).is_empty() && !trouble.words(Lang::Ja).is_empty());
    assert_eq!(below(root.path()).len(), 1);
}

#[test]
fn the_archive_opens_with_its_password_only() {
    let root = tempfile::tempdir().unwrap();
    let content = "payload ".repeat(500);
    let message = mail(&[("a/../evil.exe", &content), ("b.txt", "two")]);
    let saved = job(&message, root.path(), true).write().unwrap();
    assert_eq!(saved.names.len(), 1);
    let bytes = fs::read(saved.folder.join(&saved.names[0])).unwrap();
    assert!(memchr::memmem::find(&bytes, b"payload").is_none());
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    assert_eq!(archive.len(), 2);
    assert!(archive.by_index(0).is_err(), "without a password");
    assert!(archive.by_index_decrypt(0, b"other").is_err());
    let mut file = archive.by_index_decrypt(0, PASSWORD.as_bytes()).unwrap();
    let name = file.name().unwrap().into_owned();
    assert!(name.starts_with("03-evil-") && name.contains(".exe"), "{name}");
    let mut text = String::new();
    io::Read::read_to_string(&mut file, &mut text).unwrap();
    assert_eq!(text, content);
}

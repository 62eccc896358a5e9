//! `gosanke save` and `gosanke quarantine` as a script sees them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    missing_docs,
    reason = "a test that cannot go on fails"
)]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use gosanke::mailbox::Identity;
use gosanke::store::{Mark, Store};

fn mail(n: usize) -> String {
    format!(
        "From: Ann <ann@shop.example>\nSubject: mail {n}\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nhi\n--b\n\
         Content-Type: application/pdf\nContent-Disposition: attachment; filename=\"../../bill {n}.pdf\"\n\n{}\n--b\n\
         Content-Type: text/html\nContent-Disposition: attachment; filename=\"-rf.html\"\n\n<p>x</p>\n--b--\n",
        "0123456789abcdef".repeat(4_096)
    )
}

struct World(tempfile::TempDir);

impl World {
    fn new() -> Self {
        let world = Self(tempfile::tempdir().unwrap());
        fs::write(world.path("empty.toml"), "").unwrap();
        fs::write(world.path("one.eml"), mail(1)).unwrap();
        for part in ["cur", "new", "tmp"] {
            fs::create_dir_all(world.path("md").join(part)).unwrap();
        }
        for n in 0..3 {
            fs::write(world.path(&format!("md/cur/{n}.x:2,S")), mail(n)).unwrap();
        }
        world
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(self.0.path())
            .env("GOSANKE_CONFIG", self.path("empty.toml"))
            .env("GOSANKE_DATA_DIR", self.path("data"))
            .env("LC_ALL", "C.UTF-8");
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(env!("CARGO_BIN_EXE_gosanke")).args(arguments).output().unwrap()
    }

    fn out(&self, arguments: &[&str]) -> String {
        let ran = self.run(arguments);
        assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
        String::from_utf8(ran.stdout).unwrap()
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}

#[test]
fn attachments_are_saved_and_the_command_says_where() {
    let world = World::new();
    let told = world.out(&["save", "one.eml", "--to", "out", "--dry-run"]);
    assert!(told.contains("03-bill_1-") && told.contains("04-rf-") && !world.path("out").exists(), "{told}");
    let told = world.out(&["save", "one.eml", "--to", "out", "--all"]);
    let saved = files(&world.path("out"));
    assert_eq!((told.lines().count(), saved.len()), (2, 2), "{told}");
    for (line, path) in told.lines().zip(&saved) {
        assert_eq!(world.path(line), *path);
        assert_eq!(fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600);
    }
    world.out(&["save", "md", "--message", "2", "--part", "4", "--to", "one"]);
    assert_eq!(files(&world.path("one")).len(), 1);
    let identity = Identity::of(mail(2).as_bytes()).to_string();
    world.out(&["save", "md", "--sha256", &identity[..12], "--zip", "--to", "sealed"]);
    let sealed = files(&world.path("sealed"));
    assert!(sealed.len() == 1 && sealed[0].extension().unwrap() == "zip");
    // Without --to it is the folder of the configuration, and without that one below the data directory.
    world.out(&["save", "one.eml"]);
    assert_eq!(files(&world.path("data/saved")).len(), 2);
}

#[test]
fn what_cannot_be_saved_is_told_in_both_languages() {
    let world = World::new();
    for (arguments, code, words) in [
        (&["save", "md", "--to", "x"][..], 2, "several messages"),
        (&["save", "md", "--message", "9", "--to", "x"], 3, "no such message"),
        (&["save", "md", "--sha256", "zz", "--to", "x"], 2, "hex digits"),
        (&["save", "one.eml", "--part", "9", "--to", "x"], 2, "parts 1 to 4"),
        (&["save", "one.eml", "--part", "1", "--to", "x"], 3, "no file to save"),
        (&["save", "one.eml", "--to", "empty.toml"], 4, "empty.toml"),
        (&["save", "md", "--to", "x", "--lang", "ja"], 2, "複数のメール"),
    ] {
        let ran = world.run(arguments);
        let told = String::from_utf8_lossy(&ran.stderr);
        assert!(ran.status.code() == Some(code) && told.contains(words), "{arguments:?}: {:?} {told}", ran.status);
    }
    assert!(!world.path("x").exists());
}

/// A limit of file sizes stands in for a full disk, which a test cannot make: writing fails in the middle of a file.
#[test]
fn where_the_disk_takes_no_more_nothing_half_written_stays() {
    let world = World::new();
    let ran = world
        .command("sh")
        .args(["-c", "trap '' XFSZ; ulimit -f 16; exec \"$0\" save one.eml --to out", env!("CARGO_BIN_EXE_gosanke")])
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&ran.stderr);
    assert_eq!(ran.status.code(), Some(4), "{told}");
    assert!(told.contains("03-bill_1-") && told.contains("larger than allowed"), "{told}");
    assert!(files(&world.path("out")).is_empty());
    assert!(fs::read_dir(world.path("out")).unwrap().next().is_none(), "its folder is gone again");
}

#[test]
fn mails_are_quarantined_by_hash_and_by_mark_and_come_back() {
    let world = World::new();
    let one = Identity::of(mail(1).as_bytes());
    let before = files(&world.path("md"));
    let told = world.out(&["quarantine", "md", "--sha256", &one.to_string(), "--into", "away", "--dry-run"]);
    assert!(told.contains("md/cur/1.x:2,S") && !world.path("away").exists(), "{told}");
    let told = world.out(&["quarantine", "md", "--sha256", &one.to_string(), "--into", "away"]);
    assert!(told.starts_with("moved "), "{told}");
    assert_eq!(files(&world.path("away")), [world.path("away/cur/1.x:2,S")]);
    {
        let mut store = Store::open(&world.path("data")).unwrap().store;
        store.set_mark(&[Identity::of(mail(0).as_bytes())], Some(Mark::Malicious), 1).unwrap();
        store.set_mark(&[Identity::of(mail(2).as_bytes())], Some(Mark::Benign), 1).unwrap();
    }
    world.out(&["quarantine", "md", "--marked", "malicious", "--into", "away"]);
    assert_eq!(files(&world.path("away")).len(), 2);
    assert_eq!(files(&world.path("md")), [world.path("md/cur/2.x:2,S")]);
    world.out(&["quarantine", "--undo"]);
    assert_eq!(files(&world.path("away")), [world.path("away/cur/1.x:2,S")], "run by run");
    world.out(&["quarantine", "--undo"]);
    assert_eq!(files(&world.path("md")), before);
    // A mail that was named and is not there is no success.
    let none = "0".repeat(64);
    for dry in [None, Some("--dry-run")] {
        let arguments = ["quarantine", "md", "--sha256", &none, "--into", "away"];
        let ran = world.run(&arguments.into_iter().chain(dry).collect::<Vec<_>>());
        assert_eq!(ran.status.code(), Some(3), "{dry:?}");
        assert!(String::from_utf8_lossy(&ran.stderr).contains(&format!("not found here: {none}")), "{dry:?}");
    }
    // The folder that cannot be used is named, whichever it is.
    let named = |arguments: &[&str], what: &str| {
        let ran = world.run(arguments);
        let said = String::from_utf8_lossy(&ran.stderr).into_owned();
        assert!(ran.status.code() == Some(1) && said.contains(what), "{:?}: {said}", ran.status);
    };
    fs::write(world.path("file"), "no folder").unwrap();
    named(&["quarantine", "md", "--sha256", &one.to_string(), "--into", "file"], &world.path("file").to_string_lossy());
    world.out(&["quarantine", "md", "--sha256", &one.to_string(), "--into", "away"]);
    fs::rename(world.path("md"), world.path("gone")).unwrap();
    named(&["quarantine", "--undo"], &world.path("md/cur").to_string_lossy());
    fs::rename(world.path("gone"), world.path("md")).unwrap();
    world.out(&["quarantine", "--undo"]);
    assert_eq!(files(&world.path("md")), before);
    let ran = world.run(&["quarantine", "--undo"]);
    assert!(String::from_utf8_lossy(&ran.stderr).contains("nothing to move back"));
    let ran = world.run(&["quarantine", "md", "--into", "away"]);
    assert_eq!(ran.status.code(), Some(2));
    let ran = world.run(&["quarantine", "md", "--marked", "malicious"]);
    assert!(ran.status.code() == Some(2) && String::from_utf8_lossy(&ran.stderr).contains("--into"));
}

//! Every find of the fuzz targets stays found: each file of `tests/hostile/TARGET/` goes through the target of that name, on
//! the stable toolchain. And the programs of `fuzz/` are those of the list, which stands in `fuzz/src/lib.rs`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "a test that cannot go on fails"
)]

#[allow(dead_code, reason = "what a fuzzer needs besides")]
#[path = "../fuzz/src/lib.rs"]
mod fuzz;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use fuzz::TARGETS;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

#[test]
fn what_was_found_once_is_found_no_more() {
    let mut count = 0;
    for (name, target) in TARGETS {
        for path in files(&root().join("tests/hostile").join(name)) {
            println!("{}", path.strip_prefix(root()).unwrap().display());
            target(&std::fs::read(&path).unwrap());
            count += 1;
        }
    }
    assert!(count > 0);
}

#[test]
fn every_folder_of_finds_has_its_target() {
    for folder in files(&root().join("tests/hostile")) {
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        assert!(name == "README.md" || TARGETS.iter().any(|(target, _)| *target == name), "{name} is no target");
    }
}

#[test]
fn every_target_takes_what_it_was_not_made_for() {
    let long = b"From x\nA: =?utf-8?B?\xff?=\n\n--\0<a href=http://\xe3\x81/>{\"a\":[1]}".repeat(9);
    for bytes in [b"".as_slice(), b"\0", b"\xff\xfe", b"a", b"\r\n\r\n", b"1\x01\x02\x03", &long] {
        for (_, target) in TARGETS {
            target(bytes);
        }
    }
}

#[test]
fn every_target_has_its_program() {
    let folder = root().join("fuzz/fuzz_targets");
    let path = root().join("fuzz/Cargo.toml");
    let manifest = std::fs::read_to_string(&path).unwrap();
    let mark = "# One program a target, written by `UPDATE_DOCUMENTS=1 cargo test --test finds`.\n";
    let (head, _) = manifest.split_once(mark).expect("the mark above the programs");
    let mut wanted = format!("{head}{mark}");
    let mut programs = BTreeMap::new();
    for (name, _) in TARGETS {
        wanted.push_str(&format!(
            "\n[[bin]]\nname = \"{name}\"\npath = \"fuzz_targets/{name}.rs\"\ntest = false\ndoc = false\nbench = false\n"
        ));
        let program = format!(
            "#![no_main]\nlibfuzzer_sys::fuzz_target!(|data: &[u8]| gosanke_fuzz::run(gosanke_fuzz::{name}, data));\n"
        );
        programs.insert(folder.join(format!("{name}.rs")), program);
    }
    if std::env::var_os("UPDATE_DOCUMENTS").is_some() {
        std::fs::write(&path, &wanted).unwrap();
        for old in files(&folder) {
            std::fs::remove_file(old).unwrap();
        }
        for (path, text) in &programs {
            std::fs::write(path, text).unwrap();
        }
    }
    assert_eq!(std::fs::read_to_string(&path).unwrap(), wanted);
    let found: BTreeMap<PathBuf, String> =
        files(&folder).into_iter().map(|path| (path.clone(), std::fs::read_to_string(path).unwrap())).collect();
    assert_eq!(found, programs);
}

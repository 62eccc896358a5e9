//! Every find of the fuzz targets stays found: each file of `tests/hostile/TARGET/` goes through the target of that name, on
//! the stable toolchain. And the programs of `fuzz/` are those of the list, which stands in `fuzz/src/lib.rs`.
//!
//! Where there is no nightly toolchain, seeds can be changed at random for a while, without a fuzzer's feedback:
//!
//! ```text
//! fuzz/seeds.sh && GOSANKE_MUTATE="60 mime shown" cargo test --ignore-rust-version --test finds -- --ignored --nocapture
//! ```

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

/// Marsaglia's xorshift: the same changes in every run.
struct Dice(u64);

impl Dice {
    fn throw(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % sides.max(1)
    }

    /// One change: a byte, a bit, a stretch taken out, doubled or taken from another seed, a word put in.
    fn change(&mut self, input: &mut Vec<u8>, other: &[u8], words: &[Vec<u8>]) {
        let at = self.throw(input.len() + 1);
        let (most, times) = (1 << self.throw(10), 1 << self.throw(7));
        let until = (at + 1 + self.throw(most)).min(input.len()).max(at);
        match self.throw(8) {
            0 if at < input.len() => input[at] = self.throw(256) as u8,
            1 if at < input.len() => input[at] ^= 1 << self.throw(8),
            2 => drop(input.drain(at..until)),
            3 => {
                let piece = input[at..until].to_vec();
                for _ in 0..=self.throw(times) {
                    input.splice(at..at, piece.iter().copied());
                    if input.len() > 20_000 {
                        break;
                    }
                }
            }
            4 | 5 => {
                let from = self.throw(other.len() + 1);
                let to = (from + self.throw(200)).min(other.len());
                input.splice(at..at, other[from..to].iter().copied());
            }
            _ => drop(input.splice(at..at, words[self.throw(words.len())].iter().copied())),
        }
        input.truncate(20_000);
    }
}

/// The words of the dictionary, `\xNN` undone.
fn words(folder: &Path) -> Vec<Vec<u8>> {
    let text = std::fs::read_to_string(folder.join("dictionary")).expect("run fuzz/seeds.sh first");
    let word = |line: &str| {
        let mut out = Vec::new();
        let mut rest = line.trim_matches('"').as_bytes();
        while let Some((first, behind)) = rest.split_first() {
            let code = behind.get(1..3).and_then(|code| u8::from_str_radix(std::str::from_utf8(code).ok()?, 16).ok());
            if let Some(byte) = code.filter(|_| *first == b'\\' && behind[0] == b'x') {
                out.push(byte);
                rest = &behind[3..];
            } else {
                out.push(*first);
                rest = behind;
            }
        }
        out
    };
    text.lines().map(word).collect()
}

#[test]
#[ignore = "takes time: GOSANKE_MUTATE is seconds and targets"]
fn changed_seeds_find_nothing() {
    let wanted = std::env::var("GOSANKE_MUTATE").expect("GOSANKE_MUTATE is not set");
    let mut wanted = wanted.split_whitespace();
    let seconds: u64 = wanted.next().unwrap().parse().unwrap();
    let names: Vec<&str> = wanted.collect();
    let corpus = root().join("fuzz/corpus");
    let words = words(&corpus);
    std::panic::set_hook(Box::new(|_| ()));
    let mut found = Vec::new();
    for (name, target) in TARGETS.iter().filter(|(name, _)| names.is_empty() || names.contains(name)) {
        let seeds: Vec<Vec<u8>> = files(&corpus.join(name)).iter().map(|path| std::fs::read(path).unwrap()).collect();
        assert!(!seeds.is_empty(), "{name} has no seeds");
        let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
        let (began, mut runs, mut finds) = (std::time::Instant::now(), 0_u64, 0);
        while began.elapsed().as_secs() < seconds && finds < 5 {
            let mut input = seeds[dice.throw(seeds.len())].clone();
            for _ in 0..=dice.throw(6) * usize::from(runs >= seeds.len() as u64) {
                let other = dice.throw(seeds.len());
                dice.change(&mut input, &seeds[other], &words);
            }
            runs += 1;
            let start = std::time::Instant::now();
            let panicked = std::panic::catch_unwind(|| target(&input)).err();
            let slow = start.elapsed().as_secs() >= 10;
            if panicked.is_some() || slow {
                finds += 1;
                let why = panicked.map_or("slow", |why| {
                    let text = why.downcast_ref::<String>().map(String::as_str).or(why.downcast_ref::<&str>().copied());
                    Box::leak(text.unwrap_or("panic").chars().take(300).collect::<String>().into_boxed_str())
                });
                let folder = root().join("fuzz/artifacts").join(name);
                std::fs::create_dir_all(&folder).unwrap();
                std::fs::write(folder.join(format!("changed-{runs}")), &input).unwrap();
                println!("{name}: changed-{runs}: {why}");
                found.push(*name);
            }
        }
        println!("{name}: {runs} runs, {} a second, {finds} finds", runs / began.elapsed().as_secs().max(1));
    }
    assert!(found.is_empty(), "finds in fuzz/artifacts: {found:?}");
}

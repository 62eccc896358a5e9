//! No part is lost: what Python's email package finds in a message, the program finds, too. What it does not is explained
//! one by one in benches/parts.tsv (file, media type, reason), or as a class: the same bytes read in a charset that Python
//! does not know of (see benches/parts.py); those are counted.
//!
//! Needs python3 and the folder of mails or of parser test suites that `GOSANKE_CORPORA` names, so it does not run by itself:
//!
//! ```text
//! GOSANKE_CORPORA=suites cargo test --test parser_suites -- --ignored --nocapture
//! ```

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    missing_docs,
    reason = "a test that cannot go on fails"
)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use gosanke::message::{Content, Message, Part};

/// ASCII letters and digits, as parts.py takes them.
fn letters(bytes: &[u8]) -> String {
    bytes.iter().filter(|byte| byte.is_ascii_alphanumeric()).map(|byte| char::from(*byte)).collect()
}

fn content(part: &Part) -> String {
    match &part.content {
        Content::Multipart => String::new(),
        Content::Message(fields) => {
            fields.iter().map(|field| letters(field.name.as_bytes()) + &letters(field.raw.as_bytes())).collect()
        }
        Content::Text(text) | Content::Html(text) => letters(text.as_bytes()),
        Content::Binary(bytes) => letters(bytes),
    }
}

fn explained() -> BTreeSet<(String, String)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/parts.tsv");
    let text = std::fs::read_to_string(path).unwrap();
    text.lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| {
            let mut columns = line.split('\t');
            let (file, kind, why) = (columns.next().unwrap(), columns.next().unwrap(), columns.next().unwrap());
            assert!(why.len() > 10, "{file}: a reason");
            (file.to_owned(), kind.to_owned())
        })
        .collect()
}

#[test]
#[ignore = "needs python3 and the folder of parser suites that GOSANKE_CORPORA names"]
fn what_python_finds_is_found_or_explained() {
    let root = PathBuf::from(std::env::var("GOSANKE_CORPORA").expect("GOSANKE_CORPORA"));
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/parts.py");
    let output = Command::new("python3").arg(script).arg(&root).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let explained = explained();
    let (mut files, mut parts, mut charsets, mut wrong) = (0, 0, 0, Vec::new());
    // The list names files of one folder of mails; it may be all such folders that are read.
    let listed = |file: &str| {
        let is =
            |listed: &str| file.strip_suffix(listed).is_some_and(|before| before.is_empty() || before.ends_with('/'));
        explained.iter().map(|(listed, _)| listed).find(|listed| is(listed)).cloned()
    };
    let (mut seen, mut needed) = (BTreeSet::new(), BTreeSet::new());
    for line in output.stdout.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        let row: serde_json::Value = serde_json::from_slice(line).unwrap();
        let file = row["file"].as_str().unwrap();
        files += 1;
        let message = Message::parse(&std::fs::read(root.join(file)).unwrap());
        let own: Vec<String> = message.parts.iter().map(content).collect();
        let listed = listed(file);
        seen.extend(listed.clone());
        for part in row["parts"].as_array().unwrap() {
            parts += 1;
            let (kind, theirs) = (part["type"].as_str().unwrap(), part["letters"].as_str().unwrap());
            if own.iter().any(|own| own.contains(theirs)) {
                continue;
            }
            let mut others = part["others"].as_object().unwrap().values().filter_map(serde_json::Value::as_str);
            if others.any(|other| own.iter().any(|own| own.contains(other))) {
                charsets += 1;
                continue;
            }
            let key = (listed.clone().unwrap_or_default(), kind.to_owned());
            if explained.contains(&key) {
                needed.insert(key);
            } else {
                let shown: String = theirs.chars().take(60).collect();
                let kinds: Vec<String> = message
                    .parts
                    .iter()
                    .zip(&own)
                    .map(|(part, own)| format!("{}:{}", part.media_type, own.len()))
                    .collect();
                wrong.push(format!("{file}\t{kind}\t{} {shown}\t{kinds:?}", theirs.len()));
            }
        }
    }
    println!(
        "{files} messages, {parts} parts, {} explained, {charsets} in another charset, {} lost",
        needed.len(),
        wrong.len()
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let stale: Vec<_> = explained.difference(&needed).filter(|(file, _)| seen.contains(file)).collect();
    assert!(stale.is_empty(), "explained, but found: {stale:?}");
}

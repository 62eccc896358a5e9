//! A look at real mail: writes what the rules say of every message of a folder. Not run unless asked for.
//!
//! `GOSANKE_CORPORA` names the folder that holds `phish`, `ham` ...; one file of JSON lines is written per sub-folder into
//! the folder that `GOSANKE_OUT` names. Nothing of the mails themselves is written but their file names.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::*;
use crate::verdict::judge;

fn files(folder: &Path, out: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() { files(&path, out) } else { out.push(path) }
    }
}

#[test]
#[ignore = "needs the folder of real mail that GOSANKE_CORPORA names"]
fn what_the_rules_say_of_real_mail() {
    let root = PathBuf::from(std::env::var("GOSANKE_CORPORA").expect("GOSANKE_CORPORA"));
    let target = PathBuf::from(std::env::var("GOSANKE_OUT").expect("GOSANKE_OUT"));
    for folder in ["phish", "ham", "ham-modern", "spam", "backscatter"] {
        let mut paths = Vec::new();
        files(&root.join(folder), &mut paths);
        let mut out = std::fs::File::create(target.join(format!("{folder}.jsonl"))).unwrap();
        for path in paths {
            let message = Message::parse(&std::fs::read(&path).unwrap());
            let found = run(&examine(&message, &[]), &FactSet::default(), &Weights::default());
            let verdict = judge(found);
            let findings: Vec<_> = verdict
                .findings
                .iter()
                .map(|finding| serde_json::json!({"id": finding.rule.id, "values": finding.hit.values}))
                .collect();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            let row =
                serde_json::json!({"path": name, "score": verdict.score, "level": verdict.level, "findings": findings});
            writeln!(out, "{row}").unwrap();
        }
    }
}

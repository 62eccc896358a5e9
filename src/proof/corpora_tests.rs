//! Published signatures and chains, and the bodies of real mail: `GOSANKE_CORPORA=folder cargo test proof::corpora_tests --
//! --ignored --nocapture`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::arc::ArcResult;
use super::dkim::{Dkim, DkimResult};
use super::known::spelled;
use crate::facts::{Answer, Fact, FactSet, Key, State};
use crate::message::Message;

fn folder() -> PathBuf {
    PathBuf::from(std::env::var_os("GOSANKE_CORPORA").expect("GOSANKE_CORPORA names the corpora"))
}

fn facts(lines: &[(&str, &str)]) -> FactSet {
    let mut facts = FactSet::default();
    for (name, text) in lines {
        let state = State::Value(Answer::Texts(vec![(*text).to_owned()]));
        facts.put(Key::Texts(spelled(name)), Fact { state, ..Fact::default() });
    }
    facts
}

fn dkim(mail: &[u8], facts: &FactSet) -> Vec<Dkim> {
    super::dkim::prove(&super::prepare(mail, &Message::parse(mail)).dkim, facts, None, &[])
}

/// A case of mail-auth: lines of name and record, an empty line, the mail.
fn case(path: &Path) -> (FactSet, Vec<u8>) {
    let bytes = std::fs::read(path).unwrap();
    let end = bytes
        .windows(2)
        .position(|pair| pair == b"\n\n")
        .or_else(|| bytes.windows(4).position(|four| four == b"\r\n\r\n").map(|at| at + 2));
    let (head, mail) = bytes.split_at(end.unwrap());
    let head = String::from_utf8_lossy(head).into_owned();
    let lines: Vec<(&str, &str)> = head.lines().filter_map(|line| line.split_once(' ')).collect();
    (facts(&lines), mail.trim_ascii_start().to_vec())
}

#[test]
#[ignore = "needs the corpora"]
fn published_signatures_come_out_as_they_were_made() {
    let mut told = Vec::new();
    for number in 1..=6 {
        let (facts, mail) = case(&folder().join(format!("auth/mail-auth/dkim/{number:03}.txt")));
        let results: Vec<_> = dkim(&mail, &facts).into_iter().map(|one| one.result).collect();
        told.push((format!("mail-auth {number}"), results));
    }
    let key = std::fs::read_to_string(folder().join("auth/dkimpy/test2.txt")).unwrap();
    let keys = facts(&[
        (
            "brisbane._domainkey.football.example.com",
            "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
        ),
        ("test._domainkey.football.example.com", key.trim()),
        ("sed._domainkey.test.ex", std::fs::read_to_string(folder().join("auth/dkimpy/eximtest.dns")).unwrap().trim()),
    ]);
    for name in ["rfc6376.signed.msg", "rfc6376.signed.rsa.msg", "rfc6376.signed.no_t.msg", "ed25519test2.msg"] {
        let mail = std::fs::read(folder().join("auth/dkimpy").join(name)).unwrap();
        let results: Vec<_> = dkim(&mail, &keys).into_iter().map(|one| one.result).collect();
        told.push((name.to_owned(), results));
    }
    for (name, results) in &told {
        println!("{name}: {results:?}");
        // One was made to fail: its signed time was taken out.
        let expected = if name.contains("no_t") { DkimResult::Wrong } else { DkimResult::Pass };
        assert!(!results.is_empty() && results.iter().all(|result| *result == Some(expected.clone())), "{name}");
    }
}

#[test]
#[ignore = "needs the corpora"]
fn published_chains_come_out_as_they_were_made() {
    for number in 1..=2 {
        let (facts, mail) = case(&folder().join(format!("auth/mail-auth/arc/{number:03}.txt")));
        let prepared = super::prepare(&mail, &Message::parse(&mail));
        let chain = super::arc::prove(prepared.arc.as_ref().unwrap(), &facts, None, None);
        println!("{number}: {chain:?}");
        assert_eq!(chain.result, Some(ArcResult::Pass));
    }
}

/// Bodies can be held against their signatures without any key.
#[test]
#[ignore = "needs the corpora"]
fn bodies_of_real_mail_are_the_ones_that_were_signed() {
    for folder_name in ["ham-modern", "ham", "phish", "spam"] {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        let mut took = std::time::Duration::ZERO;
        let mut files: Vec<PathBuf> =
            std::fs::read_dir(folder().join(folder_name)).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        for path in files {
            let Ok(mail) = std::fs::read(&path) else { continue };
            let message = Message::parse(&mail);
            let start = std::time::Instant::now();
            let prepared = super::prepare(&mail, &message);
            took += start.elapsed();
            for one in super::dkim::prove(&prepared.dkim, &FactSet::default(), None, &[]) {
                let word = match one.result {
                    None => "body holds",
                    Some(DkimResult::BodyChanged) => "body changed",
                    Some(DkimResult::Void(_)) => "void",
                    Some(_) => "other",
                };
                *counts.entry(word).or_default() += 1;
            }
            *counts.entry("mails").or_default() += 1;
        }
        println!("{folder_name}: {counts:?} in {took:?}");
    }
}

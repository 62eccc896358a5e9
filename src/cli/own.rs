//! Puts together what the reader set up: his side, his lists, his rules. What is wrong with any of it is told, and the
//! rest holds.

use std::path::Path;
use std::sync::Arc;

use crate::analysis::Own;
use crate::config::{Settings, list_files, rule_files, weights_file};
use crate::evidence::usual::{HEAD_BYTES, SAMPLE, Way, usual};
use crate::evidence::{self, Lists, NotAnEntry};
use crate::mailbox::Opened;
use crate::message::Limits;
use crate::rulebook;
use crate::signal::{Model, Weights, rule};
use crate::text::{Lang, Words, show};

/// The most entries of a list file that are told as wrong.
const TOLD: usize = 20;

type Add = fn(&mut Lists, &str) -> Result<(), NotAnEntry>;

/// What the reader set up, and what is wrong with it, ready to be shown.
pub(super) fn own(settings: &Settings) -> (Own, Vec<String>) {
    let lang = settings.lang;
    let (texts, problems) = rule_files(settings);
    let mut told: Vec<String> = problems.iter().map(|problem| problem.text(lang).to_string()).collect();
    let (rules, wrong) = rulebook::read(&texts);
    told.extend(wrong.iter().map(|problem| problem.text(lang).to_string()));
    let side = evidence::Own {
        domains: settings.own_domains.clone(),
        authserv_ids: settings.authserv_ids.clone(),
        // The settings hold nothing else than networks.
        relays: settings.relays.iter().filter_map(|network| network.parse().ok()).collect(),
        usual: Vec::new(),
        lists: lists(settings, &mut told),
        limits: limits(settings),
    };
    (Own { side: Arc::new(side), rules }, told)
}

/// Through whose machines the mail of these mailboxes usually comes in. What the configuration says goes before it, so where
/// that names machines, no mail is asked.
pub(super) fn learn<'a>(settings: &Settings, mailboxes: impl Iterator<Item = &'a Opened>) -> Vec<String> {
    if !settings.own_domains.is_empty() || !settings.relays.is_empty() {
        return Vec::new();
    }
    let entries = mailboxes.flat_map(|opened| opened.some(0, SAMPLE).into_iter().map(move |entry| (opened, entry)));
    let heads = entries.take(SAMPLE).filter_map(|(opened, entry)| opened.read_head(&entry, HEAD_BYTES).ok());
    let ways: Vec<Way> = heads.filter_map(|head| Way::of(&head)).collect();
    usual(&ways)
}

/// Puts what was learned to the own side.
pub(super) fn put(own: &mut Own, usual: Vec<String>) {
    if !usual.is_empty() {
        Arc::make_mut(&mut own.side).usual = usual;
    }
}

/// How much of a mail is read. The settings hold nothing else than limits within their bounds.
pub(super) fn limits(settings: &Settings) -> Limits {
    let mut limits = Limits::default();
    for (key, value) in &settings.limits {
        limits.set(key, *value);
    }
    limits
}

/// The weights in force, and what is wrong with the file of them: then the shipped ones hold.
pub(super) fn weights(settings: &Settings) -> (Weights, Vec<String>) {
    let lang = settings.lang;
    let (texts, problems) = weights_file(settings);
    let mut told: Vec<String> = problems.iter().map(|problem| problem.text(lang).to_string()).collect();
    let mut model = None;
    for (path, text) in &texts {
        let path = path.display().to_string();
        match Model::read(text) {
            Ok(read) => {
                if let Some(id) = read.rules.keys().find(|id| rule(id).is_none()) {
                    let words = Words::new(
                        "{0}: there is no rule {1}; the file was made for another version, fit again",
                        "{0}: {1} というルールはありません。別の版で作られたファイルです。作り直してください",
                    );
                    told_words(&mut told, words, lang, &[&path, id]);
                }
                model = Some(read);
            }
            Err(why) => {
                let words = Words::new("{0}, {1}; the shipped weights are used", "{0} の {1}。内蔵の重みを使います");
                told_words(&mut told, words, lang, &[&path, &why.words(lang)]);
            }
        }
    }
    (Weights::of(model.unwrap_or_else(|| Model::shipped().clone()), settings.weights.clone()), told)
}

fn lists(settings: &Settings, told: &mut Vec<String>) -> Lists {
    let lang = settings.lang;
    let mut lists = Lists::default();
    let allow: Add = Lists::allow;
    let block: Add = Lists::block;
    let vip: Add = Lists::vip;
    for (key, entries, add) in
        [("allow", &settings.allow, allow), ("block", &settings.block, block), ("vips", &settings.vips, vip)]
    {
        for entry in entries.iter().filter(|entry| add(&mut lists, entry).is_err()) {
            let words = Words::new("{0}: {1} cannot stand here. {2}", "{0}: {1} はここに書けません。{2}");
            told_words(told, words, lang, &[key, entry, takes(key).get(lang)]);
        }
    }
    for (key, files, add) in [("allow", &settings.allow_files, allow), ("block", &settings.block_files, block)] {
        let (texts, problems) = list_files(files);
        told.extend(problems.iter().map(|problem| problem.text(lang).to_string()));
        for (path, text) in &texts {
            told.extend(file(path, text, lang, key, &mut |entry| add(&mut lists, entry)));
        }
    }
    lists
}

/// One entry a line; `#` begins a comment.
fn file(
    path: &Path,
    text: &str,
    lang: Lang,
    key: &str,
    add: &mut dyn FnMut(&str) -> Result<(), NotAnEntry>,
) -> Vec<String> {
    let mut told = Vec::new();
    let mut more = 0_usize;
    for (number, line) in text.lines().enumerate() {
        let entry = line.split('#').next().unwrap_or_default().trim();
        if entry.is_empty() || add(entry).is_ok() {
            continue;
        }
        if told.len() >= TOLD {
            more += 1;
            continue;
        }
        let column = line.find(entry).map_or(1, |at| line.get(..at).map_or(1, |before| before.chars().count() + 1));
        let words = Words::new(
            "{0}, line {1}, column {2}: {3} cannot stand here. {4}",
            "{0} の {1} 行 {2} 桁: {3} はここに書けません。{4}",
        );
        let place = [path.display().to_string(), (number + 1).to_string(), column.to_string()];
        let [path, line, column] = place.each_ref().map(String::as_str);
        told_words(&mut told, words, lang, &[path, line, column, entry, takes(key).get(lang)]);
    }
    if more > 0 {
        let words = Words::new("{0}: {1 more line|more lines} like that", "{0}: 同じような行がほかに {1} 行あります");
        told_words(&mut told, words, lang, &[&path.display().to_string(), &more.to_string()]);
    }
    told
}

/// What a list takes, as a sentence.
fn takes(key: &str) -> Words {
    match key {
        "allow" => Words::new(
            "Write a domain (example.com) or a mail address.",
            "ドメイン（example.com）かメールアドレスを書いてください。",
        ),
        "block" => Words::new(
            "Write a domain (example.com), a mail address, an IP address or network, or a SHA-256.",
            "ドメイン（example.com）、メールアドレス、IP アドレスかネットワーク、SHA-256 のいずれかを書いてください。",
        ),
        _ => Words::new(
            "Write a name and an address: Anna Example <anna@example.com>.",
            "名前とアドレスを書いてください。例: 山田 太郎 <taro@example.com>",
        ),
    }
}

fn told_words(told: &mut Vec<String>, words: Words, lang: Lang, values: &[&str]) {
    let values: Vec<String> = values.iter().map(|value| value.chars().take(200).collect()).collect();
    let values: Vec<&str> = values.iter().map(String::as_str).collect();
    told.push(show(&words.fill(lang, &values)).to_string());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limits_of_the_configuration_are_those_of_the_rooms() {
        let settings = Settings { limits: [("parts".to_owned(), 20)].into(), ..Settings::default() };
        assert_eq!(own(&settings).0.side.limits, Limits { parts: 20, ..Limits::default() });
    }

    #[test]
    fn a_file_of_weights_takes_the_place_of_the_shipped_one_and_a_damaged_one_is_told_with_its_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("weights.toml");
        let settings = Settings { weights_file: path.clone(), ..Settings::default() };
        let lies = rule("link-text-lies").unwrap();
        std::fs::write(&path, "bias = -1.0\n[rules]\nlink-text-lies = { weight = 0.25 }\n").unwrap();
        let (own, told) = weights(&settings);
        assert_eq!((own.of_rule(lies), told), (Some(0.25), vec![]));
        let changed = Settings { weights: [("link-text-lies".to_owned(), 3.0)].into(), ..settings.clone() };
        assert_eq!(weights(&changed).0.of_rule(lies), Some(3.0));

        std::fs::write(&path, "bias = -1.0\n[rules]\nlink-text-lies = { weight = 99.0 }\n").unwrap();
        let (own, told) = weights(&settings);
        assert_eq!(own.of_rule(lies), Weights::default().of_rule(lies));
        assert!(told[0].contains("weights.toml, line 3: link-text-lies"), "{told:?}");

        std::fs::write(&path, "[rules]\nno-such-rule = { weight = 1.0 }\n").unwrap();
        assert!(weights(&settings).1[0].contains("no-such-rule"));
        std::fs::remove_file(&path).unwrap();
        assert!(weights(&settings).1[0].contains("no such file"));
    }
}

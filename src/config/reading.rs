//! Reads what settings point to: files of own rules, and lists of senders. Bounded and careful like the file of settings
//! itself; what the texts mean is decided elsewhere. A file that cannot be read is told and left out.

use std::path::{Path, PathBuf};

use super::error::{ConfigError, Defect, Source};
use super::{Settings, file};
use crate::text::{Sentence, Words, cause};

/// The most files of rules.
const FILES: usize = 100;
/// The most bytes of a file of rules.
const RULES: u64 = 256 * 1024;
/// The most bytes of a file of weights.
const WEIGHTS: u64 = 1024 * 1024;
/// The most bytes of a list.
const LISTS: u64 = 16 * 1024 * 1024;

/// Files with their texts.
pub type Texts = Vec<(PathBuf, String)>;

/// The files of own rules: those of the folder by name, then those that are named one by one. A folder that is not there
/// holds none.
#[must_use]
pub fn rule_files(settings: &Settings) -> (Texts, Vec<ConfigError>) {
    let mut problems = Vec::new();
    let mut files = Vec::new();
    match std::fs::read_dir(&settings.rules_dir) {
        Ok(entries) => {
            let is_rules = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "toml");
            files.extend(entries.take(10_000).flatten().map(|entry| entry.path()).filter(is_rules));
            files.sort();
        }
        Err(why) if why.kind() == std::io::ErrorKind::NotFound => {}
        Err(why) => problems.push(told(&settings.rules_dir, Defect::Unreadable(cause(&why)))),
    }
    files.extend(settings.rules.iter().cloned());
    if let Some(path) = files.get(FILES) {
        let words = Words::new("more than {0} files of rules", "ルールのファイルが {0} 個を超えています");
        problems.push(told(path, Defect::Unreadable(Sentence::new(words, [FILES.into()]))));
    }
    files.truncate(FILES);
    let texts = all(&files, RULES, &mut problems);
    (texts, problems)
}

/// The texts of list files.
#[must_use]
pub fn list_files(files: &[PathBuf]) -> (Texts, Vec<ConfigError>) {
    let mut problems = Vec::new();
    let texts = all(files, LISTS, &mut problems);
    (texts, problems)
}

/// The file of weights, where one is named.
#[must_use]
pub fn weights_file(settings: &Settings) -> (Texts, Vec<ConfigError>) {
    let mut problems = Vec::new();
    let path = &settings.weights_file;
    let named = if path.as_os_str().is_empty() { Vec::new() } else { vec![path.clone()] };
    let texts = all(&named, WEIGHTS, &mut problems);
    (texts, problems)
}

fn all(files: &[PathBuf], limit: u64, problems: &mut Vec<ConfigError>) -> Texts {
    let mut texts = Vec::new();
    for path in files {
        match file::read_within(path, limit) {
            Ok(Some(text)) => texts.push((path.clone(), text)),
            Ok(None) => problems.push(told(path, Defect::Missing)),
            Err(defect) => problems.push(told(path, defect)),
        }
    }
    texts
}

fn told(path: &Path, defect: Defect) -> ConfigError {
    ConfigError { source: Source::File(path.to_owned(), None), defect }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_come_by_name_and_what_cannot_be_read_is_told() {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in [("b.toml", "b"), ("a.toml", "a"), ("c.txt", "no rules")] {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        let missing = folder.path().join("missing.toml");
        let settings =
            Settings { rules_dir: folder.path().to_owned(), rules: vec![missing.clone()], ..Settings::default() };
        let (texts, problems) = rule_files(&settings);
        let texts: Vec<&str> = texts.iter().map(|(_, text)| text.as_str()).collect();
        assert_eq!(texts, ["a", "b"]);
        assert_eq!(problems, [told(&missing, Defect::Missing)]);
        let nowhere = Settings { rules_dir: folder.path().join("nowhere"), ..Settings::default() };
        assert_eq!(rule_files(&nowhere), (Vec::new(), Vec::new()));
    }

    #[test]
    fn a_list_that_is_too_large_is_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("list");
        std::fs::File::create(&path).unwrap().set_len(LISTS + 1).unwrap();
        let (texts, problems) = list_files(std::slice::from_ref(&path));
        assert!(texts.is_empty());
        assert_eq!(problems, [told(&path, Defect::TooLarge(16 * 1024))]);
    }
}

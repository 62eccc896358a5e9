//! The cache of rows and badges: `gosanke cache`, and what decides whether a badge that was kept still holds.

use std::fmt::Write as _;

use clap::Subcommand;
use sha2::{Digest as _, Sha256};

use super::{UNREADABLE, complain, tell};
use crate::config::{Settings, list_files, rule_files, weights_file};
use crate::lookup::Recording;
use crate::store::{MOST_BYTES, ROWS_FILE, RowCache};
use crate::text::{Lang, Words, show};
use crate::tui::Recall;

/// What to do with the cache.
#[derive(Debug, Subcommand, Clone)]
pub(super) enum What {
    /// Tell where it is, how large it is and which folders it knows (without a command, too)
    Show,
    /// Forget everything; marks, notes and kept answers stay
    Clear,
}

/// Runs the command.
pub(super) fn run(what: &What, settings: &Settings) -> anyhow::Result<u8> {
    let lang = settings.lang;
    let folder = &settings.data_dir;
    let Some(mut cache) = RowCache::existing(folder) else {
        let words = Words::new("there is no cache yet", "キャッシュはまだありません");
        return tell(&format!("{}\n", words.get(lang)));
    };
    let told = match what {
        What::Show => cache.folders().map(|folders| {
            let path = folder.join(ROWS_FILE).display().to_string();
            let total: u64 = folders.iter().map(|folder| folder.bytes).sum();
            let words = Words::new("{0}: {1} of at most {2}", "{0}: {1}（上限 {2}）");
            let mut text = words.fill(lang, &[show(&path).as_str(), &size(total), &size(MOST_BYTES)]) + "\n";
            for folder in folders {
                let rows = Words::new("{0 mail|mails}", "{0} 通").fill(lang, &[&folder.rows.to_string()]);
                let used = jiff::Timestamp::from_second(folder.used).map_or_else(
                    |_| String::new(),
                    |at| at.to_zoned(jiff::tz::TimeZone::system()).strftime("%Y-%m-%d %H:%M").to_string(),
                );
                let path = show(&folder.path.to_string_lossy());
                let _ = writeln!(text, "{:>8}  {used:<16}  {path}  {rows}", size(folder.bytes));
            }
            text
        }),
        What::Clear => cache.clear().map(|()| {
            let words = Words::new(
                "the cache is empty; mailboxes will be analyzed again when they are opened",
                "キャッシュを空にしました。メールボックスは次に開いたときに解析し直されます",
            );
            format!("{}\n", words.get(lang))
        }),
    };
    match told {
        Ok(text) => tell(&text),
        Err(why) => {
            complain(&unusable(lang, &why.words(lang)));
            Ok(UNREADABLE)
        }
    }
}

fn unusable(lang: Lang, why: &str) -> String {
    let words = Words::new(
        "the cache cannot be used ({0}); deleting {1} in the data directory does no harm",
        "キャッシュを使えません（{0}）。データディレクトリの {1} は削除しても問題ありません",
    );
    words.fill(lang, &[why, ROWS_FILE])
}

fn size(bytes: u64) -> String {
    match bytes {
        0..1_000_000 => format!("{} kB", bytes.div_ceil(1000)),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes / 100_000 % 10),
    }
}

/// Where badges are kept in this run; `None` where the reader does not want it or there is no place for it.
pub(super) fn recall(settings: &Settings, recording: Option<&Recording>) -> Option<Recall> {
    if !settings.cache || settings.data_dir.as_os_str().is_empty() {
        return None;
    }
    Some(Recall { data_dir: settings.data_dir.clone(), rules: fingerprint(settings, recording)? })
}

/// A badge rests on what is usual in the mailbox, too.
pub(super) fn in_mailbox(recall: Recall, usual: &[String]) -> Recall {
    let mut hash = Sha256::new_with_prefix(recall.rules);
    for organization in usual {
        hash.update((organization.len() as u64).to_le_bytes());
        hash.update(organization);
    }
    Recall { rules: hash.finalize().into(), ..recall }
}

/// All that a badge rests on beside the mail: another number means that no kept badge holds. `None` where that cannot be
/// told.
fn fingerprint(settings: &Settings, recording: Option<&Recording>) -> Option<[u8; 32]> {
    let mut hash = Sha256::new();
    // Each text with its length, so that two lists cannot run into each other.
    let mut put = |text: &[u8]| {
        hash.update((text.len() as u64).to_le_bytes());
        hash.update(text);
    };
    put(env!("CARGO_PKG_VERSION").as_bytes());
    // A program that was built again may judge otherwise under the same version.
    let program = std::fs::metadata(std::env::current_exe().ok()?).ok()?;
    let built = program.modified().ok()?.duration_since(std::time::UNIX_EPOCH).ok()?;
    put(&program.len().to_le_bytes());
    put(&built.as_nanos().to_le_bytes());
    let lists = [
        &settings.own_domains,
        &settings.authserv_ids,
        &settings.relays,
        &settings.allow,
        &settings.block,
        &settings.vips,
    ];
    for list in lists {
        put(&(list.len() as u64).to_le_bytes());
        for entry in list {
            put(entry.as_bytes());
        }
    }
    for (limit, value) in &settings.limits {
        put(limit.as_bytes());
        put(&value.to_le_bytes());
    }
    for (rule, weight) in &settings.weights {
        put(rule.as_bytes());
        put(format!("{weight:?}").as_bytes());
    }
    let files = [&settings.allow_files, &settings.block_files].map(|files| list_files(files).0);
    for texts in files.into_iter().chain([rule_files(settings).0, weights_file(settings).0]) {
        put(&(texts.len() as u64).to_le_bytes());
        for (_, text) in &texts {
            put(text.as_bytes());
        }
    }
    let facts = recording.map(Recording::facts).unwrap_or_default();
    let mut answers: Vec<String> =
        facts.iter().filter_map(|(key, fact)| serde_json::to_string(&(key, fact)).ok()).collect();
    answers.sort_unstable();
    for answer in &answers {
        put(answer.as_bytes());
    }
    Some(hash.finalize().into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::ROWS;

    #[test]
    fn a_limit_that_is_changed_leaves_no_kept_badge_in_force() {
        let mut seen = vec![fingerprint(&Settings::default(), None).unwrap()];
        assert_eq!(fingerprint(&Settings::default(), None), seen.first().copied());
        for row in ROWS {
            for value in [row.least, row.most] {
                let settings = Settings { limits: [(row.key.to_owned(), value)].into(), ..Settings::default() };
                let made = fingerprint(&settings, None).unwrap();
                assert!(!seen.contains(&made), "{} {value}", row.key);
                seen.push(made);
            }
        }
    }
}

//! `gosanke feeds update iana`: IANA's tables of registries (RFC 9224), which say whom to ask about a domain, an address or
//! an AS number. They come with the program; the command fetches newer ones, and nothing else ever does.

use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use super::{UNREADABLE, complain};
use crate::lookup::feeds::{day, note};
use crate::lookup::http::Client;
use crate::lookup::registries::{self, Refreshed};
use crate::text::{Lang, Words, grouped, show};

/// How the tables are called among feeds; no feed has this name.
pub(super) const ID: &str = "iana";

/// Fetches the four files. Gives the exit code.
pub(super) fn update(client: &Client, data_dir: &Path, now: i64, lang: Lang) -> anyhow::Result<u8> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut asking = |address: &str| {
        complain(&format!("{ID}: {}", Words::new("asking {0}", "取得先: {0}").fill(lang, &[address])));
    };
    let done = runtime.block_on(registries::refresh(client, data_dir, &mut asking));
    let mut failed = false;
    for one in &done {
        let why = one.outcome.as_ref().err().map(|why| why.words(Lang::En));
        failed |= why.is_some();
        if let Some(warning) = note(data_dir, now, &one.from, one.took, why.as_deref()) {
            complain(&warning.words(lang));
        }
        complain(&format!("{ID}: {}: {}", one.name, told(one, lang)));
    }
    Ok(if failed { UNREADABLE } else { 0 })
}

/// What became of a file.
fn told(one: &Refreshed, lang: Lang) -> String {
    match &one.outcome {
        Ok((published, fresh)) => {
            let words = if *fresh {
                Words::new("published {0}; used from now on", "{0} 公開。今後はこちらを使います")
            } else {
                Words::new(
                    "published {0}; what is here is as new",
                    "{0} 公開。手元のものと同じか、手元の方が新しいため変更なし",
                )
            };
            words.fill(lang, &[published])
        }
        Err(why) => Words::new("not taken: {0}", "不採用: {0}").fill(lang, &[&why.words(lang)]),
    }
}

/// Removes what was fetched; the tables that came with the program count again. Gives false where there was nothing.
pub(super) fn remove(data_dir: &Path, lang: Lang) -> Result<bool, String> {
    registries::forget(data_dir).map_err(|why| format!("{ID}: {}", why.words(lang)))
}

/// Which files count: two lines, as a feed has.
pub(super) fn list(data_dir: &Path, lang: Lang) -> String {
    let mut out = String::new();
    let files = registries::standing(Some(data_dir));
    let each: Vec<String> = files
        .iter()
        .map(|file| {
            let words = if file.fetched {
                Words::new("{0} {1} ({2} entries, fetched)", "{0} {1}（{2} 件、取得済み）")
            } else {
                Words::new("{0} {1} ({2} entries, shipped)", "{0} {1}（{2} 件、同梱）")
            };
            words.fill(lang, &[file.name, &day(file.published), &grouped(file.entries as u64)])
        })
        .collect();
    let _ = writeln!(out, "{ID}  {}", show(&each.join(", ")));
    let about = Words::new(
        "IANA's tables of registries (RFC 9224): whom RDAP asks; public domain",
        "IANA のレジストリ一覧 (RFC 9224)：RDAP の照会先を決めるもの、パブリックドメイン",
    );
    let _ = writeln!(out, "  {}", about.get(lang));
    let _ = writeln!(out, "  https://data.iana.org/rdap/");
    out
}

/// For the doctor: how old the oldest of the tables is, and whether it was fetched.
pub(super) fn age(data_dir: &Path, now: i64, lang: Lang) -> Option<String> {
    let files = registries::standing(Some(data_dir));
    let oldest = files.iter().map(|file| file.published).min()?;
    let days = now.saturating_sub(oldest).max(0) / Duration::from_hours(24).as_secs().cast_signed();
    let words = if files.iter().any(|file| file.fetched) {
        Words::new(
            "IANA's tables of {0} and newer, {1 day|days} old; fetched by you",
            "IANA の一覧：最も古いもので {0}（{1} 日前）、取得済み",
        )
    } else {
        Words::new(
            "IANA's tables of {0} and newer, {1 day|days} old; `gosanke feeds update iana` fetches newer ones",
            "IANA の一覧：最も古いもので {0}（{1} 日前）。`gosanke feeds update iana` で更新できます",
        )
    };
    Some(words.fill(lang, &[&day(oldest), &days.to_string()]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lookup::registries::RefreshError;
    use crate::text::cause;

    #[test]
    fn what_became_of_a_file_is_told_in_both_languages() {
        let refreshed = |outcome| Refreshed { name: "dns.json", from: String::new(), took: Duration::ZERO, outcome };
        let date = || "2026-11-01T00:00:00Z".to_owned();
        let mut said = std::collections::HashSet::new();
        for outcome in [
            Ok((date(), true)),
            Ok((date(), false)),
            Err(RefreshError::Connection(crate::facts::phrases::connection::CLOSED.en.to_owned())),
            Err(RefreshError::Status(500)),
            Err(RefreshError::NotBootstrap),
            Err(RefreshError::TooLarge),
            Err(RefreshError::TooFew),
            Err(RefreshError::Unwritten(cause(&std::io::ErrorKind::StorageFull.into()))),
        ] {
            for lang in [Lang::En, Lang::Ja] {
                assert!(said.insert(told(&refreshed(outcome.clone()), lang)));
            }
        }
        assert!(crate::lookup::feeds::feed(ID).is_none());
    }

    #[test]
    fn the_shipped_tables_are_listed_with_their_dates() {
        let folder = tempfile::tempdir().unwrap();
        let text = list(folder.path(), Lang::En);
        for name in ["dns.json 20", "ipv4.json 20", "ipv6.json 20", "asn.json 20", "shipped"] {
            assert!(text.contains(name), "{text}");
        }
        assert!(age(folder.path(), 1_795_132_800, Lang::Ja).unwrap().contains("feeds update iana"));
    }
}

//! Updating feeds at the user's order: what to fetch, when it is too soon, and compiling what came.
//!
//! Files of feeds that consist of several are kept as they came, so that only those that changed are fetched; of the
//! others only the compiled table stays. What fails leaves everything as it was.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use url::Url;

use super::build::Builder;
use super::download::{Fetched, Validators, Wanted, fetch, remembered};
use super::rows::{Feed, Source};
use super::shelf::{blank, open, path, store};
use super::table::{Head, Table};
use super::{FOLDER, FeedError, Limits};
use crate::lookup::Permit;
use crate::lookup::http::Client;
use crate::lookup::keys::{Keys, variable};
use crate::lookup::policy::Policy;

/// Stands for a key in an address that is shown or kept.
const KEY_SHOWN: &str = "(key)";

/// What an update is made with.
pub struct Update<'a> {
    /// The data directory.
    pub data_dir: &'a Path,
    /// Keys of services.
    pub keys: &'a Keys,
    /// Unix seconds.
    pub now: i64,
    /// How much is read.
    pub limits: Limits,
    /// Also where the operator wants some time between two downloads: a damaged feed, a change of keys.
    pub at_once: bool,
}

/// What is under way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum News {
    /// A file is asked for; the address has no key in it.
    Asking(String),
    /// So many bytes have come, of so many.
    Bytes(u64, Option<u64>),
    /// It is compiled.
    Compiling,
}

/// What became of a feed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "one at a time, told and dropped")]
pub enum Updated {
    /// A new table.
    Fresh(Head),
    /// As it was before.
    Unchanged,
}

/// One file of a feed.
struct Piece {
    name: String,
    url: Url,
    shown: String,
    /// The feed is whole without it.
    optional: bool,
}

/// Updates one feed.
///
/// # Errors
/// It was not fetched, or not taken; what was there before stays, and a download that broke off goes on next time.
pub async fn update(
    client: &Client,
    feed: &'static Feed,
    with: &Update<'_>,
    told: &mut (dyn FnMut(News) + Send),
) -> Result<Updated, FeedError> {
    update_from(client, feed, with, Policy::Public, told).await
}

/// As [`update`], for servers of tests.
pub(super) async fn update_from(
    client: &Client,
    feed: &'static Feed,
    with: &Update<'_>,
    policy: Policy,
    told: &mut (dyn FnMut(News) + Send),
) -> Result<Updated, FeedError> {
    let permit = Permit::by_order();
    let place = path(with.data_dir, feed.id);
    // A table with a damaged block is fetched anew.
    let had = Table::open(&place).ok().filter(|table| table.verify().is_ok());
    if let Some(table) = had.as_ref().filter(|_| !with.at_once) {
        let checked = checked(&place).unwrap_or(table.head.fetched).max(table.head.fetched);
        let ago = with.now.saturating_sub(checked) / 60;
        if (0..i64::from(feed.every)).contains(&ago) {
            return Err(FeedError::TooSoon { ago, every: feed.every });
        }
    }
    let pieces = pieces(feed, with)?;
    let folder = with.data_dir.join(FOLDER).join(format!("{}.parts", feed.id));
    let kept = pieces.len() > 1 || matches!(feed.source, Source::Monthly { .. });
    let (mut files, mut fresh, mut missing): (Vec<PathBuf>, _, usize) = (Vec::new(), false, 0);
    let mut said = Validators::default();
    for piece in &pieces {
        told(News::Asking(piece.shown.clone()));
        let known = if kept {
            let there = folder.join(&piece.name).exists() && !folder.join(format!("{}.part", piece.name)).exists();
            there.then(|| remembered(&folder.join(format!("{}.json", piece.name)))).flatten()
        } else {
            had.as_ref().map(|table| Validators::of(table.head.etag.clone(), table.head.modified.clone()))
        };
        let wanted =
            Wanted { url: &piece.url, folder: &folder, name: &piece.name, known, limit: with.limits.bytes, policy };
        let fetched = fetch(client, &permit, &wanted, &mut |have, total| told(News::Bytes(have, total))).await;
        match fetched.map_err(|why| why.without_keys(with.keys))? {
            Fetched::Here(path, validators) => {
                files.push(path);
                said = validators;
                fresh = true;
            }
            Fetched::Unchanged if kept => files.push(folder.join(&piece.name)),
            Fetched::Unchanged => {}
            Fetched::Missing if piece.optional => missing += 1,
            Fetched::Missing => return Err(FeedError::Missing),
        }
    }
    if missing == pieces.len() {
        return Err(FeedError::Missing);
    }
    if !fresh && had.is_some() {
        touch(&place, with.now);
        return Ok(Updated::Unchanged);
    }
    told(News::Compiling);
    if matches!(feed.source, Source::Monthly { .. }) {
        files = months(&folder);
    }
    let mut builder = Builder::new(with.limits);
    for file in &files {
        builder.take(&mut open(file)?, feed.format)?;
    }
    let mut head = blank(feed.id)?;
    head.fetched = with.now;
    head.from = pieces.last().map(|piece| piece.shown.clone()).unwrap_or_default();
    head.dated = said.modified.as_deref().and_then(day_of).unwrap_or_else(|| day(with.now));
    if !kept {
        (head.etag, head.modified) = (said.etag, said.modified);
    }
    let head = store(with.data_dir, builder, head);
    if !kept {
        // The table has all that is needed of it; a file that was no feed is not kept either.
        let _ = std::fs::remove_dir_all(&folder);
    }
    touch(&place, with.now);
    head.map(Updated::Fresh)
}

/// Which files a feed consists of now.
fn pieces(feed: &Feed, with: &Update<'_>) -> Result<Vec<Piece>, FeedError> {
    let piece = |name: String, real: &str, shown: &str, optional| {
        let url = Url::parse(real).map_err(|_| FeedError::ByHand(feed.site))?;
        Ok(Piece { name, url, shown: shown.to_owned(), optional })
    };
    match feed.source {
        Source::At(all) => all.iter().zip(1..).map(|(at, number)| piece(format!("{number}"), at, at, false)).collect(),
        Source::Keyed { key, with: address, without } => {
            let one = match with.keys.get(key) {
                Some(secret) => {
                    // A key is letters and digits; whatever else would be another address.
                    let escaped: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
                    let shown = address.replace("{key}", KEY_SHOWN);
                    piece("1".to_owned(), &address.replace("{key}", &escaped), &shown, false)?
                }
                None if without.is_empty() => return Err(FeedError::NoKey(variable(key))),
                None => piece("1".to_owned(), without, without, false)?,
            };
            Ok(vec![one])
        }
        Source::Monthly { at, back } => {
            let today =
                jiff::Timestamp::from_second(with.now).unwrap_or_default().to_zoned(jiff::tz::TimeZone::UTC).date();
            (0..=i32::from(back))
                .rev()
                .map(|months| {
                    let month = today.first_of_month().saturating_sub(jiff::Span::new().months(months));
                    let (year, number) = (format!("{:04}", month.year()), format!("{:02}", month.month()));
                    let address = at.replace("{year}", &year).replace("{month}", &number);
                    // The newest months come late.
                    piece(format!("{year}{number}"), &address, &address, true)
                })
                .collect()
        }
        Source::ByHand => Err(FeedError::ByHand(feed.site)),
    }
}

/// Every month that was ever fetched, oldest first.
fn months(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().take(5_000).filter_map(Result::ok);
    let is_month = |name: &str| name.len() == 6 && name.bytes().all(|byte| byte.is_ascii_digit());
    let mut files: Vec<PathBuf> =
        entries.filter(|entry| entry.file_name().to_str().is_some_and(is_month)).map(|entry| entry.path()).collect();
    files.sort();
    files
}

/// When a feed was last asked for: its file's time, which a check that found nothing new sets.
fn checked(place: &Path) -> Option<i64> {
    let time = std::fs::metadata(place).ok()?.modified().ok()?;
    time.duration_since(SystemTime::UNIX_EPOCH).ok().and_then(|since| i64::try_from(since.as_secs()).ok())
}

fn touch(place: &Path, now: i64) {
    let time = SystemTime::UNIX_EPOCH + Duration::from_secs(u64::try_from(now).unwrap_or_default());
    // Only the time until the next question depends on it.
    let _ = File::options().append(true).open(place).and_then(|file| file.set_modified(time));
}

/// The day of a moment, `2026-11-20`.
#[must_use]
pub fn day(now: i64) -> String {
    jiff::Timestamp::from_second(now).unwrap_or_default().to_zoned(jiff::tz::TimeZone::UTC).date().to_string()
}

/// The day of `Last-Modified` (RFC 9110 section 5.6.7).
fn day_of(field: &str) -> Option<String> {
    let moment = jiff::fmt::rfc2822::parse(field).ok()?;
    Some(moment.with_time_zone(jiff::tz::TimeZone::UTC).date().to_string())
}

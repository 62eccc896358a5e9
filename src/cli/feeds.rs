//! `gosanke feeds`: lists, updates, adds and removes the lists that are searched on this machine. The command is the
//! order: nothing else ever downloads one. What is told goes to standard error, what is asked for to standard output.

use std::fmt::Write as _;
use std::io::{IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use clap::{Subcommand, ValueEnum};

use super::network::engine;
use super::{UNREADABLE, USAGE, complain, iana, tell};
use crate::config::Loaded;
use crate::lookup;
use crate::lookup::feeds::{
    self, Damage, Entry, FeedError, Format, Given, Head, Limits, News, Source, Update, Updated,
};
use crate::lookup::registries::any_fetched;
use crate::text::{Lang, Shown, Words, columns, grouped, pad, show};

/// What to do with feeds.
#[derive(Debug, Subcommand, Clone)]
pub(super) enum What {
    /// Tell every feed: id, date, lines, size and terms (without a command, too)
    List,
    /// Download feeds: those named, else those that are on this machine already; `iana` are the tables of registries
    Update {
        /// Ids of feeds
        #[arg(value_name = "ID")]
        ids: Vec<String>,
        /// Every feed that the program knows
        #[arg(long, conflicts_with = "ids")]
        all: bool,
    },
    /// Take a file by hand: a feed that was downloaded elsewhere, or a list of your own
    Add {
        /// The file; packed with gzip or not
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// Which feed it is, or a new id for a list of your own (a-z, 0-9, -)
        #[arg(long = "as", value_name = "ID")]
        id: String,
        /// Its form, where it is not found out
        #[arg(long, value_name = "FORMAT", default_value = "auto")]
        format: FormatArg,
    },
    /// Remove feeds from this machine
    Remove {
        /// Ids of feeds
        #[arg(value_name = "ID", required = true)]
        ids: Vec<String>,
    },
}

/// A form as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum FormatArg {
    /// By its first bytes.
    Auto,
    /// URLs or hosts, one a line, or CSV.
    Text,
    /// JSON: an array of objects, or one object a line.
    Json,
    /// Address prefixes in whatever form.
    Prefixes,
}

/// Runs the command.
pub(super) fn run(what: &What, loaded: &Loaded) -> anyhow::Result<u8> {
    let lang = loaded.settings.lang;
    let folder = &loaded.settings.data_dir;
    if folder.as_os_str().is_empty() {
        complain(&FeedError::Nowhere.words(lang));
        return Ok(UNREADABLE);
    }
    match what {
        What::List => tell(&(list(&feeds::list(folder), lang) + &iana::list(folder, lang))),
        What::Update { ids, all } => update(ids, *all, loaded),
        What::Add { file, id, format } => Ok(add(file, id, *format, folder, lang)),
        What::Remove { ids } => Ok(remove(ids, folder, lang)),
    }
}

fn now() -> i64 {
    lookup::system_clock()()
}

/// Two lines a feed: what is here, and what it is.
fn list(entries: &[Entry], lang: Lang) -> String {
    let rows: Vec<[Shown; 4]> = entries.iter().map(|entry| cells(entry, lang)).collect();
    let widths: Vec<usize> =
        (0..4).map(|at| rows.iter().filter_map(|row| row.get(at)).map(columns).max().unwrap_or(0)).collect();
    let mut out = String::new();
    for (entry, row) in entries.iter().zip(&rows) {
        let padded: Vec<String> = row.iter().zip(&widths).map(|(cell, width)| pad(cell, *width).to_string()).collect();
        let _ = writeln!(out, "{}", padded.join("  ").trim_end());
        if let Some(Ok(Head { cut: Some(cut), .. })) = &entry.head {
            let _ = writeln!(out, "  ! {}", cut.words(lang));
        }
        if let Some(Err(why)) = &entry.head {
            let _ = writeln!(out, "  ! {}", damage(*why, &entry.id, lang));
        }
        if let Some(feed) = entry.feed {
            let _ = writeln!(out, "  {}: {}", feed.title, feed.terms.get(lang));
            let _ = writeln!(out, "  {}", feed.site);
        }
    }
    out
}

/// Id, date, lines and size.
fn cells(entry: &Entry, lang: Lang) -> [Shown; 4] {
    let id = show(&entry.id);
    match &entry.head {
        None => {
            let by_hand = entry.feed.is_some_and(|feed| feed.source == Source::ByHand);
            let words = if by_hand {
                Words::new("not here (by hand only)", "未取得 (手動のみ)")
            } else {
                Words::new("not here", "未取得")
            };
            [id, show(words.get(lang)), Shown::default(), Shown::default()]
        }
        Some(Err(_)) => [id, show(Words::new("damaged", "破損").get(lang)), Shown::default(), show(&size(entry.size))],
        Some(Ok(head)) => {
            let lines = Words::new("{0 line|lines}", "{0} 件").fill(lang, &[&grouped(head.lines)]);
            [id, show(&head.dated), show(&lines), show(&size(entry.size))]
        }
    }
}

fn damage(why: Damage, id: &str, lang: Lang) -> String {
    let words = match why {
        Damage::Unreadable => Words::new("its file cannot be read", "ファイルを読み込めません"),
        Damage::Foreign => Words::new(
            "its file was not made by this program; `gosanke feeds update {0}` fetches it anew",
            "このプログラムが作ったファイルではありません。`gosanke feeds update {0}` で取得し直せます",
        ),
        Damage::Damaged => Words::new(
            "its file was cut or changed; `gosanke feeds update {0}` fetches it anew",
            "ファイルが途中で切れているか、書き換えられています。`gosanke feeds update {0}` で取得し直せます",
        ),
    };
    words.fill(lang, &[id])
}

fn update(ids: &[String], all: bool, loaded: &Loaded) -> anyhow::Result<u8> {
    let lang = loaded.settings.lang;
    let folder = &loaded.settings.data_dir;
    if let Some(id) = ids.iter().find(|id| *id != iana::ID && feeds::feed(id).is_none()) {
        complain(&FeedError::Unknown(id.clone()).words(lang));
        return Ok(USAGE);
    }
    let wanted: Vec<&'static feeds::Feed> = if ids.is_empty() {
        let here = feeds::list(folder).into_iter().filter(|entry| all || entry.head.is_some());
        here.filter_map(|entry| entry.feed).filter(|feed| feed.source != Source::ByHand).collect()
    } else {
        ids.iter().filter_map(|id| feeds::feed(id)).collect()
    };
    let tables = if ids.is_empty() { all || any_fetched(folder) } else { ids.iter().any(|id| id == iana::ID) };
    if wanted.is_empty() && !tables {
        let words = Words::new(
            "no feed is on this machine yet; name some (`gosanke feeds` lists them), or --all",
            "このマシンにはまだフィードがありません。名前を指定するか (`gosanke feeds` で一覧)、--all を付けてください",
        );
        complain(words.get(lang));
        return Ok(USAGE);
    }
    let mut warnings = Vec::new();
    let asking = engine(&loaded.settings, None, None, &mut warnings);
    for why in &warnings {
        complain(why);
    }
    let client = lookup::client(&asking);
    let with = Update { data_dir: folder, keys: &asking.keys, now: now(), limits: Limits::default(), at_once: false };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut failed = false;
    for feed in wanted {
        let mut progress = Progress::new(feed.id, lang);
        let terms = Words::new("terms: {0} ({1})", "利用条件: {0} ({1})");
        progress.line(&terms.fill(lang, &[feed.terms.get(lang), feed.site]));
        let mut asked: Vec<(String, Instant)> = Vec::new();
        let done = runtime.block_on(feeds::update(&client, feed, &with, &mut |news| {
            if let News::Asking(address) = &news {
                asked.push((address.clone(), Instant::now()));
            }
            progress.hear(&news);
        }));
        progress.wipe();
        // What left stands in the log, whatever became of it.
        let why = done.as_ref().err().map(|why| why.words(Lang::En));
        for (address, began) in asked {
            if let Some(warning) = feeds::note(folder, now(), &address, began.elapsed(), why.as_deref()) {
                complain(&warning.words(lang));
            }
        }
        match done {
            Ok(Updated::Fresh(head)) => progress.line(&told(&head, lang)),
            Ok(Updated::Unchanged) => progress.line(Words::new("unchanged", "変更なし").get(lang)),
            // The operator's wish is kept, and what is here is fresh enough.
            Err(why @ FeedError::TooSoon { .. }) => progress.line(&why.words(lang)),
            Err(why) => {
                progress.line(&why.words(lang));
                failed = true;
            }
        }
    }
    let code = if tables { iana::update(&client, folder, now(), lang)? } else { 0 };
    Ok(if failed { UNREADABLE } else { code })
}

/// What was taken: `12,345 lines of 2026-11-20; 3 lines were not understood`.
fn told(head: &Head, lang: Lang) -> String {
    let words = Words::new("{0 line|lines} of {1}", "{1} 付 {0} 件");
    let mut text = words.fill(lang, &[&grouped(head.lines), &head.dated]);
    if head.skipped > 0 {
        let words = Words::new("; {0 line was|lines were} not understood", "、読み取れなかった行 {0} 件");
        text.push_str(&words.fill(lang, &[&grouped(head.skipped)]));
    }
    if let Some(cut) = head.cut {
        text.push_str(Words::new("; ", "、").get(lang));
        text.push_str(&cut.words(lang));
    }
    text
}

fn add(file: &Path, id: &str, format: FormatArg, folder: &Path, lang: Lang) -> u8 {
    let format = match format {
        FormatArg::Auto => Format::Auto,
        FormatArg::Text => Format::Text,
        FormatArg::Json => Format::Json,
        FormatArg::Prefixes => Format::Prefixes,
    };
    let written = std::fs::metadata(file).ok().and_then(|data| data.modified().ok());
    let written = written.and_then(|time| time.duration_since(std::time::SystemTime::UNIX_EPOCH).ok());
    let dated = written.and_then(|since| i64::try_from(since.as_secs()).ok()).unwrap_or_else(now);
    let given = Given { id: id.to_owned(), format, dated: feeds::day(dated), now: now(), limits: Limits::default() };
    if id == iana::ID {
        complain(&FeedError::BadId(id.to_owned()).words(lang));
        return USAGE;
    }
    match feeds::add(folder, file, &given) {
        Ok(head) => {
            complain(&format!("{id}: {}", told(&head, lang)));
            0
        }
        Err(why) => {
            let what = if matches!(why, FeedError::BadId(_)) { String::new() } else { format!("{}: ", file.display()) };
            complain(&format!("{what}{}", why.words(lang)));
            if matches!(why, FeedError::BadId(_)) { USAGE } else { UNREADABLE }
        }
    }
}

fn remove(ids: &[String], folder: &Path, lang: Lang) -> u8 {
    let mut worst = 0;
    for id in ids {
        if id == iana::ID {
            match iana::remove(folder, lang) {
                Ok(true) => {}
                Ok(false) => {
                    let words = Words::new(
                        "{0}: nothing was fetched; the tables that came with the program stay",
                        "{0}: 取得済みのものはありません。同梱の一覧はそのまま使います",
                    );
                    complain(&words.fill(lang, &[id]));
                    worst = worst.max(USAGE);
                }
                Err(why) => {
                    complain(&why);
                    worst = worst.max(UNREADABLE);
                }
            }
            continue;
        }
        match feeds::remove(folder, id) {
            Ok(true) => {}
            Ok(false) => {
                complain(&Words::new("{0} is not on this machine", "{0} はこのマシンにありません").fill(lang, &[id]));
                worst = worst.max(USAGE);
            }
            Err(why) => {
                complain(&why.words(lang));
                worst = worst.max(if matches!(why, FeedError::BadId(_)) { USAGE } else { UNREADABLE });
            }
        }
    }
    worst
}

/// One line of standard error that tells how far it is, where that is a terminal.
struct Progress {
    id: &'static str,
    lang: Lang,
    terminal: bool,
    drawn: bool,
    last: Option<Instant>,
}

impl Progress {
    fn new(id: &'static str, lang: Lang) -> Self {
        Self { id, lang, terminal: std::io::stderr().is_terminal(), drawn: false, last: None }
    }

    fn line(&mut self, text: &str) {
        self.wipe();
        complain(&format!("{}: {text}", self.id));
    }

    fn hear(&mut self, news: &News) {
        match news {
            News::Asking(address) => {
                let words = Words::new("asking {0}", "取得先: {0}");
                self.line(&words.fill(self.lang, &[address]));
            }
            News::Bytes(have, total) => {
                let due = self.last.is_none_or(|last| last.elapsed() >= Duration::from_millis(200));
                if self.terminal && due {
                    self.last = Some(Instant::now());
                    let of = total.map(|total| format!(" / {}", size(total))).unwrap_or_default();
                    self.draw(&format!("{}{of}", size(*have)));
                }
            }
            News::Compiling => {
                if self.terminal {
                    self.draw(Words::new("compiling", "変換中").get(self.lang));
                }
            }
        }
    }

    fn draw(&mut self, text: &str) {
        self.drawn = true;
        let _ = write!(std::io::stderr(), "\r\u{1b}[Kgosanke: {}: {}", self.id, show(text));
    }

    fn wipe(&mut self) {
        if std::mem::take(&mut self.drawn) {
            let _ = write!(std::io::stderr(), "\r\u{1b}[K");
        }
    }
}

/// `1.2 MiB`.
fn size(bytes: u64) -> String {
    match bytes {
        0..0x400 => format!("{bytes} B"),
        0x400..0x10_0000 => format!("{:.1} KiB", bytes as f64 / 1024.0),
        _ => format!("{:.1} MiB", bytes as f64 / 1_048_576.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_easy_to_read() {
        for (number, text) in [(0, "0"), (999, "999"), (1_000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(grouped(number), text);
        }
        assert_eq!((size(5), size(2_048), size(3 << 20)), ("5 B".into(), "2.0 KiB".into(), "3.0 MiB".into()));
    }

    #[test]
    fn every_feed_is_told_with_its_terms_in_both_languages() {
        let folder = tempfile::tempdir().unwrap();
        let entries = feeds::list(folder.path());
        for lang in [Lang::En, Lang::Ja] {
            let text = list(&entries, lang);
            for feed in feeds::FEEDS {
                assert!(text.contains(feed.id) && text.contains(feed.terms.get(lang)) && text.contains(feed.site));
            }
        }
    }
}

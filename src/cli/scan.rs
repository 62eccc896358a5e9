//! `gosanke scan`: JSON lines for a script. Look-ups only where the reach allows them or a recording answers; what was
//! asked, known and left is told on standard error.

use std::io::{IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::args::Scan;
use super::misuse::Wrong;
use super::{FOUND, INTERNAL, UNREADABLE, complain, complain_all, confined, in_words, keeper, network, own};
use crate::config::{Sandbox, Settings};
use crate::evidence::usual::SAMPLE;
use crate::export::Output;
use crate::export::json::Form;
use crate::facts::Reach;
use crate::lookup::{self, Recording};
use crate::mailbox::{self, Opened};
use crate::sandbox::Setup;
use crate::scan::{self, Enricher, Progress, Watcher};
use crate::store::Keeper;
use crate::text::{Lang, Words, show};

/// The longest deadline.
const LONGEST: u64 = 30 * 86_400;

/// A stretch of time as a person writes it: `90s`, `10m`, `2h`, `1d`.
pub(super) fn time(text: &str) -> Result<Duration, Wrong> {
    let wrong = || Wrong(Words::new("write 90s, 10m, 2h or 1d", "90s、10m、2h、1d のように書いてください"));
    let unit = text.chars().next_back().ok_or_else(wrong)?;
    let count: u64 = text.strip_suffix(unit).and_then(|count| count.parse().ok()).ok_or_else(wrong)?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        _ => return Err(wrong()),
    };
    match count.checked_mul(seconds) {
        Some(seconds) if (1..=LONGEST).contains(&seconds) => Ok(Duration::from_secs(seconds)),
        _ => Err(Wrong(Words::new("from 1s to 30d", "1s から 30d までです"))),
    }
}

/// Scans.
pub(super) fn run(arguments: &Scan, replay: &[PathBuf], settings: &Settings) -> anyhow::Result<u8> {
    let lang = settings.lang;
    let mut told = Vec::new();
    let mut recording = match network::replay(replay, lang, &mut told) {
        Ok(recording) => recording,
        Err(why) => {
            complain(&why);
            return Ok(UNREADABLE);
        }
    };
    if arguments.demo {
        recording.get_or_insert_default().merge(network::demo_answers());
    }
    let (mut own, wrong) = own::own(settings);
    if !arguments.demo {
        own::put(&mut own, learn(settings, &arguments.paths));
    }
    told.extend(wrong);
    let (weights, wrong) = own::weights(settings);
    told.extend(wrong);
    let form = if arguments.brief { Form::Brief } else { Form::Whole };
    let mut scan = scan::Settings { weights, own, form, jobs: arguments.jobs, ..scan::Settings::default() };
    let setup =
        Setup { facts: scan.facts.clone(), weights: scan.weights.clone(), own: scan.own.clone(), form: scan.form };
    scan.confined_only = settings.sandbox == Sandbox::Require;
    scan.pool = match confined::pool(settings, &setup, confined::count(arguments.jobs), None) {
        Ok(pool) => pool,
        Err(why) => {
            complain(&why);
            if scan.confined_only {
                return Ok(INTERNAL);
            }
            None
        }
    };
    // Dropped last: it still writes what the engine handed over.
    let mut store = None;
    let asks = recording.is_none() && settings.reach > Reach::Local;
    let mut enricher = if asks || recording.is_some() {
        Some(enricher(arguments, recording, settings, &scan, &mut store, &mut told)?)
    } else {
        None
    };
    complain_all(&told);
    let mut out = Output::default();
    let mut outcome = scan::Outcome::default();
    let mut refused = false;
    // Path by path, so that one that does not open does not take the others along.
    let sources = arguments.paths.iter().map(|path| mailbox::open(std::slice::from_ref(path)));
    for opened in arguments.demo.then(|| Ok(mailbox::demo())).into_iter().chain(sources) {
        match opened {
            Ok(opened) => outcome.add(match &mut enricher {
                Some(enricher) => scan::enriched(&opened, &scan, enricher, &mut out)?,
                None => scan::scan(&opened, &scan, &mut out)?,
            }),
            Err(why) => {
                complain(&why.words(lang));
                refused = true;
            }
        }
        if out.closed {
            break;
        }
    }
    if outcome.incomplete {
        let words = Words::new(
            "not everything could be read and analyzed; the lines with \"error\" say what and why",
            "読み取りまたは解析ができなかったものがあります。\"error\" のある行を確認してください",
        );
        complain(words.get(lang));
    }
    if outcome.unconfined > 0 {
        let words = Words::new(
            "{0 mail was|mails were} analyzed without the sandbox, as its processes could not be started again",
            "サンドボックスを再起動できなかったため、{0} 通を隔離なしで解析しました",
        );
        complain(&words.fill(lang, &[&outcome.unconfined.to_string()]));
    }
    if let Some(enricher) = &enricher {
        if asks {
            finish(enricher, lang);
        }
        in_words(&enricher.warnings(), lang).for_each(|text| complain(&text));
    }
    drop(enricher);
    drop(store);
    if out.closed {
        return Ok(0);
    }
    if arguments.fail_on.is_some_and(|level| outcome.highest >= Some(level.level())) {
        return Ok(FOUND);
    }
    let nothing = outcome.errors > 0 && outcome.messages == 0;
    Ok(if refused || outcome.incomplete || nothing { UNREADABLE } else { 0 })
}

/// Looks at the first mails for what is usual among them. What does not open is told when it is read.
fn learn(settings: &Settings, paths: &[PathBuf]) -> Vec<String> {
    let seekable = paths.iter().filter(|path| path.as_os_str() != "-").take(SAMPLE);
    let opened: Vec<Opened> = seekable.filter_map(|path| mailbox::open(std::slice::from_ref(path)).ok()).collect();
    own::learn(settings, opened.iter())
}

/// Starts the engine: with the answers of earlier runs, or with a recording in place of the network.
fn enricher(
    arguments: &Scan,
    recording: Option<Recording>,
    settings: &Settings,
    scan: &scan::Settings,
    store: &mut Option<Keeper>,
    told: &mut Vec<String>,
) -> anyhow::Result<Enricher> {
    let keep = if recording.is_none() {
        let (keeper, ..) = keeper(settings, told);
        let _ = keeper.expire(jiff::Timestamp::now().as_second());
        let kept: Arc<dyn lookup::Keep> = Arc::new(keeper.kept());
        *store = Some(keeper);
        Some(kept)
    } else {
        None
    };
    let watched = recording.is_none() && std::io::stderr().is_terminal();
    let watcher: Option<Watcher> = watched.then(|| watcher(settings.lang));
    let mut engine = network::engine(settings, recording, keep, told);
    let data = Some(settings.data_dir.as_path()).filter(|path| !path.as_os_str().is_empty());
    let (geo, warnings) = lookup::geo::Geo::open(&settings.geo, data);
    engine.geo = Arc::new(geo);
    told.extend(in_words(&warnings, settings.lang));
    let services = network::services(&scan.own.side, &engine);
    Ok(Enricher::start(engine, services, settings.reach, arguments.deadline, watcher)?)
}

/// Writes how it stands over the last line of the terminal.
fn watcher(lang: Lang) -> Watcher {
    Box::new(move |progress: &Progress| {
        let words = Words::new(
            "{0 mail|mails}, {1 look-up|look-ups} sent, {2} open{3}",
            "{0} 通、照会 {1} 件、応答待ち {2} 件{3}",
        );
        let left = progress.remaining.filter(|_| !progress.over).map_or_else(String::new, |left| {
            let clock = format!("{}:{:02}", left.as_secs() / 60, left.as_secs() % 60);
            Words::new(", {0} left", "、残り {0}").fill(lang, &[&clock])
        });
        let numbers = [progress.mails.to_string(), progress.asked.to_string(), progress.open.to_string(), left];
        let text = words.fill(lang, &numbers.each_ref().map(String::as_str));
        // Back to the first column, and the rest of the line erased.
        let _ = write!(std::io::stderr(), "\r{}\x1b[K", show(&text));
    })
}

/// Says what was asked, known and left.
fn finish(enricher: &Enricher, lang: Lang) {
    if std::io::stderr().is_terminal() {
        let _ = write!(std::io::stderr(), "\r\x1b[K");
    }
    let progress = enricher.progress();
    let numbers = [progress.asked.to_string(), progress.known.to_string(), progress.left.to_string()];
    let words = if progress.over {
        Words::new(
            "the time is up: {0 look-up|look-ups} sent, {1} known from before, {2} left; run it again to go on",
            "時間切れです。照会 {0} 件、以前の回答 {1} 件、残り {2} 件。再実行すると続きから照会します",
        )
    } else {
        Words::new(
            "{0 look-up|look-ups} sent, {1} known from before, {2} left",
            "照会 {0} 件、以前の回答 {1} 件、残り {2} 件",
        )
    };
    complain(&words.fill(lang, &numbers.each_ref().map(String::as_str)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deadline_is_read_as_people_write_it() {
        for (text, seconds) in [("90s", 90), ("10m", 600), ("2h", 7_200), ("1d", 86_400)] {
            assert_eq!(time(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
        for text in ["", "10", "m", "-1m", "1.5h", "10x", "0s", "31d", "99999999999999999999m", "10分"] {
            assert!(time(text).is_err(), "{text}");
        }
    }
}

//! Subcommands and flags: the one place that knows the whole house, and puts the rooms together.

mod args;
mod cache;
mod card;
mod complaint;
mod confined;
mod doctor;
mod feeds;
pub mod fit;
mod help;
mod iana;
mod lookups;
mod misuse;
mod network;
mod own;
mod print;
mod quarantine;
mod save;
mod scan;
mod screen;
mod trial;

use std::io::{IsTerminal, Read};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

use crate::config::{self, Known, Loaded, Overrides, Places, Settings};
use crate::export::{self, Output, rules};
use crate::facts::phrases::in_language;
use crate::facts::{Answer, Fact, Origin, Place, State};
use crate::lookup::geo::Geo;
use crate::mailbox::{self, Identity};
use crate::sandbox;
use crate::signal;
use crate::store::{Event, Keeper, Marks};
use crate::text::{Lang, Sentence, Words, cause, defang, refang, show};
use crate::tui::action;
use crate::tui::keymap::Keymap;
use crate::tui::theme::LOOKS;

use args::{Cli, Command, Common, Screen};
use complaint::{complain, complain_all};

/// Findings at or above `--fail-on`.
const FOUND: u8 = 1;
/// Wrong usage.
const USAGE: u8 = 2;
/// Unreadable input.
const UNREADABLE: u8 = 3;
/// A defect or a failure of the system.
const INTERNAL: u8 = 4;

/// The most bytes that `defang` and `refang` read.
const TEXT_LIMIT: u64 = 256 * 1024 * 1024;

/// Runs the program.
#[must_use]
pub fn main() -> ExitCode {
    // Pages of two megabytes round up the memory of a program that holds many small things, by twenty megabytes, and make
    // nothing here faster. The workers inherit it.
    #[cfg(target_os = "linux")]
    let _ = rustix::thread::disable_transparent_huge_pages(true);
    complaint::own_panics();
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(why) => return complaint::usage(&why, help::language(std::env::args_os())),
    };
    if matches!(cli.command, None | Some(Command::Demo { .. })) {
        crate::sandbox::begin_anew();
    }
    let run = std::panic::catch_unwind(|| run(&cli));
    match run {
        Ok(Ok(code)) => ExitCode::from(code),
        Ok(Err(why)) if is_broken_pipe(&why) => ExitCode::SUCCESS,
        Ok(Err(why)) => {
            complain(&chain(&why, help::language(std::env::args_os())));
            ExitCode::from(INTERNAL)
        }
        // The hook has told it already.
        Err(_) => ExitCode::from(INTERNAL),
    }
}

fn is_broken_pipe(why: &anyhow::Error) -> bool {
    why.chain()
        .filter_map(|cause| cause.downcast_ref::<std::io::Error>())
        .any(|cause| cause.kind() == std::io::ErrorKind::BrokenPipe)
}

/// Warnings in the reader's language.
fn in_words(warnings: &[Sentence], lang: Lang) -> impl Iterator<Item = String> {
    warnings.iter().map(move |one| one.words(lang))
}

/// What ended the program, with what it was doing then. Causes that are ours or the system's are told in the language.
fn chain(why: &anyhow::Error, lang: Lang) -> String {
    let one = |why: &(dyn std::error::Error + 'static)| {
        let own = why.downcast_ref::<Sentence>().map(|own| own.words(lang));
        let system = || why.downcast_ref::<std::io::Error>().map(|why| cause(why).words(lang));
        let store = || why.downcast_ref::<crate::store::Error>().map(|why| why.words(lang));
        own.or_else(system).or_else(store).unwrap_or_else(|| why.to_string())
    };
    why.chain().map(one).collect::<Vec<_>>().join(": ")
}

fn run(cli: &Cli) -> anyhow::Result<u8> {
    let screen = match &cli.command {
        Some(Command::Demo { screen }) => screen.clone().over(&cli.screen),
        _ => cli.screen.clone(),
    };
    let loaded = load(&cli.common, &screen);
    let settings = &loaded.settings;
    let lang = settings.lang;
    for problem in &loaded.problems {
        complain(problem.text(lang).as_str());
    }
    // Whoever names a configuration relies on it: own domains, rules, a sandbox that is required.
    if cli.common.config.as_ref().is_some_and(|path| !path.exists()) {
        return Ok(UNREADABLE);
    }
    // So does whoever has one: what it says is not known, and these commands act, or let a script act, without a person.
    let acts =
        matches!(cli.command, Some(Command::Scan(_) | Command::Save(_) | Command::Quarantine(_) | Command::Lookup(_)));
    if acts && loaded.is_file_unused() {
        let words = Words::new(
            "nothing was done, as the configuration cannot be used; mend it, or name another one with --config",
            "設定ファイルを使えないため、何も実行していません。ファイルを直すか、--config で別のファイルを指定してください",
        );
        complain(words.get(lang));
        return Ok(UNREADABLE);
    }
    if let Some(why) = network::refused(&cli.common, lang) {
        complain(&why);
        return Ok(USAGE);
    }
    if let (Some(_), Some(path)) = (&cli.command, cli.paths.first()) {
        let words = Words::new(
            "{0} stands before a subcommand; put paths behind it, or write ./NAME for a path that is called like one",
            "{0} がサブコマンドの前にあります。パスは後ろに置くか、サブコマンドと同名のパスは ./NAME と書いてください",
        );
        complain(&words.fill(lang, &[&path.to_string_lossy()]));
        return Ok(USAGE);
    }
    match &cli.command {
        None => screen::open(&cli.paths, &cli.common.replay, &loaded),
        Some(Command::Demo { .. }) => {
            screen::screen_on((mailbox::demo(), &[]), Some(network::demo_answers()), &loaded, Vec::new(), true)
        }
        Some(Command::Scan(scan)) if scan.schema => print(&export::record::document()),
        Some(Command::Scan(arguments)) => scan::run(arguments, &cli.common.replay, settings),
        Some(Command::Save(arguments)) => save::run(arguments, settings),
        Some(Command::Quarantine(arguments)) => quarantine::run(arguments, settings),
        Some(Command::Defang) => filter(defang, lang),
        Some(Command::Refang) => filter(refang, lang),
        Some(Command::Geo { addresses }) => places(addresses, settings),
        Some(Command::Lookup(arguments)) => card::run(arguments, &cli.common.replay, settings),
        Some(Command::Feeds { what }) => feeds::run(what.as_ref().unwrap_or(&feeds::What::List), &loaded),
        Some(Command::Lookups(arguments)) => {
            lookups::run(arguments, settings, jiff::Timestamp::now(), &jiff::tz::TimeZone::system())
        }
        Some(Command::Cache { what }) => cache::run(what.as_ref().unwrap_or(&cache::What::Show), settings),
        Some(Command::Config) => print(&config::print(&loaded)),
        Some(Command::Keys { markdown: true }) => print(&action::markdown()),
        Some(Command::Keys { markdown: false }) => {
            let (keymap, wrong) = Keymap::new(&settings.keys);
            in_words(&wrong, lang).for_each(|text| complain(&text));
            tell(&action::text(&keymap, lang))
        }
        Some(Command::Rules { markdown: true, .. }) => print(&rules::markdown()),
        Some(Command::Rules { fit, phish, ham, choices, .. }) if *fit || choices.out.is_some() => {
            if phish.is_empty() || ham.is_empty() {
                let words = Words::new(
                    "a fit needs folders of both: --phish DIR --ham DIR",
                    "学習には両方のフォルダーが必要です。--phish DIR --ham DIR を指定してください",
                );
                complain(words.get(lang));
                return Ok(USAGE);
            }
            fit::fit(phish, ham, choices, lang).map(|()| 0)
        }
        Some(Command::Rules { test, phish, ham, .. }) if !(test.is_empty() && phish.is_empty() && ham.is_empty()) => {
            try_rules(test, phish, ham, settings)
        }
        Some(Command::Rules { id: Some(id), explain, .. } | Command::Rules { explain: explain @ Some(id), .. }) => {
            let (own, wrong) = own::own(settings);
            complain_all(&wrong);
            let rule = signal::rule(id).or_else(|| own.rules.rules().find(|rule| rule.id == id));
            let short = if explain.is_none() { rules::one(id, lang) } else { None };
            if let Some(text) = short.or_else(|| Some(export::own_rules::explain(rule?, lang))) {
                tell(&text)
            } else {
                let words = Words::new(
                    "no rule is called {0}; `gosanke rules` lists them",
                    "{0} というルールはありません。`gosanke rules` で一覧を表示します",
                );
                complain(&words.fill(lang, &[id]));
                Ok(USAGE)
            }
        }
        Some(Command::Rules { .. }) => {
            let (own, wrong) = own::own(settings);
            complain_all(&wrong);
            let (weights, wrong) = own::weights(settings);
            complain_all(&wrong);
            tell(&(rules::text(&weights, lang) + &export::own_rules::list(own.rules.rules(), &weights, lang)))
        }
        Some(Command::Doctor { sandbox }) => {
            let (text, healthy) = if *sandbox {
                doctor::tried(lang, sandbox::tries(), sandbox::host_tries())
            } else {
                doctor::report(&loaded)
            };
            tell(&text)?;
            Ok(if healthy { 0 } else { FOUND })
        }
    }
}

/// Puts flags over the other layers.
fn load(common: &Common, screen: &Screen) -> Loaded {
    let mut values: Vec<(String, String)> = Vec::new();
    let mut put = |key: &str, value: Option<String>| values.extend(value.map(|value| (key.to_owned(), value)));
    put("reach", common.reach.map(|reach| reach.name().to_owned()));
    put("resolver", common.resolver.clone());
    put("proxy", common.proxy.clone());
    put("lang", common.lang.map(|lang| lang.name().to_owned()));
    put("data_dir", common.data_dir.as_ref().map(|path| path.to_string_lossy().into_owned()));
    if !common.rules.is_empty() {
        let paths: Vec<_> = common.rules.iter().map(|path| path.to_string_lossy()).collect();
        put("rules", Some(paths.join(":")));
    }
    put("cache", screen.no_cache.then(|| "false".to_owned()));
    put("mouse", screen.mouse.then(|| "true".to_owned()));
    put("sort", screen.sort.clone());
    put("reverse", screen.reverse.then(|| "true".to_owned()));
    put("color", screen.color.clone());
    put("theme", screen.theme.clone());
    if !common.geo.is_empty() {
        let paths: Vec<_> = common.geo.iter().map(|path| path.to_string_lossy()).collect();
        put("geo", Some(paths.join(":")));
    }
    let overrides = Overrides { file: common.config.clone(), no_file: false, values };
    let rules: Vec<&str> = signal::rules().map(|rule| rule.id).collect();
    let actions: Vec<&str> = action::ACTIONS.iter().map(|row| row.name).collect();
    let roles: Vec<&str> = LOOKS.iter().map(|look| look.name).collect();
    let known = Known {
        rules: &rules,
        actions: &actions,
        roles: &roles,
        themes: &["dark", "light", "mono"],
        fits: &network::FITS,
    };
    Settings::load(&overrides, &environment, &Places::of_system(), &known)
}

fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// For a person: its lines end where words do where a terminal is narrower.
fn tell(text: &str) -> anyhow::Result<u8> {
    crate::tui::columns().map_or_else(|| print(text), |width| print(&print::folded(text, width.into())))
}

fn print(text: &str) -> anyhow::Result<u8> {
    let mut out = Output::default();
    out.write(text)?;
    out.flush()?;
    Ok(0)
}

type StoreEvents = tokio::sync::mpsc::UnboundedReceiver<Event>;

/// Opens the database of marks on its thread and waits for its first word.
fn keeper(settings: &Settings, warnings: &mut Vec<String>) -> (Keeper, StoreEvents, Marks, Vec<Identity>) {
    let (keeper, mut saved) = start_keeper(settings);
    let (marks, killers) = await_keeper(&mut saved, settings.lang, warnings);
    (keeper, saved, marks, killers)
}

/// Begins to open the database of marks.
fn start_keeper(settings: &Settings) -> (Keeper, StoreEvents) {
    let (events, saved) = tokio::sync::mpsc::unbounded_channel();
    let folder = Some(settings.data_dir.clone()).filter(|path| !path.as_os_str().is_empty());
    let keeper = Keeper::start(folder, move |event| {
        #[cfg(feature = "fuzzing")]
        if matches!(event, Event::Saved { .. }) {
            crate::tui::trip::at("store");
        }
        let _ = events.send(event);
    });
    (keeper, saved)
}

/// Waits until it is open; gives what it holds, and the mails that ended a process.
fn await_keeper(saved: &mut StoreEvents, lang: Lang, warnings: &mut Vec<String>) -> (Marks, Vec<Identity>) {
    match saved.blocking_recv() {
        Some(Event::Opened { marks, warnings: told, killers, .. }) => {
            warnings.extend(in_words(&told, lang));
            (marks, killers)
        }
        Some(Event::Failed { error, .. }) => {
            warnings.push(error.words(lang));
            (Marks::default(), Vec::new())
        }
        _ => (Marks::default(), Vec::new()),
    }
}

/// Tries the own rules. A damaged rule is wrong usage, so that a script that checks rules sees it.
fn try_rules(test: &[PathBuf], phish: &[PathBuf], ham: &[PathBuf], settings: &Settings) -> anyhow::Result<u8> {
    let lang = settings.lang;
    let (own, wrong) = own::own(settings);
    complain_all(&wrong);
    if own.rules.is_empty() {
        let words = Words::new(
            "there are no own rules; write them into {0}, or name a file with --rules (docs/own-rules.md)",
            "独自ルールがありません。{0} に置くか、--rules でファイルを指定してください（docs/own-rules.md）",
        );
        complain(&words.fill(lang, &[&settings.rules_dir.display().to_string()]));
        return Ok(USAGE);
    }
    let sets: Vec<trial::Set<'_>> = [
        (Words::new("", ""), test),
        (Words::new("phish", "フィッシング"), phish),
        (Words::new("ham", "正当なメール"), ham),
    ]
    .into_iter()
    .filter(|(_, paths)| !paths.is_empty())
    .map(|(name, paths)| trial::Set { name, paths })
    .collect();
    let trial = trial::run(&sets, &own, lang);
    complain_all(&trial.problems);
    print(&trial.text)?;
    Ok(match (wrong.is_empty(), trial.problems.is_empty()) {
        (_, false) => UNREADABLE,
        (false, true) => USAGE,
        (true, true) => 0,
    })
}

fn filter(change: fn(&str) -> String, lang: Lang) -> anyhow::Result<u8> {
    let mut bytes = Vec::new();
    if let Err(why) = std::io::stdin().lock().take(TEXT_LIMIT + 1).read_to_end(&mut bytes) {
        let words = Words::new("standard input cannot be read: {0}", "標準入力を読み取れません: {0}");
        complain(&words.fill(lang, &[&cause(&why).words(lang)]));
        return Ok(UNREADABLE);
    }
    if bytes.len() as u64 > TEXT_LIMIT {
        let words = Words::new(
            "standard input is larger than 256 MiB; give it in parts",
            "標準入力が 256 MiB を超えています。分けて入力してください",
        );
        complain(words.get(lang));
        return Ok(UNREADABLE);
    }
    let text = change(&String::from_utf8_lossy(&bytes));
    if std::io::stdout().is_terminal() {
        // A pipe gets the text as it is; a terminal would obey what stands in it.
        return print(&complaint::shown_lines(&text));
    }
    print(&text)
}

fn places(addresses: &[std::net::IpAddr], settings: &Settings) -> anyhow::Result<u8> {
    let data = Some(settings.data_dir.as_path()).filter(|path| !path.as_os_str().is_empty());
    let (geo, warnings) = Geo::open(&settings.geo, data);
    in_words(&warnings, settings.lang).for_each(|text| complain(&text));
    let lines: Vec<String> =
        addresses.iter().map(|address| place(*address, &geo.place(*address), settings.lang)).collect();
    print(&lines.concat())
}

/// One line: address, country, place, AS number, network, anycast, database; tabs between, `-` for what is not known.
fn place(address: std::net::IpAddr, fact: &Fact, lang: Lang) -> String {
    let origin = match &fact.origin {
        Origin::Database(name) | Origin::Recorded(name) | Origin::Asked(name) | Origin::Kept(name) => name.as_str(),
        Origin::Nobody => "-",
    };
    let nothing = Place::default();
    let place = match &fact.state {
        State::Value(Answer::Place(place)) => place,
        _ => &nothing,
    };
    let or = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
    let names: Vec<&str> = [&place.city, &place.region].into_iter().flatten().map(String::as_str).collect();
    let anycast = Words::new("anycast: no place means anything", "エニーキャスト: 所在地に意味はありません").get(lang);
    let mut cells = vec![
        address.to_string(),
        or(place.country.clone()),
        or((!names.is_empty()).then(|| names.join(", "))),
        or(place.asn.map(|asn| format!("AS{asn}"))),
        or(place.network.as_deref().map(|network| in_language(network, lang).into_owned())),
        or(place.anycast.then(|| anycast.to_owned())),
    ];
    cells.push(in_language(origin, lang).into_owned());
    let cells: Vec<String> = cells.iter().map(|cell| show(cell).as_str().to_owned()).collect();
    format!("{}\n", cells.join("\t"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::Context as _;

    #[test]
    fn what_ended_the_program_is_told_in_the_language() {
        let full = || std::io::Error::from_raw_os_error(28);
        let own = Sentence::from(Words::new("it is gone", "なくなりました"));
        for (why, en, ja) in [
            (
                Err::<(), _>(full()).context("/x").unwrap_err(),
                "/x: the disk is full (os error 28)",
                "/x: ディスクの空きがありません（os error 28）",
            ),
            (std::io::Error::other(own.clone()).into(), "it is gone", "なくなりました"),
            (own.into(), "it is gone", "なくなりました"),
            (crate::store::Error::Closed.into(), "the database of marks is closed", "印のデータベースは閉じています"),
        ] {
            assert_eq!((chain(&why, Lang::En).as_str(), chain(&why, Lang::Ja).as_str()), (en, ja));
        }
    }
}

//! Runs with a screen: finds out what is to be opened, confines the process, and puts together all that the screen needs, in the
//! order in which it is needed.

use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::CommandFactory as _;

use super::args::Cli;
use super::complaint::{complain, complain_all};
use super::{
    INTERNAL, UNREADABLE, USAGE, await_keeper, cache, confined, environment, in_words, network, own, quarantine, save,
    start_keeper,
};
use crate::analysis::Own;
use crate::config::{self, Color, Loaded, Sandbox, Settings};
use crate::export::json::Form;
use crate::lookup::{self, Recording};
use crate::mailbox::{self, OpenError, Opened};
use crate::sandbox::Setup;
use crate::signal::Weights;
use crate::store::Opening;
use crate::text::{Lang, Words, nearest};
use crate::tui::app::{FolderName, Start};
use crate::tui::keymap::Keymap;
use crate::tui::list::Sort;
use crate::tui::theme::{Depth, Styles, Theme};
use crate::tui::{Begun, Launch, Recall};

/// Opens the paths, or what the system says is the user's mailbox.
pub(super) fn open(paths: &[PathBuf], replay: &[PathBuf], loaded: &Loaded) -> anyhow::Result<u8> {
    let lang = loaded.settings.lang;
    let mut told = Vec::new();
    let recording = match network::replay(replay, lang, &mut told) {
        Ok(recording) => recording,
        Err(why) => {
            complain(&why);
            return Ok(UNREADABLE);
        }
    };
    complain_all(&told);
    let own;
    let paths = if paths.is_empty() {
        own = own_mailbox();
        if own.is_empty() {
            let words = Words::new(
                "nothing to open: give a Maildir, an mbox or a message; `gosanke demo` shows what it does, `gosanke --help` explains",
                "開くものがありません。Maildir・mbox・メールのパスを指定してください。`gosanke demo` で試せます。`gosanke --help` に説明があります",
            );
            complain(words.get(lang));
            return Ok(USAGE);
        }
        &own
    } else {
        paths
    };
    // One bad path among several is told, here and on the screen, and left out; where it is the only one, there is nothing to
    // show.
    let mut left_out = Vec::new();
    let good: Vec<PathBuf> = if paths.len() == 1 {
        paths.to_vec()
    } else {
        paths.iter().filter(|path| opens(path, lang, &mut left_out)).cloned().collect()
    };
    if good.is_empty() {
        return Ok(UNREADABLE);
    }
    match mailbox::open(&good) {
        Ok(opened) => screen_on((opened, &good), recording, loaded, left_out, false),
        Err(why) => {
            complain(&unopened(&why, lang));
            Ok(UNREADABLE)
        }
    }
}

/// Why a path does not open, and whether a subcommand was meant by it.
fn unopened(why: &OpenError, lang: Lang) -> String {
    let words = why.words(lang);
    let OpenError::Missing { path } = why else { return words };
    let commands = Cli::command();
    let Some(near) = nearest(path, commands.get_subcommands().map(clap::Command::get_name)) else { return words };
    let hint = Words::new("{0}; did you mean `gosanke {1}`?", "{0}。`gosanke {1}` のことですか？");
    hint.fill(lang, &[&words, near])
}

/// Whether a path opens by itself; says why where it does not. Standard input cannot be looked at twice.
fn opens(path: &Path, lang: Lang, left_out: &mut Vec<String>) -> bool {
    if path == Path::new("-") {
        return true;
    }
    let tried = mailbox::open(&[path.to_owned()]);
    if let Err(why) = &tried {
        let words = unopened(why, lang);
        complain(&words);
        left_out.push(words);
    }
    tried.is_ok()
}

fn own_mailbox() -> Vec<PathBuf> {
    let home = environment("HOME").map(|home| Path::new(&home).join("Maildir"));
    environment("MAIL").map(PathBuf::from).into_iter().chain(home).filter(|path| path.exists()).take(1).collect()
}

/// `paths` are what was opened, as the reader named it; `left_out` says what was not, and why.
pub(super) fn screen_on(
    (opened, paths): (Opened, &[PathBuf]),
    recording: Option<Recording>,
    loaded: &Loaded,
    left_out: Vec<String>,
    demo: bool,
) -> anyhow::Result<u8> {
    let settings = &loaded.settings;
    let lang = settings.lang;
    if !std::io::stdout().is_terminal() {
        let words = Words::new(
            "the screen needs a terminal; `gosanke scan` writes JSON lines instead",
            "画面表示には端末が必要です。`gosanke scan` なら JSON で出力できます",
        );
        complain(words.get(lang));
        return Ok(USAGE);
    }
    let mut warnings = left_out;
    warnings.extend(loaded.problems.iter().map(|problem| problem.text(lang).to_string()));
    // A worker comes up and the mails tell what is usual here while the reader's files are read.
    let (early, usual, (recall, mut own, weights, keymap, styles)) = std::thread::scope(|scope| {
        let thread = |name: &str| std::thread::Builder::new().name(name.to_owned());
        let learn = || own::learn(settings, std::iter::once(&opened));
        let early = thread("early").spawn_scoped(scope, || confined::early(settings));
        let usual = thread("usual").spawn_scoped(scope, learn);
        let files = read_files(settings, recording.as_ref(), demo, &mut warnings);
        let early = early.ok().and_then(|thread| thread.join().ok()).flatten();
        let usual = usual.map_or_else(|_| learn(), |thread| thread.join().unwrap_or_default());
        (early, usual, files)
    });
    own::put(&mut own, usual);
    let recall = recall.map(|recall| cache::in_mailbox(recall, &own.side.usual));
    let folders = opened
        .folders()
        .iter()
        .map(|folder| FolderName { name: folder.name.clone(), path: folder.path.clone(), kind: folder.kind })
        .collect();
    // Moves of an ended run may belong to mailboxes that are not open now, which are out of reach afterwards.
    quarantine::settle(settings, &mut warnings);
    // Before any thread is started: what is taken away holds for those that come.
    warnings.extend(confined::host(loaded, &opened, paths));
    // The rows come while databases and workers are still being opened.
    let begun = Begun::start(opened, recall)?;
    let sort = Sort::NAMES.iter().find(|(name, _)| *name == settings.sort).map(|(_, sort)| *sort).unwrap_or_default();
    let facts = recording.as_ref().map(Recording::facts).unwrap_or_default();
    let confined_only = settings.sandbox == Sandbox::Require;
    let setup = Setup { facts: facts.clone(), weights: weights.clone(), own: own.clone(), form: Form::Brief };
    // One more than threads: the mail under the cursor never waits for a batch.
    let start = |early| confined::pool(settings, &setup, confined::count(0) + 1, early);
    // The worker and the database of marks are waited for together, and what can be asked is found out meanwhile.
    let (pool, (keeper, saved, marks, mut killers), engine, services) = std::thread::scope(|scope| {
        let started = std::thread::Builder::new().name("pool".to_owned()).spawn_scoped(scope, move || start(early));
        let (keeper, mut saved) = start_keeper(settings);
        let mut engine = network::engine(settings, recording, None, &mut warnings);
        let services = network::services(&own.side, &engine);
        let (marks, killers) = await_keeper(&mut saved, lang, &mut warnings);
        engine.keep = (!engine.replay_only).then(|| Arc::new(keeper.kept()) as Arc<dyn lookup::Keep>);
        let pool = started.ok().and_then(|thread| thread.join().ok()).unwrap_or_else(|| start(None));
        (pool, (keeper, saved, marks, killers), engine, services)
    });
    let data_dir = Some(settings.data_dir.as_path()).filter(|path| !path.as_os_str().is_empty());
    let (opening, left) = data_dir.map(Opening::start).unwrap_or_default();
    for identity in left.iter().filter(|identity| !killers.contains(identity)) {
        let _ = keeper.killer(*identity, jiff::Timestamp::now().as_second());
    }
    killers.extend(left);
    let pool = match pool {
        Ok(pool) => pool,
        Err(why) if confined_only => {
            complain(&why);
            return Ok(INTERNAL);
        }
        Err(why) => {
            warnings.push(why);
            None
        }
    };
    if let Some(pool) = &pool {
        pool.keep_a_taster();
    }
    // Where a worker tastes each mail first, what ends this process is somebody's kill and no mail.
    let opening = opening.filter(|_| pool.is_none());
    if let Some(missing) = pool.as_ref().map(|pool| pool.held().missing(lang)).filter(|missing| !missing.is_empty()) {
        let words = Words::new("the sandbox is not whole: {0}", "サンドボックスの一部が働いていません：{0}");
        warnings.push(words.fill(lang, &[&missing]));
    }
    let start = Start {
        lang,
        theme: Theme::new(depth(settings), light(settings)).with(styles),
        keymap,
        reach: settings.reach,
        // The demo is a tour: its order is its own unless it is asked for another.
        sort: if demo && loaded.origin("sort") == &config::Origin::Default { Sort::Mailbox } else { sort },
        reverse: settings.reverse,
        weights,
        services,
        own,
        folders,
        facts,
        marks,
        tz: jiff::tz::TimeZone::system(),
        size: (80, 24),
        demo,
        mouse: settings.mouse,
    };
    let told = crate::tui::run(Launch {
        start,
        begun,
        pool,
        confined_only,
        killers,
        opening,
        engine,
        geo: settings.geo.clone(),
        keeper,
        saved,
        clipboard: settings.clipboard,
        data_dir: settings.data_dir.clone(),
        save_dir: save::usual(settings),
        quarantine_dir: settings.quarantine_dir.clone(),
        warnings,
        complain,
    })?;
    complain_all(&told);
    Ok(0)
}

/// What the reader's files say, and what stands there where one of them is wrong; that is told in `warnings`.
fn read_files(
    settings: &Settings,
    recording: Option<&Recording>,
    demo: bool,
    warnings: &mut Vec<String>,
) -> (Option<Recall>, Own, Weights, Keymap, Styles) {
    let lang = settings.lang;
    // Before the files are read for use and after: between the two they must not have changed.
    let before = if demo { None } else { cache::recall(settings, recording) };
    let (own, wrong) = own::own(settings);
    warnings.extend(wrong);
    let (weights, wrong) = own::weights(settings);
    warnings.extend(wrong);
    let recall = before.filter(|before| cache::recall(settings, recording).as_ref() == Some(before));
    let (keymap, wrong) = Keymap::new(&settings.keys);
    warnings.extend(in_words(&wrong, lang));
    let (styles, wrong) = Styles::new(&settings.styles);
    warnings.extend(in_words(&wrong, lang));
    (recall, own, weights, keymap, styles)
}

fn depth(settings: &Settings) -> Depth {
    let found = Depth::detect(&environment);
    if settings.theme == "mono" {
        return Depth::Mono;
    }
    match settings.color {
        Color::Always if found == Depth::Mono => Depth::Sixteen,
        Color::Auto | Color::Always => found,
        Color::Never => Depth::Mono,
        Color::Sixteen => Depth::Sixteen,
        Color::True => Depth::True,
    }
}

/// A light background, as the user says or as the terminal says in COLORFGBG (`foreground;background`).
fn light(settings: &Settings) -> bool {
    match settings.theme.as_str() {
        "light" => true,
        "dark" | "mono" => false,
        _ => environment("COLORFGBG").is_some_and(|value| matches!(value.rsplit(';').next(), Some("7" | "15"))),
    }
}

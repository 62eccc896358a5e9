//! Starts the processes that mails are analyzed in, as the settings want them, and says what is missing.

use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::thread;

use crate::config::{Loaded, Sandbox, Settings};
use crate::mailbox::{Kind, Opened};
use crate::sandbox::{Ground, Pool, Setup, Strength, confine_host, nearest};
use crate::text::Words;

/// Confines this process to the ground of a run with a screen, unless the settings want no sandbox; gives what is missing,
/// ready to be shown. A system that lacks all of it is told of by the workers already.
pub(super) fn host(loaded: &Loaded, opened: &Opened, paths: &[PathBuf]) -> Option<String> {
    let settings = &loaded.settings;
    if settings.sandbox == Sandbox::Off {
        return None;
    }
    let held = confine_host(&ground(loaded, opened, paths));
    let strengths = [held.files, held.calls];
    if strengths.iter().all(|part| *part == Strength::Whole) || strengths.iter().all(|part| *part == Strength::None) {
        return None;
    }
    let words = Words::new(
        "the process of the screen is confined in part only (`gosanke doctor --sandbox` tells more)",
        "画面のプロセスの隔離は一部だけ有効です（詳しくは `gosanke doctor --sandbox`）",
    );
    Some(words.get(settings.lang).to_owned())
}

/// Where a run with a screen has to go.
fn ground(loaded: &Loaded, opened: &Opened, paths: &[PathBuf]) -> Ground {
    let settings = &loaded.settings;
    let mut ground = Ground::default();
    if !settings.data_dir.as_os_str().is_empty() {
        // What is not there cannot be allowed; the store would make it in a moment.
        let _ = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(&settings.data_dir);
        ground.write.push(settings.data_dir.clone());
    }
    // Folders that are made only when something is put into them: the nearest one above them, then.
    let made_later = [super::save::usual(settings), settings.quarantine_dir.clone()];
    ground.write.extend(made_later.iter().filter(|path| !path.as_os_str().is_empty()).filter_map(|path| nearest(path)));
    // Mailboxes may come below a folder that was named while it is open.
    let quarantines = !settings.quarantine_dir.as_os_str().is_empty();
    let named = paths.iter().filter(|path| path.is_dir()).cloned();
    if quarantines { &mut ground.write } else { &mut ground.read }.extend(named);
    for folder in opened.folders() {
        // A mailbox of one file is another file after a mail program wrote it anew.
        let beside = |path: &Path| path.parent().map_or_else(|| path.to_owned(), Path::to_owned);
        let path = match folder.kind {
            Kind::Stdin | Kind::Demo => continue,
            Kind::Maildir | Kind::Tree => folder.path.clone(),
            Kind::Mbox(_) | Kind::Message => {
                // Where the user's own path is a link, the file stands elsewhere.
                ground.read.extend(std::fs::canonicalize(&folder.path).ok().as_deref().map(beside));
                beside(&folder.path)
            }
        };
        let path = if path.as_os_str().is_empty() { PathBuf::from(".") } else { path };
        // Mails are moved out of Maildirs only.
        let moves = quarantines && folder.kind == Kind::Maildir;
        if moves { &mut ground.write } else { &mut ground.read }.push(path);
    }
    ground.read.extend(settings.geo.iter().cloned());
    ground.read.push(settings.keys_dir.clone());
    ground.read.push(settings.rules_dir.clone());
    ground.read.extend(loaded.file.as_deref().and_then(|file| file.parent()).map(PathBuf::from));
    // The clipboard tool shows this to its display.
    let display = std::env::var_os("XAUTHORITY").map(PathBuf::from);
    let home = std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".Xauthority"));
    ground.read.extend(display.into_iter().chain(home));
    ground.read.retain(|path| !path.as_os_str().is_empty());
    ground
}

/// How many workers `jobs` threads are: as many as there are cores for 0.
pub(super) fn count(jobs: usize) -> usize {
    match jobs {
        0 => thread::available_parallelism().map_or(1, std::num::NonZero::get),
        jobs => jobs,
    }
    .min(64)
}

/// The workers; `None` where the settings want none.
///
/// # Errors
/// Why there can be none, ready to be shown.
pub(super) fn pool(settings: &Settings, setup: &Setup, count: usize) -> Result<Option<Pool>, String> {
    if settings.sandbox == Sandbox::Off {
        return Ok(None);
    }
    Pool::start(setup, count).map(Some).map_err(|why| {
        let words = if settings.sandbox == Sandbox::Require {
            Words::new(
                "the sandbox cannot be started ({0}), and sandbox = \"require\": nothing is analyzed",
                "サンドボックスを起動できません（{0}）。sandbox = \"require\" のため解析しません",
            )
        } else {
            Words::new(
                "the sandbox cannot be started ({0}); mails are analyzed without it (`gosanke doctor --sandbox` tells more)",
                "サンドボックスを起動できません（{0}）。隔離なしで解析します（詳しくは `gosanke doctor --sandbox`）",
            )
        };
        words.fill(settings.lang, &[&why.to_string()])
    })
}

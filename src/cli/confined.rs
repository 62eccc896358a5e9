//! Starts the processes that mails are analyzed in, as the settings want them, and says what is missing.

use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::thread;

use crate::config::{Loaded, Sandbox, Settings};
use crate::mailbox::{Kind, Opened};
use crate::sandbox::{Forerunner, Ground, Pool, Setup, Strength, confine_host};
use crate::text::{Words, cause};

/// Confines this process to the ground of a run with a screen, unless the settings want no sandbox; gives what is missing,
/// ready to be shown. A system that lacks all of it is told of by the workers already.
pub(super) fn host(loaded: &Loaded, opened: &Opened, paths: &[PathBuf]) -> Vec<String> {
    let settings = &loaded.settings;
    if settings.sandbox == Sandbox::Off {
        return Vec::new();
    }
    let (ground, mut missing) = ground(loaded, opened, paths);
    let held = confine_host(&ground);
    let strengths = [held.files, held.calls];
    if strengths.iter().all(|part| *part == Strength::Whole) || strengths.iter().all(|part| *part == Strength::None) {
        return missing;
    }
    let words = Words::new(
        "the process of the screen is confined in part only (`gosanke doctor --sandbox` tells more)",
        "画面のプロセスの隔離は一部だけ有効です（詳しくは `gosanke doctor --sandbox`）",
    );
    missing.push(words.get(settings.lang).to_owned());
    missing
}

/// Where a run with a screen has to go, and which folders that it wants to write cannot be there.
fn ground(loaded: &Loaded, opened: &Opened, paths: &[PathBuf]) -> (Ground, Vec<String>) {
    let settings = &loaded.settings;
    let mut ground = Ground::default();
    let mut missing = Vec::new();
    let data = Some(&settings.data_dir).filter(|path| !path.as_os_str().is_empty());
    if let Some(data) = data {
        // The store would make it in a moment, and tells where it cannot.
        let _ = make(data);
        ground.write.push(data.clone());
    }
    // What is not there cannot be allowed, and a folder above it is too much: that may be all of a home. So it is made now.
    let below_data = |path: &Path| data.is_some_and(|data| path.starts_with(data));
    for folder in [super::save::usual(settings), settings.quarantine_dir.clone()] {
        if folder.as_os_str().is_empty() || below_data(&folder) {
            continue;
        }
        if let Err(why) = make(&folder) {
            let words = Words::new(
                "{0} cannot be made ({1}): nothing can be put there until gosanke is started again",
                "{0} を作成できません（{1}）。gosanke を再起動するまで、そこには保存できません",
            );
            missing
                .push(words.fill(settings.lang, &[&folder.display().to_string(), &cause(&why).words(settings.lang)]));
        } else {
            ground.write.push(folder);
        }
    }
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
    (ground, missing)
}

/// Makes a folder that only its owner can enter, with those above it.
fn make(folder: &Path) -> std::io::Result<()> {
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// A worker that comes up while everything else is put together, where the settings want any.
pub(super) fn early(settings: &Settings) -> Option<Forerunner> {
    if settings.sandbox == Sandbox::Off { None } else { Forerunner::start() }
}

/// How many workers `jobs` threads are: as many as there are cores for 0.
pub(super) fn count(jobs: usize) -> usize {
    match jobs {
        0 => thread::available_parallelism().map_or(1, std::num::NonZero::get),
        jobs => jobs,
    }
    .min(64)
}

/// The workers, the first of which may have been started before; `None` where the settings want none.
///
/// # Errors
/// Why there can be none, ready to be shown.
pub(super) fn pool(
    settings: &Settings,
    setup: &Setup,
    count: usize,
    early: Option<Forerunner>,
) -> Result<Option<Pool>, String> {
    if settings.sandbox == Sandbox::Off {
        return Ok(None);
    }
    Pool::start(setup, count, early).map(Some).map_err(|why| {
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
        words.fill(settings.lang, &[&why.words(settings.lang)])
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mailbox;

    #[test]
    fn only_the_folders_that_are_written_can_be_written() {
        let home = tempfile::tempdir().unwrap();
        let at = |name: &str| home.path().join(name);
        std::fs::write(at("file"), "x").unwrap();
        let opened = mailbox::demo();
        let mut loaded = Loaded::default();
        loaded.settings.data_dir = at("data/gosanke");
        // The usual place for parts is below the data folder, and is made when something is saved.
        let (found, missing) = ground(&loaded, &opened, &[]);
        assert_eq!((found.write, missing), (vec![at("data/gosanke")], Vec::new()));
        assert!(!at("data/gosanke/saved").exists());
        loaded.settings.save_dir = at("cases/new");
        loaded.settings.quarantine_dir = at("held");
        let (found, missing) = ground(&loaded, &opened, &[]);
        assert_eq!((found.write, missing), (vec![at("data/gosanke"), at("cases/new"), at("held")], Vec::new()));
        assert!(at("cases/new").is_dir() && at("held").is_dir(), "no folder above them is needed");
        // What cannot be made is told, and nothing above it is given in its place.
        loaded.settings.save_dir = at("file/below");
        let (found, missing) = ground(&loaded, &opened, &[]);
        assert_eq!(found.write, [at("data/gosanke"), at("held")]);
        assert!(matches!(missing.as_slice(), [told] if told.contains("file/below")), "{missing:?}");
    }
}

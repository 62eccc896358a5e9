//! Putting the layers on each other: default, file, environment, flag. Pure but for reading the one file.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::error::{ConfigError, Defect, Source};
use super::file::{self, Entry};
use super::given::Given;
use super::rows::{Setting, settings};
use super::{Color, Settings};
use crate::facts::Reach;
use crate::text::{Lang, nearest};

/// Settings that say who is asked, and through whom. Where one cannot be used, nobody is asked, rather than somebody whom the
/// reader did not want.
const ASKING: [&str; 4] = ["resolver", "proxy", "services", "dns_lists"];
/// Stands for a server of which only is known that it is none: no server is called like that.
const NO_SERVER: &str = "-";
/// The most defects that are told; more do not help anybody.
const MOST_PROBLEMS: usize = 20;

/// What the command line says.
#[derive(Debug, Clone, Default)]
pub struct Overrides {
    /// The file to read in place of the usual one.
    pub file: Option<PathBuf>,
    /// No file is read.
    pub no_file: bool,
    /// Settings by name, the last one of a name counts: `("reach", "sender")`, `("weights.link-text-lies", "0")`.
    pub values: Vec<(String, String)>,
}

/// Folders of this user on this system.
#[derive(Debug, Clone, Default)]
pub struct Places {
    /// Where `config.toml` is looked for.
    pub config: Option<PathBuf>,
    /// Where data is kept.
    pub data: Option<PathBuf>,
}

impl Places {
    /// As the system has them (XDG on Linux).
    #[must_use]
    pub fn of_system() -> Self {
        directories::ProjectDirs::from("", "", "gosanke").map_or_else(Self::default, |folders| Self {
            config: Some(folders.config_dir().to_owned()),
            data: Some(folders.data_dir().to_owned()),
        })
    }
}

/// Whether the value of a setting fits, by the name of the setting.
pub type Fit = (&'static str, fn(&Settings) -> bool);

/// The names that other rooms know; a setting for any other name is a warning. An empty list is not checked.
#[derive(Debug, Clone, Copy, Default)]
pub struct Known<'a> {
    /// Rule ids, for `weights`.
    pub rules: &'a [&'a str],
    /// Action ids, for `keys`.
    pub actions: &'a [&'a str],
    /// Roles, for `styles`.
    pub roles: &'a [&'a str],
    /// Themes besides `auto`.
    pub themes: &'a [&'a str],
    /// What only the room that uses a setting can say.
    pub fits: &'a [Fit],
}

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Origin {
    /// The command line.
    Flag,
    /// An environment variable.
    Environment(String),
    /// The file, with the line.
    File(PathBuf, usize),
    /// Nobody said anything.
    #[default]
    Default,
}

/// The settings, where each came from, and what was wrong.
#[derive(Debug, Clone, Default)]
pub struct Loaded {
    /// The settings.
    pub settings: Settings,
    /// Origins by setting (`theme`, `weights.link-text-lies`); what is not listed is a default.
    pub origins: BTreeMap<String, Origin>,
    /// The file that was looked for, whether it is there or not.
    pub file: Option<PathBuf>,
    /// The file was read.
    pub file_read: bool,
    /// Errors and warnings: at most twenty, and behind those what the command line and the reach are about.
    pub problems: Vec<ConfigError>,
    /// Those of [`ASKING`] that cannot be used, with the place.
    closed: Vec<(&'static str, Source)>,
    /// Something is wrong that is more than a warning, told or not.
    is_damaged: bool,
}

impl Loaded {
    /// Where a setting came from.
    #[must_use]
    pub fn origin(&self, key: &str) -> &Origin {
        self.origins.get(key).unwrap_or(&Origin::Default)
    }

    /// There is a file, and nothing in it is used.
    #[must_use]
    pub fn is_file_unused(&self) -> bool {
        !self.file_read && self.file.as_ref().is_some_and(|file| file.exists())
    }

    fn blame(&mut self, source: Source, defect: Defect) {
        let problem = ConfigError { source, defect };
        self.is_damaged |= !problem.is_warning();
        let is_kept = problem.is_usage() || matches!(problem.defect, Defect::ReachKept | Defect::AsksNobody(_));
        if self.problems.len() < MOST_PROBLEMS || is_kept {
            self.problems.push(problem);
        }
    }

    /// Puts one value of one layer in place.
    fn apply(&mut self, key: &str, name: Option<&str>, given: &Given, source: &Source, known: &Known<'_>) {
        let full = name.map_or_else(|| key.to_owned(), |name| format!("{key}.{name}"));
        let Some(row) = settings().iter().find(|row| row.key == key) else {
            let defect = unknown_key(&full);
            if let Defect::UnknownKey(_, Some(meant)) = &defect {
                self.close(meant, source);
            }
            return self.blame(source.clone(), defect);
        };
        // The value of a proxy may hold a password.
        let described = || if key == "proxy" { "\"…\"".to_owned() } else { given.describe() };
        if row.is_table() != name.is_some() {
            // An empty table says nothing.
            if !(row.is_table() && *given == Given::Other("{}".to_owned())) {
                self.close(key, source);
                self.blame(source.clone(), Defect::WrongValue(full, row.takes, described()));
            }
            return;
        }
        let is_read = (row.read)(&mut self.settings, name.unwrap_or_default(), given).is_some();
        self.closed.retain(|(closed, _)| *closed != key);
        if !(is_read && known.fits.iter().all(|(other, fits)| *other != key || fits(&self.settings))) {
            self.close(key, source);
            return self.blame(source.clone(), Defect::WrongValue(full, row.takes, described()));
        }
        self.warn(row, name, source, known);
        // `auto` leaves the word to the locale.
        if key == "lang" && matches!(given, Given::Word(text) | Given::Text(text) if text == "auto") {
            return;
        }
        let origin = match source {
            Source::Flag => Origin::Flag,
            Source::Environment(variable) => Origin::Environment(variable.clone()),
            Source::File(path, line) => Origin::File(path.clone(), line.unwrap_or_default()),
        };
        self.origins.insert(full, origin);
    }

    /// Nobody is asked in the place of a setting of [`ASKING`] that cannot be used.
    fn close(&mut self, key: &str, source: &Source) {
        let Some(key) = ASKING.into_iter().find(|asking| *asking == key) else { return };
        match key {
            "resolver" => NO_SERVER.clone_into(&mut self.settings.resolver),
            "proxy" => NO_SERVER.clone_into(&mut self.settings.proxy),
            "services" => self.settings.services.clear(),
            _ => self.settings.dns_lists.clear(),
        }
        self.closed.push((key, source.clone()));
    }

    /// Names that no other room knows.
    fn warn(&mut self, row: &Setting, name: Option<&str>, source: &Source, known: &Known<'_>) {
        let (name, list) = match (row.key, name) {
            // Own rules are read later.
            ("weights", Some(name)) if name.starts_with("own-") => return,
            ("weights", Some(name)) => (name.to_owned(), known.rules),
            ("keys", Some(name)) => (name.to_owned(), known.actions),
            ("styles", Some(name)) => (name.to_owned(), known.roles),
            ("theme", _) if self.settings.theme != "auto" => (self.settings.theme.clone(), known.themes),
            _ => return,
        };
        if !list.is_empty() && !list.contains(&name.as_str()) {
            let near = nearest(&name, list.iter().copied()).map(str::to_owned);
            self.blame(source.clone(), Defect::UnknownName(row.key.to_owned(), name, near));
        }
    }

    /// The file's layer.
    fn apply_file(&mut self, path: PathBuf, named: bool, known: &Known<'_>) {
        let entries = match file::read(&path) {
            Ok(Some(text)) => file::entries(&text),
            Ok(None) if named => Err((Defect::Missing, None)),
            Ok(None) => {
                self.file = Some(path);
                return;
            }
            Err(defect) => Err((defect, None)),
        };
        match entries {
            Ok(entries) => {
                self.file_read = true;
                self.apply_entries(&path, &entries, known);
            }
            Err((defect, line)) => {
                // What it says of them is not known.
                let source = Source::File(path.clone(), line);
                for key in ASKING {
                    self.close(key, &source);
                }
                self.blame(source, defect);
            }
        }
        self.file = Some(path);
    }

    fn apply_entries(&mut self, path: &std::path::Path, entries: &[Entry], known: &Known<'_>) {
        for Entry { key, name, line, given } in entries {
            let source = Source::File(path.to_owned(), Some(*line));
            self.apply(key, name.as_deref(), given, &source, known);
        }
        if self.is_damaged && self.settings.reach > Reach::default() {
            let line = match self.origins.remove("reach") {
                Some(Origin::File(_, line)) => Some(line),
                _ => None,
            };
            self.settings.reach = Reach::default();
            self.blame(Source::File(path.to_owned(), line), Defect::ReachKept);
        }
    }
}

impl Settings {
    /// Puts the layers on each other. Never fails: what is wrong stands in [`Loaded::problems`], and the layer below
    /// takes its place. `env` gives an environment variable.
    #[must_use]
    pub fn load(
        overrides: &Overrides,
        env: &dyn Fn(&str) -> Option<String>,
        places: &Places,
        known: &Known<'_>,
    ) -> Loaded {
        let env = |name: &str| env(name).filter(|value| !value.is_empty());
        let mut loaded = Loaded::default();
        loaded.settings.data_dir = places.data.clone().unwrap_or_default();
        loaded.settings.rules_dir = places.config.as_ref().map(|folder| folder.join("rules")).unwrap_or_default();
        let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(|name| Some((name, env(name)?)));
        if let Some((name, locale)) = locale {
            loaded.settings.lang = if locale.starts_with("ja") { Lang::Ja } else { Lang::En };
            loaded.origins.insert("lang".to_owned(), Origin::Environment(name.to_owned()));
        }
        let named = overrides.file.clone().or_else(|| env("GOSANKE_CONFIG").map(PathBuf::from));
        let is_named = named.is_some();
        let path = named.or_else(|| places.config.as_ref().map(|folder| folder.join("config.toml")));
        loaded.settings.keys_dir =
            path.as_deref().and_then(std::path::Path::parent).map(ToOwned::to_owned).unwrap_or_default();
        if let Some(path) = path.filter(|_| !overrides.no_file) {
            loaded.apply_file(path, is_named, known);
        }
        for row in settings().iter().filter(|row| !row.is_table()) {
            if let Some(value) = env(&row.variable()) {
                let source = Source::Environment(row.variable());
                loaded.apply(row.key, None, &Given::Word(value), &source, known);
            }
        }
        for (key, value) in &overrides.values {
            let (key, name) = key.split_once('.').map_or((key.as_str(), None), |(key, name)| (key, Some(name)));
            loaded.apply(key, name, &Given::Word(value.clone()), &Source::Flag, known);
        }
        // Whoever said it, with whichever flag: they did not mean others than those who can be asked.
        if loaded.settings.reach > Reach::default()
            && let Some((key, source)) = loaded.closed.first().cloned()
        {
            loaded.settings.reach = Reach::default();
            loaded.origins.remove("reach");
            loaded.blame(source, Defect::AsksNobody(key));
        }
        // https://no-color.org: below what was said to this program.
        if loaded.settings.color == Color::Auto && env("NO_COLOR").is_some() {
            loaded.settings.color = Color::Never;
            loaded.origins.insert("color".to_owned(), Origin::Environment("NO_COLOR".to_owned()));
        }
        expand_home(&mut loaded.settings, env("HOME").map(PathBuf::from));
        loaded
    }
}

/// `~/` at the start of a path is the user's folder, as in a shell.
fn expand_home(settings: &mut Settings, home: Option<PathBuf>) {
    let Some(home) = home else { return };
    let Settings {
        geo,
        rules,
        allow_files,
        block_files,
        data_dir,
        save_dir,
        quarantine_dir,
        rules_dir,
        weights_file,
        ..
    } = settings;
    let lists = [geo, rules, allow_files, block_files].into_iter().flatten();
    for path in lists.chain([data_dir, save_dir, quarantine_dir, rules_dir, weights_file]) {
        if let Ok(below) = path.strip_prefix("~") {
            *path = home.join(below);
        }
    }
}

fn unknown_key(full: &str) -> Defect {
    let keys = settings().iter().map(|row| row.key);
    let near = nearest(full.split('.').next().unwrap_or(full), keys).map(str::to_owned);
    Defect::UnknownKey(full.chars().take(80).collect(), near)
}

#[cfg(test)]
mod tests;

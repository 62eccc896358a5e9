//! Settings in layers: flag over environment over file over default, each value with the place that it came from.
//!
//! Every setting is one row in `rows`: name, explanation, default, reading and writing. The shipped file
//! `assets/config.toml` is made from the rows, and a test compares both. The only thing that is read here is the one
//! file; environment and folders are values passed in. A defect never stops the program: it is named with file and line,
//! the default takes its place, and a damaged file never widens the reach.
//!
//! ```
//! use gosanke::config::{Known, Origin, Overrides, Places, Settings};
//!
//! let flags = Overrides { values: vec![("theme".into(), "mono".into())], no_file: true, ..Overrides::default() };
//! let env = |name: &str| (name == "LANG").then(|| "ja_JP.UTF-8".to_owned());
//! let loaded = Settings::load(&flags, &env, &Places::default(), &Known::default());
//! assert_eq!(loaded.settings.theme, "mono");
//! assert_eq!(loaded.origin("theme"), &Origin::Flag);
//! assert_eq!(loaded.origin("lang"), &Origin::Environment("LANG".into()));
//! ```

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::facts::Reach;
use crate::text::Lang;

mod dns_lists;
mod error;
mod file;
mod fits;
mod given;
mod limits;
mod load;
mod print;
mod reading;
mod rows;
mod saving;
mod services;
mod sides;

pub use error::{ConfigError, Defect, Source};
pub use load::{Fit, Known, Loaded, Origin, Overrides, Places};
pub use print::{print, sample};
pub use reading::{Texts, list_files, rule_files, weights_file};
pub use rows::{Setting, settings};
pub use services::SERVICES;

/// The shipped file: every setting with its default and an explanation.
pub const SAMPLE: &str = include_str!("../../assets/config.toml");

/// When and how colors are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Color {
    /// As many as the terminal says it has.
    #[default]
    Auto,
    /// Also where the output is no terminal.
    Always,
    /// Weight and reversal only.
    Never,
    /// The terminal's own sixteen.
    Sixteen,
    /// 24 bits.
    True,
}

/// Whether mails are analyzed in confined processes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sandbox {
    /// Where they can be started; what is analyzed without them is told.
    #[default]
    On,
    /// Never.
    Off,
    /// Always: what cannot be confined is not analyzed.
    Require,
}

/// How copied text leaves the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Clipboard {
    /// The desktop's tool, else the terminal, else a file.
    #[default]
    Auto,
    /// The desktop's tool only.
    Tool,
    /// Through the terminal (OSC 52) only.
    Osc52,
    /// Into a file whose path is shown.
    File,
}

/// All settings.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Language of the interface.
    pub lang: Lang,
    /// How far look-ups may travel.
    pub reach: Reach,
    /// Whether mails are analyzed in confined processes.
    pub sandbox: Sandbox,
    /// `system`, or a resolver as the look-up room reads it (`192.0.2.53`, `tls://...`, `https://...`).
    pub resolver: String,
    /// The most look-ups under way at once.
    pub lookups_at_once: u32,
    /// Seconds after which a look-up is given up.
    pub lookup_timeout: u32,
    /// SOCKS5 server for HTTP and WHOIS as the look-up room reads it, empty for none. May hold a password.
    pub proxy: String,
    /// `User-Agent` of a safe visit; empty for none.
    pub visit_agent: String,
    /// `Accept-Language` of a safe visit; empty for none.
    pub visit_languages: String,
    /// Services that may be asked, by their ids.
    pub services: Vec<String>,
    /// Block lists over DNS that may be asked: ids, and zones of the reader's own.
    pub dns_lists: Vec<String>,
    /// The folder of `keys.toml`: that of the configuration. No setting; empty where there is none.
    pub keys_dir: PathBuf,
    /// Databases of places (mmdb) that win over the embedded one, best first.
    pub geo: Vec<PathBuf>,
    /// Where marks, notes and kept answers are stored. Empty only where the system has no such place.
    pub data_dir: PathBuf,
    /// Folder that parts are saved below; empty for `saved` in the data directory.
    pub save_dir: PathBuf,
    /// Maildir that mails are quarantined in; empty for none.
    pub quarantine_dir: PathBuf,
    /// Rows and badges of mailboxes are kept between runs.
    pub cache: bool,
    /// `auto` or a theme's name.
    pub theme: String,
    /// Colors.
    pub color: Color,
    /// The mouse is captured.
    pub mouse: bool,
    /// Column that the list is sorted by: `mailbox`, `date`, `score`, `sender`, `subject`.
    pub sort: String,
    /// The order is turned around.
    pub reverse: bool,
    /// How copied text leaves the program.
    pub clipboard: Clipboard,
    /// Keys by action id; an empty list takes all keys away. Read by the key map.
    pub keys: BTreeMap<String, Vec<String>>,
    /// Weights by rule id, in log-odds points; 0 switches a rule off.
    pub weights: BTreeMap<String, f32>,
    /// File of fitted weights; empty for the shipped ones.
    pub weights_file: PathBuf,
    /// Folder of own rules.
    pub rules_dir: PathBuf,
    /// Further files of own rules.
    pub rules: Vec<PathBuf>,
    /// The own domains.
    pub own_domains: Vec<String>,
    /// Names under which the own servers write results.
    pub authserv_ids: Vec<String>,
    /// Networks of the own servers, each of which can be read as one.
    pub relays: Vec<String>,
    /// Limits of what is read of one mail, by their names, each within its bounds; what is not named has its usual value.
    pub limits: BTreeMap<String, u32>,
    /// `Name <address>` of people whose names are borrowed.
    pub vips: Vec<String>,
    /// Trusted senders.
    pub allow: Vec<String>,
    /// Files of them.
    pub allow_files: Vec<PathBuf>,
    /// What is known as bad.
    pub block: Vec<String>,
    /// Files of it.
    pub block_files: Vec<PathBuf>,
    /// How fast single services are asked, by their ids. Read by the look-up room.
    pub pace: BTreeMap<String, Pace>,
    /// Styles by role (`high = "bold red"`). Read by the theme.
    pub styles: BTreeMap<String, String>,
}

/// How fast a service is asked, where the user changed that; 0 is no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Pace {
    /// The most questions under way at once; never 0.
    pub at_once: Option<u32>,
    /// The most questions in a minute.
    pub per_minute: Option<u32>,
    /// The most questions in a day.
    pub per_day: Option<u32>,
}

impl Default for Settings {
    /// The defaults of the rows, which are those of the shipped file.
    fn default() -> Self {
        let mut blank = Self {
            lang: Lang::default(),
            reach: Reach::default(),
            sandbox: Sandbox::default(),
            resolver: String::new(),
            lookups_at_once: 0,
            lookup_timeout: 0,
            proxy: String::new(),
            visit_agent: String::new(),
            visit_languages: String::new(),
            services: Vec::new(),
            dns_lists: Vec::new(),
            keys_dir: PathBuf::new(),
            geo: Vec::new(),
            data_dir: PathBuf::new(),
            save_dir: PathBuf::new(),
            quarantine_dir: PathBuf::new(),
            cache: false,
            theme: String::new(),
            color: Color::default(),
            mouse: false,
            sort: String::new(),
            reverse: false,
            clipboard: Clipboard::default(),
            keys: BTreeMap::new(),
            weights: BTreeMap::new(),
            weights_file: PathBuf::new(),
            rules_dir: PathBuf::new(),
            rules: Vec::new(),
            own_domains: Vec::new(),
            authserv_ids: Vec::new(),
            relays: Vec::new(),
            vips: Vec::new(),
            allow: Vec::new(),
            allow_files: Vec::new(),
            block: Vec::new(),
            block_files: Vec::new(),
            pace: BTreeMap::new(),
            limits: BTreeMap::new(),
            styles: BTreeMap::new(),
        };
        rows::put_defaults(&mut blank);
        blank
    }
}

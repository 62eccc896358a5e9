//! The command line: subcommands, flags and their help.

use std::net::IpAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::verdict::Level;

/// Takes suspicious mails apart: who really sent them, through which machines, where their links really lead.
///
/// Opens a Maildir, an mbox (gzip too), single messages, folders of them, or standard input (`-`). Without a path it
/// opens $MAIL or ~/Maildir. Nothing leaves this machine unless you ask for it, and no mailbox is changed but by `quarantine`.
#[derive(Debug, Parser)]
#[command(name = "gosanke", version, max_term_width = 100)]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) command: Option<Command>,

    /// Mailboxes to open; `-` is standard input. A path that is called like a subcommand is written `./demo`
    #[arg(value_name = "PATH")]
    pub(super) paths: Vec<PathBuf>,

    #[command(flatten)]
    pub(super) screen: Screen,

    #[command(flatten)]
    pub(super) common: Common,
}

/// Flags of the screen.
#[derive(Debug, Args, Default, Clone)]
pub(super) struct Screen {
    /// Capture the mouse: wheel and click; text is then selected with Shift
    #[arg(long)]
    pub(super) mouse: bool,

    /// Neither read nor write the cache of rows and badges
    #[arg(long)]
    pub(super) no_cache: bool,

    /// Order of the list: date, score, sender, subject, mailbox
    #[arg(long, value_name = "ORDER")]
    pub(super) sort: Option<String>,

    /// Turn the order round
    #[arg(long)]
    pub(super) reverse: bool,

    /// Colors: auto, never, 16, true (NO_COLOR is respected)
    #[arg(long, value_name = "WHEN")]
    pub(super) color: Option<String>,

    /// Theme: auto, dark, light
    #[arg(long, value_name = "NAME")]
    pub(super) theme: Option<String>,
}

impl Screen {
    /// These flags, and those of `other` where these say nothing: a flag may stand before the subcommand or behind it.
    pub(super) fn over(self, other: &Self) -> Self {
        Self {
            mouse: self.mouse || other.mouse,
            no_cache: self.no_cache || other.no_cache,
            sort: self.sort.or_else(|| other.sort.clone()),
            reverse: self.reverse || other.reverse,
            color: self.color.or_else(|| other.color.clone()),
            theme: self.theme.or_else(|| other.theme.clone()),
        }
    }
}

/// Flags that every part of the program knows.
#[derive(Debug, Args, Default, Clone)]
#[command(next_help_heading = "Options of every command")]
pub(super) struct Common {
    /// How far questions may travel: local (not a packet), thirdparty, sender (the sender can notice)
    #[arg(long, value_name = "REACH", global = true)]
    pub(super) reach: Option<ReachArg>,

    /// Whom DNS questions go to: system, ADDRESS, tls://ADDRESS#NAME or https://ADDRESS/dns-query#NAME; several with commas
    #[arg(long, value_name = "SERVERS", global = true)]
    pub(super) resolver: Option<String>,

    /// SOCKS5 server for HTTP and WHOIS, names included: socks5h://ADDRESS:PORT
    #[arg(long, value_name = "SERVER", global = true)]
    pub(super) proxy: Option<String>,

    /// A database of addresses (mmdb) that wins over the embedded one; may be given several times
    #[arg(long, value_name = "FILE", global = true)]
    pub(super) geo: Vec<PathBuf>,

    /// A file of own rules, beside those of the configuration; may be given several times
    #[arg(long, value_name = "FILE", global = true)]
    pub(super) rules: Vec<PathBuf>,

    /// Answer look-ups from this log, export or recording (a folder: from the log in it) and never from the network; may
    /// be given several times
    #[arg(long, value_name = "FILE", global = true)]
    pub(super) replay: Vec<PathBuf>,

    /// Language of texts: en, ja
    #[arg(long, value_name = "LANG", global = true)]
    pub(super) lang: Option<LangArg>,

    /// The configuration file
    #[arg(long, value_name = "FILE", global = true)]
    pub(super) config: Option<PathBuf>,

    /// The folder for marks, kept answers and logs
    #[arg(long, value_name = "FOLDER", global = true)]
    pub(super) data_dir: Option<PathBuf>,
}

/// A reach as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ReachArg {
    /// Not a packet.
    Local,
    /// Registries and reputation services.
    Thirdparty,
    /// Anything that the sender can notice.
    Sender,
}

impl ReachArg {
    /// Its name in the configuration.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::Thirdparty => "thirdparty",
            Self::Sender => "sender",
        }
    }
}

/// A language as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum LangArg {
    /// English.
    En,
    /// Japanese.
    Ja,
}

impl LangArg {
    /// Its name in the configuration.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Ja => "ja",
        }
    }
}

/// A level as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum LevelArg {
    /// Something to know.
    Low,
    /// Look before you press anything.
    Medium,
    /// Take it for an attack.
    High,
}

impl LevelArg {
    pub(super) fn level(self) -> Level {
        match self {
            Self::Low => Level::Low,
            Self::Medium => Level::Medium,
            Self::High => Level::High,
        }
    }
}

/// Flags of `scan`.
#[derive(Debug, Args, Clone)]
pub(super) struct Scan {
    /// Mailboxes to read; `-` is standard input
    #[arg(value_name = "PATH", required_unless_present_any = ["demo", "schema"])]
    pub(super) paths: Vec<PathBuf>,

    /// Exit with 1 where a message is rated this level or higher
    #[arg(long, value_name = "LEVEL")]
    pub(super) fail_on: Option<LevelArg>,

    /// Threads; as many as there are cores without it
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(super) jobs: usize,

    /// With --reach: stop asking after this time (90s, 10m, 2h) and print the rest with what is known; the answers are kept,
    /// and the next run asks only for what is missing
    #[arg(long, value_name = "TIME", value_parser = super::scan::time)]
    pub(super) deadline: Option<std::time::Duration>,

    /// Read the built-in demo mailbox
    #[arg(long)]
    pub(super) demo: bool,

    /// Place, score, level and the ids of the findings only
    #[arg(long)]
    pub(super) brief: bool,

    /// Print what every field of a line means, and read nothing
    #[arg(long)]
    pub(super) schema: bool,
}

/// What to do instead of opening the screen on mailboxes.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Open the built-in demo mailbox, with recorded answers
    Demo {
        #[command(flatten)]
        screen: Screen,
    },
    /// Print one JSON line for each message
    Scan(Scan),
    /// Save attachments of a message: as files, or in a zip with a password
    Save(super::save::Save),
    /// Move mails out of Maildirs into quarantine (copies out of an mbox), and back; the only command that changes a mailbox
    Quarantine(super::quarantine::Arguments),
    /// Defang indicators in standard input: hxxps://a[.]example
    Defang,
    /// Undo defanging in standard input
    Refang,
    /// Tell place and network of addresses
    Geo {
        /// Addresses
        #[arg(value_name = "ADDRESS", required = true)]
        addresses: Vec<IpAddr>,
    },
    /// Tell all that is known of a host, address, URL, AS number or SHA-256; asks no further than --reach allows
    Lookup(super::card::Lookup),
    /// Lists of phishing pages, malware and networks that are searched on this machine
    Feeds {
        #[command(subcommand)]
        what: Option<super::feeds::What>,
    },
    /// List the look-ups that left this machine, with their answers; --json exports them for --replay
    Lookups(super::lookups::Lookups),
    /// What was kept of mailboxes that were opened before: how much, and how to forget it
    Cache {
        #[command(subcommand)]
        what: Option<super::cache::What>,
    },
    /// Print every setting with its value and where it comes from
    Config,
    /// Print every key
    Keys {
        /// As the generated document
        #[arg(long)]
        markdown: bool,
    },
    /// Print every rule, or one in full
    Rules {
        /// The rule's id
        id: Option<String>,
        /// Explain a rule in full, in both languages
        #[arg(long, value_name = "ID")]
        explain: Option<String>,
        /// Run your own rules on these mailboxes and tell how often each fires
        #[arg(long, value_name = "PATH", num_args = 1..)]
        test: Vec<PathBuf>,
        /// With --test or instead of it: mailboxes of phishing, to tell the rate on them; with --fit, to learn from
        #[arg(long, value_name = "DIR", num_args = 1..)]
        phish: Vec<PathBuf>,
        /// With --test or instead of it: mailboxes of honest mail, to tell the rate on them; with --fit, to learn from
        #[arg(long, value_name = "DIR", num_args = 1..)]
        ham: Vec<PathBuf>,
        /// As the generated document
        #[arg(long)]
        markdown: bool,
        /// Fit weights to the folders of --phish and --ham, and write them to --out; `weights_file` in the
        /// configuration names the file that is used (docs/weights.md)
        #[arg(long)]
        fit: bool,
        #[command(flatten)]
        choices: Box<super::fit::Choices>,
    },
    /// Look at terminal, folders, databases and settings, and say what is missing
    Doctor {
        /// Start a process as mails are analyzed in, let it try to break out, and report each try; exit with 1 where one
        /// succeeds
        #[arg(long)]
        sandbox: bool,
    },
}

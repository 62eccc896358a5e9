//! `gosanke save`: parts of one mail as files, or in an archive with a password. Reads the mailbox, writes only where
//! `--to` says.

use std::io::Write as _;
use std::ops::ControlFlow;
use std::path::PathBuf;

use super::own::{self, limits};
use super::{INTERNAL, UNREADABLE, USAGE, complain, confined};
use crate::config::{Sandbox, Settings};
use crate::export::Output;
use crate::export::json::Form;
use crate::facts::FactSet;
use crate::mailbox::{self, Entry, Opened, Sha256};
use crate::message::Message;
use crate::sandbox::Setup;
use crate::save::{Choice, Job};
use crate::signal::Weights;
use crate::text::{Lang, Words, show};

/// Flags of `save`.
#[derive(Debug, clap::Args, Clone)]
pub(super) struct Save {
    /// The mailbox or message; `-` is standard input
    #[arg(value_name = "PATH")]
    path: PathBuf,

    /// Which message, counted from 1 in the order of the mailbox; not needed where there is only one
    #[arg(long, value_name = "N", conflicts_with = "sha256")]
    message: Option<u64>,

    /// Which message, by its SHA-256 as `gosanke scan` prints it (or the beginning of it, at least 8 digits)
    #[arg(long, value_name = "HEX")]
    sha256: Option<String>,

    /// One part, counted as the parts pane does, from 1
    #[arg(long, value_name = "N", conflicts_with = "all")]
    part: Option<usize>,

    /// Every file of the message; this is what happens without --part, too
    #[arg(long)]
    all: bool,

    /// Into one zip (AES) with the password "infected"
    #[arg(long)]
    zip: bool,

    /// The folder to write below; `save_dir` of the configuration without it
    #[arg(long, value_name = "DIR")]
    to: Option<PathBuf>,

    /// Only tell what would be written where
    #[arg(long)]
    dry_run: bool,
}

/// Where parts are saved without `--to`; empty where there is no such place.
pub(super) fn usual(settings: &Settings) -> PathBuf {
    let data = &settings.data_dir;
    if !settings.save_dir.as_os_str().is_empty() {
        settings.save_dir.clone()
    } else if data.as_os_str().is_empty() {
        PathBuf::new()
    } else {
        data.join("saved")
    }
}

/// Saves.
pub(super) fn run(arguments: &Save, settings: &Settings) -> anyhow::Result<u8> {
    let lang = settings.lang;
    let to = arguments.to.clone().unwrap_or_else(|| usual(settings));
    if to.as_os_str().is_empty() {
        complain(Words::new("where to? --to DIR", "保存先を --to DIR で指定してください").get(lang));
        return Ok(USAGE);
    }
    let opened = match mailbox::open(std::slice::from_ref(&arguments.path)) {
        Ok(opened) => opened,
        Err(why) => {
            complain(&why.words(lang));
            return Ok(UNREADABLE);
        }
    };
    let (entry, bytes) = match chosen(arguments, &opened, lang) {
        Ok(found) => found,
        Err((code, why)) => {
            complain(&why);
            return Ok(code);
        }
    };
    let digest = Sha256::of(&bytes);
    // A mail that breaks the parser breaks a process that has nothing to lose.
    // With the limits that hold for what is saved.
    let (own, _) = own::own(settings);
    let setup = Setup { facts: FactSet::default(), weights: Weights::default(), own, form: Form::Brief };
    let bytes = match confined::pool(settings, &setup, 1, None) {
        Ok(Some(pool)) => match pool.taste(&entry.doubts, bytes.into(), true) {
            // A rule may have met a defect; what is saved does not rest on any.
            (bytes, Ok(_)) => bytes.into_bytes(),
            (_, Err(death)) => {
                let words = Words::new("nothing was saved: {0}", "保存していません。{0}");
                complain(&words.fill(lang, &[&death.words(lang)]));
                return Ok(UNREADABLE);
            }
        },
        Ok(None) => bytes,
        Err(why) => {
            complain(&why);
            if settings.sandbox == Sandbox::Require {
                return Ok(INTERNAL);
            }
            bytes
        }
    };
    let message = Message::parse_within(&bytes, &limits(settings));
    let choice = match arguments.part {
        Some(number) if number == 0 || number > message.parts.len() => {
            let words = Words::new("the message has parts 1 to {0}", "このメールのパートは 1 から {0} までです");
            complain(&words.fill(lang, &[&message.parts.len().to_string()]));
            return Ok(USAGE);
        }
        Some(number) => Choice::Part(number - 1),
        None => Choice::Files,
    };
    let job = Job::new(&message, digest, &choice, arguments.zip, &to);
    if let Some(why) = job.empty(lang) {
        complain(&why);
        return Ok(UNREADABLE);
    }
    if arguments.dry_run {
        return super::tell(&printable(&job.lines(lang)));
    }
    match job.write() {
        Ok(saved) => {
            let lines: Vec<String> =
                saved.names.iter().map(|name| saved.folder.join(name).display().to_string()).collect();
            let mut out = Output::default();
            out.write(&printable(&lines))?;
            out.flush()?;
            if !job.left.is_empty() || job.cut {
                let told = job.lines(lang);
                let rest: Vec<&String> = told.iter().skip(1 + usize::from(job.sealed) + job.items.len()).collect();
                for line in rest {
                    complain(line.trim());
                }
            }
            std::io::stderr().flush()?;
            Ok(0)
        }
        Err(trouble) => {
            complain(&trouble.words(lang));
            Ok(INTERNAL)
        }
    }
}

fn printable(lines: &[String]) -> String {
    lines.iter().fold(String::new(), |mut text, line| {
        text.push_str(show(line).as_str());
        text.push('\n');
        text
    })
}

/// The message that is meant, with its bytes.
fn chosen(arguments: &Save, opened: &Opened, lang: Lang) -> Result<(Entry, Vec<u8>), (u8, String)> {
    let wanted = arguments.sha256.as_ref().map(|hex| hex.to_ascii_lowercase());
    if wanted.as_ref().is_some_and(|hex| hex.len() < 8 || !hex.bytes().all(|byte| byte.is_ascii_hexdigit())) {
        let words =
            Words::new("--sha256 takes 8 to 64 hex digits", "--sha256 には 16 進数で 8〜64 桁を指定してください");
        return Err((USAGE, words.get(lang).to_owned()));
    }
    let mut count = 0_u64;
    let mut found: Option<(Entry, Vec<u8>)> = None;
    let mut problem = None;
    for folder in 0..u16::try_from(opened.folders().len()).unwrap_or(u16::MAX) {
        let listed = opened.index(folder, &mut |entries, _| {
            for entry in entries {
                count += 1;
                // Without either there may be only one; a second one ends the search.
                let here = arguments.message.is_none_or(|number| wanted.is_some() || count == number);
                if wanted.is_none() && arguments.message.is_none() && count > 1 {
                    return ControlFlow::Break(());
                }
                if !here {
                    continue;
                }
                match opened.read(&entry) {
                    Ok(bytes) if wanted.as_ref().is_none_or(|hex| Sha256::of(&bytes).to_string().starts_with(hex)) => {
                        found = Some((entry, bytes));
                        if wanted.is_some() || arguments.message.is_some() {
                            return ControlFlow::Break(());
                        }
                    }
                    Ok(_) => {}
                    Err(why) => problem = Some(why),
                }
            }
            ControlFlow::Continue(())
        });
        if let Err(why) = listed {
            problem = Some(why);
        }
        if found.is_some() && (wanted.is_some() || arguments.message.is_some()) {
            break;
        }
    }
    if count > 1 && wanted.is_none() && arguments.message.is_none() {
        let words = Words::new(
            "there are several messages: say which with --message N or --sha256 HEX",
            "複数のメールがあります。--message N または --sha256 HEX で指定してください",
        );
        return Err((USAGE, words.get(lang).to_owned()));
    }
    found.ok_or_else(|| {
        let why = problem.map_or_else(
            || Words::new("there is no such message", "該当するメールはありません").get(lang).to_owned(),
            |why| why.words(lang),
        );
        (UNREADABLE, why)
    })
}

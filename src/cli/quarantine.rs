//! `gosanke quarantine`: the one command that changes mailboxes. Only mails that were named or marked are moved, only
//! into the Maildir that was named, and `--undo` moves them back.

use std::collections::HashSet;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use super::{FOUND, UNREADABLE, USAGE, complain, complain_all, keeper};
use crate::config::Settings;
use crate::export::Output;
use crate::mailbox::{self, Identity, Sha256};
use crate::quarantine::{Quarantine, Settled, Taken, Trouble};
use crate::store::{MOVES_FILE, Mark};
use crate::text::{Lang, Words, show};

/// Flags of `quarantine`.
#[derive(Debug, clap::Args, Clone)]
pub(super) struct Arguments {
    /// Mailboxes to take mails out of: moved out of Maildirs, copied out of everything else
    #[arg(value_name = "PATH", required_unless_present = "undo")]
    paths: Vec<PathBuf>,

    /// A mail, by its SHA-256 as `gosanke scan` prints it; may be given several times
    #[arg(long, value_name = "HEX")]
    sha256: Vec<String>,

    /// Every mail that is marked so
    #[arg(long, value_name = "MARK")]
    marked: Option<MarkArg>,

    /// The Maildir to move into, made where it is missing; `quarantine_dir` of the configuration without it
    #[arg(long, value_name = "MAILDIR")]
    into: Option<PathBuf>,

    /// Only tell what would be moved
    #[arg(long)]
    dry_run: bool,

    /// Move the mails of the last run back to where they were; copies stay
    #[arg(long, conflicts_with_all = ["paths", "sha256", "marked", "into", "dry_run"])]
    undo: bool,
}

/// A mark as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum MarkArg {
    /// Marked malicious.
    Malicious,
    /// Marked suspicious.
    Suspicious,
}

/// Moves.
pub(super) fn run(arguments: &Arguments, settings: &Settings) -> anyhow::Result<u8> {
    let lang = settings.lang;
    if arguments.undo {
        return undo(settings);
    }
    let into = arguments.into.clone().unwrap_or_else(|| settings.quarantine_dir.clone());
    let wanted = match wanted(arguments, settings) {
        Ok(wanted) if !into.as_os_str().is_empty() => wanted,
        Ok(_) => {
            complain(Words::new("where to? --into MAILDIR", "隔離先を --into MAILDIR で指定してください").get(lang));
            return Ok(USAGE);
        }
        Err(why) => {
            complain(why.get(lang));
            return Ok(USAGE);
        }
    };
    let opened = match mailbox::open(&arguments.paths) {
        Ok(opened) => opened,
        Err(why) => {
            complain(&why.words(lang));
            return Ok(UNREADABLE);
        }
    };
    // Listed whole before the first is moved: nothing is skipped because the folder changed.
    let mut mails = Vec::new();
    let mut unread = 0_u64;
    let mut unlisted = false;
    for folder in 0..u16::try_from(opened.folders().len()).unwrap_or(u16::MAX) {
        let listed = opened.index(folder, &mut |entries, _| {
            for entry in entries {
                match opened.read_whole(&entry, Vec::new()) {
                    Ok(mail) => {
                        let (identity, digest) = mail.names();
                        if wanted.marked.contains(&identity) || wanted.digests.contains(&digest) {
                            mails.push((entry, identity, digest));
                        }
                    }
                    Err(_) => unread += 1,
                }
            }
            ControlFlow::Continue(())
        });
        if let Err(why) = listed {
            complain(&why.words(lang));
            unlisted = true;
        }
    }
    if unread > 0 {
        let words = Words::new("{0 mail|mails} could not be read", "{0} 通は読めませんでした");
        complain(&words.fill(lang, &[&unread.to_string()]));
    }
    // Somebody named a mail and may believe that it is out of the way now.
    let found: HashSet<Sha256> = mails.iter().map(|(_, _, digest)| *digest).collect();
    let missing = arguments.sha256.iter().filter(|hex| Sha256::read(hex).is_some_and(|one| !found.contains(&one)));
    let missing: Vec<&str> = missing.map(String::as_str).collect();
    if !missing.is_empty() {
        let words = Words::new(
            "not found here: {0}; --sha256 takes what `gosanke scan` prints, which is not what sha256sum says of lines that end in CRLF",
            "見つからないメール: {0}。--sha256 には `gosanke scan` が表示する値を指定してください（改行が CRLF なら sha256sum の値とは異なります）",
        );
        complain(&words.fill(lang, &[&missing.join(" ")]));
    }
    // A marked mail may be among those that nobody could read; one that was named was found or is missing.
    let is_whole = missing.is_empty() && (arguments.marked.is_none() || unread == 0 && !unlisted);
    let mut out = Output::default();
    if arguments.dry_run {
        for (entry, _, digest) in &mails {
            let folder = opened.folders().get(usize::from(entry.folder));
            let path = folder.map(|folder| entry.path_below(&folder.path)).unwrap_or_default();
            out.write(&format!("{digest}  {}\n", show(&path.to_string_lossy())))?;
        }
        out.flush()?;
        return Ok(if is_whole { 0 } else { UNREADABLE });
    }
    let mut quarantine = match start(settings) {
        Ok(quarantine) => quarantine,
        Err(why) => {
            complain(&why.words(lang));
            return Ok(UNREADABLE);
        }
    };
    let mut failed = false;
    for (entry, identity, digest) in &mails {
        match quarantine.take(&opened, entry, *identity, &into) {
            Ok(taken) => out.write(&line(&taken, lang))?,
            Err(why) => {
                complain(&format!("{digest}: {}", why.words(lang)));
                failed = true;
            }
        }
    }
    if failed {
        // What stopped half-way is looked at at once.
        tell(&quarantine.settle(), lang);
    }
    out.flush()?;
    if mails.is_empty() && missing.is_empty() {
        complain(Words::new("no such mail was found", "該当するメールはありません").get(lang));
    }
    Ok(if failed {
        FOUND
    } else if is_whole {
        0
    } else {
        UNREADABLE
    })
}

/// Which mails are meant.
#[derive(Default)]
struct Wanted {
    marked: HashSet<Identity>,
    digests: HashSet<Sha256>,
}

fn wanted(arguments: &Arguments, settings: &Settings) -> Result<Wanted, Words> {
    let mut wanted = Wanted::default();
    for hex in &arguments.sha256 {
        let digest = Sha256::read(hex).ok_or(Words::new(
            "--sha256 takes the 64 hex digits that `gosanke scan` prints",
            "--sha256 には `gosanke scan` が表示する 64 桁の 16 進数を指定してください",
        ))?;
        wanted.digests.insert(digest);
    }
    if let Some(mark) = arguments.marked {
        let mark = match mark {
            MarkArg::Malicious => Mark::Malicious,
            MarkArg::Suspicious => Mark::Suspicious,
        };
        let mut warnings = Vec::new();
        let (_keeper, _events, marks, _) = keeper(settings, &mut warnings);
        complain_all(&warnings);
        let marked = marks.iter().filter(|(_, marked)| marked.mark == Some(mark));
        wanted.marked.extend(marked.map(|(identity, _)| *identity));
    } else if wanted.digests.is_empty() {
        return Err(Words::new(
            "which mails? --sha256 HEX or --marked malicious",
            "対象を --sha256 HEX または --marked malicious で指定してください",
        ));
    }
    Ok(wanted)
}

/// Opens the log and settles what an earlier run left.
fn start(settings: &Settings) -> Result<Quarantine, Trouble> {
    let lang = settings.lang;
    let now = jiff::Timestamp::now().as_second();
    let (mut quarantine, warning) = Quarantine::open(Path::new(&settings.data_dir), now)?;
    if let Some(warning) = warning {
        complain(&warning.words(lang));
    }
    tell(&quarantine.settle(), lang);
    Ok(quarantine)
}

fn tell(settled: &Result<Vec<Settled>, Trouble>, lang: Lang) {
    match settled {
        Ok(settled) => settled.iter().for_each(|one| complain(&sentence(one, lang))),
        Err(why) => complain(&why.words(lang)),
    }
}

/// Settles what a killed run left behind, before the screen opens; nothing is opened where nothing was ever moved.
pub(super) fn settle(settings: &Settings, warnings: &mut Vec<String>) {
    let data = &settings.data_dir;
    if data.as_os_str().is_empty() || !data.join(MOVES_FILE).is_file() {
        return;
    }
    // Another run may be under way; it settles its own.
    let Ok((mut quarantine, warning)) = Quarantine::open(data, jiff::Timestamp::now().as_second()) else { return };
    warnings.extend(warning.map(|warning| warning.words(settings.lang)));
    match quarantine.settle() {
        Ok(settled) => warnings.extend(settled.iter().map(|one| sentence(one, settings.lang))),
        Err(why) => warnings.push(why.words(settings.lang)),
    }
}

/// How a move was settled, for people.
fn sentence(settled: &Settled, lang: Lang) -> String {
    let (words, path) = match settled {
        Settled::Done(path) => {
            (Words::new("a move that was cut short is complete: {0}", "中断された移動を完了しました：{0}"), path)
        }
        Settled::Stayed(path) => {
            (Words::new("a move that was cut short did not happen: {0}", "中断された移動は行われていません：{0}"), path)
        }
        Settled::Open(path) => (
            Words::new(
                "a move that was cut short cannot be looked at now: {0}",
                "中断された移動の状態を今は確認できません：{0}",
            ),
            path,
        ),
    };
    words.fill(lang, &[&path.display().to_string()])
}

fn line(taken: &Taken, lang: Lang) -> String {
    let (words, paths) = match taken {
        Taken::Moved(from, to) => (Words::new("moved {0} to {1}", "移動：{0} → {1}"), vec![from, to]),
        Taken::Copied(to) => (Words::new("copied to {0}", "コピー：{0}"), vec![to]),
        Taken::There(path) => (Words::new("already there: {0}", "すでに隔離済み：{0}"), vec![path]),
    };
    let paths: Vec<String> = paths.iter().map(|path| show(&path.to_string_lossy()).to_string()).collect();
    let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
    format!("{}\n", words.fill(lang, &paths))
}

fn undo(settings: &Settings) -> anyhow::Result<u8> {
    let lang = settings.lang;
    let done = start(settings).and_then(|mut quarantine| {
        let done = quarantine.undo()?;
        if done.iter().any(|(_, back)| back.is_err()) {
            tell(&quarantine.settle(), lang);
        }
        Ok(done)
    });
    let done = match done {
        Ok(done) => done,
        Err(why) => {
            complain(&why.words(lang));
            return Ok(UNREADABLE);
        }
    };
    if done.is_empty() {
        complain(Words::new("nothing to move back", "元に戻すものはありません").get(lang));
    }
    let mut out = Output::default();
    let mut failed = false;
    for (from, back) in done {
        match back {
            Ok(to) => out.write(&line(&Taken::Moved(from, to), lang))?,
            Err(why) => {
                complain(&format!("{}: {}", from.display(), why.words(lang)));
                failed = true;
            }
        }
    }
    out.flush()?;
    Ok(if failed { FOUND } else { 0 })
}

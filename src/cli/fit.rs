//! `gosanke rules --fit`: reads labelled folders, fits weights to what the rules find in them, writes the file of weights.
//!
//! The folders are read as `scan` reads them, and nothing is asked of any network: facts are empty.

use std::io::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::thread;

use anyhow::Context as _;
use clap::Args;

use super::complain;
use crate::analysis::{Own, analyze};
use crate::facts::FactSet;
use crate::fit::{self, Data, RuleRow, Sample, Settings, Source, Study};
use crate::mailbox::{self, Entry, Opened};
use crate::signal::{Kind, Model, Weights, rules};
use crate::text::{Lang, Words};

/// Folders and choices of a fit.
#[derive(Debug, Clone, Args)]
pub struct FitArgs {
    /// Folders of phishing
    #[arg(long, value_name = "DIR", num_args = 1.., required = true)]
    pub phish: Vec<PathBuf>,
    /// Folders of honest mail
    #[arg(long, value_name = "DIR", num_args = 1.., required = true)]
    pub ham: Vec<PathBuf>,
    /// The choices.
    #[command(flatten)]
    pub choices: Choices,
}

/// Choices of a fit: what is a source, how it is fitted, where it goes.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Fitting weights")]
pub struct Choices {
    /// Where the weights go; without it only the figures are told
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Sources by the beginning of their file names, with the age that they can be compared in: `old:list-,shop-`.
    /// Mails of no source named here belong to one that is called like their folder
    #[arg(long, value_name = "[AGE:]PREFIX,...")]
    pub sources: Vec<String>,
    /// A file's name up to its first `-` is its source
    #[arg(long)]
    pub group_by_prefix: bool,
    /// The share of phishing among the mails that are to be judged
    #[arg(long, value_name = "SHARE", default_value_t = Settings::default().base_rate)]
    pub base_rate: f64,
    /// The share of phishing in the fit
    #[arg(long, value_name = "SHARE", default_value_t = Settings::default().balance)]
    pub balance: f64,
    /// How strongly weights are held at those set by hand
    #[arg(long, value_name = "MAILS", default_value_t = Settings::default().ridge)]
    pub ridge: f64,
    /// Most that one family of rules may say for phishing
    #[arg(long, value_name = "LOG-ODDS", default_value_t = Settings::default().cap_for)]
    pub cap: f64,
    /// The part of a weight that has to be left whichever source is left out
    #[arg(long, value_name = "SHARE", default_value_t = Settings::default().hold)]
    pub hold: f64,
    /// Rules that are given no weight, by id: what tells kinds of mail apart and not fraud
    #[arg(long, value_name = "RULE,...", value_delimiter = ',')]
    pub exclude: Vec<String>,
    /// Parts of the cross-validation
    #[arg(long, value_name = "N", default_value_t = Settings::default().folds)]
    pub folds: usize,
    /// The day to be written into the file, as YYYY-MM-DD; else today
    #[arg(long, value_name = "DATE")]
    pub date: Option<String>,
    /// Names the phishing that scores lowest and the ham that scores highest, with what was found
    #[arg(long, value_name = "N")]
    pub worst: Option<usize>,
}

/// A mail as it was found: the name of its file for people, and what the fit is given.
struct Found {
    name: String,
    sample: Sample,
}

/// Runs a fit; the figures go to standard error.
///
/// # Errors
/// A folder cannot be read, there are no mails of one class, or the file cannot be written.
pub fn run(args: &FitArgs) -> anyhow::Result<()> {
    fit(&args.phish, &args.ham, &args.choices, Lang::En)
}

/// The same, with folders and choices by themselves; what goes wrong is told in that language.
pub(super) fn fit(phish: &[PathBuf], ham: &[PathBuf], args: &Choices, lang: Lang) -> anyhow::Result<()> {
    let settings = Settings {
        base_rate: args.base_rate.clamp(0.0001, 0.9),
        balance: args.balance.clamp(0.01, 0.99),
        ridge: args.ridge.clamp(0.01, 1e6),
        cap_for: args.cap.clamp(0.5, 50.0),
        hold: args.hold.clamp(0.0, 1.0),
        folds: args.folds.clamp(2, 50),
        ..Settings::default()
    };
    let (data, names) = read(phish, ham, args, lang)?;
    let classes = data.samples.iter().fold((0, 0), |(p, h), mail| if mail.phish { (p + 1, h) } else { (p, h + 1) });
    if classes.0 < 20 || classes.1 < 20 {
        let words = Words::new(
            "a fit needs at least 20 mails of each class, not {0} and {1}",
            "学習にはフィッシングと正規メールがそれぞれ 20 通以上必要ですが、{0} 通と {1} 通しかありません",
        );
        anyhow::bail!(words.fill(lang, &[&classes.0.to_string(), &classes.1.to_string()]));
    }
    let study = fit::study(&data, &settings);
    let date = args.date.clone().unwrap_or_else(|| jiff::Zoned::now().date().to_string());
    let mut told = std::io::stderr().lock();
    told.write_all(fit::page(&data, &settings, &study).as_bytes())?;
    if let Some(count) = args.worst {
        told.write_all(worst(&data, &study, &names, count).as_bytes())?;
    }
    if let Some(out) = &args.out {
        let text = fit::write(&data, &settings, &study, &date);
        if let Err(why) = Model::read(&text) {
            let words = Words::new(
                "these mails give no weights that could be used ({0}); more of them, and more kinds, are needed",
                "これらのメールからは使える重みが得られません（{0}）。より多くの、より多様なメールが必要です",
            );
            anyhow::bail!(words.fill(lang, &[&why.words(lang)]));
        }
        std::fs::write(out, text).with_context(|| out.display().to_string())?;
    }
    Ok(())
}

fn read(phish: &[PathBuf], ham: &[PathBuf], args: &Choices, lang: Lang) -> anyhow::Result<(Data, Vec<String>)> {
    let mut data = Data {
        rules: rules()
            .map(|rule| RuleRow {
                id: rule.id.to_owned(),
                family: rule.family as usize,
                prior: if args.exclude.iter().any(|id| id == rule.id) { 0.0 } else { f64::from(rule.weight) },
                proved: rule.kind != Kind::Heuristic,
            })
            .collect(),
        ..Data::default()
    };
    let prefixes = prefixes(&args.sources);
    let mut names = Vec::new();
    for (folders, phish) in [(phish, true), (ham, false)] {
        for folder in folders {
            let opened = mailbox::open(std::slice::from_ref(folder))
                .map_err(|why| anyhow::anyhow!("{}: {}", folder.display(), why.words(lang)))?;
            for mut found in folder_of(&opened, phish, lang)? {
                let source = source_of(&found.name, folder, &prefixes, args.group_by_prefix);
                found.sample.source = data.sources.iter().position(|own| *own == source).unwrap_or_else(|| {
                    data.sources.push(source);
                    data.sources.len() - 1
                });
                data.samples.push(found.sample);
                names.push(found.name);
            }
        }
    }
    Ok((data, names))
}

/// `old:a-,b-` as (`a-`, `old`), (`b-`, `old`); the longest first.
fn prefixes(given: &[String]) -> Vec<(String, String)> {
    let mut out: Vec<(String, String)> = given
        .iter()
        .flat_map(|one| {
            let (era, list) = one.split_once(':').unwrap_or(("", one));
            list.split(',').filter(|prefix| !prefix.is_empty()).map(move |prefix| (prefix.to_owned(), era.to_owned()))
        })
        .collect();
    out.sort_by_key(|(prefix, _)| std::cmp::Reverse(prefix.len()));
    out
}

fn source_of(name: &str, folder: &Path, prefixes: &[(String, String)], by_prefix: bool) -> Source {
    if let Some((prefix, era)) = prefixes.iter().find(|(prefix, _)| name.starts_with(prefix.as_str())) {
        return Source { name: prefix.trim_end_matches('-').to_owned(), era: era.clone() };
    }
    let folder = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let prefix = name.split_once('-').map(|(prefix, _)| prefix.to_owned()).filter(|_| by_prefix);
    Source { name: prefix.unwrap_or(folder), era: String::new() }
}

/// Every mail of a folder, in the folder's order.
fn folder_of(opened: &Opened, phish: bool, lang: Lang) -> anyhow::Result<Vec<Found>> {
    let mut found = Vec::new();
    for (index, folder) in opened.folders().iter().enumerate() {
        let mut entries: Vec<Entry> = Vec::new();
        let listed = opened.index(index as u16, &mut |batch, _| {
            entries.extend(batch);
            std::ops::ControlFlow::Continue(())
        });
        listed.map_err(|why| anyhow::anyhow!(why.words(lang)))?;
        let jobs = thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let size = entries.len().div_ceil(jobs).max(1);
        let part = |part: &[Entry]| -> Vec<Found> {
            let fenced =
                |entry| catch_unwind(AssertUnwindSafe(|| one(opened, &folder.path, entry, phish))).ok().flatten();
            part.iter().filter_map(fenced).collect()
        };
        let parts: Vec<Vec<Found>> = thread::scope(|scope| {
            let started: Vec<_> = entries
                .chunks(size)
                .map(|chunk| thread::Builder::new().stack_size(8 << 20).spawn_scoped(scope, move || part(chunk)))
                .collect();
            started.into_iter().filter_map(|thread| thread.ok()?.join().ok()).collect()
        });
        let before = found.len();
        found.extend(parts.into_iter().flatten());
        let lost = (entries.len() + before).saturating_sub(found.len());
        if lost > 0 {
            let words = Words::new(
                "{0 mail|mails} of {1} could not be read and left out",
                "{1} のメール {0} 通を読み取れないため除外しました",
            );
            complain(&words.fill(lang, &[&lost.to_string(), &folder.path.display().to_string()]));
        }
    }
    Ok(found)
}

fn one(opened: &Opened, folder: &Path, entry: &Entry, phish: bool) -> Option<Found> {
    let bytes = opened.read(entry).ok()?;
    let analysis = analyze(&bytes, &entry.doubts, &FactSet::default(), &Weights::default(), &Own::default());
    let fired: Vec<usize> = rules()
        .enumerate()
        .filter(|(_, rule)| analysis.verdict.findings.iter().any(|finding| finding.rule.id == rule.id))
        .map(|(at, _)| at)
        .collect();
    // FNV-1a of the subject's letters: mails of one campaign stand in one part of the cross-validation.
    let letters: String = analysis.evidence.subject.chars().filter(|c| c.is_alphabetic()).take(40).collect();
    let named = if letters.chars().count() < 6 { analysis.identity.to_string() } else { letters.to_lowercase() };
    let key = named
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    let path = entry.path_below(folder);
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    // The low bits of the hash alone depend on little of the text.
    Some(Found { name, sample: Sample { source: 0, phish, key: key ^ (key >> 29), rules: fired } })
}

/// The mails that a fit gets wrong most, with what was found in them.
fn worst(data: &Data, study: &Study, names: &[String], count: usize) -> String {
    let mut out = String::new();
    for phish in [true, false] {
        let mut list: Vec<(f64, usize)> = data
            .samples
            .iter()
            .zip(&study.scores)
            .enumerate()
            .filter(|(_, (sample, _))| sample.phish == phish)
            .map(|(at, (_, score))| (if phish { *score } else { -*score }, at))
            .collect();
        list.sort_by(|one, other| one.0.total_cmp(&other.0));
        out.push_str(if phish { "\nphishing that scores lowest\n" } else { "\nham that scores highest\n" });
        for (score, at) in list.into_iter().take(count) {
            let (Some(sample), Some(name)) = (data.samples.get(at), names.get(at)) else { continue };
            let ids: Vec<&str> =
                sample.rules.iter().filter_map(|rule| data.rules.get(*rule)).map(|rule| rule.id.as_str()).collect();
            out.push_str(&format!("{:>6.2} {name}: {}\n", score.abs() * score.signum(), ids.join(" ")));
        }
    }
    out
}

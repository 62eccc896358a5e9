//! `gosanke rules --test`: runs the reader's own rules on folders and tells how often each fired, on which mails, and
//! where it stopped with an error.

use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

use crate::analysis::Own;
use crate::evidence::examine_for;
use crate::mailbox::{self, Entry, Opened};
use crate::message::Message;
use crate::record::Subject;
use crate::text::{Lang, Words, show};

/// The most mails that are named for one rule.
const NAMED: usize = 5;
/// Stack of the thread that parses.
const STACK: usize = 8 * 1024 * 1024;

/// A set of folders, with the word for it.
pub(super) struct Set<'a> {
    pub(super) name: Words,
    pub(super) paths: &'a [PathBuf],
}

/// What a rule did in one set.
#[derive(Debug, Clone, Default)]
struct Count {
    fired: u64,
    mails: Vec<String>,
    failed: u64,
    error: Option<(String, String)>,
}

/// What came of it.
pub(super) struct Trial {
    /// The report.
    pub(super) text: String,
    /// Paths that could not be opened or listed, told.
    pub(super) problems: Vec<String>,
}

/// Runs the rules on every set.
pub(super) fn run(sets: &[Set<'_>], own: &Own, lang: Lang) -> Trial {
    // Hostile nesting wants a thread with room.
    std::thread::scope(|scope| {
        let work = || all(sets, own, lang);
        let thread = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work);
        let done = thread.ok().and_then(|thread| thread.join().ok());
        done.unwrap_or_else(|| Trial {
            text: String::new(),
            problems: vec![crate::analysis::DEFECT.get(lang).to_owned()],
        })
    })
}

fn all(sets: &[Set<'_>], own: &Own, lang: Lang) -> Trial {
    let mut problems = Vec::new();
    let mut done: Vec<(u64, Vec<Count>)> = Vec::new();
    for set in sets {
        let mut counts = vec![Count::default(); own.rules.rules().count()];
        let mut total = 0;
        for path in set.paths {
            match mailbox::open(std::slice::from_ref(path)) {
                Ok(opened) => folders(&opened, own, lang, &mut total, &mut counts, &mut problems),
                Err(why) => problems.push(why.words(lang)),
            }
        }
        done.push((total, counts));
    }
    Trial { text: report(sets, &done, own, lang), problems }
}

fn folders(opened: &Opened, own: &Own, lang: Lang, total: &mut u64, counts: &mut [Count], problems: &mut Vec<String>) {
    for (index, folder) in opened.folders().iter().enumerate() {
        let mut lost = 0_u64;
        let listed = opened.index(index as u16, &mut |entries, _| {
            for entry in &entries {
                let name = entry.path_below(&folder.path).to_string_lossy().into_owned();
                let run = catch_unwind(AssertUnwindSafe(|| one(opened, entry, own)));
                let Ok(Some(outcomes)) = run else {
                    lost += 1;
                    continue;
                };
                *total += 1;
                for (count, outcome) in counts.iter_mut().zip(outcomes) {
                    count.take(outcome, &name, entry);
                }
            }
            ControlFlow::Continue(())
        });
        if lost > 0 {
            let words = Words::new(
                "{0}: {1 mail|mails} could not be read and left out",
                "{0}: {1} 通を読み取れないため除外しました",
            );
            problems.push(words.fill(lang, &[&folder.path.display().to_string(), &lost.to_string()]));
        }
        if let Err(problem) = listed {
            problems.push(format!("{}: {problem}", folder.path.display()));
        }
    }
}

fn one(opened: &Opened, entry: &Entry, own: &Own) -> Option<Vec<Result<bool, String>>> {
    let bytes = if entry.problem.is_none() { opened.read(entry).ok()? } else { return None };
    let message = Message::parse_within(&bytes, &own.side.limits);
    let evidence = examine_for(&own.side, &message, &entry.doubts);
    Some(own.rules.trial(&Subject { message: &message, evidence: &evidence }))
}

impl Count {
    fn take(&mut self, outcome: Result<bool, String>, name: &str, entry: &Entry) {
        let place = || entry.range.map_or_else(|| name.to_owned(), |(start, _)| format!("{name} ({start})"));
        match outcome {
            Ok(false) => {}
            Ok(true) => {
                self.fired += 1;
                if self.mails.len() < NAMED {
                    self.mails.push(place());
                }
            }
            Err(why) => {
                self.failed += 1;
                self.error.get_or_insert_with(|| (why, place()));
            }
        }
    }
}

fn report(sets: &[Set<'_>], done: &[(u64, Vec<Count>)], own: &Own, lang: Lang) -> String {
    let mut out = String::new();
    for (at, rule) in own.rules.rules().enumerate() {
        let of_rule =
            || sets.iter().zip(done).filter_map(|(set, (total, counts))| Some((set, *total, counts.get(at)?)));
        let rates: Vec<String> = of_rule()
            .map(|(set, total, count)| {
                let share = if total == 0 { 0.0 } else { count.fired as f64 * 100.0 / total as f64 };
                let words = Words::new("{0} {1} of {2} ({3} %)", "{0} {2} 通中 {1} 通 ({3} %)");
                let values = [count.fired.to_string(), total.to_string(), format!("{share:.1}")];
                let [fired, total, share] = values.each_ref().map(String::as_str);
                words.fill(lang, &[set.name.get(lang), fired, total, share]).trim().to_owned()
            })
            .collect();
        out.push_str(&format!("{:<32} {:+.1}  {}\n", rule.id, rule.weight, rates.join(", ")));
        for (set, _, count) in of_rule() {
            for mail in &count.mails {
                out.push_str(&format!("    {}\n", show(format!("{} {mail}", set.name.get(lang)).trim())));
            }
            if let Some((why, mail)) = &count.error {
                let words = Words::new(
                    "stopped with an error on {0}; first on {1}: {2}",
                    "{0} 通でエラーになりました。最初は {1}: {2}",
                );
                let text = words.fill(lang, &[&count.failed.to_string(), mail, why]);
                out.push_str(&format!("    ! {}\n", show(&text)));
            }
        }
    }
    out
}

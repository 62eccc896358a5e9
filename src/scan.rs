//! The headless driver: the same rooms as the screen, one JSON line a message, in input order, in constant memory.

use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::thread;

use crate::analysis::{DEFECT, Own, analyze};
use crate::export::json::Form;
use crate::export::{Output, json};
use crate::facts::FactSet;
use crate::mailbox::{Entry, Opened};
use crate::signal::Weights;
use crate::verdict::Level;

/// What a scan is made with.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// Facts known from the start.
    pub facts: FactSet,
    /// Weights of rules.
    pub weights: Weights,
    /// The reader's own side.
    pub own: Own,
    /// How much of a message is written.
    pub form: Form,
    /// Threads; 0 is as many as there are cores.
    pub jobs: usize,
}

/// Stack of a thread that parses.
const STACK: usize = 8 * 1024 * 1024;

/// How a scan ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Messages read.
    pub messages: u64,
    /// Messages that could not be read.
    pub errors: u64,
    /// A folder could not be listed to its end: there may be mails that nobody saw.
    pub incomplete: bool,
    /// The highest level.
    pub highest: Option<Level>,
}

/// Scans every folder of `opened`.
///
/// # Errors
/// Output cannot be written.
pub fn scan(opened: &Opened, settings: &Settings, out: &mut Output) -> std::io::Result<Outcome> {
    let mut outcome = Outcome::default();
    for (index, folder) in opened.folders().iter().enumerate() {
        let mut failed = None;
        let listed = opened.index(index as u16, &mut |entries, _| {
            for batch in entries.chunks(256) {
                for line in lines(opened, &folder.path, batch, settings) {
                    outcome.count(&line);
                    if let Err(why) = out.write(&line.text) {
                        failed = Some(why);
                        return ControlFlow::Break(());
                    }
                    if out.closed {
                        return ControlFlow::Break(());
                    }
                }
            }
            ControlFlow::Continue(())
        });
        if let Some(why) = failed {
            return Err(why);
        }
        if let Err(problem) = listed {
            outcome.incomplete = true;
            out.write(&json::error(&folder.path.to_string_lossy(), None, &problem.to_string()))?;
        }
        if out.closed {
            break;
        }
    }
    out.flush()?;
    Ok(outcome)
}

impl Outcome {
    /// Takes the outcome of a further scan in.
    pub fn add(&mut self, other: Self) {
        self.messages += other.messages;
        self.errors += other.errors;
        self.incomplete |= other.incomplete;
        self.highest = self.highest.max(other.highest);
    }

    fn count(&mut self, line: &Line) {
        match line.level {
            Some(level) => {
                self.messages += 1;
                self.highest = self.highest.max(Some(level));
            }
            None => self.errors += 1,
        }
    }
}

struct Line {
    text: String,
    level: Option<Level>,
}

/// The lines of a batch, made on several threads, in its order.
fn lines(opened: &Opened, folder: &Path, batch: &[Entry], settings: &Settings) -> Vec<Line> {
    let jobs = match settings.jobs {
        0 => thread::available_parallelism().map_or(1, std::num::NonZero::get),
        jobs => jobs.min(64),
    };
    let one = |entries: &[Entry]| entries.iter().map(|entry| line(opened, folder, entry, settings)).collect();
    if jobs == 1 || batch.len() < 4 {
        return one(batch);
    }
    thread::scope(|scope| {
        let parts: Vec<_> =
            batch.chunks(batch.len().div_ceil(jobs)).map(|part| (part, start(scope, move || one(part)))).collect();
        parts
            .into_iter()
            .flat_map(|(part, thread)| -> Vec<Line> {
                // A thread that died is told message by message: none is lost.
                let done = thread.and_then(|thread| thread.join().ok());
                done.unwrap_or_else(|| part.iter().map(|entry| broken(folder, entry)).collect())
            })
            .collect()
    })
}

/// A thread with room for hostile nesting; `None` where the system has none left.
fn start<'scope, T: Send + 'scope>(
    scope: &'scope thread::Scope<'scope, '_>,
    work: impl FnOnce() -> T + Send + 'scope,
) -> Option<thread::ScopedJoinHandle<'scope, T>> {
    thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work).ok()
}

fn line(opened: &Opened, folder: &Path, entry: &Entry, settings: &Settings) -> Line {
    let path = entry.path_below(folder);
    let path = path.to_string_lossy();
    let offset = entry.range.map(|(start, _)| start);
    let read = match &entry.problem {
        Some(problem) => Err(problem.clone()),
        None => opened.read(entry),
    };
    let bytes = match read {
        Ok(bytes) => bytes,
        Err(problem) => return Line { text: json::error(&path, offset, &problem.to_string()), level: None },
    };
    let run = AssertUnwindSafe(|| {
        let analysis = analyze(&bytes, &entry.doubts, &settings.facts, &settings.weights, &settings.own);
        let text = json::message(&path, offset, &analysis, &settings.facts, settings.form);
        Line { text, level: Some(analysis.verdict.level) }
    });
    catch_unwind(run).unwrap_or_else(|_| broken(folder, entry))
}

fn broken(folder: &Path, entry: &Entry) -> Line {
    let path = entry.path_below(folder);
    let offset = entry.range.map(|(start, _)| start);
    Line { text: json::error(&path.to_string_lossy(), offset, DEFECT), level: None }
}

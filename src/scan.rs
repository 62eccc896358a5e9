//! The headless driver: the same rooms as the screen, one JSON line a message, in input order, in constant memory.
//!
//! [`scan`] uses the facts that it is given; [`enriched`] asks for what each mail wants, see [`Enricher`].

use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::thread;

use crate::analysis::{Analysis, DEFECT, Own, analyze, take_apart};
use crate::export::json::Form;
use crate::export::{Output, json};
use crate::facts::FactSet;
use crate::mailbox::{Doubt, Entry, Opened, Problem};
use crate::sandbox::{Death, Pool};
use crate::signal::Weights;
use crate::text::Lang;
use crate::verdict::Level;

mod confined;
mod enrich;
mod flight;

pub use enrich::{Enricher, Progress, Watcher};

use enrich::{Done, Place};

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
    /// Confined workers that analyze in place of this process.
    pub pool: Option<Pool>,
    /// A mail for which no worker can be started is not analyzed at all.
    pub confined_only: bool,
}

/// The most messages that are read, or printed, at once where others wait for answers.
const GROUP: usize = 32;

/// Stack of a thread that parses.
const STACK: usize = 8 * 1024 * 1024;

/// How a scan ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Messages read.
    pub messages: u64,
    /// Messages that could not be read.
    pub errors: u64,
    /// A folder could not be listed to its end, or a file could not be read to its own: there may be mails that nobody saw.
    pub incomplete: bool,
    /// Messages that were analyzed in this process, as no worker could be started for them.
    pub unconfined: u64,
    /// The highest level.
    pub highest: Option<Level>,
}

/// Scans every folder of `opened`.
///
/// # Errors
/// Output cannot be written.
pub fn scan(opened: &Opened, settings: &Settings, out: &mut Output) -> std::io::Result<Outcome> {
    if let Some(pool) = &settings.pool {
        return confined::scan(opened, settings, pool, out);
    }
    let mut outcome = Outcome::default();
    let incomplete = walk(opened, &mut |part| {
        match part {
            Part::Batch(folder, batch) => {
                let one = |entry: &Entry| line(opened, folder, entry, settings);
                for line in parallel(batch, settings.jobs, &one, &|entry| broken(folder, entry)) {
                    outcome.count(&line);
                    out.write(&line.text)?;
                    if out.closed {
                        break;
                    }
                }
            }
            Part::Problem(text) => out.write(&text)?,
        }
        Ok(out.closed)
    })?;
    outcome.incomplete |= incomplete;
    out.flush()?;
    Ok(outcome)
}

/// Scans every folder of `opened`, and lets `enricher` ask for what the mails want before each is printed.
///
/// # Errors
/// Output cannot be written.
pub fn enriched(
    opened: &Opened,
    settings: &Settings,
    enricher: &mut Enricher,
    out: &mut Output,
) -> std::io::Result<Outcome> {
    let mut outcome = Outcome::default();
    let incomplete = walk(opened, &mut |part| {
        match part {
            Part::Batch(folder, batch) => {
                for group in batch.chunks(GROUP) {
                    let one = |entry: &Entry| taken(opened, folder, entry, settings);
                    for taken in parallel(group, settings.jobs, &one, &|entry| Taken::Line(broken(folder, entry))) {
                        match taken {
                            Taken::Mail(place, analysis, size) => enricher.enter(place, *analysis, size),
                            Taken::Line(line) => {
                                outcome.incomplete |= line.unread;
                                enricher.enter_line(line.text);
                            }
                        }
                    }
                    print(settings, enricher, out, &mut outcome, false)?;
                    if out.closed {
                        break;
                    }
                }
            }
            Part::Problem(text) => enricher.enter_line(text),
        }
        Ok(out.closed)
    })?;
    if !out.closed {
        print(settings, enricher, out, &mut outcome, true)?;
    }
    outcome.incomplete |= incomplete;
    out.flush()?;
    Ok(outcome)
}

/// A piece of a walk.
enum Part<'a> {
    /// Messages of a folder.
    Batch(&'a Path, &'a [Entry]),
    /// A folder could not be listed to its end: the line that says so.
    Problem(String),
}

/// Hands every batch of every folder to `each`, until it gives true. Gives true where a folder could not be listed to its
/// end.
fn walk(opened: &Opened, each: &mut dyn FnMut(Part<'_>) -> std::io::Result<bool>) -> std::io::Result<bool> {
    let mut incomplete = false;
    for (index, folder) in opened.folders().iter().enumerate() {
        let mut ended = Ok(false);
        let listed = opened.index(index as u16, &mut |entries, _| {
            for batch in entries.chunks(256) {
                ended = each(Part::Batch(&folder.path, batch));
                if !matches!(ended, Ok(false)) {
                    return ControlFlow::Break(());
                }
            }
            ControlFlow::Continue(())
        });
        if ended? {
            break;
        }
        if let Err(problem) = listed {
            incomplete = true;
            let text = json::error(&folder.path.to_string_lossy(), None, &problem.to_string());
            if each(Part::Problem(text))? {
                break;
            }
        }
    }
    Ok(incomplete)
}

/// Prints what is ready; with `all`, waits for every mail, else only as long as there is no room for more.
fn print(
    settings: &Settings,
    enricher: &mut Enricher,
    out: &mut Output,
    outcome: &mut Outcome,
    all: bool,
) -> std::io::Result<()> {
    loop {
        let mut group = Vec::new();
        while group.len() < GROUP {
            // What is ready goes out before anything is waited for.
            let wait = group.is_empty() && (all || enricher.is_full());
            let Some(done) = enricher.next(wait) else { break };
            group.push(done);
        }
        if group.is_empty() {
            return Ok(());
        }
        let group: Vec<Mutex<Done>> = group.into_iter().map(Mutex::new).collect();
        let one = |done: &Mutex<Done>| judged(&mut done.lock().unwrap_or_else(PoisonError::into_inner), settings);
        let lost = |done: &Mutex<Done>| match &*done.lock().unwrap_or_else(PoisonError::into_inner) {
            Done::Mail(_, place) => place.broken(),
            Done::Line(text) => Line::problem(text.clone()),
        };
        for line in parallel(&group, settings.jobs, &one, &lost) {
            outcome.count(&line);
            out.write(&line.text)?;
        }
        // Whoever reads along sees it now; the next mail may take its time.
        out.flush()?;
        if out.closed {
            return Ok(());
        }
    }
}

impl Outcome {
    /// Takes the outcome of a further scan in.
    pub fn add(&mut self, other: Self) {
        self.messages += other.messages;
        self.errors += other.errors;
        self.incomplete |= other.incomplete;
        self.unconfined += other.unconfined;
        self.highest = self.highest.max(other.highest);
    }

    fn count(&mut self, line: &Line) {
        self.unconfined += u64::from(line.unconfined);
        self.incomplete |= line.unread;
        match line.level {
            Some(level) => {
                self.messages += 1;
                self.highest = self.highest.max(Some(level));
            }
            None => self.errors += 1,
        }
    }
}

#[derive(Default)]
struct Line {
    text: String,
    level: Option<Level>,
    /// Of what should be mail and could not be read or analyzed: a damaged file, no permission, the end of a worker.
    unread: bool,
    /// Made in this process where a worker should have made it.
    unconfined: bool,
}

impl Line {
    /// The line of what is no mail.
    fn problem(text: String) -> Self {
        Self { text, ..Self::default() }
    }

    /// The line of a mail that is not rated. Whoever trusts the exit code must not take it for a good one.
    fn failed(text: String) -> Self {
        Self { unread: true, ..Self::problem(text) }
    }
}

/// What `one` makes of every item, on several threads, in order. An item whose thread died becomes what `lost` makes of it.
fn parallel<T: Sync, U: Send>(
    items: &[T],
    jobs: usize,
    one: &(impl Fn(&T) -> U + Sync),
    lost: &impl Fn(&T) -> U,
) -> Vec<U> {
    let jobs = match jobs {
        0 => thread::available_parallelism().map_or(1, std::num::NonZero::get),
        jobs => jobs.min(64),
    };
    if jobs == 1 || items.len() < 4 {
        return items.iter().map(one).collect();
    }
    thread::scope(|scope| {
        let parts: Vec<_> = items
            .chunks(items.len().div_ceil(jobs))
            .map(|part| (part, start(scope, move || part.iter().map(one).collect::<Vec<U>>())))
            .collect();
        parts
            .into_iter()
            .flat_map(|(part, thread)| {
                // A thread that died is told message by message: none is lost.
                let done = thread.and_then(|thread| thread.join().ok());
                done.unwrap_or_else(|| part.iter().map(lost).collect())
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

/// A message as it was read.
enum Taken {
    Mail(Place, Box<Analysis>, usize),
    Line(Line),
}

/// Reads a message into a buffer that may have been used before; the line that says why not where it cannot be read.
fn read(opened: &Opened, folder: &Path, entry: &Entry, room: Vec<u8>) -> Result<Vec<u8>, Line> {
    let read = match &entry.problem {
        Some(problem) => Err(problem.clone()),
        None => opened.read_into(entry, room),
    };
    read.map_err(|problem| {
        let place = Place::of(folder, entry);
        Line {
            text: json::error(&place.path, place.offset, &problem.to_string()),
            unread: matches!(problem, Problem::Unreadable(_)),
            ..Line::default()
        }
    })
}

fn line(opened: &Opened, folder: &Path, entry: &Entry, settings: &Settings) -> Line {
    let bytes = match read(opened, folder, entry, Vec::new()) {
        Ok(bytes) => bytes,
        Err(line) => return line,
    };
    analyzed(&Place::of(folder, entry), &bytes, &entry.doubts, settings)
}

/// The line of a mail that was read.
fn analyzed(place: &Place, bytes: &[u8], doubts: &[Doubt], settings: &Settings) -> Line {
    let run = AssertUnwindSafe(|| {
        let analysis = analyze(bytes, doubts, &settings.facts, &settings.weights, &settings.own);
        let text = json::message(&place.path, place.offset, &analysis, &settings.facts, settings.form);
        Line { text, level: Some(analysis.verdict.level), ..Line::default() }
    });
    catch_unwind(run).unwrap_or_else(|_| place.broken())
}

/// A message taken apart and not judged yet.
fn taken(opened: &Opened, folder: &Path, entry: &Entry, settings: &Settings) -> Taken {
    let bytes = match read(opened, folder, entry, Vec::new()) {
        Ok(bytes) => bytes,
        Err(line) => return Taken::Line(line),
    };
    let place = Place::of(folder, entry);
    // Facts are joined to it in this process, so a worker tastes it first: what harms, harms the worker.
    let bytes = match &settings.pool {
        Some(pool) => match pool.taste(&entry.doubts, bytes.into(), true) {
            (bytes, Ok(true)) => bytes.into_bytes(),
            (bytes, Err(Death::NoWorker)) if !settings.confined_only => bytes.into_bytes(),
            (_, Ok(false)) => return Taken::Line(place.broken()),
            (_, Err(death)) => return Taken::Line(place.dead(death)),
        },
        None => bytes,
    };
    let run = AssertUnwindSafe(|| Box::new(take_apart(&bytes, &entry.doubts, &settings.weights, &settings.own)));
    match catch_unwind(run) {
        Ok(analysis) => Taken::Mail(place, analysis, bytes.len()),
        Err(_) => Taken::Line(place.broken()),
    }
}

/// The line of a mail that has its facts.
fn judged(done: &mut Done, settings: &Settings) -> Line {
    let (flight, place) = match done {
        Done::Mail(flight, place) => (flight, place),
        Done::Line(text) => return Line::problem(std::mem::take(text)),
    };
    let run = AssertUnwindSafe(|| {
        flight.analysis.judge(&flight.facts, &settings.weights);
        let text = json::message(&place.path, place.offset, &flight.analysis, &flight.facts, settings.form);
        Line { text, level: Some(flight.analysis.verdict.level), ..Line::default() }
    });
    catch_unwind(run).unwrap_or_else(|_| place.broken())
}

impl Place {
    fn of(folder: &Path, entry: &Entry) -> Self {
        let offset = entry.range.map(|(start, _)| start);
        Self { path: entry.path_below(folder).to_string_lossy().into_owned(), offset }
    }

    fn broken(&self) -> Line {
        Line::failed(json::error(&self.path, self.offset, DEFECT.en))
    }

    /// The mail cost its worker the life.
    fn dead(&self, death: Death) -> Line {
        Line::failed(json::error(&self.path, self.offset, &death.words(Lang::En)))
    }
}

fn broken(folder: &Path, entry: &Entry) -> Line {
    Place::of(folder, entry).broken()
}

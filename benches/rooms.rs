//! How long each room takes for a message, beside the bare parser, measured in the same run.
//!
//! ```sh
//! cargo bench --ignore-rust-version                                     # the demo's mails
//! GOSANKE_MAILBOX=archive.mbox cargo bench --ignore-rust-version        # the first 10,000 mails of a mailbox
//! cargo bench --ignore-rust-version -- signals                          # only the rooms with that word: for a profiler
//! ```

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    missing_docs,
    reason = "a test that cannot go on fails"
)]

mod bare;

use std::cell::LazyCell;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use gosanke::analysis::{Own, brief};
use gosanke::evidence::examine;
use gosanke::facts::FactSet;
use gosanke::mailbox::{self, Identity, Opened};
use gosanke::message::{Message, summarize};
use gosanke::signal::{Weights, run};
use gosanke::verdict::judge;

/// As in the program, for the bare parser and for the rooms alike.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Mails of a mailbox that are measured.
const MOST: usize = 10_000;
/// Runs over all mails; the median counts.
const RUNS: usize = 5;

fn main() {
    let path = std::env::var_os("GOSANKE_MAILBOX").map(PathBuf::from);
    let opened = match &path {
        Some(path) => mailbox::open(std::slice::from_ref(path)).unwrap_or_else(|why| panic!("{why}")),
        None => mailbox::demo(),
    };
    let start = Instant::now();
    let (mails, first) = read(&opened, start);
    let bytes: usize = mails.iter().map(Vec::len).sum();
    println!("{} mails, mean {} bytes, first rows after {first:.1?}\n", mails.len(), bytes / mails.len().max(1));
    println!("{:<28} {:>12} {:>12}", "room", "µs a mail", "mails/s");

    let messages = LazyCell::new(|| mails.iter().map(|mail| Message::parse(mail)).collect::<Vec<_>>());
    let evidences = LazyCell::new(|| messages.iter().map(|message| examine(message, &[])).collect::<Vec<_>>());
    let (facts, weights, own) = (FactSet::default(), Weights::default(), Own::default());
    let wanted: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let row = |name: &str, work: &dyn Fn() -> usize| {
        if !wanted.is_empty() && !wanted.iter().any(|word| name.contains(word.as_str())) {
            return Duration::ZERO;
        }
        let time = median(work);
        let each = time.as_secs_f64() / mails.len().max(1) as f64;
        println!("{name:<28} {:>12.1} {:>12.0}", each * 1e6, 1.0 / each);
        time
    };
    let selectors = bare::selectors();
    let bare = row("bare parse, with links", &|| mails.iter().map(|mail| bare::parse(mail, &selectors)).sum());
    row("summary for the list", &|| mails.iter().map(|mail| summarize(mail).subject.len()).sum());
    row("identity (SHA-256)", &|| mails.iter().map(|mail| usize::from(Identity::of(mail).0[0])).sum());
    row("message", &|| mails.iter().map(|mail| Message::parse(mail).parts.len()).sum());
    row("evidence", &|| messages.iter().map(|message| examine(message, &[]).links.len()).sum());
    row("signals and verdict", &|| {
        evidences.iter().map(|found| usize::from(judge(run(found, &facts, &weights)).score)).sum()
    });
    let all = row("all of it", &|| {
        let score = |mail: &Vec<u8>| brief(mail, &[], &facts, &weights, &own).digest.map_or(0, |digest| digest.score);
        mails.iter().map(|mail| usize::from(score(mail))).sum()
    });
    if !bare.is_zero() && !all.is_zero() {
        println!("\nall of it / bare parse: {:.2}", all.as_secs_f64() / bare.as_secs_f64());
    }
}

/// The mails, and the time until the first batch of rows.
fn read(opened: &Opened, start: Instant) -> (Vec<Vec<u8>>, Duration) {
    let mut mails = Vec::new();
    let mut first = None;
    let listed = opened.index(0, &mut |entries, _| {
        if !entries.is_empty() {
            first.get_or_insert_with(|| start.elapsed());
        }
        mails.extend(entries.iter().filter_map(|entry| opened.read(entry).ok()));
        if mails.len() >= MOST { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    assert!(listed.is_ok(), "{listed:?}");
    (mails, first.unwrap_or_default())
}

/// The median of the processor's time, so that what else the machine does counts little.
fn median(work: &dyn Fn() -> usize) -> Duration {
    let mut times: Vec<Duration> = (0..RUNS)
        .map(|_| {
            let start = now();
            std::hint::black_box(work());
            now().saturating_sub(start)
        })
        .collect();
    times.sort_unstable();
    times[RUNS / 2]
}

/// Time that this thread had a processor for; where the system does not tell, time on the wall.
fn now() -> Duration {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let spent = told.as_deref().and_then(|line| line.split(' ').next()?.parse().ok());
    spent.map_or_else(|| START.elapsed(), Duration::from_nanos)
}

//! Whole mailboxes through the real program in a real terminal, beside limits of the machine measured in the same run.
//!
//! ```sh
//! cargo bench --ignore-rust-version --bench mailboxes                            # 10,000 mails
//! cargo bench --ignore-rust-version --bench mailboxes -- --messages 100000 --runs 5
//! cargo bench --ignore-rust-version --bench mailboxes -- --make DIR              # only makes them
//! cargo bench --ignore-rust-version --bench mailboxes -- --messages 100000 --type 3600
//!                                    # only an hour of random keys, with deliveries by others
//! ```
//! The mailboxes are made up by a seed (`words.rs`, `head.rs`, `kinds.rs`): the same bytes on every machine, no real mail,
//! reserved names. They lie in a temporary folder, or in the folder of `--keep`, where they are found again.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::pedantic,
    unreachable_pub,
    missing_docs,
    reason = "a bench that cannot go on fails"
)]

#[path = "../bare/mod.rs"]
mod bare;
mod head;
mod kinds;
mod limits;
mod long;
mod make;
#[path = "../../tests/pty/mod.rs"]
mod pty;
mod screen;
mod words;

use std::path::PathBuf;
use std::time::Duration;

/// As in the program, for the bare parser too.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What was asked for.
struct Order {
    messages: u64,
    seed: u64,
    runs: usize,
    keep: Option<PathBuf>,
    make: Option<PathBuf>,
    /// Seconds of random keys.
    keys: Option<u64>,
}

fn order() -> Order {
    let mut order = Order { messages: 10_000, seed: 1, runs: 3, keep: None, make: None, keys: None };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let mut value = || words.next().unwrap_or_else(|| panic!("{word} wants a value"));
        match word.as_str() {
            "--messages" => order.messages = value().parse().unwrap(),
            "--seed" => order.seed = value().parse().unwrap(),
            "--runs" => order.runs = value().parse::<usize>().unwrap().max(1),
            "--keep" => order.keep = Some(value().into()),
            "--make" => order.make = Some(value().into()),
            "--type" => order.keys = Some(value().parse().unwrap()),
            "--bench" => {} // cargo says so
            other => {
                panic!("{other} is not known: --messages N --seed N --runs N --keep DIR --make DIR --type SECONDS")
            }
        }
    }
    order
}

fn main() {
    let order = order();
    let temporary = tempfile::tempdir().unwrap();
    let folder = order.make.as_ref().or(order.keep.as_ref()).cloned().unwrap_or_else(|| temporary.path().to_owned());
    let boxes = make::boxes(&folder, order.seed, order.messages);
    if order.make.is_some() {
        return;
    }
    if let Some(seconds) = order.keys {
        return long::run(&boxes, order.seed, seconds);
    }
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    println!(
        "\n{} mails, {:.1} MB, seed {}, {} runs, {threads} processors",
        boxes.count,
        boxes.bytes as f64 / 1e6,
        order.seed,
        order.runs
    );
    println!("\n| what | gosanke | limit | measured limit | ratio |\n| --- | --- | --- | --- | --- |");

    let median = |work: &dyn Fn() -> Duration| middle((0..order.runs).map(|_| work()).collect());
    let read = median(&|| limits::read_through(&boxes.mbox));
    let heads = median(&|| limits::read_heads(&boxes.maildir, threads));
    let bare = median(&|| limits::bare_parse(&boxes.mbox, threads));

    let first: Vec<screen::Opened> = (0..order.runs).map(|_| screen::open(&boxes.mbox, boxes.count)).collect();
    let time = |list: &[screen::Opened], of: fn(&screen::Opened) -> Duration| middle(list.iter().map(of).collect());
    row("first rows, mbox", time(&first, |one| one.first), None);
    row("complete list, mbox", time(&first, |one| one.listed), Some(("streaming read, lines counted", read)));
    row("all badges, mbox", time(&first, |one| one.judged), Some(("bare parse with links, all processors", bare)));
    row("reopened with all badges, mbox", time(&first, |one| one.reopened), None);
    let dirs: Vec<screen::Opened> = (0..order.runs).map(|_| screen::open(&boxes.maildir, boxes.count)).collect();
    row("first rows, Maildir", time(&dirs, |one| one.first), None);
    row("complete list, Maildir", time(&dirs, |one| one.listed), Some(("8 KiB of every file, all processors", heads)));
    row("all badges, Maildir", time(&dirs, |one| one.judged), Some(("bare parse with links, all processors", bare)));
    row("reopened with all badges, Maildir", time(&dirs, |one| one.reopened), None);

    let used = screen::use_it(&boxes.mbox, boxes.count);
    let keys = |name: &str, mut times: Vec<Duration>| {
        times.sort_unstable();
        let at = |part: usize| times[(times.len() * part / 100).min(times.len() - 1)];
        println!("| {name} | median {:.1?}, p99 {:.1?} | | | |", at(50), at(99));
    };
    keys("key to frame while analyzing", used.busy);
    keys("key to frame at rest", used.idle);
    keys("sort, key to frame", used.sorts);
    keys("filter, key to frame", used.filters);
    row("search in all bodies, a word", used.word, Some(("bare parse with links, all processors", bare)));
    row("search in all bodies, a pattern", used.pattern, Some(("bare parse with links, all processors", bare)));
    println!("| most anonymous memory, screen | {:.1} MB | | | |", used.memory as f64 / 1e6);
    println!("| ... with its confined workers | {:.1} MB | | | |", used.memory_of_all as f64 / 1e6);

    let scans: Vec<(Duration, u64)> = (0..order.runs).map(|_| screen::scan(&boxes.mbox)).collect();
    let scan = middle(scans.iter().map(|(time, _)| *time).collect());
    row("scan, brief lines", scan, Some(("bare parse with links, all processors", bare)));
    let most = scans.iter().map(|(_, memory)| *memory).max().unwrap_or_default();
    println!("| most anonymous memory, scan | {:.1} MB | | | |", most as f64 / 1e6);
    println!(
        "\n{:.0} badges a second; {:.0} lines of scan a second",
        rate(boxes.count, time(&first, |one| one.judged)),
        rate(boxes.count, scan)
    );
}

fn rate(count: u64, time: Duration) -> f64 {
    count as f64 / time.as_secs_f64()
}

fn middle(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

fn row(name: &str, time: Duration, limit: Option<(&str, Duration)>) {
    let (limit, measured, ratio) = limit.map_or_else(Default::default, |(name, limit)| {
        (name, format!("{limit:.1?}"), format!("{:.2}", time.as_secs_f64() / limit.as_secs_f64()))
    });
    println!("| {name} | {time:.1?} | {limit} | {measured} | {ratio} |");
}

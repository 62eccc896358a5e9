//! What one answer costs: from the fact that arrives to the mail that is judged again and the cell that is drawn. Measures,
//! so it is left out of ordinary runs, and says nothing of a build without optimization:
//!
//! ```text
//! cargo test --profile measure --ignore-rust-version --test answers -- --ignored --nocapture --test-threads 1
//! ```

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "a test that cannot go on fails"
)]

mod drive;

use std::collections::HashSet;
use std::time::{Duration, Instant};

use drive::{Drive, recorded};
use gosanke::facts::{Answer, Fact, FactSet, Key, Origin, State};
use gosanke::mailbox;
use gosanke::text::Lang;
use gosanke::tui::msg::Msg;
use gosanke::tui::theme::Depth;
use gosanke::wants::wants;
use ratatui::Terminal;
use ratatui::backend::TestBackend;

/// That of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// From fact to frame; the longest takes at most twice as long.
const USUAL: Duration = Duration::from_millis(1);
/// Answers about other mails that are at hand: those of a folder of ten thousand names.
const OTHERS: usize = 30_000;
const RUNS: usize = 7;

fn other(n: usize) -> (Key, Fact) {
    let host = format!("l{n}.example{n}.com");
    let state = State::Value(Answer::Addresses(vec!["192.0.2.1".parse().unwrap(), "2001:db8::1".parse().unwrap()]));
    let origin = Origin::Asked("192.0.2.53:53".into());
    (Key::Addresses(host), Fact { state, origin, at: Some(1_793_000_000), ttl: Some(300), dnssec: None })
}

/// Says the figures; gives median and p99.
fn report(what: &str, times: &mut [Duration]) -> (Duration, Duration) {
    times.sort();
    let at = |part: usize| times[(times.len() * part / 1000).min(times.len() - 1)];
    println!("{what}: {} answers, median {:?}, p99 {:?}, longest {:?}", times.len(), at(500), at(990), at(999));
    (at(500), at(990))
}

/// Every answer that a mail of the demo wants, one after the other: how long it took to judge, and to judge and draw; and
/// the same of answers about other mails.
fn run(lines: &[(Key, Fact)], mail: usize, width: u16, height: u16) -> Option<[Vec<Duration>; 3]> {
    let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
    let mut drive = Drive::open(mailbox::demo(), FactSet::default(), width, height, Lang::En, Depth::True);
    drive.app.services.registries = true;
    drive.app.services.visits = true;
    for _ in 0..mail {
        drive.keys("j");
    }
    drive.keys("Enter");
    drive.app.open_mail()?;
    drive.send(Msg::Facts((0..OTHERS).map(other).collect()));
    let mut answer = |drive: &mut Drive, line: (Key, Fact)| {
        let began = Instant::now();
        let _ = drive.app.update(Msg::Facts(vec![line]));
        let judged = began.elapsed();
        terminal.draw(|frame| gosanke::tui::draw(&mut drive.app, frame)).unwrap();
        (judged, began.elapsed())
    };
    let (mut judged, mut whole, mut elsewhere) = (Vec::new(), Vec::new(), Vec::new());
    let mut left = lines.to_vec();
    // What an answer leads to is wanted when it has come.
    loop {
        let evidence = &drive.app.open_mail()?.analysis.evidence;
        let wanted: HashSet<Key> = wants(evidence, &drive.app.facts, &drive.app.services).keys().cloned().collect();
        let Some(at) = left.iter().position(|(key, _)| wanted.contains(key)) else { break };
        let (first, both) = answer(&mut drive, left.remove(at));
        judged.push(first);
        whole.push(both);
    }
    for n in 0..20 {
        let (key, fact) = other(OTHERS + n);
        elsewhere.push(answer(&mut drive, (key, fact)).1);
    }
    Some([judged, whole, elsewhere])
}

#[test]
#[ignore = "measures; see the head of this file"]
fn an_answer_is_judged_and_drawn_within_a_millisecond() {
    let all = recorded();
    let lines: Vec<(Key, Fact)> = all.iter().map(|(key, fact)| (key.clone(), fact.clone())).collect();
    for (width, height) in [(100, 30), (200, 60)] {
        let mut times: [Vec<Duration>; 3] = Default::default();
        for mail in 0..18 {
            // The same answers come several times, and the best of each counts: the rest is what others did on the machine.
            let runs: Vec<_> = (0..RUNS).map_while(|_| run(&lines, mail, width, height)).collect();
            for (kind, into) in times.iter_mut().enumerate() {
                let count = runs.first().map_or(0, |first| first[kind].len());
                into.extend((0..count).filter_map(|at| runs.iter().filter_map(|run| run[kind].get(at)).min().copied()));
            }
        }
        let [judged, whole, elsewhere] = &mut times;
        println!("{width} x {height}, beside {OTHERS} other answers, best of {RUNS} runs");
        report("  judged", judged);
        report("  about another mail, drawn", elsewhere);
        let (median, most) = report("  judged and drawn", whole);
        assert!(median < USUAL && most < 2 * USUAL, "{median:?}, {most:?}");
    }
}

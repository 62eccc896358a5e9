//! Runs both rooms over folders of real and hostile mail: `GOSANKE_CORPORA=DIR cargo test --release -- --ignored corpora`.
//! Measures and asserts bounds; never prints what a mail says.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::{BoundaryReason, examine};
use crate::message::{Message, Quirk, summarize};

/// No mail may take longer than this.
const SLOWEST: Duration = Duration::from_millis(200);

fn files(root: &Path) -> Vec<PathBuf> {
    let (mut out, mut folders) = (Vec::new(), vec![root.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let path = entry.path();
            if entry.file_type().unwrap().is_dir() {
                folders.push(path);
            } else if entry.file_type().unwrap().is_file() {
                out.push(path);
            }
        }
    }
    out.sort();
    out
}

#[derive(Default)]
struct Tally {
    count: u32,
    bytes: usize,
    parse: Duration,
    examine: Duration,
    row: Duration,
    slowest: (Duration, PathBuf),
    failed: u32,
    boundary: [u32; 4],
    unread: u32,
    hops: u32,
    without_from: u32,
}

fn measure(path: &Path, tally: &mut Tally) {
    let bytes = std::fs::read(path).unwrap();
    let bytes = bytes.get(..50 << 20).unwrap_or(&bytes);
    let start = Instant::now();
    let message = Message::parse(bytes);
    let parsed = start.elapsed();
    let evidence = examine(&message, &[]);
    let all = start.elapsed();
    let head = bytes.get(..64 << 10).unwrap_or(bytes);
    let start = Instant::now();
    let row = summarize(head);
    tally.row += start.elapsed();
    tally.count += 1;
    tally.bytes += bytes.len();
    tally.parse += parsed;
    tally.examine += all.saturating_sub(parsed);
    if all > tally.slowest.0 {
        tally.slowest = (all, path.to_owned());
    }
    tally.failed += u32::from(message.quirks.contains(&Quirk::ParserFailed));
    tally.hops += evidence.hops.len() as u32;
    tally.unread += evidence.hops.iter().filter(|hop| hop.unread).count() as u32;
    let reason = evidence.triad.boundary.map(|boundary| boundary.reason);
    let slot = match reason {
        None => 0,
        Some(BoundaryReason::FirstForeignClient | BoundaryReason::Configured | BoundaryReason::UsualOfMailbox) => 1,
        Some(BoundaryReason::NamedByRecipient) => 2,
        Some(BoundaryReason::OnlyAddress) => 3,
    };
    if let Some(count) = tally.boundary.get_mut(slot) {
        *count += 1;
    }
    let shown = evidence.main_from().map(|from| from.address.clone()).unwrap_or_default();
    tally.without_from += u32::from(shown.is_empty());
    if bytes.len() < 64 << 10 {
        assert_eq!(row.address, shown, "row and evidence show different senders: {}", path.display());
    }
    for part in &message.parts {
        assert!(part.span.start <= part.span.end && part.span.end as usize <= bytes.len(), "{}", path.display());
    }
    for field in &message.fields {
        assert!(bytes.get(field.span.start as usize..field.span.end as usize).is_some(), "{}", path.display());
    }
}

#[test]
#[ignore = "needs GOSANKE_CORPORA"]
fn corpora_are_read_without_a_panic_and_in_time() {
    let root = PathBuf::from(std::env::var_os("GOSANKE_CORPORA").expect("GOSANKE_CORPORA names a folder"));
    let _ = super::brands();
    let _ = examine(&Message::parse(b"From: a@b.example\n\nhttp://a.example/"), &[]);
    let worker = std::thread::Builder::new().stack_size(2 << 20).spawn(move || {
        let mut folders: std::collections::BTreeMap<PathBuf, Tally> = std::collections::BTreeMap::new();
        for path in files(&root) {
            let inner = path.strip_prefix(&root).unwrap();
            let folder: PathBuf = inner.parent().unwrap().iter().take(2).collect();
            measure(&path, folders.entry(folder).or_default());
        }
        folders
    });
    let folders = worker.unwrap().join().expect("no panic and no stack overflow");
    let mut slow = Vec::new();
    for (folder, tally) in &folders {
        let mean = |time: Duration| time.as_secs_f64() * 1e6 / f64::from(tally.count);
        eprintln!(
            "{:30} {:5} mails {:7} bytes, parse {:7.1} us, examine {:7.1} us, row {:5.1} us, slowest {:8.1} ms {}, \
             boundary none/foreign/named/only {:?}, unread hops {}/{}, no From {}, failed {}",
            folder.display(),
            tally.count,
            tally.bytes / tally.count as usize,
            mean(tally.parse),
            mean(tally.examine),
            mean(tally.row),
            tally.slowest.0.as_secs_f64() * 1e3,
            tally.slowest.1.file_name().unwrap_or_default().display(),
            tally.boundary,
            tally.unread,
            tally.hops,
            tally.without_from,
            tally.failed,
        );
        if tally.slowest.0 > SLOWEST {
            slow.push(tally.slowest.clone());
        }
    }
    assert!(slow.is_empty() || cfg!(debug_assertions), "too slow: {slow:?}");
}

/// Where the time goes, stage by stage, summed over all files.
#[test]
#[ignore = "needs GOSANKE_CORPORA"]
fn corpora_stage_by_stage() {
    let root = PathBuf::from(std::env::var_os("GOSANKE_CORPORA").expect("GOSANKE_CORPORA names a folder"));
    let mails: Vec<Vec<u8>> = files(&root).iter().map(|path| std::fs::read(path).unwrap()).collect();
    let _ = examine(&Message::parse(b"From: a@b.example\n\nhttp://a.example/"), &[]);
    let mut stages: std::collections::BTreeMap<&str, Duration> = std::collections::BTreeMap::new();
    let mut time = |name: &'static str, start: Instant| *stages.entry(name).or_default() += start.elapsed();
    for bytes in &mails {
        let start = Instant::now();
        let message = Message::parse(bytes);
        time("parse", start);
        let start = Instant::now();
        let (from, _) = super::sender::readings(&message);
        time("readings", start);
        let start = Instant::now();
        let hops = super::path::hops(&message);
        time("hops", start);
        let start = Instant::now();
        let checks = super::auth::checks(&message);
        let triad = super::triad::triad(&message, &checks, &hops, &super::Own::default());
        time("triad", start);
        let domain = from.first().and_then(|reading| reading.address.domain.clone());
        let start = Instant::now();
        let auth =
            super::auth::claims(&message, &checks, &hops, triad.boundary, domain.as_ref(), &super::Own::default());
        time("auth", start);
        let start = Instant::now();
        let _ = super::excuses::excuses(&message, &hops, &triad, &auth, domain.as_ref());
        time("excuses", start);
        let start = Instant::now();
        let roles = super::body::Roles::of(&message);
        let pages = super::body::pages(&message);
        time("pages", start);
        let start = Instant::now();
        let (body, _) = super::body::body(&message, &roles, &pages);
        time("body", start);
        let start = Instant::now();
        let _ = super::wording::wording("", "", &body.text, false);
        time("wording", start);
        let start = Instant::now();
        let mut links = super::links::Links::default();
        for ((at, part), page) in message.parts.iter().enumerate().zip(pages) {
            links.part(at, part, page, roles.apart(at));
        }
        links.header(&message);
        time("links", start);
        let start = Instant::now();
        let _ = super::attachments::attachments(&message, &roles, "", "", super::qr::Budget::default());
        time("attachments", start);
    }
    for (name, sum) in stages {
        eprintln!("{name:12} {:8.1} us", sum.as_secs_f64() * 1e6 / mails.len() as f64);
    }
}

/// How often the boundary is the address that the receiving provider wrote down, without being told by that field.
#[test]
#[ignore = "needs GOSANKE_CORPORA"]
fn corpora_boundary_against_the_providers_own_record() {
    let root = PathBuf::from(std::env::var_os("GOSANKE_CORPORA").expect("GOSANKE_CORPORA names a folder"));
    let (mut all, mut blind, mut told, mut oldest) = (0_u32, 0_u32, 0_u32, 0_u32);
    for path in files(&root) {
        let mut message = Message::parse(&std::fs::read(&path).unwrap());
        let Some(known) = message.field("x-sender-ip").and_then(|field| super::domain::literal(&field.raw)) else {
            continue;
        };
        all += 1;
        let of = |message: &Message| {
            let evidence = examine(message, &[]);
            let is = |hop: Option<&super::Hop>| hop.is_some_and(|hop| hop.address == Some(known));
            (is(evidence.boundary_hop()), is(evidence.oldest_hop()))
        };
        let with = of(&message);
        told += u32::from(with.0);
        oldest += u32::from(with.1);
        let names = ["x-sender-ip", "received-spf", "authentication-results", "x-forefront-antispam-report"];
        for field in &mut message.fields {
            if names.iter().any(|name| field.name.eq_ignore_ascii_case(name)) {
                field.name = "x-removed".to_owned();
            }
        }
        let without = of(&message).0;
        blind += u32::from(without);
        if !without {
            eprintln!("not found blind: {}", path.display());
        }
    }
    eprintln!("of {all}: oldest line {oldest}, boundary {told}, boundary without the provider's fields {blind}");
}

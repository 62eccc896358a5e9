//! Mailboxes made of awkward lines: what is written as mboxrd comes back, and no bytes at all break a listing.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use proptest::prelude::*;

use super::super::blob::{Blob, Origin};
use super::super::source::Source;
use super::{Mbox, Variant};

/// Lines that a reader of mbox may stumble over.
const LINES: &[&str] = &[
    "From ",
    "From me to you",
    "From x@example.com Mon Jan  5 10:00:00 2026",
    ">From here",
    ">>From there",
    "> From cited",
    "> a reply",
    "",
    "Subject: x",
    "Content-Length: 3",
    "plain text",
    "\r",
];

fn lines(count: std::ops::Range<usize>) -> impl Strategy<Value = Vec<&'static str>> {
    prop::collection::vec(prop::sample::select(LINES), count)
}

fn mbox(bytes: Vec<u8>) -> Mbox {
    let origin = Origin::Memory(Source::Memory(Arc::new(bytes)), None);
    Mbox::new(Blob::new(origin, false, Arc::new(AtomicU64::new(0))))
}

fn ranges(mailbox: &Mbox) -> Vec<(u64, u64)> {
    let mut all = Vec::new();
    mailbox
        .index(None, &mut |places, _, _| {
            all.extend(places.into_iter().map(|place| place.range));
            ControlFlow::Continue(())
        })
        .unwrap();
    all
}

/// One more mark on every line that is `From ` behind any number of them.
fn quoted(line: &str) -> String {
    if line.trim_start_matches('>').starts_with("From ") { format!(">{line}") } else { line.to_owned() }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_as_mboxrd_comes_back(bodies in prop::collection::vec(lines(1..12), 1..6)) {
        let mut file = String::new();
        let mut wanted = Vec::new();
        for body in &bodies {
            let body: Vec<&str> = body.iter().copied().filter(|line| !line.starts_with("Content-Length")).collect();
            let text = body.join("\n") + "\n";
            let marked = body.iter().map(|line| quoted(line)).collect::<Vec<_>>().join("\n") + "\n";
            file.extend(["From a@example.com Thu Aug 22 16:23:28 2002\nSubject: s\n\n", &marked, "\n"]);
            wanted.push((format!("Subject: s\n\n{text}"), format!("Subject: s\n\n{marked}")));
        }
        let mailbox = mbox(file.into_bytes());
        let found = ranges(&mailbox);
        prop_assert_eq!(found.len(), wanted.len());
        for (range, (text, marked)) in found.into_iter().zip(wanted) {
            let read = String::from_utf8(mailbox.read(range, Vec::new()).unwrap().into_bytes()).unwrap();
            // So few lines may be judged either way; what is read is right for what was judged.
            let right = if mailbox.variant() == Some(Variant::Mboxrd) { text } else { marked };
            prop_assert_eq!(read, right);
        }
    }

    #[test]
    fn every_byte_belongs_to_one_message(soup in lines(0..60)) {
        let file = format!("From a@example.com Thu Aug 22 16:23:28 2002\n{}", soup.join("\n"));
        let len = file.len() as u64;
        let mailbox = mbox(file.into_bytes());
        let found = ranges(&mailbox);
        prop_assert_eq!(found.first().map(|range| range.0), Some(0));
        prop_assert_eq!(found.last().map(|range| range.1), Some(len));
        prop_assert!(found.windows(2).all(|pair| pair[0].1 == pair[1].0));
        for range in found {
            let _ = mailbox.read(range, Vec::new());
            let _ = mailbox.head(range, 100);
        }
    }
}

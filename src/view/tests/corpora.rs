//! Every pane over real and hostile mail. Needs a folder of message files, named by `GOSANKE_CORPORA`.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use jiff::tz::TimeZone;

use super::told;
use crate::analysis::{Own, analyze};
use crate::facts::{FactSet, Reach};
use crate::signal::Weights;
use crate::text::Lang;
use crate::view::indicators::indicators;
use crate::view::row::digest;
use crate::view::{PANES, Subject, Where, summary};

#[test]
#[ignore = "needs GOSANKE_CORPORA"]
fn every_pane_tells_every_mail_of_the_corpora() {
    let mut folders = vec![PathBuf::from(std::env::var("GOSANKE_CORPORA").expect("GOSANKE_CORPORA names a folder"))];
    let (mut mails, mut blocks, mut spent) = (0_u32, 0, Duration::ZERO);
    let mut slowest = (Duration::ZERO, PathBuf::new());
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            if entry.metadata().is_ok_and(|about| !about.is_file() || about.len() > 20_000_000) {
                continue;
            }
            let Ok(bytes) = std::fs::read(&path) else { continue };
            let analysis = analyze(&bytes, &[], &FactSet::default(), &Weights::default(), &Own::default());
            let _ = digest(&analysis.evidence, &analysis.verdict);
            mails += 1;
            let facts = FactSet::default();
            let subject = Subject {
                message: &analysis.message,
                bytes: &bytes,
                evidence: &analysis.evidence,
                facts: &facts,
                verdict: &analysis.verdict,
                entry: Where::default(),
                lang: if mails.is_multiple_of(2) { Lang::Ja } else { Lang::En },
                reach: Reach::Local,
                ask_key: "r",
                tz: TimeZone::UTC,
                moves: &[],
            };
            let start = Instant::now();
            for pane in PANES {
                let doc = (pane.doc)(&subject);
                assert!(!doc.blocks.is_empty(), "{}: {} says nothing", path.display(), pane.id);
                blocks += doc.blocks.len();
            }
            let said = told(&summary::doc(&subject));
            assert!(!said.contains("http://") && !said.contains("https://"), "{}: live URL in\n{said}", path.display());
            for one in indicators(&subject).all() {
                assert!(one.defanged.chars().all(|c| matches!(c, ' '..='~')), "{}: {one:?}", path.display());
                assert!(
                    !one.defanged.contains("http://") && !one.defanged.contains("https://"),
                    "{}: {one:?}",
                    path.display()
                );
            }
            let took = start.elapsed();
            spent += took;
            if took > slowest.0 {
                slowest = (took, path);
            }
        }
    }
    println!("{mails} mails, {blocks} blocks, {spent:?}; slowest {:?} {}", slowest.0, slowest.1.display());
    assert!(mails > 0);
}

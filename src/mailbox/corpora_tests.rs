//! Real mailboxes, outside the project: `GOSANKE_CORPORA` names the folder, `cargo test -- --ignored` runs these. They
//! print counts and hold no mail.

use std::collections::BTreeMap;
use std::time::Instant;

use super::*;

fn corpora() -> PathBuf {
    PathBuf::from(std::env::var_os("GOSANKE_CORPORA").expect("GOSANKE_CORPORA names the folder of the corpora"))
}

fn list(opened: &Opened, folder: u16) -> Vec<Entry> {
    let mut all = Vec::new();
    opened
        .index(folder, &mut |batch, _| {
            all.extend(batch);
            ControlFlow::Continue(())
        })
        .unwrap();
    all
}

fn hex(bytes: &[u8]) -> String {
    use sha2::Digest as _;
    Identity(sha2::Sha256::digest(bytes).into()).to_string()
}

/// Header without Content-Length and body, line ends as LF.
fn halves(bytes: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let text: Vec<u8> = bytes.iter().copied().filter(|byte| *byte != b'\r').collect();
    let at = memchr::memmem::find(&text, b"\n\n").map_or(text.len(), |at| at + 1);
    let kept = |line: &&[u8]| !line.to_ascii_lowercase().starts_with(b"content-length:");
    let header = text[..at].split_inclusive(|byte| *byte == b'\n').filter(kept).collect::<Vec<_>>().concat();
    (header, text.get(at + 1..).unwrap_or_default().to_vec())
}

#[test]
#[ignore = "needs the corpora"]
fn every_mbox_variant_gives_the_expected_messages() {
    let folder = corpora().join("mbox");
    let table = std::fs::read_to_string(folder.join("expected.tsv")).unwrap();
    let wanted: Vec<Vec<&str>> = table.lines().skip(1).map(|line| line.split('\t').collect()).collect();
    for (name, variant) in [
        ("mboxo.mbox", Variant::Mboxo),
        ("mboxrd.mbox", Variant::Mboxrd),
        ("mboxcl.mbox", Variant::Mboxcl),
        ("mboxcl2.mbox", Variant::Mboxcl2),
        ("mboxrd-crlf.mbox", Variant::Mboxrd),
        ("mboxrd-noblank.mbox", Variant::Mboxrd),
        ("mboxrd-truncated.mbox", Variant::Mboxrd),
        ("mboxrd.mbox.gz", Variant::Mboxrd),
    ] {
        let opened = open(&[folder.join(name)]).unwrap();
        let found = list(&opened, 0);
        assert_eq!(opened.kind(0), Some(Kind::Mbox(variant)), "{name}");
        assert_eq!(found.len(), wanted.len(), "{name}");
        let (mut right, mut irreversible, mut doubtful) = (0, 0, 0);
        for (nth, (entry, row)) in found.iter().zip(&wanted).enumerate() {
            let (header, body) = halves(&opened.read(entry).unwrap());
            doubtful += usize::from(!entry.doubts.is_empty());
            if name == "mboxrd-truncated.mbox" && nth + 1 == wanted.len() {
                assert!(entry.doubts.contains(&Doubt::Truncated));
                continue;
            }
            assert_eq!(hex(&header), row[1], "{name} {nth}: header");
            if hex(&body) == row[2] {
                right += 1;
            } else {
                // mboxo and mboxcl quoting cannot be undone.
                assert!(matches!(variant, Variant::Mboxo | Variant::Mboxcl) && row[4] != "0", "{name} {nth}: body");
                irreversible += 1;
            }
        }
        println!("{name}: {} messages, {right} right, {irreversible} irreversible, {doubtful} doubtful", found.len());
    }
}

#[test]
#[ignore = "needs the corpora"]
fn every_file_of_the_corpora_opens() {
    let root = corpora();
    let opened = open(std::slice::from_ref(&root)).unwrap();
    let mut counts: BTreeMap<String, BTreeMap<String, usize>> = BTreeMap::new();
    for folder in 0..u16::try_from(opened.folders().len()).unwrap() {
        for entry in list(&opened, folder) {
            let file = entry.file.clone().unwrap();
            let kind = opened.folders()[usize::from(folder)].kind;
            let path = opened.folders()[usize::from(folder)].path.join(&file);
            let below = path.strip_prefix(&root).unwrap();
            let mut steps = below.components().map(|step| step.as_os_str().to_string_lossy().into_owned());
            let mut title = steps.next().unwrap();
            if matches!(title.as_str(), "parser" | "auth") {
                title = format!("{title}/{}", steps.next().unwrap());
            }
            let count = counts.entry(title).or_default();
            *count.entry(format!("{kind:?}")).or_default() += 1;
            *count.entry("entries".to_owned()).or_default() += 1;
            for doubt in &entry.doubts {
                *count.entry(format!("{doubt:?}")).or_default() += 1;
            }
            match (&entry.problem, opened.read(&entry)) {
                (Some(problem), _) => {
                    *count.entry(format!("problem: {problem}")).or_default() += 1;
                    if std::env::var_os("GOSANKE_SHOW").is_some() {
                        println!("{}: {problem}", below.display());
                    }
                }
                (None, Err(problem)) => *count.entry(format!("on reading: {problem}")).or_default() += 1,
                (None, Ok(bytes)) => {
                    let head = opened.read_head(&entry, 64).unwrap();
                    assert!(bytes.starts_with(&head) || head.starts_with(&bytes), "{}", below.display());
                }
            }
        }
    }
    for (title, count) in counts {
        println!("{title}: {count:?}");
    }
}

#[test]
#[ignore = "measures a mailbox named by GOSANKE_MAILBOX"]
fn first_batch_and_listing_in_milliseconds() {
    let path = PathBuf::from(std::env::var_os("GOSANKE_MAILBOX").expect("GOSANKE_MAILBOX names a mailbox"));
    for _ in 0..5 {
        let start = Instant::now();
        let opened = open(std::slice::from_ref(&path)).unwrap();
        let (at_open, mut first, mut count, mut entry) = (start.elapsed(), None, 0, None);
        opened
            .index(0, &mut |batch, _| {
                if !batch.is_empty() {
                    first.get_or_insert_with(|| start.elapsed());
                }
                count += batch.len();
                entry = entry.take().or_else(|| batch.first().cloned());
                ControlFlow::Continue(())
            })
            .unwrap();
        let all = start.elapsed();
        opened.read(&entry.unwrap()).unwrap();
        println!("opened {at_open:?}, first batch {:?}, {count} entries {all:?}", first.unwrap());
    }
}

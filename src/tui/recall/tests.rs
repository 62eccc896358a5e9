//! A mailbox that was seen before gives the same rows and badges as one that was not, whatever happened to it or to the
//! cache meanwhile. The real threads run on real files in a temporary folder.

use std::fs::{self, File};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use proptest::prelude::*;
use tokio::sync::mpsc::unbounded_channel;

use super::*;
use crate::analysis::Own;
use crate::facts::FactSet;
use crate::signal::Weights;
use crate::store::ROWS_FILE;
use crate::tui::list::{List, Sort};
use crate::tui::msg::Msg;
use crate::tui::worker::{Analyst, Workers};

/// What a run shows: each row as text, and how many badges were worked out anew.
#[derive(Debug, PartialEq, Eq)]
struct Seen {
    rows: Vec<String>,
    judged: usize,
}

fn analyst() -> Analyst {
    Analyst {
        facts: FactSet::default(),
        weights: Weights::default(),
        own: Own::default(),
        pool: None,
        confined_only: false,
        ..Analyst::default()
    }
}

/// Opens a mailbox, waits until everything is known, and leaves.
fn run(path: &Path, data: Option<&Path>, rules: u8) -> Seen {
    run_until(path, data, rules, 0)
}

/// The same, until so many rows turned out to be other mails.
fn run_until(path: &Path, data: Option<&Path>, rules: u8, others: usize) -> Seen {
    let recall = data.map(|data| Recall { data_dir: data.to_owned(), rules: [rules; 32] });
    let mailbox = Arc::new(crate::mailbox::open(&[path.to_owned()]).unwrap());
    let (out, mut inbox) = unbounded_channel();
    let workers = Workers::new(mailbox, recall, out).unwrap();
    workers.equip(analyst()).unwrap();
    let mut list = List::new(Sort::Mailbox, false);
    workers.list(0, 1).unwrap();
    let (mut judged, mut listed, mut changed) = (0, false, 0);
    let complete = |list: &List| list.analyzed == list.readable && list.rows.iter().all(|row| row.identity.is_some());
    while !(listed && changed == others && complete(&list)) {
        match inbox.blocking_recv().unwrap() {
            Msg::Rows { rows, .. } => list.add(rows),
            Msg::Briefs { briefs, .. } => {
                judged += briefs.len();
                for (index, brief) in &briefs {
                    list.brief(*index, brief);
                }
            }
            Msg::Changed { parts, again, .. } => {
                changed += again.len();
                list.replace(parts, &again);
            }
            Msg::Named { names, .. } => names.iter().for_each(|(index, identity)| list.name(*index, *identity)),
            Msg::Listed { error, .. } => {
                assert_eq!(error, None);
                listed = true;
            }
            _ => {}
        }
    }
    drop(workers);
    let shown = |(index, row): (usize, crate::tui::row::Row)| {
        format!("{row:?} {:?} {:?}", list.rows.campaign(index as u32), list.campaign_size(index as u32))
    };
    Seen { rows: list.rows.iter().enumerate().map(shown).collect(), judged }
}

fn mail(number: usize) -> String {
    format!(
        "From: \"Shop {number}\" <shop{number}@mail.shop-{0}.example>\nTo: me@example.com\nSubject: Your order {number}\n\
         Date: Mon, 2 Nov 2026 10:{1:02}:00 +0000\nMessage-ID: <{number}@shop.example>\n\
         Content-Type: text/html\n\n<p>Pay <a href=\"https://pay-{0}.example/{number}\">https://bank.example/</a></p>\n",
        number % 3,
        number % 60,
    )
}

fn mbox(path: &Path, numbers: impl IntoIterator<Item = usize>) {
    let mut text = String::new();
    for number in numbers {
        text.push_str("From shop@shop.example Mon Nov  2 10:00:00 2026\n");
        text.push_str(&mail(number));
        text.push('\n');
    }
    fs::write(path, text).unwrap();
    rest(path);
}

/// Lets a file look as if nobody had written to it for a while.
fn rest(path: &Path) {
    let before = SystemTime::now() - Duration::from_secs(100);
    File::options().write(true).open(path).unwrap().set_modified(before).unwrap();
}

#[test]
fn an_mbox_that_did_not_change_comes_whole_from_the_cache() {
    let folder = tempfile::tempdir().unwrap();
    let (path, data) = (folder.path().join("inbox"), folder.path().join("data"));
    mbox(&path, 0..150);
    let plain = run(&path, None, 1);
    assert_eq!(plain.judged, 150);
    assert_eq!(run(&path, Some(&data), 1), plain);
    assert_eq!(run(&path, Some(&data), 1), Seen { judged: 0, ..plain });
    assert_eq!(run(&path, Some(&data), 2).judged, 150, "other rules, other badges");
}

#[test]
fn of_an_mbox_that_grew_only_what_is_new_is_judged() {
    let folder = tempfile::tempdir().unwrap();
    let (path, data) = (folder.path().join("inbox"), folder.path().join("data"));
    mbox(&path, 0..100);
    run(&path, Some(&data), 1);
    mbox(&path, 0..110);
    let grown = run(&path, Some(&data), 1);
    assert_eq!(grown.judged, 10);
    assert_eq!(grown.rows, run(&path, None, 1).rows);
    // Mails taken out of the middle, and one changed in place without a change of length.
    mbox(&path, (0..30).chain(40..110));
    let text = fs::read_to_string(&path).unwrap().replace("Your order 77", "Your 0rder 77");
    fs::write(&path, text).unwrap();
    rest(&path);
    let less = run(&path, Some(&data), 1);
    assert_eq!(less.judged, 1);
    assert_eq!(less.rows, run(&path, None, 1).rows);
    assert_eq!(run(&path, Some(&data), 1), Seen { judged: 0, ..less });
}

/// Opens a mailbox, and once everything in it is known has `change` done and waits until as many rows as it says came.
fn run_with(path: &Path, data: &Path, change: impl FnOnce() -> usize) {
    let recall = Recall { data_dir: data.to_owned(), rules: [1; 32] };
    let mailbox = Arc::new(crate::mailbox::open(&[path.to_owned()]).unwrap());
    let (out, mut inbox) = unbounded_channel();
    let workers = Workers::new(mailbox, Some(recall), out).unwrap();
    workers.equip(analyst()).unwrap();
    let mut list = List::new(Sort::Mailbox, false);
    workers.list(0, 1).unwrap();
    let (mut change, mut listed, mut wanted) = (Some(change), false, usize::MAX);
    let complete = |list: &List| list.analyzed == list.readable && list.rows.iter().all(|row| row.identity.is_some());
    while !(list.rows.len() >= wanted && complete(&list)) {
        match inbox.blocking_recv().unwrap() {
            Msg::Rows { rows, .. } | Msg::Came { rows, .. } => list.add(rows),
            Msg::Briefs { briefs, .. } => briefs.iter().for_each(|(index, brief)| list.brief(*index, brief)),
            Msg::Named { names, .. } => names.iter().for_each(|(index, identity)| list.name(*index, *identity)),
            Msg::Listed { .. } => listed = true,
            _ => {}
        }
        if listed
            && complete(&list)
            && let Some(change) = change.take()
        {
            wanted = list.rows.len() + change();
        }
    }
}

#[test]
fn what_came_while_a_mailbox_was_open_is_known_at_the_next_opening() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let maildir = folder.path().join("maildir");
    for part in ["new", "cur", "tmp"] {
        fs::create_dir_all(maildir.join(part)).unwrap();
    }
    (0..30).for_each(|number| fs::write(maildir.join(format!("cur/{number}.a:2,S")), mail(number)).unwrap());
    run_with(&maildir, &data, || {
        for number in 30..35 {
            // As deliveries come: whole, or not at all (maildir(5)).
            let (tmp, new) = (maildir.join(format!("tmp/{number}.a")), maildir.join(format!("new/{number}.a")));
            fs::write(&tmp, mail(number)).unwrap();
            fs::rename(tmp, new).unwrap();
        }
        5
    });
    let again = run(&maildir, Some(&data), 1);
    assert!(again.judged == 0 && again.rows == run(&maildir, None, 1).rows, "{}", again.judged);
    let path = folder.path().join("inbox");
    mbox(&path, 0..30);
    run_with(&path, &data, || {
        let mut file = File::options().append(true).open(&path).unwrap();
        for number in 30..35 {
            let text = format!("From a@b.example Mon Nov  2 10:00:00 2026\n{}\n", mail(number));
            std::io::Write::write_all(&mut file, text.as_bytes()).unwrap();
        }
        5
    });
    rest(&path);
    let again = run(&path, Some(&data), 1);
    assert!(again.judged == 0 && again.rows == run(&path, None, 1).rows, "{}", again.judged);
}

#[test]
fn a_file_that_was_written_a_moment_ago_is_listed_again() {
    let folder = tempfile::tempdir().unwrap();
    let (path, data) = (folder.path().join("inbox"), folder.path().join("data"));
    mbox(&path, 0..20);
    File::options().write(true).open(&path).unwrap().set_modified(SystemTime::now()).unwrap();
    run(&path, Some(&data), 1);
    let recall = Recall { data_dir: data, rules: [1; 32] };
    let opened = crate::mailbox::open(std::slice::from_ref(&path)).unwrap();
    let session = Session::begin(&recall, &opened, 0).unwrap();
    assert_eq!((session.kept_rows(), session.is_same()), (20, false));
}

#[test]
fn in_a_maildir_flags_and_moves_keep_the_badge_and_changed_files_lose_it() {
    let folder = tempfile::tempdir().unwrap();
    let (path, data) = (folder.path().join("Maildir"), folder.path().join("data"));
    for part in ["cur", "new", "tmp"] {
        fs::create_dir_all(path.join(part)).unwrap();
    }
    for number in 0..40 {
        let status = if number == 7 { "Status: R\n" } else { "" };
        fs::write(path.join(format!("new/{number:03}.a.host")), format!("{status}{}", mail(number))).unwrap();
    }
    let first = run(&path, Some(&data), 1);
    assert_eq!((first.rows.len(), first.judged), (40, 40));
    assert_eq!(run(&path, Some(&data), 1), Seen { judged: 0, ..first });
    for number in 0..10 {
        fs::rename(path.join(format!("new/{number:03}.a.host")), path.join(format!("cur/{number:03}.a.host:2,RS")))
            .unwrap();
    }
    fs::write(path.join("new/020.a.host"), mail(400)).unwrap();
    fs::remove_file(path.join("new/021.a.host")).unwrap();
    fs::write(path.join("new/041.a.host"), mail(41)).unwrap();
    let second = run(&path, Some(&data), 1);
    assert_eq!(second.judged, 2);
    assert_eq!(second.rows, run(&path, None, 1).rows);
}

#[test]
fn a_maildir_whose_folders_rested_comes_whole_and_its_files_are_proved() {
    let folder = tempfile::tempdir().unwrap();
    let (path, data) = (folder.path().join("Maildir"), folder.path().join("data"));
    for part in ["cur", "new", "tmp"] {
        fs::create_dir_all(path.join(part)).unwrap();
    }
    for number in 0..40 {
        fs::write(path.join(format!("cur/{number:03}.a.host:2,S")), mail(number)).unwrap();
    }
    let stood = |seconds: u64| {
        let before = SystemTime::now() - Duration::from_secs(seconds);
        ["cur", "new"].map(|part| File::open(path.join(part)).unwrap().set_modified(before).unwrap())
    };
    let is_same = || {
        let recall = Recall { data_dir: data.clone(), rules: [1; 32] };
        let opened = crate::mailbox::open(std::slice::from_ref(&path)).unwrap();
        Session::begin(&recall, &opened, 0).unwrap().is_same()
    };
    stood(100);
    let first = run(&path, Some(&data), 1);
    assert!(first.judged == 40 && is_same());
    assert_eq!(run(&path, Some(&data), 1), Seen { judged: 0, ..first });
    // Other times of the folders, the same files: they are looked at one by one, and the next time is a short one again.
    stood(50);
    assert!(!is_same());
    assert_eq!(run(&path, Some(&data), 1).judged, 0);
    assert!(is_same());
    // A file that is written over tells its folder nothing.
    let file = path.join("cur/007.a.host:2,S");
    let other = mail(700);
    fs::write(&file, &other).unwrap();
    assert!(is_same());
    let proved = run_until(&path, Some(&data), 1, 1);
    assert_eq!(proved.judged, 1);
    assert_eq!(proved.rows, run(&path, None, 1).rows);
    assert!(!is_same(), "nothing is kept of such a mailbox");
    assert_eq!(run(&path, Some(&data), 1).judged, 40);
    assert!(is_same());
    // A delivery is seen as ever.
    fs::write(path.join("new/041.a.host"), mail(41)).unwrap();
    assert!(!is_same());
    assert_eq!(run(&path, Some(&data), 1).judged, 1);
}

/// Lists a mailbox and judges nothing: the rows that came first, and all in the order of the mailbox.
fn list(path: &Path, data: &Path) -> (Vec<String>, Vec<String>) {
    let recall = Recall { data_dir: data.to_owned(), rules: [1; 32] };
    let mailbox = Arc::new(crate::mailbox::open(&[path.to_owned()]).unwrap());
    let (out, mut inbox) = unbounded_channel();
    let workers = Workers::new(mailbox, Some(recall), out).unwrap();
    let mut list = List::new(Sort::Mailbox, false);
    workers.list(0, 1).unwrap();
    let name = |list: &List, row: u32| {
        let file = list.row(row).unwrap().entry.file.unwrap();
        file.file_name().unwrap().to_str().unwrap().to_owned()
    };
    let (mut first, mut workers) = (0, Some(workers));
    while let Some(message) = inbox.blocking_recv() {
        match message {
            Msg::Rows { rows, .. } => {
                list.add(rows);
                first = if first == 0 { list.rows.len() } else { first };
            }
            Msg::Placed { places, .. } => assert!(list.place(places)),
            // Whoever leaves waits until what is to be kept is kept.
            Msg::Listed { .. } => drop(workers.take()),
            _ => {}
        }
    }
    let named = |rows: &mut dyn Iterator<Item = u32>| rows.map(|row| name(&list, row)).collect();
    (named(&mut (0..first as u32)), named(&mut list.order.iter().copied()))
}

#[test]
fn a_large_maildir_begins_before_its_names_are_read_and_ends_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let (path, data) = (folder.path().join("inbox"), folder.path().join("data"));
    let cur = path.join("cur");
    fs::create_dir_all(&cur).unwrap();
    let mut names: Vec<String> = (0..MANY + 300).map(|number| format!("{:07}.a:2,", number * 7 % 100_003)).collect();
    for name in &names {
        drop(File::create(cur.join(name)).unwrap());
    }
    names.sort();
    let (first, all) = list(&path, &data);
    assert!(first.len() < 100 && first.is_sorted(), "{first:?}");
    assert_eq!(all, names);
    // One that came first has other flags, one is gone, and one came: the others begin again.
    fs::rename(cur.join(&first[3]), cur.join(first[3].clone() + "S")).unwrap();
    fs::remove_file(cur.join(&first[5])).unwrap();
    File::create(cur.join("0000001.new")).unwrap();
    let mut now: Vec<String> = names.iter().filter(|name| **name != first[5]).cloned().collect();
    now.iter_mut().filter(|name| **name == first[3]).for_each(|name| name.push('S'));
    now.push("0000001.new".to_owned());
    now.sort();
    let (again, all) = list(&path, &data);
    let left: Vec<String> =
        first.iter().enumerate().filter(|(at, _)| ![3, 5].contains(at)).map(|(_, n)| n.clone()).collect();
    assert_eq!((again, all), (left, now));
}

#[test]
fn a_run_that_ends_early_leaves_nothing_wrong_behind() {
    let folder = tempfile::tempdir().unwrap();
    let (path, data) = (folder.path().join("inbox"), folder.path().join("data"));
    mbox(&path, 0..200);
    let recall = Recall { data_dir: data.clone(), rules: [1; 32] };
    for _ in 0..5 {
        let mailbox = Arc::new(crate::mailbox::open(std::slice::from_ref(&path)).unwrap());
        let (out, mut inbox) = unbounded_channel();
        let workers = Workers::new(mailbox, Some(recall.clone()), out).unwrap();
        workers.equip(analyst()).unwrap();
        workers.list(0, 1).unwrap();
        let _ = inbox.blocking_recv();
        drop(workers);
    }
    assert_eq!(run(&path, Some(&data), 1).rows, run(&path, None, 1).rows);
}

#[test]
fn two_programs_at_once_leave_a_cache_that_is_right() {
    let folder = tempfile::tempdir().unwrap();
    let (path, data) = (folder.path().join("inbox"), folder.path().join("data"));
    mbox(&path, 0..120);
    let plain = run(&path, None, 1);
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| assert_eq!(run(&path, Some(&data), 1).rows, plain.rows));
        }
    });
    assert_eq!(run(&path, Some(&data), 1).rows, plain.rows);
}

#[test]
fn a_cache_with_any_damage_is_noticed_and_made_anew() {
    let folder = tempfile::tempdir().unwrap();
    let (path, data) = (folder.path().join("inbox"), folder.path().join("data"));
    mbox(&path, 0..60);
    let plain = run(&path, Some(&data), 1);
    let file = data.join(ROWS_FILE);
    let whole = fs::read(&file).unwrap();
    let used: Vec<usize> = (0..whole.len()).filter(|at| whole[*at] != 0).collect();
    for step in 0..24 {
        let mut bytes = whole.clone();
        let at = used[step * (used.len() - 1) / 23];
        bytes[at] ^= 0x41;
        fs::write(&file, &bytes).unwrap();
        let _ = fs::remove_file(data.join(format!("{ROWS_FILE}-wal")));
        let _ = fs::remove_file(data.join(format!("{ROWS_FILE}-shm")));
        assert_eq!(run(&path, Some(&data), 1).rows, plain.rows, "byte {at}");
        assert_eq!(run(&path, Some(&data), 1).rows, plain.rows, "byte {at}, again");
    }
    fs::write(&file, &whole[..whole.len() / 2]).unwrap();
    assert_eq!(run(&path, Some(&data), 1).rows, plain.rows);
}

fn sample() -> (Heads, Vec<u64>, Findings) {
    let rows: Vec<_> = (0..9)
        .map(|number| {
            let summary = crate::message::summarize(mail(number).as_bytes());
            let entry = Entry {
                folder: 0,
                file: Some(Arc::from(Path::new("cur/a"))),
                range: Some((number as u64, 99)),
                flags: crate::mailbox::Flags::default(),
                doubts: Vec::new(),
                problem: (number == 3).then_some(crate::mailbox::Problem::Empty),
            };
            crate::tui::row::Row::new(entry, summary)
        })
        .collect();
    let heads = Heads::of(&rows);
    let mut findings = Findings::new(heads.len());
    for at in 0..9 {
        let own = Own::default();
        let brief = crate::analysis::brief(mail(at).as_bytes(), &[], &FactSet::default(), &Weights::default(), &own);
        findings.set(&heads, at, &brief);
        findings.name(at, crate::mailbox::Identity([at as u8; 32]));
    }
    (heads, (1..10).collect(), findings)
}

#[test]
fn pieces_are_read_as_they_were_written() {
    let (heads, keys, findings) = sample();
    let piece = encode::heads(&heads, &keys);
    let sum = state::sum_of(&piece).unwrap();
    let (again, keys_again) = encode::read_heads(&piece, 0).unwrap();
    assert_eq!((&again, &keys_again), (&heads, &keys));
    let mut found = encode::read_found(&encode::found(&findings, sum), sum, 9).unwrap();
    encode::read_names(&encode::names(findings.identities(), sum), sum, &heads, &mut found).unwrap();
    assert_eq!(encode::found(&found, sum), encode::found(&findings, sum));
    assert!((0..9).all(|at| found.identity(at) == findings.identity(at).filter(|_| at != 3)));
    assert!(encode::read_found(&encode::found(&findings, sum), sum + 1, 9).is_none());
    assert!(encode::read_found(&encode::found(&findings, sum), sum, 8).is_none());
}

proptest! {
    #[test]
    fn a_piece_with_any_byte_changed_cut_or_added_is_refused(at in any::<prop::sample::Index>(), with in 1_u8.., cut in any::<bool>()) {
        let (heads, keys, findings) = sample();
        let state = State { exact: true, standing: None, rows: 9, sums: vec![1, 2] };
        let pieces =
            [encode::heads(&heads, &keys), encode::found(&findings, 7), encode::names(findings.identities(), 7), state.write()];
        for (which, piece) in pieces.iter().enumerate() {
            let at = at.index(piece.len());
            let mut bytes = piece.clone();
            if cut { bytes.truncate(at) } else { bytes[at] ^= with }
            let mut longer = piece.clone();
            longer.push(with);
            for bytes in [bytes, longer] {
                let mut found = Findings::new(9);
                let read = match which {
                    0 => encode::read_heads(&bytes, 0).is_some(),
                    1 => encode::read_found(&bytes, 7, 9).is_some(),
                    2 => encode::read_names(&bytes, 7, &heads, &mut found).is_some(),
                    _ => State::read(&bytes).is_some(),
                };
                prop_assert!(!read);
            }
        }
    }

    #[test]
    fn rubbish_under_a_right_checksum_is_never_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        for what in [*b"gsh1", *b"gsf1", *b"gsn1", *b"gss1"] {
            let mut sealed = encode::Sealed::new(what, 0);
            sealed.put(&bytes);
            let bytes = sealed.done();
            if let Some((heads, _)) = encode::read_heads(&bytes, 0) {
                (0..heads.len()).for_each(|at| drop((heads.entry(at), heads.summary(at))));
            }
            let _ = encode::read_found(&bytes, 0, 1);
            let _ = State::read(&bytes);
        }
    }
}

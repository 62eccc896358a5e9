//! Feeds from file to fact.

use super::*;
use crate::facts::listing::Holds;
use crate::lookup::engine::{Engine, Settings};
use std::sync::Arc;

const MONTH: &str = "date,URL,description\n\
    2026/11/01 09:41:00,https://evil.example/a/step1.php,A Brand\n\
    2026/11/02 09:41:00,https://evil.example/a/step1.php?id=1,\n\
    2026/11/03 09:41:00,https://docs.shared.example/form/1,Mail\n";

fn given(id: &str) -> Given {
    Given { id: id.into(), dated: "2026-11-20".into(), now: 1_795_132_800, ..Given::default() }
}

/// A data directory with a feed made from a text.
fn with(id: &str, text: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), id, text).unwrap();
    folder
}

fn put(folder: &Path, id: &str, text: &str) -> Result<Head, FeedError> {
    let file = folder.join("given.txt");
    std::fs::write(&file, text).unwrap();
    add(folder, &file, &given(id))
}

fn state(folder: &Path, text: &str) -> Option<State> {
    Feeds::new(Some(folder)).look(text).map(|fact| fact.state)
}

fn hits(folder: &Path, text: &str) -> Vec<(String, Part, Option<String>)> {
    match state(folder, text) {
        Some(State::Value(Answer::Feeds(hits))) => hits.into_iter().map(|hit| (hit.feed, hit.part, hit.note)).collect(),
        _ => Vec::new(),
    }
}

#[test]
fn a_url_is_found_as_itself_without_its_query_and_by_its_host() {
    let folder = with("jpcert", MONTH);
    let brand = Some("A Brand".to_owned());
    for (text, expected) in [
        ("http://EVIL.example/a/step1.php#x", Some((Part::Url, brand.clone()))),
        ("https://evil.example/a/step1.php?id=1", Some((Part::Url, None))),
        ("https://evil.example/a/step1.php?recipient=2", Some((Part::Path, brand.clone()))),
        ("https://evil.example/other", Some((Part::Beside, brand.clone()))),
        ("evil.example", Some((Part::Beside, brand))),
        // A neighbor on the same registrable domain is another host.
        ("www.evil.example", None),
        ("docs.shared.example", Some((Part::Beside, Some("Mail".to_owned())))),
        ("shared.example", None),
        ("https://docs.shared.example/form/2", Some((Part::Beside, Some("Mail".to_owned())))),
        ("https://www.evil.example/a/step1.php", None),
        ("not a host", None),
    ] {
        let found = hits(folder.path(), text).pop().map(|(_, part, note)| (part, note));
        assert_eq!(found, expected, "{text}");
    }
}

#[test]
fn a_hit_says_which_feed_of_which_day_and_since_when() {
    let folder = with("jpcert", MONTH);
    put(folder.path(), "phishing-database-domains", "evil.example\nother.example\n").unwrap();
    let fact = Feeds::new(Some(folder.path())).look("evil.example").unwrap();
    let State::Value(Answer::Feeds(hits)) = fact.state else { panic!() };
    assert_eq!(hits.len(), 2);
    assert_eq!(
        (hits[0].feed.as_str(), hits[0].dated.as_str(), hits[0].since.as_deref()),
        ("jpcert", "2026-11-20", Some("2026-11-01"))
    );
    assert_eq!((hits[1].part, hits[1].holds), (Part::Host, Holds::Phishing));
    assert_eq!(
        fact.origin,
        Origin::Database("JPCERT/CC phishing URL list, 2026-11-20; Phishing.Database (domains), 2026-11-20".into())
    );
}

#[test]
fn not_listed_is_said_only_where_every_feed_could_be_read() {
    let empty = tempfile::tempdir().unwrap();
    assert_eq!(state(empty.path(), "evil.example"), None, "no feed: not asked");
    assert_eq!(Feeds::new(None).look("evil.example"), None);
    let folder = with("jpcert", MONTH);
    assert_eq!(state(folder.path(), "good.example"), Some(State::Absent));
    std::fs::write(folder.path().join(FOLDER).join("openphish.feed"), b"gosanke feed 1\nnonsense").unwrap();
    assert_eq!(state(folder.path(), "good.example"), Some(State::Failed(lists::FEED_DAMAGED.en.into())));
    assert_eq!(hits(folder.path(), "evil.example").len(), 1, "the others still answer");
    let listed = list(folder.path());
    let damaged = listed.iter().find(|entry| entry.id == "openphish").unwrap();
    assert!(matches!(damaged.head, Some(Err(Damage::Damaged))));
}

#[test]
fn systems_are_found_by_their_number() {
    let text = "{\"asn\":64496,\"domain\":\"evil.example\",\"cc\":\"ZZ\",\"asname\":\"EVIL-AS\"}\n\
        {\"type\":\"metadata\",\"timestamp\":1795132800,\"records\":1}\n";
    let folder = with("asndrop", text);
    assert_eq!(hits(folder.path(), "AS64496"), [("asndrop".into(), Part::Host, Some("EVIL-AS".into()))]);
    assert_eq!(state(folder.path(), "AS64497"), Some(State::Absent));
    // The list's own promise is held against it.
    let cut = put(folder.path(), "asndrop", &text.replace("\"records\":1", "\"records\":9"));
    assert_eq!(cut.unwrap_err(), FeedError::Short { promised: 9, found: 1 });
    assert_eq!(hits(folder.path(), "AS64496").len(), 1, "what was there stays");
}

#[test]
fn what_is_no_feed_is_refused_and_what_was_there_stays() {
    let folder = with("openphish", "http://evil.example/\n");
    for (text, why) in [
        ("<!doctype html><title>Log in</title>", FeedError::Page),
        ("# nothing yet\n", FeedError::Empty),
        ("", FeedError::Empty),
        ("just words\nand more of them\n", FeedError::Empty),
    ] {
        assert_eq!(put(folder.path(), "openphish", text).unwrap_err(), why, "{text}");
    }
    assert_eq!(put(folder.path(), "tor", "evil.example\n").unwrap_err(), FeedError::Empty);
    assert_eq!(put(folder.path(), "../evil", "evil.example\n").unwrap_err(), FeedError::BadId("../evil".into()));
    assert!(matches!(add(folder.path(), folder.path(), &given("openphish")), Err(FeedError::Unreadable(_))));
    assert_eq!(hits(folder.path(), "http://evil.example/").len(), 1);
    for error in [FeedError::Page, FeedError::Empty, FeedError::TooSoon { ago: 1, every: 5 }] {
        assert_ne!(error.words(crate::text::Lang::En), error.words(crate::text::Lang::Ja));
    }
}

#[test]
fn a_list_of_ones_own_is_a_feed_too_and_can_be_taken_away() {
    let folder = with("my-list", "evil.example\nhttps://two.example/x\n");
    assert_eq!(hits(folder.path(), "evil.example"), [("my-list".into(), Part::Host, None)]);
    let listed = list(folder.path());
    let own = listed.last().unwrap();
    assert_eq!((own.id.as_str(), own.feed.is_none()), ("my-list", true));
    let head = own.head.clone().unwrap().unwrap();
    assert_eq!((head.lines, head.skipped, head.holds, head.from.as_str()), (2, 0, Holds::Own, "given.txt"));
    assert_eq!(head.sha256.len(), 64);
    assert!(remove(folder.path(), "my-list").unwrap());
    assert!(!remove(folder.path(), "my-list").unwrap());
    assert_eq!(state(folder.path(), "evil.example"), None);
}

#[test]
fn a_packed_feed_is_read_and_a_bomb_is_cut() {
    use std::io::Write as _;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("given.gz");
    let pack = |bytes: &[u8]| {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        packer.write_all(bytes).unwrap();
        std::fs::write(&file, packer.finish().unwrap()).unwrap();
    };
    pack(MONTH.as_bytes());
    add(folder.path(), &file, &given("jpcert")).unwrap();
    assert_eq!(hits(folder.path(), "evil.example").len(), 1);
    let mut bomb = b"http://evil.example/\n".to_vec();
    bomb.resize(3 << 20, b'\n');
    pack(&bomb);
    let limits = Limits { bytes: 1 << 20, ..Limits::default() };
    let head = add(folder.path(), &file, &Given { limits, ..given("openphish") }).unwrap();
    assert_eq!((head.lines, head.cut.is_some()), (1, true));
}

#[test]
fn every_limit_that_is_met_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("given.txt");
    let lines: Vec<String> = (0..5_000).map(|number| format!("http://host{number}.example/{number}\n")).collect();
    let lines = lines.concat();
    std::fs::write(&file, &lines).unwrap();
    let records = Limits { records: 1_000, ..Limits::default() };
    let head = add(folder.path(), &file, &Given { limits: records, ..given("openphish") }).unwrap();
    assert_eq!(head.lines, 500);
    assert_eq!(head.cut, Some(Cut::Records(1_000)));
    let bytes = Limits { bytes: 1 << 15, ..Limits::default() };
    let head = add(folder.path(), &file, &Given { limits: bytes, ..given("openphish") }).unwrap();
    assert_eq!((head.cut, head.bytes), (Some(Cut::Bytes(1 << 15)), 1 << 15));
    assert!(head.lines < 1_300);
    let exact = Limits { bytes: lines.len() as u64, ..Limits::default() };
    let head = add(folder.path(), &file, &Given { limits: exact, ..given("openphish") }).unwrap();
    assert_eq!((head.cut, head.lines), (None, 5_000));
}

#[test]
fn the_engine_answers_from_feeds_in_the_local_reach() {
    let folder = with("jpcert", MONTH);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut settings = Settings::new(Arc::new(|| 0));
    settings.data_dir = Some(folder.path().to_owned());
    let (engine, _updates) = Engine::start(settings, runtime.handle());
    let lines = engine.ask([Key::Feeds("https://evil.example/a/step1.php".into())], Reach::Local, 1);
    assert!(matches!(&lines[0].fact.state, State::Value(Answer::Feeds(hits)) if hits[0].exact));
    assert!(matches!(lines[0].fact.origin, Origin::Database(_)));
    assert_eq!(engine.pending(), (0, 0));
    assert!(!folder.path().join(crate::lookup::LOG_FILE).exists(), "nothing left the machine");
}

/// A million lines: what it costs. Run in an optimized build, with --nocapture.
#[test]
#[ignore = "measures"]
fn a_million_lines_are_opened_and_searched_quickly() {
    use std::io::Write as _;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("given.txt");
    let mut out = std::io::BufWriter::new(std::fs::File::create(&file).unwrap());
    for number in 0..1_000_000 {
        writeln!(out, "https://host{number}.example/path/{number}/login.php?x={number}").unwrap();
    }
    out.flush().unwrap();
    let since = std::time::Instant::now();
    add(folder.path(), &file, &given("openphish")).unwrap();
    let compiled = since.elapsed();
    let size = std::fs::metadata(folder.path().join("feeds/openphish.feed")).unwrap().len();
    let since = std::time::Instant::now();
    let feeds = Feeds::new(Some(folder.path()));
    assert!(feeds.look("host5.example").is_some());
    let opened = since.elapsed();
    let since = std::time::Instant::now();
    for number in 0..10_000 {
        assert!(matches!(feeds.look(&format!("host{}.example", number * 97)).unwrap().state, State::Value(_)));
    }
    let asked = since.elapsed() / 10_000;
    println!("compiled in {compiled:?}, {size} bytes, opened in {opened:?}, a question in {asked:?}");
}

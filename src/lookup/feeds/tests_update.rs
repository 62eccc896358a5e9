//! Updating feeds from servers on loopback: honest ones, and ones that break off, lie or send something else.

use std::sync::atomic::{AtomicUsize, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::rows::{Collects, Source};
use super::update::update_from;
use super::*;
use crate::facts::listing::{Holds, NetworkKind};
use crate::lookup::keys::Keys;
use crate::lookup::policy::Policy;
use crate::lookup::test_web::{Reply, Web, client, wait};

/// 2026-11-20.
const NOW: i64 = 1_795_132_800;
const LIST: &str = "http://evil.example/a\nhttp://two.example/b\n";

/// A row for a test; rows are never freed.
fn row(id: &'static str, source: Source) -> &'static Feed {
    let known = feed(id).unwrap();
    Box::leak(Box::new(Feed { source, ..*known }))
}

fn at(web: &Web, paths: &[&str]) -> Source {
    let all: Vec<&'static str> = paths.iter().map(|path| &*Box::leak(web.at(path).into_boxed_str())).collect();
    Source::At(Box::leak(all.into_boxed_slice()))
}

struct Order {
    folder: tempfile::TempDir,
    keys: Keys,
    now: i64,
    at_once: bool,
    limits: Limits,
}

impl Order {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { folder, keys: Keys::default(), now: NOW, at_once: true, limits: Limits::default() }
    }

    fn update(&self, feed: &'static Feed) -> Result<Updated, FeedError> {
        self.told(feed).0
    }

    fn told(&self, feed: &'static Feed) -> (Result<Updated, FeedError>, Vec<News>) {
        let with = Update {
            data_dir: self.folder.path(),
            keys: &self.keys,
            now: self.now,
            limits: self.limits,
            at_once: self.at_once,
        };
        let mut news = Vec::new();
        let done = wait(update_from(&client(), feed, &with, Policy::Anywhere, &mut |one| news.push(one)));
        (done, news)
    }

    fn fresh(&self, feed: &'static Feed) -> Head {
        match self.update(feed) {
            Ok(Updated::Fresh(head)) => head,
            other => panic!("{other:?}"),
        }
    }

    fn has(&self, text: &str) -> bool {
        let fact = Feeds::new(Some(self.folder.path())).look(text);
        matches!(fact.map(|fact| fact.state), Some(State::Value(_)))
    }

    fn files(&self) -> Vec<String> {
        let mut names = Vec::new();
        let mut folders = vec![self.folder.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
                if entry.path().is_dir() {
                    folders.push(entry.path());
                } else {
                    names.push(entry.file_name().into_string().unwrap());
                }
            }
        }
        names.sort();
        names
    }
}

#[test]
fn a_feed_is_fetched_once_and_asked_for_only_where_it_changed() {
    let web = Web::serve(|heard| {
        if heard.header("if-none-match") == Some("\"v1\"") {
            return Reply::new(304, "");
        }
        Reply::ok(LIST).with("ETag", "\"v1\"").with("Last-Modified", "Thu, 19 Nov 2026 10:00:00 GMT")
    });
    let mut order = Order::new();
    let feed = row("openphish", at(&web, &["/feed.txt"]));
    let (done, news) = order.told(feed);
    let Ok(Updated::Fresh(head)) = done else { panic!("{done:?}") };
    assert_eq!((head.lines, head.dated.as_str(), head.etag.as_deref()), (2, "2026-11-19", Some("\"v1\"")));
    assert_eq!(head.bytes, LIST.len() as u64);
    assert_eq!(news[0], News::Asking(web.at("/feed.txt")));
    assert_eq!(news.last(), Some(&News::Compiling));
    assert!(order.has("http://evil.example/a"));
    assert_eq!(order.files(), ["openphish.feed"], "nothing else is kept");
    assert_eq!(order.update(feed), Ok(Updated::Unchanged));
    let heard = web.heard();
    assert_eq!(heard[1].header("if-modified-since"), Some("Thu, 19 Nov 2026 10:00:00 GMT"));
    assert!(heard.iter().all(|one| one.header("cookie").is_none() && one.header("referer").is_none()));
    // Its operator wants six hours in between.
    order.at_once = false;
    order.now += 600;
    assert_eq!(order.update(feed), Err(FeedError::TooSoon { ago: 10, every: 360 }));
    order.now += 360 * 60;
    assert_eq!(order.update(feed), Ok(Updated::Unchanged));
    assert_eq!(web.heard().len(), 3);
    // A damaged table is fetched anew at once, whatever the server says of changes.
    let path = order.folder.path().join("feeds/openphish.feed");
    let mut bytes = std::fs::read(&path).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    std::fs::write(&path, bytes).unwrap();
    assert!(matches!(order.update(feed), Ok(Updated::Fresh(_))));
}

#[test]
fn a_download_that_breaks_off_is_gone_on_with() {
    let long: Vec<String> = (0..2_000).map(|number| format!("http://host{number}.example/\n")).collect();
    let long = long.concat();
    let whole = long.clone();
    let web = Web::serve(move |heard| {
        let reply = |status, from: usize| {
            Reply::new(status, &whole.as_bytes()[from..]).with("ETag", "\"v1\"").with("Accept-Ranges", "bytes")
        };
        match heard.header("range") {
            None => reply(200, 0).cut(10_000),
            Some(range) => {
                assert_eq!(heard.header("if-range"), Some("\"v1\""));
                let from: usize = range.strip_prefix("bytes=").unwrap().strip_suffix('-').unwrap().parse().unwrap();
                let says = format!("bytes {from}-{}/{}", whole.len() - 1, whole.len());
                let reply = reply(206, from).with("Content-Range", &says);
                if from < 20_000 { reply.cut(15_000) } else { reply }
            }
        }
    });
    let order = Order::new();
    let feed = row("openphish", at(&web, &["/"]));
    assert_eq!(order.update(feed), Err(FeedError::Broken(10_000)));
    assert!(!order.has("host1.example"));
    assert_eq!(order.update(feed), Err(FeedError::Broken(25_000)));
    let head = order.fresh(feed);
    assert_eq!((head.lines, head.bytes), (2_000, long.len() as u64));
    let ranges: Vec<Option<String>> =
        web.heard().iter().map(|heard| heard.header("range").map(ToOwned::to_owned)).collect();
    assert_eq!(ranges, [None, Some("bytes=10000-".into()), Some("bytes=25000-".into())]);
}

#[test]
fn a_part_of_another_file_is_never_gone_on_with() {
    let calls = AtomicUsize::new(0);
    let web = Web::serve(move |heard| match calls.fetch_add(1, Ordering::SeqCst) {
        0 => Reply::ok(LIST).with("ETag", "\"v1\"").cut(10),
        // The file has changed: the whole new one comes.
        1 => Reply::ok("http://new.example/\n").with("ETag", "\"v2\""),
        2 => Reply::ok(LIST).with("ETag", "\"v3\"").cut(10),
        // A server that answers with another range than it was asked for.
        3 => Reply::new(206, "xxxx").with("Content-Range", "bytes 3-6/7"),
        4 => {
            assert_eq!(heard.header("range"), None);
            Reply::ok(LIST)
        }
        5 => Reply::ok(LIST).with("ETag", "W/\"weak\"").cut(10),
        _ => {
            assert_eq!(heard.header("range"), None, "a weak tag proves nothing");
            Reply::ok(LIST)
        }
    });
    let order = Order::new();
    let feed = row("openphish", at(&web, &["/"]));
    assert_eq!(order.update(feed), Err(FeedError::Broken(10)));
    assert_eq!(order.fresh(feed).lines, 1);
    assert!(order.has("new.example"));
    assert_eq!(order.update(feed), Err(FeedError::Broken(10)));
    assert!(order.has("new.example"), "what was there stays");
    assert_eq!(order.fresh(feed).lines, 2);
    assert_eq!(order.update(feed), Err(FeedError::Broken(10)));
    assert_eq!(order.fresh(feed).lines, 2);
}

#[test]
fn redirects_are_followed_a_few_times_and_never_to_less_safety() {
    let web = Web::serve(|heard| match heard.target.as_str() {
        "/moved" => Reply::new(302, "").with("Location", "/feed"),
        "/feed" => Reply::ok(LIST),
        "/file" => Reply::new(302, "").with("Location", "file:///etc/passwd"),
        _ => Reply::new(301, "").with("Location", "/loop"),
    });
    let order = Order::new();
    assert_eq!(order.fresh(row("openphish", at(&web, &["/moved"]))).lines, 2);
    assert!(matches!(order.update(row("openphish", at(&web, &["/loop"]))), Err(FeedError::Download(_))));
    assert!(matches!(order.update(row("openphish", at(&web, &["/file"]))), Err(FeedError::Download(_))));
    assert!(web.heard().len() < 12);
    assert!(order.has("evil.example"));
}

#[test]
fn every_refusal_has_its_words_and_leaves_what_was_there() {
    let web = Web::serve(|heard| match heard.target.as_str() {
        "/good" => Reply::ok(LIST),
        "/gone" => Reply::new(404, ""),
        "/busy" => Reply::new(429, "").with("Retry-After", "60"),
        "/key" => Reply::new(403, "no"),
        "/bad" => Reply::new(500, ""),
        "/page" => Reply::ok("<html>please log in http://evil.example/</html>"),
        "/empty" => Reply::ok(""),
        "/sum" => Reply::ok(LIST).with("Repr-Digest", "sha-256=:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=:"),
        _ => Reply::ok("192.0.2.0/24\n"),
    });
    let order = Order::new();
    order.fresh(row("openphish", at(&web, &["/good"])));
    for (path, expected) in [
        ("/gone", FeedError::Missing),
        ("/busy", FeedError::Download("the service asks to wait".into())),
        ("/key", FeedError::Download(lists::REFUSED.en.into())),
        ("/bad", FeedError::Status(500)),
        ("/page", FeedError::Page),
        ("/empty", FeedError::Empty),
        ("/sum", FeedError::Checksum),
    ] {
        assert_eq!(order.update(row("openphish", at(&web, &[path]))), Err(expected), "{path}");
        assert!(order.has("http://evil.example/a"), "{path}");
    }
    assert_eq!(order.update(row("tor", at(&web, &["/good"]))), Err(FeedError::Empty));
    assert!(matches!(order.update(row("tor", at(&web, &["/networks"]))), Ok(Updated::Fresh(_))));
    assert!(matches!(order.update(feed("azure").unwrap()), Err(FeedError::ByHand(_))));
}

#[test]
fn a_checksum_that_fits_is_accepted() {
    use sha2::Digest as _;
    let sum = STANDARD.encode(sha2::Sha256::digest(LIST));
    let web = Web::serve(move |_| Reply::ok(LIST).with("Digest", &format!("SHA-256={sum},MD5=x")));
    assert_eq!(Order::new().fresh(row("openphish", at(&web, &["/"]))).lines, 2);
}

#[test]
fn monthly_files_are_kept_and_only_the_new_ones_are_fetched() {
    let web = Web::serve(|heard| {
        let Some(month) = heard.target.strip_suffix(".csv").and_then(|path| path.rsplit('/').next()) else {
            return Reply::new(404, "");
        };
        if heard.header("if-none-match") == Some(&format!("\"{month}\"")) {
            return Reply::new(304, "");
        }
        match month {
            "202611" => Reply::new(404, ""),
            _ => Reply::ok(format!("date,URL,description\n2026/09/01 09:00:00,http://m{month}.example/,A Brand\n"))
                .with("ETag", &format!("\"{month}\"")),
        }
    });
    let mut order = Order::new();
    let at: &'static str = Box::leak(web.at("/{year}/{year}{month}.csv").into_boxed_str());
    let feed = row("jpcert", Source::Monthly { at, back: 2 });
    let head = order.fresh(feed);
    assert_eq!((head.lines, head.from.as_str()), (2, web.at("/2026/202611.csv").as_str()));
    assert!(order.has("m202609.example") && order.has("m202610.example"));
    assert_eq!(order.update(feed), Ok(Updated::Unchanged));
    // Two months later the old one is no longer asked for, and still there.
    order.now += 62 * 86_400;
    assert_eq!(order.fresh(feed).lines, 4);
    assert!(order.has("m202609.example") && order.has("m202612.example") && order.has("m202701.example"));
    let asked: Vec<String> = web.heard().iter().map(|heard| heard.target.clone()).collect();
    assert_eq!(asked.len(), 9);
    assert!(remove(order.folder.path(), "jpcert").unwrap());
    assert_eq!(order.files(), [""; 0], "its files go with it");
}

#[test]
fn parts_of_one_feed_are_put_together() {
    let web = Web::serve(|heard| match heard.target.as_str() {
        "/v4" => Reply::ok("192.0.2.0/24\n").with("ETag", "\"a\""),
        _ => Reply::ok("2001:db8::/32\n").with("ETag", "\"b\""),
    });
    let order = Order::new();
    let feed = row("cloudflare", at(&web, &["/v4", "/v6"]));
    let head = order.fresh(feed);
    assert_eq!((head.lines, head.network), (2, Some(NetworkKind::Content)));
}

#[test]
fn a_key_is_sent_and_never_said() {
    let web = Web::serve(|heard| {
        if heard.target == "/data/secret-key/feed.csv" {
            Reply::ok(LIST)
        } else {
            Reply::new(if heard.target == "/data/feed.csv" { 403 } else { 500 }, "")
        }
    });
    let leak = |path: &str| -> &'static str { Box::leak(web.at(path).into_boxed_str()) };
    let (with, without) = (leak("/data/{key}/feed.csv"), leak("/data/feed.csv"));
    let feed = row("phishtank", Source::Keyed { key: "phishtank", with, without });
    let mut order = Order::new();
    assert_eq!(order.update(feed), Err(FeedError::Download(lists::REFUSED.en.into())));
    order.keys.put("phishtank", "secret-key").unwrap();
    let (done, news) = order.told(feed);
    let said = format!("{done:?} {news:?}");
    assert!(matches!(done, Ok(Updated::Fresh(_))));
    assert!(said.contains("/data/(key)/feed.csv") && !said.contains("secret"), "{said}");
    let stored = std::fs::read(order.folder.path().join("feeds/phishtank.feed")).unwrap();
    assert!(!String::from_utf8_lossy(&stored).contains("secret"));
    let none = row("phishtank", Source::Keyed { key: "urlhaus", with, without: "" });
    assert_eq!(order.update(none), Err(FeedError::NoKey("GOSANKE_KEY_URLHAUS".into())));
}

#[test]
fn a_feed_of_a_gigabyte_is_cut_with_a_word() {
    let web = Web::serve(|_| Reply::ok(LIST.repeat(50_000)));
    let mut order = Order::new();
    order.limits = Limits { bytes: 100_000, ..Limits::default() };
    let head = order.fresh(row("openphish", at(&web, &["/"])));
    assert!(head.cut.is_some() && head.lines < 5_000);
    assert_eq!(head.holds, Holds::Phishing);
    assert_eq!(feed("openphish").unwrap().collects, Collects::Addresses(Holds::Phishing));
}

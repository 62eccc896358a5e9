//! `gosanke feeds` as a user meets it: a file by hand, the list, taking it away, and refusals with their exit codes.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "a test that cannot go on fails"
)]

use std::path::Path;
use std::process::Command;

fn run(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let config = folder.join("config.toml");
    std::fs::write(&config, "").unwrap();
    let done = Command::new(env!("CARGO_BIN_EXE_gosanke"))
        .args(arguments)
        .current_dir(folder)
        .env("GOSANKE_CONFIG", config)
        .env("GOSANKE_DATA_DIR", folder.join("data"))
        .env("LC_ALL", "C.UTF-8")
        .env("HOME", folder)
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (done.status.code().unwrap(), text(done.stdout), text(done.stderr))
}

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let month = "date,URL,description\n2026/11/01 09:41:00,https://evil.example/a,A Brand\nwhat is this\n";
    std::fs::write(folder.path().join("202611.csv"), month).unwrap();
    std::fs::write(folder.path().join("page.html"), "<!doctype html><p>log in</p>").unwrap();
    folder
}

#[test]
fn a_feed_is_added_by_hand_listed_and_removed() {
    let folder = folder();
    let (code, out, err) = run(folder.path(), &["feeds"]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.contains("jpcert") && out.contains("not here") && out.contains("MIT license"), "{out}");
    let (code, out, err) = run(folder.path(), &["feeds", "add", "202611.csv", "--as", "jpcert"]);
    assert_eq!((code, out.as_str()), (0, ""));
    assert!(err.contains("jpcert: 1 line of 20") && err.contains("1 line was not understood"), "{err}");
    let (code, out, _) = run(folder.path(), &["feeds", "list", "--lang", "ja"]);
    assert_eq!(code, 0);
    let line = out.lines().find(|line| line.starts_with("jpcert ")).unwrap();
    assert!(line.contains("1 件") && !line.contains("未取得"), "{line}");
    assert_eq!(run(folder.path(), &["feeds", "remove", "jpcert"]).0, 0);
    assert_eq!(run(folder.path(), &["feeds", "remove", "jpcert"]).0, 2);
}

#[test]
fn what_cannot_be_a_feed_is_refused_with_its_reason() {
    let folder = folder();
    for (arguments, code, said) in [
        (&["feeds", "add", "page.html", "--as", "openphish"][..], 3, "page.html: is a web page"),
        (&["feeds", "add", "none.txt", "--as", "openphish"], 3, "none.txt: cannot be read"),
        (&["feeds", "add", "202611.csv", "--as", "../x"], 2, "../x cannot be the id of a feed"),
        (&["feeds", "add", "202611.csv", "--as", "tor"], 3, "holds no URL"),
        (&["feeds", "update"], 2, "no feed is on this machine yet"),
        (&["feeds", "update", "nosuch"], 2, "no feed is called nosuch"),
        (&["feeds", "update", "azure"], 3, "no address that stays"),
        (&["feeds", "add", "202611.csv"], 2, "--as"),
    ] {
        let (got, out, err) = run(folder.path(), arguments);
        assert_eq!((got, out.as_str()), (code, ""), "{arguments:?}: {err}");
        assert!(err.contains(said), "{arguments:?}: {err}");
    }
    let data = folder.path().join("data/feeds");
    assert!(!data.exists() || std::fs::read_dir(data).unwrap().count() == 0);
}

#[test]
fn a_download_goes_where_the_user_says_or_nowhere() {
    let folder = folder();
    // Nobody listens at port 1 of loopback: the proxy is tried, and nothing else.
    let (code, out, err) = run(folder.path(), &["feeds", "update", "openphish", "--proxy", "socks5h://127.0.0.1:1"]);
    assert_eq!((code, out.as_str()), (3, ""));
    assert!(err.contains("openphish: terms: ") && err.contains("openphish: asking https://"), "{err}");
    assert!(err.contains("the proxy cannot be reached"), "{err}");
}

#[test]
fn the_tables_of_registries_are_fetched_by_order_only_and_what_fails_changes_nothing() {
    let folder = folder();
    let (code, out, _) = run(folder.path(), &["feeds"]);
    assert_eq!(code, 0);
    let line = out.lines().find(|line| line.starts_with("iana ")).unwrap();
    assert!(line.contains("dns.json 20") && line.contains("shipped"), "{line}");
    let (code, out, err) = run(folder.path(), &["feeds", "update", "iana", "--proxy", "socks5h://127.0.0.1:1"]);
    assert_eq!((code, out.as_str()), (3, ""));
    for file in ["dns.json", "ipv4.json", "ipv6.json", "asn.json"] {
        assert!(err.contains(&format!("iana: asking https://data.iana.org/rdap/{file}")), "{err}");
        assert!(err.contains(&format!("iana: {file}: not taken: the proxy cannot be reached")), "{err}");
    }
    assert!(!folder.path().join("data/rdap").exists());
    // Every try stands in the log.
    let (_, out, _) = run(folder.path(), &["lookups", "--json"]);
    assert_eq!(out.matches("data.iana.org").count(), 8, "{out}");
    let (code, _, err) =
        run(folder.path(), &["feeds", "update", "iana", "--proxy", "socks5h://127.0.0.1:1", "--lang", "ja"]);
    assert!(code == 3 && err.contains("不採用: プロキシに接続できない"), "{err}");
    let (code, _, err) = run(folder.path(), &["feeds", "remove", "iana"]);
    assert!(code == 2 && err.contains("nothing was fetched"), "{err}");
    assert_eq!(run(folder.path(), &["feeds", "add", "202611.csv", "--as", "iana"]).0, 2);
}

#[test]
fn keys_that_others_can_read_are_not_used() {
    let folder = folder();
    std::fs::write(folder.path().join("keys.toml"), "phishtank = \"secret-key\"\n").unwrap();
    let (_, _, err) = run(folder.path(), &["feeds", "update", "phishtank", "--proxy", "socks5h://127.0.0.1:1"]);
    assert!(err.contains("chmod 600") && !err.contains("secret"), "{err}");
}

//! The command line as a script sees it: what stands on standard output, what on standard error, and the exit codes
//! (0 done, 1 findings, 2 usage, 3 unreadable input).

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    missing_docs,
    reason = "a test that cannot go on fails"
)]

use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

struct Ran {
    code: i32,
    out: String,
    err: String,
}

fn run(folder: &Path, arguments: &[&str], input: &[u8]) -> Ran {
    let config = folder.join("empty.toml");
    std::fs::write(&config, "").unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_gosanke"))
        .args(arguments)
        .current_dir(folder)
        .env("GOSANKE_CONFIG", config)
        .env("GOSANKE_DATA_DIR", folder.join("data"))
        .env("LC_ALL", "C.UTF-8")
        .env_remove("MAIL")
        .env("HOME", folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // The program may refuse before it reads.
    let _ = child.stdin.take().unwrap().write_all(input);
    let done = child.wait_with_output().unwrap();
    Ran {
        code: done.status.code().unwrap(),
        out: String::from_utf8(done.stdout).unwrap(),
        err: String::from_utf8(done.stderr).unwrap(),
    }
}

const MAIL: &str =
    "From: Ann <ann@shop.example>\nTo: b@b.example\nSubject: hello\nDate: Mon, 2 Mar 2026 10:00:00 +0000\n\nhi\n";

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("good.eml"), MAIL).unwrap();
    std::fs::write(folder.path().join("picture.png"), b"\x89PNG\r\n\x1a\n0000").unwrap();
    std::fs::write(folder.path().join("empty.eml"), b"").unwrap();
    folder
}

fn records(text: &str) -> Vec<serde_json::Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn scan_writes_one_line_a_message_with_every_field_of_its_schema() {
    let folder = folder();
    let ran = run(folder.path(), &["scan", "good.eml"], b"");
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    let records = records(&ran.out);
    assert_eq!(records.len(), 1);
    let record = &records[0];
    assert_eq!(record["schema"], 2);
    assert_eq!(record["path"], "good.eml");
    assert_eq!(record["from"]["address"], "ann@shop.example");
    assert_eq!(record["readings"][0]["kind"], "plain");
    assert_eq!(record["subject"], "hello");
    assert_eq!((&record["date"], &record["time"]), (&"2026-03-02T10:00:00Z".into(), &1_772_445_600.into()));
    assert_eq!(record["sha256"].as_str().unwrap().len(), 64);
    assert_eq!(record["size"], MAIL.len());
    assert!(record["score"].as_f64().unwrap() <= 100.0 && record["probability"].as_f64().unwrap() <= 1.0);
    assert_eq!(record["level"], "clean");
    assert!(record["findings"].is_array() && record.get("error").is_none() && record["offset"].is_null());
    let names: BTreeSet<&str> = record.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(names, gosanke::export::record::names().into_iter().collect());
}

#[test]
fn the_short_form_and_the_schema_are_there() {
    let folder = folder();
    let ran = run(folder.path(), &["scan", "--brief", "good.eml"], b"");
    let record = &records(&ran.out)[0];
    assert_eq!((&record["from"], &record["path"]), (&"ann@shop.example".into(), &"good.eml".into()));
    assert!(record["findings"].is_array() && record.get("links").is_none());
    let ran = run(folder.path(), &["scan", "--schema"], b"");
    assert_eq!(ran.code, 0);
    assert!(ran.out.contains("| `registrable`") || ran.out.contains("| `domain` | text |"), "{}", ran.out);
}

#[test]
fn scan_tells_what_stands_behind_a_finding_and_passes_indicators_on_defanged() {
    let folder = folder();
    let mail = "Received: from x.test (x.test [203.0.113.9]) by mx.b.example with ESMTPS; Mon, 2 Mar 2026 10:00:01 +0000\n\
        From: Bank <help@bank.example>\nTo: b@b.example\nSubject: [spam] act now\nContent-Type: text/html\n\n\
        <a href=\"http://evil.test/x\">https://www.bank.example/</a> <div style=\"display:none\">unseen</div>\n";
    std::fs::write(folder.path().join("bad.eml"), mail).unwrap();
    let ran = run(folder.path(), &["scan", "bad.eml"], b"");
    let record = &records(&ran.out)[0];
    let finding = record["findings"].as_array().unwrap().iter().find(|one| one["id"] == "link-text-lies").unwrap();
    assert_eq!((&finding["family"], &finding["kind"]), (&"links".into(), &"direct".into()));
    assert!(finding["weight"].as_f64().unwrap() > 0.0 && !finding["title"].as_str().unwrap().is_empty());
    assert!(finding["values"].to_string().contains("evil.test"), "{finding}");
    let span = finding["spans"][0].as_array().unwrap();
    let (start, end) = (span[0].as_u64().unwrap() as usize, span[1].as_u64().unwrap() as usize);
    assert!(mail[start..end].contains("evil.test"), "{}", &mail[start..end]);
    let link = &record["links"][0];
    assert_eq!((&link["host"], &link["text_host"]), (&"evil.test".into(), &"www.bank.example".into()));
    assert_eq!((&link["kind"], &link["url"]), (&"anchor".into(), &"http://evil.test/x".into()));
    assert_eq!(record["indicators"]["urls"][0], "hxxp://evil[.]test/x");
    assert_eq!(record["stamp"]["text"], "[spam]");
    assert_eq!(record["body"]["hidden"][0]["text"], "unseen");
    let hop = &record["hops"][0];
    assert_eq!((&hop["address"], &hop["tls"], &hop["boundary"]), (&"203.0.113.9".into(), &true.into(), &true.into()));
}

#[test]
fn the_same_mail_has_the_same_identity_in_a_file_an_mbox_and_a_maildir() {
    let folder = folder();
    let mbox =
        format!("From ann Mon Mar  2 10:00:00 2026\n{MAIL}\nFrom bob Mon Mar  2 10:00:01 2026\nSubject: other\n\nx\n");
    std::fs::write(folder.path().join("box"), mbox).unwrap();
    std::fs::write(folder.path().join("crlf.eml"), MAIL.replace('\n', "\r\n")).unwrap();
    std::fs::create_dir_all(folder.path().join("md/cur")).unwrap();
    std::fs::create_dir_all(folder.path().join("md/new")).unwrap();
    std::fs::write(folder.path().join("md/cur/1.x:2,S"), MAIL).unwrap();
    let ran = run(folder.path(), &["scan", "good.eml", "box", "md", "crlf.eml"], b"");
    let records = records(&ran.out);
    let hashes: Vec<&str> = records.iter().map(|record| record["sha256"].as_str().unwrap()).collect();
    assert_eq!(records.len(), 5);
    assert_eq!([hashes[1], hashes[3], hashes[4]], [hashes[0]; 3]);
    assert_ne!(hashes[2], hashes[0]);
    assert_eq!(records[1]["offset"], 0);
    assert!(records[2]["offset"].as_u64().unwrap() > 0);
}

#[test]
fn exit_codes_are_those_of_the_contract() {
    let folder = folder();
    let mails =
        "From a@b.example Mon Nov  2 10:00:00 2026\nFrom: a@b.example\nSubject: a mail\n\ntext\n\n".repeat(3_000);
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut packed, mails.as_bytes()).unwrap();
    let packed = packed.finish().unwrap();
    std::fs::write(folder.path().join("cut.mbox.gz"), &packed[..packed.len() / 2]).unwrap();
    for (arguments, code) in [
        (&["scan", "good.eml"][..], 0),
        (&["scan", "good.eml", "--fail-on", "high"], 0),
        (&["scan", "--demo", "--fail-on", "high"], 1),
        (&["--lang", "ja", "scan", "--demo", "--fail-on", "medium"], 1),
        (&["scan"], 2),
        (&["scan", "--schema"], 0),
        (&["scan", "--no-such-flag", "x"], 2),
        (&["good.eml"], 2), // the screen needs a terminal
        (&[], 2),
        (&["good.eml", "keys"], 2),
        (&["scan", "missing.eml"], 3),
        (&["scan", "good.eml", "missing.eml"], 3),
        (&["scan", "empty.eml"], 3),
        (&["scan", "picture.png"], 3),
        (&["scan", "cut.mbox.gz"], 3),
        (&["--config", "missing.toml", "scan", "good.eml"], 3),
        (&["scan", "cut.mbox.gz", "--fail-on", "low"], 3),
        (&["rules", "no-such-rule"], 2),
        (&["rules", "link-text-lies"], 0),
        (&["keys"], 0),
        (&["config"], 0),
        (&["--resolver", "no server", "scan", "good.eml"], 2),
        (&["scan", "good.eml", "--lang", "ja", "--resolver", "tls://"], 2),
        (&["scan", "good.eml", "--proxy", "http://198.51.100.1"], 2),
        (&["scan", "good.eml", "--resolver", "192.0.2.53", "--proxy", "socks5h://198.51.100.1:1080"], 0),
        (&["geo", "203.0.113.7"], 0),
        (&["geo", "not-an-address"], 2),
    ] {
        let ran = run(folder.path(), arguments, b"");
        assert_eq!(ran.code, code, "{arguments:?}: {} {}", ran.out.chars().take(200).collect::<String>(), ran.err);
        assert_eq!(code == 0 || code == 1, ran.err.is_empty(), "{arguments:?}: {}", ran.err);
    }
}

#[test]
fn help_and_wrong_usage_speak_the_language_of_the_reader() {
    let folder = folder();
    for (arguments, code, said, complained) in [
        (&["--lang", "ja", "--help"][..], 0, "使い方: gosanke", ""),
        (&["scan", "--help", "--lang=ja"], 0, "どのコマンドでも使えるオプション:", ""),
        (&["--lang", "ja", "help", "feeds", "add"], 0, "使い方: gosanke feeds add", ""),
        (&["scan", "--help"], 0, "Options of every command:", ""),
        (&["--lang=ja", "scan"], 2, "", "エラー: 次の引数が必要です:\n  <PATH>...\n"),
        (&["scan", "\u{1b}[2J\u{202e}", "--x", "--lang", "ja"], 2, "", "想定外の引数 '--x'"),
        (&["--lang", "\u{1b}[2J"], 2, "", "invalid value"),
        (&["scan", "--lang=en"], 2, "", "required arguments"),
        (&["--", "--lang", "ja"], 3, "", "--lang"),
    ] {
        let ran = run(folder.path(), arguments, b"");
        assert_eq!(ran.code, code, "{arguments:?} {}", ran.err);
        assert!(ran.out.contains(said) && ran.err.contains(complained), "{arguments:?}\n{}{}", ran.out, ran.err);
        assert_eq!(ran.out.is_empty(), said.is_empty(), "{arguments:?}");
        assert!(!ran.err.contains('\u{1b}') && !ran.out.contains('\u{1b}'), "{arguments:?}");
    }
}

#[test]
fn a_bad_path_is_named_with_what_to_do_and_takes_no_other_along() {
    let folder = folder();
    let ran = run(folder.path(), &["scan", "missing.eml", "good.eml", "picture.png"], b"");
    assert_eq!(records(&ran.out).len(), 1);
    assert!(ran.err.contains("missing.eml: no such file or folder; check the spelling"), "{}", ran.err);
    assert!(ran.err.contains("picture.png"), "{}", ran.err);
    // A word that is nearly a subcommand was meant as one.
    for (arguments, hint) in [
        (&["scna", "good.eml"][..], "did you mean `gosanke scan`?"),
        (&["--lang", "ja", "quarantien"], "`gosanke quarantine` のことですか？"),
        (&["--lang", "ja", "-", "lokup"], "`gosanke lookup` のことですか？"),
    ] {
        let ran = run(folder.path(), arguments, b"");
        assert!(ran.err.contains(hint), "{arguments:?} {}", ran.err);
    }
    let ran = run(folder.path(), &["missing.eml"], b"");
    assert!(ran.code == 3 && !ran.err.contains("did you mean"), "{}", ran.err);
    let ran = run(folder.path(), &["--lang", "ja", "scan", "missing.eml"], b"");
    assert!(ran.err.contains("missing.eml") && ran.err.chars().any(|c| ('ぁ'..='ん').contains(&c)), "{}", ran.err);
}

#[test]
fn a_mail_comes_through_standard_input() {
    let folder = folder();
    let ran = run(folder.path(), &["scan", "-"], MAIL.as_bytes());
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(records(&ran.out)[0]["subject"], "hello");
    assert_eq!(run(folder.path(), &["scan", "-"], b"").code, 3);
}

#[test]
fn indicators_are_defanged_and_come_back() {
    let folder = folder();
    let text = "see https://a.example/x?y=z and 192.0.2.7, ask ann@shop.example\n";
    let defanged = run(folder.path(), &["defang"], text.as_bytes());
    assert_eq!(defanged.out, "see hxxps://a[.]example/x?y=z and 192[.]0[.]2[.]7, ask ann[@]shop[.]example\n");
    assert_eq!(run(folder.path(), &["refang"], defanged.out.as_bytes()).out, text);
}

#[test]
fn file_names_and_mails_do_not_drive_the_terminal() {
    let folder = folder();
    let name = "a\u{1b}[2J\u{202e}.eml";
    std::fs::write(folder.path().join(name), "From: x\u{1b}]0;y\u{7} <a@b.example>\nSubject: \u{9b}2J\u{200b}\n\nx\n")
        .unwrap();
    for arguments in [&["scan", name][..], &["scan", "missing\u{1b}[31m.eml"], &["scan", "."]] {
        let ran = run(folder.path(), arguments, b"");
        for text in [&ran.out, &ran.err] {
            let bad = text.chars().find(|c| (c.is_control() && *c != '\n') || matches!(c, '\u{200b}' | '\u{202e}'));
            assert_eq!(bad, None, "{arguments:?}: {text:?}");
        }
    }
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let folder = folder();
    let mbox = "From a Mon Mar  2 10:00:00 2026\nSubject: x\nFrom: a@b.example\n\nx\n\n".repeat(20_000);
    std::fs::write(folder.path().join("box"), mbox).unwrap();
    let command = format!(
        "'{}' scan box --fail-on low | head -1 >/dev/null; echo ${{PIPESTATUS[0]}}",
        env!("CARGO_BIN_EXE_gosanke")
    );
    let done = Command::new("bash").args(["-c", &command]).current_dir(folder.path()).output();
    // Without bash there is nobody to ask for the first exit code.
    if let Ok(done) = done {
        assert_eq!(String::from_utf8(done.stdout).unwrap().trim(), "0", "{}", String::from_utf8_lossy(&done.stderr));
    }
}

/// A rule file with a rule that fires on `good.eml`, one that stops, and one that is damaged.
const RULES: &str = "[[rule]]\nid = \"own-ann\"\ntitle = \"From Ann\"\ntitle_ja = \"アンから\"\nreason = \"{0} again\"\nweight = 5\n\
    when = 'from.name == \"Ann\"'\nvalues = ['from.address']\nat = 'from'\n\
    [[rule]]\nid = \"own-stops\"\ntitle = \"Stops\"\nweight = 1\nwhen = 'hops[3].tls'\n";
const DAMAGED: &str = "[[rule]]\nid = \"own-damaged\"\ntitle = \"x\"\nweight = 1\nwhen = 'link.size() > 1'\n";

#[test]
fn own_rules_are_findings_like_any_other() {
    let folder = folder();
    std::fs::write(folder.path().join("mine.toml"), RULES).unwrap();
    let ran = run(folder.path(), &["scan", "--rules", "mine.toml", "good.eml"], b"");
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    let record = &records(&ran.out)[0];
    let find = |id: &str| record["findings"].as_array().unwrap().iter().find(|one| one["id"] == id).unwrap().clone();
    let own = find("own-ann");
    assert_eq!(
        (&own["family"], &own["weight"], &own["values"][0]),
        (&"own".into(), &5.0.into(), &"ann@shop.example".into())
    );
    assert!(own["spans"][0].is_array());
    let failed = find("own-rule-failed");
    assert_eq!((&failed["weight"], &failed["values"][0]), (&0.0.into(), &"own-stops".into()));
    let ran = run(folder.path(), &["scan", "--rules", "mine.toml", "--brief", "--fail-on", "low", "good.eml"], b"");
    assert_eq!(ran.code, 1, "{}", ran.out);
    let ran = run(folder.path(), &["rules", "--rules", "mine.toml"], b"");
    assert!(ran.out.contains("own-ann") && ran.out.contains("link-text-lies"), "{}", ran.out);
}

#[test]
fn a_damaged_rule_is_told_with_its_place_and_takes_nothing_along() {
    let folder = folder();
    std::fs::write(folder.path().join("damaged.toml"), DAMAGED).unwrap();
    std::fs::write(folder.path().join("mine.toml"), RULES).unwrap();
    let both = ["--rules", "damaged.toml", "--rules", "mine.toml"];
    let ran = run(folder.path(), &[&["scan", "good.eml"], &both[..]].concat(), b"");
    assert_eq!(ran.code, 0);
    let told = "damaged.toml, line 5, column 9: the record has no field link; did you mean links?";
    assert!(ran.err.contains(told), "{}", ran.err);
    assert!(records(&ran.out)[0]["findings"].to_string().contains("own-ann"));
    let ran = run(folder.path(), &[&["doctor"], &both[..]].concat(), b"");
    assert!(ran.out.contains(told) && ran.code == 1, "{}", ran.out);
    // The folder of the configuration, every file in it.
    std::fs::create_dir(folder.path().join("rules")).unwrap();
    for name in ["damaged.toml", "mine.toml"] {
        std::fs::rename(folder.path().join(name), folder.path().join("rules").join(name)).unwrap();
    }
    std::fs::write(folder.path().join("c.toml"), "rules_dir = \"rules\"\n").unwrap();
    let ran = run(folder.path(), &["scan", "--config", "c.toml", "good.eml"], b"");
    assert!(ran.code == 0 && ran.err.contains(told) && ran.out.contains("own-ann"), "{}", ran.err);
    let ran = run(folder.path(), &["scan", "--rules", "missing.toml", "good.eml"], b"");
    assert!(ran.code == 0 && ran.err.contains("missing.toml: no such file"), "{}", ran.err);
}

#[test]
fn rules_are_tried_on_folders() {
    let folder = folder();
    std::fs::write(folder.path().join("mine.toml"), RULES).unwrap();
    std::fs::write(folder.path().join("other.eml"), MAIL.replace("Ann", "Bob")).unwrap();
    let ran = run(folder.path(), &["rules", "--rules", "mine.toml", "--test", "good.eml", "other.eml"], b"");
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    assert!(ran.out.contains("own-ann") && ran.out.contains("1 of 2 (50.0 %)\n    good.eml\n"), "{}", ran.out);
    assert!(ran.out.contains("! stopped with an error on 2; first on good.eml: "), "{}", ran.out);
    let arguments = ["rules", "--rules", "mine.toml", "--phish", "good.eml", "--ham", "other.eml"];
    let ran = run(folder.path(), &arguments, b"");
    assert!(ran.out.contains("phish 1 of 1 (100.0 %), ham 0 of 1 (0.0 %)"), "{}", ran.out);
    assert_eq!(run(folder.path(), &["rules", "--test", "good.eml"], b"").code, 2);
    assert_eq!(run(folder.path(), &["rules", "--rules", "mine.toml", "--test", "missing.eml"], b"").code, 3);
}

#[test]
fn a_rule_is_explained_in_both_languages() {
    let folder = folder();
    std::fs::write(folder.path().join("mine.toml"), RULES).unwrap();
    let ran = run(folder.path(), &["rules", "--explain", "link-text-lies"], b"");
    assert_eq!(ran.code, 0);
    assert!(ran.out.contains("A false alarm where: ") && ran.out.contains("誤検知の可能性: "), "{}", ran.out);
    let ran = run(folder.path(), &["--lang", "ja", "rules", "--rules", "mine.toml", "--explain", "own-ann"], b"");
    assert!(ran.out.contains("アンから") && ran.out.contains("… again"), "{}", ran.out);
    assert_eq!(run(folder.path(), &["rules", "--explain", "no-such-rule"], b"").code, 2);
}

#[test]
fn nothing_is_scanned_with_a_configuration_that_cannot_be_used() {
    let folder = folder();
    std::fs::write(folder.path().join("bad.toml"), "block = [\"shop.example\n").unwrap();
    for command in [&["scan", "good.eml"][..], &["save", "good.eml"], &["lookup", "--plan", "a.example"]] {
        let ran = run(folder.path(), &[command, &["--config", "bad.toml"]].concat(), b"");
        assert_eq!((ran.code, ran.out.as_str()), (3, ""), "{command:?} {}", ran.err);
        assert!(ran.err.contains("bad.toml") && ran.err.contains("nothing was done"), "{}", ran.err);
    }
    // What only tells goes on, and the doctor says how it is.
    let ran = run(folder.path(), &["doctor", "--config", "bad.toml"], b"");
    assert!(ran.out.contains("not used, defaults hold"), "{}", ran.out);
}

#[test]
fn lists_of_the_configuration_are_findings() {
    let folder = folder();
    let config = folder.path().join("lists.toml");
    std::fs::write(folder.path().join("bad.txt"), "# known\nshop.example # since March\ntwo words\n").unwrap();
    std::fs::write(&config, "block_files = \"bad.txt\"\nvips = [\"Ann Other <ann@other.example>\"]\n").unwrap();
    let ran = run(folder.path(), &["scan", "--config", "lists.toml", "--fail-on", "high", "good.eml"], b"");
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert!(ran.err.contains("bad.txt, line 3, column 1: two words cannot stand here."), "{}", ran.err);
    let record = &records(&ran.out)[0];
    assert_eq!((&record["findings"][0]["id"], &record["level"]), (&"blocked-sender".into(), &"high".into()));
}

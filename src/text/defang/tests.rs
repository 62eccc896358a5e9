use proptest::prelude::*;

use super::*;

#[test]
fn a_url_becomes_one_harmless_line_of_ascii() {
    for (url, want) in [
        ("https://a.example/x?y=z", "hxxps://a[.]example/x?y=z"),
        ("http://a.example", "hxxp://a[.]example/"),
        ("HTTP://WWW.A.Example:8080/P#f", "hxxp://www[.]a[.]example:8080/P#f"),
        ("ftp://files.example/a.b", "fxp://files[.]example/a.b"),
        ("http://192.0.2.7/", "hxxp://192[.]0[.]2[.]7/"),
        ("http://0xc0.0.0x207/", "hxxp://192[.]0[.]2[.]7/"),
        ("http://[2001:db8::1]:80/x", "hxxp://[2001[:]db8[:][:]1]/x"),
        ("http://[2001:db8::1]:81/x", "hxxp://[2001[:]db8[:][:]1]:81/x"),
        ("http://paypal.com@evil.example/", "hxxp://paypal[.]com@evil[.]example/"),
        ("http://例え.test/パス", "hxxp://xn--r8jz45g[.]test/%E3%83%91%E3%82%B9"),
        ("https://a.example/x\ny\u{1b}[201~z", "hxxps://a[.]example/xy%1B[201~z"),
        ("https://a.example/?u=https://b.example/p", "hxxps://a[.]example/?u=hxxps://b[.]example/p"),
        ("https://a.example/?u=tcp://b.example/p", "hxxps://a[.]example/?u=tcp[:]//b[.]example/p"),
        ("https://a.example/x[.]y(dot)z", "hxxps://a[.]example/x%5B.%5Dy%28dot)z"),
        ("javascript:alert(1)", "javascript[:]alert(1)"),
        ("mailto:x@a.example?subject=hi", "mailto[:]x[@]a[.]example?subject=hi"),
        ("tcp://a.example:99", "tcp[:]//a[.]example:99"),
        ("a.example/x.html", "a[.]example/x.html"),
        ("a.example:8080/x", "a[.]example:8080/x"),
        ("//a.example/x", "//a[.]example/x"),
        ("http://a b.example/\u{7}", "hxxp://a%20b[.]example/%07"),
        ("http://a%22b%60.example/x", "hxxp://a%22b%60[.]example/x"),
        ("hxxps://a[.]example/x", "hxxps://a[.]example/x"),
        ("hxxps[://]a(.)example/x", "hxxps://a[.]example/x"),
        ("https://a[.]example/x", "hxxps://a[.]example/x"),
        ("", ""),
    ] {
        assert_eq!(defang_url(url), want, "{url}");
    }
}

#[test]
fn hosts_and_addresses_are_bracketed() {
    for (host, want) in [
        ("a.example", "a[.]example"),
        ("192.0.2.1", "192[.]0[.]2[.]1"),
        ("2001:db8::1", "2001[:]db8[:][:]1"),
        ("[2001:db8::1]", "[2001[:]db8[:][:]1]"),
        ("::ffff:192.0.2.1", "[:][:]ffff[:]192[.]0[.]2[.]1"),
        ("例え.test", "xn--r8jz45g[.]test"),
        ("_dmarc.a.example", "_dmarc[.]a[.]example"),
        ("bad host\n.example", "bad%20host%0A[.]example"),
        ("a[.]example", "a[.]example"),
        ("", ""),
    ] {
        assert_eq!(defang_host(host), want, "{host}");
        assert_eq!(defang_host(&defang_host(host)), want);
    }
    for (address, want) in [
        ("x@a.example", "x[@]a[.]example"),
        ("john.doe+tag@mail.a.example", "john.doe+tag[@]mail[.]a[.]example"),
        ("x@[192.0.2.1]", "x[@][192[.]0[.]2[.]1]"),
        ("\"a@b\"@c.example", "\"a[@]b\"[@]c[.]example"),
        ("名前@例え.test", "%E5%90%8D%E5%89%8D[@]xn--r8jz45g[.]test"),
        ("x[@]a[.]example", "x[@]a[.]example"),
        ("x\r\n@a.example", "x%0D%0A[@]a[.]example"),
        ("nobody", "nobody"),
    ] {
        assert_eq!(defang_address(address), want, "{address}");
    }
}

#[test]
fn indicators_in_prose_are_found() {
    for (text, want) in [
        ("Visit https://a.example/x, now.", "Visit hxxps://a[.]example/x, now."),
        ("(see http://a.example/w_(x))", "(see hxxp://a[.]example/w_(x))"),
        ("<a href='http://a.example/'>b.example</a>", "<a href='hxxp://a[.]example/'>b[.]example</a>"),
        ("mail x@a.example or john.doe@b.example.", "mail x[@]a[.]example or john.doe[@]b[.]example."),
        ("from 192.0.2.1:25 and [IPv6:2001:db8::1]", "from 192[.]0[.]2[.]1:25 and [IPv6:2001[:]db8[:][:]1]"),
        ("net 2001:db8::/32, ::1.", "net 2001[:]db8[:][:]/32, [:][:]1."),
        ("www.a.example/path", "www[.]a[.]example/path"),
        ("詳細はhttps://a.example/をご覧ください", "詳細はhxxps://a[.]example/をご覧ください"),
        ("詳細はhttps://www.a.exampleをご覧", "詳細はhxxps://www[.]a[.]example/をご覧"),
        ("詳細はexample.comまで。", "詳細はexample[.]comまで。"),
        ("http://a.example,http://b.example", "hxxp://a[.]example/,hxxp://b[.]example/"),
        ("x=1&u=http://a.example/?v=http://b.example", "x=1&u=hxxp://a[.]example/?v=hxxp://b[.]example"),
        ("пример.рф", "пример[.]рф"),
        ("half a[.]example.com", "half a[.]example[.]com"),
        ("mailto:x@a.example", "mailto:x[@]a[.]example"),
    ] {
        assert_eq!(defang(text), want, "{text}");
        assert_eq!(defang(want), want, "twice");
    }
}

#[test]
fn other_text_stays_as_it_is() {
    for text in [
        "",
        "No. 5 costs 3.14 at 12:30:45, e.g. on 2026-11-21.",
        "invoice.pdf, notes.txt and setup.exe; v1.2.3",
        "std::vec and a // comment",
        "@user said: hi... ok?",
        "日本語の文章です。次の文。",
        "tabs\tand\r\nlines\n\n",
        "C:\\dir\\file.doc",
    ] {
        assert_eq!(defang(text), text);
    }
}

#[test]
fn notations_of_others_are_understood() {
    for (text, want) in [
        ("hxxp://a[.]example/x", "http://a.example/x"),
        ("hXXps[:]//a[dot]example", "https://a.example"),
        ("hxxps[://]a(.)example", "https://a.example"),
        ("hxxp:[//]a{.}example", "http://a.example"),
        ("meow://a.example", "http://a.example"),
        ("fxp://a.example", "ftp://a.example"),
        ("h**p://a.example", "http://a.example"),
        ("hxxp[s]://a.example", "https://a.example"),
        ("a[.example a.]example", "a.example a.example"),
        ("a [.] example [dot] test", "a.example.test"),
        ("x[@]a[.]example y(at)b(dot)example", "x@a.example y@b.example"),
        ("x [at] a [dot] example", "x@a.example"),
        ("192[.]0[.]2[dot]1", "192.0.2.1"),
        ("2001[:]db8[:][:]1", "2001:db8::1"),
        ("[2001[:]db8[:][:]]", "[2001:db8::]"),
        ("http://a[.]example[/]x", "http://a.example/x"),
    ] {
        assert_eq!(refang(text), want, "{text}");
    }
}

#[test]
fn prose_that_resembles_a_notation_is_left_alone() {
    for text in [
        "meow at the dot com",
        "(dot) and (at)",
        "a (b) [c] {d}",
        "the fxp tool",
        "homeowner: yes",
        "[x] (.) {.}",
        "[1:2]",
    ] {
        assert_eq!(refang(text), text);
    }
}

#[test]
fn no_ending_of_a_file_is_a_top_level_domain() {
    let list = include_str!("../../../assets/lists/public_suffix_list.dat");
    let suffixes: std::collections::BTreeSet<&str> = list.lines().map(str::trim).collect();
    assert!(suffixes.contains("com"));
    for ending in prose::FILE_ENDINGS {
        assert!(!suffixes.contains(ending), "{ending}");
    }
}

#[test]
fn long_text_without_end_is_read_at_once() {
    for unit in [
        "a.",
        "@",
        "a@",
        ":",
        "a:",
        "//",
        "://",
        "a://",
        "[.]",
        "[",
        "(",
        "http://",
        ",http://",
        "h",
        "hxxp",
        ".]",
        "例.",
        "::1",
        "http://a.b/(",
        "http:/",
        "a[.",
        "%",
        "http://[",
    ] {
        let text = unit.repeat(200_000 / unit.len());
        let begin = std::time::Instant::now();
        // Quadratic reading would take minutes.
        let out = defang(&text);
        let _ = (refang(&text), defang_url(&text), defang_host(&text), defang_address(&text));
        assert!(out.len() <= text.len() * 9 + 16, "{unit:?} {}", out.len());
        assert!(begin.elapsed().as_secs() < 30, "{unit:?} {:?}", begin.elapsed());
    }
}

/// Counts, for each defanged form of a corpus, what comes back as a live URL, host or address.
#[test]
#[ignore = "needs GOSANKE_CORPORA"]
fn defanged_forms_of_other_tools_come_back() {
    let folder = std::env::var("GOSANKE_CORPORA").unwrap();
    let text = std::fs::read_to_string(format!("{folder}/url/iocextract/valid.txt")).unwrap();
    let mut bad = Vec::new();
    for line in text.lines() {
        let live = refang(line);
        if live.contains(['[', '{', '(']) && !live.contains("[fdc4") || live.contains("hxxp") {
            bad.push(format!("{line} -> {live}"));
        }
        let safe = defang(line);
        if defang(&safe) != safe {
            bad.push(format!("{line} -> {safe} -> {}", defang(&safe)));
        }
    }
    assert!(bad.len() <= 2, "{bad:#?}");
}

fn some_url() -> impl Strategy<Value = String> {
    (
        "(http|https|ftp)",
        "[a-z]{1,8}(\\.[a-z0-9]{1,8}){0,3}\\.(example|test)",
        "(:[1-9][0-9]{0,3})?",
        "(/[a-zA-Z0-9._~()\\[\\]{}@:-]{0,12}){0,3}",
        "(\\?[a-z]=[a-zA-Z0-9./%-]{0,12})?",
    )
        .prop_map(|(scheme, host, port, path, query)| format!("{scheme}://{host}{port}{path}{query}"))
}

fn some_text() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "a",
        "example",
        "com",
        ".",
        ".",
        "[.]",
        "(dot)",
        "[",
        "]",
        "(",
        ")",
        "@",
        "[@]",
        ":",
        "[:]",
        "//",
        "http://",
        "hxxp://",
        "https",
        "://",
        "[://]",
        "meow",
        "例",
        "を",
        " ",
        "/",
        "?",
        "#",
        ",",
        "%",
        "1",
        "192.0.2.1",
        "::1",
        "\u{1b}",
        "\u{200b}",
        "é",
        "\\",
        "'",
        "mailto:",
        "xn--",
        "-",
        "_",
    ]);
    prop::collection::vec(pieces, 0..14).prop_map(|pieces| pieces.concat())
}

#[test]
fn a_notation_behind_a_blank_settles_at_once() {
    for url in ["mailto:a@b.test]//a[.]example/x?y=z (dot)ple", "tel:1 (dot)a", "data:x (at)b (dot) c"] {
        let once = defang_url(url);
        assert_eq!(defang_url(&once), once, "{url}");
    }
}

proptest! {
    #![proptest_config(super::super::same_cases())]

    #[test]
    fn every_indicator_is_one_line_of_printable_ascii(text in prop_oneof![some_text(), any::<String>()]) {
        for out in [defang_url(&text), defang_host(&text), defang_address(&text)] {
            prop_assert!(out.bytes().all(|byte| byte.is_ascii_graphic()), "{out:?}");
        }
    }

    #[test]
    fn no_defanged_url_can_be_pressed(text in some_text()) {
        let out = defang_url(&text);
        prop_assert!(!out.contains("http://") && !out.contains("https://"), "{out}");
        let out = defang(&text);
        prop_assert!(!out.contains("http://") && !out.contains("https://"), "{out}");
    }

    #[test]
    fn defanging_text_twice_changes_nothing(text in some_text()) {
        let once = defang(&text);
        prop_assert_eq!(defang(&once), once);
    }

    #[test]
    fn defanging_an_indicator_twice_changes_nothing(url in some_url()) {
        let once = defang_url(&url);
        prop_assert_eq!(defang_url(&once), once.clone());
        prop_assert_eq!(defang(&once), once);
    }

    #[test]
    fn a_url_comes_back_in_its_normal_form(url in some_url()) {
        let normal = Url::parse(&url).unwrap();
        let back = Url::parse(&refang(&defang_url(&url))).unwrap();
        prop_assert_eq!(back.host_str(), normal.host_str());
        prop_assert_eq!(back.port(), normal.port());
        let decoded = |path: &str| ["%5B", "%5D", "%28", "%29", "%7B", "%7D"].iter().zip(["[", "]", "(", ")", "{", "}"])
            .fold(path.to_owned(), |path, (code, plain)| path.replace(code, plain));
        prop_assert_eq!(decoded(back.path()), decoded(normal.path()));
        prop_assert_eq!(back.query(), normal.query());
    }
}

proptest! {
    #![proptest_config(super::super::same_cases())]

    #[test]
    fn usual_addresses_become_what_patience_makes_of_them(
        scheme in prop::sample::select(vec!["http", "https"]),
        host in "[a-z]{1,3}([.-][a-z0-9]{1,3}){0,3}",
        rest in prop::collection::vec(prop::sample::select(vec![
            "/", "?", "#", "a", "b.html", ".", "..", "%2e", "%41", "hxxp", "http", "//", "&", "=", ",", ";", "@", "www.", "-", "~", "}", ")",
            "example.com", "{", "$", "!", "*", "_", "|", "^",
        ]), 0..6),
    ) {
        let url = format!("{scheme}://{host}/{}", rest.concat());
        if let Some(quick) = super::usual(&url) {
            prop_assert_eq!(&quick, &super::settled(&url, super::once), "{}", url);
        }
    }
}

#[test]
fn ordinary_addresses_take_the_quick_way() {
    for url in
        ["https://a.example/x?y=z", "http://www.example.co.jp/", "https://click.example/ls/click?upn=a-2Bb%3D#top"]
    {
        assert!(super::usual(url).is_some(), "{url}");
    }
    for url in
        ["https://a.example", "https://a.example/?u=https://b.example", "https://a.example/[.]", "https://192.0.2.1/"]
    {
        assert!(super::usual(url).is_none(), "{url}");
    }
}

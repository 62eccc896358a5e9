use proptest::prelude::*;

use super::super::show;
use super::*;

fn wrapped(text: &str, width: usize) -> Vec<String> {
    wrap(&show(text), width).iter().map(ToString::to_string).collect()
}

#[test]
fn columns_are_those_of_the_cells() {
    for (text, want) in [
        ("", 0),
        ("abc", 3),
        ("漢字", 4),
        ("ｶﾅ", 2),
        ("e\u{301}", 1),
        ("❤\u{fe0f}x", 2),
        ("😀", 2),
        ("🇯🇵", 2),
        ("…", 1),
        ("α", 1),
    ] {
        assert_eq!(columns(&show(text)), want, "{text}");
    }
}

#[test]
fn an_end_is_cut_with_a_mark() {
    for (text, width, want) in [
        ("abcdef", 6, "abcdef"),
        ("abcdef", 5, "abcd…"),
        ("abcdef", 1, "…"),
        ("abcdef", 0, ""),
        ("漢字仮名", 8, "漢字仮名"),
        ("漢字仮名", 7, "漢字仮…"),
        ("漢字仮名", 6, "漢字…"),
        ("漢", 1, "…"),
        ("", 0, ""),
    ] {
        assert_eq!(cut_end(&show(text), width), want, "{text} {width}");
    }
}

#[test]
fn padding_is_exact_at_a_wide_border() {
    assert_eq!(pad(&show("漢字仮名"), 6), "漢字… ");
    assert_eq!(pad(&show("ab"), 4), "ab  ");
    assert_eq!(pad(&show("abcde"), 4), "abc…");
    assert_eq!(pad(&show("x"), 0), "");
}

#[test]
fn a_host_keeps_its_registrable_domain_in_sight() {
    let long = "secure-login.paypal.com.account-verify.evil.example";
    for (host, registrable, width, want) in [
        ("www.evil.example", Some("evil.example"), 20, "www.evil.example"),
        (long, Some("evil.example"), 30, "secure-l…t-verify.evil.example"),
        (long, Some("evil.example"), 13, "…evil.example"),
        (long, Some("evil.example"), 12, "evil.example"),
        (long, Some("evil.example"), 9, "….example"),
        (long, Some("evil.example"), 1, "…"),
        (long, Some("evil.example"), 0, ""),
        (long, None, 21, "secure-log…il.example"),
        (long, Some("other.test"), 21, "secure-log…il.example"),
        ("www.averyverylongname.evil[.]example", Some("evil.example"), 20, "ww…me.evil[.]example"),
        ("www.notevil.example", Some("evil.example"), 11, "www.n…ample"),
        ("例え例え.evil.example", Some("evil.example"), 16, "…え.evil.example"),
    ] {
        assert_eq!(cut_host(&show(host), registrable, width), want, "{host} {width}");
    }
}

#[test]
fn a_line_breaks_at_blanks_first() {
    assert_eq!(wrapped("one two three", 7), ["one two", "three"]);
    assert_eq!(wrapped("one two three", 6), ["one", "two", "three"]);
    assert_eq!(wrapped("one   two", 5), ["one", "two"]);
    assert_eq!(wrapped("one two", 100), ["one two"]);
    assert_eq!(wrapped("  indented text", 10), ["  indented", "text"]);
    assert_eq!(wrapped("", 5), [""]);
    assert_eq!(wrapped("          a", 4), ["a"]);
    assert_eq!(wrapped("    ", 2), [""]);
}

#[test]
fn what_has_no_blanks_breaks_between_graphemes() {
    assert_eq!(wrapped("https://a.example/abcdef", 10), ["https://a.", "example/ab", "cdef"]);
    assert_eq!(wrapped("see https://a.example/", 12), ["see", "https://a.ex", "ample/"]);
    assert_eq!(wrapped("漢字仮名交じり", 5), ["漢字", "仮名", "交じ", "り"]);
    assert_eq!(wrapped("件名: 長い日本語の文章です", 12), ["件名: 長い日", "本語の文章で", "す"]);
    assert_eq!(wrapped("これは「引用」です。", 8), ["これは", "「引用」", "です。"]);
    assert_eq!(wrapped("漢", 1), ["…"]);
    assert!(wrapped("abc", 0).is_empty());
}

#[test]
fn a_megabyte_on_one_line_is_wrapped_at_once() {
    for unit in ["a", "a ", "漢", " ", "aaaaaaaaaaaaaaaaaaaaaaa "] {
        let text = show(&unit.repeat(1_000_000 / unit.len()));
        let begin = std::time::Instant::now();
        let _ = wrap(&text, 80);
        let _ = cut_host(&text, Some("a"), 80);
        assert!(begin.elapsed().as_secs() < 30, "{unit:?}");
    }
}

fn some_text() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "a",
        "bc",
        " ",
        "  ",
        "漢",
        "字。",
        "「",
        "」",
        "\u{3000}",
        "e\u{301}",
        "😀",
        ".",
        "\u{200b}",
        "\u{1100}\u{1161}",
        "\u{ff76}\u{ff9e}",
        "\u{1100}\u{1100}\u{1100}",
    ]);
    prop::collection::vec(pieces, 0..40).prop_map(|pieces| pieces.concat())
}

fn without_blanks(text: &str) -> String {
    text.chars().filter(|c| !matches!(c, ' ' | '\u{3000}')).collect()
}

proptest! {
    #![proptest_config(super::super::same_cases())]
    #[test]
    fn nothing_is_wider_than_asked(text in some_text(), width in 0_usize..20) {
        let text = show(&text);
        prop_assert!(columns(&cut_end(&text, width)) <= width);
        prop_assert!(columns(&cut_host(&text, Some("bc"), width)) <= width);
        prop_assert_eq!(columns(&pad(&text, width)), width);
        for line in wrap(&text, width) {
            prop_assert!(columns(&line) <= width);
        }
    }

    #[test]
    fn wrapping_loses_nothing_but_blanks_at_breaks(text in some_text(), width in 8_usize..20) {
        let text = show(&text);
        let lines = wrap(&text, width);
        let all: String = lines.iter().map(Shown::as_str).collect();
        prop_assert_eq!(without_blanks(&all), without_blanks(text.as_str()));
        if let [only] = lines.as_slice() && columns(&text) <= width {
            prop_assert_eq!(only, &text);
        }
    }

    #[test]
    fn the_registrable_domain_shows_wherever_it_has_room(left in "[a-z0-9.-]{0,60}", width in 12_usize..60) {
        let host = show(&format!("{left}.evil.example"));
        let cut = cut_host(&host, Some("evil.example"), width);
        prop_assert!(cut.as_str().ends_with("evil.example"));
    }
}

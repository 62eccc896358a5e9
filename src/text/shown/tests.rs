use proptest::prelude::*;

use super::*;

fn lines(text: &str) -> Vec<String> {
    show_lines(text).iter().map(ToString::to_string).collect()
}

#[test]
fn what_a_terminal_obeys_becomes_a_picture() {
    for (text, want) in [
        ("plain ASCII text, {0} %s <b>", "plain ASCII text, {0} %s <b>"),
        ("\u{1b}[31mred\u{1b}[0m", "␛[31mred␛[0m"),
        ("\u{1b}]0;title\u{7}", "␛]0;title␇"),
        ("a\r\nb\tc", "a␍␊b␉c"),
        ("nul\0 del\u{7f} bs\u{8}", "nul␀ del␡ bs␈"),
        ("c1 \u{9b}31m \u{85}", "c1 <U+009B>31m <U+0085>"),
        ("", ""),
    ] {
        assert_eq!(show(text), want);
    }
}

#[test]
fn what_a_reader_does_not_see_becomes_a_mark() {
    for (text, want) in [
        ("\u{202e}elpmaxe", "<U+202E>elpmaxe"),
        ("pay\u{200b}pal\u{ad}", "pay<U+200B>pal<U+00AD>"),
        ("\u{3164}", "<U+3164>"),
        ("a\u{e0041}b", "a<U+E0041>b"),
        ("x\u{2028}y\u{2029}z", "x<U+2028>y<U+2029>z"),
        ("\u{e000}\u{ffff}\u{378}", "<U+E000><U+FFFF><U+0378>"),
        ("\u{200b}\u{200b}\u{200b}", "<U+200B><U+200B><U+200B>"),
        ("a\u{200b}\u{200b}\u{200b}\u{200b}b", "a<U+200B x4>b"),
        ("1\u{fe0f}2\u{e0100}", "1<U+FE0F>2<U+E0100>"),
    ] {
        assert_eq!(show(text), want);
    }
}

#[test]
fn ordinary_text_in_many_languages_stays_as_it_is() {
    for text in [
        "【重要】お支払い方法の確認　株式会社テスト",
        "Žluťoučký kůň, naïve café, Łódź, İstanbul",
        "Здравствуйте – 「引用」 … €5",
        "한국어 메일 제목",
        "ไม่มีปัญหา हिन्दी தமிழ்",
        "שלום עולם مرحبا",
        "e\u{301}\u{302} か\u{3099}",
        "❤ 😀 🇯🇵 ✓",
    ] {
        assert_eq!(show(text), text);
    }
}

#[test]
fn an_emoji_is_shown_without_its_look_and_its_joiner_is_marked() {
    assert_eq!(show("⚠\u{fe0f} Action"), "⚠ Action");
    assert_eq!(show("👍\u{1f3fd}!"), "👍!");
    assert_eq!(show("👩\u{200d}💻"), "👩<U+200D>💻");
    assert_eq!(show("❤\u{fe0f}\u{fe0f}\u{fe0f}x\u{fe0f}"), "❤x<U+FE0F>");
}

#[test]
fn a_tower_of_combining_characters_is_cut_and_counted() {
    let tower = format!("Z{}lgo", "\u{301}".repeat(2_000));
    assert_eq!(show(&tower), "Z\u{301}\u{301}\u{301}\u{301}<+1996>lgo");
    let jamo = show(&"\u{1100}".repeat(1_000));
    assert_eq!(jamo.as_str(), "\u{1100}\u{1100}<+998>");
}

#[test]
fn a_combining_character_never_sits_on_what_stands_before_the_text() {
    assert_eq!(show("\u{301}a"), "◌\u{301}a");
    assert_eq!(show("\u{200b}\u{301}"), "<U+200B>◌\u{301}");
}

#[test]
fn lines_end_where_any_program_would_end_them() {
    assert_eq!(lines("a\nb\r\nc\rd\u{b}e\u{c}f\u{2028}g\u{2029}h"), ["a", "b", "c", "d", "e", "f", "g", "h"]);
    assert_eq!(lines("a\n\n\nb\n"), ["a", "", "", "b"]);
    assert_eq!(lines("\n"), [""]);
    assert!(lines("").is_empty());
}

#[test]
fn tabs_reach_the_next_eighth_column() {
    assert_eq!(lines("a\tb"), ["a       b"]);
    assert_eq!(lines("\tb"), ["        b"]);
    assert_eq!(lines("12345678\tb"), ["12345678        b"]);
    assert_eq!(lines("漢字\tb"), ["漢字    b"]);
    assert_eq!(lines("a\t\tb"), ["a               b"]);
}

#[test]
fn bytes_that_are_no_text_are_written_as_numbers() {
    assert_eq!(show_bytes(b"ok \xff\xfe \xe3\x81\x82 \x1b["), "ok \\xff\\xfe あ ␛[");
    assert_eq!(show_bytes(b"\x9b31m"), "\\x9b31m");
}

#[test]
fn a_megabyte_of_hostile_text_takes_no_time() {
    for unit in
        ["\u{1b}[31m", "\u{200b}", "\u{301}", "a\u{301}", "\u{1f468}\u{200d}", "\t", "\u{1100}", "\u{202e}\u{202c}"]
    {
        let text = unit.repeat(1_000_000 / unit.len());
        let begin = std::time::Instant::now();
        let shown = show(&text);
        assert!(shown.as_str().len() <= text.len() * 4 + 64);
        assert!(begin.elapsed().as_secs() < 30, "{unit:?}");
    }
}

/// Text that is made of the characters which have a way to go wrong, in every neighborhood.
fn hostile() -> impl Strategy<Value = String> {
    let special = prop::sample::select(vec![
        'a',
        ' ',
        '<',
        '>',
        '+',
        '1',
        '\u{301}',
        '\u{fe0f}',
        '\u{fe0e}',
        '\u{200d}',
        '\u{200b}',
        '\u{1f468}',
        '\u{1f3fd}',
        '❤',
        '\u{1f1ef}',
        '\u{1f1f5}',
        '\u{1100}',
        '\u{1161}',
        '\u{11a8}',
        '\u{915}',
        '\u{94d}',
        '\u{93e}',
        '\u{bbe}',
        '\u{1b}',
        '\r',
        '\n',
        '\t',
        '\u{2028}',
        '漢',
        '\u{3099}',
        '\u{ff9e}',
        '\u{20e3}',
        '\u{e0061}',
        '\u{25cc}',
        '\u{d4e}',
        '\u{600}',
        '\u{1d165}',
        '\u{302e}',
        '\u{0e33}',
        '\u{1b35}',
    ]);
    prop::collection::vec(prop_oneof![4 => special, 1 => any::<char>()], 0..40).prop_map(String::from_iter)
}

proptest! {
    #![proptest_config(super::super::same_cases())]
    #[test]
    fn shown_text_holds_nothing_that_must_not_be_sent(text in hostile()) {
        let shown = show(&text);
        prop_assert!(!shown.as_str().chars().any(is_marked), "{:?}", shown);
        for grapheme in shown.as_str().graphemes(true) {
            prop_assert!(grapheme.len() <= CELL_BYTES);
            prop_assert!(crate::text::width::grapheme_columns(grapheme) <= MOST_COLUMNS);
            prop_assert!(grapheme.chars().filter(|c| char_columns(*c) == 0).count() <= CELL_MARKS);
        }
    }

    #[test]
    fn showing_twice_changes_nothing(text in hostile()) {
        let once = show(&text);
        prop_assert_eq!(&show(once.as_str()), &once);
    }

    #[test]
    fn no_line_of_a_block_holds_what_must_not_be_sent(text in hostile()) {
        for line in show_lines(&text) {
            prop_assert!(!line.as_str().chars().any(is_marked));
            prop_assert_eq!(&show(line.as_str()), &line);
        }
    }

    #[test]
    fn any_bytes_can_be_shown(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
        let shown = show_bytes(&bytes);
        prop_assert!(!shown.as_str().chars().any(is_marked));
    }
}

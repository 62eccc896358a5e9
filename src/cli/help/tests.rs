use super::*;
use crate::text::{columns, show};

fn arguments(line: &str) -> Vec<OsString> {
    line.split(' ').map(OsString::from).collect()
}

/// Every text of a command and of all below it.
fn texts(command: &Command, out: &mut Vec<String>) {
    let mut add = |text: Option<String>| out.extend(text.filter(|text| !text.is_empty()));
    add(command.get_about().map(ToString::to_string));
    add(command.get_long_about().map(ToString::to_string));
    for arg in command.get_arguments().filter(|arg| !arg.is_hide_set()) {
        add(arg.get_help().map(ToString::to_string));
        add(arg.get_long_help().map(ToString::to_string));
        add(arg.get_help_heading().map(str::to_owned));
        for value in arg.get_possible_values() {
            add(value.get_help().map(ToString::to_string));
        }
    }
    command.get_subcommands().for_each(|below| texts(below, out));
}

/// The lines with which help is asked for of a command and of all below it.
fn lines(command: &Command, above: &str, out: &mut Vec<String>) {
    let path = format!("{above}{}", command.get_name());
    out.push(format!("{path} --help"));
    out.push(format!("{path} -h"));
    for below in command.get_subcommands().filter(|below| below.get_name() != "help") {
        lines(below, &format!("{path} "), out);
    }
}

fn all_lines() -> Vec<String> {
    let mut out =
        vec!["gosanke help help".to_owned(), "gosanke help scan".to_owned(), "gosanke feeds help add".to_owned()];
    lines(&whole(), "", &mut out);
    out
}

#[test]
fn every_text_has_its_japanese_and_no_japanese_is_left_over() {
    let mut found = Vec::new();
    texts(&whole(), &mut found);
    assert!(found.len() > 300);
    let missing: Vec<_> = found.iter().filter(|text| !pairs::PAIRS.iter().any(|words| words.en == *text)).collect();
    assert!(missing.is_empty(), "{missing:#?}");
    let left: Vec<_> = pairs::PAIRS.iter().filter(|words| !found.iter().any(|text| text == words.en)).collect();
    assert!(left.is_empty(), "{left:#?}");
    for (at, words) in pairs::PAIRS.iter().enumerate() {
        assert!(pairs::PAIRS.iter().skip(at + 1).all(|other| other.en != words.en), "{}", words.en);
        assert!(!words.ja.ends_with('。') || words.ja.contains("\n\n"), "{}", words.ja);
        assert!(!words.ja.is_ascii(), "{}", words.ja);
    }
}

/// Words in Latin letters that are no names: what is typed, values, files, settings, products and standards.
fn english(page: &str) -> Vec<&str> {
    const NAMES: &[&str] = &[
        "gosanke",
        "Maildir",
        "mbox",
        "gzip",
        "zip",
        "Shift",
        "SHA",
        "AES",
        "JSON",
        "CSV",
        "HTTP",
        "WHOIS",
        "SOCKS5",
        "DNS",
        "URL",
        "AS",
        "IP",
        "ID",
        "mmdb",
        "NO_COLOR",
        "MAIL",
        "infected",
        "socks5h",
        "tls",
        "https",
        "hxxps",
        "dns",
        "query",
        "example",
        "save_dir",
        "quarantine_dir",
        "weights_file",
        "docs",
        "weights",
        "md",
        "list",
        "shop",
        "old",
        "RULE",
        "AGE",
        "PREFIX",
        "LOG",
        "ODDS",
        "YYYY",
        "MM",
        "DD",
        "NAME",
        "ADDRESS",
        "PORT",
        "iana",
        "system",
        "date",
        "score",
        "sender",
        "subject",
        "mailbox",
        "auto",
        "never",
        "true",
        "dark",
        "light",
        "local",
        "thirdparty",
        "en",
        "ja",
    ];
    page.split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .filter(|word| word.chars().filter(char::is_ascii_alphabetic).count() > 1 && !NAMES.contains(word))
        .collect()
}

/// What is typed at this command, and the names of values.
fn typed(command: &Command, out: &mut Vec<String>) {
    let mut add = |text: &str| out.extend(text.split('-').map(str::to_owned));
    add(command.get_name());
    for arg in command.get_arguments() {
        arg.get_long().into_iter().for_each(&mut add);
        arg.get_value_names().into_iter().flatten().for_each(|name| add(name.as_str()));
        arg.get_possible_values().iter().for_each(|value| add(value.get_name()));
        arg.get_default_values().iter().for_each(|value| add(&value.to_string_lossy()));
    }
    command.get_subcommands().for_each(|below| typed(below, out));
}

#[test]
fn a_page_holds_no_english_but_names() {
    let mut names = Vec::new();
    typed(&whole(), &mut names);
    for line in all_lines() {
        let page = japanese(arguments(&line), 80, false).unwrap_or_else(|| panic!("{line}: no page"));
        let left: Vec<&str> =
            english(&page).into_iter().filter(|word| !names.iter().any(|name| name == word)).collect();
        assert!(left.is_empty(), "{line}: {left:?}\n{page}");
        assert!(page.contains("使い方: gosanke"), "{line}\n{page}");
    }
    assert_eq!(english("--mouse: マウス、capture SHA-256 7d a"), ["mouse", "capture"]);
}

/// Flags, values and subcommands, as they are at the beginnings of lines.
fn named(page: &str) -> Vec<String> {
    let mut out: Vec<String> = page
        .lines()
        .filter(|line| line.starts_with("  ") && !line.starts_with("        "))
        .filter_map(|line| line.split_whitespace().next_back().map(|_| line.trim().to_owned()))
        .map(|line| line.split("  ").next().unwrap_or_default().to_owned())
        .collect();
    out.sort();
    out
}

#[test]
fn a_page_names_what_the_english_one_names() {
    for line in all_lines() {
        let why = Cli::command().term_width(80).try_get_matches_from(arguments(&line)).unwrap_err();
        let english = why.render().to_string();
        let japanese = japanese(arguments(&line), 80, false).unwrap();
        assert_eq!(named(&japanese), named(&english), "{line}\n{japanese}\n{english}");
        let count = |page: &str, start: &str| page.split_whitespace().filter(|word| *word == start).count();
        assert_eq!(count(&japanese, "[既定値:"), count(&english, "[default:"), "{line}");
    }
}

#[test]
fn lines_are_no_wider_than_the_terminal_and_no_text_is_lost() {
    let tight = |page: &str| page.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    for line in all_lines() {
        let wide = japanese(arguments(&line), 500, false).unwrap();
        for width in [60, 80, 100] {
            let page = japanese(arguments(&line), width, false).unwrap();
            assert_eq!(tight(&page), tight(&wide), "{line}");
            for text in page.lines().filter(|text| !text.contains("使い方:")) {
                assert!(columns(&show(text)) <= width, "{line}: {text}");
                assert_eq!(text.trim_end(), text, "{line}");
            }
        }
        let colored = japanese(arguments(&line), 80, true).unwrap();
        assert!(colored.contains("\u{1b}[1m\u{1b}[4m使い方:\u{1b}[0m gosanke"));
    }
}

#[test]
fn what_is_no_question_for_help_has_none() {
    for line in
        ["gosanke", "gosanke scan", "gosanke --version", "gosanke geo x", "gosanke --\u{1b}[2J", "gosanke -- --help"]
    {
        assert_eq!(japanese(arguments(line), 80, false), None, "{line}");
    }
}

#[test]
fn the_language_is_known_before_the_arguments_are() {
    for (line, lang) in [
        ("gosanke --lang ja --nonsense", Lang::Ja),
        ("gosanke --lang=ja scan", Lang::Ja),
        ("gosanke scan --jobs x --lang ja", Lang::Ja),
        ("gosanke --lang en --lang ja", Lang::En),
        ("gosanke --lang=en \u{1b} --help", Lang::En),
    ] {
        assert_eq!(language(arguments(line)), lang, "{line}");
    }
    // Behind `--` stand paths; what is no language is left to the settings, and so is nothing at all.
    let nobody = language(arguments("gosanke"));
    for line in ["gosanke -- --lang ja", "gosanke --lang", "gosanke --lang xx", "gosanke --config /dev/zero"] {
        assert_eq!(language(arguments(line)), nobody, "{line}");
    }
}

#[test]
fn a_configuration_that_is_named_tells_the_language() {
    let file = tempfile::NamedTempFile::new().unwrap();
    for (text, lang) in [("lang = \"ja\"\n", Lang::Ja), ("lang = \"en\"\n", Lang::En)] {
        std::fs::write(file.path(), text).unwrap();
        assert_eq!(language(arguments(&format!("gosanke --config {} --help", file.path().display()))), lang);
        assert_eq!(language(arguments(&format!("gosanke scan --config={}", file.path().display()))), lang);
    }
}

#[test]
fn flags_of_every_command_stand_behind_those_of_the_command() {
    for line in ["gosanke scan --help", "gosanke rules -h", "gosanke --help", "gosanke feeds add -h"] {
        let english = Cli::command().try_get_matches_from(arguments(line)).unwrap_err().render().to_string();
        let japanese = japanese(arguments(line), 80, false).unwrap();
        for (page, own, every) in [
            (&english, "\nOptions:\n", "\nOptions of every command:\n"),
            (&japanese, "\nオプション:\n", "\nどのコマンドでも使えるオプション:\n"),
        ] {
            let (before, behind) = page.split_once(every).unwrap_or_else(|| panic!("{page}"));
            assert!(before.contains(own) && before.contains("--help"), "{page}");
            let global: Vec<&str> = Cli::command()
                .get_arguments()
                .filter(|arg| arg.is_global_set())
                .filter_map(Arg::get_long)
                .map(|name| name.to_owned().leak() as &str)
                .collect();
            assert_eq!(global.len(), 9);
            for name in global {
                assert!(
                    behind.contains(&format!("--{name} <")) && !before.contains(&format!("\n      --{name} <")),
                    "{name}\n{page}"
                );
            }
        }
    }
}

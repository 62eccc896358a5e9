//! Standard error: what is said there may quote file names, arguments and mails, so it is made printable like all else.
//! Nothing else of the program writes to it; panics and wrong usage come through here as well.

use std::backtrace::{Backtrace, BacktraceStatus};
use std::ffi::OsString;
use std::fmt::Write as _;
use std::io::{IsTerminal as _, Write as _};
use std::panic::PanicHookInfo;
use std::process::ExitCode;

use super::{USAGE, help, misuse};
use crate::text::{Lang, show, show_lines};

/// The most columns of help, as of clap's own.
const WIDEST: usize = 100;
/// The most bytes of a panic that are told: it may quote what it choked on.
const MOST: usize = 8 * 1024;

/// A line on standard error.
pub(super) fn complain(text: &str) {
    say(&format!("gosanke: {}\n", show(text)));
}

pub(super) fn complain_all(texts: &[String]) {
    for text in texts {
        complain(text);
    }
}

/// Says nothing where nobody listens any more.
fn say(text: &str) {
    let _ = std::io::stderr().write_all(text.as_bytes());
}

/// From here on panics are told like everything else.
pub(super) fn own_panics() {
    std::panic::set_hook(Box::new(|info| say(&panicked(info))));
}

fn panicked(info: &PanicHookInfo<'_>) -> String {
    let why = info.payload_as_str().unwrap_or("no reason given");
    let place = info.location().map(|place| format!(" at {}:{}", place.file(), place.line())).unwrap_or_default();
    // Only where the reader asked for it (RUST_BACKTRACE).
    let trace = Backtrace::capture();
    let trace = if trace.status() == BacktraceStatus::Captured { trace.to_string() } else { String::new() };
    told(&place, why, &trace)
}

/// What is said of a panic: its reason in one line, and how it came to it.
fn told(place: &str, why: &str, trace: &str) -> String {
    let why: String = why.chars().take(MOST).collect();
    let mut text = format!("gosanke: panicked{}: {}\n", show(place), show(&why));
    for line in show_lines(trace) {
        // Writing into a string does not fail.
        let _ = writeln!(text, "{line}");
    }
    text
}

/// Text of several lines as a terminal may have it.
pub(super) fn shown_lines(text: &str) -> String {
    show_lines(text).iter().flat_map(|line| [line.as_str(), "\n"]).collect()
}

/// Wrong usage, and what was asked for by `--help` and `--version`. clap quotes arguments as they came; its own colors stay
/// only where no argument brings what a terminal obeys.
pub(super) fn usage(why: &clap::Error, lang: Lang) -> ExitCode {
    let colors = |to_terminal: bool| to_terminal && std::env::var_os("NO_COLOR").is_none();
    if why.use_stderr() {
        say(&misused(why, lang, colors(std::io::stderr().is_terminal()), std::env::args_os()));
        return ExitCode::from(USAGE);
    }
    let page = match lang {
        Lang::Ja => help::japanese(std::env::args_os(), width(), colors(std::io::stdout().is_terminal())),
        Lang::En => None,
    };
    // Help and version hold nothing from outside; clap knows how to write them. Nobody is told where nobody listens.
    let _ = match page {
        Some(page) => std::io::stdout().lock().write_all(page.as_bytes()),
        None => why.print(),
    };
    ExitCode::SUCCESS
}

/// The columns of help: those of the terminal, else what the environment says, and no more than can be read.
fn width() -> usize {
    let said = || std::env::var("COLUMNS").ok()?.parse().ok().filter(|columns| *columns > 0);
    crate::tui::columns().map(usize::from).or_else(said).unwrap_or(WIDEST).min(WIDEST)
}

/// What is wrong with the arguments. The text without colors does not tell whether there were any in an argument: clap takes
/// escape sequences off, whoever they are from. So the arguments themselves are looked at.
fn misused(why: &clap::Error, lang: Lang, colors: bool, mut arguments: impl Iterator<Item = OsString>) -> String {
    if let (Lang::Ja, Some(text)) = (lang, misuse::japanese(why)) {
        return shown_lines(&text);
    }
    let harmless = |argument: OsString| argument.to_str().is_some_and(|text| show(text).as_str() == text);
    let text = why.render();
    if colors && arguments.all(harmless) { text.ansi().to_string() } else { shown_lines(&text.to_string()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser as _;

    #[test]
    fn what_a_panic_quotes_is_made_printable() {
        let text = told(" at src/a.rs:1", "no \u{1b}]0;x\u{7} \u{9b}31m \u{202e}here\nnext", "0: a\n1: \u{1b}[2Jb\n");
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(
            lines,
            ["gosanke: panicked at src/a.rs:1: no ␛]0;x␇ <U+009B>31m <U+202E>here␊next", "0: a", "1: ␛[2Jb"]
        );
    }

    #[test]
    fn a_panic_is_told_in_bounds() {
        assert!(told("", &"x".repeat(1 << 20), "").len() < MOST + 100);
    }

    #[test]
    fn clap_itself_quotes_what_it_does_not_know() {
        // Why its errors go through here: should it ever clean them itself, this can go.
        let why = super::super::args::Cli::try_parse_from(["gosanke", "scan", "--\u{1b}]0;x\u{7}"]).unwrap_err();
        assert!(why.use_stderr());
        let shown: Vec<String> = show_lines(&why.render().to_string()).iter().map(ToString::to_string).collect();
        assert!(shown.iter().all(|line| !line.contains('\u{1b}')), "{shown:?}");
    }

    #[test]
    fn an_argument_that_a_terminal_obeys_is_quoted_without_colors() {
        let told_in = |lang: Lang, arguments: &[&str], colors: bool| {
            let why = super::super::args::Cli::try_parse_from(arguments).unwrap_err();
            misused(&why, lang, colors, arguments.iter().map(OsString::from))
        };
        let told = |arguments: &[&str], colors: bool| told_in(Lang::En, arguments, colors);
        for hostile in ["\u{1b}]0;x\u{7}", "\u{1b}[2Jx", "\u{9b}31m", "x\u{202e}y", "a\u{200b}b", "a\nb"] {
            for arguments in [
                vec!["gosanke", "geo", hostile],
                vec!["gosanke", "scan", &format!("--{hostile}")],
                vec!["gosanke", "--lang", hostile, "scan", "x"],
                vec!["gosanke", "scan", "--jobs", hostile, "x"],
            ] {
                for (lang, begins) in [(Lang::En, "error:"), (Lang::Ja, "エラー: ")] {
                    let text = told_in(lang, &arguments, true);
                    assert!(text.starts_with(begins), "{text}");
                    for line in text.lines() {
                        assert_eq!(show(line).as_str(), line, "{arguments:?}");
                    }
                }
            }
        }
        // In Japanese what is quoted stays on its line as well.
        let text = told_in(Lang::Ja, &["gosanke", "geo", "a\nb"], false);
        assert!(text.starts_with("エラー: '<ADDRESS>...' に 'a␊b' は指定できません"), "{text}");
        assert!(told(&["gosanke", "geo", "x"], true).contains("\u{1b}["), "its own colors stay");
        assert!(!told(&["gosanke", "geo", "x"], false).contains('\u{1b}'));
    }
}

//! Help in Japanese. The English texts are the comments of the flags and clap lays them out; their Japanese stands in one
//! table (`pairs`), and `page` lays it out, since clap breaks lines at blanks only and takes every letter for one column.

mod page;
mod pairs;

use std::ffi::OsString;

use clap::{Arg, ArgAction, Command, CommandFactory as _};

use super::args::{Cli, Common, Screen};
use crate::text::{Lang, Words};

/// Where the help that clap writes of a command is its name only: clap finds out which help is asked for.
const NAME_ONLY: &str = "{before-help}";
/// Stands before that name for `-h`, and for `--help` and `help`.
const SHORT: &str = "short";
const LONG: &str = "long";

/// The language of the reader, before the arguments are understood: what they say, else what the settings say. It complains
/// of nothing; that is left to whoever reads the arguments in earnest.
pub(super) fn language(arguments: impl IntoIterator<Item = OsString>) -> Lang {
    let (mut lang, mut config) = (None, None);
    let mut arguments = arguments.into_iter().skip(1).take_while(|argument| argument != "--");
    while let Some(argument) = arguments.next() {
        let Some(text) = argument.to_str() else { continue };
        let (name, value) = text.split_once('=').map_or((text, None), |(name, value)| (name, Some(value.into())));
        let wanted = match name {
            "--lang" => &mut lang,
            "--config" => &mut config,
            _ => continue,
        };
        let value: Option<OsString> = value.or_else(|| arguments.next());
        if wanted.is_none() {
            *wanted = value;
        }
    }
    match lang.as_ref().and_then(|lang| lang.to_str()) {
        Some("ja") => Lang::Ja,
        Some("en") => Lang::En,
        _ => {
            let common = Common { config: config.map(Into::into), ..Common::default() };
            super::load(&common, &Screen::default()).settings.lang
        }
    }
}

/// The command with all that clap adds to it. Its `help` has the whole tree below it once more then, and not the words that
/// it is listed with otherwise; it gets them back.
fn whole() -> Command {
    fn plain(command: &mut Command) {
        let path = command.get_bin_name().unwrap_or_else(|| command.get_name()).to_owned();
        for below in command.get_subcommands_mut() {
            plain(below);
            if below.get_name() == "help" {
                let about = below.get_about().cloned().unwrap_or_default();
                let names = Arg::new("subcommand").action(ArgAction::Append).num_args(..).value_name("COMMAND");
                let names = names.help("Print help for the subcommand(s)");
                let help = Command::new("help").about(about).arg(names).disable_help_flag(true);
                *below = help.bin_name(format!("{path} help"));
            }
        }
    }
    let mut whole = Cli::command();
    whole.build();
    plain(&mut whole);
    whole
}

/// The help that these arguments ask for; nothing where they ask for something else.
pub(super) fn japanese(arguments: impl IntoIterator<Item = OsString>, width: usize, colors: bool) -> Option<String> {
    let mut whole = whole();
    let mut marked = whole.clone();
    name_only(&mut marked, "");
    let asked = marked.try_get_matches_from(arguments).err()?.render().to_string();
    let mut words = asked.split_ascii_whitespace();
    let long = match words.next()? {
        LONG => true,
        SHORT => false,
        _ => return None,
    };
    let mut command = &mut whole;
    for name in words.skip(1) {
        command = command.find_subcommand_mut(name)?;
    }
    Some(page::page(command, long, width, colors))
}

/// Makes the help of a command and of all below it their names.
fn name_only(command: &mut Command, above: &str) {
    let path = format!("{above} {}", command.get_name());
    for below in command.get_subcommands_mut() {
        name_only(below, &path);
    }
    *command = std::mem::take(command)
        .help_template(NAME_ONLY)
        .before_help(format!("{SHORT}{path}"))
        .before_long_help(format!("{LONG}{path}"))
        .term_width(0);
}

/// A text of the command line in Japanese; as it is where nobody wrote one.
fn in_japanese(text: &str) -> &str {
    let found = pairs::PAIRS.iter().find(|words: &&Words| words.en == text);
    found.map_or(text, |words| words.ja)
}

/// clap's words in a line of usage: `gosanke scan [OPTIONS] <PATH>...`. What is quoted from the arguments is no part of it.
pub(super) fn usage(line: &str) -> String {
    pairs::USAGE.iter().fold(line.to_owned(), |line, words| line.replace(words.en, words.ja))
}

#[cfg(test)]
mod tests;

//! Wrong usage in Japanese: what clap knows of it, in our words. What is quoted comes from the arguments and is made
//! printable. A kind of error that is not known here is left to clap.

use std::error::Error as _;
use std::fmt;
use std::net::AddrParseError;
use std::num::{IntErrorKind, ParseFloatError, ParseIntError};

use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::help;
use crate::text::{Lang, Words, show};

/// Why a value is none that a flag takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Wrong(pub(super) Words);

impl fmt::Display for Wrong {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.0.get(Lang::En))
    }
}

impl std::error::Error for Wrong {}

/// What is wrong, whether something else was meant, how it is used, where help is. Lines end with a line feed.
pub(super) fn japanese(why: &clap::Error) -> Option<String> {
    let mut out = format!("エラー: {}\n", what(why)?);
    let hints: Vec<String> = hints(why).collect();
    for (at, hint) in hints.iter().enumerate() {
        out.push_str(&format!("{}  ヒント: {hint}\n", if at == 0 { "\n" } else { "" }));
    }
    if let Some(ContextValue::StyledStr(usage)) = why.get(ContextKind::Usage) {
        out.push_str(&format!("\n{}\n", help::usage(usage.to_string().trim_end())));
    }
    out.push_str("\n詳しくは '--help' を指定してください。\n");
    Some(out)
}

/// A text of the error, printable on one line.
fn text(why: &clap::Error, kind: ContextKind) -> Option<String> {
    match why.get(kind)? {
        ContextValue::String(text) => Some(printable(text)),
        _ => None,
    }
}

fn texts(why: &clap::Error, kind: ContextKind) -> Vec<String> {
    match why.get(kind) {
        Some(ContextValue::Strings(texts)) => texts.iter().map(|text| printable(text)).collect(),
        Some(ContextValue::String(text)) => vec![printable(text)],
        _ => Vec::new(),
    }
}

fn printable(text: &str) -> String {
    show(text).as_str().to_owned()
}

fn number(why: &clap::Error, kind: ContextKind) -> Option<isize> {
    match why.get(kind)? {
        ContextValue::Number(number) => Some(*number),
        _ => None,
    }
}

/// A text with others in its places, one a line.
fn with_list(text: &str, list: &[String]) -> String {
    list.iter().fold(format!("{text}:"), |text, item| format!("{text}\n  {item}"))
}

fn what(why: &clap::Error) -> Option<String> {
    let argument = text(why, ContextKind::InvalidArg);
    let value = text(why, ContextKind::InvalidValue);
    Some(match why.kind() {
        ErrorKind::UnknownArgument => format!("想定外の引数 '{}' があります", argument?),
        ErrorKind::InvalidSubcommand => {
            format!("'{}' というサブコマンドはありません", text(why, ContextKind::InvalidSubcommand)?)
        }
        ErrorKind::InvalidValue => {
            let allowed = texts(why, ContextKind::ValidValue);
            let allowed = if allowed.is_empty() {
                String::new()
            } else {
                format!("\n  [指定できる値: {}]", allowed.join(", "))
            };
            match (argument?, value?.as_str()) {
                (argument, "") => format!("'{argument}' に値がありません{allowed}"),
                (argument, value) => format!("'{argument}' に '{value}' は指定できません{allowed}"),
            }
        }
        ErrorKind::ValueValidation => {
            let reason = reason(why).map(|reason| format!(": {reason}")).unwrap_or_default();
            format!("'{}' に '{}' は指定できません{reason}", argument?, value?)
        }
        ErrorKind::MissingRequiredArgument => with_list("次の引数が必要です", &texts(why, ContextKind::InvalidArg)),
        ErrorKind::MissingSubcommand => {
            let known = texts(why, ContextKind::ValidSubcommand).join(", ");
            format!(
                "'{}' にはサブコマンドが必要です\n  [サブコマンド: {known}]",
                text(why, ContextKind::InvalidSubcommand)?
            )
        }
        ErrorKind::ArgumentConflict => {
            let one = argument.or_else(|| text(why, ContextKind::InvalidSubcommand))?;
            match texts(why, ContextKind::PriorArg).as_slice() {
                [] => format!("'{one}' は他の引数と同時に指定できません"),
                [other] if *other == one => format!("'{one}' は一度しか指定できません"),
                [other] => format!("'{one}' と '{other}' は同時に指定できません"),
                others => with_list(&format!("'{one}' は次の引数と同時に指定できません"), others),
            }
        }
        ErrorKind::NoEquals => format!("'{}' の値は '=' でつないで指定してください", argument?),
        ErrorKind::TooManyValues => format!("'{}' の値が多すぎます: '{}'", argument?, value?),
        ErrorKind::TooFewValues => format!(
            "'{}' には {} 個以上の値が必要ですが、{} 個しかありません",
            argument?,
            number(why, ContextKind::MinValues)?,
            number(why, ContextKind::ActualNumValues)?
        ),
        ErrorKind::WrongNumberOfValues => format!(
            "'{}' には {} 個の値が必要ですが、{} 個が指定されています",
            argument?,
            number(why, ContextKind::ExpectedNumValues)?,
            number(why, ContextKind::ActualNumValues)?
        ),
        ErrorKind::InvalidUtf8 => "UTF-8 として正しくない引数があります".to_owned(),
        _ => return None,
    })
}

/// Why a value is wrong, as its reader says.
fn reason(why: &clap::Error) -> Option<String> {
    let reason = why.source()?;
    if let Some(Wrong(words)) = reason.downcast_ref::<Wrong>() {
        return Some(words.get(Lang::Ja).to_owned());
    }
    if let Some(number) = reason.downcast_ref::<ParseIntError>() {
        let words = match number.kind() {
            IntErrorKind::PosOverflow => "数が大きすぎます",
            IntErrorKind::NegOverflow => "数が小さすぎます",
            _ => "0 以上の整数ではありません",
        };
        return Some(words.to_owned());
    }
    if reason.is::<ParseFloatError>() {
        return Some("数ではありません".to_owned());
    }
    if reason.is::<AddrParseError>() {
        return Some("IP アドレスではありません".to_owned());
    }
    Some(printable(&reason.to_string()))
}

/// What may have been meant.
fn hints(why: &clap::Error) -> impl Iterator<Item = String> {
    let alike = [
        (ContextKind::SuggestedSubcommand, "サブコマンド"),
        (ContextKind::SuggestedArg, "引数"),
        (ContextKind::SuggestedValue, "値"),
    ];
    let alike = alike.into_iter().filter_map(|(kind, name)| {
        let known: Vec<String> = texts(why, kind).iter().map(|text| format!("'{text}'")).collect();
        (!known.is_empty()).then(|| format!("よく似た{name}に {} があります", known.join("、")))
    });
    let others = match why.get(ContextKind::Suggested) {
        Some(ContextValue::StyledStrs(others)) => {
            others.iter().map(|hint| printable(&hinted(why, &hint.to_string()))).collect()
        }
        _ => Vec::new(),
    };
    alike.chain(others)
}

/// A hint that clap gives as a sentence. Its quotes are not believed: an argument may hold some.
fn hinted(why: &clap::Error, hint: &str) -> String {
    let argument = text(why, ContextKind::InvalidArg).or_else(|| text(why, ContextKind::InvalidSubcommand));
    let argument = argument.unwrap_or_default();
    if hint.starts_with("to pass '") {
        let program = match why.kind() {
            ErrorKind::InvalidSubcommand => "gosanke -- ",
            _ => "-- ",
        };
        return format!("値として渡すには '{program}{argument}' と書いてください");
    }
    if hint.starts_with("subcommand '") {
        return format!("'{argument}' はサブコマンドです。使うには前の '--' を取り除いてください");
    }
    // The names of a subcommand and of its flag.
    match hint.strip_prefix('\'').and_then(|hint| hint.strip_suffix("' exists")) {
        Some(known) => format!("'{known}' ならあります"),
        None => hint.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::args::Cli;
    use clap::Parser as _;

    fn told(arguments: &[&str]) -> String {
        let why = Cli::try_parse_from(std::iter::once("gosanke").chain(arguments.iter().copied())).unwrap_err();
        japanese(&why).unwrap_or_else(|| panic!("{arguments:?}: {:?}", why.kind()))
    }

    #[test]
    fn wrong_usage_is_told_in_japanese() {
        for (arguments, what, wanted) in [
            (&["scan", "--dem"][..], "引数 '--dem'", "  ヒント: よく似た引数に '--demo' があります\n"),
            (&["scan", "--nothing", "x"], "想定外の引数 '--nothing' があります", "使い方: gosanke scan"),
            (&["scan", "--nothing", "x"], "引数", "  ヒント: 値として渡すには '-- --nothing' と書いてください\n"),
            (&["keys", "more"], "想定外の引数 'more' があります", "使い方: gosanke keys [オプション]\n"),
            (&["--markdown", "keys"], "想定外の引数 '--markdown' があります", "'keys --markdown' ならあります\n"),
            (&["feeds", "updat"], "'updat' というサブコマンドはありません", "サブコマンドに 'update' があります\n"),
            (
                &["feeds", "zzzz"],
                "'zzzz' というサブコマンドはありません",
                "使い方: gosanke feeds [オプション] [コマンド]\n",
            ),
            (&["scan"], "次の引数が必要です:\n  <PATH>...\n", "使い方: gosanke scan"),
            (&["lookups", "--since"], "'--since <TIME>' に値がありません", ""),
            (
                &["--reach", "moon"],
                "'--reach <REACH>' に 'moon' は指定できません",
                "[指定できる値: local, thirdparty, sender]",
            ),
            (&["--reach", "sende"], "に 'sende' は", "よく似た値に 'sender' があります\n"),
            (&["--reach"], "'--reach <REACH>' に値がありません\n  [指定できる値: local", ""),
            (
                &["scan", "--jobs", "many", "x"],
                "'--jobs <N>' に 'many' は指定できません: 0 以上の整数ではありません",
                "",
            ),
            (&["scan", "--jobs", "99999999999999999999", "x"], "数が大きすぎます", ""),
            (&["scan", "--deadline", "soon", "x"], "に 'soon' は指定できません: 90s、10m", ""),
            (&["scan", "--deadline", "90d", "x"], "1s から 30d まで", ""),
            (&["lookup", "--deadline", "9", "x"], "90s、10m、2h", ""),
            (&["lookup", "--deadline", "25h", "x"], "1s から 24h まで", ""),
            (&["rules", "--hold", "x"], "に 'x' は指定できません: 数ではありません", ""),
            (&["geo", "x"], "に 'x' は指定できません: IP アドレスではありません", ""),
            (&["save", "x", "--part", "1", "--all"], "'--part <N>' と '--all' は同時に指定できません", ""),
            (&["quarantine", "--undo", "--dry-run", "x"], "'--undo' は次の引数と同時に指定できません:\n  ", ""),
            (&["--lang", "ja", "--lang", "ja"], "'--lang <LANG>' は一度しか指定できません", ""),
            (&["--mouse=x"], "'--mouse' の値が多すぎます: 'x'", ""),
        ] {
            let text = told(arguments);
            assert!(
                text.starts_with("エラー: ") && text.contains(what) && text.contains(wanted),
                "{arguments:?}\n{text}"
            );
            assert!(text.ends_with("\n詳しくは '--help' を指定してください。\n"), "{arguments:?}\n{text}");
            for word in ["error", "tip", "Usage", "found", "value", "exist", "OPTIONS", "COMMAND]", "for more"] {
                assert!(!text.contains(word), "{arguments:?}: {word}\n{text}");
            }
        }
    }

    #[test]
    fn kinds_that_the_command_line_cannot_have_are_told_too() {
        let command = clap::Command::new("x")
            .subcommand_required(true)
            .subcommand(clap::Command::new("one"))
            .arg(clap::Arg::new("equals").long("equals").require_equals(true))
            .arg(clap::Arg::new("two").long("two").num_args(2))
            .arg(clap::Arg::new("many").long("many").num_args(2..4));
        for (arguments, wanted) in [
            (&["x"][..], "エラー: 'x' にはサブコマンドが必要です\n  [サブコマンド: one, help]\n"),
            (&["x", "--equals", "a"], "エラー: '--equals=<equals>' の値は '=' でつないで指定してください\n"),
            (&["x", "--two", "a"], "エラー: '--two <two> <two>' には 2 個の値が必要ですが、1 個が指定されています\n"),
            (
                &["x", "--many", "a"],
                "エラー: '--many <many> <many>...' には 2 個以上の値が必要ですが、1 個しかありません\n",
            ),
        ] {
            let why = command.clone().try_get_matches_from(arguments).unwrap_err();
            let text = japanese(&why).unwrap();
            assert!(text.starts_with(wanted), "{text}");
        }
        let why = clap::Command::new("x").subcommand(clap::Command::new("one")).arg(clap::Arg::new("path"));
        let why = why.try_get_matches_from(["x", "--", "one", "one"]).unwrap_err();
        assert!(japanese(&why).unwrap().contains("'one'"), "{why}");
        assert_eq!(japanese(&clap::Error::raw(ErrorKind::Io, "x")), None);
        assert_eq!(japanese(&clap::Error::raw(ErrorKind::DisplayHelp, "x")), None);
    }
}

//! What is wrong with a setting, told with its place in both languages. Values of the file are made printable here: the
//! text may go to a terminal as it is.

use std::fmt;
use std::path::PathBuf;

use crate::text::{Lang, Sentence, Shown, Words, show};

/// Where a defect stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A flag of the command line.
    Flag,
    /// An environment variable.
    Environment(String),
    /// The file, and the line in it where there is one.
    File(PathBuf, Option<usize>),
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Defect {
    /// The file was named and is not there.
    Missing,
    /// The system refused to read it.
    Unreadable(Sentence),
    /// A folder, device or pipe.
    NotRegular,
    /// Anybody on this machine may write into it.
    WritableByAll,
    /// Larger than may be, in KiB.
    TooLarge(u64),
    /// Not UTF-8.
    NotText,
    /// No TOML; the parser's words.
    Syntax(String),
    /// No setting of that name, and the nearest one.
    UnknownKey(String, Option<String>),
    /// The setting takes something else; its name, what it takes, what was given.
    WrongValue(String, Words, String),
    /// No rule, action, role or theme of that name: the setting, the name, the nearest one. A warning.
    UnknownName(String, String, Option<String>),
    /// The file wants a wider reach, but it has defects.
    ReachKept,
    /// A setting that says who is asked cannot be used; its name.
    AsksNobody(&'static str),
}

/// A defect in the settings. The default (or the next layer) takes the place of what is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    /// Where it stands.
    pub source: Source,
    /// What is wrong.
    pub defect: Defect,
}

impl ConfigError {
    /// The command line is wrong: the caller says so and ends with the exit code for usage.
    #[must_use]
    pub fn is_usage(&self) -> bool {
        self.source == Source::Flag && !self.is_warning()
    }

    /// Worth a word, but nothing is damaged: a rule or an action of another version.
    #[must_use]
    pub fn is_warning(&self) -> bool {
        matches!(self.defect, Defect::UnknownName(..))
    }

    /// The text for a person: place, what is wrong, what to do.
    #[must_use]
    pub fn text(&self, lang: Lang) -> Shown {
        let place = match &self.source {
            Source::Flag => Words::new("command line", "コマンドライン").get(lang).to_owned(),
            Source::Environment(name) => name.clone(),
            Source::File(path, None) => path.display().to_string(),
            Source::File(path, Some(line)) => Words::new("{0}, line {1}", "{0} の {1} 行目")
                .fill(lang, &[&path.display().to_string(), &line.to_string()]),
        };
        show(&format!("{place}: {}", self.what(lang)))
    }

    fn what(&self, lang: Lang) -> String {
        let nearest = |near: &Option<String>| match near {
            Some(near) => Words::new("; did you mean {0}?", "。{0} のことですか?").fill(lang, &[near]),
            None => String::new(),
        };
        match &self.defect {
            Defect::Missing => Words::new("no such file", "ファイルがありません").get(lang).to_owned(),
            Defect::Unreadable(why) => {
                Words::new("cannot be read ({0})", "読めません ({0})").fill(lang, &[&why.words(lang)])
            }
            Defect::NotRegular => {
                Words::new("not a regular file, not read", "通常のファイルではないので読みません").get(lang).to_owned()
            }
            Defect::WritableByAll => Words::new(
                "everybody may write into it, so it is not used; take that right away with chmod o-w",
                "誰でも書き込めるので使いません。chmod o-w で権限を外してください",
            )
            .get(lang)
            .to_owned(),
            Defect::TooLarge(most) => Words::new("larger than {0} KiB, not read", "{0} KiB を超えるので読みません")
                .fill(lang, &[&most.to_string()]),
            Defect::NotText => Words::new("not UTF-8, not used", "UTF-8 ではないので使いません").get(lang).to_owned(),
            Defect::Syntax(why) => {
                Words::new("not TOML, so the file is not used ({0})", "TOML として読めないので使いません ({0})")
                    .fill(lang, &[why])
            }
            Defect::UnknownKey(key, near) => {
                Words::new("there is no setting {0}", "{0} という設定はありません").fill(lang, &[key]) + &nearest(near)
            }
            Defect::WrongValue(key, wanted, given) => {
                Words::new("{0} takes {1}, not {2}", "{0} に書けるのは{1}です ({2} ではありません)")
                    .fill(lang, &[key, wanted.get(lang), given])
            }
            Defect::UnknownName(setting, name, near) => {
                Words::new("{0} does not know {1}", "{0} に {1} というものはありません").fill(lang, &[setting, name])
                    + &nearest(near)
            }
            Defect::ReachKept => Words::new(
                "a file with defects does not widen the reach; it stays local until they are mended",
                "誤りのあるファイルでは照会範囲を広げません。直すまで local のままです",
            )
            .get(lang)
            .to_owned(),
            Defect::AsksNobody(key) => Words::new(
                "{0} says who may be asked: until it is mended the reach stays local, and nobody is asked in its place",
                "{0} は問い合わせ先を決める設定です。直すまで照会範囲は local のままで、代わりの相手にも問い合わせません",
            )
            .fill(lang, &[key]),
        }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.text(Lang::En))
    }
}

impl std::error::Error for ConfigError {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{cause, latin_words};

    #[test]
    fn every_defect_is_told_in_both_languages() {
        let wanted = Words::new("a number", "数");
        for defect in [
            Defect::Missing,
            Defect::Unreadable(cause(&std::io::Error::from_raw_os_error(13))),
            Defect::NotRegular,
            Defect::WritableByAll,
            Defect::TooLarge(64),
            Defect::NotText,
            Defect::Syntax(String::new()),
            Defect::UnknownKey("x".into(), Some("x".into())),
            Defect::WrongValue("x".into(), wanted, "x".into()),
            Defect::UnknownName("x".into(), "x".into(), None),
            Defect::ReachKept,
            Defect::AsksNobody("x"),
        ] {
            let error = ConfigError { source: Source::File("/x".into(), Some(7)), defect };
            let (en, ja) = (error.text(Lang::En), error.text(Lang::Ja));
            assert!(en.as_str().is_ascii(), "{en}");
            let names = ["x", "os", "error", "chmod", "o", "w", "KiB", "UTF", "TOML", "local"];
            assert!(latin_words(ja.as_str()).iter().all(|word| names.contains(word)), "{ja}");
        }
    }
}

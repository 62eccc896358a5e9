//! What can go wrong, in words that say what to do, in both languages. Never holds a word that came out of a mail;
//! paths are made printable here.

use std::io;
use std::path::Path;

use super::Doubt;
use crate::text::{self, Lang, Sentence, Words};

/// Why a message could not be read; the list shows a row with it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// The system refused, or the file changed; the text is one of our own reasons or the system's.
    #[error("{0}")]
    Unreadable(String),
    /// A link, device, pipe or directory where a file should be.
    #[error("not a regular file, not opened")]
    NotRegular,
    /// No byte in it.
    #[error("the file is empty")]
    Empty,
    /// No header field at its start.
    #[error("not a mail message")]
    NotMail,
    /// It was listed, and another program took it away.
    #[error("deleted by another program")]
    Gone,
    /// The system refused for a reason that has no words of ours; its number.
    #[error("{}", system(*.0).words(Lang::En))]
    Refused(i32),
    /// What was to read it broke.
    #[error("reading it failed; this is a defect of gosanke, please report it")]
    Defect,
}

impl Problem {
    /// Why the system did not let something be done.
    #[must_use]
    pub fn refused(error: &io::Error) -> Self {
        use rustix::io::Errno;
        match error.raw_os_error().map(Errno::from_raw_os_error) {
            Some(Errno::ACCESS | Errno::PERM) => unreadable(DENIED),
            Some(Errno::NOENT | Errno::STALE | Errno::NOTDIR) => unreadable(GONE),
            Some(Errno::MFILE | Errno::NFILE) => unreadable(TOO_MANY_OPEN),
            Some(Errno::IO) => unreadable(BAD_DEVICE),
            Some(other) => Self::Refused(other.raw_os_error()),
            None => Self::Unreadable(error.to_string()),
        }
    }

    /// The same in `lang`.
    #[must_use]
    pub fn words(&self, lang: Lang) -> String {
        let words = match self {
            Self::Unreadable(why) => return translated(why, lang),
            Self::NotRegular => {
                Words::new("not a regular file, not opened", "通常のファイルではないため、開いていません")
            }
            Self::Empty => Words::new("the file is empty", "ファイルが空です"),
            Self::NotMail => Words::new("not a mail message", "メールではありません"),
            Self::Gone => Words::new("deleted by another program", "他のプログラムが削除しました"),
            Self::Refused(number) => return system(*number).words(lang),
            Self::Defect => Words::new(
                "reading it failed; this is a defect of gosanke, please report it",
                "読み取りに失敗しました。gosanke の不具合です。ご報告ください",
            ),
        };
        words.get(lang).to_owned()
    }
}

/// Where a path does not open at all. The texts name the path and say what to do.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Nothing at that path.
    #[error("{path}: no such file or folder; check the spelling, or give the path of a Maildir, an mbox or a message")]
    Missing {
        /// The path, printable.
        path: String,
    },
    /// The system refused.
    #[error("{path}: cannot be read ({why}); check its permissions")]
    Unreadable {
        /// The path, printable.
        path: String,
        /// The system's reason.
        why: Problem,
    },
    /// Nothing in it.
    #[error("{path}: is empty; there is no mail to show")]
    Empty {
        /// The path, printable.
        path: String,
    },
    /// Something else than mail.
    #[error("{path}: does not look like mail ({why}); give a Maildir, an mbox, a message file or a folder of them")]
    NotMail {
        /// The path, printable.
        path: String,
        /// What it looks like instead.
        why: String,
    },
    /// More folders than can be numbered.
    #[error("{path}: more than 65,535 mailboxes at once; open a part of them")]
    TooMany {
        /// The path, printable, at which the number was reached.
        path: String,
    },
}

impl OpenError {
    pub(super) fn not_mail(path: &Path, why: &str) -> Self {
        Self::NotMail { path: printable(path), why: why.to_owned() }
    }

    pub(super) fn empty(path: &Path) -> Self {
        Self::Empty { path: printable(path) }
    }

    /// The refusal of the system to open or read `path`.
    pub(super) fn refused(path: &Path, error: &io::Error) -> Self {
        let path = printable(path);
        match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Self::Missing { path },
            _ => Self::Unreadable { path, why: Problem::refused(error) },
        }
    }

    /// The same in `lang`.
    #[must_use]
    pub fn words(&self, lang: Lang) -> String {
        match self {
            Self::Missing { path } => Words::new(
                "{0}: no such file or folder; check the spelling, or give the path of a Maildir, an mbox or a message",
                "{0}: そのようなファイルやフォルダーはありません。綴りを確かめるか、Maildir・mbox・メールファイルのパスを指定してください",
            )
            .fill(lang, &[path]),
            Self::Unreadable { path, why } => Words::new(
                "{0}: cannot be read ({1}); check its permissions",
                "{0}: 読み取れません（{1}）。アクセス権を確かめてください",
            )
            .fill(lang, &[path, &why.words(lang)]),
            Self::Empty { path } => {
                Words::new("{0}: is empty; there is no mail to show", "{0}: 空です。表示するメールがありません")
                    .fill(lang, &[path])
            }
            Self::NotMail { path, why } => Words::new(
                "{0}: does not look like mail ({1}); give a Maildir, an mbox, a message file or a folder of them",
                "{0}: メールではないようです（{1}）。Maildir・mbox・メールファイル、またはそれらのフォルダーを指定してください",
            )
            .fill(lang, &[path, &translated(why, lang)]),
            Self::TooMany { path } => Words::new(
                "{0}: more than 65,535 mailboxes at once; open a part of them",
                "{0}: 一度に開けるメールボックスは 65,535 個までです。分けて開いてください",
            )
            .fill(lang, &[path]),
        }
    }
}

impl Doubt {
    /// The doubt in words.
    #[must_use]
    pub const fn words(self) -> Words {
        match self {
            Self::UncertainStart => Words::new(
                "begins at a From line without an empty line before it or without a date",
                "直前の空行か日付のない From 行から始まっています",
            ),
            Self::UncertainEnd => Words::new(
                "ends at a From line without an empty line before it or without a date",
                "直前の空行か日付のない From 行で終わっています",
            ),
            Self::SeparatorLookalike => Words::new(
                "holds a From line that looks like the start of a message and was kept as text",
                "メールの始まりに見える From 行がありますが、本文として残しました",
            ),
            Self::Truncated => Words::new("cut off at the end of the file", "ファイルの終わりで途切れています"),
            Self::WrongContentLength => Words::new(
                "its Content-Length is wrong and was not believed",
                "Content-Length が正しくないため、採用していません",
            ),
            Self::TooLarge => {
                Words::new("too large, only its beginning was read", "大きすぎるため、先頭だけを読みました")
            }
        }
    }
}

/// A path for a message to a person.
pub(super) fn printable(path: &Path) -> String {
    text::show(&path.to_string_lossy()).as_str().to_owned()
}

pub(super) const DENIED: Words = Words::new("permission denied", "アクセスが許可されていません");
pub(super) const GONE: Words =
    Words::new("the file is gone; reload the folder", "ファイルがなくなりました。フォルダーを読み直してください");
pub(super) const CHANGED: Words = Words::new(
    "the mailbox changed since it was listed; open it again",
    "一覧を作ったあとにメールボックスが変わりました。開き直してください",
);
pub(super) const DAMAGED: Words = Words::new(
    "the packed data is damaged or cut off here; what could be unpacked is shown above",
    "圧縮データがここで壊れているか途切れています。展開できた分を上に表示しています",
);
pub(super) const OVER: Words = Words::new(
    "unpacks to more than is unpacked here; unpack it first and open the result",
    "展開後の大きさが上限を超えています。先に展開してから開いてください",
);
pub(super) const LONG_INPUT: Words = Words::new(
    "standard input goes on beyond the limit; save it to a file and open that",
    "標準入力が上限を超えて続いています。ファイルに保存してから開いてください",
);
pub(super) const DEEP: Words =
    Words::new("nested too deep, not opened", "フォルダーの入れ子が深すぎるため、開いていません");
pub(super) const TERMINAL: Words = Words::new(
    "standard input is a terminal; pipe a mail into it",
    "標準入力が端末です。メールをパイプで渡してください",
);
pub(super) const SPECIAL: Words = Words::new(
    "a pipe, device or socket; pipe its content in and open -",
    "パイプ・デバイス・ソケットです。内容をパイプで渡し、- を指定してください",
);
pub(super) const NO_MAIL_IN: Words =
    Words::new("no mail among the files in it", "中のファイルにメールが見つかりません");
pub(super) const PACKED_TWICE: Words = Words::new("packed twice", "二重に圧縮されています");
pub(super) const PLAIN_TEXT: Words = Words::new("text without a mail header", "メールヘッダーのないテキスト");
pub(super) const MARKUP: Words = Words::new("HTML or XML", "HTML または XML");
pub(super) const JSON: Words = Words::new("JSON", "JSON");
pub(super) const BINARY: Words = Words::new("binary data", "バイナリデータ");
const TOO_MANY_OPEN: Words = Words::new("too many open files", "開いているファイルが多すぎます");
const BAD_DEVICE: Words = Words::new("the device reports an error", "装置がエラーを返しました");

/// Every reason of our own, so that a text stored in English can be said in the other language.
const REASONS: &[Words] = &[
    DENIED,
    GONE,
    CHANGED,
    DAMAGED,
    OVER,
    LONG_INPUT,
    DEEP,
    TERMINAL,
    SPECIAL,
    NO_MAIL_IN,
    PACKED_TWICE,
    PLAIN_TEXT,
    MARKUP,
    JSON,
    BINARY,
    TOO_MANY_OPEN,
    BAD_DEVICE,
];

fn translated(why: &str, lang: Lang) -> String {
    REASONS.iter().find(|words| words.en == why).map_or_else(|| why.to_owned(), |words| words.get(lang).to_owned())
}

fn system(number: i32) -> Sentence {
    text::cause(&io::Error::from_raw_os_error(number))
}

/// A problem with one of the reasons above.
pub(super) fn unreadable(words: Words) -> Problem {
    Problem::Unreadable(words.en.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_name_the_path_and_the_reason() {
        let error = OpenError::refused(Path::new("/m/a"), &io::Error::from_raw_os_error(13));
        assert_eq!(error.to_string(), "/m/a: cannot be read (permission denied); check its permissions");
        assert_eq!(error.words(Lang::En), error.to_string());
        assert!(error.words(Lang::Ja).contains("アクセスが許可されていません"));
        assert_eq!(Problem::NotMail.words(Lang::En), Problem::NotMail.to_string());
    }

    #[test]
    fn whatever_a_mail_is_not_read_for_is_told_in_both_languages() {
        let refused = [1, 2, 5, 13, 16, 20, 21, 24, 27, 28, 30]
            .map(|number| Problem::refused(&io::Error::from_raw_os_error(number)));
        let own = REASONS.iter().filter(|words| **words != JSON && **words != MARKUP).map(|words| unreadable(*words));
        let others = [Problem::NotRegular, Problem::Empty, Problem::NotMail, Problem::Gone, Problem::Defect];
        for problem in own.chain(refused).chain(others) {
            let (en, ja) = (problem.words(Lang::En), problem.words(Lang::Ja));
            assert!(en == problem.to_string() && text::latin_words(&en).len() > 1, "{en}");
            let names = ["Maildir", "mbox", "gosanke", "os", "error"];
            assert!(text::latin_words(&ja).iter().all(|word| names.contains(word)), "{ja}");
        }
    }

    #[test]
    fn a_path_cannot_write_to_the_terminal() {
        let error = OpenError::empty(Path::new("a\u{1b}]0;x\u{7}"));
        assert!(!error.to_string().contains('\u{1b}'));
    }
}

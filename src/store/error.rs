//! Why the database did not do what it was told, in both languages. SQLite speaks English only: what its numbers mean is
//! said here, and the number stays beside it.

use std::fmt;

use rusqlite::ErrorCode;

use super::NOTE_LIMIT;
use crate::text::{Lang, Sentence, Words};

/// Why the store did not do it. Nothing was changed then.
#[derive(Debug)]
pub enum Error {
    /// The database was written by a newer version, or by another program's rules, and is only read.
    ReadOnly,
    /// The note is longer than [`NOTE_LIMIT`].
    NoteTooLong,
    /// SQLite refused.
    Sqlite(rusqlite::Error),
    /// So many changes wait for the disk that no more is taken; with why they wait.
    Waiting(usize, Sentence),
    /// The log of moved mails is in use, or cannot be opened or written here.
    Held(Sentence),
    /// The thread of the store is gone.
    Closed,
}

impl Error {
    /// In the reader's language.
    #[must_use]
    pub fn words(&self, lang: Lang) -> String {
        self.sentence().words(lang)
    }

    /// Why, without what it was for.
    pub(super) fn reason(&self) -> Sentence {
        match self {
            Self::Sqlite(why) => sqlite(why),
            other => other.sentence(),
        }
    }

    /// In no language yet.
    pub(super) fn sentence(&self) -> Sentence {
        match self {
            Self::ReadOnly => Words::new(
                "the database of marks was written by a newer gosanke and is opened read-only; nothing was saved",
                "印のデータベースは新しい版の gosanke のもので、読み取り専用で開いています。保存していません",
            )
            .into(),
            Self::NoteTooLong => Sentence::new(
                Words::new(
                    "the note is longer than {0} KiB and was not saved",
                    "メモが {0} KiB を超えているため、保存していません",
                ),
                [(NOTE_LIMIT / 1024).into()],
            ),
            Self::Sqlite(why) => Sentence::new(
                Words::new(
                    "the database could not be read or written: {0}",
                    "データベースを読み書きできませんでした: {0}",
                ),
                [sqlite(why).into()],
            ),
            Self::Waiting(count, why) => Sentence::new(
                Words::new(
                    "{0 change waits|changes wait} for the disk already ({1}), and this one was not taken",
                    "保存待ちの変更がすでに {0} 件あり（{1}）、この変更は受け付けていません",
                ),
                [(*count).into(), why.clone().into()],
            ),
            Self::Held(why) => Sentence::new(
                Words::new("the log of moved mails cannot be used: {0}", "移動の記録を使えません: {0}"),
                [why.clone().into()],
            ),
            Self::Closed => Words::new("the database of marks is closed", "印のデータベースは閉じています").into(),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words(Lang::En))
    }
}

// Without a source: the sentence tells it already.
impl std::error::Error for Error {}

impl From<rusqlite::Error> for Error {
    fn from(why: rusqlite::Error) -> Self {
        Self::Sqlite(why)
    }
}

/// What SQLite said: in English as it said it, which names tables and pages; in Japanese what its number means.
pub(super) fn sqlite(why: &rusqlite::Error) -> Sentence {
    let (number, code) = why.sqlite_error().map_or((None, None), |error| (Some(error.extended_code), Some(error.code)));
    let meaning = code.and_then(meaning).unwrap_or("データベースを扱えませんでした");
    match number {
        Some(number) => Sentence::new(
            Words::new("{0}", "{1}（SQLite {2}）"),
            [why.to_string().into(), meaning.into(), number.into()],
        ),
        None => Sentence::new(Words::new("{0}", "{1}"), [why.to_string().into(), meaning.into()]),
    }
}

fn meaning(code: ErrorCode) -> Option<&'static str> {
    Some(match code {
        ErrorCode::PermissionDenied | ErrorCode::AuthorizationForStatementDenied => "権限がありません",
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => "他のプログラムがデータベースを使用中です",
        ErrorCode::OutOfMemory => "メモリーが足りません",
        ErrorCode::ReadOnly => "データベースは読み取り専用です",
        ErrorCode::OperationInterrupted | ErrorCode::OperationAborted => "中断されました",
        ErrorCode::SystemIoFailure => "ディスクの読み書きに失敗しました",
        ErrorCode::DatabaseCorrupt => "データベースが壊れています",
        ErrorCode::NotFound => "そのようなものはありません",
        ErrorCode::DiskFull => "ディスクの空きがありません",
        ErrorCode::CannotOpen => "データベースを開けません",
        ErrorCode::FileLockingProtocolFailed => "ファイルのロックに失敗しました",
        ErrorCode::SchemaChanged => "他のプログラムがデータベースの構造を変えました",
        ErrorCode::TooBig => "大きすぎます",
        ErrorCode::ConstraintViolation => "決まりに合わない値です",
        ErrorCode::TypeMismatch => "種類の違う値です",
        ErrorCode::NoLargeFileSupport => "このシステムでは大きなファイルを扱えません",
        ErrorCode::NotADatabase => "データベースではありません",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::latin_words;
    use rusqlite::ffi;

    /// Words of a Japanese sentence that are English and no names.
    fn english(text: &str) -> bool {
        latin_words(text).iter().any(|word| !["gosanke", "SQLite", "KiB"].contains(word))
    }

    fn failed(code: i32) -> rusqlite::Error {
        rusqlite::Error::SqliteFailure(ffi::Error::new(code), Some("near \"x\": syntax error".to_owned()))
    }

    #[test]
    fn every_error_is_told_in_both_languages() {
        let why: Sentence = Words::new("the disk is full", "ディスクの空きがありません").into();
        for error in [
            Error::ReadOnly,
            Error::NoteTooLong,
            Error::Sqlite(failed(ffi::SQLITE_FULL)),
            Error::Waiting(10_000, why.clone()),
            Error::Held(why),
            Error::Closed,
        ] {
            let (en, ja) = (error.words(Lang::En), error.words(Lang::Ja));
            assert!(en.is_ascii() && en == error.to_string(), "{en}");
            assert!(!english(&ja), "{ja}");
        }
    }

    #[test]
    fn whatever_sqlite_says_has_no_english_in_the_japanese() {
        for code in 1..=30 {
            let why = failed(code);
            let (en, ja) = (sqlite(&why).words(Lang::En), sqlite(&why).words(Lang::Ja));
            assert_eq!(en, why.to_string());
            assert!(!english(&ja) && ja.contains(&format!("SQLite {code}")), "{ja}");
        }
        let why = rusqlite::Error::InvalidColumnName("x".to_owned());
        assert!(!english(&sqlite(&why).words(Lang::Ja)));
        let full = sqlite(&failed(ffi::SQLITE_FULL)).words(Lang::Ja);
        assert_eq!(full, "ディスクの空きがありません（SQLite 13）");
    }
}

//! What an error of the operating system means, in both languages. Its number stays beside the words: it is what people
//! search for, and what a report of a defect needs.

use std::io::{self, ErrorKind as Kind};

use super::{Sentence, Words};

/// Why the system refused. What has no words here keeps those of the system.
#[must_use]
pub fn cause(why: &io::Error) -> Sentence {
    if let Some(inner) = why.get_ref() {
        // One of our own only traveled as an error of the system.
        return inner.downcast_ref::<Sentence>().cloned().unwrap_or_else(|| Sentence::foreign(why.to_string()));
    }
    let Some(words) = usual(why) else { return Sentence::foreign(why.to_string()) };
    match why.raw_os_error() {
        Some(number) => {
            Sentence::new(Words::new("{0} (os error {1})", "{0}（os error {1}）"), [words.into(), number.into()])
        }
        None => words.into(),
    }
}

/// Too many symbolic links; the one number here that is not the same everywhere.
const LOOP: i32 = if cfg!(target_os = "linux") { 40 } else { 62 };

fn usual(why: &io::Error) -> Option<Words> {
    why.raw_os_error().and_then(by_number).or_else(|| by_kind(why.kind()))
}

/// Those for which the standard library has no kind, or one that says less. The numbers are as old as Unix.
fn by_number(number: i32) -> Option<Words> {
    Some(match number {
        // EPERM
        1 => Words::new("not permitted", "この操作は許可されていません"),
        // EIO
        5 => Words::new("the device reports an error", "装置がエラーを返しました"),
        // ENXIO, ENODEV
        6 | 19 => Words::new("there is no such device", "そのような装置はありません"),
        // ENFILE, EMFILE
        23 | 24 => Words::new("too many open files", "開いているファイルが多すぎます"),
        LOOP => {
            Words::new("too many symbolic links, or a loop of them", "シンボリックリンクが多すぎるか、循環しています")
        }
        _ => return None,
    })
}

fn by_kind(kind: Kind) -> Option<Words> {
    Some(match kind {
        Kind::NotFound => Words::new("there is no such file or folder", "そのようなファイルやフォルダーはありません"),
        Kind::PermissionDenied => Words::new("permission denied", "権限がありません"),
        Kind::AlreadyExists => Words::new("the name is taken", "同じ名前がすでにあります"),
        Kind::IsADirectory => Words::new("it is a folder", "フォルダーです"),
        Kind::NotADirectory => Words::new("it is not a folder", "フォルダーではありません"),
        Kind::DirectoryNotEmpty => Words::new("the folder is not empty", "フォルダーが空ではありません"),
        Kind::StorageFull => Words::new("the disk is full", "ディスクの空きがありません"),
        Kind::QuotaExceeded => Words::new("the quota is used up", "割り当て容量（クォータ）の上限です"),
        Kind::FileTooLarge => Words::new("the file would be larger than allowed", "許されるファイルサイズを超えます"),
        Kind::ReadOnlyFilesystem => Words::new("the file system is read-only", "読み取り専用のファイルシステムです"),
        Kind::CrossesDevices => Words::new("it is on another file system", "別のファイルシステムにあります"),
        Kind::InvalidFilename => {
            Words::new("the name is too long or not allowed", "名前が長すぎるか、使えない文字を含みます")
        }
        Kind::ExecutableFileBusy => Words::new("the program is running", "実行中のプログラムです"),
        Kind::StaleNetworkFileHandle => {
            Words::new("the file is gone from its server", "サーバー上のファイルがなくなりました")
        }
        Kind::TimedOut => Words::new("no answer in time", "時間内に応答がありません"),
        Kind::WouldBlock | Kind::ResourceBusy => Words::new("in use at this moment", "現在使用中です"),
        Kind::Deadlock => Words::new("two programs wait for each other", "プログラムが互いに待ち合っています"),
        Kind::Interrupted => Words::new("interrupted", "中断されました"),
        Kind::BrokenPipe => Words::new("nobody reads it any more", "読み手がいなくなりました"),
        Kind::UnexpectedEof => Words::new("it ends too early", "途中で終わっています"),
        Kind::WriteZero => Words::new("not all of it could be written", "最後まで書き込めませんでした"),
        Kind::InvalidData => Words::new("its content is not valid", "内容が正しくありません"),
        Kind::InvalidInput => Words::new("the system does not take that", "システムが受け付けない値です"),
        Kind::OutOfMemory => Words::new("there is not enough memory", "メモリーが足りません"),
        Kind::Unsupported => Words::new("not possible on this system", "このシステムではできません"),
        Kind::ConnectionRefused => Words::new("the connection was refused", "接続が拒否されました"),
        Kind::ConnectionReset | Kind::ConnectionAborted => Words::new("the connection broke off", "接続が切れました"),
        Kind::HostUnreachable | Kind::NetworkUnreachable | Kind::NetworkDown => {
            Words::new("the network does not reach it", "ネットワークが届きません")
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Lang;

    /// Latin letters of a Japanese sentence, without the number's own words.
    fn latin(text: &str) -> String {
        text.replace("os error", "").chars().filter(char::is_ascii_alphabetic).collect()
    }

    #[test]
    fn usual_errors_are_said_in_both_languages_and_keep_their_number() {
        // Those that have one number everywhere.
        for number in [1, 2, 4, 5, 6, 12, 13, 16, 17, 19, 20, 21, 22, 23, 24, 26, 27, 28, 30, 32, LOOP] {
            let why = io::Error::from_raw_os_error(number);
            let (en, ja) = (cause(&why).words(Lang::En), cause(&why).words(Lang::Ja));
            assert!(en.is_ascii() && en.ends_with(&format!(" (os error {number})")), "{en}");
            assert!(ja.ends_with(&format!("（os error {number}）")) && latin(&ja).is_empty(), "{ja}");
        }
    }

    #[test]
    fn kinds_have_words_with_and_without_a_number() {
        for kind in [
            Kind::NotFound,
            Kind::PermissionDenied,
            Kind::AlreadyExists,
            Kind::IsADirectory,
            Kind::NotADirectory,
            Kind::DirectoryNotEmpty,
            Kind::StorageFull,
            Kind::QuotaExceeded,
            Kind::FileTooLarge,
            Kind::ReadOnlyFilesystem,
            Kind::CrossesDevices,
            Kind::InvalidFilename,
            Kind::ExecutableFileBusy,
            Kind::StaleNetworkFileHandle,
            Kind::TimedOut,
            Kind::WouldBlock,
            Kind::ResourceBusy,
            Kind::Deadlock,
            Kind::Interrupted,
            Kind::BrokenPipe,
            Kind::UnexpectedEof,
            Kind::WriteZero,
            Kind::InvalidData,
            Kind::InvalidInput,
            Kind::OutOfMemory,
            Kind::Unsupported,
            Kind::ConnectionRefused,
            Kind::ConnectionReset,
            Kind::ConnectionAborted,
            Kind::HostUnreachable,
            Kind::NetworkUnreachable,
            Kind::NetworkDown,
        ] {
            let (en, ja) = (cause(&kind.into()).words(Lang::En), cause(&kind.into()).words(Lang::Ja));
            assert!(en.is_ascii() && !en.contains("os error"), "{en}");
            assert!(!ja.is_empty() && !ja.chars().any(|c| c.is_ascii_alphanumeric()), "{ja}");
        }
    }

    #[test]
    fn what_is_not_known_keeps_the_words_of_the_system() {
        let strange = io::Error::from_raw_os_error(3);
        assert_eq!(cause(&strange).words(Lang::Ja), strange.to_string());
        let other = io::Error::new(Kind::InvalidData, "bad block 7");
        assert_eq!(cause(&other).words(Lang::Ja), "bad block 7");
    }

    #[test]
    fn one_of_our_own_comes_back_as_it_was() {
        let own: Sentence = Words::new("not a regular file", "通常のファイルではありません").into();
        let why = io::Error::other(own.clone());
        assert_eq!(cause(&why), own);
        assert_eq!(why.to_string(), "not a regular file");
    }
}

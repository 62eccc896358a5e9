//! What can go wrong with a feed, in both languages.

use super::table::Damage;
use crate::lookup::keys::Keys;
use crate::text::{Lang, Sentence, Words};

/// Why a feed was not taken. The one that was there before is kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FeedError {
    /// The file cannot be read.
    #[error("cannot be read: {0}")]
    Unreadable(Sentence),
    /// The feed cannot be written.
    #[error("cannot be stored: {0}")]
    Unwritable(Sentence),
    /// It is a web page.
    #[error("is a web page and no feed")]
    Page,
    /// Nothing in it was understood.
    #[error("holds no URL, host, system or network")]
    Empty,
    /// It says that it has more or fewer lines than it has.
    #[error("says {promised} entries and has {found}")]
    Short {
        /// Entries that it says it has.
        promised: u64,
        /// Entries that it has.
        found: u64,
    },
    /// It has networks where addresses were expected, or the other way round.
    #[error("holds something else than this feed should")]
    Sort,
    /// There is no data directory.
    #[error("there is no data directory")]
    Nowhere,
    /// No feed has this id.
    #[error("no feed is called {0}")]
    Unknown(String),
    /// The id cannot be a feed's.
    #[error("{0} cannot be the id of a feed")]
    BadId(String),
    /// Its address changes, so it has to be given by hand.
    #[error("has no address that stays; download it from {0}")]
    ByHand(&'static str),
    /// It was fetched a moment ago.
    #[error("was fetched {ago} minutes ago; its operator asks for {every}")]
    TooSoon {
        /// Minutes since.
        ago: i64,
        /// Minutes that there should be.
        every: u32,
    },
    /// The download broke off after so many bytes.
    #[error("broke off after {0} bytes; the next update goes on from there")]
    Broken(u64),
    /// What came is not what the server says it is.
    #[error("came with a checksum that does not fit; try again")]
    Checksum,
    /// The server has no file at the address.
    #[error("is not where it should be (HTTP 404)")]
    Missing,
    /// Another HTTP status.
    #[error("the server answered with HTTP {0}")]
    Status(u16),
    /// Its operator wants a key.
    #[error("wants a key: set {0} or put it into keys.toml")]
    NoKey(String),
    /// The download failed; the text says why, in English.
    #[error("{0}")]
    Download(String),
}

impl FeedError {
    /// Without the keys that a message might quote.
    pub(super) fn without_keys(self, keys: &Keys) -> Self {
        match self {
            Self::Download(why) => Self::Download(keys.hide(&why)),
            other => other,
        }
    }

    /// A sentence for people.
    #[must_use]
    pub fn words(&self, lang: Lang) -> String {
        if lang == Lang::En {
            return self.to_string();
        }
        let number = |number: &dyn ToString| number.to_string();
        match self {
            Self::Unreadable(why) => ja("読み込めません: {0}", &[&why.words(lang)]),
            Self::Unwritable(why) => ja("保存できません: {0}", &[&why.words(lang)]),
            Self::Page => ja("フィードではなくウェブページです", &[]),
            Self::Empty => ja("URL・ホスト・AS・ネットワークが1件も含まれていません", &[]),
            Self::Short { promised, found } => {
                ja("{0} 件と書かれていますが、実際は {1} 件です", &[&number(promised), &number(found)])
            }
            Self::Sort => ja("このフィードとは種類の違う内容です", &[]),
            Self::Nowhere => ja("データ用フォルダーがありません", &[]),
            Self::Unknown(id) => ja("{0} というフィードはありません", &[id]),
            Self::BadId(id) => ja("{0} はフィードの名前に使えません", &[id]),
            Self::ByHand(site) => {
                ja("URL が固定でないため自動取得できません。{0} からダウンロードしてください", &[site])
            }
            Self::TooSoon { ago, every } => {
                ja("{0} 分前に取得済みです (提供元の求める間隔は {1} 分)", &[&number(ago), &number(every)])
            }
            Self::Broken(bytes) => ja("{0} バイトで中断しました。次回は続きから取得します", &[&number(bytes)]),
            Self::Checksum => ja("チェックサムが一致しません。もう一度お試しください", &[]),
            Self::Missing => ja("あるべき場所に見つかりません (HTTP 404)", &[]),
            Self::Status(status) => ja("サーバーが HTTP {0} を返しました", &[&number(status)]),
            Self::NoKey(variable) => ja("キーが必要です。環境変数 {0} か keys.toml で設定してください", &[variable]),
            Self::Download(why) => crate::facts::phrases::in_language(why, lang).into_owned(),
        }
    }
}

impl Damage {
    /// What is wrong with its file, as the end of a sentence about the feed.
    #[must_use]
    pub const fn words(self) -> Words {
        match self {
            Self::Unreadable => Words::new("cannot be read", "を読み込めません"),
            Self::Foreign => {
                Words::new("is no feed that this program made", "は、このプログラムが作ったものではありません")
            }
            Self::Damaged => Words::new("is damaged", "が壊れています"),
        }
    }
}

fn ja(text: &'static str, values: &[&str]) -> String {
    Words::new("", text).fill(Lang::Ja, values)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::phrases::connection;
    use crate::text::{cause, latin_words};

    #[test]
    fn everything_that_can_go_wrong_is_told_in_both_languages() {
        let why = || cause(&std::io::ErrorKind::StorageFull.into());
        for error in [
            FeedError::Unreadable(why()),
            FeedError::Unwritable(why()),
            FeedError::Page,
            FeedError::Empty,
            FeedError::Short { promised: 9, found: 1 },
            FeedError::Sort,
            FeedError::Nowhere,
            FeedError::Unknown("x".into()),
            FeedError::BadId("x".into()),
            FeedError::ByHand("x"),
            FeedError::TooSoon { ago: 1, every: 5 },
            FeedError::Broken(10),
            FeedError::Checksum,
            FeedError::Missing,
            FeedError::Status(500),
            FeedError::NoKey("x".into()),
            FeedError::Download(connection::CLOSED.en.to_owned()),
        ] {
            let (en, ja) = (error.words(Lang::En), error.words(Lang::Ja));
            assert!(en.is_ascii() && !en.is_empty(), "{en}");
            let names = ["URL", "AS", "HTTP", "keys", "toml", "x"];
            assert!(latin_words(&ja).iter().all(|word| names.contains(word)), "{ja}");
        }
        for damage in [Damage::Unreadable, Damage::Foreign, Damage::Damaged] {
            assert_eq!(damage.to_string(), damage.words().en);
            assert!(latin_words(damage.words().ja).is_empty());
        }
    }
}

//! What can go wrong with a feed, in both languages.

use crate::text::{Lang, Words};

/// Why a feed was not taken. The one that was there before is kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FeedError {
    /// The file cannot be read.
    #[error("cannot be read: {0}")]
    Unreadable(String),
    /// The feed cannot be written.
    #[error("cannot be stored: {0}")]
    Unwritable(String),
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
    /// The download failed; the text says why, in English.
    #[error("{0}")]
    Download(String),
}

impl FeedError {
    /// A sentence for people.
    #[must_use]
    pub fn words(&self, lang: Lang) -> String {
        if lang == Lang::En {
            return self.to_string();
        }
        let number = |number: &dyn ToString| number.to_string();
        match self {
            Self::Unreadable(why) => ja("読み込めません: {0}", &[why]),
            Self::Unwritable(why) => ja("保存できません: {0}", &[why]),
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
            Self::Download(why) => crate::facts::phrases::in_language(why, lang).into_owned(),
        }
    }
}

fn ja(text: &'static str, values: &[&str]) -> String {
    Words::new("", text).fill(Lang::Ja, values)
}

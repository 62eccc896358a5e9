//! Names of countries in both languages, from the list that is compiled in. Says nothing of places: the coordinates of
//! a capital are no place for a pin.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::text::{Lang, Words};

const LIST: &str = include_str!("../../assets/lists/countries.tsv");

static COUNTRIES: LazyLock<BTreeMap<&str, Words>> = LazyLock::new(|| {
    LIST.lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| {
            let mut cells = line.split('\t');
            let (code, en, ja) = (cells.next()?, cells.next()?, cells.next()?);
            Some((code, Words::new(en, if ja.is_empty() { en } else { ja })))
        })
        .collect()
});

/// The name of a country by its ISO 3166-1 code in upper case; the code itself where the list does not know it.
#[must_use]
pub fn country(code: &str, lang: Lang) -> &str {
    COUNTRIES.get(code).map_or(code, |words| words.get(lang))
}

/// The 47 prefectures, as databases and recordings name them in English.
const PREFECTURES: &[(&str, &str)] = &[
    ("Aichi", "愛知県"),
    ("Akita", "秋田県"),
    ("Aomori", "青森県"),
    ("Chiba", "千葉県"),
    ("Ehime", "愛媛県"),
    ("Fukui", "福井県"),
    ("Fukuoka", "福岡県"),
    ("Fukushima", "福島県"),
    ("Gifu", "岐阜県"),
    ("Gunma", "群馬県"),
    ("Hiroshima", "広島県"),
    ("Hokkaido", "北海道"),
    ("Hyogo", "兵庫県"),
    ("Ibaraki", "茨城県"),
    ("Ishikawa", "石川県"),
    ("Iwate", "岩手県"),
    ("Kagawa", "香川県"),
    ("Kagoshima", "鹿児島県"),
    ("Kanagawa", "神奈川県"),
    ("Kochi", "高知県"),
    ("Kumamoto", "熊本県"),
    ("Kyoto", "京都府"),
    ("Mie", "三重県"),
    ("Miyagi", "宮城県"),
    ("Miyazaki", "宮崎県"),
    ("Nagano", "長野県"),
    ("Nagasaki", "長崎県"),
    ("Nara", "奈良県"),
    ("Niigata", "新潟県"),
    ("Oita", "大分県"),
    ("Okayama", "岡山県"),
    ("Okinawa", "沖縄県"),
    ("Osaka", "大阪府"),
    ("Saga", "佐賀県"),
    ("Saitama", "埼玉県"),
    ("Shiga", "滋賀県"),
    ("Shimane", "島根県"),
    ("Shizuoka", "静岡県"),
    ("Tochigi", "栃木県"),
    ("Tokushima", "徳島県"),
    ("Tokyo", "東京都"),
    ("Tottori", "鳥取県"),
    ("Toyama", "富山県"),
    ("Wakayama", "和歌山県"),
    ("Yamagata", "山形県"),
    ("Yamaguchi", "山口県"),
    ("Yamanashi", "山梨県"),
];

/// A region's name in the reader's language: Japanese prefectures are known, others stay as the database writes them.
pub(super) fn region<'a>(name: &'a str, code: Option<&str>, lang: Lang) -> &'a str {
    if lang == Lang::En || code != Some("JP") {
        return name;
    }
    let bare = name.split([' ', '-']).next().unwrap_or(name).replace(['ō', 'Ō'], "o");
    PREFECTURES.iter().find(|(en, _)| en.eq_ignore_ascii_case(&bare)).map_or(name, |(_, ja)| ja)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn countries_have_names_in_both_languages() {
        assert_eq!(country("JP", Lang::Ja), "日本");
        assert_eq!(country("FI", Lang::En), "Finland");
        assert_eq!(country("AN", Lang::Ja), "Netherlands Antilles", "the list has no Japanese name");
        assert_eq!(country("ZZ", Lang::Ja), "ZZ");
    }

    #[test]
    fn prefectures_are_written_in_japanese_for_japanese_readers_only() {
        assert_eq!(region("Toyama", Some("JP"), Lang::Ja), "富山県");
        assert_eq!(region("Toyama Prefecture", Some("JP"), Lang::Ja), "富山県");
        assert_eq!(region("Saitama-ken", Some("JP"), Lang::Ja), "埼玉県");
        assert_eq!(region("Toyama", Some("JP"), Lang::En), "Toyama");
        assert_eq!(region("Uusimaa", Some("FI"), Lang::Ja), "Uusimaa");
    }
}

//! Letters in disguise, and Japanese that was not written in Japan: look-alikes, broken words, charsets, clocks and kanji.
//!
//! A character is a fact; what is odd is its neighborhood. Whole words of another alphabet are never odd.

use super::{Family, Hit, Kind, Rule, Seen, gate};
use crate::facts::FactSet;
use crate::text::Words;

/// The rules of this file, of the family of what a mail says.
pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "letters-mixed",
        family: Family::Body,
        title: Words::new("Look-alike letters inside words", "単語に似た別文字が混ぜてある"),
        reason: Words::new(
            "\"{0}\" mixes Latin letters with letters of another alphabet that look the same. People read the word, filters do not.",
            "「{0}」には、見た目が同じ別の文字体系の文字が混ざっています。人には読めてもフィルターには読めません。",
        ),
        innocent: Words::new(
            "A slip of the keyboard of someone who writes in two alphabets.",
            "二つの文字体系を使う人の打ち間違いもあります。",
        ),
        weight: 2.5,
        kind: Kind::Direct,
        references: &["Unicode TS 39 section 5.1: mixed-script detection", "ESpoofing A12"],
        check: letters_mixed,
    },
    Rule {
        id: "letters-split",
        family: Family::Body,
        title: Words::new("Words broken by invisible characters", "単語が不可視文字で分断されている"),
        reason: Words::new(
            "In {0 place|places} an invisible character stands between two letters of a word, so that filters do not find the word.",
            "{0} か所で単語の文字間に見えない文字が挟まれ、フィルターが単語を見つけられないようになっています。",
        ),
        innocent: Words::new(
            "Soft hyphens of careful typesetters; text copied from some web pages.",
            "改行位置を示す文字を入れた組版や、ウェブページからの貼り付けで起きることがあります。",
        ),
        weight: 2.2,
        kind: Kind::Direct,
        references: &["SpamAssassin UNICODE_OBFU_ZW", "Unicode TR 36"],
        check: letters_split,
    },
    Rule {
        id: "foreign-kanji",
        family: Family::Body,
        title: Words::new("Kanji that Japanese does not use", "日本語にない漢字が混じる"),
        reason: Words::new(
            "The Japanese text holds {0}, which Japanese keyboards do not give; it was probably written with Chinese input or a translator.",
            "日本語の文中に、日本語の文字コードにない漢字「{0}」があります。中国語入力や機械翻訳で書かれた可能性があります。",
        ),
        innocent: Words::new(
            "Mail about Chinese, with Chinese names, or from a bilingual writer.",
            "中国語や中国の人名・地名を扱うメール、二言語の書き手のメールでも起きます。",
        ),
        weight: 1.6,
        kind: Kind::Heuristic,
        references: &["JIS X 0208", "public advice of Japanese providers: unnatural characters"],
        check: foreign_kanji,
    },
    Rule {
        id: "japanese-in-chinese-charset",
        family: Family::Body,
        title: Words::new("Japanese in a Chinese charset", "日本語なのに文字コードが中国語用"),
        reason: Words::new(
            "The text is Japanese, but it is declared in a Chinese charset: the program that wrote it is set to Chinese.",
            "本文は日本語ですが、中国語用の文字コードで書かれています。中国語設定のソフトで作られたメールです。",
        ),
        innocent: Words::new(
            "Mail from partners in China or Taiwan who write Japanese.",
            "日本語で書く中国・台湾の取引先からのメールでも起きます。",
        ),
        weight: 1.6,
        kind: Kind::Correlated,
        references: &["GB/T 2312, GBK, Big5", "public advice of Japanese providers"],
        check: japanese_in_chinese_charset,
    },
    Rule {
        id: "japanese-on-chinese-clock",
        family: Family::Body,
        title: Words::new("Japanese text, clock of another country", "日本語なのに時計が日本時間でない"),
        reason: Words::new(
            "The text is Japanese and speaks to a customer (\"{1}\"), but the sender's clock runs at UTC{0}, that of China and its neighbors.",
            "日本語で顧客に語りかけています（「{1}」）が、差出人の時計は中国などの UTC{0} です。",
        ),
        innocent: Words::new(
            "A company's office or mail service in China, Taiwan, Singapore or Western Australia.",
            "中国・台湾・シンガポール・西オーストラリアの拠点や配信サービスから送られた場合です。",
        ),
        weight: 1.6,
        kind: Kind::Correlated,
        references: &["RFC 5322 section 3.3", "public analyses of Japanese phishing: zone +0800"],
        check: japanese_on_chinese_clock,
    },
    Rule {
        id: "japanese-by-foreign-mailer",
        family: Family::Body,
        title: Words::new(
            "Japanese company mail from a Chinese or made-up program",
            "中国製や実在しない送信ソフトの日本語メール",
        ),
        reason: Words::new(
            "The Japanese text speaks to a customer, but was written by \"{0}\", a program of China or an invented name.",
            "日本語で顧客に語りかけていますが、送信ソフトは「{0}」（中国の製品か架空の名前）です。",
        ),
        innocent: Words::new(
            "A partner in China who uses such a program.",
            "そのソフトを使う中国の取引先からのメールでも起きます。",
        ),
        weight: 1.6,
        kind: Kind::Correlated,
        references: &["public analyses of Japanese phishing: X-Mailer Foxmail", "rspamd FORGED_MUA (idea)"],
        check: japanese_by_foreign_mailer,
    },
];

fn letters_mixed(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    let letters = &evidence.letters;
    let word = letters
        .mixed_in_head
        .first()
        .or_else(|| letters.mixed.first().filter(|_| letters.mixed_count >= 3 && !gate::listed(evidence)))?;
    Some(Hit::new([word], gate::everything(evidence)))
}

fn letters_split(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    let letters = &evidence.letters;
    let places = letters.split_in_head.saturating_add(letters.split);
    (letters.split_in_head >= 1 || letters.split >= 3 && !gate::listed(evidence))
        .then(|| Hit::new([&places.to_string()], gate::everything(evidence)))
}

/// A Japanese text of some length that is no talk between people.
fn japanese(evidence: &Seen<'_>) -> bool {
    evidence.letters.hiragana >= 20 && !gate::answering(evidence)
}

/// A company speaks to a customer.
fn customer<'a>(evidence: &'a Seen<'_>) -> Option<&'a str> {
    evidence.themes.of(crate::evidence::Theme::Customer)
}

fn foreign_kanji(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    let kanji: String = evidence.letters.foreign_kanji.iter().collect();
    (!kanji.is_empty() && japanese(evidence)).then(|| Hit::new([&kanji], gate::everything(evidence)))
}

fn japanese_in_chinese_charset(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    let span = evidence.traces.chinese_charset?;
    japanese(evidence).then(|| Hit::new([], vec![span]))
}

fn japanese_on_chinese_clock(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    let said = customer(evidence)?;
    let zone = evidence.traces.zone.filter(|zone| matches!(zone, 420 | 480))?;
    let zone = format!("+{:02}00", zone / 60);
    japanese(evidence).then(|| Hit::new([zone.as_str(), said], vec![evidence.traces.date]))
}

fn japanese_by_foreign_mailer(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    customer(evidence)?;
    let mailer = evidence.shape.mailer.as_deref()?;
    let low = mailer.to_ascii_lowercase();
    let chinese =
        low.starts_with("foxmail") || low.contains("[cn]") || low.starts_with("qqmail") || low.starts_with("coremail");
    (japanese(evidence) && (chinese || super::habits::made_up(mailer)))
        .then(|| Hit::new([mailer], vec![evidence.traces.mailer]))
}

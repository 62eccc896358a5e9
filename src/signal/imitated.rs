//! Names of senders that are written to look like a brand's and to be read as something else: `PayPaI`, `Arnazon`,
//! `A.m.a.z.o.n`, メノレカリ. No brand misspells its own name.
//!
//! Letters of other alphabets among Latin ones are `letters`' subject, domains `lookalike`'s. Here both the name seen and the
//! names of brands are written by their shape, and what is the same by shape alone is told.

use std::borrow::Cow;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::lookalike::lookalike;
use super::{Family, Hit, Kind, Rule, Seen, brand, gate};
use crate::evidence::{Brand, EVERYDAY, apart, brands};
use crate::facts::FactSet;
use crate::message::Span;
use crate::text::Words;

/// The rules of this file, of the family of who a mail says it is from.
pub(super) const RULES: &[Rule] = &[Rule {
    id: "name-looks-like-brand",
    family: Family::Sender,
    title: Words::new("Name written to look like a brand's", "ブランド名に見せかけた表記"),
    reason: Words::new(
        "\"{0}\" looks like {1}, but is written with other letters. People read the brand, filters do not; a brand writes its own name right.",
        "「{0}」は {1} のように見えますが、別の文字で書かれています。人には読めてもフィルターには読めません。本物が自分の名を書き違えることはありません。",
    ),
    innocent: Words::new(
        "A slip of the keyboard, or a name of its own that happens to look alike.",
        "打ち間違いや、たまたま似た別の名前の場合です。",
    ),
    weight: 4.5,
    kind: Kind::Direct,
    references: &["Unicode TS 39 section 4: confusable detection", "SpamAssassin FUZZY_* rules (idea)"],
    check: name_looks_like_brand,
}];

/// The fewest letters of a Latin name, and the fewest of a Japanese one: shorter ones look like too many other words.
const LATIN: usize = 5;
const JAPANESE: usize = 2;
/// A Japanese name with fewer letters than this has to be all that is written.
const ALONE: usize = 3;

/// The most names of brands in a name that are looked at.
const HITS: usize = 50;

/// Letters that stand apart are a word spelled out from this many on.
const SPELLED: usize = 5;

/// Signs that stand between letters to keep them apart.
const SIGNS: &[char] = &[' ', '.', '-', '_', '*', '/', '\u{b7}', '\u{30fb}'];

/// Several letters that together look like one.
const TOGETHER: &[(&str, &str)] = &[
    ("rn", "m"),
    ("vv", "w"),
    ("\u{30ce}\u{30ec}", "\u{30eb}"),
    ("\u{5f73}\u{4e8d}", "\u{884c}"),
    ("\u{4ebb}\u{4e3b}", "\u{4f4f}"),
    ("\u{91d1}\u{826e}", "\u{9280}"),
    ("jll", "\u{5ddd}"),
];

/// What a letter is taken for: kanji for katakana, hiragana for katakana, kanji of other countries and rare ones for those
/// of a brand.
const SHAPES: &[(char, char)] = &[
    ('\u{535c}', '\u{30c8}'), // 卜 ト
    ('\u{53e3}', '\u{30ed}'), // 口 ロ
    ('\u{56d7}', '\u{30ed}'), // 囗 ロ
    ('\u{529b}', '\u{30ab}'), // 力 カ
    ('\u{5915}', '\u{30bf}'), // 夕 タ
    ('\u{4e8c}', '\u{30cb}'), // 二 ニ
    ('\u{516b}', '\u{30cf}'), // 八 ハ
    ('\u{5de5}', '\u{30a8}'), // 工 エ
    ('\u{4e00}', '\u{30fc}'), // 一 ー
    ('\u{4e3f}', '\u{30ce}'), // 丿 ノ
    ('\u{5f50}', '\u{30e8}'), // 彐 ヨ
    ('\u{3078}', '\u{30d8}'), // へ ヘ
    ('\u{3079}', '\u{30d9}'), // べ ベ
    ('\u{307a}', '\u{30da}'), // ぺ ペ
    ('\u{308a}', '\u{30ea}'), // り リ
    ('\u{592d}', '\u{5929}'), // 夭 天
    ('\u{4f73}', '\u{4f4f}'), // 佳 住
    ('\u{66f0}', '\u{65e5}'), // 曰 日
    ('\u{94f6}', '\u{9280}'), // 银 銀
    ('\u{4e1c}', '\u{6771}'), // 东 東
    ('\u{4e50}', '\u{697d}'), // 乐 楽
    ('\u{6a02}', '\u{697d}'), // 樂 楽
    ('\u{90ae}', '\u{90f5}'), // 邮 郵
    ('\u{8fd0}', '\u{904b}'), // 运 運
    ('\u{8f93}', '\u{8f38}'), // 输 輸
    ('\u{8bc1}', '\u{8a3c}'), // 证 証
    ('\u{56fd}', '\u{570b}'), // 国 國
];

/// The brands, once for each name that is long enough to be known by its shape, and the automaton that finds the shapes.
static FACES: LazyLock<(Vec<&'static Brand>, Option<AhoCorasick>)> = LazyLock::new(|| {
    let names = brands().iter().flat_map(|brand| brand.names.iter().map(move |name| (brand, name.to_lowercase())));
    let (faces, shapes): (Vec<_>, Vec<_>) = names
        .filter(|(_, name)| !EVERYDAY.contains(&name.as_str()) && is_long(name))
        .map(|(brand, name)| (brand, shape(&name)))
        .unzip();
    (faces, AhoCorasick::new(shapes).ok())
});

fn is_long(name: &str) -> bool {
    let letters = name.chars().filter(|letter| letter.is_alphabetic()).count();
    letters >= if name.is_ascii() { LATIN } else { JAPANESE }
}

fn name_looks_like_brand(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    let from = evidence.main_from()?;
    let hit = |text: &str, brand: &Brand, span: Span| Some(Hit::new([text, brand.names.first()?], vec![span]));
    if gate::owner(evidence).is_none()
        && let Some(brand) = imitated(&from.name)
    {
        return hit(&brand::undisguised(&from.name), brand, from.span);
    }
    // A list, a newsletter and an answer may tell of such names.
    if gate::aligned(evidence) || gate::listed(evidence) || gate::answering(evidence) {
        return None;
    }
    hit(&brand::undisguised(&evidence.subject), imitated(&evidence.subject)?, evidence.shape.subject)
}

/// The brand that a text shows to the eye without naming it.
fn imitated(text: &str) -> Option<&'static Brand> {
    let seen = brand::undisguised(text).to_lowercase();
    let shown = shape(&together(&seen));
    let (faces, automaton) = &*FACES;
    automaton.as_ref()?.find_overlapping_iter(&shown).take(HITS).find_map(|hit| {
        let brand = *faces.get(hit.pattern().as_usize())?;
        let inside = shown.get(hit.start()..hit.end())?;
        let before = shown.get(..hit.start())?.chars().next_back();
        let after = shown.get(hit.end()..)?.chars().next();
        let short = inside.chars().count() < ALONE;
        let edge = |beside: Option<char>, own: Option<char>| if short { beside.is_none() } else { apart(beside, own) };
        let whole = edge(before, inside.chars().next()) && edge(after, inside.chars().next_back());
        let named = brand.names.iter().any(|name| seen.contains(&name.to_lowercase()));
        (whole && !named).then_some(brand)
    })
}

/// Words that are spelled out, put together: single letters with one and the same sign between them.
fn together(text: &str) -> Cow<'_, str> {
    let letters: Vec<char> = text.chars().collect();
    let mut out = String::new();
    let mut at = 0;
    let mut found = false;
    while let Some(letter) = letters.get(at) {
        let rest = letters.get(at..).unwrap_or_default();
        let begins =
            at.checked_sub(1).and_then(|before| letters.get(before)).is_none_or(|before| !before.is_alphanumeric());
        let count = if begins { spelled(rest) } else { 0 };
        if count >= SPELLED {
            out.extend(rest.iter().step_by(2).take(count));
            at += 2 * count - 1;
            found = true;
        } else {
            out.push(*letter);
            at += 1;
        }
    }
    if found { out.into() } else { text.into() }
}

/// How many single letters follow each other with the sign between them that stands behind the first.
fn spelled(letters: &[char]) -> usize {
    let single = |at: usize| letters.get(at).is_some_and(char::is_ascii_alphanumeric);
    let sign = letters.get(1).filter(|sign| SIGNS.contains(sign));
    let alone = |count: &usize| single(2 * count) && letters.get(2 * count + 1) == sign;
    let count = (0..letters.len()).take_while(alone).count();
    // The last one has no sign behind it, and is none where a word begins with it.
    let ends = single(2 * count) && letters.get(2 * count + 1).is_none_or(|behind| !behind.is_alphanumeric());
    if sign.is_none() { 0 } else { count + usize::from(ends) }
}

/// A text in small letters by the shape of its letters: what looks the same is the same.
fn shape(text: &str) -> String {
    let mut out: String = text.chars().map(looks).collect();
    for (many, one) in TOGETHER {
        if out.contains(many) {
            out = out.replace(many, one);
        }
    }
    out
}

fn looks(letter: char) -> char {
    match letter {
        '4' | '@' => return 'a',
        '$' => return 's',
        _ => {}
    }
    if letter.is_ascii() {
        return lookalike(letter);
    }
    if let Some((_, other)) = SHAPES.iter().find(|(own, _)| *own == letter) {
        return *other;
    }
    if matches!(letter, '\u{2e80}'..='\u{d7ff}') {
        return letter;
    }
    // Signs outside ASCII that look like one letter of it, such as the Roman numeral fifty.
    let mut bytes = [0; 4];
    let mut bones = unicode_security::skeleton(letter.encode_utf8(&mut bytes));
    match (bones.next(), bones.next()) {
        (Some(one), None) if one.is_ascii_alphanumeric() => lookalike(one),
        _ => letter,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_only_look_like_a_brands_are_known_by_their_shape() {
        for (name, brand) in [
            ("Arnazon", "amazon"),
            ("Amaz0n Prime", "amazon"),
            ("Am@zon.co.jp", "amazon"),
            ("A.m.a.z.o.n", "amazon"),
            ("A m a z o n", "amazon"),
            ("R-a-k-u-t-e-n notice", "rakuten"),
            ("PayPaI", "paypal"),
            ("PayPa\u{217c}", "paypal"),
            ("Micr0soft account team", "microsoft"),
            ("Rnicrosoft", "microsoft"),
            ("M1crosoft", "microsoft"),
            ("LlnkedIn", "linkedin"),
            // Written as a shape is.
            ("LlNKEDlN", "linkedin"),
            ("Mlcrosoft", "microsoft"),
            ("Netfllx", "netflix"),
            ("Netf1ix", "netflix"),
            ("\u{30e1}\u{30ce}\u{30ec}\u{30ab}\u{30ea}", "mercari"),
            ("メル力リ", "mercari"),
            ("メルカり事務局", "mercari"),
            ("ヤマ卜運輸", "yamato"),
            ("佐JII急便", "sagawa"),
            ("三井佳友銀行", "smbc"),
            ("三井住友银行", "smbc"),
            ("楽夭", "rakuten"),
        ] {
            assert_eq!(imitated(name).map(|found| found.id), Some(brand), "{name}");
        }
    }

    #[test]
    fn brands_and_everybody_else_write_their_names_as_they_are() {
        for name in [
            "",
            "Amazon",
            "AMAZON",
            "amazon.co.jp",
            "PayPal",
            "PAYPAL",
            "LinkedIn",
            "LINKEDIN",
            "Microsoft 365",
            "J.C.B.",
            "メルカリ",
            "ヤマト運輸",
            "佐川急便",
            "三井住友銀行",
            "三井住友カード",
            "楽天カード",
            "Ｒａｋｕｔｅｎ",
            "A B C D E",
            "A. B. C. Example",
            "Modern Learning",
            "Corner Store",
            "Kernel 4.10",
            "Lily 1st",
            "i.e. example",
            "二木さん",
            "楽夭的",
            "八木一夫",
            "工藤力",
            "夕刊フジ",
            "口コミ",
            "U.S.A.",
            "Rnd Team",
            "Iida",
            "0120-000-000",
            "4th of July",
            "$5 off",
        ] {
            let found = imitated(name).map(|brand| brand.id);
            assert_eq!(found, None, "{name}");
        }
        for brand in brands() {
            for name in &brand.names {
                assert_eq!(imitated(name).map(|brand| brand.id), None, "{name}");
                assert_eq!(imitated(&name.to_uppercase()).map(|brand| brand.id), None, "{name}");
                assert_eq!(imitated(&format!("{name} Support")).map(|brand| brand.id), None, "{name}");
            }
        }
    }

    #[test]
    fn only_the_beginning_of_a_long_name_is_looked_at() {
        let id = |name: &str| imitated(name).map(|brand| brand.id);
        assert_eq!(id(&format!("PayPaI {}", "x ".repeat(100_000))), Some("paypal"));
        assert_eq!(id(&format!("{} PayPaI", "x ".repeat(100_000))), None);
        assert_eq!(id(&"A m a z 0 n ".repeat(100_000)), None, "one long word");
    }
}

//! The language that the letters of a text give away, where they can. Latin letters cannot.

/// The most characters that are counted.
const LIMIT: usize = 20_000;
/// Fewer letters of a script than this say nothing.
const FEW: u32 = 12;

/// The language or, where many share the script, the script (BCP 47): `ja`, `ko`, `zh`, `und-Cyrl`.
///
/// A script counts from a tenth of the letters on: pages in Japanese are full of Latin words.
pub(super) fn by_letters(text: &str) -> Option<&'static str> {
    let (mut all, mut kana, mut han, mut hangul) = (0_u32, 0_u32, 0_u32, 0_u32);
    let mut others = [0_u32; OTHERS.len()];
    for letter in text.chars().take(LIMIT).filter(|letter| letter.is_alphabetic()) {
        all += 1;
        match letter {
            '\u{3041}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}' | '\u{ff66}'..='\u{ff9f}' => kana += 1,
            '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' => han += 1,
            '\u{1100}'..='\u{11ff}' | '\u{3131}'..='\u{318e}' | '\u{ac00}'..='\u{d7a3}' => hangul += 1,
            _ => {
                let known =
                    OTHERS.iter().zip(&mut others).find(|((first, last, _), _)| (*first..=*last).contains(&letter));
                if let Some((_, count)) = known {
                    *count += 1;
                }
            }
        }
    }
    let tells = |count: u32| count >= FEW && count * 10 >= all;
    // Japanese is written with kana among its kanji, Chinese without.
    if tells(kana + han) {
        return Some(if kana * 20 >= han { "ja" } else { "zh" });
    }
    if tells(hangul) {
        return Some("ko");
    }
    let most = OTHERS.iter().zip(others).max_by_key(|(_, count)| *count);
    most.filter(|(_, count)| tells(*count)).map(|((.., name), _)| *name)
}

/// First and last letter of a script, and what it says.
const OTHERS: &[(char, char, &str)] = &[
    ('\u{370}', '\u{3ff}', "el"),
    ('\u{400}', '\u{52f}', "und-Cyrl"),
    ('\u{530}', '\u{58f}', "hy"),
    ('\u{590}', '\u{5ff}', "he"),
    ('\u{600}', '\u{77f}', "und-Arab"),
    ('\u{900}', '\u{97f}', "und-Deva"),
    ('\u{980}', '\u{9ff}', "und-Beng"),
    ('\u{b80}', '\u{bff}', "ta"),
    ('\u{e00}', '\u{e7f}', "th"),
    ('\u{10a0}', '\u{10ff}', "ka"),
];

/// A language tag as a page declares it: letters, digits and hyphens only, at most 35 characters (RFC 5646 section 4.4.1).
pub(super) fn tag(declared: &str) -> Option<String> {
    let tag: String = declared.trim().chars().take(35).map(|letter| if letter == '_' { '-' } else { letter }).collect();
    let fits = tag.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '-');
    (fits && tag.len() >= 2).then_some(tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_tell_a_language_where_they_can() {
        for (text, language) in [
            ("お客様のアカウントは一時的に制限されています。本人確認をお願いします。", Some("ja")),
            ("Amazon Prime の会員情報を Amazon.co.jp で更新してください Sign in to continue", Some("ja")),
            ("您的账户已被暂时限制，请立即验证您的身份信息。", Some("zh")),
            ("계정이 일시적으로 제한되었습니다. 본인 확인을 해 주세요.", Some("ko")),
            ("Ваша учетная запись временно ограничена.", Some("und-Cyrl")),
            ("บัญชีของคุณถูกจำกัดชั่วคราว", Some("th")),
            ("Your account is limited. Anmelden. Se connecter.", None),
            ("Sign in to the account of 田中 to continue with the request that was made", None),
            ("", None),
        ] {
            assert_eq!(by_letters(text), language, "{text}");
        }
    }

    #[test]
    fn a_declared_tag_is_kept_where_it_is_one() {
        for (declared, tagged) in [
            ("ja", Some("ja")),
            (" zh-CN ", Some("zh-CN")),
            ("en_US", Some("en-US")),
            ("", None),
            ("x", None),
            ("en\u{1b}[2J", None),
            ("{{ lang }}", None),
        ] {
            assert_eq!(tag(declared).as_deref(), tagged, "{declared}");
        }
    }
}

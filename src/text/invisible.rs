//! Which characters a reader would not see, would see in the wrong place, or would see with a width that terminals
//! disagree about. [`super::show`] turns them into marks; nothing here changes text.
//!
//! Sources: Unicode 17 general categories (Cc, Cf, Co, Cn, Zl, Zp), `Default_Ignorable_Code_Point` of UAX #44, and a
//! comparison of `unicode-width` with the C library's `wcwidth`.

/// Letters, kana and ideographs that need no closer look: neither invisible nor able to join with a neighbor.
pub(super) fn is_plain(c: char) -> bool {
    matches!(c,
        ' '..='~'
        | '\u{a0}'..='\u{a8}' | '\u{aa}'..='\u{ac}' | '\u{af}'..='\u{24f}'
        | '\u{3000}'..='\u{3029}' | '\u{3041}'..='\u{3096}' | '\u{309b}'..='\u{30ff}'
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
        | '\u{ff01}'..='\u{ff9d}')
}

/// True for a character that is never sent on as it is, C0 controls included.
pub(super) fn is_marked(c: char) -> bool {
    !is_plain(c) && (c.is_control() || is_format(c) || is_blank_filler(c) || has_disputed_width(c) || is_unassigned(c))
}

/// Format characters, separators, tags, selectors, private use and noncharacters.
fn is_format(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}'
        | '\u{890}'..='\u{891}' | '\u{8e2}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{e000}'..='\u{f8ff}' | '\u{fdd0}'..='\u{fdef}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
        | '\u{fff0}'..='\u{fffb}' | '\u{fffe}'..='\u{ffff}'
        | '\u{110bd}' | '\u{110cd}' | '\u{13430}'..='\u{13440}' | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{10ffff}')
        // The last two code points of every plane.
        || u32::from(c) & 0xfffe == 0xfffe
}

/// Characters without ink that are no blanks: they pass for an empty name or split a word unseen.
fn is_blank_filler(c: char) -> bool {
    matches!(c, '\u{115f}'..='\u{1160}' | '\u{2800}' | '\u{3164}' | '\u{ffa0}' | '\u{1d159}')
}

/// Characters whose columns differ between `unicode-width` and the terminals in use (Unicode 16 made some of them wide),
/// and letters that join the character behind them. All are rare in mail; one of them moves every border of its line.
fn has_disputed_width(c: char) -> bool {
    matches!(c,
        '\u{d4e}' | '\u{17a4}' | '\u{17d8}' | '\u{2630}'..='\u{2637}' | '\u{268a}'..='\u{268f}' | '\u{2d7f}'
        | '\u{302e}'..='\u{302f}' | '\u{3248}'..='\u{324f}' | '\u{a8fa}' | '\u{111c2}'..='\u{111c3}'
        | '\u{113d1}' | '\u{1193f}' | '\u{11941}' | '\u{11a84}'..='\u{11a89}' | '\u{11d46}' | '\u{11f02}'
        | '\u{16ff0}'..='\u{16ff1}' | '\u{1d165}'..='\u{1d166}' | '\u{1d16d}'..='\u{1d172}'
        | '\u{1d300}'..='\u{1d356}' | '\u{1d360}'..='\u{1d376}')
}

/// Code points without a character. The standard library knows them: it escapes what cannot be printed, and behind a
/// letter it does not escape combining characters.
fn is_unassigned(c: char) -> bool {
    // Blanks other than U+0020 are escaped as well, but they are what they look like.
    if matches!(c, '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}') {
        return false;
    }
    let mut pair = [b'a', 0, 0, 0, 0];
    let length = match pair.get_mut(1..) {
        Some(room) => c.encode_utf8(room).len(),
        None => 0,
    };
    let escaped = pair.get(..=length).and_then(|bytes| std::str::from_utf8(bytes).ok());
    escaped.is_some_and(|text| text.escape_debug().nth(1) == Some('\\'))
}

/// Symbols that have a plain and a colored form (`emoji-variation-sequences.txt`), regional indicators left out.
pub(super) fn is_emoji(c: char) -> bool {
    matches!(c,
        '\u{a9}' | '\u{ae}' | '\u{203c}' | '\u{2049}' | '\u{2122}' | '\u{2139}' | '\u{2194}'..='\u{2199}'
        | '\u{21a9}'..='\u{21aa}' | '\u{231a}'..='\u{231b}' | '\u{2328}' | '\u{23cf}' | '\u{23e9}'..='\u{23f3}'
        | '\u{23f8}'..='\u{23fa}' | '\u{24c2}' | '\u{25aa}'..='\u{25ab}' | '\u{25b6}' | '\u{25c0}'
        | '\u{25fb}'..='\u{25fe}' | '\u{2600}'..='\u{27bf}' | '\u{2934}'..='\u{2935}' | '\u{2b05}'..='\u{2b07}'
        | '\u{2b1b}'..='\u{2b1c}' | '\u{2b50}' | '\u{2b55}' | '\u{3030}' | '\u{303d}' | '\u{3297}' | '\u{3299}'
        | '\u{1f000}'..='\u{1f1e5}' | '\u{1f200}'..='\u{1faff}')
}

/// True where `c` only chooses the look of the emoji before it: plain or colored form, skin tone. Terminals disagree
/// about the columns of the pair, so [`super::show`] leaves the look out; no letter or digit is lost by that.
pub(super) fn is_look_of(c: char, before: Option<char>) -> bool {
    matches!(c, '\u{fe0e}'..='\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}') && before.is_some_and(is_emoji)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_unseen_character_is_marked() {
        for c in [
            '\u{0}',
            '\u{7}',
            '\u{1b}',
            '\u{7f}',
            '\u{9b}',
            '\u{ad}',
            '\u{61c}',
            '\u{180e}',
            '\u{200b}',
            '\u{200d}',
            '\u{200e}',
            '\u{2028}',
            '\u{202e}',
            '\u{2060}',
            '\u{2066}',
            '\u{feff}',
            '\u{fff9}',
            '\u{fffe}',
            '\u{3164}',
            '\u{115f}',
            '\u{ffa0}',
            '\u{2800}',
            '\u{34f}',
            '\u{e000}',
            '\u{f8ff}',
            '\u{fdd0}',
            '\u{fe0f}',
            '\u{e0001}',
            '\u{e0041}',
            '\u{e0100}',
            '\u{e0fff}',
            '\u{f0000}',
            '\u{10ffff}',
            '\u{1fffe}',
            '\u{378}',
            '\u{1d316}',
            '\u{2630}',
        ] {
            assert!(is_marked(c), "U+{:04X}", u32::from(c));
        }
    }

    #[test]
    fn what_people_write_is_not_marked() {
        let text = "aZ~ é ß ł Ω Ж א ع ก हिन्दी ひらがなカタカナ漢字、。「」 ﾊﾝｶｸ ＡＢＣ 한국어 ❤ 😀 → … – — ’ “ € ① ㈱ \u{a0}\u{3000}\u{2009}\u{301}\u{fffd}";
        for c in text.chars() {
            assert!(!is_marked(c), "U+{:04X}", u32::from(c));
        }
    }

    #[test]
    fn no_character_that_needs_no_closer_look_has_width_zero_or_is_a_control() {
        for c in ('\0'..=char::MAX).filter(|c| is_plain(*c)) {
            assert!(
                !c.is_control() && !is_format(c) && !is_blank_filler(c) && !has_disputed_width(c),
                "U+{:04X}",
                u32::from(c)
            );
            assert!(unicode_width::UnicodeWidthChar::width(c).is_some_and(|width| width > 0), "U+{:04X}", u32::from(c));
        }
    }
}

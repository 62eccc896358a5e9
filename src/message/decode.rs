//! The text of a part: the charset that is declared where the bytes fit it, else what they show. Nothing here fails, and
//! ordinary UTF-8 is looked at once and copied once.

use std::borrow::Cow;

use mail_parser::{Charset, DecodeProblems, MessagePart};
use simdutf8::basic::from_utf8;

use super::charset::{Hint, bytes_to_text, decode, find, shown_by};
use super::damage::{Damage, of_encoding};
use super::declared::WORD_BYTES;
use super::rescue::is_plain;

/// The text of a part. A missing or plainly wrong charset is replaced by what the bytes show.
pub(super) fn text(
    part: &MessagePart<'_>,
    bytes: Cow<'_, [u8]>,
    problems: DecodeProblems,
    html: bool,
    damage: &mut Vec<Damage>,
) -> String {
    let kind = part.content_type();
    let declared = kind.and_then(|kind| kind.attribute("charset"));
    let base64 = part.content_transfer_encoding().is_some_and(|name| name.trim().eq_ignore_ascii_case("base64"));
    if base64 && is_plain(part.raw_body()) {
        damage.push(Damage::PlainBase64);
        return bytes_to_text(part.raw_body(), Hint::from_label(declared)).0.into_owned();
    }
    let label = declared.map(str::trim);
    let labeled = label.is_some_and(|label| !label.is_empty());
    let known = declared.and_then(|label| Charset::from_label(label.as_bytes()));
    let unknown = declared.is_some() && known.is_none();
    let western = label.is_none_or(is_western);
    let charset = known.unwrap_or_default();
    let transfer = DecodeProblems::MALFORMED_TRANSFER_ENCODING | DecodeProblems::UNKNOWN_TRANSFER_ENCODING;
    if problems.intersects(transfer) {
        damage.extend(of_encoding(problems));
    }
    if unknown && let Some(charset) = label.and_then(find) {
        return decode(charset, &bytes);
    }
    let bytes = match as_utf8(bytes, charset, western || unknown) {
        Ok(text) => {
            if unknown {
                damage.push(Damage::UnknownCharset);
            } else if western && labeled && !text.is_ascii() {
                let malformed = charset.decode_checked(text.as_bytes()).1;
                damage.push(if malformed { Damage::BadCharset } else { Damage::OtherCharset });
            }
            return text;
        }
        Err(bytes) => bytes,
    };
    let (text, malformed) = charset.decode_checked(&bytes);
    if malformed
        && let Some(charset) = label.and_then(find)
        && memchr::memchr(0x1b, &bytes).is_some()
    {
        let text = decode(charset, &bytes);
        if !text.contains(char::REPLACEMENT_CHARACTER) {
            return text;
        }
    }
    if !western && !unknown && !malformed || bytes.is_ascii() && memchr::memchr(0x1b, &bytes).is_none() {
        return text.into_owned();
    }
    let meta = html.then(|| meta_label(&bytes)).flatten();
    let hint = Hint::from_label(meta.as_deref().or(label.filter(|_| !western)));
    let (better, utf8) = match shown_by(&bytes, hint) {
        Some(found) => found,
        None if charset == Charset::Windows1252 => {
            damage.extend(malformed.then_some(Damage::BadCharset));
            return text.into_owned();
        }
        None => (Charset::Windows1252.decode(&bytes), false),
    };
    if unknown {
        damage.push(Damage::UnknownCharset);
    } else if malformed {
        damage.push(Damage::BadCharset);
    } else if labeled && better != text {
        damage.push(Damage::OtherCharset);
    }
    if malformed && !western && !unknown {
        // The declared charset with a few replaced characters is nearer to the truth than a guess.
        return if utf8 { better.into_owned() } else { text.into_owned() };
    }
    let believed = western && labeled && meta.is_none() && !malformed && !unknown && !utf8;
    if believed && !better.chars().any(|letter| ('\u{3041}'..='\u{30fe}').contains(&letter)) {
        return text.into_owned();
    }
    better.into_owned()
}

/// A charset that programs declare for whatever they have.
fn is_western(label: &str) -> bool {
    let window = label.as_bytes();
    let starts = |start: &[u8]| window.get(..start.len()).is_some_and(|found| found.eq_ignore_ascii_case(start));
    window.is_empty()
        || starts(b"iso-8859-1")
        || label.eq_ignore_ascii_case("windows-1252")
        || window.windows(5).take(WORD_BYTES).any(|word| word.eq_ignore_ascii_case(b"ascii"))
}

/// The bytes as they are, where they are UTF-8 and may be read as such: because that is what was declared, or because
/// what was declared (`loose`) says little. Gives the bytes back where they have to be looked at.
fn as_utf8(bytes: Cow<'_, [u8]>, charset: Charset, loose: bool) -> Result<String, Cow<'_, [u8]>> {
    if !(charset == Charset::Utf8 || loose) || loose && memchr::memchr(0x1b, &bytes).is_some() {
        return Err(bytes);
    }
    match bytes {
        Cow::Borrowed(bytes) => from_utf8(bytes).map(ToOwned::to_owned).map_err(|_| Cow::Borrowed(bytes)),
        // A copy of what was found good costs less than to have the standard library find it once more.
        Cow::Owned(bytes) => match from_utf8(&bytes) {
            Ok(text) => Ok(text.to_owned()),
            Err(_) => Err(Cow::Owned(bytes)),
        },
    }
}

/// The charset that an HTML page names for itself in its first kilobyte, as browsers look for it.
fn meta_label(bytes: &[u8]) -> Option<String> {
    let window = bytes.get(..1024).unwrap_or(bytes).to_ascii_lowercase();
    let at = memchr::memmem::find(&window, b"charset=")?;
    let label = window.get(at + 8..)?.iter().copied().skip_while(|byte| matches!(byte, b'"' | b'\'' | b' '));
    let label: Vec<u8> = label.take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')).collect();
    String::from_utf8(label).ok().filter(|label| !label.is_empty())
}

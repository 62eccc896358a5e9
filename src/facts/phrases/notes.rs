//! What a plan says behind a packet: under which condition it leaves, or whom its answer may lead on to. Words only.
//!
//! ```text
//! TXT 7.2.0.192.zen.example. (where it is listed)
//! ```
//!
//! A note stands in brackets at the end of what a packet says. One that begins with "then" tells whom an answer may lead
//! on to; any other one, when the packet leaves at all.

use std::borrow::Cow;

use super::in_language;
use crate::text::{Lang, Words};

sentences! {
    /// The text beside an entry of a block list.
    WHERE_LISTED = "where it is listed", "掲載がある場合のみ";
    /// The second question to the logs of certificates.
    WHERE_ANSWERED = "where the first was answered", "最初の照会に応答があった場合のみ";
    /// The names of the systems that announce an address.
    OF_WHAT_COMES = "of what comes back", "応答に含まれる AS ごと";
    /// A registry's server that names another one.
    SERVER_NAMED = "then the server that it names, at most 3", "続けて応答が示すサーバーにも照会、最大 3 か所";
    /// A registry that names the registrar.
    REGISTRAR_NAMED = "then, once, the registrar or registry that it names", "続けて応答が示す登録業者またはレジストリにも 1 回照会";
    /// The first request of a visit.
    SENDS_ON = "then wherever it sends on to, at most 5 addresses", "続けて転送先にも順に要求、最大 5 か所";
    /// The second one.
    NOT_SENT_ON = "where HEAD does not send on already", "HEAD で転送されない場合のみ";
    /// The small picture of a page.
    NO_OTHER_PICTURE = "where the page names no other picture", "ページが別のアイコンを指定しない場合のみ";
    /// Giving a URL to a service that visits it.
    SUBMITS =
        "only where the search finds nothing, and urlscan.io then visits the page",
        "検索で見つからない場合のみ、その後 urlscan.io がページを訪問";
    /// Waiting for what it says.
    LOOKS = "only after a submission, until the result is there, at most 8 times", "スキャンを依頼した場合のみ、結果が出るまで最大 8 回";
}

/// What a packet says, with its note behind it where it has one: as a plan carries it.
#[must_use]
pub fn noted(asks: &str, note: impl Into<Option<Words>>) -> String {
    note.into().map_or_else(|| asks.to_owned(), |note| format!("{asks} ({})", note.en))
}

/// What a packet says, with its note in `lang`.
#[must_use]
pub fn in_plan(asks: &str, lang: Lang) -> Cow<'_, str> {
    let note = asks.strip_suffix(')').and_then(|text| text.rsplit_once(" ("));
    match note.map(|(packet, note)| (packet, note, in_language(note, lang))) {
        Some((packet, note, said)) if said != note => Cow::Owned(format!("{packet} ({said})")),
        _ => Cow::Borrowed(asks),
    }
}

/// Who gets a packet, in `lang`: `zen.example via 192.0.2.53`.
#[must_use]
pub fn receiver(text: &str, lang: Lang) -> Cow<'_, str> {
    match text.split_once(" via ") {
        Some((zone, server)) if lang == Lang::Ja => Cow::Owned(format!("{zone}（{server} 経由）")),
        _ => Cow::Borrowed(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_note_is_said_in_both_languages_and_what_a_packet_says_stays() {
        for note in ALL {
            let asks = noted("GET https://shop.example/a(b)", *note);
            assert_eq!(in_plan(&asks, Lang::En), asks);
            assert_eq!(in_plan(&asks, Lang::Ja), format!("GET https://shop.example/a(b) ({})", note.ja));
            assert!(!note.ja.contains("then") && note.ja != note.en, "{}", note.ja);
        }
        for asks in ["A shop.example.", "GET https://shop.example/a (b)", ""] {
            assert_eq!(in_plan(asks, Lang::Ja), asks);
        }
        assert_eq!(receiver("zen.example via 192.0.2.53", Lang::Ja), "zen.example（192.0.2.53 経由）");
        assert_eq!(receiver("zen.example via 192.0.2.53", Lang::En), "zen.example via 192.0.2.53");
    }
}

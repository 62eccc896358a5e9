//! What registries write, made into what a fact holds: bounded, on one line, and nothing where it says that it says
//! nothing. Text stays hostile; who shows it makes it visible.

/// What stands in place of a name that is not published, lower case.
const NOBODY: &[&str] = &[
    "n/a",
    "none",
    "unknown",
    "-",
    "null",
    "no name",
    "not available",
    "not applicable",
    "not shown",
    "private person",
];
/// How longer texts of that sort begin.
const WITHHELD: &[&str] = &[
    "redacted",
    "data redacted",
    "data not disclosed",
    "not disclosed",
    "non disclosed",
    "nondisclosed",
    "data protected",
    "statutory masking",
    "non-public data",
    "gdpr masked",
    "gdpr redacted",
    "hidden upon user request",
    "the data are hidden",
    "(not shown)",
    "not shown,",
    "select contact domain holder",
    "visit www.",
    "not displayed",
    "for privacy reasons",
    "please query the rdds service",
];

/// Registries by a host of theirs, as they call themselves.
const NAMES: &[(&str, &str)] = &[
    ("verisign.com", "Verisign"),
    ("verisign-grs.com", "Verisign"),
    ("publicinterestregistry.org", "Public Interest Registry"),
    ("pir.org", "Public Interest Registry"),
    ("registry.google", "Google Registry"),
    ("centralnic.com", "CentralNic"),
    ("identitydigital.services", "Identity Digital"),
    ("nominet.uk", "Nominet"),
    ("nic.uk", "Nominet"),
    ("jprs.jp", "JPRS"),
    ("nic.ad.jp", "JPNIC"),
    ("jpnic.rdap.apnic.net", "JPNIC"),
    ("arin.net", "ARIN"),
    ("ripe.net", "RIPE NCC"),
    ("apnic.net", "APNIC"),
    ("lacnic.net", "LACNIC"),
    ("afrinic.net", "AFRINIC"),
    ("registro.br", "Registro.br"),
    ("gmoregistry.net", "GMO Registry"),
    ("nic.fr", "AFNIC"),
    ("denic.de", "DENIC"),
    ("sidn.nl", "SIDN"),
    ("nic.cz", "CZ.NIC"),
    ("tcinet.ru", "TCI"),
    ("cnnic.cn", "CNNIC"),
    ("kr", "KISA"),
    ("twnic.tw", "TWNIC"),
    ("iana.org", "IANA"),
];

/// A text on one line, without blanks at its ends, at most `most` characters. Sets `cut` where there were more. Control
/// characters become replacement characters.
pub(crate) fn clean(text: &str, most: usize, cut: &mut bool) -> String {
    let mut out = String::new();
    let mut count = 0;
    let mut gap = false;
    for c in text.chars() {
        if c.is_whitespace() {
            gap = count > 0;
            continue;
        }
        if count + usize::from(gap) >= most {
            *cut = true;
            out.push('…');
            return out;
        }
        if std::mem::take(&mut gap) {
            out.push(' ');
            count += 1;
        }
        out.push(if c.is_control() { char::REPLACEMENT_CHARACTER } else { c });
        count += 1;
    }
    out
}

/// A text that stands in place of one that is not published.
pub(crate) fn withheld(text: &str) -> bool {
    let start: String = text.trim().trim_start_matches('<').chars().take(40).collect::<String>().to_lowercase();
    start.is_empty()
        || NOBODY.contains(&start.as_str())
        || WITHHELD.iter().any(|words| start.starts_with(words))
        || start.contains("redacted for privacy")
}

/// A country as a registry writes it: its code in upper case, or its name.
pub(crate) fn country(text: &str, cut: &mut bool) -> Option<String> {
    let text = clean(text, 60, cut);
    if withheld(&text) {
        return None;
    }
    // RIPE's "EU" and ARIN's and APNIC's "ZZ", "AP" are no countries, but all that there is.
    let code = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_alphabetic());
    Some(if code { text.to_ascii_uppercase() } else { text })
}

/// What the registry behind a host calls itself; the host where it is not in the list.
pub(crate) fn known_as(host: &str) -> String {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    let found = NAMES
        .iter()
        .filter(|(own, _)| host.strip_suffix(own).is_some_and(|front| front.is_empty() || front.ends_with('.')))
        // `kr` is a whole ending; only its registry's own host is meant.
        .filter(|(own, _)| own.contains('.') || host == format!("whois.{own}"))
        .max_by_key(|(own, _)| own.len());
    found.map_or(host.clone(), |(_, name)| (*name).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_one_bounded_line_without_control_characters() {
        let mut cut = false;
        assert_eq!(clean("  Example \r\n\t Trading  Ltd ", 40, &mut cut), "Example Trading Ltd");
        assert_eq!(clean("a\u{1b}]52;c;\u{7}b\u{9b}c", 40, &mut cut), "a\u{fffd}]52;c;\u{fffd}b\u{fffd}c");
        assert!(!cut);
        assert_eq!(clean("abcdef", 3, &mut cut), "abc…");
        assert!(cut);
        cut = false;
        assert_eq!(clean("株式会社 例", 6, &mut cut), "株式会社 例");
        assert!(!cut);
    }

    #[test]
    fn what_is_not_published_is_nothing() {
        for text in [
            "",
            "REDACTED FOR PRIVACY",
            "Redacted for Privacy Purposes",
            "Data Protected",
            "Statutory Masking Enabled",
            "GDPR Masked",
            "Not Disclosed",
            "N/A",
            "-",
            "none",
            "Registrant (REDACTED FOR PRIVACY)",
            "<data not disclosed>",
            "<not disclosed>",
        ] {
            assert!(withheld(text), "{text:?}");
        }
        for text in [
            "Example Trading Ltd",
            "Nonesuch Ltd",
            "Domains By Proxy, LLC",
            "Whois Privacy Protection Service by Example",
            "Unknown Pleasures GmbH",
            "-pool-",
            "合同会社例",
        ] {
            assert!(!withheld(text), "{text:?}");
        }
    }

    #[test]
    fn countries_and_registries_are_called_by_their_names() {
        let mut cut = false;
        assert_eq!(country("jp", &mut cut).as_deref(), Some("JP"));
        assert_eq!(country("Japan", &mut cut).as_deref(), Some("Japan"));
        assert_eq!(country("REDACTED FOR PRIVACY", &mut cut), None);
        for (host, name) in [
            ("rdap.verisign.com", "Verisign"),
            ("jpnic.rdap.apnic.net", "JPNIC"),
            ("rdap.apnic.net", "APNIC"),
            ("whois.kr", "KISA"),
            ("shop.example.co.kr", "shop.example.co.kr"),
            ("notarin.net", "notarin.net"),
            ("Whois.JPRS.jp", "JPRS"),
        ] {
            assert_eq!(known_as(host), name, "{host}");
        }
    }
}

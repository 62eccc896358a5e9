//! The demo mailbox in `assets/demo/`: its recording fits the types of `facts`, and its mails name nobody.
//!
//! Everything in the demo stands on reserved names (RFC 2606, RFC 6761, example.jp) and documentation addresses (RFC
//! 5737, RFC 3849). The facts of the two published write-ups are the only exception, and they are listed here one by
//! one. Never add a name to that list to make a new mail pass.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    missing_docs,
    reason = "a test that cannot go on fails"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use gosanke::facts::phrases::in_language;
use gosanke::facts::{Answer, Fact, FactSet, Key, Origin, Recorded, State};
use gosanke::text::Lang;

const RECORDING: &str = include_str!("../assets/demo/recorded.json");
const SUFFIXES: &str = include_str!("../assets/lists/public_suffix_list.dat");

/// Domains that the write-ups name; names below them count as well.
const PUBLISHED_NAMES: &[&str] = &[
    "estprime.com",
    "neoplanning.net",
    "jugiappone.net",
    "kagoya.net",
    "hairgrance-shop.com",
    "nayyabgroup.com",
    "azurefd.net",
];

/// Addresses that the write-ups name.
const PUBLISHED_ADDRESSES: &[&str] =
    &["117.120.49.144", "95.216.42.246", "203.142.206.12", "52.140.204.1", "13.107.213.46"];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/demo")
}

fn mails() -> BTreeMap<String, Vec<u8>> {
    std::fs::read_dir(folder())
        .into_iter()
        .flatten()
        .flatten()
        .filter(|entry| entry.path().extension().is_some_and(|ext| ext == "eml"))
        .filter_map(|entry| Some((entry.file_name().into_string().ok()?, std::fs::read(entry.path()).ok()?)))
        .collect()
}

fn recording() -> Vec<Recorded> {
    serde_json::from_str(RECORDING).unwrap_or_default()
}

/// The header without its empty line, and the body.
fn split(mail: &[u8]) -> (&[u8], &[u8]) {
    let end = mail.windows(2).position(|pair| pair == b"\n\n").unwrap_or(mail.len());
    let (header, body) = mail.split_at(end);
    (header, body.strip_prefix(b"\n\n").unwrap_or_default())
}

fn count_of(header: &[u8], name: &str) -> usize {
    let is_it = |line: &&[u8]| {
        line.split_at_checked(name.len())
            .is_some_and(|(start, rest)| start.eq_ignore_ascii_case(name.as_bytes()) && rest.first() == Some(&b':'))
    };
    header.split(|byte| *byte == b'\n').filter(is_it).count()
}

fn base64(text: &[u8]) -> Vec<u8> {
    let digit = |byte: u8| match byte {
        b'A'..=b'Z' => Some(u32::from(byte - b'A')),
        b'a'..=b'z' => Some(u32::from(byte - b'a') + 26),
        b'0'..=b'9' => Some(u32::from(byte - b'0') + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    };
    let (mut bytes, mut bits, mut held) = (Vec::new(), 0_u32, 0_u32);
    for value in text.iter().copied().filter_map(digit) {
        held = (held << 6) | value;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push(((held >> bits) & 0xff) as u8);
            held &= (1 << bits) - 1;
        }
    }
    bytes
}

fn quoted_printable(text: &[u8]) -> Vec<u8> {
    let hex = |byte: Option<&u8>| byte.and_then(|byte| char::from(*byte).to_digit(16));
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        match (first, hex(after.first()), hex(after.get(1))) {
            (b'=', Some(high), Some(low)) => {
                bytes.push((high * 16 + low) as u8);
                rest = after.get(2..).unwrap_or_default();
            }
            (b'=', ..) if after.first() == Some(&b'\n') => rest = after.get(1..).unwrap_or_default(),
            _ => bytes.push(*first),
        }
    }
    bytes
}

/// Every way in which the mail can hold a name: header, encoded words, and body with both transfer encodings undone (a
/// body that is not encoded comes out of the quoted-printable one nearly as it stands). Double-byte
/// characters of ISO-2022-JP are taken out, because their bytes look like ASCII.
fn readings(mail: &[u8]) -> Vec<Vec<u8>> {
    let (header, body) = split(mail);
    let mut texts = vec![header.to_vec()];
    let header_text = String::from_utf8_lossy(header);
    let words = header_text.split("=?").skip(1);
    texts.extend(words.filter_map(|word| word.split('?').nth(2)).map(|word| base64(word.as_bytes())));
    texts.push(quoted_printable(body));
    // A run of lines that hold nothing but base64 digits.
    let mut run = Vec::new();
    for line in body.split(|byte| *byte == b'\n').chain([&b""[..]]) {
        let coded = line.len() >= 20 && line.iter().all(|byte| byte.is_ascii_alphanumeric() || b"+/=".contains(byte));
        let tail = !run.is_empty() && !line.is_empty() && line.len() % 4 == 0 && !line.contains(&b'.');
        if coded || tail {
            run.extend_from_slice(line);
        } else {
            texts.push(base64(&std::mem::take(&mut run)));
        }
    }
    // Pixels spell anything.
    texts.retain(|text| !text.starts_with(b"\x89PNG"));
    texts.into_iter().map(|text| without_double_bytes(&text)).collect()
}

fn without_double_bytes(text: &[u8]) -> Vec<u8> {
    let (mut kept, mut double, mut rest) = (Vec::new(), false, text);
    while let Some((first, after)) = rest.split_first() {
        if rest.starts_with(b"\x1b$") {
            double = true;
        } else if rest.starts_with(b"\x1b(") {
            double = false;
        }
        if !double {
            kept.push(*first);
        }
        rest = after;
    }
    kept
}

/// Top-level domains and the reserved ones.
static TOP: LazyLock<BTreeSet<&str>> = LazyLock::new(|| {
    let plain = |line: &&str| !line.is_empty() && !line.starts_with("//") && !line.contains('.');
    SUFFIXES.lines().filter(plain).chain(["example", "test"]).collect()
});

/// Words of letters, digits, dots and dashes that end in a top-level domain.
fn names_in(text: &[u8]) -> BTreeSet<String> {
    text.split(|byte| !(byte.is_ascii_alphanumeric() || b".-_".contains(byte)))
        .filter_map(|word| std::str::from_utf8(word).ok())
        .map(|word| word.trim_matches(['.', '-', '_']).to_ascii_lowercase())
        .filter(|word| word.rsplit_once('.').is_some_and(|(_, last)| TOP.contains(last)))
        .collect()
}

fn addresses_in(text: &[u8]) -> BTreeSet<IpAddr> {
    text.split(|byte| !(byte.is_ascii_hexdigit() || b".:".contains(byte)))
        .filter_map(|word| std::str::from_utf8(word).ok())
        .flat_map(|word| {
            // `193:8443` is a port, `IPv6:2001:...` leaves a `6:` in front.
            let host = word.split(':').next().unwrap_or_default();
            let tail = word.trim_start_matches("6:");
            [host.parse().ok(), tail.trim_end_matches('.').parse().ok()].into_iter().flatten().collect::<Vec<IpAddr>>()
        })
        .filter(|address| !(address.is_ipv6() && address.to_string().len() < 4 && !address.is_loopback()))
        .collect()
}

fn is_reserved_name(name: &str) -> bool {
    let below = |parent: &str| name == parent || name.strip_suffix(parent).is_some_and(|rest| rest.ends_with('.'));
    ["example", "test", "example.com", "example.net", "example.org", "example.jp"].into_iter().any(below)
        || PUBLISHED_NAMES.iter().copied().any(below)
}

fn is_documentation_address(address: IpAddr) -> bool {
    if PUBLISHED_ADDRESSES.iter().any(|known| known.parse() == Ok(address)) {
        return true;
    }
    match address {
        IpAddr::V4(v4) => v4.is_documentation() || v4.is_private() || v4 == Ipv4Addr::LOCALHOST,
        IpAddr::V6(v6) => v6 == Ipv6Addr::LOCALHOST || v6.segments().starts_with(&[0x2001, 0x0db8]),
    }
}

#[test]
fn the_recording_fits_the_types_and_each_answer_its_question() {
    let lines: Vec<Recorded> = serde_json::from_str(RECORDING).expect("assets/demo/recorded.json is a recording");
    let keys: BTreeSet<&Key> = lines.iter().map(|line| &line.key).collect();
    assert_eq!(keys.len(), lines.len(), "no question is recorded twice");
    for Recorded { key, fact: Fact { state, origin, at, .. } } in &lines {
        assert!(matches!(origin, Origin::Recorded(label) if label.contains("20")), "{key:?} says by whom and when");
        assert!(at.is_some(), "{key:?} is dated");
        match state {
            State::Value(answer) => assert!(
                matches!(
                    (key, answer),
                    (Key::Addresses(_), Answer::Addresses(_))
                        | (Key::MailExchangers(_), Answer::MailExchangers(_))
                        | (Key::Names(_), Answer::Names(_))
                        | (Key::Place(_), Answer::Place(_))
                        | (Key::Owner(_) | Key::Reputation(_) | Key::Page(_), Answer::Text(_))
                        | (Key::Owner(_), Answer::Registration(_))
                        | (Key::Texts(_), Answer::Texts(_))
                ),
                "{key:?} has an answer of another kind: {answer:?}"
            ),
            State::Absent | State::Failed(_) => {}
            State::NotAsked | State::Queued | State::Asking => panic!("{key:?} records no answer"),
        }
    }
}

#[test]
fn recorded_values_are_shaped_as_the_types_promise() {
    for Recorded { key, fact } in recording() {
        if let Key::Addresses(host)
        | Key::MailExchangers(host)
        | Key::Owner(host)
        | Key::Texts(host)
        | Key::Reputation(host)
        | Key::Page(host) = &key
        {
            assert_eq!(*host, host.to_ascii_lowercase(), "hosts are lower case");
            assert!(host.is_ascii() && !host.ends_with('.'), "{host} is an A-label name without trailing dot");
            assert!(is_reserved_name(host), "{host} is no reserved name");
        }
        match fact.state {
            State::Value(Answer::Place(place)) => {
                if let Some((north, east)) = place.coordinates {
                    assert!(north.abs() <= 90.0 && east.abs() <= 180.0 && (north, east) != (0.0, 0.0), "{key:?}");
                    assert!(!place.anycast, "{key:?}: a pin for an anycast address would be a lie");
                }
                assert!(
                    place.country.is_none_or(|code| code.len() == 2 && code == code.to_ascii_uppercase()),
                    "{key:?}"
                );
            }
            State::Value(Answer::Addresses(list)) => {
                assert!(!list.is_empty(), "{key:?}: no address is Absent, not an empty list");
                assert!(list.into_iter().all(is_documentation_address), "{key:?}");
            }
            State::Value(Answer::Texts(texts)) => {
                for text in &texts {
                    let names = names_in(text.as_bytes());
                    assert!(names.iter().all(|name| is_reserved_name(name)), "{key:?}: {text}");
                    let addresses = addresses_in(text.as_bytes());
                    assert!(addresses.into_iter().all(is_documentation_address), "{key:?}: {text}");
                }
            }
            State::Value(Answer::Registration(one)) => {
                let names = one.name_servers.iter().chain(&one.abuse).chain([&one.handle]);
                for name in names.flat_map(|text| names_in(text.as_bytes())) {
                    assert!(is_reserved_name(&name), "{key:?}: {name}");
                }
                let published = PUBLISHED_NAMES.contains(&one.handle.as_str());
                assert!(
                    !published || one.created.is_none() && one.registrar.is_none(),
                    "{key:?}: not in the write-ups"
                );
            }
            _ => {}
        }
        if let Key::Place(address) | Key::Names(address) = key {
            assert!(is_documentation_address(address), "{address} is no documentation address");
        }
    }
}

#[test]
fn every_recorded_address_has_a_place() {
    let facts: FactSet = recording().into_iter().collect();
    // The write-up does not say where this one is.
    let unknown: IpAddr = "203.142.206.12".parse().expect("an address");
    for (key, fact) in facts.iter() {
        if let State::Value(Answer::Addresses(list)) = &fact.state {
            for address in list.iter().filter(|address| **address != unknown) {
                assert!(facts.place(*address).is_some(), "{key:?}: {address} has no place");
            }
        }
    }
}

#[test]
fn the_published_facts_say_what_the_write_ups_say() {
    let facts: FactSet = recording().into_iter().collect();
    let addresses = |host: &str| facts.addresses(host).map(<[IpAddr]>::to_vec);
    let address = |text: &str| text.parse::<IpAddr>().expect("an address");
    let mails = mails();
    let holds = |name: &str, text: &str| {
        let mail =
            mails.iter().find(|(file, _)| file.starts_with(name)).map(|(_, mail)| mail).expect("the mail is there");
        readings(mail).iter().any(|reading| String::from_utf8_lossy(reading).contains(text))
    };
    let long = "mail-secureweb0qa2ce8ndm9asbhssywklsycmqmybohl.nayyabgroup.com";
    assert_eq!(addresses("estprime.com"), Some(vec![address("117.120.49.144")]));
    assert!(holds("01-", "www.hairgrance-shop.com (unknown [117.120.49.144])"), "the sender resolves to the deliverer");
    assert!(holds("01-", "<202204252344.23PNiE2M021322-23PNiE2N021322@fmail02.kagoya.net>"));
    assert_eq!(addresses(long), Some(vec![address("95.216.42.246")]));
    for file in ["01-", "02-", "03-"] {
        assert!(holds(file, &format!("https://{long}/")), "{file} is of the campaign");
        assert!(holds(file, "Subject: [spam] message returner to sender/rcpt(2)\n"));
    }
    assert_eq!(addresses("kagoya.net"), Some(vec![address("203.142.206.12")]));
    assert!(holds("04-", "from [127.0.0.1] (unknown [52.140.204.1])"), "the sender does not resolve to the deliverer");
    assert!(holds("04-", "<f90a3fe7-cf5a-33a9-4edd-08447dfcbadb@kagoya.net>"));
    assert_eq!(addresses("kagoya-support-notification.azurefd.net"), Some(vec![address("13.107.213.46")]));
    let whose = |name: &str| facts.registration(name).map(|one| (one.registrant.clone(), one.country.clone()));
    assert_eq!(whose("nayyabgroup.com"), Some((Some("a person in Lahore".into()), Some("PK".into()))));
    assert_eq!(whose("azurefd.net"), Some((Some("Microsoft".into()), None)));
    let front = facts.place(address("13.107.213.46")).expect("what is known of the front door");
    assert!(front.anycast && front.coordinates.is_none() && front.country.is_none());
}

#[test]
fn every_demo_mail_has_plain_line_ends_and_the_fields_that_a_mail_must_have() {
    let mails = mails();
    assert!(mails.len() >= 17, "{} mails", mails.len());
    for (name, mail) in &mails {
        assert!(!mail.contains(&b'\r') && mail.ends_with(b"\n"), "{name}: LF only");
        assert!(mail.split(|byte| *byte == b'\n').all(|line| line.len() <= 998), "{name}: RFC 5322 section 2.1.1");
        assert!(mail.starts_with(b"Return-Path: "), "{name}: the last server's field stands on top");
        let (header, body) = split(mail);
        assert!(header.is_ascii() && !body.is_empty(), "{name}");
        let from = if name.contains("two-from") { 2 } else { 1 };
        for (field, times) in
            [("From", from), ("Date", 1), ("Message-ID", 1), ("To", 1), ("Subject", 1), ("MIME-Version", 1)]
        {
            assert_eq!(count_of(header, field), times, "{name}: {field}");
        }
        assert!((2..=5).contains(&count_of(header, "Received")), "{name}: Received");
    }
}

#[test]
fn the_demo_names_nobody_but_reserved_names_and_the_published_facts() {
    for (name, mail) in mails() {
        for text in readings(&mail) {
            for host in names_in(&text) {
                assert!(is_reserved_name(&host), "{name}: {host} is no reserved name");
            }
            for address in addresses_in(&text) {
                assert!(is_documentation_address(address), "{name}: {address}");
            }
        }
    }
}

#[test]
fn the_name_check_sees_through_encodings() {
    let mail = b"Subject: =?UTF-8?B?d3d3LnJlYWwuY29t?=\nA: [8.8.8.8]\n\nhttps://a.real.co=\nm/ 9.9.9.9:80\n\naHR0cHM6Ly9oaWRkZW4ubmV0Lw==\n";
    let texts = readings(mail);
    let hosts: BTreeSet<String> = texts.iter().flat_map(|text| names_in(text)).collect();
    for host in ["www.real.com", "a.real.com", "hidden.net"] {
        assert!(hosts.contains(host), "{host} in {hosts:?}");
        assert!(!is_reserved_name(host));
    }
    let addresses: BTreeSet<IpAddr> = texts.iter().flat_map(|text| addresses_in(text)).collect();
    assert_eq!(addresses.len(), 2, "{addresses:?}");
    assert!(!is_reserved_name("notexample.com") && is_reserved_name("a.b.example.jp"));
}

#[test]
fn every_demo_mail_is_described() {
    let readme = std::fs::read_to_string(folder().join("README.md")).expect("assets/demo/README.md");
    for name in mails().keys() {
        assert!(readme.contains(name.as_str()), "{name} is not described");
    }
}

#[test]
fn what_is_recomputed_agrees_with_what_the_recipients_server_wrote() {
    use gosanke::proof::dkim::DkimResult::{BodyChanged, KeyGone, Pass};
    use gosanke::proof::spf::SpfResult;
    let facts: FactSet = recording().into_iter().collect();
    let mut checked = 0;
    for (name, mail) in mails() {
        let made = gosanke::analysis::analyze(
            &mail,
            &[],
            &facts,
            &gosanke::signal::Weights::default(),
            &gosanke::analysis::Own::default(),
        );
        let signed: Vec<_> = made.proof.dkim.iter().filter_map(|one| one.result.clone()).collect();
        let (signatures, path): (&[_], _) = match name.get(..2).unwrap_or_default() {
            "05" => (&[Pass, Pass], SpfResult::Pass),
            "06" => (&[Pass, BodyChanged], SpfResult::Pass),
            "12" => (&[KeyGone], SpfResult::Pass),
            "07" | "08" | "13" | "15" | "17" => (&[Pass], SpfResult::Pass),
            "09" | "10" => (&[], SpfResult::None),
            "11" => (&[], SpfResult::SoftFail),
            "16" => (&[], SpfResult::Fail),
            "14" | "18" => (&[], SpfResult::Pass),
            // The write-ups say nothing of these records.
            _ => {
                assert!(made.proof.paths().all(|spf| spf.result.is_none()), "{name}");
                continue;
            }
        };
        assert_eq!(signed, signatures, "{name}");
        assert_eq!(made.proof.spf.as_ref().and_then(|spf| spf.result), Some(path), "{name}");
        checked += 1;
    }
    assert_eq!(checked, 14);
}

#[test]
fn whatever_the_recording_says_in_words_is_said_in_japanese() {
    for Recorded { key, fact } in recording() {
        let Origin::Recorded(source) = &fact.origin else { panic!("{key:?}: {:?}", fact.origin) };
        let why = if let State::Failed(why) = &fact.state { Some(why) } else { None };
        for text in std::iter::once(source).chain(why) {
            let told = in_language(text, Lang::Ja);
            assert!(told.chars().any(|c| ('\u{3040}'..'\u{a000}').contains(&c)), "{key:?}: {told}");
        }
    }
}

//! The test suite of openspf.org, run whole: `GOSANKE_CORPORA=folder cargo test spf::suite_tests -- --ignored --nocapture`.
//!
//! Facts are made one by one as the evaluation wishes for them, as they come from the network.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::path::PathBuf;

use saphyr::{LoadableYamlNode as _, Yaml};

use super::*;
use crate::facts::phrases::reason;
use crate::facts::{Answer, Exchanger, Fact, State};

/// The records of a name: type and value, or `None` for an answer that never comes.
type Zone = BTreeMap<String, Vec<Option<(String, Data)>>>;

#[derive(Clone)]
enum Data {
    Text(String),
    Exchanger(u16, String),
}

fn zone(document: &Yaml<'_>) -> Zone {
    let mut zone = Zone::new();
    for (name, list) in document["zonedata"].as_mapping().unwrap() {
        let mut records = Vec::new();
        for record in list.as_sequence().unwrap() {
            let Some(pairs) = record.as_mapping() else {
                assert_eq!(record.as_str(), Some("TIMEOUT"));
                records.push(None);
                continue;
            };
            for (kind, value) in pairs {
                let kind = kind.as_str().unwrap().to_owned();
                let data = match value.as_sequence().map(Vec::as_slice) {
                    Some([number, host]) if kind == "MX" => {
                        Data::Exchanger(number.as_integer().unwrap() as u16, host.as_str().unwrap().to_owned())
                    }
                    Some(parts) => Data::Text(parts.iter().map(|part| part.as_str().unwrap()).collect()),
                    None => Data::Text(value.as_str().unwrap().to_owned()),
                };
                records.push(Some((kind, data)));
            }
        }
        // As the suite says: a record of type SPF stands for a text, unless the name has texts of its own.
        let of = |kind: &str| records.iter().flatten().any(|(own, _)| own == kind);
        if of("SPF") && !of("TXT") {
            for (kind, _) in records.iter_mut().flatten().filter(|(kind, _)| kind == "SPF") {
                "TXT".clone_into(kind);
            }
        }
        zone.insert(name.as_str().unwrap().to_lowercase(), records);
    }
    zone
}

/// The records of one type at a name, aliases followed; `None` where no answer comes.
fn records(zone: &Zone, name: &str, kind: &str) -> Option<Vec<Data>> {
    let mut name = name.to_lowercase();
    for _ in 0..10 {
        let Some(list) = zone.get(&name) else { return Some(Vec::new()) };
        let of = |kind: &str| -> Vec<Data> {
            list.iter().flatten().filter(|(own, _)| own == kind).map(|(_, data)| data.clone()).collect()
        };
        let mut found = of(kind);
        found.retain(|data| !matches!(data, Data::Text(text) if kind == "TXT" && text == "NONE"));
        if found.is_empty() && list.iter().any(Option::is_none) {
            return None;
        }
        match of("CNAME").first() {
            Some(Data::Text(target)) if found.is_empty() => name = target.trim_end_matches('.').to_lowercase(),
            _ => return Some(found),
        }
    }
    Some(Vec::new())
}

fn texts(list: Vec<Data>) -> Vec<String> {
    list.into_iter()
        .filter_map(|data| match data {
            Data::Text(text) => Some(text),
            Data::Exchanger(..) => None,
        })
        .collect()
}

fn escaped(text: &str) -> String {
    // Letters beyond ASCII stand for bytes here.
    text.chars()
        .map(|c| match u32::from(c) {
            0x5c => "\\\\".to_owned(),
            0x20..=0x7e => c.to_string(),
            byte => format!("\\{:03}", byte & 0xff),
        })
        .collect()
}

/// The fact for a key.
fn fact(zone: &Zone, key: &Key) -> Fact {
    let value = |answer: Answer, none: bool| if none { State::Absent } else { State::Value(answer) };
    let state = match key {
        Key::Texts(name) => records(zone, name, "TXT").map(|list| {
            let list: Vec<String> = texts(list).iter().map(|text| escaped(text)).collect();
            let none = list.is_empty();
            value(Answer::Texts(list), none)
        }),
        Key::Addresses(name) => records(zone, name, "A").zip(records(zone, name, "AAAA")).map(|(four, six)| {
            let list: Vec<IpAddr> =
                texts(four).iter().chain(&texts(six)).map(|address| address.parse().unwrap()).collect();
            let none = list.is_empty();
            value(Answer::Addresses(list), none)
        }),
        Key::MailExchangers(name) => records(zone, name, "MX").map(|list| {
            let list: Vec<Exchanger> = list
                .into_iter()
                .filter_map(|data| match data {
                    Data::Exchanger(preference, host) => Some(Exchanger { preference, host }),
                    Data::Text(_) => None,
                })
                .collect();
            let none = list.is_empty();
            value(Answer::MailExchangers(list), none)
        }),
        Key::Names(address) => {
            let name = match address {
                IpAddr::V4(four) => {
                    let [a, b, c, d] = four.octets();
                    format!("{d}.{c}.{b}.{a}.in-addr.arpa")
                }
                IpAddr::V6(six) => {
                    let nibbles = six.octets().into_iter().rev().flat_map(|byte| [byte & 15, byte >> 4]);
                    let nibbles: Vec<String> = nibbles.map(|nibble| format!("{nibble:x}")).collect();
                    format!("{}.ip6.arpa", nibbles.join("."))
                }
            };
            records(zone, &name, "PTR").map(|list| {
                let list = texts(list);
                let none = list.is_empty();
                value(Answer::Names(list), none)
            })
        }
        _ => panic!("SPF never wants {key:?}"),
    };
    Fact { state: state.unwrap_or_else(|| State::Failed(reason::TIMEOUT.en.into())), ..Fact::default() }
}

/// Runs a check to its end, and says how many questions it took.
fn run(zone: &Zone, mut facts: FactSet, address: IpAddr, helo: &str, mail_from: &str) -> (Spf, usize) {
    for asked in 0..100 {
        let spf = check(&facts, address, helo, mail_from);
        assert_eq!(spf.result.is_none(), !spf.wants.is_empty());
        if spf.result.is_some() {
            return (spf, asked);
        }
        for key in &spf.wants {
            assert!(facts.put(key.clone(), fact(zone, key)), "asked twice: {key:?}");
        }
    }
    panic!("no end");
}

/// Tests of a file, those that came out otherwise, and the most questions of one.
fn file(name: &str) -> (usize, Vec<String>, usize) {
    let folder = PathBuf::from(std::env::var_os("GOSANKE_CORPORA").expect("GOSANKE_CORPORA names the corpora"));
    let text = std::fs::read_to_string(folder.join("auth/openspf").join(name)).unwrap();
    let (mut count, mut wrong, mut most) = (0, Vec::new(), 0);
    for document in Yaml::load_from_str(&text).unwrap() {
        if document.as_mapping().is_none() {
            continue;
        }
        let zone = zone(&document);
        for (id, test) in document["tests"].as_mapping().unwrap() {
            let field = |name: &str| test.as_mapping_get(name).and_then(|value| value.as_str()).unwrap_or_default();
            let id = id.as_str().unwrap();
            let address: IpAddr = field("host").parse().unwrap();
            let told = field("explanation");
            let mut facts = FactSet::default();
            if !told.is_empty() {
                // Nothing is asked for an explanation: it has to be at hand.
                let names = zone.keys().flat_map(|name| [Key::Texts(name.clone()), Key::Addresses(name.clone())]);
                for key in names.chain([Key::Names(address)]) {
                    let fact = fact(&zone, &key);
                    facts.put(key, fact);
                }
            }
            let (spf, asked) = run(&zone, facts, address, field("helo"), field("mailfrom"));
            count += 1;
            most = most.max(asked);
            let result = spf.result.unwrap().word();
            let expected = test.as_mapping_get("result").unwrap();
            let right = expected.as_str() == Some(result)
                || expected.as_sequence().is_some_and(|list| list.iter().any(|one| one.as_str() == Some(result)));
            let explained = match told {
                "" => true,
                "DEFAULT" => spf.explanation.is_none(),
                // Names of the DNS have no case; the suite writes the nibbles of an address in capitals.
                told => spf.explanation.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(told)),
            };
            if !right || !explained {
                wrong.push(format!(
                    "{id}: {result} instead of {expected:?}, {:?} for {told:?}, {:?}",
                    spf.explanation, spf.problem
                ));
            }
        }
    }
    (count, wrong, most)
}

#[test]
#[ignore = "needs the corpora"]
fn the_suite_of_rfc_7208_comes_out_as_it_says() {
    let (count, wrong, most) = file("rfc7208-tests.yml");
    println!(
        "RFC 7208: {count} tests, {} otherwise, at most {most} rounds of questions\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert_eq!((count, wrong.len()), (203, 0));
}

#[test]
#[ignore = "needs the corpora"]
fn the_suite_of_rfc_4408_comes_out_as_it_says() {
    let (count, wrong, _) = file("rfc4408-tests.yml");
    println!("RFC 4408: {count} tests, {} otherwise\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!((count, wrong.len()), (191, 0));
}

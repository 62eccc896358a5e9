//! Databases of every vendor, and broken ones.

use super::super::mmdb::{Value, map, named, write};
use super::*;
use crate::text::Lang;

const MAY: u64 = 1_777_593_600;

fn open(bytes: &[u8]) -> Result<Database, Sentence> {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), bytes).unwrap();
    Database::open(file.path())
}

fn row(bytes: &[u8]) -> Row {
    open(bytes).unwrap().row("93.184.216.34".parse().unwrap())
}

#[test]
fn each_vendor_s_field_names_are_read() {
    let text = Value::Text;
    let city = Row {
        country: Some("JP".into()),
        region: Some("Toyama".into()),
        city: Some("Toyama-shi".into()),
        coordinates: Some((36.7, 137.21)),
        ..Row::default()
    };
    let network = Row { asn: Some(64500), network: Some("Example KK".into()), ..Row::default() };
    let cases = [
        (
            "GeoLite2-City",
            map([
                ("city", named("Toyama-shi")),
                ("continent", map([("code", text("AS"))])),
                ("country", map([("iso_code", text("JP")), ("names", map([("en", text("Japan"))]))])),
                ("location", map([("latitude", Value::Double(36.7)), ("longitude", Value::Double(137.21))])),
                ("subdivisions", Value::List(vec![named("Toyama")])),
            ]),
            city.clone(),
        ),
        (
            "GeoLite2-ASN",
            map([
                ("autonomous_system_number", Value::Number(64500)),
                ("autonomous_system_organization", text("Example KK")),
            ]),
            network.clone(),
        ),
        (
            "ipinfo generic_location.mmdb",
            map([
                ("city", text("Toyama-shi")),
                ("country", text("JP")),
                ("lat", text("36.7")),
                ("lng", text("137.21")),
                ("region", text("Toyama")),
                ("timezone", text("Asia/Tokyo")),
            ]),
            city.clone(),
        ),
        (
            "ipinfo lite",
            map([
                ("as_domain", text("example.com")),
                ("as_name", text("Example KK")),
                ("asn", text("AS64500")),
                ("country", text("Japan")),
                ("country_code", text("JP")),
            ]),
            Row { country: Some("JP".into()), ..network.clone() },
        ),
        ("ipinfo asn", map([("asn", text("AS64500")), ("name", text("Example KK"))]), network),
        (
            "ip-location-db",
            map([
                ("city", text("Toyama-shi")),
                ("country_code", text("JP")),
                ("latitude", Value::Double(36.7)),
                ("longitude", Value::Double(137.21)),
                ("state1", text("Toyama")),
            ]),
            city,
        ),
        (
            "GeoIP2-Country",
            map([("traits", map([("is_anycast", Value::Truth(true))]))]),
            Row { anycast: true, ..Row::default() },
        ),
    ];
    for (kind, value, expected) in cases {
        let database = open(&write(kind, MAY, &[("93.184.0.0/16", value)])).unwrap();
        assert_eq!(database.title, format!("{kind}, 2026-05-01"));
        assert_eq!(database.row("93.184.216.34".parse().unwrap()), expected, "{kind}");
        assert_eq!(database.row("93.185.0.1".parse().unwrap()), Row::default(), "{kind}");
        assert_eq!(database.row("2a00::1".parse().unwrap()), Row::default(), "{kind}");
    }
}

#[test]
fn hostile_values_are_bounded_or_left_out() {
    let long: &'static str = Box::leak("x".repeat(5_000).into_boxed_str());
    let found = row(&write(
        "hostile",
        MAY,
        &[(
            "93.184.0.0/16",
            map([
                ("autonomous_system_number", Value::Double(-1.0)),
                ("autonomous_system_organization", Value::Text(long)),
                ("city", named("a\u{1b}[2J\nb")),
                ("country", map([("iso_code", Value::Text("JPN"))])),
                ("location", map([("latitude", Value::Double(f64::NAN)), ("longitude", Value::Double(1e308))])),
                ("subdivisions", named("not a list")),
            ]),
        )],
    ));
    assert_eq!(found.network.map(|name| name.chars().count()), Some(TEXT));
    assert_eq!(found.city.as_deref(), Some("a\u{fffd}[2J\u{fffd}b"));
    assert_eq!((found.country, found.region, found.coordinates, found.asn), (None, None, None, None));
}

#[test]
fn a_damaged_file_is_refused_with_a_sentence() {
    let good = write("GeoLite2-City", MAY, &[("93.184.0.0/16", map([("city", named("X"))]))]);
    let marker = good.windows(14).position(|window| window == b"\xab\xcd\xefMaxMind.com").unwrap();
    let mut cases: Vec<(&str, Vec<u8>)> = vec![
        ("empty", vec![]),
        ("no marker", good[..marker].to_vec()),
        ("only metadata", good[marker..].to_vec()),
        ("cut in the tree", [&good[..20], &good[marker..]].concat()),
        ("text", b"<html>not found</html>".to_vec()),
    ];
    let invalid = Value::Map(vec![("city", Value::Bytes(vec![0xff, 0xfe]))]);
    cases.push(("invalid UTF-8", write("x", MAY, &[("93.184.0.0/16", invalid)])));
    let mut looped = good.clone();
    looped[0..3].fill(0);
    cases.push(("a tree that loops", looped));
    let mut wild = good.clone();
    wild[..marker].fill(0xee);
    cases.push(("garbage", wild));
    for (name, bytes) in cases {
        let why = open(&bytes).err().unwrap_or_else(|| panic!("{name} was opened"));
        let said = why.to_string();
        assert!(said.starts_with("not a sound MaxMind DB file: ") && said.len() < 200, "{name}: {said}");
        assert_eq!(why.words(Lang::Ja), "正しい MaxMind DB ファイルではありません");
    }
    // A flipped bit may go unnoticed but must never panic or hang.
    for at in (0..good.len()).step_by(7) {
        let mut flipped = good.clone();
        flipped[at] ^= 0x41;
        if let Ok(database) = open(&flipped) {
            let _ = database.row("93.184.216.34".parse().unwrap());
        }
    }
}

#[test]
fn a_date_that_cannot_be_is_unknown() {
    assert_eq!(title("a", u64::MAX), "a, date unknown");
    assert_eq!(title("a", 0), "a, 1970-01-01");
}

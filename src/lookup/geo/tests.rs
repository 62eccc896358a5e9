//! Places from the embedded database, from the user's files and from corrections.

use super::super::mmdb::{Value, map, named, write};
use super::*;
use crate::facts::phrases::reserved as words;
use crate::text::{Lang, latin_words};

fn place(geo: &Geo, address: &str) -> (Place, String) {
    let fact = geo.place(address.parse().unwrap());
    let Origin::Database(source) = fact.origin else { panic!("{address}: {:?}", fact.origin) };
    match fact.state {
        State::Value(Answer::Place(place)) => (place, source),
        state => panic!("{address}: {state:?}"),
    }
}

const MAY: u64 = 1_777_593_600;

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("geo")).unwrap();
        Self(folder)
    }

    fn put(&self, name: &str, bytes: &[u8]) -> &Self {
        std::fs::write(self.0.path().join("geo").join(name), bytes).unwrap();
        self
    }

    fn open(&self) -> (Geo, Vec<Sentence>) {
        Geo::open_with(&[], Some(self.0.path()), &[])
    }
}

#[test]
fn a_database_that_knows_of_anycast_is_believed() {
    let folder = Folder::new();
    let row = map([("country", map([("iso_code", Value::Text("US"))])), ("is_anycast", Value::Truth(true))]);
    folder.put("a.mmdb", &write("vendor", MAY, &[("95.216.0.0/16", row)]));
    let (found, _) = place(&folder.open().0, "95.216.42.246");
    assert!(found.anycast && found.country.is_none() && found.coordinates.is_none(), "{found:?}");
    assert_eq!(found.asn, Some(24940));
}

#[test]
fn the_embedded_database_is_sound() {
    let reader = maxminddb::Reader::from_source(EMBEDDED).unwrap();
    reader.verify().unwrap();
}

#[test]
fn the_embedded_database_knows_the_machines_of_the_write_ups() {
    let geo = Geo::embedded();
    for (address, country) in [("117.120.49.144", "JP"), ("95.216.42.246", "FI"), ("52.140.204.1", "JP")] {
        let (place, source) = place(&geo, address);
        assert_eq!(place.country.as_deref(), Some(country), "{address}");
        assert!(place.coordinates.is_some() && place.asn.is_some() && place.network.is_some(), "{place:?}");
        assert!(!place.anycast);
        assert!(source.starts_with("DB-IP Lite region, 2026-"), "{source}");
    }
    assert_eq!(place(&geo, "::ffff:95.216.42.246").0.country.as_deref(), Some("FI"));
    assert_eq!(place(&geo, "2a01:4f9::1").0.asn, Some(24940));
}

#[test]
fn a_content_network_is_named_and_not_pinned() {
    let (place, source) = place(&Geo::embedded(), "13.107.213.46");
    assert!(place.anycast);
    assert_eq!(place.network.as_deref(), Some("Microsoft edge network (Azure Front Door, anycast)"));
    assert_eq!((place.country, place.region, place.city, place.coordinates), (None, None, None, None));
    assert!(source.starts_with("gosanke's list of anycast networks, "), "{source}");
}

#[test]
fn an_address_that_nobody_has_is_called_what_it_is() {
    let geo = Geo::embedded();
    for (address, text) in [
        ("192.0.2.7", words::DOCUMENTATION),
        ("127.0.0.1", words::LOOPBACK),
        ("10.0.0.1", words::PRIVATE),
        ("2001:db8::1", words::DOCUMENTATION_V6),
    ] {
        let (place, source) = place(&geo, address);
        assert_eq!(place, Place { network: Some(text.en.into()), ..Place::default() }, "{address}");
        assert_eq!(source, source::IANA.en);
    }
}

#[test]
fn the_user_s_databases_win_field_by_field() {
    let folder = Folder::new();
    let city = map([
        ("city", named("Tuusula")),
        ("country", map([("iso_code", Value::Text("FI"))])),
        ("location", map([("latitude", Value::Double(60.4)), ("longitude", Value::Double(25.0))])),
    ]);
    let asn = map([("autonomous_system_organization", Value::Text("The User's Name"))]);
    folder.put("a.mmdb", &write("GeoLite2-City", MAY, &[("95.216.0.0/16", city)]));
    folder.put("b.MMDB", &write("GeoLite2-ASN", MAY, &[("95.216.0.0/16", asn)]));
    folder.put("notes.txt", b"no database");
    let (geo, warnings) = folder.open();
    assert_eq!(warnings, []);
    let (found, source) = place(&geo, "95.216.42.246");
    assert_eq!(found.city.as_deref(), Some("Tuusula"));
    assert_eq!(found.coordinates, Some((60.4, 25.0)));
    assert_eq!(found.network.as_deref(), Some("The User's Name"));
    assert_eq!(found.asn, Some(24940), "the number comes from the embedded database");
    assert!(source.contains("GeoLite2-ASN, 2026-05-01") && source.contains("GeoLite2-City, 2026-05-01"), "{source}");
    let (other, source) = place(&geo, "117.120.49.144");
    assert_eq!(other.country.as_deref(), Some("JP"));
    assert!(!source.contains("GeoLite2"), "{source}");
}

#[test]
fn a_region_is_not_mixed_into_another_country() {
    let folder = Folder::new();
    let moved = map([("country", map([("iso_code", Value::Text("SE"))]))]);
    folder.put("a.mmdb", &write("GeoLite2-Country", MAY, &[("95.216.0.0/16", moved)]));
    let (found, _) = place(&folder.open().0, "95.216.42.246");
    assert_eq!(found.country.as_deref(), Some("SE"));
    assert_eq!((found.region, found.city, found.coordinates), (None, None, None));
}

#[test]
fn an_unusable_database_is_a_warning() {
    let folder = Folder::new();
    folder.put("a.mmdb", b"not a database").put("override.csv", b"x\n");
    let missing = folder.0.path().join("none.mmdb");
    let (geo, warnings) = Geo::open_with(std::slice::from_ref(&missing), Some(folder.0.path()), &[]);
    assert_eq!(warnings.len(), 3, "{warnings:?}");
    let said: Vec<String> = warnings.iter().map(ToString::to_string).collect();
    assert!(said[0].starts_with(missing.to_str().unwrap()), "{said:?}");
    assert!(said[1].contains("a.mmdb: not a sound MaxMind DB file"), "{said:?}");
    assert!(said[2].contains("override.csv: line 1: "), "{said:?}");
    let paths = [missing.clone(), folder.0.path().join("geo/a.mmdb"), folder.0.path().join("geo/override.csv")];
    for (told, path) in warnings.iter().zip(paths) {
        let said = told.words(Lang::Ja).replace(path.to_str().unwrap(), "");
        let names = ["MaxMind", "DB", "os", "error"];
        assert!(latin_words(&said).iter().all(|word| names.contains(word)), "{said}");
    }
    assert_eq!(place(&geo, "95.216.42.246").0.country.as_deref(), Some("FI"));
    assert_eq!(geo.databases().count(), 1);
}

#[test]
fn a_correction_wins_over_everything() {
    let folder = Folder::new();
    let text = "117.120.49.0/24,JP,Toyama,Toyama,,36.70,137.21\n13.107.213.0/24,US,,,\n10.0.0.0/8,JP,,Nagoya,\n95.216.0.0/16,,,,\n";
    folder.put("override.csv", text.as_bytes());
    let (geo, warnings) = folder.open();
    assert_eq!(warnings, []);
    let (toyama, source) = place(&geo, "117.120.49.144");
    assert_eq!((toyama.city.as_deref(), toyama.coordinates), (Some("Toyama"), Some((36.70, 137.21))));
    assert!(toyama.asn.is_some() && source.starts_with(source::OVERRIDE.en), "{source}");
    assert!(!place(&geo, "13.107.213.46").0.anycast);
    let (office, _) = place(&geo, "10.1.2.3");
    assert_eq!((office.city.as_deref(), office.network.as_deref()), (Some("Nagoya"), Some(words::PRIVATE.en)));
    let (hidden, _) = place(&geo, "95.216.42.246");
    assert_eq!((hidden.country, hidden.coordinates), (None, None));
}

#[test]
fn a_recorded_place_without_a_network_gets_the_databases_and_keeps_its_own_words() {
    let geo = Geo::embedded();
    let address = "95.216.42.246".parse().unwrap();
    let recorded = |place| Fact {
        state: State::Value(Answer::Place(place)),
        origin: Origin::Recorded("a write-up, 2022-04".into()),
        ..Fact::default()
    };
    let tuusula = Place { country: Some("FI".into()), city: Some("Tuusula".into()), ..Place::default() };
    let fact = geo.with_network(address, recorded(tuusula.clone()));
    let State::Value(Answer::Place(place)) = &fact.state else { panic!("{fact:?}") };
    assert_eq!((place.city.as_deref(), place.asn), (Some("Tuusula"), Some(24940)));
    assert!(matches!(&fact.origin, Origin::Recorded(text) if text.starts_with("a write-up, 2022-04; network: DB-IP")));
    let named = recorded(Place { network: Some("Microsoft".into()), ..tuusula });
    assert_eq!(geo.with_network(address, named.clone()), named, "what was recorded stays");
}

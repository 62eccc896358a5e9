//! Answers in the shapes of real registries, with made-up contents.

use super::*;

pub(super) const VERISIGN: &str = include_str!("shapes/verisign.json");
pub(super) const REGISTRAR: &str = include_str!("shapes/registrar.json");
pub(super) const PIR: &str = include_str!("shapes/pir.json");
pub(super) const RIPE: &str = include_str!("shapes/ripe.json");

fn list<const N: usize>(texts: [&str; N]) -> Vec<String> {
    texts.map(ToOwned::to_owned).to_vec()
}

/// With what the loopback server's own host gives.
fn here(registration: Registration) -> Registration {
    Registration { registry: Some("127.0.0.1".into()), ..registration }
}

#[tokio::test]
async fn domains_of_registries_that_keep_registrants_are_read() {
    let said = registered(answered(owner("example.org"), json(PIR)).await);
    assert_eq!(
        said,
        here(Registration {
            handle: "example.org".into(),
            registrar: Some("Example Registrar B.V.".into()),
            country: Some("US".into()),
            created: Some(809_841_600),
            changed: Some(1_786_752_000),
            expires: Some(1_819_598_400),
            name_servers: list(["ns1.hosting.example"]),
            status: list(["active", "client hold", "server transfer prohibited"]),
            abuse: list(["domainabuse@registrar.example", "+31.000000"]),
            signed: Some(true),
            ..Registration::default()
        })
    );
    let said = registered(answered(owner("example.co.uk"), json(include_str!("shapes/nominet.json"))).await);
    assert_eq!(
        said,
        here(Registration {
            handle: "example.co.uk".into(),
            registrar: Some("Example Internet plc [Tag = EXAMPLE-TAG]".into()),
            registrant: Some("Example Holdings Limited".into()),
            country: Some("United Kingdom".into()),
            created: Some(838_857_600),
            changed: Some(1_782_987_072),
            expires: Some(1_817_078_400),
            name_servers: list(["ns1.example.co.uk"]),
            status: list(["active"]),
            signed: Some(false),
            ..Registration::default()
        })
    );
    let said = registered(answered(owner("xn--bcher-kva.app"), json(include_str!("shapes/google.json"))).await);
    assert_eq!(said.name.as_deref(), Some("bücher.app"));
    assert_eq!((said.registrant.as_deref(), said.country.as_deref()), (Some("Example Verlag"), Some("DE")));
    assert_eq!(said.created, Some(1_795_219_200), "registered again");
}

#[tokio::test]
async fn blocks_and_systems_of_the_five_registries_are_read() {
    let block = |address: &str| Key::Block(address.parse().unwrap());
    let said = registered(answered(block("8.8.8.8"), json(include_str!("shapes/arin.json"))).await);
    assert_eq!(
        said,
        here(Registration {
            handle: "8.8.8.0/24".into(),
            name: Some("EXAMPLE-NET".into()),
            registrant: Some("Example Networks LLC".into()),
            created: Some(1_394_830_325),
            changed: Some(1_703_802_296),
            status: list(["active"]),
            abuse: list(["network-abuse@example.net", "+1-555-555-0100"]),
            ..Registration::default()
        })
    );
    let said = registered(answered(block("193.0.6.139"), json(RIPE)).await);
    assert_eq!((said.handle.as_str(), said.name.as_deref()), ("193.0.0.0/21", Some("EXAMPLE-NCC")));
    assert_eq!(said.registrant.as_deref(), Some("Example Network Centre"), "not its maintainer");
    assert_eq!((said.country.as_deref(), said.abuse), (Some("NL"), list(["abuse@example.nl"])));
    let said = registered(answered(block("203.119.1.1"), json(include_str!("shapes/apnic.json"))).await);
    assert_eq!(said.registrant.as_deref(), Some("Example Hosting Kabushiki Kaisha"), "as its description says");
    assert_eq!((said.country.as_deref(), said.created), (Some("JP"), None));
    assert_eq!(said.abuse, list(["abuse@example.jp", "security@example.jp"]));
    let said = registered(answered(block("200.3.14.1"), json(include_str!("shapes/lacnic.json"))).await);
    assert_eq!((said.handle.as_str(), said.created), ("200.3.12.0/22", Some(950_745_600)));
    assert_eq!((said.country.as_deref(), said.abuse), (Some("UY"), list(["abuse@example.uy"])));
    let said = registered(answered(Key::System(37_000), json(include_str!("shapes/afrinic.json"))).await);
    assert_eq!((said.handle.as_str(), said.name.as_deref()), ("AS37000 - AS37007", Some("EXAMPLE-AFRICA")));
    assert_eq!(said.registrant.as_deref(), Some("Example Africa (Pty) Ltd"));
}

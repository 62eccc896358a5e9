//! Answers in the shapes of real registries, with made-up contents.

use super::*;

pub(super) const ARIN: &str = include_str!("shapes/arin.txt");
pub(super) const RIPE: &str = include_str!("shapes/ripe.txt");
pub(super) const APNIC: &str = include_str!("shapes/apnic.txt");
pub(super) const JPNIC: &str = include_str!("shapes/jpnic.txt");
pub(super) const JPRS: &str = include_str!("shapes/jprs_cojp.txt");
pub(super) const VERISIGN: &str = include_str!("shapes/verisign.txt");
pub(super) const REGISTRAR: &str = include_str!("shapes/registrar.txt");
pub(super) const IANA: &str = include_str!("shapes/iana.txt");

/// The registration in a text.
fn said(key: &Key, text: &str) -> Registration {
    match read(text, key, false) {
        Said::Registered(registration, _) => *registration,
        other => panic!("{other:?}"),
    }
}

fn list<const N: usize>(texts: [&str; N]) -> Vec<String> {
    texts.map(ToOwned::to_owned).to_vec()
}

#[test]
fn a_general_name_of_japan_has_its_own_fields() {
    assert_eq!(
        said(&owner("example.jp"), include_str!("shapes/jprs_jp.txt")),
        Registration {
            handle: "example.jp".into(),
            registrant: Some("Example Taro".into()),
            created: Some(1_794_960_000),
            changed: Some(1_795_059_296),
            expires: Some(1_827_532_800),
            name_servers: list(["ns1.hosting.example", "ns2.hosting.example"]),
            status: list(["Active"]),
            signed: Some(true),
            by: Registry::Whois,
            ..Registration::default()
        }
    );
    let japanese = "[ドメイン名]                    EXAMPLE.JP\n[登録年月日]                    2026/11/18\n[有効期限]                      2027/11/30\n[状態]                          Active\n[最終更新]                      2026/11/19 12:34:56 (JST)\n";
    let said = said(&owner("example.jp"), japanese);
    assert_eq!((said.created, said.expires), (Some(1_794_960_000), Some(1_827_532_800)));
}

#[test]
fn blocks_of_the_registries_of_addresses_are_read() {
    let block = |address: &str| Key::Block(address.parse().unwrap());
    assert_eq!(
        said(&block("8.8.8.8"), ARIN),
        Registration {
            handle: "8.8.8.0/24".into(),
            name: Some("EXAMPLE-NET".into()),
            registrant: Some("Example Networks LLC".into()),
            country: Some("US".into()),
            created: Some(1_703_721_600),
            changed: Some(1_703_721_600),
            abuse: list(["network-abuse@example.net", "+1-555-555-0100"]),
            by: Registry::Whois,
            ..Registration::default()
        },
        "the smallest block, not the larger one around it"
    );
    assert_eq!(
        said(&block("193.0.6.139"), RIPE),
        Registration {
            handle: "193.0.0.0/21".into(),
            name: Some("EXAMPLE-NCC".into()),
            registrant: Some("Example Network Centre B.V.".into()),
            country: Some("NL".into()),
            created: Some(1_047_903_357),
            changed: Some(1_512_398_551),
            status: list(["ASSIGNED PA"]),
            abuse: list(["abuse@example.nl"]),
            by: Registry::Whois,
            ..Registration::default()
        },
        "not the dates of the organization or the route"
    );
    assert_eq!(
        said(&Key::System(131_072), APNIC),
        Registration {
            handle: "AS131072".into(),
            name: Some("EXAMPLE-AS-AP".into()),
            registrant: Some("Example Hosting Kabushiki Kaisha".into()),
            country: Some("JP".into()),
            changed: Some(1_612_155_967),
            abuse: list(["abuse@example.jp", "security@example.jp"]),
            by: Registry::Whois,
            ..Registration::default()
        }
    );
    let said = said(&block("203.0.112.9"), JPNIC);
    assert_eq!((said.handle.as_str(), said.name.as_deref()), ("203.0.112.0/21", Some("EXAMPLE-JP")));
    assert_eq!(said.registrant.as_deref(), Some("Example Internet Inc."));
    assert_eq!(said.created, Some(1_273_536_000));
}

#[test]
fn other_registries_of_countries_are_read() {
    let day = 1_794_960_000; // 2026-11-18
    for (name, text, registrar, registrant) in [
        (
            "example.ru",
            "% TCI Whois Service. Terms of use:\n% https://example\n\ndomain:        EXAMPLE.RU\nnserver:       ns1.hosting.example.\nstate:         REGISTERED, DELEGATED, VERIFIED\nperson:        Private Person\nregistrar:     EXAMPLE-RU\ncreated:       2026-11-18T00:00:00Z\npaid-till:     2027-11-18T00:00:00Z\nsource:        TCI\n",
            Some("EXAMPLE-RU"),
            None,
        ),
        (
            "example.cn",
            "Domain Name: example.cn\nROID: 2026\nDomain Status: ok\nRegistrant: Example Co., Ltd\nRegistrant Contact Email: x@example.cn\nSponsoring Registrar: Example Cloud\nName Server: ns1.hosting.example\nRegistration Time: 2026-11-18 00:00:00\nExpiration Time: 2027-11-18 00:00:00\nDNSSEC: unsigned\n",
            Some("Example Cloud"),
            Some("Example Co., Ltd"),
        ),
        (
            "example.it",
            "Domain:             example.it\nStatus:             ok\nSigned:             no\nCreated:            2026-11-18 00:00:00\nLast Update:        2026-11-19 00:00:00\nExpire Date:        2027-11-18\n\nRegistrant\n  Organization:     Example S.r.l.\n\nAdmin Contact\n  Name:             Mario Example\n\nRegistrar\n  Organization:     Example Registrar S.p.A.\n  Name:             EXAMPLE-REG\n\nNameservers\n  ns1.hosting.example\n",
            Some("EXAMPLE-REG"),
            Some("Example S.r.l."),
        ),
        (
            "example.be",
            "% .be Whois Server 6.1\n\nDomain:\texample.be\nStatus:\tNOT AVAILABLE\nRegistered:\tWed Nov 18 2026\n\nRegistrant:\n\tNot shown, please visit www.dnsbelgium.be for webbased whois.\n\nRegistrar:\n\tName:\t Example Registrar BV\n\tWebsite: https://registrar.example\n\nNameservers:\n\tns1.hosting.example\n\nKeys:\n\nFlags:\n\tclientTransferProhibited\n",
            Some("Example Registrar BV"),
            None,
        ),
        (
            "example.co.kr",
            "query : example.co.kr\n\n\n# ENGLISH\n\nDomain Name                 : example.co.kr\nRegistrant                  : Example Corp.\nAdministrative Contact(AC)  : Kim\nRegistered Date             : 2026. 11. 18.\nLast Updated Date           : 2026. 11. 19.\nExpiration Date             : 2027. 11. 18.\nPublishes                   : N\nAuthorized Agency           : Example Agency(https://agency.example)\nDNSSEC                      : unsigned\n\nPrimary Name Server\n   Host Name                : ns1.hosting.example\n",
            Some("Example Agency"),
            Some("Example Corp."),
        ),
        (
            "example.edu",
            "This Registry database contains ONLY .EDU domains.\n\n-------------------------------------------------------------\n\nDomain Name: EXAMPLE.EDU\n\nRegistrant:\n\tExample University\n\t1 Example Street\n\tUS\n\nName Servers: \n\tNS1.HOSTING.EXAMPLE\n\nDomain record activated:    18-Nov-2026\nDomain record last updated: 19-Nov-2026\nDomain expires:             18-Nov-2027\n",
            None,
            Some("Example University"),
        ),
        (
            "example.com.tr",
            "** Domain Name: example.com.tr\nDomain Status: Active\nFrozen Status: -\n\n** Registrant:\n   Hidden upon user request\n   Hidden upon user request\n\n** Registrar:\nNIC Handle\t\t: EXA01\nOrganization Name\t: Example Bilisim\n\n** Domain Servers:\nns1.hosting.example\n\n** Additional Info:\nCreated on..............: 2026-Nov-18.\nExpires on..............: 2027-Nov-18.\n",
            None,
            None,
        ),
    ] {
        let said = said(&owner(name), text);
        assert_eq!(said.created, Some(day), "{name}");
        assert_eq!(said.name_servers, ["ns1.hosting.example"], "{name}");
        assert_eq!((said.registrar.as_deref(), said.registrant.as_deref()), (registrar, registrant), "{name}");
        assert_eq!(said.cut, None, "{name}");
    }
}

#[test]
fn an_answer_about_another_name_is_none() {
    let text = VERISIGN.replace("EXAMPLE.CC", "OTHER.CC");
    assert_eq!(read(&text, &owner("example.cc"), false), Said::Wait, "only the small print is left");
    let twin = "Domain Name: OTHER.CC\nRegistrar: x\n";
    assert_eq!(read(twin, &owner("example.cc"), false), Said::Unreadable);
}

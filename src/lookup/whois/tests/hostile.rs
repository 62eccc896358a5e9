//! WHOIS servers that mean harm: every limit holds, nothing that is not public is contacted.

use super::*;

#[tokio::test]
async fn escape_sequences_megabytes_and_latin_1_are_bounded_text() {
    // N42.
    let mut bytes = b"Domain: evil.cc\r\nRegistrar: \x1b]52;c;ZWNobw==\x07\xe9\r\nWhois Server: 127.0.0.1\r\n\
        ReferralServer: rwhois://evil.example:4321\r\n"
        .to_vec();
    bytes.extend(vec![b'x'; 5 << 20]);
    let servers = Arc::new(Servers::start(&[("whois.registry.example", &bytes)]).await);
    let outcome = ask(&whois(&servers, "{}", None), owner("evil.cc")).await;
    assert_eq!(failed(&outcome), registry::ASTRAY.en, "rwhois is not spoken");
    let without = b"Domain: evil.cc\r\nRegistrar: \x1b]52;c;ZWNobw==\x07\xe9\r\nWhois Server: 127.0.0.1\r\n".to_vec();
    let bytes = [without, vec![b'x'; 5 << 20]].concat();
    let servers = Arc::new(Servers::start(&[("whois.registry.example", &bytes)]).await);
    let said = registered(ask(&whois(&servers, "{}", None), owner("evil.cc")).await);
    assert_eq!(said.registrar.as_deref(), Some("\u{fffd}]52;c;ZWNobw==\u{fffd}é"));
    let cut = said.cut.unwrap();
    assert!(cut.contains("cut: longer than the limit") && cut.contains(registry::NOT_FOLLOWED.en), "{cut}");
    assert_eq!(servers.heard().len(), 1);
}

#[tokio::test]
async fn referrals_in_circles_and_without_end_stop() {
    let refer = |to: &str| format!("refer: {to}\n").into_bytes();
    let names =
        ["a.registry.example", "b.registry.example", "c.registry.example", "d.registry.example", "e.registry.example"];
    let circle: Vec<_> = vec![(names[0], refer(names[1])), (names[1], refer(names[0]))];
    let line: Vec<_> = names.iter().zip(names.iter().skip(1)).map(|(from, to)| (*from, refer(to))).collect();
    let own: Vec<_> = vec![(names[0], refer(names[0]))];
    assert!(crate::facts::phrases::notes::SERVER_NAMED.en.ends_with(&REFERRALS.to_string()));
    for (answers, asked) in [(circle, 2), (line, REFERRALS + 1), (own, 1)] {
        let answers: Vec<_> = answers.iter().map(|(name, bytes)| (*name, bytes.as_slice())).collect();
        let servers = Arc::new(Servers::start(&answers).await);
        let outcome = ask(&whois(&servers, "{}", None), owner("evil.cc")).await;
        assert_eq!((failed(&outcome), servers.heard().len()), (registry::CIRCLES.en, asked));
    }
}

#[tokio::test]
async fn referrals_lead_to_named_public_hosts_on_the_usual_port_only() {
    for place in [
        "127.0.0.1",
        "whois://127.0.0.1",
        "whois://[::1]",
        "169.254.169.254",
        "localhost",
        "metadata.google.internal",
        "intranet",
        "whois://registry.example:22",
        "http://registry.example/",
        "file:///etc/passwd",
        "a b.example",
        "registry.example\u{1b}[2J",
    ] {
        let text = format!("ReferralServer: {place}\n");
        let servers = Arc::new(Servers::start(&[("whois.registry.example", text.as_bytes())]).await);
        let outcome = ask(&whois(&servers, "{}", None), owner("evil.cc")).await;
        assert!(matches!(outcome.state, State::Failed(_)), "{place}: {outcome:?}");
        assert_eq!(servers.heard().len(), 1, "{place}");
    }
    // A public name that leads inside is refused by the address that it leads to.
    let answers =
        [("whois.registry.example", &b"refer: inside.registry.example\n"[..]), ("inside.registry.example", b"x")];
    let servers = Arc::new(Servers::start(&answers).await);
    let mut provider = whois(&servers, "{}", None);
    Arc::get_mut(&mut provider.asker).unwrap().policy = Policy::AnyPort;
    let outcome = ask(&provider, owner("evil.cc")).await;
    assert_eq!(failed(&outcome), "not contacted: the host's address is not public; 127.0.0.1");
    assert_eq!(outcome.receiver, None);
    assert!(servers.heard().is_empty());
}

#[tokio::test]
async fn a_server_that_drips_or_keeps_silent_is_given_up_with_what_it_said() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        for drips in [true, false] {
            let (mut stream, _) = listener.accept().await.unwrap();
            let _ = stream.write_all(b"Domain: evil.cc\r\nRegistrar: Example\r\n").await;
            tokio::spawn(async move {
                while drips && stream.write_all(b"x").await.is_ok() {
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
                std::future::pending::<()>().await;
            });
        }
    });
    let known = vec![("whois.registry.example", "127.0.0.1".parse().unwrap())];
    let servers = Arc::new(Servers { port, known, heard: Arc::default() });
    let short = Duration::from_millis(60);
    for (whole, quiet) in [(short, PATIENCE.quiet), (PATIENCE.whole, short)] {
        let mut provider = whois(&servers, "{}", None);
        Arc::get_mut(&mut provider.asker).unwrap().patience = Patience { whole, quiet };
        let said = registered(ask(&provider, owner("evil.cc")).await);
        assert_eq!(said.registrar.as_deref(), Some("Example"));
        assert_eq!(said.cut.as_deref(), Some("cut: it took longer than the limit"));
    }
}

#[test]
fn any_bytes_are_read_without_harm() {
    use proptest::prelude::*;
    proptest!(|(text in "(?s).{0,400}", bytes in proptest::collection::vec(any::<u8>(), 0..400))| {
        for key in [owner("evil.cc"), Key::Block("192.0.2.1".parse().unwrap()), Key::System(64_500)] {
            for finder in [false, true] {
                let _ = read(&text, &key, finder);
                let _ = read(&decode(&bytes, Some("iso-2022-jp")), &key, finder);
            }
        }
    });
    let lines = [
        "Domain: evil.cc",
        "Registrar:",
        "  Name: x",
        "[State] Connected (",
        "created: 1",
        "% x",
        "",
        "\tns1.x.example",
    ];
    proptest!(|(picks in proptest::collection::vec(0..lines.len(), 0..60))| {
        let text = picks.iter().map(|pick| lines[*pick]).collect::<Vec<_>>().join("\n");
        let _ = read(&text, &owner("evil.cc"), false);
    });
}

//! Registries that mean harm, or were taken over: every limit holds, nothing that is not public is contacted.

use super::*;

const DOMAIN: &str = r#""objectClassName":"domain","ldhName":"example.com""#;

#[tokio::test]
async fn depth_control_characters_and_double_keys_do_no_harm() {
    // N40: deep arrays are a parse error and no overflow of the stack.
    let deep = format!("{{{DOMAIN},\"deep\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    let outcome = answered(owner("example.com"), json(&deep)).await;
    assert!(failed(&outcome).starts_with("the registry's answer was malformed; JSON: recursion limit"), "{outcome:?}");
    let entities = format!(
        "{{{DOMAIN},\"entities\":{}\"x\":1{}}}",
        "[{\"roles\":[\"abuse\"],\"entities\":".repeat(40).as_str().to_owned() + "{",
        "}".to_owned() + &"}]".repeat(40)
    );
    let said = registered(answered(owner("example.com"), json(&entities)).await);
    assert_eq!(said.cut.as_deref(), Some(registry::CUT_LIST.en), "entities within entities");
    let names = format!(
        r#"{{{DOMAIN},"a":1,"a":2,"ldhName":"example.com","entities":[{{"roles":["registrant"],"vcardArray":["vcard",[["fn",{{}},"text","\u001b[2J\u202eHOSTILE-CANARY\u0007\u009b"]]]}}]}}"#
    );
    let said = registered(answered(owner("example.com"), json(&names)).await);
    let name = said.registrant.unwrap();
    assert_eq!(name, "\u{fffd}[2J\u{202e}HOSTILE-CANARY\u{fffd}\u{fffd}");
}

#[tokio::test]
async fn numbers_out_of_range_and_what_is_no_json_are_told_as_such() {
    // N43.
    for (body, why) in [
        (format!("{{{DOMAIN},\"x\":1e400}}"), "number out of range"),
        (format!("{{{DOMAIN},\"s\":\"\\ud800\"}}"), "end of hex escape"),
        (format!("{{{DOMAIN},\"n\":NaN}}"), "expected value"),
        ("<html><body>Please log in</body></html>".to_owned(), "expected value"),
        (String::new(), "EOF"),
    ] {
        let outcome = answered(owner("example.com"), json(&body)).await;
        assert!(failed(&outcome).contains(why), "{body}: {outcome:?}");
        assert_eq!(outcome.again, None);
    }
    for body in ["[]", "5", "null", r#"{"objectClassName":"entity"}"#, r#"{"objectClassName":["domain"]}"#, "{}"] {
        let outcome = answered(owner("example.com"), json(body)).await;
        assert_eq!(failed(&outcome), registry::NOT_RDAP.en, "{body}");
    }
    let network = r#"{"objectClassName":"ip network","startAddress":"192.0.2.0"}"#;
    assert_eq!(failed(&answered(owner("example.com"), json(network)).await), registry::NOT_RDAP.en);
}

#[tokio::test]
async fn links_into_the_own_network_are_not_followed_and_dates_that_are_none_are_told() {
    // N41.
    let trap = Server::start(vec![]).await;
    let own = format!("{}domain/example.com", trap.base);
    for href in [
        "file:///etc/passwd/example.com",
        "http://127.0.0.1/domain/example.com",
        "https://127.0.0.1/domain/example.com",
        "https://[::1]/domain/example.com",
        "http://169.254.169.254/domain/example.com",
        "https://169.254.169.254/domain/example.com",
        "https://localhost/domain/example.com",
        "https://me:word@registrar.example/domain/example.com",
        "https://registrar.example:8443/domain/example.com",
        "https://registrar.example/other/path",
        "https://registrar.example/?domain/example.com",
        "javascript:alert(1)//example.com",
        own.as_str(),
    ] {
        let body = format!(
            r#"{{{DOMAIN},"links":[{{"rel":"related","type":"application/rdap+json","href":"{href}"}}],
            "events":[{{"eventAction":"registration","eventDate":"99999-13-45T99:99:99Z"}},{{"eventAction":"registration","eventDate":"=1+1"}}],
            "status":["{}"]}}"#,
            "a".repeat(100_000)
        );
        let registry =
            Server::start(vec![("domain/example.com".into(), status(200, "Content-Type: text/html\r\n", &body))]).await;
        let rdap = rdap(&registry.base, Policy::Public);
        let outcome = ask(&rdap, owner("example.com")).await;
        assert_eq!(outcome.receiver.as_deref(), Some("127.0.0.1"), "{href}");
        let said = registered(outcome);
        assert_eq!(said.created, None);
        assert_eq!(said.status[0].chars().count(), 81);
        let cut = said.cut.unwrap();
        assert!(cut.contains(registry::NO_DATE.en) && cut.contains(registry::CUT_TEXT.en), "{cut}");
    }
    assert!(trap.paths().is_empty(), "{:?}", trap.paths());
}

#[tokio::test]
async fn redirects_lead_to_public_https_hosts_only_and_not_in_circles() {
    let trap = Server::start(vec![]).await;
    for place in [
        "file:///etc/passwd".to_owned(),
        "http://rdap.registry.example/domain/example.com".to_owned(),
        "https://rdap.registry.example:8443/domain/example.com".to_owned(),
        "https://me@rdap.registry.example/domain/example.com".to_owned(),
        "javascript:alert(1)".to_owned(),
        "//[".to_owned(),
        format!("{}domain/example.com", trap.base),
    ] {
        let answer = status(302, &format!("Location: {place}\r\n"), "");
        let outcome = answered(owner("example.com"), answer).await;
        assert_eq!(failed(&outcome), registry::ASTRAY.en, "{place}");
    }
    for (place, address) in [
        ("https://127.0.0.1/domain/example.com", "127.0.0.1"),
        ("https://2130706433/domain/example.com", "127.0.0.1"),
        ("https://[::ffff:10.0.0.1]/domain/example.com", "::ffff:10.0.0.1"),
        ("https://169.254.169.254/latest/meta-data", "169.254.169.254"),
    ] {
        let outcome = answered(owner("example.com"), status(302, &format!("Location: {place}\r\n"), "")).await;
        assert_eq!(failed(&outcome), format!("not contacted: the host's address is not public; {address}"));
    }
    assert_eq!(failed(&answered(owner("example.com"), status(302, "", "")).await), registry::ASTRAY.en);
    // In a circle, and further than anybody goes; both registries may be asked here.
    let circle =
        Server::start(vec![("domain/example.com".into(), status(301, "Location: /domain/example.com\r\n", ""))]).await;
    let outcome = ask(&rdap(&circle.base, Policy::Anywhere), owner("example.com")).await;
    assert_eq!((failed(&outcome), circle.paths().len()), (registry::CIRCLES.en, 1));
    let steps =
        (0..20).map(|n| (format!("{n}"), status(302, &format!("Location: /{}\r\n", n + 1), ""))).collect::<Vec<_>>();
    let first = ("domain/example.com".to_owned(), status(302, "Location: /0\r\n", ""));
    let long = Server::start(steps.into_iter().chain([first]).collect()).await;
    let outcome = ask(&rdap(&long.base, Policy::Anywhere), owner("example.com")).await;
    assert_eq!((failed(&outcome), long.paths().len()), (registry::CIRCLES.en, REDIRECTS + 1));
    assert!(trap.paths().is_empty());
}

#[tokio::test]
async fn a_registrar_that_sends_the_question_inside_is_not_followed() {
    let trap = Server::on("127.0.0.3", vec![]).await;
    let place = format!("Location: {}domain/EXAMPLE.COM\r\n", trap.base.replace("http://", "gopher://"));
    let registrar = Server::on("127.0.0.2", vec![("domain/EXAMPLE.COM".into(), status(302, &place, ""))]).await;
    let thin = shapes::VERISIGN.replace("RELATED", &format!("{}domain/EXAMPLE.COM", registrar.base));
    let registry = Server::start(vec![("domain/example.com".into(), json(&thin))]).await;
    let said = registered(ask(&rdap(&registry.base, Policy::Anywhere), owner("example.com")).await);
    assert_eq!(said.cut.as_deref(), Some(registry::REGISTRAR_SILENT.en));
    assert!(trap.paths().is_empty());
}

#[tokio::test]
async fn floods_are_cut_and_told() {
    let many = |entry: &str| vec![entry; 5_000].join(",");
    let body = format!(
        r#"{{{DOMAIN},"nameservers":[{}],"status":[{}],"entities":[{}],"events":[{}]}}"#,
        many(r#"{"ldhName":"ns.example"}"#),
        (0..5_000).map(|n| format!("\"s{n}\"")).collect::<Vec<_>>().join(","),
        many(r#"{"roles":["abuse"],"vcardArray":["vcard",[["email",{},"text","a@example.net"]]]}"#),
        many(r#"{"eventAction":"registration","eventDate":"2026-11-21"}"#),
    );
    let said = registered(answered(owner("example.com"), json(&body)).await);
    assert_eq!((said.name_servers.len(), said.abuse.len(), said.status.len()), (1, 1, 16));
    assert_eq!(said.cut.as_deref(), Some(registry::CUT_LIST.en));
    let huge = format!("{{{DOMAIN},\"x\":\"{}\"}}", "y".repeat(2 << 20));
    assert_eq!(failed(&answered(owner("example.com"), json(&huge)).await), "cut: longer than the limit");
    let short = b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"objectClassName\":".to_vec();
    let outcome = answered(owner("example.com"), short).await;
    assert_eq!((failed(&outcome), outcome.again), ("cut: the connection broke off", Some(Again::Soon)));
}

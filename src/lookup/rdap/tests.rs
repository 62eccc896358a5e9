//! The provider against registries on loopback: answers in the shapes of real ones, and hostile ones. Contents are made up.

use std::sync::Mutex;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::super::registries::Book;
use super::super::{Settings, client, system_clock};
use super::*;
use crate::facts::registration::Registry;

mod hostile;
mod shapes;

/// A registry's server: paths (without the first slash) with the whole answer that each gets.
struct Server {
    base: String,
    heard: Arc<Mutex<Vec<String>>>,
}

impl Server {
    async fn start(answers: Vec<(String, Vec<u8>)>) -> Self {
        Self::on("127.0.0.1", answers).await
    }

    async fn on(address: &str, answers: Vec<(String, Vec<u8>)>) -> Self {
        let listener = TcpListener::bind((address, 0)).await.unwrap();
        let base = format!("http://{}/", listener.local_addr().unwrap());
        let heard = Arc::new(Mutex::new(Vec::new()));
        let ears = Arc::clone(&heard);
        tokio::spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                let mut said = Vec::new();
                let mut byte = [0];
                while !said.ends_with(b"\r\n\r\n") && stream.read(&mut byte).await.unwrap_or(0) == 1 {
                    said.push(byte[0]);
                }
                let said = String::from_utf8_lossy(&said).into_owned();
                let path = said.split(' ').nth(1).unwrap_or_default().trim_start_matches('/').to_owned();
                let answer = answers.iter().find(|(own, _)| *own == path).map(|(_, answer)| answer.clone());
                ears.lock().unwrap().push(said);
                let _ = stream.write_all(&answer.unwrap_or_else(|| status(404, "", ""))).await;
                let _ = stream.shutdown().await;
                let _ = stream.read(&mut [0; 64]).await;
            }
        });
        Self { base, heard }
    }

    /// The paths that it was asked for.
    fn paths(&self) -> Vec<String> {
        let heard = self.heard.lock().unwrap();
        heard.iter().map(|said| said.split(' ').nth(1).unwrap_or_default().to_owned()).collect()
    }
}

fn status(code: u16, fields: &str, body: &str) -> Vec<u8> {
    format!("HTTP/1.1 {code} X\r\nContent-Length: {}\r\n{fields}\r\n{body}", body.len()).into_bytes()
}

fn json(body: &str) -> Vec<u8> {
    status(200, "Content-Type: application/rdap+json\r\n", body)
}

/// The provider with one registry for every ending, block and number; where it may be sent on to is said.
fn rdap(base: &str, onward: Policy) -> Rdap {
    let entries = ["com", "org", "uk", "app", "0.0.0.0/0", "::/0", "1-4000000000"];
    let book = Book::for_tests(&entries.map(|entry| (entry, base)), &[]);
    let bounds = Bounds { first: Policy::Anywhere, onward, secure: onward != Policy::Anywhere };
    let client = client(&Settings::new(system_clock()));
    Rdap { asker: Arc::new(Asker { client, registries: Arc::new(Registries::with(book)), bounds }) }
}

async fn ask(rdap: &Rdap, key: Key) -> Outcome {
    rdap.run(&key, Permit::by_order()).await
}

/// Asks a registry that answers everything with this.
async fn answered(key: Key, answer: Vec<u8>) -> Outcome {
    let path = match &key {
        Key::Owner(name) => format!("domain/{name}"),
        Key::Block(address) => format!("ip/{address}"),
        Key::System(number) => format!("autnum/{number}"),
        _ => unreachable!(),
    };
    let server = Server::start(vec![(path, answer)]).await;
    ask(&rdap(&server.base, Policy::Public), key).await
}

fn registered(outcome: Outcome) -> Registration {
    match outcome.state {
        State::Value(Answer::Registration(registration)) => *registration,
        state => panic!("{state:?}"),
    }
}

fn failed(outcome: &Outcome) -> &str {
    match &outcome.state {
        State::Failed(why) => why,
        state => panic!("{state:?}"),
    }
}

fn owner(name: &str) -> Key {
    Key::Owner(name.to_owned())
}

#[tokio::test]
async fn one_question_is_one_request_that_says_what_is_asked_and_nothing_more() {
    let server = Server::start(vec![("v1/domain/example.com".into(), json(shapes::PIR))]).await;
    let rdap = rdap(&format!("{}v1/", server.base), Policy::Public);
    let outcome = ask(&rdap, owner("example.com")).await;
    // The answer is about another name.
    assert_eq!(failed(&outcome), registry::NOT_RDAP.en);
    let heard = server.heard.lock().unwrap();
    assert_eq!(heard.len(), 1);
    assert!(heard[0].starts_with("GET /v1/domain/example.com HTTP/1.1\r\n"), "{heard:?}");
    assert!(heard[0].contains("accept: application/rdap+json, application/json;q=0.8\r\n"), "{heard:?}");
    assert_eq!(heard[0].lines().count(), 7, "{heard:?}");
}

#[tokio::test]
async fn the_plan_names_the_question_for_the_server_s_address_and_the_request() {
    let mut settings = Settings::new(system_clock());
    settings.servers = "192.0.2.53".parse().unwrap();
    let provider = |settings: &Settings| Rdap::new(client(settings), Arc::new(Registries::new(None)));
    let lines = |settings: &Settings, key: &Key| -> Vec<String> {
        provider(settings).plan(key).into_iter().map(|query| format!("{} <- {}", query.receiver, query.asks)).collect()
    };
    let key = owner("example.com");
    let request = "rdap.verisign.com (HTTPS) <- GET https://rdap.verisign.com/com/v1/domain/example.com \
                   (then, once, the registrar or registry that it names)";
    assert_eq!(
        lines(&settings, &key),
        ["192.0.2.53:53 <- A rdap.verisign.com.", "192.0.2.53:53 <- AAAA rdap.verisign.com.", request]
    );
    let address = Key::Block("2001:4860:4860::8888".parse().unwrap());
    let other = "rdap.arin.net (HTTPS) <- GET https://rdap.arin.net/registry/ip/2001:4860:4860::8888";
    assert!(lines(&settings, &address)[2].starts_with(other));
    assert_eq!(provider(&settings).receiver(&key), "rdap.verisign.com");
    settings.proxy = Some("socks5h://127.0.0.1:9050".parse().unwrap());
    assert_eq!(lines(&settings, &key), [request], "the proxy finds the address");
    for key in [owner("evil.test"), owner("example.jp"), Key::Addresses("example.com".into())] {
        assert!(lines(&settings, &key).is_empty(), "{key:?}");
    }
    assert!(!provider(&settings).answers(&owner("example.jp")), "a matter of WHOIS");
}

#[tokio::test]
async fn a_thin_registry_s_answer_is_completed_by_the_registrar_once() {
    let registrar = Server::on("127.0.0.2", vec![("domain/EXAMPLE.COM".into(), json(shapes::REGISTRAR))]).await;
    let thin = shapes::VERISIGN.replace("RELATED", &format!("{}domain/EXAMPLE.COM", registrar.base));
    let registry = Server::start(vec![("domain/example.com".into(), json(&thin))]).await;
    let outcome = ask(&rdap(&registry.base, Policy::Anywhere), owner("example.com")).await;
    assert_eq!(outcome.receiver.as_deref(), Some("127.0.0.1, 127.0.0.2"));
    let said = registered(outcome);
    assert_eq!(
        said,
        Registration {
            handle: "example.com".into(),
            name: None,
            registrar: Some("Example Registrar, Inc.".into()),
            registrant: Some("Example Trading Ltd".into()),
            country: Some("PK".into()),
            created: Some(1_794_974_400),
            changed: Some(1_795_071_698),
            expires: Some(1_826_510_400),
            name_servers: vec!["ns1.hosting.example".into(), "ns2.hosting.example".into()],
            status: vec!["client delete prohibited".into(), "client transfer prohibited".into()],
            abuse: vec![
                "abuse@registrar.example".into(),
                "+1.5555550100".into(),
                "abuse-desk@registrar.example".into()
            ],
            signed: Some(false),
            registry: Some("127.0.0.1".into()),
            by: Registry::Rdap,
            cut: None,
        }
    );
    assert_eq!((registry.paths().len(), registrar.paths().len()), (1, 1));
}

#[tokio::test]
async fn a_silent_registrar_is_told_and_the_registry_s_answer_stays() {
    let thin = shapes::VERISIGN.replace("RELATED", "http://127.0.0.3:1/domain/EXAMPLE.COM");
    let registry = Server::start(vec![("domain/example.com".into(), json(&thin))]).await;
    let said = registered(ask(&rdap(&registry.base, Policy::Anywhere), owner("example.com")).await);
    assert_eq!(said.registrar.as_deref(), Some("Example Registrar, Inc."));
    assert_eq!(said.cut.as_deref(), Some(registry::REGISTRAR_SILENT.en));
}

#[tokio::test]
async fn a_registry_may_send_the_question_on_to_another_one() {
    let other = Server::on("127.0.0.2", vec![("ip/193.0.6.139".into(), json(shapes::RIPE))]).await;
    for code in [301, 302, 303, 307, 308] {
        let answer = status(code, &format!("Location: {}ip/193.0.6.139\r\n", other.base), "");
        let first = Server::start(vec![("ip/193.0.6.139".into(), answer)]).await;
        let rdap = rdap(&first.base, Policy::Anywhere);
        let outcome = ask(&rdap, Key::Block("193.0.6.139".parse().unwrap())).await;
        assert_eq!(outcome.receiver.as_deref(), Some("127.0.0.1, 127.0.0.2"), "{code}");
        assert_eq!(registered(outcome).handle, "193.0.0.0/21");
    }
}

#[tokio::test]
async fn what_is_not_registered_is_no_failure() {
    let key = || owner("example.com");
    for answer in [status(404, "", ""), json(r#"{"errorCode":404,"title":"Not Found"}"#)] {
        assert_eq!(answered(key(), answer).await.state, State::Absent);
    }
}

#[tokio::test]
async fn refusals_errors_and_wishes_to_wait_are_told_apart() {
    let key = || owner("example.com");
    for (answer, why, again) in [
        (status(400, "", ""), "the registry refuses to answer; HTTP 400", None),
        (status(403, "", ""), "the registry refuses to answer; HTTP 403", None),
        (status(500, "", ""), "the registry's server had an error; HTTP 500", Some(Again::Soon)),
        (status(503, "", ""), "the registry's server had an error; HTTP 503", Some(Again::Soon)),
        (status(429, "", ""), "the service asks to wait", Some(Again::NotBefore(PAUSE))),
        (
            status(429, "Retry-After: 7\r\n", ""),
            "the service asks to wait",
            Some(Again::NotBefore(Duration::from_secs(7))),
        ),
        (
            status(503, "Retry-After: 90\r\n", ""),
            "the service asks to wait",
            Some(Again::NotBefore(Duration::from_secs(90))),
        ),
    ] {
        let outcome = answered(key(), answer).await;
        assert_eq!((failed(&outcome), outcome.again), (why, again));
    }
}

#[tokio::test]
async fn a_registry_that_asks_to_wait_is_left_alone_and_others_are_not() {
    let server = Server::start(vec![("domain/a.com".into(), status(429, "Retry-After: 600\r\n", ""))]).await;
    let other = Server::on("127.0.0.2", vec![("domain/example.org".into(), json(shapes::PIR))]).await;
    let book = Book::for_tests(&[("com", &server.base), ("org", &other.base)], &[]);
    let bounds = Bounds { first: Policy::Anywhere, onward: Policy::Public, secure: true };
    let client = client(&Settings::new(system_clock()));
    let rdap = Rdap { asker: Arc::new(Asker { client, registries: Arc::new(Registries::with(book)), bounds }) };
    for name in ["a.com", "b.com", "c.com"] {
        let outcome = ask(&rdap, owner(name)).await;
        assert!(matches!(outcome.again, Some(Again::NotBefore(time)) if time > Duration::from_secs(590)), "{name}");
    }
    assert_eq!(server.paths(), ["/domain/a.com"], "asked once");
    assert!(matches!(ask(&rdap, owner("example.org")).await.state, State::Value(_)));
}

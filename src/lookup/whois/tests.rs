//! The provider against WHOIS servers on loopback: answers in the shapes of real ones, and hostile ones. Contents are
//! made up.

use std::net::IpAddr;
use std::sync::Mutex;

use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpListener;

use super::super::dial::{Resolve, Resolved};
use super::super::registries::Book;
use super::super::{Settings, dialer, system_clock};
use super::*;
use crate::facts::registration::Registry;

mod hostile;
mod shapes;

/// Servers on one port of several loopback addresses, found by their names.
struct Servers {
    port: u16,
    known: Vec<(&'static str, IpAddr)>,
    heard: Arc<Mutex<Vec<String>>>,
}

impl Resolve for Servers {
    fn resolve(&self, host: &str, _: Permit) -> Resolved {
        let found = self.known.iter().filter(|(name, _)| *name == host).map(|(_, address)| *address).collect();
        Box::pin(async move { Ok(found) })
    }
}

impl Servers {
    /// Each server says its bytes to every question and closes.
    async fn start(answers: &[(&'static str, &[u8])]) -> Self {
        'port: loop {
            let mut listeners = Vec::new();
            let mut port = 0;
            for index in 0..answers.len() {
                let address: IpAddr = format!("127.0.0.{}", index + 1).parse().unwrap();
                let Ok(listener) = TcpListener::bind((address, port)).await else { continue 'port };
                port = listener.local_addr().unwrap().port();
                listeners.push((address, listener));
            }
            let heard = Arc::new(Mutex::new(Vec::new()));
            let mut known = Vec::new();
            for ((name, bytes), (address, listener)) in answers.iter().zip(listeners) {
                known.push((*name, address));
                let (bytes, ears, name) = (bytes.to_vec(), Arc::clone(&heard), *name);
                tokio::spawn(async move {
                    loop {
                        let (stream, _) = listener.accept().await.unwrap();
                        let mut stream = BufReader::new(stream);
                        let mut line = String::new();
                        let _ = stream.read_line(&mut line).await;
                        ears.lock().unwrap().push(format!("{name} {}", line.trim_end_matches("\r\n")));
                        let _ = stream.write_all(&bytes).await;
                        let _ = stream.shutdown().await;
                    }
                });
            }
            return Self { port, known, heard };
        }
    }

    fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }
}

/// The provider whose table says `query` to the first of the servers, for every key.
fn whois(servers: &Arc<Servers>, query: &'static str, charset: Option<&'static str>) -> Whois {
    let server = WhoisServer { host: servers.known[0].0, query, charset };
    let book = Book::for_tests(&[], &["cc", "jp", "new", "com"].map(|ending| (ending, server)));
    asker(servers, book)
}

fn asker(servers: &Arc<Servers>, book: Book) -> Whois {
    let dialer = Dialer::new(Arc::clone(servers) as Arc<dyn Resolve>, None);
    let registries = Arc::new(Registries::with(book));
    let asker = Asker { dialer, registries, policy: Policy::Anywhere, port: servers.port, patience: PATIENCE };
    Whois { asker: Arc::new(asker) }
}

async fn ask(whois: &Whois, key: Key) -> Outcome {
    whois.run(&key, Permit::by_order()).await
}

/// What one server's answer is taken for.
async fn answered(key: Key, bytes: &[u8]) -> Outcome {
    let servers = Arc::new(Servers::start(&[("whois.registry.example", bytes)]).await);
    ask(&whois(&servers, "{}", None), key).await
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
async fn japan_s_registry_is_asked_in_english_in_its_own_way() {
    let servers = Arc::new(Servers::start(&[("whois.jprs.jp", shapes::JPRS.as_bytes())]).await);
    let said = registered(ask(&whois(&servers, "{}/e", Some("iso-2022-jp")), owner("example.co.jp")).await);
    assert_eq!(servers.heard(), ["whois.jprs.jp example.co.jp/e"]);
    assert_eq!(
        said,
        Registration {
            handle: "example.co.jp".into(),
            registrant: Some("Example Trading Kabushiki Kaisha".into()),
            created: Some(921_715_200),
            changed: Some(1_774_973_127),
            expires: Some(1_806_451_200),
            name_servers: vec!["ns1.example.co.jp".into(), "ns2.example.ad.jp".into()],
            status: vec!["Connected (2027/03/31)".into()],
            signed: Some(false),
            registry: Some("JPRS".into()),
            by: Registry::Whois,
            ..Registration::default()
        }
    );
}

#[tokio::test]
async fn the_plan_names_the_question_for_the_server_s_address_and_the_line() {
    let mut settings = Settings::new(system_clock());
    settings.servers = "192.0.2.53".parse().unwrap();
    let provider = |settings: &Settings| Whois::new(dialer(settings), Arc::new(Registries::new(None)));
    let lines = |settings: &Settings, key: &Key| -> Vec<String> {
        provider(settings).plan(key).into_iter().map(|query| format!("{} <- {}", query.receiver, query.asks)).collect()
    };
    let key = owner("example.co.jp");
    let line = "whois.jprs.jp:43 (WHOIS) <- example.co.jp/e (then the server that it names, at most 3)";
    assert_eq!(
        lines(&settings, &key),
        ["192.0.2.53:53 <- A whois.jprs.jp.", "192.0.2.53:53 <- AAAA whois.jprs.jp.", line]
    );
    settings.proxy = Some("socks5h://127.0.0.1:9050".parse().unwrap());
    assert_eq!(lines(&settings, &key), [line], "the proxy finds the address");
    for key in [owner("evil.test"), owner("example.com"), owner("example.gr"), Key::Addresses("example.jp".into())] {
        assert!(lines(&settings, &key).is_empty(), "{key:?}");
    }
    assert!(!provider(&settings).answers(&owner("example.com")), "a matter of RDAP");
}

#[tokio::test]
async fn a_thin_registry_s_answer_is_completed_by_the_registrar() {
    let answers = [
        ("whois.registry.example", shapes::VERISIGN.as_bytes()),
        ("whois.registrar.example", shapes::REGISTRAR.as_bytes()),
    ];
    let servers = Arc::new(Servers::start(&answers).await);
    let outcome = ask(&whois(&servers, "domain {}", None), owner("example.cc")).await;
    assert_eq!(servers.heard(), ["whois.registry.example domain example.cc", "whois.registrar.example example.cc"]);
    assert_eq!(outcome.receiver.as_deref(), Some("whois.registry.example, whois.registrar.example"));
    assert_eq!(
        registered(outcome),
        Registration {
            handle: "example.cc".into(),
            registrar: Some("Example Registrar, Inc.".into()),
            registrant: Some("Example Trading Ltd".into()),
            country: Some("PK".into()),
            created: Some(1_794_974_400),
            changed: Some(1_795_071_698),
            expires: Some(1_826_510_400),
            name_servers: vec!["ns1.hosting.example".into(), "ns2.hosting.example".into()],
            status: vec!["clientDeleteProhibited".into(), "clientHold".into()],
            abuse: vec![
                "abuse@registrar.example".into(),
                "+1.5555550100".into(),
                "abuse-desk@registrar.example".into()
            ],
            signed: Some(false),
            registry: Some("whois.registry.example".into()),
            by: Registry::Whois,
            ..Registration::default()
        }
    );
}

#[tokio::test]
async fn a_registrar_that_says_nothing_leaves_the_registry_s_answer() {
    for said in [&b""[..], b"No match for EXAMPLE.CC", b"Query rate limit exceeded"] {
        let answers = [("whois.registry.example", shapes::VERISIGN.as_bytes()), ("whois.registrar.example", said)];
        let servers = Arc::new(Servers::start(&answers).await);
        let said = registered(ask(&whois(&servers, "{}", None), owner("example.cc")).await);
        assert_eq!(said.created, Some(1_794_974_400));
        assert_eq!(said.cut.as_deref(), Some(registry::REGISTRAR_SILENT.en));
    }
}

#[tokio::test]
async fn iana_finds_the_registry_of_an_ending_that_no_table_has() {
    let iana = shapes::IANA.replace("REFER", "whois.registry.example");
    let here = shapes::VERISIGN.replace("EXAMPLE.CC", "EXAMPLE.NEW").replace("Registrar WHOIS", "Other");
    let answers = [(FINDER, iana.as_bytes()), ("whois.registry.example", here.as_bytes())];
    let servers = Arc::new(Servers::start(&answers).await);
    let whois = asker(&servers, Book::for_tests(&[], &[]));
    let outcome = ask(&whois, owner("example.new")).await;
    assert_eq!(servers.heard(), ["whois.iana.org example.new", "whois.registry.example example.new"]);
    assert_eq!(registered(outcome).registrar.as_deref(), Some("Example Registrar, Inc."));
    // The ending itself is registered with IANA; that is no answer.
    let none = shapes::IANA.replace("refer:        REFER\n", "").replace("whois:        REFER\n", "");
    let servers = Arc::new(Servers::start(&[(FINDER, none.as_bytes())]).await);
    let whois = asker(&servers, Book::for_tests(&[], &[]));
    assert_eq!(failed(&ask(&whois, owner("example.new")).await), registry::SILENT.en);
}

#[tokio::test]
async fn blocks_and_numbers_find_their_registry_through_referrals() {
    let refer = |host: &str| shapes::IANA.replace("REFER", host);
    for (key, host, line, answer, handle) in [
        (Key::Block("8.8.8.8".parse().unwrap()), "whois.arin.net", "n + 8.8.8.8", shapes::ARIN, "8.8.8.0/24"),
        (Key::Block("193.0.6.139".parse().unwrap()), "whois.ripe.net", "-r 193.0.6.139", shapes::RIPE, "193.0.0.0/21"),
        (Key::System(131_072), "whois.apnic.net", "-r AS131072", shapes::APNIC, "AS131072"),
        (
            Key::Block("203.0.112.9".parse().unwrap()),
            "whois.nic.ad.jp",
            "203.0.112.9/e",
            shapes::JPNIC,
            "203.0.112.0/21",
        ),
    ] {
        let iana = refer(host);
        let servers = Arc::new(Servers::start(&[(FINDER, iana.as_bytes()), (host, answer.as_bytes())]).await);
        let said = registered(ask(&asker(&servers, Book::for_tests(&[], &[])), key).await);
        assert_eq!(servers.heard()[1], format!("{host} {line}"));
        assert_eq!(said.handle, handle);
    }
}

#[tokio::test]
async fn answers_without_a_registration_are_told_apart() {
    let key = || owner("example.cc");
    let wait = Some(Again::NotBefore(PAUSE));
    for (text, expected) in [
        ("No match for \"EXAMPLE.CC\".\r\n>>> Last update: x <<<", None),
        ("[ JPRS database provides information on network administration. ]\nNo match!!\n", None),
        ("%ERROR:101: no entries found\n%\n% No entries found in source RIPE.\n", None),
        ("Domain:\texample.cc\nStatus:\tAVAILABLE\n", None),
        ("The domain has not been registered.\n", None),
        ("Domain not found.", None),
        ("Status:      available\n", None),
        ("OBJECT_NOT_FOUND\n% No  data was   found.\n", None),
        ("No match for example.cc\n% Too many requests lock you out for an hour.\n", None),
        ("WHOIS LIMIT EXCEEDED - SEE WWW.REGISTRY.EXAMPLE FOR DETAILS\n", Some((connection::WAIT, wait))),
        ("Your connection limit exceeded. Please slow down and try again later.\n", Some((connection::WAIT, wait))),
        ("Query limit exceeded. This service is free of charge.\n", Some((connection::WAIT, wait))),
        ("%% Quota exceeded: 192.0.2.1\n", Some((connection::WAIT, wait))),
        ("%ERROR:201: access denied for 192.0.2.1\n", Some((registry::REFUSES, None))),
        ("This IP address has been blocked.\n", Some((registry::REFUSES, None))),
        ("Hello there\n", Some((registry::UNREADABLE, None))),
        ("<html><title>Error</title></html>\n", Some((registry::UNREADABLE, None))),
    ] {
        let outcome = answered(key(), text.as_bytes()).await;
        match expected {
            None => assert_eq!(outcome.state, State::Absent, "{text}"),
            Some((words, again)) => assert_eq!((failed(&outcome), outcome.again), (words.en, again), "{text}"),
        }
    }
    let outcome = answered(key(), b"").await;
    assert_eq!((failed(&outcome), outcome.again), (connection::CLOSED.en, Some(Again::Soon)));
}

#[tokio::test]
async fn a_server_that_asks_to_wait_is_left_alone() {
    let servers = Arc::new(Servers::start(&[("whois.registry.example", b"Quota exceeded\n")]).await);
    let whois = whois(&servers, "{}", None);
    for name in ["a.cc", "b.cc", "c.cc"] {
        let outcome = ask(&whois, owner(name)).await;
        assert!(matches!(outcome.again, Some(Again::NotBefore(time)) if time > Duration::from_secs(50)), "{name}");
    }
    assert_eq!(servers.heard(), ["whois.registry.example a.cc"], "asked once");
}

//! The DNS provider against a server on loopback that these tests start themselves (`teacher`).

mod teacher;

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::AsyncReadExt as _;
use tokio::net::UdpSocket;
use tokio::runtime::Handle;
use tokio::sync::mpsc::UnboundedReceiver;

use super::super::{Engine, Settings, Update};
use super::*;
use crate::facts::{Exchanger, Recorded};
use crate::lookup::test_dns::listening;
use teacher::Teacher;

struct Bench {
    teacher: Teacher,
    engine: Engine,
    updates: UnboundedReceiver<Update>,
}

impl Bench {
    async fn start(change: impl FnOnce(&mut Settings, SocketAddr)) -> Self {
        let teacher = Teacher::start().await;
        let mut settings = Settings::new(Arc::new(|| 1_700_000_000));
        settings.servers = teacher.address.to_string().parse().unwrap();
        settings.timeout = Duration::from_secs(10);
        change(&mut settings, teacher.address);
        let (engine, updates) = Engine::start(settings, &Handle::current());
        Self { teacher, engine, updates }
    }

    /// Asks and waits for the outcome.
    async fn fact(&mut self, key: Key) -> Fact {
        let lines = self.engine.ask([key.clone()], Reach::Sender, 1);
        if !matches!(lines[0].fact.state, State::Queued | State::Asking) {
            return lines[0].fact.clone();
        }
        loop {
            let update = tokio::time::timeout(Duration::from_secs(20), self.updates.recv()).await;
            let update = update.expect("no update came").unwrap();
            // Other facts come along, and what was lost is tried again.
            if update.key == key && !matches!(update.fact.state, State::Asking | State::Queued) {
                return update.fact;
            }
        }
    }
}

fn host_key(text: &str) -> Key {
    Key::Addresses(text.into())
}

fn list(addresses: &[&str]) -> State {
    State::Value(Answer::Addresses(addresses.iter().map(|address| address.parse().unwrap()).collect()))
}

#[tokio::test]
async fn each_kind_of_answer_becomes_its_fact() {
    let mut bench = Bench::start(|_, _| {}).await;
    let mx = |list: &[(u16, &str)]| {
        let list = list.iter().map(|(preference, host)| Exchanger { preference: *preference, host: (*host).into() });
        State::Value(Answer::MailExchangers(list.collect()))
    };
    let names = vec!["host.good.test".into(), "a\\027[2j\\010\\000.\\226\\128\\174\\195\\169.test".into()];
    for (key, state, ttl) in [
        (host_key("good.test"), list(&["192.0.2.7", "192.0.2.8", "2001:db8::7"]), Some(200)),
        (host_key("four.test"), list(&["192.0.2.4"]), Some(300)),
        (host_key("half.test"), list(&["192.0.2.4"]), Some(0)),
        // The server stops its IPv6 chain halfway: nobody is asked for the rest.
        (host_key("chain.test"), list(&["192.0.2.7"]), Some(90)),
        (host_key("user+tag=x.spf.test"), list(&["192.0.2.5"]), Some(300)),
        (host_key("none.test"), State::Absent, None),
        (host_key("mail.test"), State::Absent, None),
        (host_key("fail.test"), failed(reason::SERVFAIL), None),
        (host_key("refused.test"), failed(reason::REFUSED), None),
        (Key::MailExchangers("mail.test".into()), mx(&[(10, "mx.mail.test"), (20, "backup.mail.test")]), Some(300)),
        (Key::MailExchangers("nomail.test".into()), mx(&[(0, "")]), Some(300)),
        (Key::MailExchangers("none.test".into()), State::Absent, None),
        (Key::Names("192.0.2.7".parse().unwrap()), State::Value(Answer::Names(names)), Some(300)),
        (Key::Names("192.0.2.8".parse().unwrap()), State::Absent, None),
        (Key::Names("2001:db8::7".parse().unwrap()), State::Absent, None),
    ] {
        let fact = bench.fact(key.clone()).await;
        assert_eq!((&fact.state, fact.ttl), (&state, ttl), "{key:?}");
        let who = bench.teacher.address.to_string();
        assert!(matches!(&fact.origin, Origin::Asked(text) if text.starts_with(&who)), "{key:?}: {:?}", fact.origin);
        assert_eq!(fact.at, Some(1_700_000_000));
    }
    let seen = bench.teacher.seen.lock().unwrap();
    assert!(seen.keys().all(|(name, _)| name.ends_with(".test.") || name.ends_with(".arpa.")), "{seen:?}");
}

#[tokio::test]
async fn a_question_goes_out_once_and_its_answer_is_kept() {
    let mut bench = Bench::start(|_, _| {}).await;
    let key = Key::MailExchangers("mail.test".into());
    bench.engine.ask([key.clone(), key.clone()], Reach::Sender, 1);
    bench.engine.ask([key.clone()], Reach::Sender, 2);
    let fact = bench.fact(key.clone()).await;
    assert_eq!(bench.fact(key).await, fact);
    let asked: Vec<_> = bench.teacher.seen.lock().unwrap().keys().cloned().collect();
    assert_eq!(asked, [("mail.test.".to_owned(), RecordType::MX)]);
}

#[tokio::test]
async fn a_large_answer_is_fetched_over_tcp_and_bounded() {
    let mut bench = Bench::start(|_, _| {}).await;
    let state = bench.fact(host_key("many.test")).await.state;
    let State::Value(Answer::Addresses(found)) = state else { panic!("{state:?}") };
    assert_eq!(found.len(), read::RECORDS);
}

#[tokio::test]
async fn what_was_left_out_of_an_answer_is_told_beside_who_gave_it() {
    let mut bench = Bench::start(|_, _| {}).await;
    let texts = |host: &str| Key::Texts(host.into());
    let told = |fact: &Fact| match &fact.origin {
        Origin::Asked(text) => text.split_once("; ").map(|(_, note)| note.to_owned()),
        _ => None,
    };
    let fact = bench.fact(texts("huge.test")).await;
    assert!(matches!(&fact.state, State::Value(Answer::Texts(list)) if list.len() == read::RECORDS), "{fact:?}");
    assert_eq!(told(&fact).as_deref(), Some(reason::CUT.en));
    let fact = bench.fact(texts("long.test")).await;
    assert_eq!(fact.state, failed(reason::TOO_LARGE));
    let fact = bench.fact(host_key("half.test")).await;
    assert_eq!(told(&fact).as_deref(), Some(reason::HALF.en));
    let fact = bench.fact(host_key("loop.test")).await;
    assert_eq!((&fact.state, told(&fact).as_deref()), (&State::Absent, Some(reason::CUT.en)));
    // TC is set, over TCP as well: the rest never comes.
    assert_eq!(bench.fact(texts("short.test")).await.state, failed(reason::UNREACHABLE));
}

#[tokio::test]
async fn a_resolver_on_this_machine_is_believed_about_signatures() {
    let mut bench = Bench::start(|_, _| {}).await;
    assert_eq!(bench.fact(host_key("signed.test")).await.dnssec, Some(Dnssec::Secure));
    assert_eq!(bench.fact(host_key("good.test")).await.dnssec, Some(Dnssec::Indeterminate));
    assert_eq!(bench.fact(host_key("none.test")).await.dnssec, None);
}

#[tokio::test]
async fn no_byte_of_an_answer_can_drive_a_terminal() {
    let mut bench = Bench::start(|_, _| {}).await;
    let state = bench.fact(Key::Texts("control.test".into())).await.state;
    assert_eq!(state, State::Value(Answer::Texts(vec!["\\027]0;x\\007a\\010\\000b\\\\".into()])));
    // Addresses that nobody should be led to are shown as they came; whoever goes there refuses them.
    let state = bench.fact(host_key("inside.test")).await.state;
    assert_eq!(state, list(&["127.0.0.1", "169.254.169.254", "10.0.0.1"]));
}

#[tokio::test]
async fn an_answer_that_is_none_is_not_believed() {
    let mut bench = Bench::start(|settings, _| settings.timeout = Duration::from_millis(600)).await;
    let hosts = [
        "silent.test",
        "garbage.test",
        "forged.test",
        "other.test",
        "pointer.test",
        "pair.test",
        "count.test",
        "beyond.test",
        "name.test",
        "label40.test",
        "label80.test",
        "tail.test",
        "question.test",
        "foreign.test",
        "loop.test",
    ];
    bench.engine.ask(hosts.map(host_key), Reach::Sender, 1);
    for _ in hosts {
        let (host, state) = loop {
            let Update { key, fact, .. } = bench.updates.recv().await.unwrap();
            // Aliases come along, and what was lost is tried again.
            if matches!(key, Key::Addresses(_)) && !matches!(fact.state, State::Asking | State::Queued) {
                break (key, fact.state);
            }
        };
        let allowed = [failed(reason::TIMEOUT), failed(reason::MALFORMED), failed(reason::RCODE), State::Absent];
        // A name that only points at itself has no address, nor has one whose answer speaks of another name.
        let nothing = [host_key("loop.test"), host_key("foreign.test")].contains(&host);
        let allowed = if nothing { &allowed[..] } else { &allowed[..2] };
        assert!(allowed.contains(&state), "{host:?}: {state:?}");
    }
}

#[tokio::test]
async fn an_answer_over_tcp_to_another_question_is_told_and_is_not_none() {
    let mut bench = Bench::start(|_, _| {}).await;
    for host in ["swapped.test", "denied.test", "mute.test"] {
        for key in [host_key(host), Key::Texts(host.into()), Key::MailExchangers(host.into())] {
            assert_eq!(bench.fact(key.clone()).await.state, failed(reason::OTHER_QUESTION), "{key:?}");
        }
    }
    // The connection is good for the next question.
    assert_eq!(bench.fact(host_key("good.test")).await.state, list(&["192.0.2.7", "192.0.2.8", "2001:db8::7"]));
}

#[tokio::test]
async fn a_server_that_is_dead_does_not_hide_one_that_lives() {
    let dead = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let first = dead.local_addr().unwrap();
    let mut bench = Bench::start(|settings, address| {
        settings.servers = format!("{first}, {address}").parse().unwrap();
        settings.timeout = Duration::from_secs(4);
    })
    .await;
    assert_eq!(bench.fact(host_key("four.test")).await.state, list(&["192.0.2.4"]));
}

#[tokio::test]
async fn a_closed_port_says_that_the_server_cannot_be_reached() {
    let closed = {
        let socket = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
        socket.local_addr().unwrap()
    };
    let mut bench = Bench::start(|settings, _| {
        settings.servers = closed.to_string().parse().unwrap();
        settings.timeout = Duration::from_secs(2);
    })
    .await;
    let state = bench.fact(host_key("good.test")).await.state;
    assert!([failed(reason::UNREACHABLE), failed(reason::TIMEOUT)].contains(&state), "{state:?}");
}

#[tokio::test]
async fn a_narrow_reach_sends_no_packet_and_makes_no_resolver() {
    let bench = Bench::start(|_, _| {}).await;
    let servers = bench.teacher.address.to_string().parse().unwrap();
    let provider = Dns::new(Arc::new(Resolver::new(servers, Duration::from_secs(1))));
    let keys =
        [host_key("good.test"), Key::MailExchangers("mail.test".into()), Key::Names("192.0.2.7".parse().unwrap())];
    for reach in [Reach::Local, Reach::ThirdParty] {
        for Recorded { key, fact } in bench.engine.ask(keys.clone(), reach, 1) {
            assert_eq!(fact, Fact::default(), "{key:?}");
            assert!(Permit::new(&key, provider.reach(), reach).is_none());
        }
    }
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(bench.teacher.total(), 0);
    assert_eq!(bench.engine.pending(), (0, 0));
}

/// The sockets that this process holds, tokio's own pipes aside.
fn sockets() -> usize {
    let open = std::fs::read_dir("/proc/self/fd").unwrap().filter_map(Result::ok);
    open.filter_map(|entry| std::fs::read_link(entry.path()).ok())
        .filter(|target| target.to_string_lossy().starts_with("socket:"))
        .count()
}

const CHILD: &str = "GOSANKE_TEST_LOCAL_CHILD";

/// Runs only as the child of the test below, as other tests of this process have sockets.
#[tokio::test]
async fn child_that_asks_locally() {
    if std::env::var_os(CHILD).is_none() {
        return;
    }
    let before = sockets();
    let (engine, _updates) = Engine::start(Settings::new(super::super::system_clock()), &Handle::current());
    let keys =
        [host_key("good.test"), Key::Names("192.0.2.7".parse().unwrap()), Key::Place("8.8.8.8".parse().unwrap())];
    let lines = engine.ask(keys, Reach::Local, 1);
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(sockets(), before);
    assert_eq!(lines.iter().filter(|line| line.fact.state == State::NotAsked).count(), 2);
    println!("no socket");
}

#[test]
fn a_local_run_has_no_socket() {
    let child = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "lookup::dns::tests::child_that_asks_locally", "--nocapture"])
        .env(CHILD, "1")
        .output()
        .unwrap();
    assert!(String::from_utf8_lossy(&child.stdout).contains("no socket"), "{child:?}");
}

#[tokio::test]
async fn what_is_no_public_name_is_answered_without_a_packet() {
    let mut bench = Bench::start(|_, _| {}).await;
    for (key, state) in [
        (host_key("192.0.2.9"), list(&["192.0.2.9"])),
        (host_key("bad name.test"), failed(reason::NOT_A_NAME)),
        (host_key("intranet"), failed(reason::SPECIAL_NAME)),
        (Key::MailExchangers("192.0.2.9".into()), failed(reason::NOT_A_NAME)),
        (Key::Names("127.0.0.1".parse().unwrap()), failed(reason::NO_REVERSE)),
    ] {
        assert_eq!(bench.fact(key.clone()).await.state, state, "{key:?}");
        assert_eq!(bench.engine.known(&key).unwrap().state, state, "{key:?}");
    }
    assert_eq!(bench.teacher.total(), 0);
}

#[tokio::test]
async fn every_question_is_in_the_log() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_path_buf();
    let mut bench = Bench::start(|settings, _| settings.data_dir = Some(path)).await;
    bench.fact(host_key("good.test")).await;
    bench.fact(host_key("none.test")).await;
    bench.fact(host_key("intranet")).await;
    let mut lines = Vec::new();
    super::super::entries(folder.path(), &mut |entry| lines.push(entry)).unwrap();
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert_eq!((&*lines[0].time, &*lines[0].provider), ("2023-11-14T22:13:20Z", "dns"));
    for (line, host, answered) in [(&lines[0], "good.test", true), (&lines[1], "none.test", false)] {
        assert_eq!((&line.recorded.key, line.receiver.clone()), (&host_key(host), bench.teacher.address.to_string()));
        assert_eq!(matches!(line.recorded.fact.state, State::Value(_)), answered, "{line:?}");
    }
}

#[tokio::test]
async fn dns_over_tls_and_https_never_speak_in_the_clear() {
    for scheme in ["tls", "https"] {
        let (clear, listener) = listening().await;
        let address = listener.local_addr().unwrap();
        let first = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut bytes = [0; 512];
            let size = stream.read(&mut bytes).await.unwrap();
            bytes[..size].to_vec()
        });
        let mut bench = Bench::start(|settings, _| {
            settings.servers = format!("{scheme}://{address}#dns.test").parse().unwrap();
            settings.timeout = Duration::from_secs(2);
        })
        .await;
        let state = bench.fact(host_key("good.test")).await.state;
        assert!(matches!(state, State::Failed(_)), "{scheme}: {state:?}");
        let hello = first.await.unwrap();
        assert_eq!(hello.first(), Some(&0x16), "{scheme}: not a TLS handshake");
        assert!(!hello.windows(4).any(|window| window == b"good"), "{scheme}: the name is in the clear");
        let mut bytes = [0; 16];
        assert!(clear.try_recv(&mut bytes).is_err(), "{scheme}: a packet in the clear");
    }
}

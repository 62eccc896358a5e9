//! MTA-STS against a server on loopback that has a good certificate, and against those that have none.

use tokio::runtime::Handle;

use super::*;
use crate::lookup::engine::tests_world::{Mood, Raw, World};
use crate::lookup::{Engine, Settings, system_clock};

const POLICY: &str =
    "version: STSv1\r\nmode: enforce\r\nmx: mx.shop-example.com\r\nmx: *.mail.shop-example.com\r\nmax_age: 604800\r\n";

fn key() -> Key {
    Key::MailPolicy("shop-example.com".into())
}

/// What an engine tells of the policy where its server says `stream`.
async fn told(stream: Option<&str>, reach: Reach, trusted: bool) -> (Fact, Vec<(String, String)>, Vec<Query>) {
    let world = World::start(Mood::Silent);
    world.say(Raw { stream: stream.map(|text| text.as_bytes().to_vec()), ..Raw::default() });
    let mut settings = Settings::new(system_clock());
    settings.servers = world.resolver.to_string().parse().unwrap();
    let roots = if trusted { world.roots() } else { rustls::RootCertStore::empty() };
    settings.world = Some((world.detour(), roots));
    let (engine, mut updates) = Engine::start(settings, &Handle::current());
    let plan = engine.plan([key()], Reach::Sender).into_iter().flat_map(|one| one.queries).collect();
    let first = engine.ask([key()], reach, 1).remove(0).fact;
    let mut fact = first;
    while matches!(fact.state, State::Queued | State::Asking) {
        let update = tokio::time::timeout(Duration::from_secs(20), updates.recv()).await.unwrap().unwrap();
        if update.key == key() {
            fact = update.fact;
        }
    }
    (fact, world.heard().into_iter().filter(|(_, asks)| !asks.contains("invalid") && asks != "NS .").collect(), plan)
}

fn page(head: &str, body: &str) -> String {
    format!("HTTP/1.1 {head}Content-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len())
}

#[tokio::test]
async fn a_policy_is_fetched_from_the_domains_own_server_and_nothing_but_the_plan_leaves() {
    let answer = page("200 OK\r\nContent-Type: text/plain\r\n", POLICY);
    let (fact, heard, plan) = told(Some(&answer), Reach::Sender, true).await;
    let text = "version: STSv1\nmode: enforce\nmx: mx.shop-example.com\nmx: *.mail.shop-example.com\nmax_age: 604800";
    assert_eq!((fact.state, fact.ttl), (State::Value(Answer::Policy(text.into())), Some(604_800)));
    let mut planned: Vec<(String, String)> = plan.into_iter().map(|one| (one.receiver, one.asks)).collect();
    planned.retain(|(_, asks)| !asks.contains("invalid") && asks != "NS .");
    planned.sort();
    assert_eq!(heard, planned);
    assert!(
        heard.contains(&(
            "mta-sts.shop-example.com (HTTPS)".into(),
            "GET https://mta-sts.shop-example.com/.well-known/mta-sts.txt".into()
        )),
        "{heard:?}"
    );
}

#[tokio::test]
async fn below_the_reach_of_the_sender_nobody_is_asked() {
    for reach in [Reach::Local, Reach::ThirdParty] {
        let (fact, heard, _) = told(None, reach, true).await;
        assert_eq!((fact.state, heard), (State::NotAsked, vec![]));
    }
}

#[tokio::test]
async fn what_is_no_policy_is_not_taken_for_one() {
    let long = format!("version: STSv1\nmode: enforce\nmx: {}\n", "a".repeat(70_000));
    for (answer, expected) in [
        (page("404 Not Found\r\n", ""), State::Absent),
        (page("301 Moved\r\nLocation: https://elsewhere.example.net/p.txt\r\n", ""), failed(lists::NOT_FOLLOWED)),
        (page("200 OK\r\n", "<html>log in</html>"), failed(lists::NOT_A_POLICY)),
        (page("200 OK\r\n", "version: STSv2\nmode: enforce\n"), failed(lists::NOT_A_POLICY)),
        (page("200 OK\r\n", "version: STSv1\nmode: always\n"), failed(lists::NOT_A_POLICY)),
        (page("200 OK\r\n", &long), failed(lists::CUT)),
    ] {
        let (fact, heard, _) = told(Some(&answer), Reach::Sender, true).await;
        assert_eq!(fact.state, expected, "{answer:.40}");
        assert!(!heard.iter().any(|(receiver, _)| receiver.contains("elsewhere")), "{heard:?}");
    }
    // A certificate that nobody trusts: no request is made at all.
    let (fact, heard, _) = told(Some(&page("200 OK\r\n", POLICY)), Reach::Sender, false).await;
    assert!(matches!(fact.state, State::Failed(_)), "{fact:?}");
    assert!(!heard.iter().any(|(_, asks)| asks.starts_with("GET")), "{heard:?}");
}

#[test]
fn a_policy_is_read_within_its_limits() {
    assert_eq!(read("version: STSv1\nmode: none\nmax_age: 5\n").unwrap().1, 300);
    assert_eq!(read("mode:testing\nversion:STSv1\nmax_age: 31557600\n").unwrap().1, 7 * KEPT);
    let many = format!("version: STSv1\nmode: enforce\n{}", "mx: a.example\n".repeat(5_000));
    assert_eq!(read(&many).unwrap().0.lines().count(), LINES);
    for text in ["", "version: STSv1", "mode: enforce", "\u{1b}[2J"] {
        assert_eq!(read(text), None, "{text}");
    }
    for domain in ["nas.local", "192.0.2.1", "a b.example", "", &"a".repeat(300)] {
        assert!(target(&Key::MailPolicy(domain.into())).is_err(), "{domain}");
    }
}

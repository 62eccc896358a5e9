//! Name servers that invent names or deny all of them, on loopback: what they say is no answer.

use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::mpsc::UnboundedReceiver;

use super::super::test_dns::TestDns;
use super::super::{Engine, Settings, Update};
use super::*;

const SHOP: (&str, &str) = ("shop.test.", "@ A 192.0.2.7\n@ TXT \"v=spf1 -all\"\n");

struct Bench {
    server: TestDns,
    engine: Engine,
    updates: UnboundedReceiver<Update>,
}

impl Bench {
    async fn start(zones: &[(&str, &str)]) -> Self {
        let server = TestDns::start(zones).await;
        let mut settings = Settings::new(Arc::new(|| 1_700_000_000));
        settings.servers = server.servers();
        settings.timeout = Duration::from_secs(10);
        let (engine, updates) = Engine::start(settings, &Handle::current());
        Self { server, engine, updates }
    }

    async fn state(&mut self, key: Key) -> State {
        self.engine.ask([key.clone()], Reach::Sender, 1);
        loop {
            let update = tokio::time::timeout(Duration::from_secs(20), self.updates.recv()).await;
            let update = update.expect("no update came").unwrap();
            if update.key == key && !matches!(update.fact.state, State::Asking | State::Queued) {
                return update.fact.state;
            }
        }
    }
}

fn addresses(name: &str) -> Key {
    Key::Addresses(name.into())
}

fn exchangers(name: &str) -> Key {
    Key::MailExchangers(name.into())
}

#[tokio::test]
async fn an_honest_name_server_is_asked_twice_more_and_once_in_a_run() {
    let mut bench = Bench::start(&[SHOP]).await;
    let both = [addresses("shop.test"), exchangers("shop.test")];
    let plan = bench.engine.plan(both.clone(), Reach::Sender);
    let asks: Vec<usize> = plan.iter().map(|one| one.queries.len()).collect();
    assert_eq!(asks, [4, 1], "beside the first question: {plan:?}");
    assert!(plan[0].queries[2].asks.ends_with(".invalid.") && plan[0].queries[3].asks == "NS .", "{plan:?}");
    for key in both {
        bench.state(key).await;
    }
    assert_eq!(bench.state(addresses("nobody.test")).await, State::Absent);
    assert_eq!((bench.server.controls(), bench.server.heard().len()), (2, 5));
    assert_eq!(bench.engine.plan([addresses("other.test")], Reach::Sender)[0].queries.len(), 2);
    assert_eq!(bench.engine.warnings(), []);
}

#[tokio::test]
async fn an_address_that_every_name_has_is_no_answer() {
    let every = (".", "@ NS ns.test.\n* A 192.0.2.80\n* A 192.0.2.81\n");
    let mut bench = Bench::start(&[SHOP, every]).await;
    let invented = failed(reason::INVENTS);
    assert_eq!(bench.state(addresses("nobody.test")).await, invented);
    assert_eq!(bench.state(addresses("somebody.example")).await, invented);
    let real = State::Value(Answer::Addresses(vec!["192.0.2.7".parse().unwrap()]));
    assert_eq!(bench.state(addresses("shop.test")).await, real, "real names keep their addresses");
    assert_eq!(bench.engine.warnings(), [reason::RESOLVER_INVENTS.into()]);
    assert_eq!(bench.engine.warnings(), [], "told once");
}

#[tokio::test]
async fn a_server_that_denies_the_root_says_nothing_of_other_names() {
    let mut bench = Bench::start(&[SHOP, (".", "")]).await;
    let denied = failed(reason::DENIES);
    assert_eq!(bench.state(addresses("nobody.test")).await, denied);
    assert_eq!(bench.state(exchangers("nobody.test")).await, denied);
    assert_eq!(bench.state(Key::Texts("_dmarc.nobody.test".into())).await, denied);
    // That a name has nothing of a kind is an answer.
    assert_eq!(bench.state(exchangers("shop.test")).await, State::Absent);
    assert!(matches!(bench.state(Key::Texts("shop.test".into())).await, State::Value(_)));
    assert_eq!(bench.engine.warnings(), [reason::RESOLVER_DENIES.into()]);
}

#[tokio::test]
async fn a_doctor_asks_the_control_questions_alone() {
    let honest = TestDns::start(&[SHOP]).await;
    let wait = Duration::from_secs(10);
    assert_eq!(crate::lookup::doubts(&honest.servers(), wait, Reach::Local).await, []);
    assert_eq!(honest.controls(), 0, "nothing leaves in the local reach");
    assert_eq!(crate::lookup::doubts(&honest.servers(), wait, Reach::ThirdParty).await, []);
    assert_eq!((honest.controls(), honest.heard().len()), (2, 0));
    let denies = TestDns::start(&[(".", "")]).await;
    let found = crate::lookup::doubts(&denies.servers(), wait, Reach::ThirdParty).await;
    assert_eq!(found, [reason::RESOLVER_DENIES]);
}

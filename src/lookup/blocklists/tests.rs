//! Block lists against a real name server on loopback.

use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Handle;

use super::super::test_dns::TestDns;
use super::super::{Engine, Settings};
use super::*;
use crate::facts::listing::Severity;
use crate::facts::{Fact, Origin};

const ZONES: &[(&str, &str)] = &[
    (
        "zen.spamhaus.org.",
        "2.0.0.127 A 127.0.0.2\n7.2.0.192 120 A 127.0.0.4\n7.2.0.192 120 A 127.0.0.2\n\
         7.2.0.192 TXT \"https://check.example/192.0.2.7\" \" see\\027[2J there\"\n10.2.0.192 A 127.0.0.10\n\
         8.2.0.192 A 192.0.2.80\n9.2.0.192 A 127.255.255.254\n\
         7.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2 A 127.0.0.3\n",
    ),
    ("dbl.spamhaus.org.", "dbltest.com A 127.0.1.2\nevil.example A 127.0.1.4\nabused.example A 127.0.1.104\n"),
    // Whoever asks it is told that everything is listed.
    ("multi.surbl.org.", "* A 127.0.0.8\n"),
    // Nothing in it: as good as gone.
    ("multi.uribl.com.", "@ TXT \"moved\"\n"),
    // It refuses its own test entry.
    ("bl.spamcop.net.", "2.0.0.127 A 127.0.0.1\n"),
    (
        "abcdefghijklmnopqrstuvwxyz.zen.dq.spamhaus.net.",
        "2.0.0.127 A 127.0.0.2\n7.2.0.192 A 127.0.0.4\n\
         7.2.0.192 TXT \"asked at ABCDEFGHIJKLMNOPQRSTUVWXYZ.zen with abcdefghijklmnopqrstuvwxyz\"\n",
    ),
    // A key that is good for one of both only.
    ("abcdefghijklmnopqrstuvwxyz.dbl.dq.spamhaus.net.", "@ TXT \"no contract\"\n"),
    ("uri.own.example.", "test A 127.0.0.2\nevil.example A 127.0.0.9\n"),
];

struct Bench {
    server: TestDns,
    engine: Engine,
    updates: tokio::sync::mpsc::UnboundedReceiver<super::super::Update>,
}

impl Bench {
    async fn start() -> Self {
        Self::start_with(Keys::default(), None).await
    }

    async fn start_with(keys: Keys, data_dir: Option<std::path::PathBuf>) -> Self {
        let server = TestDns::start(ZONES).await;
        let mut settings = Settings::new(Arc::new(|| 1_700_000_000));
        settings.servers = server.servers();
        settings.timeout = Duration::from_secs(10);
        let names = ["zen", "dbl", "surbl", "uribl", "spamcop", "uri.own.example=names", "zen", "no such list"];
        settings.lists = names.map(ToOwned::to_owned).to_vec();
        settings.keys = Arc::new(keys);
        settings.data_dir = data_dir;
        let (engine, updates) = Engine::start(settings, &Handle::current());
        Self { server, engine, updates }
    }

    async fn fact(&mut self, list: &str, name: &str) -> Fact {
        let asked = key(list, name);
        let lines = self.engine.ask([asked.clone()], Reach::ThirdParty, 1);
        if !matches!(lines[0].fact.state, State::Queued | State::Asking) {
            return lines[0].fact.clone();
        }
        loop {
            let update = tokio::time::timeout(Duration::from_secs(20), self.updates.recv()).await;
            let update = update.expect("no update came").unwrap();
            if update.key == asked && !matches!(update.fact.state, State::Asking | State::Queued) {
                return update.fact;
            }
        }
    }
}

fn key(list: &str, name: &str) -> Key {
    Key::Listed { list: list.into(), name: name.into() }
}

fn listing(fact: &Fact) -> &Listing {
    match &fact.state {
        State::Value(Answer::Listing(listing)) => listing,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn listed_not_listed_refused_and_not_asked_are_told_apart() {
    let mut bench = Bench::start().await;
    let fact = bench.fact("zen", "192.0.2.7").await;
    let codes: Vec<_> = listing(&fact).codes.iter().map(|code| (code.address.to_string(), code.weight)).collect();
    assert_eq!(codes, [("127.0.0.2".into(), Severity::Spam), ("127.0.0.4".into(), Severity::Spam)]);
    let reason = listing(&fact).reason.as_deref().unwrap();
    assert!(reason.starts_with("https://check.example/192.0.2.7 see\\") && reason.ends_with("[2J there"), "{reason}");
    assert!(reason.bytes().all(|byte| (b' '..=b'~').contains(&byte)));
    assert_eq!(fact.ttl, Some(120));
    let who = format!("zen.spamhaus.org via {}", bench.server.servers());
    assert_eq!(fact.origin, Origin::Asked(who));
    for (list, name, words) in
        [("zen", "2001:db8::7", "(CSS)"), ("zen", "192.0.2.10", "(PBL)"), ("dbl", "evil.example", "phishing")]
    {
        let fact = bench.fact(list, name).await;
        assert!(listing(&fact).codes[0].meaning.contains(words) && listing(&fact).reason.is_none(), "{fact:?}");
    }
    assert!(listing(&bench.fact("dbl", "abused.example").await).codes[0].abused);
    assert_eq!(listing(&bench.fact("uri.own.example", "evil.example").await).codes[0].meaning, lists::OWN.en);
    for (list, name, state) in [
        ("zen", "192.0.2.1", State::Absent),
        ("dbl", "good.example", State::Absent),
        ("zen", "192.0.2.8", failed(lists::FOREIGN.en)),
        ("surbl", "evil.example", failed(lists::ANSWERS_ALL.en)),
        ("uribl", "evil.example", failed(lists::ANSWERS_NOTHING.en)),
        ("zen", "10.0.0.1", failed(registry::NOBODYS_ADDRESS.en)),
        ("dbl", "nas.local", failed(reason::SPECIAL_NAME.en)),
        // A list that nobody named, and one of names that is asked about an address.
        ("barracuda", "192.0.2.7", State::NotAsked),
        ("dbl", "192.0.2.7", State::NotAsked),
        ("zen", "evil.example", State::NotAsked),
    ] {
        assert_eq!(bench.fact(list, name).await.state, state, "{list} {name}");
    }
    for (list, name) in [("zen", "192.0.2.9"), ("spamcop", "192.0.2.7")] {
        let State::Failed(why) = bench.fact(list, name).await.state else { panic!("{list}") };
        assert!(why.contains("the list does not answer") || why.contains("the list refuses"), "{why}");
    }
    assert!(bench.server.heard().iter().all(|one| one.name.ends_with(".org.")
        || one.name.ends_with(".com.")
        || one.name.ends_with(".net.")
        || one.name.ends_with(".example.")));
    assert!(!bench.server.heard().iter().any(|one| one.name.starts_with("7.2.0.192.dbl")));
}

#[tokio::test]
async fn what_leaves_is_what_the_plan_says_and_test_entries_leave_once() {
    let mut bench = Bench::start().await;
    let keys = [key("dbl", "evil.example"), key("dbl", "good.example"), key("zen", "192.0.2.7")];
    let plan = bench.engine.plan(keys.clone(), Reach::ThirdParty);
    assert!(plan.iter().all(|one| one.reach == Reach::ThirdParty && one.leaves()), "{plan:?}");
    assert!(bench.engine.plan(keys.clone(), Reach::Local).iter().all(|one| !one.leaves()));
    let mut planned: Vec<String> = plan.into_iter().flat_map(|one| one.queries).map(|query| query.asks).collect();
    for known in &keys {
        let Key::Listed { list, name } = known else { panic!() };
        bench.fact(list, name).await;
    }
    // The text beside an entry leaves only where it is listed.
    planned.retain(|asks| asks != "TXT good.example.dbl.spamhaus.org. (where it is listed)");
    let mut planned: Vec<String> = planned.into_iter().map(|asks| asks.replace(" (where it is listed)", "")).collect();
    planned.sort();
    assert_eq!(bench.server.asked(0), planned);
    let again = bench.engine.plan([key("dbl", "third.example")], Reach::ThirdParty);
    let asks: Vec<&str> = again[0].queries.iter().map(|query| query.asks.as_str()).collect();
    assert_eq!(asks, ["A third.example.dbl.spamhaus.org.", "TXT third.example.dbl.spamhaus.org. (where it is listed)"]);
}

#[tokio::test]
async fn a_key_is_in_the_packets_and_nowhere_else() {
    const SECRET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    let folder = tempfile::tempdir().unwrap();
    let mut keys = Keys::default();
    keys.put("spamhaus", SECRET).unwrap();
    let mut bench = Bench::start_with(keys, Some(folder.path().to_owned())).await;
    let asked = [key("zen", "192.0.2.7"), key("zen", "192.0.2.1"), key("dbl", "evil.example")];
    let plan = bench.engine.plan(asked.clone(), Reach::ThirdParty);
    let fact = bench.fact("zen", "192.0.2.7").await;
    assert_eq!(listing(&fact).reason.as_deref(), Some("asked at (key).zen with (key)"));
    let who = format!("(key).zen.dq.spamhaus.net via {}", bench.server.servers());
    assert_eq!(fact.origin, Origin::Asked(who));
    let clean = bench.fact("zen", "192.0.2.1").await;
    assert_eq!(clean.state, State::Absent);
    let other = bench.fact("dbl", "evil.example").await;
    assert_eq!(other.state, failed(lists::NOTHING_BY_KEY.en), "nor does it fall back to the public list");
    let secret = SECRET.to_lowercase();
    assert!(
        bench.server.heard().iter().all(|one| one.name.contains(&format!(".{secret}."))),
        "{:?}",
        bench.server.heard()
    );
    let log = std::fs::read_to_string(folder.path().join(crate::lookup::LOG_FILE)).unwrap();
    assert!(log.lines().count() >= 3);
    for told in
        [format!("{plan:?}"), format!("{fact:?}{clean:?}{other:?}"), log, format!("{:?}", bench.engine.warnings())]
    {
        assert!(!told.to_lowercase().contains(&secret), "{told}");
    }
    // What the plan says is what left, but for the key.
    let mut planned: Vec<String> = plan.into_iter().flat_map(|one| one.queries).map(|query| query.asks).collect();
    planned.retain(|asks| !asks.starts_with("TXT") || asks.contains("7.2.0.192"));
    let mut planned: Vec<String> =
        planned.into_iter().map(|asks| asks.replace("(key)", &secret).replace(" (where it is listed)", "")).collect();
    planned.sort();
    assert_eq!(bench.server.asked(0), planned);
    // The lists without a key are asked as before.
    assert!(matches!(bench.fact("uri.own.example", "evil.example").await.state, State::Value(_)));
}

#[tokio::test]
async fn a_key_that_no_name_can_hold_is_told_and_not_sent() {
    let mut keys = Keys::default();
    keys.put("spamhaus", "no.label=of/a/name").unwrap();
    let mut bench = Bench::start_with(keys, None).await;
    for (list, name) in [("zen", "192.0.2.7"), ("dbl", "evil.example")] {
        assert_eq!(bench.fact(list, name).await.state, failed(lists::BAD_KEY.en));
        assert!(bench.engine.plan([key(list, name)], Reach::ThirdParty)[0].queries.is_empty());
    }
    assert!(bench.server.heard().is_empty());
}

#[tokio::test]
async fn a_list_that_refuses_is_left_alone() {
    let mut bench = Bench::start().await;
    assert!(matches!(bench.fact("spamcop", "192.0.2.7").await.state, State::Failed(_)));
    let before = bench.server.heard().len();
    assert_eq!(bench.fact("spamcop", "192.0.2.8").await.state, failed(reason::PAUSED.en));
    assert_eq!(bench.server.heard().len(), before);
    assert_eq!(bench.fact("zen", "192.0.2.1").await.state, State::Absent, "the others are not");
}

#[tokio::test]
async fn a_list_that_is_silent_is_neither_believed_nor_asked_in_circles() {
    // A port that nobody listens on.
    let port = std::net::UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let resolver = Arc::new(Resolver::new(port.to_string().parse().unwrap(), Duration::from_millis(200)));
    let list = List::new(BlockList::named("zen").unwrap(), &resolver, Duration::from_millis(200), &Keys::default());
    let asked = key("zen", "192.0.2.7");
    for _ in 0..2 {
        let outcome = list.run(&asked, Permit::new(&asked, Reach::ThirdParty, Reach::ThirdParty).unwrap()).await;
        assert!(matches!(outcome.state, State::Failed(_)), "{outcome:?}");
    }
    assert_eq!(list.once(&asked).len(), 2, "its test entries are still to be asked for");
}

//! The engine over a provider made of channels, so that the tests decide when an answer comes.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::Semaphore;

use super::*;
use crate::facts::phrases::reason;
use crate::facts::{Answer, Origin, Place, State};
use crate::lookup::{Outcome, Pace, Permit, Query, Work, log};

const NOW: i64 = 1_700_000_000;

/// Answers each question with one text when the test lets it, and counts.
struct Fake {
    asked: Mutex<Vec<Key>>,
    leave: Semaphore,
    busy: AtomicUsize,
    most: AtomicUsize,
    limit: usize,
}

struct Fakes(Arc<Fake>);

impl Provider for Fakes {
    fn id(&self) -> &'static str {
        "fake"
    }
    fn reach(&self) -> Reach {
        Reach::ThirdParty
    }
    fn answers(&self, key: &Key) -> bool {
        !matches!(key, Key::Page(_))
    }
    fn receiver(&self, _: &Key) -> String {
        "fake.test".into()
    }
    fn plan(&self, key: &Key) -> Vec<Query> {
        vec![Query { receiver: self.receiver(key), asks: format!("{key:?}") }]
    }
    fn pace(&self) -> Pace {
        Pace { at_once: self.0.limit, ..Pace::default() }
    }
    fn run(&self, key: &Key, _: Permit) -> Work {
        let (fake, key) = (Arc::clone(&self.0), key.clone());
        Box::pin(async move {
            fake.asked.lock().unwrap().push(key.clone());
            let busy = fake.busy.fetch_add(1, Ordering::SeqCst) + 1;
            fake.most.fetch_max(busy, Ordering::SeqCst);
            fake.leave.acquire().await.unwrap().forget();
            fake.busy.fetch_sub(1, Ordering::SeqCst);
            assert!(key != Key::Owner("panic.test".into()), "a provider's bug");
            let state = match &key {
                Key::Owner(host) if host == "none.test" => State::Absent,
                Key::Owner(host) if host == "bad.test" => State::Failed("x".into()),
                _ => State::Value(Answer::Text("somebody".into())),
            };
            Outcome::new(state, Some(600))
        })
    }
}

#[derive(Default)]
struct Kept(Mutex<HashMap<Key, (Fact, i64)>>);

impl Keep for Kept {
    fn get(&self, key: &Key, now: i64) -> Option<(Fact, i64)> {
        self.0.lock().unwrap().get(key).filter(|(_, expires)| now < *expires).cloned()
    }
    fn put(&self, key: &Key, fact: &Fact, expires: i64) {
        self.0.lock().unwrap().insert(key.clone(), (fact.clone(), expires));
    }
}

struct Bench {
    engine: Engine,
    updates: mpsc::UnboundedReceiver<Update>,
    fake: Arc<Fake>,
    time: Arc<AtomicI64>,
    kept: Arc<Kept>,
}

fn bench(change: impl FnOnce(&mut Settings)) -> Bench {
    bench_of(usize::MAX, change)
}

fn bench_of(limit: usize, change: impl FnOnce(&mut Settings)) -> Bench {
    let time = Arc::new(AtomicI64::new(NOW));
    let clock = Arc::clone(&time);
    let kept = Arc::new(Kept::default());
    let mut settings = Settings::new(Arc::new(move || clock.load(Ordering::SeqCst)));
    settings.keep = Some(Arc::clone(&kept) as Arc<dyn Keep>);
    change(&mut settings);
    let fake = Arc::new(Fake {
        asked: Mutex::default(),
        leave: Semaphore::new(0),
        busy: AtomicUsize::new(0),
        most: AtomicUsize::new(0),
        limit,
    });
    let providers: Vec<Arc<dyn Provider>> = vec![Arc::new(Fakes(Arc::clone(&fake)))];
    let (engine, updates) = Engine::start_with(settings, providers, &Handle::current());
    Bench { engine, updates, fake, time, kept }
}

impl Bench {
    fn asked(&self) -> usize {
        self.fake.asked.lock().unwrap().len()
    }

    /// The next update that is not "asking".
    async fn outcome(&mut self) -> Update {
        loop {
            let update = tokio::time::timeout(Duration::from_secs(10), self.updates.recv()).await;
            let update = update.expect("no update came").unwrap();
            if update.fact.state != State::Asking {
                return update;
            }
        }
    }

    async fn settled(&self) {
        while self.engine.pending() != (0, 0) {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
}

fn owner(host: &str) -> Key {
    Key::Owner(host.into())
}

fn state(lines: &[Recorded]) -> &State {
    &lines[0].fact.state
}

#[tokio::test]
async fn two_who_ask_the_same_send_one_question_and_both_hear_the_answer() {
    let mut bench = bench(|_| {});
    let key = owner("a.test");
    assert_eq!(state(&bench.engine.ask([key.clone(), key.clone()], Reach::Sender, 1)), &State::Queued);
    assert_eq!(state(&bench.engine.ask([key.clone()], Reach::Sender, 2)), &State::Asking);
    bench.fake.leave.add_permits(5);
    let (one, two) = (bench.outcome().await, bench.outcome().await);
    assert_eq!((one.generation, two.generation), (1, 2));
    assert_eq!(one.fact, two.fact);
    assert_eq!(one.fact.state, State::Value(Answer::Text("somebody".into())));
    assert_eq!(one.fact.origin, Origin::Asked("fake.test".into()));
    assert_eq!((one.fact.at, one.fact.ttl), (Some(NOW), Some(600)));
    assert_eq!(bench.asked(), 1);
}

#[tokio::test]
async fn a_narrow_reach_lets_nothing_out() {
    let bench = bench(|_| {});
    let keys = [owner("a.test"), Key::Addresses("a.test".into()), Key::Page("https://a.test/".into())];
    for line in bench.engine.ask(keys.clone(), Reach::Local, 1) {
        assert_eq!(line.fact, Fact::default(), "{:?}", line.key);
    }
    let lines = bench.engine.ask(keys, Reach::ThirdParty, 1);
    let states: Vec<&State> = lines.iter().map(|line| &line.fact.state).collect();
    assert_eq!(states, [&State::Queued, &State::NotAsked, &State::NotAsked]);
    tokio::time::sleep(Duration::from_millis(20)).await;
    assert_eq!(*bench.fake.asked.lock().unwrap(), [owner("a.test")]);
}

#[tokio::test]
async fn an_answer_is_used_again_until_it_is_stale() {
    let mut bench = bench(|_| {});
    bench.fake.leave.add_permits(50);
    let key = owner("a.test");
    bench.engine.ask([key.clone()], Reach::Sender, 1);
    let first = bench.outcome().await.fact;
    let again = bench.engine.ask([key.clone()], Reach::Local, 2);
    assert_eq!(again[0].fact, first, "no reach is needed for what is known");
    // A registration holds for a day, whatever its source says.
    bench.time.fetch_add(86_399, Ordering::SeqCst);
    assert_eq!(bench.engine.known(&key), Some(first));
    bench.time.fetch_add(1, Ordering::SeqCst);
    assert_eq!(bench.engine.known(&key), None);
    assert_eq!(state(&bench.engine.ask([key.clone()], Reach::Sender, 3)), &State::Queued);
    bench.outcome().await;
    assert_eq!(bench.asked(), 2);
    assert_eq!(state(&bench.engine.ask_anew([key], Reach::Sender, 4)), &State::Queued);
    bench.outcome().await;
    assert_eq!(bench.asked(), 3);
}

#[tokio::test]
async fn absence_is_remembered_shortly_and_failure_is_not_kept() {
    let mut bench = bench(|_| {});
    bench.fake.leave.add_permits(50);
    bench.engine.ask([owner("none.test"), owner("bad.test")], Reach::Sender, 1);
    bench.outcome().await;
    bench.outcome().await;
    bench.settled().await;
    assert_eq!(bench.kept.0.lock().unwrap().keys().collect::<Vec<_>>(), [&owner("none.test")]);
    bench.time.fetch_add(30, Ordering::SeqCst);
    assert_eq!(bench.engine.known(&owner("none.test")).unwrap().state, State::Absent);
    assert_eq!(bench.engine.known(&owner("bad.test")), None);
    bench.time.fetch_add(570, Ordering::SeqCst);
    assert_eq!(bench.engine.known(&owner("none.test")), None);
}

#[tokio::test]
async fn an_answer_of_an_earlier_run_says_so() {
    let bench = bench(|_| {});
    let value = State::Value(Answer::Text("somebody".into()));
    let fact = Fact { state: value.clone(), origin: Origin::Asked("192.0.2.53".into()), ..Fact::default() };
    bench.kept.put(&owner("a.test"), &fact, NOW + 10);
    let known = bench.engine.known(&owner("a.test")).unwrap();
    assert_eq!((known.state, known.origin), (value, Origin::Kept("192.0.2.53".into())));
    bench.kept.put(&owner("b.test"), &fact, NOW);
    assert_eq!(bench.engine.known(&owner("b.test")), None, "stale");
}

#[tokio::test]
async fn a_recording_wins_and_replay_lets_nothing_out() {
    let place = Key::Place("95.216.42.246".parse().unwrap());
    let recorded = |key: &Key, answer| Recorded {
        key: key.clone(),
        fact: Fact {
            state: State::Value(answer),
            origin: Origin::Recorded("2022-04".into()),
            at: Some(7),
            ttl: None,
            dnssec: None,
        },
    };
    let tuusula = Place { city: Some("Tuusula".into()), ..Place::default() };
    let lines = [recorded(&owner("a.test"), Answer::Text("x".into())), recorded(&place, Answer::Place(tuusula))];
    for replay_only in [false, true] {
        let bench = bench(|settings| {
            settings.recording = lines.iter().cloned().collect();
            settings.replay_only = replay_only;
        });
        bench.kept.put(&owner("kept.test"), &lines[0].fact, NOW + 10);
        let found = bench.engine.ask_anew(lines.iter().map(|line| line.key.clone()), Reach::Sender, 1);
        assert_eq!(found, lines);
        let other = bench.engine.ask([owner("b.test"), owner("kept.test")], Reach::Sender, 1);
        tokio::time::sleep(Duration::from_millis(20)).await;
        if replay_only {
            assert!(other.iter().all(|line| line.fact.state == State::NotAsked), "{other:?}");
            assert_eq!(bench.asked(), 0);
        } else {
            assert_eq!(bench.asked(), 1);
        }
        let far = bench.engine.ask([Key::Place("117.120.49.144".parse().unwrap())], Reach::Local, 1);
        assert!(matches!(state(&far), State::Value(Answer::Place(_))), "databases answer in every mode");
    }
}

#[tokio::test]
async fn at_most_so_many_are_under_way_and_the_selected_goes_first() {
    let mut bench = bench(|settings| settings.at_once = 2);
    let hosts = |tag: &str| (0..5).map(|n| owner(&format!("{tag}{n}.test"))).collect::<Vec<_>>();
    bench.engine.ask_with(hosts("back"), Reach::Sender, 1, Priority::Background);
    bench.engine.ask_with(hosts("seen"), Reach::Sender, 1, Priority::Visible);
    bench.engine.ask(hosts("now"), Reach::Sender, 1);
    bench.engine.ask([owner("back4.test")], Reach::Sender, 2);
    assert_eq!(bench.engine.pending(), (13, 2));
    for _ in 0..16 {
        bench.fake.leave.add_permits(1);
        bench.outcome().await;
    }
    assert_eq!(bench.fake.most.load(Ordering::SeqCst), 2);
    let asked = bench.fake.asked.lock().unwrap();
    let order: Vec<&str> =
        asked.iter().map(|key| if let Key::Owner(host) = key { host.trim_end_matches(".test") } else { "" }).collect();
    // "back4" was raised to the front of those that still waited, behind those that were there before it.
    let mut first: Vec<&str> = order[2..8].to_vec();
    first.sort_unstable();
    assert_eq!(first, ["back4", "now0", "now1", "now2", "now3", "now4"]);
    assert!(order[8..13].iter().all(|host| host.starts_with("seen")), "{order:?}");
}

#[tokio::test]
async fn a_provider_s_own_limit_holds() {
    let mut bench = bench_of(1, |_| {});
    bench.engine.ask([owner("a.test"), owner("b.test"), owner("c.test")], Reach::Sender, 1);
    bench.fake.leave.add_permits(3);
    for _ in 0..3 {
        bench.outcome().await;
    }
    assert_eq!(bench.fake.most.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn what_is_called_off_is_not_sent_and_its_askers_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_path_buf();
    let mut bench = bench(|settings| {
        settings.at_once = 1;
        settings.data_dir = Some(path);
    });
    bench.engine.ask([owner("a.test"), owner("b.test")], Reach::Sender, 7);
    while bench.asked() == 0 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    bench.engine.cancel();
    let mut told = [bench.outcome().await, bench.outcome().await];
    told.sort_by(|a, b| a.key.cmp(&b.key));
    assert!(told.iter().all(|update| update.fact == Fact::default() && update.generation == 7), "{told:?}");
    assert_eq!(bench.engine.pending(), (0, 0));
    // A new question is not disturbed by what was called off, and no late answer comes.
    bench.fake.leave.add_permits(5);
    bench.engine.ask([owner("a.test")], Reach::Sender, 8);
    let update = bench.outcome().await;
    assert_eq!((update.generation, &update.key), (8, &owner("a.test")));
    assert!(matches!(update.fact.state, State::Value(_)));
    bench.settled().await;
    assert!(bench.updates.try_recv().is_err());
    assert_eq!(*bench.fake.asked.lock().unwrap(), [owner("a.test"), owner("a.test")]);
    let mut outcomes = Vec::new();
    log::entries(folder.path(), &mut |entry| outcomes.push(entry.recorded.fact.state)).unwrap();
    assert_eq!(outcomes, [State::NotAsked, State::Value(Answer::Text("somebody".into()))]);
}

#[tokio::test]
async fn a_lower_reach_calls_off_only_what_it_forbids() {
    let mut bench = bench(|_| {});
    bench.engine.ask([owner("a.test")], Reach::Sender, 1);
    bench.engine.limit(Reach::ThirdParty);
    assert_eq!(bench.engine.pending(), (0, 1));
    bench.engine.limit(Reach::Local);
    assert_eq!(bench.outcome().await.fact, Fact::default());
}

#[tokio::test]
async fn a_provider_that_never_answers_is_given_up() {
    let mut bench = bench(|settings| settings.timeout = Duration::from_millis(20));
    bench.engine.ask([owner("a.test")], Reach::Sender, 1);
    assert_eq!(bench.outcome().await.fact.state, State::Failed(reason::TIMEOUT.en.into()));
    assert_eq!(bench.engine.pending(), (0, 0));
}

#[tokio::test]
async fn a_provider_that_panics_fails_its_question_only() {
    let mut bench = bench_of(1, |_| {});
    bench.fake.leave.add_permits(5);
    bench.engine.ask([owner("panic.test"), owner("a.test")], Reach::Sender, 1);
    assert_eq!(bench.outcome().await.fact.state, State::Failed(reason::INTERNAL.en.into()));
    assert!(matches!(bench.outcome().await.fact.state, State::Value(_)));
}

#[tokio::test]
async fn a_mail_of_a_thousand_hosts_asks_for_a_few() {
    let bench = bench(|_| {});
    let lines = bench.engine.ask((0..1_000).map(|n| owner(&format!("h{n}.test"))), Reach::Sender, 1);
    let queued = lines.iter().filter(|line| line.fact.state == State::Queued).count();
    assert_eq!((lines.len(), queued), (1_000, ONE_CALL));
    assert_eq!(lines[999].fact.state, State::Failed(reason::TOO_MANY.en.into()));
}

#[test]
fn a_runtime_that_ends_takes_everything_with_it() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let engine = runtime.block_on(async {
        let bench = bench(|_| {});
        for _ in 0..20 {
            bench.engine.ask(
                (0..250).map(|n| owner(&format!("{n}.{}.test", bench.engine.pending().0))),
                Reach::Sender,
                1,
            );
        }
        tokio::task::yield_now().await;
        bench.engine
    });
    assert!(engine.pending().0 > 1_000);
    drop(runtime);
    assert_eq!(engine.pending(), (0, 0));
    engine.ask([owner("late.test")], Reach::Sender, 2);
    assert_eq!(engine.pending(), (0, 0));
}

#[tokio::test]
async fn the_user_s_databases_are_loaded_on_the_side() {
    let bench = bench(|_| {});
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("geo")).unwrap();
    std::fs::write(folder.path().join("geo/override.csv"), "192.0.2.0/24,JP,,Toyama,\nx").unwrap();
    let (done, heard) = std::sync::mpsc::channel();
    bench.engine.load_geo(vec![], Some(folder.path().into()), move |warnings| done.send(warnings).unwrap());
    assert_eq!(heard.recv().unwrap().len(), 1);
    let lines = bench.engine.ask([Key::Place("192.0.2.1".parse().unwrap())], Reach::Local, 1);
    let State::Value(Answer::Place(place)) = state(&lines) else { panic!("{lines:?}") };
    assert_eq!(place.city.as_deref(), Some("Toyama"));
}

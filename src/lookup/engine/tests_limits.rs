//! Pace, tries, consent, plan and back-pressure of the engine, over a provider that a test writes in a line.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

use super::*;
use crate::facts::listing::Thing;
use crate::facts::phrases::reason;
use crate::facts::{Answer, Origin, State};
use crate::lookup::{Again, Counted, Outcome, Permit, Query, Work, log};

type Answers = dyn Fn(&Key, u32) -> Outcome + Send + Sync;

/// Answers as its function says, which is told how often the provider was asked before.
struct Script {
    pace: Pace,
    reach: Reach,
    asked: Mutex<Vec<Key>>,
    count: AtomicU32,
    answers: Box<Answers>,
}

struct Scripted(Arc<Script>);

impl Provider for Scripted {
    fn id(&self) -> &'static str {
        "script"
    }
    fn reach(&self) -> Reach {
        self.0.reach
    }
    fn answers(&self, key: &Key) -> bool {
        !matches!(key, Key::Certificates(_))
    }
    fn receiver(&self, _: &Key) -> String {
        "script.test".into()
    }
    fn plan(&self, key: &Key) -> Vec<Query> {
        vec![Query { receiver: self.receiver(key), asks: format!("{key:?}") }]
    }
    fn pace(&self) -> Pace {
        self.0.pace
    }
    fn run(&self, key: &Key, _: Permit) -> Work {
        let (script, key) = (Arc::clone(&self.0), key.clone());
        Box::pin(async move {
            script.asked.lock().unwrap().push(key.clone());
            (script.answers)(&key, script.count.fetch_add(1, Ordering::SeqCst))
        })
    }
}

struct Bench {
    engine: Engine,
    updates: mpsc::UnboundedReceiver<Update>,
    script: Arc<Script>,
}

fn bench_with(
    pace: Pace,
    change: impl FnOnce(&mut Settings),
    answers: impl Fn(&Key, u32) -> Outcome + Send + Sync + 'static,
) -> Bench {
    let mut settings = Settings::new(Arc::new(|| 1_700_000_000));
    change(&mut settings);
    let script = Arc::new(Script {
        pace,
        reach: Reach::ThirdParty,
        asked: Mutex::default(),
        count: AtomicU32::new(0),
        answers: Box::new(answers),
    });
    let (engine, updates) =
        Engine::start_with(settings, vec![Arc::new(Scripted(Arc::clone(&script)))], &Handle::current());
    Bench { engine, updates, script }
}

fn bench(pace: Pace, answers: impl Fn(&Key, u32) -> Outcome + Send + Sync + 'static) -> Bench {
    bench_with(pace, |_| {}, answers)
}

impl Bench {
    async fn update(&mut self) -> Update {
        tokio::time::timeout(Duration::from_secs(10), self.updates.recv()).await.expect("no update came").unwrap()
    }

    /// The next update with an outcome.
    async fn outcome(&mut self) -> Update {
        loop {
            let update = self.update().await;
            if !matches!(update.fact.state, State::Asking | State::Queued) {
                return update;
            }
        }
    }

    fn asked(&self) -> Vec<Key> {
        self.script.asked.lock().unwrap().clone()
    }
}

fn owner(host: &str) -> Key {
    Key::Owner(host.into())
}

fn page(path: &str) -> Key {
    Key::Page(format!("https://a.test/{path}"))
}

fn value() -> Outcome {
    Outcome::new(State::Value(Answer::Text("x".into())), Some(600))
}

fn failed(again: Option<Again>) -> Outcome {
    Outcome { again, ..Outcome::new(State::Failed("lost".into()), None) }
}

/// Keeps nothing but how often somebody was asked.
#[derive(Default)]
struct Counts(Mutex<Vec<(String, i64)>>);

impl Keep for Counts {
    fn get(&self, _: &Key, _: i64) -> Option<(Fact, i64)> {
        None
    }
    fn put(&self, _: &Key, _: &Fact, _: i64) {}
    fn counted(&self, since: i64) -> Vec<Counted> {
        let all = self.0.lock().unwrap();
        let own = all.iter().filter(|(_, at)| *at >= since);
        own.map(|(provider, at)| Counted { provider: provider.clone(), hour: at / 3_600, count: 1 }).collect()
    }
    fn count(&self, provider: &str, now: i64) {
        self.0.lock().unwrap().push((provider.to_owned(), now));
    }
}

#[tokio::test]
async fn a_limit_of_a_day_holds_for_all_runs_of_that_day_together() {
    let kept = Arc::new(Counts::default());
    let start = 1_700_000_000;
    let mut answered = Vec::new();
    // Two runs on one day, one a day later.
    for at in [start, start + 7_200, start + 100_000] {
        let keep: Arc<dyn Keep> = Arc::clone(&kept) as Arc<dyn Keep>;
        let pace = Pace { per_day: Some(3), ..Pace::default() };
        let change = |settings: &mut Settings| {
            settings.keep = Some(keep);
            settings.clock = Arc::new(move || at);
        };
        let mut bench = bench_with(pace, change, |_, _| value());
        let hosts = ["one.test", "two.test"].map(|host| owner(&format!("{at}.{host}")));
        bench.engine.ask(hosts, Reach::ThirdParty, 1);
        let mut told = [bench.outcome().await.fact.state, bench.outcome().await.fact.state];
        told.sort_by_key(|state| matches!(state, State::Failed(_)));
        answered.push(told.map(|state| match state {
            State::Value(_) => "asked",
            State::Failed(why) if why == reason::SPENT.en => "spent",
            _ => "?",
        }));
    }
    assert_eq!(answered, [["asked", "asked"], ["asked", "spent"], ["asked", "asked"]]);
    assert!(kept.0.lock().unwrap().iter().all(|(who, _)| who == "script"));
}

#[tokio::test]
async fn what_was_lost_is_tried_again_and_every_try_is_in_the_log() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_path_buf();
    let pace = Pace { tries: 3, ..Pace::default() };
    let change = |settings: &mut Settings| settings.data_dir = Some(path);
    let mut bench = bench_with(pace, change, |_, before| if before < 2 { failed(Some(Again::Soon)) } else { value() });
    bench.engine.ask([owner("a.test")], Reach::ThirdParty, 1);
    let mut states = Vec::new();
    while !matches!(states.last(), Some(State::Value(_))) {
        states.push(bench.update().await.fact.state);
    }
    let [one, two, three, four, five, _] = states.try_into().unwrap();
    assert_eq!(
        [one, two, three, four, five],
        [State::Asking, State::Queued, State::Asking, State::Queued, State::Asking]
    );
    let mut lines = Vec::new();
    log::entries(folder.path(), &mut |entry| lines.push(entry)).unwrap();
    let tries: Vec<(u32, Option<&str>)> = lines.iter().map(|line| (line.tries, line.why.as_deref())).collect();
    assert_eq!(tries, [(1, Some("lost")), (2, Some("lost")), (3, None)]);
    let recording = Recording::open(folder.path()).unwrap();
    assert_eq!(recording.get(&owner("a.test")).unwrap().state, value().state);
}

#[tokio::test]
async fn a_failure_that_another_try_cannot_mend_is_told_at_once_and_so_is_the_last_try() {
    let pace = Pace { tries: 2, ..Pace::default() };
    let mut bench = bench(pace, |key, _| failed((*key == owner("again.test")).then_some(Again::Soon)));
    bench.engine.ask([owner("never.test")], Reach::ThirdParty, 1);
    assert_eq!(bench.outcome().await.fact.state, State::Failed("lost".into()));
    assert_eq!(bench.asked().len(), 1);
    bench.engine.ask([owner("again.test")], Reach::ThirdParty, 1);
    assert_eq!(bench.outcome().await.fact.state, State::Failed("lost".into()));
    assert_eq!(bench.asked().len(), 3);
}

#[tokio::test]
async fn a_service_that_asks_for_a_long_pause_is_left_alone_and_the_waiting_are_told() {
    let pace = Pace { at_once: 1, tries: 3, ..Pace::default() };
    let mut bench = bench(pace, |_, _| failed(Some(Again::After(Duration::from_hours(1)))));
    bench.engine.ask([owner("a.test"), owner("b.test"), owner("c.test")], Reach::ThirdParty, 1);
    let states = [bench.outcome().await, bench.outcome().await, bench.outcome().await].map(|update| update.fact.state);
    let paused = State::Failed(reason::PAUSED.en.into());
    assert_eq!(states, [State::Failed("lost".into()), paused.clone(), paused.clone()]);
    bench.engine.ask([owner("d.test")], Reach::ThirdParty, 1);
    assert_eq!(bench.outcome().await.fact.state, paused);
    assert_eq!(bench.asked(), [owner("a.test")], "only one packet left");
}

#[tokio::test]
async fn a_day_s_questions_are_not_exceeded_and_the_user_may_change_the_number() {
    let pace = Pace { per_day: Some(2), ..Pace::default() };
    for (change, leaves) in [(None, 2), (Some(3), 3), (Some(0), 5)] {
        let paces = change.map(|per_day| {
            ("script".to_owned(), PaceChange { per_day: Some(per_day), at_once: Some(1), ..PaceChange::default() })
        });
        let mut bench = bench_with(pace, |settings| settings.paces = paces.into_iter().collect(), |_, _| value());
        bench.engine.ask((0..5).map(|n| owner(&format!("{n}.test"))), Reach::ThirdParty, 1);
        let mut spent = 0;
        for _ in 0..5 {
            spent += usize::from(bench.outcome().await.fact.state == State::Failed(reason::SPENT.en.into()));
        }
        assert_eq!((bench.asked().len(), spent), (leaves, 5 - leaves));
    }
}

#[tokio::test]
async fn answers_that_come_along_are_facts_of_their_own() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_path_buf();
    let aliases = Key::Aliases("a.test".into());
    let (along, gone) = (aliases.clone(), folder.path().to_path_buf());
    let change = |settings: &mut Settings| {
        settings.data_dir = Some(path);
        settings.at_once = 1;
    };
    let mut bench = bench_with(Pace::default(), change, move |_, _| Outcome {
        also: vec![
            (along.clone(), Answer::Hosts(vec!["b.test".into()])),
            (owner("a.test"), Answer::Text("self".into())),
        ],
        ..value()
    });
    bench.engine.ask([owner("a.test")], Reach::Sender, 1);
    // Another mail waits for what comes along.
    bench.engine.ask([aliases.clone()], Reach::Sender, 2);
    let mut told = Vec::new();
    for _ in 0..3 {
        let update = bench.outcome().await;
        told.push((update.key, update.generation, update.fact.state));
    }
    let hosts = State::Value(Answer::Hosts(vec!["b.test".into()]));
    assert_eq!(
        told,
        [(owner("a.test"), 1, value().state), (aliases.clone(), 1, hosts.clone()), (aliases.clone(), 2, hosts.clone())]
    );
    assert_eq!(bench.asked(), [owner("a.test")], "what came along is not asked for");
    let known = bench.engine.known(&aliases).unwrap();
    assert_eq!((known.state, known.origin, known.ttl), (hosts.clone(), Origin::Asked("script.test".into()), Some(600)));
    let recording = Recording::open(&gone).unwrap();
    assert_eq!(recording.get(&aliases).unwrap().state, hosts);
    assert_eq!(recording.get(&owner("a.test")).unwrap().state, value().state, "nobody answers himself twice");
}

#[tokio::test]
async fn a_url_leaves_with_consent_only_once_and_is_not_visited_again_by_itself() {
    let mut bench = bench(Pace::default(), |_, _| value());
    let judged = Key::Judged { by: "service".into(), thing: Thing::Url("https://a.test/x".into()) };
    for line in bench.engine.ask([page("x"), judged.clone()], Reach::Sender, 1) {
        assert_eq!(line.fact, Fact::default(), "{:?}", line.key);
    }
    let lines = bench.engine.ask_consented([Consent::given(page("x"))], Reach::ThirdParty, 1);
    assert_eq!(lines[0].fact.state, State::NotAsked, "a consent does not widen the reach");
    bench.engine.ask_consented([Consent::given(page("x"))], Reach::Sender, 1);
    let fact = bench.outcome().await.fact;
    assert_eq!(
        bench.engine.ask([page("x"), page("y")], Reach::Sender, 2)[0].fact,
        fact,
        "what it brought stays in view"
    );
    assert_eq!(bench.engine.ask_anew([page("x")], Reach::Sender, 3)[0].fact, fact, "asking again is no consent");
    assert_eq!(bench.asked(), [page("x")]);
    bench.engine.ask_consented([Consent::given(page("x")), Consent::given(judged.clone())], Reach::Sender, 4);
    bench.outcome().await;
    bench.outcome().await;
    assert_eq!(bench.asked(), [page("x"), page("x"), judged]);
}

#[tokio::test]
async fn the_plan_says_who_what_and_why_not() {
    let mut bench = bench(Pace::default(), |_, _| value());
    bench.engine.ask([owner("known.test")], Reach::ThirdParty, 1);
    bench.outcome().await;
    let name = Key::Addresses("a.test".into());
    let nobody = Key::Certificates("a.test".into());
    let keys = [owner("known.test"), owner("a.test"), owner("a.test"), name.clone(), page("x"), nobody];
    let plan = bench.engine.plan(keys.clone(), Reach::ThirdParty);
    let told: Vec<(&Key, Reach, usize, bool, bool, bool, bool)> = plan
        .iter()
        .map(|one| (&one.key, one.reach, one.queries.len(), one.known, one.consent, one.allowed, one.leaves()))
        .collect();
    assert_eq!(
        told,
        [
            (&owner("known.test"), Reach::ThirdParty, 0, true, false, true, false),
            (&owner("a.test"), Reach::ThirdParty, 1, false, false, true, true),
            (&name, Reach::Sender, 1, false, false, false, false),
            (&page("x"), Reach::Sender, 1, false, true, false, false),
        ]
    );
    assert!(bench.engine.plan(keys.clone(), Reach::Local).iter().all(|one| !one.leaves()));
    assert!(bench.engine.plan(keys, Reach::Sender).iter().filter(|one| one.leaves()).count() == 2);
    assert_eq!(bench.asked().len(), 1, "a plan sends nothing");
}

#[tokio::test]
async fn what_finds_no_room_is_handed_back_and_nothing_is_lost() {
    let mut bench =
        bench_with(Pace { at_once: 64, ..Pace::default() }, |settings| settings.at_once = 64, |_, _| value());
    let mut left: Vec<Key> = (0..9_000).map(|n| owner(&format!("{n}.test"))).collect();
    let mut got = HashSet::new();
    while got.len() < 9_000 {
        if !left.is_empty() && bench.engine.pending().0 < 1_000 {
            let (lines, rest) = bench.engine.offer(left, Reach::ThirdParty, 1, Priority::Background);
            assert!(lines.iter().all(|line| line.fact.state == State::Queued));
            assert!(lines.len() >= 1_000);
            left = rest;
            assert!(bench.engine.pending().0 <= board::OFFERED);
            // Somebody who looks at a mail still finds room, and goes first.
            let urgent = owner(&format!("now{}.test", left.len()));
            assert_eq!(bench.engine.ask([urgent.clone()], Reach::ThirdParty, 2)[0].fact.state, State::Queued);
        }
        for _ in 0..1_000 {
            let Ok(update) = bench.updates.try_recv() else { break };
            if matches!(update.fact.state, State::Value(_)) && update.generation == 1 {
                assert!(got.insert(update.key));
            }
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn what_is_under_way_can_be_listed_and_one_called_off() {
    let (engine, _updates) = {
        struct Silent;
        impl Provider for Silent {
            fn id(&self) -> &'static str {
                "silent"
            }
            fn reach(&self) -> Reach {
                Reach::ThirdParty
            }
            fn answers(&self, _: &Key) -> bool {
                true
            }
            fn receiver(&self, _: &Key) -> String {
                String::new()
            }
            fn plan(&self, _: &Key) -> Vec<Query> {
                Vec::new()
            }
            fn run(&self, _: &Key, _: Permit) -> Work {
                Box::pin(std::future::pending())
            }
        }
        let mut settings = Settings::new(Arc::new(|| 0));
        settings.at_once = 2;
        Engine::start_with(settings, vec![Arc::new(Silent)], &Handle::current())
    };
    engine.ask([owner("a.test"), owner("b.test"), owner("c.test")], Reach::ThirdParty, 1);
    let (posted, waiting) = engine.under_way();
    let told: Vec<(&Key, &str, u32)> = posted.iter().map(|one| (&one.key, one.provider, one.tries)).collect();
    assert_eq!((told, waiting), (vec![(&owner("a.test"), "silent", 1), (&owner("b.test"), "silent", 1)], 1));
    engine.call_off(&owner("a.test"));
    while engine.pending() != (0, 2) {
        tokio::task::yield_now().await;
    }
    assert_eq!(
        engine.under_way().0.iter().map(|one| &one.key).collect::<Vec<_>>(),
        [&owner("b.test"), &owner("c.test")]
    );
}

//! Hostile answers from a folder of cases, served to the real providers: `GOSANKE_HOSTILE` names the folder, with the
//! `manifest.json` that says what each file is. Small copies of the same shapes are ordinary tests of each provider.
//!
//! ```text
//! GOSANKE_HOSTILE=FOLDER cargo test --lib --ignore-rust-version tests_hostile -- --ignored --nocapture
//! ```

use std::path::Path;

use super::tests_plan::settings;
use super::tests_world::{Mood, Raw, World};
use super::*;
use crate::evidence::examine;
use crate::facts::listing::Thing;
use crate::facts::{FactSet, State};
use crate::lookup::{Consent, policy};
use crate::message::Message;
use crate::proof::Purpose;
use crate::view::who::{self, Named};

/// The longest that a question may take, waits for a turn left out.
const LONGEST: Duration = Duration::from_secs(13);
/// A mail of the domain that all cases are about.
const MAIL: &str = "Return-Path: <a@evil.example>\r\nReceived: from evil.example (evil.example [11.0.0.9]) by mx.example.org; \
    Mon, 2 Nov 2026 10:00:00 +0900\r\nFrom: a@evil.example\r\nTo: b@example.org\r\nSubject: x\r\n\r\nx\r\n";
/// What a case may cost in memory, its own bytes and the server's copies of them included.
const MEMORY: u64 = 64 << 20;

#[derive(serde::Deserialize)]
struct Case {
    id: String,
    group: String,
    kind: String,
    file: String,
    title: String,
}

fn domain() -> Thing {
    Thing::Domain("evil.example".into())
}

/// The questions to which a kind of answer can come.
fn questions(kind: &str) -> Vec<Key> {
    let name = || "evil.example".to_owned();
    let registries =
        || vec![Key::Owner("evil-of-all.com".into()), Key::Block("11.0.0.9".parse().unwrap()), Key::System(2_497)];
    match kind {
        "dns" => vec![
            Key::Addresses(name()),
            Key::Aliases(name()),
            Key::MailExchangers(name()),
            Key::NameServers(name()),
            Key::Authority(name()),
            Key::Texts(name()),
            Key::Issuers(name()),
            Key::Names("11.0.0.9".parse().unwrap()),
            Key::Page("http://evil.example/".into()),
            Key::Page("https://evil.example/".into()),
        ],
        "http" => {
            let judged = |by: &str| Key::Judged { by: by.into(), thing: domain() };
            let services = ["virustotal", "urlscan", "safebrowsing", "phishtank"].map(judged);
            let mut keys = vec![
                Key::Page("http://evil.example/".into()),
                Key::Page("https://evil.example/".into()),
                Key::Certificates(name()),
                Key::History(name()),
                Key::MailPolicy(name()),
            ];
            keys.extend(services);
            keys.extend(registries());
            keys
        }
        "rdap" => registries(),
        _ => vec![Key::Owner("evil.co.jp".into()), Key::Owner("evil.jp".into())],
    }
}

/// What a reader sees of the facts: the card of every question's subject.
fn cards(facts: &FactSet, keys: &[Key]) -> String {
    let own = crate::analysis::Own::default();
    let made = crate::analysis::analyze(MAIL.as_bytes(), &[], facts, &crate::signal::Weights::default(), &own);
    let subject = crate::view::Subject {
        message: &made.message,
        bytes: &[],
        evidence: &made.evidence,
        facts,
        proof: &made.proof,
        verdict: &made.verdict,
        entry: crate::view::Where::default(),
        lang: crate::text::Lang::En,
        reach: Reach::Sender,
        ask_key: "r",
        tz: jiff::tz::TimeZone::UTC,
        moves: &[],
    };
    let named = keys.iter().map(|key| match key {
        Key::Page(url) => Named::Url(url.clone()),
        Key::Names(address) | Key::Block(address) => Named::Address(*address),
        Key::System(number) => Named::System(*number),
        Key::Owner(name) => Named::Host(crate::evidence::Domain::of(name)),
        _ => Named::Host(crate::evidence::Domain::of("evil.example")),
    });
    // What is drawn stands in these; what is copied live stands beside them. Backslashes of the text itself are doubled.
    let drawn = |doc: String| -> String {
        let pieces = doc.split("Shown(\"").skip(1).filter_map(|piece| piece.split("\"), tone").next());
        pieces.collect::<Vec<_>>().join("\n").replace("\\\\", "/")
    };
    named.map(|named| drawn(format!("{:?}", who::card(&subject, &named.about())))).collect()
}

fn highest() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|text| text.parse::<u64>().ok()).unwrap_or(0) << 10
}

#[tokio::test]
#[ignore = "needs the folder of hostile answers: GOSANKE_HOSTILE"]
async fn every_network_case_is_bounded_and_leads_nowhere() {
    let folder = std::env::var("GOSANKE_HOSTILE").expect("GOSANKE_HOSTILE names the folder");
    let folder = Path::new(&folder);
    let manifest = std::fs::read(folder.join("manifest.json")).unwrap();
    let cases: Vec<Case> = serde_json::from_slice(&manifest).unwrap();
    for case in cases.iter().filter(|case| case.group == "network") {
        let bytes = std::fs::read(folder.join(&case.file)).unwrap();
        run(case, bytes).await;
    }
}

async fn run(case: &Case, bytes: Vec<u8>) {
    let world = World::start(Mood::Silent);
    let mut raw = Raw::default();
    match case.kind.as_str() {
        "dns" => raw.dns = Some(bytes),
        "rdap" => {
            let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", bytes.len());
            raw.stream = Some([head.as_bytes(), &bytes].concat());
        }
        _ => raw.stream = Some(bytes),
    }
    if case.title.contains("endless") {
        raw.again = [b"1000\r\n".as_slice(), &[b'A'; 4096], b"\r\n"].concat();
        // The first chunks without the one that claims to be endless.
        if let Some(stream) = &mut raw.stream {
            stream.truncate(stream.len() - 18);
        }
    }
    world.say(raw);
    let data = tempfile::tempdir().unwrap();
    let settings = Settings { data_dir: Some(data.path().to_owned()), ..settings(&world) };
    let (engine, mut updates) = Engine::start(settings, &Handle::current());
    let before = highest();
    let mut told = Vec::new();
    let mut longest = Duration::ZERO;
    let mut facts = FactSet::default();
    // An answer to another question is waited out; one run does.
    let in_time = |key: &Key| !(case.title.is_empty() && matches!(key, Key::Names(_)));
    for key in questions(&case.kind).into_iter().filter(in_time) {
        let started = Instant::now();
        let consent = key.needs_consent().then(|| Consent::given(key.clone()));
        match consent {
            Some(consent) => engine.ask_consented([consent], Reach::Sender, 1),
            None => engine.ask([key.clone()], Reach::Sender, 1),
        };
        while engine.pending() != (0, 0) {
            tokio::time::sleep(Duration::from_millis(1)).await;
            assert!(started.elapsed() < 5 * LONGEST, "{}: {key:?} hangs", case.id);
        }
        longest = longest.max(started.elapsed());
        while let Ok(update) = updates.try_recv() {
            if matches!(update.fact.state, State::Value(_) | State::Absent | State::Failed(_)) && update.key == key {
                let name = format!("{:?}", key.asks().en);
                told.push(match &update.fact.state {
                    State::Failed(why) => format!("{name}: {why}"),
                    State::Absent => format!("{name}: none"),
                    State::Value(_) => format!("{name}: answered"),
                    _ => String::new(),
                });
            }
            facts.put(update.key, update.fact);
        }
    }
    // What it went to is public; what the answers name inside is not among it.
    let inside: Vec<_> = world.gone_to().into_iter().filter(|peer| !policy::global(peer.ip())).collect();
    assert!(inside.is_empty(), "{}: gone to {inside:?}", case.id);
    assert!(world.gone_to().iter().all(|peer| matches!(peer.port(), 43 | 80 | 443)), "{:?}", world.gone_to());
    let followed: Vec<_> = world
        .heard()
        .into_iter()
        .filter(|(_, asks)| asks.contains("leak") || asks.contains("127.0.0.1") || asks.contains("10.0.0.1"))
        .collect();
    assert!(followed.is_empty(), "{}: {followed:?}", case.id);
    let shown = cards(&facts, &questions(&case.kind));
    let acting = ["\\u{1b}", "\\u{9b}", "\\u{7}", "\\0", "\\r", "\\u{202e}", "\\u{200b}"];
    let acting: Vec<&&str> = acting.iter().filter(|one| shown.contains(**one)).collect();
    let log = std::fs::read(data.path().join(crate::lookup::LOG_FILE)).unwrap_or_default();
    assert!(
        log.iter().all(|byte| matches!(byte, b' '..=b'~' | b'\n')),
        "{}: the log has more than plain letters",
        case.id
    );
    let grew = highest().saturating_sub(before);
    told.dedup();
    println!(
        "{} {} | longest {} ms, {} MiB | {}",
        case.id,
        case.title,
        longest.as_millis(),
        grew >> 20,
        told.join("; ")
    );
    assert!(acting.is_empty(), "{}: {acting:?} would reach a terminal:\n{shown}", case.id);
    assert!(shown.len() > 200, "{}: nothing is shown", case.id);
    assert!(grew < MEMORY, "{}: {grew} bytes", case.id);
    assert!(longest < 2 * LONGEST, "{}: {longest:?}", case.id);
    if case.kind == "dns" {
        spf(case, &world, &engine, &mut updates).await;
    }
}

/// How many questions an SPF record leads to that answers everything with itself.
async fn spf(case: &Case, world: &World, engine: &Engine, updates: &mut mpsc::UnboundedReceiver<Update>) {
    let evidence = examine(&Message::parse(MAIL.as_bytes()), &[]);
    let mut facts = FactSet::default();
    let mut asked = std::collections::BTreeSet::new();
    for _ in 0..100 {
        let keys: Vec<Key> = crate::proof::keys(&evidence, &facts)
            .into_iter()
            .filter(|(key, purpose)| *purpose == Purpose::Spf && asked.insert(key.clone()))
            .map(|(key, _)| key)
            .collect();
        if keys.is_empty() {
            break;
        }
        for line in engine.ask(keys, Reach::Sender, 2) {
            facts.put(line.key, line.fact);
        }
        while engine.pending() != (0, 0) {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        while let Ok(update) = updates.try_recv() {
            facts.put(update.key, update.fact);
        }
    }
    println!("    SPF: {} questions, {} packets", asked.len(), world.heard().len());
    // The record itself, and at most ten terms that need the DNS (RFC 7208 section 4.6.4).
    assert!(asked.len() <= 12, "{}: {asked:?}", case.id);
}

/// The shape of the worst cases in small, for every run.
#[tokio::test]
async fn small_copies_of_hostile_answers_lead_nowhere_and_act_on_no_terminal() {
    let text =
        |text: &[u8]| [&[0xc0, 12, 0, 16, 0, 1, 0, 0, 0, 60, 0, text.len() as u8 + 1, text.len() as u8], text].concat();
    let message = |answer: &[u8]| {
        let head = [0x12, 0x34, 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0];
        [&head[..], b"\x04evil\x07example\0\0\x10\0\x01", answer].concat()
    };
    let spf = b"v=spf1 include:evil.example include:a.evil.example include:b.evil.example exists:%{l}.c.example ?all";
    for (id, kind, bytes) in [
        ("text", "dns", message(&text(b"v=spf1 \x1b]0;x\x07 -all\n\0"))),
        ("spf", "dns", message(&text(spf))),
        ("title", "http", b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n<title>\x1b]0;x\x07</title>\
            <meta http-equiv=refresh content='0;url=http://127.0.0.1/'><div><div>".to_vec()),
        ("inside", "http", b"HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/latest/\r\nContent-Length: 0\r\n\r\n".to_vec()),
        ("hints", "http", b"HTTP/1.1 200 OK\r\nAlt-Svc: h3=\"127.0.0.1:443\"\r\nRefresh: 0; url=http://10.0.0.1/\r\n\
            Link: <http://leak.evil.example/>; rel=preload\r\nContent-Length: 0\r\n\r\n".to_vec()),
        ("registry", "rdap", b"{\"objectClassName\":\"domain\",\"ldhName\":\"evil-of-all.com\",\"links\":[{\"rel\":\"related\",\
            \"href\":\"http://127.0.0.1/domain/evil-of-all.com\"}],\"entities\":[{\"roles\":[\"registrar\"],\"vcardArray\":[\"vcard\",\
            [[\"fn\",{},\"text\",\"\\u001b[2J\\u202ex\"]]]}]}".to_vec()),
        ("whois", "whois", b"Domain: evil.co.jp\r\nRegistrar: \x1b]52;c;x\x07\xe9\r\nWhois Server: 127.0.0.1\r\n".to_vec()),
    ] {
        let case = Case {
            id: id.to_owned(),
            group: "network".to_owned(),
            kind: kind.to_owned(),
            file: String::new(),
            title: String::new(),
        };
        run(&case, bytes).await;
    }
}

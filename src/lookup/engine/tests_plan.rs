//! What leaves is what was announced: real providers ask a made-up Internet about real questions of mails, and what
//! arrives at its servers is held against [`Engine::plan`], packet by packet.

use std::collections::BTreeSet;

use super::tests_world::{Mood, ONWARD, Packet, SECRET, World};
use super::*;
use crate::evidence::{Evidence, examine};
use crate::facts::{FactSet, State};
use crate::lookup::keys::{HIDDEN, Keys};
use crate::lookup::{Consent, services};
use crate::message::Message;
use crate::wants::{BlockList, Service, Services, wants};

/// Block lists over DNS, of addresses and of names.
const LISTS: [&str; 3] = ["zen", "dbl", "surbl"];

/// Every service, with a key for each, and no limit that would keep a test waiting.
pub(super) fn settings(world: &World) -> Settings {
    let mut settings = Settings::new(system_clock());
    settings.servers = world.resolver.to_string().parse().unwrap();
    settings.services = services::NAMES.iter().map(|(id, _)| (*id).to_owned()).collect();
    let environment =
        |name: &str| Some(if name.contains("CIRCL") { format!("me:{SECRET}") } else { SECRET.to_owned() });
    let (keys, wrong) = Keys::load(&environment, None);
    assert!(wrong.is_empty(), "{:?}", wrong.len());
    settings.keys = Arc::new(keys);
    settings.lists = LISTS.map(ToOwned::to_owned).to_vec();
    settings.at_once = 32;
    let free = PaceChange { at_once: Some(16), per_minute: Some(0), per_day: Some(0) };
    let ids =
        settings.services.iter().map(String::as_str).chain(["dns", "visit", "mta-sts", "rdap", "whois"]).chain(LISTS);
    settings.paces = ids.map(|id| (id.to_owned(), free)).collect();
    settings.world = Some((world.detour(), world.roots()));
    settings
}

fn able() -> Services {
    let names: Vec<String> = services::NAMES.iter().map(|(id, _)| (*id).to_owned()).collect();
    let offers = services::offers(&names);
    let service = |(id, knows): &(&str, services::Knows)| Service {
        id: (*id).to_owned(),
        domains: knows.domains,
        addresses: knows.addresses,
        files: knows.files,
        urls: knows.urls,
    };
    Services {
        services: offers.services.iter().map(service).collect(),
        lists: LISTS.map(|id| BlockList { id: id.into(), names: id != "zen", addresses: id == "zen" }).to_vec(),
        registries: true,
        routes: true,
        certificates: true,
        history: true,
        visits: true,
        ..Services::default()
    }
}

/// Asks everything that a mail wants, round after round, until nothing new is wanted.
struct Tour {
    world: World,
    engine: Engine,
    updates: mpsc::UnboundedReceiver<Update>,
    facts: FactSet,
    services: Services,
    compared: usize,
    packets: usize,
}

impl Tour {
    fn start(mood: Mood) -> Self {
        let world = World::start(mood);
        let (engine, updates) = Engine::start(settings(&world), &Handle::current());
        Self { world, engine, updates, facts: FactSet::default(), services: able(), compared: 0, packets: 0 }
    }

    async fn ask_all(&mut self, name: &str, evidence: &Evidence, reach: Reach) {
        for round in 0..12 {
            let wanted = wants(evidence, &self.facts, &self.services);
            let keys: Vec<Key> = wanted.keys().cloned().collect();
            let at_hand = self.engine.ask(keys.iter().filter(|key| key.reach() == Reach::Local).cloned(), reach, 1);
            for line in at_hand.into_iter().filter(|line| line.fact.state != State::NotAsked) {
                self.facts.put(line.key, line.fact);
            }
            let plan: Vec<Planned> =
                self.engine.plan(keys, reach).into_iter().filter(|one| one.allowed && !one.known).collect();
            if plan.is_empty() {
                return;
            }
            assert_eq!(self.world.heard(), BTreeSet::new(), "{name}: a plan sends nothing");
            let (apart, quiet): (Vec<&Planned>, Vec<&Planned>) = plan.iter().partition(|one| one.consent);
            self.engine.ask(quiet.iter().map(|one| one.key.clone()), reach, 1);
            self.engine.ask_consented(apart.iter().map(|one| Consent::given(one.key.clone())), reach, 1);
            while self.engine.pending() != (0, 0) {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            while let Ok(update) = self.updates.try_recv() {
                self.facts.put(update.key, update.fact);
            }
            let heard = self.world.heard();
            self.compare(&format!("{name}, round {round}, {reach:?}"), &plan, &heard);
        }
        panic!("{name} wants more and more");
    }

    /// Every packet was announced, and every announced one arrived. A note in brackets says under which condition a packet
    /// leaves, or that an answer may lead on to somebody whom only it names.
    fn compare(&mut self, what: &str, plan: &[Planned], heard: &BTreeSet<Packet>) {
        // A key may be part of a name on the wire, and of nothing that is told.
        let hide = |(receiver, asks): &Packet| (receiver.clone(), asks.replace(SECRET, HIDDEN));
        let heard: &BTreeSet<Packet> = &heard.iter().map(hide).collect();
        let (mut sure, mut possible) = (BTreeSet::new(), BTreeSet::new());
        let mut leads_on = false;
        for query in plan.iter().flat_map(|one| &one.queries) {
            assert!(!query.asks.contains(SECRET) && !query.receiver.contains(SECRET), "{query:?}");
            let (asks, note) = match query.asks.split_once(" (") {
                Some((asks, note)) => (asks, note),
                None => (query.asks.as_str(), ""),
            };
            leads_on |= note.starts_with("then");
            // A list is asked through the name server.
            let receiver = query.receiver.rsplit(" via ").next().unwrap_or_default().to_owned();
            let packet = (receiver, asks.to_owned());
            if note.is_empty() || note.starts_with("then") {
                sure.insert(packet)
            } else {
                possible.insert(packet)
            };
        }
        let onward = |packet: &&Packet| packet.0.contains(ONWARD) || packet.1.contains(ONWARD);
        let fits = |packet: &&Packet| {
            sure.contains(*packet)
                || possible.iter().any(|(receiver, asks)| {
                    let start = asks.split('…').next().unwrap_or_default();
                    *receiver == packet.0 && packet.1.starts_with(start) && (start == packet.1 || asks.contains('…'))
                })
                || leads_on && onward(packet)
        };
        let unannounced: Vec<&Packet> = heard.iter().filter(|packet| !fits(packet)).collect();
        assert!(unannounced.is_empty(), "{what}: arrived and was not announced: {unannounced:#?}\nplan: {sure:#?}");
        let missing: Vec<&Packet> = sure.iter().filter(|packet| !heard.contains(*packet)).collect();
        // The picture is asked for where a page was found at the very address.
        let led = heard.iter().any(|packet| onward(&packet));
        let missing: Vec<&&Packet> = missing.iter().filter(|packet| !(led && possible.contains(**packet))).collect();
        assert!(missing.is_empty(), "{what}: announced and did not arrive: {missing:#?}\nheard: {heard:#?}");
        self.compared += sure.len() + possible.len();
        self.packets += heard.len();
    }
}

fn demo() -> Vec<(String, Vec<u8>)> {
    let mailbox = crate::mailbox::demo();
    let mut entries = Vec::new();
    let _ = mailbox.index(0, &mut |some, _| {
        entries.extend(some);
        std::ops::ControlFlow::Continue(())
    });
    let read = |(at, entry)| Some((format!("demo {at}"), mailbox.read(&entry).ok()?));
    entries.into_iter().enumerate().filter_map(read).collect()
}

fn made_up() -> Vec<(String, Vec<u8>)> {
    let mail = |from: &str, link: &str| {
        format!(
            "Return-Path: <b@bounce.{from}>\n\
             Received: from h.{from} (h.{from} [11.200.1.7]) by mx.example.org; Mon, 2 Nov 2026 10:00:00 +0900\n\
             DKIM-Signature: v=1; a=rsa-sha256; d={from}; s=k1; h=from:subject; bh=AAAA; b=AAAA\n\
             From: Shop <a@{from}>\nReply-To: other@reply.{from}\nTo: anna@example.org\nSubject: account\n\
             Date: Mon, 2 Nov 2026 10:00:00 +0900\nMessage-ID: <1@{from}>\n\nPress {link}\n"
        )
        .into_bytes()
    };
    [
        ("registry with RDAP", mail("mail.sender-of-this.com", "https://login.link-of-this.org/a/b?c=d")),
        ("registry with WHOIS", mail("sender-of-this.co.jp", "http://www.link-of-this.jp/")),
        ("letters that are escaped", mail("sender-three.com", "https://evil-three.net/a%20b/{x}|y?q=\"z\"&r=<w>#frag")),
        ("address and port", mail("sender-four.com", "http://11.201.2.3/x and https://evil-four.net:8443/")),
        ("other letters", mail("sender-five.com", "https://xn--r8jz45g.com/%E3%81%82")),
    ]
    .map(|(name, mail)| (name.to_owned(), mail))
    .into()
}

async fn held(mails: Vec<(String, Vec<u8>)>, mood: Mood) -> (usize, usize, (usize, usize)) {
    let mut tour = Tour::start(mood);
    for reach in [Reach::ThirdParty, Reach::Sender] {
        for (name, bytes) in &mails {
            let evidence = examine(&Message::parse(bytes), &[]);
            tour.ask_all(name, &evidence, reach).await;
        }
    }
    (tour.compared, tour.packets, tour.world.counted())
}

#[tokio::test]
async fn what_leaves_for_made_up_mails_is_what_was_announced() {
    for mood in [Mood::Silent, Mood::Talkative] {
        let (announced, arrived, _) = held(made_up(), mood).await;
        println!("{mood:?}: {announced} packets announced, {arrived} arrived");
        assert!(announced > 150 && arrived > 150, "{announced} {arrived}");
    }
}

#[tokio::test]
async fn what_leaves_for_the_mails_of_the_demo_is_what_was_announced() {
    for mood in [Mood::Silent, Mood::Talkative] {
        let (announced, arrived, _) = held(demo(), mood).await;
        println!("{mood:?}: {announced} packets announced, {arrived} arrived");
        assert!(announced > 150 && arrived > 150, "{announced} {arrived}");
    }
}

/// Runs below [`nothing_else_leaves_by_the_count_of_the_kernel`], alone in a network namespace.
#[tokio::test]
#[ignore = "run by another test in a network namespace of its own"]
async fn alone_in_a_namespace() {
    let before = kernel();
    let (announced, arrived, (datagrams, connections)) = held(made_up(), Mood::Talkative).await;
    let after = kernel();
    let grew = |name: &str| after.get(name).copied().unwrap_or(0) - before.get(name).copied().unwrap_or(0);
    // Each question has one answer; what the kernel sent and no server got would be more.
    assert_eq!(grew("Udp.OutDatagrams"), 2 * datagrams as u64, "{datagrams} questions arrived");
    assert_eq!(grew("Tcp.ActiveOpens"), connections as u64, "{connections} connections arrived");
    assert_eq!((grew("Ip.OutNoRoutes"), grew("Udp6.OutDatagrams")), (0, 0), "somebody outside was tried");
    println!(
        "in a namespace: {announced} announced, {arrived} different ones arrived; the kernel sent {} datagrams \
         ({datagrams} questions with their answers) and opened {connections} connections, and tried nothing else",
        grew("Udp.OutDatagrams")
    );
}

fn kernel() -> std::collections::HashMap<String, u64> {
    let mut out = std::collections::HashMap::new();
    let text = std::fs::read_to_string("/proc/self/net/snmp").unwrap();
    let mut lines = text.lines();
    while let (Some(names), Some(values)) = (lines.next(), lines.next()) {
        let (group, names) = names.split_once(':').unwrap();
        let values = values.split_once(':').unwrap().1;
        for (name, value) in names.split_whitespace().zip(values.split_whitespace()) {
            out.insert(format!("{group}.{name}"), value.parse().unwrap_or(0));
        }
    }
    for line in std::fs::read_to_string("/proc/self/net/snmp6").unwrap_or_default().lines() {
        if let Some((name, value)) = line.split_once(char::is_whitespace) {
            out.insert(name.replace("6Out", "6.Out"), value.trim().parse().unwrap_or(0));
        }
    }
    out
}

#[test]
fn nothing_else_leaves_by_the_count_of_the_kernel() {
    let enter = "ip link set lo up && exec \"$0\" \"$@\"";
    let run = |arguments: &[&str]| {
        std::process::Command::new("unshare").args(["-rn", "sh", "-c", enter]).args(arguments).output()
    };
    if !run(&["true"]).is_ok_and(|done| done.status.success()) {
        println!("left out: a network namespace cannot be made here");
        return;
    }
    let own = std::env::current_exe().unwrap();
    let name = "lookup::engine::tests_plan::alone_in_a_namespace";
    let done = run(&[own.to_str().unwrap(), "--exact", name, "--include-ignored", "--nocapture"]).unwrap();
    let said = String::from_utf8_lossy(&done.stdout);
    assert!(done.status.success() && said.contains("1 passed"), "{said}\n{}", String::from_utf8_lossy(&done.stderr));
    println!("{said}");
}

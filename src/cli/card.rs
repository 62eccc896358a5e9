//! `gosanke lookup`: what is known of a host, an address, a link, a network or a file, as the cards of the screen or as
//! recorded lines. Asks no further than the reach allows, shows nobody a whole URL and visits nothing unless told so.
//! What is printed is defanged, but for `--json`, which gives the lines as they can be replayed.

use std::collections::{HashMap, HashSet};
use std::io::BufRead as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::{Instant, timeout_at};

use super::misuse::Wrong;
use super::print::{ascii, text};
use super::{UNREADABLE, USAGE, complain, complain_all, in_words, keeper, network, own};
use crate::config::Settings;
use crate::evidence::Evidence;
use crate::export::Output;
use crate::facts::listing::Thing;
use crate::facts::{FactSet, Key, Reach, Recorded, State};
use crate::lookup::geo::Geo;
use crate::lookup::{self, Consent, Engine, Planned, Priority, Update};
use crate::message::Message;
use crate::text::{Lang, Words};
use crate::verdict::Verdict;
use crate::view::plan::{Plan, Row};
use crate::view::who::{Named, card};
use crate::view::{self, Doc, Subject, Where};
use crate::wants::{Services, Target, Wants, about};

/// The most targets of one call.
const TARGETS: usize = 10_000;
/// Targets that are looked up side by side.
const TOGETHER: usize = 32;
/// The longest line that is read from standard input.
const LINE: u64 = 16 * 1024;

/// Flags of `lookup`.
#[derive(Debug, clap::Args, Clone)]
pub(super) struct Lookup {
    /// Hosts, mail addresses, IP addresses, URLs, AS numbers or SHA-256 digests, live or defanged; `-` reads them from
    /// standard input, one a line
    #[arg(value_name = "TARGET", required = true)]
    pub(super) targets: Vec<String>,

    /// Print what would be asked, of whom, and ask nothing
    #[arg(long)]
    pub(super) plan: bool,

    /// Visit the URLs: their servers see your address and the whole URL. Needs --reach sender
    #[arg(long)]
    pub(super) visit: bool,

    /// Let services see whole URLs; some publish what they are asked. Needs --reach thirdparty
    #[arg(long)]
    pub(super) whole_url: bool,

    /// Print the answers as JSON lines that `--replay` takes
    #[arg(long)]
    pub(super) json: bool,

    /// Stop asking after this time: 90s, 10m, 2h
    #[arg(long, value_name = "TIME", default_value = "2m", value_parser = time)]
    pub(super) deadline: Duration,
}

/// A stretch of time as a person writes it.
fn time(text: &str) -> Result<Duration, Wrong> {
    let wrong = || Wrong(Words::new("write 90s, 10m or 2h", "90s、10m、2h のように書いてください"));
    let unit = text.chars().next_back().ok_or_else(wrong)?;
    let count: u64 = text.strip_suffix(unit).and_then(|count| count.parse().ok()).ok_or_else(wrong)?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        _ => return Err(wrong()),
    };
    match count.checked_mul(seconds) {
        Some(seconds) if (1..=86_400).contains(&seconds) => Ok(Duration::from_secs(seconds)),
        _ => Err(Wrong(Words::new("from 1s to 24h", "1s から 24h までです"))),
    }
}

/// Looks up.
pub(super) fn run(arguments: &Lookup, replay: &[PathBuf], settings: &Settings) -> anyhow::Result<u8> {
    let lang = settings.lang;
    let targets = match targets(&arguments.targets) {
        Ok(targets) => targets,
        Err(wrong) => {
            let words = Words::new(
                "{0} is no host, address, URL, AS number or SHA-256",
                "{0} はホスト・アドレス・URL・AS 番号・SHA-256 のいずれでもありません",
            );
            for text in wrong {
                complain(&words.fill(lang, &[&text]));
            }
            return Ok(USAGE);
        }
    };
    let mut told = Vec::new();
    let recording = match network::replay(replay, lang, &mut told) {
        Ok(recording) => recording,
        Err(why) => {
            complain(&why);
            return Ok(UNREADABLE);
        }
    };
    let (own, wrong) = own::own(settings);
    told.extend(wrong);
    let replay = recording.is_some();
    // Dropped last: it still writes what the engine handed over.
    let mut store = None;
    let kept = if replay || arguments.plan {
        None
    } else {
        let (keeper, ..) = keeper(settings, &mut told);
        let kept: Arc<dyn lookup::Keep> = Arc::new(keeper.kept());
        store = Some(keeper);
        Some(kept)
    };
    let mut engine = network::engine(settings, recording, kept, &mut told);
    let services = network::services(&own.side, &engine);
    let data = Some(settings.data_dir.as_path()).filter(|path| !path.as_os_str().is_empty());
    let (geo, warnings) = Geo::open(&settings.geo, data);
    engine.geo = Arc::new(geo);
    told.extend(in_words(&warnings, settings.lang));
    complain_all(&told);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let (engine, updates) = Engine::start(engine, runtime.handle());
    let mut session = Session {
        arguments,
        engine,
        updates,
        services,
        reach: settings.reach,
        facts: FactSet::default(),
        until: Instant::now() + arguments.deadline,
        replay,
        over: false,
        open: 0,
    };
    let mut out = Output::default();
    if arguments.plan {
        session.plan(&targets, lang, &mut out)?;
    } else {
        runtime.block_on(session.cards(&targets, lang, &mut out))?;
        session.finish(lang);
    }
    out.flush()?;
    in_words(&session.engine.warnings(), lang).for_each(|text| complain(&text));
    drop(session);
    drop(runtime);
    drop(store);
    Ok(0)
}

/// The targets, each once; or those that are none.
fn targets(texts: &[String]) -> Result<Vec<Target>, Vec<String>> {
    let mut all: Vec<String> = Vec::new();
    for text in texts {
        if text == "-" {
            let mut input = std::io::stdin().lock();
            // A line without an end is cut; what is left of it is no target and is told.
            while let Ok(Some(line)) = read_line(&mut input) {
                if all.len() >= TARGETS {
                    break;
                }
                if !line.trim().is_empty() {
                    all.push(line);
                }
            }
        } else {
            all.push(text.clone());
        }
    }
    let (mut found, mut wrong) = (Vec::new(), Vec::new());
    for text in all.into_iter().take(TARGETS) {
        match Target::parse(&text) {
            Some(target) if found.contains(&target) => {}
            Some(target) => found.push(target),
            None => wrong.push(text.chars().take(200).collect()),
        }
    }
    if wrong.is_empty() { Ok(found) } else { Err(wrong) }
}

fn read_line(input: &mut impl std::io::BufRead) -> std::io::Result<Option<String>> {
    let mut bytes = Vec::new();
    let read = std::io::Read::take(&mut *input, LINE).read_until(b'\n', &mut bytes)?;
    Ok((read > 0).then(|| String::from_utf8_lossy(&bytes).trim().to_owned()))
}

struct Session<'a> {
    arguments: &'a Lookup,
    engine: Engine,
    updates: UnboundedReceiver<Update>,
    services: Services,
    reach: Reach,
    facts: FactSet,
    until: Instant,
    /// Only a recording answers.
    replay: bool,
    /// The time is up.
    over: bool,
    /// Questions that nobody asked.
    open: usize,
}

impl Session<'_> {
    fn wants(&self, target: &Target) -> Wants {
        about(target, &self.facts, &self.services)
    }

    /// A question that shows somebody a whole URL, and that the command line says yes to.
    fn agreed(&self, key: &Key) -> bool {
        match key {
            Key::Page(_) => self.arguments.visit,
            Key::Judged { thing: Thing::Url(_), .. } => self.arguments.whole_url,
            _ => true,
        }
    }

    /// Asks, waits and writes, some targets at a time.
    async fn cards(&mut self, targets: &[Target], lang: Lang, out: &mut Output) -> anyhow::Result<()> {
        let mut written = HashSet::new();
        let mut first = true;
        for group in targets.chunks(TOGETHER) {
            self.ask(group).await;
            for target in group {
                if self.arguments.json {
                    self.lines(target, &mut written, out)?;
                    continue;
                }
                if !std::mem::take(&mut first) {
                    out.write("\n")?;
                }
                let doc = self.card(target, lang);
                out.write(&text(&doc))?;
            }
            if out.closed {
                return Ok(());
            }
            out.flush()?;
        }
        Ok(())
    }

    /// Asks what the targets want until nothing new follows from the answers, or the time is up.
    async fn ask(&mut self, targets: &[Target]) {
        let mut tried: HashSet<Key> = HashSet::new();
        let mut running: HashSet<Key> = HashSet::new();
        let mut left: Vec<Key> = Vec::new();
        loop {
            let mut fresh: Vec<Key> = std::mem::take(&mut left);
            for target in targets {
                for want in self.wants(target).list {
                    if self.agreed(&want.key) && tried.insert(want.key.clone()) {
                        fresh.push(want.key);
                    }
                }
            }
            if !fresh.is_empty() {
                left = self.offer(fresh, &mut running);
                // What was answered at once may want more.
                if left.is_empty() {
                    continue;
                }
            }
            if running.is_empty() {
                if left.is_empty() {
                    return;
                }
                continue;
            }
            let Ok(Some(update)) = timeout_at(self.until, self.updates.recv()).await else {
                self.over = true;
                self.engine.cancel();
                return;
            };
            if !matches!(update.fact.state, State::Queued | State::Asking) {
                running.remove(&update.key);
            }
            self.facts.put(update.key, update.fact);
        }
    }

    /// Hands questions to the engine; gives back those that find no room yet.
    fn offer(&mut self, keys: Vec<Key>, running: &mut HashSet<Key>) -> Vec<Key> {
        // Beyond its reach nothing is asked: what is known already is still told.
        let reach = if self.over { Reach::Local } else { self.reach };
        let (consented, plain): (Vec<Key>, Vec<Key>) = keys.into_iter().partition(Key::needs_consent);
        let (mut lines, left) = self.engine.offer(plain, reach, 0, Priority::Selected);
        // The command line names the URL and says yes to it.
        lines.extend(self.engine.ask_consented(consented.into_iter().map(Consent::given), reach, 0));
        for Recorded { key, fact } in lines {
            match fact.state {
                State::Queued | State::Asking => {
                    running.insert(key.clone());
                }
                State::NotAsked => self.open += 1,
                _ => {}
            }
            self.facts.put(key, fact);
        }
        left
    }

    fn card(&self, target: &Target, lang: Lang) -> Doc {
        let (message, evidence, verdict) = (Message::default(), Evidence::default(), Verdict::default());
        let subject = Subject {
            message: &message,
            bytes: &[],
            evidence: &evidence,
            facts: &self.facts,
            proof: crate::proof::Proof::NOTHING,
            verdict: &verdict,
            entry: Where::default(),
            lang,
            reach: self.reach,
            ask_key: "",
            tz: jiff::tz::TimeZone::system(),
            moves: &[],
        };
        card(&subject, &named(target).about())
    }

    /// The answers about a target, each once in the whole output.
    fn lines(&self, target: &Target, written: &mut HashSet<Key>, out: &mut Output) -> anyhow::Result<()> {
        for want in self.wants(target).list {
            let Some(fact) = self.facts.get(&want.key) else { continue };
            let settled = matches!(fact.state, State::Value(_) | State::Absent | State::Failed(_));
            if settled && written.insert(want.key.clone()) {
                let line = serde_json::to_string(&Recorded { key: want.key, fact: fact.clone() })?;
                out.write(&ascii(&line))?;
            }
        }
        Ok(())
    }

    /// What would leave, and what would leave only with a wider reach or another flag.
    fn plan(&mut self, targets: &[Target], lang: Lang, out: &mut Output) -> anyhow::Result<()> {
        let mut wants = Wants::default();
        let mut seen = HashSet::new();
        for target in targets {
            let found = self.wants(target);
            wants.left_out += found.left_out;
            wants.list.extend(found.list.into_iter().filter(|want| seen.insert(want.key.clone())));
        }
        let planned = self.engine.plan(wants.keys().cloned(), self.reach);
        if self.arguments.json {
            for one in &planned {
                out.write(&ascii(&serde_json::to_string(&Leaving::of(one, self.agreed(&one.key)))?))?;
            }
            return Ok(());
        }
        let mut by_key: HashMap<Key, Planned> = planned.into_iter().map(|one| (one.key.clone(), one)).collect();
        let mut plan = Plan { left_out: wants.left_out, replay: self.replay, ..Plan::default() };
        for want in wants.list {
            let Some(one) = by_key.remove(&want.key) else { continue };
            if one.known {
                plan.known += 1;
                continue;
            }
            let marked = one.allowed && self.agreed(&one.key);
            let packets = one.queries.into_iter().map(|query| (query.receiver, query.asks)).collect();
            plan.rows.push(Row {
                key: want.key,
                reach: one.reach,
                packets,
                why: want.why,
                unique: want.unique,
                marked,
            });
        }
        if !self.replay {
            let words = Words::new(
                "[x] leaves with these flags; [ ] needs a wider --reach, a ? its own flag (--visit, --whole-url).",
                "[x] はこの指定で送信されます。[ ] は --reach の拡大、? は --visit または --whole-url が必要です。",
            );
            out.write(&format!("{}\n\n", words.get(lang)))?;
        }
        Ok(out.write(&text(&view::plan::doc(&plan, lang)))?)
    }

    /// Says on standard error what stayed open.
    fn finish(&self, lang: Lang) {
        if self.over {
            let words = Words::new(
                "the time is up: some questions have no answer; --deadline gives them longer",
                "時間切れのため、回答のない照会があります。--deadline で延長できます",
            );
            complain(words.get(lang));
        } else if self.open > 0 && self.reach < Reach::Sender && !self.replay {
            let words = Words::new(
                "questions not asked: {0}. --plan lists them, --reach thirdparty or --reach sender asks",
                "照会していないもの: {0} 件。--plan で一覧、--reach thirdparty または --reach sender で照会します",
            );
            complain(&words.fill(lang, &[&self.open.to_string()]));
        }
    }
}

/// A line of `--plan --json`.
#[derive(Serialize)]
struct Leaving<'a> {
    key: &'a Key,
    reach: Reach,
    provider: &'a str,
    /// The answer is at hand.
    known: bool,
    /// It leaves with these flags.
    leaves: bool,
    packets: Vec<Packet<'a>>,
}

#[derive(Serialize)]
struct Packet<'a> {
    to: &'a str,
    asks: &'a str,
}

impl<'a> Leaving<'a> {
    fn of(one: &'a Planned, agreed: bool) -> Self {
        Self {
            key: &one.key,
            reach: one.reach,
            provider: one.provider,
            known: one.known,
            leaves: one.allowed && !one.known && agreed,
            packets: one.queries.iter().map(|query| Packet { to: &query.receiver, asks: &query.asks }).collect(),
        }
    }
}

fn named(target: &Target) -> Named {
    match target {
        Target::Host(domain) => Named::Host(domain.clone()),
        Target::Address(address) => Named::Address(*address),
        Target::Url(url) => Named::Url(url.normal.clone()),
        Target::System(number) => Named::System(*number),
        Target::File(hash) => Named::File(hash.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_told_from_what_is_none() {
        let of = |texts: &[&str]| targets(&texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>());
        assert_eq!(of(&["evil.example", "EVIL[.]example"]).unwrap().len(), 1);
        assert_eq!(of(&["evil.example", "x y", "localhost"]).unwrap_err(), ["x y", "localhost"]);
    }

    #[test]
    fn a_stretch_of_time_is_read() {
        assert_eq!(time("90s"), Ok(Duration::from_secs(90)));
        assert_eq!(time("2h"), Ok(Duration::from_hours(2)));
        for text in ["", "x", "10", "0s", "25h", "-1m", "99999999999999999999s", "1é"] {
            assert!(time(text).is_err(), "{text}");
        }
    }
}

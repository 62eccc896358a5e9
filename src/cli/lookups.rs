//! `gosanke lookups`: what left the machine, when, to whom, and what came back. Reads the log and changes nothing; what
//! comes from mails and strangers is made printable and its indicators are defanged, but for `--json`, which gives the
//! lines as they can be replayed.

use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, civil};

use super::{UNREADABLE, USAGE, complain, network};
use crate::config::Settings;
use crate::export::Output;
use crate::facts::phrases::in_language;
use crate::facts::{Answer, Key, Place, State};
use crate::lookup::{self, Entry};
use crate::text::{Lang, Words, defang, show};

/// The most letters of what came back.
const OUTCOME: usize = 200;

/// Flags of `lookups`.
#[derive(Debug, clap::Args, Clone)]
pub(super) struct Lookups {
    /// A log or recording in place of the own log
    #[arg(value_name = "FILE")]
    pub(super) file: Option<PathBuf>,

    /// Only what is not older: 2026-11-20, 2026-11-20T15:00, or a stretch of time such as 2h, 30m, 7d
    #[arg(long, value_name = "TIME")]
    pub(super) since: Option<String>,

    /// Only what is about this host (and what is below it), address or other target
    #[arg(long, value_name = "HOST")]
    pub(super) about: Option<String>,

    /// Print the lines as they are in the log: JSON lines that `--replay` takes
    #[arg(long)]
    pub(super) json: bool,
}

/// Lists or exports.
pub(super) fn run(arguments: &Lookups, settings: &Settings, now: Timestamp, tz: &TimeZone) -> anyhow::Result<u8> {
    let lang = settings.lang;
    let since = match arguments.since.as_deref().map(|text| moment(text, now, tz)) {
        Some(None) => {
            let words = Words::new(
                "--since takes 2026-11-20, 2026-11-20T15:00, 2h, 30m or 7d",
                "--since には 2026-11-20、2026-11-20T15:00、2h、30m、7d などを指定してください",
            );
            complain(words.get(lang));
            return Ok(USAGE);
        }
        Some(since) => since,
        None => None,
    };
    let about = arguments.about.as_deref().map(|text| crate::text::refang(text).to_ascii_lowercase());
    let path: &Path = arguments.file.as_deref().unwrap_or(&settings.data_dir);
    let mut out = Output::default();
    // Nothing was ever asked: there is not even a folder.
    let none = arguments.file.is_none() && !path.is_dir();
    let mut failed = None;
    let mut found = 0_u64;
    let mut each = |entry: Entry| {
        let wanted = since.is_none_or(|since| time(&entry).is_some_and(|at| at >= since))
            && about.as_deref().is_none_or(|host| is_about(&entry.recorded.key, host));
        if !wanted || out.closed || failed.is_some() {
            return;
        }
        found += 1;
        let line = if arguments.json { entry.line() } else { line(&entry, lang, tz) };
        failed = out.write(&line).err();
    };
    let read = if none { Ok(lookup::Read::default()) } else { lookup::entries(path, &mut each) };
    if let Some(why) = failed {
        return Err(why.into());
    }
    out.flush()?;
    match read {
        Err(why) => {
            complain(&why.words(lang));
            return Ok(UNREADABLE);
        }
        Ok(read) if read.skipped > 0 => {
            complain(&network::skipped(read.skipped).fill(lang, &[&read.skipped.to_string()]));
        }
        Ok(_) => {}
    }
    if found == 0 && !arguments.json {
        let words = Words::new("no look-up is in the log", "記録された照会はありません");
        complain(words.get(lang));
    }
    Ok(0)
}

/// When a line was written.
fn time(entry: &Entry) -> Option<Timestamp> {
    entry.time.parse().ok().or_else(|| Timestamp::from_second(entry.recorded.fact.at?).ok())
}

/// A moment as a person writes it.
fn moment(text: &str, now: Timestamp, tz: &TimeZone) -> Option<Timestamp> {
    if let Ok(at) = text.parse::<Timestamp>() {
        return Some(at);
    }
    if let Ok(date) = text.parse::<civil::DateTime>() {
        return Some(date.to_zoned(tz.clone()).ok()?.timestamp());
    }
    if let Ok(date) = text.parse::<civil::Date>() {
        return Some(date.to_zoned(tz.clone()).ok()?.timestamp());
    }
    let unit = text.chars().next_back()?;
    let count: i64 = text.strip_suffix(unit)?.parse().ok().filter(|count| (0..=100_000).contains(count))?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        'w' => 7 * 86_400,
        _ => return None,
    };
    now.checked_sub(Span::new().try_seconds(count * seconds).ok()?).ok()
}

/// The question is about `host`, or about something below it or on it.
fn is_about(key: &Key, host: &str) -> bool {
    let text = match key {
        Key::Listed { name, .. } => name.clone(),
        Key::Judged { thing, .. } => thing.to_string(),
        _ => key.about(),
    };
    let text = text.to_ascii_lowercase();
    let bare = match text.split_once("://") {
        Some((_, rest)) => rest.split(['/', '?', '#']).next().unwrap_or_default(),
        None => &text,
    };
    let bare = bare.rsplit_once('@').map_or(bare, |(_, host)| host);
    let named = |name: &str| name == host || name.strip_suffix(host).is_some_and(|front| front.ends_with('.'));
    text == host || named(bare) || bare.rsplit_once(':').is_some_and(|(name, _)| named(name))
}

/// One line: when, who asked, what of what, what came back, from whom, how long it took.
fn line(entry: &Entry, lang: Lang, tz: &TimeZone) -> String {
    let when = time(entry)
        .map_or_else(|| "-".to_owned(), |at| at.to_zoned(tz.clone()).strftime("%Y-%m-%d %H:%M:%S").to_string());
    let key = &entry.recorded.key;
    let mut rest = Vec::new();
    if !entry.receiver.is_empty() {
        rest.push(entry.receiver.clone());
    }
    if entry.along {
        rest.push(Words::new("came along", "付随").get(lang).to_owned());
    } else if entry.tries > 0 {
        rest.push(format!("{} ms", entry.took));
    }
    if entry.tries > 1 {
        rest.push(Words::new("try {0}", "{0} 回目").fill(lang, &[&entry.tries.to_string()]));
    }
    let rest = if rest.is_empty() { String::new() } else { format!("  ({})", rest.join(", ")) };
    let told = outcome(&entry.recorded.fact.state, entry.why.as_deref(), lang);
    let text = format!(
        "{when}  {}  {} {}: {}{rest}",
        entry.provider,
        key.asks().get(lang),
        defang(&key.about()),
        defang(&cut(&told)),
    );
    format!("{}\n", show(&text))
}

fn cut(text: &str) -> String {
    let mut short: String = text.chars().take(OUTCOME).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

/// What came back, in a few words.
pub(super) fn outcome(state: &State, why: Option<&str>, lang: Lang) -> String {
    match state {
        State::Value(answer) => value(answer, lang),
        State::Absent => Words::new("no such record", "該当なし").get(lang).to_owned(),
        State::Failed(why) => Words::new("failed: {0}", "失敗: {0}").fill(lang, &[&in_language(why, lang)]),
        State::Queued | State::Asking => {
            let words = Words::new("to be tried again: {0}", "再試行: {0}");
            words.fill(lang, &[&in_language(why.unwrap_or_default(), lang)])
        }
        State::NotAsked if why.is_some() => in_language(why.unwrap_or_default(), lang).into_owned(),
        State::NotAsked => Words::new("given up", "中止").get(lang).to_owned(),
    }
}

fn value(answer: &Answer, lang: Lang) -> String {
    let list = |texts: Vec<String>| texts.join(", ");
    match answer {
        Answer::Addresses(all) => list(all.iter().map(ToString::to_string).collect()),
        Answer::MailExchangers(all) => list(all.iter().map(|one| format!("{} {}", one.preference, one.host)).collect()),
        Answer::Names(all) | Answer::Texts(all) | Answer::Hosts(all) | Answer::Issuers(all) => list(all.clone()),
        Answer::Text(text) | Answer::Policy(text) => text.clone(),
        Answer::Place(Place { country, city, network, .. }) => {
            list([city, country, network].into_iter().flatten().cloned().collect())
        }
        Answer::Authority(soa) => list(vec![soa.zone.clone(), soa.primary.clone(), soa.mailbox.clone()]),
        Answer::Registration(one) => {
            let created = one.created.and_then(|at| Timestamp::from_second(at).ok());
            let created = created.map(|at| at.to_zoned(TimeZone::UTC).strftime("%Y-%m-%d").to_string());
            let whose = one.registrant.clone().or_else(|| one.name.clone());
            list([whose, one.registrar.clone(), one.country.clone(), created].into_iter().flatten().collect())
        }
        Answer::Announced(one) => {
            let systems = one.systems.iter().map(|number| format!("AS{number}"));
            list(systems.chain(one.prefix.clone()).chain(one.name.clone()).collect())
        }
        Answer::Listing(one) => list(
            one.codes.iter().map(|code| format!("{} {}", code.address, in_language(&code.meaning, lang))).collect(),
        ),
        Answer::Feeds(hits) => list(hits.iter().map(|hit| format!("{} {}", hit.feed, hit.dated)).collect()),
        Answer::Judgement(one) => {
            let votes = one.votes.map(|(bad, all)| ("votes".to_owned(), format!("{bad}/{all}")));
            list(
                votes
                    .iter()
                    .chain(&one.said)
                    .map(|(name, value)| format!("{} {value}", in_language(name, lang)))
                    .collect(),
            )
        }
        Answer::Logged(one) => Words::new("{0 certificate|certificates}", "証明書 {0} 件")
            .fill(lang, &[&one.found.max(one.certificates.len() as u32).to_string()]),
        Answer::History(all) => {
            list(all.iter().map(|one| format!("{} {} {}", one.name, one.kind, one.value)).collect())
        }
        Answer::Visit(visit) => {
            let stops = visit.hops.iter().map(|stop| match stop.status {
                Some(status) => format!("{} {status}", stop.url),
                None => stop.url.clone(),
            });
            list(stops.chain(visit.page.as_ref().map(|page| page.title.clone())).collect())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Fact;
    use crate::facts::listing::Thing;
    use crate::facts::{Origin, Recorded};

    fn entry(key: Key, state: State) -> Entry {
        Entry {
            time: "2026-11-21T21:56:43Z".into(),
            provider: "dns".into(),
            receiver: "192.0.2.53:53".into(),
            took: 31,
            tries: 1,
            along: false,
            why: None,
            recorded: Recorded { key, fact: Fact { state, origin: Origin::Nobody, ..Fact::default() } },
        }
    }

    #[test]
    fn a_line_says_everything_and_obeys_nobody() {
        let addresses = State::Value(Answer::Addresses(vec!["192.0.2.7".parse().unwrap()]));
        let one = entry(Key::Addresses("evil.example".into()), addresses);
        assert_eq!(
            line(&one, Lang::En, &TimeZone::UTC),
            "2026-11-21 21:56:43  dns  addresses evil[.]example: 192[.]0[.]2[.]7  (192.0.2.53:53, 31 ms)\n"
        );
        let mut two = entry(Key::Texts("x.example".into()), State::Queued);
        (two.tries, two.why) = (2, Some("no answer in time".into()));
        assert_eq!(
            line(&two, Lang::Ja, &TimeZone::UTC),
            "2026-11-21 21:56:43  dns  TXT レコード x[.]example: 再試行: 時間内に応答なし  (192.0.2.53:53, 31 ms, 2 回目)\n"
        );
        let hostile = State::Value(Answer::Texts(vec!["\u{1b}]0;x\u{7}\n\u{202e}".into(), "y".repeat(10_000)]));
        let text = line(&entry(Key::Texts("a\u{1b}[2J".into()), hostile), Lang::En, &TimeZone::UTC);
        assert!(!text.trim_end().chars().any(|c| c.is_control() || c == '\u{202e}'), "{text:?}");
        assert!(text.chars().count() < 600 && text.matches('\n').count() == 1);
    }

    #[test]
    fn a_host_is_found_with_what_is_below_it_and_nothing_else() {
        let host = |name: &str| Key::Addresses(name.into());
        let page = |url: &str| Key::Page(url.into());
        let zen = Key::Listed { list: "zen".into(), name: "192.0.2.7".into() };
        let judged = Key::Judged { by: "s".into(), thing: Thing::Domain("a.example.com".into()) };
        for (key, asked, is) in [
            (host("example.com"), "example.com", true),
            (host("www.example.com"), "example.com", true),
            (host("badexample.com"), "example.com", false),
            (page("https://user@www.example.com:8443/x?y=other.example"), "example.com", true),
            (page("https://www.example.com/?y=other.example"), "other.example", false),
            (page("https://example.com.evil.example/"), "example.com", false),
            (zen.clone(), "192.0.2.7", true),
            (judged, "example.com", true),
            (Key::System(64_496), "as64496", true),
        ] {
            assert_eq!(is_about(&key, asked), is, "{key:?} {asked}");
        }
    }

    #[test]
    fn a_moment_is_read_as_people_write_it() {
        let now: Timestamp = "2026-11-21T12:00:00Z".parse().unwrap();
        let tokyo = TimeZone::get("Asia/Tokyo").unwrap_or(TimeZone::UTC);
        for (text, want) in [
            ("2h", Some("2026-11-21T10:00:00Z")),
            ("30m", Some("2026-11-21T11:30:00Z")),
            ("7d", Some("2026-11-14T12:00:00Z")),
            ("2026-11-20T15:00:00Z", Some("2026-11-20T15:00:00Z")),
            ("2026-11-20T15:00", Some("2026-11-20T06:00:00Z")),
            ("2026-11-20", Some("2026-11-19T15:00:00Z")),
            ("", None),
            ("yesterday", None),
            ("-2h", None),
            ("99999999999999999999d", None),
            ("2026-13-01", None),
        ] {
            let want = want.map(|text| text.parse::<Timestamp>().unwrap());
            assert_eq!(moment(text, now, &tokyo), want, "{text}");
        }
    }
}

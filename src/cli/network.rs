//! What the engine of look-ups is made with: from the settings, or from a recording that takes the network's place.

use std::collections::BTreeMap;
use std::hash::BuildHasher as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::args::Common;
use crate::config::{Fit, Settings};
use crate::evidence;
use crate::facts::listing::Thing;
use crate::facts::{Key, Recorded};
use crate::lookup::geo::Geo;
use crate::lookup::{self, Keep, PaceChange, Recording};
use crate::text::{Lang, Words};
use crate::wants::{BlockList, Service, Services};

/// The recorded answers of the demo.
const DEMO_ANSWERS: &str = include_str!("../../assets/demo/recorded.json");

/// The demo's recorded answers, their places with the networks that the embedded database knows.
pub(super) fn demo_answers() -> Recording {
    let geo = Geo::embedded();
    let recorded: Vec<Recorded> = serde_json::from_str(DEMO_ANSWERS).unwrap_or_default();
    let complete = |line: Recorded| match line.key {
        Key::Place(address) => Recorded { fact: geo.with_network(address, line.fact), key: line.key },
        _ => line,
    };
    recorded.into_iter().map(complete).collect()
}

/// The recordings of `--replay`, the later ones over the earlier ones; `None` where the flag is not there. What could not
/// be read of them is told in `told`.
///
/// # Errors
/// A sentence: a file is no recording.
pub(super) fn replay(paths: &[PathBuf], lang: Lang, told: &mut Vec<String>) -> Result<Option<Recording>, String> {
    if paths.is_empty() {
        return Ok(None);
    }
    let mut all = Recording::default();
    for path in paths {
        all.merge(Recording::open(path).map_err(|why| why.words(lang))?);
    }
    if all.skipped() > 0 {
        told.push(skipped(all.skipped()).fill(lang, &[&all.skipped().to_string()]));
    }
    Ok(Some(all))
}

/// What is said of lines that could not be read.
pub(super) fn skipped(lines: u64) -> Words {
    match lines {
        1 => Words::new(
            "1 line could not be read and was left out; a program that was stopped may have left it half written",
            "1 行を読み取れず、除外しました。書き込み中に終了した可能性があります",
        ),
        _ => Words::new(
            "{0 line|lines} could not be read and left out; a program that was stopped may have left one half written",
            "{0} 行を読み取れず、除外しました。書き込み中に終了した可能性があります",
        ),
    }
}

/// Why a server that was named on the command line cannot be one. Whoever names a server relies on it: better no run than one
/// that asks nobody, or somebody else.
pub(super) fn refused(common: &Common, lang: Lang) -> Option<String> {
    let resolver = common.resolver.as_ref().and_then(|text| text.parse::<lookup::Servers>().err());
    let proxy = common.proxy.as_ref().filter(|text| !text.is_empty());
    let proxy = proxy.and_then(|text| text.parse::<lookup::Proxy>().err());
    resolver
        .map(|why| format!("--resolver: {}", why.words(lang)))
        .or_else(|| proxy.map(|why| format!("--proxy: {}", why.get(lang))))
}

/// Settings of which only the look-ups can say whether they name a server.
pub(super) const FITS: [Fit; 2] = [
    ("resolver", |settings| settings.resolver.parse::<lookup::Servers>().is_ok()),
    ("proxy", |settings| settings.proxy.is_empty() || settings.proxy.parse::<lookup::Proxy>().is_ok()),
];

/// The engine's settings. With a recording it is the only one to answer, beside the databases of places: nothing leaves at
/// any reach, and what was not recorded stays "not asked".
pub(super) fn engine(
    settings: &Settings,
    recording: Option<Recording>,
    keep: Option<Arc<dyn Keep>>,
    warnings: &mut Vec<String>,
) -> lookup::Settings {
    let mut engine = lookup::Settings::new(lookup::system_clock());
    // What cannot be used was told with its line when it was read. Whoever names a server wants no other one.
    engine.servers = settings.resolver.parse().unwrap_or_else(|_| lookup::Servers::nowhere());
    engine.visit = lookup::Manner { agent: settings.visit_agent.clone(), languages: settings.visit_languages.clone() };
    if !settings.proxy.is_empty() {
        engine.proxy = Some(settings.proxy.parse().unwrap_or_else(|_| lookup::Proxy::nowhere()));
    }
    engine.services.clone_from(&settings.services);
    engine.lists.clone_from(&settings.dns_lists);
    if recording.is_none() {
        let folder = Some(settings.keys_dir.as_path()).filter(|path| !path.as_os_str().is_empty());
        let (keys, wrong) = lookup::keys::Keys::load(&super::environment, folder);
        warnings.extend(wrong.iter().map(|why| why.words(settings.lang)));
        engine.keys = Arc::new(keys);
    }
    engine.at_once = settings.lookups_at_once as usize;
    engine.timeout = Duration::from_secs(settings.lookup_timeout.into());
    engine.paces = settings.pace.iter().map(|(id, pace)| (id.clone(), change(pace))).collect();
    // Any number will do, as long as two runs do not have the same.
    engine.seed = std::collections::hash_map::RandomState::new().hash_one(0);
    engine.data_dir = Some(settings.data_dir.clone()).filter(|path| !path.as_os_str().is_empty());
    engine.replay_only = recording.is_some();
    engine.keep = keep.filter(|_| recording.is_none());
    engine.recording = recording.unwrap_or_default();
    engine
}

fn change(pace: &crate::config::Pace) -> PaceChange {
    PaceChange { at_once: pace.at_once, per_minute: pace.per_minute, per_day: pace.per_day }
}

/// What can be asked in this run: whatever a provider answers, or whatever the recording knows of.
pub(super) fn services(own: &Arc<evidence::Own>, engine: &lookup::Settings) -> Services {
    let mut services = Services { own: Arc::clone(own), ..Services::default() };
    let name = || "example.com".to_owned();
    let address = std::net::IpAddr::from([192, 0, 2, 1]);
    let able = lookup::able(engine);
    services.registries = able(&Key::Owner(name()));
    services.routes = able(&Key::Announced(address));
    services.certificates = able(&Key::Certificates(name()));
    services.history = able(&Key::History(name()));
    services.visits = able(&Key::Page(format!("https://{}/", name())));
    // Feeds lie on this machine, and answer beside a recording, too.
    services.feeds = engine.data_dir.as_deref().is_some_and(lookup::feeds::any);
    let mut named_lists = Vec::new();
    if engine.recording.is_empty() && !engine.replay_only {
        named_lists = lookup::blocklists::offers(&engine.lists);
        let offers = lookup::services::offers(&engine.services);
        services.services = offers
            .services
            .into_iter()
            .map(|(id, knows)| Service {
                id: id.to_owned(),
                domains: knows.domains,
                addresses: knows.addresses,
                files: knows.files,
                urls: knows.urls,
            })
            .collect();
    }
    let (mut lists, mut others) = (BTreeMap::<&str, BlockList>::new(), BTreeMap::<&str, Service>::new());
    for key in engine.recording.keys() {
        match key {
            Key::Owner(_) | Key::Block(_) | Key::System(_) => services.registries = true,
            Key::Announced(_) => services.routes = true,
            Key::Feeds(_) => services.feeds = true,
            Key::Certificates(_) => services.certificates = true,
            Key::History(_) => services.history = true,
            Key::Page(_) | Key::MailPolicy(_) => services.visits = true,
            Key::Listed { list, name } => {
                let entry = lists.entry(list).or_insert_with(|| BlockList { id: list.clone(), ..BlockList::default() });
                if name.parse::<std::net::IpAddr>().is_ok() { entry.addresses = true } else { entry.names = true }
            }
            Key::Judged { by, thing } => {
                let entry = others.entry(by).or_insert_with(|| Service { id: by.clone(), ..Service::default() });
                match thing {
                    Thing::Domain(_) => entry.domains = true,
                    Thing::Address(_) => entry.addresses = true,
                    Thing::File(_) => entry.files = true,
                    Thing::Url(_) => entry.urls = true,
                }
            }
            _ => {}
        }
    }
    let asked = named_lists.into_iter().map(|list| BlockList {
        id: list.id.into_owned(),
        names: list.names,
        addresses: !list.names,
    });
    services.lists = asked.chain(lists.into_values()).collect();
    services.services.extend(others.into_values());
    services
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recording_is_asked_for_what_it_knows_of() {
        let text = concat!(
            r#"{"key":{"listed":{"list":"zen","name":"192.0.2.7"}},"fact":{"state":"absent"}}"#,
            "\n",
            r#"{"key":{"judged":{"by":"virustotal","thing":{"domain":"a.example"}}},"fact":{"state":"absent"}}"#,
            "\n",
            r#"{"key":{"owner":"a.example"},"fact":{"state":"absent"}}"#,
            "\n",
        );
        let recording = Recording::load(text.as_bytes()).unwrap();
        let engine = engine(&Settings::default(), Some(recording), None, &mut Vec::new());
        let services = services(&Arc::default(), &engine);
        assert_eq!(services.lists, [BlockList { id: "zen".into(), names: false, addresses: true }]);
        assert_eq!(services.services, [Service { id: "virustotal".into(), domains: true, ..Service::default() }]);
        assert!(services.registries && !services.certificates && !services.visits);
    }

    #[test]
    fn a_run_on_the_network_asks_what_the_user_has_named() {
        let names: Vec<&str> = lookup::services::NAMES.iter().map(|(id, _)| *id).collect();
        assert_eq!(names, crate::config::SERVICES, "the setting and the look-ups know the same services");
        let settings = Settings { services: vec!["abuseipdb".into(), "crtsh".into()], ..Settings::default() };
        let engine = engine(&settings, None, None, &mut Vec::new());
        let services = services(&Arc::default(), &engine);
        let lists: Vec<_> = services.lists.iter().map(|list| (list.id.as_str(), list.names, list.addresses)).collect();
        assert_eq!((lists.len(), lists[0], lists[1]), (5, ("zen", false, true), ("dbl", true, false)));
        assert!(!services.routes, "nobody named a service of routes");
        assert_eq!(services.services, [Service { id: "abuseipdb".into(), addresses: true, ..Service::default() }]);
        assert!(services.certificates && !services.history && !services.feeds && services.registries);
    }

    #[test]
    fn with_a_recording_nothing_is_kept_and_nothing_else_answers() {
        let mut told = Vec::new();
        let engine = engine(&Settings::default(), Some(Recording::default()), None, &mut told);
        assert!(engine.replay_only && engine.keep.is_none() && told.is_empty());
        assert!(!demo_answers().is_empty());
    }
}

//! Targets over text: what is shown, what is made harmless, pages, and the reader's own files.

use std::io::Write as _;
use std::sync::LazyLock;

use gosanke::analysis::{Own, analyze};
use gosanke::config::{Known, Overrides, Places, Settings};
use gosanke::evidence::UrlParts;
use gosanke::facts::FactSet;
use gosanke::fuzzing;
use gosanke::rulebook;
use gosanke::signal::{Model, Weights};
use gosanke::text::{
    columns, cut_end, cut_host, defang, defang_address, defang_host, defang_url, pad, refang, show, show_bytes,
    show_lines, wrap,
};
use gosanke::tui::keymap::Keymap;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use regex::Regex;

/// Controls, formats, separators, private use.
static UNSEEN: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}]").unwrap());

/// HTML: what comes out is in proportion to what went in, in its order, and nothing is as deep as the page is.
pub fn html(bytes: &[u8]) {
    let page = String::from_utf8_lossy(bytes);
    let told = fuzzing::html(&page);
    assert!(told.attributes <= told.most_attributes);
    assert!(told.bytes <= 4 * page.len() + 64, "{} bytes of {}", told.bytes, page.len());
    assert!(told.events <= page.len() + 1);
    assert!(told.places.iter().all(|place| page.get(place.clone()).is_some()), "a place cuts a character");
    let (text, hidden) = fuzzing::visible_text(&page);
    assert!(text.len() <= 64 * 1024 + 4 && hidden <= page.len());
}

/// Nothing that a terminal obeys or a reader does not see is left; showing twice changes nothing; widths are as drawn.
pub fn shown(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let once = show(&text);
    for shown in [&once, &show_bytes(bytes)].into_iter().chain(&show_lines(&text)) {
        assert!(!UNSEEN.is_match(shown.as_str()), "{:?}", shown.as_str());
        assert_eq!(show(shown.as_str()).as_str(), shown.as_str(), "showing twice");
        let width = columns(shown);
        if width < 2_000 {
            let mut buffer = Buffer::empty(Rect::new(0, 0, width as u16 + 2, 1));
            let (end, _) = buffer.set_stringn(0, 0, shown.as_str(), width + 2, Style::new());
            assert_eq!(usize::from(end), width, "drawn in another width: {:?}", shown.as_str());
        }
        for most in [0, 1, 2, 7, 40] {
            let cut = cut_end(shown, most);
            assert!(columns(&cut) <= most);
            assert_eq!(columns(&pad(shown, most)), most, "{:?} in {most}", shown.as_str());
            assert!(columns(&cut_host(shown, Some("example.com"), most)) <= most);
            assert!(wrap(shown, most).iter().all(|line| columns(line) <= most));
        }
    }
}

/// Made harmless twice is made harmless once; the way back gives the same host; hosts are those of the `url` crate.
pub fn url_ioc(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    for (once, again) in [
        (defang(&text), defang as fn(&str) -> String),
        (defang_url(&text), defang_url),
        (defang_host(&text), defang_host),
        (defang_address(&text), defang_address),
    ] {
        assert!(once.len() <= 24 * text.len() + 256, "{} bytes of {}", once.len(), text.len());
        assert_eq!(again(&once), once, "made harmless twice");
    }
    let plain = refang(&text);
    assert!(plain.len() <= text.len() + 8);
    let harmless = defang_url(&text);
    assert!(harmless.bytes().all(|byte| (b' '..=b'~').contains(&byte)), "{harmless:?}");
    let raw = text.trim();
    if raw.len() < 16 * 1024
        && let Ok(url) = url::Url::parse(raw)
        && matches!(url.scheme(), "http" | "https" | "ftp")
    {
        let parts = UrlParts::of(raw, None).expect("a URL for the url crate is one for us");
        let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']).trim_end_matches('.');
        assert_eq!(parts.domain.host.trim_matches(['[', ']']).trim_end_matches('.'), host);
        assert_eq!(parts.scheme, url.scheme());
        assert_eq!(parts.port, url.port());
        assert_eq!(parts.normal, url.as_str());
    }
}

/// The reader's own files, whatever became of them: settings, keys, weights, lists of names and networks.
pub fn config(bytes: &[u8]) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.toml");
    std::fs::File::create(&path).unwrap().write_all(bytes).unwrap();
    let places = Places { config: Some(folder.path().to_owned()), data: Some(folder.path().to_owned()) };
    let rules = ["link-text-lies"];
    let known = Known { rules: &rules, ..Known::default() };
    let loaded = Settings::load(&Overrides::default(), &|_| None, &places, &known);
    assert!(loaded.problems.len() <= 21, "{} problems", loaded.problems.len());
    let damaged = toml::from_str::<toml::Table>(&String::from_utf8_lossy(bytes)).is_err();
    if damaged {
        assert_eq!(loaded.settings.reach, gosanke::facts::Reach::default(), "a damaged file raised the reach");
    }
    let (map, _) = Keymap::new(&loaded.settings.keys);
    let _ = map.label(gosanke::tui::action::ACTIONS[0].action);
    let text = String::from_utf8_lossy(bytes);
    let _ = Model::read(&text);
    let mut lists = gosanke::evidence::Lists::default();
    for line in text.lines().take(200) {
        let _ = line.parse::<gosanke::evidence::Network>();
        let _ = (lists.allow(line), lists.block(line), lists.vip(line));
        let _ = gosanke::tui::keymap::Key::parse(line).map(|key| {
            let written = key.to_string();
            assert_eq!(gosanke::tui::keymap::Key::parse(&written), Some(key), "{written}");
        });
    }
    let weights = Weights::of(Model::default(), loaded.settings.weights.clone());
    drop(weights);
}

/// The reader's own rules: what is no rule is told with its place, what is one runs in bounded time.
pub fn rules(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let (book, problems) = rulebook::read(&[("own.toml".into(), text)]);
    assert!(problems.len() <= 1_000);
    let mail = b"From: \"Bank\" <a@one.example>\nTo: b@two.example\nSubject: hello\n\nsee https://evil.example/x?y=z\n";
    let own = Own { rules: book, ..Own::default() };
    assert!(!analyze(mail, &[], &FactSet::default(), &Weights::default(), &own).failed);
}

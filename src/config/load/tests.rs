use std::path::Path;

use super::super::{Clipboard, Pace, SAMPLE, Sandbox, print, sample};
use super::*;

const RULES: Known<'static> = Known {
    rules: &["link-text-lies", "reply-to-differs"],
    actions: &["quit", "search"],
    roles: &["high", "low"],
    themes: &["dark", "light", "mono"],
    fits: &[("resolver", |settings| settings.resolver != "tls//192.0.2.1")],
};

fn with_file(text: &[u8]) -> Loaded {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("config.toml"), text).unwrap();
    let places = Places { config: Some(folder.path().to_owned()), data: Some("/data".into()) };
    Settings::load(&Overrides::default(), &|_| None, &places, &RULES)
}

fn with(values: &[(&str, &str)], variables: &[(&str, &str)]) -> Loaded {
    let overrides = Overrides {
        values: values.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect(),
        ..Overrides::default()
    };
    let env = |name: &str| variables.iter().find_map(|(key, value)| (*key == name).then(|| (*value).to_owned()));
    Settings::load(&overrides, &env, &Places::default(), &RULES)
}

fn texts(loaded: &Loaded, lang: Lang) -> Vec<String> {
    let name = loaded.file.as_ref().map(|path| path.display().to_string()).unwrap_or_default();
    loaded.problems.iter().map(|problem| problem.text(lang).as_str().replace(&name, "FILE")).collect()
}

#[test]
fn the_shipped_file_is_made_from_the_rows_and_equals_the_defaults() {
    if std::env::var_os("GOSANKE_WRITE").is_some() {
        std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/config.toml"), sample()).unwrap();
    }
    assert_eq!(SAMPLE, sample(), "set GOSANKE_WRITE=1 for one run to write assets/config.toml again");
    let loaded = with_file(SAMPLE.as_bytes());
    assert_eq!(texts(&loaded, Lang::En), [""; 0]);
    let (rules_dir, keys_dir) = (loaded.settings.rules_dir.clone(), loaded.settings.keys_dir.clone());
    assert!(rules_dir.ends_with("rules") && rules_dir.parent() == Some(&keys_dir));
    assert_eq!(loaded.settings, Settings { data_dir: "/data".into(), rules_dir, keys_dir, ..Settings::default() });
}

#[test]
fn the_password_of_a_proxy_is_not_printed() {
    let row = settings().iter().find(|row| row.key == "proxy").unwrap();
    for (proxy, printed) in [
        ("", "\"\""),
        ("socks5h://192.0.2.7:9050", "\"socks5h://192.0.2.7:9050\""),
        ("socks5h://me:w@rd@192.0.2.7:9050", "\"socks5h://me:***@192.0.2.7:9050\""),
    ] {
        let settings = Settings { proxy: proxy.into(), ..Settings::default() };
        assert_eq!((row.write)(&settings), [(String::new(), printed.to_owned())]);
    }
}

#[test]
fn every_default_fits_its_row() {
    for row in settings().iter().filter(|row| !row.is_table()) {
        let entries = file::entries(&format!("x = {}", row.default)).unwrap();
        let mut settings = Settings::default();
        assert!((row.read)(&mut settings, "", &entries[0].given).is_some(), "{}", row.key);
        assert_eq!(settings, Settings::default(), "{}", row.key);
    }
}

#[test]
fn a_flag_wins_over_the_environment_over_the_file_over_the_default() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("other.toml");
    std::fs::write(&path, "theme = \"dark\"\nsort = \"date\"\nmouse = true\n").unwrap();
    let overrides = Overrides {
        file: Some(path.clone()),
        values: vec![("theme".into(), "mono".into()), ("weights.link-text-lies".into(), "0".into())],
        ..Overrides::default()
    };
    let env = |name: &str| match name {
        "GOSANKE_THEME" => Some("light".to_owned()),
        "GOSANKE_SORT" => Some("score".to_owned()),
        _ => None,
    };
    let loaded = Settings::load(&overrides, &env, &Places::default(), &RULES);
    assert_eq!(texts(&loaded, Lang::En), [""; 0]);
    assert_eq!((loaded.settings.theme.as_str(), loaded.origin("theme")), ("mono", &Origin::Flag));
    assert_eq!(loaded.settings.sort, "score");
    assert_eq!(loaded.origin("sort"), &Origin::Environment("GOSANKE_SORT".into()));
    assert_eq!((loaded.settings.mouse, loaded.origin("mouse")), (true, &Origin::File(path, 3)));
    assert_eq!((loaded.settings.reverse, loaded.origin("reverse")), (false, &Origin::Default));
    assert_eq!(loaded.settings.weights.get("link-text-lies"), Some(&0.0));
}

#[test]
fn every_value_of_the_file_is_read() {
    let loaded = with_file(
        br#"
lang = "ja"
reach = "sender"
sandbox = "require"
resolver = "tls://resolver.example"
lookups_at_once = 64
lookup_timeout = 20
proxy = "socks5h://me:word@192.0.2.7:9050"
visit_agent = "Example/1 (a b)"
visit_languages = "ja"
services = ["internetdb", "crtsh"]
dns_lists = ["zen", "uri.example.net=names"]
geo = ["/a.mmdb", "/b.mmdb"]
data_dir = "/elsewhere"
save_dir = "/saved"
quarantine_dir = "/away"
theme = "dark"
color = "16"
cache = false
mouse = true
sort = "score"
reverse = true
clipboard = "osc52"
rules_dir = "/rules"
weights_file = "/weights.toml"
rules = "/one.toml"
own_domains = ["example.com", "xn--r8jz45g.example"]
authserv_ids = ["mx.example.com"]
relays = ["192.0.2.0/24", "2001:db8::1"]
vips = ["Anna Example <anna@example.com>"]
allow = ["partner.example", "x@y.example"]
allow_files = ["/allow"]
block = "192.0.2.7"
block_files = "/block"
[keys]
quit = ["q", "ctrl-q"]
search = "/"
[weights]
link-text-lies = 2.5
reply-to-differs = 0
[limits]
parts = 2000
[pace]
dns = "at_once=4 per_minute=0"
[styles]
high = "bold red"
"#,
    );
    assert_eq!(texts(&loaded, Lang::En), [""; 0]);
    let want = Settings {
        lang: Lang::Ja,
        reach: Reach::Sender,
        sandbox: Sandbox::Require,
        resolver: "tls://resolver.example".into(),
        lookups_at_once: 64,
        lookup_timeout: 20,
        proxy: "socks5h://me:word@192.0.2.7:9050".into(),
        visit_agent: "Example/1 (a b)".into(),
        visit_languages: "ja".into(),
        services: vec!["internetdb".into(), "crtsh".into()],
        dns_lists: vec!["zen".into(), "uri.example.net=names".into()],
        keys_dir: loaded.settings.keys_dir.clone(),
        geo: vec!["/a.mmdb".into(), "/b.mmdb".into()],
        data_dir: "/elsewhere".into(),
        save_dir: "/saved".into(),
        quarantine_dir: "/away".into(),
        cache: false,
        theme: "dark".into(),
        color: Color::Sixteen,
        mouse: true,
        sort: "score".into(),
        reverse: true,
        clipboard: Clipboard::Osc52,
        keys: [("quit".into(), vec!["q".into(), "ctrl-q".into()]), ("search".into(), vec!["/".into()])].into(),
        weights: [("link-text-lies".into(), 2.5), ("reply-to-differs".into(), 0.0)].into(),
        weights_file: "/weights.toml".into(),
        rules_dir: "/rules".into(),
        rules: vec!["/one.toml".into()],
        own_domains: vec!["example.com".into(), "xn--r8jz45g.example".into()],
        authserv_ids: vec!["mx.example.com".into()],
        relays: vec!["192.0.2.0/24".into(), "2001:db8::1".into()],
        vips: vec!["Anna Example <anna@example.com>".into()],
        allow: vec!["partner.example".into(), "x@y.example".into()],
        allow_files: vec!["/allow".into()],
        block: vec!["192.0.2.7".into()],
        block_files: vec!["/block".into()],
        limits: [("parts".into(), 2_000)].into(),
        pace: [("dns".into(), Pace { at_once: Some(4), per_minute: Some(0), per_day: None })].into(),
        styles: [("high".into(), "bold red".into())].into(),
    };
    assert_eq!(loaded.settings, want);
}

#[test]
fn what_is_no_network_domain_or_person_is_told_with_its_line() {
    for line in [
        "relays = [\"192.0.2.0/33\"]",
        "relays = \"example.com\"",
        "relays = \"192.0.2.0/\"",
        "own_domains = \"a b\"",
        "vips = \"Anna Example\"",
        "vips = \"<anna@example.com>\"",
        "allow = [\"two words\"]",
        "block = 3",
        "lookups_at_once = 0",
        "lookup_timeout = 1.5",
        "lookup_timeout = \"6\"",
        "pace.dns = \"quickly\"",
        "limits.parts = 9",
        "limits.parts = 10001",
        "limits.parts = \"many\"",
        "limits.nothing = 20",
    ] {
        let loaded = with_file(line.as_bytes());
        let told = texts(&loaded, Lang::En);
        assert!(told.len() == 1 && told[0].starts_with("FILE, line 1: "), "{line}: {told:?}");
    }
}

#[test]
fn the_language_follows_the_locale_until_it_is_set() {
    for (values, variables, lang, origin) in [
        (&[][..], &[][..], Lang::En, Origin::Default),
        (&[], &[("LANG", "ja_JP.UTF-8")], Lang::Ja, Origin::Environment("LANG".into())),
        (&[], &[("LANG", "ja_JP.UTF-8"), ("LC_ALL", "C")], Lang::En, Origin::Environment("LC_ALL".into())),
        (&[], &[("LANG", "de_DE"), ("LC_MESSAGES", "ja")], Lang::Ja, Origin::Environment("LC_MESSAGES".into())),
        (&[], &[("LANG", "ja_JP"), ("LC_ALL", "")], Lang::Ja, Origin::Environment("LANG".into())),
        (&[("lang", "en")], &[("LANG", "ja_JP")], Lang::En, Origin::Flag),
        (&[("lang", "auto")], &[("LANG", "ja_JP")], Lang::Ja, Origin::Environment("LANG".into())),
    ] {
        let loaded = with(values, variables);
        assert_eq!((loaded.settings.lang, loaded.origin("lang")), (lang, &origin), "{variables:?}");
    }
}

#[test]
fn no_color_counts_until_colors_are_asked_for() {
    assert_eq!(with(&[], &[("NO_COLOR", "1")]).settings.color, Color::Never);
    assert_eq!(with(&[], &[("NO_COLOR", "")]).settings.color, Color::Auto);
    assert_eq!(with(&[("color", "true")], &[("NO_COLOR", "1")]).settings.color, Color::True);
}

#[test]
fn words_of_the_environment_are_read_as_people_write_them() {
    assert!(with(&[("mouse", "yes")], &[]).settings.mouse);
    assert!(with(&[], &[("GOSANKE_MOUSE", "1")]).settings.mouse);
    assert!(!with(&[("mouse", "off")], &[]).settings.mouse);
    let loaded = with(&[], &[("GOSANKE_GEO", "/a.mmdb:~/b.mmdb"), ("HOME", "/home/x")]);
    assert_eq!(loaded.settings.geo, [Path::new("/a.mmdb"), Path::new("/home/x/b.mmdb")]);
    assert_eq!(with(&[("keys.quit", "q,Q")], &[]).settings.keys["quit"], ["q", "Q"]);
}

#[test]
fn every_defect_is_named_with_its_line() {
    for (text, want) in [
        ("\nthem = \"dark\"", "FILE, line 2: there is no setting them; did you mean theme?"),
        ("zzzzzz = 1", "FILE, line 1: there is no setting zzzzzz"),
        ("[wieghts]\nx = 1", "FILE, line 2: there is no setting wieghts.x; did you mean weights?"),
        ("mouse = \"yes\"", "FILE, line 1: mouse takes true or false, not \"yes\""),
        ("theme = 3", "FILE, line 1: theme takes \"auto\" or the name of a theme, not 3"),
        (
            "sort = \"size\"",
            "FILE, line 1: sort takes \"mailbox\", \"date\", \"score\", \"sender\" or \"subject\", not \"size\"",
        ),
        (
            "[weights]\nlink-text-lies = 1e300",
            "FILE, line 2: weights.link-text-lies takes a number from -20 to 20, not ",
        ),
        (
            "[weights]\nlink-text-lies = nan",
            "FILE, line 2: weights.link-text-lies takes a number from -20 to 20, not NaN",
        ),
        (
            "[weights]\nlink-text-lis = 1",
            "FILE, line 2: weights does not know link-text-lis; did you mean link-text-lies?",
        ),
        ("[keys]\nqiut = \"q\"", "FILE, line 2: keys does not know qiut; did you mean quit?"),
        ("[styles]\nsevere = \"red\"", "FILE, line 2: styles does not know severe"),
        ("theme = \"drak\"", "FILE, line 1: theme does not know drak; did you mean dark?"),
        ("keys = 1", "FILE, line 1: keys takes a key or a list of keys, not 1"),
        ("[theme]\na = 1", "FILE, line 2: theme.a takes \"auto\" or the name of a theme, not 1"),
        ("\ntheme = \"da\x1b[2Jrk\"", "FILE, line 2: not TOML, so the file is not used ("),
        ("theme = \"a\\u001b[2J\"", "FILE, line 1: theme takes \"auto\" or the name of a theme, not \"a\\u001B[2J\""),
        ("theme = \"dark\"\ntheme = \"mono\"", "FILE, line 2: not TOML, so the file is not used (duplicate key"),
        ("a = [", "FILE, line 1: not TOML, so the file is not used ("),
    ] {
        let loaded = with_file(text.as_bytes());
        let told = texts(&loaded, Lang::En);
        assert_eq!(told.len(), 1, "{text} {told:?}");
        assert!(told[0].starts_with(want), "{text}\n{}\n{want}", told[0]);
        assert!(!texts(&loaded, Lang::Ja)[0].contains("line"), "{text}");
    }
}

#[test]
fn a_file_that_is_no_file_is_not_used() {
    let told = |loaded: &Loaded| texts(loaded, Lang::En).join("\n");
    assert!(told(&with_file(b"theme = \"\xff\"")).contains("not UTF-8"));
    assert!(told(&with_file(" ".repeat(65 * 1024).as_bytes())).contains("larger than 64 KiB"));
    assert!(told(&with_file(format!("geo = {}1", "[".repeat(20_000)).as_bytes())).contains("not TOML"));
    assert_eq!(with_file(b"").problems, []);
    assert_eq!(with_file(b"theme = \"dark\"\r\nmouse = true\r\n").problems, []);
    let named = |path: &str| {
        let overrides = Overrides { file: Some(path.into()), ..Overrides::default() };
        told(&Settings::load(&overrides, &|_| None, &Places::default(), &RULES))
    };
    assert_eq!(named("/dev/zero"), "FILE: not a regular file, not read");
    assert_eq!(named("/"), "FILE: not a regular file, not read");
    assert_eq!(named("/nonexistent/config.toml"), "FILE: no such file");
    let nowhere = Places { config: Some("/nonexistent".into()), data: None };
    let loaded = Settings::load(&Overrides::default(), &|_| None, &nowhere, &RULES);
    assert_eq!(loaded.problems, [], "the usual file need not be there");
    assert_eq!((loaded.file, loaded.file_read), (Some("/nonexistent/config.toml".into()), false));
}

#[test]
fn a_file_that_everybody_can_write_is_not_used() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.toml");
    std::fs::write(&path, "reach = \"sender\"").unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o666)).unwrap();
    let places = Places { config: Some(folder.path().to_owned()), data: None };
    let loaded = Settings::load(&Overrides::default(), &|_| None, &places, &RULES);
    assert_eq!(loaded.problems[0].defect, Defect::WritableByAll);
    assert_eq!(loaded.settings.reach, Reach::Local);
}

#[test]
fn a_damaged_file_never_widens_the_reach() {
    for text in [
        "reach = \"sender\"\nthem = 1",
        "them = 1\nreach = \"thirdparty\"",
        "reach = \"sender\"\n[weights]\nlink-text-lies = \"much\"",
        "reach = \"sender\"\n[",
        "reach = \"Sender\"",
        "reach = 2",
        "reach = [\"sender\"]",
    ] {
        let loaded = with_file(text.as_bytes());
        assert_eq!(loaded.settings.reach, Reach::Local, "{text}");
        assert!(!loaded.problems.is_empty(), "{text}");
        assert_eq!(loaded.origin("reach"), &Origin::Default, "{text}");
    }
    let warned = with_file(b"reach = \"sender\"\n[keys]\nnew-action = \"q\"");
    assert_eq!(warned.settings.reach, Reach::Sender, "a name of another version is no damage");
}

#[test]
fn where_it_cannot_be_known_who_may_be_asked_nobody_is_whatever_a_flag_says() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("config.toml");
    let load = |text: &str, values: &[(&str, &str)]| {
        std::fs::write(&file, text).unwrap();
        let values = values.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        let overrides = Overrides { file: Some(file.clone()), values, ..Overrides::default() };
        Settings::load(&overrides, &|_| None, &Places::default(), &RULES)
    };
    let wide = ("reach", "thirdparty");
    for (text, key) in [
        ("proxy = \"127.0.0.1:9050\"", "proxy"),
        ("proxy = 9050", "proxy"),
        ("resolver = \"tls//192.0.2.1\"", "resolver"),
        ("resolver = [\"192.0.2.1\"]", "resolver"),
        ("services = [\"none\"]", "services"),
        ("dns_lists = [\"x y\"]", "dns_lists"),
        // A table where none belongs, a name that is nearly one.
        ("[proxy]\nurl = \"socks5h://127.0.0.1:9050\"", "proxy"),
        ("[services]\nrdap = true", "services"),
        ("proxi = \"socks5h://127.0.0.1:9050\"", "proxy"),
    ] {
        let loaded = load(text, &[wide]);
        assert_eq!(loaded.settings.reach, Reach::Local, "{text}");
        assert!(loaded.problems.iter().any(|problem| problem.defect == Defect::AsksNobody(key)), "{text}");
        // Nor may it be had by widening the reach later, on the screen.
        let Settings { resolver, proxy, services, dns_lists, .. } = &loaded.settings;
        assert!(
            match key {
                "proxy" => proxy == NO_SERVER,
                "resolver" => resolver == NO_SERVER,
                "services" => services.is_empty(),
                _ => dns_lists.is_empty(),
            },
            "{text}"
        );
        let mended = [("proxy", ""), ("resolver", "192.0.2.1"), ("services", "crtsh"), ("dns_lists", "zen")];
        let mended = mended.into_iter().find(|(name, _)| *name == key).unwrap();
        assert_eq!(load(text, &[wide, mended]).settings.reach, Reach::ThirdParty, "{text}: a flag takes its place");
    }
    assert_eq!(load("proxy = \"socks5h://127.0.0.1:9050\"", &[wide]).settings.reach, Reach::ThirdParty);
    assert_eq!(load("theme = 1", &[wide]).settings.reach, Reach::ThirdParty, "a flag is not the file's");
    // A file that cannot be used at all may have said anything.
    let broken = load("proxy = \"a\"\nproxy = \"b\"", &[wide]);
    assert_eq!((broken.settings.reach, broken.settings.proxy.as_str()), (Reach::Local, NO_SERVER));
}

#[test]
fn many_warnings_hide_no_damage_and_no_secret_is_told() {
    let warnings = (0..30).fold(String::new(), |text, number| text + &format!("x{number} = 1.0\n"));
    let loaded = with_file(format!("reach = \"sender\"\n[weights]\n{warnings}[zzz]\na = 1\n").as_bytes());
    assert_eq!(loaded.settings.reach, Reach::Local);
    assert!(loaded.problems.iter().any(|problem| problem.defect == Defect::ReachKept));
    for text in [
        "proxy = \"socks5h://me:hunter2@127.0.0.1:x y\"",
        "proxy = [\"socks5h://me:hunter2@127.0.0.1:1\", 1]",
        "proxy = { url = \"socks5h://me:hunter2@127.0.0.1:1\" }",
        "proxy = \"http://me:hunter2@127.0.0.1:1\"",
    ] {
        let told = texts(&with_file(text.as_bytes()), Lang::En).join("\n");
        assert!(told.contains("proxy") && !told.contains("hunter2"), "{told}");
    }
}

#[test]
fn a_wrong_flag_is_a_wrong_use() {
    let loaded = with(&[("reach", "everywhere")], &[]);
    assert!(loaded.problems[0].is_usage());
    assert_eq!(
        loaded.problems[0].to_string(),
        "command line: reach takes \"local\", \"thirdparty\" or \"sender\", not \"everywhere\""
    );
    assert!(!with(&[], &[("GOSANKE_REACH", "x")]).problems[0].is_usage());
}

#[test]
fn many_defects_are_told_once_and_not_for_ever() {
    let text: String = (0..1_000).fold(String::new(), |text, number| text + &format!("x{number} = 1\n"));
    assert_eq!(with_file(text.as_bytes()).problems.len(), MOST_PROBLEMS);
}

#[test]
fn what_is_printed_is_a_file_that_gives_the_same_settings() {
    let mut loaded = with_file(
        b"lang = \"ja\"\ngeo = [\"/a b.mmdb\"]\n[keys]\nquit = []\n[weights]\nlink-text-lies = -0.5\n[styles]\nhigh = \"bold\"\n",
    );
    loaded.file = None;
    let text = print(&loaded);
    let mut again = with_file(text.as_bytes());
    // The folder of keys is that of the file, which is another one here.
    again.settings.keys_dir.clone_from(&loaded.settings.keys_dir);
    assert_eq!(again.problems, []);
    assert_eq!(again.settings, loaded.settings);
    assert!(text.contains("lang = \"ja\"                              # file, line 1\n"), "{text}");
    assert!(text.contains("theme = \"auto\"                           # default\n"), "{text}");
    assert!(text.contains("# file, line 6\n"), "{text}");
}

#[test]
fn services_are_those_that_there_are() {
    assert_eq!(Settings::default().services, ["crtsh", "mnemonic", "cymru"]);
    let some = with(&[("services", "internetdb, virustotal,internetdb")], &[]);
    assert_eq!(some.settings.services, ["internetdb", "virustotal"]);
    assert_eq!(with_file(b"services = []").settings.services, [""; 0]);
    let wrong = with(&[("services", "virustotl")], &[]);
    assert_eq!((wrong.problems.len(), wrong.settings.services.len()), (1, 0), "nobody is asked");
}

#[test]
fn block_lists_are_known_ones_or_zones_of_the_readers_own() {
    assert_eq!(Settings::default().dns_lists, ["zen", "dbl", "surbl", "uribl", "spamcop"]);
    let some = with(&[("dns_lists", "zen, dnsbl.example.net,zen")], &[]);
    assert_eq!(some.settings.dns_lists, ["zen", "dnsbl.example.net"]);
    assert_eq!(with_file(b"dns_lists = []").settings.dns_lists, [""; 0]);
    for wrong in ["zenn", "192.0.2.1", "a.example=urls"] {
        let wrong = with(&[("dns_lists", wrong)], &[]);
        assert_eq!((wrong.problems.len(), wrong.settings.dns_lists.len()), (1, 0), "none is asked");
    }
}

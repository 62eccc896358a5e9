//! The card's section about registrations, and the line in other panes: dates held against the mail, words explained, what
//! is not published not held against anybody.

use super::{Case, domain, told};
use crate::facts::phrases::registry;
use crate::facts::registration::{Registration, Registry};
use crate::facts::{Answer, Fact, Key, State};
use crate::text::Lang;
use crate::view::who::{About, card};
use crate::view::{Block, Target, Tone};

/// 2026-11-21T10:00:00Z.
const MAIL: i64 = 1_795_255_200;
const DAY: i64 = 86_400;

fn registration() -> Registration {
    Registration {
        handle: "evil.example".into(),
        registrar: Some("Example Registrar, Inc.".into()),
        country: Some("PK".into()),
        created: Some(MAIL - 3 * DAY),
        changed: Some(MAIL - DAY),
        expires: Some(MAIL + 362 * DAY),
        name_servers: vec!["ns1.hosting.example".into(), "ns2.hosting.example".into()],
        status: vec!["client hold".into(), "client transfer prohibited".into(), "odd \u{1b}[2Jword".into()],
        abuse: vec!["abuse@registrar.example".into(), "+1.5555550100".into()],
        signed: Some(false),
        registry: Some("Verisign".into()),
        by: Registry::Rdap,
        cut: Some(format!("{}; {}", registry::CUT_TEXT.en, registry::REGISTRAR_SILENT.en)),
        ..Registration::default()
    }
}

fn case(key: Key, registration: Registration) -> Case {
    let mut case = Case::default();
    case.evidence.date = Some(MAIL);
    case.recorded(key, Answer::Registration(Box::new(registration)));
    case
}

fn of_host(case: &Case, lang: Lang) -> String {
    told(&card(&case.subject(lang), &About::Host(&domain("login.evil.example", "evil.example"))))
}

#[test]
fn a_domain_s_registration_is_told_with_ages_and_explained_words() {
    let case = case(Key::Owner("evil.example".into()), registration());
    let text = of_host(&case, Lang::En);
    for want in [
        "Registration\n",
        "registrar  Example Registrar, Inc.",
        "registrant  not published, as is usual",
        "country  Pakistan",
        "registered  2026-11-18  3 days before the mail",
        "changed  2026-11-20  1 day before the mail",
        "expires  2027-11-18  12 months after the mail",
        "name server  ns1.hosting.example",
        "status  client hold  its registrar took it out of the DNS",
        "status  client transfer prohibited  locked against transfer, as is usual",
        "DNSSEC  not signed",
        "abuse contact  abuse@registrar.example",
        "abuse contact  +1.5555550100",
        "limit  cut: longer texts than are kept; the registrar's own answer did not come",
        "registry  Verisign, RDAP  ◎ recorded: HEARTLAND write-up",
    ] {
        assert!(text.contains(want), "{want} is missing in:\n{text}");
    }
    assert!(!text.contains('\u{1b}') && !text.contains("owner  "), "{text:?}");
    let text = of_host(&case, Lang::Ja);
    for want in [
        "登録情報",
        "登録業者  Example Registrar, Inc.",
        "登録者  非公開（一般的です）",
        "登録  2026-11-18  メールの 3 日前",
        "有効期限  2027-11-18  メールの 12 か月後",
        "登録業者が名前解決を停止",
        "不正利用の連絡先  abuse@registrar.example",
        "文字数が上限を超過",
    ] {
        assert!(text.contains(want), "{want} is missing in:\n{text}");
    }
}

#[test]
fn contacts_and_name_servers_can_be_copied_and_a_young_name_stands_out() {
    let case = case(Key::Owner("evil.example".into()), registration());
    let doc = card(&case.subject(Lang::En), &About::Host(&domain("evil.example", "evil.example")));
    let lines: Vec<_> =
        doc.blocks.iter().filter_map(|block| if let Block::Line(line) = block { Some(line) } else { None }).collect();
    let targets: Vec<&Target> = lines.iter().flat_map(|line| &line.targets).collect();
    for want in [
        Target::Address("abuse@registrar.example".into()),
        Target::Value("+1.5555550100".into()),
        Target::Host("ns1.hosting.example".into()),
    ] {
        assert!(targets.contains(&&want), "{want:?}");
    }
    let tone_of = |text: &str| {
        let pieces = lines.iter().flat_map(|line| &line.pieces);
        pieces.clone().find(|piece| piece.text == text).map(|piece| piece.tone)
    };
    assert_eq!(tone_of("3 days before the mail"), Some(Tone::High));
    assert_eq!(tone_of("12 months after the mail"), Some(Tone::Dim));
    assert_eq!(tone_of("client hold"), Some(Tone::High));
    assert_eq!(tone_of("client transfer prohibited"), Some(Tone::Text));
}

#[test]
fn an_old_name_is_no_cause_for_alarm_and_an_ended_one_is_told() {
    for (created, said) in [
        (MAIL - 40 * DAY, "40 days before the mail"),
        (MAIL - 400 * DAY, "13 months before the mail"),
        (MAIL - 4_000 * DAY, "10 years before the mail"),
        (MAIL - 3_600, "on the day of the mail"),
        (MAIL + 800 * DAY, "2 years after the mail"),
        (i64::MIN, "years before the mail"),
    ] {
        let own = Registration { created: Some(created), ..registration() };
        let text = of_host(&case(Key::Owner("evil.example".into()), own), Lang::En);
        assert!(text.contains(said), "{said} is missing in:\n{text}");
    }
    // The recordings of these tests are of 2022-04-26.
    let ended = "it had expired when the registry was asked";
    let own = Registration { expires: Some(1_640_000_000), ..registration() };
    assert!(of_host(&case(Key::Owner("evil.example".into()), own), Lang::En).contains(ended));
    assert!(!of_host(&case(Key::Owner("evil.example".into()), registration()), Lang::En).contains(ended));
}

#[test]
fn a_question_without_an_answer_is_never_told_as_one() {
    let mut case = Case::default();
    assert!(of_host(&case, Lang::En).contains("Registration\n○ not asked"), "{}", of_host(&case, Lang::En));
    let key = Key::Owner("evil.example".into());
    case.facts.put(key.clone(), Fact { state: State::Absent, ..Fact::default() });
    assert!(of_host(&case, Lang::En).contains("nobody has registered it"));
    let failed = Fact { state: State::Failed(registry::REFUSES.en.into()), ..Fact::default() };
    case.facts.put(key, failed);
    assert!(of_host(&case, Lang::Ja).contains("レジストリが回答を拒否"));
    assert!(!of_host(&case, Lang::En).contains("nobody has registered it"));
}

#[test]
fn blocks_and_systems_have_their_section() {
    let address = "192.0.2.7".parse().unwrap();
    let own = Registration {
        handle: "192.0.2.0/24".into(),
        name: Some("EXAMPLE-NET".into()),
        registrant: Some("Example Networks LLC".into()),
        registry: Some("ARIN".into()),
        by: Registry::Whois,
        ..Registration::default()
    };
    let one = case(Key::Block(address), own.clone());
    let text = told(&card(&one.subject(Lang::En), &About::Address(address)));
    for want in ["Registration of the block", "what  192.0.2.0/24", "name  EXAMPLE-NET", "registry  ARIN, WHOIS"] {
        assert!(text.contains(want), "{want} is missing in:\n{text}");
    }
    let other = case(Key::System(64_496), Registration { handle: "AS64496".into(), ..own });
    let text = told(&card(&other.subject(Lang::En), &About::System(64_496)));
    assert!(text.contains("what  AS64496") && text.contains("registrant  Example Networks LLC"), "{text}");
}

//! Look-ups as a reader meets them: the plan before anything leaves, what he marks in it, the yes that a whole URL needs,
//! the card on a host, the jobs, and how the verdict moves when answers come. No network: the engine is played.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    missing_docs,
    reason = "a test that cannot go on fails"
)]

mod drive;

use drive::Drive;
use gosanke::analysis::Brief;
use gosanke::facts::{Answer, Fact, FactSet, Key, Origin, Place, Reach, State};
use gosanke::mailbox::Identity;
use gosanke::sandbox::Death;
use gosanke::text::Lang;
use gosanke::tui::msg::Msg;
use gosanke::tui::theme::Depth;
use gosanke::wants::{BlockList, Services};

const MAIL: &str = "Return-Path: <news@shop.example>\n\
    Received: from mail.shop.example (unknown [203.0.113.5]) by mx.example.org; Mon, 2 Nov 2026 10:00:00 +0900\n\
    From: Shop <news@shop.example>\nTo: anna.smith@example.org\nSubject: your account\n\
    Date: Mon, 2 Nov 2026 10:00:00 +0900\nMessage-ID: <1@shop.example>\n\n\
    Press https://k7q2x9m4bz81.evil.test/login?e=anna.smith%40example.org or https://www.other.test/\n";

fn services() -> Services {
    Services {
        lists: vec![BlockList { id: "dbl".into(), names: true, addresses: false }],
        registries: true,
        visits: true,
        ..Services::default()
    }
}

fn folder(mails: &[&str]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (at, mail) in mails.iter().enumerate() {
        std::fs::write(folder.path().join(format!("{at}.eml")), mail).unwrap();
    }
    folder
}

fn open(mails: &[&str], width: u16, height: u16, lang: Lang) -> Drive {
    let folder = folder(mails);
    let mailbox = gosanke::mailbox::open(&[folder.path().to_owned()]).unwrap();
    let mut drive = Drive::open(mailbox, FactSet::default(), width, height, lang, Depth::True);
    // The files are read when they are needed.
    drive.keep = Some(folder);
    drive.app.services = services();
    drive
}

fn answered(answer: Answer) -> Fact {
    let origin = Origin::Asked("192.0.2.53:53".into());
    Fact { state: State::Value(answer), origin, at: Some(1_793_000_000), ..Fact::default() }
}

fn asking() -> Fact {
    Fact { state: State::Asking, ..Fact::default() }
}

fn line(drive: &Drive) -> &str {
    drive.app.inspector.line_text().unwrap_or_default()
}

fn down_to(drive: &mut Drive, found: impl Fn(&Drive) -> bool) {
    for _ in 0..300 {
        if found(drive) {
            return;
        }
        drive.keys("j");
    }
    panic!("not found:\n{}", drive.screen());
}

fn addresses(host: &str) -> Key {
    Key::Addresses(host.into())
}

#[test]
fn the_plan_names_every_question_its_receiver_and_who_can_notice() {
    let mut drive = open(&[MAIL], 160, 60, Lang::En);
    drive.keys("Enter p");
    drive.sees("The sender's side can notice ").sees(" of the marked ones.");
    drive.sees("Third parties: the sender does not notice").sees("The sender's side can notice these");
    drive.sees("registration evil.test").sees("block list evil.test (dbl)").sees("A evil.test. + AAAA evil.test.");
    drive.sees("192.0.2.53:53").sees("service.test (HTTPS)");
    drive.sees("! a").sees("Each with a yes of its own");
    drive.sees("hxxps://k7q2x9m4bz81[.]evil[.]test/login").misses("https://k7q2x9m4bz81");
    assert!(drive.asked.is_empty(), "a plan sends nothing");
}

#[test]
fn what_is_unique_to_the_recipient_is_sent_only_where_it_is_marked() {
    let unique = addresses("k7q2x9m4bz81.evil.test");
    let mut drive = open(&[MAIL], 160, 60, Lang::En);
    drive.keys("Enter p Enter");
    let first = drive.asked.pop().unwrap();
    assert!(first.contains(&addresses("evil.test")) && !first.contains(&unique), "{first:?}");
    assert!(first.iter().all(|key| !key.needs_consent()));
    drive.keys("p a Enter");
    let all = drive.asked.pop().unwrap();
    assert!(all.contains(&unique), "all is all");
    assert!(all.iter().all(|key| !key.needs_consent()), "but for whole URLs");
    drive.keys("p n Enter").sees("nothing is marked");
    assert!(drive.asked.is_empty());
    drive.keys("Space Enter");
    assert_eq!(drive.asked.pop().unwrap().len(), 1, "some");
}

#[test]
fn a_whole_url_leaves_only_after_it_was_shown() {
    let mut drive = open(&[MAIL], 160, 60, Lang::En);
    drive.keys("Enter p G");
    let line = drive.screen();
    assert!(line.contains("other[.]test"), "{line}");
    drive.keys("Enter").sees("Visit this page?").sees("hxxps://www[.]other[.]test/");
    assert!(drive.consented.is_empty());
    drive.keys("n");
    assert!(drive.consented.is_empty() && drive.asked.is_empty());
    drive.keys("Space y");
    assert_eq!(drive.consented, [Key::Page("https://www.other.test/".into())]);
    assert!(drive.asked.is_empty());
}

#[test]
fn a_raised_reach_asks_what_is_quiet_and_nothing_else() {
    let mut drive = open(&[MAIL, MAIL], 120, 40, Lang::En);
    drive.keys("R t").sees("Registries, block lists and services");
    drive.keys("y").sees("third parties ◐");
    assert!(drive.asked.is_empty(), "the list asks nothing");
    drive.keys("Enter");
    let asked = drive.asked.pop().unwrap();
    assert!(!asked.is_empty() && asked.iter().all(|key| key.reach() == Reach::ThirdParty), "{asked:?}");
    drive.keys("R s y");
    let asked = drive.asked.pop().unwrap();
    assert!(asked.contains(&addresses("evil.test")) && !asked.contains(&addresses("k7q2x9m4bz81.evil.test")));
    assert!(asked.iter().all(|key| !key.needs_consent()), "{asked:?}");
    // What follows from an answer follows by itself here, and once.
    let address = "198.51.100.9".parse().unwrap();
    drive.send(Msg::Facts(vec![(addresses("www.other.test"), answered(Answer::Addresses(vec![address])))]));
    let further: Vec<Key> = drive.asked.drain(..).flatten().collect();
    assert_eq!(further, [Key::Block(address)]);
    drive.send(Msg::Facts(vec![(addresses("evil.test"), Fact { state: State::Absent, ..Fact::default() })]));
    assert!(drive.asked.is_empty());
}

#[test]
fn a_folder_may_have_a_reach_of_its_own() {
    let mut drive = open(&[MAIL], 120, 40, Lang::En);
    drive.keys("R T y").sees("third parties ◐ (this folder)");
    assert_eq!((drive.app.reach, drive.app.reach_here()), (Reach::Local, Reach::ThirdParty));
    drive.keys("R l").sees("local ○").misses("this folder");
}

#[test]
fn the_verdict_says_which_answer_moved_it() {
    let mut drive = open(&[MAIL], 160, 60, Lang::En);
    drive.keys("Enter 5").misses("Which answers moved it");
    let doc = drive.app.pane_doc(4);
    let text = format!("{doc:?}");
    assert!(text.contains("What would change the verdict") && text.contains("addresses  shop.example"));
    drive.send(Msg::Facts(vec![(addresses("shop.example"), asking())]));
    let elsewhere = Answer::Addresses(vec!["192.0.2.44".parse().unwrap()]);
    drive.send(Msg::Facts(vec![(addresses("shop.example"), answered(elsewhere))]));
    drive.keys("g");
    drive.sees("Which answers moved it").sees("addresses  shop.example  score");
    let moved = drive.app.moves().to_vec();
    assert_eq!(moved.len(), 1);
    assert_eq!(moved[0].key, addresses("shop.example"));
    assert!((moved[0].after - drive.app.open_mail().unwrap().analysis.verdict.sum.total).abs() < 1e-9);
    assert!((moved[0].before - moved[0].after).abs() > 0.1);
}

#[test]
fn several_answers_at_once_are_taken_apart() {
    let mut drive = open(&[MAIL], 120, 40, Lang::En);
    drive.keys("Enter");
    let place = Place { country: Some("JP".into()), ..Place::default() };
    drive.send(Msg::Facts(vec![
        (Key::Place("203.0.113.5".parse().unwrap()), answered(Answer::Place(place))),
        (addresses("other.test"), answered(Answer::Addresses(vec!["192.0.2.1".parse().unwrap()]))),
        (addresses("shop.example"), answered(Answer::Addresses(vec!["192.0.2.44".parse().unwrap()]))),
    ]));
    let keys: Vec<&Key> = drive.app.moves().iter().map(|one| &one.key).collect();
    assert_eq!(keys, [&addresses("shop.example")]);
}

#[test]
fn the_demo_tells_which_recorded_answers_moved_it() {
    let mut demo = Drive::demo(160, 45);
    demo.keys("Enter 5");
    assert!(!demo.app.moves().is_empty());
    demo.sees("Which answers moved it").sees("addresses  estprime.com");
}

#[test]
fn a_card_tells_what_is_known_and_leads_on() {
    for (width, height) in [(160, 45), (100, 30), (60, 20)] {
        let mut drive = open(&[MAIL], width, height, Lang::En);
        let address = "198.51.100.9".parse().unwrap();
        let place = Place {
            country: Some("FI".into()),
            asn: Some(64_500),
            network: Some("Example Hosting".into()),
            ..Place::default()
        };
        drive.send(Msg::Facts(vec![
            (addresses("www.other.test"), answered(Answer::Addresses(vec![address]))),
            (Key::Place(address), answered(Answer::Place(place))),
            (Key::Names(address), answered(Answer::Names(vec!["static.example".into()]))),
            (addresses("static.example"), answered(Answer::Addresses(vec![address]))),
        ]));
        drive.keys("w").sees("Who: shop.example");
        drive.keys("Esc Enter 4 n");
        // The link of the other host.
        down_to(&mut drive, |drive| line(drive).contains("www[.]other[.]test"));
        drive.keys("w").sees("Who: hxxps://www[.]other[.]test/").sees("Its host").sees("198.51.100.9");
        down_to(&mut drive, |drive| drive.screen().contains("AS64500"));
        drive.keys("G");
        drive.keys("Esc").misses("Who: hxxps");
        drive.keys("2");
        down_to(&mut drive, |drive| line(drive).contains("198.51.100.9"));
        drive.keys("Enter").sees("Who: www.other.test");
        down_to(&mut drive, |drive| drive.screen().contains("198.51.100.9"));
    }
}

#[test]
fn a_card_asks_about_its_own_thing() {
    let mut drive = open(&[MAIL], 120, 40, Lang::Ja);
    drive.keys("w").sees("素性: shop.example");
    drive.keys("r").sees("shop.example についての照会の予定");
    drive.keys("Enter");
    let asked = drive.asked.pop().unwrap();
    assert!(asked.contains(&Key::Owner("shop.example".into())) && asked.contains(&addresses("shop.example")));
    assert!(asked.iter().all(|key| key.about().contains("shop.example")), "{asked:?}");
}

#[test]
fn jobs_say_what_runs_and_how_it_ended_and_can_be_called_off() {
    let mut drive = open(&[MAIL], 120, 40, Lang::En);
    drive.keys("Enter");
    drive.send(Msg::Facts(vec![
        (addresses("shop.example"), asking()),
        (addresses("evil.test"), Fact { state: State::Queued, ..Fact::default() }),
    ]));
    drive.keys("J").sees("Under way: 1, waiting: 1").sees("addresses  shop.example").sees("asking 2");
    drive.keys("x");
    assert_eq!(drive.called_off, [Some(addresses("shop.example"))]);
    drive.keys("X");
    assert_eq!(drive.called_off.last(), Some(&None));
    drive.app.clock += 1_250;
    drive.send(Msg::Facts(vec![
        (addresses("shop.example"), answered(Answer::Addresses(vec!["203.0.113.5".parse().unwrap()]))),
        (addresses("evil.test"), Fact { state: State::Failed("no answer in time".into()), ..Fact::default() }),
    ]));
    drive.draw();
    drive
        .sees("Answered in this run")
        .sees("203.0.113.5")
        .sees("1250 ms")
        .sees("no answer in time")
        .misses("Under way");
    drive.keys("Esc").sees("look-ups done: 1 answered, 1 without an answer");
}

#[test]
fn what_is_answered_leaves_the_plan_that_is_open() {
    let mut drive = open(&[MAIL], 160, 60, Lang::En);
    drive.keys("Enter p").sees("addresses other.test");
    drive.send(Msg::Facts(vec![(addresses("other.test"), asking())]));
    drive.draw();
    drive.misses("addresses other.test").sees("already answered: 1");
}

#[test]
fn what_nobody_answered_is_offered_again() {
    let mut drive = open(&[MAIL], 160, 60, Lang::En);
    drive.keys("Enter p").sees("addresses other.test");
    drive.keys("Esc");
    let failed = Fact { state: State::Failed("no answer in time".into()), ..Fact::default() };
    drive.send(Msg::Facts(vec![(addresses("other.test"), failed)]));
    drive.keys("p").sees("addresses other.test").misses("already answered: 1");
}

#[test]
fn several_mails_are_asked_about_at_once_and_judged_again() {
    let other = MAIL.replace("shop.example", "store.example");
    let mut drive = open(&[MAIL, &other], 160, 60, Lang::En);
    drive.keys("Space Space r").sees("What would be asked about 2 mails");
    drive.sees("addresses shop.example").sees("addresses store.example");
    drive.keys("Enter");
    let asked = drive.asked.pop().unwrap();
    let unique: std::collections::HashSet<&Key> = asked.iter().collect();
    assert_eq!(unique.len(), asked.len(), "each question once");
    let score = |drive: &Drive, row: u32| drive.app.list.row(row).unwrap().digest().unwrap().score;
    let closed = u32::from(drive.app.list.current_index() == Some(0));
    let before = score(&drive, closed);
    let host = if closed == 0 { "shop.example" } else { "store.example" };
    drive.send(Msg::Facts(vec![(addresses(host), asking()), (Key::MailExchangers(host.into()), asking())]));
    drive.send(Msg::Facts(vec![
        (addresses(host), Fact { state: State::Absent, ..Fact::default() }),
        (Key::MailExchangers(host.into()), Fact { state: State::Absent, ..Fact::default() }),
    ]));
    assert!(score(&drive, closed) > before, "a sender that does not exist weighs, open or not");
}

#[test]
fn the_layers_stand_at_every_size_in_both_languages() {
    for lang in [Lang::En, Lang::Ja] {
        for (width, height) in [(160, 45), (100, 30), (60, 20), (40, 10)] {
            let mut drive = open(&[MAIL], width, height, lang);
            drive.keys("Enter p j j Space G Esc R Esc J Esc w G Esc r Esc");
            assert!(drive.app.layers.is_empty());
            assert_eq!(drive.asked.len(), 0);
        }
    }
}

#[test]
fn a_message_inside_is_not_marked_in_place_of_the_mail_around_it() {
    let mail = "From: a@sender.example\nSubject: report\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n\
        --b\n\nsee\n--b\nContent-Type: message/rfc822\n\nFrom: x@evil.test\nSubject: inner\n\nhttps://evil.test/\n--b--\n";
    let mut drive = open(&[mail], 120, 40, Lang::En);
    drive.keys("Enter");
    let mark = |drive: &Drive| drive.app.list.row(0).unwrap().mark;
    drive.keys("9");
    down_to(&mut drive, |drive| line(drive).contains('✉'));
    drive.keys("Enter").sees("a message inside");
    drive.keys("m").sees("marks and notes are of whole mails");
    drive.keys("t").sees("marks and notes are of whole mails").misses("note on");
    assert_eq!(mark(&drive), None);
    drive.keys("Esc");
    assert!(line(&drive).contains('✉'), "back at the line that was left");
    drive.keys("m");
    assert!(mark(&drive).is_some());
    // The verdict of the mail around it leads there, too.
    drive.keys("5").sees("Messages inside: 1, each rated by itself");
    down_to(&mut drive, |drive| line(drive).contains('✉'));
    drive.keys("Enter").sees("a message inside").sees("inner");
}

#[test]
fn nothing_is_said_of_a_row_that_was_found_in_what_it_was_before() {
    let other = MAIL.replace("shop.example", "store.example");
    let mut drive = open(&[MAIL, &other], 160, 45, Lang::En);
    let closed = u32::from(drive.app.list.current_index() == Some(0));
    let (generation, since) = (drive.app.generation, drive.app.turns);
    let one = |text: &str| Brief { identity: Some(Identity::of(text.as_bytes())), digest: None };
    let stands = |drive: &Drive, brief: &Brief| drive.app.list.held(&[brief.identity.unwrap()]) == 1;
    let (half, before) = (one("half a mail"), one("what was there before"));
    drive.send(Msg::Rejudged { generation, since, briefs: vec![(closed, half.clone())] });
    assert!(stands(&drive, &half), "nothing turned");
    let death = Death::Hung;
    drive.send(Msg::Died { generation, index: closed, death, identity: half.identity });
    assert_eq!(drive.app.dead.get(&closed), Some(&death));
    // Another program wrote it anew.
    drive.hold_analysis = true;
    drive.send(Msg::Changed { generation, parts: Vec::new(), again: vec![closed] });
    assert!(drive.app.dead.is_empty(), "the new mail ended nothing");
    drive.send(Msg::Rejudged { generation, since, briefs: vec![(closed, before.clone())] });
    assert!(!stands(&drive, &before), "it was found in other bytes");
    let since = drive.app.turns;
    drive.send(Msg::Rejudged { generation, since, briefs: vec![(closed, before.clone())] });
    assert!(stands(&drive, &before));
}

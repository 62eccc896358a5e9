//! SPF as domains write it, and as those write it who want to keep a checker busy.

use super::*;
use crate::facts::phrases::reason;
use crate::facts::{Answer, Exchanger, Fact, Origin, State};

/// Lines of `name TYPE value`; everything else is absent once it is asked. `name TYPE !` never answers, and beside
/// `name A ?` the other family of addresses did not.
fn fact(zone: &str, key: &Key) -> Fact {
    let of = |name: &str, kind: &str| -> Vec<String> {
        zone.lines()
            .filter_map(|line| line.trim().split_once(' '))
            .filter_map(|(own, rest)| Some((own, rest.split_once(' ')?)))
            .filter(|(own, (own_kind, _))| *own == name && *own_kind == kind)
            .map(|(_, (_, value))| value.to_owned())
            .collect()
    };
    let mut values = match key {
        Key::Texts(name) => of(name, "TXT"),
        Key::Addresses(name) => of(name, "A"),
        Key::MailExchangers(name) => of(name, "MX"),
        Key::Names(address) => of(&address.to_string(), "PTR"),
        _ => panic!("SPF never wants {key:?}"),
    };
    let all = values.len();
    values.retain(|value| value != "?");
    let half = values.len() < all;
    let state = if values.iter().any(|value| value == "!") {
        State::Failed(reason::SERVFAIL.en.into())
    } else if values.is_empty() {
        State::Absent
    } else {
        State::Value(match key {
            Key::Texts(_) => Answer::Texts(values),
            Key::Addresses(_) => Answer::Addresses(values.iter().map(|one| one.parse().unwrap()).collect()),
            Key::MailExchangers(_) => Answer::MailExchangers(
                values.into_iter().map(|host| Exchanger { preference: 10, host: host.replace("null", "") }).collect(),
            ),
            _ => Answer::Names(values),
        })
    };
    let note = if half { format!("192.0.2.53:53; {}", reason::HALF.en) } else { "192.0.2.53:53".to_owned() };
    Fact { state, origin: Origin::Kept(note), ..Fact::default() }
}

/// Runs a check to its end; what was asked, round by round.
fn run(zone: &str, address: &str, helo: &str, from: &str) -> (Spf, Vec<Vec<Key>>) {
    let mut facts = FactSet::default();
    let mut rounds = Vec::new();
    loop {
        let spf = check(&facts, address.parse().unwrap(), helo, from);
        if spf.result.is_some() {
            assert!(spf.wants.is_empty());
            return (spf, rounds);
        }
        assert!(!spf.wants.is_empty() && rounds.len() < 50, "{spf:?}");
        for key in &spf.wants {
            assert!(facts.put(key.clone(), fact(zone, key)), "asked twice: {key:?}");
        }
        rounds.push(spf.wants);
    }
}

fn result(zone: &str, address: &str) -> SpfResult {
    run(zone, address, "mx.sender.test", "anna@shop.test").0.result.unwrap()
}

fn joined(numbers: std::ops::Range<u32>, text: impl Fn(u32) -> String) -> String {
    numbers.map(text).collect::<Vec<_>>().concat()
}

/// The path as lines: depth, domain, term, outcome, and a mark where it decides.
fn told(spf: &Spf) -> Vec<String> {
    let word = |outcome: StepOutcome| match outcome {
        StepOutcome::Match(result) => format!("={}", result.word()),
        StepOutcome::NoMatch => "no".to_owned(),
        StepOutcome::Led(result) => format!("led {}", result.word()),
        StepOutcome::Open => "?".to_owned(),
    };
    let line = |step: &Step| {
        let mark = if step.decides { " <" } else { "" };
        format!("{} {} [{}] {}{mark}", step.depth, step.domain, step.term, word(step.outcome))
    };
    spf.path.iter().map(line).collect()
}

#[test]
fn each_result_comes_from_the_record_that_means_it() {
    use SpfResult::{Fail, Neutral, None, Pass, PermError, SoftFail, TempError};
    for (zone, address, expected) in [
        ("shop.test TXT v=spf1 ip4:192.0.2.0/24 -all", "192.0.2.7", Pass),
        ("shop.test TXT v=spf1 ip4:192.0.2.0/24 -all", "::ffff:192.0.2.7", Pass),
        ("shop.test TXT v=spf1 ip4:192.0.2.0/24 -all", "198.51.100.7", Fail),
        ("shop.test TXT v=spf1 ip4:192.0.2.0/24 ~all", "198.51.100.7", SoftFail),
        ("shop.test TXT v=spf1 ip4:192.0.2.0/24 ?all", "198.51.100.7", Neutral),
        ("shop.test TXT v=spf1 ip4:192.0.2.0/24", "198.51.100.7", Neutral),
        ("shop.test TXT v=spf1 ip4:0.0.0.0/0 -all", "198.51.100.7", Pass),
        ("shop.test TXT v=spf1 ip6:2001:db8::/32 -all", "2001:db8::7", Pass),
        ("shop.test TXT v=spf1 ip6:2001:db8::/32 -all", "192.0.2.7", Fail),
        ("shop.test TXT other=1\nshop.test TXT v=spf10 -all", "192.0.2.7", None),
        ("", "192.0.2.7", None),
        ("shop.test TXT !", "192.0.2.7", TempError),
        ("shop.test TXT v=spf1 -all\nshop.test TXT v=spf1 +all", "192.0.2.7", PermError),
        ("shop.test TXT v=spf1 a -all\nshop.test A 192.0.2.7", "192.0.2.7", Pass),
        ("shop.test TXT v=spf1 a/28 -all\nshop.test A 192.0.2.1", "192.0.2.7", Pass),
        ("shop.test TXT v=spf1 a//64 -all\nshop.test A 2001:db8::1", "2001:db8::ffff", Pass),
        ("shop.test TXT v=spf1 a:!.test -all", "192.0.2.7", Fail),
        ("shop.test TXT v=spf1 a:x.shop.test -all\nx.shop.test A !", "192.0.2.7", TempError),
        ("shop.test TXT v=spf1 mx -all\nshop.test MX mx.shop.test\nmx.shop.test A 192.0.2.7", "192.0.2.7", Pass),
        ("shop.test TXT v=spf1 mx -all\nshop.test MX null", "192.0.2.7", Fail),
        ("shop.test TXT v=spf1 exists:%{ir}.%{l}.ok.test -all\n7.2.0.192.anna.ok.test A 127.0.0.2", "192.0.2.7", Pass),
        ("shop.test TXT v=spf1 ptr -all\n192.0.2.7 PTR Mail.Shop.test\nmail.shop.test A 192.0.2.7", "192.0.2.7", Pass),
        ("shop.test TXT v=spf1 ptr -all\n192.0.2.7 PTR mail.shop.test\nmail.shop.test A 192.0.2.9", "192.0.2.7", Fail),
        ("shop.test TXT v=spf1 redirect=all.test\nall.test TXT v=spf1 -all", "192.0.2.7", Fail),
        ("shop.test TXT v=spf1 redirect=all.test", "192.0.2.7", PermError),
        ("shop.test TXT v=spf1 include:all.test -all", "192.0.2.7", PermError),
        ("shop.test TXT v=spf1 include:all.test ~all\nall.test TXT v=spf1 -all", "192.0.2.7", SoftFail),
        ("shop.test TXT v=spf1 include:all.test -all\nall.test TXT !", "192.0.2.7", TempError),
        ("shop.test TXT v=spf1 +all", "192.0.2.7", Pass),
        ("shop.test TXT v=spf1 ip4:192.0.2.7 moo -all", "192.0.2.7", PermError),
        ("shop.test TXT v=spf1 ip4:192.0.2.7 a:\\239\\187\\191x.test -all", "192.0.2.7", PermError),
    ] {
        assert_eq!(result(zone, address), expected, "{zone}");
    }
}

#[test]
fn a_family_of_addresses_that_did_not_answer_is_no_mismatch() {
    use SpfResult::{Fail, Pass, TempError};
    let record = |term: &str, host: &str| format!("shop.test TXT v=spf1 {term} -all\n{host}");
    let half = |address: &str| format!("x.shop.test A {address}\nx.shop.test A ?");
    for (term, host, address, expected) in [
        // Only the other family came: whoever asks is not to be told that he may not.
        ("a:x.shop.test", half("2001:db8::7"), "192.0.2.7", TempError),
        ("a:x.shop.test", half("192.0.2.7"), "2001:db8::7", TempError),
        ("mx:m.shop.test", half("2001:db8::7") + "\nm.shop.test MX x.shop.test", "192.0.2.7", TempError),
        ("exists:x.shop.test", half("2001:db8::7"), "192.0.2.7", TempError),
        // What came is enough to decide.
        ("a:x.shop.test", half("192.0.2.7"), "192.0.2.7", Pass),
        ("a:x.shop.test", half("192.0.2.8"), "192.0.2.7", Fail),
        ("exists:x.shop.test", half("192.0.2.8"), "2001:db8::7", Pass),
        ("ip4:192.0.2.7 a:x.shop.test", half("2001:db8::7"), "192.0.2.7", Pass),
        // Both came, and one of them is empty.
        ("a:x.shop.test", "x.shop.test A 2001:db8::7".to_owned(), "192.0.2.7", Fail),
    ] {
        assert_eq!(result(&record(term, &host), address), expected, "{term} {host} {address}");
    }
}

#[test]
fn who_is_checked_is_the_envelopes_domain_or_the_greeting() {
    let zone = "mx.sender.test TXT v=spf1 ip4:192.0.2.7 -all\nshop.test TXT v=spf1 -all";
    let (spf, _) = run(zone, "192.0.2.7", "mx.sender.test", "");
    assert_eq!((spf.result, spf.domain.as_str(), spf.helo), (Some(SpfResult::Pass), "mx.sender.test", true));
    let (spf, _) = run(zone, "192.0.2.7", "mx.sender.test", "shop.test");
    assert_eq!((spf.result, spf.domain.as_str(), spf.helo), (Some(SpfResult::Fail), "shop.test", false));
    for from in ["anna@[192.0.2.7]", "anna@localhost", "anna@a..b.test", "anna@", "[192.0.2.7]"] {
        let (spf, rounds) = run(zone, "192.0.2.7", "x", from);
        assert_eq!((spf.result, rounds.len()), (Some(SpfResult::None), 0), "{from}");
    }
}

#[test]
fn the_path_says_which_term_of_which_record_decided() {
    let zone = "shop.test TXT v=spf1 a include:_spf.one.test include:_spf.two.test -all\nshop.test A 192.0.2.1\n\
                _spf.one.test TXT v=spf1 ip4:198.51.100.0/24 -all\n\
                _spf.two.test TXT v=spf1 ip4:203.0.113.0/24 include:deep.two.test ~all\n\
                deep.two.test TXT v=spf1 ip4:192.0.2.0/24 ?all";
    let (spf, rounds) = run(zone, "192.0.2.7", "x", "anna@shop.test");
    assert_eq!(
        told(&spf),
        [
            "0 shop.test [a] no",
            "0 shop.test [include:_spf.one.test] led fail",
            "1 _spf.one.test [ip4:198.51.100.0/24] no",
            "1 _spf.one.test [-all] =fail",
            "0 shop.test [include:_spf.two.test] =pass <",
            "1 _spf.two.test [ip4:203.0.113.0/24] no",
            "1 _spf.two.test [include:deep.two.test] =pass <",
            "2 deep.two.test [ip4:192.0.2.0/24] =pass <",
        ]
    );
    assert_eq!((spf.lookups, spf.voids), (4, 0));
    assert_eq!(spf.decisive().count(), 3);
    // Nothing is asked before the record comes to it.
    let asked: Vec<String> = rounds.iter().flatten().map(Key::about).collect();
    assert_eq!(asked, ["shop.test", "shop.test", "_spf.one.test", "_spf.two.test", "deep.two.test"]);
    let (spf, rounds) = run(zone, "192.0.2.1", "x", "anna@shop.test");
    assert_eq!((told(&spf), rounds.len()), (vec!["0 shop.test [a] =pass <".to_owned()], 2));
    let (spf, _) = run("shop.test TXT v=spf1 redirect=a.test\na.test TXT v=spf1 -all", "192.0.2.7", "x", "shop.test");
    assert_eq!(told(&spf), ["0 shop.test [redirect=a.test] led fail <", "1 a.test [-all] =fail <"]);
    let (spf, _) = run("shop.test TXT v=spf1 ip4:192.0.2.9", "192.0.2.7", "x", "shop.test");
    assert_eq!(told(&spf), ["0 shop.test [ip4:192.0.2.9] no", "0 shop.test [] =neutral <"]);
}

#[test]
fn the_exchangers_of_a_term_are_asked_in_one_breath() {
    let zone = "shop.test TXT v=spf1 mx -all\nshop.test MX a.test\nshop.test MX b.test\nb.test A 192.0.2.7\na.test A 192.0.2.9";
    let (spf, rounds) = run(zone, "192.0.2.7", "x", "shop.test");
    assert_eq!(spf.result, Some(SpfResult::Pass));
    assert_eq!(rounds.iter().map(Vec::len).collect::<Vec<_>>(), [1, 1, 2]);
}

#[test]
fn a_record_that_wants_to_keep_a_checker_busy_is_given_up() {
    let many = joined(0..30, |n| format!(" include:i{n}.test"));
    let mut zone = format!("shop.test TXT v=spf1{many} -all");
    for n in 0..30 {
        zone.push_str(&format!("\ni{n}.test TXT v=spf1 ip4:198.51.100.{n} -all"));
    }
    let (spf, rounds) = run(&zone, "192.0.2.7", "x", "shop.test");
    assert_eq!((spf.result, spf.problem), (Some(SpfResult::PermError), Some(SpfProblem::TooManyLookups)));
    assert_eq!(rounds.iter().flatten().count(), 11, "the record and ten includes");

    let (spf, rounds) = run("shop.test TXT v=spf1 include:shop.test -all", "192.0.2.7", "x", "shop.test");
    assert_eq!((spf.problem, rounds.len()), (Some(SpfProblem::TooManyLookups), 1));

    let voids = joined(0..10, |n| format!(" a:v{n}.test"));
    let (spf, rounds) = run(&format!("shop.test TXT v=spf1{voids} -all"), "192.0.2.7", "x", "shop.test");
    assert_eq!((spf.problem, rounds.len()), (Some(SpfProblem::TooManyVoids), 4));

    let exchangers = joined(0..11, |n| format!("\nshop.test MX m{n}.test"));
    let (spf, rounds) = run(&format!("shop.test TXT v=spf1 mx -all{exchangers}"), "192.0.2.7", "x", "shop.test");
    assert_eq!((spf.problem, rounds.len()), (Some(SpfProblem::TooManyExchangers("shop.test".into())), 2));

    let bomb = format!("shop.test TXT v=spf1 exists:{}x.test -all", "%{l}.".repeat(2_000));
    let local = "x.".repeat(20_000);
    let (spf, rounds) = run(&bomb, "192.0.2.7", "x", &format!("{local}@shop.test"));
    assert_eq!(spf.result, Some(SpfResult::Fail));
    assert!(rounds.iter().flatten().all(|key| key.about().len() <= 253));

    let crowd = joined(0..900, |n| format!(" ip4:198.51.{}.{}", n / 250, n % 250));
    let (spf, _) = run(&format!("shop.test TXT v=spf1{crowd} -all"), "192.0.2.7", "x", "shop.test");
    assert_eq!((spf.result, spf.path.len(), spf.path_cut), (Some(SpfResult::Fail), 200, true));
}

#[test]
fn a_problem_names_what_is_wrong() {
    let problem = |zone: &str| run(zone, "192.0.2.7", "x", "shop.test").0.problem.unwrap();
    assert_eq!(problem("shop.test TXT v=spf1 a moo:x -all"), SpfProblem::Syntax("moo:x".into()));
    assert_eq!(problem("shop.test TXT v=spf1 include:a.test -all"), SpfProblem::NoRecord("a.test".into()));
    assert_eq!(
        problem("shop.test TXT v=spf1 include:a.test\na.test TXT v=spf1\na.test TXT v=spf1 a"),
        SpfProblem::TwoRecords("a.test".into())
    );
    assert_eq!(problem("shop.test TXT v=spf1 \\233 -all"), SpfProblem::NotAscii);
    assert_eq!(
        problem("shop.test TXT v=spf1 a:a.test\na.test A !"),
        SpfProblem::Unanswered("a.test".into(), reason::SERVFAIL.en.into())
    );
}

#[test]
fn the_senders_own_words_are_told_where_they_are_at_hand_and_never_asked_for() {
    let zone = "shop.test TXT v=spf1 -all exp=why.%{d}\nwhy.shop.test TXT %{i} may not send for %{o}";
    let (spf, rounds) = run(zone, "192.0.2.7", "x", "anna@shop.test");
    assert_eq!((spf.explanation, rounds.len()), (None, 1));
    let mut facts = FactSet::default();
    for name in ["shop.test", "why.shop.test"] {
        let key = Key::Texts(name.into());
        facts.put(key.clone(), fact(zone, &key));
    }
    let spf = check(&facts, "192.0.2.7".parse().unwrap(), "x", "anna@shop.test");
    assert_eq!(spf.explanation.as_deref(), Some("192.0.2.7 may not send for shop.test"));
}

//! Own rules fire where they should, are told with file, line and column where they are wrong, and never end anything.

use std::path::PathBuf;

use super::*;
use crate::evidence::examine;
use crate::message::Message;
use crate::text::Lang;

fn book(text: &str) -> (Rulebook, Vec<String>) {
    let (rules, problems) = read(&[(PathBuf::from("my.toml"), text.to_owned())]);
    (rules, problems.iter().map(|problem| problem.text(Lang::En).to_string()).collect())
}

/// A rule file of one rule with this expression.
fn rule(when: &str) -> String {
    format!("[[rule]]\nid = \"own-test\"\ntitle = \"t\"\nweight = 1\nwhen = '''{when}'''\n")
}

fn run(rules: &Rulebook, mail: &str) -> Vec<Finding> {
    let message = Message::parse(mail.as_bytes());
    let evidence = examine(&message, &[]);
    rules.run(&Subject { message: &message, evidence: &evidence }, &Weights::default())
}

const MAIL: &str = "Received: from x.test (x.test [203.0.113.9]) by mx.b.example with ESMTPS; \
    Mon, 2 Mar 2026 10:00:01 +0000\nFrom: \"Päyroll\" <pay@shop.example>\nTo: b@b.example\nSubject: Your INVOICE 42\n\
    X-Mailer: Bulk 3\nContent-Type: text/html\n\n<a href=\"https://a.free.test/x\">https://www.shop.example/</a> \
    <a href=\"https://www.shop.example/\">home</a>\n";

fn fires(when: &str) -> bool {
    let (rules, problems) = book(&rule(when));
    assert_eq!(problems, [""; 0], "{when}");
    let found = run(&rules, MAIL);
    assert!(found.iter().all(|finding| finding.rule.id == "own-test"), "{when}: {:?}", found[0].hit.values);
    !found.is_empty()
}

#[test]
fn expressions_see_the_record() {
    for when in [
        "subject.contains('INVOICE')",
        "subject.lower().matches('invoice [0-9]+$')",
        "matches(subject, 'INVOICE')",
        "from.domain == 'shop.example' && from.name == 'Päyroll'",
        "links.exists(l, l.text_host != '' && l.text_host != l.host)",
        "links.exists(l, l.host.below('free.test'))",
        "links.size() == 2 && size(hops) == 1",
        "links.filter(l, l.kind == 'anchor').exists(l, l.host.endsWith('.test'))",
        "links.map(l, l.domain).exists(d, d == 'shop.example')",
        "links.exists(l, hosts.exists(h, h.host == l.host && 'link' in h.roles))",
        "hops[0].tls && hops[0].address == '203.0.113.9'",
        "headers.exists(h, h.name == 'x-mailer' && h.value.startsWith('Bulk'))",
        "has(from.name) && layout.mailer == 'Bulk 3'",
        "time == 1772445601 && date.startsWith('2026-03-02')",
        "triad.message_id.id == '' && triad.oldest == 0",
        "attachments.size() > 0 ? false : body.japanese < 0.1",
    ] {
        assert!(fires(when), "{when}");
    }
    for when in
        ["links.exists(l, l.host.below('ree.test'))", "false", "attachments.exists(f, f.size > 0)", "layout.reply"]
    {
        assert!(!fires(when), "{when}");
    }
}

#[test]
fn a_finding_carries_texts_values_weight_and_bytes() {
    let text = r#"
[[rule]]
id = "own-odd-link"
title = "An odd link"
title_ja = "奇妙なリンク"
reason = "{0} of {1} links lead to {2}."
weight = -2.5
when = "links.exists(l, l.host.below(\"free.test\"))"
values = ["links.filter(l, l.host.below('free.test')).size()", "links.size()", "links.map(l, l.host)"]
at = "links.filter(l, l.host.below('free.test'))"
"#;
    let (rules, problems) = book(text);
    assert_eq!(problems, [""; 0]);
    let found = run(&rules, MAIL);
    let [finding] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!((finding.rule.id, finding.weight.to_string()), ("own-odd-link", "-2.5".to_owned()));
    assert_eq!((finding.rule.title.ja, finding.rule.reason.ja), ("奇妙なリンク", finding.rule.reason.en));
    assert_eq!(finding.hit.values, ["1", "2", "a.free.test, www.shop.example"]);
    let span = finding.hit.spans[0];
    assert!(MAIL.get(span.start as usize..span.end as usize).unwrap().contains("a.free.test"));
}

#[test]
fn a_weight_of_the_configuration_counts_and_zero_switches_off() {
    let (rules, _) = book(&rule("true"));
    let message = Message::parse(MAIL.as_bytes());
    let evidence = examine(&message, &[]);
    let subject = Subject { message: &message, evidence: &evidence };
    let with = |weight: f32| rules.run(&subject, &Weights::changed_by([("own-test".to_owned(), weight)].into()));
    assert_eq!(with(3.0)[0].weight.to_string(), "3");
    assert!(with(0.0).is_empty());
}

#[test]
fn a_rule_that_stops_on_a_mail_is_a_finding_that_counts_nothing() {
    for when in
        ["hops[7].tls", "time > 5 && hops[3].delay > 1", "int(subject) > 3", "hops.size() / attachments.size() > 1"]
    {
        let (rules, problems) = book(&rule(when));
        assert_eq!(problems, [""; 0], "{when}");
        let found = run(&rules, MAIL);
        assert_eq!((found[0].rule.id, found[0].weight.to_string()), (FAILED.id, "0".to_owned()), "{when}");
        assert_eq!((found[0].hit.values[0].as_str(), found[0].hit.values.len()), ("own-test", 3));
        assert!(found[0].hit.values[1].len() <= VALUE);
    }
}

#[test]
fn what_is_wrong_is_told_with_line_and_column_and_what_to_do() {
    let deep = format!("{}1{} == 1", "(".repeat(40), ")".repeat(40));
    for (text, expected) in [
        (rule("link.size() > 1"), "line 5, column 11: the record has no field link; did you mean links?"),
        (
            rule("zzzz_at_all"),
            "line 5, column 11: the record has no field zzzz_at_all; `gosanke scan --schema` lists them",
        ),
        (
            rule("from.adress == ''"),
            "line 5, column 15: address has no field adress; it has name, address, host, domain, span",
        ),
        (
            rule("\n  subject == '日本' &&\n  links.exists(l, l.hots == 'x')"),
            "line 7, column 20: link has no field hots",
        ),
        (rule("subject == '日本' && l.hots"), "line 5, column 30: the record has no field l"),
        (rule("links.host == 'x'"), "line 5, column 16: this is a list (list of link): take one of them with [0]"),
        (rule("subject.size == 1"), "line 5, column 18: text has no field size"),
        (
            rule("subject.exists(x, x == 'a')"),
            "line 5, column 11: exists, all, map and filter go over a list; this is text",
        ),
        (rule("subject.startswith('x')"), "line 5, column 29: there is no function startswith; there is startsWith"),
        (rule("subject =="), "line 5, column 21: not a CEL expression: "),
        (rule("subject.matches('(a')"), "line 5, column 26: the pattern is no regular expression: unclosed group"),
        (rule("subject.matches(from.name)"), "matches takes a pattern that is written out"),
        (rule("subject"), "line 5, column 8: when gives a string; it has to give true or false"),
        (rule("links.exists(a, links.exists(b, links.exists(c, true)))"), "loops stand at most two deep"),
        (rule("links.map(a, links.map(b, b.host)).size() > 1"), "map or filter in no other map or filter"),
        (rule(&deep), "nested too deeply"),
        (rule(&vec!["1"; 90].join(" + ")), "nested too deeply"),
        (rule(&"links.size() > 1 || ".repeat(300)), "longer than 4000 bytes"),
        ("x = 1".to_owned(), "line 1, column 1: x is not known here; a rule stands under [[rule]]"),
        ("[[rule]\n".to_owned(), "line 1, column 8: not TOML, so the file is not used"),
        (rule("true").replace("weight = 1", "weight = 7"), "line 4, column 10: weight takes a number from -6 to 6"),
        (rule("true").replace("weight = 1\n", ""), "line 1, column 1: this rule has no weight; write one"),
        (rule("true").replace("title", "titel"), "line 3, column 1: a rule has no titel; there is title"),
        (rule("true").replace("own-test", "Test"), "line 2, column 6: the id Test does not fit"),
        (rule("true").replace("own-test", "own-rule-failed"), "another rule is called own-rule-failed"),
        (rule("true") + &rule("false"), "line 7, column 6: another rule is called own-test"),
    ] {
        let (_, problems) = book(&text);
        assert_eq!(problems.len(), 1, "{text}\n{problems:?}");
        assert!(problems[0].starts_with("my.toml, line ") && problems[0].contains(expected), "{text}\n{problems:?}");
        let japanese = read(&[("my.toml".into(), text.clone())]).1[0].text(Lang::Ja).to_string();
        assert!(japanese.contains("my.toml の ") && !japanese.contains(", column "), "{japanese}");
    }
}

#[test]
fn a_damaged_rule_takes_no_other_along() {
    let good = rule("true").replace("own-test", "own-good");
    let (rules, problems) = book(&format!("{}{good}", rule("nothing.here")));
    assert_eq!(problems.len(), 1);
    assert_eq!(rules.rules().map(|rule| rule.id).collect::<Vec<_>>(), ["own-good"]);
    assert!(book("").0.is_empty() && run(&Rulebook::default(), MAIL).is_empty());
}

#[test]
fn a_hostile_mail_does_not_make_two_loops_slow() {
    let (rules, problems) = book(&rule("links.exists(a, links.exists(b, a.host == b.text_host && a.path != b.path))"));
    assert_eq!(problems, [""; 0]);
    let links: Vec<String> = (0..5_000).map(|n| format!("<a href=\"https://h{n}.test/{n}\">x{n}</a>")).collect();
    let mail = format!("From: a@b.example\nContent-Type: text/html\n\n{}\n", links.concat());
    let start = std::time::Instant::now();
    assert!(run(&rules, &mail).is_empty());
    // 90,000 rounds; unoptimized and on a busy machine.
    assert!(start.elapsed().as_secs() < 30, "{:?}", start.elapsed());
}

#[test]
fn only_fields_that_a_rule_names_are_made() {
    let (rules, _) = book(&rule("subject == 'x' && links.exists(link, link.host == from.host)"));
    let fields: Vec<_> = rules.0.as_ref().unwrap().fields.iter().copied().collect();
    assert_eq!(fields, ["from", "links", "subject"]);
}

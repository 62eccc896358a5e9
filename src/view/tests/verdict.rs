//! The verdict pane: findings, the sum, what was not asked, doubts.

use super::Case;
use super::panes::pane;
use super::writeups::{a, b};
use crate::facts::{Fact, Key, State};
use crate::mailbox::Doubt;
use crate::message::{Quirk, Span};
use crate::signal::{Family, Finding, Hit, Kind, Rule};
use crate::text::{Lang, Words};
use crate::verdict::{Level, Verdict};
use crate::view::{Block, PANES, Target};

const RULE: Rule = Rule {
    id: "link-text-lies",
    family: Family::Links,
    title: Words::new("The link shows another address", "表示と異なるリンク"),
    reason: Words::new("It shows {0} and leads to {1}.", "{0} と見せて {1} に導きます。"),
    innocent: Words::new("", ""),
    weight: 2.5,
    kind: Kind::Direct,
    references: &["RFC 0000"],
    check: |_, _| None,
};
const HONEST: Rule =
    Rule { id: "aligned", weight: -1.5, title: Words::new("Signed by From", "署名が一致"), ..RULE };

#[test]
fn a_finding_shows_reason_weight_and_the_bytes_it_rests_on() {
    let mut case = b();
    case.bytes = b"X: 1\r\nhref=\"https://evil.example/\"\r\n".to_vec();
    let span = Span { start: 6, end: 35 };
    case.evidence.links[0].span = span;
    let hit = Hit { values: vec!["www.kagoya.jp".into(), "https://evil.example/".into()], spans: vec![span] };
    case.verdict = Verdict {
        score: 90,
        level: Level::High,
        findings: vec![
            Finding { rule: &RULE, weight: 2.5, hit: hit.clone() },
            Finding { rule: &HONEST, weight: -1.5, hit: Hit::default() },
        ],
        ..Verdict::default()
    };
    let text = pane(&case, "verdict", Lang::En);
    for want in
        ["▲ +2.5  The link shows another address", "@6 href=", "direct: the bytes show it", "RFC 0000", "▽ -1.5"]
    {
        assert!(text.contains(want), "{want} is missing in:\n{text}");
    }
    assert!(!text.contains("https://"), "no live link:\n{text}");
    let pane_of = PANES.iter().find(|pane| pane.id == "verdict").unwrap();
    let doc = (pane_of.doc)(&case.subject(Lang::Ja));
    let jumps = doc
        .blocks
        .iter()
        .filter(|block| matches!(block, Block::Line(line) if line.targets.contains(&Target::Source(span))));
    assert_eq!(jumps.count(), 2, "the finding and its excerpt lead to the source");
    assert!(pane(&case, "links", Lang::En).contains("▲ +2.5 The link shows another address"));
}

#[test]
fn the_score_adds_up_before_the_readers_eyes_and_false_alarms_are_told() {
    let mut case = b();
    let found = |id, weight| Finding { rule: crate::signal::rule(id).unwrap(), weight, hit: Hit::default() };
    case.verdict = crate::verdict::judge(vec![
        found("several-from", 9.0),
        found("link-text-lies", 1.5),
        found("list-post", -0.5),
        found("message-id-elsewhere", 0.0),
    ]);
    let text = pane(&case, "verdict", Lang::En);
    for want in [
        "  -1.39     20 %  taken for granted: 1 mail in 5",
        "no other rule says anything",
        "  +9.00  ",
        "cut: the sender may not decide alone",
        "  -0.50",
        "= the score:",
        "to begin with",
        "False alarms: ",
        "But: Anyone may post to an open list",
        "Usual reasons: Relays and mail services",
    ] {
        assert!(text.contains(want), "{want} is missing in:\n{text}");
    }
    let total = format!("{:+.2}", case.verdict.sum.total);
    assert!(text.matches(&total).count() >= 2, "{total} stands above and below:\n{text}");
    assert!(pane(&case, "verdict", Lang::Ja).contains("誤検知の可能性："));
}

#[test]
fn what_was_not_asked_yet_is_told_with_what_it_would_change() {
    let mut case = a("info@estprime.com");
    case.verdict = crate::verdict::judge(Vec::new());
    case.facts = crate::facts::FactSet::default();
    let text = pane(&case, "verdict", Lang::En);
    for want in [
        "○ addresses  estprime.com  not asked",
        "if “Sender's domain does not exist”: then about",
        "then about",
        "Press r",
    ] {
        assert!(text.contains(want), "{want} is missing in:\n{text}");
    }
    let fact = Fact { state: State::Asking, ..Fact::default() };
    case.facts.put(Key::Addresses("estprime.com".into()), fact);
    assert!(pane(&case, "verdict", Lang::En).contains("… addresses  estprime.com  being asked"));
}

#[test]
fn doubts_and_quirks_are_told_in_words() {
    let mut case = Case::default();
    case.evidence.doubts = vec![Doubt::Truncated, Doubt::UncertainStart];
    case.evidence.quirks = vec![
        Quirk::limit(Words::new("{0} parts", "{0} 個のパート"), &[&"10,000"]),
        Quirk::NotAField(7),
        Quirk::NoSeparator,
    ];
    case.evidence.repeated = vec!["Subject".into()];
    let text = pane(&case, "verdict", Lang::En);
    for want in ["It ends early", "A limit was hit: 10,000 parts", "(byte 7)", "No empty line", "Subject"] {
        assert!(text.contains(want), "{want} is missing in:\n{text}");
    }
    assert!(text.contains("ok ·") && text.contains("not a proof"));
}

#[test]
fn quirks_that_are_not_shown_are_counted() {
    let mut case = Case::default();
    case.evidence.quirks = (0..50).map(Quirk::NotAField).collect();
    assert!(!pane(&case, "verdict", Lang::En).contains("more of that kind"));
    case.evidence.quirks.push(Quirk::NoSeparator);
    assert!(pane(&case, "verdict", Lang::En).contains("and 1 more of that kind"));
}

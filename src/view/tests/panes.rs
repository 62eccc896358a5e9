//! What holds for every pane, and the states that the write-ups do not have.

use super::writeups::{a, b};
use super::{Case, address, domain, told};
use crate::evidence::{
    Attachment, AuthClaim, AuthResult, Boundary, BoundaryReason, Excuse, Hidden, Hop, Link, LinkKind, Reading,
    ReadingKind, UrlParts,
};
use crate::facts::{Fact, Key, Origin, State};
use crate::message::{Content, Damage, Field, Message, Part, Span};
use crate::text::Lang;
use crate::view::{Block, PANES};

fn japanese(text: &str) -> bool {
    text.chars().any(|c| matches!(c, '\u{3040}'..='\u{30ff}'))
}

fn part(media: &str, content: Content) -> Part {
    Part {
        parent: None,
        depth: 0,
        media_type: media.into(),
        charset: None,
        disposition: None,
        names: vec![],
        content_id: None,
        encoding: None,
        boundary: None,
        header: Span::default(),
        span: Span::default(),
        content,
        damage: vec![],
        other: None,
        joins: false,
    }
}

#[track_caller]
pub(super) fn pane(case: &Case, id: &str, lang: Lang) -> String {
    let pane = PANES.iter().find(|pane| pane.id == id).unwrap();
    told(&(pane.doc)(&case.subject(lang)))
}

#[test]
fn every_pane_has_its_file_and_every_file_its_pane() {
    let beside = [
        "mod",
        "campaign",
        "claims",
        "countries",
        "brief",
        "delivery",
        "houses",
        "indicators",
        "jobs",
        "left_out",
        "lookups",
        "others",
        "page",
        "proof",
        "plan",
        "row",
        "subject",
        "sum",
        "summary",
        "time",
        "tricks",
        "vocabulary",
    ];
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/view");
    let mut files: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "rs"))
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .filter(|stem| !beside.contains(&stem.as_str()))
        .collect();
    files.sort();
    let mut panes: Vec<&str> = PANES.iter().map(|pane| pane.id).collect();
    panes.sort_unstable();
    assert_eq!(files, panes);
    assert!(PANES.iter().all(|pane| japanese(pane.title.ja) || !pane.title.ja.is_ascii()));
}

#[test]
fn every_pane_says_something_of_every_mail_in_both_languages() {
    for (name, case) in [("nothing", Case::default()), ("a", a("info@estprime.com")), ("b", b())] {
        for pane in PANES {
            for lang in [Lang::En, Lang::Ja] {
                let doc = (pane.doc)(&case.subject(lang));
                let text = told(&doc);
                assert!(!text.trim().is_empty(), "{} says nothing of {name}", pane.id);
                let from_bytes_only = pane.id == "raw" && !case.bytes.is_empty();
                assert!(
                    lang == Lang::En || from_bytes_only || japanese(&text),
                    "{} of {name} is not in Japanese",
                    pane.id
                );
                assert!(!text.to_lowercase().contains("is safe"), "nothing is ever called safe");
            }
        }
    }
}

#[test]
fn a_question_that_nobody_asked_is_not_an_empty_answer() {
    let mut case = a("info@estprime.com");
    case.facts = crate::facts::FactSet::default();
    let text = pane(&case, "addresses", Lang::En);
    assert!(text.contains("○ Not asked yet: DNS would be asked for the addresses of estprime.com"), "{text}");
    assert!(text.contains("(press r to ask)"));
    assert!(!text.contains("no such record"));
    let states = [
        (State::Absent, "∅ No: estprime.com has no address"),
        (State::Asking, "… Asking for the addresses"),
        (State::Failed("timed out".into()), "got no answer (timed out)"),
    ];
    for (state, said) in states {
        let key = Key::Addresses("estprime.com".into());
        case.facts.put(key, Fact { state, origin: Origin::Asked("192.0.2.53".into()), ..Fact::default() });
        let text = pane(&case, "addresses", Lang::En);
        assert!(text.contains(said), "{said} is missing in:\n{text}");
    }
}

#[test]
fn a_place_without_coordinates_has_no_pin() {
    let mut case = a("info@estprime.com");
    case.facts = crate::facts::FactSet::default();
    case.stands("117.120.49.144", crate::facts::Place { country: Some("JP".into()), ..Default::default() });
    let pane = PANES.iter().find(|pane| pane.id == "place").unwrap();
    let doc = (pane.doc)(&case.subject(Lang::En));
    assert_eq!(doc.blocks[0], Block::Map(vec![]));
    assert!(told(&doc).contains("country only, no pin"));
}

#[test]
fn innocent_reasons_are_told_beside_the_difference() {
    let mut case = b();
    case.evidence.excuses =
        vec![Excuse::Service("SendGrid"), Excuse::List("<users.example.org>".into()), Excuse::Forwarder];
    let text = pane(&case, "triad", Lang::En);
    assert!(text.contains("Innocent reasons") && text.contains("SendGrid, a known mail service"), "{text}");
    assert!(pane(&case, "addresses", Lang::En).contains("That alone is no forgery"));
    case.evidence.excuses.clear();
    case.evidence.triad.return_path = Some(address("", "x@other.example"));
    assert!(pane(&case, "triad", Lang::En).contains("none of the innocent reasons holds"));
}

#[test]
fn several_readings_of_the_sender_are_all_listed() {
    let mut case = b();
    case.evidence.from.push(Reading { address: address("", "admin@victim.example"), kind: ReadingKind::FurtherField });
    let text = pane(&case, "triad", Lang::En);
    assert!(text.contains("a further From field |  | admin@victim.example"), "{text}");
}

#[test]
fn claims_of_authentication_say_who_could_have_written_them() {
    let mut case = b();
    let claim = |inside| AuthClaim {
        method: "dkim".into(),
        result: AuthResult::Pass,
        domain: Some(domain("kagoya.net", "kagoya.net")),
        server: "mx.example.jp".into(),
        aligned: true,
        strict: false,
        reason: String::new(),
        set: None,
        inside,
        span: Span::default(),
    };
    case.evidence.auth = vec![claim(true), claim(false)];
    let text = pane(&case, "triad", Lang::En);
    assert!(text.contains("✓ pass | kagoya.net | ≈ aligned | mx.example.jp (✓ recipient's side)"), "{text}");
    assert!(text.contains("(✎ could be typed)"));
}

#[test]
fn hops_run_from_the_sender_down_and_disagreeing_clocks_are_told() {
    let mut case = Case::default();
    let hop = |helo: &str, delay| Hop {
        helo: Some(helo.into()),
        time: Some(1_700_000_000),
        delay,
        with: Some("ESMTPSA".into()),
        ..Hop::default()
    };
    case.evidence.hops =
        vec![hop("newest.example", Some(-125)), hop("middle.example", Some(3)), hop("oldest.example", None)];
    case.evidence.triad.boundary = Some(Boundary { hop: 1, reason: BoundaryReason::FirstForeignClient });
    let text = pane(&case, "hops", Lang::En);
    let at = |needle: &str| text.find(needle).unwrap_or_else(|| panic!("{needle} is missing in:\n{text}"));
    assert!(at("oldest.example") < at("middle.example") && at("middle.example") < at("newest.example"));
    assert!(text.contains("! −2 min 5 s (clocks disagree)"));
    assert!(text.contains("ESMTPSA ✓ TLS, logged in"));
    assert!(at("the sender could have typed it") < at("◀ boundary") && at("◀ boundary") < at("✓ recipient's side"));
    // What is left out is what the sender could have put in front.
    case.message.limits.hops_shown = 2;
    let text = pane(&case, "hops", Lang::En);
    assert!(text.contains("… and 1 more line before these") && !text.contains("oldest.example"), "{text}");
    assert!(text.contains("◀ boundary") && text.contains("newest.example"), "{text}");
}

#[test]
fn what_a_pane_does_not_show_is_counted_whatever_the_limit() {
    for (key, id, usual, told) in [
        ("hops_shown", "hops", 200, "3 more lines"),
        ("fields_shown", "headers", 1_000, "3 more fields"),
        ("parts_shown", "parts", 1_000, "3 more parts"),
        ("links_shown", "links", 300, "3 more links"),
    ] {
        let row = crate::limits::row(key).unwrap();
        assert!(row.usual == usual && told.contains(row.told), "{key}");
        for most in [row.least, row.usual] {
            let mut case = Case::default();
            assert!(case.message.limits.set(key, most));
            let fill = |case: &mut Case, count: u32| {
                let count = count as usize;
                case.evidence.hops = vec![Hop::default(); count];
                case.message.fields = vec![Field { name: "X-A".into(), ..Field::default() }; count];
                case.message.parts = vec![part("text/plain", Content::Text("x".into())); count];
                case.evidence.links = vec![Link { raw: "https://a.example/".into(), ..Link::default() }; count];
            };
            fill(&mut case, most + 3);
            let text = pane(&case, id, Lang::En);
            assert!(text.contains(told), "{key} {most}");
            fill(&mut case, most);
            assert!(!pane(&case, id, Lang::En).contains(row.told), "{key} {most}");
        }
    }
}

#[test]
fn a_text_is_shown_as_far_as_the_reader_says() {
    let mut case = Case::default();
    case.message.parts = vec![part("text/plain", Content::Text(format!("{}\n", "x".repeat(300)).repeat(60)))];
    assert!(!pane(&case, "body", Lang::En).contains("cut off here"));
    assert!(case.message.limits.set("lines_shown", 50) && case.message.limits.set("line_characters", 200));
    let text = pane(&case, "body", Lang::En);
    assert!(text.contains("cut off here after 50 lines"));
    assert_eq!(text.lines().filter(|line| *line == format!("{}…", "x".repeat(200))).count(), 50);
}

#[test]
fn hidden_text_is_marked_with_the_way_it_is_hidden() {
    let mut case = Case::default();
    case.message.parts = vec![
        part("multipart/alternative", Content::Multipart),
        Part {
            parent: Some(0),
            depth: 1,
            ..part("text/plain", Content::Text("see https://evil.example/x\n\n\n\nbye".into()))
        },
        Part {
            parent: Some(0),
            depth: 1,
            ..part(
                "text/html",
                Content::Html("<p>hello</p><div>lorem <b>ipsum</b></div><p>and <i>more</i> here</p>".into()),
            )
        },
    ];
    let hidden = |text: &str, how: &str| Hidden { text: text.into(), how: how.into(), part: 2 };
    case.evidence.body.hidden =
        vec![hidden("lorem ipsum", "display:none"), hidden("more", "font-size:0"), hidden("elsewhere", "opacity:0")];
    let text = pane(&case, "body", Lang::En);
    for want in [
        "alternative 1 of 2",
        "alternative 2 of 2",
        "▒ hidden (display:none): lorem ipsum",
        "and ▒ hidden (font-size:0): more ▒ here",
        "▒ hidden (opacity:0): elsewhere",
        "bye",
    ] {
        assert!(text.contains(want), "{want} is missing in:\n{text}");
    }
    assert!(!text.contains("https://"), "{text}");
}

#[test]
fn headers_are_decoded_and_raw() {
    let bytes = b"Subject: =?utf-8?q?caf=C3=A9?=\r\n a\r\nFrom : x@a.example\r\n".to_vec();
    let mut case = Case { bytes, ..Case::default() };
    let field = |name: &str, raw: &str, value: &str, start, end, odd_name| Field {
        name: name.into(),
        span: Span { start, end },
        raw: raw.into(),
        value: value.into(),
        odd_name,
        ..Field::default()
    };
    case.message.fields = vec![
        field("Subject", "=?utf-8?q?caf=C3=A9?= a", "café a", 0, 34, false),
        field("From", "x@a.example", "x@a.example", 36, 55, true),
    ];
    let text = pane(&case, "headers", Lang::En);
    for want in ["Subject: café a", "Subject: =?utf-8?q?caf=C3=A9?=", "From : x@a.example", "! the name is misspelled"]
    {
        assert!(text.contains(want), "{want} is missing in:\n{text}");
    }
}

#[test]
fn bytes_in_no_part_are_shown_with_their_place() {
    let mail = b"From: a@one.example\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\nhttps://hidden.example/\n--b\n\nseen\n--b--\n";
    let mut case = Case { message: Message::parse(mail), bytes: mail.to_vec(), ..Case::default() };
    let text = pane(&case, "parts", Lang::En);
    assert!(text.contains("In no part: 24 bytes"), "{text}");
    assert!(text.contains("byte 81  https://hidden.example/"), "{text}");
    case.bytes = b"From: a@one.example\n\nseen\n".to_vec();
    case.message = Message::parse(&case.bytes);
    assert!(!pane(&case, "parts", Lang::En).contains("In no part"));
}

#[test]
fn parts_show_what_the_content_really_is() {
    let mut case = Case::default();
    case.message.parts = vec![Part {
        names: vec!["invoice.pdf".into(), "invoice.exe".into()],
        damage: vec![Damage::BadEncoding],
        ..part("application/pdf", Content::Binary(b"abc".to_vec()))
    }];
    case.evidence.attachments = vec![Attachment {
        part: 0,
        name: Some("invoice.pdf".into()),
        declared: "application/pdf".into(),
        detected: Some("application/zip"),
        size: 12,
        ..Attachment::default()
    }];
    let text = pane(&case, "parts", Lang::En);
    for want in [
        "\"invoice.pdf\"",
        "12 bytes",
        "also named \"invoice.exe\"",
        "≠ the content shows application/zip",
        "bad transfer encoding",
        "SHA-256 ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        "SHA-1   a9993e364706816aba3e25717850c26c9cd0d89d",
        "MD5     900150983cd24fb0d6963f7d28e17f72",
    ] {
        assert!(text.contains(want), "{want} is missing in:\n{text}");
    }
}

#[test]
fn links_that_can_be_pressed_come_first() {
    let mut case = Case::default();
    let link = |host: &str, kind, user: Option<&str>| Link {
        raw: format!("http://{host}/"),
        url: Some(UrlParts {
            scheme: "http".into(),
            user_info: user.map(Into::into),
            domain: domain(host, host),
            port: Some(8080),
            path: "/".into(),
            normal: format!("http://{host}:8080/"),
            address: None,
        }),
        kind,
        text: None,
        text_host: None,
        part: None,
        span: Span::default(),
        count: 1,
        ..Link::default()
    };
    case.evidence.links = vec![
        link("image.example", LinkKind::Image, None),
        link("header.example", LinkKind::Header, None),
        link("anchor.example", LinkKind::Anchor, Some("www.bank.example")),
    ];
    let text = pane(&case, "links", Lang::En);
    let at = |needle: &str| text.find(needle).unwrap_or_else(|| panic!("{needle} is missing in:\n{text}"));
    assert!(at("anchor.example") < at("header.example") && at("header.example") < at("image.example"));
    assert!(text.contains("user info  www.bank.example (stands before @ and is not the host)"));
    assert!(text.contains("port  8080") && text.contains("http (not encrypted)"));
    assert!(text.contains("Links: 3, equal ones of one place counted once. Hosts: 3. Can be pressed: 1."));
}

#[test]
fn hostile_text_stays_short_and_printable() {
    let mut case = a("info@estprime.com");
    case.evidence.from[0].address.name = format!("\u{1b}]0;x\u{7}\u{202e}{}", "a".repeat(1_000_000));
    case.evidence.triad.message_id = Some("x".repeat(1_000_000));
    case.evidence.body.text = "y".repeat(1_000_000);
    case.evidence.links[0].url.as_mut().unwrap().path = "z".repeat(1_000_000);
    for pane in PANES.iter().filter(|pane| pane.id != "links") {
        let text = told(&(pane.doc)(&case.subject(Lang::En)));
        assert!(text.len() < 100_000, "{} grew to {}", pane.id, text.len());
        assert!(!text.contains(['\u{1b}', '\u{202e}', '\u{7}']), "{} let a control through", pane.id);
    }
    assert!(told(&(PANES[3].doc)(&case.subject(Lang::En))).len() < 100_000);
}

#[test]
fn a_mail_with_a_great_many_things_is_told_at_once() {
    let mut case = b();
    let many = 20_000;
    let (link, host) = (case.evidence.links[0].clone(), case.evidence.hosts[0].clone());
    case.evidence.links = vec![link; many];
    case.evidence.hosts = vec![host; many];
    case.evidence.hops = vec![case.evidence.hops[0].clone(); many];
    case.evidence.from = vec![case.evidence.from[0].clone(); many];
    case.evidence.recipients = vec![address("", "info@example.jp"); many];
    case.evidence.body.hidden = vec![Hidden { text: "z".repeat(200), how: "x".into(), part: 0 }; 100];
    case.message.parts = vec![part("text/html", Content::Html("<p>a paragraph of some words</p>".repeat(many))); 20];
    case.bytes = b"a line of the source\r\n".repeat(200_000);
    let before = computed();
    for pane in PANES {
        let doc = (pane.doc)(&case.subject(Lang::En));
        assert!(doc.blocks.len() <= 110_000, "{} has {} blocks", pane.id, doc.blocks.len());
    }
    let found = crate::view::indicators::indicators(&case.subject(Lang::En));
    assert!(!found.is_empty());
    // Generous, because tests run without optimization: what is guarded against is quadratic work.
    let took = computed().saturating_sub(before);
    assert!(took.as_secs() < 20, "{took:?}");
}

/// Time that this thread has computed, so that others beside it make nothing slow; where the system does not tell, no time
/// passes.
fn computed() -> std::time::Duration {
    // Nanoseconds on a processor, nanoseconds of waiting for one, turns (proc_pid_schedstat).
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    std::time::Duration::from_nanos(told.split(' ').next().and_then(|text| text.parse().ok()).unwrap_or_default())
}

//! Frames, setups and the worker's loop, without a process. `tests/sandbox.rs` has the real ones.

use proptest::prelude::*;

use super::confine::{Confinement, Strength};
use super::protocol::{
    self, ANSWER, Answer, FromHost, FromWorker, Mail, PREFIX, REQUEST, Request, Want, from_host, from_worker,
};
use super::setup::Setup;
use super::worker::{Ends, serve};
use crate::analysis::{self, Own, analyze};
use crate::evidence;
use crate::export::json::{self, Form};
use crate::facts::{Answer as FactAnswer, Fact, FactSet, Key, Place, State};
use crate::mailbox::Doubt;
use crate::rulebook;
use crate::search::Query;
use crate::signal::Weights;

const MAIL: &[u8] = b"Received: from h.example.net (h.example.net [192.0.2.9]) by mx.example.com; Mon, 2 Mar 2026 10:00:00 +0000\nFrom: \"Bank\" <a@example.net>\nTo: b@example.com\nSubject: =?utf-8?Q?Verify_=E9=8A=80?=\n\nhttps://login.example.org/verify?id=1\n";

fn request(want: Want, path: &str, offset: Option<u64>) -> Request {
    Request { want, doubts: vec![Doubt::Truncated], path: path.into(), offset, bytes: MAIL.to_vec().into() }
}

fn frame(number: u32, request: &Request) -> Vec<u8> {
    [protocol::mail_head(number, request), request.bytes.to_vec()].concat()
}

/// A conversation from a buffer, handed over in pieces of a size.
struct Played {
    input: Vec<u8>,
    at: usize,
    piece: usize,
    out: Vec<u8>,
    sent: Vec<u8>,
}

impl Ends for Played {
    fn read(&mut self, to: &mut Vec<u8>) -> bool {
        let end = (self.at + self.piece).min(self.input.len());
        to.extend(&self.input[self.at..end]);
        std::mem::replace(&mut self.at, end) < end
    }
    fn out(&mut self) -> &mut Vec<u8> {
        &mut self.out
    }
    fn flush(&mut self) -> bool {
        self.sent.append(&mut self.out);
        true
    }
}

fn play(input: Vec<u8>, piece: usize) -> (u8, Vec<FromWorker>) {
    let mut played = Played { input, at: 0, piece, out: Vec::new(), sent: Vec::new() };
    let code = serve(&mut played, Confinement::default());
    let mut rest = played.sent.as_slice();
    let mut said = Vec::new();
    while let Ok(Some(length)) = protocol::length(rest, ANSWER) {
        said.push(from_worker(&rest[PREFIX..PREFIX + length]).unwrap());
        rest = &rest[PREFIX + length..];
    }
    (code, said)
}

fn own() -> Own {
    let rule = "[[rule]]\nid = \"own-x\"\ntitle = \"x\"\nreason = \"{0}\"\nweight = 1.25\nwhen = 'subject.contains(\"Verify\")'\nvalues = ['subject']\n";
    let (rules, wrong) = rulebook::read(&[("x.toml".into(), rule.to_owned())]);
    assert!(wrong.is_empty() && !rules.is_empty(), "{wrong:?}");
    let mut side = evidence::Own { domains: vec!["example.com".into()], ..evidence::Own::default() };
    side.relays.push("192.0.2.0/24".parse().unwrap());
    side.lists.block("example.org").unwrap();
    assert!(side.limits.set("parts", 50) && side.limits.set("html_mib", 2));
    side.lists.vip("Anna Example <anna@example.com>").unwrap();
    Own { side: side.into(), rules }
}

fn full() -> Setup {
    let mut facts = FactSet::default();
    let place = FactAnswer::Place(Place { country: Some("JP".into()), ..Place::default() });
    facts.put(Key::Place("192.0.2.9".parse().unwrap()), Fact { state: State::Value(place), ..Fact::default() });
    let weights = Weights::changed_by([("own-x".to_owned(), 0.1_f32), ("link-text-lies".to_owned(), 0.3)].into());
    Setup { facts, weights, own: own(), form: Form::Whole }
}

#[test]
fn a_worker_says_what_the_host_would_have_said_in_any_pieces() {
    let setup = full();
    let sent = protocol::setup(&setup.to_bytes().unwrap());
    let line = |path, offset| {
        let analysis = analyze(MAIL, &[Doubt::Truncated], &setup.facts, &setup.weights, &setup.own);
        assert!(analysis.verdict.findings.iter().any(|finding| finding.rule.id == "own-x"));
        let text = json::message(path, offset, &analysis, &setup.facts, Form::Whole);
        assert!(json::is_line_of(&text, path, offset));
        Answer::Line(analysis.verdict.level, text)
    };
    let brief = analysis::brief(MAIL, &[Doubt::Truncated], &setup.facts, &setup.weights, &setup.own);
    let query = Query::of_source("hpsubject: .\nbwabsent\n").unwrap();
    let requests = [
        request(Want::Line, "a b/ü\n.eml", None),
        request(Want::Line, "x.mbox", Some(u64::MAX >> 1)),
        request(Want::Brief, "", None),
        request(Want::Taste, "", None),
        request(Want::Find, query.source(), None),
    ];
    let frames = requests.iter().enumerate().flat_map(|(number, request)| frame(number as u32, request));
    let input: Vec<u8> = sent.into_iter().chain(frames).collect();
    for piece in [7, 1_000, 1 << 20] {
        let (code, said) = play(input.clone(), piece);
        let answers = [
            line("a b/ü\n.eml", None),
            line("x.mbox", Some(u64::MAX >> 1)),
            Answer::Brief(brief.clone()),
            Answer::Fine,
            Answer::Found(query.find(MAIL)),
        ];
        let expected =
            answers.into_iter().enumerate().map(|(number, answer)| FromWorker::Answer(number as u32, answer));
        let expected: Vec<FromWorker> =
            std::iter::once(FromWorker::Hello(Confinement::default())).chain(expected).collect();
        assert_eq!((code, said), (0, expected), "in pieces of {piece}");
    }
}

#[test]
fn a_setup_keeps_every_digit() {
    let setup = full();
    let back = Setup::of_bytes(&setup.to_bytes().unwrap()).unwrap();
    assert_eq!(back.weights.model(), setup.weights.model());
    assert_eq!(back.weights.changes(), setup.weights.changes());
    assert_eq!(back.own.side, setup.own.side);
    assert_eq!(back.own.rules.sources(), setup.own.rules.sources());
    assert_eq!(back.facts, setup.facts);
    assert!(Setup::of_bytes(b"{}").is_none() && Setup::of_bytes(b"").is_none());
}

#[test]
fn a_worker_refuses_what_no_host_says() {
    let setup = protocol::setup(&Setup::default().to_bytes().unwrap());
    let mail = frame(0, &request(Want::Brief, "", None));
    let mut other_version = setup.clone();
    other_version[5] ^= 1;
    let huge = [(REQUEST as u32 + 1).to_le_bytes().to_vec(), vec![0; 8]].concat();
    for (input, greets) in [
        (mail.clone(), false),
        (other_version, false),
        (vec![0; 4], false),
        ([setup.clone(), setup.clone()].concat(), true),
        ([setup.clone(), huge].concat(), true),
        ([setup.clone(), vec![1, 0, 0, 0, 99]].concat(), true),
    ] {
        let (code, _) = play(input, 1 << 20);
        assert_eq!(code, 3, "greets: {greets}");
    }
    // A host that goes away in the middle of a mail is no defect.
    assert_eq!(play([setup, mail[..40].to_vec()].concat(), 16).0, 0);
}

#[test]
fn a_mail_goes_over_whole() {
    for doubts in [vec![], vec![Doubt::TooLarge, Doubt::UncertainEnd, Doubt::TooLarge]] {
        for offset in [None, Some(0), Some(u64::MAX)] {
            let request = Request {
                want: Want::Line,
                doubts: doubts.clone(),
                path: "ü".into(),
                offset,
                bytes: vec![0, 255, 10].into(),
            };
            let sent = frame(9, &request);
            assert_eq!(protocol::length(&sent, REQUEST), Ok(Some(sent.len() - PREFIX)));
            let Some(FromHost::Mail(mail)) = from_host(&sent[PREFIX..]) else { panic!("no mail") };
            let Mail { want, number, doubts: back, path, offset: at, bytes } = mail;
            assert_eq!(
                (want, number, back, path, at, bytes),
                (Want::Line, 9, doubts.clone(), "ü", offset, &[0, 255, 10][..])
            );
        }
    }
}

#[test]
fn an_answer_that_claims_too_much_is_none() {
    let brief = analysis::brief(MAIL, &[], &FactSet::default(), &Weights::default(), &Own::default());
    let mut out = Vec::new();
    protocol::answer(&mut out, 1, &Answer::Brief(brief));
    let frame = &out[PREFIX..];
    assert!(from_worker(frame).is_some());
    for end in 0..frame.len() {
        assert!(from_worker(&frame[..end]).is_none(), "cut at {end}");
    }
    assert!(from_worker(&[frame, &[0]].concat()).is_none(), "with something behind it");
    // kind, number, digest flag, level, score
    let mut score = frame.to_vec();
    score[5 + 1 + 1] = 101;
    assert!(from_worker(&score).is_none());
    let mut hosts = frame.to_vec();
    hosts[5 + 1 + 1 + 1 + 4 + 4 + 1] = 33;
    assert!(from_worker(&hosts).is_none());
    assert!(protocol::length(&u32::MAX.to_le_bytes(), ANSWER).is_err() && protocol::length(&[0; 4], ANSWER).is_err());
    assert_eq!(protocol::length(&[1, 0, 0], ANSWER), Ok(None));
}

#[test]
fn a_line_that_is_no_text_is_none() {
    let mut out = Vec::new();
    protocol::answer(&mut out, 1, &Answer::Line(crate::verdict::Level::High, "x\n".into()));
    assert!(from_worker(&out[PREFIX..]).is_some());
    *out.last_mut().unwrap() = 0xff;
    assert!(from_worker(&out[PREFIX..]).is_none());
}

#[test]
fn strengths_are_told_apart() {
    let whole = Confinement { files: Strength::Whole, calls: Strength::Whole, limits: Strength::Whole };
    let partial = Confinement { files: Strength::Some, calls: Strength::None, ..whole };
    assert!(whole.is_whole() && !partial.is_whole() && !partial.is_none() && Confinement::default().is_none());
    assert_eq!(whole.missing(crate::text::Lang::En), "");
    assert_eq!(
        partial.missing(crate::text::Lang::En),
        "files and ports (Landlock): only in part, system calls (seccomp): not on this system"
    );
}

proptest! {
    #[test]
    fn any_bytes_are_read_without_harm(bytes in proptest::collection::vec(any::<u8>(), 0..300), kind in 14_u8..22) {
        let _ = from_worker(&bytes);
        let _ = from_host(&bytes);
        let _ = from_worker(&[&[kind], bytes.as_slice()].concat());
        let _ = from_host(&[&[kind % 3], bytes.as_slice()].concat());
        let _ = protocol::length(&bytes, ANSWER);
    }

    #[test]
    fn any_change_of_an_answer_is_read_without_harm(at in any::<prop::sample::Index>(), to in any::<u8>()) {
        let brief = analysis::brief(MAIL, &[], &FactSet::default(), &Weights::default(), &Own::default());
        let mut out = Vec::new();
        protocol::answer(&mut out, 1, &Answer::Brief(brief));
        let at = at.index(out.len());
        out[at] = to;
        if let Some(FromWorker::Answer(_, Answer::Brief(brief))) = from_worker(&out[PREFIX..]) {
            let digest = brief.digest.unwrap_or_default();
            prop_assert!(digest.score <= 100 && digest.hosts.len() <= 32);
        }
    }
}

//! The panes told by hand-made evidence: the two published write-ups, and a mail that gives nothing away.

mod contacts;
mod corpora;
mod panes;
mod proved;
mod registrations;
mod verdict;
mod visits;
mod ways;
mod writeups;

use std::fmt::Write as _;

use jiff::tz::TimeZone;

use super::{Block, Doc, Subject, Where};
use crate::evidence::{Address, Domain, Evidence, Host, Role};
use crate::facts::{Answer, Fact, FactSet, Key, Origin, Place, Reach, State};
use crate::message::{Message, Span};
use crate::proof::Proof;
use crate::text::Lang;
use crate::verdict::Verdict;

/// All that a subject borrows.
#[derive(Default)]
pub(super) struct Case {
    pub(super) message: Message,
    pub(super) bytes: Vec<u8>,
    pub(super) evidence: Evidence,
    pub(super) facts: FactSet,
    pub(super) proof: Proof,
    pub(super) verdict: Verdict,
}

impl Case {
    pub(super) fn subject(&self, lang: Lang) -> Subject<'_> {
        Subject {
            message: &self.message,
            bytes: &self.bytes,
            evidence: &self.evidence,
            facts: &self.facts,
            proof: &self.proof,
            verdict: &self.verdict,
            entry: Where::default(),
            lang,
            reach: Reach::Local,
            ask_key: "r",
            tz: TimeZone::UTC,
            moves: &[],
        }
    }

    pub(super) fn recorded(&mut self, key: Key, answer: Answer) {
        let origin = Origin::Recorded("HEARTLAND write-up".into());
        let at = Some(1_650_931_200);
        self.facts.put(key, Fact { state: State::Value(answer), origin, at, ttl: None, dnssec: None });
    }

    pub(super) fn resolves(&mut self, host: &str, address: &str) {
        self.recorded(Key::Addresses(host.into()), Answer::Addresses(vec![address.parse().unwrap()]));
    }

    pub(super) fn stands(&mut self, address: &str, place: Place) {
        self.recorded(Key::Place(address.parse().unwrap()), Answer::Place(place));
    }

    pub(super) fn host(&mut self, host: &str, registrable: Option<&str>, address: Option<&str>, roles: &[Role]) {
        let domain = Domain { host: host.into(), registrable: registrable.map(Into::into), private_suffix: false };
        let address = address.map(|address| address.parse().unwrap());
        self.evidence.hosts.push(Host { domain, address, roles: roles.to_vec() });
    }
}

pub(super) fn domain(host: &str, registrable: &str) -> Domain {
    Domain { host: host.into(), registrable: Some(registrable.into()), private_suffix: false }
}

pub(super) fn address(name: &str, mail: &str) -> Address {
    let right = mail.rsplit('@').next().unwrap();
    Address { name: name.into(), address: mail.into(), domain: Some(domain(right, right)), span: Span::default() }
}

/// Everything a document says, a block a line, cells parted by ` | `.
pub(super) fn told(doc: &Doc) -> String {
    let mut out = String::new();
    for block in &doc.blocks {
        match block {
            Block::Heading(line) | Block::Line(line) => out.push_str(&line.text()),
            Block::Table(table) => {
                for row in &table.rows {
                    assert_eq!(row.len(), table.columns.len(), "a cell for each column");
                    out.push_str(&row.iter().map(super::Line::text).collect::<Vec<_>>().join(" | "));
                    out.push('\n');
                }
            }
            Block::Map(pins) => {
                for pin in pins {
                    write!(out, "[{} {} {}]", pin.letter, pin.latitude, pin.longitude).unwrap();
                }
            }
            Block::Gap => {}
        }
        out.push('\n');
    }
    out
}

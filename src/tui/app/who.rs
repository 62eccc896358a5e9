//! The Who layer: a card on the host, address, link, network or file of the line under the cursor. Cards lie on cards, as
//! a card names others.

use crossterm::event::{KeyCode, KeyEvent};
use jiff::tz::TimeZone;

use crate::evidence::Evidence;
use crate::message::Message;
use crate::text::Words;
use crate::verdict::Verdict;
use crate::view::who::{Named, card, named_by};
use crate::view::{Doc, Subject, Target, Where};
use crate::wants::{Target as Wanted, about};

use super::super::action::{Action, Scope};
use super::super::keymap::Key;
use super::super::layer::sheet::Sheet;
use super::super::layer::{Layer, WhoLayer};
use super::super::msg::Cmd;
use super::{App, Mode};

/// The most cards on each other.
const CARDS: usize = 16;

impl App {
    /// What the line under the cursor names, the most telling thing first.
    pub(super) fn named_here(&self) -> Option<Named> {
        let targets: &[Target] = match (self.layers.last(), self.mode) {
            (Some(Layer::Who(who)), _) => who.sheet.targets(),
            (_, Mode::Inspect) => self.inspector.targets(),
            (_, Mode::List) => &[],
        };
        if let Some(named) = named_among(targets) {
            return Some(named);
        }
        match (self.layers.last(), self.mode) {
            // Whoever asks on a line without a name means the sender.
            (None, Mode::List | Mode::Inspect) => named_by(&Target::Address(self.list.current()?.summary.address)),
            _ => None,
        }
    }

    /// `w`: the card of what the line names.
    pub(super) fn who(&mut self) -> Vec<Cmd> {
        let Some(named) = self.named_here() else {
            let words =
                Words::new("this line names no host, address or link", "この行にホスト・アドレス・リンクはありません");
            return self.tell(words, &[]);
        };
        if self.layers.iter().filter(|layer| matches!(layer, Layer::Who(_))).count() >= CARDS {
            return Vec::new();
        }
        // What is at hand without a packet is there before the card is read.
        let known = target_of(&named).map(|target| about(&target, &self.facts, &self.services));
        self.layers.push(Layer::Who(Box::new(WhoLayer { named, sheet: Sheet::default() })));
        let open = known.into_iter().flat_map(|wants| wants.list).map(|want| want.key);
        let open: Vec<_> = open.filter(|key| *self.facts.state(key) == crate::facts::State::NotAsked).collect();
        if open.is_empty() { Vec::new() } else { vec![Cmd::Known(open)] }
    }

    /// The document of a card.
    #[must_use]
    pub fn who_doc(&self, named: &Named) -> Doc {
        match self.open_mail() {
            Some(mail) => self.with_subject(mail, |subject| card(subject, &named.about())),
            None => self.with_nothing(|subject| card(subject, &named.about())),
        }
    }

    /// A subject without a mail, for what is told of a host alone.
    fn with_nothing<T>(&self, told: impl FnOnce(&Subject) -> T) -> T {
        let (message, evidence, verdict) = (Message::default(), Evidence::default(), Verdict::default());
        let ask_key = self.keymap.keys(Action::AskMail).first().map(ToString::to_string).unwrap_or_default();
        told(&Subject {
            message: &message,
            bytes: &[],
            evidence: &evidence,
            facts: &self.facts,
            proof: crate::proof::Proof::NOTHING,
            verdict: &verdict,
            entry: Where::default(),
            lang: self.lang,
            reach: self.reach_here(),
            ask_key: &ask_key,
            tz: TimeZone::clone(&self.tz),
            moves: &[],
        })
    }

    /// Keys of a card.
    pub(super) fn who_key(&mut self, event: KeyEvent) -> Vec<Cmd> {
        let action = self.keymap.action(Scope::Inspector, Key::of(event));
        let Some(Layer::Who(who)) = self.layers.last_mut() else { return Vec::new() };
        if action.is_some_and(|action| who.sheet.act(action)) {
            return Vec::new();
        }
        match action {
            Some(Action::Enter | Action::Who) => {
                let here = who.named.clone();
                // A line that names the card's own subject leads nowhere new.
                if self.named_here().is_none_or(|named| named == here) { Vec::new() } else { self.who() }
            }
            Some(Action::Back) | None if matches!(event.code, KeyCode::Char('q' | 'h') | KeyCode::Left) => {
                self.layers.pop();
                Vec::new()
            }
            Some(Action::AskMail | Action::Plan) => {
                let named = who.named.clone();
                let Some(target) = target_of(&named) else { return Vec::new() };
                let wants = about(&target, &self.facts, &self.services);
                let title = Words::new("What would be asked about {0}", "{0} についての照会の予定");
                let title = title.fill(self.lang, &[&named.title()]);
                self.plan_for(title, wants, action == Some(Action::AskMail))
            }
            Some(Action::CopyMenu) => {
                let target = who.sheet.targets().iter().find(|target| !matches!(target, Target::Item(_))).cloned();
                let target = target.or_else(|| who.sheet.line_text().map(|text| Target::Value(text.to_owned())));
                let text = target.map(|target| super::copy::defanged(&target)).unwrap_or_default();
                let what = Words::new("this value", "この値").get(self.lang).to_owned();
                self.copy(what, text)
            }
            Some(Action::Help | Action::Jobs | Action::Redraw | Action::Reach) => {
                action.map(|action| self.act(action)).unwrap_or_default()
            }
            Some(Action::Quit) => {
                self.layers.pop();
                Vec::new()
            }
            _ => Vec::new(),
        }
    }
}

/// What is asked about the thing of a card.
fn target_of(named: &Named) -> Option<Wanted> {
    Some(match named {
        Named::Host(domain) => Wanted::Host(domain.clone()),
        Named::Address(address) => Wanted::Address(*address),
        Named::Url(url) => Wanted::parse(url)?,
        Named::System(number) => Wanted::System(*number),
        Named::File(hash) => Wanted::File(hash.clone()),
    })
}

/// The most telling thing that a line's values name: a whole link before its host.
fn named_among(targets: &[Target]) -> Option<Named> {
    let rank = |named: &Named| match named {
        Named::Url(_) => 0,
        Named::Host(_) | Named::Address(_) => 1,
        Named::System(_) | Named::File(_) => 2,
    };
    targets.iter().filter_map(named_by).min_by_key(rank)
}

//! A mail that waits for facts: what it wants, what it has, and what is still open. It asks through a function that it is
//! given; it knows neither engine nor clock.

use std::collections::HashSet;

use crate::analysis::Analysis;
use crate::facts::{Answer, Fact, FactSet, Key, Reach, Recorded, State};
use crate::wants::{Services, wants};

/// How often facts may lead to further questions: an answer names a host, the host has an address, the address a network.
/// More than a mail may have questions, so that answers that come one by one all count.
const ROUNDS: u32 = 512;

/// Who is asked.
pub(super) trait Asked {
    /// What is known of a question without sending anything; `None` where nothing is.
    fn known(&mut self, key: &Key) -> Option<Fact>;

    /// Sends what may be sent. Gives the present state of each question, and those for which there is no room now.
    fn ask(&mut self, mail: u64, keys: Vec<Key>) -> (Vec<Recorded>, Vec<Key>);

    /// A question that this mail wants stays unasked: the time is up.
    fn left(&mut self, key: &Key);
}

/// A mail that was taken apart and is not printed yet.
pub(super) struct Flight {
    /// Number of the mail in this run.
    pub(super) number: u64,
    pub(super) analysis: Analysis,
    pub(super) facts: FactSet,
    /// Every question that was taken up.
    wanted: HashSet<Key>,
    /// On their way.
    open: HashSet<Key>,
    /// Not yet taken, for want of room.
    waiting: Vec<Key>,
    rounds: u32,
    /// Facts came since it was last asked what it wants.
    pub(super) news: bool,
}

impl Flight {
    pub(super) fn new(number: u64, analysis: Analysis) -> Self {
        Self {
            number,
            analysis,
            facts: FactSet::default(),
            wanted: HashSet::new(),
            open: HashSet::new(),
            waiting: Vec::new(),
            rounds: 0,
            news: true,
        }
    }

    /// Nothing more will come.
    pub(super) fn is_done(&self) -> bool {
        self.open.is_empty() && self.waiting.is_empty() && !self.news
    }

    /// Some of its questions found no room.
    pub(super) fn is_waiting(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// An answer, or that there will be none.
    pub(super) fn hear(&mut self, key: &Key, fact: &Fact, asked: &mut impl Asked) {
        match fact.state {
            State::NotAsked if self.open.remove(key) => {
                asked.left(key);
            }
            // What came along unwanted is found again where it is wanted: so it is no matter of timing.
            State::Value(_) | State::Absent | State::Failed(_) if self.open.remove(key) => {
                self.settle(key.clone(), fact.clone(), asked);
            }
            _ => {}
        }
    }

    /// Asks what it wants, again and again until nothing new comes of it. With no reach only what is known is used.
    pub(super) fn advance(&mut self, services: &Services, reach: Option<Reach>, asked: &mut impl Asked) {
        if reach.is_none() {
            for key in std::mem::take(&mut self.waiting) {
                asked.left(&key);
            }
        }
        let waiting = std::mem::take(&mut self.waiting);
        if !waiting.is_empty() {
            self.send(waiting, asked);
        }
        while self.news && self.rounds < ROUNDS {
            self.news = false;
            self.rounds += 1;
            let mut send = Vec::new();
            for want in wants(&self.analysis.evidence, &self.facts, services).list {
                if !self.wanted.insert(want.key.clone()) {
                    continue;
                }
                let travels = want.is_quiet() && want.key.reach() > Reach::Local;
                if travels && reach.is_some_and(|reach| want.key.reach() <= reach) {
                    send.push(want.key);
                } else if let Some(fact) = asked.known(&want.key) {
                    self.settle(want.key, fact, asked);
                } else if travels && reach.is_none() {
                    asked.left(&want.key);
                }
            }
            if !send.is_empty() {
                self.send(send, asked);
            }
        }
        self.news = false;
    }

    fn send(&mut self, keys: Vec<Key>, asked: &mut impl Asked) {
        let (lines, left) = asked.ask(self.number, keys);
        self.waiting.extend(left);
        for Recorded { key, fact } in lines {
            match fact.state {
                State::Queued | State::Asking => {
                    self.open.insert(key);
                }
                State::NotAsked => {}
                State::Value(_) | State::Absent | State::Failed(_) => self.settle(key, fact, asked),
            }
        }
    }

    fn settle(&mut self, key: Key, fact: Fact, asked: &mut impl Asked) {
        if !matches!(fact.state, State::Value(_) | State::Absent | State::Failed(_)) {
            return;
        }
        // The aliases of a host come along with its addresses, and nobody asks for them.
        if let (Key::Addresses(host), State::Value(Answer::Addresses(_))) = (&key, &fact.state) {
            let aliases = Key::Aliases(host.clone());
            if let Some(fact) = asked.known(&aliases).filter(|fact| matches!(fact.state, State::Value(_))) {
                self.facts.put(aliases, fact);
            }
        }
        self.news |= self.facts.put(key, fact);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;
    use crate::analysis::{Own, take_apart};
    use crate::signal::Weights;

    const MAIL: &[u8] = b"Return-Path: <b@one.example.net>\nReceived: from h.one.example.net (h.one.example.net [8.8.8.8]) by mx.two.example; Mon, 2 Mar 2026 10:00:00 +0000\nFrom: a@one.example.net\nSubject: x\n\nhttps://evil.example.org/x";

    /// Knows and answers by tables.
    #[derive(Default)]
    struct Table {
        known: HashMap<Key, Fact>,
        asked: Vec<Key>,
        left: Vec<Key>,
        room: usize,
    }

    impl Asked for Table {
        fn known(&mut self, key: &Key) -> Option<Fact> {
            self.known.get(key).cloned()
        }
        fn ask(&mut self, _: u64, mut keys: Vec<Key>) -> (Vec<Recorded>, Vec<Key>) {
            let left = keys.split_off(self.room.min(keys.len()));
            self.room -= keys.len();
            self.asked.extend(keys.iter().cloned());
            let queued = |key| Recorded { key, fact: Fact { state: State::Queued, ..Fact::default() } };
            (keys.into_iter().map(queued).collect(), left)
        }
        fn left(&mut self, key: &Key) {
            self.left.push(key.clone());
        }
    }

    fn flight() -> Flight {
        Flight::new(1, take_apart(MAIL, &[], &Weights::default(), &Own::default()))
    }

    fn addresses(list: &[&str]) -> Fact {
        let list = list.iter().map(|text| text.parse().unwrap()).collect();
        Fact { state: State::Value(Answer::Addresses(list)), ..Fact::default() }
    }

    fn host(name: &str) -> Key {
        Key::Addresses(name.into())
    }

    #[test]
    fn an_answer_leads_to_the_next_question_until_nothing_is_open() {
        let (mut flight, mut table) = (flight(), Table { room: 1_000, ..Table::default() });
        let services = Services::default();
        table.known.insert(Key::Place("9.9.9.9".parse().unwrap()), Fact { state: State::Absent, ..Fact::default() });
        flight.advance(&services, Some(Reach::Sender), &mut table);
        assert!(table.asked.contains(&host("evil.example.org")) && !flight.is_done());
        flight.hear(&host("evil.example.org"), &addresses(&["9.9.9.9"]), &mut table);
        assert!(flight.news);
        flight.advance(&services, Some(Reach::Sender), &mut table);
        assert!(flight.facts.get(&Key::Place("9.9.9.9".parse().unwrap())).is_some(), "the place of the answer");
        let mut heard = 0;
        while heard < table.asked.len() {
            let key = table.asked[heard].clone();
            flight.hear(&key, &Fact { state: State::Absent, ..Fact::default() }, &mut table);
            flight.advance(&services, Some(Reach::Sender), &mut table);
            heard += 1;
        }
        assert!(flight.is_done());
        let mut once = table.asked.clone();
        once.sort();
        once.dedup();
        assert_eq!(once.len(), table.asked.len(), "nothing is asked twice");
    }

    #[test]
    fn what_finds_no_room_waits_and_is_asked_later() {
        let (mut flight, mut table) = (flight(), Table { room: 1, ..Table::default() });
        flight.advance(&Services::default(), Some(Reach::Sender), &mut table);
        assert!(flight.is_waiting() && table.asked.len() == 1);
        table.room = 1_000;
        flight.advance(&Services::default(), Some(Reach::Sender), &mut table);
        assert!(!flight.is_waiting() && table.asked.len() > 2);
    }

    #[test]
    fn a_narrow_reach_asks_less_and_no_reach_uses_what_is_known() {
        for reach in [Some(Reach::Local), Some(Reach::ThirdParty)] {
            let (mut flight, mut table) = (flight(), Table { room: 1_000, ..Table::default() });
            flight.advance(&Services { registries: true, ..Services::default() }, reach, &mut table);
            assert!(table.asked.iter().all(|key| Some(key.reach()) <= reach), "{:?}", table.asked);
            assert!(table.left.is_empty());
        }
        let (mut flight, mut table) = (flight(), Table::default());
        table.known.insert(host("evil.example.org"), addresses(&["9.9.9.9"]));
        flight.advance(&Services::default(), None, &mut table);
        assert!(flight.is_done() && table.asked.is_empty() && !table.left.is_empty());
        assert!(flight.facts.addresses("evil.example.org").is_some());
    }

    #[test]
    fn what_is_called_off_is_told_as_left_and_a_whole_url_is_never_asked() {
        let (mut flight, mut table) = (flight(), Table { room: 1_000, ..Table::default() });
        flight.advance(&Services { visits: true, ..Services::default() }, Some(Reach::Sender), &mut table);
        assert!(!table.asked.iter().any(Key::needs_consent));
        for key in table.asked.clone() {
            flight.hear(&key, &Fact::default(), &mut table);
        }
        assert!(flight.is_done());
        assert_eq!(table.left.len(), table.asked.len());
    }

    #[test]
    fn aliases_come_with_the_addresses_and_never_by_chance() {
        let (mut flight, mut table) = (flight(), Table { room: 1_000, ..Table::default() });
        flight.advance(&Services::default(), Some(Reach::Sender), &mut table);
        let aliases = Key::Aliases("evil.example.org".into());
        let hosts = Fact { state: State::Value(Answer::Hosts(vec!["b.example.org".into()])), ..Fact::default() };
        flight.hear(&aliases, &hosts, &mut table);
        assert!(flight.facts.get(&aliases).is_none());
        table.known.insert(aliases.clone(), hosts.clone());
        flight.hear(&host("evil.example.org"), &addresses(&["9.9.9.9"]), &mut table);
        assert_eq!(flight.facts.get(&aliases), Some(&hosts));
    }
}

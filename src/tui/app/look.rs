//! Look-ups as the screen knows them: facts arrive, the open mail is judged again, and what may be asked without a word is
//! asked. What needs a word stands in `plan`.

use std::collections::HashSet;

use crate::facts::{Fact, Key, Reach, State};
use crate::text::Words;
use crate::wants::{Wants, files, wants};

use super::super::action::Scope;
use super::super::inspect::OpenMail;
use super::super::layer::{Confirm, Layer};
use super::super::msg::Cmd;
use super::{App, Mode, Selected};

/// The most facts that are known before those of mails looked at earlier are forgotten.
const FACTS: usize = 8_192;

impl App {
    /// A mail came in: show it, and look into what is known on this machine.
    pub(super) fn opened(&mut self, mut mail: Box<OpenMail>) -> Vec<Cmd> {
        if self.list.current_index() != Some(mail.index) {
            return Vec::new();
        }
        // Before this mail asks for what it wants, so that it finds it again at once.
        self.facts.make_room(FACTS);
        mail.analysis.judge(&self.facts, &self.weights);
        let identity = mail.analysis.identity;
        self.list.brief(mail.index, &mail.analysis.brief());
        self.list.mark_row(mail.index, self.marks.get(&identity));
        let mut commands = self.resort_soon();
        if !mail.analysis.failed {
            commands.extend(self.forgive(mail.index, identity));
        }
        self.selected = Selected::Here(mail);
        self.inspector.forget(false);
        self.digests = None;
        self.trace_moves();
        commands.extend(self.look_here());
        commands.extend(self.ask_if_allowed());
        commands
    }

    /// Looks into what is known on this machine of what the open mail wants.
    pub(super) fn look_here(&mut self) -> Vec<Cmd> {
        let wants = self.wanted();
        self.relevant = wants.keys().cloned().collect();
        let open: Vec<Key> = wants.keys().filter(|key| *self.facts.state(key) == State::NotAsked).cloned().collect();
        if open.is_empty() { Vec::new() } else { vec![Cmd::Known(open)] }
    }

    /// What the open mail wants to know.
    pub(super) fn wanted(&mut self) -> Wants {
        let Selected::Here(mail) = &self.selected else { return Wants::default() };
        let mut found = wants(&mail.analysis.evidence, &self.facts, &self.services);
        if self.services.services.iter().any(|service| service.files) {
            let digests = self.digests.get_or_insert_with(|| digests(mail));
            let files = files(digests, &self.services);
            // A file is known or it is not: that tells more than what stands behind it, and needs nobody's yes.
            let at = found.list.iter().position(|want| want.key.needs_consent()).unwrap_or(found.list.len());
            found.list.splice(at..at, files.list);
            found.left_out += files.left_out;
        }
        found
    }

    /// How far questions may travel here: what was said of the folder, else of the run.
    #[must_use]
    pub fn reach_here(&self) -> Reach {
        self.folder_reach.get(&self.folder).copied().unwrap_or(self.reach)
    }

    /// Where the reach allows it, a mail that is open in the inspector is asked about without asking the reader again, as
    /// far as nothing in the questions is unique to him. Passing over a row of the list asks nothing.
    pub(super) fn ask_if_allowed(&mut self) -> Vec<Cmd> {
        let reach = self.reach_here();
        if reach == Reach::Local || self.mode != Mode::Inspect || self.demo {
            return Vec::new();
        }
        let wants = self.wanted();
        let keys: Vec<Key> = wants
            .quiet(reach)
            .filter(|key| key.reach() > Reach::Local && *self.facts.state(key) == State::NotAsked)
            .filter(|key| !self.offered.contains(key))
            .cloned()
            .collect();
        if keys.is_empty() {
            return Vec::new();
        }
        // What nobody could answer is not tried again with every fact that arrives.
        self.offered.extend(keys.iter().cloned());
        vec![Cmd::Ask { keys, reach, anew: false }]
    }

    /// Other databases of addresses are at hand: what the old ones said of the open mail is asked again, so that a user's
    /// database wins for the first mail, too.
    pub(super) fn places_again(&mut self) -> Vec<Cmd> {
        self.facts.forget_database_places();
        let commands = self.look_here();
        if commands.is_empty() { self.unchanged() } else { commands }
    }

    /// Facts arrived: judge the open mail again, and ask for the places of new addresses.
    pub(super) fn new_facts(&mut self, facts: Vec<(Key, Fact)>) -> Vec<Cmd> {
        let mut changed: HashSet<Key> = HashSet::new();
        let mut settled = Vec::new();
        let was_running = self.asked.is_running();
        for (key, fact) in facts {
            self.asked.note(&key, &fact, self.clock, self.now);
            if self.facts.put(key.clone(), fact.clone()) {
                if matches!(fact.state, State::Value(_) | State::Absent | State::Failed(_)) {
                    settled.push(key.clone());
                }
                changed.insert(key);
            }
        }
        let ended = was_running && !self.asked.is_running();
        if changed.is_empty() && !ended {
            return self.unchanged();
        }
        self.forget_sheets();
        self.replan(&changed);
        let mut commands = Vec::new();
        // An answer about another mail changes nothing here: it waits until that mail is opened.
        if changed.iter().any(|key| self.relevant.contains(key)) {
            commands.extend(self.judge_again(&settled));
        }
        if ended {
            commands.extend(self.all_answered());
        }
        commands
    }

    /// Judges the open mail with what arrived.
    fn judge_again(&mut self, settled: &[Key]) -> Vec<Cmd> {
        let Selected::Here(mail) = &mut self.selected else { return Vec::new() };
        let before = mail.analysis.verdict.sum.total;
        let score = mail.analysis.verdict.score;
        mail.analysis.judge(&self.facts, &self.weights);
        let (index, brief) = (mail.index, mail.analysis.brief());
        // The row belongs to the mail around a message inside.
        if self.outer.is_empty() {
            self.list.brief(index, &brief);
        }
        self.moved(settled, before, score);
        self.inspector.forget(true);
        let mut commands = self.resort_soon();
        commands.extend(self.look_here());
        commands.extend(self.ask_if_allowed());
        commands
    }

    /// The last question that was under way is answered: says so, and what follows from the answers.
    fn all_answered(&mut self) -> Vec<Cmd> {
        let (answered, failed) = self.asked.take_counts();
        let further = self.open_questions();
        let counts = [answered, failed, further].map(|count| count.to_string());
        let plan = self.keymap.label(super::super::action::Action::Plan);
        let mut text =
            Words::new("look-ups done: {0} answered", "照会終了: 回答 {0} 件").fill(self.lang, &[&counts[0]]);
        if failed > 0 {
            text.push_str(&Words::new(", {0} without an answer", "、回答なし {0} 件").fill(self.lang, &[&counts[1]]));
        }
        if further > 0 {
            let words = Words::new(
                "; {0 more question follows|more questions follow}: {1}",
                "。続けて照会できるもの {0} 件: {1}",
            );
            text.push_str(&words.fill(self.lang, &[&counts[2], &plan]));
        }
        self.toast(text, false);
        self.rejudge_gathered()
    }

    /// How many quiet questions of the open mail nobody has answered and that were not offered before.
    fn open_questions(&mut self) -> usize {
        let wants = self.wanted();
        let open = |key: &&Key| key.reach() > Reach::Local && *self.facts.state(key) == State::NotAsked;
        wants.quiet(Reach::Sender).filter(open).filter(|key| !self.offered.contains(key)).count()
    }

    /// `R`: a box in which the reader says how far questions may travel, for the run or for this folder.
    pub(super) fn reach_box(&mut self) -> Vec<Cmd> {
        self.open_layer(Layer::Keys(Scope::Reach))
    }

    /// A reach for the run, or for this folder: raised only after a question, lowered at once.
    pub(super) fn choose_reach(&mut self, reach: Reach, folder: bool) -> Vec<Cmd> {
        let wish = Cmd::Limit { reach, folder };
        if reach <= self.reach_here() {
            return vec![wish];
        }
        let title = match (reach, folder) {
            (Reach::Sender, false) => Words::new(
                "Raise the reach of this run to the sender? Every mail that you open is then asked about without asking you.",
                "照会範囲を「送信者」まで広げますか？ 以後、開いたメールは確認なしで照会されます。",
            ),
            (Reach::Sender, true) => Words::new(
                "Raise the reach of this folder to the sender? Every mail of it that you open is then asked about without asking you.",
                "このフォルダーの照会範囲を「送信者」まで広げますか？ 以後、開いたメールは確認なしで照会されます。",
            ),
            (_, false) => Words::new(
                "Raise the reach of this run to third parties? Every mail that you open is then asked about without asking you.",
                "照会範囲を「第三者」まで広げますか？ 以後、開いたメールは確認なしで照会されます。",
            ),
            (_, true) => Words::new(
                "Raise the reach of this folder to third parties? Every mail of it that you open is then asked about without asking you.",
                "このフォルダーの照会範囲を「第三者」まで広げますか？ 以後、開いたメールは確認なしで照会されます。",
            ),
        };
        let noticed = if reach == Reach::Sender {
            Words::new(
                "DNS questions for the sender's and the links' names can be noticed by their owners.",
                "差出人やリンク先の名前の DNS 照会は、その所有者に気付かれる可能性があります。",
            )
        } else {
            Words::new(
                "Registries, block lists and services see the names that are asked about. The sender does not notice.",
                "登録機関、ブロックリスト、判定サービスには照会する名前が伝わります。送信者には気付かれません。",
            )
        };
        let held_back = Words::new(
            "Whatever is unique to the recipient, and every whole URL, still waits for a yes of its own.",
            "受信者ごとに異なる値や URL 全体を含む照会は、その都度確認します。",
        );
        let lines = [noticed, held_back].map(|words| words.get(self.lang).to_owned()).to_vec();
        let title = title.get(self.lang).to_owned();
        self.open_layer(Layer::Confirm(Confirm { title, lines, yes: Some(wish), offset: 0 }))
    }

    /// The reach changes; the engine calls off what goes farther.
    pub fn set_reach(&mut self, reach: Reach, folder: bool) -> Vec<Cmd> {
        if folder {
            self.folder_reach.insert(self.folder, reach);
        } else {
            // What is said of the whole run holds for every folder.
            self.folder_reach.clear();
            self.reach = reach;
        }
        self.offered.clear();
        self.inspector.forget(true);
        let words = match reach {
            Reach::Local => Words::new(
                "reach: local. Nothing leaves this machine",
                "照会範囲: ローカル（外部へは何も送信しません）",
            ),
            Reach::ThirdParty => Words::new(
                "reach: third parties. The sender does not notice",
                "照会範囲: 第三者（差出人には気付かれません）",
            ),
            Reach::Sender => Words::new(
                "reach: sender. Questions go out without asking again; the sender can notice",
                "照会範囲: 差出人（確認なしで照会。差出人に気付かれる可能性があります）",
            ),
        };
        let mut commands = self.tell(words, &[]);
        commands.extend(self.ask_if_allowed());
        commands
    }
}

/// The digests of a mail's files.
fn digests(mail: &OpenMail) -> Vec<String> {
    let files = mail.analysis.evidence.attachments.iter().filter(|file| !file.inline).take(FILES);
    files.filter_map(|file| file.hashes(&mail.analysis.message)).map(|hashes| hashes.sha256).collect()
}

/// The most files of a mail that are asked about.
const FILES: usize = 16;

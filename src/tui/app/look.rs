//! Look-ups as the screen knows them: facts arrive, the open mail is judged again, and before anything leaves the
//! machine the reader sees what it is.

use crate::facts::{Fact, Key, Reach, State};
use crate::text::Words;
use crate::wants::wants;

use super::super::inspect::OpenMail;
use super::super::layer::{Confirm, Layer};
use super::super::msg::Cmd;
use super::{App, Selected};

impl App {
    /// A mail came in: show it, and look into what is known on this machine.
    pub(super) fn opened(&mut self, mut mail: Box<OpenMail>) -> Vec<Cmd> {
        if self.list.current_index() != Some(mail.index) {
            return Vec::new();
        }
        mail.analysis.judge(&self.facts, &self.weights);
        let identity = mail.analysis.identity;
        self.list.brief(mail.index, mail.analysis.brief());
        self.list.marked(identity, self.marks.get(&identity));
        let mut commands = self.resort_soon();
        let wants = self.local_wants(&mail);
        self.selected = Selected::Here(mail);
        self.inspector.forget(false);
        commands.extend(self.ask_if_allowed());
        if !wants.is_empty() {
            commands.push(Cmd::Known(wants));
        }
        commands
    }

    /// Where the reach of the run allows it, a mail that is open in the inspector is asked about without asking again.
    /// Passing over a row of the list asks nothing.
    pub(super) fn ask_if_allowed(&self) -> Vec<Cmd> {
        if self.reach < Reach::Sender || self.mode != super::Mode::Inspect {
            return Vec::new();
        }
        let keys = self.questions();
        if keys.is_empty() { Vec::new() } else { vec![Cmd::Ask { keys, reach: self.reach }] }
    }

    /// What the mail wants to know and nobody has said yet.
    fn local_wants(&self, mail: &OpenMail) -> Vec<Key> {
        let wants = wants(&mail.analysis.evidence, &self.facts, &self.services);
        wants.list.into_iter().map(|want| want.key).filter(|key| *self.facts.state(key) == State::NotAsked).collect()
    }

    /// Other databases of addresses are at hand: what the old ones said of the open mail is asked again, so that a user's
    /// database wins for the first mail, too.
    pub(super) fn places_again(&mut self) -> Vec<Cmd> {
        self.facts.forget_database_places();
        let wants = self.open_mail().map(|mail| self.local_wants(mail)).unwrap_or_default();
        if wants.is_empty() { self.unchanged() } else { vec![Cmd::Known(wants)] }
    }

    /// Facts arrived: judge the open mail again, and ask for the places of new addresses.
    pub(super) fn new_facts(&mut self, facts: Vec<(Key, Fact)>) -> Vec<Cmd> {
        let mut changed = false;
        for (key, fact) in facts {
            if let State::Failed(why) = &fact.state {
                let words = Words::new("no answer: {0} ({1})", "応答なし: {0}（{1}）");
                let text = words.fill(self.lang, &[&super::super::layer::describe(&key, self.lang), why]);
                self.log(text, true);
            }
            changed |= self.facts.put(key, fact);
        }
        if !changed {
            return self.unchanged();
        }
        let Selected::Here(mail) = &mut self.selected else { return Vec::new() };
        mail.analysis.judge(&self.facts, &self.weights);
        let (index, brief) = (mail.index, mail.analysis.brief());
        // The row belongs to the mail around a message inside.
        if self.outer.is_empty() {
            self.list.brief(index, brief);
        }
        self.inspector.forget(true);
        let mut commands = self.resort_soon();
        let Selected::Here(mail) = &self.selected else { return commands };
        let wants: Vec<Key> = self.local_wants(mail).into_iter().filter(|key| key.reach() == Reach::Local).collect();
        if !wants.is_empty() {
            commands.push(Cmd::Known(wants));
        }
        commands
    }

    /// Questions of the chosen mails that the network would have to answer.
    fn questions(&self) -> Vec<Key> {
        let Some(mail) = self.open_mail() else { return Vec::new() };
        let mut keys: Vec<Key> = Vec::new();
        for key in wants(&mail.analysis.evidence, &self.facts, &self.services).list.into_iter().map(|want| want.key) {
            let open = matches!(self.facts.state(&key), State::NotAsked | State::Failed(_));
            let can = matches!(key, Key::Addresses(_) | Key::MailExchangers(_) | Key::Names(_));
            if open && can && !keys.contains(&key) {
                keys.push(key);
            }
        }
        keys
    }

    /// `r`: asks for this mail, after showing what that is, unless the reach of the run already allows it.
    pub(super) fn ask_mail(&mut self) -> Vec<Cmd> {
        if self.demo {
            let words = Words::new(
                "the demo shows recorded answers and asks nothing; {0} shows what would be asked",
                "デモは記録された回答だけを使い、照会しません。{0} で照会の予定を表示します",
            );
            let plan = self.keymap.label(super::super::action::Action::Plan);
            return self.tell(words, &[&plan]);
        }
        let keys = self.questions();
        if keys.is_empty() {
            let words =
                Words::new("nothing left to ask about this mail", "このメールについて照会することはもうありません");
            return self.tell(words, &[]);
        }
        if self.reach >= Reach::Sender {
            return vec![Cmd::Ask { keys, reach: self.reach }];
        }
        let title = Words::new(
            "Send these {0} DNS questions? The sender's own servers can notice them.",
            "次の {0} 件のDNS照会を送信しますか？ 差出人側のサーバーに気付かれる可能性があります。",
        );
        self.confirm_questions(title, keys, true)
    }

    /// `p`: what would be asked, without sending it.
    pub(super) fn plan(&mut self) -> Vec<Cmd> {
        let keys = self.questions();
        if keys.is_empty() {
            let words =
                Words::new("nothing left to ask about this mail", "このメールについて照会することはもうありません");
            return self.tell(words, &[]);
        }
        let title = Words::new(
            "{0} questions are open for this mail; {1} sends them",
            "このメールの未照会は {0} 件。{1} で送信",
        );
        self.confirm_questions(title, keys, false)
    }

    fn confirm_questions(&mut self, title: Words, keys: Vec<Key>, send: bool) -> Vec<Cmd> {
        let count = keys.len().to_string();
        let ask = self.keymap.label(super::super::action::Action::AskMail);
        let mut lines = Confirm::lines_of(&keys, self.lang);
        lines.push(String::new());
        lines.push(
            Words::new(
                "A name from the mail that is unique to its recipient tells the sender that the mail was looked at.",
                "受信者ごとに異なる名前が含まれる場合、照会するとメールを調べたことが差出人に伝わります。",
            )
            .get(self.lang)
            .to_owned(),
        );
        let title = title.fill(self.lang, &[&count, &ask]);
        let yes = send.then_some(Cmd::Ask { keys, reach: Reach::Sender });
        self.open_layer(Layer::Confirm(Confirm { title, lines, yes, offset: 0 }))
    }

    /// `R`: one step up, or from anywhere above `local` back down to it, so that lowering never passes a wider reach. The
    /// widest one is reached from the step below it by the flag or by `r` and its question.
    pub(super) fn raise_reach(&mut self) -> Vec<Cmd> {
        if self.reach == Reach::Local {
            let title = Words::new(
                "Raise the reach of this run to the sender? Every mail that you open is then asked about without asking you.",
                "照会範囲を「差出人」まで広げますか？ 以後、開いたメールは確認なしで照会されます。",
            );
            let lines = vec![
                Words::new(
                    "DNS questions for the sender's and the links' names can be noticed by their owners.",
                    "差出人やリンク先の名前の DNS 照会は、その所有者に気付かれる可能性があります。",
                )
                .get(self.lang)
                .to_owned(),
            ];
            let title = title.get(self.lang).to_owned();
            let yes = Some(Cmd::Limit(Reach::Sender));
            return self.open_layer(Layer::Confirm(Confirm { title, lines, yes, offset: 0 }));
        }
        vec![Cmd::Limit(Reach::Local)]
    }

    /// The reach of the run changes; the engine calls off what goes farther.
    pub fn set_reach(&mut self, reach: Reach) -> Vec<Cmd> {
        self.reach = reach;
        self.inspector.forget(true);
        let words = match self.reach {
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

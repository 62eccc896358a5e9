//! Before anything leaves the machine the reader sees what it is: the plan layer, what he marks in it, and the yes that
//! each whole URL needs.

use std::collections::{HashMap, HashSet};

use crossterm::event::{KeyCode, KeyEvent};

use crate::facts::{Key, Reach, State};
use crate::lookup::Planned;
use crate::text::{Words, defang_url};
use crate::view::Target;
use crate::view::plan::{Plan, Row, shown};
use crate::wants::Wants;

use super::super::action::{Action, Scope};
use super::super::layer::sheet::Sheet;
use super::super::layer::{Confirm, Layer, PlanLayer};
use super::super::msg::Cmd;
use super::{App, Mode};

impl App {
    /// `r`: asks about this mail or the selected ones, after showing what that is, unless the reach already allows it.
    /// `p` shows the same and never sends by itself.
    pub(super) fn ask_mail(&mut self, send: bool) -> Vec<Cmd> {
        let chosen = self.chosen();
        let several = self.mode == Mode::List && self.list.selected() > 0;
        if several {
            return vec![Cmd::Gather { rows: chosen, judge: false }];
        }
        if self.open_mail().is_none() {
            return self.nothing_to_ask();
        }
        let wants = self.wanted();
        let title = Words::new("What would be asked about this mail", "このメールについての照会の予定").get(self.lang);
        self.plan_for(title.to_owned(), wants, send)
    }

    /// Asks where the reach allows it, else shows the plan.
    pub(super) fn plan_for(&mut self, title: String, wants: Wants, send: bool) -> Vec<Cmd> {
        let reach = self.reach_here();
        if send && reach == Reach::Sender && !self.demo {
            let open = |key: &&Key| {
                key.reach() > Reach::Local && matches!(self.facts.state(key), State::NotAsked | State::Failed(_))
            };
            let keys: Vec<Key> = wants.quiet(reach).filter(open).cloned().collect();
            if !keys.is_empty() {
                return vec![Cmd::Ask { keys, reach, anew: true }];
            }
        }
        vec![Cmd::Plan { title, wants }]
    }

    fn nothing_to_ask(&mut self) -> Vec<Cmd> {
        let words = Words::new("nothing left to ask about this mail", "このメールについて照会することはもうありません");
        self.tell(words, &[])
    }

    /// The engine said what would leave: show it.
    pub(super) fn planned(&mut self, title: String, wants: &Wants, planned: Vec<Planned>) -> Vec<Cmd> {
        let mut by_key: HashMap<Key, Planned> = planned.into_iter().map(|one| (one.key.clone(), one)).collect();
        let mut plan = Plan { left_out: wants.left_out, replay: self.demo, ..Plan::default() };
        for want in &wants.list {
            let state = self.facts.state(&want.key);
            let answered = matches!(state, State::Value(_) | State::Absent);
            let failed = matches!(state, State::Failed(_));
            let mut row = Row {
                key: want.key.clone(),
                reach: want.key.reach(),
                packets: Vec::new(),
                why: want.why,
                unique: want.unique,
                marked: want.is_quiet() && !self.demo,
            };
            match by_key.remove(&want.key) {
                // Nobody can be asked: nothing would leave.
                Some(one) if failed && one.queries.is_empty() => {}
                // That nobody answered is known as well, and no answer.
                Some(one) if one.known && !failed || answered => plan.known += 1,
                Some(one) => {
                    row.reach = one.reach;
                    row.packets = one.queries.into_iter().map(|query| (query.receiver, query.asks)).collect();
                    plan.rows.push(row);
                }
                // Nobody answers such a question, or it is answered on this machine.
                None if want.key.reach() == Reach::Local || !self.demo => {}
                None if answered => plan.known += 1,
                None => plan.rows.push(row),
            }
        }
        if plan.rows.is_empty() && plan.known == 0 {
            return self.nothing_to_ask();
        }
        self.layers.push(Layer::Plan(Box::new(PlanLayer { title, plan, sheet: Sheet::default() })));
        Vec::new()
    }

    /// Facts arrived: what they answer leaves the plan.
    pub(super) fn replan(&mut self, changed: &HashSet<Key>) {
        let facts = &self.facts;
        for layer in &mut self.layers {
            let Layer::Plan(layer) = layer else { continue };
            let before = layer.plan.rows.len();
            let open = |row: &Row| matches!(facts.state(&row.key), State::NotAsked | State::Failed(_));
            layer.plan.rows.retain(|row| !changed.contains(&row.key) || open(row));
            layer.plan.known += before - layer.plan.rows.len();
            layer.sheet.forget();
        }
    }

    /// Documents over the screen are out of date.
    pub(super) fn forget_sheets(&mut self) {
        for layer in &mut self.layers {
            match layer {
                Layer::Who(who) => who.sheet.forget(),
                Layer::Plan(plan) => plan.sheet.forget(),
                Layer::Jobs(sheet) => sheet.forget(),
                _ => {}
            }
        }
    }

    /// Keys of the plan.
    pub(super) fn plan_key(&mut self, event: KeyEvent) -> Vec<Cmd> {
        let action = self.keymap.action(Scope::Inspector, super::super::keymap::Key::of(event));
        let Some(Layer::Plan(layer)) = self.layers.last_mut() else { return Vec::new() };
        let here = layer.sheet.targets().iter().find_map(|target| match target {
            Target::Item(at) => Some(*at),
            _ => None,
        });
        let apart = here.and_then(|at| layer.plan.rows.get(at)).filter(|row| row.is_apart()).map(|row| row.key.clone());
        match (event.code, action) {
            (KeyCode::Char(' ') | KeyCode::Enter, _) if apart.is_some() => {
                apart.map(|key| self.consent(key)).unwrap_or_default()
            }
            (KeyCode::Char(' '), _) => {
                if let Some(row) = here.and_then(|at| layer.plan.rows.get_mut(at)) {
                    row.marked = !row.marked;
                }
                layer.sheet.forget();
                let _ = layer.sheet.act(Action::Down);
                Vec::new()
            }
            (KeyCode::Char('a' | 'n'), _) => {
                let all = event.code == KeyCode::Char('a');
                for row in &mut layer.plan.rows {
                    row.marked = all && !row.is_apart();
                }
                layer.sheet.forget();
                Vec::new()
            }
            (KeyCode::Enter, _) => self.send_marked(),
            (KeyCode::Char('q' | 'h') | KeyCode::Left, _) | (_, Some(Action::Plan | Action::AskMail)) => {
                self.layers.pop();
                Vec::new()
            }
            (_, Some(action)) => {
                let _ = layer.sheet.act(action);
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    fn send_marked(&mut self) -> Vec<Cmd> {
        let Some(Layer::Plan(layer)) = self.layers.last() else { return Vec::new() };
        let keys: Vec<Key> = layer.plan.marked().map(|row| row.key.clone()).collect();
        if self.demo {
            return self.demo_asks_nothing();
        }
        if keys.is_empty() {
            let words = Words::new(
                "nothing is marked: Space marks a question, a marks all",
                "選択がありません: Space で選択、a で全選択",
            );
            return self.tell(words, &[]);
        }
        self.layers.pop();
        let count = keys.len().to_string();
        let mut commands =
            self.tell(Words::new("{0 question|questions} on the way", "{0} 件の照会を開始しました"), &[&count]);
        // The reader saw every one of them: each may go as far as it needs.
        commands.push(Cmd::Ask { keys, reach: Reach::Sender, anew: true });
        commands
    }

    fn demo_asks_nothing(&mut self) -> Vec<Cmd> {
        let words = Words::new(
            "the demo shows recorded answers and asks nothing",
            "デモは記録された回答だけを使い、照会しません",
        );
        self.tell(words, &[])
    }

    /// A question that shows somebody a whole URL: the reader sees it in full and says yes to this one alone.
    fn consent(&mut self, key: Key) -> Vec<Cmd> {
        if self.demo {
            return self.demo_asks_nothing();
        }
        let (url, service) = shown(&key);
        let title = match &key {
            Key::Page(_) => Words::new(
                "Visit this page? Its server sees your address and the whole URL, and can tell who was sent it.",
                "このページを訪問しますか？ 相手のサーバーに、接続元のアドレスと URL 全体が伝わります。",
            )
            .get(self.lang)
            .to_owned(),
            _ => Words::new(
                "Show this whole URL to {0}? Such services may publish what they are asked.",
                "この URL 全体を {0} に送りますか？ 照会内容が公開されるサービスもあります。",
            )
            .fill(self.lang, &[&service]),
        };
        let words = Words::new("as it is sent, made harmless here:", "送信する URL（ここでは無害化して表示）:");
        let lines = vec![words.get(self.lang).to_owned(), defang_url(&url)];
        let yes = Some(Cmd::Consent { key, reach: Reach::Sender });
        self.open_layer(Layer::Confirm(Confirm { title, lines, yes, offset: 0 }))
    }
}

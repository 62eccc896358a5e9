//! What each action does to the state.

use crate::facts::Reach;
use crate::mailbox::Identity;
use crate::store::{Mark, Marked};
use crate::text::Words;
use crate::view::Target;

use super::super::action::{Action, Scope};
use super::super::inspect::pane;
use super::super::layer::input::Line;
use super::super::layer::palette::Palette;
use super::super::layer::{Layer, Prompt, PromptKind};
use super::super::list::Sort;
use super::super::msg::Cmd;
use super::{App, Mode, Selected};

impl App {
    /// Does one action.
    pub fn act(&mut self, action: Action) -> Vec<Cmd> {
        let page = self.page();
        match action {
            Action::Down => self.step(1),
            Action::Up => self.step(-1),
            Action::HalfDown => self.step((page / 2).max(1)),
            Action::HalfUp => self.step(-(page / 2).max(1)),
            Action::PageDown => self.step(page.max(1)),
            Action::PageUp => self.step(-page.max(1)),
            Action::Top => self.go_end(false),
            Action::Bottom => self.go_end(true),
            Action::Enter => self.enter(),
            Action::Back => self.back(),
            Action::NextPane => self.turn(1),
            Action::PreviousPane => self.turn(-1),
            Action::NextMail => self.go_mail(1),
            Action::PreviousMail => self.go_mail(-1),
            Action::Search => self.prompt_search(),
            Action::NextHit => self.next_hit(true),
            Action::PreviousHit => self.next_hit(false),
            Action::SortMenu => self.open_layer(Layer::Keys(Scope::Sort)),
            Action::Folders => self.open_layer(Layer::Folders { cursor: usize::from(self.folder) }),
            Action::ClearFilter => {
                self.list.set_filter("");
                Vec::new()
            }
            Action::Zoom => self.zoom(),
            Action::MapFull => self.map(),
            Action::Malicious => self.mark(Some(Mark::Malicious)),
            Action::Benign => self.mark(Some(Mark::Benign)),
            Action::Suspicious => self.mark(Some(Mark::Suspicious)),
            Action::Unmark => self.mark(None),
            Action::Undo => self.undo(),
            Action::Note => self.prompt_note(),
            Action::Select => {
                self.list.toggle();
                Vec::new()
            }
            Action::Range => self.range(),
            Action::SelectNone => {
                self.list.select_none();
                Vec::new()
            }
            Action::SaveMenu => self.save_menu(),
            Action::SavePart | Action::SaveAll | Action::SaveZip => self.save(action),
            Action::Quarantine => self.quarantine(),
            Action::CopyMenu => self.open_layer(Layer::Keys(Scope::Copy)),
            Action::CopyLive => self.copy_live(),
            Action::CopyValue
            | Action::CopyUrls
            | Action::CopyDomains
            | Action::CopyAddresses
            | Action::CopyMails
            | Action::CopyHashes
            | Action::CopyAll
            | Action::CopySummary => self.copy_action(action),
            Action::AskMail => self.ask_mail(true),
            Action::Reach => self.reach_box(),
            Action::Plan => self.ask_mail(false),
            Action::Who => self.who(),
            Action::ReachLocal => self.choose_reach(Reach::Local, false),
            Action::ReachThird => self.choose_reach(Reach::ThirdParty, false),
            Action::ReachSender => self.choose_reach(Reach::Sender, false),
            Action::FolderLocal => self.choose_reach(Reach::Local, true),
            Action::FolderThird => self.choose_reach(Reach::ThirdParty, true),
            Action::FolderSender => self.choose_reach(Reach::Sender, true),
            Action::SortDate => self.sort_by(Sort::Date),
            Action::SortScore => self.sort_by(Sort::Score),
            Action::SortSender => self.sort_by(Sort::Sender),
            Action::SortSubject => self.sort_by(Sort::Subject),
            Action::SortMailbox => self.sort_by(Sort::Mailbox),
            Action::SortReverse => {
                self.reverse = !self.reverse;
                self.list.reverse = self.reverse;
                self.list.refresh();
                Vec::new()
            }
            Action::Help => self.open_layer(Layer::Help(Palette::default())),
            Action::Jobs => self.open_jobs(),
            Action::Redraw => vec![Cmd::Redraw],
            Action::Mouse => {
                self.mouse = !self.mouse;
                vec![Cmd::Mouse(self.mouse)]
            }
            Action::Suspend => vec![Cmd::Suspend],
            Action::Quit => self.leave(),
            Action::Pane1
            | Action::Pane2
            | Action::Pane3
            | Action::Pane4
            | Action::Pane5
            | Action::Pane6
            | Action::Pane7
            | Action::Pane8
            | Action::Pane9
            | Action::Pane10 => {
                self.inspector.focus = action.pane().unwrap_or_default();
                self.inspector.from = None;
                Vec::new()
            }
        }
    }

    pub(super) fn open_layer(&mut self, layer: Layer) -> Vec<Cmd> {
        self.layers.push(layer);
        Vec::new()
    }

    fn page(&self) -> isize {
        let rows = match self.mode {
            Mode::List => self.list.height,
            Mode::Inspect => self.inspector.position(self.inspector.focus).height,
        };
        rows.saturating_sub(1) as isize
    }

    fn step(&mut self, by: isize) -> Vec<Cmd> {
        match self.mode {
            Mode::List => {
                let last = self.list.order.len().saturating_sub(1);
                self.list.go(self.list.cursor.saturating_add_signed(by).min(last));
            }
            Mode::Inspect => self.inspector.step(by),
        }
        Vec::new()
    }

    fn go_end(&mut self, bottom: bool) -> Vec<Cmd> {
        match self.mode {
            Mode::List => self.list.go(if bottom { self.list.order.len().saturating_sub(1) } else { 0 }),
            Mode::Inspect => {
                let pane = self.inspector.focus;
                let last = self.inspector.stops().saturating_sub(1);
                self.inspector.go(pane, if bottom { last } else { 0 });
            }
        }
        Vec::new()
    }

    fn enter(&mut self) -> Vec<Cmd> {
        match self.mode {
            Mode::List => {
                if self.list.current().is_none() {
                    return Vec::new();
                }
                // What is opened stays under the cursor, however the list goes on.
                self.list.touched = true;
                self.mode = Mode::Inspect;
                if let Some(again) = self.open_anyway() {
                    return again;
                }
                self.trace_moves();
                self.ask_if_allowed()
            }
            Mode::Inspect => self.open_nested().unwrap_or_else(|| self.look_closer()),
        }
    }

    /// Enter in a pane: the source of the line, or the card of the host or address that it names.
    fn look_closer(&mut self) -> Vec<Cmd> {
        let sourced = self.inspector.targets().iter().any(|target| matches!(target, Target::Source(_)));
        if !sourced && self.named_here().is_some() { self.who() } else { self.jump() }
    }

    pub(super) fn area(&self) -> ratatui::layout::Rect {
        ratatui::layout::Rect::new(0, 0, self.size.0, self.size.1)
    }

    fn back(&mut self) -> Vec<Cmd> {
        if self.mode == Mode::Inspect {
            if let Some(from) = self.inspector.from.take() {
                self.inspector.focus = from;
            } else if self.inspector.zoom {
                self.inspector.zoom = false;
            } else if !self.inspector.search.is_empty() {
                self.inspector.search.clear();
            } else if !self.leave_nested() {
                self.mode = Mode::List;
            }
        } else if self.list.range.take().is_none() && !self.list.filter_text.is_empty() {
            if let Some(commands) = self.stop_search() {
                return commands;
            }
            self.list.set_filter("");
        }
        Vec::new()
    }

    fn turn(&mut self, by: isize) -> Vec<Cmd> {
        let count = crate::view::PANES.len();
        self.inspector.from = None;
        self.inspector.focus = (self.inspector.focus + count).saturating_add_signed(by) % count.max(1);
        Vec::new()
    }

    fn go_mail(&mut self, by: isize) -> Vec<Cmd> {
        let last = self.list.order.len().saturating_sub(1);
        self.list.go(self.list.cursor.saturating_add_signed(by).min(last));
        Vec::new()
    }

    fn prompt_search(&mut self) -> Vec<Cmd> {
        let (kind, before) = match self.mode {
            Mode::List => (PromptKind::Filter, self.list.filter_text.clone()),
            Mode::Inspect => (PromptKind::Search, self.inspector.search.clone()),
        };
        let line = Line::new(&before);
        let at = self.list.current_index();
        self.open_layer(Layer::Prompt(Prompt { kind, line, before, at }))
    }

    fn prompt_note(&mut self) -> Vec<Cmd> {
        if let Some(told) = self.of_whole_mails() {
            return told;
        }
        let Some(identity) = self.current_identity() else { return self.not_yet() };
        let before = self.marks.get(&identity).note.to_owned();
        let line = Line::new(&before);
        self.open_layer(Layer::Prompt(Prompt { kind: PromptKind::Note(identity), line, before, at: None }))
    }

    fn next_hit(&mut self, forward: bool) -> Vec<Cmd> {
        match self.mode {
            Mode::List => {
                if let Some(position) = self.list.next_finding(forward) {
                    self.list.go(position);
                    return Vec::new();
                }
                let words =
                    Words::new("no further mail is rated medium or high", "これより先に「中」以上のメールはありません");
                self.tell(words, &[])
            }
            Mode::Inspect => {
                if self.find_next(forward) {
                    return Vec::new();
                }
                self.tell(Words::new("nothing found in this pane", "このペインには見つかりません"), &[])
            }
        }
    }

    fn zoom(&mut self) -> Vec<Cmd> {
        if self.mode == Mode::Inspect {
            self.inspector.zoom = !self.inspector.zoom;
        } else if self.list.current().is_some() {
            self.mode = Mode::Inspect;
            self.inspector.zoom = true;
        }
        Vec::new()
    }

    fn map(&mut self) -> Vec<Cmd> {
        if self.list.current().is_none() {
            return Vec::new();
        }
        let place = pane("place");
        let shown = self.mode == Mode::Inspect && self.inspector.zoom && self.inspector.focus == place;
        self.mode = Mode::Inspect;
        self.inspector.focus = place;
        self.inspector.zoom = !shown;
        Vec::new()
    }

    fn range(&mut self) -> Vec<Cmd> {
        let starting = self.list.range.is_none();
        self.list.select_range();
        if starting {
            let words = Words::new(
                "range: move to its other end and press {0} again; Esc forgets it",
                "範囲選択: もう一方の端へ移動して {0} を再度押す（Esc で取消）",
            );
            let key = self.keymap.label(Action::Range);
            return self.tell(words, &[&key]);
        }
        Vec::new()
    }

    fn sort_by(&mut self, sort: Sort) -> Vec<Cmd> {
        self.sort = sort;
        self.list.sort = sort;
        self.list.refresh();
        Vec::new()
    }

    /// The identity of the mail under the cursor, once it was read.
    pub(super) fn current_identity(&self) -> Option<Identity> {
        match &self.selected {
            Selected::Here(mail) => Some(mail.analysis.identity),
            _ => self.list.rows.identity(self.list.current_index()?),
        }
    }

    pub(super) fn not_yet(&mut self) -> Vec<Cmd> {
        self.tell(
            Words::new(
                "this mail is not read yet, or cannot be read; try again in a moment",
                "このメールはまだ読み込み中か、読めません。少し待ってからやり直してください",
            ),
            &[],
        )
    }

    /// Marks and notes are of whole mails. Says so inside a message inside, whose own head stands on the screen.
    fn of_whole_mails(&mut self) -> Option<Vec<Cmd>> {
        if self.outer.is_empty() {
            return None;
        }
        let back = self.keymap.label(Action::Back);
        let words = Words::new(
            "marks and notes are of whole mails; {0} goes back to the mail around this message",
            "印とメモはメール全体に付きます。{0} で外側のメールに戻ってください",
        );
        Some(self.tell(words, &[&back]))
    }

    /// Takes the last change of marks and notes back; not right behind a quarantine, which is what is meant then.
    fn undo(&mut self) -> Vec<Cmd> {
        if !std::mem::take(&mut self.quarantined) {
            return vec![Cmd::Undo];
        }
        let undo = self.keymap.label(Action::Undo);
        self.tell(
            Words::new(
                "mails come back out of quarantine by `gosanke quarantine --undo`; {0} once more takes back the last mark or note",
                "隔離したメールは `gosanke quarantine --undo` で戻せます。もう一度 {0} を押すと直前の印またはメモを取り消します",
            ),
            &[&undo],
        )
    }

    fn mark(&mut self, mark: Option<Mark>) -> Vec<Cmd> {
        self.quarantined = false;
        if let Some(told) = self.of_whole_mails() {
            return told;
        }
        let chosen = self.chosen();
        let several = self.mode == Mode::List && self.list.selected() > 0;
        let mut identities: Vec<Identity> = chosen.iter().filter_map(|index| self.list.rows.identity(*index)).collect();
        if identities.is_empty() && !several {
            identities.extend(self.current_identity());
        }
        if identities.len() < chosen.len() && several {
            let missing = (chosen.len() - identities.len()).to_string();
            let words = Words::new(
                "{0} of the selected mails are not read yet and stay without the mark",
                "選択中の {0} 通はまだ読み込まれていないため、印は付きません",
            );
            self.toast(words.fill(self.lang, &[&missing]), true);
        }
        if identities.is_empty() {
            return self.not_yet();
        }
        identities.sort_unstable();
        identities.dedup();
        if self.mode == Mode::List && !several {
            let last = self.list.order.len().saturating_sub(1);
            self.list.go((self.list.cursor + 1).min(last));
        }
        vec![Cmd::Mark(identities, mark)]
    }

    /// Takes what the database now says of some mails.
    pub(super) fn saved(&mut self, changes: Vec<(Identity, Option<Marked>)>) {
        let count = changes.len().to_string();
        let mut mails: Vec<Identity> = changes.iter().map(|(mail, _)| *mail).collect();
        mails.sort_unstable();
        for (mail, marked) in changes {
            self.marks.put(mail, marked);
        }
        self.marks.tidy();
        self.list.changed(&mails, &self.marks);
        if !self.list.filter_text.is_empty() {
            self.list.filter_again();
        }
        self.inspector.forget(true);
        // Whether it is on disk as well, only the store can say.
        let words = Words::new("marks and notes: {0 mail|mails} changed", "印とメモ: {0} 通を変更");
        self.log(words.fill(self.lang, &[&count]), false);
    }

    /// Takes what was taken back, and says so: it may be the change of another run, or in a mailbox that is not open.
    pub(super) fn undone(&mut self, changes: Vec<(Identity, Option<Marked>)>) -> Vec<Cmd> {
        let mut mails: Vec<Identity> = changes.iter().map(|(mail, _)| *mail).collect();
        mails.sort_unstable();
        mails.dedup();
        let (count, here) = (mails.len(), self.list.held(&mails));
        self.saved(changes);
        if here < count {
            let words = Words::new(
                "taken back on {0 mail|mails}, {1} of them not among those listed here",
                "{0} 通の印・メモを元に戻しました（うち {1} 通はこの一覧にありません）",
            );
            return self.tell(words, &[&count.to_string(), &(count - here).to_string()]);
        }
        self.tell(Words::new("taken back on {0 mail|mails}", "{0} 通の印・メモを元に戻しました"), &[&count.to_string()])
    }

    /// The mails that an action is for: in the inspector the open one, in the list the selected ones or the current one.
    pub(super) fn chosen(&self) -> Vec<u32> {
        match self.mode {
            Mode::List => self.list.chosen(),
            Mode::Inspect => self.list.current_index().into_iter().collect(),
        }
    }

    /// A line of the source without the place that stands before it.
    fn without_place<'a>(&self, line: &'a str) -> &'a str {
        let raw = self.inspector.focus == super::super::inspect::pane("raw");
        let text = line.split_once(['│', '┆']).filter(|_| raw).map(|(_, text)| text);
        text.map_or(line, |text| text.strip_prefix(' ').unwrap_or(text))
    }

    /// What `y` copies of the line under the cursor: live, for the caller to defang.
    pub(super) fn value_here(&self) -> Option<Target> {
        match self.mode {
            Mode::Inspect => self
                .inspector
                .targets()
                .iter()
                .find(|target| !matches!(target, Target::Source(_) | Target::Nested(_) | Target::Item(_)))
                .cloned()
                .or_else(|| self.inspector.line_text().map(|text| Target::Value(self.without_place(text).to_owned()))),
            Mode::List => self.list.current().map(|row| Target::Address(row.summary.address)),
        }
    }
}

//! Keys and the mouse: which action one stands for, here and now. What an action does is said elsewhere (`act`); by
//! itself this must never change more than cursor and focus.

use crossterm::event::{KeyEvent, KeyEventKind, MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::{Position, Rect};

use super::super::action::{Action, Scope};
use super::super::keymap::Key;
use super::super::layout;
use super::super::msg::Cmd;
use super::{App, Mode};
use crate::text::Words;

impl App {
    /// A key goes to what lies on top, else it is what the keymap says of the screen.
    pub(super) fn key(&mut self, event: KeyEvent) -> Vec<Cmd> {
        if event.kind == KeyEventKind::Release {
            return self.unchanged();
        }
        if !self.layers.is_empty() {
            return self.layer_key(event);
        }
        let scope = match self.mode {
            Mode::List => Scope::List,
            Mode::Inspect => Scope::Inspector,
        };
        match self.keymap.action(scope, Key::of(event)) {
            Some(action) => self.act(action),
            None => self.elsewhere(Key::of(event)),
        }
    }

    /// A key that does nothing here says where it does something, if it does anywhere.
    fn elsewhere(&mut self, key: Key) -> Vec<Cmd> {
        let (other, words, way) = match self.mode {
            Mode::List => (
                Scope::Inspector,
                Words::new(
                    "{0} works in an open mail; {1} opens one",
                    "{0} はメールを開いているときに使えます（{1} で開く）",
                ),
                Action::Enter,
            ),
            Mode::Inspect => (
                Scope::List,
                Words::new("{0} works in the list; {1} leads back to it", "{0} は一覧で使えます（{1} で戻る）"),
                Action::Back,
            ),
        };
        if self.keymap.action(other, key).is_none() {
            return Vec::new();
        }
        let way = self.keymap.keys(way).first().map(Key::to_string).unwrap_or_default();
        self.tell(words, &[&key.to_string(), &way])
    }

    /// The wheel moves, a click puts the cursor or the focus there.
    pub(super) fn mouse(&mut self, event: MouseEvent) -> Vec<Cmd> {
        // What lies over the list hides it from the mouse as well.
        if !self.layers.is_empty() {
            return self.unchanged();
        }
        match event.kind {
            MouseEventKind::ScrollDown => self.act(Action::Down),
            MouseEventKind::ScrollUp => self.act(Action::Up),
            MouseEventKind::Down(MouseButton::Left) => {
                let area = Rect::new(0, 0, self.size.0, self.size.1);
                let place = Position::new(event.column, event.row);
                match self.mode {
                    Mode::List => {
                        let list = layout::list_screen(area).list;
                        let inner = layout::inside(list, layout::borders(area));
                        if inner.contains(place) {
                            // The first row holds the column titles.
                            let row = self.list.offset + usize::from(place.y.saturating_sub(inner.y)).saturating_sub(1);
                            if row < self.list.order.len() {
                                self.list.go(row);
                            }
                        }
                    }
                    Mode::Inspect => {
                        let screen = layout::inspector_screen(area, self.inspector.focus, self.inspector.zoom);
                        if let Some((pane, _)) = screen.panes.iter().find(|(_, rect)| rect.contains(place)) {
                            self.inspector.focus = *pane;
                        }
                    }
                }
                Vec::new()
            }
            _ => self.unchanged(),
        }
    }
}

//! Keys while a layer lies over the screen.

use crossterm::event::{KeyCode, KeyEvent};

use super::super::action::Scope;
use super::super::keymap::Key;
use super::super::layer::{Layer, PromptKind};
use super::super::msg::Cmd;
use super::App;

impl App {
    /// The top layer sees the key first. Esc pops it.
    pub(super) fn layer_key(&mut self, event: KeyEvent) -> Vec<Cmd> {
        // Leaving works from everywhere.
        if Some(Key::of(event)) == Key::parse("C-c") {
            return self.act(super::super::action::Action::Quit);
        }
        if event.code == KeyCode::Esc {
            return self.pop();
        }
        match self.layers.last() {
            Some(Layer::Help(_)) => self.help_key(event),
            Some(Layer::Keys(scope)) => {
                let scope = *scope;
                self.keys_key(scope, event)
            }
            Some(Layer::Prompt(_)) => self.prompt_key(event),
            Some(Layer::Confirm(_)) => self.confirm_key(event),
            Some(Layer::Folders { .. }) => self.folders_key(event),
            Some(Layer::Jobs(_)) => self.jobs_key(event),
            Some(Layer::Plan(_)) => self.plan_key(event),
            Some(Layer::Who(_)) => self.who_key(event),
            None => Vec::new(),
        }
    }

    /// Takes the top layer away; a prompt gives back what stood there before.
    fn pop(&mut self) -> Vec<Cmd> {
        if let Some(Layer::Prompt(prompt)) = self.layers.pop() {
            match prompt.kind {
                PromptKind::Filter => {
                    self.list.set_filter(&prompt.before);
                    if let Some(index) = prompt.at {
                        self.list.go_to(index);
                    }
                }
                PromptKind::Search => self.inspector.search = prompt.before,
                PromptKind::Note(_) => {}
            }
        }
        Vec::new()
    }

    pub(super) fn paste(&mut self, text: &str) -> Vec<Cmd> {
        match self.layers.last_mut() {
            Some(Layer::Prompt(prompt)) => {
                prompt.line.paste(text);
                self.typed();
            }
            Some(Layer::Help(palette)) => palette.line.paste(text),
            // Pasted text never works as keys.
            _ => {}
        }
        Vec::new()
    }

    fn help_key(&mut self, event: KeyEvent) -> Vec<Cmd> {
        let Some(Layer::Help(palette)) = self.layers.last_mut() else { return Vec::new() };
        let found = palette.found(&self.keymap, self.lang);
        let last = found.len().saturating_sub(1);
        palette.cursor = palette.cursor.min(last);
        match event.code {
            KeyCode::Down => palette.cursor = (palette.cursor + 1).min(last),
            KeyCode::Up => palette.cursor = palette.cursor.saturating_sub(1),
            KeyCode::PageDown => palette.cursor = (palette.cursor + 10).min(last),
            KeyCode::PageUp => palette.cursor = palette.cursor.saturating_sub(10),
            KeyCode::Enter => {
                let action = found.get(palette.cursor).map(|row| row.action);
                self.layers.pop();
                return action.map(|action| self.act(action)).unwrap_or_default();
            }
            _ => {
                if palette.line.key(event) {
                    palette.cursor = 0;
                }
            }
        }
        Vec::new()
    }

    fn keys_key(&mut self, scope: Scope, event: KeyEvent) -> Vec<Cmd> {
        self.layers.pop();
        // Another key closes the box and does nothing: a chord never does half of something.
        self.keymap.action(scope, Key::of(event)).map(|action| self.act(action)).unwrap_or_default()
    }

    fn prompt_key(&mut self, event: KeyEvent) -> Vec<Cmd> {
        if event.code == KeyCode::Enter {
            return match self.layers.pop() {
                Some(Layer::Prompt(prompt)) => match prompt.kind {
                    PromptKind::Note(identity) => {
                        self.quarantined = false;
                        vec![Cmd::Note(identity, prompt.line.text().trim().to_owned())]
                    }
                    PromptKind::Filter => Vec::new(),
                    PromptKind::Search => {
                        if self.inspector.search.is_empty() {
                            return Vec::new();
                        }
                        let hits = self.hits().to_string();
                        self.tell(crate::text::Words::new("lines that match: {0}", "{0} 行が一致"), &[&hits])
                    }
                },
                _ => Vec::new(),
            };
        }
        if let Some(Layer::Prompt(prompt)) = self.layers.last_mut()
            && prompt.line.key(event)
        {
            self.typed();
        }
        Vec::new()
    }

    /// What is typed works at once.
    fn typed(&mut self) {
        let Some(Layer::Prompt(prompt)) = self.layers.last() else { return };
        let text = prompt.line.text().to_owned();
        match prompt.kind {
            PromptKind::Filter => {
                let from = prompt.at;
                self.list.set_filter(&text);
                // A beginning of what is meant may pass other mails only: the cursor stays where it was, or next to it.
                self.list.keep_near(from);
            }
            PromptKind::Search => {
                self.inspector.search = text;
                // The hit under the cursor counts, so that typing on does not run ahead.
                let pane = self.inspector.focus;
                let here = self.inspector.position(pane).stop;
                if !self.inspector.search.is_empty() {
                    let matches = self
                        .inspector
                        .line_text()
                        .is_some_and(|line| line.to_lowercase().contains(&self.inspector.search.to_lowercase()));
                    if !matches && !self.find_next(true) {
                        self.inspector.go(pane, here);
                    }
                }
            }
            PromptKind::Note(_) => {}
        }
    }

    fn confirm_key(&mut self, event: KeyEvent) -> Vec<Cmd> {
        let Some(Layer::Confirm(confirm)) = self.layers.last_mut() else { return Vec::new() };
        match event.code {
            KeyCode::Char('y' | 'Y') | KeyCode::Enter => {
                let yes = confirm.yes.take();
                self.quarantined |= matches!(yes, Some(Cmd::Quarantine(_)));
                self.layers.pop();
                yes.into_iter().collect()
            }
            KeyCode::Down | KeyCode::Char('j') => {
                confirm.offset = (confirm.offset + 1).min(confirm.lines.len().saturating_sub(1));
                Vec::new()
            }
            KeyCode::Up | KeyCode::Char('k') => {
                confirm.offset = confirm.offset.saturating_sub(1);
                Vec::new()
            }
            KeyCode::Char('n' | 'N' | 'q') => {
                self.layers.pop();
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    fn folders_key(&mut self, event: KeyEvent) -> Vec<Cmd> {
        let last = self.folders.len().saturating_sub(1);
        let Some(Layer::Folders { cursor }) = self.layers.last_mut() else { return Vec::new() };
        match event.code {
            KeyCode::Down | KeyCode::Char('j') => *cursor = (*cursor + 1).min(last),
            KeyCode::Up | KeyCode::Char('k') => *cursor = cursor.saturating_sub(1),
            KeyCode::Home | KeyCode::Char('g') => *cursor = 0,
            KeyCode::End | KeyCode::Char('G') => *cursor = last,
            KeyCode::Enter | KeyCode::Char('l') => {
                let folder = *cursor as u16;
                self.layers.pop();
                if folder != self.folder {
                    return self.switch_folder(folder);
                }
            }
            KeyCode::Char('q' | 'h' | 'f') => {
                self.layers.pop();
            }
            _ => {}
        }
        Vec::new()
    }
}

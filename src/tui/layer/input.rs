//! A line of text that is typed into, over `tui_input`.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use tui_input::{Input, InputRequest};

/// The longest line that can be typed, in characters.
const LONGEST: usize = 4096;

/// The line.
#[derive(Debug, Default, Clone)]
pub struct Line {
    input: Input,
}

impl Line {
    /// A line with text in it, the cursor at its end.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self { input: Input::new(text.to_owned()) }
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> &str {
        self.input.value()
    }

    /// Columns left of the cursor.
    #[must_use]
    pub fn cursor(&self) -> usize {
        self.input.visual_cursor()
    }

    /// Types pasted text: line breaks become blanks.
    pub fn paste(&mut self, text: &str) {
        for c in text.chars().take(LONGEST) {
            self.insert(if c.is_control() { ' ' } else { c });
        }
    }

    fn insert(&mut self, c: char) {
        if self.input.value().chars().count() < LONGEST {
            self.input.handle(InputRequest::InsertChar(c));
        }
    }

    /// Takes a key. Gives true where the text or the cursor changed.
    pub fn key(&mut self, event: KeyEvent) -> bool {
        let control = event.modifiers.contains(KeyModifiers::CONTROL);
        let alt = event.modifiers.contains(KeyModifiers::ALT);
        let request = match event.code {
            KeyCode::Char(c) if !control && !alt => {
                self.insert(c);
                return true;
            }
            KeyCode::Backspace if control || alt => InputRequest::DeletePrevWord,
            KeyCode::Backspace => InputRequest::DeletePrevChar,
            KeyCode::Delete => InputRequest::DeleteNextChar,
            KeyCode::Left if control => InputRequest::GoToPrevWord,
            KeyCode::Right if control => InputRequest::GoToNextWord,
            KeyCode::Left => InputRequest::GoToPrevChar,
            KeyCode::Right => InputRequest::GoToNextChar,
            KeyCode::Home => InputRequest::GoToStart,
            KeyCode::End => InputRequest::GoToEnd,
            KeyCode::Char('a') if control => InputRequest::GoToStart,
            KeyCode::Char('e') if control => InputRequest::GoToEnd,
            KeyCode::Char('w') if control => InputRequest::DeletePrevWord,
            KeyCode::Char('u') if control => InputRequest::DeleteLine,
            KeyCode::Char('k') if control => InputRequest::DeleteTillEnd,
            _ => return false,
        };
        self.input.handle(request);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn press(line: &mut Line, code: KeyCode, modifiers: KeyModifiers) {
        line.key(KeyEvent::new(code, modifiers));
    }

    #[test]
    fn a_line_is_typed_and_mended() {
        let mut line = Line::new("level:high");
        press(&mut line, KeyCode::Char(' '), KeyModifiers::NONE);
        line.paste("銀行\nx");
        assert_eq!(line.text(), "level:high 銀行 x");
        press(&mut line, KeyCode::Char('w'), KeyModifiers::CONTROL);
        press(&mut line, KeyCode::Backspace, KeyModifiers::NONE);
        assert_eq!(line.text(), "level:high 銀行");
        assert_eq!(line.cursor(), 15);
        press(&mut line, KeyCode::Char('u'), KeyModifiers::CONTROL);
        assert_eq!(line.text(), "");
    }
}

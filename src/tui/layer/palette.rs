//! Help and palette in one: every action, searched by words and by key; Enter runs it.

use crate::text::Lang;

use super::super::action::{ACTIONS, Row, Scope};
use super::super::keymap::Keymap;
use super::input::Line;

/// The layer.
#[derive(Debug, Default)]
pub struct Palette {
    /// What is searched.
    pub line: Line,
    /// The chosen one among those found.
    pub cursor: usize,
}

impl Palette {
    /// The actions found, in the order of the help; of the boxes of other keys only when searched for.
    #[must_use]
    pub fn found(&self, keymap: &Keymap, lang: Lang) -> Vec<&'static Row> {
        let needle = self.line.text().trim().to_lowercase();
        ACTIONS
            .iter()
            .filter(|row| {
                if needle.is_empty() {
                    return !matches!(row.scope, Scope::Copy | Scope::Sort | Scope::Save);
                }
                let exact = keymap.keys(row.action).iter().any(|key| key.to_string() == self.line.text().trim());
                let text =
                    format!("{} {} {} {}", row.name, row.help.get(lang), row.help.en, row.group.words().get(lang))
                        .to_lowercase();
                exact || needle.split_whitespace().all(|word| text.contains(word))
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::action::Action;

    fn found(text: &str) -> Vec<Action> {
        let palette = Palette { line: Line::new(text), cursor: 0 };
        palette.found(&Keymap::default(), Lang::En).iter().map(|row| row.action).collect()
    }

    #[test]
    fn actions_are_found_by_words_in_any_order_and_by_key() {
        assert_eq!(found("malicious mark"), [Action::Malicious]);
        assert!(found("C-d").contains(&Action::HalfDown));
        assert!(found("z").contains(&Action::Zoom), "by its key");
        assert!(found("urls").contains(&Action::CopyUrls), "actions of a box are found too");
        assert!(!found("").contains(&Action::CopyUrls), "but do not fill the help");
        assert!(found("nothing like that").is_empty());
    }
}

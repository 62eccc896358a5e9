//! Keys and what they do: the notation of the configuration, the map from keys to actions, and its conflicts.
//!
//! Notation: `j`, `G`, `?`, `Enter`, `Esc`, `Tab`, `S-Tab`, `Space`, `PgUp`, `F1`, `C-d` (Ctrl), `A-x` (Alt). Terminals
//! differ in whether `?` arrives with SHIFT, so SHIFT is taken off character keys.

use std::collections::{BTreeMap, HashMap};

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::action::{ACTIONS, Action, Scope};
use crate::text::{Sentence, Words};

/// A key as it is looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key {
    code: KeyCode,
    modifiers: KeyModifiers,
}

const NO_KEY: Words = Words::new(
    "keys.{0}: \"{1}\" is no key; write j, G, Enter, Esc, Space, C-d, A-x or F1",
    "keys.{0}: \"{1}\" というキーはありません。j、G、Enter、Esc、Space、C-d、A-x、F1 のように書いてください",
);
const TAKEN: Words = Words::new(
    "keys.{0}: {1} is also the key of {2}; the latter keeps it",
    "keys.{0}: {1} は {2} のキーでもあるため、{2} に割り当てます",
);

const NO_KEY_LEFT: Words = Words::new(
    "keys: {0} has no key left, another action took it; give it one",
    "keys: {0} のキーが他の操作に取られ、なくなりました。別のキーを割り当ててください",
);

const NAMED: &[(&str, KeyCode)] = &[
    ("Enter", KeyCode::Enter),
    ("Esc", KeyCode::Esc),
    ("Tab", KeyCode::Tab),
    ("Space", KeyCode::Char(' ')),
    ("Up", KeyCode::Up),
    ("Down", KeyCode::Down),
    ("Left", KeyCode::Left),
    ("Right", KeyCode::Right),
    ("Home", KeyCode::Home),
    ("End", KeyCode::End),
    ("PgUp", KeyCode::PageUp),
    ("PgDn", KeyCode::PageDown),
    ("Backspace", KeyCode::Backspace),
    ("Delete", KeyCode::Delete),
    ("Insert", KeyCode::Insert),
];

impl Key {
    /// The key of an event, as the map knows it.
    #[must_use]
    pub fn of(event: KeyEvent) -> Self {
        let mut modifiers = event.modifiers & (KeyModifiers::CONTROL | KeyModifiers::ALT | KeyModifiers::SHIFT);
        let mut code = event.code;
        if code == KeyCode::BackTab {
            code = KeyCode::Tab;
            modifiers |= KeyModifiers::SHIFT;
        }
        if let KeyCode::Char(c) = code {
            modifiers -= KeyModifiers::SHIFT;
            if modifiers.contains(KeyModifiers::CONTROL) {
                code = KeyCode::Char(c.to_ascii_lowercase());
            }
        }
        Self { code, modifiers }
    }

    /// Reads the notation of the configuration.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut modifiers = KeyModifiers::NONE;
        let mut rest = text;
        while let Some((prefix, name)) = rest.split_once('-').filter(|(_, name)| !name.is_empty()) {
            modifiers |= match prefix {
                "C" => KeyModifiers::CONTROL,
                "A" => KeyModifiers::ALT,
                "S" => KeyModifiers::SHIFT,
                _ => return None,
            };
            rest = name;
        }
        let code = NAMED.iter().find(|(name, _)| *name == rest).map(|(_, code)| *code).or_else(|| {
            let mut chars = rest.chars();
            match (chars.next(), chars.as_str()) {
                (Some(c), "") if !c.is_control() => Some(KeyCode::Char(c)),
                (Some('F'), number) => number.parse().ok().filter(|n| (1..=24).contains(n)).map(KeyCode::F),
                _ => None,
            }
        })?;
        Some(Self::of(KeyEvent::new(code, modifiers)))
    }

    /// The event of this key being pressed.
    #[must_use]
    pub fn event(self) -> KeyEvent {
        KeyEvent::new(self.code, self.modifiers)
    }

    /// The character, where the key is one without Ctrl and Alt.
    #[must_use]
    pub fn char(self) -> Option<char> {
        match self.code {
            KeyCode::Char(c) if self.modifiers.is_empty() => Some(c),
            _ => None,
        }
    }
}

impl std::fmt::Display for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (modifier, prefix) in
            [(KeyModifiers::CONTROL, "C-"), (KeyModifiers::ALT, "A-"), (KeyModifiers::SHIFT, "S-")]
        {
            if self.modifiers.contains(modifier) {
                f.write_str(prefix)?;
            }
        }
        match (NAMED.iter().find(|(_, code)| *code == self.code), self.code) {
            (Some((name, _)), _) => f.write_str(name),
            (None, KeyCode::Char(c)) => write!(f, "{c}"),
            (None, KeyCode::F(n)) => write!(f, "F{n}"),
            _ => f.write_str("?"),
        }
    }
}

/// What every key does.
#[derive(Debug, Clone)]
pub struct Keymap {
    keys: HashMap<(Scope, Key), Action>,
    shown: Vec<(Action, Vec<Key>)>,
}

impl Default for Keymap {
    fn default() -> Self {
        Self::new(&BTreeMap::new()).0
    }
}

impl Keymap {
    /// The default keys with a user's changes (action name to keys; an empty list takes the action's keys away). Gives
    /// what is wrong with the changes as sentences; what is right holds all the same.
    #[must_use]
    pub fn new(changes: &BTreeMap<String, Vec<String>>) -> (Self, Vec<Sentence>) {
        let mut map = Self { keys: HashMap::new(), shown: Vec::new() };
        let mut wrong = Vec::new();
        for row in ACTIONS {
            let changed = changes.get(row.name);
            let names: Vec<&str> =
                changed.map_or_else(|| row.keys.to_vec(), |keys| keys.iter().map(String::as_str).collect());
            let mut keys = Vec::new();
            for name in names {
                let Some(key) = Key::parse(name) else {
                    wrong.push(Sentence::new(NO_KEY, [row.name.into(), name.into()]));
                    continue;
                };
                keys.push(key);
            }
            // A slip of the pen takes no action away; an empty list does.
            if keys.is_empty() && changed.is_some_and(|names| !names.is_empty()) {
                keys.extend(row.keys.iter().filter_map(|name| Key::parse(name)));
            }
            map.shown.push((row.action, keys));
        }
        // A user's key wins over a default of another action; two of the user's own conflict.
        let order = |action: &Action| u8::from(!changes.contains_key(action.row().name));
        let mut rows: Vec<(Action, Key)> =
            map.shown.iter().flat_map(|(action, keys)| keys.iter().map(|key| (*action, *key))).collect();
        rows.sort_by_key(|(action, _)| order(action));
        for (action, key) in rows {
            let scope = action.row().scope;
            let overlapping: &[Scope] = match scope {
                Scope::Everywhere => &[Scope::Everywhere, Scope::List, Scope::Inspector],
                Scope::List => &[Scope::List, Scope::Everywhere],
                Scope::Inspector => &[Scope::Inspector, Scope::Everywhere],
                Scope::Copy => &[Scope::Copy],
                Scope::Sort => &[Scope::Sort],
                Scope::Reach => &[Scope::Reach],
                Scope::Save => &[Scope::Save],
            };
            let other = overlapping.iter().find_map(|scope| map.keys.get(&(*scope, key)));
            if let Some(other) = other {
                if order(&action) == order(other) {
                    let names = [action.row().name.into(), key.to_string().into(), other.row().name.into()];
                    wrong.push(Sentence::new(TAKEN, names));
                }
                if let Some((_, keys)) = map.shown.iter_mut().find(|(shown, _)| *shown == action) {
                    keys.retain(|kept| *kept != key);
                }
                continue;
            }
            map.keys.insert((scope, key), action);
        }
        for (action, keys) in &map.shown {
            let row = action.row();
            if keys.is_empty() && !row.keys.is_empty() && !changes.contains_key(row.name) {
                wrong.push(Sentence::new(NO_KEY_LEFT, [row.name.into()]));
            }
        }
        (map, wrong)
    }

    /// What `key` does in `scope`, or everywhere.
    #[must_use]
    pub fn action(&self, scope: Scope, key: Key) -> Option<Action> {
        let everywhere = matches!(scope, Scope::List | Scope::Inspector).then_some(Scope::Everywhere);
        self.keys.get(&(scope, key)).or_else(|| self.keys.get(&(everywhere?, key))).copied()
    }

    /// The keys of an action, the first one to be shown in the footer.
    #[must_use]
    pub fn keys(&self, action: Action) -> &[Key] {
        self.shown.iter().find(|(shown, _)| *shown == action).map_or(&[], |(_, keys)| keys)
    }

    /// The keys of an action in words.
    #[must_use]
    pub fn label(&self, action: Action) -> String {
        self.keys(action).iter().map(Key::to_string).collect::<Vec<_>>().join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Lang;

    #[test]
    fn the_default_keys_do_not_conflict() {
        assert_eq!(Keymap::new(&BTreeMap::new()).1, []);
    }

    #[test]
    fn keys_are_written_as_they_are_read() {
        for text in ["j", "G", "?", "Enter", "S-Tab", "C-d", "A-x", "F1", "Space", "PgUp", "-", "C--"] {
            assert_eq!(Key::parse(text).map(|key| key.to_string()).as_deref(), Some(text));
        }
        for text in ["", "X-j", "Entr", "F99", "C-", "\u{1b}"] {
            assert_eq!(Key::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_question_mark_is_the_same_with_and_without_shift() {
        let plain = Key::of(KeyEvent::new(KeyCode::Char('?'), KeyModifiers::NONE));
        assert_eq!(Key::of(KeyEvent::new(KeyCode::Char('?'), KeyModifiers::SHIFT)), plain);
        assert_eq!(Key::of(KeyEvent::new(KeyCode::BackTab, KeyModifiers::SHIFT)), Key::parse("S-Tab").unwrap());
    }

    #[test]
    fn a_users_key_wins_over_a_default_and_a_wrong_one_is_named() {
        let changes = BTreeMap::from([("note".to_owned(), vec!["m".to_owned(), "Foo".to_owned()])]);
        let (map, wrong) = Keymap::new(&changes);
        assert_eq!(map.action(Scope::List, Key::parse("m").unwrap()), Some(Action::Note));
        assert_eq!(map.label(Action::Malicious), "");
        assert_eq!(wrong.len(), 2, "{wrong:?}");
        assert_eq!(
            wrong[1].words(Lang::En),
            "keys: mark-malicious has no key left, another action took it; give it one"
        );
        let (en, ja) = (wrong[0].words(Lang::En), wrong[0].words(Lang::Ja));
        assert_eq!(en, "keys.note: \"Foo\" is no key; write j, G, Enter, Esc, Space, C-d, A-x or F1");
        assert!(ja.starts_with("keys.note: \"Foo\" というキーはありません"), "{ja}");
    }

    #[test]
    fn a_slip_of_the_pen_takes_no_action_away_and_an_empty_list_does() {
        let keymap = |keys: &[&str]| {
            let keys = keys.iter().map(|key| (*key).to_owned()).collect();
            Keymap::new(&BTreeMap::from([("quit".to_owned(), keys)]))
        };
        let (map, wrong) = keymap(&["F99"]);
        assert_eq!((map.label(Action::Quit), wrong.len()), (Keymap::default().label(Action::Quit), 1));
        let (map, wrong) = keymap(&["F99", "F9"]);
        assert_eq!((map.label(Action::Quit).as_str(), wrong.len()), ("F9", 1));
        let (map, wrong) = keymap(&[]);
        assert_eq!((map.label(Action::Quit).as_str(), wrong.len()), ("", 0));
    }

    #[test]
    fn one_key_for_two_actions_is_told_in_both_languages() {
        let keys = |name: &str| (name.to_owned(), vec!["C-y".to_owned()]);
        let (_, wrong) = Keymap::new(&BTreeMap::from([keys("note"), keys("undo")]));
        assert_eq!(wrong.len(), 1, "{wrong:?}");
        let (en, ja) = (wrong[0].words(Lang::En), wrong[0].words(Lang::Ja));
        assert!(en.contains("C-y is also the key of "), "{en}");
        assert!(ja.contains("C-y は ") && ja.contains("割り当てます"), "{ja}");
    }

    #[test]
    fn boxes_have_keys_of_their_own() {
        let map = Keymap::default();
        assert_eq!(map.action(Scope::Copy, Key::parse("u").unwrap()), Some(Action::CopyUrls));
        assert_eq!(map.action(Scope::List, Key::parse("u").unwrap()), Some(Action::Undo));
        assert_eq!(map.action(Scope::Sort, Key::parse("q").unwrap()), None);
    }
}

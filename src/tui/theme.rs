//! Roles and their looks. Severity is word, glyph and weight, never hue alone; the terminal's own colors come first.

use std::collections::BTreeMap;

use ratatui::style::{Color, Modifier, Style};

use crate::verdict::Level;
use crate::view::Tone;

/// How many colors the terminal is taken to have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// None: weight, underline and reverse only.
    Mono,
    /// The terminal's own sixteen.
    Sixteen,
    /// RGB.
    True,
}

impl Depth {
    /// What the environment says: NO_COLOR (no-color.org), then COLORTERM.
    #[must_use]
    pub fn detect(env: &dyn Fn(&str) -> Option<String>) -> Self {
        let set = |name: &str| env(name).filter(|value| !value.is_empty());
        if set("NO_COLOR").is_some() || env("TERM").as_deref() == Some("dumb") {
            Self::Mono
        } else if set("COLORTERM").is_some_and(|value| value == "truecolor" || value == "24bit") {
            Self::True
        } else {
            Self::Sixteen
        }
    }
}

/// What a widget asks the theme for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Ordinary text.
    Text,
    /// Less important.
    Dim,
    /// Stands out.
    Accent,
    /// A title.
    Title,
    /// A border.
    Border,
    /// The border of the pane that has the keys.
    Focus,
    /// The selected row of the focused list or pane.
    Selection,
    /// The selected row of another pane.
    SelectionIdle,
    /// A hit of a search.
    Match,
    /// Information.
    Info,
    /// Agreement.
    Good,
    /// Low risk.
    Low,
    /// Medium risk.
    Medium,
    /// High risk.
    High,
    /// A link or host.
    Link,
    /// An error.
    Error,
    /// Land on the map.
    Land,
    /// A key in the footer.
    Key,
}

/// Every role with its name in the configuration.
pub const ROLES: &[(&str, Role)] = &[
    ("text", Role::Text),
    ("dim", Role::Dim),
    ("accent", Role::Accent),
    ("title", Role::Title),
    ("border", Role::Border),
    ("focus", Role::Focus),
    ("selection", Role::Selection),
    ("selection-idle", Role::SelectionIdle),
    ("match", Role::Match),
    ("info", Role::Info),
    ("good", Role::Good),
    ("low", Role::Low),
    ("medium", Role::Medium),
    ("high", Role::High),
    ("link", Role::Link),
    ("error", Role::Error),
    ("land", Role::Land),
    ("key", Role::Key),
];

/// Styles that a user gave to roles: `high = "bold #ff5555 on black"`.
#[derive(Debug, Clone, Copy, Default)]
pub struct Styles([Option<Style>; ROLES.len()]);

impl Styles {
    /// Reads them; what cannot be read is named and left out.
    #[must_use]
    pub fn new(given: &BTreeMap<String, String>) -> (Self, Vec<String>) {
        let mut styles = Self::default();
        let mut wrong = Vec::new();
        for (name, text) in given {
            let place = ROLES.iter().zip(&mut styles.0).find(|((role, _), _)| role == name);
            match (place, style_of(text)) {
                (Some((_, place)), Some(style)) => *place = Some(style),
                (None, _) => {}
                (Some(_), None) => wrong.push(format!(
                    "styles.{name}: {text:?} is no style; write words like bold dim italic underline reversed, a color \
                     (red, bright-blue, #rrggbb), and `on` before the background"
                )),
            }
        }
        (styles, wrong)
    }

    fn get(&self, role: Role) -> Option<Style> {
        ROLES.iter().zip(self.0).find(|((_, other), _)| *other == role).and_then(|(_, style)| style)
    }
}

fn style_of(text: &str) -> Option<Style> {
    let mut style = Style::new();
    let mut ground = false;
    for word in text.split_whitespace() {
        style = match word {
            "on" => {
                ground = true;
                continue;
            }
            "bold" => style.add_modifier(Modifier::BOLD),
            "dim" => style.add_modifier(Modifier::DIM),
            "italic" => style.add_modifier(Modifier::ITALIC),
            "underline" => style.add_modifier(Modifier::UNDERLINED),
            "reversed" => style.add_modifier(Modifier::REVERSED),
            "plain" => style,
            color => {
                let color: Color = color.parse().ok()?;
                if std::mem::take(&mut ground) { style.bg(color) } else { style.fg(color) }
            }
        };
    }
    (!ground).then_some(style)
}

/// Looks for roles.
#[derive(Debug, Clone, Copy)]
pub struct Theme {
    depth: Depth,
    light: bool,
    styles: Styles,
}

impl Theme {
    /// A theme for a number of colors; `light` for terminals with a light background.
    #[must_use]
    pub fn new(depth: Depth, light: bool) -> Self {
        Self { depth, light, styles: Styles([None; ROLES.len()]) }
    }

    /// The theme with a user's styles in place of its own.
    #[must_use]
    pub fn with(self, styles: Styles) -> Self {
        Self { styles, ..self }
    }

    /// The look of a role.
    #[must_use]
    pub fn style(self, role: Role) -> Style {
        if let Some(style) = self.styles.get(role) {
            // Without colors a user's weights hold, and colors do not.
            return if self.depth == Depth::Mono { Style { fg: None, bg: None, ..style } } else { style };
        }
        let plain = Style::new();
        let weight = |style: Style, modifier| style.add_modifier(modifier);
        // Weight first: what a reader without colors sees.
        let base = match role {
            Role::Text | Role::Border | Role::Info | Role::Good | Role::Low => plain,
            Role::Dim | Role::Land => weight(plain, Modifier::DIM),
            Role::Accent | Role::Title | Role::Focus | Role::Medium | Role::Error | Role::Key => {
                weight(plain, Modifier::BOLD)
            }
            Role::High => weight(plain, Modifier::BOLD),
            Role::Selection => weight(plain, Modifier::REVERSED),
            Role::SelectionIdle | Role::Match => weight(plain, Modifier::UNDERLINED),
            Role::Link => plain,
        };
        let color = match self.depth {
            Depth::Mono => return base,
            Depth::Sixteen => self.sixteen(role),
            Depth::True => self.rgb(role),
        };
        match (color, role) {
            (Some(color), Role::Selection) => Style::new().bg(color),
            (Some(color), Role::SelectionIdle) => Style::new().bg(color),
            (Some(color), Role::Match) => Style::new().fg(Color::Black).bg(color),
            (Some(color), Role::Dim | Role::Land) => Style::new().fg(color),
            (Some(color), _) => base.fg(color),
            (None, _) => base,
        }
    }

    fn sixteen(self, role: Role) -> Option<Color> {
        Some(match role {
            Role::Dim | Role::Border => Color::DarkGray,
            Role::Land => Color::DarkGray,
            Role::Accent | Role::Focus | Role::Key => Color::Cyan,
            Role::Info => Color::Blue,
            Role::Good => Color::Green,
            Role::Low => Color::Blue,
            Role::Medium => Color::Yellow,
            Role::High | Role::Error => Color::Red,
            Role::Link => Color::Cyan,
            Role::Match => Color::Yellow,
            Role::Text | Role::Title | Role::Selection | Role::SelectionIdle => return None,
        })
    }

    fn rgb(self, role: Role) -> Option<Color> {
        let (dark, light) = match role {
            Role::Text => return None,
            Role::Dim => ((0x80, 0x86, 0x92), (0x70, 0x76, 0x80)),
            Role::Title => ((0xe4, 0xe8, 0xf0), (0x10, 0x18, 0x28)),
            Role::Accent | Role::Key => ((0x7f, 0xc8, 0xe8), (0x00, 0x5f, 0x87)),
            Role::Border => ((0x44, 0x4b, 0x58), (0xb0, 0xb4, 0xbc)),
            Role::Focus => ((0x7f, 0xc8, 0xe8), (0x00, 0x5f, 0x87)),
            Role::Selection => ((0x2b, 0x3a, 0x4f), (0xcf, 0xe4, 0xf7)),
            Role::SelectionIdle => ((0x22, 0x28, 0x31), (0xe8, 0xec, 0xf2)),
            Role::Match => ((0xf0, 0xc6, 0x74), (0xff, 0xe0, 0x82)),
            Role::Info => ((0x8f, 0xb8, 0xf0), (0x1f, 0x5f, 0xbf)),
            Role::Good => ((0x8f, 0xc9, 0x8a), (0x2e, 0x7d, 0x32)),
            Role::Low => ((0x8f, 0xb8, 0xf0), (0x1f, 0x5f, 0xbf)),
            Role::Medium => ((0xf0, 0xc0, 0x60), (0x9a, 0x5f, 0x00)),
            Role::High | Role::Error => ((0xff, 0x7b, 0x72), (0xc0, 0x1c, 0x28)),
            Role::Link => ((0xb3, 0xa5, 0xf0), (0x5b, 0x3f, 0xb5)),
            Role::Land => ((0x4f, 0x62, 0x58), (0xa0, 0xb0, 0xa6)),
        };
        let (r, g, b) = if self.light { light } else { dark };
        Some(Color::Rgb(r, g, b))
    }

    /// The look of a tone of a document.
    #[must_use]
    pub fn tone(self, tone: Tone) -> Style {
        self.style(match tone {
            Tone::Text => Role::Text,
            Tone::Dim => Role::Dim,
            Tone::Accent => Role::Accent,
            Tone::Title => Role::Title,
            Tone::Info => Role::Info,
            Tone::Good => Role::Good,
            Tone::Low => Role::Low,
            Tone::Medium => Role::Medium,
            Tone::High => Role::High,
            Tone::Link => Role::Link,
            Tone::Error => Role::Error,
        })
    }

    /// The look of a level.
    #[must_use]
    pub fn level(self, level: Level) -> Style {
        self.style(match level {
            Level::Clean => Role::Dim,
            Level::Low => Role::Low,
            Level::Medium => Role::Medium,
            Level::High => Role::High,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_color_wins_over_true_color() {
        let env = |name: &str| match name {
            "NO_COLOR" => Some("1".to_owned()),
            "COLORTERM" => Some("truecolor".to_owned()),
            _ => None,
        };
        assert_eq!(Depth::detect(&env), Depth::Mono);
        assert_eq!(Depth::detect(&|name| (name == "COLORTERM").then(|| "truecolor".to_owned())), Depth::True);
        assert_eq!(Depth::detect(&|name| (name == "NO_COLOR").then(String::new)), Depth::Sixteen);
    }

    #[test]
    fn a_users_style_is_read_and_a_wrong_one_is_named() {
        let given = BTreeMap::from([
            ("high".to_owned(), "bold #ff0000 on black".to_owned()),
            ("low".to_owned(), "sparkling".to_owned()),
        ]);
        let (styles, wrong) = Styles::new(&given);
        let theme = Theme::new(Depth::True, false).with(styles);
        assert_eq!(theme.style(Role::High), Style::new().fg(Color::Rgb(255, 0, 0)).bg(Color::Black).bold());
        assert_eq!(Theme::new(Depth::Mono, false).with(styles).style(Role::High), Style::new().bold());
        assert_eq!(wrong.len(), 1);
        assert!(wrong[0].contains("sparkling"));
    }

    #[test]
    fn without_colors_no_role_has_one_and_the_selected_row_is_reversed() {
        let theme = Theme::new(Depth::Mono, false);
        for role in [Role::High, Role::Selection, Role::Match, Role::Link, Role::Focus, Role::Dim] {
            let style = theme.style(role);
            assert_eq!((style.fg, style.bg), (None, None), "{role:?}");
        }
        assert!(theme.style(Role::Selection).add_modifier.contains(Modifier::REVERSED));
    }

    #[test]
    fn sixteen_colors_use_no_rgb() {
        let theme = Theme::new(Depth::Sixteen, false);
        for tone in [Tone::High, Tone::Link, Tone::Dim, Tone::Good] {
            assert!(!matches!(theme.tone(tone).fg, Some(Color::Rgb(..))), "{tone:?}");
        }
    }
}

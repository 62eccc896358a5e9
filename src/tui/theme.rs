//! Roles and their looks. Severity is word, glyph and weight, never hue alone; the terminal's own colors come first.

use std::collections::BTreeMap;

use ratatui::style::{Color, Modifier, Style};

use crate::text::{Sentence, Words};
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

/// All that is known of a role's looks.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    /// Its name in the configuration.
    pub name: &'static str,
    /// The role.
    pub role: Role,
    weight: Modifier,
    sixteen: Option<Color>,
    dark: Option<u32>,
    light: Option<u32>,
}

const fn look(name: &'static str, role: Role, weight: Modifier, sixteen: Option<Color>, dark: u32, light: u32) -> Look {
    Look { name, role, weight, sixteen, dark: Some(dark), light: Some(light) }
}

const PLAIN: Modifier = Modifier::empty();
const BOLD: Modifier = Modifier::BOLD;

/// Every role: its weight (what a reader without colors sees), its color of the terminal's sixteen, and as RGB on a
/// dark and on a light background.
pub const LOOKS: [Look; 18] = [
    Look { name: "text", role: Role::Text, weight: PLAIN, sixteen: None, dark: None, light: None },
    look("dim", Role::Dim, Modifier::DIM, Some(Color::DarkGray), 0x0080_8692, 0x0070_7680),
    look("accent", Role::Accent, BOLD, Some(Color::Cyan), 0x007f_c8e8, 0x0000_5f87),
    look("title", Role::Title, BOLD, None, 0x00e4_e8f0, 0x0010_1828),
    look("border", Role::Border, PLAIN, Some(Color::DarkGray), 0x0044_4b58, 0x00b0_b4bc),
    look("focus", Role::Focus, BOLD, Some(Color::Cyan), 0x007f_c8e8, 0x0000_5f87),
    look("selection", Role::Selection, Modifier::REVERSED, None, 0x002b_3a4f, 0x00cf_e4f7),
    look("selection-idle", Role::SelectionIdle, Modifier::UNDERLINED, None, 0x0022_2831, 0x00e8_ecf2),
    look("match", Role::Match, Modifier::UNDERLINED, Some(Color::Yellow), 0x00f0_c674, 0x00ff_e082),
    look("info", Role::Info, PLAIN, Some(Color::Cyan), 0x008f_b8f0, 0x001f_5fbf),
    look("good", Role::Good, PLAIN, Some(Color::Green), 0x008f_c98a, 0x002e_7d32),
    look("low", Role::Low, PLAIN, Some(Color::Magenta), 0x008f_b8f0, 0x001f_5fbf),
    look("medium", Role::Medium, BOLD, Some(Color::Yellow), 0x00f0_c060, 0x009a_5f00),
    look("high", Role::High, BOLD, Some(Color::Red), 0x00ff_7b72, 0x00c0_1c28),
    look("link", Role::Link, PLAIN, Some(Color::Cyan), 0x00b3_a5f0, 0x005b_3fb5),
    look("error", Role::Error, BOLD, Some(Color::Red), 0x00ff_7b72, 0x00c0_1c28),
    look("land", Role::Land, Modifier::DIM, Some(Color::DarkGray), 0x004f_6258, 0x00a0_b0a6),
    look("key", Role::Key, BOLD, Some(Color::Cyan), 0x007f_c8e8, 0x0000_5f87),
];

const NO_STYLE: Words = Words::new(
    "styles.{0}: \"{1}\" is no style; write words like bold dim italic underline reversed, a color (red, bright-blue, \
     #rrggbb), and `on` before the background",
    "styles.{0}: \"{1}\" は指定できません。bold dim italic underline reversed などの語、色（red、bright-blue、#rrggbb）、\
     背景色の前に `on` を書いてください",
);

/// Styles that a user gave to roles: `high = "bold #ff5555 on black"`.
#[derive(Debug, Clone, Copy, Default)]
pub struct Styles([Option<Style>; LOOKS.len()]);

impl Styles {
    /// Reads them; what cannot be read is named and left out.
    #[must_use]
    pub fn new(given: &BTreeMap<String, String>) -> (Self, Vec<Sentence>) {
        let mut styles = Self::default();
        let mut wrong = Vec::new();
        for (name, text) in given {
            let place = LOOKS.iter().zip(&mut styles.0).find(|(look, _)| look.name == name);
            match (place, style_of(text)) {
                (Some((_, place)), Some(style)) => *place = Some(style),
                (None, _) => {}
                (Some(_), None) => wrong.push(Sentence::new(NO_STYLE, [name.into(), text.into()])),
            }
        }
        (styles, wrong)
    }

    fn get(&self, role: Role) -> Option<Style> {
        LOOKS.iter().zip(self.0).find(|(look, _)| look.role == role).and_then(|(_, style)| style)
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
        Self { depth, light, styles: Styles([None; LOOKS.len()]) }
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
        let Some(look) = LOOKS.iter().find(|look| look.role == role) else { return Style::new() };
        let color = match self.depth {
            Depth::Mono => None,
            Depth::Sixteen => look.sixteen,
            Depth::True => if self.light { look.light } else { look.dark }.map(Color::from_u32),
        };
        match (color, role) {
            (None, _) => Style::new().add_modifier(look.weight),
            (Some(color), Role::Selection | Role::SelectionIdle) => Style::new().bg(color),
            (Some(color), Role::Match) => Style::new().fg(Color::Black).bg(color),
            // A dim color says it already.
            (Some(color), Role::Dim | Role::Land) => Style::new().fg(color),
            (Some(color), _) => Style::new().fg(color).add_modifier(look.weight),
        }
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
    use crate::text::Lang;

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
        for (lang, says) in [(Lang::En, "is no style"), (Lang::Ja, "指定できません")] {
            let told = wrong[0].words(lang);
            assert!(told.contains("sparkling") && told.contains(says), "{told}");
        }
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

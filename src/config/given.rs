//! A value before anybody knows what it means. A TOML string is never taken for a number or a truth; a word of the
//! command line or of the environment has to be.

/// A value as some layer gives it.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Given {
    /// A word of the command line or of the environment: `yes` is true there, and lists have separators.
    Word(String),
    /// A TOML string.
    Text(String),
    /// A TOML boolean.
    Bool(bool),
    /// A TOML number.
    Number(f64),
    /// A TOML array of strings.
    List(Vec<String>),
    /// Anything else of TOML, as it stands in the file.
    Other(String),
}

impl Given {
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Word(text) | Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A text that passes a check.
    pub(super) fn word(&self, fits: impl Fn(&str) -> bool) -> Option<String> {
        self.text().filter(|text| fits(text)).map(ToOwned::to_owned)
    }

    pub(super) fn flag(&self) -> Option<bool> {
        match self {
            Self::Bool(flag) => Some(*flag),
            Self::Word(word) => match word.to_ascii_lowercase().as_str() {
                "1" | "true" | "yes" | "on" => Some(true),
                "0" | "false" | "no" | "off" => Some(false),
                _ => None,
            },
            _ => None,
        }
    }

    pub(super) fn number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Word(word) => word.parse().ok(),
            _ => None,
        }
    }

    pub(super) fn list(&self, separator: char) -> Option<Vec<String>> {
        match self {
            Self::List(list) => Some(list.clone()),
            Self::Text(one) => Some(vec![one.clone()]),
            Self::Word(word) => {
                Some(word.split(separator).filter(|item| !item.is_empty()).map(ToOwned::to_owned).collect())
            }
            _ => None,
        }
    }

    /// For messages.
    pub(super) fn describe(&self) -> String {
        match self {
            Self::Word(text) | Self::Text(text) => toml::Value::String(text.chars().take(80).collect()).to_string(),
            Self::Bool(flag) => flag.to_string(),
            Self::Number(number) => number.to_string(),
            Self::List(_) => "[...]".to_owned(),
            Self::Other(text) => text.chars().take(80).collect(),
        }
    }
}

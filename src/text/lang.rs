//! The two languages of the program: a text is written in both at the place that says it, so a missing one does not
//! compile.

/// A language of the interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Japanese.
    Ja,
}

/// One text in both languages. `{0}`, `{1}` ... stand for values that [`Words::fill`] puts in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Words {
    /// English.
    pub en: &'static str,
    /// Japanese.
    pub ja: &'static str,
}

impl Words {
    /// Both texts.
    #[must_use]
    pub const fn new(en: &'static str, ja: &'static str) -> Self {
        Self { en, ja }
    }

    /// The text in one language.
    #[must_use]
    pub const fn get(self, lang: Lang) -> &'static str {
        match lang {
            Lang::En => self.en,
            Lang::Ja => self.ja,
        }
    }

    /// The text with `values` in the places `{0}`, `{1}` ...; a value is put in as it is and never read for places. A place
    /// can say what it counts, one and many of it: `{0 mail|mails}` is `1 mail` or `7 mails`.
    #[must_use]
    pub fn fill(self, lang: Lang, values: &[&str]) -> String {
        let mut out = String::new();
        let mut rest = self.get(lang);
        while let Some(open) = rest.find('{') {
            let (before, from) = rest.split_at(open);
            out.push_str(before);
            let place = from.find('}').and_then(|close| {
                let place = from.get(1..close)?;
                let (index, counted) = place.split_once(' ').map_or((place, None), |(at, what)| (at, Some(what)));
                let value = *values.get(index.parse::<usize>().ok()?)?;
                let Some(counted) = counted else { return Some((close, value, None)) };
                let (one, many) = counted.split_once('|')?;
                Some((close, value, Some(if value == "1" { one } else { many })))
            });
            if let Some((close, value, counted)) = place {
                out.push_str(value);
                if let Some(counted) = counted {
                    out.push(' ');
                    out.push_str(counted);
                }
                rest = from.get(close + 1..).unwrap_or_default();
            } else {
                out.push('{');
                rest = from.get(1..).unwrap_or_default();
            }
        }
        out.push_str(rest);
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stand_where_each_language_wants_them() {
        let words = Words::new("{0} of {1}", "{1} 件中 {0} 件");
        assert_eq!(words.fill(Lang::En, &["2", "7"]), "2 of 7");
        assert_eq!(words.fill(Lang::Ja, &["2", "7"]), "7 件中 2 件");
    }

    #[test]
    fn one_is_not_said_as_many() {
        let words = Words::new("{0 mail|mails}, {1 piece of text is|pieces of text are} left", "{0} 通");
        assert_eq!(words.fill(Lang::En, &["1", "0"]), "1 mail, 0 pieces of text are left");
        assert_eq!(words.fill(Lang::En, &["11", "1"]), "11 mails, 1 piece of text is left");
        assert_eq!(Words::new("{0 x} {2 a|b}", "").fill(Lang::En, &["1"]), "{0 x} {2 a|b}");
    }

    #[test]
    fn a_value_that_looks_like_a_place_stays_a_value() {
        assert_eq!(Words::new("<{0}> {x} {9}", "").fill(Lang::En, &["{1}"]), "<{1}> {x} {9}");
    }
}

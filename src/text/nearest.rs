//! What somebody meant who mistyped a name.

/// Longer names are nobody's typing.
const LONGEST: usize = 64;

/// The known name that a mistyped one most likely meant: at most a third of its letters are others, whatever their case.
#[must_use]
pub fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    if name.len() > LONGEST {
        return None;
    }
    let name = name.to_lowercase();
    known
        .map(|known| (strsim::damerau_levenshtein(&name, &known.to_lowercase()), known))
        .filter(|(distance, known)| *distance <= known.len().max(3) / 3)
        .min()
        .map(|(_, known)| known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_understood_and_another_word_is_not() {
        let known = ["scan", "save", "lookup", "lookups", "quarantine", "listId"];
        for (typed, meant) in [
            ("scna", Some("scan")),
            ("Scan", Some("scan")),
            ("lokup", Some("lookup")),
            ("quarantien", Some("quarantine")),
            ("listid", Some("listId")),
            ("mail", None),
            ("inbox", None),
            ("", None),
            (&"s".repeat(65), None),
        ] {
            assert_eq!(nearest(typed, known.into_iter()), meant, "{typed}");
        }
    }
}

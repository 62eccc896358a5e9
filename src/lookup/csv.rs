//! Lines of CSV (RFC 4180, without line ends in fields). Pure.

/// The fields of a line.
pub(super) fn fields(line: &str) -> Vec<String> {
    let mut out = vec![String::new()];
    let mut quoted = false;
    let mut letters = line.chars().peekable();
    while let Some(letter) = letters.next() {
        let Some(field) = out.last_mut() else { break };
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => {
                letters.next();
                field.push('"');
            }
            '"' if quoted || field.trim().is_empty() => quoted = !quoted,
            ',' if !quoted => out.push(String::new()),
            _ => field.push(letter),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commas_in_quotes_are_text() {
        for (line, expected) in [
            ("", &[""][..]),
            ("a,b", &["a", "b"]),
            ("a,,", &["a", "", ""]),
            ("\"a,b\", \"c \"\"d\"\"\"", &["a,b", " c \"d\""]),
            ("a\"b,c", &["a\"b", "c"]),
            ("\"open, to the end", &["open, to the end"]),
        ] {
            assert_eq!(fields(line), expected, "{line}");
        }
    }
}

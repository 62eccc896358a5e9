//! The wholes that a list of addresses is made of (RFC 5322 section 3.2): quoted strings, comments, what stands in angle
//! brackets, encoded words. Says where they end; what they mean is the list's business.

/// The longest encoded word that is kept in one piece; RFC 2047 allows 75 characters.
const WORD_BYTES: usize = 1_000;

/// Reads quotes, comments, brackets and encoded words as wholes. Each kind that is found to have no end is from then on
/// an ordinary character, so that no text is read more than a few times.
pub(super) struct Reader<'a> {
    pub(super) raw: &'a str,
    pub(super) at: usize,
    open_quote: bool,
    open_comment: bool,
    open_angle: bool,
    /// The most levels of comments in comments whose text is kept; ordinary mail has one.
    comment_depth: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn of(raw: &'a str, comment_depth: usize) -> Self {
        Self { raw, at: 0, open_quote: true, open_comment: true, open_angle: true, comment_depth }
    }

    pub(super) fn rest(&self) -> &'a str {
        self.raw.get(self.at..).unwrap_or_default()
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub(super) fn bump(&mut self, letter: char) {
        self.at += letter.len_utf8();
    }

    pub(super) fn quoted(&mut self) -> Option<String> {
        if !self.open_quote {
            return None;
        }
        let mut out = String::new();
        let mut escaped = false;
        for (at, letter) in self.rest().char_indices().skip(1) {
            match letter {
                _ if escaped => {
                    escaped = false;
                    out.push(letter);
                }
                '\\' => escaped = true,
                '"' => {
                    self.at += at + 1;
                    return Some(out);
                }
                _ => out.push(letter),
            }
        }
        self.open_quote = false;
        None
    }

    pub(super) fn comment(&mut self) -> Option<String> {
        if !self.open_comment {
            return None;
        }
        let mut out = String::new();
        let mut depth = 0_usize;
        let mut escaped = false;
        for (at, letter) in self.rest().char_indices() {
            match letter {
                _ if escaped => {
                    escaped = false;
                    out.push(letter);
                }
                '\\' => escaped = true,
                '(' => depth += 1,
                ')' => {
                    depth -= 1;
                    if depth == 0 {
                        self.at += at + 1;
                        return Some(out);
                    }
                }
                _ if depth > self.comment_depth => {}
                _ => out.push(letter),
            }
        }
        self.open_comment = false;
        None
    }

    pub(super) fn angle(&mut self) -> Option<String> {
        if !self.open_angle {
            return None;
        }
        let inner = self.rest().get(1..)?;
        let Some(end) = inner.find('>') else {
            self.open_angle = false;
            // A lone bracket at the end of a cut field still names its address.
            return None;
        };
        let text = inner.get(..end)?;
        // `<a <b@c>`: the inner bracket counts.
        if let Some(inner_open) = text.rfind('<') {
            let address = text.get(inner_open + 1..)?;
            self.at += end + 2;
            return Some(address.to_owned());
        }
        self.at += end + 2;
        Some(text.to_owned())
    }

    pub(super) fn encoded_word(&mut self) -> Option<&'a str> {
        let rest = self.rest();
        if !rest.starts_with("=?") {
            return None;
        }
        let mut marks = 0;
        for (at, byte) in rest.bytes().enumerate().skip(2).take(WORD_BYTES) {
            match byte {
                b'?' => marks += 1,
                b'=' if marks >= 3 && rest.as_bytes().get(at - 1) == Some(&b'?') => {
                    self.at += at + 1;
                    return rest.get(..=at);
                }
                b' ' | b'\t' | b'<' | b'>' => return None,
                _ => {}
            }
        }
        None
    }
}

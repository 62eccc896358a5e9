//! The pieces of a value of Authentication-Results and its kin (RFC 8601 section 2.2): words, pairs and comments. What a
//! piece claims is never judged here.

use super::REASON_BYTES;
use crate::message::clip;

/// The most results that are read of one field.
pub(super) const SEGMENT_LIMIT: usize = 50;

/// One `;`-separated piece: its words without comments, and its comments.
#[derive(Debug, Default)]
pub(super) struct Segment {
    pub(super) words: String,
    /// Where the words `key=value` start, where their first `=` stands and where they end.
    pairs: Vec<(usize, usize, usize)>,
    pub(super) comments: Vec<String>,
    /// What `reason=` says in quotation marks, as written.
    reason: Option<String>,
}

impl Segment {
    /// Finds the pairs once, as most pieces are asked for several keys.
    fn close(mut self) -> Self {
        if self.words.is_ascii() {
            self.plain_pairs();
            return self;
        }
        let (mut start, mut sign) = (None, None);
        for (at, letter) in self.words.char_indices().chain([(self.words.len(), ' ')]) {
            if letter.is_whitespace() {
                self.pairs.extend(start.take().zip(sign.take()).map(|(start, sign)| (start, sign, at)));
            } else {
                start.get_or_insert(at);
                if letter == '=' {
                    sign.get_or_insert(at);
                }
            }
        }
        self
    }

    /// The pairs of words that are ASCII: from sign to sign.
    fn plain_pairs(&mut self) {
        let blank = |byte: &u8| matches!(byte, b' ' | 0x09..=0x0d);
        let words = self.words.as_bytes();
        let mut end = 0;
        while let Some((before, behind)) =
            words.get(end..).and_then(|rest| rest.split_at_checked(memchr::memchr(b'=', rest)?))
        {
            let sign = end + before.len();
            let start = before.iter().rposition(blank).map_or(end, |at| end + at + 1);
            end = behind.iter().position(blank).map_or(words.len(), |length| sign + length);
            self.pairs.push((start, sign, end));
        }
    }

    /// The value of `key=value` among the words.
    pub(super) fn property(&self, key: &str) -> Option<&str> {
        let (_, sign, end) = self.pairs.iter().find(|(start, sign, _)| {
            sign - start == key.len()
                && self.words.get(*start..*sign).is_some_and(|name| name.eq_ignore_ascii_case(key))
        })?;
        Some(self.words.get(sign + 1..*end)?.trim_matches(['"', '<', '>', ',']))
    }

    /// `reason=`, else the policy of DMARC as a property or in a comment (`(p=REJECT sp=NONE dis=NONE)`).
    pub(super) fn reason(&self) -> String {
        if let Some(reason) = self.reason.as_deref().or_else(|| self.property("reason")) {
            return clip(reason, REASON_BYTES).to_owned();
        }
        if let Some(policy) = self.property("policy.dmarc").or_else(|| self.property("action")) {
            return clip(policy, REASON_BYTES).to_owned();
        }
        let policy =
            |comment: &String| comment.trim_start().get(..2).is_some_and(|start| start.eq_ignore_ascii_case("p="));
        self.comments
            .iter()
            .find(|comment| policy(comment))
            .map_or_else(String::new, |comment| clip(comment.trim(), REASON_BYTES).to_owned())
    }
}

/// Cuts a value at its semicolons and takes comments out. Nesting of comments is counted.
pub(super) fn segments(raw: &str) -> Vec<Segment> {
    let mut out = Vec::new();
    let mut segment = Segment::default();
    let mut comment = String::new();
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    let mut reason = false;
    let mut rest = raw;
    while !rest.is_empty() {
        let text = if depth > 0 { &mut comment } else { &mut segment.words };
        // Nearly all of a value are characters that mean nothing but themselves.
        let plain = |byte: &u8| !matches!(byte, b'\\' | b'"' | b'(' | b')' | b';');
        let run = if quoted || escaped { 0 } else { rest.bytes().take_while(plain).count() };
        if let Some((words, behind)) = rest.split_at_checked(run).filter(|(words, _)| !words.is_empty()) {
            text.push_str(words);
            rest = behind;
            continue;
        }
        let mut letters = rest.chars();
        let Some(letter) = letters.next() else { break };
        rest = letters.as_str();
        match letter {
            '\\' if !escaped && (depth > 0 || quoted) => escaped = true,
            '"' if depth == 0 && !escaped => {
                quoted = !quoted;
                let before = text.as_bytes().last_chunk::<7>();
                reason = quoted && before.is_some_and(|before| before.eq_ignore_ascii_case(b"reason="));
                if reason {
                    segment.reason.get_or_insert_default();
                }
            }
            // A quoted local part may hold blanks and signs that would read as another property.
            _ if quoted => {
                text.push(if !escaped && (letter.is_whitespace() || letter == '=') { '_' } else { letter });
                segment.reason.as_mut().filter(|_| reason).into_iter().for_each(|own| own.push(letter));
                escaped = false;
            }
            _ if escaped => {
                escaped = false;
                text.push(letter);
            }
            '(' => depth += 1,
            ')' if depth > 0 => {
                depth -= 1;
                if depth == 0 {
                    segment.comments.push(std::mem::take(&mut comment));
                    segment.words.push(' ');
                }
            }
            ';' if depth == 0 => {
                out.push(std::mem::take(&mut segment).close());
                if out.len() >= SEGMENT_LIMIT {
                    return out;
                }
            }
            _ => text.push(letter),
        }
    }
    out.push(segment.close());
    out
}

//! Judges which mbox variant a file is, from the file and not from one message. Pure; counts, never reads.
//!
//! Nothing in an mbox says how it was quoted, and `>From ` alone cannot tell: it is a quoted `From ` in every variant,
//! and may be the author's own in mboxo. What tells is depth against surroundings. A `>>From ` amid lines of a reply
//! quoted once (`> ...`) carries one `>` more than its neighbors, and so does a line three deep amid plain text: that
//! is what mboxrd does to every such line. A `>From ` amid `> ...` carries none more: that is what mboxo leaves. Each
//! message has one vote however many such lines it holds, so that a single sender cannot turn a mailbox.

use super::super::Variant;

/// Messages with quoted lines after which the judgment stands: enough to be sure, and soon reached in a big file.
const ENOUGH: u32 = 400;
/// Separators after which it stands whether an empty line goes before each.
const SEPARATORS: u32 = 1024;
/// Up to so many messages with nothing but `>From ` say nothing about the variant.
const FEW: u32 = 24;

/// Counts what the scan of a file comes across. Feeding the same file always gives the same judgment, whoever asks and
/// however far an index has come: identities must not depend on timing.
#[derive(Debug, Default)]
pub(super) struct Judge {
    messages: u32,
    /// Messages whose Content-Length was believed.
    believed: u32,
    /// An unquoted `From ` line stands in a body that Content-Length holds together.
    unquoted: bool,
    /// Messages with a quoted line.
    voters: u32,
    /// Of these, with a line quoted deeper than its surroundings explain.
    shifted: u32,
    /// Of the others, with a line quoted exactly as the lines before and behind it.
    kept: u32,
    /// A line with more than one `>` was seen.
    deep: bool,
    /// The vote of the present message.
    vote: Vote,
    after_empty: u32,
    bare: u32,
}

#[derive(Debug, Default, Clone, Copy)]
struct Vote {
    any: bool,
    shifted: bool,
    kept: bool,
}

impl Judge {
    /// A line `>...>From ` with `depth` marks; `around` are the marks of the lines before and behind it.
    pub(super) fn quoted(&mut self, depth: usize, around: [usize; 2]) {
        self.vote.any = true;
        self.deep |= depth > 1;
        self.vote.kept |= around == [depth; 2];
        let reply = depth > 1 && around.contains(&(depth - 1));
        self.vote.shifted |= reply || around.iter().all(|near| depth >= near + 3);
    }

    /// An unquoted `From ` line in a body whose Content-Length was believed.
    pub(super) fn unquoted(&mut self) {
        self.unquoted |= !self.decided();
    }

    /// The message ended.
    pub(super) fn message(&mut self, believed: bool) {
        let vote = std::mem::take(&mut self.vote);
        if self.decided() {
            return;
        }
        self.messages = self.messages.saturating_add(1);
        self.believed = self.believed.saturating_add(u32::from(believed));
        self.voters += u32::from(vote.any);
        self.shifted += u32::from(vote.shifted);
        self.kept += u32::from(vote.kept && !vote.shifted);
    }

    /// A separator other than the first, with or without an empty line before it.
    pub(super) fn separator(&mut self, after_empty: bool) {
        if !self.spacing_decided() {
            self.after_empty += u32::from(after_empty);
            self.bare += u32::from(!after_empty);
        }
    }

    /// The rest of the file cannot change [`Judge::variant`] any more.
    pub(super) fn decided(&self) -> bool {
        self.voters >= ENOUGH
    }

    /// The rest of the file cannot change [`Judge::is_bare`] any more.
    pub(super) fn spacing_decided(&self) -> bool {
        self.after_empty + self.bare >= SEPARATORS
    }

    /// Messages follow one another without an empty line, so that an empty line at the end belongs to the message. Many
    /// messages end in an empty line of their own, so a small share of separators without one already tells; a single
    /// one may be a line in a body.
    pub(super) fn is_bare(&self) -> bool {
        self.bare >= 2 && self.bare * 100 >= self.after_empty + self.bare
    }

    /// The variant.
    pub(super) fn variant(&self) -> Variant {
        let lengths = self.believed > 0 && self.believed.saturating_mul(2) >= self.messages;
        if lengths && self.unquoted {
            return Variant::Mboxcl2;
        }
        // Texts that were quoted before they came into this file give a few votes to mboxrd in any file.
        if self.shifted > self.kept && self.shifted * 10 >= self.voters {
            return Variant::Mboxrd;
        }
        if lengths {
            return if self.voters > 0 { Variant::Mboxcl } else { Variant::Mboxcl2 };
        }
        // A lone `>From ` was `From ` in nearly every text that was ever written, in mboxo as in mboxrd: taking the
        // mark away gives the message back. Many of them and none deeper is how mboxo looks.
        if !self.deep && self.kept == 0 && self.voters < FEW { Variant::Mboxrd } else { Variant::Mboxo }
    }
}

/// How many quote marks stand before a line, blanks between them passed over.
pub(super) fn depth(line: &[u8]) -> usize {
    line.iter().take_while(|byte| matches!(byte, b'>' | b' ')).filter(|byte| **byte == b'>').count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(lines: &[(usize, [usize; 2])], each: u32, plain: u32) -> Variant {
        let mut judge = Judge::default();
        for _ in 0..each {
            for (depth, around) in lines {
                judge.quoted(*depth, *around);
            }
            judge.message(false);
        }
        for _ in 0..plain {
            judge.quoted(1, [0, 0]);
            judge.message(false);
        }
        judge.variant()
    }

    #[test]
    fn a_reply_shifted_by_one_is_mboxrd() {
        assert_eq!(judged(&[(2, [1, 1])], 1, 0), Variant::Mboxrd);
        assert_eq!(judged(&[(2, [1, 0])], 20, 100), Variant::Mboxrd);
    }

    #[test]
    fn a_reply_quoted_as_its_neighbors_is_mboxo() {
        assert_eq!(judged(&[(1, [1, 1])], 1, 3), Variant::Mboxo);
    }

    #[test]
    fn a_few_votes_among_many_do_not_turn_the_file() {
        assert_eq!(judged(&[(3, [0, 0])], 2, 50), Variant::Mboxo);
    }

    #[test]
    fn few_lone_lines_are_undone_and_many_are_left() {
        assert_eq!(judged(&[], 0, 3), Variant::Mboxrd);
        assert_eq!(judged(&[], 0, 100), Variant::Mboxo);
    }

    #[test]
    fn one_message_has_one_vote() {
        let many = vec![(3, [0, 0]); 1000];
        assert_eq!(judged(&many, 1, 30), Variant::Mboxo);
    }

    #[test]
    fn depth_counts_marks_and_passes_over_blanks() {
        assert_eq!([depth(b"> > a"), depth(b">>a > b"), depth(b"a"), depth(b"")], [2, 2, 0, 0]);
    }
}

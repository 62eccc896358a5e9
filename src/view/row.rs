//! What a row of the list says, and the little that the list keeps of an analyzed message. Columns are not known here:
//! every text comes whole, and hosts say what of them must stay in sight.

use jiff::tz::TimeZone;

use super::campaign::{Campaign, campaign_key};
use super::subject::clip;
use super::time::short_moment;
use super::vocabulary::{badge, pressable, problem};
use super::{Line, Piece, Tone};
use crate::evidence::{AuthResult, Evidence};
use crate::mailbox::{Flags, Problem};
use crate::message::Summary;
use crate::text::{Lang, Shown, Words, show};
use crate::verdict::{Level, Verdict};

/// What authentication says in one mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AuthMark {
    /// DKIM, SPF or DMARC passed for the organization of From, as the recipient's side wrote.
    Aligned,
    /// One of them failed, as the recipient's side wrote.
    Failed,
    /// Only lines that the sender could have typed.
    Claimed,
    /// Nothing.
    #[default]
    None,
}

/// What the list keeps of an analyzed message; small, because a folder holds many.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Digest {
    /// The level.
    pub level: Level,
    /// 0 to 100.
    pub score: u8,
    /// Attached files, pictures inside the body not counted.
    pub attachments: usize,
    /// Links that can be pressed.
    pub links: usize,
    /// Hosts of links, each once, at most 32.
    pub hosts: Vec<String>,
    /// Authentication.
    pub auth: AuthMark,
    /// A limit was hit: what is said here is of less than the whole mail.
    pub partial: bool,
    /// Registrable domain of From.
    pub registrable: Option<String>,
    /// The key that mails of one campaign share.
    pub campaign: Option<String>,
}

/// What the list keeps.
#[must_use]
pub fn digest(evidence: &Evidence, verdict: &Verdict) -> Digest {
    let from = evidence.main_from();
    let mut hosts: Vec<String> = Vec::new();
    for link in evidence.links.iter().filter(|link| pressable(link.kind)) {
        let Some(host) = link.url.as_ref().map(|url| &url.domain.host).filter(|host| !host.is_empty()) else {
            continue;
        };
        if hosts.len() < 32 && !hosts.contains(host) {
            hosts.push(host.clone());
        }
    }
    Digest {
        level: verdict.level,
        score: verdict.score,
        attachments: evidence.attachments.iter().filter(|file| !file.inline).count(),
        links: evidence.links.iter().filter(|link| pressable(link.kind)).count(),
        hosts,
        auth: auth_mark(evidence),
        partial: evidence.is_partial(),
        registrable: from.and_then(|from| from.domain.as_ref()?.registrable.clone()),
        campaign: campaign_key(evidence),
    }
}

fn auth_mark(evidence: &Evidence) -> AuthMark {
    let ours = || evidence.auth.iter().filter(|claim| claim.inside && claim.method != "arc");
    if ours().any(|claim| claim.aligned && claim.result == AuthResult::Pass) {
        AuthMark::Aligned
    } else if ours().any(|claim| matches!(claim.result, AuthResult::Fail | AuthResult::SoftFail)) {
        AuthMark::Failed
    } else if evidence.auth.is_empty() {
        AuthMark::None
    } else {
        AuthMark::Claimed
    }
}

/// A row, in whole texts.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Row {
    /// `HIGH ▲`, `MED ◆`, `LOW ●`, `ok ·`, `…` while it is not analyzed, `BAD ✗` where it cannot be read.
    pub badge: Piece,
    /// The score; empty while there is none.
    pub score: Shown,
    /// The reader's mark as one letter and word, or empty.
    pub mark: Shown,
    /// Flags of the mailbox: `N` not seen, `R` replied, `F` flagged, `P` passed on, `D` draft, `T` trashed.
    pub flags: Shown,
    /// `2022-04-25 23:44`, or `-`.
    pub date: Shown,
    /// Name and address of the sender; the piece of the address keeps its registrable domain.
    pub sender: Line,
    /// The subject, or what is wrong with the message.
    pub subject: Shown,
    /// `A` attachment, `L` link, then `✓` aligned, `✗` failed or `?` only claimed; blanks for what is not there.
    pub marks: Shown,
    /// `×3` for a mail of a campaign of three, or empty.
    pub campaign: Shown,
}

/// What a row is made of.
#[derive(Debug, Clone, Copy)]
pub struct RowOf<'a> {
    /// The header's summary.
    pub summary: &'a Summary,
    /// Flags by name; mbox status letters are added from the summary.
    pub flags: Flags,
    /// What is wrong with it.
    pub problem: Option<&'a Problem>,
    /// What the list keeps of the analysis, where it is done.
    pub digest: Option<&'a Digest>,
    /// The reader's mark in the reader's language.
    pub mark: Option<&'a str>,
    /// Its campaign.
    pub campaign: Option<Campaign>,
}

/// Makes a row.
#[must_use]
pub fn row(of: &RowOf<'_>, tz: &TimeZone, lang: Lang) -> Row {
    let (word, tone) = match (of.problem, of.digest) {
        (Some(Problem::Gone), _) => ("gone ∅", Tone::Dim),
        (Some(_), _) => ("BAD ✗", Tone::Error),
        (None, Some(digest)) => badge(digest.level),
        (None, None) => ("…", Tone::Dim),
    };
    let subject = match of.problem {
        // The badge says that it is gone; what it was is still worth knowing.
        Some(why) if *why != Problem::Gone => problem(why, lang),
        _ if of.summary.subject.trim().is_empty() => Words::new("(no subject)", "（件名なし）").get(lang).to_owned(),
        _ => clip(&of.summary.subject, 400),
    };
    Row {
        badge: Piece { text: show(word), tone, keep: None },
        score: of.digest.map(|digest| show(&digest.score.to_string())).unwrap_or_default(),
        mark: of.mark.map(show).unwrap_or_default(),
        flags: show(&flags(of.flags, &of.summary.status)),
        date: show(&of.summary.date.map_or_else(|| "-".to_owned(), |date| short_moment(date, tz))),
        sender: sender(of, lang),
        subject: show(&subject),
        marks: show(&marks(of.digest)),
        campaign: of.campaign.map(|campaign| show(&campaign.short())).unwrap_or_default(),
    }
}

fn sender(of: &RowOf<'_>, lang: Lang) -> Line {
    let (name, address) = (clip(of.summary.name.trim(), 120), clip(of.summary.address.trim(), 320));
    if address.is_empty() {
        let nobody = Words::new("(no sender)", "（送信者なし）").get(lang);
        return if name.is_empty() { Line::new(nobody, Tone::Dim) } else { Line::new(&name, Tone::Text) };
    }
    // Before the analysis the registrable domain is not known; then the whole right side stays in sight.
    let right = address.rsplit_once('@').map_or(address.as_str(), |(_, right)| right).to_owned();
    let known = of.digest.and_then(|digest| digest.registrable.clone());
    let keep = known.filter(|domain| right.to_lowercase().ends_with(domain.as_str())).unwrap_or(right);
    let line =
        if name.is_empty() || name == address { Line::default() } else { Line::new(&format!("{name} "), Tone::Text) };
    line.host(&address, Some(&keep), Tone::Dim)
}

/// The letters of the flags, mbox `Status` and `X-Status` letters counted in.
fn flags(by_name: Flags, status: &str) -> String {
    let has = |letter: char| status.contains(letter);
    [
        ('N', !by_name.seen && !has('R')),
        ('R', by_name.replied || has('A')),
        ('F', by_name.flagged || has('F')),
        ('P', by_name.passed),
        ('D', by_name.draft || has('T')),
        ('T', by_name.trashed || has('D')),
    ]
    .into_iter()
    .filter_map(|(letter, set)| set.then_some(letter))
    .collect()
}

fn marks(digest: Option<&Digest>) -> String {
    let Some(digest) = digest else {
        return "   ".to_owned();
    };
    [
        if digest.attachments > 0 { 'A' } else { ' ' },
        if digest.links > 0 { 'L' } else { ' ' },
        match digest.auth {
            AuthMark::Aligned => '✓',
            AuthMark::Failed => '✗',
            AuthMark::Claimed => '?',
            AuthMark::None => ' ',
        },
    ]
    .into_iter()
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summary() -> Summary {
        Summary {
            name: "bounce@02.postmaster".into(),
            address: "info@mail.estprime.com".into(),
            subject: "[spam] message returner".into(),
            date: Some(1_650_900_000),
            status: "RO".into(),
        }
    }

    fn of<'a>(summary: &'a Summary, digest: Option<&'a Digest>) -> RowOf<'a> {
        RowOf { summary, flags: Flags::default(), problem: None, digest, mark: None, campaign: None }
    }

    #[test]
    fn a_row_that_is_not_analyzed_says_so_and_shows_its_sender() {
        let summary = summary();
        let row = row(&of(&summary, None), &TimeZone::UTC, Lang::En);
        assert_eq!(row.badge.text.as_str(), "…");
        assert_eq!(row.date.as_str(), "2022-04-25 15:20");
        assert_eq!(row.sender.text(), "bounce@02.postmaster info@mail.estprime.com");
        assert_eq!(row.sender.pieces[1].keep.as_deref(), Some("mail.estprime.com"));
        assert_eq!(row.flags.as_str(), "", "mbox status says it was read");
        assert_eq!(row.marks.as_str(), "   ");
    }

    #[test]
    fn an_analyzed_row_has_badge_score_and_marks() {
        let summary = summary();
        let digest = Digest {
            level: Level::High,
            score: 97,
            attachments: 1,
            links: 2,
            auth: AuthMark::Failed,
            registrable: Some("estprime.com".into()),
            ..Digest::default()
        };
        let row = row(&of(&summary, Some(&digest)), &TimeZone::UTC, Lang::Ja);
        assert_eq!((row.badge.text.as_str(), row.badge.tone), ("HIGH ▲", Tone::High));
        assert_eq!(row.score.as_str(), "97");
        assert_eq!(row.marks.as_str(), "AL✗");
        assert_eq!(row.sender.pieces[1].keep.as_deref(), Some("estprime.com"));
    }

    #[test]
    fn a_message_that_cannot_be_read_says_why_in_both_languages() {
        let summary = Summary::default();
        for (lang, said) in [(Lang::En, "the file is empty"), (Lang::Ja, "ファイルが空です")] {
            let bad = RowOf { problem: Some(&Problem::Empty), ..of(&summary, None) };
            let row = row(&bad, &TimeZone::UTC, lang);
            assert_eq!((row.badge.text.as_str(), row.subject.as_str()), ("BAD ✗", said));
        }
    }

    #[test]
    fn flags_are_read_from_names_and_from_status() {
        let all = Flags { seen: true, replied: true, flagged: true, trashed: true, draft: true, passed: true };
        assert_eq!(flags(all, ""), "RFPDT");
        assert_eq!(flags(Flags::default(), ""), "N");
        assert_eq!(flags(Flags::default(), "ROAF"), "RF");
    }
}

//! The way of a link through wrappers to its target, step by step, and what is odd about the address as it is written.
//! Every address stands here defanged.

use super::super::subject::clip;
use super::super::{Doc, Line, Subject, Target, Tone};
use crate::evidence::{Link, Spelling, StepKind, UrlTrait, carried_address};
use crate::text::{Words, defang_url};

/// The most addresses that are listed as carried.
const CARRIED: usize = 5;

/// The steps from the address as written to where it leads.
pub(super) fn lines(subject: &Subject<'_>, doc: &mut Doc, link: &Link) {
    for step in &link.steps {
        let words = match step.kind {
            StepKind::Gateway => Words::new(
                "{0}, a mail filter on the way, put its own address around it",
                "途中のメールフィルター {0} が書き換えたもの",
            ),
            StepKind::Redirector => Words::new("{0} only leads on", "{0} の転送機能を経由"),
            StepKind::Tracking => Words::new("{0} counts the press and leads on", "{0} がクリックを数えて転送"),
        };
        let tone = if step.kind == StepKind::Redirector { Tone::Medium } else { Tone::Dim };
        doc.line(Line::new(&subject.fill(words, &[step.wrapper]), tone).indent(4));
        let live = &step.url.normal;
        let mut line = Line::new("→ ", Tone::Dim).with(&clip(&defang_url(live), 2000), Tone::Link);
        if !step.whole {
            let words = Words::new("  (only the host is known)", "（分かるのはホストだけ）");
            line = line.with(subject.say(words), Tone::Dim);
        }
        let line = line.to(Target::Url(clip(live, 8000))).to(Target::Host(step.url.domain.host.clone()));
        doc.line(line.to(Target::Source(link.span)).indent(4));
    }
    if let Some((name, kind)) = link.sealed {
        let words = match kind {
            StepKind::Gateway => Words::new(
                "→ {0}, a mail filter, alone knows where this leads",
                "→ 行き先を知るのはメールフィルター {0} だけ",
            ),
            StepKind::Redirector | StepKind::Tracking => {
                Words::new("→ leads on; only {0} knows where to", "→ さらに転送されます。行き先を知るのは {0} だけ")
            }
        };
        doc.line(Line::new(&subject.fill(words, &[name]), Tone::Info).indent(4));
    }
}

/// What the address carries and what is odd about it.
pub(super) fn oddities(subject: &Subject<'_>, doc: &mut Doc, link: &Link) {
    let label = |words: Words| Line::new(subject.say(words), Tone::Dim).with("  ", Tone::Dim).indent(4);
    for odd in &link.traits {
        let (words, tone) = oddity(*odd);
        doc.line(label(Words::new("written so", "書き方")).with(subject.say(words), tone));
    }
    for url in link.carried.iter().take(CARRIED) {
        doc.line(
            label(Words::new("carries", "含む URL"))
                .with(&clip(&defang_url(&url.normal), 600), Tone::Link)
                .to(Target::Url(clip(&url.normal, 8000)))
                .to(Target::Host(url.domain.host.clone())),
        );
    }
    let addresses: Vec<String> = subject
        .evidence
        .recipients
        .iter()
        .take(5)
        .filter(|own| own.address.contains('@'))
        .map(|own| own.address.to_ascii_lowercase())
        .collect();
    let found = link.ways().find_map(|url| {
        let web = url.scheme.starts_with("http");
        web.then(|| carried_address(&url.path, &addresses)).flatten()
    });
    if let Some((_, spelling)) = found {
        let words = match spelling {
            Spelling::Plain | Spelling::Escaped => Words::new("the recipient's address", "宛先のアドレス"),
            Spelling::Base64 => Words::new("the recipient's address, in base64", "宛先のアドレス（base64）"),
            Spelling::Hex => Words::new("the recipient's address, in hexadecimal", "宛先のアドレス（16 進）"),
        };
        doc.line(label(Words::new("carries", "含むもの")).with(subject.say(words), Tone::Low));
    }
}

fn oddity(odd: UrlTrait) -> (Words, Tone) {
    match odd {
        UrlTrait::OddAddress => {
            (Words::new("an IP address in a spelling that hides it", "IP アドレスを分かりにくい形で表記"), Tone::High)
        }
        UrlTrait::Disguised => {
            (Words::new("the host is not the one that a reader sees", "見た目とは違うホストにつながる表記"), Tone::High)
        }
        UrlTrait::OddScheme => {
            (Words::new("runs or opens something else than a page", "ページ以外を実行・起動する形式"), Tone::Medium)
        }
        UrlTrait::SiteFiles => (
            Words::new("a folder of the site's software, not a page for visitors", "サイトの内部フォルダー"),
            Tone::Medium,
        ),
        UrlTrait::IpfsPath => (Words::new("content of IPFS", "IPFS 上の内容"), Tone::Medium),
        UrlTrait::TargetId => (
            Words::new("a number for each target, as training kits write it", "訓練キットに似た対象者ごとの番号"),
            Tone::Low,
        ),
        UrlTrait::Defanged => (
            Words::new(
                "made harmless: it cannot be pressed as it stands",
                "無害化された表記（そのままでは押せません）",
            ),
            Tone::Dim,
        ),
    }
}

//! What the mail wants of its reader and how it presses: themes that stand together, a company's tone where no company
//! writes, answers that go to strangers.
//!
//! Words alone convict nobody: a rule here wants several themes at once and a link or sender that does not fit.

use super::{Family, Hit, Kind, Rule, Seen, gate};
use crate::evidence::{Link, Theme, UrlParts};
use crate::facts::FactSet;
use crate::text::Words;

/// The rules of this file, of the family of what a mail says.
pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "customer-pressed",
        family: Family::Body,
        title: Words::new("A customer is pressed to a foreign link", "顧客を急かして無関係なリンクへ誘導"),
        reason: Words::new(
            "The mail speaks to a customer (\"{0}\"), tells them what to do (\"{1}\") and why or what happens otherwise (\"{2}\"), and leads to {3}, which is not proved to be the sender's.",
            "顧客に語りかけ（「{0}」）、行動を求め（「{1}」）、理由や不利益（「{2}」）を挙げていますが、リンク先 {3} は差出人のものと証明されていません。",
        ),
        innocent: Words::new(
            "A real notice of a company whose mail your side could not verify, or that keeps its pages with a service. Open the company's site by yourself and look there.",
            "受信側で認証できなかった企業の本物の通知や、外部サービスにページを置く企業の通知でも起きます。リンクを使わず公式サイトを自分で開いて確認してください。",
        ),
        weight: 1.6,
        kind: Kind::Correlated,
        references: &["public advice of banks and consumer centers on phishing: pretext, threat, demand, deadline"],
        check: customer_pressed,
    },
    Rule {
        id: "pressed-hard",
        family: Family::Body,
        title: Words::new("Reason, threat, demand and deadline together", "口実・脅し・要求・期限がそろう"),
        reason: Words::new(
            "The mail has three or more of the four parts of a textbook threat: {0}.",
            "典型的な脅し文句の 4 要素（口実・脅し・要求・期限）のうち 3 つ以上がそろっています：{0}。",
        ),
        innocent: Words::new(
            "Reminders of real deadlines, terms of service and talk about fraud itself use the same words.",
            "本物の期限の督促、規約の案内、詐欺について論じるメールでも同じ言葉が使われます。",
        ),
        weight: 1.2,
        kind: Kind::Heuristic,
        references: &["public advice of banks and consumer centers on phishing: pretext, threat, demand, deadline"],
        check: pressed_hard,
    },
    Rule {
        id: "customer-mail-on-list",
        family: Family::Body,
        title: Words::new("Speaks to customers over a mailing list", "顧客宛ての文面がメーリングリストに届く"),
        reason: Words::new(
            "The mail came over a mailing list, but speaks to a customer (\"{0}\") and asks to act (\"{1}\"). Companies write to their customers, not to lists.",
            "メーリングリスト経由ですが、顧客宛ての文面（「{0}」）で行動（「{1}」）を求めています。企業は顧客本人に送り、メーリングリストには送りません。",
        ),
        innocent: Words::new(
            "Somebody shows the list such a mail, or the list is a company's own for its customers.",
            "誰かがそのようなメールをリストに紹介している場合や、企業が顧客向けに運営するリストの場合です。",
        ),
        weight: 2.0,
        kind: Kind::Correlated,
        references: &["RFC 2919"],
        check: customer_mail_on_list,
    },
    Rule {
        id: "greeting-holds-address",
        family: Family::Body,
        title: Words::new("Greets you by your mail address", "メールアドレスで呼びかける"),
        reason: Words::new(
            "The mail greets \"{0}\": a program that knows nothing of you but your address filled it in.",
            "「{0}」とメールアドレスで呼びかけています。アドレスしか知らないプログラムが差し込んだものです。",
        ),
        innocent: Words::new(
            "Services where you have no name but your address, such as a confirmation of a registration.",
            "登録確認など、名前を登録していないサービスではアドレスで呼びかけることがあります。",
        ),
        weight: 1.5,
        kind: Kind::Heuristic,
        references: &["SpamAssassin DEAR_EMAIL (idea)", "Sublime recipient address in greeting (idea)"],
        check: greeting_holds_address,
    },
    Rule {
        id: "answer-by-mail-elsewhere",
        family: Family::Body,
        title: Words::new("A button writes a mail to strangers", "ボタンを押すと無関係な宛先へメール"),
        reason: Words::new(
            "Pressing the link opens a ready-made mail to {0}, which is not the sender's organization {1}. Your answer would prove that your address is read.",
            "リンクを押すと、差出人の組織（{1}）ではない {0} 宛てのメールが作成されます。返信するとアドレスが使われていることが知られます。",
        ),
        innocent: Words::new(
            "A newsletter whose service takes sign-offs by mail, or a shop that gives its partner's address.",
            "解除メールを配信サービスが受け付けるメールマガジンや、取引先のアドレスを案内する店もあります。",
        ),
        weight: 1.6,
        kind: Kind::Correlated,
        references: &["RFC 6068", "public warnings of false sign-in notices that are answered by mail"],
        check: answer_by_mail_elsewhere,
    },
    Rule {
        id: "text-behind-page",
        family: Family::Body,
        title: Words::new("Filling text behind the end of the page", "HTML の終端より後ろに文字がある"),
        reason: Words::new(
            "{0} letters stand behind the end of the page, where no editor writes. Kits append text there to look different in every mail and to mislead filters.",
            "HTML の終端より後ろに {0} 文字あります。編集ソフトはここに書きません。毎回違う文面に見せてフィルターを惑わす送信キットの手口です。",
        ),
        innocent: Words::new(
            "A gateway or a company's server that appends its disclaimer without looking.",
            "免責文などを機械的に追記する社内サーバーやゲートウェイでも起きます。",
        ),
        weight: 1.4,
        kind: Kind::Direct,
        references: &["HTML Living Standard: after after body", "SpamAssassin LONG_INVISIBLE_TEXT (idea)"],
        check: text_behind_page,
    },
];

/// The four parts of a threat.
const PRESSURE: &[Theme] = &[Theme::Pretext, Theme::Threat, Theme::Demand, Theme::Deadline];

/// A proved mail of a known brand, which presses its customers as well.
pub(super) fn proved_brand(evidence: &Seen<'_>) -> bool {
    gate::aligned(evidence)
        && evidence
            .from_domain()
            .is_some_and(|from| gate::owner(evidence).is_some() && !gate::free_mail(from) && !from.private_suffix)
}

/// The first link that is not proved to be the sender's own.
pub(super) fn foreign<'a>(evidence: &Seen<'a>) -> Option<(&'a Link, &'a UrlParts)> {
    gate::telling(evidence).find(|(_, url)| !gate::leads_home(evidence, &url.domain))
}

fn customer_pressed(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    let themes = &evidence.themes;
    let customer = themes.of(Theme::Customer)?;
    let demand = themes.of(Theme::Demand)?;
    let why = themes.of(Theme::Threat).or_else(|| themes.of(Theme::Pretext)).or_else(|| themes.of(Theme::Deadline))?;
    if gate::answering(evidence) || proved_brand(evidence) {
        return None;
    }
    let (link, url) = foreign(evidence)?;
    let mut spans = gate::everything(evidence);
    spans.push(link.span);
    Some(Hit::new([customer, demand, why, &url.domain.host], spans))
}

fn pressed_hard(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    if evidence.themes.count(PRESSURE) < 3 || gate::answering(evidence) || proved_brand(evidence) {
        return None;
    }
    foreign(evidence)?;
    let phrases: Vec<String> =
        PRESSURE.iter().filter_map(|theme| evidence.themes.of(*theme)).map(|phrase| format!("\"{phrase}\"")).collect();
    Some(Hit::new([&phrases.join(", ")], gate::everything(evidence)))
}

fn customer_mail_on_list(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    let themes = &evidence.themes;
    let customer = themes.of(Theme::Customer)?;
    let demand = themes.of(Theme::Demand)?;
    if !gate::over_list(evidence) || evidence.shape.reply.is_some() || evidence.shape.reply_mark {
        return None;
    }
    gate::telling(evidence).next()?;
    let mut spans = gate::everything(evidence);
    spans.extend(evidence.shape.list);
    Some(Hit::new([customer, demand], spans))
}

/// Words of greeting before a name, lower case.
const GREETINGS: &[&str] = &[
    "dear",
    "hi",
    "hello",
    "hey",
    "hallo",
    "attn",
    "attention",
    "bonjour",
    "hola",
    "olá",
    "ola",
    "ciao",
    "user",
    "customer",
    "hoi",
    "beste",
    "cher",
    "estimado",
    "prezado",
    "caro",
    "gentile",
    "witaj",
    "liebe",
    "lieber",
];

fn greeting_holds_address(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    let own = evidence.recipients.iter().take(3).find(|own| own.address.len() >= 6 && own.address.contains('@'))?;
    let text = &evidence.body.text;
    let top = text.get(..text.floor_char_boundary(1500)).unwrap_or_default();
    let at = memchr::memmem::find(top.as_bytes(), own.address.as_bytes())?;
    if gate::listed(evidence) || gate::answering(evidence) {
        return None;
    }
    let before = top.get(..at)?.trim_end_matches(|c: char| !c.is_alphanumeric());
    let word = before.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default().to_lowercase();
    let after = top.get(at + own.address.len()..)?.trim_start();
    // A line that begins with the address and goes on as a greeting does: `user@host 様`, `user@host、こんにちは`.
    let honored = ["様", "さま", "さん", "、こんにちは", "殿"].iter().any(|mark| after.starts_with(mark));
    let greeted = GREETINGS.contains(&word.as_str())
        && top.get(before.len()..at).is_some_and(|gap| gap.len() <= 4 && !gap.contains('\n'));
    let shown = if greeted { format!("{word} {}", own.address) } else { own.address.clone() };
    (greeted || honored).then(|| Hit::new([&shown], gate::everything(evidence)))
}

fn answer_by_mail_elsewhere(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    if gate::listed(evidence) || gate::answering(evidence) {
        return None;
    }
    let from = evidence.from_domain()?;
    let (link, address) = evidence.links.iter().take(200).find_map(|link| {
        let target =
            link.raw.get(..7).filter(|scheme| scheme.eq_ignore_ascii_case("mailto:")).and(link.raw.get(7..))?;
        let (address, query) = target.split_once('?')?;
        let domain = crate::evidence::Domain::of_address(address)?;
        let prepared = query.len() > 8 && link.kind == crate::evidence::LinkKind::Anchor;
        (prepared && !gate::related(from, &domain) && !gate::of_recipient(evidence, &domain)).then_some((link, address))
    })?;
    Some(Hit::new([address, &from.host], vec![link.span]))
}

fn text_behind_page(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    let traces = &evidence.traces;
    (traces.behind_page > 40 && !gate::listed(evidence) && !gate::answering(evidence))
        .then(|| Hit::new([&traces.behind_page.to_string()], vec![traces.behind_page_at]))
}

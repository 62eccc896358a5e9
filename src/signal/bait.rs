//! What a mail holds out or claims to make its reader act: a parcel, a reward, company, a cure, money, a wallet, a charge
//! to call about, a recorded secret; a brand's copyright line under somebody else's mail, one picture that leads away.
//!
//! Words alone convict nobody: a rule here wants a link, a sender or a number that does not fit. Beside `pressure`, which
//! knows the tone, this file knows the stories.

use super::{Family, Hit, Kind, Rule, Seen, brand, gate, lexicon, pressure};
use crate::evidence::{Link, Theme, UrlParts};
use crate::facts::FactSet;
use crate::text::Words;

/// The rules of this file, of the family of what a mail says.
pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "parcel-story",
        family: Family::Body,
        title: Words::new("A parcel waits behind a foreign link", "荷物の案内が無関係なリンクへ誘導"),
        reason: Words::new(
            "The mail speaks of a parcel (\"{0}\") and leads to {1}, which is not proved to be a carrier's or a shop's.",
            "荷物（「{0}」）の件として {1} へ誘導していますが、配送業者や店のものと証明されていません。",
        ),
        innocent: Words::new(
            "A small shop's own notice. Type the tracking number into the carrier's own site.",
            "小さな店の発送通知でも起きます。追跡番号を配送業者の公式サイトで調べてください。",
        ),
        weight: 1.2,
        kind: Kind::Correlated,
        references: &["public warnings of post and parcel services on false notices of absence"],
        check: parcel_story,
    },
    Rule {
        id: "reward-story",
        family: Family::Body,
        title: Words::new("A reward from a stranger", "見知らぬ相手からの特典"),
        reason: Words::new(
            "The mail holds out a reward (\"{0}\") and leads to {1}, which is not proved to be the sender's.",
            "特典（「{0}」）を持ちかけ、差出人のものと証明されていない {1} へ誘導しています。",
        ),
        innocent: Words::new(
            "An offer of a shop whose mail your side could not verify.",
            "受信側で認証できなかった店の案内でも起きます。",
        ),
        weight: 1.0,
        kind: Kind::Heuristic,
        references: &["public warnings of consumer centers on false prizes and surveys"],
        check: reward_story,
    },
    Rule {
        id: "romance-story",
        family: Family::Body,
        title: Words::new("Strangers who want company", "見知らぬ相手からの出会いの誘い"),
        reason: Words::new(
            "The mail offers love or company (\"{0}\") and a link to {1}.",
            "出会いや交際（「{0}」）を持ちかけ、{1} へ誘導しています。",
        ),
        innocent: Words::new(
            "A service that you signed up for yourself.",
            "自分で登録したサービスからの案内の場合です。",
        ),
        weight: 1.2,
        kind: Kind::Heuristic,
        references: &["public warnings of consumer centers on dating fraud"],
        check: romance_story,
    },
    Rule {
        id: "cure-or-credit",
        family: Family::Body,
        title: Words::new("Cures, loans or insurance from strangers", "見知らぬ相手からの健康商品や金融商品の勧誘"),
        reason: Words::new(
            "The mail sells what swindlers sell (\"{0}\") and leads to {1}.",
            "詐欺で売られやすいもの（「{0}」）を勧め、{1} へ誘導しています。",
        ),
        innocent: Words::new(
            "A newsletter on health or money that you ordered.",
            "自分で登録した健康や金融のメールマガジンの場合です。",
        ),
        weight: 0.8,
        kind: Kind::Heuristic,
        references: &["public warnings of consumer centers", "SpamAssassin drug and loan rules (idea)"],
        check: cure_or_credit,
    },
    Rule {
        id: "wallet-story",
        family: Family::Body,
        title: Words::new("Your coins need attention elsewhere", "暗号資産ウォレットの手続きを外部で求める"),
        reason: Words::new(
            "The mail speaks of a wallet of digital coins (\"{0}\"), tells you what to do (\"{1}\") and leads to {2}. Whoever types the phrase there loses the coins.",
            "暗号資産のウォレット（「{0}」）について行動（「{1}」）を求め、{2} へ誘導しています。そこで復元用の語句を入力すると資産を失います。",
        ),
        innocent: Words::new(
            "News of an exchange or wallet maker that you use. None of them asks for the phrase.",
            "利用中の取引所などの案内の場合です。ただし復元用の語句を尋ねる業者はありません。",
        ),
        weight: 1.6,
        kind: Kind::Correlated,
        references: &["public warnings of wallet makers and exchanges"],
        check: wallet_story,
    },
    Rule {
        id: "charge-to-call-about",
        family: Family::Body,
        title: Words::new("A charge that you shall call about", "身に覚えのない請求で電話をかけさせる"),
        reason: Words::new(
            "The mail tells of a charge or order (\"{0}\") and wants you to call {1} about it (\"{2}\"). The voice at the other end asks for remote access or for card data.",
            "請求や注文（「{0}」）を告げ、{1} への電話（「{2}」）を求めています。電話の相手は遠隔操作やカード情報を求めてきます。",
        ),
        innocent: Words::new(
            "A real invoice with the shop's number. Look the number up yourself.",
            "店の電話番号が書かれた本物の請求書でも起きます。番号は自分で調べてください。",
        ),
        weight: 1.8,
        kind: Kind::Correlated,
        references: &["public warnings on call-back phishing", "Sublime callback phishing rules (idea)"],
        check: charge_to_call_about,
    },
    Rule {
        id: "secret-recorded",
        family: Family::Body,
        title: Words::new("Claims to have recorded you", "盗撮やハッキングをしたと脅す"),
        reason: Words::new(
            "The mail claims to know a secret (\"{0}\") and wants coins for it{1}. It is sent to millions; nothing was recorded.",
            "秘密を握った（「{0}」）と称して暗号資産を要求しています{1}。同じ文面が大量に送られており、実際の記録はありません。",
        ),
        innocent: Words::new(
            "An article or a warning about such mails.",
            "そのような手口を説明する記事や注意喚起の場合です。",
        ),
        weight: 2.2,
        kind: Kind::Correlated,
        references: &["public warnings of police on extortion by mail", "SpamAssassin BITCOIN_EXTORT (idea)"],
        check: secret_recorded,
    },
    Rule {
        id: "fortune-story",
        family: Family::Body,
        title: Words::new("A fortune to be shared by mail", "巨額の資金の分け前を持ちかける"),
        reason: Words::new(
            "The mail speaks of a fortune (\"{0}\") and wants an answer to {1}, an address that anyone can have or that is not the sender's.",
            "巨額の資金（「{0}」）の話で、誰でも取れる、または差出人と異なる宛先 {1} への返信を求めています。",
        ),
        innocent: Words::new(
            "A lawyer's or relative's letter about a real estate. Ask by a way that you know.",
            "実在の相続に関する弁護士や親族からの連絡の場合です。既知の連絡先で確かめてください。",
        ),
        weight: 1.8,
        kind: Kind::Correlated,
        references: &["SpamAssassin ADVANCE_FEE rules (idea)", "public warnings on advance-fee fraud"],
        check: fortune_story,
    },
    Rule {
        id: "copyright-of-another",
        family: Family::Body,
        title: Words::new("A brand's copyright line under a stranger's mail", "他社のメールに有名ブランドの著作権表示"),
        reason: Words::new(
            "The mail closes with the copyright line of {0}, but {1} is not a domain of {0}.",
            "末尾に {0} の著作権表示がありますが、差出人のドメイン {1} は {0} のものではありません。",
        ),
        innocent: Words::new(
            "A partner, dealer or agency that writes for the brand.",
            "そのブランドの代理店や委託先から送られた場合です。",
        ),
        weight: 1.8,
        kind: Kind::Correlated,
        references: &["Sublime brand impersonation rules (idea)"],
        check: copyright_of_another,
    },
    Rule {
        id: "picture-leads-away",
        family: Family::Body,
        title: Words::new("A picture that leads elsewhere", "画像だけの本文が別サイトへ誘導"),
        reason: Words::new(
            "The mail is a picture with hardly any text, and pressing it opens {0}, which is not the sender's organization {1}.",
            "本文はほぼ画像だけで、押すと差出人の組織（{1}）ではない {0} が開きます。",
        ),
        innocent: Words::new(
            "A flyer of a small firm that keeps its page with a service.",
            "外部サービスにページを置く小さな会社のちらしでも起きます。",
        ),
        weight: 1.4,
        kind: Kind::Correlated,
        references: &["rspamd HTML_SHORT_LINK_IMG", "Sublime image-as-content rules (idea)"],
        check: picture_leads_away,
    },
];

/// People talk, or the mail is a proved brand's, or it came over a list: no story for strangers.
fn excused(evidence: &Seen<'_>) -> bool {
    gate::listed(evidence) || gate::answering(evidence) || pressure::proved_brand(evidence)
}

/// The theme's phrase and the first link that is not the sender's own.
fn story<'a>(evidence: &Seen<'a>, theme: Theme) -> Option<(&'a str, &'a Link, &'a UrlParts)> {
    let said = evidence.evidence().themes.of(theme)?;
    if excused(evidence) {
        return None;
    }
    let (link, url) = pressure::foreign(evidence)?;
    Some((said, link, url))
}

/// A hit on a story with its phrase and where it leads.
fn told(evidence: &Seen<'_>, theme: Theme) -> Option<Hit> {
    let (said, link, url) = story(evidence, theme)?;
    let mut spans = gate::everything(evidence);
    spans.push(link.span);
    Some(Hit::new([said, &url.domain.host], spans))
}

fn parcel_story(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    // Every shop speaks of parcels; the trick needs something done about them.
    if evidence.themes.count(&[Theme::Demand, Theme::Threat, Theme::Deadline]) == 0 {
        return None;
    }
    // Mail that could not be delivered is no parcel.
    if lexicon::first(lexicon::MAILBOX, evidence).is_some() {
        return None;
    }
    told(evidence, Theme::Parcel)
}

fn reward_story(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    told(evidence, Theme::Reward)
}

/// Any link will do: whoever sells this signs mails of a domain that is new every week.
fn sold(evidence: &Seen<'_>, themes: &[Theme]) -> Option<Hit> {
    let said = themes.iter().find_map(|theme| evidence.themes.of(*theme))?;
    if excused(evidence) {
        return None;
    }
    let (link, url) = gate::telling(evidence).next()?;
    let mut spans = gate::everything(evidence);
    spans.push(link.span);
    Some(Hit::new([said, &url.domain.host], spans))
}

fn romance_story(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    sold(evidence, &[Theme::Romance])
}

fn cure_or_credit(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    sold(evidence, &[Theme::Cure, Theme::Finance])
}

fn wallet_story(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    let themes = &evidence.themes;
    themes.of(Theme::Wallet)?;
    let act = themes
        .of(Theme::Demand)
        .or_else(|| themes.of(Theme::Threat))
        .or_else(|| themes.of(Theme::Deadline))
        .or_else(|| themes.of(Theme::Reward))?;
    if excused(evidence) {
        return None;
    }
    let said = themes.of(Theme::Wallet)?;
    let (link, url) = gate::telling(evidence).next()?;
    let mut spans = gate::everything(evidence);
    spans.push(link.span);
    Some(Hit::new([said, act, &url.domain.host], spans))
}

fn charge_to_call_about(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    let phone = evidence.contacts.phones.first()?;
    let from = evidence.from_domain()?;
    // The bill may be a document: firms attach theirs as well, but write from a domain of their own.
    let anybody = gate::free_mail(from);
    let files = Some(&evidence.file_themes).filter(|_| anybody);
    let said = |theme| evidence.evidence().themes.of(theme).or_else(|| files?.of(theme));
    let (charge, call) = (said(Theme::Charge)?, said(Theme::Call)?);
    // A firm has pages; the trick has nothing but the number, or an address that anyone can have.
    let pages = gate::telling(evidence).next().is_some();
    if excused(evidence) || gate::brands_own(evidence).is_some() || pages && !anybody {
        return None;
    }
    let mut spans = gate::everything(evidence);
    spans.push(phone.span);
    Some(Hit::new([charge, &phone.written, call], spans))
}

fn secret_recorded(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    let secret = evidence.themes.of(Theme::Extortion)?;
    let text = &evidence.body.text;
    let wallet = evidence.contacts.wallets.first();
    let coins = || ["bitcoin", "Bitcoin", "BTC", "ビットコイン"].iter().any(|word| text.contains(word));
    if wallet.is_none() && !coins() || gate::listed(evidence) || gate::answering(evidence) {
        return None;
    }
    // The address is what a reader can look up, and what mails of one hand have in common.
    let named = wallet.map_or_else(String::new, |wallet| format!(" ({} {})", wallet.coin.name(), wallet.address));
    let mut spans = gate::everything(evidence);
    spans.extend(wallet.map(|wallet| wallet.span));
    (gate::telling(evidence).count() <= 1).then(|| Hit::new([secret, &named], spans))
}

fn fortune_story(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    let said = evidence.themes.of(Theme::Fortune)?;
    let from = evidence.main_from()?;
    let domain = from.domain.as_ref()?;
    if gate::over_list(evidence) || excused(evidence) {
        return None;
    }
    let answers = evidence
        .reply_to
        .first()
        .filter(|answer| answer.domain.as_ref().is_some_and(|own| gate::free_mail(own) || !gate::related(domain, own)));
    let address = answers.or_else(|| gate::free_mail(domain).then_some(from))?;
    Some(Hit::new([said, &address.address], gate::everything(evidence)))
}

/// The brand whose name stands behind the copyright sign, on the same line.
fn copyright(text: &str) -> Option<&'static crate::evidence::Brand> {
    let places = memchr::memmem::find_iter(text.as_bytes(), "\u{a9}".as_bytes()).take(10);
    places.into_iter().find_map(|at| {
        let line = text.get(at..)?.lines().next()?;
        let line = gate::top(line, 120).split(". ").next()?;
        brand::named(line).into_iter().next()
    })
}

fn copyright_of_another(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    let domain = evidence.from_domain()?;
    let other = gate::owner(evidence).is_some() && !gate::free_mail(domain);
    if other || gate::listed(evidence) || gate::answering(evidence) {
        return None;
    }
    let owner = copyright(&evidence.body.text)?;
    if brand::owns(owner, domain) {
        return None;
    }
    Some(Hit::new([owner.names.first()?, &domain.host], gate::everything(evidence)))
}

fn picture_leads_away(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    if !evidence.body.image_only || gate::listed(evidence) || gate::answering(evidence) {
        return None;
    }
    let domain = evidence.from_domain()?;
    let (link, url) = gate::telling(evidence).next()?;
    let away = gate::telling(evidence)
        .all(|(_, url)| !gate::related(domain, &url.domain) && !gate::leads_home(evidence, &url.domain));
    away.then(|| Hit::new([&url.domain.host, domain.organization()], vec![link.span]))
}

//! What the mail says and how it says it: threats, notices about the reader's own mailbox, demands for money, hidden text.
//!
//! Words alone convict nobody: a rule here wants a second thing beside the wording wherever honest mail uses the same words.

use super::{Family, Hit, Kind, Rule, Seen, brand, gate, lexicon};
use crate::evidence::{Brand, Domain, Evidence, Theme, Topic, brand as brand_of_id};
use crate::facts::FactSet;
use crate::text::Words;

/// The rules of this family.
pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "mailbox-notice",
        family: Family::Body,
        title: Words::new("Notice about your mailbox from outside", "外部からの「あなたのメールボックス」通知"),
        reason: Words::new(
            "The mail says that something is wrong with your mailbox or password (\"{0}\", \"{1}\"), but comes from outside and leads to {2}. Real notices come from your own provider and lead there.",
            "メールボックスやパスワードの異常（「{0}」「{1}」）を告げていますが、外部から届き、リンク先は {2} です。本物の通知は契約先から届き、契約先につながります。",
        ),
        innocent: Words::new(
            "Your organization uses an outside service for mail; ask the people who run it before you press.",
            "メールを外部サービスに委託している場合です。押す前に管理担当者に確かめてください。",
        ),
        weight: 2.2,
        kind: Kind::Correlated,
        references: &["write-ups of mails aimed at mail server administrators, 2022"],
        check: mailbox_notice,
    },
    Rule {
        id: "urgent-log-in",
        family: Family::Body,
        title: Words::new("Urgent call to log in or confirm", "ログインや確認を急がせる"),
        reason: Words::new(
            "The mail presses for haste (\"{0}\"), asks for a log-in or confirmation (\"{1}\"), and its link to {2} does not lead to a proved sender.",
            "「{0}」と急がせて「{1}」を求めていますが、リンク先 {2} は認証された差出人のものではありません。",
        ),
        innocent: Words::new(
            "A real reminder from a service you use: go there by your own bookmark instead.",
            "実際に使っているサービスの督促の場合です。自分のブックマークから開いて確かめてください。",
        ),
        weight: 1.4,
        kind: Kind::Correlated,
        references: &[
            "public advice of Japanese providers on urgency and credential words",
            "SpamAssassin and Sublime wording rules (idea)",
        ],
        check: urgent_log_in,
    },
    Rule {
        id: "account-trouble",
        family: Family::Body,
        title: Words::new("Account trouble to be mended by a link", "アカウントの問題をリンクで解決させる"),
        reason: Words::new(
            "The mail speaks of trouble with an account (\"{0}\") and leads to {1}, which is not the sender's.",
            "アカウントの問題（「{0}」）を告げ、差出人のものではない {1} へ誘導しています。",
        ),
        innocent: Words::new(
            "A real notice sent through a partner: log in by your own bookmark and look.",
            "提携先を通じた本物の通知の場合です。自分のブックマークからログインして確かめてください。",
        ),
        weight: 1.0,
        kind: Kind::Heuristic,
        references: &["Sublime rules: credential phishing wording (idea)"],
        check: account_trouble,
    },
    Rule {
        id: "money-demand",
        family: Family::Body,
        title: Words::new("Asks for money or an answer, without links", "リンクなしで金銭や返信を求める"),
        reason: Words::new(
            "The mail has no link to press, speaks of money (\"{0}\") and wants you to act (\"{1}\"). Extortion, advance-fee fraud and forged payment orders look like this.",
            "押すリンクはなく、金銭（「{0}」）の話で行動（「{1}」）を求めています。脅迫、前払い詐欺、偽の送金指示に多い形です。",
        ),
        innocent: Words::new(
            "A bill or a letter about money between people who know each other.",
            "知り合い同士の請求や金銭の相談の場合です。",
        ),
        weight: 2.0,
        kind: Kind::Heuristic,
        references: &["SpamAssassin advance-fee rules (idea)"],
        check: money_demand,
    },
    Rule {
        id: "prize-bait",
        family: Family::Body,
        title: Words::new("A prize, gift or bonus to be claimed by a link", "賞品や特典をリンクで受け取らせる"),
        reason: Words::new(
            "The mail offers \"{0}\" and leads to {1}, which is not the sender's proved domain.",
            "「{0}」と持ちかけ、認証された差出人のものではない {1} へ誘導しています。",
        ),
        innocent: Words::new(
            "A real offer from a shop whose newsletter you ordered.",
            "自分で登録した店からの本物の特典案内の場合です。",
        ),
        weight: 1.4,
        kind: Kind::Heuristic,
        references: &["Sublime and SpamAssassin wording rules (idea)"],
        check: prize_bait,
    },
    Rule {
        id: "nameless-greeting",
        family: Family::Body,
        title: Words::new("Greets nobody by name", "宛名のない呼びかけ"),
        reason: Words::new(
            "The mail greets \"{0}\" instead of a name. A service that you have an account with knows your name.",
            "「{0}」と呼びかけるだけで名前がありません。契約しているサービスなら名前を知っているはずです。",
        ),
        innocent: Words::new(
            "Mailings to many people of a club or office greet like this.",
            "団体や役所の一斉案内でもこう書かれます。",
        ),
        weight: 1.5,
        kind: Kind::Heuristic,
        references: &["SpamAssassin DEAR_* (idea)"],
        check: nameless_greeting,
    },
    Rule {
        id: "form-in-mail",
        family: Family::Body,
        title: Words::new("Form inside the mail", "メール本文に入力フォームがある"),
        reason: Words::new(
            "The mail itself holds a form to fill in{0}. Honest senders lead to a page.",
            "メールの中に入力フォームがあります{0}。正規の送信者はページへ誘導します。",
        ),
        innocent: Words::new(
            "Surveys and confirmations made for programs that can fill in forms.",
            "フォーム対応ソフト向けのアンケートや確認メールの場合です。",
        ),
        weight: 0.3,
        kind: Kind::Direct,
        references: &["phishing_pot base rate: 0.6 % of phishing, 0 of 2,550 ham"],
        check: form_in_mail,
    },
    Rule {
        id: "hidden-text",
        family: Family::Body,
        title: Words::new("Much hidden text", "隠された文字が多い"),
        reason: Words::new(
            "The mail holds text that a reader does not see ({0}), beginning \"{1}\". Newsletters hide a line or two; fillers that mislead filters hide paragraphs.",
            "読者に見えない文字があります（{0}）。「{1}」など。メールマガジンでも 1、2 行は隠しますが、フィルター対策では段落ごと隠します。",
        ),
        innocent: Words::new(
            "The line that mailboxes show beside the subject, and versions for other screens.",
            "受信箱の一覧に出す要約文や、別の画面幅向けの文の場合です。",
        ),
        weight: 0.5,
        kind: Kind::Heuristic,
        references: &[
            "phishing_pot base rate: zero font 21.7 %, display:none 32.8 % of phishing",
            "rspamd MANY_INVISIBLE_PARTS",
        ],
        check: hidden_text,
    },
    Rule {
        id: "invisible-characters",
        family: Family::Body,
        title: Words::new("Invisible characters between letters", "文字の間に不可視文字がある"),
        reason: Words::new(
            "Subject, names or text hold {0 character|characters} without width or with a change of direction. They break words apart so that filters do not find them.",
            "件名・名前・本文に幅のない文字や向きを変える文字が {0} 個あります。単語を分断してフィルターを逃れる手口です。",
        ),
        innocent: Words::new(
            "Newsletters fill the preview line with them; some scripts and emoji need them.",
            "メールマガジンの要約文の埋め草や、それを必要とする文字・絵文字の場合です。",
        ),
        weight: 0.8,
        kind: Kind::Heuristic,
        references: &["SpamAssassin UNICODE_OBFU_ZW (idea)"],
        check: invisible_characters,
    },
    Rule {
        id: "drives-terminal",
        family: Family::Body,
        title: Words::new("Commands for a terminal", "端末を操作する文字列"),
        reason: Words::new(
            "Subject, names or text hold {0 sequence|sequences} that would move the cursor, rename the window or fill the clipboard of a terminal that shows them as they are. They attack whoever reads mail or logs there.",
            "件名・名前・本文に、そのまま表示した端末のカーソル・ウィンドウ名・クリップボードを操作する文字列が {0} 個あります。端末でメールやログを読む人への攻撃です。",
        ),
        innocent: Words::new(
            "Somebody pasted the recording of a terminal. Colors alone do not count.",
            "端末の記録を貼り付けた場合です（色の指定だけなら数えません）。",
        ),
        weight: 3.0,
        kind: Kind::Direct,
        references: &["ECMA-48 section 5.6", "none of 2,616 ordinary and 1,887 phishing mails"],
        check: drives_terminal,
    },
    Rule {
        id: "image-only",
        family: Family::Body,
        title: Words::new("One image instead of text", "本文が画像だけ"),
        reason: Words::new(
            "The mail is an image and almost no text, so that no filter can read what a person reads.",
            "本文がほぼ画像だけです。人には読めてもフィルターには読めません。",
        ),
        innocent: Words::new(
            "A flyer, an invitation or a picture from a friend.",
            "ちらし、招待状、知人からの写真の場合です。",
        ),
        weight: 1.0,
        kind: Kind::Heuristic,
        references: &["rspamd HTML_SHORT_LINK_IMG, R_SUSPICIOUS_IMAGES"],
        check: image_only,
    },
    Rule {
        id: "brand-borrowed",
        family: Family::Body,
        title: Words::new("Speaks for a brand that it is not from", "無関係なブランドの名で語る"),
        reason: Words::new(
            "Subject or text name {0}, but neither the sender {1} nor any link belongs to {0}.",
            "件名や本文は {0} の名を使っていますが、差出人 {1} もリンクも {0} のものではありません。",
        ),
        innocent: Words::new(
            "A news item or a conversation about that brand.",
            "そのブランドについての記事や会話の場合です。",
        ),
        weight: 0.8,
        kind: Kind::Heuristic,
        references: &["Sublime rules: brand impersonation (idea)"],
        check: brand_borrowed,
    },
];

/// The first phrase of a list in subject or text, lower case.
fn said(topic: Topic, evidence: &Evidence) -> Option<String> {
    lexicon::first(topic, evidence).map(str::to_lowercase)
}

fn mailbox_notice(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    if gate::listed(evidence) || gate::answering(evidence) {
        return None;
    }
    let domain = evidence.from_domain()?;
    let inside = gate::of_recipient(evidence, domain) && gate::aligned(evidence);
    if inside || gate::aligned(evidence) && gate::owner(evidence).is_some() {
        return None;
    }
    let thing = said(lexicon::MAILBOX, evidence)?;
    let trouble = said(lexicon::MAILBOX_TROUBLE, evidence)?;
    let (link, url) = gate::telling(evidence)
        .find(|(_, url)| !gate::leads_home(evidence, &url.domain) && !gate::of_recipient(evidence, &url.domain))?;
    let mut spans = gate::everything(evidence);
    spans.push(link.span);
    Some(Hit::new([&thing, &trouble, &url.domain.host], spans))
}

fn urgent_log_in(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    if gate::listed(evidence) || gate::answering(evidence) {
        return None;
    }
    evidence.from_domain()?;
    let urgent = evidence.body.wording.urgent.first()?;
    let credential = evidence.body.wording.credential.first()?;
    let (link, url) = gate::telling(evidence).find(|(_, url)| !gate::leads_home(evidence, &url.domain))?;
    let mut spans = gate::everything(evidence);
    spans.push(link.span);
    Some(Hit::new([urgent, credential, &url.domain.host], spans))
}

fn account_trouble(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    if gate::listed(evidence) || gate::answering(evidence) {
        return None;
    }
    evidence.from_domain()?;
    let own = |target: &Domain| gate::home(evidence, target) || gate::leads_home(evidence, target);
    let (link, url) = gate::telling(evidence).find(|(_, url)| !own(&url.domain))?;
    if gate::pressable(evidence).any(|(_, url)| own(&url.domain)) {
        return None;
    }
    let trouble = said(lexicon::ACCOUNT_TROUBLE, evidence)?;
    let mut spans = gate::everything(evidence);
    spans.push(link.span);
    Some(Hit::new([&trouble, &url.domain.host], spans))
}

fn money_demand(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    if gate::listed(evidence) || gate::answering(evidence) || gate::telling(evidence).next().is_some() {
        return None;
    }
    let from = evidence.from_domain()?;
    let money = evidence.body.wording.money.first().cloned().or_else(|| said(lexicon::FRAUD, evidence))?;
    let demand = said(lexicon::FRAUD_DEMAND, evidence)?;
    let elsewhere = evidence
        .reply_to
        .iter()
        .filter_map(|address| address.domain.as_ref())
        .any(|domain| gate::free_mail(domain) || !gate::related(from, domain));
    let unproved = gate::of_recipient(evidence, from) && !gate::aligned(evidence);
    (gate::free_mail(from) || elsewhere || unproved).then(|| Hit::new([&money, &demand], gate::everything(evidence)))
}

fn prize_bait(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    if gate::listed(evidence) || gate::answering(evidence) {
        return None;
    }
    evidence.from_domain()?;
    let (link, url) = gate::telling(evidence)
        .find(|(_, url)| !gate::home(evidence, &url.domain) && !gate::leads_home(evidence, &url.domain))?;
    if gate::pressable(evidence).any(|(_, url)| gate::leads_home(evidence, &url.domain)) {
        return None;
    }
    let prize = said(lexicon::PRIZE, evidence)?;
    let mut spans = gate::everything(evidence);
    spans.push(link.span);
    Some(Hit::new([&prize, &url.domain.host], spans))
}

fn nameless_greeting(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    if gate::listed(evidence) {
        return None;
    }
    let greeting = lexicon::in_text(lexicon::GREETING, evidence)?.to_lowercase();
    Some(Hit::new([&greeting], gate::everything(evidence)))
}

fn form_in_mail(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    if !evidence.body.form || gate::listed(evidence) {
        return None;
    }
    let form = evidence.links.iter().find(|link| link.kind == crate::evidence::LinkKind::Form);
    let target =
        form.and_then(|link| link.url.as_ref()).map_or_else(String::new, |url| format!(" ({})", url.domain.host));
    let spans = form.map_or_else(|| gate::everything(evidence), |link| vec![link.span]);
    Some(Hit::new([&target], spans))
}

fn hidden_text(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    let long = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).count();
    if gate::aligned(evidence) {
        return None;
    }
    let first = evidence.body.hidden.iter().find(|hidden| long(&hidden.text) >= 3)?;
    let total: usize = evidence.body.hidden.iter().take(500).map(|hidden| long(&hidden.text)).sum();
    let begin: String = first.text.trim().chars().take(60).collect();
    (total >= 200).then(|| Hit::new([&first.how, &begin], gate::everything(evidence)))
}

fn invisible_characters(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    // A byte order mark, a joiner in an emoji or a script that needs them is no attack.
    (evidence.body.invisible >= 5 && !gate::listed(evidence) && !gate::aligned(evidence))
        .then(|| Hit::new([&evidence.body.invisible.to_string()], gate::everything(evidence)))
}

fn drives_terminal(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    let sequences = evidence.body.controls.sequences;
    (sequences > 0 && !gate::listed(evidence)).then(|| Hit::new([&sequences.to_string()], gate::everything(evidence)))
}

fn image_only(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    (evidence.body.image_only && !gate::listed(evidence)).then(|| Hit::new([], gate::everything(evidence)))
}

fn brand_borrowed(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    if gate::listed(evidence) || gate::answering(evidence) {
        return None;
    }
    let from = evidence.main_from()?;
    let domain = from.domain.as_ref()?;
    if gate::owner(evidence).is_some() {
        return None;
    }
    gate::telling(evidence).next()?;
    // Beside a brand's name in running text there must be talk of an account: news speak of brands as well.
    let wording = &evidence.body.wording;
    let pressing = !wording.credential.is_empty()
        || evidence.themes.count(&[Theme::Customer, Theme::Demand]) == 2
        || said(lexicon::ACCOUNT_TROUBLE, evidence).is_some();
    // Everyone names programs and networks in passing, and every shop the cards that it takes; who names a bank or a tax
    // office speaks of money.
    let weighty = |brand: &Brand| {
        !matches!(brand.sector, "tech" | "social" | "portal" | "cloud" | "hosting")
            && !matches!(brand.id, "visa" | "mastercard" | "amex" | "jcb" | "paypal")
    };
    let subject = brand::named(&evidence.subject).into_iter().filter(|brand| pressing || weighty(brand));
    let text =
        wording.brands.iter().copied().filter(|_| pressing).filter_map(brand_of_id).filter(|brand| weighty(brand));
    let brand = subject
        .chain(text)
        .take(20)
        .find(|brand| !gate::pressable(evidence).any(|(_, url)| brand::owns(brand, &url.domain)))?;
    Some(Hit::new([brand.names.first()?, &domain.host], gate::everything(evidence)))
}

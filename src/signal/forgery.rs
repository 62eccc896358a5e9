//! Ways of writing the sender so that filters check one address and readers see another, by the name of the attack.
//!
//! Whether two readings belong together is asked here; what the readings are is evidence.

use super::{Family, Hit, Kind, Rule, Seen, gate};
use crate::evidence::{Excuse, Trick};
use crate::facts::FactSet;
use crate::text::Words;

/// The rules of this file.
pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "from-twice",
        family: Family::Sender,
        title: Words::new("Two From fields with different senders", "差出人の異なる From が 2 つある"),
        reason: Words::new(
            "The mail has two From fields. A program that takes the first one shows {0}, one that takes the last shows {1}: the filter can be made to check one sender while you see the other.",
            "From 欄が 2 つあります。最初の欄を採るソフトでは {0}、最後の欄を採るソフトでは {1} が差出人になります。検査される差出人と画面に出る差出人を食い違わせる手口です。",
        ),
        innocent: Words::new(
            "A broken gateway or list program added a From field and left the old one.",
            "壊れたゲートウェイやリストソフトが From を書き足し、元の欄を残した場合です。",
        ),
        weight: 2.5,
        kind: Kind::Direct,
        references: &[
            "RFC 5322 section 3.6.2",
            "Composition Kills, USENIX Security 2020: A6",
            "Weak Links in Authentication Chains, USENIX Security 2021: A4",
        ],
        check: |evidence, _| told(evidence, Trick::SeveralFields),
    },
    Rule {
        id: "from-behind-blank",
        family: Family::Sender,
        title: Words::new("A second From hidden behind a blank", "空白の後ろに別の From が隠れている"),
        reason: Words::new(
            "A line that reads \" From: {1}\" starts with a blank. Strict programs take it for the rest of the field above it and show {0}; forgiving ones take it for the sender.",
            "行頭に空白のある From（{1}）があります。厳格なソフトは上の欄の続きとみなして {0} を表示し、寛容なソフトはこちらを差出人とみなします。",
        ),
        innocent: Words::new(
            "A report that quotes another mail's header in a field of its own.",
            "別のメールのヘッダーを欄の中に引用した報告の場合です。",
        ),
        weight: 2.0,
        kind: Kind::Direct,
        references: &["RFC 5322 section 2.2.3", "Composition Kills, USENIX Security 2020: A7"],
        check: |evidence, _| told(evidence, Trick::LeadingBlank),
    },
    Rule {
        id: "from-before-colon-blank",
        family: Family::Sender,
        title: Words::new("From with a blank before its colon", "コロンの前に空白のある From"),
        reason: Words::new(
            "One From is written with a blank before the colon. Strict programs ignore it and show {0}; others show {1}.",
            "コロンの前に空白を入れた From があります。厳格なソフトはこれを無視して {0} を表示し、別のソフトは {1} を表示します。",
        ),
        innocent: Words::new(
            "A very old or self-written program; then both addresses usually belong together.",
            "古いソフトや自作プログラムの場合です。その場合、二つのアドレスは普通同じ組織のものです。",
        ),
        weight: 2.5,
        kind: Kind::Direct,
        references: &["RFC 5322 section 4.5", "Composition Kills, USENIX Security 2020: A7"],
        check: |evidence, _| told(evidence, Trick::BlankBeforeColon),
    },
    Rule {
        id: "from-name-folded",
        family: Family::Sender,
        title: Words::new("From torn over two lines", "From の名前が改行で分断されている"),
        reason: Words::new(
            "The word From and its colon stand on different lines. Strict programs do not see this sender and show {0}; others show {1}.",
            "「From」とコロンが別の行に分かれています。厳格なソフトにはこの差出人が見えず {0} を表示し、別のソフトは {1} を表示します。",
        ),
        innocent: Words::new("A damaged or hand-edited file.", "壊れたファイルや手で編集したファイルの場合です。"),
        weight: 2.5,
        kind: Kind::Direct,
        references: &["RFC 5322 section 2.2", "Composition Kills, USENIX Security 2020: A7, A8"],
        check: |evidence, _| told(evidence, Trick::FoldedName),
    },
    Rule {
        id: "from-missing-other-speaks",
        family: Family::Sender,
        title: Words::new(
            "No readable From; another field speaks for it",
            "正しい From がなく、別の欄が差出人を名乗る",
        ),
        reason: Words::new(
            "Strict programs find no From. Some then show {0} out of Sender or Resent-From, although nobody checks those fields; what a forgiving program reads as From is \"{1}\".",
            "厳格なソフトでは From が読み取れません。その場合、検査対象にならない Sender や Resent-From の {0} を差出人として表示するソフトがあります（寛容なソフトが From と読むのは「{1}」）。",
        ),
        innocent: Words::new(
            "A program that never wrote From correctly, such as an old printer.",
            "古い複合機など、From を正しく書けない機器の場合です。",
        ),
        weight: 1.8,
        kind: Kind::Direct,
        references: &["RFC 5322 section 3.6.2", "Composition Kills, USENIX Security 2020: A8, B3"],
        check: |evidence, _| told(evidence, Trick::NoFrom),
    },
    Rule {
        id: "from-several-addresses",
        family: Family::Sender,
        title: Words::new("From lists addresses of different organizations", "From に別組織のアドレスが並んでいる"),
        reason: Words::new(
            "From lists more than one address. Filters check one of {0} and {1}, mail programs may show the other.",
            "From に複数のアドレスがあります。フィルターが {0} と {1} の一方を検査し、メールソフトがもう一方を表示することがあります。",
        ),
        innocent: Words::new(
            "Two people of different organizations really wrote together; then Sender names one of them.",
            "別組織の二人が本当に連名で送った場合です。その場合は Sender がどちらかを示します。",
        ),
        weight: 2.2,
        kind: Kind::Direct,
        references: &[
            "RFC 5322 section 3.6.2",
            "Composition Kills, USENIX Security 2020: A9",
            "Weak Links in Authentication Chains, USENIX Security 2021: A5",
        ],
        check: |evidence, _| foreign(evidence, Trick::SeveralAddresses),
    },
    Rule {
        id: "from-quoted-pair",
        family: Family::Sender,
        title: Words::new("Backslash before the comma in From", "From のカンマの前に円記号（バックスラッシュ）"),
        reason: Words::new(
            "A backslash before the comma in From makes programs disagree where the first address ends: some read {0}, others {1}.",
            "From のカンマの前にバックスラッシュがあり、最初のアドレスの終わりがソフトによって変わります。{0} と読むものと {1} と読むものがあります。",
        ),
        innocent: Words::new(
            "A program that masked its commas wrongly.",
            "カンマのエスケープを誤ったプログラムの場合です。",
        ),
        weight: 2.5,
        kind: Kind::Direct,
        references: &["RFC 5322 section 3.2.1", "Composition Kills, USENIX Security 2020: A12"],
        check: |evidence, _| told(evidence, Trick::QuotedPair),
    },
    Rule {
        id: "from-bare-and-bracketed",
        family: Family::Sender,
        title: Words::new(
            "A bare address in front of the real one in From",
            "From で裸のアドレスが本当のアドレスの前にある",
        ),
        reason: Words::new(
            "From begins with a bare address and goes on with one in brackets. Some programs take what is in brackets, others what comes first: {0} or {1}.",
            "From が裸のアドレスで始まり、山括弧のアドレスが続きます。山括弧を採るソフトと先頭を採るソフトがあり、差出人が {0} にも {1} にもなります。",
        ),
        innocent: Words::new("A list of two authors written by hand.", "二人の著者を手で並べた場合です。"),
        weight: 2.5,
        kind: Kind::Direct,
        references: &["RFC 5322 section 3.4", "Composition Kills, USENIX Security 2020: A13"],
        check: |evidence, _| foreign(evidence, Trick::BareAndBracketed),
    },
    Rule {
        id: "from-behind-brackets",
        family: Family::Sender,
        title: Words::new("Second address behind the brackets in From", "From の山括弧の後ろに別のアドレス"),
        reason: Words::new(
            "Behind the address in brackets, From goes on with another one. Some programs read {0}, others {1}.",
            "From の山括弧のアドレスの後ろに、さらに別のアドレスが書かれています。{0} と読むソフトと {1} と読むソフトがあります。",
        ),
        innocent: Words::new(
            "A form that pasted a mail address behind the sender by mistake.",
            "フォームが誤って差出人の後ろにアドレスを貼り付けた場合です。",
        ),
        weight: 2.5,
        kind: Kind::Direct,
        references: &["RFC 5322 section 3.4", "Composition Kills, USENIX Security 2020: A13"],
        check: |evidence, _| told(evidence, Trick::BehindBrackets),
    },
    Rule {
        id: "from-source-route",
        family: Family::Sender,
        title: Words::new("Route in front of the address in From", "From のアドレスに経路指定が付いている"),
        reason: Words::new(
            "From gives a route before the address. Some programs read {0}, others stop at {1} or show nothing. Nobody has used such routes since the 1990s.",
            "From のアドレスの前に経路指定があります。{0} と読むソフトもあれば、{1} で止まるもの、何も表示しないものもあります。1990 年代以降は使われない書き方です。",
        ),
        innocent: Words::new(
            "A mail from before 1995, or from a museum piece of a gateway.",
            "1990 年代の古いメールや、非常に古いゲートウェイの場合です。",
        ),
        weight: 2.5,
        kind: Kind::Direct,
        references: &["RFC 5322 section 4.4", "Composition Kills, USENIX Security 2020: A11"],
        check: |evidence, _| told(evidence, Trick::SourceRoute),
    },
    Rule {
        id: "from-address-encoded",
        family: Family::Sender,
        title: Words::new("Sender address hidden in an encoded word", "差出人アドレスがエンコードの中に隠れている"),
        reason: Words::new(
            "An encoded word in From holds an address: programs that decode first show {1}, others show {0} or nothing.",
            "From のエンコードされた語の中にアドレスが入っています。先にデコードするソフトは {1} を表示し、他は {0} を表示するか何も表示しません。",
        ),
        innocent: Words::new(
            "A self-written program that encodes the whole field, address and all.",
            "アドレスまで含めて欄全体をエンコードする自作プログラムの場合です。",
        ),
        weight: 2.2,
        kind: Kind::Direct,
        references: &[
            "RFC 2047 section 5",
            "PortSwigger: Splitting the email atom, 2024",
            "Composition Kills, USENIX Security 2020: A10, B2",
            "Weak Links in Authentication Chains, USENIX Security 2021: A7",
        ],
        check: |evidence, _| told(evidence, Trick::EncodedAddress),
    },
    Rule {
        id: "from-character-invisible",
        family: Family::Sender,
        title: Words::new("Invisible character in the sender's address", "差出人アドレスに見えない文字がある"),
        reason: Words::new(
            "The address {0} holds a character that cannot be seen. It looks like another address to you and is none to the filter.",
            "差出人アドレス {0} に目に見えない文字が入っています。人には別のアドレスに見え、フィルターにはアドレスとして読めません。",
        ),
        innocent: Words::new(
            "Somebody pasted the address from a document into a settings form.",
            "文書から設定画面にアドレスを貼り付けた場合です。",
        ),
        weight: 2.2,
        kind: Kind::Direct,
        references: &["Unicode TR 36", "Composition Kills, USENIX Security 2020: B1"],
        check: |evidence, _| told(evidence, Trick::InvisibleCharacter),
    },
    Rule {
        id: "from-direction-turned",
        family: Family::Sender,
        title: Words::new("Sender's address is written backwards", "差出人アドレスの文字の向きが反転されている"),
        reason: Words::new(
            "The address {0} holds a character that turns the direction of the text: you read another address than the one that is there.",
            "差出人アドレス {0} に文字の向きを変える制御文字があります。実際とは違うアドレスに見えます。",
        ),
        innocent: Words::new(
            "No honest program puts such characters into an address.",
            "アドレスにこの文字を入れる正規のソフトはありません。",
        ),
        weight: 3.0,
        kind: Kind::Direct,
        references: &["Unicode UAX 9", "Weak Links in Authentication Chains, USENIX Security 2021: A14"],
        check: |evidence, _| told(evidence, Trick::Direction),
    },
    Rule {
        id: "from-byte-stray",
        family: Family::Sender,
        title: Words::new("Broken byte in the sender's address", "差出人アドレスに不正なバイトがある"),
        reason: Words::new(
            "The address {0} holds a byte that is no text. Some programs stop there, so that the sender's domain ends earlier for them.",
            "差出人アドレス {0} に文字として成り立たないバイトがあります。そこで読むのをやめるソフトでは、差出人のドメインが途中で切れます。",
        ),
        innocent: Words::new(
            "A damaged file, or an address in an old charset that was never declared.",
            "壊れたファイルや、文字コードの宣言がない古いアドレスの場合です。",
        ),
        weight: 2.2,
        kind: Kind::Direct,
        references: &["RFC 5322 section 2.2", "Weak Links in Authentication Chains, USENIX Security 2021: A6"],
        check: |evidence, _| told(evidence, Trick::StrayByte),
    },
    Rule {
        id: "from-two-domains",
        family: Family::Sender,
        title: Words::new("Sender's address with two domains", "差出人アドレスに @ が 2 つある"),
        reason: Words::new(
            "The address {1} has two @ signs. Some programs show {0} and leave the rest out.",
            "差出人アドレス {1} には @ が 2 つあります。{0} までしか表示しないソフトがあります。",
        ),
        innocent: Words::new(
            "A program that glued its own domain to a whole address.",
            "完全なアドレスに自分のドメインを継ぎ足したプログラムの場合です。",
        ),
        weight: 2.0,
        kind: Kind::Direct,
        references: &["RFC 5322 section 3.4.1", "Weak Links in Authentication Chains, USENIX Security 2021: A13"],
        check: |evidence, _| told(evidence, Trick::TwoDomains),
    },
    Rule {
        id: "account-of-another",
        family: Family::Sender,
        title: Words::new("Written through somebody else's account", "別人のアカウントから送られている"),
        reason: Words::new(
            "The mail is in the name of {0}, but was sent by the account {1}. Many services let a customer type any sender of the same domain.",
            "{0} の名で届いていますが、送ったのは {1} のアカウントです。同じドメインなら差出人を自由に書けるサービスが多くあります。",
        ),
        innocent: Words::new(
            "A colleague answers for an office, or a person has two addresses.",
            "担当者が窓口の名で返信した場合や、一人が二つのアドレスを持つ場合です。",
        ),
        weight: 0.8,
        kind: Kind::Correlated,
        references: &[
            "RFC 5321 section 4.4",
            "Composition Kills, USENIX Security 2020: A17",
            "Weak Links in Authentication Chains, USENIX Security 2021: A1, A2",
        ],
        check: account_of_another,
    },
    Rule {
        id: "sender-of-another",
        family: Family::Sender,
        title: Words::new("Sender field names another organization", "Sender が別の組織を示す"),
        reason: Words::new(
            "The mail is in the name of {0}, but its Sender field says that {1} sent it, and no list or mail service explains that.",
            "{0} の名で届いていますが、Sender 欄では {1} が送ったことになっています。メーリングリストや配信サービスによる説明もつきません。",
        ),
        innocent: Words::new(
            "A secretary, a web form or a calendar that writes on behalf of somebody.",
            "秘書、Web フォーム、予定表などが代理で送った場合です。",
        ),
        weight: 0.4,
        kind: Kind::Correlated,
        references: &["RFC 5322 section 3.6.2", "Composition Kills, USENIX Security 2020: A17"],
        check: sender_of_another,
    },
    Rule {
        id: "bounces-to-nobody",
        family: Family::Sender,
        title: Words::new("No bounce address on an ordinary mail", "普通のメールなのに Return-Path が空"),
        reason: Words::new(
            "The mail from {0} has the empty return path that only notices about undeliverable mail may have. SPF then checks the machine's greeting and not the sender.",
            "{0} からのメールですが、不達通知だけに許される空の Return-Path が付いています。この場合、SPF は差出人ではなく送信サーバーの名乗りを検査します。",
        ),
        innocent: Words::new(
            "Receipts, vacation answers and some alarms are sent like this on purpose.",
            "開封確認や不在応答、監視の通知などは意図的にこの形で送られます。",
        ),
        weight: 0.6,
        kind: Kind::Heuristic,
        references: &["RFC 5321 section 4.5.5", "Weak Links in Authentication Chains, USENIX Security 2021: A3"],
        check: bounces_to_nobody,
    },
];

/// The trick as evidence found it.
pub(super) fn told(evidence: &Seen<'_>, trick: Trick) -> Option<Hit> {
    let forgery = evidence.forgery(trick)?;
    Some(Hit { values: forgery.readings.clone(), spans: forgery.spans.clone() })
}

/// The trick, unless what is read one way and the other belongs together.
fn foreign(evidence: &Seen<'_>, trick: Trick) -> Option<Hit> {
    let forgery = evidence.forgery(trick)?;
    let mut domains = forgery.readings.iter().filter_map(|address| crate::evidence::Domain::of_address(address));
    let together = domains.next().zip(domains.next()).is_some_and(|(one, other)| gate::related(&one, &other));
    (!together).then(|| Hit { values: forgery.readings.clone(), spans: forgery.spans.clone() })
}

fn account_of_another(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    if gate::listed(evidence) || gate::answering(evidence) {
        return None;
    }
    told(evidence, Trick::OtherAccount)
}

fn sender_of_another(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    let listed = evidence.excuses.iter().any(|excuse| matches!(excuse, Excuse::List(_)));
    if listed || gate::service(evidence) || gate::aligned(evidence) || gate::forwarded(evidence) {
        return None;
    }
    // Where bounces go to the author, the author's own server sent the mail, whatever Sender says.
    let from = evidence.from_domain()?;
    let path = evidence.triad.return_path.as_ref().and_then(|path| path.domain.as_ref());
    if path.is_some_and(|path| gate::related(from, path)) {
        return None;
    }
    let sender = evidence.sender.as_ref()?;
    let local = sender.address.split('@').next().unwrap_or_default().to_ascii_lowercase();
    let technical = ["bounce", "owner", "request", "list", "errors", "admin", "mailman", "noreply", "no-reply"];
    let known = technical.iter().any(|word| local.contains(word));
    let related = sender.domain.as_ref().is_some_and(|other| gate::related(from, other));
    if known || related { None } else { told(evidence, Trick::OtherSender) }
}

fn bounces_to_nobody(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    if gate::listed(evidence) || gate::answering(evidence) || gate::aligned(evidence) {
        return None;
    }
    told(evidence, Trick::PathNull)
}

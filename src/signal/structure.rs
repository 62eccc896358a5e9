//! How the mail is built: fields that are missing, repeated or oddly written, marks of lists and of conversations.
//!
//! Most of these are small: many honest programs are sloppy as well.

use super::{Family, Hit, Kind, Rule, Seen, gate};
use crate::evidence::{Agreement, Domain, Evidence, Excuse};
use crate::facts::FactSet;
use crate::message::Quirk;
use crate::text::Words;

/// The rules of this family.
pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "subject-stamped",
        family: Family::Structure,
        title: Words::new("A filter stamped the subject", "件名に迷惑メールの印がある"),
        reason: Words::new(
            "The subject carries {0}: some filter on the way took the mail for spam. Anyone may type such a stamp.",
            "件名に {0} と付いており、経路上のフィルターが迷惑メールと判定しています（誰でも書ける印ではあります）。",
        ),
        innocent: Words::new(
            "The filter was wrong, or the mail is an answer to one that was stamped.",
            "フィルターの誤判定や、印の付いたメールへの返信の場合です。",
        ),
        weight: 1.0,
        kind: Kind::Heuristic,
        references: &["help pages of Japanese mail providers on subject stamps"],
        check: subject_stamped,
    },
    Rule {
        id: "read-in-part",
        family: Family::Structure,
        title: Words::new("Larger than what is read", "読み取りの上限を超える構成"),
        reason: Words::new(
            "It goes beyond a limit of what is read of a mail, and what lies beyond is not rated. Programs that people write mail with make no such mails.",
            "メールの読み取り上限を超えており、超えた部分は評価していません。通常のメールソフトはこのようなメールを作りません。",
        ),
        innocent: Words::new(
            "A report or an archive that a machine made.",
            "機械が作成した報告書やアーカイブの場合です。",
        ),
        weight: 4.3,
        kind: Kind::Heuristic,
        references: &["docs/limits.md", "hit by none of 2,616 ordinary mails"],
        check: read_in_part,
    },
    Rule {
        id: "read-in-two-ways",
        family: Family::Structure,
        title: Words::new("Programs read it differently", "ソフトによって読み方が変わる構成"),
        reason: Words::new(
            "Its structure can be read in two ways ({0}), and the other one finds {1 part|parts} that this one does not. That shows a filter one mail and its reader another.",
            "構造が 2 通りに読めます（{0}）。別の読み方では {1} 個のパートが現れるため、フィルターと受信者に別々の内容を見せることができます。",
        ),
        innocent: Words::new(
            "A program that writes broken headers, or a gateway that added a field without taking the old one away.",
            "壊れたヘッダーを書くソフトや、元の欄を残したまま書き加える中継サーバーの場合です。",
        ),
        weight: 3.0,
        kind: Kind::Heuristic,
        references: &[
            "draft-chen-email-mime-ambiguity-defense-00",
            "none of 2,616 ordinary mails, 1 of 1,887 phishing mails",
        ],
        check: read_in_two_ways,
    },
    Rule {
        id: "return-path-elsewhere",
        family: Family::Structure,
        title: Words::new("Bounces go to another organization", "Return-Path が別の組織"),
        reason: Words::new(
            "Bounces go to {1}, not to {0}, and no list, mail service or signature explains that.",
            "不達通知の宛先は {0} ではなく {1} です。メーリングリスト・配信サービス・署名による説明がつきません。",
        ),
        innocent: Words::new(
            "A mail service that is not in the list of known ones.",
            "一覧にない配信サービスを使っている場合です。",
        ),
        weight: 0.3,
        kind: Kind::Heuristic,
        references: &["RFC 5321 section 4.4", "base rate before gates: 29.8 % of phishing, 61.6 % of old ham"],
        check: return_path_elsewhere,
    },
    Rule {
        id: "message-id-elsewhere",
        family: Family::Structure,
        title: Words::new("Message-ID was made elsewhere", "Message-ID が別の組織"),
        reason: Words::new(
            "The Message-ID was made in {1}, not in {0}, and no list, mail service or signature explains that. Relays do this as well, so it counts little.",
            "Message-ID は {0} ではなく {1} で作られ、メーリングリスト・配信サービス・署名による説明がつきません。中継でも起きるため、重みは小さくしています。",
        ),
        innocent: Words::new(
            "Relays and mail services write their own Message-ID.",
            "中継サーバーや配信サービスは独自の Message-ID を付けます。",
        ),
        weight: 0.2,
        kind: Kind::Heuristic,
        references: &["RFC 5322 section 3.6.4", "base rate: 65.7 % of phishing, 47.8 % of ham"],
        check: message_id_elsewhere,
    },
    Rule {
        id: "fields-missing",
        family: Family::Structure,
        title: Words::new("Customary fields are missing", "あるべきヘッダーがない"),
        reason: Words::new(
            "The mail lacks {0}, which every ordinary mail program writes.",
            "普通のメールソフトなら必ず書く {0} がありません。",
        ),
        innocent: Words::new(
            "A device or a script inside a company, or an archive that took fields off.",
            "社内の機器やスクリプト、または保存時に欄を削ったメールの場合です。",
        ),
        weight: 0.8,
        kind: Kind::Direct,
        references: &["RFC 5322 section 3.6", "rspamd MISSING_ESSENTIAL_HEADERS"],
        check: fields_missing,
    },
    Rule {
        id: "fields-repeated",
        family: Family::Structure,
        title: Words::new("A field stands there twice", "一つしか書けないヘッダーが重複"),
        reason: Words::new(
            "{0} occurs more often than allowed, so programs disagree which one counts.",
            "{0} が規定より多く書かれており、どれが有効かソフトによって異なります。",
        ),
        innocent: Words::new(
            "A gateway added a field without looking for one.",
            "ゲートウェイが既存の欄を確かめずに書き足した場合です。",
        ),
        weight: 1.2,
        kind: Kind::Direct,
        references: &["RFC 5322 section 3.6", "rspamd MULTIPLE_UNIQUE_HEADERS"],
        check: fields_repeated,
    },
    Rule {
        id: "field-name-odd",
        family: Family::Structure,
        title: Words::new("Field name written to confuse parsers", "ヘッダー名の書き方が不正"),
        reason: Words::new(
            "A header field has blanks or a line break in its name, or the header holds NUL bytes. Programs disagree on what it means.",
            "ヘッダー名に空白や改行が混じるか、ヘッダーに NUL が含まれています。ソフトによって解釈が異なります。",
        ),
        innocent: Words::new("A damaged or hand-edited file.", "壊れたファイルや手で編集したファイルの場合です。"),
        weight: 1.2,
        kind: Kind::Direct,
        references: &["RFC 5322 section 2.2", "Composition Kills, USENIX Security 2020 (A7 to A9)"],
        check: field_name_odd,
    },
    Rule {
        id: "false-reply",
        family: Family::Structure,
        title: Words::new("Claims to answer, but answers nothing", "返信を装っている"),
        reason: Words::new(
            "The subject \"{0}\" looks like an answer, but the mail refers to no other mail.",
            "件名「{0}」は返信に見えますが、元のメールへの参照がありません。",
        ),
        innocent: Words::new(
            "Some programs and phones leave the reference out when they answer.",
            "返信時に参照を書かないソフトや携帯電話の場合です。",
        ),
        weight: 0.4,
        kind: Kind::Heuristic,
        references: &["RFC 5322 section 3.6.4", "rspamd FAKE_REPLY, Sublime fake_thread"],
        check: false_reply,
    },
    Rule {
        id: "list-post",
        family: Family::Structure,
        title: Words::new("Came over a mailing list", "メーリングリスト経由"),
        reason: Words::new(
            "The mail carries the marks of the list {0}. Anyone may type them, so they count little.",
            "メーリングリスト {0} の印があります。誰でも書けるため、重みは小さくしています。",
        ),
        innocent: Words::new(
            "Anyone may post to an open list, and anyone may type its marks.",
            "公開リストには誰でも投稿でき、印も誰でも書けます。",
        ),
        weight: -1.2,
        kind: Kind::Heuristic,
        references: &["RFC 2919", "RFC 2369"],
        check: list_post,
    },
    Rule {
        id: "in-conversation",
        family: Family::Structure,
        title: Words::new("Part of a conversation", "会話の続き"),
        reason: Words::new(
            "The mail refers to an earlier one, and its subject says so as well. Anyone may type that, so it counts little.",
            "以前のメールへの参照があり、件名も返信の形です。誰でも書けるため、重みは小さくしています。",
        ),
        innocent: Words::new(
            "Fraudsters who broke into a mailbox answer real conversations.",
            "メールボックスを乗っ取った詐欺師は、実際の会話に返信します。",
        ),
        weight: -0.8,
        kind: Kind::Heuristic,
        references: &["RFC 5322 section 3.6.4"],
        check: in_conversation,
    },
    Rule {
        id: "html-without-text",
        family: Family::Structure,
        title: Words::new("HTML without a plain twin", "HTML のみでテキスト版がない"),
        reason: Words::new(
            "The mail is HTML only. Mail programs and serious mail services add a plain-text version.",
            "HTML だけのメールです。普通のメールソフトや配信サービスはテキスト版も付けます。",
        ),
        innocent: Words::new(
            "Many shops and web forms send HTML only.",
            "HTML だけを送る店舗や Web フォームも多くあります。",
        ),
        weight: 0.8,
        kind: Kind::Heuristic,
        references: &["SpamAssassin MIME_HTML_ONLY"],
        check: html_without_text,
    },
    Rule {
        id: "nobody-addressed",
        family: Family::Structure,
        title: Words::new("Addressed to nobody", "宛先が書かれていない"),
        reason: Words::new(
            "Neither To nor Cc holds an address: the mail went to many hidden recipients.",
            "To にも Cc にもアドレスがなく、隠れた宛先に一斉送信されています。",
        ),
        innocent: Words::new(
            "A circular to many people who shall not see each other's addresses.",
            "互いのアドレスを見せないための一斉案内の場合です。",
        ),
        weight: 1.3,
        kind: Kind::Heuristic,
        references: &["Sublime undisclosed_recipients (idea)"],
        check: nobody_addressed,
    },
    Rule {
        id: "subject-holds-recipient",
        family: Family::Structure,
        title: Words::new("Your address in the subject", "件名に受信者のアドレスがある"),
        reason: Words::new(
            "The subject contains the recipient's address {0}: a program that knows nothing else of you filled it in.",
            "件名に宛先のアドレス {0} が入っています。アドレスしか知らないプログラムが差し込んだものです。",
        ),
        innocent: Words::new(
            "Notices of a mail system about that very address.",
            "そのアドレス自体についてのメールシステムの通知の場合です。",
        ),
        weight: 1.6,
        kind: Kind::Direct,
        references: &["Sublime recipient_address_in_subject (idea)"],
        check: subject_holds_recipient,
    },
    Rule {
        id: "subject-pictures",
        family: Family::Structure,
        title: Words::new("Pictures in the subject", "件名に絵文字がある"),
        reason: Words::new(
            "The subject catches the eye with {0}. Advertising does so as well.",
            "件名に目を引く {0} が使われています。広告メールでも見られます。",
        ),
        innocent: Words::new("Shops and friends like them, too.", "店舗の案内や友人のメールでも使われます。"),
        weight: 1.0,
        kind: Kind::Heuristic,
        references: &["Unicode TS 51"],
        check: subject_pictures,
    },
];

fn subject_stamped(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    let stamp = evidence.stamp.as_ref()?;
    Some(Hit::new([&stamp.text], vec![evidence.shape.subject]))
}

/// How a domain relates to the From domain.
fn agreement(evidence: &Evidence, other: Option<&Domain>) -> Agreement {
    match (evidence.from_domain(), other) {
        (Some(from), Some(other)) if from.host == other.host => Agreement::Equal,
        (Some(from), Some(other)) if gate::related(from, other) => Agreement::SameOrganization,
        (Some(_), Some(other)) if other.registrable.is_some() => Agreement::Different,
        _ => Agreement::Unknown,
    }
}

fn return_path_elsewhere(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    if !evidence.excuses.is_empty() || gate::aligned(evidence) || gate::answering(evidence) {
        return None;
    }
    let path = evidence.triad.return_path.as_ref()?;
    let other = path.domain.as_ref()?;
    (agreement(evidence, Some(other)) == Agreement::Different).then(|| {
        Hit::new(
            [&evidence.from_domain().map(|own| own.host.clone()).unwrap_or_default(), &other.host],
            vec![path.span],
        )
    })
}

fn message_id_elsewhere(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    if !evidence.excuses.is_empty() || gate::aligned(evidence) || gate::answering(evidence) {
        return None;
    }
    let other = evidence.triad.message_id_domain.as_ref()?;
    (agreement(evidence, Some(other)) == Agreement::Different).then(|| {
        let own = evidence.from_domain().map(|own| own.host.clone()).unwrap_or_default();
        Hit::new([&own, &other.host], vec![evidence.triad.message_id_span])
    })
}

/// Limits behind which an attack can be put, and that ordinary mail does not reach. Padding up to one of them must not make
/// a mail look harmless.
const PADDED: &[&str] = &[
    "header_fields",
    "header_kib",
    "parts",
    "depth",
    "decoded_mib",
    "html_mib",
    "page_links",
    "text_links",
    "links",
    "archive_names",
    "outside_stretches",
    // Only a mail that can be read in several ways comes near these.
    "other_readings",
    "other_reading_mib",
    "other_parts",
];

fn read_in_part(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    // People who send large files write their text in front of them.
    let has_no_text = evidence.body.text.trim().is_empty();
    let is_padded = |quirk: &Quirk| match quirk {
        Quirk::Limit(told) => PADDED.iter().any(|key| told.is_of(key)) || has_no_text && told.is_of("message_mib"),
        _ => false,
    };
    evidence.quirks.iter().any(is_padded).then(|| Hit::new([], Vec::new()))
}

fn read_in_two_ways(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    let told = evidence.quirks.iter().find_map(|quirk| match quirk {
        Quirk::Ambiguous(told) if told.parts > 0 => Some(told),
        _ => None,
    })?;
    let values = [told.used.as_str(), told.other.as_str()].into_iter().filter(|value| !value.is_empty());
    Some(Hit::new([&values.collect::<Vec<_>>().join(" / "), &told.parts.to_string()], Vec::new()))
}

fn fields_missing(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    // A draft or an exported mail without any trace field has not been sent at all.
    if evidence.shape.missing.is_empty() || evidence.hops.is_empty() {
        return None;
    }
    // What is not there has no bytes.
    Some(Hit::new([&evidence.shape.missing.join(", ")], Vec::new()))
}

fn fields_repeated(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    // List software and gateways repeat harmless fields; these decide who and what is shown.
    let name = evidence.repeated.iter().find(|name| {
        ["from", "sender", "reply-to", "subject", "date", "to"].iter().any(|known| name.eq_ignore_ascii_case(known))
    })?;
    (!gate::listed(evidence)).then(|| Hit::new([name], gate::from_span(evidence)))
}

fn field_name_odd(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    let nul = evidence.quirks.contains(&Quirk::NulInHeader);
    (nul || evidence.shape.odd_field.is_some()).then(|| Hit::new([], evidence.shape.odd_field.into_iter().collect()))
}

fn false_reply(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    let shape = &evidence.shape;
    (shape.reply_mark && shape.reply.is_none() && !gate::listed(evidence) && !gate::aligned(evidence))
        .then(|| Hit::new([&evidence.subject], vec![shape.subject]))
}

fn list_post(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    if !gate::listed(evidence) {
        return None;
    }
    let id = evidence.excuses.iter().find_map(|excuse| match excuse {
        Excuse::List(id) => Some(id),
        _ => None,
    })?;
    Some(Hit::new([id], evidence.shape.list.into_iter().collect()))
}

fn in_conversation(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    let field = evidence.shape.reply?;
    gate::answering(evidence).then(|| Hit::new([], vec![field]))
}

fn html_without_text(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    (evidence.shape.html_only && !gate::listed(evidence)).then(|| Hit::new([], evidence.shape.text.clone()))
}

fn nobody_addressed(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    (evidence.shape.nobody_addressed && !gate::listed(evidence) && !evidence.hops.is_empty())
        .then(|| Hit::new([], evidence.shape.addressed.into_iter().collect()))
}

fn subject_holds_recipient(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    if gate::listed(evidence) || gate::answering(evidence) || evidence.shape.reply_mark {
        return None;
    }
    let subject = evidence.subject.to_lowercase();
    let own = evidence.recipients.iter().take(5).find(|own| {
        own.address.len() > 5 && own.address.contains('@') && subject.contains(&own.address.to_lowercase())
    })?;
    Some(Hit::new([&own.address], vec![evidence.shape.subject]))
}

fn subject_pictures(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    let picture = evidence
        .subject
        .chars()
        .find(|c| matches!(c, '\u{2600}'..='\u{27bf}' | '\u{1f300}'..='\u{1faff}' | '\u{2b50}'))?;
    (!gate::listed(evidence)).then(|| Hit::new([&picture.to_string()], vec![evidence.shape.subject]))
}

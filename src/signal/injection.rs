//! Ways of writing the envelope and the signature so that a check passes for a domain that never sent the mail, by the name
//! of the attack.

use super::{Family, Hit, Kind, Rule, Seen, forgery::told, gate};
use crate::evidence::{AuthResult, Trick};
use crate::facts::{FactSet, Key, State};
use crate::text::Words;

/// The rules of this file.
pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "path-comment",
        family: Family::Authentication,
        title: Words::new("Comment inside the bounce address", "Return-Path に注釈の括弧がある"),
        reason: Words::new(
            "The return path {0} holds a parenthesis. The checking server reads its domain as \"{1}\" or as empty, and writes a result about a domain that it never checked.",
            "Return-Path の {0} に丸括弧があります。受信サーバーはドメインを「{1}」や空と読み、調べてもいないドメインの結果を書いてしまいます。",
        ),
        innocent: Words::new("No honest mail server writes this.", "正規のメールサーバーはこう書きません。"),
        weight: 3.0,
        kind: Kind::Direct,
        references: &[
            "RFC 5321 section 4.1.2",
            "RFC 8601 section 5",
            "Composition Kills, USENIX Security 2020: A2, A5",
        ],
        check: |evidence, _| told(evidence, Trick::PathComment),
    },
    Rule {
        id: "path-two-domains",
        family: Family::Authentication,
        title: Words::new("Two domains in the bounce address", "Return-Path に @ が 2 つある"),
        reason: Words::new(
            "The return path {0} has two @ signs. One program checks the domain behind the first, another the one behind the last ({1}).",
            "Return-Path の {0} に @ が 2 つあります。最初の @ の後ろを調べるソフトと、最後の @ の後ろ（{1}）を調べるソフトがあります。",
        ),
        innocent: Words::new(
            "A broken list program that put a whole address into the local part.",
            "アドレス全体をローカル部に入れてしまう、壊れたリストソフトの場合です。",
        ),
        weight: 2.2,
        kind: Kind::Direct,
        references: &["RFC 5321 section 4.1.2", "Composition Kills, USENIX Security 2020: A5"],
        check: |evidence, _| told(evidence, Trick::PathTwoDomains),
    },
    Rule {
        id: "path-source-route",
        family: Family::Authentication,
        title: Words::new("Route in front of the bounce address", "Return-Path に経路指定が付いている"),
        reason: Words::new(
            "The return path {0} begins with a route. Programs check the route's domain or the last one ({1}), as they like.",
            "Return-Path の {0} は経路指定で始まります。経路のドメインを調べるソフトと、最後のドメイン（{1}）を調べるソフトがあります。",
        ),
        innocent: Words::new("A mail from before 1995.", "1990 年代の古いメールの場合です。"),
        weight: 2.5,
        kind: Kind::Direct,
        references: &["RFC 5321 appendix C", "Composition Kills, USENIX Security 2020: A5"],
        check: |evidence, _| told(evidence, Trick::PathRoute),
    },
    Rule {
        id: "path-domain-odd",
        family: Family::Authentication,
        title: Words::new(
            "Characters in the bounce domain that no domain has",
            "Return-Path のドメインに使えない文字がある",
        ),
        reason: Words::new(
            "The return path {0} holds characters that belong to no domain. A result about \"{1}\" can be made to say something else.",
            "Return-Path の {0} にはドメインに使えない文字があります。「{1}」についての認証結果を書き換えさせる手口です。",
        ),
        innocent: Words::new("A damaged file.", "壊れたファイルの場合です。"),
        weight: 2.2,
        kind: Kind::Direct,
        references: &["RFC 5321 section 4.1.2", "Composition Kills, USENIX Security 2020: A5"],
        check: |evidence, _| told(evidence, Trick::PathOddDomain),
    },
    Rule {
        id: "path-below-sender",
        family: Family::Authentication,
        title: Words::new(
            "Bounces go to a subdomain that nothing vouches for",
            "Return-Path が裏付けのないサブドメイン",
        ),
        reason: Words::new(
            "Bounces go to {1}, which stands below the sender's domain {0}, but the delivering machine calls itself {2}, and no signature or check vouches for either. Anyone can invent such a subdomain: a name without an SPF record cannot fail.",
            "Return-Path は差出人のドメイン {0} の下の {1} ですが、送信サーバーは {2} と名乗り、署名や認証の裏付けもありません。SPF レコードのない名前は不合格にならないため、サブドメインは誰でもでっち上げられます。",
        ),
        innocent: Words::new(
            "The organization sends through a service that is not in the list of known ones; then the subdomain exists.",
            "一覧にない配信サービスを使っている場合です。その場合、サブドメインは実在します。",
        ),
        weight: 1.0,
        kind: Kind::Correlated,
        references: &[
            "RFC 7208 section 2.6.1",
            "Composition Kills, USENIX Security 2020: A1",
            "Weak Links in Authentication Chains, USENIX Security 2021: A8",
        ],
        check: path_below_sender,
    },
    Rule {
        id: "signature-byte",
        family: Family::Authentication,
        title: Words::new("Cut byte inside the signature's domain", "DKIM 署名のドメインに途中で切るバイトがある"),
        reason: Words::new(
            "The signature's name {0} holds a byte that ends the text for some programs: one looks for the key in one place, another reports another domain.",
            "DKIM 署名の {0} に、そこで文字列が終わったと解釈されるバイトが入っています。鍵を探す場所と報告されるドメインを食い違わせる手口です。",
        ),
        innocent: Words::new("A damaged file.", "壊れたファイルの場合です。"),
        weight: 3.0,
        kind: Kind::Direct,
        references: &["RFC 6376 section 3.5", "Composition Kills, USENIX Security 2020: A3"],
        check: |evidence, _| told(evidence, Trick::SignatureByte),
    },
    Rule {
        id: "signature-quote",
        family: Family::Authentication,
        title: Words::new("Signature's domain breaks out of the result", "DKIM 署名のドメインが認証結果を偽装する"),
        reason: Words::new(
            "The signature's name {0} holds characters that no domain has. Copied into the result of your server, it reads as a pass for another domain.",
            "DKIM 署名の {0} にドメインに使えない文字があります。受信サーバーの認証結果に書き写されると、別のドメインの合格に見えます。",
        ),
        innocent: Words::new(
            "No honest signer uses such a domain.",
            "正規の署名者がこのようなドメインを使うことはありません。",
        ),
        weight: 3.0,
        kind: Kind::Direct,
        references: &["RFC 6376 section 3.5", "RFC 8601 section 5", "Composition Kills, USENIX Security 2020: A4"],
        check: |evidence, _| told(evidence, Trick::SignatureQuote),
    },
    Rule {
        id: "signature-partial",
        family: Family::Authentication,
        title: Words::new("Text goes on behind the signed part", "署名された部分の後ろに本文が続く"),
        reason: Words::new(
            "The signature covers {0} bytes of the body, which has {1}: anyone could have added the rest without breaking it.",
            "署名の対象は本文の {0} バイトまでですが、本文は {1} バイトあります。残りは署名を壊さずに誰でも書き足せます。",
        ),
        innocent: Words::new("A mailing list added its footer.", "メーリングリストがフッターを付けた場合です。"),
        weight: 0.5,
        kind: Kind::Direct,
        references: &["RFC 6376 section 8.2", "Composition Kills, USENIX Security 2020: A16"],
        check: signature_partial,
    },
    Rule {
        id: "signature-leaves-out",
        family: Family::Authentication,
        title: Words::new("Signature leaves the believed fields open", "署名が肝心な欄を対象にしていない"),
        reason: Words::new(
            "No signature covers {0}: whoever gets hold of a mail signed by {1} can change it and send it again.",
            "どの署名も {0} を対象にしていません。{1} の署名付きメールを手に入れた人が、書き換えて送り直せます。",
        ),
        innocent: Words::new(
            "A careless but honest sender; some list programs sign like this.",
            "不注意な送信者の場合です。こう署名するリストソフトもあります。",
        ),
        weight: 0.3,
        kind: Kind::Direct,
        references: &["RFC 6376 section 5.4", "Composition Kills, USENIX Security 2020: A14"],
        check: signature_leaves_out,
    },
    Rule {
        id: "signature-field-added",
        family: Family::Authentication,
        title: Words::new("A field was added behind the signature", "署名後に欄が書き足されている"),
        reason: Words::new(
            "{0} stands there more often than the signature of {1} covers. The added one can show anything while the signature stays valid.",
            "{0} が、{1} の署名が対象とする数より多く書かれています。署名を有効に保ったまま、書き足した欄で何でも表示できます。",
        ),
        innocent: Words::new(
            "A gateway that adds a field of that name.",
            "同じ名前の欄を書き足すゲートウェイの場合です。",
        ),
        weight: 2.0,
        kind: Kind::Direct,
        references: &["RFC 6376 section 8.15", "Composition Kills, USENIX Security 2020: A15, A18"],
        check: |evidence, _| told(evidence, Trick::AddedField),
    },
];

fn path_below_sender(evidence: &Seen<'_>, facts: &FactSet) -> Option<Hit> {
    let forgery = evidence.forgery(Trick::PathSubdomain)?;
    let (Some(own), Some(envelope)) = (evidence.from_domain(), forgery.readings.get(1)) else { return None };
    let passed = evidence.auth.iter().any(|claim| claim.inside && claim.aligned && claim.result == AuthResult::Pass);
    if passed || gate::service(evidence) || gate::listed(evidence) || gate::aligned(evidence) {
        return None;
    }
    let (address, hop) = gate::delivered_by(evidence)?;
    let of_sender = |name: &str| gate::related(own, &crate::evidence::Domain::of(name));
    let names = || [hop.helo.as_deref(), hop.reverse.as_deref()].into_iter().flatten();
    let absent = *facts.state(&Key::Addresses(envelope.clone())) == State::Absent
        && *facts.state(&Key::MailExchangers(envelope.clone())) == State::Absent;
    let signed = evidence.signatures.iter().any(|signature| of_sender(&signature.domain));
    if !absent && (signed || names().any(of_sender) || !names().any(|name| name.contains('.'))) {
        return None;
    }
    let called = names().next().map_or_else(|| address.to_string(), ToOwned::to_owned);
    let mut spans = forgery.spans.clone();
    spans.push(hop.span);
    Some(Hit::new([&own.host, envelope, &called], spans))
}

fn signature_partial(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    if gate::listed(evidence) {
        return None;
    }
    told(evidence, Trick::SignedInPart)
}

fn signature_leaves_out(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    if gate::listed(evidence) {
        return None;
    }
    told(evidence, Trick::Unsigned)
}

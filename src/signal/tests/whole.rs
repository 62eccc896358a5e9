//! Whole mails and the level that they must come out with.

use super::*;
use crate::facts::{Answer, Fact, Key, State};
use crate::verdict::{Level, judge};

/// What is known when a host has one address.
fn leads_to(host: &str, address: &str) -> FactSet {
    let mut facts = FactSet::default();
    let state = State::Value(Answer::Addresses(vec![address.parse().unwrap()]));
    facts.put(Key::Addresses(host.into()), Fact { state, ..Fact::default() });
    facts
}

fn level(head: &str, body: &str) -> (Level, u8, Vec<&'static str>) {
    level_with(head, body, &FactSet::default())
}

fn level_with(head: &str, body: &str, facts: &FactSet) -> (Level, u8, Vec<&'static str>) {
    let verdict = judge(run(&evidence(head, body), facts, &Weights::default()));
    let ids = verdict.findings.iter().filter(|finding| finding.weight != 0.0).map(|finding| finding.rule.id).collect();
    (verdict.level, verdict.score, ids)
}

#[test]
fn a_held_message_notice_with_a_masked_link_host_is_high() {
    let (head, body) = (
        "Return-Path: <info@host.example>\nReceived: from www.shop.example (unknown [203.0.113.49]) by mx.example.jp with ESMTP id 1; Mon, 25 Apr 2022 23:44:00 +0900\nSubject: [spam] message returner to sender/rcpt(2)\nFrom: bounce@02.postmaster <info@host.example>\nTo: info@example.jp\nMessage-ID: <202204252344.1@mail02.example.net>\nContent-Type: text/html; charset=utf-8",
        "<p>Two messages for info@example.jp are held back from delivery to your mailbox. Release the messages now:</p><a href=\"https://mail-secureweb0qa2ce8ndm9asbhssywklsycmqmybohl.other.example/x\">Release</a>",
    );
    let told = level(head, body);
    assert_eq!(told.0, Level::High, "{told:?}");
    let honest = level_with(head, body, &leads_to("host.example", "203.0.113.49"));
    assert!(honest.0 == Level::High && honest.2.contains(&"sender-address-here"), "{honest:?}");
}

#[test]
fn an_imitated_hosting_provider_is_high() {
    let (head, body) = (
        "Return-Path: <support@kagoya.net>\nReceived: from [127.0.0.1] (unknown [203.0.113.1]) by mx.example.jp with ESMTP id 1; Mon, 25 Apr 2022 23:44:00 +0900\nSubject: 重要なexample.jp通知-72時間でのパスワードの有効期限\nFrom: \"example.jp_サポート | info@example.jp\" <support@kagoya.net>\nTo: info@example.jp\nMessage-ID: <f90a3fe7@kagoya.net>\nContent-Type: text/html; charset=utf-8",
        "<p>定期メンテナンスのため、パスワードは72時間後に無効になります。今すぐ下のリンクから継続してください。</p><a href=\"https://kagoya-support-notification.azurefd.net/x\">継続する</a>",
    );
    let told = level(head, body);
    assert_eq!(told.0, Level::High, "{told:?}");
    let forged = level_with(head, body, &leads_to("kagoya.net", "192.0.2.12"));
    assert!(forged.1 >= told.1 && forged.2.contains(&"sender-address-elsewhere"), "{forged:?}");
}

#[test]
fn ordinary_mail_is_clean() {
    let personal = level(
        "Authentication-Results: mx.example.org; dkim=pass header.d=sender.example; spf=pass smtp.mailfrom=sender.example",
        "Hi, lunch on Friday? The place is here: https://maps.example/x\nAnna",
    );
    assert_eq!(personal.0, Level::Clean, "{personal:?}");
    let list = level(
        "List-Id: Talk <talk.lists.example>\nList-Post: <mailto:talk@lists.example>\nList-Unsubscribe: <https://lists.example/u>\nReturn-Path: <talk-bounces@lists.example>\nTo: talk@lists.example\nSubject: [talk] Re: password expiry\nIn-Reply-To: <7@example.com>\nAuthentication-Results: mx.example.org; dkim=fail header.d=sender.example; dmarc=fail header.from=sender.example",
        "We let passwords expire. See https://docs.example.com/x",
    );
    assert_eq!(list.0, Level::Clean, "{list:?}");
    let newsletter = level(
        "Return-Path: <bounce@mailer.example>\nAuthentication-Results: mx.example.org; dkim=pass header.d=sender.example; dmarc=pass header.from=sender.example\nList-Unsubscribe: <https://click.mailer.example/u>\nSubject: Our news in November\nContent-Type: text/html; charset=utf-8",
        "<div style=\"display:none\">News</div><p>New this month</p><a href=\"https://click.mailer.example/1\">read on</a><a href=\"https://www.sender.example/\">sender.example</a>",
    );
    assert_eq!(newsletter.0, Level::Clean, "{newsletter:?}");
}

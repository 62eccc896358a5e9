//! The links pane and the indicators, told by mails whose links are wrapped, scanned, carried and made harmless.

use super::{Case, told};
use crate::evidence::examine;
use crate::message::Message;
use crate::text::Lang;
use crate::view::{indicators, links};

fn case(body: &str) -> Case {
    let mail =
        format!("From: a@sender.example\nTo: reader@example.org\nContent-Type: text/html; charset=utf-8\n\n{body}");
    let message = Message::parse(mail.as_bytes());
    let evidence = examine(&message, &[]);
    Case { message, evidence, ..Case::default() }
}

fn pane(body: &str, lang: Lang) -> String {
    told(&links::doc(&case(body).subject(lang)))
}

const WRAPPED: &str = "<a href=\"https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fwww.google.com%2Furl%3Fq%3Dhttps%3A%2F%2Fevil.example%2Fx%23cmVhZGVyQGV4YW1wbGUub3Jn&data=05\">log in</a>";

#[test]
fn the_way_of_a_link_is_told_step_by_step() {
    let text = pane(WRAPPED, Lang::En);
    for want in [
        "Microsoft Safe Links, a mail filter on the way, put its own address around it",
        "→ hxxps[://]www[.]google[.]com",
        "Google only leads on",
        "→ hxxps[://]evil[.]example",
        "carries  the recipient's address, in base64",
    ] {
        let fang = want.replace("hxxps[://]", "").replace("[.]", ".");
        let plain = text.replace("hxxps[://]", "").replace("https[:]//", "").replace("[.]", ".");
        assert!(plain.contains(fang.trim_start_matches("→ ")), "{want} is missing in:\n{text}");
    }
    assert!(!text.contains("https://"), "a live address stands in:\n{text}");
    let text = pane(WRAPPED, Lang::Ja);
    for want in [
        "途中のメールフィルター Microsoft Safe Links が書き換えたもの",
        "Google の転送機能を経由",
        "宛先のアドレス（base64）",
    ] {
        assert!(text.contains(want), "{want} is missing in:\n{text}");
    }
}

#[test]
fn what_is_sealed_carried_or_odd_is_said() {
    let body = "<a href=\"https://u1.ct.sendgrid.net/ls/click?upn=x\">a</a><a href=\"https://c.example/?next=https://d.example/\">b</a><a href=\"http://3405803785/\">c</a><a href=\"https://p\u{430}ypal.host.example/\">d</a><p>hxxp://gone.example/x";
    let text = pane(body, Lang::En);
    for want in [
        "only SendGrid knows where to",
        "carries  ",
        "an IP address in a spelling that hides it",
        "as it may be shown  p\u{430}ypal.host.example",
        "letters of several scripts in one word",
        "made harmless: it cannot be pressed",
    ] {
        assert!(text.contains(want), "{want} is missing in:\n{text}");
    }
    let text = pane(body, Lang::Ja);
    for want in ["行き先を知るのは SendGrid だけ", "含む URL", "無害化された表記", "画面での見え方"]
    {
        assert!(text.contains(want), "{want} is missing in:\n{text}");
    }
}

#[test]
fn indicators_hold_the_target_and_not_the_gateway() {
    let found = indicators::indicators(&case(WRAPPED).subject(Lang::En));
    let live: Vec<&str> = found.urls.iter().map(|one| &*one.live).collect();
    assert_eq!(live.len(), 2);
    assert!(live[0].starts_with("https://www.google.com/url?q="));
    assert!(live[1].starts_with("https://evil.example/x"));
    let domains: Vec<&str> = found.domains.iter().map(|one| &*one.live).collect();
    assert!(domains.contains(&"evil.example") && !domains.iter().any(|domain| domain.contains("outlook")));
}

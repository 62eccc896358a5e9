//! The card's section about visits: what is said of hops and pages, and that nothing in it can be pressed or does harm.

use super::{Case, domain, told};
use crate::facts::listing::Certificate;
use crate::facts::phrases::connection;
use crate::facts::visit::{Asks, Form, Mark, Place, Shown, Stop, Visit};
use crate::facts::{Answer, Fact, Key, State};
use crate::text::Lang;
use crate::view::who::{About, card};

const URL: &str = "https://go.host.example/x?e=1";

fn visit() -> Visit {
    let certificate = Certificate {
        issuer: "Example Trust".into(),
        names: vec!["login.evil.example".into()],
        not_before: Some(1_795_168_800),
        not_after: Some(1_802_944_800),
        sha256: None,
    };
    let first = Stop {
        url: URL.into(),
        address: Some("198.51.100.7".parse().unwrap()),
        method: "HEAD".into(),
        status: Some(302),
        to: Some("https://login.evil.example/in".into()),
        how: Some("302".into()),
        server: Some("nginx\u{1b}[2J".into()),
        ..Stop::default()
    };
    let second = Stop {
        url: "https://login.evil.example/in".into(),
        method: "GET".into(),
        status: Some(200),
        media: Some("text/html".into()),
        certificate: Some(certificate),
        distrust: Some(connection::EXPIRED.en.into()),
        ..Stop::default()
    };
    let page = Shown {
        at: "https://login.evil.example/in".into(),
        title: "\u{202e}Netflix log in".into(),
        language: Some("zh-CN".into()),
        letters: Some("ja".into()),
        charset: Some("UTF-8".into()),
        bytes: 2_048,
        cut: true,
        sha256: "ab".repeat(32),
        forms: vec![Form {
            action: "https://collect.example.net/next.php".into(),
            method: "POST".into(),
            passwords: 1,
            fields: vec!["user".into(), "pass".into()],
            asks: vec![Asks::Password, Asks::CardCode],
        }],
        hosts: vec!["cdn.example.net".into()],
        links: vec!["www.netflix.com".into()],
        brands: vec!["netflix".into(), "visa".into()],
        marks: vec![
            Mark { brand: "netflix".into(), place: Place::Title, said: "Netflix log in".into() },
            Mark { brand: "visa".into(), place: Place::Text, said: "visa".into() },
        ],
        favicon: Some(-5),
        kit: vec!["next.php".into()],
        copied: Some("https://www.netflix.com/login".into()),
        gate: Some("reCAPTCHA".into()),
        hidden: 2,
        left_out: true,
        text: "ログインしてください\nhttps://www.netflix.com/ \u{1b}]0;x\u{7}".into(),
        ..Shown::default()
    };
    Visit { hops: vec![first, second], ended: None, page: Some(page) }
}

fn case(visit: Visit) -> Case {
    let mut case = Case::default();
    case.evidence.date = Some(1_795_255_200);
    case.evidence.body.japanese = 0.9;
    case.recorded(Key::Page(URL.into()), Answer::Visit(Box::new(visit)));
    case
}

fn of_url(case: &Case, lang: Lang) -> String {
    told(&card(&case.subject(lang), &About::Url(URL)))
}

#[test]
fn a_visit_is_told_hop_by_hop_and_the_page_whole() {
    let case = case(visit());
    let text = of_url(&case, Lang::En);
    for want in [
        "1  HEAD 302  hxxps://go[.]host[.]example/x?e=1",
        "server: nginx",
        "→ sends on by 302",
        "2  GET 200  hxxps://login[.]evil[.]example/in",
        "certificate by: Example Trust, for: login.evil.example, since",
        "1 d before the mail",
        "! the certificate has expired",
        "Netflix log in",
        "declared zh-CN, written in ja",
        "POST → hxxps://collect[.]example[.]net/next.php  asks for: password, security code of a card  fields: user pass",
        "brand  Netflix  in the title: Netflix log in",
        "also names  visa",
        "marks of kits  next.php",
        "saved copy of  hxxps://www[.]netflix[.]com/login",
        "reCAPTCHA: asks for a proof",
        "hidden text  2 pieces",
        "limit  the page has more",
        "loads from  cdn[.]example[.]net",
        "links to  www[.]netflix[.]com",
        "(cut: there was more)",
        "favicon hash (mmh3)  -5",
        "ログインしてください",
        "recorded: HEARTLAND write-up",
    ] {
        assert!(text.contains(want), "{want} is missing in:\n{text}");
    }
    assert!(!text.contains("https://") && !text.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{text:?}");
    let text = of_url(&case, Lang::Ja);
    for want in [
        "訪問",
        "証明書の有効期限切れ",
        "求めるもの：パスワード、セキュリティコード",
        "宣言は zh-CN、本文の文字は ja",
        "キットの痕跡",
        "→ 302 で転送",
        "ページの文面",
    ] {
        assert!(text.contains(want), "{want} is missing in:\n{text}");
    }
}

#[test]
fn the_card_of_a_host_tells_the_visits_that_pass_it() {
    let case = case(visit());
    for host in ["go.host.example", "login.evil.example"] {
        let text = told(&card(&case.subject(Lang::En), &About::Host(&domain(host, host))));
        assert!(text.contains("2  GET 200"), "{text}");
    }
    let other = told(&card(&case.subject(Lang::En), &About::Host(&domain("other.example", "other.example"))));
    assert!(!other.contains("GET"), "{other}");
}

#[test]
fn a_refusal_a_sentence_and_silence_are_told_apart() {
    let refused = Visit {
        hops: vec![Stop {
            url: "http://169.254.169.254/".into(),
            refused: Some(connection::NOT_PUBLIC.en.into()),
            ..Stop::default()
        }],
        ended: Some(connection::NOT_PUBLIC.en.into()),
        page: None,
    };
    let text = of_url(&case(refused), Lang::Ja);
    assert!(text.contains("✗ 接続せず: ホストのアドレスが") && text.contains("終了"), "{text}");

    let mut sentence = Case::default();
    sentence.recorded(Key::Page(URL.into()), Answer::Text("an imitation of https://www.netflix.com".into()));
    let text = of_url(&sentence, Lang::En);
    assert!(
        text.contains("an imitation of https[:]//www[.]netflix[.]com") || text.contains("an imitation of hxxps"),
        "{text}"
    );
    assert!(text.contains("recorded"), "{text}");

    let text = of_url(&Case::default(), Lang::En);
    assert!(text.contains("○ not asked"), "{text}");
    let mut failed = Case::default();
    let state = State::Failed(connection::UNREACHABLE.en.to_owned());
    failed.facts.put(Key::Page(URL.into()), Fact { state, ..Fact::default() });
    assert!(of_url(&failed, Lang::Ja).contains("サーバーに接続できない"));
}

#[test]
fn a_page_without_words_and_a_file_are_told_as_such() {
    let mut bare = visit();
    let page = bare.page.as_mut().unwrap();
    page.text.clear();
    page.draws = Some("atob( + document.write".into());
    page.folder = None;
    let text = of_url(&case(bare), Lang::En);
    assert!(text.contains("no text of its own") && text.contains("atob( + document.write"), "{text}");
    let mut file = visit();
    file.page = Some(Shown { file: Some("application/zip".into()), bytes: 4, ..Shown::default() });
    let text = of_url(&case(file), Lang::Ja);
    assert!(text.contains("ページではなくファイル  application/zip") && !text.contains("文字はありません"), "{text}");
}

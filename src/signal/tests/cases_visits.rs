//! Mails whose links were visited, with what the visits brought.

use super::{Case, FactSet};
use crate::facts::listing::Certificate;
use crate::facts::visit::{Asks, Form, Mark, Place, Shown, Stop, Visit};
use crate::facts::{Answer, Fact, Key, State};

const URL: &str = "https://login.host.example/in";
const PLAIN: (&str, &str) = ("", "Log in: https://login.host.example/in\n");
const OTHER: (&str, &str) = ("", "Log in: https://login.other.example/in\n");
const SIGNED: (&str, &str) = (
    "From: Anna <anna@host.example>\nAuthentication-Results: mx.example.org; dkim=pass header.d=host.example",
    "Log in: https://login.host.example/in\n",
);
const BRAND: (&str, &str) =
    ("From: PayPal Service <a@sender.example>", "Dear customer: https://login.host.example/in\n");
const FRIEND: (&str, &str) = ("From: Anna <anna@sender.example>", "look: https://login.host.example/in\n");

fn known(visit: Visit) -> FactSet {
    let mut facts = FactSet::default();
    let fact = Fact { state: State::Value(Answer::Visit(Box::new(visit))), ..Fact::default() };
    facts.put(Key::Page(URL.to_owned()), fact);
    facts
}

fn stop(url: &str) -> Stop {
    Stop { url: url.to_owned(), method: "GET".to_owned(), status: Some(200), ..Stop::default() }
}

/// A page at the link that asks for a password.
fn asks() -> Shown {
    let form = Form {
        action: "https://login.host.example/go".to_owned(),
        method: "POST".to_owned(),
        passwords: 1,
        fields: vec!["user".to_owned(), "pass".to_owned()],
        asks: vec![Asks::User, Asks::Password],
    };
    Shown {
        at: URL.to_owned(),
        text: "Welcome. Please sign in to go on with your account, as you always do.".to_owned(),
        forms: vec![form],
        ..Shown::default()
    }
}

fn page(page: Shown) -> FactSet {
    known(Visit { hops: vec![stop(URL)], page: Some(page), ended: None })
}

fn marked(marks: &[(&str, Place)], asking: bool) -> FactSet {
    let mut shown = asks();
    if !asking {
        shown.forms.clear();
    }
    shown.marks = marks
        .iter()
        .map(|(brand, place)| Mark { brand: (*brand).to_owned(), place: *place, said: "said".to_owned() })
        .collect();
    shown.brands = marks.iter().map(|(brand, _)| (*brand).to_owned()).collect();
    page(shown)
}

fn with(change: impl FnOnce(&mut Shown)) -> FactSet {
    let mut shown = asks();
    change(&mut shown);
    page(shown)
}

fn sent_to(action: &str) -> FactSet {
    with(|page| page.forms[0].action = action.to_owned())
}

fn ends(last: &str) -> FactSet {
    known(Visit { hops: vec![stop(URL), stop(last)], ended: None, page: None })
}

fn certified(not_before: i64, distrust: Option<&str>) -> FactSet {
    let mut stop = stop(URL);
    stop.certificate = Some(Certificate { not_before: Some(not_before), ..Certificate::default() });
    stop.distrust = distrust.map(ToOwned::to_owned);
    known(Visit { hops: vec![stop], ended: None, page: Some(asks()) })
}

/// Sat, 21 Nov 2026 10:00:00 +0000, the date of every mail here.
const MAIL: i64 = 1_795_255_200;

macro_rules! cases {
    ($($rule:literal: [$($fires:expr),*] [$($silent:expr),*] $facts:expr;)+) => {
        &[$(Case { rule: $rule, fires: &[$($fires),*], silent: &[$($silent),*], facts: || $facts },)+]
    };
}

pub(super) const CASES: &[Case] = cases![
    "page-imitates-brand": [PLAIN] [OTHER, SIGNED] marked(&[("netflix", Place::Title)], true);
    "page-imitates-brand": [PLAIN] [] marked(&[("netflix", Place::Copyright), ("visa", Place::Logo)], true);
    "page-imitates-brand": [] [PLAIN] marked(&[("netflix", Place::Title)], false);
    "page-imitates-brand": [] [PLAIN] marked(&[("netflix", Place::Logo), ("netflix", Place::Text)], true);
    "page-imitates-brand": [] [("", "https://login.host.example/in https://www.netflix.com/login")] {
        // The visit ended at the brand itself.
        let mut facts = marked(&[("netflix", Place::Title)], true);
        let Some(State::Value(Answer::Visit(visit))) =
            facts.get(&Key::Page(URL.into())).map(|fact| fact.state.clone()) else { panic!() };
        let mut visit = *visit;
        visit.page.as_mut().unwrap().at = "https://www.netflix.com/login".to_owned();
        facts.put(
            Key::Page(URL.into()),
            Fact { state: State::Value(Answer::Visit(Box::new(visit))), ..Fact::default() },
        );
        facts
    };
    "page-shows-logo": [PLAIN] [OTHER, SIGNED] marked(&[("netflix", Place::Logo)], true);
    "page-shows-logo": [PLAIN] [] marked(&[("netflix", Place::Host), ("netflix", Place::Picture)], true);
    "page-shows-logo": [] [PLAIN] marked(&[("google", Place::Logo), ("apple", Place::Logo)], true);
    "page-shows-logo": [] [PLAIN] marked(&[("visa", Place::Logo)], true);
    "page-shows-logo": [] [PLAIN] marked(&[("netflix", Place::Title), ("netflix", Place::Logo)], true);
    "page-shows-logo": [] [PLAIN] marked(&[("netflix", Place::Text)], true);
    "page-form-leaves": [PLAIN] [OTHER, SIGNED] sent_to("https://collect.example.net/x.php");
    "page-form-leaves": [] [PLAIN] sent_to("https://api.host.example/login");
    "page-form-leaves": [] [PLAIN] sent_to("https://login.microsoftonline.com/common/login");
    "page-form-leaves": [] [PLAIN] sent_to("");
    "page-form-leaves": [] [PLAIN] with(|page| {
        page.forms.push(Form { action: "https://news.example.net/subscribe".into(), ..Form::default() });
    });
    "page-sends-to-chat": [PLAIN] [OTHER] with(|page| page.kit = vec!["next.php".into(), "api.telegram.org/bot".into()]);
    "page-sends-to-chat": [] [PLAIN] with(|page| {
        page.kit = vec!["api.telegram.org/bot".into()];
        page.forms.clear();
    });
    "page-kit-marks": [PLAIN] [OTHER, SIGNED] with(|page| page.kit = vec!["/wp-includes/".into(), "next.php".into()]);
    "page-kit-marks": [] [PLAIN] with(|page| page.kit = vec!["api.telegram.org/bot".into()]);
    "page-kit-marks": [] [PLAIN] with(|page| {
        page.kit = vec!["kit.zip".into()];
        page.forms.clear();
    });
    "page-is-copy": [PLAIN] [OTHER] with(|page| page.copied = Some("https://www.bank.example/in".into()));
    "page-is-copy": [] [PLAIN] with(|page| page.copied = Some("https://old.host.example/in".into()));
    "page-is-copy": [] [PLAIN] with(|page| {
        page.copied = Some("https://www.bank.example/in".into());
        page.forms.clear();
    });
    "visit-ends-at-brand": [BRAND] [FRIEND, PLAIN] ends("https://www.paypal.com/help");
    "visit-ends-at-brand": [] [BRAND] ends("https://www.netflix.com/");
    "visit-ends-at-brand": [] [BRAND] ends("https://login.host.example/next");
    "page-open-folder": [PLAIN] [OTHER, SIGNED] with(|page| page.folder = Some(vec!["Office365.zip".into()]));
    "page-open-folder": [] [PLAIN] with(|page| page.folder = Some(vec!["index.html".into()]));
    "page-open-folder": [] [PLAIN] with(|_| {});
    "page-declares-other-language": [PLAIN] [OTHER] with(|page| {
        (page.language, page.letters) = (Some("zh-CN".into()), Some("ja".into()));
    });
    "page-declares-other-language": [] [PLAIN] with(|page| {
        (page.language, page.letters) = (Some("ja-JP".into()), Some("ja".into()));
    });
    "page-declares-other-language": [] [PLAIN] with(|page| {
        (page.language, page.letters) = (Some("en".into()), Some("ja".into()));
    });
    "page-writes-itself": [PLAIN] [OTHER] with(|page| {
        page.draws = Some("atob( + document.write".into());
        page.text.clear();
        page.forms.clear();
    });
    "page-writes-itself": [] [PLAIN] with(|page| {
        page.draws = Some("atob( + document.write".into());
        page.text = "A whole article. ".repeat(20);
    });
    "visit-bad-certificate": [PLAIN] [OTHER] certified(0, Some("the certificate has expired"));
    "visit-bad-certificate": [] [PLAIN] certified(0, None);
    "visit-young-certificate": [PLAIN] [OTHER, SIGNED] certified(MAIL - 86_400, None);
    "visit-young-certificate": [PLAIN] [] certified(MAIL + 3_600, None);
    "visit-young-certificate": [] [PLAIN] certified(MAIL - 30 * 86_400, None);
    "visit-young-certificate": [] [PLAIN] certified(MAIL + 60 * 86_400, None);
];

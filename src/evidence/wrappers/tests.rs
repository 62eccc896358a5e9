//! Wrapped links as the services write them, with reserved names inside; and links that only look wrapped.

use super::*;

fn undone(raw: &str) -> Unwrapped {
    let url = UrlParts::of(raw, None).unwrap();
    let place = Place::of(&url.domain);
    unwrap(&url, place, Marks::of(&url.path), 5)
}

fn steps(raw: &str) -> Vec<(&'static str, String)> {
    undone(raw).steps.into_iter().map(|step| (step.wrapper, step.url.normal)).collect()
}

#[test]
fn every_way_of_wrapping_is_undone() {
    for (raw, target) in [
        (
            "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fevil.example%2Fa%3Fb%3Dc%26d&data=05%7C01&sdata=x&reserved=0",
            "https://evil.example/a?b=c&d",
        ),
        (
            "https://eur01.safelinks.protection.outlook.com/ap/w-59584e83/?url=https%3A%2F%2Fevil.example%2F&data=05",
            "https://evil.example/",
        ),
        ("https://urldefense.proofpoint.com/v1/url?u=http://evil.example/a&k=x", "http://evil.example/a"),
        (
            "https://urldefense.proofpoint.com/v2/url?u=https-3A__evil.example_a-5Fb_c-3Fd-3De&d=DwMF&c=x&r=y",
            "https://evil.example/a_b/c?d=e",
        ),
        ("https://urldefense.com/v3/__https://evil.example/a*b__;Iw!!ABCdef!token$", "https://evil.example/a#b"),
        ("https://urldefense.com/v3/__https://evil.example/a**Ab__;IyE!!ABCdef!token$", "https://evil.example/a#!b"),
        ("https://urldefense.com/v3/__https:/evil.example/__;!!A!b$", "https://evil.example/"),
        (
            "https://linkprotect.cudasvc.com/url?a=https%3a%2f%2fevil.example%2fx&c=E,1,abc&typo=1",
            "https://evil.example/x",
        ),
        ("https://secure-web.cisco.com/1AbCdEf/https%3A%2F%2Fevil.example%2Fx%3Fy", "https://evil.example/x?y"),
        (
            "https://imsva91-ctp.trendmicro.com:443/wis/clicktime/v1/query?url=http%3A%2F%2Fevil.example%2Fx&umid=1",
            "http://evil.example/x",
        ),
        (
            "https://eu-west-1.protection.sophos.com/?d=evil.example&u=aHR0cHM6Ly9ldmlsLmV4YW1wbGUveA==&i=1",
            "https://evil.example/x",
        ),
        ("https://protect2.fireeye.com/v1/url?k=1&q=1&e=2&u=https%3A%2F%2Fevil.example%2F", "https://evil.example/"),
        ("https://protect.checkpoint.com/v2/___https://evil.example/x___.YzJ1OmE6bzo", "https://evil.example/x"),
        ("https://clicktime.symantec.com/3Abc?u=https%3A%2F%2Fevil.example", "https://evil.example/"),
        ("https://www.google.com/url?q=https://evil.example/x&sa=D&source=editors", "https://evil.example/x"),
        ("https://www.google.co.jp/url?sa=t&url=https%3A%2F%2Fevil.example%2F", "https://evil.example/"),
        ("https://www.google.com/amp/s/evil.example/x", "https://evil.example/x"),
        ("https://evil-example.cdn.ampproject.org/c/s/evil.example/x", "https://evil.example/x"),
        ("https://my--shop-example.translate.goog/x?_x_tr_sl=auto", "https://my-shop.example/x?_x_tr_sl=auto"),
        ("https://www.youtube.com/redirect?event=x&q=https%3A%2F%2Fevil.example", "https://evil.example/"),
        ("https://www.bing.com/ck/a?!&&p=1&u=a1aHR0cHM6Ly9ldmlsLmV4YW1wbGUveA&ntb=1", "https://evil.example/x"),
        ("https://www.linkedin.com/redir/redirect?url=https%3A%2F%2Fevil.example&urlhash=x", "https://evil.example/"),
        ("https://l.facebook.com/l.php?u=https%3A%2F%2Fevil.example%2F&h=AT0", "https://evil.example/"),
        ("https://t.umblr.com/redirect?z=https%3A%2F%2Fevil.example%2F&t=x", "https://evil.example/"),
        ("https://slack-redir.net/link?url=https%3A%2F%2Fevil.example", "https://evil.example/"),
        ("https://steamcommunity.com/linkfilter/?u=https%3A%2F%2Fevil.example", "https://evil.example/"),
        ("https://vk.com/away.php?to=https%3A%2F%2Fevil.example&cc_key=", "https://evil.example/"),
        ("https://adclick.g.doubleclick.net/pcs/click?xai=1&adurl=https://evil.example/", "https://evil.example/"),
        ("https://adclick.g.doubleclick.net/pcs/click?adurl=https://evil.example/&nis=4", "https://evil.example/"),
        ("https://ad.doubleclick.net/ddm/clk/1;2;x?https://evil.example/a", "https://evil.example/a"),
        (
            "https://r.search.yahoo.com/_ylt=A;_ylu=Y/RV=2/RE=1/RO=10/RU=https%3a%2f%2fevil.example%2fx/RK=2/RS=y-",
            "https://evil.example/x",
        ),
        ("http://rd.yahoo.com/x/*http://evil.example/a", "http://evil.example/a"),
        ("https://1abc.r.us-west-2.awstrack.me/L0/https:%2F%2Fevil.example%2Fx/1/0101/sig=1", "https://evil.example/x"),
        ("https://click.pstmrk.it/3s/evil.example%2Fx/AbC/DeF/h", "https://evil.example/x"),
        ("https://track.pstmrk.it/3s/evil.example%2Fx/AbC/DeF/h", "https://evil.example/x"),
        ("https://x1.mjt.lu/lnk/AAAA/1/token/aHR0cHM6Ly9ldmlsLmV4YW1wbGUveA", "https://evil.example/x"),
        (
            "https://mandrillapp.com/track/click/300/evil.example?p=eyJzIjoiYSIsInYiOjEsInAiOiJ7XCJ1XCI6MzAwLFwidVwiOlwiaHR0cHM6XFwvXFwvZXZpbC5leGFtcGxlXFwveFwifSJ9",
            "https://evil.example/x",
        ),
        (
            "https://click.linksynergy.com/deeplink?id=1&mid=2&murl=https%3A%2F%2Fevil.example%2F",
            "https://evil.example/",
        ),
    ] {
        let found = undone(raw);
        assert_eq!(found.steps.first().map(|step| &*step.url.normal), Some(target), "{raw}");
        assert_eq!(found.steps.len(), 1, "{raw}");
    }
}

#[test]
fn wrappers_around_wrappers_are_undone_one_by_one() {
    let inner = "https://www.google.com/url?q=https://evil.example/x";
    let escaped = "https%3A%2F%2Fwww.google.com%2Furl%3Fq%3Dhttps%3A%2F%2Fevil.example%2Fx";
    assert_eq!(
        steps(&format!("https://eur01.safelinks.protection.outlook.com/?url={escaped}&data=1")),
        [("Microsoft Safe Links", inner.to_owned()), ("Google", "https://evil.example/x".to_owned())]
    );
    let mut deep = "https://evil.example/".to_owned();
    for _ in 0..12 {
        deep = format!(
            "https://www.google.com/url?q={}",
            deep.replace('%', "%25").replace(':', "%3A").replace('/', "%2F")
        );
    }
    assert_eq!(undone(&deep).steps.len(), 5);
}

#[test]
fn what_only_the_service_knows_is_said_to_be_sealed() {
    for (raw, name) in [
        ("https://u1.ct.sendgrid.net/ls/click?upn=u001.abc", "SendGrid"),
        ("https://shop.us1.list-manage.com/track/click?u=1&id=2&e=3", "Mailchimp"),
        ("https://www.linkedin.com/slink?code=abc", "LinkedIn"),
    ] {
        let found = undone(raw);
        assert!(found.steps.is_empty(), "{raw}");
        assert_eq!(found.sealed.map(|sealed| sealed.0), Some(name), "{raw}");
    }
    let found = undone("https://protect-eu.mimecast.com/s/AbC123?domain=evil.example");
    assert_eq!(found.steps.first().map(|step| (&*step.url.domain.host, step.whole)), Some(("evil.example", false)));
}

#[test]
fn a_host_that_is_not_listed_leads_nowhere_and_only_carries() {
    for raw in [
        "https://evil.example/?url=https%3A%2F%2Fwww.bank.example%2F",
        "https://evil.example/https://www.bank.example/",
        "https://evil.example/?u=aHR0cHM6Ly93d3cuYmFuay5leGFtcGxlLw",
        "https://evil.example/?u=https%253A%252F%252Fwww.bank.example%252F",
        "https://safelinks.protection.outlook.com.evil.example/?url=https%3A%2F%2Fwww.bank.example%2F",
    ] {
        let found = undone(raw);
        assert!(found.steps.is_empty(), "{raw}");
        assert_eq!(found.carried.first().map(|url| &*url.domain.host), Some("www.bank.example"), "{raw}");
    }
}

#[test]
fn ordinary_pages_are_not_wrapped() {
    for raw in [
        "https://www.google.com/maps?q=station",
        "https://www.google.com/url",
        "https://www.youtube.com/watch?v=1",
        "https://www.amazon.co.jp/dp/1?ref=https",
        "https://www.example.com/httpd/manual?x=http",
        "https://www.example.com/?q=how%20does%20http%20work",
        "https://list-manage.com/",
        "mailto:a@b.example?subject=https://c.example/",
        "https://www.example.com/?redirect=/login",
        "https://example.com/aHR0cDov",
    ] {
        assert_eq!(undone(raw), Unwrapped::default(), "{raw}");
    }
}

#[test]
fn bait_for_the_decoders_ends_soon() {
    for piece in ["http:", "https%3A", "aHR0cHM6", "___", "__;", "*", "**A", "%25", "/RU=", "a1", "u=", "&"] {
        let long = piece.repeat(16_000 / piece.len());
        for host in [
            "evil.example/",
            "www.google.com/url?q=",
            "urldefense.com/v3/__",
            "urldefense.com/v2/url?u=",
            "protect.checkpoint.com/v2/___",
            "www.bing.com/ck/a?u=a1",
            "x1.mjt.lu/lnk/",
            "mandrillapp.com/track/click/",
            "r.search.yahoo.com/RU=",
        ] {
            undone(&format!("https://{host}{long}"));
        }
    }
}

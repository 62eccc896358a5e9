//! Services against servers on loopback with the shapes of the real ones and made-up content, and against hostile ones.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::*;
use crate::lookup::test_web::{Heard, Reply, Web, ask, client};

const SECRET: &str = "0123456789secret";

fn service(row: &'static Row, web: &Web) -> Service {
    let mut keys = Keys::default();
    for (name, _) in crate::lookup::keys::NAMES {
        keys.put(name, SECRET).unwrap();
    }
    let service = Service::new(row, &client(), None, &Arc::new(keys));
    Service { base: web.at(""), policy: Policy::Anywhere, pause: Duration::from_millis(1), ..service }
}

fn key(row: &Row, thing: Thing) -> Key {
    Key::Judged { by: row.id.to_owned(), thing }
}

fn domain() -> Thing {
    Thing::Domain("evil.example".into())
}

fn address() -> Thing {
    Thing::Address("192.0.2.9".parse().unwrap())
}

fn url() -> Thing {
    Thing::Url("https://evil.example/a?b=\"c\"".into())
}

/// Asks a service that answers everything with `reply`.
fn one(row: &'static Row, thing: Thing, reply: Reply) -> (Outcome, Vec<Heard>) {
    let web = Web::serve(move |_| reply.clone());
    let service = service(row, &web);
    let key = key(row, thing);
    // What is planned holds no key, and the first request is the first one planned.
    let plan = service.plan(&key);
    let said = format!("{plan:?} {}", service.receiver(&key));
    assert!(!said.contains(SECRET), "{said}");
    let outcome = ask(&service, &key);
    let heard = web.heard();
    assert!(heard.len() <= plan.len() + LOOKS, "{plan:?}");
    let first = &heard[0];
    assert!(plan[0].asks.starts_with(&format!("{} {}", first.method, web.at(&first.target))), "{plan:?} {first:?}");
    assert!(!format!("{outcome:?}").contains(SECRET));
    (outcome, heard)
}

/// Looks that a scan may take besides what is planned.
const LOOKS: usize = 8;

fn judgement(outcome: Outcome) -> Judgement {
    match outcome.state {
        State::Value(Answer::Judgement(judgement)) => judgement,
        other => panic!("{other:?}"),
    }
}

fn said(judgement: &Judgement, name: &str) -> Option<String> {
    judgement.said.iter().find(|(have, _)| have == name).map(|(_, value)| value.clone())
}

use crate::facts::listing::Severity;

#[test]
fn virustotal_is_asked_by_name_address_digest_and_url() {
    let stats = |bad: u32| {
        format!(
            r#"{{"data":{{"id":"evil.example","type":"domain","attributes":{{"last_analysis_stats":{{"malicious":{bad},"suspicious":1,"undetected":20,"harmless":60,"timeout":0}},"reputation":-7,"last_analysis_date":1795000000,"creation_date":1794000000,"categories":{{"A":"phishing","B":"phishing","C":"newly registered"}},"tags":["dga"],"unknown":{{"deep":[[[]]]}}}}}}}}"#
        )
    };
    let (outcome, heard) = one(&virustotal::ROW, domain(), Reply::ok(stats(9)));
    let found = judgement(outcome);
    assert_eq!((found.severity, found.votes), (Some(Severity::Attack), Some((9, 90))));
    assert_eq!(said(&found, "categories").as_deref(), Some("newly registered, phishing"));
    assert_eq!(said(&found, "reputation").as_deref(), Some("-7"));
    assert_eq!(found.link.as_deref(), Some("https://www.virustotal.com/gui/domain/evil.example"));
    assert_eq!(heard[0].header("x-apikey"), Some(SECRET));
    assert_eq!(heard[0].target, "/api/v3/domains/evil.example");
    assert_eq!(judgement(one(&virustotal::ROW, domain(), Reply::ok(stats(1))).0).severity, Some(Severity::Note));
    let harmless = stats(0).replace("\"suspicious\":1", "\"suspicious\":0");
    assert_eq!(judgement(one(&virustotal::ROW, domain(), Reply::ok(harmless)).0).severity, None);
    for (thing, target) in [
        (address(), "/api/v3/ip_addresses/192.0.2.9"),
        (Thing::File("ab".repeat(32)), &*format!("/api/v3/files/{}", "ab".repeat(32))),
        (url(), "/api/v3/urls/aHR0cHM6Ly9ldmlsLmV4YW1wbGUvYT9iPSJjIg"),
    ] {
        assert_eq!(one(&virustotal::ROW, thing, Reply::ok(stats(3))).1[0].target, target);
    }
}

#[test]
fn abuseipdb_tells_reports_and_never_calls_an_address_a_phisher() {
    let text = |score: u32, people: u32| {
        format!(
            r#"{{"data":{{"ipAddress":"192.0.2.9","isPublic":true,"isWhitelisted":null,"abuseConfidenceScore":{score},"usageType":"Data Center/Web Hosting/Transit","isp":"Example Hosting","domain":"hosting.example","isTor":false,"totalReports":40,"numDistinctUsers":{people},"lastReportedAt":"2026-11-20T10:00:00+00:00"}}}}"#
        )
    };
    let (outcome, heard) = one(&abuseipdb::ROW, address(), Reply::ok(text(100, 9)));
    let found = judgement(outcome);
    assert_eq!(found.severity, Some(Severity::Spam));
    assert_eq!(said(&found, "reports (by so many)").as_deref(), Some("40 (9)"));
    assert_eq!(heard[0].target, "/api/v2/check?ipAddress=192.0.2.9&maxAgeInDays=90");
    assert_eq!(heard[0].header("key"), Some(SECRET));
    // One angry person is no crowd.
    assert_eq!(judgement(one(&abuseipdb::ROW, address(), Reply::ok(text(100, 1))).0).severity, Some(Severity::Note));
    assert_eq!(judgement(one(&abuseipdb::ROW, address(), Reply::ok(text(3, 9))).0).severity, None);
    let unknown = r#"{"data":{"ipAddress":"192.0.2.9","abuseConfidenceScore":0,"totalReports":0}}"#;
    assert_eq!(one(&abuseipdb::ROW, address(), Reply::ok(unknown)).0.state, State::Absent);
}

#[test]
fn internetdb_tells_what_stands_on_an_address() {
    let text = r#"{"cpes":["cpe:/a:f5:nginx"],"hostnames":["a.example","b.example"],"ip":"192.0.2.9","ports":[25,80,443],"tags":["vpn"],"vulns":["CVE-2020-0001"]}"#;
    let (outcome, heard) = one(&internetdb::ROW, address(), Reply::ok(text));
    let found = judgement(outcome);
    assert_eq!((found.severity, said(&found, "open ports").as_deref()), (None, Some("25, 80, 443")));
    assert!(heard[0].headers.iter().all(|(_, value)| value != SECRET));
    let bad = text.replace("\"vpn\"", "\"c2\"");
    assert_eq!(judgement(one(&internetdb::ROW, address(), Reply::ok(bad)).0).severity, Some(Severity::Attack));
    let none = Reply::new(404, r#"{"detail":"No information available"}"#);
    assert_eq!(one(&internetdb::ROW, address(), none).0.state, State::Absent);
    let web = Web::serve(|_| Reply::ok(""));
    let six = Thing::Address("2001:db8::1".parse().unwrap());
    assert!(!service(&internetdb::ROW, &web).answers(&key(&internetdb::ROW, six)), "it knows IPv4 only");
}

#[test]
fn safe_browsing_learns_four_bytes_of_each_hash_and_no_name() {
    use sha2::Digest as _;
    let full = STANDARD.encode(sha2::Sha256::digest("evil.example/"));
    let other = STANDARD.encode([7; 32]);
    let threat = |hash: &str, threat: &str, attributes: &str| {
        Reply::ok(format!(
            r#"{{"fullHashes":[{{"fullHash":"{other}","fullHashDetails":[{{"threatType":"MALWARE"}}]}},{{"fullHash":"{hash}","fullHashDetails":[{{"threatType":"{threat}","attributes":[{attributes}]}}]}}],"cacheDuration":"300.5s"}}"#
        ))
    };
    let answer = |hash: &str, attributes: &str| threat(hash, "SOCIAL_ENGINEERING", attributes);
    let (outcome, heard) = one(&safebrowsing::ROW, domain(), answer(&full, ""));
    assert_eq!(outcome.ttl, Some(300));
    let found = judgement(outcome);
    assert_eq!(
        (found.severity, said(&found, "threat").as_deref()),
        (Some(Severity::Attack), Some("SOCIAL_ENGINEERING"))
    );
    assert_eq!(heard[0].header("x-goog-api-key"), Some(SECRET));
    let short = STANDARD.encode(&sha2::Sha256::digest("evil.example/")[..4]);
    assert_eq!(heard[0].target, format!("/v5/hashes:search?hashPrefixes={}", escaped(&short)));
    let heard = format!("{:?}", one(&safebrowsing::ROW, url(), answer(&other, "")).1);
    assert!(!heard.contains("evil") && heard.matches("hashPrefixes").count() == 3, "{heard}");
    // Another hash with the same beginning, a canary, a frame, a threat of tomorrow: nothing is known of ours.
    for reply in [
        answer(&other, ""),
        answer(&full, "\"CANARY\""),
        answer(&full, "\"FRAME_ONLY\""),
        threat(&full, "THREAT_TYPE_UNSPECIFIED", ""),
        Reply::ok("{}"),
    ] {
        assert_eq!(one(&safebrowsing::ROW, domain(), reply).0.state, State::Absent);
    }
}

#[test]
fn phishtank_is_asked_by_a_form() {
    let text = |valid: bool, verified: bool| {
        Reply::ok(format!(
            r#"{{"meta":{{"status":"success"}},"results":{{"url":"https://evil.example/a","in_database":true,"phish_id":"1","phish_detail_page":"http://www.phishtank.com/phish_detail.php?phish_id=1","verified":{verified},"verified_at":"2026-11-20T10:00:00+00:00","valid":{valid}}}}}"#
        ))
    };
    let (outcome, heard) = one(&phishtank::ROW, url(), text(true, true));
    let found = judgement(outcome);
    assert_eq!(found.severity, Some(Severity::Attack));
    assert!(found.link.unwrap().ends_with("phish_id=1"));
    assert_eq!(heard[0].method, "POST");
    assert_eq!(heard[0].body, format!("url=https%3A%2F%2Fevil.example%2Fa%3Fb%3D%22c%22&format=json&app_key={SECRET}"));
    assert_eq!(judgement(one(&phishtank::ROW, url(), text(false, true)).0).severity, None);
    assert_eq!(judgement(one(&phishtank::ROW, url(), text(true, false)).0).severity, Some(Severity::Note));
    let unknown = Reply::ok(r#"{"results":{"url":"x","in_database":false}}"#);
    assert_eq!(one(&phishtank::ROW, url(), unknown).0.state, State::Absent);
    let elsewhere = r#"{"results":{"in_database":true,"phish_detail_page":"https://evil.example/"}}"#;
    assert_eq!(judgement(one(&phishtank::ROW, url(), Reply::ok(elsewhere)).0).link, None);
}

/// urlscan.io: what is found, what is submitted, and the result after so many looks.
fn urlscan(found: &'static str, looks: usize) -> Web {
    let asked = std::sync::atomic::AtomicUsize::new(0);
    Web::serve(move |heard| match heard.target.as_str() {
        target if target.starts_with("/api/v1/search/") => Reply::ok(found),
        "/api/v1/scan/" => {
            Reply::ok(r#"{"message":"Submission successful","uuid":"0000-abcd","visibility":"private"}"#)
        }
        "/api/v1/result/0000-abcd/" => {
            if asked.fetch_add(1, std::sync::atomic::Ordering::SeqCst) < looks {
                return Reply::new(404, r#"{"message":"not done"}"#);
            }
            Reply::ok(
                r#"{"task":{"uuid":"0000-abcd"},"page":{"url":"https://evil.example/in","title":"Sign in","ip":"192.0.2.9","country":"ZZ"},"verdicts":{"overall":{"malicious":true,"score":100,"brands":[{"key":"x","name":"A Brand"}]}}}"#,
            )
        }
        other => panic!("{other}"),
    })
}

const NOTHING: &str = r#"{"results":[],"total":0,"took":3,"has_more":false}"#;
const SOMETHING: &str = r#"{"results":[{"task":{"visibility":"public","time":"2026-11-20T10:00:00.000Z","uuid":"1111-beef"},"page":{"url":"https://evil.example/","title":"Sign in"},"verdicts":{"malicious":true}},{"task":{"time":"2026-11-18T10:00:00.000Z"},"page":{}}],"total":7}"#;

#[test]
fn urlscan_is_searched_and_a_domain_is_never_submitted() {
    for (found, expected) in [(SOMETHING, true), (NOTHING, false)] {
        let web = urlscan(found, 0);
        let outcome = ask(&service(&urlscan::ROW, &web), &key(&urlscan::ROW, domain()));
        assert_eq!(matches!(outcome.state, State::Value(_)), expected);
        let heard = web.heard();
        assert_eq!(heard.len(), 1);
        assert_eq!(heard[0].target, "/api/v1/search/?q=page.domain%3A%22evil.example%22&size=20");
        assert_eq!(heard[0].header("api-key"), Some(SECRET));
        if expected {
            let found = judgement(outcome);
            assert_eq!((found.severity, found.votes), (Some(Severity::Attack), Some((1, 2))));
            assert_eq!(said(&found, "scans").as_deref(), Some("7"));
            assert_eq!(found.link.as_deref(), Some("https://urlscan.io/result/1111-beef/"));
        }
    }
}

#[test]
fn a_url_is_submitted_as_private_only_where_nothing_was_found() {
    let web = urlscan(SOMETHING, 0);
    ask_with_consent(&web);
    assert_eq!(web.heard().len(), 1, "it was scanned before");
    let web = urlscan(NOTHING, 2);
    let found = judgement(ask_with_consent(&web));
    assert_eq!((found.severity, said(&found, "imitates").as_deref()), (Some(Severity::Attack), Some("A Brand")));
    let heard = web.heard();
    assert_eq!(heard.len(), 5);
    // Quotes of the URL do not end the quoted text of the search.
    assert!(heard[0].target.contains("%5C%22c%5C%22"), "{}", heard[0].target);
    let sent: serde_json::Value = serde_json::from_str(&heard[1].body).unwrap();
    assert_eq!(sent, serde_json::json!({ "url": "https://evil.example/a?b=\"c\"", "visibility": "private" }));
    let web = urlscan(NOTHING, 100);
    assert_eq!(ask_with_consent(&web).state, State::Failed(lists::NOT_READY.en.into()));
    assert_eq!(web.heard().len(), 10);
    let plan = service(&urlscan::ROW, &web).plan(&key(&urlscan::ROW, url()));
    assert!(plan[1].asks.contains("private") && plan[1].asks.contains("urlscan.io then visits the page"), "{plan:?}");
}

fn ask_with_consent(web: &Web) -> Outcome {
    ask(&service(&urlscan::ROW, web), &key(&urlscan::ROW, url()))
}

#[test]
fn an_id_that_would_lead_elsewhere_is_not_followed() {
    let web = Web::serve(|heard| match heard.method.as_str() {
        "POST" => Reply::ok(r#"{"uuid":"../../evil?x="}"#),
        _ => Reply::ok(NOTHING),
    });
    assert_eq!(ask_with_consent(&web).state, State::Failed(connection::MALFORMED.en.into()));
    assert_eq!(web.heard().len(), 2);
}

/// A thing that a service knows.
fn known(row: &Row) -> Thing {
    if row.knows.addresses { address() } else { url() }
}

#[test]
fn trouble_has_its_own_words_and_when_to_try_again() {
    for row in ROWS {
        let refused = if row.key == KeyGoes::Nowhere { lists::FORBIDS } else { lists::REFUSED };
        for (reply, expected, again) in [
            (Reply::new(401, SECRET), refused, None),
            (Reply::new(403, ""), refused, None),
            (
                Reply::new(429, "").with("Retry-After", "90"),
                connection::WAIT,
                Some(Again::After(Duration::from_secs(90))),
            ),
            (Reply::new(509, ""), connection::WAIT, Some(Again::After(Duration::from_mins(1)))),
            (Reply::new(500, ""), lists::SERVER, Some(Again::Soon)),
            (Reply::new(302, "").with("Location", "http://127.0.0.1:1/"), lists::STATUS, None),
            (Reply::ok("{\"data\":{}").cut(3), lists::CUT, None),
            (Reply::ok("<html>log in</html>"), connection::MALFORMED, None),
            (Reply::ok("[[[[[["), connection::MALFORMED, None),
            (Reply::ok(""), connection::MALFORMED, None),
        ] {
            let (outcome, heard) = one(row, known(row), reply);
            assert_eq!(outcome.state, State::Failed(expected.en.into()), "{}", row.id);
            assert_eq!((outcome.again, heard.len()), (again, 1), "{}", row.id);
        }
        let deep = "[".repeat(100_000);
        assert!(matches!(one(row, known(row), Reply::ok(deep)).0.state, State::Failed(_)));
    }
}

#[test]
fn hostile_words_are_bounded() {
    let long = "x\\u001b[2J\\u202e ".repeat(50_000);
    let many = format!("[{}]", vec![format!("\"{}\"", "y".repeat(500)); 2_000].join(","));
    let text = format!(
        r#"{{"data":{{"id":"{long}","attributes":{{"last_analysis_stats":{{"malicious":4294967295,"harmless":4294967295}},"title":"{long}","tags":{many},"creation_date":9223372036854775807}}}}}}"#
    );
    let found = judgement(one(&virustotal::ROW, domain(), Reply::ok(text)).0);
    assert!(found.said.iter().all(|(_, value)| value.len() <= VALUE + 3));
    assert_eq!(found.votes, Some((u32::MAX, u32::MAX)));
    let text = format!(r#"{{"hostnames":{many},"ports":[1],"tags":{many},"vulns":{many},"cpes":{many}}}"#);
    let found = judgement(one(&internetdb::ROW, address(), Reply::ok(text)).0);
    assert!(found.said.len() <= 20 && found.said.iter().all(|(_, value)| value.len() <= VALUE + 3));
    let too_long = Reply::ok(" ".repeat(BODY + 1));
    assert_eq!(one(&internetdb::ROW, address(), too_long).0.state, State::Failed(lists::CUT.en.into()));
}

#[test]
fn without_a_key_nothing_is_asked() {
    for row in ROWS {
        let bare = Service::new(row, &client(), None, &Arc::default());
        let fact = bare.without_asking(&key(row, known(row)));
        let wants = matches!(row.key, KeyGoes::Header(_));
        assert_eq!(fact.is_some(), wants, "{}", row.id);
        if let Some(Fact { state: State::Failed(why), .. }) = fact {
            assert_eq!(why, format!("{}; {}", lists::NO_KEY.en, variable(row.id)));
        }
    }
}

#[test]
fn every_name_is_a_provider_of_its_own() {
    let mut settings = crate::lookup::Settings::new(Arc::new(|| 0));
    settings.services = NAMES.iter().map(|(id, _)| (*id).to_owned()).collect();
    let ids: Vec<&str> = named(&client(), None, &settings).iter().map(|one| one.id()).collect();
    // Of passive DNS only one is asked: without keys the one that wants none. Routes are told by name servers.
    let elsewhere = |id: &str| matches!(id, "dnsdb" | "circl" | crate::lookup::routes::ID);
    let expected: Vec<&str> = NAMES.iter().map(|(id, _)| *id).filter(|id| !elsewhere(id)).collect();
    assert_eq!(ids, expected);
    settings.services.retain(|id| id == "circl");
    assert_eq!(named(&client(), None, &settings)[0].id(), "circl");
    let offers = offers(&["crtsh".to_owned(), "virustotal".to_owned()]);
    assert!(offers.certificates && !offers.history && offers.services[0].0 == "virustotal");
}

#[test]
fn only_named_services_are_providers_and_each_answers_its_own_questions() {
    let web = Web::serve(|_| Reply::ok(""));
    assert!(providers(&client(), None, &Arc::default(), &[]).is_empty());
    let named = ["internetdb".to_owned(), "nosuch".to_owned()];
    assert_eq!(providers(&client(), None, &Arc::default(), &named).len(), 1);
    for (index, row) in ROWS.iter().enumerate() {
        assert!(ROWS.iter().skip(index + 1).all(|other| other.id != row.id));
        assert!(row.base.starts_with("https://") && row.pace.timeout.is_some());
        let service = service(row, &web);
        let other = Key::Judged { by: "other".into(), thing: known(row) };
        assert!(service.answers(&key(row, known(row))) && !service.answers(&other));
        assert_eq!(service.reach(), Reach::ThirdParty);
        if row.key != KeyGoes::Nowhere {
            assert!(crate::lookup::keys::NAMES.iter().any(|(name, _)| *name == row.id), "{}", row.id);
        }
    }
}

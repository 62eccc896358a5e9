//! Visits to servers on loopback and to made-up ones: what is sent, what is written down, what is refused.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::*;
use crate::facts::phrases::{reason, visit as said};
use crate::facts::visit::Visit;
use crate::facts::{Answer, Dnssec};
use crate::lookup::dial::{Dialer, Resolve, Resolved};

mod refused;
mod secure;

/// A resolver that knows a few names.
#[derive(Default)]
struct Names(BTreeMap<&'static str, Vec<IpAddr>>);

impl Resolve for Names {
    fn resolve(&self, host: &str, _: Permit) -> Resolved {
        let found = self.0.get(host).cloned().unwrap_or_default();
        Box::pin(async move { Ok(found) })
    }
}

fn names(known: &[(&'static str, &[&str])]) -> Names {
    Names(known.iter().map(|(name, list)| (*name, list.iter().map(|text| text.parse().unwrap()).collect())).collect())
}

/// What a server heard, a request each.
type Heard = Arc<Mutex<Vec<String>>>;

/// A server that answers by method and path, and closes after each answer.
async fn serve(answer: impl Fn(&str, &str) -> Vec<u8> + Send + 'static) -> (String, Heard) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let heard = Heard::default();
    let ears = Arc::clone(&heard);
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = Vec::new();
            let mut byte = [0];
            while !request.ends_with(b"\r\n\r\n") && stream.read(&mut byte).await.unwrap_or(0) == 1 {
                request.push(byte[0]);
            }
            let request = String::from_utf8(request).unwrap();
            let mut words = request.split(' ');
            let bytes = answer(words.next().unwrap_or_default(), words.next().unwrap_or_default());
            ears.lock().unwrap().push(request);
            let _ = stream.write_all(&bytes).await;
            let _ = stream.shutdown().await;
            let _ = stream.read(&mut [0; 64]).await;
        }
    });
    (base, heard)
}

fn reply(status: &str, fields: &str, body: &str) -> Vec<u8> {
    format!("HTTP/1.1 {status}\r\n{fields}Content-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

fn page(body: &str) -> Vec<u8> {
    reply("200 OK", "Server: Example/1\r\nContent-Type: text/html; charset=utf-8\r\n", body)
}

/// A visitor who may go to loopback.
fn visitor() -> Visits {
    let client = Client::new(Dialer::new(Arc::new(names(&[])), None));
    visits(Arc::new(client), Policy::Anywhere)
}

fn visits(web: Arc<dyn Web>, policy: Policy) -> Visits {
    Visits { web, manner: Manner::default(), policy, times: Times::USUAL, names: None }
}

async fn outcome(url: &str) -> Outcome {
    visitor().run(&Key::Page(url.to_owned()), Permit::by_order()).await
}

fn value(outcome: Outcome) -> Visit {
    match outcome.state {
        State::Value(Answer::Visit(visit)) => *visit,
        other => panic!("{other:?}"),
    }
}

async fn visit(url: &str) -> Visit {
    value(outcome(url).await)
}

#[tokio::test]
async fn a_link_is_followed_to_the_page_at_its_end() {
    let (base, heard) = serve(|method, path| match (method, path) {
        (_, "/start?e=token") => reply("302 Found", "Location: /mid\r\nSet-Cookie: id=1\r\nServer: Front\r\n", ""),
        ("HEAD", "/mid") => reply("405 Method Not Allowed", "", ""),
        (_, "/mid") => reply("200 OK", "Refresh: 0; url=/meta\r\nContent-Type: text/html\r\n", "<p>wait"),
        (_, "/meta") => page("<meta http-equiv=refresh content='1;url=script'>"),
        (_, "/script") => page("<script>location.replace('/login' + '.html#top')</script>"),
        (_, "/login.html") => page(
            "<title>Netflix</title><link rel=icon href=/i.png><form action=/next.php method=post><input type=password></form>",
        ),
        (_, "/i.png") => reply("200 OK", "Content-Type: image/png\r\n", "a"),
        _ => reply("404 Not Found", "", ""),
    })
    .await;
    let visit = visit(&format!("{base}/start?e=token#secret")).await;
    let hops: Vec<String> = visit
        .hops
        .iter()
        .map(|hop| {
            let onward = hop.to.as_deref().map(|to| format!(", {} to {to}", hop.how.as_deref().unwrap()));
            let line = format!("{} {}: {}{}", hop.method, hop.url, hop.status.unwrap(), onward.unwrap_or_default());
            line.replace(&base, "")
        })
        .collect();
    let to = |path: &str| format!("{base}{path}");
    assert_eq!(
        hops,
        [
            "HEAD /start?e=token#secret: 302, 302 to /mid",
            "HEAD /mid: 405",
            "GET /mid: 200, Refresh to /meta",
            "GET /meta: 200, meta refresh to /script",
            "GET /script: 200, script to /login.html#top",
            "GET /login.html#top: 200",
        ]
    );
    assert_eq!(visit.ended, None);
    assert_eq!(visit.hops[0].server.as_deref(), Some("Front"));
    assert_eq!(visit.hops[5].media.as_deref(), Some("text/html; charset=utf-8"));
    assert!(visit.hops.iter().all(|hop| hop.address == Some("127.0.0.1".parse().unwrap()) && hop.refused.is_none()));
    let page = visit.page.unwrap();
    assert_eq!((page.title.as_str(), page.favicon, page.at), ("Netflix", Some(-316_242_180), to("/login.html#top")));
    assert_eq!(page.forms[0].action, to("/next.php"));
    assert_eq!(page.brands, ["netflix"]);

    let heard = heard.lock().unwrap();
    let asked: Vec<&str> = heard.iter().map(|request| request.split(" HTTP").next().unwrap()).collect();
    assert_eq!(
        asked,
        [
            "HEAD /start?e=token",
            "HEAD /mid",
            "GET /mid",
            "HEAD /meta",
            "GET /meta",
            "HEAD /script",
            "GET /script",
            "HEAD /login.html",
            "GET /login.html",
            "GET /i.png",
        ]
    );
    for request in heard.iter() {
        let low = request.to_lowercase();
        assert!(!low.contains("cookie") && !low.contains("referer") && !low.contains("gosanke"), "{request}");
        assert!(low.contains("user-agent: mozilla/5.0 (windows nt 10.0;"), "{request}");
        assert!(low.contains("accept-language: en-us,en;q=0.5\r\n"), "{request}");
    }
}

#[tokio::test]
async fn redirects_end_at_a_limit_and_in_circles() {
    let (base, heard) = serve(|_, path| {
        let number: usize = path.trim_start_matches('/').parse().unwrap_or(0);
        reply("302 Found", &format!("Location: /{}\r\n", number + 1), "")
    })
    .await;
    let far = visit(&format!("{base}/0")).await;
    assert_eq!(far.ended.as_deref(), Some(said::TOO_MANY_HOPS.en));
    assert!(crate::facts::phrases::notes::SENDS_ON.en.contains(&format!("at most {} ", super::walk::HOPS)));
    assert_eq!(far.hops.len(), 7);
    assert_eq!(far.hops[6].url, format!("{base}/6"));
    assert_eq!((far.hops[6].status, far.hops[6].method.as_str()), (None, ""));
    assert_eq!(heard.lock().unwrap().len(), 6);

    let (base, heard) = serve(|_, _| reply("301 Moved Permanently", "Location: /\r\n", "")).await;
    let round = visit(&format!("{base}/")).await;
    assert_eq!(round.ended.as_deref(), Some(said::LOOP.en));
    assert_eq!((round.hops.len(), heard.lock().unwrap().len()), (2, 1));
}

#[tokio::test]
async fn what_is_no_address_is_told_and_not_followed() {
    for (location, ended) in [
        ("http://[zz]/", said::NOT_AN_ADDRESS),
        ("file:///etc/passwd", connection::ADDRESS),
        ("javascript:alert(1)", connection::ADDRESS),
        ("data:text/html,x", connection::ADDRESS),
        ("mailto:a@b.example", connection::ADDRESS),
        ("ftp://a.example/", connection::ADDRESS),
        ("intent://a.example/#Intent;end", connection::ADDRESS),
    ] {
        let fields = format!("Location: {location}\r\n");
        let (base, heard) = serve(move |_, _| reply("302 Found", &fields, "")).await;
        let visit = visit(&base).await;
        assert_eq!(visit.ended.as_deref(), Some(ended.en), "{location}");
        assert_eq!(visit.hops.len(), 2, "{location}");
        assert_eq!(visit.hops[1].refused, visit.ended, "{location}");
        assert!(visit.hops[1].url.starts_with(location.get(..5).unwrap()), "{}", visit.hops[1].url);
        assert_eq!(heard.lock().unwrap().len(), 1);
    }
}

#[tokio::test]
async fn hostile_answers_are_bounded_and_told() {
    // Longer than a page may be; the picture is asked for by nobody as there is none left to ask.
    let (base, _) = serve(|method, path| match (method, path) {
        ("GET", "/long") => page(&format!("<title>long</title>{}", "a".repeat(2 << 20))),
        ("GET", "/twice") => {
            reply("200 OK", "Content-Encoding: gzip, gzip\r\nContent-Type: text/html\r\n", "\u{1f}garbage")
        }
        ("GET", "/marks") => reply(
            "200 OK",
            "Server: \u{1b}[2Jx\r\nSet-Cookie: id=UNIQUE\r\nAlt-Svc: h3=\"127.0.0.1:443\"\r\nLink: <http://127.0.0.1/x>; rel=preload\r\nContent-Type: text/html\r\n",
            "<title>\u{1b}]0;x\u{7}</title>",
        ),
        ("GET", "/gone") => reply("404 Not Found", "Content-Type: text/html\r\n", "<title>Gone</title>"),
        ("GET", "/file") => reply("200 OK", "Content-Type: application/zip\r\n", "PK\u{3}\u{4}"),
        ("GET", "/icon") => page("<link rel=icon href=/away>"),
        ("GET", "/away") => reply("302 Found", "Location: /i.png\r\n", ""),
        ("GET", _) => reply("404 Not Found", "", ""),
        _ => reply("200 OK", "Content-Type: text/html\r\n", ""),
    })
    .await;
    let long = visit(&format!("{base}/long")).await;
    let page = long.page.unwrap();
    assert!(page.cut && page.bytes == 1 << 20 && page.title == "long" && long.ended.is_none());
    let twice = visit(&format!("{base}/twice")).await;
    assert_eq!(twice.ended.as_deref(), Some(connection::CUT_ENCODED.en));
    let marks = visit(&format!("{base}/marks")).await;
    assert_eq!(marks.hops.len(), 1);
    assert!(marks.hops[0].server.as_deref().is_none_or(|server| !server.contains('\u{1b}')));
    let gone = visit(&format!("{base}/gone")).await;
    assert_eq!((gone.hops.len(), gone.hops[1].status), (2, Some(404)), "HEAD was told something else");
    assert_eq!(gone.page.unwrap().title, "Gone");
    let file = visit(&format!("{base}/file")).await;
    assert_eq!(file.page.unwrap().file.as_deref(), Some("application/zip"));
    assert_eq!(visit(&format!("{base}/icon")).await.page.unwrap().favicon, None);
}

#[tokio::test]
async fn who_does_not_answer_is_no_visit() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}/", listener.local_addr().unwrap());
    drop(listener);
    let nobody = outcome(&base).await;
    assert_eq!(nobody.state, State::Failed(connection::UNREACHABLE.en.to_owned()));
    assert!(nobody.again.is_some() && nobody.ttl.is_none());

    let (base, _) = serve(|_, _| b"garbage".to_vec()).await;
    assert!(matches!(outcome(&base).await.state, State::Failed(_)));
    let (to, _) = serve(|_, _| Vec::new()).await;
    let fields = format!("Location: {to}/x\r\n");
    let (base, _) = serve(move |_, _| reply("302 Found", &fields, "")).await;
    let half = visit(&base).await;
    assert_eq!(half.hops.len(), 2);
    assert_eq!(half.hops[1].refused.as_deref(), Some(connection::CLOSED.en));
    assert_eq!(half.hops[1].method, "GET");
}

#[tokio::test]
async fn a_tarpit_costs_no_more_than_the_time_for_a_visit() {
    // Takes every connection and says nothing.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let silent = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let mut held = Vec::new();
        while let Ok((stream, _)) = listener.accept().await {
            held.push(stream);
        }
    });
    let mut patient = visitor();
    patient.times = Times { whole: Duration::from_millis(120), one: Duration::from_millis(80) };
    let start = std::time::Instant::now();
    let nobody = patient.run(&Key::Page(silent.clone()), Permit::by_order()).await;
    assert_eq!(nobody.state, State::Failed(reason::TIMEOUT.en.to_owned()));
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());

    // No time is left for the next hop.
    let fields = format!("Location: {silent}\r\n");
    let (base, _) = serve(move |_, _| reply("302 Found", &fields, "")).await;
    patient.times.whole = Duration::ZERO;
    let late = value(patient.run(&Key::Page(base), Permit::by_order()).await);
    assert_eq!((late.hops.len(), late.ended.as_deref()), (1, Some(said::OUT_OF_TIME.en)));
}

/// Says which DNS questions would be asked.
struct Planner;

impl Provider for Planner {
    fn id(&self) -> &'static str {
        "names"
    }
    fn reach(&self) -> Reach {
        Reach::Sender
    }
    fn answers(&self, _: &Key) -> bool {
        true
    }
    fn receiver(&self, _: &Key) -> String {
        "resolver".to_owned()
    }
    fn plan(&self, key: &Key) -> Vec<Query> {
        vec![Query { receiver: "resolver".to_owned(), asks: format!("A {}.", key.about()) }]
    }
    fn run(&self, _: &Key, _: Permit) -> Work {
        Box::pin(async { Outcome { dnssec: Some(Dnssec::Insecure), ..Outcome::default() } })
    }
}

#[test]
fn the_plan_says_every_packet_that_is_known_beforehand() {
    let mut visits = visitor();
    visits.policy = Policy::Public;
    visits.names = Some(Arc::new(Planner));
    let plan = |url: &str| -> Vec<(String, String)> {
        visits.plan(&Key::Page(url.to_owned())).into_iter().map(|query| (query.receiver, query.asks)).collect()
    };
    let shop = "shop.example (HTTPS)".to_owned();
    assert_eq!(
        plan("https://user:word@shop.example/in?e=1#part"),
        [
            ("resolver".to_owned(), "A shop.example.".to_owned()),
            (
                shop.clone(),
                "HEAD https://shop.example/in?e=1 (then wherever it sends on to, at most 5 addresses)".to_owned()
            ),
            (shop.clone(), "GET https://shop.example/in?e=1 (where HEAD does not send on already)".to_owned()),
            (shop, "GET https://shop.example/favicon.ico (where the page names no other picture)".to_owned()),
        ]
    );
    assert_eq!(plan("http://192.0.2.7/").len(), 3, "an address needs no name server");
    assert_eq!(plan("no address"), []);
    assert_eq!(visits.receiver(&Key::Page("https://shop.example/in".into())), "shop.example");
    assert!(visits.answers(&Key::Page(String::new())) && !visits.answers(&Key::Owner(String::new())));
    assert_eq!(visits.without_asking(&Key::Addresses("shop.example".into())), None, "another answers that");
    assert_eq!(visits.reach(), Reach::Sender);
    assert!(Key::Page(String::new()).needs_consent());
}

#[test]
fn the_shipped_configuration_presents_a_visitor_as_the_default_does() {
    let Manner { agent, languages } = Manner::default();
    let shipped = include_str!("../../../assets/config.toml");
    assert!(shipped.contains(&format!("visit_agent = \"{agent}\"")));
    assert!(shipped.contains(&format!("visit_languages = \"{languages}\"")));
}

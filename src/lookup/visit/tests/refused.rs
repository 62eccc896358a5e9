//! What a visit must never go to, whatever sends it there (OWASP SSRF cheat sheet; DNS rebinding): addressed directly, by
//! a name, and behind one, two and three redirects of every kind. The hosts of the redirects are made up; everything else
//! goes to the real client with its real policy, and whatever that would answer is counted.

use super::*;

/// Addresses that are refused before or after their name is resolved.
const REFUSED: &[&str] = &[
    "http://127.0.0.1/",
    "http://127.1/",
    "http://localhost:6379/",
    "http://[::1]/",
    "http://[::]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://0.0.0.0/",
    "http://169.254.169.254/latest/meta-data/",
    "http://[fe80::1]/",
    "http://[fd00:ec2::254]/",
    "http://10.0.0.1/",
    "http://172.16.0.1/",
    "http://192.168.1.1/",
    "http://192.0.0.192/",
    "http://100.64.0.1/",
    "http://100.100.100.200/",
    "http://168.63.129.16/",
    "http://metadata.google.internal/",
    "http://0/",
    "http://2852039166/",
    "http://0x7f000001/",
    "http://0177.0.0.1/",
    "http://0x7f.1/",
    "http://１２７.０.０.１/",
    "http://127。0。0。1/",
    "http://[64:ff9b::7f00:1]/",
    "http://[2002:7f00:1::]/",
    "http://198.18.0.1/",
    "http://224.0.0.1/",
    "http://255.255.255.255/",
    "http://localhost./",
    "http://LOCALHOST/",
    "http://x.localhost/",
    "http://printer.local/",
    "http://intranet/",
    "http://127.0.0.1.nip.io.example/",
    "http://rebind.example/",
    "http://mapped.example/",
    "http://inside.example/",
    "https://metadata.example/",
    "http://user@127.0.0.1/",
    "http://hop1.example@127.0.0.1/",
    "http://hop1.example:22/",
    "http://hop1.example:6379/",
    "https://hop1.example:8443/",
    "file:///etc/passwd",
    "gopher://127.0.0.1:6379/_INFO",
    "dict://127.0.0.1:11211/stat",
    "ftp://127.0.0.1/",
    "ldap://127.0.0.1/",
    "ws://127.0.0.1/",
    "javascript:fetch('http://127.0.0.1/')",
    "data:text/html,<script>location='http://127.0.0.1/'</script>",
    "blob:http://127.0.0.1/1",
    "view-source:http://127.0.0.1/",
    "about:blank",
    "tel:110",
];

/// Names whose addresses must not be gone to (N05: rebinding).
fn rebinding() -> Names {
    names(&[
        ("127.0.0.1.nip.io.example", &["127.0.0.1"]),
        ("rebind.example", &["127.0.0.1", "169.254.169.254", "10.0.0.1", "0.0.0.0", "::1"]),
        ("mapped.example", &["::ffff:10.0.0.1", "64:ff9b::7f00:1"]),
        ("inside.example", &["192.168.1.1"]),
        ("metadata.example", &["169.254.169.254", "fd00:ec2::254"]),
        // Only the client's own check of ports stands in front of these.
        ("hop1.example", &["127.0.0.1"]),
    ])
}

/// How a host sends on.
#[derive(Debug, Clone, Copy, PartialEq)]
enum By {
    Location,
    Refresh,
    Meta,
    Script,
}

/// Made-up hosts in front of the real client.
struct Made {
    client: Client,
    by: By,
    /// How many made-up hosts stand in front.
    depth: usize,
    target: String,
    asked: AtomicUsize,
    /// Requests of the real client that were not refused before a packet.
    left: AtomicUsize,
}

impl Made {
    fn answer(&self, host: &str) -> Option<Response> {
        let number: usize = host.strip_prefix("hop")?.strip_suffix(".example")?.parse().ok()?;
        let next = if number < self.depth { format!("http://hop{}.example/", number + 1) } else { self.target.clone() };
        let plain = |name: &str, value: String| (name.to_owned(), value);
        let html = plain("content-type", "text/html".to_owned());
        let (status, headers, body) = match self.by {
            By::Location => (302, vec![plain("location", next)], String::new()),
            By::Refresh => (200, vec![html, plain("refresh", format!("0; url={next}"))], String::new()),
            By::Meta => (200, vec![html], format!("<meta http-equiv=refresh content=\"0;url={next}\">")),
            By::Script => (200, vec![html], format!("<script>location.href=\"{next}\"</script>")),
        };
        Some(Response { status, headers, body: body.into_bytes(), cut: None, peer: None, tls: None })
    }
}

struct Counting(Arc<Made>);

impl Web for Counting {
    fn fetch(&self, request: Request, permit: Permit) -> Fetching {
        let made = Arc::clone(&self.0);
        made.asked.fetch_add(1, Ordering::SeqCst);
        Box::pin(async move {
            let usual = request.url.port().is_none();
            if let Some(answer) = request.url.host_str().filter(|_| usual).and_then(|host| made.answer(host)) {
                return Ok(answer);
            }
            let outcome = made.client.fetch(request, &permit).await;
            let refused = match &outcome {
                Err(Failure::NotPublic(_) | Failure::Name(_)) => true,
                Err(Failure::Because(words)) => [connection::PORT.en, connection::ADDRESS.en].contains(&words.en),
                _ => false,
            };
            made.left.fetch_add(usize::from(!refused), Ordering::SeqCst);
            outcome
        })
    }
}

fn made(by: By, depth: usize, target: &str) -> (Visits, Arc<Made>) {
    let client = Client::new(Dialer::new(Arc::new(rebinding()), None));
    let made = Made {
        client,
        by,
        depth,
        target: target.to_owned(),
        asked: AtomicUsize::default(),
        left: AtomicUsize::default(),
    };
    let made = Arc::new(made);
    let web = Arc::new(Counting(Arc::clone(&made)));
    (visits(web, Policy::Public), made)
}

#[tokio::test]
async fn nothing_inside_is_gone_to_when_it_is_named() {
    for url in REFUSED {
        let (visits, made) = made(By::Location, 0, "");
        let key = Key::Page((*url).to_owned());
        let before = visits.without_asking(&key);
        let outcome = visits.run(&key, Permit::by_order()).await;
        assert_eq!(made.left.load(Ordering::SeqCst), 0, "{url}");
        if before.is_some() {
            assert_eq!(made.asked.load(Ordering::SeqCst), 0, "{url}");
        }
        match outcome.state {
            State::Failed(_) => {}
            State::Value(Answer::Visit(visit)) => {
                assert!(visit.hops.len() == 1 && visit.hops[0].refused.is_some() && visit.page.is_none(), "{url}");
            }
            other => panic!("{url}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn nothing_inside_is_gone_to_behind_redirects() {
    for by in [By::Location, By::Refresh, By::Meta, By::Script] {
        for depth in 1..=3 {
            for url in REFUSED {
                // What the page's own quotation marks would end is told by another way.
                if by != By::Location && url.contains(['\'', '<']) {
                    continue;
                }
                let (visits, made) = made(by, depth, url);
                let outcome = visits.run(&Key::Page("http://hop1.example/".into()), Permit::by_order()).await;
                assert_eq!(made.left.load(Ordering::SeqCst), 0, "{url} {by:?} {depth}");
                let visit = value(outcome);
                let last = visit.hops.last().unwrap();
                assert!(last.refused.is_some(), "{url} {by:?} {depth}: {:?}", visit.hops);
                assert_eq!(visit.ended, last.refused, "{url} {by:?} {depth}");
                assert_eq!(visit.hops.len(), depth + 1, "{url} {by:?} {depth}");
                assert_eq!(last.status, None);
            }
        }
    }
}

#[tokio::test]
async fn a_refusal_after_the_name_was_resolved_tells_the_address() {
    let (visits, made) = made(By::Location, 1, "http://rebind.example/x");
    let visit = value(visits.run(&Key::Page("http://hop1.example/".into()), Permit::by_order()).await);
    assert_eq!(made.asked.load(Ordering::SeqCst), 2, "GET is not tried where HEAD was refused");
    let last = visit.hops.last().unwrap();
    assert_eq!(last.url, "http://rebind.example/x");
    assert!(last.address.is_some());
    assert!(last.refused.as_deref().unwrap().starts_with(connection::NOT_PUBLIC.en));
}

#[tokio::test]
async fn the_picture_of_a_site_is_under_the_same_rules() {
    struct Page(AtomicUsize);
    impl Web for Page {
        fn fetch(&self, request: Request, _: Permit) -> Fetching {
            let first = request.url.path() == "/";
            self.0.fetch_add(usize::from(!first), Ordering::SeqCst);
            let body =
                b"<title>t</title><link rel=icon href='http://127.0.0.1/i'><link rel=icon href='//cdn.example/i'>";
            let headers = vec![("content-type".to_owned(), "text/html".to_owned())];
            let answer = Response { status: 200, headers, body: body.to_vec(), cut: None, peer: None, tls: None };
            assert_eq!(request.url.host_str(), Some("a.example"));
            assert!(first || request.url.path() == "/favicon.ico");
            Box::pin(async move { Ok(answer) })
        }
    }
    let web = Arc::new(Page(AtomicUsize::default()));
    let visits = visits(web.clone(), Policy::Public);
    let visit = value(visits.run(&Key::Page("http://a.example/".into()), Permit::by_order()).await);
    assert_eq!(web.0.load(Ordering::SeqCst), 1, "once, from its own host");
    assert_eq!(visit.page.unwrap().favicon, None, "a page is no picture");
}

//! The client against servers on loopback that these tests start themselves, most of them hostile.

use std::collections::BTreeMap;
use std::future::Future;
use std::io::Write as _;
use std::net::IpAddr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::super::dial::{Proxy, Resolve, Resolved};
use super::*;

mod hostile;
mod secure;

/// A resolver that knows a few names and counts what it is asked.
#[derive(Default)]
pub(super) struct Names {
    known: BTreeMap<&'static str, Vec<IpAddr>>,
    asked: AtomicUsize,
}

impl Resolve for Names {
    fn resolve(&self, host: &str, _: Permit) -> Resolved {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let found = self.known.get(host).cloned().unwrap_or_default();
        Box::pin(async move { Ok(found) })
    }
}

fn names(known: &[(&'static str, &[&str])]) -> Arc<Names> {
    let known = known.iter().map(|(name, list)| (*name, list.iter().map(|text| text.parse().unwrap()).collect()));
    Arc::new(Names { known: known.collect(), asked: AtomicUsize::new(0) })
}

fn client(names: Arc<Names>, proxy: Option<Proxy>) -> Client {
    Client::new(Dialer::new(names, proxy))
}

fn permit() -> Permit {
    Permit::by_order()
}

/// What the servers heard, a request each.
type Heard = Arc<Mutex<Vec<String>>>;

async fn request_of(stream: &mut (impl AsyncRead + Unpin)) -> String {
    let mut said = Vec::new();
    let mut byte = [0];
    while !said.ends_with(b"\r\n\r\n") && stream.read(&mut byte).await.unwrap_or(0) == 1 {
        said.push(byte[0]);
    }
    String::from_utf8(said).unwrap()
}

/// Starts a server that answers each connection by `speak` after it heard a request.
async fn serve<F, S>(speak: F) -> (Url, Heard)
where
    F: Fn(TcpStream) -> S + Send + Sync + 'static,
    S: Future<Output = ()> + Send,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap()).parse().unwrap();
    let heard = Heard::default();
    let ears = Arc::clone(&heard);
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let said = request_of(&mut stream).await;
            ears.lock().unwrap().push(said);
            speak(stream).await;
        }
    });
    (url, heard)
}

/// A server that says these bytes and closes.
async fn says(bytes: impl Into<Vec<u8>>) -> Url {
    let bytes = Arc::new(bytes.into());
    let speak = move |mut stream: TcpStream| {
        let bytes = Arc::clone(&bytes);
        async move {
            let _ = stream.write_all(&bytes).await;
            close(stream).await;
        }
    };
    serve(speak).await.0
}

/// Closes without resetting what is still on its way.
async fn close(mut stream: impl AsyncRead + AsyncWrite + Unpin) {
    let _ = stream.shutdown().await;
    let _ = stream.read(&mut [0; 64]).await;
}

fn here(url: Url) -> Request {
    let mut request = Request::get(url);
    request.policy = Policy::Anywhere;
    request
}

async fn fetch(request: Request) -> Result<Response, Failure> {
    client(names(&[]), None).fetch(request, &permit()).await
}

fn because(words: Words) -> Failure {
    Failure::Because(words)
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn answer(fields: &str, body: &[u8]) -> Vec<u8> {
    let mut bytes = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n{fields}\r\n", body.len()).into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

#[tokio::test]
async fn a_request_says_who_asks_and_nothing_more() {
    let speak = |mut stream: TcpStream| async move {
        let _ = stream.write_all(&answer("Server: Example\r\nX-Odd: caf\u{e9}\r\n", b"hello")).await;
        close(stream).await;
    };
    let (mut url, heard) = serve(speak).await;
    url.set_path("/a b/{x}|y");
    url.set_query(Some("q=\"1\"&r=`2`"));
    url.set_fragment(Some("secret"));
    url.set_username("me").unwrap();
    url.set_password(Some("word")).unwrap();
    let response = fetch(here(url.clone()).with("X-Key", "k").with("Accept", "text/html")).await.unwrap();
    assert_eq!((response.status, response.body.as_slice(), response.cut), (200, &b"hello"[..], None));
    assert_eq!(response.header("server"), Some("Example"));
    assert_eq!(response.header("x-odd"), Some("caf\u{e9}"));
    assert_eq!(response.peer.unwrap().ip().to_string(), "127.0.0.1");
    assert_eq!(response.tls, None);
    let port = url.port().unwrap();
    assert_eq!(
        heard.lock().unwrap().as_slice(),
        [format!(
            "GET /a%20b/%7Bx%7D%7Cy?q=%221%22&r=%602%60 HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\nuser-agent: {IDENTITY}\r\n\
             accept: text/html\r\naccept-encoding: gzip, deflate\r\nx-key: k\r\nconnection: close\r\n\r\n"
        )]
    );
}

#[tokio::test]
async fn a_redirect_is_told_and_not_followed_and_cookies_are_not_kept() {
    let body = b"HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/latest\r\nSet-Cookie: id=1\r\n\
        Strict-Transport-Security: max-age=9\r\nAlt-Svc: h2=\"10.0.0.1:443\"\r\nRefresh: 0; url=http://127.0.0.1/\r\n\
        Link: <http://127.0.0.1/x>; rel=preload\r\nContent-Length: 0\r\n\r\n";
    let speak = move |mut stream: TcpStream| async move {
        let _ = stream.write_all(body).await;
        close(stream).await;
    };
    let (url, heard) = serve(speak).await;
    let client = client(names(&[]), None);
    for _ in 0..2 {
        let response = client.fetch(here(url.clone()), &permit()).await.unwrap();
        assert_eq!(response.status, 302);
        assert_eq!(response.header("location"), Some("http://169.254.169.254/latest"));
        let next = Request::get(response.header("location").unwrap().parse().unwrap());
        let refused = client.fetch(next, &permit()).await.unwrap_err();
        assert_eq!(refused, Failure::NotPublic("169.254.169.254".parse().unwrap()));
    }
    let heard = heard.lock().unwrap();
    assert!(heard.len() == 2 && heard.iter().all(|said| !said.to_lowercase().contains("cookie")), "{heard:?}");
}

#[tokio::test]
async fn head_and_post_do_what_they_say() {
    let speak = |mut stream: TcpStream| async move {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\nContent-Encoding: gzip\r\n\r\n").await;
        close(stream).await;
    };
    let (url, heard) = serve(speak).await;
    let mut request = here(url.clone());
    request.method = Method::Head;
    let response = fetch(request).await.unwrap();
    assert_eq!((response.status, response.body.len(), response.cut), (200, 0, None));
    let mut request = here(url).with("Content-Type", "application/json");
    request.method = Method::Post(b"{}".to_vec());
    let _ = fetch(request).await;
    let heard = heard.lock().unwrap();
    assert!(heard[0].starts_with("HEAD / HTTP/1.1"), "{heard:?}");
    assert!(heard[1].starts_with("POST / HTTP/1.1") && heard[1].contains("content-length: 2\r\n"), "{heard:?}");
}

#[tokio::test]
async fn one_layer_of_compression_is_undone() {
    let text = "gosanke ".repeat(500);
    let mut zlib = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
    zlib.write_all(text.as_bytes()).unwrap();
    let mut bare = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default());
    bare.write_all(text.as_bytes()).unwrap();
    let packed = gzip(text.as_bytes());
    for (encoding, body) in [
        ("gzip", packed.clone()),
        ("X-GZIP", packed.clone()),
        ("identity, gzip", packed.clone()),
        ("deflate", zlib.finish().unwrap()),
        ("deflate", bare.finish().unwrap()),
        ("identity", text.clone().into_bytes()),
    ] {
        let url = says(answer(&format!("Content-Encoding: {encoding}\r\n"), &body)).await;
        let response = fetch(here(url)).await.unwrap();
        assert_eq!((response.text().as_ref(), response.cut), (text.as_str(), None), "{encoding}");
    }
    for encoding in ["br", "gzip, gzip", "gzip\r\nContent-Encoding: gzip", "zstd"] {
        let url = says(answer(&format!("Content-Encoding: {encoding}\r\n"), &packed)).await;
        let response = fetch(here(url)).await.unwrap();
        assert_eq!((&response.body, response.cut), (&packed, Some(Cut::Encoded)), "{encoding}");
    }
}

#[tokio::test]
async fn a_body_that_is_not_whole_says_so() {
    let packed = gzip("gosanke ".repeat(5_000).as_bytes());
    let mut damaged = packed.clone();
    damaged[30] ^= 0xff;
    let mut more = packed.clone();
    more.extend(b"behind the end");
    for (bytes, cut) in [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nshort".to_vec(), Some(Cut::Closed)),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nshort\r\n".to_vec(), Some(Cut::Closed)),
        (b"HTTP/1.0 200 OK\r\n\r\nto the end".to_vec(), None),
        (answer("Content-Encoding: gzip\r\n", &packed[..packed.len() - 12]), Some(Cut::Damaged)),
        (answer("Content-Encoding: gzip\r\n", &damaged), Some(Cut::Damaged)),
        (answer("Content-Encoding: gzip\r\n", b"plain after all"), Some(Cut::Damaged)),
        (answer("Content-Encoding: gzip\r\n", &more), None),
        (answer("", &vec![b'x'; 70_000]), Some(Cut::Bytes)),
        (answer("", &vec![b'x'; 65_536]), None),
    ] {
        let mut request = here(says(bytes).await);
        request.limits.body = 65_536;
        let response = fetch(request).await.unwrap();
        assert_eq!(response.cut, cut, "{}", response.text().chars().take(40).collect::<String>());
        assert!(response.body.len() <= 65_536);
    }
}

#[tokio::test]
async fn a_sink_gets_the_body_as_it_comes_and_may_end_it() {
    struct Picky {
        wants: bool,
        room: usize,
        got: usize,
    }
    impl Sink for Picky {
        fn head(&mut self, response: &Response) -> bool {
            self.wants && response.status == 200
        }
        fn take(&mut self, bytes: &[u8]) -> std::io::Result<()> {
            self.got += bytes.len();
            if self.got > self.room { Err(std::io::Error::other("full")) } else { Ok(()) }
        }
    }
    let url = says(answer("", &vec![b'x'; 300_000])).await;
    let client = client(names(&[]), None);
    for (wants, room, got) in [(true, usize::MAX, Ok(300_000)), (false, usize::MAX, Ok(0)), (true, 10, Err(()))] {
        let mut sink = Picky { wants, room, got: 0 };
        let outcome = client.fetch_to(here(url.clone()), &permit(), &mut sink).await;
        match got {
            Ok(got) => assert_eq!((outcome.unwrap().cut, sink.got), (None, got)),
            Err(()) => assert_eq!(outcome.unwrap_err(), because(connection::NOT_KEPT)),
        }
    }
}

#[tokio::test]
async fn what_is_not_public_is_not_contacted() {
    let (url, heard) = serve(|_| async {}).await;
    let port = url.port().unwrap();
    let names = names(&[
        ("inside.example", &["127.0.0.1", "169.254.169.254", "10.0.0.1"]),
        ("mapped.example", &["::ffff:127.0.0.1"]),
        ("nobody.example", &[]),
    ]);
    let client = client(Arc::clone(&names), None);
    let refused = |text: &str| Failure::NotPublic(text.parse().unwrap());
    let name = |words: Words| Failure::Name(words.en.to_owned());
    for (text, expected) in [
        ("http://inside.example/", refused("10.0.0.1")),
        ("https://mapped.example/", refused("::ffff:127.0.0.1")),
        ("http://nobody.example/", because(connection::NO_ADDRESS)),
        ("http://127.0.0.1/", refused("127.0.0.1")),
        ("http://2130706433/", refused("127.0.0.1")),
        ("http://0x7f.1/", refused("127.0.0.1")),
        ("http://0177.0.0.1/", refused("127.0.0.1")),
        ("http://[::1]/", refused("::1")),
        ("http://[::ffff:a9fe:a9fe]/", refused("::ffff:169.254.169.254")),
        ("http://[64:ff9b::7f00:1]/", refused("64:ff9b::127.0.0.1")),
        ("http://0/", refused("0.0.0.0")),
        ("http://localhost/", name(reason::SPECIAL_NAME)),
        ("http://localhost./", name(reason::SPECIAL_NAME)),
        ("http://metadata.google.internal/", name(reason::SPECIAL_NAME)),
        ("http://intranet/", name(reason::SPECIAL_NAME)),
        ("http://abc.onion/", name(reason::SPECIAL_NAME)),
        ("http://example.com:8080/", because(connection::PORT)),
        ("https://example.com:22/", because(connection::PORT)),
        ("ftp://example.com/", because(connection::ADDRESS)),
        ("file:///etc/passwd", because(connection::ADDRESS)),
        ("javascript:alert(1)", because(connection::ADDRESS)),
        ("data:text/html,x", because(connection::ADDRESS)),
    ] {
        let outcome = client.fetch(Request::get(text.parse().unwrap()), &permit()).await;
        assert_eq!(outcome.unwrap_err(), expected, "{text}");
    }
    // The port is right, and the name still leads to this machine.
    let mut request = Request::get(format!("http://inside.example:{port}/").parse().unwrap());
    request.policy = Policy::AnyPort;
    assert_eq!(client.fetch(request, &permit()).await.unwrap_err(), refused("10.0.0.1"));
    assert!(heard.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_name_is_resolved_once_and_a_dead_address_does_not_hide_a_living_one() {
    let url = says(answer("", b"hello")).await;
    let names = names(&[("shop.example", &["127.0.0.2", "127.0.0.1"])]);
    let client = client(Arc::clone(&names), None);
    let request = here(format!("http://shop.example:{}/", url.port().unwrap()).parse().unwrap());
    let response = client.fetch(request, &permit()).await.unwrap();
    assert_eq!(response.body, b"hello");
    assert_eq!(response.peer.unwrap().ip().to_string(), "127.0.0.1");
    assert_eq!(names.asked.load(Ordering::SeqCst), 1);
}

#[test]
fn a_failure_says_whether_another_try_helps() {
    use crate::lookup::Again;
    let soon = Some(Again::Soon);
    for (failure, text, again) in [
        (because(reason::TIMEOUT), "no answer in time", soon),
        (because(connection::CLOSED), "the server closed the connection", soon),
        (because(connection::MALFORMED), "the server's answer was malformed", None),
        (
            Failure::NotPublic("10.0.0.1".parse().unwrap()),
            "not contacted: the host's address is not public; 10.0.0.1",
            None,
        ),
        (Failure::Wait(Duration::from_mins(1)), "the service asks to wait", Some(Again::After(Duration::from_mins(1)))),
        (Failure::Name(reason::SERVFAIL.en.into()), reason::SERVFAIL.en, soon),
        (Failure::Name(reason::NOT_A_NAME.en.into()), reason::NOT_A_NAME.en, None),
    ] {
        assert_eq!((failure.text().as_str(), failure.again()), (text, again));
    }
}

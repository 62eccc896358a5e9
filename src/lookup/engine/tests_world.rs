//! A made-up Internet on loopback for tests: one name server that knows every name, and behind each address and port a
//! server of its own (HTTP, HTTPS by any name, WHOIS). Everything that arrives is written down in the words of a plan, so
//! that what was announced and what arrived can be compared as they stand.

use std::collections::{BTreeSet, HashMap};
use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::pki_types::PrivateKeyDer;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls::{RootCertStore, ServerConfig, ServerConnection, StreamOwned};

use crate::lookup::test_dns::sockets;

/// What hosts are called that only an answer names.
pub(super) const ONWARD: &str = ".onward.example.net";
/// The key of every service; it must not be told.
pub(super) const SECRET: &str = "s3cret-of-the-user";

/// How the world answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::lookup) enum Mood {
    /// Nobody knows anything.
    Silent,
    /// Everybody knows something and sends on to somebody else.
    Talkative,
}

/// Who got what: receiver and question in the words of a plan.
pub(in crate::lookup) type Packet = (String, String);

pub(in crate::lookup) struct World {
    inner: Arc<Inner>,
    /// The name server.
    pub(in crate::lookup) resolver: SocketAddr,
}

/// Bytes that are said to whoever asks, in place of an answer.
#[derive(Debug, Clone, Default)]
pub(in crate::lookup) struct Raw {
    /// For DNS: the message; its id and its question become those of the asker where they fit.
    pub(in crate::lookup) dns: Option<Vec<u8>>,
    /// For everything over TCP.
    pub(in crate::lookup) stream: Option<Vec<u8>>,
    /// These go on behind the stream as long as somebody listens.
    pub(in crate::lookup) again: Vec<u8>,
}

struct Inner {
    mood: Mood,
    raw: Mutex<Raw>,
    heard: Mutex<Vec<Packet>>,
    names: Mutex<Names>,
    doors: Mutex<HashMap<SocketAddr, SocketAddr>>,
    /// DNS questions and TCP connections that arrived.
    datagrams: AtomicUsize,
    connections: AtomicUsize,
    tls: Arc<ServerConfig>,
    roots: RootCertStore,
}

#[derive(Default)]
struct Names {
    by_name: HashMap<String, Ipv4Addr>,
    by_address: HashMap<Ipv4Addr, String>,
}

impl World {
    pub(in crate::lookup) fn start(mood: Mood) -> Self {
        let authority = Authority::new();
        let roots = authority.roots.clone();
        let tls = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_cert_resolver(Arc::new(authority));
        let inner = Arc::new(Inner {
            mood,
            raw: Mutex::default(),
            heard: Mutex::default(),
            names: Mutex::default(),
            doors: Mutex::default(),
            datagrams: AtomicUsize::new(0),
            connections: AtomicUsize::new(0),
            tls: Arc::new(tls),
            roots,
        });
        let (socket, listener) = sockets();
        let resolver = socket.local_addr().unwrap();
        let ears = Arc::clone(&inner);
        std::thread::spawn(move || {
            let mut block = [0; 2048];
            while let Ok((size, from)) = socket.recv_from(&mut block) {
                let Some((question, reply)) = ears.name_server(&block[..size]) else { continue };
                ears.datagrams.fetch_add(1, Ordering::SeqCst);
                ears.heard.lock().unwrap().push((resolver.to_string(), question));
                // What does not fit is cut, and fetched over TCP.
                let cut =
                    [&reply[..2], &[reply[2] | 2], &reply[3..4], &reply[4..6], &[0; 6], question_of(&reply)].concat();
                let _ = socket.send_to(if reply.len() > 1_232 { &cut } else { &reply }, from);
            }
        });
        let ears = Arc::clone(&inner);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let ears = Arc::clone(&ears);
                std::thread::spawn(move || ears.name_server_by_stream(stream, resolver));
            }
        });
        Self { inner, resolver }
    }

    /// The roots that trust this world's certificates.
    pub(in crate::lookup) fn roots(&self) -> RootCertStore {
        self.inner.roots.clone()
    }

    /// Where an address of the made-up Internet really is.
    pub(in crate::lookup) fn detour(&self) -> Arc<dyn Fn(SocketAddr) -> SocketAddr + Send + Sync> {
        let inner = Arc::clone(&self.inner);
        Arc::new(move |wanted| inner.door(wanted))
    }

    /// Says these bytes from now on.
    pub(in crate::lookup) fn say(&self, raw: Raw) {
        *self.inner.raw.lock().unwrap() = raw;
    }

    /// Every address that was gone to, the name server left out.
    pub(super) fn gone_to(&self) -> Vec<SocketAddr> {
        self.inner.doors.lock().unwrap().keys().copied().collect()
    }

    /// What arrived since the last call.
    pub(in crate::lookup) fn heard(&self) -> BTreeSet<Packet> {
        std::mem::take(&mut *self.inner.heard.lock().unwrap()).into_iter().collect()
    }

    /// DNS questions and connections that arrived.
    pub(super) fn counted(&self) -> (usize, usize) {
        (self.inner.datagrams.load(Ordering::SeqCst), self.inner.connections.load(Ordering::SeqCst))
    }
}

impl Inner {
    fn address(&self, name: &str) -> Ipv4Addr {
        let mut names = self.names.lock().unwrap();
        let next = names.by_name.len() as u32;
        let address = *names.by_name.entry(name.to_owned()).or_insert_with(|| Ipv4Addr::from(0x0b00_0001 + next));
        names.by_address.insert(address, name.to_owned());
        address
    }

    fn name_server(&self, packet: &[u8]) -> Option<(String, Vec<u8>)> {
        let mut name = String::new();
        let mut at = 12;
        while *packet.get(at)? != 0 {
            let length = usize::from(packet[at]);
            name.push_str(&String::from_utf8_lossy(packet.get(at + 1..=at + length)?).to_ascii_lowercase());
            name.push('.');
            at += 1 + length;
        }
        if name.is_empty() {
            name.push('.');
        }
        let kind = u16::from_be_bytes([packet[at + 1], packet[at + 2]]);
        if let Some(mut raw) = self.raw.lock().unwrap().dns.clone() {
            raw[..2].copy_from_slice(&packet[..2]);
            let question = &packet[12..at + 5];
            if raw.get(12..at + 1).is_some_and(|own| own.eq_ignore_ascii_case(&packet[12..=at])) {
                raw[12..at + 5].copy_from_slice(question);
            }
            return Some((format!("{kind} {name}"), raw));
        }
        let talkative = self.mood == Mood::Talkative;
        let text = |text: &str| Some([&[text.len() as u8], text.as_bytes()].concat());
        let (word, data) = match kind {
            // Block lists that know their test entries, and in a talkative world what sounds evil.
            1 if [".spamhaus.org.", ".dq.spamhaus.net.", ".surbl.org."].iter().any(|zone| name.ends_with(zone)) => {
                let test = ["2.0.0.127.", "dbltest.com.", "surbl-org-permanent-test-point.com."];
                let listed = test.iter().any(|test| name.starts_with(test)) || talkative && name.starts_with("evil");
                ("A", listed.then(|| vec![127, 0, 0, 8]))
            }
            1 => ("A", Some(self.address(name.trim_end_matches('.')).octets().to_vec())),
            2 => ("NS", talkative.then(|| labels("ns1.hosting.example.net"))),
            6 => ("SOA", None),
            12 => ("PTR", talkative.then(|| labels(&format!("p{}.pool.example.net", name.len())))),
            15 => ("MX", talkative.then(|| [vec![0, 10], labels("mx.hosting.example.net")].concat())),
            16 if !talkative => ("TXT", None),
            16 if name.starts_with("_dmarc.") => ("TXT", text("v=DMARC1; p=none")),
            16 if name.starts_with("_mta-sts.") => ("TXT", text("v=STSv1; id=1")),
            16 if name.starts_with("_spf.") => ("TXT", text("v=spf1 ip4:11.0.0.0/8 -all")),
            16 => ("TXT", text("v=spf1 include:_spf.hosting.example.net -all")),
            28 => ("AAAA", None),
            257 => ("CAA", None),
            _ => ("other", None),
        };
        let mut reply = packet.get(..at + 5)?.to_vec();
        reply[2] = 0x81;
        reply[3] = 0x80;
        reply[6..12].copy_from_slice(&[0; 6]);
        if let Some(data) = data {
            reply[7] = 1;
            reply.extend([0xc0, 12]);
            reply.extend(kind.to_be_bytes());
            reply.extend([0, 1, 0, 0, 14, 16]);
            reply.extend((data.len() as u16).to_be_bytes());
            reply.extend(data);
        }
        Some((format!("{word} {name}"), reply))
    }

    fn name_server_by_stream(&self, mut stream: TcpStream, own: SocketAddr) {
        let mut size = [0; 2];
        while stream.read_exact(&mut size).is_ok() {
            let mut packet = vec![0; usize::from(u16::from_be_bytes(size))];
            if stream.read_exact(&mut packet).is_err() {
                return;
            }
            let Some((question, reply)) = self.name_server(&packet) else { return };
            self.heard.lock().unwrap().push((own.to_string(), question));
            let _ = stream.write_all(&[&(reply.len() as u16).to_be_bytes(), reply.as_slice()].concat());
        }
    }

    /// The server behind an address and port, begun when somebody first goes there.
    fn door(self: &Arc<Self>, wanted: SocketAddr) -> SocketAddr {
        *self.doors.lock().unwrap().entry(wanted).or_insert_with(|| {
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            let there = listener.local_addr().unwrap();
            let inner = Arc::clone(self);
            std::thread::spawn(move || {
                for stream in listener.incoming().flatten() {
                    inner.connections.fetch_add(1, Ordering::SeqCst);
                    let inner = Arc::clone(&inner);
                    std::thread::spawn(move || inner.serve(stream, wanted));
                }
            });
            there
        })
    }

    fn serve(&self, mut stream: TcpStream, wanted: SocketAddr) {
        match wanted.port() {
            443 => {
                let Ok(connection) = ServerConnection::new(Arc::clone(&self.tls)) else { return };
                self.web(&mut StreamOwned::new(connection, stream), "https");
            }
            80 => self.web(&mut stream, "http"),
            43 => self.whois(&mut stream, wanted.ip()),
            _ => self.heard.lock().unwrap().push((wanted.to_string(), "a port that nobody uses".to_owned())),
        }
    }

    fn whois(&self, stream: &mut TcpStream, address: IpAddr) {
        let line = until(stream, b"\r\n");
        let IpAddr::V4(four) = address else { return };
        let host = self.names.lock().unwrap().by_address.get(&four).cloned().unwrap_or_default();
        let asked = String::from_utf8_lossy(&line).trim_end().to_owned();
        self.heard.lock().unwrap().push((format!("{host}:43 (WHOIS)"), asked.clone()));
        if self.says_raw(stream) {
            return;
        }
        let name = asked.split([' ', '/']).find(|word| word.contains('.')).unwrap_or_default().to_owned();
        let said = match self.mood {
            Mood::Silent => "No match\r\n".to_owned(),
            Mood::Talkative if host == "whois.iana.org" => format!("refer: whois{ONWARD}\r\n"),
            Mood::Talkative => format!(
                "Domain Name: {name}\r\nRegistrar: Example\r\nRegistrar WHOIS Server: whois{ONWARD}\r\n\
                 Creation Date: 2020-01-01T00:00:00Z\r\n"
            ),
        };
        let _ = stream.write_all(said.as_bytes());
    }

    fn web(&self, stream: &mut (impl Read + Write), scheme: &str) {
        let head = until(stream, b"\r\n\r\n");
        let head = String::from_utf8_lossy(&head).into_owned();
        let mut lines = head.lines();
        let mut first = lines.next().unwrap_or_default().split(' ');
        let (method, target) = (first.next().unwrap_or_default(), first.next().unwrap_or_default());
        let field = |name: &str| {
            let mut fields = head.lines().skip(1).filter_map(|line| line.split_once(": "));
            fields.find(|(have, _)| have.eq_ignore_ascii_case(name)).map(|(_, value)| value.to_owned())
        };
        let host = field("host").unwrap_or_default();
        let length = field("content-length").and_then(|length| length.parse().ok()).unwrap_or(0_usize);
        let mut body = vec![0; length];
        if stream.read_exact(&mut body).is_err() || method.is_empty() {
            return;
        }
        let mut asks = format!("{method} {scheme}://{host}{target}");
        if field("content-type").is_some_and(|media| media.contains("form")) {
            // The field that carries the key is no part of a plan.
            let pairs = url::form_urlencoded::parse(&body).filter(|(_, value)| value != SECRET);
            let pairs: Vec<String> = pairs.map(|(name, value)| format!("{name}={value}")).collect();
            asks = format!("{asks} {}", pairs.join(" "));
        } else if !body.is_empty() {
            asks = format!("{asks} {}", String::from_utf8_lossy(&body));
        }
        let protocol = if scheme == "https" { "HTTPS" } else { "HTTP" };
        self.heard.lock().unwrap().push((format!("{host} ({protocol})"), asks));
        if self.says_raw(stream) {
            return;
        }
        let (status, fields, said) = self.page(&host, target);
        let _ = write!(
            stream,
            "HTTP/1.1 {status} X\r\nContent-Length: {}\r\n{fields}Connection: close\r\n\r\n",
            said.len()
        );
        if method != "HEAD" {
            let _ = stream.write_all(said.as_bytes());
        }
        let _ = stream.flush();
    }

    fn says_raw(&self, stream: &mut (impl Read + Write)) -> bool {
        let raw = self.raw.lock().unwrap().clone();
        let Some(bytes) = raw.stream else { return false };
        let mut well = stream.write_all(&bytes).is_ok();
        while well && !raw.again.is_empty() {
            well = stream.write_all(&raw.again).is_ok();
        }
        let _ = stream.flush();
        true
    }

    fn page(&self, host: &str, target: &str) -> (u16, String, String) {
        let nothing = (404, String::new(), String::new());
        let found = |text: &str| (200, "Content-Type: application/json\r\n".to_owned(), text.to_owned());
        let rest = |front: &str| target.split_once(front).map_or("", |(_, rest)| rest).to_owned();
        match (self.mood, host, target) {
            // A visit finds a page even where nobody knows anything: else its picture would not be asked for.
            (Mood::Silent, _, "/favicon.ico") => nothing,
            (Mood::Silent, host, _) if !is_service(host) => {
                (200, "Content-Type: text/html\r\n".to_owned(), "<title>A page</title>".to_owned())
            }
            (Mood::Silent, ..) => nothing,
            (_, "urlscan.io", path) if path.starts_with("/api/v1/search") => found(r#"{"results":[],"total":0}"#),
            (_, "urlscan.io", "/api/v1/scan/") => found(r#"{"uuid":"0badcafe-1"}"#),
            (_, "urlscan.io", _) => found(r#"{"page":{"title":"A page"}}"#),
            (_, host, path) if path.contains("/domain/") && host.ends_with(ONWARD) => {
                found(&format!(r#"{{"objectClassName":"domain","ldhName":"{}"}}"#, rest("/domain/")))
            }
            (_, _, path) if path.contains("/domain/") => {
                let name = rest("/domain/");
                found(&format!(
                    r#"{{"objectClassName":"domain","ldhName":"{name}","links":[{{"rel":"related",
                    "type":"application/rdap+json","href":"https://rdap{ONWARD}/domain/{name}"}}]}}"#
                ))
            }
            (_, host, _) if is_service(host) => found("[]"),
            (_, host, "/login") if host.ends_with(ONWARD) => {
                (200, "Content-Type: text/html\r\n".to_owned(), "<title>A page</title>".to_owned())
            }
            (_, host, _) if host.ends_with(ONWARD) => nothing,
            (_, _, "/.well-known/mta-sts.txt") => {
                found("version: STSv1\nmode: testing\nmx: mx.example\nmax_age: 600\n")
            }
            _ => (302, format!("Location: https://next{ONWARD}/login\r\n"), String::new()),
        }
    }
}

/// Hosts that are asked as services and not as sites.
fn is_service(host: &str) -> bool {
    let ours =
        ["urlscan.io", "crt.sh", "rdap.", "virustotal", "abuseipdb", "googleapis", "phishtank", "shodan", "api."];
    ours.iter().any(|part| host.contains(part)) || (host.contains("rdap") && host.rsplit('.').next() == Some("net"))
}

/// The question section of a message of one question.
fn question_of(message: &[u8]) -> &[u8] {
    let end = message.iter().skip(12).position(|byte| *byte == 0).map_or(message.len(), |at| 12 + at + 5);
    message.get(12..end).unwrap_or_default()
}

fn until(stream: &mut impl Read, end: &[u8]) -> Vec<u8> {
    let (mut said, mut byte) = (Vec::new(), [0]);
    while !said.ends_with(end) && stream.read(&mut byte).unwrap_or(0) == 1 {
        said.push(byte[0]);
    }
    said
}

fn labels(name: &str) -> Vec<u8> {
    let labels = name.split('.').flat_map(|label| [&[label.len() as u8], label.as_bytes()].concat());
    labels.chain([0]).collect()
}

/// Issues a certificate for whatever name is asked for.
struct Authority {
    issuer: Issuer<'static, KeyPair>,
    roots: RootCertStore,
    issued: Mutex<HashMap<String, Arc<CertifiedKey>>>,
}

impl std::fmt::Debug for Authority {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Authority")
    }
}

impl Authority {
    fn new() -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(Vec::<String>::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let own = params.self_signed(&key).unwrap();
        let mut roots = RootCertStore::empty();
        roots.add(own.der().clone()).unwrap();
        Self { issuer: Issuer::new(params, key), roots, issued: Mutex::default() }
    }
}

impl ResolvesServerCert for Authority {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let name = hello.server_name().unwrap_or("address.example").to_owned();
        let mut issued = self.issued.lock().unwrap();
        let made = issued.entry(name.clone()).or_insert_with(|| {
            let key = KeyPair::generate().unwrap();
            let mut params = CertificateParams::new(vec![name]).unwrap();
            params.not_before = rcgen::date_time_ymd(2020, 1, 1);
            params.not_after = rcgen::date_time_ymd(2090, 1, 1);
            let own = params.signed_by(&key, &self.issuer).unwrap().der().clone();
            let provider = rustls::crypto::ring::default_provider();
            let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
            Arc::new(CertifiedKey::from_der(vec![own], key, &provider).unwrap())
        });
        Some(Arc::clone(made))
    }
}

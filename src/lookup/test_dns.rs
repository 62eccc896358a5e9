//! A real DNS server on loopback for the tests of this room: zones in the words of a zone file, over UDP and TCP, TLS or
//! HTTPS, and a list of everything that it was asked. Answers what its zones say and nothing else.
//!
//! ```ignore
//! let server = TestDns::start(&[("shop.test.", "@ 300 A 192.0.2.7\nwww 300 CNAME @")]).await;
//! settings.servers = server.servers();
//! ```
//!
//! The root is always a zone with a name server, so that a question for a name of no zone is answered (NXDOMAIN) and not refused: a walk up
//! the tree, as DMARC does, ends there.

use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use hickory_resolver::net::runtime::{Time, TokioRuntimeProvider};
use hickory_resolver::proto::rr::rdata::opt::EdnsOption;
use hickory_resolver::proto::rr::{LowerName, Name, RecordType};
use hickory_resolver::proto::serialize::txt::Parser;
use hickory_server::Server;
use hickory_server::server::{Request, RequestHandler, ResponseHandler, ResponseInfo};
use hickory_server::store::in_memory::InMemoryZoneHandler;
use hickory_server::zone_handler::{AxfrPolicy, Catalog, ZoneType};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::net::{TcpListener, UdpSocket};

use super::Servers;

/// One port of loopback over both: the one that the system gives for TCP may be taken over UDP.
pub(crate) fn sockets() -> (std::net::UdpSocket, std::net::TcpListener) {
    loop {
        let tcp = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        if let Ok(udp) = std::net::UdpSocket::bind(tcp.local_addr().unwrap()) {
            return (udp, tcp);
        }
    }
}

/// The same for tasks.
pub(crate) async fn listening() -> (UdpSocket, TcpListener) {
    loop {
        let tcp = TcpListener::bind("127.0.0.1:0").await.unwrap();
        if let Ok(udp) = UdpSocket::bind(tcp.local_addr().unwrap()).await {
            return (udp, tcp);
        }
    }
}

/// A question as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Heard {
    /// Lower case, with the last dot.
    pub(crate) name: String,
    /// Type.
    pub(crate) kind: RecordType,
    /// The client asks for the word on signatures (AD).
    pub(crate) wants_word: bool,
    /// It sent a client subnet (RFC 7871).
    pub(crate) subnet: bool,
}

impl Heard {
    /// A question that shows whether the server can be believed; see `dns::control`.
    fn is_control(&self) -> bool {
        self.name == "." || self.name.ends_with(".invalid.")
    }
}

/// How it listens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum By {
    /// UDP and TCP.
    Plain,
    /// RFC 7858.
    Tls,
    /// RFC 8484.
    Https,
}

/// The server; it ends with this value.
pub(crate) struct TestDns {
    /// Where it listens.
    pub(crate) address: SocketAddr,
    /// What a client has to trust, for TLS and HTTPS.
    pub(crate) certificate: Option<CertificateDer<'static>>,
    by: By,
    heard: Arc<Mutex<Vec<Heard>>>,
    _server: Server<Listening>,
}

struct Listening {
    zones: Catalog,
    heard: Arc<Mutex<Vec<Heard>>>,
    delay: Option<Duration>,
}

impl RequestHandler for Listening {
    fn handle_request<'me, 'request, 'all, R, T>(
        &'me self,
        request: &'request Request,
        answer: R,
    ) -> Pin<Box<dyn Future<Output = ResponseInfo> + Send + 'all>>
    where
        R: 'all + ResponseHandler,
        T: 'all + Time,
        'me: 'all,
        'request: 'all,
        Self: 'all,
    {
        Box::pin(async move {
            for query in request.queries.queries() {
                let options = request.edns.as_ref().map(|edns| edns.options().as_ref().to_vec()).unwrap_or_default();
                self.heard.lock().unwrap().push(Heard {
                    name: query.name().to_string().to_lowercase(),
                    kind: query.query_type(),
                    wants_word: request.metadata.authentic_data,
                    subnet: options.iter().any(|(_, option)| matches!(option, EdnsOption::Subnet(_))),
                });
            }
            if let Some(delay) = self.delay {
                tokio::time::sleep(delay).await;
            }
            self.zones.handle_request::<R, T>(request, answer).await
        })
    }
}

impl TestDns {
    /// A server over UDP and TCP.
    pub(crate) async fn start(zones: &[(&str, &str)]) -> Self {
        Self::start_as(By::Plain, zones, None).await
    }

    /// A server that takes its time.
    pub(crate) async fn start_as(by: By, zones: &[(&str, &str)], delay: Option<Duration>) -> Self {
        let heard = Arc::<Mutex<Vec<Heard>>>::default();
        let handler = Listening { zones: catalog(zones), heard: Arc::clone(&heard), delay };
        let mut server = Server::new(handler);
        let wait = Duration::from_secs(10);
        let (udp, tcp) = listening().await;
        let address = tcp.local_addr().unwrap();
        let mut certificate = None;
        match by {
            By::Plain => {
                server.register_socket(udp);
                server.register_listener(tcp, wait, 64);
            }
            By::Tls => {
                let (config, trusted) = tls(b"dot");
                certificate = Some(trusted);
                server.register_tls_listener_with_tls_config(tcp, wait, config).unwrap();
            }
            By::Https => {
                let (config, trusted) = tls(b"h2");
                certificate = Some(trusted);
                let (name, path) = (Some("dns.test".to_owned()), "/dns-query".to_owned());
                server.register_https_listener_with_tls_config(tcp, wait, config, name, path).unwrap();
            }
        }
        Self { address, certificate, by, heard, _server: server }
    }

    /// The setting that names this server.
    pub(crate) fn servers(&self) -> Servers {
        let scheme = match self.by {
            By::Plain => return self.address.to_string().parse().unwrap(),
            By::Tls => "tls",
            By::Https => "https",
        };
        format!("{scheme}://{}#dns.test", self.address).parse().unwrap()
    }

    /// Everything that it was asked, in order, control questions left out.
    pub(crate) fn heard(&self) -> Vec<Heard> {
        self.heard.lock().unwrap().iter().filter(|one| !one.is_control()).cloned().collect()
    }

    /// How many control questions it was asked.
    pub(crate) fn controls(&self) -> usize {
        self.heard.lock().unwrap().iter().filter(|one| one.is_control()).count()
    }

    /// [`TestDns::heard`] after the first `known` questions, as a plan says it: `A shop.test.`, sorted.
    pub(crate) fn asked(&self, known: usize) -> Vec<String> {
        let mut list: Vec<String> =
            self.heard().iter().skip(known).map(|one| format!("{} {}", one.kind, one.name)).collect();
        list.sort();
        list
    }
}

/// The zones; each gets a start of authority where its text has none.
fn catalog(zones: &[(&str, &str)]) -> Catalog {
    let mut catalog = Catalog::new();
    let root = [(".", "@ NS ns.test.\n")];
    let root = root.iter().filter(|_| !zones.iter().any(|(origin, _)| *origin == "."));
    for (origin, text) in zones.iter().chain(root) {
        let origin = Name::from_ascii(origin).unwrap();
        let soa =
            if text.contains(" SOA ") { "" } else { "@ 3600 IN SOA ns.test. hostmaster.test. 7 3600 600 86400 120\n" };
        let text = format!("$TTL 300\n{soa}{text}\n");
        let (origin, records) = Parser::new(text, None, Some(origin)).parse().unwrap();
        let zone = InMemoryZoneHandler::<TokioRuntimeProvider>::new(
            origin.clone(),
            records,
            ZoneType::Primary,
            AxfrPolicy::Deny,
            None,
        );
        catalog.upsert(LowerName::new(&origin), vec![Arc::new(zone.unwrap())]);
    }
    catalog
}

/// A certificate for `dns.test` that nobody else trusts.
fn tls(protocol: &[u8]) -> (Arc<rustls::ServerConfig>, CertificateDer<'static>) {
    let made = rcgen::generate_simple_self_signed(vec!["dns.test".to_owned()]).unwrap();
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let certificate = made.cert.der().clone();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.clone()], key)
        .unwrap();
    config.alpn_protocols = vec![protocol.to_vec()];
    (Arc::new(config), certificate)
}

//! The one way to the name servers: a question goes out, its records or a reason come back.
//!
//! Made with the first permitted question: before that there is no socket. Every question is one packet (or one exchange
//! over TCP, TLS or HTTPS) to one server, tried a second time where nothing came back; an alias is never followed with a
//! packet of its own, as a resolver sends the whole chain. No cache, no prefetch, no search domain, no `/etc/hosts`, no
//! client subnet (RFC 7871). Never decides what a record means: `read` does.
//!
//! Whether an answer is signed is the resolver's word (the AD bit, asked for as RFC 6840 section 5.7 says). It is taken
//! only where nobody on the way could have set it: from a resolver on this machine, or over TLS or HTTPS.

use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use hickory_resolver::config::{ConnectionConfig, NameServerConfig, ProtocolConfig, ResolveHosts, ResolverOpts};
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::net::udp::UdpClientStream;
use hickory_resolver::net::xfer::{DnsExchange, DnsHandle as _, FirstAnswer as _};
use hickory_resolver::net::{DnsError, NetError};
use hickory_resolver::proto::op::{DnsRequest, DnsRequestOptions, Query, ResponseCode};
use hickory_resolver::proto::rr::rdata::SOA;
use hickory_resolver::proto::rr::{Name, Record, RecordType};
use hickory_resolver::system_conf::read_system_conf;
use hickory_resolver::{ConnectionProvider, NameServerPool, PoolContext, TlsConfig};

use super::control::Control;
use crate::facts::Dnssec;
use crate::facts::phrases::reason;
use crate::lookup::{Again, Servers};
use crate::text::Words;

/// The most name servers of the system that are used.
const SERVERS: usize = 8;
/// How often a question goes out in all: a packet may get lost, or the first of several servers be dead.
const TRIES: u32 = 2;

/// The name servers that the user chose, for every provider that asks the DNS. Cheap to share.
pub(crate) struct Resolver {
    servers: Servers,
    timeout: Duration,
    chosen: OnceLock<Option<Chosen>>,
    pool: OnceLock<Option<NameServerPool<Once>>>,
    /// Whether its answers can be believed, where that is asked.
    pub(super) control: Option<Control>,
    #[cfg(test)]
    pub(crate) roots: Vec<rustls::pki_types::CertificateDer<'static>>,
}

/// What the choice means on this machine.
struct Chosen {
    servers: Vec<NameServerConfig>,
    options: ResolverOpts,
    receiver: String,
    /// Nobody between the resolver and this program can change what it says.
    close: bool,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Found {
    /// The answer section, in the order in which it came.
    pub(crate) records: Vec<Record>,
    /// The authority section.
    pub(crate) authorities: Vec<Record>,
    /// The name at the end of its aliases is not there (RCODE 3).
    pub(crate) no_name: bool,
    /// The shortest lifetime in it.
    pub(crate) ttl: Option<u32>,
    /// See the head of this file.
    pub(crate) dnssec: Option<Dnssec>,
}

/// Why there is nothing.
#[derive(Debug)]
pub(crate) enum Nothing {
    /// There is no such record, and whether there is not even the name.
    Absent {
        /// RCODE 3.
        no_name: bool,
        /// For how long that may be believed (RFC 2308).
        ttl: Option<u32>,
        /// The zone that says so.
        zone: Option<Box<Record<SOA>>>,
    },
    /// No answer.
    Failed(Words, Option<Again>),
}

impl Resolver {
    /// A way to `servers` that gives up on a question after `timeout`.
    pub(crate) fn new(servers: Servers, timeout: Duration) -> Self {
        Self {
            servers,
            timeout,
            chosen: OnceLock::new(),
            pool: OnceLock::new(),
            control: None,
            #[cfg(test)]
            roots: Vec::new(),
        }
    }

    /// The same with control questions before an answer is believed: for those whose answers are told to people.
    pub(crate) fn controlled(mut self) -> Self {
        self.control = Some(Control::new());
        self
    }

    /// [`Resolver::ask`], and an answer that the name server made up is none; see `control`.
    pub(super) async fn checked(&self, name: Name, kind: RecordType) -> Result<Found, Nothing> {
        match &self.control {
            Some(control) => control.check(self, self.timeout / TRIES, &name, self.ask(name.clone(), kind)).await,
            None => self.ask(name, kind).await,
        }
    }

    /// What a person has to know of the name servers, by control questions; empty where they can be believed.
    pub(crate) async fn doubts(&self) -> Vec<Words> {
        match &self.control {
            Some(control) => control.words(self, self.timeout / TRIES).await,
            None => Vec::new(),
        }
    }

    /// Whom it asks, for a person. Looks up what the system's choice is; sends nothing.
    pub(crate) fn receiver(&self) -> String {
        self.chosen().map_or_else(|| self.servers.to_string(), |chosen| chosen.receiver.clone())
    }

    /// Asks for the records of one kind at an absolute name. An answer to another question, or to none, is a failure and
    /// never "no such record".
    pub(crate) async fn ask(&self, name: Name, kind: RecordType) -> Result<Found, Nothing> {
        let close = self.chosen().is_some_and(|chosen| chosen.close);
        let Some(pool) = self.pool.get_or_init(|| self.build()) else {
            return Err(Nothing::Failed(reason::NO_RESOLVER, None));
        };
        let mut options = DnsRequestOptions::default();
        // Guessing an answer must also guess the letters' case.
        options.case_randomization = true;
        let mut last = NetError::NoConnections;
        let question = Query::query(name, kind);
        for _ in 0..TRIES {
            let mut request = DnsRequest::from_query(question.clone(), options);
            request.metadata.authentic_data = true;
            match pool.send(request).first_answer().await {
                Ok(response) => {
                    let message = response.into_message();
                    // Over UDP the library waits on for the right one; over a stream it takes whatever has the number.
                    if !matches!(message.queries.as_slice(), [own] if *own == question) {
                        return Err(Nothing::Failed(reason::OTHER_QUESTION, None));
                    }
                    let dnssec = close.then_some(if message.metadata.authentic_data {
                        Dnssec::Secure
                    } else {
                        Dnssec::Indeterminate
                    });
                    let ttl = message.answers.iter().map(|record| record.ttl).min();
                    let no_name = message.metadata.response_code == ResponseCode::NXDomain;
                    let (records, authorities) = (message.answers, message.authorities);
                    return Ok(Found { records, authorities, no_name, ttl, dnssec });
                }
                Err(error @ (NetError::Timeout | NetError::Busy | NetError::Io(_) | NetError::NoConnections)) => {
                    last = error;
                }
                Err(NetError::Dns(DnsError::NoRecordsFound(none))) if *none.query != question => {
                    return Err(Nothing::Failed(reason::OTHER_QUESTION, None));
                }
                Err(error) => return Err(explain(error)),
            }
        }
        Err(explain(last))
    }

    fn chosen(&self) -> Option<&Chosen> {
        self.chosen.get_or_init(|| choose(&self.servers, self.timeout)).as_ref()
    }

    fn build(&self) -> Option<NameServerPool<Once>> {
        let chosen = self.chosen()?;
        let tls = self.tls()?;
        let context = PoolContext::new(chosen.options.clone(), tls);
        let provider = Once(TokioRuntimeProvider::default());
        Some(NameServerPool::from_config(chosen.servers.clone(), Arc::new(context), provider))
    }

    #[cfg(not(test))]
    #[expect(clippy::unused_self, reason = "tests trust certificates of their own")]
    fn tls(&self) -> Option<TlsConfig> {
        TlsConfig::new().ok()
    }

    #[cfg(test)]
    fn tls(&self) -> Option<TlsConfig> {
        let mut tls = TlsConfig::new().ok()?;
        if !self.roots.is_empty() {
            let mut roots = rustls::RootCertStore::empty();
            roots.add_parsable_certificates(self.roots.iter().cloned());
            let provider = Arc::new(rustls::crypto::ring::default_provider());
            let builder = rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
            tls.config = builder.ok()?.with_root_certificates(roots).with_no_client_auth();
        }
        Some(tls)
    }
}

/// The servers to ask; `None` where there is none.
fn choose(servers: &Servers, timeout: Duration) -> Option<Chosen> {
    let (list, receiver, mut options) = match servers {
        Servers::List(list) => {
            (list.iter().map(crate::lookup::Server::config).collect(), servers.to_string(), ResolverOpts::default())
        }
        Servers::System => {
            let (config, options) = read_system_conf().ok()?;
            let mut list = config.into_parts().2;
            list.truncate(SERVERS);
            let names: Vec<String> = list.iter().map(|server| server.ip.to_string()).collect();
            (list, format!("system ({})", names.join(", ")), options)
        }
    };
    if list.is_empty() {
        return None;
    }
    options.timeout = timeout / TRIES;
    options.num_concurrent_reqs = 1;
    options.use_hosts_file = ResolveHosts::Never;
    // The engine caches; asking again must ask.
    options.cache_size = 0;
    options.case_randomization = true;
    let private = |one: &ConnectionConfig| !matches!(one.protocol, ProtocolConfig::Udp | ProtocolConfig::Tcp);
    let close = list.iter().all(|server| server.ip.is_loopback() || server.connections.iter().all(private));
    Some(Chosen { servers: list, options, receiver, close })
}

/// Connections of hickory, save that a packet goes out once: the library would send it again and again while it waits.
#[derive(Clone)]
struct Once(TokioRuntimeProvider);

impl ConnectionProvider for Once {
    type Conn = DnsExchange<TokioRuntimeProvider>;
    type FutureConn = Pin<Box<dyn Future<Output = Result<Self::Conn, NetError>> + Send + 'static>>;
    type RuntimeProvider = TokioRuntimeProvider;

    fn new_connection(
        &self,
        ip: std::net::IpAddr,
        config: &ConnectionConfig,
        context: &PoolContext,
    ) -> Result<Self::FutureConn, NetError> {
        if !matches!(config.protocol, ProtocolConfig::Udp) {
            return self.0.new_connection(ip, config, context);
        }
        let stream = UdpClientStream::builder(std::net::SocketAddr::new(ip, config.port), self.0.clone())
            .with_timeout(Some(context.options.timeout))
            .with_max_retries(1)
            .with_bind_addr(config.bind_addr);
        Ok(Box::pin(async move { Ok(stream.exchange()) }))
    }

    fn runtime_provider(&self) -> &TokioRuntimeProvider {
        &self.0
    }
}

/// What an error says: that there is no such record, or why nobody knows.
fn explain(error: NetError) -> Nothing {
    let soon = Some(Again::Soon);
    let (why, again) = match error {
        NetError::Dns(DnsError::NoRecordsFound(none)) => match none.response_code {
            code @ (ResponseCode::NoError | ResponseCode::NXDomain) => {
                let no_name = code == ResponseCode::NXDomain;
                return Nothing::Absent { no_name, ttl: none.negative_ttl, zone: none.soa };
            }
            ResponseCode::ServFail => (reason::SERVFAIL, soon),
            ResponseCode::Refused => (reason::REFUSED, None),
            _ => (reason::RCODE, None),
        },
        NetError::Dns(DnsError::ResponseCode(code)) => match code {
            ResponseCode::NXDomain => return Nothing::Absent { no_name: true, ttl: None, zone: None },
            ResponseCode::ServFail => (reason::SERVFAIL, soon),
            ResponseCode::Refused => (reason::REFUSED, None),
            _ => (reason::RCODE, None),
        },
        NetError::Timeout | NetError::Busy => (reason::TIMEOUT, soon),
        NetError::Io(error) if error.kind() == std::io::ErrorKind::TimedOut => (reason::TIMEOUT, soon),
        // Truncated: the rest of an answer that did not fit never came.
        NetError::Io(_) | NetError::NoConnections | NetError::Truncated => (reason::UNREACHABLE, soon),
        NetError::QueryCaseMismatch => (reason::OTHER_QUESTION, None),
        NetError::RustlsError(_) | NetError::H2(_) | NetError::Decode(_) | NetError::ParseInt(_) => (reason::TLS, None),
        _ => (reason::MALFORMED, None),
    };
    Nothing::Failed(why, again)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_on_signatures_counts_only_where_nobody_on_the_way_can_write_it() {
        for (servers, close) in [
            ("127.0.0.1", true),
            ("[::1]:5353", true),
            ("192.0.2.53", false),
            ("tls://192.0.2.53#dns.test", true),
            ("https://192.0.2.53/dns-query#dns.test", true),
            ("127.0.0.1, 192.0.2.53", false),
            ("tls://192.0.2.53#dns.test, 127.0.0.1", true),
        ] {
            let chosen = choose(&servers.parse().unwrap(), Duration::from_secs(1)).unwrap();
            assert_eq!(chosen.close, close, "{servers}");
        }
    }
}

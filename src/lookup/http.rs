//! The one HTTP(S) client of the program: one request, one answer, every size and time bounded.
//!
//! It goes nowhere by itself: it follows no redirect, keeps no cookie, sends no referrer, speaks HTTP/1.1 and closes the
//! connection, resumes no TLS session, and reads no proxy from the environment. Where it may connect to says a [`Policy`],
//! checked for the address that is really gone to. What comes back is bounded before and after it is unpacked, and header
//! values are text without control characters. Whoever asks holds a [`Permit`].
//!
//! ```text
//! Client::fetch(Request::get(url), &permit)            -> Response with its body
//! Client::fetch_to(Request::get(url), &permit, &mut s) -> Response, the body goes to a Sink as it comes (downloads)
//! ```

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio_rustls::rustls::RootCertStore;
use url::Url;

use super::dial::{Dialer, Failure};
use super::policy::Policy;
use super::{Permit, Query};
use crate::facts::listing::Certificate;
use crate::facts::phrases::{connection, reason};
use crate::text::Words;

mod body;
mod certificate;
mod exchange;
mod tls;
mod wire;

pub use certificate::certificate;

/// Who asks, where a request does not say otherwise.
pub const IDENTITY: &str = concat!("gosanke/", env!("CARGO_PKG_VERSION"));

/// What is done.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Method {
    /// Asks for the body.
    #[default]
    Get,
    /// Asks for the head only.
    Head,
    /// Sends these bytes.
    Post(Vec<u8>),
}

/// How much may come, and how long it may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of status line and header fields; at least 8,192 (hyper's least buffer).
    pub head: usize,
    /// Bytes of the body after it was unpacked; as it travels it may not be longer either.
    pub body: usize,
    /// From the first packet to the last.
    pub time: Duration,
    /// The longest silence in the middle of a body.
    pub quiet: Duration,
}

impl Default for Limits {
    /// For an answer that somebody waits for: 64 KiB of head, 1 MiB of body, 10 seconds.
    fn default() -> Self {
        Self { head: 64 << 10, body: 1 << 20, time: Duration::from_secs(10), quiet: Duration::from_secs(10) }
    }
}

/// What is asked of a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Trust {
    /// It must be good for the host; else nothing is asked.
    #[default]
    Demand,
    /// It is only written down, with whether it is good. For visits, where a bad one is a finding.
    Record,
}

/// A request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// What is done.
    pub method: Method,
    /// Where; user name, password and fragment are never sent.
    pub url: Url,
    /// Further header fields. `host` and `connection` are set here and cannot be given; `user-agent`, `accept` and
    /// `accept-encoding` replace the usual ones.
    pub headers: Vec<(String, String)>,
    /// How much may come.
    pub limits: Limits,
    /// Where it may go.
    pub policy: Policy,
    /// What is asked of a certificate.
    pub trust: Trust,
}

impl Request {
    /// A GET of a public address with the usual limits.
    #[must_use]
    pub fn get(url: Url) -> Self {
        Self {
            method: Method::Get,
            url,
            headers: Vec::new(),
            limits: Limits::default(),
            policy: Policy::Public,
            trust: Trust::Demand,
        }
    }

    /// With one more header field.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }
}

/// Why a body is not whole, or not what was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// Longer than the limit.
    Bytes,
    /// It took too long, or nothing came for too long.
    Time,
    /// The connection ended in its middle.
    Closed,
    /// The compression is broken; what could be read is there.
    Damaged,
    /// Encoded more than once or in an unknown way: the body is as it came.
    Encoded,
}

impl Cut {
    /// The same in words.
    #[must_use]
    pub fn words(self) -> Words {
        match self {
            Self::Bytes => connection::CUT_BYTES,
            Self::Time => connection::CUT_TIME,
            Self::Closed => connection::CUT_CLOSED,
            Self::Damaged => connection::CUT_DAMAGED,
            Self::Encoded => connection::CUT_ENCODED,
        }
    }
}

/// What the other side showed of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tls {
    /// Its certificates as DER bytes, its own first; at most eight.
    pub chain: Vec<Vec<u8>>,
    /// Good for the host by the roots that browsers know; else why not, in English (`phrases`).
    pub verified: Result<(), String>,
}

impl Tls {
    /// Its own certificate, read.
    #[must_use]
    pub fn certificate(&self) -> Option<Certificate> {
        self.chain.first().and_then(|der| certificate(der))
    }
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// HTTP status.
    pub status: u16,
    /// Header fields in the order in which they came, names in lower case, values without control characters.
    pub headers: Vec<(String, String)>,
    /// The body, unpacked; empty where it went to a [`Sink`].
    pub body: Vec<u8>,
    /// Why the body is not whole.
    pub cut: Option<Cut>,
    /// Who answered; `None` behind a proxy.
    pub peer: Option<SocketAddr>,
    /// The secure connection, for https.
    pub tls: Option<Tls>,
}

impl Response {
    /// The first field of a name in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str())
    }

    /// The body as text: UTF-8 with damage replaced.
    #[must_use]
    pub fn text(&self) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(&self.body)
    }

    /// How long the service asks to wait (`Retry-After` in seconds, RFC 9110 section 10.2.3), at most a day.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        let seconds: u64 = self.header("retry-after")?.trim().parse().ok()?;
        Some(Duration::from_secs(seconds.min(86_400)))
    }
}

/// Where a body goes as it comes.
pub trait Sink: Send {
    /// The head has come, before the first byte of the body. False ends the exchange there.
    fn head(&mut self, response: &Response) -> bool {
        let _ = response;
        true
    }

    /// The next bytes, unpacked.
    ///
    /// # Errors
    /// Where they cannot be kept: the exchange ends with [`connection::NOT_KEPT`].
    fn take(&mut self, bytes: &[u8]) -> std::io::Result<()>;
}

impl Sink for Vec<u8> {
    fn take(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.extend_from_slice(bytes);
        Ok(())
    }
}

/// The client. Cheap to clone.
#[derive(Clone)]
pub struct Client {
    dialer: Dialer,
    tls: Arc<tls::Configs>,
}

impl Client {
    /// A client that opens its connections by `dialer` and trusts the roots that browsers trust. Opens nothing yet.
    #[must_use]
    pub(crate) fn new(dialer: Dialer) -> Self {
        Self::trusting(dialer, tls::roots())
    }

    /// As [`Client::new`] with other roots.
    pub(crate) fn trusting(dialer: Dialer, roots: RootCertStore) -> Self {
        Self { dialer, tls: Arc::new(tls::Configs::new(roots)) }
    }

    /// Everything goes through a proxy, which resolves the names.
    #[must_use]
    pub fn has_proxy(&self) -> bool {
        self.dialer.has_proxy()
    }

    /// The questions that go out before a request to a host, for a plan; none where a proxy finds its addresses.
    #[must_use]
    pub fn announces(&self, host: &str) -> Vec<Query> {
        self.dialer.announces(host)
    }

    /// Asks, and keeps the body.
    ///
    /// # Errors
    /// Where no head of an answer came. A body that broke off is an answer with [`Response::cut`].
    pub async fn fetch(&self, request: Request, permit: &Permit) -> Result<Response, Failure> {
        let mut body = Vec::new();
        let mut response = self.fetch_to(request, permit, &mut body).await?;
        response.body = body;
        Ok(response)
    }

    /// Asks, and hands the body on as it comes.
    ///
    /// # Errors
    /// As [`Client::fetch`], and where the sink cannot keep the body.
    pub async fn fetch_to(&self, request: Request, permit: &Permit, sink: &mut dyn Sink) -> Result<Response, Failure> {
        let deadline = tokio::time::Instant::now() + request.limits.time;
        let secure = match request.url.scheme() {
            "https" => true,
            "http" => false,
            _ => return Err(Failure::Because(connection::ADDRESS)),
        };
        let head = self.head(&request, secure, permit);
        let (mut response, incoming) = match tokio::time::timeout_at(deadline, head).await {
            Ok(outcome) => outcome?,
            Err(_) => return Err(Failure::Because(reason::TIMEOUT)),
        };
        if sink.head(&response) {
            response.cut = incoming.read(&response, request.limits, deadline, sink).await?;
        }
        Ok(response)
    }

    /// Connects, sends the request and reads the head of the answer.
    async fn head(
        &self,
        request: &Request,
        secure: bool,
        permit: &Permit,
    ) -> Result<(Response, exchange::Incoming), Failure> {
        let url = &request.url;
        let outgoing = exchange::outgoing(request)?;
        let (Some(host), Some(port)) = (url.host(), url.port_or_known_default()) else {
            return Err(Failure::Because(connection::ADDRESS));
        };
        let dialed = self.dialer.dial(&host, port, request.policy, permit).await?;
        let (stream, tls): (Box<dyn wire::Stream>, _) = if secure {
            let (stream, tls) = self.tls.shake_hands(dialed.stream, &host, request.trust).await?;
            (Box::new(stream), Some(tls))
        } else {
            (Box::new(dialed.stream), None)
        };
        exchange::send(stream, outgoing, request.limits, dialed.peer, tls).await
    }
}

/// What the bytes of an answer are read as. Nothing is asked of anybody: they come from memory.
#[cfg(feature = "fuzzing")]
pub(super) fn of_bytes(bytes: &[u8]) -> Option<Response> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().ok()?;
    let url = Url::parse("http://service.test/").ok()?;
    runtime.block_on(async {
        let (mut server, stream) = tokio::io::duplex(bytes.len().max(1 << 20));
        tokio::io::AsyncWriteExt::write_all(&mut server, bytes).await.ok()?;
        tokio::io::AsyncWriteExt::shutdown(&mut server).await.ok()?;
        let outgoing = exchange::outgoing(&Request::get(url)).ok()?;
        let limits = Limits::default();
        let (mut response, incoming) = exchange::send(Box::new(stream), outgoing, limits, None, None).await.ok()?;
        let deadline = tokio::time::Instant::now() + limits.time;
        let mut body = Vec::new();
        response.cut = incoming.read(&response, limits, deadline, &mut body).await.ok()?;
        response.body = body;
        Some(response)
    })
}

#[cfg(test)]
mod tests;

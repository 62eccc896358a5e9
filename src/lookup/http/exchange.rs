//! One request and its answer over an open connection, through hyper. The connection lives no longer than the exchange.

use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;

use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming as HyperBody};
use hyper::client::conn::http1;
use hyper::header::{HeaderName, HeaderValue};
use hyper::{HeaderMap, Uri};
use hyper_util::rt::TokioIo;
use tokio::time::Instant;
use url::Url;

use super::body::Unpacker;
use super::wire::{Allowance, Stream, Wire};
use super::{Cut, IDENTITY, Limits, Method, Request, Response, Sink, Tls};
use crate::facts::phrases::connection;
use crate::lookup::dial::Failure;

/// The most header fields of an answer.
const FIELDS: usize = 256;
/// hyper's least buffer.
const LEAST: usize = 8_192;
/// The longest part of a URL that hyper's type holds.
const PATH: usize = 60_000;

type Outgoing = hyper::Request<Full<Bytes>>;
type Connection = Pin<Box<http1::Connection<TokioIo<Wire>, Full<Bytes>>>>;

/// The request as hyper sends it.
pub(super) fn outgoing(request: &Request) -> Result<Outgoing, Failure> {
    let refused = || Failure::Because(connection::ADDRESS);
    let target = target(&request.url).ok_or_else(refused)?;
    let (method, body) = match &request.method {
        Method::Get => (hyper::Method::GET, Bytes::new()),
        Method::Head => (hyper::Method::HEAD, Bytes::new()),
        Method::Post(bytes) => (hyper::Method::POST, Bytes::copy_from_slice(bytes)),
    };
    let mut fields = HeaderMap::new();
    let host = authority(&request.url).ok_or_else(refused)?;
    for (name, value) in
        [("host", host.as_str()), ("user-agent", IDENTITY), ("accept", "*/*"), ("accept-encoding", "gzip, deflate")]
    {
        fields.insert(HeaderName::from_static(name), HeaderValue::from_str(value).map_err(|_| refused())?);
    }
    for (name, value) in &request.headers {
        let name = HeaderName::try_from(name.as_str()).map_err(|_| refused())?;
        let mut value = HeaderValue::from_str(value).map_err(|_| refused())?;
        // May be a key.
        value.set_sensitive(true);
        fields.insert(name, value);
    }
    fields.insert(hyper::header::HOST, HeaderValue::from_str(&host).map_err(|_| refused())?);
    fields.insert(hyper::header::CONNECTION, HeaderValue::from_static("close"));
    let mut outgoing = hyper::Request::new(Full::new(body));
    *outgoing.method_mut() = method;
    *outgoing.uri_mut() = target;
    *outgoing.headers_mut() = fields;
    Ok(outgoing)
}

/// Path and query, with the few characters escaped that browsers send as they are and hyper does not.
fn target(url: &Url) -> Option<Uri> {
    let mut text = String::from(url.path());
    if let Some(query) = url.query() {
        text.push('?');
        text.push_str(query);
    }
    if text.len() > PATH {
        return None;
    }
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}' | 0..=b' ' | 0x7f.. => {
                escaped.push_str(&format!("%{byte:02X}"));
            }
            _ => escaped.push(char::from(byte)),
        }
    }
    escaped.parse().ok()
}

/// Host, and the port where it is not the usual one.
fn authority(url: &Url) -> Option<String> {
    let host = url.host_str()?;
    Some(url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")))
}

/// The body that is still to come.
pub(super) struct Incoming {
    connection: Connection,
    /// The connection has come to its end; the body may still be in hand.
    over: bool,
    body: HyperBody,
    allowance: Allowance,
}

/// Sends the request and reads the head of the answer.
pub(super) async fn send(
    stream: Box<dyn Stream>,
    outgoing: Outgoing,
    limits: Limits,
    peer: Option<SocketAddr>,
    tls: Option<Tls>,
) -> Result<(Response, Incoming), Failure> {
    let head = limits.head.max(LEAST);
    // Interim answers (1xx) come before the head and are read away.
    let allowance = Allowance::new(head.saturating_mul(2));
    let io = TokioIo::new(Wire { stream, allowance: allowance.clone() });
    let (mut sender, connection) = http1::Builder::new()
        .max_buf_size(head)
        .max_header_size(head)
        .max_headers(FIELDS)
        .ignore_invalid_headers_in_responses(true)
        .allow_obsolete_multiline_headers_in_responses(true)
        .allow_spaces_after_header_name_in_responses(true)
        .handshake(io)
        .await
        .map_err(|_| Failure::Because(connection::CLOSED))?;
    let mut connection: Connection = Box::pin(connection);
    let mut over = false;
    let answer = beside(&mut connection, &mut over, sender.send_request(outgoing)).await;
    let answer = answer.map_err(|error| explain(&error, &allowance))?;
    let (parts, body) = answer.into_parts();
    let headers = parts.headers.iter().map(|(name, value)| (name.as_str().to_owned(), printable(value))).collect();
    // A body of small chunks travels with half as much again around it.
    allowance.add(limits.body.saturating_add(limits.body / 2).saturating_add(head));
    let status = parts.status.as_u16();
    let response = Response { status, headers, body: Vec::new(), cut: None, peer, tls };
    Ok((response, Incoming { connection, over, body, allowance }))
}

impl Incoming {
    /// Reads the body to its end or to a limit.
    pub(super) async fn read(
        mut self,
        response: &Response,
        limits: Limits,
        deadline: Instant,
        sink: &mut dyn Sink,
    ) -> Result<Option<Cut>, Failure> {
        let (mut unpacker, encoded) = Unpacker::new(response, limits.body);
        loop {
            let until = deadline.min(Instant::now() + limits.quiet);
            let next = beside(&mut self.connection, &mut self.over, self.body.frame());
            let frame = match tokio::time::timeout_at(until, next).await {
                Err(_) => return Ok(Some(Cut::Time)),
                Ok(None) => return Ok(unpacker.finish(sink)?.or(encoded)),
                Ok(Some(Err(_))) if self.allowance.spent() => return Ok(Some(Cut::Bytes)),
                Ok(Some(Err(_))) => return Ok(Some(Cut::Closed)),
                Ok(Some(Ok(frame))) => frame,
            };
            // Frames that are at hand never wait, so the time has to be looked at here as well.
            if Instant::now() >= deadline {
                return Ok(Some(Cut::Time));
            }
            if let Some(bytes) = frame.data_ref()
                && let Some(cut) = unpacker.take(bytes, sink)?
            {
                return Ok(Some(cut));
            }
        }
    }
}

/// Drives the connection while `work` waits for it.
async fn beside<F: Future>(connection: &mut Connection, over: &mut bool, work: F) -> F::Output {
    tokio::pin!(work);
    loop {
        tokio::select! {
            biased;
            done = &mut work => return done,
            _ = connection.as_mut(), if !*over => *over = true,
        }
    }
}

fn explain(error: &hyper::Error, allowance: &Allowance) -> Failure {
    Failure::Because(if allowance.spent() || error.to_string().contains("too large") {
        connection::HEAD
    } else if error.is_parse() || error.is_parse_status() {
        connection::MALFORMED
    } else {
        connection::CLOSED
    })
}

/// UTF-8, or Latin-1 as RFC 9110 section 5.5 leaves it, each control character as a replacement character.
fn printable(value: &HeaderValue) -> String {
    let bytes = value.as_bytes();
    let visible = |c: char| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c };
    match std::str::from_utf8(bytes) {
        Ok(text) => text.chars().map(visible).collect(),
        Err(_) => bytes.iter().map(|byte| visible(char::from(*byte))).collect(),
    }
}

//! The one place that opens a TCP connection for HTTP and WHOIS: resolves a host once, checks every address, and
//! connects to an address that was checked.
//!
//! As the address that was checked is the one that is gone to, a name that answers otherwise the second time (DNS
//! rebinding) gains nothing. With a [`Proxy`] the name goes to the proxy as it is, and no DNS question is asked here. Never
//! looks at the environment for a proxy, never reads a hosts file.

use std::future::Future;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpStream;
use url::Host as UrlHost;

use super::name::{self, Host};
use super::policy::Policy;
use super::{Again, Outcome, Permit, Provider, Query};
use crate::facts::phrases::{connection, reason};
use crate::facts::{Answer, Key, State};
use crate::text::Words;

mod proxy;

pub use proxy::Proxy;

/// The most addresses of a host that are tried.
const TRIED: usize = 4;
/// How long one of several addresses may keep the others waiting.
const CONNECT: Duration = Duration::from_secs(4);

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// The host's name cannot be asked for, or could not be found; a sentence of `phrases`.
    Name(String),
    /// The host has this address, which the policy refuses.
    NotPublic(IpAddr),
    /// The reason is one of the sentences of [`connection`].
    Because(Words),
    /// The server asks to wait.
    Wait(Duration),
}

impl Failure {
    /// The reason in English, as a fact carries it.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Name(why) => why.clone(),
            Self::NotPublic(address) => format!("{}; {address}", connection::NOT_PUBLIC.en),
            Self::Because(words) => words.en.to_owned(),
            Self::Wait(_) => connection::WAIT.en.to_owned(),
        }
    }

    /// When another try may bring more; `None` where it would not.
    #[must_use]
    pub fn again(&self) -> Option<Again> {
        match self {
            Self::Wait(time) => Some(Again::After(*time)),
            Self::Because(words) => PASSING.iter().any(|one| one.en == words.en).then_some(Again::Soon),
            Self::Name(why) => {
                [reason::TIMEOUT, reason::SERVFAIL].iter().any(|one| one.en == why).then_some(Again::Soon)
            }
            Self::NotPublic(_) => None,
        }
    }

    /// An outcome that says so.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        Outcome { state: State::Failed(self.text()), again: self.again(), ..Outcome::default() }
    }
}

/// What may be otherwise a moment later.
const PASSING: [Words; 4] = [reason::TIMEOUT, connection::CLOSED, connection::UNREACHABLE, connection::NO_ROOM];

/// An answer to the question which addresses a host has.
pub(crate) type Resolved = Pin<Box<dyn Future<Output = Result<Vec<IpAddr>, Failure>> + Send>>;

/// Finds the addresses of a host.
pub(crate) trait Resolve: Send + Sync {
    /// The addresses of `host`, a name without trailing dot. The permit is spent with the question.
    fn resolve(&self, host: &str, permit: Permit) -> Resolved;

    /// Whom it asks, for a person.
    fn receiver(&self) -> String {
        String::new()
    }
}

/// Asks the provider that answers [`Key::Addresses`], so that connections follow the user's choice of resolver.
pub(crate) struct ByProvider(pub(crate) Arc<dyn Provider>);

impl Resolve for ByProvider {
    fn resolve(&self, host: &str, permit: Permit) -> Resolved {
        let work = self.0.run(&Key::Addresses(host.to_owned()), permit);
        Box::pin(async move {
            match work.await.state {
                State::Value(Answer::Addresses(found)) => Ok(found),
                State::Failed(why) => Err(Failure::Name(why)),
                _ => Err(Failure::Because(connection::NO_ADDRESS)),
            }
        })
    }

    fn receiver(&self) -> String {
        self.0.receiver(&Key::Addresses(String::new()))
    }
}

/// Opens connections.
#[derive(Clone)]
pub(crate) struct Dialer {
    resolve: Arc<dyn Resolve>,
    proxy: Option<Proxy>,
    #[cfg(test)]
    detour: Option<Detour>,
}

/// Where an address really is, for tests that play the Internet.
#[cfg(test)]
pub(crate) type Detour = Arc<dyn Fn(SocketAddr) -> SocketAddr + Send + Sync>;

/// An open connection.
pub(crate) struct Dialed {
    pub(crate) stream: TcpStream,
    /// The address at its other end; `None` behind a proxy, which does not tell.
    pub(crate) peer: Option<SocketAddr>,
}

impl Dialer {
    pub(crate) fn new(resolve: Arc<dyn Resolve>, proxy: Option<Proxy>) -> Self {
        Self {
            resolve,
            proxy,
            #[cfg(test)]
            detour: None,
        }
    }

    /// The same with a detour.
    #[cfg(test)]
    pub(crate) fn with_detour(self, detour: Option<Detour>) -> Self {
        Self { detour, ..self }
    }

    /// Everything goes through a proxy.
    pub(crate) fn has_proxy(&self) -> bool {
        self.proxy.is_some()
    }

    /// The questions that go out before a connection to a host, for a plan: which addresses it has. None where a proxy
    /// finds that out.
    pub(crate) fn announces(&self, host: &str) -> Vec<Query> {
        match name::host(host) {
            Host::Name(name) if !self.has_proxy() => {
                let query = |kind| Query { receiver: self.resolve.receiver(), asks: format!("{kind} {name}") };
                vec![query("A"), query("AAAA")]
            }
            _ => Vec::new(),
        }
    }

    /// Connects to a host as the `url` crate spells it. Has no time limit of its own beyond that of one of several
    /// addresses; the caller sets one.
    ///
    /// # Errors
    /// Where the name, an address or the port is refused, or nobody answers.
    pub(crate) async fn dial(
        &self,
        host: &UrlHost<&str>,
        port: u16,
        policy: Policy,
        permit: &Permit,
    ) -> Result<Dialed, Failure> {
        if !policy.port(port) {
            return Err(Failure::Because(connection::PORT));
        }
        let target = target(host, policy, self.has_proxy())?;
        if let Some(proxy) = &self.proxy {
            match &target {
                Target::Name(name) => return proxy.to_name(name, port).await,
                // A server that the user named inside the own network is not behind the proxy.
                Target::Address(address) if super::policy::global(*address) => {
                    return proxy.to_address(*address, port).await;
                }
                Target::Address(_) => {}
            }
        }
        let addresses = match target {
            Target::Address(address) => vec![address],
            Target::Name(name) => self.addresses(&name, policy, permit).await?,
        };
        #[cfg(test)]
        let detour = self.detour.as_ref();
        #[cfg(not(test))]
        let detour: Option<&fn(SocketAddr) -> SocketAddr> = None;
        connect(&addresses, port, |peer| detour.map_or(peer, |detour| detour(peer))).await
    }

    async fn addresses(&self, name: &str, policy: Policy, permit: &Permit) -> Result<Vec<IpAddr>, Failure> {
        let found = self.resolve.resolve(name, permit.again()).await?;
        let mut refused = None;
        let mut allowed = Vec::new();
        for address in found {
            match policy.address(address) {
                Some(address) => allowed.push(address),
                None => refused = Some(address),
            }
        }
        allowed.truncate(TRIED);
        match (allowed.is_empty(), refused) {
            (false, _) => Ok(allowed),
            (true, Some(address)) => Err(Failure::NotPublic(address)),
            (true, None) => Err(Failure::Because(connection::NO_ADDRESS)),
        }
    }
}

enum Target {
    Name(String),
    Address(IpAddr),
}

fn target(host: &UrlHost<&str>, policy: Policy, proxied: bool) -> Result<Target, Failure> {
    let address = match host {
        UrlHost::Ipv4(four) => IpAddr::V4(*four),
        UrlHost::Ipv6(six) => IpAddr::V6(*six),
        UrlHost::Domain("localhost") if policy == Policy::Anywhere => IpAddr::V4(Ipv4Addr::LOCALHOST),
        UrlHost::Domain(text) => {
            // Onion names are for the proxy alone; in the DNS they would only tell that somebody looked.
            if proxied && onion(text) {
                return Ok(Target::Name(text.trim_end_matches('.').to_owned()));
            }
            match name::host(text) {
                Host::Name(name) => return Ok(Target::Name(name.trim_end_matches('.').to_owned())),
                Host::Address(address) => address,
                Host::Refused(why) => return Err(Failure::Name(why.en.to_owned())),
            }
        }
    };
    policy.address(address).map(Target::Address).ok_or(Failure::NotPublic(address))
}

/// A name below `onion` (RFC 7686) that is otherwise a host name.
fn onion(text: &str) -> bool {
    let name = text.strip_suffix('.').unwrap_or(text);
    name.strip_suffix(".onion").is_some_and(|front| matches!(name::host(&format!("{front}.test")), Host::Name(_)))
}

async fn connect(addresses: &[IpAddr], port: u16, way: impl Fn(SocketAddr) -> SocketAddr) -> Result<Dialed, Failure> {
    let mut failure = Failure::Because(connection::UNREACHABLE);
    for (index, address) in addresses.iter().enumerate() {
        let peer = SocketAddr::new(*address, port);
        let attempt = TcpStream::connect(way(peer));
        // The last one may use all the time that is left.
        let outcome = if index + 1 == addresses.len() {
            attempt.await
        } else {
            let Ok(outcome) = tokio::time::timeout(CONNECT, attempt).await else {
                failure = Failure::Because(reason::TIMEOUT);
                continue;
            };
            outcome
        };
        match outcome {
            Ok(stream) => {
                // One small request and its answer: nothing is gained by waiting to fill a packet.
                let _ = stream.set_nodelay(true);
                return Ok(Dialed { stream, peer: Some(peer) });
            }
            Err(error) if no_room(&error) => failure = Failure::Because(connection::NO_ROOM),
            Err(_) => failure = Failure::Because(connection::UNREACHABLE),
        }
    }
    Err(failure)
}

/// This machine has no more files or ports to give.
fn no_room(error: &std::io::Error) -> bool {
    matches!(error.kind(), std::io::ErrorKind::AddrInUse | std::io::ErrorKind::AddrNotAvailable)
        || matches!(error.raw_os_error(), Some(23 | 24))
}

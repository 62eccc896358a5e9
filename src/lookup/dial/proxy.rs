//! SOCKS5 (RFC 1928) with user name and password (RFC 1929): names travel to the proxy as they are, so that Tor or an
//! analyst's gateway resolves them and no DNS question shows the hand.
//!
//! `socks5h://user:password@127.0.0.1:9050`; `socks5://` means the same here. Its host is an address, as a name would have
//! to be asked for first.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::str::FromStr;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::{Dialed, Failure};
use crate::facts::phrases::connection;
use crate::text::Words;

/// The port where none is given (RFC 1928 section 3).
const PORT: u16 = 1080;

const NO_PROXY: Words = Words::new(
    "not a proxy: write socks5h://127.0.0.1:9050 (an address, not a name)",
    "プロキシの指定ではありません。socks5h://127.0.0.1:9050 のように書いてください（名前ではなくアドレス）",
);

/// A SOCKS5 server.
#[derive(Clone, PartialEq, Eq)]
pub struct Proxy {
    address: SocketAddr,
    login: Option<(String, String)>,
}

impl FromStr for Proxy {
    type Err = Words;

    fn from_str(text: &str) -> Result<Self, Words> {
        let wrong = || NO_PROXY;
        let rest = text.strip_prefix("socks5h://").or_else(|| text.strip_prefix("socks5://")).ok_or_else(wrong)?;
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        let (login, host) = rest.rsplit_once('@').map_or((None, rest), |(login, host)| (Some(login), host));
        let login = match login {
            None => None,
            Some(login) => {
                let (user, password) = login.split_once(':').ok_or_else(wrong)?;
                let fits = |text: &str| (1..=255).contains(&text.len());
                if !fits(user) || !fits(password) {
                    return Err(wrong());
                }
                Some((user.to_owned(), password.to_owned()))
            }
        };
        let host = host.replace("localhost", "127.0.0.1");
        let bare = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(&host);
        let address = host
            .parse()
            .ok()
            .or_else(|| bare.parse::<IpAddr>().ok().map(|address| SocketAddr::new(address, PORT)))
            .filter(|address: &SocketAddr| address.port() != 0)
            .ok_or_else(wrong)?;
        Ok(Self { address, login })
    }
}

/// Without user and password, which belong on no screen.
impl fmt::Display for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "socks5h://{}", self.address)
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Proxy {
    /// A proxy at which nobody listens: for a setting that cannot be read, so that nothing goes out past it.
    #[must_use]
    pub fn nowhere() -> Self {
        Self { address: SocketAddr::from(([0, 0, 0, 0], 0)), login: None }
    }

    /// Connects to a name through the proxy.
    pub(super) async fn to_name(&self, name: &str, port: u16) -> Result<Dialed, Failure> {
        let length = u8::try_from(name.len()).map_err(|_| Failure::Because(connection::PROXY))?;
        let mut target = vec![3, length];
        target.extend(name.bytes());
        self.connect(&target, port).await
    }

    /// Connects to an address through the proxy.
    pub(super) async fn to_address(&self, address: IpAddr, port: u16) -> Result<Dialed, Failure> {
        let target = match address {
            IpAddr::V4(four) => [&[1][..], &four.octets()].concat(),
            IpAddr::V6(six) => [&[4][..], &six.octets()].concat(),
        };
        self.connect(&target, port).await
    }

    async fn connect(&self, target: &[u8], port: u16) -> Result<Dialed, Failure> {
        let mut stream =
            TcpStream::connect(self.address).await.map_err(|_| Failure::Because(connection::PROXY_AWAY))?;
        let _ = stream.set_nodelay(true);
        self.greet(&mut stream, target, port).await?;
        Ok(Dialed { stream, peer: None })
    }

    async fn greet(&self, stream: &mut TcpStream, target: &[u8], port: u16) -> Result<(), Failure> {
        let broken = |_: std::io::Error| Failure::Because(connection::PROXY);
        let method = if self.login.is_some() { 2 } else { 0 };
        stream.write_all(&[5, 1, method]).await.map_err(broken)?;
        let mut chosen = [0; 2];
        stream.read_exact(&mut chosen).await.map_err(broken)?;
        if chosen != [5, method] {
            return Err(Failure::Because(connection::PROXY_REFUSES));
        }
        if let Some((user, password)) = &self.login {
            let mut packet = vec![1];
            for text in [user, password] {
                packet.push(text.len() as u8);
                packet.extend(text.bytes());
            }
            stream.write_all(&packet).await.map_err(broken)?;
            let mut said = [0; 2];
            stream.read_exact(&mut said).await.map_err(broken)?;
            let [_, status] = said;
            if status != 0 {
                return Err(Failure::Because(connection::PROXY_REFUSES));
            }
        }
        let mut packet = vec![5, 1, 0];
        packet.extend(target);
        packet.extend(port.to_be_bytes());
        stream.write_all(&packet).await.map_err(broken)?;
        let mut head = [0; 4];
        stream.read_exact(&mut head).await.map_err(broken)?;
        let [version, status, _, kind] = head;
        if version != 5 {
            return Err(Failure::Because(connection::PROXY));
        }
        // RFC 1928 section 6.
        match status {
            0 => {}
            2 => return Err(Failure::Because(connection::PROXY_REFUSES)),
            3..=6 => return Err(Failure::Because(connection::UNREACHABLE)),
            _ => return Err(Failure::Because(connection::PROXY)),
        }
        // The address bound at the proxy says nothing of the server; it is only read away.
        let length = match kind {
            1 => size_of::<Ipv4Addr>(),
            4 => 16,
            3 => usize::from(stream.read_u8().await.map_err(broken)?),
            _ => return Err(Failure::Because(connection::PROXY)),
        };
        let mut rest = vec![0; length + 2];
        stream.read_exact(&mut rest).await.map_err(broken)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_is_read_and_never_shows_its_password() {
        for (text, shown) in [
            ("socks5h://127.0.0.1:9050", "socks5h://127.0.0.1:9050"),
            ("socks5://localhost:9150/", "socks5h://127.0.0.1:9150"),
            ("socks5h://192.0.2.7", "socks5h://192.0.2.7:1080"),
            ("socks5h://[2001:db8::7]:9050", "socks5h://[2001:db8::7]:9050"),
            ("socks5h://[2001:db8::7]", "socks5h://[2001:db8::7]:1080"),
            ("socks5h://me:p@ss:word@127.0.0.1:9050", "socks5h://127.0.0.1:9050"),
        ] {
            let proxy: Proxy = text.parse().unwrap();
            assert_eq!((proxy.to_string().as_str(), format!("{proxy:?}").as_str()), (shown, shown), "{text}");
        }
        let proxy: Proxy = "socks5h://me:p@ss:word@127.0.0.1:9050".parse().unwrap();
        assert_eq!(proxy.login, Some(("me".into(), "p@ss:word".into())));
        for text in [
            "",
            "127.0.0.1:9050",
            "http://127.0.0.1:8080",
            "socks4://127.0.0.1:1080",
            "socks5h://proxy.example:1080",
            "socks5h://127.0.0.1:0",
            "socks5h://127.0.0.1:99999",
            "socks5h://me@127.0.0.1:1080",
            "socks5h://:@127.0.0.1:1080",
        ] {
            assert!(text.parse::<Proxy>().is_err(), "{text}");
        }
    }
}

//! Which name servers are asked: `system`, or a list of servers the user wrote.
//!
//! ```text
//! system                                   what /etc/resolv.conf names
//! 192.0.2.53, 192.0.2.54:5353, [2001:db8::53]:53
//! tls://9.9.9.9#dns.quad9.net              DNS over TLS (RFC 7858), port 853
//! https://9.9.9.9/dns-query#dns.quad9.net  DNS over HTTPS (RFC 8484), port 443
//! ```
//!
//! Servers are written as addresses, so that no name has to be asked for first; the name behind `#` is the one that the
//! certificate must carry. Nothing is opened here.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;
use std::sync::Arc;

use hickory_resolver::config::{ConnectionConfig, NameServerConfig};

use crate::text::{Sentence, Words};

/// The most servers in a list.
const MOST: usize = 8;

const NO_SERVER: Words = Words::new(
    "no name server is given; write `system` or an address",
    "DNS サーバーの指定がありません。`system` かアドレスを書いてください",
);
const TOO_MANY: Words = Words::new("more than {0} name servers", "DNS サーバーは {0} 台までです");
const NO_ADDRESS: Words = Words::new(
    "not an address; write 192.0.2.53 or [2001:db8::53]:53",
    "アドレスではありません。192.0.2.53 や [2001:db8::53]:53 のように書いてください",
);
const ONLY_SECURE: Words = Words::new(
    "a path or a name only goes with tls:// or https://",
    "パスや名前を付けられるのは tls:// と https:// だけです",
);
const NO_NAME: Words = Words::new("the name behind # is no host name", "# の後ろがホスト名ではありません");
const NO_PATH: Words = Words::new("tls:// takes no path", "tls:// にパスは付けられません");
const NOT_ASCII: Words = Words::new("the path is not plain ASCII", "パスに使えるのは ASCII の文字だけです");

/// The user's choice of name servers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Servers {
    /// Those of the operating system.
    #[default]
    System,
    /// These, one at a time; where one does not answer, another is asked.
    List(Vec<Server>),
}

/// One name server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    address: IpAddr,
    port: u16,
    transport: Transport,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Transport {
    /// UDP, and TCP where the answer does not fit.
    Plain,
    Tls {
        name: String,
    },
    Https {
        name: String,
        path: String,
    },
}

impl Servers {
    /// Nobody is asked: for a setting that cannot be read, so that no question goes to somebody else.
    #[must_use]
    pub const fn nowhere() -> Self {
        Self::List(Vec::new())
    }
}

impl FromStr for Servers {
    type Err = Sentence;

    fn from_str(text: &str) -> Result<Self, Sentence> {
        let words: Vec<&str> = text.split([',', ' ', '\t']).map(str::trim).filter(|word| !word.is_empty()).collect();
        match words.as_slice() {
            [] => Err(NO_SERVER.into()),
            ["system"] => Ok(Self::System),
            list if list.len() > MOST => Err(Sentence::new(TOO_MANY, [MOST.into()])),
            list => list.iter().map(|word| word.parse()).collect::<Result<_, _>>().map(Self::List),
        }
    }
}

impl FromStr for Server {
    type Err = Sentence;

    fn from_str(text: &str) -> Result<Self, Sentence> {
        let wrong = |why: Words| Sentence::new(Words::new("{0}: {1}", "{0}: {1}"), [text.into(), why.into()]);
        let (rest, default, secure) = if let Some(rest) = text.strip_prefix("tls://") {
            (rest, 853, true)
        } else if let Some(rest) = text.strip_prefix("https://") {
            (rest, 443, true)
        } else {
            (text, 53, false)
        };
        let (rest, name) = match rest.split_once('#') {
            Some((rest, name)) => (rest, Some(name)),
            None => (rest, None),
        };
        let (server, path) = match rest.find('/') {
            Some(at) => rest.split_at(at),
            None => (rest, ""),
        };
        let (address, port) = endpoint(server, default).ok_or_else(|| wrong(NO_ADDRESS))?;
        if !secure {
            return match (path, name) {
                ("", None) => Ok(Self { address, port, transport: Transport::Plain }),
                _ => Err(wrong(ONLY_SECURE)),
            };
        }
        // Without a name, the certificate must carry the address itself.
        let name = name.map_or_else(|| address.to_string(), ToOwned::to_owned);
        if !matches!(super::name::host(&name), super::name::Host::Name(_) | super::name::Host::Address(_)) {
            return Err(wrong(NO_NAME));
        }
        let transport = match (text.starts_with("tls://"), path) {
            (true, "") => Transport::Tls { name },
            (true, _) => return Err(wrong(NO_PATH)),
            (false, "") => Transport::Https { name, path: "/dns-query".to_owned() },
            (false, path) if path.bytes().all(|byte| byte.is_ascii_graphic()) => {
                Transport::Https { name, path: path.to_owned() }
            }
            (false, _) => return Err(wrong(NOT_ASCII)),
        };
        Ok(Self { address, port, transport })
    }
}

/// `ip`, `v4:port`, `[v6]:port`.
fn endpoint(text: &str, port: u16) -> Option<(IpAddr, u16)> {
    if let Ok(address) = text.parse() {
        return Some((address, port));
    }
    if let Ok(socket) = text.parse::<SocketAddr>() {
        return (socket.port() != 0).then(|| (socket.ip(), socket.port()));
    }
    let bare = text.strip_prefix('[')?.strip_suffix(']')?;
    bare.parse().ok().map(|address| (address, port))
}

impl Server {
    /// For the resolver.
    pub(crate) fn config(&self) -> NameServerConfig {
        let mut connections = match &self.transport {
            Transport::Plain => vec![ConnectionConfig::udp(), ConnectionConfig::tcp()],
            Transport::Tls { name } => vec![ConnectionConfig::tls(Arc::from(name.as_str()))],
            Transport::Https { name, path } => {
                vec![ConnectionConfig::https(Arc::from(name.as_str()), Some(Arc::from(path.as_str())))]
            }
        };
        for connection in &mut connections {
            connection.port = self.port;
        }
        NameServerConfig::new(self.address, true, connections)
    }
}

impl fmt::Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let socket = SocketAddr::new(self.address, self.port);
        match &self.transport {
            Transport::Plain => write!(f, "{socket}"),
            Transport::Tls { name } => write!(f, "tls://{socket}#{name}"),
            Transport::Https { name, path } => write!(f, "https://{socket}{path}#{name}"),
        }
    }
}

impl fmt::Display for Servers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::System => f.write_str("system"),
            Self::List(list) => {
                for (index, server) in list.iter().enumerate() {
                    write!(f, "{}{server}", if index == 0 { "" } else { ", " })?;
                }
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Lang, latin_words};

    #[test]
    fn a_choice_of_servers_is_read_and_shown() {
        for (text, shown) in [
            ("system", "system"),
            ("192.0.2.53", "192.0.2.53:53"),
            ("192.0.2.53:5353, 2001:db8::53", "192.0.2.53:5353, [2001:db8::53]:53"),
            ("[2001:db8::53]", "[2001:db8::53]:53"),
            ("[2001:db8::53]:54", "[2001:db8::53]:54"),
            ("tls://9.9.9.9#dns.quad9.net", "tls://9.9.9.9:853#dns.quad9.net"),
            ("tls://9.9.9.9:8853", "tls://9.9.9.9:8853#9.9.9.9"),
            ("https://9.9.9.9/dns-query#dns.quad9.net", "https://9.9.9.9:443/dns-query#dns.quad9.net"),
            ("https://[2620:fe::fe]:8443#dns.quad9.net", "https://[2620:fe::fe]:8443/dns-query#dns.quad9.net"),
        ] {
            let servers: Servers = text.parse().unwrap();
            assert_eq!(servers.to_string(), shown);
            assert_eq!(shown.parse::<Servers>().unwrap(), servers, "{shown}");
        }
    }

    #[test]
    fn what_is_no_server_is_refused() {
        for text in [
            "",
            " , ",
            "dns.example.com",
            "192.0.2.53:0",
            "192.0.2.53:99999",
            "192.0.2.53/dns-query",
            "192.0.2.53#name",
            "tls://dns.example.com",
            "tls://9.9.9.9/x",
            "tls://9.9.9.9#a b",
            "tls://9.9.9.9#",
            "https://9.9.9.9/é",
            "http://9.9.9.9/dns-query",
            "system 192.0.2.53",
            "1.1.1.1 1.1.1.1 1.1.1.1 1.1.1.1 1.1.1.1 1.1.1.1 1.1.1.1 1.1.1.1 1.1.1.1",
        ] {
            let why = text.parse::<Servers>().unwrap_err();
            assert!(!why.words(Lang::En).is_empty());
            let said = why.words(Lang::Ja).replace(text, "");
            let names = ["DNS", "ASCII", "system", "db", "tls", "https", "a"];
            assert!(latin_words(&said).iter().all(|word| names.contains(word)), "{said}");
        }
    }

    #[test]
    fn the_port_reaches_every_connection() {
        let server: Server = "192.0.2.53:5353".parse().unwrap();
        let config = server.config();
        assert!(config.connections.len() == 2 && config.connections.iter().all(|one| one.port == 5353));
    }
}

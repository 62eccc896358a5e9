//! One exchange of WHOIS (RFC 3912): a line goes out, text comes back until the other side closes. Bounded in bytes and
//! time; what came before a limit is kept and the limit told.

use std::time::Duration;

use encoding_rs::{Encoding, WINDOWS_1252};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::{Instant, timeout_at};
use url::Host as UrlHost;

use crate::facts::phrases::{connection, reason};
use crate::lookup::Permit;
use crate::lookup::dial::{Dialer, Failure};
use crate::lookup::http::Cut;
use crate::lookup::policy::Policy;

/// Bytes of an answer.
pub(super) const BYTES: usize = 256 << 10;

/// How long an exchange may take.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patience {
    /// From the first packet to the last.
    pub(super) whole: Duration,
    /// The longest silence in the middle.
    pub(super) quiet: Duration,
}

/// For an answer that somebody waits for.
pub(super) const PATIENCE: Patience = Patience { whole: Duration::from_secs(12), quiet: Duration::from_secs(5) };

/// An answer as it came.
#[derive(Debug)]
pub(super) struct Came {
    pub(super) bytes: Vec<u8>,
    /// Why it is not whole.
    pub(super) cut: Option<Cut>,
}

/// Asks a server.
pub(super) async fn talk(
    dialer: &Dialer,
    (host, port): (&str, u16),
    policy: Policy,
    query: &str,
    patience: Patience,
    permit: &Permit,
) -> Result<Came, Failure> {
    let deadline = Instant::now() + patience.whole;
    let late = || Failure::Because(reason::TIMEOUT);
    let target = host.parse().map_or(UrlHost::Domain(host), UrlHost::Ipv4);
    let dialed = timeout_at(deadline, dialer.dial(&target, port, policy, permit)).await.map_err(|_| late())??;
    let mut stream = dialed.stream;
    let line = format!("{query}\r\n");
    let sent = timeout_at(deadline, stream.write_all(line.as_bytes())).await.map_err(|_| late())?;
    sent.map_err(|_| Failure::Because(connection::CLOSED))?;
    let mut bytes = Vec::new();
    let mut piece = vec![0; 8 << 10];
    let cut = loop {
        match timeout_at(deadline.min(Instant::now() + patience.quiet), stream.read(&mut piece)).await {
            Err(_) if bytes.is_empty() => return Err(late()),
            Err(_) => break Some(Cut::Time),
            Ok(Ok(0)) => break None,
            // Some servers reset what they have said to its end.
            Ok(Err(_)) if bytes.is_empty() => return Err(Failure::Because(connection::CLOSED)),
            Ok(Err(_)) => break Some(Cut::Closed),
            Ok(Ok(count)) => {
                let room = BYTES.saturating_sub(bytes.len());
                bytes.extend(piece.iter().take(count.min(room)));
                if count > room {
                    break Some(Cut::Bytes);
                }
            }
        }
    };
    if bytes.is_empty() {
        return Err(Failure::Because(connection::CLOSED));
    }
    Ok(Came { bytes, cut })
}

/// The text of an answer: UTF-8 where it is that, else what the table says the server writes, else Latin-1.
pub(super) fn decode(bytes: &[u8], charset: Option<&str>) -> String {
    let seven = bytes.iter().all(u8::is_ascii);
    // ISO-2022-JP is all ASCII bytes; its escape sequences tell it.
    let shifts = seven && bytes.windows(3).any(|three| matches!(three, b"\x1b$B" | b"\x1b$@" | b"\x1b(J"));
    let own = charset.and_then(|label| Encoding::for_label(label.as_bytes()));
    if !shifts && let Ok(text) = std::str::from_utf8(bytes) {
        return text.to_owned();
    }
    let encoding = match own {
        Some(own) if shifts || !seven => own,
        _ if shifts => encoding_rs::ISO_2022_JP,
        _ => WINDOWS_1252,
    };
    encoding.decode_without_bom_handling(bytes).0.into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_read_in_the_charset_that_it_is_in() {
        for (bytes, charset, text) in [
            (&b"plain"[..], None, "plain"),
            ("株式会社".as_bytes(), Some("iso-2022-jp"), "株式会社"),
            (b"\x1b$B3t<02q<R\x1b(B Ltd", Some("iso-2022-jp"), "株式会社 Ltd"),
            (b"\x1b$B3t<02q<R\x1b(B Ltd", None, "株式会社 Ltd"),
            (b"M\xfcller", None, "Müller"),
            (b"M\xfcller", Some("no such"), "Müller"),
            (b"\xc7\xd1\xb1\xb9", Some("euc-kr"), "한국"),
            (b"\x1b]52;c;x\x07", Some("iso-2022-jp"), "\u{1b}]52;c;x\u{7}"),
        ] {
            assert_eq!(decode(bytes, charset), text, "{bytes:?}");
        }
    }
}

//! Folders that other machines share, as Windows writes them. Nothing here is ever opened.

use super::UrlParts;
use crate::evidence::Domain;
use crate::evidence::domain::literal;

/// A folder that another machine shares, as Windows writes it (`\\host\share`, with a port `\\host@80\share`), or as a
/// `file:` URL with the slashes of one: opening it sends that machine the reader's name and password digest.
pub(super) fn share(raw: &str) -> Option<UrlParts> {
    let path = match raw.as_bytes() {
        [b'\\', b'\\', ..] => raw.get(2..)?,
        [b'f' | b'F', ..] if raw.get(..5)?.eq_ignore_ascii_case("file:") => {
            let rest = raw.get(5..)?;
            let path = rest.trim_start_matches(['/', '\\']);
            // `file://host/x` is read by everyone alike.
            (rest.len() - path.len() >= 4).then_some(path)?
        }
        _ => return None,
    };
    let path = path.strip_prefix("?\\UNC\\").unwrap_or(path);
    let (host, path) = path.find(['/', '\\']).and_then(|at| path.split_at_checked(at)).unwrap_or((path, ""));
    let mut pieces = host.split('@');
    let host = pieces.next()?;
    let port = pieces.find_map(|piece| match piece {
        "SSL" | "ssl" => None,
        number => number.parse().ok(),
    });
    let of_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_') || byte >= 128;
    if host.is_empty() || host == "." || !host.bytes().all(of_name) {
        return None;
    }
    let path = path.replace('\\', "/");
    let domain = Domain::of(host);
    let address = literal(&domain.host);
    let at_port = port.map(|port: u16| format!(":{port}")).unwrap_or_default();
    let normal = format!("file://{}{at_port}{path}", domain.host);
    Some(UrlParts { scheme: "file".to_owned(), domain, address, port, path, normal, ..UrlParts::default() })
}

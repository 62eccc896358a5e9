//! Fetches IANA's bootstrap registries anew, at the user's order: each is checked before it takes the place of an older
//! one, in `rdap/` of the data directory. What fails leaves everything as it was.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::time::Duration;

use url::Url;

use super::book::{FILES, FOLDER, LARGEST, Published};
use crate::lookup::http::{Client, Request};
use crate::lookup::policy::Policy;
use crate::lookup::{Permit, file};

/// Where IANA publishes them (RFC 9224 section 3).
const FROM: &str = "https://data.iana.org/rdap/";
/// A file with fewer usable entries than this share of the shipped one is damaged, or not what it says.
const LEAST: f64 = 0.5;

/// What became of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refreshed {
    /// `dns.json`.
    pub name: &'static str,
    /// Whom it was asked of.
    pub from: String,
    /// The date of its publication, and whether it is newer than what was there; else why it was not taken.
    pub outcome: Result<(String, bool), String>,
}

/// Fetches the four files, one after the other.
pub async fn refresh(client: &Client, data_dir: &Path) -> Vec<Refreshed> {
    refresh_from(client, FROM, Policy::Public, data_dir).await
}

pub(super) async fn refresh_from(client: &Client, from: &str, policy: Policy, data_dir: &Path) -> Vec<Refreshed> {
    let mut out = Vec::new();
    for (name, shipped) in FILES {
        let outcome = one(client, from, policy, data_dir, name, shipped).await;
        out.push(Refreshed { name, from: format!("{from}{name}"), outcome });
    }
    out
}

async fn one(
    client: &Client,
    from: &str,
    policy: Policy,
    data_dir: &Path,
    name: &str,
    shipped: &str,
) -> Result<(String, bool), String> {
    let url: Url = format!("{from}{name}").parse().map_err(|_| "not a URL".to_owned())?;
    let mut request = Request::get(url);
    request.policy = policy;
    request.limits.body = usize::try_from(LARGEST).unwrap_or(usize::MAX);
    request.limits.time = Duration::from_mins(1);
    let response = client.fetch(request, &Permit::by_order()).await.map_err(|failure| failure.text())?;
    if let Some(cut) = response.cut {
        return Err(cut.words().en.to_owned());
    }
    if response.status != 200 {
        return Err(format!("status {}", response.status));
    }
    let text = String::from_utf8(response.body).map_err(|_| "not a bootstrap file".to_owned())?;
    let came = Published::read(&text)?;
    let shipped = Published::read(shipped)?;
    if (came.usable() as f64) < shipped.usable() as f64 * LEAST {
        return Err("a bootstrap file with far too few entries".to_owned());
    }
    let folder = data_dir.join(FOLDER);
    let place = folder.join(name);
    let had = file::read(&place, LARGEST).ok().and_then(|bytes| Published::read(&String::from_utf8(bytes).ok()?).ok());
    let newest = had.and_then(|file| file.date()).max(shipped.date());
    if came.date() <= newest {
        return Ok((came.publication, false));
    }
    store(&folder, &place, text.as_bytes()).map_err(|error| format!("cannot be written ({error})"))?;
    Ok((came.publication, true))
}

/// Writes beside it and renames, so that there is no moment with half a file.
fn store(folder: &Path, place: &Path, bytes: &[u8]) -> std::io::Result<()> {
    fs::create_dir_all(folder)?;
    let part = place.with_extension("part");
    let flags = (rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::CLOEXEC).bits().cast_signed();
    let mut file =
        OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).custom_flags(flags).open(&part)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&part, place)
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;

    use super::*;
    use crate::lookup::{Settings, client, system_clock};

    /// A server of these bodies by path.
    async fn serve(files: Vec<(&'static str, String)>) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let from = format!("http://{}/rdap/", listener.local_addr().unwrap());
        tokio::spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                let mut request = vec![0; 4096];
                let size = stream.read(&mut request).await.unwrap_or(0);
                let line = String::from_utf8_lossy(&request[..size]).into_owned();
                let found = files.iter().find(|(name, _)| line.contains(&format!("/rdap/{name} ")));
                let answer = match found {
                    Some((_, body)) => format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len()),
                    None => "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".to_owned(),
                };
                let _ = stream.write_all(answer.as_bytes()).await;
                let _ = stream.shutdown().await;
                let _ = stream.read(&mut request).await;
            }
        });
        from
    }

    #[tokio::test]
    async fn a_newer_file_is_taken_and_nothing_else_touches_what_is_there() {
        let redated = |name: &str, date: &str| {
            let (_, shipped) = FILES.iter().find(|(own, _)| *own == name).unwrap();
            let own = Published::read(shipped).unwrap().publication;
            shipped.replace(&own, date)
        };
        let from = serve(vec![
            ("dns.json", redated("dns.json", "2099-01-01T00:00:00Z")),
            ("ipv4.json", redated("ipv4.json", "2001-01-01T00:00:00Z")),
            ("ipv6.json", r#"{"publication":"2099-01-01T00:00:00Z","services":[]}"#.to_owned()),
        ])
        .await;
        let folder = tempfile::tempdir().unwrap();
        let client = client(&Settings::new(system_clock()));
        let news = refresh_from(&client, &from, Policy::Anywhere, folder.path()).await;
        let outcomes: Vec<_> = news.iter().map(|one| (one.name, one.outcome.clone())).collect();
        assert_eq!(
            outcomes,
            [
                ("dns.json", Ok(("2099-01-01T00:00:00Z".to_owned(), true))),
                ("ipv4.json", Ok(("2001-01-01T00:00:00Z".to_owned(), false))),
                ("ipv6.json", Err("a bootstrap file with far too few entries".to_owned())),
                ("asn.json", Err("status 404".to_owned())),
            ]
        );
        let there: Vec<_> = fs::read_dir(folder.path().join(FOLDER)).unwrap().map(|e| e.unwrap().file_name()).collect();
        assert_eq!(there, ["dns.json"]);
        let again = refresh_from(&client, &from, Policy::Anywhere, folder.path()).await;
        assert_eq!(again[0].outcome, Ok(("2099-01-01T00:00:00Z".to_owned(), false)));
        let refused = refresh_from(&client, &from, Policy::Public, folder.path()).await;
        assert!(refused.iter().all(|one| one.outcome.is_err()), "{refused:?}");
    }
}

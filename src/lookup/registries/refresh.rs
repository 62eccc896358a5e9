//! Fetches IANA's bootstrap registries anew, at the user's order: each is checked before it takes the place of an older
//! one, in `rdap/` of the data directory. What fails leaves everything as it was. Tells which files count, and forgets the
//! fetched ones.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::time::{Duration, Instant};

use url::Url;

use super::book::{FILES, FOLDER, LARGEST, Published};
use crate::facts::phrases::{connection, in_language};
use crate::lookup::Permit;
use crate::lookup::http::{Client, Request};
use crate::lookup::policy::Policy;
use crate::text::{Lang, Sentence, Words, cause};

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
    /// How long it took.
    pub took: Duration,
    /// The date of its publication, and whether it is newer than what was there; else why it was not taken.
    pub outcome: Result<(String, bool), RefreshError>,
}

/// Why a file was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RefreshError {
    /// Nothing came, or not all of it; the reason in English (`phrases`).
    Connection(String),
    /// Another status than 200.
    Status(u16),
    /// It is no bootstrap file (RFC 9224), or has no date of publication.
    NotBootstrap,
    /// It holds more services than there can be.
    TooLarge,
    /// Far fewer entries than the shipped one: damaged, or not what it says.
    TooFew,
    /// It cannot be written; with the reason.
    Unwritten(Sentence),
}

impl RefreshError {
    /// A sentence for people.
    #[must_use]
    pub fn words(&self, lang: Lang) -> String {
        match self {
            Self::Connection(why) => in_language(why, lang).into_owned(),
            Self::Status(status) => Words::new("the server answers with status {0}", "サーバーの応答がステータス {0}")
                .fill(lang, &[&status.to_string()]),
            Self::NotBootstrap => Words::new(
                "what came is not a bootstrap file of RFC 9224",
                "RFC 9224 のブートストラップファイルではない内容",
            )
            .get(lang)
            .to_owned(),
            Self::TooLarge => {
                Words::new("a bootstrap file with too many services", "サービスが多すぎるブートストラップファイル")
                    .get(lang)
                    .to_owned()
            }
            Self::TooFew => {
                Words::new("a bootstrap file with far too few entries", "項目が少なすぎるブートストラップファイル")
                    .get(lang)
                    .to_owned()
            }
            Self::Unwritten(why) => {
                Words::new("cannot be written: {0}", "書き込めません: {0}").fill(lang, &[&why.words(lang)])
            }
        }
    }
}

/// A file of the tables as it counts now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// `dns.json`.
    pub name: &'static str,
    /// When IANA published it, Unix seconds.
    pub published: i64,
    /// Entries that can be used.
    pub entries: usize,
    /// It was fetched by this user; else it came with the program.
    pub fetched: bool,
}

/// The four files that count now: for each the newer one of what is shipped and what was fetched.
#[must_use]
pub fn standing(data_dir: Option<&Path>) -> Vec<Standing> {
    let one = |(name, shipped)| {
        let (file, fetched) = Published::newest(data_dir, name, shipped)?;
        Some(Standing { name, published: file.date()?, entries: file.usable(), fetched })
    };
    FILES.into_iter().filter_map(one).collect()
}

/// Some file was fetched before, whether it counts or not.
#[must_use]
pub fn any_fetched(data_dir: &Path) -> bool {
    FILES.iter().any(|(name, _)| data_dir.join(FOLDER).join(name).is_file())
}

/// Removes what was fetched; the shipped files count again. Gives false where there was nothing.
///
/// # Errors
/// A file cannot be removed.
pub fn forget(data_dir: &Path) -> Result<bool, RefreshError> {
    let mut any = false;
    for (name, _) in FILES {
        match fs::remove_file(data_dir.join(FOLDER).join(name)) {
            Ok(()) => any = true,
            Err(why) if why.kind() == std::io::ErrorKind::NotFound => {}
            Err(why) => return Err(RefreshError::Unwritten(cause(&why))),
        }
    }
    Ok(any)
}

/// Fetches the four files, one after the other; `asking` hears each address before it is asked.
pub async fn refresh(client: &Client, data_dir: &Path, asking: &mut dyn FnMut(&str)) -> Vec<Refreshed> {
    refresh_from(client, FROM, Policy::Public, data_dir, asking).await
}

pub(super) async fn refresh_from(
    client: &Client,
    from: &str,
    policy: Policy,
    data_dir: &Path,
    asking: &mut dyn FnMut(&str),
) -> Vec<Refreshed> {
    let mut out = Vec::new();
    for (name, shipped) in FILES {
        let address = format!("{from}{name}");
        asking(&address);
        let began = Instant::now();
        let outcome = one(client, &address, policy, data_dir, name, shipped).await;
        out.push(Refreshed { name, from: address, took: began.elapsed(), outcome });
    }
    out
}

async fn one(
    client: &Client,
    address: &str,
    policy: Policy,
    data_dir: &Path,
    name: &str,
    shipped: &str,
) -> Result<(String, bool), RefreshError> {
    let because = |words: Words| RefreshError::Connection(words.en.to_owned());
    let url: Url = address.parse().map_err(|_| because(connection::ADDRESS))?;
    let mut request = Request::get(url);
    request.policy = policy;
    request.limits.body = usize::try_from(LARGEST).unwrap_or(usize::MAX);
    request.limits.time = Duration::from_mins(1);
    let response =
        client.fetch(request, &Permit::by_order()).await.map_err(|failure| RefreshError::Connection(failure.text()))?;
    if response.status != 200 {
        return Err(RefreshError::Status(response.status));
    }
    if let Some(cut) = response.cut {
        return Err(because(cut.words()));
    }
    let text = String::from_utf8(response.body).map_err(|_| RefreshError::NotBootstrap)?;
    let came = Published::read(&text)?;
    let shipped = Published::read(shipped)?;
    if (came.usable() as f64) < shipped.usable() as f64 * LEAST {
        return Err(RefreshError::TooFew);
    }
    let folder = data_dir.join(FOLDER);
    let place = folder.join(name);
    let newest = Published::fetched(data_dir, name).and_then(|file| file.date()).max(shipped.date());
    if came.date() <= newest {
        return Ok((came.publication, false));
    }
    store(&folder, &place, text.as_bytes()).map_err(|error| RefreshError::Unwritten(cause(&error)))?;
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
    use crate::lookup::registries::{Registries, Source};
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
            ("dns.json", redated("dns.json", "2099-01-01T00:00:00Z").replace("rdap.verisign.com", "rdap.example.net")),
            ("ipv4.json", redated("ipv4.json", "2001-01-01T00:00:00Z")),
            ("ipv6.json", r#"{"publication":"2099-01-01T00:00:00Z","services":[]}"#.to_owned()),
        ])
        .await;
        let folder = tempfile::tempdir().unwrap();
        let client = client(&Settings::new(system_clock()));
        let mut asked = Vec::new();
        let mut asking = |address: &str| asked.push(address.rsplit('/').next().unwrap_or_default().to_owned());
        let news = refresh_from(&client, &from, Policy::Anywhere, folder.path(), &mut asking).await;
        assert_eq!(asked, FILES.map(|(name, _)| name));
        let outcomes: Vec<_> = news.iter().map(|one| (one.name, one.outcome.clone())).collect();
        assert_eq!(
            outcomes,
            [
                ("dns.json", Ok(("2099-01-01T00:00:00Z".to_owned(), true))),
                ("ipv4.json", Ok(("2001-01-01T00:00:00Z".to_owned(), false))),
                ("ipv6.json", Err(RefreshError::TooFew)),
                ("asn.json", Err(RefreshError::Status(404))),
            ]
        );
        let there: Vec<_> = fs::read_dir(folder.path().join(FOLDER)).unwrap().map(|e| e.unwrap().file_name()).collect();
        assert_eq!(there, ["dns.json"]);
        let told = |data_dir: Option<&Path>| -> Vec<(&str, bool)> {
            standing(data_dir).into_iter().map(|one| (one.name, one.fetched)).collect()
        };
        let shipped = [("dns.json", false), ("ipv4.json", false), ("ipv6.json", false), ("asn.json", false)];
        assert_eq!((told(None), told(Some(folder.path()))[0]), (shipped.to_vec(), ("dns.json", true)));
        // What was fetched is who is asked from now on.
        let key = crate::facts::Key::Owner("some-name.com".into());
        let who = |data_dir: Option<&Path>| match Registries::new(data_dir).source(&key) {
            Some(Source::Rdap(url)) => url.to_string(),
            _ => String::new(),
        };
        assert_eq!(who(Some(folder.path())), "https://rdap.example.net/com/v1/");
        assert_eq!(who(None), "https://rdap.verisign.com/com/v1/");
        let again = refresh_from(&client, &from, Policy::Anywhere, folder.path(), &mut |_| {}).await;
        assert_eq!(again[0].outcome, Ok(("2099-01-01T00:00:00Z".to_owned(), false)));
        let refused = refresh_from(&client, &from, Policy::Public, folder.path(), &mut |_| {}).await;
        assert!(refused.iter().all(|one| one.outcome.is_err()), "{refused:?}");
        assert_eq!((any_fetched(folder.path()), forget(folder.path())), (true, Ok(true)));
        assert_eq!((any_fetched(folder.path()), forget(folder.path())), (false, Ok(false)));
        assert_eq!(who(Some(folder.path())), "https://rdap.verisign.com/com/v1/");
    }
}

//! Fetching one file so that nothing is lost: asked for only where it changed, gone on with where it broke off, checked
//! where its server says a checksum, and put in its place as a whole.
//!
//! ```text
//! feeds/jpcert.parts/202611        the file as it came
//! feeds/jpcert.parts/202611.part   what has come of it so far
//! feeds/jpcert.parts/202611.json   what the server said of it
//! ```

use std::fs::{File, OpenOptions};
use std::io::{Read, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use url::Url;

use super::FeedError;
use super::table::hex;
use crate::facts::phrases::{connection, lists};
use crate::lookup::Permit;
use crate::lookup::http::{Client, Cut, Limits, Request, Response, Sink};
use crate::lookup::policy::Policy;
use crate::text::{Sentence, cause};

/// The most redirects that are followed, on https only.
const HOPS: usize = 4;
/// When a download is given up; the next one goes on where it broke off.
const TIME: Duration = Duration::from_mins(20);
/// The longest silence.
const QUIET: Duration = Duration::from_secs(45);

/// What the server said of a file.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Validators {
    /// `ETag`.
    pub(super) etag: Option<String>,
    /// `Last-Modified`.
    pub(super) modified: Option<String>,
    /// SHA-256 of the address, so that a part is never gone on with from elsewhere.
    address: String,
}

impl Validators {
    /// Those of a file that is not kept itself.
    pub(super) fn of(etag: Option<String>, modified: Option<String>) -> Self {
        Self { etag, modified, address: String::new() }
    }

    /// What a part may be gone on with by (RFC 9110 section 13.1.5): a strong entity tag, else a date.
    fn strong(&self) -> Option<&str> {
        self.etag.as_deref().filter(|tag| tag.starts_with('"')).or(self.modified.as_deref())
    }
}

/// What became of it.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Fetched {
    /// As it was.
    Unchanged,
    /// There is no such file.
    Missing,
    /// Here it is.
    Here(PathBuf, Validators),
}

/// One file to be fetched.
pub(super) struct Wanted<'a> {
    /// Where it is; may hold a key.
    pub(super) url: &'a Url,
    /// Where it is put.
    pub(super) folder: &'a Path,
    /// Under which name.
    pub(super) name: &'a str,
    /// What is known of the file that is there already.
    pub(super) known: Option<Validators>,
    /// The most bytes.
    pub(super) limit: u64,
    /// Where it may be.
    pub(super) policy: Policy,
}

/// Fetches a file. `told` hears how many bytes have come, and how many there are where the server says so.
pub(super) async fn fetch(
    client: &Client,
    permit: &Permit,
    wanted: &Wanted<'_>,
    told: &mut (dyn FnMut(u64, Option<u64>) + Send),
) -> Result<Fetched, FeedError> {
    let part = wanted.folder.join(format!("{}.part", wanted.name));
    let note = wanted.folder.join(format!("{}.json", wanted.name));
    let address = hex(&Sha256::digest(wanted.url.as_str()));
    std::fs::create_dir_all(wanted.folder).map_err(|why| unwritable(&why))?;
    let begun = remembered(&note).filter(|had| had.address == address && part.exists());
    let mut have = begun.as_ref().map_or(0, |_| std::fs::metadata(&part).map_or(0, |data| data.len()));
    let by = begun.as_ref().and_then(|had| had.strong().map(ToOwned::to_owned));
    if by.is_none() || have > wanted.limit {
        have = 0;
    }
    let mut url = wanted.url.clone();
    for _ in 0..=HOPS {
        let mut request = Request::get(url.clone());
        request.policy = wanted.policy;
        request.limits = Limits {
            body: usize::try_from(wanted.limit.saturating_add(1)).unwrap_or(usize::MAX),
            time: TIME,
            quiet: QUIET,
            ..Limits::default()
        };
        // As it is: a part of something packed on the way could not be gone on with.
        request = request.with("accept-encoding", "identity");
        if let (Some(by), true) = (&by, have > 0) {
            request = request.with("range", &format!("bytes={have}-")).with("if-range", by);
        } else if let Some(known) = &wanted.known {
            if let Some(tag) = &known.etag {
                request = request.with("if-none-match", tag);
            }
            if let Some(date) = &known.modified {
                request = request.with("if-modified-since", date);
            }
        }
        let mut sink = Part {
            path: part.clone(),
            note: note.clone(),
            address: address.clone(),
            have,
            file: None,
            told,
            total: None,
            wrong: None,
        };
        let response =
            client.fetch_to(request, permit, &mut sink).await.map_err(|why| FeedError::Download(why.text()))?;
        if let Some(why) = sink.wrong {
            return Err(FeedError::Unwritable(why));
        }
        let so_far = sink.have;
        match response.status {
            200 | 206 if sink.file.is_some() => match response.cut {
                Some(Cut::Time | Cut::Closed) => return Err(FeedError::Broken(so_far)),
                Some(Cut::Damaged | Cut::Encoded) => {
                    return Err(FeedError::Download(connection::CUT_DAMAGED.en.to_owned()));
                }
                // Over the limit is told when it is compiled.
                Some(Cut::Bytes) | None => {
                    drop(sink.file);
                    return finish(wanted, &response, &part, &note);
                }
            },
            // The part is of no use any more.
            206 | 416 if have > 0 => {
                have = 0;
                let _ = std::fs::remove_file(&part);
            }
            301 | 302 | 303 | 307 | 308 => {
                let next = response.header("location").and_then(|to| url.join(to).ok());
                // Never from a secure address to one that anybody on the way can change.
                let next = next.filter(|next| next.scheme() == "https" || next.scheme() == url.scheme());
                url = next.ok_or_else(|| FeedError::Download(connection::ADDRESS.en.to_owned()))?;
            }
            304 => return Ok(Fetched::Unchanged),
            404 | 410 => return Ok(Fetched::Missing),
            429 | 503 | 509 => return Err(FeedError::Download(connection::WAIT.en.to_owned())),
            401 | 403 => return Err(FeedError::Download(lists::REFUSED.en.to_owned())),
            status => return Err(FeedError::Status(status)),
        }
    }
    Err(FeedError::Download(lists::REDIRECTS.en.to_owned()))
}

/// Checks what came and puts it in its place.
fn finish(wanted: &Wanted<'_>, response: &Response, part: &Path, note: &Path) -> Result<Fetched, FeedError> {
    if let Some(promised) = ["repr-digest", "digest"].into_iter().find_map(|name| promised(response.header(name)?)) {
        let has = digest(part).map_err(|why| unwritable(&why))?;
        if STANDARD.encode(has) != promised {
            let _ = std::fs::remove_file(part);
            return Err(FeedError::Checksum);
        }
    }
    let path = wanted.folder.join(wanted.name);
    std::fs::rename(part, &path).map_err(|why| unwritable(&why))?;
    Ok(Fetched::Here(path, remembered(note).unwrap_or_default()))
}

/// The SHA-256 that a server says (RFC 9530, and RFC 3230 before it).
fn promised(field: &str) -> Option<&str> {
    let member = field
        .split(',')
        .map(str::trim)
        .find(|member| member.get(..8).is_some_and(|name| name.eq_ignore_ascii_case("sha-256=")))?;
    member.get(8..).map(|value| value.trim_matches(':')).filter(|value| value.len() == 44)
}

fn digest(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut file = File::open(path)?;
    let mut sum = Sha256::new();
    let mut chunk = vec![0; 1 << 16];
    loop {
        let got = file.read(&mut chunk)?;
        if got == 0 {
            return Ok(sum.finalize().to_vec());
        }
        sum.update(chunk.get(..got).unwrap_or_default());
    }
}

/// What was said of a file that is there or begun.
pub(super) fn remembered(note: &Path) -> Option<Validators> {
    let bytes = crate::lookup::file::read(note, 64 * 1024).ok()?;
    serde_json::from_slice(&bytes).ok()
}

fn unwritable(why: &std::io::Error) -> FeedError {
    FeedError::Unwritable(cause(why))
}

/// Where the bytes go.
struct Part<'a> {
    path: PathBuf,
    note: PathBuf,
    address: String,
    have: u64,
    file: Option<File>,
    told: &'a mut (dyn FnMut(u64, Option<u64>) + Send),
    total: Option<u64>,
    wrong: Option<Sentence>,
}

impl Part<'_> {
    fn begin(&mut self, response: &Response) -> std::io::Result<()> {
        let goes_on = response.status == 206;
        if !goes_on {
            self.have = 0;
        }
        let length: Option<u64> = response.header("content-length").and_then(|length| length.parse().ok());
        self.total = length.map(|length| length.saturating_add(self.have));
        let said = |name: &str| response.header(name).filter(|value| value.len() <= 500).map(ToOwned::to_owned);
        let validators =
            Validators { etag: said("etag"), modified: said("last-modified"), address: self.address.clone() };
        let text = serde_json::to_vec(&validators).map_err(std::io::Error::other)?;
        super::table::whole(&self.note, &mut |file| file.write_all(&text))?;
        let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::CLOEXEC;
        let mut how = OpenOptions::new();
        how.create(true).mode(0o600).custom_flags(flags.bits().cast_signed());
        if goes_on {
            how.append(true)
        } else {
            how.write(true).truncate(true)
        };
        self.file = Some(how.open(&self.path)?);
        Ok(())
    }
}

impl Sink for Part<'_> {
    fn head(&mut self, response: &Response) -> bool {
        let fits = match response.status {
            200 => true,
            // What comes has to begin where the part ends.
            206 => response
                .header("content-range")
                .and_then(|range| range.trim().strip_prefix("bytes ")?.split('-').next()?.parse::<u64>().ok())
                .is_some_and(|from| from == self.have && from > 0),
            _ => false,
        };
        if fits && let Err(why) = self.begin(response) {
            self.wrong = Some(cause(&why));
            return false;
        }
        fits
    }

    fn take(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        if let Some(file) = &mut self.file {
            file.write_all(bytes).inspect_err(|why| self.wrong = Some(cause(why)))?;
            self.have += bytes.len() as u64;
            (self.told)(self.have, self.total);
        }
        Ok(())
    }
}

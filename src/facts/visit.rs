//! What a visit to a link brought: every hop and what the last page shows. Text only; never a byte that was not bounded.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use super::listing::Certificate;

/// A visit.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Visit {
    /// Every address that was gone to, first first.
    pub hops: Vec<Stop>,
    /// Why it ended before a page, in English; see `phrases`.
    pub ended: Option<String>,
    /// What the page at the end shows.
    pub page: Option<Shown>,
}

/// One stop of a visit.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Stop {
    /// The URL.
    pub url: String,
    /// The address that the host had and that was gone to.
    pub address: Option<IpAddr>,
    /// `HEAD` or `GET`.
    pub method: String,
    /// HTTP status; `None` where no answer came.
    pub status: Option<u16>,
    /// Where it sends on: `Location`, meta refresh, or a script that a reader can see through.
    pub to: Option<String>,
    /// How: `301`, `meta refresh`.
    pub how: Option<String>,
    /// `Server` field.
    pub server: Option<String>,
    /// `Content-Type` field.
    pub media: Option<String>,
    /// The certificate that the server showed.
    pub certificate: Option<Certificate>,
    /// Why a client would not trust it, in English; `None` where it is trusted or there is none.
    pub distrust: Option<String>,
    /// Why nothing was asked of it, or why it gave no answer, in English.
    pub refused: Option<String>,
}

/// What a page shows.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Shown {
    /// Title.
    pub title: String,
    /// Language as declared or as its letters say (BCP 47).
    pub language: Option<String>,
    /// Bytes that came, and whether there were more than the limit.
    pub bytes: u32,
    /// There was more than the limit.
    pub cut: bool,
    /// SHA-256 of the bytes that came, in hexadecimal.
    pub sha256: String,
    /// Forms.
    pub forms: Vec<Form>,
    /// Hosts that it loads from or posts to, other than its own.
    pub hosts: Vec<String>,
    /// Brand names in title, text, pictures' names or the host, by their ids in the list of brands.
    pub brands: Vec<String>,
    /// MurmurHash3 of the picture of the site as search engines of hosts use it; as a signed number.
    pub favicon: Option<i32>,
    /// Paths and file names that known kits use.
    pub kit: Vec<String>,
    /// Its text as a reader sees it, at most some thousand letters.
    pub text: String,
}

/// A form on a page.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Form {
    /// Where it sends to, absolute.
    pub action: String,
    /// `GET` or `POST`.
    pub method: String,
    /// Fields for passwords.
    pub passwords: u32,
    /// Names of its fields.
    pub fields: Vec<String>,
}

//! What a visit to a link brought: every hop and what the last page shows. Text only; never a byte that was not bounded.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use super::listing::Certificate;

/// The most characters that are kept of a page's text.
pub const TEXT_CHARS: usize = 6_000;

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
    /// The URL at which it stands.
    pub at: String,
    /// Title.
    pub title: String,
    /// Language as the page declares it (BCP 47), else as its letters say.
    pub language: Option<String>,
    /// Language as its letters say, where they can (BCP 47: `ja`, `und-Cyrl`); Latin letters cannot.
    pub letters: Option<String>,
    /// Charset by which the bytes were read, by its name in the Encoding standard; `None` where it had to be guessed.
    pub charset: Option<String>,
    /// Media type that the bytes show, where they are no page and no text: then nothing else below was read.
    pub file: Option<String>,
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
    /// Hosts that its links lead to, other than its own, the most frequent first.
    pub links: Vec<String>,
    /// Brand names in title, text, pictures' names or the host, by their ids in the list of brands.
    pub brands: Vec<String>,
    /// Where each of them stands, the most telling place first.
    pub marks: Vec<Mark>,
    /// MurmurHash3 of the picture of the site as search engines of hosts use it; as a signed number.
    pub favicon: Option<i32>,
    /// Paths and file names that known kits use.
    pub kit: Vec<String>,
    /// Scripts, in the page and beside it.
    pub scripts: u32,
    /// How its scripts write a page that its bytes do not show (`atob( + document.write`).
    pub draws: Option<String>,
    /// Who asks for a proof that a person looks at it (`reCAPTCHA`): what stands behind is not shown here.
    pub gate: Option<String>,
    /// The address of the page that it is a saved copy of, as the saving program left it in there.
    pub copied: Option<String>,
    /// It is the server's own list of a folder, and these are the files in it that matter: packed files, scripts.
    pub folder: Option<Vec<String>>,
    /// Pieces of text that a reader does not see.
    pub hidden: u32,
    /// More forms, fields, addresses, pictures or scripts than are looked at.
    pub left_out: bool,
    /// Its text as a reader sees it, at most [`TEXT_CHARS`] of it.
    pub text: String,
}

/// A form on a page.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Form {
    /// Where it sends to, absolute; empty where fields stand in no form, so that a script sends them.
    pub action: String,
    /// `GET` or `POST`.
    pub method: String,
    /// Fields for passwords.
    pub passwords: u32,
    /// Names of its fields.
    pub fields: Vec<String>,
    /// What it asks for, each once.
    pub asks: Vec<Asks>,
}

/// What a field of a form asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Asks {
    /// A password.
    Password,
    /// A code that is good once.
    Code,
    /// The number of a card.
    Card,
    /// The security code of a card.
    CardCode,
    /// Until when a card is good.
    CardExpiry,
    /// A personal identification number.
    Pin,
    /// The number of a bank account.
    Account,
    /// The number of a passport, a license, an insurance; My Number.
    Identity,
    /// The answer to a secret question.
    Secret,
    /// The words that restore a wallet.
    Seed,
    /// A date of birth.
    Birth,
    /// A telephone number.
    Phone,
    /// A mail address or the name of an account.
    User,
    /// A person's name.
    Name,
    /// A postal address.
    Address,
    /// A file to be sent.
    File,
}

impl Form {
    /// Asks for something by which another can act in the reader's name.
    #[must_use]
    pub fn wants_secret(&self) -> bool {
        self.passwords > 0 || self.asks.iter().any(|one| one.is_secret())
    }
}

impl Shown {
    /// Asks for something by which another can act in the reader's name.
    #[must_use]
    pub fn wants_secret(&self) -> bool {
        self.forms.iter().any(Form::wants_secret)
    }
}

impl Visit {
    /// The URL at which it ended: where the page stands, or where it was refused.
    #[must_use]
    pub fn last(&self) -> Option<&Stop> {
        self.hops.last()
    }
}

impl Asks {
    /// Whoever has it can act in another's name or take his money.
    #[must_use]
    pub fn is_secret(self) -> bool {
        self <= Self::Seed
    }
}

/// A brand on a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// The brand's id in the list of brands.
    pub brand: String,
    /// Where it stands.
    pub place: Place,
    /// The text, the picture's name or the host in which it stands, shortened.
    pub said: String,
}

/// Where a brand stands on a page, the most telling place first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// In the title or in the name that the page gives its site.
    Title,
    /// In the name or the description of a picture that is a logo.
    Logo,
    /// In a line of copyright.
    Copyright,
    /// In the host.
    Host,
    /// In the name or the description of another picture.
    Picture,
    /// In the text, where many name others than themselves.
    Text,
}

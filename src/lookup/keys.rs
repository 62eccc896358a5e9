//! The user's keys for services: from the environment (`GOSANKE_KEY_VIRUSTOTAL`), else from `keys.toml` beside the
//! configuration.
//!
//! ```toml
//! virustotal = "0123..."
//! circl = "user:password"
//! ```
//!
//! The file is refused where others may read it. A key is never shown, logged or part of a plan, a receiver or an address
//! that is shown or kept: [`Keys`] prints as a list of names, and [`Keys::hide`] takes keys out of a text.

use std::collections::BTreeMap;
use std::fmt;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use super::file;
use crate::text::{Lang, Sentence, Words, cause};

/// The name of the file.
pub const FILE: &str = "keys.toml";
/// The most bytes of the file.
const LIMIT: u64 = 64 * 1024;
/// The longest key.
const LENGTH: usize = 512;
/// Stands where a key stood.
pub(crate) const HIDDEN: &str = "(key)";

/// Every name that a key may have, with the service that it is for.
pub const NAMES: [(&str, &str); 9] = [
    ("virustotal", "VirusTotal"),
    ("urlscan", "urlscan.io"),
    ("abuseipdb", "AbuseIPDB"),
    ("safebrowsing", "Google Safe Browsing"),
    ("phishtank", "PhishTank"),
    ("urlhaus", "URLhaus"),
    ("circl", "CIRCL passive DNS (user:password)"),
    ("dnsdb", "Farsight DNSDB"),
    ("spamhaus", "Spamhaus DQS (zen, dbl)"),
];

/// Keys by name.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Keys(BTreeMap<String, String>);

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// Why keys were not read. Never says a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeysError {
    /// Others may read the file.
    Open(String),
    /// The file belongs to somebody else.
    Foreign(String),
    /// The file cannot be read; with the reason.
    Unreadable(String, Sentence),
    /// The file is no list of names with keys.
    Malformed(String),
    /// No service has this name.
    Unknown(String),
    /// The key of this name cannot be one.
    NoKey(String),
}

impl KeysError {
    /// A sentence for people.
    #[must_use]
    pub fn words(&self, lang: Lang) -> String {
        let reason = if let Self::Unreadable(_, why) = self { why.words(lang) } else { String::new() };
        let (words, values): (Words, Vec<&str>) = match self {
            Self::Open(path) => (
                Words::new(
                    "{0} can be read by others, so no key in it is used; `chmod 600 {0}` closes it",
                    "{0} が他のユーザーから読める状態のため、中のキーは使いません。`chmod 600 {0}` を実行してください",
                ),
                vec![path],
            ),
            Self::Foreign(path) => (
                Words::new(
                    "{0} belongs to another user, so no key in it is used",
                    "{0} は別のユーザーの所有物のため、中のキーは使いません",
                ),
                vec![path],
            ),
            Self::Unreadable(path, _) => {
                (Words::new("{0}: {1}; no key in it is used", "{0}: {1}。中のキーは使いません"), vec![path, &reason])
            }
            Self::Malformed(path) => (
                Words::new(
                    "{0} is not a list of names with keys (name = \"key\"); no key in it is used",
                    "{0} がキーの一覧 (名前 = \"キー\") になっていません。中のキーは使いません",
                ),
                vec![path],
            ),
            Self::Unknown(name) => (
                Words::new("no service wants a key called {0}", "{0} という名前のキーを使うサービスはありません"),
                vec![name],
            ),
            Self::NoKey(name) => (
                Words::new(
                    "the key {0} is empty or has characters that no key has; it is not used",
                    "キー {0} は空か、キーに使えない文字を含むため使いません",
                ),
                vec![name],
            ),
        };
        words.fill(lang, &values)
    }
}

impl Keys {
    /// The keys of the environment over those of the file `keys.toml` in `folder`. What cannot be used is told and left
    /// out.
    #[must_use]
    pub fn load(environment: &dyn Fn(&str) -> Option<String>, folder: Option<&Path>) -> (Self, Vec<KeysError>) {
        let (mut keys, mut wrong) = (Self::default(), Vec::new());
        if let Some(path) = folder.map(|folder| folder.join(FILE)).filter(|path| path.exists()) {
            match from_file(&path) {
                Ok(found) => found.into_iter().for_each(|(name, key)| wrong.extend(keys.put(&name, &key).err())),
                Err(why) => wrong.push(why),
            }
        }
        for (name, _) in NAMES {
            if let Some(key) = environment(&variable(name)).filter(|key| !key.trim().is_empty()) {
                wrong.extend(keys.put(name, &key).err());
            }
        }
        (keys, wrong)
    }

    /// Puts a key.
    ///
    /// # Errors
    /// No service has the name, or it cannot be a key: anything that would break a header field.
    pub fn put(&mut self, name: &str, key: &str) -> Result<(), KeysError> {
        let Some((name, _)) = NAMES.iter().find(|(known, _)| *known == name) else {
            return Err(KeysError::Unknown(name.chars().take(40).collect()));
        };
        let key = key.trim();
        if key.len() < 4 || key.len() > LENGTH || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(KeysError::NoKey((*name).to_owned()));
        }
        self.0.insert((*name).to_owned(), key.to_owned());
        Ok(())
    }

    /// The key of a name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// User and password, where the key is of that form.
    #[must_use]
    pub fn login(&self, name: &str) -> Option<(&str, &str)> {
        self.get(name)?.split_once(':')
    }

    /// The names that have a key.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// A text without any of the keys: for whatever is shown, logged or kept and may quote what a server said.
    #[must_use]
    pub fn hide(&self, text: &str) -> String {
        let secrets =
            self.0.values().flat_map(|key| std::iter::once(key.as_str()).chain(key.split_once(':').map(|(_, p)| p)));
        secrets.filter(|secret| secret.len() >= 4).fold(text.to_owned(), |text, secret| text.replace(secret, HIDDEN))
    }
}

/// The environment variable of a key.
#[must_use]
pub fn variable(name: &str) -> String {
    format!("GOSANKE_KEY_{}", name.to_ascii_uppercase())
}

fn from_file(path: &Path) -> Result<Vec<(String, String)>, KeysError> {
    let shown = path.display().to_string();
    let data = std::fs::metadata(path).map_err(|why| KeysError::Unreadable(shown.clone(), cause(&why)))?;
    if data.mode() & 0o077 != 0 {
        return Err(KeysError::Open(shown));
    }
    let owner = rustix::process::geteuid().as_raw();
    if data.uid() != owner && owner != 0 {
        return Err(KeysError::Foreign(shown));
    }
    let bytes = file::read(path, LIMIT).map_err(|why| KeysError::Unreadable(shown.clone(), why))?;
    let text = String::from_utf8(bytes).map_err(|_| KeysError::Malformed(shown.clone()))?;
    // The parser's own message quotes the line, which may be a key: it is not told.
    let table: BTreeMap<String, String> = toml::from_str(&text).map_err(|_| KeysError::Malformed(shown))?;
    Ok(table.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    fn folder(text: &str, mode: u32) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE);
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        folder
    }

    fn none(_: &str) -> Option<String> {
        None
    }

    #[test]
    fn the_environment_wins_over_the_file() {
        let folder =
            folder("virustotal = \"from-file\"\nabuseipdb = \"other-key\"\ncirc = \"x\"\nurlscan = \"\"\n", 0o600);
        let env = |name: &str| (name == "GOSANKE_KEY_VIRUSTOTAL").then(|| " from-environment \n".to_owned());
        let (keys, wrong) = Keys::load(&env, Some(folder.path()));
        assert_eq!(keys.get("virustotal"), Some("from-environment"));
        assert_eq!(keys.get("abuseipdb"), Some("other-key"));
        assert_eq!(keys.get("phishtank"), None);
        assert_eq!(wrong, [KeysError::Unknown("circ".into()), KeysError::NoKey("urlscan".into())]);
    }

    #[test]
    fn a_file_that_others_can_read_is_refused_with_the_way_out() {
        for mode in [0o644, 0o640, 0o604, 0o660, 0o777] {
            let folder = folder("virustotal = \"secret-key\"\n", mode);
            let (keys, wrong) = Keys::load(&none, Some(folder.path()));
            assert_eq!(keys, Keys::default(), "{mode:o}");
            for lang in [Lang::En, Lang::Ja] {
                let said = wrong[0].words(lang);
                assert!(said.contains("chmod 600") && !said.contains("secret-key"), "{said}");
            }
        }
        for mode in [0o600, 0o400] {
            let folder = folder("virustotal = \"secret-key\"\n", mode);
            assert_eq!(Keys::load(&none, Some(folder.path())).1, [], "{mode:o}");
        }
    }

    #[test]
    fn nothing_that_is_printed_holds_a_key() {
        let folder = folder("virustotal = \"secret-key\"\nbroken = = \"secret-two\"", 0o600);
        let (_, wrong) = Keys::load(&none, Some(folder.path()));
        assert!(!format!("{wrong:?}").contains("secret"));
        let mut keys = Keys::default();
        keys.put("virustotal", "secret-key").unwrap();
        keys.put("circl", "me:secret-two").unwrap();
        assert_eq!(format!("{keys:?}"), "{\"circl\", \"virustotal\"}");
        assert_eq!(keys.login("circl"), Some(("me", "secret-two")));
        assert_eq!(keys.hide("GET /?key=secret-key by secret-two"), "GET /?key=(key) by (key)");
    }

    #[test]
    fn a_key_that_would_break_a_header_is_none() {
        let mut keys = Keys::default();
        for key in ["", "a b c d", "abc\r\nX-Evil: 1", "あいうえ", "abc", &"k".repeat(600)] {
            assert!(keys.put("virustotal", key).is_err(), "{key:?}");
        }
        assert!(keys.put("VirusTotal", "abcd").is_err());
        for (index, (name, _)) in NAMES.iter().enumerate() {
            assert!(NAMES.iter().skip(index + 1).all(|(other, _)| other != name));
        }
    }
}

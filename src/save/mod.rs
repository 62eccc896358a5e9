//! Saving parts of a mail: as files, or in one password-protected archive. What would be written is told first
//! ([`Job::lines`]), then written by [`Job::write`].
//!
//! It writes below one folder that the user names, into a folder of its own for each mail, through handles, so that no
//! path and no link put in between leads elsewhere. Names are made here (`name.rs`); nothing is ever replaced, nothing
//! can be run, and nothing half-written stays. It never unpacks anything.

pub mod folder;
pub mod name;
#[cfg(test)]
mod tests;

use std::ffi::OsStr;
use std::io::{self, Cursor, Write as _};
use std::path::{Path, PathBuf};

use sha2::Digest as _;

use self::folder::Folder;
use crate::mailbox::Sha256;
use crate::message::{Content, Message, Part};
use crate::text::{Lang, Sentence, Words, cause};

/// The password of archives: the one that analysts use for samples.
pub const PASSWORD: &str = "infected";
/// Names that are tried where one is taken.
const TRIES: u32 = 10_000;
/// Folders that are tried for one mail, where a name is taken by something that is not ours.
const FOLDERS: u32 = 100;

/// What is to be saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    /// One part, as the parts pane counts, from 0 here.
    Part(usize),
    /// Every part that is a file.
    Files,
}

/// A part with the name that it gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// The part, from 0.
    pub part: usize,
    /// Its name on disk, or in the archive.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// The bytes in the mail are not kept: this is the text as UTF-8.
    pub as_utf8: bool,
}

/// What is to be written for one mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// The folder that the user named.
    pub to: PathBuf,
    /// The mail's own folder in it.
    pub folder: String,
    /// The files.
    pub items: Vec<Item>,
    /// Parts whose bytes are not there: empty, or beyond a limit.
    pub left: Vec<usize>,
    /// The mail has more parts than were read.
    pub cut: bool,
    /// In one archive with the password [`PASSWORD`].
    pub sealed: bool,
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saved {
    /// The folder.
    pub folder: PathBuf,
    /// The names in it.
    pub names: Vec<String>,
}

/// Why something was not written. What was written before it is whole and stays.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {why}")]
pub struct Trouble {
    /// The folder or file.
    pub path: String,
    /// What the system said.
    pub why: io::Error,
    /// Files written before.
    pub written: usize,
}

impl Trouble {
    /// In the reader's language.
    #[must_use]
    pub fn words(&self, lang: Lang) -> String {
        let written = self.written.to_string();
        let words =
            Words::new("{0}: {1}; {2 file was|files were} saved before that", "{0}：{1}（それまでに {2} 個を保存）");
        words.fill(lang, &[&self.path, &cause(&self.why).words(lang), &written])
    }
}

/// A file may be in what was not read.
const CUT: Words = Words::new(
    "the mail has more parts than are read (`parts` under [limits]); those are left out",
    "パートが多すぎるため、上限（[limits] の parts）を超えた分は含まれません",
);

impl Job {
    /// What is to be written of a mail.
    #[must_use]
    pub fn new(message: &Message, digest: Sha256, choice: &Choice, sealed: bool, to: &Path) -> Self {
        let digest = digest.to_string();
        let folder = format!("mail-{}", digest.get(..16).unwrap_or_default());
        let chosen: Vec<usize> = match choice {
            Choice::Part(part) => vec![*part],
            Choice::Files => (0..message.parts.len()).filter(|at| is_file(message, *at)).collect(),
        };
        let mut job = Self { to: to.to_owned(), folder, items: Vec::new(), left: Vec::new(), cut: false, sealed };
        job.cut = *choice == Choice::Files && message.parts.len() >= message.limits.parts;
        for part in chosen {
            match item(message, part) {
                Some(item) => job.items.push(item),
                None => job.left.push(part),
            }
        }
        job
    }

    /// What would be written where, a line each, not yet made printable.
    #[must_use]
    pub fn lines(&self, lang: Lang) -> Vec<String> {
        let mut lines = vec![self.to.join(&self.folder).display().to_string()];
        if self.sealed {
            let words = Words::new(
                "  {0}: AES zip, password \"{1}\", with",
                "  {0}：AES 暗号化 zip（パスワード「{1}」）、内容は",
            );
            lines.push(words.fill(lang, &[&self.free(&self.archive_name()), PASSWORD]));
        }
        let words = Words::new("  {0}  ({1} bytes)", "  {0}（{1} バイト）");
        lines.extend(self.items.iter().map(|item| {
            // In an archive no name is taken.
            let name = if self.sealed { item.name.clone() } else { self.free(&item.name) };
            let mut line = words.fill(lang, &[&name, &item.bytes.len().to_string()]);
            if item.as_utf8 {
                line.push_str(Words::new(", as UTF-8", "、UTF-8 に変換").get(lang));
            }
            line
        }));
        if !self.left.is_empty() {
            let parts: Vec<String> = self.left.iter().take(20).map(|part| (part + 1).to_string()).collect();
            let words =
                Words::new("  nothing to save in {0 part|parts}: {1}", "  保存できる内容のないパートが {0} 個：{1}");
            lines.push(words.fill(lang, &[&self.left.len().to_string(), &parts.join(", ")]));
        }
        if self.cut {
            lines.push(format!("  {}", CUT.get(lang)));
        }
        lines
    }

    /// Why there is nothing to write, where that is so.
    #[must_use]
    pub fn empty(&self, lang: Lang) -> Option<String> {
        let none = Words::new("there is no file to save", "保存できるファイルはありません").get(lang);
        let why = self.items.is_empty().then_some(none)?;
        Some(if self.cut { format!("{why}; {}", CUT.get(lang)) } else { why.to_owned() })
    }

    /// Writes. Where it fails, what was written before is whole and stays, and nothing half-written does.
    ///
    /// # Errors
    /// What could not be written, and why.
    pub fn write(&self) -> Result<Saved, Trouble> {
        let trouble = |path: &Path, why, written| Trouble { path: path.display().to_string(), why, written };
        let root = Folder::named(&self.to).map_err(|why| trouble(&self.to, why, 0))?;
        let (folder, name, new) =
            own_folder(&root, &self.folder).map_err(|why| trouble(&self.to.join(&self.folder), why, 0))?;
        let path = self.to.join(&name);
        let mut names = Vec::new();
        let mut write = || -> Result<(), Trouble> {
            if self.sealed {
                let archive = self.archive().map_err(|why| trouble(&path.join(self.archive_name()), why, 0))?;
                let name = self.archive_name();
                names.push(put(&folder, &name, &archive).map_err(|why| trouble(&path.join(&name), why, 0))?);
            } else {
                for item in &self.items {
                    let done = put(&folder, &item.name, &item.bytes);
                    names.push(done.map_err(|why| trouble(&path.join(&item.name), why, names.len()))?);
                }
            }
            folder.sync().and_then(|()| root.sync()).map_err(|why| trouble(&path, why, names.len()))
        };
        let done = write();
        if new && names.is_empty() {
            root.unmake(OsStr::new(&name));
        }
        done.map(|()| Saved { folder: path, names })
    }

    /// The name under which a file is written as things stand: nothing is ever written over.
    fn free(&self, name: &str) -> String {
        let folder = self.to.join(&self.folder);
        let free = |name: &String| folder.join(name).symlink_metadata().is_err();
        name::tried(name, TRIES).find(free).unwrap_or_else(|| name.to_owned())
    }

    fn archive_name(&self) -> String {
        format!("{}.zip", self.folder)
    }

    /// The archive, in memory: what a mail holds is bounded by `message::DECODED_BYTES`.
    fn archive(&self) -> io::Result<Vec<u8>> {
        let options = zip::write::SimpleFileOptions::default()
            .compression_method(zip::CompressionMethod::Deflated)
            .unix_permissions(0o600)
            .with_aes_encryption(zip::AesMode::Aes256, PASSWORD);
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for item in &self.items {
            archive.start_file(item.name.as_str(), options).map_err(io::Error::other)?;
            archive.write_all(&item.bytes)?;
        }
        archive.finish().map(Cursor::into_inner).map_err(io::Error::other)
    }
}

/// Opens the mail's own folder, made where it is missing; one that others may write into is not taken.
fn own_folder(root: &Folder, name: &str) -> io::Result<(Folder, String, bool)> {
    for name in name::tried(name, FOLDERS) {
        let new = root.make(OsStr::new(&name))?;
        // A link or a file may stand there, or take its place at this moment.
        if let Ok(folder) = root.below(Path::new(&name)) {
            if folder.is_private() {
                return Ok((folder, name, new));
            }
            if new {
                // Made for the user alone, and it is not: nor would the next one be.
                root.unmake(OsStr::new(&name));
                let words = Words::new(
                    "others may write into every folder that is made there; choose another place",
                    "ここに作るフォルダーには他のユーザーも書き込めます。別の保存先を指定してください",
                );
                return Err(io::Error::other(Sentence::from(words)));
            }
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

/// Writes a file under the first of its names that is free.
fn put(folder: &Folder, name: &str, bytes: &[u8]) -> io::Result<String> {
    for name in name::tried(name, TRIES) {
        // Asked first, so that a large file is not written once for each name that is taken.
        if folder.has(OsStr::new(&name))? {
            continue;
        }
        match folder.put(OsStr::new(&name), bytes) {
            Ok(()) => return Ok(name),
            Err(why) if why.kind() == io::ErrorKind::AlreadyExists => {}
            Err(why) => return Err(why),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

/// Whether a part is a file and not a body: what has a name, is attached, or is no text.
fn is_file(message: &Message, at: usize) -> bool {
    let Some(part) = message.parts.get(at) else { return false };
    match &part.content {
        Content::Multipart => false,
        Content::Message(_) => part.parent.is_some(),
        Content::Binary(_) => true,
        Content::Text(_) | Content::Html(_) => {
            let plain = matches!(part.media_type.as_str(), "text/plain" | "text/html");
            !part.names.is_empty() || part.disposition.as_deref() == Some("attachment") || !plain
        }
    }
}

fn item(message: &Message, at: usize) -> Option<Item> {
    let part = message.parts.get(at)?;
    let (bytes, as_utf8) = bytes(message, at, part)?;
    let hash: [u8; 32] = sha2::Sha256::digest(&bytes).into();
    let name = name::file_name(at + 1, part.names.first().map(String::as_str), &part.media_type, &hash);
    Some(Item { part: at, name, bytes, as_utf8 })
}

/// The decoded bytes of a part, and whether they are a text written anew.
fn bytes(message: &Message, at: usize, part: &Part) -> Option<(Vec<u8>, bool)> {
    if let Some(original) = message.originals.get(&at) {
        return Some((original.bytes.clone(), false));
    }
    match &part.content {
        Content::Binary(bytes) if bytes.is_empty() && !part.damage.is_empty() => None,
        Content::Binary(bytes) => Some((bytes.clone(), false)),
        Content::Text(text) | Content::Html(text) => Some((text.clone().into_bytes(), true)),
        Content::Multipart | Content::Message(_) => None,
    }
}

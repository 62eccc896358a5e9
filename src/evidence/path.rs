//! Received lines (RFC 5321 section 4.4) by the grammars that transfer agents really use.
//!
//! ```text
//! from HELO (reverse [192.0.2.1]) by HOST with ESMTP id X for <a@b>; DATE      Postfix, sendmail
//! from reverse ([192.0.2.1] helo=HELO) by HOST with esmtp (Exim 4.9)           Exim
//! from unknown (HELO x) (192.0.2.1) by HOST with SMTP; DATE                    qmail
//! from NAME (192.0.2.1) by NAME (192.0.2.2) with Microsoft SMTP Server id 15.20.1.2
//! ```
//!
//! Addresses are taken only from the places where the grammar puts a client's address: versions, ids and dates look like
//! addresses too. One pass over each line; nested comments are counted.

mod tokens;

use std::net::IpAddr;
use std::sync::LazyLock;

use memchr::memmem::Finder;
use memchr::{memchr, memchr2, memrchr};

use self::tokens::{Token, Tokens};
use super::domain::literal;
use crate::message::{Message, Span, clip, parse_date};

/// The longest text that is kept of any one clause, in bytes.
const CLAUSE_BYTES: usize = 255;

/// Made once, since every comment is searched for them.
static TLS: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("TLS"));
static FORGED: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("may be forged"));

/// One Received line (RFC 5321 section 4.4).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Hop {
    /// The name that the client gave in HELO or EHLO, as written.
    pub helo: Option<String>,
    /// The name that the server found for the address (reverse DNS), where the line carries it.
    pub reverse: Option<String>,
    /// The client's address as the writing server saw it.
    pub address: Option<IpAddr>,
    /// The name of [`Hop::reverse`] was looked up one way only: the client's network may have chosen any.
    pub reverse_unverified: bool,
    /// The server that wrote the line.
    pub by: Option<String>,
    /// Protocol (`ESMTPS`, `LMTP` ...).
    pub with: Option<String>,
    /// Queue id.
    pub id: Option<String>,
    /// Recipient named in the line.
    pub recipient: Option<String>,
    /// Unix seconds.
    pub time: Option<i64>,
    /// Seconds since the hop before (below); negative where clocks disagree.
    pub delay: Option<i64>,
    /// The field.
    pub span: Span,
    /// The line could not be read by the grammar; only what is certain is filled in.
    pub unread: bool,
    /// The writing server's own address, where the line carries it (Exchange).
    pub by_address: Option<IpAddr>,
    /// Index of the field in the message's header.
    pub field: usize,
    /// How the connection was encrypted, where the line says so in a comment.
    pub tls: Option<Tls>,
}

/// Encryption of a connection as a Received line tells it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tls {
    /// `1.3`, `1.2`, `1.0`; `SSL 3`; empty where none is named.
    pub version: String,
    /// The cipher suite, as written; empty where none is named.
    pub cipher: String,
}

impl Tls {
    /// Versions that are given up as broken (RFC 7568, RFC 8996).
    #[must_use]
    pub fn is_outdated(&self) -> bool {
        self.version.starts_with("SSL") || matches!(&*self.version, "1.0" | "1.1")
    }

    /// `using TLSv1.3 with cipher X (256/256 bits)`, `version=TLS1_2, cipher=X`, `TLS1.2:X:256`, `TLSv1.2,cipher X`.
    fn of(comment: &str) -> Option<Self> {
        let start = comment.get(..200).unwrap_or(comment);
        let mut words = start.split([' ', '\t', ',', ';', '=', ':', '(', ')']).filter(|word| !word.is_empty());
        let Some(version) = words.find_map(version_of) else {
            // Microsoft and Mimecast say no more.
            let bare = ["tls", "using tls"].iter().any(|bare| start.trim().eq_ignore_ascii_case(bare));
            return bare.then(Self::default);
        };
        let mut words = words.peekable();
        let mut cipher = "";
        while let Some(word) = words.next() {
            if word.eq_ignore_ascii_case("cipher") {
                cipher = words.next().unwrap_or_default();
                break;
            }
            // Exim puts the suite right behind the version.
            if cipher.is_empty() && word.len() > 8 && word.contains(['-', '_']) {
                cipher = word;
            }
        }
        Some(Self::with_cipher(version, cipher))
    }
}

impl Tls {
    /// `AES256-SHA encrypted`, as qmail writes it.
    fn of_cipher(comment: &str) -> Option<Self> {
        let cipher = comment.trim().strip_suffix(" encrypted")?;
        (cipher.contains(['-', '_']) && !cipher.contains(' ')).then(|| Self::with_cipher("", cipher))
    }

    /// `ESMTP/TLS/ECDHE-RSA-AES256-GCM-SHA384`, `ESMTP/TLSv1.2/AES256-SHA`, as IronPort writes it.
    fn of_protocol(with: &str) -> Option<Self> {
        let (_, rest) = with.split_once('/')?;
        let (version, cipher) = rest.split_once('/').unwrap_or((rest, ""));
        let known = version_of(version);
        (known.is_some() || version.eq_ignore_ascii_case("tls"))
            .then(|| Self::with_cipher(known.unwrap_or_default(), cipher))
    }

    fn with_cipher(version: &str, cipher: &str) -> Self {
        Self { version: version.to_owned(), cipher: clip(cipher, CLAUSE_BYTES).to_owned() }
    }
}

/// `TLSv1.3`, `TLS1_2`, `TLS1.3`, `TLSv1/SSLv3` (an old name of TLS 1.0), `SSLv3`.
fn version_of(word: &str) -> Option<&'static str> {
    let starts = |name: &str| word.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name));
    if starts("sslv3") {
        return Some("SSL 3");
    }
    if !starts("tls") {
        return None;
    }
    let rest = word.get(3..)?.trim_start_matches(['v', 'V']);
    let minor = rest.strip_prefix('1')?.trim_start_matches(['.', '_']);
    Some(match minor.bytes().next() {
        Some(b'3') => "1.3",
        Some(b'2') => "1.2",
        Some(b'1') => "1.1",
        None | Some(b'0' | b'/') => "1.0",
        _ => return None,
    })
}

/// All Received lines, top (newest) first, with the delays between them.
pub(super) fn hops(message: &Message) -> Vec<Hop> {
    let mut hops: Vec<Hop> = message
        .fields
        .iter()
        .enumerate()
        .filter(|(_, field)| field.is("received"))
        .map(|(at, field)| Hop { span: field.span, field: at, ..read(&field.raw) })
        .collect();
    let times: Vec<Option<i64>> = hops.iter().map(|hop| hop.time).collect();
    for (hop, before) in hops.iter_mut().zip(times.iter().skip(1)) {
        hop.delay = hop.time.zip(*before).map(|(here, before)| here - before);
    }
    hops
}

/// Which clause a token belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Clause {
    Start,
    From,
    By,
    With,
    Id,
    For,
    Via,
}

/// Reads one line.
pub(super) fn read(raw: &str) -> Hop {
    let mut hop = Hop::default();
    let mut clause = Clause::Start;
    let mut from = From::default();
    let mut with = String::new();
    let mut expects_value = false;
    let mut said = false;
    let mut suite = false;
    let mut tail = None;
    let mut tokens = Tokens::of(raw);
    let mut first = None;
    for token in tokens.by_ref() {
        first.get_or_insert(token);
        match token {
            Token::Word(word) => {
                if !expects_value && let Some(next) = keyword(word, clause) {
                    clause = next;
                    said |= matches!(next, Clause::From | Clause::By);
                    expects_value = true;
                    continue;
                }
                expects_value = false;
                match clause {
                    Clause::Start | Clause::Via => {}
                    Clause::From => from.word(word),
                    Clause::By => put(&mut hop.by, word),
                    // Exim names the suite in a word of its own: `esmtps (TLS1.3) tls TLS_AES_256_GCM_SHA384`.
                    Clause::With if suite => {
                        suite = false;
                        clip(word, CLAUSE_BYTES).clone_into(&mut hop.tls.get_or_insert_default().cipher);
                    }
                    Clause::With if !with.is_empty() && hop.tls.is_some() && word.eq_ignore_ascii_case("tls") => {
                        suite = true;
                    }
                    Clause::With => {
                        if !with.is_empty() {
                            with.push(' ');
                        }
                        with.push_str(word);
                    }
                    // SendGrid puts its time behind the id without a semicolon.
                    Clause::Id | Clause::For if tail.is_none() && is_given(&hop, clause) => {
                        tail = word.as_ptr().addr().checked_sub(raw.as_ptr().addr());
                    }
                    Clause::Id => put(&mut hop.id, word.trim_end_matches(';')),
                    Clause::For => put(&mut hop.recipient, word.trim_matches(['<', '>', ';', ','])),
                }
            }
            Token::Comment(text) => {
                if hop.tls.is_none() {
                    let found = TLS.find(text.as_bytes()).is_some();
                    hop.tls = if found { Tls::of(text) } else { Tls::of_cipher(text) };
                }
                match clause {
                    Clause::Start | Clause::From => {
                        expects_value = false;
                        from.comment(text);
                    }
                    Clause::By if hop.by_address.is_none() => hop.by_address = literal(text),
                    _ => {}
                }
            }
        }
    }
    put(&mut hop.with, with.split('(').next().unwrap_or_default().trim());
    from.fill(&mut hop);
    if hop.tls.is_none() {
        hop.tls = hop.with.as_deref().and_then(Tls::of_protocol);
    }
    let tail = || raw.get(tail?..).filter(|tail| tail.contains(':'));
    hop.time = tokens.date().or_else(tail).and_then(parse_date);
    // qmail writes lines for its own steps, `(qmail 123 invoked by uid 0)`; they are read, they just say nothing.
    hop.unread = !said && !matches!(first, Some(Token::Comment(_)));
    hop
}

/// The clause has its word.
fn is_given(hop: &Hop, clause: Clause) -> bool {
    if clause == Clause::Id { hop.id.is_some() } else { hop.recipient.is_some() }
}

fn put(slot: &mut Option<String>, word: &str) {
    if slot.is_none() && !word.is_empty() {
        *slot = Some(clip(word, CLAUSE_BYTES).to_owned());
    }
}

/// A word that starts a clause. `from` and `by` are read once each, so that a host called `by` changes nothing.
fn keyword(word: &str, clause: Clause) -> Option<Clause> {
    let next = match word.len() {
        2 if word.eq_ignore_ascii_case("by") => Clause::By,
        2 if word.eq_ignore_ascii_case("id") => Clause::Id,
        3 if word.eq_ignore_ascii_case("for") => Clause::For,
        3 if word.eq_ignore_ascii_case("via") => Clause::Via,
        4 if word.eq_ignore_ascii_case("from") => Clause::From,
        4 if word.eq_ignore_ascii_case("with") => Clause::With,
        _ => return None,
    };
    let allowed = match next {
        Clause::From => clause == Clause::Start,
        Clause::By => matches!(clause, Clause::Start | Clause::From),
        _ => clause != Clause::Start,
    };
    allowed.then_some(next)
}

/// What the from clause says, taken in piece by piece.
#[derive(Default)]
struct From<'a> {
    /// The first word.
    name: Option<&'a str>,
    words: usize,
    /// An address in brackets among the words.
    in_words: Option<IpAddr>,
    greeting: Option<&'a str>,
    reverse: Option<&'a str>,
    forged: bool,
    /// An address in brackets in a comment.
    seen: Option<IpAddr>,
    /// A comment that is an address.
    loose: Option<IpAddr>,
}

impl<'a> From<'a> {
    fn word(&mut self, word: &'a str) {
        if self.words == 0 {
            self.name = Some(word).filter(|word| !matches!(*word, "??" | "()" | "unknown"));
        }
        self.words += 1;
        if self.in_words.is_none() && word.starts_with('[') {
            self.in_words = literal(word);
        }
    }

    fn comment(&mut self, comment: &'a str) {
        if self.greeting.is_none() {
            self.greeting = greeting_of(comment);
        }
        if says_nothing_of_the_client(comment) {
            return;
        }
        self.forged |= FORGED.find(comment.as_bytes()).is_some();
        let mut greeted = false;
        for (at, word) in words(comment, |byte| matches!(byte, b' ' | b'\t' | b',')).enumerate() {
            // What the client calls itself is never its address, even where it looks like one.
            if std::mem::take(&mut greeted) || is_typed(word) {
                continue;
            }
            if word.eq_ignore_ascii_case("helo") || word.eq_ignore_ascii_case("ehlo") {
                greeted = true;
                continue;
            }
            // `reverse[192.0.2.1]`, `user@reverse`, `[192.0.2.1]`, `user@192.0.2.1`.
            let bracket = memchr(b'[', word.as_bytes());
            if let Some(open) = bracket.filter(|_| self.seen.is_none()) {
                self.seen = word.get(open..).and_then(literal);
            }
            if at > 0 {
                continue;
            }
            let front = bracket.map_or(word, |open| word.get(..open).unwrap_or_default());
            let front = memrchr(b'@', front.as_bytes()).map_or(front, |sign| front.get(sign + 1..).unwrap_or_default());
            let address = literal(front);
            if bracket.is_none() {
                self.loose = self.loose.or(address);
            }
            if self.reverse.is_none() && address.is_none() && is_host(front) {
                self.reverse = Some(front);
            }
        }
    }

    fn fill(self, hop: &mut Hop) {
        let mut reverse = self.reverse;
        // Behind a greeting the words are the client's; the address stands in a comment.
        hop.address = self.seen.or(self.loose).or(self.in_words).or_else(|| self.name.and_then(literal));
        hop.reverse_unverified = self.forged;
        match self.greeting {
            Some(helo) => {
                // qmail and Exim put the name that they found first and the greeting into a comment.
                put(&mut hop.helo, helo);
                // qmail looks the name up and not back: the client's network may say any.
                hop.reverse_unverified |= reverse.is_none();
                reverse = reverse.or(self.name.filter(|name| literal(name).is_none()));
            }
            None => {
                if let Some(name) = self.name.filter(|_| self.words < 4) {
                    put(&mut hop.helo, name);
                }
            }
        }
        if let Some(reverse) = reverse.filter(|name| !name.eq_ignore_ascii_case("unknown")) {
            put(&mut hop.reverse, reverse.trim_end_matches('.'));
        }
    }
}

/// `helo=x`, `ehlo=x`, `ident=x`: what the client says of itself.
fn is_typed(word: &str) -> bool {
    let starts = |name: &str| word.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name));
    matches!(word.as_bytes(), [b'h' | b'H' | b'e' | b'E' | b'i' | b'I', ..])
        && (starts("helo=") || starts("ehlo=") || starts("ident="))
}

/// The words of a text between bytes that part them, all of which are ASCII.
fn words(text: &str, parts: impl Fn(u8) -> bool) -> impl Iterator<Item = &str> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = text.as_bytes().get(at..)?;
        let start = at + rest.iter().position(|byte| !parts(*byte))?;
        let rest = text.as_bytes().get(start..)?;
        at = rest.iter().position(|byte| parts(*byte)).map_or(text.len(), |length| start + length);
        text.get(start..at)
    })
}

/// `HELO x`, `EHLO x`, `helo=x` anywhere in a comment.
fn greeting_of(comment: &str) -> Option<&str> {
    memchr2(b'h', b'H', comment.as_bytes())?;
    let mut words = words(comment, |byte| matches!(byte, b' ' | b'\t'));
    while let Some(word) = words.next() {
        if !matches!(word.as_bytes(), [b'h' | b'H' | b'e' | b'E', _, _, _, ..]) {
            continue;
        }
        if word.eq_ignore_ascii_case("helo") || word.eq_ignore_ascii_case("ehlo") {
            return words.next();
        }
        if let Some(name) = word.get(..5).filter(|start| start.eq_ignore_ascii_case("helo=")).and(word.get(5..)) {
            return Some(name.trim_end_matches(',')).filter(|name| !name.is_empty());
        }
    }
    None
}

/// Comments of the from clause that are about something else than the client's address.
fn says_nothing_of_the_client(comment: &str) -> bool {
    if memchr(b'[', comment.as_bytes()).is_some() {
        return false;
    }
    let first = words(comment, |byte| matches!(byte, b' ' | b'\t' | b'=' | b':')).next().unwrap_or_default();
    let known = [
        "using",
        "version",
        "no",
        "not",
        "authenticated",
        "envelope-sender",
        "account",
        "client",
        "tls",
        "ssl",
        "exim",
        "postfix",
        "sendmail",
        "qmail",
        "smtpd",
        "helo",
        "ehlo",
        "cipher",
        "message",
    ];
    let is = |word: &&str| first.len() == word.len() && first.eq_ignore_ascii_case(word);
    known.iter().any(is)
}

/// Looks like a host name: labels of letters, digits, hyphens, with a dot.
fn is_host(word: &str) -> bool {
    let word = word.trim_end_matches('.');
    word.contains('.')
        && word.len() <= 253
        && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_') || byte >= 128)
}

#[cfg(test)]
mod tests;

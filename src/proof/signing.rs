//! Signs mails for the tests of this room: by the other implementation of `mail-auth` where it can, so that two who never
//! met have to agree, and by hand where a signature is wanted that no honest program would make.

use mail_auth::crypto::{Ed25519Key, RsaKey, Sha256};
use mail_auth::dkim::{Canonicalization, DkimSigner};
use mail_auth::headers::HeaderWriter as _;
use rsa::pkcs1::DecodeRsaPrivateKey as _;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs1KeyDer};

use super::dkim::canonical::{Hasher, Way, body_hash, fields, header};
use super::known::unescaped;
use super::test_keys::{ED25519_SEED, RSA_768, RSA_1024, RSA_2048};
use crate::evidence::base64;
use crate::facts::{Answer, Fact, FactSet, Key, State};

/// Facts from lines of `name text`; a text of `-` is absent, of `!` failed.
pub(super) fn facts(lines: &[(&str, &str)]) -> FactSet {
    let mut facts = FactSet::default();
    for (name, text) in lines {
        let state = match *text {
            "-" => State::Absent,
            "!" => State::Failed(crate::facts::phrases::reason::SERVFAIL.en.into()),
            text => State::Value(Answer::Texts(vec![text.to_owned()])),
        };
        facts.put(Key::Texts((*name).to_owned()), Fact { state, ..Fact::default() });
    }
    facts
}

/// The DNS record of the key that [`rsa`] signs with.
pub(super) fn rsa_record() -> String {
    format!("v=DKIM1; k=rsa; p={}", RSA_2048.public)
}

/// The DNS record of the key that [`ed25519`] signs with.
pub(super) fn ed25519_record() -> String {
    format!(
        "v=DKIM1; k=ed25519; p={}",
        encoded(&ed25519_dalek::SigningKey::from_bytes(&ED25519_SEED).verifying_key().to_bytes())
    )
}

/// Base64 with padding.
pub(super) fn encoded(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let bits = (0..3).fold(0_u32, |bits, at| bits << 8 | u32::from(*chunk.get(at).unwrap_or(&0)));
        for at in 0..4 {
            let letter = LETTERS[(bits >> (18 - 6 * at) & 63) as usize];
            out.push(if at <= chunk.len() { char::from(letter) } else { '=' });
        }
    }
    out
}

fn way(relaxed: bool) -> Canonicalization {
    if relaxed { Canonicalization::Relaxed } else { Canonicalization::Simple }
}

/// Signed with RSA by `mail-auth`; the field in front of the mail.
pub(super) fn rsa(mail: &[u8], domain: &str, headers: &[&str], relaxed: (bool, bool), length: bool) -> Vec<u8> {
    let der = base64(RSA_2048.private).unwrap();
    let key = RsaKey::<Sha256>::from_key_der(PrivateKeyDer::Pkcs1(PrivatePkcs1KeyDer::from(der))).unwrap();
    let signer =
        DkimSigner::from_key(key).domain(domain).selector("s1").headers(headers.iter().map(|name| (*name).to_owned()));
    let signer =
        signer.header_canonicalization(way(relaxed.0)).body_canonicalization(way(relaxed.1)).body_length(length);
    let field = signer.sign(mail).unwrap().to_header();
    [field.as_bytes(), mail].concat()
}

/// Signed with Ed25519 by `mail-auth`.
pub(super) fn ed25519(mail: &[u8], domain: &str, headers: &[&str], relaxed: (bool, bool)) -> Vec<u8> {
    let public = ed25519_dalek::SigningKey::from_bytes(&ED25519_SEED).verifying_key().to_bytes();
    let key = Ed25519Key::from_seed_and_public_key(&ED25519_SEED, &public).unwrap();
    let signer =
        DkimSigner::from_key(key).domain(domain).selector("s1").headers(headers.iter().map(|name| (*name).to_owned()));
    let signer = signer.header_canonicalization(way(relaxed.0)).body_canonicalization(way(relaxed.1));
    let field = signer.sign(mail).unwrap().to_header();
    [field.as_bytes(), mail].concat()
}

/// Which key signs by hand.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Hand {
    Rsa2048,
    Rsa1024,
    Rsa768,
    Sha1,
}

impl Hand {
    pub(super) fn record(self) -> String {
        let public = match self {
            Self::Rsa2048 | Self::Sha1 => RSA_2048.public,
            Self::Rsa1024 => RSA_1024.public,
            Self::Rsa768 => RSA_768.public,
        };
        format!("v=DKIM1; p={public}")
    }

    fn sign(self, hash: &[u8]) -> String {
        let private = match self {
            Self::Rsa2048 | Self::Sha1 => RSA_2048.private,
            Self::Rsa1024 => RSA_1024.private,
            Self::Rsa768 => RSA_768.private,
        };
        let key = rsa::RsaPrivateKey::from_pkcs1_der(&base64(private).unwrap()).unwrap();
        let prefix: &[u8] = if self == Self::Sha1 {
            &[48, 33, 48, 9, 6, 5, 43, 14, 3, 2, 26, 5, 0, 4, 20]
        } else {
            &[48, 49, 48, 13, 6, 9, 96, 134, 72, 1, 101, 3, 4, 2, 1, 5, 0, 4, 32]
        };
        let scheme = rsa::Pkcs1v15Sign { hash_len: Some(hash.len()), prefix: prefix.into() };
        encoded(&key.sign(scheme, hash).unwrap())
    }
}

/// A DKIM-Signature over some fields and the whole body, relaxed, with tags of one's own; in front of the mail.
pub(super) fn by_hand(hand: Hand, mail: &str, tags: &str, names: &[&str]) -> String {
    let sha1 = hand == Hand::Sha1;
    let (head, body) = mail.split_once("\r\n\r\n").unwrap();
    let head = format!("{head}\r\n");
    let hash = encoded(&body_hash(Way::Relaxed, sha1, None, body.as_bytes()).0);
    let algorithm = if sha1 { "rsa-sha1" } else { "rsa-sha256" };
    let field =
        format!("DKIM-Signature: v=1; a={algorithm}; c=relaxed/relaxed; {tags}; h={}; bh={hash}; b=", names.join(":"));
    let mut written = Vec::new();
    let all = fields(head.as_bytes());
    for name in names {
        if let Some(field) = all.iter().rev().find(|field| field.is(name)) {
            header(Way::Relaxed, field.whole, false, &mut written);
        }
    }
    header(Way::Relaxed, field.as_bytes(), true, &mut written);
    let mut hasher = Hasher::new(sha1);
    hasher.update(&written);
    format!("{field}{}\r\n{mail}", hand.sign(&hasher.finish()))
}

/// Adds an ARC set that says `cv`, sealed and signed by `domain`.
pub(super) fn sealed(mail: &str, number: u8, cv: &str, domain: &str) -> String {
    let hand = Hand::Rsa1024;
    let (head, body) = mail.split_once("\r\n\r\n").unwrap();
    let head = format!("{head}\r\n");
    let all = fields(head.as_bytes());
    let sign = |parts: &[&[u8]], own: &str| {
        let mut written = Vec::new();
        for part in parts {
            header(Way::Relaxed, part, false, &mut written);
        }
        header(Way::Relaxed, own.as_bytes(), true, &mut written);
        let mut hasher = Hasher::new(false);
        hasher.update(&written);
        format!("{own}{}", hand.sign(&hasher.finish()))
    };
    let hash = encoded(&body_hash(Way::Relaxed, false, None, body.as_bytes()).0);
    let from = all.iter().find(|field| field.is("from")).unwrap();
    let subject = all.iter().find(|field| field.is("subject")).unwrap();
    let results = format!("ARC-Authentication-Results: i={number}; {domain}; dkim=pass header.d=shop.example");
    let message = sign(
        &[from.whole, subject.whole],
        &format!(
            "ARC-Message-Signature: i={number}; a=rsa-sha256; c=relaxed/relaxed; d={domain}; s=arc; h=from:subject; bh={hash}; b="
        ),
    );
    // Lowest set first, as the newest stands on top.
    let mut before: Vec<&[u8]> = Vec::new();
    for old in 1..number {
        for name in ["arc-authentication-results", "arc-message-signature", "arc-seal"] {
            let tag = format!("i={old};");
            let field = all.iter().find(|field| field.is(name) && String::from_utf8_lossy(field.whole).contains(&tag));
            before.push(field.unwrap().whole);
        }
    }
    before.extend([results.as_bytes(), message.as_bytes()]);
    let seal = sign(&before, &format!("ARC-Seal: i={number}; a=rsa-sha256; cv={cv}; d={domain}; s=arc; b="));
    format!("{seal}\r\n{message}\r\n{results}\r\n{mail}")
}

#[test]
fn base64_of_the_tests_is_base64() {
    for text in ["", "a", "ab", "abc", "abcd"] {
        assert_eq!(base64(&encoded(text.as_bytes())).unwrap(), text.as_bytes());
    }
    assert_eq!(unescaped("a"), b"a");
}

//! Public keys of DKIM as the DNS has them (RFC 6376 section 3.6.1, RFC 8463), and the arithmetic of a signature.
//!
//! Keys come from strangers: what is larger than [`LARGEST`] bits, or has an exponent that would keep a machine busy, is
//! refused before anything is computed with it.

use ed25519_dalek::VerifyingKey;
use rsa::pkcs1::der::Decode as _;
use rsa::pkcs8::SubjectPublicKeyInfoRef;
use rsa::traits::PublicKeyParts as _;
use rsa::{BigUint, Pkcs1v15Sign, RsaPublicKey};

use super::{Algorithm, KeyFlaw};
use crate::evidence::base64;
use crate::proof::tags::Tags;

/// The longest key in bits that is computed with.
const LARGEST: usize = 8_192;
/// The shortest RSA key that proves anything (RFC 8301 section 3.2).
pub(in crate::proof) const SHORTEST: u32 = 1_024;

/// Beginnings of what is signed: the hash's own name (RFC 8017 section 9.2).
const SHA256: [u8; 19] = [48, 49, 48, 13, 6, 9, 96, 134, 72, 1, 101, 3, 4, 2, 1, 5, 0, 4, 32];
const SHA1: [u8; 15] = [48, 33, 48, 9, 6, 5, 43, 14, 3, 2, 26, 5, 0, 4, 20];

/// A key with what its record says of its use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::proof) struct KeyRecord {
    material: Material,
    /// `t=y`: the domain only tries it out.
    pub(in crate::proof) testing: bool,
    /// `t=s`: good for the domain itself only, not for names below it.
    pub(in crate::proof) strict: bool,
    /// `h=`: hashes that it may be used with.
    hashes: Option<Vec<String>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Material {
    Rsa(RsaPublicKey),
    Ed25519(VerifyingKey),
}

impl KeyRecord {
    /// Picks the key out of the texts at its name: the first that is one.
    ///
    /// # Errors
    /// Why none of them can be used.
    pub(in crate::proof) fn of(texts: &[Vec<u8>]) -> Result<Self, KeyFlaw> {
        let mut flaw = KeyFlaw::NoKey;
        for text in texts {
            match Self::read(text) {
                Ok(key) => return Ok(key),
                Err(KeyFlaw::NoKey) => {}
                Err(other) => flaw = other,
            }
        }
        Err(flaw)
    }

    fn read(text: &[u8]) -> Result<Self, KeyFlaw> {
        let tags = Tags::read(text);
        let Some(key) = tags.get("p") else { return Err(KeyFlaw::NoKey) };
        if tags.get("v").is_some_and(|version| version != b"DKIM1") || tags.get("v").is_some() && tags.first() != b"v" {
            return Err(KeyFlaw::NoKey);
        }
        if key.iter().all(u8::is_ascii_whitespace) {
            return Err(KeyFlaw::Revoked);
        }
        if tags.items("s").is_some_and(|services| !services.iter().any(|one| one == "*" || one == "email")) {
            return Err(KeyFlaw::OtherUse);
        }
        let bytes = tags.tight("p").and_then(|text| base64(&text)).ok_or(KeyFlaw::Unreadable)?;
        let material = match tags.tight("k").unwrap_or_else(|| "rsa".to_owned()).to_ascii_lowercase().as_str() {
            "rsa" => Material::Rsa(rsa(&bytes)?),
            "ed25519" => Material::Ed25519(ed25519(&bytes)?),
            _ => return Err(KeyFlaw::OtherKind),
        };
        let flags = tags.items("t").unwrap_or_default();
        let flag = |name: &str| flags.iter().any(|flag| flag == name);
        Ok(Self { material, testing: flag("y"), strict: flag("s"), hashes: tags.items("h") })
    }

    /// Length in bits.
    pub(in crate::proof) fn bits(&self) -> u32 {
        match &self.material {
            Material::Rsa(key) => key.n().bits() as u32,
            Material::Ed25519(_) => 256,
        }
    }

    /// The key may be used with this algorithm.
    pub(in crate::proof) fn fits(&self, algorithm: Algorithm) -> bool {
        let hash = if algorithm == Algorithm::RsaSha1 { "sha1" } else { "sha256" };
        let kind = matches!(
            (&self.material, algorithm),
            (Material::Rsa(_), Algorithm::RsaSha256 | Algorithm::RsaSha1) | (Material::Ed25519(_), Algorithm::Ed25519)
        );
        kind && self.hashes.as_ref().is_none_or(|hashes| hashes.iter().any(|one| one == hash))
    }

    /// The signature is one over this hash.
    pub(in crate::proof) fn verifies(&self, algorithm: Algorithm, hash: &[u8], signature: &[u8]) -> bool {
        match (&self.material, algorithm) {
            (Material::Rsa(key), Algorithm::RsaSha256) => {
                let scheme = Pkcs1v15Sign { hash_len: Some(32), prefix: SHA256.into() };
                key.verify(scheme, hash, signature).is_ok()
            }
            (Material::Rsa(key), Algorithm::RsaSha1) => {
                let scheme = Pkcs1v15Sign { hash_len: Some(20), prefix: SHA1.into() };
                key.verify(scheme, hash, signature).is_ok()
            }
            (Material::Ed25519(key), Algorithm::Ed25519) => ed25519_dalek::Signature::from_slice(signature)
                .is_ok_and(|signature| key.verify_strict(hash, &signature).is_ok()),
            _ => false,
        }
    }
}

/// SubjectPublicKeyInfo, or a bare RSAPublicKey as some publish it.
fn rsa(der: &[u8]) -> Result<RsaPublicKey, KeyFlaw> {
    let inner = SubjectPublicKeyInfoRef::try_from(der).ok();
    let bytes = inner.as_ref().and_then(|info| info.subject_public_key.as_bytes()).unwrap_or(der);
    let key = rsa::pkcs1::RsaPublicKey::from_der(bytes).map_err(|_| KeyFlaw::Unreadable)?;
    let (modulus, exponent) = (key.modulus.as_bytes(), key.public_exponent.as_bytes());
    if modulus.len() > LARGEST / 8 || exponent.len() > 8 {
        return Err(KeyFlaw::TooLarge);
    }
    let (modulus, exponent) = (BigUint::from_bytes_be(modulus), BigUint::from_bytes_be(exponent));
    RsaPublicKey::new_with_max_size(modulus, exponent, LARGEST).map_err(|_| KeyFlaw::Unreadable)
}

fn ed25519(bytes: &[u8]) -> Result<VerifyingKey, KeyFlaw> {
    let bytes = <[u8; 32]>::try_from(bytes).map_err(|_| KeyFlaw::Unreadable)?;
    VerifyingKey::from_bytes(&bytes).map_err(|_| KeyFlaw::Unreadable)
}

//! Who registered a domain, a block of addresses or an autonomous system, as a registry published it (RDAP, RFC 9083, or
//! WHOIS, RFC 3912). Every field may be missing: what a registry withholds is not made up.

use serde::{Deserialize, Serialize};

/// What a registry says.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Registration {
    /// What was registered, as the registry spells it: a domain, a prefix (`192.0.2.0/24`) or `AS64496`.
    pub handle: String,
    /// Name of the block or system (`EXAMPLE-NET`); for a domain its name in its own letters where that differs.
    pub name: Option<String>,
    /// Who sold it.
    pub registrar: Option<String>,
    /// Whose it is, as published; often withheld.
    pub registrant: Option<String>,
    /// ISO 3166-1 alpha-2 code of the registrant or of the block, upper case; the country's name where none is known.
    pub country: Option<String>,
    /// Unix seconds of the first registration.
    pub created: Option<i64>,
    /// Unix seconds of the last change.
    pub changed: Option<i64>,
    /// Unix seconds of the end.
    pub expires: Option<i64>,
    /// Name servers, lower case, without trailing dot.
    pub name_servers: Vec<String>,
    /// Status words as the registry writes them (`client hold`, `Connected (2027/03/31)`).
    pub status: Vec<String>,
    /// Where to complain: mail addresses and telephone numbers.
    pub abuse: Vec<String>,
    /// The registry signs the delegation (DNSSEC), where it says so.
    pub signed: Option<bool>,
    /// The registry that said so (`APNIC`, `JPRS`).
    pub registry: Option<String>,
    /// How it was asked.
    pub by: Registry,
    /// Something was left out because a limit was met, in English.
    pub cut: Option<String>,
}

/// The protocol by which a registry was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Registry {
    /// RDAP, RFC 9082 and 9083.
    #[default]
    Rdap,
    /// WHOIS, RFC 3912.
    Whois,
}

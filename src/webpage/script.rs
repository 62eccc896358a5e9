//! What a reader sees in a script without running it: where it leads when it names the place in plain letters, and the
//! texts that it holds. One pass, no recursion, nothing is ever run.
//!
//! ```text
//! window.location.href = "https://" + 'example.com/next';   leads to https://example.com/next
//! location = where();                                       leads nowhere that can be seen
//! ```

/// The most bytes that are kept of one text.
const TEXT_BYTES: usize = 4_096;
/// The most places to which one page's scripts lead.
const LEAD_LIMIT: usize = 20;
/// The most texts that are joined by plus signs.
const JOIN_LIMIT: usize = 50;

/// Objects whose `location` is the window's.
const WINDOWS: &[&str] = &["window", "document", "top", "self", "parent", "globalThis", "frames"];

/// A place to which a script leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Lead {
    /// The address as written, escapes undone.
    pub(super) to: String,
    /// It stands inside a function or under a condition: whether it is ever reached cannot be seen.
    pub(super) inner: bool,
}

/// Reads a script: gives the places to which it leads, and tells `text` every text in it.
pub(super) fn read(script: &str, mut text: impl FnMut(&str)) -> Vec<Lead> {
    let mut leads = Vec::new();
    let mut later = Vec::new();
    Reader::new(script, 0).run(&mut leads, &mut |found: &str| {
        text(found);
        // `setTimeout("location.href='...'", 500)`
        if found.contains("location") && later.len() < LEAD_LIMIT {
            later.push(found.to_owned());
        }
    });
    for code in later {
        Reader::new(&code, 1).run(&mut leads, &mut |_: &str| {});
    }
    leads
}

struct Reader<'a> {
    code: &'a str,
    at: usize,
    /// Braces that are open.
    depth: usize,
    /// The last character that is no blank, and the name that it ended.
    before: u8,
    name: &'a str,
    /// The name in front of the last dot.
    owner: &'a str,
}

impl<'a> Reader<'a> {
    fn new(code: &'a str, depth: usize) -> Self {
        Self { code, at: 0, depth, before: b';', name: "", owner: "" }
    }

    fn peek(&self) -> Option<u8> {
        self.code.as_bytes().get(self.at).copied()
    }

    fn starts(&self, with: &str) -> bool {
        self.rest().starts_with(with.as_bytes())
    }

    fn rest(&self) -> &'a [u8] {
        self.code.as_bytes().get(self.at..).unwrap_or_default()
    }

    fn run(&mut self, leads: &mut Vec<Lead>, text: &mut dyn FnMut(&str)) {
        while let Some(byte) = self.peek() {
            match byte {
                b'/' if self.starts("//") || self.starts("/*") => self.comment(),
                b'/' if self.pattern_may_start() => self.pattern(),
                b'"' | b'\'' | b'`' => {
                    if let Some(found) = self.literal() {
                        text(&found);
                    }
                    self.saw(b'"');
                }
                _ if is_name_byte(byte) => {
                    let (before, owner) = (self.before, self.owner);
                    let previous = self.name;
                    let name = self.word();
                    if name == "location" {
                        let own = if before == b'.' { WINDOWS.contains(&owner) } else { !declares(previous) };
                        self.location(own, before, leads, text);
                    }
                }
                _ => {
                    match byte {
                        b'{' => self.depth += 1,
                        b'}' => self.depth = self.depth.saturating_sub(1),
                        b'.' => self.owner = self.name,
                        _ => {}
                    }
                    self.at += 1;
                    if !byte.is_ascii_whitespace() {
                        self.saw(byte);
                    }
                }
            }
        }
    }

    fn saw(&mut self, byte: u8) {
        self.before = byte;
        self.name = "";
    }

    /// Behind the name `location`.
    fn location(&mut self, own: bool, before: u8, leads: &mut Vec<Lead>, text: &mut dyn FnMut(&str)) {
        self.blanks();
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.blanks();
            let member = self.word();
            if !matches!(member, "href" | "replace" | "assign") {
                return;
            }
            self.blanks();
        }
        let call = self.peek() == Some(b'(');
        let given = self.peek() == Some(b'=') && self.rest().get(1) != Some(&b'=') && self.rest().get(1) != Some(&b'>');
        if !call && !given {
            return;
        }
        self.at += 1;
        self.saw(b'=');
        let Some(to) = self.joined(text) else { return };
        let to = to.trim();
        let address = !to.is_empty() && !to.starts_with('#') && !to.contains(char::is_whitespace);
        if own && address && leads.len() < LEAD_LIMIT {
            // `if (...) location = ...`, `() => location = ...`
            let inner = self.depth > 0 || matches!(before, b')' | b'>' | b'&' | b'?' | b'|' | b':');
            leads.push(Lead { to: to.to_owned(), inner });
        }
    }

    /// Texts joined by plus signs and nothing else.
    fn joined(&mut self, text: &mut dyn FnMut(&str)) -> Option<String> {
        let mut out = String::new();
        for _ in 0..JOIN_LIMIT {
            self.blanks();
            if !matches!(self.peek(), Some(b'"' | b'\'' | b'`')) {
                return None;
            }
            let piece = self.literal();
            self.saw(b'"');
            let piece = piece?;
            text(&piece);
            if out.len() + piece.len() <= TEXT_BYTES {
                out.push_str(&piece);
            }
            let ended = self.at;
            self.blanks();
            match self.peek() {
                Some(b'+') => self.at += 1,
                // Something is still done with it.
                Some(b'.' | b'?' | b'[') => return None,
                _ => {
                    self.at = ended;
                    return Some(out);
                }
            }
        }
        None
    }

    fn blanks(&mut self) {
        while self.peek().is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.at += 1;
        }
    }

    /// A name; empty where none stands here.
    fn word(&mut self) -> &'a str {
        let length = self.rest().iter().take_while(|byte| is_name_byte(**byte)).count();
        let word = self.code.get(self.at..self.at + length).unwrap_or_default();
        self.at += length;
        self.before = b'a';
        self.name = word;
        word
    }

    fn comment(&mut self) {
        let end: &[u8] = if self.starts("//") { b"\n" } else { b"*/" };
        let length = self.rest().get(2..).and_then(|rest| memchr::memmem::find(rest, end));
        self.at = length.map_or(self.code.len(), |length| self.at + 2 + length + end.len());
    }

    /// A slash here starts a regular expression and divides nothing.
    fn pattern_may_start(&self) -> bool {
        matches!(self.name, "return" | "typeof" | "case")
            || self.name.is_empty() && !matches!(self.before, b')' | b']' | b'}' | b'"')
    }

    /// Skips a regular expression; a line end ends it.
    fn pattern(&mut self) {
        let mut class = false;
        self.at += 1;
        while let Some(byte) = self.peek() {
            self.at += 1;
            match byte {
                b'\\' => self.at += 1,
                b'[' => class = true,
                b']' => class = false,
                b'/' if !class => break,
                b'\n' => break,
                _ => {}
            }
        }
        self.saw(b'"');
    }

    /// The text at the quotation mark here, escapes undone; `None` where it holds something that has to be run.
    fn literal(&mut self) -> Option<String> {
        let quote = self.peek()?;
        self.at += 1;
        let mut out = String::new();
        let mut plain = true;
        loop {
            let rest = self.rest();
            let run = rest.iter().position(|byte| matches!(byte, b'\\' | b'\n' | b'$') || *byte == quote);
            let run = run.unwrap_or(rest.len());
            let piece = self.code.get(self.at..self.at + run).unwrap_or_default();
            if out.len() < TEXT_BYTES {
                out.push_str(crate::message::clip(piece, TEXT_BYTES - out.len()));
            }
            self.at += run;
            let Some(byte) = self.peek() else { break };
            self.at += 1;
            match byte {
                b'\\' => self.escape(&mut out),
                b'$' => {
                    plain &= !(quote == b'`' && self.peek() == Some(b'{'));
                    out.push('$');
                }
                b'\n' if quote == b'`' => out.push('\n'),
                // Its end, or a line end that no text may hold.
                _ => break,
            }
        }
        plain.then_some(out)
    }

    /// Behind a backslash.
    fn escape(&mut self, out: &mut String) {
        let Some(letter) = self.code.get(self.at..).and_then(|rest| rest.chars().next()) else { return };
        self.at += letter.len_utf8();
        let digits = match letter {
            'x' => 2,
            'u' if self.peek() == Some(b'{') => {
                self.at += 1;
                let length = self.rest().iter().take(7).position(|byte| *byte == b'}');
                let code = length.and_then(|length| self.code.get(self.at..self.at + length));
                self.at += length.map_or(0, |length| length + 1);
                out.extend(code.and_then(character));
                return;
            }
            'u' => 4,
            'n' | 'r' | 't' | 'b' | 'f' | 'v' | '0' => {
                out.push(' ');
                return;
            }
            '\n' => return,
            _ => {
                out.push(letter);
                return;
            }
        };
        if let Some(letter) = self.code.get(self.at..self.at + digits).and_then(character) {
            out.push(letter);
            self.at += digits;
        }
    }
}

fn character(hex: &str) -> Option<char> {
    char::from_u32(u32::from_str_radix(hex, 16).ok()?)
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$') || byte >= 128
}

/// The word makes a new name of what follows.
fn declares(word: &str) -> bool {
    matches!(word, "let" | "const" | "var" | "function" | "class")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leads(script: &str) -> Vec<(String, bool)> {
        read(script, |_| {}).into_iter().map(|lead| (lead.to, lead.inner)).collect()
    }

    #[test]
    fn places_in_plain_letters_are_seen() {
        for (script, to, inner) in [
            ("location = 'https://a.example/'", "https://a.example/", false),
            ("window.location=\"/next\";", "/next", false),
            ("window . location . href = `next.php`", "next.php", false),
            ("top.location.replace('//a.example/x')", "//a.example/x", false),
            ("document.location.assign( 'https://a.example/' )", "https://a.example/", false),
            ("location.href = 'https://' + \"a.example\" + '/x?e=1';", "https://a.example/x?e=1", false),
            (r"location.href='\x68ttps:\/\/a.example\u002f\u{7a}'", "https://a.example/z", false),
            ("// location='/no'\n/* location='/no' */ location='/yes'", "/yes", false),
            ("var r=/\"'[/]/; location='/x'", "/x", false),
            ("setTimeout(function(){ location.href='/later' }, 3000)", "/later", true),
            ("setTimeout(\"location.href='/later'\", 3000)", "/later", true),
            ("if (x) location = '/perhaps'", "/perhaps", true),
            ("go = () => location.replace('/perhaps')", "/perhaps", true),
            ("x = 10 / 2; location = '/x'; y = 4 / 2", "/x", false),
        ] {
            assert_eq!(leads(script), [(to.to_owned(), inner)], "{script}");
        }
    }

    #[test]
    fn what_has_to_be_run_leads_nowhere() {
        for script in [
            "location = where()",
            "location.href = 'https://' + host",
            "location.href = `https://${host}/`",
            "location.href = '/x'.concat(y)",
            "if (location.href == 'https://a.example/') {}",
            "user.location = 'Tokyo'",
            "let location = 'Tokyo'",
            "location = 'Tokyo, Japan'",
            "location.hash = '#top'",
            "location.href = '#top'",
            "allocation = '/x'; location_x = '/x'",
            "'location = \"a b\"'",
            "var a = location.href; b = location.search",
            "location.reload()",
        ] {
            assert_eq!(leads(script), [], "{script}");
        }
    }

    #[test]
    fn every_text_is_told() {
        let mut texts = Vec::new();
        read(r#"$.post("next.php", {a: 'b'}); x = `t`; y = "un\x2fdone"; location='/z'"#, |text| {
            texts.push(text.to_owned());
        });
        assert_eq!(texts, ["next.php", "b", "t", "un/done", "/z"]);
    }

    #[test]
    fn bait_for_the_reader_ends_soon() {
        for piece in
            ["'", "\"\\", "`${", "/*", "//", "location=", "location='a'+", "/[", "\\u{", "{", "location.", "é\\é"]
        {
            read(&piece.repeat(50_000), |_| {});
        }
    }
}

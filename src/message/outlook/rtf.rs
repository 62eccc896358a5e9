//! Compressed RTF (MS-OXRTFCP) and the HTML or text that is wrapped in it (MS-OXRTFEX). Bounded, without recursion: groups
//! are a stack with a cap.

/// What the dictionary holds before the first byte (section 2.1.2.1).
const START: &[u8; 207] = b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";
/// Size of the dictionary.
const RING: usize = 4096;
/// The most bytes that are unpacked.
const BYTES: usize = 16 * 1024 * 1024;
/// The deepest group that is followed.
const GROUPS: usize = 500;

/// Undoes the packing; `None` where the bytes are no compressed RTF.
#[must_use]
pub(crate) fn unpack(packed: &[u8]) -> Option<Vec<u8>> {
    let number = |at: usize| packed.get(at..at + 4)?.try_into().ok().map(u32::from_le_bytes);
    let size = (number(4)? as usize).min(BYTES);
    let data = packed.get(16..)?;
    match packed.get(8..12)? {
        b"MELA" => return Some(data.get(..size).unwrap_or(data).to_vec()),
        b"LZFu" => {}
        _ => return None,
    }
    let mut ring = [b' '; RING];
    ring.get_mut(..START.len())?.copy_from_slice(START);
    let mut write = START.len();
    let mut out = Vec::new();
    let mut put = |out: &mut Vec<u8>, byte: u8, ring: &mut [u8; RING]| {
        out.push(byte);
        if let Some(place) = ring.get_mut(write) {
            *place = byte;
        }
        write = (write + 1) % RING;
        write
    };
    let mut place = START.len();
    let mut rest = data;
    while let Some((&flags, behind)) = rest.split_first() {
        rest = behind;
        for bit in 0..8 {
            if out.len() >= size {
                return Some(out);
            }
            if flags >> bit & 1 == 0 {
                let Some((&byte, behind)) = rest.split_first() else { return Some(out) };
                rest = behind;
                place = put(&mut out, byte, &mut ring);
                continue;
            }
            let Some((two, behind)) = rest.split_first_chunk::<2>() else { return Some(out) };
            rest = behind;
            let token = usize::from(u16::from_be_bytes(*two));
            let (from, length) = (token >> 4, (token & 15) + 2);
            // A reference to the place that is written next ends the data.
            if from == place {
                return Some(out);
            }
            for step in 0..length {
                let byte = ring.get((from + step) % RING).copied().unwrap_or_default();
                place = put(&mut out, byte, &mut ring);
            }
        }
    }
    Some(out)
}

/// What an RTF body is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Content {
    /// The HTML that was wrapped.
    Html(String),
    /// Its text.
    Text(String),
}

/// What holds inside a group.
#[derive(Debug, Clone, Copy, Default)]
struct Group {
    /// Its content is no text of the body.
    skipped: bool,
    /// Its content is HTML as it stood.
    tag: bool,
    /// Between `\htmlrtf` and `\htmlrtf0`: for RTF readers only.
    rtf_only: bool,
    /// Characters that follow a `\u` for readers that do not know it.
    fallback: usize,
}

/// Unwraps a body; `page` is the code page of bytes that are no ASCII.
#[must_use]
pub(crate) fn content(rtf: &[u8], page: Option<u32>) -> Content {
    let window = rtf.get(..4096).unwrap_or(rtf);
    let html = memchr::memmem::find(window, b"\\fromhtml").is_some();
    let mut reader = Unwrap { html, out: Vec::new(), narrow: Vec::new(), text: String::new(), page, skip: 0 };
    reader.run(rtf);
    reader.flush();
    if html { Content::Html(reader.text) } else { Content::Text(reader.text) }
}

struct Unwrap {
    html: bool,
    out: Vec<Group>,
    /// Bytes in the code page that wait to become text together.
    narrow: Vec<u8>,
    text: String,
    page: Option<u32>,
    /// Characters that stand in for one that was read already.
    skip: usize,
}

impl Unwrap {
    fn run(&mut self, rtf: &[u8]) {
        let mut group = Group { fallback: 1, ..Group::default() };
        let mut beyond = 0_usize;
        let mut star = false;
        let mut rest = rtf;
        while let Some((&byte, behind)) = rest.split_first() {
            if self.text.len() + self.narrow.len() > BYTES {
                return;
            }
            rest = behind;
            match byte {
                b'{' => {
                    if self.out.len() < GROUPS {
                        self.out.push(group);
                    } else {
                        beyond += 1;
                    }
                    star = false;
                }
                b'}' if beyond > 0 => beyond -= 1,
                b'}' => group = self.out.pop().unwrap_or(Group { fallback: 1, ..Group::default() }),
                b'\r' | b'\n' => {}
                b'\\' => rest = self.control(rest, &mut group, &mut star),
                other => self.put(&[other], group),
            }
        }
    }

    /// A control word or symbol behind its backslash; gives what follows.
    fn control<'r>(&mut self, rest: &'r [u8], group: &mut Group, star: &mut bool) -> &'r [u8] {
        let Some((&first, behind)) = rest.split_first() else { return rest };
        if !first.is_ascii_alphabetic() {
            match first {
                b'\'' => {
                    let digit = |at: usize| behind.get(at).and_then(|byte| (*byte as char).to_digit(16));
                    if let (Some(high), Some(low)) = (digit(0), digit(1)) {
                        self.put(&[(high * 16 + low) as u8], *group);
                        return behind.get(2..).unwrap_or_default();
                    }
                }
                b'{' | b'}' | b'\\' => self.put(&[first], *group),
                b'~' => self.wide('\u{a0}', *group),
                b'_' => self.put(b"-", *group),
                b'*' => *star = true,
                _ => {}
            }
            return behind;
        }
        let letters = rest.iter().take(40).take_while(|byte| byte.is_ascii_alphabetic()).count();
        let (word, mut behind) = rest.split_at_checked(letters).unwrap_or((rest, &[]));
        let minus = usize::from(behind.first() == Some(&b'-'));
        let digits =
            behind.get(minus..).unwrap_or_default().iter().take(10).take_while(|byte| byte.is_ascii_digit()).count();
        let number: Option<i64> = (digits > 0)
            .then(|| behind.get(..minus + digits).and_then(|number| std::str::from_utf8(number).ok()?.parse().ok()))
            .flatten();
        if digits > 0 {
            behind = behind.get(minus + digits..).unwrap_or_default();
        }
        let behind = behind.strip_prefix(b" ").unwrap_or(behind);
        self.word(word, number, group, *star);
        *star = false;
        behind
    }

    fn word(&mut self, word: &[u8], number: Option<i64>, group: &mut Group, star: bool) {
        match word {
            b"htmltag" => {
                group.tag = true;
                group.skipped = !self.html;
            }
            b"htmlrtf" => group.rtf_only = number != Some(0),
            b"mhtmltag" | b"fonttbl" | b"colortbl" | b"stylesheet" | b"info" | b"pict" | b"object" | b"header"
            | b"footer" => {
                group.skipped = true;
            }
            b"par" | b"line" => self.put(b"\r\n", *group),
            b"tab" => self.put(b"\t", *group),
            b"lquote" => self.wide('\u{2018}', *group),
            b"rquote" => self.wide('\u{2019}', *group),
            b"ldblquote" => self.wide('\u{201c}', *group),
            b"rdblquote" => self.wide('\u{201d}', *group),
            b"bullet" => self.wide('\u{2022}', *group),
            b"endash" => self.wide('\u{2013}', *group),
            b"emdash" => self.wide('\u{2014}', *group),
            b"ansicpg" => {
                self.page = number.and_then(|page| u32::try_from(page).ok()).filter(|page| *page > 0).or(self.page);
            }
            b"uc" => group.fallback = number.and_then(|count| usize::try_from(count).ok()).unwrap_or(1).min(16),
            b"u" => {
                let unit = number.unwrap_or_default() as u16;
                self.unit(unit, *group);
                self.skip = group.fallback;
            }
            _ if star => group.skipped = true,
            _ => {}
        }
    }

    fn shown(&self, group: Group) -> bool {
        !group.skipped && !group.rtf_only && (!self.html || group.tag || !self.out.is_empty())
    }

    fn put(&mut self, bytes: &[u8], group: Group) {
        if self.skip > 0 && bytes != b"\r\n" {
            self.skip -= 1;
            return;
        }
        if self.shown(group) {
            self.narrow.extend_from_slice(bytes);
        }
    }

    fn wide(&mut self, letter: char, group: Group) {
        if self.shown(group) {
            self.flush();
            self.text.push(letter);
        }
    }

    /// A UTF-16 unit; halves of a pair come one after the other and are replaced, which loses no link.
    fn unit(&mut self, unit: u16, group: Group) {
        self.wide(char::from_u32(unit.into()).unwrap_or(char::REPLACEMENT_CHARACTER), group);
    }

    fn flush(&mut self) {
        if !self.narrow.is_empty() {
            let text = super::decode(self.page, &self.narrow);
            self.text.push_str(&text);
            self.narrow.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_of_the_specification_unpack() {
        // MS-OXRTFCP sections 3.1.1 and 3.1.2.
        let simple = [
            0x2d, 0x00, 0x00, 0x00, 0x2b, 0x00, 0x00, 0x00, 0x4c, 0x5a, 0x46, 0x75, 0xf1, 0xc5, 0xc7, 0xa7, 0x03, 0x00,
            0x0a, 0x00, 0x72, 0x63, 0x70, 0x67, 0x31, 0x32, 0x35, 0x42, 0x32, 0x0a, 0xf3, 0x20, 0x68, 0x65, 0x6c, 0x09,
            0x00, 0x20, 0x62, 0x77, 0x05, 0xb0, 0x6c, 0x64, 0x7d, 0x0a, 0x80, 0x0f, 0xa0,
        ];
        assert_eq!(unpack(&simple).unwrap(), b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n");
        let crossing = [
            0x1a, 0x00, 0x00, 0x00, 0x1c, 0x00, 0x00, 0x00, 0x4c, 0x5a, 0x46, 0x75, 0xe2, 0xd4, 0x4b, 0x51, 0x41, 0x00,
            0x04, 0x20, 0x57, 0x58, 0x59, 0x5a, 0x0d, 0x6e, 0x7d, 0x01, 0x0e, 0xb0,
        ];
        assert_eq!(unpack(&crossing).unwrap(), b"{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}");
    }

    #[test]
    fn wrapped_html_comes_out_as_it_was() {
        let rtf = br#"{\rtf1\ansi\ansicpg932\fromhtml1 \deff0{\fonttbl{\f0 Arial;}}{\*\htmltag64 <p>}\htmlrtf {\htmlrtf0 \'83\'65\'83\'58\'83\'67 {\*\htmltag84 <a href="https://a.example/x">}\htmlrtf {\field{\*\fldinst{HYPERLINK "https://a.example/x"}}{\fldrslt\htmlrtf0 here\htmlrtf }\htmlrtf0 {\*\htmltag92 </a>}\htmlrtf }\htmlrtf0 {\*\htmltag72 </p>}}"#;
        let Content::Html(html) = content(rtf, None) else { panic!("no HTML") };
        assert_eq!(html, "<p>テスト <a href=\"https://a.example/x\">here</a></p>");
    }

    #[test]
    fn plain_rtf_gives_its_text() {
        let rtf = br"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 X;}}\pard caf\'e9 \u26085?\par {\*\generator y;}end}";
        assert_eq!(content(rtf, None), Content::Text("café 日\r\nend".to_owned()));
    }

    #[test]
    fn damaged_input_ends() {
        for rtf in [&b"{\\rtf1\\fromhtml"[..], b"\\'", b"}}}}", b"{\\u", b"\\uc99999999999\\u-1", &b"{".repeat(10_000)]
        {
            let _ = content(rtf, Some(1));
        }
        for packed in
            [&b""[..], b"\0\0\0\0\xff\xff\xff\xffLZFu\0\0\0\0\xff\xff\xff", b"\0\0\0\0\xff\xff\xff\xffLZFu\0\0\0\0"]
        {
            let _ = unpack(packed);
        }
    }
}

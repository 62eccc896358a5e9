//! What a feed's file says, line by line, whatever its form: a list of URLs or hosts, CSV with or without a heading,
//! JSON, or anything with address prefixes in it.
//!
//! ```text
//! 2022/12/01 09:41:00,https://evil.example/a,Brand             CSV; the heading says which column is which
//! "1","2026-07-30 11:54:23","http://192.0.2.9/bin.sh", ...     the same without heading: the column with a URL
//! 0.0.0.0 evil.example                                         a hosts file
//! {"asn":64496,"asname":"EVIL-AS","cc":"ZZ"}                   JSON lines, or the items of an array
//! {"ip_prefix":"192.0.2.0/24","region":"somewhere"}            prefixes are found wherever they stand
//! ```
//!
//! Tolerant: what is not understood is counted, never the end. Holds one piece at a time.

use std::io::{self, BufRead};

use serde::Deserialize;

use super::address::Address;
use super::table::NOTE;
use crate::lookup::csv::fields;
use crate::lookup::pieces::{self, Left};
use crate::lookup::prefix::Prefix;

/// The form of a feed's file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Format {
    /// By its first bytes.
    #[default]
    Auto,
    /// Lines: URLs, hosts, a hosts file, CSV.
    Text,
    /// JSON: an array of objects, or one object a line.
    Json,
    /// Address prefixes, in whatever form.
    Prefixes,
}

impl Format {
    /// As it is written on the command line.
    pub const NAMES: [(&'static str, Self); 4] =
        [("auto", Self::Auto), ("text", Self::Text), ("json", Self::Json), ("prefixes", Self::Prefixes)];
}

/// One line of a feed.
pub(super) enum Entry<'a> {
    /// A URL, a host or a system, with what the feed writes beside it and the day (since 2000-01-01, 0 for none).
    Named(Address, Option<&'a str>, u16),
    /// A network.
    Network(Prefix),
}

/// What a file says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Told {
    /// Lines that were taken.
    pub(super) lines: u64,
    /// Lines that hold nothing that is looked for, or too much.
    pub(super) skipped: u64,
    /// Its date.
    pub(super) dated: Option<String>,
    /// How many lines it says it has.
    pub(super) promised: Option<u64>,
    /// It is a web page: an error or a log-in, no feed.
    pub(super) page: bool,
}

/// Reads a file; `each` takes what it holds and says whether there is room for more.
pub(super) fn read(
    source: &mut dyn BufRead,
    format: Format,
    each: &mut dyn FnMut(Entry<'_>) -> bool,
) -> io::Result<Told> {
    let start = source.fill_buf()?;
    let start = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start).trim_ascii_start();
    if start.first() == Some(&b'<') {
        return Ok(Told { page: true, ..Told::default() });
    }
    let json = matches!(start.first(), Some(b'{' | b'['));
    // An address alone may be a machine of its own; with the length of a prefix it is a network.
    let mut lines = start.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    // The last one may go on.
    lines.next_back();
    let lines = lines.filter(|line| !line.is_empty() && !line.starts_with(b"#") && !line.starts_with(b";"));
    let networks = all_networks(lines);
    match format {
        Format::Prefixes => prefixes(source, !json, each),
        Format::Json => objects(source, each),
        Format::Auto if json => objects(source, each),
        Format::Auto if networks => prefixes(source, true, each),
        Format::Auto | Format::Text => text(source, each),
    }
}

/// Every line begins with an address or a network, and one at least with a network.
fn all_networks<'a>(lines: impl Iterator<Item = &'a [u8]>) -> bool {
    let mut any = false;
    for line in lines {
        let word = line.split(|byte| b" \t;#".contains(byte)).next().and_then(|word| str::from_utf8(word).ok());
        let Some(word) = word.filter(|word| Prefix::parse(word).is_some()) else { return false };
        any |= word.contains('/');
    }
    any
}

/// Days since 2000-01-01 of a date as feeds write it: `2022/12/01 09:41:00`, `2026-07-30T11:54:23+00:00`.
pub(super) fn day(text: &str) -> u16 {
    date(text).and_then(|date| (date - EPOCH).get_days().try_into().ok()).unwrap_or_default()
}

const EPOCH: jiff::civil::Date = jiff::civil::date(2000, 1, 1);

/// The day that a number stands for.
pub(super) fn of_day(day: u16) -> Option<String> {
    let day = (day > 0).then_some(jiff::Span::new().days(i64::from(day)))?;
    EPOCH.checked_add(day).ok().map(|date| date.to_string())
}

fn date(text: &str) -> Option<jiff::civil::Date> {
    let mut parts = text.trim().get(..10)?.split(['-', '/']);
    let mut number = || parts.next().filter(|part| part.bytes().all(|byte| byte.is_ascii_digit()))?.parse::<i16>().ok();
    let (year, month, day) = (number()?, number()?, number()?);
    jiff::civil::Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok().filter(|date| *date >= EPOCH)
}

/// The first date in a comment (`# Last updated: 2026-09-04 20:23:02 (UTC)`).
fn date_in(comment: &str) -> Option<String> {
    let starts = comment.char_indices().filter(|(_, letter)| letter.is_ascii_digit()).map(|(at, _)| at);
    starts.take(40).find_map(|at| date(comment.get(at..)?)).map(|date| date.to_string())
}

/// Which column is which.
#[derive(Debug, Clone, Copy, Default)]
struct Columns {
    address: usize,
    note: Option<usize>,
    tags: Option<usize>,
    date: Option<usize>,
}

impl Columns {
    /// From a heading; `None` where it is none.
    fn of(heading: &[String]) -> Option<Self> {
        let names: Vec<String> =
            heading.iter().map(|name| name.trim().trim_matches('#').trim().to_lowercase()).collect();
        let first = |wanted: &[&str]| wanted.iter().find_map(|one| names.iter().position(|name| name == one));
        Some(Self {
            address: first(&["url", "link", "domain", "host", "hostname", "indicator", "ioc"])?,
            note: first(&["description", "target", "threat", "brand", "type"]),
            tags: first(&["tags"]),
            date: first(&["date", "dateadded", "date_added", "submission_time", "first_seen", "firstseen"]),
        })
    }
}

fn text(source: &mut dyn BufRead, each: &mut dyn FnMut(Entry<'_>) -> bool) -> io::Result<Told> {
    let mut told = Told::default();
    let mut columns: Option<Columns> = None;
    let mut looked_for_date = 0;
    let Left { long } = pieces::lines(source, |line| {
        let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
        let line = String::from_utf8_lossy(line);
        let line = line.trim();
        let comment = line.starts_with(['#', ';', '!']) || line.starts_with("//");
        if line.is_empty() {
            return true;
        }
        if columns.is_none() && line.contains(',') && !line.contains("://") {
            columns = Columns::of(&fields(line));
            if columns.is_some() {
                return true;
            }
        }
        if comment {
            looked_for_date += 1;
            if told.dated.is_none() && looked_for_date <= 40 {
                told.dated = date_in(line);
            }
            return true;
        }
        let row = if columns.is_some() || line.starts_with('"') { fields(line) } else { Vec::new() };
        let entry = if row.is_empty() { plain(line).map(|address| (address, None, 0)) } else { cells(&row, columns) };
        let Some((address, note, day)) = entry else {
            told.skipped += 1;
            return true;
        };
        told.lines += 1;
        each(Entry::Named(address, note.as_deref(), day))
    })?;
    told.skipped += long;
    Ok(told)
}

/// One line that is no CSV: a URL or a host, alone, behind an address (hosts file) or in the notation of ad blockers.
fn plain(line: &str) -> Option<Address> {
    let line = line.strip_prefix("||").map_or(line, |rest| rest.trim_end_matches('^'));
    let mut words = line.split([' ', '\t']).filter(|word| !word.is_empty());
    let first = words.next()?;
    let nowhere = matches!(first, "0.0.0.0" | "127.0.0.1" | "::1" | "::");
    let word = if nowhere { words.next()? } else { first };
    Address::of(word)
}

fn cells(row: &[String], columns: Option<Columns>) -> Option<(Address, Option<String>, u16)> {
    let Some(columns) = columns else {
        let address = row.iter().find(|cell| cell.contains("://"))?;
        let day = row.iter().map(|cell| day(cell)).find(|day| *day > 0).unwrap_or_default();
        return Some((Address::of(address)?, None, day));
    };
    let cell =
        |at: Option<usize>| at.and_then(|at| row.get(at)).map(|cell| cell.trim()).filter(|cell| !cell.is_empty());
    let address = cell(Some(columns.address))?;
    let note = match (cell(columns.note), cell(columns.tags).filter(|tags| *tags != "None")) {
        (Some(note), Some(tags)) => Some(format!("{note}: {tags}")),
        (note, tags) => note.or(tags).map(ToOwned::to_owned),
    };
    Some((Address::of(address)?, note.and_then(|note| tidy(&note)), cell(columns.date).map_or(0, day)))
}

/// A note without control letters, of at most so many bytes; `None` for an empty one.
fn tidy(note: &str) -> Option<String> {
    let clean: String = note.chars().filter(|letter| !letter.is_control()).collect();
    let mut end = clean.len().min(NOTE);
    while !clean.is_char_boundary(end) {
        end -= 1;
    }
    let short = clean.get(..end)?.trim();
    (!short.is_empty()).then(|| short.to_owned())
}

/// The members of an item that say something; numbers and texts alike, as feeds disagree.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Item {
    #[serde(alias = "URL")]
    url: Option<String>,
    asn: Option<serde_json::Value>,
    #[serde(alias = "description", alias = "threat", alias = "brand")]
    target: Option<String>,
    asname: Option<String>,
    domain: Option<String>,
    #[serde(alias = "date_added", alias = "dateadded", alias = "date")]
    submission_time: Option<String>,
    r#type: Option<String>,
    timestamp: Option<i64>,
    records: Option<u64>,
}

fn objects(source: &mut dyn BufRead, each: &mut dyn FnMut(Entry<'_>) -> bool) -> io::Result<Told> {
    let mut told = Told::default();
    let Left { long } = pieces::objects(source, |object| {
        let Ok(item) = serde_json::from_slice::<Item>(object) else {
            told.skipped += 1;
            return true;
        };
        if item.r#type.as_deref() == Some("metadata") {
            told.promised = item.records;
            told.dated = item
                .timestamp
                .and_then(|seconds| jiff::Timestamp::from_second(seconds).ok())
                .map(|time| time.to_zoned(jiff::tz::TimeZone::UTC).date().to_string());
            return true;
        }
        let system = match &item.asn {
            Some(serde_json::Value::Number(number)) => number.as_u64().and_then(|number| u32::try_from(number).ok()),
            Some(serde_json::Value::String(text)) => text.trim_start_matches("AS").parse().ok(),
            _ => None,
        };
        let address = item.url.as_deref().and_then(Address::of).or(system.map(Address::System));
        let address = address.or_else(|| item.domain.as_deref().and_then(Address::of));
        let Some(address) = address else {
            told.skipped += 1;
            return true;
        };
        let note = match address {
            Address::System(_) => item.asname.or(item.domain),
            _ => item.target.filter(|target| target != "Other"),
        };
        told.lines += 1;
        let note = note.as_deref().and_then(tidy);
        each(Entry::Named(address, note.as_deref(), item.submission_time.as_deref().map_or(0, day)))
    })?;
    told.skipped += long;
    Ok(told)
}

fn prefixes(source: &mut dyn BufRead, comments: bool, each: &mut dyn FnMut(Entry<'_>) -> bool) -> io::Result<Told> {
    let mut told = Told::default();
    pieces::prefixes(source, comments, |text| {
        let Some(prefix) = Prefix::parse(text).filter(|prefix| !prefix.is_vast()) else {
            // Times and names have colons and dots, too: only what has a slash was meant for a prefix.
            told.skipped += u64::from(text.contains('/'));
            return true;
        };
        told.lines += 1;
        each(Entry::Network(prefix))
    })?;
    Ok(told)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &[u8], format: Format) -> (Vec<String>, Told) {
        let mut out = Vec::new();
        let told = read(&mut &text[..], format, &mut |entry| {
            out.push(match entry {
                Entry::Named(address, note, day) => {
                    let address = match address {
                        Address::Url { whole, .. } => whole,
                        Address::Host(host) => format!("host {host}"),
                        Address::System(number) => format!("AS{number}"),
                    };
                    format!("{address}|{}|{}", note.unwrap_or_default(), of_day(day).unwrap_or_default())
                }
                Entry::Network(prefix) => format!("{:?}", prefix.range()),
            });
            true
        });
        (out, told.unwrap())
    }

    #[test]
    fn a_monthly_list_with_brands_is_read() {
        let text = "date,URL,description\r\n2022/12/01 09:41:00,https://evil.example/a/step1.php,Brand\r\n\
            2022/12/02 10:00:00,https://evil.example/%E3%81%8A?x=\u{30a8},エポスカード\r\nbroken\r\n,,\r\n";
        let (lines, told) = all(text.as_bytes(), Format::Auto);
        assert_eq!(
            lines,
            ["evil.example/a/step1.php|Brand|2022-12-01", "evil.example/%E3%81%8A?x=%E3%82%A8|エポスカード|2022-12-02"]
        );
        assert_eq!((told.lines, told.skipped), (2, 2));
    }

    #[test]
    fn a_dump_with_its_heading_in_a_comment_is_read() {
        let text = "################\n# Evil URL dump\n# Last updated: 2026-11-20 20:23:02 (UTC)\n#\n\
            # id,dateadded,url,url_status,last_online,threat,tags,urlhaus_link,reporter\n\
            \"1\",\"2026-11-19 11:54:23\",\"http://192.0.2.9:8080/bin.sh\",\"online\",\"2026-11-20 11:54:23\",\"malware_download\",\"elf,\"\"x\"\"\",\"https://list.example/1/\",\"someone\"\n\
            \"2\",\"2026-11-19 11:54:23\",\"http://evil.example/b\",\"offline\",\"\",\"malware_download\",\"None\",\"https://list.example/2/\",\"someone\"\n";
        let (lines, told) = all(text.as_bytes(), Format::Auto);
        assert_eq!(
            lines,
            [
                "192.0.2.9:8080/bin.sh|malware_download: elf,\"x\"|2026-11-19",
                "evil.example/b|malware_download|2026-11-19"
            ]
        );
        assert_eq!(told.dated.as_deref(), Some("2026-11-20"));
        // The same without a heading.
        let (lines, _) = all(text.split_once("reporter\n").unwrap().1.as_bytes(), Format::Auto);
        assert_eq!(lines, ["192.0.2.9:8080/bin.sh||2026-11-19", "evil.example/b||2026-11-19"]);
    }

    #[test]
    fn plain_lists_are_read_in_every_usual_notation() {
        let text = "\u{feff}http://evil.example/x\nhxxps://one[.]example/\nplain.example\n0.0.0.0 hosts.example # no\n\
            ||block.example^\n! comment\n# comment\n\n192.0.2.1\nlocalhost\n127.0.0.1 localhost\n<b>\n";
        let (lines, told) = all(text.as_bytes(), Format::Auto);
        assert_eq!(
            lines,
            [
                "evil.example/x||",
                "one.example||",
                "host plain.example||",
                "host hosts.example||",
                "host block.example||",
                "host 192.0.2.1||"
            ]
        );
        assert_eq!(told.skipped, 3);
    }

    #[test]
    fn an_array_with_nested_details_is_read() {
        let text = r#"[{"phish_id":"1","url":"https:\/\/evil.example\/a","phish_detail_url":"http:\/\/list.example\/1",
            "submission_time":"2026-11-18T01:02:03+00:00","verified":"yes","online":"yes",
            "details":[{"ip_address":"192.0.2.9","cidr_block":"192.0.2.0\/24"}],"target":"Other"},
            {"url":"https://two.example/","target":"A Brand"},{"url":7},{"nothing":1},[]]"#;
        let (lines, told) = all(text.as_bytes(), Format::Auto);
        assert_eq!(lines, ["evil.example/a||2026-11-18", "two.example|A Brand|"]);
        assert_eq!(told.skipped, 2);
    }

    #[test]
    fn systems_come_with_what_the_list_promises() {
        let text = "{\"asn\":64496,\"rir\":\"ripencc\",\"domain\":\"evil.example\",\"cc\":\"ZZ\",\"asname\":\"EVIL-AS\"}\n\
            {\"asn\":\"AS64497\",\"domain\":\"two.example\"}\n\
            {\"type\":\"metadata\",\"timestamp\":1795132800,\"size\":210,\"records\":2,\"copyright\":\"(c)\",\"terms\":\"https://list.example/\"}\n";
        let (lines, told) = all(text.as_bytes(), Format::Auto);
        assert_eq!(lines, ["AS64496|EVIL-AS|", "AS64497|two.example|"]);
        assert_eq!((told.promised, told.dated.as_deref()), (Some(2), Some("2026-11-20")));
    }

    #[test]
    fn networks_are_found_in_json_and_text_alike() {
        let json = br#"{"syncToken":"1795132800","createDate":"2026-11-20-10-12-03","prefixes":[{"ip_prefix":"192.0.2.0/24","region":"eu-1"}],
            "ipv6_prefixes":[{"ipv6_prefix":"2001:db8::/32"}],"bad":["0.0.0.0/0","::/0","999.1.1.1/8"]}"#;
        let (lines, told) = all(json, Format::Prefixes);
        assert_eq!((lines.len(), told.lines, told.skipped), (2, 2, 3));
        let text = b"# 203.0.113.0/24\n198.51.100.7\n198.51.100.0/25,JP,JP-13,,\n";
        let (lines, told) = all(text, Format::Prefixes);
        assert_eq!((lines.len(), told.skipped), (2, 0));
    }

    #[test]
    fn a_web_page_is_no_feed() {
        let (lines, told) = all(b"\n<!DOCTYPE html><html><body>http://evil.example/</body></html>", Format::Auto);
        assert!(lines.is_empty() && told.page);
    }

    #[test]
    fn hostile_bytes_do_no_harm() {
        for bytes in [
            vec![0; 200_000],
            vec![b'"'; 200_000],
            vec![b'{'; 200_000],
            b"\"\"\"\"\"\"\n".repeat(10_000),
            vec![b','; 200_000],
            vec![0xff; 200_000],
            b"[[[[{\"url\":{\"url\":{}}}".repeat(5_000),
        ] {
            for (_, format) in Format::NAMES {
                let (lines, _) = all(&bytes, format);
                assert!(lines.is_empty());
            }
        }
        let (lines, _) =
            all("date,URL,description\n2026-11-20,http://evil.example/,\u{1b}[2Jx\u{7}\n".as_bytes(), Format::Auto);
        assert_eq!(lines, ["evil.example|[2Jx|2026-11-20"]);
    }

    #[test]
    fn days_are_kept_in_two_bytes_and_nonsense_is_none() {
        assert_eq!(of_day(day("2026-11-20 10:00:00")).as_deref(), Some("2026-11-20"));
        for text in ["", "x", "1999-01-01", "2026-13-01", "2026-02-30x", "9999-99-99", "ああああ"] {
            assert_eq!(day(text), 0, "{text}");
        }
        assert_eq!(of_day(0), None);
    }
}

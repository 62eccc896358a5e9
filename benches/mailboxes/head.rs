//! Header fields of the made-up mails: hops, signatures, results of checks, as servers write them.

use super::words::{Chance, FIRST, LAST, OWNER, PEOPLE};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// What the header of a mail needs to know.
pub struct Envelope {
    pub index: u64,
    pub when: i64,
    pub name: String,
    pub user: String,
    pub domain: String,
    pub from: Option<String>,
    pub subject: String,
    pub charset: &'static str,
    pub good: bool,
    pub extra: String,
}

impl Envelope {
    pub fn new(chance: &mut Chance, index: u64, when: i64) -> Self {
        let name = format!("{} {}", chance.pick(FIRST), chance.pick(LAST));
        Self {
            index,
            when,
            user: name.to_lowercase().replace(' ', "."),
            name,
            domain: chance.pick(PEOPLE).to_owned(),
            from: None,
            subject: String::new(),
            charset: "utf-8",
            good: !chance.once_in(0.02),
            extra: String::new(),
        }
    }

    pub fn sender(&self) -> String {
        self.from.clone().unwrap_or_else(|| format!("{}@{}", self.user, self.domain))
    }

    pub fn header(&self, chance: &mut Chance) -> Vec<u8> {
        let (sender, domain) = (self.sender(), self.domain.as_str());
        let mut out = format!("Return-Path: <{sender}>\nDelivered-To: {OWNER}\n");
        hops(chance, self.when, sender.rsplit('@').next().unwrap_or_default(), &mut out);
        if chance.once_in(0.2) {
            let seal = fold(&chance.base64(256));
            out += &format!(
                "ARC-Seal: i=1; a=rsa-sha256; t={}; cv=none; d=relay.example; s=arc;\n\tb={seal}\n",
                self.when
            );
            signature(chance, "ARC-Message-Signature: i=1", "relay.example", self.when, &mut out);
            results(chance, "ARC-Authentication-Results: i=1; inbox.example", domain, &sender, true, &mut out);
        }
        results(chance, "Authentication-Results: inbox.example", domain, &sender, self.good, &mut out);
        if chance.once_in(0.5) {
            let word = if self.good { "pass" } else { "softfail" };
            out += &format!(
                "Received-SPF: {word} (mailfrom) identity=mailfrom; client-ip={};\n\thelo=out.{domain}; envelope-from={sender}; receiver=inbox.example\n",
                address(chance)
            );
        }
        if chance.once_in(0.9) {
            signature(chance, "DKIM-Signature: v=1", domain, self.when, &mut out);
        }
        if chance.once_in(0.3) {
            signature(chance, "DKIM-Signature: v=1", "esp.example", self.when, &mut out);
        }
        out +=
            &format!("Date: {}\nFrom: {} <{}@{domain}>\n", date(self.when), word(&self.name, self.charset), self.user);
        out += &format!("To: {}\n", chance.pick(&["me@inbox.example", "<me@inbox.example>", "Me <me@inbox.example>"]));
        if chance.once_in(0.15) {
            let list: Vec<String> = (0..chance.between(1, 8))
                .map(|_| {
                    format!("{} {} <{}@{}>", chance.pick(FIRST), chance.pick(LAST), chance.hex(6), chance.pick(PEOPLE))
                })
                .collect();
            out += &format!("Cc: {}\n", list.join(",\n\t"));
        }
        out += &format!(
            "Message-ID: <{}>\nSubject: {}\nMIME-Version: 1.0\n",
            id(self.index),
            word(&self.subject, self.charset)
        );
        out += &self.extra;
        if chance.once_in(0.6) {
            out += &format!(
                "X-Mailer: {}\nX-Campaign-ID: {}\n",
                chance.pick(&["Postbird 4.1", "Bulk/7.2", "Quill 115"]),
                chance.hex(16)
            );
        }
        out.into_bytes()
    }
}

pub fn id(index: u64) -> String {
    format!("{index:09x}.{:08x}@bench.example", (index.wrapping_mul(2_654_435_761)) & 0xffff_ffff)
}

/// Fields of an answer to an earlier mail, or nothing.
pub fn reply(chance: &mut Chance, index: u64, span: usize, own: usize) -> String {
    let Some(parent) = index.checked_sub(chance.between(1, span) as u64) else { return String::new() };
    let mut list = vec![format!("<{}>", id(parent))];
    list.extend((0..own).map(|_| format!("<{}@inbox.example>", chance.hex(20))));
    format!("In-Reply-To: {}\nReferences: {}\n", list[list.len() - 1], list.join("\n\t"))
}

/// As RFC 5322 wants it.
pub fn date(when: i64) -> String {
    let zone = [0, 1, -5, 9, -8][when.rem_euclid(5) as usize];
    let zone = TimeZone::fixed(jiff::tz::offset(zone));
    Timestamp::from_second(when).unwrap().to_zoned(zone).strftime("%a, %-d %b %Y %H:%M:%S %z").to_string()
}

/// As a line in front of an mbox message has it.
pub fn ctime(when: i64) -> String {
    Timestamp::from_second(when).unwrap().to_zoned(TimeZone::UTC).strftime("%a %b %e %H:%M:%S %Y").to_string()
}

fn address(chance: &mut Chance) -> String {
    format!("{}.{}", chance.pick(&["192.0.2", "198.51.100", "203.0.113"]), chance.between(1, 254))
}

fn hops(chance: &mut Chance, when: i64, domain: &str, out: &mut String) {
    let count = chance.between(3, 6);
    let mut hosts =
        vec![format!("mx{}.inbox.example", chance.between(1, 9)), format!("in{}.inbox.example", chance.between(1, 40))];
    let more: Vec<String> = (1..count)
        .map(|_| format!("{}{}.{domain}", chance.pick(&["out", "relay", "smtp", "mta"]), chance.between(1, 99)))
        .collect();
    hosts.extend(more);
    let mut clock = when + 30;
    for pair in hosts.windows(2).take(count) {
        let address = if chance.once_in(0.25) {
            format!("IPv6:2001:db8:{}:{}::{}", chance.hex(4), chance.hex(4), chance.hex(3))
        } else {
            address(chance)
        };
        let (by, from) = (&pair[0], &pair[1]);
        let (program, with) = (chance.pick(&["Postfix", "Exim 4.96"]), chance.pick(&["ESMTPS", "ESMTP", "ESMTPSA"]));
        let tls = chance.pick(&[";", "\n\t(version=TLS1_3 cipher=TLS_AES_256_GCM_SHA384 bits=256/256);"]);
        *out += &format!(
            "Received: from {from} ({from} [{address}])\n\tby {by} ({program}) with {with} id {}\n\tfor <{OWNER}>{tls} {}\n",
            chance.hex(11).to_uppercase(),
            date(clock / 5 * 5)
        );
        clock -= chance.between(0, 9) as i64;
    }
}

fn fold(text: &str) -> String {
    let lines: Vec<&str> = text.as_bytes().chunks(72).map(|line| std::str::from_utf8(line).unwrap()).collect();
    lines.join("\n\t ")
}

fn signature(chance: &mut Chance, start: &str, domain: &str, when: i64, out: &mut String) {
    let (selector, body, value) = (chance.pick(&["s1", "mail", "20260101"]), chance.base64(32), chance.base64(256));
    *out += &format!(
        "{start}; a=rsa-sha256; c=relaxed/relaxed; d={domain};\n\ts={selector}; t={when}; h=from:to:subject:date:message-id:mime-version:content-type;\n\tbh={body};\n\tb={}\n",
        fold(&value)
    );
}

fn results(chance: &mut Chance, start: &str, domain: &str, sender: &str, good: bool, out: &mut String) {
    let (dkim, spf, dmarc) = if good {
        ("pass", "pass", "pass")
    } else {
        (chance.pick(&["fail", "none"]), chance.pick(&["fail", "softfail"]), "fail")
    };
    *out += &format!(
        "{start};\n\tdkim={dkim} header.i=@{domain} header.s=s1 header.b={};\n\tspf={spf} (inbox.example: domain of {sender} designates {} as permitted sender) smtp.mailfrom={sender};\n\tdmarc={dmarc} (p={}) header.from={domain}\n",
        chance.token(6),
        address(chance),
        chance.pick(&["NONE", "REJECT", "QUARANTINE"])
    );
}

/// RFC 2047; ASCII stays as it is.
fn word(text: &str, charset: &str) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    format!("=?{charset}?B?{}?=", STANDARD.encode(super::kinds::encode(text, charset)))
}

//! Fields that say where a mail was first handed in: the address of who typed it into a web page, the script that made
//! it, the program, the account; and to whom it was really delivered, and who sent it on.
//!
//! All of them can be typed by the sender, and none is proof of anything. Read off fields that are parsed already.

use std::net::IpAddr;
use std::sync::LazyLock;

use super::domain::literal;
use crate::message::{Message, Span, clip};

/// The longest value that is kept, in bytes.
const VALUE_BYTES: usize = 300;

/// What such a field tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OriginKind {
    /// The machine from which it was handed in: X-Originating-IP and kin.
    Machine,
    /// The script that made it: X-PHP-Originating-Script and kin.
    Script,
    /// Whose account: X-Sender and kin.
    Account,
    /// The program that says to have written it: X-Mailer, User-Agent.
    Program,
    /// A mail service or provider, by a field that it writes into what it sends: X-SES-Outgoing, X-SG-EID.
    Service,
    /// To whom it was delivered: Envelope-To, Delivered-To, X-Original-To.
    Delivered,
    /// Who sent it on: Resent-From and kin (RFC 5322 section 3.6.6).
    Resent,
}

/// What kind of program it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ProgramKind {
    /// A person's mail program.
    Program,
    /// Mail in the browser.
    Web,
    /// A phone or tablet.
    Phone,
    /// What scripts and servers send with.
    Library,
    /// Made for mailings.
    Bulk,
    /// A mail provider's servers, whatever program handed the mail in there.
    Provider,
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// What it tells.
    pub kind: OriginKind,
    /// The field's name as written.
    pub field: String,
    /// Its value, decoded.
    pub value: String,
    /// The address in it, where it is one of a machine.
    pub address: Option<IpAddr>,
    /// The program, where it is known by its name; the service by its field.
    pub program: Option<(&'static str, ProgramKind)>,
    /// The field.
    pub span: Span,
}

const NAMES: &[(&str, OriginKind)] = &[
    ("x-originating-ip", OriginKind::Machine),
    ("x-originating-client-ip", OriginKind::Machine),
    ("x-source-ip", OriginKind::Machine),
    ("x-client-ip", OriginKind::Machine),
    ("x-sender-ip", OriginKind::Machine),
    ("x-remote-ip", OriginKind::Machine),
    ("x-yahoo-post-ip", OriginKind::Machine),
    ("x-ms-exchange-organization-originalclientipaddress", OriginKind::Machine),
    ("x-php-originating-script", OriginKind::Script),
    ("x-php-script", OriginKind::Script),
    ("x-php-filename", OriginKind::Script),
    ("x-source-args", OriginKind::Script),
    ("x-source-dir", OriginKind::Script),
    ("x-sender", OriginKind::Account),
    ("x-apparently-from", OriginKind::Account),
    ("x-get-message-sender-via", OriginKind::Account),
    ("x-auth-id", OriginKind::Account),
    ("x-mailer", OriginKind::Program),
    ("user-agent", OriginKind::Program),
    ("x-newsreader", OriginKind::Program),
    ("envelope-to", OriginKind::Delivered),
    ("x-envelope-to", OriginKind::Delivered),
    ("delivered-to", OriginKind::Delivered),
    ("x-original-to", OriginKind::Delivered),
    ("x-rcpt-to", OriginKind::Delivered),
    ("resent-from", OriginKind::Resent),
    ("resent-sender", OriginKind::Resent),
    ("resent-to", OriginKind::Resent),
    ("resent-date", OriginKind::Resent),
    ("resent-message-id", OriginKind::Resent),
];

fn kind_of(name: &str) -> Option<OriginKind> {
    if !matches!(name.as_bytes().first(), Some(b'x' | b'X' | b'u' | b'U' | b'e' | b'E' | b'd' | b'D' | b'r' | b'R')) {
        return None;
    }
    let is = |own: &str| own.len() == name.len() && own.eq_ignore_ascii_case(name);
    NAMES.iter().find(|(own, _)| is(own)).map(|(_, kind)| *kind)
}

type Mailer = (&'static str, &'static str, ProgramKind);

/// The service that writes a field of this name.
fn service(name: &str) -> Option<Mailer> {
    static LIST: LazyLock<Vec<Mailer>> = LazyLock::new(|| mailers(include_str!("../../assets/lists/services.tsv")));
    if !matches!(name.as_bytes(), [b'X' | b'x', b'-', ..]) {
        return None;
    }
    LIST.iter().find(|(own, ..)| own.len() == name.len() && own.eq_ignore_ascii_case(name)).copied()
}

/// All of them, top first; a field without a value says nothing. A service that writes several fields is told once.
pub(super) fn origins(message: &Message) -> Vec<Origin> {
    let mut out = Vec::new();
    for field in &message.fields {
        let (kind, service) = match (kind_of(&field.name), service(&field.name)) {
            (Some(kind), _) => (kind, None),
            (None, Some((_, name, how))) => (OriginKind::Service, Some((name, how))),
            (None, None) => continue,
        };
        let value = field.value.trim();
        let again = |one: &Origin| one.kind == OriginKind::Service && one.program == service;
        if value.is_empty() || service.is_some() && out.iter().any(again) {
            continue;
        }
        if out.len() >= message.limits.origins {
            break;
        }
        out.push(Origin {
            kind,
            field: clip(&field.name, 100).to_owned(),
            value: clip(value, VALUE_BYTES).to_owned(),
            address: (kind == OriginKind::Machine).then(|| literal(clip(value, 60))).flatten(),
            program: service.or_else(|| (kind == OriginKind::Program).then(|| program(value)).flatten()),
            span: field.span,
        });
    }
    out
}

/// The program by the beginning of what it calls itself; the longest that is known counts.
fn program(value: &str) -> Option<(&'static str, ProgramKind)> {
    static LIST: LazyLock<Vec<Mailer>> = LazyLock::new(|| mailers(include_str!("../../assets/lists/mailers.tsv")));
    let starts = |start: &str| value.get(..start.len()).is_some_and(|own| own.eq_ignore_ascii_case(start));
    let found = LIST.iter().filter(|(start, ..)| starts(start)).max_by_key(|(start, ..)| start.len())?;
    Some((found.1, found.2))
}

fn mailers(list: &'static str) -> Vec<Mailer> {
    list.lines().filter(|line| !line.starts_with('#')).filter_map(mailer).collect()
}

fn mailer(line: &'static str) -> Option<Mailer> {
    let mut cells = line.split('\t');
    let (start, name) = (cells.next()?, cells.next()?);
    let kind = match cells.next()? {
        "program" => ProgramKind::Program,
        "web" => ProgramKind::Web,
        "phone" => ProgramKind::Phone,
        "library" => ProgramKind::Library,
        "bulk" => ProgramKind::Bulk,
        "provider" => ProgramKind::Provider,
        _ => return None,
    };
    Some((start, name, kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(header: &str) -> Vec<Origin> {
        origins(&Message::parse(format!("{header}\n\nx").as_bytes()))
    }

    #[test]
    fn fields_of_origin_are_read() {
        for (field, kind, address, program) in [
            ("X-Originating-IP: [192.0.2.1]", OriginKind::Machine, Some("192.0.2.1"), None),
            ("X-Originating-IP: 2001:db8::1", OriginKind::Machine, Some("2001:db8::1"), None),
            ("X-Originating-IP: unknown", OriginKind::Machine, None, None),
            ("X-PHP-Originating-Script: 1000:mailer.php(12) : eval()'d code", OriginKind::Script, None, None),
            ("X-Sender: shop@host.example", OriginKind::Account, None, None),
            ("X-Mailer: PHPMailer 6.1.4 (https://example.com)", OriginKind::Program, None, Some("PHPMailer")),
            ("X-Mailer: Microsoft Outlook Express 6.00.2900", OriginKind::Program, None, Some("Outlook Express")),
            ("User-Agent: Mozilla Thunderbird", OriginKind::Program, None, Some("Thunderbird")),
            ("X-Mailer: something of its own", OriginKind::Program, None, None),
            ("Envelope-To: reader@example.org", OriginKind::Delivered, None, None),
            ("Resent-From: anna@example.org", OriginKind::Resent, None, None),
        ] {
            let all = of(field);
            let [one] = all.as_slice() else { panic!("{field}: {all:?}") };
            let expected = address.map(|address| address.parse().unwrap());
            assert_eq!((one.kind, one.address, one.program.map(|known| known.0)), (kind, expected, program), "{field}");
        }
        assert!(of("X-Sender:\nSubject: X-Mailer\nX-Mail: y").is_empty());
        assert_eq!(of(&"X-Mailer: x\n".repeat(1_000)).len(), crate::message::Limits::DEFAULT.origins);
    }

    #[test]
    fn a_service_is_known_by_the_fields_that_it_writes() {
        for (fields, services) in [
            ("X-SG-EID: u001.x\nX-SG-ID: u001.y", &["SendGrid"][..]),
            ("x-ses-outgoing: 2026.11.22-192.0.2.1", &["Amazon SES"]),
            ("X-Mandrill-User: md_1\nX-MC-User: 2", &["Mandrill", "Mailchimp"]),
            ("X-Gm-Message-State: x", &["Google"]),
            ("X-SG-EID:", &[]),
            ("SG-EID: x\nX-SG-EIDs: x\nSubject: X-SG-EID", &[]),
        ] {
            let all = of(fields);
            let told: Vec<&str> = all.iter().filter_map(|one| one.program).map(|(name, _)| name).collect();
            assert_eq!(told, services, "{fields}");
            assert!(all.iter().all(|one| one.kind == OriginKind::Service), "{fields}");
        }
    }

    #[test]
    fn every_line_of_the_lists_is_read() {
        for list in [include_str!("../../assets/lists/mailers.tsv"), include_str!("../../assets/lists/services.tsv")] {
            let lines = list.lines().filter(|line| !line.starts_with('#'));
            assert!(lines.into_iter().all(|line| mailer(line).is_some()));
        }
    }
}

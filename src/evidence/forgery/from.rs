//! Tricks with the From field: several, odd, empty, or with more than one address in it.

use super::{Forgery, Reader, Shown, Trick};
use crate::evidence::{Address, Reading, ReadingKind};
use crate::message::address::{self, Entry};
use crate::message::{Field, Limits, Message, OddName, Quirk, Span};

/// Characters without ink, and blanks that look like others.
fn is_invisible(letter: char) -> bool {
    matches!(letter,
        '\u{a0}' | '\u{ad}' | '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{2000}'..='\u{200d}' | '\u{2028}'
        | '\u{2029}' | '\u{202f}' | '\u{205f}'..='\u{2064}' | '\u{3000}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}')
}

fn turns_direction(letter: char) -> bool {
    matches!(letter, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Tells the tricks of all From-like fields.
pub(super) fn tell(message: &Message, from: &[Reading], sender: Option<&Address>, out: &mut Vec<Forgery>) {
    let main = from.first().map(|reading| &reading.address).filter(|main| !main.address.is_empty());
    several_fields(from, main, out);
    let mut plain = false;
    for field in message.all("from") {
        match field.oddity {
            Some(oddity) => odd_field(message, from, field, oddity, sender, out),
            None => plain |= from.iter().any(|reading| reading.address.span == field.span && has_address(reading)),
        }
        one_field(message, from, field, out);
    }
    if !plain && let Some(sender) = sender.cloned().or_else(|| resent_from(message)) {
        let read = main.map(|main| main.address.as_str()).unwrap_or_default();
        let spans = main.map(|main| main.span).into_iter().chain([sender.span]).collect::<Vec<_>>();
        out.push(Forgery::new(Trick::NoFrom, &[&sender.address, read], &spans));
    }
}

fn has_address(reading: &Reading) -> bool {
    !reading.address.address.is_empty() && !matches!(reading.kind, ReadingKind::InName | ReadingKind::InEncodedWord)
}

fn resent_from(message: &Message) -> Option<Address> {
    crate::evidence::sender::addresses(message, "resent-from", 1).pop()
}

fn differs(one: &str, other: &str) -> bool {
    !other.is_empty() && !one.eq_ignore_ascii_case(other)
}

fn several_fields(from: &[Reading], main: Option<&Address>, out: &mut Vec<Forgery>) {
    let Some(main) = main else { return };
    let further = from.iter().find(|reading| {
        reading.kind == ReadingKind::FurtherField
            && reading.address.span != main.span
            && differs(&main.address, &reading.address.address)
    });
    if let Some(other) = further {
        let spans = [main.span, other.address.span];
        out.push(Forgery::new(Trick::SeveralFields, &[&main.address, &other.address.address], &spans));
    }
}

/// A From whose name is odd counts where it makes a difference: another field names somebody else.
fn odd_field(
    message: &Message,
    from: &[Reading],
    field: &Field,
    oddity: OddName,
    sender: Option<&Address>,
    out: &mut Vec<Forgery>,
) {
    let Some(own) = from.iter().find(|reading| reading.address.span == field.span && has_address(reading)) else {
        return;
    };
    let own = &own.address;
    let resent = resent_from(message);
    let other = from
        .iter()
        .filter(|reading| has_address(reading))
        .map(|reading| &reading.address)
        .chain(sender)
        .chain(resent.as_ref())
        .find(|other| other.span != own.span && differs(&own.address, &other.address));
    let Some(other) = other else { return };
    let trick = match oddity {
        OddName::LeadingBlank => Trick::LeadingBlank,
        OddName::BlankBeforeColon => Trick::BlankBeforeColon,
        OddName::Folded => Trick::FoldedName,
        OddName::Nul => Trick::StrayByte,
    };
    if out.iter().all(|told| told.trick != trick) {
        out.push(Forgery::new(trick, &[&other.address, &own.address], &[field.span, other.span]));
    }
}

fn one_field(message: &Message, from: &[Reading], field: &Field, out: &mut Vec<Forgery>) {
    let raw = field.raw.as_str();
    let clean = raw.bytes().all(|byte| (b' '..0x7f).contains(&byte) || byte == b'\t');
    if !clean {
        odd_characters(message, field, out);
    }
    let ats = memchr::memchr_iter(b'@', raw.as_bytes()).count();
    let encoded = raw.contains("=?");
    if ats < 2 && !encoded {
        return;
    }
    let own = || from.iter().filter(|reading| reading.address.span == field.span);
    let Some(first) = own().find(|reading| has_address(reading)).or_else(|| own().next()) else { return };
    let first = &first.address.address;
    if encoded && let Some(hidden) = encoded_address(raw, &message.limits) {
        out.push(Forgery::new(Trick::EncodedAddress, &[first, &hidden], &[field.span]));
    }
    if let Some(route) = own().find(|reading| reading.kind == ReadingKind::Malformed && is_route(reading)) {
        out.push(Forgery::new(Trick::SourceRoute, &[first, &route.address.address], &[field.span]));
    }
    let last_bracket = raw.rfind('>').unwrap_or(usize::MAX);
    let behind = own().find(|reading| {
        let address = reading.address.address.as_str();
        reading.kind == ReadingKind::Malformed
            && !is_route(reading)
            && differs(first, address)
            && raw.rfind(address).is_some_and(|at| at > last_bracket)
    });
    if let Some(behind) = behind {
        out.push(Forgery::new(Trick::BehindBrackets, &[first, &behind.address.address], &[field.span]));
    }
    if let Some(double) = own().find(|reading| is_double(reading)) {
        let address = double.address.address.as_str();
        let front = address.rsplit_once('@').map_or(address, |(front, _)| front);
        out.push(Forgery::new(Trick::TwoDomains, &[front, address], &[field.span]));
    }
    let in_front = |other: &&String| is_in_front(raw, other, first) || is_in_front(raw, first, other);
    if let Some(other) = own().map(|reading| &reading.address.address).find(in_front) {
        out.push(Forgery::new(Trick::BareAndBracketed, &[first, other], &[field.span]));
    } else if let Some(other) =
        own().find(|reading| reading.kind == ReadingKind::FurtherAddress && has_address(reading))
    {
        let bare = raw.find('<').is_some_and(|open| raw.get(..open).is_some_and(|front| front.contains('@')))
            && !raw.get(..raw.find('<').unwrap_or(0)).is_some_and(|front| front.contains('"'));
        let trick = if outside_quotes(raw, '\\') {
            Trick::QuotedPair
        } else if bare && raw.matches('<').count() == 1 {
            Trick::BareAndBracketed
        } else {
            Trick::SeveralAddresses
        };
        out.push(Forgery::new(trick, &[first, &other.address.address], &[field.span]));
    }
}

/// `other@host <first@host>`: the field begins with an address that no quotation marks make a name.
fn is_in_front(raw: &str, other: &str, first: &str) -> bool {
    let behind = raw.trim_start().strip_prefix(other).map(str::trim_start);
    let bracketed = behind.and_then(|behind| behind.strip_prefix('<'));
    differs(first, other) && bracketed.is_some_and(|inside| inside.trim_start().starts_with(first))
}

fn is_route(reading: &Reading) -> bool {
    reading.address.address.starts_with('@')
}

/// Two `@` outside quotation marks in one address.
fn is_double(reading: &Reading) -> bool {
    let address = reading.address.address.as_str();
    has_address(reading) && !is_route(reading) && !address.starts_with('"') && address.matches('@').count() > 1
}

fn outside_quotes(text: &str, wanted: char) -> bool {
    let (mut quoted, mut escaped) = (false, false);
    for letter in text.chars() {
        match letter {
            _ if escaped => escaped = false,
            letter if letter == wanted && !quoted => return true,
            '\\' => escaped = true,
            '"' => quoted = !quoted,
            _ => {}
        }
    }
    false
}

/// The address that decoding brings out where the field as written has none in that place, or another one.
fn encoded_address(raw: &str, limits: &Limits) -> Option<String> {
    for entry in address::parse(raw, limits) {
        let Entry { raw_name, name, address, .. } = &entry;
        if address.contains("=?") {
            let decoded = crate::message::decode_words(address);
            return Some(decoded.chars().filter(|letter| !letter.is_control()).collect());
        }
        // `=?...?=@host`: a word that is the local part.
        let glued = raw_name.contains("?=@") || raw_name.contains("@=?");
        if glued || address.is_empty() && raw_name.contains("=?") {
            let found =
                name.split_whitespace().find(|word| address::is_addressish(word) || glued && word.contains('@'));
            if let Some(found) = found {
                return Some(found.trim_matches(['<', '>', '"', '(', ')', ',']).to_owned());
            }
        }
    }
    None
}

/// Characters in the address itself that cannot be seen or that belong to no text. The name may hold what it likes.
fn odd_characters(message: &Message, field: &Field, out: &mut Vec<Forgery>) {
    let raw = field.raw.as_str();
    let broken = message.quirks.contains(&Quirk::EightBitHeader);
    let (mut invisible, mut direction, mut stray) = (false, false, false);
    for word in addresses_as_written(raw) {
        for letter in word.chars() {
            direction |= turns_direction(letter);
            invisible |= is_invisible(letter);
            let latin = broken && ('\u{80}'..='\u{ff}').contains(&letter);
            stray |= letter.is_control() && letter != '\t' || letter == '\u{fffd}' || latin;
        }
    }
    let shown: String = addresses_as_written(raw).next().unwrap_or_default().chars().take(200).collect();
    for (found, trick) in
        [(direction, Trick::Direction), (invisible, Trick::InvisibleCharacter), (stray, Trick::StrayByte)]
    {
        if found {
            out.push(Forgery::new(trick, &[&shown], &[field.span]));
        }
    }
}

/// What stands in brackets, at most eight; without any, the words that hold an `@` with what follows them.
fn addresses_as_written(raw: &str) -> impl Iterator<Item = &str> {
    let bracketed = raw.contains('<');
    let inside = raw.split('<').skip(1).filter_map(|rest| rest.split('>').next());
    let bare = raw.split(' ').filter(|word| word.contains('@'));
    inside.filter(move |_| bracketed).chain(bare.filter(move |_| !bracketed)).take(8)
}

/// What programs show, where they differ.
pub(super) fn shown(message: &Message, from: &[Reading]) -> Vec<Shown> {
    if from.len() < 2 && message.all("from").all(|field| !field.odd_name) {
        return Vec::new();
    }
    let of = |field: Option<&Field>| -> String {
        let span: Option<Span> = field.map(|field| field.span);
        let own = from.iter().find(|reading| Some(reading.address.span) == span && has_address(reading));
        own.map(|reading| reading.address.address.clone()).unwrap_or_default()
    };
    let first = message.all("from").next();
    let strict = message.all("from").find(|field| !field.odd_name);
    let last = message.all("from").last();
    let in_field = |span: Option<Span>| from.iter().filter(move |reading| Some(reading.address.span) == span);
    let last_address = in_field(strict.or(first).map(|field| field.span))
        .filter(|reading| {
            matches!(reading.kind, ReadingKind::Plain | ReadingKind::FurtherAddress | ReadingKind::Malformed)
        })
        .rfind(|reading| !is_route(reading));
    let decoded =
        in_field(strict.or(first).map(|field| field.span)).find(|reading| reading.kind == ReadingKind::InEncodedWord);
    let mut out = vec![
        Shown { reader: Reader::FirstStrict, address: of(strict) },
        Shown { reader: Reader::FirstForgiving, address: of(first) },
        Shown { reader: Reader::LastForgiving, address: of(last) },
    ];
    let address = |reading: &Reading| reading.address.address.clone();
    out.extend(last_address.map(|reading| Shown { reader: Reader::LastAddress, address: address(reading) }));
    out.extend(decoded.map(|reading| Shown { reader: Reader::DecodedFirst, address: address(reading) }));
    let same = out.windows(2).all(|pair| matches!(pair, [one, other] if one.address == other.address));
    if same { Vec::new() } else { out }
}

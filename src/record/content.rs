//! What the mail says and how it is built.

use super::declare::Word;
use super::declare::shape;
use super::{LIST, Subject, bytes, long, number, optional, short};
use crate::evidence;
use crate::message::{Ambiguity, AmbiguitySort};

shape! {
    /// Text that a reader does not see.
    Hidden<'a> {
        /// The text, its first 200 characters.
        text: &'a str,
        /// The style or attribute that hides it.
        how: &'a str,
        /// Index of the MIME part.
        part: i64,
    }
}

shape! {
    /// What can be read.
    Body<'a> {
        /// As a reader sees it, up to the limit `text_kib`.
        text: &'a str,
        /// Share of Japanese script in it, 0 to 1.
        japanese: f64,
        /// Words of urgency and threat that were found.
        urgent: Vec<&'a str>,
        /// Words for credentials, log-in, verification.
        credential: Vec<&'a str>,
        /// Words for payments, transfers, wallets.
        money: Vec<&'a str>,
        /// Ids of the brands that the sender's name, the subject or the text mentions.
        brands: Vec<&'static str>,
        /// Ids of the brands that the sender's name or the subject mentions.
        claimed_brands: Vec<&'static str>,
        /// Hidden text.
        hidden: Vec<Hidden<'a>>,
        /// A form stands in it.
        form: bool,
        /// Number of zero-width and direction-changing characters.
        invisible: i64,
        /// Number of control characters and separators that are no line ends.
        controls: i64,
        /// Number of those that begin a sequence which drives a terminal.
        sequences: i64,
        /// One image and almost no text.
        image_only: bool,
    }
}

shape! {
    /// How the message is built.
    Layout<'a> {
        /// It says that it answers another mail (In-Reply-To or References).
        reply: bool,
        /// The subject starts with a reply or forward mark.
        reply_mark: bool,
        /// It has List-Unsubscribe.
        unsubscribe: bool,
        /// Which of From, Date and Message-ID are missing.
        missing: Vec<&'static str>,
        /// HTML without a plain-text twin.
        html_only: bool,
        /// The program that wrote it (X-Mailer, User-Agent).
        mailer: &'a str,
        /// Neither To nor Cc holds an address.
        nobody_addressed: bool,
        /// Number of MIME parts.
        parts: i64,
    }
}

shape! {
    /// A header field.
    Header<'a> {
        /// Its name, lower case.
        name: String,
        /// Its value, unfolded and decoded.
        value: &'a str,
        /// The field.
        span: [i64; 2],
    }
}

shape! {
    /// A stretch of the message that belongs to no part.
    Unclaimed<'a> {
        /// The beginning of its text.
        text: &'a str,
        /// The stretch.
        span: [i64; 2],
    }
}

shape! {
    /// A part of another reading.
    OtherPart<'a> {
        /// Index of the MIME part, as links and files name it.
        part: i64,
        /// What can be read in two ways.
        why: Word<AmbiguitySort>,
        /// Its media type.
        media_type: &'a str,
        /// Its first file name.
        name: &'a str,
        /// Its bytes, or those that it was decoded from.
        span: [i64; 2],
    }
}

pub(super) fn unclaimed<'a>(subject: &Subject<'a>) -> Vec<Unclaimed<'a>> {
    let stretch =
        |outside: &'a crate::message::Unclaimed| Unclaimed { text: long(&outside.text), span: bytes(outside.span) };
    subject.message.outside.iter().take(LIST).map(stretch).collect()
}

pub(super) fn other_parts<'a>(subject: &Subject<'a>) -> Vec<OtherPart<'a>> {
    let parts = subject.message.parts.iter().enumerate();
    let other = |(at, part): (usize, &'a crate::message::Part)| {
        Some(OtherPart {
            part: number(at),
            why: Word(part.other?),
            media_type: short(&part.media_type),
            name: optional(part.names.first()),
            span: bytes(part.span),
        })
    };
    parts.filter_map(other).take(LIST).collect()
}

/// In which two ways it can be read, in one line.
pub(super) fn ambiguity(told: &Ambiguity) -> String {
    let what = match told.sort {
        AmbiguitySort::Boundaries => "two boundaries",
        AmbiguitySort::Outside => "parts outside of what the boundary delimits",
        AmbiguitySort::Types => "two Content-Type fields",
        AmbiguitySort::Encodings => "two Content-Transfer-Encoding fields",
        AmbiguitySort::EncodedParts => {
            return format!(
                "an encoded multipart: `{}` was not followed, {} parts more with it",
                told.other, told.parts
            );
        }
        AmbiguitySort::LineEnds => {
            return format!("carriage returns alone: not followed, {} parts more with them as line ends", told.parts);
        }
        AmbiguitySort::Names => {
            return format!(
                "a blank before a colon: `{}` was followed, {} parts more without it",
                told.used, told.parts
            );
        }
    };
    format!("{what}: `{}` was followed, `{}` gives {} parts more", told.used, told.other, told.parts)
}

fn texts(list: &[String]) -> Vec<&str> {
    list.iter().take(LIST).map(|text| short(text)).collect()
}

pub(super) fn body<'a>(subject: &Subject<'a>) -> Body<'a> {
    let body = &subject.evidence.body;
    let hidden = |hidden: &'a evidence::Hidden| Hidden {
        text: short(&hidden.text),
        how: short(&hidden.how),
        part: number(hidden.part),
    };
    let wording = &body.wording;
    Body {
        text: crate::message::clip(&body.text, 64 * 1024),
        // Three places: a share, not a measurement.
        japanese: (f64::from(body.japanese) * 1000.0).round() / 1000.0,
        urgent: texts(&wording.urgent),
        credential: texts(&wording.credential),
        money: texts(&wording.money),
        brands: wording.brands.iter().take(LIST).copied().collect(),
        claimed_brands: wording.claimed_brands.iter().take(LIST).copied().collect(),
        hidden: body.hidden.iter().take(LIST).map(hidden).collect(),
        form: body.form,
        invisible: body.invisible.into(),
        controls: body.controls.count.into(),
        sequences: body.controls.sequences.into(),
        image_only: body.image_only,
    }
}

pub(super) fn layout<'a>(subject: &Subject<'a>) -> Layout<'a> {
    let shape = &subject.evidence.shape;
    Layout {
        reply: shape.reply.is_some(),
        reply_mark: shape.reply_mark,
        unsubscribe: shape.unsubscribe.is_some(),
        missing: shape.missing.clone(),
        html_only: shape.html_only,
        mailer: optional(shape.mailer.as_ref()),
        nobody_addressed: shape.nobody_addressed,
        parts: number(subject.message.parts.len()),
    }
}

pub(super) fn headers<'a>(subject: &Subject<'a>) -> Vec<Header<'a>> {
    let header = |field: &'a crate::message::Field| Header {
        name: short(&field.name).to_ascii_lowercase(),
        value: long(&field.value),
        span: bytes(field.span),
    };
    subject.message.fields.iter().take(LIST).map(header).collect()
}

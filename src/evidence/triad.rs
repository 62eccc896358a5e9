//! The three houses of the method: Return-Path, Message-ID and the first Received line, with the boundary beside them.

use super::auth::Checks;
use super::{Address, Boundary, Domain, Hop, Own, boundary, sender};
use crate::message::{Message, Span};

/// The three houses of the method, with the boundary.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Triad {
    /// Return-Path: address, `Some` with an empty address for the null path `<>`.
    pub return_path: Option<Address>,
    /// Message-ID without angle brackets.
    pub message_id: Option<String>,
    /// The domain right of the `@` of Message-ID.
    pub message_id_domain: Option<Domain>,
    /// Field of the Message-ID.
    pub message_id_span: Span,
    /// Index of the oldest (lowest) Received line.
    pub oldest: Option<usize>,
    /// The boundary.
    pub boundary: Option<Boundary>,
}

pub(super) fn triad(message: &Message, checks: &Checks, hops: &[Hop], own: &Own) -> Triad {
    let mut triad = Triad {
        return_path: sender::return_path(message),
        oldest: hops.len().checked_sub(1),
        boundary: boundary::boundary(message, checks, hops, own),
        ..Triad::default()
    };
    if let Some(field) = message.field("message-id") {
        let id = field.raw.trim();
        let id = match (id.find('<'), id.rfind('>')) {
            (Some(open), Some(close)) if open < close => id.get(open + 1..close).unwrap_or(id),
            _ => id.trim_matches(['<', '>']),
        };
        if !id.is_empty() {
            triad.message_id = Some(id.to_owned());
            triad.message_id_domain = Domain::of_address(id);
            triad.message_id_span = field.span;
        }
    }
    triad
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_message_id_gives_its_domain() {
        for (raw, id, host) in [
            ("<1@mail.one.example>", Some("1@mail.one.example"), Some("mail.one.example")),
            ("<1@host> (added by x@y.example)", Some("1@host"), Some("host")),
            ("no-brackets@one.example", Some("no-brackets@one.example"), Some("one.example")),
            ("<no-at>", Some("no-at"), None),
            ("<a@b@two.example>", Some("a@b@two.example"), Some("two.example")),
            ("", None, None),
        ] {
            let message = Message::parse(format!("Message-ID: {raw}\n\nx").as_bytes());
            let triad = triad(&message, &Checks::default(), &[], &Own::default());
            assert_eq!(triad.message_id.as_deref(), id, "{raw}");
            assert_eq!(triad.message_id_domain.map(|domain| domain.host).as_deref(), host, "{raw}");
        }
    }
}

//! The demo mails compiled into the program. Every name and address in them is reserved or taken from a published
//! write-up; no real person's mail stands here.

/// Name and bytes of each mail, in the order of the list.
pub(super) const MAILS: &[(&str, &[u8])] = &[];

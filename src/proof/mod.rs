//! Authentication recomputed: what SPF, DKIM, DMARC and ARC say of a mail by its own bytes and by facts, beside what
//! somebody claims in it.
//!
//! Pure: no network, no clock. What is missing becomes a wish (a [`crate::facts::Key`]), and everything is computed again
//! when it is there. A claim is never taken over from the mail, and nothing here judges: `signal` does.

mod known;
pub mod spf;

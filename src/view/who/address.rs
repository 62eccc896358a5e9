//! Card section: what an address is: its names, whether they lead back to it, and which hosts lead to it.

use super::About;
use crate::view::{Doc, Subject};

/// Says what the address is.
pub(super) fn tell(subject: &Subject<'_>, about: &About<'_>, doc: &mut Doc) {
    let _ = (subject, about, doc);
}

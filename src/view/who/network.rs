//! Card section: where an address is and whose network it is in.

use super::About;
use crate::view::{Doc, Subject};

/// Says place and network.
pub(super) fn tell(subject: &Subject<'_>, about: &About<'_>, doc: &mut Doc) {
    let _ = (subject, about, doc);
}

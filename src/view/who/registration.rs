//! Card section: who registered a domain, a block of addresses or an autonomous system, and when.

use super::About;
use crate::view::{Doc, Subject};

/// Says what the registry says.
pub(super) fn tell(subject: &Subject<'_>, about: &About<'_>, doc: &mut Doc) {
    let _ = (subject, about, doc);
}

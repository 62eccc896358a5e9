//! Card section: the DNS records of a name.

use super::About;
use crate::view::{Doc, Subject};

/// Says the records.
pub(super) fn tell(subject: &Subject<'_>, about: &About<'_>, doc: &mut Doc) {
    let _ = (subject, about, doc);
}

//! Card section: what a name is, where it leads and which parts it plays in the mail.

use super::About;
use crate::view::{Doc, Subject};

/// Says what the host is.
pub(super) fn tell(subject: &Subject<'_>, about: &About<'_>, doc: &mut Doc) {
    let _ = (subject, about, doc);
}

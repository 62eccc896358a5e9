//! Card section: what a visit to a link brought.

use super::About;
use crate::view::{Doc, Subject};

/// Says each hop and the page.
pub(super) fn tell(subject: &Subject<'_>, about: &About<'_>, doc: &mut Doc) {
    let _ = (subject, about, doc);
}

//! Card section: block lists, feeds, services, certificates and passive DNS.

use super::About;
use crate::view::{Doc, Subject};

/// Says what lists and services say.
pub(super) fn tell(subject: &Subject<'_>, about: &About<'_>, doc: &mut Doc) {
    let _ = (subject, about, doc);
}

//! Where a mail stands by now. Other programs rename it when its flags change, and move it from `new` to `cur` when they
//! have seen it (maildir(5)): the name before its flags stays.

use std::ffi::OsStr;
use std::io;
use std::os::unix::ffi::OsStrExt as _;

use super::folder_of;
use crate::save::folder::{Folder, Node};
use crate::store::Place;

/// The place as it is, or where the file with that name before the flags stands in the same Maildir; only this very file,
/// where `node` is given. `None` where there is none.
pub(super) fn now(place: &Place, node: Option<Node>) -> io::Result<Option<Place>> {
    let meant = |found: Option<Node>| found.is_some_and(|found| node.is_none_or(|node| node == found));
    if meant(folder_of(place)?.node(&place.name)?) {
        return Ok(Some(place.clone()));
    }
    let (wanted, _) = split(&place.name);
    for part in ["cur", "new"] {
        let there = Place { part: part.into(), ..place.clone() };
        let folder = match folder_of(&there) {
            Ok(folder) => folder,
            Err(why) if why.kind() == io::ErrorKind::NotFound => continue,
            Err(why) => return Err(why),
        };
        for name in folder.names(|name| split(name).0 == wanted)? {
            if meant(folder.node(&name)?) {
                return Ok(Some(Place { name, ..there }));
            }
        }
    }
    Ok(None)
}

/// The same, with the folder where it stands.
pub(super) fn folder_now(place: &Place, node: Option<Node>) -> io::Result<Option<(Folder, Place)>> {
    now(place, node)?.map(|place| Ok((folder_of(&place)?, place))).transpose()
}

/// A name in two: before its flags, and these with what stands between.
pub(super) fn split(name: &OsStr) -> (&[u8], &[u8]) {
    let bytes = name.as_bytes();
    let at = (0..bytes.len()).rev().find(|at| bytes.get(*at..at + 3).is_some_and(|end| end == b":2,"));
    bytes.split_at(at.unwrap_or(bytes.len()))
}

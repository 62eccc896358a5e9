//! Where an address is and whose network it belongs to, from databases on this machine alone.
//!
//! In order: addresses that nobody has are called what they are; the user's override file; networks that answer from many
//! places are named, not pinned; then the user's own databases before the embedded one, field by field. A region or a
//! city is only taken from a database that agrees on the country, a network's name only from one that agrees on its
//! number. Never sends a packet; answers in microseconds, so that no task is needed.

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::database::{Database, Row};
use super::geofeed::{self, Geofeed};
use super::networks::Networks;
use super::{anycast, file, reserved};
use crate::facts::phrases::source;
use crate::facts::{Answer, Fact, Origin, Place, State};
use crate::text::{Sentence, Words};

/// The embedded database: see `assets/geo` and the attribution in the README.
const EMBEDDED: &[u8] = include_bytes!("../../assets/geo/mailgeo-region.mmdb");
/// What its content is; the date comes from the file.
const EMBEDDED_NAME: &str = "DB-IP Lite region";
/// Where packages and updaters put databases.
const SYSTEM: [&str; 2] = ["/usr/share/GeoIP", "/var/lib/GeoIP"];
/// The most databases that are opened.
const DATABASES: usize = 16;
/// The attribution that everything with a place or a map must carry.
pub const ATTRIBUTION: &str = "IP geolocation by DB-IP (https://db-ip.com), CC BY 4.0, reduced. AS data: University of \
Oregon RouteViews (https://www.routeviews.org), Number Resource Organization (https://www.nro.net) and DB-IP, CC BY 4.0, \
via ip-location-db. Country coordinates: GeoNames (https://www.geonames.org), CC BY 4.0. Country names: Unicode CLDR, \
Unicode-3.0. Public Suffix List, MPL-2.0.";

/// The databases of this machine.
#[derive(Debug, Default)]
pub struct Geo {
    /// The user's own, the ones that win first.
    files: Vec<Database>,
    corrections: Geofeed,
    networks: Networks,
    embedded: OnceLock<Option<Database>>,
}

impl Geo {
    /// The embedded database alone. Costs nothing until the first question.
    #[must_use]
    pub fn embedded() -> Self {
        Self::default()
    }

    /// The embedded database and the user's: `files` as given by flag, then `<data dir>/geo/*.mmdb`, then those of the
    /// system's folders; and `<data dir>/geo/override.csv`. Reads and checks whole files, which may take a second for
    /// a large one: a screen calls this on a thread of its own. What cannot be used is a warning, never an error.
    #[must_use]
    pub fn open(files: &[PathBuf], data_dir: Option<&Path>) -> (Self, Vec<Sentence>) {
        Self::open_with(files, data_dir, &SYSTEM.map(PathBuf::from))
    }

    fn open_with(files: &[PathBuf], data_dir: Option<&Path>, system: &[PathBuf]) -> (Self, Vec<Sentence>) {
        let mut warnings = Vec::new();
        let mut paths: Vec<PathBuf> = files.to_vec();
        let own = data_dir.map(|folder| folder.join("geo"));
        for folder in own.iter().chain(system) {
            paths.extend(databases(folder));
        }
        if paths.len() > DATABASES {
            let words = Words::new(
                "{0} geolocation databases, only the first {1} are used",
                "位置情報のデータベースが {0} 個あります。先頭の {1} 個だけを使います",
            );
            warnings.push(Sentence::new(words, [paths.len().into(), DATABASES.into()]));
            paths.truncate(DATABASES);
        }
        let mut geo = Self::default();
        for path in paths {
            match Database::open(&path) {
                Ok(database) => geo.files.push(database),
                Err(why) => warnings.push(unused(&path, why)),
            }
        }
        if let Some(folder) = data_dir {
            let (networks, damaged) = Networks::open(folder);
            geo.networks = networks;
            warnings.extend(damaged);
        }
        if let Some(path) = own.map(|folder| folder.join("override.csv")).filter(|path| path.exists()) {
            match file::read(&path, geofeed::LIMIT) {
                Ok(bytes) => {
                    let (corrections, wrong) = Geofeed::parse(&bytes);
                    geo.corrections = corrections;
                    let words = Words::new("{0}: {1}", "{0}: {1}");
                    let told = |why: Sentence| Sentence::new(words, [(&path).into(), why.into()]);
                    warnings.extend(wrong.into_iter().map(told));
                }
                Err(why) => warnings.push(unused(&path, why)),
            }
        }
        (geo, warnings)
    }

    /// Names and dates of the databases in the order in which they are asked.
    pub fn databases(&self) -> impl Iterator<Item = &str> {
        self.all().map(|database| database.title.as_str())
    }

    /// A recorded place that names no network, with the network that the databases know; the source says so. What was
    /// recorded stays as it is.
    #[must_use]
    pub fn with_network(&self, address: IpAddr, recorded: Fact) -> Fact {
        let (State::Value(Answer::Place(place)), Origin::Recorded(source)) = (&recorded.state, &recorded.origin) else {
            return recorded;
        };
        if place.network.is_some() || place.asn.is_some() {
            return recorded;
        }
        let known = self.place(address);
        let (State::Value(Answer::Place(found)), Origin::Database(database)) = (known.state, known.origin) else {
            return recorded;
        };
        if found.network.is_none() && found.asn.is_none() {
            return recorded;
        }
        let place = Place { network: found.network, asn: found.asn, ..place.clone() };
        let origin = Origin::Recorded(format!("{source}; network: {database}"));
        Fact { state: State::Value(Answer::Place(place)), origin, ..recorded }
    }

    /// What the databases say of `address`: a [`Place`] or [`State::Absent`], with the names and dates of those that
    /// said it, joined by `; `.
    #[must_use]
    pub fn place(&self, address: IpAddr) -> Fact {
        let address = address.to_canonical();
        let mut sources: Vec<&str> = Vec::new();
        let mut place = Place::default();
        if let Some(words) = reserved::reserved(address) {
            place.network = Some(words.en.to_owned());
            sources.push(source::IANA.en);
        } else {
            if let Some(name) = anycast::network(address) {
                place.anycast = true;
                place.network = Some(name.to_owned());
                sources.push(source::ANYCAST.en);
            }
            let rows: Vec<(&str, Row)> = self.all().map(|one| (one.title.as_str(), one.row(address))).collect();
            place.anycast |= rows.iter().any(|(_, row)| row.anycast);
            for (title, row) in rows {
                if merge(&mut place, row) {
                    sources.push(title);
                }
            }
            place.marks = self.networks.marks(address, place.asn);
        }
        if let Some(correction) = self.corrections.get(address) {
            // The user knows better than the list of anycast networks, too.
            place.anycast &= correction.country.is_none();
            place.country.clone_from(&correction.country);
            place.region.clone_from(&correction.region);
            place.city.clone_from(&correction.city);
            place.coordinates = correction.coordinates;
            sources.insert(0, source::OVERRIDE.en);
        }
        if place == Place::default() {
            let asked: Vec<&str> = self.databases().collect();
            return Fact { state: State::Absent, origin: Origin::Database(asked.join("; ")), ..Fact::default() };
        }
        Fact {
            state: State::Value(Answer::Place(place)),
            origin: Origin::Database(sources.join("; ")),
            ..Fact::default()
        }
    }

    fn all(&self) -> impl Iterator<Item = &Database> {
        let embedded = self.embedded.get_or_init(|| Database::embedded(EMBEDDED, EMBEDDED_NAME).ok());
        self.files.iter().chain(embedded.as_ref())
    }
}

/// Fills what is still open with what `row` knows; true where it knew something of that.
fn merge(place: &mut Place, row: Row) -> bool {
    let before = place.clone();
    let same_holder = place.asn.is_none() || row.asn.is_none() || place.asn == row.asn;
    place.asn = place.asn.or(row.asn);
    if place.network.is_none() && same_holder {
        place.network = row.network;
    }
    match (&place.country, &row.country) {
        // A pin would be a lie.
        _ if place.anycast => {}
        (None, Some(_)) => {
            place.country = row.country;
            place.region = row.region;
            place.city = row.city;
            place.coordinates = row.coordinates;
        }
        (Some(have), Some(new)) if have == new => {
            // A city belongs to its region.
            if place.region.is_none() {
                place.region = row.region;
                place.city = place.city.take().or(row.city);
            } else if place.region == row.region && place.city.is_none() {
                place.city = row.city;
            }
            place.coordinates = place.coordinates.or(row.coordinates);
        }
        _ => {}
    }
    *place != before
}

fn unused(path: &Path, why: Sentence) -> Sentence {
    Sentence::new(Words::new("{0}: {1}; not used", "{0}: {1}。使いません"), [path.into(), why.into()])
}

/// The databases in a folder, by name. A folder that is not there is nothing to speak of.
fn databases(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries
        .take(1000)
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("mmdb")))
        .collect();
    paths.sort();
    paths
}

#[cfg(test)]
#[path = "geo/tests.rs"]
mod tests;

//! The only place with network or address databases: it takes a key and gives a fact, and never sees a mail.
mod anycast;
mod database;
mod file;
pub mod geo;
mod geofeed;
#[cfg(test)]
mod mmdb;
mod prefix;
mod reserved;

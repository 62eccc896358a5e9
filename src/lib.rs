//! gosanke takes a suspicious mail apart: who really sent it, through which machines, where its links really lead.
//!
//! The rooms stand in one direction, and every arrow hands over a plain value:
//!
//! ```text
//!  disk                 mail_parser       pure                          pure        pure        pure
//!  mailbox ──> index ──> message ──> evidence ────────────┬──> signal ──> verdict ──> view ──┬──> tui      (terminal)
//!                                       │ wants: keys     │                                  └──> export   (files, stdout)
//!                                       v                 │
//!                                    lookup ──> facts ────┘
//!                               (network, mmdb)  (pure)
//! ```
//!
//! Nothing on the left imports what stands to its right. Only [`mailbox`] reads mail from disk, only [`message`] names
//! `mail_parser`, only [`lookup`] opens sockets and databases of addresses, only [`store`] names SQLite, only [`tui`]
//! draws. Text that comes from outside reaches a screen or a file only as [`text::Shown`].

pub mod analysis;
pub mod cli;
pub mod config;
pub mod evidence;
pub mod export;
pub mod facts;
pub mod fit;
#[cfg(feature = "fuzzing")]
pub mod fuzzing;
pub mod limits;
pub mod lookup;
pub mod mailbox;
pub mod message;
pub mod proof;
pub mod quarantine;
pub mod record;
pub mod rulebook;
pub mod sandbox;
pub mod save;
pub mod scan;
pub mod search;
pub mod signal;
pub mod store;
pub mod text;
pub mod tui;
pub mod verdict;
pub mod view;
pub mod wants;
mod webpage;

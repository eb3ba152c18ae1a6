//! Doors: the one engine that decides whether to open, and the record of what was decided.
//!
//! `decision` holds the rules and is pure; `snapshots` keeps in memory what they need; `event_writer` writes what was
//! decided, many at a time, and lets a code win once; `request_name` binds a name to its first question; `drivers` moves
//! the locks; `statuses` keeps how doors stand; `site_admin` answers those who run a site; `unlocking` is for phones that
//! open without a reader; `rows` the tables, `http` their face. Types that several of them share have files of their own:
//! `scan`, `command`, `event`, `uses`, `snapshot`.

mod command;
mod credentials;
mod decision;
mod drivers;
mod event;
mod event_writer;
mod feature;
pub mod http;
mod request_name;
mod rows;
mod scan;
mod service;
mod site_admin;
mod snapshot;
mod snapshots;
mod statuses;
mod unlocking;
mod uses;

pub use command::{CommandState, UnlockCommand};
pub use drivers::Drivers;
pub use scan::{Reader, Scan, Scanned};
pub use service::{Deps, Doors};
pub use site_admin::{Explained, KnownDoor, Question};
pub use unlocking::{DoorChoice, Evidence, Fix, Heard, UnlockOutcome, UnlockRequest};
pub use uses::{OpenDoor, Use, UseKey};

//! Doors: the one engine that decides whether to open, the devices that ask it, and the record of what was decided.
//!
//! `decision` holds the rules and is pure; `snapshot` keeps in memory what they need; `event writer` writes what was decided,
//! many at a time, and lets a code win once; `request_name` binds a name to its first question; `devices` proves who asks; `site_admin` is for those who run a site, `statuses`
//! keeps how doors stand; `unlocking` is for phones that open without a reader; `rows` the tables; `http` their face.

mod decision;
mod devices;
mod event_writer;
mod feature;
pub mod http;
mod request_name;
mod rows;
mod service;
mod signed;
mod site_admin;
mod snapshot;
mod statuses;
mod unlocking;

pub use devices::{Claimed, Devices, NewDevice, Offer};
pub use event_writer::CommandState;
pub use service::{Deps, Doors, OpenDoor, Scan, ScanKind, Scanned, Use, UseKey};
pub use site_admin::{Explained, KnownDoor, Question};
pub use unlocking::{DoorChoice, Evidence, Fix, Heard, UnlockCommand, UnlockOutcome, UnlockRequest};

//! Doors: the one engine that decides whether to open, the devices that ask it, and the record of what was decided.
//!
//! `decision` holds the rules and is pure; `snapshot` keeps in memory what they need; `ledger` writes what was decided,
//! many at a time, and lets a code win once; `request_name` binds a name to its first question; `devices` proves who asks; `managing` is for those who run a site, `statuses`
//! keeps how doors stand; `unlocking` is for phones that open without a reader; `rows` the tables; `http` their face.

mod decision;
mod devices;
pub mod http;
mod ledger;
mod managing;
mod request_name;
mod rows;
mod service;
mod signed;
mod snapshot;
mod statuses;
mod unlocking;

pub use devices::{Claimed, Devices, NewDevice, Offer};
pub use ledger::CommandState;
pub use managing::{Explained, KnownDoor, Question};
pub use service::{Doors, OpenDoor, Parts, Scan, ScanKind, Scanned, Use, UseKey};
pub use unlocking::{DoorChoice, Evidence, Fix, Heard, Order, Unlocking, Wish};

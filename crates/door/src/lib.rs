//! Doors: the one engine that decides whether to open, the devices that ask it, and the record of what was decided.
//!
//! `decision` holds the rules and is pure; `snapshot` keeps in memory what they need; `ledger` writes what was decided,
//! many at a time, and lets a code win once; `devices` proves who asks; `rows` the tables; `http` their face.

mod decision;
mod devices;
pub mod http;
mod ledger;
mod rows;
mod service;
mod signed;
mod snapshot;

pub use devices::{Claimed, Devices, NewDevice, Offer};
pub use service::{Doors, Scan, ScanKind, Scanned, Use, UseKey};

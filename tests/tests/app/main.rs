//! The whole server over HTTP, on every database.

#![allow(clippy::unwrap_used, reason = "tests")]

mod access;
mod accounts;
mod bad_scans;
mod binding;
mod cards;
mod carsafe;
mod circles;
mod consents;
mod crash;
mod faults;
mod freshness;
mod full_disk;
mod garbage;
mod hosts;
mod imports;
mod journey;
mod laws;
mod linking;
mod numbers;
mod outages;
mod races;
mod refusals;
mod scan_names;
mod secrets;
mod shutdown;
mod sites;
mod unlocks;
mod words;

/// The server as a process of its own.
const BINARY: &str = env!("CARGO_BIN_EXE_kaimen-process");

//! The whole house over HTTP, on every database.

#![allow(clippy::unwrap_used, reason = "tests")]

mod accounts;
mod bad_scans;
mod binding;
mod crash;
mod garbage;
mod journey;
mod laws;
mod linking;
mod outages;
mod races;
mod refusals;
mod secrets;

/// The server as a process of its own.
const BINARY: &str = env!("CARGO_BIN_EXE_kaimen-process");

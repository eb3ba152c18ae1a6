//! Whole files, made here, through the crate's public face.
#![expect(clippy::unwrap_used, reason = "tests")]

mod any_bytes;
mod bombs;
mod csv;
mod files;
mod foreign;
mod round_trip;
mod shown;
mod xlsx;

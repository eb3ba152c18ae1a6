//! What the register promises, on every database.
#![expect(clippy::unwrap_used, reason = "tests")]

mod app;
mod register;

//! What the register promises, on every database.
#![expect(clippy::unwrap_used, reason = "tests")]

mod house;
mod register;

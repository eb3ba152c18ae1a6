//! What sites promise, on every database.
#![expect(clippy::unwrap_used, reason = "tests")]

mod settings;

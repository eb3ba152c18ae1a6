//! Notices: who is told what. So far by one channel, the inbox in the app; its letters come from the outbox.
//!
//! `rows` the table, `service` carries letters and lists the inbox, `http` its face.

pub mod http;
mod rows;
mod service;

pub use service::{Notice, Notices};

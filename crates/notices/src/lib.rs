//! Notices: who is told what. So far by one channel, the inbox in the app; its messages come from the outbox.
//!
//! `rows` the table, `service` carries messages and lists the inbox, `http` its face.

pub mod http;
mod rows;
mod service;

pub use service::{Notice, Notices};

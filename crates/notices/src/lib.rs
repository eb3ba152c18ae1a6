//! Notices: what people are told. So far by one channel, the inbox in the app.
//!
//! `messages` holds the texts, a file for each topic, `inbox` carries a message into the inbox, `rows` is the table,
//! `service` lists the inbox, `http` is its face.

mod feature;
pub mod http;
mod inbox;
pub mod messages;
mod notice;
mod rows;
mod service;

pub use notice::Notice;
pub use service::Notices;

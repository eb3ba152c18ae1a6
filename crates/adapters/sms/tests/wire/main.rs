//! The clients against the simulated vendors, and against worse, over a real loopback connection.

mod forgery;
#[path = "../log/mod.rs"]
mod log;
mod loopback;
mod outcomes;
mod outside;
mod secrecy;
mod settings;

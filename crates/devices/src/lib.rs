//! Devices: how readers and controllers are let in, and the signed protocol by which they ask whether to open.
//!
//! `devices` enrols them and proves who signs, `signed` takes signed requests and signs the replies, `rows` the tables,
//! `http` their face.

mod devices;
mod feature;
pub mod http;
mod rows;
mod signed;

pub use devices::{Claimed, Deps, Devices, NewDevice, Offer};
